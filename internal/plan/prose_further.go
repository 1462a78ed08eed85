package plan

import (
	"fmt"
	"strings"

	"xiaoguan/internal/formula"
)

// span says over which days a measure gathers.
func (w *proseWriter) span(window Window, s *Span) string {
	if s == nil {
		return w.window(window)
	}
	var text string
	switch {
	case s.Months == 1:
		text = w.window(WindowPeriod)
	case s.Months > 1:
		text = w.pickf("含当月在内的最近 %[1]d 个月", "the last %[1]d months, this one included", s.Months)
	default:
		text = w.window(s.Window)
	}
	if s.Back > 0 {
		text = w.pickf("往前推 %[1]d 个月的同样期间（本月的对应期间为：%[2]s）", "the same span %[1]d months earlier (that of this month is %[2]s)", s.Back, text)
	}
	return text
}

// by names the crediting rules whose credits count.
func (w *proseWriter) by(rules []string) string {
	if len(rules) == 0 {
		return ""
	}
	return w.pickf("只计按归属规则 %[1]s 计入的业绩。", " Only credits of the crediting rules %[1]s count.", w.list(rules))
}

func (w *proseWriter) groupName(g Group) string {
	switch g {
	case GroupOwnTeam:
		return w.pick("本人所在团队的人员（含本人和负责人）", "the people of the person's own team, the person and the leader included")
	case GroupOwnRegion:
		return w.pick("本人所在大区的人员（含本人和负责人）", "the people of the person's own region, the person and leaders included")
	case GroupCompany:
		return w.pick("全公司在考核日有任职的人员", "everybody with an assignment on their reference day")
	case GroupPlan:
		return w.pick("适用本方案的人员", "the participants of this plan")
	case GroupMentees:
		return w.pick("当月由本人带教的人员", "the people whom the person mentors in the month")
	}
	return w.pick("团队成员", "the team members")
}

// members says which of a group count.
func (w *proseWriter) members(t *TeamMeasure) string {
	group := w.groupName(t.Group)
	if len(t.Where) == 0 {
		return group
	}
	var parts []string
	for _, c := range t.Where {
		if c.Condition != nil {
			parts = append(parts, w.condition(*c.Condition))
		} else {
			parts = append(parts, w.pick("考核日的层级为", "the level on the reference day is ")+w.levels(c.Levels))
		}
	}
	return w.pickf("%[1]s中%[2]s的", "those of %[1]s for whom %[2]s", group, strings.Join(parts, w.pick("，且", ", and ")))
}

// groupDefinition is what is made of the values of a group's members.
func (w *proseWriter) groupDefinition(t *TeamMeasure) string {
	who := w.members(t)
	switch t.Fold {
	case FoldAverage:
		return w.pickf("%[1]s各自%[2]s的平均数；没有这样的人的，没有这个数。", "the average of %[2]s over %[1]s; there is none where there are no such people.", who, w.quoted(t.Sum))
	case FoldHighest:
		return w.pickf("%[1]s各自%[2]s中最高的；没有这样的人的，没有这个数。", "the highest %[2]s of %[1]s; there is none where there are no such people.", who, w.quoted(t.Sum))
	case FoldLowest:
		return w.pickf("%[1]s各自%[2]s中最低的；没有这样的人的，没有这个数。", "the lowest %[2]s of %[1]s; there is none where there are no such people.", who, w.quoted(t.Sum))
	}
	if t.Sum != "" {
		return w.pickf("%[1]s各自的%[2]s之和。", "the sum of %[2]s over %[1]s.", who, w.quoted(t.Sum))
	}
	return w.pickf("%[1]s的人数。", "the number of %[1]s.", who)
}

// further defines a measure of docs/adr/0011.
func (w *proseWriter) further(m FurtherForms) string {
	switch {
	case m.Given != nil:
		return w.given(m.Given)
	case m.Retained != nil:
		return w.pickf("在%[1]s有金额为正的%[3]s计入本人的客户中，在%[2]s仍有的所占比例。", "of the customers with a positive credit of %[3]s to the person in %[1]s, the part "+
			"with one in %[2]s.", w.span("", &m.Retained.Before), w.span("", &m.Retained.Now), w.event(m.Retained.Event)) + w.by(m.Retained.By)
	case m.Formula != nil:
		return w.formula(m.Formula)
	case m.Component != "":
		return w.pickf("本人当月%[1]s的应得金额（已按该项的上下限调整）。", "what %[1]s earns the person in the month, after its own limits.", w.componentName(m.Component))
	case m.Rank != nil:
		return w.rankDefinition(m.Rank)
	}
	return w.scorecard(m.Scorecard)
}

