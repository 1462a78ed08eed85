package planform

import (
	"fmt"
	"strings"

	"xiaoguan/internal/plan"
	"xiaoguan/internal/planedit"
)

var styleWords = []string{"whole_amount", "marginal", "above_point", "interpolated"}

// table asks how the rate changes with a measure.
func (b *builder) table(path string) Group {
	g := Group{Title: "planform.table", Hint: "planform.table_hint", Path: path}
	style := Field{Path: path + "!style", Kind: KindChoice, Label: "planform.style", Optional: true, Empty: "planform.style_none", Reload: true, Values: []string{b.Value(path + ".style")},
		Options: b.words("", "planform.style", styleWords)}
	style.edits = func(posted []string, _ Posted) []planedit.Edit { return b.restyle(path, posted[0]) }
	g.Fields = append(g.Fields, b.add(style))
	if !b.Has(path) {
		return g
	}
	b.cover(path + ".style")
	b.cover(path + ".consume")
	by := b.Value(path + ".by")
	g.Fields = append(g.Fields, b.measure(path+".by", "planform.by", false, plan.KindRatio, plan.KindMoney, plan.KindCount))
	if b.Has(path+".point") || style.Value() == "above_point" {
		g.Fields = append(g.Fields, b.number(path+".point", "planform.point", b.unitOf(by), false), b.number(path+".below", "planform.point_below", "", false))
	}
	if style.Value() == "interpolated" {
		g.Fields = append(g.Fields, b.choice(path+".below", "planform.line_below", "planform.line", "flat", "zero", "extend"),
			b.choice(path+".beyond", "planform.line_beyond", "planform.line", "flat", "extend"))
		g.Rows = b.bandRows(path+".points", by, []string{"at", "times"})
		g.Acts = []Act{{"add-band " + path + ".points", "planform.add_point", "plus"}}
		return g
	}
	g.Fields = append(g.Fields, b.choice(path+".boundary", "planform.boundary", "planform.boundary", "upper_band", "lower_band"))
	g.Rows = b.bandRows(path+".bands", by, []string{"from", "to", "times"})
	g.Acts = []Act{{"add-band " + path + ".bands", "planform.add_band", "plus"}}
	return g
}

// bandRows are the bands or points of a table. Where the band before ends, the next one begins, so that only one of the two is asked.
func (b *builder) bandRows(path, by string, keys []string) *Rows {
	rows := &Rows{Path: path, Label: "planform.bands"}
	for _, key := range keys {
		rows.Columns = append(rows.Columns, "planform.band_"+key)
	}
	count := b.Len(path)
	for i := range count {
		at := planedit.Index(path, i)
		row := Row{Path: at}
		for _, key := range keys {
			row.Fields = append(row.Fields, b.edge(path, i, key, by))
		}
		if count > 1 {
			row.Acts = []Act{{"remove-band " + at, "planform.remove_row", "x"}}
		}
		rows.Items = append(rows.Items, row)
	}
	return rows
}

// edge is one figure of a band. An edge that two bands share is changed in both.
func (b *builder) edge(path string, i int, key, by string) Field {
	at := planedit.Index(path, i) + "." + key
	if key == "times" {
		return b.number(at, "planform.band_times", "", false)
	}
	unit := b.unitOf(by)
	f := b.number(at, "planform.band_"+key, unit, key != "at")
	twin := ""
	if key == "to" {
		twin = planedit.Index(path, i+1) + ".from"
	}
	if twin == "" || !b.Has(twin) || b.Value(twin) != b.Value(at) {
		return f
	}
	f.edits = func(posted []string, all Posted) []planedit.Edit {
		edits := f.plainEdits(posted)
		if old := strings.TrimSuffix(b.Value(twin), "%"); all.first(twin) == "" || all.first(twin) == old {
			if posted[0] != "" {
				edits = append(edits, set(twin, planedit.Quote(posted[0]+f.Unit))...)
			}
		}
		return edits
	}
	for j := range b.fields {
		if b.fields[j].Path == f.Path {
			b.fields[j] = f
		}
	}
	return f
}

// corner is where the multiplier of a table changes: from here on, by so much.
type corner struct{ at, times string }

// corners reads what a table says at which place, so that another style can begin with the same figures.
func (b *builder) corners(path string) (list []corner) {
	for i := range b.Len(path + ".points") {
		at := planedit.Index(path+".points", i)
		list = append(list, corner{b.Value(at + ".at"), b.Value(at + ".times")})
	}
	if below := b.Value(path + ".below"); b.Has(path+".point") && below != "" {
		list = append(list, corner{"", below})
	}
	for i := range b.Len(path + ".bands") {
		at := planedit.Index(path+".bands", i)
		from := b.Value(at + ".from")
		list = append(list, corner{from, b.Value(at + ".times")})
	}
	if len(list) == 0 {
		list = []corner{{"", "0.5"}, {"60%", "1"}, {"100%", "1.2"}}
	}
	if len(list) == 1 { // a line has two ends
		list = append(list, corner{further(list[0].at), list[0].times})
	}
	return list
}

