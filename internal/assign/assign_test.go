package assign_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"xiaoguan/internal/assign"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
)

// best tries everything: the fewest customers left, and the least cost of those ways. It reads the rules from the package comment, customer
// by customer, and knows no network.
func best(customers []assign.Customer, sellers []assign.Seller, costs assign.Costs) (left int, cost int64) {
	left, cost = math.MaxInt, math.MaxInt64
	counts, tiers := make([]int, len(sellers)), make([]map[string]int, len(sellers))
	for i := range tiers {
		tiers[i] = map[string]int{}
	}
	var try func(at, without int, sum int64)
	try = func(at, without int, sum int64) {
		if at == len(customers) {
			if without < left || without == left && sum < cost {
				left, cost = without, sum
			}
			return
		}
		c := customers[at]
		try(at+1, without+1, sum)
		for i := range sellers {
			price, may := priceOf(c, sellers, i, costs)
			may = may && !(c.Leaves && c.Owner == sellers[i].ID)
			most, limited := sellers[i].RoomOf[c.Tier]
			if !may || counts[i] >= sellers[i].Room || limited && tiers[i][c.Tier] >= most {
				continue
			}
			whole, used, room := sellers[i].Room, 0, min(sellers[i].Room, len(customers))
			if sellers[i].Whole > 0 {
				whole, used = sellers[i].Whole, sellers[i].Used
			}
			steps := min(8, room)
			step := 0 // the step in which the next place lies
			for (step+1)*room/steps <= counts[i] {
				step++
			}
			taken := min(used+step*room/steps, whole)
			counts[i]++
			tiers[i][c.Tier]++
			try(at+1, without, sum+price+costs.Full*int64(taken)/int64(whole))
			counts[i]--
			tiers[i][c.Tier]--
		}
	}
	try(0, 0, 0)
	return left, cost
}

func allowed(c assign.Customer, s assign.Seller, costs assign.Costs) (away, may bool) {
	away = c.Territory != "" && len(s.Territories) > 0 && !slices.Contains(s.Territories, c.Territory)
	return away, slices.Contains(s.Tiers, c.Tier) && (!away || costs.Away >= 0 && !c.Near)
}

func priceOf(c assign.Customer, sellers []assign.Seller, i int, costs assign.Costs) (price int64, may bool) {
	away, may := allowed(c, sellers[i], costs)
	if away {
		price += costs.Away
	}
	for k := range sellers {
		if sellers[k].ID == c.Owner && k != i && !c.Leaves {
			if _, could := allowed(c, sellers[k], costs); could {
				price += costs.Move
			}
		}
	}
	return price, may
}

func draw(t *rapid.T) (customers []assign.Customer, sellers []assign.Seller, costs assign.Costs) {
	tiers, places := []string{"A", "B"}, []string{"", "n", "s"}
	for i := range rapid.IntRange(0, 6).Draw(t, "customers") {
		customers = append(customers, assign.Customer{ID: strconv.Itoa(i), Tier: rapid.SampledFrom(tiers).Draw(t, "tier"), Territory: rapid.SampledFrom(places).Draw(t, "territory"),
			Owner: rapid.SampledFrom([]string{"", "s0", "s1", "gone"}).Draw(t, "owner"), Leaves: rapid.Bool().Draw(t, "leaves"), Near: rapid.IntRange(0, 3).Draw(t, "near alone") == 0})
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "sellers") {
		s := assign.Seller{ID: fmt.Sprintf("s%d", i), Room: rapid.IntRange(0, 10).Draw(t, "room"), Tiers: rapid.SampledFrom([][]string{{"A"}, {"B"}, {"A", "B"}, nil}).Draw(t, "may"),
			Territories: rapid.SampledFrom([][]string{nil, {"n"}, {"s"}, {"n", "s"}}).Draw(t, "near")}
		if rapid.Bool().Draw(t, "limited") {
			s.RoomOf = map[string]int{"A": rapid.IntRange(0, 2).Draw(t, "room of A")}
		}
		if rapid.Bool().Draw(t, "of a whole") {
			s.Whole, s.Used = rapid.IntRange(1, 20).Draw(t, "whole"), rapid.IntRange(0, 20).Draw(t, "used")
		}
		sellers = append(sellers, s)
	}
	costs = assign.Costs{Move: rapid.Int64Range(0, 20).Draw(t, "move"), Away: rapid.Int64Range(-1, 20).Draw(t, "away"), Full: rapid.Int64Range(0, 40).Draw(t, "full")}
	return customers, sellers, costs
}

