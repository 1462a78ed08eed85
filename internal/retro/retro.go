// Package retro is the time machine: it recomputes closed months as of now and posts into the open month what that changes.
//
// A closed month never changes. A fact counts in the month of its date, whenever it is recorded; when that month is closed, nothing else
// pays it but a retro. What a retro compares with is what was paid, differences posted before included, so that nothing is paid twice and a
// retro with nothing changed posts nothing.
//
// It compares what components earned, by deal where the plan keeps that. What a settlement holds, advances or takes back is the open
// month's, which settles the posted differences as if they had been earned in their month.
package retro

import (
	"cmp"
	"maps"
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
	Parts      []payout.DealPart // the difference by deal, where the plan keeps the component by deal; several may cancel out
	Causes     []payout.Cause
}

// AmountMinor is what is to be paid, or taken back.
func (d Delta) AmountMinor() int64 { return d.NowMinor - d.WasMinor }

// Line names a line of a month.
type Line struct {
	PersonID          int64
	PlanID, Component string
}

// Shares are what lines come to by deal; none stands for what is of no deal. A line that is not kept by deal is not there, one of which
// nobody knows any more is nil.
type Shares map[Line]map[string]int64

// Sides are what a month paid until now, or what it comes to as recomputed.
type Sides struct {
	Lines  []payout.Line
	Shares Shares
}

// Diff compares what was paid for a month with what it is now: one delta for each line that is not the same, by person, plan and component.
// A side without the line is zero.
func Diff(month calendar.Month, was, now Sides) (deltas []Delta) {
	place := map[Line]int{}
	at := func(l payout.Line) *Delta {
		key := Line{l.PersonID, l.PlanID, l.Component}
		i, ok := place[key]
		if !ok {
			i = len(deltas)
			place[key] = i
			deltas = append(deltas, Delta{Month: month, PersonID: l.PersonID, PlanID: l.PlanID, Component: l.Component})
		}
		return &deltas[i]
	}
	for _, l := range was.Lines {
		d := at(l)
		d.WasMinor, d.WasCarried = d.WasMinor+l.AmountMinor, d.WasCarried+l.CarriedMinor
	}
	for _, l := range now.Lines {
		d := at(l)
		d.NowMinor, d.NowCarried = d.NowMinor+l.AmountMinor, d.NowCarried+l.CarriedMinor
	}
	for i := range deltas {
		deltas[i].Parts = partsOf(deltas[i], was.Shares, now.Shares)
	}
	deltas = slices.DeleteFunc(deltas, func(d Delta) bool {
		return d.WasMinor == d.NowMinor && d.WasCarried == d.NowCarried && len(d.Parts) == 0
	})
	slices.SortFunc(deltas, func(a, b Delta) int {
		return cmp.Or(cmp.Compare(a.PersonID, b.PersonID), cmp.Compare(a.PlanID, b.PlanID), cmp.Compare(a.Component, b.Component))
	})
	return deltas
}

// partsOf is what a difference is made of by deal, in the order of the deals' keys. A side that is not kept by deal is of no deal; where
// nobody knows what was paid for which deal, or where nothing is of a deal, there are no parts.
func partsOf(d Delta, was, now Shares) (parts []payout.DealPart) {
	key := Line{d.PersonID, d.PlanID, d.Component}
	before, keptBefore := was[key]
	after, keptNow := now[key]
	if keptBefore && before == nil || !keptBefore && !keptNow {
		return nil
	}
	if !keptBefore {
		before = map[string]int64{"": d.WasMinor}
	}
	if !keptNow {
		after = map[string]int64{"": d.NowMinor}
	}
	ofDeals := false
	for _, deal := range slices.Sorted(maps.Keys(union(before, after))) {
		if amount := after[deal] - before[deal]; amount != 0 {
			parts = append(parts, payout.DealPart{Deal: deal, AmountMinor: amount})
			ofDeals = ofDeals || deal != ""
		}
	}
	if !ofDeals {
		return nil
	}
	return parts
}

func union(a, b map[string]int64) map[string]int64 {
	both := maps.Clone(a)
	maps.Copy(both, b)
	return both
}

// sum adds up what deltas pay.
func sum(deltas []Delta) (total int64) {
	for _, d := range deltas {
		total += d.AmountMinor()
	}
	return total
}
