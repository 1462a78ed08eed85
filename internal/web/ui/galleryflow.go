package ui

import (
	"math/big"
	"strconv"
)

func (s sampler) form(wrong bool) FormView {
	say := s.say
	v := FormView{
		ID: "sample-form", Action: "/_gallery", Submit: Action{Label: say("登记回款", "Record collection"), Icon: "check"}, Cancel: &Link{Label: s.p.T("common.cancel"), URL: "#"}, Consequence: say("本月多得¥1,832", "earns ¥1,832 more this month"), Aside: say("草稿已存10:29", "draft saved 10:29"),
		Fields: []Field{
			{Name: "amount", Kind: FieldMoney, Label: say("到账金额", "Amount received"), Unit: s.p.T("common.yuan"), Value: "52000.00", Error: say("合同余额只有¥46,800.00。多出部分登记为预收。", "The contract has ¥46,800.00 left. Record the rest as a prepayment."), Span: 6},
			{Name: "received", Kind: FieldDate, Label: say("到账日期", "Received on"), Value: "2026-10-28", Error: say("不能晚于今天（2026-09-24）。", "Not later than today (2026-09-24)."), Span: 6},
			{Name: "period", Kind: FieldMonth, Label: say("所属月份", "Period"), Value: "2026-09", Hint: say("决定计入哪个月的业绩", "Decides which month it counts for"), Span: 6},
			{Name: "method", Kind: FieldSelect, Label: say("收款方式", "Method"), Span: 6, Value: "bank", Options: []Option{{Value: "bank", Label: say("银行转账", "Bank transfer")}, {Value: "bill", Label: say("承兑汇票", "Bill of exchange")}}},
			{Name: "kind", Kind: FieldRadio, Label: say("款项", "Kind of payment"), Value: "progress", Span: 6, Options: []Option{{Value: "advance", Label: say("预付款", "Prepayment")}, {Value: "progress", Label: say("进度款", "Progress payment"), Hint: say("按合同节点", "by milestone")}, {Value: "final", Label: say("尾款", "Final payment")}}},
			{Name: "tell", Kind: FieldChecks, Label: say("通知", "Tell"), Span: 6, Optional: true, Options: []Option{{Value: "owner", Label: say("负责人", "The owner"), Selected: true}, {Value: "finance", Label: say("财务", "Finance")}}},
			{Name: "proof", Kind: FieldFile, Label: say("凭证", "Proof"), Optional: true, Accept: "image/*,application/pdf", Span: 6},
			{Name: "note", Kind: FieldArea, Label: s.p.T("common.note"), Optional: true, Placeholder: say("对方付款人、票据号", "Payer, bill number"), Rows: 2, Span: 6},
			{Name: "archived", Kind: FieldCheck, Label: say("合同原件已归档", "The original contract is on file"), Hint: say("未归档的提成会暂扣", "Otherwise the commission is held back"), Checked: true},
		},
	}
	if !wrong {
		for i := range v.Fields {
			v.Fields[i].Error = ""
		}
	}
	return v
}

func (s sampler) filter() FilterView {
	say := s.say
	return FilterView{
		Path: "/_gallery", Clear: "/_gallery", SaveAs: "#", Count: say("61位客户", "61 customers"),
		Views:  []Tab{{Label: s.p.T("common.all"), URL: "#", Current: true, Count: 148, Counted: true}, {Label: say("流失预警", "Churn"), URL: "#", Count: 11, Counted: true}, {Label: say("不完整", "Incomplete"), URL: "#", Count: 31, Counted: true}},
		Search: &Field{Name: "find", Label: say("找客户", "Find customers"), Placeholder: say("名称、电话", "Name, phone")},
		Fields: []Field{{Name: "tier", Kind: FieldChecks, Label: say("等级", "Tier"), Optional: true, Options: []Option{{Value: "A", Label: "A", Selected: true}, {Value: "B", Label: "B", Selected: true}, {Value: "C", Label: "C"}}}, {Name: "owner", Kind: FieldSelect, Label: s.p.T("common.owner"), Optional: true, Placeholder: s.p.T("common.all"), Options: []Option{{Value: "1", Label: say("林知遥", "Lin Zhiyao"), Group: say("华东一部", "East 1")}, {Value: "2", Label: say("周启航", "Zhou Qihang"), Group: say("华东二部", "East 2")}}}},
		Chips:  []FilterChip{{Label: say("等级：A、B", "Tier: A, B"), Remove: "/_gallery"}},
	}
}

