package opportunity

import (
	"context"
	"errors"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/errs"
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
func (s *Service) pass(ctx context.Context, tx CaseReader, actor access.Actor, c Crossing) ([]process.Event, error) {
	if s.gate == nil {
		return c.Events, nil
	}
	more, err := s.gate.Pass(ctx, tx, actor, c)
	return append(c.Events, more...), err
}

// Act is something that is about to happen to the case of an opportunity by a record that belongs to it, such as a quote that is submitted.
type Act struct {
	OpportunityID int64 // 0: the record belongs to none, and everything passes
	Events        []process.Event
	Excuse        string // why it is done although a rule asks for a reason
	ExcuseField   string // where that is typed; empty: "excuse"
}

// excuseField is where the gate asks for a reason.
const excuseField = "excuse"

// ActReader reads what an act is judged by, within the transaction of the act.
type ActReader interface {
	CaseReader
	Opportunity(ctx context.Context, reach deal.Reach, id int64) (Opportunity, error)
	CustomFields(ctx context.Context, object customfield.Object) ([]customfield.Field, error)
}

// Allow asks the gate about an act and returns all events that are to be recorded with it. Who may act is for the service of the record to
// say. Errors: those of Gate.Pass, which ask for a reason at the act's ExcuseField.
func (s *Service) Allow(ctx context.Context, r ActReader, actor access.Actor, a Act) ([]process.Event, error) {
	if s.gate == nil || a.OpportunityID == 0 || len(a.Events) == 0 {
		return a.Events, nil
	}
	o, err := r.Opportunity(ctx, deal.Reach{Scope: access.Scope{All: true}, Today: s.today()}, a.OpportunityID)
	if err != nil {
		return nil, err
	}
	fields, err := r.CustomFields(ctx, customfield.ObjectOpportunity)
	if err != nil {
		return nil, err
	}
	events, err := s.pass(ctx, r, actor, Crossing{o, a.Events, a.Excuse, fields})
	return events, askedAt(a.ExcuseField, err)
}

// askedAt says that a reason is asked for where it is typed.
func askedAt(field string, err error) error {
	failure, ok := errors.AsType[*errs.Error](err)
	if !ok || field == "" {
		return err
	}
	named := *failure
	named.Fields = slices.Clone(failure.Fields)
	for i, f := range named.Fields {
		if f.Path == excuseField {
			named.Fields[i].Path = field
		}
	}
	return &named
}

// doing is what is done with an opportunity, as the history names it, and why it is done against a rule.
type doing struct {
	action, excuse string
}
