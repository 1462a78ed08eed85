// Package targetplan is the life of a year's targets: what is asked of the company, how package quota splits it down to persons and months from
// what is known of them, what managers and sellers say to it, who approves it, and how it becomes the quotas that plans of pay read.
//
// A plan is one version for one fiscal year. What it rests on is gathered once and kept, so that the same settings always give the same numbers, and
// anybody can ask why a number is as it is. Published, it is locked: numbers change only by an approved change with a reason, from an open month on. The
// quotas themselves are facts of package target, and closed months keep theirs.
//
// Limits: history, pipeline and quotas are in the company's currency, other currencies are left out. People are placed where they are on the day of the
// gathering, with what they sold wherever they were. A month without a target leaves a quota that somebody set by hand before as it is.
package targetplan

import (
	"strconv"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/quota"
)

// State is where a plan stands.
type State string

// The states.
const (
	StateGathering  State = "gathering"  // what it rests on is being read
	StateFailed     State = "failed"     // that has not worked
	StateDraft      State = "draft"      // seen by operations and managers
	StateDiscussion State = "discussion" // seen by everybody it asks something of, who may object
	StateWaiting    State = "waiting"    // for approval
	StateApproved   State = "approved"
	StatePublished  State = "published" // its numbers are quotas
	StateReplaced   State = "replaced"  // another plan of the year was published
	StateDropped    State = "dropped"
)

// States lists them in their order.
var States = []State{StateGathering, StateFailed, StateDraft, StateDiscussion, StateWaiting, StateApproved, StatePublished, StateReplaced, StateDropped}

// Message names the state for people.
func (s State) Message() errs.Message { return errs.Msg("targetplan.state."+string(s), nil) }

// open reports whether its settings may be changed.
func (s State) open() bool { return s == StateDraft || s == StateDiscussion }

// shown reports whether sellers see their number.
func (s State) shown() bool {
	return s == StateDiscussion || s == StateWaiting || s == StateApproved || s == StatePublished || s == StateReplaced
}

// Plan is one version of a year's targets.
type Plan struct {
	ID          int64
	FiscalYear  int
	First       calendar.Month // of the fiscal year
	Number      int64          // of the version within the year
	Name        string
	State       State
	Rules       Rules
	From        calendar.Month // from which month on its numbers are quotas; 0 before it is published
	Summary     Summary
	InputHash   string // of what it rests on
	ResultHash  string // of its numbers as they were solved
	CreatedBy   string
	CreatedName string
	CreatedAt   time.Time
	JobID       string
	Failure     errs.Message
	RequestID   string // of its approval
	PublishedBy string
	PublishedAt time.Time
	Revision    int64
}

// Subject is how the audit log, jobs and messages name a plan.
func (p *Plan) Subject() string { return "target_plan:" + strconv.FormatInt(p.ID, 10) }

// Last is the last month of its year.
func (p *Plan) Last() calendar.Month { return p.First + quota.Months - 1 }

// Has reports whether a month is of its year.
func (p *Plan) Has(m calendar.Month) bool { return p.First <= m && m <= p.Last() }

// Summary is what a list says of a plan, and what is found about it.
type Summary struct {
	On            calendar.Date   `json:"on"`     // the day on which it was gathered
	Since         calendar.Month  `json:"since"`  // the first month of results that it knows
	Months        int             `json:"months"` // how many
	People        int64           `json:"people"`
	TargetMinor   int64           `json:"target_minor"`
	PeopleMinor   int64           `json:"people_minor"` // the sum of the persons' targets
	LastMinor     int64           `json:"last_minor"`   // what the company sold in the last twelve months
	ExpectedMinor int64           `json:"expected_minor"`
	BaseMinor     int64           `json:"base_minor"` // sums of the persons' levels
	StretchMinor  int64           `json:"stretch_minor"`
	BaseEnough    int64           `json:"base_enough"`   // chance that enough people reach base, parts per million
	TargetEnough  int64           `json:"target_enough"` // the same of the target
	BaseWanted    int64           `json:"base_wanted"`   // the chance of base that each needs for enough of them to reach it nine times of ten
	Tested        int64           `json:"tested"`        // people whose last year was compared with what would have been expected
	TestedBase    int64           `json:"tested_base"`   // of these, how many would have reached a base target
	TestedLow     int64           `json:"tested_low"`    // interval of that share, which knows that people of one period move together; parts per million
	TestedHigh    int64           `json:"tested_high"`
	TestedTimes   int64           `json:"tested_times,omitempty"`  // how many periods were tested
	TestedMonths  int64           `json:"tested_months,omitempty"` // and how long each was
	Common        int64           `json:"common,omitempty"`        // how widely everybody's results have moved alike, standard deviation, parts per million
	Moved         int64           `json:"moved,omitempty"`         // the last twelve months against those before, by people there in both, parts per million; 0 while that is not known
	MovedPeople   int64           `json:"moved_people,omitempty"`
	Ahead         int64           `json:"ahead,omitempty"` // what the year is expected to be against the last twelve months
	Strength      quota.Year      `json:"strength"`        // weights of the months
	Findings      []quota.Finding `json:"findings,omitempty"`
	Apart         []Apart         `json:"potentials_apart,omitempty"` // potentials that do not come to that of the unit above
}

