package settle_test

import (
	"encoding/json"
	"math/big"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/settle"
)

var (
	componentIDs = []string{"retention", "commission", "bonus"} // not in the order of the alphabet
	dealKeys     = []string{"9", "10", "A"}                     // natural order is not that of bytes
	start        = calendar.NewMonth(2026, 1)
)

// chain is a payee's months under one plan.
type chain struct {
	first, then *plan.Plan // then: from the month of change on
	change      int
	cases       []settle.Case // without opening items
}

func (c chain) planOf(period calendar.Month) *plan.Plan {
	if int(period-start) >= c.change {
		return c.then
	}
	return c.first
}

func percent(t *rapid.T, name string) decimal.Decimal {
	return decimal.FromInt(int64(rapid.SampledFrom([]int{10, 25, 33, 50, 70, 100}).Draw(t, name)), 2)
}

func someOf(t *rapid.T, name string) []string {
	return rapid.SliceOfNDistinct(rapid.SampledFrom(componentIDs), 1, 3, rapid.ID).Draw(t, name)
}

func maybe(t *rapid.T, name string) bool { return rapid.IntRange(0, 2).Draw(t, name) > 0 }

func drawPlan(t *rapid.T) *plan.Plan {
	p := &plan.Plan{ID: "p"}
	for _, id := range componentIDs {
		p.Components = append(p.Components, plan.Component{ID: id})
	}
	leaving := rapid.SampledFrom([]plan.IfLeft{plan.IfLeftForfeited, plan.IfLeftPaid, plan.IfLeftContinues})
	s := &plan.Settlement{ByDeal: someOf(t, "by deal")}
	if maybe(t, "clawback") {
		s.Clawback = &plan.Clawback{Components: someOf(t, "claw components"), On: []string{plan.ClawbackOnRefund}, WithinMonths: rapid.IntRange(0, 4).Draw(t, "within"),
			Share: rapid.SampledFrom([]plan.ClawbackShare{plan.ClawbackFull, plan.ClawbackProRata, plan.ClawbackSteps}).Draw(t, "share"),
			Basis: rapid.SampledFrom([]string{plan.ClawbackOfEarned, plan.ClawbackOfPaid}).Draw(t, "basis")}
		if rapid.Bool().Draw(t, "on cancellation") {
			s.Clawback.On = append(s.Clawback.On, plan.ClawbackOnCancellation)
		}
		if s.Clawback.Share == plan.ClawbackSteps {
			s.Clawback.Steps = []plan.ClawbackStep{{Months: 1, Percent: percent(t, "step 1")}, {Months: 3, Percent: percent(t, "step 2")}}
		}
	}
	if maybe(t, "negative") {
		s.Negative = &plan.CarriedNegative{Offset: rapid.SampledFrom([]plan.NegativeOffset{plan.OffsetAll, plan.OffsetSameComponent}).Draw(t, "offset"),
			ForgivenAfterMonths: rapid.IntRange(0, 3).Draw(t, "forgiven")}
	}
	if maybe(t, "instalments") {
		first := rapid.SampledFrom([]int64{33, 50, 60}).Draw(t, "first part")
		s.Instalments = &plan.Instalments{Components: someOf(t, "instalment components"), IfLeft: leaving.Draw(t, "instalments if left"), Parts: []plan.Instalment{
			{AfterMonths: rapid.IntRange(0, 1).Draw(t, "after"), Percent: decimal.FromInt(first, 2)},
			{AfterMonths: 2, Percent: decimal.FromInt(17, 2)}, {AfterMonths: 3, Percent: decimal.FromInt(83-first, 2)}}}
	}
	if maybe(t, "hold") {
		s.Hold = &plan.Hold{Components: someOf(t, "hold components"), IfLeft: leaving.Draw(t, "hold if left"), ExpiresAfterMonths: rapid.IntRange(0, 4).Draw(t, "expires")}
		switch rapid.IntRange(0, 2).Draw(t, "until") {
		case 0:
			p := percent(t, "collected")
			s.Hold.Collected, s.Hold.ShareOfCash = &p, rapid.Bool().Draw(t, "share of cash")
		case 1:
			s.Hold.Months = rapid.IntRange(1, 3).Draw(t, "months")
		default:
			s.Hold.When = []plan.Condition{{}}
		}
	}
	if maybe(t, "guarantee") {
		s.Guarantee = &plan.Guarantee{AmountFen: rapid.Int64Range(0, 30).Draw(t, "guarantee amount"), Months: rapid.IntRange(1, 4).Draw(t, "guarantee months")}
	}
	if maybe(t, "draw") {
		s.Draw = &plan.Draw{Style: rapid.SampledFrom([]plan.DrawStyle{plan.DrawTopUp, plan.DrawLoan, plan.DrawNetted}).Draw(t, "style"),
			AmountFen: rapid.Int64Range(0, 40).Draw(t, "draw amount"), FromMonth: rapid.IntRange(0, 2).Draw(t, "from"), Months: rapid.IntRange(1, 4).Draw(t, "draw months"),
			ForgivenAtLeaving: rapid.Bool().Draw(t, "forgiven at leaving")}
		if s.Draw.Style != plan.DrawNetted && maybe(t, "recoverable") {
			s.Draw.Recoverable, s.Draw.RecoverFromMonth, s.Draw.RecoverPercent = true, rapid.IntRange(0, 4).Draw(t, "recover from"), percent(t, "recover")
			s.Draw.RecoverFloorFen = rapid.Int64Range(0, 20).Draw(t, "floor")
		}
	}
	p.Settle = s
	return p
}

