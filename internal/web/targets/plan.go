package targets

import (
	"math/big"
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/origin"
	"xiaoguan/internal/quota"
	"xiaoguan/internal/targetplan"
	"xiaoguan/internal/web/ui"
)

func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	return h.drawPlan(w, r, http.StatusOK, nil)
}

// drawPlan is a plan's page: how it stands, one unit with what is below it, and what to do next.
func (h *Handler) drawPlan(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	v, err := h.targets.Get(ctx, actor, id, r.URL.Query().Get("unit"))
	if err != nil {
		return err
	}
	view := h.planView(p, &v)
	source, err := ui.OriginBehind(r, h.origins, origin.KindTarget, number(id))
	if err != nil {
		return err
	}
	parts := append(append(doneNote(p, r), problemNote(p, failure)...), ui.OriginNote(p, source)...)
	switch v.State {
	case targetplan.StateGathering:
		return ui.Write(w, r, status, ui.Compose(view, append(parts, ui.Filled(ui.CardView{Title: p.T("targetplan.gathering")}, ui.Progress(gathering(p, v))))...))
	case targetplan.StateFailed:
		return ui.Write(w, r, status, ui.Compose(view, append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "failed", Tone: ui.ToneBad, Strong: p.Message(v.Failure)})), h.stepsCard(p, &v, 12))...))
	}
	names := map[string]string{}
	for unit, name := range v.Names {
		names[unit] = name
	}
	for _, row := range append(append([]targetplan.Row{}, v.Path...), rowsOf(v.Rows)...) {
		names[row.Unit] = nameOf(p, &row)
	}
	if v.Whole && !v.Summary.Feasible() {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "infeasible", Tone: ui.ToneBad, Strong: p.T("targetplan.infeasible"), Text: p.T("targetplan.infeasible_text")})))
	}
	left := []templ.Component{h.treeCard(p, &v)}
	if v.Unit != nil {
		left = append(left, h.monthsCard(p, &v.Plan, &v.Unit.Row))
		if v.MayWrite && v.Unit.Parent != "" && (v.State == targetplan.StateDraft || v.State == targetplan.StateDiscussion) {
			left = append(left, h.handCard(p, &v.Plan, v.Unit.Unit, retypedOf(p, r, failure)))
		}
	}
	right := []templ.Component{}
	if v.Unit != nil {
		right = append(right, h.unitCard(p, &v))
	}
	if v.Whole {
		right = append(right, h.summaryCard(p, &v), h.findingsCard(p, &v, names))
	}
	if len(v.Objections) > 0 {
		right = append(right, h.waitingCard(p, &v))
	}
	if v.MayWrite {
		right = append(right, h.stepsCard(p, &v, -1))
	}
	if len(right) == 0 {
		return ui.Write(w, r, status, ui.Compose(view, append(parts, ui.Stack(12, left...))...))
	}
	return ui.Write(w, r, status, ui.Compose(view, append(parts, ui.Stack(8, left...), ui.Stack(4, right...))...))
}

func rowsOf(shown []targetplan.RowShown) (rows []targetplan.Row) {
	for i := range shown {
		rows = append(rows, shown[i].Row)
	}
	return rows
}

