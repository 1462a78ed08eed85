package reassign

import (
	"context"
	"encoding/json"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
)

// Verified says whether a run comes out the same from what was kept of it.
type Verified struct {
	Input  bool // what was kept is what was looked at
	Result bool // the same proposal
}

// Verify makes a proposal again from its kept input. Errors: forbidden; not found; conflict while there is none.
func (s *Service) Verify(ctx context.Context, actor access.Actor, id int64) (v Verified, err error) {
	defer errs.Wrap(&err, "reassign.Verify(%d)", id)
	if err := actor.Require(access.PermCustomerAssign); err != nil {
		return v, err
	}
	var run Run
	var kept []byte
	if err := s.store.Read(ctx, func(r Reader) error {
		if run, err = s.find(ctx, r, actor, id); err != nil {
			return err
		}
		if run.State != StateReady {
			return errs.New(errs.KindConflict, "reassign.not_ready", nil)
		}
		kept, err = r.ReassignInput(ctx, id)
		return err
	}); err != nil {
		return v, err
	}
	var in Input
	if err := json.Unmarshal(kept, &in); err != nil {
		return v, err
	}
	_, name, err := hash(in)
	if err != nil {
		return v, err
	}
	if name != run.InputHash {
		return v, nil // of something else nothing is proposed
	}
	result, err := Propose(in)
	if err != nil {
		return v, err
	}
	_, again, err := hash(result)
	return Verified{Input: name == run.InputHash, Result: again == run.ResultHash}, err
}
