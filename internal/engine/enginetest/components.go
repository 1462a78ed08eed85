package enginetest

import (
	"slices"
	"strings"

	"pgregory.net/rapid"

	"xiaoguan/internal/plan"
)

// partText is what the steps of a component know of those before.
type partText struct {
	contest bool // what is asked of others must be their own
	after   bool // the component may read the first one
	credits bool // the base is made of credits
	slices  bool // the table is made of slices
}

// upTo draws a number from 0.
func (w *planText) upTo(most int, label string) int { return rapid.IntRange(0, most).Draw(w.t, label) }

// constants are what measures are compared with.
var constants = map[plan.ValueKind][]string{
	plan.KindRatio: {"0%", "60%", "100%", "110%", "33.3%"}, plan.KindMoney: {"0", "0.07", "100.00", "600.00", "-5"}, plan.KindCount: {"1", "2", "5"},
}

// condition draws a condition on a measure; of a count only ones that a count can meet, since the decoder refuses others.
func (w *planText) condition(measure string) string {
	text := "in: period"
	if values := constants[kindOf(measure)]; values != nil {
		text = w.comparison(w.pick("value", values...))
	}
	return "{measure: " + measure + ", " + text + "}"
}

// component draws one component: what it pays, its gates, roundings and limits.
func (w *planText) component(i int) {
	form := w.pick("pays", "amount", "per", "amount grid", "rate", "rate", "rate", "rate", "money", "team", "prizes", "pool")
	w.part = partText{contest: form == "prizes" || form == "pool", after: i > 0}
	w.line("  - id: part_%d", i)
	w.line("    name: {zh: 部分, en: part}")
	if w.oneIn(8, "pays in") {
		w.line("    pays_in: %s", w.pick("months", "quarter_end", "half_year_end", "year_end", "[1, 2, 3, 4, 5, 7, 9, 11]"))
	}
	w.gates()
	w.line("    pays:")
	switch form {
	case "amount":
		w.line("      amount: %s", w.pick("amount", "500.00", "0.01", "33.33"))
		w.factors()
	case "per":
		w.line("      amount: %s", w.pick("amount", "300.00", "0.07"))
		w.line("      per: %s", w.any("per", plan.KindCount))
		w.factors()
	case "amount grid":
		w.line("      amount: {grid: %s}", w.grid("", "500.00", "33.33", "0", "0.07"))
		w.factors()
	case "rate":
		w.part.credits = true
		w.rate()
	case "money":
		w.line("      rate: %s", w.pick("rate", "1%", "33.3%", "{grid: "+w.grid("", "1%", "33.3%", "0%")+"}"))
		w.line("      of: %s", w.base())
		w.deduct()
		w.table(w.pick("style", "whole_amount", "interpolated"), w.any("by", plan.KindRatio, plan.KindMoney, plan.KindCount))
		w.factors()
	case "team":
		w.line("      rate: 1%%")
		w.line("      of: %s", w.use("team_credited"))
		w.deduct()
		w.table(w.pick("style", "marginal", "above_point"), w.use(w.pick("by", "team_attainment", "team_credited")))
		w.factors()
	case "prizes":
		w.prizes()
	case "pool":
		w.pool()
	}
	w.limits()
}

// base draws an amount of the period that is not made of credits that are paid one by one.
func (w *planText) base() string {
	ids := []string{"quota", "handed_in", "worth", "team_credited", "team_quota"}
	if w.part.after {
		ids = append(ids, "before", "total")
	}
	return w.use(w.pick("base", ids...))
}

func (w *planText) gates() {
	if !w.oneIn(3, "gated") {
		return
	}
	var measures, conditions []string
	for range 1 + w.upTo(1, "gates") {
		if id := w.any("gate", kinds...); !slices.Contains(measures, id) {
			measures = append(measures, id)
			conditions = append(conditions, w.condition(id))
		}
	}
	w.line("    when: [%s]", strings.Join(conditions, ", "))
}

// limits writes rounding, cap and floor.
func (w *planText) limits() {
	at := []string{"component", "component"}
	if w.part.credits {
		at = append(at, "credit")
	}
	if w.part.slices {
		at = append(at, "band")
	}
	rounds := w.pick("at", at...)
	w.line("    round: {mode: %s, at: %s%s}", w.pick("mode", "half_away_from_zero", "half_even", "down", "up", "floor", "ceiling"), rounds,
		w.pick("to", "", "", ", to: 0.01", ", to: 0.1", ", to: 1"))
	if w.oneIn(3, "capped") {
		limit := "amount: " + w.pick("cap", "10.00", "800.00")
		if !w.refuses && w.oneIn(4, "percent") {
			limit = "percent: " + w.pick("percent", "10%", "150%") + ", of: " + w.any("of", plan.KindMoney)
		}
		if w.part.credits && rounds != "band" && w.oneIn(3, "per") {
			limit = w.pick("part limit", "amount: 1.00", "amount: 0.02", limit)
			w.line("    cap: {%s, per: %s, excess: dropped}", limit, w.pick("part", "credit", "deal"))
		} else {
			w.line("    cap: {%s, over: %s, excess: %s}", limit, w.pick("over", "period", "period", "quarter", "year"), w.pick("excess", "dropped", "carried"))
		}
	}
	if w.oneIn(5, "floored") {
		w.line("    floor: {amount: %s}", w.pick("floor", "5.00", "0", "-1.00"))
	}
}

