package capability

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/org"
)

// Value is what a team is worth: of the whole company, naming nobody.
type Value struct {
	From, To calendar.Date // the year that results are of
	Layers   map[org.Level]int64
	Sellers  int64
	Core     int64
	Spread   Spread // of what the people collected who sell today and were there all year
	PerHead  metric.Series
	Turnover metric.Series
	Trained  int64 // tenths of hours in the year
	People   int64
	Lacks    []Lack
	Skills   []Skill
	Ramp     Ramp
}

// Worth reads what the team is worth. Errors: forbidden.
func (s *Service) Worth(ctx context.Context, actor access.Actor) (v Value, err error) {
	defer errs.Wrap(&err, "capability.Worth")
	if err := actor.Require(access.PermAssessmentRead); err != nil {
		return v, err
	}
	today := s.today()
	period := metric.Period{Kind: metric.Span, First: today.Month() - 11, Last: today.Month()}
	a, err := s.numbers.Read(ctx, self, metric.Query{Metrics: []metric.ID{"per_head", "turnover"}, Place: metric.Company, Period: period})
	if err != nil {
		return v, err
	}
	v = Value{From: a.Period.From, To: a.Period.To, Layers: map[org.Level]int64{}}
	v.PerHead, _ = a.Of("per_head")
	v.Turnover, _ = a.Of("turnover")
	sold, err := s.numbers.Read(ctx, self, metric.Query{Metrics: []metric.ID{"collected"}, Place: metric.Company, Period: period, By: metric.ByPerson})
	if err != nil {
		return v, err
	}
	collected := map[int64]int64{}
	for _, series := range sold.Series {
		for _, part := range series.Parts {
			collected[part.Value.Place.ID] = part.Value.Numerator
		}
	}
	var values []int64
	var people []Person
	if _, err = s.people.Each(ctx, self, org.Filter{When: org.Now(), Employment: org.Employed}, func(m org.Member) error {
		layer := m.Assignment.Level
		v.Layers[layer]++
		v.People++
		people = append(people, Person{ID: m.ID, Layer: layer})
		if layer == org.LevelNewcomer || layer == org.LevelRegular || layer == org.LevelCore {
			if v.Sellers++; layer == org.LevelCore {
				v.Core++
			}
			if m.Hired <= v.From {
				values = append(values, collected[m.ID])
			}
		}
		return nil
	}); err != nil {
		return v, err
	}
	v.Spread = SpreadOf(values)
	if v.Ramp, err = s.ramp(ctx); err != nil {
		return v, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		if v.Skills, err = r.Skills(ctx); err != nil {
			return err
		}
		if err := addMarks(ctx, r, people); err != nil {
			return err
		}
		v.Lacks = Lacks(v.Skills, people)
		trainings, err := r.Trainings(ctx, v.From, today)
		v.Trained = 0
		for i := range trainings {
			v.Trained += trainings[i].Tenths
		}
		return err
	})
	return v, err
}
