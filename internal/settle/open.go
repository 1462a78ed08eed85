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
	problemPast        = "settle.past_wrong"
	problemAmounts     = "settle.amounts_beyond"
)

// reasonEarned is why something is on its way that the month itself earned.
const reasonEarned = "settle.reason.earned"

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
		if grow(a.AmountFen); added[a.ID] || a.Component == "" || a.Origin > r.period {
			fail("added", a.ID, problemAddedTwice)
		}
		added[a.ID] = true
		known("added", a.Deal)
	}
	for _, p := range r.c.Past {
		if grow(p.EarnedFen); !r.layPast(p) {
			fail("past", p.Deal, problemPast)
		}
	}
	for i := range r.c.Opening {
		item := &r.c.Opening[i]
		path := "opening[" + strconv.Itoa(i) + "]"
		grow(item.AmountFen)
		grow(item.BasisFen)
		grow(item.PaidFen)
		grow(item.EarnedFen)
		known(path, item.Deal)
		if !item.sound(r.period) {
			fail(path, string(item.Kind), problemItem)
			continue
		}
		r.lay(item)
	}
	if size > sumMax {
		fail("", "", problemAmounts)
	}
	if len(wrong) == 0 && !r.earn() {
		fail("", "", problemAmounts)
	}
	return errs.Invalid(errorCase, wrong)
}

// lay adds an opening item to what is open.
func (r *run) lay(item *Item) {
	to := r.item(itemKey{item.Kind, item.Component, item.Deal, item.Origin, item.Due})
	to.AmountFen, to.BasisFen, to.PaidFen = to.AmountFen+item.AmountFen, to.BasisFen+item.BasisFen, to.PaidFen+item.PaidFen
	if item.Kind != ItemEarning {
		return
	}
	to.EarnedFen, to.TakenFen, to.Since, to.Answers = to.EarnedFen+item.EarnedFen, to.TakenFen+item.TakenFen, max(to.Since, item.Since), item.Answers
	if item.EarnedFen == 0 { // of before answers were kept
		to.EarnedFen, to.Since = to.EarnedFen+item.BasisFen, r.period
	}
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
		return i.Component != "" && i.Deal != "" && i.AmountFen == 0 && max(i.BasisFen, i.EarnedFen) > 0 && i.Due == 0 && i.soundAnswers(period)
	case ItemNegative:
		return i.Component != "" && i.Deal == "" && i.AmountFen < 0 && i.BasisFen == 0 && i.PaidFen == 0 && i.Due == 0
	}
	return i.Component == "" && i.Deal == "" && i.AmountFen < 0 && i.BasisFen == 0 && i.PaidFen == 0 && i.Due == 0
}

// soundAnswers reports whether the answers of an earning can be those of before the period.
func (i *Item) soundAnswers(period calendar.Month) bool {
	if i.TakenFen < 0 || i.EarnedFen < 0 || i.Since > period {
		return false
	}
	before := i.Origin - 1
	for _, a := range i.Answers {
		if a.Month <= before || a.Month >= period || a.AnsweredFen < 0 || a.TakenFen < 0 {
			return false
		}
		before = a.Month
	}
	return true
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
			r.post(PostingEarned, share.component, share.deal, r.period, share.amount, reasonEarned, nil)
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
		l := line{component: a.Component, deal: a.Deal, origin: cmp.Or(a.Origin, r.period), amount: a.AmountFen}
		r.post(PostingEarned, l.component, l.deal, l.origin, l.amount, a.Reason.Key, a.Reason.Args)
		remembered := l
		remembered.amount = r.divide(l)
		r.remember(remembered)
		switch {
		case l.amount > 0:
			r.onItsWay(l)
		case l.amount < 0:
			l.amount = -l.amount
			r.debts = append(r.debts, l)
		}
	}
}

// onItsWay adds a line to what is on its way of the same component, deal and origin.
func (r *run) onItsWay(more line) {
	for i := range r.lines {
		if l := &r.lines[i]; l.component == more.component && l.deal == more.deal && l.origin == more.origin {
			l.amount += more.amount
			return
		}
	}
	r.lines = append(r.lines, more)
}

// remember keeps an earning by deal for later clawbacks, or changes what is remembered of it by a difference, above zero or below.
func (r *run) remember(l line) {
	if l.deal == "" || l.amount == 0 || !r.clawsBack(l.component) {
		return
	}
	m := r.item(itemKey{ItemEarning, l.component, l.deal, l.origin, 0})
	m.EarnedFen += l.amount
	r.amended[m] = true
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
