package demo_test

import (
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/standard"
)

// checkCompliance wants a company that keeps its process in most cases: each rule that was asked often in the last half year between a half and
// nearly always, teams that differ, months that get better, clocks that run, some exemptions, and people who write down late.
func checkCompliance(t *testing.T, f filled) {
	t.Helper()
	ctx, actor := t.Context(), access.SystemActor("test")
	if err := f.Standards.CatchUp(ctx); err != nil {
		t.Fatal(err)
	}
	ask := func(by standard.Dimension, months int) standard.Rates {
		t.Helper()
		to := f.company.Present
		rates, err := f.Standards.Rates(ctx, actor, standard.Question{From: to - calendar.Month(months), To: to, By: by})
		if err != nil {
			t.Fatal(err)
		}
		return rates
	}
	permille := func(c standard.Counts) int64 { return c.Satisfied * 1000 / max(1, c.Decided()) }
	rules := ask(standard.ByRule, 5)
	for _, r := range rules.Rows {
		if got := permille(r.Rules); r.Rules.Decided() >= 100 && (got < 550 || got > 995) {
			t.Errorf("%s is kept in %d of 1000 cases: %+v", r.Key, got, r.Rules)
		}
	}
	if len(rules.Rows) < 22 {
		t.Errorf("only %d rules were asked", len(rules.Rows))
	}
	total := rules.Total.Rules
	if got := permille(total); got < 750 || got > 930 || total.Pending < 100 || total.Exempt < 3 {
		t.Errorf("of rules %d in 1000: %+v", got, total)
	}
	least, most := int64(1000), int64(0)
	for _, r := range ask(standard.ByTeam, 5).Rows {
		least, most = min(least, permille(r.Rules)), max(most, permille(r.Rules))
	}
	if most-least < 50 {
		t.Errorf("teams keep rules in %d to %d of 1000 cases", least, most)
	}
	months := ask(standard.ByMonth, 23)
	if got := permille(months.Total.Cases); got < 250 || got > 650 {
		t.Errorf("%d of 1000 cases broke nothing", got)
	}
	if first, last := permille(months.Rows[0].Rules), permille(months.Rows[len(months.Rows)-1].Rules); last-first < 150 {
		t.Errorf("from %d to %d in 1000", first, last)
	}
}
