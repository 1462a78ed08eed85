package customfield

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
)

// The limits of values.
const (
	textRunesMax     = 200
	longTextRunesMax = 2000
	numberMax        = 1_000_000_000_000_000
	choicesMost      = 50 // of a field
)

// Input is a value as somebody enters it: as people type it, amounts in whole units and percentages with or without their sign, or as programs
// send it, in the form of a Set. Nothing typed, and null, empty the field.
type Input struct {
	Typed []string
	Plain json.RawMessage // wins
}

// Inputs are values as they are entered, by key. What is not among them stays what it is.
type Inputs map[string]Input

// Typed makes inputs of what a form sent, by name; names without the prefix of fields are passed over.
func Typed(form map[string][]string) Inputs {
	var in Inputs
	for name, values := range form {
		key, ours := strings.CutPrefix(name, pathPrefix)
		if !ours {
			continue
		}
		if in == nil {
			in = Inputs{}
		}
		in[key] = Input{Typed: values}
	}
	return in
}

// Plain makes inputs of what a program sent.
func Plain(values map[string]json.RawMessage) Inputs {
	in := Inputs{}
	for key, raw := range values {
		in[key] = Input{Plain: raw}
	}
	return in
}

// Form is what an entry of values is read with.
type Form struct {
	Fields   []Field
	Currency money.Currency
	// Person tells whether somebody has the employee number; nil when that is known already.
	Person func(ctx context.Context, key string) (bool, error)
	// Lenient takes retired choices, too, as files of the past have them.
	Lenient bool
}

// Apply lays what was entered over the values of a record. What is wrong is said at the paths of its fields. A personal value that comes back as
// it is shown to others stays what it is, and so does a retired choice.
func (form Form) Apply(ctx context.Context, before Set, in Inputs, c *fact.Checker) (Set, error) {
	if len(in) == 0 {
		return before, nil
	}
	values := before.Values()
	for _, key := range sortedKeys(in) {
		f, known := Find(form.Fields, key)
		if !known {
			c.Add(PathOf(key), "", "customfield.unknown", errs.Args{"Key": key})
			continue
		}
		raw, wrong := form.read(f, before, in[key])
		switch {
		case wrong.Key != "":
			c.Add(f.Path(), "", wrong.Key, wrong.Args)
		case string(raw) == string(values[key]):
		case f.Retired:
			c.Add(f.Path(), "", "customfield.retired", nil)
		case raw == nil:
			delete(values, key)
		default:
			if f.Kind == KindPerson {
				there, err := form.person(ctx, raw)
				if err != nil {
					return before, err
				}
				if !there {
					c.Add(f.Path(), textOf(raw), "fact.unknown_person", errs.Args{"Key": textOf(raw)})
					continue
				}
			}
			values[key] = raw
		}
	}
	return setOf(values), nil
}

func (form Form) person(ctx context.Context, raw json.RawMessage) (bool, error) {
	if form.Person == nil {
		return true, nil
	}
	return form.Person(ctx, textOf(raw))
}

func textOf(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) != nil {
		return ""
	}
	return text
}

