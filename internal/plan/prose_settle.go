package plan

import (
	"fmt"
	"slices"
)

// settlement writes the article about when what is earned is paid, in the order in which it is settled.
func (w *proseWriter) settlement() {
	s := w.plan.Settle
	if s == nil {
		return
	}
	w.section("settle", "发放、暂扣与追回", "Payment, holds and clawback")
	w.say("settle", w.pick("各项算出的金额（计提）按本条发放。按下面各款的先后结算；不足一个月的不另计，月数都按自然月数。",
		"What the components come to (what is earned) is paid by this article, settled in the order of its paragraphs. All numbers of months are calendar months."))
	if len(s.ByDeal) > 0 {
		w.say("settle.by_deal", w.pickf("%[1]s按合同分开记账：取整和封顶之后的金额，按各合同精确算出的金额（取整和封顶之前）的比例分到各合同，分不尽的%[2]s归余数较大的合同，相同的归编号较小的合同；没有对应合同业绩的，不分合同。某个合同算出负数的，"+
			"先从同一项同一合同还没发的部分里扣，再从本项当月其他合同里扣。",
			"%[1]s is kept by deal: the amount after rounding and limits is split in proportion to what it exactly earned with each deal before them; a %[2]s left over goes to the "+
				"largest remainder, on a tie to the smaller number. What no deal earned is kept without deal. What comes out negative for a deal is taken first from what is not yet paid of the same component and deal, "+
				"then from the component's other deals of the month.", w.componentNames(s.ByDeal), w.minorUnit()))
	}
	w.clawback(s.Clawback)
	w.negativeRule(s.Negative)
	w.instalments(s.Instalments)
	w.hold(s.Hold)
	if g := s.Guarantee; g != nil {
		w.say("settle.guarantee", w.pickf("保障：入职当月起 %[1]s（入职当月算第一个月），在职并适用本方案的，当月应发不到 %[2]s的，补足到 %[2]s。补足的部分不用还，月中入职、离职的不折算。",
			"Guarantee: for %[1]s, that of hire being the first, whoever is employed and takes part in this plan is paid the difference where less than %[2]s is payable. The "+
				"difference is never paid back, and not cut for a part of a month.", w.monthCount(g.Months), w.money(g.AmountFen)))
	}
	w.draw(s.Draw)
}

// componentNames lists components by name.
func (w *proseWriter) componentNames(ids []string) string {
	var names []string
	for _, id := range ids {
		i := slices.IndexFunc(w.plan.Components, func(c Component) bool { return c.ID == id })
		names = append(names, "“"+w.name(w.plan.Components[i].Name)+"”")
	}
	return w.list(names)
}

// monthCount writes a number of months.
func (w *proseWriter) monthCount(n int) string {
	if n == 1 {
		return w.pick("1 个月", "1 month")
	}
	return w.pickf("%[1]d 个月", "%[1]d months", n)
}

func (w *proseWriter) clawback(c *Clawback) {
	if c == nil {
		return
	}
	var when string
	refund, cancelled := slices.Contains(c.On, ClawbackOnRefund), slices.Contains(c.On, ClawbackOnCancellation)
	switch {
	case refund && cancelled:
		when = w.pick("当月有退款或者当月取消的合同（取消视同全部退款）", "a deal that is refunded, or cancelled, in the month (a cancellation counts as a refund of everything)")
	case refund:
		when = w.pick("当月有退款的合同", "a deal that is refunded in the month")
	default:
		when = w.pick("当月取消的合同（视同全部退款）", "a deal that is cancelled in the month (which counts as a refund of everything)")
	}
	within := w.pickf("在当月和之前 %[1]s内", "in the month and the %[1]s before it", w.monthCount(c.WithinMonths))
	if c.WithinMonths == 0 {
		within = w.pick("在当月", "in the month itself")
	}
	w.say("settle.clawback", w.pickf("追回：%[1]s，其%[2]s计提的%[3]s予以追回。", "Clawback: from %[1]s is taken back what it earned of %[3]s %[2]s.",
		when, within, w.componentNames(c.Components)))
	w.say("settle.clawback.share", w.clawbackShare(c))
	basis := w.pick("其余从当月应发里扣，不论以前发了多少。", "the rest is taken from the month's pay, however much was paid before.")
	if c.Basis == ClawbackOfPaid {
		basis = w.pick("其余从当月应发里扣，但不超过这笔计提已经发放、尚未追回的金额；抵减了欠款的也算已经发放。",
			"the rest is taken from the month's pay, but at most what was paid of that earning and not yet taken back; what was set off against a debt counts as paid.")
	}
	w.say("settle.clawback.basis", w.pick("追回时，先扣这笔计提还没有发放的部分（当月的、暂扣的、待发的分期，分期先扣最晚到期的），", "What is not yet paid of the earning is reduced first (this month's, "+
		"what is held, instalments to come, the last due first); ")+basis+w.pick("以前月份的达成率和档位不重算。", " Attainment and bands of earlier months are not computed again."))
}

