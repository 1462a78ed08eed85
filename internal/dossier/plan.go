package dossier

import (
	"cmp"
	"slices"
	"strconv"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/paper"
	"xiaoguan/internal/programme"
)

// loopFacts are what is known of the programme: goals, initiatives, risks.
type loopFacts struct {
	Goals       []programme.Stand
	Initiatives []programme.ShownInitiative
	Risks       []programme.ShownRisk
	Today       calendar.Date
	Part        bool // the reader sees a part of the company alone
}

func (f *loopFacts) empty() bool { return len(f.Goals)+len(f.Initiatives) == 0 }

// running are the initiatives under way.
func (f *loopFacts) running() (list []*programme.ShownInitiative) {
	for i := range f.Initiatives {
		if f.Initiatives[i].Open() {
			list = append(list, &f.Initiatives[i])
		}
	}
	return list
}

// goalsIn are the goals of a state.
func (f *loopFacts) goalsIn(states ...programme.GoalState) (list []*programme.Stand) {
	for i := range f.Goals {
		if slices.Contains(states, f.Goals[i].State) {
			list = append(list, &f.Goals[i])
		}
	}
	return list
}

// planWriter writes the plan of the programme.
type planWriter struct {
	*writer
	f    *loopFacts
	told []toldDuties
}

// toldDuties is who does what as it was told of an initiative.
type toldDuties struct {
	number string
	rows   [][]string
}

func writePlan(w *writer, f *loopFacts) {
	d := &planWriter{writer: w, f: f}
	d.summary()
	d.goals()
	d.initiatives()
	d.phases()
	d.risks()
	d.schedule()
	w.definitions(f.goalsIn(programme.GoalActive))
}

func (d *planWriter) summary() {
	d.chapter("summary")
	active, drafts, running := d.f.goalsIn(programme.GoalActive), d.f.goalsIn(programme.GoalDraft), d.f.running()
	var budget, spent int64
	days := 0
	for _, i := range running {
		budget, spent, days = budget+i.BudgetFen, spent+i.SpentFen(), days+i.EffortDays
	}
	d.say("plan.goals_count", "Active", len(active), "Drafts", len(drafts))
	d.say("plan.initiatives_count", "Count", len(running), "Budget", d.money(budget), "Days", days, "Spent", d.money(spent))
	if len(active) == 0 {
		d.say("plan.no_goals")
	}
	if len(running) == 0 {
		d.say("plan.no_initiatives")
	}
}

// goals are the active ones with their path, and what the drafts lack.
func (d *planWriter) goals() {
	d.chapter("goals")
	var rows [][]string
	for _, g := range d.f.goalsIn(programme.GoalActive) {
		row := []string{d.t("of_place", "Name", d.goal(&g.Goal), "Place", d.place(g.Goal.Place)), d.baseline(g)}
		for _, months := range programme.GoalHorizons {
			text := i18n.Unknown
			if months <= g.Horizon {
				if amount, known := g.PathAt(g.From + calendar.Month(months)); known {
					text = d.amount(g.Unit, amount)
				}
			}
			row = append(row, text)
		}
		rows = append(rows, append(row, d.t("until", "Target", d.target(&g.Goal), "Due", d.p.Month(g.Due())), d.somebody(g.Owner)))
	}
	if len(rows) > 0 {
		d.say("plan.goals_text")
	}
	d.table("plan.no_goals", []int{5, 4, 2, 2, 2, 4, 2}, []string{"goal", "baseline", "in3", "in6", "in12", "target", "owner"}, rows)
	rows = nil
	for _, g := range d.f.goalsIn(programme.GoalDraft) {
		rows = append(rows, []string{d.goal(&g.Goal), d.lacking(g)})
	}
	if len(rows) > 0 {
		d.add(d.head2(d.t("plan.drafts")))
		d.table("plan.no_goals", []int{4, 6}, []string{"goal", "lacks"}, rows)
	}
}

