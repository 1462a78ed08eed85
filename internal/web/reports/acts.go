package reports

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decision"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/report"
	"xiaoguan/internal/review"
	"xiaoguan/internal/web/ui"
)

// note keeps what somebody wrote beside a section.
func (h *Handler) note(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	seen, _ := strconv.ParseInt(r.PostFormValue("seen"), 10, 64) // of no number nothing is checked
	section := report.SectionID(r.PostFormValue("section"))
	_, err = h.Reports.Note(r.Context(), access.ActorFrom(r.Context()), report.NoteEntry{ReportID: id, Section: section, Text: r.PostFormValue("text"), Seen: seen})
	switch {
	case err == nil:
		http.Redirect(w, r, reportURL(id)+"?done=noted#s-"+url.PathEscape(string(section)), http.StatusSeeOther)
		return nil
	case mendable(err):
		return h.draw(w, r, httpx.StatusOf(err), section, err)
	}
	return err
}

// publish freezes the draft.
func (h *Handler) publish(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	seen, _ := strconv.ParseInt(r.PostFormValue("seen"), 10, 64) // of no number nothing is checked
	_, err = h.Reports.Publish(r.Context(), access.ActorFrom(r.Context()), id, seen)
	switch {
	case err == nil:
		http.Redirect(w, r, reportURL(id)+"?done=published", http.StatusSeeOther)
		return nil
	case mendable(err):
		return h.draw(w, r, httpx.StatusOf(err), "", err)
	}
	return err
}

// The greatest number of values that a decision takes along, and of characters of one: what package decision takes.
const evidenceMost, evidenceText = 8, 200

// sentenceOf is the sentence that an address means.
func (h *Handler) sentenceOf(r *http.Request) (d drawing, b report.Block, err error) {
	s, err := h.open(r)
	if err != nil {
		return d, b, err
	}
	d = drawingOf(httpx.PrinterFrom(r.Context()), &s)
	b, _, found := d.block(r.URL.Query().Get("block"))
	if !found || b.Sentence == nil {
		return d, b, errMissing()
	}
	return d, b, nil
}

// decide leads to the form of a decision, with the sentence and its numbers as evidence.
func (h *Handler) decide(w http.ResponseWriter, r *http.Request) error {
	d, b, err := h.sentenceOf(r)
	if err != nil {
		return err
	}
	evidence, err := json.Marshal(d.evidence(b))
	if err != nil {
		return err
	}
	q := url.Values{"evidence": {string(evidence)}, "detail": {d.p.T("reports.decide_detail", "Report", d.title(), "Text", d.words.Sentence(*b.Sentence))}}
	http.Redirect(w, r, "/decisions/new?"+q.Encode(), http.StatusSeeOther)
	return nil
}

// evidence is the values of a sentence as a decision keeps them; the sentence itself where it has none.
func (d drawing) evidence(b report.Block) (list []decision.Evidence) {
	link, at := versionURL(d.shown, "")+"#"+anchor(b.ID), d.shown.Version.ComputedAt
	for _, span := range d.words.Spans(*b.Sentence) {
		if span.Figure == nil || len(list) == evidenceMost {
			continue
		}
		e := decision.Evidence{Label: cut(d.words.Sentence(*b.Sentence)), Value: span.Text, Place: placeName(d.p, d.shown.Report.Place), Period: d.p.Month(d.shown.Report.Month), Unit: string(span.Figure.Unit), At: at, Link: link}
		if len(span.Figure.Of) > 0 {
			v := span.Figure.Of[0]
			e.Metric, e.Version, e.Place, e.Period = string(v.Metric), strconv.Itoa(v.Version), d.place(v.Place), d.period(v.Period)
			if def, known := d.definition(v.Metric); known {
				e.Label, e.PartUnit = d.name(def), decision.PartCount
				if def.OfMoney() {
					e.PartUnit = decision.PartMoney
				}
			}
			if len(span.Figure.Of) == 1 && !span.Figure.Signed && !span.Figure.Points && v.Known && v.Denominator != 0 {
				e.Numerator, e.Denominator = &v.Numerator, &v.Denominator
			}
		}
		list = append(list, e)
	}
	if len(list) == 0 {
		list = append(list, decision.Evidence{Label: cut(d.words.Sentence(*b.Sentence)), Place: placeName(d.p, d.shown.Report.Place), Period: d.p.Month(d.shown.Report.Month), At: at, Link: link})
	}
	return list
}

// cut shortens a text to what evidence may hold.
func cut(text string) string {
	if runes := []rune(text); len(runes) > evidenceText {
		return string(runes[:evidenceText-1]) + "…"
	}
	return text
}

// action makes an action of a sentence: in which meeting, whose, until when.
func (h *Handler) action(w http.ResponseWriter, r *http.Request) error {
	return h.drawAction(w, r, http.StatusOK, nil)
}

// meetingsMost is how many meetings are offered.
const meetingsMost = 12

