package ruledoc

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
)

// plainText reads a scalar as the text that is written. Null and booleans are refused: they are slips far more often than names.
func (r *Reader) plainText(v Value) (string, bool) {
	if v.Node.Kind == yaml.AliasNode {
		return "", false
	}
	if v.Node.Kind != yaml.ScalarNode {
		r.Report(v, CodeWantText, nil)
		return "", false
	}
	switch v.Node.ShortTag() {
	case "!!null":
		r.Report(v, CodeValueEmpty, nil)
		return "", false
	case "!!bool", "!!merge", "!!binary":
		r.Report(v, CodeWantText, nil)
		return "", false
	}
	text := strings.TrimSpace(v.Node.Value)
	if text == "" {
		r.Report(v, CodeValueEmpty, nil)
		return "", false
	}
	return text, r.printable(v, text, TextRunesMax)
}

// printable reports a text that holds invisible characters or is too long.
func (r *Reader) printable(v Value, text string, most int) bool {
	unprintable := strings.ContainsFunc(text, func(c rune) bool { return !unicode.IsGraphic(c) || c == utf8.RuneError })
	if unprintable || utf8.RuneCountInString(text) > most {
		r.Report(v, CodeTextBad, errs.Args{"Most": most})
		return false
	}
	return true
}

// Text reads a text of one line, with its blanks at the ends cut off.
func (r *Reader) Text(v Value) (string, bool) {
	r.Remember(v)
	text, ok := r.plainText(v)
	if !ok {
		return "", false
	}
	return text, true
}

// LongText reads a scalar that may be longer than a name and span lines.
func (r *Reader) LongText(v Value, most int) (string, bool) {
	r.Remember(v)
	if v.Node.Kind != yaml.ScalarNode {
		r.Report(v, CodeWantText, nil)
		return "", false
	}
	text := strings.Join(strings.Fields(v.Node.Value), " ")
	if text == "" {
		r.Report(v, CodeValueEmpty, nil)
		return "", false
	}
	return text, r.printable(v, text, most)
}

// Texts reads a non-empty set of texts in the order of the document.
func (r *Reader) Texts(v Value) []string {
	var list []string
	for _, item := range r.List(v, r.language.RowsMax) {
		text, ok := r.Text(item)
		if !ok {
			continue
		}
		if slices.Contains(list, text) {
			r.Report(item, CodeListDuplicate, errs.Args{"Value": text})
			continue
		}
		list = append(list, text)
	}
	return list
}

// ID reads an identifier: a small letter, then small letters, digits and underscores, at most 63.
func (r *Reader) ID(v Value) string {
	text, ok := r.Text(v)
	if !ok {
		return ""
	}
	if !ValidID(text) {
		r.Report(v, CodeID, nil)
		return ""
	}
	return text
}

