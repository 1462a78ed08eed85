package monthtest

import (
	"context"
	"testing"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/store"
)

// Dollars is a company with one seller and a deal in dollars: 1,000.00 are paid on 10 August, 500.00 on 10 September, and 2,000.00 yuan of
// another deal.
func Dollars() *Company {
	return &Company{
		Month:     SmallMonth,
		Regions:   []fact.RegionRecord{{Key: "E", Name: "华东"}},
		Teams:     []fact.TeamRecord{{Key: "T1", Name: "一部", Region: "E"}},
		Persons:   []fact.PersonRecord{{Key: "A", Name: "陈思远", Team: "T1", Level: "other", Hired: Day("2021-05-10"), Left: calendar.Forever}},
		Customers: []fact.CustomerRecord{{Key: "C1", Name: "恒越精密"}},
		Products:  []fact.ProductRecord{{Key: "PA", Name: "伺服", Category: "A"}},
		Deals: []fact.DealRecord{
			{Key: "D1", Customer: "C1", Product: "PA", SignedOn: Day("2026-07-01"), AmountMinor: 20_000_00, Currency: "USD", Shares: []fact.ShareRecord{{Person: "A", BasisPoints: 10_000}}},
			{Key: "D2", Customer: "C1", Product: "PA", SignedOn: Day("2026-07-01"), AmountMinor: 90_000_00, Currency: money.CNY, Shares: []fact.ShareRecord{{Person: "A", BasisPoints: 10_000}}},
		},
		Payments: []fact.PaymentRecord{
			{Key: "P1", Deal: "D1", PaidOn: Day("2026-08-10"), AmountMinor: 1_000_00, Currency: "USD"},
			{Key: "P2", Deal: "D1", PaidOn: Day("2026-09-10"), AmountMinor: 500_00, Currency: "USD"},
			{Key: "P3", Deal: "D2", PaidOn: Day("2026-09-11"), AmountMinor: 2_000_00, Currency: money.CNY},
		},
	}
}

// DollarPlan pays A 10 % of what is collected in a month, dollars at the middle rate of the day of payment.
const DollarPlan = `xiaoguan: plan/1
id: foreign
name: {zh: 外币提成, en: Foreign commission}
layer: other
currency: CNY
period: month
effective: {from: 2026-01-01}
participants: {person: [A]}
statements: {earned_on: collected, payable_on: period_close, refund: negative_credit_when_refunded, negative_result: stands, zero_quota: attainment_zero, level_at: period_end,
  team_at: period_end, joiner: full_period, leaver: full_period, leaver_later_collections: unpaid, attainment_rounding: exact}
currencies: {rate: middle, on: event_date, convert: before_rate}
measures:
  credited: {name: {zh: 当月回款, en: collections of the month}, credits: collected, sum: amount, window: period}
components:
  - {id: commission, name: {zh: 提成, en: Commission}, pays: {rate: 10%, of: credited}, round: {mode: half_away_from_zero, at: component}}
`

// MustRate records or corrects the middle rate from dollars into yuan of a day.
func (h *House) MustRate(t *testing.T, on, value string) {
	t.Helper()
	h.MustRecord(t, func(ctx context.Context, w fact.Writer) error {
		_, err := w.PutRate(ctx, fact.RateRecord{Base: "USD", Quote: money.CNY, On: Day(on), Kind: "middle", Rate: value})
		return err
	})
}

// OpenDollars puts up a house with the company and its plan beside W1's.
func OpenDollars(t *testing.T, db *store.DB) *House {
	t.Helper()
	h := Open(t, db, Dollars())
	if err := h.install(t.Context(), DollarPlan); err != nil {
		t.Fatal(err)
	}
	return h
}
