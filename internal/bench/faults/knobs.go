package faults

// knob is one thing about how a team works that a planted problem turns.
type knob int

const (
	kLateEntry        knob = iota // share of steps recorded late
	kBatch                        // share of steps recorded at the month's end
	kSkipNeed                     // share of opportunities that skip a step
	kSkipChain                    //
	kSkipContract                 //
	kSkipHandover                 //
	kNoApproval                   // share of proposals sent without approval
	kLateApproval                 // … with an approval afterwards
	kApprovalHours                // median hours to an answer
	kFirstSlow                    // share of leads contacted late
	kStageNeeds                   // times the usual days
	kStageProposal                //
	kStageContract                //
	kBack                         // share of opportunities that fall back
	kWin                          // times the usual chance
	kCycle                        // times the usual days, all stages
	kStale                        // share of open opportunities
	kPayDelay                     // mean days after due
	kUnpaid                       // share of money never paid
	kNoInstalments                // share of deals
	kDiscount                     // mean, as a share
	kEndDiscount                  // added on the last days of a month
	kUnderLimit                   // share of quotes just under the limit
	kLoss                         // monthly rate of losing a buyer
	kLossLately                   // times that, in the last six months
	kCoreForA                     // share of A customers in core hands
	kNeglect                      // share of customers
	kGoneOwner                    // share of customers whose owner left
	kIncomplete                   // share of customers
	kUnchecked                    // share of customers
	kLateRegistration             // share of customers
	kDuplicates                   // share of customers that are there twice
	kCSAT                         // mean, 1 to 5
	kSlowAnswer                   // share of cases
	kWork                         // times the usual opportunities and orders
	kLeaving                      // yearly rate of leaving in the last year
	kRamp                         // what new people reach of a regular one's
	kActivity                     // follow-ups each month
	kActivityLately               // times that, in the last six months
	kEngagement                   // mean, 1 to 5
	kUnderstood                   // mean, 1 to 5
	kTraining                     // hours a year
	kUncovered                    // share of sellers under no plan
	kQuota                        // times what may be expected
	kUnsplit                      // share of seller-months without a quota
	kPayNoise                     // 1: incentives have nothing to do with results
	kGaming                       // share of those just below the threshold who lift themselves over it
	kCancel                       // share of orders signed at a month's end and cancelled
	kEndLoading                   // share of orders moved to a month's end
	kOverBudget                   // incentives against their budget
	kSwapped                      // share of opportunities with dates that contradict
	kOverpaid                     // share of deals with a payment booked twice
	knobs
)

// setting is what a knob is in a healthy company, and by how much teams differ (one deviation; as a share of it where the knob is a factor).
type setting struct {
	usual, differs float64
	factor         bool // differs and is turned by multiplication
}

var healthy = [knobs]setting{
	kLateEntry: {0.06, 0.010, false}, kBatch: {0.02, 0.005, false},
	kSkipNeed: {0.05, 0.010, false}, kSkipChain: {0.08, 0.012, false}, kSkipContract: {0.04, 0.008, false}, kSkipHandover: {0.06, 0.010, false},
	kNoApproval: {0.03, 0.006, false}, kLateApproval: {0.03, 0.006, false}, kApprovalHours: {8, 0.10, true},
	kFirstSlow: {0.12, 0.015, false}, kStageNeeds: {1, 0.04, true}, kStageProposal: {1, 0.04, true}, kStageContract: {1, 0.04, true},
	kBack: {0.08, 0.010, false}, kWin: {1, 0.035, true}, kCycle: {1, 0.03, true}, kStale: {0.10, 0.010, false},
	kPayDelay: {6, 1.2, false}, kUnpaid: {0.03, 0.005, false}, kNoInstalments: {0.04, 0.008, false},
	kDiscount: {0.06, 0.004, false}, kEndDiscount: {0.004, 0.002, false}, kUnderLimit: {0.01, 0.003, false},
	kLoss: {0.012, 0.05, true}, kLossLately: {1, 0.03, true}, kCoreForA: {0.90, 0.02, false}, kNeglect: {0.06, 0.010, false},
	kGoneOwner: {0.01, 0.003, false}, kIncomplete: {0.15, 0.02, false}, kUnchecked: {0.15, 0.02, false}, kLateRegistration: {0.08, 0.012, false},
	kDuplicates: {0.005, 0.001, false}, kCSAT: {4.2, 0.05, false}, kSlowAnswer: {0.08, 0.012, false},
	kWork: {1, 0.06, true}, kLeaving: {0.14, 0.01, false}, kRamp: {1, 0.03, true}, kActivity: {7, 0.06, true}, kActivityLately: {1, 0.02, true},
	kEngagement: {3.8, 0.06, false}, kUnderstood: {3.9, 0.06, false}, kTraining: {28, 0.05, true}, kUncovered: {0, 0, false},
	kQuota: {1.03, 0.025, true}, kUnsplit: {0, 0, false}, kPayNoise: {0, 0, false}, kGaming: {0, 0, false}, kCancel: {0.002, 0.0005, false},
	kEndLoading: {0.04, 0.006, false}, kOverBudget: {0.97, 0.01, true}, kSwapped: {0.01, 0.002, false}, kOverpaid: {0.005, 0.001, false},
}

// turn gives the knobs of a team their healthy settings.
func turn(d dice) (all [knobs]float64) {
	for k, s := range healthy {
		if by := d.usual(1); s.factor {
			all[k] = s.usual * (1 + by*s.differs)
		} else {
			all[k] = max(0, s.usual+by*s.differs)
		}
	}
	return all
}

// The company's own rules, as its sheet of standards says them.
const (
	registerHours, recordHours, answerHours = 24, 24, 24
	discountLimit                           = 0.20
	checkDays, recycleDays                  = 180, 90
	trainingHours                           = 24
	rampMonths                              = 6
)

// careDays is how often a customer of a tier is contacted at least.
var careDays = [3]int{14, 30, 60}

// The usual median days on a stage: development, needs, proposal, contract; and the company's limits of the last three.
var (
	stageDays  = [4]float64{5, 9, 12, 8}
	stageNames = [4]string{"develop", "needs", "proposal", "contract"}
	stageLimit = [4]int{0, 14, 18, 12}
)
