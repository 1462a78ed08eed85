package sales

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/conform"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/sop"
	"xiaoguan/internal/standard"
	"xiaoguan/internal/web/ui"
)

// stepPrefix stands before the fields of a step's form, which the standard names.
const stepPrefix = "f_"

// asksReason reports whether an act was refused because a rule asks for a reason.
func asksReason(failure error) bool {
	e, ok := errors.AsType[*errs.Error](failure)
	return ok && slices.ContainsFunc(e.Fields, func(f errs.Field) bool { return f.Path == "excuse" })
}

// excuseField asks for the reason once a rule has asked for it.
func excuseField(p *i18n.Printer, r *http.Request, failure error) []ui.Field {
	typed := r.PostFormValue("excuse")
	if typed == "" && !asksReason(failure) {
		return nil
	}
	return []ui.Field{{Name: "excuse", Kind: ui.FieldArea, Label: p.T("standard.excuse"), Value: typed, Optional: true, Rows: 2}}
}

// refused says why an opportunity was not moved, and where the way out is: the fields that are to be filled in first, what can be recorded, or the
// reason that is asked for.
func (h *Handler) refused(r *http.Request, own ownFields, d opportunity.Detail, failure error) (parts []templ.Component) {
	p, stage := own.p, r.PostFormValue("stage")
	form := moveForm(r, own, d.Opportunity, stage, failure)
	parts = append(parts, ui.NoteOf(ui.Note{ID: "failed", Tone: ui.ToneWarn, Strong: p.T("opportunity.not_moved"), Text: form.Problem}))
	form.Problem = ""
	if buttons := wayOut(p, access.ActorFrom(r.Context()), d.ID, failure); len(buttons) > 0 {
		parts = append(parts, ui.Beside(buttons...))
	}
	title := p.T("standard.say_why_title")
	if len(missingFields(failure)) > 0 {
		title = p.T("customfield.fill_title")
	}
	if (asksReason(failure) || len(missingFields(failure)) > 0) && stage != "" {
		parts = append(parts, ui.Filled(ui.CardView{ID: "excuse", Title: title, Span: -1}, ui.Form(form)))
	}
	return parts
}

// moveForm asks for exactly what stands in the way of a move: the fields that are empty, the reason where a rule asks for one.
func moveForm(r *http.Request, own ownFields, o opportunity.Opportunity, stage string, failure error) ui.FormView {
	var fields []ui.Field
	if missing := missingFields(failure); len(missing) > 0 {
		fields = own.inputs(r, o.Fields, missing...)
		for i := range fields {
			fields[i].Optional = false
			if fields[i].Kind != ui.FieldHidden {
				fields[i].ID = fields[i].FieldID() + "-" + number(o.ID)
			}
		}
	}
	if typed := r.PostFormValue("excuse"); typed != "" || asksReason(failure) {
		fields = append(fields, ui.Field{Name: "excuse", Kind: ui.FieldArea, Label: own.p.T("standard.excuse"), Value: typed, Rows: 2})
	}
	fields = append(fields, ui.Field{Name: "stage", Kind: ui.FieldHidden, Value: stage}, ui.Field{Name: "seen", Kind: ui.FieldHidden, Value: number(o.Revision)})
	if back := r.PostFormValue("back"); back != "" {
		fields = append(fields, ui.Field{Name: "back", Kind: ui.FieldHidden, Value: back})
	}
	v := ui.FormView{ID: "excuse-form", Action: opportunityURL(o.ID) + "/stage", Submit: ui.Action{Label: own.p.T("standard.move_anyway"), Kind: ui.ActionPrimary}}
	if len(missingFields(failure)) > 0 {
		v.Submit.Label = own.p.T("customfield.fill_and_move")
	}
	v.Fields, v.Problem = ui.WithErrors(fields, failure, own.p)
	return v
}

