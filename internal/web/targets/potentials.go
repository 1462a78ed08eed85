package targets

import (
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/targetplan"
	"xiaoguan/internal/web/ui"
)

func yearOf(r *http.Request) (int, error) {
	year, err := strconv.Atoi(r.PathValue("year"))
	if err != nil || year < 2000 || year > 2100 {
		return 0, errs.New(errs.KindNotFound, "targetplan.missing", nil)
	}
	return year, nil
}

func (h *Handler) potentials(w http.ResponseWriter, r *http.Request) error {
	return h.drawPotentials(w, r, http.StatusOK, nil)
}

// potentialsAt is what the page of potentials shows: a unit, the ones below it, and what does not fit together.
type potentialsAt struct {
	year  int
	unit  string
	path  []targetplan.Potential
	below []targetplan.Potential
	all   []targetplan.Potential
	apart map[string]targetplan.Apart
	sums  map[string]targetplan.Apart // of the units below, whether they fit or not
}

// potentialsOf reads what the page of a year and unit shows.
func (h *Handler) potentialsOf(r *http.Request) (at potentialsAt, err error) {
	if at.year, err = yearOf(r); err != nil {
		return at, err
	}
	if at.all, err = h.targets.Potentials(r.Context(), access.ActorFrom(r.Context()), at.year); err != nil {
		return at, err
	}
	at.unit, at.apart, at.sums = targetplan.UnitCompany, map[string]targetplan.Apart{}, map[string]targetplan.Apart{}
	if unit := r.FormValue("unit"); unit != "" {
		at.unit = unit
	}
	byUnit := map[string]targetplan.Potential{}
	for _, p := range at.all {
		byUnit[p.Unit] = p
		if p.Parent == at.unit {
			at.below = append(at.below, p)
		}
		sum := at.sums[p.Parent]
		sum.Units++
		if p.Minor > 0 {
			sum.Known, sum.BelowMinor = sum.Known+1, sum.BelowMinor+p.Minor
		}
		at.sums[p.Parent] = sum
	}
	for _, a := range targetplan.PotentialsApart(at.all) {
		at.apart[a.Unit] = a
	}
	for unit := at.unit; unit != targetplan.UnitCompany; unit = byUnit[unit].Parent {
		one, known := byUnit[unit]
		if !known || one.Kind() == targetplan.KindPerson {
			return at, errs.New(errs.KindNotFound, "targetplan.missing", nil)
		}
		at.path = append([]targetplan.Potential{one}, at.path...)
	}
	return at, nil
}

func (at *potentialsAt) url(unit string) string {
	address := potentialsURL + "/" + strconv.Itoa(at.year)
	if unit == targetplan.UnitCompany {
		return address
	}
	return address + "?unit=" + unit
}

// marketName names a unit that has a market.
func marketName(p *i18n.Printer, one *targetplan.Potential) string {
	switch {
	case one.Name != "":
		return one.Name
	case one.Kind() == targetplan.KindRegion:
		return p.T("targetplan.no_region")
	}
	return p.T("targetplan.no_team")
}

func (h *Handler) potentialsView(p *i18n.Printer, at *potentialsAt) ui.PageView {
	view := ui.PageView{Title: p.T("targetplan.potentials"), Subtitle: p.T("targetplan.potentials_sub", "Year", strconv.Itoa(at.year)), Current: "targets", Crumbs: []ui.Crumb{{Label: p.T("nav.targets"), URL: baseURL}, {Label: p.T("targetplan.potentials"), URL: at.url(targetplan.UnitCompany)}}}
	for i := range at.path {
		view.Crumbs = append(view.Crumbs, ui.Crumb{Label: marketName(p, &at.path[i]), URL: at.url(at.path[i].Unit)})
	}
	view.Crumbs[len(view.Crumbs)-1].URL = ""
	for _, year := range []int{at.year - 1, at.year + 1} {
		icon := "chevron-left"
		if year > at.year {
			icon = "chevron-right"
		}
		other := potentialsAt{year: year}
		view.Actions = append(view.Actions, ui.Action{Label: strconv.Itoa(year), URL: other.url(targetplan.UnitCompany), Icon: icon})
	}
	return view
}

