package capability

import (
	"context"
	"slices"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
)

func digits(n int64) string { return strconv.FormatInt(n, 10) }

// MayTrain reports whether somebody enters trainings: of people they lead, or of everybody.
func MayTrain(actor access.Actor) bool {
	return actor.Can(access.PermSkillWrite) || actor.CanAll(access.PermAssessmentWrite)
}

// trainScope is of whom somebody enters and sees trainings.
func trainScope(actor access.Actor) access.Scope {
	return actor.ScopeOf(access.PermSkillWrite, access.PermAssessmentWrite)
}

// Trained is trainings of a year up to today, as far as somebody sees them.
type Trained struct {
	Trainings []Training
	People    []Person // whom trainings can be entered for
	Tenths    int64    // in all
	MayTrain  bool
}

// Trainings returns trainings of the last twelve months. Errors: forbidden.
func (s *Service) Trainings(ctx context.Context, actor access.Actor) (t Trained, err error) {
	defer errs.Wrap(&err, "capability.Trainings")
	if !MayTrain(actor) && actor.PersonID == 0 {
		return t, actor.Require(access.PermSkillWrite)
	}
	people, err := s.members(ctx)
	if err != nil {
		return t, err
	}
	today := s.today()
	err = s.store.Read(ctx, func(r Reader) error {
		t = Trained{MayTrain: MayTrain(actor)}
		seen := map[int64]bool{actor.PersonID: true}
		scope := trainScope(actor)
		if !scope.All {
			ids, err := r.PersonsInReach(ctx, scope, today)
			if err != nil {
				return err
			}
			for _, id := range ids {
				seen[id] = true
			}
		}
		all, err := r.Trainings(ctx, (today.Month() - 11).First(), today)
		if err != nil {
			return err
		}
		for i := range all {
			if scope.All || seen[all[i].PersonID] {
				t.Trainings, t.Tenths = append(t.Trainings, all[i]), t.Tenths+all[i].Tenths
			}
		}
		if t.MayTrain {
			t.People = slices.DeleteFunc(slices.Clone(people), func(p Person) bool { return !scope.All && !seen[p.ID] })
		}
		return nil
	})
	return t, err
}

// Train enters a training of some people. Errors: forbidden; not found when one of them is out of reach; invalid.
func (s *Service) Train(ctx context.Context, actor access.Actor, in TrainingEntry) (err error) {
	defer errs.Wrap(&err, "capability.Train")
	if !MayTrain(actor) {
		return actor.Require(access.PermSkillWrite)
	}
	if err := in.check(s.today()); err != nil {
		return err
	}
	people, err := s.members(ctx)
	if err != nil {
		return err
	}
	return s.store.InTx(ctx, func(tx Tx) error {
		for _, id := range in.PersonIDs {
			reaches, err := s.trains(ctx, tx, actor, id)
			if err != nil {
				return err
			}
			if !reaches || !slices.ContainsFunc(people, func(p Person) bool { return p.ID == id }) {
				return errs.New(errs.KindNotFound, "capability.no_person", nil)
			}
			t := Training{PersonID: id, On: in.On, Tenths: in.Tenths, Topic: in.Topic, ByID: actor.UserID, ByName: actor.Name, CreatedAt: tx.Now()}
			if t.ID, err = tx.NextNumber(ctx, "training"); err != nil {
				return err
			}
			if err := tx.InsertTraining(ctx, t); err != nil {
				return err
			}
			if err := audit.Append(ctx, tx, actor, "training.add", t.subject(), nil, map[string]any{"person": id, "on": in.On, "tenths": in.Tenths, "topic": in.Topic}); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Service) trains(ctx context.Context, r Reader, actor access.Actor, id int64) (bool, error) {
	if scope := trainScope(actor); !scope.All {
		return r.InScope(ctx, scope, id)
	}
	return true, nil
}

// Untrain takes a training back that was entered wrongly. Errors: forbidden; not found, also out of reach; conflict when it is taken back already.
func (s *Service) Untrain(ctx context.Context, actor access.Actor, id int64) (err error) {
	defer errs.Wrap(&err, "capability.Untrain(%d)", id)
	if !MayTrain(actor) {
		return actor.Require(access.PermSkillWrite)
	}
	return s.store.InTx(ctx, func(tx Tx) error {
		t, err := tx.Training(ctx, id)
		if err != nil {
			return err
		}
		reaches, err := s.trains(ctx, tx, actor, t.PersonID)
		if err != nil {
			return err
		}
		if !reaches {
			return errs.New(errs.KindNotFound, "capability.no_training_here", nil)
		}
		t.RemovedAt, t.RemovedBy = tx.Now(), actor.Name
		if err := tx.RemoveTraining(ctx, t); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "training.remove", t.subject(), map[string]any{"person": t.PersonID, "on": t.On, "tenths": t.Tenths, "topic": t.Topic}, nil)
	})
}