func TestAProposalIsTheBestThereIs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		customers, sellers, costs := draw(t)
		p, err := assign.Propose(customers, sellers, costs)
		if err != nil {
			t.Fatal(err)
		}
		left, cost := best(customers, sellers, costs)
		if len(p.Left) != left || p.Cost != cost {
			t.Fatalf("left %d at %d, want %d at %d: %+v", len(p.Left), p.Cost, left, cost, p)
		}
		if len(p.Placed)+len(p.Left) != len(customers) {
			t.Fatalf("%d and %d of %d customers", len(p.Placed), len(p.Left), len(customers))
		}
	})
}

// A proposal keeps to what it was given, and says the truth about itself.
func TestAProposalKeepsWithinRoomLevelAndTerritory(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		customers, sellers, costs := draw(t)
		p, err := assign.Propose(customers, sellers, costs)
		if err != nil {
			t.Fatal(err)
		}
		counts, ofTier := map[string]int{}, map[string]int{}
		for _, placed := range p.Placed {
			c := customers[slices.IndexFunc(customers, func(c assign.Customer) bool { return c.ID == placed.Customer })]
			at := slices.IndexFunc(sellers, func(s assign.Seller) bool { return s.ID == placed.Seller })
			away, may := allowed(c, sellers[at], costs)
			price, _ := priceOf(c, sellers, at, costs)
			if !may || c.Leaves && c.Owner == placed.Seller || away != placed.Away || placed.Kept != (c.Owner == placed.Seller) || placed.Cost != price {
				t.Fatalf("%+v of %+v to %+v", placed, c, sellers[at])
			}
			counts[placed.Seller]++
			ofTier[placed.Seller+c.Tier]++
		}
		for _, s := range sellers {
			if counts[s.ID] > s.Room {
				t.Fatalf("%d for %+v", counts[s.ID], s)
			}
			if most, limited := s.RoomOf["A"]; limited && ofTier[s.ID+"A"] > most {
				t.Fatalf("%d of A for %+v", ofTier[s.ID+"A"], s)
			}
		}
		for _, load := range p.Loads {
			if load.Count != counts[load.Seller] || load.Count != load.Kept+load.Fresh {
				t.Fatalf("%+v, counted %d", load, counts[load.Seller])
			}
		}
	})
}

// Of sellers who are alike but for the time that they have left, nobody who got something is fuller by more than a step than anybody who had a
// place left: who has little time gets fewer.
func TestWhoHasLittleTimeLeftGetsFewer(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		whole := rapid.IntRange(1, 60).Draw(t, "whole")
		var customers []assign.Customer
		for i := range rapid.IntRange(0, 80).Draw(t, "customers") {
			customers = append(customers, assign.Customer{ID: strconv.Itoa(i), Tier: "A"})
		}
		var sellers []assign.Seller
		for i := range rapid.IntRange(2, 5).Draw(t, "sellers") {
			used := rapid.IntRange(0, whole).Draw(t, "used")
			sellers = append(sellers, assign.Seller{ID: fmt.Sprintf("s%d", i), Tiers: []string{"A"}, Whole: whole, Used: used, Room: whole - used})
		}
		p, err := assign.Propose(customers, sellers, assign.Costs{Move: 300, Away: 200, Full: 100})
		if err != nil {
			t.Fatal(err)
		}
		step := (min(whole, len(customers)) + 7) / 8
		for i, got := range p.Loads {
			for k, other := range p.Loads {
				if got.Count > 0 && other.Count < other.Room && sellers[i].Used+got.Count > sellers[k].Used+other.Count+step {
					t.Fatalf("%s got %d on top of %d, %s only %d on top of %d, of %d", got.Seller, got.Count, sellers[i].Used, other.Seller, other.Count, sellers[k].Used, whole)
				}
			}
		}
	})
}

