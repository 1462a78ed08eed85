package deal

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
)

// Entry is a collection or a refund as it is entered by hand.
type Entry struct {
	Key         string // unique, such as the number of the bank's transaction
	DealKey     string
	Kind        PaymentKind // Collection or Refund
	PaidOn      calendar.Date
	AmountMinor int64 // above zero for both kinds, in the deal's currency
}

// Validate returns an error of kind Invalid that names every wrong field.
func (in Entry) Validate() error {
	var c fact.Checker
	c.Key("key", in.Key)
	c.Day("paid_on", in.PaidOn)
	c.Positive("amount", in.AmountMinor)
	if in.Kind != Collection && in.Kind != Refund {
		c.Add("kind", string(in.Kind), "form.error.choice", nil)
	}
	return c.Err()
}

// Correction is what a payment should have been.
type Correction struct {
	Key         string
	PaidOn      calendar.Date
	AmountMinor int64        // below zero for a refund; never zero
	Seen        fact.BatchID // Payment.Recorded of what is corrected; 0 skips the check
}

// Validate returns an error of kind Invalid that names every wrong field.
func (in Correction) Validate() error {
	var c fact.Checker
	c.Day("paid_on", in.PaidOn)
	c.NotZero("amount", in.AmountMinor)
	return c.Err()
}

// RecordPayment records a collection or a refund on a deal. Errors: forbidden; not found for a deal out of reach; invalid, also for a
// day that has not come, a key that is taken, and a refund of more than was collected.
func (s *Service) RecordPayment(ctx context.Context, actor access.Actor, in Entry) (receipt fact.Receipt, err error) {
	defer errs.Wrap(&err, "deal.RecordPayment(%s)", in.Key)
	if err := actor.Require(access.PermSalesWrite); err != nil {
		return receipt, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		receipt, err = s.RecordPaymentIn(ctx, tx, actor, in)
		return err
	})
	return receipt, err
}

// RecordPaymentIn is RecordPayment within a transaction that writes more than the payment.
func (s *Service) RecordPaymentIn(ctx context.Context, tx Tx, actor access.Actor, in Entry) (receipt fact.Receipt, err error) {
	if err := actor.Require(access.PermSalesWrite); err != nil {
		return receipt, err
	}
	if err := in.Validate(); err != nil {
		return receipt, err
	}
	deal, err := tx.Deal(ctx, s.reach(actor, access.PermSalesWrite), in.DealKey)
	if err != nil {
		return receipt, err
	}
	var c fact.Checker
	amount, action := in.AmountMinor, "payment.record"
	if in.Kind == Refund {
		amount, action = -amount, "payment.refund"
	}
	s.checkPayment(&c, deal, in.PaidOn, amount, 0)
	known, err := tx.PaymentKnown(ctx, in.Key)
	if err != nil {
		return receipt, err
	}
	if known {
		c.Add("key", in.Key, "deal.payment_taken", errs.Args{"Key": in.Key})
	}
	if err := c.Err(); err != nil {
		return receipt, err
	}
	record := fact.PaymentRecord{Key: in.Key, Deal: deal.Key, PaidOn: in.PaidOn, AmountMinor: amount, Currency: deal.Currency}
	if receipt, err = recordPayment(ctx, tx, actor, record); err != nil {
		return receipt, err
	}
	return receipt, audit.Append(ctx, tx, actor, action, "payment:"+in.Key, nil, record)
}

// CorrectPayment records what a payment should have been; what was recorded before stays, superseded. Errors: forbidden; not found out
// of reach; invalid; conflict when the payment was changed after in.Seen.
func (s *Service) CorrectPayment(ctx context.Context, actor access.Actor, in Correction) (receipt fact.Receipt, err error) {
	defer errs.Wrap(&err, "deal.CorrectPayment(%s)", in.Key)
	if err := actor.Require(access.PermSalesWrite); err != nil {
		return receipt, err
	}
	if err := in.Validate(); err != nil {
		return receipt, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		reach := s.reach(actor, access.PermSalesWrite)
		old, err := tx.Payment(ctx, reach, in.Key)
		if err != nil {
			return err
		}
		if in.Seen != 0 && old.Recorded != in.Seen {
			return errs.New(errs.KindConflict, "fact.changed_meanwhile", nil)
		}
		deal, err := tx.Deal(ctx, reach, old.DealKey)
		if err != nil {
			return err
		}
		var c fact.Checker
		s.checkPayment(&c, deal, in.PaidOn, in.AmountMinor, old.AmountMinor)
		if err := c.Err(); err != nil {
			return err
		}
		before := fact.PaymentRecord{Key: old.Key, Deal: old.DealKey, PaidOn: old.PaidOn, AmountMinor: old.AmountMinor, Currency: old.Currency}
		after := before
		after.PaidOn, after.AmountMinor = in.PaidOn, in.AmountMinor
		if receipt, err = recordPayment(ctx, tx, actor, after); err != nil || receipt.Batch == 0 {
			return err
		}
		return audit.Append(ctx, tx, actor, "payment.correct", "payment:"+in.Key, before, after)
	})
	return receipt, err
}

func recordPayment(ctx context.Context, tx Tx, actor access.Actor, record fact.PaymentRecord) (fact.Receipt, error) {
	return fact.Record(ctx, tx, actor.UserID, "payment:"+record.Key, func(w fact.Writer) (fact.Outcome, error) { return w.PutPayment(ctx, record) })
}

// checkPayment wants a day that has come, and that no more goes back on the deal than has come in.
func (s *Service) checkPayment(c *fact.Checker, deal Row, paidOn calendar.Date, amount, replaced int64) {
	if paidOn > s.today() {
		c.Add("paid_on", paidOn.String(), "deal.future_day", nil)
	}
	if left := deal.PaidMinor - replaced; amount < 0 && left+amount < 0 {
		c.Add("amount", "", "deal.refund_exceeds", errs.Args{"Paid": money.Format(max(left, 0), deal.Currency), "Currency": string(deal.Currency)})
	}
}
