package tier_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/tier"
)

const today = calendar.Date(20634) // 2026-06-30

// drawPolicy changes the default by either method, with limits and patience of any kind.
func drawPolicy(t *rapid.T) *tier.Policy {
	low, high := rapid.IntRange(1, 60).Draw(t, "low"), rapid.IntRange(61, 99).Draw(t, "high")
	margin := rapid.IntRange(0, 100).Draw(t, "margin")
	changes := []string{"margin: 70", fmt.Sprintf("margin: %d", margin), "spend: 30", fmt.Sprintf("spend: %d", 100-margin),
		"periods: 2", fmt.Sprintf("periods: %d", rapid.IntRange(1, 3).Draw(t, "periods")), "points: 10%", fmt.Sprintf("points: %d%%", rapid.IntRange(0, 30).Draw(t, "points")),
		"new_in_a: false", fmt.Sprintf("new_in_a: %t", rapid.Bool().Draw(t, "new in A")), "orders: 2", fmt.Sprintf("orders: %d", rapid.IntRange(0, 3).Draw(t, "orders"))}
	if rapid.Bool().Draw(t, "percentile") {
		changes = append(changes, "cumulative_share", "percentile", "a: 80%", fmt.Sprintf("a: %d%%", high), "b: 95%", fmt.Sprintf("b: %d%%", low))
	} else {
		changes = append(changes, "a: 80%", fmt.Sprintf("a: %d%%", low), "b: 95%", fmt.Sprintf("b: %d%%", high))
	}
	p, err := tier.Decode("drawn", []byte(strings.NewReplacer(changes...).Replace(string(tier.DefaultText()))))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func drawCustomers(t *rapid.T) []tier.Customer {
	customers := make([]tier.Customer, rapid.IntRange(1, 25).Draw(t, "customers"))
	for i := range customers {
		c := &customers[i]
		*c = tier.Customer{ID: fmt.Sprintf("c%02d", i), FirstOrder: calendar.NoDate, LastOrder: calendar.NoDate, ContractEnd: calendar.NoDate}
		most := rapid.SampledFrom([]int64{3, 1000, tier.AmountMax}).Draw(t, "most")
		c.Margin = rapid.Int64Range(-most/8, most).Draw(t, "margin")
		c.Spend = rapid.Int64Range(0, most).Draw(t, "spend")
		if c.Orders = rapid.IntRange(0, 4).Draw(t, "orders"); c.Orders > 0 {
			c.FirstOrder = today - calendar.Date(rapid.IntRange(0, 400).Draw(t, "first"))
			c.LastOrder = c.FirstOrder + calendar.Date(rapid.IntRange(0, int(today-c.FirstOrder)).Draw(t, "last"))
		}
		c.Ratings = map[string]int{"need": rapid.IntRange(0, 100).Draw(t, "need"), "budget": rapid.IntRange(0, 100).Draw(t, "budget")}
		c.Standing.Tier = rapid.SampledFrom([]tier.Tier{"", tier.A, tier.B, tier.C}).Draw(t, "tier")
		if c.Standing.Tier != "" {
			c.Standing.Pending = rapid.IntRange(-2, 2).Draw(t, "pending")
		}
		if rapid.IntRange(0, 9).Draw(t, "ends") == 0 {
			c.ContractEnd = today + calendar.Date(rapid.IntRange(-10, 100).Draw(t, "end"))
		}
	}
	return customers
}

func judge(t testing.TB, p *tier.Policy, customers []tier.Customer) *tier.Judgement {
	t.Helper()
	j, err := tier.Judge(p, customers, today)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func TestJudgingAgreesWithTheReferenceModel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, customers := drawPolicy(t), drawCustomers(t)
		j, err := tier.Judge(p, customers, today)
		if err != nil {
			t.Fatal(err)
		}
		n := &naive{p, customers, today}
		for i := range customers {
			if r := j.Result(customers[i].ID); r.Due != n.due(&customers[i]) {
				t.Errorf("%+v is due %s, by the model %s", *r, r.Due, n.due(&customers[i]))
			}
		}
	})
}

func TestTheOrderOfCustomersSaysNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, customers := drawPolicy(t), drawCustomers(t)
		shuffled := slices.Clone(customers)
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		rng.Shuffle(len(shuffled), func(a, b int) { shuffled[a], shuffled[b] = shuffled[b], shuffled[a] })
		one, err := tier.Judge(p, customers, today)
		if err != nil {
			t.Fatal(err)
		}
		other, err := tier.Judge(p, shuffled, today)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(one.Results, other.Results); diff != "" {
			t.Error(diff)
		}
	})
}

// TestEqualAndGreaterValue: with equal facts the tier is equal; with as much of everything, or more, it is no worse by value.
func TestEqualAndGreaterValue(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, customers := drawPolicy(t), drawCustomers(t)
		j, err := tier.Judge(p, customers, today)
		if err != nil {
			t.Fatal(err)
		}
		for a := range customers {
			for b := range customers {
				one, other := j.Result(customers[a].ID), j.Result(customers[b].ID)
				if one.Judged && other.Judged && customers[a].Margin >= customers[b].Margin && customers[a].Spend >= customers[b].Spend && one.Score < other.Score {
					t.Errorf("%+v scores less than %+v", customers[a], customers[b])
				}
			}
		}
	})
}

