package plan

// common writes the statements that matter in this plan, and the order of operations.
func (w *proseWriter) common() {
	w.section("statements", "计发与变动", "Pay and changes")
	for _, rule := range statementRules() {
		if rule.matters(w.plan) {
			w.say("statements."+rule.key, w.statement(rule.key))
		}
	}
	w.say("components", w.order())
	w.planCap()
}

// order is the order of operations: that of ADR 0010, or that of 0011 where one of its steps is used.
func (w *proseWriter) order() string {
	for i := range w.plan.Components {
		if c := &w.plan.Components[i]; len(c.PaysIn) > 0 || c.Pays.Deduct != nil || c.Pays.Factors != nil {
			return w.pick("各项按固定顺序计算：先看当月是否计发，再看条件，再定底数，再减起付额，再乘比例，再乘倍数，再乘系数，再处理负数，再取整，再封顶，最后保底。",
				"Every component is computed in a fixed order: whether it is due, conditions, base, deductible, rate, times of the band, factors, the rule for negative results, "+
					"rounding, cap, floor.")
		}
	}
	return w.pick("各项按固定顺序计算：先看条件，再以比例乘底数，再乘倍数，再处理负数，再取整，再封顶，最后保底。",
		"Every component is computed in a fixed order: conditions, rate times base, times of the band, the rule for negative results, rounding, "+
			"cap, floor.")
}

// others writes the statements that cannot make a difference in this plan as it is.
func (w *proseWriter) others() {
	first := true
	for _, rule := range statementRules() {
		if rule.matters(w.plan) {
			continue
		}
		if first {
			w.section("statements", "其他约定", "Further statements")
			w.say("statements", w.pick("下列约定在本方案目前的内容里没有适用的情形，仍按此执行：",
				"Nothing in this plan as it stands turns on the following; they hold all the same:"))
			first = false
		}
		w.say("statements."+rule.key, w.statement(rule.key))
	}
}

// statement is the sentence of one statement.
func (w *proseWriter) statement(key string) string {
	s := w.plan.Statements
	switch key {
	case "earned_on":
		return w.earnedOn(s.EarnedOn)
	case "payable_on":
		if w.plan.Settle != nil {
			return w.pick("当月的激励在当月关账时，按“发放、暂扣与追回”一条发放。",
				"The pay of a month is settled when the month is closed, by the article “Payment, holds and clawback”.")
		}
		return w.pick("当月的激励在当月关账时计发。", "The pay of a month falls due when the month is closed.")
	case "refund":
		if s.Refund == RefundKeptUntilClaw {
			return w.keptUntilClawback()
		}
		return w.pick("客户退款的，在退款当月按负数计入业绩；已经算过的月份不重算。",
			"A refund counts with a minus in the month in which it is made; months that were computed are not computed again.")
	case "negative_result":
		if s.NegativeResult == NegativeZero {
			return w.pick("某一项算出负数的，按零计，不从其他各项里扣。", "A component that comes out below zero counts as zero and takes nothing from the others.")
		}
		return w.pick("某一项算出负数的，负数照列，与当月其他各项相加抵减。", "A component that comes out below zero stands and is set off against the other components of the month.")
	case "zero_quota":
		return w.zeroQuota(s.ZeroQuota)
	case "level_at":
		return w.pick("月中层级有变动的，整个月按考核日的层级计算。", "After a change of level within the month, the level on the reference day counts for the whole month.")
	case "team_at":
		return w.pick("月中团队有变动的，整个月按考核日所在的团队计算。", "After a move within the month, the team of the reference day counts for the whole month.")
	case "joiner":
		return w.partPeriod(s.Joiner, "月中入职的", "入职之日起（含当日）", "Who joins within the month", "from the day of hire, that day included")
	case "leaver":
		return w.partPeriod(s.Leaver, "月中离职的", "到在职最后一天（含当日）", "Who leaves within the month",
			"up to the last day of employment, that day included")
	case "leaver_later_collections":
		if s.LeaverLaterCollections == LaterCollectionsPaid {
			return w.pick("离职后（从不再在职的第一天起）发生的业绩照常计入；离职当月以后的月份，只发按本人业绩的比例计算的项目，不发其他项目。",
				"Credits dated after leaving count as before; in the months after that of leaving only what is a rate of the person's own credits "+
					"is paid, nothing else.")
		}
		return w.pick("离职后（从不再在职的第一天起）发生的业绩不计入，也不计发。", "Credits dated after leaving, from the first day no longer employed, do not count and are not paid.")
	}
	return w.pick("比率用精确值比较和定档，不取整；显示出来的百分数只供阅读。",
		"Ratios are compared and looked up exactly, without rounding; percentages that are shown are for reading only.")
}

func (w *proseWriter) earnedOn(event string) string {
	switch event {
	case "collected":
		return w.pick("以回款为计提依据，按回款日期归入月份。", "Pay is earned on money collected, in the month of the date of payment.")
	case "signed":
		return w.pick("以签约为计提依据，按签约日期归入月份。", "Pay is earned on contracts signed, in the month of the date of signature.")
	}
	return w.pickf("以%[1]s为计提依据，按业务日期归入月份。", "Pay is earned on %[1]s, in the month of its date.", w.event(event))
}

func (w *proseWriter) zeroQuota(choice ZeroQuota) string {
	switch choice {
	case ZeroQuotaNotApplicable:
		return w.pick("比率的分母为零或负数的，没有这个比率：以它为条件的视为不符合，按它定档的项目为零。",
			"Where the divisor of a ratio is zero or below, there is no such ratio: conditions on it are not met, and a component whose band it "+
				"chooses is zero.")
	case ZeroQuotaRefuse:
		return w.pick("比率的分母为零或负数的，不予计算，补上任务额后再算。",
			"Where the divisor of a ratio is zero or below, nothing is computed until the target is set.")
	}
	text := w.pick("比率的分母为零或负数的（如没有任务额），比率按 0% 计", "Where the divisor of a ratio is zero or below, as without a target, the ratio is 0%")
	for _, c := range w.plan.Components {
		if c.Pays.Table != nil && c.Pays.Table.Style == StyleAbovePoint && c.Pays.Table.By != c.Pays.Of {
			return text + w.pick("；有起算点的，全部按起算点以内计算；分段计算的，全部按 0% 所在的一档计算。",
				"; a table with a point then puts everything below the point, a table of slices into the band of 0%.")
		}
	}
	for _, c := range w.plan.Components {
		if c.Pays.Table != nil && c.Pays.Table.Style == StyleMarginal && c.Pays.Table.By != c.Pays.Of {
			return text + w.pick("；分段计算的，全部按 0% 所在的一档计算。", "; a table of slices then puts everything into the band of 0%.")
		}
	}
	return text + w.pick("。", ".")
}

// partPeriod writes what joining or leaving within the month does.
func (w *proseWriter) partPeriod(choice PartPeriod, zhWho, zhDays, enWho, enDays string) string {
	if choice == PartPeriodByDay {
		return w.pickf("%[1]s，当月的任务额和固定金额按%[2]s的日历天数占当月日历天数的比例折算；折算后的任务额四舍五入到%[5]s。",
			"%[3]s has the month's target and fixed amounts in proportion to the calendar days %[4]s, over the calendar days of the month; the target is "+
				"then rounded to the nearest %[5]s.", zhWho, zhDays, enWho, enDays, w.minorUnit())
	}
	return w.pickf("%[1]s，任务额和固定金额不折算，按整月计算。", "%[2]s has the whole month's target and fixed amounts.", zhWho, enWho)
}
