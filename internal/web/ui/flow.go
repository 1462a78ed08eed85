package ui

import (
	"math/big"

	"github.com/a-h/templ"
)

// StepState is how far a step is.
type StepState string

// The states of a step.
const (
	StepTodo StepState = ""
	StepDone StepState = "done"
	StepNow  StepState = "now"
)

// Step is a stage of a process: who, when, count in Text.
type Step struct {
	Name  string
	Text  string
	State StepState
	URL   string
}

// Moment is an entry of a timeline. Newest first, or in the order of a plan.
type Moment struct {
	When   string
	At     string // machine time for the datetime attribute
	Icon   string
	Tone   Tone
	Title  string
	Detail string
	Links  []Link
	Future bool // not reached yet: dimmed
	Strong bool
	Body   templ.Component
}

// CheckState is the state of a line of a checklist.
type CheckState string

// The states of a check.
const (
	CheckDone    CheckState = "done"
	CheckPending CheckState = "pending"
	CheckFailed  CheckState = "failed"
	CheckTodo    CheckState = "todo"
	CheckExempt  CheckState = "exempt"
)

// Check is a line of a checklist.
type Check struct {
	State  CheckState
	Text   string
	Detail string
	Clock  *Clock
	Link   *Link
}

// Item is a line of a list: the lead (avatar, icon, tick), a title, a second line, something at the end.
type Item struct {
	Lead    templ.Component
	Icon    string
	Tone    Tone // of the icon
	Avatar  string
	Title   string
	URL     string
	Beside  string // after the title, quiet
	Detail  string
	Chips   []Chip
	Clock   *Clock
	End     templ.Component
	Actions []Action
	Top     bool // align at the top: for long texts
}

// Pair is a paragraph of a document beside the rule that it comes from.
type Pair struct {
	ID    string
	Title string
	Prose templ.Component
	Rule  string          // plain text of the rule
	Code  templ.Component // drawn instead of Rule, with marks
}

// DiffPart is a run of text in a comparison.
type DiffPart struct {
	Text string
	Kind DiffKind
}

// DiffKind says on which side of a comparison a text is.
type DiffKind string

// The kinds of a DiffPart.
const (
	DiffSame    DiffKind = ""
	DiffAdded   DiffKind = "ins"
	DiffRemoved DiffKind = "del"
)

// JobState is how far a job is.
type JobState string

// The states of a job.
const (
	JobQueued    JobState = "queued"
	JobRunning   JobState = "running"
	JobDone      JobState = "done"
	JobFailed    JobState = "failed"
	JobCancelled JobState = "cancelled"
)

// Job is the progress of long work. While it runs the component asks Source for itself every second; without JavaScript a link
// reloads.
type Job struct {
	ID       string
	Title    string
	State    JobState
	Done     int
	Total    int    // 0 when unknown
	Text     string // "核算中 18/33人 · 约20秒"
	Source   string // address of the fragment that shows this job (Progress)
	Cancel   string // POST address; empty hides it
	Result   *Link
	Problems *Link // the row-level error file
}

func (j Job) running() bool { return j.State == JobQueued || j.State == JobRunning }

func (j Job) share() *big.Rat {
	if j.Total <= 0 {
		return nil
	}
	return big.NewRat(int64(min(max(j.Done, 0), j.Total)), int64(j.Total))
}

// ChartKind is a kind of chart; see the builder of the same name in charts.js.
type ChartKind string

// The kinds of chart.
const (
	ChartCombo     ChartKind = "combo" // columns and lines over time
	ChartStack     ChartKind = "hstack"
	ChartCurve     ChartKind = "curve" // pay over attainment, with the marginal slope below
	ChartWaterfall ChartKind = "waterfall"
	ChartRadar     ChartKind = "radar"
	ChartMatrix    ChartKind = "matrix"
)

// Series is how a column of a chart's table is drawn.
type Series struct {
	Type     string // bar, line, dash, dot
	Color    string // 1…6, ref, ink2, good, warn, bad, brand
	Area     bool
	Running  bool   // the last point is a running period
	Goal     string // horizontal line at this value
	GoalText string
	Stack    string
}

// Mark is a labelled vertical line of a curve chart.
type Mark struct{ At, Label string }

// ChartView is a figure whose data are the table in it. The drawing is made from the table by charts.js; without it the table is
// open and complete.
type ChartView struct {
	ID    string
	Kind  ChartKind
	Unit  string // yuan, wan, pct, n, days
	Label string // accessible name; or LabelledBy
	// LabelledBy is the id of the card's heading.
	LabelledBy string
	Height     int // 180, 200, 220, 260, 300, 340, 400, 480
	Table      TableView
	Marks      []Mark
	Point      *Point   // "you are here" on a curve
	Axis       []string // axis titles: of a curve the upper and the lower value axis, of a matrix effort and effect
	Min, Max   string
	Every      int // label each nth category
	Legend     []Legend
	Note       string
}

// Point is a marked point of a curve.
type Point struct{ X, Y, Label string }

// Legend is an entry of a chart's legend; Class as in the style sheet: "", c2, c3, g, bd, dash, dot.
type Legend struct{ Class, Label string }
