package plan

import (
	"fmt"
)

// amongParticipants names the people among whom a component is paid.
func (w *proseWriter) amongParticipants(g Group) string {
	switch g {
	case GroupOwnTeam:
		return w.pick("考核日同一团队中适用本方案的在职人员（含团队负责人和本人）", "the people of one team on the reference day, leaders included, to whom this plan applies")
	case GroupOwnRegion:
		return w.pick("考核日同一大区中适用本方案的在职人员（含团队负责人和本人）", "the people of one region on the reference day, leaders included, to whom this plan applies")
	}
	return w.pick("公司中适用本方案的在职人员", "the people of the company to whom this plan applies")
}

func (w *proseWriter) prizes(i int, c Component) {
	prizes, path := c.Pays.Prizes, componentPath(i, "pays.prizes")
	order := w.pick("从高到低", "the highest first")
	if prizes.Order == OrderAscending {
		order = w.pick("从低到高", "the lowest first")
	}
	text := w.pickf("在%[1]s之间，按%[2]s%[3]s排名，名次的奖金见下表。%[2]s没有数的，以及不符合本项条件的，不参加排名，也不占名次；在本月以前离职的也不参加。",
		"Among %[1]s, places are given by %[2]s, %[3]s, and paid as in the table. Whoever has no value of %[2]s, does not meet the conditions of this component, or left "+
			"before the month does not compete and takes no place. ", w.amongParticipants(prizes.Among), w.quoted(prizes.By), order)
	if prizes.Ties == PrizeTiesAll {
		text += w.pick("并列的，每人都拿所占最好名次的奖金，后面的名次按占用的人数顺延。", "Whoever is tied gets the amount of the best place that they take; the places after them are counted on.")
	} else {
		text += w.pick("并列的，把所占各名次的奖金相加后平分。", "Whoever is tied shares the sum of the amounts of the places that they take, in equal parts.")
	}
	table := &ProseTable{Columns: []string{w.pick("名次", "Place"), w.pick("奖金", "Amount")}}
	w.prizeShares(path, prizes, table)
	for k, minor := range prizes.AmountsFen {
		table.Rows = append(table.Rows, []string{fmt.Sprint(k + 1), w.money(minor)})
		table.Paths = append(table.Paths, fmt.Sprintf("%s.amounts[%d]", path, k))
	}
	w.add(Paragraph{Path: path, Text: text, Table: table})
}

// prizeShares writes the rows of shares of those who compete.
func (w *proseWriter) prizeShares(path string, prizes *Prizes, table *ProseTable) {
	rounding := w.pick("舍去小数", "rounded down")
	if prizes.Places == PrizePlacesUp {
		rounding = w.pick("小数进一", "rounded up")
	}
	for k, share := range prizes.Shares {
		table.Rows = append(table.Rows, []string{w.pickf("前 %[1]s（参加排名人数 × %[1]s，%[2]s）", "the first %[1]s (%[1]s of those who compete, %[2]s)", share.Top.Percent(), rounding), w.money(share.AmountFen)})
		if k > 0 {
			row := table.Rows[len(table.Rows)-1]
			row[0] = w.glue(row[0], w.pick("，上一行以外的名次", ", but for the places of the rows above"))
		}
		table.Paths = append(table.Paths, fmt.Sprintf("%s.percentiles[%d]", path, k))
	}
}

func (w *proseWriter) pool(i int, c Component) {
	pool := c.Pays.Pool
	sum := w.pickf("奖金池为 %[1]s", "A pool of %[1]s", w.money(pool.AmountFen))
	if pool.Rate != nil {
		sum = w.pickf("奖金池为成员各自的%[2]s之和的 %[1]s（四舍五入到%[3]s，负数按零）", "A pool of %[1]s of the sum of the members' %[2]s (to the nearest %[3]s, not below zero)",
			pool.Rate.Percent(), w.quoted(pool.Of), w.minorUnit())
	}
	w.say(componentPath(i, "pays.pool"), w.pickf("%[1]s，由%[2]s按各自的%[3]s的比例分配；为负数或没有数的按零计。分到%[4]s为止，余下的%[4]s先给小数部分大的，一样大的先给编号小的。"+
		"全体成员都为零的，谁也不发。不符合本项条件的成员为零，他的那一份不再分给别人；在本月以前离职的不是成员。",
		"%[1]s is shared among %[2]s, in proportion to their %[3]s; a value below zero and no value count as zero. It is shared to the %[4]s; what is left over goes to the largest "+
			"fractions, of equal ones to the smaller number first. Where everybody has zero, nobody gets anything. A member who does not meet the conditions of this component "+
			"gets nothing, and that part goes to nobody else; who left before the month is no member.", sum, w.amongParticipants(pool.Among), w.quoted(pool.By), w.minorUnit()))
}