// Feasible reports whether everything that was asked is met.
func (s *Summary) Feasible() bool {
	split := quota.Split{Findings: s.Findings}
	return split.Feasible()
}

// The unit of the company, and what begins the keys of others.
const (
	UnitCompany = "c"
	unitRegion  = "r"
	unitTeam    = "t"
	unitPerson  = "p"
)

// RegionUnit is the key of a region's row.
func RegionUnit(id int64) string { return unitRegion + strconv.FormatInt(id, 10) }

// TeamUnit is the key of a team's row.
func TeamUnit(id int64) string { return unitTeam + strconv.FormatInt(id, 10) }

// PersonUnit is the key of a person's row.
func PersonUnit(id int64) string { return unitPerson + strconv.FormatInt(id, 10) }

// Row is what one unit is asked to reach: the company, a region, a team or a person.
type Row struct {
	PlanID   int64
	Unit     string
	Parent   string // empty for the company
	Depth    int
	Place    int64 // in the order of the tree
	PersonID int64 // 0 for no person
	People   int64 // how many are below, or the one
	Name     string
	Minor    int64 // of the year
	Months   quota.Year
	Detail   Detail
}

// From is the sum of the months from one on, counted from the first of the year.
func (r *Row) From(month int) (sum int64) {
	for m := max(month, 0); m < quota.Months; m++ {
		sum += r.Months[m]
	}
	return sum
}

// Growth is a row's target against what was sold in the last twelve months; not known without results.
func (r *Row) Growth() (more, of int64, known bool) {
	return r.Minor - r.Detail.LastYear, r.Detail.LastYear, r.Detail.LastKnown && r.Detail.LastYear > 0
}

// Detail is why a row is as it is.
type Detail struct {
	Level      string          `json:"level,omitempty"`
	Portions   []quota.Portion `json:"portions,omitempty"`
	Factor     int64           `json:"factor"`
	FreeMinor  int64           `json:"free_minor"`
	Hold       quota.Hold      `json:"hold,omitempty"`
	OverMinor  int64           `json:"over_minor,omitempty"`
	History    int64           `json:"history_minor"`             // what weighs for the share: results made a whole year at the level of the year ahead
	Last       int64           `json:"last_minor,omitempty"`      // sold in the last twelve months, as recorded
	LastYear   int64           `json:"last_year_minor,omitempty"` // the same, made a whole year for who was there for less: what growth and bounds are measured against
	LastMade   int64           `json:"last_made,omitempty"`       // of how many people it was made one
	LastKnown  bool            `json:"last_known,omitempty"`      // versions of a plan that are older do not know it
	Potential  int64           `json:"potential_minor"`           // quota.Unknown
	Source     string          `json:"potential_source,omitempty"`
	Pipeline   int64           `json:"pipeline_minor"`
	Expected   int64           `json:"expected_minor"` // in the year, with absences and ramp
	Peers      int64           `json:"peers_minor,omitempty"`
	MonthsSeen int64           `json:"months_seen,omitempty"` // parts per million of a month
	Ability    int64           `json:"ability,omitempty"`
	Assumed    bool            `json:"assumed,omitempty"` // history is what the level sells
	There      int64           `json:"there,omitempty"`   // part of the year that the person is there
	Speed      int64           `json:"speed,omitempty"`   // of that, with the ramp
	Base       int64           `json:"base_minor"`
	Stretch    int64           `json:"stretch_minor"`
	Chance     int64           `json:"chance"`
	BaseChance int64           `json:"base_chance"`
	TopChance  int64           `json:"top_chance"`
	Known      bool            `json:"known"`
	BaseEnough int64           `json:"base_enough,omitempty"` // of a unit: chance that enough of its people reach base
	Enough     int64           `json:"enough,omitempty"`      // the same of their targets
}
