package browsertest

import (
	"slices"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/demo"
	"xiaoguan/internal/i18n"
)

// TestASellerAcceptsHerPlanAndTheBoardKnows: sales operations sees on the board who has not accepted; a seller reads her plan and accepts it;
// human resources records a signed sheet for somebody else.
func TestASellerAcceptsHerPlanAndTheBoardKnows(t *testing.T) {
	t.Parallel()
	needBrowser(t)
	s, company := newDemo(t)
	signedIn := func(role access.Role, lang i18n.Lang) *tab {
		at := slices.IndexFunc(company.Logins, func(l demo.Login) bool { return l.Role == role })
		b := newTab(t, s, lang, "consent-"+string(role))
		b.open("/", 200)
		b.fill(b.T("account.login"), company.Logins[at].Login)
		b.fill(b.T("account.password"), company.Logins[at].Password)
		b.press(b.T("account.sign_in"))
		return b
	}
	seller := signedIn(access.RoleSeller, i18n.ZhCN)
	seller.open("/my-plans", 200)
	seller.mustShow(seller.T("consent.mine"))
	seller.look("70-my-plans")
	first, err := tell[string](seller, `() => document.querySelector('main a[href^="/my-plans/"]').getAttribute('href')`)
	if err != nil {
		t.Fatal(err)
	}
	seller.open(first, 200)
	seller.look("71-my-plan")
	seller.press(seller.T("consent.accept"))
	seller.mustShow("签收，文本摘要")
	seller.look("72-my-plan-accepted")
	hr := signedIn(access.RoleHR, i18n.En)
	hr.open("/plans/coverage?show=unaccepted", 200)
	hr.mustShow(hr.T("consent.coverage"), hr.T("consent.acceptance"), hr.T("consent.reached"))
	hr.look("73-coverage")
	before, err := tell[int](hr, `() => document.querySelectorAll('form[action="/plans/coverage/paper"]').length`)
	if err != nil || before == 0 {
		t.Fatalf("%d signatures to record, %v", before, err)
	}
	hr.press(hr.T("consent.paper_record"))
	if after, err := tell[int](hr, `() => document.querySelectorAll('form[action="/plans/coverage/paper"]').length`); err != nil || after != before-1 {
		t.Errorf("%d signatures to record after %d, %v", after, before, err)
	}
	plan, err := tell[string](hr, `() => document.querySelector('td a[href^="/plans/"]:not([href*="coverage"])').getAttribute('href')`)
	if err != nil {
		t.Fatal(err)
	}
	hr.open(plan+"/consent", 200)
	hr.mustShow(hr.T("consent.record"), "全员会宣讲")
	hr.look("74-announcements")
}