// wayOut leads to the steps that rules miss, and who may exempt to the exemption; others are told that there is one.
func wayOut(p *i18n.Printer, actor access.Actor, caseID int64, failure error) (buttons []templ.Component) {
	e, ok := errors.AsType[*errs.Error](failure)
	if !ok {
		return nil
	}
	for _, f := range e.Fields {
		if strings.HasPrefix(f.Path, "rule:") && f.Value != "" {
			buttons = append(buttons, ui.Button(ui.Action{Label: p.T("standard.fill_in", "Rule", p.Message(f.Message)), Icon: "edit", Small: true, URL: stepURL(caseID, f.Value)}))
		}
	}
	for _, f := range e.Fields {
		if rule, ok := strings.CutPrefix(f.Path, "rule:"); ok && actor.Can(access.PermProcessExempt) {
			buttons = append(buttons, ui.Button(ui.Action{Label: p.T("standard.exempt_rule", "Rule", p.Message(f.Message)), Icon: "shield-check", Small: true, URL: exemptURL(caseID, rule)}))
		}
	}
	if len(buttons) > 0 && !actor.Can(access.PermProcessExempt) {
		buttons = append(buttons, ui.NoteOf(ui.Note{Icon: "info-circle", Text: p.T("standard.exempt_ask")}))
	}
	return buttons
}

func exemptURL(id int64, rule string) string {
	return opportunityURL(id) + "?exempt=" + url.QueryEscape(rule) + "#exempt"
}

func stepURL(id int64, activity string) string {
	return opportunityURL(id) + "?step=" + url.QueryEscape(activity) + "#step"
}

// standingCards are what the process standard says of an opportunity, and the form of a step or of an exemption that was asked for.
func (h *Handler) standingCards(r *http.Request, p *i18n.Printer, d opportunity.Detail, stepFailure, exemptFailure error) (parts []templ.Component, err error) {
	if h.Standards == nil {
		return nil, nil
	}
	s, err := h.Standards.Case(r.Context(), access.ActorFrom(r.Context()), d.ID)
	if err != nil {
		return nil, err
	}
	if form := h.stepForm(p, r, d, s, stepFailure); form != nil {
		parts = append(parts, form)
	} else if why, asked := withheldStep(r, s); asked {
		parts = append(parts, ui.NoteOf(ui.Note{ID: "step", Tone: ui.ToneWarn, Text: p.Message(why)}))
	}
	if form := h.exemptForm(p, r, d, s, exemptFailure); form != nil {
		parts = append(parts, form)
	}
	parts = append(parts, h.standingCard(p, d, s))
	for _, e := range s.Exemptions {
		until := p.T("standard.no_end")
		if e.UntilOn != calendar.Forever {
			until = p.T("standard.until", "Day", p.Date(e.UntilOn))
		}
		note := ui.Note{Tone: ui.ToneBrand, Strong: p.T("standard.exempt_from", "Rule", ruleName(p, s, e.RuleID)), Text: e.Reason + " · " + until}
		if s.MayExempt {
			note.Action = &ui.Action{Label: p.T("standard.end_exemption"), Small: true, Post: true, URL: opportunityURL(d.ID) + "/exemptions/" + url.PathEscape(e.ID) + "/end"}
		}
		parts = append(parts, ui.NoteOf(note))
	}
	if s.MayWrite && d.State != opportunity.StateLost {
		parts = append(parts, stepsCard(p, d, s))
	}
	return parts, nil
}

func ruleName(p *i18n.Printer, s standard.Standing, id string) string {
	for _, r := range s.Rules {
		if r.Rule.ID == id {
			return nameOf(p, r.Rule.Name)
		}
	}
	return id
}

func nameOf(p *i18n.Printer, t sop.Text) string { return ui.TextIn(p, t.Zh, t.En, "") }

var checkStates = map[conform.Status]ui.CheckState{conform.Satisfied: ui.CheckDone, conform.Violated: ui.CheckFailed, conform.Pending: ui.CheckPending, conform.Exempt: ui.CheckExempt}

