package settle

import (
	"math/big"
	"slices"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
)

// hold keeps what held components bring, releases what may go, and ends what leavers and time leave behind.
func (r *run) hold() {
	rule := r.rule.Hold
	fresh := map[*Item]int64{} // what came to an item this month
	for k := range r.lines {
		l := &r.lines[k]
		if l.amount == 0 || !r.holds(rule, l.component, l.deal) {
			continue
		}
		i := r.item(itemKey{ItemHeld, l.component, l.deal, l.origin, 0})
		i.AmountFen, i.BasisFen, fresh[i] = i.AmountFen+l.amount, i.BasisFen+l.amount, fresh[i]+l.amount
		l.amount = 0
	}
	for _, i := range r.sorted(ItemHeld) {
		may, reason := r.mayGo(rule, i)
		gone := min(i.AmountFen, max(0, may-(i.BasisFen-i.AmountFen)))
		before := i.AmountFen - fresh[i] // goes first
		r.release(i, gone, min(gone, before), reason)
		kept := fresh[i] - (gone - min(gone, before))
		r.end(rule, i, kept)
	}
}

// holds reports whether amounts of the component and deal are held at all.
func (r *run) holds(rule *plan.Hold, component, deal string) bool {
	if rule == nil || !slices.Contains(rule.Components, component) {
		return false
	}
	return rule.Collected == nil || (deal != "" && r.deals[deal].AmountFen > 0)
}

// release brings an amount of an item on its way. Of it, what was held before this month is posted; the rest never was.
func (r *run) release(i *Item, amount, heldBefore int64, reason errs.Message) {
	if amount > 0 {
		r.lines = append(r.lines, line{i.Component, i.Deal, i.Origin, amount})
	}
	i.AmountFen -= amount
	r.postItem(PostingReleased, i, heldBefore, reason.Key, reason.Args)
}

// end decides what becomes of what was not released; kept is the part of it that came this month.
func (r *run) end(rule *plan.Hold, i *Item, kept int64) {
	if i.AmountFen == 0 {
		return
	}
	choice := r.leavingRule(rule.IfLeft)
	if choice == plan.IfLeftPaid {
		r.release(i, i.AmountFen, i.AmountFen-kept, errs.Msg("settle.reason.released_left", nil))
		return
	}
	r.postItem(PostingHeld, i, -kept, "settle.reason.held_"+r.waitsFor(rule), r.holdArgs(rule, i))
	switch {
	case choice == plan.IfLeftForfeited:
		r.postItem(PostingForfeited, i, i.AmountFen, "settle.reason.forfeited", nil)
		i.AmountFen = 0
	case rule.ExpiresAfterMonths > 0 && r.age(i.Origin) >= rule.ExpiresAfterMonths:
		r.postItem(PostingExpired, i, i.AmountFen, "settle.reason.expired", errs.Args{"Months": text(rule.ExpiresAfterMonths)})
		i.AmountFen = 0
	}
}

// mayGo is how much of everything ever held in an item may have left it by now, and why.
func (r *run) mayGo(rule *plan.Hold, i *Item) (int64, errs.Message) {
	if !r.holds(rule, i.Component, i.Deal) {
		return i.BasisFen, errs.Msg("settle.reason.released_no_rule", nil)
	}
	reason := errs.Msg("settle.reason.released_"+r.waitsFor(rule), r.holdArgs(rule, i))
	all := false
	switch {
	case rule.Collected != nil:
		d := r.deals[i.Deal]
		need := new(big.Rat).Mul(rule.Collected.Rat(), new(big.Rat).SetInt64(d.AmountFen))
		part := new(big.Rat).Quo(new(big.Rat).SetInt64(d.CollectedFen), need)
		all = part.Cmp(big.NewRat(1, 1)) >= 0
		if !all && rule.ShareOfCash && part.Sign() > 0 {
			return fraction(part, i.BasisFen, money.Down), reason
		}
	case rule.Months > 0:
		all = r.age(i.Origin) >= rule.Months
	default:
		all = r.c.ConditionsMet
	}
	if all {
		return i.BasisFen, reason
	}
	return 0, errs.Message{}
}

// waitsFor names what a hold waits for.
func (r *run) waitsFor(rule *plan.Hold) string {
	switch {
	case rule.Collected != nil:
		return "collected"
	case rule.Months > 0:
		return "months"
	}
	return "when"
}

// holdArgs are the figures of a hold's condition.
func (r *run) holdArgs(rule *plan.Hold, i *Item) errs.Args {
	switch {
	case rule.Collected != nil:
		d := r.deals[i.Deal]
		return errs.Args{"Deal": i.Deal, "CollectedFen": text(d.CollectedFen), "AmountFen": text(d.AmountFen), "Percent": rule.Collected.Percent()}
	case rule.Months > 0:
		return errs.Args{"Months": text(rule.Months)}
	}
	return nil
}
