package ingest

import "xiaoguan/internal/fact"

// detailFields are the fields of a deal that only some plans ask for (docs/adr/0011).
func detailFields() []Field {
	return []Field{
		field(fieldUnits, "units", TypeCount, "数量", "Units", "台数", "件数", "quantity").example("12", "12"),
		field(fieldCost, "cost", TypeMoney, "成本", "Cost", "成本金额", "cost_amount").example("80000.00", "80000.00"),
		field(fieldReferrer, "referrer", TypeReference, "推荐人工号", "Referrer ID", "推荐人", "referrer_id").refers(fact.KindPerson).example("1002", "1002"),
		field(fieldCancelledOn, "cancelled_on", TypeDate, "撤销日期", "Cancelled on", "退单日期", "cancelled_date"),
	}
}

// furtherKinds are the kinds of record that only some plans ask for.
func furtherKinds() []KindFields {
	return []KindFields{
		{Kind: fact.KindInvoice, Name: "invoices", Zh: "开票", En: "Invoices", Aliases: []string{"invoice", "发票", "开票明细"}, Fields: []Field{
			field(fieldKey, "key", TypeKey, "发票编号", "Invoice ID", "invoice_id", "发票号", "发票号码").required().example("FP0001", "I0001"),
			field(fieldDeal, "deal", TypeReference, "成交单编号", "Deal ID", "deal_id", "合同编号", "订单编号", "合同号").required().refers(fact.KindDeal).example("HT0001", "D0001"),
			field(fieldInvoicedOn, "invoiced_on", TypeDate, "开票日期", "Invoiced on", "发票日期", "invoice_date").required().example("2026-09-05", "2026-09-05"),
			field(fieldAmount, "amount", TypeMoney, "开票金额", "Amount", "发票金额", "金额").required().example("60000.00", "60000.00"),
			field(fieldCurrency, "currency", TypeCurrency, "币种", "Currency", "货币"),
		}},
		{Kind: fact.KindGivenValue, Name: "given_values", Zh: "外部指标", En: "Given values", Aliases: []string{"given_value", "given", "考核得分", "评分"}, Fields: []Field{
			field(fieldPerson, "person", TypeReference, "工号", "Employee ID", "person_id", "employee_id", "员工编号").required().refers(fact.KindPerson).example("1001", "1001"),
			field(fieldMonth, "month", TypeMonth, "月份", "Month", "年月", "期间").required().example("2026-09", "2026-09"),
			field(fieldMeasure, "measure", TypeText, "指标", "Measure", "指标名称", "指标编号").required().example("sop", "sop"),
			field(fieldValue, "value", TypeNumber, "数值", "Value", "得分", "分数", "完成值").required().example("95%", "95%"),
			field(fieldUnit, "unit", TypeText, "单位", "Unit", "计量单位"),
		}},
		{Kind: fact.KindMentorship, Name: "mentorships", Zh: "师徒", En: "Mentorships", Aliases: []string{"mentorship", "带教", "师带徒"}, Fields: []Field{
			field(fieldMentor, "mentor", TypeReference, "师傅工号", "Mentor ID", "mentor_id", "师傅", "导师").required().refers(fact.KindPerson).example("1001", "1001"),
			field(fieldTrainee, "trainee", TypeReference, "徒弟工号", "Trainee ID", "trainee_id", "徒弟", "学员").required().refers(fact.KindPerson).example("1002", "1002"),
			field(fieldFrom, "from", TypeDate, "开始日期", "From", "起始日期", "带教开始").required().example("2026-06-01", "2026-06-01"),
			field(fieldTo, "to", TypeDate, "结束日期", "To", "截止日期", "带教结束"),
		}},
	}
}
