package programme

import (
	"context"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/metric"
)

// Around returns the open initiatives in sight that concern a team or a region: tried there, compared with it, or owned by somebody who works there; those with
// something overdue first. Who does not see initiatives gets none.
func (s *Service) Around(ctx context.Context, actor access.Actor, place metric.Place) (list []Brief, err error) {
	defer errs.Wrap(&err, "programme.Around(%s %d)", place.Kind, place.ID)
	if !actor.Can(access.PermProgrammeRead) {
		return nil, nil
	}
	err = s.Store.Read(ctx, func(r Reader) error {
		v, err := s.sightOf(ctx, r, actor)
		if err != nil {
			return err
		}
		all, err := r.Initiatives(ctx)
		if err != nil {
			return err
		}
		list = nil
		teams := v.teamsIn(place)
		for i := range all {
			if one := &all[i]; one.Open() && v.sees(one) && v.concerns(one, teams) {
				list = append(list, v.brief(one))
			}
		}
		slices.SortStableFunc(list, func(a, b Brief) int { return b.Late - a.Late })
		return nil
	})
	return list, err
}

// Answering returns the initiatives in sight that answer a problem. Who does not see initiatives gets none.
func (s *Service) Answering(ctx context.Context, actor access.Actor, problem int64) (list []Brief, err error) {
	defer errs.Wrap(&err, "programme.Answering(%d)", problem)
	if !actor.Can(access.PermProgrammeRead) {
		return nil, nil
	}
	l, err := s.Initiatives(ctx, actor)
	for i := range l.Items {
		if slices.Contains(l.Items[i].Problems, problem) {
			list = append(list, l.Items[i])
		}
	}
	return list, err
}

// teamsIn are the teams of a place today.
func (v *sight) teamsIn(place metric.Place) (teams []int64) {
	for _, u := range v.org.Teams {
		if u.Days.Contains(v.today) && (place.Kind == metric.PlaceTeam && u.ID == place.ID || place.Kind == metric.PlaceRegion && u.RegionID == place.ID) {
			teams = append(teams, u.ID)
		}
	}
	return teams
}

// concerns reports whether an initiative is tried by one of the teams, compared with one, or owned by somebody of one.
func (v *sight) concerns(i *Initiative, teams []int64) bool {
	of := func(team int64) bool { return slices.Contains(teams, team) }
	if slices.ContainsFunc(i.Trial.Pilot, of) || slices.ContainsFunc(i.Trial.Comparison, of) {
		return true
	}
	for k := range v.org.People {
		if e := &v.org.People[k]; i.OwnerID != 0 && e.PersonID == i.OwnerID {
			return slices.ContainsFunc(e.Positions, func(p metric.Position) bool { return p.Days.Contains(v.today) && of(p.TeamID) })
		}
	}
	return false
}