func drawChain(t *rapid.T) chain {
	c := chain{first: drawPlan(t)}
	c.then = c.first
	if rapid.IntRange(0, 3).Draw(t, "changes") == 0 {
		c.then, c.change = drawPlan(t), rapid.IntRange(1, 5).Draw(t, "change")
	}
	months := rapid.IntRange(1, 7).Draw(t, "length")
	hired := (start - calendar.Month(rapid.IntRange(0, 2).Draw(t, "hired before"))).First() + 4
	left := calendar.Forever
	if rapid.Bool().Draw(t, "leaves") {
		left = (start + calendar.Month(rapid.IntRange(0, months).Draw(t, "leaves in"))).First() + calendar.Date(rapid.IntRange(0, 20).Draw(t, "leaves on"))
	}
	deals := []*dealHistory{}
	for _, key := range dealKeys {
		deals = append(deals, &dealHistory{Deal: settle.Deal{Key: key, AmountFen: rapid.Int64Range(-1, 60).Draw(t, "deal "+key), CancelledOn: calendar.Forever},
			collected: map[calendar.Month]int64{}, refunded: map[calendar.Month]int64{}})
	}
	for k := range months {
		period := start + calendar.Month(k)
		one := settle.Case{Payee: "7", Hired: hired, Left: left, Period: period, TakesPart: maybe(t, "takes part"), ConditionsMet: rapid.IntRange(0, 3).Draw(t, "met") == 0}
		for _, d := range deals {
			d.happen(t, period)
			one.Deals = append(one.Deals, d.known(period))
		}
		for _, id := range componentIDs {
			e := settle.Earned{Component: id, AmountFen: rapid.SampledFrom([]int64{0, 1, 7, 20, 41, -9, -30}).Draw(t, "earned "+id)}
			for range rapid.IntRange(0, 4).Draw(t, "parts") {
				e.Parts = append(e.Parts, settle.Part{Deal: rapid.SampledFrom(dealKeys).Draw(t, "of"), Exact: big.NewRat(rapid.Int64Range(-20, 60).Draw(t, "part"), 3)})
			}
			one.Earned = append(one.Earned, e)
		}
		for i := range rapid.IntRange(0, 2).Draw(t, "added") {
			a := settle.Added{ID: strconv.Itoa(i), Component: rapid.SampledFrom(componentIDs).Draw(t, "added to"),
				AmountFen: rapid.SampledFrom([]int64{1, 13, -8, -40}).Draw(t, "added amount"), Reason: errs.Msg("settle.reason.earned", nil)}
			if rapid.Bool().Draw(t, "of a closed month") {
				a.Origin, a.Deal = period-calendar.Month(rapid.IntRange(1, 3).Draw(t, "months ago")), rapid.SampledFrom(append(dealKeys, "")).Draw(t, "added deal")
			}
			one.Added = append(one.Added, a)
		}
		c.cases = append(c.cases, one)
	}
	return c
}

// dealHistory is a deal with what happened to it by month, as it is known by now.
type dealHistory struct {
	settle.Deal
	collected, refunded map[calendar.Month]int64
}

