package reviews

import (
	"math/big"
	"net/http"

	"github.com/a-h/templ"

	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/pace"
	"xiaoguan/internal/review"
	"xiaoguan/internal/web/ui"
)

// assessCard is the grades of a monthly meeting, with the words to each.
func (h *Handler) assessCard(p *i18n.Printer, r *http.Request, v *review.Shown, failure error) templ.Component {
	card := ui.CardView{ID: "assess", Title: p.T("review.assessment"), Span: -1}
	if !v.MayRun {
		var items []ui.Item
		for i := range v.Rows {
			row := &v.Rows[i]
			item := ui.Item{Title: row.Name, Detail: row.Words, Top: true}
			if row.Band != "" {
				item.Beside = bandText(p, row)
			}
			if !row.SeenAt.IsZero() {
				item.Chips = []ui.Chip{{Label: p.T("review.seen"), Tone: ui.ToneGood}}
			}
			items = append(items, item)
		}
		card.Flush = true
		return ui.Filled(card, ui.List(items))
	}
	form := ui.FormView{ID: "say", Action: reviewURL(v.ID) + "/people", Submit: ui.Action{Label: p.T("review.save_words")}, Consequence: p.T("review.words_consequence"), Guard: true}
	mine := failure != nil && r.PostForm.Has("people")
	form.Fields = append(form.Fields, ui.Field{Name: "people", Kind: ui.FieldHidden, Value: "1"})
	for i := range v.Rows {
		row := &v.Rows[i]
		name := "words-" + number(row.PersonID)
		f := ui.Field{Name: name, Kind: ui.FieldArea, Label: row.Name, Value: row.Words, Rows: 2, Optional: row.Band == ""}
		if row.Band != "" {
			f.Label = p.T("review.person_band", "Name", row.Name, "Band", bandText(p, row))
		}
		if mine {
			f.Value = r.PostFormValue(name)
		}
		form.Fields = append(form.Fields, f)
	}
	if mine {
		form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p)
	}
	return ui.Filled(card, ui.Form(form))
}

func bandText(p *i18n.Printer, row *review.Row) string {
	if attained, known := row.Numbers.Attained(); known {
		return row.Band + " " + p.Percent(big.NewRat(attained, pace.Million))
	}
	return row.Band
}

// adjustCard is the proposals of a quarterly meeting, and what became of them.
func (h *Handler) adjustCard(p *i18n.Printer, r *http.Request, v *review.Shown, failure error) templ.Component {
	card := ui.CardView{ID: "adjust", Title: p.T("review.adjustment"), Span: -1}
	if v.MayRun {
		form := h.adjustForm(p, r, v, failure)
		if len(form.Fields) == 1 { // nobody has anything left to do
			return ui.Filled(card, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("review.no_rest"), Text: p.T("review.no_rest_text"), Actions: []ui.Action{{Label: p.T("nav.targets"), URL: "/targets"}}}))
		}
		return ui.Filled(card, ui.Form(form))
	}
	var items []ui.Item
	for i := range v.Rows {
		row := &v.Rows[i]
		if row.Proposal == "" {
			continue
		}
		item := ui.Item{Title: row.Name, Beside: p.T("review.proposed", "Before", h.amount(p, row.Numbers.RestMinor), "After", h.amount(p, row.Proposed)), Detail: row.Proposal, Top: true}
		switch {
		case row.ChangeID != 0:
			item.Chips = []ui.Chip{{Label: p.T("review.asked"), Tone: ui.ToneGood}}
			item.URL = "/target-changes/" + number(row.ChangeID)
		case v.MayAdjust && v.State == review.StateFinished:
			item.Actions = []ui.Action{{Label: p.T("review.ask_change"), Small: true, Post: true, URL: reviewURL(v.ID) + "/people/" + number(row.PersonID) + "/change"}}
		default:
			item.Chips = []ui.Chip{{Label: p.T("review.to_ask"), Tone: ui.ToneWarn}}
		}
		items = append(items, item)
	}
	if len(items) == 0 {
		return ui.Filled(card, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("review.no_proposals")}))
	}
	card.Flush = true
	return ui.Filled(card, ui.List(items))
}

func (h *Handler) adjustForm(p *i18n.Printer, r *http.Request, v *review.Shown, failure error) ui.FormView {
	form := ui.FormView{ID: "propose", Action: reviewURL(v.ID) + "/people", Submit: ui.Action{Label: p.T("review.save_proposals")}, Consequence: p.T("review.propose_consequence"), Guard: true}
	mine := failure != nil && r.PostForm.Has("people")
	form.Fields = append(form.Fields, ui.Field{Name: "people", Kind: ui.FieldHidden, Value: "1"})
	for i := range v.Rows {
		row := &v.Rows[i]
		if row.Numbers.RestMinor <= 0 {
			continue
		}
		id := number(row.PersonID)
		suggested, differs := v.Settings.Suggested(&row.Numbers)
		rest := ui.Field{Name: "rest-" + id, Kind: ui.FieldMoney, Label: row.Name, Unit: ui.UnitOf(p, h.currency()), Value: money.Format(row.Numbers.RestMinor, h.currency()), Hint: h.suggestedText(p, &row.Numbers, suggested, differs), Span: 5}
		reason := ui.Field{Name: "reason-" + id, Label: p.T("review.reason"), Value: row.Proposal, Optional: true, Span: 7}
		if row.Proposal != "" {
			rest.Value = money.Format(row.Proposed, h.currency())
		} else if differs {
			rest.Value = money.Format(suggested, h.currency())
		}
		if mine {
			rest.Value, reason.Value = r.PostFormValue(rest.Name), r.PostFormValue(reason.Name)
		}
		form.Fields = append(form.Fields, rest, reason)
	}
	if mine {
		form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p)
	}
	return form
}

func (h *Handler) suggestedText(p *i18n.Printer, n *review.Numbers, suggested int64, differs bool) string {
	attained, known := n.Attained()
	switch {
	case !known:
		return p.T("review.rest_now", "Amount", h.amount(p, n.RestMinor))
	case !differs:
		return p.T("review.rest_kept", "Amount", h.amount(p, n.RestMinor), "Share", share(p, attained))
	}
	return p.T("review.rest_suggested", "Amount", h.amount(p, n.RestMinor), "Share", share(p, attained), "Suggested", h.amount(p, suggested))
}
