package engine_test

import (
	"math/big"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/settle"
)

const settlingPlan = `xiaoguan: plan/1
id: settling
name: {zh: 例, en: Sample}
layer: regular
currency: CNY
period: month
effective: {from: 2026-01-01}
participants: {level: [regular]}
statements: {earned_on: collected, payable_on: period_close, refund: kept_until_clawback, negative_result: stands, level_at: period_end, joiner: full_period,
  leaver: full_period, leaver_later_collections: unpaid}
measures:
  credited: {name: {zh: 回款业绩, en: collections}, credits: collected, sum: amount, window: period}
  receipts: {name: {zh: 回款笔数, en: receipts}, credits: collected, count: credits, window: period}
  ever: {name: {zh: 累计回款, en: ever}, credits: collected, sum: amount, window: ever}
components:
  - id: commission
    name: {zh: 提成, en: Commission}
    pays: {rate: 3%, of: credited}
    round: {mode: half_away_from_zero, at: component}
    cap: {amount: 10000.00, excess: dropped}
  - id: visits
    name: {zh: 笔数奖, en: Receipts}
    pays: {amount: 10.00, per: receipts}
settle:
  by_deal: [commission]
  clawback: {components: [commission], on: [refund, cancellation], within_months: 6, share: pro_rata, basis: earned}
  negative: {offset: all}
  hold: {components: [commission], until: {when: [{measure: ever, at_least: 500.00}]}, if_left: continues}
`

// settlingFacts: one seller owns deals 9 and 10, a second has 0.01 % of deal 10, so that a small refund of it gives a part of 0.
func settlingFacts() *engine.Facts {
	always := calendar.Interval{From: calendar.NoDate, To: calendar.Forever}
	hired := calendar.NewDate(2025, 1, 1)
	person := func(key string) engine.Person {
		return engine.Person{Key: key, Hired: hired, Left: calendar.Forever, Spans: []engine.Span{{Days: always, Team: engine.None, Level: "regular"}}}
	}
	signed := calendar.NewDate(2026, 1, 2)
	f := &engine.Facts{Currency: "CNY", Persons: []engine.Person{person("7"), person("8")}, Customers: []engine.Customer{{Key: "K"}},
		Deals: []engine.Deal{{Key: "9", Product: engine.None, SignedOn: signed, AmountFen: 100_000, ShareTo: 1},
			{Key: "10", Product: engine.None, SignedOn: signed, AmountFen: 50_000, ShareFrom: 1, ShareTo: 3}},
		Shares: []engine.Share{{Person: 0, BasisPoints: 10_000}, {Person: 0, BasisPoints: 9_999}, {Person: 1, BasisPoints: 1}}}
	f.DealsMore = []engine.DealMore{{Referrer: engine.None, CancelledOn: calendar.Forever}, {Referrer: engine.None, CancelledOn: calendar.NewDate(2026, 2, 27)}}
	for i, p := range []struct {
		deal       int32
		month, day int
		amount     int64
	}{{0, 1, 5, 20_000}, {1, 1, 6, 10_000}, {0, 2, 5, 10_000}, {0, 2, 20, -15_000}, {1, 2, 20, -10}, {0, 3, 1, 500_000}} {
		f.Payments.Order, f.Payments.Deal = append(f.Payments.Order, int64(i+1)), append(f.Payments.Deal, p.deal)
		f.Payments.On = append(f.Payments.On, calendar.NewDate(2026, time.Month(p.month), p.day))
		f.Payments.AmountFen = append(f.Payments.AmountFen, p.amount)
	}
	return f
}

