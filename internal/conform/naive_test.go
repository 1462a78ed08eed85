package conform_test

import (
	"cmp"
	"fmt"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/conform"
	"xiaoguan/internal/sop"
)

// naive is the reference model: each rule written from its definition over the whole sequence of events, quantifier by quantifier,
// without any memory of what came before. It shares with the package the types and the arithmetic of deadlines alone.
type naive struct {
	standard *sop.Standard
	whole    sop.Values
	events   []conform.Event
	now      int64
	closed   bool
}

type counts struct {
	status  conform.Status
	s, v, p int32
	due     int64
}

func newNaive(standard *sop.Standard, whole sop.Values, raw []conform.Event, now int64) *naive {
	n := &naive{standard: standard, whole: whole, now: now}
	best := map[string]conform.Event{}
	for _, e := range raw {
		if e.OccurredAt > now || e.RecordedAt > now || standard.Activity(e.Activity) == nil {
			continue
		}
		old, found := best[e.ID]
		if !found || old.RecordedAt < e.RecordedAt || old.RecordedAt == e.RecordedAt && text(old) < text(e) {
			best[e.ID] = e
		}
	}
	for _, e := range best {
		n.events = append(n.events, e)
		n.closed = n.closed || slices.Contains(standard.Closing, e.Activity)
	}
	slices.SortFunc(n.events, func(a, b conform.Event) int {
		return cmp.Or(cmp.Compare(a.OccurredAt, b.OccurredAt), cmp.Compare(a.RecordedAt, b.RecordedAt), cmp.Compare(a.ID, b.ID))
	})
	return n
}

func text(e conform.Event) string {
	return fmt.Sprintf("%q %d %d %q %q %v %v", e.Activity, e.OccurredAt, e.RecordedAt, e.Person, e.Roles, e.Data, e.Case)
}

func (n *naive) judge(r *sop.Rule) counts {
	if len(n.events) == 0 {
		return counts{}
	}
	var c counts
	switch r.Template {
	case sop.Existence, sop.Absence, sop.ExactlyOnce, sop.Init, sop.Last, sop.Choice, sop.CoExistence, sop.NotCoExistence:
		if r.Template != sop.Absence && !sop.Hold(r.When, nil, n.whole) {
			return counts{}
		}
		c = n.judgeCase(r)
	default:
		for i := range n.events {
			c.add(n.judgeEvent(r, i))
		}
	}
	switch {
	case c.v > 0:
		c.status = conform.Violated
	case c.p > 0:
		c.status = conform.Pending
	case c.s > 0:
		c.status = conform.Satisfied
	}
	return c
}

func (c *counts) add(o counts) {
	c.s, c.v, c.p = c.s+o.s, c.v+o.v, c.p+o.p
	if o.due != 0 && (c.due == 0 || o.due < c.due) {
		c.due = o.due
	}
}

func (n *naive) is(i int, activity string) bool {
	return i >= 0 && i < len(n.events) && n.events[i].Activity == activity
}

func (n *naive) asks(r *sop.Rule, i int, activity string) bool {
	return n.is(i, activity) && sop.Hold(r.When, n.events[i].Data, n.wholeAt(i))
}

// wholeAt is the case as it was when the event at i occurred.
func (n *naive) wholeAt(i int) sop.Values {
	if n.events[i].Case != nil {
		return n.events[i].Case
	}
	return n.whole
}

// good: the event at i is an activity as the rule asks for, for the event at asking (-1: for the case).
func (n *naive) good(r *sop.Rule, i int, activity string, asking int) bool {
	if !n.is(i, activity) {
		return false
	}
	e := n.events[i]
	role := len(r.By) == 0
	for _, has := range e.Roles {
		role = role || slices.Contains(r.By, has)
	}
	complete := true
	for _, id := range r.Complete {
		complete = complete && e.Data[id].Filled
	}
	different := asking < 0 || !r.Different || e.Person != n.events[asking].Person
	return role && complete && different && sop.Hold(r.Data, e.Data, n.wholeAt(i))
}

func (n *naive) moment(r *sop.Rule, i int) int64 {
	if r.Clock == sop.ClockRecorded {
		return n.events[i].RecordedAt
	}
	return n.events[i].OccurredAt
}

func (n *naive) due(r *sop.Rule, i int) int64 {
	if r.Within == nil {
		return 0
	}
	if r.Before != "" {
		return r.Within.BeforeDate(calendar.Date(n.events[i].Data[r.Before].Number), calendar.WorkCalendar{})
	}
	return r.Within.After(n.events[i].OccurredAt, calendar.WorkCalendar{}, n.standard.Hours)
}

