package capabilities

import (
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
	"xiaoguan/internal/org"
	"xiaoguan/internal/web/ui"
)

func active(skills []capability.Skill) []capability.Skill {
	return slices.DeleteFunc(slices.Clone(skills), func(s capability.Skill) bool { return !s.Active })
}

// matrix is people beside skills.
func (h *Handler) matrix(w http.ResponseWriter, r *http.Request) error {
	p := h.page(r)
	m, err := h.Capability.Matrix(r.Context(), p.actor)
	if err != nil {
		return err
	}
	view := ui.PageView{Title: p.T("capability.skills"), Current: p.current(), Tabs: p.tabs("skills"), Subtitle: p.T("capability.skills_sub")}
	if m.MayKeep {
		view.Actions = []ui.Action{{Label: p.T("capability.keep_skills"), URL: listPath, Icon: "adjustments-horizontal"}}
	}
	skills := active(m.Skills)
	table := ui.TableView{Label: p.T("capability.skills"), Columns: []ui.Column{{Label: p.T("common.person"), Phone: true}, {Label: p.T("capability.gap_sum"), Kind: ui.ColumnNumber, Phone: true}}, Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("capability.nobody"), Text: p.T("capability.nobody_text")}}
	for i := range skills {
		table.Columns = append(table.Columns, ui.Column{Label: p.skill(&skills[i]), Kind: ui.ColumnNumber})
	}
	for i := range m.People {
		person := &m.People[i]
		row := ui.Row{Cells: []ui.Cell{{Text: person.Name, URL: skillsPath + "/" + digits(person.ID), Sub: strings.TrimPrefix(person.TeamName+" · "+p.layer(string(person.Layer)), " · ")}, {}}}
		gaps := int64(0)
		for k := range skills {
			s := &skills[k]
			mark, marked := person.Marks[s.ID]
			cell := ui.Cell{Text: "–", Muted: true}
			if marked {
				cell = ui.Cell{Text: digits(mark.Level), Title: mark.ByName + " " + p.Date(mark.On)}
				if gap := person.Gap(s); gap > 0 {
					gaps += gap
					cell.Text, cell.Tone, cell.Strong = digits(mark.Level)+" ▼"+digits(gap), ui.ToneBad, true
				}
			}
			row.Cells = append(row.Cells, cell)
		}
		row.Cells[1] = ui.Text(digits(gaps))
		table.Rows = append(table.Rows, row)
	}
	card := ui.Filled(ui.CardView{ID: "matrix", Title: p.T("capability.skills"), Count: len(m.People), Flush: true, Foot: p.T("capability.matrix_text")}, ui.Table(table))
	parts := []templ.Component{card}
	if note := p.done(r); note != nil {
		parts = append([]templ.Component{ui.Across(ui.NoteOf(*note))}, parts...)
	}
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, parts...))
}

func (h *Handler) person(w http.ResponseWriter, r *http.Request) error {
	return h.drawPerson(w, r, http.StatusOK, nil)
}

