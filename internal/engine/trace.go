package engine

import (
	"math/big"
	"slices"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/plan"
)

// tracer writes down how a statement comes about while the evaluator computes it. A nil tracer writes nothing: its methods may be
// called all the same, so that there is one path of computation.
type tracer struct {
	statement *Statement
	lines     map[int32]int // place of a credit → index in statement.Credits
	current   int           // component
	last      *CreditEarn   // of the credit being consumed
	lastAt    int           // its index in statement.Credits
	rates     map[string]int
}

func (t *tracer) component() *ComponentTrace { return &t.statement.Components[t.current] }

func (t *tracer) begin(i int) {
	if t == nil {
		return
	}
	t.current, t.rates = i, map[string]int{}
}

// zero notes the first reason for which a component pays nothing.
func (t *tracer) zero(reason string) {
	if t != nil && t.component().Reason.Key == "" {
		t.component().Reason = errs.Msg(reason, nil)
	}
}

func (t *tracer) condition(c plan.Condition, v value, met bool) {
	if t == nil {
		return
	}
	r := ConditionResult{Measure: c.Measure, Comparison: string(c.Comparison), Wanted: ratText(c.Value.Rat()), Found: v.text(), Met: met}
	if c.Comparison == plan.InPeriod {
		r.Wanted = t.statement.Period.String()
	} else if !met && !v.absent {
		difference := new(big.Rat).Sub(c.Value.Rat(), v.n.exact())
		r.Missing = ratText(difference.Abs(difference))
	}
	t.component().Conditions = append(t.component().Conditions, r)
}

func (t *tracer) unit(amount int64, count string) {
	if t == nil {
		return
	}
	t.component().UnitFen, t.component().Count = amount, count
}

func (t *tracer) base(measure string, total number, count int) {
	if t == nil {
		return
	}
	rounded := new(big.Int).Quo(total.exact().Num(), total.exact().Denom())
	t.component().Base = &BaseTrace{Measure: measure, SumFen: rounded.Int64(), Credits: count}
}

func (t *tracer) rateOf(key, text string, base number, count int) {
	if t == nil {
		return
	}
	whole := new(big.Int).Quo(base.exact().Num(), base.exact().Denom())
	t.component().Rates = append(t.component().Rates, RateTrace{Key: key, Rate: text, BaseFen: whole.Int64(), Credits: count})
}

// credit notes that a credit counts in the present component.
func (t *tracer) credit(e *evaluator, c *component, at int32, r int64) {
	if t == nil {
		return
	}
	text, key := c.rate.fixedAs, ""
	if c.rate.products != nil {
		if product := e.in.Facts.Deals[e.dealOf(e.credits.fact[at])].Product; product != None {
			text, key = c.rate.texts[product], c.rate.names[product]
		}
	}
	part := e.credits.part[at]
	i, ok := t.rates[key+"\x00"+text]
	if !ok {
		i = len(t.component().Rates)
		t.rates[key+"\x00"+text] = i
		t.component().Rates = append(t.component().Rates, RateTrace{Key: key, Rate: text})
	}
	t.component().Rates[i].BaseFen += part
	t.component().Rates[i].Credits++
	t.lastAt = t.lines[at]
	line := &t.statement.Credits[t.lastAt]
	exact := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(part), big.NewInt(r)), c.rate.divisor)
	line.In = append(line.In, CreditEarn{Component: t.current, Rate: text, Exact: ratText(exact)})
	t.last = &line.In[len(line.In)-1]
}

// slice notes what the present credit moved inside a band.
func (t *tracer) slice(c *component, band int, moved, scale, rate int64) {
	if t == nil {
		return
	}
	if len(t.last.Bands) == 0 {
		t.last.Exact = "0"
	}
	part := big.NewRat(moved, scale)
	t.last.Bands = append(t.last.Bands, Slice{Band: band, Exact: ratText(part)})
	earned := new(big.Rat).Mul(part, new(big.Rat).SetFrac(big.NewInt(rate), c.rate.divisor))
	before, _ := new(big.Rat).SetString(t.last.Exact)
	t.last.Exact = ratText(before.Add(before, earned.Mul(earned, c.bands[band].times)))
}

func edgeText(r *big.Rat) string {
	if r == nil {
		return ""
	}
	return ratText(r)
}

// bands notes a whole-amount table: x is the amount before the multiplier.
func (t *tracer) bands(bands []band, reached int, x *big.Rat) {
	if t == nil {
		return
	}
	for i, b := range bands {
		line := BandTrace{From: edgeText(b.from), To: edgeText(b.to), Times: b.text, BaseExact: "0", EarnExact: "0"}
		if i == reached {
			line.Reached, line.BaseExact = true, ratText(x)
			line.EarnExact = ratText(new(big.Rat).Mul(x, b.times))
		}
		t.component().Bands = append(t.component().Bands, line)
	}
}

func (t *tracer) marginalBand(th thresholds, b band, k int, moved, earned *big.Rat) {
	if t == nil {
		return
	}
	line := BandTrace{From: edgeText(b.from), To: edgeText(b.to), Times: b.text, BaseExact: ratText(moved), EarnExact: ratText(earned)}
	if k > 0 && k-1 < len(th.edges) {
		line.FromFen = ratText(th.edges[k-1])
	}
	if k < len(th.edges) {
		line.ToFen = ratText(th.edges[k])
	}
	t.component().Bands = append(t.component().Bands, line)
}

func (t *tracer) finish(exact *big.Rat, rounded, amount int64) {
	if t == nil {
		return
	}
	c := t.component()
	c.Exact, c.RoundedFen, c.AmountFen = ratText(exact), rounded, amount
	c.Capped, c.Floored = amount < rounded, amount > rounded
	if amount != 0 {
		c.Reason = errs.Message{}
		return
	}
	if c.Reason.Key == "" {
		c.Reason = errs.Msg(ReasonZeroRounded, nil)
		if exact.Sign() == 0 {
			c.Reason = errs.Msg(ReasonZeroNoBase, nil)
		}
	}
}

// memberTrace gathers what is said about the members of a team.
type memberTrace struct {
	state *state
	order []int32
	lines map[int32]*MemberLine
}

func (m *memberTrace) line(member int32) *MemberLine {
	l := m.lines[member]
	if l == nil {
		p := m.state.in.Facts.Persons[member]
		l = &MemberLine{Person: p.Key, Name: p.Name, Level: LevelOn(p, m.state.last)}
		m.lines[member] = l
		m.order = append(m.order, member)
	}
	return l
}

func (m *memberTrace) note(member int32, measure string, v value) {
	if m == nil {
		return
	}
	l := m.line(member)
	if !slices.ContainsFunc(l.Measures, func(o MeasureValue) bool { return o.ID == measure }) {
		l.Measures = append(l.Measures, MeasureValue{ID: measure, Kind: string(v.kind), Exact: v.text(), Reason: v.reason})
	}
}

func (m *memberTrace) counted(member int32, measure string) {
	if m != nil {
		m.line(member).Counted = append(m.line(member).Counted, measure)
	}
}
