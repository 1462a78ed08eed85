package plans

import (
	"cmp"
	"context"
	"net/url"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/consent"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/web/ui"
)

func ownURL(v planbook.Version, below string) string {
	return "/my-plans/" + url.PathEscape(v.ID) + below
}

// acceptedChip says whether a payee has accepted.
func acceptedChip(p *i18n.Printer, at time.Time, paper bool) ui.Chip {
	if at.IsZero() {
		return ui.Chip{Label: p.T("consent.waiting"), Tone: ui.ToneWarn, Icon: "clock"}
	}
	label := p.T("consent.accepted")
	if paper {
		label = p.T("consent.on_paper")
	}
	return ui.Chip{Label: label, Tone: ui.ToneGood, Icon: "check", Title: p.Local(at).Format(time.DateTime)}
}

func ownChip(p *i18n.Printer, o consent.Own) ui.Chip {
	if o.Accepted == nil {
		return acceptedChip(p, time.Time{}, false)
	}
	return acceptedChip(p, o.Accepted.AcceptedAt, o.Accepted.Paper)
}

func minePage(ctx context.Context, own []consent.Own) templ.Component {
	p := httpx.PrinterFrom(ctx)
	table := ui.TableView{Label: p.T("consent.mine"), Columns: []ui.Column{{Label: p.T("consent.plan"), Phone: true}, {Label: p.T("consent.effective"), Kind: ui.ColumnNarrow},
		{Label: p.T("consent.announced"), Kind: ui.ColumnNarrow}, {Label: p.T("consent.state"), Phone: true}},
		Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("consent.mine_empty"), Text: p.T("consent.mine_empty_text")}}
	waiting := 0
	for _, o := range own {
		chip := ownChip(p, o)
		announced := i18n.Unknown
		if o.Announcement != nil {
			announced = p.Date(o.Announcement.AnnouncedOn)
		}
		if o.Accepted == nil {
			waiting++
		}
		name := ui.Cell{Text: nameOf(p, o.Version), URL: ownURL(o.Version, ""), Sub: "v" + strconv.Itoa(o.Version.Number), Phone: days(p, o.Version.Effective)}
		if o.Coming {
			name.Sub += " · " + p.T("consent.coming")
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{name, ui.Text(days(p, o.Version.Effective)), ui.Text(announced), {Chip: &chip}}})
	}
	parts := []templ.Component{}
	if waiting > 0 {
		parts = append(parts, ui.NoteOf(ui.Note{ID: "waiting", Tone: ui.ToneWarn, Strong: p.T("consent.mine_waiting", "Count", waiting), Text: p.T("consent.mine_waiting_text")}))
	}
	parts = append(parts, ui.Filled(ui.CardView{Label: p.T("consent.mine"), Flush: true, Span: -1}, ui.Table(table)))
	return ui.Compose(ui.PageView{Title: p.T("consent.mine"), Subtitle: p.T("consent.mine_sub"), Current: "my-plans"}, ui.Across(parts...))
}

