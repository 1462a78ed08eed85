package assessments_test

import (
	"net/http"
	"net/url"
	"strconv"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/pagetest"
)

func TestTheCompanyIsAssessed(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "青禾智控")
	house := monthtest.Open(t, site.App.DB, monthtest.Small())
	ops, seller, auditor := site.As(t, 0, pagetest.Grant(access.RoleOperations)), site.As(t, house.Person(t, "A"), access.Grant{Role: access.RoleSeller, Scope: access.ScopeOwn}), site.As(t, 0, pagetest.Grant(access.RoleAuditor))
	l, err := site.App.Reviews.List(t.Context(), monthtest.Maker, "", "")
	if err != nil {
		t.Fatal(err)
	}
	today := l.Today.String()

	seller.Get("/maturity", http.StatusForbidden)
	page := ops.Get("/maturity", http.StatusOK)
	page.Has("h1: 成熟度", "figure#radar svg", "main: 判断不了", "#side-process", "form#keep", "main: 还没有存档的评估")
	auditor.Get("/maturity", http.StatusOK).Lacks("form#keep", "a[href=/maturity/model]")

	regions, err := site.App.Assessments.Regions(t.Context(), monthtest.Maker)
	if err != nil || len(regions) == 0 {
		t.Fatal(regions, err)
	}
	region := "/maturity?region=" + strconv.FormatInt(regions[0].ID, 10)
	page = ops.Get("/maturity", http.StatusOK)
	page.Has("main a[href=" + region + "]: " + regions[0].Name)
	page = ops.Get(region, http.StatusOK)
	page.Has("h1: 成熟度："+regions[0].Name, "#region-only", "figure#radar svg", "#side-process", "#region-only: 只有全公司的数")
	page.Lacks("form#keep", "main: 责任岗位")
	site.As(t, 0, access.Grant{Role: access.RoleDirector, Scope: access.ScopeRegion, RegionID: regions[0].ID}).Get(region, http.StatusOK).Has("h1: 成熟度：" + regions[0].Name)
	ops.Get("/maturity?region=99999", http.StatusNotFound)

	criterion := "/maturity/criteria/process.roles"
	ops.Get(criterion, http.StatusOK).Has("form#say", "main: 还没有评")
	ops.Post(criterion, url.Values{"evidence": {""}, "on": {"bald"}}, http.StatusUnprocessableEntity).Has("input[name=on].is-invalid", "main: 这一项要填")
	ops.Post(criterion, url.Values{"holds": {"yes"}, "evidence": {""}, "on": {today}}, http.StatusUnprocessableEntity).Has("form#say textarea.is-invalid")
	ops.Post(criterion, url.Values{"holds": {"yes"}, "evidence": {"SOP <b>第 2 版</b>写明责任岗位"}, "on": {today}}, http.StatusOK).Has("#done", "main: SOP <b>第 2 版</b>写明责任岗位")
	ops.Get("/maturity/criteria/process.compliance", http.StatusNotFound)
	auditor.Get(criterion, http.StatusOK).Lacks("form#say")
	auditor.Post(criterion, url.Values{"holds": {"yes"}, "evidence": {"x"}, "on": {today}}, http.StatusForbidden)

	ops.Get("/maturity/model", http.StatusOK).Has("form#model input[name=weight.process]", "form#model input[name=bound.process.compliance]")
	ops.Post("/maturity/model", url.Values{"version": {"1"}, "bound.process.compliance": {"90 50 70 85"}}, http.StatusUnprocessableEntity).Has("form#model input.is-invalid")
	ops.Post("/maturity/model", url.Values{"version": {"1"}, "bound.process.compliance": {"50 70"}}, http.StatusUnprocessableEntity).Has("main: 每级填一个数")
	ops.Post("/maturity/model", url.Values{"version": {"1"}, "weight.process": {"30"}, "bound.process.compliance": {"40 60 80 90"}}, http.StatusOK).Has("#done")
	ops.Post("/maturity/model", url.Values{"version": {"1"}, "weight.process": {"40"}}, http.StatusConflict).Has("main: 刚才有人改过标准")

	page = ops.Post("/maturity", url.Values{"note": {"第一次"}}, http.StatusOK)
	page.Has("#done", "#note: 第一次", "main: 标准第 2 版", "figure#radar")
	ops.Post("/maturity", url.Values{"note": {"第二次"}}, http.StatusOK).Has("main a[href=/maturity/2?with=1]")
	auditor.Get("/maturity/2?with=1", http.StatusOK).Has("figure#radar .lgs .dash")
	ops.Get("/maturity/9", http.StatusNotFound)
	ops.Get("/maturity/x", http.StatusNotFound)
	ops.Lang = "en"
	ops.Get("/maturity", http.StatusOK).Has("h1: Maturity", "main: Assessments so far", "main: Cannot be judged")
}
