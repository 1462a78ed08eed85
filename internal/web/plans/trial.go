package plans

import (
	"math/big"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/probe"
	"xiaoguan/internal/web/ui"
)

// costsCard shows what the plan pays the model person at three attainments.
func costsCard(p *i18n.Printer, rule *plan.Plan, trial *probe.Report) templ.Component {
	table := ui.TableView{Label: p.T("plans.costs"), Columns: []ui.Column{{Label: p.T("common.attainment"), Phone: true}, {Label: p.T("plans.costs_sales"), Kind: ui.ColumnNumber},
		{Label: p.T("plans.costs_pay"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("plans.costs_rate"), Kind: ui.ColumnNumber, Phone: true}}}
	for _, c := range trial.Costs {
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{{Text: strconv.Itoa(c.AttainmentPercent) + "%"}, {Text: p.Amount(c.SalesFen, rule.Currency)},
			{Text: p.Amount(c.PayFen, rule.Currency)}, {Text: p.PercentDigits(big.NewRat(c.PartsPerMillion, 1_000_000), 2)}}})
	}
	key := "plans.costs_model"
	if trial.Model.Members > 0 {
		key = "plans.costs_model_team"
	}
	sub := p.T(key, "Quota", p.Money(trial.Model.QuotaFen, rule.Currency), "Members", trial.Model.Members, "From", p.Month(trial.Model.From), "To", p.Month(trial.Model.To))
	return ui.Filled(ui.CardView{ID: "costs", Title: p.T("plans.costs"), Sub: sub, Flush: true, Span: -1}, ui.Table(table))
}

// gamingMarks are the gaming points that the curve does not show as jumps of its own: of components that it leaves out.
func gamingMarks(p *i18n.Printer, curve *plan.Curve, trial *probe.Report, currency money.Currency) (marks []ui.Mark) {
	if trial == nil {
		return nil
	}
	for _, g := range trial.Gaming {
		drawn := slices.ContainsFunc(curve.Total, func(point plan.Point) bool { return point.Jumps() && point.AttainmentPPM == g.AttainmentPPM })
		if !drawn {
			marks = append(marks, ui.Mark{At: big.NewRat(g.AttainmentPPM, 10_000).FloatString(4), Label: jumpText(p, g.JumpFen(), currency)})
		}
	}
	return marks
}

// changesCard says in words what changed between two versions of a plan; nil for other documents, or where nothing did but the form.
func changesCard(p *i18n.Printer, s shown, from, to planbook.Version) templ.Component {
	before, err := plan.DecodePlan("", []byte(from.Text))
	if err != nil {
		return nil // a crediting document; versions that are kept decode
	}
	after, err := plan.DecodePlan("", []byte(to.Text))
	if err != nil {
		return nil
	}
	card := ui.CardView{ID: "changes", Title: p.T("plans.changes"), Sub: p.T("plans.changes_sub"), Flush: true, Span: -1}
	changes := plan.Diff(before, after, s.lang)
	if len(changes) == 0 {
		return ui.Filled(card, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("plans.changes_none")}))
	}
	var items []ui.Item
	for _, c := range changes {
		detail := c.Before + " → " + c.After
		icon := "edit"
		switch {
		case c.Before == "":
			detail, icon = c.After, "plus"
		case c.After == "":
			detail, icon = p.T("plans.changes_removed", "Before", c.Before), "minus"
		}
		items = append(items, ui.Item{Icon: icon, Title: c.What, Detail: detail, Top: true})
	}
	return ui.Filled(card, ui.List(items))
}

// examplesCard shows how the worked examples of a version come out: passed, or by how much they differ.
func examplesCard(p *i18n.Printer, examples []planbook.Example) templ.Component {
	card := ui.CardView{ID: "examples", Title: p.T("plans.examples"), Sub: p.T("plans.examples_sub"), Flush: true, Span: -1}
	var items []ui.Item
	for _, e := range examples {
		title := e.Title
		if title == "" {
			title = p.T("plans.examples_only")
		}
		if e.Passes {
			items = append(items, ui.Item{Icon: "check", Tone: ui.ToneGood, Title: title, Detail: p.T("plans.examples_passed"), Top: true})
			continue
		}
		item := ui.Item{Icon: "alert-octagon", Tone: ui.ToneBad, Title: title, Detail: p.Message(e.Message()), Top: true}
		if len(e.Differences) > 0 {
			d := e.Differences[0]
			item.Beside = p.MoneySigned(d.GotFen-d.WantFen, d.Currency)
		}
		items = append(items, item)
	}
	return ui.Filled(card, ui.List(items))
}
