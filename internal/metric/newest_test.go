package metric_test

import (
	"testing"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/lead"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/process"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// TestTheNewestIsWhatWasRecordedLast: not the last row, which an import may have brought with times of its own; and data are as old as the oldest of their sources.
func TestTheNewestIsWhatWasRecordedLast(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		company(t, db)
		hours := func(n int) time.Time { return storetest.Start.Add(-time.Duration(n) * time.Hour) }
		add := func(id int64, recorded ...time.Time) {
			t.Helper()
			if err := db.InTx(t.Context(), func(tx *store.Tx) error {
				l := lead.Lead{ID: id, Company: "客户", Name: "王", Status: lead.StatusNew, CreatedAt: recorded[0], NextOn: calendar.NoDate, Revision: 1}
				if err := tx.InsertLead(t.Context(), l); err != nil {
					return err
				}
				var events []process.Event
				for _, at := range recorded {
					events = append(events, process.Event{Activity: process.ActivityLead, OccurredAt: at, RecordedAt: at})
				}
				return tx.AppendLeadEvents(t.Context(), id, events)
			}); err != nil {
				t.Fatal(err)
			}
		}
		age := func() metric.Value {
			t.Helper()
			a, err := service(db).Read(t.Context(), whole, metric.Query{Metrics: []metric.ID{"freshness"}, Period: metric.Period{Kind: metric.Month, First: today.Month()}})
			if err != nil {
				t.Fatal(err)
			}
			return a.Series[0].Value
		}
		if v := age(); v.Known || v.Why != metric.ReasonNoRows {
			t.Errorf("nothing was recorded: %+v", v)
		}
		add(1, hours(3), hours(150), hours(144)) // the last row came of an import
		if v := age(); !v.Known || v.Numerator != 3*60 || !v.Newest.Equal(hours(3)) {
			t.Errorf("a lead was recorded three hours ago: %+v", v)
		}
		write(t, db, func(put func(fact.Outcome, error), w fact.Writer) {
			put(w.PutDeal(t.Context(), fact.DealRecord{Key: "D", Customer: "C", Product: "X", SignedOn: today - 3, AmountMinor: 100, Currency: "CNY", Shares: []fact.ShareRecord{{Person: "P0", BasisPoints: 10_000}}}))
			put(w.PutPayment(t.Context(), fact.PaymentRecord{Key: "Y", Deal: "D", PaidOn: today - 1, AmountMinor: 100, Currency: "CNY"}))
		})
		if err := service(db).CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		if v := age(); !v.Known || v.Numerator != 3*60 {
			t.Errorf("payments are new, leads are three hours old: %+v", v)
		}
	})
}
