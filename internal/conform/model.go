// Package conform judges what happened in cases by a process standard: each rule of each case is satisfied, violated, pending, not
// applicable or exempt, with the events that show it, the moment it is due and a reason; what an intended activity would violate;
// and how well the course of cases fits a model.
//
// It is pure: moments are Unix seconds that the caller hands in, days are days in China. The same events give the same answer in
// whatever order they arrive, at once or one by one. What the standard is stands in package sop; rates and intervals over many
// results are for the reader of the results.
package conform

import (
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/sop"
)

// Model is a standard made ready to judge cases. It never changes and may be shared.
type Model struct {
	standard   *sop.Standard
	days       calendar.WorkCalendar
	activities map[string]int
	closing    []bool
	rules      []rule
	byActivity [][]int32 // rules that look at events of an activity
}

// rule is a rule with activities as numbers.
type rule struct {
	*sop.Rule
	of, with int // with is -1 for rules over one activity
	until    []bool
	complete []string
	template template
}

// template says how a rule is judged, so that judging need not compare words.
type template struct {
	forward, backward, alternate, chain bool
	byEvent                             bool // each asking event is judged, not the case as a whole
}

// NewModel makes a standard ready, with the calendar of working days that its deadlines count.
func NewModel(s *sop.Standard, days calendar.WorkCalendar) *Model {
	m := &Model{standard: s, days: days, activities: map[string]int{}}
	for _, stage := range s.Stages {
		for _, a := range stage.Activities {
			m.activities[a.ID] = len(m.activities)
		}
	}
	m.closing = m.set(s.Closing)
	m.byActivity = make([][]int32, len(m.activities))
	for i := range s.Rules {
		m.rules = append(m.rules, m.compile(&s.Rules[i]))
		for a := range m.byActivity {
			if m.rules[i].looksAt(a) {
				m.byActivity[a] = append(m.byActivity[a], int32(i))
			}
		}
	}
	return m
}

// Standard returns what the model was made of.
func (m *Model) Standard() *sop.Standard { return m.standard }

func (m *Model) set(ids []string) []bool {
	set := make([]bool, len(m.activities))
	for _, id := range ids {
		set[m.activities[id]] = true
	}
	return set
}

func (m *Model) compile(r *sop.Rule) rule {
	c := rule{Rule: r, of: m.activities[r.Of], with: -1, until: m.set(r.Until)}
	if r.Template.Binary() {
		c.with = m.activities[r.With]
	}
	for _, id := range r.Complete {
		if id == "required" {
			c.complete = append(c.complete, m.standard.Required(r.Asked())...)
		} else {
			c.complete = append(c.complete, id)
		}
	}
	t := r.Template
	c.template.forward, c.template.backward = t.Forward() || t == sop.RespondedExist, t.Backward()
	c.template.alternate = t == sop.AltPrecedence || t == sop.AltResponse || t == sop.AltSuccession
	c.template.chain = t == sop.ChainPrecedence || t == sop.ChainResponse || t == sop.ChainSuccession
	c.template.byEvent = c.template.forward || c.template.backward || t == sop.Each || t == sop.Absence
	return c
}

// looksAt reports whether an event of the activity can matter to the rule.
func (r *rule) looksAt(activity int) bool {
	switch {
	case r.Template == sop.Init || r.template.chain && r.template.forward:
		return true
	}
	return activity == r.of || activity == r.with || r.until[activity]
}

// Event is something that happened in a case. Its id is given once and for all: a second event of the same id is a repetition, or,
// where it says something else, a correction, of which the one recorded last counts.
type Event struct {
	ID         string
	Activity   string
	OccurredAt int64 // Unix seconds
	RecordedAt int64
	Person     string
	Roles      []string // that the person held when it occurred
	Data       sop.Values
	Case       sop.Values // of the case as it was when this occurred; nil: as the case is now
}

// whole is what was known of the case when the event occurred.
func (e *Event) whole(now sop.Values) sop.Values {
	if e.Case != nil {
		return e.Case
	}
	return now
}

// known is the moment from which the event is part of what is known to have happened.
func (e *Event) known() int64 { return max(e.OccurredAt, e.RecordedAt) }

// accepts says whether the event is as the rule asks, whoever asks for it.
func (r *rule) accepts(e *Event, whole sop.Values) (Reason, bool) {
	if len(r.By) > 0 && !slices.ContainsFunc(e.Roles, func(role string) bool { return slices.Contains(r.By, role) }) {
		return ReasonWrongRole, false
	}
	for _, id := range r.complete {
		if !e.Data[id].Filled {
			return ReasonIncomplete, false
		}
	}
	if len(r.Data) > 0 && !sop.Hold(r.Data, e.Data, e.whole(whole)) {
		return ReasonData, false
	}
	return 0, true
}
