package boards

import (
	"math/big"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"xiaoguan/internal/board"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/web/ui"
)

// trend draws a number over months: money against its target, or the number itself.
func (d drawing) trend(i int, t board.ShownTile) templ.Component {
	card := ui.CardView{ID: tileID(i), Title: d.tileTitle(t), Span: t.Columns()}
	if len(t.Series) == 0 {
		return ui.Filled(card, ui.StateOf(ui.State{Title: d.p.T("board.no_number")}))
	}
	s := t.Series[0]
	v := ui.TrendView{ID: tileID(i) + "-figure", LabelledBy: tileID(i), Label: card.Title, Period: d.p.T("common.month"), Actual: d.p.T("common.actual"), Before: d.p.T("board.last_year"), Tall: d.wall}
	against := board.HasTarget(s.Definition) && moneyOf(s.Definition, false)
	switch {
	case against:
		card.Title, v.Target = d.p.T("board.title.target", "Measure", d.p.T("board.measure."+string(s.Definition.Formula.Of[0].Measure))), d.p.T("common.target")
	case s.Value.Unit == metric.UnitPercent || s.Value.Unit == metric.UnitDays:
		v.Line = true
	}
	v.Axis = d.axis(s.Value.Unit, against)
	running, before := false, false
	for _, p := range t.Months() {
		point := d.point(p, against)
		point.URL = d.address("month", p.Now.Period.First.String())
		if d.reads && !d.wall && p.Now.Known {
			point.Press = rowsPath + askedFor(p.Now.Metric, p.Now)
		}
		running, before = running || point.Running, before || point.Before.Value != nil
		v.Points = append(v.Points, point)
	}
	if !before {
		v.Before = ""
	}
	if running {
		v.Note = d.p.T("board.running", "Day", d.shown.Elapsed, "Days", d.shown.WorkDays)
	}
	return ui.Filled(card, ui.Trend(v))
}

// point is a month of a trend.
func (d drawing) point(p board.MonthPair, against bool) ui.TrendPoint {
	month := p.Now.Period.First
	_, number := month.Civil()
	point := ui.TrendPoint{Tick: strconv.Itoa(int(number)), Name: d.p.Month(month), Running: p.Now.Period.ToDate, Actual: d.trendValue(p.Now)}
	if number == time.January {
		point.Tick = d.p.MonthShort(month)
	}
	if against && p.Now.Known {
		point.Actual, point.Target = d.sum(p.Now.Numerator), d.sum(p.Now.Denominator)
	}
	switch {
	case p.YearAgo == nil:
		point.Before.Text = i18n.Unknown
	case against && p.YearAgo.Known:
		point.Before = d.sum(p.YearAgo.Numerator)
	default:
		point.Before = d.trendValue(*p.YearAgo)
	}
	return point
}

func (d drawing) sum(n int64) ui.TrendValue {
	return ui.TrendValue{Value: big.NewRat(n, 1), Text: d.p.Money(n, d.currency)}
}

func (d drawing) trendValue(v metric.Value) ui.TrendValue {
	amount, known := v.Amount()
	if !known {
		return ui.TrendValue{Text: d.why(v)}
	}
	return ui.TrendValue{Value: big.NewRat(amount, 1), Text: d.full(v)}
}

// axis writes values at the axis.
func (d drawing) axis(unit metric.Unit, against bool) func(*big.Rat) string {
	return func(value *big.Rat) string {
		whole := new(big.Int).Quo(value.Num(), value.Denom()).Int64()
		if against {
			return d.p.Board(whole, d.currency)
		}
		return d.amount(unit, whole)
	}
}

