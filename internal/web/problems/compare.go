package problems

import (
	"net/http"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/diagnosis"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/web/ui"
)

// compare shows what changed from one run to another.
func (h *Handler) compare(w http.ResponseWriter, r *http.Request) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	before, after := whole(r.URL.Query().Get("before")), whole(r.URL.Query().Get("after"))
	if before == 0 || after == 0 {
		return errs.New(errs.KindNotFound, "diagnosis.missing", nil)
	}
	c, err := h.Diagnoses.Compare(ctx, actor, before, after)
	if err != nil {
		return err
	}
	view := ui.PageView{Title: p.T("diagnosis.compare"), Current: "diagnosis", Crumbs: []ui.Crumb{{Label: p.T("nav.diagnosis"), URL: diagnosisURL}, {Label: p.T("diagnosis.compare")}},
		Subtitle: p.T("diagnosis.compare_sub", "Before", dayText(p, c.Before.AsOf), "After", dayText(p, c.After.AsOf)), Actions: []ui.Action{{Label: p.T("diagnosis.see_before"), URL: runURL(before)}, {Label: p.T("diagnosis.see_after"), URL: runURL(after)}}}
	parts := []templ.Component{h.foundCard(p, "new", c.New), h.foundCard(p, "gone", c.Gone), h.bothCard(p, c.Both)}
	if len(c.Unlooked) > 0 {
		parts = append(parts, h.foundCard(p, "unlooked", c.Unlooked))
	}
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, ui.Stack(12, parts...)))
}

func (h *Handler) foundCard(p *i18n.Printer, which string, list []diagnosis.Found) templ.Component {
	table := h.foundTable(p, list, nil)
	table.Empty = &ui.State{Kind: ui.StateEmpty, Title: p.T("diagnosis.compare_none_" + which)}
	return ui.Filled(ui.CardView{ID: which, Title: p.T("diagnosis.compare_" + which), Count: len(list), Flush: true, Span: -1}, ui.Table(table))
}

// bothCard is what was found both times, with its figures of then and now.
func (h *Handler) bothCard(p *i18n.Printer, pairs []diagnosis.Pair) templ.Component {
	table := ui.TableView{Label: p.T("diagnosis.compare_both"), Columns: []ui.Column{{Label: p.T("problem.what"), Phone: true}, {Label: p.T("problem.place")}, {Label: p.T("diagnosis.then"), Phone: true}, {Label: p.T("diagnosis.now"), Phone: true}}, Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("diagnosis.compare_none_both")}}
	for i := range pairs {
		x := &pairs[i]
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{{Text: x.After.Kind.Name(p), Phone: x.After.Place.Say(p)}, ui.Text(x.After.Place.Say(p)), ui.Text(x.Before.Say(p)), ui.Text(x.After.Say(p))}})
	}
	return ui.Filled(ui.CardView{ID: "both", Title: p.T("diagnosis.compare_both"), Count: len(pairs), Flush: true, Span: -1}, ui.Table(table))
}
