package settle_test

import (
	"cmp"
	"math/big"
	"slices"
	"strconv"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/settle"
)

// The model settles with single coins of one fen, as a person at a table would: coins that are owed to the payee lie in places, coins
// that the payee owes are of the other sort, and a coin of each sort cancel each other. It is written from docs/adr/0011 alone.

type place string

const (
	onTable  place = "table" // of this month, on its way to pay
	inHold   place = "held"
	inLater  place = "instalment"
	inDebt   place = "negative"
	inDraw   place = "draw"
	inDue    place = "due"
	offTable place = "gone"
)

type coin struct {
	place     place
	component string
	deal      string
	origin    calendar.Month
	due       calendar.Month
	owes      bool // the payee owes it
	fresh     bool // of this month's earnings
}

// memory is what is remembered of an earning: all of it, what is left, was paid and was taken back, and what was known of the deal when.
type memory struct {
	earned, left, paid, taken int
	since                     calendar.Month
	answers                   []settle.Answer
	amended                   bool
}

type earning struct {
	component, deal string
	origin          calendar.Month
}

type model struct {
	plan     *plan.Plan
	c        settle.Case
	coins    []*coin
	memories map[earning]*memory
	heldEver map[earning]int // what was held in all of an earning
	sums     map[settle.PostingKind]int64
	taken    []*coin // what a clawback takes from pay
}

func runModel(p *plan.Plan, c settle.Case) (closing []settle.Item, sums map[settle.PostingKind]int64, paid int64) {
	m := &model{plan: p, c: c, memories: map[earning]*memory{}, heldEver: map[earning]int{}, sums: map[settle.PostingKind]int64{}}
	if m.plan.Settle == nil {
		copied := *p
		copied.Settle = &plan.Settlement{}
		m.plan = &copied
	}
	m.layOut()
	m.earn()
	m.clawback()
	m.cancelDeals()
	m.negative()
	m.instalments()
	m.holds()
	m.setOffDebts()
	m.forgiveDebts()
	paid = m.payAndDraw()
	return m.closing(), m.sums, paid
}

func (m *model) put(n int64, like coin) {
	for ; n > 0; n-- {
		copied := like
		m.coins = append(m.coins, &copied)
	}
}

func (m *model) layOut() {
	for _, i := range m.c.Opening {
		e := earning{i.Component, i.Deal, i.Origin}
		like := coin{component: i.Component, deal: i.Deal, origin: i.Origin, due: i.Due, place: place(i.Kind)}
		switch i.Kind {
		case settle.ItemEarning:
			m.memories[e] = &memory{earned: int(i.EarnedFen), paid: int(i.PaidFen), taken: int(i.TakenFen), since: i.Since, answers: i.Answers}
			continue
		case settle.ItemHeld:
			m.heldEver[e] = int(i.BasisFen)
		case settle.ItemNegative, settle.ItemDraw, settle.ItemDue:
			like.owes = true
		}
		m.put(max(i.AmountFen, -i.AmountFen), like)
	}
}

func (m *model) rank(component string) int {
	return slices.IndexFunc(m.plan.Components, func(c plan.Component) bool { return c.ID == component })
}

func dealOrder(a, b string) int {
	x, errX := strconv.Atoi(a)
	y, errY := strconv.Atoi(b)
	switch {
	case a == "" || b == "":
		return cmp.Compare(len(a), len(b))
	case errX == nil && errY == nil:
		return cmp.Compare(x, y)
	case errX == nil:
		return -1
	case errY == nil:
		return 1
	}
	return cmp.Compare(a, b)
}

// pick returns the coins that match, in the order of the ADR: older first, then components, then deals, then what is due sooner.
func (m *model) pick(match func(*coin) bool) (found []*coin) {
	for _, c := range m.coins {
		if c.place != offTable && match(c) {
			found = append(found, c)
		}
	}
	slices.SortStableFunc(found, func(a, b *coin) int {
		return cmp.Or(cmp.Compare(a.origin, b.origin), cmp.Compare(m.rank(a.component), m.rank(b.component)), dealOrder(a.deal, b.deal), cmp.Compare(a.due, b.due))
	})
	return found
}

