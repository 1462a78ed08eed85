package standard

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/conform"
	"xiaoguan/internal/sop"
)

// Example is a short course of events that keeps a rule, and one that breaks it. Both are judged, not written: they cannot say what the rule
// does not.
type Example struct {
	Rule         sop.Rule
	Kept, Broken Course
}

// Course is one of the two; it has no events where there is nothing to show.
type Course struct {
	Events []CourseEvent
	Reason conform.Reason
}

// CourseEvent is something that happens so long after the first day began.
type CourseEvent struct {
	Activity  sop.Text
	After     time.Duration // since 0:00 of the first day
	EntryLate time.Duration // so long after the event it was written down
	Role      sop.Text      // of who did it, where the rule asks for a role or for different people
	Values    []CourseValue // of the fields that the rule looks at
	Left      []sop.Text    // fields that were left empty and should not have been
}

// CourseValue is what a field of an event holds.
type CourseValue struct {
	Field sop.Text
	Value string
}

// exampleDay is the first day of every example: a Monday with four working days behind it.
var exampleDay = calendar.NewDate(2026, 3, 2)

const exampleHour = 10 * time.Hour

// flaw is what is wrong with the event that a rule asks for.
type flaw uint8

const (
	flawNone flaw = iota
	flawRole
	flawPerson
	flawEmpty
	flawData
)

// Examples shows each rule of a standard at work: those for which a short course was found.
func Examples(m *conform.Model) (list []Example) {
	document := m.Standard()
	for k := range document.Rules {
		stage := exampleStage{model: m, document: document, rule: &document.Rules[k], place: k}
		e := Example{Rule: document.Rules[k]}
		var kept, broken bool
		e.Kept, kept = stage.find(conform.Satisfied)
		if e.Broken, broken = stage.find(conform.Violated); kept && broken {
			list = append(list, e)
		}
	}
	return list
}

// exampleStage is where courses of one rule are tried.
type exampleStage struct {
	model    *conform.Model
	document *sop.Standard
	rule     *sop.Rule
	place    int
}

// play is a course that is tried.
type play struct {
	activities []string
	late       bool // the last one comes after the deadline
	flaw       flaw
	ending     string // an activity after which nothing is owed any more; empty for none
}

// find tries courses, the shortest first, until one comes to what is wanted.
func (s *exampleStage) find(want conform.Status) (Course, bool) {
	of, with := s.rule.Of, cmp.Or(s.rule.With, s.rule.Of)
	orders := [][]string{{of}, {with}, {of, with}, {with, of}, {}, {of, of}, {of, with, with}, {of, of, with}}
	if want == conform.Violated && (s.rule.Within != nil || s.rule.Different) { // being late says more than not coming
		orders = slices.Insert(orders, 0, []string{of, with})
	}
	for _, late := range []bool{want == conform.Violated && s.rule.Within != nil, false} {
		for _, ending := range slices.Concat([]string{""}, s.rule.Until, s.document.Closing) {
			for _, fault := range s.faults(want) {
				for _, order := range orders {
					p := play{order, late, fault, ending}
					if course, ok := s.try(p, want); ok {
						return course, true
					}
				}
			}
		}
	}
	return Course{}, false
}

// faults are what may be wrong, in the order in which it is tried. That two people are one says more than that the first did nothing.
func (s *exampleStage) faults(want conform.Status) []flaw {
	switch {
	case want == conform.Satisfied:
		return []flaw{flawNone}
	case s.rule.Different:
		return []flaw{flawPerson, flawNone, flawRole, flawEmpty, flawData}
	}
	return []flaw{flawNone, flawRole, flawPerson, flawEmpty, flawData}
}

// try judges a course right after its last event, and, where nothing has come of it yet, once every deadline has passed.
func (s *exampleStage) try(p play, want conform.Status) (Course, bool) {
	events := s.events(p)
	state := s.model.NewState(s.whole())
	last := exampleMoment(0)
	for _, e := range events {
		state.Add(e)
		last = max(last, e.OccurredAt, e.RecordedAt)
	}
	const longAfter = 400 * 24 * 3600
	for _, now := range []int64{last, last + longAfter} {
		if result := state.At(now, nil)[s.place]; result.Status == want {
			return Course{Events: s.show(events), Reason: result.Reason}, true
		}
	}
	return Course{}, false
}

