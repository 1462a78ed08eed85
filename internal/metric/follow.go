package metric

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
)

// Progress is how far the kept sums are: they count what was recorded up to and including From. Where To is further, deals that these batches touch are
// being counted anew, some of them already.
type Progress struct {
	From, To fact.BatchID
}

// Record names a working record whose part in the sums is to be made anew.
type Record struct {
	Seq  int64
	Kind RecordKind
	ID   int64
}

// RecordKind is what sort of working record it is.
type RecordKind string

// The kinds.
const (
	RecordLead        RecordKind = "lead"
	RecordOpportunity RecordKind = "opportunity"
	RecordContract    RecordKind = "contract"
	RecordFollowUp    RecordKind = "follow_up"
	RecordCustomer    RecordKind = "customer"
)

// recordKinds are all kinds, in the order in which they are counted.
var recordKinds = []RecordKind{RecordLead, RecordOpportunity, RecordContract, RecordFollowUp, RecordCustomer}

// portions: how much one transaction counts, so that others can write between. What many deals come to is worked out before the transaction that writes it:
// it has few sums to add then, and each page of the file to write once.
const (
	dealsAtOnce   = 400  // of a question, and within a transaction
	dealsAhead    = 8000 // worked out beforehand
	recordsAtOnce = 1000
	manyPortions  = 8 // as many are waiting where deals are taken by seller
)

// Follower is what bringing sums up to date needs of a write transaction.
type Follower interface {
	MetricProgress(ctx context.Context) (Progress, error)
	SaveMetricProgress(ctx context.Context, p Progress) error
	LatestBatch(ctx context.Context) (fact.BatchID, error)
	// TouchMetricDeals notes the deals whose facts were recorded or superseded behind one batch and up to another, and the customers whose deals or shares of
	// deals were.
	TouchMetricDeals(ctx context.Context, from, to fact.BatchID) error
	// DropTouched takes deals off the note, and notes their contracts. It returns how many were noted.
	DropTouched(ctx context.Context, ids []int64) (int64, error)
	// QuotaDelta is by what targets changed between two batches.
	QuotaDelta(ctx context.Context, from, to fact.BatchID) (Delta, error)
	// ChangedRecords returns some of the working records that changed.
	ChangedRecords(ctx context.Context, limit int) ([]Record, error)
	DropChanged(ctx context.Context, seqs []int64) error
	LeadFacts(ctx context.Context, ids []int64) ([]LeadFacts, error)
	OpportunityFacts(ctx context.Context, ids []int64) ([]OpportunityFacts, error)
	PlanFacts(ctx context.Context, ids []int64) ([]PlanFacts, error)
	FollowUpFacts(ctx context.Context, ids []int64) ([]FollowUpFacts, error)
	CustomerFacts(ctx context.Context, ids []int64) ([]CustomerFacts, error)
	// MetricParts are what records added to the sums when they were counted last.
	MetricParts(ctx context.Context, kind RecordKind, ids []int64) (map[int64]Delta, error)
	PutMetricParts(ctx context.Context, kind RecordKind, parts map[int64]Delta) error
	// AddMetricSums adds to the kept sums.
	AddMetricSums(ctx context.Context, d Delta) error
}

// Step counts what has changed since the last one, a portion of it; more says that there is more to do. Two nodes may do it: what one has counted is no
// longer noted for the other.
func (s *Service) Step(ctx context.Context) (more bool, err error) {
	defer errs.Wrap(&err, "metric.Step")
	waits, c := false, portion{}
	err = s.Store.Read(ctx, func(r Reader) error {
		if waits, err = s.behind(ctx, r); err != nil || !waits {
			return err
		}
		ahead := cmp.Or(s.ahead, dealsAhead)
		c, err = s.count(ctx, r, ahead, manyPortions*ahead)
		return err
	})
	if err != nil || !waits {
		return false, err
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		switch p, err := tx.MetricProgress(ctx); {
		case err != nil:
			return err
		case p.From == p.To:
			return s.begin(ctx, tx, p)
		case p != c.progress: // somebody else has come further
			return nil
		}
		return keep(ctx, tx, c)
	})
	if errors.Is(err, errCounted) {
		err = nil
	}
	if err != nil {
		return false, err
	}
	return true, s.Store.InTx(ctx, func(tx Tx) error { return s.records(ctx, tx) })
}

