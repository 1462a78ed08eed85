package flow

import (
	"cmp"
	"slices"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/mining"
	"xiaoguan/internal/sop"
	"xiaoguan/internal/stats"
)

// visit is one stay on a stage.
type visit struct {
	stage    int
	from, to int64
	ended    bool
}

// signsLast reports whether nothing follows the stage of the signature: then the signature ends the stay.
func (l *look) signsLast() bool { return l.stages.Index(l.stages.Signing()) == l.inForce-1 }

// visits lists the stays of a case on stages. One ends where another stage is entered or the case is lost; the last goes on until now unless the
// process has no further stage.
func (l *look) visits(r *row, into []visit) []visit {
	into = into[:0]
	stood := -1
	for _, s := range l.of(r) {
		if l.merged(&stood, int(s.label)) {
			continue
		}
		stage := l.stageOf[s.label]
		lost := int(s.label) == l.lost || int(s.label) == l.signed && l.signsLast()
		if stage < 0 && !lost && int(s.label) != l.reopened {
			continue
		}
		if n := len(into); n > 0 && !into[n-1].ended {
			if into[n-1].stage == stage {
				continue
			}
			into[n-1].to, into[n-1].ended = int64(s.at), true
		}
		if int(s.label) == l.reopened && len(into) > 0 { // taken up where it was
			stage = into[len(into)-1].stage
		}
		if stage >= 0 {
			into = append(into, visit{stage: stage, from: int64(s.at)})
		}
	}
	if n := len(into); n > 0 && !into[n-1].ended {
		into[n-1].to = max(l.asOf.Unix(), into[n-1].from)
	}
	return into
}

func (l *look) stageTimes(rep *Report) {
	durations := make([][]stats.Duration, len(l.places))
	var stays []visit
	for _, r := range l.rows {
		stays = l.visits(r, stays)
		for _, v := range stays {
			if v.stage != l.inForce-1 || l.signsLast() { // nothing follows the last: being on it is no waiting
				durations[v.stage] = append(durations[v.stage], stats.Duration{Length: float64(v.to - v.from), Ended: v.ended})
			}
		}
	}
	for i, list := range durations {
		if len(list) == 0 {
			continue
		}
		t := StageTime{Stage: l.places[i], Visits: len(list)}
		if s, err := stats.KaplanMeier(list, confidence); err == nil {
			t.Ended, t.P50, t.P75, t.P90 = s.Ended, lengthOf(s, 0.5), lengthOf(s, 0.75), lengthOf(s, 0.9)
		}
		rep.Times = append(rep.Times, t)
	}
}

// reached is the furthest stage of a case, and the stages on which it stood.
func (l *look) reached(r *row) (furthest int, stood []bool) {
	furthest, stood = -1, make([]bool, l.inForce)
	for _, s := range l.of(r) {
		if stage := l.stageOf[s.label]; stage >= 0 && stage < l.inForce {
			stood[stage] = true
			furthest = max(furthest, stage)
		}
	}
	return furthest, stood
}

// conversion goes by who entered a stage, whenever that was; never by this month's signatures over this month's leads.
func (l *look) conversion(rep *Report) {
	list := make([]Conversion, max(l.inForce-1, l.stages.Index(l.stages.Signing())+1))
	signing := l.stages.Index(l.stages.Signing())
	for _, r := range l.rows {
		furthest, stood := l.reached(r)
		for i := range list {
			if !stood[i] {
				continue
			}
			c := &list[i]
			c.Entered++
			switch {
			case furthest > i || i == signing && r.state == stateWon: // on the stage of the signature, that is going on
				c.On++
			case r.state == stateLost:
				c.Lost++
			default:
				c.Open++
			}
		}
	}
	for i, c := range list {
		c.Stage = l.places[i]
		if rate, err := stats.Wilson(c.On, c.On+c.Lost, confidence); err == nil {
			c.Decided, c.DecidedKnown = rate, true
		}
		if c.Entered > 0 {
			rep.Conversion = append(rep.Conversion, c)
		}
	}
}

func (l *look) cohorts(rep *Report) {
	months := map[calendar.Month]*Cohort{}
	for _, r := range l.rows {
		c := months[r.opened.Month()]
		if c == nil {
			c = &Cohort{Month: r.opened.Month(), Reached: make([]int, l.inForce)}
			months[c.Month] = c
		}
		c.Began++
		furthest, _ := l.reached(r)
		for i := 0; i <= furthest; i++ {
			c.Reached[i]++
		}
		switch r.state {
		case stateWon:
			c.Won++
		case stateLost:
			c.Lost++
		default:
			c.Open++
		}
	}
	for _, c := range months {
		rep.Cohorts = append(rep.Cohorts, *c)
	}
	slices.SortFunc(rep.Cohorts, func(a, b Cohort) int { return cmp.Compare(a.Month, b.Month) })
}

// answers measures what the standard gives a time for: from each activity that asks to the next that answers.
func (l *look) answers(rep *Report) {
	for i := range l.standard.Rules {
		rule := &l.standard.Rules[i]
		of, asks := l.number[rule.Of]
		with := l.number[rule.With]
		_, answers := l.number[rule.With]
		if !rule.Template.Forward() || rule.Within == nil || rule.Before != "" || len(rule.When) > 0 || !asks || rule.Of == rule.With {
			continue
		}
		if a := l.answer(rule, of, with, answers); a.Asked > 0 {
			rep.Answers = append(rep.Answers, a)
		}
	}
}

