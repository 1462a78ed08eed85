package browsertest

import (
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/opportunity"
)

// dragCard drags the card onto a lane as a mouse would.
const dragCard = `(id, lane) => {
	const card = document.querySelector('.kcard[data-card="' + id + '"]'), to = document.querySelector('[data-lane="' + lane + '"]'), data = new DataTransfer();
	const fire = (element, name) => element.dispatchEvent(new DragEvent(name, {bubbles: true, cancelable: true, dataTransfer: data}));
	fire(card, 'dragstart'); fire(to, 'dragover'); fire(to, 'drop'); fire(card, 'dragend');
	return true;
}`

// pressKey presses a key on the card.
const pressKey = `(id, key) => {
	const card = document.querySelector('.kcard[data-card="' + id + '"]');
	card.focus();
	card.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true}));
	return true;
}`

// stands tells whether the card has settled on a lane.
const stands = `(id, lane) => !!document.querySelector('[data-lane="' + lane + '"] .kcard[data-card="' + id + '"]:not([aria-busy])')`

// TestASellerWorksOnTheBoard takes an opportunity from its form over the board, by keys and by dragging, to the signature.
func TestASellerWorksOnTheBoard(t *testing.T) {
	t.Parallel()
	needBrowser(t)
	s, company := newDemo(t)
	for _, lang := range i18n.Langs() {
		b := signIn(t, s, lang, company, access.RoleSeller, true)
		b.open("/today", 200)
		b.look("pipeline-today")
		b.open("/new-opportunity", 200)
		customer, err := tell[string](b, `() => document.querySelector('datalist#some-customers option').value`)
		if err != nil {
			t.Fatal(err)
		}
		b.fill(b.T("sales.customer_key"), customer)
		b.fill(b.T("opportunity.name"), "二期产线改造")
		b.fill(b.T("opportunity.amount"), "880,000")
		b.press(b.T("opportunity.add"))
		b.mustShow("二期产线改造", "880,000.00")
		b.look("pipeline-opportunity")
		page := b.path()
		id := page[len("/opportunities/"):]
		b.open("/pipeline?q=二期产线改造", 200)
		b.look("pipeline-board")
		act := func(function string, args ...any) {
			t.Helper()
			if _, err := tell[bool](b, function, args...); err != nil {
				t.Fatal(err)
			}
		}
		act(pressKey, id, "ArrowRight")
		b.until("the card beside", stands, id, string(opportunity.StageNeeds))
		act(dragCard, id, string(opportunity.StageContract))
		b.until("the card where it was dropped", stands, id, string(opportunity.StageContract))
		act(dragCard, id, string(opportunity.StageAfterSales))
		b.until("the card back where it was", stands, id, string(opportunity.StageContract))
		b.mustShow(b.T("opportunity.not_moved"), b.T("opportunity.win_first"))
		b.open(page, 200)
		act(`words => { const s = document.querySelector('select[name=sentence]'); s.value = words; return s.value === words; }`, b.T("followup.sentence.call.1"))
		b.press(b.T("followup.save"))
		b.mustShow(b.T("followup.sentence.call.1"))
		b.open("/win-opportunity/"+id, 200)
		b.press(b.T("opportunity.win_button"))
		b.mustShow(b.T("opportunity.deal_missing"), b.T("opportunity.state.won"))
		b.look("pipeline-won")
	}
}