// drawPerson is the skills of one person, with the form of who leads them.
func (h *Handler) drawPerson(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	p := h.page(r)
	m, err := h.Capability.Matrix(r.Context(), p.actor)
	if err != nil {
		return err
	}
	id, err := idOf(r, "person", "capability.no_person")
	if err != nil {
		return err
	}
	at := slices.IndexFunc(m.People, func(k capability.Person) bool { return k.ID == id })
	if at < 0 {
		return errs.New(errs.KindNotFound, "capability.no_person", nil)
	}
	person := &m.People[at]
	view := ui.PageView{Title: person.Name, Current: p.current(), Crumbs: []ui.Crumb{{Label: p.T("capability.skills"), URL: skillsPath}, {Label: person.Name}}, Subtitle: person.TeamName + " · " + p.layer(string(person.Layer)), Narrow: true}
	table := ui.TableView{Label: p.T("capability.skills"), Columns: []ui.Column{{Label: p.T("capability.skill"), Phone: true}, {Label: p.T("capability.level"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("capability.required"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("capability.seen")}}}
	form := ui.FormView{ID: "mark", Action: skillsPath + "/" + digits(id), Submit: ui.Action{Label: p.T("capability.mark"), Kind: ui.ActionPrimary}, Consequence: p.T("capability.mark_consequence")}
	skills := active(m.Skills)
	for i := range skills {
		s := &skills[i]
		level, seen, usual := ui.Cell{Text: "–", Muted: true}, "", ""
		if mark, marked := person.Marks[s.ID]; marked {
			level, seen, usual = ui.Text(digits(mark.Level)), strings.TrimSuffix(mark.ByName+" · "+p.Date(mark.On)+" · "+mark.Words, " · "), digits(mark.Level)
			if person.Gap(s) > 0 {
				level.Tone, level.Strong, level.Text = ui.ToneBad, true, digits(mark.Level)+" ▼"+digits(person.Gap(s))
			}
		}
		required := "–"
		if s.Required[person.Layer] > 0 {
			required = digits(s.Required[person.Layer])
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{{Text: p.skill(s), Phone: seen}, level, ui.Text(required), ui.Text(seen)}})
		field := ui.Field{Name: "skill." + digits(s.ID), Kind: ui.FieldSelect, Label: p.skill(s), Value: usual, Optional: true, Span: 6, Options: []ui.Option{{Value: "", Label: p.T("capability.not_marked")}}}
		if failure != nil {
			field.Value = r.PostFormValue(field.Name)
		}
		for n := range capability.LevelMost {
			field.Options = append(field.Options, ui.Option{Value: strconv.Itoa(n + 1), Label: p.T("capability.level_" + strconv.Itoa(n+1))})
		}
		form.Fields = append(form.Fields, field)
	}
	parts := []templ.Component{ui.Filled(ui.CardView{ID: "matrix-person", Title: p.T("capability.skills"), Flush: true}, ui.Table(table))}
	if m.MayMark && id != p.actor.PersonID {
		on := calendar.DateOf(h.Now()).String()
		if failure != nil {
			on = r.PostFormValue("on")
		}
		form.Fields = append(form.Fields, ui.Field{Name: "on", Kind: ui.FieldDate, Label: p.T("capability.day"), Value: on, Span: 6}, ui.Field{Name: "words", Kind: ui.FieldArea, Label: p.T("capability.words"), Value: r.PostFormValue("words"), Optional: true, Rows: 2})
		form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p.Printer)
		parts = append(parts, ui.Filled(ui.CardView{ID: "marking", Title: p.T("capability.mark")}, ui.Form(form)))
	}
	return ui.Write(w, r, status, ui.Compose(view, parts...))
}

// mark keeps the levels that were changed: one that stays as it is says nothing new.
func (h *Handler) mark(w http.ResponseWriter, r *http.Request) error {
	actor := access.ActorFrom(r.Context())
	if err := actor.Require(access.PermSkillWrite); err != nil {
		return err
	}
	id, err := idOf(r, "person", "capability.no_person")
	if err != nil {
		return err
	}
	m, err := h.Capability.Matrix(r.Context(), actor)
	if err != nil {
		return err
	}
	on, fields := dayOf(r)
	in := capability.MarkEntry{PersonID: id, On: on, Levels: map[int64]int64{}, Words: r.PostFormValue("words")}
	at := slices.IndexFunc(m.People, func(k capability.Person) bool { return k.ID == id })
	for _, s := range active(m.Skills) {
		name := "skill." + digits(s.ID)
		text := r.PostFormValue(name)
		if text == "" {
			continue
		}
		level, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			fields = append(fields, errs.Field{Path: name, Message: errs.Msg("capability.level_wrong", nil)})
		}
		if at < 0 || m.People[at].Marks[s.ID].Level != level {
			in.Levels[s.ID] = level
		}
	}
	if err = errs.Invalid("error.invalid", fields); err == nil {
		err = h.Capability.Mark(r.Context(), actor, in)
	}
	switch {
	case err == nil:
		http.Redirect(w, r, skillsPath+"?done=marked", http.StatusSeeOther)
		return nil
	case mendable(err):
		return h.drawPerson(w, r, httpx.StatusOf(err), err)
	}
	return err
}

func (h *Handler) list(w http.ResponseWriter, r *http.Request) error {
	return h.drawList(w, r, http.StatusOK, nil)
}

