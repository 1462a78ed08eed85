package sales

import (
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/contact"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/web/ui"
)

func contactURL(id int64) string { return "/contacts/" + number(id) }

// contactsCard lists the contacts of a customer, with the way to add one.
func (h *Handler) contactsCard(r *http.Request, p *i18n.Printer, customerID int64) (templ.Component, error) {
	page, err := h.Contacts.OfCustomer(r.Context(), access.ActorFrom(r.Context()), customerID)
	if err != nil {
		return nil, err
	}
	own, err := h.ownFieldsOf(r, customfield.ObjectContact, setsOf(page.Contacts, func(c contact.Contact) customfield.Set { return c.Fields }))
	if err != nil {
		return nil, err
	}
	var items []ui.Item
	for _, c := range page.Contacts {
		item := ui.Item{Avatar: lastTwo(c.Name), Title: c.Name, Beside: c.Title, URL: contactURL(c.ID)}
		if c.Part != "" {
			item.Chips = append(item.Chips, ui.Chip{Label: p.T("contact.part." + c.Part), Tone: ui.ToneBrand})
		}
		if c.Gone {
			item.Chips = append(item.Chips, ui.Chip{Label: p.T("contact.gone"), Tone: ui.ToneLine})
		}
		if c.Silent() {
			item.Chips = append(item.Chips, ui.Chip{Label: p.T("contact.silent"), Tone: ui.ToneWarn})
		}
		var ways []string
		for _, way := range []struct{ key, value string }{{"", c.Phone}, {"contact.wechat", c.WeChat}, {"", c.Email}, {"", c.Note}} {
			switch {
			case way.value == "":
			case way.key == "":
				ways = append(ways, way.value)
			default:
				ways = append(ways, p.T(way.key)+" "+way.value)
			}
		}
		for _, f := range own.facts(c.Fields) {
			if f.Text != i18n.Unknown {
				ways = append(ways, f.Term+" "+f.Text)
			}
		}
		item.Detail = strings.Join(ways, " · ")
		items = append(items, item)
	}
	view := ui.CardView{ID: "contacts", Title: p.T("contact.contacts"), Count: len(items), Flush: true}
	if page.MayWrite {
		view.More = &ui.Link{Label: p.T("contact.add"), URL: ui.URLWith("/new-contact", nil, "customer", number(customerID))}
	}
	return ui.Filled(view, listOr(p, items)), nil
}

// languageOptions are the languages in which somebody may be written to.
func languageOptions(p *i18n.Printer) (options []ui.Option) {
	for _, l := range i18n.Langs() {
		options = append(options, ui.Option{Value: string(l), Label: p.T("notices.lang_" + string(l))})
	}
	return options
}

// contactForm asks for a contact; what was typed wins over what is recorded.
func contactForm(own ownFields, r *http.Request, c contact.Contact, failure error) ui.FormView {
	p := own.p
	typed := func(name, recorded string) string {
		if r.Method == http.MethodPost {
			return r.PostFormValue(name)
		}
		return recorded
	}
	gone, silent := c.Gone, c.Silent()
	if r.Method == http.MethodPost {
		gone, silent = r.PostFormValue("gone") != "", r.PostFormValue("no_messages") != ""
	}
	fields := []ui.Field{
		{Name: "name", Label: p.T("contact.name"), Value: typed("name", c.Name), Span: 6},
		{Name: "title", Label: p.T("contact.title"), Value: typed("title", c.Title), Optional: true, Span: 6},
		{Name: "part", Kind: ui.FieldSelect, Label: p.T("contact.part"), Value: typed("part", c.Part), Options: named(p, "contact.part.", contact.Parts), Optional: true, Placeholder: p.T("contact.part_unknown"), Span: 6},
		{Name: "phone", Label: p.T("contact.phone"), Value: typed("phone", c.Phone), Optional: true, Autocomplete: "off", Span: 6},
		{Name: "wechat", Label: p.T("contact.wechat"), Value: typed("wechat", c.WeChat), Optional: true, Autocomplete: "off", Span: 6},
		{Name: "email", Kind: ui.FieldEmail, Label: p.T("contact.email"), Value: typed("email", c.Email), Optional: true, Autocomplete: "off", Span: 6},
		{Name: "note", Label: p.T("opportunity.note"), Value: typed("note", c.Note), Optional: true},
		{Name: "lang", Kind: ui.FieldSelect, Label: p.T("contact.lang"), Value: typed("lang", string(c.Lang)), Options: languageOptions(p), Optional: true, Placeholder: p.T("contact.lang_default"), Span: 6},
		{Name: "no_messages", Kind: ui.FieldCheck, Label: p.T("contact.no_messages"), Hint: p.T("contact.no_messages_hint"), Value: "1", Checked: silent, Optional: true, Span: 6},
		{Name: "customer", Kind: ui.FieldHidden, Value: number(c.CustomerID)},
	}
	fields = append(fields, own.inputs(r, c.Fields)...)
	v := ui.FormView{ID: "contact", Action: "/contacts", Submit: ui.Action{Label: p.T("contact.add"), Kind: ui.ActionPrimary}, Cancel: &ui.Link{Label: p.T("common.cancel"), URL: customerURL(c.CustomerID)}}
	if c.ID != 0 {
		v.Action, v.Submit.Label = contactURL(c.ID), p.T("common.save")
		fields = append(fields, ui.Field{Name: "id", Kind: ui.FieldHidden, Value: number(c.ID)}, ui.Field{Name: "gone", Kind: ui.FieldCheck, Label: p.T("contact.gone_label"), Value: "1", Checked: gone, Optional: true}, ui.Field{Name: "seen", Kind: ui.FieldHidden, Value: number(c.Revision)})
	}
	v.Fields, v.Problem = ui.WithErrors(fields, failure, p)
	return v
}

