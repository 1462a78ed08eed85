package customfield

import (
	"context"
	"slices"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
)

// Reader reads definitions on one snapshot.
type Reader interface {
	// CustomFields are the fields of an object in their order, retired ones too; of all objects for an empty one.
	CustomFields(ctx context.Context, object Object) ([]Field, error)
}

// BookReader also says what is used.
type BookReader interface {
	Reader
	CustomField(ctx context.Context, id int64) (Field, error) // NotFound
	// CustomUses are how many values the index holds of fields, up to the most that is asked for.
	CustomUses(ctx context.Context, ids []int64, most int) (map[int64]int, error)
	// NamesByKey are the names of who has the employee numbers.
	NamesByKey(ctx context.Context, keys []string) (map[string]string, error)
}

// BookTx is one write transaction of definitions.
type BookTx interface {
	BookReader
	audit.Tx
	Now() time.Time
	NextNumber(ctx context.Context, sequence string) (int64, error)
	InsertCustomField(ctx context.Context, f Field) error
	SaveCustomField(ctx context.Context, f Field) error // Conflict when it was changed meanwhile
	DeleteCustomField(ctx context.Context, id int64) error
}

// Store is what this package needs of the database. InTx may run fn again after a lost race.
type Store interface {
	InTx(ctx context.Context, fn func(BookTx) error) error
	Read(ctx context.Context, fn func(BookReader) error) error
}

// Service shows definitions and takes changes.
type Service struct {
	store  Store
	stages func(context.Context) ([]string, error) // of opportunities, in their order
	now    func() time.Time
}

// NewService returns a Service; stages are those of opportunities, from which on fields may be asked for: nil are none.
func NewService(store Store, stages func(context.Context) ([]string, error), now func() time.Time) *Service {
	return &Service{store, stages, now}
}

// Stages are the stages from which on a field of opportunities may be asked for.
func (s *Service) Stages(ctx context.Context) ([]string, error) {
	if s.stages == nil {
		return nil, nil
	}
	return s.stages(ctx)
}

// Of returns the fields of an object in their order, retired ones too: whoever sees the records sees what they can hold. Errors: forbidden.
func (s *Service) Of(ctx context.Context, actor access.Actor, object Object) (fields []Field, err error) {
	defer errs.Wrap(&err, "customfield.Of(%s)", object)
	if !actor.Can(access.PermFieldManage) {
		if err := actor.Require(access.PermSalesRead); err != nil {
			return nil, err
		}
	}
	err = s.store.Read(ctx, func(r BookReader) error {
		fields, err = r.CustomFields(ctx, object)
		return err
	})
	return fields, err
}

// Names are the names of the persons in sets of values, by employee number. Errors: forbidden.
func (s *Service) Names(ctx context.Context, actor access.Actor, fields []Field, sets ...Set) (names map[string]string, err error) {
	defer errs.Wrap(&err, "customfield.Names")
	var keys []string
	for _, f := range fields {
		for _, set := range sets {
			if f.Kind == KindPerson && set.Text(f.Key) != "" {
				keys = append(keys, set.Text(f.Key))
			}
		}
	}
	if len(keys) == 0 {
		return nil, nil
	}
	if err := actor.Require(access.PermSalesRead); err != nil {
		return nil, err
	}
	slices.Sort(keys)
	err = s.store.Read(ctx, func(r BookReader) error {
		names, err = r.NamesByKey(ctx, slices.Compact(keys))
		return err
	})
	return names, err
}

// Listed is a field with how much it is used: values up to usesMost.
type Listed struct {
	Field
	Uses int
}

// UsesMost is how far uses are counted.
const UsesMost = 1000

// List returns the fields of an object with how much they are used. Errors: forbidden.
func (s *Service) List(ctx context.Context, actor access.Actor, object Object) (list []Listed, err error) {
	defer errs.Wrap(&err, "customfield.List(%s)", object)
	if err := actor.Require(access.PermFieldManage); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(r BookReader) error {
		fields, err := r.CustomFields(ctx, object)
		if err != nil {
			return err
		}
		var ids []int64
		for _, f := range fields {
			ids = append(ids, f.ID)
		}
		uses, err := r.CustomUses(ctx, ids, UsesMost)
		for _, f := range fields {
			list = append(list, Listed{f, uses[f.ID]})
		}
		return err
	})
	return list, err
}