// drawList is the list of skills with what each layer should be able to do; an address chooses one to change.
func (h *Handler) drawList(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	p := h.page(r)
	if err := p.actor.RequireAll(access.PermSkillWrite); err != nil {
		return err
	}
	m, err := h.Capability.Matrix(r.Context(), p.actor)
	if err != nil {
		return err
	}
	view := ui.PageView{Title: p.T("capability.keep_skills"), Current: p.current(), Crumbs: []ui.Crumb{{Label: p.T("capability.skills"), URL: skillsPath}, {Label: p.T("capability.keep_skills")}}}
	table := ui.TableView{Label: p.T("capability.keep_skills"), Columns: []ui.Column{{Label: p.T("capability.skill"), Phone: true}}}
	for _, layer := range capability.Layers {
		table.Columns = append(table.Columns, ui.Column{Label: p.layer(string(layer)), Kind: ui.ColumnNumber, Phone: true})
	}
	wanted := r.URL.Query().Get("skill")
	if failure != nil {
		wanted = r.PostFormValue("id")
	}
	chosen := capability.Skill{Active: true}
	for i := range m.Skills {
		s := &m.Skills[i]
		if digits(s.ID) == wanted {
			chosen = *s
		}
		row := ui.Row{Cells: []ui.Cell{ui.LinkTo(p.skill(s), listPath+"?skill="+digits(s.ID))}}
		if !s.Active {
			row.Kind, row.Cells[0].Sub = ui.RowMuted, p.T("capability.inactive")
		}
		for _, layer := range capability.Layers {
			text := "–"
			if s.Required[layer] > 0 {
				text = digits(s.Required[layer])
			}
			row.Cells = append(row.Cells, ui.Text(text))
		}
		table.Rows = append(table.Rows, row)
	}
	return ui.Write(w, r, status, ui.Compose(view, ui.Stack(7, ui.Filled(ui.CardView{ID: "skills", Title: p.T("capability.skills"), Flush: true, Span: -1}, ui.Table(table))), ui.Stack(5, p.skillForm(r, &chosen, failure))))
}

func (p page) skillForm(r *http.Request, s *capability.Skill, failure error) templ.Component {
	typed := func(name, usual string) string {
		if failure != nil {
			return r.PostFormValue(name)
		}
		return usual
	}
	title := p.T("capability.new_skill")
	if s.ID != 0 {
		title = p.skill(s)
	}
	form := ui.FormView{ID: "skill", Action: listPath, Submit: ui.Action{Label: p.T("capability.save"), Kind: ui.ActionPrimary}, Fields: []ui.Field{{Name: "name_zh", Label: p.T("capability.name_zh"), Value: typed("name_zh", s.NameZh)}, {Name: "name_en", Label: p.T("capability.name_en"), Value: typed("name_en", s.NameEn)}}}
	for _, layer := range capability.Layers {
		name := "required." + string(layer)
		field := ui.Field{Name: name, Kind: ui.FieldSelect, Label: p.T("capability.required_of", "Layer", p.layer(string(layer))), Value: typed(name, digits(s.Required[layer])), Span: 6, Options: []ui.Option{{Value: "0", Label: p.T("capability.not_required")}}}
		for n := range capability.LevelMost {
			field.Options = append(field.Options, ui.Option{Value: strconv.Itoa(n + 1), Label: p.T("capability.level_" + strconv.Itoa(n+1))})
		}
		form.Fields = append(form.Fields, field)
	}
	form.Fields = append(form.Fields, ui.Field{Name: "active", Kind: ui.FieldCheck, Label: p.T("capability.active"), Value: "yes", Checked: failure == nil && s.Active || failure != nil && r.PostFormValue("active") == "yes"},
		ui.Field{Name: "id", Kind: ui.FieldHidden, Value: typed("id", digits(s.ID))}, ui.Field{Name: "seen", Kind: ui.FieldHidden, Value: typed("seen", digits(s.Revision))})
	form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p.Printer)
	return ui.Filled(ui.CardView{ID: "skill-card", Title: title, Span: -1}, ui.Form(form))
}

func (h *Handler) saveSkill(w http.ResponseWriter, r *http.Request) error {
	in := capability.SkillEntry{NameZh: r.PostFormValue("name_zh"), NameEn: r.PostFormValue("name_en"), Active: r.PostFormValue("active") == "yes", Required: map[org.Level]int64{}}
	in.ID, _ = strconv.ParseInt(r.PostFormValue("id"), 10, 64) // of no number is a new one
	in.Seen, _ = strconv.ParseInt(r.PostFormValue("seen"), 10, 64)
	for _, layer := range capability.Layers {
		level, err := strconv.ParseInt(r.PostFormValue("required."+string(layer)), 10, 64)
		if err != nil {
			level = 0
		}
		in.Required[layer] = level
	}
	_, err := h.Capability.SaveSkill(r.Context(), access.ActorFrom(r.Context()), in)
	switch {
	case err == nil:
		http.Redirect(w, r, listPath, http.StatusSeeOther)
		return nil
	case mendable(err):
		return h.drawList(w, r, httpx.StatusOf(err), err)
	}
	return err
}