// ownPage is the text of one's own plan and, beside it, the question whether one accepts it.
func ownPage(ctx context.Context, o consent.Own, lang plan.Lang, failure error) templ.Component {
	p := httpx.PrinterFrom(ctx)
	v := o.Version
	view := ui.PageView{Title: nameOf(p, v), Current: "my-plans", Subtitle: days(p, v.Effective), Chips: []ui.Chip{{Label: "v" + strconv.Itoa(v.Number)}, ownChip(p, o)},
		Crumbs: []ui.Crumb{{Label: p.T("consent.mine"), URL: "/my-plans"}, {Label: nameOf(p, v)}},
		Print:  &ui.PrintFoot{Document: nameOf(p, v), Version: "v" + strconv.Itoa(v.Number), Hash: v.Hash}}
	languages := ui.Segment([]ui.Tab{{Label: p.T("plans.chinese"), URL: ownURL(v, "?prose=zh"), Current: lang == plan.LangZh},
		{Label: p.T("plans.english"), URL: ownURL(v, "?prose=en"), Current: lang == plan.LangEn}}, p.T("plans.language"))
	main := ui.Filled(ui.CardView{Title: p.T("consent.text"), Head: languages, Span: -1}, preview(o.Plan.Prose(lang), tagOf(lang)))
	side := []templ.Component{}
	if failure != nil {
		_, problem := ui.WithErrors(nil, failure, p)
		side = append(side, ui.NoteOf(ui.Note{ID: "refused", Tone: ui.ToneBad, Strong: p.T("consent.refused"), Text: problem}))
	}
	if a := o.Announcement; a != nil {
		side = append(side, ui.NoteOf(ui.Note{Strong: p.T("consent.announced_when", "When", p.Date(a.AnnouncedOn)), Text: a.Text}))
	}
	side = append(side, acceptCard(p, o))
	return ui.Compose(view, ui.Stack(8, main), ui.Stack(4, side...))
}

func acceptCard(p *i18n.Printer, o consent.Own) templ.Component {
	if o.Accepted != nil {
		return ui.NoteOf(ui.Note{ID: "accepted", Tone: ui.ToneGood, Strong: p.T("consent.accepted"),
			Text: p.T("consent.accepted_text", "When", p.Local(o.Accepted.AcceptedAt).Format("2006-01-02 15:04"), "Hash", o.Accepted.Hash[:hashShown])})
	}
	return ui.Filled(ui.CardView{Title: p.T("consent.question"), Span: -1}, ui.Form(ui.FormView{ID: "accept", Action: ownURL(o.Version, "/accept"),
		Fields:      []ui.Field{{Name: "hash", Kind: ui.FieldHidden, Value: o.Version.Hash}},
		Submit:      ui.Action{Label: p.T("consent.accept"), Kind: ui.ActionPrimary, Icon: "check"},
		Consequence: p.T("consent.accept_consequence")}))
}

// hashShown is how many characters of a hash stand on a page.
const hashShown = 12

