package explain

import (
	"math/big"
	"strings"

	"xiaoguan/internal/decimal"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/plan"
)

// stepDecimalsMax is how many decimals a multiplier may show before it is written rounded.
const stepDecimalsMax = 6

// steps says what the deductible, the line, the factors, the grid, roundings of parts, a contest or a pool did, a sentence each.
func (x *explainer) steps(i int) (said []string) {
	c, rule := &x.s.Components[i], x.rule(i)
	f := c.Further
	if f == nil {
		return nil
	}
	say := func(key string, args ...any) { said = append(said, x.p.T(key, args...)) }
	if f.Deductible != "" {
		say("explain.step_deduct", "Deductible", ExactMoney(x.p, f.Deductible, x.s.Currency), "Left", ExactMoney(x.p, f.BaseLeft, x.s.Currency))
	}
	if f.Cell != "" {
		say("explain.step_cell", "Cell", x.cellName(f.Cell), "Amount", x.p.Money(c.UnitFen, x.s.Currency))
	}
	if f.Times != "" {
		say("explain.step_line", "Times", x.number(f.Times))
	}
	for _, factor := range f.Factors {
		said = append(said, x.factor(factor))
	}
	if len(f.Factors) > 1 {
		say("explain.step_factors", "Times", x.number(f.Factor))
	}
	if key := partsKey(rule); f.Kept != "" && key != "" {
		say(key, "Kept", ExactMoney(x.p, f.Kept, x.s.Currency))
	}
	if prize := f.Prize; prize != nil && prize.Place > 0 {
		key := "explain.step_prize"
		if prize.Tied > 1 {
			key = "explain.step_prize_tied"
		}
		say(key, "Place", prize.Place, "Of", prize.Of, "Tied", prize.Tied)
	}
	if pool := f.Pool; pool != nil {
		said = append(said, x.pool(pool, rule))
	}
	return said
}

// partsKey is the sentence for roundings and limits of parts.
func partsKey(rule *plan.Component) string {
	switch {
	case rule == nil:
		return ""
	case rule.Cap != nil && rule.Cap.Per == plan.LimitPerDeal:
		return "explain.step_cap_deal"
	case rule.Cap != nil && rule.Cap.Per == plan.LimitPerCredit:
		return "explain.step_cap_credit"
	case rule.Round.At == plan.RoundAtBand:
		return "explain.step_round_band"
	case rule.Round.At == plan.RoundAtCredit:
		return "explain.step_round_credit"
	}
	return ""
}

func (x *explainer) factor(f engine.FactorTrace) string {
	name, found := x.cellName(f.Cell), ""
	if f.Measure != "" {
		name = x.name(f.Measure)
		if value := rational(f.Found); value != nil {
			found = x.kindText(plan.ValueKind(x.measures[f.Measure].Kind), value)
		}
	}
	args := []any{"Name", name, "Found", found, "Times", x.number(f.Times)}
	key := "explain.step_factor"
	if f.Measure == "" {
		key = "explain.step_factor_cell"
	}
	if f.Weight != "" {
		key += "_weighted"
		args = append(args, "Weight", x.limitText(plan.KindRatio, rational(f.Weight)))
	}
	return x.p.T(key, args...)
}

func (x *explainer) pool(pool *engine.PoolTrace, rule *plan.Component) string {
	name, weight, weights := "", pool.Weight, pool.Weights
	if rule != nil && rule.Pays.Pool != nil {
		name = x.name(rule.Pays.Pool.By)
		kind := plan.ValueKind(x.measures[rule.Pays.Pool.By].Kind)
		weight, weights = x.kindText(kind, rational(pool.Weight)), x.kindText(kind, rational(pool.Weights))
	}
	return x.p.T("explain.step_pool", "Pool", x.p.Money(pool.PoolFen, x.s.Currency), "Members", pool.Members, "Measure", name, "Weight", weight,
		"Weights", weights)
}

// number writes an exact multiplier: with all its decimals where it has few, otherwise rounded with ≈ in front.
func (x *explainer) number(exact string) string {
	r := rational(exact)
	if r == nil {
		return exact
	}
	for digits := 0; digits <= stepDecimalsMax; digits++ {
		if whole(r, digits) {
			return "×" + x.p.Decimal(r, digits)
		}
	}
	return "≈×" + x.p.Decimal(r, 4)
}

