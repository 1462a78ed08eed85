package metric

import "slices"

// MeasureID names a measure.
type MeasureID string

// MeasureKind says what a measure counts.
type MeasureKind string

// The kinds of measure.
const (
	MeasureMoney  MeasureKind = "money" // minor units
	MeasureThings MeasureKind = "things"
)

// Measure is what is counted of facts, in whole numbers by day and person.
type Measure struct {
	ID     MeasureID   `json:"id"`
	Kind   MeasureKind `json:"kind"`
	Source Source      `json:"source"`
	// Stock says that it is what there is at the end of a day, rather than what happens in a period.
	Stock bool `json:"stock,omitempty"`
	// Listed says that the rows behind it can be listed.
	Listed bool `json:"listed,omitempty"`

	grain grain
	// parts are the flows that a stock is the running total of.
	parts []part
}

// grain is where the numbers of a measure come from.
type grain string

const (
	grainDay     grain = "day"     // kept sums by day and month
	grainMonth   grain = "month"   // kept sums that hold for a whole month: targets
	grainNow     grain = "now"     // kept sums of what is so at present: its past is not known
	grainRunning grain = "running" // the running total of flows
	grainStaff   grain = "staff"   // counted from the organisation
	grainProcess grain = "process" // sums of package standard, by month
	grainLook    grain = "look"    // sums of package retention: of today, and of the ends of a year of months
	grainReview  grain = "review"  // sums of package tierbook: of the last review of customers
)

type part struct {
	measure MeasureID
	sign    int64
}

// The measures.
const (
	Signed    MeasureID = "signed"    // amounts of deals, by the day of signature
	Cancelled MeasureID = "cancelled" // amounts of deals, by the day on which they were called off
	Deals     MeasureID = "deals"     // deals, by the day of signature
	Invoiced  MeasureID = "invoiced"  // invoices, less credit notes
	Collected MeasureID = "collected" // payments that came in
	Refunded  MeasureID = "refunded"  // payments that went back, as a positive amount

	Foreign MeasureID = "foreign" // facts in other currencies: their number alone

	TargetCollected MeasureID = "target_collected"
	TargetSigned    MeasureID = "target_signed"
	TargetInvoiced  MeasureID = "target_invoiced"

	Due      MeasureID = "due"       // instalments, by the day on which they are due
	DueEarly MeasureID = "due_early" // of them, what had come in before the month began, by the same day
	DueInDue MeasureID = "due_paid"  // of them, what came in within the month, by the later of both days
	DueLate  MeasureID = "due_late"  // what came in for instalments of earlier months, by the day on which it did
	Planned  MeasureID = "planned"   // instalments, by the day of signature
	Covered  MeasureID = "covered"   // what payments cover of instalments, by the day on which they came in

	Leads          MeasureID = "leads"           // by the day of entry
	LeadsConverted MeasureID = "leads_converted" // of them, those that became a customer's opportunity within 90 days, by the day of entry

	FollowUps MeasureID = "follow_ups" // with customers and leads, by the day on which they were, for who followed up
	Visits    MeasureID = "visits"     // of them, those that were a visit

	CustomersFirst   MeasureID = "customers_first"   // by the day of their first deal, for those who share it
	CustomersEntered MeasureID = "customers_entered" // by the day of entry, for whoever has them now

	Won            MeasureID = "won"
	Lost           MeasureID = "lost"
	WonMoney       MeasureID = "won_money"
	Pipeline       MeasureID = "pipeline"
	PipelineNumber MeasureID = "pipeline_number"

	Receivable MeasureID = "receivable" // signed, not called off, not collected
	Overdue    MeasureID = "overdue"
	Unpaid     MeasureID = "unpaid"        // of all instalments
	PlannedAll MeasureID = "planned_total" // all instalments of contracts signed so far

	People  MeasureID = "people"
	Sellers MeasureID = "sellers"
	Joined  MeasureID = "joined"
	Left    MeasureID = "left"
	Paid    MeasureID = "on_plan" // people whose pay of the month a plan was worked out for

	CasesKept   MeasureID = "cases_kept"
	CasesBroken MeasureID = "cases_broken"
	RulesKept   MeasureID = "rules_kept"
	RulesBroken MeasureID = "rules_broken"
	Records     MeasureID = "records"
	RecordsDay  MeasureID = "records_in_day"

	WeightsKept   MeasureID = "weights_kept" // rules kept, each times the weight that it has today
	WeightsBroken MeasureID = "weights_broken"

	Decisions         MeasureID = "decisions"          // by the day that they are of, for who decided
	DecisionsEvidence MeasureID = "decisions_evidence" // of them, those that rest on at least one value

	FilePoints    MeasureID = "file_points"     // of customers' files: a hundred points a customer, times the weight of the tier
	FilePointsAll MeasureID = "file_points_all" // what complete files would have
	Matched       MeasureID = "customers_matched"
	Followed      MeasureID = "customers_followed" // that somebody follows

	Customers     MeasureID = "customers_before" // that ordered in the year before
	CustomersKept MeasureID = "customers_kept"
	Revenue       MeasureID = "revenue_before"
	RevenueHeld   MeasureID = "revenue_held"
	RevenueNow    MeasureID = "revenue_now"
	Buyers        MeasureID = "buyers"
	BuyersAgain   MeasureID = "buyers_again"
)

