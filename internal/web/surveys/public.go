package surveys

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/survey"
	"xiaoguan/internal/web/ui"
)

func (h *Handler) feedback(w http.ResponseWriter, r *http.Request) error {
	r = httpx.Spoken(r)
	if err := h.limit.Admit(w, r); err != nil {
		return err
	}
	asked, err := h.Surveys.Ask(r.Context(), r.FormValue("t"))
	if err != nil {
		return h.cannot(w, r, err)
	}
	return h.drawFeedback(w, r, http.StatusOK, asked, nil)
}

// cannot says why a link asks nothing: it never was, has expired, or was answered.
func (h *Handler) cannot(w http.ResponseWriter, r *http.Request, err error) error {
	kind := errs.KindOf(err)
	if kind != errs.KindNotFound && kind != errs.KindConflict {
		return err
	}
	_, problem := ui.WithErrors(nil, err, httpx.PrinterFrom(r.Context()))
	return h.draw(w, r, httpx.StatusOf(err), ui.StateOf(ui.State{Kind: ui.StateEmpty, Icon: "info-circle", Title: problem}))
}

// draw is the bare page around what customers see.
func (h *Handler) draw(w http.ResponseWriter, r *http.Request, status int, content ...templ.Component) error {
	p := httpx.PrinterFrom(r.Context())
	frame := ui.FrameFrom(r.Context())
	frame.Person, frame.Nav, frame.Phone, frame.Bell = ui.Person{}, nil, nil, nil // also for somebody of the company who tries it
	title := h.Company()
	if title == "" {
		title = p.T("survey.feedback")
	}
	return ui.Write(w, r, status, ui.Compose(ui.PageView{Title: title, Bare: true, Narrow: true, Frame: &frame}, ui.Across(head(title, p.T("survey.feedback"))), ui.Filled(ui.CardView{Label: p.T("survey.feedback")}, content...)))
}

func (h *Handler) drawFeedback(w http.ResponseWriter, r *http.Request, status int, asked survey.Asked, failure error) error {
	p := httpx.PrinterFrom(r.Context())
	least, most := asked.Kind.Scores()
	var scores []ui.Option
	for n := most; n >= least; n-- {
		text := strconv.Itoa(n)
		o := ui.Option{Value: text, Label: text}
		if key := "survey.score." + string(asked.Kind) + "." + text; p.Has(key) {
			o.Label = text + " " + p.T(key)
		}
		scores = append(scores, o)
	}
	fields, problem := ui.WithErrors([]ui.Field{
		{Name: "score", Kind: ui.FieldRadio, Label: p.Message(asked.Kind.Question()), Value: r.PostFormValue("score"), Options: scores},
		{Name: "comment", Kind: ui.FieldArea, Label: p.T("survey.comment"), Value: r.PostFormValue("comment"), Optional: true, Rows: 3},
		{Name: "t", Kind: ui.FieldHidden, Value: r.FormValue("t")}, {Name: "lang", Kind: ui.FieldHidden, Value: string(p.Lang())},
	}, failure, p)
	form := ui.FormView{ID: "feedback", Action: FeedbackPath, Fields: fields, Problem: problem, Submit: ui.Action{Label: p.T("survey.send"), Kind: ui.ActionPrimary}}
	if asked.Anonymous {
		form.Consequence = p.T("survey.anonymous_promise")
	}
	return h.draw(w, r, status, ui.Form(form), languages(p, r.FormValue("t")))
}

// languages leads to the page in the other language.
func languages(p *i18n.Printer, token string) templ.Component {
	other, label := i18n.En, "English"
	if !p.Zh() {
		other, label = i18n.ZhCN, "中文"
	}
	return ui.Beside(ui.Button(ui.Action{Label: label, Icon: "language", Small: true, Kind: ui.ActionGhost, URL: FeedbackPath + "?" + url.Values{"t": {token}, "lang": {string(other)}}.Encode()}))
}

func (h *Handler) answer(w http.ResponseWriter, r *http.Request) error {
	r = httpx.Spoken(r)
	if err := h.limit.Admit(w, r); err != nil {
		return err
	}
	token := r.PostFormValue("t")
	asked, err := h.Surveys.Ask(r.Context(), token)
	if err != nil {
		return h.cannot(w, r, err)
	}
	score, err := strconv.ParseInt(r.PostFormValue("score"), 10, 64)
	if err != nil {
		score = -1
	}
	// What the customer wrote stays when the line breaks: the answer is kept whether or not they wait for the page.
	err = h.Surveys.Answer(context.WithoutCancel(r.Context()), token, survey.Reply{Score: score, Comment: r.PostFormValue("comment"), Lang: string(httpx.PrinterFrom(r.Context()).Lang()), Client: httpx.ClientAddress(r.Context())})
	switch {
	case errs.Is(err, errs.KindInvalid):
		return h.drawFeedback(w, r, httpx.StatusOf(err), asked, err)
	case err != nil:
		return h.cannot(w, r, err)
	}
	p := httpx.PrinterFrom(r.Context())
	return h.draw(w, r, http.StatusOK, ui.StateOf(ui.State{Kind: ui.StateEmpty, Icon: "circle-check", Title: p.T("survey.thanks"), Text: p.T("survey.thanks_text")}))
}
