package voices

import (
	"math/big"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/checklist"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/web/ui"
)

const checklistsURL = "/checklists"

func checklistURL(id int64) string { return checklistsURL + "/" + number(id) }

func (h *Handler) checklists(w http.ResponseWriter, r *http.Request) error {
	p, actor := httpx.PrinterFrom(r.Context()), access.ActorFrom(r.Context())
	l, err := h.Checklists.List(r.Context(), actor)
	if err != nil {
		return err
	}
	view := ui.PageView{Title: p.T("checklist.title"), Subtitle: p.T("checklist.subtitle"), Current: "questionnaires", Tabs: tabs(p, actor, checklistsURL)}
	var items []ui.Item
	for i := range l.Reviews {
		review := &l.Reviews[i]
		items = append(items, ui.Item{Icon: "list-check", Title: words(p, review.List.Name), URL: checklistURL(review.ID), Beside: p.Date(review.HeldOn), Detail: tallyText(p, review), Chips: []ui.Chip{checklistChip(p, review.State)}})
	}
	content := ui.List(items)
	if len(items) == 0 {
		content = ui.StateOf(ui.State{Kind: ui.StateEmpty, Icon: "list-check", Title: p.T("checklist.none"), Text: p.T("checklist.none_text")})
	}
	parts := []templ.Component{ui.Stack(8, ui.Filled(ui.CardView{ID: "reviews", Title: p.T("checklist.reviews"), Flush: true, Span: -1}, content))}
	if l.MayRun {
		var lists []ui.Item
		for i := range checklist.Shipped {
			list := &checklist.Shipped[i]
			lists = append(lists, ui.Item{Icon: "list-check", Title: words(p, list.Name), Detail: p.T("checklist.questions_count", "Count", len(list.Questions)), Actions: []ui.Action{{Label: p.T("checklist.begin"), URL: checklistsURL, Post: true, Fields: map[string][]string{"list": {list.Key}}, Small: true}}})
		}
		parts = append(parts, ui.Stack(4, ui.Filled(ui.CardView{ID: "lists", Title: p.T("checklist.lists"), Flush: true, Span: -1}, ui.List(lists))))
	}
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, parts...))
}

func checklistChip(p *i18n.Printer, s checklist.State) ui.Chip {
	if s == checklist.StateDone {
		return ui.Chip{Label: p.Message(s.Message()), Tone: ui.ToneGood}
	}
	return ui.Chip{Label: p.Message(s.Message()), Tone: ui.ToneBrand}
}

func tallyText(p *i18n.Printer, r *checklist.Review) string {
	t := r.Tally()
	text := p.T("checklist.tally", "Yes", t[checklist.VerdictYes], "Partly", t[checklist.VerdictPartly], "No", t[checklist.VerdictNo], "Open", t[checklist.VerdictNone])
	if points, of, known := r.Ratio(); known {
		text += " · " + p.T("checklist.ratio", "Share", p.PercentDigits(big.NewRat(points, of), 0), "Points", points, "Of", of)
	}
	return text
}

func (h *Handler) beginChecklist(w http.ResponseWriter, r *http.Request) error {
	review, err := h.Checklists.Begin(r.Context(), access.ActorFrom(r.Context()), r.PostFormValue("list"))
	if err != nil {
		return err
	}
	http.Redirect(w, r, checklistURL(review.ID), http.StatusSeeOther)
	return nil
}

func checklistIDOf(r *http.Request) (int64, error) {
	id, err := strconv.ParseInt(r.PathValue("checklist"), 10, 64)
	if err != nil || id <= 0 {
		return 0, errs.New(errs.KindNotFound, "checklist.missing", nil)
	}
	return id, nil
}

// showChecklist shows a review; from the files of an answer one comes back with the question in the address.
func (h *Handler) showChecklist(w http.ResponseWriter, r *http.Request) error {
	if review, question, of := strings.Cut(r.PathValue("checklist"), "-"); of {
		http.Redirect(w, r, checklistsURL+"/"+url.PathEscape(review)+"#evidence-"+url.PathEscape(question), http.StatusSeeOther)
		return nil
	}
	return h.drawChecklist(w, r, http.StatusOK, nil)
}

func (h *Handler) drawChecklist(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	p, actor := httpx.PrinterFrom(r.Context()), access.ActorFrom(r.Context())
	id, err := checklistIDOf(r)
	if err != nil {
		return err
	}
	v, err := h.Checklists.Get(r.Context(), actor, id)
	if err != nil {
		return err
	}
	title := words(p, v.List.Name)
	view := ui.PageView{Title: title, Current: "questionnaires", Chips: []ui.Chip{checklistChip(p, v.State)}, Subtitle: p.Date(v.HeldOn) + " · " + v.CreatedBy + " · " + tallyText(p, &v.Review), Crumbs: []ui.Crumb{{Label: p.T("checklist.title"), URL: checklistsURL}, {Label: title}}}
	parts := doneNote(p, r)
	if v.NumbersWhy.Key != "" {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "no-numbers", Strong: p.Message(v.NumbersWhy)})))
	}
	if v.MayRun && v.State == checklist.StateOpen {
		parts = append(parts, h.checklistForm(p, r, &v, failure))
	} else {
		parts = append(parts, h.checklistTable(p, &v))
	}
	files, err := h.filesCard(r, &v)
	if err != nil {
		return err
	}
	if files != nil {
		parts = append(parts, files)
	}
	return ui.Write(w, r, status, ui.Compose(view, parts...))
}

