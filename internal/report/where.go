package report

import (
	"slices"
	"strconv"

	"xiaoguan/internal/insight"
	"xiaoguan/internal/metric"
)

// part is a place's number of one metric, now and before.
func (f *facts) part(a *metric.Answer, id metric.ID, i int) (now, before metric.Value) {
	series, found := a.Of(id)
	if !found || i >= len(series.Parts) {
		return metric.Value{}, metric.Value{}
	}
	p := series.Parts[i]
	c, _ := known(p.Compared, f.against)
	return p.Value, c.Value
}

// findPlaces splits attainment and signed value by place.
func (f *facts) findPlaces(out *findings) {
	answer := &f.places
	series, found := answer.Of(attainment)
	if !found || f.against == "" {
		return
	}
	var parts []insight.Part
	var chainBefore, chainAfter [][]int64
	for i, p := range series.Parts {
		now, before := f.part(answer, attainment, i)
		parts = append(parts, insight.Part{CountBefore: before.Numerator, BaseBefore: max(before.Denominator, 0), CountAfter: now.Numerator, BaseAfter: max(now.Denominator, 0)})
		out.names = append(out.names, placed(p.Value.Place))
		a, b := make([]int64, 3), make([]int64, 3)
		for k, id := range []metric.ID{people, deals, signed} {
			now, before := f.part(answer, id, i)
			a[k], b[k] = before.Numerator, now.Numerator
		}
		chainBefore, chainAfter = append(chainBefore, a), append(chainAfter, b)
	}
	if e, err := insight.Ratio(parts); err == nil {
		out.ratio = &e
	}
	if e, err := insight.Chain(chainBefore, chainAfter); err == nil {
		out.chain = &e
	}
}

// locate looks for where the change of what came in lies.
func (f *facts) locate(out *findings) {
	if f.against == "" {
		out.located.Flat = true
		return
	}
	var dimensions []insight.Dimension
	add := func(name string, a *metric.Answer) {
		series, found := a.Of(collected)
		if !found || len(series.Parts) == 0 {
			return
		}
		d := insight.Dimension{Name: name}
		for i := range series.Parts {
			now, before := f.part(a, collected, i)
			d.Elements = append(d.Elements, insight.Element{Name: strconv.Itoa(i), Expected: before.Numerator, Actual: now.Numerator})
		}
		dimensions = append(dimensions, d)
	}
	if f.level != metric.ByPerson {
		add(string(f.level), &f.places)
	}
	add(string(metric.ByPerson), &f.persons)
	for _, c := range f.cuts {
		d := insight.Dimension{Name: string(c.dimension)}
		for i, s := range c.segments {
			d.Elements = append(d.Elements, insight.Element{Name: strconv.Itoa(i), Expected: s.before, Actual: s.now})
		}
		dimensions = append(dimensions, d)
	}
	out.located = insight.Where(dimensions)
}

// element is what an element of a dimension is called.
func (f *facts) element(dimension, name string) Arg {
	i, _ := strconv.Atoi(name)
	for _, c := range f.cuts {
		if string(c.dimension) == dimension {
			return c.segments[i].name
		}
	}
	answer := &f.places
	if dimension == string(metric.ByPerson) {
		answer = &f.persons
	}
	series, _ := answer.Of(collected)
	return placed(series.Parts[i].Value.Place)
}

func dimensionWord(name string) Arg { return word("by_" + name) }

func (f *facts) againstWord() Arg { return word("against_" + string(f.against)) }

// whereBlocks are the cuts by place, person, product, customer and channel.
func whereBlocks(f *facts, found *findings) (list []Block) {
	if f.level != metric.ByNothing && f.level != metric.ByPerson {
		list = append(list, Block{ID: "where." + string(f.level), Table: f.placeTable(&f.places, 0)})
	}
	list = append(list, f.ratioBlocks(found)...)
	list = append(list, f.chainBlocks(found)...)
	list = append(list, Block{ID: "where.person", Table: f.placeTable(&f.persons, peopleShown)})
	for _, c := range f.cuts {
		list = append(list, Block{ID: "where." + string(c.dimension), Table: f.cutTable(c)})
	}
	return append(list, f.locatedBlocks(found)...)
}

