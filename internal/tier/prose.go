package tier

import (
	"fmt"
	"strings"

	"xiaoguan/internal/ruledoc"
)

// Lang is a language of the prose.
type Lang string

// The languages of the prose.
const (
	LangZh Lang = "zh"
	LangEn Lang = "en"
)

// Paragraph is one statement of a policy; Path is the place in the document that it states.
type Paragraph struct {
	Path string `json:"path"`
	Text string `json:"text"`
}

// Prose writes the policy as the text that a manager signs. It is a function of the canonical bytes alone. The sentences stand in the
// code in both languages side by side, because they are the meaning of the rules and change only when the language of policies does.
func (p *Policy) Prose(lang Lang) []Paragraph {
	w := &writer{lang: lang, policy: p}
	w.say("name", "《%s》", "%s", w.name(p.Name))
	w.value()
	w.relation()
	w.potential()
	w.patience()
	for i := range p.Service {
		w.service(i)
	}
	w.completeness()
	return w.paragraphs
}

type writer struct {
	lang       Lang
	policy     *Policy
	paragraphs []Paragraph
}

func (w *writer) pick(zh, en string) string {
	if w.lang == LangEn {
		return en
	}
	return zh
}

func (w *writer) name(t ruledoc.Text) string { return w.pick(t.Zh, t.En) }

func (w *writer) say(path, zh, en string, args ...any) {
	w.paragraphs = append(w.paragraphs, Paragraph{path, fmt.Sprintf(w.pick(zh, en), args...)})
}

func (w *writer) value() {
	v, m := &w.policy.Value, &w.policy.Minimum
	w.say("value", "客户价值按最近 %d 个月的毛利（占 %d%%）和销售额（占 %d%%）计算。",
		"A customer's value is gross margin (%[2]d%%) and spend (%[3]d%%) of the last %[1]d months.", v.Months, v.Margin, v.Spend)
	if v.Method == CumulativeShare {
		w.say("value.a", "按价值从高到低累加：从头累计到总价值 %s 的为 A 级（跨线的算在内），再到 %s 的为 B 级，其余为 C 级；价值相同的同级。",
			"Added up from the most valuable down, customers are in A up to %s of all value, the one that crosses the limit included, in B up to %s, and in C beyond; equal value gives equal tiers.",
			v.A, v.B)
	} else {
		w.say("value.a", "毛利和销售额各取百分位（比它低的客户占比，同值算一半），加权后不低于 %s 为 A 级，不低于 %s 为 B 级，其余为 C 级。",
			"Margin and spend are each turned into a percentile, the part of customers with less and half of those with as much; the weighted mean gives A from %s, B from %s, and C below.",
			v.A, v.B)
	}
	w.say("minimum", "下单不足 %d 次，或首单不满 %d 天的，数据不够，不评价值，也不参与别人的排名。",
		"With fewer than %d orders, or less than %d days after the first, value is not judged, nor counted in the scores of others.", m.Orders, m.Days)
	w.say("value.margin", "毛利为负的客户标出来，一律为 C 级。", "Customers of negative margin are marked, and in C.")
}

func (w *writer) relation() {
	r := &w.policy.Relation
	w.say("relation.new_days", "首单后 %d 天内是新客户，之后是老客户。", "A customer is new for %d days from its first order, and existing then.", r.NewDays)
	w.say("relation.silence", "多久没下单达到自己平时间隔的 %s（不清楚间隔的按 %d 天），或合同 %d 天内到期、已到期未续的，列为流失预警。",
		"Silence of %s of its own usual interval (of %d days where that is not known), and a contract that ends within %d days or has ended, are a warning of churn.",
		r.SilenceTimes, r.SilenceDays, r.ContractEndDays)
	if !r.NewInA {
		w.say("relation.new_in_a", "新客户最高为 B 级。", "A new customer is in B at most.")
	}
}

func (w *writer) potential() {
	potential := w.policy.Potential
	if potential == nil {
		return
	}
	var list []string
	for _, rating := range potential.Fields {
		list = append(list, fmt.Sprintf("%s %d", w.name(rating.Name), rating.Weight))
	}
	w.say("potential", "潜力按各项 0–100 分加权：%s。潜力达到 %s 的，C 级升为 B 级；毛利为负的不升。",
		"Potential is the weighted mean of ratings from 0 to 100: %s. With %s of the points a customer of C is in B, unless its margin is negative.",
		strings.Join(list, w.pick("、", ", ")), potential.From)
}

func (w *writer) patience() {
	p := &w.policy.Patience
	if p.Periods > 1 {
		w.say("patience", "同一方向连续 %d 期都该调，才调级；分数越过界限 %s 以上的，马上调。",
			"A tier changes when it would in %d judgements in a row in one direction, or at once when the score is %s or more beyond the limit.", p.Periods, p.Points)
	} else {
		w.say("patience", "每期按当期结果调级。", "A tier changes with each judgement.")
	}
	for i, change := range w.policy.Approval {
		w.say(fmt.Sprintf("approval[%d]", i), "从 %s 调到 %s 要审批，批准前不变。", "A change from %s to %s needs approval; until then the tier stays.", change.From, change.To)
	}
}

func (w *writer) service(i int) {
	s := &w.policy.Service[i]
	w.say(fmt.Sprintf("service[%d]", i), "%s 级客户由 %s 负责，至少每 %d 天联系一次，每次约 %d 分钟；客户来问，%s（工作时间）内答复。",
		"Customers of %s are kept by %s, contacted every %d days at least, for some %d minutes, and answered within %s of working time.",
		s.Tier, strings.Join(s.Owners, w.pick("、", ", ")), s.ContactDays, s.ContactMinutes, w.span(s.ResponseMinutes))
}

// span is a length of time in whole hours, or else in minutes.
func (w *writer) span(minutes int) string {
	if minutes > 0 && minutes%60 == 0 {
		return fmt.Sprintf(w.pick("%d 小时", "%d hours"), minutes/60)
	}
	return fmt.Sprintf(w.pick("%d 分钟", "%d minutes"), minutes)
}

func (w *writer) completeness() {
	c := w.policy.Completeness
	if c == nil {
		return
	}
	var weights []string
	for i := range w.policy.Service {
		weights = append(weights, fmt.Sprintf("%s %d", w.policy.Service[i].Tier, w.policy.Service[i].Weight))
	}
	w.say("completeness", "客户资料完整度目标 %s：每项填了、有效、没过期才算，按权重加总；全公司再按客户等级加权（%s）。",
		"Files are to be %s complete: a field counts when it is filled in, valid and fresh, by its weight; for the company customers weigh by tier (%s).",
		c.Goal, strings.Join(weights, w.pick("、", ", ")))
	for i, known := range c.Fields {
		text := fmt.Sprintf(w.pick("%s：权重 %d", "%s: weight %d"), w.name(known.Name), known.Weight)
		if known.FreshDays > 0 {
			text += fmt.Sprintf(w.pick("，%d 天内确认过", ", confirmed within %d days"), known.FreshDays)
		}
		if len(known.Stages) > 0 {
			text += fmt.Sprintf(w.pick("，只在这些阶段要：%s", ", asked for in %s only"), strings.Join(known.Stages, w.pick("、", ", ")))
		}
		w.say(fmt.Sprintf("completeness.fields[%d]", i), "%s。", "%s.", text)
	}
}
