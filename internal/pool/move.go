package pool

import (
	"context"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
)

// Goal is where a customer goes: to a person, or into a pool.
type Goal struct {
	OwnerID   int64
	Pool      string
	LeaveWork bool // open opportunities and tasks stay with who has them
}

// Begin makes an act, to which the moves of a transaction belong. Finish it when they are done.
func Begin(ctx context.Context, tx Tx, actor access.Actor, way Way, on calendar.Date, cause string) (Act, error) {
	id, err := tx.NextNumber(ctx, "holding_act")
	if err != nil {
		return Act{}, err
	}
	a := Act{ID: id, Way: way, At: tx.Now(), On: on, ActorID: actor.UserID, ActorName: actor.Name, Cause: cause}
	return a, tx.InsertAct(ctx, a)
}

// Move moves one customer as part of an act, and with it, when it goes to a person and unless the goal says otherwise, the open opportunities and
// tasks of who has it or had it last. Everything is recorded.
func Move(ctx context.Context, tx Tx, actor access.Actor, act *Act, before Holding, goal Goal, cause string) error {
	after := Holding{CustomerID: before.CustomerID, OwnerID: goal.OwnerID, Pool: goal.Pool, Since: act.On, FormerID: before.FormerID, Revision: before.Revision + 1}
	if before.OwnerID != 0 {
		after.FormerID = before.OwnerID
	}
	var passed Passed
	var err error
	if !goal.LeaveWork {
		if passed, err = passWork(ctx, tx, actor, after); err != nil {
			return err
		}
	}
	if err := tx.SaveHolding(ctx, after); err != nil {
		return err
	}
	return record(ctx, tx, actor, act, before, after, cause, passed)
}

// passWork hands on what is open about a customer that goes to a person.
func passWork(ctx context.Context, tx Tx, actor access.Actor, after Holding) (passed Passed, err error) {
	if after.OwnerID == 0 || after.FormerID == 0 || after.FormerID == after.OwnerID {
		return passed, nil
	}
	open, tasks, err := tx.OpenWork(ctx, after.CustomerID, after.FormerID)
	if err != nil {
		return passed, err
	}
	for _, o := range open {
		if err := passOpportunity(ctx, tx, actor, o, after.OwnerID); err != nil {
			return passed, err
		}
		passed.Opportunities = append(passed.Opportunities, o.ID)
	}
	if len(tasks) > 0 {
		passed.Tasks = tasks
		err = tx.PassTasks(ctx, tasks, after.OwnerID)
	}
	return passed, err
}

func passOpportunity(ctx context.Context, tx Tx, actor access.Actor, before opportunity.Opportunity, to int64) error {
	after := before
	after.OwnerID, after.Revision = to, before.Revision+1
	if err := tx.SaveOpportunity(ctx, after); err != nil {
		return err
	}
	event := process.Event{CaseID: after.ID, Activity: process.ActivityOwner, PersonID: to, Data: process.Data(map[string]any{"from": before.OwnerID, "to": to})}
	return process.Record(ctx, tx, actor, process.Write{Action: "opportunity.change", Subject: after.Subject(), Revision: after.Revision, Before: before, After: after, Events: []process.Event{event}})
}

// record writes a step with its history and audit entry, and counts it in its act.
func record(ctx context.Context, tx Tx, actor access.Actor, act *Act, before, after Holding, cause string, passed Passed) (err error) {
	step := Step{ActID: act.ID, CustomerID: after.CustomerID, Revision: after.Revision, At: tx.Now(), On: act.On, Way: act.Way, From: before, ToOwner: after.OwnerID, ToPool: after.Pool,
		Cause: cause, Passed: passed, ActorName: actor.Name}
	if step.ID, err = tx.NextNumber(ctx, "holding_step"); err != nil {
		return err
	}
	if err := tx.InsertStep(ctx, step); err != nil {
		return err
	}
	act.Customers++
	act.Opportunities += int64(len(passed.Opportunities))
	act.Tasks += int64(len(passed.Tasks))
	var was any
	if before.Known() {
		was = noted{before, "", ""}
	}
	return process.Record(ctx, tx, actor, process.Write{Action: "holding." + string(act.Way), Subject: after.Subject(), Revision: after.Revision, Before: was, After: noted{after, act.Way, cause}})
}

// noted is a holding as history and audit log show it.
type noted struct {
	Holding
	Way   Way    `json:"way"`
	Cause string `json:"cause"`
}

