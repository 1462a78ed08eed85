package reports

import (
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/board"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/report"
	"xiaoguan/internal/web/ui"
)

func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	if led, err := h.named(w, r); err != nil || led {
		return err
	}
	return h.draw(w, r, http.StatusOK, "", nil)
}

// draw shows a version as it reads. failure belongs to the note of a section, or to the page.
func (h *Handler) draw(w http.ResponseWriter, r *http.Request, status int, at report.SectionID, failure error) error {
	s, err := h.open(r)
	if err != nil {
		return err
	}
	p, actor := httpx.PrinterFrom(r.Context()), access.ActorFrom(r.Context())
	d := drawingOf(p, &s)
	d.may = !actor.ReadOnly && (actor.Can(access.PermTargetPropose) || actor.CanAll(access.PermTargetWrite))
	parts := h.notes(r, d, at, failure)
	var toc contentsView
	toc.Title = p.T("book.contents")
	var sections []templ.Component
	for _, one := range s.Document.Sections {
		toc.Items = append(toc.Items, ui.Link{Label: d.heading(one.ID), URL: "#s-" + string(one.ID)})
		view := sectionView{ID: "s-" + string(one.ID), Heading: d.heading(one.ID), Note: d.note(r, one.ID, at, failure)}
		for _, b := range one.Blocks {
			view.Blocks = append(view.Blocks, d.blockOf(one.ID, b)...)
		}
		sections = append(sections, section(view))
	}
	toc.Items = append(toc.Items, ui.Link{Label: p.T("reports.versions"), URL: "#versions"})
	parts = append(parts, ui.Across(contents(toc)), ui.Across(sections...))
	changes, err := h.changes(r, &s)
	if err != nil {
		return err
	}
	if len(changes) > 0 {
		parts = append(parts, d.differences(changes))
	}
	parts = append(parts, h.versions(d), ui.Across(ui.Menu("files", p.T("reports.files"), d.files())))
	return ui.Write(w, r, status, ui.Compose(h.head(d), parts...))
}

// head is the title with what may be done with the version.
func (h *Handler) head(d drawing) ui.PageView {
	s, p := d.shown, d.p
	view := ui.PageView{Title: d.title(), Current: "reports", Chips: []ui.Chip{stateChip(p, s.Version.State)}, Subtitle: d.subtitle(), Crumbs: []ui.Crumb{{Label: p.T("nav.reports"), URL: baseURL}, {Label: d.title()}},
		Print: &ui.PrintFoot{Document: d.title() + " · " + placeName(p, s.Report.Place), Version: p.T("reports.version", "Version", int64(s.Version.Number)), Hash: s.Version.Hash}}
	view.Actions = append(view.Actions, ui.Action{Label: p.T("reports.files"), Icon: "download", Popover: "files"})
	if s.MayCompute {
		view.Actions = append(view.Actions, ui.Action{Label: p.T("reports.compute_again"), Icon: "refresh", Post: true, URL: baseURL, Fields: map[string][]string{"month": {s.Report.Month.String()}, "place": {board.PlaceText(s.Report.Place)}}})
	}
	if s.MayPublish && s.Version.State == report.StateDraft {
		view.Actions = append(view.Actions, ui.Action{Label: p.T("reports.publish"), Icon: "send", Kind: ui.ActionPrimary, Post: true, URL: reportURL(s.Report.ID) + "/publish", Fields: map[string][]string{"seen": {number(s.Version.Revision)}}})
	}
	return view
}

func (d drawing) title() string {
	return d.p.T("reports.title_of", "Month", d.p.Month(d.shown.Report.Month))
}

func (d drawing) subtitle() string {
	doc, v := &d.shown.Document, &d.shown.Version
	return strings.Join([]string{placeName(d.p, d.shown.Report.Place), d.p.T("reports.days", "From", d.p.Date(doc.Period.From), "To", d.p.Date(doc.Period.To)), d.p.T("reports.computed", "Version", int64(v.Number), "When", d.p.Local(v.ComputedAt).Format("2006-01-02 15:04"))}, " · ")
}

func (d drawing) heading(id report.SectionID) string {
	name := d.p.Message(id.Message())
	if n := id.Number(); n > 0 {
		return strconv.Itoa(n) + " " + name
	}
	return name
}

