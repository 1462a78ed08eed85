// Package review is the meetings of a sales organisation that the system prepares: the weekly review, the monthly assessment and the quarterly adjustment of a team
// or a region. Before each, the numbers of everybody in it are looked up and frozen: target, result, pace, gap, needed pipeline, chance of reaching the target,
// stuck opportunities, compliance. In the meeting minutes are taken, with actions that have an owner and a day; they are among what their owner has to do, and
// come back next time. Finished, a meeting is locked.
//
// The numbers are those of package pace. Who leads the team, or a region above it, runs the meeting; everybody in it sees the own row, the minutes and the own
// actions; who sees the sales of the whole company sees it whole.
//
// Limits: targets are the quotas of people, results what package targetplan counts by the company's basis, in the company's currency; people are placed in
// teams as on the day of the preparation.
package review

import (
	"slices"
	"strconv"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/pace"
	"xiaoguan/internal/ruledoc"
	"xiaoguan/internal/targetplan"
)

// Kind is what a meeting is for.
type Kind string

// The kinds.
const (
	Weekly    Kind = "weekly"    // the month so far
	Monthly   Kind = "monthly"   // the last month, with an assessment of everybody
	Quarterly Kind = "quarterly" // the last quarter, with proposals for the rest of the year
)

// Kinds lists them in the order in which they are shown.
var Kinds = []Kind{Weekly, Monthly, Quarterly}

// Message names the kind for people.
func (k Kind) Message() errs.Message { return errs.Msg("review.kind."+string(k), nil) }

// State is where a meeting stands.
type State string

// The states.
const (
	StatePrepared State = "prepared"
	StateFinished State = "finished" // locked
	StateDropped  State = "dropped"  // was not held
)

// States lists them in the order in which they are shown.
var States = []State{StatePrepared, StateFinished, StateDropped}

// Message names the state for people.
func (s State) Message() errs.Message { return errs.Msg("review.state."+string(s), nil) }

// UnitKind is whose meeting it is.
type UnitKind string

// The kinds of unit.
const (
	UnitTeam   UnitKind = "team"
	UnitRegion UnitKind = "region"
)

// Unit is a team or a region.
type Unit struct {
	Kind UnitKind `json:"kind"`
	ID   int64    `json:"id"`
	Name string   `json:"-"`
}

// Review is one meeting.
type Review struct {
	ID          int64
	Kind        Kind
	Unit        Unit
	On          calendar.Date
	Span        calendar.Interval // that the numbers are about
	Through     calendar.Date     // the last day that they count
	State       State
	Basis       targetplan.Basis
	Total       Numbers // of everybody together
	Ground      Ground
	Carried     []Carried // what was agreed before, as it stood when the meeting was finished
	Minutes     string
	PreparedAt  time.Time
	PreparedBy  string // user; empty for the system
	FinishedAt  time.Time
	FinishedBy  string
	FinishedFor string // name of who finished it
	Revision    int64
}

// Subject is how the audit log and messages name a meeting.
func (r *Review) Subject() string { return "review:" + strconv.FormatInt(r.ID, 10) }

// Ground is what the numbers of a meeting rest on besides people's own.
type Ground struct {
	Company  pace.Record `json:"company"` // how the company's opportunities ended in a year
	Shifts   int64       `json:"shifts"`  // deals whose delay against the expected day is known
	LagDays  int64       `json:"lag_days"`
	LagSeen  int64       `json:"lag_seen"` // payments that the lag rests on
	Seasoned bool        `json:"seasoned"` // months weigh by their strength
}

// Numbers are what a meeting knows of somebody, or of all together.
type Numbers struct {
	TargetMinor int64          `json:"target_minor"`
	HasTarget   bool           `json:"has_target"` // every month of the span has one
	ActualMinor int64          `json:"actual_minor"`
	Clock       pace.Clock     `json:"clock"`
	OpenCount   int64          `json:"open_count"`
	OpenMinor   int64          `json:"open_minor"`
	Record      pace.Record    `json:"record"` // that win rate and slippage rest on
	Whose       Whose          `json:"whose"`
	Forecast    *pace.Forecast `json:"forecast,omitempty"` // nil when the span is over, or without a target
	Stuck       []Stuck        `json:"stuck,omitempty"`
	StuckCount  int64          `json:"stuck_count"` // opportunities
	Kept        int64          `json:"kept"`        // rules of the process standard that were kept, in the span
	Judged      int64          `json:"judged"`      // of so many that are decided
	RestMinor   int64          `json:"rest_minor"`  // of the quarterly one: targets of the months to come, to the end of the year
}

// Whose record it is.
type Whose string

// The owners of a record: the own one while it is enough, else the unit's, else the company's.
const (
	WhoseOwn     Whose = "own"
	WhoseUnit    Whose = "unit"
	WhoseCompany Whose = "company"
)

// Expected is how much should be there by now.
func (n *Numbers) Expected() int64 { return n.Clock.Expected(n.TargetMinor) }

// Index is what is there over that, in parts per million.
func (n *Numbers) Index() (int64, bool) {
	if !n.HasTarget {
		return 0, false
	}
	return pace.Index(n.ActualMinor, n.Expected())
}

// Gap is what is there less what should be there.
func (n *Numbers) Gap() int64 { return n.ActualMinor - n.Expected() }

// Remaining is what is still asked.
func (n *Numbers) Remaining() int64 { return max(n.TargetMinor-n.ActualMinor, 0) }

