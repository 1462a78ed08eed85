package questionnaire

import "xiaoguan/internal/ruledoc"

func text(zh, en string) ruledoc.Text { return ruledoc.Text{Zh: zh, En: en} }

// Shipped is the questionnaire that comes with the program: satisfaction of a sales team, and what would spur it on.
func Shipped() Document {
	d := Document{
		Title: text("销售团队满意度与激励诉求问卷", "Sales team satisfaction and incentive wishes"),
		Intro: text("大约5分钟。匿名填写：系统只知道你交没交，不知道哪份是你的；不足5人的小组不单独出结果。结果用来改流程、改激励，不用来考核个人。",
			"About five minutes. Anonymous: the system knows whether you have handed in, not which sheet is yours, and groups under five are not shown. What comes out is used to mend process and incentives, not to judge anybody."),
	}
	likert := func(theme Theme, zh, en string) {
		d.Questions = append(d.Questions, Question{ID: d.NextID(), Kind: KindLikert, Theme: theme, Text: text(zh, en)})
	}
	last := func() *Question { return &d.Questions[len(d.Questions)-1] }
	likert(ThemeTargets, "我的目标是怎么定出来的，我清楚", "I know how my target came about")
	likert(ThemeTargets, "努力之后，我的目标是够得着的", "My target can be reached with effort")
	likert(ThemeProcess, "从接线索到收回款，每一步该做什么很明确", "From lead to collection it is clear what to do at each step")
	likert(ThemeProcess, "内部审批和协作拖慢了我签单", "Approvals and other departments slow my deals down")
	last().Reversed = true
	likert(ThemeTools, "客户和商机信息在系统里找得到、信得过", "What I need to know about customers is in the system and can be trusted")
	likert(ThemeTools, "录入系统花的时间，换来了对我有用的东西", "The time I spend on entries comes back to me as something useful")
	likert(ThemeCustomers, "客户怎么分、撞单了怎么判，规则公平", "Who gets which customer, and who is right in a clash, is settled fairly")
	likert(ThemeCustomers, "我手上的客户，数量和质量跟我的目标配得上", "My customers match my target in number and quality")
	likert(ThemeIncentives, "多干多得：业绩好的人拿到的确实更多", "Who performs better is paid better")
	likert(ThemeIncentives, "我自己能算出这个月该拿多少提成", "I can work out my commission of this month myself")
	last().Feeds = FeedPlan
	likert(ThemeIncentives, "提成按时、足额发到手", "Commission is paid on time and in full")
	likert(ThemeCoaching, "主管会带我看单子、陪访，讲得出下一步", "My lead looks at my deals with me, comes along, and knows a next step")
	likert(ThemeCoaching, "公司的培训用得上", "The training is of use in my work")
	likert(ThemeLeadership, "主管处事公平，做得好会被看见", "My lead is fair, and good work is seen")
	likert(ThemeLeadership, "我提的意见有人听、有回音", "What I suggest is heard and answered")
	likert(ThemeWorkload, "我的工作量长期能扛得住", "I can bear my workload in the long run")
	likert(ThemeWorkload, "大部分时间花在客户身上，而不是填表和开会", "Most of my time goes to customers, not to forms and meetings")
	likert(ThemeEngagement, "我愿意为团队的目标多出一份力", "I am willing to go the extra mile for the team")
	last().Feeds = FeedEngagement
	likert(ThemeEngagement, "一年后我还想在这里干", "I want to be here in a year")
	last().Feeds = FeedEngagement
	d.Questions = append(d.Questions,
		Question{ID: d.NextID(), Kind: KindENPS, Text: text("你有多愿意推荐朋友来这里做销售？", "How likely are you to recommend a friend to sell here?")})
	d.Questions = append(d.Questions, Question{ID: d.NextID(), Kind: KindMultiple, Text: text("哪些激励最能让你更有劲？（可多选）", "Which incentives would spur you on most? (several)"), Options: []Option{
		{"commission", text("提高提成比例", "A higher commission rate")}, {"faster", text("提成发得更快", "Commission paid sooner")}, {"clear", text("规则更简单、更透明", "Simpler, clearer rules")}, {"team", text("团队奖金", "A team bonus")},
		{"contest", text("季度竞赛和即时奖", "Contests and spot awards")}, {"promotion", text("晋升通道", "A path of promotion")}, {"training", text("培训和外出学习", "Training and study")}, {"leave", text("调休和假期", "Time off")},
		{"honour", text("荣誉和公开表扬", "Honours and public praise")}, {"base", text("提高底薪", "A higher base salary")}, {"none", text("都不是", "None of these")}}})
	d.Questions = append(d.Questions,
		Question{ID: d.NextID(), Kind: KindText, Text: text("现在最影响你签单、回款的一件事是什么？", "What stands most in the way of your deals and collections?")})
	d.Questions = append(d.Questions,
		Question{ID: d.NextID(), Kind: KindText, Text: text("激励制度只能改一条，你会改哪条？", "If you could change one thing about the incentives, which?")})
	return d
}
