package pool

import (
	"context"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/poolrule"
)

// Given is what became of customers that were given out.
type Given struct {
	Act  Act
	To   map[int64]int64 // how many by person
	Left []string        // names of customers that nobody may have by the rules
}

func poolsOf(holdings []Holding) (list []poolrule.Pooled) {
	for _, h := range holdings {
		list = append(list, pooled(h))
	}
	return list
}

// Give gives customers of pools that the actor looks after to a person, within what that one may hold. Errors: forbidden; not found of a
// person out of reach; conflict; invalid when not even one may be given.
func (s *Service) Give(ctx context.Context, actor access.Actor, ids []int64, person string) (Given, error) {
	return s.give(ctx, actor, ids, person)
}

// Rotate gives customers of pools that the actor looks after in turn to who may have them and holds the fewest. Errors: as Give.
func (s *Service) Rotate(ctx context.Context, actor access.Actor, ids []int64) (Given, error) {
	return s.give(ctx, actor, ids, "")
}

func (s *Service) give(ctx context.Context, actor access.Actor, ids []int64, person string) (given Given, err error) {
	defer errs.Wrap(&err, "pool.Give(%d, %s)", len(ids), person)
	if err := actor.Require(access.PermCustomerAssign); err != nil {
		return given, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		given = Given{To: map[int64]int64{}}
		a, err := s.ask(ctx, tx, actor)
		if err != nil {
			return err
		}
		holdings, names, err := open(ctx, tx, ids)
		if err != nil {
			return err
		}
		byID := map[string]Holding{}
		for _, h := range holdings {
			if !a.policy.IsAdmin(a.seller(), h.Pool) {
				return errs.New(errs.KindForbidden, "pool.not_admin", nil)
			}
			byID[pooled(h).ID] = h
		}
		policy, sellers, err := s.receivers(ctx, tx, actor, a.policy, person)
		if err != nil {
			return err
		}
		list, left := policy.Give(poolsOf(holdings), sellers, s.today())
		for _, id := range left {
			given.Left = append(given.Left, names[id])
		}
		if len(list) == 0 {
			return errs.Invalid("pool.nobody_may", []errs.Field{{Path: "customers", Message: errs.Msg("pool.nobody_may", nil)}})
		}
		if given.Act, err = Begin(ctx, tx, actor, WayGive, s.today(), ""); err != nil {
			return err
		}
		for _, g := range list {
			to, err := strconv.ParseInt(g.Seller, 10, 64)
			if err != nil {
				return err
			}
			if err := Move(ctx, tx, actor, &given.Act, byID[g.Customer], Goal{OwnerID: to}, ""); err != nil {
				return err
			}
			given.To[to]++
		}
		if err := TellReceivers(ctx, tx, actor, given.Act, given.To); err != nil {
			return err
		}
		return Finish(ctx, tx, given.Act)
	})
	return given, err
}

// receivers are who may be given customers: one person, or everybody who sells within the actor's reach.
func (s *Service) receivers(ctx context.Context, r Reader, actor access.Actor, policy *poolrule.Policy, person string) (*poolrule.Policy, []poolrule.Seller, error) {
	scope := actor.ScopeOf(access.PermCustomerAssign)
	var people []Person
	if person != "" {
		id, err := r.OrgPersonID(ctx, person)
		if err != nil {
			return nil, nil, err
		}
		in := false
		if id != 0 {
			if in, err = r.PersonInReach(ctx, scope, s.today(), id); err != nil {
				return nil, nil, err
			}
		}
		if !in {
			return nil, nil, errs.Invalid("fact.invalid", []errs.Field{{Path: "person", Value: person, Message: errs.Msg("fact.unknown_person", errs.Args{"Key": person})}})
		}
		one, err := r.HoldingPerson(ctx, id, s.today())
		if err != nil {
			return nil, nil, err
		}
		if !one.Employed {
			return nil, nil, errs.Invalid("fact.invalid", []errs.Field{{Path: "person", Value: person, Message: errs.Msg("pool.has_left", errs.Args{"Name": one.Name})}})
		}
		people, policy = []Person{one}, policy.GivingTo(strconv.FormatInt(id, 10))
	} else {
		var err error
		if people, err = r.SellersOn(ctx, scope, s.today()); err != nil {
			return nil, nil, err
		}
		policy = policy.GivingInTurn()
	}
	sellers := make([]poolrule.Seller, len(people))
	for i, p := range people {
		counts, err := r.HoldingCounts(ctx, p.ID, s.today(), s.today()-calendar.Date(max(policy.Claim.PeriodDays, 1))+1)
		if err != nil {
			return nil, nil, err
		}
		sellers[i] = seller(p, nil, counts)
	}
	return policy, sellers, nil
}

// TellReceivers tells people that they got customers.
func TellReceivers(ctx context.Context, tx Tx, actor access.Actor, act Act, counts map[int64]int64) error {
	for person, count := range counts {
		if err := notice.Post(ctx, tx, notice.Message{Kind: notice.KindCustomersGiven, To: notice.To{PersonIDs: []int64{person}}, Subject: act.Subject(), By: actor.UserID,
			Params: notice.Params{"Who": notice.Word(actor.Name), "Count": notice.Number(count)}}); err != nil {
			return err
		}
	}
	return nil
}
