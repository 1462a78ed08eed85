// Package schedule is what is to be done on which day, of oneself or of those within reach: contacts and tasks, return visits, instalments that
// come due, deadlines of the process standard and of service cases.
//
// It keeps nothing but the links by which people's own calendars subscribe: each entry is a line of the record that it leads to, read there each
// time. What is done is not on it. Limits: at most DaysMax days at once, and of each kind
// no more than EntriesMax entries; Page.More says when there are others.
package schedule

import (
	"cmp"
	"context"
	"slices"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
)

// Kind says what an entry is.
type Kind string

// The kinds.
const (
	KindContact     Kind = "contact"      // a contact that was arranged
	KindTask        Kind = "task"         // any other task
	KindReturnVisit Kind = "return_visit" // a customer to be called again
	KindInstalment  Kind = "instalment"   // money that comes due
	KindDeadline    Kind = "deadline"     // of a rule of the process standard
	KindService     Kind = "service_case" // the clock of a service case
)

// Kinds are all kinds, in the order of a day.
var Kinds = []Kind{KindDeadline, KindService, KindContact, KindTask, KindReturnVisit, KindInstalment}

// Entry is one thing on a day.
type Entry struct {
	Kind         Kind
	RecordID     int64 // of the task, visit, contract, opportunity or service case
	CaseID       int64 // the opportunity of a contact or a task; 0 for none
	RuleID       string
	Day          calendar.Date
	At           time.Time // zero: some time of the day
	PersonID     int64
	PersonName   string
	Title        string // as people wrote it; empty where the kind says everything
	CustomerName string
	AmountMinor  int64
	Currency     money.Currency
}

// The greatest span that is shown at once, and the greatest number of entries of a kind.
const (
	DaysMax    = 42
	EntriesMax = 500
	peopleMax  = 200
)

// Query chooses entries of some persons, in days.
type Query struct {
	PersonIDs []int64
	Days      fact.Days
	Limit     int
}

// Reader reads on one snapshot.
type Reader interface {
	// PersonsInReach returns the ids of persons in order.
	PersonsInReach(ctx context.Context, scope access.Scope, today calendar.Date) ([]int64, error)
	// PersonNames returns the names of persons by id.
	PersonNames(ctx context.Context, ids []int64) (map[int64]string, error)
	// ScheduleEntries returns entries of a kind by day.
	ScheduleEntries(ctx context.Context, kind Kind, q Query) ([]Entry, error)
	FeedReader
}

// Store is what this package needs of the database.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// Service shows them.
type Service struct {
	store  Store
	now    func() time.Time
	actors Actors
}

// NewService returns a Service.
func NewService(store Store, now func() time.Time) *Service { return &Service{store: store, now: now} }

// Person is somebody whose schedule may be looked at.
type Person struct {
	ID   int64
	Name string
}

// Whose says of whom: of oneself, of one person, or of everybody within reach.
type Whose struct {
	PersonID int64 // 0: oneself
	All      bool
}

// Page is an schedule.
type Page struct {
	Today   calendar.Date
	Days    fact.Days
	Whose   Whose
	Entries []Entry  // by day; of a day what has a time first
	People  []Person // within reach, by name; at most peopleMax
	More    bool     // there are entries or people beyond what is shown
}

// View returns the schedule of some days. Errors: forbidden; not found, for somebody out of reach; invalid days.
func (s *Service) View(ctx context.Context, actor access.Actor, days fact.Days, whose Whose) (page Page, err error) {
	defer errs.Wrap(&err, "schedule.View")
	if err := actor.Require(access.PermSalesRead); err != nil {
		return page, err
	}
	if days.To < days.From || days.To-days.From >= DaysMax {
		return page, errs.Invalid("fact.invalid", []errs.Field{{Path: "to", Value: days.To.String(), Message: errs.Msg("schedule.too_long", errs.Args{"Max": DaysMax})}})
	}
	page = Page{Today: calendar.DateOf(s.now()), Days: days, Whose: whose}
	err = s.store.Read(ctx, func(r Reader) error {
		ids, err := s.people(ctx, r, actor, &page)
		if err != nil || len(ids) == 0 {
			return err
		}
		for _, kind := range Kinds {
			some, err := r.ScheduleEntries(ctx, kind, Query{PersonIDs: ids, Days: days, Limit: EntriesMax + 1})
			if err != nil {
				return err
			}
			if len(some) > EntriesMax {
				some, page.More = some[:EntriesMax], true
			}
			page.Entries = append(page.Entries, some...)
		}
		return nil
	})
	slices.SortStableFunc(page.Entries, compareEntries)
	return page, err
}

func compareEntries(a, b Entry) int {
	if a.Day != b.Day {
		return int(a.Day - b.Day)
	}
	if a.At.IsZero() != b.At.IsZero() {
		if a.At.IsZero() {
			return 1
		}
		return -1
	}
	return a.At.Compare(b.At)
}

// people fills in who is within reach, and returns whose entries are asked for.
func (s *Service) people(ctx context.Context, r Reader, actor access.Actor, page *Page) (ids []int64, err error) {
	reached, err := r.PersonsInReach(ctx, actor.ScopeOf(access.PermSalesRead), page.Today)
	if err != nil {
		return nil, err
	}
	if actor.PersonID != 0 && !slices.Contains(reached, actor.PersonID) {
		reached = append(reached, actor.PersonID)
		slices.Sort(reached)
	}
	asked := page.Whose.PersonID
	if asked == 0 {
		asked = actor.PersonID
	}
	if _, found := slices.BinarySearch(reached, asked); !found && page.Whose.PersonID != 0 {
		return nil, errs.New(errs.KindNotFound, "schedule.nobody", nil)
	}
	if len(reached) > peopleMax {
		reached, page.More = reached[:peopleMax], true
	}
	names, err := r.PersonNames(ctx, reached)
	if err != nil {
		return nil, err
	}
	for _, id := range reached {
		page.People = append(page.People, Person{id, names[id]})
	}
	slices.SortStableFunc(page.People, func(a, b Person) int { return cmp.Compare(a.Name, b.Name) })
	switch {
	case page.Whose.All:
		return reached, nil
	case asked == 0:
		return nil, nil
	}
	return []int64{asked}, nil
}
