package sales

import (
	"fmt"
	"net/http"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/contract"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/web/ui"
)

const (
	newContractURL   = "/new-contract"
	editContractPath = "/edit-contract/"
	amendPath        = "/amend-contract/"
	planPath         = "/payment-plan/"
)

// contractTyped is a contract as it stands in the form.
type contractTyped struct {
	fields                                                                     customfield.Inputs
	recorded                                                                   customfield.Set
	number, title, customer, owner, currency, ours, theirs, starts, ends, note string
	lines                                                                      []lineTyped
	quote, opportunity, seen                                                   int64
}

func contractTypedOf(r *http.Request) (t contractTyped, err error) {
	value := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	t = contractTyped{number: value("number"), title: value("title"), customer: value("customer"), owner: value("owner"), currency: strings.ToUpper(value("currency")), ours: value("our_party"), theirs: value("their_party"),
		starts: value("starts_on"), ends: value("ends_on"), note: value("note"), lines: linesTyped(r)}
	for name, to := range map[string]*int64{"quote": &t.quote, "opportunity": &t.opportunity} {
		if value(name) != "" {
			if *to, err = idOf(value(name), "contract.missing"); err != nil {
				return t, err
			}
		}
	}
	t.fields = customfield.Typed(r.PostForm)
	t.seen, err = revisionOf(r)
	return t, err
}

func (t contractTyped) entry(id int64) (in contract.Entry, err error) {
	var c fact.Checker
	in = contract.Entry{ID: id, Number: t.number, OpportunityID: t.opportunity, QuoteID: t.quote, Customer: t.customer, Owner: t.owner, Title: t.title, Currency: money.Currency(t.currency), OurParty: t.ours, TheirParty: t.theirs,
		StartsOn: dayOf(&c, "starts_on", t.starts), EndsOn: dayOf(&c, "ends_on", t.ends), Note: t.note, Fields: t.fields, Seen: t.seen, Lines: linesOf(&c, t.lines, money.Currency(t.currency))}
	return in, c.Err()
}

func (h *Handler) contractForm(r *http.Request, id int64, t contractTyped, failure error) (v ui.FormView, err error) {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	own, err := h.ownFields(r, customfield.ObjectContract)
	if err != nil {
		return v, err
	}
	rules, err := h.Quotes.Rules(ctx, actor)
	if err != nil {
		return v, err
	}
	offered, err := h.dealSuggestions(ctx, actor)
	if err != nil {
		return v, err
	}
	products, err := h.someProducts(ctx, actor)
	if err != nil {
		return v, err
	}
	v = ui.FormView{ID: "contract", Action: contractsURL, Suggest: append(offered, products), Guard: true, Submit: ui.Action{Label: p.T("quote.save_draft"), Kind: ui.ActionPrimary}, Cancel: &ui.Link{Label: p.T("common.cancel"), URL: contractsURL}}
	fields := []ui.Field{{Name: "number", Label: p.T("contract.number"), Value: t.number, Hint: p.T("contract.number_hint"), Span: 4}, {Name: "title", Label: p.T("contract.title"), Value: t.title, Span: 8}}
	if id == 0 && t.quote == 0 && t.opportunity == 0 {
		fields = append(fields, ui.Field{Name: "customer", Label: p.T("sales.customer_key"), Value: t.customer, Suggest: "some-customers", Autocomplete: "off", Hint: p.T("sales.customer_pick"), Span: 6})
	}
	if actor.Can(access.PermOrgRead) {
		fields = append(fields, ui.Field{Name: "owner", Label: p.T("opportunity.owner"), Value: t.owner, Suggest: "some-people", Autocomplete: "off", Optional: true, Hint: p.T("opportunity.owner_hint"), Span: 6})
	}
	fields = append(fields, ui.Field{Name: "our_party", Label: p.T("contract.our_party"), Value: t.ours, Span: 6}, ui.Field{Name: "their_party", Label: p.T("contract.their_party"), Value: t.theirs, Span: 6},
		ui.Field{Name: "starts_on", Kind: ui.FieldDate, Label: p.T("contract.starts_on"), Value: t.starts, Optional: true, Span: 4}, ui.Field{Name: "ends_on", Kind: ui.FieldDate, Label: p.T("contract.ends_on"), Value: t.ends, Optional: true, Hint: p.T("contract.ends_hint"), Span: 4},
		ui.Field{Name: "currency", Label: p.T("sales.currency"), Value: t.currency, Suggest: "some-currencies", Autocomplete: "off", Span: 4})
	fields = append(fields, lineFields(p, t.lines, percentTyped(rules.TaxPPM))...)
	fields = append(fields, own.inputs(r, t.recorded)...)
	fields = append(fields, ui.Field{Name: "note", Kind: ui.FieldArea, Label: p.T("quote.note"), Value: t.note, Optional: true, Rows: 2})
	if id != 0 {
		v.Action, v.Cancel.URL = contractURL(id), contractURL(id)
		fields = append(fields, ui.Field{Name: "seen", Kind: ui.FieldHidden, Value: number(t.seen)})
	}
	for name, of := range map[string]int64{"quote": t.quote, "opportunity": t.opportunity} {
		if id == 0 && of != 0 {
			fields = append(fields, ui.Field{Name: name, Kind: ui.FieldHidden, Value: number(of)})
		}
	}
	v.Fields, v.Problem = ui.WithErrors(fields, failure, p)
	return v, nil
}

