package profile

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/money"
	"xiaoguan/internal/process"
)

// WithCurrency says in which currency amounts in fields of the company's own are; without it, in yuan.
func (s *Service) WithCurrency(currency func() money.Currency) *Service {
	s.currency = currency
	return s
}

// OwnField names a field of the company's own among the days on which fields were confirmed.
func OwnField(key string) Field { return Field(customfield.PathOf(key)) }

// DateOwn notes on which day fields of the company's own were entered or confirmed last: what differs from before and, with confirm, what stays, is
// of today.
func (p *Profile) DateOwn(before Profile, today calendar.Date, confirm bool) {
	was, is := before.Fields.Values(), p.Fields.Values()
	for key := range was {
		delete(p.Confirmed, OwnField(key))
	}
	for key, value := range is {
		f := OwnField(key)
		if confirm || string(value) != string(was[key]) {
			p.Confirmed[f] = today
		} else if day := before.ConfirmedOn(f); day != calendar.NoDate {
			p.Confirmed[f] = day
		}
	}
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
