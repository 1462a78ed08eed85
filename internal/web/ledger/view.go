package ledger

import (
	"cmp"
	"context"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/reward"
	"xiaoguan/internal/settle"
	"xiaoguan/internal/web/ui"
)

// hashShown is how many characters of a hash stand in a table; the whole is on hover and in the file.
const hashShown = 12

func posted(p *i18n.Printer, t time.Time) string {
	local := p.Local(t)
	return p.Date(calendar.DateOf(local)) + local.Format(" 15:04")
}

func listPage(ctx context.Context, actor access.Actor, filter reward.Filter, page reward.Page, names named, query url.Values) templ.Component {
	p := httpx.PrinterFrom(ctx)
	next := ""
	if page.Next != 0 {
		next = strconv.FormatInt(page.Next, 10)
	}
	table := ui.TableView{ID: "ledger", Label: p.T("ledger.title"), Path: "/ledger", Query: query, Columns: []ui.Column{
		{Key: "seq", Label: p.T("ledger.seq"), Kind: ui.ColumnNumber}, {Key: "month", Label: p.T("ledger.month"), Kind: ui.ColumnNarrow, Phone: true},
		{Key: "person", Label: p.T("ledger.person"), Kind: ui.ColumnNarrow, Phone: true}, {Key: "plan", Label: p.T("ledger.plan")}, {Key: "component", Label: p.T("ledger.component"), Phone: true},
		{Key: "amount", Label: p.T("ledger.amount"), Kind: ui.ColumnNumber, Phone: true}, {Key: "posted", Label: p.T("ledger.posted"), Kind: ui.ColumnNarrow},
		{Key: "hash", Label: p.T("ledger.hash"), Kind: ui.ColumnNarrow}},
		Pager:   &ui.Pager{Total: int(page.Count), Next: next},
		Exports: []ui.Link{{Label: p.T("ledger.export"), URL: ui.URLWith("/ledger/export.csv", query, "cursor", "")}},
		Empty:   &ui.State{Kind: ui.StateEmpty, Title: p.T("ledger.empty"), Text: p.T("ledger.empty_text")}}
	for _, e := range page.Entries {
		table.Rows = append(table.Rows, entryRow(p, actor, e, page.Names[e.PersonID], names, query))
	}
	if len(table.Rows) > 0 {
		table.Totals = []ui.Row{{Kind: ui.RowSum, Cells: []ui.Cell{{}, ui.Text(p.T("ledger.total")), {}, {}, {}, ui.MoneyCell(page.TotalMinor), {}, {}}}}
	}
	return ui.Compose(ui.PageView{Title: p.T("ledger.title"), Subtitle: p.T("ledger.subtitle"), Current: "ledger", Actions: accountActions(p, actor, filter)},
		ui.Across(ui.Filter(filterView(p, actor, filter, page, names, query)), ui.Filled(ui.CardView{Label: p.T("ledger.title"), Flush: true, Span: -1}, ui.Table(table))))
}

func entryRow(p *i18n.Printer, actor access.Actor, e reward.Entry, person string, names named, query url.Values) ui.Row {
	id := strconv.FormatInt(e.PersonID, 10)
	amount := ui.MoneyCell(e.AmountMinor)
	address := "/statements/" + e.Month.String() + "/" + id + "?plan=" + url.QueryEscape(e.PlanID) + "#c-" + url.PathEscape(e.Component)
	if e.PlanID == reward.GrantPlan || e.PlanID == reward.PayrollPlan {
		address = documentOf(e, actor)
	}
	if e.Currency == reward.Points {
		amount = ui.Text(p.T("ledger.points", "Points", p.Int(e.AmountMinor)))
	}
	component := cmp.Or(names.components[e.PlanID][e.Component], settlementStep(p, strings.TrimPrefix(e.Component, "+")), e.Component)
	if e.PlanID == reward.PayrollPlan {
		component = p.T("ledger.pay_of", "Month", e.Source)
	}
	amount.Title = string(e.Debit) + " → " + string(e.Credit)
	return ui.Row{ID: "e" + strconv.FormatInt(e.Seq, 10), Cells: []ui.Cell{
		ui.Text(p.Int(e.Seq)), ui.LinkTo(e.Month.String(), ui.URLWith("/ledger", query, "month", e.Month.String(), "cursor", "")),
		{Text: cmp.Or(person, id), URL: ui.URLWith("/ledger", query, "person", id, "cursor", "")},
		ui.Text(cmp.Or(names.plans[e.PlanID], e.PlanID)),
		{Text: component, Sub: settlementStep(p, e.Event()),
			URL: address},
		amount, ui.Text(posted(p, e.PostedAt)), {Text: e.Hash[:min(hashShown, len(e.Hash))], Title: e.Hash, Muted: true},
	}}
}

