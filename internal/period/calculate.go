package period

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/job"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/planbook"
)

const engineVersion = engine.Version

// portionDefault is how many statements one transaction stores: short enough to let other writers in between.
const portionDefault = 400

// RunCalculate carries a run out; it is the function of jobs of KindCalculate. A run that was interrupted goes on where it was: its
// facts and plans are pinned, so what is recomputed is what was computed. Statements become the month's result all at once, with
// the last step.
func (s *Service) RunCalculate(ctx context.Context, running job.Running) (err error) {
	var args CalculateArgs
	if err := json.Unmarshal(running.Job().Args, &args); err != nil {
		return err
	}
	defer errs.Wrap(&err, "period.RunCalculate(%s)", args.RunID)
	var run payout.Run
	if err := s.store.Read(ctx, func(r Reader) error {
		run, err = r.Run(ctx, args.RunID)
		return err
	}); err != nil {
		return err
	}
	if run.State != payout.RunRunning {
		return nil // finished before a crash kept the queue from learning it
	}
	err = s.carryOut(ctx, running, &run)
	if err == nil || job.Interrupted(ctx, err) {
		return err
	}
	return errors.Join(err, s.fail(context.WithoutCancel(ctx), running.Job(), run, errors.Is(context.Cause(ctx), job.ErrCancelled), err))
}

// carryOut computes and stores the statements and completes the run.
func (s *Service) carryOut(ctx context.Context, running job.Running, run *payout.Run) error {
	running.Report(job.Progress{Stage: "period.stage_loading"})
	builder, err := s.compute(ctx, *run)
	if err != nil {
		return err
	}
	groups := payout.Groups(builder.Result.Payouts)
	run.Payees = int64(len(groups))
	digest := payout.NewDigest(run.Salt)
	var exceptions []payout.Exception
	run.TotalMinor = 0
	for first := 0; first < len(groups); first += s.portion {
		running.Report(job.Progress{Stage: "period.stage_storing", Done: int64(first), Total: run.Payees})
		built, err := buildAll(ctx, builder, groups[first:min(first+s.portion, len(groups))])
		if err != nil {
			return err
		}
		for _, b := range built {
			digest.Add(b.Row)
			exceptions = append(exceptions, b.Exceptions...)
			run.TotalMinor += b.Row.TotalMinor
		}
		stored := run.Statements // also before an interruption, and perhaps by portions of another size
		if int64(first+len(built)) <= stored {
			continue
		}
		built = built[max(0, stored-int64(first)):]
		run.Statements += int64(len(built))
		if err := s.store.InTx(ctx, func(tx Tx) error {
			if err := tx.HoldJob(ctx, running.Job().ID, running.Job().Attempts); err != nil {
				return err
			}
			if err := tx.InsertStatements(ctx, run.ID, stored, built); err != nil {
				return err
			}
			return tx.UpdateRun(ctx, *run)
		}); err != nil {
			return err
		}
	}
	e := ending{stored: int64(len(groups)), exceptions: append(exceptions, withoutPlan(builder, groups)...)}
	if err := s.end(ctx, builder, groups, run, digest, &e); err != nil {
		return err
	}
	return s.complete(ctx, running, *run, e)
}

// ending is what the last step of a run stores.
type ending struct {
	stored     int64          // how many statements are stored before
	blanks     []payout.Built // statements that show additions alone
	additions  []payout.Addition
	settled    []payout.SettlementRow
	exceptions []payout.Exception
}

