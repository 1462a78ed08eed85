// Package target is what people are asked to reach. In this part it holds monthly quotas as recorded facts; splitting a year target and
// its probabilities come later and will produce these same quotas, so that plans have one source.
package target

import (
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
)

// OfCollected is the measured quantity of quotas on collected money (回款).
const OfCollected = "collected"

// Quota is one person's target of a measured quantity for one month, in minor units of the company's currency, above zero.
type Quota struct {
	PersonID    int64
	Month       calendar.Month
	Of          string
	AmountMinor int64
	Recorded    fact.BatchID
}
