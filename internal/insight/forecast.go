package insight

import (
	"math"
	"slices"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/stats"
)

// Month is a month of a series that adds up over days, with its working days.
type Month struct {
	Value    float64
	WorkDays int
	Civil    int // 1 to 12
}

// Forecast is what a month is to be expected to bring. Low and High are the interval in which eight of ten months would lie, had it always been forecast so;
// Tested is how many months that rests on, Hit how many of them lay in the interval that their own past gave.
type Forecast struct {
	Value     float64
	Low, High float64
	Tested    int
	Interval  bool // Low and High are known
	Seasonal  bool
	Hit, Of   int
	MeanOff   float64 // mean of |actual ÷ forecast − 1| over Tested
}

// What a forecast needs and looks at.
const (
	levelMonths  = 6 // the level is their mean
	leastMonths  = 6 // of history
	leastTests   = 8 // for an interval
	intervalSide = 0.1
)

// Ahead forecasts the month that comes so many months (1 at least) after the last of a series: level × season × working days. The level is the mean of the last six
// months for each working day, with the season taken out; the season is the mean share of the calendar month in its year, where two whole years are known. The
// interval comes of what such forecasts were off by in the series itself: each month that has enough before it is forecast from what was known so many
// months earlier, and the 10 % and 90 % quantiles of actual ÷ forecast (type 7) are the factors. Source: the ratio-to-mean season of methods T4, the empirical ratios of
// methods T5. Refused: fewer than six months; months without working days or with less than 0; a level of 0.
func Ahead(series []Month, workDays, civil, ahead int) (Forecast, error) {
	for _, m := range series {
		if m.WorkDays <= 0 || m.Value < 0 || math.IsNaN(m.Value) || math.IsInf(m.Value, 0) {
			return Forecast{}, errs.New(errs.KindInvalid, "insight.month", nil)
		}
	}
	value, seasonal, ok := known(series, workDays, civil)
	if !ok || workDays <= 0 || ahead < 1 {
		return Forecast{}, errs.New(errs.KindInvalid, "insight.few", errs.Args{"Least": leastMonths})
	}
	f := Forecast{Value: value, Seasonal: seasonal}
	var ratios []float64
	for at := leastMonths + ahead - 1; at < len(series); at++ {
		then, _, ok := known(series[:at-ahead+1], series[at].WorkDays, series[at].Civil)
		if !ok {
			continue
		}
		if len(ratios) >= leastTests {
			low, high, err := between(ratios)
			if err != nil {
				return f, err
			}
			if f.Of++; low*then <= series[at].Value && series[at].Value <= high*then {
				f.Hit++
			}
		}
		ratios = append(ratios, series[at].Value/then)
	}
	if f.Tested = len(ratios); f.Tested == 0 {
		return f, nil
	}
	for _, r := range ratios {
		f.MeanOff += math.Abs(r-1) / float64(f.Tested)
	}
	if f.Tested < leastTests {
		return f, nil
	}
	low, high, err := between(ratios)
	f.Low, f.High, f.Interval = value*low, value*high, err == nil
	return f, err
}

// between are the factors of the interval, which has the forecast itself in it.
func between(ratios []float64) (low, high float64, err error) {
	ends, err := stats.Quantiles(slices.Clone(ratios), intervalSide, 1-intervalSide)
	if err != nil {
		return 0, 0, err
	}
	return min(ends[0], 1), max(ends[1], 1), nil
}

// known is level × season × working days of what is known.
func known(series []Month, workDays, civil int) (value float64, seasonal, ok bool) {
	if len(series) < leastMonths {
		return 0, false, false
	}
	factors := seasonOf(series)
	factor := func(civil int) float64 {
		if factors == nil {
			return 1
		}
		return factors[civil-1]
	}
	level := 0.0
	for _, m := range series[len(series)-levelMonths:] {
		level += m.Value / float64(m.WorkDays) / factor(m.Civil) / levelMonths
	}
	return level * factor(civil) * float64(workDays), factors != nil, level > 0
}

// seasonOf is the factor of each calendar month for each working day, nil where fewer than two whole years are known.
func seasonOf(series []Month) []float64 {
	const year = 12
	years := len(series) / year
	if years < 2 {
		return nil
	}
	series = series[len(series)-years*year:]
	factors := make([]float64, year)
	for y := range years {
		part := series[y*year : (y+1)*year]
		mean := 0.0
		for _, m := range part {
			mean += m.Value / float64(m.WorkDays) / year
		}
		if mean <= 0 {
			return nil
		}
		for _, m := range part {
			factors[m.Civil-1] += m.Value / float64(m.WorkDays) / mean / float64(years)
		}
	}
	for _, f := range factors {
		if f <= 0 {
			return nil
		}
	}
	return factors
}
