package report

import (
	"math/big"
	"strconv"

	"xiaoguan/internal/board"
	"xiaoguan/internal/metric"
)

func pair(a, b *big.Rat) []*big.Rat { return []*big.Rat{a, b} }

// processBlocks are leads, funnel, cycle, compliance and the bottleneck.
func processBlocks(f *facts, found *findings) (list []Block) {
	for _, id := range []metric.ID{leads, conversion, winRate, pipeline} {
		if b, ok := f.compared("process."+string(id), id); ok {
			list = append(list, b)
		}
	}
	list = append(list, f.funnelBlocks(found)...)
	for _, id := range []metric.ID{compliance, recording} {
		if b, ok := f.compared("process."+string(id), id); ok {
			list = append(list, b)
		}
	}
	for i, e := range f.broken {
		name := text(e.Name)
		name.Name.Link = e.Path
		list = append(list, say("process.rule."+string(rune('1'+i)), "rule", ToneBad, "Rule", name, "Count", count(e.Count).linked(e.Path)))
	}
	return list
}

// flowLink is the analysis of the cohort that the funnel is of, of a team where the report is of one.
func (f *facts) flowLink() string {
	link := "/flow?from=" + f.funnel.From.String() + "&to=" + f.funnel.To.String()
	if f.place.Kind == metric.PlaceTeam {
		link += "&team=" + strconv.FormatInt(f.place.ID, 10)
	}
	return link
}

func (f *facts) funnelBlocks(found *findings) (list []Block) {
	switch {
	case f.noFunnel != nil:
		return []Block{say("process.funnel", "funnel_unknown", ToneUnknown)}
	case f.funnel == nil || f.funnel.Cases == 0:
		return []Block{say("process.funnel", "funnel_empty", ToneUnknown)}
	}
	stages := f.funnel.Stages
	t := &Table{Columns: []Column{{Key: "stage"}, {Key: "reached", Unit: metric.UnitCount}, {Key: "went_on", Unit: metric.UnitPercent}, {Key: "half", Unit: metric.UnitDays}, {Key: "nine_of_ten", Unit: metric.UnitDays}}}
	c := &Chart{Kind: ChartBars, Unit: metric.UnitCount, Series: []ChartSeries{{Role: RoleActual}}}
	for i, s := range stages {
		of := f.funnel.Cases
		if i > 0 {
			of = stages[i-1].Reached
		}
		on := share(int64(s.Reached), int64(of))
		reached := count(int64(s.Reached)).linked(f.flowLink())
		t.Rows = append(t.Rows, Row{Cells: []Arg{text(s.Name), reached, on, lasting(s.P50), lasting(s.P90)}})
		c.Labels, c.Series[0].Points = append(c.Labels, text(s.Name)), append(c.Series[0].Points, *reached.Figure)
	}
	list = append(list, say("process.cohort", "funnel", TonePlain, "From", day(f.funnel.From), "To", day(f.funnel.To), "Cases", count(int64(f.funnel.Cases)).linked(f.flowLink())), Block{ID: "process.funnel", Table: t}, Block{ID: "process.funnel_chart", Chart: c})
	if found.weakest > 0 {
		s, before := stages[found.weakest], stages[found.weakest-1]
		list = append(list, say("process.weakest", "weakest", ToneBad, "From", text(before.Name), "To", text(s.Name), "Share", share(int64(s.Reached), int64(before.Reached)), "Reached", count(int64(s.Reached)), "Of", count(int64(before.Reached))))
	}
	if found.slowest >= 0 {
		s := stages[found.slowest]
		list = append(list, say("process.slowest", "slowest", ToneBad, "Stage", text(s.Name), "Half", lasting(s.P50), "Nine", lasting(s.P90)))
	} else {
		list = append(list, say("process.slowest", "slowest_unknown", ToneUnknown))
	}
	return list
}

// moneyBlocks are collections, receivables and what is overdue.
func moneyBlocks(f *facts, _ *findings) (list []Block) {
	for _, id := range []metric.ID{collection, late, refunded, receivable, overdue, overdueRate, dso} {
		if b, ok := f.compared("money."+string(id), id); ok {
			list = append(list, b)
		}
	}
	if f.ageing == nil {
		return append(list, say("money.ageing", "ageing_past", ToneUnknown))
	}
	t := &Table{Columns: []Column{{Key: "overdue_for"}, {Key: "instalments", Unit: metric.UnitCount}, {Key: "open", Unit: metric.UnitMoney}, {Key: "share", Unit: metric.UnitPercent}}}
	whole := f.value(overdue)
	n := int64(0)
	for _, band := range board.Bands {
		sum := f.ageing.Sums[band]
		n += f.ageing.Count[band]
		t.Rows = append(t.Rows, Row{Cells: []Arg{word(bandWords[band]), count(f.ageing.Count[band]).linked("/instalments?overdue=1"), derived(metric.UnitMoney, sum, whole).linked("/instalments?overdue=1"), share(sum, f.ageing.Late)}})
	}
	if f.ageing.Late == 0 {
		return append(list, say("money.ageing", "ageing_none", ToneGood, "Day", day(f.today)))
	}
	t.Rows = append(t.Rows, Row{Total: true, Cells: []Arg{word("total"), count(n), derived(metric.UnitMoney, f.ageing.Late), share(f.ageing.Late, f.ageing.Late)}})
	old := f.ageing.Sums[board.Days180] + f.ageing.Sums[board.Longer]
	return append(list, say("money.aged", "ageing", ToneBad, "Day", day(f.today), "Late", derived(metric.UnitMoney, f.ageing.Late).linked("/instalments?overdue=1"), "All", derived(metric.UnitMoney, f.ageing.All), "Share", share(f.ageing.Late, f.ageing.All), "Old", derived(metric.UnitMoney, old)), Block{ID: "money.ageing", Table: t})
}

var bandWords = map[board.Band]string{board.Days30: "days_30", board.Days60: "days_60", board.Days90: "days_90", board.Days180: "days_180", board.Longer: "days_longer"}
