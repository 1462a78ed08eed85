// Package flow is the pages that show how the sales process really runs: the map, the courses, the times, what becomes of those who enter a
// stage, how well all that keeps to the standard, the cases behind each figure, and files of it.
package flow

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/flow"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/org"
	"xiaoguan/internal/web/ui"
)

// Names finds people, for the actor.
type Names interface {
	PersonNames(ctx context.Context, actor access.Actor, ids []int64) (map[int64]string, error)
	PersonByKey(ctx context.Context, key string) (int64, error)
}

// Services are what the pages show.
type Services struct {
	Flow     *flow.Service
	People   *org.Service
	Names    Names
	Currency func() money.Currency
	Now      func() time.Time
}

// Handler serves the pages.
type Handler struct{ Services }

// New returns a Handler.
func New(services Services) *Handler { return &Handler{services} }

// The addresses of the pages.
const (
	flowKey  = "flow"
	flowURL  = "/flow"
	casesURL = "/flow/cases"
)

// Routes registers the pages.
func (h *Handler) Routes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET "+flowURL, h.show)
	handle("GET "+casesURL, h.cases)
	handle("GET "+rulesURL, h.rules)
	handle("GET /flow/export/{what}/{format}", h.export)
}

// asked is what a request asks for.
type asked struct {
	ctx    context.Context
	actor  access.Actor
	p      *i18n.Printer
	query  url.Values // as it was typed, without what is empty
	filter flow.Filter
	wrong  fact.Checker
}

// usualMonths is how far back the page looks unless it is told otherwise: long enough that most of what began has ended.
const usualMonths = 12

func (h *Handler) read(r *http.Request) (*asked, error) {
	a := &asked{ctx: r.Context(), actor: access.ActorFrom(r.Context()), p: httpx.PrinterFrom(r.Context()), query: url.Values{}}
	for name, values := range r.URL.Query() {
		if v := strings.TrimSpace(values[0]); v != "" {
			a.query.Set(name, v)
		}
	}
	f := &a.filter
	f.Opened = fact.Days{From: (calendar.DateOf(h.Now()).Month() - usualMonths + 1).First(), To: calendar.NoDate}
	if a.query.Has("from") || a.query.Has("to") {
		f.Opened = fact.Days{From: a.day("from"), To: a.day("to")}
	}
	f.Kind, f.Detail, f.TeamID = flow.Kind(a.get("kind")), flow.Detail(a.get("detail")), a.number("team")
	f.Amounts = fact.Amounts{Min: a.amount("min"), Max: a.amount("max")}
	if key := a.get("owner"); key != "" {
		id, err := h.Names.PersonByKey(a.ctx, key)
		if err != nil && !errs.Is(err, errs.KindNotFound) {
			return nil, err
		}
		if f.PersonID = id; id == 0 {
			a.wrong.Add("owner", key, "fact.unknown_person", errs.Args{"Key": key})
		}
	}
	return a, nil
}

func (a *asked) get(name string) string { return a.query.Get(name) }

func (a *asked) day(name string) calendar.Date {
	if a.get(name) == "" {
		return calendar.NoDate
	}
	d, err := calendar.ParseDate(a.get(name))
	if err != nil {
		a.wrong.Add(name, a.get(name), "form.error.date", nil)
	}
	return d
}

func (a *asked) number(name string) int64 {
	if a.get(name) == "" {
		return 0
	}
	n, err := strconv.ParseInt(a.get(name), 10, 64)
	if err != nil {
		a.wrong.Add(name, a.get(name), "form.error.choice", nil)
	}
	return n
}

// amount reads an exact amount of the company's currency.
func (a *asked) amount(name string) *int64 {
	if a.get(name) == "" {
		return nil
	}
	minor, ok := ui.ParseAmount(a.get(name), money.CNY)
	if !ok {
		a.wrong.Add(name, a.get(name), "form.error.number", nil)
		return nil
	}
	return &minor
}

// report is what was asked for; failure is what the filter's form can mend.
func (h *Handler) report(a *asked) (rep *flow.Report, failure, err error) {
	if err = a.wrong.Err(); err == nil {
		rep, err = h.Flow.Report(a.ctx, a.actor, a.filter)
	}
	if errs.Is(err, errs.KindInvalid) {
		return nil, err, nil
	}
	return rep, nil, err
}

func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	a, err := h.read(r)
	if err != nil {
		return err
	}
	rep, failure, err := h.report(a)
	return h.write(w, r, a, page{path: flowURL, failure: failure, err: err, parts: func() ([]templ.Component, error) {
		names, err := h.ownerNames(a, rep)
		return h.parts(a, rep, names), err
	}})
}

// page is what a page shows below its filter: what is wrong with that, that it is being prepared, or its parts.
type page struct {
	path    string
	failure error
	err     error
	parts   func() ([]templ.Component, error)
}

