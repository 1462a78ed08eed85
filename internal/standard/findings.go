package standard

import (
	"context"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/conform"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
)

// FindingsOf asks for what rules came to in cases.
type FindingsOf struct {
	Question
	Status conform.Status // violated, pending or exempt: what is satisfied is counted and not listed
}

// Findings returns what rules came to, the newest cases first, with the cursor of the rest. Errors: forbidden, invalid.
func (s *Service) Findings(ctx context.Context, actor access.Actor, in FindingsOf, paging fact.Paging) (list []Finding, next string, err error) {
	defer errs.Wrap(&err, "standard.Findings")
	if err := actor.Require(access.PermSalesRead); err != nil {
		return nil, "", err
	}
	if in.By == "" {
		in.By = ByRule
	}
	if err := in.check(); err != nil {
		return nil, "", err
	}
	if paging, err = paging.Checked(true, "id"); err != nil {
		return nil, "", err
	}
	var place fact.Place
	if paging.Cursor != "" {
		if place, err = paging.Place(); err != nil {
			return nil, "", err
		}
	}
	err = s.store.Read(ctx, func(r Reader) error {
		t, _, err := s.scope(ctx, r, actor, in.Question)
		if err != nil {
			return err
		}
		q := FindingQuery{TallyQuery: t, Status: in.Status, After: [2]string{place.Value, place.Tie}, Limit: paging.Limit + 1}
		if in.RuleID != "" {
			q.Rules = []string{in.RuleID}
		} else if in.Stage != "" {
			if q.Rules, err = s.rulesOf(ctx, r, in.Stage); err != nil || len(q.Rules) == 0 {
				return err
			}
		}
		list, err = r.Findings(ctx, q)
		return err
	})
	if len(list) > paging.Limit {
		list = list[:paging.Limit]
		last := list[len(list)-1]
		next = paging.After(strconv.FormatInt(last.CaseID, 10), last.RuleID)
	}
	return list, next, err
}

// rulesOf are the rules of a stage of the version in force.
func (s *Service) rulesOf(ctx context.Context, r Reader, stage string) (ids []string, err error) {
	b, err := s.bench(ctx, r)
	if err != nil {
		return nil, err
	}
	for _, rule := range b.current().model.Standard().Rules {
		if rule.Stage == stage {
			ids = append(ids, rule.ID)
		}
	}
	return ids, nil
}
