package receipts

import (
	"context"
	"errors"
	"strconv"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/payroll"
	"xiaoguan/internal/web/ui"
)

var stateTones = map[payroll.State]ui.Tone{payroll.StateWaiting: ui.ToneWarn, payroll.StatePaid: ui.ToneGood, payroll.StateRejected: ui.ToneBad, payroll.StateNothing: ui.ToneLine}

func page(ctx context.Context, s shown) templ.Component {
	p := httpx.PrinterFrom(ctx)
	month := s.sheet.Month
	base := "/months/" + month.String() + "/receipts"
	view := ui.PageView{Title: p.T("payroll.title_of", "Month", p.Month(month)), Subtitle: p.T("payroll.subtitle"), Current: "months",
		Crumbs: []ui.Crumb{{Label: p.T("months.title"), URL: "/months"}, {Label: p.Month(month), URL: "/months/" + month.String()}, {Label: p.T("payroll.title")}},
		Tabs:   []ui.Tab{{Label: p.T("payroll.all"), URL: base, Current: s.only == ""}}}
	for _, state := range []payroll.State{payroll.StateWaiting, payroll.StatePaid, payroll.StateRejected} {
		view.Tabs = append(view.Tabs, ui.Tab{Label: p.T("payroll.state_" + string(state)), URL: base + "?state=" + string(state), Current: s.only == state})
	}
	sum := s.sheet.Sum
	metric := func(key string, count int, minor int64) templ.Component {
		return ui.MetricCard(ui.Metric{Label: p.T("payroll.sum_" + key), Basis: p.T("payroll.people", "Count", count), Value: ui.Money(ui.Amount{Minor: minor, Currency: s.currency})})
	}
	var parts []templ.Component
	if s.done != "" && s.failure == nil {
		count, _ := strconv.Atoi(s.done) // of no number is none
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "done", Tone: ui.ToneGood, Strong: p.T("payroll.done", "Count", count)})))
	}
	parts = append(parts, metric("asked", sum.Asked, sum.AskedMinor), metric("paid", sum.Paid, sum.PaidMinor), metric("waiting", sum.Waiting, sum.WaitingMinor), metric("rejected", sum.Rejected, sum.RejectedMinor))
	if sum.Different > 0 {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "differences", Tone: ui.ToneWarn, Strong: p.T("payroll.different", "Count", sum.Different), Text: p.T("payroll.different_text", "Amount", p.Money(sum.Diff, s.currency))})))
	}
	if s.actor.CanAll(access.PermPeriodApprove) {
		parts = append(parts, againCard(p, s, base), uploadCard(p, s, base), oneCard(p, s, base))
	}
	return ui.Compose(view, append(parts, linesCard(p, s, base))...)
}

