package sales

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/given"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/tabular"
	"xiaoguan/internal/web/ui"
)

func givenColumns(p *i18n.Printer) []ui.Column {
	return []ui.Column{
		{Key: given.SortPerson, Label: p.T("sales.person_key"), Sortable: true, Kind: ui.ColumnNarrow},
		{Key: "name", Label: p.T("common.person"), Phone: true, Fixed: true},
		{Key: "team", Label: p.T("common.team")},
	}
}

func (h *Handler) givenFilter(r *http.Request) (*listing, given.Filter, error) {
	l, err := h.list(r, "given", givenColumns(httpx.PrinterFrom(r.Context())), ui.Sort{Key: given.SortPerson})
	if err != nil {
		return nil, given.Filter{}, err
	}
	month := h.today().Month()
	if typed := l.get("month"); typed != "" {
		if month, err = calendar.ParseMonth(typed); err != nil {
			l.wrong.Add("month", typed, "form.error.month", nil)
		}
	}
	return l, given.Filter{Month: month, Search: l.get("q"), TeamID: l.id("team"), Paging: l.paging()}, nil
}

func givenURL(month calendar.Month, person int64) string {
	return "/given/" + month.String() + "/" + number(person)
}

// givenText writes a value in its unit; a dash where there is none.
func (h *Handler) givenText(p *i18n.Printer, v given.Value, known bool) string {
	switch {
	case !known || v.Taken:
		return i18n.Unknown
	case v.Unit == fact.UnitPercent:
		return v.Value.Percent()
	case v.Unit == fact.UnitMoney && v.Value.Rat().IsInt() && v.Value.Rat().Num().IsInt64():
		return p.Money(v.Value.Rat().Num().Int64(), h.Currency())
	}
	return v.Value.String()
}

func (h *Handler) listGiven(w http.ResponseWriter, r *http.Request) error {
	l, filter, err := h.givenFilter(r)
	if err != nil {
		return err
	}
	grid := given.Grid{Month: filter.Month}
	if err = l.wrong.Err(); err == nil {
		grid, err = h.Given.Grid(l.ctx, l.actor, filter)
	}
	failure, err := asFailure(err)
	if err != nil {
		return err
	}
	teams, err := h.teams(l.ctx, l.actor)
	if err != nil {
		return err
	}
	p := l.p
	for i, m := range grid.Measures {
		l.columns = append(l.columns, ui.Column{Key: "measure-" + strconv.Itoa(i), Label: m.Name, Kind: ui.ColumnNumber, Phone: i == 0})
	}
	var rows []ui.Row
	for _, g := range grid.Rows {
		row := ui.Row{Cells: []ui.Cell{ui.Text(g.Key), {Text: g.Name, URL: givenURL(grid.Month, g.PersonID), Phone: g.TeamName}, ui.Text(text(g.TeamName))}}
		for _, m := range grid.Measures {
			v, known := g.Values[m.Name]
			row.Cells = append(row.Cells, ui.Cell{Text: h.givenText(p, v, known), Muted: !known})
		}
		rows = append(rows, row)
	}
	fields := append([]ui.Field{{Name: "month", Kind: ui.FieldMonth, Label: p.T("common.month"), Value: l.get("month"), Optional: true}}, l.teamField(teams)...)
	view := ui.PageView{Title: p.T("nav.given")}
	if failure == nil {
		view.Subtitle = p.T("sales.given_sub", "Month", p.Month(filter.Month))
		view.Actions = []ui.Action{
			{Label: p.T("sales.month_before"), Icon: "chevron-left", URL: ui.URLWith(l.path, l.plain(), "month", (filter.Month - 1).String())},
			{Label: p.T("sales.month_after"), Icon: "chevron-right", URL: ui.URLWith(l.path, l.plain(), "month", (filter.Month + 1).String())},
		}
		if l.actor.CanAll(access.PermImport) {
			view.Actions = append(view.Actions, ui.Action{Label: p.T("nav.imports"), Icon: "upload", URL: "/imports"})
		}
	}
	note := ""
	if l.actor.Can(access.PermSalesWrite) {
		note = p.T("sales.given_note")
	}
	table := l.table(view.Title, rows, nil, fact.Total{Count: grid.Count}, grid.Next, note)
	return l.draw(w, r, view, l.bar(p.T("sales.search_people"), fields, failure), table, failure)
}

