package merge

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/job"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/pool"
	"xiaoguan/internal/process"
	"xiaoguan/internal/profile"
)

// Filter chooses pairs.
type Filter struct {
	Ground Ground // the strongest; empty: any
	After  string // Next of the page before
	Limit  int
}

// Place is where a page of pairs ended.
type Place struct{ Rank, LowID, HighID int64 }

// Reader reads customers that may be the same, and merges, on one snapshot.
type Reader interface {
	CustomerInReach(ctx context.Context, reach customer.Reach, id int64) (bool, error)
	Customer(ctx context.Context, id int64) (customer.Customer, error) // NotFound
	CustomerID(ctx context.Context, key string) (int64, error)
	LivesAs(ctx context.Context, id int64) (int64, error)
	Profile(ctx context.Context, customerID int64) (profile.Profile, error)
	Holding(ctx context.Context, customerID int64) (pool.Holding, error)
	HoldingPerson(ctx context.Context, id int64, on calendar.Date) (pool.Person, error)

	// CustomerPairs returns open pairs of which both customers are in reach, the strongest grounds first, behind a place.
	CustomerPairs(ctx context.Context, reach customer.Reach, ground Ground, after *Place, limit int) ([]Listed, error)
	CustomerPair(ctx context.Context, lowID, highID int64) (Pair, string, error) // the state; empty where there is none
	CustomerLook(ctx context.Context) (Look, error)                              // the last; zero before the first
	// MergeCounts says what would move with a customer, its deals, and who of service looks after it.
	MergeCounts(ctx context.Context, customerID int64) (counts Counts, deals, service int64, err error)
	CustomerMerge(ctx context.Context, id int64) (Merge, error) // NotFound
	// CustomerMerges returns merges whose survivor is in reach, the newest first, below an id unless that is 0.
	CustomerMerges(ctx context.Context, reach customer.Reach, before int64, limit int) ([]Merge, error)
	// Likenesses reads customers that are nobody's alias for a look, behind an id; ContactPhones contacts that are still there.
	Likenesses(ctx context.Context, after int64, limit int) ([]Likeness, error)
	ContactPhones(ctx context.Context, after int64, limit int) ([]ContactPhone, error)
	// OwnersOfWork are who has a customer and who owns an open opportunity of it.
	OwnersOfWork(ctx context.Context, customerID int64) ([]int64, error)
	Job(ctx context.Context, id string) (job.Job, error)
}

// Tx is one write transaction.
type Tx interface {
	Reader
	process.Tx
	notice.Tx
	fact.Recorder
	customfield.Tx
	NextNumber(ctx context.Context, sequence string) (int64, error)
	SaveProfile(ctx context.Context, p profile.Profile) error
	SaveHolding(ctx context.Context, h pool.Holding) error
	// PutHolding writes a holding as it is, with its revision; RemoveHolding takes it away.
	PutHolding(ctx context.Context, h pool.Holding) error
	RemoveHolding(ctx context.Context, customerID int64) error
	SetServiceOwner(ctx context.Context, customerID, personID int64, at time.Time, by string) error
	// ParkStanding takes a customer out of the tiers and returns what it had there, for UnparkStanding.
	ParkStanding(ctx context.Context, customerID int64) (string, error)
	UnparkStanding(ctx context.Context, customerID int64, parked string) error

	InsertMerge(ctx context.Context, m Merge) error
	SaveMerge(ctx context.Context, m Merge) error // Moved, UndoneAt, UndoneBy, Stayed
	// MoveRecords gives the records of one customer to another and keeps which they were.
	MoveRecords(ctx context.Context, mergeID, from, to int64) (Counts, error)
	// ReturnRecords gives back what MoveRecords moved, as far as it is still the survivor's. Opportunities that were signed since stay with
	// their quotes and contracts; those made of the others since go along.
	ReturnRecords(ctx context.Context, mergeID, from, to int64) (Stayed, error)
	InsertAlias(ctx context.Context, customerID, survivorID, mergeID int64) error
	RemoveAlias(ctx context.Context, customerID, mergeID int64) error // Conflict when it is another's alias now

	// PutPairs keeps pairs that a look found; SetPair what somebody said of one; DropPairs takes open ones away that a look did not find.
	PutPairs(ctx context.Context, lookID int64, pairs []Pair) error
	SetPair(ctx context.Context, p Pair, state, by string) error
	DropPairs(ctx context.Context, lookID int64) error
	RemovePairsOf(ctx context.Context, customerID int64) error
	InsertLook(ctx context.Context, l Look) error
	SaveLook(ctx context.Context, l Look) error
	Enqueue(ctx context.Context, spec job.Spec) error
}

