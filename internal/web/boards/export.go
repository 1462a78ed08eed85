package boards

import (
	"math/big"
	"net/http"
	"strconv"
	"time"

	"xiaoguan/internal/board"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/money"
	"xiaoguan/internal/paper"
	"xiaoguan/internal/tabular"
	"xiaoguan/internal/web/ui"
)

const (
	typeXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	typePDF  = "application/pdf"
	typeSVG  = "image/svg+xml"
)

// number writes a value as a plain decimal of whole units: yuan, shares, days, hours; the reason where there is none.
func (w words) number(v metric.Value) tabular.Cell {
	amount, known := v.Amount()
	if !known {
		return tabular.Text(w.why(v))
	}
	switch v.Unit {
	case metric.UnitPercent:
		return tabular.Number(decimal.FromInt(amount, 6).String())
	case metric.UnitDays:
		return tabular.Number(decimal.FromInt(amount, 1).String())
	case metric.UnitHours:
		return tabular.Number(big.NewRat(amount, 60).FloatString(1))
	case metric.UnitMoney, metric.UnitEach:
		return w.minor(amount)
	}
	return tabular.Number(strconv.FormatInt(amount, 10))
}

func (w words) minor(n int64) tabular.Cell { return tabular.Number(money.Format(n, w.currency)) }

// head is the name of a column with its unit.
func (w words) head(s metric.Series) string {
	switch s.Value.Unit {
	case metric.UnitMoney, metric.UnitEach:
		return w.p.T("board.in_unit", "Name", w.name(s.Definition), "Unit", ui.UnitOf(w.p, w.currency))
	case metric.UnitDays:
		return w.p.T("board.in_unit", "Name", w.name(s.Definition), "Unit", w.p.T("board.unit_days"))
	}
	return w.name(s.Definition)
}

func (h *Handler) workbook(w http.ResponseWriter, r *http.Request) error {
	d, err := h.read(r)
	if err != nil {
		return err
	}
	header := w.Header()
	header.Set("Content-Type", typeXLSX)
	header.Set("Content-Disposition", `attachment; filename="board-`+d.shown.Board.ID+"-"+d.shown.Ask.Month.String()+`.xlsx"`)
	return tabular.WriteChartXLSX(w, d.sheets())
}

// sheets are the numbers of a board: one sheet of all cards, one for each of the others with a chart that Excel draws.
func (d drawing) sheets() (list []tabular.ChartSheet) {
	cards := tabular.ChartSheet{Name: d.p.T("board.numbers"), Head: []string{d.p.T("board.metric"), d.p.T("board.value"), d.p.T("board.numerator"), d.p.T("board.denominator"), d.p.T("board.year_ago"), d.p.T("board.before"), d.p.T("board.why.age"), d.p.T("why.basis")},
		Notes: []string{d.title(d.shown.Board) + " · " + d.place(d.shown.Ask.Place) + " · " + d.subtitle()}}
	for _, t := range d.shown.Tiles {
		switch {
		case t.Funnel != nil && t.Funnel.Cases > 0:
			list = append(list, d.funnelSheet(t))
		case t.Ageing != nil && t.Ageing.Late > 0:
			list = append(list, d.ageingSheet(t))
		case len(t.Series) == 0:
			continue
		case t.Kind == board.KindCard:
			cards.Rows = append(cards.Rows, d.cardRow(t.Series[0]))
		case t.Kind == board.KindTrend:
			list = append(list, d.trendSheet(t))
		default:
			list = append(list, d.placeSheet(t))
		}
	}
	return append([]tabular.ChartSheet{cards}, list...)
}

func (d drawing) cardRow(s metric.Series) []tabular.Cell {
	side := func(n int64, over bool) tabular.Cell {
		if moneyOf(s.Definition, over) {
			return d.minor(n)
		}
		return tabular.Number(strconv.FormatInt(n, 10))
	}
	row := []tabular.Cell{tabular.Text(d.head(s)), d.number(s.Value), tabular.Text(""), tabular.Text(""), tabular.Text(""), tabular.Text("")}
	if s.Value.Known {
		row[2] = side(s.Value.Numerator, false)
		if s.Value.Denominator != 0 {
			row[3] = tabular.Number(s.Value.Over())
			if moneyOf(s.Definition, true) {
				row[3] = d.minor(s.Value.Denominator)
			}
		}
	}
	for _, c := range s.Compared {
		at := 4
		if c.Against == metric.Before {
			at = 5
		}
		row[at] = d.number(c.Value)
	}
	age, _ := d.age(s.Definition, s.Value)
	return append(row, tabular.Text(age), tabular.Text(d.basis(s.Definition)))
}

