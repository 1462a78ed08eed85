package ui

import (
	"math/big"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
)

// Gallery answers with every component in every state, filled with sample data: the place to look at a change, and what the tests
// of this package read. It is for development and is mounted only there.
func Gallery() httpx.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		sample := sampler{httpx.PrinterFrom(r.Context())}
		return galleryPage(sample, r.URL.Query()).Render(r.Context(), w)
	}
}

// sampler makes the sample data in the reader's language. Its texts are no part of the interface, so they are no messages.
type sampler struct{ p *i18n.Printer }

func (s sampler) say(zh, en string) string {
	if s.p.Zh() {
		return zh
	}
	return en
}

func (s sampler) frame() Frame {
	say := s.say
	return Frame{
		Company: say("青禾智控", "Qinghe Controls"), Path: "/_gallery", Version: "0.1.0",
		Nav: []NavGroup{
			{Items: []NavItem{{Key: "today", Label: say("今日", "Today"), Icon: "home", URL: "#"}, {Key: "board", Label: say("实时看板", "Live board"), Icon: "chart-histogram", URL: "#"}, {Key: "report", Label: say("月度报告", "Monthly report"), Icon: "report-analytics", URL: "#"}}},
			{Title: say("业务", "Business"), Items: []NavItem{{Key: "pipeline", Label: say("商机", "Pipeline"), Icon: "layout-kanban", URL: "#", Count: 9}, {Key: "customers", Label: say("客户", "Customers"), Icon: "users", URL: "#"}, {Key: "collections", Label: say("回款", "Collections"), Icon: "cash", URL: "#", Count: 2, Urgent: true}}},
			{Title: say("激励", "Incentives"), Items: []NavItem{{Key: "pay", Label: say("我的收入", "My pay"), Icon: "receipt", URL: "#"}, {Key: "plans", Label: say("激励方案", "Plans"), Icon: "file-text", URL: "#"}, {Key: "close", Label: say("月结", "Month close"), Icon: "calendar-check", URL: "#"}}},
			{Title: say("基础", "Basics"), Items: []NavItem{{Key: "kit", Label: say("组件与状态", "Components"), Icon: "settings", URL: "/_gallery"}}},
		},
		Phone:  []NavItem{{Key: "today", Label: say("今日", "Today"), Icon: "home", URL: "#"}, {Key: "customers", Label: say("客户", "Customers"), Icon: "users", URL: "#"}, {Label: say("记跟进", "Follow up"), Icon: "plus", URL: "#", Primary: true}, {Key: "kit", Label: say("组件", "Kit"), Icon: "settings", URL: "/_gallery"}, {Key: "pay", Label: say("收入", "Pay"), Icon: "receipt", URL: "#"}},
		Person: Person{Name: say("秦岚", "Qin Lan"), Role: say("销售副总", "VP sales"), SignOut: "/sign-out", Links: []Link{{Label: say("我的账号", "My account"), URL: "#", Icon: "user"}}},
		Fresh:  &Freshness{Text: say("10:12 · 18分钟前", "10:12 · 18 minutes ago"), Detail: "2026-09-24 10:12", At: time.Date(2026, 9, 24, 2, 12, 0, 0, time.UTC)},
		Bell:   &Bell{URL: "#", Unread: 3},
		Search: &Search{URL: "/search", Placeholder: say("搜客户、商机、合同、口径", "Search customers, deals, metrics")},
		Toasts: []Toast{{Text: say("已改派2位客户给周启航", "2 customers reassigned to Zhou Qihang"), Undo: &Action{Label: s.p.T("common.undo"), Kind: ActionGhost, Small: true, Post: true, URL: "#"}}},
	}
}