// standingCard lists the rules that apply: what is broken, what is due, what is met.
func (h *Handler) standingCard(p *i18n.Printer, d opportunity.Detail, s standard.Standing) templ.Component {
	card := ui.CardView{ID: "standing", Title: p.T("standard.standing"), Count: len(s.Rules), Span: -1, More: &ui.Link{Label: p.T("standard.see_standard"), URL: "/standards/" + url.PathEscape(s.Version.ID)}}
	if len(s.Rules) == 0 {
		return ui.Filled(card, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("standard.standing_none"), Text: p.T("standard.standing_none_text")}))
	}
	var checks []ui.Check
	for _, r := range s.Rules {
		check := ui.Check{State: checkStates[r.Status], Text: nameOf(p, r.Rule.Name), Detail: p.Message(errs.Msg(r.Reason.Key(), nil))}
		if len(r.Missing) > 0 {
			var names []string
			for _, name := range r.Missing {
				names = append(names, nameOf(p, name))
			}
			check.Detail += " · " + p.T("standard.missing", "Fields", p.Join(names))
		}
		if r.Status == conform.Pending && !r.Due.IsZero() {
			check.Clock = h.ruleClock(p, r.Due, "")
		}
		unmet := r.Status == conform.Violated || r.Status == conform.Pending
		if step := slices.IndexFunc(s.Steps, func(a sop.Activity) bool { return a.ID == r.WantedID }); unmet && step >= 0 && s.MayWrite {
			check.Link = &ui.Link{URL: stepURL(d.ID, r.WantedID)}
		} else if r.Status == conform.Violated && s.MayExempt {
			check.Link = &ui.Link{URL: exemptURL(d.ID, r.Rule.ID)}
		}
		checks = append(checks, check)
	}
	return ui.Filled(card, ui.Checklist(checks))
}

// ruleClock is how much time is left for what a rule asks.
func (h *Handler) ruleClock(p *i18n.Printer, due time.Time, what string) *ui.Clock {
	now := h.Now()
	c := &ui.Clock{State: ui.ClockRun, Label: p.Deadline(due, now), Title: strings.TrimSpace(what + " " + p.Local(due).Format("2006-01-02 15:04"))}
	switch left := due.Sub(now); {
	case left < 0:
		c.State = ui.ClockOver
	case left < 24*time.Hour:
		c.State = ui.ClockSoon
	}
	return c
}

// stepsCard offers the steps that are written down by hand.
func stepsCard(p *i18n.Printer, d opportunity.Detail, s standard.Standing) templ.Component {
	var buttons []templ.Component
	for _, a := range s.Steps {
		buttons = append(buttons, ui.Button(ui.Action{Label: nameOf(p, a.Name), Small: true, URL: stepURL(d.ID, a.ID)}))
	}
	content := []templ.Component{ui.Beside(buttons...)}
	for _, w := range s.Withheld {
		content = append(content, ui.NoteOf(ui.Note{Icon: "lock", Text: p.Message(w.Why)}))
	}
	return ui.Filled(ui.CardView{Title: p.T("standard.steps"), Sub: p.T("standard.steps_sub"), Span: -1}, content...)
}

// withheldStep says who writes down the step that was asked for, where it is somebody else.
func withheldStep(r *http.Request, s standard.Standing) (why errs.Message, asked bool) {
	for _, w := range s.Withheld {
		if s.MayWrite && w.Step.ID == r.FormValue("step") {
			return w.Why, true
		}
	}
	return why, false
}

