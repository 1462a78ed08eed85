package approval

import (
	"context"
	"fmt"
	"slices"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/notice"
)

// remindEvery is how often a submitter may remind.
const remindEvery = 4 * time.Hour

func subject(id string) string { return "approval:" + id }

// record writes what an act did everywhere: history, who has what to do with it, messages, audit log; and tells the subject. before is the zero
// Request for a new one.
func (s *Service) record(ctx context.Context, tx Tx, actor access.Actor, done step, before, after Request) error {
	event := Event{RequestID: after.ID, Round: after.Round, Turn: done.turn, Act: done.act, ActorID: actor.UserID, ActorName: actor.Name, For: done.stood, To: done.to, Note: done.note, At: tx.Now()}
	if err := tx.AppendApprovalEvent(ctx, event); err != nil {
		return err
	}
	parts := map[Part][]string{PartAsked: after.Open()}
	switch done.act {
	case ActApprove, ActReject, ActReturn:
		parts[PartDecided] = []string{actor.UserID}
	case ActCopy:
		parts[PartCopied] = done.to
	}
	copies, err := s.copies(ctx, tx, after)
	if err != nil {
		return err
	}
	parts[PartCopied] = append(parts[PartCopied], copies...)
	if err := tx.SetApprovalParts(ctx, after.ID, after.Open(), parts); err != nil {
		return err
	}
	if err := s.tell(ctx, tx, actor, done, before, after, parts[PartCopied]); err != nil {
		return err
	}
	if err := audit.Append(ctx, tx, actor, "approval."+string(done.act), subject(after.ID), audited(before), audited(after)); err != nil {
		return err
	}
	kind, known := s.KindNamed(after.Kind)
	if !known || kind.Outcome == nil || after.State == StatePending || after.State == before.State && after.Round == before.Round {
		return nil
	}
	after.Said = done.note
	return kind.Outcome(ctx, tx, actor, after)
}

// copies are who is told of an approval because the route says so.
func (s *Service) copies(ctx context.Context, tx Tx, r Request) (ids []string, err error) {
	if r.State != StateApproved {
		return nil, nil
	}
	flow, err := s.flowOf(ctx, tx, r)
	if err != nil {
		return nil, err
	}
	route, found := flow.route(r.Data)
	if !found || len(route.Copies) == 0 {
		return nil, nil
	}
	people, err := s.people(ctx, tx, &r, route.approvers())
	if err != nil {
		return nil, err
	}
	for _, a := range route.Copies {
		ids = append(ids, r.found(Turn{}, people, a)...)
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// flowOf is the flow under which the request was submitted.
func (s *Service) flowOf(ctx context.Context, r Reader, request Request) (Flow, error) {
	kind, _ := s.KindNamed(request.Kind)
	if request.FlowVersion == 0 {
		return kind.Default, nil
	}
	all, err := r.ApprovalFlows(ctx, request.Kind)
	for _, v := range all {
		if v.Version == request.FlowVersion {
			return v.Flow, err
		}
	}
	return kind.Default, err
}

// audited is what the audit log keeps of a request.
func audited(r Request) any {
	if r.ID == "" {
		return nil
	}
	return map[string]any{"kind": r.Kind, "subject": r.SubjectID, "title": r.Title, "state": r.State, "round": r.Round, "turn": r.At + 1, "asked": r.Open(), "stuck": r.Stuck,
		"hash": r.Hash, "flow_version": r.FlowVersion, "submitter": r.SubmitterID}
}

// tell writes the messages of an act, and ends those that are dealt with.
func (s *Service) tell(ctx context.Context, tx Tx, actor access.Actor, done step, before, after Request, copied []string) error {
	params := notice.Params{"Title": notice.Word(after.Title), "Who": notice.Word(after.SubmitterName)}
	if after.BySystem() {
		params["Who"] = notice.Phrase("approval.system")
	}
	post := func(kind notice.Kind, to notice.To, once string, more notice.Params) error {
		all := notice.Params{}
		for _, some := range []notice.Params{params, more} {
			for name, p := range some {
				all[name] = p
			}
		}
		return notice.Post(ctx, tx, notice.Message{Kind: kind, To: to, Subject: subject(after.ID), Params: all, By: actor.UserID, Once: once})
	}
	at := fmt.Sprintf("%d.%d", after.Round, after.At)
	if err := s.tellAsked(ctx, tx, before, after, func(to notice.To) error {
		if done.quiet {
			return nil
		}
		return post(notice.KindApprovalAsked, to, at, nil)
	}); err != nil {
		return err
	}
	if done.act == ActRemind || done.act == ActEscalate {
		open, err := s.withDeputies(ctx, tx, after.Open())
		if err != nil {
			return err
		}
		if err := post(notice.KindApprovalReminder, notice.To{UserIDs: open}, fmt.Sprintf("%s.%d", at, after.Revision), nil); err != nil {
			return err
		}
	}
	if after.Stuck && !before.Stuck || done.act == ActEscalate && len(done.to) == 0 {
		if err := post(notice.KindApprovalStuck, notice.To{Permission: access.PermApprovalManage, Reach: after.PersonID}, fmt.Sprintf("%s.%d", at, after.Revision), nil); err != nil {
			return err
		}
	}
	if before.ID != "" && (before.At != after.At || before.State != after.State || before.Stuck) && !after.Stuck {
		if err := notice.Settle(ctx, tx, notice.End{Subject: subject(after.ID), Kinds: []notice.Kind{notice.KindApprovalStuck}}); err != nil {
			return err
		}
	}
	if after.State != before.State && after.State != StatePending && after.State != StateWithdrawn {
		state := notice.Params{"State": notice.Phrase("approval.state_" + string(after.State))}
		if err := post(notice.KindApprovalDecided, notice.To{UserIDs: []string{after.SubmitterID}}, fmt.Sprintf("%d.%s", after.Round, after.State), state); err != nil {
			return err
		}
	}
	if len(copied) > 0 {
		return post(notice.KindApprovalCopied, notice.To{UserIDs: copied}, fmt.Sprintf("%d", after.Round), nil)
	}
	return nil
}

// tellAsked asks those who are newly asked, and lets go of those who are not asked any more.
func (s *Service) tellAsked(ctx context.Context, tx Tx, before, after Request, post func(notice.To) error) error {
	was, err := s.withDeputies(ctx, tx, before.Open())
	if err != nil {
		return err
	}
	is, err := s.withDeputies(ctx, tx, after.Open())
	if err != nil {
		return err
	}
	moved := before.Round != after.Round || before.At != after.At || before.State != after.State
	for _, id := range was {
		if moved || !slices.Contains(is, id) {
			if err := notice.Settle(ctx, tx, notice.End{Subject: subject(after.ID), Kinds: []notice.Kind{notice.KindApprovalAsked}, UserID: id}); err != nil {
				return err
			}
		}
	}
	var fresh []string
	for _, id := range is {
		if moved || !slices.Contains(was, id) {
			fresh = append(fresh, id)
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	return post(notice.To{UserIDs: fresh})
}