func (l *look) answer(rule *sop.Rule, of, with uint16, answers bool) AnswerTime {
	a := AnswerTime{Rule: rule, Recorded: answers}
	until := make([]bool, len(l.labels))
	for _, name := range rule.Until {
		if n, ok := l.number[name]; ok {
			until[n] = true
		}
	}
	now := l.asOf.Unix()
	var durations []stats.Duration
	for _, r := range l.rows {
		asked := int64(-1)
		settle := func(at int64, ended bool) {
			durations = append(durations, stats.Duration{Length: float64(max(at-asked, 0)), Ended: ended})
			due := rule.Within.After(asked, l.days, l.standard.Hours)
			switch {
			case ended && at <= due:
				a.InTime++
			case ended || now > due && at == now:
				a.Late++
			}
			asked = -1
		}
		for _, s := range l.of(r) {
			switch {
			case answers && s.label == with && asked >= 0:
				settle(int64(s.at), true)
			case until[s.label] && asked >= 0: // nothing is owed any more
				settle(int64(s.at), false)
			case s.label == of && asked < 0:
				asked = int64(s.at)
				a.Asked++
			}
		}
		if asked >= 0 {
			settle(now, false)
		}
	}
	if s, err := stats.KaplanMeier(durations, confidence); err == nil {
		a.Ended, a.P50, a.P90 = s.Ended, lengthOf(s, 0.5), lengthOf(s, 0.9)
	}
	return a
}

// recording looks at how late events are written down. Signatures are left out: their day is known, not their hour.
func (l *look) recording(rep *Report) {
	rec := &rep.Recording
	counts := make([]int, delayMax+1)
	type slot struct {
		owner int64
		at    int64
	}
	batches := map[slot]int{}
	owners := map[int64]*OwnerRecording{}
	for _, r := range l.rows {
		o := owners[r.owner]
		if o == nil {
			o = &OwnerRecording{PersonID: r.owner}
			owners[r.owner] = o
		}
		for _, s := range l.of(r) {
			if int(s.label) == l.signed {
				continue
			}
			rec.Events++
			o.Events++
			counts[s.delay]++
			if s.delay > lateMinutes {
				rec.Late++
				o.Late++
				batches[slot{r.owner, (int64(s.at) + int64(s.delay)*60) / 600}]++
			}
		}
	}
	for at, n := range batches {
		if n >= batchLeast {
			rec.Batched += n
			owners[at.owner].Batched += n
		}
	}
	rec.Median, rec.P90 = rankedMinutes(counts, rec.Events, 1, 2), rankedMinutes(counts, rec.Events, 9, 10)
	for _, o := range owners {
		if o.Events >= ownerEventsLeast && o.Late > 0 {
			rec.Owners = append(rec.Owners, *o)
		}
	}
	slices.SortFunc(rec.Owners, func(a, b OwnerRecording) int {
		return cmp.Or(cmp.Compare(int64(b.Late)*int64(a.Events), int64(a.Late)*int64(b.Events)), cmp.Compare(a.PersonID, b.PersonID))
	})
	rec.Owners = rec.Owners[:min(len(rec.Owners), ownersShown)]
}

// rankedMinutes is a quantile by nearest rank of what counts tells, in seconds.
func rankedMinutes(counts []int, total, part, whole int) int64 {
	rank := max((total*part+whole-1)/whole, 1)
	for minutes, n := range counts {
		if rank -= n; rank <= 0 && total > 0 {
			return int64(minutes) * int64(time.Minute/time.Second)
		}
	}
	return 0
}

// pairs is the temporal profile over the stages, signature and loss included: from the first time on one to the first time on the other.
func (l *look) pairs(rep *Report) {
	type pair struct{ from, to int }
	lengths := map[pair][]float64{}
	var steps []mining.Step
	first := make([]int64, len(l.labels))
	for _, r := range l.rows {
		clear(first)
		steps = l.course(r, Stages, steps)
		for i, s := range steps {
			if first[s.Activity] != 0 {
				continue
			}
			first[s.Activity] = s.At
			for k, before := range steps[:i] {
				if !slices.ContainsFunc(steps[:k], func(e mining.Step) bool { return e.Activity == before.Activity }) {
					lengths[pair{before.Activity, s.Activity}] = append(lengths[pair{before.Activity, s.Activity}], float64(s.At-before.At))
				}
			}
		}
	}
	for p, list := range lengths {
		if u, err := stats.UsualLengths(list, unusualWidth); err == nil {
			rep.Unusual = append(rep.Unusual, Pair{From: l.labels[p.from], To: l.labels[p.to], Cases: len(list), Usual: u})
		}
	}
	slices.SortFunc(rep.Unusual, func(a, b Pair) int {
		return cmp.Or(cmp.Compare(b.Usual.Unusual, a.Usual.Unusual), cmp.Compare(b.Cases, a.Cases), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
}
