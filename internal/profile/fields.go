package profile

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

// hide hides what is personal from who may not see whole telephone numbers of the customer's contacts.
func (s *Service) hide(ctx context.Context, r Reader, actor access.Actor, d *Detail) error {
	fields, err := r.CustomFields(ctx, customfield.ObjectCustomer)
	if err != nil || len(customfield.PersonalPaths(fields)) == 0 {
		return err
	}
	if actor.Can(access.PermContactPhone) {
		if whole, err := r.CustomerInReach(ctx, s.reach(actor, access.PermContactPhone), d.CustomerID); err != nil || whole {
			return err
		}
	}
	d.Fields = customfield.Masked(fields, d.Fields)
	customfield.HideTold(fields, process.Sides(d.History)...)
	return nil
}
