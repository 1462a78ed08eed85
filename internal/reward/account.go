package reward

import (
	"context"
	"slices"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/plan"
)

// Unit is what an account counts.
type Unit string

// An account counts money, or points.
const (
	UnitMoney  Unit = "money"
	UnitPoints Unit = "points"
)

// Balance is what a person has at a moment, by where it stands. Points are all due.
type Balance struct {
	DueMinor  int64 // to be paid now: in pay files, and not paid yet
	HeldMinor int64 // earned, and put off
	DebtMinor int64 // owed by the person, of draws and of negative pay carried forward: zero or negative
}

// Total is the sum.
func (b Balance) Total() int64 { return b.DueMinor + b.HeldMinor + b.DebtMinor }

// Plus adds another balance.
func (b Balance) Plus(o Balance) Balance {
	return Balance{b.DueMinor + o.DueMinor, b.HeldMinor + o.HeldMinor, b.DebtMinor + o.DebtMinor}
}

// Change is what the entry does to a person's balance. The three accounts of a person that lie on both sides of an entry cancel out in its total.
func (e Entry) Change() (b Balance) {
	side := func(a Account, amount int64) {
		switch a {
		case PayableAccount(e.PersonID), PointsAccount(e.PersonID):
			b.DueMinor += amount
		case HeldAccount(e.PersonID):
			b.HeldMinor += amount
		case DrawAccount(e.PersonID), CarriedAccount(e.PersonID):
			b.DebtMinor += amount
		}
	}
	side(e.Debit, -e.AmountMinor)
	side(e.Credit, e.AmountMinor)
	return b
}

// AccountOf asks for a statement of account: of a person, in money or points, from a day to a day, both included. NoDate is without end.
type AccountOf struct {
	PersonID int64
	Unit     Unit
	From, To calendar.Date
}

// Movement is an entry with what it changed and what there was afterwards.
type Movement struct {
	Entry
	On     calendar.Date // in the company's zone
	Change Balance
	After  Balance
}

// AccountStatement is what a person has and owes, and how it came about.
type AccountStatement struct {
	AccountOf
	Name      string
	Currency  money.Currency
	Opening   Balance
	Movements []Movement
	Closing   Balance
	Labels    []Label // of the plans and components in Movements
}

// Label is what a plan, or a component of one, is called: also for a payee who may not read the plans of others.
type Label struct {
	PlanID    string
	Component string // empty: the plan itself
	Name      plan.Text
}

// Account returns a statement of account: one's own, or that of somebody whose pay one may see, or anybody's with the right to read the whole ledger. What
// is in it was posted by closed months, so all of it is published. Errors: unauthenticated; forbidden; invalid; not found without a person.
func (s *Service) Account(ctx context.Context, actor access.Actor, in AccountOf) (a AccountStatement, err error) {
	defer errs.Wrap(&err, "reward.Account(%d)", in.PersonID)
	if actor.UserID == "" {
		return a, errs.New(errs.KindUnauthenticated, "access.sign_in_first", nil)
	}
	if in.PersonID == 0 {
		in.PersonID = actor.PersonID
	}
	if in.PersonID == 0 {
		return a, errs.New(errs.KindNotFound, "payout.no_person", nil)
	}
	if in.Unit == "" {
		in.Unit = UnitMoney
	}
	if err := in.validate(); err != nil {
		return a, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		if err := maySeeAccount(ctx, r, actor, in); err != nil {
			return err
		}
		entries, err := r.PersonEntries(ctx, in.PersonID, in.Unit == UnitPoints)
		if err != nil {
			return err
		}
		names, err := r.PersonNames(ctx, []int64{in.PersonID})
		a = statementOf(in, entries, s.zone())
		if err != nil {
			return err
		}
		a.Name = names[in.PersonID]
		var plans []string
		for _, m := range a.Movements {
			if !slices.Contains(plans, m.PlanID) {
				plans = append(plans, m.PlanID)
			}
		}
		a.Labels, err = r.Labels(ctx, plans)
		return err
	})
	return a, err
}

func (in AccountOf) validate() error {
	var wrong []errs.Field
	if in.Unit != UnitMoney && in.Unit != UnitPoints {
		wrong = append(wrong, errs.Field{Path: "unit", Value: string(in.Unit), Message: errs.Msg("ledger.bad_unit", nil)})
	}
	if in.From != calendar.NoDate && in.To != calendar.NoDate && in.From > in.To {
		wrong = append(wrong, errs.Field{Path: "to", Value: in.To.String(), Message: errs.Msg("ledger.bad_span", nil)})
	}
	return errs.Invalid("error.invalid", wrong)
}

func maySeeAccount(ctx context.Context, r Reader, actor access.Actor, in AccountOf) error {
	if actor.CanAll(access.PermLedgerRead) || in.Unit == UnitPoints && actor.CanAll(access.PermHonourRun) {
		return nil
	}
	_, err := payout.MaySee(ctx, r, actor, in.PersonID)
	return err
}

// statementOf walks through the entries of a person, oldest first.
func statementOf(in AccountOf, entries []Entry, zone *time.Location) AccountStatement {
	a := AccountStatement{AccountOf: in, Movements: []Movement{}}
	for _, e := range entries {
		on, change := calendar.DateOf(e.PostedAt.In(zone)), e.Change()
		a.Currency = e.Currency
		switch {
		case in.To != calendar.NoDate && on > in.To:
			continue
		case in.From != calendar.NoDate && on < in.From:
			a.Opening = a.Opening.Plus(change)
		}
		if a.Closing = a.Closing.Plus(change); in.From == calendar.NoDate || on >= in.From {
			a.Movements = append(a.Movements, Movement{e, on, change, a.Closing})
		}
	}
	return a
}
