// Package dispute is the formal question of a payee about a line of their own statement: raised while a clock runs, answered within
// another, ruled by sales, finance and HR together, each with a reason.
//
//	raised → in review → ruled (accepted, partly, rejected)
//	                   ↘ withdrawn
//
// What happened is a list of events that only grows; the dispute's own record says where they led. A ruling changes no pay: what it
// grants is corrected by a fact or an adjustment, which lands in the next run, and the dispute names it.
//
// Limits: a payee without a statement has no line to dispute, so a missing plan is a matter for the review of the month. Reminders are
// kept for whoever delivers them; nothing here sends one.
package dispute

import (
	"strings"
	"time"

	"xiaoguan/internal/calendar"
)

// State is where a dispute stands.
type State string

// The states, in order.
const (
	StateRaised    State = "raised"
	StateInReview  State = "in_review"
	StateRuled     State = "ruled"
	StateWithdrawn State = "withdrawn"
)

// States lists the states in order.
var States = []State{StateRaised, StateInReview, StateRuled, StateWithdrawn}

// Open reports whether an answer is still owed.
func (s State) Open() bool { return s == StateRaised || s == StateInReview }

// Cause is what the payee says is wrong.
type Cause string

// The causes.
const (
	CauseMissingPayment Cause = "missing_payment"
	CauseWrongSplit     Cause = "wrong_split"
	CauseWrongLevel     Cause = "wrong_level" // or team
	CauseWrongQuota     Cause = "wrong_quota"
	CauseRuleReading    Cause = "rule_reading"
	CauseOther          Cause = "other"
)

// Causes lists the causes in the order in which they are offered.
var Causes = []Cause{CauseMissingPayment, CauseWrongSplit, CauseWrongLevel, CauseWrongQuota, CauseRuleReading, CauseOther}

// Outcome is what a voice says, and what a ruling comes to.
type Outcome string

// The outcomes.
const (
	OutcomeAccepted Outcome = "accepted"
	OutcomePartly   Outcome = "partly"
	OutcomeRejected Outcome = "rejected"
)

// Outcomes lists the outcomes, from what the payee asks for to nothing.
var Outcomes = []Outcome{OutcomeAccepted, OutcomePartly, OutcomeRejected}

// Voice is one of the three who rule together.
type Voice string

// The voices.
const (
	VoiceSales   Voice = "sales"
	VoiceFinance Voice = "finance"
	VoiceHR      Voice = "hr"
)

// Voices lists the voices in the order in which they are shown.
var Voices = []Voice{VoiceSales, VoiceFinance, VoiceHR}

// ToPayee is the addressee of a reminder that is none of the voices.
const ToPayee = "payee"

// ToOperations is who corrects facts.
const ToOperations = "operations"

// LineKind is the kind of line of a statement.
type LineKind string

// The kinds. A component that pays nothing is LineZero where it is shown; as the name of a line it is LineComponent, so that a
// recalculation that gives it an amount leaves it the same line.
const (
	LineComponent LineKind = "component"
	LineZero      LineKind = "zero"
	LineCredit    LineKind = "credit"
	LinePayment   LineKind = "payment"
	LineStep      LineKind = "step" // of a settlement
)

// Line names one line of a statement. Credits and payments are those under a component.
type Line struct {
	Kind      LineKind       `json:"kind"`
	Component string         `json:"component,omitempty"`
	Event     string         `json:"event,omitempty"`
	Deal      string         `json:"deal,omitempty"`
	Payment   string         `json:"payment,omitempty"`
	Step      string         `json:"step,omitempty"`  // kind of the posting
	Origin    calendar.Month `json:"origin,omitzero"` // of the posting
}

var (
	lineEscape = strings.NewReplacer("%", "%25", "/", "%2F")
	linePlain  = strings.NewReplacer("%2F", "/", "%25", "%")
)

// lineParts is how many parts the key of a line has.
const lineParts = 7

// Key writes the line as one word, the same for the same line in every run of the month. Addresses carry it.
func (l Line) Key() string {
	if l.Kind == LineZero {
		l.Kind = LineComponent
	}
	origin := ""
	if l.Origin != 0 {
		origin = l.Origin.String()
	}
	parts := []string{string(l.Kind), l.Component, l.Event, l.Deal, l.Payment, l.Step, origin}
	for i, part := range parts {
		parts[i] = lineEscape.Replace(part)
	}
	return strings.Join(parts, "/")
}

// ParseLine reads a key; false when it is none.
func ParseLine(key string) (l Line, ok bool) {
	parts := strings.Split(key, "/")
	if len(parts) != lineParts {
		return Line{}, false
	}
	for i, part := range parts {
		parts[i] = linePlain.Replace(part)
	}
	l = Line{Kind: LineKind(parts[0]), Component: parts[1], Event: parts[2], Deal: parts[3], Payment: parts[4], Step: parts[5]}
	if parts[6] != "" {
		month, err := calendar.ParseMonth(parts[6])
		if err != nil {
			return Line{}, false
		}
		l.Origin = month
	}
	switch l.Kind {
	case LineComponent, LineCredit, LinePayment, LineStep:
		return l, true
	}
	return Line{}, false
}

