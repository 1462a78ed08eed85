package report

import (
	"math/big"
	"strconv"
	"strings"

	"xiaoguan/internal/i18n"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/money"
)

// Span is a piece of a written sentence. Figure is set where it is a number that can be asked for.
type Span struct {
	Text   string
	Figure *Figure
	Name   *Name
}

// Words writes documents in a language.
type Words struct {
	p        *i18n.Printer
	currency money.Currency
}

// NewWords returns the words of a document.
func NewWords(p *i18n.Printer, d *Document) Words { return Words{p, money.Currency(d.Currency)} }

// opening and closing mark an argument within a text; no text of the catalogue has them.
const (
	opening = "\x02"
	closing = "\x03"
)

// Spans writes a sentence in pieces.
func (w Words) Spans(s Sentence) (spans []Span) {
	args, names := make([]any, 0, 2*len(s.Args)), make([]string, 0, len(s.Args))
	for name := range s.Args {
		args = append(args, name, opening+strconv.Itoa(len(names))+closing)
		names = append(names, name)
	}
	rest := w.p.T("report.say."+s.Key, args...)
	for {
		before, after, found := strings.Cut(rest, opening)
		if before != "" {
			spans = append(spans, Span{Text: before})
		}
		if !found {
			return spans
		}
		number, tail, _ := strings.Cut(after, closing)
		rest = tail
		if n, err := strconv.Atoi(number); err == nil && n < len(names) {
			arg := s.Args[names[n]]
			spans = append(spans, w.pieces(arg)...)
		}
	}
}

// pieces writes an argument; a list in several.
func (w Words) pieces(a Arg) (spans []Span) {
	if a.List == nil {
		return []Span{{Text: w.Arg(a), Figure: a.Figure, Name: a.Name}}
	}
	between := ", "
	if w.p.Zh() {
		between = "、"
	}
	for i, one := range a.List {
		if i > 0 {
			spans = append(spans, Span{Text: between})
		}
		spans = append(spans, w.pieces(one)...)
	}
	return spans
}

// Sentence writes a sentence in one piece.
func (w Words) Sentence(s Sentence) string {
	var b strings.Builder
	for _, span := range w.Spans(s) {
		b.WriteString(span.Text)
	}
	return b.String()
}

// Arg writes an argument or a cell.
func (w Words) Arg(a Arg) string {
	switch {
	case a.Figure != nil:
		return w.Figure(*a.Figure)
	case a.Name != nil:
		return w.Name(*a.Name)
	case a.Key != "":
		return w.p.T(a.Key)
	case a.Month != 0:
		return w.p.Month(a.Month)
	case a.Day != 0:
		return w.p.Date(a.Day)
	}
	parts := make([]string, len(a.List))
	for i, one := range a.List {
		parts[i] = w.Arg(one)
	}
	return w.p.Join(parts)
}

// Name writes a name.
func (w Words) Name(n Name) string {
	text := n.Text.Or(n.Text.En, n.Text.Zh)
	if w.p.Zh() {
		return text.Zh
	}
	return text.En
}

// Figure writes a number shortly, as sentences and boards do; what is not known as a dash.
func (w Words) Figure(f Figure) string {
	if !f.Known {
		return i18n.Unknown
	}
	amount := f.Amount
	text := ""
	switch {
	case f.Points:
		text = w.p.Points(i18n.Share(amount, metric.Whole))
	case f.Unit == metric.UnitMoney || f.Unit == metric.UnitEach:
		text = w.p.Board(amount, w.currency)
	case f.Unit == metric.UnitPercent:
		text = w.p.Percent(i18n.Share(amount, metric.Whole))
	case f.Unit == metric.UnitDays:
		text = w.p.T("report.unit.days", "Number", w.p.Decimal(big.NewRat(amount, 10), 1))
	case f.Unit == metric.UnitHours:
		text = w.p.T("report.unit.hours", "Number", w.p.Decimal(big.NewRat(amount, 60), 1))
	default:
		text = w.p.Int(amount)
	}
	if f.Signed && amount > 0 {
		text = "+" + text
	}
	return text
}

// Exact writes a number in full, as tables and exports do.
func (w Words) Exact(f Figure) string {
	if f.Known && (f.Unit == metric.UnitMoney || f.Unit == metric.UnitEach) && !f.Points {
		if f.Signed {
			return w.p.MoneySigned(f.Amount, w.currency)
		}
		return w.p.Money(f.Amount, w.currency)
	}
	return w.Figure(f)
}
