package disputes

import (
	"context"
	"net/url"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/dispute"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/web/ui"
)

// aboutOf are the lines that a row of a statement stands for: itself, the payment behind a credit, and its component.
func aboutOf(lines []dispute.Choice, asked dispute.Line) (about []dispute.Choice) {
	wanted := []dispute.Line{asked}
	if asked.Kind == dispute.LineCredit && asked.Payment != "" {
		wanted = append(wanted, asked.OfPayment())
	}
	if asked.Kind != dispute.LineComponent && asked.Component != "" {
		wanted = append(wanted, dispute.Line{Kind: dispute.LineComponent, Component: asked.Component})
	}
	for _, w := range wanted {
		for _, c := range lines {
			if c.Key() == w.Key() {
				about = append(about, c)
				break
			}
		}
	}
	return about
}

func statementURL(month, plan string) string {
	return "/pay/" + month + "?" + url.Values{"plan": {plan}}.Encode()
}

// formPage asks what is wrong with a line.
func (h *Handler) formPage(ctx context.Context, a asked, lines []dispute.Choice, w dispute.Window, rules dispute.Rules, failure error) templ.Component {
	p := httpx.PrinterFrom(ctx)
	back := statementURL(a.month.String(), a.plan)
	view := ui.PageView{Title: p.T("dispute.raise"), Subtitle: p.T("dispute.raise_sub", "Month", p.Month(a.month)), Current: "pay", Narrow: true,
		Crumbs: []ui.Crumb{{Label: p.T("pay.title"), URL: "/pay"}, {Label: p.Month(a.month), URL: back}, {Label: p.T("dispute.raise")}}}
	about := aboutOf(lines, a.line)
	if len(about) == 0 {
		return ui.Compose(view, ui.Filled(ui.CardView{Label: view.Title}, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("dispute.no_line"),
			Actions: []ui.Action{{Label: p.T("dispute.back"), URL: back}}})))
	}
	if !w.Open {
		text := p.T("dispute.not_published", "Month", a.month)
		if w.Published {
			text = p.T("dispute.too_late", "Month", a.month, "Until", w.Last(p.Zone()))
		}
		return ui.Compose(view, ui.Filled(ui.CardView{Label: view.Title}, ui.StateOf(ui.State{Kind: ui.StateForbidden, Icon: "clock-exclamation", Title: p.T("dispute.over"), Text: text,
			Actions: []ui.Action{{Label: p.T("dispute.back"), URL: back}}})))
	}
	form := ui.FormView{ID: "dispute", Action: "/disputes", Multipart: true, Guard: true, Fields: h.formFields(p, h.namesOf(ctx, access.ActorFrom(ctx)), w.VersionID, a, about), Cancel: &ui.Link{Label: p.T("common.cancel"), URL: back},
		Submit:      ui.Action{Label: p.T("dispute.raise_button"), Kind: ui.ActionPrimary, Icon: "send"},
		Consequence: p.T("dispute.raise_consequence", "Days", rules.AnswerWorkDays)}
	form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p)
	return ui.Compose(view, ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneBrand, Icon: "clock", Text: p.T("dispute.until", "Until", w.Last(p.Zone()))})),
		ui.Filled(ui.CardView{Label: view.Title}, ui.Form(form)))
}

