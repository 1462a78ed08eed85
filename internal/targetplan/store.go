package targetplan

import (
	"context"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/approval"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/job"
	"xiaoguan/internal/money"
	"xiaoguan/internal/origin"
)

// Member is somebody of the organisation as an input places them.
type Member struct {
	Person
	Key        string
	TeamID     int64
	TeamKey    string
	TeamName   string
	RegionID   int64
	RegionKey  string
	RegionName string
}

// Sold is what counts for a person in a month.
type Sold struct {
	PersonID int64
	// BasisPoints is the person's share of the amount.
	BasisPoints int64
	Minor       int64
}

// Open is what somebody has open at a stage.
type Open struct {
	PersonID int64
	Stage    string
	Minor    int64
}

// Bone is a row without what is known of it.
type Bone struct {
	Unit     string
	Parent   string
	PersonID int64
	Minor    int64
}

// Own is a number from below: what a manager holds possible for a person.
type Own struct {
	PlanID   int64
	PersonID int64
	Minor    int64
	Note     string
	ByID     string
	ByName   string
	At       time.Time
}

// Potential is what a market could give in a year: that of a region, the territory of a team, or that of a person.
type Potential struct {
	FiscalYear int
	Unit       string
	Parent     string // the unit above; UnitCompany for a region
	Key        string // as the organisation calls it
	Name       string
	Minor      int64 // 0: not known
	Source     string
	ByName     string
	At         time.Time
}

// Reader reads plans, and what they rest on, on one snapshot.
type Reader interface {
	PersonsInReach(ctx context.Context, scope access.Scope, today calendar.Date) ([]int64, error)
	PersonInReach(ctx context.Context, scope access.Scope, today calendar.Date, personID int64) (bool, error)
	FirstClosedMonth(ctx context.Context, from calendar.Month) (calendar.Month, error)
	Job(ctx context.Context, id string) (job.Job, error)

	// TargetMembers returns who is of a level that sells and works there on some day from first to last, placed as on a day, by id.
	TargetMembers(ctx context.Context, on, first, last calendar.Date) ([]Member, error)
	// SoldIn returns what counts by a basis in a month, in a currency.
	SoldIn(ctx context.Context, basis Basis, month calendar.Month, currency money.Currency) ([]Sold, error)
	// OpenNow returns what is open by owner and stage, in a currency.
	OpenNow(ctx context.Context, currency money.Currency) ([]Open, error)
	// TargetPotentials returns what is known of the markets of a year, by unit.
	TargetPotentials(ctx context.Context, fiscalYear int) ([]Potential, error)
	// TargetRegions returns the regions of the organisation today, by key.
	TargetRegions(ctx context.Context) ([]Potential, error)

	// TargetPlans returns plans without their inputs, the newest year first, then the newest version.
	TargetPlans(ctx context.Context, limit int) ([]Plan, error)
	TargetPlan(ctx context.Context, id int64) (Plan, error) // NotFound
	// PublishedTargetPlan returns the one whose numbers hold in a fiscal year. NotFound.
	PublishedTargetPlan(ctx context.Context, fiscalYear int) (Plan, error)
	TargetPlanNumber(ctx context.Context, fiscalYear int) (int64, error) // the greatest; 0 for none
	TargetInput(ctx context.Context, id int64) ([]byte, error)           // empty before it is gathered
	TargetBones(ctx context.Context, planID int64) ([]Bone, error)       // in the order of the tree
	// TargetRows returns rows by place: those below a unit, or the units themselves.
	TargetRows(ctx context.Context, planID int64, parent string, units []string) ([]Row, error)
	TargetOwns(ctx context.Context, planID int64) ([]Own, error)
	TargetObjections(ctx context.Context, planID, personID int64) ([]Objection, error) // the newest first; of everybody for person 0
	TargetObjection(ctx context.Context, id int64) (Objection, error)                  // NotFound
	TargetAcceptances(ctx context.Context, planID, personID int64) ([]Acceptance, error)
	TargetChanges(ctx context.Context, planID, personID int64) ([]Change, error)
	TargetChange(ctx context.Context, id int64) (Change, error) // NotFound

	// QuotasIn returns the quotas of collected money of months.
	QuotasIn(ctx context.Context, from, to calendar.Month) ([]QuotaOf, error)
	// CollectedByDay returns what came in in a month, in a currency, by person, day and share.
	CollectedByDay(ctx context.Context, month calendar.Month, currency money.Currency) ([]DaySold, error)
	// WorkedIn returns how many follow-ups people have from one moment on to before another, by minute.
	WorkedIn(ctx context.Context, from, to time.Time) ([]Worked, error)
	FairReports(ctx context.Context) ([]FairReport, error)                    // without input, the newest first
	FairReport(ctx context.Context, until calendar.Month) (FairReport, error) // NotFound
}

// Tx is one write transaction.
type Tx interface {
	Reader
	approval.Tx
	origin.Tx
	fact.Recorder
	QuotaPerson(ctx context.Context, personID int64) (key, name string, err error) // NotFound
	NextNumber(ctx context.Context, sequence string) (int64, error)
	Enqueue(ctx context.Context, spec job.Spec) error
	HoldJob(ctx context.Context, id string, attempt int) error
	InsertTargetPlan(ctx context.Context, p Plan) error
	SaveTargetPlan(ctx context.Context, p Plan) error // Conflict when it was changed meanwhile
	PutTargetInput(ctx context.Context, planID int64, input []byte) error
	// ReplaceTargetRows keeps rows in the stead of those there were.
	ReplaceTargetRows(ctx context.Context, planID int64, rows []Row) error
	SaveTargetRow(ctx context.Context, row Row) error
	PutTargetOwn(ctx context.Context, o Own) error
	DropTargetOwn(ctx context.Context, planID, personID int64) error
	InsertTargetObjection(ctx context.Context, o Objection) error
	SaveTargetObjection(ctx context.Context, o Objection) error // Conflict when it was changed meanwhile
	PutTargetAcceptance(ctx context.Context, a Acceptance) error
	InsertTargetChange(ctx context.Context, c Change) error
	SaveTargetChange(ctx context.Context, c Change) error // Conflict when it was changed meanwhile
	PutTargetPotential(ctx context.Context, p Potential) error
	DropTargetPotential(ctx context.Context, fiscalYear int, unit string) error
	// StartFairReport notes that a report is gathered by a job; what was gathered before stays until it is filled.
	StartFairReport(ctx context.Context, r FairReport) error
	FillFairReport(ctx context.Context, until calendar.Month, input []byte, at time.Time) error
}

// Store is what this package needs of the database. InTx may run fn again after a lost race.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// KindGather is the job that reads what a plan rests on, and solves it; its arguments are PlanArgs.
const KindGather job.Kind = "targetplan.gather"

// PlanArgs name the plan.
type PlanArgs struct {
	Plan int64 `json:"plan"`
}
