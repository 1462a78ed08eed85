package ingest

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
)

// FactsSink gathers records as the engine's columns. It works on whole readings only: every reference must be in the files.
//
// A payment costs 24 bytes when its key is a plain whole number, and a key's text on top otherwise. Indices follow the order of keys,
// so the same facts give the same indices whatever the order of the rows.
type FactsSink struct {
	currency  money.Currency
	teams     []Team
	persons   []Person
	customers table[engine.Customer]
	products  table[engine.Product]
	deals     table[engine.Deal]
	shares    []engine.Share
	payments  engine.Payments
	orders    keyColumn
	quotas    []engine.Quota
	further   furtherColumns
}

// NewFacts returns an empty sink for a run in a currency. Deals, payments and invoices may be in others, for plans that convert them; quotas in
// another are refused, with errs.KindInvalid.
func NewFacts(currency money.Currency) *FactsSink {
	return &FactsSink{currency: currency}
}

// table is rows in the order of reading beside their keys.
type table[T any] struct {
	keys keyColumn
	rows []T
}

func (t *table[T]) add(key Key, row T) {
	t.keys.add(key)
	t.rows = append(t.rows, row)
}

func (t *table[T]) grow(expect int64, has int) {
	if len(t.rows) == 0 && expect > int64(has) {
		t.rows, t.keys.numbers = room(t.rows, expect), room(t.keys.numbers, expect)
	}
}

// room makes room in a column that is still empty. slices.Grow would write zeros into all of it, in the one goroutine that gathers;
// memory that is new has them.
func room[T any](column []T, expect int64) []T {
	if int64(cap(column)) >= expect {
		return column
	}
	return make([]T, 0, expect)
}

// keyColumn holds keys as numbers as long as all are.
type keyColumn struct {
	numbers []int64
	keys    []Key // instead of numbers once a key isn't one
}

func (c *keyColumn) add(k Key) {
	if c.keys == nil {
		if n, ok := k.Number(); ok {
			c.numbers = append(c.numbers, n)
			return
		}
		c.keys = make([]Key, len(c.numbers), 2*len(c.numbers)+1)
		for i, n := range c.numbers {
			c.keys[i] = Key{number: n + 1}
		}
		c.numbers = nil
	}
	c.keys = append(c.keys, k)
}

func (c *keyColumn) len() int { return len(c.numbers) + len(c.keys) }

// order returns the places in ascending order of keys, or nil when they are in order as they stand.
func (c *keyColumn) order() []int32 {
	if c.keys == nil && slices.IsSorted(c.numbers) || c.keys != nil && slices.IsSortedFunc(c.keys, Key.Compare) {
		return nil
	}
	order := make([]int32, c.len())
	for i := range order {
		order[i] = int32(i)
	}
	if c.keys == nil {
		slices.SortFunc(order, func(a, b int32) int { return cmp.Compare(c.numbers[a], c.numbers[b]) })
	} else {
		slices.SortFunc(order, func(a, b int32) int { return c.keys[a].Compare(c.keys[b]) })
	}
	return order
}

// texts gives the texts of the keys; those of numbers share one string.
func (c *keyColumn) texts() []string {
	texts := make([]string, c.len())
	if c.keys != nil {
		for i, k := range c.keys {
			texts[i] = k.String()
		}
		return texts
	}
	digits := make([]byte, 0, 20)
	size := 0
	for _, n := range c.numbers {
		size += len(strconv.AppendInt(digits, n, 10))
	}
	var all strings.Builder
	all.Grow(size)
	for i, n := range c.numbers {
		from := all.Len()
		all.Write(strconv.AppendInt(digits, n, 10))
		texts[i] = all.String()[from:]
	}
	return texts
}

