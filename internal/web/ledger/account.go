package ledger

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/reward"
	"xiaoguan/internal/tabular"
	"xiaoguan/internal/web/ui"
)

// askAccount reads the address of a statement of account.
func askAccount(r *http.Request) (in reward.AccountOf, err error) {
	in = reward.AccountOf{Unit: reward.Unit(r.FormValue("unit")), From: calendar.NoDate, To: calendar.NoDate}
	var wrong []errs.Field
	if text := r.FormValue("person"); text != "" {
		if in.PersonID, err = strconv.ParseInt(text, 10, 64); err != nil || in.PersonID <= 0 {
			wrong = append(wrong, errs.Field{Path: "person", Value: text, Message: errs.Msg("ledger.bad_filter", nil)})
		}
	}
	for name, day := range map[string]*calendar.Date{"from": &in.From, "to": &in.To} {
		if text := r.FormValue(name); text != "" {
			if *day, err = calendar.ParseDate(text); err != nil {
				wrong = append(wrong, errs.Field{Path: name, Value: text, Message: errs.Msg("ledger.bad_day", nil)})
			}
		}
	}
	return in, errs.Invalid("ledger.bad_filter", wrong)
}

// account shows what a person has and owes, and how it came about.
func (h *Handler) account(w http.ResponseWriter, r *http.Request) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	in, err := askAccount(r)
	if err != nil {
		return err
	}
	a, err := h.rewards.Account(ctx, actor, in)
	if err != nil {
		return err
	}
	names := namesOf(p, a)
	w.Header().Set("Cache-Control", "no-store")
	return ui.Write(w, r, http.StatusOK, accountPage(ctx, actor, a, names, r.URL.Query()))
}

// namesOf are the names of plans and components in a statement.
func namesOf(p *i18n.Printer, a reward.AccountStatement) named {
	n := named{plans: map[string]string{reward.PayrollPlan: p.T("payroll.title")}, components: map[string]map[string]string{}}
	for _, l := range a.Labels {
		if n.components[l.PlanID] == nil {
			n.components[l.PlanID] = map[string]string{}
		}
		if name := ui.TextIn(p, l.Name.Zh, l.Name.En, cmp.Or(l.Component, l.PlanID)); l.Component == "" {
			n.plans[l.PlanID] = name
		} else {
			n.components[l.PlanID][l.Component] = name
		}
	}
	return n
}

func accountPage(ctx context.Context, actor access.Actor, a reward.AccountStatement, names named, query url.Values) templ.Component {
	p := httpx.PrinterFrom(ctx)
	own := a.PersonID == actor.PersonID
	view := ui.PageView{Title: p.T("ledger.account_of", "Name", a.Name), Subtitle: p.T("ledger.account_sub"), Current: "ledger",
		Crumbs: []ui.Crumb{{Label: p.T("ledger.title"), URL: "/ledger"}, {Label: p.T("ledger.account")}}, Print: &ui.PrintFoot{Document: p.T("ledger.account_of", "Name", a.Name)}}
	if own {
		view.Title = p.T("ledger.account_mine")
		view.Current, view.Crumbs[0] = "pay", ui.Crumb{Label: p.T("pay.title"), URL: "/pay"}
	}
	for _, unit := range []reward.Unit{reward.UnitMoney, reward.UnitPoints} {
		view.Tabs = append(view.Tabs, ui.Tab{Label: p.T("ledger.unit_" + string(unit)), URL: ui.URLWith("/ledger/account", query, "unit", string(unit)), Current: a.Unit == unit})
	}
	parts := []templ.Component{ui.Across(ui.Filter(accountFilter(p, a, query)))}
	if a.Unit == reward.UnitMoney {
		for _, m := range []struct {
			key   string
			minor int64
		}{{"due", a.Closing.DueMinor}, {"held", a.Closing.HeldMinor}, {"debt", a.Closing.DebtMinor}, {"total", a.Closing.Total()}} {
			parts = append(parts, ui.MetricCard(ui.Metric{Label: p.T("ledger.closing_" + m.key), Basis: spanText(p, a), Value: ui.Money(ui.Amount{Minor: m.minor, Currency: cmp.Or(a.Currency, money.CNY)})}))
		}
	}
	return ui.Compose(view, append(parts, movementsCard(p, actor, a, names, query))...)
}

// spanText says which days a statement is of.
func spanText(p *i18n.Printer, a reward.AccountStatement) string {
	switch {
	case a.From == calendar.NoDate && a.To == calendar.NoDate:
		return p.T("ledger.span_all")
	case a.From == calendar.NoDate:
		return p.T("ledger.span_to", "To", p.Date(a.To))
	case a.To == calendar.NoDate:
		return p.T("ledger.span_from", "From", p.Date(a.From))
	}
	return p.T("ledger.span_both", "From", p.Date(a.From), "To", p.Date(a.To))
}

