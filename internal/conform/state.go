package conform

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"xiaoguan/internal/sop"
)

// State is one case as far as it is known: it is advanced event by event and asked for results at any moment. It must be
// made with Model.NewState and is not for several goroutines at once.
type State struct {
	model    *Model
	whole    sop.Values
	exempted map[string]bool
	all      []Event // as they came
	waiting  []Event // not yet known at the last moment asked for
	events   []Event // known, in order of time
	numbers  []int   // activities of events
	machines []machine
	flags    map[Flag]bool
	asOf     int64 // the latest known moment among those that are in
	dirty    bool  // machines are behind events
	closed   bool
}

// NewState returns a case without events. The data are those of the case as a whole.
func (m *Model) NewState(data sop.Values) *State {
	s := &State{model: m, machines: make([]machine, len(m.rules)), flags: map[Flag]bool{}}
	s.Reset(data)
	return s
}

// Reset makes the state that of another case without events, keeping its memory.
func (s *State) Reset(data sop.Values) {
	s.whole = data
	s.all, s.waiting = s.all[:0], s.waiting[:0]
	s.exempted = nil
	s.forget()
}

func (s *State) forget() {
	s.events, s.numbers = s.events[:0], s.numbers[:0]
	clear(s.flags)
	s.asOf, s.dirty = minMoment, false
	s.rewind()
}

// minMoment is before every event.
const minMoment = -1 << 62

// SetData changes the data of the case; every rule is judged anew.
func (s *State) SetData(data sop.Values) {
	s.whole, s.dirty = data, true
}

// Exempt frees the case from a rule by decision; the reason is for whoever keeps the decision.
func (s *State) Exempt(rule string) {
	if s.exempted == nil {
		s.exempted = map[string]bool{}
	}
	s.exempted[rule] = true
}

// Add tells of an event. Events may come in any order.
func (s *State) Add(e Event) {
	s.all = append(s.all, e)
	s.waiting = append(s.waiting, e)
}

// Events returns the known events in order of time, as of the last moment asked for. The caller must not change them.
func (s *State) Events() []Event { return s.events }

// Flags lists what is odd about events, as of the moment last asked for, sorted.
func (s *State) Flags() []Flag {
	list := slices.Collect(maps.Keys(s.flags))
	for i := range s.waiting {
		list = append(list, Flag{FlagFuture, s.waiting[i].ID})
	}
	slices.SortFunc(list, func(a, b Flag) int { return cmp.Or(cmp.Compare(a.Event, b.Event), cmp.Compare(a.Kind, b.Kind)) })
	return slices.Compact(list)
}

// bring makes the events those known at a moment.
func (s *State) bring(now int64) {
	if now < s.asOf {
		s.forget()
		s.waiting = append(s.waiting[:0], s.all...)
	}
	if len(s.waiting) > 1 {
		slices.SortStableFunc(s.waiting, func(a, b Event) int { return compareEvents(&a, &b) })
	}
	kept := s.waiting[:0]
	for _, e := range s.waiting {
		if e.known() > now {
			kept = append(kept, e)
			continue
		}
		s.include(e)
	}
	clear(s.waiting[len(kept):])
	s.waiting = kept
	if s.dirty {
		s.rewind()
		for i := range s.events {
			s.step(i)
		}
		s.dirty = false
	}
}

func compareEvents(a, b *Event) int {
	return cmp.Or(cmp.Compare(a.OccurredAt, b.OccurredAt), cmp.Compare(a.RecordedAt, b.RecordedAt), cmp.Compare(a.ID, b.ID))
}

// include puts a known event in its place and, when that is the end, lets the rules see it.
func (s *State) include(e Event) {
	s.asOf = max(s.asOf, e.known())
	number, found := s.model.activities[e.Activity]
	if !found {
		s.flags[Flag{FlagUnknown, e.ID}] = true
		return
	}
	if e.RecordedAt < e.OccurredAt {
		s.flags[Flag{FlagEarly, e.ID}] = true
	}
	if i := slices.IndexFunc(s.events, func(o Event) bool { return o.ID == e.ID }); i >= 0 {
		if !s.replace(i, &e) {
			return
		}
	}
	n := len(s.events)
	if n == 0 || compareEvents(&s.events[n-1], &e) < 0 {
		s.events, s.numbers = append(s.events, e), append(s.numbers, number)
		if !s.dirty {
			s.step(n)
		}
		return
	}
	i, _ := slices.BinarySearchFunc(s.events, e, func(a, b Event) int { return compareEvents(&a, &b) })
	s.events, s.numbers = slices.Insert(s.events, i, e), slices.Insert(s.numbers, i, number)
	s.dirty = true
}

// replace settles which of two events with one id counts, and takes the old one out when it is the new one.
func (s *State) replace(i int, e *Event) bool {
	old := &s.events[i]
	if content(old) == content(e) {
		if !s.flags[Flag{FlagConflict, e.ID}] {
			s.flags[Flag{FlagRepeated, e.ID}] = true
		}
		return false
	}
	s.flags[Flag{FlagConflict, e.ID}] = true
	delete(s.flags, Flag{FlagRepeated, e.ID})
	if cmp.Or(cmp.Compare(old.RecordedAt, e.RecordedAt), cmp.Compare(content(old), content(e))) > 0 {
		return false
	}
	s.events, s.numbers = slices.Delete(s.events, i, i+1), slices.Delete(s.numbers, i, i+1)
	s.dirty = true
	return true
}

// content writes everything an event says; fmt sorts the keys of the data.
func content(e *Event) string {
	return fmt.Sprintf("%q %d %d %q %q %v %v", e.Activity, e.OccurredAt, e.RecordedAt, e.Person, e.Roles, e.Data, e.Case)
}
