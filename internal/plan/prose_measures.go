package plan

import (
	"fmt"
	"strings"

	"xiaoguan/internal/decimal"
)

// definitions says what every measure is.
func (w *proseWriter) definitions() {
	p := w.plan
	w.section("measures", "指标与定义", "Definitions")
	if hasCredits(p) {
		w.say("measures", w.pick("业绩归谁、几人怎么分，按公司当月生效的业绩归属规则执行。",
			"Who is credited, and with which share, follows the crediting rules that the company has in force in the month."))
	}
	for _, m := range p.Measures {
		if m.Team != nil && m.Team.Group == "" {
			w.say("measures", w.pick("团队成员，是指考核日在本人团队中的人员，当月最后一天担任团队负责人的除外；本人团队，是指当月最后一天由本人负责的团队。",
				"Team members are the people who are, on their reference day, in a team that the person leads on the last day of the month; "+
					"who leads a team on that day is a member of none."))
			break
		}
	}
	for _, m := range p.Measures {
		w.say("measures."+m.ID, w.quoted(m.ID)+w.pick("：", ": ")+w.definition(m))
	}
}

func (w *proseWriter) definition(m Measure) string {
	switch {
	case m.Credits != nil:
		return w.creditsDefinition(m.Credits)
	case m.Quota != nil:
		return w.pickf("公司下达给本人的%[1]s%[2]s任务额；没有下达的，按零计。",
			"the target for %[2]s that the company set for the person for %[1]s; zero where none is set.", w.span(m.Quota.Window, m.Quota.Span),
			w.event(m.Quota.Of)) + w.ramp(m.Quota.Ramp)
	case m.Ratio != nil:
		return w.pickf("%[1]s除以%[2]s。", "%[1]s divided by %[2]s.", w.quoted(m.Ratio.Of), w.quoted(m.Ratio.To))
	case m.Tenure != nil && m.Tenure.Unit == TenureFullYears:
		return w.pick("自入职之日起，到当月最后一天止，已满的周年数；2 月 29 日入职的，平年以 2 月 28 日为满周年之日。",
			"the full years of service from the day of hire until the last day of the month; who was hired on 29 February completes a year on "+
				"28 February where the year has no leap day.")
	case m.Tenure != nil && m.Tenure.Unit == TenureDays:
		return w.pick("自入职之日起到当月最后一天的天数，入职当天为 0。", "the number of days from the day of hire, which is 0 itself, to the last day of the month.")
	case m.Tenure != nil:
		return w.pick("当月与入职月份相差的月数，入职当月为 0。", "the number of calendar months since the month of hire, which is 0 itself.")
	case m.further():
		return w.further(m.FurtherForms)
	case m.Team.Group != "" || m.Team.Fold != "" || (m.Team.Sum != "" && len(m.Team.Where) > 0):
		return w.groupDefinition(m.Team)
	case m.Team.Sum != "":
		return w.pickf("团队成员各自的%[1]s之和。", "the sum of %[1]s over the team members.", w.quoted(m.Team.Sum))
	}
	if len(m.Team.Where) == 0 {
		return w.pick("团队成员的人数。", "the number of team members.")
	}
	var parts []string
	for _, c := range m.Team.Where {
		if c.Condition != nil {
			parts = append(parts, w.condition(*c.Condition))
		} else {
			parts = append(parts, w.pick("考核日的层级为", "the level on the reference day is ")+w.levels(c.Levels))
		}
	}
	return w.pick("团队成员中，", "the number of team members for whom ") + w.glue(strings.Join(parts, w.pick("，且", ", and ")), w.pick("的人数。", "."))
}

// ramp says which part of the quota counts in the first months.
func (w *proseWriter) ramp(parts []decimal.Decimal) string {
	if len(parts) == 0 {
		return ""
	}
	texts := make([]string, len(parts))
	for i, part := range parts {
		texts[i] = part.Percent()
	}
	return w.pickf("入职当月起的头 %[1]d 个月，依次按任务额的 %[2]s 计，之后按全额计；折算后四舍五入到分。", " In the first %[1]d months from the month of hire, %[2]s of it count, the whole of it after that, "+
		"rounded half up to the minor unit.", len(parts), w.list(texts))
}

