package flow

import (
	"math/big"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"xiaoguan/internal/flow"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/mining"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/sop"
	"xiaoguan/internal/stats"
	"xiaoguan/internal/web/ui"
)

// parts is the page of a report.
func (h *Handler) parts(a *asked, rep *flow.Report, names map[int64]string) []templ.Component {
	p := a.p
	if rep.Cases == 0 {
		state := ui.State{Kind: ui.StateEmpty, Title: p.T("flow.none"), Text: p.T("flow.none_text")}
		if len(a.query) > 0 {
			state = ui.State{Kind: ui.StateEmpty, Title: p.T("state.empty.filter"), Actions: []ui.Action{{Label: p.T("filter.clear"), URL: flowURL}}}
		}
		return []templ.Component{ui.Filled(ui.CardView{Label: p.T("nav.flow")}, ui.StateOf(state))}
	}
	parts := metrics(p, rep)
	parts = append(parts, h.mapCard(a, rep), h.variantsCard(a, rep), timesCard(p, rep), conversionCard(p, rep), cohortsCard(p, rep), fitnessCard(p, rep))
	for _, more := range []templ.Component{answersCard(p, rep), recordingCard(p, rep, names), unusualCard(p, rep)} {
		if more != nil {
			parts = append(parts, more)
		}
	}
	age := p.T("flow.as_of", "When", p.Moment(rep.AsOf, p.Local(h.Now())))
	return append(parts, ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneNone, Icon: "info-circle", Strong: age, Text: p.T("flow.limits")})))
}

// nameOf is how an activity is called: a stage by its name, another by the product's word for it or the standard's.
func nameOf(p *i18n.Printer, rep *flow.Report, label string) string {
	if rep.Stages.Known(opportunity.Stage(label)) {
		return rep.Stages.Label(opportunity.Stage(label), p.Zh())
	}
	if key := "flow.activity." + label; p.Has(key) {
		return p.T(key)
	}
	if a := rep.Standard.Activity(label); a != nil {
		return textOf(p, a.Name)
	}
	return label
}

func textOf(p *i18n.Printer, t sop.Text) string {
	if p.Zh() {
		return t.Zh
	}
	return t.En
}

// percent writes a share of whole numbers.
func percent(p *i18n.Printer, part, whole int) string {
	if whole == 0 {
		return i18n.Unknown
	}
	return p.Percent(big.NewRat(int64(part), int64(whole)))
}

// span writes seconds as people say them; days with a decimal, since a stage often takes few.
func span(p *i18n.Printer, seconds int64) string {
	const day = 24 * 3600
	if seconds >= day && seconds < 100*day {
		return p.T("flow.days", "Days", p.Decimal(big.NewRat(seconds, day), 1))
	}
	return p.Span(time.Duration(seconds) * time.Second)
}

// lengthCell is a quantile with its interval; a dash where too many cases are open to tell.
func lengthCell(p *i18n.Printer, l flow.Length) ui.Cell {
	if !l.Known {
		return ui.Cell{Text: i18n.Unknown, Title: p.T("flow.too_many_open")}
	}
	high := p.T("flow.no_end")
	if l.High >= 0 {
		high = span(p, l.High)
	}
	return ui.Cell{Text: span(p, l.Seconds), Title: p.T("flow.interval", "Low", span(p, l.Low), "High", high)}
}

func metrics(p *i18n.Printer, rep *flow.Report) []templ.Component {
	decided := rep.Won + rep.Lost
	won := percent(p, rep.Won, decided)
	card := func(label, text, basis, goal string) templ.Component {
		return ui.MetricCard(ui.Metric{Label: label, Text: text, Basis: basis, Goal: goal})
	}
	wilson := ""
	if rate, err := stats.Wilson(rep.Won, max(decided, 1), 0.95); err == nil && decided > 0 {
		wilson = p.T("flow.rate_interval", "Low", ratio(p, rate.Interval.Low), "High", ratio(p, rate.Interval.High))
	}
	soon := p.T("flow.recorded_median", "Span", span(p, rep.Recording.Median))
	if rep.Recording.Median == 0 {
		soon = p.T("flow.recorded_at_once")
	}
	return []templ.Component{
		card(p.T("flow.cases"), p.Int(int64(rep.Cases)), p.T("flow.cases_basis"), p.T("flow.open_of", "Open", int64(rep.Open))),
		card(p.T("flow.won_rate"), won, p.T("flow.won_rate_basis"), wilson),
		card(p.T("flow.fitness"), p.Percent(big.NewRat(rep.Fitness.AveragePPM, 1_000_000)), p.T("flow.fitness_basis"), p.T("flow.fitting", "Share", percent(p, rep.Fitness.Fitting, rep.Fitness.Cases))),
		card(p.T("flow.recorded_late"), percent(p, rep.Recording.Late, rep.Recording.Events), p.T("flow.recorded_late_basis"), soon),
	}
}