// notes are what must be known before it is read, and what the last act came to.
func (h *Handler) notes(r *http.Request, d drawing, at report.SectionID, failure error) (parts []templ.Component) {
	add := func(note ui.Note) { parts = append(parts, ui.Across(ui.NoteOf(note))) }
	p, s := d.p, d.shown
	if key := "reports.done." + r.URL.Query().Get("done"); r.URL.Query().Get("done") != "" && p.Has(key) {
		add(ui.Note{ID: "done", Tone: ui.ToneGood, Strong: p.T(key)})
	}
	if failure != nil && at == "" {
		_, problem := ui.WithErrors(nil, failure, p)
		add(ui.Note{ID: "problem", Tone: ui.ToneBad, Strong: problem})
	}
	switch {
	case s.Version.Number < newest(s):
		add(ui.Note{ID: "older", Tone: ui.ToneWarn, Strong: p.T("reports.older"), Text: p.T("reports.older_text", "Version", int64(newest(s))), Action: &ui.Action{Label: p.T("reports.newest"), URL: reportURL(s.Report.ID)}})
	case s.Version.State == report.StateDraft:
		add(ui.Note{ID: "draft", Tone: ui.ToneBrand, Strong: p.T("reports.is_draft"), Text: p.T("reports.draft_text")})
	}
	if s.Document.Behind {
		add(ui.Note{ID: "behind", Tone: ui.ToneWarn, Strong: p.T("board.counting"), Text: p.T("reports.behind_text")})
	}
	return parts
}

// newest is the number of the newest version that the reader may read.
func newest(s *report.Shown) (number int) {
	for _, v := range s.Versions {
		number = max(number, v.Number)
	}
	return number
}

// note is what stands beside a section.
func (d drawing) note(r *http.Request, id, at report.SectionID, failure error) noteView {
	p := d.p
	v := noteView{Label: p.T("reports.note_on", "Section", d.heading(id))}
	kept, found := d.shown.Note(id)
	if found {
		v.Head, v.Text = p.T("reports.note_by", "Name", personName(p, kept.ByID, kept.ByName), "When", p.Local(kept.At).Format("2006-01-02 15:04")), kept.Text
	}
	if !d.shown.MayNote || d.shown.Version.State != report.StateDraft || d.shown.Version.Number != newest(d.shown) {
		return v
	}
	if v.Edit = p.T("reports.note_add"); found {
		v.Edit = p.T("reports.note_change")
	}
	field := ui.Field{Name: "text", ID: "note-" + string(id), Kind: ui.FieldArea, Label: p.T("reports.note_label"), Value: kept.Text, Rows: 4, Optional: true, Hint: p.T("reports.note_hint")}
	form := ui.FormView{ID: "note-form-" + string(id), Action: reportURL(d.shown.Report.ID) + "/notes", Submit: ui.Action{Label: p.T("reports.note_save")}}
	form.Fields = []ui.Field{field, {Name: "section", ID: "section-" + string(id), Kind: ui.FieldHidden, Value: string(id)}, {Name: "seen", ID: "seen-" + string(id), Kind: ui.FieldHidden, Value: number(kept.Revision)}}
	if at == id && failure != nil {
		form.Fields[0].Value, v.Open = r.PostFormValue("text"), true
		form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p)
	}
	v.Form = ui.Form(form)
	return v
}

// blockOf draws a block.
func (d drawing) blockOf(section report.SectionID, b report.Block) []templ.Component {
	switch {
	case b.Sentence != nil:
		return []templ.Component{sentence(d.sentence(b))}
	case b.Table != nil:
		return d.table(section, b)
	case b.Chart != nil:
		return d.chart(section, b)
	}
	return nil
}

// anchor is the id of a block on the page.
func anchor(block string) string { return "b-" + strings.ReplaceAll(block, ".", "-") }

var tones = map[report.Tone]string{report.ToneGood: "good", report.ToneBad: "bad", report.ToneUnknown: "unknown"}

func (d drawing) sentence(b report.Block) sentenceView {
	v := sentenceView{ID: anchor(b.ID), Class: tones[b.Sentence.Tone]}
	spans := d.words.Spans(*b.Sentence)
	for i := 0; i < len(spans); i++ {
		one := spans[i]
		switch {
		case one.Figure != nil && asks(*one.Figure):
			asked := d.asked(d.words.Figure(*one.Figure), b.ID, i)
			view := spanView{Num: &asked}
			if i+1 < len(spans) && spans[i+1].Figure == nil && spans[i+1].Name == nil {
				view.After, spans[i+1].Text = cutMark(spans[i+1].Text)
			}
			v.Spans = append(v.Spans, view)
		case one.Name != nil && one.Name.Link != "":
			v.Spans = append(v.Spans, spanView{Text: one.Text, URL: one.Name.Link})
		default:
			v.Spans = append(v.Spans, spanView{Text: one.Text})
		}
	}
	if d.may && b.Sentence.Tone != report.ToneUnknown {
		v.Acts, v.ActsLabel = d.partURL("/acts", b.ID), d.p.T("reports.do")
	}
	return v
}

