package browsertest

import (
	"strconv"
	"testing"

	"xiaoguan/internal/i18n"
)

// TestAClosedMonthIsRecomputedAndAdjusted: a payment comes after the close; a retro finds what it is worth and posts it, finance approves an
// adjustment, and both stand on the next month's statement.
func TestAClosedMonthIsRecomputedAndAdjusted(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Langs() {
		t.Run(string(lang), func(t *testing.T) {
			t.Parallel()
			w := newWalk(t, lang, true)
			w.setUp()
			operations := w.newUser("operations", "周运营", "", "operations:all", "director:all") // who may approve plans, but not their own
			finance := w.newUser("finance", "钱会计", "", "finance:all")
			maker, approver := w.firstSignIn("operations", operations), w.firstSignIn("finance", finance)
			maker.open("/retro", 200)
			maker.mustShow(maker.T("retros.no_closed"))
			maker.look("30-retro-empty")
			w.takeIn(maker)
			w.plans(maker, approver)
			w.calculate(maker)
			w.publish(maker)
			w.closeMonth(approver)
			w.latePayment(maker)
			w.recompute(maker)
			w.adjust(maker, approver)
			w.additions(maker)
		})
	}
}

// set gives a field that nobody types into its value: days, months, choices.
func (b *tab) set(selector, value string) {
	b.t.Helper()
	b.until(selector, `(selector, value) => { const f = document.querySelector(selector); if (!f) return false; f.value = value; f.dispatchEvent(new Event('change', {bubbles: true})); return true; }`, selector, value)
}

// latePayment records 10,000 on deal D1 in the closed month: 10,000 · 3 % · 1.2 = 360.00 more for the seller, whose attainment of 117 % is in
// the same band but earns the over-target bonus of 2,000.00.
func (w *walk) latePayment(b *tab) {
	w.t.Helper()
	b.open("/deals/D1", 200)
	b.set("form#payment [name=key]", "R-late")
	b.set("form#payment [name=paid_on]", "2026-09-28")
	b.set("form#payment [name=amount]", "10,000")
	b.press(b.T("sales.record_payment_button"))
	b.wantStatus(200)
}

func (w *walk) recompute(b *tab) {
	w.t.Helper()
	b.open("/retro", 200)
	b.look("31-retro")
	b.press(b.T("retros.start"))
	b.wait(b.T("retro.state_computed"))
	b.mustShow(nameOf(sellerKey, w.lang), "R-late", "360.00", "2,000.00")
	b.look("32-retro-deltas")
	b.press(b.T("retros.post_button"))
	b.mustShow(b.T("retro.state_posted"))
}

func (w *walk) adjust(maker, approver *tab) {
	w.t.Helper()
	maker.open("/adjustments", 200)
	maker.look("33-adjustments-empty")
	maker.press(maker.T("adjustments.new"))
	maker.look("34-adjustment-form")
	maker.fill(maker.T("adjustments.person_key"), sellerKey)
	maker.set("form#adjustment [name=month]", "2026-10")
	maker.set("form#adjustment [name=kind]", "regular")
	maker.fill(maker.T("adjustments.amount"), "88.80")
	maker.fill(maker.T("adjustments.reason"), "按会议决定补发")
	maker.fill(maker.T("adjustments.evidence"), "会议纪要")
	maker.press(maker.T("adjustments.propose"))
	maker.mustShow(maker.T("adjustments.waiting"), "88.80")
	approver.open("/adjustments", 200)
	approver.press(nameOf(sellerKey, w.lang))
	approver.look("35-adjustment")
	approver.press(approver.T("adjustments.approve"))
	approver.mustShow(approver.T("adjustment.state_approved"))
}

// additions calculates the open month and opens the seller's statement and the readings of the closed one.
func (w *walk) additions(b *tab) {
	w.t.Helper()
	b.open("/months/2026-10", 200)
	b.press(b.T("months.calculate_button"))
	b.wait(b.T("months.additions"))
	b.look("36-month-additions")
	b.press(nameOf(sellerKey, w.lang))
	b.mustShow(b.T("pay.additions"), "R-late", "360.00", "88.80", "按会议决定补发")
	b.look("37-statement-additions")
	b.visit("/statements/2026-09/" + strconv.FormatInt(w.personID(nameOf(sellerKey, w.lang)), 10) + "/as-of")
	b.mustShow(b.T("pay.as_of_now"), "360.00")
	b.look("38-as-of")
}
