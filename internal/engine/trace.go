package engine

import (
	"xiaoguan/internal/errs"
)

// tracer writes down how a component came about. Every method does nothing on a nil tracer, which is what the fast path carries.
type tracer struct {
	trace  *ComponentTrace
	index  int
	places []int32  // of the payee's ordered credits: the line of the statement, None when it is not shown
	lines  int      // how many are shown
	earned []earned // what components counted, by component and line
	slabs  int      // how many slices they have
	band   []exact  // of a marginal table: what lay in each band
	paid   []exact  // and what it earned
	moves  []int64
	rates  []rateSum

	lastCell string // of the grid that was looked up last
}

// earned is what one component made of one credit; texts are written when the statement is put together.
type earned struct {
	line, component int32
	rate            string
	exact           exact
	bands           []exact // of a marginal table
	key, kept       string  // see CreditEarn
}

type rateSum struct {
	base  wide
	count int
}

// zero gives the reason, if the component turns out zero; the first reason given stands.
func (t *tracer) zero(key string, args errs.Args) {
	if t != nil && t.trace.Reason.Key == "" {
		t.trace.Reason = errs.Msg(key, args)
	}
}

func (t *tracer) fixed(unit int64) {
	if t != nil {
		t.trace.UnitFen = unit
	}
}

func (t *tracer) count(v value) {
	if t != nil {
		t.trace.Count = v.exact.text()
	}
}

// base records what the rates are applied to.
func (t *tracer) base(e *evaluator, f *frame, c *componentProgram, base value, credits int64) {
	if t == nil {
		return
	}
	t.rates = make([]rateSum, len(c.rate.rates))
	sum, _ := base.exact.integer()
	t.trace.Base = &BaseTrace{Measure: c.source.Pays.Of, SumFen: sum, Credits: int(credits)}
	if c.selection == None {
		t.trace.Base.Credits = 0
		if f.plan.measures[c.base].sum != None {
			t.trace.Base.Credits = len(e.roster.membersOf(f.person))
		}
		t.trace.Rates = []RateTrace{{Rate: c.rate.texts[1], BaseFen: sum, Credits: t.trace.Base.Credits}}
		return
	}
	s := &e.selections[c.selection]
	until := s.until(&e.facts.Persons[f.person])
	own := e.groups.of(f.person)
	for i := range own {
		if s.matches(&e.groups, &own[i], until) {
			r := &t.rates[c.rate.classOf(&e.groups, &own[i])]
			r.base.add(own[i].part)
			r.count++
		}
	}
	for class := 1; class < len(t.rates); class++ {
		if r := &t.rates[class]; r.count > 0 {
			fen, _ := r.base.exact().integer()
			t.trace.Rates = append(t.trace.Rates, RateTrace{Key: c.rate.keys[class], Rate: c.rate.texts[class], BaseFen: fen, Credits: r.count})
		}
	}
}

// flat records what each credit earned at its rate, all multiplied by times.
func (t *tracer) flat(e *evaluator, f *frame, c *componentProgram, times exact) {
	if t == nil || c.selection == None {
		return
	}
	factors := make([]exact, len(c.rate.rates))
	for class := range factors {
		factors[class] = c.rate.rates[class].mul(times)
	}
	s := &e.selections[c.selection]
	until := s.until(&e.facts.Persons[f.person])
	credits := e.ordered(f.person)
	for i := range credits {
		if t.places[i] == None || !s.matches(&e.groups, &credits[i], until) {
			continue
		}
		class := c.rate.classOf(&e.groups, &credits[i])
		t.earn(i, earned{rate: c.rate.texts[class], exact: factors[class].mul(whole(credits[i].part))})
	}
}

func (t *tracer) earn(i int, e earned) {
	line := t.places[i]
	if line == None {
		return
	}
	if t.earned == nil {
		t.earned = make([]earned, 0, t.lines+t.lines/4)
	}
	e.line, e.component = line, int32(t.index)
	t.earned = append(t.earned, e)
	for _, moved := range e.bands {
		if moved.sign() != 0 {
			t.slabs++
		}
	}
}

// reached records the bands of a table of which one applies to everything.
func (t *tracer) reached(e *evaluator, f *frame, c *componentProgram, base value, reached int, paid exact) {
	if t == nil {
		return
	}
	for k := range c.table.times {
		b := c.bandTrace(k)
		b.BaseExact, b.EarnExact = "0", "0"
		if k == reached {
			b.BaseExact, b.EarnExact, b.Reached = base.exact.text(), paid.text(), true
		}
		t.trace.Bands = append(t.trace.Bands, b)
	}
}

// bandTrace is a band's edges and multiplier, in the unit of the measure that chooses.
func (c *componentProgram) bandTrace(k int) BandTrace {
	b := BandTrace{Times: c.table.texts[k]}
	if k > 0 {
		b.From = c.table.edges[k-1].text()
	}
	if k < len(c.table.edges) {
		b.To = c.table.edges[k].text()
	}
	return b
}

// slices is room for what a credit moves in each band; nil on the fast path.
func (t *tracer) slices(bands int) []int64 {
	if t == nil {
		return nil
	}
	t.moves = make([]int64, bands)
	return t.moves
}

// moved records what a credit moved in each band, in units of 1/unit, and earned there before its rate.
func (t *tracer) moved(i int, c *componentProgram, class int32, slices []int64, unit int64, paid exact) {
	bands := make([]exact, len(slices))
	for k, n := range slices {
		bands[k] = fraction(n, unit)
	}
	t.movedExact(i, c, class, bands, paid)
}

func (t *tracer) movedExact(i int, c *componentProgram, class int32, bands []exact, paid exact) {
	rate := c.rate.rates[class]
	t.openBands(len(bands))
	for k, moved := range bands {
		if moved.sign() == 0 {
			continue
		}
		t.band[k] = t.band[k].add(moved)
		t.paid[k] = t.paid[k].add(moved.mul(c.table.times[k]).mul(rate))
	}
	t.earn(i, earned{rate: c.rate.texts[class], exact: paid.mul(rate), bands: bands})
}

// sumMoved records what a base that is one sum moved in each band.
func (t *tracer) sumMoved(c *componentProgram, bands []exact) {
	if t == nil {
		return
	}
	t.openBands(len(bands))
	for k, moved := range bands {
		t.band[k] = moved
		t.paid[k] = moved.mul(c.table.times[k]).mul(c.rate.fixed())
	}
}

func (t *tracer) openBands(n int) {
	if t.band == nil {
		t.band, t.paid = make([]exact, n), make([]exact, n)
	}
}

// bands records a marginal table with its thresholds, and why it paid nothing if so.
func (t *tracer) bands(c *componentProgram, threshold, total exact) {
	if t == nil {
		return
	}
	if total.sign() == 0 {
		t.zero(t.zeroOfBands(c), nil)
	}
	t.openBands(len(c.table.times))
	for k := range c.table.times {
		b := c.bandTrace(k)
		if k > 0 {
			b.FromFen = c.table.edges[k-1].mul(threshold).text()
		}
		if k < len(c.table.edges) {
			b.ToFen = c.table.edges[k].mul(threshold).text()
		}
		b.BaseExact, b.EarnExact = t.band[k].text(), t.paid[k].text()
		t.trace.Bands = append(t.trace.Bands, b)
	}
}

// zeroOfBands tells bands that pay nothing from rates that do not and from credits that cancel each other.
func (t *tracer) zeroOfBands(c *componentProgram) string {
	for k, moved := range t.band {
		if moved.sign() != 0 && c.table.times[k].sign() != 0 {
			return c.rate.zeroReason()
		}
	}
	return reasonBandZero
}
