package store_test

import (
	"errors"
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

func signing(key, customer, signedOn string, shares ...fact.ShareRecord) deal.Signing {
	return deal.Signing{DealRecord: fact.DealRecord{Key: key, Customer: customer, Product: "X", SignedOn: day(signedOn), AmountMinor: 100_00, Currency: money.CNY, Shares: shares}}
}

// wrongPaths lists the fields that an error of kind Invalid names.
func wrongPaths(err error) (paths []string) {
	if failure, ok := errors.AsType[*errs.Error](err); ok && errs.Is(err, errs.KindInvalid) {
		for _, f := range failure.Fields {
			paths = append(paths, f.Path)
		}
	}
	return paths
}

func TestDealsByHandAreFactsWithHistoryAndSayWhenTheyAreLate(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b, ctx := newBooks(t, db), t.Context()
		closeMonth(t, db, "2026-08")
		in := signing("N1", "C4", "2026-09-20", fact.ShareRecord{Person: "P1", BasisPoints: 6667}, fact.ShareRecord{Person: "P2", BasisPoints: 3333})
		receipt, err := b.deals.RecordDeal(ctx, b.clerk(), in)
		if err != nil || receipt.Outcome != fact.Added || receipt.Late {
			t.Fatalf("in time: %+v %v", receipt, err)
		}
		if _, err := b.deals.RecordDeal(ctx, b.clerk(), in); !slices.Equal(wrongPaths(err), []string{"key"}) {
			t.Errorf("a second press: %v", err)
		}
		changed := signing("N1", "C4", "2026-08-31", fact.ShareRecord{Person: "P2", BasisPoints: 10000})
		changed.Seen = receipt.Batch
		late, err := b.deals.CorrectDeal(ctx, b.clerk(), changed)
		if err != nil || !late.Late || late.Month != month("2026-08") || late.Outcome != fact.Corrected {
			t.Fatalf("late: %+v %v", late, err)
		}
		if _, err := b.deals.CorrectDeal(ctx, b.clerk(), changed); !errs.Is(err, errs.KindConflict) {
			t.Errorf("what was seen has changed: %v", err)
		}
		changed.Seen = late.Batch
		if same, err := b.deals.CorrectDeal(ctx, b.clerk(), changed); err != nil || same.Batch != 0 {
			t.Errorf("nothing to change: %+v %v", same, err)
		}
		d, err := b.deals.Get(ctx, b.clerk(), "N1")
		if err != nil || len(d.Versions) != 2 || len(d.Sharers) != 1 || len(d.Versions[1].Row.Sharers) != 2 || d.Versions[1].Mark.Superseded != late.Batch ||
			d.Record.Customer != "C4" || d.Record.Product != "X" || !slices.Equal(d.Record.Shares, changed.Shares) || !d.MayWrite {
			t.Errorf("history %+v (%v)", d, err)
		}
		checkLog(t, db, "deal.record", "deal.correct")
	})
}

func TestADealThatWasPaidBeforeItWasSignedIsLateFromThePayment(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b, ctx := newBooks(t, db), t.Context()
		in := signing("N1", "C4", "2026-09-20", fact.ShareRecord{Person: "P1", BasisPoints: 10000})
		if _, err := b.deals.RecordDeal(ctx, b.clerk(), in); err != nil {
			t.Fatal(err)
		}
		if _, err := b.deals.RecordPayment(ctx, b.clerk(), deal.Entry{Key: "Y1", DealKey: "N1", Kind: deal.Collection, PaidOn: day("2026-08-30"), AmountMinor: 5_00}); err != nil {
			t.Fatal(err)
		}
		closeMonth(t, db, "2026-08")
		in.Shares = []fact.ShareRecord{{Person: "P2", BasisPoints: 10000}}
		if receipt, err := b.deals.CorrectDeal(ctx, b.clerk(), in); err != nil || receipt.Month != month("2026-08") {
			t.Errorf("the advance payment's month: %+v %v", receipt, err)
		}
		in.Currency = "USD"
		if _, err := b.deals.CorrectDeal(ctx, b.clerk(), in); !slices.Equal(wrongPaths(err), []string{"currency"}) {
			t.Errorf("another currency than that of the payments: %v", err)
		}
	})
}

