package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

func run(from, to string) calendar.Interval {
	days := calendar.Interval{From: day(from), To: calendar.Forever}
	if to != "" {
		days.To = day(to) + 1
	}
	return days
}

// deal1 is the deal of smallCompany with what more is known of it.
func deal1(detail fact.DealDetail) fact.DealRecord {
	return fact.DealRecord{Key: "D1", Customer: "C1", Product: "X", SignedOn: day("2026-08-01"), AmountMinor: 100_00, Currency: money.CNY,
		Shares: []fact.ShareRecord{{Person: "P1", BasisPoints: 7000}, {Person: "P2", BasisPoints: 3000}}, Detail: &detail}
}

func given(person, of, measure, value string) fact.GivenValueRecord {
	r := fact.GivenValueRecord{Person: person, Month: month(of), Measure: measure, Unit: fact.UnitNumber}
	if value != "" {
		d := decimal.MustParse(value)
		r.Value = &d
	}
	return r
}

// expectOutcomes writes records one after the other and wants an outcome of each.
func expectOutcomes(t *testing.T, want fact.Outcome, writes ...func() (fact.Outcome, error)) {
	t.Helper()
	for i, write := range writes {
		if got, err := write(); err != nil || got != want {
			t.Errorf("write %d: %d, %v; want %d", i, got, err, want)
		}
	}
}

// furtherCompany adds to smallCompany what only some plans ask for.
func furtherCompany(t *testing.T, w fact.Writer, want fact.Outcome) {
	t.Helper()
	ctx, tier, region := t.Context(), "A", "华东"
	detail := fact.DealDetail{Units: 5, CostMinor: 60_00, Referrer: "P0", CancelledOn: day("2026-09-20"), CancelReason: "客户停产"}
	expectOutcomes(t, want,
		func() (fact.Outcome, error) {
			return w.PutCustomer(ctx, fact.CustomerRecord{Key: "C1", Name: "恒越精密", Tier: &tier, Region: &region})
		},
		func() (fact.Outcome, error) { return w.PutDeal(ctx, deal1(detail)) },
		func() (fact.Outcome, error) {
			return w.PutInvoice(ctx, fact.InvoiceRecord{Key: "I1", Deal: "D1", InvoicedOn: day("2026-09-03"), AmountMinor: 90_00, Currency: money.CNY})
		},
		func() (fact.Outcome, error) { return w.PutGivenValue(ctx, given("P1", "2026-09", "sop", "0.95")) },
		func() (fact.Outcome, error) {
			return w.PutMentorship(ctx, fact.MentorshipRecord{Mentor: "P1", Trainee: "P2", Days: run("2026-07-01", "")})
		})
}

var wantFurther = engine.FurtherFacts{
	DealsMore: []engine.DealMore{{Units: 5, CostFen: 60_00, Referrer: 0, CancelledOn: day("2026-09-20")}},
	Invoices:  engine.Payments{Deal: []int32{0}, On: []calendar.Date{day("2026-09-03")}, AmountFen: []int64{90_00}, Order: []int64{0}, Keys: []string{"I1"}},
	Given:     []engine.Given{{Person: 1, Month: month("2026-09"), Measure: "sop", Value: decimal.MustParse("0.95")}},
	Mentors:   []engine.Mentorship{{Mentor: 1, Trainee: 2, Days: run("2026-07-01", "")}},
}

