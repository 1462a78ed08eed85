// Package revisit is return visits: calling customers again some time after a deal, by rule or by hand, and what they said.
//
// A rule plans one visit for each deal, a week before it is due, for who looks after the customer or else for who sold. A visit is a working
// record of one person; whoever was not reached is tried again, up to three times. Nothing is dialled and nothing is sent.
package revisit

import (
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
)

// State is whether a visit is still to be made.
type State string

// The states.
const (
	StateDue     State = "due"
	StateDone    State = "done"
	StateDropped State = "dropped"
)

// States are all states in the order in which they are offered.
var States = []State{StateDue, StateDone, StateDropped}

// Outcome is what became of a visit.
type Outcome string

// The outcomes.
const (
	OutcomeReached    Outcome = "reached"
	OutcomeNotReached Outcome = "not_reached"
	OutcomeRefused    Outcome = "refused" // the customer wants none
)

// Outcomes are all outcomes in the order in which they are offered.
var Outcomes = []Outcome{OutcomeReached, OutcomeNotReached, OutcomeRefused}

// Message names the outcome for people.
func (o Outcome) Message() errs.Message { return errs.Msg("revisit.outcome."+string(o), nil) }

// Message names the state for people.
func (s State) Message() errs.Message { return errs.Msg("revisit.state."+string(s), nil) }

// Rule plans a visit so many days after the signature of each deal.
type Rule struct {
	ID        int64         `json:"-"`
	Name      string        `json:"name"`
	Days      int64         `json:"days"`
	Tier      string        `json:"tier"` // of customers; empty: all
	Active    bool          `json:"active"`
	Since     calendar.Date `json:"since"` // deals signed from this day on
	CreatedBy string        `json:"-"`
	CreatedAt time.Time     `json:"-"`
	Revision  int64         `json:"-"`
}

// Subject is how the audit log names the rule.
func (r Rule) Subject() string { return "return_visit_rule:" + strconv.FormatInt(r.ID, 10) }

// Visit is one call of a customer, to be made or made.
type Visit struct {
	ID            int64         `json:"-"`
	RuleID        int64         `json:"rule_id"` // 0: by hand
	RuleName      string        `json:"-"`
	CustomerID    int64         `json:"customer_id"`
	CustomerKey   string        `json:"-"`
	CustomerName  string        `json:"-"`
	ContactID     int64         `json:"contact_id"`
	ContactName   string        `json:"-"`
	OpportunityID int64         `json:"opportunity_id"`
	DealKey       string        `json:"deal_key"`
	PersonID      int64         `json:"person_id"`
	PersonName    string        `json:"-"`
	DueOn         calendar.Date `json:"due_on"`
	Attempt       int64         `json:"attempt"` // 1, 2, 3
	State         State         `json:"state"`
	Outcome       Outcome       `json:"outcome"`
	Score         int64         `json:"score"` // 1 to 5; 0 when none was given
	Text          string        `json:"text"`
	DoneAt        time.Time     `json:"-"`
	CreatedBy     string        `json:"-"`
	CreatedAt     time.Time     `json:"-"`
	Revision      int64         `json:"-"`
}

// Subject is how histories and the audit log name the visit.
func (v Visit) Subject() string { return "return_visit:" + strconv.FormatInt(v.ID, 10) }

// AttemptsMost is how often somebody is tried by itself.
const AttemptsMost = 3

// RuleEntry is a rule as it is entered.
type RuleEntry struct {
	ID     int64 // 0: a new one
	Name   string
	Days   int64
	Tier   string
	Active bool
	Since  calendar.Date
	Seen   int64 // Revision of what is changed; 0 skips the check
}

// daysMax is the longest time after a signature.
const daysMax = 1000

func (in RuleEntry) check() error {
	var c fact.Checker
	c.Text("name", in.Name, true)
	c.Text("tier", in.Tier, false)
	c.Day("since", in.Since)
	if in.Days < 1 || in.Days > daysMax {
		c.Add("days", "", "revisit.days_wrong", errs.Args{"Max": daysMax})
	}
	return c.Err()
}

// Arrangement is a visit arranged by hand.
type Arrangement struct {
	Customer  string // key
	ContactID int64
	DealKey   string
	DueOn     calendar.Date
}

// Record is what became of a visit.
type Record struct {
	ID      int64
	Outcome Outcome
	Score   int64         // 1 to 5 when reached; 0: none was given
	Text    string        // what was said
	NextOn  calendar.Date // NoDate: none, or as the attempts go on
	Seen    int64
}

// textRunesMax is the longest text of a record.
const textRunesMax = 2000

func (in Record) check(today calendar.Date) error {
	var c fact.Checker
	if !slices.Contains(Outcomes, in.Outcome) {
		c.Add("outcome", string(in.Outcome), "form.error.choice", nil)
	}
	if in.Score < 0 || in.Score > 5 || in.Score > 0 && in.Outcome != OutcomeReached {
		c.Add("score", "", "revisit.score_wrong", nil)
	}
	c.Lines("text", in.Text)
	if utf8.RuneCountInString(in.Text) > textRunesMax {
		c.Add("text", "", "service.too_long", errs.Args{"Max": textRunesMax})
	}
	if in.NextOn != calendar.NoDate {
		c.Day("next_on", in.NextOn)
		if in.NextOn < today && !c.Has("next_on") {
			c.Add("next_on", in.NextOn.String(), "followup.past_day", nil)
		}
	}
	return c.Err()
}

// SortDue is the one order of the list: by day.
const SortDue = "due_on"

// Filter chooses visits.
type Filter struct {
	State      State // empty: all
	PersonID   int64
	CustomerID int64
	Due        fact.Days
	Paging     fact.Paging
}

func (f Filter) checked() (Filter, error) {
	var c fact.Checker
	c.Ranges(f.Due, fact.Amounts{})
	if f.State != "" && !slices.Contains(States, f.State) {
		c.Add("state", string(f.State), "form.error.choice", nil)
	}
	if err := c.Err(); err != nil {
		return f, err
	}
	var err error
	f.Paging, err = f.Paging.Checked(false, SortDue)
	return f, err
}
