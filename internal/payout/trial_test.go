package payout_test

import (
	"os"
	"strings"
	"testing"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// draftOf is the regular plan of the bench with something else in it.
func draftOf(t *testing.T, changes ...string) *plan.Plan {
	t.Helper()
	text, err := os.ReadFile("../../bench/w1/plans/regular.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.DecodePlan("", []byte(strings.NewReplacer(changes...).Replace(string(text))))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestADraftIsTriedOnARealMonth(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := monthtest.Open(t, db, monthtest.Small())
		a, e := h.Person(t, "A"), h.Person(t, "E")
		// A collected 110,000 of 100,000, all of category A: 110,000 × 3 % × 1.2 = 3,960 and 2,000; at 4 % 5,280, and 2,500 instead of 2,000
		dearer := draftOf(t, "A: 3%", "A: 4%", "amount: 2000.00", "amount: 2500.00")
		got, err := h.Payouts.TryPlan(t.Context(), monthtest.Maker, payout.TrialQuestion{Month: month, PersonID: a, Plan: dearer})
		if err != nil || got.Stored || !got.Pays || got.BeforeMinor != payOfA || got.AfterMinor != 5_280_00+2_500_00 || len(got.Lines) != 2 || got.Name == "" || len(got.Left) != 1 {
			t.Errorf("before the month is calculated: %+v, %v", got, err)
		}
		// a new document for the same layer stands in its place, and does not pay beside it
		fresh, err := h.Payouts.TryPlan(t.Context(), monthtest.Maker, payout.TrialQuestion{Month: month, PersonID: a, Plan: draftOf(t, "id: regular\n", "id: regular_new\n")})
		if err != nil || fresh.BeforeMinor != payOfA || fresh.AfterMinor != payOfA || len(fresh.Lines) != 4 {
			t.Errorf("under another id: %+v, %v", fresh, err)
		}
		h.MustCalculate(t, month)
		stored, err := h.Payouts.TryPlan(t.Context(), monthtest.Maker, payout.TrialQuestion{Month: month, PersonID: a, Plan: dearer})
		if err != nil || !stored.Stored || stored.BeforeMinor != payOfA || stored.AfterMinor != got.AfterMinor || stored.Lines[0].Name.Zh != "提成" {
			t.Errorf("after it was calculated: %+v, %v", stored, err)
		}
		// levels that the draft leaves out are not paid by it
		none, err := h.Payouts.TryPlan(t.Context(), monthtest.Maker, payout.TrialQuestion{Month: month, PersonID: a, Plan: draftOf(t, "level: [regular]", "level: [core]")})
		if err != nil || none.Pays || none.AfterMinor != 0 || none.BeforeMinor != payOfA {
			t.Errorf("who is left out: %+v, %v", none, err)
		}
		m, heads, err := h.Payouts.TrialChoices(t.Context(), monthtest.Maker, month+2)
		if err != nil || m != month || len(heads) == 0 {
			t.Errorf("%s, %d people, %v", m, len(heads), err)
		}
		if _, heads, err := h.Payouts.TrialChoices(t.Context(), monthtest.Maker, month-1); err != nil || len(heads) != 0 {
			t.Errorf("before the first month: %d people, %v", len(heads), err)
		}
		_, err = h.Payouts.TryPlan(t.Context(), monthtest.Seller(e), payout.TrialQuestion{Month: month, PersonID: e, Plan: dearer})
		wantKind(t, "a seller tries a draft", err, errs.KindForbidden)
		_, _, err = h.Payouts.TrialChoices(t.Context(), monthtest.Seller(e), month)
		wantKind(t, "a seller asks for the others", err, errs.KindForbidden)
		_, err = h.Payouts.TryPlan(t.Context(), monthtest.Maker, payout.TrialQuestion{Month: month, PersonID: 999_999, Plan: dearer})
		wantKind(t, "somebody who is not there", err, errs.KindNotFound)
		_, err = h.Payouts.TryPlan(t.Context(), monthtest.Maker, payout.TrialQuestion{Month: monthtest.Month("1999-01"), PersonID: a, Plan: dearer})
		wantKind(t, "a month without rules", err, errs.KindConflict)
	})
}
