package settle

import (
	"cmp"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
)

// itemKey names an item.
type itemKey struct {
	kind            ItemKind
	component, deal string
	origin, due     calendar.Month
}

// line is an amount on its way to pay; it is never below zero.
type line struct {
	component, deal string
	origin          calendar.Month
	amount          int64
}

// run is one case being settled.
type run struct {
	plan     string // its id
	rule     plan.Settlement
	period   calendar.Month
	c        *Case
	ranks    map[string]int // of components, by the plan's order
	deals    map[string]*Deal
	items    map[itemKey]*Item
	amended  map[*Item]bool // earnings that are not what they were
	past     map[itemKey]*Past
	shared   []line // what additions to earnings that nobody remembers give back, or take where below zero
	lines    []line
	debts    []line // negative amounts of the month by component, as positive numbers, in the order of components
	clawed   []line // what a clawback takes from pay, as positive numbers
	postings []Posting
	left     bool // has left by the period's end
}

// Run settles one payee's month. Errors are of kind invalid with key settle.case: items that contradict themselves, deals that are
// missing, amounts beyond what 64 bits hold.
func Run(by *plan.Plan, c Case) (result *Result, err error) {
	defer errs.Wrap(&err, "settle.Run(%s, %s, %s)", c.Payee, by.ID, c.Period)
	r := &run{plan: by.ID, c: &c, period: c.Period, ranks: map[string]int{}, deals: map[string]*Deal{}, items: map[itemKey]*Item{}, amended: map[*Item]bool{}, past: map[itemKey]*Past{}}
	if by.Settle != nil {
		r.rule = *by.Settle
	}
	for i := range by.Components {
		r.ranks[by.Components[i].ID] = i
	}
	r.left = c.Left != calendar.Forever && c.Left <= c.Period.Last()+1
	if err := r.open(); err != nil {
		return nil, err
	}
	r.share()
	r.clawback()
	r.netDeals()
	r.negative()
	r.instalments()
	r.hold()
	r.carry()
	paid := r.pay()
	r.post(PostingPaid, "", "", c.Period, paid, "settle.reason.paid", nil)
	return &Result{Payee: c.Payee, Plan: by.ID, Period: c.Period, PaidFen: paid, Postings: r.postings, Closing: r.closing()}, nil
}

// post records a step; amounts of zero are none, but for what is paid.
func (r *run) post(kind PostingKind, component, deal string, origin calendar.Month, amount int64, reason string, args errs.Args) {
	if amount == 0 && kind != PostingPaid {
		return
	}
	r.postings = append(r.postings, Posting{Kind: kind, Component: component, Deal: deal, Origin: origin, AmountFen: amount, Reason: errs.Msg(reason, args)})
}

// postItem is post for an item.
func (r *run) postItem(kind PostingKind, i *Item, amount int64, reason string, args errs.Args) {
	r.post(kind, i.Component, i.Deal, i.Origin, amount, reason, args)
}

// age is how many months ago a month was.
func (r *run) age(origin calendar.Month) int { return int(r.period - origin) }

// item finds an item, or opens it.
func (r *run) item(key itemKey) *Item {
	if i := r.items[key]; i != nil {
		return i
	}
	i := &Item{Kind: key.kind, Component: key.component, Deal: key.deal, Origin: key.origin, Due: key.due}
	r.items[key] = i
	return i
}

// sorted returns the items of a kind, oldest first.
func (r *run) sorted(kind ItemKind) (list []*Item) {
	for key, i := range r.items {
		if key.kind == kind {
			list = append(list, i)
		}
	}
	slices.SortFunc(list, r.compareItems)
	return list
}

func (r *run) compareItems(a, b *Item) int {
	return cmp.Or(cmp.Compare(a.Origin, b.Origin), r.compareComponents(a.Component, b.Component), compareKeys(a.Deal, b.Deal), cmp.Compare(a.Due, b.Due))
}

// compareComponents is the order of the plan; components that it no longer has come last, by id.
func (r *run) compareComponents(a, b string) int {
	rank := func(id string) int {
		if n, ok := r.ranks[id]; ok {
			return n
		}
		return len(r.ranks)
	}
	return cmp.Or(cmp.Compare(rank(a), rank(b)), strings.Compare(a, b))
}

// compareKeys is the natural order of external keys: none, numbers by value, then the others by bytes; that of engine.CompareKeys.
func compareKeys(a, b string) int {
	switch aNumber, bNumber := isNumber(a), isNumber(b); {
	case a == "" || b == "":
		return cmp.Compare(len(a), len(b))
	case aNumber && bNumber:
		x, y := strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
		return cmp.Or(cmp.Compare(len(x), len(y)), strings.Compare(x, y), strings.Compare(a, b))
	case aNumber:
		return -1
	case bNumber:
		return 1
	}
	return strings.Compare(a, b)
}

func isNumber(s string) bool {
	return s != "" && strings.IndexFunc(s, func(c rune) bool { return c < '0' || c > '9' }) < 0
}

// sortLines puts the lines into the order in which they are used up.
func (r *run) sortLines(lines []line) {
	slices.SortStableFunc(lines, func(a, b line) int {
		return cmp.Or(cmp.Compare(a.origin, b.origin), r.compareComponents(a.component, b.component), compareKeys(a.deal, b.deal))
	})
}

// paid remembers for a later clawback that a part of an earning became payable.
func (r *run) paid(l *line, amount int64) {
	if m := r.items[itemKey{ItemEarning, l.component, l.deal, l.origin, 0}]; m != nil {
		m.PaidFen += amount
	}
}

// use takes up to the amount from the lines of a component, or of all when it is empty, and returns how much.
func (r *run) use(component string, amount int64) (used int64) {
	for i := range r.lines {
		l := &r.lines[i]
		if component != "" && l.component != component {
			continue
		}
		part := min(amount-used, l.amount)
		l.amount -= part
		used += part
		r.paid(l, part)
	}
	return used
}

// onTheWay is the sum of what would be paid now.
func (r *run) onTheWay() (sum int64) {
	for i := range r.lines {
		sum += r.lines[i].amount
	}
	for i := range r.debts {
		sum -= r.debts[i].amount
	}
	return sum
}

// closing returns what stays open.
func (r *run) closing() []Item {
	closing := []Item{}
	for _, kind := range ItemKinds() {
		for _, i := range r.sorted(kind) {
			if i.AmountFen != 0 || (kind == ItemEarning && r.remembers(i)) {
				closing = append(closing, *i)
			}
		}
	}
	return closing
}

// remembers reports whether a clawback may still need an earning next month: what happened within its window may be recorded, corrected or
// withdrawn some months later.
func (r *run) remembers(i *Item) bool {
	rule := r.rule.Clawback
	return rule != nil && i.EarnedFen > 0 && r.age(i.Origin)+1 <= rule.WithinMonths+LateMonths && slices.Contains(rule.Components, i.Component)
}

// fraction is part · of, rounded by the named mode. What it is called with is bounded, so that it cannot overflow.
func fraction(part *big.Rat, of int64, mode money.Rounding) int64 {
	n, err := money.Round(new(big.Rat).Mul(part, new(big.Rat).SetInt64(of)), mode)
	if err != nil {
		panic("settle: " + err.Error()) // parts are at most 1 and amounts bounded by open
	}
	return n
}

// text writes a number as an argument of a message. Arguments are texts, so that a result reads back from JSON as it was written; those
// whose name ends in Fen are minor units.
func text[N int | int64](n N) string { return strconv.FormatInt(int64(n), 10) }
