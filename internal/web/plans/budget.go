package plans

import (
	"github.com/a-h/templ"

	"xiaoguan/internal/budget"
	"xiaoguan/internal/explain"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/web/ui"
)

// budgetNotes warn who looks at a draft that its plan, or the plan's layer, will likely cost more than its budget
// already. The forecast is that of the plans in force, and the note says so: what the draft changes is a matter for a simulation.
func budgetNotes(p *i18n.Printer, s shown) (notes []templ.Component) {
	for _, r := range s.over {
		name := text(p, r.Name)
		if r.Kind == budget.KindLayer {
			name = p.T("budgets.layer", "Level", explain.Level(p, r.Key))
		}
		notes = append(notes, ui.NoteOf(ui.Note{Tone: ui.ToneWarn, Strong: p.T("budgets.over_draft", "Name", name),
			Text:   p.T("budgets.over_draft_text", "Forecast", p.Money(r.ForecastMinor, money.CNY), "Budget", p.Money(r.BudgetMinor, money.CNY)),
			Action: &ui.Action{Label: p.T("nav.budget"), URL: "/budget", Small: true}}))
	}
	return notes
}