// Work is what goes from one person to another without a customer.
type Work struct {
	Opportunities []opportunity.Opportunity
	Tasks         []int64
	Contracts     []int64 // with their payment plans: who has them collects
}

// PassOnly hands on work of a person who does not have the customer, as a step of its own that moves no customer.
func PassOnly(ctx context.Context, tx Tx, actor access.Actor, act *Act, h Holding, work Work, from, to int64, cause string) error {
	passed := Passed{Tasks: work.Tasks, Contracts: work.Contracts, From: from, To: to, WorkOnly: true}
	for _, o := range work.Opportunities {
		if err := passOpportunity(ctx, tx, actor, o, to); err != nil {
			return err
		}
		passed.Opportunities = append(passed.Opportunities, o.ID)
	}
	if len(work.Tasks) > 0 {
		if err := tx.PassTasks(ctx, work.Tasks, to); err != nil {
			return err
		}
	}
	if len(work.Contracts) > 0 {
		if err := tx.PassContracts(ctx, work.Contracts, from, to); err != nil {
			return err
		}
	}
	id, err := tx.NextNumber(ctx, "holding_step")
	if err != nil {
		return err
	}
	act.Opportunities += int64(len(passed.Opportunities))
	act.Tasks += int64(len(work.Tasks))
	step := Step{ID: id, ActID: act.ID, CustomerID: h.CustomerID, Revision: h.Revision, At: tx.Now(), On: act.On, Way: act.Way, From: h, ToOwner: h.OwnerID, ToPool: h.Pool, Cause: cause, Passed: passed, ActorName: actor.Name}
	if err := tx.InsertStep(ctx, step); err != nil {
		return err
	}
	return audit.Append(ctx, tx, actor, "holding_act.pass", act.Subject(), nil, passed)
}

// Finish keeps the counts of an act.
func Finish(ctx context.Context, tx Tx, act Act) error { return tx.SaveAct(ctx, act) }

// TidyReason trims a reason that must be given, and is at most 300 characters.
func TidyReason(path, reason string) (string, error) {
	reason = strings.TrimSpace(reason)
	switch {
	case reason == "":
		return "", errs.Invalid("error.invalid", []errs.Field{{Path: path, Message: errs.Msg("form.error.required", nil)}})
	case len([]rune(reason)) > reasonMost:
		return "", errs.Invalid("error.invalid", []errs.Field{{Path: path, Message: errs.Msg("pool.reason_long", errs.Args{"Most": reasonMost})}})
	}
	return reason, nil
}

// reasonMost is the longest reason, and atOnceMost how many customers one request may move.
const (
	reasonMost = 300
	atOnceMost = 500
)

// open reads the customers of a request. All must be in a pool.
func open(ctx context.Context, tx Tx, ids []int64) (holdings []Holding, names map[string]string, err error) {
	if len(ids) == 0 || len(ids) > atOnceMost {
		return nil, nil, errs.Invalid("pool.choose_some", []errs.Field{{Path: "customers", Message: errs.Msg("pool.choose_some", errs.Args{"Most": atOnceMost})}})
	}
	names = map[string]string{}
	seen := map[int64]bool{}
	for _, id := range ids {
		if seen[id] {
			continue
		}
		seen[id] = true
		row, err := tx.PooledRow(ctx, id)
		if errs.Is(err, errs.KindNotFound) {
			err = errs.New(errs.KindConflict, "pool.gone", nil)
		}
		if err != nil {
			return nil, nil, err
		}
		names[pooled(row.Holding).ID] = row.Name
		holdings = append(holdings, row.Holding)
	}
	return holdings, names, nil
}

