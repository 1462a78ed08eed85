package fairness

import (
	"cmp"
	"math"
	"slices"

	"xiaoguan/internal/stats"
)

// monthsMin is from how many months on a rhythm is looked at.
const monthsMin = 6

// Late is how much more than evenly is signed in the last five working days of a month, on the average of months: the hockey stick. One and a quarter times is looked at; three quarters more
// is an alarm. Source: methods T9.
func Late(months []Month) Test {
	type sum struct{ last, all float64 }
	sums, days := map[int]*sum{}, map[int]int{}
	for i := range months {
		m := &months[i]
		if sums[m.Month] == nil {
			sums[m.Month] = &sum{}
		}
		sums[m.Month].last += float64(max(m.LastMinor, 0))
		sums[m.Month].all += float64(max(m.SoldMinor, 0))
		days[m.Month] = m.Days
	}
	var times []float64
	for _, month := range sorted(sums) {
		if s := sums[month]; s.all > 0 && days[month] > edgeDays {
			times = append(times, s.last/s.all*float64(days[month])/edgeDays)
		}
	}
	if len(times) < monthsMin {
		return few(KindLate, len(times), monthsMin)
	}
	e, err := stats.Mean(times, confidence)
	if err != nil {
		return failed(KindLate, len(times), err)
	}
	t := Test{Kind: KindLate, Value: e.Value, Interval: e.Interval, P: -1, Cases: len(times)}
	return t.found(e.Interval.Low > 1.25, e.Interval.Low > 1.75)
}

