// Package reviews is the pages of meetings: what is prepared for the weekly review, the monthly assessment and the quarterly adjustment, the minutes with their
// actions, and how the company holds its meetings.
package reviews

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/programme"
	"xiaoguan/internal/review"
	"xiaoguan/internal/web/ui"
)

// Handler serves the pages.
type Handler struct {
	reviews  *review.Service
	currency func() money.Currency
	now      func() time.Time
	// initiatives are those under way that concern a unit, as far as the actor sees them; nil: none are shown.
	initiatives func(ctx context.Context, actor access.Actor, unit review.Unit) ([]programme.Brief, error)
}

// New returns a Handler.
func New(service *review.Service, currency func() money.Currency, now func() time.Time) *Handler {
	return &Handler{reviews: service, currency: currency, now: now}
}

// WithInitiatives shows initiatives under way in meetings that are prepared.
func (h *Handler) WithInitiatives(of func(ctx context.Context, actor access.Actor, unit review.Unit) ([]programme.Brief, error)) *Handler {
	h.initiatives = of
	return h
}

const baseURL = "/reviews"

// Routes registers the pages.
func (h *Handler) Routes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET "+baseURL, h.list)
	handle("POST "+baseURL, h.call)
	handle("GET "+baseURL+"/settings", h.settings)
	handle("POST "+baseURL+"/settings", h.set)
	handle("GET "+baseURL+"/{id}", h.show)
	handle("GET "+baseURL+"/{id}/minutes/{format}", h.file)
	handle("POST "+baseURL+"/{id}/minutes", h.write)
	handle("POST "+baseURL+"/{id}/actions", h.agree)
	handle("POST "+baseURL+"/{id}/people", h.say)
	handle("POST "+baseURL+"/{id}/people/{person}/change", h.askChange)
	handle("POST "+baseURL+"/{id}/step", h.step)
	handle("POST /review-actions/{action}", h.settle)
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

func reviewURL(id int64) string { return baseURL + "/" + number(id) }

func idOf(text string) (int64, error) {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id <= 0 {
		return 0, errs.New(errs.KindNotFound, "review.missing", nil)
	}
	return id, nil
}

// mendable reports errors that a page shows.
func mendable(err error) bool {
	kind := errs.KindOf(err)
	return kind == errs.KindInvalid || kind == errs.KindConflict
}

func stateChip(p *i18n.Printer, s review.State) ui.Chip {
	tones := map[review.State]ui.Tone{review.StatePrepared: ui.ToneBrand, review.StateFinished: ui.ToneGood}
	return ui.Chip{Label: p.Message(s.Message()), Tone: tones[s]}
}

// doneNote says what the last act came to.
func doneNote(p *i18n.Printer, r *http.Request) (parts []templ.Component) {
	done := r.URL.Query().Get("done")
	if key := "review.done." + done; done != "" && p.Has(key) {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "done", Tone: ui.ToneGood, Strong: p.T(key)})))
	}
	return parts
}

func problemNote(p *i18n.Printer, err error) (parts []templ.Component) {
	if err == nil {
		return nil
	}
	_, problem := ui.WithErrors(nil, err, p)
	return []templ.Component{ui.Across(ui.NoteOf(ui.Note{ID: "problem", Tone: ui.ToneBad, Strong: problem}))}
}

// acted answers an act: back to the page, or the page with what is wrong.
func acted(w http.ResponseWriter, r *http.Request, to, done string, err error, draw func(http.ResponseWriter, *http.Request, int, error) error) error {
	switch {
	case err == nil:
		http.Redirect(w, r, to+"?done="+done, http.StatusSeeOther)
		return nil
	case mendable(err):
		return draw(w, r, httpx.StatusOf(err), err)
	}
	return err
}

func (h *Handler) list(w http.ResponseWriter, r *http.Request) error {
	return h.drawList(w, r, http.StatusOK, nil)
}