func (h *Handler) planView(p *i18n.Printer, v *targetplan.Shown) ui.PageView {
	view := ui.PageView{Title: v.Name, Current: "targets", Chips: []ui.Chip{stateChip(p, v.State), {Label: strconv.Itoa(v.FiscalYear) + " v" + number(v.Number)}}, Crumbs: []ui.Crumb{{Label: p.T("nav.targets"), URL: baseURL}}}
	if v.Summary.Months > 0 {
		view.Subtitle = p.T("targetplan.rests_text", "On", p.Date(v.Summary.On), "Since", p.Month(v.Summary.Since), "Months", v.Summary.Months)
	}
	if v.State == targetplan.StatePublished {
		view.Chips = append(view.Chips, ui.Chip{Label: p.T("targetplan.accepted_of", "Accepted", v.Accepted, "Count", v.Reached)})
	}
	if len(v.Path) == 0 {
		view.Crumbs = append(view.Crumbs, ui.Crumb{Label: v.Name})
	}
	for i := range v.Path {
		crumb := ui.Crumb{Label: nameOf(p, &v.Path[i]), URL: unitURL(v.ID, v.Path[i].Unit)}
		if i == 0 && v.Path[i].Unit == targetplan.UnitCompany {
			crumb.Label = v.Name
		}
		if i == len(v.Path)-1 {
			crumb.URL = ""
		}
		view.Crumbs = append(view.Crumbs, crumb)
	}
	if v.MayWrite && (v.State == targetplan.StateDraft || v.State == targetplan.StateDiscussion) {
		view.Actions = append(view.Actions, ui.Action{Label: p.T("targetplan.rules"), URL: planURL(v.ID) + "/rules", Icon: "adjustments-horizontal"})
	}
	view.Actions = append(view.Actions, ui.Action{Label: p.T("fairness.title"), URL: planURL(v.ID) + "/fairness", Icon: "scale"})
	if v.Whole {
		view.Actions = append(view.Actions, ui.Action{Label: p.T("targetplan.compare"), URL: planURL(v.ID) + "/compare", Icon: "git-compare"})
	}
	if v.RequestID != "" && v.Whole {
		view.Actions = append(view.Actions, ui.Action{Label: p.T("targetplan.see_request"), URL: "/approvals/" + v.RequestID})
	}
	return view
}

// treeCard is what is below the unit.
func (h *Handler) treeCard(p *i18n.Printer, v *targetplan.Shown) templ.Component {
	table := ui.TableView{Label: p.T("targetplan.tree"), Columns: []ui.Column{{Label: p.T("targetplan.unit"), Phone: true}, {Label: p.T("targetplan.last_year"), Kind: ui.ColumnNumber, Title: p.T("targetplan.last_title")}, {Label: p.T("targetplan.target"), Kind: ui.ColumnNumber, Phone: true},
		{Label: p.T("targetplan.growth"), Kind: ui.ColumnNumber, Title: p.T("targetplan.growth_title")}, {Label: p.T("targetplan.base"), Kind: ui.ColumnNumber}, {Label: p.T("targetplan.chance"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("targetplan.own"), Kind: ui.ColumnNumber}, {Label: p.T("targetplan.gap"), Kind: ui.ColumnNumber}},
		Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("targetplan.nothing_in_reach")}}
	for i := range v.Rows {
		table.Rows = append(table.Rows, ui.Row{Cells: h.cellsOf(p, &v.Plan, &v.Rows[i])})
	}
	if v.Unit != nil {
		cells := h.cellsOf(p, &v.Plan, v.Unit)
		cells[0] = ui.Cell{Text: nameOf(p, &v.Unit.Row)}
		if others := lastOfOthers(v); others != 0 {
			cells[1].Sub = p.T("targetplan.last_others", "Amount", p.AmountWhole(others, h.currency()))
		}
		table.Totals = []ui.Row{{Kind: ui.RowSum, Cells: cells}}
	}
	return ui.Filled(ui.CardView{Title: p.T("targetplan.tree"), Flush: true, Span: -1}, ui.Table(table))
}

func (h *Handler) cellsOf(p *i18n.Printer, plan *targetplan.Plan, row *targetplan.RowShown) []ui.Cell {
	money := func(minor int64) string { return p.AmountWhole(minor, h.currency()) }
	d := &row.Detail
	name := ui.Cell{Text: nameOf(p, &row.Row), URL: unitURL(plan.ID, row.Unit), Sub: p.T("targetplan.to_people", "Count", row.People)}
	if row.PersonID != 0 {
		name = ui.Cell{Text: nameOf(p, &row.Row), URL: personURL(plan.ID, row.PersonID), Sub: levelText(p, d.Level)}
	}
	if d.OverMinor != 0 {
		name.Chip = &ui.Chip{Label: p.T("targetplan.over") + " " + money(d.OverMinor), Tone: ui.ToneLine}
	}
	if d.Hold != quota.HoldNone && row.PersonID != 0 {
		name.Chip = &ui.Chip{Label: p.T(d.Hold.MessageKey()), Tone: ui.ToneLine}
	}
	growth, own, gap := i18n.Unknown, i18n.Unknown, i18n.Unknown
	if more, of, known := row.Growth(); known {
		growth = p.Percent(big.NewRat(more, of))
	}
	chance := ui.Cell{Text: i18n.Unknown}
	switch {
	case d.Known && row.PersonID != 0:
		chance = chanceCell(p, d.Chance)
	case d.Known:
		chance = ui.Cell{Text: chanceCell(p, d.Enough).Text, Sub: p.T("targetplan.enough_short", "Percent", plan.Rules.Enough), Title: p.T("targetplan.enough_target", "Percent", plan.Rules.Enough)}
	}
	if row.OwnPeople > 0 {
		own, gap = money(row.OwnMinor), money(row.Gap())
	}
	ownCell := ui.Cell{Text: own}
	if row.OwnPeople > 0 && row.PersonID == 0 {
		ownCell.Sub = p.T("targetplan.own_of", "Count", row.OwnPeople)
	}
	return []ui.Cell{name, h.lastCell(p, row), {Text: money(row.Minor), Strong: true}, ui.Text(growth), ui.Text(money(d.Base)), chance, ownCell, ui.Text(gap)}
}