func TestDealsByHandNameAllThatIsWrongAtOnce(t *testing.T) {
	t.Parallel()
	b, ctx := newBooks(t, storetest.SQLite(t)), t.Context()
	one := fact.ShareRecord{Person: "P1", BasisPoints: 10000}
	for name, c := range map[string]struct {
		in   deal.Signing
		want []string
	}{
		"nothing at all":      {deal.Signing{DealRecord: fact.DealRecord{SignedOn: -1 << 31}}, []string{"key", "customer", "product", "signed_on", "amount", "currency", "shares.0.person"}},
		"99 %":                {signing("N", "C4", "2026-09-01", fact.ShareRecord{Person: "P1", BasisPoints: 5000}, fact.ShareRecord{Person: "P2", BasisPoints: 4900}), []string{"shares"}},
		"a seller twice":      {signing("N", "C4", "2026-09-01", fact.ShareRecord{Person: "P1", BasisPoints: 5000}, fact.ShareRecord{Person: "P1", BasisPoints: 5000}), []string{"shares.1.person"}},
		"a share of nothing":  {signing("N", "C4", "2026-09-01", one, fact.ShareRecord{Person: "P2"}), []string{"shares.1.share"}},
		"more than all":       {signing("N", "C4", "2026-09-01", fact.ShareRecord{Person: "P1", BasisPoints: 2_000_000_000}), []string{"shares.0.share"}},
		"six sellers":         {signing("N", "C4", "2026-09-01", one, one, one, one, one, one), []string{"shares"}},
		"tomorrow, all wrong": {signing("D1", "C9", "2026-09-25", fact.ShareRecord{Person: "P99", BasisPoints: 10000}), []string{"key", "signed_on", "customer", "shares.0.person"}},
	} {
		if _, err := b.deals.RecordDeal(ctx, b.clerk(), c.in); !slices.Equal(wrongPaths(err), c.want) {
			t.Errorf("%s: %v (%v), want %v", name, wrongPaths(err), err, c.want)
		}
	}
}

func TestDealsByHandStayWithinReach(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b, ctx := newBooks(t, db), t.Context()
		east := b.as("", access.RoleOperations, access.ScopeRegion, "E") // P0 to P3; D1 and D2
		own, other := fact.ShareRecord{Person: "P1", BasisPoints: 10000}, fact.ShareRecord{Person: "P4", BasisPoints: 10000}
		for name, c := range map[string]struct {
			in   deal.Signing
			want []string
		}{
			"a seller elsewhere":         {signing("M1", "C1", "2026-09-01", other), []string{"shares.0.person"}},
			"a customer of others":       {signing("M2", "C3", "2026-09-01", own), []string{"customer"}},
			"own seller and one's own":   {signing("N1", "C1", "2026-09-01", own), nil},
			"a customer without a deal":  {signing("N2", "C4", "2026-09-01", own), nil},
			"a key that others have":     {signing("D3", "C1", "2026-09-01", own), []string{"key"}},
			"a customer nobody has seen": {signing("N3", "C9", "2026-09-01", own), []string{"customer"}},
		} {
			if _, err := b.deals.RecordDeal(ctx, east, c.in); !slices.Equal(wrongPaths(err), c.want) || (c.want == nil && err != nil) {
				t.Errorf("%s: %v (%v), want %v", name, wrongPaths(err), err, c.want)
			}
		}
		if _, err := b.deals.CorrectDeal(ctx, east, signing("D3", "C1", "2026-09-01", own)); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("a deal out of reach: %v", err)
		}
		shared := signing("N4", "C1", "2026-09-01", fact.ShareRecord{Person: "P1", BasisPoints: 5000}, fact.ShareRecord{Person: "P4", BasisPoints: 5000})
		if _, err := b.deals.RecordDeal(ctx, b.clerk(), shared); err != nil {
			t.Fatal(err)
		}
		shared.Shares[0].BasisPoints, shared.Shares[1].BasisPoints = 4000, 6000
		if _, err := b.deals.CorrectDeal(ctx, east, shared); err != nil {
			t.Errorf("a colleague elsewhere who is on the deal may stay: %v", err)
		}
		shared.Shares = []fact.ShareRecord{other}
		if _, err := b.deals.CorrectDeal(ctx, east, shared); !slices.Equal(wrongPaths(err), []string{"shares"}) {
			t.Errorf("a deal that would leave one's reach: %v", err)
		}
		for _, actor := range []access.Actor{b.as("P1", access.RoleSeller, access.ScopeOwn), b.as("P0", access.RoleLead, access.ScopeTeamAndBelow), b.as("", access.RoleAdmin, access.ScopeAll)} {
			if _, err := b.deals.RecordDeal(ctx, actor, signing("N9", "C1", "2026-09-01", own)); !errs.Is(err, errs.KindForbidden) {
				t.Errorf("%v records a deal: %v", actor.Grants, err)
			}
			if _, err := b.deals.CorrectDeal(ctx, actor, signing("D1", "C1", "2026-09-01", own)); !errs.Is(err, errs.KindForbidden) {
				t.Errorf("%v corrects a deal: %v", actor.Grants, err)
			}
		}
		checkLog(t, db, "deal.record", "deal.record", "deal.record", "deal.correct")
	})
}

