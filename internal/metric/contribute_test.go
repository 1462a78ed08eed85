package metric

import (
	"maps"
	"testing"

	"pgregory.net/rapid"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/money"
)

var day0 = calendar.NewDate(2026, 1, 1)

func anyMoney(negative bool) *rapid.Generator[[]Money] {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Money {
		least := int64(0)
		if negative {
			least = -5_000
		}
		return Money{On: day0 + calendar.Date(rapid.IntRange(0, 400).Draw(t, "day")), AmountMinor: rapid.Int64Range(least, 10_000).Draw(t, "amount"),
			Currency: rapid.SampledFrom([]money.Currency{money.CNY, money.CNY, money.CNY, "USD"}).Draw(t, "currency")}
	}), 0, 8)
}

var anyDeal = rapid.Custom(func(t *rapid.T) DealFacts {
	f := DealFacts{ID: 1, SignedOn: day0 + calendar.Date(rapid.IntRange(0, 300).Draw(t, "signed")), AmountMinor: rapid.Int64Range(1, 1_000_000).Draw(t, "amount"), Currency: money.CNY, CancelledOn: calendar.Forever,
		Payments: anyMoney(true).Draw(t, "payments"), Invoices: anyMoney(true).Draw(t, "invoices")}
	if rapid.Bool().Draw(t, "cancelled") {
		f.CancelledOn = f.SignedOn + calendar.Date(rapid.IntRange(0, 90).Draw(t, "after"))
	}
	left := int64(wholeShare)
	for person := range rapid.Int64Range(0, 4).Draw(t, "people") {
		part := rapid.Int64Range(0, left).Draw(t, "share")
		f.Shares, left = append(f.Shares, Share{person + 1, part}), left-part
	}
	return f
})

// TestPeopleAddUpToTheCompany: whole minor units, whatever the shares; what nobody has is nobody's.
func TestPeopleAddUpToTheCompany(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		people, company := map[Cell]int64{}, map[Cell]int64{}
		for cell, sum := range OfDeal(anyDeal.Draw(t, "deal"), money.CNY) {
			if measuresByID[cell.Measure].Kind == MeasureThings {
				continue
			}
			if cell.PersonID == Everybody {
				company[cell] += sum.Amount
				continue
			}
			cell.PersonID = Everybody
			people[cell] += sum.Amount
		}
		for cell, amount := range company {
			if people[cell] != amount {
				t.Fatalf("%v: people have %d, the company %d", cell, people[cell], amount)
			}
		}
		for cell, amount := range people {
			if company[cell] != amount {
				t.Fatalf("%v: the company has %d, people %d", cell, company[cell], amount)
			}
		}
	})
}

// upTo adds up what stands by the end of a day.
func upTo(d Delta, m MeasureID, day calendar.Date) (n int64) {
	for cell, sum := range d {
		if cell.Measure == m && cell.PersonID == Everybody && cell.Day <= day {
			n += sum.Amount
		}
	}
	return n
}

// TestSumsOfAPlanAreTrueAtTheEndOfEachDay: what is due and unpaid on any day is what a naive look at that day finds, and so is what payments cover.
func TestSumsOfAPlanAreTrueAtTheEndOfEachDay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := PlanFacts{ID: 1, OwnerID: 7, SignedOn: day0}
		until := int64(0)
		due := day0
		for range rapid.IntRange(1, 5).Draw(t, "instalments") {
			i := Instalment{DueOn: calendar.NoDate, AmountMinor: rapid.Int64Range(1, 5_000).Draw(t, "amount"), Currency: money.CNY}
			if rapid.IntRange(0, 4).Draw(t, "dated") > 0 {
				due += calendar.Date(rapid.IntRange(0, 60).Draw(t, "later"))
				i.DueOn = due
			}
			until += i.AmountMinor
			i.UntilMinor = until
			f.Plan = append(f.Plan, i)
		}
		f.Payments = anyMoney(true).Draw(t, "payments")
		d := OfPlan(f, money.CNY)
		day := day0 + calendar.Date(rapid.IntRange(0, 500).Draw(t, "on"))
		paid := int64(0)
		for _, p := range f.Payments {
			if p.On <= day && p.Currency == money.CNY {
				paid += p.AmountMinor
			}
		}
		overdue, covered := int64(0), int64(0)
		for _, i := range f.Plan {
			has := min(max(paid-(i.UntilMinor-i.AmountMinor), 0), i.AmountMinor)
			covered += has
			if i.DueOn != calendar.NoDate && i.DueOn <= day {
				overdue += i.AmountMinor - has
			}
		}
		if got := upTo(d, Due, day) - upTo(d, DueEarly, day) - upTo(d, DueInDue, day) - upTo(d, DueLate, day); got != overdue {
			t.Fatalf("on %s %d are overdue by the sums, %d are", day, got, overdue)
		}
		if got := upTo(d, Covered, day); got != covered {
			t.Fatalf("on %s %d are covered by the sums, %d are", day, got, covered)
		}
	})
}

