package reviews

import (
	"net/http"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/review"
	"xiaoguan/internal/web/ui"
)

// initiativesCard is what is being improved where the meeting is about, with the next milestone of each; nothing for a meeting that is over.
func (h *Handler) initiativesCard(p *i18n.Printer, r *http.Request, v *review.Shown) ([]templ.Component, error) {
	if h.initiatives == nil || v.State == review.StateFinished {
		return nil, nil
	}
	list, err := h.initiatives(r.Context(), access.ActorFrom(r.Context()), v.Unit)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	var items []ui.Item
	for i := range list {
		b := &list[i]
		item := ui.Item{Title: b.Title, URL: "/initiatives/" + number(b.ID), Beside: b.Owner, Chips: []ui.Chip{{Label: p.Message(b.Phase.Message()), Tone: ui.ToneBrand}}, Top: true}
		if b.Next != nil {
			item.Detail = p.T("review.next_milestone", "Title", b.Next.Title, "On", p.Date(b.Next.DueOn))
		}
		if b.Late > 0 {
			item.Chips = append(item.Chips, ui.Chip{Label: p.T("programme.late", "Count", b.Late), Tone: ui.ToneBad, Icon: "alert-triangle"})
		}
		items = append(items, item)
	}
	return []templ.Component{ui.Filled(ui.CardView{ID: "initiatives", Title: p.T("nav.initiatives"), Span: -1, Flush: true, Count: len(items)}, ui.List(items))}, nil
}