// lastCell is what growth is measured against, and how far that was recorded.
func (h *Handler) lastCell(p *i18n.Printer, row *targetplan.RowShown) ui.Cell {
	d := &row.Detail
	if !d.LastKnown {
		return ui.Cell{Text: i18n.Unknown, Title: p.T("targetplan.last_unknown")}
	}
	return ui.Cell{Text: p.AmountWhole(d.LastYear, h.currency()), Sub: h.lastSub(p, &row.Row)}
}

// lastSub says what of a year's results was made up, and why.
func (h *Handler) lastSub(p *i18n.Printer, row *targetplan.Row) string {
	d := &row.Detail
	switch sold := p.AmountWhole(d.Last, h.currency()); {
	case d.LastMade == 0:
		return ""
	case d.Assumed:
		return p.T("targetplan.last_assumed", "Sold", sold)
	case row.PersonID != 0:
		return p.T("targetplan.last_made", "Sold", sold)
	default:
		return p.T("targetplan.last_made_of", "Sold", sold, "Count", d.LastMade)
	}
}

// lastOfOthers is what people sold in the last twelve months who are asked for nothing now: the company's row has it, and no other.
func lastOfOthers(v *targetplan.Shown) int64 {
	if v.Unit.Unit != targetplan.UnitCompany || !v.Unit.Detail.LastKnown {
		return 0
	}
	others := v.Unit.Detail.Last
	for i := range v.Rows {
		others -= v.Rows[i].Detail.Last
	}
	return others
}

func levelText(p *i18n.Printer, level string) string {
	if key := "people.level_" + level; p.Has(key) {
		return p.T(key)
	}
	return level
}

// monthsCard is a unit's target by month.
func (h *Handler) monthsCard(p *i18n.Printer, plan *targetplan.Plan, row *targetplan.Row) templ.Component {
	table := ui.TableView{Label: p.T("targetplan.months"), Columns: []ui.Column{{Label: p.T("targetplan.month"), Phone: true}, {Label: p.T("targetplan.target"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("targetplan.growth"), Kind: ui.ColumnBar, Phone: true}}}
	table.Columns[2].Label = ""
	most := int64(1)
	for _, minor := range row.Months {
		most = max(most, minor)
	}
	for m, minor := range row.Months {
		month := plan.First + calendar.Month(m)
		name := ui.Cell{Text: p.Month(month)}
		if plan.From != 0 && month < plan.From {
			name.Sub, name.Muted = p.T("targetplan.month_before"), true
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{name, ui.Text(p.Amount(minor, h.currency())), ui.Draw(ui.BarOf(ui.Bar{Parts: []ui.BarPart{{Share: big.NewRat(minor, most), Class: "f1"}}}))}})
	}
	table.Totals = []ui.Row{{Kind: ui.RowSum, Cells: []ui.Cell{{Text: p.T("targetplan.letter_year")}, ui.Text(p.Amount(row.Minor, h.currency())), {}}}}
	return ui.Filled(ui.CardView{Title: p.T("targetplan.months"), Sub: nameOf(p, row), Flush: true, Span: -1}, ui.Table(table))
}

