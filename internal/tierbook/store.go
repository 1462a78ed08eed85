package tierbook

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/approval"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/job"
	"xiaoguan/internal/money"
	"xiaoguan/internal/origin"
	"xiaoguan/internal/process"
	"xiaoguan/internal/profile"
	"xiaoguan/internal/servicecase"
	"xiaoguan/internal/tier"
)

// Known is what is recorded of one customer that a judgement looks at.
type Known struct {
	ID         int64
	Key        string
	Name       string
	Industry   string
	City       string
	Region     string
	CreditCode string
	Recorded   calendar.Date // when the facts of the customer itself were recorded last
	Orders     []Order       // that stand, by the day signed
	Work       []Work
	FollowedOn *calendar.Date // the last contact about no opportunity; nil without one
	Contacts   []Contact
	Asked      []Question // service cases opened lately: see AskedSince
	Profile    profile.Profile
	Holding    *Holding  // who has it; nil where nobody ever was given it
	Standing   *Standing // where it stands so far; nil before the first judgement
}

// Holding is who has a customer: a person, or nobody while it is in a pool.
type Holding struct {
	OwnerID int64
	Since   calendar.Date
}

// Order is a deal.
type Order struct {
	SignedOn    calendar.Date
	AmountMinor int64
	CostMinor   int64 // fact.Unknown where nobody recorded it
	Currency    money.Currency
	SellerID    int64 // the first who shares it
}

// Work is an opportunity.
type Work struct {
	OwnerID    int64
	Stage      string
	Open       bool
	FollowedOn calendar.Date // NoDate before the first follow-up
}

// Contact is a person at the customer who is still there.
type Contact struct {
	Decides bool
	Phone   bool // whether there is a telephone number
	Since   calendar.Date
}

// Rate is an exchange rate into the company's currency.
type Rate struct {
	Base  money.Currency
	On    calendar.Date
	Value string // canonical decimal
}

// Owned limits standings to those that persons in reach follow.
type Owned struct {
	Scope access.Scope
	Today calendar.Date
}

// The orders of the list of standings.
const (
	SortScore = "score"
	SortDue   = "due"
)

// Filter chooses standings.
type Filter struct {
	Tier       tier.Tier
	Relation   tier.Axis
	Group      tier.Group
	PersonID   int64 // who follows the customer
	TeamID     int64
	RegionID   int64
	Search     string // part of a customer's name or key
	Overdue    bool   // whose next contact is late
	Incomplete bool   // whose file is less complete than the goal
	Overridden bool   // set by hand
	Goal       tier.Share
	ExactTotal bool
	Paging     fact.Paging
}

