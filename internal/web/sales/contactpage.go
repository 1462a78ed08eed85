package sales

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/contact"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/followup"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/process"
	"xiaoguan/internal/tabular"
	"xiaoguan/internal/web/ui"
)

// contactsKey names the list of contacts in addresses and saved views.
const contactsKey = "contacts"

// contactRoutes are the list of contacts, a contact, and what is like one.
func (h *Handler) contactRoutes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET /contacts", h.listContacts)
	handle("GET /contacts/export/{format}", h.exportContacts)
	handle("GET "+contactTwinsURL, h.showContactTwins)
	handle("GET /new-contact", h.askContact)
	handle("POST /contacts", h.saveContact)
	handle("GET /contacts/{id}", h.showContact)
	handle("POST /contacts/{id}", h.saveContact)
}

// customerTabs lead from customers to their contacts and back.
func customerTabs(p *i18n.Printer, current string) []ui.Tab {
	return []ui.Tab{{Label: p.T("nav.customers"), URL: "/customers", Current: current == "customers"}, {Label: p.T("nav.contacts"), URL: "/contacts", Current: current == contactsKey}}
}

func contactColumns(p *i18n.Printer) []ui.Column {
	return []ui.Column{
		{Key: contact.SortName, Label: p.T("contact.name"), Sortable: true, Phone: true, Fixed: true},
		{Key: "customer", Label: p.T("common.customer"), Phone: true},
		{Key: "title", Label: p.T("contact.title")},
		{Key: "part", Label: p.T("contact.part"), Phone: true},
		{Key: "phone", Label: p.T("contact.phone"), Kind: ui.ColumnNarrow},
		{Key: "wechat", Label: p.T("contact.wechat"), Hidden: true},
		{Key: "email", Label: p.T("contact.email"), Hidden: true},
		{Key: "last", Label: p.T("contact.last"), Title: p.T("contact.last_title"), Kind: ui.ColumnNarrow},
		{Key: contact.SortNew, Label: p.T("contact.since"), Sortable: true, Kind: ui.ColumnNarrow, Hidden: true},
	}
}

func (h *Handler) contactFilter(r *http.Request) (*listing, contact.Filter, error) {
	l, err := h.list(r, contactsKey, contactColumns(httpx.PrinterFrom(r.Context())), ui.Sort{Key: contact.SortName})
	if err != nil {
		return nil, contact.Filter{}, err
	}
	f := contact.Filter{Search: l.get("q"), Part: l.get("part"), CustomerID: l.id("customer"), Paging: l.paging(), ExactTotal: l.exact()}
	switch gone := l.get("gone"); gone {
	case "":
	case "no", "yes":
		left := gone == "yes"
		f.Gone = &left
	default:
		l.wrong.Add("gone", gone, "form.error.choice", nil)
	}
	return l, f, nil
}

func partText(p *i18n.Printer, part string) string {
	if part == "" {
		return ""
	}
	return p.T("contact.part." + part)
}

