package sales

import (
	"math/big"
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
	"xiaoguan/internal/money"
	"xiaoguan/internal/profile"
	"xiaoguan/internal/tier"
	"xiaoguan/internal/tierbook"
	"xiaoguan/internal/web/ui"
)

// keepingRoutes are what is noted of a customer and where it stands.
func (h *Handler) keepingRoutes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("POST /customers/{id}/profile", h.saveProfile)
	handle("POST /customers/{id}/tier", h.setTier)
	handle("POST /customers/{id}/tier/end", h.endTier)
	handle("POST /customers/{id}/tier/ask", h.askTier)
}

// The forms on the page of a customer, of which one may have failed.
const (
	formCustomer = "customer"
	formProfile  = "profile"
	formTier     = "set-tier"
	formFollow   = "follow"
)

// mishap is the form of a page that was refused, and why.
type mishap struct {
	form    string
	failure error
}

// of is the failure of one form; nil when another failed, or none.
func (m mishap) of(form string) error {
	if m.form != form {
		return nil
	}
	return m.failure
}

// keeping is where a customer stands and what is noted of it.
type keeping struct {
	cards    []templ.Component
	beside   []templ.Component // what there is now beside what was typed, when somebody was faster
	tier     string            // in a word; empty before the first review
	due      string            // until when it should be contacted
	complete string            // how much of its file is filled in
}

// keepingCards are where a customer stands and why, how complete its file is, and what is noted of it.
func (h *Handler) keepingCards(r *http.Request, p *i18n.Printer, id int64, mayCorrect bool, failed mishap) (k keeping, err error) {
	actor := access.ActorFrom(r.Context())
	d, err := h.Tiers.Customer(r.Context(), actor, id)
	if err != nil {
		return k, err
	}
	noted, err := h.Profiles.Get(r.Context(), actor, id)
	if err != nil {
		return k, err
	}
	own, err := h.ownFieldsOf(r, customfield.ObjectCustomer, []customfield.Set{noted.Fields})
	if err != nil {
		return k, err
	}
	k.cards = append(k.cards, h.tierCard(p, r, d, failed), fileCard(p, id, d, mayCorrect))
	if atRisk(d.Standing) {
		k.cards = append(k.cards, h.riskCard(p, d))
	}
	if len(d.Changes) > 0 {
		k.cards = append(k.cards, tierHistory(p, d))
	}
	k.beside = h.profileBeside(p, r, noted.Profile, failed.of(formProfile))
	k.cards = append(k.cards, h.profileCard(own, r, noted, d.Policy, failed.of(formProfile)))
	k.complete = p.T("sales.section_complete", "Share", p.PercentDigits(big.NewRat(int64(d.Complete.Share), int64(tier.Whole)), 0))
	if s := d.Standing; s != nil {
		k.tier = p.T("tiers.tier_is", "Tier", string(s.Result.Tier))
		if s.ContactDue != calendar.NoDate {
			k.due = p.T("sales.contact_by", "Day", dueText(p, d))
		}
	}
	return k, nil
}

// dueText is until when a customer should be contacted, and how late it is.
func dueText(p *i18n.Printer, d tierbook.Detail) string {
	due := text(dayText(d.Standing.ContactDue))
	if late := d.Standing.OverdueDays(d.Today); late > 0 {
		return p.T("tiers.due_late", "Day", due, "Days", late)
	}
	return due
}

