package targets

import (
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/targetplan"
	"xiaoguan/internal/web/ui"
)

// stepsCard is what may be done with a plan next.
func (h *Handler) stepsCard(p *i18n.Printer, v *targetplan.Shown, span int) templ.Component {
	step := func(label string, to targetplan.State) templ.Component {
		return ui.Button(ui.Action{Label: p.T(label), Post: true, URL: planURL(v.ID) + "/step", Fields: map[string][]string{"to": {string(to)}}})
	}
	var parts []templ.Component
	drop := step("targetplan.drop", targetplan.StateDropped)
	switch v.State {
	case targetplan.StateFailed:
		parts = append(parts, drop)
	case targetplan.StateDraft:
		parts = append(parts, ui.Beside(step("targetplan.open", targetplan.StateDiscussion), drop))
	case targetplan.StateDiscussion:
		parts = append(parts, ui.Beside(step("targetplan.close", targetplan.StateDraft), drop))
	case targetplan.StateWaiting:
		parts = append(parts, ui.NoteOf(ui.Note{Tone: ui.ToneWarn, Strong: p.T("targetplan.waits"), Inset: true}))
	case targetplan.StateApproved:
		form := ui.FormView{ID: "publish", Action: planURL(v.ID) + "/publish", Fields: []ui.Field{monthField(p, "from", p.T("targetplan.from"), v.First, v.Last(), max(v.First, min(v.Last(), calendar.DateOf(h.now()).Month()+1)))},
			Submit: ui.Action{Label: p.T("targetplan.publish"), Kind: ui.ActionPrimary}, Consequence: p.T("targetplan.publish_consequence")}
		parts = append(parts, ui.Form(form))
	case targetplan.StatePublished:
		parts = append(parts, ui.NoteOf(ui.Note{Tone: ui.ToneGood, Strong: p.T("targetplan.locked"), Inset: true}))
	}
	if v.State == targetplan.StateDraft || v.State == targetplan.StateDiscussion {
		parts = append(parts, ui.Form(ui.FormView{ID: "submit-plan", Action: planURL(v.ID) + "/submit", Fields: []ui.Field{{Name: "note", Label: p.T("targetplan.submit_note"), Optional: true}}, Submit: ui.Action{Label: p.T("targetplan.submit"), Kind: ui.ActionPrimary}}))
	}
	if v.InputHash != "" {
		parts = append(parts, ui.Form(ui.FormView{ID: "copy", Action: planURL(v.ID) + "/copy", Fields: []ui.Field{{Name: "name", ID: "copy-name", Label: p.T("targetplan.name"), Value: v.Name}}, Submit: ui.Action{Label: p.T("targetplan.copy")}}))
	}
	return ui.Filled(ui.CardView{ID: "steps", Title: p.T("targetplan.next"), Span: span}, parts...)
}

// handCard sets something for a unit by hand.
func (h *Handler) handCard(p *i18n.Printer, plan *targetplan.Plan, unit string, form retyped) templ.Component {
	hand := plan.Rules.Hands[unit]
	amount := func(name string, minor int64) ui.Field {
		f := ui.Field{Name: name, Kind: ui.FieldMoney, Label: p.T("targetplan.hand_" + name), Unit: ui.UnitOf(p, h.currency()), Optional: true}
		if minor > 0 {
			f.Value = money.Format(minor, h.currency())
		}
		return f
	}
	from, to := monthField(p, "away_from", p.T("targetplan.away_from"), plan.First, plan.Last(), hand.AwayFrom), monthField(p, "away_to", p.T("targetplan.away_to"), plan.First, plan.Last(), hand.AwayTo)
	from.Optional, to.Optional = true, true
	fields := []ui.Field{amount("fixed", hand.FixedMinor), amount("low", hand.LowMinor), amount("high", hand.HighMinor), from, to, {Name: "note", ID: "hand-note", Label: p.T("targetplan.note"), Value: hand.Note}}
	return ui.Filled(ui.CardView{ID: "hand", Title: p.T("targetplan.hand"), Span: -1}, form(ui.FormView{ID: "hand-form", Action: planURL(plan.ID) + "/units/" + unit, Fields: fields, Submit: ui.Action{Label: p.T("targetplan.hand_save")}, Consequence: p.T("targetplan.hand_consequence")}))
}

