package opportunity

import (
	"context"
	"errors"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/process"
)

// WithCurrency says in which currency amounts in fields of the company's own are; without it, in yuan.
func (s *Service) WithCurrency(currency func() money.Currency) *Service {
	s.currency = currency
	return s
}

// veil hides personal values of opportunities whose owners the actor may not see whole numbers of.
func (s *Service) veil(r Reader, actor access.Actor, fields []customfield.Field) *customfield.Veil {
	reach := s.reach(actor, access.PermContactPhone)
	return customfield.ByOwner(fields, actor, reach.Scope, func(ctx context.Context, ownerID int64) (bool, error) {
		return r.PersonInReach(ctx, reach.Scope, reach.Today, ownerID)
	})
}

// hide hides what is personal in the values and in the history.
func (s *Service) hide(ctx context.Context, r Reader, actor access.Actor, d *Detail) error {
	fields, err := r.CustomFields(ctx, customfield.ObjectOpportunity)
	if err != nil {
		return err
	}
	return s.veil(r, actor, fields).HideRecord(ctx, d.OwnerID, &d.Fields, process.Sides(d.Changes)...)
}

// fillFields lays values that were entered over what is known.
func (s *Service) fillFields(ctx context.Context, tx Tx, c *fact.Checker, o *Opportunity, in customfield.Inputs) error {
	if len(in) == 0 {
		return nil
	}
	fields, err := tx.CustomFields(ctx, customfield.ObjectOpportunity)
	if err != nil {
		return err
	}
	form := customfield.Form{Fields: fields, Currency: s.currency(), Person: func(ctx context.Context, key string) (bool, error) {
		id, err := tx.OrgPersonID(ctx, key)
		return id != 0, err
	}}
	o.Fields, err = form.Apply(ctx, o.Fields, in, c)
	return err
}

// asked are the fields that the stage asks for and that are empty: all of them where an opportunity gets there, and otherwise those that were
// filled in before. Losing asks for nothing.
func asked(set *StageSet, fields []customfield.Field, before *Opportunity, o Opportunity) []customfield.Field {
	if o.State == StateLost {
		return nil
	}
	missing := customfield.Missing(fields, o.Fields, set.Reached(o)...)
	if before == nil || before.Stage != o.Stage {
		return missing
	}
	return slices.DeleteFunc(missing, func(f customfield.Field) bool { return !before.Fields.Filled(f.Key) })
}

// fillFirst adds to what stands in the way that fields are empty.
func fillFirst(missing []customfield.Field, gate error) error {
	if len(missing) == 0 {
		return gate
	}
	var fields []errs.Field
	for _, f := range missing {
		fields = append(fields, errs.Field{Path: f.Path(), Message: errs.Msg("customfield.fill_first", errs.Args{"Field": f.NameMessage()})})
	}
	if gate == nil {
		return errs.Invalid("customfield.missing_fields", fields)
	}
	failure, ok := errors.AsType[*errs.Error](gate)
	if !ok || failure.Kind != errs.KindInvalid && failure.Kind != errs.KindConflict {
		return gate
	}
	both := *failure
	both.Fields = slices.Concat(fields, slices.DeleteFunc(slices.Clone(failure.Fields), func(f errs.Field) bool {
		return slices.ContainsFunc(fields, func(own errs.Field) bool { return own.Path == f.Path })
	}))
	return &both
}
