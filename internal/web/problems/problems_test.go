package problems_test

import (
	"net/http"
	"net/url"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/diagnosis"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/pagetest"
)

func TestAProblemGoesItsWay(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "青禾智控")
	house := monthtest.Open(t, site.App.DB, monthtest.Small())
	ops, seller := site.As(t, 0, pagetest.Grant(access.RoleOperations)), site.As(t, house.Person(t, "A"), access.Grant{Role: access.RoleSeller, Scope: access.ScopeOwn})
	ops.Get("/problems", http.StatusOK).Has("h1: 问题清单", "main: 还没有问题")
	seller.Get("/problems/new", http.StatusForbidden)
	typed := url.Values{"title": {"新人<b>没人带</b>"}, "place": {"company 0"}, "area": {"team"}, "evidence": {""}, "source": {"interview"}}
	ops.Get("/problems/new", http.StatusOK).Has("form#problem")
	ops.Post("/problems", typed, http.StatusUnprocessableEntity).Has("textarea[name=evidence].is-invalid")
	typed.Set("evidence", "三个新人都这么说")
	page := ops.Post("/problems", typed, http.StatusOK)
	page.Has("#done", "h1: 新人", "main: 中重要", "main: 三个新人都这么说", "form#rate", "form#assign", "form#move")
	page.Lacks("h1 b")
	ops.Post("/problems/1/rate", url.Values{"gravity": {"5"}, "urgency": {"4"}, "tendency": {"3"}}, http.StatusOK).Has("#done", "main: 高紧急", "main: 60")
	ops.Post("/problems/1/status", url.Values{"status": {"confirmed"}, "note": {""}}, http.StatusUnprocessableEntity).Has("form#move textarea.is-invalid")
	ops.Post("/problems/1/status", url.Values{"status": {"confirmed"}, "note": {"看了带教记录"}}, http.StatusOK).Has("main: 已确认", "main: 看了带教记录")
	seller.Get("/problems/1", http.StatusNotFound)
	typed.Set("source", "review")
	ops.Post("/problems", typed, http.StatusOK)
	ops.Post("/problems/2/merge", url.Values{"into": {"1"}}, http.StatusOK).Has("#merged", "form#unmerge")
	ops.Get("/problems/1", http.StatusOK).Has("main: 管理复盘", "main: 并入的问题")
	ops.Post("/problems/2/unmerge", url.Values{}, http.StatusOK).Has("#done", "form#merge-form")
	ops.Get("/problems?severity=high&status=all", http.StatusOK).Has("main table a: 新人")
	ops.Get("/problems?severity=x", http.StatusNotFound)
	for _, format := range []string{"xlsx", "docx", "pdf"} {
		ops.Get("/problems/file/"+format, http.StatusOK)
	}
	ops.Lang = "en"
	ops.Get("/problems", http.StatusOK).Has("h1: Problems", "main: High, urgent")
}

func TestADiagnosisIsShownWithWhatItLacks(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "青禾智控")
	house := monthtest.Open(t, site.App.DB, monthtest.Small())
	ops, seller := site.As(t, 0, pagetest.Grant(access.RoleOperations)), site.As(t, house.Person(t, "A"), access.Grant{Role: access.RoleSeller, Scope: access.ScopeOwn})
	auditor := site.As(t, 0, pagetest.Grant(access.RoleAuditor))
	ops.Get("/diagnosis", http.StatusOK).Has("h1: 诊断", "main: 还没做过诊断", "form#own", "form#sheets-form", "main: 没有数据")
	auditor.Get("/diagnosis", http.StatusOK).Lacks("form#own")
	seller.Get("/diagnosis", http.StatusForbidden)
	ops.Post("/diagnosis", url.Values{"as_of": {"bald"}}, http.StatusUnprocessableEntity).Has("input[name=as_of].is-invalid")
	ops.Post("/diagnosis", url.Values{"as_of": {site.App.Diagnoses.LastMonthEnd().String()}}, http.StatusOK).Has("main: 正在诊断")
	ops.Post("/diagnosis", url.Values{"as_of": {site.App.Diagnoses.LastMonthEnd().String()}}, http.StatusConflict).Has("main: 已有一个诊断在做")
	run, err := site.App.Diagnoses.StartNow(t.Context(), monthtest.Maker, diagnosis.Ask{AsOf: site.App.Diagnoses.LastMonthEnd()})
	if err != nil || run.State != diagnosis.StateReady {
		t.Fatalf("%+v %v", run, err)
	}
	ops.Get("/diagnosis/2", http.StatusOK).Has("#missing", "#looked", "main: 不能判断的", "main: 培训")
	if _, err := site.App.Diagnoses.StartNow(t.Context(), monthtest.Maker, diagnosis.Ask{AsOf: site.App.Diagnoses.LastMonthEnd()}); err != nil {
		t.Fatal(err)
	}
	ops.Get("/diagnosis/compare?before=2&after=3", http.StatusOK).Has("h1: 比较两次诊断", "#new", "#gone", "#both")
	ops.Get("/diagnosis/compare?before=1&after=3", http.StatusConflict)
	ops.Get("/diagnosis/9", http.StatusNotFound)
}
