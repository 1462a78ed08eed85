package conform

// Status is what a rule comes to in a case.
type Status uint8

// A rule is violated when any event that asks was not answered as it should be, else pending while something may still change it,
// else satisfied when anything asked, else not applicable. What a prohibition asks for is pending until the case is closed.
const (
	NotApplicable Status = iota
	Satisfied
	Pending
	Violated
	Exempt
)

var statusNames = [...]string{"not_applicable", "satisfied", "pending", "violated", "exempt"}

// String returns the stable name.
func (s Status) String() string { return statusNames[s] }

// Reason says why; its text is the message conform.reason.‹name›.
type Reason uint8

// The reasons.
const (
	ReasonNone Reason = iota
	ReasonMet
	ReasonMissing
	ReasonLate
	ReasonNotBefore
	ReasonWrongRole
	ReasonSamePerson
	ReasonIncomplete
	ReasonData
	ReasonForbidden
	ReasonTwice
	ReasonNotFirst
	ReasonNotLast
	ReasonBoth
	ReasonBetween
	ReasonNotNext
	ReasonClosed
	ReasonRunning
	ReasonOpen
	ReasonExempt
)

var reasonNames = [...]string{"none", "met", "missing", "late", "not_before", "wrong_role", "same_person", "incomplete", "data", "forbidden",
	"twice", "not_first", "not_last", "both", "between", "not_next", "closed", "running", "open", "exempt"}

// String returns the stable name.
func (r Reason) String() string { return reasonNames[r] }

// Key is the message key of the reason's text.
func (r Reason) Key() string { return "conform.reason." + reasonNames[r] }

// Reasons lists every reason, for catalogues and their tests.
func Reasons() []Reason {
	list := make([]Reason, len(reasonNames))
	for i := range list {
		list[i] = Reason(i)
	}
	return list
}

// Result is what one rule comes to in one case. Satisfied, Violated and Pending count the events that ask (one, where the case as a
// whole is asked). Asking and Answer are places in State.Events of the events that show it, -1 where there is none: of the first
// violation, else of what is due first, else of what was satisfied last.
type Result struct {
	Status     Status
	Underlying Status // what Status would be without an exemption
	Reason     Reason
	Satisfied  int32
	Violated   int32
	Pending    int32
	Asking     int32
	Answer     int32
	Due        int64 // last moment in time of what is pending and due first; 0 when nothing has a deadline
}

// FlagKind says what is odd about an event.
type FlagKind uint8

// Future events occurred or were recorded after now and are left out. Repeated ones count once. Of conflicting ones with one id the
// one recorded last counts. Unknown activities are left out. Early ones were recorded before they occurred, and count.
const (
	FlagFuture FlagKind = iota
	FlagRepeated
	FlagConflict
	FlagUnknown
	FlagEarly
)

var flagNames = [...]string{"future", "repeated", "conflict", "unknown", "early"}

// String returns the stable name.
func (k FlagKind) String() string { return flagNames[k] }

// Flag marks an event.
type Flag struct {
	Kind  FlagKind
	Event string
}
