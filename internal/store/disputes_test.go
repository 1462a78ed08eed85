package store_test

import (
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/dispute"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

func someDispute(id string, number int64) dispute.Dispute {
	shown := int64(-12_34)
	return dispute.Dispute{ID: id, Number: number, Month: calendar.NewMonth(2026, 9), PersonID: 7, PlanID: "p", VersionID: "v", RunID: "run", Line: dispute.Line{Kind: dispute.LineStep, Component: "a/b", Step: "held", Origin: calendar.NewMonth(2026, 8)},
		Zero: true, ShownMinor: shown, ExpectedMinor: &shown, Cause: dispute.CauseOther, Text: "“为什么”", State: dispute.StateRaised, RaisedBy: "u", RaisedAt: time.Date(2026, 10, 1, 1, 2, 3, 4000, time.UTC),
		DueOn: calendar.NewDate(2026, 10, 9), Revision: 1}
}

func TestDisputesAreKeptAsTheyWereRaised(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		d := someDispute("d1", 1)
		in := func(fn func(tx *store.Tx) error) {
			t.Helper()
			if err := db.InTx(ctx, fn); err != nil {
				t.Fatal(err)
			}
		}
		in(func(tx *store.Tx) error {
			if err := tx.InsertRun(ctx, payout.Run{ID: "run", Month: d.Month, State: payout.RunComplete}); err != nil {
				return err
			}
			return tx.InsertDispute(ctx, d)
		})
		// the database holds that a line has one open dispute, whoever asks
		if err := db.InTx(ctx, func(tx *store.Tx) error { return tx.InsertDispute(ctx, someDispute("d2", 2)) }); !errs.Is(err, errs.KindConflict) {
			t.Errorf("a second open dispute of the line: %v", err)
		}
		in(func(tx *store.Tx) error {
			kept, err := tx.Dispute(ctx, "d1")
			if err != nil || kept.Line != d.Line || *kept.ExpectedMinor != *d.ExpectedMinor || kept.AwardedMinor != nil || !kept.RaisedAt.Equal(d.RaisedAt) || kept.DueOn != d.DueOn || kept.DeferredTo != 0 {
				t.Errorf("%+v, %v", kept, err)
			}
			kept.State, kept.DeferredTo, kept.Revision = dispute.StateWithdrawn, d.Month+1, 2
			return tx.SaveDispute(ctx, kept)
		})
		if err := db.InTx(ctx, func(tx *store.Tx) error { return tx.SaveDispute(ctx, d) }); !errs.Is(err, errs.KindConflict) {
			t.Errorf("an old revision: %v", err)
		}
		in(func(tx *store.Tx) error { return tx.InsertDispute(ctx, someDispute("d2", 2)) }) // the first has ended
		in(func(tx *store.Tx) error {
			found, err := tx.Disputes(ctx, dispute.Query{Scope: access.Scope{All: true}, Line: d.Line.Key()})
			if err != nil || len(found) != 2 || found[0].ID != "d2" || found[1].DeferredTo != d.Month+1 {
				t.Errorf("%+v, %v", found, err)
			}
			none, err := tx.Disputes(ctx, dispute.Query{})
			if err == nil && len(none) > 0 {
				t.Error("a scope that reaches nobody found disputes")
			}
			return err
		})
	})
}

func TestEventsAndRemindersOfADisputeAreNumbered(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		ctx, noon := t.Context(), time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)
		amount := int64(5)
		if err := db.InTx(ctx, func(tx *store.Tx) error {
			if err := tx.InsertRun(ctx, payout.Run{ID: "run", Month: calendar.NewMonth(2026, 9)}); err != nil {
				return err
			}
			if err := tx.InsertDispute(ctx, someDispute("d1", 1)); err != nil {
				return err
			}
			for _, e := range []dispute.Event{{Kind: dispute.EventRaised, At: noon}, {Kind: dispute.EventVoice, At: noon, AmountMinor: &amount}} {
				if err := tx.AppendDisputeEvent(ctx, "d1", e); err != nil {
					return err
				}
			}
			if err := tx.InsertDisputeReminders(ctx, "d1", []dispute.Reminder{{Kind: dispute.RemindRaised, To: "hr", At: noon.Add(-time.Hour)}, {Kind: dispute.RemindDue, To: "hr", At: noon.Add(time.Hour)}}); err != nil {
				return err
			}
			if err := tx.VoidDisputeReminders(ctx, "d1", noon); err != nil {
				return err
			}
			return tx.InsertDisputeReminders(ctx, "d1", []dispute.Reminder{{Kind: dispute.RemindRuled, To: dispute.ToPayee, At: noon}})
		}); err != nil {
			t.Fatal(err)
		}
		if err := db.Read(ctx, func(tx *store.Tx) error {
			events, err := tx.DisputeEvents(ctx, "d1")
			if err != nil || len(events) != 2 || events[1].Seq != 2 || *events[1].AmountMinor != 5 || events[0].AmountMinor != nil {
				t.Errorf("%+v, %v", events, err)
			}
			reminders, err := tx.DisputeReminders(ctx, dispute.ReminderQuery{DisputeID: "d1"})
			if err != nil || len(reminders) != 3 || !reminders[0].VoidAt.IsZero() || reminders[1].Seq != 3 || !reminders[2].VoidAt.Equal(noon) {
				t.Errorf("%+v, %v", reminders, err)
			}
			due, err := tx.DisputeReminders(ctx, dispute.ReminderQuery{Scope: access.Scope{All: true}, To: []string{"hr"}, Due: noon.Add(2 * time.Hour), PayeeID: 7, Limit: 9})
			if err != nil || len(due) != 1 || due[0].Kind != dispute.RemindRuled {
				t.Errorf("the payee is told %+v, %v", due, err)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}
