package retro_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/retro"
	"xiaoguan/internal/store/storetest"
)

// TestMonthsThatComeAlongAreTakenWholeOrRefused: the plan carries what is above its cap, so that every later month comes along. Of 38 closed months the first
// two cannot be recomputed any more; the refusal says from which month on it is possible, and nothing is started.
func TestMonthsThatComeAlongAreTakenWholeOrRefused(t *testing.T) {
	t.Parallel()
	db := storetest.SQLiteFrom(t, afterwards)
	text := fmt.Sprintf(latePlan, "    cap: {amount: 300.00, excess: carried}\n", "full", "")
	h := openLate(t, db, strings.Replace(text, "from: 2026-01-01", "from: 2023-01-01", 1))
	const first = march - 24
	for month := range calendar.Month(retro.MonthsMax + 2) {
		h.MustClose(t, first+month)
	}
	for _, chosen := range []calendar.Month{first, first + 1} {
		_, err := h.Retros.Start(t.Context(), monthtest.Maker, []calendar.Month{chosen})
		refusal, ok := errors.AsType[*errs.Error](err)
		if !ok || refusal.Kind != errs.KindInvalid || len(refusal.Fields) != 1 {
			t.Fatalf("%s: %v", chosen, err)
		}
		if m := refusal.Fields[0].Message; m.Key != "retro.dependent_many" || m.Args["Month"] != chosen || m.Args["Earliest"] != first+2 || m.Args["Count"] != int(first+retro.MonthsMax+1-chosen) {
			t.Errorf("%s: %+v", chosen, m)
		}
	}
	if list, err := h.Retros.List(t.Context(), monthtest.Maker); err != nil || len(list.Retros) != 0 {
		t.Errorf("%+v, %v", list.Retros, err)
	}
	if r := h.MustRetro(t, first+2); len(r.Months) != retro.MonthsMax || r.Deltas != 0 {
		t.Errorf("%d months, %d deltas", len(r.Months), r.Deltas)
	}
}