// tierCard says where a customer stands, why, and what would change it.
func (h *Handler) tierCard(p *i18n.Printer, r *http.Request, d tierbook.Detail, failed mishap) templ.Component {
	card := ui.CardView{ID: "tier", Title: p.T("tiers.tier"), Span: 6, More: &ui.Link{Label: p.T("tiers.tab_policies"), URL: "/tiers/policies"}}
	s := d.Standing
	if s == nil {
		return ui.Filled(card, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("tiers.not_judged"), Text: p.T("tiers.not_judged_text")}))
	}
	card.Sub = p.T("tiers.as_of", "Day", p.Day(s.AsOf))
	relation := ui.Chip{Label: p.T(tierbook.RelationKey(s.Result.Axis)), Tone: ui.ToneLine}
	if s.Result.Axis == tier.ChurnWarned {
		relation.Tone, relation.Icon = ui.ToneWarn, "alert-triangle"
	}
	content := []templ.Component{ui.Facts(h.standingFacts(p, d, relation))}
	var items []ui.Item
	for _, m := range d.Why.Because {
		items = append(items, ui.Item{Icon: "point", Title: p.Message(m), Top: true})
	}
	for _, m := range d.Why.Change {
		items = append(items, ui.Item{Icon: "bulb", Tone: ui.ToneGold, Title: p.Message(m), Top: true})
	}
	content = append(content, ui.List(items))
	content = append(content, h.askParts(p, r, d, failed.of(formAsk))...)
	if d.MayDecide {
		content = append(content, ui.Form(tierForm(p, r, d, failed.of(formTier))))
		if s.Facts.Override != nil {
			content = append(content, ui.Button(ui.Action{Label: p.T("tiers.end_override"), Small: true, Post: true, URL: customerURL(s.CustomerID) + "/tier/end", Fields: map[string][]string{"seen": {number(s.Revision)}}}))
		}
	}
	return ui.Filled(card, content...)
}

func (h *Handler) standingFacts(p *i18n.Printer, d tierbook.Detail, relation ui.Chip) []ui.Fact {
	s := d.Standing
	facts := []ui.Fact{{Term: p.T("tiers.tier"), Body: ui.Tier(string(s.Result.Tier))}, {Term: p.T("tiers.relation"), Body: ui.ChipOf(relation)}, {Term: p.T("tiers.owner"), Text: text(s.OwnerName)}}
	facts = append(facts, ui.Fact{Term: p.T("tiers.contact_due"), Text: dueText(p, d)})
	if s.RFM.Group != "" {
		facts = append(facts, ui.Fact{Term: p.T("tiers.group"), Text: p.T("tiers.rfm", "Group", p.T(s.RFM.Group.MessageKey()), "R", s.RFM.Recency, "F", s.RFM.Frequency, "M", s.RFM.Money)})
	}
	if s.AliveMillion != tierbook.Unknown {
		facts = append(facts, ui.Fact{Term: p.T("tiers.alive"), Text: p.PercentDigits(big.NewRat(s.AliveMillion, 1_000_000), 0)},
			ui.Fact{Term: p.T("tiers.expected"), Text: p.T("tiers.times", "Count", p.Decimal(big.NewRat(s.Expected, 1_000_000), 1))})
	}
	if s.ExpectedMinor != tierbook.Unknown {
		facts = append(facts, ui.Fact{Term: p.T("tiers.expected_money"), Text: p.Money(s.ExpectedMinor, h.Currency())})
	}
	return facts
}

// tierForm sets the tier by hand.
func tierForm(p *i18n.Printer, r *http.Request, d tierbook.Detail, failure error) ui.FormView {
	s := d.Standing
	chosen, until, reason := string(s.Result.Tier), (d.Today + 90).String(), ""
	if o := s.Facts.Override; o != nil {
		until, reason = o.Until.String(), o.Reason
	}
	if failure != nil {
		chosen, until, reason = r.PostFormValue("tier"), r.PostFormValue("until"), r.PostFormValue("reason")
	}
	var options []ui.Option
	for _, t := range tier.Tiers() {
		options = append(options, ui.Option{Value: string(t), Label: p.T("tiers.tier_is", "Tier", string(t))})
	}
	fields, problem := ui.WithErrors([]ui.Field{
		{Name: "seen", Kind: ui.FieldHidden, Value: number(s.Revision)},
		{Name: "tier", ID: "f-set-tier", Kind: ui.FieldSelect, Label: p.T("tiers.set_to"), Value: chosen, Usual: chosen, Options: options, Fold: p.T("tiers.set_by_hand"), Span: 6},
		{Name: "until", Kind: ui.FieldDate, Label: p.T("tiers.until"), Value: until, Usual: until, Fold: p.T("tiers.set_by_hand"), Span: 6},
		{Name: "reason", Label: p.T("tiers.reason"), Value: reason, Usual: reason, Fold: p.T("tiers.set_by_hand")},
	}, failure, p)
	return ui.FormView{ID: formTier, Action: customerURL(s.CustomerID) + "/tier", Fields: fields, Problem: problem, Submit: ui.Action{Label: p.T("tiers.set_by_hand"), Icon: "pencil"}}
}