// Reader reads policies, reviews and standings on one snapshot.
type Reader interface {
	approval.Reader
	customfield.Reader
	// TierPolicies returns all versions, the newest first, without their trials.
	TierPolicies(ctx context.Context) ([]PolicyVersion, error)
	// TierPolicy returns a version. Errors: not found.
	TierPolicy(ctx context.Context, id string) (PolicyVersion, error)
	// TierReviews returns reviews without their summaries, the newest first; of any kind for the empty one.
	TierReviews(ctx context.Context, kind ReviewKind, limit int) ([]Review, error)
	// TierReview returns a review. Errors: not found.
	TierReview(ctx context.Context, id int64) (Review, error)
	// TierReviewOf returns the review of a month that counts. Errors: not found.
	TierReviewOf(ctx context.Context, month calendar.Month) (Review, error)

	// KnownCustomers returns at most limit customers behind an id, by id, with everything about them up to a day.
	KnownCustomers(ctx context.Context, after int64, limit int, on calendar.Date) ([]Known, error)
	// KnownCustomer is the same for one customer. Errors: not found.
	KnownCustomer(ctx context.Context, id int64, on calendar.Date) (Known, error)
	// ServiceRules returns the rules of after-sales, whose working hours answers are counted in.
	ServiceRules(ctx context.Context) (servicecase.Rules, error)
	CustomersExist(ctx context.Context) (bool, error)
	// RatesInto returns the middle rates into a currency, by day.
	RatesInto(ctx context.Context, quote money.Currency) ([]Rate, error)
	// LevelsOn returns the levels of persons on a day, by person.
	LevelsOn(ctx context.Context, on calendar.Date) (map[int64]string, error)

	CustomerInReach(ctx context.Context, reach customer.Reach, id int64) (bool, error)
	PersonInReach(ctx context.Context, scope access.Scope, today calendar.Date, personID int64) (bool, error)
	PersonsInReach(ctx context.Context, scope access.Scope, today calendar.Date) ([]int64, error)
	// CustomerStanding returns where a customer stands, with names. Errors: not found, also before the first judgement.
	CustomerStanding(ctx context.Context, customerID int64) (Standing, error)
	Standings(ctx context.Context, owned Owned, filter Filter) ([]Standing, string, error)
	StandingCount(ctx context.Context, owned Owned, filter Filter) (count int64, more bool, err error)
	// TierChanges returns the changes of a customer, the newest first.
	TierChanges(ctx context.Context, customerID int64, limit int) ([]Change, error)
	// TierProposals returns proposals that wait for persons' customers, by id, after one.
	TierProposals(ctx context.Context, owned Owned, after int64, limit int) ([]Proposal, error)
	TierProposalCount(ctx context.Context, owned Owned) (int64, error)
	// TierProposal returns a proposal. Errors: not found.
	TierProposal(ctx context.Context, id int64) (Proposal, error)
	// WaitingProposal returns the proposal of a customer that waits. Errors: not found.
	WaitingProposal(ctx context.Context, customerID int64) (Proposal, error)
	// UnaskedTierProposals returns proposals that wait and that nobody was asked about, by id, after one.
	UnaskedTierProposals(ctx context.Context, after int64, limit int) ([]Proposal, error)
	// WaitingProposals returns those of customers with ids from one to another that wait.
	WaitingProposals(ctx context.Context, from, to int64) ([]Proposal, error)
	// CustomerNames returns the present names of customers by id; unknown ids are left out.
	CustomerNames(ctx context.Context, ids []int64) (map[int64]string, error)
	// OwnerNames returns the names and teams of persons on a day, by person.
	OwnerNames(ctx context.Context, on calendar.Date) (map[int64]Owner, error)
	Job(ctx context.Context, id string) (job.Job, error)
}

// Owner is who follows customers.
type Owner struct {
	Name     string
	TeamID   int64
	TeamName string
}

// Tx is one write transaction.
type Tx interface {
	Reader
	approval.Tx
	audit.Tx
	origin.Tx
	Enqueue(ctx context.Context, spec job.Spec) error
	// HoldJob makes the transaction part of one start of a job. It returns an error of kind Conflict when another node has the job now.
	HoldJob(ctx context.Context, id string, attempt int) error
	NextNumber(ctx context.Context, sequence string) (int64, error)
	NextNumbers(ctx context.Context, sequence string, count int) (int64, error)

	InsertTierPolicy(ctx context.Context, v PolicyVersion) error
	// SaveTierPolicy changes a version. It returns an error of kind Conflict when it was changed meanwhile.
	SaveTierPolicy(ctx context.Context, v PolicyVersion) error
	InsertTierReview(ctx context.Context, r Review) error
	SaveTierReview(ctx context.Context, r Review) error
	// PutStandings stores standings, of customers that have none and of others.
	PutStandings(ctx context.Context, standings []Standing) error
	AppendTierChanges(ctx context.Context, changes []Change) error
	// OpenCasesOf returns the open opportunities of customers, by number.
	OpenCasesOf(ctx context.Context, customerIDs []int64) ([]OpenCase, error)
	AppendEvents(ctx context.Context, events []process.Event) error
	InsertTierProposals(ctx context.Context, proposals []Proposal) error
	// AskTierProposal notes the request by which a proposal that waits is decided.
	AskTierProposal(ctx context.Context, id int64, requestID string) error
	// SaveTierProposal ends a proposal that waits. It returns an error of kind Conflict when it does not.
	SaveTierProposal(ctx context.Context, p Proposal) error
	// DropTierProposals ends the proposals of customers that wait.
	DropTierProposals(ctx context.Context, customerIDs []int64) error
}

// Store is what this package needs of the database. InTx may run fn again after a lost race.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}
