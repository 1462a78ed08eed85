package sales

import (
	"context"
	"math/big"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/web/ui"
)

func number(n int64) string { return strconv.FormatInt(n, 10) }

// listing is what all lists have in common: their address, order and place, and the filters as they were typed.
type listing struct {
	ctx     context.Context
	actor   access.Actor
	p       *i18n.Printer
	key     string // of the navigation and of saved views
	nav     string // of the navigation, where the list has no place there; empty: key
	path    string
	query   url.Values
	columns []ui.Column
	sort    ui.Sort
	before  int
	cursor  string
	wrong   fact.Checker
	views   []access.SavedView
	own     ownFields // of the company's own, where the list has some
}

// list reads what a request asks of a list. Empty parameters count as absent, so that a form's address is as short as a link's.
func (h *Handler) list(r *http.Request, key string, columns []ui.Column, usual ui.Sort) (l *listing, err error) {
	l = &listing{ctx: r.Context(), actor: access.ActorFrom(r.Context()), p: httpx.PrinterFrom(r.Context()), key: key, path: "/" + key, query: url.Values{}}
	for name, values := range r.URL.Query() {
		for _, v := range values {
			if v = strings.TrimSpace(v); v != "" {
				l.query.Add(name, v)
			}
		}
	}
	l.columns = ui.ChooseColumns(columns, l.query)
	l.sort = ui.ParseSort(l.query.Get("sort"), columns, usual)
	l.before, l.cursor = ui.PlaceOf(l.query.Get("cursor"))
	if l.actor.UserID != "" && !l.actor.System {
		l.views, err = h.Users.ListViews(l.ctx, l.actor, key)
	}
	return l, err
}

func (l *listing) get(name string) string { return l.query.Get(name) }

func (l *listing) paging() fact.Paging {
	return fact.Paging{Sort: l.sort.Key, Descending: l.sort.Descending, Cursor: l.cursor}
}

// exact says that the whole list is to be counted, however long it takes.
func (l *listing) exact() bool { return l.get(ui.TotalParameter) == ui.TotalExact }

func (l *listing) id(name string) int64 {
	if l.get(name) == "" {
		return 0
	}
	n, err := strconv.ParseInt(l.get(name), 10, 64)
	if err != nil {
		l.wrong.Add(name, l.get(name), "form.error.choice", nil)
	}
	return n
}

func (l *listing) day(name string) calendar.Date {
	if l.get(name) == "" {
		return calendar.NoDate
	}
	d, err := calendar.ParseDate(l.get(name))
	if err != nil {
		l.wrong.Add(name, l.get(name), "form.error.date", nil)
	}
	return d
}

func (l *listing) days() fact.Days { return fact.Days{From: l.day("from"), To: l.day("to")} }

func (l *listing) amounts() fact.Amounts {
	return fact.Amounts{Min: l.amount("min"), Max: l.amount("max")}
}

// amount reads an exact amount of the company's currency.
func (l *listing) amount(name string) *int64 {
	if l.get(name) == "" {
		return nil
	}
	minor, ok := parseAmount(l.get(name), money.CNY)
	if !ok {
		l.wrong.Add(name, l.get(name), "form.error.number", nil)
		return nil
	}
	return &minor
}

// parseAmount reads what people type: "1,234.50", "¥1234.5", "-12". More decimals than the currency has are refused, not rounded.
func parseAmount(text string, currency money.Currency) (minor int64, ok bool) {
	return ui.ParseAmount(text, currency)
}

// rangeFields ask for the ends of days and amounts.
func (l *listing) rangeFields() []ui.Field {
	return []ui.Field{
		{Name: "from", Kind: ui.FieldDate, Label: l.p.T("sales.from"), Value: l.get("from"), Optional: true},
		{Name: "to", Kind: ui.FieldDate, Label: l.p.T("sales.to"), Value: l.get("to"), Optional: true},
		{Name: "min", Kind: ui.FieldMoney, Label: l.p.T("sales.min"), Value: l.get("min"), Optional: true, Unit: l.p.T("common.yuan")},
		{Name: "max", Kind: ui.FieldMoney, Label: l.p.T("sales.max"), Value: l.get("max"), Optional: true, Unit: l.p.T("common.yuan")},
	}
}

func (l *listing) teamField(options []ui.Option) []ui.Field {
	if len(options) == 0 {
		return nil
	}
	return []ui.Field{{Name: "team", Kind: ui.FieldSelect, Label: l.p.T("common.team"), Value: l.get("team"), Options: options, Optional: true, Placeholder: l.p.T("common.all")}}
}

func (l *listing) regionField(options []ui.Option) []ui.Field {
	if len(options) == 0 {
		return nil
	}
	return []ui.Field{{Name: "region", Kind: ui.FieldSelect, Label: l.p.T("common.region"), Value: l.get("region"), Options: options, Optional: true, Placeholder: l.p.T("common.all")}}
}

