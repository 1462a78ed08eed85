package report

import (
	"context"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/job"
	"xiaoguan/internal/metric"
)

// Ask asks for a report.
type Ask struct {
	Month calendar.Month // 0: the last one that is over
	Place metric.Place   // empty or of kind reach: where the actor is at home
}

// Listing is reports with what the actor may do.
type Listing struct {
	Reports    []Listed
	MayCompute bool
	MayPublish bool
	Places     []metric.Place // that the actor may have reports of: company, regions, teams
	Today      calendar.Date
}

// Listed is a report with its newest version, and the newest published one.
type Listed struct {
	Report
	Version   Version
	Published *Version // nil: none
}

// Shown is a version of a report.
type Shown struct {
	Report     Report
	Version    Version
	Document   Document
	Notes      []Note    // by section, those that are written
	Versions   []Version // the newest first
	MayNote    bool
	MayPublish bool
	MayCompute bool
}

// Note returns the note beside a section.
func (s *Shown) Note(id SectionID) (Note, bool) {
	for _, n := range s.Notes {
		if n.Section == id {
			return n, true
		}
	}
	return Note{}, false
}

// NoteEntry writes a note beside a section of the draft; an empty text takes it away.
type NoteEntry struct {
	ReportID int64
	Section  SectionID
	Text     string
	Seen     int64 // Note.Revision; 0 skips the check
}

// JobCompute is the kind of job that computes a report.
const JobCompute job.Kind = "report.compute"

// Computed is the result of such a job.
type Computed struct {
	ReportID int64 `json:"report_id"`
	Version  int   `json:"version"`
}

// Service computes and keeps reports.
type Service struct{ now func() time.Time }

func notBuilt() error { return errs.New(errs.KindUnavailable, "report.not_built", nil) }

// Prepare computes a report within reach of the actor, and keeps nothing. Errors: forbidden; not found for a place out of reach; invalid.
func (s *Service) Prepare(ctx context.Context, actor access.Actor, ask Ask) (Document, error) {
	return Document{}, notBuilt()
}

// Compute has a report computed by a job of kind JobCompute, and returns the job's id: a first version, the draft anew, or a version after the published one.
// Errors: as Prepare; forbidden for a place that the actor does not see whole; conflict while one of the month and place is being computed.
func (s *Service) Compute(ctx context.Context, actor access.Actor, ask Ask) (jobID string, err error) {
	return "", notBuilt()
}

// ComputeNow does what Compute has done while the caller waits. For schedules, and for access.SystemActor.
func (s *Service) ComputeNow(ctx context.Context, actor access.Actor, ask Ask) (Computed, error) {
	return Computed{}, notBuilt()
}

// Run does the work of jobs of kind JobCompute.
func (s *Service) Run(ctx context.Context, running job.Running) error { return notBuilt() }

// List returns the reports that the actor may read, the latest month first. Errors: forbidden.
func (s *Service) List(ctx context.Context, actor access.Actor) (Listing, error) {
	return Listing{}, notBuilt()
}

// Get returns a version of a report: 0 the newest. Nothing is computed. Errors: forbidden; not found, also out of reach.
func (s *Service) Get(ctx context.Context, actor access.Actor, id int64, version int) (Shown, error) {
	return Shown{}, notBuilt()
}

// Note writes a note beside a section of the draft. Errors: forbidden; not found; invalid; conflict when it was changed meanwhile, or there is no draft.
func (s *Service) Note(ctx context.Context, actor access.Actor, in NoteEntry) (Note, error) {
	return Note{}, notBuilt()
}

// Publish freezes the draft. Errors: forbidden; not found; conflict when there is none, or it was changed meanwhile (seen: Version.Revision, 0 skips the check).
func (s *Service) Publish(ctx context.Context, actor access.Actor, id, seen int64) (Version, error) {
	return Version{}, notBuilt()
}

// Compare lists what numbers of version to differ from those of version from. Errors: forbidden; not found.
func (s *Service) Compare(ctx context.Context, actor access.Actor, id int64, from, to int) ([]Difference, error) {
	return nil, notBuilt()
}
