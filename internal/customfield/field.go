// Package customfield is the fields that a company adds to its working records: what they are called, what kind of value they hold, and the
// values themselves as they stand in a record.
//
// Definitions are kept here and changed by who may (field.manage), each change in the audit log. Values belong to the record that has them: a
// Set is a part of it, saved with it at its revision, told in its history, and put into an index for filters and orders by Keep. A field that
// is used is retired, never deleted, and a retired choice can still be read. What a field is called, its help and its choices may change; its
// key, its kind and what it belongs to never do. Formulas, pictures and fields that depend on others are not its business.
package customfield

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
)

// Object is a kind of record that can have fields of the company's own.
type Object string

// The objects. Fields of a customer stand in its file, beside what the product asks for there.
const (
	ObjectLead        Object = "lead"
	ObjectCustomer    Object = "customer"
	ObjectContact     Object = "contact"
	ObjectOpportunity Object = "opportunity"
	ObjectContract    Object = "contract"
	ObjectCase        Object = "service_case"
)

// Objects are all objects in the order in which they are shown.
var Objects = []Object{ObjectOpportunity, ObjectCustomer, ObjectLead, ObjectContact, ObjectContract, ObjectCase}

// Message names the object for people.
func (o Object) Message() errs.Message { return errs.Msg("customfield.object."+string(o), nil) }

// Kind says what values a field holds.
type Kind string

// The kinds. Amounts are minor units of the company's currency and percentages parts per million, both whole; days are written YYYY-MM-DD and
// persons by their employee numbers.
const (
	KindText     Kind = "text"
	KindLongText Kind = "long_text"
	KindNumber   Kind = "number"
	KindMoney    Kind = "money"
	KindPercent  Kind = "percent"
	KindDay      Kind = "day"
	KindChoice   Kind = "choice"
	KindChoices  Kind = "choices"
	KindYesNo    Kind = "yes_no"
	KindPerson   Kind = "person"
)

// Kinds are all kinds in the order in which they are offered.
var Kinds = []Kind{KindText, KindLongText, KindNumber, KindMoney, KindPercent, KindDay, KindChoice, KindChoices, KindYesNo, KindPerson}

// Message names the kind for people.
func (k Kind) Message() errs.Message { return errs.Msg("customfield.kind."+string(k), nil) }

// Chosen reports whether values are chosen from a list of the field's own.
func (k Kind) Chosen() bool { return k == KindChoice || k == KindChoices }

// Ranged reports whether values have an order that lists can be limited by, from and to.
func (k Kind) Ranged() bool {
	return slices.Contains([]Kind{KindNumber, KindMoney, KindPercent, KindDay}, k)
}

// Required says when a field must be filled in; else it is the stage of opportunities from which on it must.
const (
	RequiredNever  = ""
	RequiredAlways = "always"
)

// Choice is one of a list. Retired ones are not offered any more.
type Choice struct {
	Key     string `json:"key"`
	NameZh  string `json:"name_zh"`
	NameEn  string `json:"name_en"`
	Retired bool   `json:"retired,omitempty"`
}

// Field is a field that the company defined.
type Field struct {
	ID        int64     `json:"-"`
	Object    Object    `json:"object"`
	Key       string    `json:"key"` // as programs, files and process standards name it
	NameZh    string    `json:"name_zh"`
	NameEn    string    `json:"name_en"`
	HelpZh    string    `json:"help_zh"`
	HelpEn    string    `json:"help_en"`
	Kind      Kind      `json:"kind"`
	Choices   []Choice  `json:"choices,omitempty"`
	Required  string    `json:"required"`
	Personal  bool      `json:"personal"` // a text shown whole only to who may see telephone numbers
	Position  int64     `json:"position"`
	Retired   bool      `json:"retired"`
	CreatedBy string    `json:"-"`
	CreatedAt time.Time `json:"-"`
	Revision  int64     `json:"-"`
}

// Subject is how the audit log names the field.
func (f Field) Subject() string { return "custom_field:" + strconv.FormatInt(f.ID, 10) }

// NameMessage is the field's name as a message, which is read in the reader's language.
func (f Field) NameMessage() errs.Message {
	return errs.Msg("customfield.name", errs.Args{"Name": i18n.Named{Zh: cmp.Or(f.NameZh, f.NameEn), En: cmp.Or(f.NameEn, f.NameZh)}})
}

// Path is how errors, forms, columns and histories name the field of a record.
func (f Field) Path() string { return PathOf(f.Key) }

// PathOf is Path for a key.
func PathOf(key string) string { return pathPrefix + key }

// pathPrefix marks what belongs to a field of the company's own.
const pathPrefix = "field."

// Sortable reports whether lists can be put in the order of the field.
func (f Field) Sortable() bool {
	return !f.Personal && (f.Kind.Ranged() || f.Kind == KindText)
}

// Filterable reports whether lists can be limited by the field.
func (f Field) Filterable() bool { return !f.Personal && f.Kind != KindLongText }

// choice finds a choice by its key, or by one of its names; nil when there is none.
func (f Field) choice(text string) *Choice {
	for i := range f.Choices {
		if f.Choices[i].Key == text {
			return &f.Choices[i]
		}
	}
	for i := range f.Choices {
		if c := &f.Choices[i]; text != "" && (c.NameZh == text || c.NameEn == text) {
			return c
		}
	}
	return nil
}

// Active are the fields that are not retired.
func Active(fields []Field) []Field {
	return slices.DeleteFunc(slices.Clone(fields), func(f Field) bool { return f.Retired })
}

// Find returns the field of a key.
func Find(fields []Field, key string) (Field, bool) {
	at := slices.IndexFunc(fields, func(f Field) bool { return f.Key == key })
	if at < 0 {
		return Field{}, false
	}
	return fields[at], true
}

// PersonalPaths are the paths of personal fields, which the audit log does not show.
func PersonalPaths(fields []Field) (paths []string) {
	for _, f := range fields {
		if f.Personal {
			paths = append(paths, f.Path())
		}
	}
	return paths
}
