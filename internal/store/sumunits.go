package store

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"xiaoguan/internal/metric"
)

// Boards read the same sums of the same months again and again. Those of thousands of people are held in memory, a unit for a month, as long as the mark of the
// month says that nothing of it changed (ADR 0028).

// sumUnit is the sums of all people of a month or some days of it: of each person, by id, one for each measure.
type sumUnit struct {
	measures []metric.MeasureID
	persons  []int64
	sums     []metric.Sum
}

// emptyUnit has no people.
func emptyUnit(measures ...metric.MeasureID) *sumUnit { return &sumUnit{measures: measures} }

// add appends a person, who comes after those that are there.
func (u *sumUnit) add(person int64, sums ...metric.Sum) {
	u.persons, u.sums = append(u.persons, person), append(u.sums, sums...)
}

// plus is the sums of both, which have the same measures.
func (u *sumUnit) plus(other *sumUnit) *sumUnit {
	if len(u.persons) == 0 {
		return other
	}
	if len(other.persons) == 0 {
		return u
	}
	n := len(u.measures)
	out := &sumUnit{measures: u.measures, persons: make([]int64, 0, max(len(u.persons), len(other.persons))), sums: make([]metric.Sum, 0, max(len(u.sums), len(other.sums)))}
	for i, j := 0, 0; i < len(u.persons) || j < len(other.persons); {
		order := 0
		switch {
		case i == len(u.persons):
			order = 1
		case j == len(other.persons):
			order = -1
		default:
			order = cmp.Compare(u.persons[i], other.persons[j])
		}
		switch {
		case order < 0:
			out.add(u.persons[i], u.sums[i*n:(i+1)*n]...)
			i++
		case order > 0:
			out.add(other.persons[j], other.sums[j*n:(j+1)*n]...)
			j++
		default:
			out.add(u.persons[i], u.sums[i*n:(i+1)*n]...)
			for k := range n {
				at := &out.sums[len(out.sums)-n+k]
				at.Amount, at.Facts = at.Amount+other.sums[j*n+k].Amount, at.Facts+other.sums[j*n+k].Facts
			}
			i, j = i+1, j+1
		}
	}
	return out
}

// list appends what is kept of the wanted measures and people; persons are by id, nil for all of them. Together it is one sum of each measure, under everybody.
func (u *sumUnit) list(to []metric.PersonSum, wanted []metric.MeasureID, persons []int64, together bool) []metric.PersonSum {
	chosen := u.chosen(persons)
	for k, measure := range u.measures {
		if !slices.Contains(wanted, measure) {
			continue
		}
		all := metric.PersonSum{Measure: measure, PersonID: metric.Everybody}
		for i, person := range u.persons {
			if chosen != nil && !chosen[i] {
				continue
			}
			sum := u.sums[i*len(u.measures)+k]
			if !together {
				to = append(to, metric.PersonSum{Measure: measure, PersonID: person, Sum: sum})
			}
			all.Amount, all.Facts = all.Amount+sum.Amount, all.Facts+sum.Facts
		}
		if together {
			to = append(to, all)
		}
	}
	return to
}

// chosen tells which rows are of the people; nil for all of them.
func (u *sumUnit) chosen(persons []int64) []bool {
	if persons == nil {
		return nil
	}
	chosen, at := make([]bool, len(u.persons)), 0
	for i, person := range u.persons {
		for at < len(persons) && persons[at] < person {
			at++
		}
		chosen[i] = at < len(persons) && persons[at] == person
	}
	return chosen
}

// unitKey names a unit: what it is of, and its days.
type unitKey struct{ kind, from, to string }

// heldUnit is a unit in memory, as of a mark.
type heldUnit struct {
	*sumUnit
	mark string
	used int64
}

// unitsMost is how many sums are held at the most: 24 bytes each.
const unitsMost = 4_000_000

// units holds what was read lately.
type units struct {
	mu    sync.Mutex
	known map[unitKey]heldUnit
	sums  int
	clock int64
}

func (c *units) get(key unitKey, mark string) (*sumUnit, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	held, ok := c.known[key]
	if !ok || held.mark != mark {
		return nil, false
	}
	c.clock++
	held.used = c.clock
	c.known[key] = held
	return held.sumUnit, true
}

func (c *units) put(key unitKey, mark string, u *sumUnit) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil {
		c.known = map[unitKey]heldUnit{}
	}
	c.clock++
	c.sums += u.weight()
	if was, ok := c.known[key]; ok {
		c.sums -= was.weight()
	}
	c.known[key] = heldUnit{u, mark, c.clock}
	if c.sums > unitsMost {
		c.forget()
	}
}

// weight is about how many sums' memory a unit takes.
func (u *sumUnit) weight() int { return len(u.sums) + len(u.persons)/2 + 8 }

// forget lets go of what was not used for the longest, until half is free.
func (c *units) forget() {
	keys := make([]unitKey, 0, len(c.known))
	for key := range c.known {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b unitKey) int { return cmp.Compare(c.known[a].used, c.known[b].used) })
	for _, key := range keys {
		if c.sums <= unitsMost/2 {
			return
		}
		c.sums -= c.known[key].weight()
		delete(c.known, key)
	}
}

// unit returns sums as of a mark: those in memory, or what read reads. What a transaction reads that also writes may never be committed, and is not held.
func (tx *Tx) unit(ctx context.Context, key unitKey, mark string, read func(ctx context.Context) (*sumUnit, error)) (*sumUnit, error) {
	if tx.snapshot {
		if u, ok := tx.db.units.get(key, mark); ok {
			return u, nil
		}
	}
	u, err := read(ctx)
	if err == nil && tx.snapshot {
		tx.db.units.put(key, mark, u)
	}
	return u, err
}