func (s sampler) page() PageView {
	say := s.say
	frame := s.frame()
	return PageView{
		Frame: &frame, Title: say("组件与状态", "Components and states"), Current: "kit", Charts: true,
		Subtitle: say("每个组件的全部状态；浅色与深色共用", "Every component in every state, for both themes"),
		Crumbs:   []Crumb{{Label: say("全公司", "Company"), URL: "#"}, {Label: say("华东大区", "East"), URL: "#"}, {Label: say("华东一部", "East 1")}},
		Chips:    []Chip{{Label: say("v4草案", "v4 draft"), Tone: ToneBrand}, {Label: say("v3生效中", "v3 in force")}},
		Actions: []Action{
			{Label: say("重放去年", "Replay last year"), Icon: "test-pipe", URL: "#", DeskOnly: true},
			{Label: say("送财务批准", "Send to finance"), Icon: "lock", Disabled: true, DisabledBy: "blocked"},
			{Label: say("关账", "Close month"), Icon: "lock", Kind: ActionDanger, Popover: "close-month"},
			{Label: say("提交审批", "Submit"), Icon: "send", Kind: ActionPrimary, URL: "#"},
		},
		Tabs: []Tab{{Label: say("正文与规则", "Text and rules"), URL: "#", Current: true}, {Label: say("与v3的差异", "Changes since v3"), URL: "#", Count: 3, Counted: true}, {Label: say("模拟", "Simulation"), URL: "#"}},
	}
}

func share(thousandths int64) *big.Rat { return big.NewRat(thousandths, 1000) }

func (s sampler) why(id string) Asked {
	say := s.say
	return Asked{ID: id, Label: "96.60%", Why: Why{
		Title: say("8月业绩达成率", "Attainment, August"), Version: say("口径库v3", "Metric book v3"), Formula: "¥307,188.00 ÷ ¥318,000.00 = 96.60%",
		Facts: []Fact{{Term: s.p.T("why.basis"), Text: say("回款额：财务确认，含税，扣退款，按拆分比例", "Collections confirmed by finance, with tax, less refunds, by split")}, {Term: s.p.T("why.target"), Text: say("2026年第三季度目标v4", "Target Q3 2026 v4")}, {Term: s.p.T("why.period"), Text: say("2026-08-01至08-31", "2026-08-01 to 08-31")}},
		Links: []Link{{Label: s.p.T("why.rows"), URL: "#"}, {Label: s.p.T("why.definition"), URL: "#"}, {Label: s.p.T("why.challenge"), URL: "#"}},
	}}
}

func (s sampler) metrics() []Metric {
	say := s.say
	points := func(values ...int64) *Spark {
		spark := &Spark{Base: big.NewRat(85, 1)}
		for _, v := range values {
			spark.Points = append(spark.Points, big.NewRat(v, 10))
		}
		return spark
	}
	return []Metric{
		{Label: say("业绩达成率", "Attainment"), Basis: say("回款口径", "collections"), Value: Num(s.why("why-kpi")), Spark: points(790, 812, 805, 840, 868, 902), Bar: &Bar{Parts: []BarPart{{Share: share(743), Class: "fw"}}, Tick: share(769)}, Goal: say("目标100%", "Target 100%"), Gap: say("差3.4点", "3.4 pts short"), GapTone: ToneWarn, Deltas: []Delta{{Sign: 1, Label: say("3.2点", "3.2 pts"), After: s.p.T("common.previous_period")}, {Sign: -1, Label: say("0.8点", "0.8 pts"), After: s.p.T("common.previous_year")}}, Source: say("用友回款接口", "ERP collections"), Age: say("18分钟前", "18 min ago")},
		{Label: say("回款额", "Collected"), Basis: say("含税", "with tax"), Value: BoardMoney(Amount{Minor: 661_400_000}), Spark: points(600, 640, 620, 700, 690, 720), Goal: say("目标795万", "Target ¥7.95M"), Gap: say("差133.6万", "¥1.34M short"), GapTone: ToneBad, Deltas: []Delta{{Sign: 1, Label: "11.4%", Tone: ToneGood, After: s.p.T("common.previous_period")}}, Age: say("18分钟前", "18 min ago")},
		{Label: say("客户留存率", "Retention"), Basis: say("12个月", "12 months"), Text: "87.2%", Bar: &Bar{Parts: []BarPart{{Share: share(872), Class: "fg"}}, Tick: share(850)}, Goal: say("目标85%", "Target 85%"), Gap: say("高2.2点", "2.2 pts above"), GapTone: ToneGood, Age: say("今天02:00", "today 02:00")},
		{Label: say("流程合规率", "Compliance"), Text: "93.8%", Bar: &Bar{Parts: []BarPart{{Share: share(938), Class: "fg"}}, Tick: share(900)}, Goal: say("目标90%", "Target 90%"), Gap: say("高3.8点", "3.8 pts above"), GapTone: ToneGood, Deltas: []Delta{{Sign: 0, Label: "0.0%", After: s.p.T("common.previous_period")}}, Age: say("今天02:00", "today 02:00")},
	}
}

