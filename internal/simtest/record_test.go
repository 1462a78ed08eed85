package simtest_test

import (
	"context"
	"strconv"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
)

// records turns drawn facts back into the records that an import would write.
type records struct {
	*engine.Facts
	fact.Writer
	ctx context.Context
}

// record writes all facts, kind by kind.
func record(ctx context.Context, w fact.Writer, facts *engine.Facts) error {
	r := records{facts, w, ctx}
	for _, step := range []func() error{r.teams, r.persons, r.leaders, r.catalogue, r.deals, r.money, r.quotas, r.rates, r.given, r.mentors} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (r records) person(index int32) string {
	if index == engine.None {
		return ""
	}
	return r.Persons[index].Key
}

func (r records) teams() error {
	for _, t := range r.Teams {
		if _, err := r.PutRegion(r.ctx, fact.RegionRecord{Key: t.Region, Name: t.Region}); err != nil {
			return err
		}
		if _, err := r.PutTeam(r.ctx, fact.TeamRecord{Key: t.Key, Name: t.Key, Region: t.Region}); err != nil {
			return err
		}
	}
	return nil
}

// persons writes everybody with the first place of work, then each move.
func (r records) persons() error {
	for _, p := range r.Persons {
		for i, s := range p.Spans {
			row := fact.PersonRecord{Key: p.Key, Name: p.Key, Level: s.Level, Roles: s.Roles, Hired: p.Hired, Left: p.Left}
			if s.Team != engine.None {
				row.Team = r.Teams[s.Team].Key
			}
			if i > 0 {
				row.ValidFrom = s.Days.From
			}
			if _, err := r.PutPerson(r.ctx, row); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r records) leaders() error {
	for _, t := range r.Teams {
		for _, l := range t.Leaders {
			if _, err := r.PutLeader(r.ctx, fact.LeaderRecord{Team: t.Key, Person: r.person(l.Person), From: l.Days.From}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r records) catalogue() error {
	for _, c := range r.Customers {
		if _, err := r.PutCustomer(r.ctx, fact.CustomerRecord{Key: c.Key, Name: c.Key, Tier: &c.Tier, Region: &c.Region}); err != nil {
			return err
		}
	}
	for _, p := range r.Products {
		if _, err := r.PutProduct(r.ctx, fact.ProductRecord{Key: p.Key, Name: p.Key, Category: p.Category}); err != nil {
			return err
		}
	}
	return nil
}

func (r records) deals() error {
	for i, d := range r.Deals {
		row := fact.DealRecord{Key: d.Key, SignedOn: d.SignedOn, AmountMinor: d.AmountFen, Currency: r.Currency}
		if len(r.Currencies) > 0 {
			row.Currency = r.Currencies[r.DealsMore[i].Currency]
		}
		if d.Customer != engine.None {
			row.Customer = r.Customers[d.Customer].Key
		}
		if d.Product != engine.None {
			row.Product = r.Products[d.Product].Key
		}
		for _, s := range r.Shares[d.ShareFrom:d.ShareTo] {
			row.Shares = append(row.Shares, fact.ShareRecord{Person: r.person(s.Person), BasisPoints: s.BasisPoints})
		}
		more := r.DealsMore[i]
		row.Detail = &fact.DealDetail{Units: more.Units, CostMinor: more.CostFen, Referrer: r.person(more.Referrer), CancelledOn: more.CancelledOn}
		if _, err := r.PutDeal(r.ctx, row); err != nil {
			return err
		}
	}
	return nil
}

// currency is that of a payment or an invoice.
func (r records) currency(p *engine.Payments, row int) money.Currency {
	if p.Currency == nil {
		return r.Currency
	}
	return r.Currencies[p.Currency[row]]
}

func (r records) rates() error {
	for _, x := range r.Exchange {
		if _, err := r.PutRate(r.ctx, fact.RateRecord{Base: x.From, Quote: x.To, On: x.On, Kind: x.Kind, Rate: x.Rate.String()}); err != nil {
			return err
		}
	}
	return nil
}

// money writes payments and invoices, whose keys are the numbers of their order.
func (r records) money() error {
	for i := range r.Payments.Len() {
		p := &r.Payments
		if _, err := r.PutPayment(r.ctx, fact.PaymentRecord{Key: strconv.FormatInt(p.Order[i], 10), Deal: r.Deals[p.Deal[i]].Key, PaidOn: p.On[i],
			AmountMinor: p.AmountFen[i], Currency: r.currency(p, i)}); err != nil {
			return err
		}
	}
	for i := range r.Invoices.Len() {
		p := &r.Invoices
		if _, err := r.PutInvoice(r.ctx, fact.InvoiceRecord{Key: strconv.FormatInt(p.Order[i], 10), Deal: r.Deals[p.Deal[i]].Key, InvoicedOn: p.On[i],
			AmountMinor: p.AmountFen[i], Currency: r.currency(p, i)}); err != nil {
			return err
		}
	}
	return nil
}

func (r records) quotas() error {
	for _, q := range r.Quotas {
		if _, err := r.PutQuota(r.ctx, fact.QuotaRecord{Person: r.person(q.Person), Month: q.Month, Of: q.Of, AmountMinor: q.AmountFen}); err != nil {
			return err
		}
	}
	return nil
}

func (r records) given() error {
	for _, g := range r.Given {
		if _, err := r.PutGivenValue(r.ctx, fact.GivenValueRecord{Person: r.person(g.Person), Month: g.Month, Measure: g.Measure, Value: &g.Value,
			Unit: fact.UnitNumber}); err != nil {
			return err
		}
	}
	return nil
}

func (r records) mentors() error {
	for _, m := range r.Mentors {
		if _, err := r.PutMentorship(r.ctx, fact.MentorshipRecord{Mentor: r.person(m.Mentor), Trainee: r.person(m.Trainee),
			Days: calendar.Interval{From: m.Days.From, To: m.Days.To}}); err != nil {
			return err
		}
	}
	return nil
}