// compare is a table of the places below, with the place itself as its sum.
func (d drawing) compare(i int, t board.ShownTile) templ.Component {
	card := ui.CardView{ID: tileID(i), Title: d.tileTitle(t), Span: t.Columns(), Flush: true}
	if len(t.Series) == 0 || len(t.Series[0].Parts) == 0 {
		return ui.Filled(card, ui.StateOf(ui.State{Title: d.p.T("board.nothing_below"), Text: d.p.T("board.nothing_below_text")}))
	}
	first := t.Series[0]
	paced := board.HasTarget(first.Definition)
	table := ui.TableView{Label: card.Title, Columns: []ui.Column{{Label: d.p.T("board.level." + string(d.level(t))), Kind: ui.ColumnNarrow, Phone: true}}}
	for k, s := range t.Series {
		table.Columns = append(table.Columns, ui.Column{Label: d.name(s.Definition), Title: d.basis(s.Definition), Kind: ui.ColumnNumber, Phone: k < 3})
		if k == 0 && paced {
			table.Columns = append(table.Columns, ui.Column{Label: d.p.T("board.progress"), Kind: ui.ColumnBar})
		}
	}
	for at, p := range first.Parts {
		if p.Value.Place.ID == 0 && nobodys(t, at) {
			continue
		}
		cell := ui.Cell{Text: d.place(p.Value.Place)}
		if p.Value.Place.ID != 0 && !d.wall {
			cell.URL = d.address("place", board.PlaceText(p.Value.Place))
		}
		row := ui.Row{Cells: []ui.Cell{cell}}
		for k, s := range t.Series {
			v := metric.Value{Unit: s.Value.Unit, Why: metric.ReasonNoRows}
			if at < len(s.Parts) {
				v = s.Parts[at].Value
			}
			row.Cells = append(row.Cells, d.valueCell(v, k == 0))
			if k == 0 && paced {
				row.Cells[len(row.Cells)-1].Title = d.divided(s.Definition, v)
				row.Cells = append(row.Cells, d.bar(v, at))
			}
		}
		table.Rows = append(table.Rows, row)
	}
	total := ui.Row{Kind: ui.RowSum, Cells: []ui.Cell{{Text: d.place(d.shown.Ask.Place)}}}
	for k, s := range t.Series {
		total.Cells = append(total.Cells, ui.Cell{Body: d.asked("why-"+tileID(i)+"-"+strconv.Itoa(k), s, s.Value)})
		if k == 0 && paced {
			total.Cells = append(total.Cells, d.bar(s.Value, -1))
		}
	}
	table.Totals = []ui.Row{total}
	if paced && first.Value.Period.ToDate && d.shown.WorkDays > 0 {
		card.Foot = d.p.T("board.tick", "Share", d.p.Percent(big.NewRat(int64(d.shown.Elapsed), int64(d.shown.WorkDays))))
	}
	return ui.Filled(card, ui.Table(table))
}

// nobodys reports whether nothing is known of a row: what belongs to no place need not be shown then.
func nobodys(t board.ShownTile, at int) bool {
	for _, s := range t.Series {
		if at < len(s.Parts) && s.Parts[at].Value.Known {
			return false
		}
	}
	return true
}

// valueCell is a number in a table; hovering it says everything.
func (d drawing) valueCell(v metric.Value, strong bool) ui.Cell {
	if !v.Known {
		return ui.Cell{Text: i18n.Unknown, Title: d.why(v), Muted: true}
	}
	return ui.Cell{Text: d.short(v), Title: d.full(v), Strong: strong}
}

// bar is how far a place is, in its own colour, with the time that has passed.
func (d drawing) bar(v metric.Value, at int) ui.Cell {
	if !v.Known || v.Denominator <= 0 {
		return ui.Cell{}
	}
	class := "fn"
	if at >= 0 {
		class = "f" + strconv.Itoa(at%6+1)
	}
	scale := func(share *big.Rat) *big.Rat { return new(big.Rat).Quo(share, big.NewRat(13, 10)) }
	b := ui.Bar{Parts: []ui.BarPart{{Share: scale(big.NewRat(v.Numerator, v.Denominator)), Class: class}}, Height: 8}
	if d.shown.WorkDays > 0 {
		b.Tick = scale(big.NewRat(int64(d.shown.Elapsed), int64(d.shown.WorkDays)))
	}
	return ui.Draw(ui.BarOf(b))
}

