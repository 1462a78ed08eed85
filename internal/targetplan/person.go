package targetplan

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
)

// PersonShown is a person's number with why it is so, and what was said and decided about it.
type PersonShown struct {
	Plan       Plan
	Row        RowShown
	Team       string
	Own        *Own
	Letter     Letter
	Acceptance *Acceptance // of exactly this letter
	Objections []Objection
	Changes    []Change
	Terms      []Term // what the number is made of; they sum up to it
	Others     []Bone // who could take a difference: the others of the team, for who may ask for changes
	Names      map[int64]string
	OpenFrom   calendar.Month // the first month from which a change may be asked for; 0: none
	MayObject  bool
	MayOwn     bool
	MayWrite   bool
	Mine       bool
}

// Person returns somebody's number. Errors: forbidden; not found, also out of reach.
func (s *Service) Person(ctx context.Context, actor access.Actor, planID, personID int64) (v PersonShown, err error) {
	defer errs.Wrap(&err, "targetplan.Person(%d, %d)", planID, personID)
	if err := actor.Require(access.PermSalesRead); err != nil {
		return v, err
	}
	err = s.Store.Read(ctx, func(r Reader) error {
		v = PersonShown{Mine: personID == actor.PersonID && personID != 0, Names: map[int64]string{}}
		missing := errs.New(errs.KindNotFound, "targetplan.missing", nil)
		if v.Plan, err = r.TargetPlan(ctx, planID); err != nil {
			return err
		}
		in, err := r.PersonInReach(ctx, actor.ScopeOf(access.PermSalesRead), s.today(), personID)
		if err != nil {
			return err
		}
		if !in || !s.sees(actor, &v.Plan) {
			return missing
		}
		t, err := s.tree(ctx, r, actor, planID)
		if err != nil {
			return err
		}
		row, err := personRow(ctx, r, planID, personID)
		if err != nil {
			return err
		}
		v.Row, v.Own = t.dress([]Row{row})[0], t.own[row.Unit]
		if err := s.addSaid(ctx, r, actor, &v); err != nil {
			return err
		}
		return s.addOthers(ctx, r, t, &v)
	})
	if err == nil && !actor.CanAll(access.PermSalesRead) {
		hand, set := v.Plan.Rules.Hands[v.Row.Unit]
		v.Plan.hide()
		if set {
			v.Plan.Rules.Hands = map[string]Hand{v.Row.Unit: hand}
		}
	}
	return v, err
}

func (s *Service) addSaid(ctx context.Context, r Reader, actor access.Actor, v *PersonShown) (err error) {
	planID, personID := v.Plan.ID, v.Row.PersonID
	v.Letter = letterOf(&v.Plan, &v.Row.Row)
	accepted, err := r.TargetAcceptances(ctx, planID, personID)
	if err != nil {
		return err
	}
	for i := range accepted {
		if accepted[i].Hash == v.Letter.Hash() {
			v.Acceptance = &accepted[i]
		}
	}
	if v.Objections, err = r.TargetObjections(ctx, planID, personID); err != nil {
		return err
	}
	if v.Changes, err = r.TargetChanges(ctx, planID, personID); err != nil {
		return err
	}
	v.Terms = Terms(&v.Plan.Rules, &v.Row.Row, v.Changes)
	manages := false
	if actor.Can(access.PermTargetPropose) && !actor.ReadOnly {
		if manages, err = r.PersonInReach(ctx, actor.ScopeOf(access.PermTargetPropose), s.today(), personID); err != nil {
			return err
		}
	}
	open := len(v.Objections) > 0 && v.Objections[0].State == ObjectionOpen
	v.MayWrite = s.mayWrite(actor) == nil
	v.MayObject = v.Plan.State == StateDiscussion && !open && (v.Mine && !actor.ReadOnly || manages)
	v.MayOwn = v.Plan.State.open() && manages
	return nil
}

// addOthers adds who could take over a difference, and from which month on.
func (s *Service) addOthers(ctx context.Context, r Reader, t *tree, v *PersonShown) error {
	rows, err := r.TargetRows(ctx, v.Plan.ID, "", []string{v.Row.Parent})
	if err != nil {
		return err
	}
	if len(rows) > 0 {
		v.Team = rows[0].Name
	}
	if !v.MayWrite || v.Plan.State != StatePublished {
		return nil
	}
	for m := v.Plan.Last(); m >= v.Plan.From; m-- {
		if closed, err := r.FirstClosedMonth(ctx, m); err != nil || closed != 0 {
			if err != nil {
				return err
			}
			break
		}
		v.OpenFrom = m
	}
	siblings, err := r.TargetRows(ctx, v.Plan.ID, v.Row.Parent, nil)
	for _, one := range siblings {
		if one.PersonID != v.Row.PersonID {
			v.Others = append(v.Others, t.bones[t.at[one.Unit]])
			v.Names[one.PersonID] = one.Name
		}
	}
	return err
}

// ChangeOf returns a change for who sees the person. Errors: forbidden; not found.
func (s *Service) ChangeOf(ctx context.Context, actor access.Actor, id int64) (c Change, err error) {
	defer errs.Wrap(&err, "targetplan.ChangeOf(%d)", id)
	if err := actor.Require(access.PermSalesRead); err != nil {
		return c, err
	}
	err = s.Store.Read(ctx, func(r Reader) error {
		if c, err = r.TargetChange(ctx, id); err != nil {
			return err
		}
		in, err := r.PersonInReach(ctx, actor.ScopeOf(access.PermSalesRead), s.today(), c.PersonID)
		if err == nil && !in {
			err = errs.New(errs.KindNotFound, "targetplan.missing", nil)
		}
		return err
	})
	return c, err
}