func (m *model) earn() {
	for _, a := range m.c.Added {
		if a.Origin == 0 {
			a.Origin = m.c.Period
		}
		m.put(max(a.AmountFen, -a.AmountFen), coin{place: onTable, component: a.Component, deal: a.Deal, origin: a.Origin, fresh: true, owes: a.AmountFen < 0})
		m.sums[settle.PostingEarned] += a.AmountFen
		m.remember(earning{a.Component, a.Deal, a.Origin}, int(a.AmountFen))
	}
	for _, e := range m.c.Earned {
		for deal, amount := range m.split(e) {
			like := coin{place: onTable, component: e.Component, deal: deal, origin: m.c.Period, fresh: true, owes: amount < 0}
			m.put(max(amount, -amount), like)
			m.sums[settle.PostingEarned] += amount
			if amount > 0 {
				m.remember(earning{e.Component, deal, m.c.Period}, int(amount))
			}
		}
	}
}

func (m *model) remember(e earning, amount int) {
	claw := m.plan.Settle.Clawback
	if e.deal == "" || claw == nil || !slices.Contains(claw.Components, e.component) {
		return
	}
	if m.memories[e] == nil {
		m.memories[e] = &memory{}
	}
	m.memories[e].earned += amount
	m.memories[e].amended = true
}

func (m *model) split(e settle.Earned) map[string]int64 {
	exact, total := map[string]*big.Rat{}, new(big.Rat)
	for _, p := range e.Parts {
		if exact[p.Deal] == nil {
			exact[p.Deal] = new(big.Rat)
		}
		exact[p.Deal].Add(exact[p.Deal], p.Exact)
		total.Add(total, p.Exact)
	}
	sign := int64(1)
	if e.AmountFen < 0 {
		sign = -1
	}
	if !slices.Contains(m.plan.Settle.ByDeal, e.Component) || int64(total.Sign()) != sign {
		return map[string]int64{"": e.AmountFen}
	}
	// Every deal is given whole fen below what it should have; then one fen at a time goes to whoever is furthest below.
	given, left := map[string]int64{}, sign*e.AmountFen
	for deal := range exact {
		share := new(big.Rat).Quo(new(big.Rat).Mul(exact[deal], new(big.Rat).SetInt64(e.AmountFen)), total)
		exact[deal] = share.Mul(share, new(big.Rat).SetInt64(sign))
		below := int64(0)
		for new(big.Rat).SetInt64(below).Cmp(exact[deal]) > 0 {
			below--
		}
		for new(big.Rat).SetInt64(below+1).Cmp(exact[deal]) <= 0 {
			below++
		}
		given[deal] = below
		left -= below
	}
	for ; left > 0; left-- {
		best := ""
		for deal := range exact {
			missing := func(d string) *big.Rat { return new(big.Rat).Sub(exact[d], new(big.Rat).SetInt64(given[d])) }
			if best == "" || missing(deal).Cmp(missing(best)) > 0 || (missing(deal).Cmp(missing(best)) == 0 && dealOrder(deal, best) < 0) {
				best = deal
			}
		}
		given[best]++
	}
	for deal := range given {
		given[deal] *= sign
	}
	return given
}

func (m *model) deal(key string) settle.Deal {
	for _, d := range m.c.Deals {
		if d.Key == key {
			return d
		}
	}
	return settle.Deal{CancelledOn: calendar.Forever}
}

func nearest(x *big.Rat) int { // halves away from zero; x is not negative
	n := 0
	for new(big.Rat).SetFrac64(int64(2*n+1), 2).Cmp(x) <= 0 {
		n++
	}
	return n
}

// cancel sets a coin that is owed by the payee off against one that is owed to the payee.
func (m *model) cancel(debt, credit *coin) {
	debt.place, credit.place = offTable, offTable
	if mem := m.memories[earning{credit.component, credit.deal, credit.origin}]; mem != nil {
		mem.paid++
	}
}

// cancelDeals sets negative deals off against what is not yet paid of the same deal, then against the other deals of the component.
func (m *model) cancelDeals() {
	for _, debt := range m.pick(func(c *coin) bool { return c.place == onTable && c.owes && c.deal != "" }) {
		same := func(c *coin) bool { return c.component == debt.component && c.deal == debt.deal && !c.owes }
		if held := m.pick(func(c *coin) bool { return c.place == inHold && same(c) }); len(held) > 0 {
			debt.place, held[0].place = offTable, offTable
			m.heldEver[earning{held[0].component, held[0].deal, held[0].origin}]--
			m.sums[settle.PostingOffset]++
		} else if later := m.pick(func(c *coin) bool { return c.place == inLater && same(c) }); len(later) > 0 {
			slices.SortStableFunc(later, func(a, b *coin) int { return cmp.Compare(b.due, a.due) })
			debt.place, later[0].place = offTable, offTable
			m.sums[settle.PostingOffset]++
		} else if mem := m.memories[earning{debt.component, debt.deal, debt.origin}]; mem != nil {
			mem.paid = max(0, mem.paid-1)
		}
	}
	for _, debt := range m.pick(func(c *coin) bool { return c.place == onTable && c.owes }) {
		if credits := m.pick(func(c *coin) bool { return c.place == onTable && !c.owes && c.component == debt.component }); len(credits) > 0 {
			m.cancel(debt, credits[0])
		}
	}
	m.coins = append(m.coins, m.taken...)
}