// fileCard says how complete the file is, and leads to where what lacks is filled in.
func fileCard(p *i18n.Printer, id int64, d tierbook.Detail, mayCorrect bool) templ.Component {
	card := ui.CardView{ID: "file", Title: p.T("tiers.completeness"), Span: 6, Flush: true, Sub: p.T("tiers.complete_of", "Share", p.PercentDigits(big.NewRat(int64(d.Complete.Share), int64(tier.Whole)), 0))}
	if len(d.Complete.Missing) == 0 {
		return ui.Filled(card, ui.StateOf(ui.State{Kind: ui.StateEmpty, Icon: "circle-check", Title: p.T("tiers.nothing_lacks")}))
	}
	names := map[string]string{}
	for _, k := range d.Policy.Completeness.Fields {
		names[k.ID] = ui.TextIn(p, k.Name.Zh, k.Name.En, k.ID)
	}
	var items []ui.Item
	for _, m := range d.Complete.Missing {
		item := ui.Item{Icon: "circle", Title: names[m.Field], Detail: p.T("tiers.lack_" + string(m.Lack)), Beside: p.T("tiers.adds", "Share", p.PercentDigits(big.NewRat(int64(m.Adds), int64(tier.Whole)), 0))}
		switch m.Field {
		case "contact", "phone":
			item.URL = ui.URLWith("/new-contact", nil, "customer", number(id))
			if m.Lack == tier.LackStale {
				item.URL = "#profile"
			}
		case "name", "credit_code", "industry", "city":
			if mayCorrect {
				item.URL = "#customer"
			} else {
				item.Detail += p.T("tiers.who_corrects")
			}
		case "region":
			item.URL = "#f-region_code"
		default:
			item.URL = "#" + ui.Field{Name: m.Field}.FieldID()
		}
		items = append(items, item)
	}
	return ui.Filled(card, ui.List(items))
}

// tierHistory lists how the tier changed.
func tierHistory(p *i18n.Printer, d tierbook.Detail) templ.Component {
	table := ui.TableView{Label: p.T("tiers.history"), Columns: []ui.Column{{Label: p.T("tiers.when"), Phone: true, Kind: ui.ColumnNarrow}, {Label: p.T("tiers.what"), Phone: true}, {Label: p.T("tiers.change"), Phone: true}, {Label: p.T("tiers.who")}, {Label: p.T("tiers.remark")}}}
	for _, c := range d.Changes {
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(p.Local(c.At).Format("2006-01-02 15:04")), ui.Text(p.Message(c.Kind.Message())), ui.Text(string(c.From) + " → " + string(c.To)), ui.Text(text(ui.Actor(p, c.ActorID, c.ActorName))), ui.Text(text(c.Note))}})
	}
	return ui.Filled(ui.CardView{Title: p.T("tiers.history"), Count: len(d.Changes), Flush: true}, ui.Table(table))
}

// profileCard is what is noted of a customer: a form for who may work on it.
func (h *Handler) profileCard(own ownFields, r *http.Request, d profile.Detail, policy *tier.Policy, failure error) templ.Component {
	p := own.p
	card := ui.CardView{ID: "profile", Title: p.T("profile.title"), Sub: p.T("profile.sub")}
	if !d.MayWrite {
		return ui.Filled(card, ui.Facts(append(h.profileFacts(p, d.Profile), own.facts(d.Fields)...)))
	}
	return ui.Filled(card, ui.Form(h.profileForm(own, r, d.Profile, policy, failure)))
}

// budgetText writes a budget; nothing where nobody knows.
func (h *Handler) budgetText(q profile.Profile) string {
	if q.BudgetMinor == fact.Unknown {
		return ""
	}
	return money.Format(q.BudgetMinor, h.Currency())
}

func (h *Handler) profileFacts(p *i18n.Printer, q profile.Profile) []ui.Fact {
	return []ui.Fact{{Term: p.T("profile.need"), Text: text(q.Need)}, {Term: p.T("profile.budget"), Text: text(h.budgetText(q))}, {Term: p.T("profile.decision_maker"), Text: text(q.DecisionMaker)},
		{Term: p.T("profile.region_code"), Text: text(q.RegionCode)}, {Term: p.T("profile.address"), Text: text(q.Address)}, {Term: p.T("profile.invoice_title"), Text: text(q.InvoiceTitle)},
		{Term: p.T("profile.contract_end"), Text: text(dayText(q.ContractEnd))}}
}

