package flow

import (
	"cmp"
	"slices"

	"github.com/a-h/templ"

	"xiaoguan/internal/flow"
	"xiaoguan/internal/web/ui"
)

// advised is how many rules are named of those that go with winning.
const advised = 3

// advice says first what the table is looked at for: which rules go most with winning, and which could be taken away.
func (h *Handler) advice(a *asked, e *flow.Effects) (parts []templ.Component) {
	p := a.p
	var best, useless []flow.Effect
	for _, rule := range e.Rules {
		switch {
		case rule.Useless:
			useless = append(useless, rule)
		case rule.Win.Known && rule.Win.Impact == flow.ImpactHelps:
			best = append(best, rule)
		}
	}
	slices.SortStableFunc(best, func(a, b flow.Effect) int { return cmp.Compare(b.Win.Difference, a.Win.Difference) })
	best = best[:min(len(best), advised)]
	named := func(rules []flow.Effect, write func(flow.Effect) string) string {
		var names []string
		for _, rule := range rules {
			names = append(names, write(rule))
		}
		return p.Join(names)
	}
	if len(best) > 0 {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneGood, Strong: p.T("flow.advice_keep"), Text: named(best, func(r flow.Effect) string {
			return p.T("flow.advice_rule", "Rule", textOf(p, r.Rule.Name), "Points", points(p, r.Win.Difference))
		})})))
	}
	if len(useless) > 0 {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneWarn, Strong: p.T("flow.effect_useless"), Text: named(useless, func(r flow.Effect) string { return textOf(p, r.Rule.Name) }) + p.T("common.colon") + p.T("flow.effect_useless_text")})))
	}
	return parts
}
