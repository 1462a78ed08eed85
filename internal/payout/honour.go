package payout

import (
	"context"
	"slices"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/settle"
)

// Honour is the cash of a title as it reaches a payee: what was granted, or taken back after a revocation, and what of it a month pays. A grant that
// takes back may reach over several months, each of which is an Honour of its own.
type Honour struct {
	Key         string // of the grant: "award/" or "revoked/", then the award's id
	Component   string // the rule
	Name        plan.Text
	AmountMinor int64 // granted; negative takes back
	Currency    money.Currency
	Month       calendar.Month // that paid it or took a part; 0 while it waits for a close
	PaidMinor   int64          // effect on what the month pays; what it is to be while it waits
	OpenMinor   int64          // still to be taken from later months, after this one
}

// honourReader reads what titles bring to people.
type honourReader interface {
	// HonoursOf returns the cash of a person's titles, in the order in which it was granted.
	HonoursOf(ctx context.Context, personID int64) ([]Honour, error)
	// HonoursWaiting returns what the close of a month would pay and take of a person's titles that were granted until then, and of what earlier months
	// put off, when it pays so much otherwise.
	HonoursWaiting(ctx context.Context, month calendar.Month, personID int64, until time.Time, payMinor int64) ([]Honour, error)
	// Now is the time of this snapshot.
	Now() time.Time
}

// honoursIn are those of one month: those that it paid when it is closed; until then what its close is to pay and take, beside payMinor that plans pay.
// What came after the month was approved waits for the next one.
func honoursIn(ctx context.Context, r honourReader, standing Standing, personID, payMinor int64) ([]Honour, error) {
	if standing.State != "closed" {
		until := standing.ApprovedAt
		if until.IsZero() {
			until = r.Now()
		}
		return r.HonoursWaiting(ctx, standing.Month, personID, until, payMinor)
	}
	all, err := r.HonoursOf(ctx, personID)
	return slices.DeleteFunc(all, func(h Honour) bool { return h.Month != standing.Month }), err
}

// byPlans adds up what a month pays a person by plans: by the statements, and by settlements under plans that have none.
func byPlans(month calendar.Month, heads []Head, rows []SettlementRow) (sum int64) {
	stated := map[string]bool{}
	for _, h := range heads {
		if h.Month == month {
			sum, stated[h.PlanID] = sum+h.PaidMinor, true
		}
	}
	for _, row := range rows {
		if !stated[row.PlanID] {
			sum += row.PaidMinor
		}
	}
	return sum
}

// HonourSum adds up what honours come to in a month.
func HonourSum(list []Honour) (sum int64) {
	for _, h := range list {
		sum += h.PaidMinor
	}
	return sum
}

// SettledPlan is how a month was settled for a person under one plan.
type SettledPlan struct {
	PlanID string
	Result *settle.Result
}

// Settled is all that a month decided about a person's pay beyond what plans earned: also for somebody who has no statement in it, such as who has left
// and is released what was held.
type Settled struct {
	Standing Standing
	PersonID int64
	Heads    []Head // statements of the month
	Plans    []SettledPlan
	Honours  []Honour
	// PaidMinor is what the month pays the person: by plans, and by honours.
	PaidMinor int64
}

// Settled returns how a month was settled for a person: one's own once it is published, others' within one's pay scope. Errors: forbidden; not found
// when the month has nothing about the person.
func (s *Service) Settled(ctx context.Context, actor access.Actor, month calendar.Month, personID int64) (v Settled, err error) {
	defer errs.Wrap(&err, "payout.Settled(%s, %d)", month, personID)
	err = s.store.Read(ctx, func(r Reader) error {
		v = Settled{PersonID: personID}
		others, err := MaySee(ctx, r, actor, personID)
		if err != nil {
			return err
		}
		missing := errs.New(errs.KindNotFound, "payout.no_statement", errs.Args{"Month": month.String()})
		if v.Standing, err = r.Standing(ctx, month); err != nil {
			return err
		}
		if v.Standing.RunID == "" || !others && !v.Standing.Published {
			return missing
		}
		heads, err := r.StatementsOf(ctx, personID, !others)
		if err != nil {
			return err
		}
		v.Heads = slices.DeleteFunc(heads, func(h Head) bool { return h.Month != month })
		rows, err := r.SettlementsOf(ctx, v.Standing.RunID, personID)
		if err != nil {
			return err
		}
		for _, row := range rows {
			result, err := OpenSettlement(row)
			if err != nil {
				return err
			}
			v.Plans = append(v.Plans, SettledPlan{row.PlanID, result})
		}
		v.PaidMinor = byPlans(month, v.Heads, rows)
		if v.Honours, err = honoursIn(ctx, r, v.Standing, personID, v.PaidMinor); err != nil {
			return err
		}
		v.PaidMinor += HonourSum(v.Honours)
		if len(v.Heads)+len(v.Plans)+len(v.Honours) == 0 {
			return missing
		}
		return nil
	})
	return v, err
}

// PaidHonours is what honours came to in the closed months of a person: what is paid beside statements. Errors: forbidden.
func (s *Service) PaidHonours(ctx context.Context, actor access.Actor, personID int64) (sums map[calendar.Month]int64, err error) {
	defer errs.Wrap(&err, "payout.PaidHonours(%d)", personID)
	err = s.store.Read(ctx, func(r Reader) error {
		if _, err := MaySee(ctx, r, actor, personID); err != nil {
			return err
		}
		all, err := r.HonoursOf(ctx, personID)
		sums = map[calendar.Month]int64{}
		for _, h := range all {
			if h.Month != 0 {
				sums[h.Month] += h.PaidMinor
			}
		}
		return err
	})
	return sums, err
}
