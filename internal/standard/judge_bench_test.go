package standard_test

import (
	"testing"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
	"xiaoguan/internal/standard"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// benchCases is how many cases a benchmark judges at a time.
const benchCases = 20_000

func openBench(b *testing.B) *store.DB {
	b.Helper()
	db, err := store.Open(b.Context(), store.Config{Dir: b.TempDir(), Now: storetest.Clock()})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	if err := db.Upgrade(b.Context()); err != nil {
		b.Fatal(err)
	}
	return db
}

// fillCases puts cases with fourteen events each into a database.
func fillCases(b *testing.B, db *store.DB) {
	b.Helper()
	course := []process.Activity{process.ActivityOpened, process.ActivityFirst, process.ActivityNextContact, process.ActivityStage, process.ActivityContacted, process.ActivityNextContact, process.ActivityContacted,
		process.ActivityNextContact, process.ActivityStage, process.ActivityContacted, process.ActivityNextContact, process.ActivityStage, process.ActivityContacted, process.ActivitySigned}
	for first := 1; first <= benchCases; first += 2000 {
		if err := db.InTx(b.Context(), func(tx *store.Tx) error {
			var rows store.WorkRows
			var events []process.Event
			for id := int64(first); id < int64(first)+2000; id++ {
				from := storetest.Start.AddDate(0, 0, -int(id%300)-60)
				rows.Opportunities = append(rows.Opportunities, opportunity.Opportunity{ID: id, Name: "x", CustomerID: 1, OwnerID: id % 200, Stage: opportunity.StageContract, State: opportunity.StateWon, Currency: money.CNY,
					ExpectedOn: calendar.DateOf(from), EndedOn: calendar.DateOf(from), NextOn: calendar.NoDate, CreatedAt: from, StageSince: from, Revision: 1})
				for k, activity := range course {
					at := from.Add(time.Duration(k) * 50 * time.Hour)
					events = append(events, process.Event{CaseID: id, Activity: activity, OccurredAt: at, RecordedAt: at, PersonID: id % 200, ActorID: "u", Source: "x", Data: process.Data(map[string]any{"stage": "needs"})})
				}
			}
			if err := tx.PutWorkRows(b.Context(), rows); err != nil {
				return err
			}
			return tx.AppendEvents(b.Context(), events)
		}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkJudgingAnew judges all cases by 25 rules, as after a change of the standard, from reading events to keeping what they come to.
func BenchmarkJudgingAnew(b *testing.B) {
	db := openBench(b)
	fillCases(b, db)
	service := standard.NewService(db.Standards(), func() string { return "v" }, func() time.Time { return storetest.Start }, calendar.China)
	if err := service.CatchUp(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := db.InTx(b.Context(), func(tx *store.Tx) error {
			p, err := tx.JudgeProgress(b.Context())
			if err != nil {
				return err
			}
			p.Basis = ""
			return tx.SaveJudgeProgress(b.Context(), p)
		}); err != nil {
			b.Fatal(err)
		}
		if err := service.CatchUp(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/benchCases, "µs/case")
}

// BenchmarkOneEvent judges the case of one new event.
func BenchmarkOneEvent(b *testing.B) {
	db := openBench(b)
	fillCases(b, db)
	service := standard.NewService(db.Standards(), func() string { return "v" }, func() time.Time { return storetest.Start }, calendar.China)
	if err := service.CatchUp(b.Context()); err != nil {
		b.Fatal(err)
	}
	id := int64(0)
	for b.Loop() {
		id = id%benchCases + 1
		if err := db.InTx(b.Context(), func(tx *store.Tx) error {
			return tx.AppendEvents(b.Context(), []process.Event{{CaseID: id, Activity: process.ActivityContacted, OccurredAt: storetest.Start, RecordedAt: storetest.Start, PersonID: 1, ActorID: "u", Source: "x"}})
		}); err != nil {
			b.Fatal(err)
		}
		if _, err := service.Step(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