func accountFilter(p *i18n.Printer, a reward.AccountStatement, query url.Values) ui.FilterView {
	view := ui.FilterView{ID: "account-filter", Path: "/ledger/account", Clear: ui.URLWith("/ledger/account", query, "from", "", "to", ""), Count: p.T("ledger.count", "Count", int64(len(a.Movements)))}
	day := func(name string, d calendar.Date) ui.Field {
		f := ui.Field{Name: name, Kind: ui.FieldDate, Label: p.T("ledger." + name), Optional: true}
		if d != calendar.NoDate {
			f.Value = d.String()
			view.Chips = append(view.Chips, ui.FilterChip{Label: p.T("ledger.span_"+name, "From", p.Date(d), "To", p.Date(d)), Remove: ui.URLWith("/ledger/account", query, name, "")})
		}
		return f
	}
	view.Fields = []ui.Field{day("from", a.From), day("to", a.To)}
	view.Keep = []ui.Field{{Name: "person", Value: strconv.FormatInt(a.PersonID, 10)}, {Name: "unit", Value: string(a.Unit)}}
	return view
}

// amountCell writes an amount of the statement's unit.
func amountCell(p *i18n.Printer, a reward.AccountStatement, minor int64, signed bool) ui.Cell {
	if a.Unit == reward.UnitPoints {
		text := p.Int(minor)
		if signed && minor > 0 {
			text = "+" + text
		}
		return ui.Text(text)
	}
	return ui.Draw(ui.Money(ui.Amount{Minor: minor, Plain: true, Signed: signed}))
}

