package law

import (
	"cmp"
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/lawguard"
	"xiaoguan/internal/money"
	"xiaoguan/internal/tabular"
	"xiaoguan/internal/web/ui"
)

// termsShown is how many people the list shows; a search finds the others.
const termsShown = 200

func (h *Handler) terms(w http.ResponseWriter, r *http.Request) error {
	return h.drawTerms(w, r, http.StatusOK, nil)
}

func (h *Handler) drawTerms(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	rows, err := h.guard.Terms(ctx, actor, h.guard.Today())
	if err != nil {
		return err
	}
	search, missing := strings.TrimSpace(r.FormValue("q")), r.FormValue("missing") != ""
	rows = slices.DeleteFunc(rows, func(row lawguard.TermRow) bool {
		return missing && row.HasTerm || search != "" && !strings.Contains(row.Name, search) && !strings.Contains(row.Key, search)
	})
	return ui.Write(w, r, status, termsPage(ctx, actor, rows, r, failure))
}

func (h *Handler) importTerms(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	if err := actor.Require(access.PermSalaryWrite); err != nil {
		return err
	}
	fresh := 0
	err := ui.ReadSheet(r, func(workbook bool, in io.Reader) error {
		rows, err := lawguard.ReadTerms(ctx, workbook, in)
		if err == nil {
			fresh, err = h.guard.ImportTerms(ctx, actor, rows)
		}
		return err
	})
	if err == nil {
		return redirect(w, r, "/law/terms", url.Values{"new": {number(fresh)}})
	}
	if !mendable(err) && errs.KindOf(err) != errs.KindNotFound {
		return err
	}
	return h.drawTerms(w, r, httpx.StatusOf(err), err)
}

func termsPage(ctx context.Context, actor access.Actor, rows []lawguard.TermRow, r *http.Request, failure error) templ.Component {
	p := httpx.PrinterFrom(ctx)
	view := ui.PageView{Title: p.T("law.terms"), Subtitle: p.T("law.terms_sub"), Current: "law", Crumbs: []ui.Crumb{{Label: p.T("law.title"), URL: "/law"}, {Label: p.T("law.terms")}}}
	var parts []templ.Component
	if text := r.FormValue("new"); text != "" {
		if n, err := strconv.Atoi(text); err == nil {
			parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "saved", Tone: ui.ToneGood, Strong: p.T("law.imported", "Count", n)})))
		}
	}
	query := r.URL.Query()
	query.Del("new")
	missing := ui.Field{Name: "missing", Kind: ui.FieldCheck, Label: p.T("law.only_missing"), Value: "1", Checked: r.FormValue("missing") != ""}
	filter := ui.FilterView{ID: "terms-filter", Path: "/law/terms", Search: &ui.Field{Name: "q", Label: p.T("law.search"), Placeholder: p.T("law.search"), Value: r.FormValue("q")}, Fields: []ui.Field{missing},
		Count: p.T("law.people", "Count", len(rows)), Chips: ui.ChipsOf([]ui.Field{missing}, "/law/terms", query, p.T("common.colon"))}
	if len(query) > 0 {
		filter.Clear = "/law/terms"
	}
	table := ui.TableView{Label: p.T("law.terms"), Columns: []ui.Column{{Label: p.T("law.person"), Phone: true}, {Label: p.T("law.column_work")}, {Label: p.T("law.column_fixed"), Kind: ui.ColumnNumber, Phone: true},
		{Label: p.T("law.column_city"), Phone: true}, {Label: p.T("law.column_from"), Kind: ui.ColumnNarrow}, {Label: p.T("law.column_probation_until"), Kind: ui.ColumnNarrow}},
		Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("law.no_people")}}
	for i, row := range rows {
		if i == termsShown {
			table.Note = p.T("law.more_people", "Count", len(rows)-i)
			break
		}
		cells := []ui.Cell{{Text: row.Name, Sub: strings.Trim(row.Key+" · "+row.Team, " ·"), URL: personURL(row.PersonID)}, {Chip: &ui.Chip{Label: p.T("law.no_term"), Tone: ui.ToneWarn}}, ui.Text(i18n.Unknown), ui.Text(cmp.Or(row.City, i18n.Unknown)), ui.Text(i18n.Unknown), ui.Text(i18n.Unknown)}
		if row.HasTerm {
			cells[1], cells[2], cells[4], cells[5] = ui.Text(p.T("law.work_"+string(row.Current.Work))), ui.MoneyCell(row.Current.FixedMinor), ui.Text(p.Date(row.Current.From)), ui.Text(dayText(p, row.Current.ProbationUntil))
		}
		table.Rows = append(table.Rows, ui.Row{Cells: cells})
	}
	for _, format := range [][2]string{{"csv", "file-type-csv"}, {"xlsx", "file-type-xls"}} {
		table.Exports = append(table.Exports, ui.Link{Label: strings.ToUpper(format[0]), URL: "/law/terms/export/" + format[0], Icon: format[1]})
	}
	parts = append(parts, ui.Across(ui.Filter(filter)), ui.Filled(ui.CardView{Label: p.T("law.terms"), Flush: true, Foot: p.T("law.terms_private")}, ui.Table(table)))
	if actor.Can(access.PermSalaryWrite) {
		form := ui.FormView{ID: "import", Action: "/law/terms/import", Multipart: true, Submit: ui.Action{Label: p.T("law.import"), Kind: ui.ActionPrimary, Icon: "upload"}, Consequence: p.T("law.import_consequence"), Fields: []ui.Field{
			{Name: "file", Kind: ui.FieldFile, Label: p.T("form.sheet_file"), Accept: ".csv,.xlsx,.txt", Optional: true},
			{Name: "text", Kind: ui.FieldArea, Rows: 4, Label: p.T("form.sheet_paste"), Hint: p.T("law.paste_terms"), Value: r.PostFormValue("text"), Optional: true}}}
		if failure != nil {
			form.Problem = problems(p, failure)
		}
		parts = append(parts, ui.Filled(ui.CardView{Title: p.T("law.import_terms"), Sub: p.T("law.import_terms_sub")}, ui.Form(form)))
	}
	return ui.Compose(view, parts...)
}