func (h *Handler) formFields(p *i18n.Printer, n *names, version string, a asked, about []dispute.Choice) []ui.Field {
	line := ui.Field{Name: "line", Kind: ui.FieldRadio, Label: p.T("dispute.about")}
	for i, c := range about {
		line.Options = append(line.Options, ui.Option{Value: c.Key(), Label: n.line(version, c.Line, c.Zero), Hint: p.T("dispute.shows", "Amount", p.Money(c.AmountMinor, h.Currency())), Selected: i == 0})
	}
	cause := ui.Field{Name: "cause", Kind: ui.FieldSelect, Label: p.T("dispute.what_is_wrong"), Value: a.values.Get("cause"), Placeholder: p.T("dispute.choose")}
	for _, c := range dispute.Causes {
		cause.Options = append(cause.Options, ui.Option{Value: string(c), Label: p.T("dispute.cause_" + string(c))})
	}
	return []ui.Field{{Kind: ui.FieldHidden, Name: "month", Value: a.month.String()}, {Kind: ui.FieldHidden, Name: "plan", Value: a.plan}, line, cause,
		{Name: "text", Kind: ui.FieldArea, Rows: 5, Label: p.T("dispute.text"), Value: a.values.Get("text"), Placeholder: p.T("dispute.text_hint")},
		{Name: "expected", Kind: ui.FieldMoney, Label: p.T("dispute.expected_ask"), Value: a.values.Get("expected"), Optional: true, Unit: ui.UnitOf(p, h.Currency()), Span: 6},
		{Name: "files", Kind: ui.FieldFile, Label: p.T("dispute.files"), Optional: true, Multiple: true, Accept: dispute.FileEndings,
			Hint: p.T("dispute.files_hint", "Max", dispute.FilesMax, "Megabytes", dispute.FileBytesMax>>20, "Endings", dispute.FileEndings)}}
}

// rulesPage shows the company's rules, as a form to those who may change them.
func rulesPage(ctx context.Context, actor access.Actor, rules dispute.Rules, saved bool, failure error) templ.Component {
	p := httpx.PrinterFrom(ctx)
	view := ui.PageView{Title: p.T("dispute.rules"), Subtitle: p.T("dispute.rules_sub"), Current: "disputes", Narrow: true,
		Crumbs: []ui.Crumb{{Label: p.T("dispute.title"), URL: "/disputes"}, {Label: p.T("dispute.rules")}}}
	var parts []templ.Component
	if saved {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneGood, Text: p.T("dispute.rules_saved")})))
	}
	if !actor.Can(access.PermSettingsWrite) {
		facts := []ui.Fact{{Term: p.T("dispute.appeal_days"), Text: p.T("dispute.days", "Count", rules.AppealDays)},
			{Term: p.T("dispute.answer_work_days"), Text: p.T("dispute.work_days", "Count", rules.AnswerWorkDays)},
			{Term: p.T("dispute.approval"), Text: p.T("dispute.approval_" + string(rules.Approval))}}
		return ui.Compose(view, append(parts, ui.Filled(ui.CardView{Label: view.Title}, ui.Facts(facts)))...)
	}
	approval := ui.Field{Name: "approval", Kind: ui.FieldRadio, Label: p.T("dispute.approval"), Value: string(rules.Approval)}
	for _, a := range dispute.Approvals {
		approval.Options = append(approval.Options, ui.Option{Value: string(a), Label: p.T("dispute.approval_" + string(a)), Hint: p.T("dispute.approval_hint_" + string(a))})
	}
	form := ui.FormView{ID: "rules", Action: "/disputes/rules", Fields: []ui.Field{{Kind: ui.FieldHidden, Name: "revision", Value: number(rules.Revision)},
		{Name: "appeal_days", Kind: ui.FieldNumber, Label: p.T("dispute.appeal_days"), Hint: p.T("dispute.appeal_days_hint"), Value: number(int64(rules.AppealDays)), Unit: p.T("dispute.days_unit"), Span: 6},
		{Name: "answer_work_days", Kind: ui.FieldNumber, Label: p.T("dispute.answer_work_days"), Hint: p.T("dispute.answer_hint"), Value: number(int64(rules.AnswerWorkDays)), Unit: p.T("dispute.work_days_unit"), Span: 6},
		approval}}
	form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p)
	if errs.Is(failure, errs.KindConflict) {
		form.Problem = httpx.Describe(ctx, failure).Message
	}
	return ui.Compose(view, append(parts, ui.Filled(ui.CardView{Label: view.Title}, ui.Form(form)))...)
}