// rate writes a rate of single credits, and perhaps deductible, table and factors.
func (w *planText) rate() {
	base := w.use(w.pick("base", "credited", "some", "credited", "margin", "recent"))
	switch w.upTo(3, "rate form") {
	case 0:
		w.line("      rate: %s", w.pick("rate", "2%", "0.5%", "33.3333%", "100%"))
	case 1:
		match := w.pick("match", "", "match: path, ")
		w.line("      rate: {lookup: product.category, %stable: {A: 3%%, B: 2%%, C: 1%%, D: 0.07%%, AB: 4%%, A/B: 10%%}, otherwise: %s}", match, w.pick("otherwise", w.orRefuse("0%", "5%")...))
	case 2:
		w.line("      rate: {lookup: product, table: {p0: 10%%, p1: 1%%}, otherwise: %s}", w.pick("otherwise", w.orRefuse("0%", "5%")...))
	default:
		w.line("      rate: {grid: %s}", w.grid("credit", "3%", "10%", "0.07%", "0%", "100%"))
	}
	w.line("      of: %s", base)
	w.deduct()
	switch w.upTo(4, "table") {
	case 1, 2:
		w.table(w.pick("style", "whole_amount", "interpolated"), w.any("by", plan.KindRatio, plan.KindMoney, plan.KindCount))
	case 3, 4:
		by := base
		switch base {
		case "credited":
			by = w.use(w.pick("by", "attainment", "credited"))
		case "margin":
			by = w.use(w.pick("by", "yield", "margin"))
		case "some":
			by = w.use(w.pick("by", "share", "some"))
		}
		w.table(w.pick("style", "marginal", "above_point"), by)
	}
	w.factors()
}

func (w *planText) deduct() {
	if !w.oneIn(4, "deduct") {
		return
	}
	if w.oneIn(2, "deduct measure") {
		w.line("      deduct: {measure: %s}", w.any("deductible", plan.KindMoney))
		return
	}
	w.line("      deduct: {amount: %s}", w.pick("deductible", "60.00", "0.07", "500.00"))
}

func (w *planText) prizes() {
	places := "amounts: " + w.pick("amounts", "[500.00]", "[500.00, 333.33]", "[100.00, 50.00, 0.01]", "[50.00, 50.00, 50.00, 50.00]")
	if w.oneIn(3, "percentiles") {
		places = "percentiles: " + w.pick("percentiles", "[{top: 50%, amount: 500.00}]", "[{top: 10%, amount: 333.33}, {top: 33.3%, amount: 0.07}, {top: 100%, amount: 0.01}]", "[{top: 25%, amount: 50.00}, {top: 75%, amount: 20.00}]") +
			", places: " + w.pick("places", "down", "up")
	}
	w.line("      prizes: {by: %s, among: %s, order: %s, %s, ties: %s}", w.own("by", plan.KindRatio, plan.KindMoney, plan.KindCount),
		w.pick("among", "own_team", "own_region", "company", "plan"), w.pick("order", "descending", "ascending"),
		places, w.pick("ties", "all", "share"))
}

func (w *planText) pool() {
	size := "amount: " + w.pick("pool", "1000.00", "0.07", "100.00")
	if w.oneIn(2, "rate of pool") {
		size = "rate: " + w.pick("rate", "2%", "33.3%") + ", of: " + w.own("of", plan.KindMoney)
	}
	w.line("      pool: {%s, among: %s, by: %s}", size, w.pick("among", "own_team", "own_region", "company", "plan"),
		w.own("by", plan.KindRatio, plan.KindMoney, plan.KindCount))
}

// factors writes factors, but not where the plan may refuse: whether a factor (or the measure of a cap) without value or a base that
// refuses comes first is nothing that pay depends on.
func (w *planText) factors() {
	if w.refuses || !w.oneIn(4, "factors") {
		return
	}
	combine := w.pick("combine", "product", "weighted")
	weights := [][]string{{"100%"}, {"60%", "40%"}, {"33.3%", "33.3%", "33.4%"}}[w.upTo(2, "items")]
	var items []string
	for _, weight := range weights {
		item := ""
		switch w.upTo(2, "factor") {
		case 0:
			item = "measure: " + w.any("factor of", plan.KindRatio, plan.KindCount) + w.pick("least", "", ", least: 0.5") + w.pick("most", "", ", most: 1.2")
		case 1:
			by := w.any("factor by", plan.KindRatio, plan.KindMoney, plan.KindCount)
			item = "by: " + by + ", boundary: " + w.pick("boundary", "upper_band", "lower_band") + ", bands: [" + strings.Join(w.bands(w.edges(by)), ", ") + "]"
		default:
			item = "grid: " + w.grid("", "1", "0.5", "1.2", "0")
		}
		if combine == "weighted" {
			item += ", weight: " + weight
		}
		items = append(items, "{"+item+"}")
	}
	w.line("      factors: {combine: %s, items: [%s]}", combine, strings.Join(items, ", "))
}
