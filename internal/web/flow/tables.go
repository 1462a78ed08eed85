package flow

import (
	"math/big"
	"time"

	"github.com/a-h/templ"

	"xiaoguan/internal/flow"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/sop"
	"xiaoguan/internal/web/ui"
)

func timesCard(p *i18n.Printer, rep *flow.Report) templ.Component {
	table := ui.TableView{Label: p.T("flow.stage_times"), Note: p.T("flow.stage_times_note"), Columns: []ui.Column{{Label: p.T("opportunity.stage"), Phone: true}, {Label: p.T("flow.visits"), Kind: ui.ColumnNumber}, {Label: p.T("flow.still_there"), Kind: ui.ColumnNumber},
		{Label: "P50", Kind: ui.ColumnNumber, Phone: true}, {Label: "P75", Kind: ui.ColumnNumber, Phone: true}, {Label: "P90", Kind: ui.ColumnNumber, Phone: true}}}
	for _, t := range rep.Times {
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(nameOf(p, rep, t.Stage)), ui.Text(p.Int(int64(t.Visits))), ui.Text(p.Int(int64(t.Visits - t.Ended))), lengthCell(p, t.P50), lengthCell(p, t.P75), lengthCell(p, t.P90)}})
	}
	return ui.Filled(ui.CardView{Title: p.T("flow.stage_times"), Sub: p.T("flow.stage_times_sub"), Span: 6, Flush: true}, ui.Table(table))
}

func conversionCard(p *i18n.Printer, rep *flow.Report) templ.Component {
	table := ui.TableView{Label: p.T("flow.conversion"), Note: p.T("flow.conversion_note"), Columns: []ui.Column{{Label: p.T("opportunity.stage"), Phone: true}, {Label: p.T("flow.entered"), Kind: ui.ColumnNumber, Phone: true},
		{Label: p.T("flow.went_on"), Kind: ui.ColumnNumber}, {Label: p.T("flow.lost"), Kind: ui.ColumnNumber}, {Label: p.T("flow.undecided"), Kind: ui.ColumnNumber}, {Label: p.T("flow.rate"), Kind: ui.ColumnNumber, Phone: true}}}
	for _, c := range rep.Conversion {
		rate := ui.Cell{Text: i18n.Unknown}
		if c.DecidedKnown {
			rate = ui.Cell{Text: percent(p, c.On, c.On+c.Lost), Sub: p.T("flow.rate_interval", "Low", ratio(p, c.Decided.Interval.Low), "High", ratio(p, c.Decided.Interval.High))}
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(nameOf(p, rep, c.Stage)), ui.Text(p.Int(int64(c.Entered))), ui.Text(p.Int(int64(c.On))), ui.Text(p.Int(int64(c.Lost))), ui.Text(p.Int(int64(c.Open))), rate}})
	}
	return ui.Filled(ui.CardView{Title: p.T("flow.conversion"), Sub: p.T("flow.conversion_sub"), Span: 6, Flush: true}, ui.Table(table))
}

// immature: of a month of which more than a fifth is undecided, rates would only fall as time goes by.
func immature(c flow.Cohort) bool { return c.Open*5 > c.Began }

func cohortsCard(p *i18n.Printer, rep *flow.Report) templ.Component {
	table := ui.TableView{Label: p.T("flow.cohorts"), Note: p.T("flow.cohorts_note"), Columns: []ui.Column{{Label: p.T("flow.month"), Phone: true}, {Label: p.T("flow.began"), Kind: ui.ColumnNumber, Phone: true}}}
	for _, stage := range rep.Stages.All()[1:] {
		table.Columns = append(table.Columns, ui.Column{Label: rep.Stages.Label(stage.ID, p.Zh()), Kind: ui.ColumnNumber})
	}
	table.Columns = append(table.Columns, ui.Column{Label: p.T("flow.won"), Kind: ui.ColumnNumber, Phone: true}, ui.Column{Label: p.T("flow.lost"), Kind: ui.ColumnNumber}, ui.Column{Label: p.T("flow.undecided"), Kind: ui.ColumnNumber, Phone: true})
	for _, c := range rep.Cohorts {
		row := ui.Row{Cells: []ui.Cell{ui.Text(p.Month(c.Month)), ui.Text(p.Int(int64(c.Began)))}}
		if immature(c) {
			row.Kind = ui.RowMuted
		}
		for i := 1; i < len(c.Reached); i++ {
			row.Cells = append(row.Cells, ui.Cell{Text: percent(p, c.Reached[i], c.Began), Title: p.Int(int64(c.Reached[i]))})
		}
		for _, n := range []int{c.Won, c.Lost, c.Open} {
			row.Cells = append(row.Cells, ui.Cell{Text: percent(p, n, c.Began), Title: p.Int(int64(n))})
		}
		table.Rows = append(table.Rows, row)
	}
	return ui.Filled(ui.CardView{Title: p.T("flow.cohorts"), Sub: p.T("flow.cohorts_sub"), Flush: true}, ui.Table(table))
}

