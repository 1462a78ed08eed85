package problems

import (
	"errors"
	"io"
	"math/big"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/diagnosis"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/finding"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/ingest"
	"xiaoguan/internal/problem"
	"xiaoguan/internal/web/ui"
)

func (h *Handler) runs(w http.ResponseWriter, r *http.Request) error {
	return h.drawRuns(w, r, http.StatusOK, "", nil)
}

// drawRuns shows former runs, how well problems are found, and the ways to start another one.
func (h *Handler) drawRuns(w http.ResponseWriter, r *http.Request, status int, form string, failure error) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	l, err := h.Diagnoses.List(ctx, actor, whole(r.URL.Query().Get("before")))
	if err != nil {
		return err
	}
	m, err := h.Problems.Measure(ctx, actor)
	if err != nil {
		return err
	}
	view := ui.PageView{Title: p.T("nav.diagnosis"), Subtitle: p.T("diagnosis.subtitle"), Current: "diagnosis", Actions: []ui.Action{{Label: p.T("diagnosis.to_list"), URL: baseURL, Icon: "list-check"}}}
	table := ui.TableView{Label: p.T("diagnosis.runs"), Columns: []ui.Column{{Label: p.T("diagnosis.when"), Kind: ui.ColumnNarrow, Phone: true}, {Label: p.T("diagnosis.as_of_day"), Kind: ui.ColumnNarrow}, {Label: p.T("diagnosis.looked_at")}, {Label: p.T("diagnosis.found"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("diagnosis.by"), Kind: ui.ColumnNarrow}, {Label: p.T("common.status"), Kind: ui.ColumnNarrow, Phone: true}},
		Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("diagnosis.none"), Text: p.T("diagnosis.none_text")}}
	for i := range l.Runs {
		run := &l.Runs[i]
		chip := runChip(p, run.State)
		found := i18n.Unknown
		if run.State == diagnosis.StateReady {
			found = p.Int(run.Found)
		}
		what := p.Message(run.Origin.Message())
		if run.Note != "" {
			what += " · " + run.Note
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{{Text: p.Local(run.CreatedAt).Format("2006-01-02 15:04"), URL: runURL(run.ID), Phone: what}, ui.Text(dayText(p, run.AsOf)), ui.Text(what), ui.Text(found), ui.Text(run.CreatedName), {Chip: &chip}}})
	}
	if l.Next != 0 {
		view.Actions = append(view.Actions, ui.Action{Label: p.T("diagnosis.older"), URL: diagnosisURL + "?before=" + number(l.Next)})
	}
	left := []templ.Component{ui.Filled(ui.CardView{ID: "runs", Title: p.T("diagnosis.runs"), Flush: true, Span: -1}, ui.Table(table)), measureCard(p, m)}
	var right []templ.Component
	if l.MayRun {
		right = append(right, ui.Filled(ui.CardView{ID: "start", Title: p.T("diagnosis.new"), Span: -1}, ui.Form(ownForm(p, r, l.AsOf, form, failure))), ui.Filled(ui.CardView{ID: "sheets", Title: p.T("diagnosis.new_sheets"), Sub: p.T("diagnosis.new_sheets_text"), Span: -1}, ui.Form(sheetsForm(p, r, form, failure))))
	}
	if ready := readyRuns(l.Runs); len(ready) > 1 {
		right = append(right, ui.Filled(ui.CardView{ID: "compare", Title: p.T("diagnosis.compare"), Span: -1}, ui.Beside(ui.Button(ui.Action{Label: p.T("diagnosis.compare_last"), URL: diagnosisURL + "/compare?before=" + number(ready[1].ID) + "&after=" + number(ready[0].ID)}))))
	}
	if len(right) == 0 {
		return ui.Write(w, r, status, ui.Compose(view, ui.Stack(12, left...)))
	}
	return ui.Write(w, r, status, ui.Compose(view, ui.Stack(8, left...), ui.Stack(4, right...)))
}

func readyRuns(runs []diagnosis.Run) (ready []diagnosis.Run) {
	for _, run := range runs {
		if run.State == diagnosis.StateReady {
			ready = append(ready, run)
		}
	}
	return ready
}