// Get returns one field with how much it is used. Errors: forbidden; not found.
func (s *Service) Get(ctx context.Context, actor access.Actor, id int64) (one Listed, err error) {
	defer errs.Wrap(&err, "customfield.Get(%d)", id)
	if err := actor.Require(access.PermFieldManage); err != nil {
		return one, err
	}
	err = s.store.Read(ctx, func(r BookReader) error {
		if one.Field, err = r.CustomField(ctx, id); err != nil {
			return err
		}
		uses, err := r.CustomUses(ctx, []int64{id}, UsesMost)
		one.Uses = uses[id]
		return err
	})
	return one, err
}

// Save defines a field or changes one. Errors: forbidden; not found; invalid, also for a key that the object has already; conflict when it was
// changed after in.Seen.
func (s *Service) Save(ctx context.Context, actor access.Actor, in Entry) (f Field, err error) {
	defer errs.Wrap(&err, "customfield.Save(%d)", in.ID)
	if err := actor.RequireAll(access.PermFieldManage); err != nil {
		return f, err
	}
	for _, text := range []*string{&in.Key, &in.NameZh, &in.NameEn, &in.HelpZh, &in.HelpEn} {
		*text = strings.TrimSpace(*text)
	}
	stages, err := s.Stages(ctx)
	if err != nil {
		return f, err
	}
	err = s.store.InTx(ctx, func(tx BookTx) error {
		if in.ID == 0 {
			f, err = s.add(ctx, tx, actor, in, stages)
			return err
		}
		old, err := open(ctx, tx, in.ID, in.Seen)
		if err != nil {
			return err
		}
		in := in
		in.Object, in.Key, in.Kind = old.Object, old.Key, old.Kind
		in.Choices = keyed(in.Choices, old.Choices)
		var c fact.Checker
		check(in, append(slices.Clone(stages), old.Required), &c) // one that was replaced stays, and means what took it over
		if err := s.keepsChoices(ctx, tx, &c, old, in); err != nil {
			return err
		}
		if err := c.Err(); err != nil {
			return err
		}
		f = old
		f.NameZh, f.NameEn, f.HelpZh, f.HelpEn, f.Choices, f.Required, f.Personal = in.NameZh, in.NameEn, in.HelpZh, in.HelpEn, in.Choices, in.Required, in.Personal
		return s.keep(ctx, tx, actor, "custom_field.change", old, &f)
	})
	return f, err
}

// keepsChoices wants every choice of a used field to stay, retired or not, and what is personal to stay what it is: the index was made by it.
func (s *Service) keepsChoices(ctx context.Context, tx BookTx, c *fact.Checker, old Field, in Entry) error {
	gone := slices.ContainsFunc(old.Choices, func(was Choice) bool {
		return !slices.ContainsFunc(in.Choices, func(is Choice) bool { return is.Key == was.Key })
	})
	if !gone && in.Personal == old.Personal {
		return nil
	}
	uses, err := tx.CustomUses(ctx, []int64{old.ID}, 1)
	switch {
	case err != nil || uses[old.ID] == 0:
		return err
	case gone:
		c.Add("choices", "", "customfield.retire_choice", nil)
	}
	if in.Personal != old.Personal {
		c.Add("personal", "", "customfield.personal_stays", nil)
	}
	return nil
}

func (s *Service) add(ctx context.Context, tx BookTx, actor access.Actor, in Entry, stages []string) (f Field, err error) {
	in.Choices = keyed(in.Choices, nil)
	var c fact.Checker
	check(in, stages, &c)
	fields, err := tx.CustomFields(ctx, in.Object)
	if err != nil {
		return f, err
	}
	if _, there := Find(fields, in.Key); there && !c.Has("key") {
		c.Add("key", in.Key, "customfield.key_there", errs.Args{"Key": in.Key})
	}
	if len(Active(fields)) >= FieldsMax || len(fields) >= everMax {
		c.Add("object", string(in.Object), "customfield.too_many", errs.Args{"Max": FieldsMax})
	}
	if err := c.Err(); err != nil {
		return f, err
	}
	f = Field{Object: in.Object, Key: in.Key, NameZh: in.NameZh, NameEn: in.NameEn, HelpZh: in.HelpZh, HelpEn: in.HelpEn, Kind: in.Kind, Choices: in.Choices, Required: in.Required,
		Personal: in.Personal, Position: 1, CreatedBy: actor.UserID, CreatedAt: tx.Now(), Revision: 1}
	for _, other := range fields {
		f.Position = max(f.Position, other.Position+1)
	}
	if f.ID, err = tx.NextNumber(ctx, "custom_field"); err != nil {
		return f, err
	}
	if err := tx.InsertCustomField(ctx, f); err != nil {
		return f, err
	}
	return f, audit.Append(ctx, tx, actor, "custom_field.add", f.Subject(), nil, f)
}