func ratio(p *i18n.Printer, x float64) string {
	return p.Percent(new(big.Rat).SetFrac64(int64(x*1_000_000+0.5), 1_000_000))
}

// caseLink leads to the cases behind a figure.
func caseLink(a *asked, pairs ...string) string { return ui.URLWith(casesURL, a.query, pairs...) }

func (h *Handler) mapCard(a *asked, rep *flow.Report) templ.Component {
	p := a.p
	v := ui.MapView{Label: p.T("flow.map_label"), Rows: rep.Picture.Rows, Wide: rep.Picture.Wide}
	place := map[int]int{}
	for i, n := range rep.Picture.Places {
		place[n.Activity] = i
		label := rep.Labels[n.Activity]
		tone := ui.ToneNone
		switch {
		case label == "signed":
			tone = ui.ToneGood
		case label == "lost":
			tone = ui.ToneBad
		case rep.Stages.Known(opportunity.Stage(label)):
			tone = ui.ToneBrand
		}
		v.Nodes = append(v.Nodes, ui.MapNode{Title: short(nameOf(p, rep, label)), Sub: p.T("flow.case_count", "Count", int64(n.Cases)), Row: n.Row, Column: n.Column, Wide: n.Wide, Tone: tone,
			Hint: p.T("flow.node_hint", "Name", nameOf(p, rep, label), "Events", int64(n.Events), "Starts", int64(n.Starts), "Ends", int64(n.Ends))})
	}
	greatest, slow := 1, slowest(rep.Picture.Edges)
	for _, e := range rep.Picture.Edges {
		greatest = max(greatest, e.Count)
	}
	table := ui.TableView{Label: p.T("flow.steps"), Inset: true, Columns: []ui.Column{{Label: p.T("flow.step_from"), Phone: true}, {Label: p.T("flow.step_to"), Phone: true}, {Label: p.T("flow.times"), Kind: ui.ColumnNumber, Phone: true},
		{Label: p.T("flow.median"), Kind: ui.ColumnNumber, Phone: true}, {Label: "P75", Kind: ui.ColumnNumber}, {Label: "P90", Kind: ui.ColumnNumber}, {Label: p.T("flow.case_link")}}}
	ways := map[mining.Way]ui.MapWay{mining.WayDown: ui.MapDown, mining.WaySkip: ui.MapSkip, mining.WayBack: ui.MapBack, mining.WayAside: ui.MapAside, mining.WayLoop: ui.MapLoop}
	for i, e := range rep.Picture.Edges {
		from, to := nameOf(p, rep, rep.Labels[e.From]), nameOf(p, rep, rep.Labels[e.To])
		v.Edges = append(v.Edges, ui.MapEdge{From: place[e.From], To: place[e.To], Way: ways[e.Way], Lane: e.Lane, Weight: 1 + 5*e.Count/greatest, Slow: slow[i],
			Label: p.Int(int64(e.Count)) + " · " + span(p, e.Times.Median), Hint: p.T("flow.edge_hint", "From", from, "To", to, "Count", int64(e.Count), "Median", span(p, e.Times.Median), "P90", span(p, e.Times.P90))})
		row := ui.Row{Cells: []ui.Cell{ui.Text(from), ui.Text(to), ui.Text(p.Int(int64(e.Count))), ui.Text(span(p, e.Times.Median)), ui.Text(span(p, e.Times.Quarter3)), ui.Text(span(p, e.Times.P90)),
			ui.LinkTo(p.T("flow.case_count", "Count", int64(e.Cases)), caseLink(a, "step_from", rep.Labels[e.From], "step_to", rep.Labels[e.To]))}}
		if slow[i] {
			row.Cells[3].Tone, row.Cells[3].Strong = ui.ToneWarn, true
		}
		table.Rows = append(table.Rows, row)
	}
	table.Exports = exports(a, "steps")
	if rep.Picture.Left > 0 {
		table.Note = p.T("flow.left_out", "Count", int64(rep.Picture.Left), "Share", p.Percent(big.NewRat(rep.Picture.LeftOf.Part, max(rep.Picture.LeftOf.Whole, 1))))
	}
	return ui.Filled(ui.CardView{Title: p.T("flow.map"), Sub: p.T("flow.map_sub")}, ui.ProcessMap(v), ui.Table(table))
}

