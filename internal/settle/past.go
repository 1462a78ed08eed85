package settle

import (
	"math/big"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
)

// Past is what closed months earned of an earning by deal, differences included, and what they took back of it. It is given for earnings to
// which something is added and which the opening items do not hold whole: the clawback has forgotten them, or they were settled before answers
// were kept. What is added to the part that nobody remembers cannot be answered for month by month; it shares that part's fate: so much of it as
// was taken back of the whole was taken back already, or would have been.
type Past struct {
	Component string         `json:"component"`
	Deal      string         `json:"deal"`
	Origin    calendar.Month `json:"origin"`
	EarnedFen int64          `json:"earned_fen"`
	TakenFen  int64          `json:"taken_fen"`
}

// layPast files what closed months earned and took. It is false when one contradicts itself or comes twice.
func (r *run) layPast(p Past) bool {
	key := itemKey{ItemEarning, p.Component, p.Deal, p.Origin, 0}
	if r.past[key] != nil || p.Component == "" || p.Deal == "" || p.Origin >= r.period || p.TakenFen < 0 {
		return false
	}
	r.past[key] = &p
	return true
}

// divide splits what is added to an earning: remembered is for the clawback to answer for; of the rest, what was taken back before is given
// back when the difference takes it away once more, or taken when the difference pays it once more.
func (r *run) divide(l line) (remembered int64) {
	key := itemKey{ItemEarning, l.component, l.deal, l.origin, 0}
	p := r.past[key]
	if p == nil || l.deal == "" {
		return l.amount
	}
	earned, taken := p.EarnedFen, p.TakenFen
	if m := r.items[key]; m != nil && r.clawsBack(l.component) {
		earned, taken = earned-m.EarnedFen, taken-m.TakenFen
	}
	if earned <= 0 {
		p.EarnedFen += l.amount
		return l.amount
	}
	size := max(l.amount, -l.amount)
	part := fraction(ratio(earned, p.EarnedFen), size, money.HalfAwayFromZero)
	if l.amount < 0 {
		part = min(part, earned)
	}
	back := fraction(ratio(min(max(taken, 0), earned), earned), part, money.HalfAwayFromZero)
	p.EarnedFen += l.amount
	if l.amount > 0 {
		part, back = -part, -back
	}
	p.TakenFen -= back
	r.shared = append(r.shared, line{l.component, l.deal, l.origin, back})
	return l.amount + part
}

// ratio is a part of 1: above 1 it is 1.
func ratio(part, whole int64) *big.Rat { return big.NewRat(min(part, whole), whole) }

// clawsBack reports whether the plan takes a component back.
func (r *run) clawsBack(component string) bool {
	rule := r.rule.Clawback
	return rule != nil && slices.Contains(rule.Components, component)
}

// share gives back or takes what divide found.
func (r *run) share() {
	for _, l := range r.shared {
		args := errs.Args{"Deal": l.deal, "Month": l.origin.String()}
		switch {
		case l.amount > 0:
			r.post(PostingClawedBack, l.component, l.deal, l.origin, l.amount, "settle.reason.taken_before", args)
			r.onItsWay(l)
		case l.amount < 0:
			rest := -l.amount
			for i := range r.lines {
				if on := &r.lines[i]; on.component == l.component && on.deal == l.deal && on.origin == l.origin {
					part := min(rest, on.amount)
					on.amount -= part
					rest -= part
				}
			}
			r.post(PostingClawedBack, l.component, l.deal, l.origin, l.amount+rest, "settle.reason.taken_alike", args)
		}
	}
}