// Store is what this package needs of the database. InTx may run fn again after a lost race.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// Service finds, merges and parts customers.
type Service struct {
	store Store
	newID func() string
	now   func() time.Time
}

// NewService returns a Service.
func NewService(store Store, newID func() string, now func() time.Time) *Service {
	return &Service{store, newID, now}
}

func (s *Service) today() calendar.Date { return calendar.DateOf(s.now()) }

func (s *Service) reach(actor access.Actor) customer.Reach {
	return customer.Reach{Scope: actor.ScopeOf(access.PermCustomerMerge), Today: s.today()}
}

// Page is a part of the pairs.
type Page struct {
	Pairs []Listed
	Next  string
	Look  Look
}

// pageUsual is how many pairs a page shows where nobody says, pageMost the most.
const (
	pageUsual = 50
	pageMost  = 200
)

// Pairs returns customers that may be the same, both within the actor's reach. Errors: forbidden; invalid.
func (s *Service) Pairs(ctx context.Context, actor access.Actor, f Filter) (page Page, err error) {
	defer errs.Wrap(&err, "merge.Pairs")
	if err := actor.Require(access.PermCustomerMerge); err != nil {
		return page, err
	}
	after, err := f.place()
	if err != nil {
		return page, err
	}
	if f.Limit <= 0 {
		f.Limit = pageUsual
	}
	f.Limit = min(f.Limit, pageMost)
	err = s.store.Read(ctx, func(r Reader) error {
		if page.Pairs, err = r.CustomerPairs(ctx, s.reach(actor), f.Ground, after, f.Limit+1); err != nil {
			return err
		}
		page.Look, err = r.CustomerLook(ctx)
		return err
	})
	if len(page.Pairs) > f.Limit {
		page.Pairs = page.Pairs[:f.Limit]
		page.Next = cursorOf(page.Pairs[f.Limit-1].Pair)
	}
	return page, err
}

// Comparison is two customers side by side.
type Comparison struct {
	Survivor, Merged Side
	Grounds          []Ground // why they may be the same; none where nobody found them
	Apart            bool     // somebody said that they are two
	Usual            Choices
	MayCorrect       bool   // fields of the record may be taken over
	Digest           string // says that exactly this was seen
}

// Differs reports whether the two have different values in a field.
func (c Comparison) Differs(f Field) bool { return !same(c.Survivor, c.Merged, f) }

// Compare sets two customers side by side. Errors: forbidden; not found, also out of reach; invalid for one and the same.
func (s *Service) Compare(ctx context.Context, actor access.Actor, survivorID, mergedID int64) (c Comparison, err error) {
	defer errs.Wrap(&err, "merge.Compare(%d, %d)", survivorID, mergedID)
	if err := actor.Require(access.PermCustomerMerge); err != nil {
		return c, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		c, err = s.compare(ctx, r, actor, survivorID, mergedID)
		return err
	})
	return c, err
}

// IDOf finds a customer within reach by its number. Errors: forbidden; invalid for one that there is not, or out of reach.
func (s *Service) IDOf(ctx context.Context, actor access.Actor, field, key string) (id int64, err error) {
	defer errs.Wrap(&err, "merge.IDOf(%s)", key)
	if err := actor.Require(access.PermCustomerMerge); err != nil {
		return 0, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		if id, err = r.CustomerID(ctx, key); err != nil {
			return err
		}
		in := false
		if id != 0 {
			if in, err = r.CustomerInReach(ctx, s.reach(actor), id); err != nil {
				return err
			}
		}
		if !in {
			return errs.Invalid("fact.invalid", []errs.Field{{Path: field, Value: key, Message: errs.Msg("fact.unknown_customer", errs.Args{"Key": key})}})
		}
		return nil
	})
	return id, err
}

func (s *Service) compare(ctx context.Context, r Reader, actor access.Actor, survivorID, mergedID int64) (c Comparison, err error) {
	if survivorID == mergedID {
		return c, errs.Invalid("error.invalid", []errs.Field{{Path: "merged", Message: errs.Msg("merge.same_one", nil)}})
	}
	if c.Survivor, err = s.side(ctx, r, actor, survivorID); err != nil {
		return c, err
	}
	if c.Merged, err = s.side(ctx, r, actor, mergedID); err != nil {
		return c, err
	}
	pair, state, err := r.CustomerPair(ctx, min(survivorID, mergedID), max(survivorID, mergedID))
	if err != nil {
		return c, err
	}
	c.Grounds, c.Apart = pair.Grounds, state == PairApart
	if c.MayCorrect, err = s.mayCorrect(ctx, r, actor, survivorID); err != nil {
		return c, err
	}
	c.Usual = Usual(c.Survivor, c.Merged, c.MayCorrect)
	c.Digest, err = digest(c)
	return c, err
}

