package demo

import (
	"cmp"
	"fmt"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
)

// historyMonths is how many months came before the present one.
const historyMonths = 24

// fen is how many minor units a yuan has.
const fen = 100

// contract is a signed deal while the story is told.
type contract struct {
	key      string
	customer *customer
	product  product
	signed   calendar.Date
	amount   int64
	sellers  []share
	paid     int64
}

type share struct {
	person      *person
	basisPoints int64
}

// parts splits an amount over the sellers as crediting does.
func (k *contract) parts(amount int64) []int64 {
	weights := make([]int64, len(k.sellers))
	for i, s := range k.sellers {
		weights[i] = s.basisPoints
	}
	return money.Allocate(amount, weights)
}

// receipt is a payment while the story is told.
type receipt struct {
	contract *contract
	on       calendar.Date
	amount   int64
	invoice  string // its number; empty without one
}

// monthFacts are the facts of one month in the batches in which they are recorded: what is known when it begins, and what has
// happened when it ends.
type monthFacts struct {
	people    []fact.PersonRecord
	leaders   []fact.LeaderRecord
	late      []fact.PaymentRecord // of the month before, recorded before that is calculated
	quotas    []fact.QuotaRecord
	customers []fact.CustomerRecord
	deals     []fact.DealRecord
	payments  []fact.PaymentRecord
}

// company is the whole story: who was there, what they sold, what was recorded when.
type company struct {
	year    year
	today   calendar.Date
	first   calendar.Month
	last    int // place of the month in progress
	dice    struct{ people, sales dice }
	market  market
	names   map[string]bool
	teams   []*team
	people  []*person
	setup   monthFacts
	careers [3][]fact.PersonRecord // of the set-up: where people began, and their first and second change
	months  []monthFacts
	deals   []*contract
	due     [][]receipt // instalments by month, before anybody knows the day
	signed  []*contract // of the month being told
	paid    []receipt
	overdue []fact.PaymentRecord // paid in an earlier month, recorded after that was closed
}

// tell makes up the story of a company until today.
func tell(seed uint64, today calendar.Date) *company {
	c := imagine(seed, today)
	for i := range c.months {
		c.tellMonth(i)
	}
	return c
}

// imagine makes up the company as it was before the first month.
func imagine(seed uint64, today calendar.Date) *company {
	c := &company{
		year: year{calendar.China()}, today: today, first: today.Month() - historyMonths, last: historyMonths, names: map[string]bool{},
		market: market{dice: newDice(seed, 3), used: map[string]bool{}}, months: make([]monthFacts, historyMonths+1), due: make([][]receipt, historyMonths+1),
	}
	c.dice.people, c.dice.sales = newDice(seed, 1), newDice(seed, 2)
	c.found()
	c.setup.customers = c.meet(customersBefore)
	return c
}

// tellMonth tells the next month.
func (c *company) tellMonth(i int) {
	c.organise(i, &c.months[i])
	c.begin(i)
	c.months[i].customers = c.meet(customersBefore + (customersAll-customersBefore)*(i+1)/len(c.months))
	c.sellMonth(i)
	c.keep(i)
}

// meet adds customers until there are so many, a team after the other.
func (c *company) meet(upTo int) (records []fact.CustomerRecord) {
	for c.market.made < upTo {
		t := c.market.made % len(c.teams)
		made := c.market.next(t, c.teams[t].region)
		c.teams[t].fresh = append(c.teams[t].fresh, made)
		records = append(records, made.CustomerRecord)
	}
	return records
}

// monthDays are the days of the month of which something is known.
func (c *company) monthDays(i int) calendar.Interval {
	return (c.first + calendar.Month(i)).Interval().Intersect(calendar.Interval{From: calendar.NoDate, To: c.today})
}

// keep turns what happened in the month into facts, numbered in the order of the days.
func (c *company) keep(i int) {
	m := c.first + calendar.Month(i)
	f := &c.months[i]
	slices.SortStableFunc(c.signed, func(a, b *contract) int { return cmp.Compare(a.signed, b.signed) })
	for n, k := range c.signed {
		k.key = fmt.Sprintf("HT%s-%03d", compact(m), n+1)
		r := fact.DealRecord{Key: k.key, Customer: k.customer.Key, Product: k.product.key, SignedOn: k.signed, AmountMinor: k.amount, Currency: money.CNY}
		for _, s := range k.sellers {
			r.Shares = append(r.Shares, fact.ShareRecord{Person: s.person.key, BasisPoints: int32(s.basisPoints)})
		}
		f.deals = append(f.deals, r)
	}
	f.payments, c.overdue = append(f.payments, c.overdue...), nil
	slices.SortStableFunc(c.paid, func(a, b receipt) int { return cmp.Compare(a.on, b.on) })
	for n, p := range c.paid {
		r := fact.PaymentRecord{Key: fmt.Sprintf("SK%s-%03d", compact(m), n+1), Deal: p.contract.key, PaidOn: p.on, AmountMinor: p.amount, Currency: money.CNY}
		switch {
		case i < c.last && p.on > m.Last()-5 && c.dice.sales.chance(180):
			c.months[i+1].late = append(c.months[i+1].late, r)
		case i < c.last-1 && i%9 == 8 && c.overdue == nil && mayBeOverdue(p):
			c.overdue = []fact.PaymentRecord{r}
		default:
			f.payments = append(f.payments, r)
		}
	}
	c.deals = append(c.deals, c.signed...)
	c.signed, c.paid = nil, nil
}

// mayBeOverdue keeps the months of people exact who are to hit a mark exactly.
func mayBeOverdue(p receipt) bool {
	return p.amount > 0 && p.contract.key != "" && !slices.ContainsFunc(p.contract.sellers, func(s share) bool { return s.person.month.exact || s.person.month.refund })
}

// compact writes a month as in a contract's number: 2603.
func compact(m calendar.Month) string {
	year, month := m.Civil()
	return fmt.Sprintf("%02d%02d", year%100, int(month))
}

// fullShare is the whole of a deal.
const fullShare = int64(deal.FullShare)
