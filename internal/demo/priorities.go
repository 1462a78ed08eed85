package demo

import (
	"context"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/priority"
	"xiaoguan/internal/prioritybook"
)

// measuresToTake are what operations put into the table of priorities; needs are places in this list.
var measuresToTake = []struct {
	prioritybook.Entry
	needs []int
}{
	{Entry: prioritybook.Entry{Title: "方案审批加替补人，超过一个工作日自动转", Detail: "审批人出差时方案常压两天以上。", Reach: 180, Impact: 100, Confidence: 90, Effort: 60, DelayWeeks: 2, Reasons: prioritybook.Reasons{Reach: "一个季度约 180 份方案走审批", Confidence: "流程分析里有等待时长", Effort: "改流程和培训审批人"}}},
	{Entry: prioritybook.Entry{Title: "A、B 类客户资料补齐专项", Detail: "信用代码、决策链、下次联系三项先补。", Reach: 420, Impact: 100, Confidence: 80, Effort: 320, CostMinor: 1_200_000, DelayWeeks: 8, Must: true, Reasons: prioritybook.Reasons{Reach: "台账里 A、B 类约 420 户不完整", Impact: "撞单和流失预警都靠它", Effort: "每人每周 2 小时，4 周"}}},
	{Entry: prioritybook.Entry{Title: "SOP 手册测验纳入入职和年度考核", Reach: 67, Impact: 50, Confidence: 80, Effort: 120, CostMinor: 300_000, DelayWeeks: 6, Reasons: prioritybook.Reasons{Reach: "全部在职销售", Confidence: "新人答对率低的团队违规多"}}},
	{Entry: prioritybook.Entry{Title: "逾期款到期前 7 天自动提醒并上周会", Reach: 95, Impact: 200, Confidence: 80, Effort: 80, DelayWeeks: 4, Reasons: prioritybook.Reasons{Reach: "每季到期分期约 95 笔", Impact: "提前联系的基本不逾期"}}},
	{Entry: prioritybook.Entry{Title: "核心销售带教两名新人", Detail: "每周一次陪访，按技能表看进步。", Reach: 14, Impact: 300, Confidence: 50, Effort: 400, CostMinor: 4_000_000, DelayWeeks: 16, Reasons: prioritybook.Reasons{Confidence: "只有华东试过一期", Effort: "带教每周半天"}}},
	{Entry: prioritybook.Entry{Title: "老客户分级经营和年度拜访计划", Detail: "按流失预警和长期价值排拜访。", Reach: 260, Impact: 200, Confidence: 60, Effort: 900, CostMinor: 6_000_000, DelayWeeks: 24, Reasons: prioritybook.Reasons{Reach: "A、B 类老客户"}}, needs: []int{1}},
	{Entry: prioritybook.Entry{Title: "留存和新客两个指标进激励方案", Detail: "明年方案改版，先模拟再征求意见。", Reach: 67, Impact: 200, Confidence: 60, Effort: 350, CostMinor: 2_000_000, DelayWeeks: 20, Reasons: prioritybook.Reasons{Impact: "目标要留存，方案不为它付钱"}}, needs: []int{1}},
	{Entry: prioritybook.Entry{Title: "报价模板和行业案例库", Reach: 150, Impact: 50, Confidence: 50, Effort: 600, CostMinor: 8_000_000, DelayWeeks: 12, Reasons: prioritybook.Reasons{Confidence: "只有访谈提到"}}},
	{Entry: prioritybook.Entry{Title: "客户长期价值模型和区域投放", Reach: 800, Impact: 100, Confidence: 50, Effort: 1500, CostMinor: 20_000_000, DelayWeeks: 40, Reasons: prioritybook.Reasons{Effort: "外部数据和分析师半年"}}, needs: []int{1, 5}},
}

// weighMeasures fills the table of priorities, says what there is to spend, and settles it once.
func (f *filler) weighMeasures(ctx context.Context) error {
	defer f.SetNow(f.end)
	moment := f.workDay(14)
	f.SetNow(moment)
	operations := f.actor(loginOperations)
	book := prioritybook.NewService(f.DB.PriorityStore(), func() time.Time { return moment.In(calendar.ChinaTime) })
	ids := make([]int64, len(measuresToTake))
	for i, m := range measuresToTake {
		in := m.Entry
		for _, need := range m.needs {
			in.Needs = append(in.Needs, ids[need])
		}
		item, err := book.Save(ctx, operations, in)
		if err != nil {
			return err
		}
		ids[i] = item.ID
	}
	frame := priority.Frame{BudgetMinor: 12_000_000, HasBudget: true, Capacity: 1800, HasCapacity: true, Bounds: priority.UsualBounds}
	if err := book.SetFrame(ctx, operations, frame, 0); err != nil {
		return err
	}
	_, err := book.Settle(ctx, operations, "第四季度经营会讨论稿")
	return err
}
