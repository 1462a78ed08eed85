// Package origin remembers which decision a version of a rule was drafted from: of the process standard, of the targets, of a pay plan, of the tier policy.
//
// A version knows its one decision, a decision all versions that followed. The link is written in the transaction in which the draft is kept, and never changes.
// How far a version has come stays with whoever keeps it; this package asks.
//
// Limits: only new versions have an origin; who replaces a draft keeps that of the draft.
package origin

import (
	"slices"
	"strconv"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
)

// Kind is what sort of rule follows from a decision.
type Kind string

// The kinds of rules.
const (
	KindStandard Kind = "standard"
	KindTarget   Kind = "target"
	KindPlan     Kind = "plan"
	KindTier     Kind = "tier"
)

// Kinds lists them in the order in which they are shown.
var Kinds = []Kind{KindStandard, KindTarget, KindPlan, KindTier}

// Known reports whether the kind is one of them.
func (k Kind) Known() bool { return slices.Contains(Kinds, k) }

// Message names the kind for people.
func (k Kind) Message() errs.Message { return errs.Msg("programme.rule."+string(k), nil) }

// Editor is the page on which the next version of such a rule is written.
func (k Kind) Editor() string {
	return map[Kind]string{KindStandard: "/standards/new", KindTarget: "/targets", KindPlan: "/plans/new", KindTier: "/tiers/policies/new"}[k]
}

// EditorFor is the same page, for a draft that follows from a decision.
func (k Kind) EditorFor(decisionID int64) string {
	address := k.Editor() + "?decision=" + strconv.FormatInt(decisionID, 10)
	if k == KindTarget {
		address += "#plan"
	}
	return address
}

// Permission is what its authors need.
func (k Kind) Permission() access.Permission {
	return map[Kind]access.Permission{KindStandard: access.PermProcessWrite, KindTarget: access.PermTargetWrite, KindPlan: access.PermPlanWrite, KindTier: access.PermTierWrite}[k]
}

// Drafts reports whether somebody writes drafts of the kind. Targets and tiers are the company's as a whole.
func (k Kind) Drafts(actor access.Actor) bool {
	if k == KindTarget || k == KindTier {
		return actor.CanAll(k.Permission())
	}
	return k.Known() && actor.Can(k.Permission())
}

// Origin is one version of a rule with the decision it follows from.
type Origin struct {
	Kind       Kind
	RuleID     string // the id of the version; of a target plan its number
	DecisionID int64
	ByID       string
	ByName     string
	At         time.Time
}

// Source is a decision from which a rule follows.
type Source struct {
	DecisionID   int64
	Title        string
	ByID         string
	PersonID     int64 // who decided; 0 for who is no person of the company
	InitiativeID int64 // whose effect was decided on; 0 for a decision of another kind
	Initiative   string
	Asked        []Kind // what the decision asks a next version of
}

// Version is a version of a rule as whoever keeps it tells of it.
type Version struct {
	Name  string
	State errs.Message
	Ended bool // taken back, or out of force
	Holds bool // approved, or published
	Link  string
}

// Followed is a version that followed from a decision.
type Followed struct {
	Origin
	Version
	Hidden bool // the actor may not see the version: only that there is one
}
