package contract

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/money"
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

// veil hides personal values of contracts whose owners the actor may not see whole numbers of.
func (s *Service) veil(r Reader, actor access.Actor, fields []customfield.Field) *customfield.Veil {
	reach := s.reach(actor, access.PermContactPhone)
	return customfield.NewVeil(fields, func(ctx context.Context, ownerID int64) (bool, error) {
		if !actor.Can(access.PermContactPhone) || reach.Scope.All {
			return actor.Can(access.PermContactPhone), nil
		}
		return r.PersonInReach(ctx, reach.Scope, reach.Today, ownerID)
	})
}

// hide hides what is personal in the values and in the history of a contract.
func (s *Service) hide(ctx context.Context, r Reader, actor access.Actor, d *Detail) error {
	fields, err := r.CustomFields(ctx, customfield.ObjectContract)
	if err != nil {
		return err
	}
	whole, err := s.veil(r, actor, fields).Sees(ctx, d.OwnerID)
	if err != nil || whole {
		return err
	}
	d.Fields = customfield.Masked(fields, d.Fields)
	for i := range d.Changes {
		d.Changes[i].Before, d.Changes[i].After = customfield.HideIn(fields, d.Changes[i].Before), customfield.HideIn(fields, d.Changes[i].After)
	}
	return nil
}

// hidden hides what is personal in rows of a list.
func (s *Service) hidden(ctx context.Context, r Reader, actor access.Actor, rows []Contract) error {
	fields, err := r.CustomFields(ctx, customfield.ObjectContract)
	if err != nil {
		return err
	}
	veil := s.veil(r, actor, fields)
	for i := range rows {
		if err := veil.Hide(ctx, rows[i].OwnerID, &rows[i].Fields); err != nil {
			return err
		}
	}
	return nil
}
