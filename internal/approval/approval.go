// Package approval is decisions that somebody else must take before something holds: who has to sign what, in which order, who stands in
// for whom, what was signed, and what became of it.
//
// # How another package uses it
//
// A kind of subject (a quote, a contract, a customer's tier) is a Kind, registered when the program is put together: its name, the fields
// that conditions may ask about, the routes that ship with it, and Outcome, which is told what became of a request. In the transaction in
// which the subject begins to wait:
//
//	request, err := approvals.SubmitIn(ctx, tx, actor, approval.Submission{Kind: "quote", SubjectID: id, Title: number,
//		Data: approval.Data{Numbers: map[string]int64{"amount": minor, "discount": ppm}}, Currency: currency,
//		Facts: facts, Document: quote, ExcludedPersonIDs: payees})
//
// Its Tx is any that embeds approval.Tx; Tell lends Outcome the Tx of another package. Outcome runs in the transaction of the act and may
// refuse it by an error. Where the route asks for no signature the request is approved at once: Outcome runs before SubmitIn returns, and
// request.State says so. The subject must not change while the request is pending; what was signed is request.Document with its Hash,
// and that is what Outcome puts into force. After a return (StateReturned) the submitter calls SubmitIn again for the same subject, which
// opens the next round of the same request. WithdrawIn takes a request back when its subject goes away, and Needed says beforehand whether
// somebody would have to sign. When whatever is submitted has a page, Kind.Page leads there.
//
// # Limits
//
// A request is one path of steps, one after the other; there are no branches that meet again. Nobody signs what they submitted or are
// excluded from, nobody signs twice unless the flow lets them, and a deputy never has fewer rights than whom they stand in for. A step for which
// nobody is left goes to the next manager up, and then to administrators, who are told. This package decides nothing about the subject.
package approval

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"xiaoguan/internal/money"
)

// State is where a request stands.
type State string

// A request waits for signatures, and is approved, rejected or withdrawn in the end. A returned one waits for its submitter.
const (
	StatePending   State = "pending"
	StateReturned  State = "returned"
	StateApproved  State = "approved"
	StateRejected  State = "rejected"
	StateWithdrawn State = "withdrawn"
)

// States lists the states in the order in which they are shown.
var States = []State{StatePending, StateReturned, StateApproved, StateRejected, StateWithdrawn}

// Ended reports whether nothing can happen to the request any more.
func (s State) Ended() bool {
	return s == StateApproved || s == StateRejected || s == StateWithdrawn
}

// Data are what conditions ask about. Numbers are minor units, parts per million, days or counts, as the fields of the kind say.
type Data struct {
	Numbers map[string]int64  `json:"numbers,omitempty"`
	Words   map[string]string `json:"words,omitempty"`
}

// Form says how a value is written.
type Form string

// The forms.
const (
	FormText   Form = "text"
	FormMoney  Form = "money"  // minor units
	FormPPM    Form = "ppm"    // parts per million, shown as per cent
	FormNumber Form = "number" // a count
	FormDays   Form = "days"
	FormPhrase Form = "phrase" // Text is a message key
	FormTable  Form = "table"  // Table has the rows
)

// Fact is a line of what is signed, as it is shown to whoever signs.
type Fact struct {
	Label string       `json:"label"` // message key
	Form  Form         `json:"form"`
	Text  string       `json:"text,omitempty"`
	Minor int64        `json:"minor,omitempty"` // the value of every form but text, phrase and table
	Table *SignedTable `json:"table,omitempty"`
}

// SignedTable is what is signed line by line, as it was when it was submitted.
type SignedTable struct {
	Columns []SignedColumn `json:"columns"`
	Rows    [][]SignedCell `json:"rows"` // each with a cell for every column
}

// SignedColumn is one of a table. Main ones are shown on a telephone, too.
type SignedColumn struct {
	Label string `json:"label"` // message key
	Form  Form   `json:"form"`
	Main  bool   `json:"main,omitempty"`
}

// SignedCell is a value in a table: by the form of its column, or Text where there is one.
type SignedCell struct {
	Text  string `json:"text,omitempty"`
	Minor int64  `json:"minor,omitempty"`
}

// Seat is a place on a step for one signature.
type Seat struct {
	Candidates []string  `json:"candidates"` // users who may sign; whoever stands in for one may, too
	SignedBy   string    `json:"signed_by,omitempty"`
	For        string    `json:"for,omitempty"` // whom the signer stood in for
	SignedAt   time.Time `json:"signed_at,omitzero"`
}

// Signed reports whether the signature is there.
func (s Seat) Signed() bool { return s.SignedBy != "" }

// Turn is a step as it is taken. A turn that was not reached has no seats, but for added signers.
type Turn struct {
	Step      Step      `json:"step"`
	AddedBy   string    `json:"added_by,omitempty"` // who asked for this further signer
	Seats     []Seat    `json:"seats,omitempty"`
	Raised    int64     `json:"raised,omitempty"` // how often its time ran out
	StartedAt time.Time `json:"started_at,omitzero"`
	DueAt     time.Time `json:"due_at,omitzero"` // zero: no limit
}

