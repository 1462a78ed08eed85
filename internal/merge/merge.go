// Package merge makes one customer of two that are the same: it finds likely pairs, sets two side by side, moves the working records of one to
// the other, and undoes that within a period.
//
// Facts are never overwritten. A deal keeps the customer that it was recorded with; the merged customer becomes an alias, whose deals are shown
// and counted as the survivor's from then on. What pay rests on does not ask for aliases, so a merge changes no amount of any month, unless
// whoever merges takes over a field that plans look up, which is an ordinary correction of the survivor.
//
// Limits: pairs are found by equal credit codes, telephone numbers of contacts and names but for place and legal form; names that are only nearly
// the same are told of where a customer is entered (package customer). Two customers are merged at a time.
package merge

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/pool"
	"xiaoguan/internal/profile"
)

// UndoDays is how long a merge can be undone.
const UndoDays = 30

// Ground is why two customers may be the same.
type Ground string

// The grounds, the strongest first.
const (
	GroundCode  Ground = "code"
	GroundPhone Ground = "phone"
	GroundName  Ground = "name"
)

// Grounds are all grounds, the strongest first.
var Grounds = []Ground{GroundCode, GroundPhone, GroundName}

// Rank is the place of a ground among all.
func (g Ground) Rank() int64 { return int64(slices.Index(Grounds, g)) }

// Message names the ground for people.
func (g Ground) Message() errs.Message { return errs.Msg("merge.ground."+string(g), nil) }

// The states of a pair.
const (
	PairOpen  = "open"
	PairApart = "apart" // somebody said that they are two
)

// Pair is two customers that may be the same. The lower id comes first.
type Pair struct {
	LowID, HighID int64
	Grounds       []Ground
}

// Rank is that of the strongest ground.
func (p Pair) Rank() int64 { return p.Grounds[0].Rank() }

// JoinGrounds writes grounds as they are kept.
func JoinGrounds(grounds []Ground) string {
	texts := make([]string, len(grounds))
	for i, g := range grounds {
		texts[i] = string(g)
	}
	return strings.Join(texts, " ")
}

// SplitGrounds reads what JoinGrounds wrote.
func SplitGrounds(text string) (grounds []Ground) {
	for word := range strings.FieldsSeq(text) {
		grounds = append(grounds, Ground(word))
	}
	return grounds
}

// Listed is a pair with what a list shows of its customers.
type Listed struct {
	Pair
	Low, High Head
}

// Head is a customer in a list of pairs.
type Head struct {
	ID    int64
	Key   string
	Name  string
	City  string
	Owner string // who has it; empty: nobody, or a pool
	Deals int64
}

// Kind is a kind of record that belongs to a customer and moves with it.
type Kind string

// The kinds. Follow-ups and tasks belong to opportunities and go along with them.
const (
	KindContact     Kind = "contact"
	KindOpportunity Kind = "opportunity"
	KindLead        Kind = "lead"
	KindQuote       Kind = "quote"
	KindContract    Kind = "contract"
	KindCase        Kind = "service_case"
	KindVisit       Kind = "return_visit"
	KindFollowUp    Kind = "follow_up" // about no opportunity
	KindTask        Kind = "task"      // about no opportunity
	KindInvitation  Kind = "survey_invitation"
	KindMailing     Kind = "survey_mailing"
	KindAnswer      Kind = "survey_answer"
	KindFile        Kind = "attachment"
	KindAlias       Kind = "customer_alias" // customers that were merged into the merged one before
)

// Kinds are all kinds in the order in which they are told of.
var Kinds = []Kind{KindContact, KindOpportunity, KindLead, KindQuote, KindContract, KindCase, KindVisit, KindFollowUp, KindTask, KindInvitation, KindMailing, KindAnswer, KindFile, KindAlias}

// Message names the kind for people, with a count.
func (k Kind) Message(count int64) errs.Message {
	return errs.Msg("merge.kind."+string(k), errs.Args{"Count": count})
}

