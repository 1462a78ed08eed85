// Package surveys is the pages of what customers say: surveys and what their answers come to, links to be copied with their QR pictures,
// and the one page that customers see.
//
// The customers' page needs no account. Whoever has its link may answer once; it shows the company's name and nothing about anybody. It
// decides nothing about who may see answers: the service does. How often an address may ask is limited on each node by itself.
package surveys

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/survey"
	"xiaoguan/internal/web/ui"
)

// Services are what the pages show.
type Services struct {
	Surveys *survey.Service
	Company func() string // its name
	Public  func() string // where the world finds the installation; empty: not said
	TLS     bool          // people come by HTTPS
	Now     func() time.Time
}

// Handler serves the pages.
type Handler struct {
	Services
	limit *httpx.Limiter
}

// New returns a Handler.
func New(services Services) *Handler { return &Handler{services, httpx.NewLimiter(services.Now)} }

// The addresses. FeedbackPath is what customers see; its token stands in the query, which is never logged.
const (
	listURL      = "/surveys"
	formURL      = "/survey-form"
	inviteURL    = "/invite-survey"
	FeedbackPath = survey.FeedbackPath
)

// Routes registers the pages.
func (h *Handler) Routes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET "+listURL, h.list)
	handle("GET "+formURL, h.ask)
	handle("POST "+listURL, h.save)
	handle("GET "+listURL+"/{id}", h.show)
	handle("GET "+listURL+"/{id}/export/{format}", h.export)
	handle("GET "+inviteURL, h.askInvite)
	handle("POST "+inviteURL, h.invite)
	handle("POST "+listURL+"/{id}/wave", h.wave)
	handle("GET "+listURL+"/{id}/mailings", h.mailings)
	handle("GET "+mailingURL+"/{mailing}", h.handing)
	handle("POST "+mailingURL+"/{mailing}/{act}", h.actOnMailing)
	handle("GET "+survey.StopPath, h.askStop)
	handle("POST "+survey.StopPath, h.stop)
	handle("GET "+FeedbackPath, h.feedback)
	handle("POST "+FeedbackPath, h.answer)
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

func surveyURL(id int64) string { return listURL + "/" + number(id) }

func idOf(text string) (int64, error) {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id <= 0 {
		return 0, errs.New(errs.KindNotFound, "survey.missing", nil)
	}
	return id, nil
}

// mendable reports errors that a form shows beside its fields.
func mendable(err error) bool {
	kind := errs.KindOf(err)
	return kind == errs.KindInvalid || kind == errs.KindConflict
}

func (h *Handler) list(w http.ResponseWriter, r *http.Request) error {
	actor, p := access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	all, err := h.Surveys.List(r.Context(), actor)
	if err != nil {
		return err
	}
	var items []ui.Item
	for _, s := range all {
		if s.Anonymous && !actor.CanAll(access.PermSalesRead) {
			continue
		}
		items = append(items, ui.Item{Icon: "star", Title: s.Name, URL: surveyURL(s.ID), Detail: p.Message(s.Kind.Message()), Chips: chips(p, s)})
	}
	view := ui.PageView{Title: p.T("nav.surveys"), Subtitle: p.T("survey.sub"), Current: "surveys"}
	empty := ui.State{Kind: ui.StateEmpty, Icon: "star", Title: p.T("survey.none"), Text: p.T("survey.none_theirs")}
	if actor.CanAll(access.PermServiceRules) {
		view.Actions = []ui.Action{{Label: p.T("survey.new"), Icon: "plus", Kind: ui.ActionPrimary, URL: formURL}}
		empty.Text, empty.Actions = p.T("survey.none_text"), view.Actions
	}
	content := ui.List(items)
	if len(items) == 0 {
		content = ui.StateOf(empty)
	}
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, ui.Filled(ui.CardView{Label: view.Title, Flush: true}, content)))
}

func chips(p *i18n.Printer, s survey.Survey) (list []ui.Chip) {
	if s.Anonymous {
		list = append(list, ui.Chip{Label: p.T("survey.is_anonymous"), Tone: ui.ToneLine})
	}
	if !s.Active {
		list = append(list, ui.Chip{Label: p.T("revisit.off"), Tone: ui.ToneLine})
	}
	return list
}

func (h *Handler) ask(w http.ResponseWriter, r *http.Request) error {
	return h.drawForm(w, r, http.StatusOK, nil)
}

// drawForm asks for a new survey, or for changes of one.
func (h *Handler) drawForm(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	actor, p := access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	if err := actor.RequireAll(access.PermServiceRules); err != nil {
		return err
	}
	s := survey.Survey{Kind: survey.KindCSAT, ValidDays: 30, LowUntil: 2, OpensCase: true, Active: true, Rule: survey.DefaultRule}
	title, back := p.T("survey.new"), listURL
	if text := r.FormValue("id"); text != "" && text != "0" {
		id, err := idOf(text)
		if err != nil {
			return err
		}
		if s, err = h.Surveys.Get(r.Context(), actor, id); err != nil {
			return err
		}
		title, back = p.T("survey.edit"), surveyURL(id)
	}
	form := surveyForm(p, r, s, failure)
	form.Cancel = &ui.Link{Label: p.T("common.cancel"), URL: back}
	return ui.Write(w, r, status, ui.Compose(ui.PageView{Title: title, Current: "surveys", Narrow: true, Crumbs: []ui.Crumb{{Label: p.T("nav.surveys"), URL: listURL}, {Label: title}}},
		ui.Filled(ui.CardView{Label: title}, ui.Form(form))))
}

