package metric

import (
	"context"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
)

// SumsQuery asks for kept sums of days from From to To, both in it. NoDate for From asks from the beginning, NoDate for both for what is so at present.
type SumsQuery struct {
	Measures []MeasureID
	From, To calendar.Date
	Persons  []int64 // by id; nil: all of them; Everybody: the sums of the company
	Together bool    // one sum of each measure, for all of these people, under Everybody
}

// ProcessMonth is a month of what other packages keep.
type ProcessMonth struct {
	Sums []PersonSum
	Paid bool // pay of the month was worked out for somebody, whoever was asked for
}

// PersonSum is the sum of a measure of a person.
type PersonSum struct {
	Measure  MeasureID
	PersonID int64
	Sum
}

// Employment is somebody of the organisation, with the places of their time.
type Employment struct {
	PersonID  int64
	Name      string
	HiredOn   calendar.Date
	LeftOn    calendar.Date // the first day not there; calendar.Forever
	Positions []Position    // by day
}

// Position is a team and a level for some days.
type Position struct {
	Days   calendar.Interval
	TeamID int64
	Level  string
}

// OrgUnit is a team or a region for some days.
type OrgUnit struct {
	ID       int64
	Name     string
	RegionID int64 // of a team
	Days     calendar.Interval
}

// Organisation is people, teams and regions as recorded now.
type Organisation struct {
	People  []Employment // by id
	Teams   []OrgUnit
	Regions []OrgUnit
}

// Choice is the definition of a family that the company chose.
type Choice struct {
	Family, Metric ID
	ByName         string
	At             time.Time
}

// Reader reads on one snapshot.
type Reader interface {
	PersonsInReach(ctx context.Context, scope access.Scope, today calendar.Date) ([]int64, error)
	LatestBatch(ctx context.Context) (fact.BatchID, error)
	BatchAt(ctx context.Context, at time.Time) (fact.BatchID, error)
	MetricProgress(ctx context.Context) (Progress, error)
	ChangedRecords(ctx context.Context, limit int) ([]Record, error)
	// MetricSums returns kept sums.
	MetricSums(ctx context.Context, q SumsQuery) ([]PersonSum, error)
	// ProcessSums returns sums of a month that package standard and pay keep, of people (nil: all of them), or those of Everybody.
	ProcessSums(ctx context.Context, measures []MeasureID, month calendar.Month, persons []int64, together bool) (ProcessMonth, error)
	// LookSums returns sums of a look at all customers, of owners (nil: all of them); none for a day of which there is none. NoDate is the last look.
	LookSums(ctx context.Context, day calendar.Date, persons []int64, together bool) (of calendar.Date, list []PersonSum, err error)
	// FileSums returns sums of the last review of customers of a day or before, by owner; NoDate for none.
	FileSums(ctx context.Context, day calendar.Date) (of calendar.Date, list []PersonSum, err error)
	// Organisation returns the organisation, which is not to be changed: the same again as long as nothing of it changed.
	Organisation(ctx context.Context) (*Organisation, error)
	// MetricNewest is when the newest fact of each source was recorded, as far as sums count them.
	MetricNewest(ctx context.Context) (map[Source]time.Time, error)
	// DealFactsOn returns deals of which something happens on the days, as recorded at a batch, behind an id.
	DealFactsOn(ctx context.Context, from, to calendar.Date, at fact.BatchID, after int64, limit int) ([]DealFacts, error)
	// DealFacts returns deals as recorded at a batch; those that were not known then are left out.
	DealFacts(ctx context.Context, ids []int64, at fact.BatchID) ([]DealFacts, error)
	// TouchedDeals returns some of the deals that are noted to be counted anew.
	TouchedDeals(ctx context.Context, limit int) ([]int64, error)
	// TouchedDealsOf returns some of them by seller, from one on, and the seller to go on with; 0 when that was the last.
	TouchedDealsOf(ctx context.Context, seller int64, limit int) (ids []int64, next int64, err error)
	// DealsTouched returns deals whose facts were recorded or superseded behind one batch and up to another, at most so many.
	DealsTouched(ctx context.Context, from, to fact.BatchID, limit int) ([]int64, error)
	// QuotasAt returns targets of months as recorded at a batch.
	QuotasAt(ctx context.Context, from, to calendar.Month, at fact.BatchID) (Delta, error)
	// MetricProducts returns the products of the ledger by id.
	MetricProducts(ctx context.Context) ([]Product, error)
	// ProductSums returns sums of a measure by product of days from From to To, of everybody's deals.
	ProductSums(ctx context.Context, measure MeasureID, from, to calendar.Date, currency money.Currency) ([]ProductSum, error)
	// ProductFacts returns the facts of a measure, of deals in which some of the persons have a share.
	ProductFacts(ctx context.Context, measure MeasureID, from, to calendar.Date, currency money.Currency, persons []int64) ([]ProductFact, error)
	// MetricRows returns rows behind a measure.
	MetricRows(ctx context.Context, q FactQuery) ([]FactRow, error)
	// DealNames are the keys and the customers' names of deals.
	DealNames(ctx context.Context, ids []int64) (map[int64][2]string, error)
	MetricChoices(ctx context.Context) ([]Choice, error)
	MetricVersions(ctx context.Context) ([]Version, error)
}

// FactQuery asks for rows behind a measure.
type FactQuery struct {
	Measure  MeasureID
	From, To calendar.Date
	Persons  []int64 // nil: everybody's
	Currency money.Currency
	Products []int64 // nil: of any product; 0: of none
	After    RowPlace
	Limit    int
}

// RowPlace is where a page of rows ended.
type RowPlace struct {
	On  calendar.Date
	Key string
	ID  int64
}

// FactRow is a fact with those who share it. A record that one person owns has one share.
type FactRow struct {
	Row
	Shares []Share
}

// Tx is one write transaction.
type Tx interface {
	Reader
	Follower
	audit.Tx
	Now() time.Time
	DropMetricSums(ctx context.Context) error
	SaveMetricChoice(ctx context.Context, c Choice) error
	InsertMetricVersion(ctx context.Context, v Version) error
	SaveMetricVersion(ctx context.Context, v Version) error
}

// Store is what this package needs of the database. InTx may run fn again after a lost race.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}
