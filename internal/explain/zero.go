package explain

import (
	"math/big"
	"slices"
	"strings"

	"xiaoguan/internal/engine"
	"xiaoguan/internal/plan"
)

// eventCollected is the event that plans usually name for money collected; for it the distance to a condition can be said as what
// to do.
const eventCollected = "collected"

// The reasons of zeros as package engine writes them into statements; they are part of what is sealed.
const (
	zeroNoCredits = "engine.zero.no_credits"
	zeroBase      = "engine.zero.base_zero"
	zeroCount     = "engine.zero.count_zero"
	zeroRounded   = "engine.zero.rounded"
	zeroNegative  = "engine.zero.negative"
	zeroBand      = "engine.zero.band_zero"
	zeroRate      = "engine.zero.rate_zero"
	zeroNoValue   = "engine.zero.no_value"
	zeroAbsent    = "engine.zero.not_employed"
	zeroLimit     = "engine.zero.limit"
	zeroCancelled = "engine.zero.cancelled"
	zeroNotDue    = "engine.zero.not_due"
	zeroNoPrize   = "engine.zero.no_prize"
)

// zeroFurther are the reasons of ADR 0011 that need no figures: the message that says each.
var zeroFurther = map[string]string{
	"engine.zero.deducted":    "explain.zero_deducted",
	"engine.zero.factor_zero": "explain.zero_factor",
	"engine.zero.grid_zero":   "explain.zero_grid",
	"engine.zero.parts":       "explain.zero_parts",
	"engine.zero.limit_used":  "explain.zero_limit_used",
	"engine.zero.plan_cap":    "explain.zero_plan_cap",
	"engine.zero.no_group":    "explain.zero_no_group",
	"engine.zero.no_share":    "explain.zero_no_share",
	"engine.zero.pool_empty":  "explain.zero_pool_empty",
	"engine.zero.share_small": "explain.zero_share_small",
}

// zeroUnknown is said when nothing is known.
const zeroUnknown = "explain.zero"

// gated reports whether a condition kept the component from paying.
func gated(c *engine.ComponentTrace) bool {
	return slices.ContainsFunc(c.Conditions, func(r engine.ConditionResult) bool { return !r.Met })
}

// zero says why a component pays nothing, and how much was missing.
func (x *explainer) zero(i int) string {
	c, rule := &x.s.Components[i], x.rule(i)
	if c.AmountFen != 0 {
		return ""
	}
	if gated(c) {
		return x.unmet(i)
	}
	switch c.Reason.Key {
	case zeroNoCredits, zeroBase:
		if c.Base == nil || c.Base.Credits > 0 {
			return x.p.T("explain.zero_sum")
		}
		return x.p.T("explain.zero_no_base", "Month", x.p.Month(x.s.Period), "Measure", x.name(c.Base.Measure))
	case zeroCount:
		per := ""
		if rule != nil {
			per = rule.Pays.Per
		}
		return x.p.T("explain.zero_count", "Measure", x.name(per), "Unit", x.p.Money(c.UnitFen, x.s.Currency))
	case zeroRounded:
		return x.p.T("explain.zero_rounded", "Exact", ExactMoney(x.p, c.Exact, x.s.Currency))
	case zeroNegative:
		return x.p.T("explain.zero_negative", "Exact", ExactMoney(x.p, c.Exact, x.s.Currency))
	case zeroBand:
		return x.p.T("explain.zero_table")
	case zeroRate:
		return x.p.T("explain.zero_rate")
	case zeroNoValue, engine.ReasonNotApplicable:
		return x.p.T("explain.zero_not_applicable")
	case zeroAbsent:
		return x.p.T("explain.zero_not_employed")
	case zeroLimit:
		return x.p.T("explain.zero_limit")
	case zeroCancelled:
		return x.p.T("explain.zero_cancelled")
	case zeroNotDue:
		return x.p.T("explain.zero_not_due", "Months", c.Reason.Args["Months"])
	case zeroNoPrize:
		if c.Further != nil && c.Further.Prize != nil {
			return x.p.T("explain.zero_no_prize", "Place", c.Further.Prize.Place, "Of", c.Further.Prize.Of)
		}
	}
	if key, known := zeroFurther[c.Reason.Key]; known {
		return x.p.T(key)
	}
	return x.p.T(zeroUnknown)
}

// unmet says which conditions were not met and, where one thing alone was missing, what would have met it.
func (x *explainer) unmet(i int) string {
	var why []string
	var missing []engine.ConditionResult
	for _, condition := range x.s.Components[i].Conditions {
		if !condition.Met {
			why = append(why, x.condition(condition))
			missing = append(missing, condition)
		}
	}
	said := x.p.T("explain.zero_conditions", "Why", strings.Join(why, x.p.T("explain.and")))
	if len(missing) != 1 {
		return said
	}
	gap := x.gap(missing[0])
	if gap == "" {
		return said
	}
	if pay, ok := x.promised(i); ok {
		return x.p.T("explain.sentences", "First", said, "Then", x.p.T("explain.then_pays", "Gap", gap, "Pay", x.p.Money(pay, x.s.Currency)))
	}
	return x.p.T("explain.sentences", "First", said, "Then", x.p.T("explain.then_met", "Gap", gap))
}

// promised returns what a component pays once its condition is met, where that is a fixed amount.
func (x *explainer) promised(i int) (int64, bool) {
	rule := x.rule(i)
	if rule == nil || rule.Pays.Rate != nil || rule.Pays.Per != "" || rule.Pays.AmountFen <= 0 || rule.Pays.Factors != nil || !promisesWhole(rule) {
		return 0, false
	}
	if st := x.plan.Statements; st.Joiner == plan.PartPeriodByDay || st.Leaver == plan.PartPeriodByDay {
		return 0, false // somebody who worked a part of the month gets a part
	}
	amount := rule.Pays.AmountFen
	if rule.Cap != nil {
		amount = min(amount, rule.Cap.AmountFen)
	}
	return amount, true
}

