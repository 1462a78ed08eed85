package plans

import (
	"cmp"
	"context"
	"net/url"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/origin"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/web/ui"
)

func approvalCard(p *i18n.Printer, s shown) templ.Component {
	v := s.version
	moments := []ui.Moment{{When: monthDay(p, v.CreatedAt), At: when(v.CreatedAt), Detail: day(p, v.CreatedAt), Icon: "pencil", Title: p.T("plans.drafted", "Who", cmp.Or(s.names[v.AuthorID], i18n.Unknown))}}
	switch {
	case v.ApproverID != "":
		moments = append(moments, ui.Moment{When: monthDay(p, v.ApprovedAt), At: when(v.ApprovedAt), Detail: day(p, v.ApprovedAt), Icon: "check", Tone: ui.ToneGood, Title: p.T("plans.approved_by", "Who", cmp.Or(s.names[v.ApproverID], i18n.Unknown))})
	case v.State == planbook.StateDraft:
		moments = append(moments, ui.Moment{When: i18n.Unknown, Icon: "signature", Title: p.T("plans.awaiting"), Future: true})
	}
	if v.State == planbook.StateWithdrawn {
		moments = append(moments, ui.Moment{When: i18n.Unknown, Icon: "arrow-back-up", Title: p.T("plans.withdrawn", "Why", v.Note)})
	}
	facts := []ui.Fact{{Term: p.T("plans.effective"), Text: days(p, v.Effective)}, {Term: p.T("plans.hash"), Body: hashOf(v.Hash)}}
	if v.Note != "" && v.State != planbook.StateWithdrawn {
		facts = append(facts, ui.Fact{Term: p.T("plans.note"), Text: v.Note})
	}
	return ui.Filled(ui.CardView{Title: p.T("plans.approval"), Span: -1}, ui.Timeline(moments), ui.Facts(facts))
}

// monthDay writes the day of an instant as short as a timeline needs it; the full date stands beside.
func monthDay(p *i18n.Printer, t time.Time) string { return p.Local(t).Format("01-02") }

// acts are what the actor may do with the version now.
func acts(p *i18n.Printer, s shown) (parts []templ.Component) {
	v := s.version
	if v.State == planbook.StateDraft && s.actor.CanAll(access.PermPlanApprove) {
		if v.AuthorID == s.actor.UserID {
			parts = append(parts, ui.NoteOf(ui.Note{Tone: ui.ToneWarn, Icon: "lock", Strong: p.T("plans.own_draft"), Text: p.T("plans.own_draft_text")}))
		} else {
			parts = append(parts, ui.Filled(ui.CardView{Title: p.T("plans.approve"), Span: -1}, ui.Form(ui.FormView{ID: "approve", Action: addressOf(v, "/approve"), Fields: []ui.Field{{Name: "seen", Kind: ui.FieldHidden, Value: v.Tag()}},
				Submit: ui.Action{Label: p.T("plans.approve"), Kind: ui.ActionPrimary, Icon: "check"}, Consequence: p.T("plans.approve_consequence", "From", p.Date(v.Effective.From))})))
		}
	}
	own := v.State == planbook.StateDraft && v.AuthorID == s.actor.UserID && s.actor.Can(access.PermPlanWrite)
	if v.State != planbook.StateWithdrawn && (own || s.actor.CanAll(access.PermPlanApprove)) {
		fields := []ui.Field{{Name: "reason", Label: p.T("plans.reason"), Value: s.reason}}
		if s.failedAt == "withdraw" {
			fields, _ = ui.WithErrors(fields, s.failure, p)
		}
		parts = append(parts, ui.Filled(ui.CardView{Title: p.T("plans.withdraw"), Span: -1}, ui.Form(ui.FormView{ID: "withdraw", Action: addressOf(v, "/withdraw"), Fields: fields,
			Submit: ui.Action{Label: p.T("plans.withdraw"), Kind: ui.ActionDanger, Icon: "arrow-back-up"}, Consequence: p.T("plans.withdraw_consequence")})))
	}
	return parts
}

var severityTones = map[plan.Severity]ui.Tone{plan.SeverityError: ui.ToneBad, plan.SeverityWarning: ui.ToneWarn}

