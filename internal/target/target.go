// Package target is what people are asked to reach in a month: quotas as recorded facts, the one source that plans of pay read. Targets of a year, their
// split and their chances are those of package targetplan, which records these same quotas when it publishes.
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
