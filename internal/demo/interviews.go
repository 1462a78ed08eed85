package demo

import (
	"context"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/checklist"
	"xiaoguan/internal/finding"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/interview"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/money"
	"xiaoguan/internal/problem"
	"xiaoguan/internal/web/ui"
)

// passage is a passage of the story with its themes, and the problem that was made of it.
type passage struct {
	quoted string
	themes []string
	title  string // of the problem; empty: none was made
	area   finding.Area
}

var talks = []struct {
	role  interview.Role
	days  int
	notes string
	said  []passage
}{
	{interview.RoleCore, 24, "干了五年，一直在华东。\n报价审批要等三四天，上个月恒通那单就是等没的。\n撞单没人拍板，最后谁嗓门大听谁的。\n提成我自己算不出来，每次都要问财务。\n系统里老客户的联系人有一半不对。\n如果只能改一件：审批。", []passage{
		{"报价审批要等三四天，上个月恒通那单就是等没的。", []string{"process"}, "报价审批太慢，丢单", finding.AreaProcess}, {"撞单没人拍板，最后谁嗓门大听谁的。", []string{"customers"}, "", ""}, {"提成我自己算不出来，每次都要问财务。", []string{"incentives"}, "", ""}, {"系统里老客户的联系人有一半不对。", []string{"tools"}, "", ""}}},
	{interview.RoleLead, 21, "团队八个人，两个新人。\n目标是年初拍的，拆的时候没问过我。\n新人没人专门带，我一周最多陪访一次。\n报价要总监批，总监出差就卡住。\n激励只看签约额，没人管回款。", []passage{
		{"目标是年初拍的，拆的时候没问过我。", []string{"targets"}, "", ""}, {"新人没人专门带，我一周最多陪访一次。", []string{"coaching"}, "", ""}, {"报价要总监批，总监出差就卡住。", []string{"process"}, "", ""}, {"激励只看签约额，没人管回款。", []string{"incentives", "collection"}, "激励只看签约，不看回款", finding.AreaIncentive}}},
	{interview.RoleService, 17, "一个月四十来张单子。\n销售交过来的时候没有现场情况，全靠客户再讲一遍。\n续约的事客户问我，我不知道该转给谁。", []passage{
		{"销售交过来的时候没有现场情况，全靠客户再讲一遍。", []string{"service"}, "", ""}, {"续约的事客户问我，我不知道该转给谁。", []string{"service", "customers"}, "", ""}}},
}

// interviewStaff lets HR hold three interviews, and operations review how targets are split.
func (f *filler) interviewStaff(ctx context.Context) error {
	defer f.SetNow(f.end)
	hr := f.actor(loginHR)
	for _, talk := range talks {
		at := f.workDay(talk.days)
		f.SetNow(at)
		now := func() time.Time { return at.In(calendar.ChinaTime) }
		service := interview.NewService(f.DB.InterviewStore(), problem.NewService(f.DB.ProblemStore(), now), now)
		i, err := service.Save(ctx, hr, interview.Entry{Role: talk.role, HeldOn: calendar.DateOf(now()), Notes: talk.notes})
		if err != nil {
			return err
		}
		for _, s := range talk.said {
			p, err := service.Code(ctx, hr, interview.Coding{InterviewID: i.ID, Quoted: s.quoted, Themes: s.themes})
			if err != nil {
				return err
			}
			if s.title == "" {
				continue
			}
			if _, err := service.MakeProblem(ctx, hr, i.ID, p.ID, problem.Entry{Title: s.title, Area: s.area, Where: problem.Where{Level: finding.LevelCompany}}); err != nil {
				return err
			}
		}
	}
	return f.reviewManagement(ctx, f.workDay(12))
}

// reviewManagement answers the list about targets.
func (f *filler) reviewManagement(ctx context.Context, at time.Time) error {
	f.SetNow(at)
	ops, now := f.actor(loginOperations), func() time.Time { return at.In(calendar.ChinaTime) }
	catalogue, err := i18n.New()
	if err != nil {
		return err
	}
	printer := catalogue.Printer(i18n.ZhCN)
	numbers := metric.NewService(metric.Config{Store: f.DB.Metrics(), Now: now, Currency: money.Constantly(money.CNY), Fiscal: func() calendar.Fiscal { return calendar.Fiscal{} }, WorkDays: calendar.China})
	service := checklist.NewService(checklist.Config{Store: f.DB.ChecklistStore(), Problems: problem.NewService(f.DB.ProblemStore(), now), Numbers: numbers, Now: now,
		Say: func(s metric.Series) string {
			return ui.InLanguage(printer, s.Definition.Name) + " " + ui.MetricText(printer, money.CNY, s.Value)
		}})
	r, err := service.Begin(ctx, ops, "targets")
	if err != nil {
		return err
	}
	answers := map[string]checklist.Answer{"targets1": {Verdict: checklist.VerdictYes, Evidence: "年度目标计划，已拆到人、到月"}, "targets2": {Verdict: checklist.VerdictPartly, Evidence: "抽查20人，3人还没确认责任书", Note: "已催"}, "targets3": {Verdict: checklist.VerdictYes, Evidence: "目标页每个人都有拆解说明"},
		"targets4": {Verdict: checklist.VerdictPartly, Evidence: "华南两个团队上月没开月考核"}, "targets5": {Verdict: checklist.VerdictYes, Evidence: "调整记录4条，都有审批"}}
	if r, err = service.Save(ctx, ops, checklist.Change{ID: r.ID, Answers: answers, Finish: true}); err != nil {
		return err
	}
	_, err = service.MakeProblem(ctx, ops, r.ID, "targets4", problem.Entry{Title: "月考核没有全部开起来", Area: finding.AreaTarget, Where: problem.Where{Level: finding.LevelCompany}})
	return err
}