func (d drawing) trendSheet(t board.ShownTile) tabular.ChartSheet {
	s := t.Series[0]
	sheet := tabular.ChartSheet{Name: d.tileTitle(t), Title: d.tileTitle(t), Kind: tabular.ChartColumns, Head: []string{d.p.T("common.month"), d.head(s)}, Series: []int{1}, Percent: s.Value.Unit == metric.UnitPercent}
	against := board.HasTarget(s.Definition) && moneyOf(s.Definition, false)
	if sheet.Percent {
		sheet.Kind = tabular.ChartLine
	}
	if against {
		sheet.Kind, sheet.Percent, sheet.Series = tabular.ChartColumns, false, []int{1, 2}
		sheet.Head = []string{d.p.T("common.month"), d.p.T("common.actual"), d.p.T("common.target"), d.name(s.Definition)}
	}
	for _, p := range t.Months() {
		row := []tabular.Cell{tabular.Text(p.Now.Period.First.String()), d.number(p.Now)}
		if against {
			row = []tabular.Cell{row[0], tabular.Text(d.why(p.Now)), tabular.Text(""), row[1]}
			if p.Now.Known {
				row[1], row[2] = d.minor(p.Now.Numerator), d.minor(p.Now.Denominator)
			}
		}
		sheet.Rows = append(sheet.Rows, row)
	}
	return sheet
}

func (d drawing) placeSheet(t board.ShownTile) tabular.ChartSheet {
	first := t.Series[0]
	sheet := tabular.ChartSheet{Name: d.tileTitle(t), Title: d.name(first.Definition), Kind: tabular.ChartBars, Head: []string{d.p.T("board.level." + string(d.level(t)))}, Series: []int{1}, Percent: first.Value.Unit == metric.UnitPercent}
	for _, s := range t.Series {
		sheet.Head = append(sheet.Head, d.head(s))
	}
	visible := map[int]bool{}
	if t.Kind == board.KindRanking {
		ranks, _ := board.Ranks(first)
		seen, _ := board.Seen(ranks, first, d.self, d.shown.Superior, d.shown.Superior)
		for _, r := range seen {
			visible[r.At] = true
		}
	}
	order := make([]int, len(first.Parts))
	for at := range order {
		order[at] = at
	}
	if t.Kind == board.KindProducts {
		order = bySize(first)
	}
	for _, at := range order {
		p := first.Parts[at]
		if t.Kind == board.KindRanking && !visible[at] {
			continue
		}
		row := []tabular.Cell{tabular.Text(d.place(p.Value.Place))}
		for _, s := range t.Series {
			if at < len(s.Parts) {
				row = append(row, d.number(s.Parts[at].Value))
			}
		}
		sheet.Rows = append(sheet.Rows, row)
	}
	return sheet
}

// funnelSheet is the stages with how many got there, the share of those a stage before, and the days of the stay.
func (d drawing) funnelSheet(t board.ShownTile) tabular.ChartSheet {
	title := d.tileTitle(t)
	days := func(label string) string {
		return d.p.T("board.in_unit", "Name", label, "Unit", d.p.T("board.unit_days"))
	}
	length := func(l *time.Duration) tabular.Cell {
		if l == nil {
			return tabular.Text(i18n.Unknown)
		}
		return tabular.Number(big.NewRat(int64(*l/time.Hour), 24).FloatString(1))
	}
	sheet := tabular.ChartSheet{Name: title, Title: title, Kind: tabular.ChartBars, Head: []string{d.p.T("board.stage_head"), d.p.T("board.count"), d.p.T("board.step_rate"), days(d.p.T("board.p50")), days("p90")}, Series: []int{1},
		Notes: []string{d.p.T("board.cohort", "From", d.p.Month(t.Funnel.From.Month()), "To", d.p.Month(t.Funnel.To.Month()), "Count", t.Funnel.Cases), d.p.T("board.funnel_note")}}
	before := 0
	for _, s := range t.Funnel.Stages {
		rate := tabular.Text(i18n.Unknown)
		if before > 0 {
			rate = tabular.Number(big.NewRat(int64(s.Reached), int64(before)).FloatString(4))
		}
		before = s.Reached
		sheet.Rows = append(sheet.Rows, []tabular.Cell{tabular.Text(ui.TextIn(d.p, s.Name.Zh, s.Name.En, "")), tabular.Number(strconv.Itoa(s.Reached)), rate, length(s.P50), length(s.P90)})
	}
	return sheet
}

