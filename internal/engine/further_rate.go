package engine

import (
	"xiaoguan/internal/errs"
	"xiaoguan/internal/plan"
)

// runner carries the credits of a base through deductible, table, factors, and the roundings and limits of parts, one after the other.
// It is exact and takes its time: components without further steps do not come here.
type runner struct {
	e          *evaluator
	f          *frame
	c          *componentProgram
	t          *tracer
	deducts    bool
	deductible exact
	run        *tableProgram // of slices; nil: everything is multiplied by times
	threshold  exact
	shift      int   // above_point: how far the reached band stands behind the one below the point, in the trace
	times      exact // without slices
	factor     exact
	limit      exact
	sum        exact // of the parts so far
	total      exact // earned
	kept       exact
	left       exact // of the base, after the deductible
	band       []exact
	deals      map[int32]exact
	classes    []classBase // what each rate was applied to, when a statement is wanted
	failed     bool
	silent     bool // credits are not shown
}

type classBase struct {
	base, left exact
	count      int
}

// furtherRated is Σ rate · base with every step between.
func (e *evaluator) furtherRated(f *frame, c *componentProgram, factor, limit exact, t *tracer) (earning, bool) {
	base := e.measure(f, c.base)
	if base.absent() {
		t.zero(reasonNoValue, errs.Args{"Measure": c.source.Pays.Of})
		return earning{}, false
	}
	r := &runner{e: e, f: f, c: c, t: t, factor: factor, limit: limit, times: whole(1)}
	if c.steps.limitPer() == plan.LimitPerDeal {
		r.deals = map[int32]exact{}
	}
	if t != nil {
		r.classes = make([]classBase, len(c.rate.rates))
	}
	if c.rate.lookup != "" && e.classesOf(f, c.rate)[refused].count > 0 {
		e.refuseLookup(f, c)
		return earning{}, false
	}
	r.baseReason(base)
	if !r.openDeductible() || !r.openTable() {
		r.traceBaseAlone(base)
		return earning{}, false
	}
	count, ok := r.all(base)
	if !ok {
		return earning{}, false
	}
	r.close(base, count)
	return r.earning(), true
}

// baseReason says so where there is nothing to multiply.
func (r *runner) baseReason(base value) {
	args := errs.Args{"Measure": r.c.source.Pays.Of}
	switch {
	case r.c.selection != None && r.e.cellOf(r.f, r.c.selection).count == 0:
		r.t.zero(reasonNoCredits, args)
	case base.exact.sign() == 0:
		r.t.zero(reasonBaseZero, args)
	}
}

// traceBaseAlone shows what would have been multiplied, had the table or the deductible had a value.
func (r *runner) traceBaseAlone(base value) {
	if r.t == nil {
		return
	}
	r.silent, r.deducts, r.run, r.times = true, false, nil, whole(1)
	if count, ok := r.all(base); ok {
		r.traceBase(base, count)
	}
}

func (r *runner) openDeductible() bool {
	steps := r.c.steps
	r.deducts, r.deductible = steps.deducts, steps.deductible
	if steps.deduct == None {
		return true
	}
	v := r.e.measure(r.f, steps.deduct)
	if v.absent() {
		r.t.zero(reasonNoValue, errs.Args{"Measure": r.c.source.Pays.Deduct.Measure})
		return false
	}
	r.deductible = v.exact
	if r.deductible.sign() < 0 {
		r.deductible = exact{}
	}
	return true
}

// openTable finds the multiplier of everything, or the slices.
func (r *runner) openTable() bool {
	table := r.c.table
	if table == nil {
		return true
	}
	by := r.e.measure(r.f, table.by)
	if by.absent() {
		r.t.zero(ReasonNotApplicable, errs.Args{"Measure": r.f.plan.measures[table.by].source.ID})
		return false
	}
	if table.line != nil {
		r.times = table.line.at(by.exact)
		r.t.onLine(r.times)
		return true
	}
	r.threshold = whole(1)
	if table.to != None {
		r.threshold = r.e.measure(r.f, table.to).exact
	}
	reached := table.band(by.exact)
	switch {
	case table.style == plan.StyleWholeAmount || (r.threshold.sign() <= 0 && table.style == plan.StyleMarginal):
		r.times, r.shift = table.times[reached], reached
	case r.threshold.sign() <= 0: // nothing lies above the point
		r.times = table.below
	case table.style == plan.StyleAbovePoint:
		r.run = &tableProgram{edges: []exact{table.point}, times: []exact{table.below, table.times[reached]}}
		r.shift = reached
	default:
		r.run = table
	}
	if r.run != nil {
		r.band = make([]exact, len(r.run.times))
	}
	return true
}

// all runs the credits, or the one sum, and returns how many credits there were.
func (r *runner) all(base value) (count int64, ok bool) {
	e, c := r.e, r.c
	var cell gridPlace
	if c.rate.grid != nil {
		if cell, ok = e.placeIn(r.f, c, c.rate.grid, r.t); !ok {
			return 0, false
		}
	}
	if c.selection == None {
		class := int32(1)
		if c.rate.grid != nil {
			class = c.rate.grid.class(e, cell, nil)
			if class == refused {
				e.refuseGrid(r.f, c, c.rate.grid, cell, nil)
				return 0, false
			}
		}
		r.add(-1, nil, base.exact, class)
		return -1, true
	}
	s := &e.selections[c.selection]
	until := s.until(&e.facts.Persons[r.f.person])
	credits := e.ordered(r.f.person)
	for i := range credits {
		credit := &credits[i]
		if !s.matches(&e.groups, credit, until) {
			continue
		}
		class := c.rate.classOf(&e.groups, credit)
		if c.rate.grid != nil {
			if class = c.rate.grid.class(e, cell, credit); class == refused {
				e.refuseGrid(r.f, c, c.rate.grid, cell, credit)
				r.failed = true
				continue
			}
		}
		r.add(i, credit, e.worth(r.f.plan, credit), class)
		count++
	}
	return count, !r.failed
}

