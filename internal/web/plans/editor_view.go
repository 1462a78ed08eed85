package plans

import (
	"cmp"
	"context"
	"strconv"

	"github.com/a-h/templ"

	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/web/ui"
)

// addresses are where a draft is sent and where one goes back to.
func (d draft) addresses() (action, back string) {
	if d.version.ID != "" {
		return addressOf(d.version, "/edit"), addressOf(d.version, "")
	}
	return "/plans/new", "/plans"
}

// hidden is what goes with every draft: what it began with, and what somebody else has written meanwhile.
func (d draft) hidden() []ui.Field {
	fields := []ui.Field{{Kind: ui.FieldHidden, Name: "seen", Value: d.seen}, {Kind: ui.FieldHidden, Name: "after", Value: d.after}}
	fields = append(fields, ui.OriginFields(d.source)...)
	if d.theirs != nil {
		tag := d.theirs.Tag()
		if d.version.ID == "" {
			tag = d.theirs.ID
		}
		fields = append(fields, ui.Field{Kind: ui.FieldHidden, Name: "theirs", Value: tag})
	}
	return fields
}

func editorHead(p *i18n.Printer, d draft) ui.PageView {
	view := ui.PageView{Title: p.T("plans.new"), Current: "plans", Crumbs: []ui.Crumb{{Label: p.T("plans.title"), URL: "/plans"}, {Label: p.T("plans.new")}}}
	if d.version.ID != "" {
		_, back := d.addresses()
		view.Title = p.T("plans.edit") + " · " + nameOf(p, d.version) + " v" + strconv.Itoa(d.version.Number)
		view.Crumbs = []ui.Crumb{{Label: p.T("plans.title"), URL: "/plans"}, {Label: nameOf(p, d.version), URL: back}, {Label: p.T("plans.edit")}}
	}
	return view
}

// guidedPage is the guided form with everything beside it.
func guidedPage(ctx context.Context, d draft) templ.Component {
	p := httpx.PrinterFrom(ctx)
	action, back := d.addresses()
	view := editorHead(p, d)
	view.Charts, view.Subtitle = true, p.T("planform.subtitle")
	view.Actions = []ui.Action{{Label: p.T("common.cancel"), URL: back}}
	drawer := formDrawer{p: p, action: action, at: placed(d.form, d.findings)}
	v := guidedView{Action: action, Guard: p.T("form.guard"), Text: d.text, TextLabel: p.T("plans.text"), Dirty: d.dirty, Consequence: p.T("plans.save_consequence"), Conflict: conflictCard(p, d),
		Hidden: append(d.hidden(), ui.Field{Name: "mode", Value: "form"}), Settings: settingsCard(p, d), Beside: besideOf(ctx, d),
		Acts: []ui.Action{{Label: p.T("planform.look"), Icon: "refresh", Name: "act", Value: "look"},
			{Label: p.T("plans.save"), Kind: ui.ActionPrimary, Icon: "device-floppy", Name: "act", Value: "save"}, {Label: p.T("planform.as_text"), Icon: "file-text", Name: "act", Value: "as_text"}}}
	if d.failure != nil && d.theirs == nil {
		_, v.Summary.Problem = ui.WithErrors(nil, d.failure, p)
		if plan.HasErrors(d.findings) {
			v.Summary.Problem = p.T("plans.not_saved")
		}
	}
	for _, s := range d.form.Sections {
		v.Sections = append(v.Sections, drawer.section(s))
	}
	note := ui.Field{Name: "note", Label: p.T("plans.note"), Hint: p.T("plans.note_hint"), Value: d.note, Optional: true}
	v.Sections = append(v.Sections, drawer.rest(d.form), sectionView{ID: "s-note", Title: p.T("plans.note"), Groups: []groupView{{Fields: []fieldView{{Field: note}}}}})
	return ui.Compose(view, append(ui.OriginNote(p, d.source), ui.Across(guidedForm(v)))...)
}

