// Package deal is what was sold and what was paid: products, signed deals with the sellers who share them, payments and refunds, and the
// exchange rates of their currencies.
//
// All are facts with valid time (the day signed, the day paid) and recorded time. It owns no pay: crediting is the engine's.
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
	Recorded    fact.BatchID
}

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
