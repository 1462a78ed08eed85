package approval

import (
	"context"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/notice"
)

// Box is a pile of requests, as its reader sees it.
type Box string

// The boxes.
const (
	BoxWaiting Box = "waiting" // the reader is asked, or whom the reader stands in for
	BoxMine    Box = "mine"    // the reader submitted it
	BoxCopied  Box = "copied"
	BoxDone    Box = "done" // the reader has signed or refused it
	BoxAll     Box = "all"  // everything in reach, for who minds approvals
)

// Boxes lists the boxes in the order in which they are shown.
var Boxes = []Box{BoxWaiting, BoxMine, BoxCopied, BoxDone, BoxAll}

// Filter chooses requests. Zero fields choose all.
type Filter struct {
	Box    Box // empty: BoxWaiting
	Kind   string
	State  State
	Search string // part of the title, or the name of who submitted it
	Stuck  bool   // only those for which nobody is left
	After  string // cursor: Next of the page before
	Limit  int    // 1 to LimitMax; 0 means 50
}

// LimitMax is the greatest number of requests on a page.
const LimitMax = 200

// Page is a part of a box, newest first.
type Page struct {
	Requests []Request
	Next     string
}

// Colleague is a user as somebody is chosen among others.
type Colleague struct {
	UserID string
	Login  string
	Name   string
}

// Query is a filter with who reads.
type Query struct {
	Filter
	UserIDs []string     // the reader, then whom the reader stands in for
	Scope   access.Scope // of BoxAll
}

// Part is what somebody has to do with a request.
type Part string

// The parts: asked now, asked at some time, has decided, was sent a copy.
const (
	PartOpen    Part = "open"
	PartAsked   Part = "asked"
	PartDecided Part = "decided"
	PartCopied  Part = "copied"
)

// Delegation is somebody standing in for another from a day to a day, both in it.
type Delegation struct {
	ID       string
	UserID   string
	DeputyID string
	From     calendar.Date
	Until    calendar.Date
	MadeBy   string
	MadeAt   time.Time
	EndedAt  time.Time // zero while it holds
}

// Holds reports whether it does on the day.
func (d Delegation) Holds(day calendar.Date) bool {
	return d.EndedAt.IsZero() && d.From <= day && day <= d.Until
}

// Reader reads requests in one snapshot.
type Reader interface {
	access.Reacher
	// Approval returns a request. Errors: not found.
	Approval(ctx context.Context, id string) (Request, error)
	// OpenApproval returns the pending or returned request about a subject. Errors: not found.
	OpenApproval(ctx context.Context, kind, subjectID string) (Request, error)
	// Approvals returns those of a box with an id below the cursor, newest first; at most one more than the limit.
	Approvals(ctx context.Context, q Query) ([]Request, error)
	// ApprovalsOpen counts the requests on which one of the users is asked now and which the first of them may sign.
	ApprovalsOpen(ctx context.Context, userIDs []string) (int64, error)
	ApprovalEvents(ctx context.Context, id string) ([]Event, error) // oldest first
	ApprovalRounds(ctx context.Context, id string) ([]Round, error) // oldest first
	// ApprovalParts returns what users have to do with the request.
	ApprovalParts(ctx context.Context, id string) (map[string][]Part, error)
	// ApprovalFlows returns the published flows of a kind, newest first; of all kinds when it is empty.
	ApprovalFlows(ctx context.Context, kind string) ([]FlowVersion, error)
	// ApprovalFlowDrafts returns the drafts that wait, by kind.
	ApprovalFlowDrafts(ctx context.Context) ([]FlowDraft, error)
	// ApprovalPeople returns who could sign for a person; without a person nobody's managers, and who has the roles over the whole company. All of
	// them can sign in. Able is left to ActiveUsers.
	ApprovalPeople(ctx context.Context, personID int64, roles []access.Role) (People, error)
	// ActiveUsers returns those of the users who can sign in.
	ActiveUsers(ctx context.Context, ids []string) ([]string, error)
	// ApprovalsDue returns the ids of pending requests whose time has run out, oldest first.
	ApprovalsDue(ctx context.Context, now time.Time, limit int) ([]string, error)
	// ApprovalsOrphaned returns the ids of pending requests that somebody is asked about who cannot sign in any more.
	ApprovalsOrphaned(ctx context.Context, limit int) ([]string, error)
	// Delegations returns those of the user, as whom one stands in for or as the deputy, newest first.
	Delegations(ctx context.Context, userID string) ([]Delegation, error)
	UserAccount(ctx context.Context, id string) (access.Account, error)
	UserAccountByLogin(ctx context.Context, login string) (access.Account, error)
	// Colleagues returns users who can sign in whose name or login has the text in it, by login.
	Colleagues(ctx context.Context, search string, limit int) ([]Colleague, error)
	UserNames(ctx context.Context, ids []string) (map[string]string, error)
	// UserOfPerson returns the user of a person who can sign in, or nothing.
	UserOfPerson(ctx context.Context, personID int64) (string, error)
	Today() calendar.Date
	Now() time.Time
}

// Tx changes requests.
type Tx interface {
	Reader
	notice.Tx
	AppendAudit(ctx context.Context, e audit.Entry) error
	InsertApproval(ctx context.Context, r Request) error
	// UpdateApproval keeps a changed request. Errors: conflict when its revision is not one more than the kept one.
	UpdateApproval(ctx context.Context, r Request) error
	InsertApprovalRound(ctx context.Context, round Round) error
	AppendApprovalEvent(ctx context.Context, e Event) error
	// SetApprovalParts notes what users have to do with a request; what was noted of others stays, except that nobody else is asked now.
	SetApprovalParts(ctx context.Context, id string, open []string, parts map[Part][]string) error
	InsertApprovalFlow(ctx context.Context, v FlowVersion) error
	// PutApprovalFlowDraft keeps the draft of a kind in place of the one before.
	PutApprovalFlowDraft(ctx context.Context, d FlowDraft) error
	DeleteApprovalFlowDraft(ctx context.Context, kind string) error
	InsertDelegation(ctx context.Context, d Delegation) error
	// EndDelegation ends one that holds. Errors: conflict.
	EndDelegation(ctx context.Context, id string, at time.Time) error
	Delegation(ctx context.Context, id string) (Delegation, error)
}

// Store is where requests are kept.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}
