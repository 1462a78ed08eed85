package programmes

import (
	"math"
	"math/big"
	"slices"
	"strings"

	"xiaoguan/internal/decimal"
	"xiaoguan/internal/effect"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/money"
	"xiaoguan/internal/programme"
	"xiaoguan/internal/web/ui"
)

// words writes numbers of the programme for a reader.
type words struct {
	p        *i18n.Printer
	currency money.Currency
	book     []metric.Definition // those that the reader sees, as far as somebody looked
}

func (h *Handler) words(p *i18n.Printer) words { return words{p: p, currency: h.Currency()} }

// sees reports whether the reader may open the definition of a number.
func (w words) sees(id metric.ID) bool {
	return slices.ContainsFunc(w.book, func(d metric.Definition) bool { return d.ID == id })
}

// amount writes an amount in the unit of metric.Value.Amount.
func (w words) amount(unit metric.Unit, amount int64) string {
	v := metric.Value{Unit: unit, Numerator: amount, Denominator: 1, Scale: 1, Known: true}
	switch unit {
	case metric.UnitPercent:
		v.Denominator = metric.Whole
	case metric.UnitDays:
		v.Denominator = 10
	}
	return ui.MetricText(w.p, w.currency, v)
}

// difference writes by how much a number changed: points of a share, otherwise its unit with a sign.
func (w words) difference(unit metric.Unit, value float64) string {
	whole := int64(math.Round(value))
	if unit == metric.UnitPercent {
		return sign(whole) + w.p.Points(big.NewRat(abs(whole), metric.Whole))
	}
	return sign(whole) + w.amount(unit, abs(whole))
}

func sign(n int64) string {
	switch {
	case n > 0:
		return "+"
	case n < 0:
		return i18n.Minus
	}
	return ""
}

func abs(n int64) int64 { return max(n, -n) }

// factor is how many units of metric.Value.Amount one typed unit is.
func factor(unit metric.Unit, currency money.Currency) int64 {
	switch unit {
	case metric.UnitPercent:
		return metric.Whole / 100
	case metric.UnitDays:
		return 10
	case metric.UnitHours:
		return 60
	case metric.UnitMoney, metric.UnitEach:
		n := int64(1)
		for range currency.MinorDigits() {
			n *= 10
		}
		return n
	}
	return 1
}

// typedAmount reads an amount as people type it: 90 for 90 %, 24 for 24 hours, yuan for money.
func typedAmount(text string, unit metric.Unit, currency money.Currency) (int64, bool) {
	text = strings.NewReplacer(",", "", "，", "", " ", "", "%", "", "％", "", i18n.Minus, "-", "+", "").Replace(text)
	d, err := decimal.Parse(text)
	if err != nil {
		return 0, false
	}
	scaled := new(big.Rat).Mul(d.Rat(), big.NewRat(factor(unit, currency), 1))
	if !scaled.IsInt() || !scaled.Num().IsInt64() {
		return 0, false
	}
	return scaled.Num().Int64(), true
}

// plain writes an amount as one would type it.
func plain(amount int64, unit metric.Unit, currency money.Currency) string {
	text := big.NewRat(amount, factor(unit, currency)).FloatString(4)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}

// unitWord is what stands behind a typed amount.
func (w words) unitWord(unit metric.Unit) string {
	switch unit {
	case metric.UnitPercent:
		return "%"
	case metric.UnitDays:
		return w.p.T("programme.unit.days")
	case metric.UnitHours:
		return w.p.T("programme.unit.hours")
	case metric.UnitMoney, metric.UnitEach:
		return ui.UnitOf(w.p, w.currency)
	}
	return ""
}

// goalName is the title of a goal: its own, that of the shipped goal, or the name of what is measured.
func goalName(p *i18n.Printer, g *programme.Goal, book []metric.Definition) string {
	switch {
	case g.Title != "":
		return g.Title
	case g.Key != "":
		return p.T("programme.goal." + g.Key)
	case g.Source != programme.SourceBook:
		return p.Message(g.Source.Message())
	case g.Baseline != nil:
		return ui.InLanguage(p, g.Baseline.Name)
	}
	for _, d := range book {
		if d.ID == g.Metric || d.Family == g.Metric && d.Default {
			return ui.InLanguage(p, d.Name)
		}
	}
	return string(g.Metric)
}

// placeName is whose number it is.
func placeName(p *i18n.Printer, at metric.Place) string {
	if at.Name != "" {
		return at.Name
	}
	return p.T("metric.place." + string(at.Kind))
}

// said is a shipped text or one of the company's own.
func said(p *i18n.Printer, s programme.Said, area string) string {
	if s.Key != "" {
		return p.Message(s.Message(area))
	}
	return s.Text
}

// interval writes what an effect lies between; an open end has no bound.
func (w words) interval(unit metric.Unit, in effect.Interval) string {
	low, high := w.p.T("programme.open"), w.p.T("programme.open")
	if !in.LowOpen {
		low = w.difference(unit, in.Low)
	}
	if !in.HighOpen {
		high = w.difference(unit, in.High)
	}
	return w.p.T("programme.between", "Low", low, "High", high)
}

// EffectText writes an effect in a line: verdict, value, interval.
func EffectText(p *i18n.Printer, currency money.Currency, f *programme.Found) string {
	w := words{p: p, currency: currency}
	verdict := p.T("programme.verdict." + string(f.Result.Verdict))
	if f.Result.Method == effect.MethodNone {
		return verdict
	}
	return p.T("programme.effect_line", "Verdict", verdict, "Value", w.difference(f.Unit, f.Result.Effect.Value), "Interval", w.interval(f.Unit, f.Result.Effect.Interval))
}

func verdictTone(v effect.Verdict) ui.Tone {
	return map[effect.Verdict]ui.Tone{effect.Better: ui.ToneGood, effect.Worse: ui.ToneBad, effect.Different: ui.ToneBrand}[v]
}

func standingChip(p *i18n.Printer, s programme.Standing) ui.Chip {
	tones := map[programme.Standing]ui.Tone{programme.StandingReached: ui.ToneGood, programme.StandingOnTrack: ui.ToneGood, programme.StandingBehind: ui.ToneBad, programme.StandingNoData: ui.ToneLine}
	icons := map[programme.Standing]string{programme.StandingReached: "check", programme.StandingBehind: "alert-triangle"}
	return ui.Chip{Label: p.Message(s.Message()), Tone: tones[s], Icon: icons[s]}
}
