package people

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/org"
	"xiaoguan/internal/web/ui"
)

func levelText(p *i18n.Printer, level org.Level) string {
	if level == "" {
		return i18n.Unknown
	}
	key := "people.level_" + string(level)
	if !p.Has(key) { // a level of the company's own goes by its word
		return string(level)
	}
	return p.T(key)
}

func text(s string) string {
	if s == "" {
		return i18n.Unknown
	}
	return s
}

func levelOptions(p *i18n.Printer) (options []ui.Option) {
	for _, level := range org.Levels {
		options = append(options, ui.Option{Value: string(level), Label: levelText(p, level)})
	}
	return options
}

func teamOptions(tree org.Tree) (options []ui.Option) {
	for _, region := range tree.Regions {
		for _, team := range region.Teams {
			options = append(options, ui.Option{Value: number(team.ID), Label: team.Name, Group: region.Name})
		}
	}
	return options
}

// fields of the filter. Employment is "employed" unless said otherwise, so "all" is a choice of its own.
func fields(p *i18n.Printer, q request, tree org.Tree) []ui.Field {
	employment := q.query.Get("employment")
	return []ui.Field{
		{Name: "team", Kind: ui.FieldSelect, Label: p.T("common.team"), Value: q.query.Get("team"), Options: teamOptions(tree), Optional: true, Placeholder: p.T("common.all")},
		{Name: "level", Kind: ui.FieldSelect, Label: p.T("people.level"), Value: q.query.Get("level"), Options: levelOptions(p), Optional: true, Placeholder: p.T("common.all")},
		{Name: "employment", Kind: ui.FieldSelect, Label: p.T("people.employment"), Value: employment, Optional: true, Placeholder: p.T("people.employed"),
			Options: []ui.Option{{Value: string(org.NotEmployed), Label: p.T("people.left")}, {Value: "all", Label: p.T("common.all")}}},
		{Name: "valid", Kind: ui.FieldDate, Label: p.T("people.valid"), Hint: p.T("people.valid_hint"), Value: q.query.Get("valid"), Optional: true},
		{Name: "recorded", Kind: ui.FieldDate, Label: p.T("people.recorded_by_day"), Hint: p.T("people.recorded_hint"), Value: q.query.Get("recorded"), Optional: true},
	}
}

// treeTable is regions and teams with their leaders and head counts.
func treeTable(p *i18n.Printer, q request, tree org.Tree) ui.TableView {
	table := ui.TableView{Label: p.T("people.tree"), Tree: true, Columns: []ui.Column{{Key: "unit", Label: p.T("people.unit"), Phone: true},
		{Key: "leader", Label: p.T("people.leader")}, {Key: "people", Label: p.T("people.count"), Kind: ui.ColumnNumber, Phone: true}},
		Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("people.no_teams"), Text: p.T("people.no_teams_text")}}
	for _, region := range tree.Regions {
		table.Rows = append(table.Rows, ui.Row{Kind: ui.RowLevel1, Cells: []ui.Cell{{Text: text(region.Name), URL: ui.URLWith("/people", q.query, "region", number(region.ID), "team", "", "cursor", "")},
			{}, ui.Text(p.Int(region.People))}})
		for _, team := range region.Teams {
			leader := ui.Cell{Text: i18n.Unknown, Muted: true}
			if team.LeaderID != 0 {
				leader = ui.LinkTo(team.LeaderName, personURL(team.LeaderID))
			}
			table.Rows = append(table.Rows, ui.Row{Kind: ui.RowLevel2, Cells: []ui.Cell{{Text: team.Name, URL: ui.URLWith("/people", q.query, "team", number(team.ID), "region", "", "cursor", ""), Phone: team.LeaderName},
				leader, ui.Text(p.Int(team.People))}})
		}
	}
	return table
}

