package flow

import (
	"strings"
	"testing"

	"xiaoguan/internal/flow"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/sop"
	"xiaoguan/internal/stats"
)

// TestTheRulesThatMatterAreNamedFirst: the three that go most with winning, the best first, and those that could go; not what harms or is unclear.
func TestTheRulesThatMatterAreNamedFirst(t *testing.T) {
	t.Parallel()
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	rule := func(name string, points float64, impact flow.Impact, useless bool) flow.Effect {
		return flow.Effect{Rule: &sop.Rule{Name: sop.Text{Zh: name, En: name}}, Useless: useless, Win: flow.Contrast{Known: true, Impact: impact, Contrast: stats.Contrast{Difference: points}}}
	}
	e := &flow.Effects{Rules: []flow.Effect{rule("少", 0.02, flow.ImpactHelps, false), rule("中", 0.1, flow.ImpactHelps, false), rule("没用", 0, flow.ImpactNeutral, true), rule("多", 0.3, flow.ImpactHelps, false),
		rule("坏", -0.2, flow.ImpactHarms, false), rule("较多", 0.2, flow.ImpactHelps, false)}}
	var page strings.Builder
	for _, part := range (&Handler{}).advice(&asked{p: catalogue.Printer(i18n.ZhCN)}, e) {
		if err := part.Render(t.Context(), &page); err != nil {
			t.Fatal(err)
		}
	}
	text := page.String()
	at := -1
	for _, want := range []string{"多（赢单率高30", "较多（赢单率高20", "中（赢单率高10", "可考虑取消", "没用"} {
		next := strings.Index(text[max(at, 0):], want)
		if next < 0 {
			t.Fatalf("no %q behind what came before in %s", want, text)
		}
		at = max(at, 0) + next
	}
	if strings.Contains(text, "少（") || strings.Contains(text, "坏") {
		t.Errorf("too much is named: %s", text)
	}
	if parts := (&Handler{}).advice(&asked{p: catalogue.Printer(i18n.En)}, &flow.Effects{}); len(parts) != 0 {
		t.Errorf("nothing is known, and %d notes say something", len(parts))
	}
}