// drawPotentials is what the markets below a unit could give in a year.
func (h *Handler) drawPotentials(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	actor, p := access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	at, err := h.potentialsOf(r)
	if err != nil {
		return err
	}
	view := h.potentialsView(p, &at)
	if len(at.all) == 0 {
		return ui.Write(w, r, status, ui.Compose(view, ui.Filled(ui.CardView{}, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("targetplan.potential_none")}))))
	}
	parts := append(doneNote(p, r), h.apartNotes(p, &at)...)
	title := p.T("targetplan.potentials")
	if len(at.path) > 0 {
		title = marketName(p, &at.path[len(at.path)-1])
	}
	if !actor.CanAll(access.PermTargetWrite) || actor.ReadOnly {
		return ui.Write(w, r, status, ui.Compose(view, append(parts, ui.Filled(ui.CardView{Title: title, Flush: true}, ui.Table(h.potentialTable(p, &at))))...))
	}
	form := h.potentialForm(p, r, &at, failure)
	sheet := h.sheetForm(p, r, at.year)
	if strings.HasSuffix(r.URL.Path, "/sheet") {
		sheet.Problem = sheetProblems(p, failure)
	} else {
		form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p)
	}
	right := []templ.Component{ui.Filled(ui.CardView{ID: "sheet", Title: p.T("targetplan.potential_sheet"), Span: -1}, ui.Form(sheet))}
	if at.unit == targetplan.UnitCompany || len(at.path) == 1 {
		right = append([]templ.Component{h.belowCard(p, &at)}, right...)
	}
	return ui.Write(w, r, status, ui.Compose(view, append(parts, ui.Stack(7, ui.Filled(ui.CardView{Title: title, Span: -1}, ui.Form(form))), ui.Stack(5, right...))...))
}

// apartNotes say which numbers do not come to that of the unit above.
func (h *Handler) apartNotes(p *i18n.Printer, at *potentialsAt) (parts []templ.Component) {
	var items []ui.Item
	for _, one := range at.all {
		if a, is := at.apart[one.Unit]; is && len(items) < findingsShown {
			items = append(items, ui.Item{Icon: "info-circle", Title: marketName(p, &one), URL: at.url(one.Unit), Detail: h.apartText(p, &a), Top: true})
		}
	}
	if len(items) == 0 {
		return nil
	}
	return []templ.Component{ui.Across(ui.Filled(ui.CardView{ID: "apart", Title: p.T("targetplan.apart"), Sub: p.T("targetplan.apart_sub"), Flush: true}, ui.List(items)))}
}

func (h *Handler) apartText(p *i18n.Printer, a *targetplan.Apart) string {
	return p.T("targetplan.apart_text", "Own", p.Money(a.Minor, h.currency()), "Known", a.Known, "Units", a.Units, "Below", p.Money(a.BelowMinor, h.currency()), "Apart", p.MoneySigned(a.BelowMinor-a.Minor, h.currency()))
}

// belowText says what is known of the units below one.
func (h *Handler) belowText(p *i18n.Printer, at *potentialsAt, unit string) string {
	sum := at.sums[unit]
	if sum.Known == 0 {
		return p.T("targetplan.below_none", "Units", sum.Units)
	}
	return p.T("targetplan.below_sum", "Known", sum.Known, "Units", sum.Units, "Below", p.Money(sum.BelowMinor, h.currency()))
}

// belowCard leads to the units below.
func (h *Handler) belowCard(p *i18n.Printer, at *potentialsAt) templ.Component {
	var items []ui.Item
	for i := range at.below {
		one := &at.below[i]
		item := ui.Item{Title: marketName(p, one), URL: at.url(one.Unit), Detail: h.belowText(p, at, one.Unit)}
		if _, is := at.apart[one.Unit]; is {
			item.Chips = []ui.Chip{{Label: p.T("targetplan.apart_short"), Tone: ui.ToneWarn}}
		}
		items = append(items, item)
	}
	title := p.T("targetplan.below_teams")
	if at.unit != targetplan.UnitCompany {
		title = p.T("targetplan.below_people")
	}
	return ui.Filled(ui.CardView{ID: "below", Title: title, Flush: true, Span: -1}, ui.List(items))
}

// potentialTable is for who looks on.
func (h *Handler) potentialTable(p *i18n.Printer, at *potentialsAt) ui.TableView {
	table := ui.TableView{Label: p.T("targetplan.potentials"), Columns: []ui.Column{{Label: p.T("targetplan.unit"), Phone: true}, {Label: p.T("targetplan.potentials"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("targetplan.potential_source")}},
		Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("targetplan.potential_nobody")}}
	for i := range at.below {
		one := &at.below[i]
		name, amount := ui.Cell{Text: marketName(p, one)}, ui.Cell{Text: p.T("targetplan.chance_unknown"), Muted: true}
		if one.Kind() != targetplan.KindPerson {
			name.URL, name.Sub = at.url(one.Unit), h.belowText(p, at, one.Unit)
		}
		if one.Minor > 0 {
			amount = ui.Text(p.Money(one.Minor, h.currency()))
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{name, amount, ui.Text(one.Source)}})
	}
	return table
}