// acted answers an act upon a plan: back to where it was done from, or with what is wrong.
func (h *Handler) acted(w http.ResponseWriter, r *http.Request, to, done string, err error, draw func(http.ResponseWriter, *http.Request, int, error) error) error {
	switch {
	case err == nil:
		page, anchor, _ := strings.Cut(to, "#")
		join := "?"
		if strings.Contains(page, "?") {
			join = "&"
		}
		if anchor != "" {
			anchor = "#" + anchor
		}
		http.Redirect(w, r, page+join+"done="+done+anchor, http.StatusSeeOther)
		return nil
	case mendable(err):
		return draw(w, r, httpx.StatusOf(err), err)
	}
	return err
}

func (h *Handler) step(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	to := targetplan.State(r.PostFormValue("to"))
	if !slices.Contains(targetplan.States, to) {
		return errs.New(errs.KindInvalid, "form.error.choice", nil)
	}
	_, err = h.targets.Step(r.Context(), access.ActorFrom(r.Context()), id, to)
	return h.acted(w, r, planURL(id), "state", err, h.drawPlan)
}

func (h *Handler) copy(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	v, err := h.targets.Get(ctx, actor, id, "")
	if err != nil {
		return err
	}
	made, err := h.targets.Create(ctx, actor, targetplan.Entry{FiscalYear: v.FiscalYear, Name: r.PostFormValue("name"), CopyOf: id})
	return h.acted(w, r, planURL(made.ID), "saved", err, h.drawPlan)
}

func (h *Handler) submit(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	_, err = h.targets.Submit(r.Context(), access.ActorFrom(r.Context()), id, strings.TrimSpace(r.PostFormValue("note")))
	return h.acted(w, r, planURL(id), "submitted", err, h.drawPlan)
}

func (h *Handler) publish(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	from, err := monthOf(r, "from")
	if err == nil {
		_, err = h.targets.Publish(r.Context(), access.ActorFrom(r.Context()), id, from)
	}
	return h.acted(w, r, planURL(id), "published", err, h.drawPlan)
}

// monthOf reads a month of a form.
func monthOf(r *http.Request, name string) (calendar.Month, error) {
	m, err := calendar.ParseMonth(r.PostFormValue(name))
	if err != nil {
		return 0, errs.Invalid("error.invalid", []errs.Field{{Path: name, Value: r.PostFormValue(name), Message: errs.Msg("form.error.month", nil)}})
	}
	return m, nil
}

func (h *Handler) setHand(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	unit := r.PathValue("unit")
	var c fact.Checker
	hand := targetplan.Hand{FixedMinor: h.amountOf(r, "fixed", &c), LowMinor: h.amountOf(r, "low", &c), HighMinor: h.amountOf(r, "high", &c), Note: strings.TrimSpace(r.PostFormValue("note"))}
	for _, one := range []struct {
		name  string
		month *calendar.Month
	}{{"away_from", &hand.AwayFrom}, {"away_to", &hand.AwayTo}} {
		if r.PostFormValue(one.name) == "" {
			continue
		}
		if *one.month, err = monthOf(r, one.name); err != nil {
			c.Add(one.name, r.PostFormValue(one.name), "form.error.month", nil)
		}
	}
	if err = c.Err(); err == nil {
		_, err = h.targets.SetHand(r.Context(), access.ActorFrom(r.Context()), id, unit, hand)
	}
	back, draw := unitURL(id, unit), h.drawPlan
	if person, is := strings.CutPrefix(unit, "p"); is {
		back = planURL(id) + "/people/" + person
		r.SetPathValue("person", person)
		draw = h.drawPerson
	}
	return h.acted(w, r, back, "solved", err, draw)
}

