package customfield

import (
	"context"
	"encoding/json"

	"xiaoguan/internal/access"
)

// maskSign stands for what is not shown.
const maskSign = "***"

// masked is a personal value as others see it: the first character of a text, nothing of anything else.
func masked(f Field, s Set) string {
	if text := s.Text(f.Key); text != "" && (f.Kind == KindText || f.Kind == KindLongText) {
		return string([]rune(text)[:1]) + maskSign
	}
	return maskSign
}

// Masked hides the personal values of a set. What is hidden is a text, whatever the field's kind.
func Masked(fields []Field, s Set) Set {
	values := s.Values()
	for _, f := range fields {
		if _, filled := values[f.Key]; filled && f.Personal {
			values[f.Key] = encoded(masked(f, s))
		}
	}
	return setOf(values)
}

// Veil hides personal values of records whose owners are out of the reach in which somebody may see them whole. It asks once for each owner.
type Veil struct {
	fields []Field
	whole  func(ctx context.Context, ownerID int64) (bool, error)
	known  map[int64]bool
}

// NewVeil returns a veil; without a personal field it never asks.
func NewVeil(fields []Field, whole func(ctx context.Context, ownerID int64) (bool, error)) *Veil {
	return &Veil{fields, whole, map[int64]bool{}}
}

// Sees reports whether personal values of an owner's records are shown whole.
func (v *Veil) Sees(ctx context.Context, ownerID int64) (whole bool, err error) {
	if len(PersonalPaths(v.fields)) == 0 {
		return true, nil
	}
	whole, known := v.known[ownerID]
	if !known {
		if whole, err = v.whole(ctx, ownerID); err == nil {
			v.known[ownerID] = whole
		}
	}
	return whole, err
}

// Hide hides what is personal in the values of an owner's record.
func (v *Veil) Hide(ctx context.Context, ownerID int64, s *Set) error {
	whole, err := v.Sees(ctx, ownerID)
	if err == nil && !whole {
		*s = Masked(v.fields, *s)
	}
	return err
}

// ByOwner is a veil over records that people own: who may see whole telephone numbers sees personal values of everybody within the scope of that.
// reaches is asked where the scope is not everybody.
func ByOwner(fields []Field, actor access.Actor, scope access.Scope, reaches func(ctx context.Context, ownerID int64) (bool, error)) *Veil {
	return NewVeil(fields, func(ctx context.Context, ownerID int64) (bool, error) {
		if !actor.Can(access.PermContactPhone) || scope.All {
			return actor.Can(access.PermContactPhone), nil
		}
		return reaches(ctx, ownerID)
	})
}

// HideRecord hides what is personal in the values of an owner's record, and in what its history tells.
func (v *Veil) HideRecord(ctx context.Context, ownerID int64, s *Set, told ...*json.RawMessage) error {
	whole, err := v.Sees(ctx, ownerID)
	if err == nil && !whole {
		*s = Masked(v.fields, *s)
		HideTold(v.fields, told...)
	}
	return err
}

// HideRows hides what is personal in the rows of a list.
func HideRows[R any](ctx context.Context, v *Veil, rows []R, of func(*R) (ownerID int64, s *Set)) error {
	for i := range rows {
		ownerID, s := of(&rows[i])
		if err := v.Hide(ctx, ownerID, s); err != nil {
			return err
		}
	}
	return nil
}

// HideTold hides what is personal in what a history tells.
func HideTold(fields []Field, told ...*json.RawMessage) {
	for _, side := range told {
		*side = HideIn(fields, *side)
	}
}

// Told are the fields of a change by name, values of the company's own as field.‹key›: some histories tell them together. It is nil for what tells
// of no fields.
func Told(change json.RawMessage) (values map[string]json.RawMessage) {
	if len(change) == 0 || json.Unmarshal(change, &values) != nil {
		return nil
	}
	var own map[string]json.RawMessage
	if raw, together := values["fields"]; together && json.Unmarshal(raw, &own) == nil {
		delete(values, "fields")
		for key, value := range own {
			values[PathOf(key)] = value
		}
	}
	return values
}

// HideIn hides what is personal in the fields of a change.
func HideIn(fields []Field, change json.RawMessage) json.RawMessage {
	values := Told(change)
	if values == nil {
		return change
	}
	for _, path := range PersonalPaths(fields) {
		if _, told := values[path]; told {
			values[path] = encoded(maskSign)
		}
	}
	return encoded(values)
}