func sortedKeys(in Inputs) (keys []string) {
	for key := range in {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// read returns the value of an input, nil for an empty one.
func (form Form) read(f Field, before Set, in Input) (raw json.RawMessage, wrong errs.Message) {
	texts, plain, ok := in.texts(f)
	if !ok {
		return nil, errs.Msg("customfield.wrong_kind", errs.Args{"Kind": f.Kind.Message()})
	}
	if len(texts) == 0 {
		return nil, errs.Message{}
	}
	if f.Personal && before.Filled(f.Key) && slices.Equal(texts, []string{masked(f, before)}) {
		return before.Values()[f.Key], errs.Message{}
	}
	if f.Kind == KindChoices {
		return form.severalOf(f, texts, before)
	}
	if len(texts) > 1 {
		return nil, errs.Msg("customfield.one_value", nil)
	}
	v, wrong := form.valueOf(f, texts[0], plain, before)
	if wrong.Key != "" || v == nil {
		return nil, wrong
	}
	return encoded(v), errs.Message{}
}

// texts are what was entered, each tidy and none empty; plain says that a program sent them. ok is false for what no field can hold.
func (in Input) texts(f Field) (texts []string, plain, ok bool) {
	if in.Plain == nil {
		for _, text := range in.Typed {
			if text = fact.TidyLines(text); text != "" {
				texts = append(texts, text)
			}
		}
		return texts, false, true
	}
	d := json.NewDecoder(bytes.NewReader(in.Plain))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return nil, true, false
	}
	list, several := v.([]any)
	if !several {
		list = []any{v}
	}
	if several && f.Kind != KindChoices {
		return nil, true, false
	}
	numeric := slices.Contains([]Kind{KindNumber, KindMoney, KindPercent}, f.Kind)
	for _, one := range list {
		switch one := one.(type) {
		case nil:
		case string:
			if numeric || f.Kind == KindYesNo {
				return nil, true, false
			}
			if one = fact.TidyLines(one); one != "" {
				texts = append(texts, one)
			}
		case json.Number:
			if !numeric {
				return nil, true, false
			}
			texts = append(texts, one.String())
		case bool:
			if f.Kind != KindYesNo {
				return nil, true, false
			}
			texts = append(texts, map[bool]string{true: "yes", false: "no"}[one])
		default:
			return nil, true, false
		}
	}
	return texts, true, true
}

// severalOf reads several choices, in the order of the field's. One cell of a file may hold several, parted by commas or semicolons.
func (form Form) severalOf(f Field, texts []string, before Set) (json.RawMessage, errs.Message) {
	var keys []string
	for _, text := range texts {
		parts := []string{text}
		if f.choice(text) == nil {
			parts = strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",，;；、|\n", r) })
		}
		for _, part := range parts {
			c := f.choice(strings.TrimSpace(part))
			switch {
			case c == nil || c.Retired && !form.Lenient && !slices.Contains(before.Texts(f.Key), c.Key):
				return nil, errs.Msg("customfield.no_such_choice", errs.Args{"Text": part})
			case !slices.Contains(keys, c.Key):
				keys = append(keys, c.Key)
			}
		}
	}
	slices.SortFunc(keys, func(a, b string) int { return f.place(a) - f.place(b) })
	return encoded(keys), errs.Message{}
}

func (f Field) place(key string) int {
	return slices.IndexFunc(f.Choices, func(c Choice) bool { return c.Key == key })
}

// valueOf reads one value.
func (form Form) valueOf(f Field, text string, plain bool, before Set) (any, errs.Message) {
	switch f.Kind {
	case KindText:
		return checkedText(text, textRunesMax, false)
	case KindLongText:
		return checkedText(text, longTextRunesMax, true)
	case KindDay:
		d, err := calendar.ParseDate(text)
		if err != nil || d < calendar.NewDate(1900, 1, 1) || d >= calendar.NewDate(2201, 1, 1) {
			return nil, errs.Msg("form.error.date", nil)
		}
		return d.String(), errs.Message{}
	case KindChoice:
		c := f.choice(text)
		if c == nil || c.Retired && !form.Lenient && before.Text(f.Key) != c.Key {
			return nil, errs.Msg("customfield.no_such_choice", errs.Args{"Text": text})
		}
		return c.Key, errs.Message{}
	case KindYesNo:
		switch strings.ToLower(text) {
		case "yes", "true", "1", "是", "有":
			return true, errs.Message{}
		case "no", "false", "0", "否", "无":
			return false, errs.Message{}
		}
		return nil, errs.Msg("customfield.yes_or_no", nil)
	case KindPerson:
		return checkedText(text, textRunesMax, false)
	}
	n, ok := form.whole(f.Kind, text, plain)
	if !ok {
		return nil, errs.Msg("customfield.bad_"+string(f.Kind), nil)
	}
	return n, errs.Message{}
}

