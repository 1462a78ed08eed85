package settle

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/plan"
)

// Why a case cannot be settled.
const (
	errorCase          = "settle.case"
	problemItem        = "settle.item_wrong"
	problemDealMissing = "settle.deal_missing"
	problemDealTwice   = "settle.deal_twice"
	problemTwice       = "settle.component_twice"
	problemAddedTwice  = "settle.added_twice"
	problemAmounts     = "settle.amounts_beyond"
)

// sumMax bounds the sum of the absolute values of everything that enters, so that no sum of a part of it can overflow.
const sumMax = 1 << 60

// open checks the case and lays its items out. Items of one name are added up.
func (r *run) open() error {
	var wrong []errs.Field
	fail := func(path, value, key string) {
		wrong = append(wrong, errs.Field{Source: r.c.Payee + "/" + r.plan, Path: path, Value: value, Message: errs.Msg(key, nil), Remedy: errs.Msg(key+"_remedy", nil)})
	}
	size := uint64(0)
	grow := func(amount int64) {
		if amount < 0 {
			amount = -amount
		}
		size = min(size+uint64(amount), 1<<62)
	}
	for i := range r.c.Deals {
		d := &r.c.Deals[i]
		if r.deals[d.Key] != nil {
			fail("deals", d.Key, problemDealTwice)
		}
		r.deals[d.Key] = d
	}
	known := func(path, deal string) {
		if deal != "" && r.deals[deal] == nil {
			fail(path, deal, problemDealMissing)
		}
	}
	seen := map[string]bool{}
	for _, e := range r.c.Earned {
		if seen[e.Component] {
			fail("earned", e.Component, problemTwice)
		}
		seen[e.Component] = true
		grow(e.AmountFen)
		for _, part := range e.Parts {
			known("earned."+e.Component, part.Deal)
		}
	}
	added := map[string]bool{}
	for _, a := range r.c.Added {
		if added[a.ID] || a.Component == "" {
			fail("added", a.ID, problemAddedTwice)
		}
		added[a.ID] = true
		grow(a.AmountFen)
	}
	for i := range r.c.Opening {
		item := &r.c.Opening[i]
		path := "opening[" + strconv.Itoa(i) + "]"
		grow(item.AmountFen)
		grow(item.BasisFen)
		grow(item.PaidFen)
		known(path, item.Deal)
		if !item.sound(r.period) {
			fail(path, string(item.Kind), problemItem)
			continue
		}
		key := itemKey{item.Kind, item.Component, item.Deal, item.Origin, item.Due}
		to := r.item(key)
		to.AmountFen, to.BasisFen, to.PaidFen = to.AmountFen+item.AmountFen, to.BasisFen+item.BasisFen, to.PaidFen+item.PaidFen
	}
	if size > sumMax {
		fail("", "", problemAmounts)
	}
	if len(wrong) == 0 && !r.earn() {
		fail("", "", problemAmounts)
	}
	return errs.Invalid(errorCase, wrong)
}

// sound reports whether an opening item can be one of the period.
func (i *Item) sound(period calendar.Month) bool {
	if !slices.Contains(ItemKinds(), i.Kind) || i.Origin >= period || i.BasisFen < 0 || i.PaidFen < 0 {
		return false
	}
	switch i.Kind {
	case ItemHeld:
		return i.Component != "" && i.AmountFen > 0 && i.BasisFen >= i.AmountFen && i.PaidFen == 0 && i.Due == 0
	case ItemInstalment:
		return i.Component != "" && i.AmountFen > 0 && i.BasisFen == 0 && i.PaidFen == 0 && i.Due > i.Origin
	case ItemEarning:
		return i.Component != "" && i.Deal != "" && i.AmountFen == 0 && i.BasisFen > 0 && i.Due == 0
	case ItemNegative:
		return i.Component != "" && i.Deal == "" && i.AmountFen < 0 && i.BasisFen == 0 && i.PaidFen == 0 && i.Due == 0
	}
	return i.Component == "" && i.Deal == "" && i.AmountFen < 0 && i.BasisFen == 0 && i.PaidFen == 0 && i.Due == 0
}

// earn puts what was earned on its way: positive amounts as lines, negative ones by deal as debts. It is false when an amount is
// beyond all bounds.
func (r *run) earn() bool {
	earned := slices.Clone(r.c.Earned)
	slices.SortFunc(earned, func(a, b Earned) int { return r.compareComponents(a.Component, b.Component) })
	for i := range earned {
		shares, ok := r.byDeal(&earned[i])
		if !ok {
			return false
		}
		for _, share := range shares {
			r.post(PostingEarned, share.component, share.deal, r.period, share.amount, "settle.reason.earned", nil)
			switch {
			case share.amount > 0:
				r.lines = append(r.lines, share)
				r.remember(share)
			case share.amount < 0:
				share.amount = -share.amount
				r.debts = append(r.debts, share)
			}
		}
	}
	r.add()
	return true
}

// add puts what was added on its way, behind what was earned.
func (r *run) add() {
	added := slices.Clone(r.c.Added)
	slices.SortFunc(added, func(a, b Added) int {
		return cmp.Or(r.compareComponents(a.Component, b.Component), strings.Compare(a.ID, b.ID))
	})
	for _, a := range added {
		r.post(PostingEarned, a.Component, "", r.period, a.AmountFen, a.Reason.Key, a.Reason.Args)
		switch {
		case a.AmountFen > 0:
			r.earnedWhole(a.Component).amount += a.AmountFen
		case a.AmountFen < 0:
			r.debts = append(r.debts, line{component: a.Component, origin: r.period, amount: -a.AmountFen})
		}
	}
}

// earnedWhole is what a component earned in the period without a deal.
func (r *run) earnedWhole(component string) *line {
	for i := range r.lines {
		if l := &r.lines[i]; l.component == component && l.deal == "" {
			return l
		}
	}
	r.lines = append(r.lines, line{component: component, origin: r.period})
	return &r.lines[len(r.lines)-1]
}

// remember keeps an earning by deal for later clawbacks.
func (r *run) remember(l line) {
	if rule := r.rule.Clawback; rule != nil && l.deal != "" && slices.Contains(rule.Components, l.component) {
		r.item(itemKey{ItemEarning, l.component, l.deal, l.origin, 0}).BasisFen = l.amount
	}
}

// employed reports whether the payee takes part in the plan and is employed in the period.
func (r *run) employed() bool {
	return r.c.TakesPart && r.c.Hired <= r.period.Last() && r.c.Left > r.period.First()
}

// service is how many months after the month of hire the period is.
func (r *run) service() int { return int(r.period - r.c.Hired.Month()) }

// leavingRule is what becomes of what is open when somebody leaves; continuing when nobody did.
func (r *run) leavingRule(choice plan.IfLeft) plan.IfLeft {
	if !r.left {
		return plan.IfLeftContinues
	}
	return choice
}
