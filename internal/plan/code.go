package plan

import (
	"slices"

	"xiaoguan/internal/ruledoc"
)

// Codes about single values, beside those that every document of rules may yield.
const (
	CodeNotYet          Code = "value.not_yet"
	CodeNegative        Code = "value.negative"
	CodeNotPositive     Code = "value.not_positive"
	CodeBetween         Code = "value.between"
	CodePart            Code = "value.part"
	CodePercentNotCount Code = "value.percent_not_count"
	CodeCurrency        Code = "value.currency"
	CodeNameMissing     Code = "name.missing"
)

// Codes about the statements a plan must make.
const (
	CodeStatementMissing Code = "statement.missing"
	CodeStatementDefault Code = "statement.default"
	CodeEarnedOnOther    Code = "statement.earned_on_other"
)

// Codes about references, kinds and measures.
const (
	CodeUnknownMeasure  Code = "measure.unknown"
	CodeMeasureCycle    Code = "measure.cycle"
	CodeMeasureUnused   Code = "measure.unused"
	CodeKindWrong       Code = "measure.kind"
	CodeRatioSame       Code = "measure.ratio_same"
	CodeRatioWindow     Code = "measure.ratio_window"
	CodeTeamOfTeam      Code = "measure.team_of_team"
	CodeUnknownEvent    Code = "event.unknown"
	CodeFieldForm       Code = "field.form"
	CodePercentMissing  Code = "value.percent_missing"
	CodeParticipantsAll Code = "participants.everybody"
)

// Codes about formulas, scorecards and measures of other components. Those of formulas are "formula." and a code of package formula.
const (
	CodeFormulaTooLong    Code = "formula.too_long"
	CodeFormulaTooComplex Code = "formula.too_complex"
	CodeFormulaCharacter  Code = "formula.character"
	CodeFormulaNumber     Code = "formula.number"
	CodeFormulaUnexpected Code = "formula.unexpected"
	CodeFormulaFunction   Code = "formula.function"
	CodeFormulaArguments  Code = "formula.arguments"
	CodeFormulaName       Code = "formula.name"
	CodeFormulaKind       Code = "formula.kind"
	CodeWeights           Code = "weights.total"
	CodeLeastMost         Code = "limits.order"
	CodeUnknownComponent  Code = "component.unknown"
)

// Codes about components.
const (
	CodeBaseWindow      Code = "component.base_window"
	CodeLookupBase      Code = "component.lookup_base"
	CodeLookupOtherwise Code = "component.lookup_otherwise"
	CodeRoundMissing    Code = "component.round_missing"
	CodeRateHigh        Code = "component.rate_high"
	CodeCapFloor        Code = "component.cap_below_floor"
	CodeCapZero         Code = "component.cap_zero"
	CodeContradiction   Code = "component.contradiction"
	CodeConditionIdle   Code = "component.condition_idle"
	CodePaysNothing     Code = "component.pays_nothing"
	CodeExposure        Code = "plan.no_cap"
	CodeCliff           Code = "component.cliff"
	CodeCliffAmount     Code = "component.cliff_amount"
	CodeBandHole        Code = "band.hole"
	CodeBandOverlap     Code = "band.overlap"
	CodeBandOrder       Code = "band.order"
	CodeBandEmpty       Code = "band.empty"
	CodeBandOpen        Code = "band.open"
	CodeBandUnreachable Code = "band.unreachable"
	CodeBandBeyondCap   Code = "band.beyond_cap"
	CodeBandsAllSame    Code = "band.all_same"
	CodeMarginalBy      Code = "band.marginal_by"
	CodeBandFalling     Code = "band.falling"
)

// Codes about the further steps of a component, and what limits a plan.
const (
	CodeMonth         Code = "value.month"
	CodePointFirst    Code = "band.point_first"
	CodeCliffAbove    Code = "component.cliff_above"
	CodeLineFew       Code = "line.few"
	CodeLineOrder     Code = "line.order"
	CodeLineFalling   Code = "line.falling"
	CodeGridShape     Code = "grid.shape"
	CodeRoundParts    Code = "component.round_parts"
	CodeCapParts      Code = "component.cap_parts"
	CodeGroupMeasure  Code = "component.group_measure"
	CodePrizesFalling Code = "component.prizes_rising"
	CodeSharesOrder   Code = "component.percentiles_order"
	CodePlanCapZero   Code = "plan.cap_zero"
	CodePaysInOutside Code = "component.pays_in_outside"
)

// Codes about currencies.
const (
	CodeConversionIdle Code = "currencies.idle"
	CodeAfterRateIdle  Code = "currencies.after_rate_idle"
	CodeRuleAmount     Code = "set.rule_amount"
)