// happen lets something become known of a deal in a month: of that month, or late of one before it.
func (d *dealHistory) happen(t *rapid.T, period calendar.Month) {
	month := period
	if rapid.IntRange(0, 2).Draw(t, "late "+d.Key) == 0 {
		month -= calendar.Month(rapid.IntRange(0, 3).Draw(t, "late by"))
	}
	switch rapid.IntRange(0, 6).Draw(t, "event "+d.Key) {
	case 0, 1:
		d.collected[month] += rapid.Int64Range(1, 30).Draw(t, "collected")
	case 2:
		d.refunded[month] += rapid.Int64Range(1, 30).Draw(t, "refunded")
	case 3:
		delete(d.refunded, month) // a mistake
	case 4:
		if d.CancelledOn = calendar.Forever; rapid.IntRange(0, 2).Draw(t, "cancelled") > 0 {
			d.CancelledOn = month.First() + 3
		}
	}
}

// known is the deal at a month's end.
func (d *dealHistory) known(period calendar.Month) settle.Deal {
	known := d.Deal
	for month := start - 6; month <= period; month++ {
		known.CollectedFen += d.collected[month] - d.refunded[month]
		if d.refunded[month] > 0 {
			known.Refunds = append(known.Refunds, settle.Refund{Month: month, RefundedFen: d.refunded[month], CollectedFen: known.CollectedFen})
		}
	}
	return known
}

// settleAll runs the chain; each month opens with what the last closed with.
func settleAll(t *rapid.T, c chain, between func([]settle.Item) []settle.Item) (results []*settle.Result) {
	var open []settle.Item
	for _, one := range c.cases {
		one.Opening = open
		r, err := settle.Run(c.planOf(one.Period), one)
		if err != nil {
			t.Fatal(err)
		}
		results = append(results, r)
		open = between(r.Closing)
	}
	return results
}

func asTheyAre(items []settle.Item) []settle.Item { return items }

func sumOf(items []settle.Item) (sum int64) {
	for _, i := range items {
		sum += i.AmountFen
	}
	return sum
}

func sums(r *settle.Result) map[settle.PostingKind]int64 {
	by := map[settle.PostingKind]int64{}
	for _, p := range r.Postings {
		by[p.Kind] += p.AmountFen
	}
	return by
}

func TestEarnedAndOpeningIsPaidAndClosing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := drawChain(t)
		opening := int64(0)
		for _, r := range settleAll(t, c, asTheyAre) {
			by := sums(r)
			in := opening + by[settle.PostingEarned] + by[settle.PostingClawedBack] + by[settle.PostingGuaranteed]
			out := r.PaidFen + sumOf(r.Closing) + by[settle.PostingForfeited] + by[settle.PostingExpired] + by[settle.PostingForgiven]
			if in != out {
				t.Fatalf("%s: %d in, %d out: %+v", r.Period, in, out, r)
			}
			flow := int64(0)
			for _, p := range r.Postings {
				if !slices.Contains([]settle.PostingKind{settle.PostingForfeited, settle.PostingExpired, settle.PostingForgiven, settle.PostingPaid}, p.Kind) {
					flow += p.AmountFen
				}
			}
			if flow != r.PaidFen || by[settle.PostingPaid] != r.PaidFen {
				t.Fatalf("%s: postings come to %d, paid %d", r.Period, flow, r.PaidFen)
			}
			opening = sumOf(r.Closing)
		}
	})
}

func TestTheModelAgrees(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := drawChain(t)
		var open []settle.Item
		for _, r := range settleAll(t, c, asTheyAre) {
			one := c.cases[r.Period-start]
			one.Opening = open
			closing, wanted, paid := runModel(c.planOf(one.Period), one)
			if paid != r.PaidFen {
				t.Fatalf("%s: the model pays %d, settle %d\n%+v", r.Period, paid, r.PaidFen, r.Postings)
			}
			if diff := cmp.Diff(closing, r.Closing, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("%s: closing items −model +settle\n%s", r.Period, diff)
			}
			got := sums(r)
			for _, kind := range settle.PostingKinds() {
				if wanted[kind] != got[kind] {
					t.Fatalf("%s: %s: the model has %d, settle %d", r.Period, kind, wanted[kind], got[kind])
				}
			}
			open = r.Closing
		}
	})
}

func TestOrderSaysNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := drawChain(t)
		shuffle := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		mixed := c
		mixed.cases = slices.Clone(c.cases)
		for i := range mixed.cases {
			one := &mixed.cases[i]
			one.Earned, one.Deals, one.Added = slices.Clone(one.Earned), slices.Clone(one.Deals), slices.Clone(one.Added)
			slices.Reverse(one.Added)
			shuffle.Shuffle(len(one.Earned), func(a, b int) { one.Earned[a], one.Earned[b] = one.Earned[b], one.Earned[a] })
			shuffle.Shuffle(len(one.Deals), func(a, b int) { one.Deals[a], one.Deals[b] = one.Deals[b], one.Deals[a] })
		}
		again := settleAll(t, mixed, func(items []settle.Item) []settle.Item {
			items = slices.Clone(items)
			shuffle.Shuffle(len(items), func(a, b int) { items[a], items[b] = items[b], items[a] })
			return items
		})
		if diff := cmp.Diff(settleAll(t, c, asTheyAre), again); diff != "" {
			t.Fatal(diff)
		}
	})
}

// TestAChainMayBeInterrupted writes the closing items down after every month, an item in two pieces where that can be said, and goes on
// from what is read.
func TestAChainMayBeInterrupted(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := drawChain(t)
		again := settleAll(t, c, func(items []settle.Item) (read []settle.Item) {
			text, err := json.Marshal(items)
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(text, &read); err != nil {
				t.Fatal(err)
			}
			for i := range read {
				if item := read[i]; item.Kind != settle.ItemEarning && item.Kind != settle.ItemHeld && max(item.AmountFen, -item.AmountFen) > 1 {
					half := item
					half.AmountFen /= 2
					read[i].AmountFen -= half.AmountFen
					read = append(read, half)
				}
			}
			return read
		})
		if diff := cmp.Diff(settleAll(t, c, asTheyAre), again); diff != "" {
			t.Fatal(diff)
		}
	})
}

type origin struct {
	component, deal string
	month           calendar.Month
}

// TestNothingGoesTwice: of each earning no more is released, put off and paid, or taken back than it was, and pay is never recovered
// below the floor.
func TestNothingGoesTwice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := drawChain(t)
		held, later, earned, clawed, owed := map[origin]int64{}, map[origin]int64{}, map[origin]int64{}, map[origin]int64{}, int64(0)
		for _, r := range settleAll(t, c, asTheyAre) {
			by, now := sums(r), map[origin]bool{}
			for _, p := range r.Postings {
				o := origin{p.Component, p.Deal, p.Origin}
				switch p.Kind {
				case settle.PostingEarned:
					earned[o] += p.AmountFen
				case settle.PostingHeld, settle.PostingReleased:
					held[o] -= p.AmountFen
				case settle.PostingInstalment:
					later[o] -= p.AmountFen
				case settle.PostingClawedBack:
					clawed[o] -= p.AmountFen
					now[o] = now[o] || p.AmountFen < 0
				}
			}
			for o, amount := range earned { // nothing below zero is remembered
				earned[o] = max(0, amount)
			}
			for o, left := range held {
				if left < 0 {
					t.Fatalf("%v: released %d more than was held", o, -left)
				}
			}
			for o, left := range later {
				if left < 0 {
					t.Fatalf("%v: paid %d more than was put off", o, -left)
				}
			}
			for o, taken := range clawed {
				if taken < 0 || now[o] && taken > earned[o] {
					t.Fatalf("%v: took %d back of %d", o, taken, earned[o])
				}
			}
			if d := c.planOf(r.Period).Settle.Draw; d != nil && by[settle.PostingRecovered] < 0 {
				if -by[settle.PostingRecovered] > owed || r.PaidFen < d.RecoverFloorFen {
					t.Fatalf("%s: recovered %d of %d, which leaves %d", r.Period, -by[settle.PostingRecovered], owed, r.PaidFen)
				}
			}
			owed = 0
			for _, i := range r.Closing {
				if i.Kind == settle.ItemDraw || i.Kind == settle.ItemDue {
					owed -= i.AmountFen
				}
			}
			if c.planOf(r.Period).Settle.Negative != nil && r.PaidFen < 0 {
				t.Fatalf("%s: pays %d although negatives are carried", r.Period, r.PaidFen)
			}
		}
	})
}
