package deal

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
)

// InvoiceRow is an invoice in a list.
type InvoiceRow struct {
	Invoice
	DealKey      string
	CustomerID   int64
	CustomerName string
	Sharers      []Sharer
}

// InvoiceVersion is one fact about an invoice with its recorded time.
type InvoiceVersion struct {
	Invoice Invoice
	Mark    fact.Mark
}

// InvoiceDetail is an invoice with everything ever recorded about it, newest first.
type InvoiceDetail struct {
	InvoiceRow
	Versions []InvoiceVersion
	MayWrite bool
}

// SortInvoiced is the usual order of invoices.
const SortInvoiced = "invoiced_on"

// InvoiceFilter chooses invoices.
type InvoiceFilter struct {
	Search     string // an invoice's key, or part of a deal's key or a customer's name
	CustomerID int64
	PersonID   int64
	TeamID     int64
	Invoiced   fact.Days
	Amounts    fact.Amounts
	Paging     fact.Paging
	ExactTotal bool // however long it takes
}

func (f InvoiceFilter) checked() (InvoiceFilter, error) {
	var c fact.Checker
	c.Search(f.Search)
	c.Ranges(f.Invoiced, f.Amounts)
	if err := c.Err(); err != nil {
		return f, err
	}
	var err error
	f.Paging, err = f.Paging.Checked(true, SortInvoiced, SortAmount, SortKey)
	return f, err
}

// InvoicePage is a part of the list of invoices; Total is of the whole filter.
type InvoicePage struct {
	Rows  []InvoiceRow
	Next  string
	Total fact.Total
}

// Invoices returns invoices within the actor's reach. Errors: forbidden, invalid.
func (s *Service) Invoices(ctx context.Context, actor access.Actor, filter InvoiceFilter) (page InvoicePage, err error) {
	defer errs.Wrap(&err, "deal.Invoices")
	err = s.read(ctx, actor, func(r Reader, reach Reach) error {
		if filter, err = filter.checked(); err != nil {
			return err
		}
		if page.Total, err = r.InvoiceTotal(ctx, reach, filter); err != nil {
			return err
		}
		page.Rows, page.Next, err = r.Invoices(ctx, reach, filter)
		return err
	})
	return page, err
}

// EachInvoice calls fn on every invoice of the filter, at most fact.ExportMax; more says that there are others. Errors: those of
// Invoices and fn.
func (s *Service) EachInvoice(ctx context.Context, actor access.Actor, filter InvoiceFilter, fn func(InvoiceRow) error) (more bool, err error) {
	defer errs.Wrap(&err, "deal.EachInvoice")
	err = s.read(ctx, actor, func(r Reader, reach Reach) error {
		filter.Paging.Limit = fact.LimitMax
		if filter, err = filter.checked(); err != nil {
			return err
		}
		more, err = fact.EachPage(filter.Paging, func(p fact.Paging) ([]InvoiceRow, string, error) {
			filter.Paging = p
			return r.Invoices(ctx, reach, filter)
		}, fn)
		return err
	})
	return more, err
}

// Invoice returns an invoice within the actor's reach. Errors: forbidden; not found, also out of reach.
func (s *Service) Invoice(ctx context.Context, actor access.Actor, key string) (d InvoiceDetail, err error) {
	defer errs.Wrap(&err, "deal.Invoice(%s)", key)
	err = s.read(ctx, actor, func(r Reader, reach Reach) error {
		if d.InvoiceRow, err = r.Invoice(ctx, reach, key); err != nil {
			return err
		}
		if d.MayWrite, err = s.mayWrite(ctx, r, actor, d.DealKey); err != nil {
			return err
		}
		d.Versions, err = r.InvoiceVersions(ctx, key)
		return err
	})
	return d, err
}

// InvoiceEntry is an invoice as it is entered or corrected by hand, in the deal's currency. A credit note is below zero.
type InvoiceEntry struct {
	Key         string
	DealKey     string // of a new one; an invoice stays with its deal
	InvoicedOn  calendar.Date
	AmountMinor int64
	Seen        fact.BatchID // Invoice.Recorded of what is corrected; 0 skips the check
}

