package servicecase

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/process"
)

// WithCurrency says in which currency amounts in fields of the company's own are; without it, in yuan.
func (s *Service) WithCurrency(currency func() money.Currency) *Service {
	s.currency = currency
	return s
}

// fill checks an entry and lays its values over those of the case.
func (s *Service) fill(ctx context.Context, tx Tx, in Entry, before customfield.Set) (customfield.Set, error) {
	var c fact.Checker
	in.check(&c)
	after, _, err := customfield.Fill(ctx, tx, customfield.ObjectCase, s.currency(), before, in.Fields, &c)
	if err != nil {
		return before, err
	}
	return after, c.Err()
}

// keepFields puts changed values into the index.
func keepFields(ctx context.Context, tx Tx, id int64, before, after customfield.Set) error {
	if before == after {
		return nil
	}
	fields, err := tx.CustomFields(ctx, customfield.ObjectCase)
	if err != nil {
		return err
	}
	return customfield.Keep(ctx, tx, fields, id, before, after)
}

// checked validates a filter; it may ask for fields of the company's own.
func (s *Service) checked(ctx context.Context, r Reader, filter Filter) (Filter, error) {
	fields, err := r.CustomFields(ctx, customfield.ObjectCase)
	if err != nil {
		return filter, err
	}
	return filter.checked(fields, s.currency())
}

// veil hides personal values of cases whose owners the actor may not see whole numbers of; one that waits to be taken is everybody's.
func (s *Service) veil(r Reader, actor access.Actor, fields []customfield.Field) *customfield.Veil {
	reach := s.reach(actor, access.PermContactPhone)
	return customfield.ByOwner(fields, actor, reach.Scope, func(ctx context.Context, ownerID int64) (bool, error) {
		if ownerID == 0 {
			return true, nil
		}
		return r.PersonInReach(ctx, reach.Scope, reach.Today, ownerID)
	})
}

// hide hides what is personal in the values and in the history of a case.
func (s *Service) hide(ctx context.Context, r Reader, actor access.Actor, d *Detail) error {
	fields, err := r.CustomFields(ctx, customfield.ObjectCase)
	if err != nil {
		return err
	}
	return s.veil(r, actor, fields).HideRecord(ctx, d.OwnerID, &d.Fields, process.Sides(d.Changes)...)
}

// hidden hides what is personal in rows of a list.
func (s *Service) hidden(ctx context.Context, r Reader, actor access.Actor, rows []Case) error {
	fields, err := r.CustomFields(ctx, customfield.ObjectCase)
	if err != nil {
		return err
	}
	return customfield.HideRows(ctx, s.veil(r, actor, fields), rows, func(row *Case) (int64, *customfield.Set) { return row.OwnerID, &row.Fields })
}
