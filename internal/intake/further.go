package intake

import (
	"context"

	"xiaoguan/internal/fact"
	"xiaoguan/internal/ingest"
)

// customerRecord states tier and region only where the file has the column: another file may know them.
func customerRecord(c *ingest.Customer) fact.CustomerRecord {
	r := fact.CustomerRecord{Key: c.Key.String(), Name: c.Name, Industry: c.Industry, City: c.City, CreditCode: c.CreditCode}
	if c.SaysTier {
		r.Tier = &c.Tier
	}
	if c.SaysRegion {
		r.Region = &c.Region
	}
	return r
}

// dealRecord states of the deal's detail what the file has a column for. An empty cell says that it is not known.
func dealRecord(d *ingest.Deal) fact.DealRecord {
	r := fact.DealRecord{Key: d.Key.String(), Customer: d.Customer.Key.String(), Product: d.Product.Key.String(), SignedOn: d.SignedOn, AmountMinor: d.AmountMinor, Currency: d.Currency}
	for _, share := range d.Sellers[:d.SellerCount] {
		r.Shares = append(r.Shares, fact.ShareRecord{Person: share.Person.Key.String(), BasisPoints: share.BasisPoints})
	}
	if d.Says == 0 {
		return r
	}
	detail := fact.NoDetail()
	if d.More != nil {
		detail.Units, detail.CostMinor, detail.Referrer, detail.CancelledOn = d.More.Units, d.More.CostMinor, d.More.Referrer.Key.String(), d.More.CancelledOn
	}
	detail.Says = d.Says
	r.Detail = &detail
	return r
}

// putFurther takes the kinds that only some plans ask for.
func (s *factSink) putFurther(ctx context.Context, b ingest.Batch) error {
	switch b.Kind {
	case fact.KindInvoice:
		return each(s, b.Kind, b.Invoices, func(i ingest.Invoice) (fact.Outcome, error) {
			return s.writer.PutInvoice(ctx, fact.InvoiceRecord{Key: i.Key.String(), Deal: i.Deal.Key.String(), InvoicedOn: i.InvoicedOn, AmountMinor: i.AmountMinor, Currency: i.Currency})
		})
	case fact.KindGivenValue:
		return each(s, b.Kind, b.GivenValues, func(g ingest.GivenValue) (fact.Outcome, error) {
			return s.writer.PutGivenValue(ctx, fact.GivenValueRecord{Person: g.Person.Key.String(), Month: g.Month, Measure: g.Measure, Value: &g.Value, Unit: g.Unit})
		})
	case fact.KindMentorship:
		return each(s, b.Kind, b.Mentorships, func(m ingest.Mentorship) (fact.Outcome, error) {
			return s.writer.PutMentorship(ctx, fact.MentorshipRecord{Mentor: m.Mentor.Key.String(), Trainee: m.Trainee.Key.String(), Days: m.Days})
		})
	}
	return nil
}
