package admin

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/web/ui"
)

func (h *Handler) audit(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	filter := audit.Filter{Subject: r.FormValue("subject"), ActionPrefix: r.FormValue("action"), ActorID: r.FormValue("actor"), Cursor: r.FormValue("cursor")}
	if day, err := calendar.ParseDate(r.FormValue("from")); err == nil {
		filter.From = midnight(r, day)
	}
	if day, err := calendar.ParseDate(r.FormValue("to")); err == nil {
		filter.To = midnight(r, day+1)
	}
	page, err := h.log.List(ctx, actor, filter)
	if err != nil {
		return err
	}
	named, err := h.named(ctx, actor, page.Entries)
	if err != nil {
		return err
	}
	return ui.Write(w, r, http.StatusOK, auditPage(ctx, page, filter, r.URL.Query(), named))
}

// named finds the names of the people and users that entries are about.
func (h *Handler) named(ctx context.Context, actor access.Actor, entries []audit.Entry) (n auditNames, err error) {
	persons, users := map[int64]bool{}, map[string]bool{}
	for _, e := range entries {
		action, _, _ := strings.Cut(e.Action, ".")
		kind, id, _ := strings.Cut(e.Subject, ":")
		if number, err := strconv.ParseInt(id, 10, 64); err == nil && kind == "person" {
			persons[number] = true
		}
		if kind == "user" {
			users[id] = true
		}
		for _, state := range [][]byte{e.Before, e.After} {
			eachField("", decode(state), func(key string, value any) {
				switch v := value.(type) {
				case json.Number:
					if id, err := v.Int64(); err == nil && within(personFields, action, key) {
						persons[id] = true
					}
				case string:
					if userFields[key] && uuidPattern.MatchString(v) {
						users[v] = true
					}
				}
			})
		}
	}
	if n.persons, err = h.persons.PersonNames(ctx, actor, keysOf(persons)); err != nil {
		return n, err
	}
	n.users, err = h.users.Names(ctx, keysOf(users))
	return n, err
}

func keysOf[K cmp.Ordered](set map[K]bool) (keys []K) {
	for key := range set {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// auditPage lists the writes: who did what to what, and what that changed.
func auditPage(ctx context.Context, page audit.Page, filter audit.Filter, query url.Values, named auditNames) templ.Component {
	p := httpx.PrinterFrom(ctx)
	table := ui.TableView{ID: "audit", Label: p.T("admin.audit"), Path: "/audit", Query: query, Columns: []ui.Column{
		{Key: "seq", Label: p.T("admin.number"), Kind: ui.ColumnNumber}, {Key: "at", Label: p.T("admin.at"), Kind: ui.ColumnNarrow}, {Key: "who", Label: p.T("admin.who"), Phone: true},
		{Key: "subject", Label: p.T("admin.subject")}, {Key: "action", Label: p.T("admin.changed"), Phone: true}, {Key: "hash", Label: p.T("admin.hash")},
	}, Pager: &ui.Pager{Total: -1, Next: page.Next}, Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("admin.no_entries")}}
	for _, e := range page.Entries {
		subject := named.subject(p, e.Subject)
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{
			ui.Text(p.Int(e.Seq)), ui.Text(moment(p, e.At)), {Text: ui.Actor(p, e.ActorID, e.ActorName), URL: ui.URLWith("/audit", nil, "actor", e.ActorID), Sub: e.Client, Phone: moment(p, e.At)},
			{Text: subject, URL: ui.URLWith("/audit", nil, "subject", e.Subject), Title: e.Subject},
			{Text: actionText(p, e.Action), URL: ui.URLWith("/audit", nil, "action", e.Action), Title: e.Action, Body: changed(viewOf(p, e, named))},
			{Text: e.Hash[:min(hashShown, len(e.Hash))], Title: e.Hash, Muted: true},
		}})
	}
	bar := ui.Filter(ui.FilterView{Path: "/audit", Fields: []ui.Field{
		{Name: "subject", Label: p.T("admin.subject"), Value: filter.Subject, Placeholder: "period:2026-09"}, {Name: "action", Label: p.T("admin.action"), Value: filter.ActionPrefix, Placeholder: "period."},
		{Name: "actor", Label: p.T("admin.who_id"), Value: filter.ActorID}, {Name: "from", Kind: ui.FieldDate, Label: p.T("admin.from"), Value: query.Get("from")},
		{Name: "to", Kind: ui.FieldDate, Label: p.T("admin.to"), Value: query.Get("to")},
	}, Clear: "/audit"})
	return ui.Compose(ui.PageView{Title: p.T("admin.audit"), Subtitle: p.T("admin.audit_subtitle"), Current: "audit"}, ui.Across(bar), ui.Filled(ui.CardView{Label: p.T("admin.audit"), Flush: true}, ui.Table(table)))
}

// actionText says what was done: what it is about, and the verb. A word that has no text yet stands as it is recorded.
func actionText(p *i18n.Printer, action string) string {
	kind, verb, _ := strings.Cut(action, ".")
	text := verb
	if key := "trail.do_" + kind + "_" + verb; p.Has(key) {
		text = p.T(key)
	} else if key := "trail.verb_" + verb; p.Has(key) {
		text = p.T(key)
	}
	return p.T("trail.action", "What", kindText(p, kind), "Verb", text)
}

func kindText(p *i18n.Printer, kind string) string {
	if key := "trail.kind_" + kind; p.Has(key) {
		return p.T(key)
	}
	return kind
}

// entryView is what an entry changed.
type entryView struct {
	Subject       string // on phones
	Facts         []ui.Fact
	More          string
	Raw, RawLabel string
}

// factsShown is how many changed fields are listed; the rest is in the record as it is chained.
const factsShown = 12

// viewOf compares the states before and after, field by field: what stayed the same is left out.
func viewOf(p *i18n.Printer, e audit.Entry, named auditNames) (v entryView) {
	kind, _, _ := strings.Cut(e.Action, ".")
	v.Subject = named.subject(p, e.Subject)
	before, after := decode(e.Before), decode(e.After)
	w := wording{p: p, kind: kind, named: named}
	old, hadOld := before.(map[string]any)
	is, hasNew := after.(map[string]any)
	keys := map[string]bool{}
	for key := range old {
		keys[key] = true
	}
	for key := range is {
		keys[key] = true
	}
	for _, key := range keysOf(keys) {
		if w.inside(key) {
			continue
		}
		was, now := w.in(old).value(key, old[key]), w.in(is).value(key, is[key])
		fact := ui.Fact{Term: w.label(key)}
		switch {
		case was == now && hadOld && hasNew:
			continue
		case !hadOld && now != i18n.Unknown:
			fact.Text = now
		case !hasNew && was != i18n.Unknown:
			fact.Text = was
		case hadOld && hasNew:
			fact.Text = p.T("trail.from_to", "Before", was, "After", now)
		default:
			continue // nothing was there, and nothing is
		}
		v.Facts = append(v.Facts, fact)
	}
	if n := len(v.Facts); n > factsShown {
		v.Facts, v.More = v.Facts[:factsShown], p.T("trail.more_fields", "Count", n-factsShown)
	}
	if !hadOld && !hasNew && (before != nil || after != nil) {
		v.Facts = []ui.Fact{w.alone(before, after)}
	}
	if len(e.Before)+len(e.After) > 0 {
		v.RawLabel = p.T("trail.raw")
		v.Raw = strings.TrimSpace(p.T("admin.before") + "\n" + cmp.Or(string(e.Before), i18n.Unknown) + "\n" + p.T("admin.after") + "\n" + cmp.Or(string(e.After), i18n.Unknown))
	}
	return v
}
