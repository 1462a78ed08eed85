package engine

import (
	"math/bits"
)

// marginalRun carries credits through the bands of a marginal table, in units of 1/unit of a minor unit, in which every threshold is
// a whole number. It is exact as long as bounded said so.
type marginalRun struct {
	thresholds []int64 // between the bands
	times      []int64
	unit       int64
	sum        int64 // of the parts so far
}

// prepareRun scales the table by the threshold measure. It is false when a number could leave 64 bits for credits of the given total
// size; the run is then done in large numbers.
func (t *tableProgram) prepareRun(r *marginalRun, threshold exact, size wide) bool {
	if !t.integral || threshold.large != nil || size.hi != 0 || size.lo > most64 {
		return false
	}
	unit, ok := mul64(t.edgeUnit, threshold.below())
	if !ok {
		return false
	}
	r.thresholds, r.times, r.unit, r.sum = r.thresholds[:0], t.time, unit, 0
	var highest uint64
	for _, edge := range t.edge {
		scaled, ok := mul64(edge, threshold.top)
		if !ok {
			return false
		}
		highest = max(highest, magnitude(scaled))
		r.thresholds = append(r.thresholds, scaled)
	}
	var steepest uint64
	for _, times := range r.times {
		steepest = max(steepest, magnitude(times))
	}
	// No cumulative sum is beyond the size, no earning beyond the size at the steepest band; two bits are spare.
	hi, reach := bits.Mul64(size.lo, uint64(unit))
	top, earning := bits.Mul64(reach, max(1, steepest))
	return hi == 0 && top == 0 && earning < 1<<61 && highest < 1<<61
}

// move adds a part and returns what it earns, in units of 1/(unit · timeUnit); slices, if not nil, receives what it moved in each band.
func (r *marginalRun) move(part int64, slices []int64) int64 {
	before := r.sum
	after := before + part*r.unit
	r.sum = after
	var earned int64
	low := int64(least64)
	for k, times := range r.times {
		high := int64(most64)
		if k < len(r.thresholds) {
			high = r.thresholds[k]
		}
		moved := min(max(after, low), high) - min(max(before, low), high)
		earned += times * moved
		if slices != nil {
			slices[k] = moved
		}
		low = high
	}
	return earned
}

// marginal pays each slice of the base at its own band. Credits fill the bands in their order; a refund gives back from the band that
// it leaves.
func (e *evaluator) marginal(f *frame, c *componentProgram, base value, threshold exact, t *tracer) exact {
	if c.selection == None {
		return e.marginalSum(c, base, threshold, t)
	}
	size := e.cellSize(f)
	if !c.table.prepareRun(&e.run, threshold, size) {
		return e.marginalLarge(f, c, threshold, t)
	}
	s := &e.selections[c.selection]
	until := s.until(&e.facts.Persons[f.person])
	unit := fraction(1, e.run.unit).mul(fraction(1, c.table.timeUnit))
	sums := e.bandSums(len(c.rate.rates))
	slices := t.slices(len(c.table.times))
	credits := e.ordered(f.person)
	for i := range credits {
		credit := &credits[i]
		if !s.matches(&e.groups, credit, until) {
			continue
		}
		class := c.rate.classOf(&e.groups, credit)
		earned := e.run.move(credit.part, slices)
		sums[class].add(earned)
		if t != nil {
			t.moved(i, c, class, slices, e.run.unit, whole(earned).mul(unit))
		}
	}
	total := exact{}
	for class := 1; class < len(sums); class++ {
		total = total.add(c.rate.rates[class].mul(sums[class].exact()))
	}
	total = total.mul(unit)
	t.bands(c, threshold, total)
	return total
}

// marginalSum carries a base that is one sum through the bands.
func (e *evaluator) marginalSum(c *componentProgram, base value, threshold exact, t *tracer) exact {
	bands := c.table.move(exact{}, base.exact, threshold)
	earned := exact{}
	for k, moved := range bands {
		earned = earned.add(moved.mul(c.table.times[k]))
	}
	earned = earned.mul(c.rate.fixed())
	t.sumMoved(c, bands)
	t.bands(c, threshold, earned)
	return earned
}

// move is what lies in each band between two sums.
func (t *tableProgram) move(before, after, threshold exact) []exact {
	clamp := func(v exact, k int) exact {
		if k > 0 {
			if low := t.edges[k-1].mul(threshold); v.compare(low) < 0 {
				return low
			}
		}
		if k < len(t.edges) {
			if high := t.edges[k].mul(threshold); v.compare(high) > 0 {
				return high
			}
		}
		return v
	}
	moved := make([]exact, len(t.times))
	for k := range moved {
		moved[k] = clamp(after, k).sub(clamp(before, k))
	}
	return moved
}

// marginalLarge is marginal for numbers that could leave 64 bits.
func (e *evaluator) marginalLarge(f *frame, c *componentProgram, threshold exact, t *tracer) exact {
	s := &e.selections[c.selection]
	until := s.until(&e.facts.Persons[f.person])
	total, sum := exact{}, exact{}
	credits := e.ordered(f.person)
	for i := range credits {
		credit := &credits[i]
		if !s.matches(&e.groups, credit, until) {
			continue
		}
		after := sum.add(whole(credit.part))
		class, earned := c.rate.classOf(&e.groups, credit), exact{}
		bands := c.table.move(sum, after, threshold)
		for k, moved := range bands {
			earned = earned.add(moved.mul(c.table.times[k]))
		}
		total = total.add(earned.mul(c.rate.rates[class]))
		if t != nil {
			t.movedExact(i, c, class, bands, earned)
		}
		sum = after
	}
	t.bands(c, threshold, total)
	return total
}
