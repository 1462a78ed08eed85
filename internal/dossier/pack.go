package dossier

import (
	"cmp"
	"math/big"
	"slices"
	"strconv"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decision"
	"xiaoguan/internal/effect"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/programme"
	"xiaoguan/internal/review"
)

// packFacts are what the pack of a quarter is written from.
type packFacts struct {
	loopFacts
	Quarter   Quarter
	Span      calendar.Interval // of the quarter
	Decisions []decision.Decision
	Actions   []review.Action // that were due in the quarter
	// NoSales says that the reader sees neither decisions nor meetings.
	NoSales bool
}

// packWriter writes the pack.
type packWriter struct {
	*writer
	f     *packFacts
	goals []programme.Stand // as they stood at the end
}

// end is the last day of the quarter that is there.
func (f *packFacts) end() calendar.Date { return min(f.last(), f.Today) }

// last is the last day of the quarter.
func (f *packFacts) last() calendar.Date { return f.Span.To - 1 }

func writePack(w *writer, f *packFacts) {
	d := &packWriter{writer: w, f: f}
	for _, g := range f.goalsIn(programme.GoalActive, programme.GoalEnded) {
		if g.From <= f.last().Month() {
			d.goals = append(d.goals, g.At(f.last().Month(), f.Today))
		}
	}
	d.summary()
	d.standings()
	d.progress()
	d.chapter("effects")
	w.effects(d.touched())
	d.risks()
	d.decisions()
	d.actions()
	d.proposals()
}

// touched are the initiatives that were under way in the quarter.
func (d *packWriter) touched() (list []*programme.ShownInitiative) {
	for k := range d.f.Initiatives {
		i := &d.f.Initiatives[k]
		began := i.CreatedBy.Day(d.p.Zone())
		over := !i.Open() && calendar.DateOf(i.ClosedAt.In(d.p.Zone())) < d.f.Span.From
		if began <= d.f.end() && !over {
			list = append(list, i)
		}
	}
	return list
}

func (d *packWriter) within(day calendar.Date) bool {
	return d.f.Span.From <= day && day <= d.f.end()
}

func (d *packWriter) summary() {
	d.chapter("summary")
	if d.f.end() < d.f.last() {
		d.say("pack.running", "Day", d.day(d.f.end()))
	}
	counts := map[programme.Standing]int{}
	for i := range d.goals {
		counts[d.goals[i].Standing]++
	}
	if len(d.goals) == 0 {
		d.say("pack.no_goals")
	} else {
		d.say("pack.goals_count", "All", len(d.goals), "Reached", counts[programme.StandingReached], "OnTrack", counts[programme.StandingOnTrack], "Behind", counts[programme.StandingBehind], "NoData", counts[programme.StandingNoData])
	}
	touched := d.touched()
	var spent int64
	signed, late := 0, 0
	for _, i := range touched {
		for _, s := range i.Spent {
			if d.within(s.On) {
				spent += s.AmountFen
			}
		}
		for _, g := range i.Gates {
			if g.IsSigned() && d.within(g.Signed.Day(d.p.Zone())) {
				signed++
			}
		}
		late += len(d.late(i))
	}
	d.say("pack.initiatives_count", "All", len(touched), "Signed", signed, "Late", late, "Spent", d.money(spent))
}

// late are the milestones of an initiative that were not reached by the end, although their day had passed.
func (d *packWriter) late(i *programme.ShownInitiative) (list []programme.Milestone) {
	for _, m := range i.Milestones {
		if m.State != programme.MilestoneDropped && m.DueOn <= d.f.end() && (m.State == programme.MilestonePlanned || m.DoneOn > d.f.end()) && m.DueOn < d.f.Today {
			list = append(list, m)
		}
	}
	return list
}

// standings are the goals against their paths.
func (d *packWriter) standings() {
	d.chapter("standings")
	var rows [][]string
	for i := range d.goals {
		g := &d.goals[i]
		actual, path := d.t("no_data", "Why", d.p.Message(g.Why)), i18n.Unknown
		if g.Last != nil {
			actual = d.p.T("programme.value_of", "Value", d.reading(&g.Goal, g.Last.Value), "Month", d.p.Month(g.Last.Month))
		}
		if g.HasPath {
			path = d.amount(g.Unit, g.PathNow)
		}
		rows = append(rows, []string{d.t("of_place", "Name", d.goal(&g.Goal), "Place", d.place(g.Goal.Place)), d.baseline(g), path, actual, d.p.Message(g.Standing.Message()), d.outlook(g)})
	}
	if len(rows) > 0 {
		d.say("pack.standings_text")
	}
	d.table("pack.no_goals", []int{5, 4, 2, 4, 3, 4}, []string{"goal", "baseline", "path", "actual", "standing", "outlook"}, rows)
}

