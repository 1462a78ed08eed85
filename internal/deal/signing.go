package deal

import (
	"context"
	"fmt"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
)

// Signing is a deal as it is entered by hand, by the company's own keys. Without a Detail what is known of units, cost and referrer stays;
// a cancellation always does, CancelDeal is for that.
type Signing struct {
	fact.DealRecord
	Seen fact.BatchID // Deal.Recorded of what is corrected; 0 skips the check
}

// Validate returns an error of kind Invalid that names every wrong field. A seller's fields are shares.0.person and shares.0.share.
func (in Signing) Validate() error {
	var c fact.Checker
	in.check(&c)
	return c.Err()
}

func (in Signing) check(c *fact.Checker) {
	c.Key("key", in.Key)
	c.Key("customer", in.Customer)
	c.Key("product", in.Product)
	c.Day("signed_on", in.SignedOn)
	c.Positive("amount", in.AmountMinor)
	if !in.Currency.Valid() {
		c.Add("currency", string(in.Currency), "deal.bad_currency", nil)
	}
	checkShares(c, in.Shares)
	if d := in.Detail; d != nil {
		if d.Units < fact.Unknown || d.Units > unitsMax {
			c.Add("units", strconv.FormatInt(d.Units, 10), "deal.bad_units", nil)
		}
		if d.CostMinor < fact.Unknown {
			c.Add("cost", "", "deal.bad_cost", nil)
		}
		c.Text("referrer", d.Referrer, false)
	}
}

// unitsMax is the greatest number of units that may be entered by hand.
const unitsMax = 1_000_000_000

func sharePath(i int, part string) string { return fmt.Sprintf("shares.%d.%s", i, part) }

// checkShares wants sellers, each once and with a part, who have the whole deal together.
func checkShares(c *fact.Checker, shares []fact.ShareRecord) {
	if len(shares) == 0 {
		c.Add(sharePath(0, "person"), "", "form.error.required", nil)
		return
	}
	if len(shares) > SellersMax {
		c.Add("shares", "", "deal.too_many_sellers", errs.Args{"Max": SellersMax})
		return
	}
	seen, total, whole := map[string]bool{}, int64(0), true
	for i, s := range shares {
		c.Key(sharePath(i, "person"), s.Person)
		if seen[s.Person] && s.Person != "" {
			c.Add(sharePath(i, "person"), s.Person, "deal.seller_twice", nil)
		}
		seen[s.Person] = true
		if s.BasisPoints <= 0 || s.BasisPoints > FullShare {
			c.Add(sharePath(i, "share"), "", "deal.bad_share", nil)
			whole = false
		}
		total += int64(s.BasisPoints)
	}
	if whole && total != FullShare {
		c.Add("shares", "", "deal.shares_not_full", errs.Args{"Total": money.Format(total, money.CNY)}) // hundredths of a percent
	}
}

// RecordDeal records a new deal. Errors: forbidden; invalid, also for a day that has not come, a key that is taken, and a customer,
// product or seller that is unknown or out of reach.
func (s *Service) RecordDeal(ctx context.Context, actor access.Actor, in Signing) (receipt fact.Receipt, err error) {
	defer errs.Wrap(&err, "deal.RecordDeal(%s)", in.Key)
	if err := actor.Require(access.PermSalesWrite); err != nil {
		return receipt, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		receipt, err = s.RecordDealIn(ctx, tx, actor, in)
		return err
	})
	return receipt, err
}

// RecordDealIn is RecordDeal within a transaction that writes more than the deal.
func (s *Service) RecordDealIn(ctx context.Context, tx Tx, actor access.Actor, in Signing) (receipt fact.Receipt, err error) {
	if err := actor.Require(access.PermSalesWrite); err != nil {
		return receipt, err
	}
	var c fact.Checker
	in.check(&c)
	known, err := tx.DealKnown(ctx, in.Key)
	if err != nil {
		return receipt, err
	}
	if known && !c.Has("key") {
		c.Add("key", in.Key, "deal.key_taken", errs.Args{"Key": in.Key})
	}
	if err := s.checkSigning(ctx, tx, &c, actor, in, fact.DealRecord{}); err != nil {
		return receipt, err
	}
	in.stateDetail()
	if receipt, err = recordDeal(ctx, tx, actor, in.DealRecord); err != nil {
		return receipt, err
	}
	return receipt, audit.Append(ctx, tx, actor, "deal.record", "deal:"+in.Key, nil, in.DealRecord)
}

