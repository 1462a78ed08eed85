// Package targets is the pages of a year's targets: plans with their rules and sliders, the tree from the company down to persons, why a person's number is
// as it is, what is said to it and decided about it, and the target letter.
package targets

import (
	"math/big"
	"net/http"
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
	"xiaoguan/internal/origin"
	"xiaoguan/internal/quota"
	"xiaoguan/internal/targetplan"
	"xiaoguan/internal/web/ui"
)

// Handler serves the pages.
type Handler struct {
	targets  *targetplan.Service
	currency func() money.Currency
	now      func() time.Time
	origins  *origin.Service
}

// New returns a Handler.
func New(service *targetplan.Service, currency func() money.Currency, now func() time.Time) *Handler {
	return &Handler{targets: service, currency: currency, now: now}
}

// FollowFrom lets plans follow from decisions.
func (h *Handler) FollowFrom(origins *origin.Service) *Handler {
	h.origins = origins
	return h
}

// The addresses: of plans, of what markets may yield, and of the tests of fairness.
const (
	baseURL       = "/targets"
	potentialsURL = "/target-potentials"
	fairnessURL   = "/targets/fairness"
)

// Routes registers the pages.
func (h *Handler) Routes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET "+baseURL, h.list)
	handle("POST "+baseURL, h.create)
	handle("GET "+fairnessURL, h.fairness)
	handle("POST "+fairnessURL, h.startFairness)
	handle("GET "+baseURL+"/{id}/fairness", h.splitFairness)
	handle("GET "+potentialsURL+"/{year}", h.potentials)
	handle("POST "+potentialsURL+"/{year}", h.setPotentials)
	handle("POST "+potentialsURL+"/{year}/sheet", h.importPotentials)
	handle("GET "+baseURL+"/{id}", h.show)
	handle("GET "+baseURL+"/{id}/progress", h.progress)
	handle("GET "+baseURL+"/{id}/rules", h.rules)
	handle("POST "+baseURL+"/{id}/rules", h.revise)
	handle("GET "+baseURL+"/{id}/mine", h.mine)
	handle("GET "+baseURL+"/{id}/compare", h.compare)
	handle("POST "+baseURL+"/{id}/step", h.step)
	handle("POST "+baseURL+"/{id}/copy", h.copy)
	handle("POST "+baseURL+"/{id}/submit", h.submit)
	handle("POST "+baseURL+"/{id}/publish", h.publish)
	handle("POST "+baseURL+"/{id}/accept", h.accept)
	handle("POST "+baseURL+"/{id}/units/{unit}", h.setHand)
	handle("GET "+baseURL+"/{id}/people/{person}", h.person)
	handle("GET "+baseURL+"/{id}/people/{person}/letter/{format}", h.letterFile)
	handle("POST "+baseURL+"/{id}/people/{person}/own", h.setOwn)
	handle("POST "+baseURL+"/{id}/people/{person}/object", h.object)
	handle("POST "+baseURL+"/{id}/people/{person}/change", h.change)
	handle("POST /target-objections/{objection}", h.answer)
	handle("GET /target-changes/{change}", h.changeOf)
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

func planURL(id int64) string { return baseURL + "/" + number(id) }

func unitURL(id int64, unit string) string {
	if unit == targetplan.UnitCompany {
		return planURL(id)
	}
	return planURL(id) + "?unit=" + unit
}

func personURL(id, person int64) string { return planURL(id) + "/people/" + number(person) }

func idOf(r *http.Request, name string) (int64, error) {
	id, err := strconv.ParseInt(r.PathValue(name), 10, 64)
	if err != nil || id <= 0 {
		return 0, errs.New(errs.KindNotFound, "targetplan.missing", nil)
	}
	return id, nil
}

// mendable reports errors that a page shows.
func mendable(err error) bool {
	kind := errs.KindOf(err)
	return kind == errs.KindInvalid || kind == errs.KindConflict
}

// share writes parts per million as per cent.
func share(p *i18n.Printer, ppm int64) string { return p.Percent(big.NewRat(ppm, quota.Million)) }

// chanceCell writes a chance shortly for a table, with the words behind it.
func chanceCell(p *i18n.Printer, ppm int64) ui.Cell {
	cell := ui.Cell{Text: chanceText(p, ppm)}
	if ppm < chanceEdge {
		cell.Text, cell.Title = p.T("targetplan.chance_short"), cell.Text
	}
	return cell
}

// chanceEdge is below which a chance rounds to nothing.
const chanceEdge = quota.Million / 1000

// chanceText writes a chance: what rounds to nothing or to certainty is neither.
func chanceText(p *i18n.Printer, ppm int64) string {
	switch {
	case ppm < chanceEdge:
		return p.T("targetplan.chance_below")
	case ppm > quota.Million-chanceEdge:
		return p.T("targetplan.chance_above")
	}
	return share(p, ppm)
}

