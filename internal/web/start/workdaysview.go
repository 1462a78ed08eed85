package start

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/company"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/web/ui"
)

// current marks the place in the navigation: who sees the company's settings comes from there.
func current(actor access.Actor) string {
	if actor.Can(access.PermSettingsWrite) {
		return "company"
	}
	return "work-days"
}

// writers names the roles that may change the days.
func writers(p *i18n.Printer) string {
	var names []string
	for _, role := range access.RolesWith(access.PermCalendarWrite) {
		names = append(names, p.Message(role.Message()))
	}
	return p.Join(names)
}

func yearPage(ctx context.Context, v company.YearView, r *http.Request, failure error) templ.Component {
	p, actor := httpx.PrinterFrom(ctx), access.ActorFrom(ctx)
	may := actor.CanAll(access.PermCalendarWrite)
	view := ui.PageView{Title: p.T("workdays.title"), Subtitle: p.T("workdays.subtitle"), Current: current(actor)}
	if actor.Can(access.PermSettingsWrite) {
		view.Crumbs = []ui.Crumb{{Label: p.T("nav.company"), URL: "/company"}, {Label: view.Title}}
	}
	if actor.CanAll(access.PermAuditRead) {
		view.Actions = append(view.Actions, ui.Action{Label: p.T("workdays.trail"), Icon: "archive", URL: ui.URLWith("/audit", nil, "subject", "work_year:"+strconv.Itoa(v.Year))})
	}
	var parts []templ.Component
	switch {
	case failure != nil:
		_, problem := ui.WithErrors(nil, unnamed(p, failure), p)
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneBad, Strong: p.T("workdays.refused"), Text: problem})))
	case r.FormValue("saved") != "":
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneGood, Strong: p.T("workdays.saved"), Text: p.T("workdays.saved_text")})))
	}
	parts = append(parts, missingNote(p, v, may)...)
	parts = append(parts, ui.Across(ui.Segment(yearTabs(p, v), p.T("workdays.year"))))
	glance := ui.CardView{Title: p.T("workdays.months"), Span: 12, Chips: []ui.Chip{stateChip(p, v)}}
	parts = append(parts, ui.Filled(glance, yearGrid(monthsOf(p, v))), ui.Filled(ui.CardView{ID: "listed", Title: p.T("workdays.list", "Year", strconv.Itoa(v.Year)), Flush: true, Span: listSpan(may)}, ui.Table(dayTable(p, v, may))))
	if may {
		parts = append(parts, ui.Stack(5, editCards(p, v, r, failure)...))
	}
	return ui.Compose(view, parts...)
}

// listSpan leaves room for the forms of who may change something.
func listSpan(may bool) int {
	if may {
		return 7
	}
	return 12
}

// unnamed tells faults of lines as one text: they belong to no field of the page.
func unnamed(p *i18n.Printer, err error) error {
	known, ok := errors.AsType[*errs.Error](err)
	if !ok {
		return err
	}
	var lines []string
	for _, f := range known.Fields {
		text := p.Message(f.Message)
		if f.Value != "" {
			text = f.Value + "：" + text
		}
		if f.Row > 0 {
			text = p.T("workdays.line", "Row", f.Row) + " " + text
		}
		if len(lines) < 5 {
			lines = append(lines, text)
		}
	}
	if len(lines) == 0 {
		return err
	}
	return errs.New(known.Kind, "workdays.faults", errs.Args{"Faults": strings.Join(lines, "；")})
}

// missingNote says which years lack, and what that does.
func missingNote(p *i18n.Printer, v company.YearView, may bool) []templ.Component {
	if len(v.Missing) == 0 {
		return nil
	}
	var years []string
	for _, year := range v.Missing {
		years = append(years, strconv.Itoa(year))
	}
	n := ui.Note{ID: "missing", Tone: ui.ToneWarn, Strong: p.T("workdays.unknown", "Years", p.Join(years)), Text: p.T("workdays.unknown_reader", "Roles", writers(p))}
	if may {
		n.Text = p.T("workdays.unknown_text")
		if v.Missing[0] != v.Year {
			n.Action = &ui.Action{Label: p.T("workdays.go_enter"), URL: yearURL(v.Missing[0]) + "#paste"}
		}
	}
	return []templ.Component{ui.Across(ui.NoteOf(n))}
}

// yearTabs are the years that are known, those that lack, and the neighbours of the one shown.
func yearTabs(p *i18n.Printer, v company.YearView) (tabs []ui.Tab) {
	thisYear, _, _ := v.Today.Civil()
	shown := map[int]bool{v.Year: true, thisYear: true, thisYear + 1: true, thisYear - 1: true}
	for year := company.WorkYearFirst; year <= company.WorkYearLast; year++ {
		if shown[year] || year >= thisYear && year <= thisYear+3 && containsYear(v.Years, year) {
			tabs = append(tabs, ui.Tab{Label: p.T("workdays.year_of", "Year", strconv.Itoa(year)), URL: yearURL(year), Current: year == v.Year})
		}
	}
	return tabs
}

