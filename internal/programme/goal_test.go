package programme

import (
	"testing"

	"pgregory.net/rapid"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/metric"
)

func known(amount int64) metric.Value {
	return metric.Value{Unit: metric.UnitPercent, Numerator: amount, Denominator: metric.Whole, Scale: 1, Known: true}
}

// TestAPathLeadsFromTheBaselineToTheTarget holds for all paths: it begins and ends where it must, and between neighbours it never leaves what lies between its ends.
func TestAPathLeadsFromTheBaselineToTheTarget(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		from := calendar.NewMonth(2026, 1)
		amount := rapid.Int64Range(0, metric.Whole)
		g := Goal{Unit: metric.UnitPercent, Good: metric.GoodUp, From: from, Horizon: rapid.SampledFrom(GoalHorizons).Draw(t, "horizon"), Kind: AskAbsolute, Target: amount.Draw(t, "target"), Baseline: &Snapshot{Value: known(amount.Draw(t, "baseline"))}}
		for _, m := range g.waypoints() {
			if rapid.Bool().Draw(t, "bent") {
				g.Path = append(g.Path, Waypoint{m, amount.Draw(t, "way")})
			}
		}
		baseline, _ := g.BaselineAmount()
		if first, ok := g.PathAt(from); !ok || first != baseline {
			t.Fatalf("begins at %d, not %d", first, baseline)
		}
		if last, ok := g.PathAt(g.Due()); !ok || last != g.Target {
			t.Fatalf("ends at %d", last)
		}
		if _, ok := g.PathAt(from - 1); ok {
			t.Fatal("there is a path before the baseline")
		}
		low, high := min(baseline, g.Target), max(baseline, g.Target)
		for _, w := range g.Path {
			low, high = min(low, w.Amount), max(high, w.Amount)
			if at, _ := g.PathAt(w.Month); at != w.Amount {
				t.Fatalf("not over the waypoint: %d %d", at, w.Amount)
			}
		}
		for m := from; m <= g.Due(); m++ {
			if at, _ := g.PathAt(m); at < low || at > high {
				t.Fatalf("%d leaves %d to %d", at, low, high)
			}
		}
	})
}

func TestHowAGoalStands(t *testing.T) {
	t.Parallel()
	from := calendar.NewMonth(2026, 1)
	today := calendar.NewDate(2026, 4, 15)
	up := Goal{Unit: metric.UnitPercent, Good: metric.GoodUp, From: from, Horizon: 6, Kind: AskAbsolute, Target: 900_000, Baseline: &Snapshot{Value: known(600_000)}}
	down := Goal{Unit: metric.UnitPercent, Good: metric.GoodDown, From: from, Horizon: 6, Kind: AskAbsolute, Target: 120_000, Baseline: &Snapshot{Value: known(180_000)}}
	for name, c := range map[string]struct {
		goal  Goal
		march int64
		want  Standing
	}{
		"up, as on its path": {up, 700_000, StandingOnTrack}, "up, behind": {up, 699_999, StandingBehind}, "up, reached": {up, 900_000, StandingReached},
		"down, as on its path": {down, 160_000, StandingOnTrack}, "down, behind": {down, 160_001, StandingBehind}, "down, reached": {down, 110_000, StandingReached},
	} {
		s := c.goal.stand([]Reading{{Month: from, Value: known(1)}, {Month: from + 2, Value: known(c.march)}, {Month: from + 3, Value: known(1)}}, today)
		if s.Standing != c.want || s.Last.Month != from+2 {
			t.Errorf("%s: %s at %s", name, s.Standing, s.Last.Month)
		}
	}
	if s := up.stand([]Reading{{Month: from, Value: known(1)}, {Month: from + 3, Value: known(1)}}, today); s.Standing != StandingNoData || s.Why.Key == "" {
		t.Errorf("without a whole month behind the baseline: %+v", s.Standing)
	}
	gap := []Reading{{Month: from + 1, Value: metric.Value{Why: metric.ReasonNoRows}}}
	if s := up.stand(gap, today); s.Standing != StandingNoData || s.Why.Key != "metric.reason.no_rows" {
		t.Errorf("the reason is told: %+v", s.Why)
	}
}

func TestADirectorSeesGoalsOfTheRegion(t *testing.T) {
	t.Parallel()
	today := calendar.NewDate(2026, 4, 15)
	always := calendar.Interval{From: today - 100, To: calendar.Forever}
	org := &metric.Organisation{Teams: []metric.OrgUnit{{ID: 1, RegionID: 7, Days: always}, {ID: 2, RegionID: 7, Days: always}, {ID: 3, RegionID: 8, Days: always}, {ID: 4, RegionID: 7, Days: calendar.Interval{From: today - 100, To: today}}},
		People: []metric.Employment{{PersonID: 5, Positions: []metric.Position{{Days: always, TeamID: 2}}}}}
	director, lead := &sight{org: org, today: today, teams: []int64{1, 2}}, &sight{org: org, today: today, teams: []int64{1}}
	for region, want := range map[int64]bool{7: true, 8: false, 9: false} {
		if got := director.seesGoal(&Goal{Place: metric.Place{Kind: metric.PlaceRegion, ID: region}}); got != want {
			t.Errorf("the director of region 7 sees that of %d: %v", region, got)
		}
	}
	if lead.seesGoal(&Goal{Place: metric.Place{Kind: metric.PlaceRegion, ID: 7}}) {
		t.Error("a lead sees the goal of a region of two teams")
	}
	for name, c := range map[string]struct {
		i    Initiative
		want bool
	}{"tried there": {Initiative{Trial: Trial{Pilot: []int64{2}}}, true}, "compared with it": {Initiative{Trial: Trial{Comparison: []int64{1}}}, true}, "owned there": {Initiative{OwnerID: 5}, true}, "owned by somebody else": {Initiative{OwnerID: 6}, false}, "tried elsewhere": {Initiative{Trial: Trial{Pilot: []int64{3, 4}}}, false}} {
		if got := director.concerns(&c.i, director.teamsIn(metric.Place{Kind: metric.PlaceRegion, ID: 7})); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestTheOutlookNeedsHistory(t *testing.T) {
	t.Parallel()
	from := calendar.NewMonth(2026, 1)
	g := Goal{Unit: metric.UnitPercent, Good: metric.GoodUp, From: from, Horizon: 6, Kind: AskAbsolute, Target: 900_000, Baseline: &Snapshot{Value: known(600_000)}}
	months := func(n int) (list []Reading) {
		for m := range n {
			list = append(list, Reading{Month: from + 3 - calendar.Month(n-m), Value: known(600_000 + int64(m%3)*10_000)})
		}
		return list
	}
	for n, want := range map[int]struct{ known, band bool }{3: {false, false}, 10: {true, false}, 27: {true, true}} {
		o := g.outlook(months(n), from+3)
		if o.Known != want.known || o.Band != want.band || !want.band && o.Why.Key == "" {
			t.Errorf("%d months: %+v", n, o)
		}
		if o.Band && (o.Low > o.Amount || o.Amount > o.High) {
			t.Errorf("%+v", o)
		}
	}
}
