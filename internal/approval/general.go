package approval

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
)

// General is a general request: what one asks for in words, with an amount or without.
type General struct {
	ID          string // of one's own that was returned; empty: a new one
	Title       string
	Text        string
	AmountMinor int64
	Currency    money.Currency
}

const generalTextBytesMax = 8000

// amountMinorMax is the greatest amount that a general request may name.
const amountMinorMax = 1_000_000_000_000_000

// Validate reports everything wrong with the input by itself.
func (in General) Validate() error {
	var c fact.Checker
	c.Text("title", in.Title, true)
	c.Lines("text", in.Text)
	if in.Text == "" {
		c.Add("text", "", "form.error.required", nil)
	}
	if len(in.Text) > generalTextBytesMax {
		c.Add("text", "", "fact.too_long", errs.Args{"Max": generalTextBytesMax})
	}
	if in.AmountMinor < 0 || in.AmountMinor > amountMinorMax {
		c.Add("amount", "", "fact.amount_positive", nil)
	}
	return c.Err()
}

// Ask submits a general request, or one's own that was returned once more. Errors: invalid; not found; forbidden; conflict when it was not returned.
func (s *Service) Ask(ctx context.Context, actor access.Actor, in General) (r Request, err error) {
	defer errs.Wrap(&err, "approval.Ask(%s)", in.ID)
	if err := mayAct(actor); err != nil {
		return Request{}, err
	}
	in.Text = fact.TidyLines(in.Text)
	if err := in.Validate(); err != nil {
		return Request{}, err
	}
	subjectID := s.newID()
	err = s.store.InTx(ctx, func(tx Tx) error {
		if in.ID != "" {
			before, err := s.seen(ctx, tx, actor, in.ID)
			if err != nil {
				return err
			}
			if before.Kind != KindGeneral || before.State != StateReturned {
				return decided(before.State)
			}
			subjectID = before.SubjectID
		}
		facts := []Fact{{Label: "approval.field_text", Form: FormText, Text: in.Text}}
		if in.AmountMinor != 0 {
			facts = append(facts, Fact{Label: "approval.field_amount", Form: FormMoney, Minor: in.AmountMinor})
		}
		r, err = s.SubmitIn(ctx, tx, actor, Submission{Kind: KindGeneral, SubjectID: subjectID, Title: in.Title, Data: Data{Numbers: map[string]int64{"amount": in.AmountMinor}}, Currency: in.Currency,
			Facts: facts, Document: map[string]any{"title": in.Title, "text": in.Text, "amount_minor": in.AmountMinor, "currency": in.Currency}})
		return err
	})
	return r, err
}