// exampleMoment is a moment of the first day and those after it.
func exampleMoment(after time.Duration) int64 {
	y, month, d := exampleDay.Civil()
	return time.Date(y, month, d, 0, 0, 0, 0, calendar.ChinaTime).Add(exampleHour + after).Unix()
}

// beyond is longer than any way of counting the deadline of the rule.
func (s *exampleStage) beyond() time.Duration {
	if s.rule.Within == nil {
		return 0
	}
	const day = 24 * time.Hour
	n := time.Duration(s.rule.Within.Count)
	if s.rule.Before != "" {
		return sampleDays * day
	}
	switch s.rule.Within.Unit {
	case sop.UnitHours:
		return n*time.Hour + 2*time.Hour
	case sop.UnitWorkingHours:
		return (n/8+1)*2*day + 2*time.Hour
	case sop.UnitWorkingDays:
		return n*2*day + day
	}
	return n*day + day
}

func (s *exampleStage) events(p play) (events []conform.Event) {
	at := time.Duration(0)
	for i, activity := range p.activities {
		if i > 0 {
			at += time.Hour
		}
		recorded := at
		if p.late && i == len(p.activities)-1 {
			if recorded = at + s.beyond(); s.rule.Clock != sop.ClockRecorded {
				at = recorded
			}
		}
		events = append(events, s.event(p, i, activity, at, recorded))
	}
	if p.ending != "" {
		at += time.Hour
		events = append(events, s.event(play{}, len(events), p.ending, at, at))
	}
	return events
}

func (s *exampleStage) event(p play, i int, activity string, at, recorded time.Duration) conform.Event {
	r := s.rule
	e := conform.Event{ID: eventID(int64(i + 1)), Activity: activity, OccurredAt: exampleMoment(at), RecordedAt: exampleMoment(recorded), Person: "1", Data: sop.Values{}}
	form := s.document.Activity(activity).Form
	for f := range form {
		e.Data[form[f].ID] = sampleOf(&form[f])
	}
	if activity == r.Asking() || r.Template == sop.Each {
		for c := range r.When {
			suit(&r.When[c], form, e.Data, true)
		}
	}
	if activity != r.Asked() && r.Asked() != "" {
		e.Roles = s.otherRoles()
		return e
	}
	if e.Person = "2"; p.flaw == flawPerson {
		e.Person = "1"
	}
	if e.Roles = r.By; len(r.By) == 0 || p.flaw == flawRole {
		e.Roles = s.otherRoles()
	}
	if missing := s.complete(); p.flaw == flawEmpty && len(missing) > 0 {
		delete(e.Data, missing[0])
	}
	for c := range r.Data {
		suit(&r.Data[c], form, e.Data, p.flaw != flawData || c > 0)
	}
	return e
}

// otherRoles is a role that the rule does not ask for.
func (s *exampleStage) otherRoles() []string {
	for _, role := range s.document.Roles {
		if !slices.Contains(s.rule.By, role.ID) {
			return []string{role.ID}
		}
	}
	return nil
}

func (s *exampleStage) complete() (ids []string) {
	for _, id := range s.rule.Complete {
		if id == "required" {
			ids = append(ids, s.document.Required(s.rule.Asked())...)
		} else {
			ids = append(ids, id)
		}
	}
	return ids
}

// whole is the data of the case: such that the rule applies and exempts nothing.
func (s *exampleStage) whole() sop.Values {
	data := sop.Values{}
	for f := range s.document.Case {
		data[s.document.Case[f].ID] = sampleOf(&s.document.Case[f])
	}
	for e := range s.rule.Exempt {
		for c := range s.rule.Exempt[e].When {
			suit(&s.rule.Exempt[e].When[c], s.document.Case, data, false)
		}
	}
	for c := range s.rule.When {
		suit(&s.rule.When[c], s.document.Case, data, true)
	}
	return data
}