func dayText(p *i18n.Printer, d calendar.Date) string {
	if d == calendar.NoDate {
		return i18n.Unknown
	}
	return p.Date(d)
}

// exportTerms gives the terms that hold today as a file that can be imported again; who has none stands in it with a number alone.
func (h *Handler) exportTerms(w http.ResponseWriter, r *http.Request) error {
	p := httpx.PrinterFrom(r.Context())
	rows, err := h.guard.Terms(r.Context(), access.ActorFrom(r.Context()), h.guard.Today())
	if err != nil {
		return err
	}
	file := httpx.Export{Name: "terms", Sheet: p.T("law.terms"), Format: r.PathValue("format"), Head: lawguard.TermHead(p.Zh())}
	file.Rows = func(write func(...tabular.Cell) error) (bool, error) {
		for _, row := range rows {
			cells := []tabular.Cell{tabular.Text(row.Key), tabular.Text(""), tabular.Text(""), tabular.Text(""), tabular.Text(""), tabular.Text(""), tabular.Text(""), tabular.Text("")}
			if t := row.Current; row.HasTerm {
				cells[1], cells[2], cells[3], cells[4] = tabular.Text(t.From.String()), tabular.Text(lawguard.WorkWord(t.Work, p.Zh())), tabular.Number(money.Format(t.FixedMinor, money.CNY)), tabular.Text(t.City)
				if t.ProbationUntil != calendar.NoDate {
					cells[5] = tabular.Text(t.ProbationUntil.String())
				}
				if t.RegularMinor > 0 {
					cells[6] = tabular.Number(money.Format(t.RegularMinor, money.CNY))
				}
				cells[7] = tabular.Text(t.Note)
			}
			if err := write(cells...); err != nil {
				return false, err
			}
		}
		return false, nil
	}
	return httpx.Download(w, file)
}

func personID(r *http.Request) (int64, error) {
	id, err := strconv.ParseInt(r.PathValue("person"), 10, 64)
	if err != nil {
		return 0, errs.New(errs.KindNotFound, "lawguard.no_such_person", nil)
	}
	return id, nil
}

func (h *Handler) term(w http.ResponseWriter, r *http.Request) error {
	return h.drawTerm(w, r, http.StatusOK, nil)
}

