package engine

import (
	"encoding/json"
	"strconv"
	"unicode/utf8"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
)

// AppendJSON appends the statement's canonical JSON: fields in the order of the types, no spaces, empty optional fields left out, so
// that equal statements have equal bytes and encoding/json reads it back. It is written by hand because a month has a million credit
// lines.
func (s *Statement) AppendJSON(b []byte) []byte {
	b = text(append(b, '{'), "engine", s.Engine, true)
	b = text(b, "period", s.Period.String(), true)
	b = text(b, "currency", string(s.Currency), true)
	b = text(b, "payee", s.Payee, true)
	b = text(b, "payee_name", s.PayeeName, false)
	b = text(b, "level", s.Level, true)
	b = text(b, "team", s.Team, false)
	b = text(b, "plan", s.Plan, true)
	b = text(b, "plan_hash", s.PlanHash, true)
	b = text(b, "crediting_hash", s.Crediting, true)
	b = append(b, `,"measures":`...)
	b = list(b, s.Measures, MeasureValue.appendJSON)
	b = append(b, `,"components":`...)
	b = list(b, s.Components, ComponentTrace.appendJSON)
	b = whole64(b, "total_fen", s.TotalFen, true)
	b = append(b, `,"credits":`...)
	b = list(b, s.Credits, CreditLine.appendJSON)
	if len(s.Members) > 0 {
		b = append(b, `,"members":`...)
		b = list(b, s.Members, MemberLine.appendJSON)
	}
	return append(b, '}')
}

func list[T any](b []byte, items []T, one func(T, []byte) []byte) []byte {
	b = append(b, '[')
	for i, item := range items {
		if i > 0 {
			b = append(b, ',')
		}
		b = one(item, b)
	}
	return append(b, ']')
}

// name appends a comma where one is due and the field's name.
func name(b []byte, field string) []byte {
	if b[len(b)-1] != '{' {
		b = append(b, ',')
	}
	b = append(b, '"')
	b = append(b, field...)
	return append(b, '"', ':')
}

func text(b []byte, field, value string, always bool) []byte {
	if value == "" && !always {
		return b
	}
	return quote(name(b, field), value)
}

// quote appends a JSON string. Plain texts, nearly all of them, are copied; others go through encoding/json.
func quote(b []byte, value string) []byte {
	beyond := false
	for i := range len(value) {
		if c := value[i]; c < 0x20 || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' || c == 0xe2 {
			return quoteRarely(b, value)
		} else if c >= utf8.RuneSelf {
			beyond = true
		}
	}
	if beyond && !utf8.ValidString(value) {
		return quoteRarely(b, value)
	}
	b = append(b, '"')
	b = append(b, value...)
	return append(b, '"')
}

func quoteRarely(b []byte, value string) []byte {
	encoded, err := json.Marshal(value)
	if err != nil {
		return append(b, `""`...) // strings always marshal
	}
	return append(b, encoded...)
}

// appendDate writes what Date.String writes, without the detour over formats.
func appendDate(b []byte, d calendar.Date) []byte {
	if d == calendar.NoDate || d == calendar.Forever {
		return append(b, d.String()...)
	}
	year, month, day := d.Civil()
	if year < 0 || year > 9999 {
		return append(b, d.String()...)
	}
	two := func(n int) { b = append(b, byte('0'+n/10), byte('0'+n%10)) }
	two(year / 100)
	two(year % 100)
	b = append(b, '-')
	two(int(month))
	b = append(b, '-')
	two(day)
	return b
}

func whole64(b []byte, field string, value int64, always bool) []byte {
	if value == 0 && !always {
		return b
	}
	return strconv.AppendInt(name(b, field), value, 10)
}

func flag(b []byte, field string, value bool) []byte {
	if !value {
		return b
	}
	return append(name(b, field), "true"...)
}

func message(b []byte, field string, m errs.Message) []byte {
	if m.Key == "" {
		return b
	}
	encoded, err := json.Marshal(m)
	if err != nil {
		return b // arguments are texts and numbers
	}
	return append(name(b, field), encoded...)
}

func (m MeasureValue) appendJSON(b []byte) []byte {
	b = text(append(b, '{'), "id", m.ID, true)
	b = text(b, "kind", m.Kind, true)
	b = text(b, "exact", m.Exact, true)
	return append(message(b, "reason", m.Reason), '}')
}

