// Package voices is the pages of what the staff says: questionnaires with their results, interviews, and checklists of management reviews.
//
// The page behind a link needs no account: whoever has the link may answer once. Who is told which results is decided by the service.
package voices

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/checklist"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/interview"
	"xiaoguan/internal/money"
	"xiaoguan/internal/questionnaire"
	"xiaoguan/internal/ruledoc"
	"xiaoguan/internal/web/ui"
)

// Services are what the pages show.
type Services struct {
	Questionnaires *questionnaire.Service
	Interviews     *interview.Service
	Checklists     *checklist.Service
	Files          func(ctx context.Context, actor access.Actor, review int64, question string) (int, error) // files behind an answer of a review
	Currency       func() money.Currency
	Company        func() string // its name
	Public         func() string // where the world finds the installation; empty: not said
	TLS            bool          // people come by HTTPS
	Now            func() time.Time
}

// Handler serves the pages.
type Handler struct {
	Services
	limit *httpx.Limiter
}

// New returns a Handler.
func New(services Services) *Handler { return &Handler{services, httpx.NewLimiter(services.Now)} }

// The addresses. Who opens LinkPath is not signed in; its token stands in the query, which is never logged.
const (
	listURL  = "/questionnaires"
	LinkPath = "/staff-answer"
)

// Routes registers the pages.
func (h *Handler) Routes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET "+listURL, h.list)
	handle("POST "+listURL, h.create)
	handle("POST "+listURL+"/settings", h.setHowOften)
	handle("GET "+listURL+"/{id}", h.show)
	handle("POST "+listURL+"/{id}", h.save)
	handle("POST "+listURL+"/{id}/step", h.act)
	handle("GET "+listURL+"/{id}/export/{format}", h.export)
	handle("GET "+listURL+"/{id}/questions/{question}", h.askQuestion)
	handle("POST "+listURL+"/{id}/questions/{question}", h.saveQuestion)
	handle("POST "+listURL+"/{id}/links", h.links)
	handle("GET "+listURL+"/{id}/answer", h.ask)
	handle("POST "+listURL+"/{id}/answer", h.answer)
	handle("GET "+interviewsURL, h.interviews)
	handle("POST "+interviewsURL, h.saveInterview)
	handle("GET "+interviewsURL+"/new", h.askInterview)
	handle("GET "+interviewsURL+"/codes", h.showCodes)
	handle("POST "+interviewsURL+"/codes", h.saveCodes)
	handle("GET "+guidesURL+"/{role}", h.showGuide)
	handle("POST "+guidesURL+"/{role}", h.saveGuide)
	handle("GET "+interviewsURL+"/{interview}", h.showInterview)
	handle("GET "+interviewsURL+"/{interview}/edit", h.editInterview)
	handle("POST "+interviewsURL+"/{interview}/passages", h.code)
	handle("POST "+interviewsURL+"/{interview}/passages/{passage}/remove", h.uncode)
	handle("GET "+interviewsURL+"/{interview}/passages/{passage}/problem", h.askPassageProblem)
	handle("POST "+interviewsURL+"/{interview}/passages/{passage}/problem", h.makePassageProblem)
	handle("GET "+checklistsURL, h.checklists)
	handle("POST "+checklistsURL, h.beginChecklist)
	handle("GET "+checklistsURL+"/{checklist}", h.showChecklist)
	handle("POST "+checklistsURL+"/{checklist}", h.saveChecklist)
	handle("GET "+checklistsURL+"/{checklist}/questions/{question}/problem", h.askChecklistProblem)
	handle("POST "+checklistsURL+"/{checklist}/questions/{question}/problem", h.makeChecklistProblem)
	handle("GET "+LinkPath, h.askByLink)
	handle("POST "+LinkPath, h.answerByLink)
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

func pageURL(id int64) string { return listURL + "/" + number(id) }

func idOf(r *http.Request) (int64, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil || id <= 0 {
		return 0, errs.New(errs.KindNotFound, "questionnaire.missing", nil)
	}
	return id, nil
}

// mendable reports errors that a page shows.
func mendable(err error) bool {
	kind := errs.KindOf(err)
	return kind == errs.KindInvalid || kind == errs.KindConflict
}

// words picks the text of the reader's language.
func words(p *i18n.Printer, t ruledoc.Text) string {
	if p.Zh() && t.Zh != "" || t.En == "" {
		return t.Zh
	}
	return t.En
}

func stateChip(p *i18n.Printer, s questionnaire.State) ui.Chip {
	tones := map[questionnaire.State]ui.Tone{questionnaire.StateOpen: ui.ToneGood, questionnaire.StateDraft: ui.ToneLine}
	return ui.Chip{Label: p.Message(s.Message()), Tone: tones[s]}
}

// doneNote says what was done.
func doneNote(p *i18n.Printer, r *http.Request) []templ.Component {
	done := r.URL.Query().Get("done")
	if key := "questionnaire.done." + done; done != "" && p.Has(key) {
		return []templ.Component{ui.Across(ui.NoteOf(ui.Note{ID: "done", Tone: ui.ToneGood, Strong: p.T(key)}))}
	}
	return nil
}