func open(ctx context.Context, tx BookTx, id, seen int64) (Field, error) {
	f, err := tx.CustomField(ctx, id)
	if err == nil && seen != 0 && f.Revision != seen {
		err = errs.New(errs.KindConflict, "customfield.changed_meanwhile", nil)
	}
	return f, err
}

func (s *Service) keep(ctx context.Context, tx BookTx, actor access.Actor, action string, before Field, after *Field) error {
	after.Revision = before.Revision + 1
	if err := tx.SaveCustomField(ctx, *after); err != nil {
		return err
	}
	return audit.Append(ctx, tx, actor, action, after.Subject(), before, *after)
}

// Retire takes a field out of forms and lists; its values stay and can be read. Restore puts it back. Errors: forbidden; not found; conflict when
// it was changed after seen; invalid when the object has too many fields.
func (s *Service) Retire(ctx context.Context, actor access.Actor, id, seen int64, retired bool) (f Field, err error) {
	defer errs.Wrap(&err, "customfield.Retire(%d, %t)", id, retired)
	if err := actor.RequireAll(access.PermFieldManage); err != nil {
		return f, err
	}
	err = s.store.InTx(ctx, func(tx BookTx) error {
		old, err := open(ctx, tx, id, seen)
		if f = old; err != nil || old.Retired == retired {
			return err
		}
		action := "custom_field.retire"
		if !retired {
			action = "custom_field.restore"
			fields, err := tx.CustomFields(ctx, old.Object)
			if err != nil {
				return err
			}
			if len(Active(fields)) >= FieldsMax {
				return errs.New(errs.KindConflict, "customfield.too_many", errs.Args{"Max": FieldsMax})
			}
		}
		f.Retired = retired
		return s.keep(ctx, tx, actor, action, old, &f)
	})
	return f, err
}

// Move puts a field one place up or down among those of its object that are not retired. Errors: forbidden; not found.
func (s *Service) Move(ctx context.Context, actor access.Actor, id int64, up bool) (err error) {
	defer errs.Wrap(&err, "customfield.Move(%d)", id)
	if err := actor.RequireAll(access.PermFieldManage); err != nil {
		return err
	}
	return s.store.InTx(ctx, func(tx BookTx) error {
		f, err := tx.CustomField(ctx, id)
		if err != nil {
			return err
		}
		fields, err := tx.CustomFields(ctx, f.Object)
		if err != nil {
			return err
		}
		fields = Active(fields)
		at := slices.IndexFunc(fields, func(other Field) bool { return other.ID == id })
		to := at + 1
		if up {
			to = at - 1
		}
		if at < 0 || to < 0 || to >= len(fields) {
			return nil
		}
		other := fields[to]
		before, otherBefore := f, other
		f.Position, other.Position = other.Position, f.Position
		if err := s.keep(ctx, tx, actor, "custom_field.move", before, &f); err != nil {
			return err
		}
		return s.keep(ctx, tx, actor, "custom_field.move", otherBefore, &other)
	})
}

// Delete takes away a field that no record ever had a value of. Errors: forbidden; not found; conflict when it is used.
func (s *Service) Delete(ctx context.Context, actor access.Actor, id, seen int64) (err error) {
	defer errs.Wrap(&err, "customfield.Delete(%d)", id)
	if err := actor.RequireAll(access.PermFieldManage); err != nil {
		return err
	}
	return s.store.InTx(ctx, func(tx BookTx) error {
		f, err := open(ctx, tx, id, seen)
		if err != nil {
			return err
		}
		uses, err := tx.CustomUses(ctx, []int64{id}, 1)
		if err != nil {
			return err
		}
		if uses[id] > 0 {
			return errs.New(errs.KindConflict, "customfield.used", nil)
		}
		if err := tx.DeleteCustomField(ctx, id); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "custom_field.delete", f.Subject(), f, nil)
	})
}
