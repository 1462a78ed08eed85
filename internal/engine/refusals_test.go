package engine_test

import (
	"errors"
	"strings"
	"testing"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
)

// oneSeller is a company of one seller with one deal and one payment, and a plan with a lookup, a quota and a cap.
func oneSeller() engine.Input {
	always := calendar.Interval{From: calendar.NoDate, To: calendar.Forever}
	p := linear()
	p.Measures = append(p.Measures, plan.Measure{ID: "quota", Quota: &plan.QuotaMeasure{Of: "collected", Window: plan.WindowPeriod}},
		plan.Measure{ID: "attainment", Ratio: &plan.RatioMeasure{Of: "credited", To: "quota"}})
	p.Components[0].Pays.Rate = &plan.Rate{Lookup: plan.FieldProductCategory, Rows: []plan.RateRow{{Key: "A", Rate: decimal.MustParse("3%")}}}
	p.Components[0].Cap = &plan.Limit{AmountFen: 5}
	p.Components = append(p.Components, plan.Component{
		ID: "bonus", When: []plan.Condition{{Measure: "attainment", Comparison: plan.AtLeast, Value: decimal.MustParse("100%")}}, Pays: plan.Pays{AmountFen: 7}})
	return engine.Input{
		Period: randomMonth, Plans: []*plan.Plan{p},
		Crediting: &plan.Crediting{Effective: always, Events: []plan.Event{{ID: "collected", Fact: plan.FactPayment}},
			Rules: []plan.CreditRule{{ID: "split", Events: []string{"collected"}, To: plan.ToSellers, Share: plan.ShareBySplit}}},
		Facts: &engine.Facts{
			Currency:  "CNY",
			Persons:   []engine.Person{{Key: "S1", Left: calendar.Forever, Spans: []engine.Span{{Days: always, Team: engine.None, Level: "regular"}}}},
			Customers: []engine.Customer{{Key: "C1"}}, Products: []engine.Product{{Key: "P1", Category: "A"}},
			Deals: []engine.Deal{{Key: "D1", ShareTo: 1}}, Shares: []engine.Share{{Person: 0, BasisPoints: 10_000}},
			Payments: engine.Payments{Deal: []int32{0}, On: []calendar.Date{randomMonth.First()}, AmountFen: []int64{1000}, Order: []int64{1}, Keys: []string{"R-1"}},
			Quotas:   []engine.Quota{{Person: 0, Month: randomMonth, Of: "collected", AmountFen: 900}},
		},
	}
}

func TestARunIsRefusedWithTheRecordsAtFault(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name  string
		spoil func(in *engine.Input)
		key   string // of the error
		path  string // of its first field
		says  string // key of the first field's message
	}{
		{"shares of 99 %", func(in *engine.Input) { in.Facts.Shares[0].BasisPoints = 9900 }, "engine.input", "deals[D1]", "engine.shares_not_whole"},
		{"a negative share", func(in *engine.Input) { in.Facts.Shares[0].BasisPoints = -1 }, "engine.input", "deals[D1]", "engine.shares_not_whole"},
		{"a product without a row", func(in *engine.Input) { in.Facts.Products[0].Category = "Z" },
			"engine.refused", "persons[S1].plans[linear].components[commission]", "engine.lookup_without_row"},
		{"a quota that the plan demands", func(in *engine.Input) {
			in.Facts.Quotas, in.Plans[0].Statements.ZeroQuota = nil, plan.ZeroQuotaRefuse
		}, "engine.refused", "persons[S1].plans[linear].measures[attainment]", "engine.quota_missing"},
		{"two quotas of one month", func(in *engine.Input) { in.Facts.Quotas = append(in.Facts.Quotas, in.Facts.Quotas[0]) },
			"engine.input", "persons[S1].quotas[collected 2026-05]", "engine.quota_twice"},
		{"a sum beyond 64 bits", func(in *engine.Input) {
			pay := &in.Facts.Payments
			pay.AmountFen[0] = 1<<63 - 1
			pay.Deal, pay.On, pay.Order, pay.Keys = append(pay.Deal, 0), append(pay.On, pay.On[0]), append(pay.Order, 2), append(pay.Keys, "R-2")
			pay.AmountFen = append(pay.AmountFen, 1)
		}, "engine.refused", "persons[S1].plans[linear].measures[credited]", "engine.overflow"},
		{"an amount beyond 64 bits", func(in *engine.Input) {
			in.Facts.Payments.AmountFen[0] = 1<<63 - 1
			in.Plans[0].Components[0].Pays.Rate.Rows[0].Rate = decimal.MustParse("2")
		}, "engine.refused", "persons[S1].plans[linear].components[commission]", "engine.overflow"},
		{"another currency", func(in *engine.Input) { in.Plans[0].Currency = "USD" }, "engine.input", "plans[linear]", "engine.currency"},
		{"no crediting", func(in *engine.Input) { in.Crediting = nil }, "engine.input", "crediting", "engine.crediting_not_in_force"},
		{"crediting that has ended", func(in *engine.Input) { in.Crediting.Effective.To = randomMonth.Last() },
			"engine.input", "crediting", "engine.crediting_not_in_force"},
		{"a plan twice", func(in *engine.Input) { in.Plans = append(in.Plans, in.Plans[0]) }, "engine.input", "plans[linear]", "engine.same_plan"},
		{"an event that nobody credits", func(in *engine.Input) { in.Plans[0].Measures[0].Credits.Event = "signed" },
			"engine.input", "plans[linear].measures[credited]", "engine.unknown_reference"},
		{"a measure that does not exist", func(in *engine.Input) { in.Plans[0].Measures[2].Ratio.To = "target" },
			"engine.input", "plans[linear].measures[attainment]", "engine.unknown_reference"},
		{"a measure of itself", func(in *engine.Input) { in.Plans[0].Measures[2].Ratio.To = "attainment" },
			"engine.input", "plans[linear].measures[attainment]", "engine.measure_cycle"},
		{"a choice to come", func(in *engine.Input) { in.Plans[0].Statements.TeamAt = plan.AtCreditDate },
			"engine.input", "plans[linear].statements", "engine.unsupported"},
		{"a payment of no deal", func(in *engine.Input) { in.Facts.Payments.Deal[0] = 7 }, "engine.input", "payments[0]", "engine.reference"},
		{"a deal of nobody", func(in *engine.Input) { in.Facts.Shares[0].Person = 7 }, "engine.input", "deals[D1]", "engine.reference"},
		{"columns of different length", func(in *engine.Input) { in.Facts.Payments.Order = nil }, "engine.input", "payments", "engine.columns"},
		{"a team that does not exist", func(in *engine.Input) { in.Facts.Persons[0].Spans[0].Team = 3 },
			"engine.input", "persons[S1]", "engine.reference"},
		{"somebody who does not exist", func(in *engine.Input) { in.Only = []int32{4} }, "engine.input", "only", "engine.reference"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			in := oneSeller()
			c.spoil(&in)
			_, err := engine.Run(in)
			e, ok := errors.AsType[*errs.Error](err)
			if !ok || e.Kind != errs.KindInvalid || e.Message.Key != c.key || e.Fields[0].Path != c.path || e.Fields[0].Message.Key != c.says {
				t.Fatalf("%v", err)
			}
		})
	}
}