func (w *proseWriter) creditsDefinition(c *CreditsMeasure) string {
	where := w.filters(c.Where) + w.by(c.By)
	span, event := w.span(c.Window, c.Span), w.event(c.Event)
	switch c.Value {
	case CreditsCount:
		return w.pickf("%[1]s计入本人的%[2]s笔数，计入金额为零的也算一笔。%[3]s",
			"the number of credits of %[2]s that the person has for %[1]s, credits of zero included.%[3]s", span, event, where)
	case CreditsFirstDate:
		return w.pickf("计入本人的%[1]s中最早一笔的日期，以前月份的也在内；一笔也没有的，没有这个日期。%[2]s",
			"the date of the person's first credit of %[1]s, earlier months included; there is no such date where there is no such credit.%[2]s",
			event, where)
	case CreditsLastDate:
		return w.pickf("计入本人的%[1]s中最晚一笔的日期，以前月份的也在内；一笔也没有的，没有这个日期。%[2]s",
			"the date of the person's last credit of %[1]s, earlier months included; there is no such date where there is no such credit.%[2]s", event, where)
	case CreditsSumMargin:
		return w.pickf("%[1]s计入本人的%[2]s毛利合计：每笔按其成交单的毛利率（成交金额减成本，再除以成交金额）折算，逐笔四舍五入到分，退款按负数计入。%[3]s",
			"the sum of the person's margins of %[2]s for %[1]s: each credit times the margin of its deal (amount less cost, divided by the amount), rounded half up "+
				"credit by credit; refunds count with a minus.%[3]s", span, event, where)
	case CreditsSumUnits:
		return w.pickf("%[1]s计入本人的%[2]s数量合计，几人分的按分成比例拆分。%[3]s", "the units of %[2]s credited to the person for %[1]s, shared as the amounts are.%[3]s", span, event, where)
	case CreditsDeals:
		return w.pickf("%[1]s有%[2]s计入本人的成交单数。%[3]s", "the number of deals with a credit of %[2]s to the person for %[1]s.%[3]s", span, event, where)
	case CreditsCustomers:
		return w.pickf("%[1]s有%[2]s计入本人的客户数。%[3]s", "the number of customers with a credit of %[2]s to the person for %[1]s.%[3]s", span, event, where)
	case CreditsProducts:
		return w.pickf("%[1]s有%[2]s计入本人的产品数。%[3]s", "the number of products with a credit of %[2]s to the person for %[1]s.%[3]s", span, event, where)
	}
	return w.pickf("%[1]s计入本人的%[2]s金额合计，退款按负数计入。%[3]s",
		"the sum of the person's credits of %[2]s for %[1]s; refunds count with a minus.%[3]s", span, event, where)
}

func (w *proseWriter) window(window Window) string {
	switch window {
	case WindowQuarterToDate:
		return w.pick("自本季度第一天起至当月最后一天", "the quarter from its first day to the last day of the month")
	case WindowHalfYearToDate:
		return w.pick("自本半年第一天起至当月最后一天", "the half-year from its first day to the last day of the month")
	case WindowYearToDate:
		return w.pick("自本年第一天起至当月最后一天", "the year from its first day to the last day of the month")
	case WindowEver:
		return w.pick("自有记录起至当月最后一天", "all time up to the last day of the month")
	}
	return w.pick("当月", "the month")
}

// event is the field's word for an event of the crediting document.
func (w *proseWriter) event(id string) string {
	switch id {
	case "collected":
		return w.pick("回款", "money collected")
	case "signed":
		return w.pick("签约", "contracts signed")
	case "invoiced":
		return w.pick("开票", "money invoiced")
	}
	return w.pick("“"+id+"”业务", "“"+id+"”")
}

// filters says in a sentence of its own which credits count.
func (w *proseWriter) filters(filters []Filter) string {
	if len(filters) == 0 {
		return ""
	}
	var parts []string
	for _, f := range filters {
		parts = append(parts, w.filter(f))
	}
	return w.glue(w.pick("只计", " Only those count ")+strings.Join(parts, w.pick("，且", ", and ")), w.pick("的业绩。", "."))
}