// restyle writes a table of another style with the figures of the one that is there.
func (b *builder) restyle(path, style string) []planedit.Edit {
	if style == "" {
		return []planedit.Edit{{Op: planedit.OpRemove, Path: path}}
	}
	by, corners := b.Value(path+".by"), b.corners(path)
	var edits []planedit.Edit
	if by == "" {
		by = "attainment"
		edits = b.addMeasure(by)
	}
	was := b.Value(path + ".style")
	banded := func(s string) bool { return s == "whole_amount" || s == "marginal" }
	if banded(was) && banded(style) {
		edits = set(path+".style", style)
		if style == "marginal" {
			return append(edits, set(path+".consume", "[date, key]")...)
		}
		if !b.Has(path + ".boundary") {
			edits = append(edits, set(path+".boundary", "upper_band")...)
		}
		if b.Has(path + ".consume") {
			edits = append(edits, planedit.Edit{Op: planedit.OpRemove, Path: path + ".consume"})
		}
		return edits
	}
	return append(edits, set(path, tableText(by, style, corners, b.unitOf(by) == "" && b.kindOf(by) != ""))...)
}

// tableText writes a table. amounts says that it goes by amounts or counts, for which no percentage would do.
func tableText(by, style string, corners []corner, amounts bool) string {
	zero, point := "0%", "100%"
	if amounts {
		zero, point = "0", "100000.00"
	}
	var t strings.Builder
	fmt.Fprintf(&t, "by: %s\nstyle: %s\n", by, style)
	if style == "interpolated" {
		t.WriteString("points:\n")
		for _, c := range corners {
			if c.at == "" {
				c.at = zero
			}
			fmt.Fprintf(&t, "  - {at: %s, times: %s}\n", c.at, c.times)
		}
		t.WriteString("below: flat\nbeyond: flat")
		return t.String()
	}
	if style == "above_point" {
		above := corners[len(corners)-1]
		if above.at == "" || amounts != !strings.HasSuffix(above.at, "%") {
			above.at = point
		}
		fmt.Fprintf(&t, "point: %s\nbelow: 1\nboundary: upper_band\nconsume: [date, key]\nbands:\n  - {from: %s, times: %s}", above.at, above.at, above.times)
		return t.String()
	}
	t.WriteString("boundary: upper_band\n")
	if style == "marginal" {
		t.WriteString("consume: [date, key]\n")
	}
	t.WriteString("bands:")
	for i, c := range corners {
		var parts []string
		if i > 0 && c.at != "" {
			parts = append(parts, "from: "+c.at)
		}
		if i+1 < len(corners) {
			parts = append(parts, "to: "+corners[i+1].at)
		}
		t.WriteString("\n  - {" + strings.Join(append(parts, "times: "+c.times), ", ") + "}")
	}
	return t.String()
}

// factors asks by which measures an amount is multiplied.
func (b *builder) factors(path string) Group {
	g := Group{Title: "planform.factors", Hint: "planform.factors_hint", Path: path, Acts: []Act{{"add-factor " + path, "planform.add_factor", "plus"}}}
	if !b.Has(path) {
		return g
	}
	combine := Field{Path: path + ".combine", Kind: KindChoice, Label: "planform.combine", Options: b.words("", "planform.combine", []string{"product", "weighted"})}
	combine.edits = func(posted []string, _ Posted) []planedit.Edit { return b.recombine(path, posted[0]) }
	combine.Reload = true
	g.Fields = append(g.Fields, b.add(combine))
	weighted := b.Value(path+".combine") == "weighted"
	g.Rows = &Rows{Path: path + ".items", Label: "planform.factors", Columns: []string{"planform.factor_measure", "planform.factor_least", "planform.factor_most"}}
	if weighted {
		g.Rows.Columns = append(g.Rows.Columns, "planform.factor_weight")
	}
	for i := range b.Len(path + ".items") {
		at := planedit.Index(path+".items", i)
		if !b.Has(at + ".measure") {
			continue // bands and grids are written as text
		}
		row := Row{Path: at, Fields: []Field{b.measure(at+".measure", "planform.factor_measure", false, plan.KindRatio, plan.KindCount),
			b.number(at+".least", "planform.factor_least", "%", true), b.number(at+".most", "planform.factor_most", "%", true)}, Acts: []Act{{"remove " + at, "planform.remove_row", "x"}}}
		if weighted {
			row.Fields = append(row.Fields, b.number(at+".weight", "planform.factor_weight", "%", false))
		}
		g.Rows.Items = append(g.Rows.Items, row)
	}
	return g
}

// recombine gives each factor a weight, or takes the weights away.
func (b *builder) recombine(path, combine string) []planedit.Edit {
	edits := set(path+".combine", combine)
	count := b.Len(path + ".items")
	for i := range count {
		at := planedit.Index(path+".items", i) + ".weight"
		switch {
		case combine == "weighted" && !b.Has(at):
			weight := 100 / count
			if i == 0 {
				weight += 100 % count
			}
			edits = append(edits, set(at, fmt.Sprintf("%d%%", weight))...)
		case combine != "weighted" && b.Has(at):
			edits = append(edits, planedit.Edit{Op: planedit.OpRemove, Path: at})
		}
	}
	return edits
}
