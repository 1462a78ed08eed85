package demo_test

import (
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/review"
)

// checkReviews wants an assessment and a weekly review that are over, with actions kept, late and open, a weekly one that is prepared, and decisions with and without
// evidence.
func checkReviews(t *testing.T, f filled) {
	t.Helper()
	ctx, actor := t.Context(), access.SystemActor("test")
	l, err := f.Reviews.List(ctx, actor, "", "")
	if err != nil {
		t.Fatal(err)
	}
	states := map[review.State]int{}
	scores := map[review.Score]int{}
	for i := range l.Reviews {
		states[l.Reviews[i].State]++
		v, err := f.Reviews.Get(ctx, actor, l.Reviews[i].ID)
		if err != nil {
			t.Fatal(err)
		}
		if len(v.Rows) == 0 || v.Total.TargetMinor == 0 {
			t.Errorf("%s %s: %+v", v.Kind, v.On, v.Total)
		}
		for _, a := range v.Actions {
			scores[a.Score(today)]++ // as of the day of the company, which the clock has left since
		}
	}
	if states[review.StateFinished] < 2 || states[review.StatePrepared] == 0 || scores[review.ScoreKept] == 0 || scores[review.ScoreOpen] == 0 {
		t.Errorf("%v %v", states, scores)
	}
	log, err := f.Decisions.List(ctx, actor, "")
	if err != nil || len(log.Decisions) < 3 || len(log.Months) == 0 {
		t.Errorf("%d decisions, %v", len(log.Decisions), err)
	}
}
