package reassign_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/reassign"
	"xiaoguan/internal/tier"
)

const today calendar.Date = 20_000

// care asks for 120, 60 and 30 minutes in 30 days; a newcomer may keep C alone.
var care = []reassign.Care{
	{Tier: tier.A, Owners: []string{"core"}, ContactDays: 7, Minutes: 120},
	{Tier: tier.B, Owners: []string{"core", "regular"}, ContactDays: 14, Minutes: 60},
	{Tier: tier.C, Owners: []string{"core", "regular", "newcomer"}, ContactDays: 30, Minutes: 30},
}

// of makes a customer that was contacted today.
func of(id, owner int64, t tier.Tier) reassign.Customer {
	return reassign.Customer{ID: id, Owner: owner, Tier: t, Since: today - 100, Contact: today, Revision: 1}
}

func with(c reassign.Customer, change func(*reassign.Customer)) reassign.Customer {
	change(&c)
	return c
}

func text(r reassign.Result) (list []string) {
	for _, m := range r.Moves {
		list = append(list, fmt.Sprintf("%d:%d>%d %s %d", m.CustomerID, m.FromID, m.ToID, m.Why[0].Reason, m.Why[0].Number))
	}
	for _, m := range r.Stays {
		list = append(list, fmt.Sprintf("%d stays: %s", m.CustomerID, m.Constraint))
	}
	return list
}