func (w *proseWriter) clawbackShare(c *Clawback) string {
	switch {
	case c.Share == ClawbackFull && !slices.Contains(c.On, ClawbackOnRefund):
		return w.pick("追回这个合同在上述期间的全部计提。", "Everything that the deal earned in that time is taken back.")
	case c.Share == ClawbackFull:
		return w.pick("有一笔退款，就追回这个合同在上述期间的全部计提。", "Any refund takes back everything that the deal earned in that time.")
	}
	text := w.pickf("按退款比例追回：当月退款 ÷ 当月退款前累计回款（扣除以前的退款），乘以这笔计提还没有因退款追回的部分，四舍五入到%[1]s。",
		"It is taken back in proportion: the month's refunds, divided by what was collected before them (earlier refunds deducted), times what earlier refunds have left of the "+
			"earning, to the nearest %[1]s, halves up.", w.minorUnit())
	if c.Share != ClawbackSteps {
		return text
	}
	text += w.pick("再按计提到退款相隔的月数打折：", " Of this, by the months between earning and refund: ")
	var rows []string
	for _, step := range c.Steps {
		rows = append(rows, w.pickf("%[1]s以内的追回 %[2]s", "%[2]s up to %[1]s", w.monthCount(step.Months), step.Percent.Percent()))
	}
	return text + w.list(rows) + w.pick("；更久的不追回。", "; nothing after that.")
}

func (w *proseWriter) negativeRule(n *CarriedNegative) {
	if n == nil {
		return
	}
	scope := w.pick("各项", "any component")
	if n.Offset == OffsetSameComponent {
		scope = w.pick("同一项", "the same component")
	}
	text := w.pickf("负数结转：某一项算出负数，或者追回超过应发的，从%[1]s当月的计提里抵减（在分期和暂扣之前），再从当月到期的分期和释放的金额里抵减，先抵早的；抵不完的结转到以后月份。",
		"Negative amounts: what comes out negative, or is taken back from pay, is set off against what %[1]s earns in the month (before instalments and holds), then against instalments due "+
			"and releases of the month, the oldest first; the rest is carried to later months.", scope)
	if n.ForgivenAfterMonths > 0 {
		text += w.pickf("结转满 %[1]s还没抵完的免除。", " What is still open after %[1]s is forgiven.", w.monthCount(n.ForgivenAfterMonths))
	} else {
		text += w.pick("不设期限。", " It is never forgiven by time.")
	}
	w.say("settle.negative", text)
}

// leaving says what becomes of something at leaving.
func (w *proseWriter) leaving(choice IfLeft, zh, en string) string {
	switch choice {
	case IfLeftForfeited:
		return w.pickf("离职的，在职最后一天所在月份结算后，%[1]s不再发放。", " After the month of the last day of employment %[2]s is lost.", zh, en)
	case IfLeftPaid:
		return w.pickf("离职的，%[1]s在在职最后一天所在月份一并发放。", " With the month of the last day of employment %[2]s is paid.", zh, en)
	}
	return w.pickf("离职后，%[1]s照常。", " Leaving changes nothing for %[2]s.", zh, en)
}

func (w *proseWriter) instalments(rule *Instalments) {
	if rule == nil {
		return
	}
	var parts []string
	for _, part := range rule.Parts {
		when := w.pick("当月", "in the month")
		if part.AfterMonths > 0 {
			when = w.pickf("满 %[1]s后", "after %[1]s", w.monthCount(part.AfterMonths))
		}
		parts = append(parts, w.pickf("%[1]s发 %[2]s", "%[2]s %[1]s", when, part.Percent.Percent()))
	}
	text := w.pickf("分期：%[1]s计提后分期发放：%[2]s；各期舍到整%[3]s，余数归最后一期。", "Instalments: %[1]s is paid in parts: %[2]s; each rounded down to a whole %[3]s, the last takes the rest.",
		w.componentNames(rule.Components), w.list(parts), w.minorUnit())
	w.say("settle.instalments", text+w.leaving(rule.IfLeft, "没到期的各期", "what is not yet due"))
}

