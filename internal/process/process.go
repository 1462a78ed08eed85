// Package process is what happened in the sales process: the events of each case, numbered in the order in which they became known, and
// the history of the working records (opportunities, leads, contacts, tasks) that people change as they work.
//
// Both are append only and written in the transaction of what they tell. It judges nothing: process standards are read by package sop and
// judged by package conform, which need exactly these events. A case is an opportunity. A lead has none before it is
// converted: what happened to it until then is kept beside it and becomes the first events of the case, appended with the times at which it
// happened and was recorded.
package process

import (
	"bytes"
	"context"
	"encoding/json"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
)

// Activity names what somebody did, in the words of process standards.
type Activity string

// The activities that the product records by itself. The first are those of the standard that ships with it; the others say how the record
// moved, for process maps.
const (
	ActivityRegistered  Activity = "customer_registered"
	ActivityFirst       Activity = "first_contact"
	ActivityContacted   Activity = "contacted"
	ActivityNextContact Activity = "next_contact_set"
	ActivityAssigned    Activity = "lead_assigned"
	ActivitySigned      Activity = "signed"
	ActivityLost        Activity = "lost"
	ActivityDuplicates  Activity = "duplicate_checked" // before a customer is registered
	ActivityGraded      Activity = "graded"            // the customer came into a tier
	ActivityHandedOver  Activity = "handover_done"     // somebody of service looks after the customer from now on

	ActivityOpened   Activity = "opportunity_opened"
	ActivityStage    Activity = "stage_entered"
	ActivityOwner    Activity = "owner_changed"
	ActivityAmount   Activity = "amount_changed"
	ActivityCustomer Activity = "customer_changed"
	ActivityReopened Activity = "opportunity_reopened"

	ActivityServiceOpened   Activity = "service_opened"
	ActivityServiceAnswered Activity = "service_answered"
	ActivityServiceSolved   Activity = "service_solved"
	ActivityServiceClosed   Activity = "service_closed"
	ActivityServiceReopened Activity = "service_reopened"
	ActivityReturnVisited   Activity = "return_visited"
	ActivitySurveyAnswered  Activity = "survey_answered"

	ActivityLead      Activity = "lead_created"
	ActivityQualified Activity = "lead_qualified"
	ActivityInvalid   Activity = "lead_invalid"
	ActivityRetaken   Activity = "lead_reopened"
	ActivityConverted Activity = "lead_converted"
	ActivityExplained Activity = "exception_explained" // why something was done against a rule that asks for a reason
)

// The activities of quotes, contracts and collections.
const (
	ActivityProposalDrafted  Activity = "proposal_drafted" // and submitted
	ActivityManagerApproved  Activity = "manager_approved"
	ActivityExtraSigned      Activity = "extra_signed"
	ActivityProposalReturned Activity = "proposal_returned"
	ActivityProposalSent     Activity = "proposal_sent"
	ActivityProposalAccepted Activity = "proposal_accepted"
	ActivityProposalDeclined Activity = "proposal_declined"
	ActivityContractApproved Activity = "contract_approved"
	ActivityContractAmended  Activity = "contract_amended"
	ActivityPlanCreated      Activity = "plan_created"
	ActivityInvoiced         Activity = "invoiced"
	ActivityOverdue          Activity = "overdue"
	ActivityReceiptReported  Activity = "receipt_reported"
	ActivityReceiptConfirmed Activity = "receipt_confirmed"
	ActivityRefundConfirmed  Activity = "refund_confirmed"
)

// CommerceActivities are those of quotes, contracts and collections, in the order in which they usually happen.
var CommerceActivities = []Activity{ActivityProposalDrafted, ActivityManagerApproved, ActivityExtraSigned, ActivityProposalReturned, ActivityProposalSent, ActivityProposalAccepted,
	ActivityProposalDeclined, ActivityContractApproved, ActivityContractAmended, ActivityPlanCreated, ActivityInvoiced, ActivityOverdue, ActivityReceiptReported, ActivityReceiptConfirmed, ActivityRefundConfirmed}

// The activities of the shipped standard that people write down by hand, because no record of the product shows them.
const (
	ActivityVerified       Activity = "verified"
	ActivityNeedRecorded   Activity = "need_recorded"
	ActivityDecisionChain  Activity = "decision_chain"
	ActivityReminded       Activity = "payment_reminded"
	ActivityOverdueContact Activity = "overdue_contact"
	ActivityRenewal        Activity = "renewal_started"
	ActivityCompleted      Activity = "completed"
)

// StepActivities are those that people write down by hand.
var StepActivities = []Activity{ActivityVerified, ActivityNeedRecorded, ActivityDecisionChain, ActivityReminded, ActivityOverdueContact,
	ActivityRenewal, ActivityCompleted}

// ByStandard is what the event of a stage says at "by" when nobody moved the case: its stage was replaced in the process standard.
const ByStandard = "standard"

var byStandard = []byte(`"by":"` + ByStandard + `"`)

// MovedByStandard reports whether the event only tells that a stage was replaced: nobody did anything.
func (e *Event) MovedByStandard() bool {
	return e.Activity == ActivityStage && bytes.Contains(e.Data, byStandard)
}

// Message names the activity for people.
func (a Activity) Message() errs.Message { return errs.Msg("process.activity."+string(a), nil) }

// Moment is when something of a day happened: now when it is today, otherwise the day's noon in the clock's zone, since nobody said when.
func Moment(day calendar.Date, now time.Time) time.Time {
	if day == calendar.DateOf(now) {
		return now
	}
	y, m, d := day.Civil()
	return time.Date(y, m, d, 12, 0, 0, 0, now.Location())
}

