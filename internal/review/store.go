package review

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/money"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/targetplan"
)

// Team is a team as the organisation has it on a day.
type Team struct {
	ID         int64
	Name       string
	RegionID   int64
	RegionName string
	Leaders    []int64
}

// MonthQuota is somebody's target of a month.
type MonthQuota struct {
	PersonID int64
	Month    calendar.Month
	Minor    int64
}

// MonthSold is what counts for somebody in a month; Unworked is the part whose deals came of no opportunity.
type MonthSold struct {
	PersonID int64
	Month    calendar.Month
	Minor    int64
	Unworked int64
}

// OpenDeal is an opportunity that is open.
type OpenDeal struct {
	ID         int64
	Name       string
	Customer   string
	OwnerID    int64
	Stage      string
	Minor      int64
	ExpectedOn calendar.Date
}

// Ended is an opportunity that was won or lost.
type Ended struct {
	OwnerID    int64
	Won        bool
	ExpectedOn calendar.Date
	EndedOn    calendar.Date
}

// Lag is how much was paid on a day for what was signed on another.
type Lag struct {
	SignedOn, PaidOn calendar.Date
	Payments         int64
}

// Reader reads meetings, and what they rest on, on one snapshot.
type Reader interface {
	PersonsInReach(ctx context.Context, scope access.Scope, today calendar.Date) ([]int64, error)
	TargetMembers(ctx context.Context, on, first, last calendar.Date) ([]targetplan.Member, error)
	PublishedTargetPlan(ctx context.Context, fiscalYear int) (targetplan.Plan, error) // NotFound
	FirstClosedMonth(ctx context.Context, from calendar.Month) (calendar.Month, error)

	// ReviewTeams returns the teams of a day with who leads them, by id.
	ReviewTeams(ctx context.Context, on calendar.Date) ([]Team, error)
	ReviewQuotas(ctx context.Context, from, to calendar.Month) ([]MonthQuota, error)
	// ReviewSold returns what counts by a basis from one day to another, by person, month and share.
	ReviewSold(ctx context.Context, basis targetplan.Basis, from, to calendar.Date, currency money.Currency) ([]MonthSold, error)
	ReviewOpen(ctx context.Context, currency money.Currency) ([]OpenDeal, error)
	ReviewEnded(ctx context.Context, from, to calendar.Date) ([]Ended, error)
	ReviewLags(ctx context.Context, from, to calendar.Date) ([]Lag, error)

	ReviewSettings(ctx context.Context) (Settings, bool, error) // false while none were set
	Review(ctx context.Context, id int64) (Review, error)       // NotFound
	// Reviews returns meetings, the latest first.
	Reviews(ctx context.Context, f Filter) ([]Review, error)
	ReviewRows(ctx context.Context, id, personID int64) ([]Row, error) // by place; of everybody for person 0
	// ReviewActions returns actions by day: of a meeting, of a unit that are open or were agreed from a day on, to be done in a time, or of a
	// person that are open.
	ReviewActions(ctx context.Context, f ActionFilter) ([]Action, error)
	ReviewAction(ctx context.Context, id int64) (Action, error) // NotFound
	PersonNames(ctx context.Context, ids []int64) (map[int64]string, error)
}

// Filter chooses meetings. Person means those that somebody is in; with Units, those of one of the units, or those that the person is in.
type Filter struct {
	Kind   Kind  // empty: all
	State  State // empty: all
	Units  []Unit
	All    bool // of everybody
	Person int64
	On     calendar.Date // that are held on a day; NoDate: all
	From   calendar.Date // that are held from a day on
	Before calendar.Date // that were held before a day; NoDate: all
	Limit  int
}

// ActionFilter chooses actions.
type ActionFilter struct {
	ReviewID int64
	Unit     *Unit // of meetings of a unit
	Since    calendar.Date
	Except   int64              // not of this meeting
	Person   int64              // open ones of somebody
	Due      *calendar.Interval // that are to be done on a day of it
	Limit    int
}

// Tx is one write transaction. A proposal becomes a change of targets in the one that notes it.
type Tx interface {
	Reader
	notice.Tx
	targetplan.Tx
	SaveReviewSettings(ctx context.Context, s Settings) error // Conflict when they were changed meanwhile
	InsertReview(ctx context.Context, r Review, rows []Row) error
	SaveReview(ctx context.Context, r Review) error // Conflict when it was changed meanwhile
	// ReplaceReviewRows keeps rows in the stead of those there were.
	ReplaceReviewRows(ctx context.Context, id int64, rows []Row) error
	SaveReviewRow(ctx context.Context, row Row) error // Conflict when it was changed meanwhile
	InsertReviewAction(ctx context.Context, a Action) error
	SaveReviewAction(ctx context.Context, a Action) error // Conflict when it was changed meanwhile
}

// Store is what this package needs of the database. InTx may run fn again after a lost race.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}
