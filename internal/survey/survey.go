// Package survey is what customers say of us: surveys of satisfaction (CSAT) and of recommendation (NPS), links for customers without an
// account, their answers, and what the answers come to.
//
// A link holds 256 random bits, of which only the hash is kept; it takes one answer, until it expires. An anonymous survey keeps of an
// answer what was said, on which day, and about which team and product; not who said it or of whom. Groups with fewer than GroupLeast
// answers of it are not shown, nor one by which they could be reckoned. Questions are those that ship, in both languages.
//
// A survey may be sent by itself after something has happened (Rule): a Mailing for each cause, a letter at most, one reminder at most, never to who
// wants no messages or was asked lately. A letter whose fate is unknown is not sent again: twice is worse than not. What comes back by mail later is
// not read. Where no letter can go, somebody is asked to hand the link over.
package survey

import (
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
)

// Kind is what a survey asks.
type Kind string

// The kinds: how satisfied from 1 to 5, how likely to recommend from 0 to 10.
const (
	KindCSAT Kind = "csat"
	KindNPS  Kind = "nps"
)

// Kinds are all kinds in the order in which they are offered.
var Kinds = []Kind{KindCSAT, KindNPS}

// Scores are the least and the greatest score of the kind.
func (k Kind) Scores() (least, most int) {
	if k == KindNPS {
		return 0, 10
	}
	return 1, 5
}

// Message names the kind for people.
func (k Kind) Message() errs.Message { return errs.Msg("survey.kind."+string(k), nil) }

// Question is what a customer is asked.
func (k Kind) Question() errs.Message { return errs.Msg("survey.question."+string(k), nil) }

// Survey is something that customers are asked.
type Survey struct {
	ID        int64     `json:"-"`
	Name      string    `json:"name"`
	Kind      Kind      `json:"kind"`
	Anonymous bool      `json:"anonymous"`
	ValidDays int64     `json:"valid_days"` // of a link
	LowUntil  int64     `json:"low_until"`  // scores up to this one are low
	OpensCase bool      `json:"opens_case"` // a low score opens a service case; never of an anonymous one
	Active    bool      `json:"active"`     // links can be made
	Rule      Rule      `json:"rule,omitzero"`
	CreatedBy string    `json:"-"`
	CreatedAt time.Time `json:"-"`
	Revision  int64     `json:"-"`
}

// Subject is how the audit log names the survey.
func (s Survey) Subject() string { return "survey:" + strconv.FormatInt(s.ID, 10) }

// Entry is a survey as it is entered. Kind and anonymity of one that exists stay.
type Entry struct {
	ID        int64 // 0: a new one
	Name      string
	Kind      Kind
	Anonymous bool
	ValidDays int64
	LowUntil  int64
	OpensCase bool
	Active    bool
	Rule      *Rule // nil keeps what is there
	Seen      int64 // Revision of what is changed; 0 skips the check
}

// validDaysMax is for how many days a link may be open.
const validDaysMax = 180

func (in Entry) check() error {
	var c fact.Checker
	c.Text("name", in.Name, true)
	if !slices.Contains(Kinds, in.Kind) {
		c.Add("kind", string(in.Kind), "form.error.choice", nil)
	}
	if in.ValidDays < 1 || in.ValidDays > validDaysMax {
		c.Add("valid_days", "", "survey.valid_days_wrong", errs.Args{"Max": validDaysMax})
	}
	least, most := in.Kind.Scores()
	if in.LowUntil < int64(least) || in.LowUntil >= int64(most) {
		c.Add("low_until", "", "survey.low_wrong", errs.Args{"Min": least, "Max": most - 1})
	}
	if in.Anonymous && in.OpensCase {
		c.Add("opens_case", "", "survey.anonymous_case", nil)
	}
	if in.Rule != nil {
		in.Rule.check(&c, in.ValidDays)
	}
	return c.Err()
}

// About is what an invitation asks about.
type About struct {
	CustomerID    int64
	ContactID     int64
	CaseID        int64
	OpportunityID int64
	DealKey       string
	ProductID     int64
	SellerID      int64
	OwnerID       int64 // who looks after the case or the customer
	TeamID        int64 // of the seller, or of the owner, on the day
}

// Invitation is a link that was made.
type Invitation struct {
	ID       int64
	SurveyID int64
	About
	Hash      string // hex SHA-256 of the token
	CreatedBy string
	CreatedAt time.Time
	ExpiresAt time.Time
	Answered  bool
	OpenedAt  time.Time // when its page was first asked for; zero: never, or not known of an anonymous survey
}

// Answer is what a customer said. Of an anonymous one About holds team and product alone.
type Answer struct {
	ID           string
	SurveyID     int64
	Kind         Kind
	AnsweredOn   calendar.Date
	Score        int64
	Comment      string
	Lang         string
	About        About
	CustomerName string
	SellerName   string
	ProductName  string
	RaisedID     int64 // the service case that it opened; 0
}

// Reply is an answer as it comes from a customer.
type Reply struct {
	Score   int64
	Comment string
	Lang    string // of the page
	Client  string // address, for the audit log; not kept of an anonymous one
}

// commentRunesMax is the longest comment of an answer.
const commentRunesMax = 1000

func (in Reply) check(kind Kind) error {
	var c fact.Checker
	least, most := kind.Scores()
	if in.Score < int64(least) || in.Score > int64(most) {
		c.Add("score", "", "survey.choose_score", nil)
	}
	c.Lines("comment", in.Comment)
	if utf8.RuneCountInString(in.Comment) > commentRunesMax {
		c.Add("comment", "", "service.too_long", errs.Args{"Max": commentRunesMax})
	}
	return c.Err()
}
