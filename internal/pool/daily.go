package pool

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/job"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/poolrule"
)

// KindDaily is the job that applies the rules of a day; its arguments are DayArgs.
const KindDaily job.Kind = "pool.daily"

// DayArgs name the day.
type DayArgs struct {
	Day calendar.Date `json:"day"`
}

// batchSize is how many customers are read, and moved in one transaction, at once.
const batchSize = 500

// nightHour is when the rules of a day are applied where the company is.
const nightHour = 2

// Tick starts the job of the day, once a day in the night and again when it has failed, while rules are in force. Call it now and then, on
// any node.
func (s *Service) Tick(ctx context.Context) (started bool, err error) {
	defer errs.Wrap(&err, "pool.Tick")
	day := s.today()
	if s.now().Hour() < nightHour {
		return false, nil
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		started = false
		if _, err := s.inForce(ctx, tx); err != nil {
			if errs.Is(err, errs.KindConflict) {
				return nil
			}
			return err
		}
		known, err := tx.PoolDay(ctx, day)
		if err != nil {
			return err
		}
		if known != "" {
			before, err := tx.Job(ctx, known)
			if err != nil && !errs.Is(err, errs.KindNotFound) || err == nil && before.State != job.StateFailed {
				return err
			}
		}
		args, err := json.Marshal(DayArgs{day})
		if err != nil {
			return err
		}
		id := s.newID()
		if err := tx.SavePoolDay(ctx, day, id); err != nil {
			return err
		}
		started = true
		return tx.Enqueue(ctx, job.Spec{ID: id, Kind: KindDaily, Args: args, Unique: "pool:" + day.String(), Subject: "pool:" + day.String()})
	})
	return started, err
}

// warning is what an owner is to be warned of.
type warning struct {
	count int64
	first calendar.Date // the earliest last day
	name  string
}

// dayRun is the work of one day under way.
type dayRun struct {
	*Service
	day      calendar.Date
	policy   *poolrule.Policy
	act      Act
	begun    bool
	started  int64 // customers whose owner was recorded for the first time
	kept     int64
	spared   int64
	warned   map[int64]*warning
	recycled map[int64]int64 // by former owner
	teams    map[int64]string
}

// RunDaily does the job: who has customers is recorded where it is not, what the rules send back goes into the pools, owners are warned. It may be
// started again: what was done is not done twice.
func (s *Service) RunDaily(ctx context.Context, running job.Running) (err error) {
	defer errs.Wrap(&err, "pool.RunDaily")
	var args DayArgs
	if err := json.Unmarshal(running.Job().Args, &args); err != nil {
		return err
	}
	run, err := s.apply(ctx, args.Day, running.Report)
	if err != nil {
		return err
	}
	running.SetResult(map[string]any{"day": args.Day.String(), "started": run.started, "recycled": run.act.Customers, "warned": len(run.warned), "exempt": run.spared, "kept": run.kept})
	return nil
}

// Apply applies the rules of today at once, for tools that make up a company.
func (s *Service) Apply(ctx context.Context) error {
	_, err := s.apply(ctx, s.today(), func(job.Progress) {})
	return err
}

func (s *Service) apply(ctx context.Context, day calendar.Date, report func(job.Progress)) (*dayRun, error) {
	run := &dayRun{Service: s, day: day, warned: map[int64]*warning{}, recycled: map[int64]int64{}, teams: map[int64]string{}}
	if err := s.store.Read(ctx, func(r Reader) (err error) { run.policy, err = s.inForce(ctx, r); return err }); err != nil {
		return nil, err
	}
	if err := run.start(ctx); err != nil {
		return nil, err
	}
	var done int64
	for after := int64(0); ; {
		var batch []Facts
		if err := s.store.Read(ctx, func(r Reader) (err error) { batch, err = r.OwnedAfter(ctx, 0, after, batchSize); return err }); err != nil {
			return nil, err
		}
		if err := run.batch(ctx, batch); err != nil {
			return nil, err
		}
		done += int64(len(batch))
		report(job.Progress{Stage: "pool.stage_rules", Done: done})
		if len(batch) < batchSize {
			break
		}
		after = batch[len(batch)-1].CustomerID
	}
	return run, run.tell(ctx)
}

