package capability

import (
	"context"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/org"
	"xiaoguan/internal/stats"
)

// The measures of a ramp.
const (
	rampMonths   = 24 // that are looked at, all of them over
	rampStep     = 3  // months in the job are taken together
	rampSteps    = 4
	rampFew      = 5 // fewer people are not told
	fullService  = 12
	rampSure     = 0.95
	cohortMonths = 6
)

// Ramp is how new people come up to full sellers: by half-year of joining and months in the job.
type Ramp struct {
	First, Last calendar.Month // that results are of
	Definition  metric.Definition
	Full        int // full sellers of the last month
	Cohorts     []Cohort
	All         Cohort
}

// Cohort is who joined in a half-year.
type Cohort struct {
	First, Last calendar.Month
	Joined      int
	Steps       [rampSteps]RampStep
}

// RampStep is some months in the job: the mean share of a full seller's results in the same months, over people who were there for all of them.
type RampStep struct {
	From, To int // months in the job; 1 is the first whole one
	People   int
	Known    bool // five people or more
	Share    float64
	Interval stats.Interval // with 95 % confidence; each person counts alike
}

// place is where somebody stands in a month.
type place uint8

const (
	placeNone place = iota
	placeNew        // sells, and has not been there for a year
	placeFull       // a regular or core seller with a year in the job
)

// placed says where somebody stands in a month, and how many months they have been in the job: 1 is the first whole one. Who was not there for the whole of it,
// or sells nothing, stands nowhere.
func placed(e *metric.Employment, m calendar.Month) (place, int) {
	first, last := m.First(), m.Last()
	months := int(m - e.HiredOn.Month())
	if e.HiredOn > first || e.LeftOn <= last {
		return placeNone, 0
	}
	if e.HiredOn == first {
		months++ // the first of a month begins a whole one
	}
	at := slices.IndexFunc(e.Positions, func(p metric.Position) bool { return p.Days.Contains(last) })
	if at < 0 {
		return placeNone, 0
	}
	switch level := org.Level(e.Positions[at].Level); {
	case level != org.LevelNewcomer && level != org.LevelRegular && level != org.LevelCore:
		return placeNone, 0
	case months <= fullService:
		return placeNew, months
	case level == org.LevelNewcomer:
		return placeNone, 0
	}
	return placeFull, months
}

// RampOf works a ramp out from who was there and what each person's results were in months one behind the other.
func RampOf(people []metric.Employment, first calendar.Month, results []map[int64]int64) Ramp {
	last := first + calendar.Month(len(results)) - 1
	r := Ramp{First: first, Last: last}
	full := make([]float64, len(results)) // the mean of full sellers; 0 where there are too few
	for k, month := range results {
		sum, n := int64(0), 0
		for i := range people {
			if at, _ := placed(&people[i], first+calendar.Month(k)); at == placeFull {
				sum, n = sum+month[people[i].PersonID], n+1
			}
		}
		if r.Full = n; n >= rampFew && sum > 0 {
			full[k] = float64(sum) / float64(n)
		}
	}
	shares := map[calendar.Month]*[rampSteps][]float64{}
	joined := map[calendar.Month]int{}
	for i := range people {
		e := &people[i]
		half := e.HiredOn.Month() - e.HiredOn.Month()%cohortMonths
		if shares[half] == nil {
			shares[half] = &[rampSteps][]float64{}
		}
		known := false
		for step := range rampSteps {
			if share, all := shareIn(e, first, results, full, step); all {
				shares[half][step], known = append(shares[half][step], share), true
			}
		}
		if known {
			joined[half]++
		}
	}
	var all [rampSteps][]float64
	for half := first - fullService - 1 - cohortMonths; half <= last; half++ {
		if joined[half] == 0 {
			continue
		}
		r.Cohorts = append(r.Cohorts, cohortOf(half, joined[half], shares[half]))
		r.All.Joined += joined[half]
		for step := range rampSteps {
			all[step] = append(all[step], shares[half][step]...)
		}
	}
	r.All = cohortOf(first, r.All.Joined, &all)
	r.All.Last = last
	return r
}

// shareIn is somebody's results over what full sellers had in the same months, in one step; false unless all of its months are known.
func shareIn(e *metric.Employment, first calendar.Month, results []map[int64]int64, full []float64, step int) (float64, bool) {
	got, wanted, months := 0.0, 0.0, 0
	for k := range results {
		at, in := placed(e, first+calendar.Month(k))
		if at == placeNew && in > step*rampStep && in <= (step+1)*rampStep && full[k] > 0 {
			got, wanted, months = got+float64(results[k][e.PersonID]), wanted+full[k], months+1
		}
	}
	if months < rampStep {
		return 0, false
	}
	return got / wanted, true
}

func cohortOf(half calendar.Month, joined int, shares *[rampSteps][]float64) Cohort {
	c := Cohort{First: half, Last: half + cohortMonths - 1, Joined: joined}
	for step := range rampSteps {
		s := &c.Steps[step]
		s.From, s.To, s.People = step*rampStep+1, (step+1)*rampStep, len(shares[step])
		if s.People < rampFew {
			continue
		}
		sum := 0.0
		for _, x := range shares[step] {
			sum += x
		}
		s.Known, s.Share = true, sum/float64(s.People)
		s.Interval = stats.Interval{Low: s.Share, High: s.Share} // alike to the last: no spread to reckon with
		if mean, err := stats.Mean(shares[step], rampSure); err == nil {
			s.Interval = mean.Interval
		}
	}
	return c
}

// ramp reads what people collected in each of the months that are over.
func (s *Service) ramp(ctx context.Context) (r Ramp, err error) {
	defer errs.Wrap(&err, "capability.ramp")
	last := s.today().Month() - 1
	first := last - rampMonths + 1
	var results []map[int64]int64
	var definition metric.Definition
	for m := first; m <= last; m++ {
		a, err := s.numbers.Read(ctx, self, metric.Query{Metrics: []metric.ID{"collected"}, Place: metric.Company, Period: metric.Period{Kind: metric.Month, First: m}, By: metric.ByPerson})
		if err != nil {
			return r, err
		}
		month := map[int64]int64{}
		for i := range a.Series {
			definition = a.Series[i].Definition
			for _, part := range a.Series[i].Parts {
				month[part.Value.Place.ID] = part.Value.Numerator
			}
		}
		results = append(results, month)
	}
	var people *metric.Organisation
	if err := s.store.Read(ctx, func(t Reader) error { people, err = t.Organisation(ctx); return err }); err != nil {
		return r, err
	}
	r = RampOf(people.People, first, results)
	r.Definition = definition
	return r, nil
}
