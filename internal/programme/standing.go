package programme

import (
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/insight"
	"xiaoguan/internal/metric"
)

// Standing is how a goal does.
type Standing string

// The standings.
const (
	StandingReached Standing = "reached"
	StandingOnTrack Standing = "on_track"
	StandingBehind  Standing = "behind"
	StandingNoData  Standing = "no_data"
)

// Standings lists them in the order in which they are shown.
var Standings = []Standing{StandingBehind, StandingOnTrack, StandingReached, StandingNoData}

// Message names the standing for people.
func (s Standing) Message() errs.Message { return errs.Msg("programme.standing."+string(s), nil) }

// Outlook is what the number is to be expected to be when the goal is due, if nothing else happens.
type Outlook struct {
	Known     bool
	Amount    int64
	Low, High int64 // eight of ten such forecasts held the value
	Band      bool  // Low and High are known
	Tested    int   // forecasts of the past that the band rests on
	Why       errs.Message
}

// Stand is a goal with what it has come to.
type Stand struct {
	Goal
	Readings []Reading // by month, from the oldest
	Last     *Reading  // of the last whole month behind the baseline that is known
	PathNow  int64     // where it is to be at the end of that month
	HasPath  bool
	Standing Standing
	Why      errs.Message // why there is no data
	Outlook  Outlook
	Owner    string
	Place    string // its name
}

// age reports whether the number is how old something is: it is of now, and what is asked of it holds from the start.
func (g *Goal) age() bool { return g.Unit == metric.UnitHours }

// stand works out how a goal does.
func (g *Goal) stand(readings []Reading, today calendar.Date) Stand {
	s := Stand{Goal: *g, Readings: readings, Standing: StandingNoData, Why: errs.Msg("programme.no_reading", nil)}
	this := today.Month()
	for i := range readings {
		r := &readings[i]
		if g.age() && r.Month == this || r.Month > g.From && r.Month < this {
			if r.Value.Known {
				s.Last = r
			} else if s.Last == nil {
				s.Why = r.Value.Why.Message()
			}
		}
	}
	s.Outlook = g.outlook(readings, this)
	if s.Last == nil {
		return s
	}
	amount, _ := s.Last.Value.Amount()
	s.PathNow, s.HasPath = g.PathAt(s.Last.Month)
	switch {
	case g.Kind == "":
	case g.met(amount, g.Target):
		s.Standing = StandingReached
	case g.met(amount, s.PathNow):
		s.Standing = StandingOnTrack
	default:
		s.Standing = StandingBehind
	}
	return s
}

// outlook forecasts the month in which the goal is due from the whole months that are known without a gap: what counts or adds up by its level and season, a rate or
// an age as staying where it is.
func (g *Goal) outlook(readings []Reading, this calendar.Month) (o Outlook) {
	few := errs.Msg("programme.outlook_few", nil)
	var series []insight.Month
	last := calendar.Month(0)
	for _, r := range readings {
		amount, known := r.Value.Amount()
		if r.Month >= this {
			break
		}
		if !known || last != 0 && r.Month != last+1 {
			series = nil
		}
		if last = r.Month; known {
			_, civil := r.Month.Civil()
			series = append(series, insight.Month{Value: float64(amount), WorkDays: 1, Civil: int(civil)})
		}
	}
	ahead := int(g.Due() - last)
	if last == 0 || ahead < 1 {
		o.Why = errs.Msg("programme.outlook_over", nil)
		if last == 0 {
			o.Why = few
		}
		return o
	}
	f, err := g.forecast(series, ahead)
	if err != nil {
		o.Why = few
		return o
	}
	o.Known, o.Amount, o.Tested = true, int64(f.Value+0.5), f.Tested
	if o.Band = f.Interval; o.Band {
		o.Low, o.High = int64(f.Low+0.5), int64(f.High+0.5)
	} else {
		o.Why = errs.Msg("programme.outlook_no_band", errs.Args{"Tested": int64(f.Tested)})
	}
	o.Low = max(o.Low, 0)
	if g.whole() {
		o.Amount, o.High = min(o.Amount, metric.Whole), min(o.High, metric.Whole)
	}
	return o
}

// forecast is that of the month in which the goal is due, so many months after the last of the series.
func (g *Goal) forecast(series []insight.Month, ahead int) (insight.Forecast, error) {
	if g.Unit == metric.UnitPercent || g.Unit == metric.UnitHours || g.Unit == metric.UnitDays {
		levels := make([]float64, len(series))
		for i := range series {
			levels[i] = series[i].Value
		}
		return insight.Steady(levels, ahead)
	}
	_, civil := g.Due().Civil()
	return insight.Ahead(series, 1, int(civil), ahead)
}

// sortStands puts what needs looking at first.
func sortStands(list []Stand) {
	rank := func(s *Stand) int {
		at := slices.Index(Standings, s.Standing)
		return slices.Index(GoalStates, s.State)*len(Standings) + at
	}
	slices.SortStableFunc(list, func(a, b Stand) int {
		if d := rank(&a) - rank(&b); d != 0 {
			return d
		}
		return int(a.ID - b.ID)
	})
}
