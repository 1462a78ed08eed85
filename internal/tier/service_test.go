package tier_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/tier"
)

// TestCompletenessOfOneFile: without a stage the default asks for name 3, code 2, industry 1, region 1, contact 3 and phone 2, 12 in all;
// when needs are talked about, for need, budget and decision maker with 2 each besides, 18 in all.
func TestCompletenessOfOneFile(t *testing.T) {
	t.Parallel()
	held := func(days int) tier.Entry {
		return tier.Entry{Filled: true, Valid: true, Recorded: today - calendar.Date(days)}
	}
	invalid := tier.Entry{Filled: true, Recorded: today}
	tests := []struct {
		name    string
		stage   string
		entries map[string]tier.Entry
		share   tier.Share
		missing string
	}{
		{"nothing", "", nil, 0, "name empty 25%, contact empty 25%, credit_code empty 16.6666%, phone empty 16.6666%, industry empty 8.3333%, region empty 8.3333%"},
		{"all that is asked", "", map[string]tier.Entry{"name": held(9999), "credit_code": held(9999), "industry": held(9999), "region": held(9999), "contact": held(180),
			"phone": held(365)}, tier.Whole, ""},
		{"a day too old, and a code that is none", "", map[string]tier.Entry{"name": held(0), "credit_code": invalid, "industry": held(0), "region": held(0),
			"contact": held(181), "phone": held(0)}, 583_333, "contact stale 25%, credit_code invalid 16.6666%"},
		{"another stage asks for more", "needs", map[string]tier.Entry{"name": held(0), "credit_code": held(0), "industry": held(0), "region": held(0),
			"contact": held(0), "phone": held(0), "budget": held(0)}, 777_777, "need empty 11.1111%, decision_maker empty 11.1111%"},
		{"what is not asked for doesn't help", "", map[string]tier.Entry{"budget": held(0), "colour": held(0), "name": held(0)}, 250_000,
			"contact empty 25%, credit_code empty 16.6666%, phone empty 16.6666%, industry empty 8.3333%, region empty 8.3333%"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := tier.Default().Complete(tier.File{Customer: "x", Stage: test.stage, Entries: test.entries}, today)
			var missing []string
			for _, m := range got.Missing {
				missing = append(missing, fmt.Sprintf("%s %s %s", m.Field, m.Lack, m.Adds))
			}
			if got.Share != test.share || strings.Join(missing, ", ") != test.missing {
				t.Errorf("%s, missing %s", got.Share, strings.Join(missing, ", "))
			}
		})
	}
}

// TestCompletenessOfTheCompany: an A file (weight 5) that is complete and a C file (weight 1) with a name alone, 25 %:
// (5·100 % + 25 %)/6 = 87.5 %, above the goal of 85 %. The other way round it is (25 %·5 + 100 %)/6 = 37.5 %.
func TestCompletenessOfTheCompany(t *testing.T) {
	t.Parallel()
	full, name := map[string]tier.Entry{}, map[string]tier.Entry{"name": {Filled: true, Valid: true}}
	for _, id := range []string{"name", "credit_code", "industry", "region", "contact", "phone"} {
		full[id] = tier.Entry{Filled: true, Valid: true, Recorded: today}
	}
	got := tier.Default().CompleteAll([]tier.File{{Customer: "a", Tier: tier.A, Entries: full}, {Customer: "c", Tier: tier.C, Entries: name}}, today)
	lacking := []tier.Lacking{{Field: "credit_code", Count: 1}, {Field: "industry", Count: 1}, {Field: "region", Count: 1}, {Field: "contact", Count: 1}, {Field: "phone", Count: 1}}
	if got.Share != 875_000 || !got.Reached || cmp.Diff(lacking, got.Lacking) != "" {
		t.Errorf("%s %v %v", got.Share, got.Reached, got.Lacking)
	}
	got = tier.Default().CompleteAll([]tier.File{{Customer: "a", Tier: tier.A, Entries: name}, {Customer: "c", Tier: tier.C, Entries: full}}, today)
	if got.Share != 375_000 || got.Reached {
		t.Errorf("%s %v", got.Share, got.Reached)
	}
	if none := tier.Default().CompleteAll(nil, today); none.Share != tier.Whole {
		t.Errorf("no file: %s", none.Share)
	}
}

