package approval

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/notice"
)

// FlowDraft is new rules of a kind that wait for a second person to put them into force.
type FlowDraft struct {
	Kind         string
	BasedOn      int64 // the version in force as its author saw it
	Flow         Flow
	Hash         string // SHA-256 of the flow, in hex
	Reason       string
	ProposedBy   string
	ProposedName string
	ProposedAt   time.Time
}

func flowSubject(kind string) string { return "approval_flow:" + kind }

// hashOfFlow is the SHA-256 of the canonical bytes of rules.
func hashOfFlow(f Flow) (string, error) {
	text, err := audit.Canonical(f)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

// ProposeFlow hands in new rules of a kind. Somebody else puts them into force; until then the flow that is in force holds. One's own draft is replaced. It
// needs the permission approval.manage over the whole company and a reason. Errors: forbidden; not found; invalid; conflict when somebody else published
// meanwhile, or while somebody else's draft waits.
func (s *Service) ProposeFlow(ctx context.Context, actor access.Actor, in PublishFlow) (d FlowDraft, err error) {
	defer errs.Wrap(&err, "approval.ProposeFlow(%s)", in.Kind)
	kind, err := s.mayPublish(actor, in.Kind)
	if err != nil {
		return FlowDraft{}, err
	}
	if err := in.Flow.check(kind); err != nil {
		return FlowDraft{}, err
	}
	var c fact.Checker
	if c.Text("reason", in.Reason, true); c.Err() != nil {
		return FlowDraft{}, c.Err()
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		before, err := s.current(ctx, tx, kind)
		if err != nil {
			return err
		}
		if before.Version != in.BasedOn {
			return errs.New(errs.KindConflict, "approval.changed_meanwhile", nil)
		}
		waiting, there, err := draftOf(ctx, tx, in.Kind)
		if err != nil {
			return err
		}
		if there && waiting.ProposedBy != actor.UserID {
			return errs.New(errs.KindConflict, "approval.flow_waits", errs.Args{"Who": waiting.ProposedName})
		}
		if err := knownUsers(ctx, tx, &in.Flow); err != nil {
			return err
		}
		d = FlowDraft{Kind: in.Kind, BasedOn: in.BasedOn, Flow: in.Flow, Reason: in.Reason, ProposedBy: actor.UserID, ProposedName: actor.Name, ProposedAt: tx.Now()}
		if d.Hash, err = hashOfFlow(d.Flow); err != nil {
			return err
		}
		if err := tx.PutApprovalFlowDraft(ctx, d); err != nil {
			return err
		}
		if err := notice.Post(ctx, tx, notice.Message{Kind: notice.KindFlowApproval, To: notice.To{Permission: access.PermApprovalManage, Whole: true}, Subject: flowSubject(in.Kind), By: actor.UserID, Once: d.Hash,
			Params: notice.Params{"Kind": notice.Phrase(kind.Label), "Who": notice.Word(actor.Name)}}); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "approval.propose_flow", flowSubject(in.Kind), map[string]any{"version": before.Version, "flow": before.Flow},
			map[string]any{"flow": d.Flow, "hash": d.Hash, "reason": d.Reason})
	})
	return d, err
}

// mayPublish lets in who minds approvals over the whole company, and finds the kind.
func (s *Service) mayPublish(actor access.Actor, name string) (Kind, error) {
	if err := actor.RequireAll(access.PermApprovalManage); err != nil {
		return Kind{}, err
	}
	kind, known := s.KindNamed(name)
	if !known {
		return Kind{}, errs.New(errs.KindNotFound, "approval.kind_unknown", nil)
	}
	return kind, nil
}

// draftOf is the draft of a kind that waits, if one does.
func draftOf(ctx context.Context, r Reader, kind string) (FlowDraft, bool, error) {
	all, err := r.ApprovalFlowDrafts(ctx)
	for _, d := range all {
		if d.Kind == kind {
			return d, true, err
		}
	}
	return FlowDraft{}, false, err
}

