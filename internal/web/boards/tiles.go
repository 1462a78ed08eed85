package boards

import (
	"math/big"
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"xiaoguan/internal/board"
	"xiaoguan/internal/decision"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/web/ui"
)

// drawing puts the tiles of a shown board onto a page.
type drawing struct {
	words
	shown board.Shown
	self  int64 // the reader as a person
	all   bool  // of rankings everybody, for superiors
	wall  bool  // read from afar: nothing to click
	reads bool  // the reader may open definitions and rows, which take sales data
	logs  bool  // the reader logs decisions
}

// parts are the tiles in their order.
func (d drawing) parts() (parts []templ.Component) {
	for i, t := range d.shown.Tiles {
		parts = append(parts, d.tile(i, t))
	}
	if len(parts) == 0 {
		state := ui.State{Icon: "chart-histogram", Title: d.p.T("board.empty"), Text: d.p.T("board.empty_text")}
		parts = append(parts, ui.Filled(ui.CardView{Label: d.title(d.shown.Board)}, ui.StateOf(state)))
	}
	return parts
}

func (d drawing) tile(i int, t board.ShownTile) templ.Component {
	if t.Failed != nil && t.Kind == board.KindCard {
		m := ui.Metric{Label: d.tileTitle(t), Text: i18n.Unknown, Missing: d.p.Message(t.Failed.Message), Span: t.Columns()}
		return ui.MetricCard(m)
	}
	if t.Failed != nil {
		state := ui.State{Kind: ui.StateForbidden, Title: d.p.T("board.not_shown"), Text: d.p.Message(t.Failed.Message)}
		return ui.Filled(ui.CardView{ID: tileID(i), Title: d.tileTitle(t), Span: t.Columns()}, ui.StateOf(state))
	}
	switch t.Kind {
	case board.KindCard:
		return ui.MetricCard(d.card(i, t))
	case board.KindTrend:
		return d.trend(i, t)
	case board.KindCompare:
		return d.compare(i, t)
	case board.KindRanking:
		return d.ranking(i, t)
	case board.KindProducts:
		return d.products(i, t)
	case board.KindFunnel:
		return d.funnel(i, t)
	case board.KindAgeing:
		return d.ageing(i, t)
	}
	return d.exceptions(i, t)
}

func tileID(i int) string { return "tile-" + strconv.Itoa(i) }

// tileTitle names a tile by what it shows.
func (d drawing) tileTitle(t board.ShownTile) string {
	kind := d.p.Message(t.Kind.Message())
	if len(t.Series) == 0 {
		if t.Kind == board.KindCard && len(t.Metrics) > 0 {
			return string(t.Metrics[0])
		}
		return kind
	}
	name := d.name(t.Series[0].Definition)
	switch t.Kind {
	case board.KindTrend:
		return d.p.T("board.title.trend", "Metric", name)
	case board.KindCompare:
		title := d.p.T("board.title.compare." + string(d.level(t)))
		if d.several(board.KindCompare) {
			return d.p.T("board.title.compare_of", "Title", title, "Metric", name)
		}
		return title
	case board.KindRanking:
		return d.p.T("board.title.ranking", "Metric", name)
	case board.KindProducts:
		return d.p.T("board.title."+string(productsBy(t)), "Metric", name)
	}
	return name
}

// several reports that the board has more than one tile of a kind.
func (d drawing) several(kind board.Kind) bool {
	n := 0
	for _, t := range d.shown.Tiles {
		if t.Kind == kind {
			n++
		}
	}
	return n > 1
}

// level is by what the parts of a tile are told apart.
func (d drawing) level(t board.ShownTile) metric.PlaceKind {
	for _, s := range t.Series {
		for _, p := range s.Parts {
			return p.Value.Place.Kind
		}
	}
	return metric.PlacePerson
}

// address is a page of this board, or of another place of it.
func (d drawing) address(change ...string) string {
	return addressOf("/board/"+d.shown.Board.ID, d.query(), change...)
}

func (d drawing) query() url.Values { return queryOf(d.shown.Ask, d.now) }

