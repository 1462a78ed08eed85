package demo_test

import (
	"testing"

	"xiaoguan/internal/access"
)

// checkFit wants three assessments that know most dimensions and grew, and a settled table of priorities in which something is chosen and something is left.
func checkFit(t *testing.T, f filled) {
	t.Helper()
	ctx, actor := t.Context(), access.SystemActor("test")
	list, err := f.Assessments.List(ctx, actor)
	if err != nil || len(list) != 3 {
		t.Fatalf("%d assessments, %v", len(list), err)
	}
	for i := range list {
		if r := &list[i].Result; !r.Known || r.Weakest == "" {
			t.Errorf("%s: %+v", list[i].On, r)
		}
	}
	v, err := f.Priorities.Show(ctx, actor)
	if err != nil || len(v.Rows) < 8 || !v.Choice.Proven || len(v.Choice.Chosen) < 3 || len(v.Choice.Left) == 0 {
		t.Errorf("%+v %v", v.Choice, err)
	}
	if tables, err := f.Priorities.Tables(ctx, actor); err != nil || len(tables) != 1 {
		t.Errorf("%d tables, %v", len(tables), err)
	}
}

// checkSkills wants skills of most people marked, some below what is asked of them, and trainings.
func checkSkills(t *testing.T, f filled) {
	t.Helper()
	v, err := f.Capability.Worth(t.Context(), access.SystemActor("test"))
	if err != nil {
		t.Fatal(err)
	}
	marked, below := int64(0), int64(0)
	for _, l := range v.Lacks {
		marked, below = marked+l.Marked, below+l.Below
	}
	if marked == 0 || below == 0 || below == marked || v.Trained == 0 || v.Core == 0 {
		t.Errorf("%d marked, %d below, %d trained", marked, below, v.Trained)
	}
}