// Counts are how many records there are, by kind.
type Counts map[Kind]int64

// Side is everything of one customer that matters when it is set beside another one.
type Side struct {
	Customer customer.Customer
	Profile  profile.Profile
	Holding  pool.Holding // Revision 0: nobody was recorded to have it
	Owner    string       // the name of who has it
	Service  int64        // who looks after it; 0: nobody
	Counts   Counts
	Deals    int64 // recorded with it, or with an alias of it
}

// Change is what a merge did to the survivor and what the merged customer had, so that it can be undone.
type Change struct {
	Facts    Facts           `json:"facts"`    // before and after, of the fields that changed
	Profile  profile.Profile `json:"profile"`  // of the survivor before
	Took     []profile.Field `json:"took"`     // fields of the profile that came from the merged customer
	Left     profile.Profile `json:"left"`     // the merged customer's
	Ratings  []string        `json:"ratings"`  // ratings that came from it
	Holding  Held            `json:"holding"`  // of the survivor before
	Gave     Held            `json:"gave"`     // the merged customer's
	Owner    bool            `json:"owner"`    // the survivor is whose the merged one was
	Service  int64           `json:"service"`  // who looked after the merged customer
	Served   int64           `json:"served"`   // who looked after the survivor
	Standing string          `json:"standing"` // the tier that the merged one had, as the store keeps it
}

// Held is who had a customer, with the revision of that record.
type Held struct {
	pool.Holding
	Revision int64 `json:"revision"`
}

func held(h pool.Holding) Held { return Held{h, h.Revision} }

// of is the holding of a customer.
func (h Held) of(customerID int64) pool.Holding {
	after := h.Holding
	after.CustomerID, after.Revision = customerID, h.Revision
	return after
}

// Facts are fields of a customer's record that a merge changed, by their names.
type Facts map[string]Changed

// Changed is a value before and after.
type Changed struct {
	Before string `json:"before"`
	After  string `json:"after"`
}

// Merge is one merge of two customers.
type Merge struct {
	ID         int64
	SurvivorID int64
	MergedID   int64
	At         time.Time
	Until      calendar.Date // the last day on which it can be undone
	Reason     string
	ActorID    string
	ActorName  string
	Change     Change
	Moved      Counts
	UndoneAt   time.Time // zero: it stands
	UndoneBy   string
	Stayed     Stayed

	Survivor, Merged Head // for people
}

// Subject is how the audit log names the merge.
func (m Merge) Subject() string { return "customer_merge:" + strconv.FormatInt(m.ID, 10) }

// Undone reports whether it was undone.
func (m Merge) Undone() bool { return !m.UndoneAt.IsZero() }

// Undoable reports whether it can be undone on a day.
func (m Merge) Undoable(on calendar.Date) bool { return !m.Undone() && on <= m.Until }

// Stayed is what undoing could not put back: values that somebody changed since, and records that stay with the survivor.
type Stayed struct {
	Fields        []string `json:"fields,omitempty"`
	Opportunities []int64  `json:"opportunities,omitempty"` // signed since
	Records       Counts   `json:"records,omitempty"`       // that are gone, or that somebody moved on
	Owner         bool     `json:"owner,omitempty"`
}

// Any reports whether anything stayed.
func (s Stayed) Any() bool {
	return len(s.Fields)+len(s.Opportunities)+len(s.Records) > 0 || s.Owner
}

func pairOf(a, b int64, ground Ground) Pair {
	return Pair{min(a, b), max(a, b), []Ground{ground}}
}

// deadline is the last day of undoing.
func deadline(today calendar.Date) calendar.Date { return today + UndoDays }

// tidyReason is a reason of at most reasonMost characters.
func tidyReason(c *fact.Checker, reason string) string {
	reason = strings.TrimSpace(reason)
	if len([]rune(reason)) > reasonMost {
		c.Add("reason", "", "fact.too_long", errs.Args{"Max": reasonMost})
	}
	return reason
}

const reasonMost = 300
