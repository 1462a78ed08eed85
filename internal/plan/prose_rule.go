package plan

import (
	"strings"

	"xiaoguan/internal/decimal"
)

func (w *proseWriter) taxSentence(t *Tax) string {
	switch {
	case t == nil:
		return ""
	case t.Form == TaxDivided:
		return w.pickf("金额先除以（1 + %[1]s）扣除税额，四舍五入到分。", " The amount is first divided by 1 + %[1]s to take out tax, rounded half up to the minor unit.", t.Rate.Percent())
	}
	return w.pickf("金额先扣除其 %[1]s 作为税额，四舍五入到分。", " %[1]s of the amount is first taken out as tax, rounded half up to the minor unit.", t.Rate.Percent())
}

// precedence says how rules of one group compete and what becomes of what nobody is credited with.
func (w *proseWriter) precedence(c *Crediting) {
	switch c.Precedence {
	case PrecedenceFirst:
		w.say("precedence", w.pick("同组的规则只用一条：排在最前、且符合条件的那条。", "Of the rules of one group one is used: the first whose conditions hold."))
	case PrecedenceSpecific:
		w.say("precedence", w.pick("同组的规则只用一条：符合条件的里面条件最多的那条；一样多的，用排在前面的。",
			"Of the rules of one group one is used: of those whose conditions hold, the one with most conditions, and of equals the first."))
	}
	if c.NoMatch == NoMatchRefuse {
		w.say("no_match", w.pick("一笔业务没有任何规则适用的，停止计算，补上规则后再算。", "Where no rule applies to a fact, nothing is computed until one does."))
	}
}

func (w *proseWriter) ruleConditions(path string, rule CreditRule) {
	if rule.Group != "" {
		w.say(path+".group", w.pickf("本条属于规则组 %[1]s。", "This rule belongs to the group %[1]s.", rule.Group))
	}
	if len(rule.Where) == 0 {
		return
	}
	var parts []string
	for _, f := range rule.Where {
		if f.Field == FieldAmount {
			parts = append(parts, w.pick("业务金额", "its amount ")+w.compared(f.Comparison, w.value(f.Value, KindMoney)))
		} else {
			parts = append(parts, w.pickf("%[1]s为 %[2]s", "its %[1]s is %[2]s", w.field(f.Field), w.listOf(f)))
		}
	}
	w.say(path+".where", w.pick("本条只适用于", "This rule applies only where ")+w.glue(strings.Join(parts, w.pick("，且", ", and ")), w.pick("的业务；团队和大区按主签人在业务日期所在的算。",
		"; team and region are those of the deal's first seller on the date.")))
}

// otherTarget says who is credited besides the sellers, and with how much.
func (w *proseWriter) otherTarget(what string, rule CreditRule) string {
	switch rule.To {
	case ToHouse:
		return w.pickf("%[1]s的%[2]s留归公司，不计入任何人。", "%[2]s of %[1]s is kept by the company and credited to nobody.", what, w.ruleAmount(rule)) + w.deducts(rule)
	case ToReferrer:
		return w.pickf("%[1]s的%[2]s计入该合同的介绍人；没有介绍人的，不计。", "%[2]s of %[1]s is credited to the deal's referrer, if there is one.", what, w.ruleAmount(rule)) + w.deducts(rule)
	case ToPerson:
		return w.pickf("%[1]s的%[2]s计入 %[3]s。", "%[2]s of %[1]s is credited to %[3]s.", what, w.ruleAmount(rule), rule.Person) + w.deducts(rule)
	case ToRole:
		return w.pickf("%[1]s另按全额计入业务日期当天%[3]s担任“%[2]s”的每一个人，不影响销售本人的业绩。", "%[1]s is also credited in full to everybody who holds the role “%[2]s” %[3]s on the date; "+
			"the sellers keep theirs.", what, rule.Role, w.within(rule.Within))
	}
	base := w.pick("下属计入的业绩", "what the people below were credited")
	if rule.Base == ShareAfterLevel {
		base = w.pick("下属计入的业绩减去下一级已计入的部分", "what the people below were credited, less what the level below was")
	}
	return w.pickf("%[1]s逐级计入业务日期当天的上级负责人，自最近一级起依次按%[3]s的 %[2]s 计入，逐级四舍五入到分；一笔业务同一人只计一次，按最低的一级。",
		"%[1]s rolls up to the leaders on the date, from the nearest level on with %[2]s of %[3]s, rounded half up at each level; nobody is credited twice with one fact, the lowest level counting.",
		what, w.list(decimalPercents(rule.Levels)), base)
}

func decimalPercents(list []decimal.Decimal) (texts []string) {
	for _, d := range list {
		texts = append(texts, d.Percent())
	}
	return texts
}

func (w *proseWriter) ruleAmount(rule CreditRule) string {
	switch {
	case rule.Percent == nil:
		return w.pick("全额", "all")
	case rule.Of == ShareOfRest:
		return w.pickf("剩余部分的 %[1]s", "%[1]s of the rest", rule.Percent.Percent())
	}
	return rule.Percent.Percent()
}

func (w *proseWriter) deducts(rule CreditRule) string {
	if rule.Deducts {
		return w.pick("四舍五入到分，并从后面各条可分的金额中扣除。", " It is rounded half up and taken from what the following rules share.")
	}
	return ""
}

func (w *proseWriter) within(where Within) string {
	switch where {
	case WithinRegion:
		return w.pick("在主签人所在大区", "in the first seller's region")
	case WithinTeam:
		return w.pick("在主签人所在团队", "in the first seller's team")
	}
	return w.pick("在全公司", "in the company")
}
