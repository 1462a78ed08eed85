// Package flow says how the sales process really runs: which courses opportunities take and how long that lasts, how many go on from stage to
// stage, how well they keep to the process standard, and how late events are written down.
//
// It rests on the events of package process alone and changes nothing. All cases are kept in memory, compact and immutable; they are read
// anew when something happened, small logs at once and large ones in the background, so that a look at a process of millions of events does
// not read them. Every answer says as of when it is. Only cases whose owner is within the actor's reach are counted, by today's organisation.
//
// Stages of earlier versions of the standard count as those that took them over; what nothing took over goes by its own name, behind the others.
//
// Limits: a case counts where its owner is now; its amount is the present one; rules within a stage are for compliance, not for this package.
package flow

import (
	"context"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
	"xiaoguan/internal/sop"
)

// Kind says whether the customer had bought before the case began.
type Kind string

// The kinds.
const (
	KindNew      Kind = "new"
	KindExisting Kind = "existing"
)

// Kinds lists both.
var Kinds = []Kind{KindNew, KindExisting}

// Detail says which activities are looked at.
type Detail string

// Stages looks at the stages, signatures and losses alone; Activities at everything recorded.
const (
	Stages     Detail = ""
	Activities Detail = "activities"
)

// The words of the log for what is no activity of a standard: opening an opportunity is entering its first stage.
const (
	labelSigned   = string(process.ActivitySigned)
	labelLost     = string(process.ActivityLost)
	labelReopened = string(process.ActivityReopened)
)

// Filter chooses cases.
type Filter struct {
	Opened   fact.Days // the day of the first event
	PersonID int64     // who owns it
	TeamID   int64     // whoever is in the team today owns it
	RegionID int64     // whoever is in one of its teams today owns it
	Kind     Kind
	Amounts  fact.Amounts
	Detail   Detail
}

func (f Filter) checked() error {
	var c fact.Checker
	c.Ranges(f.Opened, f.Amounts)
	if f.Kind != "" && f.Kind != KindNew && f.Kind != KindExisting {
		c.Add("kind", string(f.Kind), "form.error.choice", nil)
	}
	if f.Detail != Stages && f.Detail != Activities {
		c.Add("detail", string(f.Detail), "form.error.choice", nil)
	}
	return c.Err()
}

// Pick chooses cases of a report by what they did: one of the variants, or having gone from one activity directly to another. The zero value
// picks all.
type Pick struct {
	Variant  string // Variant.Key
	From, To string // labels
}

// Case is what is known of an opportunity beside its events.
type Case struct {
	ID          int64
	OwnerID     int64
	AmountMinor int64
	State       opportunity.State
	CreatedAt   time.Time
	FirstDealOn calendar.Date // the first that the customer signed, whatever came of it; NoDate without one
}

// Reader reads on one snapshot.
type Reader interface {
	// FlowCases returns cases with numbers above after, in order.
	FlowCases(ctx context.Context, after int64, limit int) ([]Case, error)
	// LatestEvent is the number of the newest event, 0 without any.
	LatestEvent(ctx context.Context) (int64, error)
	EventsAfter(ctx context.Context, seq int64, limit int) ([]process.Event, error)
	// FlowCollected returns the payments on the deals that came of the cases; a deal without any has one row without a day.
	FlowCollected(ctx context.Context, caseIDs []int64) ([]Collected, error)
	// FlowOwners are the persons whose cases a look counts: those in reach, of them the one person and the members of the team and region that are
	// asked for; all says that nobody is left out.
	FlowOwners(ctx context.Context, reach deal.Reach, personID, teamID, regionID int64) (ids []int64, all bool, err error)
	// OpportunitiesOf returns those of the opportunities that are in reach, in the order of ids.
	OpportunitiesOf(ctx context.Context, reach deal.Reach, ids []int64) ([]opportunity.Opportunity, error)
}

// Store is what this package needs of the database.
type Store interface {
	Read(ctx context.Context, fn func(Reader) error) error
}

// Standards tells which process standard is in force.
type Standards interface {
	InForce(ctx context.Context, day calendar.Date) (*sop.Standard, error)
	Stages(ctx context.Context) (*opportunity.StageSet, error)
}

// errPreparing says that a large log is still being read.
func errPreparing() error { return errs.New(errs.KindUnavailable, "flow.preparing", nil) }
