// Package problem is the one list of problems of a sales organisation: what analysers found, what people said in interviews and questionnaires, what a
// review of the management saw, and what somebody reported, each with its place, evidence, urgency, owner and what became of it.
//
// What sort of problem it is and where it is make its identity: the same kind at the same place is the same problem, seen again. Problems that mean one and
// the same are merged, and can be parted again. How grave they are is the product of gravity, urgency and tendency, each of 1 to 5; it is proposed from the
// figures, with the reasons, and people choose. Whatever happens to a problem is kept as an entry of its history.
//
// Limits: a problem is never deleted; what was said is not rewritten. How many problems nobody has seen yet is an estimate, which package stats makes.
package problem

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/finding"
	"xiaoguan/internal/i18n"
)

// Source is by what somebody knows of a problem.
type Source string

// The sources.
const (
	SourceDetected      Source = "detected"      // an analyser found it in the records
	SourceInterview     Source = "interview"     // somebody said it in an interview
	SourceQuestionnaire Source = "questionnaire" // answers of a questionnaire say it
	SourceReview        Source = "review"        // a review of the management saw it
	SourceReported      Source = "reported"      // somebody wrote it down
)

// Sources lists them in the order in which they are shown.
var Sources = []Source{SourceDetected, SourceInterview, SourceQuestionnaire, SourceReview, SourceReported}

// Message names the source for people.
func (s Source) Message() errs.Message { return errs.Msg("problem.source."+string(s), nil) }

// Heard reports whether people told it, independently of what analysers find in the records.
func (s Source) Heard() bool {
	return s == SourceInterview || s == SourceQuestionnaire || s == SourceReview
}

// Severity is how soon something is to be done.
type Severity string

// The severities.
const (
	SeverityHigh   Severity = "high"   // grave and urgent
	SeverityMedium Severity = "medium" // matters
	SeverityLow    Severity = "low"    // could be better
)

// Severities lists them, the most pressing first.
var Severities = []Severity{SeverityHigh, SeverityMedium, SeverityLow}

// Message names the severity for people.
func (s Severity) Message() errs.Message { return errs.Msg("problem.severity."+string(s), nil) }

// Status is what became of a problem.
type Status string

// The statuses.
const (
	StatusOpen      Status = "open"
	StatusConfirmed Status = "confirmed" // somebody looked and found it true
	StatusInAction  Status = "in_action"
	StatusSolved    Status = "solved"
	StatusRefuted   Status = "refuted" // somebody looked and found it wrong
	StatusMerged    Status = "merged"  // it is another one's
)

// Statuses lists them in the order in which they are shown.
var Statuses = []Status{StatusOpen, StatusConfirmed, StatusInAction, StatusSolved, StatusRefuted, StatusMerged}

// Message names the status for people.
func (s Status) Message() errs.Message { return errs.Msg("problem.status."+string(s), nil) }

// Live reports whether something is still to be done about it.
func (s Status) Live() bool {
	return s == StatusOpen || s == StatusConfirmed || s == StatusInAction
}

// Verdict is whether a problem was found true when somebody looked.
type Verdict string

// The verdicts; the empty one is of what nobody has looked at.
const (
	VerdictNone      Verdict = ""
	VerdictConfirmed Verdict = "confirmed"
	VerdictRefuted   Verdict = "refuted"
)

// after is the verdict once a problem has come to a status.
func (v Verdict) after(status Status) Verdict {
	switch status {
	case StatusConfirmed, StatusSolved:
		return VerdictConfirmed
	case StatusRefuted:
		return VerdictRefuted
	case StatusOpen:
		return VerdictNone
	}
	return v
}

// Place is where a problem is. RegionID, TeamID and PersonID are what it is, or lies in, of the organisation; 0 where that is not known.
type Place struct {
	Level  finding.Level `json:"level"`
	Key    string        `json:"key,omitempty"`  // of a region, team, person, product: its number in the company; of the company it is empty
	Name   string        `json:"name,omitempty"` // as it was called
	Narrow string        `json:"narrow,omitempty"`
	// NarrowLevel says what Narrow is: a stage, a rule, a person.
	NarrowLevel finding.Level `json:"narrow_level,omitempty"`
	RegionID    int64         `json:"region_id,omitempty"`
	TeamID      int64         `json:"team_id,omitempty"`
	PersonID    int64         `json:"person_id,omitempty"`
}

// PlaceLevels are the levels that a place can be named at by hand.
var PlaceLevels = []finding.Level{finding.LevelCompany, finding.LevelRegion, finding.LevelTeam, finding.LevelPerson, finding.LevelProduct, finding.LevelSource, finding.LevelStage, finding.LevelRule}

