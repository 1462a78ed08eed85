package prioritybook

import (
	"testing"

	"xiaoguan/internal/finding"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/problem"
)

func TestAProblemProposesWhatIsKnownOfIt(t *testing.T) {
	t.Parallel()
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	p := catalogue.Printer(i18n.ZhCN)
	one := problem.Problem{ID: 4, Title: "目标没分到人", Place: problem.Place{Level: finding.LevelCompany}, Chosen: problem.Rating{Gravity: 4, Urgency: 4, Tendency: 4}, Figure: &problem.Figure{Cases: 36}, MoneyMinor: 900, Worth: true}
	if g := suggestion(&one, p); g.ProblemID != 4 || g.Title != one.Title || g.Detail == "" || g.Reach != 36 || g.Impact != 300 || g.Confidence != 80 || g.MoneyMinor != 900 {
		t.Errorf("%+v", g)
	}
	one.Figure, one.Worth, one.Verdict, one.Chosen = nil, false, problem.VerdictConfirmed, problem.Rating{Gravity: 1, Urgency: 1, Tendency: 1}
	if g := suggestion(&one, p); g.Reach != 0 || g.Impact != 100 || g.Confidence != 100 || g.MoneyMinor != 0 {
		t.Errorf("%+v", g)
	}
}
