// Package deal is what was sold, invoiced and paid: products, signed deals with the sellers who share them, invoices, payments and refunds,
// and the exchange rates of their currencies.
//
// All are facts with valid time (the day signed, invoiced, paid) and recorded time. It owns no pay: crediting is the engine's.
package deal

import (
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
)

// FullShare is 100 % in basis points.
const FullShare = 10_000

// SellersMax is how many sellers can share a deal, by hand and in a file.
const SellersMax = 5

// Product is what is sold; Category is what rate tables look up.
type Product struct {
	ID       int64
	Key      string
	Name     string
	Category string
	Recorded fact.BatchID
}

// Deal is a signed contract.
type Deal struct {
	ID          int64
	Key         string
	CustomerID  int64
	ProductID   int64
	SignedOn    calendar.Date
	AmountMinor int64
	Currency    money.Currency
	Shares      []Share // in order, the owner first; total FullShare
	More        More
	Recorded    fact.BatchID // of the deal or of what more is known of it, whichever is newer
}

// More is what only some plans ask of a deal. Units and CostMinor, of the whole deal and in its currency, are fact.Unknown where nobody
// recorded them; ReferrerID is 0 when nobody brought the customer; CancelledOn is calendar.Forever while the deal stands.
type More struct {
	Units, CostMinor          int64
	ReferrerID                int64
	ReferrerKey, ReferrerName string
	CancelledOn               calendar.Date
	CancelReason              string
}

// Cancelled reports whether the deal was cancelled, on whatever day.
func (d More) Cancelled() bool { return d.CancelledOn != calendar.Forever }

// Share is one seller's part of a deal.
type Share struct {
	PersonID    int64
	BasisPoints int32
}

// Payment is a collection, or a refund when the amount is negative. It is never zero.
type Payment struct {
	Key         string // unique; it is the identity
	DealID      int64
	PaidOn      calendar.Date
	AmountMinor int64
	Currency    money.Currency
	Recorded    fact.BatchID
}

// Invoice is an invoice, or a credit note when the amount is negative. It is never zero.
type Invoice struct {
	Key         string // unique; it is the identity
	DealID      int64
	InvoicedOn  calendar.Date
	AmountMinor int64
	Currency    money.Currency
	Recorded    fact.BatchID
}
