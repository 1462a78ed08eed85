package browsertest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/demo"
	"xiaoguan/internal/i18n"
)

// TestFinanceHandsInReceiptsAndSellersSeeThem: finance downloads the payments of a closed month, hands payroll's answers in, has a rejected payment paid again;
// a seller reads the statement of account.
func TestFinanceHandsInReceiptsAndSellersSeeThem(t *testing.T) {
	t.Parallel()
	needBrowser(t)
	s, company := newDemo(t)
	signedIn := func(role access.Role, lang i18n.Lang) *tab {
		at := slices.IndexFunc(company.Logins, func(l demo.Login) bool { return l.Role == role })
		b := newTab(t, s, lang, "finance-"+string(role))
		b.open("/", 200)
		b.fill(b.T("account.login"), company.Logins[at].Login)
		b.fill(b.T("account.password"), company.Logins[at].Password)
		b.press(b.T("account.sign_in"))
		return b
	}
	finance := signedIn(access.RoleFinance, i18n.ZhCN)
	finance.open("/months", 200)
	closed, err := tell[string](finance, `() => [...document.querySelectorAll('main tr')].find(r => r.textContent.includes('已关账')).querySelector('a').getAttribute('href')`)
	if err != nil {
		t.Fatal(err)
	}
	finance.open(closed, 200)
	finance.mustShow(finance.T("months.documents"))
	finance.look("80-month-closed")
	finance.open(closed+"/receipts", 200)
	finance.look("81-receipts")
	keys, err := tell[string](finance, `() => [...document.querySelectorAll('select[name=person_key] option')].slice(0, 2).map(o => o.value).join(',')`)
	if err != nil {
		t.Fatal(err)
	}
	first, second, _ := strings.Cut(keys, ",")
	file := filepath.Join(t.TempDir(), "receipts.csv")
	day := morning.Format("2006-01-02")
	if err := os.WriteFile(file, []byte("工号,发放日期,流水号,退回原因\n"+first+","+day+",R-1,\n"+second+","+day+",,账号有误\n无此人,"+day+",,\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	finance.upload(finance.T("payroll.file"), []string{file})
	finance.press(finance.T("payroll.take"))
	finance.mustShow(finance.T("payroll.nobody.remedy"))
	finance.look("82-receipts-refused")
	if err := os.WriteFile(file, []byte("工号,发放日期,流水号,退回原因\n"+first+","+day+",R-1,\n"+second+","+day+",,账号有误\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	finance.upload(finance.T("payroll.file"), []string{file})
	finance.press(finance.T("payroll.take"))
	finance.mustShow("账号有误", "R-1")
	finance.press(finance.T("payroll.again"))
	finance.mustShow("第2次发放")
	finance.look("83-receipts-again")
	finance.open("/budget?basis=paid", 200)
	finance.look("84-budget-paid")
	seller := signedIn(access.RoleSeller, i18n.En)
	seller.open("/ledger/account", 200)
	seller.mustShow(seller.T("ledger.opening"), seller.T("ledger.closing"))
	seller.mustNotShow("first_order")
	seller.look("85-account")
	seller.open("/ledger/account?unit=points", 200)
	seller.look("86-points")
	hr := signedIn(access.RoleHR, i18n.ZhCN)
	hr.open("/points", 200)
	hr.mustShow(hr.T("honour.expiry"))
	hr.look("87-points-rules")
}