func (h *Handler) drawAction(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	d, b, err := h.sentenceOf(r)
	if err != nil {
		return err
	}
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), d.p
	l, err := h.Reviews.List(ctx, actor, "", review.StatePrepared)
	if err != nil {
		return err
	}
	var measures []review.Measure
	owners := ui.Field{Name: "owner", Kind: ui.FieldSelect, Label: p.T("reports.action_owner"), Value: r.PostFormValue("owner")}
	for i := range l.Reviews[:min(len(l.Reviews), meetingsMost)] {
		v, err := h.Reviews.Get(ctx, actor, l.Reviews[i].ID)
		if err != nil {
			return err
		}
		if !v.MayRun {
			continue
		}
		measures = v.Measures
		for _, o := range v.Owners {
			owners.Options = append(owners.Options, ui.Option{Value: number(v.ID) + " " + number(o.ID), Label: o.Name, Group: v.Unit.Name + " · " + p.Message(v.Kind.Message()) + " " + p.Date(v.On)})
		}
	}
	text := d.words.Sentence(*b.Sentence)
	view := ui.PageView{Title: p.T("reports.act"), Current: "reports", Narrow: true, Crumbs: []ui.Crumb{{Label: p.T("nav.reports"), URL: baseURL}, {Label: d.title(), URL: versionURL(d.shown, "") + "#" + anchor(b.ID)}, {Label: p.T("reports.act")}}}
	from := ui.NoteOf(ui.Note{ID: "from", Tone: ui.ToneBrand, Strong: p.T("reports.from_sentence"), Text: text})
	if len(owners.Options) == 0 {
		state := ui.State{Icon: "users-group", Title: p.T("reports.no_meeting"), Text: p.T("reports.no_meeting_text"), Actions: []ui.Action{{Label: p.T("nav.reviews"), URL: "/reviews"}}}
		return ui.Write(w, r, status, ui.Compose(view, ui.Across(from), ui.Filled(ui.CardView{Title: p.T("reports.act")}, ui.StateOf(state))))
	}
	typed := func(name, usual string) string {
		if failure != nil {
			return r.PostFormValue(name)
		}
		return usual
	}
	fields := []ui.Field{{Name: "text", Kind: ui.FieldArea, Label: p.T("reports.action_text"), Value: typed("text", ""), Rows: 3, Placeholder: p.T("reports.action_example")}, owners, {Name: "due_on", Kind: ui.FieldDate, Label: p.T("reports.action_due"), Value: typed("due_on", (calendar.DateOf(h.Now()) + 14).String())}}
	if len(measures) > 0 {
		fields = append(fields, ui.MeasureField(p, measures, typed("metric", d.measured(b))))
	}
	form := ui.FormView{ID: "action", Action: versionURL(d.shown, "/action", "block", b.ID), Fields: fields, Submit: ui.Action{Label: p.T("reports.action_make"), Kind: ui.ActionPrimary}, Consequence: p.T("reports.action_consequence")}
	form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p)
	return ui.Write(w, r, status, ui.Compose(view, ui.Across(from), ui.Filled(ui.CardView{Title: p.T("reports.act")}, ui.Form(form))))
}

// measured is the metric that a sentence is about: that of its first number.
func (d drawing) measured(b report.Block) string {
	for _, span := range d.words.Spans(*b.Sentence) {
		if span.Figure != nil && len(span.Figure.Of) > 0 {
			return string(span.Figure.Of[0].Metric)
		}
	}
	return ""
}

// agree takes the action into the meeting.
func (h *Handler) agree(w http.ResponseWriter, r *http.Request) error {
	due, err := calendar.ParseDate(strings.TrimSpace(r.PostFormValue("due_on")))
	if err != nil {
		err = errs.Invalid("error.invalid", []errs.Field{{Path: "due_on", Value: r.PostFormValue("due_on"), Message: errs.Msg("form.error.date", nil)}})
	}
	meeting, person, _ := strings.Cut(r.PostFormValue("owner"), " ")
	in := review.Agreement{Text: r.PostFormValue("text"), DueOn: due, Metric: r.PostFormValue("metric")}
	in.ReviewID, _ = strconv.ParseInt(meeting, 10, 64) // of no number is no meeting, which is refused
	in.PersonID, _ = strconv.ParseInt(person, 10, 64)
	if err == nil {
		_, err = h.Reviews.Agree(r.Context(), access.ActorFrom(r.Context()), in)
	}
	switch {
	case err == nil:
		http.Redirect(w, r, "/reviews/"+number(in.ReviewID)+"?done=agreed", http.StatusSeeOther)
		return nil
	case mendable(err):
		return h.drawAction(w, r, httpx.StatusOf(err), err)
	}
	return err
}

// fileIcons are how files look; the others look like a text.
var fileIcons = map[report.Format]string{report.FormatExcel: "table-export"}

