package law

import (
	"cmp"
	"context"
	"io"
	"maps"
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

// settled is everything on the page of rules.
type settled struct {
	actor   access.Actor
	version lawguard.Version
	by      string
	teams   map[string]string // names by key; of teams in reach of who sees pay
	rule    lawguard.Definition
	asked   bool   // a rule is being changed
	form    string // that was refused: rule, wage, cities or import
	failure error
	typed   url.Values
	saved   bool
}

func (h *Handler) rules(w http.ResponseWriter, r *http.Request) error {
	return h.drawRules(w, r, http.StatusOK, "", nil)
}

// drawRules shows the rules, and the form named with its error.
func (h *Handler) drawRules(w http.ResponseWriter, r *http.Request, status int, form string, failure error) (err error) {
	ctx := r.Context()
	s := settled{actor: access.ActorFrom(ctx), form: form, failure: failure, typed: r.PostForm, saved: r.FormValue("saved") != ""}
	if s.version, err = h.guard.Settings(ctx, s.actor); err != nil {
		return err
	}
	name := lawguard.Rule(cmp.Or(r.PathValue("rule"), r.FormValue("rule")))
	if name != "" {
		if s.rule, s.asked = lawguard.DefinitionOf(name); !s.asked {
			return errs.New(errs.KindNotFound, "lawguard.no_such_rule", nil)
		}
	}
	names, err := h.names.UserNames(ctx, s.actor, []string{s.version.CreatedBy})
	if err != nil {
		return err
	}
	s.by = names[s.version.CreatedBy]
	if s.actor.Can(access.PermPayAll) && s.actor.CanAll(access.PermLawWrite) {
		if err := h.teamsOf(ctx, &s); err != nil {
			return err
		}
	}
	return ui.Write(w, r, status, rulesPage(ctx, s))
}

func (h *Handler) teamsOf(ctx context.Context, s *settled) error {
	rows, err := h.guard.Terms(ctx, s.actor, h.guard.Today())
	s.teams = map[string]string{}
	for _, row := range rows {
		if row.TeamKey != "" {
			s.teams[row.TeamKey] = row.Team
		}
	}
	return err
}

func seen(r *http.Request) int {
	n, err := strconv.Atoi(r.PostFormValue("seen"))
	if err != nil {
		return -1 // of no number is a conflict
	}
	return n
}

// answer goes back to the page, or shows it with what was refused.
func (h *Handler) answer(w http.ResponseWriter, r *http.Request, form string, err error) error {
	if err == nil {
		return redirect(w, r, "/law/rules", url.Values{"saved": {"1"}})
	}
	if !mendable(err) || !access.ActorFrom(r.Context()).CanAll(access.PermLawWrite) {
		return err
	}
	return h.drawRules(w, r, httpx.StatusOf(err), form, err)
}

func (h *Handler) setRule(w http.ResponseWriter, r *http.Request) error {
	var c fact.Checker
	set := lawguard.RuleSetting{Off: r.PostFormValue("off") != "", Why: r.PostFormValue("why"), Severity: lawguard.Severity(r.PostFormValue("severity"))}
	if text := strings.TrimSpace(r.PostFormValue("number")); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			c.Add("number", text, "form.error.number", nil)
		}
		set.Number = n
	}
	err := c.Err()
	if err == nil {
		_, err = h.guard.SetRule(r.Context(), access.ActorFrom(r.Context()), seen(r), lawguard.Rule(r.PathValue("rule")), set)
	}
	return h.answer(w, r, "rule", err)
}

func (h *Handler) setCities(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return errs.New(errs.KindInvalid, "error.invalid", nil).Because(err)
	}
	in := lawguard.Cities{City: r.PostFormValue("city"), TeamCities: map[string]string{}}
	for name := range r.PostForm {
		if key, ok := strings.CutPrefix(name, "team."); ok {
			in.TeamCities[key] = r.PostFormValue(name)
		}
	}
	_, err := h.guard.SetCities(r.Context(), access.ActorFrom(r.Context()), seen(r), in)
	return h.answer(w, r, "cities", err)
}

func (h *Handler) putWage(w http.ResponseWriter, r *http.Request) error {
	var c fact.Checker
	wage := lawguard.Wage{City: strings.TrimSpace(r.PostFormValue("wage_city")), From: day(&c, r, "from"), MonthlyMinor: amount(&c, r, "monthly"), HourlyMinor: amount(&c, r, "hourly"), Source: strings.TrimSpace(r.PostFormValue("source"))}
	err := c.Err()
	if err == nil {
		_, err = h.guard.PutWages(r.Context(), access.ActorFrom(r.Context()), seen(r), []lawguard.Wage{wage})
	}
	return h.answer(w, r, "wage", err)
}

