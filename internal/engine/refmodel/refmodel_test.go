package refmodel_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/engine/refmodel"
	"xiaoguan/internal/plan"
)

// payment is a payment of the first deal unless deal says otherwise, as index from 1.
type payment struct {
	on   string
	fen  int64
	deal int32
}

// sellerCase is one seller's September 2026: person 2 of team 1, led by person 1; person 3 is the other seller.
type sellerCase struct {
	name     string
	level    string
	hired    string
	quotaFen int64
	payments []payment
	shares   []engine.Share // of every deal; nil: all to the seller
	want     map[string]int64
}

var person = map[string]int32{"manager": 0, "seller": 1, "other": 2}

func (c sellerCase) facts(t *testing.T) *engine.Facts {
	t.Helper()
	date := func(s string) calendar.Date {
		d, err := calendar.ParseDate(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	always := calendar.Interval{From: calendar.NoDate, To: calendar.Forever}
	somebody := func(key, level, hired string) engine.Person {
		return engine.Person{Key: key, Hired: date(hired), Left: calendar.Forever, Spans: []engine.Span{{Days: always, Level: level}}}
	}
	shares := c.shares
	if shares == nil {
		shares = []engine.Share{{Person: person["seller"], BasisPoints: 10_000}}
	}
	quota := c.quotaFen
	if quota == 0 {
		quota = 100_000
	}
	month := calendar.NewMonth(2026, 9)
	f := &engine.Facts{
		Currency:  "CNY",
		Persons:   []engine.Person{somebody("1", "manager", "2019-01-01"), somebody("2", c.level, c.hired), somebody("3", "regular", "2019-01-01")},
		Teams:     []engine.Team{{Key: "1", Leaders: []engine.Leader{{Days: always, Person: 0}}}},
		Customers: []engine.Customer{{Key: "1"}},
		Products:  []engine.Product{{Key: "1", Category: "A"}, {Key: "2", Category: "B"}, {Key: "3", Category: "C"}},
		Shares:    shares,
		Quotas: []engine.Quota{{Person: 1, Month: month, Of: "collected", AmountFen: quota}, {Person: 2, Month: month, Of: "collected",
			AmountFen: 100_000_000}, {Person: 1, Month: month - 1, Of: "collected", AmountFen: 1}},
	}
	for product := range int32(3) {
		f.Deals = append(f.Deals, engine.Deal{Key: "1", Product: product, SignedOn: date("2025-08-01"), ShareTo: int32(len(shares))})
	}
	for i, p := range c.payments {
		f.Payments.Deal = append(f.Payments.Deal, max(p.deal-1, 0))
		f.Payments.On = append(f.Payments.On, date(p.on))
		f.Payments.AmountFen = append(f.Payments.AmountFen, p.fen)
		f.Payments.Order = append(f.Payments.Order, int64(i+1))
	}
	return f
}

func w1(t *testing.T) (plans []*plan.Plan, crediting *plan.Crediting) {
	t.Helper()
	read := func(name string) []byte {
		text, err := os.ReadFile(filepath.Join("../../../bench/w1/plans", name+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	for _, name := range []string{"newcomer", "regular", "core", "manager"} {
		p, err := plan.DecodePlan(name, read(name))
		if err != nil {
			t.Fatal(err)
		}
		plans = append(plans, p)
	}
	crediting, err := plan.DecodeCrediting("crediting", read("crediting"))
	if err != nil {
		t.Fatal(err)
	}
	return plans, crediting
}

// TestW1CasesWorkedOutByHand: the amounts follow from bench/W1.md with pencil and paper.
func TestW1CasesWorkedOutByHand(t *testing.T) {
	t.Parallel()
	second := []engine.Share{{Person: 2, BasisPoints: 7_000}, {Person: 1, BasisPoints: 3_000}}
	regular := func(name string, want map[string]int64, payments ...payment) sellerCase {
		return sellerCase{name: name, level: "regular", hired: "2020-01-15", payments: payments, want: want}
	}
	newcomer := func(name, hired string, want map[string]int64, payments ...payment) sellerCase {
		return sellerCase{name: name, level: "newcomer", hired: hired, payments: payments, want: want}
	}
	core := func(name, hired string, want map[string]int64, payments ...payment) sellerCase {
		return sellerCase{name: name, level: "core", hired: hired, payments: payments, want: want}
	}
	cases := []sellerCase{
		regular("59.999 %: half", map[string]int64{"commission": 900}, payment{"2026-09-01", 59_999, 1}),
		regular("60 % exactly: full", map[string]int64{"commission": 1800}, payment{"2026-09-30", 60_000, 1}),
		regular("100 %", map[string]int64{"commission": 3600}, payment{"2026-09-10", 100_000, 1}),
		regular("110 %: bonus", map[string]int64{"commission": 3960, "over_target": 200_000}, payment{"2026-09-10", 110_000, 1}),
		regular("120 %", map[string]int64{"commission": 5400, "over_target": 200_000}, payment{"2026-09-10", 120_000, 1}),
		regular("edges of the month", map[string]int64{"commission": 1800}, payment{"2026-08-31", 500_000, 1}, payment{"2026-09-01", 30_000, 1},
			payment{"2026-09-30", 30_000, 1}, payment{"2026-10-01", 900_000, 1}),
		regular("nothing", map[string]int64{}),
		regular("rounded once", map[string]int64{"commission": 1}, payment{"2026-09-01", 10, 1}, payment{"2026-09-02", 10, 1},
			payment{"2026-09-03", 10, 1}, payment{"2026-09-04", 10, 1}),
		regular("negative, half away from zero", map[string]int64{"commission": -2}, payment{"2026-09-01", -100, 1}),
		regular("categories", map[string]int64{"commission": 30}, payment{"2026-09-05", 1000, 1}, payment{"2026-09-05", 1000, 2},
			payment{"2026-09-05", 1000, 3}),
		regular("cap", map[string]int64{"commission": 8_000_000, "over_target": 200_000}, payment{"2026-09-10", 200_000_000, 1}),
		newcomer("first order in the third month", "2026-07-31", map[string]int64{"commission": 1800, "first_order": 50_000, "training": 100_000},
			payment{"2026-09-10", 60_000, 1}),
		newcomer("fourth month", "2026-06-30", map[string]int64{"commission": 300, "first_order": 50_000}, payment{"2026-09-10", 10_000, 1}),
		newcomer("had one before", "2026-07-31", map[string]int64{"commission": 1800, "training": 100_000}, payment{"2026-08-31", 1, 1},
			payment{"2026-09-10", 60_000, 1}),
		newcomer("a refund is no first order", "2026-07-31", map[string]int64{"commission": -3, "training": 100_000}, payment{"2026-09-10", -100, 1}),
		{name: "second seller, part 0", level: "newcomer", hired: "2026-07-31", shares: second, payments: []payment{{"2026-09-10", 1, 1}},
			want: map[string]int64{"training": 100_000}},
		{name: "second seller, part 1", level: "newcomer", hired: "2026-07-31", shares: second, payments: []payment{{"2026-09-10", 2, 1}},
			want: map[string]int64{"first_order": 50_000, "training": 100_000}},
		core("slices: 60,000 at 0.5, 40,000 at 1, 20,000 at 1.2, 30,000 at 1.5", "2026-09-15", map[string]int64{"commission": 4170},
			payment{"2026-09-10", 150_000, 1}),
		core("a refund gives back from the band it leaves", "2026-09-15", map[string]int64{"commission": 2910},
			payment{"2026-09-10", 150_000, 1}, payment{"2026-09-11", -30_000, 1}, payment{"2026-09-12", 3_000, 2}),
		core("old customer and five years", "2021-09-30", map[string]int64{"commission": 15, "retention": 5, "long_service": 150_000},
			payment{"2025-09-10", 1, 1}, payment{"2026-09-10", 1_000, 1}),
		core("one day short of both", "2021-10-01", map[string]int64{"commission": 15, "long_service": 120_000},
			payment{"2025-09-11", 1, 1}, payment{"2026-09-10", 1_000, 1}),
	}
	plans, crediting := w1(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			pay, err := refmodel.Run(engine.Input{Period: calendar.NewMonth(2026, 9), Plans: plans, Crediting: crediting, Facts: c.facts(t)})
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]int64{}
			for line, fen := range refmodel.NonZero(pay) {
				if line.Payee == "2" {
					got[line.Component] = fen
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestManagerOfW1(t *testing.T) {
	t.Parallel()
	plans, crediting := w1(t)
	c := sellerCase{level: "newcomer", hired: "2026-09-01", payments: []payment{{"2026-09-10", 80_000, 1}}}
	facts := c.facts(t)
	facts.Quotas[1].AmountFen = 1
	for _, want := range []map[string]int64{
		{"override": 800, "talent": 100_000},
		{"override": 1000, "talent": 100_000},
		{"override": 1001, "team_bonus": 500_000, "talent": 100_000},
	} {
		facts.Payments.AmountFen[0] = map[int64]int64{800: 80_000, 1000: 100_000, 1001: 100_050}[want["override"]]
		pay, err := refmodel.Run(engine.Input{Period: calendar.NewMonth(2026, 9), Plans: plans, Crediting: crediting, Facts: facts, Only: []int32{0}})
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]int64{}
		for line, fen := range refmodel.NonZero(pay) {
			got[line.Component] = fen
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
}
