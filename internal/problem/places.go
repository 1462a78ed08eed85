package problem

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
)

// Places are where somebody may write problems down.
type Places struct {
	Units
	Company bool // also of the whole company
}

// Places says where the actor may write problems down. Errors: forbidden.
func (s *Service) Places(ctx context.Context, actor access.Actor) (places Places, err error) {
	defer errs.Wrap(&err, "problem.Places")
	if err := actor.Require(access.PermProblemWrite); err != nil {
		return places, err
	}
	scope := actor.ScopeOf(access.PermProblemWrite)
	err = s.store.Read(ctx, func(r Reader) error {
		places.Company = scope.All
		places.Units, err = r.ProblemUnits(ctx, scope, s.today())
		return err
	})
	return places, err
}
