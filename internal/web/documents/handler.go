// Package documents is the pages of the generated documents: which ones there are, one as it reads, its files, and what was handed out.
package documents

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/dossier"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/paper"
	"xiaoguan/internal/programme"
	"xiaoguan/internal/web/ui"
)

// Handler serves the pages.
type Handler struct {
	dossier *dossier.Service
	now     func() time.Time
}

// New returns a Handler.
func New(service *dossier.Service, now func() time.Time) *Handler { return &Handler{service, now} }

const (
	baseURL   = "/documents"
	copiesURL = baseURL + "/copies"
)

// Routes registers the pages.
func (h *Handler) Routes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET "+baseURL, h.list)
	handle("GET "+baseURL+"/{kind}", h.show)
	handle("GET "+baseURL+"/{kind}/file/{format}", h.file)
	handle("POST "+baseURL+"/{kind}/keep", h.keep)
	handle("GET "+copiesURL+"/{id}", h.showCopy)
	handle("GET "+copiesURL+"/{id}/file/{format}", h.copyFile)
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

func copyURL(id int64) string { return copiesURL + "/" + number(id) }

// address is the page of a document, or one of what belongs to it.
func address(ask dossier.Ask, below string) string {
	q := url.Values{}
	if ask.RunID != 0 {
		q.Set("run", number(ask.RunID))
	}
	if ask.Quarter.Quarter != 0 {
		q.Set("quarter", ask.Quarter.String())
	}
	return ui.URLWith(baseURL+"/"+string(ask.Kind)+below, q)
}

// askOf reads which document an address means.
func askOf(r *http.Request) (ask dossier.Ask, err error) {
	ask.Kind = dossier.Kind(r.PathValue("kind"))
	if !slices.Contains(dossier.Kinds, ask.Kind) {
		return ask, errs.New(errs.KindNotFound, "dossier.missing", nil)
	}
	q := r.URL.Query()
	if text := q.Get("run"); text != "" {
		if ask.RunID, err = strconv.ParseInt(text, 10, 64); err != nil || ask.RunID <= 0 {
			return ask, errs.New(errs.KindNotFound, "diagnosis.missing", nil)
		}
	}
	ask.Quarter, err = dossier.ParseQuarter(q.Get("quarter"))
	return ask, err
}

// mendable reports errors that a page shows.
func mendable(err error) bool {
	kind := errs.KindOf(err)
	return kind == errs.KindInvalid || kind == errs.KindConflict
}

// place is the entry of the navigation that documents are found under.
func place(actor access.Actor, kind dossier.Kind) string {
	if kind != dossier.KindDiagnosis && programme.Reads(actor) {
		return "initiatives"
	}
	return "diagnosis"
}

// tabs lead between the parts of the programme; who sees runs alone has none.
func tabs(p *i18n.Printer, actor access.Actor) (list []ui.Tab) {
	if !programme.Reads(actor) {
		return nil
	}
	for _, part := range []string{"goals", "initiatives", "risks", "lessons", "documents"} {
		list = append(list, ui.Tab{Label: p.T("programme.tab." + part), URL: "/" + part, Current: part == "documents"})
	}
	return list
}

// list shows which documents there are, and what was handed out.
func (h *Handler) list(w http.ResponseWriter, r *http.Request) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	l, err := h.dossier.List(ctx, actor)
	if err != nil {
		return err
	}
	view := ui.PageView{Title: p.T("dossier.page.title"), Subtitle: p.T("dossier.page.subtitle"), Current: place(actor, ""), Tabs: tabs(p, actor)}
	var parts []templ.Component
	for _, kind := range l.Kinds {
		parts = append(parts, h.card(p, &l, kind))
	}
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, append(parts, h.copies(p, &l))...))
}

