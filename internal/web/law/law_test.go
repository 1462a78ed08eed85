package law_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/pagetest"
	"xiaoguan/internal/planbook"
)

func TestWarningsAreShownNotedAndComeBack(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "青禾智控")
	house := monthtest.Open(t, site.App.DB, monthtest.Small())
	house.MustCalculate(t, monthtest.SmallMonth)
	hr, operations, auditor := site.As(t, 0, pagetest.Grant(access.RoleHR)), site.As(t, 0, pagetest.Grant(access.RoleOperations)), site.As(t, 0, pagetest.Grant(access.RoleAuditor))
	page := hr.Get("/law", http.StatusOK)
	page.Has("h1: 合规提醒", "main table td: 任平", "main table td: 缺少工作城市", "nav.xg-rail a[href=/law]", "main table td: 没有公示和征求意见的记录", "main table td: 劳动合同法", "form[action=/law/acknowledge]")
	auditor.Get("/law", http.StatusOK).Lacks("form[action=/law/acknowledge]")
	hr.Post("/law/cities", url.Values{"seen": {"0"}, "city": {"上海"}, "team.T2": {"苏州"}}, http.StatusOK).Has("#saved: 已保存", "input#f-team-T2[value=苏州]")
	hr.Post("/law/wages", url.Values{"seen": {"1"}, "wage_city": {"苏州"}, "from": {"2026-01-01"}, "monthly": {"x"}, "source": {""}}, http.StatusUnprocessableEntity).Has("input#f-monthly.is-invalid", "input#f-wage_city[value=苏州]")
	hr.Post("/law/wages", url.Values{"seen": {"0"}, "wage_city": {"苏州"}, "from": {"2026-01-01"}, "monthly": {"2,500"}, "source": {"测试"}}, http.StatusConflict).Has("form#wage: 刚才有人改过")
	hr.Post("/law/wages", url.Values{"seen": {"1"}, "wage_city": {"苏州"}, "from": {"2026-01-01"}, "monthly": {"2,500"}, "source": {"测试"}}, http.StatusOK).Has("main table td: 2,500", "main table td: 测试")
	hr.Post("/law/wages/import", url.Values{"seen": {"2"}, "text": {"城市,生效日期,月最低工资\n上海,2026-01-01,1"}}, http.StatusUnprocessableEntity).Has("form#import: 缺少列「来源」")
	hr.Post("/law/wages/import", url.Values{"seen": {"2"}, "text": {"城市\t生效日期\t月最低工资\t来源\n上海\t2026-01-01\t2600\t测试"}}, http.StatusOK).Has("main table td: 2,600")
	e := strconv.FormatInt(house.Person(t, "E"), 10)
	hr.Post("/law/terms/"+e, url.Values{"from": {"2026-01-01"}, "work": {"full_time"}, "fixed": {""}}, http.StatusUnprocessableEntity).Has("input#f-fixed.is-invalid")
	hr.Post("/law/terms/"+e, url.Values{"from": {"2026-01-01"}, "work": {"full_time"}, "fixed": {"1,000"}}, http.StatusOK).Has("#saved", "main table td: 1,000", "form#take")
	hr.Post("/law/terms/import", url.Values{"text": {"工号,生效日期,固定月薪\nnobody,2026-01-01,1"}}, http.StatusUnprocessableEntity).Has("form#import: 第 2 行")
	hr.Post("/law/terms/import", url.Values{"text": {"工号,生效日期,固定月薪\nA,2026-01-01,8000"}}, http.StatusOK).Has("#saved: 新记了 1 条", "main table td: 8,000", "main table td: 没有资料")
	operations.Get("/law/terms", http.StatusOK).Lacks("form#import")
	operations.Get("/months/2026-09", http.StatusOK).Has("#law: 合规提醒", "main table td: 低于最低工资", "main table td: 差 ¥1,5")
	page = operations.Get("/law?month=2026-09&rule=minimum_wage&state=open", http.StatusOK)
	page.Has("main table td: 任平", "#note-0 input[name=finding]")
	form := url.Values{"finding": {page.Attribute("#note-0 input[name=finding]", "value")}, "fingerprint": {page.Attribute("#note-0 input[name=fingerprint]", "value")}, "query": {"month=2026-09&rule=minimum_wage"}, "reason": {" "}}
	operations.Post("/law/acknowledge", form, http.StatusUnprocessableEntity).Has("#refused: 没有确认", "main table td: 任平")
	form.Set("reason", "工资表已补差")
	operations.Post("/law/acknowledge", form, http.StatusOK).Has("#saved: 已确认", "main table td: 工资表已补差")
	hr.Post("/law/terms/"+e, url.Values{"act": {"take"}, "from": {"2026-01-01"}, "note": {"填错"}}, http.StatusOK).Has("main table td: 已撤回")
	hr.Get("/law?month=2026-09&rule=minimum_wage&q=任平", http.StatusOK).Has("main table td: 缺少基本工资，无法判断", "main table td: 事实变了", "main table td: 工资表已补差")
	if file := hr.Get("/law/export/csv?month=2026-09&rule=minimum_wage", http.StatusOK).Text; !strings.Contains(file, "任平") || !strings.Contains(file, "最低工资规定") {
		t.Errorf("%.600s", file)
	}
	if file := hr.Get("/law/terms/export/csv", http.StatusOK).Text; !strings.Contains(file, "A,2026-01-01,全日制,8000.00") {
		t.Errorf("%.600s", file)
	}
	if file := hr.Get("/law/wages/export/csv", http.StatusOK).Text; !strings.Contains(file, "上海,2026-01-01,2600.00,,测试") {
		t.Errorf("%.600s", file)
	}
	hr.Lang = "en"
	hr.Get("/law", http.StatusOK).Has("h1: Law warnings", "main table td: minimum wage in 苏州")
	hr.Get("/law?month=viel", http.StatusNotFound)
	hr.Get("/law?state=viel", http.StatusUnprocessableEntity)
	seller := site.As(t, house.Person(t, "A"), pagetest.Grant(access.RoleSeller))
	seller.Get("/law", http.StatusForbidden).Lacks("table")
}

