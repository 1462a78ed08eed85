package pool

import (
	"context"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/poolrule"
)

// Taken is what became of the customers of an import.
type Taken struct {
	ActID int64
	Count int64 // came into the pool
	Given int64 // of these, given out in turn at once
}

// LookedAfter returns the pools that the actor looks after, by the rules in force: into these an import may put customers.
func (s *Service) LookedAfter(ctx context.Context, actor access.Actor) (list []poolrule.Pool, err error) {
	defer errs.Wrap(&err, "pool.LookedAfter")
	policy, err := s.Current(ctx)
	if err != nil || policy == nil {
		return nil, err
	}
	for i := range policy.Pools {
		if policy.IsAdmin(&poolrule.Seller{Roles: rolesOf(actor)}, policy.Pools[i].ID) {
			list = append(list, policy.Pools[i])
		}
	}
	return list, nil
}

// MayTake reports, by an error, whether the actor may let an import's customers into a pool: who looks after it. Errors: forbidden; conflict while no
// rules are in force.
func (s *Service) MayTake(ctx context.Context, r Reader, actor access.Actor, pool string) error {
	policy, err := s.inForce(ctx, r)
	if err != nil {
		return err
	}
	if !policy.IsAdmin(&poolrule.Seller{Roles: rolesOf(actor)}, pool) {
		return errs.New(errs.KindForbidden, "pool.not_admin", nil)
	}
	return nil
}

// Take lets the customers that a batch of facts recorded for the first time into a pool; those that were known stay where they are. With turn they are given out
// at once, to who may have them and holds the fewest, as many as the rules give each a day. Errors: conflict while no rules are in force, or the pool is gone.
func (s *Service) Take(ctx context.Context, tx Tx, pool string, batch fact.BatchID, turn bool) (t Taken, err error) {
	defer errs.Wrap(&err, "pool.Take(%s)", pool)
	actor := access.SystemActor("import")
	policy, err := s.inForce(ctx, tx)
	if err != nil {
		return t, err
	}
	if policy.PoolOf(pool) == nil {
		return t, errs.New(errs.KindConflict, "pool.no_pool", nil)
	}
	act, err := Begin(ctx, tx, actor, WayImport, s.today(), "")
	if err != nil {
		return t, err
	}
	var all []poolrule.Pooled
	for after := int64(0); ; {
		ids, err := tx.NewInBatch(ctx, batch, after, batchSize)
		if err != nil {
			return t, err
		}
		var holdings []Holding
		var steps []Step
		for _, id := range ids {
			h := Holding{CustomerID: id, Pool: pool, Since: act.On, Revision: 1}
			holdings, all = append(holdings, h), append(all, pooled(h))
			steps = append(steps, Step{ActID: act.ID, CustomerID: id, Revision: 1, At: tx.Now(), On: act.On, Way: WayImport, From: Holding{Since: calendar.NoDate}, ToPool: pool, ActorName: actor.Name})
		}
		if err := tx.PutHoldings(ctx, holdings, steps); err != nil {
			return t, err
		}
		act.Customers += int64(len(ids))
		if len(ids) < batchSize {
			break
		}
		after = ids[len(ids)-1]
	}
	t = Taken{ActID: act.ID, Count: act.Customers}
	if err := audit.Append(ctx, tx, actor, "holding_act.import", act.Subject(), nil, map[string]any{"pool": pool, "customers": act.Customers, "batch": batch}); err != nil {
		return t, err
	}
	if turn {
		if t.Given, err = s.giveTaken(ctx, tx, actor, &act, policy, all); err != nil {
			return t, err
		}
	}
	return t, Finish(ctx, tx, act)
}

// giveTaken gives new customers of a pool out in turn, within what the rules give each a day.
func (s *Service) giveTaken(ctx context.Context, tx Tx, actor access.Actor, act *Act, policy *poolrule.Policy, all []poolrule.Pooled) (given int64, err error) {
	turns, sellers, err := s.receivers(ctx, tx, actor, policy, "")
	if err != nil {
		return 0, err
	}
	count, told := act.Customers, map[int64]int64{}
	list, _ := turns.Give(all, sellers, s.today())
	for _, g := range list {
		id, err := strconv.ParseInt(g.Customer, 10, 64)
		if err != nil {
			return 0, err
		}
		to, err := strconv.ParseInt(g.Seller, 10, 64)
		if err != nil {
			return 0, err
		}
		h, err := tx.Holding(ctx, id)
		if err != nil {
			return 0, err
		}
		if err := Move(ctx, tx, actor, act, h, Goal{OwnerID: to}, ""); err != nil {
			return 0, err
		}
		told[to]++
	}
	act.Customers = count // each counts once, however far it went
	return int64(len(list)), TellReceivers(ctx, tx, actor, *act, told)
}

// Untake takes customers of an import out of the pools again, and from who got them with it, when the import is taken back; what somebody moved since stays.
func (s *Service) Untake(ctx context.Context, tx Tx, actor access.Actor, actID int64) (err error) {
	defer errs.Wrap(&err, "pool.Untake(%d)", actID)
	act, err := tx.HoldingAct(ctx, actID)
	if err != nil || act.UndoneIn != 0 {
		return err
	}
	undo, err := Begin(ctx, tx, actor, WayUndo, s.today(), "")
	if err != nil {
		return err
	}
	undo.Undoes = act.ID
	if undo.Customers, err = tx.DropTaken(ctx, act.ID, undo.ID); err != nil {
		return err
	}
	act.UndoneIn = undo.ID
	if err := tx.SaveAct(ctx, act); err != nil {
		return err
	}
	if err := audit.Append(ctx, tx, actor, "holding_act.untake", act.Subject(), nil, map[string]any{"customers": undo.Customers}); err != nil {
		return err
	}
	return Finish(ctx, tx, undo)
}
