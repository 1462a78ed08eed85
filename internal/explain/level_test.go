package explain_test

import (
	"testing"

	"xiaoguan/internal/explain"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/plan"
)

// TestALevelHasOneName: the lists of people, the form of a plan and what explains pay call a level by the same words.
func TestALevelHasOneName(t *testing.T) {
	t.Parallel()
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range i18n.Langs() {
		p := catalogue.Printer(lang)
		for _, level := range []plan.Layer{plan.LayerNewcomer, plan.LayerRegular, plan.LayerCore, plan.LayerManager} {
			want := explain.Level(p, string(level))
			for _, key := range []string{"people.level_", "planform.layer_"} {
				if got := p.T(key + string(level)); got != want {
					t.Errorf("%s: %s%s is %q, elsewhere %q", lang, key, level, got, want)
				}
			}
		}
	}
}