// Needed is how much must be in the pipeline for what remains.
func (n *Numbers) Needed() (int64, bool) {
	if !n.HasTarget {
		return 0, false
	}
	return n.Record.Needed(n.Remaining())
}

// Attained is the result over the target, in parts per million.
func (n *Numbers) Attained() (int64, bool) {
	if !n.HasTarget || n.TargetMinor <= 0 {
		return 0, false
	}
	return pace.Index(n.ActualMinor, n.TargetMinor)
}

// Stuck is an open opportunity for which the process standard's time has run out, or whose expected day is over.
type Stuck struct {
	ID         int64         `json:"id"`
	Name       string        `json:"name"`
	Customer   string        `json:"customer"`
	Minor      int64         `json:"amount_minor"`
	ExpectedOn calendar.Date `json:"expected_on"`
	Rule       ruledoc.Text  `json:"rule"` // that was not kept first; empty: the expected day alone is over
	Rules      int64         `json:"rules"`
}

// Row is somebody in a meeting.
type Row struct {
	ReviewID  int64
	PersonID  int64
	Name      string
	Place     int64
	Numbers   Numbers
	Band      string // of the monthly one: the company's name for how far the target was reached; empty without a target
	BandFrom  int64  // from how many percent on
	Words     string // of who runs the meeting, to the person
	SeenAt    time.Time
	Proposed  int64  // of the quarterly one: what is proposed for the months to come
	Proposal  string // why; empty for none
	ChangeID  int64  // the change of the target that came of it
	ChangedBy string
	Revision  int64
}

// ActionState is what became of an action.
type ActionState string

// The states of actions.
const (
	ActionOpen    ActionState = "open"
	ActionDone    ActionState = "done"
	ActionDropped ActionState = "dropped"
)

// Score is how an action stands on a day.
type Score string

// The scores.
const (
	ScoreKept    Score = "kept" // done up to its day
	ScoreLate    Score = "late" // done after it, or open behind it
	ScoreOpen    Score = "open" // its day is to come
	ScoreDropped Score = "dropped"
)

// Message names the score for people.
func (s Score) Message() errs.Message { return errs.Msg("review.score."+string(s), nil) }

// Action is what somebody is to do up to a day.
type Action struct {
	ID         int64
	ReviewID   int64
	Unit       Unit
	PersonID   int64
	PersonName string // as now
	Text       string
	DueOn      calendar.Date
	State      ActionState
	DoneOn     calendar.Date // NoDate while it is open
	Words      string        // what came of it
	Metric     string        // that it is to move, of the metric book; empty: none
	CreatedBy  string
	CreatedAt  time.Time
	Revision   int64
}

// Subject is how the audit log and messages name an action.
func (a *Action) Subject() string { return "review_action:" + strconv.FormatInt(a.ID, 10) }

// Score says how an action stands on a day.
func (a *Action) Score(today calendar.Date) Score {
	switch {
	case a.State == ActionDropped:
		return ScoreDropped
	case a.State == ActionDone && a.DoneOn <= a.DueOn:
		return ScoreKept
	case a.State == ActionDone || a.DueOn < today:
		return ScoreLate
	}
	return ScoreOpen
}

// Carried is an action of before as it stood when a meeting was finished.
type Carried struct {
	ID       int64         `json:"id"`
	PersonID int64         `json:"person_id"`
	Name     string        `json:"name"`
	Text     string        `json:"text"`
	DueOn    calendar.Date `json:"due_on"`
	Score    Score         `json:"score"`
	Words    string        `json:"words,omitempty"`
}

// Band is a grade of the monthly assessment.
type Band struct {
	From int64  `json:"from"` // percent of the target
	Name string `json:"name"`
}

// Settings are how a company holds its meetings.
type Settings struct {
	Weekly     bool   `json:"weekly"`
	Weekday    int64  `json:"weekday"` // 1 is Monday
	Monthly    bool   `json:"monthly"`
	MonthDay   int64  `json:"month_day"` // the working day of the month on which the last one is assessed
	Quarterly  bool   `json:"quarterly"`
	QuarterDay int64  `json:"quarter_day"` // the same of the quarterly one
	Brief      bool   `json:"brief"`       // who leads is told in the morning what is behind
	Bands      []Band `json:"bands"`       // the best first
	AdjustFrom int64  `json:"adjust_from"` // percent: how far a quarter must be off its target for a proposal
	AdjustMost int64  `json:"adjust_most"` // percent: the greatest change that is proposed
	Revision   int64  `json:"-"`
}

// UsualSettings are those of a company that has set none.
func UsualSettings() Settings {
	return Settings{Weekly: true, Weekday: 1, Monthly: true, MonthDay: 3, Quarterly: true, QuarterDay: 5, Brief: true,
		Bands: []Band{{100, "达标"}, {80, "基本达标"}, {60, "待改进"}, {0, "不达标"}}, AdjustFrom: 10, AdjustMost: 15}
}

// On reports whether a kind of meeting is prepared by itself.
func (s *Settings) On(k Kind) bool {
	switch k {
	case Weekly:
		return s.Weekly
	case Monthly:
		return s.Monthly
	}
	return s.Quarterly
}

// BandOf is the grade of a result over a target.
func (s *Settings) BandOf(actualMinor, targetMinor int64) (b Band, known bool) {
	if targetMinor <= 0 {
		return b, false
	}
	ppm, _ := pace.Index(actualMinor, targetMinor)
	at := slices.IndexFunc(s.Bands, func(b Band) bool { return ppm >= b.From*pace.Million/100 })
	if at < 0 {
		return b, false
	}
	return s.Bands[at], true
}
