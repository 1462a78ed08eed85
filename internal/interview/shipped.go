package interview

import "xiaoguan/internal/ruledoc"

func text(zh, en string) ruledoc.Text { return ruledoc.Text{Zh: zh, En: en} }

// ShippedCodes is the code book that comes with the program.
func ShippedCodes() CodeBook {
	return CodeBook{Codes: []Code{
		{"targets", text("目标", "Targets")}, {"process", text("流程与审批", "Process and approvals")}, {"tools", text("工具与数据", "Tools and data")}, {"customers", text("客户分配与撞单", "Customers and clashes")}, {"leads", text("线索", "Leads")},
		{"collection", text("回款", "Collections")}, {"service", text("售后与交付", "After-sales and delivery")}, {"incentives", text("激励", "Incentives")}, {"coaching", text("辅导与培训", "Coaching and training")}, {"leadership", text("管理与沟通", "Leadership")}, {"workload", text("工作负荷", "Workload")},
	}}
}

// ShippedGuide is the guide of a role that comes with the program.
func ShippedGuide(role Role) Guide {
	g := Guide{Role: role, Questions: shippedGuides[role]}
	g.Questions = append(append([]ruledoc.Text{}, opening...), g.Questions...)
	g.Questions = append(g.Questions, closing...)
	return g
}

var opening = []ruledoc.Text{
	text("先说清楚：只为改流程和激励，不记你的名字，除非你同意。可以开始吗？", "This is about mending process and incentives; your name is not written down unless you agree. May we begin?"),
}

var closing = []ruledoc.Text{
	text("如果只能改一件事，你会改什么？", "If you could change one thing, what would it be?"),
	text("还有什么我没问到、你觉得该说的？", "What have I not asked that I should have?"),
}

var shippedGuides = map[Role][]ruledoc.Text{
	RoleNewcomer: {
		text("入职头一个月谁带你、怎么带？最缺哪样？", "Who guided you in your first month, and how? What was missing most?"), text("说说你最近跟的一单，卡在哪一步？", "Tell me about a deal you work on: where is it stuck?"),
		text("你的目标是怎么来的，你觉得够得着吗？", "How did your target come about, and can you reach it?"), text("系统里找得到你要的客户信息吗？举个找不到的例子。", "Do you find what you need about customers? Give an example where you did not."), text("提成怎么算，你能讲给我听吗？", "Can you explain to me how your commission is computed?"),
	},
	RoleCore: {
		text("最近丢的一单，真实原因是什么？", "What really lost you your last deal?"), text("报价、合同、审批，哪一步最拖你？多久？", "Quote, contract, approval: which holds you up most, and for how long?"), text("手上的客户分得合理吗？有没有撞单，怎么判的？", "Are customers given out sensibly? Were there clashes, and how were they settled?"),
		text("回款慢的客户，你怎么催，公司帮了什么？", "How do you chase slow payers, and who helps?"), text("现在的激励鼓励你做什么、让你不愿做什么？", "What do the incentives make you do, and what do they keep you from?"), text("你一周的时间花在哪？哪块最不值？", "Where does your week go, and which part is wasted?"),
	},
	RoleLead: {
		text("团队目标怎么拆到人的？谁有意见，怎么处理的？", "How was the target split to people, and what of those who objected?"), text("每周复盘看什么？上次定的事做完了几件？", "What do you look at each week, and how much of what was agreed was done?"), text("上周你陪访、看单各几次？", "How often did you go along or look at deals last week?"),
		text("团队里谁最可能走，为什么？", "Who is likeliest to leave, and why?"), text("哪些流程大家绕着走？", "Which rules does everybody walk around?"), text("你想激励的行为，现行方案激励到了吗？", "Does the plan reward what you want to see?"),
	},
	RoleDirector: {
		text("今年的战略重点是什么，目标和激励对得上吗？", "What is the strategy, and do targets and incentives serve it?"), text("各团队差距的原因，你怎么判断的，凭什么数据？", "Why do teams differ, and on which data do you judge it?"), text("大区之间的客户、资源怎么分，争议谁拍板？", "How are customers and means divided among regions, and who decides disputes?"),
		text("最近三次改规则，改之前算过账吗，改完看过效果吗？", "Of the last three changes of rules: what was computed before, and looked at after?"), text("预算、编制、培训，最缺哪样？", "Budget, people, training: which is missing most?"),
	},
	RoleService: {
		text("客户最常投诉什么？从销售交过来时缺什么？", "What do customers complain about most? What is missing at the hand-over?"), text("问题多久能给答复，卡在谁那里？", "How long until there is an answer, and who holds it up?"), text("有没有续约、增购的苗头没人跟？", "Are there chances for renewal or more that nobody follows?"), text("你的工作怎么算绩效，公平吗？", "How is your work judged, and is it fair?"),
	},
	RoleFinance: {
		text("合同、开票、回款对账，哪一步最常出错？", "Contract, invoice, collection: where do most errors happen?"), text("提成核算要几天，争议主要是什么？", "How many days does commission take, and what is disputed?"), text("回款预测准不准，差在哪？", "How good is the collection forecast, and why not better?"), text("激励预算怎么定的，超了怎么办？", "How is the incentive budget set, and what when it is exceeded?"),
	},
	RoleHR: {
		text("销售离职的真实原因，面谈里怎么说的？", "What do leavers say about why they leave?"), text("招一个销售到能独立签单要多久？", "How long from hiring to a deal of one’s own?"), text("培训排了几次，到了多少人，考了吗？", "How much training was there, who came, was it tested?"), text("职级和晋升标准，销售们清楚吗？", "Do sellers know the levels and what promotion takes?"),
	},
}
