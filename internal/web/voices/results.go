package voices

import (
	"math/big"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/questionnaire"
	"xiaoguan/internal/web/ui"
)

// decimalOf writes a number with so many decimals.
func decimalOf(p *i18n.Printer, value float64, digits int) string {
	r := new(big.Rat)
	if r.SetFloat64(value) == nil {
		return i18n.Unknown
	}
	return p.Decimal(r, digits)
}

func signedPoints(p *i18n.Printer, value float64) string {
	text := decimalOf(p, value*100, 0)
	if value > 0 && text != "0" {
		return "+" + text
	}
	return text
}

// groupName names a group for people.
func groupName(p *i18n.Printer, n questionnaire.Node) string {
	if n.Key == questionnaire.NodeAll {
		return p.T("questionnaire.everybody")
	}
	return cellName(p, n.Name)
}

func layerNames(p *i18n.Printer, layers []string) string {
	names := make([]string, len(layers))
	for i, l := range layers {
		names[i] = p.T("people.level_" + l)
	}
	return p.Join(names)
}

// drawResults shows what a closed questionnaire came to, of the group that the address asks for.
func (h *Handler) drawResults(w http.ResponseWriter, r *http.Request, v questionnaire.Shown) error {
	p := httpx.PrinterFrom(r.Context())
	res, err := h.Questionnaires.Results(r.Context(), access.ActorFrom(r.Context()), v.ID, r.URL.Query().Get("group"))
	if err != nil {
		return err
	}
	view := head(p, &v)
	view.Subtitle = p.T("questionnaire.results_sub", "Day", p.Date(endOf(&v.Questionnaire)), "Group", groupName(p, res.Group.Node), "Answered", res.Answered, "Invited", res.Invited, "Share", shareText(p, res.Answered, res.Invited))
	for _, format := range []string{"xlsx", "docx"} {
		view.Actions = append(view.Actions, ui.Action{Label: p.T("questionnaire.export_" + format), Icon: "download", URL: ui.URLWith(pageURL(v.ID)+"/export/"+format, r.URL.Query(), "done", ""), Download: true})
	}
	if v.MayRun {
		view.Actions = append(view.Actions, ui.Action{Label: p.T("questionnaire.again"), Icon: "refresh", URL: pageURL(v.ID) + "/step", Post: true, Fields: map[string][]string{"to": {"again"}}})
	}
	parts := doneNote(p, r)
	if res.Group.Key != questionnaire.NodeAll {
		parts = append(parts, ui.Across(ui.Beside(ui.Button(ui.Action{Label: p.T("questionnaire.see_everybody"), URL: pageURL(v.ID), Kind: ui.ActionGhost, Small: true}))))
	}
	if res.Group.Hidden {
		parts = append(parts, ui.Filled(ui.CardView{Label: p.T("questionnaire.results")}, ui.StateOf(ui.State{Kind: ui.StateEmpty, Icon: "lock", Title: p.T("questionnaire.hidden", "Least", questionnaire.GroupLeast), Text: p.T("questionnaire.hidden_text")})))
		return ui.Write(w, r, http.StatusOK, ui.Compose(view, append(parts, groupsCard(p, &res))...))
	}
	f := &res.Group.Figures
	parts = append(parts, metrics(p, &res)...)
	parts = append(parts, ui.Stack(7, themesCard(p, &res), itemsCard(p, f)), ui.Stack(5, driversCard(p, f), wishesCards(p, f)))
	parts = append(parts, groupsCard(p, &res))
	if res.Group.Key == questionnaire.NodeAll {
		parts = append(parts, layersCard(p, &res))
	}
	parts = append(parts, wordsCard(p, &res))
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, parts...))
}