// unitCard says how a unit's number came about.
func (h *Handler) unitCard(p *i18n.Printer, v *targetplan.Shown) templ.Component {
	row, d := &v.Unit.Row, &v.Unit.Detail
	money := func(minor int64) string { return p.Money(minor, h.currency()) }
	facts := []ui.Fact{{Term: p.T("targetplan.target"), Text: money(row.Minor)}, {Term: p.T("targetplan.expected"), Text: expectedText(p, d.Expected > 0, money(d.Expected))}, {Term: p.T("targetplan.people_base"), Text: money(d.Base)}}
	if d.OverMinor != 0 {
		facts = append(facts, ui.Fact{Term: p.T("targetplan.over"), Text: money(d.OverMinor)})
	}
	if d.Known {
		facts = append(facts, ui.Fact{Term: p.T("targetplan.enough_base", "Percent", v.Rules.Enough), Text: chanceText(p, d.BaseEnough)}, ui.Fact{Term: p.T("targetplan.enough_target", "Percent", v.Rules.Enough), Text: chanceText(p, d.Enough)})
	}
	facts = append(facts, h.portionFacts(p, d)...)
	if d.Hold != quota.HoldNone {
		facts = append(facts, ui.Fact{Term: p.T("targetplan.hold"), Text: p.T(d.Hold.MessageKey())})
	}
	return ui.Filled(ui.CardView{Title: nameOf(p, row), Span: -1}, ui.Facts(facts))
}

// portionFacts says which reasons gave a unit its share.
func (h *Handler) portionFacts(p *i18n.Printer, d *targetplan.Detail) (facts []ui.Fact) {
	for _, portion := range d.Portions {
		part := i18n.Unknown
		if portion.Whole > 0 {
			part = p.Percent(big.NewRat(portion.Part, portion.Whole))
		}
		facts = append(facts, ui.Fact{Term: p.T(portion.Driver.MessageKey()), Text: p.T("targetplan.driver_part", "Share", part, "Counts", share(p, portion.Counts))})
	}
	return facts
}

// expectedText is what rests on results, or that there are none.
func expectedText(p *i18n.Printer, known bool, text string) string {
	if !known {
		return p.T("targetplan.nothing_expected")
	}
	return text
}

// summaryCard is the whole company at a glance.
func (h *Handler) summaryCard(p *i18n.Printer, v *targetplan.Shown) templ.Component {
	s := &v.Summary
	money := func(minor int64) string { return p.Money(minor, h.currency()) }
	expects := func(text string) string { return expectedText(p, s.ExpectedMinor > 0, text) }
	facts := []ui.Fact{{Term: p.T("targetplan.company_target"), Text: money(s.TargetMinor)}, {Term: p.T("targetplan.last_year"), Text: money(s.LastMinor)}, {Term: p.T("targetplan.expected"), Text: expects(money(s.ExpectedMinor))}, {Term: p.T("targetplan.people_sum"), Text: money(s.PeopleMinor)},
		{Term: p.T("targetplan.people_base"), Text: money(s.BaseMinor)}, {Term: p.T("targetplan.people"), Text: p.Int(s.People)}, {Term: p.T("targetplan.enough_base", "Percent", v.Rules.Enough), Text: expects(chanceText(p, s.BaseEnough))},
		{Term: p.T("targetplan.enough_target", "Percent", v.Rules.Enough), Text: expects(chanceText(p, s.TargetEnough))}, {Term: p.T("targetplan.wanted"), Text: share(p, s.BaseWanted)}}
	if s.Ahead > 0 { // versions of the plan that are older do not know it
		market := p.T("targetplan.market_none")
		if s.MovedPeople > 0 {
			market = p.T("targetplan.market_text", "People", s.MovedPeople, "Moved", share(p, s.Moved), "Ahead", share(p, s.Ahead), "Common", share(p, s.Common))
		}
		facts = append(facts, ui.Fact{Term: p.T("targetplan.market"), Text: market})
	}
	return ui.Filled(ui.CardView{Title: p.T("targetplan.summary"), Span: -1}, ui.Facts(append(facts, ui.Fact{Term: p.T("targetplan.tested"), Text: expects(testedText(p, s))})))
}

