package checklist_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/checklist"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/finding"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/problem"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

var (
	ops    = access.Actor{UserID: "u-O", Name: "运营", Grants: []access.Grant{{Role: access.RoleOperations, Scope: access.ScopeAll}}}
	hr     = access.Actor{UserID: "u-H", Name: "人力", Grants: []access.Grant{{Role: access.RoleHR, Scope: access.ScopeAll}}}
	seller = access.Actor{UserID: "u-S", Name: "销售", Grants: []access.Grant{{Role: access.RoleSeller, Scope: access.ScopeOwn}}}
)

type problems struct{ raised []problem.Entry }

func (p *problems) Raise(_ context.Context, _ access.Actor, in problem.Entry) (problem.Problem, error) {
	p.raised = append(p.raised, in)
	return problem.Problem{ID: int64(len(p.raised))}, nil
}

// numbers know the attainment alone, and are for who reads sales.
type numbers struct{}

func (numbers) Read(_ context.Context, actor access.Actor, q metric.Query) (metric.Answer, error) {
	if err := actor.Require(access.PermSalesRead); err != nil {
		return metric.Answer{}, err
	}
	return metric.Answer{Series: []metric.Series{{Definition: metric.Definition{ID: "attainment_collected", Family: "attainment"}, Value: metric.Value{Known: true, Numerator: 3, Denominator: 4}}}}, nil
}

func onBoth(t *testing.T, test func(t *testing.T, s *checklist.Service, list *problems)) {
	t.Helper()
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		list := &problems{}
		test(t, checklist.NewService(checklist.Config{Store: db.ChecklistStore(), Problems: list, Numbers: numbers{}, Now: func() time.Time { return storetest.Start }, Say: func(metric.Series) string { return "3/4" }}), list)
	})
}

func refuses(t *testing.T, err error, kind errs.Kind, key string) {
	t.Helper()
	known, ok := errors.AsType[*errs.Error](err)
	if !ok || known.Kind != kind || key != "" && known.Message.Key != key && (len(known.Fields) == 0 || known.Fields[0].Message.Key != key) {
		t.Errorf("not refused as %v %s: %v", kind, key, err)
	}
}

func TestAReviewIsAnsweredFinishedAndLeadsToProblems(t *testing.T) {
	onBoth(t, func(t *testing.T, s *checklist.Service, list *problems) {
		ctx := t.Context()
		_, err := s.Begin(ctx, seller, "targets")
		refuses(t, err, errs.KindForbidden, "")
		_, err = s.Begin(ctx, ops, "weather")
		refuses(t, err, errs.KindNotFound, "checklist.no_list")
		r, err := s.Begin(ctx, ops, "targets")
		if err != nil {
			t.Fatal(err)
		}
		answers := map[string]checklist.Answer{}
		for _, q := range r.List.Questions {
			answers[q.ID] = checklist.Answer{Verdict: checklist.VerdictYes}
		}
		answers["targets2"] = checklist.Answer{Verdict: checklist.VerdictNo}
		_, err = s.Save(ctx, ops, checklist.Change{ID: r.ID, Answers: answers, Finish: true})
		refuses(t, err, errs.KindInvalid, "checklist.evidence_needed")
		_, err = s.MakeProblem(ctx, ops, r.ID, "targets2", problem.Entry{})
		refuses(t, err, errs.KindConflict, "checklist.nothing_missing")
		delete(answers, "targets1")
		answers["targets2"] = checklist.Answer{Verdict: checklist.VerdictNo, Evidence: "抽查5人，2人没签"}
		_, err = s.Save(ctx, ops, checklist.Change{ID: r.ID, Answers: answers, Finish: true})
		refuses(t, err, errs.KindInvalid, "checklist.answer_needed")
		answers["targets1"] = checklist.Answer{Verdict: checklist.VerdictPartly, Note: "两个团队没拆到月"}
		r, err = s.Save(ctx, ops, checklist.Change{ID: r.ID, Answers: answers, Finish: true, Seen: r.Revision})
		if err != nil || r.State != checklist.StateDone || r.Answers["targets1"].Number != "3/4" || r.Answers["targets2"].Number != "" {
			t.Fatalf("%+v %v", r, err)
		}
		if points, of, known := r.Ratio(); points != 7 || of != 10 || !known {
			t.Errorf("%d/%d", points, of)
		}
		_, err = s.Save(ctx, ops, checklist.Change{ID: r.ID, Answers: answers})
		refuses(t, err, errs.KindConflict, "checklist.finished")
		made, err := s.MakeProblem(ctx, ops, r.ID, "targets2", problem.Entry{Title: "责任书没签", Area: finding.AreaTarget, Where: problem.Where{Level: finding.LevelCompany}})
		if err != nil || made.ID != 1 || list.raised[0].Source != problem.SourceReview || list.raised[0].Evidence != "抽查5人，2人没签" {
			t.Fatalf("%+v %v", list.raised, err)
		}
		_, err = s.MakeProblem(ctx, ops, r.ID, "targets2", problem.Entry{})
		refuses(t, err, errs.KindConflict, "checklist.is_problem")
	})
}

func TestNumbersAreForWhoMayReadThem(t *testing.T) {
	onBoth(t, func(t *testing.T, s *checklist.Service, _ *problems) {
		ctx := t.Context()
		r, err := s.Begin(ctx, hr, "targets")
		if err != nil {
			t.Fatal(err)
		}
		if v, err := s.Get(ctx, hr, r.ID); err != nil || len(v.Numbers) != 0 || v.NumbersWhy.Key != "checklist.numbers_forbidden" {
			t.Errorf("%+v %v", v, err)
		}
		if v, err := s.Get(ctx, ops, r.ID); err != nil || v.Numbers["attainment"].Value.Numerator != 3 {
			t.Errorf("%+v %v", v.Numbers, err)
		}
		_, err = s.Get(ctx, seller, r.ID)
		refuses(t, err, errs.KindForbidden, "")
	})
}

func TestEveryListCanBeAnswered(t *testing.T) {
	t.Parallel()
	for _, l := range checklist.Shipped {
		ids := map[string]bool{}
		for _, q := range l.Questions {
			if ids[q.ID] || q.Text.Zh == "" || q.Text.En == "" {
				t.Errorf("%s: %+v", l.Key, q)
			}
			ids[q.ID] = true
		}
	}
}
