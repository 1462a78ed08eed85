package engine

import (
	"cmp"
	"slices"
)

// orderEvents numbers the events by id, rule and what is counted. The credits of a day that are sorted by counting keep the order of these
// numbers, so they must not depend on which other plans run, and must say what compareCredits says.
func (p *program) orderEvents() {
	order := make([]int16, len(p.events))
	for i := range order {
		order[i] = int16(i)
	}
	slices.SortFunc(order, func(a, b int16) int {
		x, y := &p.events[a], &p.events[b]
		return cmp.Or(cmp.Compare(x.id, y.id), cmp.Compare(x.place, y.place), cmp.Compare(x.value, y.value))
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