// signers are who has signed on the turn.
func (t Turn) signers() (ids []string) {
	for _, s := range t.Seats {
		if s.Signed() {
			ids = append(ids, s.SignedBy)
		}
	}
	return ids
}

// done reports whether all signatures are there.
func (t Turn) done() bool {
	return len(t.Seats) > 0 && !slices.ContainsFunc(t.Seats, func(s Seat) bool { return !s.Signed() })
}

// Request is one thing to be decided.
type Request struct {
	ID        string // UUID, grows with time
	Kind      string
	SubjectID string
	Title     string
	State     State
	Stuck     bool  // nobody is left who could sign; administrators were told
	Round     int64 // 1, and one more each time it is submitted again
	At        int   // the turn that waits; behind the last one at the end
	Turns     []Turn

	SubmitterID   string
	SubmitterName string
	PersonID      int64    // whose managers are asked; 0: nobody's
	Excluded      []string // users who may not sign, beside the submitter

	FlowVersion int64 // 0: as it ships
	Route       string
	Currency    money.Currency
	Data        Data
	Facts       []Fact
	Document    json.RawMessage // canonical JSON of what is signed
	Hash        string          // SHA-256 of what is signed, in hex

	CreatedAt   time.Time
	SubmittedAt time.Time // of this round
	DecidedAt   time.Time // zero until it has ended
	Revision    int64

	// Said is the note of the act that Outcome is told of: why it was approved, say. It is not kept here, but in the history.
	Said string
}

// DueAt is when the time of the waiting turn runs out; zero: never.
func (r *Request) DueAt() time.Time {
	if r.State != StatePending || r.At >= len(r.Turns) {
		return time.Time{}
	}
	return r.Turns[r.At].DueAt
}

// WaitsSince is when the turn that waits was reached; when it was submitted, of a request that waits for nobody.
func (r *Request) WaitsSince() time.Time {
	if r.State != StatePending || r.At >= len(r.Turns) || r.Turns[r.At].StartedAt.IsZero() {
		return r.SubmittedAt
	}
	return r.Turns[r.At].StartedAt
}

// systemPrefix begins the id of what the product does by itself.
const systemPrefix = "system:"

// BySystem reports whether the product submitted it by itself.
func (r *Request) BySystem() bool { return strings.HasPrefix(r.SubmitterID, systemPrefix) }

// barred reports whether the user may not sign: nobody approves what is their own.
func (r *Request) barred(userID string) bool {
	return userID == r.SubmitterID || slices.Contains(r.Excluded, userID)
}

// taken are who may not sign a turn because they have signed: on it, and, unless its step says otherwise, on any other of the round. One person's
// signature is worth one step.
func (r *Request) taken(turn Turn) (ids []string) {
	if turn.Step.Again {
		return turn.signers()
	}
	for _, t := range r.Turns {
		ids = append(ids, t.signers()...)
	}
	return ids
}

// Open returns the users who are asked now, sorted: candidates of open seats who have not signed.
func (r *Request) Open() (ids []string) {
	if r.State != StatePending || r.At >= len(r.Turns) {
		return nil
	}
	turn := r.Turns[r.At]
	signers := r.taken(turn)
	for _, s := range turn.Seats {
		if s.Signed() {
			continue
		}
		for _, id := range s.Candidates {
			if !slices.Contains(signers, id) && !r.barred(id) {
				ids = append(ids, id)
			}
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Act is something done about a request.
type Act string

// The acts.
const (
	ActSubmit    Act = "submit"
	ActApprove   Act = "approve"
	ActReject    Act = "reject"
	ActReturn    Act = "return"
	ActWithdraw  Act = "withdraw"
	ActTransfer  Act = "transfer"   // somebody else signs in one's place
	ActAddBefore Act = "add_before" // a further signer, before this step
	ActAddAfter  Act = "add_after"  // … after it
	ActCopy      Act = "copy"
	ActRemind    Act = "remind"
	ActAssign    Act = "assign"   // an administrator names who signs where nobody is left
	ActEscalate  Act = "escalate" // the time ran out, and the next manager up is asked, too
	ActRefill    Act = "refill"   // who was asked cannot sign in any more
	ActPass      Act = "pass"     // the route asks for no signature
)

// Event is an entry of the history of a request, which only grows.
type Event struct {
	RequestID string
	Seq       int64 // 1, 2, 3 … within the request; given by the store
	Round     int64
	Turn      int64 // 1 is the first; 0 for none
	Act       Act
	ActorID   string
	ActorName string
	For       string   // whom the actor stood in for
	To        []string // users whom it concerns
	Note      string
	At        time.Time
}

// Round is what was submitted in one round.
type Round struct {
	RequestID   string
	Round       int64
	Data        Data
	Facts       []Fact
	Document    json.RawMessage
	Hash        string
	SubmittedAt time.Time
}