// start records who has the customers of which nothing is recorded: who worked on them last; those that nobody ever worked on come into a pool.
// There may be a million of them, so they have a step each, and one entry in the audit log for all of a batch.
func (run *dayRun) start(ctx context.Context) error {
	for after := int64(0); ; {
		var found []Found
		if err := run.store.Read(ctx, func(r Reader) (err error) { found, err = r.Unheld(ctx, after, batchSize); return err }); err != nil {
			return err
		}
		if len(found) > 0 {
			if err := run.store.InTx(ctx, func(tx Tx) error { return run.hold(ctx, tx, found) }); err != nil {
				return err
			}
			after = found[len(found)-1].CustomerID
		}
		run.started += int64(len(found))
		if len(found) < batchSize {
			return nil
		}
	}
}

func (run *dayRun) hold(ctx context.Context, tx Tx, found []Found) error {
	actor := access.SystemActor("pool")
	act, err := Begin(ctx, tx, actor, WayStart, run.day, "")
	if err != nil {
		return err
	}
	var holdings []Holding
	var steps []Step
	for _, f := range found {
		if known, err := tx.Holding(ctx, f.CustomerID); err != nil {
			return err
		} else if known.Known() {
			continue
		}
		h := Holding{CustomerID: f.CustomerID, OwnerID: f.PersonID, Since: run.day, Revision: 1}
		if f.PersonID == 0 {
			h.Pool = PoolFor(run.policy, "")
		}
		holdings = append(holdings, h)
		steps = append(steps, Step{ActID: act.ID, CustomerID: f.CustomerID, Revision: 1, At: tx.Now(), On: run.day, Way: WayStart, From: Holding{Since: calendar.NoDate}, ToOwner: h.OwnerID, ToPool: h.Pool, ActorName: actor.Name})
	}
	if err := tx.PutHoldings(ctx, holdings, steps); err != nil {
		return err
	}
	act.Customers = int64(len(holdings))
	if err := Finish(ctx, tx, act); err != nil {
		return err
	}
	return audit.Append(ctx, tx, actor, "holding_act.start", act.Subject(), nil, map[string]any{"customers": act.Customers})
}

// batch decides about customers, and moves those that the rules send back.
func (run *dayRun) batch(ctx context.Context, batch []Facts) error {
	due := map[int64]poolrule.Decision{}
	for i := range batch {
		f := &batch[i]
		rule := f.Rule()
		d := run.policy.Decide(&rule, run.day)
		switch d.Outcome {
		case poolrule.Recycle:
			due[f.CustomerID] = d
		case poolrule.Warn:
			w := run.warned[f.OwnerID]
			if w == nil {
				w = &warning{first: d.LastDay, name: f.Name}
				run.warned[f.OwnerID] = w
			}
			w.count++
			if d.LastDay < w.first {
				w.first, w.name = d.LastDay, f.Name
			}
		case poolrule.Spared:
			run.spared++
		default:
			run.kept++
		}
	}
	if len(due) == 0 {
		return nil
	}
	return run.store.InTx(ctx, func(tx Tx) error { return run.recycle(ctx, tx, batch, due) })
}

func (run *dayRun) recycle(ctx context.Context, tx Tx, batch []Facts, due map[int64]poolrule.Decision) (err error) {
	actor := access.SystemActor("pool")
	act := run.act
	if !run.begun {
		if act, err = Begin(ctx, tx, actor, WayRecycle, run.day, ""); err != nil {
			return err
		}
	}
	counts, teams := map[int64]int64{}, maps.Clone(run.teams)
	for i := range batch {
		d, goes := due[batch[i].CustomerID]
		if !goes {
			continue
		}
		now, err := tx.Holding(ctx, batch[i].CustomerID)
		if err != nil {
			return err
		}
		if now.Revision != batch[i].Revision {
			continue // somebody did something with it just now: tomorrow is another day
		}
		team, known := teams[now.OwnerID]
		if !known {
			owner, err := tx.HoldingPerson(ctx, now.OwnerID, run.day)
			if err != nil && !errs.Is(err, errs.KindNotFound) {
				return err
			}
			team = owner.Team
			teams[now.OwnerID] = team
		}
		if err := Move(ctx, tx, actor, &act, now, Goal{Pool: PoolFor(run.policy, team)}, d.Trigger); err != nil {
			return err
		}
		counts[now.OwnerID]++
	}
	if err := Finish(ctx, tx, act); err != nil {
		return err
	}
	run.act, run.begun, run.teams = act, true, teams
	for owner, count := range counts {
		run.recycled[owner] += count
	}
	return nil
}

