package voices

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/questionnaire"
	"xiaoguan/internal/web/ui"
)

func (h *Handler) ask(w http.ResponseWriter, r *http.Request) error {
	return h.drawAsk(w, r, http.StatusOK, nil)
}

// drawAsk shows the questions to somebody who is signed in.
func (h *Handler) drawAsk(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	p := httpx.PrinterFrom(r.Context())
	id, err := idOf(r)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	a, err := h.Questionnaires.Ask(r.Context(), access.ActorFrom(r.Context()), id)
	if err != nil {
		return err
	}
	title := words(p, a.Document.Title)
	view := ui.PageView{Title: title, Current: "questionnaires", Narrow: true, Crumbs: []ui.Crumb{{Label: p.T("nav.questionnaires"), URL: listURL}, {Label: title}}, Subtitle: p.T("questionnaire.until", "Day", p.Date(a.ClosesOn))}
	if a.Done {
		return ui.Write(w, r, status, ui.Compose(view, ui.Filled(ui.CardView{Label: title}, thanks(p))))
	}
	return ui.Write(w, r, status, ui.Compose(view, questionPaper(p, r, &a, pageURL(id)+"/answer", nil, failure)...))
}

func thanks(p *i18n.Printer) templ.Component {
	return ui.StateOf(ui.State{Kind: ui.StateEmpty, Icon: "circle-check", Title: p.T("questionnaire.thanks"), Text: p.T("questionnaire.thanks_text")})
}

// questionPaper is the questions with what was answered so far.
func questionPaper(p *i18n.Printer, r *http.Request, a *questionnaire.Asking, action string, hidden []ui.Field, failure error) []templ.Component {
	fields := make([]ui.Field, len(a.Document.Questions))
	for i := range a.Document.Questions {
		fields[i] = answerField(p, r, i, &a.Document.Questions[i])
	}
	fitted, problem := ui.WithErrors(fields, failure, p)
	var questions []templ.Component
	for i, f := range fitted {
		questions = append(questions, asking(p, &a.Document.Questions[i], f))
	}
	form := ui.FormView{ID: "answers", Action: action, Fields: hidden, Guard: true, Submit: ui.Action{Label: p.T("questionnaire.send"), Icon: "send", Kind: ui.ActionPrimary}, Consequence: p.T("questionnaire.send_consequence")}
	card := []templ.Component{intro(words(p, a.Document.Intro), p.T("questionnaire.promise")), ui.ErrorSummary(ui.FormView{Fields: fitted, Problem: problem}), ui.FormWith(form, questions...)}
	return []templ.Component{ui.Filled(ui.CardView{Label: words(p, a.Document.Title)}, card...)}
}

// answerField is a question as a field, with what was answered.
func answerField(p *i18n.Printer, r *http.Request, at int, q *questionnaire.Question) ui.Field {
	f := ui.Field{Name: q.ID, Label: label(p, at, q), Value: r.PostFormValue(q.ID)}
	switch q.Kind {
	case questionnaire.KindLikert, questionnaire.KindENPS:
		f.Kind = ui.FieldRadio
		least, most := q.Range()
		for n := least; n <= most; n++ {
			text := strconv.Itoa(n)
			f.Options = append(f.Options, ui.Option{Value: text, Label: text, Selected: f.Value == text})
		}
	case questionnaire.KindText:
		f.Kind, f.Rows, f.Optional, f.Hint = ui.FieldArea, 3, true, p.T("questionnaire.words_hint")
	default:
		f.Kind = ui.FieldRadio
		if q.Kind == questionnaire.KindMultiple {
			f.Kind = ui.FieldChecks
		}
		for _, o := range q.Options {
			picked := false
			for _, value := range r.PostForm[q.ID] {
				picked = picked || value == o.ID
			}
			f.Options = append(f.Options, ui.Option{Value: o.ID, Label: words(p, o.Text), Selected: picked})
		}
	}
	return f
}

// asking draws a question; scores stand side by side.
func asking(p *i18n.Printer, q *questionnaire.Question, f ui.Field) templ.Component {
	switch q.Kind {
	case questionnaire.KindLikert:
		return scale(f, p.T("questionnaire.likert_low"), p.T("questionnaire.likert_high"))
	case questionnaire.KindENPS:
		return scale(f, p.T("questionnaire.enps_low"), p.T("questionnaire.enps_high"))
	}
	return ui.FieldOf(f)
}

// replyOf reads what was answered.
func replyOf(r *http.Request, d *questionnaire.Document) questionnaire.Reply {
	in := questionnaire.Reply{Scores: map[string]int{}, Picks: map[string][]string{}, Words: map[string]string{}}
	for i := range d.Questions {
		q := &d.Questions[i]
		switch q.Kind {
		case questionnaire.KindLikert, questionnaire.KindENPS:
			if n, err := strconv.Atoi(r.PostFormValue(q.ID)); err == nil {
				in.Scores[q.ID] = n
			}
		case questionnaire.KindText:
			in.Words[q.ID] = r.PostFormValue(q.ID)
		default:
			in.Picks[q.ID] = r.PostForm[q.ID]
		}
	}
	return in
}