func dayText(p *i18n.Printer, d calendar.Date) string {
	if d == calendar.NoDate {
		return i18n.Unknown
	}
	return p.Date(d)
}

func runChip(p *i18n.Printer, s diagnosis.State) ui.Chip {
	tones := map[diagnosis.State]ui.Tone{diagnosis.StateRunning: ui.ToneBrand, diagnosis.StateReady: ui.ToneGood, diagnosis.StateFailed: ui.ToneBad}
	return ui.Chip{Label: p.Message(s.Message()), Tone: tones[s]}
}

func ownForm(p *i18n.Printer, r *http.Request, asOf calendar.Date, form string, failure error) ui.FormView {
	value := asOf.String()
	if typed := r.PostFormValue("as_of"); typed != "" {
		value = typed
	}
	f := ui.FormView{ID: "own", Action: diagnosisURL, Fields: []ui.Field{{Name: "as_of", Kind: ui.FieldDate, Label: p.T("diagnosis.as_of_day"), Hint: p.T("diagnosis.as_of_hint"), Value: value}, {Name: "note", Label: p.T("diagnosis.note"), Value: r.PostFormValue("note"), Optional: true}},
		Submit: ui.Action{Label: p.T("diagnosis.start"), Kind: ui.ActionPrimary}, Consequence: p.T("diagnosis.start_consequence")}
	if form == "own" {
		f.Fields, f.Problem = ui.WithErrors(f.Fields, failure, p)
	}
	return f
}

func sheetsForm(p *i18n.Printer, r *http.Request, form string, failure error) ui.FormView {
	f := ui.FormView{ID: "sheets-form", Action: diagnosisURL + "/sheets", Multipart: true, Fields: []ui.Field{{Name: "files", Kind: ui.FieldFile, Label: p.T("diagnosis.files"), Hint: p.T("diagnosis.files_hint"), Accept: ".csv,.xlsx,.zip", Multiple: true}, {Name: "sheets_note", Label: p.T("diagnosis.note"), Value: r.PostFormValue("sheets_note"), Optional: true}},
		Submit: ui.Action{Label: p.T("diagnosis.start_sheets")}}
	if form == "sheets" {
		f.Fields, f.Problem = ui.WithErrors(f.Fields, failure, p)
	}
	return f
}

// measureCard is how well problems are found.
func measureCard(p *i18n.Printer, m problem.Identification) templ.Component {
	share := func(value float64) string { return p.Percent(new(big.Rat).SetFloat64(value)) }
	one := func(value float64) string { return strconv.FormatFloat(value, 'f', 1, 64) }
	facts := []ui.Fact{{Term: p.T("problem.measure.counts"), Text: p.T("problem.measure.counts_text", "Detected", p.Int(int64(m.Detected)), "Heard", p.Int(int64(m.Heard)), "Both", p.Int(int64(m.Both)))}}
	if c := m.Captured; c != nil {
		facts = append(facts, ui.Fact{Term: p.T("problem.measure.identified"), Text: p.T("problem.measure.identified_text", "Share", share(c.Rate), "Low", share(float64(c.Found)/c.Interval.High), "High", share(float64(c.Found)/c.Interval.Low), "Found", p.Int(int64(c.Found)), "All", one(c.All))},
			ui.Fact{Term: p.T("problem.measure.all"), Text: p.T("problem.measure.all_text", "All", one(c.All), "Low", one(c.Interval.Low), "High", one(c.Interval.High))})
	} else {
		facts = append(facts, ui.Fact{Term: p.T("problem.measure.identified"), Text: p.T("problem.measure.none", "Why", p.Message(m.NoCapture))})
	}
	if l := m.Located; l != nil {
		facts = append(facts, ui.Fact{Term: p.T("problem.measure.located"), Text: p.T("problem.measure.located_text", "Share", share(l.Share), "Low", share(l.Interval.Low), "High", share(l.Interval.High), "Hits", p.Int(int64(l.Hits)), "Cases", p.Int(int64(l.Cases)))})
	} else {
		facts = append(facts, ui.Fact{Term: p.T("problem.measure.located"), Text: p.T("problem.measure.none", "Why", p.Message(m.NoLocated))})
	}
	return ui.Filled(ui.CardView{ID: "measure", Title: p.T("problem.measure.title"), Sub: p.T("problem.measure.sub"), Foot: p.T("problem.measure.method"), Span: -1}, ui.Facts(facts))
}

