package explain

import (
	"math/big"

	"xiaoguan/internal/decimal"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/plan"
)

// formulaTermsMax is how many terms a formula spells out; a longer sum is left to the tables.
const formulaTermsMax = 4

// component explains the component at the index, which is the same in the statement and in the plan.
func (x *explainer) component(i int) Component {
	c := &x.s.Components[i]
	out := Component{ID: c.ID, Name: c.ID, AmountFen: c.AmountFen}
	rule := x.rule(i)
	if rule != nil {
		out.Name = x.text(rule.Name)
		out.Marginal = rule.Pays.Table != nil && (rule.Pays.Table.Style == plan.StyleMarginal || rule.Pays.Table.Style == plan.StyleAbovePoint)
		out.Team = x.isTeam(rule.Pays.Of) || x.isTeam(rule.Pays.Per)
	}
	for _, condition := range c.Conditions {
		out.Conditions = append(out.Conditions, Condition{Text: x.condition(condition), Met: condition.Met})
		out.Team = out.Team || x.isTeam(condition.Measure)
	}
	for _, r := range c.Rates {
		out.Rates = append(out.Rates, x.rate(r))
	}
	out.Bands = x.bands(i, out.Marginal)
	if rule != nil && rule.Pays.Table != nil && (len(c.Bands) > 0 || rule.Pays.Table.Line != nil) {
		out.Attainment = x.measure(x.measures[rule.Pays.Table.By]).Parts
		out.Next = x.next(i)
	}
	out.Formula = x.formula(i, out)
	out.Zero = x.zero(i)
	out.Quantity = x.quantity(i)
	out.Rounding, out.Limit, out.Steps = x.rounding(i), x.limit(i), x.steps(i)
	return out
}

// rule returns the plan's component, nil when it is not at hand or is another one.
func (x *explainer) rule(i int) *plan.Component {
	if x.plan == nil || i >= len(x.plan.Components) || x.plan.Components[i].ID != x.s.Components[i].ID {
		return nil
	}
	return &x.plan.Components[i]
}

// isTeam reports whether a measure rests on the members of the team.
func (x *explainer) isTeam(id string) bool {
	m := x.definitionOf(id)
	switch {
	case m == nil:
		return false
	case m.Ratio != nil:
		return x.isTeam(m.Ratio.Of) || x.isTeam(m.Ratio.To)
	}
	return m.Team != nil
}

func (x *explainer) rate(r engine.RateTrace) Rate {
	out := Rate{Name: x.rateName(r.Key), Rate: rateText(r.Rate), BaseFen: r.BaseFen, Base: exactMoney(x.p, left(r), x.s.Currency), Credits: r.Credits}
	if rate, err := decimal.Parse(r.Rate); err == nil {
		out.Earned = exactMoney(x.p, new(big.Rat).Mul(rate.Rat(), left(r)), x.s.Currency)
	}
	return out
}

// bandKind is the kind of the measure that chooses among the bands.
func (x *explainer) bandKind(i int) plan.ValueKind {
	rule := x.rule(i)
	if rule == nil || rule.Pays.Table == nil {
		return plan.KindRatio
	}
	return plan.ValueKind(x.measures[rule.Pays.Table.By].Kind)
}

func (x *explainer) bands(i int, marginal bool) (out []Band) {
	kind := x.bandKind(i)
	for _, b := range x.s.Components[i].Bands {
		from, to := rational(b.From), rational(b.To)
		base, earned := rational(b.BaseExact), rational(b.EarnExact)
		line := Band{Name: x.rangeText(kind, from, to), Times: timesText(b.Times), Reached: b.Reached, Threshold: x.threshold(i, b)}
		line.Empty = base == nil || base.Sign() == 0
		line.Base, line.Earned = ExactMoney(x.p, b.BaseExact, x.s.Currency), ExactMoney(x.p, b.EarnExact, x.s.Currency)
		line.Reached = line.Reached || (marginal && !line.Empty && earned != nil)
		out = append(out, line)
	}
	return out
}

func rational(text string) *big.Rat {
	if text == "" {
		return nil
	}
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		return nil
	}
	return r
}

// rangeText writes a band from its edges.
func (x *explainer) rangeText(kind plan.ValueKind, from, to *big.Rat) string {
	switch {
	case from == nil && to == nil:
		return x.p.T("explain.band_all")
	case from == nil:
		return x.p.T("explain.band_below", "To", x.limitText(kind, to))
	case to == nil:
		return x.p.T("explain.band_above", "From", x.limitText(kind, from))
	}
	return x.p.T("explain.band_between", "From", x.limitText(kind, from), "To", x.limitText(kind, to))
}