// newContract asks for a contract: of an accepted quote, of an opportunity, or of a customer.
func (h *Handler) newContract(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	t := contractTyped{customer: r.FormValue("customer"), currency: string(h.Currency()), ours: ui.FrameFrom(ctx).Company}
	switch {
	case r.FormValue("quote") != "":
		id, err := idOf(r.FormValue("quote"), "quote.missing")
		if err != nil {
			return err
		}
		d, err := h.Quotes.Get(ctx, actor, id)
		if err != nil {
			return err
		}
		t.quote, t.title, t.currency, t.theirs, t.lines = id, d.Title, string(d.Currency), d.CustomerName, typedLines(d.Lines, d.Currency)
	case r.FormValue("opportunity") != "":
		id, err := idOf(r.FormValue("opportunity"), "opportunity.missing")
		if err != nil {
			return err
		}
		d, err := h.Opportunities.Get(ctx, actor, id)
		if err != nil {
			return err
		}
		t.opportunity, t.title, t.currency, t.theirs, t.number = id, d.Name, string(d.Currency), d.CustomerName, d.DealKey
	}
	return h.drawNewContract(w, r, http.StatusOK, t, nil)
}

func (h *Handler) drawNewContract(w http.ResponseWriter, r *http.Request, status int, t contractTyped, failure error) error {
	actor, p := access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return err
	}
	form, err := h.contractForm(r, 0, t, failure)
	if err != nil {
		return err
	}
	title := p.T("contract.new")
	return ui.Write(w, r, status, ui.Compose(ui.PageView{Title: title, Current: contractsKey, Crumbs: []ui.Crumb{{Label: p.T("nav.contracts"), URL: contractsURL}, {Label: title}}}, ui.Filled(ui.CardView{Label: title}, ui.Form(form))))
}

func (h *Handler) addContract(w http.ResponseWriter, r *http.Request) error {
	t, err := contractTypedOf(r)
	if err != nil {
		return err
	}
	var c contract.Contract
	in, err := t.entry(0)
	if err == nil {
		c, err = h.Contracts.Save(r.Context(), access.ActorFrom(r.Context()), in)
	}
	switch {
	case err == nil:
		http.Redirect(w, r, contractURL(c.ID)+"?saved=1", http.StatusSeeOther)
		return nil
	case !mendable(err):
		return err
	}
	return h.drawNewContract(w, r, httpx.StatusOf(err), t, err)
}

// writable is a contract that the reader may change.
func (h *Handler) writable(r *http.Request) (d contract.Detail, err error) {
	actor := access.ActorFrom(r.Context())
	id, err := contractID(r)
	if err != nil {
		return d, err
	}
	if d, err = h.Contracts.Get(r.Context(), actor, id); err != nil {
		return d, err
	}
	if !d.MayWrite {
		if err := actor.Require(access.PermWorkWrite); err != nil {
			return d, err
		}
		return d, errs.New(errs.KindNotFound, "contract.missing", nil)
	}
	return d, nil
}

