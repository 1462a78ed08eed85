package app

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/diagnosis"
	"xiaoguan/internal/finding"
	"xiaoguan/internal/prioritybook"
	"xiaoguan/internal/problem"
	"xiaoguan/internal/questionnaire"
)

// assembleDiagnosis makes the services of the diagnosis and of the list of problems.
func (a *App) assembleDiagnosis(newID func() string) {
	a.Problems = problem.NewService(a.DB.ProblemStore(), a.now)
	a.Diagnoses = diagnosis.NewService(a.DB.DiagnosisStore(), a.Problems, newID, a.now, a.Company.Currency)
	a.Diagnoses.WithAnswers(a.TeamAnswers).WithPlans(a.PlanLines)
	a.Priorities.WithProblems(prioritybook.Listed{Service: a.Problems})
	a.Worker.Register(diagnosis.KindRun, a.informed(a.Diagnoses.RunNow))
}

// PlanLines are the components of the plans of pay in force on a day, as a diagnosis looks at them.
func (a *App) PlanLines(ctx context.Context, on calendar.Date) ([]finding.PlanLine, error) {
	return a.selfMeasures().PlanLines(ctx, on)
}

// TeamAnswers are what teams answered in questionnaires, as far as it may be told.
func (a *App) TeamAnswers(ctx context.Context, from calendar.Date) (list []diagnosis.TeamAnswers, err error) {
	told, err := a.Questionnaires.ForDiagnosis(ctx, access.SystemActor("diagnosis"), from)
	questions := map[questionnaire.Feed]finding.Question{questionnaire.FeedEngagement: finding.QuestionEngagement, questionnaire.FeedPlan: finding.QuestionPlan}
	for _, t := range told {
		list = append(list, diagnosis.TeamAnswers{TeamID: t.TeamID, Question: questions[t.Feed], Scores: t.Scores})
	}
	return list, err
}
