package diagnosis

import (
	"strconv"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/finding"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/ingest"
	"xiaoguan/internal/problem"
)

// Origin is what a run looked at.
type Origin string

// The origins.
const (
	OriginOwn    Origin = "own"    // the records of the installation
	OriginSheets Origin = "sheets" // files that somebody handed in, which are not imported
)

// Message names the origin for people.
func (o Origin) Message() errs.Message { return errs.Msg("diagnosis.origin."+string(o), nil) }

// State is where a run stands.
type State string

// The states.
const (
	StateRunning State = "running"
	StateReady   State = "ready"
	StateFailed  State = "failed"
)

// Message names the state for people.
func (s State) Message() errs.Message { return errs.Msg("diagnosis.state."+string(s), nil) }

// Sheet is one part of what was looked at: how many rows there were.
type Sheet struct {
	Part finding.Part `json:"part"`
	Rows int64        `json:"rows"`
}

// Found is one finding as a run keeps it.
type Found struct {
	Kind       finding.Kind   `json:"kind"`
	Area       finding.Area   `json:"area"`
	Place      problem.Place  `json:"place"`
	Figure     problem.Figure `json:"figure"`
	MoneyMinor int64          `json:"money_minor"`
	Worth      bool           `json:"worth"`
	Rows       []problem.Row  `json:"rows"`
}

// Identity is what makes findings of two runs the same.
func (f *Found) Identity() string { return problem.IdentityOf(f.Kind, f.Place) }

// Say says what was found, in a sentence with its figures.
func (f *Found) Say(p *i18n.Printer) string {
	return finding.Finding{Kind: f.Kind, Value: f.Figure.Value, Usual: f.Figure.Usual, Unit: f.Figure.Unit, Cases: f.Figure.Cases, Certain: f.Figure.Confidence == 1}.Say(p)
}

// Outcome is what a run says.
type Outcome struct {
	Sheets    []Sheet           `json:"sheets"`
	Skipped   []string          `json:"skipped"` // files that are no part of a diagnosis
	Unread    []Unread          `json:"unread"`
	Findings  []Found           `json:"findings"`
	Missing   []finding.Missing `json:"missing"`
	Looked    []finding.Kind    `json:"looked"`
	YearMinor int64             `json:"year_minor"` // collected in twelve months
	Change    problem.Change    `json:"change"`     // of the list of problems
}

// Run is one diagnosis. It never changes once it is ready.
type Run struct {
	ID          int64
	State       State
	Origin      Origin
	AsOf        calendar.Date // NoDate before the sheets were read
	Note        string
	Found       int64
	Tests       int64
	Digest      string // of what was looked at
	CreatedBy   string
	CreatedName string
	CreatedAt   time.Time
	FinishedAt  time.Time
	JobID       string
	Failure     errs.Message
	Outcome     Outcome // empty in lists
	Revision    int64
}

// Subject is how the audit log, jobs and messages name a run.
func (r *Run) Subject() string { return "diagnosis:" + strconv.FormatInt(r.ID, 10) }

// Ask is what a diagnosis is to look at: the installation's own records at the end of a day, or files.
type Ask struct {
	AsOf  calendar.Date // of the installation's own records
	Files []ingest.File // of sheets; none: the own records
	Note  string
}

const noteMost = 200

func (a *Ask) check(today calendar.Date) error {
	var c fact.Checker
	c.Text("note", a.Note, false)
	if len([]rune(a.Note)) > noteMost && !c.Has("note") {
		c.Add("note", "", "form.error.long", errs.Args{"Max": noteMost})
	}
	if len(a.Files) > 0 {
		return c.Err()
	}
	c.Day("as_of", a.AsOf)
	if a.AsOf > today && !c.Has("as_of") {
		c.Add("as_of", a.AsOf.String(), "diagnosis.day_ahead", nil)
	}
	return c.Err()
}