func (h *Handler) profileForm(own ownFields, r *http.Request, q profile.Profile, policy *tier.Policy, failure error) ui.FormView {
	p := own.p
	typed := func(name, noted string) string {
		if failure != nil {
			return r.PostFormValue(name)
		}
		return noted
	}
	hint := func(f profile.Field) string {
		if day := q.ConfirmedOn(f); day != calendar.NoDate {
			return p.T("profile.confirmed_on", "Day", p.Day(day))
		}
		return ""
	}
	fields := []ui.Field{
		{Name: "seen", ID: "f-profile-seen", Kind: ui.FieldHidden, Value: typed("seen", number(q.Revision))},
		{Name: "need", Kind: ui.FieldArea, Label: p.T("profile.need"), Value: typed("need", q.Need), Optional: true, Rows: 3, Hint: hint(profile.FieldNeed)},
		{Name: "budget", Kind: ui.FieldMoney, Label: p.T("profile.budget"), Value: typed("budget", h.budgetText(q)), Optional: true, Unit: ui.UnitOf(p, h.Currency()), Hint: hint(profile.FieldBudget), Span: 6},
		{Name: "decision_maker", Label: p.T("profile.decision_maker"), Value: typed("decision_maker", q.DecisionMaker), Optional: true, Hint: hint(profile.FieldDecisionMaker), Span: 6},
		{Name: "region_code", Label: p.T("profile.region_code"), Value: typed("region_code", q.RegionCode), Optional: true, Hint: strings.TrimSpace(p.T("profile.region_code_hint") + " " + hint(profile.FieldRegionCode)), Span: 6},
		{Name: "address", Label: p.T("profile.address"), Value: typed("address", q.Address), Optional: true, Hint: hint(profile.FieldAddress), Span: 6},
		{Name: "invoice_title", Label: p.T("profile.invoice_title"), Value: typed("invoice_title", q.InvoiceTitle), Optional: true, Hint: hint(profile.FieldInvoiceTitle), Span: 6},
		{Name: "contract_end", Kind: ui.FieldDate, Label: p.T("profile.contract_end"), Value: typed("contract_end", dayText(q.ContractEnd)), Optional: true, Hint: hint(profile.FieldContractEnd), Span: 6},
	}
	for _, f := range own.fields {
		for _, input := range own.inputs(r, q.Fields, f.Key) {
			input.Hint = strings.TrimSpace(input.Hint + " " + hint(profile.OwnField(f.Key)))
			fields = append(fields, input)
		}
	}
	if policy.Potential != nil {
		for _, rating := range policy.Potential.Fields {
			noted := ""
			if n, known := q.Ratings[rating.ID]; known {
				noted = strconv.Itoa(n)
			}
			fields = append(fields, ui.Field{Name: "rating." + rating.ID, Kind: ui.FieldNumber, Label: p.T("profile.rating", "Name", ui.TextIn(p, rating.Name.Zh, rating.Name.En, rating.ID)), Value: typed("rating."+rating.ID, noted),
				Optional: true, Min: "0", Max: "100", Span: 3, Fold: p.T("profile.potential")})
		}
	}
	fields = append(fields, ui.Field{Name: "confirm", Kind: ui.FieldCheck, Label: p.T("profile.confirm"), Value: "1", Optional: true, Hint: p.T("profile.confirm_hint")})
	fitted, problem := ui.WithErrors(fields, failure, p)
	return ui.FormView{ID: formProfile + "-form", Action: customerURL(q.CustomerID) + "/profile", Fields: fitted, Problem: problem, Submit: ui.Action{Label: p.T("profile.save"), Kind: ui.ActionPrimary, Icon: "device-floppy"}}
}