// Validate returns an error of kind Invalid that names every wrong field.
func (in InvoiceEntry) Validate() error {
	var c fact.Checker
	c.Key("key", in.Key)
	c.Day("invoiced_on", in.InvoicedOn)
	c.NotZero("amount", in.AmountMinor)
	return c.Err()
}

// RecordInvoice records an invoice or a credit note on a deal. Errors: forbidden; not found for a deal out of reach; invalid, also for a
// day that has not come and a key that is taken.
func (s *Service) RecordInvoice(ctx context.Context, actor access.Actor, in InvoiceEntry) (receipt fact.Receipt, err error) {
	defer errs.Wrap(&err, "deal.RecordInvoice(%s)", in.Key)
	return s.writeInvoice(ctx, actor, in, "invoice.record", func(tx Tx, reach Reach, c *fact.Checker) (Row, *fact.InvoiceRecord, error) {
		deal, err := tx.Deal(ctx, reach, in.DealKey)
		if err != nil {
			return Row{}, nil, err
		}
		known, err := tx.InvoiceKnown(ctx, in.Key)
		if err == nil && known {
			c.Add("key", in.Key, "deal.invoice_taken", errs.Args{"Key": in.Key})
		}
		return deal, nil, err
	})
}

// CorrectInvoice records what an invoice should have been; what was recorded before stays, superseded. Errors: forbidden; not found out
// of reach; invalid; conflict when the invoice was changed after in.Seen.
func (s *Service) CorrectInvoice(ctx context.Context, actor access.Actor, in InvoiceEntry) (receipt fact.Receipt, err error) {
	defer errs.Wrap(&err, "deal.CorrectInvoice(%s)", in.Key)
	return s.writeInvoice(ctx, actor, in, "invoice.correct", func(tx Tx, reach Reach, _ *fact.Checker) (Row, *fact.InvoiceRecord, error) {
		old, err := tx.Invoice(ctx, reach, in.Key)
		if err != nil {
			return Row{}, nil, err
		}
		if in.Seen != 0 && old.Recorded != in.Seen {
			return Row{}, nil, errs.New(errs.KindConflict, "fact.changed_meanwhile", nil)
		}
		deal, err := tx.Deal(ctx, reach, old.DealKey)
		return deal, &fact.InvoiceRecord{Key: old.Key, Deal: old.DealKey, InvoicedOn: old.InvoicedOn, AmountMinor: old.AmountMinor, Currency: old.Currency}, err
	})
}

// writeInvoice is what RecordInvoice and CorrectInvoice have in common. The function returns the deal and what was so before.
func (s *Service) writeInvoice(ctx context.Context, actor access.Actor, in InvoiceEntry, action string,
	prepare func(Tx, Reach, *fact.Checker) (Row, *fact.InvoiceRecord, error)) (receipt fact.Receipt, err error) {
	if err := actor.Require(access.PermSalesWrite); err != nil {
		return receipt, err
	}
	if err := in.Validate(); err != nil {
		return receipt, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		var c fact.Checker
		if in.InvoicedOn > s.today() {
			c.Add("invoiced_on", in.InvoicedOn.String(), "deal.future_day", nil)
		}
		deal, before, err := prepare(tx, s.reach(actor, access.PermSalesWrite), &c)
		if err != nil {
			return err
		}
		if err := c.Err(); err != nil {
			return err
		}
		record := fact.InvoiceRecord{Key: in.Key, Deal: deal.Key, InvoicedOn: in.InvoicedOn, AmountMinor: in.AmountMinor, Currency: deal.Currency}
		subject := "invoice:" + in.Key
		receipt, err = fact.Record(ctx, tx, actor.UserID, subject, func(w fact.Writer) (fact.Outcome, error) { return w.PutInvoice(ctx, record) })
		if err != nil || receipt.Batch == 0 {
			return err
		}
		if err := audit.Append(ctx, tx, actor, action, subject, before, record); err != nil || s.invoiced == nil {
			return err
		}
		return s.invoiced(ctx, tx, actor.UserID, in.Key)
	})
	return receipt, err
}