// Event is one thing that happened to a case. OccurredAt is when, RecordedAt when the system learned of it.
type Event struct {
	Seq        int64 // given by the store: 1, 2, 3 … in the order of commit
	CaseID     int64
	Activity   Activity
	OccurredAt time.Time
	RecordedAt time.Time
	PersonID   int64  // who did it; 0 for nobody of the organisation
	ActorID    string // who recorded it
	Source     string // the record that it tells of, as "follow_up:12"
	Data       json.RawMessage
}

// Change is one change of a working record. Before and After hold the fields that differ; Before is empty for a new record.
type Change struct {
	Subject   string // kind:id, as "opportunity:12"
	Revision  int64  // of the record after it
	At        time.Time
	ActorID   string
	ActorName string
	Action    string // domain.verb
	Before    json.RawMessage
	After     json.RawMessage
}

// Sides are what changes tell of their records, before and after, in place: for who must not read all of it.
func Sides(changes []Change) (sides []*json.RawMessage) {
	for i := range changes {
		sides = append(sides, &changes[i].Before, &changes[i].After)
	}
	return sides
}

// Reader reads what happened, on one snapshot.
type Reader interface {
	CaseEvents(ctx context.Context, caseID int64) ([]Event, error)                     // in the order recorded
	EventsAfter(ctx context.Context, seq int64, limit int) ([]Event, error)            // of all cases, in the order recorded
	WorkChanges(ctx context.Context, subject string, limit int) ([]Change, error)      // newest first
	WorkChangesSince(ctx context.Context, subject string, rev int64) ([]Change, error) // oldest first
}

// Tx is the write transaction of what is told.
type Tx interface {
	audit.Tx
	AppendEvents(ctx context.Context, events []Event) error
	AppendWorkChange(ctx context.Context, change Change) error
	Now() time.Time
}

// Write is one change of a working record as it is told everywhere: in its history, in the audit log, and in the process.
type Write struct {
	Action        string // domain.verb
	Subject       string // kind:id
	Revision      int64  // of the record after the change
	Before, After any    // JSON objects; nil Before for a new record
	// Hide leaves fields out of the audit log that its readers need not see, such as telephone numbers.
	Hide   []string
	Events []Event // Activity, CaseID, PersonID, and what else is known; times, actor and source are filled in where they are not set
}

// Record tells of a change in the transaction that makes it. Fields that are the same before and after are left out.
func Record(ctx context.Context, tx Tx, actor access.Actor, in Write) error {
	before, after, err := differing(in.Before, in.After)
	if err != nil {
		return err
	}
	now := tx.Now()
	change := Change{Subject: in.Subject, Revision: in.Revision, At: now, ActorID: actor.UserID, ActorName: actor.Name, Action: in.Action}
	if change.Before, err = audit.Canonical(asValue(before)); err != nil {
		return err
	}
	if change.After, err = audit.Canonical(asValue(after)); err != nil {
		return err
	}
	if err := tx.AppendWorkChange(ctx, change); err != nil {
		return err
	}
	for _, field := range in.Hide {
		hide(before, field)
		hide(after, field)
	}
	if err := audit.Append(ctx, tx, actor, in.Action, in.Subject, asValue(before), asValue(after)); err != nil {
		return err
	}
	for i := range in.Events {
		e := &in.Events[i]
		e.RecordedAt, e.ActorID = now, actor.UserID
		if e.OccurredAt.IsZero() {
			e.OccurredAt = now
		}
		if e.Source == "" {
			e.Source = in.Subject
		}
	}
	return tx.AppendEvents(ctx, in.Events)
}

// asValue is nil for no object: an interface that holds a nil map is not nil.
func asValue(fields map[string]json.RawMessage) any {
	if fields == nil {
		return nil
	}
	return fields
}

// hidden stands in the audit log for what it does not show.
var hidden = json.RawMessage(`"***"`)

func hide(fields map[string]json.RawMessage, field string) {
	if v, ok := fields[field]; ok && string(v) != `""` {
		fields[field] = hidden
	}
}

// differing splits two objects into the fields that are not the same. Without a before everything is new.
func differing(before, after any) (was, is map[string]json.RawMessage, err error) {
	if is, err = fieldsOf(after); err != nil || before == nil {
		return nil, is, err
	}
	if was, err = fieldsOf(before); err != nil {
		return nil, nil, err
	}
	for name, value := range was {
		if other, ok := is[name]; ok && string(other) == string(value) {
			delete(was, name)
			delete(is, name)
		}
	}
	return was, is, nil
}

// fieldsOf are the fields of a record by name.
func fieldsOf(value any) (fields map[string]json.RawMessage, err error) {
	plain, err := audit.Canonical(value)
	if err != nil || plain == nil {
		return nil, err
	}
	if err := json.Unmarshal(plain, &fields); err != nil {
		return nil, err
	}
	return fields, spread(fields)
}

// ownFields is what a record calls its values of fields that the company added, and the beginning of how each is told.
const (
	ownFields = "fields"
	ownPrefix = "field."
)

// spread tells values of fields that the company added one by one, as field.‹key›.
func spread(fields map[string]json.RawMessage) error {
	own, there := fields[ownFields]
	if !there {
		return nil
	}
	var values map[string]json.RawMessage
	if err := json.Unmarshal(own, &values); err != nil {
		return err
	}
	delete(fields, ownFields)
	for key, value := range values {
		fields[ownPrefix+key] = value
	}
	return nil
}

// Data encodes what a process standard can ask of an event; a map of plain values always encodes.
func Data(values map[string]any) json.RawMessage {
	plain, _ := audit.Canonical(values)
	return plain
}
