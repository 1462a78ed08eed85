package approval

import (
	"context"
	"slices"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
)

// step is one act as it is recorded.
type step struct {
	act   Act
	stood string // whom the actor stood in for
	to    []string
	note  string
	turn  int64 // 1 is the first
	quiet bool  // those who are asked are told in another way
}

// Decision is an act about a request by somebody who is asked, or who submitted it.
type Decision struct {
	ID       string
	Revision int64  // that was seen; 0: whatever there is
	To       string // user by id or login, of transfers, further signers, copies and assignments
	Note     string
}

// deed is an act upon a request: pure, but for what it looks up.
type deed func(tx Tx, r *Request, v voice, people People, c clock) (step, error)

// change does an act in a transaction of its own.
func (s *Service) change(ctx context.Context, actor access.Actor, in Decision, noteWanted bool, do deed) (after Request, err error) {
	err = s.store.InTx(ctx, func(tx Tx) error {
		after, err = s.changeIn(ctx, tx, actor, in, noteWanted, do)
		return err
	})
	return after, err
}

// changeIn does an act in the transaction of another package.
func (s *Service) changeIn(ctx context.Context, tx Tx, actor access.Actor, in Decision, noteWanted bool, do deed) (after Request, err error) {
	if err := mayAct(actor); err != nil {
		return Request{}, err
	}
	in.Note = fact.TidyLines(in.Note)
	var c fact.Checker
	if c.Lines("note", in.Note); noteWanted && in.Note == "" {
		c.Add("note", "", "form.error.required", nil)
	}
	if len(in.Note) > noteBytesMax {
		c.Add("note", "", "fact.too_long", errs.Args{"Max": noteBytesMax})
	}
	if err := c.Err(); err != nil {
		return Request{}, err
	}
	before, err := s.seen(ctx, tx, actor, in.ID)
	if err != nil {
		return Request{}, err
	}
	if in.Revision != 0 && in.Revision != before.Revision {
		return Request{}, errs.New(errs.KindConflict, "approval.changed_meanwhile", nil)
	}
	stands, err := s.standsFor(ctx, tx, actor.UserID)
	if err != nil {
		return Request{}, err
	}
	after = before.clone()
	further, err := named(ctx, tx, in.To)
	if err != nil {
		return Request{}, err
	}
	people, err := s.people(ctx, tx, &after, after.approvers(), further...)
	if err != nil {
		return Request{}, err
	}
	done, err := do(tx, &after, voice{actor.UserID, stands}, people, s.clock(tx.Now()))
	if err != nil {
		return Request{}, err
	}
	done.note, done.turn = in.Note, turnOf(before)
	after.Revision++
	if err := tx.UpdateApproval(ctx, after); err != nil {
		return Request{}, err
	}
	return after, s.record(ctx, tx, actor, done, before, after)
}

const noteBytesMax = 2000

func turnOf(r Request) int64 {
	if r.State != StatePending {
		return 0
	}
	return int64(r.At) + 1
}

// clone copies the request as far as acts change it.
func (r *Request) clone() Request {
	out := *r
	out.Turns = slices.Clone(r.Turns)
	for i, t := range out.Turns {
		out.Turns[i].Seats = slices.Clone(t.Seats)
		for j, seat := range t.Seats {
			out.Turns[i].Seats[j].Candidates = slices.Clone(seat.Candidates)
		}
	}
	return out
}

// Approve signs. Errors: not found for who has nothing to do with it; forbidden for who is not asked and for what is one's own; conflict when it is decided,
// changed, or signed by the actor on this step; whatever the subject says against it.
func (s *Service) Approve(ctx context.Context, actor access.Actor, in Decision) (r Request, err error) {
	defer errs.Wrap(&err, "approval.Approve(%s)", in.ID)
	return s.change(ctx, actor, in, false, approving)
}

func approving(_ Tx, r *Request, v voice, people People, c clock) (step, error) {
	stood, err := r.approve(v, people, c)
	return step{act: ActApprove, stood: stood}, err
}

func rejecting(_ Tx, r *Request, v voice, _ People, c clock) (step, error) {
	stood, err := r.refuse(v, StateRejected, c)
	return step{act: ActReject, stood: stood}, err
}