func TestWhatAReviewerShouldLookAtIsNoticed(t *testing.T) {
	t.Parallel()
	in := oneSeller()
	in.Facts.Quotas = nil
	other := linear()
	other.ID = "other"
	in.Plans = append(in.Plans, other)
	in.Facts.Persons = append(in.Facts.Persons, in.Facts.Persons[0])
	in.Facts.Persons[1].Key = "S2"
	for _, p := range in.Plans {
		p.Participants.Persons = []string{"S1"}
	}
	r, err := engine.Run(in)
	if err != nil {
		t.Fatal(err)
	}
	want := []engine.Notice{
		{Kind: engine.NoticeAtCap, Component: 0, AmountFen: 5, BeforeFen: 30},
		{Kind: engine.NoticeNoQuota, Component: engine.None, Measure: "quota"},
		{Kind: engine.NoticeSameComponent, Plan: 1, Component: 0, AmountFen: 30},
		{Kind: engine.NoticeNoPlan, Person: 1, Plan: engine.None, Component: engine.None},
	}
	if len(r.Notices) != len(want) {
		t.Fatal(r.Notices)
	}
	for i := range want {
		if r.Notices[i] != want[i] {
			t.Errorf("%+v, want %+v", r.Notices[i], want[i])
		}
	}
	if total := r.Totals[0]; total != (engine.Total{AmountFen: 5, Payees: 1}) {
		t.Errorf("%+v", total)
	}
	if _, err := r.Statement(1, 0); !errs.Is(err, errs.KindNotFound) {
		t.Error(err)
	}
}

func TestWhatCanChangePayChangesTheDigest(t *testing.T) {
	t.Parallel()
	digest := func(change func(in *engine.Input)) string {
		in := oneSeller()
		change(&in)
		r, err := engine.Run(in)
		if err != nil {
			t.Fatal(err)
		}
		return r.InputDigest()
	}
	same := digest(func(*engine.Input) {})
	if same != digest(func(in *engine.Input) { in.Facts.Persons[0].Name = "李雷" }) {
		t.Error("a name changes no pay")
	}
	changes := map[string]func(in *engine.Input){
		"amount":  func(in *engine.Input) { in.Facts.Payments.AmountFen[0]++ },
		"date":    func(in *engine.Input) { in.Facts.Payments.On[0]++ },
		"key":     func(in *engine.Input) { in.Facts.Payments.Keys[0] = "R-2" },
		"quota":   func(in *engine.Input) { in.Facts.Quotas[0].AmountFen++ },
		"level":   func(in *engine.Input) { in.Facts.Persons[0].Spans[0].Level = "core" },
		"hired":   func(in *engine.Input) { in.Facts.Persons[0].Hired++ },
		"product": func(in *engine.Input) { in.Facts.Products[0].Key = "P2" },
		"period":  func(in *engine.Input) { in.Period++ },
	}
	for name, change := range changes {
		if got := digest(change); got == same || len(got) != 64 || strings.ToLower(got) != got {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestRoundingIsThatOfTheComponent(t *testing.T) {
	t.Parallel()
	for mode, want := range map[money.Rounding]int64{money.HalfAwayFromZero: 2, money.HalfEven: 2, money.Down: 1, money.Up: 2, money.Floor: 1, money.Ceiling: 2} {
		in := oneSeller()
		in.Facts.Payments.AmountFen[0] = 50 // 1.5 at 3 %
		in.Plans[0].Components[0].Round.Mode = mode
		r, err := engine.Run(in)
		if err != nil || r.Payouts[0].AmountFen != want {
			t.Errorf("%s: %v %v", mode, r, err)
		}
	}
}