// cutMark takes a mark of punctuation from the beginning of a text: no line begins with it.
func cutMark(text string) (mark, rest string) {
	r, size := utf8.DecodeRuneInString(text)
	if strings.ContainsRune("，。；、）)：,.;:%", r) {
		return text[:size], text[size:]
	}
	return "", text
}

// blockTitle is the title of a table or a chart; that of its section where it has none of its own.
func (d drawing) blockTitle(kind, block string, section report.SectionID) string {
	if key := "report." + kind + "." + block; d.p.Has(key) {
		return d.p.T(key)
	}
	return d.p.Message(section.Message())
}

func (d drawing) table(section report.SectionID, b report.Block) []templ.Component {
	title := d.blockTitle("table", b.ID, section)
	head := figureHead(anchor(b.ID), title)
	if len(b.Table.Rows) == 0 {
		if b.Table.Empty == nil {
			return nil
		}
		return []templ.Component{head, sentence(sentenceView{ID: anchor(b.ID) + "-empty", Class: "unknown", Spans: []spanView{{Text: d.words.Sentence(*b.Table.Empty)}}})}
	}
	view := ui.TableView{Label: title, Inset: true}
	for i, c := range b.Table.Columns {
		column := ui.Column{Label: d.p.T("report.column." + c.Key), Phone: i < 3}
		if c.Unit != "" {
			column.Kind = ui.ColumnNumber
		}
		view.Columns = append(view.Columns, column)
	}
	for k, row := range b.Table.Rows {
		drawn := ui.Row{}
		if row.Total {
			drawn.Kind = ui.RowSum
		}
		for i, cell := range row.Cells {
			drawn.Cells = append(drawn.Cells, d.cell(b.ID, k, i, cell))
		}
		view.Rows = append(view.Rows, drawn)
	}
	return []templ.Component{head, ui.Table(view)}
}

func (d drawing) cell(block string, row, at int, a report.Arg) ui.Cell {
	switch {
	case a.Figure != nil && !a.Figure.Known && a.Figure.Why != metric.ReasonNone:
		return ui.Cell{Text: d.words.Figure(*a.Figure), Title: d.p.Message(a.Figure.Why.Message()), Muted: true}
	case a.Figure != nil && asks(*a.Figure):
		return ui.Cell{Body: ui.Num(d.asked(d.words.Exact(*a.Figure), block, row, at))}
	case a.Figure != nil:
		return ui.Text(d.words.Exact(*a.Figure))
	case a.Name != nil && a.Name.Link != "":
		return ui.Cell{Text: d.words.Name(*a.Name), URL: a.Name.Link}
	}
	return ui.Text(d.words.Arg(a))
}

// why answers for a number: of a sentence, or of a table.
func (h *Handler) why(w http.ResponseWriter, r *http.Request) error {
	d, b, at, err := h.openAt(r)
	if err != nil {
		return err
	}
	figure, found := d.figureAt(b, at)
	if !found {
		return errMissing()
	}
	why := d.why(figure)
	return d.answer(w, r, why.Title, b.ID, ui.WhyBody(why))
}

// acts is what may be done about a sentence.
func (h *Handler) acts(w http.ResponseWriter, r *http.Request) error {
	d, b, at, err := h.openAt(r)
	if err != nil {
		return err
	}
	if b.Sentence == nil || len(at) > 0 {
		return errMissing()
	}
	title := d.p.T("reports.do")
	links := []ui.Link{{Label: d.p.T("reports.decide"), Icon: "scale", URL: versionURL(d.shown, "/decide", "block", b.ID)}, {Label: d.p.T("reports.act"), Icon: "list-check", URL: versionURL(d.shown, "/action", "block", b.ID)}}
	return d.answer(w, r, title, b.ID, ui.MenuBody(title, links))
}

// answer is what opens beside a part of a report; a page of its own where there is no script.
func (d drawing) answer(w http.ResponseWriter, r *http.Request, title, block string, body templ.Component) error {
	if r.Header.Get("HX-Request") != "" {
		return ui.Write(w, r, http.StatusOK, body)
	}
	view := ui.PageView{Title: title, Current: "reports", Narrow: true, Crumbs: []ui.Crumb{{Label: d.p.T("nav.reports"), URL: baseURL}, {Label: d.title(), URL: versionURL(d.shown, "") + "#" + anchor(block)}, {Label: title}}}
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, ui.Filled(ui.CardView{Label: title}, body)))
}
