package browsertest

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/i18n"
)

// TestASellerDisputesALineAndThreeRule goes the way of a dispute: a seller questions a credit with a file, the lead, finance and HR each
// speak in their own browser, and the seller reads the ruling on the statement.
func TestASellerDisputesALineAndThreeRule(t *testing.T) {
	t.Parallel()
	needBrowser(t)
	s, company := newDemo(t)
	for i, lang := range i18n.Langs() {
		seller := signIn(t, s, lang, company, access.RoleSeller, true)
		statement := "/pay/" + (company.Present - 1).String()
		seller.open(statement, 200)
		address, err := tell[string](seller, `n => [...document.querySelectorAll('main table .no-print a[href^="/disputes/new"]')][n].getAttribute('href')`, i)
		if err != nil {
			t.Fatalf("no line can be disputed: %v\n%s", err, seller.here())
		}
		seller.open(address, 200)
		seller.look(fmt.Sprintf("dispute-%d-form", i))
		seller.fill(seller.T("dispute.text"), "这一笔的拆分不对，见附件")
		seller.fill(seller.T("dispute.expected_ask"), "12,345.00")
		if _, err := tell[bool](seller, `() => { document.querySelector('select[name=cause]').value = 'wrong_split'; return true; }`); err != nil {
			t.Fatal(err)
		}
		evidence := filepath.Join(t.TempDir(), "沟通记录.txt")
		if err := os.WriteFile(evidence, []byte("两人各半"), 0o600); err != nil {
			t.Fatal(err)
		}
		seller.upload(seller.T("dispute.files"), []string{evidence})
		seller.press(seller.T("dispute.raise_button"))
		seller.mustShow(seller.T("dispute.state_raised"), "12,345.00", "沟通记录.txt")
		dispute := seller.path()
		for _, role := range []access.Role{access.RoleLead, access.RoleFinance, access.RoleHR} {
			b := signIn(t, s, lang, company, role, false)
			b.open(dispute, 200)
			if content := b.download("沟通记录.txt"); string(content) != "两人各半" {
				t.Errorf("%s reads %q", role, content)
			}
			if role == access.RoleFinance {
				b.look(fmt.Sprintf("dispute-%d-to-rule", i))
			}
			b.tick(b.T("dispute.outcome_accepted"))
			b.fill(b.T("dispute.reason"), "属实")
			b.press(b.T("dispute.speak_button"))
			b.mustShow("属实")
		}
		seller.open(dispute, 200)
		seller.mustShow(seller.T("dispute.outcome_accepted"), seller.T("dispute.unanimous"), "属实")
		seller.look(fmt.Sprintf("dispute-%d-ruled", i))
		seller.open(statement, 200)
		seller.mustShow(seller.T("dispute.outcome_accepted"))
		seller.look(fmt.Sprintf("dispute-%d-statement", i))
	}
}
