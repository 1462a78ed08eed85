package ingest

import (
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/fact"
)

// furtherColumns gathers the facts that only some plans read. They stay empty for a company that has none.
type furtherColumns struct {
	deals    []engine.DealMore // parallel to the sink's deals once one of them has more
	invoices engine.Payments
	orders   keyColumn
	given    []engine.Given
	mentors  []engine.Mentorship
}

var nothingMore = engine.DealMore{Units: Unknown, CostFen: Unknown, Referrer: engine.None, CancelledOn: calendar.Forever}

// deal notes what else is known of the deal with that index.
func (c *furtherColumns) deal(d *Deal, index int) {
	switch {
	case d.More != nil:
		for len(c.deals) < index {
			c.deals = append(c.deals, nothingMore)
		}
		c.deals = append(c.deals, engine.DealMore{Units: d.More.Units, CostFen: d.More.CostMinor, Referrer: d.More.Referrer.Index, CancelledOn: d.More.CancelledOn})
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
			if in.Currency != s.currency {
				return s.otherCurrency(batch.Source, in.Row, in.Currency)
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
	case fact.KindMentorship:
		for _, m := range batch.Mentorships {
			c.mentors = append(c.mentors, engine.Mentorship{Mentor: m.Mentor.Index, Trainee: m.Trainee.Index, Days: m.Days})
		}
	}
	return nil
}

// facts returns the columns with references in the order of keys.
func (c *furtherColumns) facts(dealAt, personAt []int32) engine.FurtherFacts {
	f := engine.FurtherFacts{DealsMore: c.deals, Invoices: c.invoices, Given: c.given, Mentors: c.mentors}
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
