package conform

import (
	"slices"

	"xiaoguan/internal/sop"
)

// machine follows one rule through the events of a case. Counts are of what nothing later in the case can change.
type machine struct {
	satisfied, violated int32
	open                []obligation
	firstViolation      finding // of the counted ones
	lastMet             finding
	firstOf, firstWith  int32 // places + 1 of the first events of either side
	count               int32 // of accepted events of Of
	lastAsking          int32 // place + 1 of the last event that asked backwards
	late                int32 // place + 1 of an answer that came too late, for the case as a whole
}

// obligation is an event that asks and was not yet answered in time. What was answered late stays: by the clock of recording a
// later event may still have been in time.
type obligation struct {
	asking int32
	late   int32 // place + 1
	due    int64 // 0: no deadline
}

type finding struct {
	asking, answer int32 // places + 1
	reason         Reason
}

// rewind makes the machines those of a case without events.
func (s *State) rewind() {
	for i := range s.machines {
		s.machines[i] = machine{open: s.machines[i].open[:0]}
	}
	s.closed = false
}

// step lets the rules see the event at a place; those before it they have seen.
func (s *State) step(i int) {
	number := s.numbers[i]
	s.closed = s.closed || s.model.closing[number]
	for _, k := range s.model.byActivity[number] {
		s.advance(&s.model.rules[k], &s.machines[k], i)
	}
}

func (s *State) advance(r *rule, m *machine, i int) {
	number := s.numbers[i]
	if number == r.of && m.firstOf == 0 {
		m.firstOf = int32(i) + 1
	}
	if number == r.with && m.firstWith == 0 {
		m.firstWith = int32(i) + 1
	}
	if r.template.forward {
		s.forward(r, m, i)
	}
	if r.template.backward && number == r.with {
		s.backward(r, m, i)
	}
	switch r.Template {
	case sop.Existence, sop.ExactlyOnce, sop.Init, sop.Choice:
		s.wholeCase(r, m, i)
	case sop.Absence:
		if s.asks(r, i) {
			m.violate(i, -1, ReasonForbidden)
		}
	case sop.Each:
		if s.asks(r, i) {
			s.judgeEach(r, m, i)
		}
	}
}

// asks reports whether the event makes the rule apply.
func (s *State) asks(r *rule, i int) bool {
	return len(r.When) == 0 || sop.Hold(r.When, s.events[i].Data, s.events[i].whole(s.whole))
}

func (m *machine) violate(asking, answer int, reason Reason) {
	m.violated++
	if m.violated == 1 {
		m.firstViolation = finding{int32(asking) + 1, int32(answer) + 1, reason}
	}
}

func (m *machine) meet(asking, answer int) {
	m.satisfied++
	m.lastMet = finding{int32(asking) + 1, int32(answer) + 1, ReasonMet}
}

// forward answers what is open, lets it lapse, or opens anew; in this order, so that one event may do all three.
func (s *State) forward(r *rule, m *machine, i int) {
	number := s.numbers[i]
	if number == r.with && len(m.open) > 0 {
		if _, ok := r.accepts(&s.events[i], s.whole); ok {
			s.answer(r, m, i)
		}
	}
	if r.until[number] {
		s.lapse(m, i)
	}
	asking := number == r.of && s.asks(r, i)
	if r.template.chain || r.template.alternate && asking {
		s.breakOff(r, m, i)
	}
	if asking {
		s.open(r, m, i)
	}
}

// answer takes the obligations off that the event fulfils.
func (s *State) answer(r *rule, m *machine, i int) {
	e := &s.events[i]
	at := e.OccurredAt
	if r.Clock == sop.ClockRecorded {
		at = e.RecordedAt
	}
	m.open = slices.DeleteFunc(m.open, func(o obligation) bool {
		if r.Different && s.events[o.asking].Person == e.Person {
			return false
		}
		if o.due != 0 && at > o.due {
			return s.tooLate(r, m, i, o)
		}
		m.meet(int(o.asking), i)
		return true
	})
	if r.Clock == sop.ClockRecorded {
		s.markLate(r, m, i, at)
	}
}

// tooLate counts a violation, unless by the clock of recording a later event may still have been in time.
func (s *State) tooLate(r *rule, m *machine, i int, o obligation) bool {
	if r.Clock == sop.ClockRecorded {
		return false
	}
	m.violate(int(o.asking), i, ReasonLate)
	return true
}

func (s *State) markLate(r *rule, m *machine, i int, at int64) {
	for k := range m.open {
		o := &m.open[k]
		if o.late == 0 && o.due != 0 && at > o.due && !(r.Different && s.events[o.asking].Person == s.events[i].Person) {
			o.late = int32(i) + 1
		}
	}
}

