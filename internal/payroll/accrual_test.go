package payroll_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/payroll"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/reward"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

func accrual(t *testing.T, h *monthtest.House, m calendar.Month) reward.Accrual {
	t.Helper()
	a, err := h.Rewards.Accrual(t.Context(), monthtest.Auditor, m)
	if err != nil || len(a.Digest) != 64 {
		t.Fatal(a, err)
	}
	return a
}

// TestAnAccrualNeverChanges. The tables of August and September are handed out. Then payroll says that the 600.00 of August were paid on 10 September, a region
// gets another name, and the plan another layer. Both tables say what they said; October opens with what September closed with, and has the payment.
func TestAnAccrualNeverChanges(t *testing.T) {
	t.Parallel()
	storetest.RunFrom(t, late, func(t *testing.T, db *store.DB) {
		h := monthtest.OpenSettling(t, db)
		h.MustClose(t, month-1)
		h.MustClose(t, month)
		before := []reward.Accrual{accrual(t, h, month-1), accrual(t, h, month)}
		office := payroll.NewService(db.Payroll(), monthtest.NewID(time.Now))
		if _, err := office.Record(t.Context(), monthtest.Closer, month-1, []payroll.Answer{paid("D", "2026-09-10")}); err != nil {
			t.Fatal(err)
		}
		h.MustRecord(t, func(ctx context.Context, w fact.Writer) error {
			_, err := w.PutRegion(ctx, fact.RegionRecord{Key: "E", Name: "华东大区"})
			return err
		})
		after := []reward.Accrual{accrual(t, h, month-1), accrual(t, h, month)}
		if diff := cmp.Diff(before, after); diff != "" {
			t.Errorf("tables that were handed out are others now:\n%s", diff)
		}
		h.MustClose(t, month+1)
		next := accrual(t, h, month+1)
		if next.Sum.Opening != before[1].Sum.Closing || next.Sum.Paid != 600_00 || next.After != before[1].Until || next.Until <= next.After {
			t.Errorf("October: %+v after %+v", next, before[1].Sum)
		}
		if !slices.ContainsFunc(next.Rows, func(r reward.AccrualRow) bool { return r.Region == "华东大区" && r.PlanID == "regular" }) {
			t.Errorf("October's regions: %+v", next.Rows)
		}
		if diff := cmp.Diff(before[1], accrual(t, h, month)); diff != "" {
			t.Errorf("September is another after October's close:\n%s", diff)
		}
		if !slices.ContainsFunc(before[1].Rows, func(r reward.AccrualRow) bool { return r.Region == "华东" && r.Layer == "regular" }) {
			t.Errorf("September's rows: %+v", before[1].Rows)
		}
	})
}

// TestADraftOfAPlanMovesNoAccrual: the layer of a plan is that of the versions that were approved when the month was closed.
func TestADraftOfAPlanMovesNoAccrual(t *testing.T) {
	t.Parallel()
	storetest.RunFrom(t, late, func(t *testing.T, db *store.DB) {
		o := open(t, db)
		before := accrual(t, o.House, month)
		versions, err := o.Plans.List(t.Context(), monthtest.Maker)
		if err != nil {
			t.Fatal(err)
		}
		at := slices.IndexFunc(versions, func(v planbook.Version) bool { return v.DocumentID == "regular" })
		text := strings.Replace(versions[at].Text, "layer: regular", "layer: core", 1)
		if text == versions[at].Text {
			t.Fatal(text)
		}
		if _, err := o.Plans.Save(t.Context(), monthtest.Maker, planbook.Draft{Text: text}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, accrual(t, o.House, month)); diff != "" {
			t.Error(diff)
		}
	})
}

// TestATableOfAMonthThatIsClosedAfterALaterOneFollowsIt: September is closed before August. August's table begins where September's ends, and September's stays.
func TestATableOfAMonthThatIsClosedAfterALaterOneFollowsIt(t *testing.T) {
	t.Parallel()
	storetest.RunFrom(t, late, func(t *testing.T, db *store.DB) {
		h := monthtest.Open(t, db, monthtest.Small())
		h.MustClose(t, month)
		september := accrual(t, h, month)
		h.MustClose(t, month-1)
		august := accrual(t, h, month-1)
		if diff := cmp.Diff(september, accrual(t, h, month)); diff != "" {
			t.Errorf("September is another:\n%s", diff)
		}
		if august.Sum.Opening != september.Sum.Closing || august.After != september.Until || august.Sum.Earned == 0 {
			t.Errorf("August: %+v after %+v", august, september.Sum)
		}
		h.MustClose(t, month+1)
		if october := accrual(t, h, month+1); october.Sum.Opening != august.Sum.Closing {
			t.Errorf("October opens with %+v after %+v", october.Sum.Opening, august.Sum.Closing)
		}
	})
}