// TestMatch: A wants a core seller or a manager, contact every 7 days and an answer within 120 minutes.
func TestMatch(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		care tier.Care
		want tier.Match
	}{
		{"all suits on the last day", tier.Care{Tier: tier.A, Owner: "s", OwnerLevel: "core", LastContact: today - 7, ResponseMinutes: 120},
			tier.Match{Level: true, Contact: true, Response: true, ContactDue: today, ResponseAsked: true}},
		{"a day late, a minute late, a newcomer", tier.Care{Tier: tier.A, Owner: "s", OwnerLevel: "newcomer", LastContact: today - 8, ResponseMinutes: 121},
			tier.Match{ContactDue: today - 1, OverdueDays: 1, ResponseAsked: true}},
		{"the same is well for C", tier.Care{Tier: tier.C, Owner: "s", OwnerLevel: "newcomer", LastContact: today - 8, ResponseMinutes: 121},
			tier.Match{Level: true, Contact: true, Response: true, ContactDue: today + 22, ResponseAsked: true}},
		{"nothing was asked", tier.Care{Tier: tier.A, Owner: "s", OwnerLevel: "core", LastContact: today, ResponseMinutes: -1},
			tier.Match{Level: true, Contact: true, Response: true, ContactDue: today + 7}},
		{"a new owner has the days of the tier", tier.Care{Tier: tier.A, Owner: "s", OwnerLevel: "core", Since: today - 2, LastContact: today - 99, ResponseMinutes: -1},
			tier.Match{Level: true, Contact: true, Response: true, ContactDue: today + 5}},
		{"never contacted", tier.Care{Tier: tier.A, Owner: "s", OwnerLevel: "core", Since: calendar.NoDate, LastContact: calendar.NoDate, ResponseMinutes: -1},
			tier.Match{Level: true, Response: true, ContactDue: today}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := tier.Default().Match([]tier.Care{test.care}, today)
			if diff := cmp.Diff([]tier.Match{test.want}, got.Customers); diff != "" {
				t.Error(diff)
			}
			if suits := test.want.All(); (got.All.Suit == 1) != suits || got.All.Of != 1 {
				t.Errorf("counted %+v", got.All)
			}
		})
	}
}

// TestWorkload: in 30 days 3 customers of A want 90/7 = 12.9, so 13 contacts of 60 minutes; 10 of C want 10 of 15: 930 minutes. The
// customer of the pool is nobody's work.
func TestWorkload(t *testing.T) {
	t.Parallel()
	var cares []tier.Care
	for i := range 14 {
		c := tier.Care{Customer: fmt.Sprint(i), Tier: tier.C, Owner: "s", OwnerLevel: "core", LastContact: today, ResponseMinutes: -1}
		if i < 3 {
			c.Tier = tier.A
		}
		if i == 13 {
			c.Owner = ""
		}
		cares = append(cares, c)
	}
	got := tier.Default().Match(cares, today)
	if diff := cmp.Diff([]tier.Workload{{Owner: "s", Count: [3]int{3, 0, 10}, Contacts: 23, Minutes: 930}}, got.Workloads); diff != "" {
		t.Error(diff)
	}
	if got.All.Of != 13 || got.All.Share() != tier.Whole || got.Response.Of != 0 || got.Response.Share() != tier.Whole {
		t.Errorf("%+v %+v", got.All, got.Response)
	}
}