// waitingCard lists objections that nobody has answered.
func (h *Handler) waitingCard(p *i18n.Printer, v *targetplan.Shown) templ.Component {
	var items []ui.Item
	for i := range v.Objections {
		o := &v.Objections[i]
		item := ui.Item{Icon: "message-report", Title: h.objectionLine(p, o), URL: personURL(v.ID, o.PersonID) + "#objections", Detail: o.Reason, Top: true}
		items = append(items, item)
	}
	return ui.Filled(ui.CardView{ID: "objections", Title: p.T("targetplan.objections"), Count: len(items), Flush: true, Span: -1}, ui.List(items))
}

func (h *Handler) objectionLine(p *i18n.Printer, o *targetplan.Objection) string {
	if o.WantedMinor == 0 {
		return p.T("targetplan.objection_line_none", "Name", o.PersonName, "Target", p.Money(o.TargetMinor, h.currency()))
	}
	return p.T("targetplan.objection_line", "Name", o.PersonName, "Target", p.Money(o.TargetMinor, h.currency()), "Wanted", p.Money(o.WantedMinor, h.currency()))
}

// compare sets the plan beside another version of its year.
func (h *Handler) compare(w http.ResponseWriter, r *http.Request) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	v, err := h.targets.Get(ctx, actor, id, "")
	if err != nil {
		return err
	}
	plans, err := h.targets.List(ctx, actor)
	if err != nil {
		return err
	}
	other, _ := strconv.ParseInt(r.URL.Query().Get("with"), 10, 64) // of no number is the version before
	field := ui.Field{Name: "with", Kind: ui.FieldSelect, Label: p.T("targetplan.compare_with")}
	for i := range plans {
		if one := &plans[i]; one.ID != id && one.FiscalYear == v.FiscalYear && one.ResultHash != "" {
			if other == 0 {
				other = one.ID
			}
			field.Options = append(field.Options, ui.Option{Value: number(one.ID), Label: "v" + number(one.Number) + " " + one.Name, Selected: one.ID == other})
		}
	}
	view := ui.PageView{Title: p.T("targetplan.compare"), Subtitle: v.Name + " v" + number(v.Number), Current: "targets", Crumbs: []ui.Crumb{{Label: p.T("nav.targets"), URL: baseURL}, {Label: v.Name, URL: planURL(id)}, {Label: p.T("targetplan.compare")}}}
	if other == 0 {
		return ui.Write(w, r, http.StatusOK, ui.Compose(view, ui.Filled(ui.CardView{}, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("targetplan.only_here"), Text: p.T("targetplan.none_text")}))))
	}
	c, err := h.targets.Compare(ctx, actor, id, other, r.URL.Query().Get("unit"))
	if err != nil {
		return err
	}
	table := ui.TableView{Label: view.Title, Columns: []ui.Column{{Label: p.T("targetplan.unit"), Phone: true}, {Label: "v" + number(c.Other.Number), Kind: ui.ColumnNumber}, {Label: "v" + number(c.Plan.Number), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("targetplan.difference"), Kind: ui.ColumnNumber, Phone: true}}}
	for i := range c.Rows {
		d := &c.Rows[i]
		name := ui.Cell{Text: nameOf(p, &d.Row)}
		if d.Row.PersonID == 0 && i > 0 {
			name.URL = planURL(id) + "/compare?with=" + number(other) + "&unit=" + d.Row.Unit
		}
		before, apart := i18n.Unknown, p.T("targetplan.only_here")
		if d.Known {
			before, apart = p.AmountWhole(d.BeforeMinor, h.currency()), p.AmountWhole(d.Row.Minor-d.BeforeMinor, h.currency())
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{name, ui.Text(before), ui.Text(p.AmountWhole(d.Row.Minor, h.currency())), ui.Text(apart)}})
	}
	form := ui.FormView{ID: "with", Method: "get", Action: planURL(id) + "/compare", Fields: []ui.Field{field}, Submit: ui.Action{Label: p.T("targetplan.compare")}}
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, ui.Stack(8, ui.Filled(ui.CardView{Title: p.T("targetplan.compare_title", "A", "v"+number(c.Plan.Number), "B", "v"+number(c.Other.Number)), Flush: true, Span: -1}, ui.Table(table))), ui.Stack(4, ui.Filled(ui.CardView{Title: p.T("targetplan.compare_with"), Span: -1}, ui.Form(form)))))
}
