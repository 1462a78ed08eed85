package opportunity

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/process"
)

// Crossing is something that is about to happen to an opportunity: how it will be, the events that tell of it, why it is done, where somebody
// said so, and the fields of the company's own that its values are of.
type Crossing struct {
	Opportunity Opportunity
	Events      []process.Event
	Excuse      string
	Fields      []customfield.Field
}

// CaseReader reads what has happened to a case, within the transaction of what is about to.
type CaseReader interface {
	CaseEvents(ctx context.Context, caseID int64) ([]process.Event, error)
}

// Gate is asked before an opportunity is opened, changed or moved. The process standard stands behind it.
type Gate interface {
	// Pass returns further events to be recorded with those that are about to be, and puts into the data of these what the process asks for and
	// the opportunity's fields know. Errors: conflict when a rule stands in the way; invalid, at the
	// field "excuse", when one asks for a reason and none is given.
	Pass(ctx context.Context, cases CaseReader, actor access.Actor, c Crossing) ([]process.Event, error)
}

// WithGate lets the service ask a gate; without one everything passes.
func (s *Service) WithGate(g Gate) *Service {
	s.gate = g
	return s
}

// pass asks the gate and returns all events that are to be recorded.
func (s *Service) pass(ctx context.Context, tx Tx, actor access.Actor, c Crossing) ([]process.Event, error) {
	if s.gate == nil {
		return c.Events, nil
	}
	more, err := s.gate.Pass(ctx, tx, actor, c)
	return append(c.Events, more...), err
}

// doing is what is done with an opportunity, as the history names it, and why it is done against a rule.
type doing struct {
	action, excuse string
}
