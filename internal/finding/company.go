package finding

import "xiaoguan/internal/calendar"

// Day is a civil date; NoDay where nobody said one.
type Day = calendar.Date

// NoDay stands where nobody said a day.
const NoDay = calendar.NoDate

// Moment is a time in minutes since 1970 in the company's own time zone; NoMoment where nobody said one.
type Moment int32

// NoMoment stands where nobody said a time.
const NoMoment Moment = -1 << 31

// At is the moment so many minutes after the beginning of a day.
func At(day Day, minutes int) Moment { return Moment(int32(day)*24*60) + Moment(minutes) }

// Day is the day that a moment lies on.
func (m Moment) Day() Day {
	if m == NoMoment {
		return NoDay
	}
	day := m / (24 * 60)
	if m%(24*60) < 0 {
		day--
	}
	return Day(day)
}

// Nobody stands where a reference names nothing.
const Nobody int32 = -1

// Part is one kind of record that a company may have handed in; its name is that of its file.
type Part string

// The parts, by the names of docs/import-format.md.
const (
	Regions         Part = "regions"
	Teams           Part = "teams"
	Persons         Part = "persons"
	Customers       Part = "customers"
	Products        Part = "products"
	Deals           Part = "deals"
	Payments        Part = "payments"
	Quotas          Part = "quotas"
	Leads           Part = "leads"
	Opportunities   Part = "opportunities"
	FollowUps       Part = "follow_ups"
	Targets         Part = "targets"
	CustomerRecords Part = "customer_records"
	CustomerMoves   Part = "customer_moves"
	ProcessEvents   Part = "process_events"
	Approvals       Part = "approvals"
	Quotes          Part = "quotes"
	Instalments     Part = "instalments"
	ServiceCases    Part = "service_cases"
	Satisfaction    Part = "satisfaction"
	SurveyAnswers   Part = "survey_answers"
	Training        Part = "training"
	PlanLines       Part = "plan_lines"
	Pay             Part = "pay"
	Budgets         Part = "budgets"
	Standards       Part = "standards"
)

// Company is everything that is known of a company, in memory. Each list may be empty; References are indices of lists, Nobody for none.
// Amounts are in minor units of one currency.
type Company struct {
	AsOf    Day
	Regions []Region
	Teams   []Team
	People  []Person

	Products  []Product
	Customers []Customer
	// LedgerFields is how many of the fields that every customer's file should have the sheet of customers has columns for; 0 for
	// all of them, NoLedgerFields for none.
	LedgerFields  int8
	Leads         []Lead
	Opportunities []Opportunity
	Events        []Event
	FollowUps     []FollowUp
	Approvals     []Approval
	Quotes        []Quote
	Deals         []Deal
	Payments      []Payment
	Instalments   []Instalment
	Quotas        []Quota
	Targets       []Target
	Moves         []Move
	Cases         []ServiceCase
	Opinions      []Opinion
	Answers       []Answer
	Trainings     []TrainingHours
	Lines         []PlanLine
	Pays          []PaySlip
	Budgets       []Budget
	// Standards are the company's own rules, by key.
	Standards map[string]string
	// Kept says of each part how many rows there are.
	Kept map[Part]int
}

// Region is a region.
type Region struct{ Key, Name string }

// Team is a team in a region.
type Team struct {
	ID        int64 // of the installation's own record; 0 in files
	Key, Name string
	Region    int32
	Leader    int32
}

// Layer is what a person is.
type Layer uint8

// The layers.
const (
	LayerOther Layer = iota
	LayerNewcomer
	LayerRegular
	LayerCore
	LayerManager
)

// Person works for the company from Hired to Left, both included.
type Person struct {
	Key, Name   string
	Team        int32
	Layer       Layer
	Hired, Left Day
}

// Product is what is sold.
type Product struct{ Key, Name string }

// Customer is a customer with its place in the ledger.
type Customer struct {
	Key        string
	Tier       byte   // 'A', 'B', 'C'; 0 unknown
	Filled     int8   // of the LedgerFields fields that every file should have
	Credit     uint64 // hash of the credit code; 0 without
	Name       uint64 // hash of the name without blanks, brackets and legal form; 0 without
	InLedger   bool   // has a row in customer_records
	Owner      int32
	Since      Day
	Met        Moment
	Registered Moment
	Checked    Day
	Contacted  Day
	Lost       Day
	Buying     *Buying // where orders are known instead of days on which somebody noted a loss; nil otherwise
}

// Lead is an unqualified interest.
type Lead struct {
	Key                   string
	Owner                 int32
	Source                uint8 // of Sources
	Status                Judgement
	Created, FirstContact Day
}

// Judgement is what became of a lead.
type Judgement uint8

// The judgements.
const (
	JudgementOpen Judgement = iota
	JudgementQualified
	JudgementRejected
)