// TestSimulation: a policy that takes A to 50 % alone sends b (which begins at 50 %) from A to B. Its owner, a regular seller who may not
// keep A, may keep B. Work: before 2 of A are 9 contacts of 60 minutes; after, 1 of A is 5 of 60 and 1 of B is 3 of 30.
func TestSimulation(t *testing.T) {
	t.Parallel()
	customers := parseCustomers(t, `
a margin=500 orders=9 first=2024-01-01 last=2026-06-20
b margin=300 orders=9 first=2024-01-01 last=2026-06-20
c margin=200 orders=9 first=2024-01-01 last=2026-06-20`)
	text := strings.Replace(string(tier.DefaultText()), "a: 80%", "a: 50%", 1)
	draft, err := tier.Decode("draft", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	cares := []tier.Care{{Customer: "a", Owner: "s", OwnerLevel: "regular"}, {Customer: "b", Owner: "s", OwnerLevel: "regular"}, {Customer: "c"}}
	got, err := tier.Simulate(tier.Default(), draft, customers, cares, today)
	if err != nil {
		t.Fatal(err)
	}
	before := tier.Workload{Owner: "s", Count: [3]int{2, 0, 0}, Contacts: 9, Minutes: 540}
	after := tier.Workload{Owner: "s", Count: [3]int{1, 1, 0}, Contacts: 8, Minutes: 390}
	total := func(w tier.Workload) tier.Workload { w.Owner = ""; return w }
	want := tier.Simulation{Due: tier.Moves{{1, 1, 0}, {0, 1, 0}, {}}, Now: tier.Moves{{1, 1, 0}, {0, 1, 0}, {}},
		Moves:  []tier.Move{{Customer: "b", From: tier.A, To: tier.B, Ground: tier.GroundValue}},
		Before: total(before), After: total(after), Shifts: []tier.Shift{{Owner: "s", Before: before, After: after}}, Unsuited: 1}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestRFM: five buyers, each better than the last in everything, score 1 to 5; the mean is 3, so that 4 and 5 are high.
func TestRFM(t *testing.T) {
	t.Parallel()
	var buyers []tier.Buyer
	for i := range 5 {
		buyers = append(buyers, tier.Buyer{Customer: string(rune('a' + i)), LastOrder: today - calendar.Date(50-i), Orders: 1 + i, Amount: int64(100 * i)})
	}
	got := tier.ScoreRFM(buyers)
	for i, r := range got {
		group := tier.GroupPassing
		if i > 2 {
			group = tier.GroupChampion
		}
		if r.Recency != i+1 || r.Frequency != i+1 || r.Money != i+1 || r.Group != group {
			t.Errorf("%+v", r)
		}
	}
	// Equal in everything, nobody is above the mean.
	for _, r := range tier.ScoreRFM([]tier.Buyer{{Customer: "a", Orders: 1}, {Customer: "b", Orders: 1}}) {
		if r.Recency != 1 || r.Group != tier.GroupPassing {
			t.Errorf("%+v", r)
		}
	}
	// Each of the eight, by being 1 or 5 in each respect.
	want := map[string]tier.Group{"hhh": tier.GroupChampion, "hlh": tier.GroupGrowing, "lhh": tier.GroupKeep, "llh": tier.GroupWinBack,
		"hhl": tier.GroupRegular, "hll": tier.GroupFresh, "lhl": tier.GroupLoyal, "lll": tier.GroupPassing}
	buyers = nil
	for id := range want {
		high := func(k int) int {
			if id[k] == 'h' {
				return 9
			}
			return 1
		}
		buyers = append(buyers, tier.Buyer{Customer: id, LastOrder: today - 10 + calendar.Date(high(0)), Orders: high(1), Amount: int64(high(2))})
	}
	for _, r := range tier.ScoreRFM(buyers) {
		if r.Group != want[r.Customer] {
			t.Errorf("%s is in %s", r.Customer, r.Group)
		}
	}
	if len(tier.ScoreRFM(nil)) != 0 {
		t.Error("nobody has a score")
	}
}

// TestQuintilesAreEvenAndMonotone: without equal values each score has a fifth, give or take one; who is better scores no less.
func TestQuintilesAreEvenAndMonotone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		amounts := rapid.SliceOfNDistinct(rapid.Int64Range(0, 1_000_000), 1, 40, rapid.ID[int64]).Draw(t, "amounts")
		var buyers []tier.Buyer
		for i, amount := range amounts {
			buyers = append(buyers, tier.Buyer{Customer: fmt.Sprintf("%02d", i), Amount: amount})
		}
		counts := [6]int{}
		scores := tier.ScoreRFM(buyers)
		for i, r := range scores {
			counts[r.Money]++
			for j, other := range scores {
				if amounts[i] > amounts[j] && r.Money < other.Money {
					t.Errorf("%d scores %d, %d scores %d", amounts[i], r.Money, amounts[j], other.Money)
				}
			}
		}
		for score := 1; score <= 5; score++ {
			if low := len(amounts) / 5; counts[score] < low || counts[score] > low+1 {
				t.Errorf("score %d has %d of %d", score, counts[score], len(amounts))
			}
		}
	})
}
