package settle_test

import (
	"math/big"
	"testing"

	"github.com/google/go-cmp/cmp"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/settle"
)

// clawbackPlan takes back what is refunded or called off within two months.
func clawbackPlan(share plan.ClawbackShare, basis string) *plan.Plan {
	return &plan.Plan{ID: "p", Components: []plan.Component{{ID: "commission"}}, Settle: &plan.Settlement{ByDeal: []string{"commission"}, Negative: &plan.CarriedNegative{Offset: plan.OffsetAll},
		Clawback: &plan.Clawback{Components: []string{"commission"}, On: []string{plan.ClawbackOnRefund, plan.ClawbackOnCancellation}, WithinMonths: 2, Share: share, Basis: basis}}}
}

// lateMonth is a month of a chain: what it earns with deal 9, and what is known of the deal by then.
type lateMonth struct {
	earned, collected int64
	refunds           []settle.Refund
	cancelled         calendar.Date
	added             []settle.Added
	paid              int64 // wanted
}

func playLate(t *testing.T, by *plan.Plan, open []settle.Item, months []lateMonth) []settle.Item {
	t.Helper()
	for i, m := range months {
		c := settle.Case{Payee: "7", Hired: start.First(), Left: calendar.Forever, Period: start + calendar.Month(i), TakesPart: true, Opening: open, Added: m.added,
			Deals: []settle.Deal{{Key: "9", AmountFen: 1000, CollectedFen: m.collected, Refunds: m.refunds, CancelledOn: m.cancelled}}}
		if m.cancelled == 0 {
			c.Deals[0].CancelledOn = calendar.Forever
		}
		if m.earned > 0 {
			c.Earned = []settle.Earned{{Component: "commission", AmountFen: m.earned, Parts: []settle.Part{{Deal: "9", Exact: big.NewRat(m.earned, 1)}}}}
		}
		r, err := settle.Run(by, c)
		if err != nil {
			t.Fatal(err)
		}
		if r.PaidFen != m.paid {
			t.Errorf("%s: paid %d, want %d: %+v", r.Period, r.PaidFen, m.paid, r.Postings)
		}
		open = r.Closing
	}
	return open
}

// TestWhatIsOlderThanTheWindowIsNotTakenBackHoweverLate: the earning is of January, and refunds up to March are answered for. One of March is
// recorded in May: half of 100. One of April is too late in the world, and takes nothing.
func TestWhatIsOlderThanTheWindowIsNotTakenBackHoweverLate(t *testing.T) {
	t.Parallel()
	march, april := settle.Refund{Month: start + 2, RefundedFen: 500, CollectedFen: 500}, settle.Refund{Month: start + 3, RefundedFen: 250, CollectedFen: 250}
	playLate(t, clawbackPlan(plan.ClawbackProRata, plan.ClawbackOfEarned), nil, []lateMonth{{earned: 100, collected: 1000, paid: 100}, {collected: 1000}, {collected: 1000}, {collected: 1000},
		{collected: 250, refunds: []settle.Refund{march, april}}, {earned: 80, collected: 250, refunds: []settle.Refund{march, april}, paid: 30}})
}

// TestAnEarningIsForgottenAYearAfterItsWindow, so that what stays open has an end.
func TestAnEarningIsForgottenAYearAfterItsWindow(t *testing.T) {
	t.Parallel()
	months := make([]lateMonth, 3+settle.LateMonths)
	months[0] = lateMonth{earned: 100, collected: 1000, paid: 100}
	for i := range months {
		months[i].collected = 1000
	}
	by := clawbackPlan(plan.ClawbackFull, plan.ClawbackOfEarned)
	if open := playLate(t, by, nil, months[:len(months)-1]); len(open) != 1 {
		t.Errorf("not remembered: %+v", open)
	}
	if open := playLate(t, by, nil, months); len(open) != 0 {
		t.Errorf("remembered still: %+v", open)
	}
}

