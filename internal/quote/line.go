package quote

import (
	"math/big"

	"xiaoguan/internal/decimal"
	"xiaoguan/internal/money"
)

// Whole is 100 % in parts per million, in which discounts and tax rates are kept.
const Whole = 1_000_000

// NoPrice says that a line's price is its list price less the discount.
const NoPrice int64 = -1

// Line is one thing that is offered. Prices are of one, tax included, in minor units.
type Line struct {
	ProductID   int64           `json:"product_id"` // 0: free text
	ProductKey  string          `json:"-"`
	ProductName string          `json:"-"`
	Text        string          `json:"text"`
	Quantity    decimal.Decimal `json:"quantity"`
	Unit        string          `json:"unit"`
	ListMinor   int64           `json:"list_minor"`
	DiscountPPM int64           `json:"discount_ppm"`
	PriceMinor  int64           `json:"price_minor"` // agreed for one, instead of a discount; NoPrice without
	TaxPPM      int64           `json:"tax_ppm"`
}

// rounding is the one rounding of quotes and contracts: once for the amount of a line, once for the tax in it.
const rounding = money.HalfAwayFromZero

// unit is the exact price of one.
func (l Line) unit() *big.Rat {
	if l.PriceMinor != NoPrice {
		return new(big.Rat).SetInt64(l.PriceMinor)
	}
	return new(big.Rat).Mul(new(big.Rat).SetInt64(l.ListMinor), big.NewRat(Whole-l.DiscountPPM, Whole))
}

// AmountMinor is quantity × price, rounded once, tax included. Errors: money.ErrOverflow.
func (l Line) AmountMinor() (int64, error) {
	return money.Round(new(big.Rat).Mul(l.Quantity.Rat(), l.unit()), rounding)
}

// Discount is the exact part of the list price that is given away; never below zero. Without a list price there is none.
func (l Line) Discount() *big.Rat {
	if l.PriceMinor == NoPrice {
		return big.NewRat(l.DiscountPPM, Whole)
	}
	if l.ListMinor <= l.PriceMinor || l.ListMinor == 0 {
		return new(big.Rat)
	}
	return big.NewRat(l.ListMinor-l.PriceMinor, l.ListMinor)
}

// Totals are what lines add up to. Tax is the part of the amount that is tax.
type Totals struct {
	ListMinor, AmountMinor, TaxMinor int64
}

// DiscountPPM is the part of the list prices that is given away as a whole, rounded up: what lies above a limit is never shown as on it.
func (t Totals) DiscountPPM() int64 {
	if t.ListMinor <= t.AmountMinor {
		return 0
	}
	return upPPM(big.NewRat(t.ListMinor-t.AmountMinor, t.ListMinor))
}

func upPPM(part *big.Rat) int64 {
	ppm, err := money.Round(new(big.Rat).Mul(part, big.NewRat(Whole, 1)), money.Ceiling)
	if err != nil { // a part is at most 1
		return Whole
	}
	return ppm
}

// Sum adds lines up: what each is rounded to, so that the printed figures add up. Errors: money.ErrOverflow.
func Sum(lines []Line) (t Totals, err error) {
	for _, l := range lines {
		list, err := money.Round(new(big.Rat).Mul(l.Quantity.Rat(), new(big.Rat).SetInt64(max(l.ListMinor, 0))), rounding)
		if err != nil {
			return t, err
		}
		amount, err := l.AmountMinor()
		if err != nil {
			return t, err
		}
		if l.ListMinor == 0 { // sold at the agreed price: nothing is known to be given away
			list = amount
		}
		tax, err := l.TaxMinor()
		if err != nil {
			return t, err
		}
		for _, part := range []struct {
			to   *int64
			more int64
		}{{&t.ListMinor, list}, {&t.AmountMinor, amount}, {&t.TaxMinor, tax}} {
			if *part.to, err = money.Add(*part.to, part.more); err != nil {
				return t, err
			}
		}
	}
	return t, nil
}

// TaxMinor is the tax in the amount of a line: amount × rate ÷ (1 + rate), rounded once. Errors: money.ErrOverflow.
func (l Line) TaxMinor() (int64, error) {
	amount, err := l.AmountMinor()
	if err != nil {
		return 0, err
	}
	return money.Round(new(big.Rat).Mul(new(big.Rat).SetInt64(amount), big.NewRat(l.TaxPPM, Whole+l.TaxPPM)), rounding)
}