func (c ComponentTrace) appendJSON(b []byte) []byte {
	b = text(append(b, '{'), "id", c.ID, true)
	b = whole64(b, "amount_fen", c.AmountFen, true)
	b = text(b, "exact", c.Exact, true)
	b = whole64(b, "rounded_fen", c.RoundedFen, true)
	b = flag(b, "capped", c.Capped)
	b = flag(b, "floored", c.Floored)
	b = message(b, "reason", c.Reason)
	if len(c.Conditions) > 0 {
		b = list(name(b, "conditions"), c.Conditions, ConditionResult.appendJSON)
	}
	if c.Base != nil {
		b = text(append(name(b, "base"), '{'), "measure", c.Base.Measure, true)
		b = whole64(b, "sum_fen", c.Base.SumFen, true)
		b = append(whole64(b, "credits", int64(c.Base.Credits), true), '}')
	}
	if len(c.Bands) > 0 {
		b = list(name(b, "bands"), c.Bands, BandTrace.appendJSON)
	}
	if len(c.Rates) > 0 {
		b = list(name(b, "rates"), c.Rates, RateTrace.appendJSON)
	}
	b = text(b, "count", c.Count, false)
	b = whole64(b, "unit_fen", c.UnitFen, false)
	return append(further(b, c.Further), '}')
}

// foreign writes what few credits have with encoding/json, which has the same form.
func foreign(b []byte, f *ForeignLine) []byte {
	if f == nil {
		return b
	}
	encoded, err := json.Marshal(f)
	if err != nil {
		return b // texts and numbers always marshal
	}
	return append(name(b, "foreign"), encoded...)
}

// further writes the rare steps with encoding/json, which has the same form.
func further(b []byte, f *Further) []byte {
	if f == nil {
		return b
	}
	encoded, err := json.Marshal(f)
	if err != nil {
		return b // texts and numbers always marshal
	}
	return append(name(b, "further"), encoded...)
}

func (c ConditionResult) appendJSON(b []byte) []byte {
	b = text(append(b, '{'), "measure", c.Measure, true)
	b = text(b, "comparison", c.Comparison, true)
	b = text(b, "wanted", c.Wanted, true)
	b = text(b, "found", c.Found, true)
	b = strconv.AppendBool(name(b, "met"), c.Met)
	return append(text(b, "missing", c.Missing, false), '}')
}

func (t BandTrace) appendJSON(b []byte) []byte {
	b = text(append(b, '{'), "from", t.From, false)
	b = text(b, "to", t.To, false)
	b = text(b, "from_fen", t.FromFen, false)
	b = text(b, "to_fen", t.ToFen, false)
	b = text(b, "times", t.Times, true)
	b = text(b, "base", t.BaseExact, true)
	b = text(b, "earned", t.EarnExact, true)
	return append(flag(b, "reached", t.Reached), '}')
}

func (r RateTrace) appendJSON(b []byte) []byte {
	b = text(append(b, '{'), "key", r.Key, false)
	b = text(b, "rate", r.Rate, true)
	b = whole64(b, "base_fen", r.BaseFen, true)
	b = whole64(b, "credits", int64(r.Credits), true)
	b = text(b, "left", r.LeftExact, false)
	return append(text(b, "base_exact", r.BaseExact, false), '}')
}

func (c CreditLine) appendJSON(b []byte) []byte {
	b = text(append(b, '{'), "event", c.Event, true)
	b = text(b, "payment", c.Payment, false)
	b = text(b, "deal", c.Deal, true)
	b = text(b, "customer", c.Customer, true)
	b = text(b, "product", c.Product, true)
	b = text(b, "category", c.Category, false)
	b = append(appendDate(append(name(b, "on"), '"'), c.On), '"')
	b = whole64(b, "amount_fen", c.AmountFen, true)
	b = whole64(b, "share_basis_points", int64(c.Share), true)
	b = whole64(b, "part_fen", c.PartFen, true)
	b = text(b, "rule", c.Rule, false)
	b = text(b, "counts", c.Counts, false)
	b = foreign(b, c.Foreign)
	if len(c.In) > 0 {
		b = list(name(b, "in"), c.In, CreditEarn.appendJSON)
	}
	return append(b, '}')
}

func (c CreditEarn) appendJSON(b []byte) []byte {
	b = whole64(append(b, '{'), "component", int64(c.Component), true)
	b = text(b, "rate", c.Rate, true)
	if len(c.Bands) > 0 {
		b = list(name(b, "bands"), c.Bands, Slice.appendJSON)
	}
	b = text(b, "exact", c.Exact, false)
	b = text(b, "key", c.Key, false)
	return append(text(b, "kept", c.Kept, false), '}')
}

func (s Slice) appendJSON(b []byte) []byte {
	b = whole64(append(b, '{'), "band", int64(s.Band), true)
	return append(text(b, "exact", s.Exact, true), '}')
}

func (m MemberLine) appendJSON(b []byte) []byte {
	b = text(append(b, '{'), "person", m.Person, true)
	b = text(b, "name", m.Name, false)
	b = text(b, "level", m.Level, true)
	b = list(name(b, "measures"), m.Measures, MeasureValue.appendJSON)
	if len(m.Counted) > 0 {
		b = list(name(b, "counted"), m.Counted, func(s string, b []byte) []byte { return quote(b, s) })
	}
	return append(b, '}')
}
