package contract

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/approval"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
)

// allow asks the process standard about what is done with a contract, and returns what is to be recorded. An excuse that is typed as something
// else than an excuse names its field.
func (s *Service) allow(ctx context.Context, tx Tx, actor access.Actor, c Contract, excuse, field string, events ...process.Event) ([]process.Event, error) {
	return s.opportunities.Allow(ctx, tx, actor, opportunity.Act{OpportunityID: c.OpportunityID, Events: c.events(events...), Excuse: excuse, ExcuseField: field})
}

// doing is what is done with a contract, as the history names it, in the state that was seen, and why it is done against a rule.
type doing struct {
	action   string
	id, seen int64
	excuse   string
}

// whereSaid is where whoever decides says why: beside the signature, or, where nobody has to sign, on submitting.
func whereSaid(actor access.Actor, r approval.Request) string {
	if actor.UserID == r.SubmitterID {
		return ""
	}
	return "note"
}
