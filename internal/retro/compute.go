package retro

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/job"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/period"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/settle"
)

// RunCompute carries a retro out; it is the function of jobs of KindCompute. Each month is stored by itself, and one that was interrupted
// goes on with the month after: facts, rules and what counts as paid are pinned.
func (s *Service) RunCompute(ctx context.Context, running job.Running) (err error) {
	var args Args
	if err := json.Unmarshal(running.Job().Args, &args); err != nil {
		return err
	}
	defer errs.Wrap(&err, "retro.RunCompute(%s)", args.RetroID)
	var retro Retro
	if err := s.store.Read(ctx, func(r Reader) error {
		retro, err = r.Retro(ctx, args.RetroID)
		return err
	}); err != nil {
		return err
	}
	if retro.State != StateComputing {
		return nil // finished before a crash kept the queue from learning it
	}
	err = s.carryOut(ctx, running, &retro)
	cancelled := errors.Is(context.Cause(ctx), job.ErrCancelled)
	if err == nil || errs.Is(err, errs.KindUnavailable) || ctx.Err() != nil && !cancelled {
		return err // the next start of the job goes on
	}
	return errors.Join(err, s.fail(context.WithoutCancel(ctx), running.Job(), retro, cancelled, err))
}

// work is what the months of a retro share.
type work struct {
	*Retro
	loaded  *payout.Loaded
	base    []Retro                          // in the order of Base
	known   map[calendar.Month][]payout.Line // recomputed
	changes func() ([]Change, error)         // read once, when the first delta asks
	closed  map[calendar.Month]payout.Run    // of the months
}

func (s *Service) carryOut(ctx context.Context, running job.Running, retro *Retro) error {
	running.Report(job.Progress{Stage: "retro.stage_loading", Total: int64(len(retro.Months))})
	w, err := s.prepare(ctx, retro)
	if err != nil {
		return err
	}
	for i := range retro.Months {
		running.Report(job.Progress{Stage: "retro.stage_months", Done: int64(i), Total: int64(len(retro.Months))})
		if err := context.Cause(ctx); err != nil {
			return err
		}
		deltas, err := s.month(ctx, w, i)
		if err != nil {
			return err
		}
		if i < retro.Done {
			continue
		}
		after := *retro
		after.Done, after.Deltas, after.TotalMinor = i+1, retro.Deltas+int64(len(deltas)), retro.TotalMinor+sum(deltas)
		if err := s.store.InTx(ctx, func(tx Tx) error {
			if err := tx.HoldJob(ctx, running.Job().ID, running.Job().Attempts); err != nil {
				return err
			}
			if err := tx.InsertRetroDeltas(ctx, retro.ID, deltas); err != nil {
				return err
			}
			return tx.UpdateRetro(ctx, after, StateComputing)
		}); err != nil {
			return err
		}
		*retro = after
	}
	return s.finish(ctx, running, *retro)
}

// prepare loads the facts, once for all months, and what the months were closed with.
func (s *Service) prepare(ctx context.Context, retro *Retro) (*work, error) {
	w := &work{Retro: retro, known: map[calendar.Month][]payout.Line{}, closed: map[calendar.Month]payout.Run{}}
	err := s.store.Read(ctx, func(r Reader) (err error) {
		if w.loaded, err = r.LoadFacts(ctx, retro.Months[len(retro.Months)-1], retro.Recorded, s.currency()); err != nil {
			return err
		}
		for _, id := range retro.Base {
			other, err := r.Retro(ctx, id)
			if err != nil {
				return err
			}
			w.base = append(w.base, other)
		}
		for _, month := range retro.Months {
			p, err := r.Period(ctx, month)
			if err != nil {
				return err
			}
			if w.closed[month], err = r.Run(ctx, p.CurrentRun); err != nil {
				return err
			}
		}
		return nil
	})
	var changes []Change
	read := false
	w.changes = func() ([]Change, error) {
		if read {
			return changes, nil
		}
		read = true
		since := retro.Recorded
		for _, month := range retro.Months {
			batch, _ := w.since(month)
			since = min(since, batch)
		}
		return changes, s.store.Read(ctx, func(r Reader) (err error) {
			changes, err = r.FactChanges(ctx, since, retro.Recorded, retro.Months[len(retro.Months)-1].Last())
			return err
		})
	}
	return w, err
}

