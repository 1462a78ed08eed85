package standard

import (
	"context"
	"strconv"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/conform"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
)

// FindingsOf asks for what rules came to in cases.
type FindingsOf struct {
	Question
	Status conform.Status // violated, pending or exempt: what is satisfied is counted and not listed
}

// Findings returns what rules came to, the latest month first and in it the newest cases, with the cursor of the rest. Errors: forbidden, invalid.
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
	after, err := afterFinding(paging)
	if err != nil {
		return nil, "", err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		t, _, err := s.scope(ctx, r, actor, in.Question)
		if err != nil {
			return err
		}
		q := FindingQuery{TallyQuery: t, Status: in.Status, After: after, Limit: paging.Limit + 1}
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
		next = paging.After(last.Month.String()+" "+strconv.FormatInt(last.CaseID, 10), last.RuleID)
	}
	return list, next, err
}

// afterFinding reads the cursor; zero without one.
func afterFinding(paging fact.Paging) (p FindingPlace, err error) {
	if paging.Cursor == "" {
		return p, nil
	}
	place, err := paging.Place()
	if err != nil {
		return p, err
	}
	month, id, _ := strings.Cut(place.Value, " ")
	p.RuleID = place.Tie
	if p.Month, err = calendar.ParseMonth(month); err == nil {
		p.CaseID, err = strconv.ParseInt(id, 10, 64)
	}
	if err != nil {
		return p, errs.New(errs.KindInvalid, "fact.bad_cursor", nil).Because(err)
	}
	return p, nil
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