// peopleShown is how many people a report names, the best first.
const peopleShown = 20

// placeTable is places or people with what came in.
func (f *facts) placeTable(a *metric.Answer, most int) *Table {
	t := &Table{Columns: []Column{{Key: "place"}, {Key: "collected", Unit: metric.UnitMoney, Metric: collected}, {Key: "target", Unit: metric.UnitMoney, Metric: target}, {Key: "attainment", Unit: metric.UnitPercent, Metric: attainment}, {Key: "year_ago", Unit: metric.UnitPercent}, {Key: "before", Unit: metric.UnitPercent}}}
	series, _ := a.Of(collected)
	order := make([]int, len(series.Parts))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(x, y int) int {
		return int(min(max(series.Parts[y].Value.Numerator-series.Parts[x].Value.Numerator, -1), 1))
	})
	if most > 0 && len(order) > most {
		t.Left = len(order) - most
		order = order[:most]
	}
	for _, i := range order {
		p := series.Parts[i]
		cells := []Arg{placed(p.Value.Place)}
		for _, id := range []metric.ID{collected, target, attainment} {
			now, _ := f.part(a, id, i)
			cells = append(cells, figure(now))
		}
		for _, against := range []metric.Against{metric.YearAgo, metric.Before} {
			c, _ := known(p.Compared, against)
			cells = append(cells, change(p.Value, c))
		}
		t.Rows = append(t.Rows, Row{Cells: cells})
	}
	if len(t.Rows) == 0 {
		t.Empty = say("", "table_empty", ToneUnknown).Sentence
		return t
	}
	total := []Arg{word("total"), figure(f.value(collected)), figure(f.value(target)), figure(f.value(attainment))}
	whole, _ := f.head.Of(collected)
	for _, against := range []metric.Against{metric.YearAgo, metric.Before} {
		c, _ := known(whole.Compared, against)
		total = append(total, change(whole.Value, c))
	}
	t.Rows = append(t.Rows, Row{Cells: total, Total: true})
	return t
}

// cutShown is how many segments a table names.
const cutShown = 12

// cutTable is what came in by a dimension that the book does not know.
func (f *facts) cutTable(c cut) *Table {
	t := &Table{Columns: []Column{{Key: string(c.dimension)}, {Key: "collected", Unit: metric.UnitMoney}, {Key: "share", Unit: metric.UnitPercent}, {Key: "earlier", Unit: metric.UnitMoney}, {Key: "moved", Unit: metric.UnitMoney}}}
	whole := f.value(collected)
	series, _ := f.head.Of(collected)
	was, comparable := known(series.Compared, f.against)
	row := func(name Arg, now, before int64, total bool) {
		cells := []Arg{name, derived(metric.UnitMoney, now, whole), share(now, whole.Numerator, whole)}
		if comparable || was.Value.Known {
			cells = append(cells, derived(metric.UnitMoney, before, was.Value), moved(metric.UnitMoney, now-before, whole, was.Value))
		} else {
			cells = append(cells, unknown(metric.UnitMoney, metric.ReasonNoRows), unknown(metric.UnitMoney, metric.ReasonNoRows))
		}
		t.Rows = append(t.Rows, Row{Cells: cells, Total: total})
	}
	shown := c.segments
	if len(shown) > cutShown {
		t.Left, shown = len(shown)-cutShown, shown[:cutShown]
	}
	for _, s := range shown {
		row(s.name, s.now, s.before, false)
	}
	if len(t.Rows) == 0 {
		t.Empty = say("", "table_empty", ToneUnknown).Sentence
		return t
	}
	row(word("total"), whole.Numerator, was.Value.Numerator, true)
	return t
}