// ranking is people by a number: the best for everybody, the last ones for themselves and their superiors alone.
func (d drawing) ranking(i int, t board.ShownTile) templ.Component {
	card := ui.CardView{ID: tileID(i), Title: d.tileTitle(t), Span: t.Columns(), Flush: true}
	if len(t.Series) == 0 {
		return ui.Filled(card, ui.StateOf(ui.State{Title: d.p.T("board.no_number")}))
	}
	first := t.Series[0]
	ranks, without := board.Ranks(first)
	if len(ranks) == 0 {
		return ui.Filled(card, ui.StateOf(ui.State{Title: d.p.T("board.nobody_ranked"), Text: d.why(first.Value)}))
	}
	superior := d.shown.Superior && !d.wall
	seen, gaps := board.Seen(ranks, first, d.self, superior, d.all)
	table := ui.TableView{Label: card.Title, Columns: []ui.Column{{Label: d.p.T("board.rank"), Kind: ui.ColumnNarrow, Phone: true}, {Label: d.p.T("board.level.person"), Phone: true}}}
	for k, s := range t.Series {
		table.Columns = append(table.Columns, ui.Column{Label: d.name(s.Definition), Title: d.basis(s.Definition), Kind: ui.ColumnNumber, Phone: k < 2})
	}
	for k, r := range seen {
		if gaps[k] > 0 {
			table.Rows = append(table.Rows, ui.Row{Kind: ui.RowMuted, Cells: []ui.Cell{{Text: d.p.T("board.between", "Count", gaps[k]), Span: len(table.Columns)}}})
		}
		place := first.Parts[r.At].Value.Place
		name := ui.Cell{Text: d.place(place)}
		if superior && place.ID != 0 {
			name.URL = d.address("place", board.PlaceText(place))
		}
		row := ui.Row{Cells: []ui.Cell{ui.Text(strconv.Itoa(r.Place)), name}}
		if place.ID == d.self && d.self != 0 {
			row.Kind = ui.RowSelected
		}
		for m, s := range t.Series {
			v := metric.Value{Unit: s.Value.Unit, Why: metric.ReasonNoRows}
			if r.At < len(s.Parts) {
				v = s.Parts[r.At].Value
			}
			row.Cells = append(row.Cells, d.valueCell(v, m == 0))
		}
		table.Rows = append(table.Rows, row)
	}
	if superior && len(ranks) > len(seen) {
		card.More = &ui.Link{Label: d.p.T("board.everybody", "Count", len(ranks)), URL: d.address("all", "1")}
	}
	card.Foot = d.p.T("board.ranking_note")
	if without > 0 {
		card.Foot += d.p.T("board.ranking_without", "Count", without)
	}
	return ui.Filled(card, ui.Table(table))
}

// funnel is the stages of a cohort: a table with bars.
func (d drawing) funnel(i int, t board.ShownTile) templ.Component {
	card := ui.CardView{ID: tileID(i), Title: d.tileTitle(t), Span: t.Columns(), Flush: true}
	f := t.Funnel
	if f == nil || f.Cases == 0 {
		return ui.Filled(card, ui.StateOf(ui.State{Title: d.p.T("board.no_funnel"), Text: d.p.T("board.no_funnel_text")}))
	}
	card.Sub = d.p.T("board.cohort", "From", d.p.Month(f.From.Month()), "To", d.p.Month(f.To.Month()), "Count", f.Cases)
	table := ui.TableView{Label: card.Title, Columns: []ui.Column{{Label: d.p.T("board.stage_head"), Phone: true}, {Label: d.p.T("board.count"), Kind: ui.ColumnNumber, Phone: true}, {Label: d.p.T("board.share_of_cohort"), Kind: ui.ColumnBar}, {Label: d.p.T("board.step_rate"), Title: d.p.T("board.step_rate_text"), Kind: ui.ColumnNumber, Phone: true}, {Label: d.p.T("board.p50"), Kind: ui.ColumnNumber}, {Label: "p90", Kind: ui.ColumnNumber, Phone: true}}}
	before := 0
	for k, s := range f.Stages {
		class, rate := "f1", i18n.Unknown
		slow := ui.Cell{Text: d.length(s.P90)}
		if s.Slowest {
			class, slow = "fw", ui.Cell{Text: "▲ " + d.length(s.P90), Tone: ui.ToneBad, Strong: true, Title: d.p.T("board.slowest")}
		}
		if k > 0 && before > 0 {
			rate = d.p.Percent(big.NewRat(int64(s.Reached), int64(before)))
		}
		before = s.Reached
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{{Text: strconv.Itoa(k+1) + " " + ui.TextIn(d.p, s.Name.Zh, s.Name.En, "")}, {Text: d.p.Int(int64(s.Reached)), Strong: true}, ui.Draw(ui.BarOf(ui.Bar{Height: 14, Parts: []ui.BarPart{{Share: big.NewRat(int64(s.Reached), int64(f.Cases)), Class: class}}})), ui.Text(rate), ui.Text(d.length(s.P50)), slow}})
	}
	card.Foot = d.p.T("board.funnel_note")
	return ui.Filled(card, ui.Table(table))
}

