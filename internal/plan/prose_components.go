package plan

import (
	"fmt"
	"strings"

	"xiaoguan/internal/money"
)

// component writes the article of one component in the order in which it is computed.
func (w *proseWriter) component(i int) {
	c := w.plan.Components[i]
	w.section(componentPath(i, ""), c.Name.Zh, c.Name.En)
	w.paysIn(i, c)
	w.when(i, c)
	switch {
	case c.Pays.Rate != nil:
		w.rate(i, c)
		w.deduct(i, c)
		w.table(i, c)
	case c.Pays.Prizes != nil:
		w.prizes(i, c)
	case c.Pays.Pool != nil:
		w.pool(i, c)
	default:
		w.amount(i, c)
	}
	w.factors(i, c)
	if c.roundsSomething() || w.prorated(c) {
		w.say(componentPath(i, "round"), w.rounding(c))
	}
	if c.Cap != nil && !c.Cap.plain() {
		w.say(componentPath(i, "cap"), w.furtherCap(c.Cap))
	} else if c.Cap != nil {
		w.say(componentPath(i, "cap"), w.pickf("本项每人每月最高 %[1]s；超过的部分不发，也不结转到以后月份。",
			"It pays at most %[1]s a person and month; what lies beyond is not paid and not carried to later months.", w.money(c.Cap.AmountFen)))
	}
	if c.Floor != nil {
		w.say(componentPath(i, "floor"), w.floor(c))
	}
}

func (w *proseWriter) when(i int, c Component) {
	path := componentPath(i, "when")
	switch len(c.When) {
	case 0:
		return
	case 1:
		w.say(path+"[0]", w.pick("", "This is paid only if ")+w.glue(w.condition(c.When[0]), w.pick("的，才有本项；否则本项为零。", "; otherwise it is zero.")))
		return
	}
	w.say(path, w.pick("同时符合下列条件的，才有本项；有一项不符合的，本项为零：",
		"This is paid only if all of the following hold; if one does not, it is zero:"))
	for k, condition := range c.When {
		w.say(fmt.Sprintf("%s[%d]", path, k), w.pickf("（%[1]d）%[2]s；", "(%[1]d) %[2]s;", k+1, w.condition(condition)))
	}
}

func (w *proseWriter) amount(i int, c Component) {
	path := componentPath(i, "pays")
	if c.Pays.AmountGrid != nil {
		w.amountGrid(i, c)
		return
	}
	amount := w.money(c.Pays.AmountFen)
	if c.Pays.Per == "" {
		w.say(path, w.pickf("本项每月固定为 %[1]s。", "It pays a fixed %[1]s in the month.", amount))
		return
	}
	w.say(path, w.pickf("本项为%[2]s乘以 %[1]s%[3]s。", "It pays %[1]s times %[2]s%[3]s.", amount, w.quoted(c.Pays.Per), w.each(c.Pays.Per, amount)))
}

// each says in brackets what one unit of a count pays.
func (w *proseWriter) each(id, amount string) string {
	m := w.plan.Measure(id)
	switch {
	case m != nil && m.Tenure != nil && m.Tenure.Unit == TenureFullYears:
		return w.pickf("（每满一年 %[1]s）", " (%[1]s for each full year)", amount)
	case m != nil && m.Team != nil && m.Team.Sum == "":
		return w.pickf("（每人 %[1]s）", " (%[1]s a head)", amount)
	case m != nil && m.Credits != nil:
		return w.pickf("（每笔 %[1]s）", " (%[1]s a credit)", amount)
	}
	return ""
}

