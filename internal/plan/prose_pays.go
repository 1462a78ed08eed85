package plan

import (
	"fmt"
	"strings"
	"time"

	"xiaoguan/internal/money"
)

// paysIn says in which months a component is paid.
func (w *proseWriter) paysIn(i int, c Component) {
	if len(c.PaysIn) == 0 {
		return
	}
	var zh, en []string
	for _, m := range c.PaysIn {
		zh, en = append(zh, fmt.Sprint(m)), append(en, time.Month(m).String())
	}
	w.say(componentPath(i, "pays_in"), w.pickf("本项只在每年 %[1]s 月计发，在其他月份为零。", "It is paid in %[2]s only; in other months it is zero.",
		strings.Join(zh, "、"), strings.Join(en, ", ")))
}

// deduct says what part of the base is left out.
func (w *proseWriter) deduct(i int, c Component) {
	d := c.Pays.Deduct
	if d == nil {
		return
	}
	base, deductible := w.quoted(c.Pays.Of), w.quoted(d.Measure)
	if d.Measure == "" {
		deductible = w.money(d.AmountFen)
	}
	text := w.pickf("起付额是 %[2]s：底数只取%[1]s超过起付额的部分；没有超过起付额的，底数为零。", "Only what %[1]s has above the deductible of %[2]s is the base; where it has not more, the base is zero.",
		base, deductible)
	if d.Measure != "" {
		text += w.pick("起付额小于零的，按零计；没有这个数的，本项为零。", " A deductible below zero counts as zero; where it has no value, the component is zero.")
	}
	if m := w.plan.Measure(c.Pays.Of); m != nil && m.Credits != nil {
		text += w.pick("逐笔累计（按日期先后，同一天的按单据编号），累计额在起付额以内的部分不计提；退款从累计额里退出，只有退出的部分在起付额以上的才扣回。",
			" Credits run up in the order of their dates, on one day in the order of their numbers; what they move below the deductible earns nothing, and a refund "+
				"takes back only what it moves above it.")
	}
	if c.Pays.Table != nil {
		text += w.pick("定档和分段仍按没有扣除起付额的数。", " Bands are chosen and filled by what there is before the deductible is taken off.")
	}
	w.say(componentPath(i, "pays.deduct"), text)
}

// abovePoint says what a table of style above_point does.
func (w *proseWriter) abovePoint(c Component, by *Measure) string {
	t, base := c.Pays.Table, w.quoted(c.Pays.Of)
	point := w.value(t.Point.At, w.plan.kind(t.By))
	var b strings.Builder
	b.WriteString(w.pickf("以 %[1]s 为起算点：%[2]s从零累计，累计额在起算点以内的部分乘以 %[3]s 倍；超过起算点的部分，全部乘以%[4]s所在的那一档的倍数，再相加。",
		"It begins at the point %[1]s: %[2]s is run up from zero; the part of the running sum up to the point is multiplied by %[3]s, everything above it by the number "+
			"of times of the band that %[4]s reaches, and the results are added. ", point, base, t.Point.Below, w.quoted(t.By)))
	if by.Ratio != nil {
		b.WriteString(w.pickf("起算点的金额为%[1]s乘以 %[2]s，不取整。", "The point in money is %[2]s of %[1]s, not rounded. ", w.quoted(by.Ratio.To), point))
	}
	if m := w.plan.Measure(c.Pays.Of); m != nil && m.Credits != nil {
		b.WriteString(w.pick("逐笔累计时，按日期先后，同一天的按单据编号；退款从累计额里退出，按退出部分所在一侧的倍数和该笔退款自己的比例扣回。最后没有超过起算点的，曾经超过的部分按第一档计算。",
			"Credits run up in the order of their dates, on one day in the order of their numbers. A refund takes back, at its own rate, from the side that it leaves. Where the "+
				"sum ends at or below the point, what had been above it has the first band. "))
	}
	b.WriteString(w.owner(t.Boundary))
	return strings.TrimSpace(b.String())
}

// owner says which band has a value that lies on an edge.
func (w *proseWriter) owner(boundary Boundary) string {
	if boundary == BoundaryLowerBand {
		return w.pick("恰好等于分界值的，归入较低的一档。", "A value exactly on an edge belongs to the band below it.")
	}
	return w.pick("恰好等于分界值的，归入较高的一档。", "A value exactly on an edge belongs to the band above it.")
}

