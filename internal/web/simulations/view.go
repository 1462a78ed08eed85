package simulations

import (
	"cmp"
	"context"
	"math/big"
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/explain"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/simulate"
	"xiaoguan/internal/simulation"
	"xiaoguan/internal/web/ui"
)

var stateTones = map[simulation.State]ui.Tone{simulation.StateRunning: ui.ToneBrand, simulation.StateComplete: ui.ToneGood, simulation.StateFailed: ui.ToneBad}

func stateChip(p *i18n.Printer, s simulation.State) *ui.Chip {
	return &ui.Chip{Label: p.T("simulations.state_" + string(s)), Tone: stateTones[s]}
}

func address(id, below string) string { return "/simulations/" + url.PathEscape(id) + below }

func listPage(ctx context.Context, actor access.Actor, all []simulation.Simulation, next string, names map[string]string) templ.Component {
	p := httpx.PrinterFrom(ctx)
	view := ui.PageView{Title: p.T("nav.simulations"), Subtitle: p.T("simulations.subtitle"), Current: "simulations"}
	mayRun := actor.CanAll(access.PermPayAll) && (actor.Can(access.PermPlanWrite) || actor.Can(access.PermPlanApprove))
	start := ui.Action{Label: p.T("simulations.new"), Icon: "plus", Kind: ui.ActionPrimary, URL: "/simulations/new"}
	empty := &ui.State{Kind: ui.StateEmpty, Title: p.T("simulations.none"), Text: p.T("simulations.none_text")}
	switch {
	case mayRun && len(all) == 0:
		empty.Actions = []ui.Action{start}
	case mayRun:
		view.Actions = []ui.Action{start}
	}
	table := ui.TableView{Label: p.T("nav.simulations"), Path: "/simulations", Empty: empty, Columns: []ui.Column{{Label: p.T("simulations.name"), Phone: true}, {Label: p.T("simulations.months")},
		{Label: p.T("simulations.state"), Phone: true}, {Label: p.T("simulations.by")}, {Label: p.T("simulations.at")}}}
	for _, s := range all {
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.LinkTo(s.Request.Name, address(s.ID, "")), ui.Text(span(p, s.Request)), {Chip: stateChip(p, s.State)},
			ui.Text(names[s.CreatedBy]), ui.Text(p.Local(s.CreatedAt).Format("2006-01-02 15:04"))}})
	}
	if next != "" {
		table.Pager = &ui.Pager{Total: -1, Next: next}
	}
	return ui.Compose(view, ui.Filled(ui.CardView{Label: p.T("nav.simulations"), Flush: true}, ui.Table(table)))
}

func span(p *i18n.Printer, r simulation.Request) string {
	return p.T("simulations.span", "First", p.Month(r.First), "Last", p.Month(r.Last))
}

func progressOf(p *i18n.Printer, s shown) ui.Job {
	j := ui.Job{ID: "simulation-run", Title: p.T("simulations.running"), State: ui.JobRunning, Source: address(s.simulation.ID, "/progress"),
		Done: int(s.job.Progress.Done), Total: int(s.job.Progress.Total)}
	if s.simulation.State != simulation.StateRunning {
		j.State = ui.JobDone
	}
	if s.job.ID != "" {
		j.Cancel = "/jobs/" + s.job.ID + "/cancel"
	}
	if s.job.Progress.Stage != "" {
		j.Text = p.T(s.job.Progress.Stage)
	}
	return j
}