// exportGiven writes a row for each value, in the columns of an import.
func (h *Handler) exportGiven(w http.ResponseWriter, r *http.Request) error {
	l, filter, err := h.givenFilter(r)
	if err != nil {
		return err
	}
	if err := l.wrong.Err(); err != nil {
		return err
	}
	p := l.p
	return httpx.Download(w, httpx.Export{
		Name: "given-values-" + filter.Month.String(), Sheet: p.T("nav.given"), Format: r.PathValue("format"), More: p.T("sales.export_more", "Max", fact.ExportMax),
		Head: []string{p.T("sales.person_key"), p.T("common.month"), p.T("sales.measure"), p.T("sales.value"), p.T("sales.unit")},
		Rows: func(write func(...tabular.Cell) error) (bool, error) {
			return h.Given.Each(l.ctx, l.actor, filter, func(person given.Row, v given.Value) error {
				shown, unit := h.givenTyped(v)
				return write(tabular.Text(person.Key), tabular.Text(v.Month.String()), tabular.Text(v.Measure), tabular.Number(shown), tabular.Text(p.T("sales.unit_"+unit)))
			})
		},
	})
}

// givenTyped is a value as it would be typed, with its unit.
func (h *Handler) givenTyped(v given.Value) (shown, unit string) {
	switch {
	case v.Taken:
		return "", string(v.Unit)
	case v.Unit == fact.UnitPercent:
		return strings.TrimSuffix(v.Value.Percent(), "%"), string(v.Unit)
	case v.Unit == fact.UnitMoney && v.Value.Rat().IsInt() && v.Value.Rat().Num().IsInt64():
		return money.Format(v.Value.Rat().Num().Int64(), h.Currency()), string(v.Unit)
	}
	return v.Value.String(), string(fact.UnitNumber)
}

// parseGiven reads what was typed in a unit.
func (h *Handler) parseGiven(typed string, unit fact.Unit) (decimal.Decimal, bool) {
	switch unit {
	case fact.UnitMoney:
		amount, ok := parseAmount(typed, h.Currency())
		return decimal.FromInt(amount, 0), ok
	case fact.UnitPercent:
		value, err := decimal.Parse(strings.TrimSpace(strings.TrimRight(typed, "%％")))
		return value.Mul(decimal.FromInt(1, 2)), err == nil
	}
	value, err := decimal.Parse(strings.ReplaceAll(typed, ",", ""))
	return value, err == nil && !strings.HasSuffix(typed, "%")
}

func (h *Handler) showGiven(w http.ResponseWriter, r *http.Request) error {
	return h.drawGiven(w, r, http.StatusOK, nil)
}

func (h *Handler) drawGiven(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	month, person, err := quotaPlace(r)
	if err != nil {
		return err
	}
	sheet, err := h.Given.Sheet(ctx, actor, month, person)
	if err != nil {
		return err
	}
	names, err := h.People.PersonNames(ctx, actor, []int64{person})
	if err != nil {
		return err
	}
	var marks []fact.Mark
	var versions []version
	for _, v := range sheet.Versions {
		marks = append(marks, v.Mark)
		versions = append(versions, version{[]string{v.Value.Measure, h.givenText(p, v.Value, true)}, v.Mark})
	}
	users, err := h.userNames(ctx, marks)
	if err != nil {
		return err
	}
	parts := savedNote(p, r)
	if sheet.MayWrite {
		parts = append(parts, ui.Filled(ui.CardView{Title: p.T("sales.set_given"), Span: 6}, ui.Form(h.givenForm(p, r, month, sheet, failure))))
	}
	if len(versions) > 0 {
		parts = append(parts, historyCard(p, []string{p.T("sales.measure"), p.T("sales.value")}, versions, users))
	} else {
		parts = append(parts, ui.Filled(ui.CardView{Label: p.T("sales.history"), Span: 6}, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("sales.no_given")})))
	}
	return ui.Write(w, r, status, ui.Compose(ui.PageView{Title: p.T("sales.given_of_person", "Name", text(names[person])), Subtitle: p.Month(month), Current: "given",
		Crumbs: []ui.Crumb{{Label: p.T("nav.given"), URL: "/given?month=" + month.String()}, {Label: text(names[person])}}}, parts...))
}

// newMeasure is the row of the form for a measure that has no value yet.
const newMeasure = "new"

func givenField(row, part string) string { return row + "." + part }