func fitnessCard(p *i18n.Printer, rep *flow.Report) templ.Component {
	f := rep.Fitness
	tokens := i18n.Unknown
	if f.Tokens.Whole > 0 {
		tokens = p.PercentDigits(big.NewRat(f.Tokens.Part, f.Tokens.Whole), 2)
	}
	facts := figures(p, p.T("flow.fitness_title"), []ui.Fact{
		{Term: p.T("flow.fitness_average"), Text: p.PercentDigits(big.NewRat(f.AveragePPM, 1_000_000), 2)},
		{Term: p.T("flow.fitness_log"), Text: p.PercentDigits(big.NewRat(f.Log.Part, max(f.Log.Whole, 1)), 2)},
		{Term: p.T("flow.fitness_tokens", "Count", int64(f.Ended)), Text: tokens},
		{Term: p.T("flow.fitness_fitting"), Text: p.T("flow.part_of", "Part", int64(f.Fitting), "Whole", int64(f.Cases))},
	})
	table := ui.TableView{Label: p.T("flow.deviations"), Inset: true, Columns: []ui.Column{{Label: p.T("flow.deviation"), Phone: true}, {Label: p.T("flow.cases"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("flow.share"), Kind: ui.ColumnNumber, Phone: true}},
		Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("flow.no_deviations")}}
	for _, d := range f.Deviations {
		key := "flow.deviation_extra"
		if d.Skipped {
			key = "flow.deviation_skipped"
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(p.T(key, "Stage", nameOf(p, rep, d.Stage))), ui.Text(p.Int(int64(d.Cases))), ui.Text(percent(p, d.Cases, f.Cases))}})
	}
	if f.Left > 0 {
		table.Note = p.T("flow.not_compared", "Count", int64(f.Left))
	}
	return ui.Filled(ui.CardView{Title: p.T("flow.fitness_title"), Sub: p.T("flow.fitness_sub", "Standard", textOf(p, rep.Standard.Name))}, facts, ui.Table(table))
}

// figures are facts with long names, which a list of terms has no room for on a phone.
func figures(p *i18n.Printer, label string, facts []ui.Fact) templ.Component {
	table := ui.TableView{Label: label, Inset: true, Columns: []ui.Column{{Label: p.T("flow.figure"), Phone: true}, {Label: p.T("flow.value"), Kind: ui.ColumnNumber, Phone: true}}}
	for _, f := range facts {
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(f.Term), {Text: f.Text, Strong: true}}})
	}
	return ui.Table(table)
}

// limitText writes a limit of the standard.
func limitText(p *i18n.Printer, d sop.Deadline) string {
	return p.T("flow.limit."+string(d.Unit), "Count", int64(d.Count))
}

// answersCard is nothing while no case asks for anything that the standard gives a time for.
func answersCard(p *i18n.Printer, rep *flow.Report) templ.Component {
	if len(rep.Answers) == 0 {
		return nil
	}
	table := ui.TableView{Label: p.T("flow.answers"), Columns: []ui.Column{{Label: p.T("flow.rule"), Phone: true}, {Label: p.T("flow.limit"), Phone: true}, {Label: p.T("flow.asked"), Kind: ui.ColumnNumber}, {Label: "P50", Kind: ui.ColumnNumber, Phone: true},
		{Label: "P90", Kind: ui.ColumnNumber}, {Label: p.T("flow.in_time"), Kind: ui.ColumnNumber, Phone: true}}}
	for _, t := range rep.Answers {
		inTime := ui.Cell{Text: percent(p, t.InTime, t.InTime+t.Late), Sub: p.T("flow.part_of", "Part", int64(t.InTime), "Whole", int64(t.InTime+t.Late))}
		if !t.Recorded {
			inTime = ui.Cell{Text: p.T("flow.never_recorded"), Title: p.T("flow.never_recorded_text", "Activity", nameOf(p, rep, t.Rule.With)), Muted: true}
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(textOf(p, t.Rule.Name)), ui.Text(limitText(p, *t.Rule.Within)), ui.Text(p.Int(int64(t.Asked))), lengthCell(p, t.P50), lengthCell(p, t.P90), inTime}})
	}
	return ui.Filled(ui.CardView{Title: p.T("flow.answers"), Sub: p.T("flow.answers_sub"), Flush: true}, ui.Table(table))
}