// ratioBlocks say why attainment moved.
func (f *facts) ratioBlocks(found *findings) []Block {
	if found.ratio == nil {
		return []Block{say("where.ratio", "ratio_unknown", ToneUnknown)}
	}
	rate := f.value(attainment)
	series, _ := f.head.Of(attainment)
	was, _ := known(series.Compared, f.against)
	both, total := insight.Millionths(pair(found.ratio.Inner, found.ratio.Mix))
	list := []Block{say("where.ratio", "ratio_moved", toneOf(series.Definition, total), "Against", f.againstWord(), "Change", points(total, true, rate, was.Value), "Inner", points(both[0], true, rate, was.Value), "Mix", points(both[1], true, rate, was.Value))}
	best, effect := -1, int64(0)
	for i, p := range found.ratio.Parts {
		if _, e := insight.Millionths(pair(p.Inner, p.Mix)); best < 0 || max(e, -e) > max(effect, -effect) {
			best, effect = i, e
		}
	}
	own, whole := insight.Millionths(pair(found.ratio.Parts[best].Inner, found.ratio.Parts[best].Mix))
	now, before := f.part(&f.places, attainment, best)
	return append(list, say("where.ratio_most", "ratio_most", toneOf(series.Definition, whole), "Place", found.names[best], "Change", points(whole, true, now, before), "Inner", points(own[0], true, now, before), "Mix", points(own[1], true, now, before)))
}

// chainBlocks say which factor moved signed value.
func (f *facts) chainBlocks(found *findings) []Block {
	series, _ := f.head.Of(signed)
	was, _ := known(series.Compared, f.against)
	if found.chain == nil || !was.Value.Known || !series.Value.Known {
		return []Block{say("where.chain", "chain_unknown", ToneUnknown)}
	}
	e := found.chain
	whole := series.Value.Numerator - was.Value.Numerator
	rest := whole // of segments without factors, and what segments leave of the whole
	for _, v := range e.Effects {
		rest -= v
	}
	of := []metric.Value{series.Value, was.Value}
	step := func(n int64) Arg { return moved(metric.UnitMoney, n, of...) }
	c := Chart{Kind: ChartWaterfall, Unit: metric.UnitMoney, Series: []ChartSeries{{Role: RoleStep}}}
	for _, one := range []struct {
		label Arg
		value Arg
	}{{f.againstWord(), figure(was.Value)}, {word("people"), step(e.Effects[0])}, {word("deals_each"), step(e.Effects[1])}, {word("deal_size"), step(e.Effects[2])}, {word("rest"), step(rest)}, {word("this_month"), figure(series.Value)}} {
		c.Labels = append(c.Labels, one.label)
		c.Series[0].Points = append(c.Series[0].Points, *one.value.Figure)
	}
	return []Block{
		say("where.chain", "chain", toneOf(series.Definition, whole), "Against", f.againstWord(), "Change", step(whole), "People", step(e.Effects[0]), "Deals", step(e.Effects[1]), "Size", step(e.Effects[2]), "Rest", step(rest)),
		{ID: "where.chain_chart", Chart: &c},
	}
}

// locatedBlocks say where the change of what came in lies, and what each dimension cannot tell.
func (f *facts) locatedBlocks(found *findings) (list []Block) {
	if found.located.Flat || len(found.located.Places)+len(found.located.Skipped) == 0 {
		return []Block{say("where.located", "located_none", ToneUnknown)}
	}
	series, _ := f.head.Of(collected)
	was, _ := known(series.Compared, f.against)
	of := []metric.Value{series.Value, was.Value}
	for i, p := range found.located.Places {
		key := "located_also"
		if i == 0 {
			key = "located"
		}
		var causes []Arg
		for _, c := range p.Causes {
			causes = append(causes, f.element(p.Dimension, c.Name))
		}
		list = append(list, say("where.located."+p.Dimension, key, TonePlain, "Against", f.againstWord(), "Whole", moved(metric.UnitMoney, p.Whole, of...), "Dimension", dimensionWord(p.Dimension), "Causes", Arg{List: causes},
			"Part", moved(metric.UnitMoney, p.Change, of...), "Share", share(p.Change, p.Whole, of...)))
	}
	for _, s := range found.located.Skipped {
		list = append(list, say("where.located."+s.Dimension, "skipped_"+s.Why, ToneUnknown, "Dimension", dimensionWord(s.Dimension)))
	}
	return list
}
