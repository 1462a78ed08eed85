package boards

import (
	"math/big"
	"time"

	"xiaoguan/internal/board"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/money"
	"xiaoguan/internal/web/ui"
)

// words writes numbers of the book for a reader.
type words struct {
	p        *i18n.Printer
	currency money.Currency
	now      time.Time
}

func (w words) name(d metric.Definition) string {
	return ui.TextIn(w.p, d.Name.Zh, d.Name.En, string(d.ID))
}

func (w words) basis(d metric.Definition) string { return ui.TextIn(w.p, d.Basis.Zh, d.Basis.En, "") }

// place names a place; the company and the reader's whole reach have no name of their own.
func (w words) place(p metric.Place) string {
	switch {
	case p.Name != "":
		return p.Name
	case p.Kind == metric.PlaceCompany:
		return w.p.T("board.place.company")
	case p.Kind == metric.PartProduct || p.Kind == metric.PartLine:
		return w.p.T("board.place.no_" + string(p.Kind))
	case p.ID == 0 && (p.Kind == metric.PlaceReach || p.Kind == ""):
		return w.p.T("board.place.reach")
	}
	return w.p.T("board.place.nobody")
}

// title is the name of a board.
func (w words) title(b board.Board) string {
	return b.Title(func(m errs.Message) string { return w.p.Message(m) })
}

// why says why there is no number.
func (w words) why(v metric.Value) string { return w.p.Message(v.Why.Message()) }

// short writes a value as boards do; the mark of the unknown where there is none.
func (w words) short(v metric.Value) string {
	amount, known := v.Amount()
	if !known {
		return i18n.Unknown
	}
	return w.amount(v.Unit, amount)
}

// amount writes an amount in the unit of metric.Value.Amount.
func (w words) amount(unit metric.Unit, amount int64) string {
	switch unit {
	case metric.UnitMoney, metric.UnitEach:
		return w.p.Board(amount, w.currency)
	case metric.UnitPercent:
		return w.p.Percent(big.NewRat(amount, metric.Whole))
	case metric.UnitDays:
		return w.p.T("board.days", "Days", w.p.Decimal(big.NewRat(amount, 10), 1))
	case metric.UnitHours:
		return w.p.Span(time.Duration(amount) * time.Minute)
	}
	return w.p.Int(amount)
}

// full writes a value with everything it has: the reason where there is none.
func (w words) full(v metric.Value) string {
	amount, known := v.Amount()
	switch {
	case !known:
		return w.why(v)
	case v.Unit == metric.UnitMoney || v.Unit == metric.UnitEach:
		return w.p.Money(amount, w.currency)
	}
	return w.amount(v.Unit, amount)
}

// side writes a numerator or a denominator, which are money or things.
func (w words) side(d metric.Definition, n int64, over bool) string {
	if moneyOf(d, over) {
		return w.p.Board(n, w.currency)
	}
	return w.p.Int(n)
}

// moneyOf reports whether the upper or the lower side of a formula is money.
func moneyOf(d metric.Definition, over bool) bool {
	terms := d.Formula.Of
	if over {
		terms = d.Formula.Over
	}
	if len(terms) == 0 {
		return false
	}
	m, known := metric.MeasureByID(terms[0].Measure)
	return known && m.Kind == metric.MeasureMoney
}

// divided writes what a number is made of: "612.4万 ÷ 701.5万"; nothing for a sum.
func (w words) divided(d metric.Definition, v metric.Value) string {
	if v.Denominator == 0 || !v.Known {
		return ""
	}
	over := ui.MetricOver(w.p, v)
	if moneyOf(d, true) {
		over = w.side(d, v.Denominator, true)
	}
	text := w.p.T("board.divided", "Of", w.side(d, v.Numerator, false), "Over", over)
	if times := v.Times(); times > 1 {
		text += " × " + w.p.Int(times)
	}
	return text
}

// exact is the formula with the figures in full.
func (w words) exact(d metric.Definition, v metric.Value) string {
	switch {
	case !v.Known:
		return w.why(v)
	case v.Denominator == 0:
		return w.full(v)
	}
	return ui.MetricFormula(w.p, w.currency, d, v)
}

// change writes a comparison; nothing where one side is not known.
func (w words) change(c metric.Compared) (ui.Delta, bool) {
	if !c.Known {
		return ui.Delta{}, false
	}
	after := w.p.T("board.year_ago")
	if c.Against == metric.Before {
		after = w.p.T("board.before")
	}
	sign := 0
	switch {
	case c.Change > 0:
		sign = 1
	case c.Change < 0:
		sign = -1
	}
	size := new(big.Rat).Abs(big.NewRat(c.Change, metric.Whole))
	if c.Points {
		return ui.Delta{Sign: sign, Label: w.p.Points(size), After: after}, true
	}
	return ui.Delta{Sign: sign, Label: w.p.Percent(size), After: after}, true
}

// period writes the days that are counted.
func (w words) period(p metric.Period) string {
	if p.Kind == metric.Month && !p.ToDate {
		return w.p.Month(p.First)
	}
	return w.p.T("board.days_of", "From", p.From, "To", p.To)
}

// age says how old the newest fact is, and whether that is later than promised.
func (w words) age(d metric.Definition, v metric.Value) (text string, late bool) {
	old, known := v.Age(w.now)
	if !known {
		return w.p.T("board.no_facts"), true
	}
	late = d.FreshHours > 0 && old > time.Duration(d.FreshHours)*time.Hour
	if late {
		return w.p.T("board.late", "Span", w.p.Span(old), "Sources", w.sources(d)), true
	}
	return w.p.Ago(v.Newest, w.now), false
}

func (w words) sources(d metric.Definition) string {
	var list []string
	for _, s := range d.Sources {
		list = append(list, w.p.T("metric.source."+string(s)))
	}
	return w.p.Join(list)
}