// threshold writes a band of a ratio in money: the edges times the divisor.
func (x *explainer) threshold(i int, b engine.BandTrace) string {
	if b.FromFen != "" || b.ToFen != "" {
		return x.rangeText(plan.KindMoney, rational(b.FromFen), rational(b.ToFen))
	}
	_, to, ok := x.ratioOf(i)
	if !ok {
		return ""
	}
	edge := func(text string) *big.Rat {
		if r := rational(text); r != nil {
			return r.Mul(r, to)
		}
		return nil
	}
	return x.rangeText(plan.KindMoney, edge(b.From), edge(b.To))
}

// ratioOf returns dividend and divisor of the ratio that chooses the band of a component.
func (x *explainer) ratioOf(i int) (of string, to *big.Rat, ok bool) {
	rule := x.rule(i)
	if rule == nil || rule.Pays.Table == nil {
		return "", nil, false
	}
	m := x.definitionOf(rule.Pays.Table.By)
	if m == nil || m.Ratio == nil {
		return "", nil, false
	}
	to, ok = x.exact(m.Ratio.To)
	return m.Ratio.Of, to, ok && to.Sign() > 0
}

// next says how far the band above is.
func (x *explainer) next(i int) string {
	c, rule := &x.s.Components[i], x.rule(i)
	at, ok := x.exact(rule.Pays.Table.By)
	if !ok {
		return ""
	}
	for _, b := range c.Bands {
		from := rational(b.From)
		if from == nil {
			continue
		}
		strict := rule.Pays.Table.Boundary == plan.BoundaryLowerBand
		if order := at.Cmp(from); order > 0 || (order == 0 && !strict) {
			continue
		}
		gap := x.gapTo(rule.Pays.Table.By, from, strict)
		if gap == "" {
			return ""
		}
		return x.p.T("explain.next_band", "Gap", gap, "Band", x.rangeText(x.bandKind(i), from, rational(b.To)), "Times", timesText(b.Times))
	}
	return ""
}

// formula writes how the amount was computed.
func (x *explainer) formula(i int, done Component) []Piece {
	c, rule := &x.s.Components[i], x.rule(i)
	result := []Piece{{Operator: "="}, {Text: ExactMoney(x.p, c.Exact, x.s.Currency)}}
	switch {
	case gated(c):
		return nil
	case c.Count != "":
		per := ""
		if rule != nil {
			per = rule.Pays.Per
		}
		return append([]Piece{
			{Label: x.name(per), Text: x.kindText(plan.KindCount, rational(c.Count)), Measure: per}, {Operator: "×"},
			{Label: x.p.T("explain.each"), Text: x.p.Money(c.UnitFen, x.s.Currency)},
		}, result...)
	case c.UnitFen != 0 && c.Further != nil && c.Further.Factor != "":
		return append(x.scaled(c, []Piece{{Label: x.p.T("explain.fixed"), Text: x.p.Money(c.UnitFen, x.s.Currency)}}), result...)
	case c.UnitFen != 0:
		return []Piece{{Label: x.p.T("explain.fixed"), Text: x.p.Money(c.UnitFen, x.s.Currency)}}
	case c.Further != nil && (c.Further.Prize != nil || c.Further.Pool != nil):
		return nil
	case done.Marginal:
		return x.sum(bandTerms(done.Bands), result)
	}
	terms := x.rateTerms(c, done.Rates)
	if len(terms) > 1 && c.Further != nil && (c.Further.Times != "" || c.Further.Factor != "") {
		terms = x.bracketed(terms)
	}
	for k, b := range c.Bands {
		if !b.Reached {
			continue
		}
		if len(terms) > 1 {
			if joined := x.sum(terms, nil); joined != nil {
				return append(append(append([]Piece{{Operator: "("}}, joined...), Piece{Operator: ")"}, Piece{Operator: "×"},
					x.bandTimes(done.Bands[k], b)), result...)
			}
			return nil
		}
		return append(x.scaled(c, append(x.sum(terms, nil), Piece{Operator: "×"}, x.bandTimes(done.Bands[k], b))), result...)
	}
	if formula := x.scaled(c, x.sum(terms, nil)); formula != nil {
		return append(formula, result...)
	}
	return nil
}

// bracketed joins terms into one in brackets, so that it can be multiplied; nil when there are too many.
func (x *explainer) bracketed(terms [][]Piece) [][]Piece {
	joined := x.sum(terms, nil)
	if joined == nil {
		return nil
	}
	return [][]Piece{append(append([]Piece{{Operator: "("}}, joined...), Piece{Operator: ")"})}
}

// rateName names the key of a rate, which of a grid is a cell.
func (x *explainer) rateName(key string) string {
	if key == "" {
		return ""
	}
	return x.cellName(key)
}