// bar is the filter bar with the saved views.
func (l *listing) bar(searchLabel string, fields []ui.Field, failure error) ui.FilterView {
	chips := ui.ChipsOf(fields, l.path, l.query, l.p.T("common.colon"))
	if search := l.get("q"); search != "" {
		chips = append(chips, ui.FilterChip{Label: "“" + search + "”", Remove: ui.URLWith(l.path, l.query, "q", "", "cursor", "")})
	}
	fitted, _ := ui.WithErrors(fields, failure, l.p)
	v := ui.FilterView{
		ID: l.key, Path: l.path, Fields: fitted, Chips: chips,
		Search: &ui.Field{Name: "q", Kind: ui.FieldSearch, Label: searchLabel, Placeholder: searchLabel, Value: l.get("q")},
		SaveAs: ui.URLWith("/views/new", url.Values{}, "list", l.key, "query", l.plain().Encode()),
	}
	for _, name := range []string{"sort"} {
		if l.get(name) != "" {
			v.Keep = append(v.Keep, ui.Field{Name: name, Value: l.get(name)})
		}
	}
	for _, column := range l.query["column"] {
		v.Keep = append(v.Keep, ui.Field{Name: "column", Value: column})
	}
	if len(chips) > 0 {
		v.Clear = l.path
	}
	if len(l.views) > 0 {
		v.Views = append(v.Views, ui.Tab{Label: l.p.T("common.all"), URL: l.path, Current: len(l.plain()) == 0})
	}
	for _, view := range l.views {
		query, err := url.ParseQuery(view.Query)
		if err != nil {
			continue
		}
		v.Views = append(v.Views, ui.Tab{Label: view.Name, URL: l.path + "?" + query.Encode(), Current: query.Encode() == l.plain().Encode()})
	}
	return v
}

// plain is the query without the place in the list.
func (l *listing) plain() url.Values {
	query := url.Values{}
	for name, values := range l.query {
		if name != "cursor" {
			query[name] = values
		}
	}
	return query
}

// nothing says what fills an empty list, and leads there who may fill it.
func (l *listing) nothing() *ui.State { return nothing(l.p, l.actor) }

func nothing(p *i18n.Printer, actor access.Actor) *ui.State {
	if !actor.CanAll(access.PermImport) {
		return &ui.State{Kind: ui.StateEmpty, Title: p.T("state.empty.title"), Text: p.T("sales.empty_theirs")}
	}
	return &ui.State{Kind: ui.StateEmpty, Title: p.T("state.empty.title"), Text: p.T("sales.empty_text"), Actions: []ui.Action{{Label: p.T("nav.imports"), Icon: "upload", URL: "/imports"}}}
}

// table is the table of a page of the list with paging, columns and exports.
func (l *listing) table(label string, rows []ui.Row, totals []ui.Row, total fact.Total, next, summary string) ui.TableView {
	count := total.Count
	v := ui.TableView{
		ID: l.key, Label: label, Columns: l.columns, Rows: rows, Totals: totals, Path: l.path, Query: l.query, Sort: l.sort, Chooser: true,
		Pager: ui.PagerAt(l.before, len(rows), count, next), Empty: l.nothing(),
	}
	v.Pager.Summary = summary
	if total.More {
		// What is shown counts, too, when the store stopped counting before it came here.
		v.Pager.AtLeast, v.Pager.Total, v.Pager.Summary, v.Totals = true, max(v.Pager.Total, v.Pager.To), "", nil
	}
	if len(l.plain()) > 0 {
		v.Empty = &ui.State{Kind: ui.StateEmpty, Title: l.p.T("state.empty.filter"), Actions: []ui.Action{{Label: l.p.T("filter.clear"), URL: l.path}}}
	}
	if count > 0 || len(rows) > 0 {
		for _, format := range []string{"csv", "xlsx"} {
			v.Exports = append(v.Exports, ui.Link{Label: strings.ToUpper(format), URL: ui.URLWith(l.path+"/export/"+format, l.plain()), Icon: exportIcons[format]})
		}
	}
	return v
}

var exportIcons = map[string]string{"csv": "file-type-csv", "xlsx": "file-type-xls"}

// draw answers with the page of the list. A filter that makes no sense is shown with what is wrong about it.
func (l *listing) draw(w http.ResponseWriter, r *http.Request, view ui.PageView, bar ui.FilterView, table ui.TableView, failure error) error {
	if view.Current = l.nav; l.nav == "" {
		view.Current = l.key
	}
	parts := []templ.Component{ui.Across(ui.Filter(bar))}
	status := http.StatusOK
	if failure != nil {
		status = httpx.StatusOf(failure)
		_, problem := ui.WithErrors(nil, failure, l.p)
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneBad, Strong: l.p.T("sales.bad_filter"), Text: problem})))
	} else {
		parts = append(parts, ui.Filled(ui.CardView{Label: view.Title, Flush: true}, ui.Table(table)))
	}
	return ui.Write(w, r, status, ui.Compose(view, parts...))
}

// asFailure tells a filter to mend, which the page shows, from any other error.
func asFailure(err error) (failure, other error) {
	if errs.Is(err, errs.KindInvalid) {
		return err, nil
	}
	return nil, err
}

// sums writes the totals of a filter, one after the other: currencies are not added up.
func sums(p *i18n.Printer, total fact.Total) string {
	var texts []string
	for _, s := range total.Sums {
		texts = append(texts, p.Money(s.AmountMinor, s.Currency))
	}
	return strings.Join(texts, " + ")
}

// amountCell is an amount with the sign of its currency.
func amountCell(minor int64, currency money.Currency) ui.Cell {
	return ui.Cell{Body: ui.Money(ui.Amount{Minor: minor, Currency: currency})}
}

// totalRow is the row of totals: the word, and the sums under their columns.
func totalRow(p *i18n.Printer, columns []ui.Column, texts map[string]string) []ui.Row {
	row := ui.Row{Kind: ui.RowSum, Cells: make([]ui.Cell, len(columns))}
	for i, c := range columns {
		row.Cells[i] = ui.Text(texts[c.Key])
	}
	row.Cells[0] = ui.Text(p.T("common.total"))
	return []ui.Row{row}
}

// percentOf writes basis points as a percentage.
func percentOf(p *i18n.Printer, points int32) string {
	return p.PercentDigits(big.NewRat(int64(points), 10_000), 2)
}
