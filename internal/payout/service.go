package payout

import (
	"context"
	"slices"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/settle"
)

// Standing is what a month's stored result is worth to its readers.
type Standing struct {
	Month       calendar.Month
	RunID       string // empty: no result
	State       string // of the period
	Published   bool   // payees may see it
	PublishedAt time.Time
	ObjectUntil time.Time
	ApprovedAt  time.Time
	ClosedAt    time.Time
	SealHash    string
}

// Head is a statement in a list.
type Head struct {
	Month      calendar.Month
	PersonID   int64
	PersonKey  string
	Name       string
	TeamName   string
	PlanID     string
	VersionID  string
	Level      string
	TotalMinor int64 // what is earned
	AddedMinor int64 // what reached the month from outside it: differences for closed months, adjustments
	PaidMinor  int64 // what is paid: the sum of both, unless the plan settles
	// HonourMinor is the cash of titles that the month pays beside it. In lists alone, and with the first statement of the person there.
	HonourMinor int64
	Digest      string
	Standing    Standing
}

// Filter chooses statements of a month.
type Filter struct {
	Month  calendar.Month
	Search string // part of a name or key
	TeamID int64
	PlanID string
	After  string // cursor: Next of the page before
	Limit  int    // 1 to LimitMax; 0 means 50
	Except int64  // person whose statements are left out, 0 for nobody
}

// LimitMax is the greatest number of statements on a page.
const LimitMax = 200

// Page is a part of a list. TotalMinor and Count are of the whole filter.
type Page struct {
	Heads      []Head
	Next       string
	TotalMinor int64
	Count      int64
}

// Reader reads results in one snapshot.
type Reader interface {
	planbook.Reader
	// Standing returns where a month's result stands.
	Standing(ctx context.Context, month calendar.Month) (Standing, error)
	// StatementHeads returns the current statements of a month within the scope.
	StatementHeads(ctx context.Context, scope access.Scope, filter Filter) (Page, error)
	// StatementsOf returns the current statements of a person, newest month first; only published ones if asked so.
	StatementsOf(ctx context.Context, personID int64, publishedOnly bool) ([]Head, error)
	// Statement returns a stored statement. Errors: not found.
	Statement(ctx context.Context, runID string, personID int64, planID string) (StatementRow, error)
	// SettlementsOf returns what a run settled of a person.
	SettlementsOf(ctx context.Context, runID string, personID int64) ([]SettlementRow, error)
	// Openings returns the opening items of a month of a person, or of everybody for 0.
	Openings(ctx context.Context, month calendar.Month, personID int64) (Openings, error)
	// EarlierLines returns what the closed months among so many before the month paid a person, or everybody for 0.
	EarlierLines(ctx context.Context, month calendar.Month, months int, personID int64) ([]EarlierLine, error)
	Scopes
	PastReader
	additionReader
	knowledgeReader
	honourReader
	honourListReader
	receiptReader
	// RunAdditionsOf returns what a run took up for a person from outside the month.
	RunAdditionsOf(ctx context.Context, runID string, personID int64) ([]Addition, error)
	LatestBatch(ctx context.Context) (fact.BatchID, error)
	LoadFacts(ctx context.Context, month calendar.Month, recorded fact.BatchID, currency money.Currency) (*Loaded, error)
	LoadFactsOf(ctx context.Context, person int64, month calendar.Month, recorded fact.BatchID, currency money.Currency) (*Loaded, error)
}

// Store is where results are kept.
type Store interface {
	Read(ctx context.Context, fn func(Reader) error) error
}

// Service shows results to those who may see them.
type Service struct {
	store    Store
	currency func() money.Currency
	previews previews
}

// NewService returns a Service.
func NewService(store Store, currency func() money.Currency) *Service {
	return &Service{store: store, currency: currency}
}

// Currency is the company's.
func (s *Service) Currency() money.Currency { return s.currency() }

// Mine returns the actor's own published statements, newest first. Errors: unauthenticated; not found when no person belongs to the
// user.
func (s *Service) Mine(ctx context.Context, actor access.Actor) (heads []Head, err error) {
	defer errs.Wrap(&err, "payout.Mine")
	if err := hasPerson(actor); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		heads, err = r.StatementsOf(ctx, actor.PersonID, true)
		return err
	})
	return heads, err
}

func hasPerson(actor access.Actor) error {
	if actor.UserID == "" {
		return errs.New(errs.KindUnauthenticated, "access.sign_in_first", nil)
	}
	if actor.PersonID == 0 {
		return errs.New(errs.KindNotFound, "payout.no_person", nil)
	}
	return nil
}

