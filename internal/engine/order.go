package engine

import (
	"cmp"
	"slices"
)

// countingDaysMax is the widest window that is sorted by counting days.
const countingDaysMax = 4096

// ordered returns the person's kept credits in the order in which they are consumed, see compareCredits. The slice is the evaluator's
// own and holds until the next call.
func (e *evaluator) ordered(person int32) []credit {
	credits := e.groups.of(person)
	if cap(e.scratch) < len(credits) {
		e.scratch = make([]credit, len(credits)+len(credits)/2)
	}
	e.scratch = e.scratch[:len(credits)]
	if days := int64(e.last) - int64(e.keepFrom) + 1; e.groups.inOrder && days <= countingDaysMax {
		e.sortByDay(credits, int(days))
		return e.scratch
	}
	copy(e.scratch, credits)
	slices.SortFunc(e.scratch, e.compareCredits)
	return e.scratch
}

// sortByDay is a counting sort; credits of a day keep the order of the facts, which is that of their keys.
func (e *evaluator) sortByDay(credits []credit, days int) {
	if cap(e.days) < days+1 {
		e.days = make([]int32, days+1)
	}
	e.days = e.days[:days+1]
	clear(e.days)
	for i := range credits {
		e.days[credits[i].on-e.keepFrom+1]++
	}
	for d := range days {
		e.days[d+1] += e.days[d]
	}
	for i := range credits {
		at := &e.days[credits[i].on-e.keepFrom]
		e.scratch[*at] = credits[i]
		*at++
	}
}

// orderEvents numbers the events by id, then rule, then what is counted of it: the order in which credits of a day are consumed and shown, up
// to their facts. Numbers as the plans ask would depend on which other plans run, and so would a statement. The counting sort of
// sortByDay rests on these numbers as compareCredits does.
func (p *program) orderEvents() {
	order := make([]int16, len(p.events))
	for i := range order {
		order[i] = int16(i)
	}
	slices.SortFunc(order, func(a, b int16) int {
		x, y := &p.events[a], &p.events[b]
		return cmp.Or(cmp.Compare(x.id, y.id), cmp.Compare(x.place, y.place), cmp.Compare(x.value, y.value),
			cmp.Compare(x.by.kind, y.by.kind), cmp.Compare(x.by.on, y.by.on))
	})
	events, place := make([]eventProgram, len(order)), make([]int16, len(order))
	for now, before := range order {
		events[now], place[before] = p.events[before], int16(now)
	}
	p.events = events
	for i := range p.selections {
		s := &p.selections[i]
		s.event = place[s.event]
		also := uint64(0)
		for before, now := range place {
			if s.also>>uint(before)&1 != 0 {
				also |= 1 << uint(now)
			}
		}
		s.also = also
	}
}

// compareCredits compares by date, event and key; credits of one fact go by the sequence of the rules that make them. Streams of one event
// are mixed: only their facts come before their numbers.
func (e *evaluator) compareCredits(a, b credit) int {
	switch {
	case a.on != b.on:
		return cmp.Compare(a.on, b.on)
	case e.events[a.event].id != e.events[b.event].id:
		return cmp.Compare(a.event, b.event)
	}
	return cmp.Or(e.compareFacts(&a, &b), cmp.Compare(a.event, b.event), cmp.Compare(a.share, b.share))
}

// compareFacts compares the keys of the facts of one event.
func (e *evaluator) compareFacts(a, b *credit) int {
	if a.fact == b.fact {
		return 0
	}
	if source := e.facts.rowsOf(e.events[a.event].fact); source != nil {
		return cmp.Or(cmp.Compare(source.Order[a.fact], source.Order[b.fact]), cmp.Compare(a.fact, b.fact))
	}
	return CompareKeys(e.facts.Deals[a.fact].Key, e.facts.Deals[b.fact].Key)
}
