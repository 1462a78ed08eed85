package finding

// Analysers are all kinds of problems that are looked for, in the order of docs/diagnosis-kinds.md. A new kind is one file and a line here.
func Analysers() []Analyser {
	return []Analyser{
		targetNotSplit(), targetSumGap(), targetUnrealistic(), targetUnfair(), targetRatchet(),
		lateEntry(), batchEntry(), stepSkipped(), approvalMissing(), approvalLate(), approvalSlow(), firstContactSlow(), stageSlow(), backSteps(),
		conversionLow(), cycleLong(), leadQualityLow(), pipelineStale(),
		collectionSlow(), overdueHigh(), receivableConcentrated(), instalmentsMissing(), discountPeriodEnd(), discountHigh(), discountUnderLimit(),
		churnRising(), aWithoutCore(), neglected(), hoarding(), ownersGone(), ledgerIncomplete(), ledgerStale(), lateRegistration(), duplicates(),
		customerConcentrated(), satisfactionLow(), serviceSlow(), complaintsHigh(),
		productivityLow(), productivityGap(), rampSlow(), turnoverHigh(), keyPerson(), activityFalling(), surveyDisengaged(), trainingRare(),
		planCoverage(), payNotFollowing(), planNotTarget(), planNotUnderstood(), gamingThreshold(), gamingCancel(), endLoading(), incentiveOverBudget(),
		datesContradict(), recordsGap(), paymentsUnplaced(),
	}
}

// testedFamilies is how many families of tests a run has: every kind at two levels, as most have.
const testedFamilies = 114

// year is how many months most kinds look back.
const (
	year     = 12
	halfYear = 6
)