func (d drawing) length(l *time.Duration) string {
	if l == nil {
		return i18n.Unknown
	}
	return d.p.T("board.days", "Days", d.p.Decimal(big.NewRat(int64(*l/time.Hour), 24), 1))
}

// ageing is what is overdue, by for how long and of whom.
func (d drawing) ageing(i int, t board.ShownTile) templ.Component {
	card := ui.CardView{ID: tileID(i), Title: d.tileTitle(t), Span: t.Columns(), Flush: true}
	a := t.Ageing
	if a == nil || a.Late == 0 {
		card.Flush = false
		return ui.Filled(card, ui.StateOf(ui.State{Icon: "circle-check", Title: d.p.T("board.nothing_late"), Text: d.p.T("board.nothing_late_text")}))
	}
	card.Sub = d.p.T("board.late_of", "Late", d.p.Board(a.Late, d.currency), "Share", d.p.Percent(big.NewRat(a.Late, a.All)), "Rest", d.p.Board(a.Sums[board.NotDue], d.currency))
	var most int64
	for _, band := range board.Bands {
		most = max(most, a.Sums[band])
	}
	table := ui.TableView{Label: card.Title, Columns: []ui.Column{{Label: d.p.T("board.age_head"), Kind: ui.ColumnNarrow, Phone: true}, {Label: d.p.T("board.amount"), Kind: ui.ColumnNumber, Phone: true}, {Label: d.p.T("board.count"), Kind: ui.ColumnNumber}, {Label: d.p.T("board.by_place"), Kind: ui.ColumnBar, Phone: true}}}
	for _, band := range board.Bands {
		bar := ui.Bar{Height: 12}
		for k, g := range a.Groups {
			if minor := a.Minor[band][g.ID]; minor > 0 {
				bar.Parts = append(bar.Parts, ui.BarPart{Share: big.NewRat(minor, most), Class: "f" + strconv.Itoa(k%6+1)})
			}
		}
		amount := ui.Cell{Text: d.p.Board(a.Sums[band], d.currency), Title: d.p.Money(a.Sums[band], d.currency)}
		if band >= board.Days180 && a.Sums[band] > 0 {
			amount.Tone, amount.Strong = ui.ToneBad, true
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(d.p.T("board.band." + strconv.Itoa(int(band)))), amount, ui.Text(d.p.Int(a.Count[band])), ui.Draw(ui.BarOf(bar))}})
	}
	return ui.Filled(card, legendOf(d, a), ui.Table(table))
}

// exceptions is what needs attention, each with the list that it is dealt with in.
func (d drawing) exceptions(i int, t board.ShownTile) templ.Component {
	card := ui.CardView{ID: tileID(i), Title: d.tileTitle(t), Span: t.Columns(), Flush: true, Count: len(t.Exceptions)}
	if len(t.Exceptions) == 0 {
		card.Flush = false
		return ui.Filled(card, ui.StateOf(ui.State{Icon: "circle-check", Title: d.p.T("board.all_well"), Text: d.p.T("board.all_well_text")}))
	}
	var items []ui.Item
	for _, e := range t.Exceptions {
		chip := ui.Chip{Label: d.p.T("board.exception." + e.Kind), Tone: ui.Tone(e.Tone)}
		item := ui.Item{Lead: ui.ChipOf(chip), Title: d.p.Message(e.Said(d.p.Zh()))}
		if e.Detail.Key != "" {
			item.Detail = d.p.Message(e.Detail)
		}
		if !d.wall && e.Path != "" {
			item.Actions = []ui.Action{{Label: d.p.T("board.deal_with"), URL: e.Path}}
		}
		items = append(items, item)
	}
	return ui.Filled(card, ui.List(items))
}
