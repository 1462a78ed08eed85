package plan

import (
	"errors"

	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/formula"
	"xiaoguan/internal/ruledoc"
)

// The bounds of windows and scorecards.
const (
	windowMonthsMax = 120
	scoreItemsMax   = 30
	rampMonthsMax   = 36
)

var windows = []Window{WindowPeriod, WindowQuarterToDate, WindowHalfYearToDate, WindowYearToDate, WindowEver}

// window reads a word, {months: n} or {window: word, back: k}.
func (p *planReader) window(f fields) (Window, *Span) {
	v, ok := f.Required("window")
	if !ok {
		return "", nil
	}
	return p.windowAt(v)
}

func (p *planReader) windowAt(v value) (Window, *Span) {
	if len(v.Node.Content) == 0 {
		return ruledoc.Choice(p.Reader, v, windows...), nil
	}
	f := p.Mapping(v, "window", "months", "back")
	var s Span
	form, what, ok := f.ExactlyOne("window", "months")
	switch {
	case !ok:
		return "", nil
	case form == "months":
		s.Months = p.wholeBetween(what, 1, windowMonthsMax)
	default:
		s.Window = ruledoc.Choice(p.Reader, what, windows...)
	}
	if back, has := f.Optional("back"); has {
		s.Back = p.wholeBetween(back, 1, windowMonthsMax)
	}
	if s.Back == 0 && s.Months == 0 {
		return s.Window, nil
	}
	return "", &s
}

// span reads a window where only a Span will do.
func (p *planReader) span(f fields, key string) Span {
	v, ok := f.Required(key)
	if !ok {
		return Span{}
	}
	window, s := p.windowAt(v)
	if s != nil {
		return *s
	}
	return Span{Window: window}
}

// wholeBetween reads a whole number within bounds; it returns 0 when there is none.
func (p *planReader) wholeBetween(v value, least, most int64) int {
	d, percent, ok := p.Number(v)
	if !ok {
		return 0
	}
	n := d.Rat()
	if percent || !n.IsInt() || !n.Num().IsInt64() || n.Num().Int64() < least || n.Num().Int64() > most {
		p.Report(v, CodeBetween, errs.Args{"Least": least, "Most": most})
		return 0
	}
	return int(n.Num().Int64())
}

func (p *planReader) group(v value) Group {
	return ruledoc.Choice(p.Reader, v, GroupLedTeams, GroupOwnTeam, GroupOwnRegion, GroupCompany, GroupPlan, GroupMentees)
}

// creditedBy reads the crediting rules whose credits count; none means all.
func (p *planReader) creditedBy(f fields) (rules []string) {
	v, ok := f.Optional("by")
	if !ok {
		return nil
	}
	return p.texts(v)
}

// quota reads the window and the ramp beside a quota.
func (p *planReader) quota(f fields, of value) *QuotaMeasure {
	m := &QuotaMeasure{Of: p.ID(of)}
	m.Window, m.Span = p.window(f)
	ramp, ok := f.Optional("ramp")
	if !ok {
		return m
	}
	for _, item := range p.List(ramp, rampMonthsMax) {
		d, _, valid := p.Number(item)
		if valid && (d.Sign() < 0 || d.Cmp(decimal.FromInt(1, 0)) > 0) {
			p.Report(item, CodePart, nil)
		}
		m.Ramp = append(m.Ramp, d)
	}
	return m
}

// furtherForm reads the forms that stand in docs/adr/0011.
func (p *planReader) furtherForm(form string, f fields, v value) (m FurtherForms) {
	switch form {
	case "given":
		m.Given = p.given(f, v)
	case "retained":
		m.Retained = &RetainedMeasure{Event: p.ID(v), By: p.creditedBy(f), Before: p.span(f, "before"), Now: p.span(f, "now")}
	case "scorecard":
		m.Scorecard = p.scorecard(v)
	case "formula":
		m.Formula = p.formula(f, v)
	case "component":
		m.Component = p.ID(v)
	case "rank":
		m.Rank = p.rank(f, v)
	}
	return m
}

func (p *planReader) given(f fields, of value) *GivenMeasure {
	m := &GivenMeasure{Of: p.ID(of)}
	if kind, ok := f.Required("kind"); ok {
		m.Kind = ruledoc.Choice(p.Reader, kind, KindMoney, KindRatio, KindCount)
	}
	if missing, ok := f.Required("missing"); ok {
		m.Missing = ruledoc.Choice(p.Reader, missing, MissingRefuse, MissingZero, MissingNoValue)
	}
	m.Window, m.Span = p.window(f)
	return m
}