// asked makes a number that opens its definition, with the figures that it is made of and the way to the rows behind it.
func (d drawing) asked(id string, s metric.Series, v metric.Value) templ.Component {
	label := d.short(v)
	if d.wall {
		return plainText(label)
	}
	def := s.Definition
	facts := []ui.Fact{{Term: d.p.T("why.basis"), Text: d.basis(def)}, {Term: d.p.T("board.why.place"), Text: d.place(v.Place)}, {Term: d.p.T("why.period"), Text: d.period(v.Period)},
		{Term: d.p.T("board.why.sources"), Text: d.sources(def)}}
	age, _ := d.age(def, v)
	facts = append(facts, ui.Fact{Term: d.p.T("board.why.age"), Text: age})
	if v.LeftOut > 0 {
		facts = append(facts, ui.Fact{Term: d.p.T("board.why.left_out"), Text: d.p.T("board.why.left_out_text", "Count", v.LeftOut)})
	}
	if !v.Recorded.IsZero() {
		facts = append(facts, ui.Fact{Term: d.p.T("board.why.as_of"), Text: d.p.Moment(v.Recorded, d.now)})
	}
	asked := askedFor(def.ID, v)
	var links []ui.Link
	if d.reads {
		links = []ui.Link{{Label: d.p.T("why.rows"), URL: rowsPath + asked}, {Label: d.p.T("why.definition"), URL: ui.MetricPath(def.ID)}}
	}
	links = append(links, ui.Link{Label: d.p.T("board.why.alert"), URL: alertsPath + asked})
	if d.logs && v.Known {
		links = append(links, ui.Link{Label: d.p.T("review.log_decision"), URL: ui.DecisionPath(d.evidence(def, v, d.address("place", board.PlaceText(v.Place), "month", v.Period.First.String())))})
	}
	return ui.Num(ui.Asked{ID: id, Label: label, Why: ui.Why{Title: d.name(def), Version: d.p.T("board.why.version", "Version", def.Version), Formula: d.exact(def, v), Facts: facts, Links: links}})
}

// askedFor is the query that names a number: of what, whose and of when.
func askedFor(id metric.ID, v metric.Value) string {
	q := url.Values{}
	if text := board.PlaceText(v.Place); text != "" {
		q.Set("place", text)
	}
	q.Set("month", v.Period.First.String())
	if v.Period.Kind == metric.Quarter || v.Period.Kind == metric.Year {
		q.Set("span", string(v.Period.Kind))
	}
	return "?metric=" + url.QueryEscape(string(id)) + "&" + q.Encode()
}

// evidence is a number as a decision keeps it: the figures as they stand now, with the board that shows them.
func (d drawing) evidence(def metric.Definition, v metric.Value, page string) decision.Evidence {
	e := decision.Evidence{Label: d.name(def), Value: d.full(v), Metric: string(def.ID), Version: strconv.Itoa(def.Version), Place: d.place(v.Place), Period: d.period(v.Period), Numerator: &v.Numerator, Unit: string(v.Unit), At: d.now, Link: page}
	if v.Denominator != 0 {
		e.Denominator = &v.Denominator
	}
	e.PartUnit = decision.PartCount
	if def.OfMoney() {
		e.PartUnit = decision.PartMoney
	}
	return e
}

// card is one number against its goal and its time.
func (d drawing) card(i int, t board.ShownTile) ui.Metric {
	if len(t.Series) == 0 {
		return ui.Metric{Label: d.tileTitle(t), Text: i18n.Unknown, Missing: d.p.T("board.no_number"), Span: t.Columns()}
	}
	s, cohort := matured(t)
	m := ui.Metric{Label: d.name(s.Definition), Basis: cohort(d), Value: d.asked("why-"+tileID(i), s, s.Value), Span: t.Columns()}
	m.Age, m.Late = d.age(s.Definition, s.Value)
	if !s.Value.Known {
		m.Missing = d.why(s.Value)
		return m
	}
	m.Source = d.divided(s.Definition, s.Value)
	switch {
	case board.HasTarget(s.Definition):
		d.paced(&m, s)
	case s.Value.Unit == metric.UnitPercent:
		d.aimed(&m, s, t.Goal)
	case t.Goal != nil:
		m.Goal = d.p.T("board.goal", "Goal", d.amount(s.Value.Unit, *t.Goal))
	}
	for _, c := range s.Compared {
		if delta, ok := d.change(c); ok {
			delta.Tone = judged(s.Definition.Good, delta.Sign)
			m.Deltas = append(m.Deltas, delta)
		}
	}
	if t.Spark != nil {
		m.Spark = sparkOf(*t.Spark)
	}
	return m
}

// judged is whether a change is for the better; nothing for what has no direction. Colour follows the reader's setting there.
func judged(good metric.Good, sign int) ui.Tone {
	switch {
	case good == metric.GoodNeither || sign == 0:
		return ui.ToneNone
	case good == metric.GoodUp == (sign > 0):
		return ui.ToneGood
	}
	return ui.ToneBad
}