func (d drawing) files() (links []ui.Link) {
	for _, f := range report.Formats {
		links = append(links, ui.Link{Label: d.p.T("reports.file." + string(f)), Icon: cmp.Or(fileIcons[f], "file-text"), URL: versionURL(d.shown, "/files/"+string(f))})
	}
	return append(links, ui.Link{Label: d.p.T("board.print"), Icon: "printer", URL: versionURL(d.shown, ""), Script: "print"})
}

// file writes a version as a file.
func (h *Handler) file(w http.ResponseWriter, r *http.Request) error {
	id, version, err := versionOf(r, r.URL.Query().Get("version"))
	if err != nil {
		return err
	}
	format := report.Format(r.PathValue("format"))
	if !slices.Contains(report.Formats, format) {
		return errMissing()
	}
	f, err := h.Reports.File(r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context()), id, version, format)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", f.MediaType)
	w.Header().Set("Content-Disposition", httpx.Attachment(f.Name))
	_, err = w.Write(f.Content)
	return err
}

// versions lists the versions there are.
func (h *Handler) versions(d drawing) templ.Component {
	p := d.p
	table := ui.TableView{Label: p.T("reports.versions"), Columns: []ui.Column{{Label: p.T("reports.version_head"), Kind: ui.ColumnNarrow, Phone: true}, {Label: p.T("common.status"), Kind: ui.ColumnNarrow, Phone: true}, {Label: p.T("reports.computed_head")}, {Label: p.T("reports.published_head")}, {Label: p.T("reports.differs"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("reports.hash")}}}
	for i := range d.shown.Versions {
		v := &d.shown.Versions[i]
		chip := stateChip(p, v.State)
		row := ui.Row{Cells: []ui.Cell{{Text: p.T("reports.version", "Version", int64(v.Number)), URL: reportURL(d.shown.Report.ID) + "?version=" + strconv.Itoa(v.Number)}, {Chip: &chip}, ui.Text(personName(p, v.ComputedBy, v.ComputedName) + " · " + p.Moment(v.ComputedAt, h.Now())), ui.Text("–"), ui.Text(p.Int(int64(len(v.Differs)))), {Text: v.Hash[:min(12, len(v.Hash))], Title: v.Hash, Muted: true}}}
		if v.State == report.StatePublished {
			row.Cells[3] = ui.Text(personName(p, v.PublishedBy, v.PublishedName) + " · " + p.Moment(v.PublishedAt, h.Now()))
		}
		if v.Number == d.shown.Version.Number {
			row.Kind = ui.RowSelected
		}
		table.Rows = append(table.Rows, row)
	}
	return ui.Filled(ui.CardView{ID: "versions", Title: p.T("reports.versions"), Sub: p.T("reports.versions_text"), Flush: true}, ui.Table(table))
}

// differencesMost is how many differences the page lists.
const differencesMost = 60

// changes are what the version has otherwise than the one published before it; of a draft as of now.
func (h *Handler) changes(r *http.Request, s *report.Shown) ([]report.Difference, error) {
	if s.Version.State != report.StateDraft || s.Report.Published == 0 || s.Version.Number <= s.Report.Published {
		return s.Version.Differs, nil
	}
	return h.Reports.Compare(r.Context(), access.ActorFrom(r.Context()), s.Report.ID, s.Report.Published, s.Version.Number)
}

// differences lists them.
func (d drawing) differences(list []report.Difference) templ.Component {
	p := d.p
	card := ui.CardView{ID: "differences", Title: p.T("reports.differences"), Count: len(list), Flush: true}
	table := ui.TableView{Label: card.Title, Columns: []ui.Column{{Label: p.T("reports.where"), Phone: true}, {Label: p.T("reports.was"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("reports.is"), Kind: ui.ColumnNumber, Phone: true}}}
	for _, one := range list[:min(len(list), differencesMost)] {
		where := one.At
		b, section, found := d.block(one.Block)
		link := ""
		if found {
			link = "#" + anchor(one.Block)
			switch {
			case b.Sentence != nil:
				where = d.words.Sentence(*b.Sentence)
			case b.Table != nil:
				where = d.blockTitle("table", one.Block, section) + " · " + one.At
			case b.Chart != nil:
				where = d.blockTitle("chart", one.Block, section) + " · " + one.At
			}
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{{Text: where, URL: link}, ui.Text(d.changed(one.Before)), ui.Text(d.changed(one.After))}})
	}
	if rest := len(list) - differencesMost; rest > 0 {
		card.Foot = p.T("reports.and_more_values", "Count", int64(rest))
	}
	return ui.Filled(card, ui.Table(table))
}

// changed writes a side of a difference; a mark where it was not there.
func (d drawing) changed(a report.Arg) string {
	if a.Figure != nil {
		return d.words.Exact(*a.Figure)
	}
	if text := d.words.Arg(a); text != "" {
		return text
	}
	return "–"
}