// Codes about rules of honours and promotion.
const (
	CodeSpanWindow Code = "honour.window"
	CodeStepOrder  Code = "promotion.order"
)

// Codes about settlements.
const (
	CodeSettlePart       Code = "settle.part"
	CodeMonthsOrder      Code = "settle.months_order"
	CodePartsTotal       Code = "settle.parts_total"
	CodeSettleComponent  Code = "settle.component"
	CodeNoDeals          Code = "settle.no_deals"
	CodeNotByDeal        Code = "settle.not_by_deal"
	CodeClawbackTwice    Code = "settle.clawback_twice"
	CodeRefundNever      Code = "settle.refund_never"
	CodeNegativePay      Code = "settle.negative_pay"
	CodeStepsShort       Code = "settle.steps_short"
	CodeStepsIdle        Code = "settle.steps_idle"
	CodeHoldExpires      Code = "settle.hold_expires"
	CodeRecoverBelowDraw Code = "settle.recover_below_draw"
)

// Codes across documents and about crediting.
const (
	CodeEventTwice       Code = "crediting.event_twice"
	CodeEventUncredited  Code = "crediting.event_uncredited"
	CodeRuleTie          Code = "crediting.rule_tie"
	CodeShareForm        Code = "crediting.share_form"
	CodeUnknownRule      Code = "set.unknown_rule"
	CodeRulesOpen        Code = "set.rules_open"
	CodeUnitsEvent       Code = "set.units_event"
	CodeCreditingMissing Code = "set.crediting_missing"
	CodeCreditingSeveral Code = "set.crediting_several"
	CodeSameID           Code = "set.same_id"
	CodeLayerTwice       Code = "set.layer_twice"
	CodeCurrencyMixed    Code = "set.currency_mixed"
)

// Codes lists every code, for catalogues and their tests.
func Codes() []Code {
	unused := func(c Code) bool { return c == ruledoc.CodePercent } // shares are exact decimals here
	return append(append(lintCodes(), slices.DeleteFunc(ruledoc.Codes(), unused)...), []Code{

		CodeNotYet, CodeNegative, CodeNotPositive, CodeBetween, CodePart, CodePercentNotCount,
		CodeCurrency, CodeNameMissing,
		CodeStatementMissing, CodeStatementDefault, CodeEarnedOnOther,
		CodeUnknownMeasure, CodeMeasureCycle, CodeMeasureUnused, CodeKindWrong, CodeRatioSame, CodeRatioWindow,
		CodeTeamOfTeam, CodeUnknownEvent, CodeFieldForm, CodePercentMissing, CodeParticipantsAll,
		CodeFormulaTooLong, CodeFormulaTooComplex, CodeFormulaCharacter, CodeFormulaNumber, CodeFormulaUnexpected, CodeFormulaFunction,
		CodeFormulaArguments, CodeFormulaName, CodeFormulaKind, CodeWeights, CodeLeastMost, CodeUnknownComponent,
		CodeBaseWindow, CodeLookupBase, CodeLookupOtherwise, CodeRoundMissing, CodeRateHigh, CodeCapFloor, CodeCapZero,
		CodeContradiction, CodeConditionIdle, CodePaysNothing, CodeExposure, CodeCliff, CodeCliffAmount, CodeBandHole, CodeBandOverlap, CodeBandOrder,
		CodeBandEmpty, CodeBandOpen, CodeBandUnreachable, CodeBandBeyondCap, CodeBandsAllSame, CodeMarginalBy, CodeBandFalling,
		CodeSettlePart, CodeMonthsOrder, CodePartsTotal, CodeSettleComponent, CodeNoDeals, CodeNotByDeal, CodeClawbackTwice,
		CodeRefundNever, CodeNegativePay, CodeStepsShort, CodeStepsIdle, CodeHoldExpires, CodeRecoverBelowDraw,
		CodeEventTwice, CodeEventUncredited, CodeRuleTie, CodeShareForm, CodeUnknownRule, CodeRulesOpen, CodeUnitsEvent, CodeCreditingMissing, CodeCreditingSeveral, CodeSameID, CodeLayerTwice, CodeCurrencyMixed,
		CodeMonth, CodePointFirst, CodeCliffAbove, CodeLineFew, CodeLineOrder, CodeLineFalling, CodeGridShape,
		CodeRoundParts, CodeCapParts, CodeGroupMeasure, CodePrizesFalling, CodeSharesOrder, CodePlanCapZero, CodePaysInOutside,
		CodeConversionIdle, CodeAfterRateIdle, CodeRuleAmount,
		CodeSpanWindow, CodeStepOrder,
	}...)
}
