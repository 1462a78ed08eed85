package standards

import (
	"cmp"
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/ruledoc"
	"xiaoguan/internal/sop"
	"xiaoguan/internal/standard"
	"xiaoguan/internal/web/ui"
)

var stateTones = map[standard.State]ui.Tone{standard.StateDraft: ui.ToneBrand, standard.StateSubmitted: ui.ToneWarn, standard.StateApproved: ui.ToneGood, standard.StateRetired: ui.ToneLine}

func stateChip(p *i18n.Printer, s shown, v standard.Version) ui.Chip {
	if v.ID == s.current.ID {
		return ui.Chip{Label: p.T("standard.in_force"), Icon: "check", Tone: ui.ToneGood}
	}
	tone := stateTones[v.State]
	if v.State == standard.StateApproved {
		tone = ui.ToneLine
	}
	return ui.Chip{Label: p.Message(v.State.Message()), Tone: tone}
}

func textOf(p *i18n.Printer, t sop.Text) string {
	if p.Zh() {
		return cmp.Or(t.Zh, t.En)
	}
	return cmp.Or(t.En, t.Zh)
}

// tagOf is the lang attribute of a prose language.
func tagOf(lang sop.Lang) string {
	if lang == sop.LangZh {
		return string(i18n.ZhCN)
	}
	return string(i18n.En)
}

func anchor(path string) string {
	return "s-" + strings.NewReplacer("[", "-", "]", "", ".", "-").Replace(path)
}

func day(p *i18n.Printer, t time.Time) string {
	if t.IsZero() {
		return i18n.Unknown
	}
	return p.Local(t).Format("2006-01-02")
}

func numberOf(p *i18n.Printer, v standard.Version) string {
	if v.ID == standard.ShippedID {
		return p.T("standard.shipped")
	}
	return "v" + strconv.Itoa(v.Number)
}

func effective(p *i18n.Printer, v standard.Version) string {
	if v.ID == standard.ShippedID {
		return p.T("standard.from_ever")
	}
	return p.T("standard.from", "Day", p.Date(v.EffectiveOn))
}

func listPage(ctx context.Context, s shown) templ.Component {
	p := httpx.PrinterFrom(ctx)
	view := ui.PageView{Title: p.T("nav.standards"), Subtitle: p.T("standard.list_sub"), Current: "standards"}
	if s.actor.Can(access.PermProcessWrite) {
		view.Actions = append(view.Actions, ui.Action{Label: p.T("standard.new"), Icon: "file-plus", Kind: ui.ActionPrimary, URL: listURL + "/new"})
	}
	table := ui.TableView{Label: p.T("nav.standards"), Columns: []ui.Column{{Label: p.T("standard.version"), Phone: true}, {Label: p.T("standard.state_head"), Phone: true},
		{Label: p.T("standard.effective_on"), Kind: ui.ColumnNarrow, Phone: true}, {Label: p.T("standard.author")}, {Label: p.T("standard.approver")}, {Label: p.T("standard.note")}}}
	for _, v := range s.siblings {
		chip := stateChip(p, s, v)
		approver := i18n.Unknown
		if v.ApproverID != "" {
			approver = cmp.Or(s.names[v.ApproverID], i18n.Unknown) + " " + day(p, v.ApprovedAt)
		}
		author := i18n.Unknown
		if v.AuthorID != "" {
			author = cmp.Or(s.names[v.AuthorID], i18n.Unknown) + " " + day(p, v.CreatedAt)
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{{Text: textOf(p, v.Name) + " · " + numberOf(p, v), URL: addressOf(v, "")}, {Chip: &chip}, ui.Text(effective(p, v)), ui.Text(author), ui.Text(approver),
			{Text: cmp.Or(v.Decision, v.Note), Muted: true}}})
	}
	parts := []templ.Component{}
	if s.current.ID == standard.ShippedID {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneBrand, Strong: p.T("standard.shipped_in_force"), Text: p.T("standard.shipped_in_force_text")})))
	}
	return ui.Compose(view, append(parts, ui.Filled(ui.CardView{Label: p.T("nav.standards"), Flush: true}, ui.Table(table)))...)
}

// headOf is what the pages of one version share.
func headOf(p *i18n.Printer, s shown, current string) ui.PageView {
	v := s.version
	name := textOf(p, v.Name)
	view := ui.PageView{Title: name, Current: "standards", Subtitle: effective(p, v), Chips: []ui.Chip{{Label: numberOf(p, v)}, stateChip(p, s, v)},
		Crumbs: []ui.Crumb{{Label: p.T("nav.standards"), URL: listURL}, {Label: name + " " + numberOf(p, v)}},
		Print:  &ui.PrintFoot{Document: name, Version: numberOf(p, v) + " · " + p.Message(v.State.Message()), Hash: v.Hash}}
	for _, tab := range tabsOf(s) {
		view.Tabs = append(view.Tabs, ui.Tab{Label: p.T(tab[1]), URL: addressOf(v, tab[0]), Current: tab[0] == current})
	}
	if s.actor.Can(access.PermProcessWrite) {
		if v.State == standard.StateDraft && v.AuthorID == s.actor.UserID {
			view.Actions = append(view.Actions, ui.Action{Label: p.T("standard.edit"), Icon: "edit", URL: addressOf(v, "/edit"), Kind: ui.ActionPrimary})
		} else {
			view.Actions = append(view.Actions, ui.Action{Label: p.T("standard.new_from"), Icon: "copy", URL: listURL + "/new?from=" + url.QueryEscape(v.ID)})
		}
	}
	return view
}

