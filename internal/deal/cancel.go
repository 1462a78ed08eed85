package deal

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
)

// Cancellation ends a deal on a day. Plans may take back what was earned on it.
type Cancellation struct {
	Key    string
	On     calendar.Date
	Reason string
	Seen   fact.BatchID // Deal.Recorded of what is cancelled; 0 skips the check
}

// Validate returns an error of kind Invalid that names every wrong field.
func (in Cancellation) Validate() error {
	var c fact.Checker
	c.Day("cancelled_on", in.On)
	c.Text("reason", in.Reason, true)
	return c.Err()
}

// CancelDeal records the day on which a deal was cancelled and why; a later one corrects it. Errors: forbidden; not found out of reach;
// invalid, also for a day before the signature or one that has not come; conflict when the deal was changed after in.Seen.
func (s *Service) CancelDeal(ctx context.Context, actor access.Actor, in Cancellation) (receipt fact.Receipt, err error) {
	defer errs.Wrap(&err, "deal.CancelDeal(%s)", in.Key)
	if err := actor.Require(access.PermSalesWrite); err != nil {
		return receipt, err
	}
	if err := in.Validate(); err != nil {
		return receipt, err
	}
	return s.changeDetail(ctx, actor, in.Key, in.Seen, "deal.cancel", func(old Row, detail *fact.DealDetail) error {
		var c fact.Checker
		if in.On > s.today() {
			c.Add("cancelled_on", in.On.String(), "deal.future_day", nil)
		}
		if in.On < old.SignedOn {
			c.Add("cancelled_on", in.On.String(), "deal.cancelled_before_signed", errs.Args{"Day": old.SignedOn.String()})
		}
		detail.CancelledOn, detail.CancelReason = in.On, in.Reason
		return c.Err()
	})
}

// RestoreDeal takes a cancellation back: the deal stands as if it had never been cancelled. Errors: forbidden; not found out of reach;
// conflict when it is not cancelled, or was changed after seen.
func (s *Service) RestoreDeal(ctx context.Context, actor access.Actor, key string, seen fact.BatchID) (receipt fact.Receipt, err error) {
	defer errs.Wrap(&err, "deal.RestoreDeal(%s)", key)
	if err := actor.Require(access.PermSalesWrite); err != nil {
		return receipt, err
	}
	return s.changeDetail(ctx, actor, key, seen, "deal.restore", func(old Row, detail *fact.DealDetail) error {
		if !old.More.Cancelled() {
			return errs.New(errs.KindConflict, "deal.not_cancelled", nil)
		}
		detail.CancelledOn, detail.CancelReason = calendar.Forever, ""
		return nil
	})
}

// changeDetail records a deal with a changed detail, as a batch of its own.
func (s *Service) changeDetail(ctx context.Context, actor access.Actor, key string, seen fact.BatchID, action string, change func(Row, *fact.DealDetail) error) (receipt fact.Receipt, err error) {
	err = s.store.InTx(ctx, func(tx Tx) error {
		old, err := tx.Deal(ctx, s.reach(actor, access.PermSalesWrite), key)
		if err != nil {
			return err
		}
		if seen != 0 && old.Recorded != seen {
			return errs.New(errs.KindConflict, "fact.changed_meanwhile", nil)
		}
		before, err := tx.DealRecord(ctx, old.ID)
		if err != nil {
			return err
		}
		after, detail := before, *before.Detail
		if err := change(old, &detail); err != nil {
			return err
		}
		after.Detail = &detail
		if receipt, err = recordDeal(ctx, tx, actor, after); err != nil || receipt.Batch == 0 {
			return err
		}
		return audit.Append(ctx, tx, actor, action, "deal:"+key, before, after)
	})
	return receipt, err
}
