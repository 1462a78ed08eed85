package dossier

import (
	"cmp"
	"strconv"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/programme"
)

// finalFacts are what the final report is written from.
type finalFacts struct {
	loopFacts
	Lessons []programme.Lesson
}

// finalWriter writes the final report.
type finalWriter struct {
	*writer
	f *finalFacts
}

func writeFinal(w *writer, f *finalFacts) {
	d := &finalWriter{w, f}
	d.summary()
	d.results()
	d.initiatives()
	d.money()
	d.lessons()
	d.continues()
	w.definitions(f.goalsIn(programme.GoalActive, programme.GoalEnded))
}

func (d *finalWriter) all() (list []*programme.ShownInitiative) {
	for k := range d.f.Initiatives {
		list = append(list, &d.f.Initiatives[k])
	}
	return list
}

func (d *finalWriter) summary() {
	d.chapter("summary")
	goals := d.f.goalsIn(programme.GoalActive, programme.GoalEnded)
	counts := map[programme.Standing]int{}
	for _, g := range goals {
		counts[g.Standing]++
	}
	if len(goals) == 0 {
		d.say("plan.no_goals")
	} else {
		d.say("final.goals_count", "All", len(goals), "Reached", counts[programme.StandingReached], "NoData", counts[programme.StandingNoData])
	}
	outcomes := map[programme.Outcome]int{}
	var budget, spent int64
	for _, i := range d.all() {
		outcomes[i.Outcome]++
		budget, spent = budget+i.BudgetFen, spent+i.SpentFen()
	}
	if len(d.f.Initiatives) == 0 {
		d.say("final.no_initiatives")
	} else {
		d.say("final.initiatives_count", "All", len(d.f.Initiatives), "Keep", outcomes[programme.OutcomeKeep], "Change", outcomes[programme.OutcomeChange], "Stop", outcomes[programme.OutcomeStop], "Open", outcomes[""])
		d.say("final.money_count", "Budget", d.writer.money(budget), "Spent", d.writer.money(spent))
	}
	if open := outcomes[""] + len(d.f.goalsIn(programme.GoalActive)); open > 0 {
		d.say("final.not_over", "Initiatives", outcomes[""], "Goals", len(d.f.goalsIn(programme.GoalActive)))
	}
}

// results are the goals from their baseline to what they came to.
func (d *finalWriter) results() {
	d.chapter("results")
	var rows [][]string
	for _, g := range d.f.goalsIn(programme.GoalActive, programme.GoalEnded) {
		result, change := d.t("no_data", "Why", d.p.Message(g.Why)), i18n.Unknown
		if g.Last != nil {
			result = d.p.T("programme.value_of", "Value", d.reading(&g.Goal, g.Last.Value), "Month", d.p.Month(g.Last.Month))
			now, _ := g.Last.Value.Amount()
			if base, known := g.BaselineAmount(); known {
				change = d.difference(g.Unit, float64(now-base))
			}
		}
		state := d.p.Message(g.Standing.Message())
		if g.State == programme.GoalEnded {
			state = d.t("final.ended", "Standing", state)
		}
		rows = append(rows, []string{d.t("of_place", "Name", d.goal(&g.Goal), "Place", d.place(g.Goal.Place)), d.baseline(g), d.t("until", "Target", d.target(&g.Goal), "Due", d.p.Month(g.Due())), result, change, state})
	}
	if len(rows) > 0 {
		d.say("final.results_text")
	}
	d.table("plan.no_goals", []int{4, 4, 4, 4, 3, 3}, []string{"goal", "baseline", "target", "result", "change", "standing"}, rows)
}

