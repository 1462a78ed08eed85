package enginetest

import (
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"xiaoguan/internal/plan"
)

// edges draws rising edges in the unit of the measure, perhaps none.
func (w *planText) edges(by string) []string {
	all := []string{"-10.00", "0", "0.07", "60.00", "600.00", "1000.00"}
	switch kindOf(by) {
	case plan.KindRatio:
		all = []string{"-50%", "0%", "33.3%", "60%", "100%", "120%"}
	case plan.KindCount:
		all = []string{"1", "2", "4"}
	}
	return slices.DeleteFunc(all, func(edge string) bool { return rapid.Bool().Draw(w.t, "drop "+edge) })
}

// bands writes the bands between edges.
func (w *planText) bands(edges []string) []string {
	var bands []string
	for i := range len(edges) + 1 {
		var parts []string
		if i > 0 {
			parts = append(parts, fmt.Sprintf("from: %q", edges[i-1]))
		}
		if i < len(edges) {
			parts = append(parts, fmt.Sprintf("to: %q", edges[i]))
		}
		parts = append(parts, "times: "+w.pick("times", "1", "0.5", "1.2", "150%", "0", "0.333"))
		bands = append(bands, "{"+strings.Join(parts, ", ")+"}")
	}
	return bands
}

// table writes a table of any style.
func (w *planText) table(style, by string) {
	w.part.slices = style == "marginal" || style == "above_point"
	w.line("      table:")
	w.line("        by: %s", by)
	w.line("        style: %s", style)
	edges := w.edges(by)
	if style == "interpolated" {
		w.points(edges)
		return
	}
	w.line("        boundary: %s", w.pick("boundary", "upper_band", "lower_band"))
	if w.part.slices {
		w.line("        consume: [date, key]")
	}
	bands := w.bands(edges)
	if style == "above_point" {
		bands = w.above(edges)
	}
	w.line("        bands:")
	for _, band := range bands {
		w.line("          - %s", band)
	}
}

// above writes the point of a table, and its bands from there.
func (w *planText) above(edges []string) []string {
	edges = slices.DeleteFunc(edges, func(edge string) bool { return edge == "0" || edge == "0%" || strings.HasPrefix(edge, "-") })
	if len(edges) == 0 {
		edges = []string{"1"}
	}
	w.line("        point: %q", edges[0])
	w.line("        below: %s", w.pick("below", "1", "0", "0.5"))
	return w.bands(edges)[1:]
}

// points writes a line of at least two points.
func (w *planText) points(edges []string) {
	for len(edges) < 2 {
		edges = append(edges, map[int]string{0: "1", 1: "2000"}[len(edges)])
	}
	w.line("        below: %s", w.pick("below", "flat", "zero", "extend"))
	w.line("        beyond: %s", w.pick("beyond", "flat", "extend"))
	w.line("        points:")
	for _, edge := range edges {
		w.line("          - {at: %q, times: %s}", edge, w.pick("times", "1", "0.5", "1.2", "0", "0.333", "3"))
	}
}

// keys are those of fields that generated facts have, and one that they don't.
var keys = map[string][]string{
	"product.category": {"A", "C", "X"}, "product": {"p0", "p1"}, "customer": {"c0", "c1"}, "customer.tier": {"A", "B"}, "customer.region": {"east"},
	"person.level": {"core", "newcomer"}, "person.role": {"farmer", "hunter"}, "person.team": {"t1", "t0"}, "person.region": {"south", "north"},
}

// grid draws a grid of one to three dimensions with cells of the given words; of credits it may read their fields.
func (w *planText) grid(of string, cells ...string) string {
	fields := []string{"person.level", "person.role", "person.team", "person.region"}
	if of == "credit" {
		fields = append(fields, "product.category", "product", "customer", "customer.tier", "customer.region")
	}
	var by []string
	var sizes []int
	for _, field := range rapid.Permutation(fields).Draw(w.t, "fields")[:1+w.upTo(2, "dimensions")] {
		if w.oneIn(3, "measured") {
			measure := w.any("dimension", plan.KindRatio, plan.KindMoney, plan.KindCount)
			edges := w.edges(measure)
			if len(edges) == 0 {
				edges = []string{"1"}
			}
			by = append(by, "{measure: "+measure+", boundary: "+w.pick("boundary", "upper_band", "lower_band")+", edges: "+list(edges)+"}")
			sizes = append(sizes, len(edges)+1)
			continue
		}
		by = append(by, "{field: "+field+", keys: "+list(keys[field])+"}")
		sizes = append(sizes, len(keys[field]))
	}
	return "{by: [" + strings.Join(by, ", ") + "], cells: " + w.cells(sizes, cells) + ", otherwise: " + w.pick("otherwise", w.orRefuse(cells...)...) + "}"
}

func (w *planText) cells(sizes []int, words []string) string {
	if len(sizes) == 0 {
		return w.pick("cell", words...)
	}
	var inner []string
	for range sizes[0] {
		inner = append(inner, w.cells(sizes[1:], words))
	}
	return "[" + strings.Join(inner, ", ") + "]"
}
