package standard

import (
	"cmp"
	"strconv"
	"time"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/paper"
	"xiaoguan/internal/sop"
)

// Book is the handbook as a document in the language of the printer: the text of the standard with the forms of each stage, the cases that the
// company chose, an example of every rule, and sheets to fill in. It is a function of the handbook alone, so that the same version with the
// same cases always gives the same file.
func Book(p *i18n.Printer, h Handbook) *paper.Document {
	w := &bookWriter{p: p, h: h}
	number, from := w.number(), w.from()
	name := w.text(h.Version.Name)
	d := &paper.Document{Title: name, Chinese: p.Zh(), Contents: p.T("book.contents"), PageOf: p.T("book.page"),
		Lines: []string{p.T("book.version", "Version", number), from, p.T("book.hash", "Hash", h.Version.Hash)},
		Foot:  p.T("book.foot", "Name", name, "Version", number, "From", from, "Hash", h.Version.Hash[:min(hashShown, len(h.Version.Hash))])}
	if len(h.Cases) > 0 {
		latest := h.Cases[len(h.Cases)-1].ChosenAt
		d.Lines = append(d.Lines, p.T("book.cases_as_of", "Count", len(h.Cases), "Day", p.Local(latest).Format(time.DateOnly)))
	}
	w.stages()
	w.cases()
	w.examples()
	w.sheets()
	d.Blocks = w.blocks
	return d
}

// hashShown is how much of the hash stands at the foot of each page; all of it stands on the first.
const hashShown = 16

// bookWriter adds chapter after chapter.
type bookWriter struct {
	p      *i18n.Printer
	h      Handbook
	blocks []paper.Block
}

func (w *bookWriter) add(blocks ...paper.Block) { w.blocks = append(w.blocks, blocks...) }

func (w *bookWriter) text(t sop.Text) string {
	if w.p.Zh() {
		return cmp.Or(t.Zh, t.En)
	}
	return cmp.Or(t.En, t.Zh)
}

func (w *bookWriter) number() string {
	if w.h.Version.ID == ShippedID {
		return w.p.T("standard.shipped")
	}
	return "v" + strconv.Itoa(w.h.Version.Number)
}

func (w *bookWriter) from() string {
	if w.h.Version.ID == ShippedID {
		return w.p.T("standard.from_ever")
	}
	return w.p.T("standard.from", "Day", w.p.Date(w.h.Version.EffectiveOn))
}

// stages are the text of the standard; the first section is the preamble, then each stage with its forms.
func (w *bookWriter) stages() {
	lang := sop.LangEn
	if w.p.Zh() {
		lang = sop.LangZh
	}
	for i, section := range w.h.Document.Prose(lang) {
		heading := section.Heading
		if i == 0 {
			heading = w.p.T("book.overview")
		}
		head := paper.Heading(1, heading)
		if i == 1 { // the overview is a few lines
			head = head.On(paper.PageSame)
		}
		w.add(head)
		for _, paragraph := range section.Paragraphs {
			if i == 0 {
				w.add(paper.Text(paragraph.Text))
			} else {
				w.add(paper.Item(paragraph.Text))
			}
		}
		if i > 0 {
			w.forms(w.h.Document.Stages[i-1])
		}
	}
}

// forms are what is written down in a stage, to be filled in by hand.
func (w *bookWriter) forms(stage sop.Stage) {
	for _, a := range stage.Activities {
		if len(a.Form) == 0 {
			continue
		}
		table := paper.Table([]int{3, 2, 2, 5}, []string{w.p.T("book.field"), w.p.T("book.required"), w.p.T("book.kind"), w.p.T("book.entry")})
		for _, f := range a.Form {
			required := ""
			if f.Required {
				required = w.p.T("book.yes")
			}
			table.Rows = append(table.Rows, []string{w.text(f.Name), required, w.p.T("book.type." + string(f.Type)), w.p.Join(f.Values)})
		}
		w.add(paper.Heading(2, w.p.T("book.form", "Activity", w.text(a.Name))), table)
	}
}

// cases are those that the company chose, the good ones first.
func (w *bookWriter) cases() {
	if len(w.h.Cases) == 0 {
		return
	}
	w.add(paper.Heading(1, w.p.T("book.cases")), paper.Text(w.p.T("book.cases_text")))
	for _, good := range []bool{true, false} {
		for _, c := range w.h.Cases {
			if c.Good == good {
				w.workedCase(c)
			}
		}
	}
}

