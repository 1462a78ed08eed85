package customfield

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"xiaoguan/internal/calendar"
)

// Set is the values of one record, in canonical bytes: a JSON object by key in the order of keys, empty where there are none. Two sets with the
// same values are equal. Texts, choices, days and persons are strings, several choices a list, amounts, percentages and numbers whole numbers,
// and yes is true.
type Set string

// MarshalJSON implements json.Marshaler.
func (s Set) MarshalJSON() ([]byte, error) {
	if s == "" {
		return []byte("{}"), nil
	}
	return []byte(s), nil
}

// UnmarshalJSON implements json.Unmarshaler.
func (s *Set) UnmarshalJSON(plain []byte) error {
	var values map[string]json.RawMessage
	if err := json.Unmarshal(plain, &values); err != nil {
		return err
	}
	*s = setOf(values)
	return nil
}

func setOf(values map[string]json.RawMessage) Set {
	if len(values) == 0 {
		return ""
	}
	// Messages that were encoded encode again.
	plain, _ := json.Marshal(values)
	return Set(plain)
}

// Values are the values by key, as Set says; an empty map for none.
func (s Set) Values() map[string]json.RawMessage {
	values := map[string]json.RawMessage{}
	if s != "" && json.Unmarshal([]byte(s), &values) != nil {
		return map[string]json.RawMessage{}
	}
	return values
}

// Value is one value as programs read it: a string, a json.Number, a bool or a list of strings; nil for none.
func (s Set) Value(key string) any {
	raw, known := s.Values()[key]
	if !known {
		return nil
	}
	return decoded(raw)
}

func decoded(raw json.RawMessage) any {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return nil
	}
	list, several := v.([]any)
	if !several {
		return v
	}
	texts := []string{}
	for _, one := range list {
		if text, ok := one.(string); ok {
			texts = append(texts, text)
		}
	}
	return texts
}

// Number is a value that is a whole number, or the number of its day.
func (s Set) Number(f Field) (int64, bool) {
	switch v := s.Value(f.Key).(type) {
	case json.Number:
		n, err := v.Int64()
		return n, err == nil
	case string:
		if d, err := calendar.ParseDate(v); err == nil && f.Kind == KindDay {
			return int64(d), true
		}
	}
	return 0, false
}

// Text is a value that is a text, a choice, a day or a person; empty for none.
func (s Set) Text(key string) string {
	text, _ := s.Value(key).(string)
	return text
}

// Texts are the choices of a value that is several; one where it is one.
func (s Set) Texts(key string) []string {
	switch v := s.Value(key).(type) {
	case []string:
		return v
	case string:
		return []string{v}
	}
	return nil
}

// Filled reports whether a field has a value.
func (s Set) Filled(key string) bool {
	_, known := s.Values()[key]
	return known
}

// With is a set with the values of another that it lacks.
func (s Set) With(other Set) Set {
	values, more := s.Values(), other.Values()
	for key, value := range more {
		if _, there := values[key]; !there {
			values[key] = value
		}
	}
	return setOf(values)
}

// Without is a set from which what With took of another is gone: values of the other that the set lacked before and that are still as they were
// taken.
func (s Set) Without(other, before Set) Set {
	values, had := s.Values(), before.Values()
	for key, value := range other.Values() {
		if _, there := had[key]; !there && string(values[key]) == string(value) {
			delete(values, key)
		}
	}
	return setOf(values)
}

// Missing are the fields that must be filled in and are not. Reached are the stages of an opportunity that it is on or past; other records have
// none.
func Missing(fields []Field, s Set, reached ...string) (missing []Field) {
	values := s.Values()
	for _, f := range fields {
		asked := f.Required == RequiredAlways || f.Required != RequiredNever && slices.Contains(reached, f.Required)
		if _, filled := values[f.Key]; asked && !filled && !f.Retired {
			missing = append(missing, f)
		}
	}
	return missing
}

// Row is what the index holds of a value: one for each choice of several, otherwise one. Texts are as far as indexTextMax; personal and long
// ones are left out, so that only whether they are filled in can be asked.
type Row struct {
	Item   string // of several choices
	Number int64
	Text   string
}

// indexTextMax is how many bytes of a text the index holds.
const indexTextMax = 120

// RowsOf are the rows of a field's value.
func RowsOf(f Field, s Set) []Row {
	v := s.Value(f.Key)
	switch {
	case v == nil:
		return nil
	case f.Personal || f.Kind == KindLongText:
		return []Row{{}}
	case f.Kind == KindChoices:
		var rows []Row
		for _, key := range s.Texts(f.Key) {
			rows = append(rows, Row{Item: key, Text: key})
		}
		return rows
	case f.Kind == KindYesNo:
		if yes, _ := v.(bool); yes {
			return []Row{{Number: 1}}
		}
		return []Row{{}}
	case f.Kind.Ranged():
		n, _ := s.Number(f)
		return []Row{{Number: n}}
	}
	return []Row{{Text: cutText(s.Text(f.Key))}}
}

// cutText leaves the beginning of a text, whole characters of it, as the index compares it.
func cutText(text string) string {
	text = strings.ToLower(text)
	if len(text) <= indexTextMax {
		return text
	}
	text = text[:indexTextMax]
	for !utf8.ValidString(text) {
		text = text[:len(text)-1]
	}
	return text
}

// Tx is what keeping values needs of a write transaction.
type Tx interface {
	Reader
	// PutCustomValue replaces what the index holds of a field of a record.
	PutCustomValue(ctx context.Context, fieldID, recordID int64, rows []Row) error
}

// Keep puts what changed of a record's values into the index.
func Keep(ctx context.Context, tx Tx, fields []Field, recordID int64, before, after Set) error {
	if before == after {
		return nil
	}
	was, is := before.Values(), after.Values()
	for _, f := range fields {
		if string(was[f.Key]) == string(is[f.Key]) {
			continue
		}
		if err := tx.PutCustomValue(ctx, f.ID, recordID, RowsOf(f, after)); err != nil {
			return err
		}
	}
	return nil
}