// stepForm asks for what is written down with a step.
func (h *Handler) stepForm(p *i18n.Printer, r *http.Request, d opportunity.Detail, s standard.Standing, failure error) templ.Component {
	id := r.FormValue("step")
	if failure != nil {
		id = r.PathValue("step")
	}
	at := slices.IndexFunc(s.Steps, func(a sop.Activity) bool { return a.ID == id })
	if at < 0 || !s.MayWrite {
		return nil
	}
	step := s.Steps[at]
	fields := []ui.Field{}
	for _, f := range step.Form {
		fields = append(fields, formField(p, r, f))
	}
	fields = append(fields, ui.Field{Name: "occurred_at", ID: "f-step-occurred_at", Kind: ui.FieldTime, Label: p.T("standard.happened_at"), Hint: p.T("followup.occurred_hint"), Value: r.PostFormValue("occurred_at"), Optional: true})
	fields = append(fields, excuseField(p, r, failure)...)
	fields, problem := ui.WithErrors(fields, prefixed(failure), p)
	return ui.Filled(ui.CardView{ID: "step", Title: nameOf(p, step.Name), Span: -1}, ui.Form(ui.FormView{ID: "step-form", Action: opportunityURL(d.ID) + "/steps/" + url.PathEscape(step.ID), Fields: fields, Problem: problem,
		Submit: ui.Action{Label: p.T("standard.record"), Kind: ui.ActionPrimary, Icon: "check"}, Cancel: &ui.Link{Label: p.T("common.cancel"), URL: opportunityURL(d.ID)}}))
}

// formField is a field of the standard's form.
func formField(p *i18n.Printer, r *http.Request, f sop.Field) ui.Field {
	name := stepPrefix + f.ID
	out := ui.Field{Name: name, Kind: ui.FieldText, Label: nameOf(p, f.Name), Value: r.PostFormValue(name), Optional: !f.Required}
	choice := func(value, label string) {
		out.Options = append(out.Options, ui.Option{Value: value, Label: label, Selected: value == out.Value})
	}
	switch f.Type {
	case sop.TypeAmount:
		out.Kind, out.Unit = ui.FieldMoney, p.T("common.yuan")
	case sop.TypeNumber:
		out.Kind = ui.FieldNumber
	case sop.TypePercent:
		out.Hint = p.T("standard.percent_hint")
	case sop.TypeDate:
		out.Kind = ui.FieldDate
	case sop.TypeYesNo:
		out.Kind, out.Placeholder = ui.FieldSelect, p.T("sales.choose")
		choice("yes", p.T("standard.yes"))
		choice("no", p.T("standard.no"))
	case sop.TypeChoice:
		out.Kind, out.Placeholder = ui.FieldSelect, p.T("sales.choose")
		for _, v := range f.Values {
			choice(v, v)
		}
	}
	return out
}

// prefixed calls the fields of a step's form what they are called on the page.
func prefixed(failure error) error {
	e, ok := errors.AsType[*errs.Error](failure)
	if !ok {
		return failure
	}
	named := *e
	named.Fields = slices.Clone(e.Fields)
	for i, f := range named.Fields {
		if f.Path != "occurred_at" && f.Path != "excuse" && !strings.HasPrefix(f.Path, "rule:") {
			named.Fields[i].Path = stepPrefix + f.Path
		}
	}
	return &named
}

func (h *Handler) recordStep(w http.ResponseWriter, r *http.Request) error {
	return h.act(w, r, "step", func(id, _ int64) error {
		if err := r.ParseForm(); err != nil {
			return errs.New(errs.KindInvalid, "error.invalid", nil).Because(err)
		}
		in := standard.Step{CaseID: id, Activity: r.PathValue("step"), Values: map[string]string{}, Excuse: r.PostFormValue("excuse")}
		for name := range r.PostForm {
			if field, ok := strings.CutPrefix(name, stepPrefix); ok {
				in.Values[field] = plainNumber(strings.TrimSpace(r.PostFormValue(name)))
			}
		}
		if at := strings.TrimSpace(r.PostFormValue("occurred_at")); at != "" {
			var err error
			if in.OccurredAt, err = time.ParseInLocation("2006-01-02T15:04", at, h.Now().Location()); err != nil {
				return errs.Invalid("fact.invalid", []errs.Field{{Path: "occurred_at", Value: at, Message: errs.Msg("form.error.date", nil)}})
			}
		}
		return h.Standards.RecordStep(r.Context(), access.ActorFrom(r.Context()), in)
	})
}