func tabsOf(s shown) [][2]string {
	tabs := [][2]string{{"", "standard.tab_text"}, {"/source", "standard.tab_source"}, {"/diff", "standard.tab_diff"}}
	if s.actor.CanAll(access.PermProcessWrite) || s.actor.CanAll(access.PermProcessApprove) {
		tabs = append(tabs, [2]string{"/trial", "standard.tab_trial"})
	}
	return tabs
}

func versionPage(ctx context.Context, s shown) templ.Component {
	p := httpx.PrinterFrom(ctx)
	languages := ui.Segment([]ui.Tab{{Label: p.T("standard.chinese"), URL: addressOf(s.version, "?prose=zh"), Current: s.lang == sop.LangZh},
		{Label: p.T("standard.english"), URL: addressOf(s.version, "?prose=en"), Current: s.lang == sop.LangEn}}, p.T("standard.language"))
	main := ui.Filled(ui.CardView{Title: p.T("standard.tab_text"), Head: languages, Flush: true, Span: -1}, prose(s.document.Prose(s.lang), tagOf(s.lang)))
	side := []templ.Component{}
	if s.failure != nil {
		_, problem := ui.WithErrors(nil, s.failure, p)
		side = append(side, ui.NoteOf(ui.Note{ID: "refused", Tone: ui.ToneBad, Strong: p.T("standard.refused"), Text: problem}))
	}
	side = append(side, approvalCard(p, s))
	side = append(side, acts(p, s)...)
	side = append(side, levelsCard(p, s), findingsCard(p, s.findings))
	return ui.Compose(headOf(p, s, ""), append(ui.OriginNote(p, s.source), ui.Stack(8, main), ui.Stack(4, side...))...)
}

func approvalCard(p *i18n.Printer, s shown) templ.Component {
	v := s.version
	if v.ID == standard.ShippedID {
		return ui.Filled(ui.CardView{Title: p.T("standard.approval"), Span: -1}, ui.NoteOf(ui.Note{Tone: ui.ToneBrand, Strong: p.T("standard.shipped"), Text: p.T("standard.shipped_in_force_text")}))
	}
	moment := func(at time.Time, icon string, tone ui.Tone, title string) ui.Moment {
		return ui.Moment{When: day(p, at), At: at.Format(time.RFC3339), Icon: icon, Tone: tone, Title: title}
	}
	who := func(id string) string { return cmp.Or(s.names[id], i18n.Unknown) }
	moments := []ui.Moment{moment(v.CreatedAt, "pencil", ui.ToneNone, p.T("standard.drafted", "Who", who(v.AuthorID)))}
	if !v.SubmittedAt.IsZero() {
		moments = append(moments, moment(v.SubmittedAt, "send", ui.ToneNone, p.T("standard.submitted_by", "Who", who(v.AuthorID))))
	}
	switch {
	case v.ApproverID != "":
		moments = append(moments, moment(v.ApprovedAt, "check", ui.ToneGood, p.T("standard.approved_by", "Who", who(v.ApproverID))))
	case v.State != standard.StateRetired:
		moments = append(moments, ui.Moment{When: i18n.Unknown, Icon: "signature", Title: p.T("standard.awaiting"), Future: true})
	}
	facts := []ui.Fact{{Term: p.T("standard.effective_on"), Text: p.Date(v.EffectiveOn)}, {Term: p.T("standard.hash"), Body: hashOf(v.Hash)}}
	if v.Note != "" {
		facts = append(facts, ui.Fact{Term: p.T("standard.note"), Text: v.Note})
	}
	if v.Decision != "" {
		facts = append(facts, ui.Fact{Term: p.T("standard.decision"), Text: v.Decision})
	}
	return ui.Filled(ui.CardView{Title: p.T("standard.approval"), Span: -1}, ui.Timeline(moments), ui.Facts(facts))
}