func metrics(p *i18n.Printer, res *questionnaire.Results) (cards []templ.Component) {
	f := &res.Group.Figures
	cards = append(cards, ui.MetricCard(ui.Metric{Label: p.T("questionnaire.turnout"), Text: shareText(p, res.Answered, res.Invited), Basis: p.T("questionnaire.turnout_basis", "Answered", res.Answered, "Invited", res.Invited)}))
	if f.Score != nil {
		score := ui.Metric{Label: p.T("questionnaire.enps"), Text: signedPoints(p, f.Score.Value), Basis: p.T("questionnaire.enps_basis", "Promoters", f.Score.Promoters, "Passives", f.Score.Passives, "Detractors", f.Score.Detractors), Gap: p.T("questionnaire.interval", "Low", signedPoints(p, f.Score.Low), "High", signedPoints(p, f.Score.High))}
		if res.Before != nil && res.Before.Score != nil {
			score.Deltas = []ui.Delta{delta(p, 100*(f.Score.Value-res.Before.Score.Value), 0, p.T("questionnaire.since", "Day", p.Date(res.BeforeOn)))}
		}
		cards = append(cards, ui.MetricCard(score))
	}
	low, high := -1, -1
	for i := range f.Themes {
		if low < 0 || f.Themes[i].Mean() < f.Themes[low].Mean() {
			low = i
		}
		if high < 0 || f.Themes[i].Mean() > f.Themes[high].Mean() {
			high = i
		}
	}
	for i, at := range []int{low, high} {
		if at < 0 {
			continue
		}
		t := &f.Themes[at]
		key := []string{"questionnaire.lowest", "questionnaire.highest"}[i]
		cards = append(cards, ui.MetricCard(ui.Metric{Label: p.T(key), Text: decimalOf(p, t.Mean(), 2), Unit: p.T("questionnaire.of_five"), Basis: p.Message(t.Theme.Message()), Gap: p.T("questionnaire.favourable_of", "Share", shareText(p, t.Favourable(), t.Answers()), "Part", t.Favourable(), "Whole", t.Answers())}))
	}
	return cards
}

func delta(p *i18n.Printer, value float64, digits int, after string) ui.Delta {
	d := ui.Delta{Label: decimalOf(p, max(value, -value), digits), After: after}
	switch {
	case d.Label == decimalOf(p, 0, digits):
	case value > 0:
		d.Sign, d.Tone = 1, ui.ToneGood
	default:
		d.Sign, d.Tone = -1, ui.ToneBad
	}
	return d
}

// spread is how the answers are divided: disagree, in between, agree.
func spread(p *i18n.Printer, counts [5]int) templ.Component {
	whole := int64(counts[0] + counts[1] + counts[2] + counts[3] + counts[4])
	if whole == 0 {
		return templ.NopComponent
	}
	part := func(n int) *big.Rat { return big.NewRat(int64(n), whole) }
	return ui.BarOf(ui.Bar{Height: 8, Label: p.T("questionnaire.spread", "Low", counts[0]+counts[1], "Middle", counts[2], "High", counts[3]+counts[4]),
		Parts: []ui.BarPart{{Share: part(counts[0] + counts[1]), Class: "fb"}, {Share: part(counts[2]), Class: "fn"}, {Share: part(counts[3] + counts[4]), Class: "fg"}}})
}

