package poolrule_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/poolrule"
)

const (
	today = calendar.Date(20634) // 2026-06-30
	none  = calendar.NoDate
)

// TestDecisions: an A customer may be left without contact for 30 days, and its owner is warned in the last 7 of them.
func TestDecisions(t *testing.T) {
	t.Parallel()
	base := poolrule.Customer{ID: "x", Tier: "A", OwnedSince: today - 60, Contact: today - 10, Opportunity: none, Deal: none, ContractEnd: none}
	tests := []struct {
		name    string
		changes []string
		change  func(*poolrule.Customer)
		want    string
	}{
		{"worked on", nil, func(*poolrule.Customer) {}, "keep 20 a_silent"},
		{"8 days are left", nil, func(c *poolrule.Customer) { c.Contact = today - 22 }, "keep 8 a_silent"},
		{"7 days are left", nil, func(c *poolrule.Customer) { c.Contact = today - 23 }, "keep 7 a_silent"},
		{"6 days are left, so that it is one of the last 7", nil, func(c *poolrule.Customer) { c.Contact = today - 24 }, "warn 6 a_silent"},
		{"the last day", nil, func(c *poolrule.Customer) { c.Contact = today - 30 }, "warn 0 a_silent"},
		{"the day after", nil, func(c *poolrule.Customer) { c.Contact = today - 31 }, "recycle -1 a_silent"},
		{"the same of B", nil, func(c *poolrule.Customer) { c.Contact, c.Tier = today-31, "B" }, "keep 14 b_silent"},
		{"a new owner", nil, func(c *poolrule.Customer) { c.Contact, c.OwnedSince = today-99, today-5 }, "keep 25 a_silent"},
		{"never contacted", nil, func(c *poolrule.Customer) { c.Contact, c.OwnedSince = none, today-31 }, "recycle -1 a_silent"},
		{"an open opportunity", nil, func(c *poolrule.Customer) { c.Contact, c.OpenOpportunity = today-31, true }, "exempt -1 a_silent open_opportunity"},
		{"locked", nil, func(c *poolrule.Customer) { c.Contact, c.Locked = today-31, true }, "exempt -1 a_silent locked"},
		{"locked, while locks don't count", []string{"locked: true, locks_most: 10", "locked: false, locks_most: 0"},
			func(c *poolrule.Customer) { c.Contact, c.Locked = today-31, true }, "recycle -1 a_silent"},
		{"won, where that counts", []string{"won: false", "won: true"}, func(c *poolrule.Customer) { c.Contact, c.Deal = today-31, today-50 }, "exempt -1 a_silent won"},
		{"a contract runs for 40 days", nil, func(c *poolrule.Customer) { c.Contact, c.ContractEnd = today-31, today+40 }, "exempt 40 a_silent running_contract"},
		{"it ends in 6 days", nil, func(c *poolrule.Customer) { c.Contact, c.ContractEnd = today-31, today+6 }, "warn 6 a_silent"},
		{"it has ended", nil, func(c *poolrule.Customer) { c.Contact, c.ContractEnd = today-31, today-1 }, "recycle -1 a_silent"},
		{"a contract that runs, where that says nothing", []string{", running_contract: true", ""}, func(c *poolrule.Customer) { c.Contact, c.ContractEnd = today-31, today+40 }, "recycle -1 a_silent"},
		{"a contract that runs and a customer worked on", nil, func(c *poolrule.Customer) { c.ContractEnd = today + 40 }, "keep 40 a_silent"},
		{"90 days after the contract without an opportunity", nil, func(c *poolrule.Customer) { c.OwnedSince, c.ContractEnd = today-120, today-91 }, "recycle -1 contract_over"},
		{"contacted, but half a year without progress", nil, func(c *poolrule.Customer) { c.OwnedSince = today - 181 }, "recycle -1 no_progress"},
		{"a deal alone is progress", nil, func(c *poolrule.Customer) { c.OwnedSince, c.Deal = today-181, today-100 }, "keep 20 a_silent"},
		{"an opportunity alone is progress", nil, func(c *poolrule.Customer) { c.OwnedSince, c.Opportunity = today-181, today-175 }, "warn 5 no_progress"},
		{"30 days after the contract", []string{"{no: deal, days: 180}, {no: opportunity, days: 180}", "{no: contract, days: 30}"},
			func(c *poolrule.Customer) { c.ContractEnd = today - 31 }, "recycle -1 no_progress"},
		{"no contract, no clock", []string{"{no: deal, days: 180}, {no: opportunity, days: 180}", "{no: contract, days: 30}", "days: 30}]}\n  - {id: b", "days: 3000}]}\n  - {id: b"},
			func(c *poolrule.Customer) { c.OwnedSince = today - 999 }, "keep 2990 a_silent"},
		{"no deal in the first 90 days", []string{"{no: deal, days: 180}, {no: opportunity, days: 180}", "{no: deal, days: 90, from: owned}"},
			func(c *poolrule.Customer) { c.OwnedSince = today - 91 }, "recycle -1 no_progress"},
		{"a deal in them", []string{"{no: deal, days: 180}, {no: opportunity, days: 180}", "{no: deal, days: 90, from: owned}"},
			func(c *poolrule.Customer) { c.OwnedSince, c.Deal = today-300, today-210 }, "keep 20 a_silent"},
		{"a deal after them", []string{"{no: deal, days: 180}, {no: opportunity, days: 180}", "{no: deal, days: 90, from: owned}"},
			func(c *poolrule.Customer) { c.OwnedSince, c.Deal = today-300, today-209 }, "recycle -210 no_progress"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := base
			test.change(&c)
			d := changed(t, test.changes...).Decide(&c, today)
			got := fmt.Sprintf("%s %d %s %s", d.Outcome, int(d.LastDay)-int(today), d.Trigger, d.Reason)
			if strings.TrimSpace(got) != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
}

func TestClaims(t *testing.T) {
	t.Parallel()
	seller := poolrule.Seller{ID: "s", Level: "regular", Department: "east"}
	pooled := poolrule.Pooled{ID: "x", Pool: "company", Entered: today - 5}
	tests := []struct {
		name    string
		changes []string
		change  func(*poolrule.Seller, *poolrule.Pooled)
		want    string
	}{
		{"nothing against it", nil, func(*poolrule.Seller, *poolrule.Pooled) {}, ""},
		{"the fifth of the day", nil, func(s *poolrule.Seller, _ *poolrule.Pooled) { s.ClaimedToday = 4 }, ""},
		{"the sixth", nil, func(s *poolrule.Seller, _ *poolrule.Pooled) { s.ClaimedToday = 5 }, "per_day 5"},
		{"the 51st of the period", nil, func(s *poolrule.Seller, _ *poolrule.Pooled) { s.ClaimedPeriod = 50 }, "per_period 50"},
		{"the 200th customer", nil, func(s *poolrule.Seller, _ *poolrule.Pooled) { s.Holds = 199 }, ""},
		{"the 201st", nil, func(s *poolrule.Seller, _ *poolrule.Pooled) { s.Holds = 200 }, "holding 200"},
		{"won ones don't count", nil, func(s *poolrule.Seller, _ *poolrule.Pooled) { s.Holds, s.HoldsWon = 200, 1 }, ""},
		{"a newcomer's 81st", nil, func(s *poolrule.Seller, _ *poolrule.Pooled) { s.Holds, s.Level = 80, "newcomer" }, "holding 80"},
		{"won and locked ones count once", []string{"count_locked: true", "count_locked: false"},
			func(s *poolrule.Seller, _ *poolrule.Pooled) {
				s.Holds, s.HoldsWon, s.HoldsLocked, s.HoldsBoth = 202, 2, 2, 2
			}, "holding 200"},
		{"its former owner on the 29th day", nil, func(s *poolrule.Seller, c *poolrule.Pooled) { c.FormerOwner, c.Entered = "s", today-29 }, "former_owner 30 x"},
		{"its former owner on the 30th", nil, func(s *poolrule.Seller, c *poolrule.Pooled) { c.FormerOwner, c.Entered = "s", today-30 }, ""},
		{"in the pool since today", nil, func(_ *poolrule.Seller, c *poolrule.Pooled) { c.Entered = today }, "new_record 1 x"},
		{"no such pool", nil, func(_ *poolrule.Seller, c *poolrule.Pooled) { c.Pool = "west" }, "unknown_pool 0 x"},
		{"another department's pool", []string{"admins_only: false", "members: [west], admins_only: false"}, func(*poolrule.Seller, *poolrule.Pooled) {}, "not_member 0 x"},
		{"admins only", []string{"admins_only: false", "admins_only: true"}, func(*poolrule.Seller, *poolrule.Pooled) {}, "admins_only 0 x"},
		{"an admin", []string{"admins_only: false", "admins_only: true"}, func(s *poolrule.Seller, _ *poolrule.Pooled) { s.Roles = []string{"operations"} }, ""},
		{"no limits", []string{"per_day: 5, period_days: 30, per_period: 50, at_once: 1, former_owner_days: 30, new_record_days: 1", "per_day: 0, period_days: 0, per_period: 0, at_once: 0, former_owner_days: 0, new_record_days: 0"},
			func(s *poolrule.Seller, c *poolrule.Pooled) {
				s.ClaimedToday, s.ClaimedPeriod, c.FormerOwner, c.Entered = 99, 99, "s", today
			}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s, c := seller, pooled
			test.change(&s, &c)
			var got []string
			for _, r := range changed(t, test.changes...).MayClaim(&s, []poolrule.Pooled{c}, today) {
				got = append(got, strings.TrimSpace(fmt.Sprintf("%s %d %s", r.Refusal, r.Most, r.Customer)))
			}
			if strings.Join(got, ", ") != test.want {
				t.Errorf("%s, want %s", strings.Join(got, ", "), test.want)
			}
		})
	}
	if r := poolrule.Default().MayClaim(&seller, []poolrule.Pooled{pooled, pooled}, today); len(r) != 1 || r[0].Refusal != poolrule.RefusedAtOnce {
		t.Errorf("two at once: %+v", r)
	}
}

func TestViewsLocksAndWhatIsShown(t *testing.T) {
	t.Parallel()
	p := poolrule.Default()
	if r := p.MayView(&poolrule.Seller{ViewedToday: 99}, "company"); r != "" {
		t.Errorf("the 100th: %s", r)
	}
	if r := p.MayView(&poolrule.Seller{ViewedToday: 100}, "company"); r != poolrule.RefusedViews {
		t.Errorf("the 101st: %s", r)
	}
	if r := p.MayView(&poolrule.Seller{}, "west"); r != poolrule.RefusedUnknown {
		t.Errorf("no such pool: %s", r)
	}
	if p.MayLock(&poolrule.Seller{HoldsLocked: 9}) != "" || p.MayLock(&poolrule.Seller{HoldsLocked: 10}) != poolrule.RefusedLocks {
		t.Error("ten may be locked")
	}
	if masked, hidden := p.Pools[0].Shown(false); !masked || len(hidden) != 2 {
		t.Errorf("before a claim: %v %v", masked, hidden)
	}
	if masked, hidden := p.Pools[0].Shown(true); masked || len(hidden) != 0 {
		t.Errorf("after a claim: %v %v", masked, hidden)
	}
}

// TestGiving: b holds fewest and gets the first, then a and b in turn; b gets two a day, and the former owner a waits for its old one.
func TestGiving(t *testing.T) {
	t.Parallel()
	p := changed(t, "way: claim, per_day: 20", "way: rotate, per_day: 2")
	customers := []poolrule.Pooled{{ID: "4", Pool: "company", Entered: today}, {ID: "1", Pool: "company", Entered: today - 9}, {ID: "2", Pool: "company", Entered: today - 9},
		{ID: "3", Pool: "company", Entered: today - 9, FormerOwner: "a"}, {ID: "5", Pool: "west", Entered: today}, {ID: "6", Pool: "company", Entered: today}}
	given, left := p.Give(customers, []poolrule.Seller{{ID: "b", Holds: 1}, {ID: "a", Holds: 2}}, today)
	// 1 to b (1 < 2); 2 to a (2 = 2, first by id); 3 to b (former owner a is barred), who then has two today; 4 to a, who then has two, too.
	want := []poolrule.Given{{Customer: "1", Seller: "b"}, {Customer: "2", Seller: "a"}, {Customer: "3", Seller: "b"}, {Customer: "4", Seller: "a"}}
	if diff := cmp.Diff(want, given) + cmp.Diff([]string{"5", "6"}, left); diff != "" {
		t.Error(diff)
	}
	if given, _ := poolrule.Default().Give(customers, []poolrule.Seller{{ID: "b"}}, today); len(given) != 0 {
		t.Errorf("where customers are claimed, given %v", given)
	}
	one := changed(t, "way: claim", "way: person, person: a")
	if given, left := one.Give(customers[:2], []poolrule.Seller{{ID: "b"}, {ID: "a"}}, today); len(given) != 2 || given[0].Seller != "a" || len(left) != 0 {
		t.Errorf("to one person: %v %v", given, left)
	}
}

func drawHistory(t *rapid.T) poolrule.History {
	day := rapid.Map(rapid.IntRange(0, 400), func(n int) calendar.Date { return today - 400 + calendar.Date(n) })
	days := rapid.SliceOfN(day, 0, 6)
	spans := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) calendar.Interval {
		from := day.Draw(t, "from")
		if rapid.IntRange(0, 3).Draw(t, "open") == 0 {
			return calendar.Interval{From: from, To: calendar.Forever}
		}
		return calendar.Interval{From: from, To: from + calendar.Date(rapid.IntRange(1, 90).Draw(t, "days"))}
	}), 0, 2)
	return poolrule.History{ID: "x", Owner: "s", Tier: rapid.SampledFrom([]string{"A", "B", "C"}).Draw(t, "tier"), OwnedSince: day.Draw(t, "owned"),
		Contacts: days.Draw(t, "contacts"), Opportunities: spans.Draw(t, "opportunities"), Deals: days.Draw(t, "deals"), Contracts: spans.Draw(t, "contracts"),
		Locked: rapid.IntRange(0, 9).Draw(t, "locked") == 0}
}

