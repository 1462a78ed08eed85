package programme

import (
	"math/big"
	"slices"
	"strconv"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/ruledoc"
)

// Source is what a goal is measured by, where that is not a number of the metric book.
type Source string

// The sources. The empty one stands for the metric book.
const (
	SourceBook           Source = ""
	SourceIdentification Source = "identification" // problems known ÷ problems estimated, from the problem list
	SourceAccuracy       Source = "accuracy"       // causes confirmed after action ÷ causes looked at, from the problem list
	SourceAttained       Source = "attained"       // people who reached the base of their published target ÷ people who have one
	SourcePlanned        Source = "planned"        // people who reached their target ÷ people who have one
	SourceCoreRatio      Source = "core_ratio"     // mean target of core sellers ÷ mean target of newcomers
)

// Sources lists those besides the metric book.
var Sources = []Source{SourceIdentification, SourceAccuracy, SourceAttained, SourcePlanned, SourceCoreRatio}

// Message names the source for people.
func (s Source) Message() errs.Message { return errs.Msg("programme.source."+string(s), nil) }

// AskKind is how a target was asked for. The empty kind stands for a target that was not chosen yet.
type AskKind string

// The kinds. Of shares, "+40 %" may be either of the first two, so it is asked once and kept.
const (
	AskRelative AskKind = "relative" // growth of the baseline
	AskPoints   AskKind = "points"   // percentage points on top of it
	AskAbsolute AskKind = "absolute" // a value
)

// AskKinds lists them in the order in which they are shown.
var AskKinds = []AskKind{AskRelative, AskPoints, AskAbsolute}

// Message names the kind for people.
func (k AskKind) Message() errs.Message { return errs.Msg("programme.ask."+string(k), nil) }

// GoalState is how far a goal is written.
type GoalState string

// The states.
const (
	GoalDraft  GoalState = "draft"
	GoalActive GoalState = "active"
	GoalEnded  GoalState = "ended"
)

// GoalStates lists them in the order in which they are shown.
var GoalStates = []GoalState{GoalActive, GoalDraft, GoalEnded}

// Message names the state for people.
func (s GoalState) Message() errs.Message { return errs.Msg("programme.goal_state."+string(s), nil) }

// Snapshot is a value as it was at a moment, with the definition that it was made by.
type Snapshot struct {
	Value metric.Value `json:"value"`
	Name  ruledoc.Text `json:"name"`
	Basis ruledoc.Text `json:"basis"`
	At    time.Time    `json:"at"`
}

// Waypoint is where a goal is to be at the end of a month.
type Waypoint struct {
	Month  calendar.Month `json:"month"`
	Amount int64          `json:"amount"`
}

// Goal is a number that is to get somewhere.
type Goal struct {
	ID       int64
	Key      string // of a shipped goal; empty for one of the company's own
	Title    string // of an own one
	Source   Source
	Metric   metric.ID // of the metric book; empty for another source
	Place    metric.Place
	Good     metric.Good
	Unit     metric.Unit
	Window   int // over how many months up to its end a month's value is: 1, 3 or 12
	Horizon  int // months from the baseline: 3, 6 or 12
	From     calendar.Month
	Baseline *Snapshot
	Kind     AskKind
	Asked    int64 // parts per million for relative and points, otherwise in the unit of metric.Value.Amount
	Target   int64 // what it comes to, in that unit
	Path     []Waypoint
	OwnerID  int64
	Note     string
	State    GoalState
	Activity Signature // who activated it
	EndNote  string
	Created  Signature
	Revision int64
}

// Subject is how the audit log and messages name a goal.
func (g *Goal) Subject() string { return "goal:" + strconv.FormatInt(g.ID, 10) }

// Due is the month at whose end the target is to be reached.
func (g *Goal) Due() calendar.Month { return g.From + calendar.Month(g.Horizon) }

// BaselineAmount is the frozen value in the unit of metric.Value.Amount. False without one.
func (g *Goal) BaselineAmount() (int64, bool) {
	if g.Baseline == nil {
		return 0, false
	}
	return g.Baseline.Value.Amount()
}

// baselineIsZero reports a baseline of which no growth comes to anything.
func (g *Goal) baselineIsZero() bool {
	amount, known := g.BaselineAmount()
	return known && amount == 0
}

// Horizons and windows of goals.
var (
	GoalHorizons = []int{3, 6, 12}
	GoalWindows  = []int{1, 3, 12}
)

// Reach is what a change of a baseline comes to: relative growth, and points of a share. Both are rounded half away from zero.
func Reach(baseline, changePPM int64) (relative, points int64) {
	grown := new(big.Int).Mul(big.NewInt(baseline), big.NewInt(metric.Whole+changePPM))
	return rounded(grown, metric.Whole), baseline + changePPM
}

// rounded is n ÷ d, half away from zero; d is greater than 0.
func rounded(n *big.Int, d int64) int64 {
	negative := n.Sign() < 0
	double := new(big.Int).Lsh(new(big.Int).Abs(n), 1)
	out := new(big.Int).Quo(double.Add(double, big.NewInt(d)), big.NewInt(2*d)).Int64()
	if negative {
		return -out
	}
	return out
}

// reach is the target that an asked change comes to.
func (g *Goal) reach(kind AskKind, asked int64) int64 {
	baseline, _ := g.BaselineAmount()
	relative, points := Reach(baseline, asked)
	switch kind {
	case AskRelative:
		return relative
	case AskPoints:
		return points
	}
	return asked
}