func (h *Handler) drawTerm(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	id, err := personID(r)
	if err != nil {
		return err
	}
	row, err := h.guard.PersonTerms(ctx, actor, id)
	if err != nil {
		return err
	}
	var ids []string
	for _, t := range row.Record {
		ids = append(ids, t.RecordedBy)
	}
	users, err := h.names.UserNames(ctx, actor, ids)
	if err != nil {
		return err
	}
	return ui.Write(w, r, status, termPage(ctx, actor, row, users, r, failure))
}

// enterTerm records a term, or takes the one of a day back.
func (h *Handler) enterTerm(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	id, err := personID(r)
	if err != nil {
		return err
	}
	var c fact.Checker
	in := lawguard.EnterTerm{PersonID: id, From: day(&c, r, "from"), Taken: r.PostFormValue("act") == "take", Work: lawguard.Work(r.PostFormValue("work")), FixedMinor: amount(&c, r, "fixed"),
		City: strings.TrimSpace(r.PostFormValue("city")), ProbationUntil: day(&c, r, "probation_until"), RegularMinor: amount(&c, r, "regular"), Note: strings.TrimSpace(r.PostFormValue("note"))}
	if !in.Taken && strings.TrimSpace(r.PostFormValue("fixed")) == "" {
		c.Add("fixed", "", "form.error.required", nil)
	}
	if err = c.Err(); err == nil {
		_, err = h.guard.EnterTerms(ctx, actor, in)
	}
	if err == nil {
		return redirect(w, r, personURL(id), url.Values{"saved": {"1"}})
	}
	if !mendable(err) || !actor.Can(access.PermPayAll) || !actor.Can(access.PermSalaryWrite) {
		return err
	}
	return h.drawTerm(w, r, httpx.StatusOf(err), err)
}

func termPage(ctx context.Context, actor access.Actor, row lawguard.TermRow, users map[string]string, r *http.Request, failure error) templ.Component {
	p := httpx.PrinterFrom(ctx)
	view := ui.PageView{Title: row.Name, Subtitle: p.T("law.term_sub"), Current: "law",
		Crumbs: []ui.Crumb{{Label: p.T("law.title"), URL: "/law"}, {Label: p.T("law.terms"), URL: "/law/terms"}, {Label: row.Name}}}
	var parts []templ.Component
	if r.FormValue("saved") != "" {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "saved", Tone: ui.ToneGood, Strong: p.T("law.term_saved")})))
	}
	table := ui.TableView{Label: p.T("law.record"), Columns: []ui.Column{{Label: p.T("law.column_from"), Kind: ui.ColumnNarrow, Phone: true}, {Label: p.T("law.column_work")}, {Label: p.T("law.column_fixed"), Kind: ui.ColumnNumber, Phone: true},
		{Label: p.T("law.column_city")}, {Label: p.T("law.column_probation_until"), Kind: ui.ColumnNarrow}, {Label: p.T("law.column_regular"), Kind: ui.ColumnNumber}, {Label: p.T("law.recorded")}, {Label: p.T("law.state"), Phone: true}},
		Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("law.no_term"), Text: p.T("law.no_term_text")}}
	for _, t := range slices.Backward(row.Record) {
		standing := slices.ContainsFunc(row.Standing, func(s lawguard.Term) bool { return s.From == t.From && s.Number == t.Number })
		cells := []ui.Cell{ui.Text(p.Date(t.From)), ui.Text(p.T("law.work_" + string(t.Work))), ui.MoneyCell(t.FixedMinor), ui.Text(cmp.Or(t.City, i18n.Unknown)), ui.Text(dayText(p, t.ProbationUntil)), ui.MoneyCell(t.RegularMinor),
			{Text: cmp.Or(users[t.RecordedBy], i18n.Unknown), Sub: p.Local(t.RecordedAt).Format("2006-01-02 15:04") + " " + t.Note}, {}}
		kind := ui.RowMuted
		switch {
		case t.Taken:
			cells[1], cells[2], cells[5], cells[7].Chip = ui.Text(i18n.Unknown), ui.Text(i18n.Unknown), ui.Text(i18n.Unknown), &ui.Chip{Label: p.T("law.taken"), Tone: ui.ToneLine}
		case standing:
			kind, cells[7].Chip = ui.RowPlain, &ui.Chip{Label: p.T("law.standing"), Tone: ui.ToneGood}
		default:
			cells[7].Chip = &ui.Chip{Label: p.T("law.replaced"), Tone: ui.ToneLine}
		}
		table.Rows = append(table.Rows, ui.Row{Kind: kind, Cells: cells})
	}
	parts = append(parts, ui.Filled(ui.CardView{Title: p.T("law.record"), Flush: true, Foot: p.T("law.terms_private")}, ui.Table(table)))
	if actor.Can(access.PermSalaryWrite) && actor.PersonID != row.PersonID {
		parts = append(parts, termForm(p, row, r, failure))
		if len(row.Standing) > 0 {
			parts = append(parts, takeForm(p, row, r, failure))
		}
	}
	return ui.Compose(view, parts...)
}

