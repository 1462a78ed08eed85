package problems

import (
	"cmp"
	"math/big"
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/diagnosis"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/problem"
	"xiaoguan/internal/web/ui"
)

func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	return h.draw(w, r, http.StatusOK, "", nil)
}

// shown is a problem as its page shows it.
type shown struct {
	*Handler
	p       *i18n.Printer
	r       *http.Request
	v       problem.Shown
	form    string // the form that was refused
	failure error
	people  []ui.Option
	others  []ui.Option // problems that it may be merged into
	runs    bool        // the reader sees runs of the diagnosis
}

// draw shows a problem; form is the one whose refusal failure is.
func (h *Handler) draw(w http.ResponseWriter, r *http.Request, status int, form string, failure error) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	id, err := idOf(r, "problem.missing")
	if err != nil {
		return err
	}
	s := &shown{Handler: h, p: p, r: r, form: form, failure: failure, runs: diagnosis.Reads(actor)}
	if s.v, err = h.Problems.Get(ctx, actor, id); err != nil {
		return err
	}
	if s.v.MayWrite && s.v.MergedInto == 0 {
		if s.people, err = s.choices(); err != nil {
			return err
		}
		if s.others, err = s.mergeable(); err != nil {
			return err
		}
	}
	v := &s.v
	severity, state := severityChip(p, v.Severity()), statusChip(p, v.Status)
	view := ui.PageView{Title: v.Name(p), Current: "problems", Subtitle: v.Place.Say(p) + " · " + areaName(p, v.Area), Chips: []ui.Chip{severity, state}, Crumbs: []ui.Crumb{{Label: p.T("nav.problems"), URL: baseURL}, {Label: v.Name(p)}}}
	parts := append(doneNote(p, r), s.notes()...)
	answers, err := s.answersCard()
	if err != nil {
		return err
	}
	left := append([]templ.Component{s.whatCard()}, append(answers, s.rowsCard(), s.historyCard())...)
	return ui.Write(w, r, status, ui.Compose(view, append(parts, ui.Stack(7, left...), ui.Stack(5, s.acts()...))...))
}

// ownersMost is how many people a choice of owners offers.
const ownersMost = 1000

// choices are people who may have a problem to deal with; who has it now stays among them.
func (s *shown) choices() (options []ui.Option, err error) {
	owner := s.v.OwnerID
	options = []ui.Option{{Value: "0", Label: s.p.T("problem.no_owner"), Selected: owner == 0}}
	if owner != 0 {
		options = append(options, ui.Option{Value: number(owner), Label: s.v.OwnerName, Selected: true})
	}
	places, err := s.Problems.Places(s.r.Context(), access.ActorFrom(s.r.Context()))
	for _, u := range places.Persons {
		if u.ID != owner && len(options) < ownersMost {
			options = append(options, ui.Option{Value: number(u.ID), Label: u.Name})
		}
	}
	return options, err
}

// mergeable are the live problems within reach.
func (s *shown) mergeable() (options []ui.Option, err error) {
	if len(s.v.Merged) > 0 {
		return nil, nil
	}
	l, err := s.Problems.List(s.r.Context(), access.ActorFrom(s.r.Context()), problem.Filter{Statuses: []problem.Status{problem.StatusOpen, problem.StatusConfirmed, problem.StatusInAction}})
	for i := range l.Problems {
		x := &l.Problems[i]
		if x.ID != s.v.ID {
			options = append(options, ui.Option{Value: number(x.ID), Label: x.Name(s.p) + " · " + x.Place.Say(s.p)})
		}
	}
	return options, err
}

func (s *shown) notes() (parts []templ.Component) {
	p, v := s.p, &s.v
	if v.Into != nil {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "merged", Strong: p.T("problem.merged_into", "Name", v.Into.Name(p)), Action: &ui.Action{Label: p.T("problem.see"), URL: problemURL(v.Into.ID)}})))
	}
	if v.UnseenRun != 0 && v.Status.Live() {
		note := ui.Note{ID: "unseen", Tone: ui.ToneGood, Strong: p.T("problem.unseen"), Text: p.T("problem.unseen_text")}
		if s.runs {
			note.Action = &ui.Action{Label: p.T("problem.see_run"), URL: runURL(v.UnseenRun)}
		}
		parts = append(parts, ui.Across(ui.NoteOf(note)))
	}
	return parts
}

