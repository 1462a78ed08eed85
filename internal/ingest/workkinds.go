package ingest

import (
	"strings"

	"xiaoguan/internal/contact"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/followup"
	"xiaoguan/internal/lead"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/servicecase"
)

// workKinds are the working records of the sales process: no facts, so they come after all of these.
func workKinds() []KindFields {
	return []KindFields{
		{Kind: fact.KindLead, Name: "leads", Zh: "线索", En: "Leads", Aliases: []string{"lead", "线索名单", "prospects"}, Fields: []Field{
			field(fieldKey, "key", TypeKey, "线索编号", "Lead ID", "lead_id", "线索号").required().example("XS0001", "L0001"),
			field(fieldCompany, "company", TypeText, "公司", "Company", "公司名称", "单位").example("无锡新川机械有限公司", "Xinchuan Machinery"),
			field(fieldName, "name", TypeText, "联系人", "Contact name", "联系人姓名", "contact").example("顾南星", "Nan Gu"),
			field(fieldTitle, "title", TypeText, "职位", "Title", "职务", "job_title").example("设备部经理", "Plant manager"),
			field(fieldPhone, "phone", TypePhone, "电话", "Telephone", "手机", "联系电话", "mobile").example("13800000000", "13800000000"),
			field(fieldWeChat, "wechat", TypeText, "微信", "WeChat", "微信号"),
			field(fieldEmail, "email", TypeText, "邮箱", "Email", "电子邮箱"),
			field(fieldCity, "city", TypeText, "城市", "City", "所在城市").example("无锡", "Wuxi"),
			field(fieldIndustry, "industry", TypeText, "行业", "Industry", "所属行业"),
			field(fieldSource, "source", TypeChoice, "来源", "Source", "线索来源").example("展会", "exhibition"),
			field(fieldCampaign, "campaign", TypeText, "活动", "Campaign", "市场活动").example("工博会", "Industry fair"),
			field(fieldRemark, "note", TypeText, "需求", "Note", "备注"),
			field(fieldOwner, "owner", TypeReference, "负责人工号", "Owner ID", "owner_id", "负责人", "跟进人").refers(fact.KindPerson).example("1001", "1001"),
			field(fieldStatus, "status", TypeChoice, "状态", "Status", "线索状态").example("新线索", "new"),
			field(fieldCreatedOn, "created_on", TypeDate, "创建日期", "Created on", "录入日期", "created").example("2026-09-01", "2026-09-01"),
			field(fieldFirstOn, "first_contact_on", TypeDate, "首次联系日期", "First contact on", "首次跟进日期"),
		}},
		{Kind: fact.KindContact, Name: "contacts", Zh: "联系人", En: "Contacts", Aliases: []string{"contact", "客户联系人"}, Fields: []Field{
			field(fieldKey, "key", TypeKey, "联系人编号", "Contact ID", "contact_id").required().example("LX0001", "P0001"),
			field(fieldCustomer, "customer", TypeReference, "客户编号", "Customer ID", "customer_id", "客户").required().refers(fact.KindCustomer).example("C0001", "C0001"),
			field(fieldName, "name", TypeText, "联系人姓名", "Contact name", "姓名", "联系人").required().example("顾南星", "Nan Gu"),
			field(fieldTitle, "title", TypeText, "职位", "Title", "职务").example("设备部经理", "Plant manager"),
			field(fieldPart, "part", TypeChoice, "决策角色", "Part in the decision", "角色").example("拍板", "decides"),
			field(fieldPhone, "phone", TypePhone, "电话", "Telephone", "手机", "联系电话", "mobile").example("13800000000", "13800000000"),
			field(fieldWeChat, "wechat", TypeText, "微信", "WeChat", "微信号"),
			field(fieldEmail, "email", TypeText, "邮箱", "Email", "电子邮箱"),
			field(fieldRemark, "note", TypeText, "备注", "Note"),
			field(fieldNoMessages, "no_messages", TypeChoice, "不接收消息", "No messages", "退订", "unsubscribed"),
		}},
		{Kind: fact.KindOpportunity, Name: "opportunities", Zh: "商机", En: "Opportunities", Aliases: []string{"opportunity", "商机明细", "pipeline"}, Fields: opportunityFields()},
		{Kind: fact.KindFollowUp, Name: "follow_ups", Zh: "跟进记录", En: "Follow-ups", Aliases: []string{"follow_up", "followups", "跟进", "拜访记录"}, Fields: []Field{
			field(fieldKey, "key", TypeKey, "跟进编号", "Follow-up ID", "follow_up_id").required().example("GJ0001", "F0001"),
			field(fieldOpportunity, "opportunity", TypeReference, "商机编号", "Opportunity ID", "opportunity_id", "商机").required().refers(fact.KindOpportunity).example("SJ0001", "O0001"),
			field(fieldPerson, "person", TypeReference, "跟进人工号", "Person ID", "person_id", "跟进人").required().refers(fact.KindPerson).example("1001", "1001"),
			field(fieldWay, "kind", TypeChoice, "跟进方式", "Way", "方式", "type").example("电话", "call"),
			field(fieldText, "text", TypeText, "跟进内容", "What was said", "内容", "纪要").required().example("确认了需求和预算", "Needs and budget confirmed"),
			field(fieldOn, "on", TypeDate, "跟进日期", "Date", "日期", "跟进时间").required().example("2026-09-10", "2026-09-10"),
			field(fieldNextOn, "next_on", TypeDate, "下次联系日期", "Next contact on", "下次跟进日期"),
		}},
		{Kind: fact.KindContract, Name: "contracts", Zh: "合同", En: "Contracts", Aliases: []string{"contract", "合同台账", "合同明细"}, Fields: contractFields()},
		{Kind: fact.KindInstalment, Name: "instalments", Zh: "付款计划", En: "Payment plans", Aliases: []string{"instalment", "付款节点", "回款计划", "installments", "payment_plan"}, Fields: []Field{
			field(fieldContract, "contract", TypeReference, "合同编号", "Contract number", "合同号", "contract_id", "合同").required().refers(fact.KindContract).example("HT0001", "CT0001"),
			field(fieldName, "name", TypeText, "节点名称", "Instalment", "节点", "款项", "期次").example("全款", "In full"),
			field(fieldDueOn, "due_on", TypeDate, "应付日期", "Due on", "到期日期", "应收日期", "due_date").required().example("2026-10-15", "2026-10-15"),
			field(fieldAmount, "amount", TypeMoney, "应付金额", "Amount due", "应收金额", "节点金额", "金额", "amount").required().example("120000.00", "120000.00"),
			field(fieldCurrency, "currency", TypeCurrency, "币种", "Currency", "货币"),
		}},
		{Kind: fact.KindServiceCase, Name: "service_cases", Zh: "售后工单", En: "Service cases", Aliases: []string{"service_case", "工单", "tickets", "cases", "服务工单"}, Fields: caseFields()},
	}
}

