package survey

import (
	"context"
	"log/slog"
	"slices"
	"strconv"
	"time"

	"xiaoguan/internal/contact"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/mail"
)

// State is where a mailing stands.
type State string

// The states.
const (
	StateWaiting State = "waiting" // until its time, or to be tried again
	StateSending State = "sending" // handed to the server now
	StateSent    State = "sent"
	StateByHand  State = "by_hand" // no letter can go: somebody is to hand the link over
	StateHanded  State = "handed"  // somebody has taken the link to hand it over
	StateFailed  State = "failed"
	StateSkipped State = "skipped" // on purpose
)

// States lists the states.
var States = []State{StateWaiting, StateSending, StateSent, StateByHand, StateHanded, StateFailed, StateSkipped}

// Message names the state for people.
func (s State) Message() errs.Message { return errs.Msg("survey.mailing."+string(s), nil) }

// The reasons of mailings that were left out or go by hand; those that failed have one of mail.Classes.
const (
	reasonSilent  = "no_messages"
	reasonAsked   = "asked_lately"
	reasonLate    = "too_late"
	reasonOff     = "off"
	reasonNoEmail = "no_email"
	reasonNobody  = "nobody"
	reasonDropped = "dropped" // by whoever was to hand it over
)

// Mailing is a survey that is sent, or left out, after one thing that has happened.
type Mailing struct {
	ID       int64
	SurveyID int64
	Cause    string // kind:id
	About
	PersonID     int64 // who hands it over where no letter can go
	InvitationID int64 // 0: not made yet
	State        State
	Reason       string // why it was left out, failed, or goes by hand
	Code         int64  // what the mail server said; 0: nothing
	Attempts     int64
	NextAt       time.Time // when something is to be done with it
	SentAt       time.Time
	RemindAt     time.Time // when a reminder is due; zero: none
	RemindedAt   time.Time
	CreatedAt    time.Time

	// For people, when it is listed.
	SurveyName   string
	CustomerName string
	ContactName  string
	Answered     bool
	OpenedAt     time.Time
	ExpiresAt    time.Time // of the link; zero before there is one
}

// ReasonMessage says the reason for people; false for none.
func (m Mailing) ReasonMessage() (errs.Message, bool) {
	switch {
	case m.Reason == "":
		return errs.Message{}, false
	case m.State == StateFailed && slices.Contains(mail.Classes, mail.Class(m.Reason)):
		return mail.Class(m.Reason).Message(), true
	}
	return errs.Msg("survey.reason."+m.Reason, nil), true
}

// Cause is something that has happened and that a survey asks about.
type Cause struct {
	Key string // kind:id
	About
}

// CauseQuery asks for causes of a survey that have no mailing yet, the oldest first.
type CauseQuery struct {
	SurveyID int64
	After    Trigger
	Days     fact.Days
	Limit    int
}

// MailingFilter chooses mailings of a survey.
type MailingFilter struct {
	SurveyID int64
	State    State // empty: all
	Paging   fact.Paging
}

// Counts are the mailings of a survey by state, and how many of those that went out were answered.
type Counts struct {
	States   map[State]int64
	Answered int64
}

// Out is how many went out, as letters or by hand.
func (c Counts) Out() int64 { return c.States[StateSent] + c.States[StateHanded] }

type mailingReader interface {
	SurveyMailing(ctx context.Context, id int64) (Mailing, error) // NotFound
	SurveyMailings(ctx context.Context, reach Reach, f MailingFilter) ([]Mailing, string, error)
	SurveyMailingCounts(ctx context.Context, reach Reach, surveyID int64) (Counts, error)
	// MailingsToHand are those that a person is to hand over, the oldest first, and how many there are in all.
	MailingsToHand(ctx context.Context, personID int64, limit int) ([]Mailing, int64, error)
	MailingInReach(ctx context.Context, reach Reach, id int64) (bool, error)
	SurveyCauses(ctx context.Context, q CauseQuery) ([]Cause, error)
	Contact(ctx context.Context, id int64) (contact.Contact, error)                       // NotFound
	Contacts(ctx context.Context, customerID int64, limit int) ([]contact.Contact, error) // who has left comes last
	// SurveyAsked reports whether a contact was asked since then, by any survey; letters that failed do not count.
	SurveyAsked(ctx context.Context, contactID int64, since time.Time) (bool, error)
	// MailingDue is a mailing with which something is to be done, ReminderDue one of which to remind. Ok is false for none.
	MailingDue(ctx context.Context, at time.Time) (m Mailing, ok bool, err error)
	ReminderDue(ctx context.Context, at time.Time) (m Mailing, ok bool, err error)
}

type mailingTx interface {
	InsertSurveyMailing(ctx context.Context, m Mailing) error
	SaveSurveyMailing(ctx context.Context, m Mailing) error
	OpenSurveyInvitation(ctx context.Context, id int64, at time.Time) error
}

// Mails sends letters. Package mail's service is one.
type Mails interface {
	Ready(ctx context.Context) (bool, error)
	Send(ctx context.Context, letter mail.Letter) error // a *mail.Failure
}

// Sending is what is needed to send surveys.
type Sending struct {
	Mails    Mails
	Silence  func(ctx context.Context, contactID int64, client string) error // records that a contact wants no messages
	Printers func(lang i18n.Lang) *i18n.Printer
	Company  func() string                         // its name
	Public   func() string                         // where the world finds the installation; empty: not said, and nothing is sent
	Secret   func(purpose string, id int64) string // follows from the installation's key
	Log      *slog.Logger
}

// WithSending makes surveys go out by themselves.
func (s *Service) WithSending(out Sending) *Service {
	s.out = out
	return s
}

// The addresses that letters lead to.
const (
	FeedbackPath = "/feedback"
	StopPath     = "/no-more-messages"
)

// Lack is why nothing is sent.
type Lack string

// The lacks. Public address first: without it no link leads anywhere.
const (
	LackNothing Lack = ""
	LackPublic  Lack = "public"
	LackMail    Lack = "mail"
)

// Lacking says what keeps letters from going out.
func (s *Service) Lacking(ctx context.Context) (Lack, error) {
	if s.out.Public == nil || s.out.Public() == "" {
		return LackPublic, nil
	}
	if ready, err := s.out.Mails.Ready(ctx); err != nil || !ready {
		return LackMail, err
	}
	return LackNothing, nil
}

// token is that of a mailing's link: it follows from the installation's key, so that a letter that is tried again, a reminder and the page of who hands
// it over all hold the same.
func (s *Service) token(mailingID int64) string { return s.out.Secret("survey link", mailingID) }

// linkOf is the link of a mailing as customers open it.
func (s *Service) linkOf(m Mailing, lang i18n.Lang) string {
	return s.out.Public() + FeedbackPath + "?t=" + s.token(m.ID) + "&lang=" + string(lang)
}

// stopToken is that of the link by which the contact of a mailing ends messages.
func (s *Service) stopToken(mailingID int64) string {
	return strconv.FormatInt(mailingID, 10) + "." + s.out.Secret("no more messages", mailingID)
}

func langOf(c contact.Contact) i18n.Lang {
	if c.Lang == "" {
		return i18n.ZhCN
	}
	return c.Lang
}
