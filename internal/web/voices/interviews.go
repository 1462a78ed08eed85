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
	"xiaoguan/internal/interview"
	"xiaoguan/internal/ruledoc"
	"xiaoguan/internal/web/ui"
)

// The addresses of interviews. Guides have one of their own: an interview's id would be taken for one.
const (
	interviewsURL = "/interviews"
	guidesURL     = "/interview-guides"
)

func interviewURL(id int64) string { return interviewsURL + "/" + number(id) }

// tabs lead between questionnaires, interviews and checklists, for who reads the latter.
func tabs(p *i18n.Printer, actor access.Actor, current string) []ui.Tab {
	if !interview.Reads(actor) {
		return nil
	}
	var list []ui.Tab
	for _, url := range []string{listURL, interviewsURL, checklistsURL} {
		list = append(list, ui.Tab{Label: p.T("questionnaire.tab_" + strings.TrimPrefix(url, "/")), URL: url, Current: url == current})
	}
	return list
}

func (h *Handler) interviews(w http.ResponseWriter, r *http.Request) error {
	p, actor := httpx.PrinterFrom(r.Context()), access.ActorFrom(r.Context())
	l, err := h.Interviews.List(r.Context(), actor)
	if err != nil {
		return err
	}
	view := ui.PageView{Title: p.T("interview.title"), Subtitle: p.T("interview.subtitle"), Current: "questionnaires", Tabs: tabs(p, actor, interviewsURL)}
	empty := ui.State{Kind: ui.StateEmpty, Icon: "users", Title: p.T("interview.none"), Text: p.T("interview.none_text")}
	if l.MayRun {
		view.Actions = []ui.Action{{Label: p.T("interview.new"), Icon: "plus", Kind: ui.ActionPrimary, URL: interviewsURL + "/new"}, {Label: p.T("interview.codes"), URL: interviewsURL + "/codes"}}
	}
	var items []ui.Item
	for i := range l.Interviews {
		in := &l.Interviews[i]
		items = append(items, ui.Item{Icon: "message-report", Title: interviewee(p, in), URL: interviewURL(in.ID), Beside: p.Date(in.HeldOn), Detail: p.T("interview.by", "Who", in.InterviewerName, "Count", l.Coded[in.ID])})
	}
	content := ui.List(items)
	if len(items) == 0 {
		content = ui.StateOf(empty)
	}
	left := []templ.Component{ui.Filled(ui.CardView{ID: "interviews", Title: p.T("interview.title"), Flush: true, Span: -1}, content), themeTable(p, &l)}
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, append(doneNote(p, r), ui.Stack(8, left...), ui.Stack(4, guideCard(p, l.MayRun)))...))
}

func interviewee(p *i18n.Printer, i *interview.Interview) string {
	if i.PersonName != "" {
		return p.T("interview.named", "Role", p.Message(i.Role.Message()), "Name", i.PersonName)
	}
	return p.Message(i.Role.Message())
}

// themeTable is in how many interviews of each role a theme came up.
func themeTable(p *i18n.Printer, l *interview.Listing) templ.Component {
	table := ui.TableView{Label: p.T("interview.themes"), Columns: []ui.Column{{Label: p.T("interview.theme"), Phone: true}, {Label: p.T("interview.all_roles"), Kind: ui.ColumnNumber, Phone: true}}, Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("interview.no_themes"), Text: p.T("interview.no_themes_text")}, Note: p.T("interview.themes_note")}
	var roles []interview.Role
	for _, role := range interview.Roles {
		if l.Roles[role] > 0 {
			roles = append(roles, role)
			table.Columns = append(table.Columns, ui.Column{Label: p.T("interview.role_count", "Role", p.Message(role.Message()), "Count", l.Roles[role]), Kind: ui.ColumnNumber})
		}
	}
	for _, t := range l.Themes {
		row := ui.Row{Cells: []ui.Cell{ui.Text(words(p, t.Code.Name)), {Text: strconv.Itoa(t.All) + "/" + strconv.Itoa(len(l.Interviews)), Sub: p.T("interview.passages_count", "Count", t.Passages)}}}
		for _, role := range roles {
			row.Cells = append(row.Cells, ui.Cell{Text: strconv.Itoa(t.ByRole[role]), Muted: t.ByRole[role] == 0})
		}
		table.Rows = append(table.Rows, row)
	}
	return ui.Filled(ui.CardView{ID: "themes", Title: p.T("interview.themes"), Flush: true, Span: -1}, ui.Table(table))
}