func (h *Handler) askContact(w http.ResponseWriter, r *http.Request) error {
	return h.drawNewContact(w, r, http.StatusOK, nil)
}

// drawNewContact asks for a new contact of a customer, and tells of others with the number while it is typed.
func (h *Handler) drawNewContact(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return err
	}
	id, err := idOf(r.FormValue("customer"), "customer.missing")
	if err != nil {
		return err
	}
	if page, err := h.Contacts.OfCustomer(ctx, actor, id); err != nil {
		return err
	} else if !page.MayWrite {
		return errs.New(errs.KindNotFound, "customer.missing", nil)
	}
	owner, err := h.Customers.Get(ctx, actor, id)
	if err != nil {
		return err
	}
	own, err := h.ownFields(r, customfield.ObjectContact)
	if err != nil {
		return err
	}
	title := p.T("contact.add")
	return ui.Write(w, r, status, ui.Compose(ui.PageView{Title: title, Subtitle: owner.Name, Current: "customers", Narrow: true,
		Crumbs: []ui.Crumb{{Label: p.T("nav.customers"), URL: "/customers"}, {Label: owner.Name, URL: customerURL(owner.ID)}, {Label: title}}},
		ui.Filled(ui.CardView{Label: title}, ui.FormWith(contactForm(own, r, contact.Contact{CustomerID: id}, failure), contactTwinsAsked(p)))))
}

func (h *Handler) saveContact(w http.ResponseWriter, r *http.Request) error {
	value := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	lang, silent := i18n.Lang(value("lang")), value("no_messages") != ""
	in := contact.Entry{Name: value("name"), Title: value("title"), Part: value("part"), Phone: value("phone"), WeChat: value("wechat"), Email: value("email"), Note: value("note"), Gone: value("gone") != "", Lang: &lang, NoMessages: &silent, Fields: customfield.Typed(r.PostForm)}
	var err error
	if r.PathValue("id") != "" {
		in.ID, err = idOf(r.PathValue("id"), "contact.missing")
	} else {
		in.CustomerID, err = idOf(value("customer"), "customer.missing")
	}
	if err != nil {
		return err
	}
	if in.Seen, err = revisionOf(r); err != nil {
		return err
	}
	c, err := h.Contacts.Save(r.Context(), access.ActorFrom(r.Context()), in)
	switch {
	case err == nil:
		http.Redirect(w, r, customerURL(c.CustomerID)+"?saved=1", http.StatusSeeOther)
		return nil
	case !mendable(err):
		return err
	}
	if in.ID == 0 {
		return h.drawNewContact(w, r, httpx.StatusOf(err), err)
	}
	return h.drawContact(w, r, httpx.StatusOf(err), err)
}