func (h *Handler) start(w http.ResponseWriter, r *http.Request) error {
	ask := diagnosis.Ask{Note: strings.TrimSpace(r.PostFormValue("note"))}
	day, err := calendar.ParseDate(strings.TrimSpace(r.PostFormValue("as_of")))
	if err != nil {
		err = errs.Invalid("error.invalid", []errs.Field{{Path: "as_of", Value: r.PostFormValue("as_of"), Message: errs.Msg("form.error.date", nil)}})
		if !h.Diagnoses.MayRun(access.ActorFrom(r.Context())) {
			err = nil // who may not start one is told that first
		}
	}
	ask.AsOf = day
	return h.started(w, r, "own", ask, err)
}

// started starts a run, or shows why it cannot be.
func (h *Handler) started(w http.ResponseWriter, r *http.Request, form string, ask diagnosis.Ask, err error) error {
	var run diagnosis.Run
	if err == nil {
		run, err = h.Diagnoses.Start(r.Context(), access.ActorFrom(r.Context()), ask)
	}
	switch {
	case err == nil:
		http.Redirect(w, r, runURL(run.ID), http.StatusSeeOther)
		return nil
	case mendable(err):
		return h.drawRuns(w, r, httpx.StatusOf(err), form, err)
	}
	return err
}

// formMemory is how much of an upload is held in memory.
const formMemory = 8 << 20

// sheets takes files and looks for problems in them.
func (h *Handler) sheets(w http.ResponseWriter, r *http.Request) error {
	if !h.Diagnoses.MayRun(access.ActorFrom(r.Context())) {
		return access.ActorFrom(r.Context()).RequireAll(access.PermDiagnosisRun)
	}
	if err := r.ParseMultipartForm(formMemory); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return h.drawRuns(w, r, http.StatusRequestEntityTooLarge, "sheets", errs.New(errs.KindTooLarge, "diagnosis.too_large", errs.Args{"Megabytes": int64(diagnosis.UploadBytesMost >> 20), "Files": int64(diagnosis.FilesMost)}))
	}
	ask := diagnosis.Ask{Note: strings.TrimSpace(r.PostFormValue("sheets_note"))}
	if r.MultipartForm != nil {
		defer func() { _ = r.MultipartForm.RemoveAll() }() // what is left of an upload goes with the folder of the system
		for _, head := range r.MultipartForm.File["files"] {
			if head.Size > 0 {
				ask.Files = append(ask.Files, ingest.File{Name: path.Base(strings.ReplaceAll(head.Filename, "\\", "/")), Size: head.Size, Open: func() (io.ReadCloser, error) { return head.Open() }})
			}
		}
	}
	if len(ask.Files) == 0 {
		return h.drawRuns(w, r, http.StatusUnprocessableEntity, "sheets", errs.Invalid("error.invalid", []errs.Field{{Path: "files", Message: errs.Msg("form.error.required", nil)}}))
	}
	return h.started(w, r, "sheets", ask, nil)
}

// progress answers with how far a run is; when it has ended, it asks the browser to load the page anew.
func (h *Handler) progress(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r, "diagnosis.missing")
	if err != nil {
		return err
	}
	v, err := h.Diagnoses.Get(r.Context(), access.ActorFrom(r.Context()), id)
	if err != nil {
		return err
	}
	if v.State != diagnosis.StateRunning {
		w.Header().Set("HX-Refresh", "true")
	}
	return ui.Write(w, r, http.StatusOK, ui.Progress(running(httpx.PrinterFrom(r.Context()), &v)))
}