func (w *bookWriter) workedCase(c WorkedCase) {
	p := w.p
	heading := p.T("book.bad", "Title", c.Title)
	if c.Good {
		heading = p.T("book.good", "Title", c.Title)
	}
	w.add(paper.Heading(2, heading), paper.Text(c.Lesson))
	steps := paper.Table([]int{2, 5, 3}, []string{p.T("book.when"), p.T("book.step"), p.T("book.role")})
	for _, s := range c.Steps {
		steps.Rows = append(steps.Rows, []string{p.T("book.day_hour", "Day", s.Day, "Hour", s.Hour), w.text(s.Activity), w.text(s.Role)})
	}
	rules := paper.Table([]int{6, 2, 4}, []string{p.T("book.rule"), p.T("book.result"), p.T("book.why")})
	for _, r := range c.Rules {
		result := p.T("book.broken")
		if r.Kept {
			result = p.T("book.kept")
		}
		rules.Rows = append(rules.Rows, []string{w.text(r.Name), result, p.T("conform.reason." + r.Reason)})
	}
	w.add(steps, rules)
}

// examples are each rule at work, made from the rule itself.
func (w *bookWriter) examples() {
	if len(w.h.Examples) == 0 {
		return
	}
	p := w.p
	w.add(paper.Heading(1, p.T("book.examples")), paper.Text(p.T("book.examples_text")))
	for _, stage := range w.h.Document.Stages {
		table := paper.Table([]int{3, 5, 5}, []string{p.T("book.rule"), p.T("book.kept"), p.T("book.broken")})
		for _, e := range w.h.Examples {
			if e.Rule.Stage == stage.ID {
				table.Rows = append(table.Rows, []string{w.text(e.Rule.Name), w.course(e.Kept), w.course(e.Broken) + p.T("book.because", "Reason", p.T(e.Broken.Reason.Key()))})
			}
		}
		if len(table.Rows) > 0 {
			w.add(paper.Heading(2, w.text(stage.Name)), table)
		}
	}
}

// course tells what happens, in one sentence.
func (w *bookWriter) course(c Course) (text string) {
	p := w.p
	if len(c.Events) == 0 {
		return p.T("book.nothing_happens")
	}
	for i, e := range c.Events {
		if i > 0 {
			text += p.T("book.then")
		}
		const day = 24 * time.Hour
		text += p.T("book.event", "Day", int64(e.After/day)+1, "Time", clockOf(e.After%day), "Activity", w.text(e.Activity))
		var notes []string
		if role := w.text(e.Role); role != "" {
			notes = append(notes, role)
		}
		for _, v := range e.Values {
			notes = append(notes, w.text(v.Field)+" "+v.Value)
		}
		for _, left := range e.Left {
			notes = append(notes, p.T("book.left_empty", "Field", w.text(left)))
		}
		if e.EntryLate > 0 {
			notes = append(notes, p.T("book.entered", "Day", int64((e.After+e.EntryLate)/day)+1, "Time", clockOf((e.After+e.EntryLate)%day)))
		}
		if len(notes) > 0 {
			text += p.T("book.notes", "Notes", p.Join(notes))
		}
	}
	return text
}

func clockOf(d time.Duration) string { return time.Time{}.Add(d).Format("15:04") }

// sheetLines are the rows of the sheets that are filled in by hand.
var sheetLines = map[string]int{"visit": 9, "quote": 9, "call": 6}

// sheets are what people take along: a record of a visit, of a call, and what a quote must say.
func (w *bookWriter) sheets() {
	p := w.p
	w.add(paper.Heading(1, p.T("book.sheets")), paper.Text(p.T("book.sheets_text")))
	for n, sheet := range []string{"visit", "call", "quote"} {
		table := paper.Table([]int{3, 7, 5}, []string{p.T("book.field"), p.T("book.ask"), p.T("book.entry")})
		for i := range sheetLines[sheet] {
			key := "book.sheet." + sheet + "." + strconv.Itoa(i+1)
			table.Rows = append(table.Rows, []string{p.T(key), p.T(key + ".ask"), ""})
		}
		head := paper.Heading(2, p.T("book.sheet."+sheet))
		if n > 0 { // each is taken along by itself
			head = head.On(paper.PageNew)
		}
		w.add(head, table)
	}
}

// BookFormat is a form in which the handbook is handed out.
type BookFormat string

// The formats.
const (
	FormatWord BookFormat = "docx"
	FormatPDF  BookFormat = "pdf"
)

// File is a file to be handed out.
type File struct {
	Name      string
	MediaType string
	Content   []byte
}

// BookFile writes the handbook in a format. Errors: not found for an unknown one.
func BookFile(p *i18n.Printer, h Handbook, format BookFormat) (file File, err error) {
	defer errs.Wrap(&err, "standard.BookFile(%s)", format)
	book := Book(p, h)
	file.Name = book.Title + "-" + (&bookWriter{p: p, h: h}).number() + "." + string(format)
	switch format {
	case FormatWord:
		file.MediaType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
		file.Content, err = book.Word()
	case FormatPDF:
		file.MediaType, file.Content = "application/pdf", book.PDF()
	default:
		err = errs.New(errs.KindNotFound, "error.not_found", nil)
	}
	return file, err
}
