package app

import (
	"xiaoguan/internal/diagnosis"
	"xiaoguan/internal/prioritybook"
	"xiaoguan/internal/problem"
)

// assembleDiagnosis makes the services of the diagnosis and of the list of problems.
func (a *App) assembleDiagnosis(newID func() string) {
	a.Problems = problem.NewService(a.DB.ProblemStore(), a.now)
	a.Diagnoses = diagnosis.NewService(a.DB.DiagnosisStore(), a.Problems, newID, a.now, a.Company.Currency)
	a.Priorities.WithProblems(prioritybook.Listed{Service: a.Problems})
	a.Worker.Register(diagnosis.KindRun, a.informed(a.Diagnoses.RunNow))
}