func stateChip(p *i18n.Printer, s targetplan.State) ui.Chip {
	tones := map[targetplan.State]ui.Tone{targetplan.StateGathering: ui.ToneBrand, targetplan.StateFailed: ui.ToneBad, targetplan.StateDiscussion: ui.ToneBrand, targetplan.StateWaiting: ui.ToneWarn, targetplan.StateApproved: ui.ToneGood, targetplan.StatePublished: ui.ToneGood}
	return ui.Chip{Label: p.Message(s.Message()), Tone: tones[s]}
}

// nameOf names a unit.
func nameOf(p *i18n.Printer, row *targetplan.Row) string {
	switch {
	case row.Parent == "":
		return p.T("targetplan.company")
	case row.Name != "":
		return row.Name
	case row.Depth == 1:
		return p.T("targetplan.no_region")
	case row.Depth == 2:
		return p.T("targetplan.no_team")
	}
	return i18n.Unknown
}

// doneNote says what the last act came to.
func doneNote(p *i18n.Printer, r *http.Request) (parts []templ.Component) {
	key := "targetplan.done." + r.URL.Query().Get("done")
	if r.URL.Query().Get("done") != "" && p.Has(key) {
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

// retyped is a form as it was sent and refused: it keeps what was typed, and says at each field what is wrong. Other forms of the page stay as they are.
type retyped func(ui.FormView) templ.Component

// retypedOf is so for the form that a request sent.
func retypedOf(p *i18n.Printer, r *http.Request, failure error) retyped {
	return func(form ui.FormView) templ.Component {
		if failure != nil && r.URL.Path == form.Action {
			for i := range form.Fields {
				if f := &form.Fields[i]; f.Kind != ui.FieldHidden {
					f.Value = r.PostFormValue(f.Name)
				}
			}
			form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p)
		}
		return ui.Form(form)
	}
}

func (h *Handler) list(w http.ResponseWriter, r *http.Request) error {
	return h.drawList(w, r, http.StatusOK, nil, nil)
}

// drawList shows the plans, and the form of a new one.
func (h *Handler) drawList(w http.ResponseWriter, r *http.Request, status int, entry *targetplan.Entry, failure error) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	plans, err := h.targets.List(ctx, actor)
	if err != nil {
		return err
	}
	whole := actor.CanAll(access.PermSalesRead)
	table := ui.TableView{Label: p.T("targetplan.plans"), Columns: []ui.Column{{Label: p.T("targetplan.name"), Phone: true}, {Label: p.T("targetplan.year"), Kind: ui.ColumnNarrow}, {Label: p.T("common.status"), Kind: ui.ColumnNarrow, Phone: true}},
		Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("targetplan.none"), Text: p.T("targetplan.none_for_you")}}
	if whole {
		table.Columns = append(table.Columns, ui.Column{Label: p.T("targetplan.company_target"), Kind: ui.ColumnNumber, Phone: true}, ui.Column{Label: p.T("targetplan.people"), Kind: ui.ColumnNumber}, ui.Column{Label: p.T("targetplan.made_by")})
		table.Empty.Text = p.T("targetplan.none_text")
	}
	for i := range plans {
		one := &plans[i]
		chip := stateChip(p, one.State)
		cells := []ui.Cell{ui.LinkTo(one.Name, planURL(one.ID)), ui.Text(strconv.Itoa(one.FiscalYear) + " v" + number(one.Number)), {Chip: &chip}}
		if whole {
			cells = append(cells, ui.Text(p.Money(one.Rules.YearMinor, h.currency())), ui.Text(p.Int(one.Summary.People)), ui.Text(one.CreatedName))
		}
		table.Rows = append(table.Rows, ui.Row{Cells: cells})
	}
	view := ui.PageView{Title: p.T("nav.targets"), Subtitle: p.T("targetplan.subtitle"), Current: "targets", Actions: []ui.Action{{Label: p.T("fairness.title"), URL: fairnessURL, Icon: "scale"}, {Label: p.T("targetplan.see_quotas"), URL: "/quotas", Icon: "target-arrow"}}}
	years := h.targets.Years()
	if whole {
		view.Actions = append(view.Actions, ui.Action{Label: p.T("targetplan.potentials"), URL: potentialsURL + "/" + strconv.Itoa(years[1])})
	}
	parts := doneNote(p, r)
	card := ui.Filled(ui.CardView{Title: p.T("targetplan.plans"), Flush: true, Span: -1}, ui.Table(table))
	if !actor.CanAll(access.PermTargetWrite) || actor.ReadOnly {
		return ui.Write(w, r, status, ui.Compose(view, append(parts, ui.Stack(12, card))...))
	}
	if entry == nil {
		entry = &targetplan.Entry{FiscalYear: years[1], Name: p.T("targetplan.usual_name", "Year", strconv.Itoa(years[1])), Rules: targetplan.UsualRules()}
	}
	source, err := ui.OriginAsked(r, h.origins)
	if err != nil {
		return err
	}
	parts = append(parts, ui.OriginNote(p, source)...)
	form := h.createForm(p, r, entry, failure)
	form.Fields = append(form.Fields, ui.OriginFields(source)...)
	return ui.Write(w, r, status, ui.Compose(view, append(parts, ui.Stack(7, card), ui.Stack(5, ui.Filled(ui.CardView{Title: p.T("targetplan.new"), Span: -1}, ui.Form(form))))...))
}