func termForm(p *i18n.Printer, row lawguard.TermRow, r *http.Request, failure error) templ.Component {
	refused := failure != nil && r.PostFormValue("act") != "take"
	value := func(name, usual string) string {
		if refused {
			return r.PostFormValue(name)
		}
		return usual
	}
	work := ui.Field{Name: "work", Kind: ui.FieldSelect, Label: p.T("law.column_work"), Value: value("work", string(cmp.Or(row.Current.Work, lawguard.WorkFullTime))), Span: 6}
	for _, one := range lawguard.Works {
		work.Options = append(work.Options, ui.Option{Value: string(one), Label: p.T("law.work_" + string(one))})
	}
	fields := []ui.Field{{Name: "from", Kind: ui.FieldDate, Label: p.T("law.column_from"), Value: value("from", ""), Hint: p.T("law.from_hint"), Span: 6}, work,
		{Name: "fixed", Kind: ui.FieldMoney, Label: p.T("law.column_fixed"), Value: value("fixed", ""), Hint: p.T("law.fixed_hint"), Unit: p.T("common.yuan"), Span: 6},
		{Name: "city", Label: p.T("law.column_city"), Value: value("city", row.Current.City), Hint: p.T("law.city_hint"), Optional: true, Span: 6},
		{Name: "probation_until", Kind: ui.FieldDate, Label: p.T("law.column_probation_until"), Value: value("probation_until", ""), Optional: true, Span: 6},
		{Name: "regular", Kind: ui.FieldMoney, Label: p.T("law.column_regular"), Value: value("regular", ""), Unit: p.T("common.yuan"), Optional: true, Span: 6},
		{Name: "note", Label: p.T("law.column_note"), Value: value("note", ""), Optional: true}}
	view := ui.FormView{ID: "term", Action: personURL(row.PersonID), Submit: ui.Action{Label: p.T("law.save_term"), Kind: ui.ActionPrimary, Icon: "device-floppy"}, Consequence: p.T("law.term_consequence"), Fields: fields}
	if refused {
		view.Fields, view.Problem = ui.WithErrors(fields, failure, p)
	}
	return ui.Filled(ui.CardView{Title: p.T("law.enter_term"), Span: 8}, ui.Form(view))
}

func takeForm(p *i18n.Printer, row lawguard.TermRow, r *http.Request, failure error) templ.Component {
	from := ui.Field{Name: "from", ID: "f-take-from", Kind: ui.FieldSelect, Label: p.T("law.column_from")}
	for _, t := range row.Standing {
		from.Options = append(from.Options, ui.Option{Value: t.From.String(), Label: p.Date(t.From)})
	}
	view := ui.FormView{ID: "take", Action: personURL(row.PersonID), Submit: ui.Action{Label: p.T("law.take_term"), Kind: ui.ActionDanger, Icon: "arrow-back-up"}, Consequence: p.T("law.take_consequence"),
		Fields: []ui.Field{{Name: "act", Kind: ui.FieldHidden, Value: "take"}, from, {Name: "note", ID: "f-take-note", Label: p.T("law.column_note"), Optional: true}}}
	if failure != nil && r.PostFormValue("act") == "take" {
		view.Fields, view.Problem = ui.WithErrors(view.Fields, failure, p)
	}
	return ui.Filled(ui.CardView{Title: p.T("law.take_term"), Span: 4}, ui.Form(view))
}