// add runs one part. place is that of a credit in the person's order, −1 for a sum.
func (r *runner) add(place int, credit *credit, part exact, class int32) {
	before, after := r.sum, r.sum.add(part)
	r.sum = after
	left := part
	if r.deducts {
		before, after = larger(before, r.deductible), larger(after, r.deductible)
		left = after.sub(before)
	}
	scale := r.c.rate.rates[class].mul(r.factor)
	var earned exact
	var moved []exact
	if r.run == nil {
		earned = left.mul(r.times).mul(scale)
	} else {
		moved = r.run.move(before, after, r.threshold)
		for k := range moved {
			if moved[k].sign() == 0 {
				continue
			}
			paid := moved[k].mul(r.run.times[k]).mul(scale)
			earned = earned.add(paid)
			r.band[k] = r.band[k].add(paid)
		}
	}
	r.left, r.total = r.left.add(left), r.total.add(earned)
	kept := r.keep(credit, earned)
	if r.t == nil {
		return
	}
	b := &r.classes[class]
	b.base, b.left, b.count = b.base.add(part), b.left.add(left), b.count+1
	r.tracePart(place, class, moved, earned, kept)
}

// keep rounds and limits what one credit earned, where the plan does so by credit, and adds it up.
func (r *runner) keep(credit *credit, earned exact) exact {
	steps := r.c.steps
	kept := earned
	if steps.at == plan.RoundAtCredit {
		n, ok := roundTo(kept, r.c.round, steps.unit)
		if !ok {
			r.e.refuse(r.f, r.c, kept.text(), problemOverflow, nil)
			r.failed = true
		}
		kept = whole(n)
	}
	switch {
	case r.deals != nil && credit != nil:
		r.deals[credit.deal] = r.deals[credit.deal].add(kept)
	case steps.limitPer() == plan.LimitPerCredit && kept.compare(r.limit) > 0:
		kept = r.limit
	}
	if r.deals == nil {
		r.kept = r.kept.add(kept)
	}
	return kept
}

// earning adds up the parts.
func (r *runner) earning() earning {
	steps := r.c.steps
	out := earning{exact: r.total, kept: r.kept, rounded: steps.at == plan.RoundAtCredit}
	for _, sum := range r.deals { // sums are exact: their order does not matter
		if sum.compare(r.limit) > 0 {
			sum = r.limit
		}
		out.kept = out.kept.add(sum)
	}
	if steps.at == plan.RoundAtBand {
		out.rounded = true
		bands := r.band
		if r.run == nil {
			bands = []exact{r.total}
		}
		out.kept = exact{}
		for _, earned := range bands {
			n, ok := roundTo(earned, r.c.round, steps.unit)
			if !ok {
				r.e.refuse(r.f, r.c, earned.text(), problemOverflow, nil)
			}
			out.kept = out.kept.add(whole(n))
		}
	}
	r.t.parts(out)
	return out
}

// close records what the statement says of the base, the bands and a zero.
func (r *runner) close(base value, count int64) {
	t, c := r.t, r.c
	if t == nil {
		return
	}
	r.traceBase(base, count)
	r.traceBands()
	switch {
	case r.total.sign() != 0:
	case r.left.sign() == 0 && r.deducts:
		t.zero(reasonDeducted, errs.Args{"Measure": c.source.Pays.Of})
	case r.factor.sign() == 0:
		t.zero(reasonFactorZero, nil)
	case r.run != nil && r.bandsPayNothing() || r.run == nil && r.times.sign() == 0:
		t.zero(reasonBandZero, nil)
	default:
		t.zero(c.rate.zeroReason(), nil)
	}
}

func (r *runner) bandsPayNothing() bool {
	for k, moved := range r.t.band {
		if moved.sign() != 0 && r.timesOf(k).sign() != 0 {
			return false
		}
	}
	return true
}

func larger(a, b exact) exact {
	if a.compare(b) < 0 {
		return b
	}
	return a
}

// lineProgram is the straight line of an interpolated table.
type lineProgram struct {
	points        []linePoint
	below, beyond plan.End
}

type linePoint struct{ at, times exact }

// at is the multiplier at a value, exact.
func (l *lineProgram) at(v exact) exact {
	first, last := l.points[0], l.points[len(l.points)-1]
	switch {
	case v.compare(first.at) < 0 && l.below == plan.EndFlat:
		return first.times
	case v.compare(first.at) < 0 && l.below == plan.EndZero:
		return exact{}
	case v.compare(last.at) > 0 && l.beyond == plan.EndFlat:
		return last.times
	}
	k := 1
	for k < len(l.points)-1 && v.compare(l.points[k].at) > 0 {
		k++
	}
	from, to := l.points[k-1], l.points[k]
	share := v.sub(from.at).quo(to.at.sub(from.at))
	return larger(from.times.add(share.mul(to.times.sub(from.times))), exact{})
}

func (c *compiler) line(where string, source *plan.Line) *lineProgram {
	l := &lineProgram{below: source.Below, beyond: source.Beyond}
	for i, point := range source.Points {
		if i > 0 && point.At.Cmp(source.Points[i-1].At) <= 0 {
			c.fail(where, "", problemUnsupported, errs.Args{"What": "points"})
		}
		l.points = append(l.points, linePoint{at: fromDecimal(point.At), times: fromDecimal(point.Times)})
	}
	if len(l.points) < 2 {
		c.fail(where, "", problemUnsupported, errs.Args{"What": "points"})
	}
	return l
}
