package browsertest

import (
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/i18n"
)

// TestACustomerIsHelpedAndAsked opens a case as a seller, answers and solves it as service, makes a link, and answers it as the customer,
// who has no account.
func TestACustomerIsHelpedAndAsked(t *testing.T) {
	t.Parallel()
	needBrowser(t)
	s, company := newDemo(t)
	for _, lang := range i18n.Langs() {
		b := signIn(t, s, lang, company, access.RoleService, true)
		b.open("/today", 200)
		b.look("service-today")
		b.open("/visits", 200)
		b.look("service-visits")
		b.open("/new-case", 200)
		customer, err := tell[string](b, `() => document.querySelector('datalist#some-customers option').value`)
		if err != nil {
			t.Fatal(err)
		}
		b.fill(b.T("sales.customer_key"), customer)
		b.fill(b.T("service.case"), "控制器报错")
		b.press(b.T("service.new"))
		b.mustShow("控制器报错", b.T("service.first_answer"))
		page := b.path()
		id := page[len("/cases/"):]
		b.fill(b.T("service.solution"), "换了电源板")
		b.press(b.T("service.to.solved"))
		b.mustShow("换了电源板", b.T("service.to.closed"))
		b.look("service-case")
		b.open("/case-board", 200)
		b.look("service-board")
		b.open("/invite-survey?case="+id, 200)
		b.press(b.T("survey.make_link"))
		b.mustShow(b.T("survey.copy_now"))
		b.look("service-link")
		link, err := tell[string](b, `() => { const u = new URL(document.querySelector('#f-link').value); return u.pathname + u.search; }`)
		if err != nil {
			t.Fatal(err)
		}
		c := newTab(t, s, lang, "customer")
		c.open(link, 200)
		c.look("service-feedback")
		if _, err := tell[bool](c, `() => { document.querySelector('input[name=score]').checked = true; return true; }`); err != nil {
			t.Fatal(err)
		}
		c.press(c.T("survey.send"))
		c.mustShow(c.T("survey.thanks"))
		b.open("/surveys/1", 200)
		b.look("service-results")
	}
}
