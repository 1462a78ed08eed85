package sales

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/lead"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/web/ui"
)

// leadEntryOf reads the form of a lead.
func leadEntryOf(r *http.Request) (in lead.Entry, err error) {
	value := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	in = lead.Entry{Company: value("company"), Name: value("name"), Title: value("title"), Phone: value("phone"), WeChat: value("wechat"), Email: value("email"), City: value("city"), Industry: value("industry"),
		Source: value("source"), Campaign: value("campaign"), Note: value("note"), Fields: customfield.Typed(r.PostForm), Owner: value("owner")}
	in.Seen, err = revisionOf(r)
	return in, err
}

func (h *Handler) leadForm(r *http.Request, p *i18n.Printer, in lead.Entry, recorded customfield.Set, failure error) (v ui.FormView, err error) {
	own, err := h.ownFields(r, customfield.ObjectLead)
	if err != nil {
		return v, err
	}
	actor := access.ActorFrom(r.Context())
	if v.Suggest, err = h.dealSuggestions(r.Context(), actor); err != nil {
		return v, err
	}
	fields := []ui.Field{
		{Name: "company", Label: p.T("lead.company"), Value: in.Company, Optional: true, Hint: p.T("lead.company_hint"), Span: 6},
		{Name: "name", Label: p.T("lead.name"), Value: in.Name, Optional: true, Autocomplete: "off", Span: 6},
		{Name: "phone", Label: p.T("contact.phone"), Value: in.Phone, Optional: true, Autocomplete: "off", Span: 6},
		{Name: "title", Label: p.T("contact.title"), Value: in.Title, Optional: true, Span: 6},
		{Name: "source", Kind: ui.FieldSelect, Label: p.T("opportunity.source"), Value: in.Source, Options: named(p, "opportunity.source.", opportunity.Sources), Optional: true, Placeholder: p.T("sales.choose"), Span: 6},
		{Name: "campaign", Label: p.T("lead.campaign"), Value: in.Campaign, Optional: true, Hint: p.T("lead.campaign_hint"), Span: 6},
		{Name: "note", Kind: ui.FieldArea, Label: p.T("lead.need"), Value: in.Note, Optional: true, Rows: 3},
	}
	if in.ID == 0 && actor.Can(access.PermOrgRead) {
		hint := p.T("opportunity.owner_hint")
		if actor.Can(access.PermLeadAssign) {
			hint = p.T("lead.owner_hint")
		}
		fields = append(fields, ui.Field{Name: "owner", Label: p.T("opportunity.owner"), Value: in.Owner, Suggest: "some-people", Autocomplete: "off", Optional: true, Hint: hint, Span: 6})
	}
	fields = append(fields, own.inputs(r, recorded)...)
	for _, more := range []ui.Field{{Name: "city", Label: p.T("sales.city"), Value: in.City}, {Name: "industry", Label: p.T("sales.industry"), Value: in.Industry},
		{Name: "wechat", Label: p.T("contact.wechat"), Value: in.WeChat}, {Name: "email", Kind: ui.FieldEmail, Label: p.T("contact.email"), Value: in.Email}} {
		more.Optional, more.Autocomplete, more.Fold, more.Span = true, "off", p.T("lead.more_fields"), 6
		fields = append(fields, more)
	}
	v.ID, v.Action, v.Submit = "lead", leadsURL, ui.Action{Label: p.T("lead.add"), Kind: ui.ActionPrimary}
	v.Cancel = &ui.Link{Label: p.T("common.cancel"), URL: leadsURL}
	if in.ID != 0 {
		fields = append(fields, ui.Field{Name: "seen", Kind: ui.FieldHidden, Value: number(in.Seen)}, ui.Field{Name: "id", Kind: ui.FieldHidden, Value: number(in.ID)})
		v.Action, v.Submit.Label, v.Cancel.URL = leadURL(in.ID), p.T("common.save"), leadURL(in.ID)
	}
	v.Fields, v.Problem = ui.WithErrors(fields, failure, p)
	return v, nil
}

