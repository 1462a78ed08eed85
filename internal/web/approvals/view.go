package approvals

import (
	"context"
	"net/url"
	"time"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/approval"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/web/ui"
)

var stateTones = map[approval.State]ui.Tone{approval.StatePending: ui.ToneWarn, approval.StateReturned: ui.ToneHold, approval.StateApproved: ui.ToneGood, approval.StateRejected: ui.ToneBad}

func stateChip(p *i18n.Printer, s approval.State) ui.Chip {
	return ui.Chip{Label: p.T("approval.state_" + string(s)), Tone: stateTones[s]}
}

// moment writes an instant in the company's zone, and a dash for none.
func moment(p *i18n.Printer, t time.Time) string {
	if t.IsZero() {
		return i18n.Unknown
	}
	local := p.Local(t)
	return p.Date(calendar.DateOf(local)) + local.Format(" 15:04")
}

// submitter names who submitted it; what the product found by itself is said so.
func submitter(p *i18n.Printer, r approval.Request) string {
	if r.BySystem() {
		return p.T("approvals.system")
	}
	return r.SubmitterName
}

// clockOf is the time that is left for a request that waits; nil where there is no limit.
func clockOf(p *i18n.Printer, due, now time.Time) *ui.Clock {
	if due.IsZero() {
		return nil
	}
	c := &ui.Clock{State: ui.ClockRun, Label: p.Deadline(due, now), Title: moment(p, due)}
	switch left := due.Sub(now); {
	case left <= 0:
		c.State = ui.ClockOver
	case left < 12*time.Hour:
		c.State = ui.ClockSoon
	}
	return c
}

// kindName names a kind; one that is not there any more stands by its id.
func kindName(p *i18n.Printer, kinds []approval.Kind, name string) string {
	for _, k := range kinds {
		if k.Name == name {
			return p.T(k.Label)
		}
	}
	return name
}

func listPage(ctx context.Context, l listed, query url.Values) templ.Component {
	p := httpx.PrinterFrom(ctx)
	view := ui.PageView{Title: p.T("approvals.title"), Subtitle: p.T("approvals.subtitle"), Current: "approvals",
		Actions: []ui.Action{{Label: p.T("approvals.new"), Icon: "plus", Kind: ui.ActionPrimary, URL: newPath}, {Label: p.T("approvals.stand_ins"), Icon: "user-share", URL: standPath}}}
	for _, box := range approval.Boxes {
		if box == approval.BoxAll && !l.actor.Can(access.PermApprovalManage) && !l.actor.CanAll(access.PermAuditRead) {
			continue
		}
		tab := ui.Tab{Label: p.T("approvals.box_" + string(box)), URL: listPath + "?box=" + string(box), Current: box == l.filter.Box}
		if box == approval.BoxWaiting {
			tab.Count, tab.Counted = int(l.waiting), true
		}
		view.Tabs = append(view.Tabs, tab)
	}
	table := ui.TableView{ID: "approvals", Label: p.T("approvals.title"), Path: listPath, Query: query, Columns: []ui.Column{
		{Key: "title", Label: p.T("approvals.what"), Phone: true}, {Key: "amount", Label: p.T("common.amount"), Kind: ui.ColumnNumber, Phone: true}, {Key: "who", Label: p.T("approvals.submitter")},
		{Key: "at", Label: p.T("approvals.submitted"), Kind: ui.ColumnNarrow}, {Key: "state", Label: p.T("approvals.state"), Phone: l.filter.Box != approval.BoxWaiting}, {Key: "due", Label: p.T("approvals.due"), Phone: l.filter.Box == approval.BoxWaiting},
	}, Empty: emptyBox(p, l)}
	if l.filter.Box == approval.BoxWaiting {
		table.Columns[3].Label = p.T("approvals.waiting_since")
	}
	if l.page.Next != "" {
		table.Pager = &ui.Pager{Total: -1, Next: l.page.Next}
	}
	for _, r := range l.page.Requests {
		table.Rows = append(table.Rows, requestRow(p, l, r))
	}
	parts := []templ.Component{ui.Across(ui.Filter(filterView(p, l, query))), ui.Filled(ui.CardView{Label: p.T("approvals.title"), Flush: true}, ui.Table(table))}
	if len(l.matters) > 0 {
		parts = append(parts, ui.Filled(ui.CardView{ID: "matters", Title: p.T("approvals.matters_" + string(l.filter.Box)), Sub: p.T("approvals.matters_text"), Count: len(l.matters), Flush: true}, ui.Table(matterTable(p, l.matters))))
	}
	return ui.Compose(view, parts...)
}

