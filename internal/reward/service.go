package reward

import (
	"context"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/payout"
)

// Filter chooses ledger entries. Zero fields choose all.
type Filter struct {
	Month     calendar.Month
	PersonID  int64
	PlanID    string
	Component string
	After     int64 // cursor: the number of the last entry seen
	Limit     int   // 1 to LimitMax; 0 means 50
}

// LimitMax is the greatest number of entries on a page.
const LimitMax = 500

// Page is a part of the ledger, newest first. TotalMinor and Count are of the whole filter; the total is of what was
// posted to payees.
type Page struct {
	Entries    []Entry
	Names      map[int64]string // of the persons in Entries
	Next       int64
	TotalMinor int64
	Count      int64
}

// Reader reads the ledger in one snapshot.
type Reader interface {
	LedgerPage(ctx context.Context, filter Filter) (Page, error)
	// PersonEntries returns the entries of a person, in money or in points, oldest first.
	PersonEntries(ctx context.Context, personID int64, points bool) ([]Entry, error)
	// MonthsClosed returns the closed months, the newest first.
	MonthsClosed(ctx context.Context) ([]calendar.Month, error)
	// Closings returns the closes of months in the order in which they were.
	Closings(ctx context.Context) ([]Closing, error)
	// EachMoneyEntry calls fn for every entry of money of the months up to one, up to an entry.
	EachMoneyEntry(ctx context.Context, until calendar.Month, seq int64, fn func(Entry) error) error
	// PlanLayers returns the layers of plan documents by their ids, as the newest version that was approved at a moment says.
	PlanLayers(ctx context.Context, at time.Time) (map[string]string, error)
	// Labels names plan documents and their components, as the newest version that names them says; those of GrantPlan are the titles.
	Labels(ctx context.Context, planIDs []string) ([]Label, error)
	// RegionsOn names the regions in which people work on a day, as recorded by a batch.
	RegionsOn(ctx context.Context, on calendar.Date, recorded fact.BatchID) (map[int64]string, error)
	PersonNames(ctx context.Context, ids []int64) (map[int64]string, error)
	// Standing returns where a month's result stands.
	Standing(ctx context.Context, month calendar.Month) (payout.Standing, error)
	payout.Scopes
}

// Store is where the ledger is kept.
type Store interface {
	Read(ctx context.Context, fn func(Reader) error) error
}

// Service shows the ledger.
type Service struct {
	store Store
	zone  func() *time.Location // in which statements of account know days
}

// NewService returns a Service. Days are those of China unless In says otherwise.
func NewService(store Store) *Service {
	return &Service{store: store, zone: func() *time.Location { return calendar.ChinaTime }}
}

// In sets the company's time zone. Call it before the service is used.
func (s *Service) In(zone func() *time.Location) *Service {
	s.zone = zone
	return s
}

// List returns a page of the ledger: all of it with the permission for the whole company, one's own entries without. Errors: unauthenticated, forbidden.
func (s *Service) List(ctx context.Context, actor access.Actor, filter Filter) (page Page, err error) {
	defer errs.Wrap(&err, "reward.List")
	if !actor.CanAll(access.PermLedgerRead) {
		if actor.PersonID == 0 || (filter.PersonID != 0 && filter.PersonID != actor.PersonID) {
			return Page{}, actor.RequireAll(access.PermLedgerRead)
		}
		filter.PersonID = actor.PersonID
	}
	if filter.Limit <= 0 {
		filter.Limit = 50
	}
	filter.Limit = min(filter.Limit, LimitMax)
	err = s.store.Read(ctx, func(r Reader) error {
		page, err = r.LedgerPage(ctx, filter)
		return err
	})
	return page, err
}