// outlook is what a goal is expected to come to when it is due.
func (w *writer) outlook(s *programme.Stand) string {
	o := s.Outlook
	target := w.amount(s.Unit, s.Target)
	switch {
	case !o.Known:
		return w.t("outlook_none", "Target", target, "Why", w.p.Message(o.Why))
	case !o.Band:
		return w.t("outlook_of", "Target", target, "Outlook", w.p.T("programme.outlook_point", "Value", w.amount(s.Unit, o.Amount), "Why", w.p.Message(o.Why)))
	}
	return w.t("outlook_of", "Target", target, "Outlook", w.p.T("programme.outlook_band", "Value", w.amount(s.Unit, o.Amount), "Low", w.amount(s.Unit, o.Low), "High", w.amount(s.Unit, o.High)))
}

// progress is how initiatives went: gates that were signed, milestones, money.
func (d *packWriter) progress() {
	d.chapter("progress")
	touched := d.touched()
	var rows, gates, milestones [][]string
	for _, i := range touched {
		state := d.t("pack.under_way", "Phase", d.p.Message(i.Phase.Message()), "Gate", d.gate(i, i.Phase))
		if !i.Open() {
			state = d.t("pack.closed", "Outcome", d.p.Message(i.Outcome.Message()), "On", d.day(calendar.DateOf(i.ClosedAt.In(d.p.Zone()))))
		}
		rows = append(rows, []string{i.Title, d.somebody(i.Owner), state, d.t("budget_of", "Budget", d.money(i.BudgetFen), "Spent", d.money(i.SpentFen()))})
		for _, g := range i.Gates {
			if g.IsSigned() && d.within(g.Signed.Day(d.p.Zone())) {
				gates = append(gates, []string{i.Title, d.p.Message(g.Phase.Message()), d.signed(g.Signed), cmp.Or(g.Note, i18n.Unknown)})
			}
		}
		late := d.late(i)
		for _, m := range i.Milestones {
			if d.within(m.DueOn) || m.State == programme.MilestoneDone && d.within(m.DoneOn) || slices.Contains(late, m) {
				milestones = append(milestones, []string{d.day(m.DueOn), i.Title, m.Title, d.milestone(&m, d.f.end())})
			}
		}
	}
	d.table("pack.no_initiatives", []int{5, 2, 5, 4}, []string{"initiative", "owner", "status", "budget_spent"}, rows)
	if len(touched) == 0 {
		return
	}
	d.add(d.head2(d.t("pack.gates")))
	d.table("pack.no_gates", []int{4, 2, 3, 5}, []string{"initiative", "phase", "signed", "note"}, gates)
	d.add(d.head2(d.t("pack.milestones")))
	d.table("pack.no_milestones", []int{2, 4, 4, 4}, []string{"due", "initiative", "milestone", "status"}, milestones)
}

// risks are those that show or have happened.
func (d *packWriter) risks() {
	d.chapter("tripped")
	var rows [][]string
	watched := 0
	for i := range d.f.Risks {
		r := &d.f.Risks[i]
		switch {
		case r.State == programme.RiskHappened:
			rows = append(rows, []string{d.risk(&r.Risk), d.p.Message(r.State.Message()), d.sign(&r.Risk), d.riskText(&r.Risk, r.PlanB, "risk_plan"), d.somebody(r.Owner)})
		case r.State == programme.RiskOpen && r.Look.Showing:
			seen := d.t("pack.showing", "Since", d.p.Local(r.Look.Since).Format("2006-01-02"), "Value", d.value(r.Look.Value))
			rows = append(rows, []string{d.risk(&r.Risk), seen, d.sign(&r.Risk), d.riskText(&r.Risk, r.Measure, "risk_measure"), d.somebody(r.Owner)})
			watched++
		case r.State == programme.RiskOpen:
			watched++
		}
	}
	d.say("pack.risks_text", "Watched", watched, "Day", d.day(d.f.Today))
	d.table("pack.no_risks", []int{3, 5, 4, 5, 2}, []string{"risk", "what_shows", "early_sign", "to_do", "owner"}, rows)
}

// decisions are those of the quarter, and those whose outcome is due.
func (d *packWriter) decisions() {
	d.chapter("decisions")
	if d.f.NoSales {
		d.say("pack.hidden")
		return
	}
	var made, due [][]string
	for i := range d.f.Decisions {
		x := &d.f.Decisions[i]
		if d.within(x.On) {
			made = append(made, []string{d.day(x.On), x.Title, x.ByName, d.p.Int(int64(len(x.Evidence))), d.p.Message(x.State.Message())})
		}
		if x.State == decision.StateOpen && x.DueOn <= d.f.last() || x.State != decision.StateOpen && d.within(calendar.DateOf(x.ClosedAt.In(d.p.Zone()))) {
			due = append(due, []string{d.day(x.DueOn), x.Title, cmp.Or(x.Expected, i18n.Unknown), d.p.Message(x.State.Message()), cmp.Or(x.Outcome, i18n.Unknown)})
		}
	}
	d.add(d.head2(d.t("pack.due")))
	d.table("pack.none_due", []int{2, 4, 4, 2, 4}, []string{"due", "decision", "expected", "status", "outcome"}, due)
	d.add(d.head2(d.t("pack.made")))
	d.table("pack.none_made", []int{2, 5, 2, 1, 2}, []string{"day", "decision", "by", "evidence", "status"}, made)
}

