package store

import (
	"context"

	"xiaoguan/internal/deal"
	"xiaoguan/internal/fact"
)

func toInvoice(p deal.Payment) deal.Invoice {
	return deal.Invoice{Key: p.Key, DealID: p.DealID, InvoicedOn: p.PaidOn, AmountMinor: p.AmountMinor, Currency: p.Currency, Recorded: p.Recorded}
}

func toInvoiceRow(r deal.PaymentRow) deal.InvoiceRow {
	return deal.InvoiceRow{Invoice: toInvoice(r.Payment), DealKey: r.DealKey, CustomerID: r.CustomerID, CustomerName: r.CustomerName, Sharers: r.Sharers}
}

func toInvoiceRows(page []deal.PaymentRow) []deal.InvoiceRow {
	found := make([]deal.InvoiceRow, len(page))
	for i, r := range page {
		found[i] = toInvoiceRow(r)
	}
	return found
}

func fromInvoiceFilter(f deal.InvoiceFilter) deal.PaymentFilter {
	return deal.PaymentFilter{Search: f.Search, CustomerID: f.CustomerID, PersonID: f.PersonID, TeamID: f.TeamID, Paid: f.Invoiced, Amounts: f.Amounts,
		Paging: f.Paging, ExactTotal: f.ExactTotal}
}

// Invoices implements deal.Reader.
func (tx *Tx) Invoices(ctx context.Context, reach deal.Reach, filter deal.InvoiceFilter) ([]deal.InvoiceRow, string, error) {
	page, next, err := invoiceList.page(ctx, tx, reach, fromInvoiceFilter(filter))
	return toInvoiceRows(page), next, err
}

// InvoiceTotal implements deal.Reader.
func (tx *Tx) InvoiceTotal(ctx context.Context, reach deal.Reach, filter deal.InvoiceFilter) (fact.Total, error) {
	return invoiceList.total(ctx, tx, reach, fromInvoiceFilter(filter))
}

// DealInvoices implements deal.Reader.
func (tx *Tx) DealInvoices(ctx context.Context, dealID int64, limit int) ([]deal.InvoiceRow, error) {
	page, err := invoiceList.ofDeal(ctx, tx, dealID, limit)
	return toInvoiceRows(page), err
}

// Invoice implements deal.Reader.
func (tx *Tx) Invoice(ctx context.Context, reach deal.Reach, key string) (deal.InvoiceRow, error) {
	row, err := invoiceList.one(ctx, tx, reach, key)
	return toInvoiceRow(row), err
}

// InvoiceVersions implements deal.Reader.
func (tx *Tx) InvoiceVersions(ctx context.Context, key string) (versions []deal.InvoiceVersion, err error) {
	found, err := invoiceList.versions(ctx, tx, key)
	for _, v := range found {
		versions = append(versions, deal.InvoiceVersion{Invoice: toInvoice(v.Payment), Mark: v.Mark})
	}
	return versions, err
}

// InvoiceKnown implements deal.Reader.
func (tx *Tx) InvoiceKnown(ctx context.Context, key string) (bool, error) {
	return invoiceList.known(ctx, tx, key)
}