// behind reports whether something is recorded that the sums do not count.
func (s *Service) behind(ctx context.Context, r Reader) (bool, error) {
	p, err := r.MetricProgress(ctx)
	if err != nil || p.From != p.To {
		return true, err
	}
	last, err := r.LatestBatch(ctx)
	if err != nil || last > p.To {
		return true, err
	}
	changed, err := r.ChangedRecords(ctx, 1)
	return len(changed) > 0, err
}

// begin takes up the batches that came since.
func (s *Service) begin(ctx context.Context, tx Tx, p Progress) error {
	last, err := tx.LatestBatch(ctx)
	if err != nil || last == p.To {
		return err
	}
	p.To = last
	if err := tx.TouchMetricDeals(ctx, p.From, p.To); err != nil {
		return err
	}
	quotas, err := tx.QuotaDelta(ctx, p.From, p.To)
	if err != nil {
		return err
	}
	if err := tx.AddMetricSums(ctx, quotas); err != nil {
		return err
	}
	if err := tx.SaveMetricProgress(ctx, p); err != nil {
		return err
	}
	c, err := s.count(ctx, tx, dealsAtOnce, dealsAtOnce)
	if err != nil {
		return err
	}
	return keep(ctx, tx, c)
}

// portion is what some of the deals that were touched come to: what they add now less what they added before.
type portion struct {
	progress Progress
	deals    []int64
	last     bool // no other deals are noted
	sums     Delta
}

// errCounted says that another node has counted deals of a portion meanwhile.
var errCounted = errors.New("metric: counted by another node")

// count works out a portion: of few sellers where many deals are waiting, because sums of a seller stand side by side, and those of many are on all pages of
// the file. Facts as recorded at a batch never change, so that it holds in a later transaction, too, as long as the deals are noted.
func (s *Service) count(ctx context.Context, r Reader, limit, many int) (c portion, err error) {
	if c.progress, err = r.MetricProgress(ctx); err != nil || c.progress.From == c.progress.To {
		return c, err
	}
	if c.deals, err = r.TouchedDeals(ctx, many); err != nil {
		return c, err
	}
	c.last, c.sums = len(c.deals) < limit, Delta{}
	if len(c.deals) == many && many > limit {
		deals, next, err := r.TouchedDealsOf(ctx, s.seller.Load(), limit)
		if err != nil {
			return c, err
		}
		s.seller.Store(next)
		if len(deals) > 0 { // otherwise none are left of those behind it, or their deals have no sellers
			c.deals = deals
		}
	}
	c.deals = c.deals[:min(limit, len(c.deals))]
	err = s.work(ctx, r, &c)
	return c, err
}

// work adds up what the deals of a portion come to.
func (s *Service) work(ctx context.Context, r Reader, c *portion) error {
	for ids := range slices.Chunk(c.deals, dealsAtOnce) {
		for _, side := range []struct {
			at   fact.BatchID
			sign int64
		}{{c.progress.From, -1}, {c.progress.To, 1}} {
			if side.at == 0 {
				continue
			}
			found, err := r.DealFacts(ctx, ids, side.at)
			if err != nil {
				return err
			}
			for _, f := range found {
				c.sums.Plus(OfDeal(f, s.Currency()), side.sign)
			}
		}
	}
	return nil
}