func (h *Handler) write(w http.ResponseWriter, r *http.Request, a *asked, v page) error {
	preparing := errs.Is(v.err, errs.KindUnavailable)
	if v.err != nil && !preparing {
		return v.err
	}
	bar, err := h.bar(a, v.path, v.failure)
	if err != nil {
		return err
	}
	view := ui.PageView{Title: a.p.T("nav.flow"), Subtitle: a.p.T("flow.sub"), Current: flowKey, Tabs: tabs(a, v.path)}
	status, parts := http.StatusOK, []templ.Component{ui.Across(ui.Filter(bar))}
	switch {
	case v.failure != nil:
		_, problem := ui.WithErrors(nil, v.failure, a.p)
		status = httpx.StatusOf(v.failure)
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneBad, Strong: a.p.T("sales.bad_filter"), Text: problem})))
	case preparing:
		status = http.StatusServiceUnavailable
		state := ui.State{Kind: ui.StateStale, Title: a.p.T("flow.preparing_title"), Text: a.p.T("flow.preparing"), Actions: []ui.Action{{Label: a.p.T("flow.again"), URL: r.URL.RequestURI()}}}
		parts = append(parts, ui.Filled(ui.CardView{Label: view.Title}, ui.StateOf(state)))
	default:
		more, err := v.parts()
		if err != nil {
			return err
		}
		parts = append(parts, more...)
	}
	return ui.Write(w, r, status, ui.Compose(view, parts...))
}

func (h *Handler) ownerNames(a *asked, rep *flow.Report) (map[int64]string, error) {
	var ids []int64
	for _, o := range rep.Recording.Owners {
		ids = append(ids, o.PersonID)
	}
	return h.Names.PersonNames(a.ctx, a.actor, ids)
}

// tabs lead from the stages to all activities, and to what rules go with.
func tabs(a *asked, path string) []ui.Tab {
	return []ui.Tab{
		{Label: a.p.T("flow.detail.stages"), URL: ui.URLWith(flowURL, a.query, "detail", ""), Current: path == flowURL && a.filter.Detail == flow.Stages},
		{Label: a.p.T("flow.detail.activities"), URL: ui.URLWith(flowURL, a.query, "detail", string(flow.Activities)), Current: path == flowURL && a.filter.Detail == flow.Activities},
		{Label: a.p.T("flow.effects"), URL: ui.URLWith(rulesURL, a.query, "detail", ""), Current: path == rulesURL},
	}
}

// bar is the filter.
func (h *Handler) bar(a *asked, path string, failure error) (ui.FilterView, error) {
	p := a.p
	var kinds []ui.Option
	for _, k := range flow.Kinds {
		kinds = append(kinds, ui.Option{Value: string(k), Label: p.T("flow.kind." + string(k))})
	}
	typed := func(name string, usual calendar.Date) string {
		if v := a.get(name); v != "" {
			return v
		}
		return usual.String()
	}
	fields := []ui.Field{
		{Name: "from", Kind: ui.FieldDate, Label: p.T("flow.from"), Value: typed("from", a.filter.Opened.From), Optional: true},
		{Name: "to", Kind: ui.FieldDate, Label: p.T("flow.to"), Value: typed("to", a.filter.Opened.To), Optional: true},
		{Name: "kind", Kind: ui.FieldSelect, Label: p.T("flow.kind"), Value: a.get("kind"), Options: kinds, Optional: true, Placeholder: p.T("common.all")},
		{Name: "min", Kind: ui.FieldMoney, Label: p.T("sales.min"), Value: a.get("min"), Optional: true, Unit: p.T("common.yuan")},
		{Name: "max", Kind: ui.FieldMoney, Label: p.T("sales.max"), Value: a.get("max"), Optional: true, Unit: p.T("common.yuan")},
	}
	if a.actor.Can(access.PermOrgRead) {
		tree, err := h.People.Tree(a.ctx, a.actor, org.Now())
		if err != nil {
			return ui.FilterView{}, err
		}
		var teams []ui.Option
		for _, region := range tree.Regions {
			for _, team := range region.Teams {
				teams = append(teams, ui.Option{Value: strconv.FormatInt(team.ID, 10), Label: team.Name, Group: region.Name})
			}
		}
		fields = append(fields, ui.Field{Name: "team", Kind: ui.FieldSelect, Label: p.T("common.team"), Value: a.get("team"), Options: teams, Optional: true, Placeholder: p.T("common.all")},
			ui.Field{Name: "owner", Kind: ui.FieldText, Label: p.T("flow.owner_key"), Value: a.get("owner"), Optional: true})
	}
	chips := ui.ChipsOf(fields, path, a.query, p.T("common.colon"))
	fitted, _ := ui.WithErrors(fields, failure, p)
	v := ui.FilterView{ID: flowKey, Path: path, Fields: fitted, Chips: chips}
	if d := a.get("detail"); d != "" {
		v.Keep = append(v.Keep, ui.Field{Name: "detail", Value: d})
	}
	if len(chips) > 0 {
		v.Clear = ui.URLWith(path, url.Values{}, "detail", a.get("detail"))
	}
	return v, nil
}
