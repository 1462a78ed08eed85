package browsertest

import (
	"testing"

	"xiaoguan/internal/i18n"
)

// foldsJS counts the parts of a page that are folded, and those that are not.
const foldsJS = `() => ({ Closed: document.querySelectorAll('[data-fold]:not([open])').length, Open: document.querySelectorAll('[data-fold][open]').length })`

type folds struct{ Closed, Open int }

func (b *tab) folds() folds {
	b.t.Helper()
	f, err := tell[folds](b, foldsJS)
	if err != nil {
		b.t.Fatal(err)
	}
	return f
}

// TestACustomersPageIsFoldedOnAPhone: what one needs first is not behind kilometres of what one rarely needs; a touch, a link and a refusal open it.
func TestACustomersPageIsFoldedOnAPhone(t *testing.T) {
	t.Parallel()
	b := newJourney(t, i18n.ZhCN).as("core")
	b.open("/my-customers", 200)
	page := b.linkIn(`main tbody a[href^="/customers/"]`)
	b.open(page, 200)
	if f := b.folds(); f.Closed != 0 || f.Open < 4 {
		t.Fatalf("on a wide screen %+v", f)
	}
	wide, err := tell[int](b, `() => document.querySelector('main').scrollHeight`)
	if err != nil {
		t.Fatal(err)
	}
	b.onPhone()
	b.open(page, 200)
	b.mustShow(b.T("contact.contacts"), b.T("nav.opportunities"), b.T("sales.section_record"))
	b.mustNotShow(b.T("profile.save"))
	if f := b.folds(); f.Open != 0 || f.Closed < 4 {
		t.Fatalf("on a phone %+v", f)
	}
	if narrow, err := tell[int](b, `() => document.querySelector('main').scrollHeight`); err != nil || narrow >= wide {
		t.Errorf("a phone shows %d pixels, a wide screen %d: %v", narrow, wide, err)
	}
	b.show("customer-01-folded")
	b.hit("#section-record>summary")
	b.until("the section that was touched", `() => document.querySelector('#section-record').open`)
	b.mustShow(b.T("sales.record"))

	b.open("/my-customers", 200)
	b.open(page+"#profile", 200)
	b.until("the section that the address leads into", `() => document.querySelector('#section-service').open && !document.querySelector('#section-record').open`)
	b.until("the place that the address means", `() => Math.abs(document.getElementById('profile').getBoundingClientRect().top) < innerHeight`)
	b.write("profile-form", "budget", "很多")
	b.send("profile-form", 422)
	b.until("the section of the form that was refused", `() => document.querySelector('#section-service').open && document.querySelector('#section-service').contains(document.activeElement)`)
	if f := b.folds(); f.Open != 1 {
		t.Errorf("after a refusal %+v", f)
	}
	b.show("customer-02-refused")
	b.onDesk()
	b.until("a wide screen that shows everything", `() => !document.querySelector('[data-fold]:not([open])')`)
}