// page is one simulation: how far it is, or what came out.
func page(ctx context.Context, s shown) templ.Component {
	p := httpx.PrinterFrom(ctx)
	sim := s.simulation
	view := ui.PageView{Title: sim.Request.Name, Subtitle: p.T("simulations.sub", "Span", span(p, sim.Request), "Who", s.by), Current: "simulations",
		Chips:  []ui.Chip{*stateChip(p, sim.State)},
		Crumbs: []ui.Crumb{{Label: p.T("nav.simulations"), URL: "/simulations"}, {Label: sim.Request.Name}},
		Print:  &ui.PrintFoot{Document: sim.Request.Name, Hash: sim.Digest}}
	switch sim.State {
	case simulation.StateRunning:
		return ui.Compose(view, ui.Filled(ui.CardView{Title: p.T("simulations.running")}, ui.Progress(progressOf(p, s))))
	case simulation.StateComplete:
		view.Charts = true
		return ui.Compose(view, resultParts(p, s)...)
	}
	state := ui.State{Kind: ui.StateError, Title: p.T("simulations.failed"), Text: p.Message(sim.Failure), Actions: []ui.Action{{Label: p.T("simulations.new"), URL: "/simulations/new"}}}
	if sim.State == simulation.StateCancelled {
		state.Kind, state.Title = ui.StateEmpty, p.T("simulations.cancelled")
	}
	return ui.Compose(view, ui.Filled(ui.CardView{Label: state.Title}, ui.StateOf(state)))
}

func resultParts(p *i18n.Printer, s shown) []templ.Component {
	parts := []templ.Component{ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneNone, Icon: "info-circle", Strong: p.T("simulations.limits"), Text: p.T("simulations.limits_text")}))}
	parts = append(parts, metrics(p, s)...)
	parts = append(parts, monthsCard(p, s), layersCard(p, s), compareCard(p, s), groupsCard(p, s))
	if card := forecastCard(p, s); card != nil {
		parts = append(parts, card)
	}
	return append(parts, personsCard(p, s))
}

// variantName is how a variant is called: the plans in force, A, B.
func variantName(p *i18n.Printer, variant int) string {
	if variant == 0 {
		return p.T("simulations.in_force")
	}
	return p.T("simulations.variant", "Variant", variantNames[variant-1])
}

func metrics(p *i18n.Printer, s shown) (cards []templ.Component) {
	base := s.result.Summary.Variants[0]
	for v, sum := range s.result.Summary.Variants {
		m := ui.Metric{Label: variantName(p, v), Basis: p.T("simulations.earned"), Value: ui.Money(ui.Amount{Minor: sum.EarnedFen, Currency: s.currency, Whole: true}), Span: 4,
			Goal: p.T("simulations.cost_is", "Share", ppm(p, sum.CostPPM))}
		if v > 0 {
			change := sum.EarnedFen - base.EarnedFen
			m.Deltas = []ui.Delta{{Sign: sign(change), Label: p.Money(max(change, -change), s.currency), After: p.T("simulations.against")}}
		}
		cards = append(cards, ui.MetricCard(m))
	}
	return cards
}

func sign(n int64) int { return cmp.Compare(n, 0) }

// ppm writes parts per million as a percentage, a dash for what has no value.
func ppm(p *i18n.Printer, value *int64) string {
	if value == nil {
		return i18n.Unknown
	}
	return p.PercentDigits(big.NewRat(*value, simulate.Million), 2)
}

func signed(minor int64) ui.Cell {
	return ui.Draw(ui.Money(ui.Amount{Minor: minor, Plain: true, Signed: true}))
}

