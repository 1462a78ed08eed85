package standard

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/conform"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/sop"
)

// Broken is a rule that was not kept in an opportunity.
type Broken struct {
	RuleID string
	Name   sop.Text // its id where the version in force has no such rule
}

// brokenAtOnce is how many findings are read at a time, brokenMost how many in all.
const (
	brokenAtOnce = 1_000
	brokenMost   = 20_000
)

// Broken returns which rules were not kept, by opportunity and within the actor's reach, from a month on up to today. Errors: forbidden.
func (s *Service) Broken(ctx context.Context, actor access.Actor, from calendar.Month) (broken map[int64][]Broken, err error) {
	defer errs.Wrap(&err, "standard.Broken")
	if err := actor.Require(access.PermSalesRead); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		broken = map[int64][]Broken{}
		document, err := s.document(ctx, r)
		if err != nil {
			return err
		}
		tally, _, err := s.scope(ctx, r, actor, Question{From: from, To: s.today().Month()})
		if err != nil {
			return err
		}
		q := FindingQuery{TallyQuery: tally, Status: conform.Violated, Limit: brokenAtOnce}
		for read := 0; read < brokenMost; {
			found, err := r.Findings(ctx, q)
			if err != nil {
				return err
			}
			for _, f := range found {
				one := Broken{RuleID: f.RuleID, Name: sop.Text{Zh: f.RuleID, En: f.RuleID}}
				if rule := document.Rule(f.RuleID); rule != nil {
					one.Name = rule.Name
				}
				broken[f.CaseID] = append(broken[f.CaseID], one)
			}
			if read += len(found); len(found) < q.Limit {
				return nil
			}
			last := found[len(found)-1]
			q.After = FindingPlace{Month: last.Month, CaseID: last.CaseID, RuleID: last.RuleID}
		}
		return nil
	})
	return broken, err
}
