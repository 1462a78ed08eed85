package boards

import (
	"cmp"
	"math/big"
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"xiaoguan/internal/board"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/web/ui"
)

// productsMost is how many products a tile shows; the rest is one row.
const productsMost = 15

// productsBy is how a tile tells products apart.
func productsBy(t board.ShownTile) metric.PlaceKind {
	if t.By == metric.ByLine {
		return metric.PartLine
	}
	return metric.PartProduct
}

// bySize are the parts of a series, the greatest number first; what is not known comes last.
func bySize(s metric.Series) []int {
	order := make([]int, len(s.Parts))
	for at := range order {
		order[at] = at
	}
	slices.SortStableFunc(order, func(a, b int) int {
		x, knownX := s.Parts[a].Value.Amount()
		y, knownY := s.Parts[b].Value.Amount()
		if knownX != knownY {
			return map[bool]int{true: -1, false: 1}[knownX]
		}
		return cmp.Compare(y, x)
	})
	return order
}

// products is what was sold, by a number: amount, share of all, change on the year before and on the period before. Products have no targets of their own.
func (d drawing) products(i int, t board.ShownTile) templ.Component {
	card := ui.CardView{ID: tileID(i), Title: d.tileTitle(t), Span: t.Columns(), Flush: true}
	if len(t.Series) == 0 || len(t.Series[0].Parts) == 0 {
		card.Flush = false
		return ui.Filled(card, ui.StateOf(ui.State{Icon: "chart-histogram", Title: d.p.T("board.no_products"), Text: d.p.T("board.no_products_text")}))
	}
	first := t.Series[0]
	if why := first.Parts[0].Value.Why; why == metric.ReasonWhole || why == metric.ReasonNotRecorded {
		card.Flush = false
		return ui.Filled(card, ui.StateOf(ui.State{Icon: "chart-histogram", Title: d.p.T("board.no_number"), Text: d.why(first.Parts[0].Value)}))
	}
	table := ui.TableView{Label: card.Title, Columns: []ui.Column{{Label: d.p.T("board.rank"), Kind: ui.ColumnNarrow}, {Label: d.p.T("board.level." + string(productsBy(t))), Phone: true}}}
	for k, s := range t.Series {
		table.Columns = append(table.Columns, ui.Column{Label: d.name(s.Definition), Title: d.basis(s.Definition), Kind: ui.ColumnNumber, Phone: k == 0})
		if k == 0 {
			table.Columns = append(table.Columns, ui.Column{Label: d.p.T("board.share"), Kind: ui.ColumnNumber, Phone: true}, ui.Column{Label: d.p.T("board.share_bar"), Kind: ui.ColumnBar},
				ui.Column{Label: d.p.T("board.year_ago"), Kind: ui.ColumnNumber, Phone: true}, ui.Column{Label: d.p.T("board.before"), Kind: ui.ColumnNumber})
		}
	}
	order := bySize(first)
	shown := order[:min(len(order), productsMost)]
	for place, at := range shown {
		table.Rows = append(table.Rows, d.productRow(t, at, place+1))
	}
	if rest := order[len(shown):]; len(rest) > 0 {
		table.Rows = append(table.Rows, ui.Row{Kind: ui.RowMuted, Cells: []ui.Cell{{Text: d.p.T("board.products_more", "Count", len(rest), "Amount", d.together(first, rest)), Span: len(table.Columns)}}})
	}
	total := ui.Row{Kind: ui.RowSum, Cells: []ui.Cell{{}, {Text: d.place(d.shown.Ask.Place)}}}
	for k, s := range t.Series {
		total.Cells = append(total.Cells, ui.Cell{Body: d.asked("why-"+tileID(i)+"-"+strconv.Itoa(k), s, s.Value)})
		if k == 0 {
			total.Cells = append(append(total.Cells, ui.Cell{}, ui.Cell{}), d.changeCells(s.Definition, s.Compared)...)
		}
	}
	table.Totals, card.Foot = []ui.Row{total}, d.p.T("board.products_note")
	return ui.Filled(card, ui.Table(table))
}

// together is what some parts come to.
func (d drawing) together(s metric.Series, parts []int) string {
	sum := int64(0)
	for _, at := range parts {
		if amount, known := s.Parts[at].Value.Amount(); known {
			sum += amount
		}
	}
	return d.amount(s.Value.Unit, sum)
}

func (d drawing) productRow(t board.ShownTile, at, place int) ui.Row {
	first := t.Series[0].Parts[at]
	row := ui.Row{Cells: []ui.Cell{ui.Text(strconv.Itoa(place)), {Text: d.place(first.Value.Place)}}}
	for k, s := range t.Series {
		v := s.Parts[at].Value
		cell := d.valueCell(v, k == 0)
		if d.reads && !d.wall && v.Known {
			cell.URL = d.soldRows(s, v)
		}
		row.Cells = append(row.Cells, cell)
		if k == 0 {
			row.Cells = append(append(row.Cells, d.shareCells(s, v, place-1)...), d.changeCells(s.Definition, first.Compared)...)
		}
	}
	return row
}

// soldRows are the rows of a product, or of a line, within the place that is looked at.
func (d drawing) soldRows(s metric.Series, v metric.Value) string {
	of := url.Values{"product": {strconv.FormatInt(v.Place.ID, 10)}}
	if v.Place.Kind == metric.PartLine {
		of = url.Values{"line": {v.Place.Name}}
	}
	asked := v
	asked.Place = d.shown.Ask.Place
	return rowsPath + askedFor(s.Definition.ID, asked) + "&" + of.Encode()
}

// shareCells are the part of a sum that a product has, in figures and as a bar.
func (d drawing) shareCells(s metric.Series, v metric.Value, place int) []ui.Cell {
	if !v.Known || !s.Value.Known || v.Denominator != 0 || s.Value.Numerator <= 0 || v.Numerator < 0 {
		return []ui.Cell{{Text: i18n.Unknown, Muted: true}, {}}
	}
	share := big.NewRat(v.Numerator, s.Value.Numerator)
	bar := share
	if bar.Cmp(big.NewRat(1, 1)) > 0 {
		bar = big.NewRat(1, 1)
	}
	return []ui.Cell{{Text: d.p.Percent(share), Title: d.p.T("board.divided", "Of", d.amount(v.Unit, v.Numerator), "Over", d.amount(v.Unit, s.Value.Numerator))},
		ui.Draw(ui.BarOf(ui.Bar{Height: 8, Parts: []ui.BarPart{{Share: bar, Class: "f" + strconv.Itoa(place%6+1)}}}))}
}

// changeCells are the change on the year before and on the period before; where there is none, hovering says why.
func (d drawing) changeCells(def metric.Definition, compared []metric.Compared) []ui.Cell {
	cells := []ui.Cell{{Text: i18n.Unknown, Muted: true}, {Text: i18n.Unknown, Muted: true}}
	for _, c := range compared {
		at := 0
		if c.Against == metric.Before {
			at = 1
		}
		delta, known := d.change(c)
		if !known {
			cells[at].Title = d.p.Message(c.Why.Message())
			continue
		}
		cells[at] = ui.Cell{Text: map[int]string{1: "+", -1: "−"}[delta.Sign] + delta.Label, Tone: judged(def.Good, delta.Sign), Title: d.full(c.Value)}
	}
	return cells
}