func themesCard(p *i18n.Printer, res *questionnaire.Results) templ.Component {
	f := &res.Group.Figures
	table := ui.TableView{Label: p.T("questionnaire.by_theme"), Columns: []ui.Column{{Label: p.T("questionnaire.theme"), Phone: true}, {Label: p.T("questionnaire.mean"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("questionnaire.favourable"), Kind: ui.ColumnNumber}, {Label: p.T("questionnaire.spread_head"), Kind: ui.ColumnBar}, {Label: "α", Title: p.T("questionnaire.alpha_title"), Kind: ui.ColumnNumber}, {Label: p.T("questionnaire.change"), Kind: ui.ColumnNumber, Phone: true, Hidden: res.Before == nil}},
		Note: p.T("questionnaire.alpha_note", "Count", f.Answers)}
	for i := range f.Themes {
		t := &f.Themes[i]
		alpha := ui.Text(decimalOf(p, t.Alpha, 2))
		if t.AlphaWhy.Key != "" {
			alpha = ui.Cell{Text: i18n.Unknown, Title: p.Message(t.AlphaWhy), Muted: true}
		}
		change := ui.Text(i18n.Unknown)
		if res.Before != nil {
			if before, known := res.Before.Theme(t.Theme); known && before.Answers() > 0 {
				change = ui.Draw(ui.DeltaOf(delta(p, t.Mean()-before.Mean(), 2, "")))
			}
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(p.Message(t.Theme.Message())), ui.Text(decimalOf(p, t.Mean(), 2)), {Text: shareText(p, t.Favourable(), t.Answers()), Sub: strconv.Itoa(t.Favourable()) + "/" + strconv.Itoa(t.Answers())}, ui.Draw(spread(p, t.Counts)), alpha, change}})
	}
	sub := p.T("questionnaire.theme_sub")
	if res.Before != nil {
		sub = p.T("questionnaire.theme_sub_before", "Day", p.Date(res.BeforeOn), "Count", res.Before.Answers)
	}
	return ui.Filled(ui.CardView{ID: "themes", Title: p.T("questionnaire.by_theme"), Sub: sub, Flush: true, Span: -1}, ui.Table(table))
}

func itemsCard(p *i18n.Printer, f *questionnaire.Figures) templ.Component {
	table := ui.TableView{Label: p.T("questionnaire.by_question"), Columns: []ui.Column{{Label: p.T("questionnaire.question"), Phone: true}, {Label: p.T("questionnaire.mean"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("questionnaire.counts_head"), Kind: ui.ColumnNarrow}, {Label: p.T("questionnaire.spread_head"), Kind: ui.ColumnBar}}, Note: p.T("questionnaire.reversed_note")}
	for i := range f.Themes {
		for _, item := range f.Themes[i].Items {
			counts := make([]string, len(item.Counts))
			for k, n := range item.Counts {
				counts[k] = strconv.Itoa(n)
			}
			text := ui.Text(words(p, item.Question.Text))
			if item.Question.Reversed {
				text.Sub = p.T("questionnaire.is_reversed")
			}
			table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{text, ui.Text(decimalOf(p, item.Mean(), 2)), ui.Text(strings.Join(counts, " · ")), ui.Draw(spread(p, item.Counts))}})
		}
	}
	return ui.FoldedWith(ui.FoldedView{ID: "items", Title: p.T("questionnaire.by_question"), Shape: ui.FoldCard}, ui.Filled(ui.CardView{Label: p.T("questionnaire.by_question"), Flush: true, Span: -1}, ui.Table(table)))
}

var quadrantTones = map[questionnaire.Quadrant]ui.Tone{questionnaire.QuadrantMend: ui.ToneBad, questionnaire.QuadrantKeep: ui.ToneGood, questionnaire.QuadrantWatch: ui.ToneWarn}

