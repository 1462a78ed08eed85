package store_test

import (
	"slices"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// rateTexts lists the rates of a filter from all pages, as "day base/quote kind value".
func (b *books) rateTexts(t *testing.T, filter deal.RateFilter) (texts []string) {
	t.Helper()
	for {
		page, err := b.deals.Rates(t.Context(), b.clerk(), filter)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page.Rates {
			texts = append(texts, r.On.String()+" "+string(r.Base)+"/"+string(r.Quote)+" "+r.Kind+" "+r.Value)
		}
		if page.Next == "" {
			return texts
		}
		filter.Paging.Cursor = page.Next
	}
}

func TestExchangeRatesAreListedAsRecordedNow(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b, ctx := newBooks(t, db), t.Context()
		put := func(base money.Currency, on, kind, rate string) func(fact.Writer) {
			return func(w fact.Writer) {
				if _, err := w.PutRate(ctx, fact.RateRecord{Base: base, Quote: money.CNY, On: day(on), Kind: kind, Rate: rate}); err != nil {
					t.Fatal(err)
				}
			}
		}
		for _, write := range []func(fact.Writer){
			put("USD", "2026-09-01", "middle", "7.1"), put("USD", "2026-09-01", "buying", "7"), put("EUR", "2026-09-01", "middle", "8.25"),
			put("USD", "2026-09-02", "middle", "7.05"), put("USD", "2026-09-01", "middle", "7.12"),
		} {
			record(t, db, write)
		}
		all := []string{"2026-09-02 USD/CNY middle 7.05", "2026-09-01 USD/CNY middle 7.12", "2026-09-01 USD/CNY buying 7", "2026-09-01 EUR/CNY middle 8.25"}
		for name, c := range map[string]struct {
			filter deal.RateFilter
			want   []string
		}{
			"all, what was corrected once": {deal.RateFilter{Days: fact.AnyDay()}, all},
			"one at a time":                {deal.RateFilter{Days: fact.AnyDay(), Paging: fact.Paging{Limit: 1}}, all},
			"one currency and kind":        {deal.RateFilter{Base: "USD", Quote: money.CNY, Kind: "middle", Days: fact.AnyDay()}, all[:2]},
			"a run of days":                {deal.RateFilter{Days: fact.Days{From: day("2026-09-02"), To: day("2026-09-30")}}, all[:1]},
			"the other way round":          {deal.RateFilter{Base: money.CNY, Days: fact.AnyDay()}, nil},
		} {
			if got := b.rateTexts(t, c.filter); !slices.Equal(got, c.want) {
				t.Errorf("%s: %v, want %v", name, got, c.want)
			}
		}
		seller, err := b.deals.Rates(ctx, b.as("P1", access.RoleSeller, access.ScopeOwn), deal.RateFilter{Days: fact.AnyDay()})
		if err != nil || len(seller.Rates) != len(all) {
			t.Errorf("a seller sees %d rates (%v)", len(seller.Rates), err)
		}
		if _, err := b.deals.Rates(ctx, b.as("", access.RoleAdmin, access.ScopeAll), deal.RateFilter{Days: fact.AnyDay()}); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("an administrator: %v", err)
		}
		if _, err := b.deals.Rates(ctx, b.clerk(), deal.RateFilter{Days: fact.Days{From: day("2026-09-02"), To: day("2026-09-01")}}); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("a reversed range: %v", err)
		}
	})
}