func (s sampler) steps() []Step {
	say := s.say
	return []Step{{Name: say("核算", "Calculate"), Text: say("9-15 18:00 · 42秒", "15 Sep 18:00 · 42 s"), State: StepDone}, {Name: say("复核", "Review"), Text: say("9-17 · 6主管3总监", "17 Sep · 9 people"), State: StepDone}, {Name: say("公示", "Publish"), Text: say("9-18 · 已读31/33", "18 Sep · read 31/33"), State: StepDone}, {Name: say("申诉", "Disputes"), Text: say("今天18:00截止 · 2件", "until today 18:00 · 2"), State: StepNow, URL: "#"}, {Name: say("批准", "Approve"), Text: say("尹静 → 秦岚", "Yin → Qin")}, {Name: say("关账", "Close"), Text: say("冻结8月", "freezes August")}, {Name: say("发放文件", "Pay file"), Text: say("9-30发放", "pay day 30 Sep")}}
}

func (s sampler) moments() []Moment {
	say := s.say
	return []Moment{
		{When: "9-15", At: "2026-09-15", Icon: "check", Tone: ToneGood, Title: say("核算完成，余安", "Calculated, Yu An")},
		{When: "9-21", At: "2026-09-21", Icon: "refresh", Tone: ToneBrand, Title: say("更新为v2：补计7月差额+¥214.56", "Now v2: July difference +¥214.56"), Links: []Link{{Label: s.p.T("common.compare"), URL: "#"}}},
		{When: s.p.T("common.today"), Icon: "clock", Tone: ToneWarn, Strong: true, Title: say("申诉截止18:00", "Disputes until 18:00"), Detail: say("5个工作日（9月20日调休上班计入）", "5 work days (20 Sep is a make-up day)")},
		{When: "9-30", At: "2026-09-30", Icon: "building-bank", Future: true, Title: say("发放", "Pay day")},
	}
}

func (s sampler) checks() []Check {
	say := s.say
	return []Check{{State: CheckDone, Text: say("客户资料24小时内录入", "Customer entered within 24 h")}, {State: CheckPending, Text: say("方案经部门经理批准", "Proposal approved by the manager"), Clock: &Clock{State: ClockSoon, Label: say("剩5小时", "5 hours left")}}, {State: CheckFailed, Text: say("首次回访按时", "First visit in time"), Detail: say("超时2小时", "2 hours over")}, {State: CheckTodo, Text: say("合同归档", "Contract on file")}, {State: CheckExempt, Text: say("信用评估", "Credit check")}}
}

func (s sampler) items() []Item {
	say := s.say
	return []Item{
		{Avatar: say("佳宁", "X"), Title: say("许佳宁", "Xu Jianing"), URL: "#", Beside: say("瑞禾制药拆分应为40%", "Ruihe split should be 40%"), Detail: say("涉及+¥127.20 · 附件2", "+¥127.20 · 2 attachments"), Clock: &Clock{State: ClockSoon, Label: say("剩7小时", "7 hours left")}},
		{Icon: "alert-triangle", Tone: ToneWarn, Top: true, Title: say("120%处一步跳升¥1,000", "A jump of ¥1,000 at 120%"), Detail: say("约等于¥38,462回款的提成，月末容易压单。", "Worth the commission of ¥38,462; invites holding deals back at month end."), Actions: []Action{{Label: say("拆分", "Split"), URL: "#"}}},
	}
}