func TestReasonsAndWhatIsLeftAlone(t *testing.T) {
	t.Parallel()
	core, regular, newcomer := reassign.Seller{ID: 1, Level: "core"}, reassign.Seller{ID: 2, Level: "regular"}, reassign.Seller{ID: 3, Level: "newcomer"}
	roomy := reassign.Ask{MovedMost: 100, HoursMost: 100, OverdueDays: 10}
	ask := func(change func(*reassign.Ask), reasons ...reassign.Reason) reassign.Ask {
		a := roomy
		a.Reasons = reasons
		if change != nil {
			change(&a)
		}
		return a
	}
	tests := []struct {
		name      string
		ask       reassign.Ask
		sellers   []reassign.Seller
		customers []reassign.Customer
		want      []string
	}{
		{"what somebody who left had goes, even what is locked", ask(nil, reassign.ReasonLeaver), []reassign.Seller{core, {ID: 9, Level: "core", Left: true}},
			[]reassign.Customer{with(of(10, 9, tier.A), func(c *reassign.Customer) { c.Locked = true }), of(11, 1, tier.A)}, []string{"10:9>1 leaver 0"}},
		{"a reason that is not asked for moves nothing", ask(nil, reassign.ReasonTier), []reassign.Seller{core, {ID: 9, Level: "core", Left: true}}, []reassign.Customer{of(10, 9, tier.A)}, nil},
		{"a customer of A goes from a newcomer to the core", ask(nil, reassign.ReasonTier), []reassign.Seller{core, regular, newcomer}, []reassign.Customer{of(10, 3, tier.A), of(11, 3, tier.C)}, []string{"10:3>1 tier 0"}},
		{"nobody may keep it", ask(nil, reassign.ReasonTier), []reassign.Seller{regular, newcomer}, []reassign.Customer{of(10, 3, tier.A)}, []string{"10 stays: level"}},
		{"contact is late by ten days", ask(nil, reassign.ReasonCadence), []reassign.Seller{core, regular}, []reassign.Customer{with(of(10, 2, tier.B), func(c *reassign.Customer) { c.Contact = today - 24 })}, []string{"10:2>1 cadence 10"}},
		{"by nine", ask(nil, reassign.ReasonCadence), []reassign.Seller{core, regular}, []reassign.Customer{with(of(10, 2, tier.B), func(c *reassign.Customer) { c.Contact = today - 23 })}, nil},
		{"its owner has it for a short time", ask(nil, reassign.ReasonCadence), []reassign.Seller{core, regular},
			[]reassign.Customer{with(of(10, 2, tier.B), func(c *reassign.Customer) { c.Contact, c.Since = today-99, today-5 })}, nil},
		{"late, and there is nobody else", ask(nil, reassign.ReasonCadence), []reassign.Seller{core}, []reassign.Customer{with(of(10, 1, tier.B), func(c *reassign.Customer) { c.Contact = today - 50 })}, []string{"10 stays: level"}},
		{"locked ones stay", ask(nil, reassign.ReasonTier), []reassign.Seller{core, newcomer}, []reassign.Customer{with(of(10, 3, tier.A), func(c *reassign.Customer) { c.Locked = true })}, nil},
		{"a contract is under way", ask(func(a *reassign.Ask) { a.KeepLate = true }, reassign.ReasonTier), []reassign.Seller{core, newcomer},
			[]reassign.Customer{with(of(10, 3, tier.A), func(c *reassign.Customer) { c.Open, c.Late = 1, 1 }), with(of(11, 3, tier.A), func(c *reassign.Customer) { c.Open = 1 })}, []string{"11:3>1 tier 0"}},
		{"contacted within the week", ask(func(a *reassign.Ask) { a.KeepContactDays = 7 }, reassign.ReasonTier), []reassign.Seller{core, newcomer},
			[]reassign.Customer{with(of(10, 3, tier.A), func(c *reassign.Customer) { c.Contact = today - 6 }), with(of(11, 3, tier.A), func(c *reassign.Customer) { c.Contact = today - 7 })}, []string{"11:3>1 tier 0"}},
		{"a customer of the north goes there", ask(nil, reassign.ReasonRegion), []reassign.Seller{{ID: 1, Level: "core", Region: "north"}, {ID: 2, Level: "core", Region: "south"}},
			[]reassign.Customer{with(of(10, 2, tier.A), func(c *reassign.Customer) { c.Region = "north" }), with(of(11, 2, tier.A), func(c *reassign.Customer) { c.Region = "east" })}, []string{"10:2>1 region 0"}},
		{"the pool is given out", ask(func(a *reassign.Ask) { a.Pool = "company" }, reassign.ReasonPool), []reassign.Seller{core, newcomer}, []reassign.Customer{of(10, 0, tier.A)}, []string{"10:0>1 pool 0"}},
		{"an hour for each: one has three of C, and the one who goes is the last", ask(func(a *reassign.Ask) { a.HoursMost = 1 }, reassign.ReasonOverload), []reassign.Seller{core, regular},
			[]reassign.Customer{of(10, 1, tier.C), of(11, 1, tier.C), of(12, 1, tier.C)}, []string{"12:1>2 overload 150"}},
		{"the other is full, too", ask(func(a *reassign.Ask) { a.HoursMost = 1 }, reassign.ReasonOverload), []reassign.Seller{core, regular},
			[]reassign.Customer{of(10, 1, tier.C), of(11, 1, tier.C), of(12, 1, tier.C), of(13, 2, tier.B)}, []string{"12 stays: room"}},
		{"the rules of pools allow no more", ask(nil, reassign.ReasonLeaver), []reassign.Seller{{ID: 1, Level: "core", Counted: 5, Most: 6}, {ID: 9, Left: true}}, []reassign.Customer{of(10, 9, tier.A), of(11, 9, tier.C)},
			[]string{"10:9>1 leaver 0", "11 stays: room"}},
		{"two may be moved: the most pressing", ask(func(a *reassign.Ask) { a.MovedMost = 2 }, reassign.ReasonTier, reassign.ReasonCadence), []reassign.Seller{core, newcomer},
			[]reassign.Customer{with(of(10, 3, tier.C), func(c *reassign.Customer) { c.Contact = today - 90 }), with(of(11, 3, tier.C), func(c *reassign.Customer) { c.Contact = today - 95 }), of(12, 3, tier.B)}, []string{"12:3>1 tier 0", "11:3>1 cadence 65"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r, err := reassign.Propose(reassign.Input{On: today, Ask: test.ask, Care: care, Sellers: test.sellers, Customers: test.customers})
			if err != nil {
				t.Fatal(err)
			}
			if got := text(r); !slices.Equal(got, test.want) {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

// Of 300 minutes the core has 240, the regular 60, and on average there is time for 180 each: one of A goes to the other core.
func TestAMoveSaysWhyWhatItCostsAndWhoElse(t *testing.T) {
	t.Parallel()
	r, err := reassign.Propose(reassign.Input{On: today, Care: care, Ask: reassign.Ask{Reasons: []reassign.Reason{reassign.ReasonOverload}, MovedMost: 9, OverPercent: 50},
		Sellers:   []reassign.Seller{{ID: 1, Level: "core"}, {ID: 2, Level: "regular"}, {ID: 4, Level: "core"}, {ID: 5, Level: "core", Region: "x"}},
		Customers: []reassign.Customer{of(10, 1, tier.A), of(11, 1, tier.A), of(12, 2, tier.B), with(of(13, 5, tier.B), func(c *reassign.Customer) { c.Locked = true })}})
	if err != nil {
		t.Fatal(err)
	}
	want := reassign.Move{CustomerID: 11, FromID: 1, ToID: 4, Tier: tier.A, Revision: 1, Why: []reassign.Why{{Reason: reassign.ReasonOverload, Number: 177}}, Minutes: 120, MoveCost: 300, FromLoad: 177, ToLoad: 88, Others: []reassign.Other{}, Full: 1, Unfit: 1}
	if len(r.Moves) != 1 || !reflect.DeepEqual(r.Moves[0], want) {
		t.Fatalf("%+v\nwant %+v", r.Moves, want)
	}
	if r.Capacity != 135 || r.WithWhy != 2 || r.Fitting != 1 || r.Loads[0].Minutes != 240 || r.Loads[0].MinutesAfter != 120 || r.Loads[2].After != [3]int{1, 0, 0} || r.Loads[0].Out != 1 || r.Loads[2].In != 1 || r.Loads[2].ID != 4 {
		t.Errorf("%+v", r)
	}
}

func draw(t *rapid.T) reassign.Input {
	in := reassign.Input{On: today, Care: care}
	in.Ask = reassign.Ask{Reasons: rapid.SliceOfNDistinct(rapid.SampledFrom(reassign.Reasons), 1, 6, rapid.ID).Draw(t, "reasons"), MovedMost: rapid.IntRange(1, 20).Draw(t, "most"), OverPercent: rapid.IntRange(0, 60).Draw(t, "over"),
		HoursMost: rapid.IntRange(0, 12).Draw(t, "hours"), OverdueDays: rapid.IntRange(1, 40).Draw(t, "late"), KeepLate: rapid.Bool().Draw(t, "keep"), KeepContactDays: rapid.IntRange(0, 20).Draw(t, "days")}
	regions := rapid.SampledFrom([]string{"", "n", "s"})
	for i := range rapid.IntRange(1, 6).Draw(t, "sellers") {
		in.Sellers = append(in.Sellers, reassign.Seller{ID: int64(i + 1), Level: rapid.SampledFrom([]string{"core", "regular", "newcomer"}).Draw(t, "level"), Region: regions.Draw(t, "region"), Left: rapid.IntRange(0, 4).Draw(t, "left") == 0})
	}
	for i := range rapid.IntRange(0, 30).Draw(t, "customers") {
		in.Customers = append(in.Customers, reassign.Customer{ID: int64(100 + i), Owner: int64(rapid.IntRange(0, len(in.Sellers)).Draw(t, "owner")), Tier: rapid.SampledFrom(tier.Tiers()).Draw(t, "tier"), Region: regions.Draw(t, "where"),
			Since: today - calendar.Date(rapid.IntRange(0, 200).Draw(t, "since")), Contact: today - calendar.Date(rapid.IntRange(0, 200).Draw(t, "contact")), Late: rapid.IntRange(0, 1).Draw(t, "opportunities"), Locked: rapid.IntRange(0, 5).Draw(t, "locked") == 0})
	}
	return in
}

// Whatever is asked: no more moves than are allowed, only to who stays and may keep such a customer, nobody who gets something has more than there is time for unless they had it
// before, what is left alone does not move, and the numbers add up.
func TestProposalsKeepTheirLimits(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := draw(t)
		r, err := reassign.Propose(in)
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Moves) > in.Ask.MovedMost || r.Moved != len(r.Moves) || r.WithWhy != r.Kept+r.Fitting+r.Beyond+r.Moved+r.Stay {
			t.Fatalf("%+v", r)
		}
		after := map[int64]int64{}
		for _, c := range in.Customers {
			after[c.Owner] += care[slices.Index(tier.Tiers(), c.Tier)].Minutes
		}
		for _, m := range r.Moves {
			c := in.Customers[slices.IndexFunc(in.Customers, func(c reassign.Customer) bool { return c.ID == m.CustomerID })]
			to := in.Sellers[m.ToID-1]
			k := care[slices.Index(tier.Tiers(), c.Tier)]
			owned := c.Owner != 0 && !in.Sellers[c.Owner-1].Left
			if m.FromID != c.Owner || m.ToID == c.Owner || to.Left || !slices.Contains(k.Owners, to.Level) || owned && (c.Locked || in.Ask.KeepLate && c.Late > 0 || int(today-c.Contact) < in.Ask.KeepContactDays) {
				t.Fatalf("%+v of %+v to %+v", m, c, to)
			}
			after[c.Owner] -= k.Minutes
			after[m.ToID] += k.Minutes
		}
		for _, load := range r.Loads {
			if load.MinutesAfter != after[load.ID] || load.In > 0 && load.MinutesAfter > max(r.Capacity, load.Minutes) {
				t.Fatalf("%+v of %d, counted %d", load, r.Capacity, after[load.ID])
			}
		}
	})
}

func TestTheOrderOfTheInputSaysNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := draw(t)
		one, err := reassign.Propose(in)
		if err != nil {
			t.Fatal(err)
		}
		slices.Reverse(in.Sellers)
		slices.Reverse(in.Customers)
		other, err := reassign.Propose(in)
		if err != nil || !reflect.DeepEqual(one, other) {
			t.Fatalf("%+v\n%+v %v", one, other, err)
		}
	})
}

