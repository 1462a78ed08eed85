package assessments

import (
	"net/http"

	"github.com/a-h/templ"

	"xiaoguan/internal/web/ui"
)

// regions lead from the company to the regions within reach and back; none where there is nothing to choose.
func (h *Handler) regions(r *http.Request, current int64) ([]templ.Component, error) {
	p := h.page(r)
	list, err := h.service.Regions(r.Context(), p.actor)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	tabs := []ui.Tab{{Label: p.T("assessment.company"), URL: Path, Current: current == 0}}
	for _, region := range list {
		tabs = append(tabs, ui.Tab{Label: region.Name, URL: Path + "?region=" + number(region.ID), Current: current == region.ID})
	}
	return []templ.Component{ui.Across(ui.Segment(tabs, p.T("assessment.where")))}, nil
}

// region shows how a region stands by what can be measured of it.
func (h *Handler) region(w http.ResponseWriter, r *http.Request, id int64) error {
	p := h.page(r)
	st, err := h.service.StandRegion(r.Context(), p.actor, id)
	if err != nil {
		return err
	}
	parts, err := h.regions(r, id)
	if err != nil {
		return err
	}
	view := ui.PageView{Title: p.T("assessment.of_region", "Region", st.Region.Name), Current: "maturity", Subtitle: p.T("assessment.region_sub", "On", p.Date(st.Today)), Tabs: p.tabs()}
	d := drawing{page: p, model: &st.Model, result: &st.Result, now: p.T("assessment.today")}
	var left []string
	for i := range st.Left {
		left = append(left, p.Message(st.Left[i].Message()))
	}
	parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "region-only", Icon: "info-circle", Strong: p.T("assessment.region_only"), Text: p.T("assessment.region_only_text", "Left", p.Join(left))})))
	parts = append(parts, d.parts()...)
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, append(parts, ui.Stack(12, d.sides()...))...))
}
