package demo

import (
	"context"
	"time"

	"xiaoguan/internal/assessment"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/money"
	"xiaoguan/internal/org"
	"xiaoguan/internal/standard"
	"xiaoguan/internal/store"
	"xiaoguan/internal/survey"
)

// opinionOf is what operations said of a criterion so many days before the last.
type opinionOf struct {
	criterion string
	holds     bool
	evidence  string
	before    int
}

// assessed are assessments of the company in the order in which they were made: half a year ago, three months ago, and lately.
var assessed = []struct {
	before int
	note   string
	said   []opinionOf
}{
	{182, "第一次摸底，作为基线", []opinionOf{
		{"process.roles", false, "SOP 只写了动作，方案和签约两个阶段没写谁负责", 184}, {"attainment.split", true, "年度目标按三年回款和市场潜力分到人，2 月逐人谈过，有签字", 183},
		{"satisfaction.cases", false, "低分答卷转给销售本人，没有专人跟", 183}, {"data.one_book", false, "财务按开票、销售按回款报数，月会上对不上", 182}, {"team.coaching", false, "华东两个团队有月度面谈记录，其余没有", 182},
		{"customers.policy", true, "分级标准已成文，A 类调级要总监批", 182}, {"incentive.understood", false, "抽问 8 人，3 人说不清超额档怎么算", 182}}},
	{91, "半年改进后的复评", []opinionOf{
		{"process.roles", true, "SOP 第 2 版补了各阶段责任岗位、产出和时限，跳过要填原因", 95}, {"data.one_book", true, "口径库上线，财务、销售月报用同一套数", 93}, {"satisfaction.cases", true, "低分自动开客诉工单，客服 1 个工作日内响应", 92},
		{"incentive.understood", true, "试算器上线后抽问 10 人，9 人能算出自己的奖金", 92}, {"process.bottleneck", false, "看过一次漏斗，没有固定下来", 91}}},
	{20, "年底复评，准备明年规划", []opinionOf{
		{"team.coaching", true, "10 月各团队面谈记录齐全，主管月度考核写了评语", 26}, {"process.bottleneck", true, "9、10 月经营会看了流程瓶颈，方案审批加了替补人", 24}, {"attainment.adjusted", true, "季度调整走审批，理由固定，已关账的月份不动", 23},
		{"data.checked", false, "有台账完整度，没有固定负责人每月看", 22}, {"satisfaction.causes", false, "不满意原因还没按季度归类", 22}, {"team.skills", false, "技能表刚建，还没覆盖全部团队", 21}}},
}

// selfMeasures read the company as it is at a moment.
func (f *filler) selfMeasures(at time.Time) assessment.Sources {
	now := func() time.Time { return at.In(calendar.ChinaTime) }
	newID := func() string { return store.NewID(at) }
	return assessment.Sources{Store: f.DB.AssessmentFacts(),
		Metrics:  metric.NewService(metric.Config{Store: f.DB.Metrics(), Now: now, Currency: money.Constantly(money.CNY), Fiscal: func() calendar.Fiscal { return calendar.Fiscal{} }, WorkDays: calendar.China}),
		Surveys:  survey.NewService(f.DB.SurveyStore(), nil, newID, now),
		Standard: standard.NewService(f.DB.Standards(), newID, now, calendar.China),
		People:   org.NewService(f.DB.Org(), now)}
}

// assessCompany lets operations assess the company three times.
func (f *filler) assessCompany(ctx context.Context) error {
	if f.Metrics == nil {
		return nil
	}
	if err := f.Metrics.CatchUp(ctx); err != nil {
		return err
	}
	defer f.SetNow(f.end)
	operations := f.actor(loginOperations)
	at := func(before int) *assessment.Service {
		moment := f.workDay(before)
		f.SetNow(moment)
		return assessment.NewService(f.DB.AssessmentStore(), f.selfMeasures(moment), func() time.Time { return moment.In(calendar.ChinaTime) })
	}
	for _, a := range assessed {
		for _, s := range a.said {
			service := at(s.before)
			if _, err := service.Say(ctx, operations, assessment.Saying{Criterion: s.criterion, Holds: s.holds, Evidence: s.evidence, On: calendar.DateOf(f.workDay(s.before).In(calendar.ChinaTime))}); err != nil {
				return err
			}
		}
		if _, err := at(a.before).Keep(ctx, operations, a.note); err != nil {
			return err
		}
	}
	return nil
}