// bandTimes is the multiplier of the band that was reached.
func (x *explainer) bandTimes(b Band, trace engine.BandTrace) Piece {
	return Piece{Label: x.p.T("explain.band_times", "Band", b.Name), Text: trace.Times}
}

// bandTerms are what the bands of a marginal table earned.
func bandTerms(bands []Band) (terms [][]Piece) {
	for _, b := range bands {
		if !b.Empty {
			terms = append(terms, []Piece{{Label: b.Name, Text: b.Earned}})
		}
	}
	return terms
}

// rateTerms are base × rate for each rate.
func (x *explainer) rateTerms(c *engine.ComponentTrace, rates []Rate) (terms [][]Piece) {
	for k, r := range rates {
		base := Piece{Label: r.Name, Text: exactMoney(x.p, left(c.Rates[k]), x.s.Currency)}
		if len(rates) == 1 && c.Base != nil {
			base.Label, base.Measure = x.name(c.Base.Measure), c.Base.Measure
		}
		terms = append(terms, []Piece{base, {Operator: "×"}, {Text: rates[k].Rate}})
	}
	return terms
}

// sum joins terms with +; a sum with too many terms is nil.
func (x *explainer) sum(terms [][]Piece, tail []Piece) (out []Piece) {
	if len(terms) == 0 || len(terms) > formulaTermsMax {
		return nil
	}
	for k, term := range terms {
		if k > 0 {
			out = append(out, Piece{Operator: "+"})
		}
		out = append(out, term...)
	}
	return append(out, tail...)
}

// quantity says of how much a component is.
func (x *explainer) quantity(i int) string {
	c := &x.s.Components[i]
	if gap := x.shortOf(i); gap != "" {
		return gap
	}
	switch {
	case c.Count != "":
		return x.p.T("explain.quantity_count", "Count", x.kindText(plan.KindCount, rational(c.Count)), "Unit", x.p.Money(c.UnitFen, x.s.Currency))
	case c.Base != nil && x.isTeam(c.Base.Measure):
		return x.p.T("explain.quantity_team", "Count", len(x.s.Members), "Sum", x.p.Money(c.Base.SumFen, x.s.Currency))
	case c.Base != nil && c.Base.Credits > 0:
		return x.p.T("explain.quantity_base", "Count", c.Base.Credits, "Sum", x.p.Money(c.Base.SumFen, x.s.Currency))
	case c.Base != nil:
		return x.p.Money(c.Base.SumFen, x.s.Currency)
	}
	return ""
}

// rounding says where the parts of a fen went.
func (x *explainer) rounding(i int) string {
	c, rule := &x.s.Components[i], x.rule(i)
	exact, key := rational(c.Exact), "explain.rounding"
	if rule != nil && rule.Round.Unit > 1 {
		key = "explain.rounding_to"
	}
	if c.Further != nil && c.Further.Kept != "" {
		if exact = rational(c.Further.Kept); exact != nil && exact.Cmp(new(big.Rat).SetInt64(c.RoundedFen)) == 0 {
			return "" // the steps have said it
		}
	}
	if exact == nil || (c.Base == nil && exact.IsInt()) {
		return ""
	}
	if exact.Sign() == 0 {
		return ""
	}
	if exact.IsInt() && exact.Cmp(new(big.Rat).SetInt64(c.RoundedFen)) == 0 {
		return x.p.T("explain.rounding_none")
	}
	mode := x.p.T("explain.round")
	if rule != nil && rule.Round.Mode != "" {
		mode = x.p.T("explain.round_" + string(rule.Round.Mode))
	}
	rounded := new(big.Rat).SetInt64(c.RoundedFen)
	return x.p.T(key, "Exact", exactMoney(x.p, exact, x.s.Currency), "Mode", mode,
		"Rounded", x.p.Money(c.RoundedFen, x.s.Currency), "Difference", exactMoney(x.p, rounded.Sub(rounded, exact), x.s.Currency))
}

// limit says what a cap or a floor did.
func (x *explainer) limit(i int) string {
	c := &x.s.Components[i]
	if said := x.furtherLimit(i); said != "" {
		return said
	}
	args := []any{"Computed", x.p.Money(c.RoundedFen, x.s.Currency), "Limit", x.p.Money(c.AmountFen, x.s.Currency)}
	switch {
	case c.Capped:
		return x.p.T("explain.capped", append(args, "Excess", x.p.Money(c.RoundedFen-c.AmountFen, x.s.Currency))...)
	case c.Floored:
		return x.p.T("explain.floored", append(args, "Added", x.p.Money(c.AmountFen-c.RoundedFen, x.s.Currency))...)
	}
	return ""
}

// rateText writes a rate as people say it: a percentage.
func rateText(decimalText string) string {
	rate, err := decimal.Parse(decimalText)
	if err != nil {
		return decimalText
	}
	return rate.Percent()
}