func boardPage(ctx context.Context, actor access.Actor, b consent.Board, filter consent.BoardFilter, query url.Values) templ.Component {
	p := httpx.PrinterFrom(ctx)
	t := b.Total
	metric := func(label string, part, whole int, missing string) templ.Component {
		m := ui.Metric{Label: p.T(label), Text: p.Percent(share(part, whole)), Goal: p.T("consent.goal"), Span: 4, Gap: p.T(missing, "Count", whole-part), GapTone: ui.ToneWarn,
			Bar: &ui.Bar{Parts: []ui.BarPart{{Share: share(part, whole), Class: "fg"}}}}
		switch {
		case whole == 0:
			m.Text, m.Gap = i18n.Unknown, ""
		case part == whole:
			m.Gap, m.GapTone = p.T("consent.reached"), ui.ToneGood
		}
		return ui.MetricCard(m)
	}
	layers := ui.TableView{Label: p.T("consent.layers"), Columns: []ui.Column{{Label: p.T("consent.level"), Phone: true}, {Label: p.T("consent.people"), Kind: ui.ColumnNumber, Phone: true},
		{Label: p.T("consent.covered"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("consent.coverage"), Kind: ui.ColumnNumber}, {Label: p.T("consent.accepted_all"), Kind: ui.ColumnNumber, Phone: true}}}
	line := func(name string, l consent.Layer) ui.Row {
		return ui.Row{Cells: []ui.Cell{ui.Text(name), ui.Text(p.Int(int64(l.People))), ui.Text(p.Int(int64(l.Covered))), ui.Text(p.Percent(share(l.Covered, l.People))), ui.Text(p.Int(int64(l.Accepted)))}}
	}
	for _, l := range b.Layers {
		layers.Rows = append(layers.Rows, line(cmp.Or(levelName(p, l.Level), i18n.Unknown), l))
	}
	if len(layers.Rows) > 0 {
		sum := line(p.T("consent.total"), t)
		sum.Kind = ui.RowSum
		layers.Totals = []ui.Row{sum}
	}
	layers.Empty = &ui.State{Kind: ui.StateEmpty, Title: p.T("consent.board_empty"), Text: p.T("consent.board_empty_text")}
	return ui.Compose(ui.PageView{Title: p.T("consent.board"), Subtitle: p.T("consent.board_sub"), Current: "plans",
		Crumbs: []ui.Crumb{{Label: p.T("plans.title"), URL: "/plans"}, {Label: p.T("consent.board")}}},
		metric("consent.coverage", t.Covered, t.People, "consent.uncovered_count"), metric("consent.acceptance", t.Accepted, t.Covered, "consent.unaccepted_count"),
		ui.Filled(ui.CardView{Title: p.T("consent.layers"), Flush: true}, ui.Table(layers)),
		ui.Across(ui.Filter(boardFilterView(p, b, filter)), ui.Filled(ui.CardView{Label: p.T("consent.rows"), Flush: true, Span: -1}, ui.Table(boardTable(p, actor, b, filter, query)))))
}

func boardFilterView(p *i18n.Printer, b consent.Board, f consent.BoardFilter) ui.FilterView {
	show := ui.Field{Name: "show", Kind: ui.FieldSelect, Label: p.T("consent.show"), Optional: true}
	for _, s := range []consent.Show{consent.ShowAll, consent.ShowUncovered, consent.ShowUnaccepted} {
		show.Options = append(show.Options, ui.Option{Value: string(s), Label: p.T("consent.show_" + cmp.Or(string(s), "all")), Selected: s == f.Show})
	}
	return ui.FilterView{ID: "coverage-filter", Path: "/plans/coverage", Clear: "/plans/coverage", Count: p.T("consent.count", "Count", b.Count),
		Fields: []ui.Field{{Name: "month", Kind: ui.FieldMonth, Label: p.T("consent.month"), Value: f.Month.String()}, show}}
}

func boardTable(p *i18n.Printer, actor access.Actor, b consent.Board, filter consent.BoardFilter, query url.Values) ui.TableView {
	table := ui.TableView{ID: "coverage", Label: p.T("consent.rows"), Path: "/plans/coverage", Query: query, Columns: []ui.Column{
		{Label: p.T("consent.key"), Kind: ui.ColumnNarrow}, {Label: p.T("consent.name"), Phone: true}, {Label: p.T("consent.team")}, {Label: p.T("consent.level")},
		{Label: p.T("consent.plan"), Phone: true}, {Label: p.T("consent.state"), Phone: true}, {Label: p.T("consent.paper"), Hidden: !actor.Can(access.PermOrgWrite)}},
		Pager:   &ui.Pager{Total: b.Count, Next: b.Next},
		Exports: []ui.Link{{Label: p.T("consent.export"), URL: ui.URLWith("/plans/coverage/export.csv", query, "cursor", "")}},
		Empty:   &ui.State{Kind: ui.StateEmpty, Title: p.T("consent.rows_empty"), Text: p.T("consent.rows_empty_text")}}
	for _, r := range b.Rows {
		person := "/people/" + strconv.FormatInt(r.PersonID, 10)
		if len(r.Held) == 0 {
			chip := ui.Chip{Label: p.T("consent.uncovered"), Tone: ui.ToneBad}
			table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(r.Key), ui.LinkTo(r.Name, person), ui.Text(r.Team), ui.Text(levelName(p, r.Level)), ui.Text(i18n.Unknown), {Chip: &chip}, {}}})
		}
		for i, one := range r.Held {
			chip := acceptedChip(p, one.AcceptedAt, one.Paper)
			cells := []ui.Cell{ui.Text(r.Key), ui.LinkTo(r.Name, person), ui.Text(r.Team), ui.Text(levelName(p, r.Level)),
				{Text: text(p, one.Name), URL: "/plans/" + url.PathEscape(one.VersionID), Sub: "v" + strconv.Itoa(one.Number)}, {Chip: &chip}, paperCell(p, actor, r, one, filter)}
			if i > 0 {
				cells[0], cells[1], cells[2], cells[3] = ui.Cell{}, ui.Cell{}, ui.Cell{}, ui.Cell{}
			}
			table.Rows = append(table.Rows, ui.Row{Cells: cells})
		}
	}
	return table
}

