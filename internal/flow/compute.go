package flow

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/mining"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/sop"
	"xiaoguan/internal/stats"
)

// look computes one report from one table.
type look struct {
	*table
	standard *sop.Standard
	days     calendar.WorkCalendar
	stages   *opportunity.StageSet
	rows     []*row
	labels   []string // of the table, and behind them stages in force that nothing came to yet
	means    []int    // by label: itself, or of a stage that was taken over the one that did
	stageOf  []int    // place among the stages by label, those that nothing took over behind the others; −1 for others
	places   []string // the stages by place
	inForce  int      // how many of these are in force
	kept     []bool
	signed   int
	lost     int
	reopened int
}

func newLook(t *table, work calendar.WorkCalendar, standard *sop.Standard, stages *opportunity.StageSet, rows []*row) *look {
	l := &look{table: t, standard: standard, stages: stages, days: work, rows: rows, signed: -1, lost: -1, reopened: -1}
	l.arrangeStages()
	for i, name := range l.labels {
		l.kept[i] = l.stageOf[i] >= 0
		switch name {
		case labelSigned:
			l.signed, l.kept[i] = i, true
		case labelLost:
			l.lost, l.kept[i] = i, true
		case labelReopened:
			l.reopened, l.kept[i] = i, true
		}
	}
	return l
}

// arrangeStages finds of every label which stage it means, and where that stands.
func (l *look) arrangeStages() {
	l.labels = slices.Clone(l.table.labels)
	for _, e := range l.stages.All() {
		l.places = append(l.places, string(e.ID))
		if !slices.Contains(l.labels, string(e.ID)) {
			l.labels = append(l.labels, string(e.ID))
		}
	}
	l.inForce = len(l.places)
	l.means, l.stageOf, l.kept = make([]int, len(l.labels)), make([]int, len(l.labels)), make([]bool, len(l.labels))
	for i, name := range l.labels {
		l.means[i], l.stageOf[i] = i, -1
		if !l.stages.Known(opportunity.Stage(name)) {
			continue
		}
		if now, ok := l.stages.Successor(opportunity.Stage(name)); ok {
			l.means[i], l.stageOf[i] = slices.Index(l.labels, string(now)), l.stages.Index(now)
			continue
		}
		l.stageOf[i] = len(l.places)
		l.places = append(l.places, name)
	}
}

// merged reports whether a label only tells of another stage of before that the same stage took over: nobody got anywhere. stood is the last stage.
func (l *look) merged(stood *int, label int) bool {
	if l.stageOf[label] < 0 {
		return false
	}
	before := *stood
	*stood = label
	return before >= 0 && before != label && l.means[before] == l.means[label]
}

// course is the sequence of a case; the same activity several times in a row is one, from when it was first done.
func (l *look) course(r *row, detail Detail, into []mining.Step) []mining.Step {
	into = into[:0]
	stood := -1
	for _, s := range l.of(r) {
		label := l.means[s.label]
		if l.merged(&stood, int(s.label)) {
			continue
		}
		if detail == Stages && !l.kept[label] || len(into) > 0 && into[len(into)-1].Activity == label {
			continue
		}
		into = append(into, mining.Step{At: int64(s.at), Activity: label})
	}
	return into
}

func (l *look) report(f Filter) *Report {
	rep := &Report{AsOf: l.asOf, Filter: f, Standard: l.standard, Stages: l.stages, Cases: len(l.rows), Labels: l.labels}
	for _, r := range l.rows {
		switch r.state {
		case stateWon:
			rep.Won++
		case stateLost:
			rep.Lost++
		default:
			rep.Open++
		}
	}
	stages := l.mine(Stages)
	shown := stages
	if f.Detail != Stages {
		shown = l.mine(f.Detail)
	}
	rep.Picture = shown.Map().Draw(pictureCover)
	deviations := l.fitness(stages, &rep.Fitness)
	l.variants(shown, deviations, rep)
	l.stageTimes(rep)
	l.conversion(rep)
	l.cohorts(rep)
	l.answers(rep)
	l.recording(rep)
	l.pairs(rep)
	return rep
}

func (l *look) mine(detail Detail) *mining.Miner {
	m := mining.NewMiner(len(l.labels))
	var steps []mining.Step
	for _, r := range l.rows {
		steps = l.course(r, detail, steps)
		m.Add(r.id, steps)
	}
	return m
}

// keyOf names a course in addresses: its labels by number would change with the log, so they are written out.
func (l *look) keyOf(activities []int) string {
	names := make([]string, len(activities))
	for i, a := range activities {
		names[i] = l.labels[a]
	}
	return strings.Join(names, ".")
}