// keep adds a portion to the sums, once: errCounted when it is there already.
func keep(ctx context.Context, tx Follower, c portion) error {
	dropped, err := tx.DropTouched(ctx, c.deals)
	if err != nil {
		return err
	}
	if dropped != int64(len(c.deals)) {
		return errCounted
	}
	if err := tx.AddMetricSums(ctx, c.sums); err != nil {
		return err
	}
	if c.last {
		c.progress.From = c.progress.To
	}
	return tx.SaveMetricProgress(ctx, c.progress)
}

// records counts some of the working records that changed.
func (s *Service) records(ctx context.Context, tx Tx) error {
	changed, err := tx.ChangedRecords(ctx, recordsAtOnce)
	if err != nil || len(changed) == 0 {
		return err
	}
	seqs, ids := make([]int64, 0, len(changed)), map[RecordKind][]int64{}
	for _, c := range changed {
		seqs, ids[c.Kind] = append(seqs, c.Seq), append(ids[c.Kind], c.ID)
	}
	d := Delta{}
	for _, kind := range recordKinds {
		if len(ids[kind]) == 0 {
			continue
		}
		now, err := s.parts(ctx, tx, kind, ids[kind])
		if err != nil {
			return err
		}
		before, err := tx.MetricParts(ctx, kind, ids[kind])
		if err != nil {
			return err
		}
		for _, id := range ids[kind] {
			if now[id] == nil {
				now[id] = Delta{}
			}
		}
		for _, part := range before {
			d.Plus(part, -1)
		}
		for _, part := range now {
			d.Plus(part, 1)
		}
		if err := tx.PutMetricParts(ctx, kind, now); err != nil {
			return err
		}
	}
	if err := tx.AddMetricSums(ctx, d); err != nil {
		return err
	}
	return tx.DropChanged(ctx, seqs)
}

// parts are what records add to the sums now.
func (s *Service) parts(ctx context.Context, tx Follower, kind RecordKind, ids []int64) (map[int64]Delta, error) {
	currency := s.Currency()
	switch kind {
	case RecordLead:
		return partsOf(ctx, ids, tx.LeadFacts, func(f LeadFacts) (int64, Delta) { return f.ID, OfLead(f) })
	case RecordOpportunity:
		return partsOf(ctx, ids, tx.OpportunityFacts, func(f OpportunityFacts) (int64, Delta) { return f.ID, OfOpportunity(f, currency) })
	case RecordContract:
		return partsOf(ctx, ids, tx.PlanFacts, func(f PlanFacts) (int64, Delta) { return f.ID, OfPlan(f, currency) })
	case RecordFollowUp:
		return partsOf(ctx, ids, tx.FollowUpFacts, func(f FollowUpFacts) (int64, Delta) { return f.ID, OfFollowUp(f) })
	case RecordCustomer:
		return partsOf(ctx, ids, tx.CustomerFacts, func(f CustomerFacts) (int64, Delta) { return f.ID, OfCustomer(f) })
	}
	return map[int64]Delta{}, nil
}

func partsOf[F any](ctx context.Context, ids []int64, read func(context.Context, []int64) ([]F, error), part func(F) (int64, Delta)) (map[int64]Delta, error) {
	found, err := read(ctx, ids)
	if err != nil {
		return nil, err
	}
	parts := make(map[int64]Delta, len(found))
	for _, f := range found {
		id, d := part(f)
		parts[id] = d
	}
	return parts, nil
}

// CatchUp counts until nothing is left to do.
func (s *Service) CatchUp(ctx context.Context) error {
	for {
		if more, err := s.Step(ctx); err != nil || !more {
			return err
		}
	}
}

// Rebuild drops all sums and has them made anew in the background, from the facts. Errors: forbidden.
func (s *Service) Rebuild(ctx context.Context, actor access.Actor) (err error) {
	defer errs.Wrap(&err, "metric.Rebuild")
	if err := s.mayWrite(actor); err != nil {
		return err
	}
	return s.Store.InTx(ctx, func(tx Tx) error {
		if err := tx.DropMetricSums(ctx); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "metric.rebuild", "metric:sums", nil, nil)
	})
}
