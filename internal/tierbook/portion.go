package tierbook

import (
	"context"
	"math/big"
	"slices"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/job"
	"xiaoguan/internal/tier"
)

// judgement is a judge with how many customers it knows.
type judgement struct {
	judge
	all int
}

// prepared reads what judging needs besides the customers.
func (s *Service) prepared(ctx context.Context, r Review) (j *judgement, err error) {
	j = &judgement{judge: judge{review: r, study: newStudy(r.AsOf), rfm: &tier.RFMScale{}}}
	if j.steps, err = s.steps(ctx); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(tx Reader) error {
		policy, err := policyOf(ctx, tx, r.PolicyID)
		if err != nil {
			return err
		}
		rates, err := tx.RatesInto(ctx, s.currency())
		if err != nil {
			return err
		}
		j.reader = newReader(policy, r.AsOf, s.currency(), rates)
		if j.hours, err = s.hoursOf(ctx, tx); err != nil {
			return err
		}
		year, month, day := (r.AsOf + 1).Civil()
		if j.until = time.Date(year, month, day, 0, 0, 0, 0, j.hours.Zone); s.now().Before(j.until) {
			j.until = s.now()
		}
		j.levels, err = tx.LevelsOn(ctx, r.AsOf)
		return err
	})
	return j, err
}

// eachKnown calls fn on all customers, portion by portion, each on a snapshot of its own.
func (s *Service) eachKnown(ctx context.Context, on calendar.Date, fn func(*Known) error) error {
	after := int64(0)
	for {
		var portion []Known
		if err := s.store.Read(ctx, func(r Reader) (err error) {
			portion, err = r.KnownCustomers(ctx, after, batchCustomers, on)
			return err
		}); err != nil {
			return err
		}
		for i := range portion {
			if err := fn(&portion[i]); err != nil {
				return err
			}
		}
		if len(portion) < batchCustomers {
			return nil
		}
		after = portion[len(portion)-1].ID
	}
}

// outlineAll reads all customers once: what remains of each is its outline, and what the models learn.
func (s *Service) outlineAll(ctx context.Context, running job.Running, r Review) (j *judgement, sum ReviewSummary, err error) {
	sum = ReviewSummary{Lacking: map[string]int{}, Groups: map[tier.Group]int{}, Sellers: map[string]SellerState{}}
	if j, err = s.prepared(ctx, r); err != nil {
		return j, sum, err
	}
	var outlines []outline
	var total shareOf
	err = s.eachKnown(ctx, r.AsOf, func(k *Known) error {
		o := j.outlineOf(k)
		outlines = append(outlines, o.outline)
		total.add(&o)
		sum.WithoutCost += o.withoutCost
		sum.WithoutRate += o.withoutRate
		j.study.add(&o, standingOf(k))
		if len(outlines)%batchCustomers == 0 {
			running.Report(job.Progress{Stage: "tierbook.stage_reading", Done: int64(len(outlines))})
		}
		return nil
	})
	if err != nil {
		return j, sum, err
	}
	j.study.close()
	j.all, j.share = len(outlines), total.share()
	sum.MarginShare, sum.Buyers, sum.Modelled = j.share, j.study.buyers, j.study.purchases != nil
	j.ranking = tier.NewRanking(j.policy, r.AsOf)
	for i := range outlines {
		o := &outlines[i]
		c := o.customer(j.share)
		if err := j.ranking.Add(&c); err != nil {
			return j, sum, err
		}
		if o.orders > 0 {
			j.rfm.Add(&tier.Buyer{LastOrder: o.last, Orders: int(o.orders), Amount: o.spend})
		}
	}
	j.ranking.Seal()
	j.rfm.Seal()
	return j, sum, nil
}

// shareOf adds up the margin of all orders whose cost is known. Of each customer it is within tier.AmountMax, so that a million fit.
type shareOf struct{ margin, revenue int64 }

func (s *shareOf) add(o *outlined) {
	s.margin += o.margin
	s.revenue += clamp(o.knownRevenue)
}

// share is the part of revenue that is margin; all of it where no cost is known, so that the order of customers is that of revenue.
func (s *shareOf) share() tier.Share {
	if s.revenue <= 0 {
		return tier.Whole
	}
	share := new(big.Int).Mul(big.NewInt(s.margin), big.NewInt(int64(tier.Whole)))
	share.Quo(share, big.NewInt(s.revenue))
	if !share.IsInt64() {
		return tier.Whole
	}
	return tier.Share(min(max(share.Int64(), 0), int64(tier.Whole)))
}

