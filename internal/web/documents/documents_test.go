package documents_test

import (
	"net/http"
	"net/url"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/pagetest"
)

func TestDocumentsAreReadAndKept(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "青禾智控")
	house := monthtest.Open(t, site.App.DB, monthtest.Small())
	ops, hr, finance := site.As(t, 0, pagetest.Grant(access.RoleOperations)), site.As(t, 0, pagetest.Grant(access.RoleHR)), site.As(t, 0, pagetest.Grant(access.RoleFinance))
	seller := site.As(t, house.Person(t, "A"), access.Grant{Role: access.RoleSeller, Scope: access.ScopeOwn})
	lead := site.As(t, house.Person(t, "M2"), access.Grant{Role: access.RoleLead, Scope: access.ScopeTeamAndBelow})
	seller.Get("/documents", http.StatusForbidden)
	seller.Get("/documents/plan", http.StatusForbidden)
	seller.Get("/documents/diagnosis", http.StatusForbidden)
	ops.Get("/documents", http.StatusOK).Has("h1: 改进文件", "#document-diagnosis", "main: 还没有做完的诊断", "#document-plan", "#document-review", "#document-final", "main: 还没有存下的文件")
	ops.Get("/documents/diagnosis", http.StatusOK).Has("main: 还没有做完的诊断", "main a[href=/diagnosis]")
	ops.Get("/documents/diagnosis?run=9", http.StatusNotFound)
	ops.Get("/documents/diagnosis?run=x", http.StatusNotFound)
	ops.Get("/documents/nothing", http.StatusNotFound)
	page := ops.Get("/documents/plan", http.StatusOK)
	page.Has("#empty", "main: 还没有启用的目标")
	page.Lacks("form#keep")
	ops.Post("/documents/plan/keep", url.Values{"note": {"x"}}, http.StatusConflict).Has("main: 还没有目标和举措")
	ops.Post("/initiatives", url.Values{"title": {"方案<b>先审"}, "budget": {"50,000"}}, http.StatusOK)
	page = ops.Get("/documents/plan", http.StatusOK)
	page.Has("h1: 项目方案", "main: 方案<b>先审", "form#keep", "main a[href=/documents/plan/file/docx]", "main td[data-label=内容]")
	page.Lacks("#empty", "main td b", "#part")
	ops.Get("/documents/review?quarter=2026-Q9", http.StatusUnprocessableEntity)
	ops.Get("/documents/review?quarter=2190-Q1", http.StatusUnprocessableEntity)
	hr.Get("/documents/review", http.StatusOK).Has("#part", "main: 决策和会议不在你的范围内")
	hr.Get("/documents/plan", http.StatusOK).Lacks("form#keep")
	part := lead.Get("/documents/plan", http.StatusOK)
	part.Has("#part")
	part.Lacks("main: 方案<b>先审", "form#keep")
	lead.Get("/documents/review", http.StatusOK).Has("#part", "main: 没有到期要看结果的决策")
	lead.Get("/documents/diagnosis", http.StatusForbidden)
	lead.Get("/documents/copies/1", http.StatusForbidden)
	hr.Get("/documents/diagnosis", http.StatusOK).Has("main: 还没有做完的诊断")
	ops.Get("/documents/final", http.StatusOK).Has("h1: 结项报告", "main: 进行中的举措1项")
	ops.Get("/documents/plan/file/docx", http.StatusOK)
	ops.Get("/documents/plan/file/pdf", http.StatusOK)
	ops.Get("/documents/plan/file/odt", http.StatusNotFound)
	hr.Post("/documents/plan/keep", url.Values{"note": {"x"}}, http.StatusForbidden)
	kept := ops.Post("/documents/final/keep", url.Values{"note": {"董事会<i>用"}}, http.StatusOK)
	kept.Has("#done", "#copy: 董事会<i>用", "h1: 结项报告", "main: 方案<b>先审")
	kept.Lacks("#copy i", "form#keep")
	ops.Post("/initiatives", url.Values{"title": {"后来的"}}, http.StatusOK)
	ops.Get("/documents/final", http.StatusOK).Has("main: 后来的")
	finance.Get("/documents/copies/1", http.StatusOK).Lacks("main: 后来的")
	finance.Get("/documents/copies/1/file/pdf", http.StatusOK)
	hr.Get("/documents/copies/1", http.StatusForbidden)
	ops.Get("/documents/copies/2", http.StatusNotFound)
	ops.Get("/documents", http.StatusOK).Has("main a[href=/documents/copies/1]")
	hr.Get("/documents", http.StatusOK).Lacks("main a[href=/documents/copies/1]")
	ops.Lang = "en"
	ops.Get("/documents/plan", http.StatusOK).Has("h1: Programme plan", "main: Initiatives under way: 2")
	ops.Get("/documents/copies/1", http.StatusOK).Has("h1: Final report", "main: Final report")
}
