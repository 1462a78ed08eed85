package store_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

func day(s string) calendar.Date {
	d, err := calendar.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func month(s string) calendar.Month {
	m, err := calendar.ParseMonth(s)
	if err != nil {
		panic(err)
	}
	return m
}

// smallCompany writes a small company and returns the outcomes by kind.
func smallCompany(t *testing.T, w fact.Writer) map[fact.Kind]fact.Counts {
	t.Helper()
	ctx := t.Context()
	counts := map[fact.Kind]fact.Counts{}
	note := func(kind fact.Kind, o fact.Outcome, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		c := counts[kind]
		c.Note(o)
		counts[kind] = c
	}
	o, err := w.PutRegion(ctx, fact.RegionRecord{Key: "E", Name: "华东"})
	note(fact.KindRegion, o, err)
	o, err = w.PutTeam(ctx, fact.TeamRecord{Key: "T1", Name: "一部", Region: "E"})
	note(fact.KindTeam, o, err)
	for i, level := range []string{"manager", "core", "newcomer"} {
		o, err = w.PutPerson(ctx, fact.PersonRecord{Key: fmt.Sprint("P", i), Name: level, Team: "T1", Level: level, Hired: day("2020-01-15"), Left: calendar.Forever, ValidFrom: calendar.NoDate})
		note(fact.KindPerson, o, err)
	}
	o, err = w.PutLeader(ctx, fact.LeaderRecord{Team: "T1", Person: "P0", From: calendar.NoDate})
	note(fact.KindLeader, o, err)
	o, err = w.PutCustomer(ctx, fact.CustomerRecord{Key: "C1", Name: "恒越精密"})
	note(fact.KindCustomer, o, err)
	o, err = w.PutProduct(ctx, fact.ProductRecord{Key: "X", Name: "X", Category: "A"})
	note(fact.KindProduct, o, err)
	o, err = w.PutDeal(ctx, fact.DealRecord{Key: "D1", Customer: "C1", Product: "X", SignedOn: day("2026-08-01"), AmountMinor: 100_00, Currency: money.CNY,
		Shares: []fact.ShareRecord{{Person: "P1", BasisPoints: 7000}, {Person: "P2", BasisPoints: 3000}}})
	note(fact.KindDeal, o, err)
	for i := range 3 {
		o, err = w.PutPayment(ctx, fact.PaymentRecord{Key: fmt.Sprint(i + 1), Deal: "D1", PaidOn: day("2026-09-01") + calendar.Date(i), AmountMinor: 10_00, Currency: money.CNY})
		note(fact.KindPayment, o, err)
	}
	o, err = w.PutQuota(ctx, fact.QuotaRecord{Person: "P1", Month: month("2026-09"), Of: "collected", AmountMinor: 5000})
	note(fact.KindQuota, o, err)
	o, err = w.PutRate(ctx, fact.RateRecord{Base: "USD", Quote: "CNY", On: day("2026-09-01"), Kind: "month", Rate: "7.1"})
	note(fact.KindExchangeRate, o, err)
	return counts
}

// record writes one batch and returns it.
func record(t *testing.T, db *store.DB, write func(w fact.Writer)) fact.Batch {
	t.Helper()
	return recordAs(t, db, fact.BatchImport, write)
}

// recordAs writes a batch of a kind: imports read all that is known at once, entries by hand ask for each record.
func recordAs(t *testing.T, db *store.DB, kind fact.BatchKind, write func(w fact.Writer)) fact.Batch {
	t.Helper()
	var batch fact.Batch
	err := db.InTx(t.Context(), func(tx *store.Tx) error {
		w, err := tx.NewFactWriter(t.Context(), fact.BatchRequest{Kind: kind, ActorID: "u", Document: "i"})
		if err != nil {
			return err
		}
		write(w)
		batch, err = w.Finish(t.Context())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return batch
}

func load(t *testing.T, db *store.DB, batch fact.BatchID) *payout.Loaded {
	t.Helper()
	var loaded *payout.Loaded
	err := db.Read(t.Context(), func(tx *store.Tx) (err error) {
		loaded, err = tx.LoadFacts(t.Context(), month("2026-09"), batch, money.CNY)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	sortPayments(&loaded.Payments)
	return loaded
}

// sortPayments puts payments into the order of their keys: a database promises none.
func sortPayments(p *engine.Payments) {
	for i := range p.Len() {
		for j := i; j > 0 && p.Order[j] < p.Order[j-1]; j-- {
			p.Order[j], p.Order[j-1] = p.Order[j-1], p.Order[j]
			p.Deal[j], p.Deal[j-1] = p.Deal[j-1], p.Deal[j]
			p.On[j], p.On[j-1] = p.On[j-1], p.On[j]
			p.AmountFen[j], p.AmountFen[j-1] = p.AmountFen[j-1], p.AmountFen[j]
		}
	}
}

func TestTheSameFactsTwiceChangeNothing(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		first := record(t, db, func(w fact.Writer) {
			for kind, c := range smallCompany(t, w) {
				if c.Added == 0 || c.Corrected+c.Unchanged != 0 {
					t.Errorf("%s: first time %+v", kind, c)
				}
			}
		})
		if first.ID != 1 || first.EarliestMonth != month("2020-01") {
			t.Errorf("batch %+v", first)
		}
		second := record(t, db, func(w fact.Writer) {
			for kind, c := range smallCompany(t, w) {
				if c.Added+c.Corrected != 0 {
					t.Errorf("%s: second time %+v", kind, c)
				}
			}
		})
		if second.ID != 0 {
			t.Errorf("a batch without a change was kept: %+v", second)
		}
		third := recordAs(t, db, fact.BatchManual, func(w fact.Writer) {
			for kind, c := range smallCompany(t, w) {
				if c.Added+c.Corrected != 0 {
					t.Errorf("%s: by hand %+v", kind, c)
				}
			}
		})
		if third.ID != 0 {
			t.Errorf("a batch by hand without a change was kept: %+v", third)
		}
	})
}

func TestACorrectionLeavesThePastAsItWasRecorded(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		first := record(t, db, func(w fact.Writer) { smallCompany(t, w) })
		before := load(t, db, first.ID)
		second := recordAs(t, db, fact.BatchManual, func(w fact.Writer) {
			ctx := t.Context()
			// given: a payment corrected, a move on a day, a quota raised
			for _, err := range []error{
				second(w.PutPayment(ctx, fact.PaymentRecord{Key: "2", Deal: "D1", PaidOn: day("2026-09-20"), AmountMinor: 99_00, Currency: money.CNY})),
				second(w.PutPerson(ctx, fact.PersonRecord{Key: "P2", Name: "newcomer", Team: "T1", Level: "regular", Hired: day("2020-01-15"), Left: calendar.Forever, ValidFrom: day("2026-09-10")})),
				second(w.PutQuota(ctx, fact.QuotaRecord{Person: "P1", Month: month("2026-09"), Of: "collected", AmountMinor: 6000})),
			} {
				if err != nil {
					t.Fatal(err)
				}
			}
		})
		after := load(t, db, second.ID)
		if diff := cmp.Diff(before.Facts, load(t, db, first.ID).Facts); diff != "" {
			t.Errorf("the past changed: %s", diff)
		}
		spans := after.Persons[2].Spans
		if len(spans) != 2 || spans[0].Level != "newcomer" || spans[0].Days.To != day("2026-09-10") || spans[1].Level != "regular" {
			t.Errorf("spans %+v", spans)
		}
		var sum int64
		for _, a := range after.Payments.AmountFen {
			sum += a
		}
		if sum != 119_00 || after.Quotas[0].AmountFen != 6000 || after.Payments.Len() != 3 {
			t.Errorf("payments %+v quotas %+v", after.Payments, after.Quotas)
		}
	})
}

func second[A any](_ A, err error) error { return err }

func TestAnUndoneBatchLeavesWhatWasThereBefore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		first := record(t, db, func(w fact.Writer) { smallCompany(t, w) })
		before := load(t, db, first.ID)
		batch := record(t, db, func(w fact.Writer) {
			ctx := t.Context()
			if _, err := w.PutPayment(ctx, fact.PaymentRecord{Key: "2", Deal: "D1", PaidOn: day("2026-09-20"), AmountMinor: 99_00, Currency: money.CNY}); err != nil {
				t.Fatal(err)
			}
			if _, err := w.PutPayment(ctx, fact.PaymentRecord{Key: "9", Deal: "D1", PaidOn: day("2026-09-21"), AmountMinor: 1, Currency: money.CNY}); err != nil {
				t.Fatal(err)
			}
		})
		undo := func(id fact.BatchID) (undone fact.Batch, err error) {
			err = db.InTx(t.Context(), func(tx *store.Tx) (err error) {
				undone, err = tx.UndoBatch(t.Context(), id, fact.BatchRequest{ActorID: "u", Document: "i"})
				return err
			})
			return undone, err
		}
		if _, err := undo(first.ID); !errs.Is(err, errs.KindConflict) {
			t.Errorf("undoing what a later batch replaced: %v", err)
		}
		undone, err := undo(batch.ID)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before.Facts, load(t, db, undone.ID).Facts); diff != "" {
			t.Errorf("after undo: %s", diff)
		}
	})
}