// Measures are all measures in the order in which they are shown.
var Measures = []Measure{
	{ID: Signed, Kind: MeasureMoney, Source: SourceDeals, Listed: true, grain: grainDay},
	{ID: Cancelled, Kind: MeasureMoney, Source: SourceDeals, Listed: true, grain: grainDay},
	{ID: Deals, Kind: MeasureThings, Source: SourceDeals, Listed: true, grain: grainDay},
	{ID: Invoiced, Kind: MeasureMoney, Source: SourceInvoices, Listed: true, grain: grainDay},
	{ID: Collected, Kind: MeasureMoney, Source: SourcePayments, Listed: true, grain: grainDay},
	{ID: Refunded, Kind: MeasureMoney, Source: SourcePayments, Listed: true, grain: grainDay},
	{ID: TargetCollected, Kind: MeasureMoney, Source: SourceQuotas, Listed: true, grain: grainMonth},
	{ID: TargetSigned, Kind: MeasureMoney, Source: SourceQuotas, Listed: true, grain: grainMonth},
	{ID: TargetInvoiced, Kind: MeasureMoney, Source: SourceQuotas, Listed: true, grain: grainMonth},
	{ID: Due, Kind: MeasureMoney, Source: SourceContracts, Listed: true, grain: grainDay},
	{ID: DueEarly, Kind: MeasureMoney, Source: SourceContracts, grain: grainDay},
	{ID: DueInDue, Kind: MeasureMoney, Source: SourceContracts, grain: grainDay},
	{ID: DueLate, Kind: MeasureMoney, Source: SourceContracts, grain: grainDay},
	{ID: Planned, Kind: MeasureMoney, Source: SourceContracts, grain: grainDay},
	{ID: Covered, Kind: MeasureMoney, Source: SourceContracts, grain: grainDay},
	{ID: Leads, Kind: MeasureThings, Source: SourceLeads, Listed: true, grain: grainDay},
	{ID: LeadsConverted, Kind: MeasureThings, Source: SourceLeads, grain: grainDay},
	{ID: FollowUps, Kind: MeasureThings, Source: SourceFollowUps, Listed: true, grain: grainDay},
	{ID: Visits, Kind: MeasureThings, Source: SourceFollowUps, Listed: true, grain: grainDay},
	{ID: CustomersFirst, Kind: MeasureThings, Source: SourceCustomers, Listed: true, grain: grainDay},
	{ID: CustomersEntered, Kind: MeasureThings, Source: SourceCustomers, Listed: true, grain: grainDay},
	{ID: Won, Kind: MeasureThings, Source: SourceOpportunities, Listed: true, grain: grainDay},
	{ID: Lost, Kind: MeasureThings, Source: SourceOpportunities, Listed: true, grain: grainDay},
	{ID: WonMoney, Kind: MeasureMoney, Source: SourceOpportunities, Listed: true, grain: grainDay},
	{ID: Pipeline, Kind: MeasureMoney, Source: SourceOpportunities, Stock: true, Listed: true, grain: grainNow},
	{ID: PipelineNumber, Kind: MeasureThings, Source: SourceOpportunities, Stock: true, Listed: true, grain: grainNow},
	{ID: Receivable, Kind: MeasureMoney, Source: SourcePayments, Stock: true, grain: grainRunning, parts: []part{{Signed, 1}, {Cancelled, -1}, {Collected, -1}, {Refunded, 1}}},
	{ID: Overdue, Kind: MeasureMoney, Source: SourceContracts, Stock: true, grain: grainRunning, parts: []part{{Due, 1}, {DueEarly, -1}, {DueInDue, -1}, {DueLate, -1}}},
	{ID: Unpaid, Kind: MeasureMoney, Source: SourceContracts, Stock: true, grain: grainRunning, parts: []part{{Planned, 1}, {Covered, -1}}},
	{ID: PlannedAll, Kind: MeasureMoney, Source: SourceContracts, Stock: true, grain: grainRunning, parts: []part{{Planned, 1}}},
	{ID: People, Kind: MeasureThings, Source: SourceOrganisation, Stock: true, grain: grainStaff},
	{ID: Sellers, Kind: MeasureThings, Source: SourceOrganisation, Stock: true, grain: grainStaff},
	{ID: Joined, Kind: MeasureThings, Source: SourceOrganisation, grain: grainStaff},
	{ID: Left, Kind: MeasureThings, Source: SourceOrganisation, grain: grainStaff},
	{ID: Paid, Kind: MeasureThings, Source: SourcePay, grain: grainProcess},
	{ID: CasesKept, Kind: MeasureThings, Source: SourceProcess, grain: grainProcess},
	{ID: CasesBroken, Kind: MeasureThings, Source: SourceProcess, grain: grainProcess},
	{ID: RulesKept, Kind: MeasureThings, Source: SourceProcess, grain: grainProcess},
	{ID: RulesBroken, Kind: MeasureThings, Source: SourceProcess, grain: grainProcess},
	{ID: Records, Kind: MeasureThings, Source: SourceProcess, grain: grainProcess},
	{ID: RecordsDay, Kind: MeasureThings, Source: SourceProcess, grain: grainProcess},
	{ID: WeightsKept, Kind: MeasureThings, Source: SourceProcess, grain: grainProcess},
	{ID: WeightsBroken, Kind: MeasureThings, Source: SourceProcess, grain: grainProcess},
	{ID: Decisions, Kind: MeasureThings, Source: SourceDecisions, Listed: true, grain: grainProcess},
	{ID: DecisionsEvidence, Kind: MeasureThings, Source: SourceDecisions, Listed: true, grain: grainProcess},
	{ID: FilePoints, Kind: MeasureThings, Source: SourceTiers, Stock: true, grain: grainReview},
	{ID: FilePointsAll, Kind: MeasureThings, Source: SourceTiers, Stock: true, grain: grainReview},
	{ID: Matched, Kind: MeasureThings, Source: SourceTiers, Stock: true, grain: grainReview},
	{ID: Followed, Kind: MeasureThings, Source: SourceTiers, Stock: true, grain: grainReview},
	{ID: Customers, Kind: MeasureThings, Source: SourceRetention, Stock: true, grain: grainLook},
	{ID: CustomersKept, Kind: MeasureThings, Source: SourceRetention, Stock: true, grain: grainLook},
	{ID: Revenue, Kind: MeasureMoney, Source: SourceRetention, Stock: true, grain: grainLook},
	{ID: RevenueHeld, Kind: MeasureMoney, Source: SourceRetention, Stock: true, grain: grainLook},
	{ID: RevenueNow, Kind: MeasureMoney, Source: SourceRetention, Stock: true, grain: grainLook},
	{ID: Buyers, Kind: MeasureThings, Source: SourceRetention, Stock: true, grain: grainLook},
	{ID: BuyersAgain, Kind: MeasureThings, Source: SourceRetention, Stock: true, grain: grainLook},
	{ID: Foreign, Kind: MeasureThings, Source: SourceDeals, grain: grainDay},
}

var measuresByID = func() map[MeasureID]Measure {
	m := map[MeasureID]Measure{}
	for _, one := range Measures {
		m[one.ID] = one
	}
	return m
}()

// MeasureByID returns a measure. False for an unknown one.
func MeasureByID(id MeasureID) (Measure, bool) { m, ok := measuresByID[id]; return m, ok }

// TargetOf is the measure of targets of a quantity: collected, signed, invoiced. False for others, which no metric reads.
func TargetOf(quantity string) (MeasureID, bool) {
	id := MeasureID("target_" + quantity)
	_, ok := measuresByID[id]
	return id, ok
}

// monthly reports that a kept measure holds for whole months alone.
func (id MeasureID) monthly() bool { return measuresByID[id].grain == grainMonth }

// flowsOf are the kept measures that measures rest on.
func flowsOf(ids []MeasureID) (kept []MeasureID) {
	for _, id := range ids {
		m := measuresByID[id]
		switch m.grain {
		case grainDay, grainMonth, grainNow:
			kept = append(kept, id)
		case grainRunning:
			for _, p := range m.parts {
				kept = append(kept, p.measure)
			}
		}
	}
	slices.Sort(kept)
	return slices.Compact(kept)
}
