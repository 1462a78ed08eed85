package retention

import (
	"context"
	"slices"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
)

// Known is a customer with its orders.
type Known struct {
	ID      int64
	OwnerID int64 // who holds it, or else who sold to it last
	Tier    string
	Orders  []Order // by day
}

// TallyKey is what sums are kept by.
type TallyKey struct {
	Day     calendar.Date
	OwnerID int64
	Tier    string
}

// CohortKey is what sums of cohorts are kept by.
type CohortKey struct {
	Quarter Quarter
	OwnerID int64
	Tier    string
}

// Place is where a person belongs today.
type Place struct {
	Name       string
	TeamID     int64
	TeamName   string
	RegionID   int64
	RegionName string
}

// Filter chooses customers of a list.
type Filter struct {
	State   State  // empty: all
	Tier    string // empty: all
	OwnerID int64  // 0: anybody's
	TeamID  int64
	Region  int64
	After   int64 // the last customer of the page before
	Limit   int
}

// Row is a customer of a list.
type Row struct {
	Keeping
	Key       string
	Name      string
	OwnerName string
}

// Reader reads on one snapshot.
type Reader interface {
	// KeepingDay is the day of the last complete look; NoDate before the first.
	KeepingDay(ctx context.Context) (calendar.Date, error)
	// KnownOrders returns customers after an id with their orders up to a day, those of customers that were merged into them among these.
	KnownOrders(ctx context.Context, after int64, limit int, upTo calendar.Date) ([]Known, error)
	KeepingTallies(ctx context.Context, scope access.Scope, today calendar.Date) (map[TallyKey]Sums, error)
	KeepingCohorts(ctx context.Context, scope access.Scope, today calendar.Date) (map[CohortKey]CohortSums, error)
	KeepingPlaces(ctx context.Context, today calendar.Date) (map[int64]Place, error)
	Keepings(ctx context.Context, scope access.Scope, today calendar.Date, f Filter) ([]Row, error)
}

// Tx is one write transaction.
type Tx interface {
	Reader
	// PutKeepings writes customers in the place of all behind one number and up to another.
	PutKeepings(ctx context.Context, after, upTo int64, list []Keeping) error
	// FinishKeepings puts the sums of a look in the place of the last ones and drops customers behind its last one.
	FinishKeepings(ctx context.Context, last int64, day calendar.Date, tallies map[TallyKey]Sums, cohorts map[CohortKey]CohortSums) error
}

// Store is what this package needs of the database. InTx may run fn again after a lost race.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// Service keeps the numbers and shows them.
type Service struct {
	store    Store
	now      func() time.Time
	currency func() money.Currency
}

// NewService returns a Service.
func NewService(store Store, now func() time.Time, currency func() money.Currency) *Service {
	return &Service{store: store, now: now, currency: currency}
}

const (
	portion     = 2000
	trendMonths = 12
)

// days are those that a look judges: the day itself, and the ends of the months before it.
func days(today calendar.Date) []calendar.Date {
	list := []calendar.Date{today}
	for i := range calendar.Month(trendMonths) {
		list = append(list, (today.Month() - 1 - i).Last())
	}
	return list
}

// Refresh looks at all customers if the last look is of an earlier day. Everything it writes it would write again, so that two nodes, or a look that
// was cut short, do no harm.
func (s *Service) Refresh(ctx context.Context) (looked bool, err error) {
	defer errs.Wrap(&err, "retention.Refresh")
	today, last := calendar.DateOf(s.now()), calendar.NoDate
	err = s.store.Read(ctx, func(r Reader) (err error) {
		last, err = r.KeepingDay(ctx)
		return err
	})
	if err != nil || last >= today {
		return false, err
	}
	tallies, cohorts := map[TallyKey]Sums{}, map[CohortKey]CohortSums{}
	after := int64(0)
	for {
		var found []Known
		if err := s.store.Read(ctx, func(r Reader) (err error) {
			found, err = r.KnownOrders(ctx, after, portion, today)
			return err
		}); err != nil {
			return false, err
		}
		if len(found) == 0 {
			break
		}
		before, last := after, found[len(found)-1].ID
		after = last
		keepings := s.judge(found, today, tallies, cohorts)
		if err := s.store.InTx(ctx, func(tx Tx) error { return tx.PutKeepings(ctx, before, last, keepings) }); err != nil {
			return false, err
		}
	}
	return true, s.store.InTx(ctx, func(tx Tx) error { return tx.FinishKeepings(ctx, after, today, tallies, cohorts) })
}