// card is one document with what it may be of.
func (h *Handler) card(p *i18n.Printer, l *dossier.Listing, kind dossier.Kind) templ.Component {
	card := ui.CardView{ID: "document-" + string(kind), Title: p.Message(kind.Message()), Sub: p.Message(kind.Text()), Span: 6}
	choice := ui.Field{Kind: ui.FieldSelect}
	switch {
	case kind == dossier.KindDiagnosis && len(l.Runs) == 0:
		return ui.Filled(card, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("dossier.page.no_run"), Actions: []ui.Action{{Label: p.T("dossier.page.to_diagnosis"), URL: "/diagnosis"}}}))
	case kind == dossier.KindDiagnosis:
		choice.Name, choice.Label = "run", p.T("dossier.page.of_run")
		for _, run := range l.Runs {
			choice.Options = append(choice.Options, ui.Option{Value: number(run.ID), Label: p.T("dossier.page.run_option", "Number", run.ID, "Day", p.Date(run.AsOf))})
		}
		choice.Value = choice.Options[0].Value
	case kind == dossier.KindReview:
		choice.Name, choice.Label, choice.Value = "quarter", p.T("dossier.page.of_quarter"), l.Usual.String()
		for _, q := range l.Quarters {
			choice.Options = append(choice.Options, ui.Option{Value: q.String(), Label: p.Quarter(q.Year, q.Quarter)})
		}
	default:
		return ui.Filled(card, ui.Beside(ui.Button(ui.Action{Label: p.T("dossier.page.open"), URL: baseURL + "/" + string(kind), Kind: ui.ActionPrimary}),
			ui.Button(ui.Action{Label: p.T("dossier.page.word"), URL: baseURL + "/" + string(kind) + "/file/docx", Icon: "download", Download: true}), ui.Button(ui.Action{Label: p.T("dossier.page.pdf"), URL: baseURL + "/" + string(kind) + "/file/pdf", Icon: "download", Download: true})))
	}
	return ui.Filled(card, ui.Form(ui.FormView{ID: "choose-" + string(kind), Action: baseURL + "/" + string(kind), Method: "get", Fields: []ui.Field{choice}, Submit: ui.Action{Label: p.T("dossier.page.show"), Kind: ui.ActionPrimary}}))
}

// copies are the documents that were handed out.
func (h *Handler) copies(p *i18n.Printer, l *dossier.Listing) templ.Component {
	card := ui.CardView{ID: "copies", Title: p.T("dossier.page.copies"), Sub: p.T("dossier.page.copies_text"), Flush: true, Count: len(l.Copies)}
	if !l.SeesCopies {
		card.Flush = false
		return ui.Filled(card, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("dossier.page.copies_hidden")}))
	}
	table := ui.TableView{Label: card.Title, Columns: []ui.Column{{Label: p.T("dossier.page.document"), Phone: true}, {Label: p.T("dossier.page.keep_note"), Phone: true}, {Label: p.T("dossier.page.when")}, {Label: p.T("dossier.page.digest")}},
		Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("dossier.page.no_copies"), Text: p.T("dossier.page.no_copies_text")}}
	for i := range l.Copies {
		c := &l.Copies[i]
		name := p.Message(c.Kind.Message())
		if c.Quarter.Quarter != 0 {
			name = p.T("dossier.of", "Name", name, "Of", p.Quarter(c.Quarter.Year, c.Quarter.Quarter))
		}
		note := c.Note
		if note == "" {
			note = i18n.Unknown
		}
		when := p.Local(c.At).Format("2006-01-02 15:04")
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{{Text: name, URL: copyURL(c.ID), Phone: when}, ui.Text(note), ui.Text(c.ByName + " · " + when), {Text: c.Hash[:min(12, len(c.Hash))], Title: c.Hash, Muted: true}}})
	}
	return ui.Filled(card, ui.Table(table))
}

func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	return h.draw(w, r, http.StatusOK, nil)
}

