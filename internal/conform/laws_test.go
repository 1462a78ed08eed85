package conform_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/conform"
	"xiaoguan/internal/sop"
)

// start is 2026-03-02 09:00 in China, a Monday.
const start = int64(1772413200)

const hour = int64(3600)

// drawStandard draws a standard of five activities and a few rules of any template, sound or not: judging must agree all the same.
func drawStandard(t *rapid.T) *sop.Standard {
	form := []sop.Field{{ID: "x", Type: sop.TypeNumber}, {ID: "day", Type: sop.TypeDate}}
	s := &sop.Standard{ID: "drawn", Hours: sop.Hours{From: 9 * 60, To: 18 * 60}, Stages: []sop.Stage{{ID: "one"}}}
	for _, id := range []string{"a", "b", "c", "d", "end"} {
		s.Stages[0].Activities = append(s.Stages[0].Activities, sop.Activity{ID: id, Form: form})
	}
	s.Closing = []string{"end"}
	for i := range rapid.IntRange(1, 4).Draw(t, "rules") {
		s.Rules = append(s.Rules, drawRule(t, fmt.Sprintf("r%d", i)))
	}
	return s
}

func drawRule(t *rapid.T, id string) sop.Rule {
	activity := rapid.SampledFrom([]string{"a", "b", "c"})
	r := sop.Rule{ID: id, Template: rapid.SampledFrom(sop.Templates()).Draw(t, "template"), Of: activity.Draw(t, "of"),
		Clock: sop.ClockOccurred, Weight: 1, Level: sop.LevelBlock}
	if r.Template.Binary() {
		r.With = activity.Filter(func(a string) bool {
			return a != r.Of || r.Template == sop.Response || r.Template == sop.AltResponse
		}).Draw(t, "with")
	}
	often := func(name string) bool { return rapid.IntRange(0, 2).Draw(t, name) == 0 }
	forward := r.Template.Forward()
	pair := r.Template == sop.CoExistence || r.Template == sop.NotCoExistence || r.Template == sop.Choice || r.Template == sop.Absence
	if (forward || r.Template == sop.Existence || r.Template == sop.Each || r.Template == sop.RespondedExist || r.Template == sop.CoExistence ||
		r.Template == sop.Choice) && often("within") {
		unit := rapid.SampledFrom([]sop.Unit{sop.UnitHours, sop.UnitWorkingHours, sop.UnitDays, sop.UnitWorkingDays}).Draw(t, "unit")
		r.Within = &sop.Deadline{Count: rapid.IntRange(1, 12).Draw(t, "count"), Unit: unit}
		if r.Template != sop.CoExistence && often("clock") {
			r.Clock = sop.ClockRecorded
		}
		if forward && often("before") {
			r.Before = "day"
		}
	}
	if forward && often("until") {
		r.Until = []string{rapid.SampledFrom([]string{"a", "b", "d", "end"}).Draw(t, "until")}
	}
	if !pair {
		if often("by") {
			r.By = []string{"seller"}
		}
		if often("complete") {
			r.Complete = []string{"x"}
		}
		if often("data") {
			r.Data = []sop.Condition{{Field: "x", Comparison: sop.AtMost, Values: []sop.Value{sop.NumberOf(1)}}}
		}
		r.Different = r.Template.Binary() && often("different")
	}
	if often("when") {
		name := "case.tier"
		if r.Asking() != "" && often("event") {
			name = "x"
		}
		r.When = []sop.Condition{{Field: name, Comparison: sop.AtLeast, Values: []sop.Value{sop.NumberOf(1)}}}
	}
	return r
}

// drawEvents draws a log with ties, late records, repetitions, corrections and unknown activities.
func drawEvents(t *rapid.T) []conform.Event {
	var list []conform.Event
	for i := range rapid.IntRange(0, 12).Draw(t, "events") {
		e := conform.Event{
			ID:         fmt.Sprintf("e%d", i),
			Activity:   rapid.SampledFrom([]string{"a", "a", "b", "b", "c", "d", "end", "odd"}).Draw(t, "activity"),
			OccurredAt: start + hour*int64(rapid.IntRange(0, 60).Draw(t, "occurred")),
			Person:     rapid.SampledFrom([]string{"li", "wang"}).Draw(t, "person"),
			Data:       sop.Values{},
		}
		e.RecordedAt = e.OccurredAt + hour*int64(rapid.IntRange(-2, 20).Draw(t, "recorded"))
		if rapid.Bool().Draw(t, "role") {
			e.Roles = []string{"seller"}
		}
		if rapid.Bool().Draw(t, "filled") {
			e.Data["x"] = sop.NumberOf(int64(rapid.IntRange(0, 2).Draw(t, "x")))
		}
		if rapid.Bool().Draw(t, "dated") {
			e.Data["day"] = sop.NumberOf(int64(calendar.NewDate(2026, 3, rapid.IntRange(1, 20).Draw(t, "day"))))
		}
		if rapid.IntRange(0, 2).Draw(t, "otherwise") == 0 {
			e.Case = sop.Values{"tier": sop.NumberOf(int64(rapid.IntRange(0, 1).Draw(t, "then")))}
		}
		if len(list) > 0 && rapid.IntRange(0, 9).Draw(t, "again") == 0 {
			e.ID = list[rapid.IntRange(0, len(list)-1).Draw(t, "which")].ID
		}
		list = append(list, e)
		if rapid.IntRange(0, 9).Draw(t, "repeat") == 0 {
			list = append(list, e)
		}
	}
	return list
}

