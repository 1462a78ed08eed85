package report

import (
	"cmp"
	"slices"
	"strconv"

	"xiaoguan/internal/decision"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/ruledoc"
)

// namedMost is how many strengths and gaps are named.
const namedMost = 3

// causeBlocks are strengths, gaps, and what the splits say of them.
func causeBlocks(f *facts, found *findings) (list []Block) {
	type one struct {
		series metric.Series
		moved  metric.Compared
	}
	var good, bad []one
	for _, s := range f.head.Series {
		c, ok := known(s.Compared, f.against)
		if !ok || s.Definition.Formula.Kind == metric.FormulaAge {
			continue
		}
		switch toneOf(s.Definition, c.Change) {
		case ToneGood:
			good = append(good, one{s, c})
		case ToneBad:
			bad = append(bad, one{s, c})
		}
	}
	for _, these := range [][]one{good, bad} {
		slices.SortStableFunc(these, func(a, b one) int {
			return cmp.Compare(max(b.moved.Change, -b.moved.Change), max(a.moved.Change, -a.moved.Change))
		})
	}
	add := func(id, key string, tone Tone, these []one) {
		if len(these) == 0 {
			list = append(list, say("causes."+id, "no_"+key, ToneUnknown, "Against", f.againstOrNone()))
		}
		for _, o := range these[:min(len(these), namedMost)] {
			list = append(list, say("causes."+id+"."+string(o.series.Definition.ID), key, tone, "Metric", text(o.series.Definition.Name), "Value", figure(o.series.Value), "Against", f.againstWord(), "Change", change(o.series.Value, o.moved)))
		}
	}
	add("strength", "strength", ToneGood, good)
	add("gap", "gap", ToneBad, bad)
	for _, id := range []metric.ID{collected, signed, winRate} {
		list = append(list, found.signal(f, "causes.signal."+string(id), id))
	}
	return append(list, say("causes.limits", "causes_limits", TonePlain))
}

func (f *facts) againstOrNone() Arg {
	if f.against == "" {
		return word("against_nothing")
	}
	return f.againstWord()
}

// actionBlocks are what was agreed, how it went, and what the numbers propose for the next time.
func actionBlocks(f *facts, found *findings) (list []Block) {
	list = append(list, f.scoredBlocks()...)
	list = append(list, f.decidedBlocks()...)
	return append(list, f.proposals(found)...)
}

// decidedBlocks are the decisions whose day of looking again was in the month, with the numbers that they rested on: then, and now.
func (f *facts) decidedBlocks() []Block {
	if len(f.agreed) == 0 {
		return []Block{say("actions.decisions", "decisions_none", ToneUnknown)}
	}
	t := &Table{Columns: []Column{{Key: "decision"}, {Key: "state"}, {Key: "then"}, {Key: "now"}, {Key: "outcome"}}}
	for _, d := range f.agreed {
		title := plain(d.Title)
		title.Name.Link = "/decisions/" + strconv.FormatInt(d.ID, 10)
		then, now := Arg{}, word("no_evidence")
		if len(d.Evidence) > 0 {
			e := d.Evidence[0]
			then, now = plain(e.Label+" "+e.Value), f.nowOf(e, d.Then)
		}
		t.Rows = append(t.Rows, Row{Cells: []Arg{title, {Key: d.State.Message().Key}, then, now, plain(d.Outcome)}})
	}
	return []Block{say("actions.decisions", "decisions", TonePlain, "All", count(int64(len(f.agreed)))), {ID: "actions.decided", Table: t}}
}

// nowOf is what became of a piece of evidence: what was written down at the end, or the number of the book where it is of the same place.
func (f *facts) nowOf(e decision.Evidence, then []decision.Evidence) Arg {
	if at := slices.IndexFunc(then, func(o decision.Evidence) bool { return o.Label == e.Label }); at >= 0 {
		return plain(then[at].Value)
	}
	if series, found := f.head.Of(metric.ID(e.Metric)); found && (e.Place == f.place.Name || f.place.Kind == metric.PlaceCompany && e.Place == "") {
		return figure(series.Value)
	}
	return word("not_measured")
}

// proposals are what the numbers ask to look into next. Nothing in them is decided.
func (f *facts) proposals(found *findings) (list []Block) {
	if places := found.located.Places; len(places) > 0 && places[0].Whole < 0 {
		var causes []Arg
		for _, c := range places[0].Causes {
			causes = append(causes, f.element(places[0].Dimension, c.Name))
		}
		list = append(list, say("actions.propose.segment", "propose_segment", TonePlain, "Dimension", dimensionWord(places[0].Dimension), "Causes", Arg{List: causes}))
	}
	if found.weakest > 0 {
		stages := f.funnel.Stages
		list = append(list, say("actions.propose.stage", "propose_stage", TonePlain, "From", text(stages[found.weakest-1].Name), "To", text(stages[found.weakest].Name)))
	}
	if found.slowest >= 0 {
		list = append(list, say("actions.propose.slow", "propose_slow", TonePlain, "Stage", text(f.funnel.Stages[found.slowest].Name)))
	}
	if f.ageing != nil && f.ageing.Late > 0 {
		list = append(list, say("actions.propose.overdue", "propose_overdue", TonePlain, "Late", derived(metric.UnitMoney, f.ageing.Late).linked("/instalments?overdue=1")))
	}
	for _, e := range f.broken[:min(len(f.broken), 1)] {
		list = append(list, say("actions.propose.rule", "propose_rule", TonePlain, "Rule", text(ruledoc.Text{Zh: e.Name.Zh, En: e.Name.En})))
	}
	if len(list) == 0 {
		list = append(list, say("actions.propose", "propose_none", TonePlain))
	}
	return list
}