func (l *look) variants(m *mining.Miner, deviations map[string]int, rep *Report) {
	all := m.Variants()
	rep.VariantCount = len(all)
	won := map[string]int{}
	var steps []mining.Step
	for _, r := range l.rows {
		if r.state == stateWon {
			steps = l.course(r, rep.Filter.Detail, steps)
			won[l.keyOfSteps(steps)]++
		}
	}
	for _, v := range all[:min(len(all), variantsShown)] {
		key := l.keyOf(v.Activities)
		shown := Variant{Key: key, Activities: v.Activities, Count: v.Count, Share: mining.Share{Part: int64(v.Count), Whole: int64(m.Cases())}, Won: won[key], Examples: v.Examples, Times: v.Times, Deviations: -1}
		if n, ok := deviations[key]; ok && rep.Filter.Detail == Stages {
			shown.Deviations = n
		}
		rep.Variants = append(rep.Variants, shown)
	}
}

func (l *look) keyOfSteps(steps []mining.Step) string {
	activities := make([]int, len(steps))
	for i, s := range steps {
		activities[i] = s.Activity
	}
	return l.keyOf(activities)
}

// fitness compares the courses with the standard, each variant once: those that have come to their end as a whole, others as far as they are.
func (l *look) fitness(m *mining.Miner, f *Fitness) (deviations map[string]int) {
	net, err := mining.NewNet(mining.ModelOf(l.standard, mining.Course{Signed: labelSigned, In: string(l.stages.Signing()), Lost: labelLost, Reopened: labelReopened}))
	if err != nil { // a standard of more stages than a net has places: nothing is compared
		f.Left = m.Cases()
		return nil
	}
	aligner, err := mining.NewAligner(net)
	if err != nil {
		f.Left = m.Cases()
		return nil
	}
	levels := mining.StagesOf(l.standard)
	last := levels[len(levels)-1]
	deviations = map[string]int{}
	var sum mining.LogFitness
	var tokens mining.Replay
	found := map[Deviation]int{}
	for i, v := range m.Variants() {
		trace := make([]int, len(v.Activities))
		for k, a := range v.Activities {
			trace[k] = mining.Unknown
			if number, known := net.Number(l.labels[a]); known {
				trace[k] = number
			}
		}
		end := l.labels[v.Activities[len(v.Activities)-1]]
		ended := end == labelLost || slices.Contains(last, end)
		align := aligner.AlignPrefix
		if ended {
			align = aligner.Align
		}
		if i >= variantsCompared {
			f.Left += v.Count
			continue
		}
		a, err := align(trace)
		if err != nil {
			f.Left += v.Count
			continue
		}
		sum.Add(a, v.Count)
		deviations[l.keyOf(v.Activities)] = a.Cost
		l.tally(net, a, v, found)
		if played, err := net.Replay(trace); err == nil && ended {
			tokens = tokens.Add(played, v.Count)
			f.Ended += v.Count
		}
	}
	f.Cases, f.Fitting, f.AveragePPM, f.Log = sum.Cases, sum.Fitting, sum.AveragePPM(), sum.Log()
	if f.Ended > 0 {
		f.Tokens = tokens.Fitness()
	}
	for d, n := range found {
		d.Cases = n
		f.Deviations = append(f.Deviations, d)
	}
	slices.SortFunc(f.Deviations, func(a, b Deviation) int {
		return cmp.Or(cmp.Compare(b.Cases, a.Cases), cmp.Compare(a.Stage, b.Stage), strings.Compare(strconv.FormatBool(a.Skipped), strconv.FormatBool(b.Skipped)))
	})
	return deviations
}

// tally counts the deviations of a variant, each once a case however often it occurs.
func (l *look) tally(net *mining.Net, a mining.Alignment, v mining.Variant, found map[Deviation]int) {
	at, seen := 0, map[Deviation]bool{}
	for _, move := range a.Moves {
		d := Deviation{Skipped: move.Kind == mining.MoveModel}
		if move.Kind == mining.MoveModel {
			d.Stage = net.Activities[move.Activity]
		} else {
			d.Stage = l.labels[v.Activities[at]]
			at++
		}
		if move.Kind != mining.MoveBoth && !seen[d] {
			seen[d] = true
			found[d] += v.Count
		}
	}
}

// lengthOf reads a quantile off a curve of seconds.
func lengthOf(s stats.Survival, share float64) Length {
	q, err := s.Quantile(share)
	if err != nil || !q.Known {
		return Length{}
	}
	high := int64(-1)
	if q.Bounds.High < float64(1<<62) {
		high = int64(q.Bounds.High)
	}
	return Length{Known: true, Seconds: int64(q.Length), Low: int64(q.Bounds.Low), High: high}
}