func (h *Handler) listContacts(w http.ResponseWriter, r *http.Request) error {
	l, filter, err := h.contactFilter(r)
	if err != nil {
		return err
	}
	var list contact.List
	if err = l.wrong.Err(); err == nil {
		list, err = h.Contacts.List(l.ctx, l.actor, filter)
	}
	failure, err := asFailure(err)
	if err != nil {
		return err
	}
	p := l.p
	var rows []ui.Row
	for _, c := range list.Rows {
		name := ui.Cell{Text: c.Name, URL: contactURL(c.ID), Muted: c.Gone, Phone: c.Phone}
		if c.Gone {
			name.Chip = &ui.Chip{Label: p.T("contact.gone"), Tone: ui.ToneLine}
		}
		rows = append(rows, ui.Row{Cells: []ui.Cell{name, {Text: c.CustomerName, URL: customerURL(c.CustomerID), Sub: c.CustomerKey}, ui.Text(text(c.Title)), ui.Text(text(partText(p, c.Part))), ui.Text(text(c.Phone)), ui.Text(text(c.WeChat)), ui.Text(text(c.Email)),
			ui.Text(localDay(p, c.LastContact)), ui.Text(localDay(p, c.CreatedAt))}})
	}
	parts := append(named(p, "contact.part.", contact.Parts), ui.Option{Value: contact.PartUnknown, Label: p.T("contact.part_unknown")})
	fields := []ui.Field{
		{Name: "part", Kind: ui.FieldSelect, Label: p.T("contact.part"), Value: l.get("part"), Options: parts, Optional: true, Placeholder: p.T("common.all")},
		{Name: "gone", Kind: ui.FieldSelect, Label: p.T("contact.there"), Value: l.get("gone"), Options: []ui.Option{{Value: "no", Label: p.T("contact.still_there")}, {Value: "yes", Label: p.T("contact.gone")}}, Optional: true, Placeholder: p.T("common.all")},
	}
	view := ui.PageView{Title: p.T("nav.contacts"), Subtitle: p.T("contact.subtitle"), Tabs: customerTabs(p, contactsKey)}
	l.nav = "customers"
	return l.draw(w, r, view, l.bar(p.T("contact.search"), fields, failure), l.table(view.Title, rows, nil, list.Total, list.Next, ""), failure)
}

// localDay is the day of an instant where the company is; a dash for none.
func localDay(p *i18n.Printer, t time.Time) string {
	if t.IsZero() {
		return i18n.Unknown
	}
	return p.Local(t).Format("2006-01-02")
}

func (h *Handler) exportContacts(w http.ResponseWriter, r *http.Request) error {
	l, filter, err := h.contactFilter(r)
	if err != nil {
		return err
	}
	if err := l.wrong.Err(); err != nil {
		return err
	}
	p := l.p
	return httpx.Download(w, httpx.Export{
		Name: contactsKey, Sheet: p.T("nav.contacts"), Format: r.PathValue("format"), More: p.T("sales.export_more", "Max", fact.ExportMax),
		Head: []string{p.T("contact.name"), p.T("sales.customer_key"), p.T("sales.customer_name"), p.T("contact.title"), p.T("contact.part"), p.T("contact.phone"), p.T("contact.wechat"), p.T("contact.email"), p.T("contact.gone"), p.T("contact.last")},
		Rows: func(write func(...tabular.Cell) error) (bool, error) {
			return h.Contacts.Each(l.ctx, l.actor, filter, func(c contact.Row) error {
				gone, last := "", ""
				if c.Gone {
					gone = p.T("contact.gone")
				}
				if !c.LastContact.IsZero() {
					last = localDay(p, c.LastContact)
				}
				return write(tabular.Text(c.Name), tabular.Text(c.CustomerKey), tabular.Text(c.CustomerName), tabular.Text(c.Title), tabular.Text(partText(p, c.Part)), tabular.Text(c.Phone), tabular.Text(c.WeChat), tabular.Text(c.Email), tabular.Text(gone), tabular.Text(last))
			})
		},
	})
}

func (h *Handler) showContact(w http.ResponseWriter, r *http.Request) error {
	return h.drawContact(w, r, http.StatusOK, nil)
}

