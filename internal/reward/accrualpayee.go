package reward

import (
	"cmp"
	"context"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
)

// AccrualBy is how an accrual is summed up.
type AccrualBy string

// The sums: by component (of a plan), by plan, by layer, by region of the payees, and by the account in which the balance stands.
const (
	ByComponent AccrualBy = "component"
	ByPlan      AccrualBy = "plan"
	ByLayer     AccrualBy = "layer"
	ByRegion    AccrualBy = "region"
	ByAccount   AccrualBy = "account"
)

// AccrualSums lists the sums.
var AccrualSums = []AccrualBy{ByComponent, ByPlan, ByLayer, ByRegion, ByAccount}

// By sums up the rows; what does not tell rows apart any more is empty in their keys. ByAccount has no rows: see Accounts.
func (a Accrual) By(by AccrualBy) []AccrualRow {
	rows := map[AccrualKey]*AccrualRow{}
	for _, r := range a.Rows {
		var key AccrualKey
		switch by {
		case ByComponent:
			key = AccrualKey{PlanID: r.PlanID, Component: r.Component, Layer: r.Layer}
		case ByPlan:
			key = AccrualKey{PlanID: r.PlanID, Layer: r.Layer}
		case ByLayer:
			key = AccrualKey{Layer: r.Layer}
		case ByRegion:
			key = AccrualKey{Region: r.Region}
		default:
			return nil
		}
		if rows[key] == nil {
			rows[key] = &AccrualRow{AccrualKey: key}
		}
		rows[key].plus(r)
	}
	return accrualOf(a.Month, rows).Rows
}

// AccrualAccount is a part of the balance: opening + change = closing.
type AccrualAccount struct {
	Key                      string // due, held or debt, as in Balance
	Opening, Change, Closing int64
}

// Accounts splits the sum by the accounts in which it stands.
func (a Accrual) Accounts() []AccrualAccount {
	part := func(key string, opening, closing int64) AccrualAccount {
		return AccrualAccount{key, opening, closing - opening, closing}
	}
	o, c := a.Sum.Opening, a.Sum.Closing
	return []AccrualAccount{part("due", o.DueMinor, c.DueMinor), part("held", o.HeldMinor, c.HeldMinor), part("debt", o.DebtMinor, c.DebtMinor)}
}

// AccrualPart chooses entries of an accrual: of a plan, or of one of its components, of people of a layer's plans or of a region. Zero fields choose all; Region is
// a pointer, for people who are in none.
type AccrualPart struct {
	PlanID    string
	Component string
	Layer     string
	Region    *string
}

func (p AccrualPart) has(key AccrualKey) bool {
	return (p.PlanID == "" || p.PlanID == key.PlanID) && (p.Component == "" || p.Component == key.Component) && (p.Layer == "" || p.Layer == key.Layer) &&
		(p.Region == nil || *p.Region == key.Region)
}

// AccrualPayee is what an accrual, or a part of it, says of one person.
type AccrualPayee struct {
	PersonID int64
	Name     string
	AccrualRow
}

// AccrualDetail is a part of an accrual by payees.
type AccrualDetail struct {
	Month  calendar.Month
	Part   AccrualPart
	Payees []AccrualPayee // by name
	Sum    AccrualRow
}

// AccrualPayees returns a part of an accrual by payees: its sum is the sum of the rows that the part chooses. Errors: forbidden; conflict while the month is not
// closed.
func (s *Service) AccrualPayees(ctx context.Context, actor access.Actor, month calendar.Month, part AccrualPart) (d AccrualDetail, err error) {
	defer errs.Wrap(&err, "reward.AccrualPayees(%s)", month)
	rows := map[int64]*AccrualRow{}
	d = AccrualDetail{Month: month, Part: part}
	_, err = s.eachAccrued(ctx, actor, month, func(key AccrualKey, e Entry, earlier bool) {
		if !part.has(key) {
			return
		}
		if rows[e.PersonID] == nil {
			rows[e.PersonID] = &AccrualRow{AccrualKey: AccrualKey{Region: key.Region}}
		}
		rows[e.PersonID].add(e, earlier)
	}, func(r Reader) error {
		ids := make([]int64, 0, len(rows))
		for id := range rows {
			ids = append(ids, id)
		}
		names, err := r.PersonNames(ctx, ids)
		if err != nil {
			return err
		}
		for id, row := range rows {
			if empty := (AccrualRow{AccrualKey: row.AccrualKey}); *row == empty {
				continue
			}
			d.Sum.plus(*row)
			d.Payees = append(d.Payees, AccrualPayee{PersonID: id, Name: names[id], AccrualRow: *row})
		}
		return nil
	})
	if err != nil {
		return AccrualDetail{}, err
	}
	slices.SortFunc(d.Payees, func(a, b AccrualPayee) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.PersonID, b.PersonID))
	})
	return d, nil
}

// AccrualMonths returns the months that have an accrual, the newest first. Errors: forbidden.
func (s *Service) AccrualMonths(ctx context.Context, actor access.Actor) (months []calendar.Month, err error) {
	defer errs.Wrap(&err, "reward.AccrualMonths")
	if err := actor.RequireAll(access.PermLedgerRead); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		months, err = r.MonthsClosed(ctx)
		return err
	})
	return months, err
}
