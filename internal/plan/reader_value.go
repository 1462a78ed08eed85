package plan

import (
	"slices"
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
func (r *reader) plainText(v value) (string, bool) {
	if v.node.Kind == yaml.AliasNode {
		return "", false
	}
	if v.node.Kind != yaml.ScalarNode {
		r.report(v, CodeWantText, nil)
		return "", false
	}
	switch v.node.ShortTag() {
	case "!!null":
		r.report(v, CodeValueEmpty, nil)
		return "", false
	case "!!bool", "!!merge", "!!binary":
		r.report(v, CodeWantText, nil)
		return "", false
	}
	text := strings.TrimSpace(v.node.Value)
	if text == "" {
		r.report(v, CodeValueEmpty, nil)
		return "", false
	}
	if !r.printable(v, text, textRunesMax) {
		return "", false
	}
	return text, true
}

// printable reports a text that holds invisible characters or is too long.
func (r *reader) printable(v value, text string, most int) bool {
	unprintable := strings.ContainsFunc(text, func(c rune) bool { return !unicode.IsGraphic(c) || c == utf8.RuneError })
	if unprintable || utf8.RuneCountInString(text) > most {
		r.report(v, CodeTextBad, errs.Args{"Most": most})
		return false
	}
	return true
}

// longText reads a scalar that may be longer than a name and span lines.
func (r *reader) longText(v value, most int) (string, bool) {
	r.remember(v)
	if v.node.Kind != yaml.ScalarNode {
		r.report(v, CodeWantText, nil)
		return "", false
	}
	text := strings.Join(strings.Fields(v.node.Value), " ")
	if text == "" {
		r.report(v, CodeValueEmpty, nil)
		return "", false
	}
	return text, r.printable(v, text, most)
}

func (r *reader) text(v value) (string, bool) {
	r.remember(v)
	return r.plainText(v)
}

// texts reads a non-empty set of texts and returns it sorted.
func (r *reader) texts(v value) []string {
	var list []string
	for _, item := range r.list(v, RowsMax) {
		text, ok := r.text(item)
		if !ok {
			continue
		}
		if slices.Contains(list, text) {
			r.report(item, CodeListDuplicate, errs.Args{"Value": text})
			continue
		}
		list = append(list, text)
	}
	slices.Sort(list)
	return list
}

// id reads an identifier: a small letter, then small letters, digits and underscores, at most 63.
func (r *reader) id(v value) string {
	text, ok := r.text(v)
	if !ok {
		return ""
	}
	if !validID(text) {
		r.report(v, CodeID, nil)
		return ""
	}
	return text
}

func validID(text string) bool {
	if text == "" || len(text) > 63 || text[0] < 'a' || text[0] > 'z' {
		return false
	}
	return strings.IndexFunc(text, func(c rune) bool { return (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' }) < 0
}

// choice reads one of the words; it is a function because methods take no type parameters.
func choice[T ~string](r *reader, v value, words ...T) T {
	text, ok := r.text(v)
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
	r.report(v, CodeChoice, errs.Args{"Known": strings.Join(known, ", ")})
	return ""
}

// name reads a name in both languages; a missing language is a warning and takes the other's text.
func (r *reader) name(v value) Text {
	f := r.mapping(v, "zh", "en")
	var t Text
	if zh, ok := f.optional("zh"); ok {
		t.Zh, _ = r.text(zh)
	}
	if en, ok := f.optional("en"); ok {
		t.En, _ = r.text(en)
	}
	if !f.ok {
		return t
	}
	for _, missing := range []string{"zh", "en"} {
		if _, ok := f.optional(missing); !ok {
			r.add(SeverityWarning, CodeNameLanguage, r.position(v.path), v.child(missing), "", errs.Args{"Language": errs.Msg("plan.language."+missing, nil)})
		}
	}
	if t.Zh == "" && t.En == "" && len(f.byKey) == 0 {
		r.report(v, CodeKeyMissing, errs.Args{"Key": "zh"})
	}
	return fill(t, t.Zh, t.En)
}

// fill puts the first non-empty fallback where a language has no text.
func fill(t Text, fallbacks ...string) Text {
	for _, fallback := range fallbacks {
		if t.Zh == "" {
			t.Zh = fallback
		}
		if t.En == "" {
			t.En = fallback
		}
	}
	return t
}

// number reads a plain decimal; percent tells whether it was written with a percent sign.
func (r *reader) number(v value) (d decimal.Decimal, percent, ok bool) {
	text, ok := r.text(v)
	if !ok {
		return d, false, false
	}
	d, err := decimal.Parse(text)
	if err != nil {
		r.report(v, CodeDecimal, nil)
		return d, false, false
	}
	return d, strings.HasSuffix(text, "%"), true
}

// amount reads money in currency units and returns whole minor units.
func (r *reader) amount(v value, currency money.Currency) (minor int64, ok bool) {
	d, percent, ok := r.number(v)
	if !ok {
		return 0, false
	}
	if percent {
		r.report(v, CodePercentNotMoney, nil)
		return 0, false
	}
	exact := d.Mul(decimal.FromInt(1, -currency.MinorDigits())).Rat()
	if !exact.IsInt() {
		r.report(v, CodeAmountDigits, errs.Args{"Digits": currency.MinorDigits(), "Currency": string(currency)})
		return 0, false
	}
	if !exact.Num().IsInt64() || exact.Num().Int64() > amountMax || exact.Num().Int64() < -amountMax {
		r.report(v, CodeAmountRange, nil)
		return 0, false
	}
	return exact.Num().Int64(), true
}

// amountMax bounds every amount in a document, in minor units: enough for any company, far from overflow.
const amountMax = 1_000_000_000_000_000

// date reads YYYY-MM-DD.
func (r *reader) date(v value) (calendar.Date, bool) {
	text, ok := r.text(v)
	if !ok {
		return calendar.NoDate, false
	}
	d, err := calendar.ParseDate(text)
	if err != nil || d.String() == calendar.Forever.String() {
		r.report(v, CodeDate, nil)
		return calendar.NoDate, false
	}
	return d, true
}

// effective reads half-open days {from, to?}.
func (r *reader) effective(v value) calendar.Interval {
	f := r.mapping(v, "from", "to")
	days := calendar.Interval{From: calendar.NoDate, To: calendar.Forever}
	if from, ok := f.required("from"); ok {
		days.From, _ = r.date(from)
	}
	if to, ok := f.optional("to"); ok {
		if d, valid := r.date(to); valid {
			days.To = d
			if d <= days.From {
				r.report(to, CodeIntervalEmpty, nil)
			}
		}
	}
	return days
}