func (h *Handler) removeWage(w http.ResponseWriter, r *http.Request) error {
	from, err := calendar.ParseDate(r.PostFormValue("from"))
	if err != nil {
		return errs.New(errs.KindNotFound, "lawguard.no_such_wage", nil)
	}
	_, err = h.guard.RemoveWage(r.Context(), access.ActorFrom(r.Context()), seen(r), r.PostFormValue("city"), from)
	return h.answer(w, r, "wage", err)
}

func (h *Handler) importWages(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	if err := actor.RequireAll(access.PermLawWrite); err != nil {
		return err
	}
	err := ui.ReadSheet(r, func(workbook bool, in io.Reader) error {
		wages, err := lawguard.ReadWages(ctx, workbook, in)
		if err == nil {
			_, err = h.guard.PutWages(ctx, actor, seen(r), wages)
		}
		return err
	})
	return h.answer(w, r, "import", err)
}

// exportWages gives all minimum wages as a file that can be imported again; without any it is the template.
func (h *Handler) exportWages(w http.ResponseWriter, r *http.Request) error {
	p := httpx.PrinterFrom(r.Context())
	v, err := h.guard.Settings(r.Context(), access.ActorFrom(r.Context()))
	if err != nil {
		return err
	}
	file := httpx.Export{Name: "minimum-wages", Sheet: p.T("law.wages"), Format: r.PathValue("format"), Head: lawguard.WageHead(p.Zh())}
	file.Rows = func(write func(...tabular.Cell) error) (bool, error) {
		for _, wage := range v.Settings.Wages {
			hourly := tabular.Text("")
			if wage.HourlyMinor > 0 {
				hourly = tabular.Number(money.Format(wage.HourlyMinor, money.CNY))
			}
			if err := write(tabular.Text(wage.City), tabular.Text(wage.From.String()), tabular.Number(money.Format(wage.MonthlyMinor, money.CNY)), hourly, tabular.Text(wage.Source)); err != nil {
				return false, err
			}
		}
		return false, nil
	}
	return httpx.Download(w, file)
}

func rulesPage(ctx context.Context, s settled) templ.Component {
	p := httpx.PrinterFrom(ctx)
	view := ui.PageView{Title: p.T("law.rules"), Subtitle: p.T("law.rules_sub"), Current: "law", Crumbs: []ui.Crumb{{Label: p.T("law.title"), URL: "/law"}, {Label: p.T("law.rules")}}}
	if !s.actor.Can(access.PermPayAll) {
		view.Crumbs[0].URL = ""
	}
	var parts []templ.Component
	if s.saved {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "saved", Tone: ui.ToneGood, Strong: p.T("law.saved")})))
	}
	parts = append(parts, ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneBrand, Icon: "scale", Strong: p.T("law.no_advice"), Text: p.T("law.no_advice_text")})))
	if s.asked && s.actor.CanAll(access.PermLawWrite) {
		parts = append(parts, ruleForm(p, s))
	}
	parts = append(parts, rulesCard(p, s), wagesCard(p, s))
	if s.actor.CanAll(access.PermLawWrite) {
		parts = append(parts, wageForm(p, s), importForm(p, s), citiesForm(p, s))
	}
	return ui.Compose(view, parts...)
}

func numberText(p *i18n.Printer, unit lawguard.Unit, n int) string {
	if unit == lawguard.UnitNone {
		return i18n.Unknown
	}
	return p.T("law.unit_"+string(unit), "Count", n)
}

// rulesCard lists the rules with what they check and their sources in their own words.
func rulesCard(p *i18n.Printer, s settled) templ.Component {
	table := ui.TableView{Label: p.T("law.rules"), Columns: []ui.Column{{Label: p.T("law.rule"), Phone: true}, {Label: p.T("law.checks"), Phone: true}, {Label: p.T("law.source")}, {Label: p.T("law.number"), Kind: ui.ColumnNarrow}, {Label: p.T("law.state"), Phone: true}}}
	for _, d := range lawguard.Definitions {
		off, severity, n := s.version.Settings.InForce(d)
		state := ui.Cell{Chip: &ui.Chip{Label: p.T("law.severity_" + string(severity)), Tone: severityTones[severity]}}
		if off {
			state = ui.Cell{Chip: &ui.Chip{Label: p.T("law.off"), Tone: ui.ToneLine}, Sub: s.version.Settings.Rules[d.Rule].Why}
		}
		if s.actor.CanAll(access.PermLawWrite) {
			state.Body = ui.Button(ui.Action{Label: p.T("law.change"), URL: "/law/rules?rule=" + string(d.Rule) + "#rule", Small: true})
		}
		var quotes []string
		for _, source := range d.Sources {
			quotes = append(quotes, p.Message(lawguard.Cite(source))+p.T("common.colon")+p.Message(lawguard.Quote(source)))
		}
		table.Rows = append(table.Rows, ui.Row{ID: "law-" + string(d.Rule), Cells: []ui.Cell{{Text: p.Message(d.Name()), Strong: true}, {Text: p.Message(d.Check()), Phone: sourcesOf(p, d.Rule)},
			{Text: quotes[0], Sub: strings.Join(quotes[1:], " ")}, ui.Text(numberText(p, d.Unit, n)), state}})
	}
	card := ui.CardView{Title: p.T("law.rules"), Count: len(lawguard.Definitions), Flush: true}
	if s.version.Number > 0 {
		card.Foot = p.T("law.version", "Number", s.version.Number, "Who", cmp.Or(s.by, i18n.Unknown), "When", p.Local(s.version.CreatedAt).Format("2006-01-02 15:04"))
	}
	return ui.Filled(card, ui.Table(table))
}