// judge adds some customers to the sums and returns where they stand.
func (s *Service) judge(found []Known, today calendar.Date, tallies map[TallyKey]Sums, cohorts map[CohortKey]CohortSums) (keepings []Keeping) {
	for _, c := range found {
		for _, day := range days(today) {
			k, bought := Judge(c.Orders, day, s.currency())
			if !bought {
				break // days run backwards
			}
			key := TallyKey{day, c.OwnerID, c.Tier}
			sums := tallies[key]
			sums.Add(k)
			tallies[key] = sums
			if day == today {
				k.CustomerID, k.OwnerID, k.Tier = c.ID, c.OwnerID, c.Tier
				keepings = append(keepings, k)
			}
		}
		if q, one, bought := CohortOf(c.Orders, today); bought {
			key := CohortKey{q, c.OwnerID, c.Tier}
			sums := cohorts[key]
			sums.Plus(one)
			cohorts[key] = sums
		}
	}
	return keepings
}

// Dimension is by what rates are shown.
type Dimension string

// The dimensions.
const (
	ByTier   Dimension = "tier"
	ByRegion Dimension = "region"
	ByTeam   Dimension = "team"
	ByPerson Dimension = "person"
)

// Dimensions are all dimensions in the order in which they are offered.
var Dimensions = []Dimension{ByTier, ByRegion, ByTeam, ByPerson}

// Ask chooses what the report is of.
type Ask struct {
	By     Dimension // empty: by tier
	Tier   string    // empty: all
	TeamID int64
	Region int64
}

// Group is a line of the report.
type Group struct {
	ID   int64  // of the region, the team or the person; 0 for none
	Name string // or the tier; empty for none
	Sums Sums
}

// MonthSums are the sums at the end of a month, or today.
type MonthSums struct {
	Day  calendar.Date
	Sums Sums
}

// Cohort is the customers of a quarter.
type Cohort struct {
	Quarter Quarter
	CohortSums
}

// Report is how customers stay, within reach.
type Report struct {
	Day     calendar.Date // of the look; NoDate before the first
	Sums    Sums
	Groups  []Group
	Trend   []MonthSums // the earliest first, today last
	Cohorts []Cohort    // the latest first
	Regions []Group     // that may be chosen, by name; sums are of today
	Teams   []Group
}

// View returns the report. Errors: forbidden.
func (s *Service) View(ctx context.Context, actor access.Actor, ask Ask) (out Report, err error) {
	defer errs.Wrap(&err, "retention.View")
	if err := actor.Require(access.PermSalesRead); err != nil {
		return out, err
	}
	today, scope := calendar.DateOf(s.now()), actor.ScopeOf(access.PermSalesRead)
	err = s.store.Read(ctx, func(r Reader) error {
		if out.Day, err = r.KeepingDay(ctx); err != nil {
			return err
		}
		places, err := r.KeepingPlaces(ctx, today)
		if err != nil {
			return err
		}
		tallies, err := r.KeepingTallies(ctx, scope, today)
		if err != nil {
			return err
		}
		cohorts, err := r.KeepingCohorts(ctx, scope, today)
		if err != nil {
			return err
		}
		out.gather(ask, tallies, cohorts, places)
		return nil
	})
	return out, err
}