// ConfirmFlow puts the rules that somebody else handed in into force, for what is submitted from now on; what waits keeps its own. The hash says which text was
// read. Errors: forbidden, also for who handed them in; not found when none wait; conflict when the text or the flow in force is another one now.
func (s *Service) ConfirmFlow(ctx context.Context, actor access.Actor, name, hash string) (v FlowVersion, err error) {
	defer errs.Wrap(&err, "approval.ConfirmFlow(%s)", name)
	kind, err := s.mayPublish(actor, name)
	if err != nil {
		return FlowVersion{}, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		d, there, err := draftOf(ctx, tx, name)
		if err != nil {
			return err
		}
		before, err := s.current(ctx, tx, kind)
		if err != nil {
			return err
		}
		switch {
		case !there:
			return errs.New(errs.KindNotFound, "approval.flow_no_draft", nil)
		case d.ProposedBy == actor.UserID:
			return errs.New(errs.KindForbidden, "approval.flow_own", nil)
		case d.Hash != hash || d.BasedOn != before.Version:
			return errs.New(errs.KindConflict, "approval.changed_meanwhile", nil)
		}
		if err := d.Flow.check(kind); err != nil { // a newer program may ask for other fields
			return err
		}
		if err := knownUsers(ctx, tx, &d.Flow); err != nil {
			return err
		}
		v = FlowVersion{Kind: name, Version: before.Version + 1, Flow: d.Flow, Reason: d.Reason, ProposedBy: d.ProposedBy, PublishedBy: actor.UserID, PublishedAt: tx.Now()}
		if err := tx.InsertApprovalFlow(ctx, v); err != nil {
			return err
		}
		if err := s.endDraft(ctx, tx, actor, d, kind, true); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "approval.publish_flow", flowSubject(name), map[string]any{"version": before.Version, "flow": before.Flow},
			map[string]any{"version": v.Version, "flow": v.Flow, "hash": d.Hash, "reason": v.Reason, "proposed_by": v.ProposedBy})
	})
	return v, err
}

// DropFlow takes a draft away, with a reason: its author, or somebody else who minds approvals. Errors: forbidden; not found; invalid without a reason.
func (s *Service) DropFlow(ctx context.Context, actor access.Actor, name, reason string) (err error) {
	defer errs.Wrap(&err, "approval.DropFlow(%s)", name)
	kind, err := s.mayPublish(actor, name)
	if err != nil {
		return err
	}
	var c fact.Checker
	if c.Text("reason", reason, true); c.Err() != nil {
		return c.Err()
	}
	return s.store.InTx(ctx, func(tx Tx) error {
		d, there, err := draftOf(ctx, tx, name)
		if err == nil && !there {
			err = errs.New(errs.KindNotFound, "approval.flow_no_draft", nil)
		}
		if err != nil {
			return err
		}
		if err := s.endDraft(ctx, tx, actor, d, kind, false); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "approval.drop_flow", flowSubject(name), map[string]any{"flow": d.Flow, "hash": d.Hash, "reason": d.Reason}, map[string]any{"reason": reason})
	})
}

// endDraft takes a draft away, and tells its author what became of it.
func (s *Service) endDraft(ctx context.Context, tx Tx, actor access.Actor, d FlowDraft, kind Kind, published bool) error {
	if err := tx.DeleteApprovalFlowDraft(ctx, d.Kind); err != nil {
		return err
	}
	if err := notice.Settle(ctx, tx, notice.End{Subject: flowSubject(d.Kind), Kinds: []notice.Kind{notice.KindFlowApproval}}); err != nil {
		return err
	}
	state := "approval.flow_dropped"
	if published {
		state = "approval.flow_published"
	}
	return notice.Post(ctx, tx, notice.Message{Kind: notice.KindFlowDecided, To: notice.To{UserIDs: []string{d.ProposedBy}}, Subject: flowSubject(d.Kind), By: actor.UserID,
		Params: notice.Params{"Kind": notice.Phrase(kind.Label), "Who": notice.Word(actor.Name), "State": notice.Phrase(state)}})
}

// FlowDrafts returns the drafts that wait, by kind. Errors: forbidden.
func (s *Service) FlowDrafts(ctx context.Context, actor access.Actor) (drafts map[string]FlowDraft, err error) {
	defer errs.Wrap(&err, "approval.FlowDrafts")
	if err := mayFlows(actor); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		all, err := r.ApprovalFlowDrafts(ctx)
		drafts = make(map[string]FlowDraft, len(all))
		for _, d := range all {
			drafts[d.Kind] = d
		}
		return err
	})
	return drafts, err
}
