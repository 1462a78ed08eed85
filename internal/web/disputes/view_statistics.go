package disputes

import (
	"context"
	"math/big"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/dispute"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/web/ui"
)

func (h *Handler) statistics(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	filter, err := filterOf(r)
	if err != nil {
		return err
	}
	st, err := h.Disputes.Statistics(ctx, actor, filter)
	if err != nil {
		return err
	}
	plans, err := h.newestPlans(ctx, actor)
	if err != nil {
		return err
	}
	return ui.Write(w, r, http.StatusOK, statisticsPage(ctx, st, plans))
}

// newestPlans are the versions to name plans by: the newest of each document that the actor may know of.
func (h *Handler) newestPlans(ctx context.Context, actor access.Actor) (*planNames, error) {
	n := &planNames{names: h.namesOf(ctx, actor), newest: map[string]string{}}
	if !actor.Can(access.PermPlanRead) {
		return n, nil
	}
	versions, err := h.Plans.List(ctx, actor)
	for _, v := range versions { // newest first
		if n.newest[v.DocumentID] == "" && v.Kind == planbook.KindPlan {
			n.newest[v.DocumentID] = v.ID
		}
	}
	return n, err
}

// planNames names plans by their documents' ids.
type planNames struct {
	*names
	newest map[string]string
}

func (n *planNames) of(id string) string { return n.plan(n.newest[id], id) }

func (n *planNames) componentOf(key string) string {
	planID, component, _ := strings.Cut(key, "/")
	if component == "" {
		return n.of(planID)
	}
	return n.of(planID) + " · " + n.component(n.newest[planID], component)
}

func statisticsPage(ctx context.Context, st dispute.Statistics, plans *planNames) templ.Component {
	p := httpx.PrinterFrom(ctx)
	view := ui.PageView{Title: p.T("dispute.statistics"), Subtitle: p.T("dispute.statistics_sub"), Current: "disputes",
		Crumbs: []ui.Crumb{{Label: p.T("dispute.title"), URL: "/disputes"}, {Label: p.T("dispute.statistics")}}}
	if st.All.Count == 0 {
		return ui.Compose(view, ui.Filled(ui.CardView{Label: view.Title}, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("dispute.empty"), Text: p.T("dispute.empty_text")})))
	}
	parts := []templ.Component{
		ui.MetricCard(ui.Metric{Label: p.T("dispute.count_all"), Text: p.Int(int64(st.All.Count))}),
		ui.MetricCard(ui.Metric{Label: p.T("dispute.count_open"), Text: p.Int(int64(st.All.Open)), Gap: p.T("dispute.of_them_overdue", "Count", st.Overdue), GapTone: toneIf(st.Overdue > 0, ui.ToneBad)}),
		ui.MetricCard(ui.Metric{Label: p.T("dispute.accepted_share"), Basis: p.T("dispute.accepted_basis"), Text: acceptedShare(p, st.All)}),
		ui.MetricCard(ui.Metric{Label: p.T("dispute.median"), Basis: p.T("dispute.median_basis"), Text: medianDays(p, st.All)}),
	}
	if st.More {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneWarn, Text: p.T("dispute.statistics_more", "Count", dispute.ExportMax)})))
	}
	parts = append(parts,
		groupCard(p, "dispute.by_cause", p.T("dispute.cause"), st.ByCause, st.All.Count, func(key string) ui.Cell {
			return ui.LinkTo(p.T("dispute.cause_"+key), "/disputes?cause="+key)
		}),
		groupCard(p, "dispute.by_month", p.T("dispute.month"), st.ByMonth, st.All.Count, func(key string) ui.Cell {
			month, _ := calendar.ParseMonth(key) // written by package dispute
			return ui.LinkTo(p.Month(month), "/disputes?month="+key)
		}),
		groupCard(p, "dispute.by_plan", p.T("dispute.plan"), st.ByPlan, st.All.Count, func(key string) ui.Cell { return ui.Text(plans.of(key)) }),
		groupCard(p, "dispute.by_component", p.T("dispute.component"), st.ByComponent, st.All.Count, func(key string) ui.Cell { return ui.Text(plans.componentOf(key)) }))
	return ui.Compose(view, parts...)
}

func toneIf(on bool, tone ui.Tone) ui.Tone {
	if on {
		return tone
	}
	return ui.ToneNone
}

func groupCard(p *i18n.Printer, title, by string, groups []dispute.Group, all int, name func(key string) ui.Cell) templ.Component {
	table := ui.TableView{Label: p.T(title), Columns: []ui.Column{{Key: "by", Label: by, Phone: true}, {Key: "bar", Label: p.T("dispute.share"), Kind: ui.ColumnBar},
		{Key: "count", Label: p.T("dispute.count_all"), Kind: ui.ColumnNumber, Phone: true}, {Key: "open", Label: p.T("dispute.count_open"), Kind: ui.ColumnNumber},
		{Key: "accepted", Label: p.T("dispute.accepted_share"), Kind: ui.ColumnNumber, Phone: true}, {Key: "median", Label: p.T("dispute.median"), Kind: ui.ColumnNumber}}}
	for _, g := range groups {
		bar := ui.Bar{Height: 8, Parts: []ui.BarPart{{Share: big.NewRat(int64(g.Count), int64(all)), Class: "f1"}}}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{name(g.Key), ui.Draw(ui.BarOf(bar)), ui.Text(p.Int(int64(g.Count))), ui.Text(p.Int(int64(g.Open))),
			ui.Text(acceptedShare(p, g)), ui.Text(medianDays(p, g))}})
	}
	return ui.Filled(ui.CardView{Title: p.T(title), Span: 6, Flush: true}, ui.Table(table))
}

// acceptedShare is how much of what was ruled was granted in full or in part.
func acceptedShare(p *i18n.Printer, g dispute.Group) string {
	if g.Ruled == 0 {
		return i18n.Unknown
	}
	return p.PercentDigits(big.NewRat(int64(g.Accepted), int64(g.Ruled)), 0)
}

func medianDays(p *i18n.Printer, g dispute.Group) string {
	if g.Ruled == 0 {
		return i18n.Unknown
	}
	return p.T("dispute.days_exact", "Days", p.Decimal(big.NewRat(g.MedianHours, 24), 1))
}