func (s *shown) whatCard() templ.Component {
	p, v := s.p, &s.v
	var facts []ui.Fact
	add := func(term, text, url string) {
		if text != "" {
			facts = append(facts, ui.Fact{Term: term, Text: text, URL: url})
		}
	}
	if v.Title != "" && v.Kind != "" {
		add(p.T("problem.kind"), v.Kind.Name(p), "")
	}
	if v.Figure != nil {
		add(p.T("problem.measured"), figureText(p, v.Kind, v.Figure), "")
	}
	add(p.T("problem.detail"), v.Detail, "")
	add(p.T("problem.sources"), sourcesText(p, v.Sources), "")
	if v.Worth {
		add(p.T("problem.money"), s.money(p, v.MoneyMinor, true), "")
	}
	if v.Figure != nil {
		sure := p.T("problem.counted")
		if v.Figure.Confidence < 1 {
			sure = p.T("problem.sure", "Share", p.Percent(new(big.Rat).SetFloat64(v.Figure.Confidence)))
		}
		add(p.T("problem.certainty"), sure, "")
	}
	if v.LastRunID != 0 {
		run := ""
		if s.runs {
			run = runURL(v.LastRunID)
		}
		add(p.T("problem.last_run"), p.Local(v.SeenAt).Format("2006-01-02 15:04"), run)
		if key := "problem.method." + string(v.Area); p.Has(key) {
			add(p.T("problem.how"), p.T(key), "")
		}
	}
	for i := range v.Merged {
		add(p.T("problem.part"), v.Merged[i].Name(p)+" · "+v.Merged[i].Place.Say(p), problemURL(v.Merged[i].ID))
	}
	return ui.Filled(ui.CardView{ID: "what", Title: p.T("problem.what"), Span: -1}, ui.Facts(facts))
}

// rowsCard is the rows behind the figures.
func (s *shown) rowsCard() templ.Component {
	p := s.p
	card := ui.CardView{ID: "rows", Title: p.T("problem.rows"), Sub: p.T("problem.rows_text"), Flush: true, Span: -1, Count: len(s.v.Rows)}
	table := ui.TableView{Label: p.T("problem.rows"), Columns: []ui.Column{{Label: p.T("problem.record"), Phone: true}, {Label: p.T("common.person")}, {Label: p.T("problem.day"), Kind: ui.ColumnNarrow}, {Label: p.T("problem.value"), Kind: ui.ColumnNumber, Phone: true}}, Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("problem.no_rows"), Text: p.T("problem.no_rows_text")}}
	for _, row := range s.v.Rows {
		day := row.Day
		if d, err := calendar.ParseDate(row.Day); err == nil {
			day = p.Date(d)
		}
		value := p.Decimal(new(big.Rat).SetFloat64(row.Value), decimals(row.Value))
		if row.Usual != 0 {
			value += " / " + p.Decimal(new(big.Rat).SetFloat64(row.Usual), decimals(row.Usual))
		}
		phone := row.Person
		if phone == row.Record {
			phone = ""
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{{Text: row.Record, URL: row.Link, Sub: p.T("problem.part." + string(cmp.Or(row.Part, "other"))), Phone: phone}, ui.Text(cmp.Or(row.Person, i18n.Unknown)), ui.Text(cmp.Or(day, i18n.Unknown)), ui.Text(value)}})
	}
	return ui.Filled(card, ui.Table(table))
}

// decimals is how many digits a figure needs.
func decimals(value float64) int {
	if value == float64(int64(value)) {
		return 0
	}
	return 2
}

func (s *shown) historyCard() templ.Component {
	p := s.p
	var moments []ui.Moment
	for i := len(s.v.Events) - 1; i >= 0; i-- {
		e := &s.v.Events[i]
		m := ui.Moment{When: p.Local(e.At).Format("2006-01-02 15:04"), At: e.At.Format("2006-01-02T15:04:05Z07:00"), Title: p.Message(e.Kind.Message()), Detail: e.Text}
		switch e.Kind {
		case problem.EntryRaised, problem.EntryHeard:
			m.Title += " · " + p.Message(e.Source.Message())
		case problem.EntryRated:
			m.Title += " · " + ratingText(p, e.Rating)
		case problem.EntryAssigned:
			m.Title += " · " + cmp.Or(e.OwnerName, p.T("problem.no_owner"))
		case problem.EntryStatus:
			m.Title += " · " + p.Message(e.Before.Message()) + " → " + p.Message(e.Status.Message())
		case problem.EntryDetected:
			if e.Figure != nil {
				m.Detail = figureText(p, s.v.Kind, e.Figure)
			}
			if e.Status != "" {
				m.Title += " · " + p.Message(e.Before.Message()) + " → " + p.Message(e.Status.Message())
			}
		}
		if who := ui.Actor(p, e.ByID, e.ByName); who != "" {
			m.Title += " · " + who
		}
		if e.RunID != 0 && s.runs {
			m.Links = append(m.Links, ui.Link{Label: p.T("problem.see_run"), URL: runURL(e.RunID)})
		}
		if e.OtherID != 0 {
			m.Links = append(m.Links, ui.Link{Label: p.T("problem.other"), URL: problemURL(e.OtherID)})
		}
		if e.Link != "" {
			m.Links = append(m.Links, ui.Link{Label: p.T("problem.evidence_link"), URL: e.Link})
		}
		moments = append(moments, m)
	}
	return ui.Filled(ui.CardView{ID: "history", Title: p.T("problem.history"), Span: -1}, ui.Timeline(moments))
}

