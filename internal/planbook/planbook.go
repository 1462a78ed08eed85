// Package planbook keeps the plan documents: every version as its author wrote it, with its canonical hash, who approved it, and
// which versions are in force in a month.
//
// A version's text never changes once it is approved; a change is a new version. The author cannot approve. What a document means is
// package plan's; what it pays is package engine's.
package planbook

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/plan"
)

// Kind says what a document is.
type Kind string

// Plans pay; a crediting document says who is credited; rules of honours give titles; rules of promotion say how people rise.
const (
	KindPlan      Kind = "plan"
	KindCrediting Kind = "crediting"
	KindHonour    Kind = "honour"
	KindPromotion Kind = "promotion"
)

// Pays reports whether months are paid by documents of the kind.
func (k Kind) Pays() bool { return k == KindPlan || k == KindCrediting }

// State is where a version stands.
type State string

// A draft may be edited; an approved version is in force for the periods of its effective days, until a later version of the same
// document takes over; a withdrawn version never was or no longer is.
const (
	StateDraft     State = "draft"
	StateApproved  State = "approved"
	StateWithdrawn State = "withdrawn"
)

// Version is one version of one document.
type Version struct {
	ID         string // UUID
	DocumentID string // the document's own id, such as "regular"
	Kind       Kind
	Number     int // 1, 2, 3 … per document
	State      State
	Text       string // as written
	Hash       string // of the canonical bytes
	Name       plan.Text
	Layer      plan.Layer
	Effective  calendar.Interval
	AuthorID   string
	CreatedAt  time.Time
	ApproverID string
	ApprovedAt time.Time
	Note       string
}

// Tag tells states of a version apart: it changes with everything that may change about it. Who acts on what they have seen says so
// with the tag.
func (v Version) Tag() string {
	digest := sha256.Sum256([]byte(strings.Join([]string{v.ID, string(v.State), v.Hash, v.ApproverID, v.Note, v.Text}, "\x00")))
	return hex.EncodeToString(digest[:16])
}

// InForce is what a month is paid by.
type InForce struct {
	Crediting        *plan.Crediting
	CreditingVersion Version
	Plans            []*plan.Plan
	PlanVersions     []Version // parallel to Plans
}
