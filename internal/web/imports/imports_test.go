package imports_test

import (
	"net/http"
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/pagetest"
)

func TestAnImportIsPreviewedInWords(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "青禾智控")
	operations := site.As(t, 0, pagetest.Grant(access.RoleOperations))
	operations.Get("/imports", http.StatusOK).Has("form#upload input[type=file]", ".xg-state a[href=/import-template]")
	page := operations.Upload("/imports", "人员.csv", "工号,姓名,团队编号,层级,入职日期\n1001,王芳,T1,core,2021-03-15\n1002,李四,T1,核心,2021-02-30\n", http.StatusOK)
	page.Has("table td: 核心销售", "form#apply button.btn-primary", "form#mapping textarea", ".chip.bad")
	page.Lacks("table td: core", "form#undo", "a[href="+page.Path+"/rejected]")
	quotas := operations.Upload("/imports", "任务额.csv", "工号,月份,口径,任务额\n1001,2026-09,collected,300000.00\n", http.StatusOK)
	quotas.Has("table td: 回款")
	quotas.Lacks("table td: collected")
	quotas.Lacks("table th: of")
	contracts := operations.Upload("/imports", "合同.csv", "合同编号,合同名称,客户编号,负责人工号,合同金额,签约日期\nHT1,框架合同,C1,1001,30000.00,2026-08-20\n", http.StatusOK)
	contracts.Has("main: 合同", "table td: 框架合同", "table td: 30000.00", "form#apply button.btn-primary")
	contracts.Lacks("main: ⟦")
	cases := operations.Upload("/imports", "售后工单.csv", "工单编号,工单标题,客户编号,提交时间\nGD1,读数漂移,C1,2026-08-21 25:30\n", http.StatusOK)
	cases.Has("main: 售后工单", ".chip.bad")
	cases.Lacks("main: ⟦")
	if file := operations.Get("/import-template", http.StatusOK); !strings.HasPrefix(file.Text, "PK") {
		t.Error("the template is no workbook")
	}
	operations.Upload("/imports", "空.csv", "", http.StatusUnprocessableEntity).Has("main: 空.csv")
}

func TestWhoMayNotImportSeesNoImports(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "青禾智控")
	operations := site.As(t, 0, pagetest.Grant(access.RoleOperations))
	made := operations.Upload("/imports", "人员.csv", "工号,姓名,层级,入职日期\n1001,王芳,core,2021-03-15\n", http.StatusOK)
	lead := site.As(t, 0, access.Grant{Role: access.RoleLead, Scope: access.ScopeTeamAndBelow})
	lead.Get("/imports", http.StatusForbidden).Lacks("form#upload", "table")
	lead.Get(made.Path, http.StatusForbidden).Lacks("main: 王芳")
	lead.Get("/people", http.StatusOK).Lacks("nav.xg-rail a[href=/imports]")
	lead.Upload("/imports", "a.csv", "x\n", http.StatusForbidden)
	operations.Get("/imports/none", http.StatusNotFound)
}