func (s sampler) trace() TraceView {
	say, p := s.say, s.p
	yuan := func(fen int64) string { return p.Money(fen, "CNY") }
	bands := TableView{Caption: say("第1层：档位", "Level 1: bands"), Columns: []Column{{Label: say("达成档", "Band"), Kind: ColumnNarrow, Phone: true}, {Label: say("对应回款", "Collections"), Kind: ColumnNumber}, {Label: say("落入金额", "In the band"), Kind: ColumnNumber, Phone: true}, {Label: say("比例", "Rate"), Kind: ColumnNumber, Phone: true}, {Label: say("提成", "Commission"), Kind: ColumnNumber, Phone: true}},
		Rows: []Row{
			{Cells: []Cell{Text("0%–80%"), Text("0–254,400"), MoneyCell(25440000), Text("× 1.2%"), {Text: "3,052.80", Strong: true}}},
			{Cells: []Cell{Text("80%–100%"), Text("254,400–318,000"), MoneyCell(5278800), Text("× 1.8%"), {Text: "950.18", Strong: true}}},
			{Kind: RowMuted, Cells: []Cell{Text("100%–120%"), Text("318,000–381,600"), MoneyCell(0), Text("× 2.6%"), MoneyCell(0)}},
		},
		Totals: []Row{{Cells: []Cell{{Text: p.T("common.total"), Span: 2}, MoneyCell(30718800), {}, MoneyCell(400298)}}}}
	asked := s.why("why-trace")
	total := TraceNode{Name: say("应发合计", "Total payable"), Quantity: say("税前", "before tax"), Amount: yuan(467734)}
	return TraceView{Total: &total, Nodes: []TraceNode{
		{Name: say("提成", "Commission"), Open: true, Chips: []Chip{{Label: say("合规系数 ×1.00", "Compliance ×1.00")}}, Quantity: say("回款", "Collected ") + yuan(30718800), Amount: yuan(400298), Formula: []FormulaPart{{Label: say("达成率", "Attainment"), Asked: &asked}, {Operator: "=", Value: "307,188.00"}, {Operator: "÷", Label: say("目标", "target"), Value: "318,000.00"}}, Tables: []TableView{bands},
			Children: []TraceNode{
				{Name: say("恒越精密 HT-2607-018 · 预付款", "Hengyue HT-2607-018 · prepayment"), Quantity: "85,400.00 × 1.2%", Amount: yuan(102480), Note: say("8月5日到账，财务8月6日确认。", "Received on 5 Aug, confirmed by finance on 6 Aug.")},
				{Name: say("瑞禾制药 HT-2605-031 · 进度款", "Ruihe HT-2605-031 · progress payment"), Quantity: "74,200.00 × 1.2%", Amount: yuan(89040), Open: true, Children: []TraceNode{{Name: say("实收¥106,000.00 × 70%", "¥106,000.00 received × 70%"), Quantity: say("拆分比例", "split"), Amount: "¥74,200.00"}}},
			}, Rounding: say("取整：每档四舍五入到分；合计以档位为准（差0.00）。", "Rounding: each band to the fen, half up; bands decide the sum (difference 0.00).")},
		{Name: say("新客首单奖", "First-order bonus"), Quantity: say("1位", "1 customer"), Amount: yuan(80000), Note: say("东麓食品：首次签约且首款到账。", "Donglu Foods: first contract, first payment received.")},
		{Name: say("超额奖", "Over-target bonus"), Zero: true, Open: true, Quantity: say("差", "short of ") + yuan(1081200), Amount: yuan(0), Note: say("没有发放，因为达成率96.60%，未到100%（规则§3.2）。再回款¥10,812.00即可得¥1,000。", "Not paid, because attainment is 96.60%, below 100% (rule §3.2). Collect ¥10,812.00 more and it pays ¥1,000.")},
		{Name: say("季度团队奖", "Quarterly team bonus"), Zero: true, Quantity: say("10月结算", "settled in October"), Amount: yuan(0)},
		{Name: say("暂扣", "Held back"), Tone: ToneHold, Chips: []Chip{{Label: say("条件满足后自动发放", "released when met"), Icon: "lock", Tone: ToneHold}}, Quantity: say("1笔", "1 payment"), Amount: yuan(-51780), Note: say("合同原件未归档（规则§6.1）。", "The original contract is not on file (rule §6.1).")},
	}}
}