// noReading is the reason of a goal whose months are only to come, which is no lack.
const noReading = "programme.no_reading"

// lacking says what a draft lacks.
func (d *planWriter) lacking(g *programme.Stand) string {
	var texts []string
	for _, m := range g.Missing() {
		texts = append(texts, d.p.Message(m))
	}
	if g.Baseline == nil && g.Why.Key != "" && g.Why.Key != noReading {
		texts = append(texts, d.p.Message(g.Why))
	}
	if len(texts) == 0 {
		return d.t("plan.to_activate")
	}
	return d.p.Join(texts)
}

// baseline is the frozen value with its month.
func (w *writer) baseline(g *programme.Stand) string {
	if g.Baseline == nil {
		return w.p.T("programme.missing.baseline")
	}
	return w.p.T("programme.value_of", "Value", w.reading(&g.Goal, g.Baseline.Value), "Month", w.p.Month(g.From))
}

func (d *planWriter) initiatives() {
	d.chapter("initiatives")
	running := d.f.running()
	if len(running) == 0 {
		d.say("plan.no_initiatives")
		return
	}
	d.say("plan.initiatives_text")
	for n, i := range running {
		number := strconv.Itoa(d.chapters) + "." + strconv.Itoa(n+1)
		d.add(d.head2(d.t("chapter", "Number", number, "Name", i.Title)))
		d.about(i)
		d.milestones(i)
		d.gates(i)
		d.duties(number, i)
	}
}

// about is what an initiative is: aim, owner, money, who tries it.
func (d *planWriter) about(i *programme.ShownInitiative) {
	var rows [][]string
	add := func(key, text string) { rows = append(rows, []string{d.p.T("programme." + key), text}) }
	pace := func(text string) { rows = append(rows, []string{d.t("pace"), text}) }
	if i.Aim != "" {
		add("aim", i.Aim)
	}
	add("owner", d.somebody(i.Owner))
	add("phase", d.p.Message(i.Phase.Message()))
	pace(d.p.Message(i.Horizon.Message()))
	add("budget", d.t("budget_of", "Budget", d.money(i.BudgetFen), "Spent", d.money(i.SpentFen())))
	add("effort", d.p.T("programme.person_days", "Days", i.EffortDays))
	if goals := i.GoalsOf; len(goals) > 0 {
		names := make([]string, len(goals))
		for k := range goals {
			names[k] = d.goal(&goals[k].Goal)
		}
		add("goals_served", d.p.Join(names))
	}
	for _, id := range i.Brief.Problems {
		add("problem", cmp.Or(i.Problems[id], d.p.T("programme.problem_number", "Number", id)))
	}
	if i.Trial.Metric != "" {
		add("pilot", d.teams(i, i.Trial.Pilot))
		add("comparison", d.teams(i, i.Trial.Comparison))
		add("trial_from", d.t("trial_from", "Month", d.p.Month(i.Trial.From), "Metric", d.metric(i.Trial.Metric)))
	} else {
		add("trial", d.p.T("programme.no_trial_yet"))
	}
	for _, warning := range i.Warnings {
		add("trial", d.p.Message(warning))
	}
	d.table("nothing", []int{2, 7}, []string{"what", "content"}, rows)
}

// metric is what a number of the metric book is called.
func (w *writer) metric(id metric.ID) string {
	for _, def := range w.book {
		if def.ID == id || def.Family == id && def.Default {
			return w.in(def.Name)
		}
	}
	return string(id)
}

// teams are the names of teams.
func (w *writer) teams(i *programme.ShownInitiative, ids []int64) string {
	names := make([]string, len(ids))
	for k, id := range ids {
		names[k] = cmp.Or(i.Teams[id].Name, w.p.T("programme.team_gone", "Number", id))
	}
	if len(names) == 0 {
		return w.p.T("programme.none")
	}
	return w.p.Join(names)
}

