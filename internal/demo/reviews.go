package demo

import (
	"cmp"
	"context"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decision"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/review"
	"xiaoguan/internal/standard"
	"xiaoguan/internal/store"
)

// meetings is the service of meetings at a time of the story.
func (f *filler) meetings(at time.Time) *review.Service {
	f.SetNow(at)
	now := func() time.Time { return at.In(calendar.ChinaTime) }
	return review.NewService(review.Config{Store: f.DB.ReviewStore(), Standard: standard.NewService(f.DB.Standards(), func() string { return store.NewID(at) }, now, calendar.China), Now: now, Work: calendar.China, Currency: money.Constantly(money.CNY),
		Fiscal: func() calendar.Fiscal { return calendar.Fiscal{} }, Measures: shippedMeasures, Chance: func(stage string) int64 { return opportunity.ShippedStages().Percent(opportunity.Stage(stage)) }})
}

// shippedMeasures are the metrics that the story's meetings may choose from.
func shippedMeasures(context.Context, access.Actor) (list []review.Measure) {
	for _, d := range metric.Shipped() {
		list = append(list, review.Measure{ID: string(d.ID), Name: d.Name})
	}
	return list
}

// workDay is an instant of the last working day up to so many days before the end.
func (f *filler) workDay(daysBefore int) time.Time {
	day := f.Today - calendar.Date(daysBefore)
	for !calendar.China().IsWorking(day) {
		day--
	}
	return instant(day, 9, 30)
}

// holdReviews lets the lead hold meetings: the assessment of the last month and last week's review are over, what was agreed in them is done, late or open, and
// this week's is prepared.
func (f *filler) holdReviews(ctx context.Context) error {
	defer f.SetNow(f.end)
	if f.Standards != nil { // what meetings say of compliance rests on judged cases
		if err := f.Standards.CatchUp(ctx); err != nil {
			return err
		}
	}
	lead := f.actor(loginLead)
	if err := f.holdFormer(ctx, lead, f.workDay(int(f.Today-(f.Today.Month()-1).First())-11)); err != nil {
		return err
	}
	if err := f.holdMonthly(ctx, lead, f.workDay(20)); err != nil {
		return err
	}
	if err := f.holdWeekly(ctx, lead, f.workDay(8)); err != nil {
		return err
	}
	at := f.workDay(0)
	service := f.meetings(at)
	units, err := f.ledTeams(ctx, service, lead)
	if err != nil || len(units) == 0 {
		return err
	}
	_, err = service.Call(ctx, lead, review.Weekly, units[0], calendar.DateOf(at.In(calendar.ChinaTime)))
	return unlessThere(err)
}

// unlessThere lets a meeting pass that was prepared already, or that nobody is in.
func unlessThere(err error) error {
	if errs.Is(err, errs.KindConflict) || errs.Is(err, errs.KindInvalid) {
		return nil
	}
	return err
}

// ledTeams are the teams that the lead runs.
func (f *filler) ledTeams(ctx context.Context, service *review.Service, lead access.Actor) (units []review.Unit, err error) {
	l, err := service.List(ctx, lead, "", "")
	for _, u := range l.Callable {
		if u.Kind == review.UnitTeam {
			units = append(units, u)
		}
	}
	return units, err
}

// agreedAction is an action of the story: who is of the meeting, by place.
type agreedAction struct {
	place int
	text  string
	days  calendar.Date
	done  string // what came of it; empty: nothing yet
	moves string // the metric that it is to move
	after int    // days after the meeting on which it was done; 2 when 0
}

func (f *filler) holdWeekly(ctx context.Context, lead access.Actor, at time.Time) error {
	return f.holdMeeting(ctx, lead, at, review.Weekly, "上周新增商机偏少，重点在老客户扩容。\n大单卡在客户内部审批，约对方分管领导面谈。\n本周每人至少补两个新商机。", []agreedAction{
		{0, "约客户分管领导面谈，推动合同审批", 3, "已见面，答应月底前走完流程", "signed", 0}, {1, "把报价方案改成分期付款，重新提交", 5, "", "win_rate", 0}, {2, "补录三个新商机，写清决策人", 30, "", "pipeline_number", 0}})
}

func (f *filler) holdMonthly(ctx context.Context, lead access.Actor, at time.Time) error {
	return f.holdMeeting(ctx, lead, at, review.Monthly, "逐人过上月目标和过程，先看合规率，再看商机。\n下月把停滞商机清一遍。", []agreedAction{{0, "清理超过预计签约日的商机：改期或关闭", 15, "已全部改期或关闭", "win_rate", 0}, {1, "拜访三家流失风险客户", 12, "拜访两家，一家约到下周", "", 0}})
}

