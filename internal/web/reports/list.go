package reports

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/board"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/distribution"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/job"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/report"
	"xiaoguan/internal/web/ui"
)

// placeName names a place.
func placeName(p *i18n.Printer, place metric.Place) string {
	if place.Name != "" {
		return place.Name
	}
	if place.Kind == metric.PlaceCompany {
		return p.T("board.place.company")
	}
	return p.T("board.place.reach")
}

// personName names who did something; what the system does by itself has no name.
func personName(p *i18n.Printer, by, name string) string {
	if by == "" || strings.HasPrefix(by, "system:") {
		return p.T("reports.system")
	}
	return name
}

func stateChip(p *i18n.Printer, s report.State) ui.Chip {
	tones := map[report.State]ui.Tone{report.StateDraft: ui.ToneWarn, report.StatePublished: ui.ToneGood}
	return ui.Chip{Label: p.Message(s.Message()), Tone: tones[s]}
}

func (h *Handler) list(w http.ResponseWriter, r *http.Request) error {
	return h.drawList(w, r, http.StatusOK, nil)
}

// drawList shows the reports by month, and has one computed.
func (h *Handler) drawList(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	l, err := h.Reports.List(ctx, actor)
	if err != nil {
		return err
	}
	view := ui.PageView{Title: p.T("nav.reports"), Subtitle: p.T("reports.subtitle"), Current: "reports"}
	if distribution.MaySet(actor) {
		view.Actions = append(view.Actions, ui.Action{Label: p.T("reports.settings"), URL: settingsURL, Icon: "send"})
	}
	var parts []templ.Component
	running, err := h.running(r)
	if err != nil {
		return err
	}
	if running != nil {
		parts = append(parts, ui.Across(running))
	}
	empty := ui.State{Icon: "file-text", Title: p.T("reports.none"), Text: p.T("reports.none_text")}
	if l.MayCompute {
		empty.Text = p.T("reports.none_compute")
	}
	table := ui.TableView{Label: p.T("nav.reports"), Empty: &empty, Columns: []ui.Column{{Label: p.T("common.month"), Kind: ui.ColumnNarrow, Phone: true}, {Label: p.T("reports.place"), Phone: true}, {Label: p.T("reports.version_head"), Kind: ui.ColumnNarrow}, {Label: p.T("common.status"), Kind: ui.ColumnNarrow, Phone: true},
		{Label: p.T("reports.computed_head")}, {Label: p.T("reports.published_head")}}}
	for i := range l.Reports {
		table.Rows = append(table.Rows, h.listed(p, &l.Reports[i]))
	}
	card := ui.Filled(ui.CardView{ID: "list", Title: p.T("reports.list"), Flush: true, Span: -1}, ui.Table(table))
	if !l.MayCompute {
		return ui.Write(w, r, status, ui.Compose(view, append(parts, ui.Stack(12, card))...))
	}
	form := ui.Filled(ui.CardView{ID: "compute", Title: p.T("reports.compute"), Span: -1}, ui.Form(h.computeForm(p, r, &l, failure)))
	return ui.Write(w, r, status, ui.Compose(view, append(parts, ui.Stack(8, card), ui.Stack(4, form))...))
}

func (h *Handler) listed(p *i18n.Printer, one *report.Listed) ui.Row {
	moment := func(by, name, at string) string { return personName(p, by, name) + " · " + at }
	chip := stateChip(p, one.Version.State)
	published := ui.Text(i18n.Unknown)
	if v := one.Published; v != nil {
		published = ui.Cell{Text: moment(v.PublishedBy, v.PublishedName, p.Moment(v.PublishedAt, h.Now())), Sub: p.T("reports.version", "Version", int64(v.Number))}
	}
	link := reportURL(one.ID)
	return ui.Row{Cells: []ui.Cell{ui.LinkTo(p.Month(one.Month), link), ui.Text(placeName(p, one.Place)), ui.Text(p.T("reports.version", "Version", int64(one.Version.Number))), {Chip: &chip}, ui.Text(moment(one.Version.ComputedBy, one.Version.ComputedName, p.Moment(one.Version.ComputedAt, h.Now()))), published}}
}

