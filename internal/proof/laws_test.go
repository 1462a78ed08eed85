package proof_test

import (
	"testing"

	"pgregory.net/rapid"

	"xiaoguan/internal/engine"
	"xiaoguan/internal/engine/enginetest"
	"xiaoguan/internal/proof"
)

// checkSubsets holds every statement of a run against that of its subset, and the subset against its text.
func checkSubsets(t rapid.TB, in engine.Input) (statements int) {
	result, err := engine.Run(in)
	if err != nil {
		return 0
	}
	for _, p := range result.Payouts {
		if p.Component != 0 {
			continue
		}
		want, err := result.Statement(p.Person, p.Plan)
		if err != nil {
			t.Fatal(err)
		}
		subset, err := proof.Subset(in, p.Person, p.Plan)
		if err != nil {
			t.Fatalf("subset of %s: %v", want.Payee, err)
		}
		same(t, "subset", subset, want)
		read, err := proof.ThroughText(subset)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "text of the subset", read, want)
		smallest, err := proof.Subset(read, read.Only[0], 0)
		if err != nil {
			t.Fatal(err)
		}
		if a, b := subset.Facts, smallest.Facts; len(a.Deals) != len(b.Deals) || len(a.Persons) != len(b.Persons) || a.Payments.Len() != b.Payments.Len() {
			t.Fatalf("the subset of a subset is smaller: %d → %d deals, %d → %d persons, %d → %d payments", len(a.Deals), len(b.Deals), len(a.Persons),
				len(b.Persons), a.Payments.Len(), b.Payments.Len())
		}
		statements++
	}
	return statements
}

func same(t rapid.TB, what string, in engine.Input, want *engine.Statement) {
	t.Helper()
	result, err := engine.Run(in)
	if err != nil {
		t.Fatalf("%s of %s: %v", what, want.Payee, err)
	}
	got, err := result.Statement(in.Only[0], 0)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := string(want.AppendJSON(nil)), string(got.AppendJSON(nil)); a != b {
		t.Fatalf("%s of %s:\nfull   %s\nsubset %s", what, want.Payee, a, b)
	}
}

func TestTheSubsetGivesTheSameStatement(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) { checkSubsets(t, enginetest.Input(t)) })
}
