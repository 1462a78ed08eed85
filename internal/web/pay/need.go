package pay

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/solve"
	"xiaoguan/internal/web/ui"
)

// needed is what was asked of the card that turns pay round, and the answer.
type needed struct {
	typed, product string
	need           payout.Need
	answered       bool
	failure        error
}

// askNeed answers the question in the address, if there is one. What can be mended is shown in the card.
func (h *Handler) askNeed(ctx context.Context, r *http.Request, actor access.Actor, month calendar.Month) (n needed, err error) {
	n.typed, n.product = strings.TrimSpace(r.FormValue("target")), r.FormValue("product")
	if n.typed == "" {
		return n, nil
	}
	target, ok := ui.ParseAmount(n.typed, money.CNY)
	if !ok {
		n.failure = errs.Invalid("error.invalid", []errs.Field{{Path: "target", Message: errs.Msg("form.error.number", nil)}})
		return n, nil
	}
	n.need, err = h.payouts.Needed(ctx, actor, payout.NeedQuestion{Month: month, PersonID: actor.PersonID, TargetMinor: target, Product: n.product})
	if errs.Is(err, errs.KindInvalid) || errs.Is(err, errs.KindConflict) {
		n.failure = err
		return n, nil
	}
	n.answered = err == nil
	return n, err
}

// needCard asks what somebody wants to earn and says what that takes.
func needCard(p *i18n.Printer, month calendar.Month, n needed) templ.Component {
	form := ui.FormView{ID: "need", Action: "/pay#need-card", Method: "get", Submit: ui.Action{Label: p.T("pay.need_ask"), Icon: "calculator"}}
	form.Fields = []ui.Field{{Name: "month", Kind: ui.FieldHidden, Value: month.String()},
		{Name: "target", Kind: ui.FieldMoney, Label: p.T("pay.need_target"), Value: n.typed, Unit: p.T("common.yuan"), Placeholder: "20,000"}}
	if len(n.need.Products) > 1 {
		choice := ui.Field{Name: "product", Kind: ui.FieldSelect, Label: p.T("pay.need_product"), Value: n.need.Product, Optional: true}
		for _, product := range n.need.Products {
			choice.Options = append(choice.Options, ui.Option{Value: product.Key, Label: product.Name})
		}
		form.Fields = append(form.Fields, choice)
	}
	form.Fields, form.Problem = ui.WithErrors(form.Fields, renamed(n.failure), p)
	parts := []templ.Component{ui.Form(form)}
	if n.answered {
		parts = append(parts, ui.NoteOf(needAnswer(p, n.need)))
		if n.need.Outcome != solve.Already && n.need.NeedFen > 0 {
			parts = append(parts, ui.Table(effectTable(p, n.need.Effect)), sentence(needAssumed(p, n.need)))
		}
	}
	return ui.Filled(ui.CardView{ID: "need-card", Title: p.T("pay.need"), Sub: p.T("pay.need_sub"), Span: -1}, parts...)
}

// renamed fits the service's field to the form's.
func renamed(err error) error {
	if known, ok := errors.AsType[*errs.Error](err); ok {
		for i := range known.Fields {
			if known.Fields[i].Path == "target_minor" {
				known.Fields[i].Path = "target"
			}
		}
	}
	return err
}

// needAnswer says in a sentence what it takes.
func needAnswer(p *i18n.Printer, n payout.Need) ui.Note {
	amount := func(minor int64) string { return p.Money(minor, n.Effect.Currency) }
	note := ui.Note{ID: "need-answer", Tone: ui.ToneWarn}
	switch {
	case n.Outcome == solve.Already:
		note.Tone, note.Strong = ui.ToneGood, p.T("pay.need_already", "Pay", amount(n.PayFen))
	case n.Outcome == solve.Reached:
		note.Tone, note.Strong = ui.ToneGood, p.T("pay.need_reached", "Need", amount(n.NeedFen), "Pay", amount(n.PayFen))
		if n.Jumps {
			note.Text = p.T("pay.need_jumps", "Jump", amount(n.JumpFen))
		}
	case n.Outcome == solve.TooFar:
		note.Strong = p.T("pay.need_too_far", "Pay", amount(n.PayFen))
	case n.NeedFen == 0:
		note.Strong = p.T("pay.need_never", "Pay", amount(n.PayFen))
	default:
		note.Strong = p.T("pay.need_limited", "Need", amount(n.NeedFen), "Pay", amount(n.PayFen))
	}
	return note
}

// needAssumed says what kind of deal was imagined.
func needAssumed(p *i18n.Printer, n payout.Need) string {
	product, customer := n.ProductName, n.Customer
	if product == "" {
		product = i18n.Unknown
	}
	if customer == "" {
		customer = i18n.Unknown
	}
	key := "pay.need_assumed"
	if n.OfTeam {
		key = "pay.need_assumed_team"
	}
	return p.T(key, "Product", product, "Customer", customer, "Day", p.Date(n.Effect.On))
}

func effectTable(p *i18n.Printer, e payout.Effect) ui.TableView {
	var lines []ui.EffectLine
	for _, l := range e.Lines {
		lines = append(lines, ui.EffectLine{Label: nameIn(p, l.Name, l.Component), Before: l.BeforeMinor, After: l.AfterMinor})
	}
	return ui.EffectTable(p.T("pay.need"), [4]string{p.T("pay.component"), p.T("pay.need_before"), p.T("pay.need_after"), p.T("pay.need_change")}, p.T("pay.total"), lines)
}

// nameIn chooses a plan's own words.
func nameIn(p *i18n.Printer, name plan.Text, id string) string {
	switch {
	case p.Zh() && name.Zh != "":
		return name.Zh
	case name.En != "":
		return name.En
	}
	return id
}
