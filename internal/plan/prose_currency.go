package plan

import "xiaoguan/internal/money"

// rateKind names a kind of exchange rate.
func (w *proseWriter) rateKind(kind string) string {
	if kind == "middle" {
		return w.pick("中间价", "middle rate")
	}
	return w.pickf("“%[1]s”汇率", "exchange rate of the kind “%[1]s”", kind)
}

// currencyName is the plan's currency within a sentence; in Chinese a code stands between blanks.
func (w *proseWriter) currencyName() string {
	switch {
	case w.lang != LangZh:
		return string(w.plan.Currency)
	case w.plan.Currency == money.CNY:
		return "人民币"
	}
	return " " + string(w.plan.Currency) + " "
}

// conversion says how facts in other currencies count.
func (w *proseWriter) conversion() {
	c := w.plan.Currencies
	if c == nil {
		return
	}
	day := w.pick("业绩当天（回款看回款日，开票看开票日，签约看签约日）", "the date of the credit (that of payment, invoice or signature)")
	switch c.On {
	case RateOnSigned:
		day = w.pick("合同签约当天", "the day on which the deal was signed")
	case RateOnPeriodEnd:
		day = w.pick("业绩所在月份的最后一天", "the last day of the month in which the credit lies")
	}
	w.say("currencies", w.pickf("以其他币种记录的签约、开票和回款，按%[1]s折算成%[2]s计算：取%[3]s的汇率，当天没有的取之前最近一天的；这一天晚于计算当月最后一天的，取当月最后一天的。"+
		"只用直接折成%[2]s的汇率，不倒算，也不经第三种货币。没有汇率的不予计算，补录汇率后再算。",
		"Deals, invoices and payments in other currencies are converted into %[2]s by the %[1]s of %[3]s, or the latest before it where that day has none; a day after the end of the month that is computed counts as that end. "+
			"Only rates straight into %[2]s are used, none inverted and none by way of a third currency. Where there is no rate, nothing is computed until it is recorded.",
		w.rateKind(c.Rate), w.currencyName(), day))
	if c.AfterRate {
		w.say("currencies.convert", w.pickf("业绩先按原币种归属、拆分，再折算，四舍五入到%[1]s；指标、条件、任务额和定档都用折算后的金额。按业绩乘比例计算的项目，用原币种的金额计算，再把结果折算，折算时不取整；分段和起付额也按未取整的折算金额累计。",
			"A fact is credited and shared in its own currency; each credit is then converted and rounded to the nearest %[1]s, halves away from zero. Measures, conditions, targets and the choice of bands go by these amounts. What is "+
				"a rate of credits is computed in the currency of each credit, and its result converted without rounding; slices and deductibles add up unrounded converted amounts.", w.minorUnit()))
	} else {
		w.say("currencies.convert", w.pickf("业绩先按原币种归属、拆分，每笔再折算，四舍五入到%[1]s；指标、条件、定档和计算基数都用折算后的金额。",
			"A fact is credited and shared in its own currency; each credit is then converted and rounded to the nearest %[1]s, halves away from zero. Measures, conditions, bands and bases all go by these amounts.", w.minorUnit()))
	}
	if s := w.plan.Settle; s != nil && (s.Clawback != nil || s.Hold != nil && s.Hold.Collected != nil) {
		w.say("currencies", w.pick("合同的累计回款和退款按合同的币种合计；用别的币种收付的，按收付款当笔适用的汇率折成合同币种，四舍五入到最小货币单位。",
			"Collections and refunds of a deal are added up in the deal's currency; what was paid in another is brought there by the rates that apply to that payment, rounded to the nearest minor unit."))
	}
}