// Claim takes customers from pools for the actor, all or none. Errors: forbidden; conflict when somebody was faster, or no rules are in
// force; invalid with everything that the rules have against it.
func (s *Service) Claim(ctx context.Context, actor access.Actor, ids []int64) (act Act, err error) {
	defer errs.Wrap(&err, "pool.Claim(%d)", len(ids))
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return act, err
	}
	if actor.PersonID == 0 {
		return act, errs.New(errs.KindForbidden, "pool.nobody", nil)
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		a, err := s.ask(ctx, tx, actor)
		if err != nil {
			return err
		}
		holdings, names, err := open(ctx, tx, ids)
		if err != nil {
			return err
		}
		asked := poolsOf(holdings)
		if err := refusals(a.policy.MayClaim(a.seller(), asked, s.today()), names); err != nil {
			return err
		}
		if act, err = Begin(ctx, tx, actor, WayClaim, s.today(), ""); err != nil {
			return err
		}
		told := map[string]int64{} // of which pool how many
		for _, h := range holdings {
			if err := Move(ctx, tx, actor, &act, h, Goal{OwnerID: actor.PersonID}, ""); err != nil {
				return err
			}
			told[h.Pool]++
		}
		for id, count := range told {
			pool := a.policy.PoolOf(id)
			if !pool.TellAdmins {
				continue
			}
			if err := notice.Post(ctx, tx, notice.Message{Kind: notice.KindPoolClaimed, To: notice.To{Permission: access.PermPoolWrite}, Subject: act.Subject(), By: actor.UserID,
				Params: notice.Params{"Who": notice.Word(actor.Name), "Count": notice.Number(count)}}); err != nil {
				return err
			}
		}
		return Finish(ctx, tx, act)
	})
	return act, err
}

// Release lets a customer go into the pool of its owner's department. Errors: forbidden; not found of one that is neither the actor's nor of
// somebody whom they lead; invalid without a reason; conflict while no rules are in force, or when it is in a pool already.
func (s *Service) Release(ctx context.Context, actor access.Actor, customerID int64, reason string) (act Act, err error) {
	defer errs.Wrap(&err, "pool.Release(%d)", customerID)
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return act, err
	}
	if reason, err = TidyReason("reason", reason); err != nil {
		return act, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		policy, err := s.inForce(ctx, tx)
		if err != nil {
			return err
		}
		h, err := s.owned(ctx, tx, actor, customerID)
		if err != nil {
			return err
		}
		owner, err := tx.HoldingPerson(ctx, h.OwnerID, s.today())
		if err != nil {
			return err
		}
		if act, err = Begin(ctx, tx, actor, WayRelease, s.today(), reason); err != nil {
			return err
		}
		if err := Move(ctx, tx, actor, &act, h, Goal{Pool: PoolFor(policy, owner.Team)}, reason); err != nil {
			return err
		}
		return Finish(ctx, tx, act)
	})
	return act, err
}

// owned reads an owned customer that the actor may let go: their own, or that of somebody whose customers they may give out.
func (s *Service) owned(ctx context.Context, r Reader, actor access.Actor, customerID int64) (Holding, error) {
	h, err := r.Holding(ctx, customerID)
	if err != nil {
		return h, err
	}
	missing := errs.New(errs.KindNotFound, "customer.missing", nil)
	switch {
	case h.Pool != "":
		return h, errs.New(errs.KindConflict, "pool.is_in_pool", nil)
	case !h.Known():
		return h, missing
	case h.OwnerID == actor.PersonID || actor.System:
		return h, nil
	case !actor.Can(access.PermCustomerAssign):
		return h, missing
	}
	in, err := r.PersonInReach(ctx, actor.ScopeOf(access.PermCustomerAssign), s.today(), h.OwnerID)
	if err == nil && !in {
		err = missing
	}
	return h, err
}

// Lock keeps a customer of the actor's from being recycled, or ends that. Errors: forbidden; not found of one that is not theirs; invalid
// when they may lock no more; conflict when it was changed meanwhile.
func (s *Service) Lock(ctx context.Context, actor access.Actor, customerID int64, locked bool) (err error) {
	defer errs.Wrap(&err, "pool.Lock(%d)", customerID)
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return err
	}
	return s.store.InTx(ctx, func(tx Tx) error {
		a, err := s.ask(ctx, tx, actor)
		if err != nil {
			return err
		}
		before, err := tx.Holding(ctx, customerID)
		switch {
		case err != nil:
			return err
		case before.OwnerID == 0 || before.OwnerID != actor.PersonID:
			return errs.New(errs.KindNotFound, "customer.missing", nil)
		case before.Locked == locked:
			return nil
		}
		if refusal := a.policy.MayLock(a.seller()); locked && refusal != "" {
			return errs.Invalid("pool.refused", []errs.Field{{Path: "customers", Message: errs.Msg(refusal.MessageKey(), errs.Args{"Most": a.policy.Exempt.LocksMost})}})
		}
		after := before
		after.Locked, after.Revision = locked, before.Revision+1
		if err := tx.SaveHolding(ctx, after); err != nil {
			return err
		}
		return process.Record(ctx, tx, actor, process.Write{Action: "holding.lock", Subject: after.Subject(), Revision: after.Revision, Before: before, After: after})
	})
}