// acts are the rating with its reasons, and the forms of what the actor may do.
func (s *shown) acts() []templ.Component {
	p, v := s.p, &s.v
	facts := []ui.Fact{{Term: p.T("problem.score"), Text: ratingText(p, v.Rating())}}
	if v.Fixed != "" {
		facts = append(facts, ui.Fact{Term: p.T("problem.severity"), Text: p.T("problem.fixed", "Severity", p.Message(v.Fixed.Message()))})
	}
	if v.Chosen.Known() && v.Proposed.Known() {
		facts = append(facts, ui.Fact{Term: p.T("problem.proposed"), Text: ratingText(p, v.Proposed)})
	}
	for i, why := range v.Why {
		term := ""
		if i == 0 {
			term = p.T("problem.why_proposed")
		}
		facts = append(facts, ui.Fact{Term: term, Text: p.Message(why)})
	}
	rating := []templ.Component{ui.Facts(facts)}
	if v.MayWrite && v.MergedInto == 0 {
		rating = append(rating, ui.Form(s.rateForm()))
	}
	cards := []templ.Component{ui.Filled(ui.CardView{ID: "rating", Title: p.T("problem.rating"), Sub: p.T("problem.rating_text"), Span: -1}, rating...)}
	owner := ui.CardView{ID: "owner", Title: p.T("problem.owner"), Span: -1}
	if v.MayWrite && v.MergedInto == 0 {
		cards = append(cards, ui.Filled(owner, ui.Form(s.ownerForm())))
	} else {
		cards = append(cards, ui.Filled(owner, ui.Facts([]ui.Fact{{Term: p.T("problem.owner"), Text: cmp.Or(v.OwnerName, p.T("problem.no_owner"))}})))
	}
	if v.MayMove && len(v.Next()) > 0 {
		cards = append(cards, ui.Filled(ui.CardView{ID: "status", Title: p.T("problem.becomes"), Span: -1}, ui.Form(s.statusForm())))
	}
	switch {
	case v.MayWrite && v.MergedInto != 0:
		cards = append(cards, ui.Filled(ui.CardView{ID: "merge", Title: p.T("problem.unmerge"), Span: -1}, ui.Form(ui.FormView{ID: "unmerge", Action: problemURL(v.ID) + "/unmerge", Submit: ui.Action{Label: p.T("problem.unmerge")}, Consequence: p.T("problem.unmerge_consequence")})))
	case v.MayWrite && len(s.others) > 0:
		form := ui.FormView{ID: "merge-form", Action: problemURL(v.ID) + "/merge", Fields: []ui.Field{{Name: "into", Kind: ui.FieldSelect, Label: p.T("problem.into"), Options: s.others, Value: s.r.PostFormValue("into")}}, Submit: ui.Action{Label: p.T("problem.merge")}, Consequence: p.T("problem.merge_consequence")}
		s.errors("merge", &form)
		cards = append(cards, ui.Filled(ui.CardView{ID: "merge", Title: p.T("problem.merge"), Span: -1}, ui.Form(form)))
	}
	return cards
}

// errors shows at a form why it was refused.
func (s *shown) errors(form string, view *ui.FormView) {
	if s.form == form {
		view.Fields, view.Problem = ui.WithErrors(view.Fields, s.failure, s.p)
	}
}

func grades(p *i18n.Printer, name string, value int, typed string) ui.Field {
	f := ui.Field{Name: name, Kind: ui.FieldSelect, Label: p.T("problem." + name), Value: cmp.Or(typed, strconv.Itoa(value)), Span: 4}
	for n := 5; n >= 1; n-- {
		f.Options = append(f.Options, ui.Option{Value: strconv.Itoa(n), Label: p.T("problem."+name+"_grade", "Grade", n)})
	}
	return f
}

func (s *shown) seen() ui.Field {
	return ui.Field{Name: "revision", Kind: ui.FieldHidden, Value: number(s.v.Revision)}
}