// initiatives are their effects, and what was decided.
func (d *finalWriter) initiatives() {
	d.chapter("effects")
	d.effects(d.all())
	var rows [][]string
	for _, i := range d.all() {
		if i.Open() {
			continue
		}
		rules := i18n.Unknown
		if len(i.Changed) > 0 {
			names := make([]string, len(i.Changed))
			for k, c := range i.Changed {
				names[k] = d.t("rule", "Kind", d.p.Message(c.Kind.Message()), "Label", cmp.Or(c.Label, d.p.T("programme.write_next")))
			}
			rules = d.p.Join(names)
		}
		rows = append(rows, []string{i.Title, d.p.Message(i.Outcome.Message()), d.day(calendar.DateOf(i.ClosedAt.In(d.p.Zone()))), rules})
	}
	d.add(d.head2(d.t("final.decided")))
	d.table("final.none_decided", []int{5, 3, 2, 5}, []string{"initiative", "outcome", "day", "rules"}, rows)
}

// money is the budget against what was spent.
func (d *finalWriter) money() {
	d.chapter("money")
	var rows [][]string
	var budget, spent int64
	for _, i := range d.all() {
		budget, spent = budget+i.BudgetFen, spent+i.SpentFen()
		rows = append(rows, []string{i.Title, d.writer.money(i.BudgetFen), d.writer.money(i.SpentFen()), d.writer.money(i.BudgetFen - i.SpentFen()), d.p.T("programme.person_days", "Days", i.EffortDays)})
	}
	if len(rows) > 0 {
		rows = append(rows, []string{d.p.T("common.total"), d.writer.money(budget), d.writer.money(spent), d.writer.money(budget - spent), i18n.Unknown})
	}
	d.table("final.no_initiatives", []int{5, 3, 3, 3, 2}, []string{"initiative", "budget", "spent", "left", "effort"}, rows)
}

func (d *finalWriter) lessons() {
	d.chapter("lessons")
	if len(d.f.Lessons) == 0 {
		d.say("final.no_lessons")
		return
	}
	for i := range d.f.Lessons {
		l := &d.f.Lessons[i]
		d.add(d.head3(l.Title))
		rows := [][]string{{d.t("final.tried"), l.Tried}}
		if l.Where != "" {
			rows = append(rows, []string{d.t("final.where"), l.Where})
		}
		if l.Outcome != "" {
			rows = append(rows, []string{d.t("final.outcome"), d.p.Message(l.Outcome.Message())})
		}
		if l.Effect != nil {
			text := d.verdict(l.Effect)
			if why := d.why(l.Effect); why != "" {
				text = d.t("effect.because", "Verdict", text, "Why", why)
			}
			rows = append(rows, []string{d.t("final.effect"), text})
		}
		d.table("nothing", []int{1, 6}, []string{"what", "content"}, append(rows, []string{d.t("final.learnt"), l.Learnt}))
	}
}

// continues is what goes on: what was kept or changed, what is under way, goals that run, risks that are watched.
func (d *finalWriter) continues() {
	d.chapter("continues")
	var rows [][]string
	add := func(what, name, who, how string) {
		rows = append(rows, []string{strconv.Itoa(len(rows) + 1), what, name, d.somebody(who), how})
	}
	for _, i := range d.all() {
		switch i.Outcome {
		case programme.OutcomeKeep:
			add(d.t("final.kept"), i.Title, i.Owner, d.t("final.kept_text"))
		case programme.OutcomeChange:
			add(d.t("final.changed"), i.Title, i.Owner, d.t("final.changed_text"))
		case "":
			add(d.t("final.open"), i.Title, i.Owner, d.t("pack.under_way", "Phase", d.p.Message(i.Phase.Message()), "Gate", d.gate(i, i.Phase)))
		}
	}
	for _, g := range d.f.goalsIn(programme.GoalActive) {
		add(d.t("final.goal"), d.goal(&g.Goal), g.Owner, d.t("until", "Target", d.amount(g.Unit, g.Target), "Due", d.p.Month(g.Due())))
	}
	for i := range d.f.Risks {
		if r := &d.f.Risks[i]; r.State == programme.RiskHappened || r.State == programme.RiskOpen && r.Look.Showing {
			add(d.t("final.risk"), d.risk(&r.Risk), r.Owner, d.riskText(&r.Risk, r.PlanB, "risk_plan"))
		}
	}
	d.table("final.nothing_continues", []int{1, 3, 5, 2, 6}, []string{"number", "sort", "name", "owner", "go_on"}, rows)
}