// promisesWhole reports whether nothing but a plain cap stands between a fixed amount and what is paid.
func promisesWhole(rule *plan.Component) bool {
	return len(rule.PaysIn) == 0 && rule.Round.Unit <= 1 && (rule.Cap == nil || rule.Cap.Percent == nil && rule.Cap.Over == "")
}

// condition writes a condition with what was found.
func (x *explainer) condition(c engine.ConditionResult) string {
	m, name := x.measures[c.Measure], x.name(c.Measure)
	kind := plan.ValueKind(m.Kind)
	if c.Found == "" {
		reason := ""
		if m.Reason.Key != "" {
			reason = x.p.Message(m.Reason)
		}
		if reason == "" || c.Comparison == string(plan.InPeriod) {
			return x.p.T("explain.condition_absent", "Measure", name)
		}
		return x.p.T("explain.condition_unknown", "Measure", name, "Reason", reason)
	}
	prefix := "explain.unmet_"
	if c.Met {
		prefix = "explain.met_"
	}
	if c.Comparison == string(plan.InPeriod) {
		return x.p.T(prefix+c.Comparison, "Fact", x.p.T("explain.fact_is", "Measure", name, "Found", c.Found), "Wanted", x.p.Month(x.s.Period))
	}
	found, wanted := rational(c.Found), rational(c.Wanted)
	if found == nil || wanted == nil {
		return x.p.T("explain.fact_is", "Measure", name, "Found", c.Found)
	}
	fact := "explain.fact"
	text := x.kindText(kind, found)
	switch kind {
	case plan.KindRatio:
		text = x.percentBeside(found, wanted)
	case plan.KindCount:
		fact = "explain.fact_is"
	}
	return x.p.T(prefix+c.Comparison, "Fact", x.p.T(fact, "Measure", name, "Found", text), "Wanted", x.limitText(kind, wanted))
}

// gap says how much more meets a condition that asks for more; empty where nothing can be added.
func (x *explainer) gap(c engine.ConditionResult) string {
	if c.Comparison != string(plan.AtLeast) && c.Comparison != string(plan.Above) {
		return ""
	}
	wanted := rational(c.Wanted)
	if wanted == nil {
		return ""
	}
	return x.gapTo(c.Measure, wanted, c.Comparison == string(plan.Above))
}

// gapTo says how much more brings a measure to the value, or beyond it when strict.
func (x *explainer) gapTo(id string, value *big.Rat, strict bool) string {
	measure, missing, ok := x.missing(id, value, strict)
	if !ok {
		return ""
	}
	if x.measures[measure].Kind == string(plan.KindCount) {
		return x.p.T("explain.gap_count", "Measure", x.name(measure), "Missing", x.kindText(plan.KindCount, new(big.Rat).SetInt(missing)))
	}
	amount := exactMoney(x.p, new(big.Rat).SetInt(missing), x.s.Currency)
	switch m := x.definitionOf(measure); {
	case x.isCollections(m):
		return x.p.T("explain.gap_collect", "Amount", amount)
	case m != nil && m.Team != nil && x.isCollections(x.definitionOf(m.Team.Sum)):
		return x.p.T("explain.gap_team", "Amount", amount)
	}
	return x.p.T("explain.gap_measure", "Measure", x.name(measure), "Amount", amount)
}

// isCollections reports whether a measure is simply all money collected.
func (x *explainer) isCollections(m *plan.Measure) bool {
	return m != nil && m.Credits != nil && m.Credits.Event == eventCollected && m.Credits.Value == plan.CreditsSumAmount && len(m.Credits.Where) == 0
}

// missing returns the measure that would have to grow, and the least whole amount (minor units or pieces) by which. A ratio grows by
// its dividend.
func (x *explainer) missing(id string, value *big.Rat, strict bool) (measure string, amount *big.Int, ok bool) {
	measure, goal := id, value
	if m := x.definitionOf(id); m != nil && m.Ratio != nil {
		to, known := x.exact(m.Ratio.To)
		if !known || to.Sign() <= 0 {
			return "", nil, false
		}
		measure, goal = m.Ratio.Of, new(big.Rat).Mul(value, to)
	}
	at, known := x.exact(measure)
	if !known || x.measures[measure].Kind == string(plan.KindRatio) {
		return "", nil, false
	}
	distance := new(big.Rat).Sub(goal, at)
	if distance.Sign() < 0 {
		return "", nil, false
	}
	if strict {
		return measure, above(distance), true
	}
	return measure, ceil(distance), distance.Sign() > 0
}

// shortOf says in short what was missing, for a component whose single unmet condition asks for more.
func (x *explainer) shortOf(i int) string {
	c := &x.s.Components[i]
	if !gated(c) {
		return ""
	}
	short, unmet := "", 0
	for _, condition := range c.Conditions {
		if condition.Met {
			continue
		}
		unmet++
		wanted := rational(condition.Wanted)
		if wanted == nil || (condition.Comparison != string(plan.AtLeast) && condition.Comparison != string(plan.Above)) {
			continue
		}
		measure, missing, ok := x.missing(condition.Measure, wanted, condition.Comparison == string(plan.Above))
		if ok {
			short = x.p.T("explain.short_of", "Missing", x.kindText(plan.ValueKind(x.measures[measure].Kind), new(big.Rat).SetInt(missing)))
		}
	}
	if unmet != 1 {
		return ""
	}
	return short
}