// numberOf is the company's number that answers a question.
func (h *Handler) numberOf(p *i18n.Printer, v *checklist.Shown, q *checklist.Question) string {
	if v.State == checklist.StateDone {
		return v.Answers[q.ID].Number
	}
	series, known := v.Numbers[q.Metric]
	if !known {
		return ""
	}
	return p.T("checklist.number", "Name", ui.InLanguage(p, series.Definition.Name), "Value", ui.MetricText(p, h.Currency(), series.Value), "Numerator", series.Value.Numerator, "Denominator", series.Value.Denominator)
}

func (h *Handler) checklistForm(p *i18n.Printer, r *http.Request, v *checklist.Shown, failure error) templ.Component {
	form := ui.FormView{ID: "answers", Action: checklistURL(v.ID), Guard: true, Submit: ui.Action{Label: p.T("common.save"), Kind: ui.ActionPrimary}, Others: []ui.Action{{Label: p.T("checklist.finish"), Name: "finish", Value: "1"}}, Consequence: p.T("checklist.finish_consequence")}
	var verdicts []ui.Option
	for _, verdict := range checklist.Verdicts {
		verdicts = append(verdicts, ui.Option{Value: string(verdict), Label: p.Message(verdict.Message())})
	}
	for i := range v.List.Questions {
		q := &v.List.Questions[i]
		a := v.Answers[q.ID]
		form.Fields = append(form.Fields, ui.Field{Name: q.ID, Kind: ui.FieldSelect, Label: strconv.Itoa(i+1) + ". " + words(p, q.Text), Hint: h.numberOf(p, v, q), Value: typedOr(r, failure, q.ID, string(a.Verdict)), Options: verdicts, Optional: true, Placeholder: p.T("checklist.choose"), Span: 5},
			ui.Field{Name: q.ID + ".evidence", Kind: ui.FieldArea, Rows: 2, Label: p.T("checklist.evidence"), Value: typedOr(r, failure, q.ID+".evidence", a.Evidence), Optional: true, Span: 4}, ui.Field{Name: q.ID + ".note", Kind: ui.FieldArea, Rows: 2, Label: p.T("common.note"), Value: typedOr(r, failure, q.ID+".note", a.Note), Optional: true, Span: 3})
	}
	form.Fields = append(form.Fields, ui.Field{Name: "seen", Kind: ui.FieldHidden, Value: number(v.Revision)})
	form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p)
	return ui.Filled(ui.CardView{ID: "questions", Title: p.T("checklist.questions")}, ui.Form(form))
}

// filesCard leads to the files behind each answer; nil where there are none and nobody adds any more.
func (h *Handler) filesCard(r *http.Request, v *checklist.Shown) (templ.Component, error) {
	p, actor := httpx.PrinterFrom(r.Context()), access.ActorFrom(r.Context())
	table := ui.TableView{ID: "evidence-files", Label: p.T("checklist.files"), Columns: []ui.Column{{Label: p.T("questionnaire.question"), Phone: true}, {Label: p.T("files.title"), Kind: ui.ColumnNumber, Phone: true}}}
	for i := range v.List.Questions {
		q := &v.List.Questions[i]
		n, err := h.Files(r.Context(), actor, v.ID, q.ID)
		if err != nil {
			return nil, err
		}
		adds := v.MayRun && v.State == checklist.StateOpen
		if n == 0 && !adds {
			continue
		}
		link := ui.LinkTo(p.T("checklist.files_count", "Count", n), "/files/checklist_answer/"+number(v.ID)+"-"+q.ID)
		if n == 0 {
			link.Text = p.T("files.add")
		}
		table.Rows = append(table.Rows, ui.Row{ID: "evidence-" + q.ID, Cells: []ui.Cell{ui.Text(strconv.Itoa(i+1) + ". " + words(p, q.Text)), link}})
	}
	if len(table.Rows) == 0 {
		return nil, nil
	}
	return ui.Filled(ui.CardView{ID: "files", Title: p.T("checklist.files"), Sub: p.T("checklist.files_text"), Flush: true}, ui.Table(table)), nil
}

var verdictTones = map[checklist.Verdict]ui.Tone{checklist.VerdictYes: ui.ToneGood, checklist.VerdictPartly: ui.ToneWarn, checklist.VerdictNo: ui.ToneBad, checklist.VerdictNA: ui.ToneLine}

