package dossier

import (
	"math"
	"math/big"
	"slices"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/effect"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/money"
	"xiaoguan/internal/paper"
	"xiaoguan/internal/programme"
	"xiaoguan/internal/ruledoc"
)

// writer writes one document in the language of its reader.
type writer struct {
	p        *i18n.Printer
	currency money.Currency
	book     []metric.Definition // of the metric book
	blocks   []paper.Block
	chapters int
}

func (w *writer) t(key string, args ...any) string { return w.p.T("dossier."+key, args...) }

func (w *writer) add(blocks ...paper.Block) { w.blocks = append(w.blocks, blocks...) }

// chapter begins a numbered chapter; the first one begins a page.
func (w *writer) chapter(key string) {
	w.chapters++
	page := paper.PageSame
	if w.chapters == 1 {
		page = paper.PageNew
	}
	w.add(paper.Heading(1, w.t("chapter", "Number", w.chapters, "Name", w.t("chapter_name."+key))).On(page))
}

func (w *writer) say(key string, args ...any) { w.add(paper.Text(w.t(key, args...))) }

// line, bullet, head2 and head3 make blocks of texts that other parts of the catalogue have.
func (w *writer) line(text string) paper.Block { return paper.Text(text) }

func (w *writer) bullet(text string) paper.Block { return paper.Item(text) }

func (w *writer) head2(text string) paper.Block { return paper.Heading(2, text) }

func (w *writer) head3(text string) paper.Block { return paper.Heading(3, text) }

func (w *writer) item(key string, args ...any) { w.add(paper.Item(w.t(key, args...))) }

// table adds a table; without rows it says why there is none.
func (w *writer) table(none string, widths []int, heads []string, rows [][]string) {
	if len(rows) == 0 {
		w.say(none)
		return
	}
	head := make([]string, len(heads))
	for i, key := range heads {
		head[i] = w.t("head." + key)
	}
	w.add(paper.Table(widths, head, rows...))
}

// in is a text in the language of the reader.
func (w *writer) in(t ruledoc.Text) string {
	if w.p.Zh() {
		return t.Zh
	}
	return t.En
}

// amount writes an amount in the unit of metric.Value.Amount.
func (w *writer) amount(unit metric.Unit, amount int64) string {
	switch unit {
	case metric.UnitMoney, metric.UnitEach:
		return w.p.Board(amount, w.currency)
	case metric.UnitPercent:
		return w.p.Percent(big.NewRat(amount, metric.Whole))
	case metric.UnitDays:
		return w.p.T("metric.days", "Days", w.p.Decimal(big.NewRat(amount, 10), 1))
	case metric.UnitHours:
		return w.p.Span(time.Duration(amount) * time.Minute)
	}
	return w.p.Int(amount)
}

// value writes a value; of a quotient with what was divided by what, without one why there is none.
func (w *writer) value(v metric.Value) string {
	amount, known := v.Amount()
	if !known {
		return w.t("no_data", "Why", w.p.Message(v.Why.Message()))
	}
	text := w.amount(v.Unit, amount)
	if v.Denominator == 0 || v.Unit == metric.UnitHours {
		return text
	}
	of, over := w.sides(v)
	if v.Scale > 1 {
		over = w.t("times", "Over", over, "Scale", v.Scale)
	}
	return w.t("divided", "Value", text, "Of", of, "Over", over)
}

// reading writes a value of a goal. The ratio of targets is one of amounts.
func (w *writer) reading(g *programme.Goal, v metric.Value) string {
	if g.Source != programme.SourceCoreRatio || !v.Known {
		return w.value(v)
	}
	amount, _ := v.Amount()
	return w.t("divided", "Value", w.amount(v.Unit, amount), "Of", w.p.Board(v.Numerator, w.currency), "Over", w.p.Board(v.Denominator, w.currency))
}

// sides are numerator and denominator: money where the formula adds up money.
func (w *writer) sides(v metric.Value) (of, over string) {
	at := slices.IndexFunc(w.book, func(d metric.Definition) bool { return d.ID == v.Metric || d.Family == v.Metric })
	side := func(terms func(metric.Formula) []metric.Term, n int64) string {
		if at >= 0 {
			if list := terms(w.book[at].Formula); len(list) > 0 {
				if m, _ := metric.MeasureByID(list[0].Measure); m.Kind == metric.MeasureMoney {
					return w.p.Board(n, w.currency)
				}
			}
		}
		return w.p.Int(n)
	}
	return side(func(f metric.Formula) []metric.Term { return f.Of }, v.Numerator), side(func(f metric.Formula) []metric.Term { return f.Over }, v.Denominator)
}

