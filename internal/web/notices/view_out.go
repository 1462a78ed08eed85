package notices

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/web/ui"
)

var stateTones = map[notice.DeliveryState]ui.Tone{notice.DeliveryQueued: ui.ToneWarn, notice.DeliverySent: ui.ToneGood, notice.DeliveryFailed: ui.ToneBad, notice.DeliveryExpired: ui.ToneLine}

// kindName names what goes out.
func kindName(p *i18n.Printer, kind string) string {
	if k := notice.Kind(kind); k.Known() {
		return p.Message(k.Message())
	}
	if key := "notice.broadcast." + kind; p.Has(key) {
		return p.T(key)
	}
	return kind
}

// failureText says why an attempt was not taken.
func failureText(p *i18n.Printer, kept string) string {
	if message, ok := notice.FailureMessage(kept); ok {
		return p.Message(message)
	}
	return ""
}

// deliveryTable lists deliveries; with hooks, it says by which connection they go.
func deliveryTable(p *i18n.Printer, page notice.DeliveryPage, hooks []notice.Hook) ui.TableView {
	table := ui.TableView{ID: "deliveries", Label: p.T("notices.deliveries"), Columns: []ui.Column{{Key: "kind", Label: p.T("notices.kind"), Phone: true}, {Key: "channel", Label: p.T("notices.channel")},
		{Key: "state", Label: p.T("notices.state"), Phone: true}, {Key: "attempts", Label: p.T("notices.attempts"), Kind: ui.ColumnNumber}, {Key: "created", Label: p.T("notices.created"), Kind: ui.ColumnNarrow},
		{Key: "next", Label: p.T("notices.next"), Kind: ui.ColumnNarrow}, {Key: "failure", Label: p.T("notices.failure")}},
		Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("notices.no_deliveries"), Text: p.T("notices.no_deliveries_text")}}
	for _, d := range page.Deliveries {
		chip := ui.Chip{Label: p.T("notices.state_" + string(d.State)), Tone: stateTones[d.State]}
		channel := p.T("notices.channel_" + string(d.Channel))
		if at := slices.IndexFunc(hooks, func(h notice.Hook) bool { return h.ID == d.HookID }); at >= 0 {
			channel = hooks[at].Name
		}
		next, created := i18n.Unknown, moment(p, d.CreatedAt)
		if d.State == notice.DeliveryQueued && d.Channel == notice.ChannelWebhook {
			next = moment(p, d.NextAt)
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{{Text: kindName(p, d.Kind), Sub: subjectText(p, d.Subject), Title: d.Subject, Phone: channel + " · " + created}, ui.Text(channel), {Chip: &chip}, ui.Text(p.Int(d.Attempts)),
			ui.Text(created), ui.Text(next), ui.Text(failureText(p, d.Failure))}})
	}
	return table
}

func deliveriesPage(ctx context.Context, page notice.DeliveryPage, hooks []notice.Hook, filter notice.DeliveryFilter, query url.Values) templ.Component {
	p := httpx.PrinterFrom(ctx)
	view := ui.PageView{Title: p.T("notices.deliveries"), Subtitle: p.T("notices.deliveries_sub"), Current: "deliveries", Actions: []ui.Action{{Label: p.T("notices.hooks"), Icon: "webhook", URL: "/webhooks"}, {Label: p.T("mail.title"), Icon: "mail", URL: mailURL}, {Label: p.T("reports.settings_link"), Icon: "report-analytics", URL: "/reports/settings"}}}
	view.Tabs = []ui.Tab{{Label: p.T("notices.all"), URL: ui.URLWith("/deliveries", query, "state", "", "cursor", ""), Current: filter.State == ""}}
	for _, s := range notice.DeliveryStates {
		view.Tabs = append(view.Tabs, ui.Tab{Label: p.T("notices.state_" + string(s)), URL: ui.URLWith("/deliveries", query, "state", string(s), "cursor", ""), Current: filter.State == s})
	}
	table := deliveryTable(p, page, hooks)
	table.Path, table.Query, table.Pager = "/deliveries", query, &ui.Pager{Next: page.Next, Total: -1}
	return ui.Compose(view, ui.Filled(ui.CardView{Label: p.T("notices.deliveries"), Flush: true}, ui.Table(table)))
}

