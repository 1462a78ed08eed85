package engine

import (
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/plan"
)

// Input is everything a run reads.
type Input struct {
	Period    calendar.Month
	Plans     []*plan.Plan // those in force at the period's end, in any order
	Crediting *plan.Crediting
	Facts     *Facts
	Only      []int32 // persons to pay; nil pays everybody. Results equal those of a full run
}