func (s sampler) jobs() []Job {
	say := s.say
	return []Job{
		{ID: "job-1", Title: say("核算8月", "Calculating August"), State: JobRunning, Done: 18, Total: 33, Text: say("18/33人 · 约20秒", "18 of 33 · about 20 s"), Cancel: "/jobs/1/cancel"},
		{ID: "job-2", Title: say("导入回款", "Importing collections"), State: JobFailed, Problems: &Link{Label: say("下载3行错误", "Download 3 rows in error"), URL: "#"}},
		{ID: "job-3", Title: say("导出名单", "Exporting"), State: JobDone, Result: &Link{Label: s.p.T("common.download"), URL: "#"}},
	}
}

func (s sampler) waterfall() ChartView {
	say := s.say
	v := ChartView{Kind: ChartWaterfall, Unit: "yuan", LabelledBy: "waterfall", Height: 300, Legend: []Legend{{Label: s.p.T("chart.total")}, {Class: "g", Label: say("增加", "more")}, {Class: "bd", Label: say("减少", "less")}}, Note: say("起点0 = 7月应发¥184,653.72", "0 = July, ¥184,653.72")}
	v.Table = TableView{Label: say("与7月的差异", "Against July"), Columns: []Column{{Label: s.p.T("common.reason")}, {Label: s.p.T("common.amount"), Kind: ColumnNumber}}}
	for _, line := range []struct {
		zh, en string
		fen    int64
		total  bool
	}{{"回款变动", "Collections", 648820, false}, {"人员进出", "People", -110000, false}, {"目标变动", "Targets", -174665, false}, {"奖励项", "Bonuses", -190000, false}, {"暂扣净额", "Holds", -90000, false}, {"往月差额", "Past months", 201059, false}, {"合计变动", "Change", 285214, true}} {
		v.Table.Rows = append(v.Table.Rows, Row{Total: line.total, Cells: []Cell{Text(say(line.zh, line.en)), {Text: s.p.Amount(line.fen, "CNY"), Data: strconv.FormatInt(line.fen/100, 10)}}})
	}
	return v
}

func (s sampler) combo() ChartView {
	say := s.say
	v := ChartView{Kind: ChartCombo, Unit: "yuan", LabelledBy: "combo", Height: 300, Legend: []Legend{{Label: s.p.T("common.actual")}, {Class: "dash", Label: s.p.T("common.target")}, {Class: "dot", Label: say("去年", "Last year")}}}
	v.Table = TableView{Label: say("回款趋势", "Collections"), Columns: []Column{{Label: s.p.T("common.month")}, {Label: s.p.T("common.actual"), Kind: ColumnNumber, Chart: &Series{Type: "bar", Color: "1", Running: true}}, {Label: s.p.T("common.target"), Kind: ColumnNumber, Chart: &Series{Type: "dash", Color: "ink2"}}, {Label: say("去年", "Last year"), Kind: ColumnNumber, Chart: &Series{Type: "dot", Color: "ref"}}}}
	for i := range int64(9) {
		actual, target, last := 5_200_000+i*230_000-(i%3)*410_000, 5_500_000+i*200_000, 4_800_000+i*150_000
		v.Table.Rows = append(v.Table.Rows, Row{Cells: []Cell{Text(say(strconv.FormatInt(i+1, 10)+"月", "2026-0"+strconv.FormatInt(i+1, 10))), Text(s.p.Int(actual)), Text(s.p.Int(target)), Text(s.p.Int(last))}})
	}
	return v
}

func (s sampler) curve() ChartView {
	say := s.say
	v := ChartView{Kind: ChartCurve, Unit: "yuan", LabelledBy: "curve", Height: 340, Marks: []Mark{{At: "80", Label: ""}, {At: "100", Label: "+¥1,000"}, {At: "120", Label: "+¥1,000"}}, Point: &Point{X: "110", Y: "6150.80", Label: say("当前110% · ¥6,151", "now 110% · ¥6,151")}, Axis: []string{say("月激励", "Monthly pay"), say("再回款1万元多得", "Next ¥10,000 pays")}}
	v.Table = TableView{Label: say("兑现曲线", "Payout curve"), Columns: []Column{{Label: s.p.T("common.attainment")}, {Label: say("月激励", "Monthly pay"), Kind: ColumnNumber}, {Label: say("边际", "Marginal"), Kind: ColumnNumber}}}
	for _, line := range [][3]string{{"0", "0", "120"}, {"40", "1564.80", "120"}, {"80", "3129.60", "180"}, {"99.99", "4302.61", "180"}, {"100", "5303.20", "260"}, {"110", "6150.80", "260"}, {"119.99", "6997.55", "260"}, {"120", "7998.40", "360"}, {"160", "12692.80", "360"}, {"200", "17387.20", "0"}} {
		v.Table.Rows = append(v.Table.Rows, Row{Cells: []Cell{Text(line[0] + "%"), {Text: line[1], Data: line[1]}, {Text: line[2], Data: line[2]}}})
	}
	return v
}

