package explain

import (
	"math/big"

	"xiaoguan/internal/decimal"
	"xiaoguan/internal/engine"
)

// foreign tells how a credit in another currency was converted: USD 103.70 × 7.1234 (middle rate, 2026-09-10). Empty for others.
func (x *explainer) foreign(line *engine.CreditLine) string {
	f := line.Foreign
	if f == nil {
		return ""
	}
	amount := x.p.Money(f.PartMinor, f.Currency)
	if f.Rate == "" {
		return amount
	}
	kind := f.RateKind
	if kind == "middle" {
		kind = x.p.T("explain.rate_middle")
	}
	return x.p.T("explain.foreign", "Amount", amount, "Rate", f.Rate, "Kind", kind, "On", f.RateOn)
}

// multiplied is what a component with a rate of credits multiplied, in exact minor units: the credit's part, or where the plan converts after
// the rate its exact converted amount.
func (x *explainer) multiplied(line *engine.CreditLine) *big.Rat {
	part := new(big.Rat).SetInt64(line.PartFen)
	f := line.Foreign
	if f == nil || f.Rate == "" || x.plan == nil || x.plan.Currencies == nil || !x.plan.Currencies.AfterRate {
		return part
	}
	rate, err := decimal.Parse(f.Rate)
	if err != nil {
		return part
	}
	digits := x.s.Currency.MinorDigits() - f.Currency.MinorDigits()
	return new(big.Rat).Mul(new(big.Rat).SetInt64(f.PartMinor), rate.Mul(decimal.FromInt(1, -digits)).Rat())
}