func (d *planWriter) milestones(i *programme.ShownInitiative) {
	var rows [][]string
	for _, m := range i.Milestones {
		rows = append(rows, []string{d.day(m.DueOn), m.Title, d.milestone(&m, d.f.Today)})
	}
	d.add(d.head3(d.p.T("programme.milestones")))
	d.table("plan.no_milestones", []int{2, 5, 3}, []string{"due", "milestone", "status"}, rows)
}

// milestone says what became of one up to a day.
func (w *writer) milestone(m *programme.Milestone, on calendar.Date) string {
	switch {
	case m.State == programme.MilestoneDone && m.DoneOn <= on:
		return w.p.T("programme.done_on", "On", w.p.Date(m.DoneOn), "Due", w.p.Date(m.DueOn))
	case m.State == programme.MilestoneDropped:
		return w.p.Message(m.State.Message())
	case m.DueOn < on:
		return w.p.T("programme.overdue")
	}
	return w.p.Message(programme.MilestonePlanned.Message())
}

// gates are the phases of an initiative, each with what must hold at its end.
func (d *planWriter) gates(i *programme.ShownInitiative) {
	var rows [][]string
	for _, phase := range programme.Phases {
		g := i.Gate(phase)
		if g == nil {
			continue
		}
		names := make([]string, len(g.Items))
		for k, item := range g.Items {
			if names[k] = d.said(item.Said, "item"); item.Ticked() {
				names[k] = d.t("ticked", "Name", names[k])
			}
		}
		rows = append(rows, []string{d.p.Message(phase.Message()), d.p.T("programme.phase_months." + string(phase)), d.p.Join(names), d.gate(i, phase)})
	}
	d.add(d.head3(d.t("plan.gates")))
	d.table("nothing", []int{2, 2, 7, 3}, []string{"phase", "months", "must_hold", "gate"}, rows)
}

// gate says how far the gate of a phase is.
func (w *writer) gate(i *programme.ShownInitiative, phase programme.Phase) string {
	g := i.Gate(phase)
	switch {
	case g == nil:
		return i18n.Unknown
	case g.IsSigned():
		return w.t("gate_signed", "By", w.signed(g.Signed))
	case phase == i.Phase:
		return w.t("gate_open", "Done", len(g.Items)-g.Open(), "All", len(g.Items))
	}
	return w.t("gate_later")
}

// duties are who does what.
func (d *planWriter) duties(number string, i *programme.ShownInitiative) {
	head := []string{d.p.T("programme.task")}
	for _, party := range programme.Parties {
		head = append(head, d.p.Message(party.Message()))
	}
	var rows [][]string
	for _, duty := range i.Duties {
		row := []string{d.said(duty.Said, "duty")}
		for _, party := range programme.Parties {
			row = append(row, cmp.Or(duty.Parts[party], i18n.Unknown))
		}
		rows = append(rows, row)
	}
	d.add(d.head3(d.t("plan.duties")))
	if len(rows) == 0 {
		d.say("plan.no_duties")
		return
	}
	for _, before := range d.told {
		if slices.EqualFunc(before.rows, rows, slices.Equal) {
			d.say("plan.same_duties", "Number", before.number)
			return
		}
	}
	d.told = append(d.told, toldDuties{number, rows})
	d.add(paper.Table([]int{4, 1, 1, 1, 1}, head, rows...), d.line(d.p.T("programme.parts_text")))
}

// phases are all initiatives by phase.
func (d *planWriter) phases() {
	d.chapter("phases")
	running := d.f.running()
	if len(running) == 0 {
		d.say("plan.no_initiatives")
		return
	}
	d.say("plan.phases_text")
	head := []string{d.t("head.initiative")}
	for _, phase := range programme.Phases {
		head = append(head, d.t("phase_head", "Phase", d.p.Message(phase.Message()), "Months", d.p.T("programme.phase_months."+string(phase))))
	}
	var rows [][]string
	for _, i := range running {
		row := []string{i.Title}
		for _, phase := range programme.Phases {
			row = append(row, d.gate(i, phase))
		}
		rows = append(rows, row)
	}
	d.add(paper.Table([]int{4, 3, 3, 3, 3}, head, rows...))
}

