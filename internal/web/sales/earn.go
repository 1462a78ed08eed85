package sales

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/web/ui"
)

// earnCard says what a payment on the deal would earn who looks at it, this month. Nothing stands there for those whom the deal does not pay.
func (h *Handler) earnCard(r *http.Request, p *i18n.Printer, actor access.Actor, d deal.Row) (templ.Component, error) {
	shares := slices.ContainsFunc(d.Sharers, func(s deal.Sharer) bool { return s.PersonID == actor.PersonID })
	if actor.PersonID == 0 || !shares && !actor.Can(access.PermPayTeam) {
		return nil, nil
	}
	month, typed := h.today().Month(), strings.TrimSpace(r.FormValue("if_paid"))
	question := payout.DealQuestion{Month: month, PersonID: actor.PersonID, DealKey: d.Key}
	var failure error
	if typed != "" {
		amount, ok := ui.ParseAmount(typed, d.Currency)
		if !ok || amount == 0 {
			failure = errs.Invalid("error.invalid", []errs.Field{{Path: "if_paid", Message: errs.Msg("form.error.number", nil)}})
		}
		question.AmountMinor = amount
	}
	var e payout.Effect
	var err error
	if failure == nil {
		e, err = h.Payouts.DealEffect(r.Context(), actor, question)
	}
	switch {
	case errs.Is(err, errs.KindNotFound) || errs.Is(err, errs.KindForbidden):
		return nil, nil
	case errs.Is(err, errs.KindInvalid) || errs.Is(err, errs.KindConflict): // no plan, a closed month, an amount out of reach
		failure = fieldAs(err, "amount_minor", "if_paid")
	case err != nil:
		return nil, err
	case typed == "":
		typed = money.Format(e.AmountMinor, d.Currency)
	}
	unit := p.T("common.yuan")
	if d.Currency != money.CNY {
		unit = string(d.Currency)
	}
	form := ui.FormView{ID: "earn", Action: keyURL("/deals/", d.Key) + "#earn-card", Method: "get", Submit: ui.Action{Label: p.T("sales.earn_ask"), Icon: "calculator"},
		Fields: []ui.Field{{Name: "if_paid", Kind: ui.FieldMoney, Label: p.T("sales.earn_if_paid"), Value: typed, Unit: unit, Span: 6}}}
	form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p)
	parts := []templ.Component{ui.Form(form)}
	if failure == nil {
		parts = append(parts, earned(p, e)...)
	}
	return ui.Filled(ui.CardView{ID: "earn-card", Title: p.T("sales.earn"), Sub: p.T("sales.earn_sub", "Month", p.Month(month))}, parts...), nil
}

// fieldAs names a field of an error as the form does.
func fieldAs(err error, from, to string) error {
	known, ok := errors.AsType[*errs.Error](err)
	if !ok {
		return err
	}
	for i := range known.Fields {
		if known.Fields[i].Path == from {
			known.Fields[i].Path = to
		}
	}
	return known
}

// earned says what the payment changes: in a sentence, then line by line.
func earned(p *i18n.Printer, e payout.Effect) []templ.Component {
	change := e.AfterMinor - e.BeforeMinor
	note := ui.Note{ID: "earn-answer", Tone: ui.ToneGood, Strong: p.T("sales.earn_more", "Change", p.Money(change, e.Currency)),
		Text: p.T("sales.earn_from_to", "Before", p.Money(e.BeforeMinor, e.Currency), "After", p.Money(e.AfterMinor, e.Currency))}
	switch {
	case change == 0:
		note.Tone, note.Strong = ui.ToneWarn, p.T("sales.earn_nothing")
	case change < 0:
		note.Tone, note.Strong = ui.ToneWarn, p.T("sales.earn_less", "Change", p.Money(-change, e.Currency))
	}
	if paid := e.PaidAfter - e.PaidBefore; paid != change {
		note.Text += " " + p.T("sales.earn_paid", "Paid", p.Money(paid, e.Currency))
	}
	var lines []ui.EffectLine
	for _, l := range e.Lines {
		name := l.Name.En
		if p.Zh() || name == "" {
			name = l.Name.Zh
		}
		lines = append(lines, ui.EffectLine{Label: name, Before: l.BeforeMinor, After: l.AfterMinor})
	}
	table := ui.EffectTable(p.T("sales.earn"), [4]string{p.T("sales.earn_component"), p.T("sales.earn_before"), p.T("sales.earn_after"), p.T("sales.earn_change")}, p.T("sales.earn_total"), lines)
	table.Note = p.T("sales.earn_assumed", "Day", p.Date(e.On))
	return []templ.Component{ui.NoteOf(note), ui.Table(table)}
}