func containsYear(years []int, year int) bool {
	for _, y := range years {
		if y == year {
			return true
		}
	}
	return false
}

func stateChip(p *i18n.Printer, v company.YearView) ui.Chip {
	switch {
	case v.Whole:
		return ui.Chip{Label: p.T("workdays.known_own"), Tone: ui.ToneGood}
	case v.Shipped:
		return ui.Chip{Label: p.T("workdays.known_shipped"), Tone: ui.ToneLine}
	}
	return ui.Chip{Label: p.T("workdays.unknown", "Years", strconv.Itoa(v.Year)), Tone: ui.ToneWarn}
}

// run is a run of like days that are listed.
type run struct {
	from, to calendar.Date
	working  bool
	name     string
	source   string
}

// runsOf puts the listed days of a year together.
func runsOf(v company.YearView) (runs []run) {
	own := map[calendar.Date]bool{}
	for _, d := range v.Days {
		own[d.Date] = true
	}
	shipped := calendar.China()
	for _, e := range v.Work.Exceptions() {
		if year, _, _ := e.Date.Civil(); year != v.Year {
			continue
		}
		source := "shipped"
		if own[e.Date] {
			source = "own"
			if _, over := shipped.Exception(e.Date); over {
				source = "over"
			}
		}
		next := run{e.Date, e.Date, e.Working, e.Name, source}
		if last := len(runs) - 1; last >= 0 && runs[last].to == e.Date-1 && runs[last].working == e.Working && runs[last].name == e.Name && runs[last].source == source {
			runs[last].to = e.Date
			continue
		}
		runs = append(runs, next)
	}
	return runs
}

func span(p *i18n.Printer, from, to calendar.Date) string {
	if from == to {
		return p.Date(from) + " " + p.Weekday(from)
	}
	return p.Date(from) + " – " + p.Date(to)
}

func kindChip(p *i18n.Printer, working bool) *ui.Chip {
	if working {
		return &ui.Chip{Label: p.T("workdays.work"), Tone: ui.ToneWarn}
	}
	return &ui.Chip{Label: p.T("workdays.off"), Tone: ui.ToneGood}
}

// monthsOf are the months of the year as they are drawn.
func monthsOf(p *i18n.Printer, v company.YearView) (months []monthGrid) {
	first := calendar.NewMonth(v.Year, 1)
	for m := first; m < first+12; m++ {
		_, number := m.Civil()
		g := monthGrid{Name: p.T("common.month." + strconv.Itoa(int(number))), Days: p.T("workdays.month_days", "Count", v.Work.WorkDays(m.Interval())), Blank: (int(m.First().Weekday()) + 6) % 7}
		for i := range 7 {
			g.Weekdays = append(g.Weekdays, p.T("workdays.week."+strconv.Itoa(i)))
		}
		for d := m.First(); d <= m.Last(); d++ {
			_, _, number := d.Civil()
			cell := gridDay{Day: strconv.Itoa(number), Today: d == v.Today}
			e, listed := v.Work.Exception(d)
			switch {
			case listed && e.Working:
				cell.Kind = "work"
			case listed:
				cell.Kind = "off"
			case !v.Work.IsWorking(d):
				cell.Kind = "end"
			}
			cell.Title = strings.TrimSpace(p.Date(d) + " " + e.Name)
			g.Cells = append(g.Cells, cell)
		}
		months = append(months, g)
	}
	return months
}

func dayTable(p *i18n.Printer, v company.YearView, may bool) ui.TableView {
	table := ui.TableView{ID: "days", Label: p.T("workdays.list", "Year", strconv.Itoa(v.Year)), Columns: []ui.Column{
		{Key: "date", Label: p.T("workdays.date"), Phone: true}, {Key: "kind", Label: p.T("workdays.kind"), Phone: true}, {Key: "name", Label: p.T("workdays.name")}, {Key: "source", Label: p.T("workdays.source")},
	}, Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("workdays.none"), Text: p.T("workdays.none_text")}}
	if may && len(v.Days) > 0 {
		table.Columns = append(table.Columns, ui.Column{Key: "act", Label: p.T("workdays.act"), Kind: ui.ColumnNarrow, Phone: true})
	}
	for _, x := range runsOf(v) {
		cells := []ui.Cell{{Text: span(p, x.from, x.to), Sub: p.T("workdays.days", "Count", int(x.to-x.from)+1), Phone: x.name}, {Chip: kindChip(p, x.working)}, ui.Text(x.name), {Text: p.T("workdays.source_" + x.source), Muted: x.source == "shipped"}}
		if may && len(v.Days) > 0 {
			cell := ui.Cell{}
			if x.source != "shipped" {
				cell = ui.Draw(ui.Button(ui.Action{Label: p.T("workdays.remove"), Small: true, Post: true, URL: daysPath + "/preview",
					Fields: url.Values{"act": {"remove"}, "year": {strconv.Itoa(v.Year)}, "from": {x.from.String()}, "to": {x.to.String()}}}))
			}
			cells = append(cells, cell)
		}
		table.Rows = append(table.Rows, ui.Row{Cells: cells})
	}
	if v.Revision > 0 {
		table.Note = p.T("workdays.changed_by", "Name", v.ByName, "At", p.Local(v.At).Format("2006-01-02 15:04"))
		if v.Reason != "" {
			table.Note += " · " + p.T("workdays.changed_why", "Reason", v.Reason)
		}
	}
	return table
}

