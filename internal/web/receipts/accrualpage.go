package receipts

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/explain"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/reward"
	"xiaoguan/internal/tabular"
	"xiaoguan/internal/web/ui"
)

const accrualsPath = "/accruals"

// askedMonth reads the month of an address; the newest closed one when there is none, and false when none is closed.
func (h *Handler) askedMonth(r *http.Request) (months []calendar.Month, month calendar.Month, ok bool, err error) {
	ctx := r.Context()
	if months, err = h.Rewards.AccrualMonths(ctx, access.ActorFrom(ctx)); err != nil || len(months) == 0 {
		return nil, 0, false, err
	}
	month = months[0]
	if text := r.FormValue("month"); text != "" {
		if month, err = calendar.ParseMonth(text); err != nil {
			return nil, 0, false, errs.Invalid("error.invalid", []errs.Field{{Path: "month", Value: text, Message: errs.Msg("pay.bad_month", nil)}})
		}
	}
	return months, month, true, nil
}

// accruals shows what is owed at the end of a month, and how it came about.
func (h *Handler) accruals(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	by := reward.AccrualBy(cmp.Or(r.FormValue("by"), string(reward.ByComponent)))
	if !slices.Contains(reward.AccrualSums, by) {
		return errs.Invalid("error.invalid", []errs.Field{{Path: "by", Value: string(by), Message: errs.Msg("ledger.bad_filter", nil)}})
	}
	months, month, ok, err := h.askedMonth(r)
	if err != nil {
		return err
	}
	if !ok {
		return ui.Write(w, r, http.StatusOK, noAccruals(ctx))
	}
	a, err := h.Rewards.Accrual(ctx, access.ActorFrom(ctx), month)
	if err != nil {
		return err
	}
	named, err := h.labelsFor(ctx)
	if err != nil {
		return err
	}
	v := accrualView{p: httpx.PrinterFrom(ctx), accrual: a, months: months, by: by, named: named, currency: h.Currency(), query: r.URL.Query()}
	return ui.Write(w, r, http.StatusOK, v.page())
}

func accrualCrumbs(p *i18n.Printer, more ...ui.Crumb) []ui.Crumb {
	return append([]ui.Crumb{{Label: p.T("ledger.title"), URL: "/ledger"}}, more...)
}

func noAccruals(ctx context.Context) templ.Component {
	p := httpx.PrinterFrom(ctx)
	return ui.Compose(ui.PageView{Title: p.T("payroll.accrual"), Current: "ledger", Crumbs: accrualCrumbs(p, ui.Crumb{Label: p.T("payroll.accrual")})},
		ui.Filled(ui.CardView{Label: p.T("payroll.accrual")}, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("accrual.none"), Text: p.T("accrual.none_text")})))
}

// accrualView is everything that the page shows.
type accrualView struct {
	p        *i18n.Printer
	accrual  reward.Accrual
	months   []calendar.Month
	by       reward.AccrualBy
	named    labels
	currency money.Currency
	query    url.Values
}

func (v accrualView) page() templ.Component {
	p, month := v.p, v.accrual.Month
	title := p.T("payroll.accrual")
	view := ui.PageView{Title: title, Subtitle: p.T("accrual.sub"), Current: "ledger", Crumbs: accrualCrumbs(p, ui.Crumb{Label: title}), Chips: []ui.Chip{{Label: p.Month(month)}},
		Print: &ui.PrintFoot{Document: title + " " + p.Month(month)}}
	for _, by := range reward.AccrualSums {
		view.Tabs = append(view.Tabs, ui.Tab{Label: p.T("accrual.by_" + string(by)), URL: ui.URLWith(accrualsPath, v.query, "by", string(by)), Current: v.by == by})
	}
	filter := ui.FilterView{ID: "accrual-filter", Path: accrualsPath, Keep: []ui.Field{{Name: "by", Value: string(v.by)}}}
	months := ui.Field{Name: "month", Kind: ui.FieldSelect, Label: p.T("pay.month")}
	for _, m := range v.months {
		months.Options = append(months.Options, ui.Option{Value: m.String(), Label: p.Month(m), Selected: m == month})
	}
	filter.Fields = []ui.Field{months}
	parts := []templ.Component{ui.Across(ui.Filter(filter))}
	for _, m := range []struct {
		key   string
		minor int64
	}{{"opening", v.accrual.Sum.Opening.Total()}, {"earned", v.accrual.Sum.Earned}, {"paid", -v.accrual.Sum.Paid}, {"closing", v.accrual.Sum.Closing.Total()}} {
		parts = append(parts, ui.MetricCard(ui.Metric{Label: p.T("payroll.accrual_" + m.key), Basis: p.Month(month), Value: ui.Money(ui.Amount{Minor: m.minor, Currency: v.currency})}))
	}
	table := v.table()
	base := "/months/" + month.String() + "/accrual/"
	table.Exports = []ui.Link{{Label: p.T("ledger.export_xlsx"), URL: base + "xlsx"}, {Label: p.T("ledger.export"), URL: base + "csv"}}
	return ui.Compose(view, append(parts, ui.Filled(ui.CardView{Label: title, Flush: true, Foot: p.T("accrual.rule")}, ui.Table(table)))...)
}

