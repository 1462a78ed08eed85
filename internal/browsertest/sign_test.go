package browsertest

import (
	"testing"

	"xiaoguan/internal/i18n"
)

// TestAManagerSendsAQuoteBackAndADeputySigns: a discount is sent back with a reason and comes again smaller; meanwhile the manager is away, and the
// deputy signs in their place.
func TestAManagerSendsAQuoteBackAndADeputySigns(t *testing.T) {
	t.Parallel()
	j := newJourney(t, i18n.ZhCN)
	seller, lead := j.as("regular"), j.as("lead")
	seller.open("/pipeline", 200)
	opportunity := seller.linkIn(`.kcard a[href^="/opportunities/"]`)
	seller.open("/new-quote?opportunity="+opportunity[len("/opportunities/"):], 200)
	seller.write("quote", "title", "备件年度供货")
	seller.write("quote", "lines.0.text", "易损件包")
	seller.write("quote", "lines.0.quantity", "10")
	seller.write("quote", "lines.0.product", "")
	seller.write("quote", "lines.0.list", "3,000")
	seller.write("quote", "lines.0.discount", "20")
	seller.send("quote", 200)
	quote := seller.path()
	seller.follow(seller.T("quote.submit"))

	lead.open("/approvals", 200)
	lead.open(lead.linkWith("备件年度供货"), 200)
	lead.mustShow("备件年度供货")
	lead.show("sign-01-request")
	lead.open(quote, 200)
	lead.mustShow("24,000.00", "20.0%", seller.T("quote.beyond"))
	lead.press(lead.T("commerce.return")) // without a reason it is not sent back
	lead.wantStatus(422)
	lead.mustShow("备件年度供货")
	lead.show("sign-02-reason-asked")
	lead.write("approve-form", "note", "二成太多，一成以内再来")
	lead.follow(lead.T("commerce.return"))

	seller.open("/notices", 200)
	seller.mustShow("备件年度供货")
	seller.open(quote, 200)
	seller.mustShow(seller.T("quote.returned"), "二成太多，一成以内再来")
	seller.show("sign-03-returned")
	seller.follow(seller.T("quote.edit"))
	seller.write("quote", "lines.0.discount", "4")
	seller.send("quote", 200)

	lead.open("/approvals/stand-ins", 200)
	lead.write("stand-in", "to", "director")
	lead.pick("stand-in", "until", "2026-10-10")
	lead.show("sign-04-stand-in")
	lead.send("stand-in", 200)
	lead.mustShow(j.nameOf("director"))

	seller.follow(seller.T("quote.submit"))
	seller.mustShow("28,800.00", seller.T("quote.waits"))
	deputy := j.as("director")
	deputy.open("/approvals", 200)
	deputy.mustShow("备件年度供货")
	deputy.open(quote, 200)
	deputy.show("sign-05-deputy")
	deputy.follow(deputy.T("commerce.approve"))
	seller.open(quote, 200)
	seller.mustShow(seller.T("quote.state.approved"), j.nameOf("director"))
	seller.show("sign-06-approved")
	lead.open("/approvals?box=done", 200)
	lead.mustShow("备件年度供货")
}

// linkIn is where the first link that is selected leads.
func (b *tab) linkIn(selector string) string {
	b.t.Helper()
	b.until(selector, `selector => !!document.querySelector(selector)`, selector)
	link, err := tell[string](b, `selector => document.querySelector(selector).getAttribute('href')`, selector)
	if err != nil {
		b.t.Fatal(err)
	}
	return link
}

// linkWith is where the link leads whose words hold those.
func (b *tab) linkWith(words string) string {
	b.t.Helper()
	link, err := tell[string](b, `words => [...document.querySelectorAll('main a[href]')].find(a => a.innerText.includes(words))?.getAttribute('href') || ''`, words)
	if err != nil || link == "" {
		b.t.Fatalf("%s: no link with %s: %v\n%s", b.name, words, err, b.here())
	}
	return link
}