// CorrectDeal records what a deal should have been; what was recorded before stays, superseded. A deal keeps its key, and its currency
// as long as it has payments. Errors: forbidden; not found out of reach; invalid, as RecordDeal; conflict when the deal was changed
// after in.Seen.
func (s *Service) CorrectDeal(ctx context.Context, actor access.Actor, in Signing) (receipt fact.Receipt, err error) {
	defer errs.Wrap(&err, "deal.CorrectDeal(%s)", in.Key)
	if err := actor.Require(access.PermSalesWrite); err != nil {
		return receipt, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		old, err := tx.Deal(ctx, s.reach(actor, access.PermSalesWrite), in.Key)
		if err != nil {
			return err
		}
		if in.Seen != 0 && old.Recorded != in.Seen {
			return errs.New(errs.KindConflict, "fact.changed_meanwhile", nil)
		}
		before, err := tx.DealRecord(ctx, old.ID)
		if err != nil {
			return err
		}
		var c fact.Checker
		in.check(&c)
		if in.Currency != before.Currency && old.Payments > 0 {
			c.Add("currency", string(in.Currency), "deal.currency_is_paid", errs.Args{"Currency": string(before.Currency)})
		}
		if err := s.checkSigning(ctx, tx, &c, actor, in, before); err != nil {
			return err
		}
		in.stateDetail()
		if receipt, err = recordDeal(ctx, tx, actor, in.DealRecord); err != nil || receipt.Batch == 0 {
			return err
		}
		return audit.Append(ctx, tx, actor, "deal.correct", "deal:"+in.Key, before, in.DealRecord)
	})
	return receipt, err
}

// stateDetail lets the record state what a form asks for.
func (in *Signing) stateDetail() {
	if in.Detail != nil {
		detail := *in.Detail
		detail.CancelledOn, detail.CancelReason, detail.Says = calendar.Forever, "", fact.DetailUnits|fact.DetailCost|fact.DetailReferrer
		in.Detail = &detail
	}
}

func recordDeal(ctx context.Context, tx Tx, actor access.Actor, record fact.DealRecord) (fact.Receipt, error) {
	return fact.Record(ctx, tx, actor.UserID, "deal:"+record.Key, func(w fact.Writer) (fact.Outcome, error) { return w.PutDeal(ctx, record) })
}

// checkSigning wants a day that has come and references that the actor may use; what a deal has already it may keep. Who is out of
// reach is said to be unknown, like one who is. Of a field that c knows to be wrong nothing more is said.
func (s *Service) checkSigning(ctx context.Context, r Reader, c *fact.Checker, actor access.Actor, in Signing, before fact.DealRecord) error {
	if in.SignedOn > s.today() && !c.Has("signed_on") {
		c.Add("signed_on", in.SignedOn.String(), "deal.future_day", nil)
	}
	reach := s.reach(actor, access.PermSalesWrite)
	if in.Customer != before.Customer && !c.Has("customer") {
		ok, err := r.CustomerToSellTo(ctx, reach, in.Customer)
		if err != nil {
			return err
		}
		if !ok {
			c.Add("customer", in.Customer, "fact.unknown_customer", errs.Args{"Key": in.Customer})
		}
	}
	if !c.Has("product") {
		product, err := r.ProductID(ctx, in.Product)
		if err != nil {
			return err
		}
		if product == 0 {
			c.Add("product", in.Product, "fact.unknown_product", errs.Args{"Key": in.Product})
		}
	}
	if in.Detail != nil && in.Detail.Referrer != "" && !c.Has("referrer") {
		referrer, err := r.OrgPersonID(ctx, in.Detail.Referrer)
		if err != nil {
			return err
		}
		if referrer == 0 {
			c.Add("referrer", in.Detail.Referrer, "fact.unknown_person", errs.Args{"Key": in.Detail.Referrer})
		}
	}
	return s.checkSellers(ctx, r, c, reach, in.Shares, before)
}

// checkSellers wants every seller in reach, or in the deal before, and one in reach at least: a deal must not leave one's hands.
func (s *Service) checkSellers(ctx context.Context, r Reader, c *fact.Checker, reach Reach, shares []fact.ShareRecord, before fact.DealRecord) error {
	kept := map[string]bool{}
	for _, share := range before.Shares {
		kept[share.Person] = true
	}
	reached := false
	for i, share := range shares[:min(len(shares), SellersMax)] {
		ok, err := sellerInReach(ctx, r, reach, share.Person)
		if err != nil {
			return err
		}
		if reached = reached || ok; !ok && !kept[share.Person] && !c.Has(sharePath(i, "person")) {
			c.Add(sharePath(i, "person"), share.Person, "fact.unknown_person", errs.Args{"Key": share.Person})
		}
	}
	if err := c.Err(); err != nil || reached {
		return err
	}
	c.Add("shares", "", "deal.leaves_reach", nil)
	return c.Err()
}

func sellerInReach(ctx context.Context, r Reader, reach Reach, key string) (bool, error) {
	id, err := r.OrgPersonID(ctx, key)
	if err != nil || id == 0 {
		return false, err
	}
	return r.PersonInReach(ctx, reach.Scope, reach.Today, id)
}