func (s *shown) rateForm() ui.FormView {
	p, now := s.p, s.v.Rating()
	form := ui.FormView{ID: "rate", Action: problemURL(s.v.ID) + "/rate", Fields: []ui.Field{grades(p, "gravity", now.Gravity, s.r.PostFormValue("gravity")), grades(p, "urgency", now.Urgency, s.r.PostFormValue("urgency")), grades(p, "tendency", now.Tendency, s.r.PostFormValue("tendency")),
		{Name: "why", Label: p.T("problem.why"), Value: s.r.PostFormValue("why"), Optional: true}, s.seen()}, Submit: ui.Action{Label: p.T("problem.rate")}}
	s.errors("rate", &form)
	return form
}

func (s *shown) ownerForm() ui.FormView {
	p := s.p
	form := ui.FormView{ID: "assign", Action: problemURL(s.v.ID) + "/owner", Fields: []ui.Field{{Name: "owner", Kind: ui.FieldSelect, Label: p.T("problem.owner"), Value: number(s.v.OwnerID), Options: s.people}, s.seen()}, Submit: ui.Action{Label: p.T("problem.assign")}, Consequence: p.T("problem.assign_consequence")}
	s.errors("owner", &form)
	return form
}

func (s *shown) statusForm() ui.FormView {
	p := s.p
	field := ui.Field{Name: "status", Kind: ui.FieldSelect, Label: p.T("common.status"), Value: s.r.PostFormValue("status")}
	for _, next := range s.v.Next() {
		field.Options = append(field.Options, ui.Option{Value: string(next), Label: p.Message(next.Message())})
	}
	form := ui.FormView{ID: "move", Action: problemURL(s.v.ID) + "/status", Fields: []ui.Field{field, {Name: "note", Kind: ui.FieldArea, Label: p.T("problem.note"), Hint: p.T("problem.note_hint"), Value: s.r.PostFormValue("note"), Rows: 2}, s.seen()}, Submit: ui.Action{Label: p.T("problem.save_status"), Kind: ui.ActionPrimary}}
	s.errors("status", &form)
	return form
}

// act does something with a problem and shows it anew.
func (h *Handler) act(w http.ResponseWriter, r *http.Request, form string, do func(actor access.Actor, id, seen int64) error) error {
	id, err := idOf(r, "problem.missing")
	if err != nil {
		return err
	}
	err = do(access.ActorFrom(r.Context()), id, whole(r.PostFormValue("revision")))
	switch {
	case err == nil:
		http.Redirect(w, r, problemURL(id)+"?done="+form, http.StatusSeeOther)
		return nil
	case mendable(err):
		return h.draw(w, r, httpx.StatusOf(err), form, err)
	}
	return err
}

func ratingOf(r *http.Request) problem.Rating {
	grade := func(name string) int { return int(min(whole(r.PostFormValue(name)), 9)) }
	return problem.Rating{Gravity: grade("gravity"), Urgency: grade("urgency"), Tendency: grade("tendency")}
}

func (h *Handler) rate(w http.ResponseWriter, r *http.Request) error {
	return h.act(w, r, "rate", func(actor access.Actor, id, seen int64) error {
		_, err := h.Problems.Rate(r.Context(), actor, problem.Grade{ID: id, Rating: ratingOf(r), Why: r.PostFormValue("why"), Seen: seen})
		return err
	})
}

func (h *Handler) assign(w http.ResponseWriter, r *http.Request) error {
	return h.act(w, r, "owner", func(actor access.Actor, id, seen int64) error {
		_, err := h.Problems.Assign(r.Context(), actor, id, whole(r.PostFormValue("owner")), seen)
		return err
	})
}

func (h *Handler) move(w http.ResponseWriter, r *http.Request) error {
	return h.act(w, r, "status", func(actor access.Actor, id, seen int64) error {
		_, err := h.Problems.SetStatus(r.Context(), actor, problem.Move{ID: id, Status: problem.Status(r.PostFormValue("status")), Note: r.PostFormValue("note"), Seen: seen})
		return err
	})
}

func (h *Handler) merge(w http.ResponseWriter, r *http.Request) error {
	return h.act(w, r, "merge", func(actor access.Actor, id, _ int64) error {
		_, err := h.Problems.Merge(r.Context(), actor, id, whole(r.PostFormValue("into")))
		return err
	})
}

func (h *Handler) unmerge(w http.ResponseWriter, r *http.Request) error {
	return h.act(w, r, "unmerge", func(actor access.Actor, id, _ int64) error {
		_, err := h.Problems.Unmerge(r.Context(), actor, id)
		return err
	})
}