func (w *proseWriter) componentName(id string) string {
	for _, c := range w.plan.Components {
		if c.ID == id {
			return w.pick("“"+c.Name.Zh+"”", "“"+c.Name.En+"”")
		}
	}
	return id
}

func (w *proseWriter) given(g *GivenMeasure) string {
	missing := map[Missing]string{
		MissingRefuse:  w.pick("没有登记的，停止计算，登记后再算。", " Where none is recorded, nothing is computed until it is."),
		MissingZero:    w.pick("没有登记的，按零计。", " Where none is recorded it is zero."),
		MissingNoValue: w.pick("没有登记的，没有这个数。", " Where none is recorded there is no value."),
	}
	return w.pickf("公司登记的%[1]s本人“%[2]s”的数值（跨几个月的相加）。", "the value of “%[2]s” that the company recorded for the person for %[1]s; several months are added up.",
		w.span(g.Window, g.Span), g.Of) + missing[g.Missing]
}

func (w *proseWriter) rankDefinition(r *RankMeasure) string {
	order := w.pick("从高到低", "from the highest")
	if r.Order == OrderAscending {
		order = w.pick("从低到高", "from the lowest")
	}
	ties := map[RankTies]string{
		TiesBest: w.pick("并列的取其中最前的名次。", " Tied people have the best of their places."), TiesWorst: w.pick("并列的取其中最后的名次。", " Tied people have the worst of their places."),
		TiesAverage: w.pick("并列的取所占名次的平均数。", " Tied people have the average of their places."),
	}
	return w.pickf("%[1]s按%[2]s%[3]s排列时本人的名次，第一名为 1；没有%[2]s的排在最后。", "the person's place among %[1]s by %[2]s, counted %[3]s, the first being 1; who has no %[2]s comes last.",
		w.groupName(r.Among), w.quoted(r.By), order) + ties[r.Ties]
}

func (w *proseWriter) scorecard(items []ScoreItem) string {
	parts := make([]string, len(items))
	for i, item := range items {
		limits := w.pickf("最低 %[1]s", "at least %[1]s", item.Least.Percent())
		if item.Most != nil {
			limits += w.pickf("、最高 %[1]s", " and at most %[1]s", item.Most.Percent())
		}
		parts[i] = w.pickf("%[1]s除以 %[2]s（%[3]s）占 %[4]s", "%[1]s divided by %[2]s (%[3]s), weight %[4]s", w.quoted(item.Measure),
			w.value(item.Goal, w.plan.kind(item.Measure)), limits, item.Weight.Percent())
	}
	return w.pick("下列各项加权相加：", "the weighted sum of: ") + strings.Join(parts, w.pick("；", "; ")) + w.pick("。", ".")
}

// formula writes the formula with the names of its measures.
func (w *proseWriter) formula(m *FormulaMeasure) string {
	compiled, err := formula.Compile(m.Text, func(name string) formula.Kind { return FormulaKind(w.plan.kind(name)) })
	if err != nil {
		return m.Text // an unreadable formula is no plan
	}
	names := map[string]string{
		"min": w.pick("取小", "min"), "max": w.pick("取大", "max"), "abs": w.pick("绝对值", "abs"), "clamp": w.pick("限于", "clamp"), "floor": w.pick("舍去零头", "floor"),
		"ceiling": w.pick("零头进一", "ceiling"), "round": w.pick("四舍五入", "round"), "if": w.pick("如果", "if"), "divide": w.pick("相除", "divide"),
		"value": w.pick("有则取", "value"), "money": w.pick("金额", "money"), "and": w.pick("且", "and"), "or": w.pick("或", "or"), "not": w.pick("非", "not"),
	}
	text := compiled.Render(formula.Words{
		Name: w.quoted, Function: func(name string) string { return names[name] },
		Operator: map[string]string{"*": "×", "/": "÷", "-": "−", "<=": "≤", ">=": "≥", "!=": "≠", "and": names["and"], "or": names["or"], "not": names["not"]},
	})
	return fmt.Sprintf(w.pick("= %s。除数为零或缺少所需数值的，没有这个数。", "= %s. It has no value where a divisor is zero or a value is missing."), text)
}
