package reassign

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/job"
)

// RunPropose does the job. It may be started again: only the last step writes.
func (s *Service) RunPropose(ctx context.Context, running job.Running) (err error) {
	var args RunArgs
	if err := json.Unmarshal(running.Job().Args, &args); err != nil {
		return err
	}
	defer errs.Wrap(&err, "reassign.RunPropose(%d)", args.Run)
	var run Run
	if err := s.store.Read(ctx, func(r Reader) (err error) { run, err = r.ReassignRun(ctx, args.Run); return err }); err != nil || run.State != StateRunning {
		return err
	}
	rows, err := s.make(ctx, &run, running.Report)
	if job.Interrupted(ctx, err) {
		return err
	}
	if err != nil {
		run.State, run.Failure = StateFailed, job.Failure(err)
	}
	running.SetResult(map[string]any{"moved": run.Result.Moved, "customers": run.Result.Customers})
	return errors.Join(err, s.store.InTx(context.WithoutCancel(ctx), func(tx Tx) error {
		if err := tx.HoldJob(ctx, running.Job().ID, running.Job().Attempts); err != nil {
			return err
		}
		return s.finish(ctx, tx, run, rows)
	}))
}

// ProposeNow asks for a proposal and makes it at once, for tools that make up a company.
func (s *Service) ProposeNow(ctx context.Context, actor access.Actor, ask Ask) (run Run, err error) {
	defer errs.Wrap(&err, "reassign.ProposeNow")
	if err := s.store.InTx(ctx, func(tx Tx) error { run, err = s.begin(ctx, tx, actor, ask); return err }); err != nil {
		return run, err
	}
	rows, err := s.make(ctx, &run, func(job.Progress) {})
	if err != nil {
		return run, err
	}
	return run, s.store.InTx(ctx, func(tx Tx) error { return s.finish(ctx, tx, run, rows) })
}

func (s *Service) finish(ctx context.Context, tx Tx, run Run, rows []Row) error {
	run.FinishedAt, run.Revision = tx.Now(), run.Revision+1
	if err := tx.SaveReassignRun(ctx, run); err != nil {
		return err
	}
	return tx.PutReassignRows(ctx, rows)
}

// make reads what a run looks at, proposes, and fills the run in.
func (s *Service) make(ctx context.Context, run *Run, report func(job.Progress)) (rows []Row, err error) {
	in, err := s.input(ctx, run, report)
	if err != nil {
		return nil, err
	}
	report(job.Progress{Stage: "reassign.stage_proposing", Done: int64(len(in.Customers)), Total: int64(len(in.Customers))})
	result, err := Propose(in)
	if err != nil {
		return nil, err
	}
	if run.Input, run.InputHash, err = hash(in); err != nil {
		return nil, err
	}
	if _, run.ResultHash, err = hash(result); err != nil {
		return nil, err
	}
	for i, m := range append(slices.Clone(result.Moves), result.Stays...) {
		state := MoveProposed
		if m.ToID == 0 {
			state = MoveStays
		}
		rows = append(rows, Row{RunID: run.ID, Place: int64(i + 1), State: state, Move: m})
	}
	result.Moves, result.Stays = nil, nil
	run.Result, run.State = result, StateReady
	return rows, nil
}

func key(id int64) string { return strconv.FormatInt(id, 10) }
