package voices

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/org"
	"xiaoguan/internal/questionnaire"
	"xiaoguan/internal/ruledoc"
	"xiaoguan/internal/web/ui"
)

// The forms of a draft's page.
const (
	formSettings = "settings"
	formOpen     = "open"
)

// drawDraft shows a draft: its questions, what it is called and whom it asks, and how it is opened. Failure belongs to the form that is named.
func (h *Handler) drawDraft(w http.ResponseWriter, r *http.Request, status int, v questionnaire.Shown, form string, failure error) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	places, err := h.Questionnaires.Places(ctx, actor)
	if err != nil {
		return err
	}
	asked, err := h.Questionnaires.Preview(ctx, actor, v.ID)
	if err != nil {
		return err
	}
	failed := func(name string) error {
		if form == name {
			return failure
		}
		return nil
	}
	view := head(p, &v)
	view.Actions = []ui.Action{{Label: p.T("questionnaire.add_question"), Icon: "plus", Kind: ui.ActionPrimary, URL: pageURL(v.ID) + "/questions/new"},
		{Label: p.T("questionnaire.drop"), Icon: "trash", URL: pageURL(v.ID) + "/step", Post: true, Fields: map[string][]string{"to": {"drop"}}}}
	left := []templ.Component{ui.Filled(ui.CardView{ID: "questions", Title: p.T("questionnaire.questions"), Count: len(v.Document.Questions), Flush: true, Span: -1}, questionTable(p, &v))}
	right := []templ.Component{openCard(p, r, &v, asked, failed(formOpen)), settingsCard(p, r, &v, places, failed(formSettings))}
	return ui.Write(w, r, status, ui.Compose(view, append(doneNote(p, r), ui.Stack(8, left...), ui.Stack(4, right...))...))
}

func questionTable(p *i18n.Printer, v *questionnaire.Shown) templ.Component {
	table := ui.TableView{Label: p.T("questionnaire.questions"), Columns: []ui.Column{{Label: p.T("questionnaire.number"), Kind: ui.ColumnNarrow}, {Label: p.T("questionnaire.question"), Phone: true}, {Label: p.T("questionnaire.kind"), Kind: ui.ColumnNarrow}, {Label: p.T("questionnaire.theme"), Kind: ui.ColumnNarrow}, {Label: p.T("questionnaire.actions"), Kind: ui.ColumnNarrow, Phone: true}},
		Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("questionnaire.no_questions"), Text: p.T("questionnaire.no_questions_text")}}
	for i := range v.Document.Questions {
		q := &v.Document.Questions[i]
		address := pageURL(v.ID) + "/questions/" + q.ID
		theme := i18n.Unknown
		if q.Theme != "" {
			theme = p.Message(q.Theme.Message())
		}
		text := ui.Cell{Text: words(p, q.Text), URL: address, Phone: p.Message(q.Kind.Message())}
		if q.Reversed {
			text.Sub = p.T("questionnaire.is_reversed")
		}
		step := func(to, label, icon string) templ.Component {
			return ui.Button(ui.Action{Label: label, Icon: icon, Kind: ui.ActionGhost, Small: true, URL: address, Post: true, Fields: map[string][]string{"to": {to}, "seen": {number(v.Revision)}}})
		}
		acts := ui.Beside(step("up", p.T("questionnaire.up"), ""), step("down", p.T("questionnaire.down"), ""), step("remove", p.T("questionnaire.remove"), ""))
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(strconv.Itoa(i + 1)), text, ui.Text(p.Message(q.Kind.Message())), ui.Text(theme), ui.Draw(acts)}})
	}
	return ui.Table(table)
}

// typedOr is what was typed into a form that was refused, or what is kept.
func typedOr(r *http.Request, failure error, name, kept string) string {
	if failure != nil {
		return r.PostFormValue(name)
	}
	return kept
}

func openCard(p *i18n.Printer, r *http.Request, v *questionnaire.Shown, asked questionnaire.Invitees, failure error) templ.Component {
	closes := v.ClosesOn
	if closes == calendar.NoDate || closes < v.Today {
		closes = v.Today + 10
	}
	facts := []ui.Fact{{Term: p.T("questionnaire.would_ask"), Text: p.T("questionnaire.people_count", "Count", asked.People)}, {Term: p.T("questionnaire.groups"), Text: p.T("questionnaire.groups_count", "Count", len(asked.Cells))}}
	if asked.Resting > 0 {
		facts = append(facts, ui.Fact{Term: p.T("questionnaire.resting"), Text: p.T("questionnaire.resting_text", "Count", asked.Resting, "Most", asked.Most, "Days", questionnaire.RestDays)})
	}
	if asked.NoLogin > 0 {
		facts = append(facts, ui.Fact{Term: p.T("questionnaire.no_login"), Text: p.T("questionnaire.no_login_text", "Count", asked.NoLogin)})
	}
	form := ui.FormView{ID: formOpen, Action: pageURL(v.ID) + "/step", Fields: []ui.Field{{Name: "closes_on", ID: "f-open-closes", Kind: ui.FieldDate, Label: p.T("questionnaire.closes_on"), Value: typedOr(r, failure, "closes_on", closes.String())}, {Name: "to", Kind: ui.FieldHidden, Value: "open"}},
		Submit: ui.Action{Label: p.T("questionnaire.open_it"), Icon: "send", Kind: ui.ActionPrimary}, Consequence: p.T("questionnaire.open_consequence")}
	form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p)
	return ui.Filled(ui.CardView{ID: "opening", Title: p.T("questionnaire.open_title"), Span: -1}, ui.Facts(facts), ui.Form(form))
}

