package budget_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"xiaoguan/internal/budget"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

const month = monthtest.SmallMonth

// calendarYear is a fiscal year that begins in January.
func calendarYear() calendar.Fiscal { return calendar.Fiscal{} }

func wantKind(t *testing.T, what string, err error, kind errs.Kind) {
	t.Helper()
	if !errs.Is(err, kind) {
		t.Errorf("%s: got %v, want %v", what, err, kind)
	}
}

func row(t *testing.T, o budget.Outlook, kind budget.Kind, key string) budget.Row {
	t.Helper()
	for _, r := range o.Rows {
		if r.Kind == kind && r.Key == key {
			return r
		}
	}
	t.Fatalf("no row %s %s in %+v", kind, key, o.Rows)
	return budget.Row{}
}

// TestABudgetIsComparedWithWhatWasPaidAndIsExpected: August is closed, September calculated. Regular sellers got 15.00 in August, and in
// September 5,960 of A, 75 of D, −15 of E; October to December are expected to be like August.
func TestABudgetIsComparedWithWhatWasPaidAndIsExpected(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := monthtest.Open(t, db, monthtest.Small())
		h.MustClose(t, month-1)
		h.MustCalculate(t, month)
		s := budget.NewService(db.Budgets(), calendarYear)
		o, err := s.Get(t.Context(), monthtest.Auditor, 2026)
		if err != nil || o.Version.Number != 0 || o.First != month-8 || len(o.Over()) != 0 || len(o.Rows) != 8 {
			t.Fatalf("%+v, %v", o, err)
		}
		lines := []budget.Line{{Kind: budget.KindPlan, Key: "regular", Month: month - 1, AmountMinor: 20_00}, {Kind: budget.KindPlan, Key: "regular", Month: month, AmountMinor: 6_000_00},
			{Kind: budget.KindLayer, Key: "regular", Month: month, AmountMinor: 9_000_00}}
		v, err := s.Save(t.Context(), monthtest.Approver, budget.Draft{FiscalYear: 2026, Lines: lines, Note: " 首版 "})
		if err != nil || v.Number != 1 || v.Note != "首版" {
			t.Fatalf("%+v, %v", v, err)
		}
		if o, err = s.Get(t.Context(), monthtest.Auditor, 2026); err != nil || !cmp.Equal(o.Version.Lines, lines) {
			t.Fatalf("%+v, %v", o.Version, err)
		}
		regular := row(t, o, budget.KindPlan, "regular")
		want := [12]budget.Cell{}
		for i := range 7 {
			want[i].Source = budget.SourceClosed
		}
		want[7] = budget.Cell{BudgetMinor: 20_00, ForecastMinor: 15_00, Source: budget.SourceClosed}
		want[8] = budget.Cell{BudgetMinor: 6_000_00, ForecastMinor: 6_020_00, Source: budget.SourceEstimate}
		for i := 9; i < 12; i++ {
			want[i] = budget.Cell{ForecastMinor: 15_00, Source: budget.SourceExpected}
		}
		if diff := cmp.Diff(want, regular.Cells); diff != "" {
			t.Error(diff)
		}
		if regular.ForecastMinor != 6_080_00 || regular.BudgetMinor != 6_020_00 || !regular.Over() {
			t.Errorf("%+v", regular)
		}
		layer := row(t, o, budget.KindLayer, "regular")
		if layer.ForecastMinor != 6_080_00 || layer.BudgetMinor != 9_000_00 || layer.Over() || layer.Cells[11].Source != budget.SourceExpected {
			t.Errorf("%+v", layer)
		}
		for plan, want := range map[string]int{"": 1, "regular": 1, "core": 0} {
			if over, err := s.Warnings(t.Context(), monthtest.Maker, month, plan); err != nil || len(over) != want {
				t.Errorf("warnings of %q: %+v, %v", plan, over, err)
			}
		}
		if over, err := s.Warnings(t.Context(), monthtest.Seller(1), month, ""); err != nil || over != nil {
			t.Errorf("a seller is warned: %+v, %v", over, err)
		}
	})
}

