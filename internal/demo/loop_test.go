package demo_test

import (
	"slices"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/diagnosis"
	"xiaoguan/internal/finding"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/programme"
)

// checkLoop wants every goal of the plan active with a baseline and a last value, and diagnoses that read what managers approved in the process and what finance budgeted.
func checkLoop(t *testing.T, f filled) {
	t.Helper()
	ctx, actor := t.Context(), access.SystemActor("test")
	b, err := f.Programme.Goals(ctx, actor)
	if err != nil || len(b.Goals) != 15 || b.Drafts != 0 {
		t.Fatalf("%d goals, %d drafts, %v", len(b.Goals), b.Drafts, err)
	}
	for i := range b.Goals {
		g := &b.Goals[i]
		if age := g.Unit == metric.UnitHours; g.State != programme.GoalActive || g.Baseline == nil || g.Last == nil && !age || // the clock has left the day of the story
			g.Kind == "" || g.Owner == "" {
			t.Errorf("%s: %s %+v %s", g.Key, g.State, g.Baseline, g.Why.Key)
		}
	}
	l, err := f.Diagnoses.List(ctx, actor, 0)
	if err != nil || len(l.Runs) != 2 {
		t.Fatalf("%d runs, %v", len(l.Runs), err)
	}
	v, err := f.Diagnoses.Get(ctx, actor, l.Runs[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	for part, least := range map[finding.Part]int64{finding.Approvals: 100, finding.Budgets: 12, finding.SurveyAnswers: 60, finding.PlanLines: 8} {
		if !slices.ContainsFunc(v.Outcome.Sheets, func(s diagnosis.Sheet) bool { return s.Part == part && s.Rows >= least }) {
			t.Errorf("of %s fewer than %d rows: %+v", part, least, v.Outcome.Sheets)
		}
	}
	for _, kind := range []finding.Kind{"churn_rising", "plan_not_target", "plan_not_understood", "survey_disengaged"} {
		if !slices.Contains(v.Outcome.Looked, kind) {
			t.Errorf("%s is not judged: %+v", kind, v.Outcome.Missing)
		}
	}
}