func contractFields() []Field {
	return []Field{
		field(fieldKey, "key", TypeKey, "合同编号", "Contract number", "合同号", "contract_id", "number", "编号").required().example("HT0001", "CT0001"),
		field(fieldTitle, "title", TypeText, "合同名称", "Contract title", "合同标题", "名称").required().example("产线改造合同", "Line refit contract"),
		field(fieldCustomer, "customer", TypeReference, "客户编号", "Customer ID", "customer_id", "客户", "account").required().refers(fact.KindCustomer).example("C0001", "C0001"),
		field(fieldOwner, "owner", TypeReference, "负责人工号", "Owner ID", "owner_id", "负责人", "销售工号", "owner").required().refers(fact.KindPerson).example("1001", "1001"),
		field(fieldOpportunity, "opportunity", TypeReference, "商机编号", "Opportunity ID", "opportunity_id", "商机").refers(fact.KindOpportunity).example("SJ0001", "O0001"),
		field(fieldProduct, "product", TypeReference, "产品编号", "Product ID", "product_id", "产品").refers(fact.KindProduct).example("P01", "P01"),
		field(fieldAmount, "amount", TypeMoney, "合同金额", "Contract amount", "金额", "amount").required().example("120000.00", "120000.00"),
		field(fieldCurrency, "currency", TypeCurrency, "币种", "Currency", "货币"),
		field(fieldSignedOn, "signed_on", TypeDate, "签约日期", "Signed on", "签订日期", "合同日期", "signed_date").required().example("2026-08-20", "2026-08-20"),
		field(fieldStartsOn, "starts_on", TypeDate, "开始日期", "Starts on", "生效日期", "合同开始日期", "start_date").example("2026-09-01", "2026-09-01"),
		field(fieldEndsOn, "ends_on", TypeDate, "结束日期", "Ends on", "到期日期", "合同结束日期", "合同到期日", "end_date").example("2027-08-31", "2027-08-31"),
		field(fieldOurParty, "our_party", TypeText, "我方主体", "Our party", "我方", "乙方"),
		field(fieldTheirParty, "their_party", TypeText, "对方主体", "Their party", "对方", "甲方"),
		field(fieldRemark, "note", TypeText, "备注", "Note"),
	}
}