// known is what a History says on a day, found again by hand.
func known(h *poolrule.History, on calendar.Date) poolrule.Customer {
	c := poolrule.Customer{ID: h.ID, Tier: h.Tier, OwnedSince: h.OwnedSince, Contact: none, Opportunity: none, Deal: none, ContractEnd: none, Locked: h.Locked}
	for _, d := range h.Contacts {
		if d <= on && d > c.Contact {
			c.Contact = d
		}
	}
	for _, d := range h.Deals {
		if d <= on && d > c.Deal {
			c.Deal = d
		}
	}
	for _, o := range h.Opportunities {
		if o.From <= on && o.From > c.Opportunity {
			c.Opportunity = o.From
		}
		if o.Contains(on) {
			c.OpenOpportunity = true
		}
	}
	for _, contract := range h.Contracts {
		end := contract.To
		if end != calendar.Forever {
			end--
		}
		if contract.From <= on && end > c.ContractEnd {
			c.ContractEnd = end
		}
	}
	return c
}

// TestSimulationIsDecidingDayByDay: a customer is recycled on the first day of the span on which the policy decides so, and on no day when
// there is none.
func TestSimulationIsDecidingDayByDay(t *testing.T) {
	t.Parallel()
	policies := []*poolrule.Policy{poolrule.Default(), changed(t, "{no: deal, days: 180}, {no: opportunity, days: 180}", "{no: contract, days: 30}, {no: deal, days: 90, from: owned}", "won: false", "won: true")}
	rapid.Check(t, func(t *rapid.T) {
		p, h := rapid.SampledFrom(policies).Draw(t, "policy"), drawHistory(t)
		span := calendar.Interval{From: today - 300, To: today}
		s, err := poolrule.Simulate(p, []poolrule.History{h}, span, 90)
		if err != nil {
			t.Fatal(err)
		}
		want := none
		for on := max(span.From, h.OwnedSince); on < span.To && want == none; on++ {
			c := known(&h, on)
			if p.Decide(&c, on).Outcome == poolrule.Recycle {
				want = on
			}
		}
		switch {
		case want == none && s.Total != 0:
			t.Errorf("recycled on %s, by the days never", s.Recycled[0].On)
		case want != none && (s.Total != 1 || s.Recycled[0].On != want):
			t.Errorf("%+v, by the days on %s", s.Recycled, want)
		}
	})
}

