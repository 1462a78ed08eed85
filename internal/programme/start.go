package programme

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
)

// Start begins an initiative from what a problem list or a table of priorities proposes: with the shipped gates and duties, in its first phase, without an
// owner. Errors: forbidden; invalid.
func (s *Service) Start(ctx context.Context, actor access.Actor, in Seed) (i Initiative, err error) {
	defer errs.Wrap(&err, "programme.Start")
	if err := mayWrite(actor); err != nil {
		return i, err
	}
	if err := in.check(); err != nil {
		return i, err
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		i = Initiative{Title: in.Title, Problems: in.Problems, Horizon: in.Horizon, BudgetFen: in.BudgetFen, EffortDays: in.EffortDays, Phase: PhaseDiagnose, Gates: shippedGates(), Duties: shippedDuties(), CreatedBy: sign(actor, tx), Revision: 1}
		if i.ID, err = tx.NextNumber(ctx, "initiative"); err != nil {
			return err
		}
		if err := tx.InsertInitiative(ctx, i); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "initiative.start", i.Subject(), nil, in)
	})
	return i, err
}

// sign is the actor's signature now.
func sign(actor access.Actor, tx Tx) Signature {
	return Signature{actor.UserID, actor.Name, tx.Now()}
}