// drawList shows meetings by kind, and the form to call one.
func (h *Handler) drawList(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	kind := review.Kind(r.URL.Query().Get("kind"))
	if kind != "" && !slices.Contains(review.Kinds, kind) {
		return errs.New(errs.KindNotFound, "error.not_found", nil)
	}
	l, err := h.reviews.List(ctx, actor, kind, "")
	if err != nil {
		return err
	}
	view := ui.PageView{Title: p.T("nav.reviews"), Subtitle: p.T("review.subtitle"), Current: "reviews", Tabs: []ui.Tab{{Label: p.T("review.all"), URL: baseURL, Current: kind == ""}}}
	for _, k := range review.Kinds {
		view.Tabs = append(view.Tabs, ui.Tab{Label: p.Message(k.Message()), URL: baseURL + "?kind=" + string(k), Current: kind == k})
	}
	if l.MaySet {
		view.Actions = append(view.Actions, ui.Action{Label: p.T("review.settings"), URL: baseURL + "/settings", Icon: "adjustments-horizontal"})
	}
	table := ui.TableView{Label: p.T("nav.reviews"), Columns: []ui.Column{{Label: p.T("review.on"), Kind: ui.ColumnNarrow, Phone: true}, {Label: p.T("review.unit"), Phone: true}, {Label: p.T("review.kind"), Kind: ui.ColumnNarrow}, {Label: p.T("review.span"), Kind: ui.ColumnNarrow},
		{Label: p.T("review.pace"), Kind: ui.ColumnNumber}, {Label: p.T("common.status"), Kind: ui.ColumnNarrow, Phone: true}}, Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("review.none"), Text: h.nextText(p, &l)}}
	for i := range l.Reviews {
		one := &l.Reviews[i]
		chip, pace := stateChip(p, one.State), i18n.Unknown
		if index, known := one.Total.Index(); known {
			pace = share(p, index)
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.LinkTo(p.Date(one.On), reviewURL(one.ID)), {Text: one.Unit.Name, Phone: p.Message(one.Kind.Message())}, ui.Text(p.Message(one.Kind.Message())), ui.Text(spanText(p, one.Span)), ui.Text(pace), {Chip: &chip}}})
	}
	card := ui.Filled(ui.CardView{Title: p.T("review.meetings"), Flush: true, Span: -1, Foot: h.nextText(p, &l)}, ui.Table(table))
	parts := doneNote(p, r)
	if len(l.Callable) == 0 {
		return ui.Write(w, r, status, ui.Compose(view, append(parts, ui.Stack(12, card))...))
	}
	form := h.callForm(p, r, &l, failure)
	return ui.Write(w, r, status, ui.Compose(view, append(parts, ui.Stack(8, card), ui.Stack(4, ui.Filled(ui.CardView{Title: p.T("review.call"), Span: -1}, ui.Form(form))))...))
}

// nextText says when the next meetings are.
func (h *Handler) nextText(p *i18n.Printer, l *review.Listing) string {
	var next []string
	for _, k := range review.Kinds {
		if on, held := l.Next[k]; held {
			next = append(next, p.Message(k.Message())+" "+p.Date(on))
		}
	}
	if len(next) == 0 {
		return p.T("review.none_planned")
	}
	return p.T("review.next", "Days", p.Join(next))
}

func spanText(p *i18n.Printer, span calendar.Interval) string {
	first, last := span.From.Month(), (span.To - 1).Month()
	if first == last {
		return p.Month(first)
	}
	return p.T("review.months", "From", p.Month(first), "To", p.Month(last))
}

func (h *Handler) callForm(p *i18n.Printer, r *http.Request, l *review.Listing, failure error) ui.FormView {
	typed := func(name, usual string) string {
		if failure != nil {
			return r.PostFormValue(name)
		}
		return usual
	}
	kinds := ui.Field{Name: "kind", Kind: ui.FieldSelect, Label: p.T("review.kind"), Value: typed("kind", string(review.Weekly))}
	for _, k := range review.Kinds {
		kinds.Options = append(kinds.Options, ui.Option{Value: string(k), Label: p.Message(k.Message())})
	}
	units := ui.Field{Name: "unit", Kind: ui.FieldSelect, Label: p.T("review.unit"), Value: typed("unit", "")}
	for _, u := range l.Callable {
		units.Options = append(units.Options, ui.Option{Value: string(u.Kind) + " " + number(u.ID), Label: u.Name, Group: p.T("review.unit_" + string(u.Kind))})
	}
	form := ui.FormView{ID: "call", Action: baseURL, Fields: []ui.Field{kinds, units, {Name: "on", Kind: ui.FieldDate, Label: p.T("review.on"), Value: typed("on", l.Today.String())}}, Submit: ui.Action{Label: p.T("review.prepare"), Kind: ui.ActionPrimary}, Consequence: p.T("review.prepare_consequence")}
	form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p)
	return form
}

// dateOf reads a day of a form.
func dateOf(r *http.Request, name string) (calendar.Date, error) {
	d, err := calendar.ParseDate(strings.TrimSpace(r.PostFormValue(name)))
	if err != nil {
		return d, errs.Invalid("error.invalid", []errs.Field{{Path: name, Value: r.PostFormValue(name), Message: errs.Msg("form.error.date", nil)}})
	}
	return d, nil
}

func (h *Handler) call(w http.ResponseWriter, r *http.Request) error {
	on, err := dateOf(r, "on")
	kind, id, _ := strings.Cut(r.PostFormValue("unit"), " ")
	unit := review.Unit{Kind: review.UnitKind(kind)}
	unit.ID, _ = strconv.ParseInt(id, 10, 64) // of no number is no unit, which is refused
	var made review.Review
	if err == nil {
		made, err = h.reviews.Call(r.Context(), access.ActorFrom(r.Context()), review.Kind(r.PostFormValue("kind")), unit, on)
	}
	return acted(w, r, reviewURL(made.ID), "prepared", err, func(w http.ResponseWriter, r *http.Request, status int, err error) error {
		if !access.ActorFrom(r.Context()).Can(access.PermTargetPropose) && !access.ActorFrom(r.Context()).CanAll(access.PermTargetWrite) {
			return access.ActorFrom(r.Context()).Require(access.PermTargetPropose)
		}
		return h.drawList(w, r, status, err)
	})
}

