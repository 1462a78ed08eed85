package distribution

import (
	"context"
	"time"

	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/job"
	"xiaoguan/internal/notice"
)

// Reads reads what is set and done on one snapshot.
type Reads interface {
	DistributionSettings(ctx context.Context) (Settings, bool, error) // false while none were set
	// DistributionReaders returns the users who can sign in and see sales data, by name and log-in.
	DistributionReaders(ctx context.Context) ([]Reader, error)
	// DistributionPlaces returns the regions and teams of a day, by id.
	DistributionPlaces(ctx context.Context, on calendar.Date) ([]Place, error)
	DistributionRun(ctx context.Context, month calendar.Month) (Run, error) // NotFound
	// DistributionRuns returns the newest runs, newest first.
	DistributionRuns(ctx context.Context, limit int) ([]Run, error)
	// DistributionIssued reports whether the readers of a version were told.
	DistributionIssued(ctx context.Context, i Issue) (bool, error)
	// ReportDeliveries returns the newest, newest first.
	ReportDeliveries(ctx context.Context, limit int) ([]Delivery, error)
	ReportDelivery(ctx context.Context, id int64) (Delivery, error) // NotFound
	// ReportDeliveryDue returns the letter that is due for longest. False when there is none.
	ReportDeliveryDue(ctx context.Context, now time.Time) (Delivery, bool, error)
}

// Tx is one write transaction.
type Tx interface {
	Reads
	audit.Tx
	notice.Tx
	NextNumber(ctx context.Context, sequence string) (int64, error)
	SaveDistributionSettings(ctx context.Context, s Settings) error // Conflict when they were changed meanwhile
	InsertDistributionRun(ctx context.Context, r Run) error
	SaveDistributionRun(ctx context.Context, r Run) error // Conflict when it was changed meanwhile
	// InsertDistributionIssue notes that the readers of a version were told.
	InsertDistributionIssue(ctx context.Context, i Issue) error
	InsertReportDelivery(ctx context.Context, d Delivery) error
	SaveReportDelivery(ctx context.Context, d Delivery) error
	Enqueue(ctx context.Context, spec job.Spec) error
}

// Store is what this package needs of the database. InTx may run fn again after a lost race.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reads) error) error
}