// actionsMost is how many actions the pack lists.
const actionsMost = 60

// actions are what meetings agreed for the quarter.
func (d *packWriter) actions() {
	d.chapter("actions")
	if d.f.NoSales {
		d.say("pack.hidden")
		return
	}
	counts := map[review.Score]int64{}
	var rows [][]string
	for i := range d.f.Actions {
		a := &d.f.Actions[i]
		score := a.Score(d.f.Today)
		counts[score]++
		if score != review.ScoreKept && len(rows) < actionsMost {
			rows = append(rows, []string{d.day(a.DueOn), a.Unit.Name, a.Text, d.somebody(a.PersonName), d.p.Message(score.Message())})
		}
	}
	if len(d.f.Actions) == 0 {
		d.say("pack.no_actions")
		return
	}
	if over := counts[review.ScoreKept] + counts[review.ScoreLate]; over > 0 {
		d.say("pack.actions_rate", "Kept", counts[review.ScoreKept], "All", over, "Share", d.p.Percent(big.NewRat(counts[review.ScoreKept], over)), "Open", counts[review.ScoreOpen], "Dropped", counts[review.ScoreDropped])
	} else {
		d.say("pack.actions_open", "Open", counts[review.ScoreOpen], "Dropped", counts[review.ScoreDropped])
	}
	d.table("pack.all_kept", []int{2, 3, 6, 2, 2}, []string{"due", "team", "action", "owner", "status"}, rows)
	if rest := len(d.f.Actions) - int(counts[review.ScoreKept]) - len(rows); rest > 0 {
		d.say("pack.more_actions", "Count", rest)
	}
}

// changeAfter is after how many months without an effect that can be told a change is proposed.
const changeAfter = 6

// propose says by rule what is to become of an initiative: keep, change, stop, or nothing yet; with its reason.
func (w *writer) propose(i *programme.ShownInitiative, f *programme.Found) (outcome programme.Outcome, reason string) {
	switch {
	case f == nil && i.Trial.Metric == "":
		return "", w.t("propose.no_trial")
	case f == nil:
		return "", w.t("propose.not_measured")
	case f.Result.Verdict == effect.Better:
		return programme.OutcomeKeep, w.t("propose.better")
	case f.Result.Verdict == effect.Worse:
		return programme.OutcomeStop, w.t("propose.worse")
	case f.Result.Verdict == effect.Different:
		return "", w.t("propose.different")
	case f.Result.Reason == effect.ReasonNoise && f.Result.After >= changeAfter:
		return programme.OutcomeChange, w.t("propose.no_effect", "Months", f.Result.After)
	}
	return "", w.t("propose.wait", "Why", w.why(f))
}

// proposals are what the rules propose; people decide.
func (d *packWriter) proposals() {
	d.chapter("proposals")
	d.say("propose.text", "Months", changeAfter)
	var rows [][]string
	for _, i := range d.touched() {
		if !i.Open() {
			continue
		}
		outcome, reason := d.propose(i, effectOf(i))
		what := d.t("propose.nothing")
		if outcome != "" {
			what = d.p.Message(outcome.Message())
		}
		if late := len(d.late(i)); late > 0 {
			reason = d.t("propose.late", "Reason", reason, "Count", late)
		}
		if over := i.SpentFen() - i.BudgetFen; over > 0 {
			reason = d.t("propose.over", "Reason", reason, "Over", d.money(over))
		}
		rows = append(rows, []string{strconv.Itoa(len(rows) + 1), i.Title, what, reason, ""})
	}
	d.table("propose.none", []int{1, 4, 3, 7, 4}, []string{"number", "initiative", "proposal", "reason", "decided"}, rows)
	for i := range d.goals {
		if g := &d.goals[i]; g.State == programme.GoalActive && g.Standing == programme.StandingBehind && !d.served(g.ID) {
			d.item("propose.unserved", "Goal", d.goal(&g.Goal))
		}
	}
}

// served reports whether an initiative under way serves a goal.
func (d *packWriter) served(goal int64) bool {
	return slices.ContainsFunc(d.f.running(), func(i *programme.ShownInitiative) bool { return slices.Contains(i.Brief.Goals, goal) })
}
