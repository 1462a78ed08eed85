package flow

import (
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/mining"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/sop"
	"xiaoguan/internal/stats"
)

// Report is how the cases of a filter ran.
type Report struct {
	AsOf     time.Time
	Filter   Filter
	Standard *sop.Standard
	Stages   *opportunity.StageSet

	Cases, Won, Lost, Open int

	Labels       []string // of the activities that Picture and Variants number
	Picture      mining.Picture
	Variants     []Variant // the most frequent, at most variantsShown
	VariantCount int
	Times        []StageTime
	Conversion   []Conversion
	Cohorts      []Cohort
	Fitness      Fitness
	Answers      []AnswerTime
	Recording    Recording
	Unusual      []Pair
}

// Variant is a course that cases took.
type Variant struct {
	Key        string // names it in addresses
	Activities []int
	Count      int
	Share      mining.Share
	Won        int
	Examples   []int64
	Times      mining.Times
	Deviations int // from the standard, of this course; −1 when it was not compared
}

// Length is a length within which a share of cases ends, in seconds. Where too many are open to tell, Known is false. High is −1 when no upper
// bound can be told.
type Length struct {
	Known     bool
	Seconds   int64
	Low, High int64
}

// StageTime is how long cases stay on a stage; those still on it count as lasting at least that long.
type StageTime struct {
	Stage         string
	Visits, Ended int
	P50, P75, P90 Length
}

// Conversion is what became of the cases that entered a stage, ever: went on to a later one, lost before that, or neither yet.
type Conversion struct {
	Stage                   string
	Entered, On, Lost, Open int
	Decided                 stats.Rate // On of On + Lost; no cases when nothing is decided
	DecidedKnown            bool
}

// Cohort is what became of the cases that began in a month.
type Cohort struct {
	Month           calendar.Month
	Began           int
	Reached         []int // by stage, in the order of Report.Stages: of those that began, how many ever stood on it or beyond
	Won, Lost, Open int
}

// Fitness is how well the courses keep to the standard's order of stages.
type Fitness struct {
	Cases, Fitting int
	AveragePPM     int64        // mean over the cases
	Log            mining.Share // of all cases as one: long ones weigh more
	Tokens         mining.Share // token replay, of the cases that have ended
	Ended          int
	Left           int // cases of courses that were not compared
	Deviations     []Deviation
}

// Deviation is a stage that cases skipped, or did once too often.
type Deviation struct {
	Stage   string
	Skipped bool
	Cases   int
}

// AnswerTime is how long cases took for what a rule of the standard gives a limit for.
type AnswerTime struct {
	Rule         *sop.Rule
	Asked, Ended int
	P50, P90     Length
	Recorded     bool // answers are recorded at all, in any case: otherwise nothing can be said
	InTime, Late int  // answered within the limit; answered after it, or not at all although it is over
}

// Recording is how long after the fact events are written down.
type Recording struct {
	Events      int
	Median, P90 int64 // seconds
	Late        int   // written down after more than a day
	Batched     int   // of these, written down with at least batchLeast others by the same owner within ten minutes
	Owners      []OwnerRecording
}

// OwnerRecording is how late a person's events are written down.
type OwnerRecording struct {
	PersonID              int64
	Events, Late, Batched int
}

// Pair is how long it takes from one stage to a later one, and how many cases took unusually long or short.
type Pair struct {
	From, To string
	Cases    int
	Usual    stats.Usual // in seconds
}

// What a report shows at most, and asks at least.
const (
	variantsShown    = 20
	variantsCompared = 2000
	ownersShown      = 10
	ownerEventsLeast = 10
	batchLeast       = 5
	lateMinutes      = 24 * 60
	confidence       = 0.95
	unusualWidth     = 3
)

// Within the picture at least this share of all steps is drawn.
var pictureCover = mining.Share{Part: 95, Whole: 100}
