package voices

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/questionnaire"
	"xiaoguan/internal/ruledoc"
	"xiaoguan/internal/web/ui"
)

// newQuestion stands for a question that is not there yet.
const newQuestion = "new"

func (h *Handler) askQuestion(w http.ResponseWriter, r *http.Request) error {
	return h.drawQuestion(w, r, http.StatusOK, nil)
}

// editing returns the draft and the question that an address is about.
func (h *Handler) editing(r *http.Request) (v questionnaire.Shown, q questionnaire.Question, err error) {
	id, err := idOf(r)
	if err != nil {
		return v, q, err
	}
	actor := access.ActorFrom(r.Context())
	if v, err = h.Questionnaires.Get(r.Context(), actor, id); err != nil {
		return v, q, err
	}
	if err := actor.RequireAll(access.PermQuestionnaireRun); err != nil {
		return v, q, err
	}
	if v.Stands != questionnaire.StateDraft {
		return v, q, errs.New(errs.KindConflict, "questionnaire.opened", nil)
	}
	if r.PathValue("question") == newQuestion {
		return v, questionnaire.Question{Kind: questionnaire.KindLikert, Theme: questionnaire.ThemeTargets}, nil
	}
	found := v.Document.Question(r.PathValue("question"))
	if found == nil {
		return v, q, errs.New(errs.KindNotFound, "questionnaire.no_question", nil)
	}
	return v, *found, nil
}

func (h *Handler) drawQuestion(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	p := httpx.PrinterFrom(r.Context())
	v, q, err := h.editing(r)
	if err != nil {
		return err
	}
	if failure != nil {
		q = h.questionOf(r, q)
	}
	title := p.T("questionnaire.edit_question")
	if q.ID == "" {
		title = p.T("questionnaire.add_question")
	}
	var kinds, themes, feeds []ui.Option
	for _, k := range questionnaire.Kinds {
		kinds = append(kinds, ui.Option{Value: string(k), Label: p.Message(k.Message()), Hint: p.T("questionnaire.kind_hint." + string(k))})
	}
	for _, t := range questionnaire.Themes {
		themes = append(themes, ui.Option{Value: string(t), Label: p.Message(t.Message())})
	}
	for _, f := range questionnaire.Feeds[1:] {
		feeds = append(feeds, ui.Option{Value: string(f), Label: p.T("questionnaire.feed." + string(f))})
	}
	likert := p.T("questionnaire.for_likert")
	form := ui.FormView{ID: "question", Action: pageURL(v.ID) + "/questions/" + r.PathValue("question"), Cancel: &ui.Link{Label: p.T("common.cancel"), URL: pageURL(v.ID)}, Submit: ui.Action{Label: p.T("common.save"), Kind: ui.ActionPrimary}, Fields: []ui.Field{
		{Name: "text_zh", Label: p.T("questionnaire.text_zh"), Value: q.Text.Zh, Autofocus: true}, {Name: "text_en", Label: p.T("questionnaire.text_en"), Value: q.Text.En, Optional: true},
		{Name: "kind", Kind: ui.FieldRadio, Label: p.T("questionnaire.kind"), Value: string(q.Kind), Options: kinds},
		{Name: "theme", Kind: ui.FieldSelect, Label: p.T("questionnaire.theme"), Value: string(q.Theme), Options: themes, Optional: true, Fold: likert, Usual: string(questionnaire.ThemeTargets)},
		{Name: "reversed", Kind: ui.FieldCheck, Label: p.T("questionnaire.reversed"), Hint: p.T("questionnaire.reversed_hint"), Value: "1", Checked: q.Reversed, Optional: true, Fold: likert},
		{Name: "feeds", Kind: ui.FieldSelect, Label: p.T("questionnaire.feeds"), Hint: p.T("questionnaire.feeds_hint"), Value: string(q.Feeds), Options: feeds, Optional: true, Placeholder: p.T("questionnaire.feed_none"), Fold: likert},
		{Name: "options", Kind: ui.FieldArea, Rows: 6, Label: p.T("questionnaire.options"), Hint: p.T("questionnaire.options_hint"), Value: optionLines(q.Options), Optional: true, Fold: p.T("questionnaire.for_choice")},
		{Name: "seen", Kind: ui.FieldHidden, Value: number(v.Revision)}}}
	form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p)
	view := ui.PageView{Title: title, Current: "questionnaires", Narrow: true, Crumbs: []ui.Crumb{{Label: p.T("nav.questionnaires"), URL: listURL}, {Label: words(p, v.Document.Title), URL: pageURL(v.ID)}, {Label: title}}}
	return ui.Write(w, r, status, ui.Compose(view, ui.Filled(ui.CardView{Label: title}, ui.Form(form))))
}

// optionLines writes options one a line, with the English behind a bar.
func optionLines(options []questionnaire.Option) string {
	var lines []string
	for _, o := range options {
		line := o.Text.Zh
		if o.Text.En != "" {
			line += " | " + o.Text.En
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// optionsOf reads options; those whose words stay keep their id.
func optionsOf(text string, before []questionnaire.Option) (options []questionnaire.Option) {
	for line := range strings.Lines(text) {
		zh, en, _ := strings.Cut(strings.TrimSpace(line), "|")
		o := questionnaire.Option{Text: ruledoc.Text{Zh: strings.TrimSpace(zh), En: strings.TrimSpace(en)}}
		if o.Text.Zh == "" {
			continue
		}
		if at := slices.IndexFunc(before, func(b questionnaire.Option) bool { return b.Text.Zh == o.Text.Zh }); at >= 0 {
			o.ID = before[at].ID
		}
		options = append(options, o)
	}
	return options
}

func (h *Handler) questionOf(r *http.Request, before questionnaire.Question) questionnaire.Question {
	return questionnaire.Question{ID: before.ID, Kind: questionnaire.Kind(r.PostFormValue("kind")), Theme: questionnaire.Theme(r.PostFormValue("theme")), Reversed: r.PostFormValue("reversed") != "", Feeds: questionnaire.Feed(r.PostFormValue("feeds")),
		Text: ruledoc.Text{Zh: r.PostFormValue("text_zh"), En: r.PostFormValue("text_en")}, Options: optionsOf(r.PostFormValue("options"), before.Options)}
}

// saveQuestion keeps a question, moves it or takes it out.
func (h *Handler) saveQuestion(w http.ResponseWriter, r *http.Request) error {
	v, q, err := h.editing(r)
	if err != nil {
		return err
	}
	in := questionnaire.Edit{ID: v.ID, Question: q}
	in.Seen, _ = strconv.ParseInt(r.PostFormValue("seen"), 10, 64) // of no number is not checked
	switch r.PostFormValue("to") {
	case "up":
		in.Move = -1
	case "down":
		in.Move = 1
	case "remove":
		in.Remove = true
	default:
		in.Question = h.questionOf(r, q)
	}
	if _, err := h.Questionnaires.Change(r.Context(), access.ActorFrom(r.Context()), in); err != nil {
		if mendable(err) {
			return h.drawQuestion(w, r, httpx.StatusOf(err), err)
		}
		return err
	}
	http.Redirect(w, r, pageURL(v.ID)+"?done=saved#questions", http.StatusSeeOther)
	return nil
}

// label names a question in messages and tables: its number and words.
func label(p *i18n.Printer, at int, q *questionnaire.Question) string {
	return strconv.Itoa(at+1) + ". " + words(p, q.Text)
}
