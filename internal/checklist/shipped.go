package checklist

import (
	"strconv"

	"xiaoguan/internal/finding"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/ruledoc"
)

// Shipped are the lists that come with the program.
var Shipped = []List{
	list("targets", finding.AreaTarget, "目标拆分", "Targets",
		ask("年度目标拆到大区、团队、个人、月份，没有断层", "The year is split to regions, teams, people and months", "attainment"),
		ask("每个人拿到目标责任书并确认", "Everybody has accepted a target letter", ""),
		ask("目标按历史、市场和能力定，理由说得清", "Targets rest on history, market and ability, and the reason can be told", ""),
		ask("有周复盘、月考核、季调整，上次定的事有人追", "There are weekly, monthly and quarterly meetings, and what was agreed is followed up", "data_driven"),
		ask("调整目标有理由、有审批、有生效日", "Changes of targets have a reason, an approval and a day", "")),
	list("process", finding.AreaProcess, "销售流程", "Sales process",
		ask("从线索到售后每一步有责任人、输入输出和时限", "Every step from lead to after-sales has an owner, inputs, outputs and a time limit", ""),
		ask("客户信息24小时内录入", "Customers are entered within 24 hours", "recording"),
		ask("报价、方案发出前经主管审批", "Offers are approved before they go out", ""),
		ask("流程标准有人照着做，合规率达到目标", "The standard is followed: compliance is where it should be", "compliance"),
		ask("有SOP手册，新人读过、考过", "There is a handbook, and newcomers have read it and been tested", ""),
		ask("瓶颈每月看一次，有改进动作", "Bottlenecks are looked at monthly and acted on", "")),
	list("customers", finding.AreaCustomer, "客户管理", "Customers",
		ask("客户按价值和关系分层，分层有标准", "Customers are tiered by value and relation, by a policy", ""),
		ask("A类客户有专人，资源和层级匹配", "A customers have their own seller: means fit tiers", "resource_match"),
		ask("客户台账完整、常更新", "Customers’ files are complete and fresh", "completeness"),
		ask("公海规则写明白并执行，撞单有裁定", "Rules of the public pool are written and kept, clashes are decided", ""),
		ask("流失有预警，老客户留得住", "Churn is warned of, and customers stay", "retention"),
		ask("离职交接有清单，客户不断档", "Hand-overs go by a list, and no customer is left alone", "")),
	list("incentives", finding.AreaIncentive, "激励", "Incentives",
		ask("每个人都在有效的方案里", "Everybody is in a plan that is in force", "plan_coverage"),
		ask("方案只奖励目标要的结果", "Plans reward what targets ask for, and nothing else", ""),
		ask("每个人能自己算出提成，结算单看得懂", "Everybody can work out their commission and read the statement", ""),
		ask("提成按时发，争议有时限和裁定", "Commission is paid on time, disputes are ruled in time", ""),
		ask("有激励预算，超支有预警", "There is a budget, with a warning when it is exceeded", ""),
		ask("改方案前算过账、确认过、告知过", "Changes of plans were computed, accepted and announced before", "")),
	list("team", finding.AreaTeam, "团队", "Team",
		ask("人均产出和团队差距有人分析", "Output per head and gaps between teams are analysed", "per_head"),
		ask("流失率在可接受范围，离职有访谈", "Turnover is bearable, leavers are talked to", "turnover"),
		ask("新人有带教人和带教计划", "Newcomers have a mentor and a plan", ""),
		ask("培训有计划、有考核，每季度至少一次", "Training is planned and tested, at least each quarter", ""),
		ask("职级、晋升标准写明白", "Levels and what promotion takes are written down", ""),
		ask("主管每周陪访或看单", "Leads go along or look at deals each week", "")),
}

func ask(zh, en string, number metric.ID) Question {
	return Question{Text: ruledoc.Text{Zh: zh, En: en}, Metric: number}
}

// list makes a list; questions are numbered, their ids stay.
func list(key string, area finding.Area, zh, en string, questions ...Question) List {
	for i := range questions {
		questions[i].ID = key + strconv.Itoa(i+1)
	}
	return List{Key: key, Area: area, Name: ruledoc.Text{Zh: zh, En: en}, Questions: questions}
}
