package engine_test

import (
	"path/filepath"
	"testing"

	"golang.org/x/tools/txtar"
	"pgregory.net/rapid"

	"xiaoguan/internal/engine"
	"xiaoguan/internal/proof"
)

// subsetsGiveTheSame: with nothing but what Reads names, every statement has the same bytes. It returns how many there were.
func subsetsGiveTheSame(t rapid.TB, in engine.Input) (statements int) {
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
			t.Fatal(err)
		}
		again, err := engine.Run(subset)
		if err != nil {
			t.Fatal(err)
		}
		got, err := again.Statement(subset.Only[0], 0)
		if err != nil {
			t.Fatal(err)
		}
		if a, b := string(want.AppendJSON(nil)), string(got.AppendJSON(nil)); a != b {
			t.Fatalf("full   %s\nsubset %s", a, b)
		}
		statements++
	}
	return statements
}

func TestReadsIsAllThatAStatementNeeds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) { subsetsGiveTheSame(t, source{t}.input()) })
}

func TestReadsIsAllThatContestsPoolsAndGridsNeed(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/components/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	statements := 0
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		statements += subsetsGiveTheSame(t, componentCase(t, archive))
	}
	if statements < 20 {
		t.Errorf("%d statements in %d cases", statements, len(files))
	}
}
