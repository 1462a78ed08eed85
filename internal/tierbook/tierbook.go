// Package tierbook keeps customers sorted into A, B and C: the versions of the policy and who approved them, a review of all customers each
// month and a look every day in between, where each customer stands and why, changes that wait for approval, and tiers set by hand.
//
// What a policy means is package tier's, estimates are package stats'; a review is a pure function of policy, facts and last standings, and keeps the hash of
// the policy with what came out. A standing belongs to who follows the customer: whoever reaches that person sees it. It changes no fact: what plans look up
// as the tier of a customer is recorded with the customer.
package tierbook

import (
	"strconv"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/ruledoc"
	"xiaoguan/internal/tier"
)

// Unknown stands for an estimate that could not be made.
const Unknown int64 = -1

// Standing is where a customer stands, and the facts that it rests on.
type Standing struct {
	CustomerID   int64
	CustomerKey  string // read with names alone
	CustomerName string
	OwnerName    string

	Result   tier.Result
	Facts    tier.Customer // without standing and ratings
	Lift     tier.Lift
	Before   tier.Standing // before the review that counted last
	ReviewID int64         // that review; 0: none counted yet
	// DecidedIn is the review whose proposal somebody decided last: to repeat it must not undo that.
	DecidedIn  int64
	AsOf       calendar.Date
	PolicyHash string

	RFM           tier.RFM
	AliveMillion  int64 // the chance that the customer buys again at all, in parts per million
	Expected      int64 // purchases of the next year, in millionths
	ExpectedMinor int64 // what they bring

	Complete    tier.Share
	OwnerID     int64 // who follows the customer; 0: nobody
	OwnerLevel  string
	LastContact calendar.Date
	ContactDue  calendar.Date // NoDate where nobody follows it
	OverrideBy  string        // user id
	Revision    int64
}

// OverdueDays is how many days the next contact is late on a day.
func (s Standing) OverdueDays(on calendar.Date) int {
	if s.ContactDue == calendar.NoDate {
		return 0
	}
	return max(0, int(on-s.ContactDue))
}

// Subject is how the audit log names a standing.
func (s Standing) Subject() string { return "tier:" + strconv.FormatInt(s.CustomerID, 10) }

// ChangeKind is why a tier changed.
type ChangeKind string

// The kinds of change.
const (
	ChangeReview        ChangeKind = "review"
	ChangeApproved      ChangeKind = "approved"
	ChangeRefused       ChangeKind = "refused" // the tier stayed
	ChangeOverride      ChangeKind = "override"
	ChangeAsked         ChangeKind = "asked" // set by hand, as somebody asked for and others approved
	ChangeOverrideEnded ChangeKind = "override_ended"
)

// Message names the kind for people.
func (k ChangeKind) Message() errs.Message { return errs.Msg("tierbook.change."+string(k), nil) }

// Change is one change of a customer's tier, or a decision that there be none.
type Change struct {
	Seq        int64
	CustomerID int64
	At         time.Time
	Kind       ChangeKind
	From, To   tier.Tier
	ReviewID   int64
	ActorID    string
	ActorName  string
	Note       string
}

// OpenCase is an opportunity that may still be won.
type OpenCase struct{ CaseID, CustomerID int64 }

// ProposalState is what became of a proposal.
type ProposalState string

// The states of a proposal. One is dropped when the facts no longer ask for it.
const (
	ProposalWaiting  ProposalState = "waiting"
	ProposalApproved ProposalState = "approved"
	ProposalRefused  ProposalState = "refused"
	ProposalDropped  ProposalState = "dropped"
)

// Proposal is a change that somebody must approve.
type Proposal struct {
	ID           int64
	CustomerID   int64
	CustomerKey  string
	CustomerName string
	ReviewID     int64
	From, To     tier.Tier
	OwnerID      int64
	OwnerName    string
	Score        tier.Share
	State        ProposalState
	DecidedBy    string
	DecidedAt    time.Time
	Note         string
	RequestID    string // by which it is decided; empty before somebody is asked
}

// ReviewKind says whether a judgement counts.
type ReviewKind string

// A review counts as a period of the policy's patience; a look refreshes facts, warnings and contacts and leaves standings alone.
const (
	KindReview ReviewKind = "review"
	KindLook   ReviewKind = "look"
)

// ReviewState is where a review stands.
type ReviewState string

// The states of a review.
const (
	ReviewRunning  ReviewState = "running"
	ReviewComplete ReviewState = "complete"
	ReviewFailed   ReviewState = "failed"
)

// Review is one judgement of all customers.
type Review struct {
	ID         int64
	Kind       ReviewKind
	Month      calendar.Month
	AsOf       calendar.Date
	PolicyID   string // empty: the policy that ships with the product
	PolicyHash string
	State      ReviewState
	JobID      string
	CreatedBy  string
	CreatedAt  time.Time
	FinishedAt time.Time
	Failure    errs.Message
	Summary    ReviewSummary
}

// Subject is how the audit log and jobs name a review.
func (r Review) Subject() string { return "tier_review:" + strconv.FormatInt(r.ID, 10) }

