package programme_test

import (
	"testing"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/programme"
)

func TestAGoalStandsAsItStoodThen(t *testing.T) {
	t.Parallel()
	january := calendar.NewMonth(2026, 1)
	value := func(percent int64) metric.Value {
		return metric.Value{Unit: metric.UnitPercent, Numerator: percent, Denominator: 100, Scale: 1, Known: true}
	}
	stand := programme.Stand{Owner: "甲", Goal: programme.Goal{Unit: metric.UnitPercent, Good: metric.GoodUp, Window: 1, Horizon: 12, From: january, Kind: programme.AskAbsolute, Target: 800_000, State: programme.GoalActive, Baseline: &programme.Snapshot{Value: value(50)}}}
	for k, percent := range []int64{52, 54, 90, 60} { // February to May
		stand.Readings = append(stand.Readings, programme.Reading{Month: january + 1 + calendar.Month(k), Value: value(percent)})
	}
	today := (january + 4).First() + 9 // in May, which is not over
	for _, c := range []struct {
		month calendar.Month
		last  calendar.Month // of the reading; 0 for none
		want  programme.Standing
	}{{january, 0, programme.StandingNoData}, {january + 1, january + 1, programme.StandingBehind}, {january + 2, january + 2, programme.StandingBehind}, {january + 3, january + 3, programme.StandingReached}, {january + 4, january + 3, programme.StandingReached}, {january + 11, january + 3, programme.StandingReached}} {
		then := stand.At(c.month, today)
		if then.Owner != "甲" || then.Standing != c.want || (then.Last == nil) != (c.last == 0) || then.Last != nil && then.Last.Month != c.last {
			t.Errorf("%s: %+v", c.month, then)
		}
	}
	age := programme.Stand{Goal: programme.Goal{Unit: metric.UnitHours, Good: metric.GoodDown, Horizon: 12, From: january, Kind: programme.AskAbsolute, Target: 24 * 60}}
	for k, minutes := range []int64{3000, 1000, 9000} {
		age.Readings = append(age.Readings, programme.Reading{Month: january + 1 + calendar.Month(k), Value: metric.Value{Unit: metric.UnitHours, Numerator: minutes, Denominator: 1, Scale: 1, Known: true}})
	}
	if then := age.At(january+2, today); then.Last == nil || then.Last.Month != january+2 || then.Standing != programme.StandingReached {
		t.Errorf("%+v", then)
	}
}
