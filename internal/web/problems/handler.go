// Package problems is the pages of the diagnosis and of the list of problems: what was looked for and found, and what becomes of it.
package problems

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/diagnosis"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/finding"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/prioritybook"
	"xiaoguan/internal/problem"
	"xiaoguan/internal/programme"
	"xiaoguan/internal/web/ui"
)

// Services are what the pages show and do.
type Services struct {
	Problems  *problem.Service
	Diagnoses *diagnosis.Service
	Currency  func() money.Currency
	Now       func() time.Time
	// Answers are what is done about a problem, as far as the actor sees it; nil: nothing is.
	Answers func(ctx context.Context, actor access.Actor, id int64) (Answers, error)
}

// Answers are the measures and initiatives that answer a problem.
type Answers struct {
	Visible     bool // the actor sees measures or initiatives
	MayWeigh    bool // the actor may put a measure into the table of priorities
	Measures    []prioritybook.Item
	Initiatives []programme.Brief
}

// Handler serves the pages.
type Handler struct{ Services }

// New returns a Handler.
func New(s Services) *Handler { return &Handler{s} }

const (
	baseURL      = "/problems"
	diagnosisURL = "/diagnosis"
)

// UploadPattern is the route that takes sheets, and UploadBytesMax how much of them.
const (
	UploadPattern  = "POST " + diagnosisURL + "/sheets"
	UploadBytesMax = diagnosis.UploadBytesMost + 1<<20
)

// Routes registers the pages.
func (h *Handler) Routes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET "+baseURL, h.list)
	handle("POST "+baseURL, h.raise)
	handle("GET "+baseURL+"/new", h.new)
	handle("GET "+baseURL+"/file/{format}", h.file)
	handle("GET "+baseURL+"/{id}", h.show)
	handle("POST "+baseURL+"/{id}/rate", h.rate)
	handle("POST "+baseURL+"/{id}/owner", h.assign)
	handle("POST "+baseURL+"/{id}/status", h.move)
	handle("POST "+baseURL+"/{id}/merge", h.merge)
	handle("POST "+baseURL+"/{id}/unmerge", h.unmerge)
	handle("GET "+diagnosisURL, h.runs)
	handle("POST "+diagnosisURL, h.start)
	handle(UploadPattern, h.sheets)
	handle("GET "+diagnosisURL+"/compare", h.compare)
	handle("GET "+diagnosisURL+"/{id}", h.run)
	handle("GET "+diagnosisURL+"/{id}/progress", h.progress)
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

func problemURL(id int64) string { return baseURL + "/" + number(id) }

func runURL(id int64) string { return diagnosisURL + "/" + number(id) }

func idOf(r *http.Request, missing string) (int64, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil || id <= 0 {
		return 0, errs.New(errs.KindNotFound, missing, nil)
	}
	return id, nil
}

// whole reads a number of a form or an address; 0 for none.
func whole(text string) int64 {
	n, _ := strconv.ParseInt(text, 10, 64) // of no number there is none
	return max(n, 0)
}

// mendable reports errors that a page shows.
func mendable(err error) bool {
	kind := errs.KindOf(err)
	return kind == errs.KindInvalid || kind == errs.KindConflict || kind == errs.KindTooLarge
}

func severityChip(p *i18n.Printer, s problem.Severity) ui.Chip {
	tones := map[problem.Severity]ui.Tone{problem.SeverityHigh: ui.ToneBad, problem.SeverityMedium: ui.ToneWarn, problem.SeverityLow: ui.ToneLine}
	return ui.Chip{Label: p.Message(s.Message()), Tone: tones[s]}
}

func statusChip(p *i18n.Printer, s problem.Status) ui.Chip {
	tones := map[problem.Status]ui.Tone{problem.StatusOpen: ui.ToneBrand, problem.StatusConfirmed: ui.ToneWarn, problem.StatusInAction: ui.ToneHold, problem.StatusSolved: ui.ToneGood, problem.StatusRefuted: ui.ToneLine, problem.StatusMerged: ui.ToneLine}
	return ui.Chip{Label: p.Message(s.Message()), Tone: tones[s]}
}

func areaName(p *i18n.Printer, a finding.Area) string { return p.T("finding.area." + string(a)) }

