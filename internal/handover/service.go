package handover

import (
	"context"
	"slices"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/pool"
	"xiaoguan/internal/poolrule"
	"xiaoguan/internal/tierbook"
)

// Reader reads what somebody leaves behind, on one snapshot.
type Reader interface {
	pool.Reader
	planbook.Reader
	tierbook.PolicyReader
	// Leavers returns who leaves by a day and still has something, within the scope, the latest first.
	Leavers(ctx context.Context, scope access.Scope, today, until calendar.Date, limit int) ([]Leaver, error)
	// LeaverOf returns a person with what is theirs. NotFound.
	LeaverOf(ctx context.Context, personID int64, on calendar.Date) (Leaver, error)
	// CustomersOf returns the customers that somebody has, by id.
	CustomersOf(ctx context.Context, personID int64, limit int) ([]Customer, error)
	// LooseWork returns the open opportunities of a person with customers that the person has not, and the open tasks about nothing else that goes along.
	LooseWork(ctx context.Context, personID int64) ([]opportunity.Opportunity, []int64, error)
	// ContractsOf returns the contracts of a person that have not ended, by id, with what is still to be collected.
	ContractsOf(ctx context.Context, personID int64, today calendar.Date, limit int) ([]Contract, error)
	// HeldByTier counts the customers of persons by tier.
	HeldByTier(ctx context.Context, persons []int64) (map[int64]map[string]int, error)
}

// Tx is one write transaction.
type Tx interface {
	Reader
	pool.Tx
}

// Store is what this package needs of the database. InTx may run fn again after a lost race.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// Service shows and does hand-overs.
type Service struct {
	store Store
	now   func() time.Time // where the company is
}

// NewService returns a Service.
func NewService(store Store, now func() time.Time) *Service { return &Service{store: store, now: now} }

func (s *Service) today() calendar.Date { return calendar.DateOf(s.now()) }

// Limits: how far ahead leavers are listed, how many, and how many customers one hand-over moves.
const (
	aheadDays     = 60
	leaversShown  = 200
	customersMost = 2000
	receiversMost = 200
)

// Leavers lists who leaves within two months or has left, and still has something, within the actor's reach. Errors: forbidden.
func (s *Service) Leavers(ctx context.Context, actor access.Actor) (list []Leaver, err error) {
	defer errs.Wrap(&err, "handover.Leavers")
	if err := actor.Require(access.PermCustomerAssign); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		list, err = r.Leavers(ctx, actor.ScopeOf(access.PermCustomerAssign), s.today(), s.today()+aheadDays, leaversShown)
		return err
	})
	return list, err
}

// PersonID finds a person within reach by employee number. Errors: forbidden; invalid of one that is unknown or out of reach.
func (s *Service) PersonID(ctx context.Context, actor access.Actor, key string) (id int64, err error) {
	defer errs.Wrap(&err, "handover.PersonID(%s)", key)
	if err := actor.Require(access.PermCustomerAssign); err != nil {
		return 0, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		id, err = s.within(ctx, r, actor, "person", key)
		return err
	})
	return id, err
}

func (s *Service) within(ctx context.Context, r Reader, actor access.Actor, path, key string) (int64, error) {
	id, err := r.OrgPersonID(ctx, strings.TrimSpace(key))
	if err != nil {
		return 0, err
	}
	in := false
	if id != 0 {
		if in, err = r.PersonInReach(ctx, actor.ScopeOf(access.PermCustomerAssign), s.today(), id); err != nil {
			return 0, err
		}
	}
	if !in {
		return 0, errs.Invalid("fact.invalid", []errs.Field{{Path: path, Value: key, Message: errs.Msg("fact.unknown_person", errs.Args{"Key": key})}})
	}
	return id, nil
}

// Preview says what a hand-over would do. Errors: forbidden; not found of a person out of reach; invalid receivers.
func (s *Service) Preview(ctx context.Context, actor access.Actor, ask Ask) (p Preview, err error) {
	defer errs.Wrap(&err, "handover.Preview(%d)", ask.PersonID)
	if err := actor.Require(access.PermCustomerAssign); err != nil {
		return p, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		p, err = s.preview(ctx, r, actor, ask)
		return err
	})
	return p, err
}

