package files

import (
	"net/http"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/web/ui"
)

// storageURL is the page of where contents of files lie.
const storageURL = "/storage"

// storage shows administrators how much lies where.
func (h *Handler) storage(w http.ResponseWriter, r *http.Request) error {
	use, place, err := h.files.Use(r.Context(), access.ActorFrom(r.Context()))
	if err != nil {
		return err
	}
	p := httpx.PrinterFrom(r.Context())
	title := p.T("files.storage")
	shown, goal := place, ""
	if place == "" {
		shown, goal = p.T("files.storage_none"), p.T("files.storage_none_text")
	}
	metric := func(label string, count, bytes int64) templ.Component {
		return ui.MetricCard(ui.Metric{Label: p.T(label), Text: p.FileSize(bytes), Goal: p.T("files.storage_count", "Count", count), Span: 6})
	}
	parts := []templ.Component{metric("files.in_database", use.Database, use.DatabaseBytes), metric("files.in_objects", use.Objects, use.ObjectsBytes)}
	facts := []ui.Fact{{Term: p.T("files.storage_place"), Text: shown}, {Term: p.T("files.leftovers"), Text: p.Int(use.Leftovers)}}
	if goal != "" {
		facts = append(facts, ui.Fact{Term: p.T("files.storage_how"), Text: goal})
	}
	switch {
	case place == "" && use.Objects > 0:
		parts = append([]templ.Component{ui.Across(ui.NoteOf(ui.Note{ID: "unreachable", Tone: ui.ToneBad, Strong: p.T("attachment.storage_missing")}))}, parts...)
	case place != "" && use.Database > 0:
		facts = append(facts, ui.Fact{Term: p.T("files.storage_how"), Text: p.T("files.storage_move")})
	}
	parts = append(parts, ui.Filled(ui.CardView{Title: p.T("files.storage_new")}, ui.Facts(facts)))
	return ui.Write(w, r, http.StatusOK, ui.Compose(ui.PageView{Title: title, Subtitle: p.T("files.storage_sub"), Current: "company", Narrow: true, Crumbs: []ui.Crumb{{Label: p.T("nav.company"), URL: "/company"}, {Label: title}}}, parts...))
}
