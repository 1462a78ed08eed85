package flow

import (
	"net/http"
	"strconv"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/flow"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/mining"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/sop"
	"xiaoguan/internal/tabular"
	"xiaoguan/internal/web/ui"
)

// pick reads which of the cases are meant.
func (a *asked) pick() flow.Pick {
	return flow.Pick{Variant: a.get("variant"), From: a.get("step_from"), To: a.get("step_to")}
}

// pickText says which cases are meant. Names of activities are those of the standard that ships with the product: one that only another
// standard knows is called as it is recorded.
func pickText(p *i18n.Printer, stages *opportunity.StageSet, pick flow.Pick) string {
	shipped := &flow.Report{Standard: sop.Default(), Stages: stages}
	switch {
	case pick.Variant != "":
		var words []string
		for label := range strings.SplitSeq(pick.Variant, ".") {
			words = append(words, nameOf(p, shipped, label))
		}
		return strings.Join(words, " → ")
	case pick.From != "" || pick.To != "":
		return nameOf(p, shipped, pick.From) + " → " + nameOf(p, shipped, pick.To)
	}
	return p.T("flow.all_cases")
}

// cases lists the opportunities behind a figure.
func (h *Handler) cases(w http.ResponseWriter, r *http.Request) error {
	a, err := h.read(r)
	if err != nil {
		return err
	}
	if err := a.wrong.Err(); err != nil {
		return err
	}
	list, total, err := h.Flow.Cases(a.ctx, a.actor, a.filter, a.pick())
	if err != nil {
		return err
	}
	stages, err := h.Flow.Stages(a.ctx)
	if err != nil {
		return err
	}
	p := a.p
	back := ui.URLWith(flowURL, a.query, "variant", "", "step_from", "", "step_to", "")
	view := ui.PageView{Title: p.T("flow.cases_title"), Subtitle: pickText(p, stages, a.pick()), Current: flowKey, Crumbs: []ui.Crumb{{Label: p.T("nav.flow"), URL: back}, {Label: p.T("flow.cases_title")}}}
	table := ui.TableView{Label: view.Title, Columns: []ui.Column{{Label: p.T("opportunity.name"), Phone: true}, {Label: p.T("common.customer")}, {Label: p.T("opportunity.stage"), Phone: true}, {Label: p.T("common.status")}, {Label: p.T("opportunity.amount"), Kind: ui.ColumnNumber, Phone: true},
		{Label: p.T("opportunity.owner")}, {Label: p.T("opportunity.created"), Kind: ui.ColumnNarrow}}, Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("flow.no_cases"), Actions: []ui.Action{{Label: p.T("nav.flow"), URL: back}}}}
	for _, o := range list {
		amount := ui.Cell{Text: i18n.Unknown}
		if o.AmountMinor > 0 {
			amount = ui.Cell{Body: ui.Money(ui.Amount{Minor: o.AmountMinor, Currency: o.Currency})}
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{{Text: o.Name, URL: "/opportunities/" + strconv.FormatInt(o.ID, 10), Phone: o.CustomerName}, ui.LinkTo(o.CustomerName, "/customers/"+strconv.FormatInt(o.CustomerID, 10)),
			ui.Text(stages.Label(o.Stage, p.Zh())), ui.Text(p.T("opportunity.state." + string(o.State))), amount, ui.Text(o.OwnerName), ui.Text(calendar.DateOf(p.Local(o.CreatedAt)).String())}})
	}
	if len(list) > 0 {
		table.Exports = exports(a, "cases")
	}
	if total > len(list) {
		table.Note = p.T("flow.first_of", "Shown", int64(len(list)), "Total", int64(total))
	}
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, ui.Filled(ui.CardView{Label: view.Title, Flush: true}, ui.Table(table))))
}

// export writes a table as a file: steps, variants or cases.
func (h *Handler) export(w http.ResponseWriter, r *http.Request) error {
	a, err := h.read(r)
	if err != nil {
		return err
	}
	if err := a.wrong.Err(); err != nil {
		return err
	}
	e := httpx.Export{Name: "flow-" + r.PathValue("what"), Format: r.PathValue("format"), Sheet: a.p.T("nav.flow")}
	switch r.PathValue("what") {
	case "cases":
		return h.exportCases(w, a, e)
	case "rules":
		effects, err := h.Flow.Effects(a.ctx, a.actor, a.filter)
		if err != nil {
			return err
		}
		return exportRules(w, a, effects, e)
	case "steps", "variants":
	default:
		return errs.New(errs.KindNotFound, "error.not_found", nil)
	}
	rep, err := h.Flow.Report(a.ctx, a.actor, a.filter)
	if err != nil {
		return err
	}
	if r.PathValue("what") == "steps" {
		return exportSteps(w, a, rep, e)
	}
	return exportVariants(w, a, rep, e)
}