func (h *Handler) settings(w http.ResponseWriter, r *http.Request) error {
	settings, err := h.reviews.ReadSettings(r.Context(), access.ActorFrom(r.Context()))
	if err != nil {
		return err
	}
	return h.drawSettings(w, r, http.StatusOK, &settings, bandsText(settings.Bands), nil)
}

// bandsText writes grades a line each: from, and name.
func bandsText(bands []review.Band) string {
	var lines []string
	for _, b := range bands {
		lines = append(lines, number(b.From)+" "+b.Name)
	}
	return strings.Join(lines, "\n")
}

func (h *Handler) drawSettings(w http.ResponseWriter, r *http.Request, status int, s *review.Settings, bands string, failure error) error {
	actor, p := access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	view := ui.PageView{Title: p.T("review.settings"), Current: "reviews", Crumbs: []ui.Crumb{{Label: p.T("nav.reviews"), URL: baseURL}, {Label: p.T("review.settings")}}, Narrow: true}
	days := ui.Field{Name: "weekday", Kind: ui.FieldSelect, Label: p.T("review.weekday"), Value: number(s.Weekday), Span: 6}
	for day := int64(1); day <= 5; day++ {
		days.Options = append(days.Options, ui.Option{Value: number(day), Label: p.Weekday(calendar.NewDate(2026, time.January, 4+int(day)))})
	}
	check := func(name string, on bool) ui.Field {
		return ui.Field{Name: name, Kind: ui.FieldCheck, Label: p.T("review.set_" + name), Value: "1", Checked: on, Span: 6}
	}
	whole := func(name string, n, most int64, unit string) ui.Field {
		return ui.Field{Name: name, Kind: ui.FieldNumber, Label: p.T("review.set_" + name), Value: number(n), Unit: unit, Min: "1", Max: number(most), Span: 6}
	}
	nth := p.T("review.nth_day")
	fields := []ui.Field{check("weekly", s.Weekly), days, check("monthly", s.Monthly), whole("month_day", s.MonthDay, 15, nth), check("quarterly", s.Quarterly), whole("quarter_day", s.QuarterDay, 15, nth), check("brief", s.Brief),
		{Name: "bands", Kind: ui.FieldArea, Label: p.T("review.bands"), Value: bands, Hint: p.T("review.bands_hint"), Rows: 5}, whole("adjust_from", s.AdjustFrom, 50, "%"), whole("adjust_most", s.AdjustMost, 50, "%"), {Name: "revision", Kind: ui.FieldHidden, Value: number(s.Revision)}}
	may := actor.CanAll(access.PermTargetWrite) && !actor.ReadOnly
	for i := range fields {
		fields[i].Disabled = !may
	}
	parts := doneNote(p, r)
	if !may {
		parts = append(parts, ui.NoteOf(ui.Note{Strong: p.T("review.settings_by")}))
	}
	form := ui.FormView{ID: "settings", Action: baseURL + "/settings", Fields: fields, Submit: ui.Action{Label: p.T("common.save"), Kind: ui.ActionPrimary, Disabled: !may}, Consequence: p.T("review.settings_consequence")}
	form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p)
	return ui.Write(w, r, status, ui.Compose(view, append(parts, ui.Filled(ui.CardView{Title: p.T("review.settings")}, ui.Form(form)))...))
}

func (h *Handler) set(w http.ResponseWriter, r *http.Request) error {
	actor := access.ActorFrom(r.Context())
	if err := actor.RequireAll(access.PermTargetWrite); err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return errs.New(errs.KindInvalid, "error.invalid", nil).Because(err)
	}
	in := settingsOf(r.PostForm)
	bands := r.PostFormValue("bands")
	err := h.reviews.Set(r.Context(), actor, in)
	return acted(w, r, baseURL+"/settings", "saved", err, func(w http.ResponseWriter, r *http.Request, status int, err error) error {
		return h.drawSettings(w, r, status, &in, bands, err)
	})
}

// settingsOf reads the form of settings. What is no number is below every limit, and refused with them.
func settingsOf(form url.Values) review.Settings {
	whole := func(name string) int64 {
		n, err := strconv.ParseInt(strings.TrimSpace(form.Get(name)), 10, 64)
		if err != nil {
			return -1
		}
		return n
	}
	in := review.Settings{Weekly: form.Get("weekly") != "", Weekday: whole("weekday"), Monthly: form.Get("monthly") != "", MonthDay: whole("month_day"), Quarterly: form.Get("quarterly") != "", QuarterDay: whole("quarter_day"), Brief: form.Get("brief") != "",
		AdjustFrom: whole("adjust_from"), AdjustMost: whole("adjust_most"), Revision: max(whole("revision"), 0)}
	for line := range strings.Lines(form.Get("bands")) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		from, name, _ := strings.Cut(line, " ")
		percent, err := strconv.ParseInt(strings.TrimSuffix(from, "%"), 10, 64)
		if err != nil {
			percent = -1
		}
		in.Bands = append(in.Bands, review.Band{From: percent, Name: strings.TrimSpace(name)})
	}
	return in
}
