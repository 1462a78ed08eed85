package opportunity

import (
	"context"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/process"
)

// InvoicedDays is how many days after its day an invoice that came in, such as by an import, is still told of: what is older was known before anybody
// asked.
const InvoicedDays = 45

// Invoiced is an invoice of the deal of a won opportunity.
type Invoiced struct {
	OpportunityID int64
	Key           string
	On            calendar.Date
	AmountMinor   int64
}

// invoicedAtOnce is how many invoices are told of in one transaction.
const invoicedAtOnce = 200

// NoteInvoice tells the process of an invoice in the transaction that records it. An invoice of a deal that no opportunity has is passed over, and so are
// credit notes.
func (s *Service) NoteInvoice(ctx context.Context, tx Tx, actorID, key string) error {
	return s.noteInvoices(ctx, tx, actorID, key, nil)
}

// NoteInvoices tells the process of invoices of which it was not told yet, each once: those that files brought, and those whose deal was given to its
// opportunity afterwards. Call it now and then, on any node.
func (s *Service) NoteInvoices(ctx context.Context) (count int, err error) {
	defer errs.Wrap(&err, "opportunity.NoteInvoices")
	for {
		found := 0
		err := s.store.InTx(ctx, func(tx Tx) error { return s.noteInvoices(ctx, tx, "system:invoices", "", &found) })
		count += found
		if err != nil || found < invoicedAtOnce {
			return count, err
		}
	}
}

func (s *Service) noteInvoices(ctx context.Context, tx Tx, actorID, key string, count *int) error {
	untold, err := tx.UntoldInvoices(ctx, key, calendar.DateOf(s.now())-InvoicedDays, invoicedAtOnce)
	if count != nil {
		*count = len(untold)
	}
	if err != nil || len(untold) == 0 {
		return err
	}
	events := make([]process.Event, 0, len(untold))
	for _, i := range untold {
		at := process.Moment(i.On, s.now())
		if now := tx.Now(); at.After(now) {
			at = now
		}
		events = append(events, process.Event{CaseID: i.OpportunityID, Activity: process.ActivityInvoiced, OccurredAt: at, RecordedAt: tx.Now(), ActorID: actorID, Source: InvoiceSource(i.Key),
			Data: process.Data(map[string]any{"amount": i.AmountMinor, "invoice": i.Key})})
	}
	return tx.AppendEvents(ctx, events)
}

// InvoiceSource is how the process names an invoice.
func InvoiceSource(key string) string { return "invoice:" + key }