func (m *model) negative() {
	for _, c := range m.coins {
		if c.place == onTable && c.owes {
			c.deal, c.origin = "", m.c.Period
		}
	}
	if m.plan.Settle.Negative != nil {
		m.setOff()
		return
	}
	for _, c := range m.pick(func(c *coin) bool { return c.place == inDebt }) {
		c.place = onTable
		m.sums[settle.PostingOffset]--
	}
}

// setOff sets carried and new negatives off against what is on the table.
func (m *model) setOff() {
	rule := m.plan.Settle.Negative
	for _, debt := range m.pick(func(c *coin) bool { return c.owes && (c.place == inDebt || c.place == onTable) }) {
		credits := m.pick(func(c *coin) bool {
			return c.place == onTable && !c.owes && (rule.Offset == plan.OffsetAll || c.component == debt.component)
		})
		if len(credits) == 0 {
			continue
		}
		if debt.place == inDebt {
			m.sums[settle.PostingOffset]--
		}
		m.cancel(debt, credits[0])
	}
}

func (m *model) setOffDebts() {
	if m.plan.Settle.Negative == nil {
		return
	}
	m.setOff()
	for _, debt := range m.pick(func(c *coin) bool { return c.place == onTable && c.owes }) {
		debt.place = inDebt
		m.sums[settle.PostingCarried]++
	}
}

func (m *model) forgiveDebts() {
	rule := m.plan.Settle.Negative
	if rule == nil || rule.ForgivenAfterMonths == 0 {
		return
	}
	for _, debt := range m.pick(func(c *coin) bool { return c.place == inDebt }) {
		if int(m.c.Period-debt.origin) >= rule.ForgivenAfterMonths {
			debt.place = offTable
			m.sums[settle.PostingForgiven]--
		}
	}
}

func (m *model) left() bool {
	return m.c.Left != calendar.Forever && (m.c.Left-1).Month() <= m.c.Period
}

func (m *model) instalments() {
	rule := m.plan.Settle.Instalments
	if rule != nil {
		for _, component := range rule.Components {
			for _, e := range m.onTable(component) {
				coins := m.pick(func(c *coin) bool {
					return c.place == onTable && !c.owes && c.component == component && c.deal == e.deal && c.origin == e.origin
				})
				m.cut(rule, coins)
			}
		}
	}
	for _, c := range m.pick(func(c *coin) bool { return c.place == inLater && c.due <= m.c.Period }) {
		c.place = onTable
		m.sums[settle.PostingInstalment]++
	}
	if rule == nil || !m.left() {
		return
	}
	for _, c := range m.pick(func(c *coin) bool { return c.place == inLater }) {
		switch rule.IfLeft {
		case plan.IfLeftForfeited:
			c.place = offTable
			m.sums[settle.PostingForfeited]++
		case plan.IfLeftPaid:
			c.place = onTable
			m.sums[settle.PostingInstalment]++
		}
	}
}

func (m *model) onTable(component string) (earnings []earning) {
	for _, c := range m.coins {
		if e := (earning{c.component, c.deal, c.origin}); c.place == onTable && !c.owes && c.component == component && !slices.Contains(earnings, e) {
			earnings = append(earnings, e)
		}
	}
	return earnings
}

func (m *model) cut(rule *plan.Instalments, coins []*coin) {
	total, at := len(coins), 0
	for i, part := range rule.Parts {
		n := 0
		for new(big.Rat).SetInt64(int64(n+1)).Cmp(new(big.Rat).Mul(part.Percent.Rat(), big.NewRat(int64(total), 1))) <= 0 {
			n++
		}
		if i == len(rule.Parts)-1 {
			n = total - at
		}
		for ; n > 0; n-- {
			coins[at].due = coins[at].origin + calendar.Month(part.AfterMonths)
			if coins[at].due > m.c.Period {
				coins[at].place = inLater
				m.sums[settle.PostingInstalment]--
			}
			at++
		}
	}
}