func (h *Handler) editContract(w http.ResponseWriter, r *http.Request) error {
	return h.drawContractForm(w, r, http.StatusOK, nil, nil)
}

// drawContractForm asks what is to be changed of a draft. After a conflict the form is meant for what there is now.
func (h *Handler) drawContractForm(w http.ResponseWriter, r *http.Request, status int, typed *contractTyped, failure error) error {
	p := httpx.PrinterFrom(r.Context())
	d, err := h.writable(r)
	if err != nil {
		return err
	}
	if d.State != contract.StateDraft {
		return errs.New(errs.KindConflict, "contract.no_draft", nil)
	}
	if typed == nil {
		typed = &contractTyped{number: d.Number, title: d.Title, owner: d.OwnerKey, currency: string(d.Currency), ours: d.OurParty, theirs: d.TheirParty, starts: dayText(d.StartsOn), ends: dayText(d.EndsOn), note: d.Note,
			lines: typedLines(d.Lines, d.Currency), seen: d.Revision}
	}
	typed.recorded = d.Fields
	parts := savedNote(p, r)
	if errs.Is(failure, errs.KindConflict) {
		typed.seen, failure = d.Revision, nil
		parts = append(parts, besideCards(p, p.T("contract.changed_meanwhile"), []besideField{{p.T("contract.number"), d.Number, typed.number}, {p.T("contract.title"), d.Title, typed.title}, {p.T("sales.currency"), string(d.Currency), typed.currency},
			{p.T("contract.our_party"), d.OurParty, typed.ours}, {p.T("contract.their_party"), d.TheirParty, typed.theirs}, {p.T("contract.starts_on"), dayText(d.StartsOn), typed.starts}, {p.T("contract.ends_on"), dayText(d.EndsOn), typed.ends},
			{p.T("quote.note"), d.Note, typed.note}, {p.T("quote.lines"), linesBeside(typedLines(d.Lines, d.Currency)), linesBeside(typed.lines)}})...)
	}
	form, err := h.contractForm(r, d.ID, *typed, failure)
	if err != nil {
		return err
	}
	title := p.T("contract.edit")
	return ui.Write(w, r, status, ui.Compose(contractSub(p, d, title), append(parts, ui.Filled(ui.CardView{Label: title}, ui.Form(form)))...))
}

// contractSub is the head of a form of a contract.
func contractSub(p *i18n.Printer, d contract.Detail, title string) ui.PageView {
	return ui.PageView{Title: title, Subtitle: d.Number + " · " + d.CustomerName, Current: contractsKey, Crumbs: []ui.Crumb{{Label: p.T("nav.contracts"), URL: contractsURL}, {Label: d.Number, URL: contractURL(d.ID)}, {Label: title}}}
}

func (h *Handler) saveContract(w http.ResponseWriter, r *http.Request) error {
	id, err := contractID(r)
	if err != nil {
		return err
	}
	t, err := contractTypedOf(r)
	if err != nil {
		return err
	}
	in, err := t.entry(id)
	if err == nil {
		_, err = h.Contracts.Save(r.Context(), access.ActorFrom(r.Context()), in)
	}
	switch {
	case err == nil:
		http.Redirect(w, r, contractURL(id)+"?saved=1", http.StatusSeeOther)
		return nil
	case !mendable(err):
		return err
	}
	return h.drawContractForm(w, r, httpx.StatusOf(err), &t, err)
}

func (h *Handler) askAmendment(w http.ResponseWriter, r *http.Request) error {
	return h.drawAmendment(w, r, http.StatusOK, nil)
}

