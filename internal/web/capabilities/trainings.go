package capabilities

import (
	"math/big"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/capability"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/web/ui"
)

func (h *Handler) trainings(w http.ResponseWriter, r *http.Request) error {
	return h.drawTrainings(w, r, http.StatusOK, nil)
}

// drawTrainings are trainings of twelve months, with the form of a new one.
func (h *Handler) drawTrainings(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	p := h.page(r)
	t, err := h.Capability.Trainings(r.Context(), p.actor)
	if err != nil {
		return err
	}
	view := ui.PageView{Title: p.T("capability.training"), Current: p.current(), Tabs: p.tabs("training"), Subtitle: p.T("capability.training_sub", "Hours", p.hours(t.Tenths), "Count", int64(len(t.Trainings)))}
	table := p.sessionTable(&t)
	list := ui.Filled(ui.CardView{ID: "trainings", Title: p.T("capability.training"), Flush: true, Span: -1}, ui.Table(table))
	var parts []templ.Component
	if note := p.done(r); note != nil {
		parts = append(parts, ui.Across(ui.NoteOf(*note)))
	}
	left := []templ.Component{list}
	if card := p.sessionCard(r, &t); card != nil {
		left = append([]templ.Component{card}, left...)
	}
	if !t.MayTrain {
		return ui.Write(w, r, status, ui.Compose(view, append(parts, ui.Stack(12, list))...))
	}
	return ui.Write(w, r, status, ui.Compose(view, append(parts, ui.Stack(8, left...), ui.Stack(4, h.trainForm(p, r, &t, failure)))...))
}

// session is a training that several people took part in.
type session struct {
	capability.Training
	all []*capability.Training
}

// sessions puts together who was trained in the same on the same day, by the same person's account; the latest first.
func sessions(list []capability.Training) (out []session) {
	for i := range list {
		one := &list[i]
		at := slices.IndexFunc(out, func(s session) bool {
			return s.On == one.On && s.Topic == one.Topic && s.Tenths == one.Tenths && s.ByID == one.ByID
		})
		if at < 0 {
			at = len(out)
			out = append(out, session{Training: *one})
		}
		out[at].all = append(out[at].all, one)
	}
	return out
}

// sessionTable lists trainings with who took part; who enters them may take back each person's.
func (p page) sessionTable(t *capability.Trained) ui.TableView {
	table := ui.TableView{Label: p.T("capability.training"), Columns: []ui.Column{{Label: p.T("capability.day"), Kind: ui.ColumnNarrow}, {Label: p.T("capability.topic"), Phone: true}, {Label: p.T("capability.hours"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("capability.trainees"), Phone: true}, {Label: p.T("capability.by"), Kind: ui.ColumnNarrow}},
		Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("capability.no_training"), Text: p.T("capability.no_training_text")}}
	const shown = 100
	list := sessions(t.Trainings)
	if len(list) > shown {
		table.Note = p.T("capability.more", "Count", int64(len(list)-shown))
		list = list[:shown]
	}
	for i := range list {
		one := &list[i]
		const named = 8
		var names []string
		for _, of := range one.all[:min(named, len(one.all))] {
			names = append(names, of.PersonName)
		}
		people := ui.Text(p.Join(names))
		if len(one.all) > 1 {
			people = ui.Cell{Text: p.T("capability.people", "Count", int64(len(one.all))), Sub: p.Join(names)}
		}
		if len(one.all) > named {
			people.Sub = p.T("capability.and_others", "Names", people.Sub)
		}
		if t.MayTrain {
			people.URL = trainingPath + "?session=" + digits(one.ID) + "#session"
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(p.Date(one.On)), {Text: one.Topic, Phone: p.Date(one.On)}, ui.Text(p.Decimal(big.NewRat(one.Tenths, 10), 1)), people, ui.Text(one.ByName)}})
	}
	return table
}