func listPage(ctx context.Context, actor access.Actor, q request, page org.Page, tree org.Tree, failure error) templ.Component {
	p := httpx.PrinterFrom(ctx)
	all := fields(p, q, tree)
	chips := ui.ChipsOf(all, "/people", q.query, p.T("common.colon"))
	for _, region := range tree.Regions {
		if q.filter.RegionID == region.ID && region.ID != 0 {
			chips = append(chips, ui.FilterChip{Label: region.Name, Remove: ui.URLWith("/people", q.query, "region", "", "cursor", "")})
		}
	}
	if q.filter.Search != "" {
		chips = append(chips, ui.FilterChip{Label: "“" + q.filter.Search + "”", Remove: ui.URLWith("/people", q.query, "q", "", "cursor", "")})
	}
	fitted, problem := ui.WithErrors(all, failure, p)
	bar := ui.FilterView{ID: "people", Path: "/people", Fields: fitted, Chips: chips,
		Search: &ui.Field{Name: "q", Kind: ui.FieldSearch, Label: p.T("people.search"), Placeholder: p.T("people.search"), Value: q.filter.Search}}
	for _, name := range []string{"sort", "region"} {
		if v := q.query.Get(name); v != "" {
			bar.Keep = append(bar.Keep, ui.Field{Name: name, Value: v})
		}
	}
	for _, column := range q.query["column"] {
		bar.Keep = append(bar.Keep, ui.Field{Name: "column", Value: column})
	}
	if len(chips) > 0 {
		bar.Clear = "/people"
	}
	bar.SaveAs, bar.Views = ui.URLWith("/views/new", url.Values{}, "list", "people", "query", q.plain().Encode()), viewTabs(p, q)
	view := ui.PageView{Title: p.T("nav.people"), Subtitle: p.T("people.subtitle"), Current: "people"}
	if actor.Can(access.PermOrgWrite) {
		view.Actions = []ui.Action{{Label: p.T("people.new"), Icon: "user-plus", Kind: ui.ActionPrimary, URL: "/people/new"}}
	}
	parts := []templ.Component{ui.Across(ui.Filter(bar))}
	if failure != nil {
		for _, f := range fitted {
			problem = strings.TrimSpace(problem + " " + f.Error)
		}
		return ui.Compose(view, append(parts, ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneBad, Strong: p.T("people.bad_filter"), Text: problem})))...)
	}
	if q.query.Has("valid") || q.query.Has("recorded") {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneBrand, Icon: "history", Strong: p.T("people.as_of", "Day", page.At.Valid, "Batch", int64(page.At.Recorded))})))
	}
	parts = append(parts, ui.Filled(ui.CardView{Title: p.T("people.tree"), Span: 4, Flush: true}, ui.Table(treeTable(p, q, tree))),
		ui.Filled(ui.CardView{Title: p.T("people.persons"), Span: 8, Count: int(page.Count), Flush: true}, ui.Table(membersTable(p, actor, q, page))))
	return ui.Compose(view, parts...)
}

// viewTabs are the saved views of the list, after the list without any.
func viewTabs(p *i18n.Printer, q request) (tabs []ui.Tab) {
	now := q.plain().Encode()
	for _, view := range q.views {
		query, err := url.ParseQuery(view.Query)
		if err != nil {
			continue
		}
		if tabs == nil {
			tabs = append(tabs, ui.Tab{Label: p.T("people.employed"), URL: "/people", Current: now == ""})
		}
		tabs = append(tabs, ui.Tab{Label: view.Name, URL: "/people?" + query.Encode(), Current: query.Encode() == now})
	}
	return tabs
}

// noMembers tells nobody yet from nobody of that kind.
func noMembers(p *i18n.Printer, actor access.Actor, q request) *ui.State {
	if len(q.plain()) > 0 {
		return &ui.State{Kind: ui.StateEmpty, Title: p.T("state.empty.filter"), Actions: []ui.Action{{Label: p.T("filter.clear"), URL: "/people"}}}
	}
	state := &ui.State{Kind: ui.StateEmpty, Title: p.T("people.nobody"), Text: p.T("people.no_teams_text")}
	if actor.CanAll(access.PermImport) {
		state.Actions = []ui.Action{{Label: p.T("nav.imports"), Icon: "upload", URL: "/imports"}}
	}
	return state
}

