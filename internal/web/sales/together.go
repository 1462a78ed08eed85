package sales

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/web/ui"
)

// changeTogetherURL changes the opportunities that were ticked in the list.
const changeTogetherURL = "/change-opportunities"

// togetherState is what became of a change of several.
type togetherState struct {
	failure error
	left    []opportunity.Changed // that stay what they were
	changed int
}

// tickOf is the box of a row; its value carries the revision that the row showed.
func tickOf(name string, o opportunity.Opportunity, label string, chosen []string) ui.Cell {
	value := number(o.ID) + "." + number(o.Revision)
	for _, c := range chosen {
		if c == value {
			return ui.Draw(ui.Tick("together", name, value, label, true))
		}
	}
	return ui.Draw(ui.Tick("together", name, value, label, false))
}

// togetherCard asks what is to be changed of the ticked ones.
func (h *Handler) togetherCard(r *http.Request, l *listing, failure error) (templ.Component, error) {
	p := l.p
	fields := []ui.Field{
		{Name: "stage", ID: "f-together-stage", Kind: ui.FieldSelect, Label: p.T("opportunity.stage"), Value: r.PostFormValue("stage"), Options: stageOptions(p, l.own.stages, l.own.stages.Of(opportunity.StateOpen)), Optional: true, Placeholder: p.T("opportunity.stays"), Span: 4},
		{Name: "expected_on", ID: "f-together-expected", Kind: ui.FieldDate, Label: p.T("opportunity.expected_on"), Value: r.PostFormValue("expected_on"), Optional: true, Span: 4},
	}
	v := ui.FormView{ID: "together", Action: changeTogetherURL, Submit: ui.Action{Label: p.T("opportunity.change_together"), Kind: ui.ActionPrimary, Icon: "edit"}}
	if l.actor.Can(access.PermOrgRead) {
		people, err := h.personSuggestions(r.Context(), l.actor)
		if err != nil {
			return nil, err
		}
		v.Suggest = []ui.Suggestions{people}
		fields = append(fields, ui.Field{Name: "owner", ID: "f-together-owner", Label: p.T("opportunity.owner"), Value: r.PostFormValue("owner"), Suggest: "some-people", Autocomplete: "off", Optional: true, Hint: p.T("opportunity.together_owner"), Span: 4})
	}
	fields = append(fields, ui.Field{Name: "back", Kind: ui.FieldHidden, Value: l.plain().Encode()})
	v.Fields, v.Problem = ui.WithErrors(fields, failure, p)
	return ui.Filled(ui.CardView{ID: "several", Title: p.T("opportunity.change_together"), Sub: p.T("opportunity.together_sub")}, ui.Form(v)), nil
}

// leftNote says which stay what they were, and why.
func leftNote(l *listing, state togetherState) templ.Component {
	var items []ui.Item
	for _, c := range state.left {
		title := c.Name
		if title == "" || errs.Is(c.Failure, errs.KindNotFound) {
			title = number(c.ID)
		}
		_, problem := ui.WithErrors(nil, c.Failure, l.p)
		items = append(items, ui.Item{Icon: "alert-triangle", Title: title, URL: opportunityURL(c.ID), Detail: problem})
	}
	return ui.Across(ui.NoteOf(ui.Note{ID: "left", Tone: ui.ToneWarn, Strong: l.p.T("opportunity.left", "Count", len(state.left), "Changed", state.changed), Body: ui.List(items)}))
}

func (h *Handler) changeTogether(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return errs.New(errs.KindInvalid, "error.invalid", nil).Because(err)
	}
	in, err := togetherOf(r)
	var all []opportunity.Changed
	if err == nil {
		all, err = h.Opportunities.ChangeTogether(r.Context(), access.ActorFrom(r.Context()), in)
	}
	state := togetherState{failure: err}
	for _, c := range all {
		if c.Failure != nil {
			state.left = append(state.left, c)
		} else {
			state.changed++
		}
	}
	again := r.Clone(r.Context())
	again.URL.RawQuery = r.PostFormValue("back")
	switch {
	case err != nil && !mendable(err):
		return err
	case err != nil:
		if e, ok := errors.AsType[*errs.Error](err); ok && len(e.Fields) > 0 && e.Fields[0].Path == "ids" { // boxes have no field of the form to stand at
			state.failure = errs.New(e.Kind, e.Fields[0].Message.Key, e.Fields[0].Message.Args)
		}
		return h.drawOpportunities(w, again, httpx.StatusOf(err), state)
	case len(state.left) > 0:
		return h.drawOpportunities(w, again, http.StatusConflict, state)
	}
	values, err := url.ParseQuery(r.PostFormValue("back"))
	if err != nil {
		values = url.Values{}
	}
	values.Set("saved", "1")
	http.Redirect(w, r, opportunitiesURL+"?"+values.Encode(), http.StatusSeeOther)
	return nil
}

func togetherOf(r *http.Request) (in opportunity.Together, err error) {
	in = opportunity.Together{Stage: opportunity.Stage(r.PostFormValue("stage")), Owner: strings.TrimSpace(r.PostFormValue("owner")), ExpectedOn: calendar.NoDate, Seen: map[int64]int64{}}
	for _, value := range r.PostForm["opportunity"] {
		text, seen, _ := strings.Cut(value, ".")
		id, err := idOf(text, "opportunity.missing")
		if err != nil {
			return in, err
		}
		in.IDs = append(in.IDs, id)
		if in.Seen[id], err = strconv.ParseInt(seen, 10, 64); err != nil {
			return in, errs.New(errs.KindInvalid, "error.invalid", nil)
		}
	}
	var c fact.Checker
	if day := strings.TrimSpace(r.PostFormValue("expected_on")); day != "" {
		if in.ExpectedOn, err = calendar.ParseDate(day); err != nil {
			in.ExpectedOn = calendar.NoDate
			c.Add("expected_on", day, "form.error.date", nil)
		}
	}
	return in, c.Err()
}
