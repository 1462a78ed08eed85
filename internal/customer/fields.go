package customer

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

// hide hides what is personal in the fields of a customer from who may not see whole telephone numbers of its contacts.
func (s *Service) hide(ctx context.Context, r Reader, actor access.Actor, fields []customfield.Field, row *Row) error {
	if row.Fields == "" || len(customfield.PersonalPaths(fields)) == 0 {
		return nil
	}
	if actor.Can(access.PermContactPhone) {
		reach := s.reach(actor, access.PermContactPhone)
		if reach.Scope.All {
			return nil
		}
		if whole, err := r.CustomerInReach(ctx, reach, row.ID); err != nil || whole {
			return err
		}
	}
	row.Fields = customfield.Masked(fields, row.Fields)
	return nil
}
