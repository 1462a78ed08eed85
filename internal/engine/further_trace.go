package engine

import (
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
)

// Further is how the steps of ADR 0011 came about; what a component does not use is absent.
type Further struct {
	Deductible string        `json:"deductible,omitempty"` // exact, in minor units
	BaseLeft   string        `json:"base_left,omitempty"`  // of the base, after the deductible; exact
	Times      string        `json:"times,omitempty"`      // of an interpolated table; exact
	Factors    []FactorTrace `json:"factors,omitempty"`
	Factor     string        `json:"factor,omitempty"` // all factors together; exact
	Cell       string        `json:"cell,omitempty"`   // key of the cell of an amount's grid; empty beside UnitFen: otherwise
	Kept       string        `json:"kept,omitempty"`   // what roundings and limits of parts left of Exact; exact
	Limit      *LimitTrace   `json:"limit,omitempty"`
	CarriedIn  int64         `json:"carried_in_fen,omitempty"`
	Carried    int64         `json:"carried_fen,omitempty"` // into the next period
	Prize      *PrizeTrace   `json:"prize,omitempty"`
	Pool       *PoolTrace    `json:"pool,omitempty"`
	PlanCutFen int64         `json:"plan_cut_fen,omitempty"` // what the plan's own cap took
}

// FactorTrace is one factor: the measure's exact value, or the key of a grid's cell, and what it multiplies by.
type FactorTrace struct {
	Measure string `json:"measure,omitempty"`
	Found   string `json:"found,omitempty"`
	Cell    string `json:"cell,omitempty"`
	Weight  string `json:"weight,omitempty"`
	Times   string `json:"times"`
}

// LimitTrace is a cap with what earlier months of its span used of it.
type LimitTrace struct {
	LimitFen   int64 `json:"limit_fen"`
	EarlierFen int64 `json:"earlier_fen,omitempty"`
}

// PrizeTrace is a place in a contest. Place 0 did not compete.
type PrizeTrace struct {
	Place int `json:"place"`
	Tied  int `json:"tied"`
	Of    int `json:"of"`
}

// PoolTrace is a member's part of a pool: the exact measure over the sum of all members'.
type PoolTrace struct {
	PoolFen int64  `json:"pool_fen"`
	Weight  string `json:"weight"`
	Weights string `json:"weights"`
	Members int    `json:"members"`
}

// more is the component's further trace, made when first needed.
func (t *tracer) more() *Further {
	if t.trace.Further == nil {
		t.trace.Further = &Further{}
	}
	return t.trace.Further
}

func (t *tracer) onLine(times exact) {
	if t != nil {
		t.more().Times = times.text()
	}
}

// cell notes the key of the cell that was looked up, for the amount or the factor that it is.
func (t *tracer) cell(g *gridProgram, class int32) {
	if t != nil {
		t.lastCell = g.keyOf(class)
	}
}

func (t *tracer) amountCell() {
	if t != nil {
		t.more().Cell = t.lastCell
	}
}

func (t *tracer) factor(c *componentProgram, i int, found string, times exact) {
	if t == nil {
		return
	}
	p := &c.steps.factors[i]
	trace := FactorTrace{Measure: c.source.Pays.Factors.Items[i].Measure, Found: found, Times: times.text()}
	if p.grid != nil {
		trace.Cell = t.lastCell
	}
	if c.steps.weighted {
		trace.Weight = p.weight.text()
	}
	t.more().Factors = append(t.more().Factors, trace)
}

func (t *tracer) factors(combined exact) {
	if t != nil {
		t.more().Factor = combined.text()
	}
}

func (t *tracer) limit(total, earlier int64) {
	if t != nil {
		t.more().Limit = &LimitTrace{LimitFen: total, EarlierFen: earlier}
	}
}

func (t *tracer) carried(in, out int64) {
	if t != nil && (in != 0 || out != 0) {
		t.more().CarriedIn, t.more().Carried = in, out
	}
}

// parts records what roundings and limits of parts left, when they changed anything.
func (t *tracer) parts(e earning) {
	if t != nil && (e.kept.compare(e.exact) != 0 || (e.rounded && e.kept.sign() != 0)) {
		t.more().Kept = e.kept.text()
	}
}

func (t *tracer) standing(c *componentProgram, s *standing) {
	switch {
	case t == nil:
	case c.source.Pays.Prizes != nil:
		t.more().Prize = &PrizeTrace{Place: s.place, Tied: s.tied, Of: s.of}
	default:
		t.more().Pool = &PoolTrace{PoolFen: s.poolFen, Weight: s.weight.text(), Weights: s.weights.text(), Members: s.of}
	}
}

// tracePart records what a part moved in each band and earned.
func (r *runner) tracePart(place int, class int32, moved []exact, paid, kept exact) {
	t, c := r.t, r.c
	shown := moved
	if len(moved) > 0 {
		if c.table.style == plan.StyleAbovePoint {
			shown = make([]exact, len(c.table.times)+1)
			shown[0], shown[r.shift+1] = moved[0], moved[1]
		}
		t.openBands(len(shown))
		scale := c.rate.rates[class].mul(r.factor)
		for k := range shown {
			if shown[k].sign() == 0 {
				continue
			}
			t.band[k] = t.band[k].add(shown[k])
			t.paid[k] = t.paid[k].add(shown[k].mul(r.timesOf(k)).mul(scale))
		}
	}
	if place < 0 || r.silent {
		return
	}
	line := earned{rate: c.rateText(class), exact: paid, bands: shown}
	if c.rate.grid != nil {
		line.key = c.rate.grid.keyOf(class)
	}
	if kept.compare(paid) != 0 {
		line.kept = kept.text()
	}
	t.earn(place, line)
}

