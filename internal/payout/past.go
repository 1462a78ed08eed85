package payout

import (
	"context"
	"maps"
	"slices"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/settle"
)

// EarningKey names what an account earned with a deal in a month.
type EarningKey struct {
	Account
	Component string
	Deal      string
	Origin    calendar.Month
}

// Pasts are what closed months earned and took back, by account, of the earnings to which a month adds something and which its opening items do not
// hold whole.
type Pasts map[Account][]settle.Past

// PastReader reads what closed months earned and took back by deal. until is a moment by which they were closed; the zero time is now.
type PastReader interface {
	// EarnedBefore returns what closed months earned with deals: of every account and origin that the keys name, with the differences that closed months before
	// the month paid for it.
	EarnedBefore(ctx context.Context, month calendar.Month, keys []EarningKey, until time.Time) (map[EarningKey]int64, error)
	// TakenBefore returns what closed months before the month took back, and did not give back, since a month of origin. A person of 0 asks for everybody's.
	TakenBefore(ctx context.Context, month, origin calendar.Month, personID int64, until time.Time) (map[EarningKey]int64, error)
}

// PastsFor reads what a month needs to know of earnings to which additions add and which its opening items do not hold whole: what is added to
// them must not be taken once more. plans are those by which the month is settled.
func PastsFor(ctx context.Context, r PastReader, month calendar.Month, plans []*plan.Plan, openings Openings, additions []Addition, until time.Time) (Pasts, error) {
	wanted, person := map[EarningKey]bool{}, int64(0)
	first := month
	for _, key := range addedEarnings(additions) {
		claws := clawsBack(plans, key)
		if claws && heldWhole(openings[key.Account], key) {
			continue
		}
		if len(wanted) == 0 {
			person = key.PersonID
		} else if person != key.PersonID {
			person = 0
		}
		wanted[key], first = claws, min(first, key.Origin)
	}
	if len(wanted) == 0 {
		return nil, nil
	}
	taken, err := r.TakenBefore(ctx, month, first, person, until)
	if err != nil {
		return nil, err
	}
	maps.DeleteFunc(wanted, func(key EarningKey, claws bool) bool { return !claws && taken[key] == 0 })
	earned, err := r.EarnedBefore(ctx, month, slices.Collect(maps.Keys(wanted)), until)
	if err != nil {
		return nil, err
	}
	pasts := Pasts{}
	for _, key := range addedEarnings(additions) { // in their order, so that the same is digested alike
		if _, ok := wanted[key]; ok && earned[key] > 0 {
			pasts[key.Account] = append(pasts[key.Account], settle.Past{Component: key.Component, Deal: key.Deal, Origin: key.Origin, EarnedFen: earned[key], TakenFen: max(0, taken[key])})
		}
	}
	return pasts, nil
}

// addedEarnings names the earnings by deal that additions change, each once.
func addedEarnings(additions []Addition) (keys []EarningKey) {
	seen := map[EarningKey]bool{}
	for _, a := range additions {
		if a.Kind != AdditionPrior {
			continue
		}
		for _, part := range a.Parts {
			key := EarningKey{Account{a.PersonID, a.PlanID}, a.Component, part.Deal, a.Origin}
			if part.Deal != "" && !seen[key] {
				seen[key] = true
				keys = append(keys, key)
			}
		}
	}
	return keys
}

// clawsBack reports whether the plan of an earning takes its component back.
func clawsBack(plans []*plan.Plan, key EarningKey) bool {
	at := slices.IndexFunc(plans, func(p *plan.Plan) bool { return p.ID == key.PlanID })
	if at < 0 || plans[at].Settle == nil || plans[at].Settle.Clawback == nil {
		return false
	}
	return slices.Contains(plans[at].Settle.Clawback.Components, key.Component)
}

// heldWhole reports whether opening items hold all of an earning and of what was answered for.
func heldWhole(items []settle.Item, key EarningKey) bool {
	return slices.ContainsFunc(items, func(i settle.Item) bool {
		return i.Kind == settle.ItemEarning && i.Component == key.Component && i.Deal == key.Deal && i.Origin == key.Origin && i.EarnedFen > 0 && i.Since == 0
	})
}

// TakenExceptions are what people must decide about additions: those below zero of which nobody knows the deals, where a clawback took something of the same
// component and month.
func TakenExceptions(ctx context.Context, r PastReader, month calendar.Month, additions []Addition) (found []Exception, err error) {
	type line struct {
		Account
		component string
		origin    calendar.Month
	}
	first := month
	lineOf := func(a Addition) line { return line{Account{a.PersonID, a.PlanID}, a.Component, a.Origin} }
	whole := slices.DeleteFunc(slices.Clone(additions), func(a Addition) bool { return a.Kind != AdditionPrior || a.AmountMinor >= 0 || len(a.Parts) > 0 })
	for _, a := range whole {
		first = min(first, a.Origin)
	}
	if len(whole) == 0 {
		return nil, nil
	}
	taken, err := r.TakenBefore(ctx, month, first, 0, time.Time{})
	if err != nil {
		return nil, err
	}
	lines := map[line]bool{}
	for key, amount := range taken {
		if amount > 0 {
			lines[line{key.Account, key.Component, key.Origin}] = true
		}
	}
	for _, a := range whole {
		e := Exception{Kind: ExceptionTakenBefore, PersonID: a.PersonID, PlanID: a.PlanID, Component: a.Component, AmountMinor: a.NowMinor, BeforeMinor: a.WasMinor}
		known := slices.ContainsFunc(found, func(o Exception) bool {
			return o.PersonID == e.PersonID && o.PlanID == e.PlanID && o.Component == e.Component
		})
		if lines[lineOf(a)] && !known { // lists are paged by what an exception is about
			found = append(found, e)
		}
	}
	return found, nil
}