// Put takes a batch. It is the Sink of Read.
func (s *FactsSink) Put(_ context.Context, batch Batch) error {
	switch batch.Kind {
	case fact.KindTeam:
		s.teams = append(s.teams, batch.Teams...)
	case fact.KindPerson:
		s.persons = append(s.persons, batch.Persons...)
	case fact.KindCustomer:
		s.customers.grow(batch.Expect, len(batch.Customers))
		for _, c := range batch.Customers {
			s.customers.add(c.Key, engine.Customer{Name: c.Name, Tier: c.Tier, Region: c.Region})
		}
	case fact.KindProduct:
		for _, p := range batch.Products {
			s.products.add(p.Key, engine.Product{Name: p.Name, Category: p.Category})
		}
	case fact.KindDeal:
		return s.putDeals(batch)
	case fact.KindPayment:
		return s.putPayments(batch)
	case fact.KindQuota:
		return s.putQuotas(batch)
	}
	return s.putFurther(batch)
}

func (s *FactsSink) otherCurrency(source string, row int, found money.Currency) error {
	args := errs.Args{"Found": string(found), "Wanted": string(s.currency)}
	return errs.Invalid("ingest.invalid", []errs.Field{{Source: source, Row: row, Path: "currency", Value: string(found),
		Message: errs.Msg("ingest.other_currency", args), Remedy: errs.Msg("ingest.other_currency.remedy", args)}})
}

func (s *FactsSink) putDeals(batch Batch) error {
	s.deals.grow(batch.Expect, len(batch.Deals))
	if len(s.shares) == 0 && batch.Expect > 0 {
		sellers := 0
		for i := range batch.Deals {
			sellers += batch.Deals[i].SellerCount
		}
		const spare = 100 // of which one: later deals may have a few sellers more
		s.shares = room(s.shares, batch.Expect*int64(sellers)/int64(len(batch.Deals))*(spare+1)/spare)
	}
	for i := range batch.Deals {
		d := &batch.Deals[i]
		from := int32(len(s.shares))
		for _, share := range d.Sellers[:d.SellerCount] {
			s.shares = append(s.shares, engine.Share{Person: share.Person.Index, BasisPoints: share.BasisPoints})
		}
		s.further.deal(d, len(s.deals.rows), s.further.currency(d.Currency, s.currency))
		s.deals.add(d.Key, engine.Deal{Customer: d.Customer.Index, Product: d.Product.Index, SignedOn: d.SignedOn,
			AmountFen: d.AmountMinor, ShareFrom: from, ShareTo: int32(len(s.shares))})
	}
	return nil
}

func (s *FactsSink) putPayments(batch Batch) error {
	p := &s.payments
	if len(p.Deal) == 0 && batch.Expect > 0 {
		p.Deal, p.On = room(p.Deal, batch.Expect), room(p.On, batch.Expect)
		p.AmountFen, s.orders.numbers = room(p.AmountFen, batch.Expect), room(s.orders.numbers, batch.Expect)
	}
	for i := range batch.Payments {
		payment := &batch.Payments[i]
		if payment.Currency != s.currency || p.Currency != nil {
			s.further.foreign(p, s.further.currency(payment.Currency, s.currency))
		}
		p.Deal = append(p.Deal, payment.Deal.Index)
		p.On = append(p.On, payment.PaidOn)
		p.AmountFen = append(p.AmountFen, payment.AmountMinor)
		s.orders.add(payment.Key)
	}
	return nil
}

func (s *FactsSink) putQuotas(batch Batch) error {
	if len(s.quotas) == 0 && batch.Expect > 0 {
		s.quotas = room(s.quotas, batch.Expect)
	}
	for i := range batch.Quotas {
		q := &batch.Quotas[i]
		if q.Currency != s.currency {
			return s.otherCurrency(batch.Source, q.Row, q.Currency)
		}
		s.quotas = append(s.quotas, engine.Quota{Person: q.Person.Index, Month: q.Month, Of: q.Of, AmountFen: q.AmountMinor})
	}
	return nil
}