// end takes up what waits for the month from outside it, settles the month of everybody whom a settling plan pays or who has something
// open, and completes the run's digest.
func (s *Service) end(ctx context.Context, builder *payout.Builder, groups []payout.Group, run *payout.Run, digest *payout.Digest, e *ending) (err error) {
	var openings payout.Openings
	var pasts payout.Pasts
	var unclear []payout.Exception
	if err := s.store.Read(ctx, func(r Reader) (err error) {
		if openings, err = r.Openings(ctx, run.Month, 0); err != nil {
			return err
		}
		if e.additions, err = r.Additions(ctx, run.Month); err != nil {
			return err
		}
		if unclear, err = payout.TakenExceptions(ctx, r, run.Month, e.additions); err != nil {
			return err
		}
		pasts, err = payout.PastsFor(ctx, r, run.Month, builder.Plans, openings, e.additions, time.Time{})
		return err
	}); err != nil {
		return err
	}
	if e.blanks, err = builder.Blanks(groups, e.additions); err != nil {
		return err
	}
	run.Payees += int64(len(e.blanks))
	for _, b := range e.blanks {
		digest.Add(b.Row)
	}
	if e.settled, err = builder.Settle(openings, pasts, e.additions); err != nil {
		return err
	}
	for _, row := range e.settled {
		digest.AddSettlement(row)
	}
	for _, a := range e.additions {
		if err := digest.AddAddition(a); err != nil {
			return err
		}
	}
	e.exceptions = slices.Concat(e.exceptions, payout.AdditionExceptions(e.additions), unclear)
	run.Digest = digest.Sum()
	return nil
}

// compute loads the pinned facts and plans and runs the engine.
func (s *Service) compute(ctx context.Context, run payout.Run) (*payout.Builder, error) {
	var rules planbook.InForce
	var earlier []payout.EarlierLine
	builder := &payout.Builder{}
	err := s.store.Read(ctx, func(r Reader) (err error) {
		if rules, err = planbook.ForVersions(ctx, r, run.Month, run.Plans); err != nil {
			return err
		}
		if earlier, err = payout.EarlierLinesFor(ctx, r, rules, run.Month, 0); err != nil {
			return err
		}
		builder.Loaded, err = r.LoadFacts(ctx, run.Month, run.Recorded, s.currency())
		return err
	})
	if err != nil {
		return nil, err
	}
	builder.Result, err = engine.Run(engine.Input{Period: run.Month, Plans: rules.Plans, Crediting: rules.Crediting, Facts: builder.Loaded.Facts,
		Earlier: payout.EarlierPay(earlier, builder.Loaded, rules)})
	builder.Plans = rules.Plans
	for _, v := range rules.PlanVersions {
		builder.PlanIDs = append(builder.PlanIDs, v.DocumentID)
		builder.Version = append(builder.Version, v.ID)
	}
	return builder, err
}

// buildAll builds the statements of the groups on two goroutines; the order is that of the groups.
func buildAll(ctx context.Context, template *payout.Builder, groups []payout.Group) ([]payout.Built, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	built := make([]payout.Built, len(groups))
	const workers = 2
	var wait sync.WaitGroup
	failures := make([]error, workers)
	for w := range workers {
		wait.Go(func() {
			b := payout.Builder{Loaded: template.Loaded, Result: template.Result, PlanIDs: template.PlanIDs, Version: template.Version, Plans: template.Plans}
			for i := w; i < len(groups); i += workers {
				if built[i], failures[w] = b.Build(groups[i]); failures[w] != nil {
					return
				}
			}
		})
	}
	wait.Wait()
	return built, errors.Join(failures...)
}

// withoutPlan finds sellers and leaders at month end whom no plan pays, and those whom two pay.
func withoutPlan(b *payout.Builder, groups []payout.Group) []payout.Exception {
	plans := make(map[int32]int, len(groups))
	for _, g := range groups {
		plans[g.Person]++
	}
	var found []payout.Exception
	last := b.Result.Period.Last()
	for i, p := range b.Loaded.Persons {
		if p.Hired > last || p.Left <= last {
			continue
		}
		level := engine.LevelOn(p, last)
		switch n := plans[int32(i)]; {
		case n == 0 && level != "" && level != "other":
			found = append(found, payout.Exception{Kind: payout.ExceptionNoPlan, PersonID: b.Loaded.PersonIDs[i]})
		case n > 1:
			found = append(found, payout.Exception{Kind: payout.ExceptionTwoPlans, PersonID: b.Loaded.PersonIDs[i]})
		}
	}
	return found
}