// requestRow is a request in the list: what it is about, how much, what stands out, since when it waits and how long it may.
func requestRow(p *i18n.Printer, l listed, r approval.Request) ui.Row {
	kind := kindOf(l.kinds, r.Kind)
	chip := stateChip(p, r.State)
	marks := kind.Marks(r)
	switch {
	case r.Stuck:
		chip = ui.Chip{Label: p.T("approvals.stuck"), Tone: ui.ToneBad, Icon: "alert-triangle"}
	case r.State == approval.StatePending && len(marks) > 0:
		chip = ui.Chip{Label: p.T(marks[0]), Tone: ui.ToneWarn, Icon: "alert-triangle"}
	}
	due := ui.Text(i18n.Unknown)
	if clock := clockOf(p, r.DueAt(), l.now); clock != nil {
		due = ui.Draw(ui.ClockOf(*clock))
	}
	sub, phone := kindName(p, l.kinds, r.Kind), submitter(p, r)+" · "+moment(p, r.WaitsSince())
	for _, f := range kind.Fields {
		if number := r.Data.Numbers[f.Name]; f.Listed && number != 0 {
			sub += " · " + p.T("approvals.listed", "Label", p.T(f.Label), "Value", valueText(p, f.Form, number, "", r.Currency))
		}
	}
	if len(marks) > 0 {
		phone += " · " + p.T(marks[0])
	}
	amount := ui.Text("")
	if minor, known := kind.Amount(r); known {
		amount = ui.Text(p.Money(minor, r.Currency))
	}
	return ui.Row{Cells: []ui.Cell{{Text: r.Title, Sub: sub, URL: listPath + "/" + r.ID, Phone: phone}, amount, ui.Text(submitter(p, r)), ui.Text(moment(p, r.WaitsSince())), {Chip: &chip}, due}}
}

// kindOf finds a kind; one that is not there any more knows nothing.
func kindOf(kinds []approval.Kind, name string) (found approval.Kind) {
	for _, k := range kinds {
		if k.Name == name {
			return k
		}
	}
	return found
}

func emptyBox(p *i18n.Printer, l listed) *ui.State {
	if l.filter.Search != "" || l.filter.Kind != "" || l.filter.State != "" || l.filter.Stuck {
		return &ui.State{Kind: ui.StateEmpty, Title: p.T("approvals.none_found"), Text: p.T("approvals.none_found_text")}
	}
	box := string(l.filter.Box)
	state := &ui.State{Kind: ui.StateEmpty, Title: p.T("approvals.none_" + box), Text: p.T("approvals.none_text_" + box)}
	if l.filter.Box == approval.BoxMine {
		state.Actions = []ui.Action{{Label: p.T("approvals.new"), Icon: "plus", URL: newPath}}
	}
	return state
}

func filterView(p *i18n.Printer, l listed, query url.Values) ui.FilterView {
	f := l.filter
	clear := listPath + "?box=" + string(f.Box)
	view := ui.FilterView{ID: "approvals-filter", Path: listPath, Clear: clear, Keep: []ui.Field{{Name: "box", Kind: ui.FieldHidden, Value: string(f.Box)}},
		Search: &ui.Field{Name: "q", Label: p.T("approvals.search"), Placeholder: p.T("approvals.search"), Value: f.Search}}
	kinds := ui.Field{Name: "kind", Kind: ui.FieldSelect, Label: p.T("approvals.kind"), Optional: true, Options: []ui.Option{{Label: p.T("common.all")}}}
	for _, k := range l.kinds {
		kinds.Options = append(kinds.Options, ui.Option{Value: k.Name, Label: p.T(k.Label), Selected: k.Name == f.Kind})
	}
	view.Fields = append(view.Fields, kinds)
	if f.Box != approval.BoxWaiting {
		states := ui.Field{Name: "state", Kind: ui.FieldSelect, Label: p.T("approvals.state"), Optional: true, Options: []ui.Option{{Label: p.T("common.all")}}}
		for _, s := range approval.States {
			states.Options = append(states.Options, ui.Option{Value: string(s), Label: p.T("approval.state_" + string(s)), Selected: s == f.State})
		}
		view.Fields = append(view.Fields, states)
	}
	chip := func(label, name string) {
		view.Chips = append(view.Chips, ui.FilterChip{Label: label, Remove: ui.URLWith(listPath, query, name, "", "cursor", "")})
	}
	if f.Search != "" {
		chip(f.Search, "q")
	}
	if f.Kind != "" {
		chip(kindName(p, l.kinds, f.Kind), "kind")
	}
	if f.State != "" {
		chip(p.T("approval.state_"+string(f.State)), "state")
	}
	if f.Box == approval.BoxAll {
		view.Fields = append(view.Fields, ui.Field{Name: "stuck", Kind: ui.FieldCheck, Label: p.T("approvals.stuck"), Value: "1", Checked: f.Stuck, Optional: true})
		if f.Stuck {
			chip(p.T("approvals.stuck"), "stuck")
		}
	}
	return view
}