// ageingSheet is what is overdue by for how long, together and of each place.
func (d drawing) ageingSheet(t board.ShownTile) tabular.ChartSheet {
	title, a := d.tileTitle(t), t.Ageing
	sheet := tabular.ChartSheet{Name: title, Title: title, Kind: tabular.ChartBars, Head: []string{d.p.T("board.age_head"), d.p.T("board.in_unit", "Name", d.p.T("board.amount"), "Unit", ui.UnitOf(d.p, d.currency)), d.p.T("board.count")}, Series: []int{1}}
	for _, g := range a.Groups {
		name := d.place(g)
		if g.ID == board.Others {
			name = d.p.T("board.others")
		}
		sheet.Head = append(sheet.Head, name)
	}
	for _, band := range board.Bands {
		row := []tabular.Cell{tabular.Text(d.p.T("board.band." + strconv.Itoa(int(band)))), d.minor(a.Sums[band]), tabular.Number(strconv.FormatInt(a.Count[band], 10))}
		for _, g := range a.Groups {
			row = append(row, d.minor(a.Minor[band][g.ID]))
		}
		sheet.Rows = append(sheet.Rows, row)
	}
	return sheet
}

func (h *Handler) document(w http.ResponseWriter, r *http.Request) error {
	d, err := h.read(r)
	if err != nil {
		return err
	}
	doc := d.paper(h.Company())
	header := w.Header()
	header.Set("Content-Type", typePDF)
	header.Set("Content-Disposition", `attachment; filename="board-`+d.shown.Board.ID+"-"+d.shown.Ask.Month.String()+`.pdf"`)
	_, err = w.Write(doc.PDF())
	return err
}

// paper is the board as a document: each tile as a table.
func (d drawing) paper(company string) *paper.Document {
	doc := &paper.Document{Title: d.title(d.shown.Board), Chinese: d.p.Zh(), Lines: []string{company, d.place(d.shown.Ask.Place), d.subtitle(), d.p.T("board.read_at", "At", d.p.Local(d.now).Format("2006-01-02 15:04"))},
		Foot: company + " · " + d.title(d.shown.Board), PageOf: d.p.T("book.page")}
	add := func(blocks ...paper.Block) { doc.Blocks = append(doc.Blocks, blocks...) }
	var rows [][]string
	for _, t := range d.shown.Tiles {
		if t.Kind == board.KindCard && len(t.Series) > 0 {
			s := t.Series[0]
			rows = append(rows, []string{d.name(s.Definition), d.short(s.Value), d.exact(s.Definition, s.Value), d.changes(s)})
		}
	}
	if len(rows) > 0 {
		add(paper.Heading(2, d.p.T("board.numbers")), paper.Table([]int{3, 2, 6, 3}, []string{d.p.T("board.metric"), d.p.T("board.value"), d.p.T("why.formula"), d.p.T("board.compared")}, rows...))
	}
	for _, sheet := range d.sheets()[1:] {
		add(paper.Heading(2, sheet.Title), tableOf(sheet))
	}
	for _, t := range d.shown.Tiles {
		if t.Kind == board.KindExceptions && len(t.Exceptions) > 0 {
			add(paper.Heading(2, d.p.Message(t.Kind.Message())))
			for _, e := range t.Exceptions {
				add(paper.Item(d.p.Message(e.Said(d.p.Zh()))))
			}
		}
	}
	return doc
}

// changes are the comparisons of a number in a line.
func (d drawing) changes(s metric.Series) string {
	var list []string
	for _, c := range s.Compared {
		if delta, ok := d.change(c); ok {
			sign := map[int]string{1: "+", -1: "−"}[delta.Sign]
			list = append(list, delta.After+" "+sign+delta.Label)
		}
	}
	return d.p.Join(list)
}

func tableOf(sheet tabular.ChartSheet) paper.Block {
	var rows [][]string
	for _, row := range sheet.Rows {
		line := make([]string, len(sheet.Head))
		for i, cell := range row {
			if line[i] = cell.String(); sheet.Percent && i == sheet.Series[0] {
				line[i] = percentText(line[i])
			}
		}
		rows = append(rows, line)
	}
	return paper.Table(nil, sheet.Head, rows...)
}

// percentText writes a share in plain decimals as a percentage.
func percentText(share string) string {
	value, ok := new(big.Rat).SetString(share)
	if !ok {
		return share
	}
	return value.Mul(value, big.NewRat(100, 1)).FloatString(1) + "%"
}