// profileOf reads the form. Ratings of fields that the policy no longer asks for stay out.
func (h *Handler) profileOf(r *http.Request, id int64) (in profile.Entry, err error) {
	value := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	in = profile.Entry{CustomerID: id, Need: value("need"), BudgetMinor: fact.Unknown, DecisionMaker: value("decision_maker"), Address: value("address"), RegionCode: value("region_code"),
		InvoiceTitle: value("invoice_title"), ContractEnd: calendar.NoDate, Ratings: map[string]int{}, Confirm: value("confirm") != "", Fields: customfield.Typed(r.PostForm)}
	in.Seen, _ = strconv.ParseInt(value("seen"), 10, 64)
	var c fact.Checker
	if budget := value("budget"); budget != "" {
		minor, ok := parseAmount(budget, h.Currency())
		if in.BudgetMinor = minor; !ok || minor < 0 {
			c.Add("budget", budget, "form.error.number", nil)
		}
	}
	if day := value("contract_end"); day != "" {
		if in.ContractEnd, err = calendar.ParseDate(day); err != nil {
			c.Add("contract_end", day, "form.error.date", nil)
		}
	}
	if err := r.ParseForm(); err != nil {
		return in, errs.New(errs.KindInvalid, "error.invalid", nil)
	}
	for name := range r.PostForm {
		field, found := strings.CutPrefix(name, "rating.")
		if !found || value(name) == "" {
			continue
		}
		n, err := strconv.Atoi(value(name))
		if err != nil {
			c.Add(name, value(name), "form.error.number", nil)
		}
		in.Ratings[field] = n
	}
	return in, c.Err()
}

func (h *Handler) saveProfile(w http.ResponseWriter, r *http.Request) error {
	return h.keep(w, r, formProfile, func(id int64) error {
		in, err := h.profileOf(r, id)
		if err != nil {
			if _, hidden := h.Profiles.Get(r.Context(), access.ActorFrom(r.Context()), id); hidden != nil {
				return hidden
			}
			return err
		}
		_, err = h.Profiles.Save(r.Context(), access.ActorFrom(r.Context()), in)
		return err
	})
}

func (h *Handler) setTier(w http.ResponseWriter, r *http.Request) error {
	return h.keep(w, r, formTier, func(id int64) error {
		in := tierbook.Override{CustomerID: id, Tier: tier.Tier(r.PostFormValue("tier")), Until: calendar.NoDate, Reason: r.PostFormValue("reason")}
		in.Seen, _ = strconv.ParseInt(r.PostFormValue("seen"), 10, 64)
		if day := strings.TrimSpace(r.PostFormValue("until")); day != "" {
			until, err := calendar.ParseDate(day)
			if err != nil {
				return errs.Invalid("fact.invalid", []errs.Field{{Path: "until", Value: day, Message: errs.Msg("form.error.date", nil)}})
			}
			in.Until = until
		}
		return h.Tiers.SetOverride(r.Context(), access.ActorFrom(r.Context()), in)
	})
}

func (h *Handler) endTier(w http.ResponseWriter, r *http.Request) error {
	return h.keep(w, r, formTier, func(id int64) error {
		seen, _ := strconv.ParseInt(r.PostFormValue("seen"), 10, 64)
		return h.Tiers.EndOverride(r.Context(), access.ActorFrom(r.Context()), id, seen)
	})
}

// keep changes something of a customer and shows its page, with the form that was refused.
func (h *Handler) keep(w http.ResponseWriter, r *http.Request, form string, act func(id int64) error) error {
	id, err := customerID(r)
	if err != nil {
		return err
	}
	switch err := act(id); {
	case err == nil:
		http.Redirect(w, r, customerURL(id)+"?saved=1", http.StatusSeeOther)
		return nil
	case !mendable(err):
		return err
	default:
		return h.drawCustomer(w, r, httpx.StatusOf(err), mishap{form, err})
	}
}

// standingCell is the badge of a tier; a dash before the first review.
func standingCell(counts string) ui.Cell {
	if counts == "" {
		return ui.Text(i18n.Unknown)
	}
	return ui.Cell{Body: ui.Tier(counts)}
}

// standingField chooses a tier.
func standingField(p *i18n.Printer, chosen string) ui.Field {
	f := ui.Field{Name: "standing", Kind: ui.FieldSelect, Label: p.T("tiers.tier"), Value: chosen, Optional: true, Placeholder: p.T("common.all")}
	for _, t := range tier.Tiers() {
		f.Options = append(f.Options, ui.Option{Value: string(t), Label: p.T("tiers.tier_is", "Tier", string(t))})
	}
	return f
}
