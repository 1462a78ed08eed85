package sop

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decimal"
)

// Value is what a field holds. Number is set for the comparable types, Text for texts and choices; the zero Value is an empty field.
type Value struct {
	Filled bool
	Number int64
	Text   string
}

// NumberOf and TextOf make filled values.
func NumberOf(n int64) Value { return Value{Filled: true, Number: n} }

// TextOf makes a filled value of a text; a blank text is an empty field.
func TextOf(text string) Value {
	text = strings.TrimSpace(text)
	return Value{Filled: text != "", Text: text}
}

// Values is the data of an event or a case by field.
type Values map[string]Value

// valueMax bounds every literal, far from overflow.
const valueMax = 1_000_000_000_000_000

// scale is the power of ten by which a type's decimal becomes whole.
var scale = map[Type]int{TypeNumber: 0, TypeAmount: 2, TypePercent: 6}

// ParseValue reads a value as the document and import sheets write it: 12, 5000.00, 12.5%, 2026-03-01, yes.
func ParseValue(t Type, text string) (Value, bool) {
	switch t {
	case TypeText, TypeChoice:
		v := TextOf(text)
		return v, v.Filled
	case TypeYesNo:
		return NumberOf(int64(max(0, slices.Index([]string{"no", "yes"}, text)))), text == "yes" || text == "no"
	case TypeDate:
		d, err := calendar.ParseDate(text)
		return NumberOf(int64(d)), err == nil
	}
	d, err := decimal.Parse(text)
	if err != nil || strings.HasSuffix(text, "%") != (t == TypePercent) {
		return Value{}, false
	}
	exact := d.Mul(decimal.FromInt(1, -scale[t])).Rat()
	if !exact.IsInt() || !exact.Num().IsInt64() {
		return Value{}, false
	}
	n := exact.Num().Int64()
	return NumberOf(n), n <= valueMax && n >= -valueMax
}

// write is the inverse of ParseValue.
func (v Value) write(t Type) string {
	switch t {
	case TypeText, TypeChoice:
		return v.Text
	case TypeYesNo:
		return []string{"no", "yes"}[v.Number&1]
	case TypeDate:
		return calendar.Date(v.Number).String()
	case TypePercent:
		return decimalText(v.Number, 4) + "%"
	}
	return decimalText(v.Number, scale[t])
}

// decimalText writes n with so many decimals, without trailing zeros beyond what money shows.
func decimalText(n int64, digits int) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	text := strconv.FormatInt(n, 10)
	if digits == 0 {
		return sign + text
	}
	text = strings.Repeat("0", max(0, digits+1-len(text))) + text
	whole, part := text[:len(text)-digits], text[len(text)-digits:]
	if digits > 2 {
		part = strings.TrimRight(part, "0")
	}
	if part == "" {
		return sign + whole
	}
	return sign + whole + "." + part
}

// Comparison is how a condition compares.
type Comparison string

// The comparisons. Filled asks for nothing but a value.
const (
	Equals  Comparison = "equals"
	In      Comparison = "in"
	AtLeast Comparison = "at_least"
	AtMost  Comparison = "at_most"
	Above   Comparison = "above"
	Below   Comparison = "below"
	Filled  Comparison = "filled"
)

// Condition compares a field of an event, or of the case where it is written case.‹id›, with values or with another field. It
// does not hold where a field is empty.
type Condition struct {
	Field      string
	Comparison Comparison
	Values     []Value // one, but for In
	Other      string  // instead of Values
	valueType  Type
}

// MarshalJSON writes it as the document does.
func (c Condition) MarshalJSON() ([]byte, error) {
	field, err := json.Marshal(c.Field)
	if err != nil {
		return nil, err
	}
	var right any = true
	switch {
	case c.Other != "":
		right = map[string]string{"field": c.Other}
	case c.Comparison == In:
		texts := []string{}
		for _, v := range c.Values {
			texts = append(texts, v.write(c.valueType))
		}
		right = texts
	case c.Comparison != Filled:
		right = c.Values[0].write(c.valueType)
	}
	value, err := json.Marshal(right)
	return []byte(`{"field":` + string(field) + `,"` + string(c.Comparison) + `":` + string(value) + `}`), err
}

// Holds judges the condition on an event's data and its case's.
func (c *Condition) Holds(event, whole Values) bool {
	left := lookup(c.Field, event, whole)
	if !left.Filled {
		return false
	}
	switch c.Comparison {
	case Filled:
		return true
	case In:
		return slices.Contains(c.Values, left)
	}
	right := Value{}
	if c.Other != "" {
		right = lookup(c.Other, event, whole)
	} else {
		right = c.Values[0]
	}
	if !right.Filled {
		return false
	}
	switch c.Comparison {
	case AtLeast:
		return left.Number >= right.Number
	case AtMost:
		return left.Number <= right.Number
	case Above:
		return left.Number > right.Number
	case Below:
		return left.Number < right.Number
	}
	return left == right
}

// casePrefix marks a field of the case in a condition.
const casePrefix = "case."

func lookup(field string, event, whole Values) Value {
	if id, ok := strings.CutPrefix(field, casePrefix); ok {
		return whole[id]
	}
	return event[field]
}

// Hold reports whether all conditions hold.
func Hold(conditions []Condition, event, whole Values) bool {
	for i := range conditions {
		if !conditions[i].Holds(event, whole) {
			return false
		}
	}
	return true
}

// Written is the value as the document writes it, for people to read.
func (v Value) Written(t Type) string { return v.write(t) }
