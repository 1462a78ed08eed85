package refmodel_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/engine/refmodel"
	"xiaoguan/internal/plan"
)

// furtherCase is person 2's September 2026 under one plan of ADR 0011.
type furtherCase struct {
	name       string
	rules      string // of crediting, beside the events
	measures   string
	components string
	event      string
	change     func(*engine.Input)
	want       map[string]refmodel.Pay
}

const sale = "  - {id: sale, event: [collected, signed], to: deal.sellers, share: by_split, remainder: largest, tie: first}\n"

func (c furtherCase) input(t *testing.T) engine.Input {
	t.Helper()
	crediting, err := plan.DecodeCrediting("crediting", []byte(`xiaoguan: crediting/1
id: cases
effective: {from: 2020-01-01}
events:
  collected: {fact: payment, date: paid_on, amount: amount}
  signed: {fact: deal, date: signed_on, amount: amount}
rules:
`+c.rules))
	if err != nil {
		t.Fatal(err)
	}
	event := c.event
	if event == "" {
		event = "collected"
	}
	rule, err := plan.DecodePlan("plan", []byte(`xiaoguan: plan/1
id: cases
name: {zh: 例, en: case}
layer: other
currency: CNY
period: month
effective: {from: 2020-01-01}
participants: {person: ["2"]}
statements: {earned_on: `+event+`, payable_on: period_close, refund: negative_credit_when_refunded, negative_result: stands,
  zero_quota: not_applicable, level_at: period_end, team_at: period_end, joiner: full_period, leaver: full_period,
  leaver_later_collections: unpaid, attainment_rounding: exact}
measures:
  credited: {name: {zh: 业绩, en: credited}, credits: `+event+`, sum: amount, window: period}
`+c.measures+"components:\n"+c.components))
	if err != nil {
		t.Fatal(err)
	}
	facts := sellerCase{level: "regular", hired: "2020-01-15", payments: []payment{{"2026-09-10", 10_000, 1}}}.facts(t)
	facts.DealsMore = make([]engine.DealMore, len(facts.Deals))
	for i := range facts.DealsMore {
		facts.DealsMore[i] = engine.DealMore{Referrer: engine.None, CancelledOn: calendar.Forever}
	}
	in := engine.Input{Period: calendar.NewMonth(2026, 9), Plans: []*plan.Plan{rule}, Crediting: crediting, Facts: facts}
	if c.change != nil {
		c.change(&in)
	}
	return in
}