// Facts returns what was gathered, all references turned into indices in the order of keys. The sink must not be used afterwards.
func (s *FactsSink) Facts() *engine.Facts {
	f := &engine.Facts{Currency: s.currency, Shares: s.shares, Quotas: s.quotas}
	persons, personAt := sorted(s.persons, func(p *Person) Key { return p.Key })
	teams, teamAt := sorted(s.teams, func(t *Team) Key { return t.Key })
	for i := range persons {
		f.Persons = append(f.Persons, enginePerson(&persons[i], teamAt))
	}
	for i := range teams {
		f.Teams = append(f.Teams, engineTeam(&teams[i], personAt))
	}
	var customerAt, productAt, dealAt []int32
	f.Customers, customerAt = s.customers.sorted(func(c *engine.Customer, key string) { c.Key = key })
	f.Products, productAt = s.products.sorted(func(p *engine.Product, key string) { p.Key = key })
	f.Deals, dealAt = s.deals.sorted(func(d *engine.Deal, key string) { d.Key = key })
	for i := range f.Deals {
		f.Deals[i].Customer, f.Deals[i].Product = at(customerAt, f.Deals[i].Customer), at(productAt, f.Deals[i].Product)
	}
	for i := range f.Shares {
		f.Shares[i].Person = at(personAt, f.Shares[i].Person)
	}
	for i := range f.Quotas {
		f.Quotas[i].Person = at(personAt, f.Quotas[i].Person)
	}
	f.Payments = s.payments
	if dealAt != nil {
		for i, index := range f.Payments.Deal {
			f.Payments.Deal[i] = at(dealAt, index)
		}
	}
	s.orders.orderPayments(&f.Payments)
	f.FurtherFacts = s.further.facts(dealAt, personAt)
	return f
}

// orderPayments fills Order: the key's value when all keys are numbers, otherwise the key's rank.
func (c *keyColumn) orderPayments(p *engine.Payments) {
	if c.keys == nil {
		p.Order = c.numbers
		return
	}
	p.Order, p.Keys = make([]int64, c.len()), c.texts()
	order := c.order()
	for rank := range p.Order {
		if order == nil {
			p.Order[rank] = int64(rank)
		} else {
			p.Order[order[rank]] = int64(rank)
		}
	}
}

// at translates an index; a nil table changes nothing.
func at(table []int32, index int32) int32 {
	if table == nil || index < 0 {
		return index
	}
	return table[index]
}

// sorted returns the rows in the order of keys, and the new place of each old one, nil when nothing moved.
func (t *table[T]) sorted(setKey func(*T, string)) (rows []T, places []int32) {
	texts, order := t.keys.texts(), t.keys.order()
	for i := range t.rows {
		setKey(&t.rows[i], texts[i])
	}
	if order == nil {
		return t.rows, nil
	}
	rows, places = make([]T, len(t.rows)), make([]int32, len(t.rows))
	for rank, from := range order {
		rows[rank], places[from] = t.rows[from], int32(rank)
	}
	return rows, places
}

func sorted[T any](rows []T, key func(*T) Key) ([]T, []int32) {
	t := table[T]{rows: rows}
	for i := range rows {
		t.keys.add(key(&rows[i]))
	}
	return t.sorted(func(*T, string) {})
}

func enginePerson(p *Person, teamAt []int32) engine.Person {
	out := engine.Person{Key: p.Key.String(), Name: p.Name, Hired: p.Hired, Left: p.Left}
	for _, a := range p.Assignments {
		out.Spans = append(out.Spans, engine.Span{Days: a.Days, Team: at(teamAt, a.Team.Index), Level: string(a.Level), Roles: a.Roles})
	}
	return out
}

// engineTeam makes the leader of a file the leader for all time: files name no days of leading.
func engineTeam(t *Team, personAt []int32) engine.Team {
	out := engine.Team{Key: t.Key.String(), Name: t.Name, Region: t.Region.Key.String()}
	if t.Leader.Index >= 0 {
		always := calendar.Interval{From: calendar.NoDate, To: calendar.Forever}
		out.Leaders = []engine.Leader{{Days: always, Person: at(personAt, t.Leader.Index)}}
	}
	return out
}