func TestTheOrderOfWhatIsHandedInSaysNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		customers, sellers, costs := draw(t)
		p, err := assign.Propose(customers, sellers, costs)
		if err != nil {
			t.Fatal(err)
		}
		slices.Reverse(customers)
		slices.Reverse(sellers)
		again, err := assign.Propose(customers, sellers, costs)
		if err != nil || !reflect.DeepEqual(p, again) {
			t.Fatalf("%v\n%+v\n%+v", err, p, again)
		}
	})
}

func TestWhatNobodyMayHaveSaysWhy(t *testing.T) {
	t.Parallel()
	sellers := []assign.Seller{{ID: "a", Tiers: []string{"B", "C"}, Territories: []string{"north"}, Room: 1}}
	customers := []assign.Customer{{ID: "1", Tier: "A"}, {ID: "2", Tier: "B", Territory: "south"}, {ID: "3", Tier: "C"}, {ID: "4", Tier: "C"}}
	p, err := assign.Propose(customers, sellers, assign.Costs{Away: assign.AwayNever})
	if err != nil {
		t.Fatal(err)
	}
	want := []assign.Left{{"1", assign.ConstraintLevel, 0}, {"2", assign.ConstraintTerritory, 0}, {"4", assign.ConstraintRoom, 1}}
	if !slices.Equal(p.Left, want) {
		t.Fatalf("%+v", p.Left)
	}
}

// Two customers of the north, one place there: the one who has it keeps it, the other goes south and is told why.
func TestAFullTerritorySendsElsewhereAndSaysSo(t *testing.T) {
	t.Parallel()
	sellers := []assign.Seller{{ID: "north", Tiers: []string{"A"}, Territories: []string{"n"}, Room: 1}, {ID: "south", Tiers: []string{"A"}, Territories: []string{"s"}, Room: 5}}
	customers := []assign.Customer{{ID: "1", Tier: "A", Territory: "n", Owner: "left"}, {ID: "2", Tier: "A", Territory: "n", Owner: "north"}, {ID: "3", Tier: "A", Territory: "n", Owner: "north"}}
	p, err := assign.Propose(customers, sellers, assign.Costs{Move: 10, Away: 5})
	if err != nil {
		t.Fatal(err)
	}
	want := []assign.Placed{{"1", "south", false, true, 5, false, 1}, {"2", "north", true, false, 0, false, 0}, {"3", "south", false, true, 15, true, 1}}
	if !slices.Equal(p.Placed, want) || p.Cost != 20 || p.Moves() != 2 {
		t.Fatalf("%+v", p)
	}
}

func TestRoomNeverAsksForMoreWorkThanThereIs(t *testing.T) {
	t.Parallel()
	if got := assign.RoomFor(1000, map[string]int64{"A": 100, "B": 30, "C": 0}, map[string]int{"A": 1, "B": 3, "C": 9}); !reflect.DeepEqual(got, map[string]int{"A": 5, "B": 16}) {
		t.Errorf("%v", got)
	}
	rapid.Check(t, func(t *rapid.T) {
		minutes, mix := map[string]int64{}, map[string]int{}
		for _, tier := range []string{"A", "B", "C"} {
			minutes[tier], mix[tier] = rapid.Int64Range(0, 200).Draw(t, "minutes"), rapid.IntRange(0, 50).Draw(t, "mix")
		}
		available := rapid.Int64Range(-10, 20_000).Draw(t, "available")
		var work int64
		for tier, room := range assign.RoomFor(available, minutes, mix) {
			work += int64(room) * minutes[tier]
		}
		if work > max(available, 0) {
			t.Fatalf("%d of %d minutes", work, available)
		}
	})
}