// since is what the month's pay rests on so far: the facts up to a batch and the versions in force, of the last retro that was posted for
// it or of its own run.
func (w *work) since(month calendar.Month) (fact.BatchID, []string) {
	run := w.closed[month]
	batch, plans := run.Recorded, run.Plans
	for _, other := range w.base {
		for i, m := range other.Months {
			if m == month {
				batch, plans = other.Recorded, other.Plans[i]
			}
		}
	}
	return batch, plans
}

// month recomputes one month and finds what differs, with the causes.
func (s *Service) month(ctx context.Context, w *work, index int) ([]Delta, error) {
	month := w.Months[index]
	var rules planbook.InForce
	var earlier []payout.EarlierLine
	var was Sides
	if err := s.store.Read(ctx, func(r Reader) (err error) {
		if rules, err = planbook.ForVersions(ctx, r, month, w.Plans[index]); err != nil {
			return err
		}
		if earlier, err = w.earlier(ctx, r, rules, month); err != nil {
			return err
		}
		if was.Lines, err = r.PaidLines(ctx, month, w.Base); err != nil {
			return err
		}
		was.Shares, err = r.PaidShares(ctx, month, w.Base)
		return err
	}); err != nil {
		return nil, err
	}
	loaded := until(w.loaded, month)
	result, err := engine.Run(engine.Input{Period: month, Plans: rules.Plans, Crediting: rules.Crediting, Facts: loaded.Facts,
		Earlier: payout.EarlierPay(earlier, loaded, rules)})
	if err != nil {
		return nil, err
	}
	b := &payout.Builder{Loaded: loaded, Result: result, Plans: rules.Plans}
	versions := rulesOf{plans: map[string]string{}, crediting: rules.CreditingVersion.ID}
	for _, v := range rules.PlanVersions {
		b.PlanIDs, b.Version = append(b.PlanIDs, v.DocumentID), append(b.Version, v.ID)
		versions.plans[v.DocumentID] = v.ID
	}
	now := Sides{Lines: b.Lines()}
	if now.Shares, err = sharesOf(b); err != nil {
		return nil, err
	}
	w.known[month] = now.Lines
	deltas := Diff(month, was, now)
	if index < w.Done || len(deltas) == 0 {
		return deltas, nil
	}
	return deltas, s.explain(ctx, w, month, deltas, loaded, versions, payout.NeedsEarlier(rules))
}

// sharesOf splits what plans keep by deal over the deals, as a settlement of the month does.
func sharesOf(b *payout.Builder) (Shares, error) {
	all := Shares{}
	for _, g := range payout.Groups(b.Result.Payouts) {
		by := b.Plans[g.Plan]
		if by.Settle == nil || len(by.Settle.ByDeal) == 0 {
			continue
		}
		c, err := b.Result.SettlementCase(g.Person, g.Plan, nil, nil)
		if err != nil {
			return nil, err
		}
		shares, err := settle.Shares(by, c.Earned)
		if err != nil {
			return nil, err
		}
		for component, byDeal := range shares {
			all[Line{b.Loaded.PersonIDs[g.Person], b.PlanIDs[g.Plan], component}] = byDeal
		}
	}
	return all, nil
}

// explain adds causes and versions to the deltas of a month.
func (s *Service) explain(ctx context.Context, w *work, month calendar.Month, deltas []Delta, loaded *payout.Loaded, now rulesOf, earlier bool) error {
	changes, err := w.changes()
	if err != nil {
		return err
	}
	batch, plans := w.since(month)
	b := newBlame(month, loaded, changes, batch)
	b.now, b.earlier, b.was = now, earlier, rulesOf{plans: map[string]string{}}
	if err := s.store.Read(ctx, func(r Reader) error {
		for _, id := range plans {
			v, err := r.PlanVersion(ctx, id)
			if err != nil {
				return err
			}
			if v.Kind == planbook.KindCrediting {
				b.was.crediting = v.ID
				continue
			}
			b.was.plans[v.DocumentID] = v.ID
		}
		return nil
	}); err != nil {
		return err
	}
	for i := range deltas {
		d := &deltas[i]
		if d.VersionID = now.plans[d.PlanID]; d.VersionID == "" {
			d.VersionID = b.was.plans[d.PlanID]
		}
		d.Causes = b.of(*d)
	}
	return nil
}