// sourcesText names by what a problem is known.
func sourcesText(p *i18n.Printer, list []problem.Source) string {
	names := make([]string, len(list))
	for i, s := range list {
		names[i] = p.Message(s.Message())
	}
	return p.Join(names)
}

func (h *Handler) money(p *i18n.Printer, minor int64, known bool) string {
	if !known {
		return i18n.Unknown
	}
	return p.Board(minor, h.Currency())
}

// ratingText is a score with its three grades.
func ratingText(p *i18n.Printer, r problem.Rating) string {
	return p.T("problem.score_of", "Score", r.Score(), "Gravity", r.Gravity, "Urgency", r.Urgency, "Tendency", r.Tendency)
}

// said is what was measured, in a sentence; empty where nothing was.
func said(p *i18n.Printer, x *problem.Problem) string {
	if x.Figure == nil {
		return x.Detail
	}
	return figureText(p, x.Kind, x.Figure)
}

func figureText(p *i18n.Printer, kind finding.Kind, f *problem.Figure) string {
	return finding.Finding{Kind: kind, Value: f.Value, Usual: f.Usual, Unit: f.Unit, Cases: f.Cases, Certain: f.Confidence == 1}.Say(p)
}

// doneNote says what was done.
func doneNote(p *i18n.Printer, r *http.Request) []templ.Component {
	done := r.URL.Query().Get("done")
	if key := "problem.done." + done; done != "" && p.Has(key) {
		return []templ.Component{ui.Across(ui.NoteOf(ui.Note{ID: "done", Tone: ui.ToneGood, Strong: p.T(key)}))}
	}
	return nil
}

// filterOf reads which problems are wanted.
func filterOf(r *http.Request) (f problem.Filter, err error) {
	q := r.URL.Query()
	f = problem.Filter{Severity: problem.Severity(q.Get("severity")), Area: finding.Area(q.Get("area")), Source: problem.Source(q.Get("source")), RunID: whole(q.Get("run")), RegionID: whole(q.Get("region")), TeamID: whole(q.Get("team"))}
	if q.Get("owner") == "none" {
		f.OwnerID = -1
	} else {
		f.OwnerID = whole(q.Get("owner"))
	}
	known := (f.Severity == "" || slices.Contains(problem.Severities, f.Severity)) && (f.Area == "" || slices.Contains(problem.Areas, f.Area)) && (f.Source == "" || slices.Contains(problem.Sources, f.Source))
	switch status := problem.Status(q.Get("status")); {
	case status == "all":
	case status == "":
		f.Statuses = []problem.Status{problem.StatusOpen, problem.StatusConfirmed, problem.StatusInAction}
	case slices.Contains(problem.Statuses, status):
		f.Statuses = []problem.Status{status}
	default:
		known = false
	}
	if !known {
		return f, errs.New(errs.KindNotFound, "error.not_found", nil)
	}
	return f, nil
}

func (h *Handler) list(w http.ResponseWriter, r *http.Request) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	f, err := filterOf(r)
	if err != nil {
		return err
	}
	l, err := h.Problems.List(ctx, actor, f)
	if err != nil {
		return err
	}
	view := ui.PageView{Title: p.T("nav.problems"), Subtitle: p.T("problem.subtitle"), Current: "problems", Tabs: h.tabs(p, r, l)}
	for _, format := range []string{"xlsx", "docx", "pdf"} {
		view.Actions = append(view.Actions, ui.Action{Label: p.T("problem.file_" + format), URL: ui.URLWith(baseURL+"/file/"+format, r.URL.Query()), Download: true, DeskOnly: format != "xlsx"})
	}
	if l.MayWrite {
		view.Actions = append(view.Actions, ui.Action{Label: p.T("problem.new"), URL: baseURL + "/new", Kind: ui.ActionPrimary, Icon: "plus"})
	}
	card := ui.CardView{Title: p.T("nav.problems"), Flush: true, Span: -1, Count: int(l.Total)}
	parts := append(doneNote(p, r), ui.Across(ui.Filter(h.bar(p, r)), ui.Filled(card, ui.Table(h.table(p, r, l)))))
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, parts...))
}

