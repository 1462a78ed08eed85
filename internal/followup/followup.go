// Package followup is what was done with a customer and when, and what is to be done next: follow-ups of opportunities and of customers
// without one, and the tasks of people, which together are somebody's day.
//
// A follow-up is recorded once and never changed; it settles the contact that was due and may set the next one. A task is a working record
// of one person. Where a follow-up was made is kept when whoever made it wants to, roughly and for PlaceDays; photos are files on it (package
// attachment). Recordings stay out.
package followup

import (
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
)

// Kind is how a customer was followed up.
type Kind string

// The kinds.
const (
	KindCall    Kind = "call"
	KindVisit   Kind = "visit"
	KindWeChat  Kind = "wechat"
	KindMeeting Kind = "meeting"
)

// Kinds are all kinds in the order in which they are offered.
var Kinds = []Kind{KindCall, KindVisit, KindWeChat, KindMeeting}

// Message names the kind for people.
func (k Kind) Message() errs.Message { return errs.Msg("followup.kind."+string(k), nil) }

// sentencesOffered is how many sentences are offered for each kind: followup.sentence.<kind>.1 and so on.
const sentencesOffered = 3

// Sentences are the texts that are offered for a kind.
func (k Kind) Sentences() (texts []errs.Message) {
	for i := range sentencesOffered {
		texts = append(texts, errs.Msg("followup.sentence."+string(k)+"."+strconv.Itoa(i+1), nil))
	}
	return texts
}

// FollowUp is one contact with a customer: about an opportunity, or about none.
type FollowUp struct {
	ID            int64
	OpportunityID int64 // 0: about none
	Opportunity   string
	CustomerID    int64 // 0: that of the opportunity
	PersonID      int64
	PersonName    string
	Kind          Kind
	Text          string
	OccurredAt    time.Time
	RecordedAt    time.Time
	NextOn        calendar.Date // NoDate when nothing was arranged
	CreatedBy     string
	Place         *Place // nil where nobody gave one, or it was forgotten
	Files         int64
}

// Place is where somebody was, to about a kilometre: in hundredths of a degree.
type Place struct {
	North int64 `json:"north"` // negative is south
	East  int64 `json:"east"`  // negative is west
}

// PlaceDays is how long places are kept: long enough for the questions of a quarter.
const PlaceDays = 180

// The ends of the world, in hundredths of a degree.
const northMax, eastMax = 9000, 18000

// TaskKind is what a task is about.
type TaskKind string

// The kinds of task: a contact that was arranged is settled by the next follow-up.
const (
	TaskContact TaskKind = "contact"
	TaskOther   TaskKind = "other"
)

// TaskState is whether a task is still to be done.
type TaskState string

// The states of a task.
const (
	TaskOpen    TaskState = "open"
	TaskDone    TaskState = "done"
	TaskDropped TaskState = "dropped"
)

// Task is something that a person is to do by a day.
type Task struct {
	ID              int64          `json:"-"`
	Kind            TaskKind       `json:"kind"`
	Title           string         `json:"title"` // empty for a contact: the opportunity or the customer says what about
	OpportunityID   int64          `json:"opportunity_id"`
	OpportunityName string         `json:"-"`
	CustomerID      int64          `json:"customer_id,omitempty"` // 0: that of the opportunity, if any
	CustomerName    string         `json:"-"`
	AmountMinor     int64          `json:"-"` // of the opportunity
	Currency        money.Currency `json:"-"`
	PersonID        int64          `json:"person_id"`
	PersonName      string         `json:"-"`
	DueOn           calendar.Date  `json:"due_on"`
	State           TaskState      `json:"state"`
	EndedAt         time.Time      `json:"-"`
	CreatedBy       string         `json:"-"`
	CreatedAt       time.Time      `json:"-"`
	Revision        int64          `json:"-"`
}

// Subject is how histories and the audit log name the task.
func (t Task) Subject() string { return "task:" + strconv.FormatInt(t.ID, 10) }

// textRunesMax is the longest text of a follow-up.
const textRunesMax = 2000

// Entry is a follow-up as it is entered: of an opportunity, or of a customer without one.
type Entry struct {
	OpportunityID int64
	CustomerID    int64 // counts when there is no opportunity
	Kind          Kind
	Text          string
	OccurredAt    time.Time     // zero is now
	NextOn        calendar.Date // NoDate when nothing is arranged
	Photos        []Photo       // files on it, kept with it or not at all
	Place         *Place        // nil: not given
}

// Validate returns an error of kind Invalid that names every wrong field, as of now.
func (in Entry) Validate(now time.Time) error { return in.check(now) }

func (in Entry) check(now time.Time) error {
	var c fact.Checker
	if !slices.Contains(Kinds, in.Kind) {
		c.Add("kind", string(in.Kind), "form.error.choice", nil)
	}
	c.Lines("text", in.Text)
	switch {
	case in.Text == "":
		c.Add("text", "", "form.error.required", nil)
	case utf8.RuneCountInString(in.Text) > textRunesMax:
		c.Add("text", "", "followup.too_long", errs.Args{"Max": textRunesMax})
	}
	switch {
	case in.OccurredAt.After(now):
		c.Add("occurred_at", "", "followup.future", nil)
	case in.OccurredAt.Before(now.AddDate(-2, 0, 0)):
		c.Add("occurred_at", "", "followup.too_old", nil)
	}
	if p := in.Place; p != nil && (p.North > northMax || p.North < -northMax || p.East > eastMax || p.East < -eastMax) {
		c.Add("place", "", "followup.no_place", nil)
	}
	if in.NextOn != calendar.NoDate {
		c.Day("next_on", in.NextOn)
		if in.NextOn < calendar.DateOf(now) && !c.Has("next_on") {
			c.Add("next_on", in.NextOn.String(), "followup.past_day", nil)
		}
	}
	return c.Err()
}

// TaskEntry is a task as it is entered.
type TaskEntry struct {
	Title         string
	OpportunityID int64  // 0: of none
	Person        string // key; empty is oneself
	DueOn         calendar.Date
}

func (in TaskEntry) check(today calendar.Date) error {
	var c fact.Checker
	c.Text("title", in.Title, true)
	c.Day("due_on", in.DueOn)
	if in.DueOn < today && !c.Has("due_on") {
		c.Add("due_on", in.DueOn.String(), "followup.past_day", nil)
	}
	if in.Person != "" {
		c.Key("person", in.Person)
	}
	return c.Err()
}
