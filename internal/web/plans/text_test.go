package plans

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"xiaoguan/internal/plan"
	"xiaoguan/internal/web/ui"
)

func TestADifferenceRebuildsBothTexts(t *testing.T) {
	t.Parallel()
	lines := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", "", "d e"}), 0, 30)
	rapid.Check(t, func(t *rapid.T) {
		before, after := lines.Draw(t, "before"), lines.Draw(t, "after")
		var left, right []string
		kind := ui.DiffKind("none")
		for _, c := range ui.CompareLines(join(before), join(after)) {
			if c.Kind == kind || len(c.Lines) == 0 {
				t.Fatalf("two runs of one kind, or an empty one")
			}
			kind = c.Kind
			if c.Kind != ui.DiffAdded {
				left = append(left, c.Lines...)
			}
			if c.Kind != ui.DiffRemoved {
				right = append(right, c.Lines...)
			}
		}
		if join(left) != join(before) || join(right) != join(after) {
			t.Fatalf("%q and %q came back as %q and %q", before, after, left, right)
		}
	})
}

func join(lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	return strings.Join(lines, "\n") + "\n"
}

func TestWhatIsCommonStays(t *testing.T) {
	t.Parallel()
	got := ui.CompareLines("a\nb\nc\nd\n", "a\nx\nc\nd\ne\n")
	want := []ui.LineChange{{Kind: ui.DiffSame, Lines: []string{"a"}}, {Kind: ui.DiffRemoved, Lines: []string{"b"}}, {Kind: ui.DiffAdded, Lines: []string{"x"}}, {Kind: ui.DiffSame, Lines: []string{"c", "d"}}, {Kind: ui.DiffAdded, Lines: []string{"e"}}}
	if len(got) != len(want) {
		t.Fatalf("%v", got)
	}
	for i := range want {
		if got[i].Kind != want[i].Kind || join(got[i].Lines) != join(want[i].Lines) {
			t.Errorf("run %d is %v, want %v", i, got[i], want[i])
		}
	}
}

func TestEverySectionHasItsRule(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../../bench/w1/plans/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no plans", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		d, err := plan.Decode(file, text)
		if err != nil {
			t.Fatal(err)
		}
		sections := proseOf(d, plan.LangZh)
		for i, rule := range ruleOf(d, string(text), sections) {
			if rule == "" {
				t.Errorf("%s: %s has no rule", file, sections[i].Heading)
			}
		}
	}
}

func TestABlockIsAnEntryWithWhatIsInsideOfIt(t *testing.T) {
	t.Parallel()
	lines := strings.Split("a:\n  b: 1\n\n  # note\n  c:\n  - x\n  - y\nd: 2\n", "\n")
	for row, want := range map[int][2]int{1: {0, 7}, 2: {1, 2}, 5: {4, 7}, 6: {5, 6}, 8: {7, 8}, 0: {0, 0}, 99: {0, 0}} {
		if from, to := block(lines, row); from != want[0] || to != want[1] {
			t.Errorf("row %d is lines %d to %d, want %v", row, from, to, want)
		}
	}
}