// acts are what the actor may do with the version now.
func acts(p *i18n.Printer, s shown) (parts []templ.Component) {
	v := s.version
	if v.ID == standard.ShippedID {
		return nil
	}
	seen := ui.Field{Name: "seen", Kind: ui.FieldHidden, Value: v.Tag()}
	plain := func(act, icon string) {
		parts = append(parts, ui.Filled(ui.CardView{Title: p.T("standard." + act), Span: -1}, ui.Form(ui.FormView{ID: act, Action: addressOf(v, "/"+act), Fields: []ui.Field{seen},
			Submit: ui.Action{Label: p.T("standard." + act), Kind: ui.ActionPrimary, Icon: icon}, Consequence: p.T("standard."+act+"_consequence", "Day", p.Date(v.EffectiveOn))})))
	}
	reasoned := func(act string, kind ui.ActionKind) {
		fields := []ui.Field{seen, {Name: "reason", ID: "f-" + act + "-reason", Kind: ui.FieldArea, Rows: 2, Label: p.T("standard.reason"), Value: s.reason}}
		if s.failedAt == act {
			fields, _ = ui.WithErrors(fields, s.failure, p)
		}
		parts = append(parts, ui.Filled(ui.CardView{Title: p.T("standard." + act), Span: -1}, ui.Form(ui.FormView{ID: act, Action: addressOf(v, "/"+act), Fields: fields,
			Submit: ui.Action{Label: p.T("standard." + act), Kind: kind, Icon: "arrow-back-up"}, Consequence: p.T("standard." + act + "_consequence")})))
	}
	own := v.AuthorID == s.actor.UserID && s.actor.Can(access.PermProcessWrite)
	approves := s.actor.CanAll(access.PermProcessApprove)
	if own && v.State == standard.StateDraft {
		plain("submit", "send")
	}
	if approves && v.State == standard.StateSubmitted {
		if v.AuthorID == s.actor.UserID {
			parts = append(parts, ui.NoteOf(ui.Note{Tone: ui.ToneWarn, Icon: "lock", Strong: p.T("standard.own_draft")}))
		} else {
			plain("approve", "check")
			reasoned("return", ui.ActionPlain)
		}
	}
	if v.State != standard.StateRetired && (approves || own && v.State != standard.StateApproved) {
		reasoned("retire", ui.ActionDanger)
	}
	return parts
}

// levelsCard shows how hard the rules are enforced.
func levelsCard(p *i18n.Printer, s shown) templ.Component {
	counts := map[sop.Level]int{}
	for _, rule := range s.document.Rules {
		counts[rule.Level]++
	}
	var facts []ui.Fact
	for _, level := range levels {
		facts = append(facts, ui.Fact{Term: p.T("standard.level." + string(level)), Text: p.T("standard.rules", "Count", counts[level])})
	}
	return ui.Filled(ui.CardView{Title: p.T("standard.enforcement"), Span: -1}, ui.Facts(facts))
}

func sourcePage(ctx context.Context, s shown) templ.Component {
	p := httpx.PrinterFrom(ctx)
	return ui.Compose(headOf(p, s, "/source"), ui.Filled(ui.CardView{Title: p.T("standard.tab_source")}, sourceText(s.version.Text)))
}

func diffPage(ctx context.Context, s shown, other *standard.Version) templ.Component {
	p := httpx.PrinterFrom(ctx)
	view := headOf(p, s, "/diff")
	if other == nil || other.ID == s.version.ID {
		return ui.Compose(view, ui.Filled(ui.CardView{Label: p.T("standard.tab_diff")}, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("standard.diff_none")})))
	}
	from, to := *other, s.version
	if from.Number > to.Number {
		from, to = to, from
	}
	var choices []ui.Tab
	for _, v := range s.siblings {
		if v.ID != s.version.ID {
			choices = append(choices, ui.Tab{Label: numberOf(p, v), URL: addressOf(s.version, "/diff?with="+url.QueryEscape(v.ID)), Current: v.ID == other.ID})
		}
	}
	card := ui.CardView{Title: p.T("standard.diff_title", "From", numberOf(p, from), "To", numberOf(p, to)), Head: ui.Segment(choices, p.T("standard.diff_with"))}
	if from.Text == to.Text {
		return ui.Compose(view, ui.Filled(card, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("standard.diff_same")})))
	}
	return ui.Compose(view, ui.Filled(card, changed(ui.LineParts(p, ui.CompareLines(from.Text, to.Text)))))
}

var severityTones = map[ruledoc.Severity]ui.Tone{ruledoc.SeverityError: ui.ToneBad, ruledoc.SeverityWarning: ui.ToneWarn}

var severityIcons = map[ruledoc.Severity]string{ruledoc.SeverityError: "alert-octagon", ruledoc.SeverityWarning: "alert-triangle"}

func findingsCard(p *i18n.Printer, findings []sop.Finding) templ.Component {
	if len(findings) == 0 {
		return ui.Filled(ui.CardView{ID: "findings", Title: p.T("standard.findings"), Span: -1}, ui.NoteOf(ui.Note{Tone: ui.ToneGood, Strong: p.T("standard.findings_none")}))
	}
	var items []ui.Item
	for _, f := range findings {
		item := ui.Item{Icon: cmp.Or(severityIcons[f.Severity], "info-circle"), Tone: severityTones[f.Severity], Title: p.Message(f.Message), Detail: p.Message(f.Remedy), Top: true}
		if f.Row > 0 {
			item.Beside = p.T("standard.line", "Row", f.Row)
		}
		items = append(items, item)
	}
	return ui.Filled(ui.CardView{ID: "findings", Title: p.T("standard.findings"), Count: len(items), Flush: true, Span: -1}, ui.List(items))
}