// tell tells owners what went and what will go. Of the same day nobody is told twice.
func (run *dayRun) tell(ctx context.Context) error {
	return run.store.InTx(ctx, func(tx Tx) error {
		var soon []Countdown
		for _, owner := range slices.Sorted(maps.Keys(run.warned)) {
			soon = append(soon, Countdown{OwnerID: owner, Customers: run.warned[owner].count, First: run.warned[owner].first})
		}
		if err := tx.ReplacePoolCountdowns(ctx, run.day, soon); err != nil {
			return err
		}
		for _, owner := range slices.Sorted(maps.Keys(run.warned)) {
			w := run.warned[owner]
			if err := notice.Post(ctx, tx, notice.Message{Kind: notice.KindPoolWarned, To: notice.To{PersonIDs: []int64{owner}}, Subject: "person:" + strconv.FormatInt(owner, 10), Once: "pool " + w.first.String(),
				Params: notice.Params{"Customer": notice.Word(w.name), "Count": notice.Number(w.count), "On": notice.Day(w.first)}}); err != nil {
				return err
			}
		}
		for _, owner := range slices.Sorted(maps.Keys(run.recycled)) {
			if err := notice.Post(ctx, tx, notice.Message{Kind: notice.KindPoolRecycled, To: notice.To{PersonIDs: []int64{owner}}, Subject: "person:" + strconv.FormatInt(owner, 10), Once: "recycled " + run.day.String(),
				Params: notice.Params{"Count": notice.Number(run.recycled[owner])}}); err != nil {
				return err
			}
		}
		return nil
	})
}

// Mine is a customer of the actor's with what the rules say about it.
type Mine struct {
	Facts
	Decision poolrule.Decision
	Trigger  *poolrule.Trigger // the rule; nil where none applies
	Fate     Fate              // what becomes of it if nothing happens
	Moved    poolrule.Move     // what moved the last day; empty where the rule alone gives it
	MovedOn  calendar.Date     // the day that it goes by
}

// mineMost is how many of somebody's customers are looked at at once.
const mineMost = 2000

// OfActor returns the actor's customers, those that go back first in front. More says that there are others. Errors: forbidden.
func (s *Service) OfActor(ctx context.Context, actor access.Actor) (list []Mine, more bool, err error) {
	defer errs.Wrap(&err, "pool.OfActor")
	if err := actor.Require(access.PermWorkWrite); err != nil || actor.PersonID == 0 {
		return nil, false, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		list = nil
		policy, err := s.inForce(ctx, r)
		if errs.Is(err, errs.KindConflict) {
			policy, err = nil, nil
		}
		if err != nil {
			return err
		}
		facts, err := r.OwnedAfter(ctx, actor.PersonID, 0, mineMost+1)
		if err != nil {
			return err
		}
		if more = len(facts) > mineMost; more {
			facts = facts[:mineMost]
		}
		for _, f := range facts {
			list = append(list, judged(policy, f, s.today()))
		}
		slices.SortStableFunc(list, func(a, b Mine) int { return int(a.due()) - int(b.due()) })
		return nil
	})
	return list, more, err
}

// due is when a customer goes back; never for one that is exempt.
func (m *Mine) due() calendar.Date {
	if m.Decision.Reason != "" && m.Decision.Reason != poolrule.ReasonContract {
		return calendar.Forever
	}
	return m.Decision.LastDay
}

// Fate is what becomes of a customer if nothing happens.
type Fate string

// The fates, in the order in which they are shown.
const (
	FateFirst Fate = "first" // it goes tonight, or its owner was warned
	FateLater Fate = "later" // it goes on a day that is further away
	FateStays Fate = "stays"
)

// Fates lists them in their order.
var Fates = []Fate{FateFirst, FateLater, FateStays}

// fate is what becomes of the customer by the rules of pools, as of a day.
func (m *Mine) fate(today calendar.Date) Fate {
	switch {
	case m.due() == calendar.Forever:
		return FateStays
	case m.Decision.Outcome == poolrule.Recycle || m.Decision.Outcome == poolrule.Warn || m.due() < today:
		return FateFirst
	}
	return FateLater
}

func judged(policy *poolrule.Policy, f Facts, on calendar.Date) Mine {
	m := Mine{Facts: f, Decision: poolrule.Decision{Outcome: poolrule.Keep, LastDay: calendar.Forever}, Fate: FateStays}
	if policy == nil {
		return m
	}
	rule := f.Rule()
	m.Decision = policy.Decide(&rule, on)
	if at := slices.IndexFunc(policy.Recycle, func(t poolrule.Trigger) bool { return t.ID == m.Decision.Trigger }); at >= 0 {
		m.Trigger = &policy.Recycle[at]
	}
	m.Moved, m.MovedOn = policy.Moved(&rule, &m.Decision)
	m.Fate = m.fate(on)
	return m
}