// editCards are the ways to change a year: a run of days, a table that is pasted, and whether it is complete.
func editCards(p *i18n.Printer, v company.YearView, r *http.Request, failure error) []templ.Component {
	typed := r.PostForm
	year := ui.Field{Name: "year", Kind: ui.FieldHidden, Value: strconv.Itoa(v.Year)}
	act := func(value string) ui.Field {
		return ui.Field{Name: "act", ID: "act-" + value, Kind: ui.FieldHidden, Value: value}
	}
	hide := func(f ui.Field, id string) ui.Field { f.ID = id; return f }
	kinds := ui.Field{Name: "kind", Kind: ui.FieldRadio, Label: p.T("workdays.kind"), Options: []ui.Option{{Value: "off", Label: p.T("workdays.off"), Selected: typed.Get("kind") != "work"}, {Value: "work", Label: p.T("workdays.work"), Selected: typed.Get("kind") == "work"}}}
	show := ui.Action{Label: p.T("workdays.show"), Kind: ui.ActionPrimary}
	addFields := []ui.Field{
		{Name: "from", Kind: ui.FieldDate, Label: p.T("workdays.from"), Value: typed.Get("from"), Span: 6, Min: strconv.Itoa(v.Year) + "-01-01", Max: strconv.Itoa(v.Year) + "-12-31"},
		{Name: "to", Kind: ui.FieldDate, Label: p.T("workdays.to"), Value: typed.Get("to"), Optional: true, Hint: p.T("workdays.to_hint"), Span: 6, Min: strconv.Itoa(v.Year) + "-01-01", Max: strconv.Itoa(v.Year) + "-12-31"},
		kinds, {Name: "name", Label: p.T("workdays.name"), Value: typed.Get("name"), Optional: true, Placeholder: p.T("workdays.name_hint")}, year, act("add")}
	pasteFields := []ui.Field{
		{Name: "paste", Kind: ui.FieldArea, Label: p.T("workdays.paste_label"), Value: typed.Get("paste"), Rows: 6, Hint: p.T("workdays.paste_hint"), Placeholder: pasteExample(p, v.Year)},
		{Name: "whole", ID: "paste-whole", Kind: ui.FieldCheck, Label: p.T("workdays.whole", "Year", strconv.Itoa(v.Year)), Value: "1", Checked: v.Whole || typed.Get("whole") != ""}, hide(year, "paste-year"), act("paste")}
	if typed.Get("act") == "add" {
		addFields, _ = ui.WithErrors(addFields, failure, p)
	}
	cards := []templ.Component{
		ui.Filled(ui.CardView{ID: "paste", Title: p.T("workdays.paste"), Span: -1}, ui.Form(ui.FormView{ID: "paste-days", Action: daysPath + "/preview", Fields: pasteFields, Submit: show})),
		ui.Filled(ui.CardView{ID: "add", Title: p.T("workdays.add"), Span: -1}, ui.Form(ui.FormView{ID: "add-days", Action: daysPath + "/preview", Fields: addFields, Submit: ui.Action{Label: p.T("workdays.show")}})),
	}
	if !v.Shipped {
		whole := []ui.Field{{Name: "whole", ID: "f-complete", Kind: ui.FieldCheck, Label: p.T("workdays.whole", "Year", strconv.Itoa(v.Year)), Hint: p.T("workdays.whole_hint"), Value: "1", Checked: v.Whole}, hide(year, "whole-year"), act("whole")}
		cards = append(cards, ui.Filled(ui.CardView{ID: "complete", Label: p.T("workdays.whole", "Year", strconv.Itoa(v.Year)), Span: -1}, ui.Form(ui.FormView{ID: "whole-year-form", Action: daysPath + "/preview", Fields: whole, Submit: ui.Action{Label: p.T("workdays.whole_save")}})))
	}
	return cards
}

func pasteExample(p *i18n.Printer, year int) string {
	return p.T("workdays.paste_example", "Year", strconv.Itoa(year))
}