// cellName writes the key of a grid's cell: keys as they are, bands of a measure with its name.
func (x *explainer) cellName(key string) string {
	if key == "" {
		return x.p.T("explain.otherwise")
	}
	parts := strings.Split(key, " · ")
	for i, part := range parts {
		id, edges, isBand := strings.Cut(part, " ")
		from, to, isRange := strings.Cut(edges, "…")
		if x.definitionOf(id) == nil || !isBand || !isRange {
			continue
		}
		kind := plan.ValueKind(x.measures[id].Kind)
		parts[i] = x.name(id) + " " + x.rangeText(kind, rational(from), rational(to))
	}
	return strings.Join(parts, " · ")
}

// isGrid reports whether the component's rates come from a grid.
func (x *explainer) isGrid(i int) bool {
	rule := x.rule(i)
	return rule != nil && rule.Pays.Rate != nil && rule.Pays.Rate.Grid != nil
}

// scale is what a component's further steps multiply everything by: line and factors; 1 without them.
func scale(c *engine.ComponentTrace) *big.Rat {
	product := big.NewRat(1, 1)
	if c.Further == nil {
		return product
	}
	for _, text := range []string{c.Further.Times, c.Further.Factor} {
		if r := rational(text); r != nil {
			product.Mul(product, r)
		}
	}
	return product
}

// scaled adds the line and the factors to a formula.
func (x *explainer) scaled(c *engine.ComponentTrace, formula []Piece) []Piece {
	if c.Further == nil || len(formula) == 0 {
		return formula
	}
	for _, step := range []struct{ label, text string }{{"explain.line_times", c.Further.Times}, {"explain.factor", c.Further.Factor}} {
		if step.text != "" {
			formula = append(formula, Piece{Operator: "×"}, Piece{Label: x.p.T(step.label), Text: strings.TrimPrefix(x.number(step.text), "×")})
		}
	}
	return formula
}

// left is the base of a rate after the deductible.
func left(r engine.RateTrace) *big.Rat {
	if exact := rational(r.LeftExact); exact != nil {
		return exact
	}
	if r.BaseExact != "" {
		return rational(r.BaseExact)
	}
	return new(big.Rat).SetInt64(r.BaseFen)
}

// beforeScale is what a credit earned at its rate alone, after the deductible: its exact pay without line, factors and band.
func beforeScale(trace *engine.ComponentTrace, part *big.Rat, rateText string, earned *big.Rat) *big.Rat {
	rate, err := decimal.Parse(rateText)
	if err != nil {
		return earned
	}
	product := scale(trace)
	for _, b := range trace.Bands {
		if b.Reached {
			if times := rational(b.Times); times != nil {
				product.Mul(product, times)
			}
		}
	}
	if trace.Further == nil || trace.Further.Deductible == "" || product.Sign() == 0 {
		return new(big.Rat).Mul(part, rate.Rat())
	}
	return new(big.Rat).Quo(earned, product)
}

// furtherLimit says what came in from earlier periods, what a cap over a span left, what is carried on, and what the plan's cap took.
func (x *explainer) furtherLimit(i int) string {
	c := &x.s.Components[i]
	f := c.Further
	if f == nil || (f.Limit == nil && f.CarriedIn == 0 && f.Carried == 0 && f.PlanCutFen == 0) {
		return ""
	}
	money := func(minor int64) string { return x.p.Money(minor, x.s.Currency) }
	said := ""
	say := func(key string, args ...any) {
		sentence := x.p.T(key, args...)
		if said != "" {
			sentence = x.p.T("explain.sentences", "First", said, "Then", sentence)
		}
		said = sentence
	}
	if f.CarriedIn != 0 {
		say("explain.limit_carried_in", "Amount", money(f.CarriedIn))
	}
	paid := c.AmountFen + f.PlanCutFen
	if c.Capped && f.Limit != nil {
		key := "explain.limit_capped"
		if f.Limit.EarlierFen != 0 {
			key = "explain.limit_capped_earlier"
		}
		say(key, "Limit", money(f.Limit.LimitFen), "Earlier", money(f.Limit.EarlierFen), "Computed", money(c.RoundedFen+f.CarriedIn), "Paid", money(paid))
	}
	if c.Floored {
		say("explain.floored", "Computed", money(c.RoundedFen), "Limit", money(paid), "Added", money(paid-c.RoundedFen))
	}
	if f.PlanCutFen != 0 {
		say("explain.limit_plan", "Amount", money(f.PlanCutFen), "Paid", money(c.AmountFen))
	}
	if f.Carried != 0 {
		say("explain.limit_carried", "Amount", money(f.Carried))
	}
	return said
}