func (ask Ask) takes(tier string, place Place) bool {
	return (ask.Tier == "" || ask.Tier == tier) && (ask.TeamID == 0 || ask.TeamID == place.TeamID) && (ask.Region == 0 || ask.Region == place.RegionID)
}

// groupOf is the line that a sum belongs to.
func (ask Ask) groupOf(owner int64, tier string, place Place) Group {
	switch ask.By {
	case ByRegion:
		return Group{ID: place.RegionID, Name: place.RegionName}
	case ByTeam:
		return Group{ID: place.TeamID, Name: place.TeamName}
	case ByPerson:
		return Group{ID: owner, Name: place.Name}
	}
	return Group{Name: tier}
}

// gather lays the sums out.
func (out *Report) gather(ask Ask, tallies map[TallyKey]Sums, cohorts map[CohortKey]CohortSums, places map[int64]Place) {
	groups, trend, quarters := map[Group]Sums{}, map[calendar.Date]Sums{}, map[Quarter]CohortSums{}
	regions, teams := map[Group]Sums{}, map[Group]Sums{}
	add := func(to map[Group]Sums, g Group, s Sums) {
		sums := to[g]
		sums.Plus(s)
		to[g] = sums
	}
	for key, sums := range tallies {
		place := places[key.OwnerID]
		if key.Day == out.Day {
			if place.RegionID != 0 {
				add(regions, Group{ID: place.RegionID, Name: place.RegionName}, sums)
			}
			if place.TeamID != 0 {
				add(teams, Group{ID: place.TeamID, Name: place.TeamName}, sums)
			}
		}
		if !ask.takes(key.Tier, place) {
			continue
		}
		month := trend[key.Day]
		month.Plus(sums)
		trend[key.Day] = month
		if key.Day == out.Day {
			add(groups, ask.groupOf(key.OwnerID, key.Tier, place), sums)
			out.Sums.Plus(sums)
		}
	}
	for key, sums := range cohorts {
		if ask.takes(key.Tier, places[key.OwnerID]) {
			q := quarters[key.Quarter]
			q.Plus(sums)
			quarters[key.Quarter] = q
		}
	}
	out.Groups, out.Regions, out.Teams = sorted(groups), sorted(regions), sorted(teams)
	for day, sums := range trend {
		out.Trend = append(out.Trend, MonthSums{day, sums})
	}
	slices.SortFunc(out.Trend, func(a, b MonthSums) int { return int(a.Day - b.Day) })
	for q, sums := range quarters {
		out.Cohorts = append(out.Cohorts, Cohort{q, sums})
	}
	slices.SortFunc(out.Cohorts, func(a, b Cohort) int { return int(b.Quarter - a.Quarter) })
}

// sorted puts groups by name; what has none is last.
func sorted(groups map[Group]Sums) (list []Group) {
	for g, sums := range groups {
		list = append(list, Group{g.ID, g.Name, sums})
	}
	slices.SortFunc(list, func(a, b Group) int {
		switch {
		case a.Name == b.Name:
			return int(a.ID - b.ID)
		case a.Name == "":
			return 1
		case b.Name == "" || a.Name < b.Name:
			return -1
		}
		return 1
	})
	return list
}

// ListMax is the greatest page of customers.
const ListMax = 200

// Customers lists customers within reach behind a number, with the last of the page when there are more. Errors: forbidden.
func (s *Service) Customers(ctx context.Context, actor access.Actor, f Filter) (list []Row, next int64, err error) {
	defer errs.Wrap(&err, "retention.Customers")
	if err := actor.Require(access.PermSalesRead); err != nil {
		return nil, 0, err
	}
	f.Limit = min(max(f.Limit, 1), ListMax) + 1
	err = s.store.Read(ctx, func(r Reader) error {
		list, err = r.Keepings(ctx, actor.ScopeOf(access.PermSalesRead), calendar.DateOf(s.now()), f)
		return err
	})
	if len(list) == f.Limit {
		list = list[:f.Limit-1]
		next = list[len(list)-1].CustomerID
	}
	return list, next, err
}
