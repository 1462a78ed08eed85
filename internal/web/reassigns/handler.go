// Package reassigns is the pages that propose which customers should go to somebody else: what is to be reached and left alone, who would have how much
// work before and after, which customers would go to whom and why, and what was accepted of it.
package reassigns

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/reassign"
	"xiaoguan/internal/web/ui"
)

// Handler serves the pages.
type Handler struct {
	reassign *reassign.Service
	now      func() time.Time
}

// New returns a Handler.
func New(service *reassign.Service, now func() time.Time) *Handler { return &Handler{service, now} }

const baseURL = "/reassign"

// Routes registers the pages.
func (h *Handler) Routes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET "+baseURL, h.list)
	handle("POST "+baseURL, h.start)
	handle("GET "+baseURL+"/{id}", h.show)
	handle("GET "+baseURL+"/{id}/progress", h.progress)
	handle("POST "+baseURL+"/{id}/accept", h.accept)
	handle("POST "+baseURL+"/{id}/verify", h.verify)
	handle("GET "+baseURL+"/{id}/customers/{customer}", h.explain)
	handle("GET /reassign-decisions/{decision}", h.decision)
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

func runURL(id int64) string { return baseURL + "/" + number(id) }

func idOf(text, missing string) (int64, error) {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id <= 0 {
		return 0, errs.New(errs.KindNotFound, missing, nil)
	}
	return id, nil
}

// mendable reports errors that a page shows.
func mendable(err error) bool {
	kind := errs.KindOf(err)
	return kind == errs.KindInvalid || kind == errs.KindConflict
}

func textOr(s string) string {
	if s == "" {
		return i18n.Unknown
	}
	return s
}

func (h *Handler) list(w http.ResponseWriter, r *http.Request) error {
	return h.drawList(w, r, http.StatusOK, reassign.UsualAsk(), "", nil)
}

// drawList shows former proposals and the form of a new one.
func (h *Handler) drawList(w http.ResponseWriter, r *http.Request, status int, ask reassign.Ask, whose string, failure error) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	runs, err := h.reassign.List(ctx, actor)
	if err != nil {
		return err
	}
	choices, err := h.reassign.Choices(ctx, actor)
	if err != nil {
		return err
	}
	view := ui.PageView{Title: p.T("nav.reassign"), Subtitle: p.T("reassign.subtitle"), Current: "reassign"}
	table := ui.TableView{Label: p.T("reassign.runs"), Columns: []ui.Column{{Label: p.T("reassign.when"), Kind: ui.ColumnNarrow, Phone: true}, {Label: p.T("reassign.reasons"), Phone: true}, {Label: p.T("reassign.customers"), Kind: ui.ColumnNumber},
		{Label: p.T("reassign.would_move"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("reassign.by")}, {Label: p.T("common.status"), Kind: ui.ColumnNarrow}}, Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("reassign.none"), Text: p.T("reassign.none_text")}}
	for _, run := range runs {
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.LinkTo(p.Local(run.CreatedAt).Format("2006-01-02 15:04"), runURL(run.ID)), ui.Text(reasonsText(p, run.Ask.Reasons)), ui.Text(p.Int(int64(run.Result.Customers))),
			ui.Text(p.Int(int64(run.Result.Moved))), ui.Text(run.CreatedName), {Chip: stateChip(p, run.State)}}})
	}
	var side templ.Component
	if choices.Sellers == 0 {
		side = ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("reassign.nobody")})
	} else {
		side = ui.Form(askForm(p, ask, whose, choices, failure))
	}
	return ui.Write(w, r, status, ui.Compose(view, ui.Stack(8, ui.Filled(ui.CardView{Title: p.T("reassign.runs"), Flush: true, Span: -1}, ui.Table(table))),
		ui.Stack(4, ui.Filled(ui.CardView{Title: p.T("reassign.new"), Span: -1}, side))))
}

func reasonsText(p *i18n.Printer, reasons []reassign.Reason) string {
	names := make([]string, len(reasons))
	for i, r := range reasons {
		names[i] = p.Message(r.Message())
	}
	return strings.Join(names, p.T("common.comma"))
}

func stateChip(p *i18n.Printer, s reassign.State) *ui.Chip {
	tones := map[reassign.State]ui.Tone{reassign.StateRunning: ui.ToneBrand, reassign.StateReady: ui.ToneGood, reassign.StateFailed: ui.ToneBad}
	return &ui.Chip{Label: p.Message(s.Message()), Tone: tones[s]}
}