func movementsCard(p *i18n.Printer, actor access.Actor, a reward.AccountStatement, names named, query url.Values) templ.Component {
	amounts := a.Unit == reward.UnitMoney
	table := ui.TableView{ID: "account", Label: p.T("ledger.account"), Columns: []ui.Column{{Label: p.T("ledger.day"), Kind: ui.ColumnNarrow}, {Label: p.T("ledger.what"), Phone: true},
		{Label: p.T("ledger.due"), Kind: ui.ColumnNumber, Hidden: !amounts}, {Label: p.T("ledger.held"), Kind: ui.ColumnNumber, Hidden: !amounts}, {Label: p.T("ledger.debt"), Kind: ui.ColumnNumber, Hidden: !amounts},
		{Label: p.T("ledger.change"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("ledger.balance"), Kind: ui.ColumnNumber, Phone: true}},
		Exports: []ui.Link{{Label: p.T("ledger.export_xlsx"), URL: ui.URLWith("/ledger/account/export/xlsx", query)}, {Label: p.T("ledger.export"), URL: ui.URLWith("/ledger/account/export/csv", query)}}}
	line := func(kind ui.RowKind, when, what string, b reward.Balance) ui.Row {
		return ui.Row{Kind: kind, Cells: []ui.Cell{ui.Text(when), ui.Text(what), amountCell(p, a, b.DueMinor, false), amountCell(p, a, b.HeldMinor, false), amountCell(p, a, b.DebtMinor, false), {}, amountCell(p, a, b.Total(), false)}}
	}
	opening := ""
	if a.From != calendar.NoDate {
		opening = p.Date(a.From)
	}
	table.Rows = append(table.Rows, line(ui.RowSum, opening, p.T("ledger.opening"), a.Opening))
	for _, m := range a.Movements {
		what, detail := movementText(p, m.Entry, names)
		table.Rows = append(table.Rows, ui.Row{ID: "e" + strconv.FormatInt(m.Seq, 10), Cells: []ui.Cell{ui.Text(p.Date(m.On)), {Text: what, Sub: detail, Phone: p.Date(m.On), URL: documentOf(m.Entry, actor)},
			amountCell(p, a, m.Change.DueMinor, true), amountCell(p, a, m.Change.HeldMinor, true), amountCell(p, a, m.Change.DebtMinor, true), amountCell(p, a, m.Change.Total(), true), amountCell(p, a, m.After.Total(), false)}})
	}
	closing := ""
	if a.To != calendar.NoDate {
		closing = p.Date(a.To)
	}
	table.Totals = []ui.Row{line(ui.RowSum, closing, p.T("ledger.closing"), a.Closing)}
	return ui.Filled(ui.CardView{Label: p.T("ledger.account"), Flush: true}, ui.Table(table))
}

// movementText says what an entry is, and of which month and plan.
func movementText(p *i18n.Printer, e reward.Entry, names named) (what, detail string) {
	component := cmp.Or(names.components[e.PlanID][e.Component], settlementStep(p, strings.TrimPrefix(e.Component, "+")), e.Component)
	event := settlementStep(p, e.Event())
	switch {
	case e.Currency == reward.Points:
		return pointsText(p, e), component
	case e.PlanID == reward.PayrollPlan:
		return event, p.T("ledger.pay_of", "Month", e.Source)
	case event == "" || event == component:
		return component, joinedText(p.Month(e.Month), cmp.Or(names.plans[e.PlanID], e.PlanID))
	}
	return event, joinedText(p.Month(e.Month), component)
}

// pointsText says what happened to points.
func pointsText(p *i18n.Printer, e reward.Entry) string {
	other := e.Debit
	if e.Debit == reward.PointsAccount(e.PersonID) {
		other = e.Credit
	}
	if e.AmountMinor < 0 {
		return p.T("ledger.back_" + string(other))
	}
	return p.T("ledger." + string(other))
}

func joinedText(parts ...string) (text string) {
	for _, part := range parts {
		if part != "" && text != "" {
			text += " · "
		}
		text += part
	}
	return text
}

// documentOf is the address of what an entry rests on; empty where the actor may not read it.
func documentOf(e reward.Entry, actor access.Actor) string {
	own := e.PersonID == actor.PersonID
	statement := "/statements/" + e.Month.String() + "/" + strconv.FormatInt(e.PersonID, 10)
	if own {
		statement = "/pay/" + e.Month.String()
	}
	parts := strings.Split(e.Key, "/")
	switch event := e.Event(); {
	case e.Currency == reward.Points && len(parts) == 3 && (parts[1] == "award" || parts[1] == "revoked"):
		return "/honours/awards/" + url.PathEscape(parts[2])
	case e.Currency == reward.Points:
		return "/points"
	case (event == reward.EventGrant || event == reward.EventGrantStep) && len(parts) > 2:
		return "/honours/awards/" + url.PathEscape(parts[2])
	case e.PlanID == reward.PayrollPlan && own:
		return "/pay/" + e.Source
	case e.PlanID == reward.PayrollPlan && !actor.CanAll(access.PermLedgerRead):
		return ""
	case e.PlanID == reward.PayrollPlan:
		return "/months/" + e.Source + "/receipts"
	}
	return statement + "?plan=" + url.QueryEscape(e.PlanID)
}

// accountExport writes a statement of account as a file.
func (h *Handler) accountExport(w http.ResponseWriter, r *http.Request) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	in, err := askAccount(r)
	if err != nil {
		return err
	}
	a, err := h.rewards.Account(ctx, actor, in)
	if err != nil {
		return err
	}
	names := namesOf(p, a)
	export := httpx.Export{Name: "account-" + strconv.FormatInt(a.PersonID, 10) + "-" + string(a.Unit), Sheet: p.T("ledger.account"), Format: r.PathValue("format")}
	for _, key := range []string{"day", "what", "detail", "seq", "key", "due", "held", "debt", "change", "balance", "currency"} {
		export.Head = append(export.Head, p.T("ledger."+key))
	}
	export.Rows = func(write func(...tabular.Cell) error) (bool, error) {
		number := func(minor int64) tabular.Cell {
			if a.Unit == reward.UnitPoints {
				return tabular.Number(strconv.FormatInt(minor, 10))
			}
			return tabular.Number(money.Format(minor, cmp.Or(a.Currency, money.CNY)))
		}
		balance := func(key string, b reward.Balance) error {
			return write(tabular.Text(""), tabular.Text(p.T("ledger."+key)), tabular.Text(""), tabular.Text(""), tabular.Text(""), number(b.DueMinor), number(b.HeldMinor), number(b.DebtMinor), tabular.Text(""),
				number(b.Total()), tabular.Text(string(a.Currency)))
		}
		if err := balance("opening", a.Opening); err != nil {
			return false, err
		}
		for _, m := range a.Movements {
			what, detail := movementText(p, m.Entry, names)
			err := write(tabular.Text(m.On.String()), tabular.Text(what), tabular.Text(detail), tabular.Number(strconv.FormatInt(m.Seq, 10)), tabular.Text(m.Key), number(m.Change.DueMinor),
				number(m.Change.HeldMinor), number(m.Change.DebtMinor), number(m.Change.Total()), number(m.After.Total()), tabular.Text(string(m.Currency)))
			if err != nil {
				return false, err
			}
		}
		return false, balance("closing", a.Closing)
	}
	return httpx.Download(w, export)
}