func guideCard(p *i18n.Printer, mayRun bool) templ.Component {
	var items []ui.Item
	for _, role := range interview.Roles {
		items = append(items, ui.Item{Icon: "file-text", Title: p.Message(role.Message()), URL: guidesURL + "/" + string(role)})
	}
	sub := ""
	if mayRun {
		sub = p.T("interview.guides_sub")
	}
	return ui.Filled(ui.CardView{ID: "guides", Title: p.T("interview.guides"), Sub: sub, Flush: true, Span: -1}, ui.List(items))
}

func (h *Handler) askInterview(w http.ResponseWriter, r *http.Request) error {
	return h.drawInterviewForm(w, r, http.StatusOK, interview.Interview{Role: interview.RoleCore, HeldOn: calendar.DateOf(h.Now())}, nil)
}

// drawInterviewForm asks for an interview, new or changed.
func (h *Handler) drawInterviewForm(w http.ResponseWriter, r *http.Request, status int, i interview.Interview, failure error) error {
	p, actor := httpx.PrinterFrom(r.Context()), access.ActorFrom(r.Context())
	if err := actor.RequireAll(access.PermQuestionnaireRun); err != nil {
		return err
	}
	guides, _, err := h.Interviews.Guides(r.Context(), actor)
	if err != nil {
		return err
	}
	typed := func(name, kept string) string { return typedOr(r, failure, name, kept) }
	person := ""
	if i.PersonID != 0 {
		person = number(i.PersonID)
	}
	people, err := h.Questionnaires.People(r.Context(), actor)
	if err != nil {
		return err
	}
	var roles, persons []ui.Option
	for _, role := range interview.Roles {
		roles = append(roles, ui.Option{Value: string(role), Label: p.Message(role.Message())})
	}
	for _, e := range people {
		persons = append(persons, ui.Option{Value: number(e.PersonID), Label: e.Name, Group: cellName(p, e.TeamName)})
	}
	consent := p.T("interview.with_name")
	form := ui.FormView{ID: "interview", Action: interviewsURL, Guard: true, Submit: ui.Action{Label: p.T("common.save"), Kind: ui.ActionPrimary}, Cancel: &ui.Link{Label: p.T("common.cancel"), URL: interviewsURL}, Fields: []ui.Field{
		{Name: "role", Kind: ui.FieldSelect, Label: p.T("interview.role"), Value: typed("role", string(i.Role)), Options: roles, Span: 6}, {Name: "held_on", Kind: ui.FieldDate, Label: p.T("interview.held_on"), Value: typed("held_on", i.HeldOn.String()), Span: 6},
		{Name: "person", Kind: ui.FieldSelect, Label: p.T("interview.person"), Value: typed("person", person), Options: persons, Optional: true, Placeholder: p.T("interview.no_name"), Fold: consent}, {Name: "consent", Kind: ui.FieldCheck, Label: p.T("interview.consent"), Value: "1", Checked: typed("consent", person) != "", Optional: true, Fold: consent},
		{Name: "notes", Kind: ui.FieldArea, Rows: 16, Label: p.T("interview.notes"), Hint: p.T("interview.notes_hint"), Value: typed("notes", i.Notes)},
		{Name: "id", Kind: ui.FieldHidden, Value: typed("id", number(i.ID))}, {Name: "seen", Kind: ui.FieldHidden, Value: typed("seen", number(i.Revision))}}}
	form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p)
	title := p.T("interview.new")
	if i.ID != 0 {
		title = p.T("interview.edit")
	}
	var asks []templ.Component
	for _, g := range guides {
		asks = append(asks, ui.FoldedWith(ui.FoldedView{ID: "guide-" + string(g.Role), Title: p.Message(g.Role.Message()), Shape: ui.FoldLine}, guideLines(questionLines(p, g.Questions))))
	}
	view := ui.PageView{Title: title, Current: "questionnaires", Crumbs: []ui.Crumb{{Label: p.T("interview.title"), URL: interviewsURL}, {Label: title}}}
	return ui.Write(w, r, status, ui.Compose(view, ui.Stack(8, ui.Filled(ui.CardView{Title: title, Span: -1}, ui.Form(form))), ui.Stack(4, ui.Filled(ui.CardView{ID: "guides", Title: p.T("interview.guides"), Span: -1}, asks...))))
}