// accrualColumns are the amounts of a row, behind what it is about. The sums of a row: the first five make the sixth.
func accrualColumns(p *i18n.Printer, first string) []ui.Column {
	columns := []ui.Column{{Label: first, Phone: true}}
	for _, key := range []string{"opening", "earned", "taken_back", "given_up", "paid", "closing", "closing_held"} {
		columns = append(columns, ui.Column{Label: p.T("payroll.accrual_" + key), Kind: ui.ColumnNumber, Phone: key == "closing"})
	}
	return columns
}

func accrualCells(first ui.Cell, r reward.AccrualRow) []ui.Cell {
	cells := []ui.Cell{first}
	for _, minor := range []int64{r.Opening.Total(), r.Earned, r.TakenBack, r.Forgiven - r.Lapsed, -r.Paid, r.Closing.Total(), r.Closing.HeldMinor} {
		cells = append(cells, ui.Draw(ui.Money(ui.Amount{Minor: minor, Plain: true})))
	}
	return cells
}

// table shows the rows of a sum, each of which leads to its payees.
func (v accrualView) table() ui.TableView {
	p := v.p
	if v.by == reward.ByAccount {
		return v.accounts()
	}
	table := ui.TableView{ID: "accruals", Label: p.T("payroll.accrual"), Columns: accrualColumns(p, p.T("accrual.by_"+string(v.by))),
		Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("accrual.nothing"), Text: p.T("accrual.nothing_text")}}
	for _, r := range v.accrual.By(v.by) {
		name, detail, query := v.name(r)
		first := ui.Cell{Text: name, Sub: detail}
		if query != nil {
			first.URL = accrualsPath + "/payees?" + query.Encode()
		}
		table.Rows = append(table.Rows, ui.Row{Cells: accrualCells(first, r)})
	}
	if len(table.Rows) > 0 {
		table.Totals = []ui.Row{{Kind: ui.RowSum, Cells: accrualCells(ui.Text(p.T("payroll.sum")), v.accrual.Sum)}}
	}
	return table
}

// name says what a row is about, and where its payees are; nil: nowhere.
func (v accrualView) name(r reward.AccrualRow) (name, detail string, query url.Values) {
	p := v.p
	query = url.Values{"month": {v.accrual.Month.String()}}
	planName, layer := cmp.Or(v.named.plans[r.PlanID], r.PlanID), ""
	if r.Layer != "" {
		layer = explain.Level(p, r.Layer)
	}
	switch v.by {
	case reward.ByComponent:
		query.Set("plan", r.PlanID)
		query.Set("component", r.Component)
		return v.named.component(p, r), planName, query
	case reward.ByPlan:
		query.Set("plan", r.PlanID)
		return planName, layer, query
	case reward.ByLayer:
		if r.Layer == "" { // titles and payments, which have rows of their own by plan
			return p.T("accrual.no_layer"), "", nil
		}
		query.Set("layer", r.Layer)
		return layer, "", query
	}
	query.Set("region", r.Region)
	return cmp.Or(r.Region, p.T("accrual.no_region")), "", query
}

// accounts shows where the balance stands.
func (v accrualView) accounts() ui.TableView {
	p := v.p
	table := ui.TableView{ID: "accruals", Label: p.T("payroll.accrual"), Columns: []ui.Column{{Label: p.T("accrual.by_account"), Phone: true}, {Label: p.T("payroll.accrual_opening"), Kind: ui.ColumnNumber},
		{Label: p.T("ledger.change"), Kind: ui.ColumnNumber}, {Label: p.T("payroll.accrual_closing"), Kind: ui.ColumnNumber, Phone: true}}}
	plain := func(minor int64) ui.Cell { return ui.Draw(ui.Money(ui.Amount{Minor: minor, Plain: true})) }
	var sum reward.AccrualAccount
	for _, a := range v.accrual.Accounts() {
		sum.Opening, sum.Change, sum.Closing = sum.Opening+a.Opening, sum.Change+a.Change, sum.Closing+a.Closing
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{{Text: p.T("ledger.closing_" + a.Key), Sub: p.T("accrual.account_" + a.Key)}, plain(a.Opening), plain(a.Change), plain(a.Closing)}})
	}
	table.Totals = []ui.Row{{Kind: ui.RowSum, Cells: []ui.Cell{ui.Text(p.T("payroll.sum")), plain(sum.Opening), plain(sum.Change), plain(sum.Closing)}}}
	return table
}

// partOf reads which part of an accrual an address is about.
func partOf(query url.Values) reward.AccrualPart {
	part := reward.AccrualPart{PlanID: query.Get("plan"), Component: query.Get("component"), Layer: query.Get("layer")}
	if query.Has("region") {
		region := query.Get("region")
		part.Region = &region
	}
	return part
}