// judgePortion judges the customers behind an id and stores what changed; last is 0 behind the last of them. counted goes on from the sum: see
// ReviewSummary.take.
func (s *Service) judgePortion(ctx context.Context, tx Tx, j *judgement, after int64, sum ReviewSummary) (counted ReviewSummary, last int64, err error) {
	portion, err := tx.KnownCustomers(ctx, after, batchCustomers, j.on)
	if err != nil || len(portion) == 0 {
		return sum, 0, err
	}
	last = portion[len(portion)-1].ID
	waiting, err := tx.WaitingProposals(ctx, portion[0].ID, last)
	if err != nil {
		return sum, 0, err
	}
	w := portionWriter{judgement: j, now: tx.Now(), waiting: map[int64]Proposal{}}
	for _, p := range waiting {
		w.waiting[p.CustomerID] = p
	}
	counted = sum
	counted.Groups, counted.Lacking, counted.Sellers = map[tier.Group]int{}, map[string]int{}, map[string]SellerState{}
	for i := range portion {
		w.take(&portion[i], &counted)
	}
	counted.Proposals += len(w.waiting)
	return counted, last, w.write(ctx, s, tx)
}

// take replaces the plain counts, which went on from the summary, and adds the others, which began anew.
func (s *ReviewSummary) take(counted ReviewSummary) {
	groups, lacking, sellers := s.Groups, s.Lacking, s.Sellers
	*s = counted
	s.Groups, s.Lacking, s.Sellers = groups, lacking, sellers
	for g, n := range counted.Groups {
		s.Groups[g] += n
	}
	for f, n := range counted.Lacking {
		s.Lacking[f] += n
	}
	for id, found := range counted.Sellers {
		state := s.Sellers[id]
		state.add(found)
		s.Sellers[id] = state
	}
}

// portionWriter gathers what a portion of customers leaves to be written.
type portionWriter struct {
	*judgement
	now       time.Time
	waiting   map[int64]Proposal // by customer, as they will be
	standings []Standing
	changes   []Change
	first     []Change // of customers that had no tier: no change of one, but their cases are told
	proposals []Proposal
	dropped   []int64
}

func (w *portionWriter) take(k *Known, sum *ReviewSummary) {
	s, changed := w.stand(k)
	w.tally(k, &s, sum)
	if !changed {
		return
	}
	w.standings = append(w.standings, s)
	if k.Standing == nil {
		w.first = append(w.first, Change{CustomerID: k.ID, To: s.Result.Tier, ActorID: w.review.CreatedBy})
	}
	if old := k.Standing; old != nil && old.Result.Tier != s.Result.Tier {
		kind := ChangeReview
		if old.Facts.Override != nil && s.Facts.Override == nil {
			kind = ChangeOverrideEnded
		}
		w.changes = append(w.changes, Change{CustomerID: k.ID, At: w.now, Kind: kind, From: old.Result.Tier, To: s.Result.Tier, ReviewID: w.review.ID, ActorID: w.review.CreatedBy})
	}
	if w.counts(k) {
		w.propose(k, &s)
	}
}

// propose makes a proposal where one is due, keeps one that is there, and drops one that no longer is.
func (w *portionWriter) propose(k *Known, s *Standing) {
	p, there := w.waiting[k.ID]
	change := s.Result.Proposal
	due := change != nil && change.Approval
	if due && there && p.From == change.From && p.To == change.To {
		return
	}
	if there {
		w.dropped = append(w.dropped, k.ID)
		delete(w.waiting, k.ID)
	}
	if due {
		p := Proposal{CustomerID: k.ID, ReviewID: w.review.ID, From: change.From, To: change.To, OwnerID: s.OwnerID, Score: s.Result.Score, State: ProposalWaiting}
		w.proposals, w.waiting[k.ID] = append(w.proposals, p), p
	}
}

func (w *portionWriter) write(ctx context.Context, s *Service, tx Tx) error {
	if len(w.changes) > 0 {
		first, err := tx.NextNumbers(ctx, "tier_change", len(w.changes))
		if err != nil {
			return err
		}
		for i := range w.changes {
			w.changes[i].Seq = first + int64(i)
		}
	}
	if len(w.proposals) > 0 {
		first, err := tx.NextNumbers(ctx, "tier_proposal", len(w.proposals))
		if err != nil {
			return err
		}
		for i := range w.proposals {
			w.proposals[i].ID = first + int64(i)
		}
	}
	if err := s.drop(ctx, tx, w.dropped); err != nil {
		return err
	}
	if err := tx.InsertTierProposals(ctx, w.proposals); err != nil {
		return err
	}
	if err := tx.AppendTierChanges(ctx, w.changes); err != nil {
		return err
	}
	if err := tellCases(ctx, tx, slices.Concat(w.first, w.changes)); err != nil {
		return err
	}
	return tx.PutStandings(ctx, w.standings)
}
