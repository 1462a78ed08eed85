package report

import (
	"context"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/board"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decision"
	"xiaoguan/internal/job"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/money"
	"xiaoguan/internal/review"
	"xiaoguan/internal/ruledoc"
)

// DimensionID is a way to cut money that the metric book does not know.
type DimensionID string

// The dimensions.
const (
	ByProduct  DimensionID = "product"
	ByCustomer DimensionID = "customer" // new: the deal is the customer's first; old: it bought before
	ByTier     DimensionID = "tier"     // as customers stand now
	ByChannel  DimensionID = "channel"  // where the lead or the opportunity that the deal came of is from
)

// Dimensions lists them in the order in which they are shown.
var Dimensions = []DimensionID{ByProduct, ByCustomer, ByTier, ByChannel}

// Segment is the money of one value of a dimension.
type Segment struct {
	Key   string // product id, new or old, tier, source; empty for unknown
	Name  string // of a product
	Minor int64
}

// name is what a segment is called.
func (d DimensionID) name(s Segment) Arg {
	switch {
	case s.Key == "":
		return word("unknown_" + string(d))
	case d == ByCustomer:
		return word("customer_" + s.Key)
	case d == ByTier:
		return text(ruledoc.Text{Zh: s.Key + " 类客户", En: "Tier " + s.Key})
	case d == ByChannel:
		return Arg{Key: "opportunity.source." + s.Key}
	}
	return plain(s.Name)
}

// Cleaning is what the data of a period are like.
type Cleaning struct {
	Payments       int64 // that count in the period, in the currency of the report
	Late           int64 // of these, recorded after the period had ended
	LateMinor      int64
	Corrected      int64 // that were replaced by a correction
	NoProduct      int64 // on deals without a product
	Merged         int64 // customers that were merged as duplicates in the period
	MergedKnown    bool
	NoShareHolders int64 // on deals that nobody shares
}

// Filter chooses reports.
type Filter struct {
	All   bool
	Units []review.Unit // regions and teams
	Limit int
}

// Reader reads reports, and what they rest on, on one snapshot.
type Reader interface {
	ReviewTeams(ctx context.Context, on calendar.Date) ([]review.Team, error)
	Decisions(ctx context.Context, f decision.Filter) ([]decision.Decision, error)
	BoardOverdue(ctx context.Context, scope access.Scope, place metric.Place, by metric.Breakdown, today calendar.Date, currency money.Currency) ([]board.Overdue, error)

	// ReportCollected returns the money that came in between two days, both in it, by a dimension: of the deals that persons share, by their shares; nil: all of it.
	ReportCollected(ctx context.Context, dimension DimensionID, from, to calendar.Date, currency money.Currency, persons []int64) ([]Segment, error)
	// ReportActions returns the actions of meetings that are due between two days, both in it, by day.
	ReportActions(ctx context.Context, from, to calendar.Date) ([]review.Action, error)
	ReportCleaning(ctx context.Context, from, to calendar.Date, currency money.Currency, persons []int64) (Cleaning, error)

	MonthReport(ctx context.Context, id int64) (Report, error) // NotFound
	// MonthReportOf returns the report of a month and a place. NotFound.
	MonthReportOf(ctx context.Context, month calendar.Month, place metric.Place) (Report, error)
	MonthReports(ctx context.Context, f Filter) ([]Report, error)                     // the latest month first
	ReportVersions(ctx context.Context, id int64) ([]Version, error)                  // the newest first
	ReportDocument(ctx context.Context, id int64, version int) (string, error)        // JSON; NotFound
	ReportNotes(ctx context.Context, id int64, version int) ([]Note, error)           // by section
	ReportNewestVersions(ctx context.Context, ids []int64) (map[int64]Version, error) // by report
	ReportPublished(ctx context.Context, ids []int64) (map[int64]Version, error)      // the newest published one, by report
}

// Tx is one write transaction.
type Tx interface {
	Reader
	audit.Tx
	Now() time.Time
	NextNumber(ctx context.Context, sequence string) (int64, error)
	Enqueue(ctx context.Context, spec job.Spec) error
	HoldJob(ctx context.Context, id string, attempt int) error
	InsertMonthReport(ctx context.Context, r Report) error
	SaveMonthReport(ctx context.Context, r Report) error // Conflict when it was changed meanwhile
	// PutReportVersion keeps a draft with its document, in the stead of the draft of the same number there was. Conflict when that number is published.
	PutReportVersion(ctx context.Context, v Version, document string) error
	// FreezeReportVersion keeps when, by whom and with what differences a draft was published. Conflict when it was changed meanwhile.
	FreezeReportVersion(ctx context.Context, v Version) error
	PutReportNote(ctx context.Context, n Note) error
	DropReportNote(ctx context.Context, id int64, version int, section SectionID) error
}

// Store is what this package needs of the database. InTx may run fn again after a lost race.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}