// 10,000 customers of 200 sellers in 8 regions.
func BenchmarkTenThousandCustomersOfTwoHundredSellers(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	in := reassign.Input{On: today, Care: care, Ask: reassign.Ask{Reasons: reassign.Reasons, MovedMost: 2000, OverPercent: 20, OverdueDays: 14, KeepLate: true, KeepContactDays: 7}}
	for i := range 200 {
		in.Sellers = append(in.Sellers, reassign.Seller{ID: int64(i + 1), Level: []string{"core", "regular", "newcomer"}[i%3], Region: fmt.Sprint(i % 8), Left: i%40 == 7})
	}
	for i := range 10_000 {
		in.Customers = append(in.Customers, reassign.Customer{ID: int64(i + 1), Owner: int64(1 + min(r.IntN(200), r.IntN(200))), Tier: tier.Tiers()[[]int{0, 1, 1, 2, 2, 2, 2, 2, 2, 2}[i%10]], Region: fmt.Sprint(r.IntN(8)), Since: today - 300, Contact: today - calendar.Date(r.IntN(60)), Revision: 1})
	}
	b.ReportAllocs()
	for b.Loop() {
		result, err := reassign.Propose(in)
		if err != nil || result.Moved < 1000 {
			b.Fatal(err, result.Moved)
		}
	}
}