func TestWrongInputIsRefusedWithItsPlace(t *testing.T) {
	t.Parallel()
	for name, in := range map[string]struct {
		customers []assign.Customer
		sellers   []assign.Seller
		costs     assign.Costs
		path      string
	}{
		"a customer twice":     {[]assign.Customer{{ID: "1"}, {ID: "1"}}, nil, assign.Costs{}, "customers[1].id"},
		"a seller without id":  {nil, []assign.Seller{{}}, assign.Costs{}, "sellers[0].id"},
		"room below nothing":   {nil, []assign.Seller{{ID: "a", Room: -1}}, assign.Costs{}, "sellers[0].room"},
		"places below nothing": {nil, []assign.Seller{{ID: "a", RoomOf: map[string]int{"A": -1}}}, assign.Costs{}, "sellers[0].room_of.A"},
		"time below nothing":   {nil, []assign.Seller{{ID: "a", Whole: 3, Used: -1}}, assign.Costs{}, "sellers[0].whole"},
		"cost below nothing":   {nil, nil, assign.Costs{Move: -1}, "costs.move"},
		"cost beyond sums":     {nil, nil, assign.Costs{Full: 1 << 40}, "costs.full"},
	} {
		_, err := assign.Propose(in.customers, in.sellers, in.costs)
		if failure, ok := errors.AsType[*errs.Error](err); !ok || failure.Kind != errs.KindInvalid || len(failure.Fields) != 1 || failure.Fields[0].Path != in.path {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEveryConstraintHasATextInBothLanguages(t *testing.T) {
	t.Parallel()
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range []i18n.Lang{i18n.ZhCN, i18n.En} {
		for _, c := range assign.Constraints() {
			if text := catalogue.Printer(lang).T(c.MessageKey(), "Sellers", 2); text == "" || text == c.MessageKey() {
				t.Errorf("%s: %q", c, text)
			}
		}
	}
}

// A customer that must go passes its owner, however much room there is; one that must stay near goes nowhere else.
func TestWhoMustGoIsNotGivenBack(t *testing.T) {
	t.Parallel()
	sellers := []assign.Seller{{ID: "a", Tiers: []string{"A"}, Territories: []string{"n"}, Room: 9}, {ID: "b", Tiers: []string{"A"}, Territories: []string{"s"}, Room: 1}, {ID: "c", Tiers: []string{"B"}, Room: 9}}
	customers := []assign.Customer{{ID: "1", Tier: "A", Owner: "a", Leaves: true}, {ID: "2", Tier: "A", Owner: "a", Leaves: true}, {ID: "3", Tier: "A", Owner: "a"}, {ID: "4", Tier: "B", Owner: "c", Leaves: true}, {ID: "5", Tier: "A", Territory: "e", Near: true}}
	p, err := assign.Propose(customers, sellers, assign.Costs{Move: 10, Away: 5})
	if err != nil {
		t.Fatal(err)
	}
	placed := []assign.Placed{{"1", "b", false, false, 0, false, 0}, {"3", "a", true, false, 0, false, 0}}
	left := []assign.Left{{"2", assign.ConstraintRoom, 1}, {"4", assign.ConstraintLevel, 0}, {"5", assign.ConstraintTerritory, 0}}
	if !slices.Equal(p.Placed, placed) || !slices.Equal(p.Left, left) {
		t.Fatalf("%+v\n%+v", p.Placed, p.Left)
	}
}

// 10,000 customers, 200 sellers, 40 territories, an owner each.
func company(leaving int) (customers []assign.Customer, sellers []assign.Seller) {
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 200 {
		s := assign.Seller{ID: fmt.Sprintf("s%03d", i), Tiers: []string{"B", "C"}, Room: 40 + r.IntN(20), Territories: []string{strconv.Itoa(i % 40), strconv.Itoa(r.IntN(40))}}
		if i%3 == 0 {
			s.Tiers, s.RoomOf = []string{"A", "B"}, map[string]int{"A": 30}
		}
		sellers = append(sellers, s)
	}
	for i := range 10_000 {
		tier := "C"
		if i%10 < 4 {
			tier = string("AABB"[i%10])
		}
		customers = append(customers, assign.Customer{ID: fmt.Sprintf("c%05d", i), Tier: tier, Territory: strconv.Itoa(r.IntN(40)), Owner: fmt.Sprintf("s%03d", r.IntN(210)), Leaves: leaving > 0 && i%leaving == 0})
	}
	return customers, sellers
}

func BenchmarkTenThousandCustomersOfTwoHundredSellers(b *testing.B) {
	for name, leaving := range map[string]int{"all may stay": 0, "every fourth must not": 4} {
		b.Run(name, func(b *testing.B) {
			customers, sellers := company(leaving)
			b.ReportAllocs()
			for b.Loop() {
				p, err := assign.Propose(customers, sellers, assign.Costs{Move: 300, Away: 200, Full: 100})
				if err != nil || len(p.Placed) < 9000 {
					b.Fatal(err, len(p.Placed))
				}
			}
		})
	}
}