func running(p *i18n.Printer, v *diagnosis.Shown) ui.Job {
	j := ui.Job{ID: "diagnosis-run", Title: p.T("diagnosis.state.running"), State: ui.JobDone, Source: runURL(v.ID) + "/progress"}
	if v.State != diagnosis.StateRunning {
		return j
	}
	j.State, j.Done, j.Total = ui.JobRunning, int(v.Job.Progress.Done), int(v.Job.Progress.Total)
	if v.Job.Progress.Stage != "" {
		j.Text = p.T(v.Job.Progress.Stage)
	}
	return j
}

func (h *Handler) run(w http.ResponseWriter, r *http.Request) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	id, err := idOf(r, "diagnosis.missing")
	if err != nil {
		return err
	}
	v, err := h.Diagnoses.Get(ctx, actor, id)
	if err != nil {
		return err
	}
	title := p.T("diagnosis.title", "Day", dayText(p, v.AsOf))
	if v.AsOf == calendar.NoDate { // sheets say their day when they were read
		title = p.T("diagnosis.title_undated", "What", p.Message(v.Origin.Message()))
	}
	view := ui.PageView{Title: title, Current: "diagnosis", Chips: []ui.Chip{runChip(p, v.State)}, Crumbs: []ui.Crumb{{Label: p.T("nav.diagnosis"), URL: diagnosisURL}, {Label: title}}, Subtitle: p.T("diagnosis.sub", "What", p.Message(v.Origin.Message()), "Who", v.CreatedName, "When", p.Local(v.CreatedAt).Format("2006-01-02 15:04"))}
	switch v.State {
	case diagnosis.StateRunning:
		return ui.Write(w, r, http.StatusOK, ui.Compose(view, ui.Filled(ui.CardView{Title: p.T("diagnosis.state.running")}, ui.Progress(running(p, &v)))))
	case diagnosis.StateFailed:
		return ui.Write(w, r, http.StatusOK, ui.Compose(view, ui.Filled(ui.CardView{Label: p.T("diagnosis.state.failed")}, ui.StateOf(ui.State{Kind: ui.StateError, Title: p.T("diagnosis.state.failed"), Text: p.Message(v.Failure), Actions: []ui.Action{{Label: p.T("diagnosis.again"), URL: diagnosisURL}}}))))
	}
	view.Actions = []ui.Action{{Label: p.T("diagnosis.report"), URL: "/documents/diagnosis?run=" + number(v.ID), Icon: "file-text"}, {Label: p.T("diagnosis.to_list"), URL: baseURL + "?status=all&run=" + number(v.ID), Icon: "list-check"}}
	parts := []templ.Component{ui.Across(ui.NoteOf(ui.Note{ID: "summary", Strong: p.T("diagnosis.line_head", "Day", dayText(p, v.AsOf), "Looked", len(v.Outcome.Looked), "Found", v.Found), Text: p.T("diagnosis.change", "New", v.Outcome.Change.New, "Again", v.Outcome.Change.Again, "Gone", v.Outcome.Change.Gone)}))}
	left := h.foundCards(p, &v)
	right := []templ.Component{missingCard(p, &v), lookedCard(p, &v)}
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, append(parts, ui.Stack(7, left...), ui.Stack(5, right...))...))
}

// foundCards are what was found, area by area.
func (h *Handler) foundCards(p *i18n.Printer, v *diagnosis.Shown) (cards []templ.Component) {
	for _, area := range problem.Areas {
		var list []diagnosis.Found
		for _, f := range v.Outcome.Findings {
			if f.Area == area {
				list = append(list, f)
			}
		}
		if len(list) > 0 {
			cards = append(cards, ui.Filled(ui.CardView{ID: "area-" + string(area), Title: areaName(p, area), Count: len(list), Flush: true, Span: -1}, ui.Table(h.foundTable(p, list, v.Problems))))
		}
	}
	if len(cards) == 0 {
		return []templ.Component{ui.Filled(ui.CardView{Title: p.T("diagnosis.found"), Span: -1}, ui.StateOf(ui.State{Kind: ui.StateEmpty, Icon: "circle-check", Title: p.T("diagnosis.line_none")}))}
	}
	return cards
}