// layersCard shows who gains and who loses, by level.
func layersCard(p *i18n.Printer, s shown) templ.Component {
	sum := s.result.Summary
	table := ui.TableView{ID: "layers", Label: p.T("simulations.layers"), Columns: []ui.Column{{Label: p.T("simulations.level"), Phone: true}, {Label: p.T("simulations.people"), Kind: ui.ColumnNumber},
		{Label: p.T("simulations.variant_head"), Phone: true}, {Label: p.T("simulations.gain"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("simulations.lose"), Kind: ui.ColumnNumber, Phone: true},
		{Label: p.T("simulations.same"), Kind: ui.ColumnNumber}, {Label: p.T("simulations.gain_sum"), Kind: ui.ColumnNumber}, {Label: p.T("simulations.lose_sum"), Kind: ui.ColumnNumber},
		{Label: p.T("simulations.gain_most"), Kind: ui.ColumnNumber}, {Label: p.T("simulations.lose_most"), Kind: ui.ColumnNumber}}}
	add := func(kind ui.RowKind, label string, people, v int, m simulate.MovedSum) {
		table.Rows = append(table.Rows, ui.Row{Kind: kind, Cells: []ui.Cell{ui.Text(label), ui.Text(p.Int(int64(people))), ui.Text(variantName(p, v)), moved(p, m.Gain, people), moved(p, m.Lose, people),
			moved(p, m.Same, people), signed(m.GainFen), signed(m.LoseFen), signed(m.GainMost), signed(m.LoseMost)}})
	}
	for v := 1; v < len(sum.Variants); v++ {
		for _, l := range sum.Layers {
			add(ui.RowPlain, levelName(p, l.Level), l.People, v, l.Change[v])
		}
		add(ui.RowSum, p.T("simulations.everybody"), len(s.result.Persons), v, sum.Variants[v].Change)
	}
	return ui.Filled(ui.CardView{Title: p.T("simulations.layers"), Sub: p.T("simulations.layers_sub"), Flush: true}, ui.Table(table))
}

func levelName(p *i18n.Printer, level string) string {
	if level == "" {
		return i18n.Unknown
	}
	return explain.Level(p, level)
}

// moved writes a number of people and their share.
func moved(p *i18n.Printer, n, of int) ui.Cell {
	if of == 0 {
		return ui.Text(i18n.Unknown)
	}
	return ui.Cell{Text: p.Int(int64(n)), Sub: p.PercentDigits(big.NewRat(int64(n), int64(of)), 0)}
}

// compareCard puts cost, fairness and pay for performance side by side.
func compareCard(p *i18n.Printer, s shown) templ.Component {
	variants := s.result.Summary.Variants
	table := ui.TableView{Label: p.T("simulations.compare"), Columns: []ui.Column{{Label: p.T("simulations.measure"), Phone: true}}}
	for v := range variants {
		table.Columns = append(table.Columns, ui.Column{Label: variantName(p, v), Kind: ui.ColumnNumber, Phone: true})
	}
	add := func(key string, cell func(simulate.VariantSum) ui.Cell) {
		row := ui.Row{Cells: []ui.Cell{{Text: p.T("simulations." + key), Title: p.T("simulations." + key + "_text")}}}
		for _, v := range variants {
			row.Cells = append(row.Cells, cell(v))
		}
		table.Rows = append(table.Rows, row)
	}
	amount := func(value *int64) ui.Cell {
		if value == nil {
			return ui.Text(i18n.Unknown)
		}
		return ui.MoneyCell(*value)
	}
	add("total_earned", func(v simulate.VariantSum) ui.Cell { return ui.MoneyCell(v.EarnedFen) })
	add("total_paid", func(v simulate.VariantSum) ui.Cell { return ui.MoneyCell(v.PaidFen) })
	add("cost", func(v simulate.VariantSum) ui.Cell { return ui.Text(ppm(p, v.CostPPM)) })
	add("gini", func(v simulate.VariantSum) ui.Cell {
		if v.GiniPPM == nil {
			return ui.Text(i18n.Unknown)
		}
		return ui.Text(p.Decimal(big.NewRat(*v.GiniPPM, simulate.Million), 3))
	})
	add("slope", func(v simulate.VariantSum) ui.Cell { return amount(v.SlopeFen) })
	add("fit", func(v simulate.VariantSum) ui.Cell { return ui.Text(ppm(p, v.FitPPM)) })
	add("caps", func(v simulate.VariantSum) ui.Cell { return ui.Text(p.Int(int64(v.Caps.Components + v.Caps.Plans))) })
	add("cut", func(v simulate.VariantSum) ui.Cell { return ui.MoneyCell(v.Caps.CutFen) })
	return ui.Filled(ui.CardView{Title: p.T("simulations.compare"), Sub: p.T("simulations.compare_sub"), Flush: true}, ui.Table(table))
}

// groupsCard shows how far pay is apart among people who attained alike.
func groupsCard(p *i18n.Printer, s shown) templ.Component {
	table := ui.TableView{Label: p.T("simulations.groups"), Columns: []ui.Column{{Label: p.T("common.attainment"), Phone: true}, {Label: p.T("simulations.cases"), Kind: ui.ColumnNumber},
		{Label: p.T("simulations.variant_head"), Phone: true}, {Label: "P10", Kind: ui.ColumnNumber}, {Label: p.T("simulations.median"), Kind: ui.ColumnNumber, Phone: true}, {Label: "P90", Kind: ui.ColumnNumber}}}
	for _, g := range s.result.Summary.Groups {
		label := p.T("simulations.group_above", "From", percentOf(p, g.FromBP))
		if g.ToBP > 0 {
			label = p.T("simulations.group", "From", percentOf(p, g.FromBP), "To", percentOf(p, g.ToBP))
		}
		if g.FromBP == 0 {
			label = p.T("simulations.group_below", "To", percentOf(p, g.ToBP))
		}
		for v := range g.P50 {
			table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(label), ui.Text(p.Int(int64(g.Count))), ui.Text(variantName(p, v)),
				ui.MoneyCell(g.P10[v]), ui.MoneyCell(g.P50[v]), ui.MoneyCell(g.P90[v])}})
		}
	}
	return ui.Filled(ui.CardView{Title: p.T("simulations.groups"), Sub: p.T("simulations.groups_sub"), Flush: true}, ui.Table(table))
}