func surveyForm(p *i18n.Printer, r *http.Request, s survey.Survey, failure error) ui.FormView {
	typed := func(name, kept string) string {
		if r.Method == http.MethodPost {
			return r.PostFormValue(name)
		}
		return kept
	}
	ticked := func(name string, kept bool) bool {
		if r.Method == http.MethodPost {
			return r.PostFormValue(name) != ""
		}
		return kept
	}
	fields := []ui.Field{{Name: "name", Label: p.T("survey.name"), Value: typed("name", s.Name), Hint: p.T("survey.name_hint")}}
	if s.ID == 0 {
		var kinds []ui.Option
		for _, k := range survey.Kinds {
			kinds = append(kinds, ui.Option{Value: string(k), Label: p.Message(k.Message())})
		}
		fields = append(fields, ui.Field{Name: "kind", Kind: ui.FieldRadio, Label: p.T("survey.kind"), Value: typed("kind", string(s.Kind)), Options: kinds},
			ui.Field{Name: "anonymous", Kind: ui.FieldCheck, Label: p.T("survey.anonymous"), Hint: p.T("survey.anonymous_hint"), Value: "1", Checked: ticked("anonymous", s.Anonymous), Optional: true})
	}
	fields = append(fields,
		ui.Field{Name: "valid_days", Kind: ui.FieldNumber, Label: p.T("survey.valid_days"), Value: typed("valid_days", number(s.ValidDays)), Unit: p.T("revisit.days_unit"), Span: 6},
		ui.Field{Name: "low_until", Kind: ui.FieldNumber, Label: p.T("survey.low_until"), Value: typed("low_until", number(s.LowUntil)), Hint: p.T("survey.low_hint"), Span: 6})
	if !s.Anonymous {
		fields = append(fields, ui.Field{Name: "opens_case", Kind: ui.FieldCheck, Label: p.T("survey.opens_case"), Value: "1", Checked: ticked("opens_case", s.OpensCase), Optional: true})
	}
	fields = append(fields, ruleFields(p, s.Rule, typed)...)
	fields = append(fields, ui.Field{Name: "active", Kind: ui.FieldCheck, Label: p.T("survey.active"), Value: "1", Checked: ticked("active", s.Active), Optional: true},
		ui.Field{Name: "id", Kind: ui.FieldHidden, Value: number(s.ID)}, ui.Field{Name: "seen", Kind: ui.FieldHidden, Value: number(s.Revision)})
	fitted, problem := ui.WithErrors(fields, failure, p)
	return ui.FormView{ID: "survey", Action: listURL, Fields: fitted, Problem: problem, Submit: ui.Action{Label: p.T("common.save"), Kind: ui.ActionPrimary}}
}

func (h *Handler) save(w http.ResponseWriter, r *http.Request) error {
	value := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	var c fact.Checker
	count := func(name string) int64 {
		if value(name) == "" {
			return 0
		}
		n, err := strconv.ParseInt(value(name), 10, 32)
		if err != nil || n < 0 {
			c.Add(name, value(name), "form.error.number", nil)
		}
		return n
	}
	in := survey.Entry{ID: count("id"), Name: value("name"), Kind: survey.Kind(value("kind")), Anonymous: value("anonymous") != "", ValidDays: count("valid_days"), LowUntil: count("low_until"), OpensCase: value("opens_case") != "",
		Active: value("active") != "", Seen: count("seen"),
		Rule: &survey.Rule{After: survey.Trigger(value("sent_after")), AfterDays: count("after_days"), QuietDays: count("quiet_days"), RemindDays: count("remind_days")}}
	if in.Anonymous {
		in.OpensCase = false
	}
	err := c.Err()
	var kept survey.Survey
	if err == nil {
		kept, err = h.Surveys.Save(r.Context(), access.ActorFrom(r.Context()), in)
	}
	switch {
	case err == nil:
		http.Redirect(w, r, surveyURL(kept.ID)+"?saved=1", http.StatusSeeOther)
		return nil
	case !mendable(err):
		return err
	}
	return h.drawForm(w, r, httpx.StatusOf(err), err)
}

// savedNote says that something was kept.
func savedNote(p *i18n.Printer, r *http.Request) []templ.Component {
	if r.FormValue("saved") == "" {
		return nil
	}
	return []templ.Component{ui.Across(ui.NoteOf(ui.Note{ID: "saved", Tone: ui.ToneGood, Strong: p.T("sales.saved")}))}
}

// link is the address of a token as customers open it: at the public address, or at the name by which the installation was asked.
func (h *Handler) link(r *http.Request, token string) string {
	origin := h.Public()
	if origin == "" {
		origin = "http://" + r.Host
		if h.TLS {
			origin = "https://" + r.Host
		}
	}
	return origin + FeedbackPath + "?" + url.Values{"t": {token}}.Encode()
}
