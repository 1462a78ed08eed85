package sales

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/approval"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/tier"
	"xiaoguan/internal/tierbook"
	"xiaoguan/internal/web/ui"
)

// formAsk asks for another tier of a customer.
const formAsk = "ask-tier"

// usualTierDays is how long a tier that is asked for holds, if nobody says otherwise.
const usualTierDays = 180

// askParts are what waits about a tier, and the form by which another one is asked for.
func (h *Handler) askParts(p *i18n.Printer, r *http.Request, d tierbook.Detail, failure error) (parts []templ.Component) {
	open := func(a *tierbook.Asked) *ui.Action {
		if a == nil || !a.MayOpen {
			return nil
		}
		return &ui.Action{Label: p.T("tiers.open_request"), URL: "/approvals/" + a.RequestID}
	}
	if d.Proposal != nil {
		note := ui.Note{Tone: ui.ToneWarn, Strong: p.T("tier.because.approval", "From", string(d.Proposal.From), "To", string(d.Proposal.To)), Action: open(d.Review)}
		if d.Review == nil && d.MayDecide {
			note.Action = &ui.Action{Label: p.T("tiers.go_decide"), URL: "/tiers/proposals"}
		}
		parts = append(parts, ui.NoteOf(note))
	}
	if a := d.Asked; a != nil {
		note := ui.Note{ID: "tier-asked", Tone: ui.ToneWarn, Strong: p.T("tiers.asked_for", "From", a.From, "To", a.To), Text: p.T("tiers.asked_by", "Who", a.By), Action: open(a)}
		if a.State == approval.StateReturned {
			note.Text = p.T("tiers.asked_returned", "Who", a.By)
		}
		parts = append(parts, ui.NoteOf(note))
	}
	if d.MayAsk && (d.Asked == nil || d.Asked.Own && d.Asked.State == approval.StateReturned) {
		parts = append(parts, ui.Form(askForm(p, r, d, failure)))
	}
	return parts
}

func askForm(p *i18n.Printer, r *http.Request, d tierbook.Detail, failure error) ui.FormView {
	s, fold := d.Standing, p.T("tiers.ask")
	chosen, until, reason, evidence := "", (d.Today + usualTierDays).String(), "", ""
	if failure != nil {
		chosen, until, reason, evidence = r.PostFormValue("tier"), r.PostFormValue("until"), r.PostFormValue("reason"), r.PostFormValue("evidence")
	}
	var options []ui.Option
	for _, t := range tier.Tiers() {
		if t != s.Result.Tier {
			options = append(options, ui.Option{Value: string(t), Label: p.T("tiers.tier_is", "Tier", string(t))})
		}
	}
	fields, problem := ui.WithErrors([]ui.Field{
		{Name: "seen", ID: "f-ask-seen", Kind: ui.FieldHidden, Value: number(s.Revision)},
		{Name: "tier", ID: "f-ask-tier", Kind: ui.FieldSelect, Label: p.T("tiers.ask_to"), Value: chosen, Usual: chosen, Options: options, Fold: fold, Span: 6},
		{Name: "until", ID: "f-ask-until", Kind: ui.FieldDate, Label: p.T("tiers.until"), Value: until, Usual: until, Fold: fold, Span: 6},
		{Name: "reason", ID: "f-ask-reason", Label: p.T("tiers.reason"), Value: reason, Usual: reason, Fold: fold},
		{Name: "evidence", ID: "f-ask-evidence", Kind: ui.FieldArea, Rows: 2, Label: p.T("tierbook.evidence"), Hint: p.T("tiers.evidence_hint"), Value: evidence, Usual: evidence, Fold: fold},
	}, failure, p)
	return ui.FormView{ID: formAsk, Action: customerURL(s.CustomerID) + "/tier/ask", Fields: fields, Problem: problem, Submit: ui.Action{Label: p.T("tiers.ask"), Icon: "send"}, Consequence: p.T("tiers.ask_consequence")}
}

func (h *Handler) askTier(w http.ResponseWriter, r *http.Request) error {
	return h.keep(w, r, formAsk, func(id int64) error {
		in := tierbook.Ask{CustomerID: id, Tier: tier.Tier(r.PostFormValue("tier")), Until: calendar.NoDate, Reason: r.PostFormValue("reason"), Evidence: r.PostFormValue("evidence")}
		in.Seen, _ = strconv.ParseInt(r.PostFormValue("seen"), 10, 64)
		if day := strings.TrimSpace(r.PostFormValue("until")); day != "" {
			until, err := calendar.ParseDate(day)
			if err != nil {
				return errs.Invalid("fact.invalid", []errs.Field{{Path: "until", Value: day, Message: errs.Msg("form.error.date", nil)}})
			}
			in.Until = until
		}
		_, err := h.Tiers.AskChange(r.Context(), access.ActorFrom(r.Context()), in)
		return err
	})
}