// paperCell offers to record a signed sheet where somebody has not accepted yet.
func paperCell(p *i18n.Printer, actor access.Actor, r consent.Row, one consent.Held, filter consent.BoardFilter) ui.Cell {
	if !one.AcceptedAt.IsZero() || !actor.Can(access.PermOrgWrite) || r.PersonID == actor.PersonID {
		return ui.Cell{}
	}
	return ui.Draw(ui.Button(ui.Action{Label: p.T("consent.paper_record"), Small: true, Post: true, URL: "/plans/coverage/paper", Fields: url.Values{
		"person": {strconv.FormatInt(r.PersonID, 10)}, "version": {one.VersionID}, "hash": {one.Hash},
		"month": {filter.Month.String()}, "show": {string(filter.Show)}, "cursor": {filter.After}}}))
}

// recordPage is how a version was made known, newest first, with the form to put down more.
func recordPage(ctx context.Context, s shown, all []consent.Announcement, typed typedAnnouncement, failure error) templ.Component {
	p := httpx.PrinterFrom(ctx)
	var moments []ui.Moment
	for _, a := range all {
		detail := noticed(ctx, s.version, a) + " · " + p.T("consent.recorded", "Name", cmp.Or(s.names[a.ByID], i18n.Unknown), "When", p.Local(a.RecordedAt).Format("2006-01-02 15:04"))
		tone := ui.ToneGood
		if a.NoticeDays(s.version.Effective) < consent.NoticeDaysWanted {
			tone = ui.ToneWarn
		}
		moments = append(moments, ui.Moment{When: p.Date(a.AnnouncedOn), At: a.AnnouncedOn.String(), Icon: "flag", Tone: tone, Title: a.Text, Detail: detail})
	}
	record := ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("consent.record_empty"), Text: p.T("consent.record_empty_text")})
	if len(moments) > 0 {
		record = ui.Timeline(moments)
	}
	side := []templ.Component{}
	if s.version.State == planbook.StateApproved && s.version.Kind == planbook.KindPlan && (s.actor.CanAll(access.PermPlanWrite) || s.actor.CanAll(access.PermPlanApprove)) {
		form := ui.FormView{ID: "announce", Action: addressOf(s.version, "/consent"), Submit: ui.Action{Label: p.T("consent.announce"), Kind: ui.ActionPrimary}, Consequence: p.T("consent.announce_consequence")}
		form.Fields, form.Problem = ui.WithErrors([]ui.Field{
			{Name: "announced_on", Kind: ui.FieldDate, Label: p.T("consent.announced_on"), Value: typed.day},
			{Name: "text", Kind: ui.FieldArea, Label: p.T("consent.how"), Value: typed.text, Rows: 6, Hint: p.T("consent.how_hint")}}, failure, p)
		side = append(side, ui.Filled(ui.CardView{Title: p.T("consent.announce_title"), Span: -1}, ui.Form(form)))
	}
	side = append(side, ui.NoteOf(ui.Note{Tone: ui.ToneNone, Strong: p.T("consent.law"), Text: p.T("consent.law_text", "Days", consent.NoticeDaysWanted)}))
	return ui.Compose(headOf(p, s, "/consent"), ui.Stack(8, ui.Filled(ui.CardView{Title: p.T("consent.record"), Span: -1}, record)), ui.Stack(4, side...))
}