// payeesOf reads a part of an accrual by payees; false when no month is closed.
func (h *Handler) payeesOf(r *http.Request) (d reward.AccrualDetail, ok bool, err error) {
	_, month, ok, err := h.askedMonth(r)
	if err != nil || !ok {
		return d, false, err
	}
	d, err = h.Rewards.AccrualPayees(r.Context(), access.ActorFrom(r.Context()), month, partOf(r.URL.Query()))
	return d, true, err
}

// accrualPayees shows whose a row is.
func (h *Handler) accrualPayees(w http.ResponseWriter, r *http.Request) error {
	ctx, p, query := r.Context(), httpx.PrinterFrom(r.Context()), r.URL.Query()
	d, ok, err := h.payeesOf(r)
	if err != nil {
		return err
	}
	if !ok {
		return ui.Write(w, r, http.StatusOK, noAccruals(ctx))
	}
	named, err := h.labelsFor(ctx)
	if err != nil {
		return err
	}
	title := partName(p, named, d.Part)
	view := ui.PageView{Title: title, Subtitle: p.T("accrual.payees_sub"), Current: "ledger", Chips: []ui.Chip{{Label: p.Month(d.Month)}},
		Crumbs: accrualCrumbs(p, ui.Crumb{Label: p.T("payroll.accrual"), URL: accrualsPath + "?month=" + d.Month.String()}, ui.Crumb{Label: title})}
	table := ui.TableView{ID: "accrual-payees", Label: title, Columns: accrualColumns(p, p.T("pay.person")),
		Exports: []ui.Link{{Label: p.T("ledger.export_xlsx"), URL: ui.URLWith(accrualsPath+"/payees/xlsx", query)}, {Label: p.T("ledger.export"), URL: ui.URLWith(accrualsPath+"/payees/csv", query)}},
		Empty:   &ui.State{Kind: ui.StateEmpty, Title: p.T("accrual.nobody"), Text: p.T("accrual.nobody_text")}}
	for _, payee := range d.Payees {
		account := url.Values{"person": {strconv.FormatInt(payee.PersonID, 10)}, "unit": {string(reward.UnitMoney)}}
		first := ui.Cell{Text: payee.Name, Sub: payee.Region, URL: "/ledger/account?" + account.Encode()}
		table.Rows = append(table.Rows, ui.Row{Cells: accrualCells(first, payee.AccrualRow)})
	}
	if len(table.Rows) > 0 {
		table.Totals = []ui.Row{{Kind: ui.RowSum, Cells: accrualCells(ui.Text(p.T("payroll.sum")), d.Sum)}}
	}
	w.Header().Set("Cache-Control", "no-store")
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, ui.Filled(ui.CardView{Label: title, Flush: true}, ui.Table(table))))
}

// partName names a part of an accrual.
func partName(p *i18n.Printer, named labels, part reward.AccrualPart) string {
	switch {
	case part.Component != "":
		return named.component(p, reward.AccrualRow{AccrualKey: reward.AccrualKey{PlanID: part.PlanID, Component: part.Component}})
	case part.PlanID != "":
		return cmp.Or(named.plans[part.PlanID], part.PlanID)
	case part.Layer != "":
		return explain.Level(p, part.Layer)
	case part.Region != nil:
		return cmp.Or(*part.Region, p.T("accrual.no_region"))
	}
	return p.T("accrual.everybody")
}

// accrualPayeesFile writes whose a row is as a file.
func (h *Handler) accrualPayeesFile(w http.ResponseWriter, r *http.Request) error {
	p, currency := httpx.PrinterFrom(r.Context()), h.Currency()
	d, ok, err := h.payeesOf(r)
	if err != nil {
		return err
	}
	if !ok {
		return errs.New(errs.KindNotFound, "accrual.none", nil)
	}
	export := httpx.Export{Name: "accrual-payees-" + d.Month.String(), Sheet: p.T("payroll.accrual"), Format: r.PathValue("format"), Head: []string{p.T("pay.person"), p.T("payroll.accrual_region")}}
	for _, key := range []string{"opening", "earned", "taken_back", "given_up", "paid", "closing", "closing_held"} {
		export.Head = append(export.Head, p.T("payroll.accrual_"+key))
	}
	export.Rows = func(write func(...tabular.Cell) error) (bool, error) {
		line := func(name, region string, row reward.AccrualRow) error {
			cells := []tabular.Cell{tabular.Text(name), tabular.Text(region)}
			for _, minor := range []int64{row.Opening.Total(), row.Earned, row.TakenBack, row.Forgiven - row.Lapsed, -row.Paid, row.Closing.Total(), row.Closing.HeldMinor} {
				cells = append(cells, tabular.Number(money.Format(minor, currency)))
			}
			return write(cells...)
		}
		for _, payee := range d.Payees {
			if err := line(payee.Name, payee.Region, payee.AccrualRow); err != nil {
				return false, err
			}
		}
		return false, line(p.T("payroll.sum"), "", d.Sum)
	}
	return httpx.Download(w, export)
}
