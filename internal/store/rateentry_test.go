package store_test

import (
	"slices"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

func rate(base, quote money.Currency, on, value string) deal.RateEntry {
	return deal.RateEntry{RateKey: deal.RateKey{Base: base, Quote: quote, On: day(on), Kind: deal.RateMiddle}, Value: decimal.MustParse(value)}
}

func TestExchangeRatesByHand(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b, ctx := newBooks(t, db), t.Context()
		closeMonth(t, db, "2026-08")
		receipt, err := b.deals.RecordRate(ctx, b.clerk(), rate("USD", "CNY", "2026-09-01", "7.1055"))
		if err != nil || receipt.Late || receipt.Outcome != fact.Added {
			t.Fatalf("%+v %v", receipt, err)
		}
		if _, err := b.deals.RecordRate(ctx, b.clerk(), rate("USD", "CNY", "2026-09-01", "7.2")); !slices.Equal(wrongPaths(err), []string{"on"}) {
			t.Errorf("recorded twice: %v", err)
		}
		late, err := b.deals.RecordRate(ctx, b.clerk(), rate("USD", "CNY", "2026-08-31", "7.11"))
		if err != nil || !late.Late || late.Month != month("2026-08") {
			t.Errorf("late: %+v %v", late, err)
		}
		changed := rate("USD", "CNY", "2026-09-01", "7.10551")
		changed.Seen = receipt.Batch
		if _, err := b.deals.CorrectRate(ctx, b.clerk(), changed); err != nil {
			t.Fatal(err)
		}
		if _, err := b.deals.CorrectRate(ctx, b.clerk(), changed); !errs.Is(err, errs.KindConflict) {
			t.Errorf("somebody was faster: %v", err)
		}
		d, err := b.deals.Rate(ctx, b.clerk(), changed.RateKey)
		if err != nil || d.Value != "7.10551" || len(d.Versions) != 2 || d.Versions[1].Rate.Value != "7.1055" || d.Versions[1].Mark.Current() || !d.MayWrite {
			t.Errorf("%+v %v", d, err)
		}
		changed.Seen = d.Recorded
		if same, err := b.deals.CorrectRate(ctx, b.clerk(), changed); err != nil || same.Batch != 0 {
			t.Errorf("nothing to change: %+v %v", same, err)
		}
		if _, err := b.deals.CorrectRate(ctx, b.clerk(), rate("EUR", "CNY", "2026-09-01", "8")); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("no such rate: %v", err)
		}
		if _, err := b.deals.RecordRate(ctx, b.clerk(), deal.RateEntry{RateKey: deal.RateKey{On: calendar.NoDate}}); !slices.Equal(wrongPaths(err), []string{"base", "quote", "on", "kind", "rate"}) {
			t.Errorf("nothing at all: %v", err)
		}
		for name, in := range map[string]deal.RateEntry{"itself": rate("CNY", "CNY", "2026-09-01", "1"), "tomorrow": rate("USD", "CNY", "2026-09-25", "1"), "less than nothing": rate("USD", "CNY", "2026-09-02", "-1")} {
			if _, err := b.deals.RecordRate(ctx, b.clerk(), in); len(wrongPaths(err)) != 1 {
				t.Errorf("%s: %v", name, err)
			}
		}
		for _, actor := range []access.Actor{b.as("P1", access.RoleSeller, access.ScopeOwn), b.as("", access.RoleAuditor, access.ScopeAll), b.as("", access.RoleOperations, access.ScopeRegion, "E")} {
			if _, err := b.deals.RecordRate(ctx, actor, rate("USD", "CNY", "2026-09-20", "7")); !errs.Is(err, errs.KindForbidden) {
				t.Errorf("%v records a rate: %v", actor.Grants, err)
			}
			if _, err := b.deals.CorrectRate(ctx, actor, rate("USD", "CNY", "2026-09-01", "7")); !errs.Is(err, errs.KindForbidden) {
				t.Errorf("%v corrects a rate: %v", actor.Grants, err)
			}
			if d, err := b.deals.Rate(ctx, actor, changed.RateKey); err != nil || d.MayWrite {
				t.Errorf("%v: may write %v (%v)", actor.Grants, d.MayWrite, err)
			}
		}
		n := 0
		more, err := b.deals.EachRate(ctx, b.clerk(), deal.RateFilter{Days: fact.AnyDay()}, func(deal.Rate) error { n++; return nil })
		page, listErr := b.deals.Rates(ctx, b.clerk(), deal.RateFilter{Days: fact.AnyDay(), Paging: fact.Paging{Limit: 1}})
		if err != nil || listErr != nil || more || n != 2 || page.Count != 2 || len(page.Rates) != 1 {
			t.Errorf("%d rates in the export, %d in the list (%v, %v)", n, page.Count, err, listErr)
		}
		checkLog(t, db, "exchange_rate.record", "exchange_rate.record", "exchange_rate.correct")
	})
}
