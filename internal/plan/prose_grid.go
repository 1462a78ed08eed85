package plan

import (
	"fmt"
	"strings"
)

// grid writes a table with one row for each cell. kind says how cells are written: money, a rate (ratio) or a plain number (count).
func (w *proseWriter) grid(path, text string, g *Grid, column string, kind ValueKind) {
	if g.Otherwise != nil {
		text += w.pickf("有一项不在表中的，按 %[1]s 计算。", "Where something is not in the table, %[1]s holds.", w.value(*g.Otherwise, kind))
	} else {
		text += w.pick("有一项不在表中的，停止计算，补上后再算。", "Where something is not in the table, nothing is computed until it is stated.")
	}
	table := &ProseTable{}
	for _, d := range g.By {
		table.Columns = append(table.Columns, w.dimension(d))
		if d.Measure != "" {
			text += w.pickf("%[1]s没有数的，本项为零。", " Where %[1]s has no value, the component is zero.", w.quoted(d.Measure))
		}
		if d.Field == FieldPersonRole {
			text += w.pick("角色有多个的，取表中排在最前的一个。", " Of several roles, the first in the table counts.")
		}
	}
	table.Columns = append(table.Columns, column)
	for cell, d := range g.Cells {
		row, at := make([]string, len(g.By)), path+".cells"
		rest := cell
		for k := len(g.By) - 1; k >= 0; k-- {
			size := g.By[k].Size()
			row[k] = w.dimensionRow(g.By[k], rest%size)
			rest /= size
		}
		table.Rows = append(table.Rows, append(row, w.value(d, kind)))
		table.Paths = append(table.Paths, at+cellPath(g, cell))
	}
	w.add(Paragraph{Path: path, Text: strings.TrimSpace(text), Table: table})
}

// cellPath is where a cell stands in the nested lists.
func cellPath(g *Grid, cell int) string {
	path := ""
	for k := len(g.By) - 1; k >= 0; k-- {
		size := g.By[k].Size()
		path = fmt.Sprintf("[%d]", cell%size) + path
		cell /= size
	}
	return path
}

func (w *proseWriter) dimension(d Dimension) string {
	if d.Measure != "" {
		return w.name(w.plan.Measure(d.Measure).Name)
	}
	switch d.Field {
	case FieldProductCategory:
		return w.pick("产品类别", "Product category")
	case FieldProduct:
		return w.pick("产品", "Product")
	case FieldCustomer:
		return w.pick("客户", "Customer")
	case FieldCustomerTier:
		return w.pick("客户等级", "Customer tier")
	case FieldCustomerRegion:
		return w.pick("客户所在大区", "Customer's region")
	case FieldPersonLevel:
		return w.pick("考核日的层级", "Level on the reference day")
	case FieldPersonRole:
		return w.pick("考核日的角色", "Role on the reference day")
	case FieldPersonTeam:
		return w.pick("考核日所在团队", "Team on the reference day")
	}
	return w.pick("考核日所在大区", "Region on the reference day")
}

func (w *proseWriter) dimensionRow(d Dimension, row int) string {
	if d.Measure == "" {
		if d.Field == FieldPersonLevel {
			return w.level(d.Keys[row])
		}
		return d.Keys[row]
	}
	var b Band
	if row > 0 {
		b.From = &d.Edges[row-1]
	}
	if row < len(d.Edges) {
		b.To = &d.Edges[row]
	}
	return w.band(b, &Table{By: d.Measure, Boundary: d.Boundary})
}

// rateGrid says by which rates the base is multiplied.
func (w *proseWriter) rateGrid(i int, c Component) {
	g, base := c.Pays.Rate.Grid, w.quoted(c.Pays.Of)
	text := w.pickf("以%[1]s为底数，按下表的比例计算。", "It is %[1]s multiplied by the rate in the table. ", base)
	if g.readsCredits() {
		text = w.pickf("以%[1]s为底数，逐笔适用下表的比例，再相加。", "Every credit in %[1]s is multiplied by its rate in the table, and the results are added. ", base)
	}
	w.grid(componentPath(i, "pays.rate.grid"), text, g, w.pick("比例", "Rate"), KindRatio)
}