// earlier is what months before paid: as recomputed where the retro recomputes them, and what was paid until now for the others.
func (w *work) earlier(ctx context.Context, r Reader, rules planbook.InForce, month calendar.Month) (lines []payout.EarlierLine, err error) {
	if !payout.NeedsEarlier(rules) {
		return nil, nil
	}
	periods, err := r.Periods(ctx)
	if err != nil {
		return nil, err
	}
	for i := len(periods) - 1; i >= 0; i-- { // newest first
		p := periods[i]
		if p.State != period.StateClosed || p.Month >= month || p.Month < month-payout.EarlierMonths {
			continue
		}
		paid, recomputed := w.known[p.Month]
		if !recomputed {
			if paid, err = r.PaidLines(ctx, p.Month, w.Base); err != nil {
				return nil, err
			}
		}
		for _, l := range paid {
			lines = append(lines, payout.EarlierLine{Line: l, Month: p.Month})
		}
	}
	return lines, nil
}

// until cuts facts that were loaded for a later month down to what a load for the month would have given.
func until(loaded *payout.Loaded, month calendar.Month) *payout.Loaded {
	last := month.Last()
	facts := *loaded.Facts
	from := &loaded.Payments
	to := engine.Payments{}
	for i, on := range from.On {
		if on > last {
			continue
		}
		to.Deal, to.On = append(to.Deal, from.Deal[i]), append(to.On, on)
		to.AmountFen, to.Order = append(to.AmountFen, from.AmountFen[i]), append(to.Order, from.Order[i])
		if from.Keys != nil {
			to.Keys = append(to.Keys, from.Keys[i])
		}
		if from.Currency != nil {
			to.Currency = append(to.Currency, from.Currency[i])
		}
	}
	facts.Payments, facts.Quotas = to, nil
	for _, q := range loaded.Quotas {
		if q.Month <= month {
			facts.Quotas = append(facts.Quotas, q)
		}
	}
	facts.Exchange = slices.DeleteFunc(slices.Clone(loaded.Exchange), func(r engine.ExchangeRate) bool { return r.On > last })
	return &payout.Loaded{Facts: &facts, PersonIDs: loaded.PersonIDs, TeamIDs: loaded.TeamIDs}
}

// finish completes the retro.
func (s *Service) finish(ctx context.Context, running job.Running, retro Retro) error {
	running.SetResult(map[string]any{"retro": retro.ID, "deltas": retro.Deltas}) // no amount: who looks after jobs may not see pay
	return s.store.InTx(ctx, func(tx Tx) error {
		if err := tx.HoldJob(ctx, running.Job().ID, running.Job().Attempts); err != nil {
			return err
		}
		after := retro
		after.State, after.FinishedAt = StateComputed, tx.Now()
		return change(ctx, tx, access.SystemActor("retro"), "complete", retro, after, "")
	})
}

// fail ends a retro that failed or was cancelled. A start of the job that is not the current one any more has no say in that.
func (s *Service) fail(ctx context.Context, j job.Job, retro Retro, cancelled bool, cause error) error {
	failure := errs.Msg("error.internal", nil)
	if e, ok := errors.AsType[*errs.Error](cause); ok {
		failure = e.Message
	}
	return s.store.InTx(ctx, func(tx Tx) error {
		if err := tx.HoldJob(ctx, j.ID, j.Attempts); err != nil {
			return err
		}
		return abandon(ctx, tx, retro, cancelled, failure)
	})
}

// abandon ends a retro that will not be completed.
func abandon(ctx context.Context, tx Tx, retro Retro, cancelled bool, failure errs.Message) error {
	after := retro
	after.State, after.Failure, after.FinishedAt = StateFailed, failure, tx.Now()
	if cancelled {
		after.State = StateCancelled
	}
	return change(ctx, tx, access.SystemActor("retro"), "abandon", retro, after, failure.Key)
}

// change stores a retro in its new state and audits it.
func change(ctx context.Context, tx Tx, actor access.Actor, action string, before, after Retro, reason string) error {
	if err := tx.UpdateRetro(ctx, after, before.State); err != nil {
		return err
	}
	state := func(r Retro) map[string]any {
		return map[string]any{"state": r.State, "deltas": r.Deltas, "total_minor": r.TotalMinor, "paid_in": monthText(r.PaidIn), "reason": reason}
	}
	return audit.Append(ctx, tx, actor, "retro."+action, "retro:"+after.ID, state(before), state(after))
}

func monthText(m calendar.Month) string {
	if m == 0 {
		return ""
	}
	return m.String()
}
