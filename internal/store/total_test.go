package store_test

import (
	"fmt"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// manyPayments is more than a total looks at unasked, and enough for a table to be settled.
const manyPayments = 10_050

func newLongBooks(t *testing.T, db *store.DB) *books {
	t.Helper()
	b := newBooks(t, db)
	record(t, db, func(w fact.Writer) {
		for n := range manyPayments {
			_, err := w.PutPayment(t.Context(), fact.PaymentRecord{Key: fmt.Sprintf("L%05d", n), Deal: "D2", PaidOn: day("2026-09-02"), AmountMinor: int64(n%7 + 1), Currency: money.CNY})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
	return b
}

func TestTotalsOfLongListsAreTheLeastThereIsUntilAllIsWanted(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b := newLongBooks(t, db)
		var sum int64
		for n := range manyPayments {
			sum += int64(n%7 + 1)
		}
		seller, other := b.as("P3", access.RoleSeller, access.ScopeOwn), b.as("P1", access.RoleSeller, access.ScopeOwn)
		total := func(actor access.Actor, exact bool) fact.Total {
			t.Helper()
			filter := anyPayment()
			filter.ExactTotal = exact
			page, err := b.deals.Payments(t.Context(), actor, filter)
			if err != nil || page.Total.Count < int64(len(page.Rows)) && !page.Total.More {
				t.Fatalf("%d rows, total %+v, %v", len(page.Rows), page.Total, err)
			}
			return page.Total
		}
		for range 2 {
			if got := total(b.clerk(), false); !got.More || got.Count < 9_000 || got.Count > manyPayments || got.Sums != nil {
				t.Errorf("unasked: %+v", got)
			}
		}
		// The deals of the seller are few, but not their payments: D1 has 3 of 10 yuan, D2 3 of 20 and a refund of 5 besides the many.
		if got := total(seller, true); got.More || got.Count != manyPayments+7 || len(got.Sums) != 1 || got.Sums[0].AmountMinor != sum+85_00 {
			t.Errorf("all wanted: %+v", got)
		}
		if got := total(seller, false); got.More || got.Count != manyPayments+7 {
			t.Errorf("what was counted is forgotten: %+v", got)
		}
		if got := total(other, false); got.More || got.Count != 3 {
			t.Errorf("another's total: %+v", got)
		}
		record(t, db, func(w fact.Writer) {
			if _, err := w.PutPayment(t.Context(), fact.PaymentRecord{Key: "new", Deal: "D2", PaidOn: day("2026-09-02"), AmountMinor: 1, Currency: money.CNY}); err != nil {
				t.Fatal(err)
			}
		})
		if got := total(seller, true); got.Count != manyPayments+8 || got.Sums[0].AmountMinor != sum+85_00+1 {
			t.Errorf("a total outlives the facts: %+v", got)
		}
	})
}

func TestSearchAndAmountsFindTheSameFewAndMany(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b := newLongBooks(t, db)
		low, high := int64(7), int64(25_00)
		for name, c := range map[string]struct {
			change func(*deal.PaymentFilter)
			rows   int
			first  string
		}{
			"many by amount":     {func(f *deal.PaymentFilter) { f.Amounts.Min = &low }, 50, "D3-2"},
			"few by amount":      {func(f *deal.PaymentFilter) { f.Amounts.Min = &high }, 3, "D3-2"},
			"refunds":            {func(f *deal.PaymentFilter) { f.Kind = deal.Refund }, 1, "D2-r"},
			"by the deal's key":  {func(f *deal.PaymentFilter) { f.Search = "d1" }, 3, "D1-2"},
			"by a customer":      {func(f *deal.PaymentFilter) { f.Search = "客户C3" }, 3, "D3-2"},
			"by its own key":     {func(f *deal.PaymentFilter) { f.Search = "L00042" }, 1, "L00042"},
			"by nothing there":   {func(f *deal.PaymentFilter) { f.Search = "没有" }, 0, ""},
			"search and amounts": {func(f *deal.PaymentFilter) { f.Search, f.Amounts.Min = "D3", &low }, 3, "D3-2"},
		} {
			filter := anyPayment()
			c.change(&filter)
			page, err := b.deals.Payments(t.Context(), b.clerk(), filter)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if len(page.Rows) != c.rows || c.rows > 0 && page.Rows[0].Key != c.first || page.Total.Count < int64(c.rows) || c.rows < 50 && page.Total.Count != int64(c.rows) {
				t.Errorf("%s: %d rows, total %+v, first %+v", name, len(page.Rows), page.Total, page.Rows[:min(1, len(page.Rows))])
			}
		}
	})
}

func TestPostgreSQLKnowsHowManyRowsThereAreAfterABulkWrite(t *testing.T) {
	t.Parallel()
	db := storetest.Postgres(t)
	newLongBooks(t, db)
	known := texts(t, db, `SELECT reltuples::bigint || ' rows' FROM pg_class WHERE relname = 'payment'`)
	if len(known) != 1 || known[0] != "10060 rows" {
		t.Errorf("the planner's figures of payment: %v", known)
	}
}
