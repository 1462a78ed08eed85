package plans

import (
	"net/http"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/planform"
	"xiaoguan/internal/web/ui"
)

// compose opens the editor for a new version: empty, with the text of the template named, or with that of the version named by "from".
func (h *Handler) compose(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	if err := actor.Require(access.PermPlanWrite); err != nil {
		return err
	}
	var d draft
	var err error
	if d.source, err = ui.OriginAsked(r, h.origins); err != nil {
		return err
	}
	switch from := r.FormValue("from"); {
	case r.FormValue("template") != "":
		text, err := planbook.Template(r.FormValue("template"))
		if err != nil {
			return err
		}
		d.text = text
	case from != "":
		version, _, err := h.plans.Get(ctx, actor, from)
		if err != nil {
			return err
		}
		if d.text = version.Text; d.source != nil {
			d.text = h.fromNextMonth(d.text)
		}
	default:
		d.fresh = true
		all, err := h.plans.List(ctx, actor)
		if err != nil {
			return err
		}
		d.starts = newest(all)
	}
	if !d.fresh && r.FormValue("mode") != "text" {
		d.guide()
		if err := h.knows(ctx, actor, &d); err != nil {
			return err
		}
	}
	if d.form != nil {
		if err := h.look(r, &d); err != nil {
			return err
		}
	}
	return h.write(w, r, http.StatusOK, d)
}

// fromNextMonth lets a plan begin with the next month; what has no such place stays as it is.
func (h *Handler) fromNextMonth(text string) string {
	if h.now == nil {
		return text
	}
	first := (calendar.DateOf(h.now()).Month() + 1).First()
	later, err := planform.Fill(text, planform.Posted{"effective.from": {first.String()}})
	if err != nil {
		return text
	}
	return later
}

// newest keeps the newest version of each document.
func newest(all []planbook.Version) (kept []planbook.Version) {
	for i, v := range all {
		if i == 0 || all[i-1].DocumentID != v.DocumentID {
			kept = append(kept, v)
		}
	}
	return kept
}
