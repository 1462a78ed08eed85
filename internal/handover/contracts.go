package handover

import (
	"context"
	"maps"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/pool"
)

// contractsMost is how many contracts one hand-over passes on.
const contractsMost = 2000

// Something reports whether there is anything to hand on.
func (p *Preview) Something() bool {
	return len(p.Moves)+len(p.Opportunities)+len(p.LooseTasks)+len(p.Contracts) > 0
}

// contracts says who gets which contract: who gets the customer; otherwise who has it, if that is somebody else who stays; otherwise who gets the rest.
func (s *Service) contracts(ctx context.Context, r Reader, p *Preview) (err error) {
	if p.Contracts, err = r.ContractsOf(ctx, p.Ask.PersonID, s.today(), contractsMost+1); err != nil {
		return err
	}
	if len(p.Contracts) > contractsMost {
		return errs.New(errs.KindConflict, "handover.too_many", errs.Args{"Most": contractsMost})
	}
	to, owners := map[int64]pool.Person{}, map[int64]pool.Person{}
	for _, m := range p.Moves {
		to[m.Customer.CustomerID] = m.To
	}
	for i := range p.Contracts {
		c := &p.Contracts[i]
		person, known := to[c.CustomerID]
		if !known {
			if person, err = s.keeper(ctx, r, p, c.CustomerID, owners); err != nil {
				return err
			}
			to[c.CustomerID] = person
		}
		c.To = person
	}
	return nil
}

// keeper is who has a customer that is not handed on, or who gets the rest.
func (s *Service) keeper(ctx context.Context, r Reader, p *Preview, customerID int64, known map[int64]pool.Person) (pool.Person, error) {
	h, err := r.Holding(ctx, customerID)
	if err != nil || h.OwnerID == 0 || h.OwnerID == p.Ask.PersonID {
		return p.LooseTo, err
	}
	owner, found := known[h.OwnerID]
	if !found {
		if owner, err = r.HoldingPerson(ctx, h.OwnerID, s.today()); err != nil {
			return owner, err
		}
		known[h.OwnerID] = owner
	}
	if !owner.Employed {
		return p.LooseTo, nil
	}
	return owner, nil
}

// passContracts hands contracts on, and tells who collects from now on.
func (s *Service) passContracts(ctx context.Context, tx Tx, actor access.Actor, act *pool.Act, p Preview, reason string) error {
	by, open := map[int64][]int64{}, map[int64]int64{}
	for _, c := range p.Contracts {
		by[c.To.ID] = append(by[c.To.ID], c.ID)
		open[c.To.ID] += int64(len(c.Instalments))
	}
	for _, to := range slices.Sorted(maps.Keys(by)) {
		if err := pool.PassOnly(ctx, tx, actor, act, pool.Holding{Since: calendar.NoDate}, pool.Work{Contracts: by[to]}, p.Ask.PersonID, to, reason); err != nil {
			return err
		}
		if open[to] == 0 {
			continue
		}
		if err := notice.Post(ctx, tx, notice.Message{Kind: notice.KindCollectsNow, To: notice.To{PersonIDs: []int64{to}}, Subject: act.Subject(), By: actor.UserID,
			Params: notice.Params{"Who": notice.Word(actor.Name), "From": notice.Word(p.Leaver.Name), "Count": notice.Number(open[to])}}); err != nil {
			return err
		}
	}
	return nil
}
