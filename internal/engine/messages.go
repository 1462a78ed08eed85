package engine

// Keys of the messages that results carry. Arguments are texts; Measure, Component and Plan are ids, which a page replaces by names.
const (
	// ReasonNoQuota is the reason of a quota measure when no quota is recorded for the person and window.
	ReasonNoQuota = "engine.no_quota"
	// ReasonZeroDivisor is the reason of a ratio that is zero because its divisor is, and the plan says attainment_zero.
	ReasonZeroDivisor = "engine.zero_divisor"
	// ReasonNotApplicable is the reason of a ratio without a value because its divisor is zero and the plan says not_applicable.
	ReasonNotApplicable = "engine.not_applicable"
	// ReasonNoCredit is the reason of a date measure when no credit matches.
	ReasonNoCredit = "engine.no_credit"

	// ReasonNoValue is the reason of a measure without a value because something that it is made of has none, or is divided by zero.
	ReasonNoValue = "engine.no_value"
	// ReasonNotGiven is the reason of a given measure of which nothing is recorded for the person and window.
	ReasonNotGiven = "engine.not_given"
	// ReasonNobody is the reason of an average, highest or lowest over nobody.
	ReasonNobody = "engine.nobody"
	// ReasonNotInGroup is the reason of a rank of somebody who is not in the group.
	ReasonNotInGroup = "engine.not_in_group"

	// Why a component is zero. The conditions carry Measure, Wanted, Found and Missing.
	reasonBelow         = "engine.zero.below"
	reasonNotAbove      = "engine.zero.not_above"
	reasonAbove         = "engine.zero.above"
	reasonNotBelow      = "engine.zero.not_below"
	reasonUnequal       = "engine.zero.unequal"
	reasonOutsidePeriod = "engine.zero.outside_period"
	reasonNoDate        = "engine.zero.no_date"
	reasonNoValue       = "engine.zero.no_value"
	reasonNoCredits     = "engine.zero.no_credits"
	reasonBaseZero      = "engine.zero.base_zero"
	reasonBandZero      = "engine.zero.band_zero"
	reasonRateZero      = "engine.zero.rate_zero"
	reasonCountZero     = "engine.zero.count_zero"
	reasonNotEmployed   = "engine.zero.not_employed"
	reasonRounded       = "engine.zero.rounded"
	reasonNegative      = "engine.zero.negative"
	reasonLimit         = "engine.zero.limit"
	reasonCancelled     = "engine.zero.cancelled"

	// Why a component of ADR 0011 is zero.
	reasonNotDue     = "engine.zero.not_due"
	reasonDeducted   = "engine.zero.deducted"
	reasonFactorZero = "engine.zero.factor_zero"
	reasonGridZero   = "engine.zero.grid_zero"
	reasonParts      = "engine.zero.parts"
	reasonLimitUsed  = "engine.zero.limit_used"
	reasonPlanCap    = "engine.zero.plan_cap"
	reasonNoPrize    = "engine.zero.no_prize"
	reasonNoGroup    = "engine.zero.no_group"
	reasonNoShare    = "engine.zero.no_share"
	reasonPoolEmpty  = "engine.zero.pool_empty"
	reasonShareSmall = "engine.zero.share_small"

	// Why a run is refused.
	errorInput         = "engine.input"
	errorRefused       = "engine.refused"
	errorNoStatement   = "engine.no_statement"
	errorMismatch      = "engine.mismatch"
	problemLookup      = "engine.lookup_without_row"
	problemQuota       = "engine.quota_missing"
	problemOverflow    = "engine.overflow"
	problemShares      = "engine.shares_not_whole"
	problemReference   = "engine.reference"
	problemColumns     = "engine.columns"
	problemQuotaTwice  = "engine.quota_twice"
	problemGivenTwice  = "engine.given_twice"
	problemGiven       = "engine.given_missing"
	problemNobody      = "engine.nobody_credited"
	problemUnits       = "engine.units_missing"
	problemCost        = "engine.cost_missing"
	problemCurrency    = "engine.currency"
	problemCrediting   = "engine.crediting_not_in_force"
	problemUnsupported = "engine.unsupported"
	problemUnknown     = "engine.unknown_reference"
	problemCycle       = "engine.measure_cycle"
	problemTooMany     = "engine.too_many"
	problemSamePlan    = "engine.same_plan"

	problemGrid         = "engine.grid_without_row"
	problemForeign      = "engine.foreign_currency"
	problemRateMissing  = "engine.rate_missing"
	problemRateTwice    = "engine.rate_twice"
	problemRateValue    = "engine.rate_not_positive"
	problemRuleCurrency = "engine.rule_currency"
	problemEarlierTwice = "engine.earlier_twice"
)
