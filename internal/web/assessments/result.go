package assessments

import (
	"strconv"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/maturity"
	"xiaoguan/internal/web/ui"
)

// drawing is a result beside an earlier one.
type drawing struct {
	page
	model  *maturity.Model
	result *maturity.Result
	before *maturity.Result // nil: none
	now    string
	then   string
	asks   bool // asked criteria lead to where they are answered
}

// parts are the figure, the table of dimensions and what to do about the weakest.
func (d *drawing) parts() []templ.Component {
	return []templ.Component{ui.Stack(5, d.radar()), ui.Stack(7, d.dimensions(), d.weakestCard())}
}

func (d *drawing) radar() templ.Component {
	title := d.T("assessment.overall_unknown")
	if d.result.Known {
		title = d.T("assessment.overall_of", "Score", d.score(d.result.Overall))
	}
	view := ui.RadarView{ID: "radar", Sentence: d.sentence(), Most: 500, Rings: 5, Now: d.now, Before: d.then}
	for i := range d.result.Dimensions {
		j := &d.result.Dimensions[i]
		axis := ui.RadarAxis{Name: d.Message(j.Dimension.Message()), Text: "–", Now: -1, Before: -1}
		if j.Level != maturity.None {
			axis.Now, axis.Text = j.Score, d.score(j.Score)
		}
		if d.before != nil {
			if then := d.before.Of(j.Dimension); then != nil && then.Level != maturity.None {
				axis.Before = then.Score
			}
		}
		view.Axes = append(view.Axes, axis)
	}
	card := ui.CardView{ID: "overall", Title: title, Span: -1, Foot: d.T("assessment.overall_text", "Judged", d.result.Judged, "All", d.result.Weights)}
	return ui.Filled(card, ui.Radar(view))
}

func (d *drawing) dimensions() templ.Component {
	table := ui.TableView{Label: d.T("assessment.dimensions"), Columns: []ui.Column{{Label: d.T("assessment.dimension"), Phone: true}, {Label: d.T("assessment.weight"), Kind: ui.ColumnNumber}, {Label: d.T("assessment.level"), Kind: ui.ColumnNarrow, Phone: true}, {Label: d.T("assessment.score"), Kind: ui.ColumnNumber, Phone: true}, {Label: d.T("assessment.before"), Kind: ui.ColumnNumber}, {Label: d.T("assessment.next"), Kind: ui.ColumnNarrow}}}
	for i := range d.result.Dimensions {
		j := &d.result.Dimensions[i]
		chip := d.level(j.Level)
		score, before := "–", "–"
		if j.Level != maturity.None {
			score = d.score(j.Score)
		}
		if d.before != nil {
			if then := d.before.Of(j.Dimension); then != nil && then.Level != maturity.None {
				before = d.score(then.Score)
			}
		}
		name := ui.Cell{Text: d.Message(j.Dimension.Message()), URL: "#side-" + string(j.Dimension), Phone: d.toNext(j)}
		if d.result.Weakest == j.Dimension {
			name.Sub = d.T("assessment.is_weakest")
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{name, ui.Text(d.Int(j.Weight)), {Chip: &chip}, {Text: score, Strong: true}, ui.Text(before), ui.Text(d.toNext(j))}})
	}
	return ui.Filled(ui.CardView{ID: "dimensions", Title: d.T("assessment.dimensions"), Flush: true, Span: -1, Foot: d.T("assessment.how")}, ui.Table(table))
}

// toNext says how much of the next level holds.
func (d *drawing) toNext(j *maturity.Judged) string {
	switch {
	case j.Level == maturity.Optimised:
		return d.T("assessment.top")
	case j.Level == maturity.None:
		return d.T("assessment.needs", "Count", int64(len(j.Lacking())))
	}
	text := d.T("assessment.held", "Held", j.Held, "Wanted", j.Wanted, "Level", d.Message((j.Level + 1).Message()))
	if j.Open {
		text += d.T("assessment.open")
	}
	return text
}

func (d *drawing) weakestCard() templ.Component {
	j := d.result.Of(d.result.Weakest)
	if j == nil {
		return ui.NoteOf(ui.Note{ID: "weakest", Strong: d.T("assessment.nothing_yet"), Text: d.T("assessment.nothing_yet_text")})
	}
	var items []ui.Item
	for _, c := range j.Lacking() {
		items = append(items, ui.Item{Title: d.criterion(c.Criterion), Detail: d.lack(&c)})
	}
	title := d.T("assessment.weakest_is", "Dimension", d.Message(j.Dimension.Message()), "Score", d.score(j.Score))
	card := ui.CardView{ID: "weakest", Title: title, Span: -1}
	if len(items) == 0 {
		return ui.Filled(card, ui.NoteOf(ui.Note{Tone: ui.ToneGood, Strong: d.T("assessment.top"), Inset: true}))
	}
	card.Sub = d.T("assessment.lacks_for", "Level", d.Message((j.Level + 1).Message()))
	return ui.Filled(card, ui.List(items))
}

func (d *drawing) criterion(id string) string {
	c, _ := d.model.Criterion(id)
	if c == nil {
		return id
	}
	return d.Message(c.Message())
}

