// Package retro is the time machine: it recomputes closed months as of now and posts into the open month what that changes.
//
// A closed month never changes. A fact counts in the month of its date, whenever it is recorded; when that month is closed, nothing else
// pays it but a retro. What a retro compares with is what was paid, differences posted before included, so that nothing is paid twice and a
// retro with nothing changed posts nothing.
//
// It compares what components earned. What a settlement holds, advances or takes back is the open month's, which settles the posted
// differences like what it earns itself.
package retro

import (
	"cmp"
	"slices"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/payout"
)

// State is where a retro stands.
type State string

// A retro is computed as a job; what it found pays nobody until it is posted. One that is posted may be withdrawn as long as its month
// has not been approved.
const (
	StateComputing State = "computing"
	StateComputed  State = "computed"
	StatePosted    State = "posted"
	StateWithdrawn State = "withdrawn"
	StateFailed    State = "failed"
	StateCancelled State = "cancelled"
)

// States lists the states.
var States = []State{StateComputing, StateComputed, StatePosted, StateWithdrawn, StateFailed, StateCancelled}

// Retro is one recomputation of closed months. Recorded pins the facts, Plans the rules and Base what counts as paid, so that one that was
// interrupted goes on to exactly the result it was heading for.
type Retro struct {
	ID            string // UUID
	State         State
	Months        []calendar.Month // closed, ascending
	Plans         [][]string       // parallel to Months: ids of plan versions, the crediting document's first
	Base          []string         // the retros whose differences count as paid, in the order in which they were posted
	Recorded      fact.BatchID
	EngineVersion string
	StartedBy     string
	StartedAt     time.Time
	FinishedAt    time.Time
	JobID         string
	Done          int // months that are stored
	Deltas        int64
	TotalMinor    int64
	PaidIn        calendar.Month // the month into which it was posted
	PostedBy      string
	PostedAt      time.Time
	WithdrawnBy   string
	WithdrawnAt   time.Time
	Failure       errs.Message
}

// Delta is the difference that a retro found for one component of a payee in a closed month.
type Delta struct {
	Month      calendar.Month
	PersonID   int64
	PlanID     string
	VersionID  string // of the plan, as recomputed; of the closed run where the plan pays the person no more
	Component  string
	WasMinor   int64 // paid until now, earlier differences included
	NowMinor   int64 // as recomputed
	WasCarried int64 // what a cap cut off and the next month takes up
	NowCarried int64
	Causes     []payout.Cause
}

// AmountMinor is what is to be paid, or taken back.
func (d Delta) AmountMinor() int64 { return d.NowMinor - d.WasMinor }

type lineKey struct {
	person          int64
	plan, component string
}

// Diff compares what was paid for a month with what it is now: one delta for each line that is not the same, by person, plan and component.
// A side without the line is zero.
func Diff(month calendar.Month, was, now []payout.Line) (deltas []Delta) {
	place := map[lineKey]int{}
	at := func(l payout.Line) *Delta {
		key := lineKey{l.PersonID, l.PlanID, l.Component}
		i, ok := place[key]
		if !ok {
			i = len(deltas)
			place[key] = i
			deltas = append(deltas, Delta{Month: month, PersonID: l.PersonID, PlanID: l.PlanID, Component: l.Component})
		}
		return &deltas[i]
	}
	for _, l := range was {
		d := at(l)
		d.WasMinor, d.WasCarried = d.WasMinor+l.AmountMinor, d.WasCarried+l.CarriedMinor
	}
	for _, l := range now {
		d := at(l)
		d.NowMinor, d.NowCarried = d.NowMinor+l.AmountMinor, d.NowCarried+l.CarriedMinor
	}
	deltas = slices.DeleteFunc(deltas, func(d Delta) bool { return d.WasMinor == d.NowMinor && d.WasCarried == d.NowCarried })
	slices.SortFunc(deltas, func(a, b Delta) int {
		return cmp.Or(cmp.Compare(a.PersonID, b.PersonID), cmp.Compare(a.PlanID, b.PlanID), cmp.Compare(a.Component, b.Component))
	})
	return deltas
}

// sum adds up what deltas pay.
func sum(deltas []Delta) (total int64) {
	for _, d := range deltas {
		total += d.AmountMinor()
	}
	return total
}
