package programme

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/notice"
)

// Brief is an initiative in a list.
type Brief struct {
	Initiative
	Owner string
	Late  int // milestones that are planned and whose day has passed
	Next  *Milestone
}

// InitiativeList is the initiatives that an actor sees, those under way first.
type InitiativeList struct {
	Items    []Brief
	MayWrite bool
	Today    calendar.Date
}

// Initiatives returns those in sight. Errors: forbidden.
func (s *Service) Initiatives(ctx context.Context, actor access.Actor) (l InitiativeList, err error) {
	defer errs.Wrap(&err, "programme.Initiatives")
	err = s.Store.Read(ctx, func(r Reader) error {
		v, err := s.sightOf(ctx, r, actor)
		if err != nil {
			return err
		}
		all, err := r.Initiatives(ctx)
		if err != nil {
			return err
		}
		l = InitiativeList{MayWrite: v.writes, Today: v.today}
		for _, open := range []bool{true, false} {
			for i := range all {
				if all[i].Open() == open && v.sees(&all[i]) {
					l.Items = append(l.Items, v.brief(&all[i]))
				}
			}
		}
		return nil
	})
	return l, err
}

func (v *sight) brief(i *Initiative) Brief {
	b := Brief{Initiative: *i, Owner: v.name(i.OwnerID)}
	for at := range b.Milestones {
		m := &b.Milestones[at]
		if m.State != MilestonePlanned {
			continue
		}
		if m.DueOn < v.today {
			b.Late++
		}
		if b.Next == nil {
			b.Next = m
		}
	}
	return b
}

// Team is a team as it may be chosen.
type Team struct {
	ID     int64
	Name   string
	People int
}

// Person is somebody who may own something.
type Person struct {
	ID   int64
	Name string
	Team string
}

// ShownInitiative is an initiative with what the actor may do.
type ShownInitiative struct {
	Brief
	MayWrite  bool // everything
	MayReport bool // milestones and spending: the owner, too
	Teams     map[int64]Team
	GoalsOf   []Stand
	Effects   []Found // the newest first
	Warnings  []errs.Message
	Problems  map[int64]string // titles, where they are in sight
}

// Initiative returns one. Errors: forbidden; not found, also out of sight.
func (s *Service) Initiative(ctx context.Context, actor access.Actor, id int64) (w ShownInitiative, err error) {
	defer errs.Wrap(&err, "programme.Initiative(%d)", id)
	err = s.Store.Read(ctx, func(r Reader) error {
		v, err := s.sightOf(ctx, r, actor)
		if err != nil {
			return err
		}
		i, err := v.initiative(ctx, r, id)
		if err != nil {
			return err
		}
		w = ShownInitiative{Brief: v.brief(&i), MayWrite: v.mayChange(actor, &i) && i.Open(), Teams: map[int64]Team{}}
		w.MayReport = w.MayWrite || v.owns(actor, &i) && i.Open()
		for _, t := range v.teamsOn() {
			w.Teams[t.ID] = t
		}
		for _, id := range i.Goals {
			g, err := r.Goal(ctx, id)
			if errs.Is(err, errs.KindNotFound) || err == nil && !v.seesGoal(&g) {
				continue
			}
			if err != nil {
				return err
			}
			stand, err := v.stand(ctx, r, &g)
			if err != nil {
				return err
			}
			w.GoalsOf = append(w.GoalsOf, stand)
		}
		if w.Effects, err = r.Effects(ctx, id); err != nil {
			return err
		}
		w.Warnings = i.Trial.warnings(w.Teams)
		return nil
	})
	if err == nil && s.Titles != nil && len(w.Brief.Problems) > 0 {
		w.Problems, err = s.Titles(ctx, actor, w.Brief.Problems)
	}
	return w, err
}

func (v *sight) initiative(ctx context.Context, r Reader, id int64) (Initiative, error) {
	i, err := r.Initiative(ctx, id)
	if err == nil && !v.sees(&i) {
		err = errs.New(errs.KindNotFound, "programme.initiative_missing", nil)
	}
	return i, err
}

// owns reports whether the actor owns an initiative.
func (v *sight) owns(actor access.Actor, i *Initiative) bool {
	return !actor.ReadOnly && actor.PersonID != 0 && actor.PersonID == i.OwnerID
}

// mayChange reports whether the actor changes an initiative: who writes for the whole company, and who writes for a region and owns it.
func (v *sight) mayChange(actor access.Actor, i *Initiative) bool {
	return v.writes || actor.Can(access.PermProgrammeWrite) && v.owns(actor, i)
}

