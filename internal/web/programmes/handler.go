// Package programmes is the pages of the programme of improvement: the board of goals, initiatives, the register of risks, and the archive of lessons.
package programmes

import (
	"context"
	"net/http"
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
	"xiaoguan/internal/metric"
	"xiaoguan/internal/money"
	"xiaoguan/internal/origin"
	"xiaoguan/internal/programme"
	"xiaoguan/internal/web/ui"
)

// Services are what the pages ask.
type Services struct {
	Programme *programme.Service
	// Definitions are those of the metric book that the actor may see.
	Definitions func(ctx context.Context, actor access.Actor) ([]metric.Definition, error)
	// Problems are those that an initiative may answer, as far as the actor sees them, the gravest first; nil: they are typed by their numbers.
	Problems func(ctx context.Context, actor access.Actor) ([]Problem, error)
	Origins  *origin.Service // nil: no versions of rules are told
	Currency func() money.Currency
	Company  func() string
	Now      func() time.Time
}

// Problem is one of the list of problems, to be chosen.
type Problem struct {
	ID    int64
	Title string
}

// Handler serves the pages.
type Handler struct{ Services }

// New returns a Handler.
func New(s Services) *Handler { return &Handler{s} }

const (
	goalsPath       = "/goals"
	initiativesPath = "/initiatives"
	risksPath       = "/risks"
	lessonsPath     = "/lessons"
	documentsPath   = "/documents" // package documents has it
)

// Routes registers the pages.
func (h *Handler) Routes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET "+goalsPath, h.goals)
	handle("GET "+goalsPath+"/new", h.newGoal)
	handle("POST "+goalsPath, h.addGoal)
	handle("POST "+goalsPath+"/shipped", h.addShipped)
	handle("GET "+goalsPath+"/{id}", h.goal)
	handle("GET "+goalsPath+"/{id}/edit", h.editGoal)
	handle("POST "+goalsPath+"/{id}", h.changeGoal)
	handle("POST "+goalsPath+"/{id}/step", h.stepGoal)
	handle("POST "+goalsPath+"/{id}/target", h.askGoal)

	handle("GET "+initiativesPath, h.initiatives)
	handle("GET "+initiativesPath+"/new", h.newInitiative)
	handle("POST "+initiativesPath, h.startInitiative)
	handle("GET "+initiativesPath+"/{id}", h.initiative)
	handle("GET "+initiativesPath+"/{id}/edit", h.editInitiative)
	handle("POST "+initiativesPath+"/{id}", h.writeInitiative)
	handle("POST "+initiativesPath+"/{id}/act", h.actInitiative)
	handle("POST "+initiativesPath+"/{id}/spending", h.spend)
	handle("POST "+initiativesPath+"/{id}/trial", h.try)
	handle("POST "+initiativesPath+"/{id}/effect", h.measure)
	handle("POST "+initiativesPath+"/{id}/decision", h.decide)

	handle("GET "+risksPath, h.risks)
	handle("GET "+risksPath+"/new", h.newRisk)
	handle("POST "+risksPath, h.writeRisk)
	handle("POST "+risksPath+"/shipped", h.addShippedRisks)
	handle("GET "+risksPath+"/{id}", h.risk)
	handle("POST "+risksPath+"/{id}", h.writeRisk)

	handle("GET "+lessonsPath, h.lessons)
	handle("GET "+lessonsPath+"/new", h.newLesson)
	handle("POST "+lessonsPath, h.addLesson)
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

func path(base string, id int64) string { return base + "/" + number(id) }

// idOf is the id in the address.
func idOf(r *http.Request, missing string) (int64, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil || id <= 0 {
		return 0, errs.New(errs.KindNotFound, missing, nil)
	}
	return id, nil
}

// seenOf is the revision that a form was drawn from; of no number nothing is checked.
func seenOf(r *http.Request) int64 {
	seen, _ := strconv.ParseInt(r.PostFormValue("revision"), 10, 64)
	return max(seen, 0)
}

// mendable reports errors that a page shows.
func mendable(err error) bool {
	kind := errs.KindOf(err)
	return kind == errs.KindInvalid || kind == errs.KindConflict
}

// mayWrite lets those in who write for the whole company.
func mayWrite(actor access.Actor) error {
	if actor.ReadOnly {
		return errs.New(errs.KindForbidden, "access.read_only", nil)
	}
	return actor.RequireAll(access.PermProgrammeWrite)
}

// tabs lead between the parts of the programme, and to its documents.
func tabs(p *i18n.Printer, current string) (list []ui.Tab) {
	for _, part := range []struct{ key, url string }{{"goals", goalsPath}, {"initiatives", initiativesPath}, {"risks", risksPath}, {"lessons", lessonsPath}, {"documents", documentsPath}} {
		list = append(list, ui.Tab{Label: p.T("programme.tab." + part.key), URL: part.url, Current: part.key == current})
	}
	return list
}

// place is the entry of the navigation that a part is found under.
func place(part string) string {
	if part == "goals" {
		return "goals"
	}
	return "initiatives"
}