func caseFields() []Field {
	return []Field{
		field(fieldKey, "key", TypeKey, "工单编号", "Case number", "工单号", "case_id", "ticket_id", "编号").required().example("GD0001", "S0001"),
		field(fieldTitle, "title", TypeText, "工单标题", "Case title", "标题", "主题", "subject").required().example("变送器读数漂移", "Readings drift"),
		field(fieldCustomer, "customer", TypeReference, "客户编号", "Customer ID", "customer_id", "客户", "account").required().refers(fact.KindCustomer).example("C0001", "C0001"),
		field(fieldCaseKind, "kind", TypeChoice, "工单类型", "Kind", "类型", "type").example("报修", "repair"),
		field(fieldSeverity, "severity", TypeChoice, "紧急程度", "Severity", "优先级", "priority").example("一般", "normal"),
		field(fieldText, "text", TypeText, "问题描述", "What is wrong", "描述", "内容", "description"),
		field(fieldSolution, "solution", TypeText, "解决办法", "Solution", "处理结果", "解决方案"),
		field(fieldOwner, "owner", TypeReference, "负责人工号", "Owner ID", "owner_id", "负责人", "处理人").refers(fact.KindPerson).example("1001", "1001"),
		field(fieldOpportunity, "opportunity", TypeReference, "商机编号", "Opportunity ID", "opportunity_id", "商机").refers(fact.KindOpportunity),
		field(fieldDeal, "deal", TypeReference, "成交单编号", "Deal ID", "deal_id", "合同编号").refers(fact.KindDeal),
		field(fieldProduct, "product", TypeReference, "产品编号", "Product ID", "product_id", "产品").refers(fact.KindProduct),
		field(fieldOpenedAt, "opened_at", TypeMoment, "提交时间", "Opened at", "创建时间", "报修时间", "created_at").required().example("2026-09-01 09:30", "2026-09-01 09:30"),
		field(fieldAnsweredAt, "answered_at", TypeMoment, "首次响应时间", "First answered at", "响应时间", "first_response_at").example("2026-09-01 10:05", "2026-09-01 10:05"),
		field(fieldSolvedAt, "solved_at", TypeMoment, "解决时间", "Solved at", "处理完成时间"),
		field(fieldClosedAt, "closed_at", TypeMoment, "关闭时间", "Closed at", "办结时间", "结单时间").example("2026-09-03 16:00", "2026-09-03 16:00"),
	}
}