// sampleOf fills a field.
func sampleOf(f *sop.Field) sop.Value {
	switch f.Type {
	case sop.TypeChoice:
		return sop.TextOf(f.Values[0])
	case sop.TypeText:
		return sop.TextOf("…")
	case sop.TypeAmount:
		return sop.NumberOf(sampleAmount)
	case sop.TypePercent:
		return sop.NumberOf(samplePercent)
	case sop.TypeDate:
		return sop.NumberOf(int64(exampleDay) + sampleDays)
	}
	return sop.NumberOf(1)
}

const (
	sampleAmount  = 1_000_000 // in minor units
	samplePercent = 100_000   // parts per million
	sampleDays    = 90
)

// suit makes the values such that the condition holds, or that it does not.
func suit(c *sop.Condition, form []sop.Field, data sop.Values, holds bool) {
	at := slices.IndexFunc(form, func(f sop.Field) bool { return f.ID == strings.TrimPrefix(c.Field, "case.") })
	if at < 0 {
		return
	}
	f := &form[at]
	right := sampleOf(f)
	switch {
	case c.Other != "":
		data[strings.TrimPrefix(c.Other, "case.")] = right
	case len(c.Values) > 0:
		right = c.Values[0]
	}
	step := int64(1)
	if f.Type == sop.TypeAmount || f.Type == sop.TypePercent {
		step = samplePercent / 2
	}
	moved := func(by int64) sop.Value { return sop.NumberOf(right.Number + by) }
	values := map[sop.Comparison][2]sop.Value{
		sop.Equals: {moved(step), right}, sop.In: {moved(step), right}, sop.AtLeast: {moved(-step), right}, sop.AtMost: {moved(step), right},
		sop.Above: {right, moved(step)}, sop.Below: {right, moved(-step)}, sop.Filled: {{}, right},
	}[c.Comparison]
	switch {
	case holds:
		data[f.ID] = values[1]
	case f.Type == sop.TypeYesNo:
		data[f.ID] = sop.NumberOf(1 - right.Number&1)
	case f.Type == sop.TypeText && c.Comparison != sop.Filled:
		data[f.ID] = sop.TextOf(right.Text + "…")
	case f.Type == sop.TypeChoice && c.Comparison != sop.Filled:
		for _, other := range f.Values {
			if !slices.ContainsFunc(c.Values, func(v sop.Value) bool { return v.Text == other }) {
				data[f.ID] = sop.TextOf(other)
			}
		}
	default:
		data[f.ID] = values[0]
	}
}

// show says of the events what the rule looks at.
func (s *exampleStage) show(events []conform.Event) (shown []CourseEvent) {
	looked := map[string]bool{}
	for _, list := range [][]sop.Condition{s.rule.When, s.rule.Data} {
		for _, c := range list {
			looked[c.Field], looked[c.Other] = true, true
		}
	}
	looked[s.rule.Before] = true
	for i := range events {
		e := &events[i]
		activity := s.document.Activity(e.Activity)
		out := CourseEvent{Activity: activity.Name, After: time.Duration(e.OccurredAt-exampleMoment(-exampleHour)) * time.Second, EntryLate: time.Duration(e.RecordedAt-e.OccurredAt) * time.Second}
		if len(s.rule.By) > 0 || s.rule.Different {
			for _, role := range s.document.Roles {
				if slices.Contains(e.Roles, role.ID) {
					out.Role = role.Name
				}
			}
		}
		for f := range activity.Form {
			field := &activity.Form[f]
			if value := e.Data[field.ID]; looked[field.ID] && value.Filled {
				out.Values = append(out.Values, CourseValue{field.Name, value.Written(field.Type)})
			}
			if e.Activity == s.rule.Asked() && !e.Data[field.ID].Filled && slices.Contains(s.complete(), field.ID) {
				out.Left = append(out.Left, field.Name)
			}
		}
		shown = append(shown, out)
	}
	return shown
}