// leadTwinsAsked is the region of a form in which leads and customers like the one being typed are told of.
func leadTwinsAsked(content templ.Component) templ.Component {
	return ui.WatchingWith(ui.WatchView{From: leadTwinsURL, Watch: []string{"company", "phone", "id"}}, content)
}

func (h *Handler) leadTwins(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	id, _ := strconv.ParseInt(query.Get("id"), 10, 64)
	twins, err := h.Leads.Twins(r.Context(), access.ActorFrom(r.Context()), lead.Likeness{ID: id, Company: query.Get("company"), Phone: query.Get("phone")})
	if err != nil {
		return err
	}
	return ui.Write(w, r, http.StatusOK, leadTwinNote(httpx.PrinterFrom(r.Context()), twins))
}

// leadTwinNote says that there are leads or customers like one, and whose they are.
func leadTwinNote(p *i18n.Printer, twins []lead.Twin) templ.Component {
	if len(twins) == 0 {
		return templ.NopComponent
	}
	var items []ui.Item
	for _, t := range twins {
		item := ui.Item{Icon: "users", Title: t.Name, Detail: p.T("customer.twin_near")}
		switch {
		case t.SameCode:
			item.Detail = p.T("customer.twin_code")
		case t.SamePhone:
			item.Detail = p.T("lead.twin_phone")
		case t.SameName:
			item.Detail = p.T("customer.twin_name")
		}
		kind := "lead.twin_" + string(t.Kind)
		switch {
		case t.ID == 0:
			item.Title = p.T(kind + "_hidden")
		case t.Kind == lead.TwinLead:
			item.Icon, item.URL = "phone", leadURL(t.ID)
		default:
			item.URL = customerURL(t.ID)
		}
		item.Chips = []ui.Chip{{Label: p.T(kind), Tone: ui.ToneLine}}
		item.Beside = p.T("customer.twin_unowned")
		if len(t.Owners) > 0 {
			item.Beside = p.T("customer.twin_owner", "Owners", strings.Join(t.Owners, p.T("common.comma")))
		}
		items = append(items, item)
	}
	return ui.NoteOf(ui.Note{ID: "twins", Tone: ui.ToneWarn, Strong: p.T("lead.twins", "Count", len(twins)), Body: ui.List(items)})
}

func (h *Handler) newLead(w http.ResponseWriter, r *http.Request) error {
	return h.drawNewLead(w, r, http.StatusOK, lead.Entry{}, nil)
}

func (h *Handler) drawNewLead(w http.ResponseWriter, r *http.Request, status int, in lead.Entry, failure error) error {
	p := httpx.PrinterFrom(r.Context())
	if err := access.ActorFrom(r.Context()).Require(access.PermWorkWrite); err != nil {
		return err
	}
	form, err := h.leadForm(r, p, in, "", failure)
	if err != nil {
		return err
	}
	title := p.T("lead.new")
	return ui.Write(w, r, status, ui.Compose(ui.PageView{Title: title, Current: leadsKey, Narrow: true, Crumbs: []ui.Crumb{{Label: p.T("nav.leads"), URL: leadsURL}, {Label: title}}},
		ui.Filled(ui.CardView{Label: title}, ui.FormWith(form, leadTwinsAsked(templ.NopComponent)))))
}

func (h *Handler) addLead(w http.ResponseWriter, r *http.Request) error {
	in, err := leadEntryOf(r)
	if err != nil {
		return err
	}
	l, err := h.Leads.Save(r.Context(), access.ActorFrom(r.Context()), in)
	switch {
	case err == nil:
		http.Redirect(w, r, leadURL(l.ID)+"?saved=1", http.StatusSeeOther)
		return nil
	case !mendable(err):
		return err
	}
	return h.drawNewLead(w, r, httpx.StatusOf(err), in, err)
}

