package plan_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/plan"
)

// TestBombsAreRefusedSoon decodes documents made to cost time or memory: each is refused with a place, before anybody notices.
func TestBombsAreRefusedSoon(t *testing.T) {
	t.Parallel()
	laughs := &strings.Builder{}
	laughs.WriteString("xiaoguan: plan/1\na0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n")
	for i := range 12 {
		fmt.Fprintf(laughs, "a%d: &a%d [%s*a%d]\n", i+1, i+1, strings.Repeat(fmt.Sprintf("*a%d, ", i), 8), i)
	}
	measures := &strings.Builder{}
	measures.WriteString("xiaoguan: plan/1\nmeasures:\n")
	for i := range 20_000 {
		fmt.Fprintf(measures, "  m%d: {name: {zh: 甲, en: a}, ratio: [m%d, m%d]}\n", i, i+1, i+2)
	}
	bands := &strings.Builder{}
	bands.WriteString("xiaoguan: plan/1\ncomponents:\n  - id: a\n    pays:\n      rate: 1%\n      of: x\n      table:\n        by: x\n        bands:\n")
	for i := range 15_000 {
		fmt.Fprintf(bands, "          - {from: %d%%, to: %d%%, times: 1}\n", i, i+1)
	}
	for name, text := range map[string]string{
		"aliases of aliases":        laughs.String(),
		"an alias of itself":        "xiaoguan: plan/1\nname: &a [*a]\n",
		"a million open brackets":   strings.Repeat("[", 1<<20-1),
		"a hundred thousand braces": strings.Repeat("{a: ", 100_000),
		"lists in lists by dashes":  strings.Repeat("- ", 200_000),
		"twenty thousand measures":  measures.String(),
		"fifteen thousand bands":    bands.String(),
		"two megabytes":             "xiaoguan: plan/1\nname: " + strings.Repeat("x", 2<<20),
		"merge keys":                "xiaoguan: plan/1\n<<: {id: x}\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			d, findings := plan.Inspect("bomb.yaml", []byte(text))
			took := time.Since(began)
			errors := 0
			for _, f := range findings {
				if f.Severity == plan.SeverityError {
					errors++
					if f.Field.Row < 1 || f.Field.Message.Key == "" || f.Field.Remedy.Key == "" {
						t.Errorf("without a place or a remedy: %+v", f)
					}
				}
			}
			if errors == 0 || len(findings) > plan.FindingsMax {
				t.Errorf("%d errors of %d findings: %+v", errors, len(findings), d)
			}
			if took > 20*time.Second { // a tenth on an idle machine
				t.Errorf("took %s", took)
			}
		})
	}
}