func (h *Handler) list(w http.ResponseWriter, r *http.Request) error {
	return h.drawList(w, r, http.StatusOK, nil)
}

func (h *Handler) drawList(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	p := httpx.PrinterFrom(r.Context())
	actor := access.ActorFrom(r.Context())
	l, err := h.Questionnaires.List(r.Context(), actor)
	if err != nil {
		return err
	}
	view := ui.PageView{Title: p.T("nav.questionnaires"), Subtitle: p.T("questionnaire.subtitle"), Current: "questionnaires", Tabs: tabs(p, actor, listURL)}
	empty := ui.State{Kind: ui.StateEmpty, Icon: "message-report", Title: p.T("questionnaire.none"), Text: p.T("questionnaire.none_theirs")}
	if l.MayRun {
		view.Actions = []ui.Action{{Label: p.T("questionnaire.new_shipped"), Icon: "plus", Kind: ui.ActionPrimary, URL: listURL, Post: true, Fields: map[string][]string{"from": {"shipped"}}},
			{Label: p.T("questionnaire.new_blank"), URL: listURL, Post: true, Fields: map[string][]string{"from": {"blank"}}}}
		empty.Text = p.T("questionnaire.none_text")
	}
	var items []ui.Item
	for i := range l.Rows {
		items = append(items, listItem(p, &l.Rows[i]))
	}
	content := ui.List(items)
	if len(items) == 0 {
		content = ui.StateOf(empty)
	}
	parts := append(doneNote(p, r), ui.Filled(ui.CardView{Label: view.Title, Flush: true}, content))
	if rounds := l.Rounds(); len(rounds) > 1 {
		parts = append(parts, roundsCard(p, rounds))
	}
	if l.MayRun {
		often, err := h.Questionnaires.HowOften(r.Context(), actor)
		if err != nil {
			return err
		}
		parts = append(parts, oftenCard(p, r, often, failure))
	}
	return ui.Write(w, r, status, ui.Compose(view, parts...))
}

func listItem(p *i18n.Printer, row *questionnaire.Row) ui.Item {
	item := ui.Item{Icon: "message-report", Title: words(p, row.Document.Title), URL: pageURL(row.ID), Chips: []ui.Chip{stateChip(p, row.Stands)}}
	switch row.Stands {
	case questionnaire.StateDraft:
		item.Detail = p.T("questionnaire.questions_count", "Count", len(row.Document.Questions))
	case questionnaire.StateOpen:
		item.Detail = p.T("questionnaire.until", "Day", p.Date(row.ClosesOn))
	case questionnaire.StateClosed:
		item.Detail = p.T("questionnaire.closed_on", "Day", p.Date(endOf(&row.Questionnaire)))
	}
	if row.Invited > 0 {
		item.Detail += " · " + p.T("questionnaire.turnout_of", "Answered", row.Answered, "Invited", row.Invited, "Share", shareText(p, row.Answered, row.Invited))
	}
	if row.Asked && row.Stands == questionnaire.StateOpen {
		if row.Done {
			item.Chips = append(item.Chips, ui.Chip{Label: p.T("questionnaire.you_answered"), Icon: "check", Tone: ui.ToneGood})
		} else {
			item.Actions = []ui.Action{{Label: p.T("questionnaire.answer_now"), URL: pageURL(row.ID) + "/answer", Kind: ui.ActionPrimary, Small: true}}
		}
	}
	return item
}

func endOf(q *questionnaire.Questionnaire) calendar.Date {
	if q.ClosedOn != calendar.NoDate {
		return q.ClosedOn
	}
	return q.ClosesOn
}

func (h *Handler) create(w http.ResponseWriter, r *http.Request) error {
	p := httpx.PrinterFrom(r.Context())
	document := questionnaire.Document{Title: ruledoc.Text{Zh: p.T("questionnaire.untitled")}}
	if r.PostFormValue("from") == "shipped" {
		document = questionnaire.Shipped()
	}
	q, err := h.Questionnaires.Save(r.Context(), access.ActorFrom(r.Context()), questionnaire.Draft{Document: document, ClosesOn: calendar.NoDate})
	if err != nil {
		return err
	}
	http.Redirect(w, r, pageURL(q.ID)+"?done=made", http.StatusSeeOther)
	return nil
}

func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	v, err := h.Questionnaires.Get(r.Context(), access.ActorFrom(r.Context()), id)
	if err != nil {
		return err
	}
	switch {
	case v.Stands == questionnaire.StateDraft:
		return h.drawDraft(w, r, http.StatusOK, v, "", nil)
	case v.Stands == questionnaire.StateClosed && v.Reads:
		return h.drawResults(w, r, v)
	}
	return h.drawOpen(w, r, http.StatusOK, v, nil)
}

// head is the head of a page of one questionnaire.
func head(p *i18n.Printer, v *questionnaire.Shown) ui.PageView {
	title := words(p, v.Document.Title)
	return ui.PageView{Title: title, Current: "questionnaires", Chips: []ui.Chip{stateChip(p, v.Stands)}, Crumbs: []ui.Crumb{{Label: p.T("nav.questionnaires"), URL: listURL}, {Label: title}}}
}