// List returns statements of a month that the actor approves or may see. Errors: forbidden.
func (s *Service) List(ctx context.Context, actor access.Actor, filter Filter) (page Page, err error) {
	defer errs.Wrap(&err, "payout.List(%s)", filter.Month)
	scope, err := payScope(actor)
	if err != nil {
		return Page{}, err
	}
	if filter.Limit <= 0 {
		filter.Limit = 50
	}
	filter.Limit = min(filter.Limit, LimitMax)
	err = s.store.Read(ctx, func(r Reader) error {
		standing, err := r.Standing(ctx, filter.Month)
		if err != nil {
			return err
		}
		if !scope.All && !standing.Published {
			filter.Except = actor.PersonID // who approves pay does not see their own before everybody does
		}
		if page, err = r.StatementHeads(ctx, scope, filter); err != nil {
			return err
		}
		return markHonours(ctx, r, standing, page.Heads)
	})
	return page, err
}

// payScope is how far the actor sees other people's pay: as far as the grants reach, so that finance of one region sees that region's.
func payScope(actor access.Actor) (access.Scope, error) {
	if !actor.Can(access.PermPayAll) {
		if err := actor.Require(access.PermPayTeam); err != nil {
			return access.Scope{}, err
		}
	}
	return actor.ScopeOf(access.PermPayAll, access.PermPayTeam), nil
}

// View is a statement opened for reading.
type View struct {
	Head
	Statement *engine.Statement
	Settled   *settle.Result // nil when what is earned is paid
	Additions []Addition     // what reached the month from outside it
	Honours   []Honour       // cash of titles, and what is taken back of it, in the month: paid once, beside what plans pay, and so shown on the first of the month's statements alone
	Receipts  []Receipt      // payroll's answers to the month's pay file, in order
	Preview   bool           // computed now from the facts of this moment; nothing of it is stored or promised
}

// Get opens a statement: one's own once it is published, others' within one's pay scope. planID may be empty when the person has one
// plan. Errors: forbidden; not found (also for what the actor may not know of).
func (s *Service) Get(ctx context.Context, actor access.Actor, month calendar.Month, personID int64, planID string) (v View, err error) {
	defer errs.Wrap(&err, "payout.Get(%s, %d)", month, personID)
	err = s.store.Read(ctx, func(r Reader) error {
		others, err := MaySee(ctx, r, actor, personID)
		if err != nil {
			return err
		}
		heads, err := r.StatementsOf(ctx, personID, !others)
		if err != nil {
			return err
		}
		for _, h := range heads {
			if h.Month != month || (planID != "" && h.PlanID != planID) {
				continue
			}
			row, err := r.Statement(ctx, h.Standing.RunID, personID, h.PlanID)
			if err != nil {
				return err
			}
			v.Head = h
			if v.Statement, _, err = Open(row); err != nil {
				return err
			}
			v.Additions, err = r.RunAdditionsOf(ctx, h.Standing.RunID, personID)
			v.Additions = slices.DeleteFunc(v.Additions, func(a Addition) bool { return a.PlanID != h.PlanID })
			if err != nil {
				return err
			}
			rows, err := r.SettlementsOf(ctx, h.Standing.RunID, personID)
			if err != nil {
				return err
			}
			if v.Settled, err = settledIn(rows, h.PlanID); err != nil {
				return err
			}
			if first := slices.IndexFunc(heads, func(o Head) bool { return o.Month == month }); heads[first].PlanID == h.PlanID {
				if v.Honours, err = honoursIn(ctx, r, h.Standing, personID, byPlans(month, heads, rows)); err != nil {
					return err
				}
			}
			v.Receipts, err = r.ReceiptsOf(ctx, month, personID)
			return err
		}
		return errs.New(errs.KindNotFound, "payout.no_statement", errs.Args{"Month": month.String()})
	})
	return v, err
}

// History returns the current statements of a person, newest month first: one's own as far as they are published, others' within one's
// pay scope. Errors: forbidden.
func (s *Service) History(ctx context.Context, actor access.Actor, personID int64) (heads []Head, err error) {
	defer errs.Wrap(&err, "payout.History(%d)", personID)
	err = s.store.Read(ctx, func(r Reader) error {
		others, err := MaySee(ctx, r, actor, personID)
		if err != nil {
			return err
		}
		heads, err = r.StatementsOf(ctx, personID, !others)
		return err
	})
	return heads, err
}

// Scopes knows who is within whose reach.
type Scopes interface {
	// InScope reports whether the person is within the scope today.
	InScope(ctx context.Context, scope access.Scope, personID int64) (bool, error)
}

// MaySee decides whether the actor may open the person's pay, and whether as somebody with a say in it (who also sees what is not
// published yet) or as its owner. Errors: forbidden.
func MaySee(ctx context.Context, r Scopes, actor access.Actor, personID int64) (others bool, err error) {
	if scope, err := payScope(actor); err == nil {
		if scope.All {
			return true, nil
		}
		in, err := r.InScope(ctx, scope, personID)
		if err != nil {
			return false, err
		}
		if in && personID != actor.PersonID {
			return true, nil
		}
	}
	if actor.PersonID != 0 && actor.PersonID == personID {
		return false, nil
	}
	return false, actor.RequireAll(access.PermPayAll)
}
