package targets

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/targetplan"
	"xiaoguan/internal/web/ui"
)

// tryCard asks what the number would be with other weights, another ability, another potential; the answer stands above the form.
func (h *Handler) tryCard(r *http.Request, p *i18n.Printer, v *targetplan.PersonShown) templ.Component {
	query := r.URL.Query()
	rules, asked := &v.Plan.Rules, query.Get("try") != ""
	shown := func(name string, now int) string {
		if asked {
			return query.Get(name)
		}
		return strconv.Itoa(now)
	}
	percent := func(name, label string, now int) ui.Field {
		return ui.Field{Name: name, ID: "try-" + name, Label: label, Value: shown(name, now), Unit: "%"}
	}
	fields := []ui.Field{{Name: "try", Kind: ui.FieldHidden, Value: "1"}, percent("history", p.T("quota.driver.history"), rules.History), percent("potential", p.T("quota.driver.potential"), rules.Potential), percent("pipeline", p.T("quota.driver.pipeline"), rules.Pipeline), percent("even", p.T("quota.driver.even"), rules.Even),
		{Name: "ability", ID: "try-ability", Label: p.T("targetplan.ability"), Value: query.Get("ability"), Unit: "%", Optional: true, Hint: p.T("targetplan.try_as_is")}, {Name: "potential_amount", ID: "try-amount", Kind: ui.FieldMoney, Label: p.T("targetplan.try_potential"), Unit: ui.UnitOf(p, h.currency()), Value: query.Get("potential_amount"), Optional: true, Hint: p.T("targetplan.try_as_is")},
		{Name: "own_potential", ID: "try-own", Kind: ui.FieldMoney, Label: p.T("targetplan.try_own"), Unit: ui.UnitOf(p, h.currency()), Value: query.Get("own_potential"), Optional: true, Hint: p.T("targetplan.try_own_hint")}}
	form := ui.FormView{ID: "try", Method: "get", Action: personURL(v.Plan.ID, v.Row.PersonID) + "#try-card", Fields: fields, Submit: ui.Action{Label: p.T("targetplan.try"), Icon: "calculator"}, Consequence: p.T("targetplan.try_consequence")}
	parts := []templ.Component{}
	if asked {
		tried, err := h.tried(r, v)
		if err != nil {
			form.Fields, form.Problem = ui.WithErrors(form.Fields, err, p)
		} else {
			parts = append(parts, ui.NoteOf(ui.Note{ID: "tried", Inset: true, Strong: p.T("targetplan.tried", "Before", p.Money(tried.BeforeMinor, h.currency()), "After", p.Money(tried.AfterMinor, h.currency())), Text: p.T("targetplan.tried_apart", "Apart", p.MoneySigned(tried.AfterMinor-tried.BeforeMinor, h.currency()))}))
		}
	}
	return ui.Filled(ui.CardView{ID: "try-card", Title: p.T("targetplan.try_title"), Span: -1}, append(parts, ui.Form(form))...)
}

func (h *Handler) tried(r *http.Request, v *targetplan.PersonShown) (targetplan.Tried, error) {
	var c fact.Checker
	query := r.URL.Query()
	number := func(name string) int {
		text := strings.TrimSpace(query.Get(name))
		n, err := strconv.Atoi(text)
		if text != "" && err != nil {
			c.Add(name, text, "targetplan.whole_percent", nil)
		}
		return n
	}
	w := targetplan.WhatIf{History: number("history"), Potential: number("potential"), Pipeline: number("pipeline"), Even: number("even"), Ability: number("ability")}
	amount := func(name string) (int64, bool) {
		text := strings.TrimSpace(query.Get(name))
		if text == "" {
			return 0, false
		}
		minor, ok := ui.ParseAmount(text, h.currency())
		if !ok {
			c.Add(name, text, "form.error.number", nil)
		}
		return minor, true
	}
	w.RegionMinor, w.RegionKnown = amount("potential_amount")
	w.OwnMinor, w.OwnKnown = amount("own_potential")
	if err := c.Err(); err != nil {
		return targetplan.Tried{}, err
	}
	return h.targets.Try(r.Context(), access.ActorFrom(r.Context()), v.Plan.ID, v.Row.PersonID, w)
}

// versionsCard is the person's number in all versions of the year.
func (h *Handler) versionsCard(p *i18n.Printer, v *targetplan.PersonShown, list []targetplan.VersionOf) templ.Component {
	table := ui.TableView{Label: p.T("targetplan.versions"), Columns: []ui.Column{{Label: p.T("targetplan.version"), Phone: true}, {Label: p.T("targetplan.target"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("targetplan.made_by")}}}
	for i := range list {
		one := &list[i]
		chip := stateChip(p, one.Plan.State)
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{{Text: "v" + number(one.Plan.Number), URL: personURL(one.Plan.ID, v.Row.PersonID), Chip: &chip, Strong: one.Plan.ID == v.Plan.ID}, ui.Text(p.Money(one.Minor, h.currency())), {Text: one.Plan.CreatedName, Sub: p.Local(one.Plan.CreatedAt).Format("2006-01-02")}}})
	}
	return ui.Filled(ui.CardView{ID: "versions", Title: p.T("targetplan.versions"), Flush: true, Span: -1}, ui.Table(table))
}