// sessionCard is who took part in a training, one by one, to take one of them back; nil where none was asked for.
func (p page) sessionCard(r *http.Request, t *capability.Trained) templ.Component {
	asked := r.URL.Query().Get("session")
	list := sessions(t.Trainings)
	at := slices.IndexFunc(list, func(s session) bool { return digits(s.ID) == asked })
	if at < 0 || !t.MayTrain {
		return nil
	}
	var items []ui.Item
	for _, of := range list[at].all {
		items = append(items, ui.Item{Title: of.PersonName, Actions: []ui.Action{{Label: p.T("capability.remove"), URL: trainingPath + "/" + digits(of.ID) + "/remove", Post: true, Small: true}}})
	}
	return ui.Filled(ui.CardView{ID: "session", Title: list[at].Topic, Sub: p.Date(list[at].On) + " · " + p.hours(list[at].Tenths), Span: -1}, ui.List(items))
}

func (h *Handler) trainForm(p page, r *http.Request, t *capability.Trained, failure error) templ.Component {
	day := r.PostFormValue("on")
	if failure == nil {
		day = calendar.DateOf(h.Now()).String()
	}
	people := ui.Field{Name: "people", Kind: ui.FieldChecks, Label: p.T("capability.who")}
	ticked := map[string]bool{}
	if failure != nil {
		for _, id := range r.PostForm["people"] {
			ticked[id] = true
		}
	}
	for i := range t.People {
		o := &t.People[i]
		people.Options = append(people.Options, ui.Option{Value: digits(o.ID), Label: o.Name, Group: o.TeamName, Selected: ticked[digits(o.ID)]})
	}
	form := ui.FormView{ID: "train", Action: trainingPath, Submit: ui.Action{Label: p.T("capability.train"), Kind: ui.ActionPrimary}, Fields: []ui.Field{{Name: "topic", Label: p.T("capability.topic"), Value: r.PostFormValue("topic")}, {Name: "on", Kind: ui.FieldDate, Label: p.T("capability.day"), Value: day, Span: 6}, {Name: "hours", Label: p.T("capability.hours"), Value: r.PostFormValue("hours"), Span: 6}, people}}
	form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p.Printer)
	return ui.Filled(ui.CardView{ID: "training-card", Title: p.T("capability.train"), Span: -1}, ui.Form(form))
}

func (h *Handler) train(w http.ResponseWriter, r *http.Request) error {
	actor := access.ActorFrom(r.Context())
	if !capability.MayTrain(actor) {
		return actor.Require(access.PermSkillWrite)
	}
	on, fields := dayOf(r)
	in := capability.TrainingEntry{On: on, Topic: r.PostFormValue("topic")}
	hours, ok := new(big.Rat).SetString(strings.TrimSpace(r.PostFormValue("hours")))
	if ok && !strings.ContainsAny(r.PostFormValue("hours"), "/eEpPxX_") {
		hours.Mul(hours, big.NewRat(10, 1))
	}
	if !ok || !hours.IsInt() || !hours.Num().IsInt64() {
		fields = append(fields, errs.Field{Path: "hours", Value: r.PostFormValue("hours"), Message: errs.Msg("capability.hours_wrong", nil)})
	} else {
		in.Tenths = hours.Num().Int64()
	}
	for _, text := range r.PostForm["people"] {
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			fields = append(fields, errs.Field{Path: "people", Message: errs.Msg("capability.choose_people", nil)})
			break
		}
		in.PersonIDs = append(in.PersonIDs, id)
	}
	err := errs.Invalid("error.invalid", fields)
	if err == nil {
		err = h.Capability.Train(r.Context(), actor, in)
	}
	switch {
	case err == nil:
		http.Redirect(w, r, trainingPath+"?done=trained", http.StatusSeeOther)
		return nil
	case mendable(err):
		return h.drawTrainings(w, r, httpx.StatusOf(err), err)
	}
	return err
}

func (h *Handler) untrain(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r, "training", "capability.no_training_here")
	if err != nil {
		return err
	}
	if err := h.Capability.Untrain(r.Context(), access.ActorFrom(r.Context()), id); err != nil {
		return err
	}
	http.Redirect(w, r, trainingPath+"?done=untrained", http.StatusSeeOther)
	return nil
}