// form finishes a form: what was seen, and what was refused.
func (s settled) finish(p *i18n.Printer, view ui.FormView, name string) ui.FormView {
	view.Fields = append([]ui.Field{{Name: "seen", Kind: ui.FieldHidden, Value: number(s.version.Number)}}, view.Fields...)
	if s.form == name {
		view.Fields, view.Problem = ui.WithErrors(view.Fields, s.failure, p)
	}
	return view
}

// value is what was typed into a form that was refused, or else usual.
func (s settled) value(form, name, usual string) string {
	if s.form == form {
		return s.typed.Get(name)
	}
	return usual
}

func ruleForm(p *i18n.Printer, s settled) templ.Component {
	off, severity, n := s.version.Settings.InForce(s.rule)
	if s.form == "rule" {
		off = s.typed.Get("off") != ""
	}
	fields := []ui.Field{{Name: "off", Kind: ui.FieldCheck, Label: p.T("law.turn_off"), Value: "1", Checked: off, Optional: true},
		{Name: "why", Label: p.T("law.why_off"), Value: s.value("rule", "why", s.version.Settings.Rules[s.rule.Rule].Why), Hint: p.T("law.why_hint"), Optional: true}}
	weight := ui.Field{Name: "severity", Kind: ui.FieldRadio, Label: p.T("law.weight"), Value: s.value("rule", "severity", string(severity))}
	for _, one := range []lawguard.Severity{lawguard.SeverityWarning, lawguard.SeverityNote} {
		weight.Options = append(weight.Options, ui.Option{Value: string(one), Label: p.T("law.severity_" + string(one))})
	}
	fields = append(fields, weight)
	if s.rule.Unit != lawguard.UnitNone {
		fields = append(fields, ui.Field{Name: "number", Kind: ui.FieldNumber, Label: p.T("law.number"), Value: s.value("rule", "number", number(n)), Unit: p.T("law.of_" + string(s.rule.Unit)),
			Hint: p.T("law.number_hint", "Default", s.rule.Default, "Min", s.rule.Min, "Most", s.rule.Most), Span: 6})
	}
	view := s.finish(p, ui.FormView{ID: "rule", Action: "/law/rules/" + string(s.rule.Rule), Fields: fields, Submit: ui.Action{Label: p.T("law.save_rule"), Kind: ui.ActionPrimary, Icon: "device-floppy"},
		Cancel: &ui.Link{Label: p.T("common.cancel"), URL: "/law/rules"}, Consequence: p.T("law.rule_consequence")}, "rule")
	return ui.Filled(ui.CardView{Title: p.Message(s.rule.Name()), Sub: p.Message(s.rule.Check())}, ui.Form(view))
}

func wagesCard(p *i18n.Printer, s settled) templ.Component {
	table := ui.TableView{Label: p.T("law.wages"), Columns: []ui.Column{{Label: p.T("law.column_city"), Phone: true}, {Label: p.T("law.column_from"), Kind: ui.ColumnNarrow, Phone: true},
		{Label: p.T("law.column_monthly"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("law.column_hourly"), Kind: ui.ColumnNumber}, {Label: p.T("law.column_source")}, {Label: ""}},
		Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("law.no_wages"), Text: p.T("law.no_wages_text")}}
	for _, w := range s.version.Settings.Wages {
		hourly := ui.Text(i18n.Unknown)
		if w.HourlyMinor > 0 {
			hourly = ui.MoneyCell(w.HourlyMinor)
		}
		row := ui.Row{Cells: []ui.Cell{ui.Text(w.City), ui.Text(p.Date(w.From)), ui.MoneyCell(w.MonthlyMinor), hourly, ui.Text(w.Source), {}}}
		if s.actor.CanAll(access.PermLawWrite) {
			row.Cells[5].Body = ui.Button(ui.Action{Label: p.T("law.remove"), Post: true, URL: "/law/wages/remove", Small: true,
				Fields: url.Values{"seen": {number(s.version.Number)}, "city": {w.City}, "from": {w.From.String()}}})
		}
		table.Rows = append(table.Rows, row)
	}
	for _, format := range [][2]string{{"csv", "file-type-csv"}, {"xlsx", "file-type-xls"}} {
		table.Exports = append(table.Exports, ui.Link{Label: strings.ToUpper(format[0]), URL: "/law/wages/export/" + format[0], Icon: format[1]})
	}
	return ui.Filled(ui.CardView{ID: "wages", Title: p.T("law.wages"), Sub: p.T("law.wages_sub"), Count: len(s.version.Settings.Wages), Flush: true}, ui.Table(table))
}

