// Package payout is the results of runs: what each component of each plan gave each payee in a month, with a statement that explains
// it down to the payments.
//
// Results are pure functions of facts and plans (package engine) and are written once, by a run; a new run writes new results beside
// the old. Which run counts is the period's to say (package period). Pay is visible to its owner, to those who approve it, to HR,
// finance and audit, and to nobody else.
package payout

import (
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
)

// RunState is where a run stands.
type RunState string

// A run is running until its last statement is stored; only a complete run can become a period's result.
const (
	RunRunning   RunState = "running"
	RunComplete  RunState = "complete"
	RunFailed    RunState = "failed"
	RunCancelled RunState = "cancelled"
)

// Run is one calculation of a whole month. Recorded pins the facts and Plans the rules, so that a run that was interrupted goes on to
// exactly the result it was heading for.
type Run struct {
	ID            string // UUID
	Month         calendar.Month
	State         RunState
	Recorded      fact.BatchID
	Plans         []string // ids of plan versions, the crediting document's first
	EngineVersion string
	StartedBy     string
	StartedAt     time.Time
	FinishedAt    time.Time
	JobID         string
	Statements    int64 // stored so far
	Payees        int64
	TotalMinor    int64
	Digest        string // over statements and settlements in order, see Digest; empty until complete
	// Salt makes the salts of the digest's leaves. It is the same for all runs of a month, so that equal results have equal digests, and for
	// nobody's eyes. Empty: the digest has the form of before there were proofs.
	Salt    string
	Failure errs.Message
}

// Line is one component of one payee: the row of lists, differences and the pay file.
type Line struct {
	PersonID    int64
	PlanID      string // the document's own id
	Component   string
	AmountMinor int64
	// CarriedMinor is what a cap cut off and the next month takes up.
	CarriedMinor int64
}

// StatementRow is one stored statement. Body is the engine's statement JSON, compressed with Zstandard; Digest is the SHA-256 of
// the JSON in hex.
type StatementRow struct {
	PersonID   int64
	PlanID     string
	VersionID  string
	Level      string
	TeamID     int64
	TotalMinor int64
	Digest     string
	Body       []byte
}

// ExceptionKind names what a reviewer must look at before publication.
type ExceptionKind string

// The exceptions of a review.
const (
	ExceptionNoQuota  ExceptionKind = "no_quota"
	ExceptionNoPlan   ExceptionKind = "no_plan"
	ExceptionTwoPlans ExceptionKind = "two_plans"
	ExceptionNegative ExceptionKind = "negative"
	ExceptionAtCap    ExceptionKind = "at_cap"
	ExceptionFarOff   ExceptionKind = "far_from_last_month"
	// Differences for closed months and adjustments of some size.
	ExceptionLargeDelta      ExceptionKind = "large_delta"
	ExceptionLargeAdjustment ExceptionKind = "large_adjustment"
	// A difference below zero of no deal, of a component and month of which a clawback took something: nobody can tell whether it takes that once more.
	ExceptionTakenBefore ExceptionKind = "taken_before"

	// Open disputes are read when a month is reviewed and not stored with its run.
	ExceptionDispute        ExceptionKind = "dispute"
	ExceptionDisputeOverdue ExceptionKind = "dispute_overdue"
)

// Exception is one thing to look at.
type Exception struct {
	Kind        ExceptionKind
	PersonID    int64
	PlanID      string
	Component   string
	AmountMinor int64
	BeforeMinor int64
}