// rate says what the base is and by which rate it is multiplied.
func (w *proseWriter) rate(i int, c Component) {
	path := componentPath(i, "pays.rate")
	base := w.quoted(c.Pays.Of)
	rate := c.Pays.Rate
	if rate.Grid != nil {
		w.rateGrid(i, c)
		return
	}
	if rate.Lookup == "" {
		w.say(path, w.pickf("以%[1]s为底数，按 %[2]s 计算。", "It is %[2]s of %[1]s.", base, rate.Fixed.Percent()))
		return
	}
	field := w.field(rate.Lookup)
	text := w.pickf("以%[1]s为底数，逐笔按该笔的%[2]s适用下表的比例，再相加。", "Every credit in %[1]s is multiplied by the rate of its %[2]s, and the "+
		"results are added.", base, field)
	if rate.Path {
		text += w.pickf("%[1]s分级（用“/”隔开），取表中含该笔%[1]s的最细一级。", " A %[1]s may have levels, written with “/”: the finest row of the table that it is, or lies below, counts.", field)
	}
	if rate.Otherwise != nil {
		text += w.pickf("不在表中的，按 %[1]s 计算。", " What is not in the table has the rate %[1]s.", rate.Otherwise.Percent())
	} else {
		text += w.pickf("遇到不在表中的%[1]s，停止计算，补上比例后再算。", " Where a %[1]s is not in the table, nothing is computed until its rate is stated.", field)
	}
	table := &ProseTable{Columns: []string{field, w.pick("比例", "Rate")}}
	for _, row := range rate.Rows {
		table.Rows = append(table.Rows, []string{row.Key, row.Rate.Percent()})
		table.Paths = append(table.Paths, path+".table."+row.Key)
	}
	w.add(Paragraph{Path: path, Text: text, Table: table})
}

// table says what a band applies to and who owns its edges.
func (w *proseWriter) table(i int, c Component) {
	t := c.Pays.Table
	if t == nil {
		return
	}
	if t.Style == StyleInterpolate {
		w.interpolated(i, t)
		return
	}
	path := componentPath(i, "pays.table")
	by := w.plan.Measure(t.By)
	table := &ProseTable{Columns: []string{w.name(by.Name), w.pick("倍数", "Times")}}
	for k, b := range t.Bands {
		table.Rows = append(table.Rows, []string{w.band(b, t), w.pickf("%[1]s 倍", "%[1]s", b.Times)})
		table.Paths = append(table.Paths, bandPath(i, k, ""))
	}
	if t.Style == StyleWholeAmount {
		w.add(Paragraph{Path: path, Text: w.pickf("按%[1]s所在的档，把上述结果的全部乘以该档的倍数（全额累进）。",
			"The whole of this is multiplied by the number of times of the band in which %[1]s lies (whole amount). ", w.quoted(t.By)) + w.owner(t.Boundary), Table: table})
		return
	}
	if t.Style == StyleAbovePoint {
		w.add(Paragraph{Path: path, Text: w.abovePoint(c, by), Table: table})
		return
	}
	w.add(Paragraph{Path: path, Text: w.marginal(c, by), Table: table})
}

// marginal says how the slices of a marginal table come about.
func (w *proseWriter) marginal(c Component, by *Measure) string {
	base := w.quoted(c.Pays.Of)
	var b strings.Builder
	b.WriteString(w.pickf("分段计算（超额累进）：%[1]s从零累计，累计额落在各档之内的部分，分别乘以该档的倍数，再相加。",
		"It is computed in slices (marginal): %[1]s is run up from zero; the part of the running sum inside a band is multiplied by the number of "+
			"times of that band, and the results are added. ", base))
	if by.Ratio != nil {
		b.WriteString(w.pickf("各档的分界金额为%[1]s乘以表中的百分比，不取整。",
			"The edges of the bands are the percentages of %[1]s, not rounded. ", w.quoted(by.Ratio.To)))
	}
	if m := w.plan.Measure(c.Pays.Of); m != nil && m.Credits != nil {
		b.WriteString(w.pick("逐笔累计时，按日期先后，同一天的按单据编号从小到大（数字编号按数值，排在其他编号之前）；退款从累计额里退出，退出哪一档，就按哪一档的倍数和该笔退款自己的比例扣回。",
			"Credits run up in the order of their dates, on one day in the order of their numbers (by value, before those that "+
				"are not plain numbers). A refund runs the sum down: it takes back, at its "+
				"own rate, from the band that it leaves."))
	}
	return strings.TrimSpace(b.String())
}