func questionLines(p *i18n.Printer, questions []ruledoc.Text) (lines []string) {
	for _, q := range questions {
		lines = append(lines, words(p, q))
	}
	return lines
}

func (h *Handler) saveInterview(w http.ResponseWriter, r *http.Request) error {
	number := func(name string) int64 {
		n, err := strconv.ParseInt(r.PostFormValue(name), 10, 64)
		if err != nil {
			return 0
		}
		return n
	}
	day, err := calendar.ParseDate(strings.TrimSpace(r.PostFormValue("held_on")))
	if err != nil {
		day = calendar.NoDate
	}
	in := interview.Entry{ID: number("id"), Role: interview.Role(r.PostFormValue("role")), PersonID: number("person"), Consent: r.PostFormValue("consent") != "", HeldOn: day, Notes: r.PostFormValue("notes"), Seen: number("seen")}
	i, err := h.Interviews.Save(r.Context(), access.ActorFrom(r.Context()), in)
	if err != nil {
		if mendable(err) {
			return h.drawInterviewForm(w, r, httpx.StatusOf(err), interview.Interview{ID: in.ID}, err)
		}
		return err
	}
	http.Redirect(w, r, interviewURL(i.ID)+"?done=saved", http.StatusSeeOther)
	return nil
}

func (h *Handler) showInterview(w http.ResponseWriter, r *http.Request) error {
	return h.drawInterview(w, r, http.StatusOK, nil)
}

func interviewIDOf(r *http.Request) (int64, error) {
	id, err := strconv.ParseInt(r.PathValue("interview"), 10, 64)
	if err != nil || id <= 0 {
		return 0, errs.New(errs.KindNotFound, "interview.missing", nil)
	}
	return id, nil
}

// drawInterview shows notes with their passages, and the form that codes another one.
func (h *Handler) drawInterview(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	p, actor := httpx.PrinterFrom(r.Context()), access.ActorFrom(r.Context())
	id, err := interviewIDOf(r)
	if err != nil {
		return err
	}
	v, err := h.Interviews.Get(r.Context(), actor, id)
	if err != nil {
		return err
	}
	title := interviewee(p, &v.Interview)
	view := ui.PageView{Title: title, Current: "questionnaires", Subtitle: p.T("interview.sub", "Day", p.Date(v.HeldOn), "Who", v.InterviewerName), Crumbs: []ui.Crumb{{Label: p.T("interview.title"), URL: interviewsURL}, {Label: title}}}
	if v.MayRun {
		view.Actions = []ui.Action{{Label: p.T("common.edit"), URL: interviewURL(id) + "/edit"}}
	}
	var items []ui.Item
	for _, passage := range v.Passages {
		items = append(items, h.passageItem(p, &v, &passage))
	}
	content := ui.List(items)
	if len(items) == 0 {
		content = ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("interview.no_passages"), Text: p.T("interview.no_passages_text")})
	}
	left := []templ.Component{ui.Filled(ui.CardView{ID: "notes", Title: p.T("interview.notes"), Span: -1}, prose(v.Notes))}
	right := []templ.Component{ui.Filled(ui.CardView{ID: "passages", Title: p.T("interview.passages"), Count: len(v.Passages), Flush: true, Span: -1}, content)}
	if v.MayRun {
		right = append(right, codeForm(p, r, &v, failure))
	}
	return ui.Write(w, r, status, ui.Compose(view, append(doneNote(p, r), ui.Stack(7, left...), ui.Stack(5, right...))...))
}

