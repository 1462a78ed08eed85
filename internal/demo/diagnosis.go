package demo

import (
	"context"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/diagnosis"
	"xiaoguan/internal/finding"
	"xiaoguan/internal/money"
	"xiaoguan/internal/problem"
	"xiaoguan/internal/store"
)

// diagnose looks for problems at the ends of two months, in the days after; in between people have said what they know, and dealt with some of it.
func (f *filler) diagnose(ctx context.Context) error {
	defer f.SetNow(f.end)
	made := 0
	newID := func() string { made++; return store.NewID(f.end.Add(time.Duration(made) * time.Microsecond)) }
	moment := f.end
	now := func() time.Time { return moment.In(calendar.ChinaTime) }
	on := func(month calendar.Month, workDay int) {
		if moment = instant(f.year.workDay(month, workDay), 9, 30); moment.After(f.end) {
			moment = f.end
		}
		f.SetNow(moment)
	}
	problems := problem.NewService(f.DB.ProblemStore(), now)
	service := diagnosis.NewService(f.DB.DiagnosisStore(), problems, newID, now, func() money.Currency { return money.CNY }).WithAnswers(f.TeamAnswers).WithPlans(f.PlanLines)
	last := service.LastMonthEnd()
	on(last.Month()-2, 3)
	if _, err := service.StartNow(ctx, f.actor(loginOperations), diagnosis.Ask{AsOf: (last.Month() - 3).Last(), Note: "季度初摸底"}); err != nil {
		return err
	}
	on(last.Month()-2, 8)
	reviewed, err := f.hearProblems(ctx, problems)
	if err != nil {
		return err
	}
	on(last.Month()+1, 3)
	if _, err := service.StartNow(ctx, f.actor(loginOperations), diagnosis.Ask{AsOf: last, Note: "月度例行"}); err != nil {
		return err
	}
	return f.mergeReviewed(ctx, problems, reviewed)
}

// saidOfProblems is what people said in interviews, questionnaires and a review of the management.
var saidOfProblems = []struct {
	login string
	problem.Entry
	becomes []problem.Move
}{
	{loginOperations, problem.Entry{Kind: "instalments_missing", Source: problem.SourceInterview, Evidence: "三位主管都说：合同签完没排回款计划，催款只能靠记忆", Rating: problem.Rating{Gravity: 4, Urgency: 5, Tendency: 3}},
		[]problem.Move{{Status: problem.StatusConfirmed, Note: "抽查近三个月20份合同，11份没有回款计划"}, {Status: problem.StatusInAction}}},
	{loginOperations, problem.Entry{Title: "需求没问清就出方案，来回改", Area: finding.AreaProcess, Source: problem.SourceReview, Evidence: "管理复盘：方案平均改三稿，多数因为预算和决策人没问到"}, nil},
	{loginHR, problem.Entry{Title: "新人没人带，前三个月靠自己摸索", Area: finding.AreaTeam, Source: problem.SourceInterview, Evidence: "访谈6名新人，5名说没有固定师傅", Rating: problem.Rating{Gravity: 4, Urgency: 4, Tendency: 4}},
		[]problem.Move{{Status: problem.StatusConfirmed, Note: "带教记录只覆盖三成新人"}}},
	{loginHR, problem.Entry{Kind: "training_rare", Source: problem.SourceQuestionnaire, Evidence: "问卷：六成的人今年只参加过一次产品培训"}, nil},
	{loginOperations, problem.Entry{Title: "激励公式看不懂，算不出自己能拿多少", Area: finding.AreaIncentive, Source: problem.SourceQuestionnaire, Evidence: "问卷：41%的人答“说不清”", Rating: problem.Rating{Gravity: 3, Urgency: 3, Tendency: 3}}, nil},
	{loginOperations, problem.Entry{Title: "激励发放总是拖到月底", Area: finding.AreaIncentive, Source: problem.SourceInterview, Evidence: "两名销售在访谈里提到"},
		[]problem.Move{{Status: problem.StatusRefuted, Note: "查了近12个月发放记录，都在约定日期前到账"}}},
}

// hearProblems writes down what people said, and what became of it, and tells which one came of the review.
func (f *filler) hearProblems(ctx context.Context, problems *problem.Service) (reviewed int64, err error) {
	ops, owner := f.actor(loginOperations), f.actor(loginLead).PersonID
	for i := range saidOfProblems {
		h := &saidOfProblems[i]
		actor, in := f.actor(h.login), h.Entry
		in.Where = problem.Where{Level: finding.LevelCompany}
		p, err := problems.Raise(ctx, actor, in)
		if err != nil {
			return 0, err
		}
		if in.Source == problem.SourceReview {
			reviewed = p.ID
		}
		for _, move := range h.becomes {
			move.ID = p.ID
			if _, err := problems.SetStatus(ctx, ops, move); err != nil {
				return 0, err
			}
		}
		if i == 0 {
			if _, err := problems.Assign(ctx, ops, p.ID, owner, 0); err != nil {
				return 0, err
			}
		}
	}
	return reviewed, nil
}

// mergeReviewed merges what the review heard into what the records show of the same, and rates it.
func (f *filler) mergeReviewed(ctx context.Context, problems *problem.Service, reviewed int64) error {
	ops := f.actor(loginOperations)
	l, err := problems.List(ctx, ops, problem.Filter{Kind: "step_skipped", Source: problem.SourceDetected})
	if err != nil || len(l.Problems) == 0 {
		return err
	}
	into := l.Problems[0].ID
	if _, err := problems.Merge(ctx, ops, reviewed, into); err != nil {
		return err
	}
	if _, err := problems.Rate(ctx, ops, problem.Grade{ID: into, Rating: problem.Rating{Gravity: 4, Urgency: 4, Tendency: 3}, Why: "直接影响方案一次通过率"}); err != nil {
		return err
	}
	_, err = problems.Assign(ctx, ops, into, f.actor(loginLead).PersonID, 0)
	return err
}