func TestFurtherFactsAreLoadedAndTwiceChangeNothing(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		without := record(t, db, func(w fact.Writer) { smallCompany(t, w) })
		if diff := cmp.Diff(engine.FurtherFacts{}, load(t, db, without.ID).FurtherFacts); diff != "" {
			t.Errorf("who records none has none: %s", diff)
		}
		batch := record(t, db, func(w fact.Writer) {
			ctx := t.Context()
			one, two := "A", "华东"
			detail := fact.DealDetail{Units: 5, CostMinor: 60_00, Referrer: "P0", CancelledOn: day("2026-09-20"), CancelReason: "客户停产"}
			// The customer and the deal are there, the others are new.
			expectOutcomes(t, fact.Corrected,
				func() (fact.Outcome, error) {
					return w.PutCustomer(ctx, fact.CustomerRecord{Key: "C1", Name: "恒越精密", Tier: &one, Region: &two})
				},
				func() (fact.Outcome, error) { return w.PutDeal(ctx, deal1(detail)) })
			expectOutcomes(t, fact.Added,
				func() (fact.Outcome, error) {
					return w.PutInvoice(ctx, fact.InvoiceRecord{Key: "I1", Deal: "D1", InvoicedOn: day("2026-09-03"), AmountMinor: 90_00, Currency: money.CNY})
				},
				func() (fact.Outcome, error) { return w.PutGivenValue(ctx, given("P1", "2026-09", "sop", "0.95")) },
				func() (fact.Outcome, error) {
					return w.PutMentorship(ctx, fact.MentorshipRecord{Mentor: "P1", Trainee: "P2", Days: run("2026-07-01", "")})
				})
		})
		if batch.EarliestMonth != calendar.NewMonth(1, 1) { // the tier is read by every month
			t.Errorf("earliest month %s", batch.EarliestMonth)
		}
		for _, kind := range []fact.BatchKind{fact.BatchImport, fact.BatchManual} {
			if again := recordAs(t, db, kind, func(w fact.Writer) { furtherCompany(t, w, fact.Unchanged) }); again.ID != 0 {
				t.Errorf("%s: again is batch %d", kind, again.ID)
			}
		}
		loaded := load(t, db, batch.ID)
		if diff := cmp.Diff(wantFurther, loaded.FurtherFacts); diff != "" {
			t.Error(diff)
		}
		if c := loaded.Customers[0]; c.Tier != "A" || c.Region != "华东" {
			t.Errorf("customer %+v", c)
		}
		own := wantFurther // P0, who leads P1, is not among the people of P1's pay; a rule that credits referrers has everything loaded
		own.DealsMore = []engine.DealMore{{Units: 5, CostFen: 60_00, Referrer: engine.None, CancelledOn: day("2026-09-20")}}
		own.Given = []engine.Given{{Person: 0, Month: month("2026-09"), Measure: "sop", Value: decimal.MustParse("0.95")}}
		own.Mentors = []engine.Mentorship{{Mentor: 0, Trainee: 1, Days: run("2026-07-01", "")}}
		if diff := cmp.Diff(own, loadOf(t, db, loaded.PersonIDs[1], batch.ID).FurtherFacts); diff != "" {
			t.Errorf("one person's: %s", diff)
		}
		if diff := cmp.Diff(engine.FurtherFacts{}, load(t, db, without.ID).FurtherFacts); diff != "" {
			t.Errorf("the past has changed: %s", diff)
		}
	})
}

func loadOf(t *testing.T, db *store.DB, person int64, batch fact.BatchID) (loaded *payout.Loaded) {
	t.Helper()
	err := db.Read(t.Context(), func(tx *store.Tx) (err error) {
		loaded, err = tx.LoadFactsOf(t.Context(), person, month("2026-09"), batch, money.CNY)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return loaded
}

// TestARecordChangesOfADetailWhatItStates: a file without a column leaves what another file said, one with it and an empty cell does not.
func TestARecordChangesOfADetailWhatItStates(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		record(t, db, func(w fact.Writer) { smallCompany(t, w); furtherCompanyFirst(t, w) })
		for _, c := range []struct {
			name   string
			detail *fact.DealDetail
			want   engine.DealMore
			month  string
		}{
			{"no column", nil, wantFurther.DealsMore[0], ""},
			{"units alone", &fact.DealDetail{Units: 7, Says: fact.DetailUnits}, engine.DealMore{Units: 7, CostFen: 60_00, Referrer: 0, CancelledOn: day("2026-09-20")}, "2026-08"},
			{"another day", &fact.DealDetail{CancelledOn: day("2026-10-02"), Says: fact.DetailCancelled},
				engine.DealMore{Units: 7, CostFen: 60_00, Referrer: 0, CancelledOn: day("2026-10-02")}, "2026-09"},
			{"an empty cost", &fact.DealDetail{CostMinor: fact.Unknown, Says: fact.DetailCost}, engine.DealMore{Units: 7, CostFen: fact.Unknown, Referrer: 0, CancelledOn: day("2026-10-02")}, "2026-08"},
			{"nothing of all", new(fact.NoDetail()), engine.DealMore{Units: fact.Unknown, CostFen: fact.Unknown, Referrer: engine.None, CancelledOn: calendar.Forever}, "2026-08"},
		} {
			batch := record(t, db, func(w fact.Writer) {
				r := deal1(fact.NoDetail())
				r.Detail = c.detail
				if _, err := w.PutDeal(t.Context(), r); err != nil {
					t.Fatal(err)
				}
			})
			last := batch.ID
			if c.month == "" {
				last = 1
			} else if batch.EarliestMonth != month(c.month) {
				t.Errorf("%s touches %s", c.name, batch.EarliestMonth)
			}
			want := []engine.DealMore{c.want}
			if c.want.Units == fact.Unknown && c.want.CostFen == fact.Unknown {
				want = nil // as if nobody had ever said anything
			}
			if diff := cmp.Diff(want, load(t, db, last).DealsMore); diff != "" {
				t.Errorf("%s: %s", c.name, diff)
			}
		}
		if diff := cmp.Diff(wantFurther.DealsMore, load(t, db, 1).DealsMore); diff != "" {
			t.Errorf("the past has changed: %s", diff)
		}
	})
}

