package standard

import (
	"cmp"
	"context"
	"slices"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
	"xiaoguan/internal/sop"
)

// The least and the most stages of a standard: a board of more has no room for them.
const (
	StagesLeast = 2
	StagesMost  = 12
)

// stagesFresh is how long the stages are believed: another node may have approved a version.
const stagesFresh = 5 * time.Second

// knownStages are the stages as they were read.
type knownStages struct {
	set *opportunity.StageSet
	of  string // what it was made of
	on  calendar.Date
	at  time.Time
}

// Stages implements opportunity.Stages. The set is the same one as before while nothing changes: those of the version in force today, with what became of those of the versions before it.
func (s *Service) Stages(ctx context.Context) (set *opportunity.StageSet, err error) {
	now := s.now()
	s.mutex.Lock()
	known := s.stages
	s.mutex.Unlock()
	if known.set != nil && known.on == calendar.DateOf(now) && now.Sub(known.at).Abs() < stagesFresh {
		return known.set, nil
	}
	defer errs.Wrap(&err, "standard.Stages")
	of := ""
	err = s.store.Read(ctx, func(r Reader) error {
		all, err := r.StandardVersions(ctx)
		if err != nil {
			return err
		}
		for _, v := range lineage(all, calendar.DateOf(now)) {
			of += v.ID + v.Hash + " "
		}
		if set = known.set; set == nil || known.of != of {
			set, err = s.stageSet(all, calendar.DateOf(now))
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.stages = knownStages{set, of, calendar.DateOf(now), now}
	return set, nil
}

// forgetStages makes the next question read the stages anew.
func (s *Service) forgetStages() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.stages.at = time.Time{}
}

// stageSet is the stages in force on a day.
func (s *Service) stageSet(versions []Version, day calendar.Date) (*opportunity.StageSet, error) {
	var documents []*sop.Standard
	for _, v := range lineage(versions, day) {
		l, err := s.lens(v)
		if err != nil {
			return nil, err
		}
		documents = append(documents, l.model.Standard())
	}
	return opportunity.NewStageSet(documents...), nil
}

// lineage is the versions that were in force up to a day, also those that were taken back since, and at the end the one that is.
func lineage(versions []Version, day calendar.Date) []Version {
	current := inForce(versions, day)
	began := slices.DeleteFunc(slices.Clone(versions), func(v Version) bool {
		approved := v.State == StateApproved || v.State == StateRetired && !v.ApprovedAt.IsZero()
		return !approved || v.EffectiveOn > day || v.ID == current.ID || v.ID == ShippedID
	})
	slices.SortFunc(began, func(a, b Version) int {
		return cmp.Or(cmp.Compare(a.EffectiveOn, b.EffectiveOn), cmp.Compare(a.Number, b.Number))
	})
	if current.ID != ShippedID {
		began = append([]Version{shipped()}, began...)
	}
	return append(began, current)
}

// checkStages wants stages that a board has room for, and that cannot be taken for something that happens.
func checkStages(d *sop.Standard) error {
	var c fact.Checker
	if n := len(d.Stages); n < StagesLeast || n > StagesMost {
		c.Add("stages", "", "standard.stage_count", errs.Args{"Count": n, "Least": StagesLeast, "Most": StagesMost})
	}
	for _, stage := range d.Stages {
		taken := stage.ID == string(process.ActivitySigned) || stage.ID == string(process.ActivityLost) || stage.ID == string(process.ActivityReopened)
		if taken || d.Activity(stage.ID) != nil {
			c.Add("stages", stage.ID, "standard.stage_is_activity", errs.Args{"ID": stage.ID})
		}
	}
	return c.Err()
}

// keepStages refuses what would leave opportunities on a stage that nothing takes over: versions are all as they would be, and day is the first on
// which that holds.
func (s *Service) keepStages(ctx context.Context, tx Tx, versions []Version, day calendar.Date) error {
	next, err := s.stageSet(versions, day)
	if err != nil {
		return err
	}
	all, err := tx.StandardVersions(ctx)
	if err != nil {
		return err
	}
	now, err := s.stageSet(all, s.today())
	if err != nil {
		return err
	}
	var fields []errs.Field
	for _, stage := range append(now.All(), now.Former()...) {
		if _, ok := next.Successor(stage.ID); ok {
			continue
		}
		count := int64(0)
		for _, state := range []opportunity.State{opportunity.StateOpen, opportunity.StateWon} {
			some, err := tx.CountOnStage(ctx, stage.ID, state, 0)
			if err != nil {
				return err
			}
			count += some
		}
		if count > 0 {
			fields = append(fields, errs.Field{Path: "stage:" + string(stage.ID), Value: string(stage.ID),
				Message: errs.Msg("standard.stage_vanishes", errs.Args{"Stage": NameMessage(stage.Name), "ID": string(stage.ID), "Count": count})})
		}
	}
	if len(fields) == 0 {
		return nil
	}
	return &errs.Error{Kind: errs.KindConflict, Message: errs.Msg("standard.stages_vanish", nil), Fields: fields}
}

// keepStagesWith is keepStages for one version that becomes approved, or is taken back.
func (s *Service) keepStagesWith(ctx context.Context, tx Tx, v Version) error {
	all, err := tx.StandardVersions(ctx)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(all, func(known Version) bool { return known.ID == v.ID })
	all = slices.Clone(all)
	all[at] = v
	return s.keepStages(ctx, tx, all, max(v.EffectiveOn, s.today()))
}
