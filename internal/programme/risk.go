package programme

import (
	"slices"
	"strconv"
	"time"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/metric"
)

// RiskState is how a risk is dealt with.
type RiskState string

// The states.
const (
	RiskOpen     RiskState = "open"     // watched
	RiskHappened RiskState = "happened" // plan B runs
	RiskClosed   RiskState = "closed"
)

// RiskStates lists them in the order in which they are shown.
var RiskStates = []RiskState{RiskOpen, RiskHappened, RiskClosed}

// Message names the state for people.
func (s RiskState) Message() errs.Message { return errs.Msg("programme.risk_state."+string(s), nil) }

// Side is on which side of a limit the early sign shows.
type Side string

// The sides.
const (
	SideBelow Side = "below"
	SideAbove Side = "above"
)

// Sides lists them in the order in which they are shown.
var Sides = []Side{SideBelow, SideAbove}

// Message names the side for people.
func (s Side) Message() errs.Message { return errs.Msg("programme.side."+string(s), nil) }

// Sign is the number by which a risk shows early: of the last whole month, held against a limit. Without a metric there is none.
type Sign struct {
	Metric metric.ID    `json:"metric,omitempty"`
	Place  metric.Place `json:"place"`
	Side   Side         `json:"side,omitempty"`
	Limit  int64        `json:"limit,omitempty"` // in the unit of metric.Value.Amount
}

// Look is what the last look at a sign found.
type Look struct {
	At      time.Time    `json:"at,omitzero"`
	Value   metric.Value `json:"value"`
	Showing bool         `json:"showing,omitempty"`
	Since   time.Time    `json:"since,omitzero"` // when it began to show
}

// Risk is something that may go wrong.
type Risk struct {
	ID          int64
	Key         string // of a shipped risk; empty for one of the company's own
	Title       string // of an own one
	Probability int    // 1 to 5
	Impact      int    // 1 to 5
	Sign        Sign
	Measure     string // what is done against it
	PlanB       string // what is done when it happens
	OwnerID     int64
	State       RiskState
	Look        Look
	Created     Signature
	Revision    int64
}

// Subject is how the audit log and messages name a risk.
func (r *Risk) Subject() string { return "risk:" + strconv.FormatInt(r.ID, 10) }

// Score is probability × impact: 1 to 25.
func (r *Risk) Score() int { return r.Probability * r.Impact }

// shippedRisk is a risk that the product brings along.
type shippedRisk struct {
	key                 string
	probability, impact int
	metric              metric.ID
	side                Side
	limit               int64
}

// shippedRisks are what usually goes wrong when a company changes how it sells and pays, each with its early sign where the metric book has one.
var shippedRisks = []shippedRisk{
	{"resistance", 4, 3, "recording", SideBelow, 70 * percent},
	{"targets", 3, 4, "attainment", SideBelow, 70 * percent},
	{"cost", 3, 4, "", "", 0},
	{"split", 3, 3, "resource_match", SideBelow, 70 * percent},
	{"false_data", 2, 5, "completeness", SideBelow, 60 * percent},
	{"result_only", 3, 4, "retention", SideBelow, 60 * percent},
	{"leavers", 3, 5, "turnover", SideAbove, 5 * percent},
	{"bad_debt", 3, 4, "overdue_rate", SideAbove, 20 * percent},
	{"leak", 2, 5, "", "", 0},
	{"market", 2, 4, "win_rate", SideBelow, 20 * percent},
}

// RiskEntry is a risk as somebody writes it.
type RiskEntry struct {
	Title       string
	Probability int
	Impact      int
	Sign        Sign
	Measure     string
	PlanB       string
	OwnerID     int64
	State       RiskState
}

func (in *RiskEntry) check(shipped bool) error {
	var c fact.Checker
	tidyLine(&c, "title", &in.Title, titleMost, !shipped)
	c.Prose("measure", &in.Measure, textMost, false)
	c.Prose("plan_b", &in.PlanB, textMost, false)
	for path, n := range map[string]int{"probability": in.Probability, "impact": in.Impact} {
		if n < 1 || n > 5 {
			c.Add(path, strconv.Itoa(n), "programme.one_to_five", nil)
		}
	}
	if in.State == "" {
		in.State = RiskOpen
	}
	if !slices.Contains(RiskStates, in.State) {
		c.Add("state", string(in.State), "form.error.choice", nil)
	}
	if in.Sign.Metric == "" {
		in.Sign = Sign{}
	} else if !slices.Contains(Sides, in.Sign.Side) {
		c.Add("side", string(in.Sign.Side), "form.error.choice", nil)
	}
	if in.Sign.Place.Kind == "" || in.Sign.Place.Kind == metric.PlaceReach {
		in.Sign.Place = metric.Company
	}
	return c.Err()
}

// Lesson is what was learnt of something that was tried.
type Lesson struct {
	ID           int64
	InitiativeID int64 // 0 for what was tried elsewhere
	Title        string
	Tried        string // what
	Where        string
	Learnt       string
	Outcome      Outcome // empty where nothing was decided
	Effect       *Found  // as it was found
	By           Signature
	Revision     int64
}

// Subject is how the audit log names a lesson.
func (l *Lesson) Subject() string { return "lesson:" + strconv.FormatInt(l.ID, 10) }

// LessonEntry is a lesson as somebody writes it.
type LessonEntry struct {
	InitiativeID int64
	Title        string
	Tried        string
	Where        string
	Learnt       string
}

func (in *LessonEntry) check() error {
	var c fact.Checker
	tidyLine(&c, "title", &in.Title, titleMost, true)
	c.Prose("tried", &in.Tried, textMost, true)
	tidyLine(&c, "where", &in.Where, lineMost, false)
	c.Prose("learnt", &in.Learnt, textMost, true)
	return c.Err()
}