// lapse ends what is owed; what was overdue by then stays violated.
func (s *State) lapse(m *machine, i int) {
	at := s.events[i].OccurredAt
	for _, o := range m.open {
		switch {
		case o.late != 0:
			m.violate(int(o.asking), int(o.late)-1, ReasonLate)
		case o.due != 0 && at > o.due:
			m.violate(int(o.asking), -1, ReasonMissing)
		}
	}
	m.open = m.open[:0]
}

// breakOff violates what is still open when the event must not come before the answer.
func (s *State) breakOff(r *rule, m *machine, i int) {
	reason := ReasonBetween
	if r.template.chain {
		reason = ReasonNotNext
	}
	for _, o := range m.open {
		m.violate(int(o.asking), i, reason)
	}
	m.open = m.open[:0]
}

func (s *State) open(r *rule, m *machine, i int) {
	if r.Template == sop.RespondedExist {
		if j, _ := s.lookBack(r, r.with, 0, i); j >= 0 {
			m.meet(i, j)
			return
		}
	}
	due, ok := s.dueOf(r, i)
	if ok {
		m.open = append(m.open, obligation{asking: int32(i), due: due})
	}
}

// dueOf returns the last moment in time for an answer to the event; ok is false where the date it is counted from is not known.
func (s *State) dueOf(r *rule, i int) (due int64, ok bool) {
	if r.Within == nil {
		return 0, true
	}
	if r.Before == "" {
		return r.Within.After(s.events[i].OccurredAt, s.model.days, s.model.standard.Hours), true
	}
	date := s.events[i].Data[r.Before]
	if !date.Filled {
		return 0, false
	}
	return r.Within.BeforeDate(dateOf(date), s.model.days), true
}

// backward judges an event that needs another before it, once and for all.
func (s *State) backward(r *rule, m *machine, i int) {
	if !s.asks(r, i) {
		return
	}
	from := 0
	switch {
	case r.template.chain:
		from = max(0, i-1)
	case r.template.alternate:
		from = int(m.lastAsking)
	}
	j, reason := s.lookBack(r, r.of, from, i)
	m.lastAsking = int32(i) + 1
	if j >= 0 {
		m.meet(i, j)
		return
	}
	m.violate(i, -1, reason)
}

// lookBack finds the latest acceptable event of an activity between two places, or says why there is none.
func (s *State) lookBack(r *rule, activity, from, to int) (place int, reason Reason) {
	reason = ReasonNotBefore
	for j := to - 1; j >= from; j-- {
		if s.numbers[j] != activity {
			continue
		}
		why, ok := r.accepts(&s.events[j], s.whole)
		if ok && r.Different && s.events[j].Person == s.events[to].Person {
			why, ok = ReasonSamePerson, false
		}
		if ok {
			return j, ReasonMet
		}
		if reason == ReasonNotBefore {
			reason = why
		}
	}
	return -1, reason
}

// judgeEach judges an event by itself.
func (s *State) judgeEach(r *rule, m *machine, i int) {
	e := &s.events[i]
	reason, ok := r.accepts(e, s.whole)
	if ok && r.Within != nil && e.RecordedAt > r.Within.After(e.OccurredAt, s.model.days, s.model.standard.Hours) {
		reason, ok = ReasonLate, false
	}
	if ok {
		m.meet(i, i)
		return
	}
	m.violate(i, i, reason)
}

// wholeCase follows rules that ask the case as a whole.
func (s *State) wholeCase(r *rule, m *machine, i int) {
	number := s.numbers[i]
	if number != r.of && number != r.with {
		if r.Template == sop.Init && i == 0 {
			m.violate(0, -1, ReasonNotFirst)
		}
		return
	}
	reason, ok := r.accepts(&s.events[i], s.whole)
	switch r.Template {
	case sop.Init:
		if i > 0 {
			return
		}
		if ok {
			m.meet(0, 0)
		} else {
			m.violate(0, 0, reason)
		}
	case sop.ExactlyOnce:
		if ok {
			m.count++
			if m.count == 2 {
				m.lastMet.asking = int32(i) + 1
			} else if m.count == 1 {
				m.lastMet = finding{answer: int32(i) + 1, reason: ReasonMet}
			}
		}
	default: // existence and choice
		if ok && m.satisfied == 0 {
			s.exists(r, m, i)
		}
	}
}

func (s *State) exists(r *rule, m *machine, i int) {
	at := s.events[i].OccurredAt
	if r.Clock == sop.ClockRecorded {
		at = s.events[i].RecordedAt
	}
	if due, _ := s.dueOf(r, 0); due != 0 && at > due {
		if m.late == 0 {
			m.late = int32(i) + 1
		}
		return
	}
	m.satisfied, m.lastMet = 1, finding{answer: int32(i) + 1, reason: ReasonMet}
}
