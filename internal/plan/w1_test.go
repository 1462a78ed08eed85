package plan_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"xiaoguan/internal/decimal"
	"xiaoguan/internal/plan"
)

const w1 = "../../bench/w1/plans"

// w1Text is one of the W1 documents as written.
func w1Text(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(w1, name+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// readW1 decodes one of the W1 documents.
func readW1(t *testing.T, name string) *plan.Document {
	t.Helper()
	d, findings := plan.Inspect(name+".yaml", []byte(w1Text(t, name)))
	if d == nil {
		t.Fatal(report(t, findings))
	}
	return d
}

var w1Names = []string{"crediting", "newcomer", "regular", "core", "manager"}

// samePlan compares whole plans, canonical bytes and hash included.
var samePlan = cmp.Options{cmpopts.EquateEmpty(), cmp.AllowUnexported(plan.Plan{}, plan.Crediting{}),
	cmp.Comparer(func(a, b decimal.Decimal) bool { return a.Cmp(b) == 0 })}

func TestW1DecodesAndItsCanonicalFormIsAFixpoint(t *testing.T) {
	t.Parallel()
	for _, name := range w1Names {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := readW1(t, name)
			canonical := canonicalOf(d)
			again, err := plan.Decode(name, canonical)
			if err != nil {
				t.Fatalf("%v\n%s", err, canonical)
			}
			if string(canonicalOf(again)) != string(canonical) {
				t.Errorf("canonical form changed:\n%s\n%s", canonical, canonicalOf(again))
			}
			if diff := cmp.Diff(d.Plan, again.Plan, samePlan); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(d.Crediting, again.Crediting, samePlan); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func canonicalOf(d *plan.Document) []byte {
	return d.Canonical()
}
