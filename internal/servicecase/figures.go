package servicecase

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
)

// Figure is how the cases of one owner kept their time limits. A clock is judged once its act is done or its deadline has passed; one that
// runs, or stands still, is not.
type Figure struct {
	PersonID       int64 // 0: of cases that nobody has taken
	Name           string
	Opened         int64
	AnswerJudged   int64
	AnswerInTime   int64
	SolutionJudged int64
	SolvedInTime   int64
}

// add adds another's figures.
func (f *Figure) add(o Figure) {
	f.Opened += o.Opened
	f.AnswerJudged += o.AnswerJudged
	f.AnswerInTime += o.AnswerInTime
	f.SolutionJudged += o.SolutionJudged
	f.SolvedInTime += o.SolvedInTime
}

// Figures returns how the cases opened in the days kept their time limits, by owner, with the sum of all, within the actor's reach. Errors:
// forbidden; invalid.
func (s *Service) Figures(ctx context.Context, actor access.Actor, opened fact.Days) (owners []Figure, all Figure, err error) {
	defer errs.Wrap(&err, "servicecase.Figures")
	err = s.read(ctx, actor, func(r Reader, reach Reach) error {
		f, err := s.checked(ctx, r, Filter{Opened: opened})
		if err != nil {
			return err
		}
		owners, err = r.ServiceFigures(ctx, reach, f)
		return err
	})
	for _, one := range owners {
		all.add(one)
	}
	return owners, all, err
}