func percentOf(p *i18n.Printer, basisPoints int64) string {
	return p.PercentDigits(big.NewRat(basisPoints, 10_000), 0)
}

// personsShown is how many people one page of the list has.
const personsShown = 50

// personsCard lists people, those with the greatest change first.
func personsCard(p *i18n.Printer, s shown) templ.Component {
	variants := len(s.result.Summary.Variants)
	persons := slices.Clone(s.result.Persons)
	greatest := func(q simulation.Person) (most int64) {
		for v := 1; v < variants; v++ {
			most = max(most, q.Change(v), -q.Change(v))
		}
		return most
	}
	slices.SortStableFunc(persons, func(a, b simulation.Person) int { return cmp.Compare(greatest(b), greatest(a)) })
	table := ui.TableView{ID: "people", Label: p.T("simulations.persons"), Columns: []ui.Column{{Label: p.T("simulations.person"), Phone: true}, {Label: p.T("simulations.level")},
		{Label: p.T("simulations.worked"), Kind: ui.ColumnNumber}}, Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("simulations.nobody"), Text: p.T("simulations.nobody_text")}}
	for v := range variants {
		table.Columns = append(table.Columns, ui.Column{Label: variantName(p, v), Kind: ui.ColumnNumber})
		if v > 0 {
			table.Columns = append(table.Columns, ui.Column{Label: p.T("simulations.change"), Kind: ui.ColumnNumber, Phone: true})
		}
	}
	from := min(s.from, len(persons))
	to := min(from+personsShown, len(persons))
	for _, q := range persons[from:to] {
		row := ui.Row{Cells: []ui.Cell{{Text: q.Name, Sub: q.Key, URL: "/people/" + strconv.FormatInt(q.ID, 10)}, ui.Text(levelName(p, q.Level)), ui.Text(p.Int(int64(q.Months)))}}
		for v := range variants {
			row.Cells = append(row.Cells, ui.MoneyCell(q.Earned[v]))
			if v > 0 {
				row.Cells = append(row.Cells, signed(q.Change(v)))
			}
		}
		table.Rows = append(table.Rows, row)
	}
	export := func(what string) []ui.Link {
		return []ui.Link{{Label: p.T("simulations.file_" + what + "_csv"), URL: address(s.simulation.ID, "/export/"+what+"/csv")},
			{Label: p.T("simulations.file_" + what + "_xlsx"), URL: address(s.simulation.ID, "/export/"+what+"/xlsx")}}
	}
	table.Exports = append(export("persons"), export("lines")...)
	card := ui.CardView{Title: p.T("simulations.persons"), Sub: p.T("simulations.persons_sub"), Count: len(persons), Flush: true}
	table.Path, table.Pager = address(s.simulation.ID, ""), &ui.Pager{From: from + 1, To: to, Total: len(persons)}
	if from > 0 {
		table.Pager.Previous = strconv.Itoa(max(0, from-personsShown))
	}
	if to < len(persons) {
		table.Pager.Next = strconv.Itoa(to)
	}
	return ui.Filled(card, ui.Table(table))
}