func askForm(p *i18n.Printer, ask reassign.Ask, whose string, choices reassign.Choices, failure error) ui.FormView {
	scope := []ui.Option{{Value: "", Label: p.T("reassign.everybody", "Count", choices.Sellers)}}
	for _, g := range choices.Regions {
		scope = append(scope, ui.Option{Value: "region " + number(g.ID), Label: g.Name, Group: p.T("reassign.regions")})
	}
	for _, g := range choices.Teams {
		scope = append(scope, ui.Option{Value: "team " + number(g.ID), Label: g.Name, Group: p.T("reassign.teams")})
	}
	var reasons []ui.Option
	for _, r := range reassign.Reasons {
		if r == reassign.ReasonPool && len(choices.Pools) == 0 {
			continue
		}
		reasons = append(reasons, ui.Option{Value: string(r), Label: p.Message(r.Message()), Hint: p.T("reassign.hint." + string(r)), Selected: ask.Has(r)})
	}
	whole := func(name string, value int, unit string) ui.Field {
		return ui.Field{Name: name, Kind: ui.FieldNumber, Label: p.T("reassign.field." + name), Value: strconv.Itoa(value), Unit: unit, Min: "0"}
	}
	limits := p.T("reassign.limits")
	hours := whole("hours_most", ask.HoursMost, p.T("reassign.hours"))
	hours.Optional, hours.Hint = true, p.T("reassign.hours_hint")
	if ask.HoursMost == 0 {
		hours.Value = ""
	}
	fields := []ui.Field{{Name: "whose", Kind: ui.FieldSelect, Label: p.T("reassign.whose"), Value: whose, Options: scope}, {Name: "reasons", Kind: ui.FieldChecks, Label: p.T("reassign.reasons"), Options: reasons}}
	if len(choices.Pools) > 0 {
		pools := []ui.Option{{Value: "", Label: p.T("reassign.no_pool")}}
		for i := range choices.Pools {
			one := &choices.Pools[i]
			pools = append(pools, ui.Option{Value: one.ID, Label: ui.TextIn(p, one.Name.Zh, one.Name.En, one.ID)})
		}
		fields = append(fields, ui.Field{Name: "pool", Kind: ui.FieldSelect, Label: p.T("reassign.pool"), Value: ask.Pool, Options: pools, Optional: true})
	}
	fields = append(fields, whole("moved_most", ask.MovedMost, ""), ui.Field{Name: "keep_late", Kind: ui.FieldCheck, Label: p.T("reassign.field.keep_late"), Value: "1", Checked: ask.KeepLate},
		whole("keep_contact_days", ask.KeepContactDays, p.T("reassign.days")), whole("over_percent", ask.OverPercent, "%"), hours, whole("overdue_days", ask.OverdueDays, p.T("reassign.days")))
	for i := range fields {
		if slices.Contains([]string{"over_percent", "hours_most", "overdue_days"}, fields[i].Name) {
			fields[i].Fold, fields[i].Usual = limits, fields[i].Value
		}
	}
	form := ui.FormView{ID: "ask", Action: baseURL, Fields: fields, Submit: ui.Action{Label: p.T("reassign.start"), Kind: ui.ActionPrimary, Icon: "switch-horizontal"}, Consequence: p.T("reassign.start_consequence")}
	form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p)
	return form
}

// askOf reads the form of a proposal. What is no number is below every limit, and refused with them.
func askOf(r *http.Request) (ask reassign.Ask, whose string, err error) {
	if err := r.ParseForm(); err != nil {
		return ask, "", errs.New(errs.KindInvalid, "error.invalid", nil).Because(err)
	}
	whole := func(name string) int {
		text := strings.TrimSpace(r.PostFormValue(name))
		if text == "" {
			return 0
		}
		n, err := strconv.Atoi(text)
		if err != nil {
			return -1
		}
		return n
	}
	ask = reassign.Ask{Pool: r.PostFormValue("pool"), MovedMost: whole("moved_most"), OverPercent: whole("over_percent"), HoursMost: whole("hours_most"), OverdueDays: whole("overdue_days"), KeepLate: r.PostFormValue("keep_late") != "", KeepContactDays: whole("keep_contact_days")}
	for _, reason := range r.PostForm["reasons"] {
		ask.Reasons = append(ask.Reasons, reassign.Reason(reason))
	}
	whose = r.PostFormValue("whose")
	kind, id, _ := strings.Cut(whose, " ")
	switch chosen, _ := strconv.ParseInt(id, 10, 64); kind { // of no number is nobody's
	case "team":
		ask.TeamID = max(chosen, -1)
	case "region":
		ask.RegionID = max(chosen, -1)
	}
	return ask, whose, nil
}