// reachable lets through whose customers the actor may give out. Somebody who has left is out of every team, and only who sees the whole company reaches them.
func (s *Service) reachable(ctx context.Context, r Reader, actor access.Actor, personID int64) error {
	in, err := r.PersonInReach(ctx, actor.ScopeOf(access.PermCustomerAssign), s.today(), personID)
	if err == nil && !in {
		err = errs.New(errs.KindNotFound, "org.person_missing", nil)
	}
	return err
}

func (s *Service) preview(ctx context.Context, r Reader, actor access.Actor, ask Ask) (p Preview, err error) {
	if err := s.reachable(ctx, r, actor, ask.PersonID); err != nil {
		return p, err
	}
	if !slices.Contains(Ways, ask.Way) {
		return p, errs.Invalid("error.invalid", []errs.Field{{Path: "way", Value: string(ask.Way), Message: errs.Msg("form.error.choice", nil)}})
	}
	p.Ask = ask
	if p.Leaver, err = r.LeaverOf(ctx, ask.PersonID, s.today()); err != nil {
		return p, err
	}
	customers, err := r.CustomersOf(ctx, ask.PersonID, customersMost+1)
	if err != nil {
		return p, err
	}
	if len(customers) > customersMost {
		return p, errs.New(errs.KindConflict, "handover.too_many", errs.Args{"Most": customersMost})
	}
	receivers, err := s.receivers(ctx, r, actor, ask, p.Leaver)
	if err != nil {
		return p, err
	}
	policy, err := s.policy(ctx, r)
	if err != nil {
		return p, err
	}
	if err := s.divide(ctx, r, &p, customers, receivers, policy); err != nil {
		return p, err
	}
	if p.Opportunities, p.LooseTasks, err = r.LooseWork(ctx, ask.PersonID); err != nil {
		return p, err
	}
	p.LooseTo = receivers[0]
	if err := s.contracts(ctx, r, &p); err != nil {
		return p, err
	}
	if p.Consequences, err = s.consequences(ctx, r, p.Leaver); err != nil {
		return p, err
	}
	if slices.ContainsFunc(p.Contracts, func(c Contract) bool { return len(c.Instalments) > 0 }) {
		p.Consequences = append(p.Consequences, Consequence{Message: errs.Msg("handover.collects", errs.Args{"Name": p.Leaver.Name})})
	}
	p.Digest = p.digest()
	return p, nil
}