// lack says what is missing of a check.
func (d *drawing) lack(check *maturity.Check) string {
	c, _ := d.model.Criterion(check.Criterion)
	switch {
	case c == nil:
		return ""
	case c.Asked() && check.Statement == nil:
		return d.T("assessment.not_said")
	case c.Asked() && check.Stale:
		return d.T("assessment.said_long_ago", "On", d.Date(check.Statement.On))
	case c.Asked():
		return d.T("assessment.said_not", "Evidence", check.Statement.Evidence)
	case check.Measure == nil || !check.Measure.Known:
		return d.T("assessment.no_data", "Why", d.why(check.Measure))
	}
	return d.T("assessment.now_wanted", "Now", d.value(c.Unit, check.Measure.Value), "Wanted", d.bound(c, check.Bound))
}

func (d *drawing) why(m *maturity.Measure) string {
	if m == nil || m.Why == "" {
		return d.T("assessment.unknown")
	}
	return d.T(m.Why)
}

// sides are the dimensions with the evidence of each level.
func (d *drawing) sides() (cards []templ.Component) {
	for i := range d.result.Dimensions {
		j := &d.result.Dimensions[i]
		title := d.Message(j.Dimension.Message())
		sub := d.Message(j.Level.Message())
		if j.Level != maturity.None {
			sub = d.score(j.Score) + " · " + sub
		}
		cards = append(cards, ui.FoldedWith(ui.FoldedView{ID: "side-" + string(j.Dimension), Title: title, Sub: sub, Shape: ui.FoldCard}, ui.Table(d.evidence(j))))
	}
	return cards
}

// evidence is a row for each criterion: what it reads or what was said, and how it stands at each level.
func (d *drawing) evidence(j *maturity.Judged) ui.TableView {
	table := ui.TableView{Label: d.Message(j.Dimension.Message()), Inset: true, Columns: []ui.Column{{Label: d.T("assessment.criterion"), Phone: true}, {Label: d.T("assessment.present"), Phone: true}}}
	for level := maturity.Emerging; level <= maturity.Optimised; level++ {
		table.Columns = append(table.Columns, ui.Column{Label: strconv.Itoa(int(level)) + " " + d.Message(level.Message()), Kind: ui.ColumnNarrow})
	}
	at := map[string]int{}
	for k := range j.Checks {
		check := &j.Checks[k]
		c, _ := d.model.Criterion(check.Criterion)
		if c == nil {
			continue
		}
		i, seen := at[check.Criterion]
		if !seen {
			i = len(table.Rows)
			at[check.Criterion] = i
			table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{d.named(c), d.present(c, check), {}, {}, {}, {}}})
		}
		mark := map[maturity.Verdict]ui.Cell{maturity.Holds: {Icon: "check", Tone: ui.ToneGood}, maturity.Lacks: {Icon: "x", Tone: ui.ToneBad}, maturity.Unknown: {Icon: "help-circle", Muted: true}}[check.Verdict]
		mark.Text = d.T("assessment.verdict." + string(check.Verdict))
		if !c.Asked() {
			mark.Text = d.bound(c, check.Bound)
			mark.Title = d.T("assessment.verdict." + string(check.Verdict))
		}
		table.Rows[i].Cells[int(check.Level-maturity.Emerging)+2] = mark
		table.Rows[i].Cells[0].Phone += d.phone(c, check, mark.Text)
	}
	return table
}

// phone says a check where columns of levels have no room.
func (d *drawing) phone(c *maturity.Criterion, check *maturity.Check, text string) string {
	line := strconv.Itoa(int(check.Level)) + " " + text
	if !c.Asked() {
		line += map[maturity.Verdict]string{maturity.Holds: " ✓", maturity.Lacks: " ✗", maturity.Unknown: " ?"}[check.Verdict]
	}
	return line + "  "
}

func (d *drawing) named(c *maturity.Criterion) ui.Cell {
	cell := ui.Text(d.Message(c.Message()))
	if c.Asked() {
		cell.Sub = d.T("assessment.asked")
		if d.asks {
			cell.URL = criterionPath(c.ID)
		}
	}
	return cell
}

// present is what a criterion rests on: a number with its figures and days, or a statement with who said it when.
func (d *drawing) present(c *maturity.Criterion, check *maturity.Check) ui.Cell {
	if c.Asked() {
		if check.Statement == nil {
			cell := ui.Cell{Text: d.T("assessment.not_said"), Muted: true}
			if d.asks {
				cell = ui.LinkTo(d.T("assessment.say"), criterionPath(c.ID))
			}
			return cell
		}
		return ui.Cell{Text: check.Statement.Evidence, Sub: d.T("assessment.said_by", "Who", check.Statement.ByName, "On", d.Date(check.Statement.On))}
	}
	m := check.Measure
	if m == nil || !m.Known {
		cell := ui.Cell{Text: d.T("assessment.unknown"), Sub: d.why(m), Muted: true}
		if m != nil && d.mayFollow(m) {
			cell.URL = m.Link
		}
		return cell
	}
	cell := ui.Cell{Text: d.value(c.Unit, m.Value), Sub: d.formula(m) + " · " + d.Date(m.From) + " – " + d.Date(m.To), Strong: true}
	if d.mayFollow(m) {
		cell.URL = m.Link
	}
	return cell
}

// mayFollow reports whether the page that a measure leads to opens: pages of sales are not for everybody who sees assessments.
func (d *drawing) mayFollow(m *maturity.Measure) bool {
	return m.Link != "" && d.actor.Can(access.PermSalesRead)
}
