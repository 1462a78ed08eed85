package reassign

import (
	"context"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/job"
	"xiaoguan/internal/poolrule"
	"xiaoguan/internal/tier"
	"xiaoguan/internal/tierbook"
)

// batchSize is how many customers are read at once.
const batchSize = 2000

// input reads what a run looks at, on one snapshot.
func (s *Service) input(ctx context.Context, run *Run, report func(job.Progress)) (in Input, err error) {
	late, err := s.late(ctx)
	if err != nil {
		return in, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		in = Input{On: s.today(), Ask: run.Ask, Sellers: []Seller{}, Customers: []Customer{}}
		tiers, err := tierbook.PolicyOn(ctx, r, in.On)
		if err != nil {
			return err
		}
		in.Policy = tiers.Hash()
		for i := range tiers.Service {
			care := &tiers.Service[i]
			in.Care = append(in.Care, Care{care.Tier, care.Owners, care.ContactDays, tiers.Minutes(care.Tier)})
		}
		pools, err := poolsOn(ctx, r, in.On)
		if err != nil {
			return err
		}
		for _, id := range run.PersonIDs {
			if err := in.addSeller(ctx, r, pools, id); err != nil {
				return err
			}
			if err := in.addCustomers(ctx, r, pools, id, "", late); err != nil {
				return err
			}
			report(job.Progress{Stage: "reassign.stage_reading", Done: int64(len(in.Sellers)), Total: int64(len(run.PersonIDs))})
		}
		if run.Ask.Pool != "" {
			return in.addCustomers(ctx, r, pools, 0, run.Ask.Pool, late)
		}
		return nil
	})
	return in, err
}

func (in *Input) addSeller(ctx context.Context, r Reader, pools *poolrule.Policy, id int64) error {
	p, err := r.HoldingPerson(ctx, id, in.On)
	if err != nil {
		return err
	}
	one := Seller{ID: id, Level: p.Level, Region: p.Region, Left: !p.Employed}
	if pools != nil && p.Employed {
		counts, err := r.HoldingCounts(ctx, id, in.On, in.On)
		if err != nil {
			return err
		}
		one.Counted, one.Most = pools.Holds(&poolrule.Seller{Level: p.Level, Holds: counts.Holds, HoldsWon: counts.Won, HoldsLocked: counts.Locked, HoldsBoth: counts.Both})
	}
	in.Sellers = append(in.Sellers, one)
	return nil
}

// addCustomers adds the customers that somebody has, or that lie in a pool.
func (in *Input) addCustomers(ctx context.Context, r Reader, pools *poolrule.Policy, personID int64, from string, late []string) error {
	read := 0
	for after := int64(0); ; {
		batch, err := r.HeldCustomers(ctx, personID, from, after, batchSize, late)
		if err != nil {
			return err
		}
		for i := range batch {
			h := &batch[i]
			c := Customer{ID: h.CustomerID, Owner: h.OwnerID, Tier: tierOf(h.Tier), Region: h.Region, Since: h.Since, Contact: h.Contact, Late: h.Late, Open: h.Open, Locked: h.Locked, Revision: h.Revision}
			won := h.Deal != calendar.NoDate
			c.Counts = h.OwnerID != 0 && (pools == nil || (pools.Hold.Won || !won) && (pools.Hold.Locked || !h.Locked))
			in.Customers = append(in.Customers, c)
		}
		read += len(batch)
		if len(in.Customers) > customersMost {
			return errs.New(errs.KindInvalid, "reassign.too_many_customers", errs.Args{"Most": customersMost})
		}
		if len(batch) < batchSize || from != "" && read >= pooledMost {
			return nil
		}
		after = batch[len(batch)-1].CustomerID
	}
}

// tierOf is the tier that a customer is looked after by; one without is C.
func tierOf(text string) tier.Tier {
	switch t := tier.Tier(text); t {
	case tier.A, tier.B:
		return t
	}
	return tier.C
}