func sorted[V any](m map[int]V) (keys []int) {
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// follow finds each person's next month.
func follow(months []Month) func(m *Month) *Month {
	type key struct {
		person string
		month  int
	}
	at := map[key]int{}
	for i := range months {
		at[key{months[i].Person, months[i].Month}] = i
	}
	return func(m *Month) *Month {
		if i, known := at[key{m.Person, m.Month + 1}]; known {
			return &months[i]
		}
		return nil
	}
}

// Just asks whether months end just over the target more often than just under it, within a twentieth, and whether less than otherwise is sold in the month after: what was sold
// for the target's sake, and missed afterwards, or pulled back. The value is how many end just over for each just under. Both findings together are an alarm. Source: the bunching is McCrary's test of a
// density, Journal of Econometrics 142, 2008, with an exact binomial count; methods T9.
func Just(months []Month) Test {
	const need, near, around = 20, 0.05, 0.2
	next := follow(months)
	var after, others []float64
	over, under := 0, 0
	for i := range months {
		m := &months[i]
		if m.TargetMinor <= 0 {
			continue
		}
		at := float64(m.SoldMinor) / float64(m.TargetMinor)
		just := at >= 1 && at < 1+near
		if just {
			over++
		} else if at >= 1-near && at < 1 {
			under++
		}
		if n := next(m); n != nil && n.TargetMinor > 0 && math.Abs(at-1) < around {
			reached := float64(n.SoldMinor) / float64(n.TargetMinor)
			if just {
				after = append(after, reached)
			} else {
				others = append(others, reached)
			}
		}
	}
	if over+under < need {
		return few(KindJust, over+under, need)
	}
	p, err := stats.AtLeastOf(over, over+under, 0.5)
	if err != nil {
		return failed(KindJust, over+under, err)
	}
	share, err := stats.Wilson(over, over+under, confidence)
	if err != nil {
		return failed(KindJust, over+under, err)
	}
	odds := func(x float64) float64 { return x / math.Max(1-x, 1e-3) }
	t := Test{Kind: KindJust, Value: odds(share.Share), Interval: stats.Interval{Low: odds(share.Interval.Low), High: odds(share.Interval.High)}, P: p, Hits: over, Cases: over + under}
	pulled := false
	if e, err := stats.Welch(after, others, confidence); err == nil && len(after) >= 5 {
		pulled = e.Value < 0 && e.P < lookBelow
		t.Parts = append(t.Parts, Part{Name: "month_after", Value: e.Value, Interval: e.Interval, Form: FormShare, Cases: len(after)})
	}
	return t.found(p < lookBelow, p < alarmBelow && pulled)
}

// Pushed asks whether more than otherwise is signed in the first five working days of months that follow a target reached early: deals that were pushed over the end of the month. The
// value is how many times more than evenly, parts are both. Source: methods T9; Welch's t.
func Pushed(months []Month) Test {
	const need = 10
	next := follow(months)
	var early, others []float64
	for i := range months {
		m := &months[i]
		n := next(m)
		if n == nil || m.TargetMinor <= 0 || n.SoldMinor <= 0 || n.Days <= edgeDays {
			continue
		}
		times := float64(max(n.FirstMinor, 0)) / float64(n.SoldMinor) * float64(n.Days) / edgeDays
		if m.Early {
			early = append(early, times)
		} else {
			others = append(others, times)
		}
	}
	if least := min(len(early), len(others)); least < need {
		return few(KindPushed, least, need)
	}
	e, err := stats.Welch(early, others, confidence)
	if err != nil {
		return failed(KindPushed, len(early), err)
	}
	t := Test{Kind: KindPushed, Value: 1 + e.Value, Interval: stats.Interval{Low: 1 + e.Interval.Low, High: 1 + e.Interval.High}, P: e.P, Cases: len(early)}
	return t.found(e.Value > 0 && e.P < lookBelow, e.P < alarmBelow && e.Value > 0.4)
}

// pace is the logarithm of how much more work was recorded on days after a turn than before it.
func pace(m *Month) (float64, bool) {
	afterDays := m.Days - m.BeforeDays
	if m.Before+m.After == 0 || m.BeforeDays <= 0 || afterDays <= 0 {
		return 0, false
	}
	return math.Log((float64(m.After)+0.5)/float64(afterDays)) - math.Log((float64(m.Before)+0.5)/float64(m.BeforeDays)), true
}

// slows sets the pace after a turn against that of months without one.
func slows(k Kind, turn Turn, months []Month) Test {
	const need = 10
	var turned, others []float64
	for i := range months {
		if months[i].TargetMinor <= 0 || months[i].Turn != turn && months[i].Turn != TurnNone {
			continue
		}
		if x, known := pace(&months[i]); known && months[i].Turn == turn {
			turned = append(turned, x)
		} else if known {
			others = append(others, x)
		}
	}
	if least := min(len(turned), len(others)); least < need {
		return few(k, least, need)
	}
	e, err := stats.Welch(turned, others, confidence)
	if err != nil {
		return failed(k, len(turned), err)
	}
	t := Test{Kind: k, Value: math.Exp(e.Value), Interval: stats.Interval{Low: math.Exp(e.Interval.Low), High: math.Exp(e.Interval.High)}, P: e.P, Cases: len(turned)}
	return t.found(e.P < lookBelow && t.Value < 0.9, e.P < alarmBelow && t.Value < 0.75)
}

// Resting asks whether less work is recorded once a target is reached, against months in which none is. Source: methods T9 (resting patterns, effort gaming); Welch's t of
// logarithms.
func Resting(months []Month) Test { return slows(KindResting, TurnReached, months) }

// GivingUp asks the same of targets that are out of reach.
func GivingUp(months []Month) Test { return slows(KindGivingUp, TurnFar, months) }

// Pattern is a rhythm that stands out in one person's months.
type Pattern struct {
	Person string
	Kind   Kind
	Value  float64 // times what everybody's months have, on the average of the person's
	P      float64 // adjusted for how many people were looked at
	Months int
}

// Patterns finds people whose months end later than everybody's, or who work less once the target is reached or out of reach: by each one's own months, with the share of
// false ones among them held below a twentieth (Benjamini and Hochberg). They are for a talk, not for a sanction. Errors: those of the method.
func Patterns(months []Month) (found []Pattern, err error) {
	people := map[string][]*Month{}
	var names []string
	for i := range months {
		if people[months[i].Person] == nil {
			names = append(names, months[i].Person)
		}
		people[months[i].Person] = append(people[months[i].Person], &months[i])
	}
	slices.Sort(names)
	usual := usualPace(months)
	for _, one := range []struct {
		kind  Kind
		of    func(m *Month) (float64, bool)
		times func(mean float64) float64
		bad   func(times float64) bool
	}{
		{KindLate, later(usualLateness(months)), func(mean float64) float64 { return 1 + mean }, func(times float64) bool { return times > 1.5 }},
		{KindResting, slower(TurnReached, usual), math.Exp, func(times float64) bool { return times < 0.75 }},
		{KindGivingUp, slower(TurnFar, usual), math.Exp, func(times float64) bool { return times < 0.75 }},
	} {
		var candidates []Pattern
		var chances []float64
		for _, name := range names {
			var values []float64
			for _, m := range people[name] {
				if x, known := one.of(m); known {
					values = append(values, x)
				}
			}
			if len(values) < monthsMin {
				continue
			}
			if e, err := stats.Mean(values, confidence); err == nil {
				candidates, chances = append(candidates, Pattern{Person: name, Kind: one.kind, Value: one.times(e.Value), Months: len(values)}), append(chances, e.P)
			}
		}
		if len(chances) == 0 {
			continue
		}
		adjusted, err := stats.FalseDiscovery(chances)
		if err != nil {
			return nil, err
		}
		for i, c := range candidates {
			if c.P = adjusted[i]; c.P < 0.05 && one.bad(c.Value) {
				found = append(found, c)
			}
		}
	}
	slices.SortFunc(found, func(a, b Pattern) int { return cmp.Or(cmp.Compare(a.P, b.P), cmp.Compare(a.Person, b.Person)) })
	return found, nil
}

// lateness is how many times more than evenly somebody sold in the last five working days.
func lateness(m *Month) (float64, bool) {
	if m.SoldMinor <= 0 || m.Days <= edgeDays {
		return 0, false
	}
	return float64(max(m.LastMinor, 0)) / float64(m.SoldMinor) * float64(m.Days) / edgeDays, true
}

// usualLateness is how many times more than evenly all months have in their last five working days.
func usualLateness(months []Month) float64 {
	sum, n := 0.0, 0.0
	for i := range months {
		if x, known := lateness(&months[i]); known {
			sum, n = sum+x, n+1
		}
	}
	if n == 0 {
		return 1
	}
	return max(sum/n, 0.1)
}

// later is how much later than usual somebody's month ends, in parts of the usual.
func later(usual float64) func(m *Month) (float64, bool) {
	return func(m *Month) (float64, bool) {
		x, known := lateness(m)
		return x/usual - 1, known
	}
}

// usualPace is the mean pace of months without a turn.
func usualPace(months []Month) float64 {
	sum, n := 0.0, 0.0
	for i := range months {
		if x, known := pace(&months[i]); known && months[i].Turn == TurnNone {
			sum, n = sum+x, n+1
		}
	}
	if n == 0 {
		return 0
	}
	return sum / n
}

// slower is the pace after a turn, less the usual one.
func slower(turn Turn, usual float64) func(m *Month) (float64, bool) {
	return func(m *Month) (float64, bool) {
		x, known := pace(m)
		return x - usual, known && m.Turn == turn
	}
}
