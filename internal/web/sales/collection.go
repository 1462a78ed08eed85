package sales

import (
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/contract"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/web/ui"
)

func (h *Handler) reportItems(p *i18n.Printer, reports []contract.Report) (items []ui.Item) {
	for _, r := range reports {
		items = append(items, ui.Item{Icon: "cash", Title: p.T("collection.kind."+string(r.Kind)) + " " + p.Money(r.AmountMinor, r.Currency), URL: collectionsURL + "/" + number(r.ID), Beside: r.PaidOn.String(), Detail: strings.Trim(r.ReportedName+" · "+r.Note, " ·"), Chips: []ui.Chip{reportChip(p, r.State)}})
	}
	return items
}

func (h *Handler) showCollection(w http.ResponseWriter, r *http.Request) error {
	return h.drawCollection(w, r, http.StatusOK, "", nil)
}

// drawCollection answers with the page of a report; act is the form that failed.
func (h *Handler) drawCollection(w http.ResponseWriter, r *http.Request, status int, act string, failure error) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	id, err := idOf(r.PathValue("id"), "collection.missing")
	if err != nil {
		return err
	}
	report, err := h.Contracts.GetReport(ctx, actor, id)
	if err != nil {
		return err
	}
	parts := savedNote(p, r)
	parts = append(parts, objected(r, p, objection{caseID: report.OpportunityID, act: act}, failure)...)
	facts := []ui.Fact{{Term: p.T("contract.number"), Text: report.ContractNumber, URL: contractURL(report.ContractID)}, {Term: p.T("common.customer"), Text: text(report.CustomerName), URL: customerURL(report.CustomerID)},
		{Term: p.T("sales.payment_kind"), Text: p.T("collection.kind." + string(report.Kind))}, {Term: p.T("common.amount"), Text: p.Money(report.AmountMinor, report.Currency)}, {Term: p.T("sales.paid_on"), Text: report.PaidOn.String()},
		{Term: p.T("collection.way"), Text: p.T("collection.way." + report.Way)}, {Term: p.T("collection.payer"), Text: text(report.Payer)}, {Term: p.T("collection.reported"), Text: report.ReportedName + " · " + moment(p, report.ReportedAt)}}
	if !report.DecidedAt.IsZero() {
		facts = append(facts, ui.Fact{Term: p.T("collection.decided_by"), Text: report.DecidedName + " · " + moment(p, report.DecidedAt)})
	}
	if report.PaymentKey != "" {
		facts = append(facts, ui.Fact{Term: p.T("sales.payment_key"), Text: report.PaymentKey, URL: keyURL("/payments/", report.PaymentKey)})
	}
	for _, one := range []struct{ key, value string }{{"opportunity.note", report.Note}, {"quote.reason", report.Reply}} {
		if one.value != "" {
			facts = append(facts, ui.Fact{Term: p.T(one.key), Text: one.value})
		}
	}
	parts = append(parts, ui.Filled(ui.CardView{Title: p.T("sales.record"), Span: 5}, ui.Facts(facts)))
	if report.State == contract.ReportReported && actor.Can(access.PermCollectionConfirm) && report.ReportedBy != actor.UserID {
		parts = append(parts, ui.Stack(7, h.confirmCards(p, r, report, act, failure)...))
	}
	view := ui.PageView{Title: p.T("collection.title", "Kind", p.T("collection.kind."+string(report.Kind)), "Amount", p.Money(report.AmountMinor, report.Currency)), Subtitle: report.CustomerName, Current: contractsKey, Chips: []ui.Chip{reportChip(p, report.State)},
		Crumbs: []ui.Crumb{{Label: p.T("nav.contracts"), URL: contractsURL}, {Label: p.T("contract.face_collections"), URL: collectionsURL}, {Label: number(report.ID)}}}
	if report.State == contract.ReportReported && report.ReportedBy == actor.UserID {
		view.Actions = []ui.Action{{Label: p.T("quote.withdraw"), Icon: "arrow-back-up", Post: true, URL: collectionsURL + "/" + number(id) + "/withdraw", Fields: map[string][]string{"seen": {number(report.Revision)}}}}
	}
	return ui.Write(w, r, status, ui.Compose(view, parts...))
}