// drawAmendment asks what is to be changed of a signed contract: its lines stand there as they are.
func (h *Handler) drawAmendment(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	d, err := h.writable(r)
	if err != nil {
		return err
	}
	products, err := h.someProducts(ctx, actor)
	if err != nil {
		return err
	}
	typed, lines := typedIn(r), typedLines(d.Lines, d.Currency)
	if r.Method == http.MethodPost {
		lines = linesTyped(r)
	}
	fields := []ui.Field{{Name: "effective_on", Kind: ui.FieldDate, Label: p.T("contract.effective_on"), Value: typed("effective_on", h.today().String()), Span: 4}, {Name: "ends_on", Kind: ui.FieldDate, Label: p.T("contract.ends_on"), Value: typed("ends_on", dayText(d.EndsOn)), Optional: true, Span: 4},
		{Name: "reason", Kind: ui.FieldArea, Label: p.T("quote.reason"), Value: typed("reason", ""), Rows: 2}}
	fields = append(append(fields, lineFields(p, lines, percentTyped(0))...), ui.Field{Name: "seen", Kind: ui.FieldHidden, Value: typed("seen", number(d.Revision))})
	v := ui.FormView{ID: "amend", Action: amendPath + number(d.ID), Suggest: []ui.Suggestions{products}, Guard: true, Submit: ui.Action{Label: p.T("contract.amend_button"), Kind: ui.ActionPrimary, Icon: "send"}, Consequence: p.T("contract.amend_consequence"), Cancel: &ui.Link{Label: p.T("common.cancel"), URL: contractURL(d.ID)}}
	v.Fields, v.Problem = ui.WithErrors(fields, failure, p)
	title := p.T("contract.amend")
	return ui.Write(w, r, status, ui.Compose(contractSub(p, d, title), ui.Filled(ui.CardView{Label: title}, ui.Form(v))))
}

func (h *Handler) amendContract(w http.ResponseWriter, r *http.Request) error {
	d, err := h.writable(r)
	if err != nil {
		return err
	}
	seen, err := revisionOf(r)
	if err != nil {
		return err
	}
	var c fact.Checker
	typed := linesTyped(r)
	in := contract.Amend{ID: d.ID, EffectiveOn: dayOf(&c, "effective_on", strings.TrimSpace(r.PostFormValue("effective_on"))), EndsOn: dayOf(&c, "ends_on", strings.TrimSpace(r.PostFormValue("ends_on"))), Reason: r.PostFormValue("reason"), Seen: seen}
	if fmt.Sprint(typed) != fmt.Sprint(typedLines(d.Lines, d.Currency)) { // as they are they stay
		in.Lines = linesOf(&c, typed, d.Currency)
	}
	if err = c.Err(); err == nil {
		_, err = h.Contracts.Amend(r.Context(), access.ActorFrom(r.Context()), in)
	}
	switch {
	case err == nil:
		http.Redirect(w, r, contractURL(d.ID)+"?saved=1", http.StatusSeeOther)
		return nil
	case !mendable(err):
		return err
	}
	return h.drawAmendment(w, r, httpx.StatusOf(err), err)
}

// emptyInstalments are how many rows a plan offers beyond those that are filled in.
const emptyInstalments = 3

func instalmentField(i int, part string) string { return fmt.Sprintf("instalments.%d.%s", i, part) }

type instalmentTyped struct{ name, due, amount, invoice string }

func instalmentsTyped(r *http.Request) (all []instalmentTyped) {
	for i := range contract.InstalmentsMax {
		value := func(part string) string { return strings.TrimSpace(r.PostFormValue(instalmentField(i, part))) }
		if t := (instalmentTyped{value("name"), value("due_on"), value("amount"), value("invoice")}); t != (instalmentTyped{}) {
			all = append(all, t)
		}
	}
	return all
}

func (h *Handler) askPlan(w http.ResponseWriter, r *http.Request) error {
	return h.drawPlan(w, r, http.StatusOK, nil)
}