func (h *Handler) checklistTable(p *i18n.Printer, v *checklist.Shown) templ.Component {
	table := ui.TableView{Label: p.T("checklist.questions"), Columns: []ui.Column{{Label: p.T("questionnaire.question"), Phone: true}, {Label: p.T("checklist.answer"), Kind: ui.ColumnNarrow, Phone: true}, {Label: p.T("checklist.evidence")}, {Label: p.T("interview.problem"), Kind: ui.ColumnNarrow, Phone: true}}}
	for i := range v.List.Questions {
		q := &v.List.Questions[i]
		a := v.Answers[q.ID]
		chip := ui.Chip{Label: p.T("checklist.open"), Tone: ui.ToneLine}
		if a.Verdict != checklist.VerdictNone {
			chip = ui.Chip{Label: p.Message(a.Verdict.Message()), Tone: verdictTones[a.Verdict]}
		}
		does := ui.Text("")
		switch {
		case a.ProblemID != 0:
			does = ui.LinkTo(p.T("interview.see_problem"), "/problems/"+number(a.ProblemID))
		case v.MayRun && a.Verdict.Lacking():
			does = ui.LinkTo(p.T("interview.make_problem"), checklistURL(v.ID)+"/questions/"+q.ID+"/problem")
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{{Text: strconv.Itoa(i+1) + ". " + words(p, q.Text), Sub: h.numberOf(p, v, q)}, {Chip: &chip}, {Text: a.Evidence, Sub: a.Note}, does}})
	}
	return ui.Filled(ui.CardView{ID: "questions", Title: p.T("checklist.questions"), Flush: true}, ui.Table(table))
}

func (h *Handler) saveChecklist(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	id, err := checklistIDOf(r)
	if err != nil {
		return err
	}
	v, err := h.Checklists.Get(ctx, actor, id)
	if err != nil {
		return err
	}
	in := checklist.Change{ID: id, Answers: map[string]checklist.Answer{}, Finish: r.PostFormValue("finish") != ""}
	in.Seen, _ = strconv.ParseInt(r.PostFormValue("seen"), 10, 64) // of no number is not checked
	for _, q := range v.List.Questions {
		in.Answers[q.ID] = checklist.Answer{Verdict: checklist.Verdict(r.PostFormValue(q.ID)), Evidence: r.PostFormValue(q.ID + ".evidence"), Note: r.PostFormValue(q.ID + ".note")}
	}
	if _, err = h.Checklists.Save(ctx, actor, in); err != nil {
		if mendable(err) {
			return h.drawChecklist(w, r, httpx.StatusOf(err), err)
		}
		return err
	}
	http.Redirect(w, r, checklistURL(id)+"?done=saved", http.StatusSeeOther)
	return nil
}

func (h *Handler) askChecklistProblem(w http.ResponseWriter, r *http.Request) error {
	return h.drawChecklistProblem(w, r, http.StatusOK, nil)
}

func (h *Handler) drawChecklistProblem(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	p, actor := httpx.PrinterFrom(r.Context()), access.ActorFrom(r.Context())
	id, err := checklistIDOf(r)
	if err != nil {
		return err
	}
	v, err := h.Checklists.Get(r.Context(), actor, id)
	if err != nil {
		return err
	}
	if err := actor.RequireAll(access.PermQuestionnaireRun); err != nil {
		return err
	}
	q := v.List.Question(r.PathValue("question"))
	if q == nil {
		return errs.New(errs.KindNotFound, "checklist.no_question", nil)
	}
	form, err := h.problemForm(p, r, checklistURL(id)+"/questions/"+q.ID+"/problem", checklistURL(id), p.T("checklist.problem_title", "What", words(p, q.Text)), v.List.Area, failure)
	if err != nil {
		return err
	}
	title := p.T("interview.make_problem")
	view := ui.PageView{Title: title, Current: "questionnaires", Narrow: true, Crumbs: []ui.Crumb{{Label: p.T("checklist.title"), URL: checklistsURL}, {Label: words(p, v.List.Name), URL: checklistURL(id)}, {Label: title}}}
	return ui.Write(w, r, status, ui.Compose(view, ui.Filled(ui.CardView{Label: title}, form)))
}

func (h *Handler) makeChecklistProblem(w http.ResponseWriter, r *http.Request) error {
	id, err := checklistIDOf(r)
	if err != nil {
		return err
	}
	if _, err = h.Checklists.MakeProblem(r.Context(), access.ActorFrom(r.Context()), id, r.PathValue("question"), problemOf(r)); err != nil {
		if mendable(err) {
			return h.drawChecklistProblem(w, r, httpx.StatusOf(err), err)
		}
		return err
	}
	http.Redirect(w, r, checklistURL(id)+"?done=problem", http.StatusSeeOther)
	return nil
}
