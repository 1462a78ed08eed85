package standards

import (
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/standard"
	"xiaoguan/internal/web/ui"
)

func (h *Handler) bookRoutes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET "+handbookURL+"/file/{format}", h.bookFile)
	handle("GET "+handbookURL+"/cases", h.worked)
	handle("POST "+handbookURL+"/cases", h.choose)
	handle("POST "+handbookURL+"/cases/{case}/drop", h.dropCase)
}

// bookFile hands the handbook out in the reader's language, or in the one asked for.
func (h *Handler) bookFile(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	b, err := h.standards.ReadHandbook(ctx, access.ActorFrom(ctx))
	if err != nil {
		return err
	}
	p := httpx.PrinterFrom(ctx)
	if lang := i18n.Lang(r.FormValue("lang")); lang == i18n.ZhCN || lang == i18n.En {
		p = p.As(lang)
	}
	file, err := standard.BookFile(p, b, standard.BookFormat(r.PathValue("format")))
	if err != nil {
		return err
	}
	head := w.Header()
	head.Set("Content-Type", file.MediaType)
	head.Set("Content-Disposition", httpx.Attachment(file.Name))
	head.Set("Content-Length", strconv.Itoa(len(file.Content)))
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Cache-Control", "no-store")
	_, err = w.Write(file.Content)
	return err
}

func (h *Handler) worked(w http.ResponseWriter, r *http.Request) error {
	return h.drawWorked(w, r, http.StatusOK, nil)
}

// drawWorked shows the cases of the handbook to those who choose them.
func (h *Handler) drawWorked(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	if err := actor.RequireAll(access.PermProcessWrite); err != nil {
		return err
	}
	b, err := h.standards.ReadHandbook(ctx, actor)
	if err != nil {
		return err
	}
	p := httpx.PrinterFrom(ctx)
	table := ui.TableView{ID: "cases", Label: p.T("book.choose_tab"), Columns: []ui.Column{{Label: p.T("book.title"), Phone: true}, {Label: p.T("book.verdict")}, {Label: p.T("book.steps"), Kind: ui.ColumnNumber}, {Label: p.T("book.rule"), Kind: ui.ColumnNumber}, {Label: p.T("book.chosen"), Kind: ui.ColumnNarrow}, {Label: "", Phone: true}},
		Empty: &ui.State{Kind: ui.StateEmpty, Icon: "file-text", Title: p.T("book.no_cases"), Text: p.T("book.no_cases_text")}}
	for _, c := range b.Cases {
		chip := ui.Chip{Label: p.T("book.verdict_bad"), Tone: ui.ToneWarn}
		if c.Good {
			chip = ui.Chip{Label: p.T("book.verdict_good"), Tone: ui.ToneGood}
		}
		remove := ui.Draw(ui.Button(ui.Action{Label: p.T("book.drop"), Icon: "trash", Small: true, Post: true, URL: handbookURL + "/cases/" + c.ID + "/drop"}))
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{{Text: c.Title, URL: "/opportunities/" + strconv.FormatInt(c.CaseID, 10), Phone: chip.Label}, {Chip: &chip}, ui.Text(p.Int(int64(len(c.Steps)))), ui.Text(p.Int(int64(len(c.Rules)))), ui.Text(day(p, c.ChosenAt)), remove}})
	}
	good := r.PostFormValue("verdict") != "bad"
	fields := []ui.Field{
		{Name: "case", Label: p.T("book.opportunity"), Hint: p.T("book.opportunity_hint"), Value: r.FormValue("case")},
		{Name: "verdict", Kind: ui.FieldRadio, Label: p.T("book.verdict"), Options: []ui.Option{{Value: "good", Label: p.T("book.verdict_good"), Selected: good}, {Value: "bad", Label: p.T("book.verdict_bad"), Selected: !good}}},
		{Name: "title", Label: p.T("book.title"), Value: r.PostFormValue("title")},
		{Name: "lesson", Kind: ui.FieldArea, Rows: 4, Label: p.T("book.lesson"), Hint: p.T("book.lesson_hint"), Value: r.PostFormValue("lesson")},
	}
	form := ui.FormView{ID: "choose", Action: handbookURL + "/cases", Submit: ui.Action{Label: p.T("book.add"), Kind: ui.ActionPrimary, Icon: "file-plus"}, Consequence: p.T("book.add_consequence")}
	form.Fields, form.Problem = ui.WithErrors(fields, failure, p)
	view := ui.PageView{Title: p.T("book.choose_tab"), Subtitle: p.T("book.choose_sub"), Current: "handbook", Tabs: handbookTabs(p, actor, "cases")}
	return ui.Write(w, r, status, ui.Compose(view, ui.Stack(8, ui.Filled(ui.CardView{Label: p.T("book.choose_tab"), Flush: true, Span: -1}, ui.Table(table))),
		ui.Stack(4, ui.Filled(ui.CardView{Title: p.T("book.choose"), Span: -1}, ui.Form(form)))))
}

func (h *Handler) choose(w http.ResponseWriter, r *http.Request) error {
	id, err := strconv.ParseInt(r.PostFormValue("case"), 10, 64)
	if err != nil {
		err = errs.Invalid("fact.invalid", []errs.Field{{Path: "case", Value: r.PostFormValue("case"), Message: errs.Msg("form.error.number", nil)}})
	} else {
		_, err = h.standards.Choose(r.Context(), access.ActorFrom(r.Context()), standard.Choosing{CaseID: id, Good: r.PostFormValue("verdict") != "bad", Title: r.PostFormValue("title"), Lesson: r.PostFormValue("lesson")})
	}
	switch {
	case err == nil:
		http.Redirect(w, r, handbookURL+"/cases", http.StatusSeeOther)
		return nil
	case !mendable(err) && !errs.Is(err, errs.KindNotFound):
		return err
	}
	return h.drawWorked(w, r, httpx.StatusOf(err), err)
}

func (h *Handler) dropCase(w http.ResponseWriter, r *http.Request) error {
	if err := h.standards.Drop(r.Context(), access.ActorFrom(r.Context()), r.PathValue("case")); err != nil {
		return err
	}
	http.Redirect(w, r, handbookURL+"/cases", http.StatusSeeOther)
	return nil
}

// bookActions lead to the files.
func bookActions(p *i18n.Printer) []ui.Action {
	return []ui.Action{
		{Label: p.T("book.word"), Icon: "download", URL: handbookURL + "/file/docx", Download: true},
		{Label: p.T("book.pdf"), Icon: "download", URL: handbookURL + "/file/pdf", Download: true},
	}
}

// bookCard is the handbook on the page, from the same document as the files.
func bookCard(p *i18n.Printer, b standard.Handbook) templ.Component {
	return ui.Filled(ui.CardView{Label: textOf(p, b.Version.Name), Flush: true, Span: -1}, book(standard.Book(p, b), string(p.Lang())))
}