// TestEarningsOfBeforeAnswersWereKept: of 100 that were earned 60 are left, because a refund of January was answered for. That refund does
// not count again; one of February does: a half of 60. A cancellation of January that becomes known only now is too old to be told from what
// was answered for.
func TestEarningsOfBeforeAnswersWereKept(t *testing.T) {
	t.Parallel()
	older := []settle.Item{{Kind: settle.ItemEarning, Component: "commission", Deal: "9", Origin: start - 1, BasisFen: 60, PaidFen: 60}}
	january, february := settle.Refund{Month: start - 1, RefundedFen: 400, CollectedFen: 600}, settle.Refund{Month: start, RefundedFen: 300, CollectedFen: 300}
	open := playLate(t, clawbackPlan(plan.ClawbackProRata, plan.ClawbackOfEarned), older, []lateMonth{
		{earned: 50, collected: 300, refunds: []settle.Refund{january, february}, paid: 0}, // 30 of before and 25 of now are taken: 5 carried
		{earned: 10, collected: 300, refunds: []settle.Refund{january, february}, cancelled: (start - 1).First(), paid: 5}})
	want := []settle.Item{
		{Kind: settle.ItemEarning, Component: "commission", Deal: "9", Origin: start - 1, BasisFen: 30, PaidFen: 30, EarnedFen: 60, TakenFen: 30, Since: start,
			Answers: []settle.Answer{{Month: start, RefundedFen: 300, CollectedFen: 300, AnsweredFen: 30, TakenFen: 30}}},
		{Kind: settle.ItemEarning, Component: "commission", Deal: "9", Origin: start, BasisFen: 25, PaidFen: 25, EarnedFen: 50, TakenFen: 25,
			Answers: []settle.Answer{{Month: start, RefundedFen: 300, CollectedFen: 300, AnsweredFen: 25, TakenFen: 25}}},
		{Kind: settle.ItemEarning, Component: "commission", Deal: "9", Origin: start + 1, BasisFen: 10, PaidFen: 10, EarnedFen: 10},
	}
	if diff := cmp.Diff(want, open); diff != "" {
		t.Error(diff)
	}
}

// TestADifferenceIsRefundedWithItsEarning: January earned 100; half was refunded in February: 50. 40 more of January are found in March: half
// of them is answered for at once. Then it is found that nothing was refunded: 50 and 20 are given back.
func TestADifferenceIsRefundedWithItsEarning(t *testing.T) {
	t.Parallel()
	half := []settle.Refund{{Month: start + 1, RefundedFen: 500, CollectedFen: 500}}
	more := []settle.Added{{ID: "1", Component: "commission", Deal: "9", Origin: start, AmountFen: 40, Reason: errs.Msg("settle.reason.added_prior", nil)}}
	playLate(t, clawbackPlan(plan.ClawbackProRata, plan.ClawbackOfPaid), nil, []lateMonth{{earned: 100, collected: 1000, paid: 100}, {collected: 500, refunds: half},
		{collected: 500, refunds: half, added: more}, {earned: 70, collected: 500, refunds: half, paid: 40}, {collected: 1000, paid: 70}})
}

// TestTheRuleOfTodayDoesNotTouchWhatWasAnsweredFor: a quarter was taken in proportion; that another version takes all changes nothing as long
// as nothing else became known.
func TestTheRuleOfTodayDoesNotTouchWhatWasAnsweredFor(t *testing.T) {
	t.Parallel()
	quarter := []settle.Refund{{Month: start, RefundedFen: 250, CollectedFen: 750}}
	open := playLate(t, clawbackPlan(plan.ClawbackProRata, plan.ClawbackOfEarned), nil, []lateMonth{{earned: 100, collected: 750, refunds: quarter, paid: 75}})
	c := settle.Case{Payee: "7", Hired: start.First(), Left: calendar.Forever, Period: start + 1, Opening: open, Deals: []settle.Deal{{Key: "9", AmountFen: 1000, CollectedFen: 750, Refunds: quarter, CancelledOn: calendar.Forever}}}
	r, err := settle.Run(clawbackPlan(plan.ClawbackFull, plan.ClawbackOfEarned), c)
	if err != nil || len(r.Postings) != 1 || r.PaidFen != 0 {
		t.Errorf("%+v, %v", r, err)
	}
}
