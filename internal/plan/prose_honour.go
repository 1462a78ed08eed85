package plan

import (
	"fmt"
)

// Prose writes the rule as the text that is approved, see Plan.Prose.
func (h *Honour) Prose(lang Lang) []Section {
	w := &proseWriter{lang: lang, plan: h.Rule}
	w.section("participants", "荣誉与评选范围", "The title and who competes")
	w.say("title", w.pickf("荣誉称号为“%[1]s”，编号 %[2]s，按%[3]s评选。", "The title is “%[1]s” (id %[2]s), given for each %[3]s.", w.name(h.Title), h.ID, w.spanName(h.Span)))
	w.say("participants", w.participants())
	w.say("span", w.pick("评选期按公历计，期末月的最后一天为考核日；当天已离职的不参评。",
		"Months and quarters are those of the calendar. The last day of the last month is the reference day; who has left by then does not compete."))
	w.say("each", w.eachGroup(h))
	w.say("effective", w.effective(w.pick("本规则", "This rule holds"), h.Effective))
	w.conversion()
	w.definitions()
	w.honourRanking(h)
	w.honourBrings(h)
	return w.sections
}

func (w *proseWriter) spanName(s HonourSpan) string {
	switch s {
	case SpanQuarter:
		return w.pick("季度", "quarter")
	case SpanHalfYear:
		return w.pick("半年", "half-year")
	case SpanYear:
		return w.pick("年度", "year")
	}
	return w.pick("月度", "month")
}

func (w *proseWriter) eachGroup(h *Honour) string {
	group := map[HonourEach][2]string{EachCompany: {"全公司", "the whole company"}, EachRegion: {"每个大区", "each region"}, EachTeam: {"每个团队", "each team"}, EachLevel: {"每个层级", "each level"}}[h.Each]
	return w.pickf("%[1]s评出前 %[3]d 名。", "In %[2]s the title goes to the first %[3]d.", group[0], group[1], h.Winners)
}

// listed says conditions, one a line.
func (w *proseWriter) listed(path, intro string, conditions []Condition) {
	w.say(path, intro)
	for k, c := range conditions {
		w.say(fmt.Sprintf("%s[%d]", path, k), w.pickf("（%[1]d）%[2]s；", "(%[1]d) %[2]s;", k+1, w.condition(c)))
	}
}

func (w *proseWriter) honourRanking(h *Honour) {
	w.section("rank", "条件与名次", "Minimums and ranking")
	if require := h.require(); len(require) > 0 {
		w.listed("require", w.pick("同时符合下列条件的，才参加排名：", "Only those compete for whom all of the following hold:"), require)
	}
	direction := w.pick("从高到低", "highest first")
	if h.Order == OrderAscending {
		direction = w.pick("从低到高", "lowest first")
	}
	w.say("rank.by", w.pickf("按%[1]s%[2]s排名，按精确值比较，不四舍五入；没有该数值的不参加排名。",
		"Those who compete are ranked by %[1]s, %[2]s, on exact values without rounding; who has no such value is not ranked.", w.quoted(h.By), direction))
	if len(h.TieBreaks) > 0 {
		var names []string
		for _, id := range h.TieBreaks {
			names = append(names, w.quoted(id))
		}
		w.say("rank.tie_break", w.pickf("数值相同的，依次比较%[1]s。", "Equal values are told apart by %[1]s, in this order.", w.list(names)))
	}
	if h.Ties == HonourTiesNone {
		w.say("rank.ties", w.pick("仍然并列、名额不够分的，并列的人都不授予。", "If people are still equal where the places end, none of them gets the title."))
	} else {
		w.say("rank.ties", w.pick("仍然并列、名额不够分的，并列的人都授予。", "If people are still equal where the places end, all of them get the title."))
	}
}

func (w *proseWriter) honourBrings(h *Honour) {
	b := h.Brings
	if b == (HonourBrings{}) {
		return
	}
	w.section("brings", "随荣誉授予", "What comes with the title")
	if b.CashMinor != 0 {
		w.say("brings.cash", w.pickf("奖金 %[1]s，公布后随最近一次关账的月份一起发放，每项荣誉只发一次。",
			"A bonus of %[1]s, paid with the month that is closed next after the announcement, once for each award.", w.money(b.CashMinor)))
	}
	if b.Points != 0 {
		w.say("brings.points", w.pickf("积分 %[1]d 分。", "%[1]d points.", b.Points))
	}
	if b.PriorityMonths != 0 {
		w.say("brings.promotion_priority", w.pickf("评选期结束后 %[1]s内，晋升优先。", "Preference in promotion for %[1]s after the end of the time it was given for.", w.monthCount(b.PriorityMonths)))
	}
}

// Prose writes the rules as the text that is approved, see Plan.Prose.
func (p *Promotion) Prose(lang Lang) []Section {
	w := &proseWriter{lang: lang, plan: p.Rule}
	w.section("effective", "适用范围", "Scope")
	w.say("name", w.pickf("本规则名称为《%[1]s》，编号 %[2]s。", "These rules are called “%[1]s” and have the id %[2]s.", w.name(p.Name), p.ID))
	w.say("effective", w.effective(w.pick("本规则", "They hold"), p.Effective))
	w.say("steps", w.pick("按月评定，以当月最后一天的层级为准。符合条件的只是提名，须由另一人审批后才改变层级；达不到的不降级。",
		"They are applied month by month to the level of the month's last day. Meeting them makes a proposal; the level changes only when a second person approves. Nobody loses a level by them."))
	w.conversion()
	w.definitions()
	for i, s := range p.Steps {
		from, to := w.level(s.From), w.level(s.To)
		w.section(fmt.Sprintf("steps[%d]", i), from+"晋升"+to, "From "+from+" to "+to)
		w.listed(stepPath(i, "when"), w.pick("同时符合下列条件的，提名晋升：", "Proposed are those for whom all of the following hold:"), s.When)
		if len(s.Priority) > 0 {
			w.listed(stepPath(i, "preferred"), w.pick("因荣誉享有晋升优先的，只须符合下列条件：", "Who is preferred because of an honour needs only these:"), s.Priority)
		}
	}
	return w.sections
}