// holdFormer is the assessment of the month before: what was agreed in it was due last month, whose report tells how it went.
func (f *filler) holdFormer(ctx context.Context, lead access.Actor, at time.Time) error {
	return f.holdMeeting(ctx, lead, at, review.Monthly, "上月回款靠两个大单，其余的单偏小。\n逾期款逐笔定人，商机按阶段过一遍。", []agreedAction{{0, "逾期超过 30 天的款逐户上门，约定付款日", 6, "三户已付，一户分两次付", "collected", 5}, {1, "每人补两家老客户的扩容方案", 6, "方案都交了，比约定晚了三天", "signed", 9},
		{2, "停在方案制定阶段超过三周的商机，逐单过会", 7, "", "win_rate", 0}, {3, "整理竞品报价，写成一页纸", 5, "已发到团队", "", 3}})
}

// holdMeeting lets the lead hold a meeting and finish it.
func (f *filler) holdMeeting(ctx context.Context, lead access.Actor, at time.Time, kind review.Kind, minutes string, agreed []agreedAction) error {
	service := f.meetings(at)
	units, err := f.ledTeams(ctx, service, lead)
	if err != nil || len(units) == 0 {
		return err
	}
	made, err := service.Call(ctx, lead, kind, units[0], calendar.DateOf(at.In(calendar.ChinaTime)))
	if err != nil {
		return unlessThere(err)
	}
	v, err := service.Get(ctx, lead, made.ID)
	if err != nil {
		return err
	}
	if err := service.Write(ctx, lead, made.ID, minutes, 0); err != nil {
		return err
	}
	words := []string{"节奏稳，继续保持，带一带新人", "商机够，推进慢，下月每周复盘停滞商机", "过程记录不全，先把跟进写清楚"}
	for i := range v.Rows {
		if kind != review.Monthly {
			break
		}
		if err := service.Say(ctx, lead, made.ID, v.Rows[i].PersonID, words[i%len(words)]); err != nil {
			return err
		}
	}
	for _, a := range agreed {
		if a.place >= len(v.Rows) {
			continue
		}
		action, err := service.Agree(ctx, lead, review.Agreement{ReviewID: made.ID, PersonID: v.Rows[a.place].PersonID, Text: a.text, DueOn: made.On + a.days, Metric: a.moves})
		if err != nil {
			return err
		}
		if a.done == "" {
			continue
		}
		if _, err := f.meetings(at.AddDate(0, 0, cmp.Or(a.after, 2))).Settle(ctx, lead, action.ID, review.ActionDone, a.done, 0); err != nil {
			return err
		}
		f.SetNow(at)
	}
	return service.Finish(ctx, lead, made.ID, 0)
}

// logDecisions logs what was decided: on the numbers of a meeting, on what somebody saw, and on nothing.
func (f *filler) logDecisions(ctx context.Context) error {
	defer f.SetNow(f.end)
	lead, at := f.actor(loginLead), f.workDay(8)
	service := f.meetings(at)
	l, err := service.List(ctx, lead, "", review.StateFinished)
	if err != nil {
		return err
	}
	log := decision.NewService(f.DB.DecisionStore(), decision.Reviews{Service: service, Word: f.word, Amount: func(minor int64) string { return "¥" + money.Format(minor, money.CNY) }}, func() time.Time { return at.In(calendar.ChinaTime) })
	today := calendar.DateOf(at.In(calendar.ChinaTime))
	entries := []decision.Entry{
		{Title: "老客户扩容优先于开新客户，为期一个月", Detail: "新增商机少，老客户续单周期短。", On: today, Expected: "团队进度指数回到 100% 以上", DueOn: today + 35},
		{Title: "报价超过 10 万的商机由主管陪访一次", On: today - 14, Expected: "方案阶段赢单率提高 5 个点", DueOn: today - 1, Evidence: []decision.Evidence{{Label: "方案阶段转化率", Value: "41%", Period: "近三个月", Place: "团队", Link: "/flow"}}},
		{Title: "晨会改到九点半", On: today - 20, Expected: "外勤的人都能参加", DueOn: today + 10},
	}
	if len(l.Reviews) > 0 {
		entries[0].ReviewID = l.Reviews[0].ID
	}
	for i, in := range entries {
		d, err := log.Log(ctx, lead, in)
		if err != nil {
			return err
		}
		if i != 1 {
			continue
		}
		if _, err := log.Close(ctx, lead, decision.Result{ID: d.ID, State: decision.StateKept, Outcome: "陪访过的六个商机签了三个，继续", Then: []decision.Evidence{{Label: "方案阶段转化率", Value: "47%", Period: "近三个月", Place: "团队"}}}); err != nil {
			return err
		}
	}
	return nil
}

// word names what evidence is about as the product does in Chinese.
func (f *filler) word(m errs.Message) string {
	return map[string]string{"review.actual": "实际", "review.target": "目标", "review.pace": "进度指数", "review.chance": "达成概率", "review.compliance": "合规率"}[m.Key]
}