func (h *Handler) accept(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	actor := access.ActorFrom(r.Context())
	_, err = h.targets.Accept(r.Context(), actor, id, r.PostFormValue("letter"))
	r.SetPathValue("person", number(actor.PersonID))
	return h.acted(w, r, personURL(id, actor.PersonID), "accepted", err, h.drawPerson)
}

func (h *Handler) mine(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	to := planURL(id)
	if person := access.ActorFrom(r.Context()).PersonID; person != 0 {
		if _, err := h.targets.Person(r.Context(), access.ActorFrom(r.Context()), id, person); err == nil {
			to = personURL(id, person)
		}
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// personActed does an act upon a person's number.
func (h *Handler) personActed(w http.ResponseWriter, r *http.Request, anchor, done string, act func(id, person int64) error) error {
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	person, err := idOf(r, "person")
	if err != nil {
		return err
	}
	return h.acted(w, r, personURL(id, person)+anchor, done, act(id, person), h.drawPerson)
}

func (h *Handler) setOwn(w http.ResponseWriter, r *http.Request) error {
	return h.personActed(w, r, "", "saved", func(id, person int64) error {
		var c fact.Checker
		minor := h.amountOf(r, "own", &c)
		if err := c.Err(); err != nil {
			return err
		}
		return h.targets.SetOwn(r.Context(), access.ActorFrom(r.Context()), id, person, minor, strings.TrimSpace(r.PostFormValue("note")))
	})
}

func (h *Handler) object(w http.ResponseWriter, r *http.Request) error {
	return h.personActed(w, r, "#objections", "submitted", func(id, person int64) error {
		var c fact.Checker
		minor := h.amountOf(r, "wanted", &c)
		if err := c.Err(); err != nil {
			return err
		}
		_, err := h.targets.Object(r.Context(), access.ActorFrom(r.Context()), id, person, minor, r.PostFormValue("reason"))
		return err
	})
}

func (h *Handler) change(w http.ResponseWriter, r *http.Request) error {
	return h.personActed(w, r, "#changes", "submitted", func(id, person int64) error {
		var c fact.Checker
		in := targetplan.ChangeEntry{PlanID: id, PersonID: person, RestMinor: h.amountOf(r, "rest", &c), Kind: targetplan.ChangeKind(r.PostFormValue("kind")), Reason: r.PostFormValue("reason")}
		var err error
		if in.From, err = monthOf(r, "from"); err != nil {
			c.Add("from", r.PostFormValue("from"), "form.error.month", nil)
		}
		if text := r.PostFormValue("other"); text != "" {
			if in.OtherID, err = parseID(text); err != nil {
				c.Add("other", text, "form.error.choice", nil)
			}
		}
		if err := c.Err(); err != nil {
			return err
		}
		_, err = h.targets.Change(r.Context(), access.ActorFrom(r.Context()), in)
		return err
	})
}

func (h *Handler) answer(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r, "objection")
	if err != nil {
		return err
	}
	o, err := h.targets.Answer(r.Context(), access.ActorFrom(r.Context()), id, r.PostFormValue("accept") == "1", r.PostFormValue("answer"))
	return h.acted(w, r, personURL(o.PlanID, o.PersonID)+"#objections", "saved", err, func(w http.ResponseWriter, r *http.Request, status int, err error) error {
		if o.PlanID == 0 {
			return err
		}
		r.SetPathValue("id", number(o.PlanID))
		r.SetPathValue("person", number(o.PersonID))
		return h.drawPerson(w, r, status, err)
	})
}

// changeOf leads from a request for approval to whom a change is about.
func (h *Handler) changeOf(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r, "change")
	if err != nil {
		return err
	}
	c, err := h.targets.ChangeOf(r.Context(), access.ActorFrom(r.Context()), id)
	if err != nil {
		return err
	}
	http.Redirect(w, r, personURL(c.PlanID, c.PersonID)+"#changes", http.StatusSeeOther)
	return nil
}
