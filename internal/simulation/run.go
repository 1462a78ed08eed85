package simulation

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/job"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/simulate"
)

// runArgs are the arguments of a job of KindRun.
type runArgs struct {
	SimulationID string `json:"simulation_id"`
}

// Run carries a simulation out; it is the function of jobs of KindRun. Nothing is stored before the end, so that an interrupted one begins anew.
func (s *Service) Run(ctx context.Context, running job.Running) (err error) {
	var args runArgs
	if err := json.Unmarshal(running.Job().Args, &args); err != nil {
		return err
	}
	defer errs.Wrap(&err, "simulation.Run(%s)", args.SimulationID)
	var sim Simulation
	if err := s.store.Read(ctx, func(r Reader) error {
		sim, err = r.Simulation(ctx, args.SimulationID)
		return err
	}); err != nil {
		return err
	}
	if sim.State != StateRunning {
		return nil // finished before a crash kept the queue from learning it
	}
	err = s.carryOut(ctx, running, sim)
	if err == nil || job.Interrupted(ctx, err) {
		return err
	}
	sim.State, sim.Failure = StateFailed, job.Failure(err)
	if errors.Is(context.Cause(ctx), job.ErrCancelled) {
		sim.State = StateCancelled
	}
	return errors.Join(err, s.finish(context.WithoutCancel(ctx), running.Job(), sim, nil, nil))
}

// carryOut loads, replays, sums up and stores.
func (s *Service) carryOut(ctx context.Context, running job.Running, sim Simulation) error {
	running.Report(job.Progress{Stage: "simulation.stage_loading"})
	in, loaded, err := s.load(ctx, sim)
	if err != nil {
		return err
	}
	in.Progress = func(done, total int) error {
		running.Report(job.Progress{Stage: "simulation.stage_replaying", Done: int64(done), Total: int64(total)})
		return ctx.Err()
	}
	replay, err := simulate.Run(in)
	if err != nil {
		return err
	}
	running.Report(job.Progress{Stage: "simulation.stage_summing"})
	result := s.sumUp(sim, in, loaded, replay)
	packed, digest, err := packResult(result)
	if err != nil {
		return err
	}
	lines, err := packLines(result.Lines)
	if err != nil {
		return err
	}
	sim.State, sim.Digest = StateComplete, digest
	running.SetResult(map[string]any{"simulation": sim.ID, "persons": len(result.Persons), "months": len(in.Months)})
	return s.finish(ctx, running.Job(), sim, packed, lines)
}

func (s *Service) finish(ctx context.Context, j job.Job, sim Simulation, result, lines []byte) error {
	return s.store.InTx(ctx, func(tx Tx) error {
		if err := tx.HoldJob(ctx, j.ID, j.Attempts); err != nil {
			return err
		}
		sim.FinishedAt = tx.Now()
		if err := tx.FinishSimulation(ctx, sim, result, lines); err != nil {
			return err
		}
		return audit.Append(ctx, tx, access.SystemActor("simulation"), "simulation."+string(sim.State), "simulation:"+sim.ID, nil,
			map[string]any{"digest": sim.Digest, "failure": sim.Failure.Key})
	})
}

// load reads the facts, once for all months, and puts the sets of plans together.
func (s *Service) load(ctx context.Context, sim Simulation) (in simulate.Input, loaded *payout.Loaded, err error) {
	in.Months = sim.Request.Months()
	err = s.store.Read(ctx, func(r Reader) error {
		inForce, err := planbook.ForMonths(ctx, r, in.Months)
		if err != nil {
			return err
		}
		opened := opener{}
		base := make(simulate.Variant, len(in.Months))
		for i, f := range inForce {
			base[i] = opened.set(f)
		}
		in.Variants = []simulate.Variant{base}
		for _, c := range sim.Request.Candidates() {
			documents, err := readCandidate(ctx, r, c)
			if err != nil {
				return err
			}
			in.Variants = append(in.Variants, changed(base, documents, c.Without))
		}
		loaded, err = r.LoadFacts(ctx, sim.Request.Last, sim.Recorded, s.currency())
		return err
	})
	if err == nil {
		in.Facts = loaded.Facts
	}
	return in, loaded, err
}

// opener opens each plan once, so that months which share a plan still share it.
type opener map[*plan.Plan]*plan.Plan

func (o opener) set(f planbook.InForce) (s simulate.Set) {
	if f.Crediting == nil {
		return s
	}
	s.Crediting = simulate.OpenCrediting(f.Crediting)
	for _, p := range f.Plans {
		if o[p] == nil {
			o[p] = simulate.Open(p)
		}
		s.Plans = append(s.Plans, o[p])
	}
	return s
}

// changed is the sets with the documents in place of those of the same id, in every month, and without others.
func changed(base simulate.Variant, documents []*plan.Document, without []string) simulate.Variant {
	for i, d := range documents { // open them once, for all months
		opened := *d
		if d.Plan != nil {
			opened.Plan = simulate.Open(d.Plan)
		} else {
			opened.Crediting = simulate.OpenCrediting(d.Crediting)
		}
		documents[i] = &opened
	}
	variant := make(simulate.Variant, len(base))
	for i, set := range base {
		set.Plans = slices.DeleteFunc(slices.Clone(set.Plans), func(p *plan.Plan) bool { return slices.Contains(without, p.ID) })
		for _, d := range documents {
			if d.Crediting != nil {
				set.Crediting = d.Crediting
				continue
			}
			at := slices.IndexFunc(set.Plans, func(p *plan.Plan) bool { return p.ID == d.Plan.ID })
			if at < 0 {
				set.Plans = append(set.Plans, d.Plan)
			} else {
				set.Plans[at] = d.Plan
			}
		}
		variant[i] = set
	}
	return variant
}

// sumUp turns a replay into what is stored.
func (s *Service) sumUp(sim Simulation, in simulate.Input, loaded *payout.Loaded, replay *simulate.Replay) *Result {
	summary, sums := simulate.Summarise(in, replay)
	result := &Result{Currency: string(s.currency()), Summary: summary, Columns: replay.Columns}
	variants := len(in.Variants)
	place := map[int32]int32{}
	for _, p := range sums {
		place[p.Person] = int32(len(result.Persons))
		who := &loaded.Persons[p.Person]
		result.Persons = append(result.Persons, Person{ID: loaded.PersonIDs[p.Person], Key: who.Key, Name: who.Name, Level: p.Level, Months: p.Months,
			Earned: slices.Clone(p.EarnedFen[:variants])})
	}
	for _, l := range replay.Lines {
		result.Lines = append(result.Lines, Line{Month: l.Month, Person: place[l.Person], Column: l.Column, Earned: slices.Clone(l.AmountFen[:variants])})
	}
	if sim.Request.Draws > 0 {
		for v := range variants {
			result.Forecasts = append(result.Forecasts, simulate.Predict(in, replay, v, simulate.Draws{Count: sim.Request.Draws, Seed: sim.Request.Seed}, sim.Request.BudgetMinor))
		}
	}
	return result
}
