// Package servicecase is after-sales matters with a deadline: what a customer complains of, wants repaired, asks or sends back; who looks
// after it; how soon they are answered and helped.
//
// A case is a working record: one current row with the history of its changes, its comments beside it. Two clocks run on the working hours
// of the company: to the first answer and to the solution; the second stands still while the customer is waited for. Both limits are
// fixed when they begin, so that a changed rule judges nobody afterwards. Nothing is sent to customers: a public comment records what they
// were told. Attachments and the customer's own access are not its business.
package servicecase

import (
	"slices"
	"strconv"
	"time"

	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
)

// Kind is what a case is about.
type Kind string

// The kinds.
const (
	KindComplaint Kind = "complaint"
	KindRepair    Kind = "repair"
	KindQuestion  Kind = "question"
	KindReturn    Kind = "return"
)

// Kinds are all kinds in the order in which they are offered.
var Kinds = []Kind{KindQuestion, KindRepair, KindComplaint, KindReturn}

// Severity is how much it hurts the customer; it decides the time limits.
type Severity string

// The severities.
const (
	SeverityUrgent Severity = "urgent"
	SeverityHigh   Severity = "high"
	SeverityNormal Severity = "normal"
	SeverityLow    Severity = "low"
)

// Severities are all severities, the worst first.
var Severities = []Severity{SeverityUrgent, SeverityHigh, SeverityNormal, SeverityLow}

// State is how far a case is.
type State string

// The states.
const (
	StateNew      State = "new"
	StateWorking  State = "working"
	StateWaiting  State = "waiting" // for the customer: the clock to the solution stands still
	StateSolved   State = "solved"
	StateClosed   State = "closed"
	StateReopened State = "reopened"
)

// States are all states in the order of the board.
var States = []State{StateNew, StateWorking, StateWaiting, StateReopened, StateSolved, StateClosed}

// onward says where a case may go from a state.
var onward = map[State][]State{
	StateNew:      {StateWorking, StateWaiting, StateSolved},
	StateWorking:  {StateWaiting, StateSolved},
	StateWaiting:  {StateWorking, StateSolved},
	StateReopened: {StateWorking, StateWaiting, StateSolved},
	StateSolved:   {StateClosed, StateReopened},
	StateClosed:   {StateReopened},
}

// Onward returns the states to which a case may go from this one.
func (s State) Onward() []State { return onward[s] }

// Open reports whether there is something left to do.
func (s State) Open() bool { return s != StateSolved && s != StateClosed }

// Valid reports whether it is one of the states.
func (s State) Valid() bool { return slices.Contains(States, s) }

// Message names the kind for people.
func (k Kind) Message() errs.Message { return errs.Msg("service.kind."+string(k), nil) }

// Message names the severity for people.
func (s Severity) Message() errs.Message { return errs.Msg("service.severity."+string(s), nil) }

// Message names the state for people.
func (s State) Message() errs.Message { return errs.Msg("service.state."+string(s), nil) }

// Case is an after-sales matter. Names are those of today; the fields with JSON names are what its history shows.
type Case struct {
	ID            int64           `json:"-"`
	Title         string          `json:"title"`
	Kind          Kind            `json:"kind"`
	Severity      Severity        `json:"severity"`
	State         State           `json:"state"`
	Text          string          `json:"text"`
	Solution      string          `json:"solution"`
	CustomerID    int64           `json:"customer_id"`
	CustomerKey   string          `json:"-"`
	CustomerName  string          `json:"-"`
	ContactID     int64           `json:"contact_id"`
	ContactName   string          `json:"-"`
	OpportunityID int64           `json:"opportunity_id"` // the case of the process log; 0 without one
	DealKey       string          `json:"deal_key"`
	ProductID     int64           `json:"product_id"`
	ProductName   string          `json:"-"`
	OwnerID       int64           `json:"owner_id"` // who looks after it; 0 while it waits to be taken
	OwnerName     string          `json:"-"`
	SellerID      int64           `json:"seller_id"` // who sold, and may see it
	SellerName    string          `json:"-"`
	Fields        customfield.Set `json:"fields,omitempty"` // of the company's own
	Source        string          `json:"source"`           // what it came of, such as "survey:3"; empty for what somebody entered

	OpenedAt     time.Time `json:"-"`
	AnswerDue    time.Time `json:"-"`
	AnsweredAt   time.Time `json:"-"` // the first answer; zero without one
	SolveFrom    time.Time `json:"-"` // when the clock to the solution began: at the opening, or when it was reopened
	SolveDue     time.Time `json:"-"` // zero while the customer is waited for
	WaitingSince time.Time `json:"-"` // zero when the customer is not waited for
	Waited       int64     `json:"-"` // working minutes waited for the customer since SolveFrom
	SolvedAt     time.Time `json:"-"`
	ClosedAt     time.Time `json:"-"`
	Reopened     int64     `json:"-"` // how often
	Told         bool      `json:"-"` // the deadline that runs has passed and the manager was told
	CreatedBy    string    `json:"-"`
	Revision     int64     `json:"-"`
}

// Subject is how histories and the audit log name the case.
func (c Case) Subject() string { return Subject(c.ID) }

// Subject is how histories and the audit log name a case.
func Subject(id int64) string { return "service_case:" + strconv.FormatInt(id, 10) }

// Due is the deadline that runs: of the first answer, then of the solution; zero when none does.
func (c Case) Due() time.Time {
	switch {
	case !c.State.Open():
		return time.Time{}
	case c.AnsweredAt.IsZero():
		return c.AnswerDue
	}
	return c.SolveDue
}

// Overdue reports whether the deadline that runs has passed.
func (c Case) Overdue(now time.Time) bool { return !c.Due().IsZero() && c.Due().Before(now) }

// Comment is something said about a case; a public one is what the customer was told.
type Comment struct {
	ID         int64
	CaseID     int64
	PersonID   int64
	PersonName string
	UserID     string
	UserName   string
	Public     bool
	Text       string
	At         time.Time
}

// Person is somebody who may look after cases.
type Person struct {
	ID   int64
	Key  string
	Name string
}
