package ingest

import (
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
)

// furtherColumns gathers the facts that only some plans read. They stay empty for a company that has none.
type furtherColumns struct {
	deals    []engine.DealMore // parallel to the sink's deals once one of them has more
	invoices engine.Payments
	orders   keyColumn
	given    []engine.Given
	mentors  []engine.Mentorship

	currencies []money.Currency // the run's first; nil while all facts are in it
	exchange   []engine.ExchangeRate
}

// currency is the index of a fact's currency.
func (c *furtherColumns) currency(of, run money.Currency) int16 {
	if of == run {
		return 0
	}
	if c.currencies == nil {
		c.currencies = []money.Currency{run}
	}
	at := slices.Index(c.currencies, of)
	if at < 0 {
		at = len(c.currencies)
		c.currencies = append(c.currencies, of)
	}
	return int16(at)
}

// foreign notes the currency of the row that comes next. The column stays nil while all rows are in the currency of the run.
func (c *furtherColumns) foreign(p *engine.Payments, currency int16) {
	if p.Currency == nil {
		p.Currency = make([]int16, p.Len(), max(p.Len()+1, cap(p.Deal)))
	}
	p.Currency = append(p.Currency, currency)
}

var nothingMore = engine.DealMore{Units: Unknown, CostFen: Unknown, Referrer: engine.None, CancelledOn: calendar.Forever}

// deal notes what else is known of the deal with that index.
func (c *furtherColumns) deal(d *Deal, index int, currency int16) {
	switch {
	case d.More != nil || currency != 0:
		for len(c.deals) < index {
			c.deals = append(c.deals, nothingMore)
		}
		more := nothingMore
		if d.More != nil {
			more = engine.DealMore{Units: d.More.Units, CostFen: d.More.CostMinor, Referrer: d.More.Referrer.Index, CancelledOn: d.More.CancelledOn}
		}
		more.Currency = currency
		c.deals = append(c.deals, more)
	case c.deals != nil:
		c.deals = append(c.deals, nothingMore)
	}
}

func (s *FactsSink) putFurther(batch Batch) error {
	c := &s.further
	switch batch.Kind {
	case fact.KindInvoice:
		for i := range batch.Invoices {
			in := &batch.Invoices[i]
			if in.Currency != s.currency || c.invoices.Currency != nil {
				c.foreign(&c.invoices, c.currency(in.Currency, s.currency))
			}
			c.invoices.Deal = append(c.invoices.Deal, in.Deal.Index)
			c.invoices.On = append(c.invoices.On, in.InvoicedOn)
			c.invoices.AmountFen = append(c.invoices.AmountFen, in.AmountMinor)
			c.orders.add(in.Key)
		}
	case fact.KindGivenValue:
		for _, g := range batch.GivenValues {
			c.given = append(c.given, engine.Given{Person: g.Person.Index, Month: g.Month, Measure: g.Measure, Value: g.Value})
		}
	case fact.KindExchangeRate:
		for _, r := range batch.ExchangeRates {
			c.exchange = append(c.exchange, engine.ExchangeRate{From: r.Base, To: r.Quote, Kind: r.Kind, On: r.On, Rate: r.Rate})
		}
	case fact.KindMentorship:
		for _, m := range batch.Mentorships {
			c.mentors = append(c.mentors, engine.Mentorship{Mentor: m.Mentor.Index, Trainee: m.Trainee.Index, Days: m.Days})
		}
	}
	return nil
}

// facts returns the columns with references in the order of keys.
func (c *furtherColumns) facts(dealAt, personAt []int32) engine.FurtherFacts {
	f := engine.FurtherFacts{DealsMore: c.deals, Invoices: c.invoices, Given: c.given, Mentors: c.mentors, Currencies: c.currencies, Exchange: c.exchange}
	if dealAt != nil && c.deals != nil {
		f.DealsMore = make([]engine.DealMore, len(c.deals))
		for i := range c.deals {
			f.DealsMore[dealAt[i]] = c.deals[i]
		}
	}
	for i := range f.DealsMore {
		f.DealsMore[i].Referrer = at(personAt, f.DealsMore[i].Referrer)
	}
	for i := range f.Invoices.Deal {
		f.Invoices.Deal[i] = at(dealAt, f.Invoices.Deal[i])
	}
	c.orders.orderPayments(&f.Invoices)
	for i := range f.Given {
		f.Given[i].Person = at(personAt, f.Given[i].Person)
	}
	for i := range f.Mentors {
		f.Mentors[i].Mentor, f.Mentors[i].Trainee = at(personAt, f.Mentors[i].Mentor), at(personAt, f.Mentors[i].Trainee)
	}
	return f
}