// DecideIn is Approve, or Reject, in the transaction of another package, which decides on many subjects at once. Errors: theirs.
func (s *Service) DecideIn(ctx context.Context, tx Tx, actor access.Actor, in Decision, approve bool) (r Request, err error) {
	defer errs.Wrap(&err, "approval.DecideIn(%s)", in.ID)
	if approve {
		return s.changeIn(ctx, tx, actor, in, false, approving)
	}
	return s.changeIn(ctx, tx, actor, in, true, rejecting)
}

// Reject ends the request, with a reason. Errors: as Approve; invalid without a reason.
func (s *Service) Reject(ctx context.Context, actor access.Actor, in Decision) (r Request, err error) {
	defer errs.Wrap(&err, "approval.Reject(%s)", in.ID)
	return s.change(ctx, actor, in, true, rejecting)
}

// Return gives the request back to its submitter to be changed, with a reason. Errors: as Reject.
func (s *Service) Return(ctx context.Context, actor access.Actor, in Decision) (r Request, err error) {
	defer errs.Wrap(&err, "approval.Return(%s)", in.ID)
	return s.change(ctx, actor, in, true, func(_ Tx, r *Request, v voice, _ People, c clock) (step, error) {
		if kind, _ := s.KindNamed(r.Kind); kind.Final {
			return step{}, errs.New(errs.KindConflict, "approval.final", nil)
		}
		stood, err := r.refuse(v, StateReturned, c)
		return step{act: ActReturn, stood: stood}, err
	})
}

// Withdraw takes one's own request back. Errors: not found; forbidden for others; conflict when it has ended.
func (s *Service) Withdraw(ctx context.Context, actor access.Actor, in Decision) (r Request, err error) {
	defer errs.Wrap(&err, "approval.Withdraw(%s)", in.ID)
	return s.change(ctx, actor, in, false, func(_ Tx, r *Request, _ voice, _ People, c clock) (step, error) {
		if r.SubmitterID != actor.UserID {
			return step{}, errs.New(errs.KindForbidden, "approval.other_submitter", nil)
		}
		return step{act: ActWithdraw}, r.withdraw(c)
	})
}

// Transfer lets somebody else sign in one's place, who has no fewer rights. Errors: as Approve; invalid for a user who cannot sign in.
func (s *Service) Transfer(ctx context.Context, actor access.Actor, in Decision) (r Request, err error) {
	defer errs.Wrap(&err, "approval.Transfer(%s)", in.ID)
	return s.change(ctx, actor, in, false, func(tx Tx, r *Request, v voice, people People, _ clock) (step, error) {
		to, err := another(ctx, tx, in.To)
		if err != nil {
			return step{}, err
		}
		stood, err := r.transfer(v, to.ID, people)
		if err != nil {
			return step{}, err
		}
		from := v.userID
		if stood != "" {
			from = stood
		}
		if err := coversUser(ctx, tx, to, from); err != nil {
			return step{}, err
		}
		return step{act: ActTransfer, stood: stood, to: []string{to.ID}}, nil
	})
}

// AddSigner asks a further person, before one's own signature or after it. Errors: as Transfer.
func (s *Service) AddSigner(ctx context.Context, actor access.Actor, in Decision, before bool) (r Request, err error) {
	defer errs.Wrap(&err, "approval.AddSigner(%s)", in.ID)
	return s.change(ctx, actor, in, false, func(tx Tx, r *Request, v voice, people People, c clock) (step, error) {
		to, err := another(ctx, tx, in.To)
		if err != nil {
			return step{}, err
		}
		act := ActAddAfter
		if before {
			act = ActAddBefore
		}
		stood, err := r.addSigner(v, to.ID, before, people, c)
		return step{act: act, stood: stood, to: []string{to.ID}}, err
	})
}

// Copy shows the request to somebody, who is told. Who submitted it may, and who is or was asked. Errors: not found; invalid.
func (s *Service) Copy(ctx context.Context, actor access.Actor, in Decision) (r Request, err error) {
	defer errs.Wrap(&err, "approval.Copy(%s)", in.ID)
	return s.change(ctx, actor, in, false, func(tx Tx, r *Request, _ voice, _ People, _ clock) (step, error) {
		to, err := another(ctx, tx, in.To)
		if err != nil {
			return step{}, err
		}
		parts, err := tx.ApprovalParts(ctx, r.ID)
		if err != nil {
			return step{}, err
		}
		own := parts[actor.UserID]
		if r.SubmitterID != actor.UserID && !slices.ContainsFunc(own, func(p Part) bool { return p != PartCopied }) {
			return step{}, errs.New(errs.KindForbidden, "approval.not_asked", nil)
		}
		return step{act: ActCopy, to: []string{to.ID}}, nil
	})
}