func (h *Handler) answer(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return errs.Invalid("error.invalid", nil)
	}
	actor := access.ActorFrom(r.Context())
	a, err := h.Questionnaires.Ask(r.Context(), actor, id)
	if err != nil {
		return err
	}
	err = h.Questionnaires.Answer(context.WithoutCancel(r.Context()), actor, id, replyOf(r, &a.Document))
	switch {
	case errs.Is(err, errs.KindInvalid):
		return h.drawAsk(w, r, httpx.StatusOf(err), err)
	case err != nil:
		return err
	}
	http.Redirect(w, r, pageURL(id)+"/answer", http.StatusSeeOther)
	return nil
}

// bare is the page around what people without a sign-in see.
func (h *Handler) bare(w http.ResponseWriter, r *http.Request, status int, content ...templ.Component) error {
	p := httpx.PrinterFrom(r.Context())
	frame := ui.FrameFrom(r.Context())
	frame.Person, frame.Nav, frame.Phone, frame.Bell = ui.Person{}, nil, nil, nil
	title := h.Company()
	if title == "" {
		title = p.T("nav.questionnaires")
	}
	parts := append([]templ.Component{ui.Across(companyHead(title, p.T("questionnaire.staff")))}, content...)
	return ui.Write(w, r, status, ui.Compose(ui.PageView{Title: title, Bare: true, Narrow: true, Frame: &frame}, parts...))
}

func (h *Handler) askByLink(w http.ResponseWriter, r *http.Request) error {
	r = httpx.Spoken(r)
	if err := h.limit.Admit(w, r); err != nil {
		return err
	}
	return h.drawLinked(w, r, http.StatusOK, nil)
}

func (h *Handler) drawLinked(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	p, token := httpx.PrinterFrom(r.Context()), r.FormValue("t")
	a, err := h.Questionnaires.AskByLink(r.Context(), token)
	if err != nil {
		return h.cannot(w, r, err)
	}
	other, name := i18n.En, "English"
	if !p.Zh() {
		other, name = i18n.ZhCN, "中文"
	}
	language := ui.Beside(ui.Button(ui.Action{Label: name, Icon: "language", Small: true, Kind: ui.ActionGhost, URL: LinkPath + "?" + url.Values{"t": {token}, "lang": {string(other)}}.Encode()}))
	hidden := []ui.Field{{Name: "t", Kind: ui.FieldHidden, Value: token}, {Name: "lang", Kind: ui.FieldHidden, Value: string(p.Lang())}}
	title := ui.Across(companyHead(words(p, a.Document.Title), p.T("questionnaire.until", "Day", p.Date(a.ClosesOn))))
	return h.bare(w, r, status, append(append([]templ.Component{title}, questionPaper(p, r, &a, LinkPath, hidden, failure)...), ui.Across(language))...)
}

// cannot says why a link asks nothing.
func (h *Handler) cannot(w http.ResponseWriter, r *http.Request, err error) error {
	kind := errs.KindOf(err)
	if kind != errs.KindNotFound && kind != errs.KindConflict {
		return err
	}
	_, problem := ui.WithErrors(nil, err, httpx.PrinterFrom(r.Context()))
	return h.bare(w, r, httpx.StatusOf(err), ui.Filled(ui.CardView{Label: problem}, ui.StateOf(ui.State{Kind: ui.StateEmpty, Icon: "info-circle", Title: problem})))
}

func (h *Handler) answerByLink(w http.ResponseWriter, r *http.Request) error {
	r = httpx.Spoken(r)
	if err := h.limit.Admit(w, r); err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return errs.Invalid("error.invalid", nil)
	}
	token := r.PostFormValue("t")
	a, err := h.Questionnaires.AskByLink(r.Context(), token)
	if err != nil {
		return h.cannot(w, r, err)
	}
	// What somebody wrote stays when the line breaks: it is kept whether or not they wait for the page.
	err = h.Questionnaires.AnswerByLink(context.WithoutCancel(r.Context()), token, replyOf(r, &a.Document))
	switch {
	case errs.Is(err, errs.KindInvalid):
		return h.drawLinked(w, r, httpx.StatusOf(err), err)
	case err != nil:
		return h.cannot(w, r, err)
	}
	p := httpx.PrinterFrom(r.Context())
	return h.bare(w, r, http.StatusOK, ui.Filled(ui.CardView{Label: p.T("questionnaire.thanks")}, thanks(p)))
}