func (h *Handler) computeForm(p *i18n.Printer, r *http.Request, l *report.Listing, failure error) ui.FormView {
	month, place := (l.Today.Month() - 1).String(), ""
	if failure != nil {
		month, place = r.PostFormValue("month"), r.PostFormValue("place")
	}
	places := ui.Field{Name: "place", Kind: ui.FieldSelect, Label: p.T("reports.place"), Value: place}
	for _, one := range l.Places {
		places.Options = append(places.Options, ui.Option{Value: board.PlaceText(one), Label: placeName(p, one)})
	}
	form := ui.FormView{ID: "compute-form", Action: baseURL, Fields: []ui.Field{{Name: "month", Kind: ui.FieldMonth, Label: p.T("common.month"), Value: month}, places}, Submit: ui.Action{Label: p.T("reports.compute"), Kind: ui.ActionPrimary, Icon: "refresh"}, Consequence: p.T("reports.compute_consequence")}
	form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p)
	return form
}

// compute starts the job of a report.
func (h *Handler) compute(w http.ResponseWriter, r *http.Request) error {
	var ask report.Ask
	month, err := calendar.ParseMonth(r.PostFormValue("month"))
	if err != nil {
		err = errs.Invalid("error.invalid", []errs.Field{{Path: "month", Value: r.PostFormValue("month"), Message: errs.Msg("board.bad_month", nil)}})
	}
	ask.Month = month
	if err == nil {
		ask.Place, err = board.ParsePlace(r.PostFormValue("place"))
	}
	id := ""
	if err == nil {
		id, err = h.Reports.Compute(r.Context(), access.ActorFrom(r.Context()), ask)
	}
	switch {
	case err == nil:
		http.Redirect(w, r, baseURL+"?job="+url.QueryEscape(id), http.StatusSeeOther)
		return nil
	case mendable(err):
		return h.drawList(w, r, httpx.StatusOf(err), err)
	}
	return err
}

// running is the computation that the address follows; nil for none, or one of somebody else.
func (h *Handler) running(r *http.Request) (templ.Component, error) {
	p, id := httpx.PrinterFrom(r.Context()), r.URL.Query().Get("job")
	if id == "" {
		return nil, nil
	}
	j, err := h.Jobs.Get(r.Context(), access.ActorFrom(r.Context()), id)
	switch {
	case errs.Is(err, errs.KindNotFound):
		return nil, nil
	case err != nil:
		return nil, err
	case j.State == job.StateSucceeded:
		return ui.NoteOf(ui.Note{ID: "done", Tone: ui.ToneGood, Strong: p.T("reports.computed_done")}), nil
	case j.State.Finished():
		return ui.NoteOf(ui.Note{ID: "failed", Tone: ui.ToneBad, Strong: p.T("reports.computed_failed"), Text: p.Message(j.Failure)}), nil
	}
	return ui.Filled(ui.CardView{Title: p.T("reports.computing"), Span: -1}, ui.Progress(progressOf(p, j))), nil
}

func progressOf(p *i18n.Printer, j job.Job) ui.Job {
	drawn := ui.Job{ID: "report", Title: p.T("reports.computing"), State: ui.JobRunning, Source: jobsURL + "/" + j.ID, Done: int(j.Progress.Done), Total: int(j.Progress.Total), Cancel: "/jobs/" + j.ID + "/cancel"}
	if j.State.Finished() {
		drawn.State = ui.JobDone
	}
	if j.Progress.Stage != "" {
		drawn.Text = p.T(j.Progress.Stage)
	}
	return drawn
}

// progress answers with the state of the computation alone; when it has ended, it asks the browser to load the page anew.
func (h *Handler) progress(w http.ResponseWriter, r *http.Request) error {
	j, err := h.Jobs.Get(r.Context(), access.ActorFrom(r.Context()), r.PathValue("job"))
	if err != nil {
		return err
	}
	if j.State.Finished() {
		w.Header().Set("HX-Refresh", "true")
	}
	return ui.Write(w, r, http.StatusOK, ui.Progress(progressOf(httpx.PrinterFrom(r.Context()), j)))
}