// formPage asks for something.
func formPage(ctx context.Context, currency money.Currency, typed url.Values, failure error) templ.Component {
	p := httpx.PrinterFrom(ctx)
	again := typed.Get("again")
	title := p.T("approvals.new")
	cancel := listPath + "?box=mine"
	if again != "" {
		title, cancel = p.T("approvals.again"), listPath+"/"+again
	}
	fields := []ui.Field{
		{Name: "again", Kind: ui.FieldHidden, Value: again},
		{Name: "title", Label: p.T("approvals.what"), Value: typed.Get("title"), Hint: p.T("approvals.what_hint")},
		{Name: "text", Kind: ui.FieldArea, Rows: 5, Label: p.T("approval.field_text"), Value: typed.Get("text"), Hint: p.T("approvals.text_hint")},
		{Name: "amount", Kind: ui.FieldMoney, Label: p.T("approval.field_amount"), Value: typed.Get("amount"), Unit: ui.UnitOf(p, currency), Optional: true, Span: 6},
	}
	form := ui.FormView{ID: "request", Action: listPath, Guard: true, Submit: ui.Action{Label: p.T("approvals.submit"), Kind: ui.ActionPrimary, Icon: "send"}, Consequence: p.T("approvals.submit_consequence"),
		Cancel: &ui.Link{Label: p.T("common.cancel"), URL: cancel}}
	form.Fields, form.Problem = ui.WithErrors(fields, failure, p)
	return ui.Compose(ui.PageView{Title: title, Current: "approvals", Narrow: true, Crumbs: []ui.Crumb{{Label: p.T("approvals.title"), URL: listPath}, {Label: title}}},
		ui.Filled(ui.CardView{Label: title}, ui.Form(form)))
}

// standPage is who stands in for the actor, and for whom the actor does.
func standPage(ctx context.Context, actor access.Actor, all []approval.Delegation, usual []approval.Colleague, names map[string]string, today calendar.Date, typed url.Values, failure error) templ.Component {
	p := httpx.PrinterFrom(ctx)
	from := typed.Get("from")
	if from == "" {
		from = today.String()
	}
	to, hint := typed.Get("to"), p.T("approvals.deputy_hint")
	if len(usual) > 0 {
		hint = p.T("approvals.deputy_last", "Name", usual[0].Name, "Login", usual[0].Login)
		if typed == nil { // nobody has typed anything yet
			to = usual[0].Login
		}
	}
	fields := []ui.Field{
		{Name: "to", Label: p.T("approvals.deputy"), Value: to, Hint: hint, Suggest: suggestID, Autocomplete: "off"},
		{Name: "from", Kind: ui.FieldDate, Label: p.T("approvals.from"), Value: from, Span: 6},
		{Name: "until", Kind: ui.FieldDate, Label: p.T("approvals.until"), Value: typed.Get("until"), Span: 6},
	}
	form := ui.FormView{ID: "stand-in", Action: standPath, Suggest: []ui.Suggestions{{ID: suggestID, From: suggestPath}}, Submit: ui.Action{Label: p.T("approvals.stand_in_save"), Kind: ui.ActionPrimary},
		Consequence: p.T("approvals.stand_in_consequence")}
	form.Fields, form.Problem = ui.WithErrors(fields, failure, p)
	table := ui.TableView{ID: "stand-ins", Label: p.T("approvals.stand_ins"), Columns: []ui.Column{{Label: p.T("approvals.stands"), Phone: true}, {Label: p.T("approvals.days")}, {Label: p.T("approvals.state"), Phone: true}, {Label: "", Phone: true}},
		Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("approvals.stand_none"), Text: p.T("approvals.stand_none_text")}}
	for _, d := range all {
		days := p.Date(d.From) + " – " + p.Date(d.Until)
		chip, end := ui.Chip{Label: p.T("approvals.stand_over")}, ui.Cell{}
		switch {
		case !d.EndedAt.IsZero() || d.Until < today:
		case d.Holds(today):
			chip = ui.Chip{Label: p.T("approvals.stand_holds"), Tone: ui.ToneGood}
		default:
			chip = ui.Chip{Label: p.T("approvals.stand_later"), Tone: ui.ToneBrand}
		}
		if d.UserID == actor.UserID && d.EndedAt.IsZero() && d.Until >= today {
			end = ui.Draw(ui.Button(ui.Action{Label: p.T("approvals.stand_end"), Small: true, Post: true, URL: standPath + "/" + d.ID + "/end"}))
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{{Text: p.T("approvals.stands_for", "Deputy", names[d.DeputyID], "Who", names[d.UserID]), Phone: days}, ui.Text(days), {Chip: &chip}, end}})
	}
	title := p.T("approvals.stand_ins")
	return ui.Compose(ui.PageView{Title: title, Subtitle: p.T("approvals.stand_ins_text"), Current: "approvals", Narrow: true, Crumbs: []ui.Crumb{{Label: p.T("approvals.title"), URL: listPath}, {Label: title}}},
		ui.Filled(ui.CardView{Title: p.T("approvals.stand_in_new")}, ui.Form(form)), ui.Filled(ui.CardView{Label: title, Flush: true}, ui.Table(table)))
}
