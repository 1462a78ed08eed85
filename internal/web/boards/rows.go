package boards

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/board"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/web/ui"
)

// rowsPath is the list of the rows behind a number of a place and a period.
const rowsPath = listPath + "/rows"

// rowsShown is how many rows a page has.
const rowsShown = 50

// rows is the last step of drilling: what a number is made of.
func (h *Handler) rows(w http.ResponseWriter, r *http.Request) error {
	ask, err := askOf(r)
	if err != nil {
		return err
	}
	actor := access.ActorFrom(r.Context())
	d := drawing{words: h.words(r)}
	if ask.Place.Kind == metric.PlaceReach {
		ask.Place = board.HomeOf(actor)
	}
	if ask.Month == 0 {
		ask.Month = calendar.DateOf(d.now).Month()
	}
	if ask.Span == "" {
		ask.Span = metric.Month
	}
	id := metric.ID(r.FormValue("metric"))
	asked := metric.RowsQuery{Metric: id, Place: ask.Place, Period: metric.Period{Kind: ask.Span, First: ask.Month}, Measure: metric.MeasureID(r.FormValue("measure")), After: r.FormValue("after"), Limit: rowsShown}
	q := queryOf(ask, d.now)
	q.Set("metric", string(id))
	if err := soldOf(r, &asked, q); err != nil {
		return err
	}
	page, err := h.Boards.Numbers.Rows(r.Context(), actor, asked)
	if err != nil {
		return err
	}
	view := ui.PageView{Title: d.p.T("board.rows_of", "Metric", d.name(page.Definition)), Subtitle: d.p.Month(ask.Month), Current: "board",
		Crumbs: []ui.Crumb{{Label: d.p.T("board.all_boards"), URL: listPath}, {Label: d.p.T("nav.board"), URL: addressOf(Path, queryOf(ask, d.now))}, {Label: d.p.T("why.rows")}}}
	if page.Of.Kind != "" {
		view.Subtitle += " · " + d.place(page.Of)
	}
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, d.rowsCard(page, q)))
}

// soldOf reads the product, or the line of products, that rows are asked of, and keeps it for further pages.
func soldOf(r *http.Request, asked *metric.RowsQuery, q url.Values) error {
	if line := r.FormValue("line"); r.Form.Has("line") {
		asked.Line = &line
		q.Set("line", line)
	}
	text := r.FormValue("product")
	if text == "" {
		return nil
	}
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return errs.New(errs.KindNotFound, "metric.no_product", nil)
	}
	asked.Product = &id
	q.Set("product", text)
	return nil
}

func (d drawing) rowsCard(page metric.RowsPage, q url.Values) templ.Component {
	card := ui.CardView{ID: "rows", Title: d.p.T("why.rows"), Flush: true}
	if !page.Listed {
		card.Flush = false
		return ui.Filled(card, ui.StateOf(ui.State{Icon: "list-details", Title: d.p.T("metric.no_list"), Text: d.p.T("metric.no_list_text")}))
	}
	var measures []ui.Tab
	for _, m := range page.Measures {
		q.Set("measure", string(m.ID))
		measures = append(measures, ui.Tab{Label: d.p.T("metric.measure." + string(m.ID)), URL: rowsPath + "?" + q.Encode(), Current: m.ID == page.Measure})
	}
	if len(measures) > 1 {
		card.Head = ui.Segment(measures, d.p.T("why.rows"))
	}
	measure, _ := metric.MeasureByID(page.Measure)
	amount := func(n int64) ui.Cell {
		if measure.Kind == metric.MeasureMoney {
			return ui.MoneyCell(n)
		}
		return ui.Text(d.p.Int(n))
	}
	table := ui.TableView{ID: "list", Label: card.Title, Empty: &ui.State{Icon: "list-details", Title: d.p.T("metric.no_rows"), Text: d.p.T("metric.reason.no_rows")},
		Columns: []ui.Column{{Label: d.p.T("metric.record"), Phone: true}, {Label: d.p.T("metric.day"), Kind: ui.ColumnNarrow}, {Label: d.p.T("metric.person")}, {Label: d.p.T("metric.whole_amount"), Kind: ui.ColumnNumber}, {Label: d.p.T("metric.adds"), Kind: ui.ColumnNumber, Phone: true}}}
	for _, row := range page.Rows {
		name := ui.Cell{Text: row.Name, Sub: row.Key, URL: ui.RowPath(row)}
		if row.Name == "" {
			name.Text, name.Sub = row.Key, ""
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{name, ui.Text(d.p.Date(row.On)), ui.Text(row.Person), amount(row.Of), amount(row.Amount)}})
	}
	if page.Next != "" {
		q.Set("measure", string(page.Measure))
		q.Set("after", page.Next)
		card.Footer = ui.Button(ui.Action{Label: d.p.T("metric.next"), Icon: "chevron-right", Small: true, URL: rowsPath + "?" + q.Encode()})
	}
	return ui.Filled(card, ui.Table(table))
}