// interpolated says what a line of multipliers does.
func (w *proseWriter) interpolated(i int, t *Table) {
	path, by, kind := componentPath(i, "pays.table"), w.plan.Measure(t.By), w.plan.kind(t.By)
	table := &ProseTable{Columns: []string{w.name(by.Name), w.pick("倍数", "Times")}}
	for k, point := range t.Line.Points {
		table.Rows = append(table.Rows, []string{w.value(point.At, kind), w.pickf("%[1]s 倍", "%[1]s", point.Times)})
		table.Paths = append(table.Paths, fmt.Sprintf("%s.points[%d]", path, k))
	}
	below := map[End]string{
		EndFlat:   w.pick("低于第一点的，用第一点的倍数", "below the first point, that point's number of times holds"),
		EndZero:   w.pick("低于第一点的，倍数为零", "below the first point, it is zero"),
		EndExtend: w.pick("低于第一点的，沿前两点的直线向下延伸，最低为零", "below the first point, the line of the first two points goes on, not below zero"),
	}[t.Line.Below]
	beyond := map[End]string{
		EndFlat:   w.pick("高于最后一点的，用最后一点的倍数。", "beyond the last point, that point's holds."),
		EndExtend: w.pick("高于最后一点的，沿最后两点的直线继续延伸，最低为零。", "beyond the last point, the line of the last two points goes on, not below zero."),
	}[t.Line.Beyond]
	w.add(Paragraph{Path: path, Table: table, Text: w.pickf("按%[1]s在下表各点之间的直线上取倍数（线性插值，精确不取整），把上述结果的全部乘以这个倍数；%[2]s；%[3]s",
		"The whole of this is multiplied by the number of times that %[1]s has on the straight line between the points below (interpolated, exact, not rounded); %[2]s; %[3]s",
		w.quoted(t.By), below, beyond)})
}

// factors says by what the result is multiplied further.
func (w *proseWriter) factors(i int, c Component) {
	factors := c.Pays.Factors
	if factors == nil {
		return
	}
	path := componentPath(i, "pays.factors")
	if factors.Combine == FactorsProduct {
		w.say(path, w.pick("上述结果再依次乘以下列各系数；有一个系数没有数的，本项为零：", "The result is then multiplied by each of these factors; where one has no value, the component is zero:"))
	} else {
		w.say(path, w.pick("上述结果再乘以下列各系数的加权和（权重合计 100%）；有一个系数没有数的，本项为零：",
			"The result is then multiplied by the weighted sum of these factors (the weights total 100%); where one has no value, the component is zero:"))
	}
	for k, item := range factors.Items {
		at := fmt.Sprintf("%s.items[%d]", path, k)
		text := w.pickf("（%[1]d）", "(%[1]d) ", k+1)
		if factors.Combine == FactorsWeighted {
			text += w.pickf("权重 %[1]s：", "weight %[1]s: ", item.Weight.Percent())
		}
		switch {
		case item.Grid != nil:
			w.grid(at+".grid", text+w.pick("下表中的系数。", "the factor in the table. "), item.Grid, w.pick("系数", "Factor"), KindCount)
		case item.Bands != nil:
			w.factorBands(at, text, item)
		default:
			w.say(at, text+w.quoted(item.Measure)+w.clamped(item))
		}
	}
}

func (w *proseWriter) factorBands(at, text string, item Factor) {
	bands := &Table{By: item.Measure, Boundary: item.Boundary, Bands: item.Bands}
	table := &ProseTable{Columns: []string{w.name(w.plan.Measure(item.Measure).Name), w.pick("系数", "Factor")}}
	for k, b := range item.Bands {
		table.Rows = append(table.Rows, []string{w.band(b, bands), b.Times.String()})
		table.Paths = append(table.Paths, fmt.Sprintf("%s.bands[%d]", at, k))
	}
	text += w.pickf("%[1]s所在一档的系数。", "the factor of the band in which %[1]s lies. ", w.quoted(item.Measure))
	w.add(Paragraph{Path: at, Text: text + w.owner(item.Boundary), Table: table})
}

// clamped says between which values a measure counts as a factor.
func (w *proseWriter) clamped(item Factor) string {
	switch {
	case item.Least != nil && item.Most != nil:
		return w.pickf("，最低按 %[1]s、最高按 %[2]s 计；", ", at least %[1]s and at most %[2]s;", item.Least, item.Most)
	case item.Least != nil:
		return w.pickf("，最低按 %[1]s 计；", ", at least %[1]s;", item.Least)
	case item.Most != nil:
		return w.pickf("，最高按 %[1]s 计；", ", at most %[1]s;", item.Most)
	}
	return w.pick("；", ";")
}

// parts says what is rounded, where it is not the component's result.
func (w *proseWriter) parts(c Component) string {
	switch c.Round.At {
	case RoundAtCredit:
		return w.pick("每笔业绩算出的金额（乘过系数之后）各自取整，再相加：", "What each credit earns, factors included, is rounded by itself, and then added up: ")
	case RoundAtBand:
		return w.pick("每一档算出的金额（乘过系数之后）各自取整，再相加：", "What each band earns, factors included, is rounded by itself, and then added up: ")
	}
	return ""
}

// roundingUnit names what a result becomes a whole number of.
func (w *proseWriter) roundingUnit(c Component) string {
	if c.Round.Unit <= 1 {
		return w.minorUnit()
	}
	if w.lang == LangZh && w.plan.Currency == money.CNY {
		switch c.Round.Unit {
		case 10:
			return "角"
		case 100:
			return "元"
		}
	}
	return string(w.plan.Currency) + " " + money.Format(c.Round.Unit, w.plan.Currency)
}