// drawPlan asks when the money of a contract is due; a new plan begins with three parts that add up.
func (h *Handler) drawPlan(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	p := httpx.PrinterFrom(r.Context())
	d, err := h.writable(r)
	if err != nil {
		return err
	}
	var all []instalmentTyped
	switch {
	case r.Method == http.MethodPost:
		all = instalmentsTyped(r)
	case len(d.Plan) > 0:
		for _, i := range d.Plan {
			all = append(all, instalmentTyped{i.Name, i.DueOn.String(), money.Format(i.AmountMinor, d.Currency), i.InvoiceKey})
		}
	default:
		start := max(h.today(), d.SignedOn)
		for i, part := range money.Allocate(d.AmountMinor, []int64{30, 60, 10}) {
			all = append(all, instalmentTyped{p.T(fmt.Sprintf("contract.part_%d", i+1)), (start + calendar.Date([]int{7, 60, 365}[i])).String(), money.Format(part, d.Currency), ""})
		}
	}
	var fields []ui.Field
	for i := range min(len(all)+emptyInstalments, contract.InstalmentsMax) {
		t := instalmentTyped{}
		if i < len(all) {
			t = all[i]
		}
		empty := t == instalmentTyped{}
		fold := ""
		if i >= len(all) {
			fold = p.T("contract.more_parts")
		}
		fields = append(fields, ui.Field{Name: instalmentField(i, "name"), Label: p.T("contract.part_name", "Number", i+1), Value: t.name, Optional: true, Span: 3, Fold: fold},
			ui.Field{Name: instalmentField(i, "due_on"), Kind: ui.FieldDate, Label: p.T("contract.due_on"), Value: t.due, Optional: empty, Span: 3, Fold: fold},
			ui.Field{Name: instalmentField(i, "amount"), Kind: ui.FieldMoney, Label: p.T("common.amount"), Value: t.amount, Unit: ui.UnitOf(p, d.Currency), Optional: empty, Span: 3, Fold: fold},
			ui.Field{Name: instalmentField(i, "invoice"), Label: p.T("contract.invoice"), Value: t.invoice, Optional: true, Span: 3, Fold: fold})
	}
	fields = append(append(fields, excuseField(p, r, failure)...), ui.Field{Name: "seen", Kind: ui.FieldHidden, Value: typedIn(r)("seen", number(d.Revision))})
	v := ui.FormView{ID: "plan", Action: planPath + number(d.ID), Guard: true, Submit: ui.Action{Label: p.T("contract.plan_button"), Kind: ui.ActionPrimary, Icon: "check"}, Consequence: p.T("contract.plan_consequence", "Amount", p.Money(d.AmountMinor, d.Currency)), Cancel: &ui.Link{Label: p.T("common.cancel"), URL: contractURL(d.ID)}}
	v.Fields, v.Problem = ui.WithErrors(fields, failure, p)
	title := p.T("contract.make_plan")
	parts := ways(p, access.ActorFrom(r.Context()), d.OpportunityID, failure)
	return ui.Write(w, r, status, ui.Compose(contractSub(p, d, title), append(parts, ui.Filled(ui.CardView{Label: title}, ui.Form(v)))...))
}

func (h *Handler) setPlan(w http.ResponseWriter, r *http.Request) error {
	d, err := h.writable(r)
	if err != nil {
		return err
	}
	seen, err := revisionOf(r)
	if err != nil {
		return err
	}
	var c fact.Checker
	in := contract.Plan{ID: d.ID, Excuse: r.PostFormValue("excuse"), Seen: seen}
	for i, t := range instalmentsTyped(r) {
		amount, ok := parseAmount(t.amount, d.Currency)
		if !ok {
			c.Add(instalmentField(i, "amount"), t.amount, "form.error.number", nil)
		}
		in.Instalments = append(in.Instalments, contract.PlanEntry{Name: t.name, DueOn: dayOf(&c, instalmentField(i, "due_on"), t.due), AmountMinor: amount, InvoiceKey: t.invoice})
	}
	if err = c.Err(); err == nil {
		_, err = h.Contracts.SetPlan(r.Context(), access.ActorFrom(r.Context()), in)
	}
	switch {
	case err == nil:
		http.Redirect(w, r, contractURL(d.ID)+"?saved=1", http.StatusSeeOther)
		return nil
	case !mendable(err):
		return err
	}
	return h.drawPlan(w, r, httpx.StatusOf(err), err)
}
