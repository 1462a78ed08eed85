package targets_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/approval"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/pagetest"
	"xiaoguan/internal/targetplan"
)

func rules() targetplan.Rules {
	r := targetplan.UsualRules()
	r.YearMinor = 12_000_000_00
	return r
}

// place is a site with a draft of the next year.
type place struct {
	*pagetest.Site
	t     *testing.T
	house *monthtest.House
	plan  targetplan.Plan
	url   string
}

func open(t *testing.T) *place {
	t.Helper()
	site := pagetest.New(t, "青禾智控")
	h := &place{Site: site, t: t, house: monthtest.Open(t, site.App.DB, monthtest.Small())}
	p, err := site.App.TargetPlans.CreateNow(t.Context(), monthtest.Maker, targetplan.Entry{FiscalYear: site.App.TargetPlans.Years()[1], Name: "明年目标", Rules: rules()})
	if err != nil {
		t.Fatal(err)
	}
	h.plan, h.url = p, "/targets/"+strconv.FormatInt(p.ID, 10)
	return h
}

func (h *place) personURL(key string) string {
	return h.url + "/people/" + strconv.FormatInt(h.house.Person(h.t, key), 10)
}

// director is the user that the site has of this role.
func (h *place) director() access.Actor {
	h.t.Helper()
	id := monthtest.QueryTexts(h.t, h.App.DB, "SELECT id FROM app_user WHERE login = 'director'")[0]
	return access.Actor{UserID: id, Name: "总监", Grants: []access.Grant{pagetest.Grant(access.RoleDirector)}}
}

func TestAPlanIsMadeSplitAgainAndDropped(t *testing.T) {
	t.Parallel()
	h := open(t)
	operations := h.As(t, 0, pagetest.Grant(access.RoleOperations))
	page := operations.Get("/targets", http.StatusOK)
	page.Has("h1: 年度目标", "main table a: 明年目标", "form#plan input#f-year", "form#plan input[type=range]", "nav.xg-rail a[href=/targets]")
	operations.Post("/targets", url.Values{"fiscal_year": {"2027"}, "name": {""}, "year": {"viel"}, "base": {"85"}}, http.StatusUnprocessableEntity).Has("input#f-year.is-invalid")
	page = operations.Get(h.url, http.StatusOK)
	page.Has("h1: 明年目标", "main: 公司目标", "main: 回测", "#steps", "form#submit-plan", "main table td: 分到")
	typed := url.Values{"year": {"15,000,000.00"}, "basis": {"signed"}, "history": {"40"}, "potential": {"0"}, "pipeline": {"0"}, "even": {"60"}, "ability": {"1"}, "ramp": {"30，60"}, "core": {"130"}, "base": {"90"}, "stretch": {"20"}, "enough": {"80"}, "in_common": {"10"}}
	operations.Get(h.url+"/rules", http.StatusOK).Has("form#rules input#f-base[type=range][value=85]")
	operations.Post(h.url+"/rules", typed, http.StatusOK).Has("form#rules input#f-base[value=90]", "main: 15,000,000.00")
	typed.Set("even", "10")
	operations.Post(h.url+"/rules", typed, http.StatusUnprocessableEntity).Has("input#f-history.is-invalid", "main: 加起来要是 100")
	operations.Post(h.url+"/step", url.Values{"to": {"dropped"}}, http.StatusOK).Has("#done", "main: 已作废")
	operations.Post(h.url+"/rules", url.Values{"year": {"1"}}, http.StatusConflict).Has("form#rules: 只有草稿")
	operations.Lang = "en"
	operations.Get(h.url, http.StatusOK).Has("main: Dropped", "main: Company target")
	operations.Get("/targets/999", http.StatusNotFound)
	operations.Get("/targets/x", http.StatusNotFound)
}

func TestASellerSeesTheOwnNumberAndWhy(t *testing.T) {
	t.Parallel()
	h := open(t)
	operations, seller := h.As(t, 0, pagetest.Grant(access.RoleOperations)), h.As(t, h.house.Person(t, "A"), pagetest.Grant(access.RoleSeller))
	seller.Get(h.url, http.StatusNotFound)
	seller.Get("/targets", http.StatusOK).Has("main: 还没有年度目标方案")
	operations.Post(h.url+"/step", url.Values{"to": {"discussion"}}, http.StatusOK)
	page := seller.Get(h.url, http.StatusOK)
	page.Lacks("main: 公司目标", "main: 12,000,000", "#steps")
	mine := seller.Get(h.url+"/mine", http.StatusOK)
	mine.Has("main: 为什么是这个数", "main: 各版本里的目标", "form#try", "main: 能力系数", "main: 基础目标", "form#object")
	mine.Lacks("form#own", "form#hand-form", "form#answer")
	seller.Get(h.personURL("A")+"?try=1&history=0&potential=0&pipeline=0&even=100&ability=150&potential_amount=1000000", http.StatusOK).Has("#tried: 这样算是")
	seller.Get(h.personURL("A")+"?try=1&history=viel&even=100", http.StatusOK).Has("form#try input#try-history.is-invalid")
	seller.Get(h.personURL("A")+"?try=1&history=10&even=20", http.StatusOK).Has("form#try: 加起来要是 100")
	seller.Get(h.url+"/rules", http.StatusForbidden)
	seller.Post(h.personURL("A")+"/object", url.Values{"wanted": {"100"}, "reason": {""}}, http.StatusUnprocessableEntity).Has("#problem")
	page = seller.Post(h.personURL("A")+"/object", url.Values{"wanted": {"1,000,000"}, "reason": {"<b>大客户</b>停产"}}, http.StatusOK)
	page.Has("main: 大客户", "main: 待答复")
	page.Lacks("form#object", "main ul.xg-list b")
	operations.Get(h.url, http.StatusOK).Has("main: 希望")
	operations.Post(h.url+"/submit", url.Values{}, http.StatusConflict).Has("#problem: 1 条异议")
	answered := operations.Get(h.personURL("A"), http.StatusOK).Attribute("form#answer", "action")
	operations.Post(answered, url.Values{"accept": {"1"}, "answer": {"属实"}}, http.StatusOK).Has("main: 采纳", "main: 1,000,000.00", "main: 人工指定")
	seller.Lang = "en"
	seller.Get(h.personURL("A"), http.StatusOK).Has("main: Why this number", "main: Accepted")
}