func drawCase(t *rapid.T) (*conform.Model, sop.Values, []conform.Event, int64) {
	standard := drawStandard(t)
	whole := sop.Values{"tier": sop.NumberOf(int64(rapid.IntRange(0, 1).Draw(t, "tier")))}
	now := start + hour*int64(rapid.IntRange(0, 400).Draw(t, "now"))
	return conform.NewModel(standard, calendar.WorkCalendar{}), whole, drawEvents(t), now
}

func judge(m *conform.Model, whole sop.Values, events []conform.Event, now int64) ([]conform.Result, []conform.Flag) {
	s := m.NewState(whole)
	for _, e := range events {
		s.Add(e)
	}
	return s.At(now, nil), s.Flags()
}

func TestJudgingAgreesWithTheDefinitions(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		m, whole, events, now := drawCase(rt)
		results, _ := judge(m, whole, events, now)
		n := newNaive(m.Standard(), whole, events, now)
		for i := range results {
			rule, got := &m.Standard().Rules[i], results[i]
			want := n.judge(rule)
			if got.Status != want.status || got.Satisfied != want.s || got.Violated != want.v || got.Pending != want.p || got.Due != want.due {
				rt.Fatalf("%+v %v\nevents %+v\nnow %d\ngot  %+v\nwant %+v", *rule, rule.Within, n.events, now, got, want)
			}
			seen[fmt.Sprint(rule.Template, got.Status)]++
		}
	})
	for _, template := range sop.Templates() {
		if seen[fmt.Sprint(template, conform.Violated)] == 0 && seen[fmt.Sprint(template, conform.Satisfied)] == 0 {
			t.Logf("%s was neither satisfied nor violated in this run", template)
		}
	}
}

func TestOrderOfInputChangesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		m, whole, events, now := drawCase(rt)
		results, flags := judge(m, whole, events, now)
		shuffled := rapid.Permutation(events).Draw(rt, "order")
		again, flagsAgain := judge(m, whole, shuffled, now)
		if diff := cmp.Diff(results, again); diff != "" {
			rt.Fatalf("results differ:\n%s", diff)
		}
		if diff := cmp.Diff(flags, flagsAgain); diff != "" {
			rt.Fatalf("flags differ:\n%s", diff)
		}
	})
}

func TestAdvancingIsRecomputing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		m, whole, events, _ := drawCase(rt)
		s := m.NewState(whole)
		for i, e := range events {
			s.Add(e)
			now := start + hour*int64(rapid.IntRange(0, 100).Draw(rt, "now"))
			results := s.At(now, nil)
			want, flags := judge(m, whole, events[:i+1], now)
			if diff := cmp.Diff(want, results); diff != "" {
				rt.Fatalf("after %d events at %d:\n%s", i+1, now, diff)
			}
			if diff := cmp.Diff(flags, s.Flags()); diff != "" {
				rt.Fatalf("flags after %d events at %d:\n%s", i+1, now, diff)
			}
		}
	})
}

func TestGateObjectsToWhatThenIsViolated(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		m, whole, events, now := drawCase(rt)
		s := m.NewState(whole)
		for _, e := range events {
			s.Add(e)
		}
		before := slices.Clone(s.At(now, nil))
		intended := conform.Event{Activity: rapid.SampledFrom([]string{"a", "b", "c", "d", "end"}).Draw(rt, "intended"), Person: "li", Data: sop.Values{}}
		opinion := s.Gate(intended, now)
		intended.ID, intended.OccurredAt, intended.RecordedAt = "~done", now, now
		s.Add(intended)
		for i, after := range s.At(now, nil) {
			worse := after.Violated > before[i].Violated
			objected := slices.ContainsFunc(opinion.Objections, func(o conform.Objection) bool { return o.Rule == i })
			if worse != objected {
				rt.Fatalf("rule %d: before %+v, after %+v, objections %+v", i, before[i], after, opinion.Objections)
			}
		}
	})
}
