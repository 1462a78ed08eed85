package prioritybook

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/problem"
)

// Listed proposes the open and confirmed problems of the list of problems. Reach is the cases that an analyser counted; impact follows severity, confidence what is
// known: confirmed, measured, or said.
type Listed struct{ Service *problem.Service }

// suggestionsMost is how many problems are proposed.
const suggestionsMost = 50

// Suggestions implements Problems.
func (l Listed) Suggestions(ctx context.Context, actor access.Actor, p *i18n.Printer) (list []Suggestion, err error) {
	if !actor.Can(access.PermProblemRead) {
		return nil, nil
	}
	found, err := l.Service.List(ctx, actor, problem.Filter{Statuses: []problem.Status{problem.StatusOpen, problem.StatusConfirmed}, Limit: suggestionsMost})
	for i := range found.Problems {
		list = append(list, suggestion(&found.Problems[i], p))
	}
	return list, err
}

func suggestion(one *problem.Problem, p *i18n.Printer) Suggestion {
	impact := map[problem.Severity]int64{problem.SeverityHigh: 300, problem.SeverityMedium: 200, problem.SeverityLow: 100}
	g := Suggestion{ProblemID: one.ID, Title: one.Name(p), Detail: one.Place.Say(p), Severity: one.Severity().Message(), Impact: impact[one.Severity()], Confidence: 50}
	if one.Figure != nil {
		g.Reach, g.Confidence = one.Figure.Cases, 80
	}
	if one.Verdict == problem.VerdictConfirmed {
		g.Confidence = 100
	}
	if one.Worth {
		g.MoneyMinor = one.MoneyMinor
	}
	return g
}