// teamsOn are today's teams with how many people are in them.
func (v *sight) teamsOn() (list []Team) {
	heads := map[int64]int{}
	for i := range v.org.People {
		e := &v.org.People[i]
		if v.today < e.HiredOn || v.today >= e.LeftOn {
			continue
		}
		for _, p := range e.Positions {
			if p.Days.Contains(v.today) {
				heads[p.TeamID]++
			}
		}
	}
	for _, u := range v.org.Teams {
		if u.Days.Contains(v.today) {
			list = append(list, Team{u.ID, u.Name, heads[u.ID]})
		}
	}
	return list
}

// Choices are the people who may own something, and the teams. Errors: forbidden.
func (s *Service) Choices(ctx context.Context, actor access.Actor) (people []Person, teams []Team, err error) {
	defer errs.Wrap(&err, "programme.Choices")
	err = s.Store.Read(ctx, func(r Reader) error {
		v, err := s.sightOf(ctx, r, actor)
		if err != nil {
			return err
		}
		people, teams = nil, v.teamsOn()
		names := map[int64]string{}
		for _, t := range teams {
			names[t.ID] = t.Name
		}
		for i := range v.org.People {
			e := &v.org.People[i]
			if v.today < e.HiredOn || v.today >= e.LeftOn {
				continue
			}
			p := Person{ID: e.PersonID, Name: e.Name}
			for _, at := range e.Positions {
				if at.Days.Contains(v.today) {
					p.Team = names[at.TeamID]
				}
			}
			people = append(people, p)
		}
		return nil
	})
	return people, teams, err
}

// change loads an initiative that the actor may change (or, where the owner may, report on), lets fn change it, and saves it with its line in the audit log.
func (s *Service) change(ctx context.Context, actor access.Actor, id, seen int64, act string, owner bool, fn func(tx Tx, v *sight, i *Initiative) (any, error)) (i Initiative, err error) {
	if actor.ReadOnly {
		return i, errs.New(errs.KindForbidden, "access.read_only", nil)
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		v, err := s.sightOf(ctx, tx, actor)
		if err != nil {
			return err
		}
		if i, err = v.initiative(ctx, tx, id); err != nil {
			return err
		}
		switch {
		case !v.mayChange(actor, &i) && !(owner && v.owns(actor, &i)):
			if err := mayWrite(actor); err != nil {
				return err
			}
			return errs.New(errs.KindForbidden, "programme.owner_alone", nil)
		case seen != 0 && seen != i.Revision:
			return errs.New(errs.KindConflict, "programme.changed_meanwhile", nil)
		case !i.Open():
			return errs.New(errs.KindConflict, "programme.closed_already", nil)
		}
		told, err := fn(tx, v, &i)
		if err != nil {
			return err
		}
		i.Revision++
		if err := tx.SaveInitiative(ctx, i); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, act, i.Subject(), nil, told)
	})
	return i, err
}

// Write rewrites what an initiative is about; a new owner is told. Errors: forbidden; not found; invalid; conflict when it is closed, or changed after seen.
func (s *Service) Write(ctx context.Context, actor access.Actor, id, seen int64, in Outline) (i Initiative, err error) {
	defer errs.Wrap(&err, "programme.Write(%d)", id)
	if err := in.check(); err != nil {
		return i, err
	}
	return s.change(ctx, actor, id, seen, "initiative.write", false, func(tx Tx, v *sight, i *Initiative) (any, error) {
		if in.OwnerID != i.OwnerID {
			if err := v.checkOwner(in.OwnerID); err != nil {
				return nil, err
			}
		}
		for _, id := range in.Goals {
			if _, err := tx.Goal(ctx, id); err != nil {
				return nil, err
			}
		}
		tell := in.OwnerID != 0 && in.OwnerID != i.OwnerID
		i.Title, i.Aim, i.Problems, i.Goals, i.Horizon, i.OwnerID, i.BudgetFen, i.EffortDays = in.Title, in.Aim, in.Problems, in.Goals, in.Horizon, in.OwnerID, in.BudgetFen, in.EffortDays
		i.Milestones, i.Duties, i.Changed = in.Milestones, in.Duties, in.Changed
		if tell {
			if err := notice.Post(ctx, tx, notice.Message{Kind: notice.KindInitiativeOwned, To: notice.To{PersonIDs: []int64{in.OwnerID}}, Subject: i.Subject(), By: actor.UserID, Params: notice.Params{"Title": notice.Word(i.Title)}}); err != nil {
				return nil, err
			}
		}
		return in, nil
	})
}
