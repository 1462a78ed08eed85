package payout

import (
	"context"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
)

// EarlierMonths is how far back a month looks at what closed months paid: caps reach over a year at most, and an excess is carried from the
// last month that paid.
const EarlierMonths = 24

// EarlierLine is what a component of a plan paid somebody in a closed month.
type EarlierLine struct {
	Line
	Month calendar.Month
}

// NeedsEarlier reports whether a plan in force rests on what closed months paid.
func NeedsEarlier(rules planbook.InForce) bool {
	return slices.ContainsFunc(rules.Plans, (*plan.Plan).NeedsEarlier)
}

// earlierReader reads the lines of closed months before a month, of a person, or of everybody for 0.
type earlierReader interface {
	EarlierLines(ctx context.Context, month calendar.Month, months int, personID int64) ([]EarlierLine, error)
}

// EarlierLinesFor reads what closed months paid; nothing where no plan in force asks.
func EarlierLinesFor(ctx context.Context, r earlierReader, rules planbook.InForce, month calendar.Month, personID int64) ([]EarlierLine, error) {
	if !NeedsEarlier(rules) {
		return nil, nil
	}
	return r.EarlierLines(ctx, month, EarlierMonths, personID)
}

// EarlierPay turns the lines of the plans in force into the engine's input, with the sum of each plan as a row of its own. Lines of people
// who are not among the facts say nothing.
func EarlierPay(lines []EarlierLine, loaded *Loaded, rules planbook.InForce) []engine.EarlierPay {
	persons := make(map[int64]int32, len(loaded.PersonIDs))
	for i, id := range loaded.PersonIDs {
		persons[id] = int32(i)
	}
	type total struct {
		person int32
		plan   string
		month  calendar.Month
	}
	totals := map[total]int{}
	var pay []engine.EarlierPay
	for _, l := range lines {
		person, known := persons[l.PersonID]
		index := slices.IndexFunc(rules.PlanVersions, func(v planbook.Version) bool { return v.DocumentID == l.PlanID })
		if !known || index < 0 {
			continue
		}
		id := rules.Plans[index].ID
		pay = append(pay, engine.EarlierPay{Person: person, Plan: id, Component: l.Component, Month: l.Month, AmountFen: l.AmountMinor, CarriedFen: l.CarriedMinor})
		key := total{person, id, l.Month}
		at, seen := totals[key]
		if !seen {
			at = len(pay)
			totals[key] = at
			pay = append(pay, engine.EarlierPay{Person: person, Plan: id, Month: l.Month})
		}
		pay[at].AmountFen += l.AmountMinor
	}
	return pay
}
