package customfield

import (
	"slices"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
)

// Comparison is how a condition limits a list by a field.
type Comparison string

// The comparisons. Is of a text means that it begins so, of choices that one of them is it.
const (
	Is   Comparison = "="
	From Comparison = ">="
	To   Comparison = "<="
)

// ConditionsMax is how many conditions a list may have.
const ConditionsMax = 10

// Condition limits a list to records whose field compares so with a value: as people type it, or, with Plain, as programs write it.
type Condition struct {
	Key        string
	Comparison Comparison
	Value      string
	Plain      bool
}

// ParseCondition reads a condition as programs write it: key=value, key>=value, key<=value.
func ParseCondition(text string) (c Condition, ok bool) {
	at := strings.IndexAny(text, "<>=")
	if at <= 0 {
		return c, false
	}
	c = Condition{Key: text[:at], Plain: true}
	for _, comparison := range []Comparison{From, To, Is} {
		if value, found := strings.CutPrefix(text[at:], string(comparison)); found {
			c.Comparison, c.Value = comparison, value
			return c, value != ""
		}
	}
	return c, false
}

// Where is a condition as the database asks it: a number within both ends, or a text that is, or begins with, what is asked.
type Where struct {
	FieldID  int64
	Numbers  bool
	Min, Max int64
	Text     string
	Begins   bool
}

// the ends of numbers that fields hold.
const (
	noMin = -numberMax - 1
	noMax = numberMax + 1
)

// Resolve reads conditions. What is wrong is said at the paths of their fields.
func Resolve(fields []Field, conditions []Condition, currency money.Currency, c *fact.Checker) (list []Where) {
	if len(conditions) > ConditionsMax {
		c.Add("field", "", "customfield.too_many_conditions", errs.Args{"Max": ConditionsMax})
		return nil
	}
	for _, one := range conditions {
		f, known := Find(fields, one.Key)
		if !known || !f.Filterable() || one.Comparison != Is && !f.Kind.Ranged() {
			c.Add(PathOf(one.Key), one.Value, "customfield.cannot_ask", errs.Args{"Key": one.Key})
			continue
		}
		where, ok := f.where(one, currency)
		if !ok {
			c.Add(PathOf(one.Key), one.Value, "customfield.bad_condition", nil)
			continue
		}
		list = append(list, where)
	}
	return list
}

func (f Field) where(one Condition, currency money.Currency) (w Where, ok bool) {
	w.FieldID = f.ID
	switch {
	case f.Kind.Chosen():
		c := f.choice(one.Value)
		if c == nil {
			return w, false
		}
		w.Text = c.Key
		return w, true
	case f.Kind == KindText:
		w.Text, w.Begins = cutText(strings.TrimSpace(one.Value)), true
		return w, w.Text != "" && fact.Readable(w.Text)
	case f.Kind == KindPerson:
		w.Text = cutText(strings.TrimSpace(one.Value))
		return w, fact.Readable(w.Text)
	case f.Kind == KindYesNo:
		v, wrong := Form{}.valueOf(f, one.Value, one.Plain, "")
		yes, _ := v.(bool)
		if w.Numbers = true; yes {
			w.Min, w.Max = 1, 1
		}
		return w, wrong.Key == ""
	}
	n, ok := f.numberOf(one, currency)
	w.Numbers, w.Min, w.Max = true, n, n
	switch one.Comparison {
	case From:
		w.Max = noMax
	case To:
		w.Min = noMin
	}
	return w, ok
}

func (f Field) numberOf(one Condition, currency money.Currency) (int64, bool) {
	if f.Kind == KindDay {
		d, err := calendar.ParseDate(strings.TrimSpace(one.Value))
		return int64(d), err == nil
	}
	return Form{Currency: currency}.whole(f.Kind, strings.TrimSpace(one.Value), one.Plain)
}

// Order is a field that a list is put in the order of: those that have it, by number or by text.
type Order struct {
	Field Field
}

// Given reports whether there is such an order.
func (o Order) Given() bool { return o.Field.ID != 0 }

// ByText reports whether the order is that of texts.
func (o Order) ByText() bool { return o.Field.Kind == KindText }

// Asked is what a list is limited to and put in order by, by fields of the company's own: conditions as they were typed, and what they mean.
type Asked struct {
	Conditions []Condition
	Where      []Where // what the conditions mean, and that a record has the field of the order; Resolved sets it
	Order      Order   // the field that the list's order names; Resolved sets it
}

// Resolved says what is asked, and which orders there are besides the list's own. What is wrong is said at the paths of the fields.
func (a Asked) Resolved(fields []Field, sort string, currency money.Currency, c *fact.Checker) (resolved Asked, sorts []string) {
	a.Order, sorts = OrderOf(fields, sort)
	if a.Where = Resolve(fields, a.Conditions, currency, c); a.Order.Given() {
		a.Where = append(a.Where, a.Order.Has())
	}
	return a, sorts
}

// Has asks for a record that has the field at all.
func (o Order) Has() Where { return Where{FieldID: o.Field.ID, Numbers: true, Min: noMin, Max: noMax} }

// OrderOf finds the field that a list's sort names; none where it names no field. Sorts are the names that lists allow besides their own.
func OrderOf(fields []Field, sort string) (order Order, sorts []string) {
	for _, f := range fields {
		if f.Sortable() {
			sorts = append(sorts, f.Path())
		}
	}
	if key, ours := strings.CutPrefix(sort, pathPrefix); ours && slices.Contains(sorts, sort) {
		order.Field, _ = Find(fields, key)
	}
	return order, sorts
}

// Place is where a record stands in the order: what its index row says.
func (o Order) Place(s Set) (number int64, text string) {
	for _, row := range RowsOf(o.Field, s) {
		return row.Number, row.Text
	}
	return 0, ""
}
