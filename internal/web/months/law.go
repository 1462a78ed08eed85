package months

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/i18n"
	"xiaoguan/internal/lawguard"
	"xiaoguan/internal/web/ui"
)

// lawShown is how many warnings of the law guard the page of a month lists; its own page has all.
const lawShown = 20

// lawCard lists what breaks a rule of labour law in the month and nobody took note of, with the source; nil for who sees nobody's pay.
func lawCard(p *i18n.Printer, s shown) templ.Component {
	if s.law == nil {
		return nil
	}
	all := "/law?" + url.Values{"month": {s.period.Month.String()}}.Encode()
	table := ui.TableView{Label: p.T("law.title"), Columns: []ui.Column{{Label: p.T("law.rule"), Phone: true}, {Label: p.T("law.about"), Phone: true}, {Label: p.T("law.what")},
		{Label: p.T("law.amount"), Kind: ui.ColumnNumber}, {Label: p.T("law.remedy")}}, Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("law.none")}}
	if s.law.Unknown > 0 {
		table.Note = p.T("law.unknown_count", "Count", s.law.Unknown)
	}
	for _, f := range s.law.Findings {
		d, _ := lawguard.DefinitionOf(f.Rule)
		var sources []string
		for _, source := range d.Sources {
			sources = append(sources, p.Message(lawguard.Cite(source)))
		}
		tone := ui.ToneBrand
		if f.Severity == lawguard.SeverityWarning {
			tone = ui.ToneWarn
		}
		about := ui.LinkTo(p.Month(f.Month), "/months/"+f.Month.String())
		switch {
		case f.PersonID != 0:
			about = ui.Cell{Text: f.PersonName, Sub: f.PersonKey, URL: "/statements/" + s.period.Month.String() + "/" + strconv.FormatInt(f.PersonID, 10)}
		case f.VersionID != "":
			about = ui.LinkTo(ui.TextIn(p, f.Plan.Zh, f.Plan.En, f.Plan.ID), "/plans/"+url.PathEscape(f.VersionID))
		}
		amount := ui.Text(i18n.Unknown)
		if f.AmountMinor != nil {
			amount = ui.MoneyCell(*f.AmountMinor)
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{{Text: p.Message(d.Name()), Chip: &ui.Chip{Label: p.T("law.severity_" + string(f.Severity)), Tone: tone}, Phone: p.Message(f.Reason)}, about,
			{Text: p.Message(f.Reason), Sub: strings.Join(sources, p.T("law.separator"))}, amount, ui.Text(p.Message(f.Remedy))}})
	}
	return ui.Filled(ui.CardView{ID: "law", Title: p.T("law.title"), Sub: p.T("law.month_sub"), Count: s.law.Open, Flush: true, More: &ui.Link{Label: p.T("law.see_all"), URL: all}}, ui.Table(table))
}
