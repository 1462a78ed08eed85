package settle

import (
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
)

// instalments cuts what was earned into parts, brings those that fall due on their way, and ends those of leavers.
func (r *run) instalments() {
	rule := r.rule.Instalments
	if rule != nil {
		for i := range r.lines {
			if l := &r.lines[i]; slices.Contains(rule.Components, l.component) {
				r.cut(rule, l)
			}
		}
	}
	for _, i := range r.sorted(ItemInstalment) {
		if i.Due <= r.period {
			r.fallDue(i, "settle.reason.instalment_due")
		}
	}
	if rule == nil {
		return
	}
	choice := r.leavingRule(rule.IfLeft)
	for _, i := range r.sorted(ItemInstalment) {
		switch {
		case choice == plan.IfLeftPaid:
			r.fallDue(i, "settle.reason.instalment_left")
		case choice == plan.IfLeftForfeited:
			r.postItem(PostingForfeited, i, i.AmountFen, "settle.reason.forfeited", nil)
			i.AmountFen = 0
		}
	}
}

// cut leaves what is due by now on its way and puts the other parts off. The last part takes what rounding down leaves.
func (r *run) cut(rule *plan.Instalments, l *line) {
	whole, now := l.amount, int64(0)
	rest := whole
	for k, part := range rule.Parts {
		amount := fraction(part.Percent.Rat(), whole, money.Down)
		if k == len(rule.Parts)-1 {
			amount = rest
		}
		rest -= amount
		due := l.origin + calendar.Month(part.AfterMonths)
		if due <= r.period {
			now += amount
			continue
		}
		i := r.item(itemKey{ItemInstalment, l.component, l.deal, l.origin, due})
		i.AmountFen += amount
		r.postItem(PostingInstalment, i, -amount, "settle.reason.instalment_later", errs.Args{"Month": due.String()})
	}
	l.amount = now
}

func (r *run) fallDue(i *Item, reason string) {
	r.postItem(PostingInstalment, i, i.AmountFen, reason, errs.Args{"Month": i.Origin.String()})
	if i.AmountFen > 0 {
		r.lines = append(r.lines, line{i.Component, i.Deal, i.Origin, i.AmountFen})
	}
	i.AmountFen = 0
}
