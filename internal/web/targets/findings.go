package targets

import (
	"slices"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/i18n"
	"xiaoguan/internal/quota"
	"xiaoguan/internal/targetplan"
	"xiaoguan/internal/web/ui"
)

// findingsCard says what could not be met, and what was assumed.
func (h *Handler) findingsCard(p *i18n.Printer, v *targetplan.Shown, names map[string]string) templ.Component {
	if len(v.Summary.Findings) == 0 && len(v.Summary.Apart) == 0 {
		return templ.NopComponent
	}
	known := func(unit string) string {
		if name := names[unit]; name != "" {
			return name
		}
		if unit == targetplan.UnitCompany {
			return p.T("targetplan.company")
		}
		return unit
	}
	var items []ui.Item
	for i, f := range together(v.Summary.Findings) {
		if i == findingsShown {
			break
		}
		item := ui.Item{Icon: "info-circle", Title: p.T("targetplan.finding", "Unit", known(f.Unit), "Problem", p.T(f.Problem.MessageKey()))}
		switch {
		case f.Driver != "":
			item.Title = p.T("targetplan.finding_driver", "Unit", unitsNamed(p, f.Units, known), "Problem", p.T(f.Problem.MessageKey()), "Driver", p.T(f.Driver.MessageKey()))
		case f.Minor != 0:
			item.Title = p.T("targetplan.finding_minor", "Unit", known(f.Unit), "Problem", p.T(f.Problem.MessageKey()), "Amount", p.Money(f.Minor, h.currency()))
		}
		if f.Binding() {
			item.Icon, item.Tone = "alert-triangle", ui.ToneBad
			var at []string
			for _, unit := range f.Units[:min(len(f.Units), findingsShown)] {
				at = append(at, known(unit))
			}
			if len(at) > 0 {
				item.Detail = p.T("targetplan.finding_units", "Names", strings.Join(at, p.T("common.comma")))
			}
		}
		items = append(items, item)
	}
	for _, a := range v.Summary.Apart[:min(len(v.Summary.Apart), findingsShown)] {
		name := a.Name
		if name == "" {
			name = known(a.Unit)
		}
		items = append(items, ui.Item{Icon: "info-circle", Title: p.T("targetplan.finding", "Unit", name, "Problem", p.T("targetplan.apart")), Detail: h.apartText(p, &a), Top: true})
	}
	return ui.Filled(ui.CardView{ID: "findings", Title: p.T("targetplan.findings"), Flush: true, Span: -1}, ui.List(items))
}

// together makes one of findings that a reason is not known, which mostly is so everywhere: Units are where. What cannot be met comes first.
func together(all []quota.Finding) (some []quota.Finding) {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b quota.Finding) int {
		switch {
		case a.Binding() == b.Binding():
			return 0
		case a.Binding():
			return -1
		}
		return 1
	})
	at := map[quota.Driver]int{}
	for _, f := range all {
		i, known := at[f.Driver]
		switch {
		case f.Driver == "":
			some = append(some, f)
		case known:
			some[i].Units = append(some[i].Units, f.Unit)
		default:
			at[f.Driver] = len(some)
			f.Units = []string{f.Unit}
			some = append(some, f)
		}
	}
	return some
}

// unitsNamed names units, the first few of many whose names the page knows.
func unitsNamed(p *i18n.Printer, units []string, known func(string) string) string {
	const few = 3
	var names []string
	for _, unit := range units {
		if name := known(unit); name != unit && len(names) < few || len(units) == 1 {
			names = append(names, name)
		}
	}
	text := strings.Join(names, p.T("common.comma"))
	if len(units) > len(names) {
		return p.T("targetplan.finding_others", "Names", text, "Count", len(units))
	}
	return text
}

// findingsShown is how many findings, and units of one, are listed.
const findingsShown = 12
