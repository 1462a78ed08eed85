package enginetest

import (
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// condition draws a condition on a measure; of a count only ones that a count can meet, since the decoder refuses others.
func (w *planText) condition(measure string) string {
	text := "in: period"
	switch measure {
	case "attainment", "pace", "team_attainment", "share":
		text = w.comparison(w.pick("percent", "0%", "60%", "100%", "110%", "33.3%"))
	case "credited", "team_credited", "quota":
		text = w.comparison(w.pick("money", "0", "0.07", "100.00", "600.00", "-5"))
	case "years", "months", "number", "heads", "team_number":
		text = w.comparison(w.pick("count", "1", "2", "5"))
	}
	return "{measure: " + measure + ", " + text + "}"
}

// component draws one component: a rate with or without a table, or an amount, with gates and limits.
func (w *planText) component(i int) {
	w.line("  - id: part_%d", i)
	w.line("    name: {zh: 部分, en: part}")
	measures := some(w.t, []string{"attainment", "first", "years", "team_attainment", "heads", "share"})
	if len(measures) > 0 && w.oneIn(3, "gated") {
		var conditions []string
		for _, measure := range measures[:min(len(measures), 2)] {
			conditions = append(conditions, w.condition(measure))
		}
		w.line("    when: [%s]", strings.Join(conditions, ", "))
	}
	w.line("    pays:")
	switch rapid.IntRange(0, 5).Draw(w.t, "pays") {
	case 0:
		w.line("      amount: %s", w.pick("amount", "500.00", "0.01", "33.33"))
	case 1:
		w.line("      amount: %s", w.pick("amount", "300.00", "0.07"))
		w.line("      per: %s", w.pick("per", "years", "number", "heads", "months", "team_number"))
	case 2, 3:
		w.rate(w.pick("base", "credited", "some", "credited"))
	case 4:
		w.line("      rate: %s", w.pick("rate", "1%", "33.3%"))
		w.line("      of: %s", w.pick("base", "quota", "team_quota"))
		w.table("whole_amount", w.pick("by", "attainment", "team_attainment"))
	default:
		w.line("      rate: 1%%")
		w.line("      of: team_credited")
		w.table("marginal", w.pick("by", "team_attainment", "team_credited"))
	}
	w.line("    round: {mode: %s, at: component}", w.pick("mode", "half_away_from_zero", "half_even", "down", "up", "floor", "ceiling"))
	if w.oneIn(3, "capped") {
		w.line("    cap: {amount: %s, excess: dropped}", w.pick("cap", "10.00", "800.00"))
	}
	if w.oneIn(5, "floored") {
		w.line("    floor: {amount: %s}", w.pick("floor", "5.00", "0", "-1.00"))
	}
}

// rate writes a rate of single credits, and perhaps a table.
func (w *planText) rate(base string) {
	switch rapid.IntRange(0, 2).Draw(w.t, "rate form") {
	case 0:
		w.line("      rate: %s", w.pick("rate", "2%", "0.5%", "33.3333%", "100%"))
	case 1:
		w.line("      rate: {lookup: product.category, table: {A: 3%%, B: 2%%, C: 1%%, D: 0.07%%}, otherwise: refuse}")
	default:
		w.line("      rate: {lookup: product, table: {p0: 10%%, p1: 1%%}, otherwise: %s}", w.pick("otherwise", "0%", "5%"))
	}
	w.line("      of: %s", base)
	switch rapid.IntRange(0, 2).Draw(w.t, "table") {
	case 0:
		w.table("whole_amount", w.pick("by", "attainment", "pace", "number", "years", "credited", "team_attainment"))
	case 1:
		by := base
		if base == "credited" {
			by = w.pick("by", "attainment", "credited")
		}
		w.table("marginal", by)
	}
}

// table writes bands with rising edges in the unit of the measure.
func (w *planText) table(style, by string) {
	var edges []string
	switch by {
	case "attainment", "pace", "team_attainment":
		edges = []string{"-50%", "0%", "33.3%", "60%", "100%", "120%"}
	case "number", "years":
		edges = []string{"1", "2", "4"}
	default:
		edges = []string{"-10.00", "0", "0.07", "60.00", "600.00", "1000.00"}
	}
	kept := slices.DeleteFunc(edges, func(edge string) bool { return rapid.Bool().Draw(w.t, "drop "+edge) })
	w.line("      table:")
	w.line("        by: %s", by)
	w.line("        style: %s", style)
	w.line("        boundary: %s", w.pick("boundary", "upper_band", "lower_band"))
	if style == "marginal" {
		w.line("        consume: [date, key]")
	}
	w.line("        bands:")
	for i := range len(kept) + 1 {
		var parts []string
		if i > 0 {
			parts = append(parts, fmt.Sprintf("from: %q", kept[i-1]))
		}
		if i < len(kept) {
			parts = append(parts, fmt.Sprintf("to: %q", kept[i]))
		}
		parts = append(parts, "times: "+w.pick("times", "1", "0.5", "1.2", "150%", "0", "0.333"))
		w.line("          - {%s}", strings.Join(parts, ", "))
	}
}
