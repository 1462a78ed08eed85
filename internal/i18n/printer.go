package i18n

import (
	"fmt"
	"math/big"
	"strings"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
)

// piece is a part of a text: literal when name is empty, otherwise the argument called name, passed through format when that isn't
// empty.
type piece struct{ literal, name, format string }

type text []piece

// parseText reads "literal {{.Name}} literal {{format .Name}}".
func parseText(s string) (text, error) {
	var t text
	for s != "" {
		before, rest, found := strings.Cut(s, "{{")
		if before != "" {
			t = append(t, piece{literal: before})
		}
		if !found {
			break
		}
		inside, after, closed := strings.Cut(rest, "}}")
		if !closed {
			return nil, fmt.Errorf("placeholder is not closed in %q", s)
		}
		p, err := parsePlaceholder(inside)
		if err != nil {
			return nil, err
		}
		t, s = append(t, p), after
	}
	return t, nil
}

func parsePlaceholder(inside string) (piece, error) {
	words := strings.Fields(inside)
	var p piece
	if len(words) == 2 {
		p.format, words = words[0], words[1:]
	}
	if len(words) != 1 || len(words[0]) < 2 || words[0][0] != '.' {
		return piece{}, fmt.Errorf("placeholder {{%s}}: want {{.Name}} or {{format .Name}}", inside)
	}
	if _, known := formats[p.format]; p.format != "" && !known {
		return piece{}, fmt.Errorf("placeholder {{%s}}: unknown format %q", inside, p.format)
	}
	p.name = words[0][1:]
	return p, nil
}

// formats are the words that may stand before an argument in a text.
var formats = map[string]func(p *Printer, value any) (string, bool){
	"money": func(p *Printer, v any) (string, bool) {
		return whole(v, func(n int64) string { return p.Money(n, money.CNY) })
	},
	"board": func(p *Printer, v any) (string, bool) {
		return whole(v, func(n int64) string { return p.Board(n, money.CNY) })
	},
	"int":     func(p *Printer, v any) (string, bool) { return whole(v, p.Int) },
	"size":    func(p *Printer, v any) (string, bool) { return whole(v, p.FileSize) },
	"percent": func(p *Printer, v any) (string, bool) { return ratio(v, p.Percent) },
	"points":  func(p *Printer, v any) (string, bool) { return ratio(v, p.Points) },
	"date":    func(p *Printer, v any) (string, bool) { d, ok := v.(calendar.Date); return p.Date(d), ok },
	"day":     func(p *Printer, v any) (string, bool) { d, ok := v.(calendar.Date); return p.Day(d), ok },
	"month":   func(p *Printer, v any) (string, bool) { m, ok := v.(calendar.Month); return p.Month(m), ok },
}

func whole(v any, write func(int64) string) (string, bool) {
	switch n := v.(type) {
	case int:
		return write(int64(n)), true
	case int32:
		return write(int64(n)), true
	case int64:
		return write(n), true
	case float64: // a number that has been through JSON, as in a stored message; whole by construction
		if r := new(big.Rat).SetFloat64(n); r != nil && r.IsInt() && r.Num().IsInt64() {
			return write(r.Num().Int64()), true
		}
	}
	return "", false
}

func ratio(v any, write func(*big.Rat) string) (string, bool) {
	switch r := v.(type) {
	case *big.Rat:
		return write(r), true
	case decimal.Decimal:
		return write(r.Rat()), true
	case string:
		if d, err := decimal.Parse(r); err == nil {
			return write(d.Rat()), true
		}
	}
	return "", false
}

// Named is an argument that carries a name in each language, such as the component of a plan; it goes by its id where it has none.
type Named struct{ ID, Zh, En string }

func (n Named) in(lang Lang) string {
	switch {
	case lang == ZhCN && n.Zh != "":
		return "「" + n.Zh + "」"
	case lang == En && n.En != "":
		return "“" + n.En + "”"
	}
	return n.ID
}

// Amount is an argument that carries money: pages write it as they write all money, logs and files with the code of its currency.
type Amount struct {
	Minor    int64
	Currency money.Currency
}

// String writes the code and the plain figure.
func (a Amount) String() string { return string(a.Currency) + " " + money.Format(a.Minor, a.Currency) }

