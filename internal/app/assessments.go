package app

import (
	"xiaoguan/internal/assessment"
	"xiaoguan/internal/capability"
	"xiaoguan/internal/prioritybook"
)

// assembleAssessments wires what the company says of itself, and what it does about it first.
func (a *App) assembleAssessments() {
	a.Assessments = assessment.NewService(a.DB.AssessmentStore(), a.selfMeasures(), a.now).WithRegions(a.selfMeasures())
	a.Capability = capability.NewService(a.DB.CapabilityStore(), a.People, a.Metrics, a.now)
	a.Priorities = prioritybook.NewService(a.DB.PriorityStore(), a.now)
}

// selfMeasures read what maturity is measured by.
func (a *App) selfMeasures() assessment.Sources {
	return assessment.Sources{Store: a.DB.AssessmentFacts(), Metrics: a.Metrics, Surveys: a.Surveys, Standard: a.Standards, People: a.People}
}