// Remind asks those who are asked once more; once in four hours. Errors: as Withdraw; conflict when it was done just now.
func (s *Service) Remind(ctx context.Context, actor access.Actor, in Decision) (r Request, err error) {
	defer errs.Wrap(&err, "approval.Remind(%s)", in.ID)
	return s.change(ctx, actor, in, false, func(tx Tx, r *Request, _ voice, _ People, c clock) (step, error) {
		if r.SubmitterID != actor.UserID {
			return step{}, errs.New(errs.KindForbidden, "approval.other_submitter", nil)
		}
		if r.State != StatePending {
			return step{}, decided(r.State)
		}
		events, err := tx.ApprovalEvents(ctx, r.ID)
		if err != nil {
			return step{}, err
		}
		for _, e := range events {
			if e.Act == ActRemind && e.Round == r.Round && c.now.Sub(e.At) < remindEvery {
				return step{}, errs.New(errs.KindConflict, "approval.reminded_already", nil)
			}
		}
		return step{act: ActRemind, to: r.Open()}, nil
	})
}

// Assign names who signs where nobody is left, or somebody has gone, with a reason. It needs the permission approval.manage with a reach over the
// submitter, and nobody names themselves. Errors: forbidden; not found; invalid; conflict.
func (s *Service) Assign(ctx context.Context, actor access.Actor, in Decision) (r Request, err error) {
	defer errs.Wrap(&err, "approval.Assign(%s)", in.ID)
	if err := actor.Require(access.PermApprovalManage); err != nil {
		return Request{}, err
	}
	return s.change(ctx, actor, in, true, func(tx Tx, r *Request, _ voice, people People, _ clock) (step, error) {
		within, err := s.minds(ctx, tx, actor, *r)
		if err != nil {
			return step{}, err
		}
		if !within {
			return step{}, errs.New(errs.KindForbidden, "approval.out_of_reach", nil)
		}
		to, err := another(ctx, tx, in.To)
		if err == nil && to.ID == actor.UserID {
			err = errs.New(errs.KindForbidden, "approval.assign_self", nil)
		}
		if err != nil {
			return step{}, err
		}
		return step{act: ActAssign, to: []string{to.ID}}, r.assign(to.ID, people)
	})
}

// another finds the user whom an act names by id or login, who must be able to sign in.
func another(ctx context.Context, r Reader, id string) (access.User, error) {
	id = strings.TrimSpace(id)
	account, err := r.UserAccount(ctx, id)
	if errs.Is(err, errs.KindNotFound) {
		account, err = r.UserAccountByLogin(ctx, strings.ToLower(id))
	}
	if errs.Is(err, errs.KindNotFound) || err == nil && account.Disabled {
		var c fact.Checker
		c.Add("to", id, "approval.user_unknown", nil)
		return access.User{}, c.Err()
	}
	return account.User, err
}

// named is the id of the user whom an act names, if it names one.
func named(ctx context.Context, r Reader, to string) ([]string, error) {
	if to == "" {
		return nil, nil
	}
	user, err := another(ctx, r, to)
	if err != nil {
		return nil, err
	}
	return []string{user.ID}, nil
}

// coversUser refuses whoever has fewer rights than the user whose place they would take.
func coversUser(ctx context.Context, r Reader, to access.User, from string) error {
	account, err := r.UserAccount(ctx, from)
	if err != nil {
		return err
	}
	if !covers(to, account.User) {
		return errs.New(errs.KindForbidden, "approval.fewer_rights", errs.Args{"Who": to.Name})
	}
	return nil
}

// covers reports whether a user has all permissions of another.
func covers(to, from access.User) bool {
	can := func(u access.User) (all []access.Permission) {
		for _, g := range u.Grants {
			all = append(all, g.Role.Permissions()...)
		}
		return all
	}
	has := can(to)
	return !slices.ContainsFunc(can(from), func(p access.Permission) bool { return !slices.Contains(has, p) })
}
