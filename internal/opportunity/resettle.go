package opportunity

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/process"
)

// resettlePortion is how many opportunities are moved in one transaction: others wait for it.
const resettlePortion = 200

// place is a stage with those of one state on it.
type place struct {
	stage Stage
	state State
}

// misplaced are the places where no opportunity is to stand any longer. Those that are lost stay where they were lost.
func (s *StageSet) misplaced() (places []place) {
	for _, list := range [][]StageEntry{s.former, s.entries} {
		for _, e := range list {
			for _, state := range []State{StateOpen, StateWon} {
				if !s.Fits(e.ID, state) {
					places = append(places, place{e.ID, state})
				}
			}
		}
	}
	return places
}

// withLeft are the stages of the board: those in force, and behind them earlier ones on which something still stands, until it has been moved.
func withLeft(ctx context.Context, r Reader, set *StageSet) (stages []Stage, err error) {
	stages = set.IDs()
	for _, e := range set.former {
		for _, state := range []State{StateOpen, StateWon} {
			some, err := r.CountOnStage(ctx, e.ID, state, 1)
			if err != nil {
				return nil, err
			}
			if some > 0 {
				stages = append(stages, e.ID)
				break
			}
		}
	}
	return stages, nil
}

// Resettle moves the next opportunities that stand where by the standard in force none is to stand: it asks no gate and no fields, and nobody has
// moved them. What was moved is not moved again, so whoever goes on after an interruption goes on where it was. more says that there may be more.
func (s *Service) Resettle(ctx context.Context) (more bool, err error) {
	defer errs.Wrap(&err, "opportunity.Resettle")
	set, err := s.Stages(ctx)
	if err != nil {
		return false, err
	}
	var left []place
	if err := s.store.Read(ctx, func(r Reader) error {
		for _, p := range set.misplaced() {
			some, err := r.CountOnStage(ctx, p.stage, p.state, 1)
			if err != nil {
				return err
			}
			if some > 0 {
				left = append(left, p)
			}
		}
		return nil
	}); err != nil || len(left) == 0 {
		return false, err
	}
	return true, s.store.InTx(ctx, func(tx Tx) error {
		some, err := tx.OnStage(ctx, left[0].stage, left[0].state, resettlePortion)
		if err != nil {
			return err
		}
		for _, o := range some {
			if err := resettle(ctx, tx, set, o); err != nil {
				return err
			}
		}
		return nil
	})
}

// resettle moves one. Since when it stands on its stage stays: it waits as long as before.
func resettle(ctx context.Context, tx Tx, set *StageSet, old Opportunity) error {
	o := old
	o.Stage, o.Revision = set.Landing(old.Stage, old.State), old.Revision+1
	if err := tx.SaveOpportunity(ctx, o); err != nil {
		return err
	}
	said := map[string]any{"from": old.Stage, "stage": o.Stage, "amount": o.AmountMinor, "by": process.ByStandard}
	return process.Record(ctx, tx, access.SystemActor("standard"), process.Write{Action: "opportunity.resettle", Subject: o.Subject(), Revision: o.Revision, Before: old, After: o,
		Events: []process.Event{{CaseID: o.ID, Activity: process.ActivityStage, Data: process.Data(said)}}})
}

// OnStages counts the open and won opportunities of the whole company on each of the stages, for who decides about stages.
func (s *Service) OnStages(ctx context.Context, stages []Stage) (counts map[Stage]int64, err error) {
	defer errs.Wrap(&err, "opportunity.OnStages")
	counts = map[Stage]int64{}
	err = s.store.Read(ctx, func(r Reader) error {
		for _, stage := range stages {
			for _, state := range []State{StateOpen, StateWon} {
				count, err := r.CountOnStage(ctx, stage, state, 0)
				if err != nil {
					return err
				}
				counts[stage] += count
			}
		}
		return nil
	})
	return counts, err
}