// draw shows a document as it reads. failure belongs to the form that keeps it.
func (h *Handler) draw(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	ask, err := askOf(r)
	if err != nil {
		return err
	}
	m, err := h.dossier.Make(ctx, actor, p, ask)
	title := p.Message(ask.Kind.Message())
	view := ui.PageView{Title: title, Current: place(actor, ask.Kind), Crumbs: []ui.Crumb{{Label: p.T("dossier.page.title"), URL: baseURL}, {Label: title}}}
	if errs.KindOf(err) == errs.KindConflict && failure == nil {
		_, problem := ui.WithErrors(nil, err, p)
		return ui.Write(w, r, http.StatusOK, ui.Compose(view, ui.Filled(ui.CardView{Label: title}, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: problem, Actions: []ui.Action{{Label: p.T("dossier.page.to_diagnosis"), URL: "/diagnosis"}}}))))
	}
	if err != nil {
		return err
	}
	view.Title = m.Paper.Title
	view.Crumbs[1].Label = m.Paper.Title
	view.Print = &ui.PrintFoot{Document: m.Paper.Title}
	for _, f := range dossier.Formats {
		view.Actions = append(view.Actions, ui.Action{Label: p.T(fileLabels[f]), Icon: "download", URL: address(m.Ask, "/file/"+string(f)), Download: true})
	}
	var parts []templ.Component
	if m.Part {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "part", Tone: ui.ToneWarn, Strong: p.T("dossier.page.part"), Text: p.T("dossier.page.part_text")})))
	}
	if m.Empty {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "empty", Tone: ui.ToneWarn, Strong: p.T("dossier.page.nothing"), Text: p.T("dossier.page.nothing_text"), Action: &ui.Action{Label: p.T("nav.goals"), URL: "/goals"}})))
	}
	parts = append(parts, ui.Across(sheet(sheetOf(&m.Paper))))
	if m.MayKeep {
		parts = append(parts, h.keepCard(p, r, m.Ask, failure))
	}
	return ui.Write(w, r, status, ui.Compose(view, parts...))
}

var fileLabels = map[dossier.Format]string{dossier.FormatWord: "dossier.page.word", dossier.FormatPDF: "dossier.page.pdf"}

func (h *Handler) keepCard(p *i18n.Printer, r *http.Request, ask dossier.Ask, failure error) templ.Component {
	form := ui.FormView{ID: "keep", Action: address(ask, "/keep"), Submit: ui.Action{Label: p.T("dossier.page.keep"), Kind: ui.ActionPrimary}, Consequence: p.T("dossier.page.keep_consequence")}
	form.Fields, form.Problem = ui.WithErrors([]ui.Field{{Name: "note", Label: p.T("dossier.page.keep_note"), Hint: p.T("dossier.page.keep_hint"), Value: r.PostFormValue("note"), Optional: true}}, failure, p)
	return ui.Filled(ui.CardView{ID: "keep-card", Title: p.T("dossier.page.keep"), Span: 8}, ui.Form(form))
}

func (h *Handler) file(w http.ResponseWriter, r *http.Request) error {
	ask, err := askOf(r)
	if err != nil {
		return err
	}
	return send(w)(h.dossier.File(r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context()), ask, dossier.Format(r.PathValue("format"))))
}

func (h *Handler) copyFile(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	return send(w)(h.dossier.CopyFile(r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context()), id, dossier.Format(r.PathValue("format"))))
}

// send hands a file out.
func send(w http.ResponseWriter) func(f dossier.File, err error) error {
	return func(f dossier.File, err error) error {
		if err != nil {
			return err
		}
		head := w.Header()
		head.Set("Content-Type", f.MediaType)
		head.Set("Content-Disposition", httpx.Attachment(f.Name))
		head.Set("Content-Length", strconv.Itoa(len(f.Content)))
		head.Set("X-Content-Type-Options", "nosniff")
		head.Set("Cache-Control", "no-store")
		_, err = w.Write(f.Content)
		return err
	}
}