// TestWhatIsMissingIsEnoughAndNoMore: with the amount that an explanation names, a customer is due the tier that it names; with one
// minor unit less it isn't. New customers and those of negative margin are left out: value alone doesn't lift them.
func TestWhatIsMissingIsEnoughAndNoMore(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, customers := drawPolicy(t), drawCustomers(t)
		j, err := tier.Judge(p, customers, today)
		if err != nil {
			t.Fatal(err)
		}
		for i := range customers {
			c := customers[i]
			e, _ := j.Explain(c.ID)
			for _, m := range e.Change {
				if m.Key != "tier.change.value" || c.Margin < 0 || int(today-c.FirstOrder) < p.Relation.NewDays || m.Args["Missing"].(int64) > tier.AmountMax/2 {
					continue
				}
				for less := range int64(2) {
					changed := slices.Clone(customers)
					changed[i].Margin += m.Args["Missing"].(int64) - less
					changed[i].Spend += m.Args["Missing"].(int64) - less
					again, err := tier.Judge(p, changed, today)
					if err != nil {
						continue // more than a customer can have
					}
					r := again.Result(c.ID)
					if better := r.Due <= tier.Tier(m.Args["Tier"].(string)) && r.Ground == tier.GroundValue; better != (less == 0) {
						t.Errorf("%+v with %v less %d: %+v", c, m.Args, less, *r)
					}
				}
			}
		}
	})
}

// TestATierThatIsDueComesAndThenStays: judged by the same facts again and again, with what waits approved, a customer gets the tier that
// is due within the periods of patience, and nothing moves afterwards.
func TestATierThatIsDueComesAndThenStays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, customers := drawPolicy(t), drawCustomers(t)
		for round := range p.Patience.Periods + 1 {
			j, err := tier.Judge(p, customers, today)
			if err != nil {
				t.Fatal(err)
			}
			for i := range customers {
				r := j.Result(customers[i].ID)
				if round == p.Patience.Periods && (r.Tier != r.Due || r.Proposal != nil || r.Standing.Pending != 0) {
					t.Errorf("still moves: %+v", *r)
				}
				customers[i].Standing = r.Standing
				if r.Proposal != nil && r.Proposal.Approval {
					customers[i].Standing = tier.Standing{Tier: r.Proposal.To}
				}
			}
		}
	})
}

// TestAChangeWaitsForApproval: a change that needs approval never counts before it is given.
func TestAChangeWaitsForApproval(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, customers := drawPolicy(t), drawCustomers(t)
		for range 4 {
			j, err := tier.Judge(p, customers, today)
			if err != nil {
				t.Fatal(err)
			}
			for i := range customers {
				was, r := customers[i].Standing.Tier, j.Result(customers[i].ID)
				if slices.Contains(p.Approval, tier.Change{From: was, To: r.Tier}) {
					t.Errorf("%s became %s: %+v", was, r.Tier, *r)
				}
				customers[i].Standing = r.Standing
			}
		}
	})
}

// TestSimulationCountsEveryCustomer: rows are what the old policy gives, columns what the new one does, and a policy against itself moves
// nobody.
func TestSimulationCountsEveryCustomer(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		old, draft, customers := drawPolicy(t), drawPolicy(t), drawCustomers(t)
		s, err := tier.Simulate(old, draft, customers, nil, today)
		if err != nil {
			t.Fatal(err)
		}
		one, _ := tier.Judge(old, customers, today)
		other, _ := tier.Judge(draft, customers, today)
		sum := 0
		for from, a := range tier.Tiers() {
			for to, b := range tier.Tiers() {
				count := 0
				for i := range one.Results {
					if one.Results[i].Due == a && other.Results[i].Due == b {
						count++
					}
				}
				if s.Due[from][to] != count {
					t.Errorf("%s to %s: %d, by counting %d", a, b, s.Due[from][to], count)
				}
				sum += s.Now[from][to]
			}
		}
		if sum != len(customers) || len(s.Moves) != s.Due.Changed() {
			t.Errorf("%d of %d customers, %d moves of %d", sum, len(customers), len(s.Moves), s.Due.Changed())
		}
		same, _ := tier.Simulate(old, old, customers, nil, today)
		if diff := cmp.Diff(tier.Simulation{Due: same.Due, Now: same.Now, Approvals: same.Approvals}, same, cmpopts.EquateEmpty()); diff != "" || same.Due.Changed()+same.Now.Changed() != 0 {
			t.Errorf("a policy against itself: %s", diff)
		}
	})
}

func BenchmarkJudge100000(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	customers := make([]tier.Customer, 100_000)
	for i := range customers {
		customers[i] = tier.Customer{ID: fmt.Sprintf("c%06d", i), Margin: rng.Int64N(1_000_000_00), Spend: rng.Int64N(9_000_000_00), Orders: 5,
			FirstOrder: today - 400, LastOrder: today - calendar.Date(rng.IntN(300)), Interval: 60, ContractEnd: calendar.NoDate, Standing: tier.Standing{Tier: tier.B}}
	}
	p := tier.Default()
	b.ReportAllocs()
	for b.Loop() {
		judge(b, p, customers)
	}
}