func (s sampler) customers(query url.Values) TableView {
	say, p := s.say, s.p
	v := TableView{ID: "customers", Label: say("客户列表", "Customers"), Path: "/_gallery", Query: query, Chooser: true, Sort: Sort{Key: "silence", Descending: true}, Exports: []Link{{Label: p.T("table.export"), URL: "#"}},
		Columns: ChooseColumns([]Column{
			{Key: "tier", Label: say("级", "Tier"), Phone: true, Fixed: true}, {Key: "name", Label: say("客户", "Customer"), Sortable: true, Phone: true, Fixed: true}, {Key: "owner", Label: p.T("common.owner"), Kind: ColumnNarrow},
			{Key: "silence", Label: say("最近联系", "Last contact"), Kind: ColumnNumber, Sortable: true, Phone: true}, {Key: "complete", Label: say("完整度", "Complete"), Kind: ColumnNumber}, {Key: "bar", Label: say("完整度条", "Completeness bar"), Kind: ColumnBar},
			{Key: "collected", Label: say("12月回款（元）", "Collected, 12 months (CNY)"), Kind: ColumnNumber, Sortable: true}, {Key: "next", Label: say("下一步", "Next step")}, {Key: "state", Label: p.T("common.status")},
		}, query),
		Pager:  &Pager{From: 1, To: 4, Total: 61, Next: "abc", Summary: say("合计12月回款¥18,402,716.00", "Collected in 12 months ¥18,402,716.00")},
		Totals: nil}
	add := func(tier, zh, en string, days, complete, yuan int64, tone Tone, chip Chip) {
		fill := "fg"
		if complete < 85 {
			fill = "fw"
		}
		v.Rows = append(v.Rows, Row{Cells: []Cell{
			Draw(Tier(tier)), {Text: say(zh, en), URL: "#", Sub: say("食品饮料 · 湖州", "Food · Huzhou"), Phone: say("今天 电话：投诉与尾款", "Today, call: complaint")}, Text(say("林知遥", "Lin Zhiyao")),
			{Text: p.Span(time.Duration(days) * 24 * time.Hour), Tone: tone, Strong: tone != ToneNone}, Text(strconv.FormatInt(complete, 10) + "%"), Draw(BarOf(Bar{Parts: []BarPart{{Share: share(complete * 10), Class: fill}}, Tick: share(850)})),
			Draw(Money(Amount{Minor: yuan * 100, Whole: true, Plain: true})), Text(say("今天 电话：投诉与尾款", "Today, call: complaint")), {Chip: &chip},
		}})
	}
	add("A", "云岭乳业", "Yunling Dairy", 41, 74, 341800, ToneBad, Chip{Label: say("流失62%", "churn 62%"), Icon: "heart-broken", Tone: ToneBad})
	add("B", "锦澜纺织", "Jinlan Textile", 33, 81, 118400, ToneBad, Chip{Label: say("流失41%", "churn 41%"), Icon: "heart-broken", Tone: ToneWarn})
	add("A", "瑞禾制药", "Ruihe Pharma", 12, 93, 486700, ToneWarn, Chip{Label: say("正常", "fine"), Tone: ToneGood})
	add("C", "合朗电子", "Helang Electronics", 4, 88, 44000, ToneNone, Chip{Label: say("今天到期", "due today")})
	v.Totals = []Row{{Cells: []Cell{{Text: p.T("common.total"), Span: 6}, Draw(Money(Amount{Minor: 1840271600, Whole: true, Plain: true})), {Span: 2}}}}
	return v
}
