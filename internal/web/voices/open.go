package voices

import (
	"math/big"
	"net/http"
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/questionnaire"
	"xiaoguan/internal/web/ui"
)

func shareText(p *i18n.Printer, part, whole int) string {
	if whole == 0 {
		return i18n.Unknown
	}
	return p.PercentDigits(big.NewRat(int64(part), int64(whole)), 0)
}

// drawOpen shows what is asked now, to those who run it or read results how many have answered, and to who is asked the way to the questions.
func (h *Handler) drawOpen(w http.ResponseWriter, r *http.Request, status int, v questionnaire.Shown, failure error) error {
	p := httpx.PrinterFrom(r.Context())
	view := head(p, &v)
	view.Subtitle = p.T("questionnaire.until", "Day", p.Date(v.ClosesOn))
	if v.Stands == questionnaire.StateClosed {
		view.Subtitle = p.T("questionnaire.closed_on", "Day", p.Date(endOf(&v.Questionnaire)))
	}
	parts := doneNote(p, r)
	switch {
	case v.Stands == questionnaire.StateClosed:
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "over", Strong: p.T("questionnaire.is_over"), Text: p.T("questionnaire.is_over_text")})))
	case v.Asked && v.Done:
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "answered", Tone: ui.ToneGood, Strong: p.T("questionnaire.you_answered"), Text: p.T("questionnaire.thanks_text")})))
	case v.Asked:
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "asked", Strong: p.T("questionnaire.you_are_asked"), Text: p.T("questionnaire.promise"), Action: &ui.Action{Label: p.T("questionnaire.answer_now"), URL: pageURL(v.ID) + "/answer", Kind: ui.ActionPrimary}})))
	}
	if v.Reads {
		parts = append(parts, ui.Stack(8, turnoutCard(p, &v)))
	}
	if v.MayRun && v.Stands == questionnaire.StateOpen {
		parts = append(parts, ui.Stack(4, runCards(p, r, &v, failure)...))
	}
	return ui.Write(w, r, status, ui.Compose(view, parts...))
}

// turnoutCard is how many have answered, of everybody and of the groups within reach.
func turnoutCard(p *i18n.Printer, v *questionnaire.Shown) templ.Component {
	table := ui.TableView{Label: p.T("questionnaire.turnout"), Columns: []ui.Column{{Label: p.T("questionnaire.group"), Phone: true}, {Label: p.T("questionnaire.answered"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("questionnaire.invited"), Kind: ui.ColumnNumber}, {Label: p.T("questionnaire.turnout"), Kind: ui.ColumnNumber, Phone: true}}}
	row := func(name string, answered, invited int, kind ui.RowKind) {
		table.Rows = append(table.Rows, ui.Row{Kind: kind, Cells: []ui.Cell{ui.Text(name), ui.Text(p.Int(int64(answered))), ui.Text(p.Int(int64(invited))), ui.Text(shareText(p, answered, invited))}})
	}
	row(p.T("questionnaire.everybody"), v.Answered, v.Invited, ui.RowSum)
	for _, c := range v.Cells {
		at := slices.IndexFunc(v.Turnout, func(t questionnaire.Turnout) bool { return t.Cell == c.Key })
		if at >= 0 && len(v.Cells) > 1 {
			row(cellName(p, c.TeamNames), v.Turnout[at].Answered, v.Turnout[at].Invited, ui.RowPlain)
		}
	}
	return ui.Filled(ui.CardView{ID: "turnout", Title: p.T("questionnaire.turnout"), Sub: p.T("questionnaire.turnout_sub"), Flush: true, Span: -1, Foot: p.T("questionnaire.results_later")}, ui.Table(table))
}

func cellName(p *i18n.Printer, names string) string {
	if names == "" {
		return p.T("questionnaire.no_team")
	}
	return names
}

// runCards are what those who run a questionnaire do while it is open.
func runCards(p *i18n.Printer, r *http.Request, v *questionnaire.Shown, failure error) (cards []templ.Component) {
	form := ui.FormView{ID: "prolong", Action: pageURL(v.ID) + "/step", Fields: []ui.Field{{Name: "closes_on", Kind: ui.FieldDate, Label: p.T("questionnaire.closes_on"), Value: typedOr(r, failure, "closes_on", v.ClosesOn.String())}, {Name: "to", Kind: ui.FieldHidden, Value: "prolong"}},
		Submit: ui.Action{Label: p.T("questionnaire.change_day"), Kind: ui.ActionPlain}}
	form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p)
	cards = append(cards, ui.Filled(ui.CardView{ID: "closing", Title: p.T("questionnaire.closing"), Span: -1}, ui.Form(form), ui.ConfirmOf(ui.Confirm{ID: "close-now", Inline: true, Strong: p.T("questionnaire.close_strong"), Text: p.T("questionnaire.close_text"), Action: pageURL(v.ID) + "/step", Hidden: []ui.Field{{Name: "to", Value: "close"}}, Submit: p.T("questionnaire.close_now"), Plain: true})))
	if v.WithoutLogin > 0 {
		links := ui.FormView{ID: "links", Action: pageURL(v.ID) + "/links", Submit: ui.Action{Label: p.T("questionnaire.make_links"), Kind: ui.ActionPlain}, Consequence: p.T("questionnaire.links_once")}
		cards = append(cards, ui.Filled(ui.CardView{ID: "without-login", Title: p.T("questionnaire.no_login"), Sub: p.T("questionnaire.people_count", "Count", v.WithoutLogin), Span: -1}, ui.Form(links)))
	}
	return cards
}

// links shows links for those who cannot sign in, once.
func (h *Handler) links(w http.ResponseWriter, r *http.Request) error {
	p, actor := httpx.PrinterFrom(r.Context()), access.ActorFrom(r.Context())
	id, err := idOf(r)
	if err != nil {
		return err
	}
	v, err := h.Questionnaires.Get(r.Context(), actor, id)
	if err != nil {
		return err
	}
	list, err := h.Questionnaires.Links(r.Context(), actor, id)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	table := ui.TableView{Label: p.T("questionnaire.no_login"), Columns: []ui.Column{{Label: p.T("common.person"), Kind: ui.ColumnNarrow, Phone: true}, {Label: p.T("common.team"), Kind: ui.ColumnNarrow}, {Label: p.T("questionnaire.link"), Phone: true}}, Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("questionnaire.nobody_left")}}
	for _, l := range list {
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(l.Name), ui.Text(cellName(p, l.TeamName)), ui.Draw(linkText("f-link-"+number(l.PersonID), h.address(r, l.Secret), p.T("questionnaire.link_of", "Name", l.Name)))}})
	}
	view := head(p, &v)
	view.Crumbs = append(view.Crumbs[:1], ui.Crumb{Label: view.Title, URL: pageURL(id)}, ui.Crumb{Label: p.T("questionnaire.link")})
	note := ui.Across(ui.NoteOf(ui.Note{ID: "once", Tone: ui.ToneWarn, Strong: p.T("questionnaire.links_once"), Text: p.T("questionnaire.links_text")}))
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, note, ui.Filled(ui.CardView{Label: p.T("questionnaire.no_login"), Flush: true}, ui.Table(table))))
}

// address is a link as people open it: at the public address, or at the name by which the installation was asked.
func (h *Handler) address(r *http.Request, token string) string {
	origin := h.Public()
	if origin == "" {
		origin = "http://" + r.Host
		if h.TLS {
			origin = "https://" + r.Host
		}
	}
	return origin + LinkPath + "?" + url.Values{"t": {token}}.Encode()
}
