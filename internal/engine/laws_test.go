package engine_test

import (
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
)

// shuffled returns the same facts with every kind of row in another order.
func shuffled(f *engine.Facts, random *rand.Rand) *engine.Facts {
	persons, teams, deals := random.Perm(len(f.Persons)), random.Perm(len(f.Teams)), random.Perm(len(f.Deals))
	customers, products := random.Perm(len(f.Customers)), random.Perm(len(f.Products))
	at := func(places []int, old int32) int32 {
		if old == engine.None {
			return old
		}
		return int32(places[old])
	}
	out := &engine.Facts{
		Currency: f.Currency, Persons: make([]engine.Person, len(f.Persons)), Teams: make([]engine.Team, len(f.Teams)),
		Customers: make([]engine.Customer, len(f.Customers)), Products: make([]engine.Product, len(f.Products)), Deals: make([]engine.Deal, len(f.Deals)),
	}
	for i, p := range f.Persons {
		p.Spans = slices.Clone(p.Spans)
		for k := range p.Spans {
			p.Spans[k].Team = at(teams, p.Spans[k].Team)
		}
		out.Persons[persons[i]] = p
	}
	for i, t := range f.Teams {
		t.Leaders = slices.Clone(t.Leaders)
		for k := range t.Leaders {
			t.Leaders[k].Person = at(persons, t.Leaders[k].Person)
		}
		out.Teams[teams[i]] = t
	}
	for i := range f.Customers {
		out.Customers[customers[i]] = f.Customers[i]
	}
	for i := range f.Products {
		out.Products[products[i]] = f.Products[i]
	}
	for _, i := range random.Perm(len(f.Deals)) {
		d := f.Deals[i]
		shares := f.Shares[d.ShareFrom:d.ShareTo]
		d.Customer, d.Product, d.ShareFrom = at(customers, d.Customer), at(products, d.Product), int32(len(out.Shares))
		for _, s := range shares {
			out.Shares = append(out.Shares, engine.Share{Person: at(persons, s.Person), BasisPoints: s.BasisPoints})
		}
		d.ShareTo = int32(len(out.Shares))
		out.Deals[deals[i]] = d
	}
	for _, i := range random.Perm(f.Payments.Len()) {
		p, from := &out.Payments, &f.Payments
		p.Deal, p.On = append(p.Deal, at(deals, from.Deal[i])), append(p.On, from.On[i])
		p.AmountFen, p.Order = append(p.AmountFen, from.AmountFen[i]), append(p.Order, from.Order[i])
	}
	for _, i := range random.Perm(len(f.Quotas)) {
		q := f.Quotas[i]
		q.Person = at(persons, q.Person)
		out.Quotas = append(out.Quotas, q)
	}
	return out
}

func TestTheOrderOfFactsAndPlansSaysNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := source{t}.input()
		random := rand.New(rand.NewPCG(uint64(source{t}.n("seed", 0, 1<<30)), 0))
		other := in
		other.Facts, other.Plans = shuffled(in.Facts, random), slices.Clone(in.Plans)
		slices.Reverse(other.Plans)
		a, errA := engine.Run(in)
		b, errB := engine.Run(other)
		if (errA == nil) != (errB == nil) {
			t.Fatal(errA, errB)
		}
		if errA != nil {
			return
		}
		if diff := cmp.Diff(linesOf(a, in), linesOf(b, other)); diff != "" {
			t.Fatal(diff)
		}
		if a.InputDigest() != b.InputDigest() {
			t.Fatal("the digest saw the order of rows")
		}
		for i := range a.Payouts {
			x, y := a.Payouts[i], b.Payouts[i]
			one, errA := a.Statement(x.Person, x.Plan)
			two, errB := b.Statement(y.Person, y.Plan)
			if errA != nil || errB != nil || string(one.AppendJSON(nil)) != string(two.AppendJSON(nil)) {
				t.Fatalf("statements differ: %v %v\n%s", errA, errB, cmp.Diff(one, two))
			}
		}
	})
}

func TestOnlySomePersonsArePaidAsInAFullRun(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := source{t}.input()
		full, err := engine.Run(in)
		if err != nil {
			return
		}
		part := in
		for i := range in.Facts.Persons {
			if (source{t}).yes("wanted", 50) {
				part.Only = append(part.Only, int32(i))
			}
		}
		if part.Only == nil {
			part.Only = []int32{}
		}
		some, err := engine.Run(part)
		if err != nil {
			t.Fatal(err)
		}
		var want []engine.Payout
		for _, p := range full.Payouts {
			if slices.Contains(part.Only, p.Person) {
				want = append(want, p)
			}
		}
		if !slices.Equal(want, some.Payouts) {
			t.Fatal(cmp.Diff(want, some.Payouts))
		}
	})
}