// settlementStep names a step of a settlement; empty for what is none.
func settlementStep(p *i18n.Printer, kind string) string {
	if slices.Contains(settle.PostingKinds(), settle.PostingKind(kind)) {
		return p.T("settle.kind." + kind)
	}
	if slices.Contains([]string{reward.EventPrior, reward.EventAdjustment, reward.EventGrant, reward.EventGrantStep, reward.EventPaid, reward.EventReturned}, kind) {
		return p.T("ledger.event_" + kind)
	}
	return ""
}

func filterView(p *i18n.Printer, actor access.Actor, f reward.Filter, page reward.Page, names named, query url.Values) ui.FilterView {
	view := ui.FilterView{ID: "ledger-filter", Path: "/ledger", Clear: "/ledger",
		Count: p.T("ledger.count", "Count", page.Count) + " · " + p.Money(page.TotalMinor, money.CNY)}
	month := ui.Field{Name: "month", Kind: ui.FieldMonth, Label: p.T("ledger.month"), Optional: true}
	if f.Month != 0 {
		month.Value = f.Month.String()
	}
	view.Fields = append(view.Fields, month)
	if actor.CanAll(access.PermLedgerRead) {
		person := ui.Field{Name: "person", Kind: ui.FieldNumber, Label: p.T("ledger.person_id"), Optional: true, Min: "1"}
		if f.PersonID != 0 {
			person.Value = strconv.FormatInt(f.PersonID, 10)
		}
		view.Fields = append(view.Fields, person)
	}
	plans := ui.Field{Name: "plan", Kind: ui.FieldSelect, Label: p.T("ledger.plan"), Optional: true, Placeholder: p.T("ledger.all")}
	components := ui.Field{Name: "component", Kind: ui.FieldSelect, Label: p.T("ledger.component"), Optional: true, Placeholder: p.T("ledger.all")}
	seen := map[string]bool{}
	for _, id := range slices.Sorted(maps.Keys(names.plans)) {
		plans.Options = append(plans.Options, ui.Option{Value: id, Label: names.plans[id], Selected: id == f.PlanID})
		for _, c := range slices.Sorted(maps.Keys(names.components[id])) {
			if !seen[c] && (f.PlanID == "" || f.PlanID == id) {
				components.Options = append(components.Options, ui.Option{Value: c, Label: names.components[id][c], Selected: c == f.Component})
				seen[c] = true
			}
		}
	}
	if len(names.plans) > 0 {
		view.Fields = append(view.Fields, plans, components)
	}
	chip := func(label, name string) {
		view.Chips = append(view.Chips, ui.FilterChip{Label: label, Remove: ui.URLWith("/ledger", query, name, "", "cursor", "")})
	}
	if f.Month != 0 {
		chip(p.Month(f.Month), "month")
	}
	if f.PersonID != 0 {
		chip(cmp.Or(names.person, strconv.FormatInt(f.PersonID, 10)), "person")
	}
	if f.PlanID != "" {
		chip(cmp.Or(names.plans[f.PlanID], f.PlanID), "plan")
	}
	if f.Component != "" {
		chip(componentName(names, f), "component")
	}
	return view
}

func componentName(names named, f reward.Filter) string {
	for _, id := range slices.Sorted(maps.Keys(names.components)) {
		if name := names.components[id][f.Component]; name != "" && (f.PlanID == "" || f.PlanID == id) {
			return name
		}
	}
	return f.Component
}

// accountActions lead from the ledger to the statement of account of the person whose entries are shown.
func accountActions(p *i18n.Printer, actor access.Actor, f reward.Filter) []ui.Action {
	var actions []ui.Action
	if actor.CanAll(access.PermLedgerRead) {
		actions = append(actions, ui.Action{Label: p.T("ledger.accruals"), Icon: "scale", URL: "/accruals"})
	}
	if person := cmp.Or(f.PersonID, actor.PersonID); person != 0 {
		actions = append(actions, ui.Action{Label: p.T("ledger.account"), Icon: "receipt", URL: "/ledger/account?person=" + strconv.FormatInt(person, 10)})
	}
	return actions
}
