package approval

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
)

// tickMax is how many requests one Tick looks after at most; the next one goes on.
const tickMax = 200

// Tick lets the next manager up sign, too, where time has run out, and somebody else where who was asked cannot sign in any more. Call it now and then, on any
// node: who looks after a request first wins, and the other finds it done.
func (s *Service) Tick(ctx context.Context) (changed int, err error) {
	defer errs.Wrap(&err, "approval.Tick")
	var due, orphaned []string
	err = s.store.Read(ctx, func(r Reader) error {
		if due, err = r.ApprovalsDue(ctx, r.Now(), tickMax); err != nil {
			return err
		}
		orphaned, err = r.ApprovalsOrphaned(ctx, tickMax)
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, id := range due {
		done, err := s.look(ctx, id, ActEscalate)
		if err != nil {
			return changed, err
		}
		if done {
			changed++
		}
	}
	for _, id := range orphaned {
		done, err := s.look(ctx, id, ActRefill)
		if err != nil {
			return changed, err
		}
		if done {
			changed++
		}
	}
	return changed, nil
}

// look looks after one request. Somebody may have been faster: then there is nothing to do.
func (s *Service) look(ctx context.Context, id string, act Act) (done bool, err error) {
	err = s.store.InTx(ctx, func(tx Tx) error {
		done = false
		before, err := tx.Approval(ctx, id)
		if err != nil || before.State != StatePending {
			return err
		}
		after := before.clone()
		people, err := s.people(ctx, tx, &after, after.approvers())
		if err != nil {
			return err
		}
		step := step{act: act, turn: turnOf(before)}
		if act == ActEscalate {
			if due := before.DueAt(); due.IsZero() || due.After(tx.Now()) {
				return nil
			}
			step.to = after.escalate(people, s.clock(tx.Now()))
		} else {
			after.dropGone(people)
			after.refill(people)
		}
		done = true
		after.Revision++
		if err := tx.UpdateApproval(ctx, after); err != nil {
			return err
		}
		return s.record(ctx, tx, access.SystemActor("approval"), step, before, after)
	})
	if errs.Is(err, errs.KindConflict) {
		return false, nil
	}
	return done, err
}

// dropGone takes candidates off open seats who cannot sign in any more.
func (r *Request) dropGone(people People) {
	turn := &r.Turns[r.At]
	for i, seat := range turn.Seats {
		if seat.Signed() {
			continue
		}
		var stay []string
		for _, id := range seat.Candidates {
			if people.Able[id] {
				stay = append(stay, id)
			}
		}
		turn.Seats[i].Candidates = stay
	}
}

// WithdrawIn takes back the open request about a subject that goes away, in the transaction of that; whoever may do that has been asked by its package. The
// outcome is told as for any other withdrawal. Nothing happens where none is open.
func (s *Service) WithdrawIn(ctx context.Context, tx Tx, actor access.Actor, kind, subjectID, note string) (err error) {
	defer errs.Wrap(&err, "approval.WithdrawIn(%s:%s)", kind, subjectID)
	before, err := tx.OpenApproval(ctx, kind, subjectID)
	if errs.Is(err, errs.KindNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	after := before.clone()
	if err := after.withdraw(s.clock(tx.Now())); err != nil {
		return err
	}
	after.Revision++
	if err := tx.UpdateApproval(ctx, after); err != nil {
		return err
	}
	return s.record(ctx, tx, actor, step{act: ActWithdraw, note: note, turn: turnOf(before)}, before, after)
}