// TestMoreDaysRecycleNoEarlier: with more days a customer is recycled no earlier.
func TestMoreDaysRecycleNoEarlier(t *testing.T) {
	t.Parallel()
	short, long := poolrule.Default(), changed(t, "days: 30", "days: 31", "days: 45", "days: 50", "days: 60", "days: 90", "days: 180", "days: 200")
	rapid.Check(t, func(t *rapid.T) {
		h := drawHistory(t)
		c := known(&h, today)
		if one, other := short.Decide(&c, today), long.Decide(&c, today); other.LastDay < one.LastDay {
			t.Errorf("%+v, with more days %+v", one, other)
		}
	})
}

// TestSimulationByMonth: x of A, got on 2026-01-01 and contacted on 2026-01-10, is recycled on 2026-02-10, the 31st day after, and
// contacted again 20 days later: a sign of life. y, contacted on 2026-03-01, on 2026-04-01, without one.
func TestSimulationByMonth(t *testing.T) {
	t.Parallel()
	day := func(text string) calendar.Date {
		d, err := calendar.ParseDate(text)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	histories := []poolrule.History{
		{ID: "y", Owner: "s", Tier: "A", OwnedSince: day("2026-02-20"), Contacts: []calendar.Date{day("2026-03-01")}},
		{ID: "x", Owner: "s", Tier: "A", OwnedSince: day("2026-01-01"), Contacts: []calendar.Date{day("2026-03-02"), day("2026-01-10")}},
	}
	s, err := poolrule.Simulate(poolrule.Default(), histories, calendar.Interval{From: day("2026-01-01"), To: day("2026-05-01")}, 90)
	if err != nil {
		t.Fatal(err)
	}
	want := []poolrule.Recycled{{Customer: "x", Owner: "s", On: day("2026-02-10"), Trigger: "a_silent", Alive: true}, {Customer: "y", Owner: "s", On: day("2026-04-01"), Trigger: "a_silent"}}
	counts := ""
	for _, m := range s.Months {
		counts += fmt.Sprintf("%s %d/%d ", m.Month, m.Alive, m.Recycled)
	}
	if diff := cmp.Diff(want, s.Recycled); diff != "" || counts != "2026-01 0/0 2026-02 1/1 2026-03 0/0 2026-04 0/1 " || s.Total != 2 || s.Alive != 1 || s.ByOwner["s"] != 2 || s.ByTrigger["a_silent"] != 2 {
		t.Errorf("%s\n%s %+v", diff, counts, s)
	}
	if _, err := poolrule.Simulate(poolrule.Default(), histories, calendar.Interval{From: today, To: calendar.Forever}, 90); err == nil {
		t.Error("an endless span is simulated")
	}
}

func BenchmarkSimulate100000(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	histories := make([]poolrule.History, 100_000)
	for i := range histories {
		h := &histories[i]
		*h = poolrule.History{ID: fmt.Sprintf("c%06d", i), Owner: fmt.Sprintf("s%03d", i%300), Tier: []string{"A", "B", "C"}[i%3], OwnedSince: today - 400}
		for range 20 {
			h.Contacts = append(h.Contacts, today-calendar.Date(rng.IntN(400)))
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := poolrule.Simulate(poolrule.Default(), histories, calendar.Interval{From: today - 365, To: today}, 90); err != nil {
			b.Fatal(err)
		}
	}
}

// TestMovedNamesWhatMovedTheDay: B, last spoken to in May, goes back after 45 days – unless it was got later, or a contract runs.
func TestMovedNamesWhatMovedTheDay(t *testing.T) {
	t.Parallel()
	p := poolrule.Policy{WarnDays: 7, Exempt: poolrule.Exempt{RunningContract: true}, Recycle: []poolrule.Trigger{{ID: "b", Tiers: []string{"B"}, All: []poolrule.Condition{{No: poolrule.Contact, Days: 45}}}}}
	may, got, end, on := calendar.NewDate(2026, 5, 16), calendar.NewDate(2026, 11, 17), calendar.NewDate(2027, 3, 31), calendar.NewDate(2026, 11, 28)
	base := poolrule.Customer{Tier: "B", OwnedSince: calendar.NewDate(2025, 1, 1), Contact: may, Opportunity: calendar.NoDate, Deal: calendar.NoDate, ContractEnd: calendar.NoDate}
	for name, c := range map[string]struct {
		change func(*poolrule.Customer)
		last   calendar.Date
		by     poolrule.Move
		day    calendar.Date
	}{
		"the rule alone": {func(*poolrule.Customer) {}, may + 45, "", calendar.NoDate},
		"got later":      {func(c *poolrule.Customer) { c.OwnedSince = got }, calendar.NewDate(2027, 1, 1), poolrule.MovedOwned, got},
		"a contract":     {func(c *poolrule.Customer) { c.ContractEnd = end }, end, poolrule.MovedContract, end},
		"both":           {func(c *poolrule.Customer) { c.OwnedSince, c.ContractEnd = got, end }, end, poolrule.MovedContract, end},
		"one that ended": {func(c *poolrule.Customer) { c.ContractEnd = may }, may + 45, "", calendar.NoDate},
		"another tier":   {func(c *poolrule.Customer) { c.Tier, c.OwnedSince = "A", got }, calendar.Forever, "", calendar.NoDate},
	} {
		customer := base
		c.change(&customer)
		d := p.Decide(&customer, on)
		if by, day := p.Moved(&customer, &d); d.LastDay != c.last || by != c.by || day != c.day {
			t.Errorf("%s: %s moved by %q to %s", name, d.LastDay, by, day)
		}
	}
}
