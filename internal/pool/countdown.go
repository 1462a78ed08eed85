package pool

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
)

// Countdown is how many customers of somebody's the rules will soon send back to a pool, as of the last night.
type Countdown struct {
	OwnerID   int64
	Customers int64
	First     calendar.Date // the last day of the first of them
}

// CountdownOf is whose countdowns are asked for; the zero value asks for everybody in reach.
type CountdownOf struct{ PersonID, TeamID, RegionID int64 }

// Countdowns returns who in reach loses customers soon, the soonest first. Errors: forbidden.
func (s *Service) Countdowns(ctx context.Context, actor access.Actor, of CountdownOf) (list []Countdown, err error) {
	defer errs.Wrap(&err, "pool.Countdowns")
	if err := actor.Require(access.PermSalesRead); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		list, err = r.PoolCountdowns(ctx, actor.ScopeOf(access.PermSalesRead), of, s.today())
		return err
	})
	return list, err
}