func recordingCard(p *i18n.Printer, rep *flow.Report, names map[int64]string) templ.Component {
	rec := rep.Recording
	facts := figures(p, p.T("flow.recording"), []ui.Fact{
		{Term: p.T("flow.recording_events"), Text: p.Int(int64(rec.Events))},
		{Term: p.T("flow.median"), Text: span(p, rec.Median)},
		{Term: "P90", Text: span(p, rec.P90)},
		{Term: p.T("flow.recording_late"), Text: p.T("flow.part_share", "Count", int64(rec.Late), "Share", percent(p, rec.Late, rec.Events))},
		{Term: p.T("flow.recording_batched"), Text: p.T("flow.part_share", "Count", int64(rec.Batched), "Share", percent(p, rec.Batched, rec.Events))},
	})
	table := ui.TableView{Label: p.T("flow.recording"), Inset: true, Columns: []ui.Column{{Label: p.T("opportunity.owner"), Phone: true}, {Label: p.T("flow.recording_events"), Kind: ui.ColumnNumber}, {Label: p.T("flow.recording_late"), Kind: ui.ColumnNumber, Phone: true},
		{Label: p.T("flow.share"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("flow.recording_batched"), Kind: ui.ColumnNumber}}, Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("flow.recording_none")}}
	for _, o := range rec.Owners {
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(names[o.PersonID]), ui.Text(p.Int(int64(o.Events))), ui.Text(p.Int(int64(o.Late))), ui.Text(percent(p, o.Late, o.Events)), ui.Text(p.Int(int64(o.Batched)))}})
	}
	return ui.Filled(ui.CardView{Title: p.T("flow.recording"), Sub: p.T("flow.recording_sub"), Span: 6}, facts, ui.Table(table))
}

// unusualShown is how many pairs of the temporal profile the page shows.
const unusualShown = 10

// unusualCard is nothing while there are too few cases to tell what is usual.
func unusualCard(p *i18n.Printer, rep *flow.Report) templ.Component {
	if len(rep.Unusual) == 0 {
		return nil
	}
	table := ui.TableView{Label: p.T("flow.unusual"), Inset: true, Columns: []ui.Column{{Label: p.T("flow.step_from"), Phone: true}, {Label: p.T("flow.step_to"), Phone: true}, {Label: p.T("flow.cases"), Kind: ui.ColumnNumber}, {Label: p.T("flow.median"), Kind: ui.ColumnNumber, Phone: true},
		{Label: p.T("flow.usual_range"), Kind: ui.ColumnNumber}, {Label: p.T("flow.unusual_cases"), Kind: ui.ColumnNumber, Phone: true}}}
	for _, u := range rep.Unusual[:min(len(rep.Unusual), unusualShown)] {
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(nameOf(p, rep, u.From)), ui.Text(nameOf(p, rep, u.To)), ui.Text(p.Int(int64(u.Cases))), ui.Text(seconds(p, u.Usual.Median)),
			ui.Text(p.T("flow.range", "Low", seconds(p, u.Usual.Low), "High", seconds(p, u.Usual.High))), ui.Text(p.Int(int64(u.Usual.Unusual)))}})
	}
	return ui.Filled(ui.CardView{Title: p.T("flow.unusual"), Sub: p.T("flow.unusual_sub"), Span: 6}, ui.Table(table))
}

// seconds writes a length that was estimated; none is longer than people can wait.
func seconds(p *i18n.Printer, x float64) string {
	const most = 100 * 365 * 24 * time.Hour
	return span(p, int64(min(x, most.Seconds())))
}