func opportunityFields() []Field {
	return []Field{
		field(fieldKey, "key", TypeKey, "商机编号", "Opportunity ID", "opportunity_id").required().example("SJ0001", "O0001"),
		field(fieldName, "name", TypeText, "商机名称", "Opportunity", "商机", "名称").required().example("产线改造", "Line refit"),
		field(fieldCustomer, "customer", TypeReference, "客户编号", "Customer ID", "customer_id", "客户", "account").required().refers(fact.KindCustomer).example("C0001", "C0001"),
		field(fieldOwner, "owner", TypeReference, "负责人工号", "Owner ID", "owner_id", "负责人", "销售工号", "owner").required().refers(fact.KindPerson).example("1001", "1001"),
		field(fieldStage, "stage", TypeChoice, "阶段", "Stage", "销售阶段").example("需求对接", "needs"),
		field(fieldState, "state", TypeChoice, "状态", "State", "商机状态").example("跟进中", "open"),
		field(fieldAmount, "amount", TypeMoney, "预计金额", "Expected amount", "金额", "amount").example("300000.00", "300000.00"),
		field(fieldCurrency, "currency", TypeCurrency, "币种", "Currency", "货币"),
		field(fieldExpectedOn, "expected_on", TypeDate, "预计签约日期", "Expected on", "预计成交日期", "close_date").example("2026-11-30", "2026-11-30"),
		field(fieldCreatedOn, "created_on", TypeDate, "创建日期", "Created on", "录入日期", "created").example("2026-09-01", "2026-09-01"),
		field(fieldSource, "source", TypeChoice, "来源", "Source", "商机来源").example("展会", "exhibition"),
		field(fieldProduct, "product", TypeReference, "产品编号", "Product ID", "product_id", "产品").refers(fact.KindProduct).example("P01", "P01"),
		field(fieldRemark, "note", TypeText, "备注", "Note"),
		field(fieldEndedOn, "ended_on", TypeDate, "结束日期", "Ended on", "赢单日期", "丢单日期"),
		field(fieldLostFor, "lost_for", TypeChoice, "丢单原因", "Lost for"),
		field(fieldDeal, "deal", TypeReference, "成交单编号", "Deal ID", "deal_id", "合同编号").refers(fact.KindDeal),
		field(fieldNeedsOn, "needs_on", TypeDate, "进入需求对接日期", "Needs since"),
		field(fieldProposalOn, "proposal_on", TypeDate, "进入方案制定日期", "Proposal since"),
		field(fieldContractOn, "contract_on", TypeDate, "进入签约回款日期", "Contract since"),
		field(fieldAfterSalesOn, "after_sales_on", TypeDate, "进入售后服务日期", "After-sales since"),
	}
}

// choices are what a field of a kind may say: the program's word, then what people write for it.
// The words of a field that asks whether something is so.
const (
	wordYes = "yes"
	wordNo  = "no"
)

func choices(id fieldID) [][]string {
	switch {
	case id == fieldSource:
		return named(opportunity.Sources, "客户介绍|转介绍", "官网咨询|官网", "展会", "主动开发|陌拜|电销", "渠道伙伴|渠道", "老客户复购|老客户", "其他|其它")
	case id == fieldStatus:
		return named([]string{string(lead.StatusNew), string(lead.StatusContacted), string(lead.StatusQualified), string(lead.StatusInvalid)}, "新线索|未联系", "已联系|跟进中", "有意向", "无效")
	case id == fieldState:
		return named(opportunity.States, "跟进中|进行中", "赢单|成交", "丢单|输单")
	case id == fieldLostFor:
		return named(opportunity.Losses, "价格没谈拢|价格", "输给同行|竞争对手", "客户没预算|预算", "时机不对|时机", "没有需求", "联系不上", "其他|其它")
	case id == fieldPart:
		return named(contact.Parts, "拍板|决策", "推荐|建议", "使用", "采购", "反对")
	case id == fieldNoMessages:
		return named([]string{wordYes, wordNo}, "是|退订", "否")
	case id == fieldCaseKind:
		return named([]servicecase.Kind{servicecase.KindQuestion, servicecase.KindRepair, servicecase.KindComplaint, servicecase.KindReturn}, "咨询|使用问题", "报修|维修|故障", "投诉", "退换货|退货|换货")
	case id == fieldSeverity:
		return named(servicecase.Severities, "紧急|特急", "高|较急", "一般|普通|中", "低|不急")
	case id == fieldWay:
		return named(followup.Kinds, "电话", "拜访|上门", "微信", "会议|开会")
	}
	return nil
}

func named[T ~string](words []T, people ...string) (all [][]string) {
	for i, word := range words {
		all = append(all, append([]string{string(word)}, strings.Split(people[i], "|")...))
	}
	return all
}

// choiceWords are the words of a field, each with what it means.
func choiceWords(id fieldID) map[string]string {
	words := map[string]string{}
	for _, choice := range choices(id) {
		for _, word := range choice {
			words[word] = choice[0]
		}
	}
	return words
}