func (m *model) table() (sum int64) {
	for _, c := range m.coins {
		switch {
		case c.place == onTable && c.owes:
			sum--
		case c.place == onTable:
			sum++
		}
	}
	return sum
}

func (m *model) payAndDraw() int64 {
	for _, c := range m.coins {
		if mem := m.memories[earning{c.component, c.deal, c.origin}]; mem != nil && c.place == onTable && !c.owes {
			mem.paid++
		}
	}
	service := int(m.c.Period - m.c.Hired.Month())
	first := m.c.Period.First()
	entitled := m.c.TakesPart && m.c.Hired <= m.c.Period.Last() && m.c.Left > first
	if g := m.plan.Settle.Guarantee; g != nil && entitled && service >= 0 && service < g.Months {
		for m.table() < g.AmountFen {
			m.put(1, coin{place: onTable})
			m.sums[settle.PostingGuaranteed]++
		}
	}
	pay := m.table()
	rule := m.plan.Settle.Draw
	if rule == nil {
		m.sums[settle.PostingPaid] += pay
		return pay
	}
	recovered := 0
	if rule.Recoverable && service >= rule.RecoverFromMonth && pay > rule.RecoverFloorFen {
		above := new(big.Rat).SetInt64(pay - rule.RecoverFloorFen)
		owed := m.pick(func(c *coin) bool { return c.place == inDraw || c.place == inDue })
		recovered = min(nearest(above.Mul(above, rule.RecoverPercent.Rat())), len(owed))
		for _, c := range owed[:recovered] {
			c.place = offTable
			m.sums[settle.PostingRecovered]--
		}
	}
	drawn := int64(0)
	if entitled && service >= rule.FromMonth && service < rule.FromMonth+rule.Months {
		drawn = rule.AmountFen
		if rule.Style != plan.DrawLoan {
			drawn = max(0, rule.AmountFen-pay)
		}
		m.sums[settle.PostingDrawn] += drawn
		if rule.Recoverable && rule.Style != plan.DrawNetted {
			m.put(drawn, coin{place: inDraw, origin: m.c.Period, owes: true})
		} else {
			m.sums[settle.PostingForgiven] -= drawn
		}
	}
	if m.left() {
		for _, c := range m.pick(func(c *coin) bool { return c.place == inDraw || c.place == inDue }) {
			if rule.ForgivenAtLeaving {
				c.place = offTable
				m.sums[settle.PostingForgiven]--
			} else {
				c.place = inDue
			}
		}
	}
	pay += drawn - int64(recovered)
	m.sums[settle.PostingPaid] += pay
	return pay
}

func (m *model) closing() (items []settle.Item) {
	type spot struct {
		place
		earning
		due calendar.Month
	}
	counts := map[spot]int64{}
	for _, c := range m.pick(func(c *coin) bool { return c.place != onTable }) {
		at := spot{place: c.place, earning: earning{c.component, c.deal, c.origin}}
		if c.place == inLater {
			at.due = c.due
		}
		if c.owes {
			counts[at]--
		} else {
			counts[at]++
		}
	}
	for at, n := range counts {
		item := settle.Item{Kind: settle.ItemKind(at.place), Component: at.component, Deal: at.deal, Origin: at.origin, Due: at.due, AmountFen: n}
		if item.Kind == settle.ItemHeld {
			item.BasisFen = int64(m.heldEver[at.earning])
		}
		items = append(items, item)
	}
	if rule := m.plan.Settle.Clawback; rule != nil {
		for e, mem := range m.memories {
			if mem.earned > 0 && slices.Contains(rule.Components, e.component) && int(m.c.Period+1-e.origin) <= rule.WithinMonths+12 {
				items = append(items, settle.Item{Kind: settle.ItemEarning, Component: e.component, Deal: e.deal, Origin: e.origin,
					BasisFen: int64(mem.left), PaidFen: int64(mem.paid), EarnedFen: int64(mem.earned), TakenFen: int64(mem.taken), Since: mem.since, Answers: mem.answers})
			}
		}
	}
	kinds := settle.ItemKinds()
	slices.SortFunc(items, func(a, b settle.Item) int {
		return cmp.Or(cmp.Compare(slices.Index(kinds, a.Kind), slices.Index(kinds, b.Kind)), cmp.Compare(a.Origin, b.Origin),
			cmp.Compare(m.rank(a.Component), m.rank(b.Component)), dealOrder(a.Deal, b.Deal), cmp.Compare(a.Due, b.Due))
	})
	return items
}
