package pools

import (
	"context"
	"math/big"

	"github.com/a-h/templ"

	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/pool"
	"xiaoguan/internal/poolrule"
	"xiaoguan/internal/web/ui"
)

// trialCards show what a version would have done to the past.
func (h *Handler) trialCards(ctx context.Context, d pool.Document, policy *poolrule.Policy) ([]templ.Component, error) {
	p := httpx.PrinterFrom(ctx)
	t, err := d.TrialOf()
	if err != nil {
		return nil, err
	}
	if t == nil {
		return []templ.Component{ui.Filled(ui.CardView{Title: p.T("pool.trial"), Span: -1}, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("pool.trial_none"), Text: p.T("pool.trial_none_text")}))}, nil
	}
	parts := []templ.Component{ui.Filled(ui.CardView{Title: p.T("pool.trial"), Sub: p.T("pool.trial_span", "First", p.Month(t.First), "Last", p.Month(t.Last)), Span: -1, Foot: p.T("pool.trial_foot")}, ui.Facts([]ui.Fact{
		{Term: p.T("pool.trial_customers"), Text: p.Int(int64(t.Customers))}, {Term: p.T("pool.trial_total"), Text: joined(p.Int(int64(t.Total)), shareText(p, t.Total, t.Customers))},
		{Term: p.T("pool.trial_alive"), Text: joined(p.Int(int64(t.Alive)), shareText(p, t.Alive, t.Total))}}))}
	if t.Total == 0 {
		return parts, nil
	}
	chart := ui.ChartView{ID: "trial-months", Kind: ui.ChartCombo, Label: p.T("pool.trial_months_chart"), Height: 220, Legend: []ui.Legend{{Label: p.T("pool.trial_total")}, {Class: "c3", Label: p.T("pool.trial_alive")}}}
	chart.Table = ui.TableView{Label: chart.Label, Columns: []ui.Column{{Label: p.T("common.month"), Phone: true}, {Label: p.T("pool.trial_total"), Kind: ui.ColumnNumber, Phone: true, Chart: &ui.Series{Type: "bar", Color: "1"}},
		{Label: p.T("pool.trial_alive"), Kind: ui.ColumnNumber, Phone: true, Chart: &ui.Series{Type: "bar", Color: "3"}}}}
	for _, m := range t.Months {
		chart.Table.Rows = append(chart.Table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(p.MonthShort(m.Month)), {Text: p.Int(int64(m.Recycled)), Data: number(int64(m.Recycled))}, {Text: p.Int(int64(m.Alive)), Data: number(int64(m.Alive))}}})
	}
	parts = append(parts, ui.Filled(ui.CardView{Title: chart.Label, Span: -1}, ui.Chart(chart)))
	counted := func(title string, list []pool.Counted, name func(pool.Counted) string) {
		table := ui.TableView{Label: title, Columns: []ui.Column{{Label: title, Phone: true}, {Label: p.T("pool.trial_total"), Kind: ui.ColumnNumber, Phone: true}}}
		for _, c := range list {
			table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(textOr(name(c))), ui.Text(p.Int(int64(c.Recycled)))}})
		}
		parts = append(parts, ui.Filled(ui.CardView{Title: title, Flush: true, Span: -1}, ui.Table(table)))
	}
	byKey := func(c pool.Counted) string { return c.Key }
	counted(p.T("pool.by_trigger"), t.Triggers, func(c pool.Counted) string { return triggerName(p, policy, c.Key) })
	counted(p.T("pool.by_team"), t.Teams, byKey)
	counted(p.T("pool.by_tier"), t.Tiers, byKey)
	counted(p.T("pool.by_owner"), t.Owners, func(c pool.Counted) string { return c.Name })
	return parts, nil
}

func shareText(p *i18n.Printer, part, whole int) string {
	if whole == 0 {
		return ""
	}
	return p.Percent(big.NewRat(int64(part), int64(whole)))
}