// givenForm asks for a value of each measure of the month, and for one of another measure.
func (h *Handler) givenForm(p *i18n.Printer, r *http.Request, month calendar.Month, sheet given.Sheet, failure error) ui.FormView {
	typed := func(name, usual string) string {
		if failure != nil {
			return r.PostFormValue(name)
		}
		return usual
	}
	units := map[fact.Unit]string{fact.UnitPercent: "%", fact.UnitMoney: p.T("common.yuan")}
	var fields []ui.Field
	for i, m := range sheet.Measures {
		row, held := fmt.Sprint("m", i), sheet.Values[m.Name]
		unit, shown := m.Unit, ""
		if _, known := sheet.Values[m.Name]; known {
			var word string
			shown, word = h.givenTyped(held)
			unit = fact.Unit(word)
		}
		fields = append(fields, ui.Field{Name: givenField(row, "value"), Kind: ui.FieldDecimal, Label: m.Name, Value: typed(givenField(row, "value"), shown), Unit: units[unit], Optional: true, Span: 6},
			ui.Field{Name: givenField(row, "measure"), Kind: ui.FieldHidden, Value: m.Name}, ui.Field{Name: givenField(row, "unit"), Kind: ui.FieldHidden, Value: string(unit)},
			ui.Field{Name: givenField(row, "seen"), Kind: ui.FieldHidden, Value: typed(givenField(row, "seen"), number(int64(held.Recorded)))})
	}
	choices := []ui.Option{{Value: string(fact.UnitNumber), Label: p.T("sales.unit_number")}, {Value: string(fact.UnitPercent), Label: p.T("sales.unit_percent")}, {Value: string(fact.UnitMoney), Label: p.T("sales.unit_money")}}
	fields = append(fields,
		ui.Field{Name: givenField(newMeasure, "measure"), Label: p.T("sales.new_measure"), Value: typed(givenField(newMeasure, "measure"), ""), Hint: p.T("sales.new_measure_hint"), Optional: true, Span: 6},
		ui.Field{Name: givenField(newMeasure, "value"), Kind: ui.FieldDecimal, Label: p.T("sales.value"), Value: typed(givenField(newMeasure, "value"), ""), Optional: true, Span: 3},
		ui.Field{Name: givenField(newMeasure, "unit"), Kind: ui.FieldSelect, Label: p.T("sales.unit"), Value: typed(givenField(newMeasure, "unit"), string(fact.UnitNumber)), Options: choices, Span: 3})
	v := ui.FormView{ID: "given", Action: givenURL(month, sheet.PersonID), Submit: ui.Action{Label: p.T("sales.set_given_button"), Kind: ui.ActionPrimary}, Consequence: p.T("sales.set_given_consequence")}
	v.Fields, v.Problem = ui.WithErrors(fields, failure, p)
	return v
}

// givenEntries reads the rows of the form; a measure without a name is none.
func (h *Handler) givenEntries(r *http.Request, month calendar.Month, person int64) (entries []given.Entry, err error) {
	var c fact.Checker
	read := func(row string) bool {
		value := func(part string) string { return strings.TrimSpace(r.PostFormValue(givenField(row, part))) }
		in := given.Entry{PersonID: person, Month: month, Measure: value("measure"), Unit: fact.Unit(value("unit"))}
		if in.Measure == "" {
			return false
		}
		if typed := value("value"); typed != "" {
			number, ok := h.parseGiven(typed, in.Unit)
			if !ok {
				c.Add(givenField(row, "value"), typed, "form.error.number", nil)
			}
			in.Value = &number
		}
		if row != newMeasure {
			seen, _ := strconv.ParseInt(value("seen"), 10, 64)
			batch := fact.BatchID(seen)
			in.Seen = &batch
		}
		entries = append(entries, in)
		return true
	}
	for i := 0; i < measuresMax && read(fmt.Sprint("m", i)); i++ {
	}
	read(newMeasure)
	return entries, c.Err()
}

// measuresMax is how many measures a form can have.
const measuresMax = 200

func (h *Handler) setGiven(w http.ResponseWriter, r *http.Request) error {
	month, person, err := quotaPlace(r)
	if err != nil {
		return err
	}
	entries, err := h.givenEntries(r, month, person)
	var receipt fact.Receipt
	if err == nil {
		receipt, err = h.Given.Set(r.Context(), access.ActorFrom(r.Context()), entries...)
	}
	switch {
	case err == nil:
		return done(w, r, givenURL(month, person), receipt)
	case !mendable(err):
		return err
	}
	return h.drawGiven(w, r, httpx.StatusOf(err), err)
}
