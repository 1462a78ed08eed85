package notices

import (
	"context"
	"net/url"
	"slices"
	"time"

	"github.com/a-h/templ"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/web/ui"
)

// moment writes an instant where the company is.
func moment(p *i18n.Printer, t time.Time) string {
	if t.IsZero() {
		return i18n.Unknown
	}
	local := p.Local(t)
	return p.Date(calendar.DateOf(local)) + local.Format(" 15:04")
}

func listPage(ctx context.Context, page notice.Page, filter notice.Filter, query url.Values) templ.Component {
	p := httpx.PrinterFrom(ctx)
	view := ui.PageView{Title: p.T("notices.title"), Subtitle: p.T("notices.subtitle"), Current: "notices", Actions: []ui.Action{{Label: p.T("notices.settings"), Icon: "settings", URL: "/notices/settings"}}}
	if page.Counts.Unread > 0 {
		view.Actions = append(view.Actions, ui.Action{Label: p.T("notices.mark_all"), Icon: "checks", URL: "/notices/read", Post: true, Fields: kept(query)})
	}
	tab := func(show notice.Show, label string, count int64, counted bool) {
		view.Tabs = append(view.Tabs, ui.Tab{Label: label, URL: ui.URLWith("/notices", query, "show", string(show), "cursor", ""), Current: filter.Show == show, Count: int(count), Counted: counted})
	}
	tab(notice.ShowAll, p.T("notices.all"), 0, false)
	tab(notice.ShowUnread, p.T("notices.unread"), page.Counts.Unread, true)
	tab(notice.ShowTodo, p.T("notices.todo"), page.Counts.Todo, true)
	groups := []ui.Tab{{Label: p.T("notices.everything"), URL: ui.URLWith("/notices", query, "group", "", "cursor", ""), Current: filter.Group == ""}}
	for _, g := range notice.Groups {
		groups = append(groups, ui.Tab{Label: p.Message(g.Message()), URL: ui.URLWith("/notices", query, "group", string(g), "cursor", ""), Current: filter.Group == g})
	}
	table := ui.TableView{ID: "notices", Label: p.T("notices.title"), Path: "/notices", Query: query, Columns: []ui.Column{{Key: "what", Label: p.T("notices.what"), Phone: true},
		{Key: "state", Label: p.T("notices.state"), Phone: true}, {Key: "when", Label: p.T("notices.when"), Kind: ui.ColumnNarrow}, {Key: "act"}}, Empty: emptyState(p, filter), Pager: &ui.Pager{Next: page.Next, Total: -1}}
	for _, n := range page.Notices {
		chip := chipOf(p, n)
		when := moment(p, n.CreatedAt)
		row := ui.Row{Cells: []ui.Cell{{Text: notice.Text(p, n.Kind, n.Params), URL: "/notices/" + n.ID, Sub: p.Message(n.Kind.Message()), Phone: when, Strong: n.ReadAt.IsZero()}, {Chip: &chip}, ui.Text(when), {}}}
		if n.ReadAt.IsZero() {
			fields := kept(query)
			fields.Set("id", n.ID)
			row.Cells[3] = ui.Draw(ui.Button(ui.Action{Label: p.T("notices.mark"), URL: "/notices/read", Post: true, Small: true, Kind: ui.ActionGhost, Fields: fields}))
		}
		table.Rows = append(table.Rows, row)
	}
	return ui.Compose(view, ui.Across(ui.Segment(groups, p.T("notices.group_filter"))), ui.Filled(ui.CardView{Label: p.T("notices.title"), Flush: true}, ui.Table(table)))
}

// kept is the part of the address that a form brings back.
func kept(query url.Values) url.Values {
	fields := url.Values{}
	for _, name := range []string{"show", "group", "cursor"} {
		if value := query.Get(name); value != "" {
			fields.Set(name, value)
		}
	}
	return fields
}

func emptyState(p *i18n.Printer, filter notice.Filter) *ui.State {
	key := "none"
	switch {
	case filter.Group != "" || filter.Show == notice.ShowUnread:
		key = "none_filter"
	case filter.Show == notice.ShowTodo:
		key = "none_todo"
	}
	return &ui.State{Kind: ui.StateEmpty, Title: p.T("notices." + key), Text: p.T("notices." + key + "_text")}
}

// chipOf says where a message stands: what is to be done counts more than what is to be read.
func chipOf(p *i18n.Printer, n notice.Notice) ui.Chip {
	switch {
	case n.Awaits():
		return ui.Chip{Label: p.T("notices.is_todo"), Tone: ui.ToneWarn, Icon: "clock"}
	case !n.DoneAt.IsZero():
		return ui.Chip{Label: p.T("notices.is_done"), Tone: ui.ToneGood, Icon: "check"}
	case n.ReadAt.IsZero():
		return ui.Chip{Label: p.T("notices.is_unread"), Tone: ui.ToneBrand}
	}
	return ui.Chip{Label: p.T("notices.is_read"), Tone: ui.ToneLine}
}

func settingsPage(ctx context.Context, own notice.Settings, saved bool, failure error) templ.Component {
	p := httpx.PrinterFrom(ctx)
	title := p.T("notices.settings")
	form := ui.FormView{ID: "notice-settings", Action: "/notices/settings", Submit: ui.Action{Label: p.T("notices.save"), Kind: ui.ActionPrimary}, Consequence: p.T("notices.kinds_todo"),
		Cancel: &ui.Link{Label: p.T("common.cancel"), URL: "/notices"}}
	var fields []ui.Field
	for _, g := range notice.Groups {
		field := ui.Field{Name: "kind", ID: "f-" + string(g), Kind: ui.FieldChecks, Label: p.Message(g.Message()), Optional: true}
		for _, k := range notice.KindsOf(g) {
			if k == notice.KindDigest {
				continue
			}
			field.Options = append(field.Options, ui.Option{Value: string(k), Label: p.Message(k.Message()), Selected: !slices.Contains(own.Muted, k), Disabled: !k.Mutable()})
		}
		fields = append(fields, field)
	}
	digest := ui.Field{Name: "digest", Kind: ui.FieldRadio, Label: p.T("notices.digest"), Hint: p.T("notices.digest_hint")}
	for _, d := range notice.Digests {
		key := string(d)
		if d == notice.DigestNone {
			key = "none"
		}
		digest.Options = append(digest.Options, ui.Option{Value: string(d), Label: p.T("notices.digest_" + key), Selected: own.Digest == d})
	}
	form.Fields, form.Problem = ui.WithErrors(append(fields, digest), failure, p)
	var parts []templ.Component
	if saved {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "saved", Tone: ui.ToneGood, Strong: p.T("notices.saved")})))
	}
	parts = append(parts, ui.Filled(ui.CardView{Title: p.T("notices.kinds"), Sub: p.T("notices.kinds_sub")}, ui.Form(form)))
	return ui.Compose(ui.PageView{Title: title, Current: "notices", Narrow: true, Crumbs: []ui.Crumb{{Label: p.T("notices.title"), URL: "/notices"}, {Label: title}}}, parts...)
}