func runSettling(t *testing.T, text string, facts *engine.Facts, month calendar.Month) (*engine.Result, *plan.Plan) {
	t.Helper()
	p, err := plan.DecodePlan("settling", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	_, crediting := w1Plans(t)
	r, err := engine.Run(engine.Input{Period: month, Plans: []*plan.Plan{p}, Crediting: crediting, Facts: facts})
	if err != nil {
		t.Fatal(err)
	}
	return r, p
}

func amounts(r *engine.Result, person int32) (list []int64) {
	for _, p := range r.Payouts {
		if p.Person == person {
			list = append(list, p.AmountFen)
		}
	}
	return list
}

// TestRefundsMakeNoCreditUntilClawback: February has a payment of 100.00 and refunds of 150.00 and 0.10. Kept until a clawback, the
// refunds count neither in sums nor as credits, not even as parts of 0; otherwise they do.
func TestRefundsMakeNoCreditUntilClawback(t *testing.T) {
	t.Parallel()
	february := calendar.NewMonth(2026, 2)
	r, _ := runSettling(t, settlingPlan, settlingFacts(), february)
	if got := amounts(r, 0); got[0] != 300 || got[1] != 1000 {
		t.Errorf("kept: %v", got)
	}
	if got := amounts(r, 1); got[0] != 0 || got[1] != 0 {
		t.Errorf("kept: a refund's part of 0 counts: %v", got)
	}
	head, _, _ := strings.Cut(settlingPlan, "settle:")
	negative := strings.Replace(head, "kept_until_clawback", "negative_credit_when_refunded", 1)
	r, _ = runSettling(t, negative, settlingFacts(), february)
	if got := amounts(r, 0); got[0] != -150 || got[1] != 3000 {
		t.Errorf("negative: %v", got) // 3% of 100 - 150 - 0.10 is -1.503, and three credits
	}
	if got := amounts(r, 1); got[1] != 1000 {
		t.Errorf("negative: a refund's part of 0 does not count: %v", got)
	}
}

// TestSettlementsOfAChainOfMonths goes from payments to what is paid, by hand:
//
//	Jan  9: 200.00 earn 6.00, 10: 99.99 (of 100.00) earn 2.9997; 8.9997 is 9.00, split 6.00 and 3.00; both held, as only 299.99 ever. Visits 20.00 paid.
//	Feb  9: 100.00 earn 3.00. Refund of 150 of 300 collected: half of 6.00 and of 3.00: 3.00 from the hold, 1.50 of the month's own.
//	     10 is cancelled: 3.00 from the hold. Ever 399.99: not released. Paid: visits 10.00. Held: 3.00 and 1.50.
//	Mar  9: 5,000.00 earn 150.00; ever beyond 500: 3.00 and 1.50 released, 150.00 not held. Visits 10.00. Paid 164.50.
func TestSettlementsOfAChainOfMonths(t *testing.T) {
	t.Parallel()
	var open []settle.Item
	for i, want := range []int64{2000, 1000, 16450} {
		month := calendar.NewMonth(2026, time.Month(i+1))
		r, p := runSettling(t, settlingPlan, settlingFacts(), month)
		c, err := r.SettlementCase(0, 0, open, nil)
		if err != nil {
			t.Fatal(err)
		}
		exact := new(big.Rat)
		for _, part := range c.Earned[0].Parts {
			exact.Add(exact, part.Exact)
		}
		s, err := r.Statement(0, 0)
		if err != nil {
			t.Fatal(err)
		}
		if sum, _ := new(big.Rat).SetString(s.Components[0].Exact); exact.Cmp(sum) != 0 {
			t.Errorf("%s: the deals earn %s, the component %s", month, exact, sum)
		}
		settled, err := settle.Run(p, c)
		if err != nil {
			t.Fatal(err)
		}
		if settled.PaidFen != want {
			t.Errorf("%s: paid %d, want %d\n%+v", month, settled.PaidFen, want, settled.Postings)
		}
		open = settled.Closing
	}
}

// TestSomebodyThePlanDoesNotPaySettlesOpeningItems: no earnings and no part in the plan, but the deals of the items are known.
func TestSomebodyThePlanDoesNotPaySettlesOpeningItems(t *testing.T) {
	t.Parallel()
	facts := settlingFacts()
	facts.Persons[0].Spans[0].Level = "core"
	r, _ := runSettling(t, settlingPlan, facts, calendar.NewMonth(2026, 3))
	january := calendar.NewMonth(2026, 1)
	c, err := r.SettlementCase(0, 0, []settle.Item{{Kind: settle.ItemHeld, Component: "commission", Deal: "9", Origin: january, AmountFen: 1, BasisFen: 1},
		{Kind: settle.ItemHeld, Component: "commission", Deal: "gone", Origin: january, AmountFen: 1, BasisFen: 1}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if c.TakesPart || c.ConditionsMet || len(c.Earned) > 0 || len(c.Deals) != 1 || c.Deals[0].CollectedFen != 515_000 {
		t.Errorf("%+v", c)
	}
}