func checkedText(text string, runesMax int, lines bool) (any, errs.Message) {
	switch {
	case !fact.Readable(text) || !lines && strings.ContainsFunc(text, unicode.IsControl):
		return nil, errs.Msg("fact.unreadable", nil)
	case utf8.RuneCountInString(text) > runesMax:
		return nil, errs.Msg("customfield.too_long", errs.Args{"Max": runesMax})
	}
	return text, errs.Message{}
}

// typedNoise is what people write in numbers beside digits.
var typedNoise = strings.NewReplacer(",", "", "，", "", " ", "", "\u00a0", "", "¥", "", "￥", "", "元", "", "−", "-")

// whole reads a number, an amount or a percentage, without rounding: what does not fit is refused.
func (form Form) whole(kind Kind, text string, plain bool) (int64, bool) {
	scale := 0
	if !plain {
		text = typedNoise.Replace(text)
		switch kind {
		case KindMoney:
			scale = form.Currency.MinorDigits()
		case KindPercent:
			scale, text = 4, strings.TrimSuffix(text, "%")
		}
		if strings.HasSuffix(text, "%") {
			return 0, false
		}
	}
	d, err := decimal.Parse(text)
	if err != nil {
		return 0, false
	}
	exact := d.Mul(decimal.FromInt(1, -scale)).Rat()
	if !exact.IsInt() || !exact.Num().IsInt64() {
		return 0, false
	}
	n := exact.Num().Int64()
	return n, n <= numberMax && n >= -numberMax
}

func encoded(v any) json.RawMessage {
	// Texts, numbers and lists of texts always encode.
	plain, _ := json.Marshal(v)
	return plain
}

// TypedText is a value as people type it, which Apply reads back to the same; empty for none.
func TypedText(f Field, s Set, currency money.Currency) string {
	switch f.Kind {
	case KindYesNo:
		if yes, filled := s.Value(f.Key).(bool); filled {
			return map[bool]string{true: "yes", false: "no"}[yes]
		}
		return ""
	case KindChoices:
		return strings.Join(s.Texts(f.Key), ",")
	case KindNumber, KindMoney, KindPercent:
		n, filled := s.Number(f)
		switch {
		case !filled:
			return ""
		case f.Kind == KindMoney:
			return money.Format(n, currency)
		case f.Kind == KindPercent:
			return decimal.FromInt(n, 4).String()
		}
		return strconv.FormatInt(n, 10)
	}
	return s.Text(f.Key)
}

// Records is what reading an entry of values needs of a database.
type Records interface {
	Reader
	OrgPersonID(ctx context.Context, key string) (int64, error) // 0 when there is none
}

// Fill lays what was entered over the values of a record, and wants what is always required. What is wrong is said at the paths of the fields. It
// also returns the fields of the object, for Keep and for what the audit log does not show.
func Fill(ctx context.Context, r Records, object Object, currency money.Currency, before Set, in Inputs, c *fact.Checker) (Set, []Field, error) {
	fields, err := r.CustomFields(ctx, object)
	if err != nil || len(fields) == 0 && len(in) == 0 {
		return before, fields, err
	}
	form := Form{Fields: fields, Currency: currency, Person: func(ctx context.Context, key string) (bool, error) {
		id, err := r.OrgPersonID(ctx, key)
		return id != 0, err
	}}
	after, err := form.Apply(ctx, before, in, c)
	for _, f := range Missing(fields, after) {
		if !c.Has(f.Path()) {
			c.Add(f.Path(), "", "form.error.required", nil)
		}
	}
	return after, fields, err
}

// Check reads one value and says what is wrong with it, but whether a person is there. Lenient forms take retired choices, too.
func (form Form) Check(f Field, in Input) errs.Message {
	_, wrong := form.read(f, "", in)
	return wrong
}