// Say names the place for people.
func (pl Place) Say(p *i18n.Printer) string {
	level := func(l finding.Level, key, name string) string {
		if word := "finding.word." + key; name == "" && p.Has(word) {
			name = p.T(word)
		}
		return p.T("finding.place.named", "Level", p.T("finding.place."+string(l)), "Name", cmp.Or(name, key))
	}
	said := p.T("finding.place.company")
	if pl.Level != finding.LevelCompany {
		said = level(pl.Level, pl.Key, pl.Name)
	}
	if pl.Narrow != "" {
		said = p.Join([]string{said, level(pl.NarrowLevel, pl.Narrow, "")})
	}
	return said
}

// Rating is how grave a problem is, how soon it has to be dealt with, and whether it grows: each from 1 to 5, 0 for not said.
type Rating struct {
	Gravity  int `json:"gravity"`
	Urgency  int `json:"urgency"`
	Tendency int `json:"tendency"`
}

// Known reports whether it says something.
func (r Rating) Known() bool { return r.Gravity > 0 && r.Urgency > 0 && r.Tendency > 0 }

// Score is the product: 1 to 125, 0 for not said.
func (r Rating) Score() int { return r.Gravity * r.Urgency * r.Tendency }

// Figure is what an analyser measured.
type Figure struct {
	Value      float64      `json:"value"`
	Usual      float64      `json:"usual"`
	Unit       finding.Unit `json:"unit"`
	Cases      int64        `json:"cases"`
	Hits       int64        `json:"hits"`       // -1 where the value is no share
	Confidence float64      `json:"confidence"` // 1 for what is counted against a rule
	Size       float64      `json:"size"`       // how many times the least of its kind
}

// Row is one row of evidence.
type Row struct {
	Part   finding.Part `json:"part,omitempty"`
	Record string       `json:"record,omitempty"` // as people know it
	Person string       `json:"person,omitempty"`
	Value  float64      `json:"value"`
	Usual  float64      `json:"usual"`
	Day    string       `json:"day,omitempty"`
	Link   string       `json:"link,omitempty"` // a page of the installation
}

// Problem is one entry of the list.
type Problem struct {
	ID     int64
	Kind   finding.Kind // empty: of no kind that analysers look for
	Area   finding.Area
	Title  string // in somebody's own words; empty where the kind says it
	Detail string
	Place  Place
	// Sources are by what it is known, with those of the problems that were merged into it.
	Sources []Source
	// Proposed is what the figures suggest, for the reasons of Why; Chosen is what people said.
	Proposed Rating
	Why      []errs.Message
	Chosen   Rating
	// Fixed is the severity that a rule of the company gives, whatever the score; empty for none.
	Fixed Severity
	// MoneyMinor is what it is worth in the months looked at; Worth says whether that is known.
	MoneyMinor int64
	Worth      bool
	Figure     *Figure // nil: nothing was measured
	Rows       []Row

	OwnerID    int64 // person; 0: nobody
	OwnerName  string
	Status     Status
	Verdict    Verdict
	MergedInto int64 // 0: in none

	FirstRunID int64 // of a diagnosis; 0: none found it
	LastRunID  int64
	UnseenRun  int64 // of the last diagnosis that looked for it and did not find it; 0: the last that looked has found it, or none looked
	SeenAt     time.Time

	ByID      string
	ByName    string
	CreatedAt time.Time
	Revision  int64
}

// Subject is how the audit log and messages name a problem.
func (p *Problem) Subject() string { return "problem:" + fmtID(p.ID) }

func fmtID(id int64) string { return strconv.FormatInt(id, 10) }

// Name is what it is called: in its own words, or by its kind.
func (p *Problem) Name(printer *i18n.Printer) string {
	if p.Title != "" {
		return p.Title
	}
	return p.Kind.Name(printer)
}

// Rating is what people chose, or else what is proposed.
func (p *Problem) Rating() Rating {
	if p.Chosen.Known() {
		return p.Chosen
	}
	return p.Proposed
}

// Severity is by the rule that fixes it, or else by the score.
func (p *Problem) Severity() Severity {
	if p.Fixed != "" {
		return p.Fixed
	}
	return SeverityOf(p.Rating().Score())
}

// From reports whether a problem is known by a source.
func (p *Problem) From(s Source) bool { return slices.Contains(p.Sources, s) }

// Heard reports whether people told it.
func (p *Problem) Heard() bool { return slices.ContainsFunc(p.Sources, Source.Heard) }

// Identity is what makes two sightings the same problem; empty for what is said in own words, which is always another one.
func (p *Problem) Identity() string { return IdentityOf(p.Kind, p.Place) }

// IdentityOf is the identity of a kind at a place.
func IdentityOf(kind finding.Kind, at Place) string {
	if kind == "" {
		return ""
	}
	return strings.Join([]string{string(kind), string(at.Level), at.Key, at.Narrow}, "\x1f")
}

// withSource adds a source, in their order and once.
func withSource(list []Source, add ...Source) (out []Source) {
	for _, s := range Sources {
		if slices.Contains(list, s) || slices.Contains(add, s) {
			out = append(out, s)
		}
	}
	return out
}