// complete makes the run the month's result.
func (s *Service) complete(ctx context.Context, running job.Running, run payout.Run, e ending) error {
	actor := access.SystemActor("period")
	return s.store.InTx(ctx, func(tx Tx) error {
		if err := tx.HoldJob(ctx, running.Job().ID, running.Job().Attempts); err != nil {
			return err
		}
		before, err := tx.Period(ctx, run.Month)
		if err != nil {
			return err
		}
		if before.RunningRun != run.ID {
			return errs.New(errs.KindConflict, "period.run_replaced", nil)
		}
		changed, err := farOff(ctx, tx, run)
		if err != nil {
			return err
		}
		if err := tx.InsertStatements(ctx, run.ID, e.stored, e.blanks); err != nil {
			return err
		}
		if err := tx.InsertExceptions(ctx, run.ID, slices.Concat(e.exceptions, changed)); err != nil {
			return err
		}
		if err := tx.InsertSettlements(ctx, run.ID, e.settled); err != nil {
			return err
		}
		if err := tx.InsertRunAdditions(ctx, run.ID, e.additions); err != nil {
			return err
		}
		run.State, run.FinishedAt, run.Statements = payout.RunComplete, tx.Now(), run.Payees
		if err := tx.UpdateRun(ctx, run); err != nil {
			return err
		}
		after := before
		if after.State, err = before.Next(ActionComplete); err != nil {
			return err
		}
		after.CurrentRun, after.RunningRun, after.RunBy, after.Revision = run.ID, "", run.StartedBy, before.Revision+1
		if err := tx.SavePeriod(ctx, after); err != nil {
			return err
		}
		running.SetResult(map[string]any{"month": run.Month.String(), "payees": run.Payees}) // no amount: who looks after jobs may not see pay
		return note(ctx, tx, actor, ActionComplete, before, after, "")
	})
}

// fail ends a run that failed or was cancelled. A start of the job that is not the current one any more has no say in that.
func (s *Service) fail(ctx context.Context, j job.Job, run payout.Run, cancelled bool, cause error) error {
	failure := errs.Msg("error.internal", nil)
	if e, ok := errors.AsType[*errs.Error](cause); ok {
		failure = e.Message
	}
	return s.store.InTx(ctx, func(tx Tx) error {
		if err := tx.HoldJob(ctx, j.ID, j.Attempts); err != nil {
			return err
		}
		before, err := tx.Period(ctx, run.Month)
		if err != nil {
			return err
		}
		_, err = abandon(ctx, tx, before, run, cancelled, failure)
		return err
	})
}

// abandon ends a run that will not be completed; the result that stood stands.
func abandon(ctx context.Context, tx Tx, before Period, run payout.Run, cancelled bool, failure errs.Message) (Period, error) {
	run.State, run.Failure, run.FinishedAt = payout.RunFailed, failure, tx.Now()
	if cancelled {
		run.State = payout.RunCancelled
	}
	if err := tx.UpdateRun(ctx, run); err != nil || before.RunningRun != run.ID {
		return before, err
	}
	after, err := before, error(nil)
	if after.State, err = before.Next(ActionAbandon); err != nil {
		return before, err
	}
	after.RunningRun, after.Revision = "", before.Revision+1
	if err := tx.SavePeriod(ctx, after); err != nil {
		return before, err
	}
	return after, note(ctx, tx, access.SystemActor("period"), ActionAbandon, before, after, failure.Key)
}

// release abandons the month's run when its job has ended without it: the job was cancelled before it began, or was given up. Otherwise
// such a month could never be calculated again.
func release(ctx context.Context, tx Tx, p Period) (Period, error) {
	if p.RunningRun == "" {
		return p, nil
	}
	run, err := tx.Run(ctx, p.RunningRun)
	if err != nil {
		return p, err
	}
	j, err := tx.Job(ctx, run.JobID)
	if err != nil || !j.State.Finished() {
		return p, err
	}
	failure := j.Failure
	if failure.Key == "" {
		failure = errs.Msg("error.internal", nil)
	}
	return abandon(ctx, tx, p, run, j.State == job.StateCancelled, failure)
}