func driversCard(p *i18n.Printer, f *questionnaire.Figures) templ.Component {
	card := ui.CardView{ID: "drivers", Title: p.T("questionnaire.drivers"), Sub: p.T("questionnaire.drivers_sub"), Span: -1}
	if len(f.Drivers) == 0 {
		return ui.Filled(card, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("questionnaire.drivers_none"), Text: p.Message(f.DriversWhy)}))
	}
	corner := func(q questionnaire.Quadrant) string { return p.T("questionnaire.quadrant." + string(q)) }
	v := ui.QuadrantView{ID: "driver-chart", Label: p.T("questionnaire.drivers"), Across: p.T("questionnaire.axis_score") + " →", Up: "↑ " + p.T("questionnaire.axis_driver"), MidX: f.MidScore, MidY: f.MidDriver,
		Corners: [4]string{corner(questionnaire.QuadrantMend), corner(questionnaire.QuadrantKeep), corner(questionnaire.QuadrantWatch), corner(questionnaire.QuadrantLeave)},
		Table:   ui.TableView{Label: p.T("questionnaire.drivers"), Columns: []ui.Column{{Label: p.T("questionnaire.number"), Kind: ui.ColumnNarrow, Phone: true}, {Label: p.T("questionnaire.theme"), Phone: true}, {Label: p.T("questionnaire.mean"), Kind: ui.ColumnNumber}, {Label: "ρ", Title: p.T("questionnaire.rho_title"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("questionnaire.what_to_do"), Kind: ui.ColumnNarrow, Phone: true}}}}
	v.MinX, v.MaxX, v.MinY, v.MaxY = f.Drivers[0].Score, f.Drivers[0].Score, f.Drivers[0].Correlation, f.Drivers[0].Correlation
	for i, d := range f.Drivers {
		v.MinX, v.MaxX, v.MinY, v.MaxY = min(v.MinX, d.Score), max(v.MaxX, d.Score), min(v.MinY, d.Correlation), max(v.MaxY, d.Correlation)
		name := p.Message(d.Theme.Message())
		chip := ui.Chip{Label: corner(d.Quadrant), Tone: quadrantTones[d.Quadrant]}
		v.Points = append(v.Points, ui.QuadrantPoint{X: d.Score, Y: d.Correlation, Title: name, Tone: chip.Tone})
		v.Table.Rows = append(v.Table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(strconv.Itoa(i + 1)), ui.Text(name), ui.Text(decimalOf(p, d.Score, 2)), {Text: decimalOf(p, d.Correlation, 2), Sub: p.T("questionnaire.from_to", "Low", decimalOf(p, d.Low, 2), "High", decimalOf(p, d.High, 2))}, {Chip: &chip}}})
	}
	card.Foot = p.T("questionnaire.drivers_note", "Count", f.Answers)
	return ui.Filled(card, ui.Quadrant(v))
}

// wishesCards are the answers to questions with options.
func wishesCards(p *i18n.Printer, f *questionnaire.Figures) templ.Component {
	var cards []templ.Component
	for _, c := range f.Choices {
		table := ui.TableView{Label: words(p, c.Question.Text), Columns: []ui.Column{{Label: p.T("questionnaire.option"), Phone: true}, {Label: p.T("questionnaire.chosen"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("questionnaire.share"), Kind: ui.ColumnBar}}}
		for _, o := range c.Options {
			var bar templ.Component = templ.NopComponent
			if c.Count > 0 {
				bar = ui.BarOf(ui.Bar{Height: 8, Parts: []ui.BarPart{{Share: big.NewRat(int64(o.Count), int64(c.Count)), Class: "f1"}}})
			}
			table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(words(p, o.Option.Text)), {Text: shareText(p, o.Count, c.Count), Sub: strconv.Itoa(o.Count) + "/" + strconv.Itoa(c.Count)}, ui.Draw(bar)}})
		}
		cards = append(cards, ui.Filled(ui.CardView{ID: "choice-" + c.Question.ID, Title: words(p, c.Question.Text), Flush: true, Span: -1}, ui.Table(table)))
	}
	return templ.Join(cards...)
}