// amountGrid says which amount is paid.
func (w *proseWriter) amountGrid(i int, c Component) {
	text := w.pick("本项每月为下表中的金额。", "It pays the amount in the table in the month. ")
	if c.Pays.Per != "" {
		text = w.pickf("本项为%[1]s乘以下表中的金额。", "It pays %[1]s times the amount in the table. ", w.quoted(c.Pays.Per))
	}
	w.grid(componentPath(i, "pays.amount.grid"), text, c.Pays.AmountGrid, w.pick("金额", "Amount"), KindMoney)
}

// limitOf writes what a cap allows.
func (w *proseWriter) limitOf(l *Limit) string {
	if l.Percent == nil {
		return w.money(l.AmountFen)
	}
	return w.pickf("%[2]s的 %[1]s（四舍五入到%[3]s，负数按零）", "%[1]s of %[2]s (to the nearest %[3]s, not below zero)", l.Percent.Percent(), w.quoted(l.Of), w.minorUnit())
}

// furtherCap is the cap of ADR 0011: of a percentage, by credit or deal, over a longer span, with the excess carried on.
func (w *proseWriter) furtherCap(l *Limit) string {
	limit := w.limitOf(l)
	noValue := ""
	if l.Percent != nil {
		noValue = w.pickf("%[1]s没有数的，本项为零。", " Where %[1]s has no value, the component is zero.", w.quoted(l.Of))
	}
	switch l.Per {
	case LimitPerCredit:
		return w.pickf("每笔业绩在本项最高计 %[1]s，超过的部分不发；退款的负数不受此限。", "Each credit earns at most %[1]s here; what lies beyond is not paid. The minus of a refund is not limited.",
			limit) + noValue
	case LimitPerDeal:
		return w.pickf("每份合同当月的业绩在本项合计最高计 %[1]s，超过的部分不发；合计为负数的不受此限。",
			"All credits of one deal in the month together earn at most %[1]s here; what lies beyond is not paid. A sum below zero is not limited.", limit) + noValue
	}
	return w.pick("本项每人", "A person gets at most ") + w.over(l, limit) + w.excess(l) + noValue
}

func (w *proseWriter) over(l *Limit, limit string) string {
	switch l.Over {
	case LimitOverQuarter:
		return w.pickf("每个季度（连同本季度以前月份已发的）最高 %[1]s", "%[1]s in a calendar quarter, together with what earlier months of it paid", limit)
	case LimitOverYear:
		return w.pickf("每年（连同本年以前月份已发的）最高 %[1]s", "%[1]s in a calendar year, together with what earlier months of it paid", limit)
	}
	return w.pickf("每月最高 %[1]s", "%[1]s in a month", limit)
}

func (w *proseWriter) excess(l *Limit) string {
	if l.Carried {
		return w.pick("；超过的部分结转，并入下一期的金额再封顶；下一期不该发或不符合条件的，继续往后结转。",
			"; what lies beyond is carried, and added to the next period's amount before its cap; where the next period is not due or does not meet the conditions, it is carried further.")
	}
	return w.pick("；超过的部分不发，也不结转到以后月份。", "; what lies beyond is not paid and not carried to later months.")
}

// planCap says what limits the plan as a whole.
func (w *proseWriter) planCap() {
	l := w.plan.Cap
	if l == nil {
		return
	}
	text := w.pick("本方案各项合计，每人", "All components together pay a person at most ") + w.over(l, w.money(l.AmountFen))
	if l.Carried {
		text += w.pick("；超过的部分从最后一项起往前扣减，每项最多减到零；减掉的部分留在该项结转，并入该项下一期的金额。",
			"; the excess is cut from the last component backwards, none below zero; what is cut stays with its component and is added to that component's next amount.")
	} else {
		text += w.pick("；超过的部分从最后一项起往前扣减，每项最多减到零，不发，也不结转。",
			"; the excess is cut from the last component backwards, none below zero, and is neither paid nor carried.")
	}
	w.say("cap", text)
}