func (d *planWriter) risks() {
	d.chapter("risks")
	var rows [][]string
	for i := range d.f.Risks {
		if r := &d.f.Risks[i]; r.State != programme.RiskClosed {
			rows = append(rows, []string{d.risk(&r.Risk), d.t("score", "Score", r.Score(), "Probability", r.Probability, "Impact", r.Impact), d.sign(&r.Risk), d.riskText(&r.Risk, r.Measure, "risk_measure"), d.riskText(&r.Risk, r.PlanB, "risk_plan"), d.somebody(r.Owner)})
		}
	}
	d.table("plan.no_risks", []int{4, 3, 4, 5, 4, 2}, []string{"risk", "score", "early_sign", "measure", "plan_b", "owner"}, rows)
}

// sign says by which number a risk shows early.
func (w *writer) sign(r *programme.Risk) string {
	if r.Sign.Metric == "" {
		return w.p.T("programme.no_sign")
	}
	limit := strconv.FormatInt(r.Sign.Limit, 10)
	if r.Look.Value.Unit != "" {
		limit = w.amount(r.Look.Value.Unit, r.Sign.Limit)
	}
	return w.p.T("programme.sign_of", "Metric", w.metric(r.Sign.Metric), "Side", w.p.Message(r.Sign.Side.Message()), "Limit", limit)
}

// event is a line of the calendar.
type event struct {
	on                calendar.Date
	what, of, who, is string
}

// schedule is what comes when: milestones that are to be reached, and the ends of goals.
func (d *planWriter) schedule() {
	d.chapter("calendar")
	var events []event
	for _, i := range d.f.running() {
		for _, m := range i.Milestones {
			if m.State == programme.MilestonePlanned {
				events = append(events, event{m.DueOn, m.Title, i.Title, i.Owner, d.milestone(&m, d.f.Today)})
			}
		}
		if i.Trial.Metric != "" && i.Trial.From.First() > d.f.Today {
			events = append(events, event{i.Trial.From.First(), d.t("plan.trial_begins"), i.Title, i.Owner, d.p.Message(programme.MilestonePlanned.Message())})
		}
	}
	for _, g := range d.f.goalsIn(programme.GoalActive) {
		events = append(events, event{g.Due().Last(), d.t("plan.goal_due", "Target", d.amount(g.Unit, g.Target)), d.goal(&g.Goal), g.Owner, d.p.Message(g.Standing.Message())})
	}
	slices.SortStableFunc(events, func(a, b event) int { return int(a.on) - int(b.on) })
	var rows [][]string
	for _, e := range events {
		rows = append(rows, []string{d.day(e.on), e.what, e.of, d.somebody(e.who), e.is})
	}
	d.table("plan.no_calendar", []int{2, 4, 4, 2, 2}, []string{"day", "what", "of", "owner", "status"}, rows)
}

// definitions say what the numbers of goals mean.
func (w *writer) definitions(goals []*programme.Stand) {
	w.chapter("definitions")
	var rows [][]string
	for _, g := range goals {
		if g.Baseline == nil {
			continue
		}
		b := g.Baseline
		version := i18n.Unknown
		if b.Value.Metric != "" {
			version = strconv.Itoa(b.Value.Version)
		}
		rows = append(rows, []string{w.goal(&g.Goal), cmp.Or(w.in(b.Basis), w.in(b.Name)), version, w.t("window", "Window", w.p.T("programme.window_of", "Months", g.Window), "Good", w.p.T("programme.good."+string(g.Good))), w.p.Local(b.At).Format("2006-01-02")})
	}
	w.table("no_definitions", []int{4, 7, 1, 3, 3}, []string{"goal", "basis", "version", "reading", "frozen"}, rows)
}
