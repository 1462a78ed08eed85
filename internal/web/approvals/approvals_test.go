package approvals_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/pagetest"
)

// TestARequestIsSignedInTheBrowser: asked for, seen, returned, submitted again, signed, in both languages.
func TestARequestIsSignedInTheBrowser(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "青禾智控")
	house := monthtest.Open(t, site.App.DB, monthtest.Small())
	seller := site.As(t, house.Person(t, "A"), pagetest.Grant(access.RoleSeller))
	lead := site.As(t, house.Person(t, "M1"), access.Grant{Role: access.RoleLead, Scope: access.ScopeTeamAndBelow})
	other := site.As(t, house.Person(t, "D"), pagetest.Grant(access.RoleService))
	seller.Get("/approvals?box=mine", http.StatusOK).Has("main: 你还没有提过申请", "main a[href=/approvals/new]")
	lead.Get("/approvals", http.StatusOK).Has("main: 没有等你批的")
	seller.Post("/approvals", url.Values{"title": {"展会"}, "text": {"摊位"}, "amount": {"很多"}}, http.StatusUnprocessableEntity).Has("form#request input[name=amount][aria-invalid]", "form#request textarea: 摊位")
	seller.Post("/approvals", url.Values{"title": {""}}, http.StatusUnprocessableEntity).Has("form#request input[name=title][aria-invalid]", "form#request textarea[aria-invalid]")
	page := seller.Post("/approvals", url.Values{"title": {"<b>展会</b>摊位"}, "text": {"杭州展会"}, "amount": {"1,200.50"}}, http.StatusOK)
	page.Has("h1: <b>展会</b>摊位", "main: 1,200", "form#withdraw", "main: 直属上级")
	page.Lacks("form#decide")
	address := page.Path
	other.Get(address, http.StatusNotFound)
	lead.Get("/approvals", http.StatusOK).Has("table a[href=" + address + "]")
	lead.Get("/today", http.StatusOK).Has("main a[href="+address+"]: 审批“<b>展会</b>摊位”", "main: 提交的通用申请，等你批", "h2: 接下来 7 天")
	lead.Get(address, http.StatusOK).Has("form#decide button[value=approve].btn-primary", "form#decide button[value=reject]", "form#involve select option[value=transfer]")
	lead.Post(address+"/decide", url.Values{"act": {"return"}, "note": {""}}, http.StatusUnprocessableEntity).Has("form#decide textarea[aria-invalid]", "#refused")
	lead.Post(address+"/involve", url.Values{"act": {"transfer"}, "to": {"nobody"}}, http.StatusUnprocessableEntity).Has("form#involve input[name=to][aria-invalid]")
	lead.Post(address+"/decide", url.Values{"act": {"return"}, "note": {"写上场次"}, "seen": {"1"}}, http.StatusOK).Has("main: 退回修改", "main: 写上场次")
	seller.Get("/approvals/new?again="+strings.TrimPrefix(address, "/approvals/"), http.StatusOK).Has("form#request input[name=amount][value=1,200.50]", "form#request textarea: 杭州展会")
	seller.Post("/approvals", url.Values{"again": {strings.TrimPrefix(address, "/approvals/")}, "title": {"展会摊位"}, "text": {"杭州展会春季场"}}, http.StatusOK).Has("main: 第 2 轮", "main: 审批中")
	seller.Post(address+"/remind", nil, http.StatusOK).Has("main: 催办")
	seller.Post(address+"/decide", url.Values{"act": {"approve"}}, http.StatusForbidden).Has("#refused")
	lead.Lang = "en"
	lead.Get(address, http.StatusOK).Has("form#decide button[value=approve]: Approve", "main: next manager")
	lead.Post(address+"/decide", url.Values{"act": {"approve"}}, http.StatusOK).Has("main: approved")
	lead.Get("/approvals?box=done&state=approved&q=zhtw", http.StatusOK).Has("table a[href=" + address + "]")
	lead.Get("/approvals?box=all", http.StatusForbidden)
}

// TestTheInboxSaysHowMuchAndSinceWhen: what waits longest comes first, with its amount; who hands over is offered their stand-in, and nobody types a name.
func TestTheInboxSaysHowMuchAndSinceWhen(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "青禾智控")
	house := monthtest.Open(t, site.App.DB, monthtest.Small())
	seller := site.As(t, house.Person(t, "A"), pagetest.Grant(access.RoleSeller))
	lead := site.As(t, house.Person(t, "M1"), access.Grant{Role: access.RoleLead, Scope: access.ScopeTeamAndBelow})
	deputy, login := site.As(t, 0, pagetest.Grant(access.RoleDirector)), string(access.RoleDirector)
	first := seller.Post("/approvals", url.Values{"title": {"先提的"}, "text": {"x"}, "amount": {"1,200.50"}}, http.StatusOK).Path
	second := seller.Post("/approvals", url.Values{"title": {"后提的"}, "text": {"x"}, "amount": {"20,000"}}, http.StatusOK).Path
	inbox := lead.Get("/approvals", http.StatusOK)
	inbox.Has("table a[href="+second+"]", "table: ¥1,200.50", "table: ¥20,000.00", "table: 等待起")
	earlier, later := min(first, second), max(first, second) // the clock stands: ids say the order
	if got := inbox.Attribute("table td a", "href"); got != earlier {
		t.Errorf("%s comes first among what waits, not %s", got, earlier)
	}
	if got := seller.Get("/approvals?box=mine", http.StatusOK).Attribute("table td a", "href"); got != later {
		t.Errorf("%s comes first among one's own, not %s", got, later)
	}
	lead.Get(second, http.StatusOK).Has("section[aria-labelledby=path]: 每人只签一步")
	lead.Get(first, http.StatusOK).Lacks("section[aria-labelledby=path]: 每人只签一步", "main form[action="+first+"/involve] input[value=transfer]")
	lead.Post("/approvals/stand-ins", url.Values{"to": {login}, "from": {"2000-01-01"}, "until": {"2000-01-02"}}, http.StatusUnprocessableEntity)
	lead.Post("/approvals/stand-ins", url.Values{"to": {login}, "from": {"2099-01-01"}, "until": {"2099-01-02"}}, http.StatusOK)
	lead.Get("/approvals/stand-ins", http.StatusOK).Has("form#stand-in input[name=to][value=" + login + "]")
	page := lead.Get(first, http.StatusOK)
	page.Has("main form[action="+first+"/involve] input[name=to][value="+login+"]", "main form[action="+first+"/involve] input[name=act][value=transfer]")
	lead.Post(first+"/involve", url.Values{"act": {"transfer"}, "to": {login}, "seen": {page.Attribute("form#decide input[name=seen]", "value")}}, http.StatusOK).Has("main: 转交")
	deputy.Get("/approvals", http.StatusOK).Has("table a[href=" + first + "]")
}

