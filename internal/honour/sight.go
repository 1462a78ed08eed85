package honour

import (
	"context"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
)

// reviewers are the permissions that let somebody read the evidence about the people whom they reach.
var reviewers = []access.Permission{access.PermHonourRun, access.PermHonourApprove, access.PermAuditRead}

// sight is whose lines somebody sees besides the own: everybody's, or those of the people in reach.
type sight struct {
	actor   access.Actor
	all     bool
	persons map[int64]bool
}

func (s sight) person(id int64) bool { return s.all || s.persons[id] }

// sightOf is how far grants with any of the permissions reach.
func (s *Service) sightOf(ctx context.Context, r Reader, actor access.Actor, permissions ...access.Permission) (sight, error) {
	sees := sight{actor: actor, persons: map[int64]bool{}}
	if !slices.ContainsFunc(permissions, actor.Can) {
		return sees, nil
	}
	scope := actor.ScopeOf(permissions...)
	if sees.all = scope.All; sees.all {
		return sees, nil
	}
	ids, err := r.PersonsInReach(ctx, scope, s.Today())
	for _, id := range ids {
		sees.persons[id] = true
	}
	return sees, err
}

// mustReach refuses somebody out of reach, as if there were no such person.
func mustReach(ctx context.Context, r access.Reacher, actor access.Actor, personID int64, permissions ...access.Permission) error {
	within, err := actor.Reaches(ctx, r, personID, permissions...)
	if err == nil && !within {
		err = errs.New(errs.KindNotFound, "access.person_unknown", nil)
	}
	return err
}