// linear is a plan that pays 3 % of what was collected, in one component.
func linear() *plan.Plan {
	return &plan.Plan{
		ID: "linear", Currency: "CNY", Period: plan.PeriodMonth, Effective: calendar.Interval{From: calendar.NoDate, To: calendar.Forever},
		Statements: plan.Statements{EarnedOn: "collected", NegativeResult: plan.NegativeStands},
		Measures: []plan.Measure{{ID: "credited", Credits: &plan.CreditsMeasure{
			Event: "collected", Value: plan.CreditsSumAmount, Window: plan.WindowPeriod}}},
		Components: []plan.Component{{
			ID: "commission", Pays: plan.Pays{Rate: &plan.Rate{Fixed: decimal.MustParse("3%")}, Of: "credited"},
			Round: plan.Rounding{Mode: money.HalfAwayFromZero, At: plan.RoundAtComponent}}},
	}
}

// employ gives everybody a place for all time, so that all their credits count.
func employ(f *engine.Facts) {
	for i := range f.Persons {
		p := &f.Persons[i]
		p.Hired, p.Left = 0, calendar.Forever
		p.Spans = []engine.Span{{Days: calendar.Interval{From: 0, To: calendar.Forever}, Team: engine.None}}
	}
}

func TestARefundOfTheSameAmountNetsToNothingUnderALinearPlan(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := source{t}
		in := engine.Input{Period: randomMonth, Plans: []*plan.Plan{linear()}, Crediting: s.crediting(), Facts: s.company()}
		employ(in.Facts)
		before, err := engine.Run(in)
		if err != nil {
			t.Fatal(err)
		}
		pay := &in.Facts.Payments
		amount, deal := s.amount(), int32(s.n("deal", 0, len(in.Facts.Deals)-1))
		for i, fen := range []int64{amount, -amount} {
			pay.Deal, pay.On = append(pay.Deal, deal), append(pay.On, s.day("on", 0, 30))
			pay.AmountFen, pay.Order = append(pay.AmountFen, fen), append(pay.Order, int64(100+i))
		}
		after, err := engine.Run(in)
		if err != nil || !slices.Equal(before.Payouts, after.Payouts) {
			t.Fatal(err, cmp.Diff(before.Payouts, after.Payouts))
		}
	})
}

func TestPartsOfASplitAddUpToThePayment(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := source{t}
		in := engine.Input{Period: randomMonth, Plans: []*plan.Plan{linear()}, Crediting: s.crediting(), Facts: s.company()}
		in.Crediting.Rules[0].Share = plan.ShareBySplit
		employ(in.Facts)
		r, err := engine.Run(in)
		if err != nil {
			t.Fatal(err)
		}
		parts, whole := map[string]int64{}, map[string]int64{}
		for _, p := range r.Payouts {
			statement, err := r.Statement(p.Person, p.Plan)
			if err != nil {
				t.Fatal(err)
			}
			for _, line := range statement.Credits {
				parts[line.Payment] += line.PartFen
				whole[line.Payment] = line.AmountFen
			}
		}
		if diff := cmp.Diff(whole, parts); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestAHigherCapNeverPaysLess(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := source{t}
		in := s.input()
		set := func(fen int64) map[int]int64 {
			for _, p := range in.Plans {
				for i := range p.Components {
					p.Components[i].Cap = &plan.Limit{AmountFen: fen}
				}
			}
			r, err := engine.Run(in)
			if err != nil {
				return nil
			}
			amounts := map[int]int64{}
			for i, p := range r.Payouts {
				amounts[i] = p.AmountFen
				if p.AmountFen > fen && in.Plans[p.Plan].Components[p.Component].Floor == nil {
					t.Fatalf("%d above the cap %d", p.AmountFen, fen)
				}
			}
			return amounts
		}
		low := int64(s.n("low", 0, 1000))
		lower, higher := set(low), set(low+int64(s.n("more", 0, 1000)))
		for i := range lower {
			if higher[i] < lower[i] {
				t.Fatalf("line %d: %d, with a higher cap %d", i, lower[i], higher[i])
			}
		}
	})
}

// TestAMonthIsPaidTheSameOnAnyNumberOfProcessors runs a month large enough to be spread, in the order of its keys and out of it.
func TestAMonthIsPaidTheSameOnAnyNumberOfProcessors(t *testing.T) {
	plans, crediting := w1Plans(t)
	in := engine.Input{Period: calendar.NewMonth(2026, 9), Plans: plans, Crediting: crediting, Facts: someMonth(120_000)}
	before := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(before)
	want, err := engine.Run(in)
	if err != nil {
		t.Fatal(err)
	}
	mixed := in
	mixed.Facts = shuffled(in.Facts, rand.New(rand.NewPCG(7, 7)))
	for _, processors := range []int{1, 2, 5} {
		runtime.GOMAXPROCS(processors)
		for _, input := range []engine.Input{in, mixed} {
			got, err := engine.Run(input)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(linesOf(want, in), linesOf(got, input)); diff != "" {
				t.Fatal(processors, diff)
			}
		}
	}
}

