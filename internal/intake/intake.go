// Package intake is imports as documents: a company's files come in, are looked at, applied to the facts in one batch, and can be taken
// back as long as nothing closed rests on them.
//
// How files are read and checked is package ingest's. An import is applied all or not at all; rows that cannot be taken keep the whole
// import out unless the person says that the good rows are to be taken. The same files again change nothing. Working records, which are no
// facts, come in with them and are known by the keys of the files. Limits: the files of one
// import are at most FilesMax and are kept in the installation's data folder.
package intake

import (
	"context"
	"encoding/json"
	"io"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/ingest"
	"xiaoguan/internal/job"
	"xiaoguan/internal/process"
)

// State is where an import stands.
type State string

// The states: received files wait for a decision; applying is the job; applied facts are visible; undone ones are taken back.
const (
	StateReceived State = "received"
	StateApplying State = "applying"
	StateApplied  State = "applied"
	StateRejected State = "rejected" // has rows that cannot be taken
	StateFailed   State = "failed"
	StateUndone   State = "undone"
)

// FilesMax is the greatest number of files of one import.
const FilesMax = 50

// Import is one import.
type Import struct {
	ID          string
	Name        string
	State       State
	Files       []string
	SourceBytes int64
	Digest      string // SHA-256 over the files in order of name
	Mapping     string // YAML
	Result      Result
	CreatedBy   string
	CreatedAt   time.Time
	AppliedAt   time.Time
	UndoneAt    time.Time
	Batch       fact.BatchID
	UndoBatch   fact.BatchID
	JobID       string
}

// Result is what came of an import: what reading found, and what each kind of record did to what was known.
type Result struct {
	Report  *ingest.Report             `json:"report,omitempty"`
	Counts  map[fact.Kind]*fact.Counts `json:"counts,omitempty"`
	Failure errs.Message               `json:"failure,omitzero"`
	Partial bool                       `json:"partial,omitempty"` // only the good rows were taken
	Late    []calendar.Month           `json:"late,omitempty"`    // closed months that the facts belong to
	Pooled  *Pooled                    `json:"pooled,omitempty"`  // nil: new customers went into no pool
}

// Files keeps the files of imports.
type Files interface {
	// Save keeps one file of an import and returns its size. A file that exceeds limit bytes is an error of kind TooLarge, and nothing of it stays.
	Save(importID, name string, from io.Reader, limit int64) (int64, error)
	// Open returns the import's files in order of name.
	Open(importID string) ([]ingest.File, error)
	// Remove forgets the files of an import.
	Remove(importID string) error
	// Kept tells for which imports there are files, and when the last of them was written.
	Kept() (map[string]time.Time, error)
}

// Reader reads imports in one snapshot.
type Reader interface {
	Import(ctx context.Context, id string) (Import, error)
	Imports(ctx context.Context, limit int, after string) ([]Import, error)
	ImportMappings(ctx context.Context) ([]SavedMapping, error)
	Job(ctx context.Context, id string) (job.Job, error)
	// FactKnown returns a function that tells which records exist already, and one that tells whether it could not be found out: then
	// the first took records for unknown that may be there.
	FactKnown(ctx context.Context) (known ingest.Known, failed func() error)
	// FactMentorships returns the mentorships that are known.
	FactMentorships(ctx context.Context) ([]fact.MentorshipRecord, error)
	// ClosedMonths returns the closed months that are not before first.
	ClosedMonths(ctx context.Context, first calendar.Month) ([]calendar.Month, error)
	customfield.Reader
}

// Tx changes imports and facts.
type Tx interface {
	Reader
	InsertImport(ctx context.Context, i Import) error
	UpdateImport(ctx context.Context, i Import) error
	SaveImportMapping(ctx context.Context, m SavedMapping) error
	NewFactWriter(ctx context.Context, request fact.BatchRequest) (fact.Writer, error)
	UndoBatch(ctx context.Context, undone fact.BatchID, request fact.BatchRequest) (fact.Batch, error)
	process.Tx
	WorkTx
	Enqueue(ctx context.Context, spec job.Spec) error
}

// Store is where imports are kept.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// SavedMapping is a mapping kept for the next time.
type SavedMapping struct {
	ID        string
	Name      string
	Mapping   string // YAML
	CreatedBy string
	CreatedAt time.Time
}

// note audits a change of an import.
func note(ctx context.Context, tx Tx, actor access.Actor, action string, i Import) error {
	state := map[string]any{"name": i.Name, "state": i.State, "digest": i.Digest, "batch": i.Batch, "undo_batch": i.UndoBatch, "counts": i.Result.Counts}
	return audit.Append(ctx, tx, actor, "import."+action, "import:"+i.ID, nil, state)
}

// Encode writes a result for the store.
func (r Result) Encode() (string, error) {
	text, err := json.Marshal(r)
	return string(text), err
}
