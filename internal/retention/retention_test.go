package retention_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/money"
	"xiaoguan/internal/retention"
)

var lookedOn = calendar.NewDate(2026, 9, 30)

func order(year int, month time.Month, day int, minor int64) retention.Order {
	return retention.Order{SignedOn: calendar.NewDate(year, month, day), AmountMinor: minor, Currency: money.CNY}
}

// TestWhereACustomerStands on 30 September 2026: this year began on 1 October 2025, the year before on 1 October 2024.
func TestWhereACustomerStands(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		orders []retention.Order
		state  retention.State
		base   int64
		now    int64
	}{
		"both years":                 {[]retention.Order{order(2025, 3, 1, 100), order(2026, 3, 1, 70)}, retention.StateKept, 100, 70},
		"the year before alone":      {[]retention.Order{order(2025, 3, 1, 100)}, retention.StateLost, 100, 0},
		"first order this year":      {[]retention.Order{order(2026, 3, 1, 70)}, retention.StateNew, 0, 70},
		"after a year without":       {[]retention.Order{order(2023, 3, 1, 100), order(2026, 3, 1, 70)}, retention.StateBack, 0, 70},
		"before both years":          {[]retention.Order{order(2023, 3, 1, 100)}, retention.StateAsleep, 0, 0},
		"the last day of the year":   {[]retention.Order{order(2025, 9, 30, 100), order(2026, 9, 30, 70)}, retention.StateKept, 100, 70},
		"the first day of this year": {[]retention.Order{order(2025, 10, 1, 100)}, retention.StateNew, 0, 100},
		"after the day":              {[]retention.Order{order(2025, 3, 1, 100), order(2026, 10, 1, 70)}, retention.StateLost, 100, 0},
	} {
		k, bought := retention.Judge(c.orders, lookedOn, money.CNY)
		if !bought || k.State != c.state || k.BaseMinor != c.base || k.NowMinor != c.now {
			t.Errorf("%s: %+v", name, k)
		}
	}
	if _, bought := retention.Judge([]retention.Order{order(2027, 1, 1, 1)}, lookedOn, money.CNY); bought {
		t.Error("who has not bought yet is no customer")
	}
	dollars := []retention.Order{{SignedOn: calendar.NewDate(2025, 3, 1), AmountMinor: 500, Currency: "USD"}, order(2026, 3, 1, 70)}
	if k, _ := retention.Judge(dollars, lookedOn, money.CNY); k.State != retention.StateKept || k.BaseMinor != 0 || k.Foreign != 1 {
		t.Errorf("another currency: %+v", k)
	}
}

// TestTheRatesOfFourCustomers by hand: A buys less, B more, C leaves, D is new and buys twice.
func TestTheRatesOfFourCustomers(t *testing.T) {
	t.Parallel()
	var sums retention.Sums
	for _, orders := range [][]retention.Order{
		{order(2025, 1, 1, 100), order(2026, 1, 1, 60)},
		{order(2025, 1, 1, 100), order(2026, 1, 1, 200), order(2026, 2, 1, 50)},
		{order(2025, 1, 1, 200)},
		{order(2026, 1, 1, 10), order(2026, 1, 2, 10)},
	} {
		k, _ := retention.Judge(orders, lookedOn, money.CNY)
		sums.Add(k)
	}
	if want := (retention.Sums{Base: 3, Kept: 2, BaseMinor: 400, HeldMinor: 160, NowMinor: 310, Buyers: 3, Again: 2}); sums != want {
		t.Errorf("%+v, want %+v", sums, want)
	}
	low, high, ok := retention.Interval(sums.Kept, sums.Base)
	if !ok || low < 207_000 || low > 209_000 || high < 938_000 || high > 940_000 { // 2 of 3: 0.2077 to 0.9385 by Wilson's formula
		t.Errorf("interval %d to %d", low, high)
	}
	if _, _, ok := retention.Interval(0, 0); ok {
		t.Error("nothing has an interval")
	}
}

// TestACohortIsRipeAfterAYear: who ordered again on another day within a year of the first order counts, on the same day does not.
func TestACohortIsRipeAfterAYear(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		orders []retention.Order
		want   retention.CohortSums
	}{
		"again in time":    {[]retention.Order{order(2025, 8, 1, 1), order(2026, 8, 1, 1)}, retention.CohortSums{Customers: 1, Ripe: 1, Again: 1}},
		"again too late":   {[]retention.Order{order(2025, 8, 1, 1), order(2026, 8, 2, 1)}, retention.CohortSums{Customers: 1, Ripe: 1}},
		"twice on one day": {[]retention.Order{order(2025, 8, 1, 1), order(2025, 8, 1, 1)}, retention.CohortSums{Customers: 1, Ripe: 1}},
		"not a year old":   {[]retention.Order{order(2025, 10, 1, 1), order(2025, 11, 1, 1)}, retention.CohortSums{Customers: 1}},
		"a year old today": {[]retention.Order{order(2025, 9, 30, 1)}, retention.CohortSums{Customers: 1, Ripe: 1}},
	} {
		q, got, bought := retention.CohortOf(c.orders, lookedOn)
		if year, quarter := q.Civil(); !bought || got != c.want || year != 2025 || quarter != map[bool]int{true: 4, false: 3}[name == "not a year old"] {
			t.Errorf("%s: %+v of %d/%d", name, got, year, quarter)
		}
	}
}

// TestSumsKeepTheirOrder: no part is larger than its whole, and sums do not depend on how customers are grouped.
func TestSumsKeepTheirOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var whole, left, right retention.Sums
		for i := range rapid.IntRange(0, 20).Draw(t, "customers") {
			var orders []retention.Order
			day := calendar.NewDate(2023, 1, 1)
			for range rapid.IntRange(0, 8).Draw(t, "orders") {
				day += calendar.Date(rapid.IntRange(0, 400).Draw(t, "days"))
				orders = append(orders, retention.Order{SignedOn: day, AmountMinor: rapid.Int64Range(0, 1_000_000).Draw(t, "amount"), Currency: money.CNY})
			}
			k, bought := retention.Judge(orders, lookedOn, money.CNY)
			if !bought {
				continue
			}
			whole.Add(k)
			if i%2 == 0 {
				left.Add(k)
			} else {
				right.Add(k)
			}
		}
		left.Plus(right)
		if left != whole {
			t.Fatalf("%+v and %+v", left, whole)
		}
		if whole.Kept > whole.Base || whole.HeldMinor > whole.BaseMinor || whole.HeldMinor > whole.NowMinor || whole.Again > whole.Buyers || whole.Kept > whole.Buyers {
			t.Fatalf("%+v", whole)
		}
	})
}