func (s *Service) mayCorrect(ctx context.Context, r Reader, actor access.Actor, id int64) (bool, error) {
	if !actor.Can(access.PermSalesWrite) {
		return false, nil
	}
	return r.CustomerInReach(ctx, customer.Reach{Scope: actor.ScopeOf(access.PermSalesWrite), Today: s.today()}, id)
}

// digest says what was seen: the values of both sides. What moves may have become more meanwhile.
func digest(c Comparison) (string, error) {
	plain, err := audit.Canonical([]any{c.Survivor.Customer, held(c.Survivor.Holding), c.Survivor.Profile, c.Survivor.Service, c.Merged.Customer, held(c.Merged.Holding), c.Merged.Profile, c.Merged.Service})
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(plain)
	return hex.EncodeToString(sum[:12]), nil
}

// side reads everything of one customer in reach.
func (s *Service) side(ctx context.Context, r Reader, actor access.Actor, id int64) (side Side, err error) {
	in, err := r.CustomerInReach(ctx, s.reach(actor), id)
	if err == nil && !in {
		err = errs.New(errs.KindNotFound, "customer.missing", nil)
	}
	if err != nil {
		return side, err
	}
	if side.Customer, err = r.Customer(ctx, id); err != nil {
		return side, err
	}
	if side.Profile, err = r.Profile(ctx, id); err != nil {
		return side, err
	}
	if side.Holding, err = r.Holding(ctx, id); err != nil {
		return side, err
	}
	if side.Holding.OwnerID != 0 {
		person, err := r.HoldingPerson(ctx, side.Holding.OwnerID, s.today())
		if err != nil {
			return side, err
		}
		side.Owner = person.Name
	}
	side.Counts, side.Deals, side.Service, err = r.MergeCounts(ctx, id)
	return side, err
}

// Apart says that two customers of a pair are two, so that it is not listed again. Errors: forbidden; not found, also out of reach.
func (s *Service) Apart(ctx context.Context, actor access.Actor, a, b int64) (err error) {
	defer errs.Wrap(&err, "merge.Apart(%d, %d)", a, b)
	if err := actor.Require(access.PermCustomerMerge); err != nil {
		return err
	}
	return s.store.InTx(ctx, func(tx Tx) error {
		for _, id := range []int64{a, b} {
			in, err := tx.CustomerInReach(ctx, s.reach(actor), id)
			if err == nil && !in {
				err = errs.New(errs.KindNotFound, "customer.missing", nil)
			}
			if err != nil {
				return err
			}
		}
		p, state, err := tx.CustomerPair(ctx, min(a, b), max(a, b))
		switch {
		case err != nil:
			return err
		case state == "":
			return errs.New(errs.KindNotFound, "merge.no_such_pair", nil)
		case state == PairApart:
			return nil
		}
		if err := tx.SetPair(ctx, p, PairApart, actor.UserID); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "customer_pair.apart", pairSubject(p), map[string]any{"state": PairOpen}, map[string]any{"state": PairApart})
	})
}

// Merges returns merges within the actor's reach, the newest first. Errors: forbidden.
func (s *Service) Merges(ctx context.Context, actor access.Actor, before int64, limit int) (merges []Merge, err error) {
	defer errs.Wrap(&err, "merge.Merges")
	if err := actor.Require(access.PermCustomerMerge); err != nil {
		return nil, err
	}
	if limit <= 0 {
		limit = pageUsual
	}
	err = s.store.Read(ctx, func(r Reader) error {
		merges, err = r.CustomerMerges(ctx, s.reach(actor), before, min(limit, pageMost))
		return err
	})
	return merges, err
}

// Get returns a merge whose survivor is within the actor's reach. Errors: forbidden; not found.
func (s *Service) Get(ctx context.Context, actor access.Actor, id int64) (m Merge, err error) {
	defer errs.Wrap(&err, "merge.Get(%d)", id)
	if err := actor.Require(access.PermCustomerMerge); err != nil {
		return m, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		m, err = s.open(ctx, r, actor, id)
		return err
	})
	return m, err
}

func (s *Service) open(ctx context.Context, r Reader, actor access.Actor, id int64) (m Merge, err error) {
	if m, err = r.CustomerMerge(ctx, id); err != nil {
		return m, err
	}
	now, err := r.LivesAs(ctx, m.SurvivorID)
	if err != nil {
		return m, err
	}
	in, err := r.CustomerInReach(ctx, s.reach(actor), now)
	if err == nil && !in {
		err = errs.New(errs.KindNotFound, "merge.missing", nil)
	}
	return m, err
}
