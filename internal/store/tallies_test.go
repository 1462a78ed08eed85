package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/standard"
	"xiaoguan/internal/store"
)

func talliesBy(t *testing.T, db *store.DB, q standard.TallyQuery) (all []standard.Tally) {
	t.Helper()
	if err := db.Read(t.Context(), func(tx *store.Tx) (err error) {
		all, err = tx.Tallies(t.Context(), q)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

// TestAnUpgradeKeepsWhatRatesAreMadeOf brings rows of one rule each to rows of a person's month.
func TestAnUpgradeKeepsWhatRatesAreMadeOf(t *testing.T) {
	t.Parallel()
	august := calendar.NewMonth(2026, 8)
	for engine, open := range empty(t) {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			insert := "INSERT INTO compliance_tally (month, person_id, rule_id, satisfied, violated, pending, exempt) VALUES "
			db := upgraded(t, open, engine, 43, insert+"('2026-08', 7, 'first_contact_in_time', 3, 2, 1, 0), ('2026-08', 7, '', 1, 2, 0, 0), ('2026-08', 9, 'plan_in_time', 0, 0, 0, 4), ('2026-07', 7, 'plan_in_time', 5, 0, 0, 0)")
			q := standard.TallyQuery{From: august - 1, To: august, All: true, By: standard.ByPerson}
			want := []standard.Tally{{PersonID: 7, Counts: standard.Counts{Satisfied: 1, Violated: 2}}, {PersonID: 7, RuleID: "first_contact_in_time", Counts: standard.Counts{Satisfied: 3, Violated: 2, Pending: 1}},
				{PersonID: 7, RuleID: "plan_in_time", Counts: standard.Counts{Satisfied: 5}}, {PersonID: 9, RuleID: "plan_in_time", Counts: standard.Counts{Exempt: 4}}}
			if diff := cmp.Diff(want, talliesBy(t, db, q)); diff != "" {
				t.Errorf("- want, + upgraded:\n%s", diff)
			}
			do(t, db, func(tx *store.Tx) error {
				return tx.AddTallies(t.Context(), standard.Tallies{
					{Month: august, PersonID: 7}:     {Rules: []standard.RuleCounts{{RuleID: "first_contact_in_time", Counts: standard.Counts{Satisfied: 1, Violated: -2}}, {RuleID: "new_rule", Counts: standard.Counts{Pending: 1}}}},
					{Month: august, PersonID: 9}:     {Rules: []standard.RuleCounts{{RuleID: "plan_in_time", Counts: standard.Counts{Exempt: -4}}}},
					{Month: august - 1, PersonID: 8}: {Rules: []standard.RuleCounts{{Counts: standard.Counts{Violated: 1}}}},
					{Month: august, PersonID: 11}:    {Rules: []standard.RuleCounts{{}}},
				})
			})
			want = []standard.Tally{{Month: august - 1, PersonID: 0, RuleID: "", Counts: standard.Counts{Violated: 1}}, {Month: august - 1, RuleID: "plan_in_time", Counts: standard.Counts{Satisfied: 5}},
				{Month: august, RuleID: "", Counts: standard.Counts{Satisfied: 1, Violated: 2}}, {Month: august, RuleID: "first_contact_in_time", Counts: standard.Counts{Satisfied: 4, Pending: 1}},
				{Month: august, RuleID: "new_rule", Counts: standard.Counts{Pending: 1}}}
			q.By = standard.ByMonth
			if diff := cmp.Diff(want, talliesBy(t, db, q)); diff != "" {
				t.Errorf("- want, + added:\n%s", diff)
			}
			q = standard.TallyQuery{From: august, To: august, Persons: []int64{9}, By: standard.ByPerson}
			if left := talliesBy(t, db, q); len(left) != 0 {
				t.Errorf("what came to nothing is still there: %v", left)
			}
		})
	}
}
