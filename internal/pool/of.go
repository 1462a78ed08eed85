package pool

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/poolrule"
)

// Of is who has a customer, for who sees it.
type Of struct {
	Holding
	OwnerName  string
	FormerName string
	Steps      []Step
	Rules      Mine             // what the rules say about it, while somebody has it
	Policy     *poolrule.Policy // nil while none is in force
	Mine       bool             // the actor may lock it
	MayRelease bool
}

// OfCustomer returns who has a customer within the actor's reach and had it before. Errors: forbidden; not found out of reach.
func (s *Service) OfCustomer(ctx context.Context, actor access.Actor, customerID int64) (of Of, err error) {
	defer errs.Wrap(&err, "pool.OfCustomer(%d)", customerID)
	if err := actor.Require(access.PermSalesRead); err != nil {
		return of, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		of = Of{}
		in, err := r.CustomerInReach(ctx, customer.Reach{Scope: actor.ScopeOf(access.PermSalesRead), Today: s.today()}, customerID)
		if err == nil && !in {
			err = errs.New(errs.KindNotFound, "customer.missing", nil)
		}
		if err != nil {
			return err
		}
		if of.Holding, err = r.Holding(ctx, customerID); err != nil || !of.Known() {
			return err
		}
		if of.Policy, err = s.inForce(ctx, r); err != nil && !errs.Is(err, errs.KindConflict) {
			return err
		}
		return s.fillOf(ctx, r, actor, &of)
	})
	return of, err
}

func (s *Service) fillOf(ctx context.Context, r Reader, actor access.Actor, of *Of) (err error) {
	if of.Steps, err = r.HoldingSteps(ctx, of.CustomerID, stepsShown); err != nil {
		return err
	}
	names, err := r.PersonNames(ctx, []int64{of.OwnerID, of.FormerID})
	if err != nil {
		return err
	}
	of.OwnerName, of.FormerName = names[of.OwnerID], names[of.FormerID]
	if of.OwnerID == 0 {
		return nil
	}
	facts, err := r.OwnedAfter(ctx, of.OwnerID, of.CustomerID-1, 1)
	if err != nil {
		return err
	}
	if len(facts) == 1 && facts[0].CustomerID == of.CustomerID {
		of.Rules = judged(of.Policy, facts[0], s.today())
	}
	of.Mine = of.OwnerID == actor.PersonID && actor.Can(access.PermWorkWrite)
	of.MayRelease = of.Mine
	if !of.Mine && actor.Can(access.PermCustomerAssign) {
		of.MayRelease, err = r.PersonInReach(ctx, actor.ScopeOf(access.PermCustomerAssign), s.today(), of.OwnerID)
	}
	return err
}