func (h *Handler) editLead(w http.ResponseWriter, r *http.Request) error {
	return h.drawLeadForm(w, r, http.StatusOK, nil, nil)
}

// writableLead is a lead that the actor may change.
func (h *Handler) writableLead(r *http.Request) (d lead.Detail, err error) {
	id, err := leadID(r)
	if err != nil {
		return d, err
	}
	actor := access.ActorFrom(r.Context())
	if d, err = h.Leads.Get(r.Context(), actor, id); err != nil {
		return d, err
	}
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return d, err
	}
	switch {
	case d.Status == lead.StatusConverted:
		return d, errs.New(errs.KindConflict, "lead.is_converted", nil)
	case !d.MayWrite:
		return d, errs.New(errs.KindNotFound, "lead.missing", nil)
	}
	return d, nil
}

// drawLeadForm asks what is to be changed. Where somebody else was faster, what there is now stands above what was typed, and saving again is
// meant for that.
func (h *Handler) drawLeadForm(w http.ResponseWriter, r *http.Request, status int, typed *lead.Entry, failure error) error {
	p := httpx.PrinterFrom(r.Context())
	d, err := h.writableLead(r)
	if err != nil {
		return err
	}
	now := lead.Entry{ID: d.ID, Company: d.Company, Name: d.Name, Title: d.Title, Phone: d.Phone, WeChat: d.WeChat, Email: d.Email, City: d.City, Industry: d.Industry, Source: d.Source, Campaign: d.Campaign, Note: d.Note, Seen: d.Revision}
	if typed == nil {
		typed = &now
	}
	typed.ID = d.ID
	var parts []templ.Component
	if errs.Is(failure, errs.KindConflict) {
		parts = append(parts, besideCards(p, p.T("lead.changed_meanwhile"), leadBeside(p, now, *typed))...)
		typed.Seen, failure = d.Revision, nil
	}
	form, err := h.leadForm(r, p, *typed, d.Fields, failure)
	if err != nil {
		return err
	}
	title := p.T("lead.edit")
	parts = append(parts, ui.Filled(ui.CardView{Label: title}, ui.FormWith(form, leadTwinsAsked(templ.NopComponent))))
	return ui.Write(w, r, status, ui.Compose(ui.PageView{Title: title, Subtitle: d.Label(), Current: leadsKey, Narrow: true,
		Crumbs: []ui.Crumb{{Label: p.T("nav.leads"), URL: leadsURL}, {Label: d.Label(), URL: leadURL(d.ID)}, {Label: title}}}, parts...))
}

// leadBeside sets what there is now beside what was typed.
func leadBeside(p *i18n.Printer, now, mine lead.Entry) (fields []besideField) {
	for _, f := range [][3]string{{"company", now.Company, mine.Company}, {"name", now.Name, mine.Name}, {"title", now.Title, mine.Title}, {"phone", now.Phone, mine.Phone}, {"wechat", now.WeChat, mine.WeChat}, {"email", now.Email, mine.Email},
		{"city", now.City, mine.City}, {"industry", now.Industry, mine.Industry}, {"source", sourceText(p, now.Source), sourceText(p, mine.Source)}, {"campaign", now.Campaign, mine.Campaign}, {"note", now.Note, mine.Note}} {
		fields = append(fields, besideField{p.T("lead.field_" + f[0]), f[1], f[2]})
	}
	return fields
}

func (h *Handler) saveLead(w http.ResponseWriter, r *http.Request) error {
	id, err := leadID(r)
	if err != nil {
		return err
	}
	in, err := leadEntryOf(r)
	if err != nil {
		return err
	}
	in.ID = id
	_, err = h.Leads.Save(r.Context(), access.ActorFrom(r.Context()), in)
	switch {
	case err == nil:
		http.Redirect(w, r, leadURL(id)+"?saved=1", http.StatusSeeOther)
		return nil
	case !mendable(err):
		return err
	}
	return h.drawLeadForm(w, r, httpx.StatusOf(err), &in, err)
}