func TestAPlanBecomesQuotasAndLetters(t *testing.T) {
	t.Parallel()
	h := open(t)
	operations, seller := h.As(t, 0, pagetest.Grant(access.RoleOperations)), h.As(t, h.house.Person(t, "A"), pagetest.Grant(access.RoleSeller))
	_ = h.As(t, 0, pagetest.Grant(access.RoleDirector))
	operations.Post(h.url+"/submit", url.Values{"note": {"请批"}}, http.StatusOK).Has("#done", "main: 等审批")
	ctx := t.Context()
	v, err := h.App.TargetPlans.Get(ctx, monthtest.Maker, h.plan.ID, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.App.Approvals.Approve(ctx, h.director(), approval.Decision{ID: v.RequestID}); err != nil {
		t.Fatal(err)
	}
	first := v.First.String()
	operations.Post(h.url+"/publish", url.Values{"from": {"1999-01"}}, http.StatusUnprocessableEntity).Has("#problem")
	operations.Post(h.url+"/publish", url.Values{"from": {first}}, http.StatusOK).Has("#done", "main: 已锁定")
	operations.Get("/quotas?month="+first, http.StatusOK).Has("main table td")
	mine := seller.Get(h.personURL("A"), http.StatusOK)
	mine.Has("#letter", "form#accept button: 签收责任书")
	pdf := seller.Get(h.personURL("A")+"/letter/pdf", http.StatusOK)
	if !strings.HasPrefix(pdf.Text, "%PDF") || pdf.Header.Get("Content-Type") != "application/pdf" {
		t.Errorf("%.20q %v", pdf.Text, pdf.Header)
	}
	if word := seller.Get(h.personURL("A")+"/letter/docx", http.StatusOK); !strings.HasPrefix(word.Text, "PK") {
		t.Errorf("%.20q", word.Text)
	}
	seller.Get(h.personURL("A")+"/letter/exe", http.StatusNotFound)
	seller.Post(h.url+"/accept", url.Values{"letter": {"x"}}, http.StatusConflict).Has("#problem")
	seller.Post(h.url+"/accept", url.Values{"letter": {mine.Attribute("form#accept input[name=letter]", "value")}}, http.StatusOK).Has("#accepted")
	rest := operations.Get(h.personURL("A"), http.StatusOK)
	rest.Has("form#change input#f-rest", "form#change select[name=kind]")
	operations.Post(h.personURL("A")+"/change", url.Values{"from": {first}, "rest": {"1"}, "kind": {"x"}, "reason": {"调岗"}}, http.StatusUnprocessableEntity).Has("#problem", "form#change select[name=kind].is-invalid", "form#change input[value=1]", "form#change textarea: 调岗")
	operations.Post(h.personURL("A")+"/change", url.Values{"from": {first}, "rest": {"viel"}, "kind": {"quarter"}, "reason": {"大客户推迟"}}, http.StatusUnprocessableEntity).Has("form#change input[name=rest].is-invalid", "form#change textarea: 大客户推迟", "form#change option[value=quarter][selected]")
	operations.Post(h.personURL("A")+"/change", url.Values{"from": {first}, "rest": {"1"}, "kind": {"quarter"}, "reason": {""}}, http.StatusUnprocessableEntity).Has("form#change textarea.is-invalid", "form#change: 写明原因")
	seller.Post(h.personURL("A")+"/change", url.Values{"from": {first}, "rest": {"1"}, "kind": {"quarter"}, "reason": {"x"}}, http.StatusForbidden)
	operations.Post(h.personURL("A")+"/change", url.Values{"from": {first}, "rest": {"5,000,000"}, "kind": {"transfer"}, "reason": {"调岗"}}, http.StatusOK).Has("main: 调岗", "main: 审批中")
}

func TestPotentialsAreEnteredByWhoMakesTargets(t *testing.T) {
	t.Parallel()
	h := open(t)
	operations := h.As(t, 0, pagetest.Grant(access.RoleOperations))
	page := operations.Get("/target-potentials/2027", http.StatusOK)
	page.Has("form#potentials input[name=source]", "main a: 华东")
	name := page.Attribute("form#potentials input[data-money]", "name")
	operations.Post("/target-potentials/2027", url.Values{name: {"viel"}}, http.StatusUnprocessableEntity).Has("input.is-invalid")
	operations.Post("/target-potentials/2027", url.Values{name: {"80,000,000"}, "source": {"行业报告"}}, http.StatusOK).Has("#done", "form#potentials input[value=80000000.00]")
	operations.Post("/target-potentials/2027/sheet", url.Values{"text": {"大区,市场潜力\n火星,1"}}, http.StatusUnprocessableEntity).Has("main: 火星", "main: 第 2 行", "form#potential-sheet textarea")
	operations.Post("/target-potentials/2027/sheet", url.Values{"text": {""}}, http.StatusUnprocessableEntity)
	operations.Post("/target-potentials/2027/sheet", url.Values{"text": {"大区,市场潜力,来源\n华东,80000000,调研"}}, http.StatusOK).Has("#done", "form#potentials input[value=调研]")
	h.As(t, 0, pagetest.Grant(access.RoleSeller)).Post("/target-potentials/2027/sheet", url.Values{"text": {"大区,市场潜力\n华东,1"}}, http.StatusForbidden)
	finance := h.As(t, 0, pagetest.Grant(access.RoleFinance))
	finance.Get("/target-potentials/2027", http.StatusOK).Has("main: 80,000,000")
	operations.Get("/target-potentials/x", http.StatusNotFound)
	operations.Get("/target-potentials/2027?unit=r999", http.StatusNotFound)
	operations.Get("/target-potentials/2027?unit=p1", http.StatusNotFound)
	region := strings.TrimPrefix(name, "unit_")
	team := operations.Get("/target-potentials/2027?unit="+region, http.StatusOK).Attribute("form#potentials input[data-money]", "name")
	operations.Post("/target-potentials/2027", url.Values{"unit": {region}, team: {"90,000,000"}, "source": {"普查"}}, http.StatusOK).Has("#done", "form#potentials input[value=90000000.00]", "form#potentials: 普查", "main: 市场潜力上下对不上", "main: +¥10,000,000")
	operations.Get("/target-potentials/2027", http.StatusOK).Has("form#potentials input[value=80000000.00]", "main: 合计", "main: 上下对不上")
	person := operations.Get("/target-potentials/2027?unit="+strings.TrimPrefix(team, "unit_"), http.StatusOK).Attribute("form#potentials input[data-money]", "name")
	operations.Post("/target-potentials/2027", url.Values{"unit": {strings.TrimPrefix(team, "unit_")}, person: {"-5"}}, http.StatusUnprocessableEntity).Has("input.is-invalid")
	operations.Post("/target-potentials/2027/sheet", url.Values{"text": {"姓名,市场潜力\n查无此人,1"}}, http.StatusUnprocessableEntity).Has("main: 没有这个人")
	finance.Get("/target-potentials/2027?unit="+region, http.StatusOK).Has("main: 普查")
}

func TestFairnessIsShownOfGroupsAlone(t *testing.T) {
	t.Parallel()
	h := open(t)
	operations, seller := h.As(t, 0, pagetest.Grant(access.RoleOperations)), h.As(t, h.house.Person(t, "A"), pagetest.Grant(access.RoleSeller))
	operations.Get("/targets/fairness", http.StatusOK).Has("h1: 目标公平性", "main: 还没有检验过", "main form button: 重新检验")
	seller.Get("/targets/fairness", http.StatusOK).Lacks("main form button")
	seller.Post("/targets/fairness", url.Values{}, http.StatusForbidden)
	operations.Post("/targets/fairness", url.Values{"until": {"2001-02"}}, http.StatusUnprocessableEntity).Has("#problem")
	operations.Post("/targets/fairness", url.Values{"until": {"x"}}, http.StatusNotFound)
	operations.Post("/targets/fairness", url.Values{}, http.StatusOK).Has("#done")
	if err := h.App.TargetPlans.FairNow(t.Context(), monthtest.Maker); err != nil {
		t.Fatal(err)
	}
	page := operations.Get("/targets/fairness", http.StatusOK)
	page.Has("form#which select[name=until] option", "form#which select[name=unit] option")
	seller.Get("/targets/fairness", http.StatusOK).Has("main: 少于 5 人")
	operations.Get("/targets/fairness?unit=t999", http.StatusNotFound)
	operations.Get("/targets/fairness?until=viel", http.StatusNotFound)
	operations.Get(h.url+"/fairness", http.StatusOK).Has("h1: 目标公平性")
	operations.Lang = "en"
	operations.Get("/targets/fairness", http.StatusOK).Has("h1: Fairness of targets")
	operations.Get("/targets", http.StatusOK).Has("main a[href=/targets/fairness]: Fairness of targets")
}