// drawContact shows a contact with its customer and what happened, and takes changes. After a conflict the form is meant for what there is now; what
// that is stands beside what was typed.
func (h *Handler) drawContact(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	id, err := idOf(r.PathValue("id"), "contact.missing")
	if err != nil {
		return err
	}
	actor := access.ActorFrom(r.Context())
	d, err := h.Contacts.Show(r.Context(), actor, id)
	if err != nil {
		return err
	}
	dealings, err := h.FollowUps.With(r.Context(), actor, d.CustomerID, dealingsPerson)
	if err != nil {
		return err
	}
	own, err := h.ownFieldsOf(r, customfield.ObjectContact, []customfield.Set{d.Fields})
	if err != nil {
		return err
	}
	p, c := own.p, d.Contact
	var parts []templ.Component
	if errs.Is(failure, errs.KindConflict) {
		typed := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
		parts = append(parts, besideCards(p, p.T("contact.conflict"), append([]besideField{
			{p.T("contact.name"), c.Name, typed("name")}, {p.T("contact.title"), c.Title, typed("title")}, {p.T("contact.part"), partText(p, c.Part), partText(p, typed("part"))}, {p.T("contact.phone"), c.Phone, typed("phone")},
			{p.T("contact.wechat"), c.WeChat, typed("wechat")}, {p.T("contact.email"), c.Email, typed("email")}, {p.T("opportunity.note"), c.Note, typed("note")},
			{p.T("contact.no_messages"), yesNo(p, c.Silent()), yesNo(p, typed("no_messages") != "")}, {p.T("contact.gone"), yesNo(p, c.Gone), yesNo(p, typed("gone") != "")}}, own.besides(c.Fields, customfield.Typed(r.PostForm))...))...)
		failure = nil
	}
	facts := []ui.Fact{{Term: p.T("common.customer"), Text: d.Customer.Name, URL: customerURL(c.CustomerID)}, {Term: p.T("contact.title"), Text: text(c.Title)}, {Term: p.T("contact.part"), Text: text(partText(p, c.Part))}}
	if c.Phone != "" {
		phone := ui.Fact{Term: p.T("contact.phone"), Text: c.Phone}
		if !strings.Contains(c.Phone, "*") {
			phone.URL = "tel:" + c.Phone
		}
		facts = append(facts, phone)
	}
	facts = append(facts, ui.Fact{Term: p.T("contact.wechat"), Text: text(c.WeChat)}, ui.Fact{Term: p.T("contact.email"), Text: text(c.Email)}, ui.Fact{Term: p.T("opportunity.note"), Text: text(c.Note)})
	if c.Silent() {
		facts = append(facts, ui.Fact{Term: p.T("contact.no_messages"), Text: p.T("contact.silent_"+silentBy(c), "Since", p.Local(c.SilentAt).Format("2006-01-02 15:04"))})
	}
	facts = append(facts, own.facts(c.Fields)...)
	parts = append(parts, ui.Stack(5, ui.Filled(ui.CardView{Title: p.T("contact.who"), Span: -1}, ui.Facts(facts)), h.contactEdit(own, r, d, failure)),
		ui.Stack(7, ui.Filled(ui.CardView{ID: "timeline", Title: p.T("opportunity.timeline"), Sub: p.T("contact.timeline_sub"), Span: -1}, contactTimeline(p, actor, d, dealings.FollowUps, h.Now()))))
	view := ui.PageView{Title: c.Name, Subtitle: strings.Trim(d.Customer.Name+" · "+c.Title, " ·"), Current: "customers",
		Crumbs: []ui.Crumb{{Label: p.T("nav.customers"), URL: "/customers"}, {Label: d.Customer.Name, URL: customerURL(c.CustomerID)}, {Label: c.Name}}}
	if c.Gone {
		view.Chips = []ui.Chip{{Label: p.T("contact.gone"), Tone: ui.ToneLine}}
	}
	if c.Silent() {
		view.Chips = append(view.Chips, ui.Chip{Label: p.T("contact.silent"), Tone: ui.ToneWarn})
	}
	return ui.Write(w, r, status, ui.Compose(view, parts...))
}

// silentBy says whether somebody said themselves that they want no messages.
func silentBy(c contact.Contact) string {
	if c.SilentBy == contact.SilentByThemselves {
		return "themselves"
	}
	return "recorded"
}

func yesNo(p *i18n.Printer, yes bool) string {
	if yes {
		return p.T("common.yes")
	}
	return p.T("common.no")
}

// contactEdit is the form, for who may work on the customer.
func (h *Handler) contactEdit(own ownFields, r *http.Request, d contact.Detail, failure error) templ.Component {
	if !d.MayWrite {
		return templ.NopComponent
	}
	return ui.Filled(ui.CardView{Title: own.p.T("contact.edit"), Span: -1}, ui.FormWith(contactForm(own, r, d.Contact, failure), contactTwinsAsked(own.p)))
}