var severityIcons = map[plan.Severity]string{plan.SeverityError: "alert-octagon", plan.SeverityWarning: "alert-triangle", plan.SeverityNote: "info-circle"}

func findingsCard(p *i18n.Printer, findings []plan.Finding) templ.Component {
	if len(findings) == 0 {
		return ui.Filled(ui.CardView{ID: "findings", Title: p.T("plans.findings"), Span: -1}, ui.NoteOf(ui.Note{Tone: ui.ToneGood, Strong: p.T("plans.findings_none"), Text: p.T("plans.findings_none_text")}))
	}
	card := ui.CardView{ID: "findings", Title: p.T("plans.findings"), Flush: true, Span: -1}
	counts := map[plan.Severity]int{}
	var items []ui.Item
	for _, severity := range []plan.Severity{plan.SeverityError, plan.SeverityWarning, plan.SeverityNote} {
		for _, f := range findings {
			if f.Severity != severity {
				continue
			}
			counts[severity]++
			item := ui.Item{Icon: severityIcons[severity], Tone: severityTones[severity], Title: p.Message(f.Message), Detail: p.Message(f.Remedy), Top: true}
			if f.Row > 0 {
				item.Beside = p.T("plans.line", "Row", f.Row)
			}
			items = append(items, item)
		}
		if counts[severity] > 0 {
			card.Chips = append(card.Chips, ui.Chip{Label: strconv.Itoa(counts[severity]) + " " + p.T("plans.severity_"+string(severity)), Tone: severityTones[severity]})
		}
	}
	return ui.Filled(card, ui.List(items))
}

func versionsCard(p *i18n.Printer, s shown) templ.Component {
	table := ui.TableView{Label: p.T("plans.versions"), Columns: []ui.Column{{Label: p.T("plans.version")}, {Label: p.T("plans.state")}, {Label: p.T("plans.tab_diff")}}}
	for _, v := range s.siblings {
		chip := stateChip(p, v.State)
		row := ui.Row{Cells: []ui.Cell{{Text: "v" + strconv.Itoa(v.Number), URL: addressOf(v, ""), Sub: days(p, v.Effective)}, {Chip: &chip}, {}}}
		if v.ID == s.version.ID {
			row.Kind = ui.RowSelected
		} else {
			row.Cells[2] = ui.LinkTo(p.T("plans.compare"), addressOf(s.version, "/diff?with="+url.QueryEscape(v.ID)))
		}
		table.Rows = append(table.Rows, row)
	}
	return ui.Filled(ui.CardView{Title: p.T("plans.versions"), Flush: true, Span: -1}, ui.Table(table))
}

func sourcePage(ctx context.Context, s shown) templ.Component {
	p := httpx.PrinterFrom(ctx)
	return ui.Compose(headOf(p, s, "/source"), ui.Filled(ui.CardView{Title: p.T("plans.text")}, sourceText(s.version.Text)))
}

// diffPage shows what changed from the other version to this one. other is nil when there is none.
func diffPage(ctx context.Context, s shown, other *planbook.Version) templ.Component {
	p := httpx.PrinterFrom(ctx)
	view := headOf(p, s, "/diff")
	if other == nil {
		return ui.Compose(view, ui.Filled(ui.CardView{Label: p.T("plans.tab_diff")}, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("plans.diff_none")})))
	}
	from, to := *other, s.version
	if from.Number > to.Number {
		from, to = to, from
	}
	var choices []ui.Tab
	for _, v := range s.siblings {
		if v.ID != s.version.ID {
			choices = append(choices, ui.Tab{Label: "v" + strconv.Itoa(v.Number), URL: addressOf(s.version, "/diff?with="+url.QueryEscape(v.ID)), Current: v.ID == other.ID})
		}
	}
	card := ui.CardView{Title: p.T("plans.diff_title", "From", from.Number, "To", to.Number), Head: ui.Segment(choices, p.T("plans.diff_with"))}
	if from.Text == to.Text {
		return ui.Compose(view, ui.Filled(card, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("plans.diff_same")})))
	}
	text := ui.Filled(card, changed(ui.LineParts(p, ui.CompareLines(from.Text, to.Text))))
	if words := changesCard(p, s, from, to); words != nil {
		return ui.Compose(view, ui.Stack(12, words, text))
	}
	return ui.Compose(view, text)
}