// policy is the rules of pools in force; nil while there are none.
func (s *Service) policy(ctx context.Context, r Reader) (*poolrule.Policy, error) {
	v, err := r.PoolPolicyOn(ctx, s.today())
	if errs.Is(err, errs.KindNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return v.Policy()
}

// receivers are those who were named, or who sells in the leaver's team, or else whoever sells within reach.
func (s *Service) receivers(ctx context.Context, r Reader, actor access.Actor, ask Ask, leaver Leaver) (list []pool.Person, err error) {
	invalid := func(key, value string) error {
		return errs.Invalid("error.invalid", []errs.Field{{Path: "receivers", Value: value, Message: errs.Msg(key, errs.Args{"Name": value, "Most": receiversMost})}})
	}
	for _, key := range ask.Receivers {
		id, err := s.within(ctx, r, actor, "receivers", key)
		if err != nil {
			return nil, err
		}
		one, err := r.HoldingPerson(ctx, id, s.today())
		if err != nil {
			return nil, err
		}
		switch {
		case id == ask.PersonID:
			return nil, invalid("handover.to_themselves", one.Name)
		case !one.Employed:
			return nil, invalid("pool.has_left", one.Name)
		case !slices.ContainsFunc(list, func(p pool.Person) bool { return p.ID == id }):
			list = append(list, one)
		}
	}
	if len(list) == 0 && ask.Way == WayOne {
		return nil, invalid("form.error.required", "")
	}
	if len(list) == 0 {
		all, err := r.SellersOn(ctx, actor.ScopeOf(access.PermCustomerAssign), s.today())
		if err != nil {
			return nil, err
		}
		all = slices.DeleteFunc(all, func(p pool.Person) bool { return p.ID == ask.PersonID })
		same := slices.DeleteFunc(slices.Clone(all), func(p pool.Person) bool { return leaver.TeamID == 0 || p.TeamID != leaver.TeamID })
		if list = same; len(list) == 0 {
			list = all
		}
	}
	switch {
	case len(list) == 0:
		return nil, invalid("handover.nobody", "")
	case ask.Way == WayOne && len(list) > 1:
		return nil, invalid("handover.only_one", "")
	case len(list) > receiversMost:
		return nil, invalid("handover.too_many_receivers", "")
	}
	return list, nil
}

func (s *Service) consequences(ctx context.Context, r Reader, leaver Leaver) ([]Consequence, error) {
	crediting, _, err := planbook.CreditingOn(ctx, r, s.today())
	if err != nil && !errs.Is(err, errs.KindConflict) {
		return nil, err
	}
	plans, _, err := planbook.PlansOn(ctx, r, s.today().Month())
	if err != nil {
		return nil, err
	}
	return consequences(leaver.Name, leaver.Level, crediting, plans), nil
}

// Do hands everything on as a preview said, in one transaction. Errors: as Preview; conflict when something was changed since, or nothing is left
// to hand on; invalid without a reason.
func (s *Service) Do(ctx context.Context, actor access.Actor, ask Ask, digest, reason string) (act pool.Act, err error) {
	defer errs.Wrap(&err, "handover.Do(%d)", ask.PersonID)
	if err := actor.Require(access.PermCustomerAssign); err != nil {
		return act, err
	}
	if reason, err = pool.TidyReason("reason", reason); err != nil {
		return act, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		p, err := s.preview(ctx, tx, actor, ask)
		if err != nil {
			return err
		}
		switch {
		case p.Digest != digest:
			return errs.New(errs.KindConflict, "handover.changed_meanwhile", nil)
		case !p.Something():
			return errs.New(errs.KindConflict, "handover.nothing", nil)
		}
		if act, err = pool.Begin(ctx, tx, actor, pool.WayHandOver, s.today(), reason); err != nil {
			return err
		}
		counts := map[int64]int64{}
		for _, m := range p.Moves {
			if err := pool.Move(ctx, tx, actor, &act, m.Customer.Holding, pool.Goal{OwnerID: m.To.ID}, reason); err != nil {
				return err
			}
			counts[m.To.ID]++
		}
		if err := s.passLoose(ctx, tx, actor, &act, p, reason); err != nil {
			return err
		}
		if err := s.passContracts(ctx, tx, actor, &act, p, reason); err != nil {
			return err
		}
		if err := pool.TellReceivers(ctx, tx, actor, act, counts); err != nil {
			return err
		}
		return pool.Finish(ctx, tx, act)
	})
	return act, err
}

// passLoose hands on opportunities with customers that somebody else has: to that one, or to who gets the rest; and the tasks that are left.
func (s *Service) passLoose(ctx context.Context, tx Tx, actor access.Actor, act *pool.Act, p Preview, reason string) error {
	tasks := p.LooseTasks
	for _, o := range p.Opportunities {
		h, err := tx.Holding(ctx, o.CustomerID)
		if err != nil {
			return err
		}
		to := p.LooseTo.ID
		if h.OwnerID != 0 && h.OwnerID != p.Ask.PersonID {
			owner, err := tx.HoldingPerson(ctx, h.OwnerID, s.today())
			if err != nil {
				return err
			}
			if owner.Employed {
				to = owner.ID
			}
		}
		_, about, err := tx.OpenWork(ctx, o.CustomerID, p.Ask.PersonID)
		if err != nil {
			return err
		}
		if err := pool.PassOnly(ctx, tx, actor, act, h, pool.Work{Opportunities: []opportunity.Opportunity{o}, Tasks: about}, p.Ask.PersonID, to, reason); err != nil {
			return err
		}
		tasks = slices.DeleteFunc(slices.Clone(tasks), func(id int64) bool { return slices.Contains(about, id) })
	}
	if len(tasks) == 0 {
		return nil
	}
	return pool.PassOnly(ctx, tx, actor, act, pool.Holding{Since: calendar.NoDate}, pool.Work{Tasks: tasks}, p.Ask.PersonID, p.LooseTo.ID, reason)
}