func TestABudgetIsKeptVersionByVersion(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := monthtest.NewHouse(db, storetest.Clock())
		if err := h.InstallPlans(t.Context()); err != nil {
			t.Fatal(err)
		}
		s := budget.NewService(db.Budgets(), calendarYear)
		line := budget.Line{Kind: budget.KindPlan, Key: "core", Month: month, AmountMinor: 1_00}
		draft := func(change func(*budget.Draft)) budget.Draft {
			d := budget.Draft{FiscalYear: 2026, Lines: []budget.Line{line}}
			change(&d)
			return d
		}
		for name, d := range map[string]budget.Draft{
			"no lines":         draft(func(d *budget.Draft) { d.Lines = nil }),
			"no such year":     draft(func(d *budget.Draft) { d.FiscalYear = 7 }),
			"another year":     draft(func(d *budget.Draft) { d.Lines[0].Month += 12 }),
			"below zero":       draft(func(d *budget.Draft) { d.Lines[0].AmountMinor = -1 }),
			"no such kind":     draft(func(d *budget.Draft) { d.Lines[0].Kind = "x" }),
			"a month twice":    draft(func(d *budget.Draft) { d.Lines = append(d.Lines, d.Lines[0]) }),
			"a line of nobody": draft(func(d *budget.Draft) { d.Lines[0].Key = "" }),
		} {
			_, err := s.Save(t.Context(), monthtest.Approver, d)
			wantKind(t, name, err, errs.KindInvalid)
		}
		first := draft(func(*budget.Draft) {})
		_, err := s.Save(t.Context(), monthtest.Maker, first)
		wantKind(t, "operations enters it", err, errs.KindForbidden)
		_, err = s.Get(t.Context(), monthtest.Lead(1), 2026)
		wantKind(t, "a lead reads it", err, errs.KindForbidden)
		_, err = s.Get(t.Context(), monthtest.Auditor, 1)
		wantKind(t, "the first year of all", err, errs.KindInvalid)
		if _, err := s.Save(t.Context(), monthtest.Approver, first); err != nil {
			t.Fatal(err)
		}
		_, err = s.Save(t.Context(), monthtest.Closer, first)
		wantKind(t, "not having seen the first", err, errs.KindConflict)
		second := draft(func(d *budget.Draft) { d.Seen, d.Lines[0].AmountMinor = 1, 2_00 })
		if v, err := s.Save(t.Context(), monthtest.Closer, second); err != nil || v.Number != 2 {
			t.Errorf("%+v, %v", v, err)
		}
		if o, err := s.Get(t.Context(), monthtest.Auditor, 2026); err != nil || row(t, o, budget.KindPlan, "core").BudgetMinor != 2_00 {
			t.Errorf("%+v, %v", o, err)
		}
		if n := monthtest.QueryInts(t, db, "SELECT COUNT(*) FROM budget"); n[0] != 2 {
			t.Errorf("%d versions are kept", n[0])
		}
		if got := monthtest.QueryTexts(t, db, "SELECT action || ' ' || actor_id || ' ' || subject FROM audit_entry WHERE action LIKE 'budget%' ORDER BY seq"); !cmp.Equal(got,
			[]string{"budget.save u-approver budget:2026", "budget.save u-closer budget:2026"}) {
			t.Errorf("audit log %v", got)
		}
	})
}

// TestAForecastStandsOnEitherBasis: of monthtest.Settling, whose arithmetic is there. August: A earns 1,200.00, held, and draws 1,000.00; D earns 600.00: 1,800.00
// accrued, 1,600.00 paid. September: A earns 1,800.00, is released 1,200.00 and gives 1,000.00 to the draw; of D 300.00 are taken back and carried: 1,500.00 accrued,
// 2,000.00 paid. The same before the close as after it.
func TestAForecastStandsOnEitherBasis(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h, ctx := monthtest.OpenSettling(t, db), t.Context()
		s := budget.NewService(db.Budgets(), calendarYear)
		wants := func(m calendar.Month, accrued, paid int64, source budget.Source) {
			t.Helper()
			for by, want := range map[budget.Basis]int64{budget.BasisAccrued: accrued, budget.BasisPaid: paid} {
				o, err := s.GetBy(ctx, monthtest.Auditor, 2026, by)
				if err != nil || o.Basis != by {
					t.Fatal(o.Basis, err)
				}
				if c := row(t, o, budget.KindPlan, "regular").Cells[m-o.First]; c.ForecastMinor != want || c.Source != source {
					t.Errorf("%s %s: %+v, want %d %s", m, by, c, want, source)
				}
			}
		}
		h.MustCalculate(t, month-1)
		wants(month-1, 1_800_00, 1_600_00, budget.SourceEstimate)
		h.MustClose(t, month-1)
		wants(month-1, 1_800_00, 1_600_00, budget.SourceClosed)
		h.MustCalculate(t, month)
		wants(month, 1_500_00, 2_000_00, budget.SourceEstimate)
		h.MustClose(t, month)
		wants(month, 1_500_00, 2_000_00, budget.SourceClosed)
		_, err := s.GetBy(ctx, monthtest.Auditor, 2026, "hoped")
		wantKind(t, "another basis", err, errs.KindInvalid)
	})
}