// plainNumber takes the separators of thousands out of a number; other texts stay.
func plainNumber(text string) string {
	digits := strings.ReplaceAll(text, ",", "")
	if digits != "" && strings.Trim(digits, "0123456789.-") == "" {
		return digits
	}
	return text
}

// exemptForm asks why a case is freed from a rule, and until when.
func (h *Handler) exemptForm(p *i18n.Printer, r *http.Request, d opportunity.Detail, s standard.Standing, failure error) templ.Component {
	rule := r.FormValue("exempt")
	if failure != nil {
		rule = r.PostFormValue("rule")
	}
	if rule == "" || !s.MayExempt {
		return nil
	}
	fields, problem := ui.WithErrors([]ui.Field{{Name: "rule", Kind: ui.FieldHidden, Value: rule}, {Name: "reason", Kind: ui.FieldArea, Rows: 2, Label: p.T("standard.reason"), Value: r.PostFormValue("reason")},
		{Name: "until_on", Kind: ui.FieldDate, Label: p.T("standard.until_on"), Hint: p.T("standard.until_hint"), Value: r.PostFormValue("until_on"), Optional: true}}, failure, p)
	return ui.Filled(ui.CardView{ID: "exempt", Title: p.T("standard.exempt_title", "Rule", ruleName(p, s, rule)), Span: -1}, ui.Form(ui.FormView{ID: "exempt-form", Action: opportunityURL(d.ID) + "/exemptions", Fields: fields, Problem: problem,
		Submit: ui.Action{Label: p.T("standard.exempt"), Kind: ui.ActionPrimary}, Consequence: p.T("standard.exempt_consequence"), Cancel: &ui.Link{Label: p.T("common.cancel"), URL: opportunityURL(d.ID)}}))
}

func (h *Handler) exempt(w http.ResponseWriter, r *http.Request) error {
	return h.act(w, r, "exempt", func(id, _ int64) error {
		in := standard.Exempting{CaseID: id, RuleID: r.PostFormValue("rule"), Reason: r.PostFormValue("reason"), UntilOn: calendar.Forever}
		if day := strings.TrimSpace(r.PostFormValue("until_on")); day != "" {
			var c fact.Checker
			var err error
			if in.UntilOn, err = calendar.ParseDate(day); err != nil {
				c.Add("until_on", day, "form.error.date", nil)
				return c.Err()
			}
		}
		_, err := h.Standards.Exempt(r.Context(), access.ActorFrom(r.Context()), in)
		return err
	})
}

func (h *Handler) endExemption(w http.ResponseWriter, r *http.Request) error {
	return h.act(w, r, "", func(id, _ int64) error {
		return h.Standards.EndExemption(r.Context(), access.ActorFrom(r.Context()), id, r.PathValue("exemption"))
	})
}

// withClocks puts what is due first of each opportunity on its card.
func (h *Handler) withClocks(r *http.Request, p *i18n.Printer, lanes []opportunity.Lane, view *ui.KanbanView) error {
	if h.Standards == nil {
		return nil
	}
	var ids []int64
	for _, lane := range lanes {
		for _, o := range lane.Cards {
			ids = append(ids, o.ID)
		}
	}
	clocks, document, err := h.Standards.Clocks(r.Context(), access.ActorFrom(r.Context()), ids)
	if err != nil {
		return err
	}
	for i, lane := range lanes {
		for k, o := range lane.Cards {
			f, found := clocks[o.ID]
			if !found || o.State != opportunity.StateOpen || o.NextOn != calendar.NoDate && o.NextOn < calendar.DateOf(p.Local(f.Due)) {
				continue
			}
			name := f.RuleID
			if rule := document.Rule(f.RuleID); rule != nil {
				name = nameOf(p, rule.Name)
			}
			view.Lanes[i].Cards[k].Clock = h.ruleClock(p, f.Due, name)
		}
	}
	return nil
}