func TestTheShippedBookIsCompleteAndStrict(t *testing.T) {
	t.Parallel()
	families := map[ID]int{}
	for _, d := range Shipped() {
		families[d.Family]++
		if d.Name.Zh == "" || d.Name.En == "" || d.Basis.Zh == "" || d.Basis.En == "" || len(d.Sources) == 0 {
			t.Errorf("%s is not described: %+v", d.ID, d)
		}
	}
	for family, least := range map[ID]int{"attainment": 3, "collection_rate": 4, "retention": 3, "compliance": 2} {
		if families[family] < least {
			t.Errorf("%s has %d definitions", family, families[family])
		}
	}
	for name, text := range map[string]string{
		"unknown measure": "[nonsense]", "stock without a moment": "[receivable]", "flow at a moment": "[\"signed@end\"]", "present at the start": "[\"pipeline@start\"]",
	} {
		if _, err := Decode("x", []byte("xiaoguan: metric/v1\nmetrics:\n  - {id: x, name: {zh: 甲, en: X}, basis: {zh: 甲, en: X}, formula: {sum: "+text+"}, unit: money, good: up, owner: finance, sources: [deals], fresh_hours: 24}\n")); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
	if _, err := Decode("x", []byte("xiaoguan: metric/v1\nmetrics:\n  - {id: x, name: {zh: 甲, en: X}, basis: {zh: 甲, en: X}, formula: {sum: [signed]}, unit: percent, good: up, owner: finance, sources: [deals], fresh_hours: 24}\n")); err == nil {
		t.Error("a sum of money in percent is accepted")
	}
}

func TestAValueIsRoundedOnceAndNeverDividesByNothing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		v    Value
		want int64
	}{
		{Value{Unit: UnitPercent, Numerator: 1, Denominator: 3, Scale: 1, Known: true}, 333_333},
		{Value{Unit: UnitPercent, Numerator: -2, Denominator: 3, Scale: 1, Known: true}, -666_667},
		{Value{Unit: UnitEach, Numerator: 1000, Denominator: 7, Scale: 2, Known: true}, 286},
		{Value{Unit: UnitDays, Numerator: 100, Denominator: 200, Scale: 31, Known: true}, 155},
		{Value{Unit: UnitMoney, Numerator: 12, Known: true}, 12},
	} {
		if got, known := c.v.Amount(); !known || got != c.want {
			t.Errorf("%+v is %d", c.v, got)
		}
	}
	if _, known := (Value{Unit: UnitPercent, Numerator: 1}).Amount(); known {
		t.Error("a value that is not known has an amount")
	}
	for over, v := range map[string]Value{"3": {Unit: UnitPercent, Denominator: 3, Scale: 1}, "67.5": {Unit: UnitEach, Denominator: 135, Scale: 2}, "92": {Unit: UnitPercent, Denominator: 184, Scale: 2}, "200": {Unit: UnitDays, Denominator: 200, Scale: 31}} {
		if v.Over() != over {
			t.Errorf("%+v is divided by %s, want %s", v, v.Over(), over)
		}
	}
	if v := (Value{Unit: UnitDays, Scale: 31}); v.Times() != 31 || (Value{Unit: UnitEach, Scale: 2}).Times() != 1 {
		t.Error("days are not those of the period")
	}
}

// TestACustomerIsEnteredOnceAndNewWithItsFirstDeal: the company counts it once on each of both days, and each who shares the first deal once.
func TestACustomerIsEnteredOnceAndNewWithItsFirstDeal(t *testing.T) {
	t.Parallel()
	f := CustomerFacts{ID: 1, OwnerID: 7, EnteredOn: day0, FirstDeal: 3, FirstOn: day0 + 40, Shares: []Share{{4, 2500}, {5, 7500}, {6, 0}}}
	want := Delta{
		{CustomersEntered, day0, 7}: {1, 1}, {CustomersEntered, day0, Everybody}: {1, 1},
		{CustomersFirst, day0 + 40, 4}: {1, 1}, {CustomersFirst, day0 + 40, 5}: {1, 1}, {CustomersFirst, day0 + 40, Everybody}: {1, 1},
	}
	if got := OfCustomer(f); !maps.Equal(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	f.FirstOn = calendar.NoDate
	if got := OfCustomer(f); len(got) != 2 {
		t.Errorf("one that has not bought is %+v", got)
	}
	if got := OfCustomer(CustomerFacts{FirstOn: day0}); len(got) != 0 {
		t.Errorf("one that is not there is %+v", got)
	}
}

// TestAVisitIsAFollowUpToo.
func TestAVisitIsAFollowUpToo(t *testing.T) {
	t.Parallel()
	for _, f := range []FollowUpFacts{{}, {ID: 1, PersonID: 2, On: day0}, {ID: 1, PersonID: 2, On: day0, Visit: true}} {
		want := Delta{}
		if f.ID != 0 {
			want.one(FollowUps, day0, 2, 1)
		}
		if f.Visit {
			want.one(Visits, day0, 2, 1)
		}
		if got := OfFollowUp(f); !maps.Equal(got, want) {
			t.Errorf("%+v is %+v, want %+v", f, got, want)
		}
	}
}