func (h *Handler) createForm(p *i18n.Printer, r *http.Request, entry *targetplan.Entry, failure error) ui.FormView {
	var years []ui.Option
	for _, year := range h.targets.Years() {
		years = append(years, ui.Option{Value: strconv.Itoa(year), Label: strconv.Itoa(year), Selected: year == entry.FiscalYear})
	}
	fields := append([]ui.Field{{Name: "fiscal_year", Kind: ui.FieldSelect, Label: p.T("targetplan.year"), Options: years}, {Name: "name", Label: p.T("targetplan.name"), Value: entry.Name}}, h.ruleFields(p, r, &entry.Rules, failure != nil)...)
	form := ui.FormView{ID: "plan", Action: baseURL, Fields: fields, Submit: ui.Action{Label: p.T("targetplan.create"), Kind: ui.ActionPrimary, Icon: "target-arrow"}, Consequence: p.T("targetplan.create_consequence")}
	form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p)
	return form
}

func (h *Handler) create(w http.ResponseWriter, r *http.Request) error {
	rules, err := h.rulesOf(r)
	entry := targetplan.Entry{Name: strings.TrimSpace(r.PostFormValue("name")), Rules: rules}
	entry.FiscalYear, _ = strconv.Atoi(r.PostFormValue("fiscal_year")) // of no number is no year, which is refused
	source, unseen := ui.OriginAsked(r, h.origins)
	if unseen != nil {
		return unseen
	}
	if source != nil {
		entry.DecisionID = source.DecisionID
	}
	var plan targetplan.Plan
	if err == nil {
		plan, err = h.targets.Create(r.Context(), access.ActorFrom(r.Context()), entry)
	}
	switch {
	case err == nil:
		http.Redirect(w, r, planURL(plan.ID), http.StatusSeeOther)
		return nil
	case mendable(err):
		if !access.ActorFrom(r.Context()).CanAll(access.PermTargetWrite) {
			return access.ActorFrom(r.Context()).RequireAll(access.PermTargetWrite)
		}
		return h.drawList(w, r, httpx.StatusOf(err), &entry, err)
	}
	return err
}

// progress answers with how far the gathering is; when it has ended, it asks the browser to load the page anew.
func (h *Handler) progress(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	v, err := h.targets.Get(r.Context(), access.ActorFrom(r.Context()), id, "")
	if err != nil {
		return err
	}
	if v.State != targetplan.StateGathering {
		w.Header().Set("HX-Refresh", "true")
	}
	return ui.Write(w, r, http.StatusOK, ui.Progress(gathering(httpx.PrinterFrom(r.Context()), v)))
}

func gathering(p *i18n.Printer, v targetplan.Shown) ui.Job {
	j := ui.Job{ID: "target-plan", Title: p.T("targetplan.gathering"), State: ui.JobDone, Source: planURL(v.ID) + "/progress"}
	if v.State != targetplan.StateGathering {
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

// monthField offers the months of a year from one on.
func monthField(p *i18n.Printer, name, label string, from, last, chosen calendar.Month) ui.Field {
	f := ui.Field{Name: name, Kind: ui.FieldSelect, Label: label, Value: chosen.String()}
	for m := from; m <= last; m++ {
		f.Options = append(f.Options, ui.Option{Value: m.String(), Label: p.Month(m)})
	}
	return f
}

// testedText says what a rule would have done in the past, and over how short a time when there is little of it.
func testedText(p *i18n.Printer, s *targetplan.Summary) string {
	if s.Tested == 0 {
		return p.T("targetplan.tested_none")
	}
	text := p.T("targetplan.tested_text", "Tested", s.Tested, "Times", max(s.TestedTimes, 1), "Hits", s.TestedBase, "Low", share(p, s.TestedLow), "High", share(p, s.TestedHigh))
	if s.TestedMonths > 0 && s.TestedMonths < quota.Months {
		text += p.T("targetplan.tested_short", "Months", s.TestedMonths)
	}
	return text
}