func TestRulesAreSetWithReasonsAndGuardPlans(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "青禾智控")
	house := monthtest.NewHouse(site.App.DB, time.Now)
	if err := house.InstallPlans(t.Context()); err != nil {
		t.Fatal(err)
	}
	admin, finance := site.As(t, 0, pagetest.Grant(access.RoleAdmin)), site.As(t, 0, pagetest.Grant(access.RoleFinance))
	admin.Get("/law", http.StatusForbidden)
	admin.Get("/law/terms", http.StatusForbidden)
	admin.Get("/law/rules", http.StatusOK).Has("nav.xg-rail a[href=/law/rules]", "main table td: 不得超过劳动者当月工资的20%", "main: 还没有最低工资标准")
	admin.Get("/law/rules?rule=x", http.StatusNotFound)
	finance.Get("/law/rules?rule=short_notice", http.StatusOK).Lacks("form#rule", "form#wage")
	admin.Get("/law/rules?rule=short_notice", http.StatusOK).Has("form#rule input[name=number][value=7]")
	admin.Post("/law/rules/short_notice", url.Values{"seen": {"0"}, "off": {"1"}, "severity": {"note"}, "number": {"7"}}, http.StatusUnprocessableEntity).Has("form#rule input#f-why.is-invalid")
	text, err := monthtest.PlanTexts()
	if err != nil {
		t.Fatal(err)
	}
	draft, err := house.Plans.Save(t.Context(), monthtest.Maker, planbook.Draft{Text: strings.Replace(text[2], "2020-01-01", "2026-10-12", 1)})
	if err != nil {
		t.Fatal(err)
	}
	page := finance.Get("/plans/"+draft.ID, http.StatusOK)
	page.Has("#law: 合规提醒", "main: 今天公示也来不及留足 7 天", "#note-0 input[name=version]")
	note := url.Values{"version": {draft.ID}, "finding": {page.Attribute("#note-0 input[name=finding]", "value")}, "fingerprint": {page.Attribute("#note-0 input[name=fingerprint]", "value")}, "reason": {"已核对"}}
	if page = finance.Post("/law/acknowledge", note, http.StatusOK); page.Path != "/plans/"+draft.ID {
		t.Errorf("led to %s", page.Path)
	}
	page.Has("main: 已确认")
	admin.Post("/law/rules/short_notice", url.Values{"seen": {"0"}, "off": {"1"}, "why": {"职代会约定"}, "severity": {"note"}, "number": {"7"}}, http.StatusOK).Has("#saved", "main table td: 职代会约定")
	finance.Get("/plans/"+draft.ID, http.StatusOK).Lacks("main: 今天公示也来不及留足 7 天")
	finance.Get("/law", http.StatusOK).Has("main: 关闭了 1 条规则", "main: 这个月还没试算")
	finance.Post("/law/rules/short_notice", url.Values{"seen": {"1"}}, http.StatusForbidden)
}