// difference writes by how much a number changed: points of a share, otherwise its unit with a sign.
func (w *writer) difference(unit metric.Unit, value float64) string {
	whole := int64(math.Round(value))
	size := max(whole, -whole)
	text := w.amount(unit, size)
	if unit == metric.UnitPercent {
		text = w.p.Points(big.NewRat(size, metric.Whole))
	}
	switch {
	case whole > 0:
		return "+" + text
	case whole < 0:
		return i18n.Minus + text
	}
	return text
}

// interval writes what an effect lies between; an open end has no bound.
func (w *writer) interval(unit metric.Unit, in effect.Interval) string {
	low, high := w.p.T("programme.open"), w.p.T("programme.open")
	if !in.LowOpen {
		low = w.difference(unit, in.Low)
	}
	if !in.HighOpen {
		high = w.difference(unit, in.High)
	}
	return w.p.T("programme.between", "Low", low, "High", high)
}

func (w *writer) money(fen int64) string { return w.p.Money(fen, w.currency) }

func (w *writer) day(d calendar.Date) string {
	if d == calendar.NoDate {
		return i18n.Unknown
	}
	return w.p.Date(d)
}

// signed is who signed and when.
func (w *writer) signed(s programme.Signature) string {
	return w.p.T("programme.by_on", "Who", s.ByName, "On", w.p.Date(s.Day(w.p.Zone())))
}

// somebody is a name, or that nobody is named.
func (w *writer) somebody(name string) string {
	if name == "" {
		return w.p.T("programme.nobody")
	}
	return name
}

// said is a shipped text, or one of the company's own.
func (w *writer) said(s programme.Said, area string) string {
	if s.Key != "" {
		return w.p.Message(s.Message(area))
	}
	return s.Text
}

// goal is the title of a goal: its own, that of the shipped one, or the name of what is measured.
func (w *writer) goal(g *programme.Goal) string {
	switch {
	case g.Title != "":
		return g.Title
	case g.Key != "":
		return w.p.T("programme.goal." + g.Key)
	case g.Source != programme.SourceBook:
		return w.p.Message(g.Source.Message())
	case g.Baseline != nil:
		return w.in(g.Baseline.Name)
	}
	for _, d := range w.book {
		if d.ID == g.Metric || d.Family == g.Metric && d.Default {
			return w.in(d.Name)
		}
	}
	return string(g.Metric)
}

// place is whose number it is.
func (w *writer) place(at metric.Place) string {
	if at.Name != "" {
		return at.Name
	}
	return w.p.T("metric.place." + string(at.Kind))
}

// risk is the title of a risk: its own, or that of the shipped one.
func (w *writer) risk(r *programme.Risk) string {
	if r.Title != "" {
		return r.Title
	}
	return w.p.T("programme.risk." + r.Key)
}

// riskText is what is written of a risk, or else what is shipped.
func (w *writer) riskText(r *programme.Risk, own, area string) string {
	if own == "" && r.Key != "" {
		return w.p.T("programme." + area + "." + r.Key)
	}
	if own == "" {
		return i18n.Unknown
	}
	return own
}

// change writes an asked change: +40 %.
func (w *writer) change(ppm int64) string {
	text := w.p.Percent(big.NewRat(max(ppm, -ppm), metric.Whole))
	if ppm < 0 {
		return i18n.Minus + text
	}
	return "+" + text
}

// target writes what is to be reached, and how it was asked.
func (w *writer) target(g *programme.Goal) string {
	text := w.amount(g.Unit, g.Target)
	switch g.Kind {
	case programme.AskRelative:
		return w.p.T("programme.target_relative", "Target", text, "Change", w.change(g.Asked))
	case programme.AskPoints:
		return w.p.T("programme.target_points", "Target", text, "Points", w.difference(metric.UnitPercent, float64(g.Asked)))
	case "":
		return w.p.T("programme.missing.target")
	}
	return text
}