func wageForm(p *i18n.Printer, s settled) templ.Component {
	value := func(name string) string { return s.value("wage", name, "") }
	view := s.finish(p, ui.FormView{ID: "wage", Action: "/law/wages", Submit: ui.Action{Label: p.T("law.save_wage"), Kind: ui.ActionPrimary, Icon: "plus"}, Consequence: p.T("law.wage_consequence"), Fields: []ui.Field{
		{Name: "wage_city", Label: p.T("law.column_city"), Value: value("wage_city"), Span: 6}, {Name: "from", Kind: ui.FieldDate, Label: p.T("law.column_from"), Value: value("from"), Span: 6},
		{Name: "monthly", Kind: ui.FieldMoney, Label: p.T("law.column_monthly"), Value: value("monthly"), Unit: p.T("common.yuan"), Span: 6},
		{Name: "hourly", Kind: ui.FieldMoney, Label: p.T("law.column_hourly"), Value: value("hourly"), Unit: p.T("common.yuan"), Optional: true, Span: 6},
		{Name: "source", Label: p.T("law.column_source"), Value: value("source"), Hint: p.T("law.source_hint")}}}, "wage")
	return ui.Filled(ui.CardView{Title: p.T("law.add_wage"), Span: 6}, ui.Form(view))
}

func importForm(p *i18n.Printer, s settled) templ.Component {
	view := ui.FormView{ID: "import", Action: "/law/wages/import", Multipart: true, Submit: ui.Action{Label: p.T("law.import"), Icon: "upload"}, Consequence: p.T("law.import_consequence"), Fields: []ui.Field{
		{Name: "seen", ID: "f-import-seen", Kind: ui.FieldHidden, Value: number(s.version.Number)},
		{Name: "file", Kind: ui.FieldFile, Label: p.T("form.sheet_file"), Accept: ".csv,.xlsx,.txt", Optional: true},
		{Name: "text", Kind: ui.FieldArea, Rows: 4, Label: p.T("form.sheet_paste"), Hint: p.T("law.paste_wages"), Value: s.value("import", "text", ""), Optional: true}}}
	if s.form == "import" {
		view.Problem = problems(p, s.failure)
	}
	return ui.Filled(ui.CardView{Title: p.T("law.import_wages"), Span: 6}, ui.Form(view))
}

func citiesForm(p *i18n.Printer, s settled) templ.Component {
	fields := []ui.Field{{Name: "city", Label: p.T("law.company_city"), Value: s.value("cities", "city", s.version.Settings.City), Hint: p.T("law.company_city_hint"), Optional: true, Span: 6}}
	shown := maps.Clone(s.teams)
	if shown == nil {
		shown = map[string]string{}
	}
	for key := range s.version.Settings.TeamCities { // what is kept stays, also for who sees no team
		if _, ok := shown[key]; !ok {
			shown[key] = key
		}
	}
	for _, key := range slices.SortedFunc(maps.Keys(shown), func(a, b string) int { return cmp.Or(cmp.Compare(shown[a], shown[b]), cmp.Compare(a, b)) }) {
		fields = append(fields, ui.Field{Name: "team." + key, Label: p.T("law.team_city", "Team", shown[key]), Value: s.value("cities", "team."+key, s.version.Settings.TeamCities[key]), Optional: true, Span: 6})
	}
	view := s.finish(p, ui.FormView{ID: "cities", Action: "/law/cities", Fields: fields, Submit: ui.Action{Label: p.T("law.save_cities"), Kind: ui.ActionPrimary, Icon: "device-floppy"}, Consequence: p.T("law.cities_consequence")}, "cities")
	return ui.Filled(ui.CardView{Title: p.T("law.cities"), Sub: p.T("law.cities_sub")}, ui.Form(view))
}