// Reference names what corrected what a dispute was about.
type Reference struct {
	Kind string `json:"kind"` // RefBatch or RefAdjustment
	ID   string `json:"id"`
}

// The kinds of Reference: a recorded batch of facts, or an adjustment.
const (
	RefBatch      = "batch"
	RefAdjustment = "adjustment"
)

// AdjustmentNamed is an adjustment as a correction sees it. Stands means that it is neither rejected nor withdrawn.
type AdjustmentNamed struct {
	Known, Stands bool
	PersonID      int64
}

// Dispute is one dispute as it stands. Amounts are minor units of the company's currency.
type Dispute struct {
	ID            string
	Number        int64 // 1, 2, 3 …, for people
	Month         calendar.Month
	PersonID      int64
	PersonKey     string // today's, as the name
	PersonName    string
	TeamID        int64 // of the statement
	TeamName      string
	PlanID        string
	VersionID     string
	RunID         string // whose statement it was raised on
	Digest        string // of that statement
	Line          Line
	Zero          bool // the line paid nothing
	ShownMinor    int64
	ExpectedMinor *int64 // nil when the payee named none
	Cause         Cause
	Text          string
	State         State
	Outcome       Outcome // empty until ruled
	AwardedMinor  *int64  // what the ruling says the line should be; nil when unknown
	Unanimous     bool
	RaisedBy      string // user
	RaisedAt      time.Time
	DueOn         calendar.Date  // the last day for an answer
	EndedAt       time.Time      // ruled or withdrawn
	DeferredTo    calendar.Month // 0: not
	Correction    Reference
	Revision      int64
}

// Overdue reports whether an answer is owed and late.
func (d Dispute) Overdue(today calendar.Date) bool { return d.State.Open() && today > d.DueOn }

// Gate is the month before whose approval the dispute stands while it is open: its own, or the one that it was deferred to. One that is
// raised after the approval of its month stands before none.
func (d Dispute) Gate() calendar.Month {
	if d.DeferredTo != 0 {
		return d.DeferredTo
	}
	return d.Month
}

// DifferenceMinor is what the ruling adds to the line, when that is known.
func (d Dispute) DifferenceMinor() (minor int64, known bool) {
	if d.AwardedMinor == nil {
		return 0, false
	}
	return *d.AwardedMinor - d.ShownMinor, true
}

// EventKind is what happened to a dispute.
type EventKind string

// The kinds of event.
const (
	EventRaised    EventKind = "raised"
	EventTaken     EventKind = "taken"
	EventSaid      EventKind = "said"
	EventAttached  EventKind = "attached"
	EventVoice     EventKind = "voice"
	EventRuled     EventKind = "ruled"
	EventWithdrawn EventKind = "withdrawn"
	EventDeferred  EventKind = "deferred"
	EventCorrected EventKind = "corrected"
)

// Event is one thing that happened. Events are numbered from 1 without a gap and never change.
type Event struct {
	Seq         int64
	At          time.Time
	Kind        EventKind
	ActorID     string
	ActorName   string
	Voice       Voice   // of EventVoice
	Outcome     Outcome // of EventVoice and EventRuled
	AmountMinor *int64  // that the voice, or the ruling, holds to be right
	Text        string  // reason or comment
	Reference   string  // file name, month or reference
	Before      State
	After       State
}

// Reminder is a message that somebody is owed at an instant. It is void when the dispute ended before.
type Reminder struct {
	DisputeID string
	Number    int64 // of the dispute
	Seq       int64
	Kind      ReminderKind
	To        string // a Voice or ToPayee
	At        time.Time
	VoidAt    time.Time // zero while it holds
}

// ReminderKind is what a reminder says.
type ReminderKind string

// The kinds of reminder.
const (
	RemindRaised  ReminderKind = "raised"   // there is a dispute to look at
	RemindDue     ReminderKind = "due"      // the answer is due today
	RemindOverdue ReminderKind = "overdue"  // the answer is late
	RemindRuled   ReminderKind = "ruled"    // the payee can read the ruling
	RemindCorrect ReminderKind = "correct"  // the ruling waits for its correction
	RemindDefer   ReminderKind = "deferred" // it goes on in the next month
)

// File is a piece of evidence. Content is empty in lists.
type File struct {
	ID        string
	DisputeID string
	Name      string
	MediaType string
	Bytes     int64
	Digest    string // SHA-256 in hex
	Content   []byte
	AddedBy   string
	AddedAt   time.Time
}

// Full is a dispute with everything that belongs to it.
type Full struct {
	Dispute
	Events    []Event
	Files     []File
	Reminders []Reminder
	Today     calendar.Date // in the company's zone
	// What the actor may do now, decided where it is done, too.
	May May
}

// May says which acts are open to whoever reads the dispute.
type May struct {
	Take, Say, Attach, Withdraw, Defer, Correct bool
	DeferTo                                     calendar.Month // with Defer: the month in which it would go on
	Voices                                      []Voice        // that the actor could still speak with
	Bar                                         Bar            // why a voice of the actor's cannot speak
}

// Bar is why somebody with a voice may not use it.
type Bar string

// The bars.
const (
	BarNone  Bar = ""
	BarPayee Bar = "payee"
	BarMaker Bar = "maker" // of the run
	BarSpoke Bar = "spoke" // with another voice
)