func hooksPage(ctx context.Context, hooks []notice.Hook) templ.Component {
	p := httpx.PrinterFrom(ctx)
	table := ui.TableView{ID: "webhooks", Label: p.T("notices.hooks"), Columns: []ui.Column{{Label: p.T("notices.hook_named"), Phone: true}, {Label: p.T("notices.hook_format")},
		{Label: p.T("notices.state"), Phone: true}, {Label: p.T("notices.hook_address")}, {Label: p.T("notices.hook_count"), Kind: ui.ColumnNumber}}, Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("notices.hooks_none"), Text: p.T("notices.hooks_none_text")}}
	for _, h := range hooks {
		chip, format := activeChip(p, h), p.Message(h.Format.Message())
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{{Text: h.Name, URL: "/webhooks/" + h.ID, Phone: format}, ui.Text(format), {Chip: &chip}, ui.Text(host(h.URL)), ui.Text(p.Int(int64(len(h.Kinds))))}})
	}
	return ui.Compose(ui.PageView{Title: p.T("notices.hooks"), Subtitle: p.T("notices.hooks_sub"), Current: "deliveries", Crumbs: crumbs(p, ""),
		Actions: []ui.Action{{Label: p.T("notices.hook_new"), Icon: "plus", Kind: ui.ActionPrimary, URL: "/webhooks/new"}}}, ui.Filled(ui.CardView{Label: p.T("notices.hooks"), Flush: true}, ui.Table(table)))
}

// host is where an address leads; the rest of it may be a key.
func host(address string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		return i18n.Unknown
	}
	return parsed.Host
}

func activeChip(p *i18n.Printer, h notice.Hook) ui.Chip {
	switch {
	case h.Active && h.Failures > 0:
		return ui.Chip{Label: p.T("notices.hook_failing", "Count", h.Failures), Tone: ui.ToneBad}
	case h.Active:
		return ui.Chip{Label: p.T("notices.hook_on"), Tone: ui.ToneGood}
	}
	return ui.Chip{Label: p.T("notices.hook_is_off"), Tone: ui.ToneLine}
}

func crumbs(p *i18n.Printer, name string) []ui.Crumb {
	all := []ui.Crumb{{Label: p.T("notices.hook_back"), URL: "/deliveries"}}
	if name == "" {
		return append(all, ui.Crumb{Label: p.T("notices.hooks")})
	}
	return append(all, ui.Crumb{Label: p.T("notices.hooks"), URL: "/webhooks"}, ui.Crumb{Label: name})
}

// hookForm is the form of a connection; stored says that a bot's secret is kept already.
func hookForm(p *i18n.Printer, action, submit string, typed notice.KeepHook, seen string, stored bool, failure error) templ.Component {
	formats := ui.Field{Name: "format", Kind: ui.FieldSelect, Label: p.T("notices.hook_format"), Hint: p.T("notices.hook_format_hint"), Span: 6}
	for _, f := range notice.Formats {
		formats.Options = append(formats.Options, ui.Option{Value: string(f), Label: p.Message(f.Message()), Selected: typed.Format == f})
	}
	languages := ui.Field{Name: "lang", Kind: ui.FieldSelect, Label: p.T("notices.hook_lang"), Span: 6}
	for _, l := range i18n.Langs() {
		languages.Options = append(languages.Options, ui.Option{Value: string(l), Label: p.T("notices.lang_" + string(l)), Selected: typed.Lang == l})
	}
	kinds := ui.Field{Name: "kinds", Kind: ui.FieldChecks, Label: p.T("notices.hook_subscribes")}
	for _, k := range notice.HookKinds() {
		kinds.Options = append(kinds.Options, ui.Option{Value: k, Label: kindName(p, k), Selected: slices.Contains(typed.Kinds, k)})
	}
	fields := []ui.Field{
		{Name: "seen", Kind: ui.FieldHidden, Value: seen},
		{Name: "name", Label: p.T("notices.hook_named"), Value: typed.Name, Autocomplete: "off"},
		formats, languages,
		{Name: "url", Label: p.T("notices.hook_address"), Value: typed.URL, Hint: p.T("notices.hook_address_hint"), Autocomplete: "off"},
		{Name: "bot_secret", Kind: ui.FieldPassword, Label: p.T("notices.bot_secret"), Hint: p.T("notices.bot_secret_hint"), Autocomplete: "new-password", Optional: true},
	}
	if stored {
		fields = append(fields, ui.Field{Name: "forget", Kind: ui.FieldCheck, Label: p.T("notices.bot_secret_remove"), Value: "1", Optional: true})
	}
	fields = append(fields, ui.Field{Name: "active", Kind: ui.FieldCheck, Label: p.T("notices.hook_active"), Value: "1", Checked: typed.Active, Optional: true}, kinds)
	form := ui.FormView{ID: "webhook", Action: action, Submit: ui.Action{Label: submit, Kind: ui.ActionPrimary}, Cancel: &ui.Link{Label: p.T("common.cancel"), URL: "/webhooks"}}
	form.Fields, form.Problem = ui.WithErrors(fields, failure, p)
	return ui.Form(form)
}