func groupsCard(p *i18n.Printer, res *questionnaire.Results) templ.Component {
	table := ui.TableView{Label: p.T("questionnaire.by_group"), Columns: []ui.Column{{Label: p.T("questionnaire.group"), Phone: true}, {Label: p.T("questionnaire.turnout"), Kind: ui.ColumnNumber}, {Label: p.T("questionnaire.enps"), Kind: ui.ColumnNumber, Phone: true}}, Note: p.T("questionnaire.groups_note", "Least", questionnaire.GroupLeast)}
	for i := range res.Group.Figures.Themes {
		table.Columns = append(table.Columns, ui.Column{Label: p.Message(res.Group.Figures.Themes[i].Theme.Message()), Kind: ui.ColumnNumber})
	}
	for i := range res.Groups {
		g := &res.Groups[i]
		name := ui.Cell{Text: groupName(p, g.Node), URL: pageURL(res.ID) + "?group=" + g.Key, Strong: g.Key == questionnaire.NodeAll || g.Parent == questionnaire.NodeAll && len(g.Cells) > 1}
		row := ui.Row{Cells: []ui.Cell{name, {Text: shareText(p, g.Answered, g.Invited), Sub: strconv.Itoa(g.Answered) + "/" + strconv.Itoa(g.Invited)}}}
		if g.Hidden {
			name.URL, row.Kind = "", ui.RowMuted
			row.Cells[0] = name
			row.Cells = append(row.Cells, ui.Cell{Text: p.T("questionnaire.hidden_short"), Muted: true, Span: len(table.Columns) - 2})
			table.Rows = append(table.Rows, row)
			continue
		}
		row.Cells = append(row.Cells, scoreCell(p, g.Figures.Score))
		for j := range g.Figures.Themes {
			row.Cells = append(row.Cells, ui.Text(decimalOf(p, g.Figures.Themes[j].Mean(), 2)))
		}
		table.Rows = append(table.Rows, row)
	}
	return ui.Filled(ui.CardView{ID: "groups", Title: p.T("questionnaire.by_group"), Flush: true}, ui.Table(table))
}

func scoreCell(p *i18n.Printer, s *questionnaire.Score) ui.Cell {
	if s == nil || s.Answers() == 0 {
		return ui.Text(i18n.Unknown)
	}
	return ui.Cell{Text: signedPoints(p, s.Value), Sub: p.T("questionnaire.from_to", "Low", signedPoints(p, s.Low), "High", signedPoints(p, s.High))}
}

func layersCard(p *i18n.Printer, res *questionnaire.Results) templ.Component {
	card := ui.CardView{ID: "layers", Title: p.T("questionnaire.by_layer"), Flush: len(res.Layers) > 0}
	if len(res.Layers) == 0 {
		return ui.Filled(card, ui.StateOf(ui.State{Kind: ui.StateEmpty, Icon: "lock", Title: p.T("questionnaire.layers_none"), Text: p.Message(res.LayersWhy)}))
	}
	table := ui.TableView{Label: p.T("questionnaire.by_layer"), Columns: []ui.Column{{Label: p.T("questionnaire.layer"), Phone: true}, {Label: p.T("questionnaire.answered"), Kind: ui.ColumnNumber}, {Label: p.T("questionnaire.enps"), Kind: ui.ColumnNumber, Phone: true}}}
	for i := range res.Group.Figures.Themes {
		table.Columns = append(table.Columns, ui.Column{Label: p.Message(res.Group.Figures.Themes[i].Theme.Message()), Kind: ui.ColumnNumber})
	}
	for _, l := range res.Layers {
		row := ui.Row{Cells: []ui.Cell{ui.Text(layerNames(p, l.Layers)), ui.Text(p.Int(int64(l.Answers))), scoreCell(p, l.Score)}}
		for i := range res.Group.Figures.Themes {
			row.Cells = append(row.Cells, ui.Text(decimalOf(p, questionnaire.ThemeResult{Counts: l.Themes[res.Group.Figures.Themes[i].Theme]}.Mean(), 2)))
		}
		table.Rows = append(table.Rows, row)
	}
	return ui.Filled(card, ui.Table(table))
}

func wordsCard(p *i18n.Printer, res *questionnaire.Results) templ.Component {
	if res.WordsWhy.Key != "" {
		return ui.Filled(ui.CardView{ID: "words", Title: p.T("questionnaire.words")}, ui.StateOf(ui.State{Kind: ui.StateEmpty, Icon: "lock", Title: p.T("questionnaire.words_none"), Text: p.Message(res.WordsWhy)}))
	}
	var cards []templ.Component
	for _, q := range res.Words {
		card := ui.CardView{ID: "words-" + q.Question.ID, Title: words(p, q.Question.Text), Count: len(q.Words), Span: 6}
		content := quotes(q.Words)
		if len(q.Words) == 0 {
			content = ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("questionnaire.nothing_written")})
		}
		cards = append(cards, ui.Filled(card, content))
	}
	return templ.Join(cards...)
}
