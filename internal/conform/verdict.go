package conform

import (
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/sop"
)

func dateOf(v sop.Value) calendar.Date { return calendar.Date(v.Number) }

// At returns what every rule comes to at a moment, in the order of the standard's rules, in results when it is large enough. Asking
// for later moments one after the other is cheap; an earlier one than the latest known event makes the state begin anew.
func (s *State) At(now int64, results []Result) []Result {
	s.bring(now)
	results = results[:0]
	for k := range s.model.rules {
		r := &s.model.rules[k]
		v := s.verdict(r, &s.machines[k], now)
		v.Underlying = v.Status
		if s.isExempt(r) {
			v.Status, v.Reason = Exempt, ReasonExempt
		}
		results = append(results, v)
	}
	return results
}

func (s *State) isExempt(r *rule) bool {
	if s.exempted[r.ID] {
		return true
	}
	for i := range r.Exempt {
		if sop.Hold(r.Exempt[i].When, nil, s.whole) {
			return true
		}
	}
	return false
}

func (s *State) verdict(r *rule, m *machine, now int64) Result {
	v := Result{Asking: -1, Answer: -1}
	if len(s.events) == 0 || !r.template.byEvent && len(r.When) > 0 && !sop.Hold(r.When, nil, s.whole) {
		return v
	}
	v.Satisfied, v.Violated = m.satisfied, m.violated
	shown, pending := m.firstViolation, finding{}
	switch r.Template {
	case sop.Absence:
		v.openCase(s.closed)
	case sop.Existence, sop.Choice, sop.ExactlyOnce, sop.Last, sop.CoExistence, sop.NotCoExistence:
		shown = s.judgeCase(r, m, now, &v)
		pending = shown
	default:
		shown, pending = s.judgeOpen(r, m, now, &v)
	}
	v.settle()
	switch v.Status {
	case Violated:
		v.show(shown)
		if v.Reason == ReasonMissing || v.Reason == ReasonClosed {
			s.whyNot(r, &v)
		}
	case Pending:
		v.show(pending)
		v.Reason = ReasonOpen
		if v.Due != 0 {
			v.Reason = ReasonRunning
		}
	case Satisfied:
		v.show(m.lastMet)
		v.Reason = ReasonMet
	}
	if v.Status != Pending && v.Pending == 0 {
		v.Due = 0
	}
	return v
}

// settle makes the status of the counts.
func (v *Result) settle() {
	switch {
	case v.Violated > 0:
		v.Status = Violated
	case v.Pending > 0:
		v.Status = Pending
	case v.Satisfied > 0:
		v.Status = Satisfied
	}
}

func (v *Result) show(f finding) {
	v.Asking, v.Answer, v.Reason = f.asking-1, f.answer-1, f.reason
}

// openCase counts a prohibition that was not broken.
func (v *Result) openCase(closed bool) {
	switch {
	case v.Violated > 0:
	case closed:
		v.Satisfied = 1
	default:
		v.Pending = 1
	}
}

// judgeOpen counts what is still owed, and finds the first violation and what is due first.
func (s *State) judgeOpen(r *rule, m *machine, now int64, v *Result) (first, pending finding) {
	first = m.firstViolation
	for _, o := range m.open {
		f := finding{asking: o.asking + 1}
		switch {
		case o.late != 0:
			f.answer, f.reason = o.late, ReasonLate
		case o.due != 0 && now > o.due:
			f.reason = ReasonMissing
		case o.due == 0 && s.closed:
			f.reason = ReasonClosed
		default:
			v.Pending++
			if o.due != 0 && (v.Due == 0 || o.due < v.Due) {
				v.Due, pending = o.due, f
			} else if v.Pending == 1 {
				pending = f
			}
			continue
		}
		v.Violated++
		if first.asking == 0 || f.asking < first.asking {
			first = f
		}
	}
	return first, pending
}

// judgeCase judges rules that ask the case as a whole.
func (s *State) judgeCase(r *rule, m *machine, now int64, v *Result) finding {
	switch r.Template {
	case sop.ExactlyOnce:
		switch {
		case m.count > 1:
			v.Violated = 1
			return finding{answer: m.lastMet.asking, reason: ReasonTwice}
		case m.count == 1:
			v.openCase(s.closed)
			return m.lastMet
		}
	case sop.Last:
		return s.judgeLast(r, m, v)
	case sop.CoExistence, sop.NotCoExistence:
		return s.judgePair(r, m, now, v)
	default:
		if m.satisfied > 0 {
			return m.lastMet
		}
	}
	return s.judgeMissing(r, m.late, 0, now, v)
}

// judgeMissing judges what did not happen, or too late, counted from the event at a place.
func (s *State) judgeMissing(r *rule, late int32, from int, now int64, v *Result) finding {
	f := finding{asking: int32(from) + 1, answer: late}
	due, _ := s.dueOf(r, from)
	switch {
	case late != 0:
		v.Violated, f.reason = 1, ReasonLate
	case due != 0 && now > due:
		v.Violated, f.reason = 1, ReasonMissing
	case due == 0 && s.closed:
		v.Violated, f.reason = 1, ReasonClosed
	default:
		v.Pending, v.Due = 1, due
	}
	return f
}

func (s *State) judgeLast(r *rule, m *machine, v *Result) finding {
	last := len(s.events) - 1
	f := finding{answer: int32(last) + 1, reason: ReasonNotLast}
	switch {
	case !s.closed:
		v.Pending = 1
	case s.numbers[last] == r.of:
		why, ok := r.accepts(&s.events[last], s.whole)
		if ok {
			v.Satisfied, m.lastMet = 1, f
			return f
		}
		f.reason = why
		v.Violated = 1
	default:
		v.Violated = 1
	}
	return f
}

// judgePair judges two activities that belong together, or exclude each other.
func (s *State) judgePair(r *rule, m *machine, now int64, v *Result) finding {
	one, two := m.firstOf, m.firstWith
	if one == 0 || two != 0 && two < one {
		one, two = two, one
	}
	f := finding{asking: one, answer: two}
	switch {
	case one == 0: // neither
	case r.Template == sop.NotCoExistence:
		if two != 0 {
			v.Violated, f.reason = 1, ReasonBoth
			return f
		}
		v.openCase(s.closed)
		m.lastMet = f
	case two == 0:
		return s.judgeMissing(r, 0, int(one)-1, now, v)
	default:
		if due, _ := s.dueOf(r, int(one)-1); due != 0 && s.events[two-1].OccurredAt > due {
			v.Violated, f.reason = 1, ReasonLate
			return f
		}
		v.Satisfied, m.lastMet = 1, f
	}
	return f
}

// whyNot looks for an event that would have been the answer and was not accepted, so that the reason says what to mend.
func (s *State) whyNot(r *rule, v *Result) {
	activity := r.of
	if r.template.forward {
		activity = r.with
	}
	for j := int(v.Asking); j < len(s.events); j++ {
		if j < 0 || s.numbers[j] != activity || j == int(v.Asking) && r.template.forward {
			continue
		}
		reason, ok := r.accepts(&s.events[j], s.whole)
		if ok && r.Different && v.Asking >= 0 && s.events[j].Person == s.events[v.Asking].Person {
			reason, ok = ReasonSamePerson, false
		}
		if !ok {
			v.Reason, v.Answer = reason, int32(j)
			return
		}
	}
}
