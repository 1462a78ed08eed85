package browsertest

import (
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/naming"
)

// TestCustomersAreFoundWhileOneTypes: operations look for a customer by its initials, are offered it in the form of a deal, and are told of it
// when they are about to enter it a second time, in both languages.
func TestCustomersAreFoundWhileOneTypes(t *testing.T) {
	t.Parallel()
	needBrowser(t)
	s, company := newDemo(t)
	for i, lang := range i18n.Langs() {
		b := signIn(t, s, lang, company, access.RoleOperations, false)
		b.open("/customers", 200)
		name, err := tell[string](b, `() => document.querySelector('main tbody a[href^="/customers/"]').textContent.trim()`)
		if err != nil {
			t.Fatal(err)
		}
		written, _, _ := strings.Cut(naming.Text(name), naming.SoundsFrom)
		initials := strings.Split(written, "\n")[1]
		b.open("/customers?q="+initials, 200)
		b.mustShow(name)

		b.open("/new-deal", 200)
		b.fill(b.T("sales.customer_key"), initials)
		b.until("the customer is offered", `name => { const o = [...document.querySelectorAll('#some-customers option')]; return o.length > 0 && o.every(x => x.label.includes(' · ')) && o.some(x => x.label.startsWith(name)); }`, name)

		b.open("/customers/new", 200)
		b.fill(b.T("sales.customer_key"), "TWIN-"+string(lang))
		b.fill(b.T("sales.customer_name"), name+"（中国）有限公司")
		b.wait(b.T("customer.twin_name"))
		b.mustShow(name)
		b.look([]string{"90-twins", "91-twins-english"}[i])
		b.press(b.T("sales.new_customer_button"))
		b.wantStatus(409)
		b.mustShow(b.T("customer.twins_warning"))
		b.look([]string{"92-twins-asked", "93-twins-asked-english"}[i])
		b.press(b.T("customer.enter_despite"))
		b.wantStatus(200)
		b.mustShow("TWIN-" + string(lang))
	}
}