// linesCard lists the payments.
func linesCard(p *i18n.Printer, s shown, base string) templ.Component {
	table := ui.TableView{ID: "payments", Label: p.T("payroll.payments"), Columns: []ui.Column{{Label: p.T("payroll.person"), Phone: true}, {Label: p.T("payroll.due"), Kind: ui.ColumnNumber, Phone: true},
		{Label: p.T("payroll.state"), Phone: true}, {Label: p.T("payroll.paid"), Kind: ui.ColumnNumber}, {Label: p.T("payroll.difference"), Kind: ui.ColumnNumber}, {Label: p.T("payroll.answer")}},
		Exports: []ui.Link{{Label: p.T("payroll.export_xlsx"), URL: base + "/export/xlsx"}, {Label: p.T("payroll.export_csv"), URL: base + "/export/csv"}},
		Empty:   &ui.State{Kind: ui.StateEmpty, Title: p.T("payroll.empty"), Text: p.T("payroll.empty_text")}}
	shown := 0
	for _, l := range s.sheet.Lines {
		if s.only != "" && l.State != s.only {
			continue
		}
		shown++
		chip := ui.Chip{Label: p.T("payroll.state_" + string(l.State)), Tone: stateTones[l.State]}
		paid, difference, answer := ui.Text(i18n.Unknown), ui.Text(i18n.Unknown), ui.Text(i18n.Unknown)
		if l.State == payroll.StatePaid {
			paid = ui.MoneyCell(l.Receipt.AmountMinor)
			difference = ui.Draw(ui.Money(ui.Amount{Minor: l.Difference(), Plain: true, Signed: true}))
		}
		if r := l.Receipt; r != nil {
			answer = ui.Cell{Text: joined(p.T("payroll.outcome_on", "Outcome", p.T("payroll.outcome_"+string(r.Outcome)), "Day", p.Date(r.PaidOn)), r.Reference, r.Reason), Sub: p.T("payroll.by", "Who", s.users[r.RecordedBy])}
		}
		due := ui.MoneyCell(l.Asked)
		if l.AgainIn != "" {
			due.Sub = p.T("payroll.attempt", "Number", l.Attempt)
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{{Text: l.Name, Sub: joined(l.PersonKey, l.TeamName), URL: "/ledger/account?person=" + strconv.FormatInt(l.PersonID, 10)}, due, {Chip: &chip, Phone: answerPhone(p, l)},
			paid, difference, answer}})
	}
	return ui.Filled(ui.CardView{ID: "lines", Title: p.T("payroll.payments"), Count: shown, Flush: true}, ui.Table(table))
}

func answerPhone(p *i18n.Printer, l payroll.Line) string {
	if l.Receipt == nil {
		return ""
	}
	return joined(p.Date(l.Receipt.PaidOn), l.Receipt.Reason)
}

func joined(parts ...string) (text string) {
	for _, part := range parts {
		if part != "" && text != "" {
			text += " · "
		}
		text += part
	}
	return text
}

// uploadCard takes payroll's answers as a file.
func uploadCard(p *i18n.Printer, s shown, base string) templ.Component {
	form := ui.FormView{ID: "upload", Action: base, Multipart: true, Fields: []ui.Field{{Name: "files", Kind: ui.FieldFile, Label: p.T("payroll.file"), Accept: ".csv,.txt,.xlsx", Hint: p.T("payroll.file_hint")}},
		Submit: ui.Action{Label: p.T("payroll.take"), Kind: ui.ActionPrimary, Icon: "upload"}, Consequence: p.T("payroll.take_consequence")}
	var below []templ.Component
	if s.form == "upload" {
		if failure, ok := errors.AsType[*errs.Error](s.failure); ok && len(failure.Fields) > 0 && failure.Fields[0].Row > 0 {
			form.Problem = p.T("payroll.rows_wrong", "Count", len(failure.Fields))
			below = append(below, problemsTable(p, failure.Fields))
		} else {
			form.Fields, form.Problem = ui.WithErrors(form.Fields, s.failure, p)
		}
	}
	return ui.Filled(ui.CardView{ID: "hand-in", Title: p.T("payroll.hand_in"), Sub: p.T("payroll.hand_in_sub"), Span: 6}, append([]templ.Component{ui.Form(form)}, below...)...)
}

// problemsShown is how many wrong rows the page lists.
const problemsShown = 50

// problemsTable lists what is wrong with a file, row by row.
func problemsTable(p *i18n.Printer, fields []errs.Field) templ.Component {
	table := ui.TableView{Label: p.T("payroll.problems"), Columns: []ui.Column{{Label: p.T("payroll.row"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("payroll.problem"), Phone: true}, {Label: p.T("payroll.value")}}}
	for i, f := range fields {
		if i == problemsShown {
			table.Note = p.T("payroll.more_problems", "Count", len(fields)-i)
			break
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(strconv.Itoa(f.Row)), {Text: p.Message(f.Message), Sub: p.Message(f.Remedy)}, ui.Text(f.Value)}})
	}
	return ui.Table(table)
}