// TestEveryCreditOfManyPersonsIsFiled has more persons and more credits than wait for each other in one group, and pays each by the
// sum of the month and the number of all credits so far, which are easily counted.
func TestEveryCreditOfManyPersonsIsFiled(t *testing.T) {
	t.Parallel()
	_, crediting := w1Plans(t)
	p := linear()
	p.Components[0].Pays.Rate.Fixed = decimal.MustParse("100%")
	p.Measures = append(p.Measures, plan.Measure{ID: "number", Credits: &plan.CreditsMeasure{
		Event: "collected", Value: plan.CreditsCount, Window: plan.WindowEver}})
	p.Components = append(p.Components, plan.Component{ID: "each", Pays: plan.Pays{AmountFen: 1, Per: "number"}, Round: p.Components[0].Round})
	in := engine.Input{Period: calendar.NewMonth(2026, 9), Plans: []*plan.Plan{p}, Crediting: crediting, Facts: someMonth(30_000)}
	employ(in.Facts)
	type line struct {
		person    string
		component int32
	}
	want, got := map[line]int64{}, map[line]int64{}
	for i, d := range in.Facts.Payments.Deal {
		on, left := in.Facts.Payments.On[i], in.Facts.Payments.AmountFen[i]
		deal := &in.Facts.Deals[d]
		for k, share := range in.Facts.Shares[deal.ShareFrom:deal.ShareTo] {
			part := left
			if k == 0 && deal.ShareTo-deal.ShareFrom == 2 { // to the nearest fen, a half away from zero
				sign := max(-1, min(1, left))
				part = sign * ((sign*left*int64(share.BasisPoints) + 5_000) / 10_000)
			}
			left -= part
			key := in.Facts.Persons[share.Person].Key
			if on >= in.Period.First() && on <= in.Period.Last() {
				want[line{key, 0}] += part
			}
			if on <= in.Period.Last() {
				want[line{key, 1}]++
			}
		}
	}
	result, err := engine.Run(in)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range result.Payouts {
		if p.AmountFen != 0 {
			got[line{in.Facts.Persons[p.Person].Key, p.Component}] = p.AmountFen
		}
	}
	if diff := cmp.Diff(want, got); diff != "" || len(got) < 1000 {
		t.Fatal(len(got), diff)
	}
}

// someMonth makes W1-like facts: 600 sellers in 60 teams, one deal in five shared.
func someMonth(payments int) *engine.Facts {
	random := rand.New(rand.NewPCG(1, 2))
	always := calendar.Interval{From: calendar.NoDate, To: calendar.Forever}
	month := calendar.NewMonth(2026, 9)
	const teams, people = int32(60), 60 * 11
	f := &engine.Facts{Currency: "CNY"}
	for t := range teams {
		f.Teams = append(f.Teams, engine.Team{Key: number64(int64(t)), Leaders: []engine.Leader{{Days: always, Person: t * 11}}})
		for k := range int32(11) {
			level := []string{"manager", "newcomer", "regular", "core"}[min(k, 1)+min(k, 1)*int32(random.IntN(3))]
			f.Persons = append(f.Persons, engine.Person{Key: number64(int64(t*11 + k)), Hired: month.First() - calendar.Date(random.IntN(3000)), Left: calendar.Forever,
				Spans: []engine.Span{{Days: always, Team: t, Level: level}}})
			f.Quotas = append(f.Quotas, engine.Quota{Person: t*11 + k, Month: month, Of: "collected", AmountFen: 1 + random.Int64N(int64(payments)*2000)})
		}
	}
	for i := range int64(30) {
		f.Products = append(f.Products, engine.Product{Key: number64(i), Category: []string{"A", "B", "C"}[i%3]})
	}
	for i := range payments / 12 {
		f.Customers = append(f.Customers, engine.Customer{Key: number64(int64(i))})
	}
	for i := range payments / 4 {
		owner := random.Int32N(people)
		d := engine.Deal{Key: number64(int64(i)), Customer: random.Int32N(int32(len(f.Customers))), Product: random.Int32N(30), ShareFrom: int32(len(f.Shares))}
		points := int32(10_000)
		if i%5 == 0 {
			points = 7000
			f.Shares = append(f.Shares, engine.Share{Person: (owner + 1) % people, BasisPoints: 3000})
		}
		f.Shares = append(f.Shares, engine.Share{Person: owner, BasisPoints: points})
		d.ShareTo = int32(len(f.Shares))
		f.Deals = append(f.Deals, d)
	}
	for i := range payments {
		p := &f.Payments
		p.Deal, p.On = append(p.Deal, random.Int32N(int32(len(f.Deals)))), append(p.On, month.First()-400+calendar.Date(random.IntN(440)))
		p.AmountFen, p.Order = append(p.AmountFen, random.Int64N(1_000_000)-20_000), append(p.Order, int64(i))
	}
	return f
}