func newHookPage(ctx context.Context, typed notice.KeepHook, failure error) templ.Component {
	p := httpx.PrinterFrom(ctx)
	title := p.T("notices.hook_new")
	return ui.Compose(ui.PageView{Title: title, Current: "deliveries", Narrow: true, Crumbs: crumbs(p, title)},
		ui.Filled(ui.CardView{Label: title}, hookForm(p, "/webhooks", p.T("notices.hook_create"), typed, "0", false, failure)))
}

// shownHook is a connection with all that its page shows.
type shownHook struct {
	hook    notice.Hook
	typed   notice.KeepHook
	secret  string
	page    notice.DeliveryPage
	tried   bool
	failure error
}

func hookPage(ctx context.Context, s shownHook) templ.Component {
	p := httpx.PrinterFrom(ctx)
	path := "/webhooks/" + url.PathEscape(s.hook.ID)
	view := ui.PageView{Title: s.hook.Name, Subtitle: host(s.hook.URL), Current: "deliveries", Crumbs: crumbs(p, s.hook.Name), Chips: []ui.Chip{activeChip(p, s.hook)}}
	if s.hook.Active {
		view.Actions = []ui.Action{{Label: p.T("notices.hook_try"), Icon: "send", URL: path + "/try", Post: true}}
	}
	var parts []templ.Component
	if s.tried {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "tried", Tone: ui.ToneGood, Strong: p.T("notices.hook_tried")})))
	}
	if s.hook.Failures > 0 {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "failing", Tone: ui.ToneWarn, Strong: p.T("notices.hook_failing", "Count", s.hook.Failures), Text: p.T("notices.hook_failing_text", "Next", moment(p, s.hook.NextAt))})))
	}
	parts = append(parts,
		ui.Filled(ui.CardView{Title: p.T("notices.hook_events"), Flush: true}, ui.Table(deliveryTable(p, s.page, []notice.Hook{s.hook}))),
		ui.Filled(ui.CardView{Title: p.T("notices.hook"), Span: 7}, hookForm(p, path+"/change", p.T("notices.hook_save"), s.typed, strconv.FormatInt(s.typed.Revision, 10), s.hook.BotSecret != "", s.failure)),
		secretCard(p, s, path))
	return ui.Compose(view, parts...)
}

// secretCard is about what requests are signed with, and holds what ends it.
func secretCard(p *i18n.Printer, s shownHook, path string) templ.Component {
	erase := ui.Button(ui.Action{Label: p.T("notices.hook_delete"), URL: path + "/delete", Post: true, Kind: ui.ActionDanger, Icon: "trash"})
	if s.hook.Format.Bot() {
		state := p.T("notices.bot_secret_none")
		if s.hook.BotSecret != "" {
			state = p.T("notices.bot_secret_kept")
		}
		facts := []ui.Fact{{Term: p.T("notices.hook_format"), Text: p.Message(s.hook.Format.Message())}}
		if s.hook.Format.Signs() {
			facts = append(facts, ui.Fact{Term: p.T("notices.bot_secret"), Text: state})
		}
		return ui.Filled(ui.CardView{Title: p.T("notices.bot_title"), Sub: p.T("notices.bot_text"), Span: 5}, ui.Facts(facts), erase)
	}
	secret := ui.Facts([]ui.Fact{{Term: p.T("notices.hook_secret"), Text: s.secret}})
	acts := ui.Beside(ui.Button(ui.Action{Label: p.T("notices.hook_renew"), URL: path + "/renew", Post: true, Icon: "refresh"}), erase)
	return ui.Filled(ui.CardView{Title: p.T("notices.hook_secret"), Sub: p.T("notices.hook_secret_text"), Span: 5}, secret, acts)
}

// subjectText says what is told of: the record's kind in words, with the end of its number where people gave it none.
func subjectText(p *i18n.Printer, subject string) string {
	kind, id, _ := strings.Cut(subject, ":")
	key := "trail.kind_" + kind
	if !p.Has(key) {
		return subject
	}
	if len(id) > subjectShown {
		id = "…" + id[len(id)-subjectShown:]
	}
	return p.T(key) + " " + id
}

// subjectShown is enough of a number of the program to tell two apart.
const subjectShown = 8