// settingsCard asks for what is shown beside the form.
func settingsCard(p *i18n.Printer, d draft) templ.Component {
	fields := []ui.Field{{Name: "prose", Kind: ui.FieldSelect, Label: p.T("plans.language"), Span: 6, Options: []ui.Option{
		{Value: "zh", Label: p.T("plans.chinese"), Selected: d.lang == plan.LangZh}, {Value: "en", Label: p.T("plans.english"), Selected: d.lang == plan.LangEn}}}}
	if d.worked != nil && len(d.worked.people) > 0 {
		who := ui.Field{Name: "worked", Kind: ui.FieldSelect, Label: p.T("planform.worked_who", "Month", p.Month(d.worked.month)), Span: 6}
		for _, h := range d.worked.people {
			who.Options = append(who.Options, ui.Option{Value: h.PersonKey, Label: h.Name + " · " + h.PersonKey, Selected: h.PersonKey == d.worked.chosen})
		}
		fields = append(fields, who)
	}
	fields = append(fields, ui.Field{Name: "quota", Kind: ui.FieldMoney, Label: p.T("plans.curve_quota"), Value: d.drawn.curveText[0], Span: 6},
		ui.Field{Name: "rate", Kind: ui.FieldText, Label: p.T("plans.curve_rate"), Value: d.drawn.curveText[1], Span: 6})
	var views []fieldView
	for _, f := range fields {
		views = append(views, fieldView{Field: f})
	}
	return ui.Filled(ui.CardView{Title: p.T("planform.beside"), Sub: p.T("planform.beside_sub"), Span: -1}, guidedGroup(groupView{Fields: views}))
}

// besideOf is what the draft means: findings, a real month, its examples, its curve, its cost, its text.
func besideOf(ctx context.Context, d draft) (v besideView) {
	p := httpx.PrinterFrom(ctx)
	drawer := formDrawer{p: p}
	for path, findings := range placed(d.form, d.findings) {
		for _, f := range findings {
			v.At = append(v.At, atField{pathID(path), string(f.Severity), drawer.says(f)})
		}
	}
	v.Parts = append(v.Parts, findingsCard(p, d.findings))
	if card := workedCard(p, d); card != nil {
		v.Parts = append(v.Parts, card)
	}
	if len(d.examples) > 0 {
		v.Parts = append(v.Parts, examplesCard(p, d.examples), acceptances(p, d.examples))
	}
	if d.document == nil {
		return v
	}
	if curve := curveCard(p, d.drawn); curve != nil && d.drawn.curve.QuotaFen > 0 {
		v.Parts = append(v.Parts, curve)
	}
	if d.trial != nil {
		v.Parts = append(v.Parts, costsCard(p, d.document.Plan, d.trial))
	}
	v.Parts = append(v.Parts, ui.Filled(ui.CardView{Title: p.T("plans.preview"), Span: -1, Flush: true}, preview(proseOf(d.document, d.lang), tagOf(d.lang))))
	return v
}

// acceptances offer to write what failing examples came to in the place of what they wanted.
func acceptances(p *i18n.Printer, examples []planbook.Example) templ.Component {
	var parts []templ.Component
	for i, e := range examples {
		if len(e.Differences) > 0 {
			title := cmp.Or(e.Title, p.T("plans.examples_only"))
			parts = append(parts, ui.NoteOf(ui.Note{Tone: ui.ToneWarn, Strong: title, Text: p.T("planform.accept_text", "Count", len(e.Differences))}),
				ui.Beside(ui.Button(ui.Action{Label: p.T("planform.accept", "Title", title), Icon: "check", Name: "act", Value: "accept " + strconv.Itoa(i)})))
		}
	}
	return templ.Join(parts...)
}

