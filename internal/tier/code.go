package tier

import "xiaoguan/internal/ruledoc"

// Codes of findings of policies, beside those that every document of rules may yield.
const (
	CodeWeights        ruledoc.Code = "value.weights"
	CodeLimits         ruledoc.Code = "value.limits"
	CodeChangeNone     ruledoc.Code = "approval.none"
	CodeChangeTwice    ruledoc.Code = "approval.twice"
	CodeServiceMissing ruledoc.Code = "service.missing"
	CodeServiceTwice   ruledoc.Code = "service.twice"
	CodeCadenceOrder   ruledoc.Code = "service.cadence_order"
	CodePatienceNone   ruledoc.Code = "patience.none"
)

// Codes lists every code of its own, for catalogues and their tests.
func Codes() []ruledoc.Code {
	return []ruledoc.Code{CodeWeights, CodeLimits, CodeChangeNone, CodeChangeTwice, CodeServiceMissing, CodeServiceTwice, CodeCadenceOrder, CodePatienceNone}
}