func membersTable(p *i18n.Printer, actor access.Actor, q request, page org.Page) ui.TableView {
	table := ui.TableView{ID: "people", Label: p.T("people.persons"), Columns: ui.ChooseColumns(columns(p), q.query), Path: "/people", Query: q.query, Sort: q.sort, Chooser: true,
		Pager: ui.PagerAt(q.before, len(page.Members), page.Count, page.Next), Empty: noMembers(p, actor, q),
		Exports: []ui.Link{{Label: "CSV", URL: ui.URLWith("/people/export/csv", q.plain()), Icon: "file-type-csv"}, {Label: "XLSX", URL: ui.URLWith("/people/export/xlsx", q.plain()), Icon: "file-type-xls"}}}
	for _, m := range page.Members {
		address := ui.URLWith(personURL(m.ID), url.Values{}, "valid", q.query.Get("valid"), "recorded", q.query.Get("recorded"))
		name := ui.Cell{Text: m.Name, URL: address, Phone: strings.Trim(m.Key+" · "+m.TeamName, " ·")}
		if len(m.Leads) > 0 {
			name.Chip = &ui.Chip{Label: p.T("people.leads"), Tone: ui.ToneBrand}
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{name, ui.Text(m.Key), ui.Text(levelText(p, m.Assignment.Level)), ui.Text(text(m.TeamName)), ui.Text(text(m.RegionName)),
			ui.Text(m.Hired.String()), ui.Text(text(lastDay(m.Left)))}})
	}
	return table
}

// placeFields ask where and as what somebody works.
func placeFields(p *i18n.Printer, tree org.Tree, teamID, level, roles string) []ui.Field {
	return []ui.Field{
		{Name: "team", Kind: ui.FieldSelect, Label: p.T("common.team"), Value: teamID, Options: teamOptions(tree), Optional: true, Placeholder: p.T("people.no_team"), Span: 6},
		{Name: "level", Kind: ui.FieldSelect, Label: p.T("people.level"), Value: level, Options: levelOptions(p), Span: 6},
		{Name: "roles", Label: p.T("people.roles"), Value: roles, Optional: true, Hint: p.T("people.roles_hint"), Span: 6},
	}
}

func newPage(ctx context.Context, r *http.Request, tree org.Tree, today calendar.Date, failure error) templ.Component {
	p := httpx.PrinterFrom(ctx)
	on := today.String()
	if failure != nil {
		on = r.PostFormValue("on")
	}
	all := append([]ui.Field{
		{Name: "key", Label: p.T("people.key"), Value: r.PostFormValue("key"), Span: 6}, {Name: "name", Label: p.T("people.name"), Value: r.PostFormValue("name"), Span: 6},
	}, placeFields(p, tree, r.PostFormValue("team"), r.PostFormValue("level"), r.PostFormValue("roles"))...)
	all = append(all, ui.Field{Name: "on", Kind: ui.FieldDate, Label: p.T("people.hired"), Value: on, Span: 6})
	fitted, problem := ui.WithErrors(all, failure, p)
	return ui.Compose(ui.PageView{Title: p.T("people.new"), Current: "people", Narrow: true, Crumbs: []ui.Crumb{{Label: p.T("nav.people"), URL: "/people"}, {Label: p.T("people.new")}}},
		ui.Filled(ui.CardView{Label: p.T("people.new")}, ui.Form(ui.FormView{ID: "new-person", Action: "/people", Fields: fitted, Problem: problem, Guard: true,
			Submit: ui.Action{Label: p.T("people.new_button"), Kind: ui.ActionPrimary, Icon: "user-plus"}, Cancel: &ui.Link{Label: p.T("common.cancel"), URL: "/people"}})))
}