// listOf writes the texts that a filter lists; paths hold what lies below them.
func (w *proseWriter) listOf(f Filter) string {
	text := strings.Join(f.In, w.pick(" 或 ", " or "))
	if f.Within {
		text = w.pickf("%[1]s（含其下各级）", "%[1]s, or lies below", text)
	}
	return text
}

func (w *proseWriter) filter(f Filter) string {
	switch f.Field {
	case FieldProductCategory, FieldProduct, FieldCustomer, FieldCustomerTier, FieldCustomerRegion:
		return w.pickf("%[1]s为 %[2]s", "whose %[1]s is %[2]s", w.field(f.Field), w.listOf(f))
	case FieldCustomerFirstPayment:
		return w.pick("该客户首笔金额为正的回款在该期间内", "whose customer's first positive payment lies in that span")
	case FieldDealMonthsSigned:
		return w.pick("从签约到该笔业绩之日的满月数", "for which the full months from signing to the credit's date ") + w.comparedCount(f.Comparison, f.Value.String())
	case FieldAmount:
		return w.pick("计入金额", "whose credited amount ") + w.compared(f.Comparison, w.value(f.Value, KindMoney))
	}
	if f.Comparison == AtLeast {
		return w.pickf("该客户首笔金额为正的回款（不论哪份成交单、由谁签下）到该笔业绩之日已满 %[1]s 个月（按对应日计，没有对应日的按该月最后一天）",
			"that are dated at least %[1]s months after the customer's first positive payment, under any deal and with any seller (the same day "+
				"of the month, or its last day where there is none)", f.Value)
	}
	return w.pick("该客户首笔金额为正的回款（不论哪份成交单、由谁签下）到该笔业绩之日的满月数（按对应日计，没有对应日的按该月最后一天）",
		"for which the full months since the customer's first positive payment, under any deal and with any seller (to the same day of the "+
			"month, or its last day where there is none), ") +
		w.comparedCount(f.Comparison, f.Value.String())
}

// field is the reader's word for a field of a credit or person.
func (w *proseWriter) field(f Field) string {
	switch f {
	case FieldProductCategory:
		return w.pick("产品类别", "product category")
	case FieldProduct:
		return w.pick("产品", "product")
	case FieldCustomer:
		return w.pick("客户", "customer")
	case FieldCustomerTier:
		return w.pick("客户等级", "customer tier")
	case FieldCustomerRegion:
		return w.pick("客户所在地区", "customer region")
	case FieldPersonLevel:
		return w.pick("本人层级", "level")
	case FieldPersonRole:
		return w.pick("本人角色", "role")
	case FieldPersonTeam, FieldSellerTeam:
		return w.pick("所在团队", "team")
	case FieldPersonRegion, FieldSellerRegion:
		return w.pick("所在大区", "region")
	}
	return string(f)
}

// compared writes a comparison of something singular.
func (w *proseWriter) compared(c Comparison, value string) string {
	switch c {
	case AtLeast:
		return w.pickf("不低于 %[1]s", "is at least %[1]s", value)
	case Above:
		return w.pickf("高于 %[1]s", "is above %[1]s", value)
	case AtMost:
		return w.pickf("不超过 %[1]s", "is at most %[1]s", value)
	case Below:
		return w.pickf("低于 %[1]s", "is below %[1]s", value)
	case Equals:
		return w.pickf("等于 %[1]s", "equals %[1]s", value)
	}
	return w.pick("在当月之内", "lies in the month")
}

// comparedCount is compared for English plurals.
func (w *proseWriter) comparedCount(c Comparison, value string) string {
	text := w.compared(c, value)
	if w.lang == LangEn {
		text = strings.Replace(strings.Replace(text, "is ", "are ", 1), "equals", "equal", 1)
	}
	return text
}

func (w *proseWriter) condition(c Condition) string {
	return fmt.Sprintf(w.pick("%s%s", "%s %s"), w.quoted(c.Measure), w.compared(c.Comparison, w.value(c.Value, w.plan.kind(c.Measure))))
}