// short keeps a name within a box of the map: the whole one is in the table and on hover.
func short(name string) string {
	const most = 18
	width := 0
	for i, r := range name {
		width++
		if r > 0x2e80 { // as wide as two letters
			width++
		}
		if width > most {
			return name[:i] + "…"
		}
	}
	return name
}

// slowest marks where the time goes: the two arrows on which the cases together wait longest.
func slowest(edges []mining.Drawn) map[int]bool {
	marked := map[int]bool{}
	for range min(2, len(edges)/2) {
		best := -1
		for i, e := range edges {
			if !marked[i] && (best < 0 || e.Times.Median*int64(e.Count) > edges[best].Times.Median*int64(edges[best].Count)) {
				best = i
			}
		}
		marked[best] = true
	}
	return marked
}

func exports(a *asked, what string) (links []ui.Link) {
	icons := map[string]string{"csv": "file-type-csv", "xlsx": "file-type-xls"}
	for _, format := range []string{"csv", "xlsx"} {
		links = append(links, ui.Link{Label: strings.ToUpper(format), URL: ui.URLWith("/flow/export/"+what+"/"+format, a.query), Icon: icons[format]})
	}
	return links
}

func (h *Handler) variantsCard(a *asked, rep *flow.Report) templ.Component {
	p := a.p
	table := ui.TableView{Label: p.T("flow.variants"), Exports: exports(a, "variants"), Columns: []ui.Column{{Label: "#", Kind: ui.ColumnNumber}, {Label: p.T("flow.course"), Phone: true}, {Label: p.T("flow.cases"), Kind: ui.ColumnNumber, Phone: true},
		{Label: p.T("flow.share"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("flow.won"), Kind: ui.ColumnNumber}, {Label: p.T("flow.whole_median"), Kind: ui.ColumnNumber}, {Label: p.T("flow.deviations"), Kind: ui.ColumnNumber}, {Label: p.T("flow.examples")}}}
	for i, v := range rep.Variants {
		deviations := ui.Cell{Text: i18n.Unknown}
		switch {
		case v.Deviations == 0:
			deviations = ui.Cell{Chip: &ui.Chip{Label: p.T("flow.fits"), Tone: ui.ToneGood}}
		case v.Deviations > 0:
			deviations = ui.Cell{Text: p.Int(int64(v.Deviations))}
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(p.Int(int64(i + 1))), ui.LinkTo(courseText(p, rep, v.Activities), caseLink(a, "variant", v.Key)), ui.Text(p.Int(int64(v.Count))),
			ui.Text(p.Percent(big.NewRat(v.Share.Part, max(v.Share.Whole, 1)))), ui.Text(percent(p, v.Won, v.Count)), ui.Text(span(p, v.Times.Median)), deviations, example(v.Examples)}})
	}
	if rest := rep.VariantCount - len(rep.Variants); rest > 0 {
		table.Note = p.T("flow.more_variants", "Count", int64(rest))
	}
	return ui.Filled(ui.CardView{Title: p.T("flow.variants"), Sub: p.T("flow.variants_sub", "Count", int64(rep.VariantCount)), Flush: true}, ui.Table(table))
}

// courseText writes a course as words with arrows between them.
func courseText(p *i18n.Printer, rep *flow.Report, activities []int) string {
	words := make([]string, len(activities))
	for i, activity := range activities {
		words[i] = nameOf(p, rep, rep.Labels[activity])
	}
	return strings.Join(words, " → ")
}

// example leads to the first case of a variant.
func example(ids []int64) ui.Cell {
	if len(ids) == 0 {
		return ui.Text(i18n.Unknown)
	}
	n := strconv.FormatInt(ids[0], 10)
	return ui.LinkTo("#"+n, "/opportunities/"+url.PathEscape(n))
}