// Counts are numbers of customers of A, B and C.
type Counts [3]int

// Sum is of how many customers.
func (c Counts) Sum() int { return c[0] + c[1] + c[2] }

// place is where a tier stands in Counts.
func place(t tier.Tier) int {
	switch t {
	case tier.A:
		return 0
	case tier.B:
		return 1
	}
	return 2
}

// ReviewSummary is what a review came to, for all customers and by who follows them.
type ReviewSummary struct {
	Customers   int                    `json:"customers"`
	Moves       tier.Moves             `json:"moves"`         // from the standing before to the one after
	First       Counts                 `json:"first"`         // judged for the first time
	Proposals   int                    `json:"proposals"`     // changes that wait
	WithoutCost int                    `json:"without_cost"`  // deals whose cost nobody recorded
	WithoutRate int                    `json:"without_rate"`  // deals left out for want of an exchange rate
	MarginShare tier.Share             `json:"margin_share"`  // of deals with a known cost, which stands in for the others
	Lacking     map[string]int         `json:"lacking"`       // files in which a field does not count
	Groups      map[tier.Group]int     `json:"groups"`        // by RFM
	Buyers      int                    `json:"repeat_buyers"` // that the models of purchases rest on
	Modelled    bool                   `json:"modelled"`      // whether there are enough of them
	Sellers     map[string]SellerState `json:"sellers"`       // by the person's id; of "0" those that nobody follows
}

// SellerState is what a review found of the customers that one person follows.
type SellerState struct {
	Tiers    Counts `json:"tiers"`
	Warned   Counts `json:"warned"` // churn-warned
	New      int    `json:"new"`
	Prospect int    `json:"prospect"`
	Level    int    `json:"level"`              // whose owner is of a level for the tier
	Contact  int    `json:"contact"`            // contacted in time
	Asked    int    `json:"asked,omitempty"`    // that asked something lately
	Answered int    `json:"answered,omitempty"` // and were answered in time
	Both     int    `json:"both"`               // whose owner, contact and answers suit the tier
	Complete int64  `json:"complete"`           // parts per million times weight
	Weight   int64  `json:"weight"`             // of the customers by tier
	Known    int64  `json:"known"`              // parts per million, unweighted
}

// add adds another's customers.
func (s *SellerState) add(other SellerState) {
	for i := range s.Tiers {
		s.Tiers[i] += other.Tiers[i]
		s.Warned[i] += other.Warned[i]
	}
	s.New += other.New
	s.Prospect += other.Prospect
	s.Level += other.Level
	s.Contact += other.Contact
	s.Asked += other.Asked
	s.Answered += other.Answered
	s.Both += other.Both
	s.Complete += other.Complete
	s.Weight += other.Weight
	s.Known += other.Known
}

// Completeness is how complete the files are, weighted by tier; the whole of none.
func (s SellerState) Completeness() tier.Share {
	if s.Weight == 0 {
		return tier.Whole
	}
	return tier.Share(s.Complete / s.Weight)
}

// Match is the part of customers whose owner, contact and answers suit the tier; the whole of none.
func (s SellerState) Match() tier.Share { return tier.Count{Suit: s.Both, Of: s.Tiers.Sum()}.Share() }

// PolicyState is where a version of the policy stands.
type PolicyState string

// A draft may be changed by its author; an approved version holds from its day until a later one takes over; a withdrawn one never was or no
// longer is.
const (
	PolicyDraft     PolicyState = "draft"
	PolicyApproved  PolicyState = "approved"
	PolicyWithdrawn PolicyState = "withdrawn"
)

// PolicyVersion is one version of the policy.
type PolicyVersion struct {
	ID         string // UUID
	Number     int64  // 1, 2, 3 …; 0 is the policy that ships with the product
	State      PolicyState
	Text       string // as written
	Hash       string // of the canonical bytes
	Name       ruledoc.Text
	From       calendar.Date // from which day it holds once approved
	AuthorID   string
	CreatedAt  time.Time
	ApproverID string
	ApprovedAt time.Time
	Note       string
	TrialJob   string       // of the simulation that was asked for last
	Trial      *PolicyTrial // its result; nil before there is one
	Revision   int64
}

// Subject names a version in the audit log and in jobs.
func (v PolicyVersion) Subject() string { return "tier_policy:" + v.ID }

// PolicyTrial is what a draft would change, against the policy in force.
type PolicyTrial struct {
	AsOf       calendar.Date   `json:"as_of"`
	At         time.Time       `json:"at"`
	Hash       string          `json:"hash"`    // of the draft
	Against    string          `json:"against"` // hash of the policy in force
	Customers  int             `json:"customers"`
	Simulation tier.Simulation `json:"simulation"` // moves, at most trialMovesMost of them
}

// shipped is the policy that holds while the company has approved none.
func shipped() (PolicyVersion, *tier.Policy) {
	p := tier.Default()
	return PolicyVersion{State: PolicyApproved, Text: string(tier.DefaultText()), Hash: p.Hash(), Name: p.Name, From: calendar.NoDate}, p
}