// MarshalText writes what String does.
func (a Amount) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// Printer writes texts and figures in one language. It is immutable and safe for concurrent use. A nil Printer writes keys, so that
// a page without a language is ugly and not down.
type Printer struct {
	catalogue *Catalogue
	lang      Lang
	zone      *time.Location // nil is China's
}

// In returns a printer of the same language for readers in the zone.
func (p *Printer) In(zone *time.Location) *Printer {
	if p == nil {
		return nil
	}
	return &Printer{catalogue: p.catalogue, lang: p.lang, zone: zone}
}

// As returns a printer of another language, for documents that speak both.
func (p *Printer) As(lang Lang) *Printer {
	if p == nil {
		return nil
	}
	return &Printer{catalogue: p.catalogue, lang: lang, zone: p.zone}
}

// Local returns the instant as clocks show it where the readers are.
func (p *Printer) Local(t time.Time) time.Time { return t.In(p.Zone()) }

// Zone is where the readers are.
func (p *Printer) Zone() *time.Location {
	if p == nil || p.zone == nil {
		return calendar.ChinaTime
	}
	return p.zone
}

// Lang returns the printer's language; ZhCN for a nil Printer.
func (p *Printer) Lang() Lang {
	if p == nil {
		return ZhCN
	}
	return p.lang
}

// Zh reports whether the printer writes Chinese.
func (p *Printer) Zh() bool { return p.Lang() == ZhCN }

// T returns the text of a key with its arguments given as name, value pairs: p.T("pager.range", "From", 1, "To", 50). The argument
// Count chooses the plural form. A key that doesn't exist comes back as ⟦key⟧ and an argument that isn't given as ⟦.Name⟧; both are
// counted, see Catalogue.Missing.
func (p *Printer) T(key string, args ...any) string {
	named := make(errs.Args, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		name, ok := args[i].(string)
		if !ok {
			name = fmt.Sprint(args[i])
		}
		named[name] = args[i+1]
	}
	return p.message(key, named)
}

// Message returns the text of a message that came from an error or a stored event. Arguments that are themselves messages are
// translated first; the empty message is the empty text.
func (p *Printer) Message(m errs.Message) string {
	if m.Key == "" {
		return ""
	}
	return p.message(m.Key, m.Args)
}

// Has reports whether the key exists in the printer's language, without counting it as missing.
func (p *Printer) Has(key string) bool {
	if p == nil {
		return false
	}
	_, ok := p.catalogue.messages[p.lang][key]
	return ok
}

func (p *Printer) message(key string, args errs.Args) string {
	if p == nil {
		return "⟦" + key + "⟧"
	}
	e, ok := p.catalogue.messages[p.lang][key]
	if !ok {
		p.catalogue.miss(p.lang, key)
		return "⟦" + key + "⟧"
	}
	form := e.forms["other"]
	if one, plural := e.forms["one"]; plural && isOne(args["Count"]) {
		form = one
	}
	if len(form) == 1 && form[0].name == "" {
		return form[0].literal
	}
	var b strings.Builder
	for _, piece := range form {
		if piece.name == "" {
			b.WriteString(piece.literal)
			continue
		}
		b.WriteString(p.argument(key, piece, args))
	}
	return b.String()
}

// isOne decides the plural form. Of our two languages only English has one, for the exact number 1.
func isOne(count any) bool {
	written, ok := whole(count, func(n int64) string { return fmt.Sprint(n) })
	return ok && written == "1"
}

func (p *Printer) argument(key string, piece piece, args errs.Args) string {
	value, given := args[piece.name]
	if !given {
		p.catalogue.miss(p.lang, key+" ."+piece.name)
		return "⟦." + piece.name + "⟧"
	}
	if piece.format != "" {
		if written, ok := formats[piece.format](p, value); ok {
			return written
		}
		p.catalogue.miss(p.lang, key+" ."+piece.name+" as "+piece.format)
	}
	return p.plain(value)
}

// plain writes an argument that carries no format. Dates and months have one usual form, so that messages needn't name it.
func (p *Printer) plain(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case errs.Message:
		return p.Message(v)
	case Named:
		return v.in(p.Lang())
	case Amount:
		return p.Money(v.Minor, v.Currency)
	case calendar.Date:
		return p.Date(v)
	case calendar.Month:
		return p.Month(v)
	default:
		return fmt.Sprint(v)
	}
}