// TestAFlowIsEditedTriedAndPublished by operations; others may not.
func TestAFlowIsEditedTriedAndPublished(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "青禾智控")
	operations, finance := site.As(t, 0, pagetest.Grant(access.RoleOperations)), site.As(t, 0, pagetest.Grant(access.RoleFinance))
	finance.Get("/approval-flows", http.StatusForbidden)
	operations.Get("/approval-flows", http.StatusOK).Has("table a[href=/approval-flows/general]: 通用申请", "table: 金额不低于 ¥10,000.00", "table: 自带的流程")
	page := operations.Get("/approval-flows/general", http.StatusOK)
	page.Has("form#flow select option[value=manager:1][selected]", "form#flow select option[value=role:finance][selected]", "form#flow input[value=10,000.00]", "form#flow button[value=preview]")
	form := url.Values{"based_on": {"0"}, "routes.0.name": {""}, "routes.0.steps.0.who.0": {"role:finance"}, "routes.0.steps.0.mode": {"any"}, "routes.0.steps.0.limit_days": {"3"}, "routes.0.steps.0.again": {"1"},
		"routes.1.name": {"小额"}, "routes.1.when.0.field": {"amount"}, "routes.1.when.0.operator": {"below"}, "routes.1.when.0": {"一百"}, "do": {"publish"}, "reason": {"小额不批"}}
	operations.Post("/approval-flows/general", form, http.StatusUnprocessableEntity).Has("form#flow input[value=一百][aria-invalid]")
	form.Set("routes.1.when.0", "100")
	form.Set("do", "preview")
	form.Set("try", "nobody")
	operations.Post("/approval-flows/general", form, http.StatusOK).Has("main: 没有这个能登录的用户")
	form.Set("do", "publish")
	form.Set("reason", "")
	operations.Post("/approval-flows/general", form, http.StatusUnprocessableEntity).Has("form#flow input[name=reason][aria-invalid]")
	form.Set("reason", "小额不批")
	page = operations.Post("/approval-flows/general", form, http.StatusOK)
	page.Has("main: 金额低于 ¥100.00", "main: 签过前面步骤的人也可以签", "main: 不用审批，直接通过", "main: 小额不批", "main: 流程是你改的", "form#draft button[value=drop]: 撤回这份修改", "main: 自带的流程")
	page.Lacks("form#draft button[value=confirm]", "main: v1")
	operations.Post("/approval-flows/general/draft", url.Values{"do": {"confirm"}, "hash": {"x"}}, http.StatusForbidden).Has("form#draft: 要由另一个人发布")
	admin := site.As(t, 0, pagetest.Grant(access.RoleAdmin))
	admin.Get("/approval-flows", http.StatusOK).Has("#flows: 等第二个人发布")
	admin.Get("/today", http.StatusOK).Has("main a[href=/approval-flows]: 发布审批流程")
	page = admin.Get("/approval-flows/general", http.StatusOK)
	page.Has("form#draft button[value=confirm].btn-primary")
	admin.Post("/approval-flows/general/draft", url.Values{"do": {"drop"}}, http.StatusUnprocessableEntity).Has("form#draft input[name=reason][aria-invalid]")
	admin.Post("/approval-flows/general/draft", url.Values{"do": {"confirm"}, "hash": {page.Attribute("form#draft input[name=hash]", "value")}}, http.StatusOK).Has("main: 金额低于 ¥100.00", "main: v1", "main: 小额不批")
	operations.Post("/approval-flows/general", form, http.StatusConflict).Has("main: 刚刚有人处理过")
	seller := site.As(t, 0, pagetest.Grant(access.RoleSeller))
	seller.Post("/approvals", url.Values{"title": {"停车费"}, "text": {"拜访客户"}, "amount": {"20"}}, http.StatusOK).Has("main: 已通过", "main: 不用审批")
	seller.Post("/approvals/stand-ins", url.Values{"to": {"nobody"}, "from": {"2026-10-01"}, "until": {"2026-10-02"}}, http.StatusUnprocessableEntity).Has("form#stand-in input[name=to][aria-invalid]")
}