// matured is the number of a card. Of a cohort that has not had its time it is the newest one that has, and says of which month.
func matured(t board.ShownTile) (metric.Series, func(drawing) string) {
	s := t.Series[0]
	none := func(drawing) string { return "" }
	if s.Value.Known || s.Value.Why != metric.ReasonImmature || t.Spark == nil {
		return s, none
	}
	for _, p := range slices.Backward(t.Spark.Parts) {
		if p.Value.Known {
			s.Value, s.Compared = p.Value, nil
			return s, func(d drawing) string { return d.p.T("board.cohort_of", "Month", d.p.Month(p.Value.Period.First)) }
		}
	}
	return s, none
}

// paced draws a share of a target against the time that has passed.
func (d drawing) paced(m *ui.Metric, s metric.Series) {
	m.Goal = d.p.T("board.target", "Target", d.side(s.Definition, s.Value.Denominator, true))
	scale := func(share *big.Rat) *big.Rat { return new(big.Rat).Quo(share, big.NewRat(13, 10)) }
	pace, ok := board.PaceOf(s.Value, d.shown.Elapsed, d.shown.WorkDays)
	if !ok {
		return
	}
	class, tone := paceTone(pace.Index)
	m.Bar = &ui.Bar{Parts: []ui.BarPart{{Share: scale(pace.Attained), Class: class}}, Tick: scale(pace.Elapsed)}
	behind := new(big.Rat).Sub(pace.Elapsed, pace.Attained)
	if !s.Value.Period.ToDate {
		behind = new(big.Rat).Sub(big.NewRat(1, 1), pace.Attained)
	}
	key := "board.behind"
	if behind.Sign() < 0 {
		key = "board.ahead"
	}
	if !s.Value.Period.ToDate {
		key += "_target"
	}
	m.Gap, m.GapTone = d.p.T(key, "Points", d.p.Points(behind.Abs(behind))), tone
	if s.Value.Period.ToDate {
		m.Source = d.p.T("board.pace", "Share", d.p.Percent(pace.Elapsed), "Index", d.p.Decimal(pace.Index, 2))
	} else {
		m.Source = d.divided(s.Definition, s.Value)
	}
}

// paceTone is how the pace index is judged: ≥ 1 good, ≥ 0.95 on course, ≥ 0.85 behind, else far behind.
func paceTone(index *big.Rat) (class string, tone ui.Tone) {
	switch {
	case index.Cmp(big.NewRat(1, 1)) >= 0:
		return "fg", ui.ToneGood
	case index.Cmp(big.NewRat(95, 100)) >= 0:
		return "fbr", ui.ToneNone
	case index.Cmp(big.NewRat(85, 100)) >= 0:
		return "fw", ui.ToneWarn
	}
	return "fb", ui.ToneBad
}

// aimed draws a rate against its goal, where it has one.
func (d drawing) aimed(m *ui.Metric, s metric.Series, goal *int64) {
	share := big.NewRat(s.Value.Numerator, s.Value.Denominator)
	m.Bar = &ui.Bar{Parts: []ui.BarPart{{Share: share, Class: "fbr"}}}
	if goal == nil {
		return
	}
	aim := big.NewRat(*goal, metric.Whole)
	gap := new(big.Rat).Sub(share, aim)
	m.Bar.Tick, m.Goal = aim, d.p.T("board.goal", "Goal", d.p.Percent(aim))
	met := gap.Sign() >= 0
	if s.Definition.Good == metric.GoodDown {
		met = gap.Sign() <= 0
	}
	key, class, tone := "board.short", "fw", ui.ToneWarn
	if gap.Sign() >= 0 {
		key = "board.above"
	}
	if met {
		class, tone = "fg", ui.ToneGood
	}
	m.Bar.Parts[0].Class = class
	m.Gap, m.GapTone = d.p.T(key, "Points", d.p.Points(gap.Abs(gap))), tone
}

// sparkOf is the small line of a card: the months that are known.
func sparkOf(s metric.Series) *ui.Spark {
	spark := &ui.Spark{}
	for _, p := range s.Parts {
		if amount, known := p.Value.Amount(); known {
			spark.Points = append(spark.Points, big.NewRat(amount, 1))
		}
	}
	if len(spark.Points) < 3 {
		return nil
	}
	return spark
}
