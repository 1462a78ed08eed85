package engine

import (
	"cmp"
	"slices"

	"xiaoguan/internal/plan"
)

// orderEvents numbers the events in the order of the crediting document: event, rule, then what is counted. Credits of one day are consumed
// in that order, so a statement must not depend on which other plans run beside its own.
func (p *program) orderEvents() {
	eventAt := func(e *eventProgram) int {
		return slices.IndexFunc(p.crediting.Events, func(other plan.Event) bool { return other.ID == e.id })
	}
	ruleAt := func(e *eventProgram) int {
		for i := range p.crediting.Rules {
			if &p.crediting.Rules[i] == e.rule {
				return i
			}
		}
		return len(p.crediting.Rules)
	}
	order := make([]int16, len(p.events))
	for i := range order {
		order[i] = int16(i)
	}
	slices.SortFunc(order, func(a, b int16) int {
		x, y := &p.events[a], &p.events[b]
		return cmp.Or(cmp.Compare(eventAt(x), eventAt(y)), cmp.Compare(ruleAt(x), ruleAt(y)), cmp.Compare(x.value, y.value))
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