func editPage(ctx context.Context, d draft) templ.Component {
	p := httpx.PrinterFrom(ctx)
	action, back := d.addresses()
	view := editorHead(p, d)
	form := ui.FormView{ID: "draft", Action: action, Guard: true, Cancel: &ui.Link{Label: p.T("common.cancel"), URL: back}, Consequence: p.T("plans.save_consequence"),
		Submit: ui.Action{Label: p.T("plans.save"), Kind: ui.ActionPrimary, Icon: "device-floppy", Name: "act", Value: "save"},
		Others: []ui.Action{{Label: p.T("plans.check"), Icon: "list-check", Name: "act", Value: "check"}, {Label: p.T("planform.as_form"), Icon: "edit", Name: "act", Value: "as_form"}},
		Fields: append(d.hidden(), ui.Field{Name: "text", Kind: ui.FieldCode, Label: p.T("plans.text"), Hint: p.T("plans.text_hint"), Value: d.text, Rows: 32},
			ui.Field{Name: "note", Label: p.T("plans.note"), Hint: p.T("plans.note_hint"), Value: d.note, Optional: true})}
	if d.failure != nil {
		if plan.HasErrors(d.findings) {
			form.Fields[len(form.Fields)-2].Error = p.T("plans.not_saved")
		} else {
			_, form.Problem = ui.WithErrors(nil, d.failure, p)
		}
	}
	body := ui.Form(form)
	if conflict := conflictCard(p, d); conflict != nil {
		body = ui.FormWith(form, conflict)
	}
	main := []templ.Component{ui.Filled(ui.CardView{Label: p.T("plans.text"), Span: -1}, body)}
	if d.fresh { // templates first: few begin with an empty page
		return ui.Compose(view, append(ui.OriginNote(p, d.source), ui.Stack(5, besideEditor(p, d)...), ui.Stack(7, main...))...)
	}
	return ui.Compose(view, append(ui.OriginNote(p, d.source), ui.Stack(7, main...), ui.Stack(5, besideEditor(p, d)...))...)
}

// templatesCard offers documents to start from.
func templatesCard(p *i18n.Printer, source *origin.Source) templ.Component {
	var items []ui.Item
	for _, name := range planbook.Templates {
		items = append(items, ui.Item{Icon: "file-plus", Title: p.T("plans.template_" + name), URL: ui.OriginURL("/plans/new?template="+name, source), Detail: p.T("plans.template_" + name + "_text")})
	}
	return ui.Filled(ui.CardView{Title: p.T("plans.start_template"), Flush: true, Span: -1}, ui.List(items))
}

// besideEditor is what is known about the text: findings by line, and what it reads like.
func besideEditor(p *i18n.Printer, d draft) (parts []templ.Component) {
	if !d.checked {
		if d.fresh {
			parts = append(parts, templatesCard(p, d.source))
		}
		if len(d.starts) == 0 {
			return parts
		}
		var items []ui.Item
		for _, v := range d.starts {
			items = append(items, ui.Item{Icon: "file-text", Title: nameOf(p, v) + " v" + strconv.Itoa(v.Number), URL: ui.OriginURL("/plans/new?from="+url.QueryEscape(v.ID), d.source), Detail: days(p, v.Effective)})
		}
		existing := ui.Filled(ui.CardView{ID: "starts", Title: p.T("plans.start_from"), Flush: true, Span: -1}, ui.List(items))
		if d.source != nil { // a decision changes what there is
			return append([]templ.Component{existing}, parts...)
		}
		return append(parts, existing)
	}
	parts = append(parts, findingsCard(p, d.findings))
	if d.trial != nil {
		parts = append(parts, costsCard(p, d.document.Plan, d.trial))
	}
	if d.document != nil {
		lang := plan.LangEn
		if p.Zh() {
			lang = plan.LangZh
		}
		parts = append(parts, ui.Filled(ui.CardView{Title: p.T("plans.preview"), Span: -1, Flush: true}, preview(proseOf(d.document, lang), tagOf(lang))))
	}
	return parts
}