// keep keeps a document as handed out.
func (h *Handler) keep(w http.ResponseWriter, r *http.Request) error {
	ask, err := askOf(r)
	if err != nil {
		return err
	}
	c, err := h.dossier.Keep(r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context()), dossier.Keeping{Ask: ask, Note: r.PostFormValue("note")})
	switch {
	case err == nil:
		http.Redirect(w, r, copyURL(c.ID)+"?done=kept", http.StatusSeeOther)
		return nil
	case mendable(err):
		return h.draw(w, r, httpx.StatusOf(err), err)
	}
	return err
}

func idOf(r *http.Request) (int64, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil || id <= 0 {
		return 0, errs.New(errs.KindNotFound, "dossier.missing", nil)
	}
	return id, nil
}

// showCopy shows a document as it was handed out.
func (h *Handler) showCopy(w http.ResponseWriter, r *http.Request) error {
	p, actor := httpx.PrinterFrom(r.Context()), access.ActorFrom(r.Context())
	id, err := idOf(r)
	if err != nil {
		return err
	}
	c, m, err := h.dossier.Copy(r.Context(), actor, p, id)
	if err != nil {
		return err
	}
	view := ui.PageView{Title: m.Paper.Title, Current: place(actor, c.Kind), Crumbs: []ui.Crumb{{Label: p.T("dossier.page.title"), URL: baseURL}, {Label: m.Paper.Title}}, Print: &ui.PrintFoot{Document: m.Paper.Title, Hash: c.Hash}}
	for _, f := range dossier.Formats {
		view.Actions = append(view.Actions, ui.Action{Label: p.T(fileLabels[f]), Icon: "download", URL: copyURL(id) + "/file/" + string(f), Download: true})
	}
	note := ui.Note{ID: "copy", Tone: ui.ToneBrand, Strong: p.T("dossier.page.is_copy"), Text: p.T("dossier.page.kept_by", "Who", c.ByName, "When", p.Local(c.At).Format("2006-01-02 15:04"), "Hash", c.Hash[:min(16, len(c.Hash))])}
	if c.Note != "" {
		note.Text = c.Note + " · " + note.Text
	}
	var parts []templ.Component
	if r.URL.Query().Get("done") == "kept" {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "done", Tone: ui.ToneGood, Strong: p.T("dossier.page.kept")})))
	}
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, append(parts, ui.Across(ui.NoteOf(note), sheet(sheetOf(&m.Paper))))...))
}

// sheetOf cuts a document into its chapters.
func sheetOf(d *paper.Document) (v sheetView) {
	v = sheetView{Contents: d.Contents, Lines: d.Lines}
	for _, b := range d.Blocks {
		if b.Kind == paper.KindHeading && b.Level == 1 {
			v.Chapters = append(v.Chapters, chapterView{ID: "c-" + strconv.Itoa(len(v.Chapters)+1), Heading: b.Text})
			continue
		}
		if len(v.Chapters) == 0 {
			v.Chapters = append(v.Chapters, chapterView{ID: "c-1"})
		}
		c := &v.Chapters[len(v.Chapters)-1]
		if last := len(c.Blocks) - 1; b.Kind == paper.KindItem && last >= 0 && c.Blocks[last].Items != nil {
			c.Blocks[last].Items = append(c.Blocks[last].Items, b.Text)
			continue
		}
		switch b.Kind {
		case paper.KindItem:
			c.Blocks = append(c.Blocks, blockView{Items: []string{b.Text}})
		case paper.KindHeading:
			c.Blocks = append(c.Blocks, blockView{Heading: b.Text, Deep: b.Level > 2})
		case paper.KindTable:
			c.Blocks = append(c.Blocks, blockView{Head: b.Head, Rows: b.Rows, Widths: widthsOf(&b)})
		default:
			c.Blocks = append(c.Blocks, blockView{Text: b.Text})
		}
	}
	return v
}

// widthsOf are the widths of the columns of a table in percent.
func widthsOf(b *paper.Block) (list []string) {
	sum := 0
	for _, w := range b.Widths {
		sum += w
	}
	for _, w := range b.Widths {
		list = append(list, strconv.Itoa(100*w/max(sum, 1))+"%")
	}
	return list
}
