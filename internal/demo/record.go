package demo

import (
	"context"

	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/store"
)

// put adapts a method of the writer to a list of records.
func put[R any](ctx context.Context, records []R, method func(context.Context, R) (fact.Outcome, error)) error {
	for _, r := range records {
		if _, err := method(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// batch records facts in one transaction.
func (f *filler) batch(ctx context.Context, kind fact.BatchKind, document string, write func(w fact.Writer) error) error {
	actor := "system:demo"
	if user, ok := f.users[loginOperations]; ok {
		actor = user.ID
	}
	return f.DB.InTx(ctx, func(tx *store.Tx) error {
		w, err := tx.NewFactWriter(ctx, fact.BatchRequest{Kind: kind, ActorID: actor, Document: document, At: tx.Now()})
		if err != nil {
			return err
		}
		if err := write(w); err != nil {
			return err
		}
		_, err = w.Finish(ctx)
		return err
	})
}

// recordSetUp records the company as it was before the first month.
func (f *filler) recordSetUp(ctx context.Context) error {
	err := f.batch(ctx, fact.BatchSetup, "", func(w fact.Writer) error {
		if err := put(ctx, regions[:], w.PutRegion); err != nil {
			return err
		}
		for _, t := range f.teams {
			if _, err := w.PutTeam(ctx, fact.TeamRecord{Key: t.key, Name: t.name, Region: regions[t.region].Key}); err != nil {
				return err
			}
		}
		if err := put(ctx, f.careers[0], w.PutPerson); err != nil {
			return err
		}
		if err := put(ctx, f.setup.leaders, w.PutLeader); err != nil {
			return err
		}
		if err := put(ctx, f.setup.customers, w.PutCustomer); err != nil {
			return err
		}
		for _, p := range products {
			if _, err := w.PutProduct(ctx, fact.ProductRecord{Key: p.key, Name: p.name, Category: p.category}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, changes := range f.careers[1:] { // one batch tells one change of a person
		if err := f.batch(ctx, fact.BatchSetup, "", func(w fact.Writer) error { return put(ctx, changes, w.PutPerson) }); err != nil {
			return err
		}
	}
	return f.learnPersons(ctx)
}

// learnPersons reads the ids of the persons that are recorded.
func (f *filler) learnPersons(ctx context.Context) error {
	return f.DB.Read(ctx, func(tx *store.Tx) error {
		batch, err := tx.LatestBatch(ctx)
		if err != nil {
			return err
		}
		loaded, err := tx.LoadFacts(ctx, f.first, batch, money.CNY)
		if err != nil {
			return err
		}
		for i, p := range loaded.Persons {
			f.persons[p.Key] = loaded.PersonIDs[i]
		}
		return nil
	})
}

// recordBeginning records what is known when a month begins: changes of the organisation, quotas, and payments of the last days of
// the month before.
func (f *filler) recordBeginning(ctx context.Context, i int) error {
	m := f.months[i]
	return f.batch(ctx, fact.BatchManual, "", func(w fact.Writer) error {
		if err := put(ctx, m.people, w.PutPerson); err != nil {
			return err
		}
		if err := put(ctx, m.leaders, w.PutLeader); err != nil {
			return err
		}
		if err := put(ctx, m.late, w.PutPayment); err != nil {
			return err
		}
		return put(ctx, m.quotas, w.PutQuota)
	})
}

// recordEnd records what has happened when a month ends, or so far.
func (f *filler) recordEnd(ctx context.Context, i int) error {
	m := f.months[i]
	return f.batch(ctx, fact.BatchManual, "", func(w fact.Writer) error {
		if err := put(ctx, m.customers, w.PutCustomer); err != nil {
			return err
		}
		if err := put(ctx, m.deals, w.PutDeal); err != nil {
			return err
		}
		if err := put(ctx, m.payments, w.PutPayment); err != nil {
			return err
		}
		return put(ctx, f.invoicesOf(m.payments), w.PutInvoice)
	})
}

// invoicedDays is for how long back invoices are told of: each is of the day on which its money came.
const invoicedDays = 90

// invoiceKey is the number of the invoice for a payment; empty where there is none.
func (c *company) invoiceKey(p fact.PaymentRecord) string {
	if p.AmountMinor <= 0 || p.PaidOn < c.today-invoicedDays {
		return ""
	}
	return "FP-" + p.Key
}

func (f *filler) invoicesOf(payments []fact.PaymentRecord) (invoices []fact.InvoiceRecord) {
	for _, p := range payments {
		if key := f.invoiceKey(p); key != "" {
			invoices = append(invoices, fact.InvoiceRecord{Key: key, Deal: p.Deal, InvoicedOn: p.PaidOn, AmountMinor: p.AmountMinor, Currency: p.Currency})
		}
	}
	return invoices
}