func (h *Handler) foundTable(p *i18n.Printer, list []diagnosis.Found, ids map[string]int64) ui.TableView {
	table := ui.TableView{Label: p.T("diagnosis.found"), Columns: []ui.Column{{Label: p.T("problem.what"), Phone: true}, {Label: p.T("problem.place")}, {Label: p.T("problem.money"), Kind: ui.ColumnNumber}}}
	for i := range list {
		f := &list[i]
		cell := ui.Cell{Text: f.Kind.Name(p), Sub: f.Say(p), Phone: f.Place.Say(p)}
		if id := ids[f.Identity()]; id != 0 {
			cell.URL = problemURL(id)
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{cell, ui.Text(f.Place.Say(p)), ui.Text(h.money(p, f.MoneyMinor, f.Worth))}})
	}
	return table
}

// missingCard is what cannot be judged, and what to supply.
func missingCard(p *i18n.Printer, v *diagnosis.Shown) templ.Component {
	card := ui.CardView{ID: "missing", Title: p.T("diagnosis.line_missing"), Sub: p.T("diagnosis.missing_text"), Count: len(v.Outcome.Missing), Span: -1}
	if len(v.Outcome.Missing) == 0 {
		return ui.Filled(card, ui.StateOf(ui.State{Kind: ui.StateEmpty, Icon: "circle-check", Title: p.T("diagnosis.nothing_missing")}))
	}
	name := func(part finding.Part) string { return diagnosis.PartName(part, p.Zh()) }
	var items []ui.Item
	at, kinds := map[string]int{}, map[string][]string{} // by the sheets that are lacking
	for _, m := range v.Outcome.Missing {
		if m.Reason != finding.LacksParts {
			continue
		}
		names := make([]string, len(m.Parts))
		for i, part := range m.Parts {
			names[i] = name(part)
		}
		sheets := p.Join(names)
		if _, known := at[sheets]; !known {
			at[sheets] = len(items)
			items = append(items, ui.Item{Title: p.T("diagnosis.lacks", "Sheets", sheets), Top: true})
		}
		kinds[sheets] = append(kinds[sheets], m.Kind.Name(p))
		items[at[sheets]].Detail = p.Join(kinds[sheets])
	}
	for _, m := range v.Outcome.Missing {
		if m.Reason != finding.LacksParts {
			items = append(items, ui.Item{Title: m.Kind.Name(p), Detail: m.Say(p, name), Top: true})
		}
	}
	return ui.Filled(card, ui.List(items))
}

// lookedCard is what was looked at: the sheets with their rows, and what could not be read.
func lookedCard(p *i18n.Printer, v *diagnosis.Shown) templ.Component {
	var facts []ui.Fact
	var empty []string
	for _, s := range v.Outcome.Sheets {
		if s.Rows == 0 {
			empty = append(empty, diagnosis.PartName(s.Part, p.Zh()))
			continue
		}
		facts = append(facts, ui.Fact{Term: diagnosis.PartName(s.Part, p.Zh()), Text: p.T("diagnosis.rows", "Rows", p.Int(s.Rows))})
	}
	if len(empty) > 0 {
		facts = append(facts, ui.Fact{Term: p.T("diagnosis.without_rows"), Text: p.Join(empty)})
	}
	for _, u := range v.Outcome.Unread {
		facts = append(facts, ui.Fact{Term: p.T("diagnosis.line_unread"), Text: u.Say(p)})
	}
	if len(v.Outcome.Skipped) > 0 {
		facts = append(facts, ui.Fact{Term: p.T("diagnosis.skipped"), Text: p.Join(slices.Clone(v.Outcome.Skipped))})
	}
	return ui.Filled(ui.CardView{ID: "looked", Title: p.T("diagnosis.looked_at"), Foot: p.T("diagnosis.digest", "Digest", short(v.Digest), "Tests", p.Int(v.Tests)), Span: -1}, ui.Facts(facts))
}

func short(digest string) string { return digest[:min(len(digest), 12)] }
