package reward

import (
	"cmp"
	"slices"

	"xiaoguan/internal/calendar"
)

// GrantStep is what a month did with a grant that takes back: put off so much because the month's pay did not reach (positive), or took so much of
// what earlier months had put off (negative). Both are effects on what the person is paid in the month.
type GrantStep struct {
	Key         string // of the grant
	Month       calendar.Month
	AmountMinor int64 // never zero
}

// Debt is a grant that takes back with what is still to be taken: positive.
type Debt struct {
	Grant
	OpenMinor int64
}

// StepEntry is the ledger's entry of such a step: what is put off stands in the person's carried account until it is taken.
func StepEntry(g Grant, step GrantStep) Entry {
	return Entry{Key: "grant-step/" + g.Key + "/" + step.Month.String(), Month: step.Month, PersonID: g.PersonID, PlanID: GrantPlan, Component: g.Component,
		Debit: CarriedAccount(g.PersonID), Credit: PayableAccount(g.PersonID), AmountMinor: step.AmountMinor, Currency: g.Currency, Source: g.Source}
}

// TakeBack says what a month does with grants that take back. pay is what the month pays each person otherwise; grants are those that the month
// posts, debts what earlier months put off. A month takes no more than it pays a person, the oldest debt first, and puts off the rest: nothing is
// lost, and nobody is asked for money by a pay file.
func TakeBack(month calendar.Month, pay map[int64]int64, grants []Grant, debts []Debt) (steps []GrantStep) {
	room := map[int64]int64{}
	for person, amount := range pay {
		room[person] = amount
	}
	owed := slices.Clone(debts)
	for _, g := range grants {
		if g.AmountMinor > 0 {
			room[g.PersonID] += g.AmountMinor
		} else {
			owed = append(owed, Debt{Grant: g, OpenMinor: -g.AmountMinor})
		}
	}
	slices.SortStableFunc(owed, func(a, b Debt) int { return cmp.Or(a.GrantedAt.Compare(b.GrantedAt), cmp.Compare(a.Key, b.Key)) })
	for _, d := range owed {
		taken := min(d.OpenMinor, max(0, room[d.PersonID]))
		room[d.PersonID] -= taken
		step := GrantStep{Key: d.Key, Month: month, AmountMinor: -taken}
		if d.Month == 0 { // posted whole by this month: what it cannot take is put off
			step.AmountMinor = d.OpenMinor - taken
		}
		if step.AmountMinor != 0 {
			steps = append(steps, step)
		}
	}
	return steps
}

// Basis is what an award brings, as the award says and as its digest vouches: what grants and points in the ledger are compared with.
type Basis struct {
	AwardID   string
	Number    string
	Stored    string // the award's digest as it is kept
	Computed  string // as its fields come to now
	PersonID  int64
	Component string
	CashMinor int64
	Points    int64
	Revoked   bool
}

// AwardKey and RevokedKey are the keys of the grants of an award and of its revocation; those of its points stand behind "points/".
func AwardKey(id string) string { return "award/" + id }

// RevokedKey is the key of what takes an award back.
func RevokedKey(id string) string { return "revoked/" + id }