// band writes the values of a band with its edges in or out.
func (w *proseWriter) band(b Band, t *Table) string {
	kind := w.plan.kind(t.By)
	upper := t.Boundary == BoundaryUpperBand
	switch {
	case b.From == nil && b.To == nil:
		return w.pick("全部", "all")
	case b.From == nil && upper:
		return w.pickf("低于 %[1]s", "below %[1]s", w.value(*b.To, kind))
	case b.From == nil:
		return w.pickf("%[1]s 及以下", "up to and including %[1]s", w.value(*b.To, kind))
	case b.To == nil && upper:
		return w.pickf("%[1]s 及以上", "%[1]s and above", w.value(*b.From, kind))
	case b.To == nil:
		return w.pickf("高于 %[1]s", "above %[1]s", w.value(*b.From, kind))
	case upper:
		return w.pickf("%[1]s（含）至 %[2]s（不含）", "from %[1]s to below %[2]s", w.value(*b.From, kind), w.value(*b.To, kind))
	}
	return w.pickf("%[1]s（不含）至 %[2]s（含）", "above %[1]s up to and including %[2]s", w.value(*b.From, kind), w.value(*b.To, kind))
}

func (w *proseWriter) rounding(c Component) string {
	unit := w.roundingUnit(c)
	mode := map[money.Rounding]string{
		money.HalfAwayFromZero: w.pickf("四舍五入到%[1]s（负数按绝对值）", "to the nearest %[1]s, halves away from zero", unit),
		money.HalfEven:         w.pickf("四舍六入五成双到%[1]s", "to the nearest %[1]s, halves to the even one", unit),
		money.Down:             w.pickf("不足一%[1]s的部分舍去", "to the next whole %[1]s toward zero", unit),
		money.Up:               w.pickf("不足一%[1]s的部分进为一%[1]s", "to the next whole %[1]s away from zero", unit),
		money.Floor:            w.pickf("向下取到整%[1]s（负数取绝对值较大的）", "down to a whole %[1]s", unit),
		money.Ceiling:          w.pickf("向上取到整%[1]s（负数取绝对值较小的）", "up to a whole %[1]s", unit),
	}[c.Round.Mode]
	if parts := w.parts(c); parts != "" {
		return parts + w.pickf("%[1]s；其他各步都不取整。", "%[1]s. No other step is rounded.", mode)
	}
	return w.pickf("每人每月只对本项的最后结果取整一次：%[1]s；中间各步都不取整。",
		"Only the final result of a person and month is rounded, once: %[1]s. No step before is rounded.", mode)
}

// roundsSomething reports whether a rounding may change the component's result.
func (c *Component) roundsSomething() bool {
	return c.Pays.Rate != nil || c.Pays.Factors != nil || c.Round.Unit > 1 || (c.Pays.Prizes != nil && c.Pays.Prizes.Ties == PrizeTiesShare)
}

// prorated reports whether a fixed amount may be taken by day.
func (w *proseWriter) prorated(c Component) bool {
	s := w.plan.Statements
	return c.Pays.once() && (s.Joiner == PartPeriodByDay || s.Leaver == PartPeriodByDay)
}

func (w *proseWriter) floor(c Component) string {
	text := w.pickf("本项每人每月最低 %[1]s", "It pays at least %[1]s a person and month", w.money(c.Floor.AmountFen))
	if len(c.When) > 0 {
		return text + w.pick("；不符合条件而为零的，不保底。", "; that does not hold where it is zero for a condition that is not met.")
	}
	return text + w.pick("。", ".")
}
