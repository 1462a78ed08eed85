package contract

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/money"
	"xiaoguan/internal/process"
)

// WithCurrency says in which currency amounts in fields of the company's own are; without it, in yuan.
func (s *Service) WithCurrency(currency func() money.Currency) *Service {
	s.currency = currency
	return s
}

// keepFields puts changed values into the index and returns what the audit log does not show.
func (s *Service) keepFields(ctx context.Context, tx Tx, id int64, before, after customfield.Set) ([]string, error) {
	fields, err := tx.CustomFields(ctx, customfield.ObjectContract)
	if err != nil {
		return nil, err
	}
	return customfield.PersonalPaths(fields), customfield.Keep(ctx, tx, fields, id, before, after)
}

// checked validates a filter; it may ask for fields of the company's own.
func (s *Service) checked(ctx context.Context, r Reader, filter Filter) (Filter, error) {
	fields, err := r.CustomFields(ctx, customfield.ObjectContract)
	if err != nil {
		return filter, err
	}
	return filter.checked(fields, s.currency())
}

// veil hides personal values of contracts whose owners the actor may not see whole numbers of.
func (s *Service) veil(r Reader, actor access.Actor, fields []customfield.Field) *customfield.Veil {
	reach := s.reach(actor, access.PermContactPhone)
	return customfield.ByOwner(fields, actor, reach.Scope, func(ctx context.Context, ownerID int64) (bool, error) {
		return r.PersonInReach(ctx, reach.Scope, reach.Today, ownerID)
	})
}

// hide hides what is personal in the values and in the history of a contract.
func (s *Service) hide(ctx context.Context, r Reader, actor access.Actor, d *Detail) error {
	fields, err := r.CustomFields(ctx, customfield.ObjectContract)
	if err != nil {
		return err
	}
	return s.veil(r, actor, fields).HideRecord(ctx, d.OwnerID, &d.Fields, process.Sides(d.Changes)...)
}

// hidden hides what is personal in rows of a list.
func (s *Service) hidden(ctx context.Context, r Reader, actor access.Actor, rows []Contract) error {
	fields, err := r.CustomFields(ctx, customfield.ObjectContract)
	if err != nil {
		return err
	}
	return customfield.HideRows(ctx, s.veil(r, actor, fields), rows, func(row *Contract) (int64, *customfield.Set) { return row.OwnerID, &row.Fields })
}