// previewPage shows what a change comes to.
func previewPage(ctx context.Context, v company.Preview, failure error) templ.Component {
	p, actor := httpx.PrinterFrom(ctx), access.ActorFrom(ctx)
	year := strconv.Itoa(v.Change.Year)
	view := ui.PageView{Title: p.T("workdays.preview"), Subtitle: p.T("workdays.year_of", "Year", year) + " · " + p.T("workdays.preview_sub"), Current: current(actor),
		Crumbs: []ui.Crumb{{Label: p.T("workdays.title"), URL: yearURL(v.Change.Year)}, {Label: p.T("workdays.preview")}}}
	if v.Nothing() {
		return ui.Compose(view, ui.Filled(ui.CardView{Label: view.Title}, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("workdays.nothing"), Text: p.T("workdays.nothing_text"), Actions: []ui.Action{{Label: p.T("workdays.back"), URL: yearURL(v.Change.Year)}}})))
	}
	var parts []templ.Component
	if v.PastFlips > 0 {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "past", Tone: ui.ToneWarn, Strong: p.T("workdays.past_note", "Count", v.PastFlips), Text: p.T("workdays.past_text")})))
	}
	if v.WholeWas != v.Change.Whole {
		key := "workdays.whole_off"
		if v.Change.Whole {
			key = "workdays.whole_on"
		}
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "whole", Strong: p.T(key, "Year", year)})))
	}
	fields := []ui.Field{{Name: "year", Kind: ui.FieldHidden, Value: year}, {Name: "revision", Kind: ui.FieldHidden, Value: strconv.FormatInt(v.Change.Revision, 10)}, {Name: "days", Kind: ui.FieldHidden, Value: company.DaysText(v.Change.Days)}}
	if v.Change.Whole {
		fields = append(fields, ui.Field{Name: "whole", Kind: ui.FieldHidden, Value: "1"})
	}
	if v.PastFlips > 0 {
		fields = append(fields, ui.Field{Name: "reason", Label: p.T("workdays.reason"), Value: v.Change.Reason, Hint: p.T("workdays.reason_hint")})
	}
	fields, problem := ui.WithErrors(fields, failure, p)
	parts = append(parts, ui.Filled(ui.CardView{Label: p.T("workdays.confirm")}, ui.Form(ui.FormView{ID: "confirm-days", Action: daysPath, Fields: fields, Problem: problem,
		Submit: ui.Action{Label: p.T("workdays.confirm"), Kind: ui.ActionPrimary}, Cancel: &ui.Link{Label: p.T("workdays.back"), URL: yearURL(v.Change.Year)}, Consequence: p.T("workdays.preview_sub")})))
	if len(v.Days) > 0 {
		parts = append(parts, ui.Filled(ui.CardView{Title: p.T("workdays.days", "Count", len(v.Days)), Flush: true, Span: 7}, ui.Table(changeTable(p, v))))
	}
	if len(v.Months) > 0 {
		table := ui.TableView{Label: p.T("workdays.month"), Columns: []ui.Column{{Key: "month", Label: p.T("workdays.month"), Phone: true}, {Key: "was", Label: p.T("workdays.month_was"), Kind: ui.ColumnNumber, Phone: true}, {Key: "is", Label: p.T("workdays.month_is"), Kind: ui.ColumnNumber, Phone: true}}}
		for _, m := range v.Months {
			table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(p.Month(m.Month)), ui.Text(p.Int(int64(m.Before))), ui.Text(p.Int(int64(m.After)))}})
		}
		parts = append(parts, ui.Filled(ui.CardView{Title: p.T("workdays.month"), Flush: true, Span: 5}, ui.Table(table)))
	}
	return ui.Compose(view, parts...)
}

func changeTable(p *i18n.Printer, v company.Preview) ui.TableView {
	table := ui.TableView{ID: "changes", Label: p.T("workdays.preview"), Columns: []ui.Column{{Key: "date", Label: p.T("workdays.date"), Phone: true}, {Key: "was", Label: p.T("workdays.was"), Phone: true}, {Key: "is", Label: p.T("workdays.is"), Phone: true}}}
	say := func(working bool, name string) string {
		text := p.T("workdays.free")
		if working {
			text = p.T("workdays.worked")
		}
		return strings.TrimSpace(text + " " + name)
	}
	for _, d := range v.Days {
		cell := ui.Cell{Text: p.Date(d.Date) + " " + p.Weekday(d.Date)}
		if d.Past && d.Flips() {
			cell.Chip = &ui.Chip{Label: p.T("workdays.past"), Tone: ui.ToneWarn}
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{cell, {Text: say(d.Before, d.Was), Muted: true}, {Text: say(d.After, d.Name), Strong: d.Flips()}}})
	}
	return table
}
