package reward

import (
	"strconv"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
)

// Grant is money that somebody approved outside any plan, such as what comes with an honour. It waits until a month is closed, is posted to
// the ledger and paid with it, and never again: its key is the entry's. Month is 0 until then. One that takes back is taken as far as the
// month's pay reaches, and from later months for the rest (TakeBack).
type Grant struct {
	Key         string
	PersonID    int64
	Component   string // what it is for, such as the rule of an honour
	Name        plan.Text
	AmountMinor int64 // never zero; negative takes back
	Currency    money.Currency
	Source      string // digest of what it rests on
	GrantedAt   time.Time
	Month       calendar.Month
}

// GrantPlan stands where entries and pay sheets name a plan. No plan can have this id.
const GrantPlan = "+honours"

// GrantName is what that is called.
var GrantName = plan.Text{Zh: "荣誉奖励", En: "Honours"}

// GrantEntry is the ledger's entry of a grant that is paid with a month.
func GrantEntry(g Grant, month calendar.Month) Entry {
	return Entry{Key: "grant/" + g.Key, Month: month, PersonID: g.PersonID, PlanID: GrantPlan, Component: g.Component, Debit: ExpenseAccount(GrantPlan, g.Component),
		Credit: PayableAccount(g.PersonID), AmountMinor: g.AmountMinor, Currency: g.Currency, Source: g.Source}
}

// Points is the unit of entries that are no money. Points live in the same ledger, with the same chain and the same keys for ever: one
// mechanism to verify. They belong to no month's close, so no seal claims them and no pay file has them.
const Points money.Currency = "PTS"

// PointsAccount is what a person has in points.
func PointsAccount(personID int64) Account {
	return Account("points:" + strconv.FormatInt(personID, 10))
}

// The accounts that points come from and go to.
const (
	PointsGiven   Account = "points-given"
	PointsSpent   Account = "points-spent"
	PointsExpired Account = "points-expired"
)

// PointsEarned is the entry of points that an honour brings; negative takes back.
func PointsEarned(key string, month calendar.Month, personID int64, component string, points int64, source string) Entry {
	return Entry{Key: key, Month: month, PersonID: personID, PlanID: GrantPlan, Component: component, Debit: PointsGiven, Credit: PointsAccount(personID),
		AmountMinor: points, Currency: Points, Source: source}
}

// PointsGone is the entry of points that were spent or expired; negative gives back.
func PointsGone(key string, month calendar.Month, personID int64, where Account, component string, points int64, source string) Entry {
	return Entry{Key: key, Month: month, PersonID: personID, PlanID: GrantPlan, Component: component, Debit: PointsAccount(personID), Credit: where,
		AmountMinor: points, Currency: Points, Source: source}
}