// timesOf is the multiplier of a band as the statement shows them.
func (r *runner) timesOf(k int) exact {
	table := r.c.table
	switch {
	case table.style != plan.StyleAbovePoint:
		return table.times[k]
	case k == 0:
		return table.below
	}
	return table.times[k-1]
}

func (c *componentProgram) rateText(class int32) string {
	if c.rate.grid != nil {
		return c.rate.grid.texts[class]
	}
	return c.rate.texts[class]
}

// traceBase records the base, the deductible, and what each rate was applied to.
func (r *runner) traceBase(base value, count int64) {
	t, c := r.t, r.c
	sum, _ := base.exact.integer()
	t.trace.Base = &BaseTrace{Measure: c.source.Pays.Of, SumFen: sum, Credits: int(max(count, 0))}
	if c.selection == None && r.f.plan.measures[c.base].sum != None {
		t.trace.Base.Credits = len(r.e.roster.membersOf(r.f.person))
	}
	if r.deducts {
		t.more().Deductible, t.more().BaseLeft = r.deductible.text(), r.left.text()
	}
	for class := 1; class < len(r.classes); class++ {
		b := &r.classes[class]
		if b.count == 0 {
			continue
		}
		line := RateTrace{Rate: c.rateText(int32(class)), Credits: b.count}
		line.base(b.base)
		if c.rate.grid != nil {
			line.Key = c.rate.grid.keyOf(int32(class))
		} else {
			line.Key = c.rate.keys[class]
		}
		if c.selection == None {
			line.Credits = t.trace.Base.Credits
		}
		if r.deducts {
			line.LeftExact = b.left.text()
		}
		t.trace.Rates = append(t.trace.Rates, line)
	}
}

// base is what the rate was applied to; amounts that were converted after the rate need not be whole.
func (r *RateTrace) base(x exact) {
	whole := false
	if r.BaseFen, whole = x.integer(); !whole {
		r.BaseFen, _ = x.round(money.HalfAwayFromZero) // an amount beyond 64 bits was refused with its measure
		r.BaseExact = x.text()
	}
}

// traceBands records the bands: for slices what each held, otherwise the one that was reached.
func (r *runner) traceBands() {
	t, c := r.t, r.c
	table := c.table
	if table == nil || table.line != nil {
		return
	}
	above := table.style == plan.StyleAbovePoint
	shown := len(table.times)
	if above {
		shown++
	}
	slices := r.run != nil
	if slices {
		t.openBands(shown)
	}
	for k := range shown {
		b := r.bandAt(k, above)
		b.BaseExact, b.EarnExact = "0", "0"
		switch {
		case slices:
			b.BaseExact, b.EarnExact = t.band[k].text(), t.paid[k].text()
			b.Reached = above && k == r.shift+1 && t.band[k].sign() != 0
		case above && k == 0, !above && k == r.shift:
			b.BaseExact, b.EarnExact, b.Reached = r.left.text(), r.total.text(), true
		}
		t.trace.Bands = append(t.trace.Bands, b)
	}
}

// bandAt is the k-th band as the statement shows them; thresholds in money where the bands are slices.
func (r *runner) bandAt(k int, above bool) BandTrace {
	table := r.c.table
	var from, to *exact
	b := BandTrace{}
	if above {
		b.Times = table.belowAs
		switch {
		case k == 0:
			to = &table.point
		case k == 1:
			from = &table.point
		default:
			from = &table.edges[k-2]
		}
		if k > 0 {
			b.Times = table.texts[k-1]
			if k-1 < len(table.edges) {
				to = &table.edges[k-1]
			}
		}
	} else {
		b = r.c.bandTrace(k)
		if k > 0 {
			from = &table.edges[k-1]
		}
		if k < len(table.edges) {
			to = &table.edges[k]
		}
	}
	if from != nil {
		b.From = from.text()
	}
	if to != nil {
		b.To = to.text()
	}
	if r.run != nil {
		if from != nil {
			b.FromFen = from.mul(r.threshold).text()
		}
		if to != nil {
			b.ToFen = to.mul(r.threshold).text()
		}
	}
	return b
}

// traceCap writes what the plan's own cap took from each component.
func (w *writer) traceCap(s *Statement) {
	if w.plan.plan.Cap == nil {
		return
	}
	amounts := make([]int64, len(s.Components))
	for i := range s.Components {
		amounts[i] = s.Components[i].AmountFen
	}
	cut := w.cutPlan(w.plan, w.person, amounts)
	for i, take := range cut.cuts {
		if take == 0 {
			continue
		}
		c := &s.Components[i]
		if c.Further == nil {
			c.Further = &Further{}
		}
		c.AmountFen -= take
		c.Further.PlanCutFen = take
		if w.plan.plan.Cap.Carried {
			c.Further.Carried += take
		}
		s.TotalFen -= take
		if c.AmountFen == 0 {
			c.Reason = errs.Msg(reasonPlanCap, errs.Args{"Limit": money.Format(cut.total, w.facts.Currency)})
		}
	}
}
