package months

import (
	"cmp"

	"github.com/a-h/templ"

	"xiaoguan/internal/budget"
	"xiaoguan/internal/explain"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/web/ui"
)

// budgetNotes warn of what will likely cost more than its budget in the month's fiscal year.
func budgetNotes(p *i18n.Printer, over []budget.Row) (notes []templ.Component) {
	for _, r := range over {
		name := cmp.Or(textIn(p, r.Name, r.Key), r.Key)
		if r.Kind == budget.KindLayer {
			name = p.T("budgets.layer", "Level", explain.Level(p, r.Key))
		}
		notes = append(notes, ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneWarn, Strong: p.T("budgets.over_now", "Name", name),
			Text:   p.T("budgets.over_text", "Forecast", p.Money(r.ForecastMinor, money.CNY), "Budget", p.Money(r.BudgetMinor, money.CNY)),
			Action: &ui.Action{Label: p.T("nav.budget"), URL: "/budget", Small: true}})))
	}
	return notes
}