// PathAt is where the goal is to be at the end of a month: on straight lines from the baseline over the waypoints to the target. False before the baseline, and
// without baseline or target.
func (g *Goal) PathAt(month calendar.Month) (int64, bool) {
	baseline, known := g.BaselineAmount()
	if !known || g.Kind == "" || month < g.From {
		return 0, false
	}
	if month >= g.Due() || g.age() {
		return g.Target, true
	}
	last := Waypoint{g.From, baseline}
	for _, w := range append(slices.Clone(g.Path), Waypoint{g.Due(), g.Target}) {
		if w.Month >= month {
			rise := new(big.Int).Mul(big.NewInt(w.Amount-last.Amount), big.NewInt(int64(month-last.Month)))
			return last.Amount + rounded(rise, int64(w.Month-last.Month)), true
		}
		last = w
	}
	return g.Target, true
}

// met reports whether a value is at least as good as another.
func (g *Goal) met(value, than int64) bool {
	if g.Good == metric.GoodDown {
		return value <= than
	}
	return value >= than
}

// Missing is what a goal lacks before it can be active.
func (g *Goal) Missing() (list []errs.Message) {
	if g.Baseline == nil {
		list = append(list, errs.Msg("programme.missing.baseline", nil))
	}
	if g.Kind == "" {
		list = append(list, errs.Msg("programme.missing.target", nil))
	}
	if g.OwnerID == 0 {
		list = append(list, errs.Msg("programme.missing.owner", nil))
	}
	return list
}

// Reading is what a goal's number was in a month.
type Reading struct {
	GoalID int64
	Month  calendar.Month
	Value  metric.Value
	At     time.Time
}

// Measure is what a goal is about, as somebody writes it.
type Measure struct {
	Title   string
	Source  Source
	Metric  metric.ID
	Place   metric.Place
	Window  int
	Horizon int
	From    calendar.Month // of the baseline
	OwnerID int64
	Note    string
}

func (in *Measure) check(today calendar.Date) error {
	var c fact.Checker
	tidyLine(&c, "title", &in.Title, titleMost, false)
	c.Prose("note", &in.Note, textMost, false)
	if in.Source != SourceBook && !slices.Contains(Sources, in.Source) {
		c.Add("source", string(in.Source), "form.error.choice", nil)
	}
	if in.Source == SourceBook && in.Metric == "" {
		c.Add("metric", "", "form.error.required", nil)
	}
	if in.Source != SourceBook {
		in.Metric = ""
	}
	if !slices.Contains(GoalWindows, in.Window) {
		c.Add("window", strconv.Itoa(in.Window), "form.error.choice", nil)
	}
	if !slices.Contains(GoalHorizons, in.Horizon) {
		c.Add("horizon", strconv.Itoa(in.Horizon), "form.error.choice", nil)
	}
	switch {
	case in.From > today.Month():
		c.Add("from", in.From.String(), "programme.month_ahead", nil)
	case in.From < today.Month()-backMonths:
		c.Add("from", in.From.String(), "programme.month_old", errs.Args{"Most": int64(backMonths)})
	}
	return c.Err()
}

// backMonths is how far back a baseline may lie, and how much of the past is read to forecast from.
const backMonths = 24

// Asking is the choice of a target: once made it is kept.
type Asking struct {
	ID     int64
	Kind   AskKind
	Change int64   // parts per million, for relative and points; negative to fall
	Amount int64   // for absolute, in the unit of the goal
	Path   []int64 // amounts after 3 and 6 months, as far as they lie before the end; empty: straight
	Seen   int64
}

// waypoints are the months at which a path may be bent.
func (g *Goal) waypoints() (months []calendar.Month) {
	for _, h := range GoalHorizons {
		if h < g.Horizon {
			months = append(months, g.From+calendar.Month(h))
		}
	}
	return months
}

// askMost is the greatest change: tenfold.
const askMost = 10 * metric.Whole

func (in *Asking) check(g *Goal) error {
	var c fact.Checker
	if !slices.Contains(AskKinds, in.Kind) {
		c.Add("kind", string(in.Kind), "form.error.choice", nil)
		return c.Err()
	}
	path := "change"
	asked := in.Change
	if in.Kind == AskAbsolute {
		path, asked = "amount", in.Amount
	}
	switch {
	case in.Kind == AskPoints && g.Unit != metric.UnitPercent:
		c.Add("kind", string(in.Kind), "programme.points_of_shares", nil)
	case in.Kind == AskRelative && g.baselineIsZero():
		c.Add("kind", string(in.Kind), "programme.nothing_grows", nil)
	case in.Kind != AskAbsolute && (asked == 0 || asked < -metric.Whole || asked > askMost):
		c.Add(path, strconv.FormatInt(asked, 10), "programme.change_wrong", nil)
	case in.Kind == AskAbsolute && asked < 0:
		c.Add(path, strconv.FormatInt(asked, 10), "programme.amount_wrong", nil)
	}
	if err := c.Err(); err != nil {
		return err
	}
	target := g.reach(in.Kind, asked)
	baseline, _ := g.BaselineAmount()
	switch {
	case target < 0 || g.whole() && target > metric.Whole:
		c.Add(path, "", "programme.out_of_reach", nil)
	case !g.met(target, baseline):
		c.Add(path, "", "programme.wrong_way", nil)
	}
	if n := len(in.Path); n > 0 && n != len(g.waypoints()) {
		c.Add("path", "", "programme.path_wrong", errs.Args{"Count": int64(len(g.waypoints()))})
	}
	return c.Err()
}

// whole reports whether the number is a share of a whole, which cannot be more than 100 %: not attainment, what old customers spend, or a ratio of targets.
func (g *Goal) whole() bool {
	if g.Unit != metric.UnitPercent || g.Source == SourceCoreRatio {
		return false
	}
	open := []metric.ID{"attainment", "attainment_collected", "attainment_signed", "attainment_invoiced", "retention_net", "collection_sales", "collection_contract"}
	return !slices.Contains(open, g.Metric)
}