func (h *Handler) askDropLead(w http.ResponseWriter, r *http.Request) error {
	return h.drawDropLead(w, r, http.StatusOK, nil)
}

func (h *Handler) drawDropLead(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	p := httpx.PrinterFrom(r.Context())
	d, err := h.writableLead(r)
	if err != nil {
		return err
	}
	fields, problem := ui.WithErrors([]ui.Field{
		{Name: "for", Kind: ui.FieldRadio, Label: p.T("lead.invalid_for"), Value: r.PostFormValue("for"), Options: named(p, "lead.reason.", lead.Reasons)},
		{Name: "why", Kind: ui.FieldArea, Label: p.T("opportunity.why"), Value: r.PostFormValue("why"), Optional: true, Rows: 3, Hint: p.T("opportunity.lose_hint")},
		{Name: "seen", Kind: ui.FieldHidden, Value: number(d.Revision)},
	}, failure, p)
	title := p.T("lead.drop")
	return ui.Write(w, r, status, ui.Compose(ui.PageView{Title: title, Subtitle: d.Label(), Current: leadsKey, Narrow: true, Crumbs: []ui.Crumb{{Label: p.T("nav.leads"), URL: leadsURL}, {Label: d.Label(), URL: leadURL(d.ID)}, {Label: title}}},
		ui.Filled(ui.CardView{Label: title}, ui.Form(ui.FormView{ID: "drop", Action: dropLeadPath + number(d.ID), Fields: fields, Problem: problem, Submit: ui.Action{Label: p.T("lead.drop_button"), Kind: ui.ActionDanger},
			Consequence: p.T("lead.drop_consequence"), Cancel: &ui.Link{Label: p.T("common.cancel"), URL: leadURL(d.ID)}}))))
}

func (h *Handler) dropLead(w http.ResponseWriter, r *http.Request) error {
	id, err := leadID(r)
	if err != nil {
		return err
	}
	seen, err := revisionOf(r)
	if err != nil {
		return err
	}
	_, err = h.Leads.Drop(r.Context(), access.ActorFrom(r.Context()), lead.Invalid{ID: id, For: r.PostFormValue("for"), Why: r.PostFormValue("why"), Seen: seen})
	switch {
	case err == nil:
		http.Redirect(w, r, leadURL(id)+"?saved=1", http.StatusSeeOther)
		return nil
	case !mendable(err):
		return err
	}
	return h.drawDropLead(w, r, httpx.StatusOf(err), err)
}

// conversionOf reads the form of a conversion.
func conversionOf(r *http.Request, id int64) (in lead.Conversion, err error) {
	value := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	in = lead.Conversion{ID: id, Customer: value("customer"), Key: value("key"), Name: value("name"), Industry: value("industry"), City: value("city"), CreditCode: value("credit_code"), Despite: value("despite") != "",
		Opportunity: value("opportunity"), Stage: opportunity.Stage(value("stage")), Currency: money.Currency(strings.ToUpper(value("currency"))), ExpectedOn: calendar.NoDate, Products: r.PostForm["products"], Fields: customfield.Typed(r.PostForm)}
	if in.Seen, err = revisionOf(r); err != nil {
		return in, err
	}
	var c fact.Checker
	if day := value("expected_on"); day != "" {
		if in.ExpectedOn, err = calendar.ParseDate(day); err != nil {
			in.ExpectedOn = calendar.NoDate
			c.Add("expected_on", day, "form.error.date", nil)
		}
	}
	if amount := value("amount"); amount != "" {
		var ok bool
		if in.AmountMinor, ok = parseAmount(amount, in.Currency); !ok {
			c.Add("amount", amount, "form.error.number", nil)
		}
	}
	return in, c.Err()
}
