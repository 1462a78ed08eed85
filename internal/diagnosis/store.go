package diagnosis

import (
	"context"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/finding"
	"xiaoguan/internal/job"
	"xiaoguan/internal/money"
	"xiaoguan/internal/problem"
)

// Names are what the places of the organisation are called, by their keys: also of who has left, and what has closed.
type Names struct {
	Regions, Teams, Persons, Products map[string]problem.Unit
}

// KeptFile is a file that was handed in and is not read yet.
type KeptFile struct {
	Name    string
	Content []byte
}

// Reader reads runs, and what they look at, on one snapshot.
type Reader interface {
	problem.Reader
	// DiagnosisCompany loads the installation's own records as of the end of a day, with amounts in one currency. Keys of regions, teams, people and
	// products are the company's; those of other records say what they are and their id, as customer:12.
	DiagnosisCompany(ctx context.Context, asOf calendar.Date, currency money.Currency, report func(finding.Part)) (*finding.Company, error)
	DiagnosisNames(ctx context.Context) (Names, error)
	// DiagnosisLabels returns what the records behind evidence are called, by their keys; unknown ones are left out.
	DiagnosisLabels(ctx context.Context, keys []string) (map[string]string, error)
	// DiagnosisRuns returns runs without what they found, the newest first, below an id unless that is 0.
	DiagnosisRuns(ctx context.Context, before int64, limit int) ([]Run, error)
	DiagnosisRun(ctx context.Context, id int64) (Run, error) // NotFound
	// DiagnosisRunsOf returns the ids of all runs of an origin that are ready.
	DiagnosisRunsOf(ctx context.Context, origin Origin) ([]int64, error)
	DiagnosisFiles(ctx context.Context, runID int64) ([]KeptFile, error)
	Job(ctx context.Context, id string) (job.Job, error)
}

// Tx is one write transaction.
type Tx interface {
	Reader
	problem.Tx
	Enqueue(ctx context.Context, spec job.Spec) error
	HoldJob(ctx context.Context, id string, attempt int) error
	InsertDiagnosisRun(ctx context.Context, r Run) error
	SaveDiagnosisRun(ctx context.Context, r Run) error // Conflict when it was changed meanwhile
	PutDiagnosisFiles(ctx context.Context, runID int64, files []KeptFile) error
	DropDiagnosisFiles(ctx context.Context, runID int64) error
}

// Store is what this package needs of the database. InTx may run fn again after a lost race.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// KindRun is the job that looks for problems; its arguments are RunArgs.
const KindRun job.Kind = "diagnosis.run"

// RunArgs name the run.
type RunArgs struct {
	Run int64 `json:"run"`
}