func (p *planReader) rank(f fields, by value) *RankMeasure {
	m := &RankMeasure{By: p.ID(by)}
	if among, ok := f.Required("among"); ok {
		m.Among = p.group(among)
	}
	if order, ok := f.Required("order"); ok {
		m.Order = ruledoc.Choice(p.Reader, order, OrderDescending, OrderAscending)
	}
	if ties, ok := f.Required("ties"); ok {
		m.Ties = ruledoc.Choice(p.Reader, ties, TiesBest, TiesWorst, TiesAverage)
	}
	return m
}

// scorecard reads the items; their goals need the kinds of the measures and are read later.
func (p *planReader) scorecard(v value) []ScoreItem {
	list := p.List(v, scoreItemsMax)
	items := make([]ScoreItem, len(list))
	for i, item := range list {
		f := p.Mapping(item, "measure", "goal", "weight", "least", "most")
		if of, ok := f.Required("measure"); ok {
			items[i].Measure = p.ID(of)
		}
		if weight, ok := f.Required("weight"); ok {
			items[i].Weight, _, _ = p.Number(weight)
			p.positive(weight, items[i].Weight)
		}
		if least, ok := f.Optional("least"); ok {
			items[i].Least, _, _ = p.Number(least)
		}
		if most, ok := f.Required("most"); ok && most.Node.Value != noLimit {
			d, _, _ := p.Number(most)
			items[i].Most = &d
		}
		p.later = append(p.later, func() { p.goal(f, &items[i]) })
	}
	return items
}

// noLimit is what is written where a limit must be stated and there is none.
const noLimit = "none"

func (p *planReader) goal(f fields, item *ScoreItem) {
	if v, ok := f.Required("goal"); ok {
		if goal, valid := p.constant(v, p.kinds[item.Measure]); valid {
			item.Goal = goal
			p.positive(v, goal)
		}
	}
}

func (p *planReader) positive(v value, d decimal.Decimal) {
	if d.Sign() <= 0 {
		p.Report(v, CodeNotPositive, nil)
	}
}

// formula reads the text; its names need the kinds of all measures and are looked at later.
func (p *planReader) formula(f fields, v value) *FormulaMeasure {
	m := &FormulaMeasure{}
	if kind, ok := f.Required("kind"); ok {
		m.Kind = ruledoc.Choice(p.Reader, kind, KindMoney, KindRatio, KindCount)
	}
	text, ok := p.LongText(v, formula.TextMax)
	if !ok {
		return m
	}
	m.Text = text
	p.later = append(p.later, func() { p.compileFormula(v, m) })
	return m
}

func (p *planReader) compileFormula(v value, m *FormulaMeasure) {
	compiled, err := formula.Compile(m.Text, func(name string) formula.Kind { return FormulaKind(p.kinds[name]) })
	var fault *formula.Error
	if !errors.As(err, &fault) {
		if wanted := FormulaKind(m.Kind); m.Kind != "" && compiled.Kind() != wanted {
			fault = &formula.Error{Code: formula.CodeKind, Found: compiled.Kind().String(), Wanted: wanted.String()}
		}
	}
	if fault != nil {
		p.Report(v, Code("formula."+string(fault.Code)), formulaArgs(fault))
		return
	}
	m.Text = compiled.Canonical()
}

// formulaArgs says where a formula is at fault; kinds are messages, so that they are read in the reader's language.
func formulaArgs(fault *formula.Error) errs.Args {
	args := errs.Args{"Place": fault.Offset + 1, "Found": fault.Found, "Wanted": fault.Wanted}
	switch {
	case fault.Code == formula.CodeKind:
		args["Found"], args["Wanted"] = errs.Msg("plan.formula."+fault.Found, nil), errs.Msg("plan.formula."+fault.Wanted, nil)
	case fault.Found == "":
		args["Found"] = errs.Msg("plan.formula.end", nil)
	}
	return args
}

// FormulaKind is how formulas see a kind of measure: ratios and counts are numbers, dates do not occur.
func FormulaKind(kind ValueKind) formula.Kind {
	switch kind {
	case KindMoney:
		return formula.KindMoney
	case KindRatio, KindCount:
		return formula.KindNumber
	}
	return formula.KindNone
}