// furtherCases are those sentences of ADR 0011 that two people read in two ways; the engine is held to them as well.
var furtherCases = []furtherCase{
	{
		name:       "nobody was referred: a referral takes nothing, 10,000 at 10 %",
		rules:      "  - {id: referral, event: [collected], to: deal.referrer, share: {percent: 30%, of: full}, deducts: true}\n" + sale,
		components: "  - {id: pay, name: {zh: 提成, en: pay}, pays: {rate: 10%, of: credited}, round: {mode: half_even, at: component}}\n",
		want:       map[string]refmodel.Pay{"pay": {AmountFen: 1_000}},
	},
	{
		name: "a percent that does not deduct comes after those that do: 10 % of 70 %",
		rules: "  - {id: boss, event: [collected], to: {person: \"2\"}, share: {percent: 10%, of: rest}, deducts: false}\n" +
			"  - {id: house, event: [collected], to: house, share: {percent: 30%, of: full}, deducts: true}\n",
		components: "  - {id: pay, name: {zh: 提成, en: pay}, pays: {rate: 10%, of: credited}, round: {mode: half_even, at: component}}\n",
		want:       map[string]refmodel.Pay{"pay": {AmountFen: 70}},
	},
	{
		// In total order: payment 1 by both rules, 100 + 100 of product 1 at 10 %, then payment 2, 100 + 100 of product 2 at 1 %. Of the
		// running sum the first 200 earn nothing: 200 at 1 % is 2. By rule first it would be 100 at 10 % and 100 at 1 %, 11.
		name: "the key of the fact comes before the rule",
		rules: sale +
			"  - {id: again, event: [collected], to: {person: \"2\"}, share: full_each}\n",
		components: "  - {id: pay, name: {zh: 提成, en: pay}, pays: {rate: {lookup: product, table: {\"1\": 10%, \"2\": 1%}, otherwise: refuse}, " +
			"of: credited, deduct: {amount: 2.00}}, round: {mode: half_even, at: component}}\n",
		change: func(in *engine.Input) {
			in.Facts.Payments = engine.Payments{Deal: []int32{0, 1}, On: []calendar.Date{in.Period.First(), in.Period.First()},
				AmountFen: []int64{100, 100}, Order: []int64{1, 2}}
		},
		want: map[string]refmodel.Pay{"pay": {AmountFen: 2}},
	},
	{
		name:     "units are filtered by the money credited: 7 units of a deal of 10.00",
		rules:    sale,
		measures: "  units: {name: {zh: 件数, en: units}, credits: signed, where: [{field: amount, at_least: 10.00}], sum: units, window: period}\n",
		components: "  - {id: pay, name: {zh: 计件, en: pay}, pays: {amount: 1.00, per: units}, " +
			"round: {mode: half_even, at: component}}\n",
		event: "signed",
		change: func(in *engine.Input) {
			in.Facts.Deals[0].SignedOn, in.Facts.Deals[0].AmountFen, in.Facts.DealsMore[0].Units = in.Period.First(), 1_000, 7
		},
		want: map[string]refmodel.Pay{"pay": {AmountFen: 700}},
	},
	{
		name:     "a count or base without value makes the component zero, below its floor, and excess waits",
		rules:    sale,
		measures: "  visits: {name: {zh: 拜访, en: visits}, given: visits, kind: count, window: period, missing: no_value}\n  extra: {name: {zh: 外, en: extra}, given: extra, kind: money, window: period, missing: no_value}\n",
		components: "  - {id: count, name: {zh: 拜访奖, en: count}, pays: {amount: 3.00, per: visits}, round: {mode: half_even, at: component}, " +
			"cap: {amount: 10.00, excess: carried}, floor: {amount: 5.00}}\n" +
			"  - {id: base, name: {zh: 外奖, en: base}, pays: {rate: 1%, of: extra}, round: {mode: half_even, at: component}, " +
			"cap: {amount: 10.00, excess: carried}, floor: {amount: 5.00}}\n",
		change: func(in *engine.Input) {
			for _, c := range []string{"count", "base"} {
				in.Earlier = append(in.Earlier, engine.EarlierPay{Person: 1, Plan: "cases", Component: c, Month: in.Period - 1, CarriedFen: 700})
			}
			in.Facts.Given = []engine.Given{{Person: 1, Month: in.Period - 1, Measure: "visits", Value: decimal.MustParse("2")}}
		},
		want: map[string]refmodel.Pay{"count": {CarriedFen: 700}, "base": {CarriedFen: 700}},
	},
	{
		name:     "a pool that is not due asks nothing of anybody, so nothing refuses",
		rules:    sale,
		measures: "  visits: {name: {zh: 拜访, en: visits}, given: visits, kind: count, window: period, missing: refuse}\n",
		components: "  - {id: pay, name: {zh: 奖池, en: pool}, pays_in: [12], pays: {pool: {amount: 100.00, among: plan, by: visits}}, " +
			"round: {mode: half_even, at: component}}\n",
		want: map[string]refmodel.Pay{"pay": {}},
	},
}

func TestSentencesReadInTwoWays(t *testing.T) {
	t.Parallel()
	for _, c := range furtherCases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			in := c.input(t)
			pay, err := refmodel.Compute(in)
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]refmodel.Pay{}
			for line, p := range pay {
				if line.Payee == "2" {
					got[line.Component] = p
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("reference model: %s", diff)
			}
			result, err := engine.Run(in)
			if err != nil {
				t.Fatal(err)
			}
			got = map[string]refmodel.Pay{}
			for _, p := range result.Payouts {
				got[in.Plans[0].Components[p.Component].ID] = refmodel.Pay{AmountFen: p.AmountFen, CarriedFen: p.CarriedFen}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("engine: %s", diff)
			}
		})
	}
}

func TestAnAmountBeyond64BitsIsRefusedByBoth(t *testing.T) {
	t.Parallel()
	in := furtherCase{
		rules:      sale,
		components: "  - {id: pay, name: {zh: 提成, en: pay}, pays: {rate: 200%, of: credited}, round: {mode: half_even, at: component}}\n",
		change:     func(in *engine.Input) { in.Facts.Payments.AmountFen[0] = 1<<63 - 1 },
	}.input(t)
	if _, err := refmodel.Compute(in); !errors.Is(err, refmodel.ErrBeyond) {
		t.Errorf("the reference model says %v", err)
	}
	if _, err := engine.Run(in); err == nil {
		t.Error("the engine pays it")
	}
}
