package priorities

import (
	"math/big"
	"net/http"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/priority"
	"xiaoguan/internal/web/ui"
)

func (h *Handler) frame(w http.ResponseWriter, r *http.Request) error {
	return h.drawFrame(w, r, http.StatusOK, nil)
}

// drawFrame is the form of what there is to spend.
func (h *Handler) drawFrame(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	p := h.page(r)
	if err := p.actor.RequireAll(access.PermAssessmentWrite); err != nil {
		return err
	}
	v, err := h.book.Show(r.Context(), p.actor)
	if err != nil {
		return err
	}
	f := &v.Frame
	usual := map[string]string{"short_effort": plain(big.NewRat(f.Bounds.ShortEffort, 10)), "short_weeks": digits(f.Bounds.ShortWeeks), "mid_effort": plain(big.NewRat(f.Bounds.MidEffort, 10)), "mid_weeks": digits(f.Bounds.MidWeeks), "seen": digits(v.FrameRevision)}
	if f.HasBudget {
		usual["budget"] = plain(big.NewRat(f.BudgetMinor, 100))
	}
	if f.HasCapacity {
		usual["capacity"] = plain(big.NewRat(f.Capacity, 10))
	}
	field := func(name, unit string) ui.Field {
		value := usual[name]
		if failure != nil {
			value = r.PostFormValue(name)
		}
		return ui.Field{Name: name, Label: p.T("prioritybook." + name), Value: value, Unit: unit, Span: 6}
	}
	days, weeks := p.T("prioritybook.unit_days"), p.T("prioritybook.unit_weeks")
	budget, capacity := field("budget", ui.UnitOf(p.Printer, p.currency)), field("capacity", days)
	budget.Optional, capacity.Optional, budget.Hint, capacity.Hint = true, true, p.T("prioritybook.empty_is_no_limit"), p.T("prioritybook.empty_is_no_limit")
	hidden := field("seen", "")
	hidden.Kind = ui.FieldHidden
	form := ui.FormView{ID: "frame", Action: framePath, Submit: ui.Action{Label: p.T("prioritybook.save"), Kind: ui.ActionPrimary}, Cancel: &ui.Link{Label: p.T("common.cancel"), URL: Path}, Fields: []ui.Field{budget, capacity, field("short_effort", days), field("short_weeks", weeks), field("mid_effort", days), field("mid_weeks", weeks), hidden}}
	form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p.Printer)
	view := ui.PageView{Title: p.T("prioritybook.set_frame"), Current: "priorities", Crumbs: []ui.Crumb{{Label: p.T("nav.priorities"), URL: Path}, {Label: p.T("prioritybook.set_frame")}}, Narrow: true}
	return ui.Write(w, r, status, ui.Compose(view, ui.Filled(ui.CardView{ID: "framing", Title: p.T("prioritybook.set_frame"), Sub: p.T("prioritybook.frame_text")}, ui.Form(form))))
}

func (h *Handler) setFrame(w http.ResponseWriter, r *http.Request) error {
	actor := access.ActorFrom(r.Context())
	if err := actor.RequireAll(access.PermAssessmentWrite); err != nil {
		return err
	}
	form := reader{r: r}
	f := priority.Frame{HasBudget: strings.TrimSpace(r.PostFormValue("budget")) != "", HasCapacity: strings.TrimSpace(r.PostFormValue("capacity")) != ""}
	f.BudgetMinor, f.Capacity = form.money("budget", h.currency(), "priority.error.cost"), form.number("capacity", 10, "priority.error.effort", false)
	f.Bounds = priority.Bounds{ShortEffort: form.number("short_effort", 10, "priority.error.effort", true), ShortWeeks: form.number("short_weeks", 1, "priority.error.delay", true), MidEffort: form.number("mid_effort", 10, "priority.error.effort", true), MidWeeks: form.number("mid_weeks", 1, "priority.error.delay", true)}
	seen := form.number("seen", 1, "prioritybook.changed_meanwhile", true)
	err := errs.Invalid("error.invalid", form.fields)
	if err == nil {
		err = h.book.SetFrame(r.Context(), actor, f, seen)
	}
	switch {
	case err == nil:
		http.Redirect(w, r, Path+"?done=framed", http.StatusSeeOther)
		return nil
	case mendable(err):
		return h.drawFrame(w, r, httpx.StatusOf(err), err)
	}
	return err
}
