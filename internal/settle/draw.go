package settle

import (
	"slices"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
)

// pay is what is paid: what is on its way, guaranteed, drawn and not recovered.
func (r *run) pay() int64 {
	for i := range r.lines {
		r.paid(&r.lines[i], r.lines[i].amount)
	}
	payable := r.onTheWay()
	payable += r.guarantee(payable)
	rule := r.rule.Draw
	if rule == nil {
		return payable
	}
	owed := append(r.sorted(ItemDraw), r.sorted(ItemDue)...)
	slices.SortStableFunc(owed, r.compareItems)
	drawn := r.draw(rule, payable)
	recovered := r.recover(rule, payable, owed)
	r.endDraws(rule)
	return payable + drawn - recovered
}

// guarantee pays the difference to the guaranteed amount in the first months after the month of hire.
func (r *run) guarantee(payable int64) int64 {
	rule := r.rule.Guarantee
	if rule == nil || !r.employed() || r.service() < 0 || r.service() >= rule.Months || payable >= rule.AmountFen {
		return 0
	}
	difference := rule.AmountFen - payable
	r.post(PostingGuaranteed, "", "", r.period, difference, "settle.reason.guaranteed", errs.Args{
		"AmountFen": text(rule.AmountFen), "PayableFen": text(payable), "Months": text(rule.Months)})
	return difference
}

// draw advances what the rule says.
func (r *run) draw(rule *plan.Draw, payable int64) int64 {
	if !r.employed() || r.service() < rule.FromMonth || r.service() >= rule.FromMonth+rule.Months {
		return 0
	}
	drawn, reason := rule.AmountFen, "settle.reason.drawn_loan"
	if rule.Style != plan.DrawLoan {
		drawn, reason = max(0, rule.AmountFen-payable), "settle.reason.drawn_top_up"
	}
	r.post(PostingDrawn, "", "", r.period, drawn, reason, errs.Args{"AmountFen": text(rule.AmountFen), "PayableFen": text(payable)})
	if rule.Recoverable && rule.Style != plan.DrawNetted {
		r.item(itemKey{ItemDraw, "", "", r.period, 0}).AmountFen = -drawn
	} else {
		r.post(PostingForgiven, "", "", r.period, -drawn, "settle.reason.not_recoverable", nil)
	}
	return drawn
}

// recover takes the rule's part of what is payable above the floor, at most what was owed before this month.
func (r *run) recover(rule *plan.Draw, payable int64, owed []*Item) (recovered int64) {
	if !rule.Recoverable || r.service() < rule.RecoverFromMonth || payable <= rule.RecoverFloorFen {
		return 0
	}
	most := fraction(rule.RecoverPercent.Rat(), payable-rule.RecoverFloorFen, money.HalfAwayFromZero)
	for _, i := range owed {
		part := min(most-recovered, -i.AmountFen)
		i.AmountFen += part
		recovered += part
		r.postItem(PostingRecovered, i, -part, "settle.reason.recovered", errs.Args{
			"PayableFen": text(payable), "FloorFen": text(rule.RecoverFloorFen), "Percent": rule.RecoverPercent.Percent()})
	}
	return recovered
}

// endDraws settles what somebody who left still owes.
func (r *run) endDraws(rule *plan.Draw) {
	if !r.left {
		return
	}
	for _, i := range append(r.sorted(ItemDraw), r.sorted(ItemDue)...) {
		switch {
		case rule.ForgivenAtLeaving:
			r.postItem(PostingForgiven, i, i.AmountFen, "settle.reason.forgiven_left", nil)
			i.AmountFen = 0
		case i.Kind == ItemDraw:
			r.item(itemKey{ItemDue, "", "", i.Origin, 0}).AmountFen += i.AmountFen
			i.AmountFen = 0
		}
	}
}
