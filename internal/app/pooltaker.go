package app

import (
	"context"
	"fmt"

	"xiaoguan/internal/access"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/intake"
	"xiaoguan/internal/pool"
)

// poolTaker lends the transaction of an import to package pool: the store's transaction is both.
type poolTaker struct{ pools *pool.Service }

func own(tx intake.Tx) (pool.Tx, error) {
	lent, ok := tx.(pool.Tx)
	if !ok {
		return nil, fmt.Errorf("app: the transaction of an import is none of pools: %T", tx)
	}
	return lent, nil
}

// MayTake implements intake.Pools.
func (t poolTaker) MayTake(ctx context.Context, tx intake.Tx, actor access.Actor, name string) error {
	lent, err := own(tx)
	if err != nil {
		return err
	}
	return t.pools.MayTake(ctx, lent, actor, name)
}

// Take implements intake.Pools.
func (t poolTaker) Take(ctx context.Context, tx intake.Tx, name string, batch fact.BatchID, turn bool) (intake.Pooled, error) {
	lent, err := own(tx)
	if err != nil {
		return intake.Pooled{}, err
	}
	taken, err := t.pools.Take(ctx, lent, name, batch, turn)
	return intake.Pooled{Pool: name, ActID: taken.ActID, Count: taken.Count, Given: taken.Given}, err
}

// Untake implements intake.Pools.
func (t poolTaker) Untake(ctx context.Context, tx intake.Tx, actor access.Actor, actID int64) error {
	lent, err := own(tx)
	if err != nil {
		return err
	}
	return t.pools.Untake(ctx, lent, actor, actID)
}