func TestProductsByHand(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b, ctx := newBooks(t, db), t.Context()
		closeMonth(t, db, "2026-07")
		id, receipt, err := b.deals.SaveProduct(ctx, b.clerk(), deal.ProductEntry{Key: "Z", Name: "传感器", Category: "B"})
		if err != nil || id == 0 || receipt.Late || receipt.Outcome != fact.Added {
			t.Fatalf("%d %+v %v", id, receipt, err)
		}
		renamed, _, err := b.deals.SaveProduct(ctx, b.clerk(), deal.ProductEntry{Key: "", ID: id, Name: "温度传感器", Category: "B", Seen: receipt.Batch})
		if err != nil || renamed != id {
			t.Fatal(err)
		}
		d, err := b.deals.Product(ctx, b.clerk(), id)
		if err != nil || d.Name != "温度传感器" || len(d.Versions) != 2 || !d.MayWrite || d.Versions[1].Mark.Current() || d.Versions[1].Product.Name != "传感器" {
			t.Errorf("%+v %v", d, err)
		}
		if _, late, err := b.deals.SaveProduct(ctx, b.clerk(), deal.ProductEntry{ID: id, Name: "温度传感器", Category: "A", Seen: d.Recorded}); err != nil || !late.Late || late.Month != month("2026-07") {
			t.Errorf("a new category reaches back to the first closed month: %+v %v", late, err)
		}
		if _, _, err := b.deals.SaveProduct(ctx, b.clerk(), deal.ProductEntry{ID: id, Name: "x", Category: "A", Seen: d.Recorded}); !errs.Is(err, errs.KindConflict) {
			t.Errorf("somebody was faster: %v", err)
		}
		if _, _, err := b.deals.SaveProduct(ctx, b.clerk(), deal.ProductEntry{Key: "X", Name: "x", Category: "A"}); !slices.Equal(wrongPaths(err), []string{"key"}) {
			t.Errorf("a taken key: %v", err)
		}
		if _, _, err := b.deals.SaveProduct(ctx, b.clerk(), deal.ProductEntry{Key: " ", Category: "x\n"}); !slices.Equal(wrongPaths(err), []string{"key", "name", "category"}) {
			t.Errorf("everything wrong: %v", err)
		}
		if _, _, err := b.deals.SaveProduct(ctx, b.clerk(), deal.ProductEntry{ID: 99, Name: "x", Category: "A"}); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("no such product: %v", err)
		}
		for _, actor := range []access.Actor{b.as("", access.RoleOperations, access.ScopeRegion, "E"), b.as("P1", access.RoleSeller, access.ScopeOwn), b.as("", access.RoleAuditor, access.ScopeAll)} {
			if _, _, err := b.deals.SaveProduct(ctx, actor, deal.ProductEntry{Key: "Q", Name: "x", Category: "A"}); !errs.Is(err, errs.KindForbidden) {
				t.Errorf("%v adds a product: %v", actor.Grants, err)
			}
			if d, err := b.deals.Product(ctx, actor, id); err != nil || d.MayWrite {
				t.Errorf("%v: %+v %v", actor.Grants, d.MayWrite, err)
			}
		}
		checkLog(t, db, "product.add", "product.correct", "product.correct")
	})
}
