package settle_test

import (
	"testing"

	"pgregory.net/rapid"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/settle"
)

// addTo settles a month that adds differences of January to an earning of deal 9.
func addTo(t interface {
	Fatal(...any)
}, by *plan.Plan, open []settle.Item, past []settle.Past, amounts ...int64) *settle.Result {
	c := settle.Case{Payee: "7", Hired: start.First(), Left: calendar.Forever, Period: start + 20, TakesPart: true, Opening: open, Past: past,
		Deals: []settle.Deal{{Key: "9", AmountFen: 1000, CollectedFen: 500, Refunds: []settle.Refund{{Month: start + 1, RefundedFen: 500, CollectedFen: 500}}, CancelledOn: calendar.Forever}}}
	for i, amount := range amounts {
		c.Added = append(c.Added, settle.Added{ID: string(rune('a' + i)), Component: "commission", Deal: "9", Origin: start, AmountFen: amount, Reason: errs.Msg("settle.reason.added_prior", nil)})
	}
	r, err := settle.Run(by, c)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// clawedBack is the effect of what a month took back or gave back.
func clawedBack(r *settle.Result) (sum int64) {
	for _, p := range r.Postings {
		if p.Kind == settle.PostingClawedBack {
			sum += p.AmountFen
		}
	}
	return sum
}

// TestADifferenceOfWhatNobodyRemembersSharesItsFate: of 300, 100 were taken. What is added loses a third, what is taken away gives a third back. Without any
// past, the clawback answers for what is added: half.
func TestADifferenceOfWhatNobodyRemembersSharesItsFate(t *testing.T) {
	t.Parallel()
	by := clawbackPlan(plan.ClawbackProRata, plan.ClawbackOfEarned)
	third := []settle.Past{{Component: "commission", Deal: "9", Origin: start, EarnedFen: 300, TakenFen: 100}}
	for _, c := range []struct {
		past    []settle.Past
		amounts []int64
		paid    int64
	}{
		{third, []int64{60}, 40}, {third, []int64{-60}, 0}, {third, []int64{-300}, 0}, {third, []int64{-60, 60}, 0}, {third, []int64{60, 60}, 80}, {nil, []int64{60}, 30},
		{[]settle.Past{{Component: "commission", Deal: "9", Origin: start, EarnedFen: 300}}, []int64{60}, 60},
		{[]settle.Past{{Component: "commission", Deal: "9", Origin: start}}, []int64{60}, 30},
	} {
		r := addTo(t, by, nil, c.past, c.amounts...)
		if r.PaidFen != c.paid {
			t.Errorf("%v of %v: paid %d, want %d: %+v", c.amounts, c.past, r.PaidFen, c.paid, r.Postings)
		}
	}
	if r := addTo(t, by, nil, third, -60); len(r.Closing) != 1 || r.Closing[0].Kind != settle.ItemNegative || r.Closing[0].AmountFen != -40 {
		t.Errorf("carried %+v", r.Closing)
	}
}

// TestWhatEarlierMonthsTookMustBeSound: a past that comes twice, is of the month itself or of no deal is refused.
func TestWhatEarlierMonthsTookMustBeSound(t *testing.T) {
	t.Parallel()
	by := clawbackPlan(plan.ClawbackProRata, plan.ClawbackOfEarned)
	one := settle.Past{Component: "commission", Deal: "9", Origin: start, EarnedFen: 300, TakenFen: 100}
	for name, past := range map[string][]settle.Past{
		"twice": {one, one}, "of now": {{Component: "commission", Deal: "9", Origin: start + 20, EarnedFen: 1}}, "of no deal": {{Component: "commission", Origin: start}},
		"below zero": {{Component: "commission", Deal: "9", Origin: start, TakenFen: -1}},
	} {
		_, err := settle.Run(by, settle.Case{Payee: "7", Hired: start.First(), Left: calendar.Forever, Period: start + 20, Past: past})
		if !errs.Is(err, errs.KindInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestNoDifferenceTakesMoreThanWasEarned: however an earning of which a part was taken is lowered and raised, what is taken of it in all is never below zero
// and never more than it earned, and all that was taken comes back when nothing of it is left.
func TestNoDifferenceTakesMoreThanWasEarned(t *testing.T) {
	t.Parallel()
	by := clawbackPlan(plan.ClawbackProRata, plan.ClawbackOfEarned)
	rapid.Check(t, func(t *rapid.T) {
		past := settle.Past{Component: "commission", Deal: "9", Origin: start, EarnedFen: rapid.Int64Range(1, 10_000).Draw(t, "earned")}
		past.TakenFen = rapid.Int64Range(0, past.EarnedFen).Draw(t, "taken")
		for range rapid.IntRange(1, 6).Draw(t, "differences") {
			if past.EarnedFen == 0 {
				break
			}
			amount := rapid.Int64Range(-past.EarnedFen, 10_000).Draw(t, "amount")
			r := addTo(t, by, nil, []settle.Past{past}, amount)
			past.EarnedFen, past.TakenFen = past.EarnedFen+amount, past.TakenFen-clawedBack(r)
			if past.TakenFen < 0 || past.TakenFen > past.EarnedFen {
				t.Fatalf("after %d: %+v", amount, past)
			}
		}
	})
}
