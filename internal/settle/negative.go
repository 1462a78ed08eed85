package settle

import (
	"xiaoguan/internal/errs"
	"xiaoguan/internal/plan"
)

// negative sets carried negatives and the debts of the month off against the month's positive amounts. Without the rule, what was
// carried under an earlier one reduces the month's pay.
func (r *run) negative() {
	if r.rule.Negative != nil {
		r.setOff()
		return
	}
	for _, i := range r.sorted(ItemNegative) {
		r.owe(i.Component, -i.AmountFen)
		r.postItem(PostingOffset, i, i.AmountFen, "settle.reason.offset_no_rule", nil)
		i.AmountFen = 0
	}
}

// setOff uses lines up for what is owed, the oldest debt first.
func (r *run) setOff() {
	r.sortLines(r.lines)
	scope := func(component string) string {
		if r.rule.Negative.Offset == plan.OffsetSameComponent {
			return component
		}
		return ""
	}
	for _, i := range r.sorted(ItemNegative) {
		used := r.use(scope(i.Component), -i.AmountFen)
		i.AmountFen += used
		r.postItem(PostingOffset, i, -used, "settle.reason.offset", errs.Args{"Month": i.Origin.String()})
	}
	for i := range r.debts {
		r.debts[i].amount -= r.use(scope(r.debts[i].component), r.debts[i].amount)
	}
}

// carry sets what is still owed off against instalments and releases, turns the rest into items and forgives old ones.
func (r *run) carry() {
	rule := r.rule.Negative
	if rule == nil {
		return
	}
	r.setOff()
	for i := range r.debts {
		debt := &r.debts[i]
		r.post(PostingCarried, debt.component, "", r.period, debt.amount, "settle.reason.carried", nil)
		r.item(itemKey{ItemNegative, debt.component, "", r.period, 0}).AmountFen -= debt.amount
		debt.amount = 0
	}
	if rule.ForgivenAfterMonths == 0 {
		return
	}
	for _, i := range r.sorted(ItemNegative) {
		if r.age(i.Origin) >= rule.ForgivenAfterMonths {
			r.postItem(PostingForgiven, i, i.AmountFen, "settle.reason.forgiven_age", errs.Args{"Months": text(rule.ForgivenAfterMonths)})
			i.AmountFen = 0
		}
	}
}
