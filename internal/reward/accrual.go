package reward

import (
	"cmp"
	"context"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/settle"
)

// AccrualKey is what a row of an accrual is about. People stand with the region of the month's end, with all that is owed to them, so that a row's balances
// belong together also after somebody moved.
type AccrualKey struct {
	PlanID    string
	Component string
	Layer     string
	Region    string // name; empty: none
}

// AccrualRow is how what the company owes changed in a month. Every entry of the ledger up to the month's end is in exactly one row:
// Opening + Earned + TakenBack − Lapsed + Forgiven − Paid = Closing, by their totals.
type AccrualRow struct {
	AccrualKey
	Opening   Balance
	Earned    int64 // expense of the month: earned, guaranteed, differences, adjustments, honours
	TakenBack int64 // clawed back or revoked: zero or negative
	PutOff    int64 // of it: held, deferred, in instalments
	Released  int64 // put off before, and paid or set off now
	Lapsed    int64 // put off before, and forfeited or expired
	Forgiven  int64 // owed by people, and given up
	Paid      int64 // as payroll answered
	Closing   Balance
}

// Accrual is a month's table of what is owed, with its sums.
type Accrual struct {
	Month calendar.Month
	Rows  []AccrualRow
	Sum   AccrualRow
}

// Accrual returns the accrual of a closed month. Employer's contributions are not in it. Errors: forbidden; conflict while the month is not closed.
func (s *Service) Accrual(ctx context.Context, actor access.Actor, month calendar.Month) (a Accrual, err error) {
	defer errs.Wrap(&err, "reward.Accrual(%s)", month)
	rows := map[AccrualKey]*AccrualRow{}
	err = s.eachAccrued(ctx, actor, month, func(key AccrualKey, e Entry) {
		if rows[key] == nil {
			rows[key] = &AccrualRow{AccrualKey: key}
		}
		rows[key].add(e, month)
	}, nil)
	if err != nil {
		return Accrual{}, err
	}
	return accrualOf(month, rows), nil
}

// eachAccrued calls fn for every entry of money up to the end of a closed month, with the row that it belongs to, and then, in the same snapshot, after.
func (s *Service) eachAccrued(ctx context.Context, actor access.Actor, month calendar.Month, fn func(AccrualKey, Entry), after func(Reader) error) error {
	if err := actor.RequireAll(access.PermLedgerRead); err != nil {
		return err
	}
	return s.store.Read(ctx, func(r Reader) error {
		standing, err := r.Standing(ctx, month)
		if err != nil {
			return err
		}
		if standing.State != "closed" {
			return errs.New(errs.KindConflict, "payroll.not_closed", errs.Args{"Month": month.String()})
		}
		layers, err := r.PlanLayers(ctx)
		if err != nil {
			return err
		}
		regions, err := r.RegionsOn(ctx, month.Last())
		if err != nil {
			return err
		}
		if err := r.EachMoneyEntry(ctx, month, func(e Entry) error {
			fn(AccrualKey{e.PlanID, e.Component, layers[e.PlanID], regions[e.PersonID]}, e)
			return nil
		}); err != nil || after == nil {
			return err
		}
		return after(r)
	})
}

// add takes an entry into the row.
func (r *AccrualRow) add(e Entry, month calendar.Month) {
	change := e.Change()
	if r.Closing = r.Closing.Plus(change); e.Month < month {
		r.Opening = r.Opening.Plus(change)
		return
	}
	switch event := e.Event(); {
	case e.Credit == PaidAccount:
		r.Paid += e.AmountMinor
	case event == string(settle.PostingForgiven):
		r.Forgiven += change.Total()
	case event == string(settle.PostingClawedBack), event == EventGrant && e.AmountMinor < 0:
		r.TakenBack += change.Total()
	case change.HeldMinor < 0 && change.Total() != 0:
		r.Lapsed -= change.Total()
	case change.Total() != 0:
		r.Earned += change.Total()
	}
	switch {
	case change.HeldMinor > 0:
		r.PutOff += change.HeldMinor
	case change.HeldMinor < 0 && change.Total() == 0:
		r.Released -= change.HeldMinor
	}
}

// plus adds the amounts of another row.
func (r *AccrualRow) plus(o AccrualRow) {
	r.Opening, r.Closing = r.Opening.Plus(o.Opening), r.Closing.Plus(o.Closing)
	r.Earned, r.TakenBack, r.PutOff, r.Released = r.Earned+o.Earned, r.TakenBack+o.TakenBack, r.PutOff+o.PutOff, r.Released+o.Released
	r.Lapsed, r.Forgiven, r.Paid = r.Lapsed+o.Lapsed, r.Forgiven+o.Forgiven, r.Paid+o.Paid
}

// accrualOf orders rows and sums them; rows in which nothing was or is are left out.
func accrualOf(month calendar.Month, rows map[AccrualKey]*AccrualRow) Accrual {
	a := Accrual{Month: month, Rows: []AccrualRow{}}
	for _, row := range rows {
		if empty := (AccrualRow{AccrualKey: row.AccrualKey}); *row == empty {
			continue
		}
		a.Sum.plus(*row)
		a.Rows = append(a.Rows, *row)
	}
	slices.SortFunc(a.Rows, func(x, y AccrualRow) int {
		return cmp.Or(cmp.Compare(x.Layer, y.Layer), cmp.Compare(x.PlanID, y.PlanID), cmp.Compare(x.Component, y.Component), cmp.Compare(x.Region, y.Region))
	})
	return a
}
