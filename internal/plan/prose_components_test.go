package plan_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"xiaoguan/internal/plan"
)

// soundComponents decodes the case that uses every further step of a component.
func soundComponents(t testing.TB) *plan.Document {
	t.Helper()
	archive, err := txtar.ParseFile(filepath.Join("testdata", "findings", "sound_components.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	d, err := plan.Decode("components", archive.Files[0].Data)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestProseOfEveryFurtherStepOfAComponent(t *testing.T) {
	t.Parallel()
	d := soundComponents(t)
	for _, lang := range []plan.Lang{plan.LangZh, plan.LangEn} {
		sections := d.Plan.Prose(lang)
		golden(t, fmt.Sprintf("prose/components.%s.txt", lang), written(sections))
		for _, s := range sections {
			for _, p := range s.Paragraphs {
				if at := d.Position(p.Path); at.Row == 1 && at.Column == 1 {
					t.Errorf("%s: no place in the document", p.Path)
				}
			}
		}
	}
}

func TestCanonicalFormOfEveryFurtherStepIsReadBackToTheSamePlan(t *testing.T) {
	t.Parallel()
	d := soundComponents(t)
	again, err := plan.Decode("canonical", d.Plan.Canonical())
	if err != nil {
		t.Fatalf("%v\n%s", err, d.Plan.Canonical())
	}
	if diff := cmp.Diff(d.Plan, again.Plan, samePlan); diff != "" {
		t.Error(diff)
	}
}