// confirmCards ask finance: has it come?
func (h *Handler) confirmCards(p *i18n.Printer, r *http.Request, report contract.Report, act string, failure error) []templ.Component {
	typed := typedIn(r)
	fields, problem := ui.WithErrors(append([]ui.Field{
		{Name: "key", Label: p.T("sales.payment_key"), Value: typed("key", ""), Hint: p.T("sales.payment_key_hint"), Span: 4}, {Name: "amount", Kind: ui.FieldMoney, Label: p.T("common.amount"), Value: typed("amount", money.Format(report.AmountMinor, report.Currency)), Unit: ui.UnitOf(p, report.Currency), Span: 4},
		{Name: "paid_on", Kind: ui.FieldDate, Label: p.T("sales.paid_on"), Value: typed("paid_on", report.PaidOn.String()), Span: 4}, {Name: "seen", Kind: ui.FieldHidden, Value: number(report.Revision)},
	}, excuseField(p, r, formFailure(act, "confirm", failure))...), formFailure(act, "confirm", failure), p)
	refuse, wrong := ui.WithErrors([]ui.Field{{Name: "reason", Label: p.T("quote.reason"), Value: typed("reason", "")}, {Name: "seen", ID: "f-seen-refuse", Kind: ui.FieldHidden, Value: number(report.Revision)}}, formFailure(act, "refuse", failure), p)
	address := collectionsURL + "/" + number(report.ID)
	return []templ.Component{
		ui.Filled(ui.CardView{Title: p.T("collection.confirm")}, ui.Form(ui.FormView{ID: "confirm-form", Action: address + "/confirm", Fields: fields, Problem: problem, Submit: ui.Action{Label: p.T("collection.confirm_button"), Kind: ui.ActionPrimary, Icon: "check"}, Consequence: p.T("collection.confirm_consequence")})),
		ui.Filled(ui.CardView{Title: p.T("collection.refuse")}, ui.Form(ui.FormView{ID: "refuse-form", Action: address + "/refuse", Fields: refuse, Problem: wrong, Submit: ui.Action{Label: p.T("collection.refuse_button")}})),
	}
}

// actOnCollection is finance's word on a report, or that of who takes it back.
func (h *Handler) actOnCollection(w http.ResponseWriter, r *http.Request) error {
	ctx, actor, act := r.Context(), access.ActorFrom(r.Context()), r.PathValue("act")
	id, err := idOf(r.PathValue("id"), "collection.missing")
	if err != nil {
		return err
	}
	seen, err := revisionOf(r)
	if err != nil {
		return err
	}
	var receipt *fact.Receipt
	switch act {
	case "confirm":
		receipt, err = h.confirmCollection(r, id, seen)
	case "refuse":
		_, err = h.Contracts.Refuse(ctx, actor, id, r.PostFormValue("reason"), seen)
	case "withdraw":
		_, err = h.Contracts.TakeBack(ctx, actor, id, seen)
	default:
		return errs.New(errs.KindNotFound, "error.not_found", nil)
	}
	address := collectionsURL + "/" + number(id)
	switch {
	case err == nil && receipt != nil:
		return done(w, r, address, *receipt)
	case err == nil:
		http.Redirect(w, r, address+"?saved=1", http.StatusSeeOther)
		return nil
	case !mendable(err):
		return err
	case errs.Is(err, errs.KindConflict):
		act = ""
	}
	return h.drawCollection(w, r, httpx.StatusOf(err), act, err)
}

func (h *Handler) confirmCollection(r *http.Request, id, seen int64) (*fact.Receipt, error) {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	report, err := h.Contracts.GetReport(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	paidOn, amount, err := paymentTyped(r, report.Currency)
	if err != nil {
		return nil, err
	}
	_, receipt, err := h.Contracts.Confirm(ctx, actor, contract.Confirm{ID: id, Key: strings.TrimSpace(r.PostFormValue("key")), PaidOn: paidOn, AmountMinor: amount, Excuse: r.PostFormValue("excuse"), Seen: seen})
	return &receipt, err
}
