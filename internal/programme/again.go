package programme

import (
	"context"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/job"
)

// KindLook is the job that reads the months of goals and looks at the early signs of risks, after facts were recorded.
const KindLook job.Kind = "programme.look"

// LookAgain starts the look where there is a goal or a risk. While one is under way nothing is started.
func (s *Service) LookAgain(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "programme.LookAgain")
	err = s.Store.InTx(ctx, func(tx Tx) error {
		goals, err := tx.Goals(ctx)
		if err != nil {
			return err
		}
		risks, err := tx.Risks(ctx)
		if err != nil || len(goals)+len(risks) == 0 {
			return err
		}
		return tx.Enqueue(ctx, job.Spec{ID: s.NewID(), Kind: KindLook, Args: []byte("{}"), Unique: string(KindLook), Subject: "goal:all"})
	})
	if errs.Is(err, errs.KindConflict) {
		return nil
	}
	return err
}

// RunLook does the job. It may be started again: each goal and each risk is kept by itself.
func (s *Service) RunLook(ctx context.Context, running job.Running) (err error) {
	defer errs.Wrap(&err, "programme.RunLook")
	running.Report(job.Progress{Stage: "programme.stage.goals", Done: 0, Total: 2})
	if err := s.ReadGoals(ctx); err != nil {
		return err
	}
	running.Report(job.Progress{Stage: "programme.stage.risks", Done: 1, Total: 2})
	return s.LookAtRisks(ctx)
}