// judgeEvent counts what the event at i asks for, 0, 1 or, where both sides ask, 2.
func (n *naive) judgeEvent(r *sop.Rule, i int) (c counts) {
	t := r.Template
	if (t.Forward() || t == sop.RespondedExist) && n.asks(r, i, r.Of) {
		c.add(n.forward(r, i))
	}
	if t.Backward() && n.asks(r, i, r.With) {
		found := false
		for j := i - 1; j >= 0; j-- {
			found = found || n.good(r, j, r.Of, i)
			if t == sop.ChainPrecedence || t == sop.ChainSuccession {
				break
			}
			if (t == sop.AltPrecedence || t == sop.AltSuccession) && n.asks(r, j, r.With) {
				break
			}
		}
		c.add(verdict(found))
	}
	if t == sop.Each && n.asks(r, i, r.Of) {
		c.add(verdict(n.good(r, i, r.Of, -1) && (r.Within == nil || n.events[i].RecordedAt <= n.due(r, i))))
	}
	return c
}

func verdict(good bool) counts {
	if good {
		return counts{s: 1}
	}
	return counts{v: 1}
}

func (n *naive) forward(r *sop.Rule, i int) counts {
	if r.Before != "" && !n.events[i].Data[r.Before].Filled {
		return counts{}
	}
	if r.Template == sop.RespondedExist {
		for j := range i {
			if n.good(r, j, r.With, i) {
				return counts{s: 1}
			}
		}
	}
	due, late := n.due(r, i), false
	chain := r.Template == sop.ChainResponse || r.Template == sop.ChainSuccession
	alternate := r.Template == sop.AltResponse || r.Template == sop.AltSuccession
	for j := i + 1; j < len(n.events); j++ {
		if n.good(r, j, r.With, i) {
			if due == 0 || n.moment(r, j) <= due {
				return counts{s: 1}
			}
			late = true
		}
		if slices.Contains(r.Until, n.events[j].Activity) {
			if late || due != 0 && n.events[j].OccurredAt > due {
				return counts{v: 1}
			}
			return counts{}
		}
		if chain || alternate && n.asks(r, j, r.Of) {
			return counts{v: 1}
		}
	}
	return n.missing(due, late)
}

func (n *naive) missing(due int64, late bool) counts {
	switch {
	case late, due != 0 && n.now > due, due == 0 && n.closed:
		return counts{v: 1}
	}
	return counts{p: 1, due: due}
}

// prohibition is what was not broken so far.
func (n *naive) prohibition() counts {
	if n.closed {
		return counts{s: 1}
	}
	return counts{p: 1}
}

func (n *naive) judgeCase(r *sop.Rule) counts {
	var of, with, good []int
	for i := range n.events {
		if n.is(i, r.Of) {
			of = append(of, i)
		}
		if n.is(i, r.With) {
			with = append(with, i)
		}
		if n.good(r, i, r.Of, -1) || r.Template == sop.Choice && n.is(i, r.With) {
			good = append(good, i)
		}
	}
	last := len(n.events) - 1
	switch r.Template {
	case sop.Existence, sop.Choice:
		due := n.due(r, 0)
		if slices.ContainsFunc(good, func(i int) bool { return due == 0 || n.moment(r, i) <= due }) {
			return counts{s: 1}
		}
		return n.missing(due, len(good) > 0)
	case sop.Absence:
		var broken int32
		for _, i := range of {
			if n.asks(r, i, r.Of) {
				broken++
			}
		}
		if broken > 0 {
			return counts{v: broken}
		}
		return n.prohibition()
	case sop.ExactlyOnce:
		switch len(good) {
		case 0:
			return n.missing(0, false)
		case 1:
			return n.prohibition()
		}
		return counts{v: 1}
	case sop.Init:
		return verdict(n.good(r, 0, r.Of, -1))
	case sop.Last:
		if !n.closed {
			return counts{p: 1}
		}
		return verdict(n.good(r, last, r.Of, -1))
	case sop.NotCoExistence:
		switch {
		case len(of) > 0 && len(with) > 0:
			return counts{v: 1}
		case len(of)+len(with) > 0:
			return n.prohibition()
		}
		return counts{}
	}
	switch { // co-existence
	case len(of)+len(with) == 0:
		return counts{}
	case len(with) == 0:
		return n.missing(n.due(r, of[0]), false)
	case len(of) == 0:
		return n.missing(n.due(r, with[0]), false)
	}
	due := n.due(r, min(of[0], with[0]))
	return verdict(due == 0 || n.events[max(of[0], with[0])].OccurredAt <= due)
}