// ValidID reports whether a text is an identifier.
func ValidID(text string) bool {
	if text == "" || len(text) > 63 || text[0] < 'a' || text[0] > 'z' {
		return false
	}
	return strings.IndexFunc(text, func(c rune) bool { return (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' }) < 0
}

// Choice reads one of the words; it is a function because methods take no type parameters.
func Choice[T ~string](r *Reader, v Value, words ...T) T {
	text, ok := r.Text(v)
	if !ok {
		return ""
	}
	if slices.Contains(words, T(text)) {
		return T(text)
	}
	known := make([]string, len(words))
	for i, word := range words {
		known[i] = string(word)
	}
	r.Report(v, CodeChoice, errs.Args{"Known": strings.Join(known, ", ")})
	return ""
}

// Truth reads yes or no, written true or false.
func (r *Reader) Truth(v Value) bool {
	r.Remember(v)
	if v.Node.Kind != yaml.ScalarNode || (v.Node.Value != "true" && v.Node.Value != "false") {
		r.Report(v, CodeChoice, errs.Args{"Known": "true, false"})
	}
	return v.Node.Value == "true"
}

// Name reads a name in both languages; a missing language is a warning and takes the other's text.
func (r *Reader) Name(v Value) Text {
	f := r.Mapping(v, "zh", "en")
	var t Text
	f.Given("zh", func(v Value) { t.Zh, _ = r.Text(v) })
	f.Given("en", func(v Value) { t.En, _ = r.Text(v) })
	if !f.OK {
		return t
	}
	for _, missing := range []string{"zh", "en"} {
		if _, ok := f.Optional(missing); !ok {
			r.Add(SeverityWarning, CodeNameLanguage, r.Places.Of(v.Path), v.Child(missing), "",
				errs.Args{"Language": errs.Msg(r.language.common()+".language."+missing, nil)})
		}
	}
	if t.Zh == "" && t.En == "" && len(f.ByKey) == 0 {
		r.Report(v, CodeKeyMissing, errs.Args{"Key": "zh"})
	}
	return t.Or(t.Zh, t.En)
}

// Number reads a plain decimal; percent tells whether it was written with a percent sign.
func (r *Reader) Number(v Value) (d decimal.Decimal, percent, ok bool) {
	text, ok := r.Text(v)
	if !ok {
		return d, false, false
	}
	d, err := decimal.Parse(text)
	if err != nil {
		r.Report(v, CodeDecimal, nil)
		return d, false, false
	}
	return d, strings.HasSuffix(text, "%"), true
}

// Whole reads a whole number from least to most; least where there is none.
func (r *Reader) Whole(v Value, least, most int) int {
	text, ok := r.Text(v)
	if !ok {
		return least
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most {
		r.Report(v, CodeWhole, errs.Args{"Least": least, "Most": most})
		return least
	}
	return n
}

// Millionths reads a percentage with at most four decimals, written 12.5%, in parts per million from least to most.
func (r *Reader) Millionths(v Value, least, most int64) int64 {
	d, percent, ok := r.Number(v)
	if !ok {
		return least
	}
	exact := d.Mul(decimal.FromInt(1, -6)).Rat()
	if !percent || !exact.IsInt() || !exact.Num().IsInt64() || exact.Num().Int64() < least || exact.Num().Int64() > most {
		r.Report(v, CodePercent, errs.Args{"Least": MillionthsText(least), "Most": MillionthsText(most)})
		return least
	}
	return exact.Num().Int64()
}

// MillionthsText writes parts per million as Millionths reads them.
func MillionthsText(n int64) string { return decimal.FromInt(n, 6).Percent() }

// Amount reads money in currency units and returns whole minor units.
func (r *Reader) Amount(v Value, currency money.Currency) (minor int64, ok bool) {
	d, percent, ok := r.Number(v)
	if !ok {
		return 0, false
	}
	if percent {
		r.Report(v, CodePercentNotMoney, nil)
		return 0, false
	}
	exact := d.Mul(decimal.FromInt(1, -currency.MinorDigits())).Rat()
	if !exact.IsInt() {
		r.Report(v, CodeAmountDigits, errs.Args{"Digits": currency.MinorDigits(), "Currency": string(currency)})
		return 0, false
	}
	if !exact.Num().IsInt64() || exact.Num().Int64() > AmountMax || exact.Num().Int64() < -AmountMax {
		r.Report(v, CodeAmountRange, nil)
		return 0, false
	}
	return exact.Num().Int64(), true
}

// AmountMax bounds every amount in a document, in minor units: enough for any company, far from overflow.
const AmountMax = 1_000_000_000_000_000

// Date reads YYYY-MM-DD.
func (r *Reader) Date(v Value) (calendar.Date, bool) {
	text, ok := r.Text(v)
	if !ok {
		return calendar.NoDate, false
	}
	d, err := calendar.ParseDate(text)
	if err != nil || d.String() == calendar.Forever.String() {
		r.Report(v, CodeDate, nil)
		return calendar.NoDate, false
	}
	return d, true
}

// Effective reads half-open days {from, to?}.
func (r *Reader) Effective(v Value) calendar.Interval {
	f := r.Mapping(v, "from", "to")
	days := calendar.Interval{From: calendar.NoDate, To: calendar.Forever}
	f.With("from", func(v Value) { days.From, _ = r.Date(v) })
	f.Given("to", func(v Value) {
		if d, valid := r.Date(v); valid {
			days.To = d
			if d <= days.From {
				r.Report(v, CodeIntervalEmpty, nil)
			}
		}
	})
	return days
}