// potentialForm asks for the potentials of the units below one. The source stands once for those that are set; left empty, each keeps its own.
func (h *Handler) potentialForm(p *i18n.Printer, r *http.Request, at *potentialsAt, failure error) ui.FormView {
	source := ui.Field{Name: "source", Label: p.T("targetplan.potential_source"), Hint: p.T("targetplan.potential_source_hint"), Optional: true}
	sources := map[string]bool{}
	fields := []ui.Field{{Name: "unit", Kind: ui.FieldHidden, Value: at.unit}}
	for i := range at.below {
		one := &at.below[i]
		f := ui.Field{Name: "unit_" + one.Unit, Kind: ui.FieldMoney, Label: marketName(p, one), Unit: ui.UnitOf(p, h.currency()), Optional: true}
		if one.Minor > 0 {
			f.Value, source.Value = money.Format(one.Minor, h.currency()), one.Source
			sources[one.Source] = true
			if one.Source != "" {
				f.Hint = p.T("targetplan.potential_from", "Source", one.Source, "Who", one.ByName, "When", p.Local(one.At).Format("2006-01-02"))
			}
		}
		if failure != nil {
			f.Value = r.PostFormValue(f.Name)
		}
		fields = append(fields, f)
	}
	if len(sources) > 1 {
		source.Value = ""
	}
	if failure != nil {
		source.Value = r.PostFormValue("source")
	}
	return ui.FormView{ID: "potentials", Action: potentialsURL + "/" + strconv.Itoa(at.year), Fields: append(fields, source), Submit: ui.Action{Label: p.T("targetplan.potential_save"), Kind: ui.ActionPrimary}, Consequence: p.T("targetplan.potential_consequence")}
}

// sheetForm takes potentials from a file, or from what was copied in a spreadsheet.
func (h *Handler) sheetForm(p *i18n.Printer, r *http.Request, year int) ui.FormView {
	return ui.FormView{ID: "potential-sheet", Action: potentialsURL + "/" + strconv.Itoa(year) + "/sheet", Submit: ui.Action{Label: p.T("targetplan.potential_import"), Icon: "upload"}, Consequence: p.T("targetplan.potential_import_consequence"), Fields: []ui.Field{
		{Name: "file", Kind: ui.FieldFile, Label: p.T("form.sheet_file"), Accept: ".csv,.xlsx,.txt", Optional: true},
		{Name: "text", Kind: ui.FieldArea, Rows: 5, Label: p.T("form.sheet_paste"), Hint: p.T("targetplan.potential_paste"), Value: r.PostFormValue("text"), Optional: true}}}
}

// sheetProblemsShown is how many wrong rows a page names.
const sheetProblemsShown = 8

// sheetProblems names the rows that are wrong.
func sheetProblems(p *i18n.Printer, err error) string {
	return ui.SheetProblems(p, err, sheetProblemsShown, p.T("common.comma"), func(f errs.Field) string {
		text := p.Message(f.Message)
		if f.Value != "" {
			text = f.Value + p.T("common.colon") + text
		}
		if f.Row > 0 {
			text = p.T("targetplan.row", "Row", f.Row, "Text", text)
		}
		return text
	})
}

func (h *Handler) importPotentials(w http.ResponseWriter, r *http.Request) error {
	year, err := yearOf(r)
	if err != nil {
		return err
	}
	err = ui.ReadSheet(r, func(workbook bool, in io.Reader) error {
		_, err := h.targets.ImportPotentials(r.Context(), access.ActorFrom(r.Context()), year, workbook, in)
		return err
	})
	return h.acted(w, r, potentialsURL+"/"+strconv.Itoa(year), "saved", err, h.drawPotentials)
}

func (h *Handler) setPotentials(w http.ResponseWriter, r *http.Request) error {
	at, err := h.potentialsOf(r)
	if err != nil {
		return err
	}
	var c fact.Checker
	source := strings.TrimSpace(r.PostFormValue("source"))
	var given []targetplan.Potential
	for _, one := range at.below {
		if !r.PostForm.Has("unit_" + one.Unit) { // it has come meanwhile
			continue
		}
		was := one
		one.Minor = h.amountOf(r, "unit_"+one.Unit, &c)
		if source != "" {
			one.Source = source
		}
		if one.Minor != was.Minor || one.Minor > 0 && one.Source != was.Source {
			given = append(given, one)
		}
	}
	if err = c.Err(); err == nil {
		err = h.targets.SetPotentials(r.Context(), access.ActorFrom(r.Context()), at.year, given)
	}
	return h.acted(w, r, at.url(at.unit), "saved", err, h.drawPotentials)
}