// furtherCompanyFirst is furtherCompany in the batch that first has the company.
func furtherCompanyFirst(t *testing.T, w fact.Writer) {
	t.Helper()
	detail := fact.DealDetail{Units: 5, CostMinor: 60_00, Referrer: "P0", CancelledOn: day("2026-09-20"), CancelReason: "客户停产"}
	if _, err := w.PutDeal(t.Context(), deal1(detail)); err != nil {
		t.Fatal(err)
	}
}

func TestGivenValuesAreTakenBackAndGivenAgain(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		record(t, db, func(w fact.Writer) { smallCompany(t, w) })
		put := func(value string, want fact.Outcome, loaded int) {
			t.Helper()
			batch := recordAs(t, db, fact.BatchManual, func(w fact.Writer) {
				if got, err := w.PutGivenValue(t.Context(), given("P2", "2026-09", "visits", value)); err != nil || got != want {
					t.Errorf("%q: %d, %v; want %d", value, got, err, want)
				}
			})
			if want != fact.Unchanged && (batch.EarliestMonth != month("2026-09") || len(load(t, db, batch.ID).Given) != loaded) {
				t.Errorf("%q: %+v, %v", value, batch, load(t, db, batch.ID).Given)
			}
		}
		put("", fact.Unchanged, 0)
		put("4.5", fact.Added, 1)
		put("4.50", fact.Unchanged, 1)
		put("0", fact.Corrected, 1) // zero is a value
		put("", fact.Corrected, 0)
		put("", fact.Unchanged, 0)
		put("3", fact.Corrected, 1)
	})
}

func TestATraineeHasOneMentorOnADay(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		record(t, db, func(w fact.Writer) { smallCompany(t, w) })
		put := func(mentor, from, to string) (batch fact.Batch, err error) {
			err = db.InTx(t.Context(), func(tx *store.Tx) error {
				w, err := tx.NewFactWriter(t.Context(), fact.BatchRequest{Kind: fact.BatchManual, ActorID: "u", Document: "m"})
				if err == nil {
					_, err = w.PutMentorship(t.Context(), fact.MentorshipRecord{Mentor: mentor, Trainee: "P2", Days: run(from, to)})
				}
				if err == nil {
					batch, err = w.Finish(t.Context())
				}
				return err
			})
			return batch, err
		}
		must := func(mentor, from, to, touched string) fact.Batch {
			t.Helper()
			batch, err := put(mentor, from, to)
			if err != nil || batch.EarliestMonth != month(touched) {
				t.Fatalf("%s from %s: %+v, %v", mentor, from, batch, err)
			}
			return batch
		}
		must("P1", "2026-07-01", "", "2026-07")
		if _, err := put("P0", "2026-09-01", ""); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("two mentors: %v", err)
		}
		ended := must("P1", "2026-07-01", "2026-08-31", "2026-09") // the days before stay what they were
		next := must("P0", "2026-09-01", "", "2026-09")
		mentors := func(batch fact.BatchID) (all []int32) {
			for _, m := range load(t, db, batch).Mentors {
				all = append(all, m.Mentor)
			}
			return all
		}
		if diff := cmp.Diff([]int32{1, 0}, mentors(next.ID)); diff != "" {
			t.Error(diff)
		}
		undo := func(batch fact.BatchID) error {
			return db.InTx(t.Context(), func(tx *store.Tx) error {
				_, err := tx.UndoBatch(t.Context(), batch, fact.BatchRequest{Kind: fact.BatchUndo, ActorID: "u"})
				return err
			})
		}
		if err := undo(ended.ID); !errs.Is(err, errs.KindConflict) {
			t.Errorf("the end is undone while another follows it: %v", err)
		}
		if err := undo(next.ID); err != nil {
			t.Error(err)
		}
		if err := undo(ended.ID); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff([]int32{1}, mentors(1000)); diff != "" {
			t.Error(diff)
		}
		taken := must("P1", "2026-07-01", "2026-06-30", "2026-07") // ends when it begins: taken back
		if got := mentors(taken.ID); len(got) > 0 {
			t.Errorf("taken back, and yet %v", got)
		}
		must("P0", "2026-05-01", "", "2026-05")
	})
}