// hours writes seconds as hours with two decimals, for a spreadsheet to count with.
func hours(seconds int64) tabular.Cell {
	hundredths := (seconds*100 + 1800) / 3600
	return tabular.Number(strconv.FormatInt(hundredths/100, 10) + "." + strconv.FormatInt(100+hundredths%100, 10)[1:])
}

func count(n int) tabular.Cell { return tabular.Number(strconv.Itoa(n)) }

func exportSteps(w http.ResponseWriter, a *asked, rep *flow.Report, e httpx.Export) error {
	p := a.p
	e.Head = []string{p.T("flow.step_from"), p.T("flow.step_to"), p.T("flow.times"), p.T("flow.cases"), p.T("flow.median_hours"), p.T("flow.p75_hours"), p.T("flow.p90_hours")}
	e.Rows = func(write func(...tabular.Cell) error) (bool, error) {
		for _, s := range rep.Picture.Edges {
			t := s.Times
			if err := write(tabular.Text(nameOf(p, rep, rep.Labels[s.From])), tabular.Text(nameOf(p, rep, rep.Labels[s.To])), count(s.Count), count(s.Cases), hours(t.Median), hours(t.Quarter3), hours(t.P90)); err != nil {
				return false, err
			}
		}
		return false, nil
	}
	return httpx.Download(w, e)
}

func exportVariants(w http.ResponseWriter, a *asked, rep *flow.Report, e httpx.Export) error {
	p := a.p
	e.Head = []string{p.T("flow.course"), p.T("flow.cases"), p.T("flow.share_percent"), p.T("flow.won_count"), p.T("flow.median_hours"), p.T("flow.p90_hours"), p.T("flow.deviations")}
	e.More = p.T("flow.more_variants", "Count", int64(rep.VariantCount-len(rep.Variants)))
	e.Rows = func(write func(...tabular.Cell) error) (bool, error) {
		for _, v := range rep.Variants {
			deviations := tabular.Text("")
			if v.Deviations >= 0 {
				deviations = count(v.Deviations)
			}
			if err := write(tabular.Text(courseText(p, rep, v.Activities)), count(v.Count), tabular.Number(percentNumber(v.Share)), count(v.Won), hours(v.Times.Median), hours(v.Times.P90), deviations); err != nil {
				return false, err
			}
		}
		return rep.VariantCount > len(rep.Variants), nil
	}
	return httpx.Download(w, e)
}

// percentNumber is a share as a percentage with two decimals, for a spreadsheet.
func percentNumber(s mining.Share) string {
	hundredths := (s.PPM() + 50) / 100
	return strconv.FormatInt(hundredths/100, 10) + "." + strconv.FormatInt(100+hundredths%100, 10)[1:]
}

func (h *Handler) exportCases(w http.ResponseWriter, a *asked, e httpx.Export) error {
	list, total, err := h.Flow.Cases(a.ctx, a.actor, a.filter, a.pick())
	if err != nil {
		return err
	}
	stages, err := h.Flow.Stages(a.ctx)
	if err != nil {
		return err
	}
	p := a.p
	e.Head = []string{p.T("opportunity.number"), p.T("opportunity.name"), p.T("sales.customer_key"), p.T("common.customer"), p.T("opportunity.stage"), p.T("common.status"), p.T("opportunity.amount"), p.T("sales.currency"), p.T("opportunity.owner"), p.T("opportunity.created")}
	e.More = p.T("flow.first_of", "Shown", int64(len(list)), "Total", int64(total))
	e.Rows = func(write func(...tabular.Cell) error) (bool, error) {
		for _, o := range list {
			if err := write(caseCells(p, stages, o)...); err != nil {
				return false, err
			}
		}
		return total > len(list), nil
	}
	return httpx.Download(w, e)
}

func caseCells(p *i18n.Printer, stages *opportunity.StageSet, o opportunity.Opportunity) []tabular.Cell {
	return []tabular.Cell{tabular.Number(strconv.FormatInt(o.ID, 10)), tabular.Text(o.Name), tabular.Text(o.CustomerKey), tabular.Text(o.CustomerName), tabular.Text(stages.Label(o.Stage, p.Zh())),
		tabular.Text(p.T("opportunity.state." + string(o.State))), tabular.Number(money.Format(o.AmountMinor, o.Currency)), tabular.Text(string(o.Currency)), tabular.Text(o.OwnerName), tabular.Text(calendar.DateOf(p.Local(o.CreatedAt)).String())}
}