// workedCard compares somebody's real month with what the draft would have earned them.
func workedCard(p *i18n.Printer, d draft) templ.Component {
	w := d.worked
	if w == nil {
		return nil
	}
	card := ui.CardView{ID: "worked", Title: p.T("planform.worked"), Span: -1}
	switch {
	case len(w.people) == 0:
		return ui.Filled(card, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("planform.worked_none"), Text: p.T("planform.worked_none_text")}))
	case w.failure != nil:
		_, why := ui.WithErrors(nil, w.failure, p)
		return ui.Filled(card, ui.NoteOf(ui.Note{Tone: ui.ToneWarn, Strong: p.T("planform.worked_failed"), Text: why}))
	case !w.tried:
		return ui.Filled(card, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("planform.worked_waits")}))
	}
	t := w.trial
	change := t.AfterMinor - t.BeforeMinor
	note := ui.Note{Tone: ui.ToneBrand, Strong: p.T("planform.worked_same"), Text: p.T("planform.worked_earned", "Name", t.Name, "Before", p.Money(t.BeforeMinor, t.Currency), "After", p.Money(t.AfterMinor, t.Currency))}
	switch {
	case !t.Pays:
		note.Tone, note.Strong = ui.ToneWarn, p.T("planform.worked_unpaid", "Name", t.Name)
	case change > 0:
		note.Tone, note.Strong = ui.ToneGood, p.T("planform.worked_more", "Change", p.Money(change, t.Currency))
	case change < 0:
		note.Tone, note.Strong = ui.ToneWarn, p.T("planform.worked_less", "Change", p.Money(-change, t.Currency))
	}
	var lines []ui.EffectLine
	for _, l := range t.Lines {
		name := text(p, l.Name)
		if plan := text(p, l.Plan); plan != "" {
			name = plan + " · " + name
		}
		lines = append(lines, ui.EffectLine{Label: name, Before: l.BeforeMinor, After: l.AfterMinor})
	}
	table := ui.EffectTable(p.T("planform.worked"), [4]string{p.T("plans.component"), p.T("planform.worked_before"), p.T("planform.worked_after"), p.T("planform.worked_change")}, p.T("planform.worked_sum"), lines)
	table.Note = p.T("planform.worked_computed")
	if t.Stored {
		table.Note = p.T("planform.worked_stored")
	}
	card.Sub = t.Name + " · " + p.Month(t.Month)
	return ui.Filled(card, ui.NoteOf(note), ui.Table(table))
}

// conflictView shows two texts side by side.
type conflictView struct {
	Title, Text, TheirsLabel, MineLabel string
	Theirs, Mine                        []ui.DiffPart
	Acts                                []ui.Action
}

// conflictCard shows what somebody else wrote beside what is about to be saved, and offers what can be done; nil without a conflict.
func conflictCard(p *i18n.Printer, d draft) templ.Component {
	if d.theirs == nil {
		return nil
	}
	t := *d.theirs
	_, why := ui.WithErrors(nil, d.failure, p)
	v := conflictView{Title: p.T("planform.conflict"), Text: why + " " + p.T("planform.conflict_text"), MineLabel: p.T("planform.conflict_mine"),
		TheirsLabel: p.T("planform.conflict_theirs", "Who", cmp.Or(d.names[t.AuthorID], i18n.Unknown), "Number", t.Number, "On", day(p, t.CreatedAt))}
	var left, right []ui.LineChange
	for _, c := range ui.CompareLines(t.Text, d.text) {
		if c.Kind != ui.DiffAdded {
			left = append(left, c)
		}
		if c.Kind != ui.DiffRemoved {
			right = append(right, c)
		}
	}
	v.Theirs, v.Mine = ui.LineParts(p, left), ui.LineParts(p, right)
	if d.version.ID != "" && t.State == planbook.StateDraft && t.AuthorID == d.version.AuthorID && !foreign(d.failure) {
		v.Acts = append(v.Acts, ui.Action{Label: p.T("planform.overwrite"), Kind: ui.ActionDanger, Icon: "device-floppy", Name: "act", Value: "overwrite"})
	}
	v.Acts = append(v.Acts, ui.Action{Label: p.T("planform.as_new"), Kind: ui.ActionPrimary, Icon: "file-plus", Name: "act", Value: "as_new"},
		ui.Action{Label: p.T("planform.take_theirs"), Icon: "eye", URL: addressOf(t, "")})
	return sideBySide(v)
}