func (s sampler) radar() ChartView {
	say := s.say
	v := ChartView{Kind: ChartRadar, Label: say("成熟度", "Maturity"), Height: 300}
	v.Table = TableView{Label: say("成熟度", "Maturity"), Columns: []Column{{Label: say("维度", "Dimension")}, {Label: say("现在", "Now"), Kind: ColumnNumber, Chart: &Series{Color: "1"}}, {Label: say("基线", "Baseline"), Kind: ColumnNumber, Chart: &Series{Color: "ref"}}}}
	for _, line := range [][4]string{{"流程", "Process", "3.2", "2.1"}, {"目标", "Targets", "2.6", "1.8"}, {"客户", "Customers", "3.8", "2.5"}, {"激励", "Incentives", "3.1", "1.2"}, {"数据", "Data", "4.1", "2.0"}} {
		v.Table.Rows = append(v.Table.Rows, Row{Cells: []Cell{Text(say(line[0], line[1])), Text(line[2]), Text(line[3])}})
	}
	return v
}

func (s sampler) paces() []Pace {
	return []Pace{
		{Attained: share(1102), Elapsed: share(864), NextBand: share(1200), NextText: s.say("120%档", "120% band")},
		{Attained: share(829), Elapsed: share(864)},
		{Attained: share(640), Elapsed: share(864)},
	}
}

func probabilities() Bar {
	return Bar{Height: 14, Label: "85% 53% 20%", Parts: []BarPart{{Share: share(850), Class: "pr1", Nested: true}, {Share: share(530), Class: "pr2", Nested: true}, {Share: share(200), Class: "pr3", Nested: true}}}
}

func composition() Bar {
	return Bar{Height: 10, Label: "50% 30% 20%", Parts: []BarPart{{Share: big.NewRat(1, 2), Class: "f1"}, {Share: share(300), Class: "f2"}, {Share: share(200), Class: "f3"}}}
}

// trend is a year of columns with targets, or of a rate with what it lies within.
func (s sampler) trend(line bool) TrendView {
	say := s.say
	v := TrendView{ID: "trend-columns", LabelledBy: "trend", Label: say("回款趋势", "Collections"), Period: say("月份", "Month"), Actual: say("实际", "Actual"), Target: say("目标", "Target"), Before: say("去年同期", "Last year"),
		Axis: func(v *big.Rat) string { return s.p.Decimal(v, 0) }}
	if line {
		v.ID, v.LabelledBy, v.Line, v.Before, v.Target = "trend-line", "trend-rate", true, "", ""
		v.Band = &TrendBand{Low: big.NewRat(560, 1), High: big.NewRat(940, 1), Label: say("正常波动", "usual range")}
	}
	for i, actual := range []int64{812, 790, 968, 642, 399, 760, 703, 731, 858, 695, 713, 661} {
		p := TrendPoint{Tick: strconv.Itoa(i + 1), Name: "2026-" + strconv.Itoa(i+1), Actual: TrendValue{big.NewRat(actual, 1), s.p.Int(actual)}, Target: TrendValue{big.NewRat(actual+40-int64(i)*6, 1), s.p.Int(actual + 40 - int64(i)*6)}, Before: TrendValue{big.NewRat(actual-70, 1), s.p.Int(actual - 70)}, Running: i == 11}
		p.Signal = line && (actual < 560 || actual > 940)
		if i == 7 && line {
			p.Actual = TrendValue{Text: say("没有数据", "no data")}
		}
		v.Points = append(v.Points, p)
	}
	return v
}
