package plan

import (
	"fmt"
	"strings"

	"xiaoguan/internal/money"
)

// Prose writes the crediting document as the text that is signed, as Plan.Prose does.
func (c *Crediting) Prose(lang Lang) []Section {
	w := &proseWriter{lang: lang, plan: &Plan{Currency: money.CNY}}
	w.section("events", "业绩的来源", "What counts")
	w.say("id", w.pickf("本规则编号 %[1]s。", "These rules have the id %[1]s.", c.ID))
	w.say("effective", w.effective(w.pick("本规则", "These rules hold"), c.Effective))
	for _, e := range c.Events {
		w.say("events."+e.ID, w.eventSentence(e))
	}
	w.precedence(c)
	for i, rule := range c.Rules {
		w.section(fmt.Sprintf("rules[%d]", i), "业绩的归属", "Who is credited")
		w.rule(i, rule, c.Events)
	}
	return w.sections
}

func (w *proseWriter) eventSentence(e Event) string {
	return w.factSentence(e) + w.taxSentence(e.Tax)
}

func (w *proseWriter) factSentence(e Event) string {
	if e.Fact == FactInvoice {
		return w.pickf("“%[1]s”：每张发票按开票日期和金额计为一笔业务；红字发票是负数。", "“%[1]s”: every invoice counts with its date and amount; a credit note has a minus.", w.name(e.Name))
	}
	if e.Fact == FactDeal {
		return w.pickf("“%[1]s”：每份成交单按签约日期和成交金额计为一笔业务。", "“%[1]s”: every deal counts with its date of signature and its amount.", w.name(e.Name))
	}
	return w.pickf("“%[1]s”：每笔收款按收款日期和金额计为一笔业务；退款是负数的收款。",
		"“%[1]s”: every payment counts with its date and amount; a refund is a payment with a minus.", w.name(e.Name))
}

func (w *proseWriter) rule(i int, rule CreditRule, events []Event) {
	names := make([]string, 0, len(rule.Events))
	for _, e := range events {
		for _, id := range rule.Events {
			if e.ID == id {
				names = append(names, "“"+w.name(e.Name)+"”")
			}
		}
	}
	path := fmt.Sprintf("rules[%d]", i)
	what := strings.Join(names, w.pick("和", " and "))
	w.ruleConditions(path, rule)
	if rule.To != ToSellers {
		w.say(path+".to", w.otherTarget(what, rule))
		return
	}
	if rule.Share == ShareFullEach {
		w.say(path+".share", w.pickf("%[1]s计入该成交单的每一名销售，每人都按全额计入，不拆分。", "%[1]s is credited to every seller of the deal, in full to each.", what))
		return
	}
	w.say(path+".share", w.pickf("%[1]s计入该成交单的销售；几个人共同签下的，按成交单上批准的比例拆分，比例合计为 100%%。",
		"%[1]s is credited to the sellers of the deal; where there are several, by the shares approved for the deal, which total 100%%.", what))
	w.say(path+".remainder", w.pick("拆分时每份先舍去不足一分的部分，余下的分给舍去部分最大的人；舍去部分相同的，给排在前面的人，主签人排第一。退款按绝对值拆分后取负。各人之和等于原金额。",
		"Each share is first cut to whole fen; the fen left over go to the largest fractions, on a tie to the seller named first, the owner being the "+
			"first of all. A refund is shared by its absolute value and then given its minus. The parts add up to the amount."))
}
