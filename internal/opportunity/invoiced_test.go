package opportunity_test

import (
	"context"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// TestInvoicesAreToldToTheCaseOfTheirDeal: by hand in the transaction that records them, out of a file now and then, each once; credit notes, invoices of
// before, and those of deals that no opportunity has are not told.
func TestInvoicesAreToldToTheCaseOfTheirDeal(t *testing.T) {
	onBoth(t, func(h house) {
		ctx, seller := h.t.Context(), h.seller("A")
		finance := access.Actor{UserID: "f", Grants: []access.Grant{{Role: access.RoleFinance, Scope: access.ScopeAll}}}
		deals := deal.NewService(h.db.Deals(), storetest.Clock())
		deals.TellInvoices(func(ctx context.Context, tx deal.Tx, actorID, key string) error {
			return h.NoteInvoice(ctx, tx.(opportunity.Tx), actorID, key)
		})
		o := h.add(seller, entry("C1"))
		h.must(h.db.InTx(ctx, func(tx *store.Tx) error {
			w, err := tx.NewFactWriter(ctx, fact.BatchRequest{Kind: fact.BatchSetup, ActorID: "u"})
			h.must(err)
			for _, key := range []string{"HT-1", "HT-2"} {
				_, err = w.PutDeal(ctx, fact.DealRecord{Key: key, Customer: "C1", SignedOn: today - 20, AmountMinor: 100_00, Currency: money.CNY, Shares: []fact.ShareRecord{{Person: "A", BasisPoints: 10_000}}})
				h.must(err)
			}
			_, err = w.Finish(ctx)
			return err
		}))
		_, err := h.Win(ctx, seller, opportunity.Win{ID: o.ID, SignedOn: today - 20, DealKey: "HT-1"})
		h.must(err)
		told := func() (keys string) {
			events, err := h.Events(ctx, seller, o.ID)
			h.must(err)
			for _, e := range events {
				if e.Activity == process.ActivityInvoiced {
					keys += e.Source + " "
				}
			}
			return keys
		}
		record := func(key, of string, minor int64) {
			_, err := deals.RecordInvoice(ctx, finance, deal.InvoiceEntry{Key: key, DealKey: of, InvoicedOn: today - 2, AmountMinor: minor})
			h.must(err)
		}
		record("F1", "HT-1", 60_00)
		record("F2", "HT-1", -10_00)
		record("F3", "HT-2", 100_00)
		if got := told(); got != "invoice:F1 " {
			h.t.Errorf("by hand: %s", got)
		}
		_, err = deals.CorrectInvoice(ctx, finance, deal.InvoiceEntry{Key: "F1", InvoicedOn: today - 1, AmountMinor: 50_00})
		h.must(err)
		h.must(h.db.InTx(ctx, func(tx *store.Tx) error {
			w, err := tx.NewFactWriter(ctx, fact.BatchRequest{Kind: fact.BatchImport, ActorID: "u"})
			h.must(err)
			for key, days := range map[string]calendar.Date{"F4": 30, "F5": opportunity.InvoicedDays + 1} {
				_, err = w.PutInvoice(ctx, fact.InvoiceRecord{Key: key, Deal: "HT-1", InvoicedOn: today - days, AmountMinor: 5_00, Currency: money.CNY})
				h.must(err)
			}
			_, err = w.Finish(ctx)
			return err
		}))
		for round, want := range []int{1, 0} {
			if count, err := h.NoteInvoices(ctx); err != nil || count != want {
				h.t.Errorf("round %d told of %d, %v", round, count, err)
			}
		}
		if got := told(); got != "invoice:F1 invoice:F4 " {
			h.t.Errorf("after the file: %s", got)
		}
	})
}
