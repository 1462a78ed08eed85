// Package notice tells people inside the product what concerns them: what awaits their word, what was decided about their pay, plans and
// honours, what they had asked for and is done, what happened to their sign-in; and it keeps the queue of what goes out to other programs.
//
// A message is written in the transaction of what it tells about (Post), so that it exists exactly when that does; whoever decides the
// matter ends it for all who were asked (Settle). It holds a kind, a subject and parameters; its text is made when it is read, in the
// reader's language. The same kind about the same subject with the same Once reaches a person once.
//
// Limits: a message never carries an amount: there is no parameter for one, and what is about pay is a link to where the reader's own
// rights decide. That somebody has read a message is not audited. Read messages go after ReadDaysKept days, unread ones after UnreadDaysKept, and of what one
// person has got the newest PersonKept stay. A bot of a group chat is told what concerns everybody, and nothing of single people.
package notice

import (
	"context"
	"time"

	"xiaoguan/internal/access"
)

// Message is something to be told.
type Message struct {
	Kind    Kind
	To      To
	Subject string // kind:id, as in the audit log
	Params  Params
	By      string // user who did it; is not told
	// Once tells messages of a kind about a subject apart: a second one with the same is left out. Empty: each is one of its own.
	Once string
}

// To says who is told. The parts add up; somebody who is meant twice is told once. Only users who can sign in are.
type To struct {
	UserIDs   []string
	PersonIDs []int64
	// Payees are those who have a statement in the run.
	Payees string
	// Permission means everybody who has it; with Reach, only those whose scope reaches that person today; with Whole, only those who have it over the
	// whole company.
	Permission access.Permission
	Reach      int64
	Whole      bool
}

// Recipient is a user who is told.
type Recipient struct {
	UserID    string
	Login     string
	PersonKey string // the company's number; empty for who is no person
}

// Notice is a message as one person has it.
type Notice struct {
	ID        string
	UserID    string
	Kind      Kind
	Subject   string
	Once      string
	Params    Params
	CreatedAt time.Time
	ReadAt    time.Time // zero while unread
	DoneAt    time.Time // of what awaits the reader: when it was dealt with, by whomever
}

// Awaits reports whether something is still asked of the reader.
func (n Notice) Awaits() bool { return n.Kind.rule().Todo && n.DoneAt.IsZero() }

// End says which messages have been dealt with. UserID or PersonID limit it to one reader.
type End struct {
	Subject  string
	Kinds    []Kind
	UserID   string
	PersonID int64
}

// Tx is what a transaction needs so that messages can be written in it.
type Tx interface {
	// Recipients returns the users who can sign in and are meant, by id.
	Recipients(ctx context.Context, to To) ([]Recipient, error)
	// NoticeSettings returns the settings of those who have some, by user.
	NoticeSettings(ctx context.Context, userIDs []string) (map[string]Settings, error)
	// InsertNotices stores a message for each of the users and returns those to whom it is new.
	InsertNotices(ctx context.Context, n Notice, userIDs []string) (told []string, err error)
	// EndNotices marks messages as dealt with, and as read.
	EndNotices(ctx context.Context, e End) error
	// Hooks returns the connections to other programs, by name.
	Hooks(ctx context.Context) ([]Hook, error)
	InsertDelivery(ctx context.Context, d Delivery) error
	Now() time.Time
}