// Sources are the words for where leads and opportunities come from; the first stands for not known.
var Sources = [...]string{"", "referral", "website", "exhibition", "cold_call", "partner", "existing", "other"}

// State is whether an opportunity is open.
type State uint8

// The states.
const (
	StateOpen State = iota
	StateWon
	StateLost
)

// Opportunity is a qualified possible deal with the days on which it came into its stages.
type Opportunity struct {
	Key                                                   string
	Customer, Owner, Product, Deal                        int32
	Source                                                uint8
	State                                                 State
	Created, Needs, Proposal, Contract, AfterSales, Ended Day
	Expected                                              Day
	AmountMinor                                           int64
}

// Activity is a step of an opportunity.
type Activity uint8

// The activities.
const (
	ActivityOther Activity = iota
	ActivityFirstContact
	ActivityNeed
	ActivityDecision
	ActivityProposal
	ActivityApproved
	ActivitySigned
	ActivityHandover
	ActivityBack
)

// Activities are the words of the activities.
var Activities = [...]string{"", "first_contact", "need_recorded", "decision_chain", "proposal_sent", "contract_approved", "signed", "handover_done", "stage_back"}

// Event is a step that happened.
type Event struct {
	Opportunity, Person int32
	Activity            Activity
	Happened, Recorded  Moment
}

// FollowUp is a contact.
type FollowUp struct {
	Opportunity, Person int32
	On                  Day
}

// Approval is a request and its answer.
type Approval struct {
	Key                string
	Opportunity, Asker int32
	Proposal           bool // of a proposal; otherwise of something else
	Asked, Decided     Moment
	Approved           bool
}

// Quote is an offer that was sent.
type Quote struct {
	Key                          string
	Opportunity, Person, Product int32
	Sent                         Moment
	ListMinor, AmountMinor       int64
}

// Deal is a signed deal; the first seller is its seller.
type Deal struct {
	Key                       string
	Customer, Product, Seller int32
	Signed, Cancelled         Day
	AmountMinor               int64
}

// Payment is money that came in.
type Payment struct {
	Deal        int32
	Paid        Day
	AmountMinor int64
}

// Instalment is money that is due.
type Instalment struct {
	Deal        int32
	Due         Day
	AmountMinor int64
}

// Measure is what a target is of.
type Measure uint8

// The measures of targets.
const (
	MeasureCollected Measure = iota
	MeasureSigned
)

// Quota is the target of a person for a month.
type Quota struct {
	Person      int32
	Month       calendar.Month
	Of          Measure
	AmountMinor int64
}

// Target is the target of the company, a region or a team for a month.
type Target struct {
	Level       Level
	Unit        int32 // of the level's list
	Month       calendar.Month
	Of          Measure
	AmountMinor int64
}

// Turn is how a customer changed hands.
type Turn uint8

// The turns.
const (
	TurnOther Turn = iota
	TurnClaimed
)

// Move is a customer changing hands.
type Move struct {
	Customer, To int32
	On           Day
	Turn         Turn
}

// ServiceCase is a question, repair, complaint or return.
type ServiceCase struct {
	Key               string
	Customer, Product int32
	Complaint         bool
	Opened, Answered  Moment
}

// Opinion is a customer's answer on a scale of 1 to 5.
type Opinion struct {
	Customer, Person int32
	On               Day
	Score            float64
}

// Question is what an employee was asked.
type Question uint8

// The questions.
const (
	QuestionOther Question = iota
	QuestionEngagement
	QuestionPlan
)

// Answer is one employee's answer to one question; nobody knows whose.
type Answer struct {
	Team       int32
	Respondent uint64 // hash
	Question   Question
	Value      float64
}

// TrainingHours is what a person was trained on a day.
type TrainingHours struct {
	Person int32
	On     Day
	Hours  float64
}

// PlanLine is one component of an incentive plan.
type PlanLine struct {
	Plan, Name, Measure string
	Title               string // of the plan; empty where its key is all that is known
	Weight              float64
	Asked               Asked
}

// Asked is whether a target asks for what a component pays.
type Asked uint8

// Without an answer the quantities of targets and quotas give it.
const (
	AskedUnknown Asked = iota
	AskedYes
	AskedNo
)

// PaySlip is what a person got for a month.
type PaySlip struct {
	Person         int32
	Month          calendar.Month
	Planned        bool // under a plan
	IncentiveMinor int64
}

// Budget is the money for incentives of a month.
type Budget struct {
	Region      int32 // Nobody: of the company
	Month       calendar.Month
	AmountMinor int64
}

// Has reports whether there is a row of each of the parts.
func (c *Company) Has(parts ...Part) bool {
	for _, p := range parts {
		if c.Kept[p] == 0 {
			return false
		}
	}
	return true
}
