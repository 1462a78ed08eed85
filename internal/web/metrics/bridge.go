package metrics

import (
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/web/ui"
)

// bridge leads from what sales signed in a month to what finance collected.
func (h *Handler) bridge(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	p, actor := httpx.PrinterFrom(ctx), access.ActorFrom(ctx)
	month, err := calendar.ParseMonth(r.FormValue("month"))
	if err != nil {
		month = calendar.DateOf(h.now()).Month()
	}
	b, err := h.metrics.Bridge(ctx, actor, month)
	if err != nil {
		return err
	}
	view := ui.PageView{Title: p.T("metric.bridge"), Subtitle: p.T("metric.bridge_sub"), Current: "metrics", Tabs: tabs(p, actor, "bridge")}
	form := ui.FormView{ID: "month", Action: bridgePath, Method: "get", Submit: ui.Action{Label: p.T("metric.show"), Small: true}, Fields: []ui.Field{{Name: "month", Kind: ui.FieldMonth, Label: p.T("metric.month"), Value: month.String(), Span: 4}}}
	parts := []templ.Component{ui.Across(ui.Form(form))}
	if b.Foreign > 0 {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneBrand, Strong: p.T("metric.left_out"), Text: p.T("metric.left_out_text", "Count", b.Foreign)})))
	}
	parts = append(parts, ui.Filled(ui.CardView{ID: "steps", Title: p.Month(month), Flush: true}, ui.Table(h.bridgeTable(p, b))))
	for _, g := range b.Gaps {
		if g.Deals > 0 {
			parts = append(parts, h.gap(p, g))
		}
	}
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, parts...))
}

// bridgeTable is the steps with what lies between them.
func (h *Handler) bridgeTable(p *i18n.Printer, b metric.Bridge) ui.TableView {
	table := ui.TableView{ID: "bridge", Label: p.T("metric.bridge"), Columns: []ui.Column{{Label: p.T("metric.step"), Phone: true}, {Label: p.T("metric.amount"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("metric.deals"), Kind: ui.ColumnNumber}}}
	step := func(key string, minor int64) {
		table.Rows = append(table.Rows, ui.Row{Kind: ui.RowSum, Cells: []ui.Cell{{Text: p.T("metric.step." + key), Strong: true}, {Text: p.Money(minor, h.currency()), Strong: true}, ui.Text("")}})
	}
	gap := func(g metric.Gap, sign int64) {
		table.Rows = append(table.Rows, ui.Row{Kind: ui.RowLevel2, Cells: []ui.Cell{{Text: p.T("metric.gap." + g.Key), URL: "#" + g.Key}, ui.Text(p.MoneySigned(sign*g.Amount, h.currency())), ui.Text(p.Int(g.Deals))}})
	}
	step("signed", b.Signed)
	gap(b.Gaps[0], -1)
	gap(b.Gaps[1], 1)
	step("invoiced", b.Invoiced)
	table.Rows = append(table.Rows, ui.Row{Kind: ui.RowMuted, Cells: []ui.Cell{{Text: p.T("metric.step.recognised")}, ui.Text(p.T("metric.no_data")), {Text: ""}}})
	gap(b.Gaps[2], -1)
	gap(b.Gaps[3], 1)
	step("collected", b.Collected)
	return table
}

// gap lists the deals of a difference.
func (h *Handler) gap(p *i18n.Printer, g metric.Gap) templ.Component {
	table := ui.TableView{ID: "rows-" + g.Key, Label: p.T("metric.gap." + g.Key), Columns: []ui.Column{{Label: p.T("metric.record"), Phone: true}, {Label: p.T("metric.step.signed"), Kind: ui.ColumnNumber}, {Label: p.T("metric.step.invoiced"), Kind: ui.ColumnNumber}, {Label: p.T("metric.step.collected"), Kind: ui.ColumnNumber}, {Label: p.T("metric.adds"), Kind: ui.ColumnNumber, Phone: true}}}
	for _, row := range g.Rows {
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{{Text: row.Customer, Sub: row.Key, URL: "/deals/" + url.PathEscape(row.Key)}, ui.Text(p.Money(row.Signed, h.currency())), ui.Text(p.Money(row.Invoiced, h.currency())), ui.Text(p.Money(row.Collected, h.currency())), {Text: p.Money(row.Amount, h.currency()), Strong: true}}})
	}
	foot := ""
	if int(g.Deals) > len(g.Rows) {
		foot = p.T("metric.largest", "Shown", len(g.Rows), "All", g.Deals)
	}
	return ui.Filled(ui.CardView{ID: g.Key, Title: p.T("metric.gap." + g.Key), Sub: p.T("metric.gap_text." + g.Key), Foot: foot, Flush: true}, ui.Table(table))
}