// oneCard takes one answer by hand.
func oneCard(p *i18n.Printer, s shown, base string) templ.Component {
	value := func(name string) string {
		if s.form != "one" {
			return ""
		}
		return s.typed(name)
	}
	who := ui.Field{Name: "person_key", Kind: ui.FieldSelect, Label: p.T("payroll.person")}
	for _, l := range s.sheet.Lines {
		if l.State != payroll.StateNothing {
			who.Options = append(who.Options, ui.Option{Value: l.PersonKey, Label: joined(l.Name, l.PersonKey, p.T("payroll.state_"+string(l.State))), Selected: value("person_key") == l.PersonKey})
		}
	}
	outcome := ui.Field{Name: "outcome", Kind: ui.FieldSelect, Label: p.T("payroll.outcome"), Span: 6}
	for _, o := range []payout.Outcome{payout.OutcomePaid, payout.OutcomeRejected} {
		outcome.Options = append(outcome.Options, ui.Option{Value: string(o), Label: p.T("payroll.outcome_" + string(o)), Selected: value("outcome") == string(o)})
	}
	form := ui.FormView{ID: "one", Action: base + "/one", Submit: ui.Action{Label: p.T("payroll.keep"), Icon: "check"}, Consequence: p.T("payroll.keep_consequence"), Fields: []ui.Field{who, outcome,
		{Name: "paid_on", Kind: ui.FieldDate, Label: p.T("payroll.day"), Value: value("paid_on"), Span: 6},
		{Name: "amount", Kind: ui.FieldMoney, Label: p.T("payroll.paid"), Value: value("amount"), Unit: ui.UnitOf(p, s.currency), Optional: true, Hint: p.T("payroll.amount_hint"), Span: 6},
		{Name: "reference", Label: p.T("payroll.reference"), Value: value("reference"), Optional: true, Span: 6},
		{Name: "reason", Label: p.T("payroll.reason"), Value: value("reason"), Optional: true, Hint: p.T("payroll.reason_hint")}}}
	if s.form == "one" {
		form.Fields, form.Problem = ui.WithErrors(form.Fields, s.failure, p)
	}
	return ui.Filled(ui.CardView{ID: "by-hand", Title: p.T("payroll.by_hand"), Sub: p.T("payroll.by_hand_sub"), Span: 6}, ui.Form(form))
}

// againCard offers the later file for what was rejected, and lists those that were made.
func againCard(p *i18n.Printer, s shown, base string) templ.Component {
	waiting, files := 0, []string{}
	seen := map[string]bool{}
	for _, l := range s.sheet.Lines {
		if l.AgainDue {
			waiting++
		}
		if l.AgainIn != "" && !seen[l.AgainIn] {
			seen[l.AgainIn] = true
			files = append(files, l.AgainIn)
		}
	}
	if waiting == 0 && len(files) == 0 {
		return templ.NopComponent
	}
	var parts []templ.Component
	if waiting > 0 {
		form := ui.FormView{ID: "again", Action: base + "/again", Submit: ui.Action{Label: p.T("payroll.again"), Kind: ui.ActionPrimary, Icon: "file-download"}, Consequence: p.T("payroll.again_consequence", "Count", waiting)}
		if s.form == "again" {
			_, form.Problem = ui.WithErrors(nil, s.failure, p)
		}
		parts = append(parts, ui.Form(form))
	}
	for _, id := range files {
		parts = append(parts, ui.Beside(ui.Button(ui.Action{Label: p.T("payroll.again_xlsx", "File", id[:min(8, len(id))]), URL: "/pay-again/" + id + "/xlsx", Download: true, Small: true, Icon: "file-download"}),
			ui.Button(ui.Action{Label: "CSV", URL: "/pay-again/" + id + "/csv", Download: true, Small: true, Icon: "file-download"})))
	}
	return ui.Filled(ui.CardView{ID: "pay-again", Title: p.T("payroll.again_title"), Sub: p.T("payroll.again_sub")}, parts...)
}