func settingsCard(p *i18n.Printer, r *http.Request, v *questionnaire.Shown, places questionnaire.Places, failure error) templ.Component {
	d := &v.Document
	choices := func(name, label string, options []ui.Option) ui.Field {
		return ui.Field{Name: name, Kind: ui.FieldChecks, Label: label, Options: options, Optional: true, Fold: p.T("questionnaire.audience")}
	}
	of := func(list []questionnaire.Place, chosen []int64) (options []ui.Option) {
		for _, place := range list {
			options = append(options, ui.Option{Value: number(place.ID), Label: p.T("questionnaire.place_people", "Name", place.Name, "Count", place.People), Selected: slices.Contains(chosen, place.ID)})
		}
		return options
	}
	var layers []ui.Option
	for _, l := range org.Levels {
		layers = append(layers, ui.Option{Value: string(l), Label: p.T("people.level_" + string(l)), Selected: slices.Contains(v.Audience.Layers, string(l))})
	}
	form := ui.FormView{ID: formSettings, Action: pageURL(v.ID), Fields: []ui.Field{
		{Name: "title_zh", Label: p.T("questionnaire.title_zh"), Value: typedOr(r, failure, "title_zh", d.Title.Zh)}, {Name: "title_en", Label: p.T("questionnaire.title_en"), Value: typedOr(r, failure, "title_en", d.Title.En), Optional: true},
		{Name: "intro_zh", Kind: ui.FieldArea, Rows: 3, Label: p.T("questionnaire.intro_zh"), Value: typedOr(r, failure, "intro_zh", d.Intro.Zh), Optional: true}, {Name: "intro_en", Kind: ui.FieldArea, Rows: 3, Label: p.T("questionnaire.intro_en"), Value: typedOr(r, failure, "intro_en", d.Intro.En), Optional: true},
		choices("region", p.T("questionnaire.regions"), of(places.Regions, v.Audience.RegionIDs)), choices("team", p.T("questionnaire.teams"), of(places.Teams, v.Audience.TeamIDs)), choices("layer", p.T("questionnaire.layers"), layers),
		{Name: "seen", Kind: ui.FieldHidden, Value: number(v.Revision)},
	}, Submit: ui.Action{Label: p.T("common.save"), Kind: ui.ActionPlain}, Consequence: p.T("questionnaire.audience_hint")}
	form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p)
	return ui.Filled(ui.CardView{ID: "what", Title: p.T("questionnaire.settings"), Span: -1}, ui.Form(form))
}

func numbersOf(texts []string) (list []int64) {
	for _, text := range texts {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil && n > 0 {
			list = append(list, n)
		}
	}
	return list
}

func (h *Handler) save(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	id, err := idOf(r)
	if err != nil {
		return err
	}
	v, err := h.Questionnaires.Get(ctx, actor, id)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return errs.Invalid("error.invalid", nil)
	}
	in := questionnaire.Draft{ID: id, Document: v.Document, ClosesOn: v.ClosesOn, Audience: questionnaire.Audience{RegionIDs: numbersOf(r.PostForm["region"]), TeamIDs: numbersOf(r.PostForm["team"]), Layers: r.PostForm["layer"]}}
	in.Document.Title, in.Document.Intro = ruledoc.Text{Zh: r.PostFormValue("title_zh"), En: r.PostFormValue("title_en")}, ruledoc.Text{Zh: r.PostFormValue("intro_zh"), En: r.PostFormValue("intro_en")}
	in.Seen, _ = strconv.ParseInt(r.PostFormValue("seen"), 10, 64) // of no number is not checked
	if _, err = h.Questionnaires.Save(ctx, actor, in); err != nil {
		if mendable(err) && v.Stands == questionnaire.StateDraft {
			return h.drawDraft(w, r, httpx.StatusOf(err), v, formSettings, err)
		}
		return err
	}
	http.Redirect(w, r, pageURL(id)+"?done=saved", http.StatusSeeOther)
	return nil
}

// act does a step of a questionnaire's life.
func (h *Handler) act(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	id, err := idOf(r)
	if err != nil {
		return err
	}
	to, back := r.PostFormValue("to"), pageURL(id)
	day, dayErr := calendar.ParseDate(strings.TrimSpace(r.PostFormValue("closes_on")))
	if dayErr != nil {
		day = calendar.NoDate
	}
	switch to {
	case "open":
		_, err = h.Questionnaires.Open(ctx, actor, id, day)
	case "close":
		_, err = h.Questionnaires.Close(ctx, actor, id)
	case "prolong":
		_, err = h.Questionnaires.Prolong(ctx, actor, id, day)
	case "again":
		var q questionnaire.Questionnaire
		q, err = h.Questionnaires.Again(ctx, actor, id)
		back = pageURL(q.ID)
	case "drop":
		back, err = listURL, h.Questionnaires.Drop(ctx, actor, id)
	default:
		err = errs.New(errs.KindNotFound, "error.not_found", nil)
	}
	if err == nil {
		http.Redirect(w, r, back+"?done="+to, http.StatusSeeOther)
		return nil
	}
	if !mendable(err) {
		return err
	}
	v, got := h.Questionnaires.Get(ctx, actor, id)
	switch {
	case got != nil:
		return got
	case to == "open" && v.Stands == questionnaire.StateDraft:
		return h.drawDraft(w, r, httpx.StatusOf(err), v, formOpen, err)
	case to == "prolong" && v.Stands == questionnaire.StateOpen:
		return h.drawOpen(w, r, httpx.StatusOf(err), v, err)
	}
	return err
}