// crumbs lead back to a part.
func crumbs(p *i18n.Printer, part, label string) []ui.Crumb {
	return []ui.Crumb{{Label: p.T("programme.tab." + part), URL: "/" + part}, {Label: label}}
}

// done is the note of an act that has succeeded, by the address.
func done(p *i18n.Printer, r *http.Request) []templ.Component {
	key := "programme.done." + r.URL.Query().Get("done")
	if r.URL.Query().Get("done") == "" || !p.Has(key) {
		return nil
	}
	return []templ.Component{ui.Across(ui.NoteOf(ui.Note{ID: "done", Tone: ui.ToneGood, Strong: p.T(key)}))}
}

// failed is the note of an act that was refused and has no form of its own.
func failed(p *i18n.Printer, failure error) []templ.Component {
	if failure == nil {
		return nil
	}
	_, problem := ui.WithErrors(nil, failure, p)
	return []templ.Component{ui.Across(ui.NoteOf(ui.Note{ID: "failed", Tone: ui.ToneBad, Strong: problem}))}
}

// typed is what stands in a field: what was typed in a refused form, or else what is known.
type typed struct {
	r       *http.Request
	refused bool
}

func (t typed) value(name, known string) string {
	if t.refused {
		return t.r.PostFormValue(name)
	}
	return known
}

func (t typed) values(name string, known []int64) (list []string) {
	if t.refused {
		return t.r.PostForm[name]
	}
	for _, id := range known {
		list = append(list, number(id))
	}
	return list
}

// idsOf are the numbers of a field that may be given several times.
func idsOf(r *http.Request, name string) (ids []int64) {
	for _, text := range r.PostForm[name] {
		if id, err := strconv.ParseInt(text, 10, 64); err == nil {
			ids = append(ids, id)
		}
	}
	return ids
}

func intOf(r *http.Request, name string) int64 {
	n, err := strconv.ParseInt(strings.TrimSpace(r.PostFormValue(name)), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// wrong is a field that cannot be read.
func wrong(name, value, key string) error {
	return errs.Invalid("error.invalid", []errs.Field{{Path: name, Value: value, Message: errs.Msg(key, nil)}})
}

func dateOf(r *http.Request, name string) (calendar.Date, error) {
	text := strings.TrimSpace(r.PostFormValue(name))
	d, err := calendar.ParseDate(text)
	if err != nil {
		return d, wrong(name, text, "form.error.date")
	}
	return d, nil
}

func monthOf(r *http.Request, name string) (calendar.Month, error) {
	text := strings.TrimSpace(r.PostFormValue(name))
	if text == "" {
		return 0, nil
	}
	m, err := calendar.ParseMonth(text)
	if err != nil {
		return m, wrong(name, text, "form.error.month")
	}
	return m, nil
}

// moneyOf reads an amount; nothing typed is nothing.
func (h *Handler) moneyOf(r *http.Request, name string) (int64, error) {
	text := strings.TrimSpace(r.PostFormValue(name))
	if text == "" {
		return 0, nil
	}
	fen, ok := ui.ParseAmount(text, h.Currency())
	if !ok {
		return 0, wrong(name, text, "form.error.number")
	}
	return fen, nil
}

// ownerField chooses who owns something.
func ownerField(p *i18n.Printer, people []programme.Person, chosen string) ui.Field {
	f := ui.Field{Name: "owner", Kind: ui.FieldSelect, Label: p.T("programme.owner"), Value: chosen, Optional: true, Span: 6, Options: []ui.Option{{Value: "0", Label: p.T("programme.nobody")}}}
	for _, person := range people {
		f.Options = append(f.Options, ui.Option{Value: number(person.ID), Label: person.Name, Group: person.Team})
	}
	slices.SortStableFunc(f.Options[1:], func(a, b ui.Option) int { return strings.Compare(a.Group, b.Group) })
	return f
}

// teamField chooses teams.
func teamField(p *i18n.Printer, name string, teams []programme.Team, chosen []string) ui.Field {
	f := ui.Field{Name: name, Kind: ui.FieldChecks, Label: p.T("programme." + name), Hint: p.T("programme." + name + "_hint"), Optional: name == "comparison", Span: 6}
	for _, t := range teams {
		f.Options = append(f.Options, ui.Option{Value: number(t.ID), Label: p.T("programme.team_of", "Name", t.Name, "People", t.People), Selected: slices.Contains(chosen, number(t.ID))})
	}
	return f
}

// metricField chooses a number of the metric book.
func metricField(p *i18n.Printer, book []metric.Definition, chosen string, none string) ui.Field {
	f := ui.Field{Name: "metric", Kind: ui.FieldSelect, Label: p.T("programme.metric"), Value: chosen, Span: 6}
	if none != "" {
		f.Options = append(f.Options, ui.Option{Value: "", Label: none})
	}
	for _, d := range book {
		f.Options = append(f.Options, ui.Option{Value: string(d.ID), Label: ui.InLanguage(p, d.Name)})
	}
	return f
}

func revisionField(n int64) ui.Field {
	return ui.Field{Name: "revision", Kind: ui.FieldHidden, Value: number(n)}
}