func (h *Handler) start(w http.ResponseWriter, r *http.Request) error {
	ask, whose, err := askOf(r)
	if err != nil {
		return err
	}
	run, err := h.reassign.Start(r.Context(), access.ActorFrom(r.Context()), ask)
	switch {
	case err == nil:
		http.Redirect(w, r, runURL(run.ID), http.StatusSeeOther)
		return nil
	case mendable(err):
		return h.drawList(w, r, httpx.StatusOf(err), ask, whose, err)
	}
	return err
}

// accept carries out what was chosen, or submits it for approval.
func (h *Handler) accept(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r.PathValue("id"), "reassign.missing")
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return errs.New(errs.KindInvalid, "error.invalid", nil).Because(err)
	}
	in := reassign.Acceptance{RunID: id, All: r.PostFormValue("which") == "all", WithWork: r.PostFormValue("work") != "stays", Reason: r.PostFormValue("reason")}
	for _, text := range r.PostForm["customer"] {
		customer, err := idOf(text, "customer.missing")
		if err != nil {
			return err
		}
		in.Customers = append(in.Customers, customer)
	}
	d, err := h.reassign.Accept(r.Context(), access.ActorFrom(r.Context()), in)
	switch {
	case err == nil:
		http.Redirect(w, r, runURL(id)+"?"+url.Values{"done": {string(d.State)}, "count": {number(d.Customers)}}.Encode(), http.StatusSeeOther)
		return nil
	case mendable(err):
		return h.drawRun(w, r, httpx.StatusOf(err), err)
	}
	return err
}

func (h *Handler) verify(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r.PathValue("id"), "reassign.missing")
	if err != nil {
		return err
	}
	same, err := h.reassign.Verify(r.Context(), access.ActorFrom(r.Context()), id)
	switch {
	case mendable(err):
		return h.drawRun(w, r, httpx.StatusOf(err), err)
	case err != nil:
		return err
	}
	done := "verified"
	if !same.Input || !same.Result {
		done = "differs"
	}
	http.Redirect(w, r, runURL(id)+"?done="+done, http.StatusSeeOther)
	return nil
}

// decision leads from a request for approval to the proposal that it is about.
func (h *Handler) decision(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r.PathValue("decision"), "reassign.missing")
	if err != nil {
		return err
	}
	d, err := h.reassign.DecisionOf(r.Context(), access.ActorFrom(r.Context()), id)
	if err != nil {
		return err
	}
	http.Redirect(w, r, runURL(d.RunID)+"?decision="+number(id), http.StatusSeeOther)
	return nil
}

// progress answers with how far a proposal is; when it has ended, it asks the browser to load the page anew.
func (h *Handler) progress(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r.PathValue("id"), "reassign.missing")
	if err != nil {
		return err
	}
	v, err := h.reassign.Get(r.Context(), access.ActorFrom(r.Context()), id)
	if err != nil {
		return err
	}
	if v.State != reassign.StateRunning {
		w.Header().Set("HX-Refresh", "true")
	}
	return ui.Write(w, r, http.StatusOK, ui.Progress(running(httpx.PrinterFrom(r.Context()), v)))
}

func running(p *i18n.Printer, v reassign.Shown) ui.Job {
	j := ui.Job{ID: "reassign-run", Title: p.T("reassign.running"), State: ui.JobDone, Source: runURL(v.ID) + "/progress"}
	if v.State != reassign.StateRunning {
		return j
	}
	j.State = ui.JobRunning
	if v.Job != nil {
		j.Done, j.Total = int(v.Job.Progress.Done), int(v.Job.Progress.Total)
		if v.Job.Progress.Stage != "" {
			j.Text = p.T(v.Job.Progress.Stage)
		}
	}
	return j
}