func (w *proseWriter) hold(h *Hold) {
	if h == nil {
		return
	}
	names := w.componentNames(h.Components)
	switch {
	case h.Collected != nil && h.ShareOfCash:
		w.say("settle.hold", w.pickf("暂扣：%[1]s按合同暂扣，随回款按比例释放：累计释放 = 暂扣总额 × 累计回款（扣除退款）÷（合同额 × %[2]s），舍到整%[3]s，最多全部；回款到合同额的 %[2]s 时全部释放。比例下降的，已释放的不收回。合同额为零或负数的不暂扣。",
			"Holds: %[1]s is held by deal and released with the cash: of all that was held, the part collected (refunds deducted) ÷ (amount of the deal × %[2]s), rounded down to a whole %[3]s, at most "+
				"everything, which is released once %[2]s of the deal's amount is collected. A proportion that falls takes nothing back. With a deal of amount zero or below nothing is held.",
			names, h.Collected.Percent(), w.minorUnit()))
	case h.Collected != nil:
		w.say("settle.hold", w.pickf("暂扣：%[1]s按合同暂扣，到这个合同累计回款（扣除退款）达到合同额的 %[2]s 的当月全部释放。合同额为零或负数的不暂扣。",
			"Holds: %[1]s is held by deal and released as a whole in the month in which the deal's collections (refunds deducted) reach %[2]s of its amount. With a deal of amount zero or below nothing is held.",
			names, h.Collected.Percent()))
	case h.Months > 0:
		w.say("settle.hold", w.pickf("暂扣：%[1]s计提后暂扣，满 %[2]s后释放。", "Holds: %[1]s is held and released %[2]s after the month in which it was earned.", names, w.monthCount(h.Months)))
	default:
		w.say("settle.hold", w.pickf("暂扣：%[1]s计提后暂扣，到某个月同时符合下列条件时释放；当月不适用本方案的视为不符合：",
			"Holds: %[1]s is held and released in a month in which all of the following hold; for somebody who takes no part in this plan in the month they do not:", names))
		for k, condition := range h.When {
			w.say(fmt.Sprintf("settle.hold.until.when[%d]", k), w.pickf("（%[1]d）%[2]s；", "(%[1]d) %[2]s;", k+1, w.condition(condition)))
		}
	}
	text := w.leaving(h.IfLeft, "没释放的部分", "what is not released")
	if w.lang == LangEn {
		text = text[1:]
	}
	if h.ExpiresAfterMonths > 0 {
		text += w.pickf("计提满 %[1]s仍没释放的，过期不发。", " What is not released %[1]s after the month in which it was earned has expired.", w.monthCount(h.ExpiresAfterMonths))
	}
	w.say("settle.hold.if_left", text)
}

func (w *proseWriter) draw(d *Draw) {
	if d == nil {
		return
	}
	from := w.pick("入职当月起", "from the month of hire on")
	if d.FromMonth > 0 {
		from = w.pickf("入职当月之后第 %[1]d 个月起", "from month %[1]d after the month of hire on", d.FromMonth)
	}
	grants := w.pickf("当月应发不到 %[1]s的，预支补足到 %[1]s", "where less than %[1]s is payable, the draw makes up the difference", w.money(d.AmountFen))
	if d.Style == DrawLoan {
		grants = w.pickf("每月在应发之外另预支 %[1]s", "the draw pays %[1]s on top of what is payable", w.money(d.AmountFen))
	}
	text := w.pickf("预支：%[1]s %[2]s，在职并适用本方案的，%[3]s。", "Draw: %[1]s, for %[2]s, for whoever is employed and takes part in this plan, %[3]s.", from, w.monthCount(d.Months), grants)
	if !d.Recoverable {
		w.say("settle.draw", text+w.pick("预支当月结清，不用还。", " It is settled with its month and never paid back."))
		return
	}
	w.say("settle.draw", text+w.pick("预支的以后要抵还。", " It is owed."))
	start := w.pick("入职当月起", "from the month of hire on")
	if d.RecoverFromMonth > 0 {
		start = w.pickf("入职当月之后第 %[1]d 个月起", "from month %[1]d after the month of hire on", d.RecoverFromMonth)
	}
	text = w.pickf("抵还：%[1]s，每月从应发（不含当月预支）超过 %[2]s的部分里拿出 %[3]s 抵还以前月份的预支，四舍五入到%[4]s，到还清为止；不会因抵还使当月应发低于 %[2]s。",
		"Recovery: %[1]s, %[3]s of what is payable (without the month's draw) above %[2]s goes to the draws of earlier months, to the nearest %[4]s, halves up, until they are paid off; it never takes pay below %[2]s.",
		start, w.money(d.RecoverFloorFen), d.RecoverPercent.Percent(), w.minorUnit())
	if d.ForgivenAtLeaving {
		text += w.pick("离职时没还清的免除。", " What is still owed at leaving is forgiven.")
	} else {
		text += w.pick("离职时没还清的仍然欠着，从以后还发放的金额里继续抵还。", " What is still owed at leaving stays due, and is recovered from what is still paid.")
	}
	w.say("settle.draw.recovery", text)
}

// keptUntilClawback is the sentence of refunds that make no credit.
func (w *proseWriter) keptUntilClawback() string {
	text := w.pick("客户退款的，不计入业绩，也不减业绩；已经算过的月份不重算", "A refund makes no credit and takes none away; months that were computed are not computed again")
	if w.plan.Settle == nil || w.plan.Settle.Clawback == nil {
		return text + w.pick("，已经计提的也不追回。", ", and nothing that was earned is taken back.")
	}
	return text + w.pick("。已经计提的按“发放、暂扣与追回”一条追回。", ". What was earned is taken back by the article “Payment, holds and clawback”.")
}