func (h *Handler) passageItem(p *i18n.Printer, v *interview.Shown, passage *interview.Passage) ui.Item {
	item := ui.Item{Icon: "message-report", Title: "“" + passage.Quoted + "”", Top: true}
	for _, id := range passage.Themes {
		if code, known := v.Book.Code(id); known {
			item.Chips = append(item.Chips, ui.Chip{Label: words(p, code.Name), Tone: ui.ToneBrand})
		}
	}
	switch {
	case passage.ProblemID != 0:
		item.Actions = []ui.Action{{Label: p.T("interview.see_problem"), URL: "/problems/" + number(passage.ProblemID), Small: true, Kind: ui.ActionGhost}}
	case v.MayRun:
		base := interviewURL(v.ID) + "/passages/" + number(passage.ID)
		item.Actions = []ui.Action{{Label: p.T("interview.make_problem"), URL: base + "/problem", Small: true}, {Label: p.T("interview.uncode"), URL: base + "/remove", Post: true, Small: true, Kind: ui.ActionGhost}}
	}
	return item
}

func codeForm(p *i18n.Printer, r *http.Request, v *interview.Shown, failure error) templ.Component {
	var codes []ui.Option
	for _, code := range v.Book.Codes {
		codes = append(codes, ui.Option{Value: code.ID, Label: words(p, code.Name), Selected: slices.Contains(r.PostForm["themes"], code.ID)})
	}
	form := ui.FormView{ID: "code", Action: interviewURL(v.ID) + "/passages", Submit: ui.Action{Label: p.T("interview.code"), Kind: ui.ActionPrimary}, Fields: []ui.Field{{Name: "quoted", Kind: ui.FieldArea, Rows: 3, Label: p.T("interview.quoted"), Hint: p.T("interview.quoted_hint"), Value: r.PostFormValue("quoted")}, {Name: "themes", Kind: ui.FieldChecks, Label: p.T("interview.themes_of"), Options: codes}}}
	form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p)
	return ui.Filled(ui.CardView{ID: "coding", Title: p.T("interview.code_title"), Span: -1}, ui.Form(form))
}

func (h *Handler) editInterview(w http.ResponseWriter, r *http.Request) error {
	id, err := interviewIDOf(r)
	if err != nil {
		return err
	}
	v, err := h.Interviews.Get(r.Context(), access.ActorFrom(r.Context()), id)
	if err != nil {
		return err
	}
	return h.drawInterviewForm(w, r, http.StatusOK, v.Interview, nil)
}

func (h *Handler) code(w http.ResponseWriter, r *http.Request) error {
	id, err := interviewIDOf(r)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return errs.Invalid("error.invalid", nil)
	}
	_, err = h.Interviews.Code(r.Context(), access.ActorFrom(r.Context()), interview.Coding{InterviewID: id, Quoted: r.PostFormValue("quoted"), Themes: r.PostForm["themes"]})
	if err != nil {
		if mendable(err) {
			return h.drawInterview(w, r, httpx.StatusOf(err), err)
		}
		return err
	}
	http.Redirect(w, r, interviewURL(id)+"?done=saved#passages", http.StatusSeeOther)
	return nil
}

func (h *Handler) uncode(w http.ResponseWriter, r *http.Request) error {
	id, err := interviewIDOf(r)
	if err != nil {
		return err
	}
	passage, err := strconv.ParseInt(r.PathValue("passage"), 10, 64)
	if err != nil {
		return errs.New(errs.KindNotFound, "interview.no_passage", nil)
	}
	if err := h.Interviews.Uncode(r.Context(), access.ActorFrom(r.Context()), id, passage); err != nil {
		return err
	}
	http.Redirect(w, r, interviewURL(id)+"?done=saved#passages", http.StatusSeeOther)
	return nil
}