// contactTimeline tells what was said to the customer and what happened to the contact, the newest first.
func contactTimeline(p *i18n.Printer, actor access.Actor, d contact.Detail, said []followup.FollowUp, now time.Time) templ.Component {
	var all []entryOf
	add := func(at time.Time, m ui.Moment) {
		m.When, m.At = p.Moment(at, p.Local(now)), at.UTC().Format(time.RFC3339)
		all = append(all, entryOf{at, m})
	}
	for _, f := range said {
		add(f.OccurredAt, saidMoment(p, actor, f))
	}
	for _, c := range d.Changes {
		add(c.At, contactMoment(p, c))
	}
	slices.SortStableFunc(all, func(a, b entryOf) int { return b.at.Compare(a.at) })
	if len(all) == 0 {
		return ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("state.empty.title")})
	}
	moments := make([]ui.Moment, len(all))
	for i, e := range all {
		moments[i] = e.moment
	}
	return ui.Timeline(moments)
}

// contactMoment says who entered or changed a contact, and which fields. Numbers and addresses stay out: who reads may not see them all.
func contactMoment(p *i18n.Printer, c process.Change) ui.Moment {
	m := ui.Moment{Icon: "pencil", Title: p.T("contact.did_change", "Who", text(ui.Actor(p, c.ActorID, c.ActorName)))}
	if len(c.Before) == 0 {
		m.Icon, m.Title = "user-plus", p.T("contact.did_add", "Who", text(ui.Actor(p, c.ActorID, c.ActorName)))
		return m
	}
	after := fieldTexts(ownFields{p: p}, c.After)
	var names []string
	for _, f := range []struct{ field, label string }{{"name", "contact.name"}, {"title", "contact.title"}, {"part", "contact.part"}, {"phone", "contact.phone"}, {"wechat", "contact.wechat"}, {"email", "contact.email"}, {"note", "opportunity.note"}, {"gone", "contact.gone"}, {"lang", "contact.lang"}, {"silent_at", "contact.no_messages"}} {
		if _, changed := after[f.field]; changed {
			names = append(names, p.T(f.label))
		}
	}
	m.Detail = p.Join(names)
	return m
}

// contactTwinsURL answers with contacts that have the number being typed.
const contactTwinsURL = "/contacts/like"

func (h *Handler) showContactTwins(w http.ResponseWriter, r *http.Request) error {
	id, _ := strconv.ParseInt(r.URL.Query().Get("id"), 10, 64)
	twins, err := h.Contacts.Twins(r.Context(), access.ActorFrom(r.Context()), contact.Likeness{ID: id, Phone: r.URL.Query().Get("phone")})
	if err != nil {
		return err
	}
	p := httpx.PrinterFrom(r.Context())
	if len(twins) == 0 {
		return ui.Write(w, r, http.StatusOK, templ.NopComponent)
	}
	var items []ui.Item
	for _, t := range twins {
		item := ui.Item{Title: p.T("contact.twin_hidden"), Detail: p.T("contact.twin_phone")}
		if t.ID != 0 {
			item.Title, item.URL, item.Beside = t.Name, contactURL(t.ID), t.CustomerName
		}
		if len(t.Owners) > 0 {
			item.Detail += p.T("common.comma") + p.T("customer.twin_owner", "Owners", p.Join(t.Owners))
		}
		if t.Gone {
			item.Chips = []ui.Chip{{Label: p.T("contact.gone"), Tone: ui.ToneLine}}
		}
		items = append(items, item)
	}
	return ui.Write(w, r, http.StatusOK, ui.NoteOf(ui.Note{Tone: ui.ToneWarn, Strong: p.T("contact.twins", "Count", len(twins)), Body: ui.List(items)}))
}

// contactTwinsAsked is the region of a contact's form in which others with the number are told of.
func contactTwinsAsked(p *i18n.Printer) templ.Component {
	return ui.WatchingWith(ui.WatchView{From: contactTwinsURL, Watch: []string{"phone", "id"}}, templ.NopComponent)
}