func TestAnUnknownReferenceIsRefusedByName(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		err := db.InTx(t.Context(), func(tx *store.Tx) error {
			w, err := tx.NewFactWriter(t.Context(), fact.BatchRequest{Kind: fact.BatchManual})
			if err != nil {
				return err
			}
			_, err = w.PutPayment(t.Context(), fact.PaymentRecord{Key: "1", Deal: "nowhere"})
			return err
		})
		if !errs.Is(err, errs.KindInvalid) {
			t.Fatalf("got %v", err)
		}
	})
}

func TestLoadingForOnePayeeFindsAllThatPayDependsOn(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		batch := record(t, db, func(w fact.Writer) { smallCompany(t, w) })
		err := db.Read(t.Context(), func(tx *store.Tx) error {
			for person, want := range map[int64][3]int{1: {3, 1, 3}, 2: {2, 1, 3}} { // the leader sees the team
				l, err := tx.LoadFactsOf(t.Context(), person, month("2026-09"), batch.ID, money.CNY)
				if err != nil {
					return err
				}
				if got := [3]int{len(l.Persons), len(l.Deals), l.Payments.Len()}; got != want {
					t.Errorf("person %d: persons, deals, payments %v, want %v", person, got, want)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestOneBatchMayHoldSeveralChangesOfOnePerson(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		batch := record(t, db, func(w fact.Writer) {
			smallCompany(t, w)
			for _, change := range []struct{ from, level string }{{"2021-01-01", "regular"}, {"2023-01-01", "core"}, {"2022-01-01", "other"}} {
				if _, err := w.PutPerson(t.Context(), fact.PersonRecord{Key: "P2", Name: "newcomer", Team: "T1", Level: change.level, Hired: day("2020-01-15"), Left: calendar.Forever, ValidFrom: day(change.from)}); err != nil {
					t.Fatal(err)
				}
			}
		})
		var levels []string
		for _, s := range load(t, db, batch.ID).Persons[2].Spans {
			levels = append(levels, s.Days.From.String()+" "+s.Level)
		}
		want := []string{"2020-01-15 newcomer", "2021-01-01 regular", "2022-01-01 other", "2023-01-01 core"}
		if diff := cmp.Diff(want, levels); diff != "" {
			t.Error(diff)
		}
	})
}

func TestQuotasOfEarlierYearsAreLoaded(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		batch := record(t, db, func(w fact.Writer) {
			smallCompany(t, w)
			if _, err := w.PutQuota(t.Context(), fact.QuotaRecord{Person: "P1", Month: month("2024-12"), Of: "collected", AmountMinor: 7}); err != nil {
				t.Fatal(err)
			}
		})
		if quotas := load(t, db, batch.ID).Quotas; len(quotas) != 2 || quotas[0].AmountFen != 7 {
			t.Errorf("quotas %+v", quotas)
		}
	})
}