// tabs are the severities, with how many live problems each has.
func (h *Handler) tabs(p *i18n.Printer, r *http.Request, l problem.Listing) []ui.Tab {
	q := r.URL.Query()
	wanted := func(s problem.Status) bool {
		switch status := q.Get("status"); status {
		case "all":
			return true
		case "":
			return s.Live()
		default:
			return string(s) == status
		}
	}
	counts, all := map[problem.Severity]int{}, 0
	for _, c := range l.Counts {
		if wanted(c.Status) {
			counts[c.Severity] += int(c.Count)
			all += int(c.Count)
		}
	}
	tabs := []ui.Tab{{Label: p.T("common.all"), URL: ui.URLWith(baseURL, q, "severity", ""), Current: q.Get("severity") == "", Count: all, Counted: true}}
	for _, s := range problem.Severities {
		tabs = append(tabs, ui.Tab{Label: p.Message(s.Message()), URL: ui.URLWith(baseURL, q, "severity", string(s)), Current: q.Get("severity") == string(s), Count: counts[s], Counted: true})
	}
	return tabs
}

func (h *Handler) bar(p *i18n.Printer, r *http.Request) ui.FilterView {
	q := r.URL.Query()
	all := p.T("common.all")
	field := func(name, label string, options []ui.Option) ui.Field {
		return ui.Field{Name: name, Kind: ui.FieldSelect, Label: label, Value: q.Get(name), Options: options, Optional: true, Placeholder: all}
	}
	var areas, sources, statuses []ui.Option
	for _, a := range problem.Areas {
		areas = append(areas, ui.Option{Value: string(a), Label: areaName(p, a)})
	}
	for _, s := range problem.Sources {
		sources = append(sources, ui.Option{Value: string(s), Label: p.Message(s.Message())})
	}
	for _, s := range problem.Statuses {
		statuses = append(statuses, ui.Option{Value: string(s), Label: p.Message(s.Message())})
	}
	statuses = append(statuses, ui.Option{Value: "all", Label: all})
	status := field("status", p.T("common.status"), statuses)
	status.Placeholder = p.T("problem.live")
	fields := []ui.Field{field("area", p.T("problem.area"), areas), status, field("source", p.T("problem.source"), sources), field("owner", p.T("problem.owner"), []ui.Option{{Value: "none", Label: p.T("problem.no_owner")}})}
	bar := ui.FilterView{ID: "problems", Path: baseURL, Fields: fields, Chips: ui.ChipsOf(fields, baseURL, q, p.T("common.colon"))}
	if q.Get("severity") != "" {
		bar.Keep = append(bar.Keep, ui.Field{Name: "severity", Value: q.Get("severity")})
	}
	if len(bar.Chips) > 0 {
		bar.Clear = baseURL
	}
	return bar
}

func (h *Handler) table(p *i18n.Printer, r *http.Request, l problem.Listing) ui.TableView {
	table := ui.TableView{Label: p.T("nav.problems"), Columns: []ui.Column{{Label: p.T("problem.severity"), Kind: ui.ColumnNarrow}, {Label: p.T("problem.what"), Phone: true}, {Label: p.T("problem.place")}, {Label: p.T("problem.score"), Title: p.T("problem.score_title"), Kind: ui.ColumnNumber},
		{Label: p.T("problem.money"), Kind: ui.ColumnNumber}, {Label: p.T("problem.source")}, {Label: p.T("problem.owner"), Kind: ui.ColumnNarrow}, {Label: p.T("common.status"), Kind: ui.ColumnNarrow, Phone: true}},
		Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("problem.none"), Text: p.T("problem.none_text")}}
	if len(r.URL.Query()) > 0 {
		table.Empty = &ui.State{Kind: ui.StateEmpty, Title: p.T("problem.none_such"), Actions: []ui.Action{{Label: p.T("common.all"), URL: baseURL}}}
	}
	for i := range l.Problems {
		x := &l.Problems[i]
		severity, status := severityChip(p, x.Severity()), statusChip(p, x.Status)
		place := x.Place.Say(p)
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{{Chip: &severity}, {Text: x.Name(p), URL: problemURL(x.ID), Sub: said(p, x), Phone: p.Message(x.Severity().Message()) + " · " + place}, ui.Text(place), ui.Text(p.Int(int64(x.Rating().Score()))),
			ui.Text(h.money(p, x.MoneyMinor, x.Worth)), ui.Text(sourcesText(p, x.Sources)), ui.Text(cmp.Or(x.OwnerName, i18n.Unknown)), {Chip: &status}}})
	}
	return table
}
