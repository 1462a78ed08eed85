package task

import (
	"context"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/ruledoc"
)

// MatterKind is a kind of matter that has an approval of its own, stricter than a flow: nobody approves what they wrote, whatever a company configures. Its
// name for people is the message task.matter.‹kind›.
type MatterKind string

// The kinds of matters.
const (
	MatterPlan       MatterKind = "plan"
	MatterStandard   MatterKind = "standard"
	MatterTierPolicy MatterKind = "tier_policy"
	MatterPoolRules  MatterKind = "pool_rules"
	MatterAdjustment MatterKind = "adjustment"
	MatterHonours    MatterKind = "honours"
)

// matterRules say who may approve a kind, and where its pages are.
var matterRules = []struct {
	kind MatterKind
	need access.Permission
	page string
}{
	{MatterPlan, access.PermPlanApprove, "/plans/"},
	{MatterStandard, access.PermProcessApprove, "/standards/"},
	{MatterTierPolicy, access.PermTierApprove, "/tiers/policies/"},
	{MatterPoolRules, access.PermPoolApprove, "/pool-rules/"},
	{MatterAdjustment, access.PermAdjustmentApprove, "/adjustments/"},
	{MatterHonours, access.PermHonourApprove, "/honours/rounds/"},
}

// MatterBox is a pile of matters, as its reader sees it.
type MatterBox string

// The boxes: what somebody else wrote and the reader may approve; what the reader wrote; what the reader has approved or refused.
const (
	MattersWaiting MatterBox = "waiting"
	MattersMine    MatterBox = "mine"
	MattersDone    MatterBox = "done"
)

// Matter is one of them.
type Matter struct {
	Kind      MatterKind
	ID        string
	Name      ruledoc.Text // empty for adjustments, which are about people
	Mark      string       // number of the version, or month
	State     string       // pending, approved, rejected, returned or withdrawn, as of requests
	MadeAt    time.Time
	DecidedAt time.Time // zero while it waits
	Path      string
}

// MattersMost is how many matters a box shows, the newest.
const MattersMost = 50

// MatterQuery chooses matters of kinds.
type MatterQuery struct {
	Box      MatterBox
	Kinds    []MatterKind
	UserID   string
	PersonID int64
}

// Matters returns a box of what has an approval of its own, the newest first; nothing for boxes that are others'. Errors: unauthenticated.
func (s *Service) Matters(ctx context.Context, actor access.Actor, box MatterBox) (matters []Matter, err error) {
	defer errs.Wrap(&err, "task.Matters(%s)", box)
	if actor.UserID == "" {
		return nil, errs.New(errs.KindUnauthenticated, "access.sign_in_first", nil)
	}
	q := MatterQuery{Box: box, UserID: actor.UserID, PersonID: actor.PersonID}
	for _, r := range matterRules {
		if box == MattersMine || actor.Can(r.need) && (r.kind == MatterAdjustment || actor.CanAll(r.need)) {
			q.Kinds = append(q.Kinds, r.kind)
		}
	}
	if len(q.Kinds) == 0 {
		return nil, nil
	}
	err = s.store.Read(ctx, func(r Reader) error {
		matters, err = r.Matters(ctx, q)
		return err
	})
	for i, m := range matters {
		for _, r := range matterRules {
			if r.kind == m.Kind {
				matters[i].Path = r.page + m.ID
			}
		}
	}
	return matters, err
}
