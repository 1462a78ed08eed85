package insight

import (
	"errors"
	"math"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/stats"
)

// Point is a month's number in a series; Share is how much of the month's working days it counts, 1 for a whole month.
type Point struct {
	Month calendar.Month
	Value float64
	Share float64
}

// Verdict is what the newest point of a series is against those before it.
type Verdict struct {
	Value     float64 // as it is judged: by pace, without season
	Low, High float64 // what a calm process stays within
	Outside   int     // −1 below, +1 above, 0 within
	Seasonal  bool    // the season was taken out
}

// paceLeast is how much of a month must have passed before a running sum tells anything.
const paceLeast = 0.25

// Judge says whether the newest point is a signal or noise: XmR limits of the points before it, x̄ ± 2.66·mR̄, at least 15 of them (D8). A running month is
// taken by its pace when the number adds up over days. The season is taken out where two whole years are known: each month is divided by its factor, the mean
// over the years of the month's share in its twelve months. ok is false where too little is known to tell.
func Judge(series []Point, addsUp bool) (v Verdict, ok bool, err error) {
	if len(series) == 0 {
		return v, false, nil
	}
	newest := series[len(series)-1]
	if addsUp && newest.Share < 1 {
		if newest.Share < paceLeast {
			return v, false, nil
		}
		newest.Value /= newest.Share
	}
	before := series[:len(series)-1]
	factors := season(before, addsUp)
	v.Seasonal = factors != nil
	plain := func(p Point) float64 {
		if factors == nil {
			return p.Value
		}
		_, month := p.Month.Civil()
		return p.Value / factors[month-1]
	}
	values := make([]float64, len(before))
	for i, p := range before {
		values[i] = plain(p)
	}
	chart, err := stats.XmR(values)
	if known, refused := errors.AsType[*errs.Error](err); refused && known.Kind == errs.KindInvalid {
		return v, false, nil
	}
	if err != nil {
		return v, false, err
	}
	v.Value, v.Low, v.High = plain(newest), chart.Limits.Low, chart.Limits.High
	switch {
	case v.Value < v.Low:
		v.Outside = -1
	case v.Value > v.High:
		v.Outside = 1
	}
	return v, true, nil
}

// season is the factor of each calendar month, nil where it cannot be told: for what does not add up, for fewer than two whole years, and for months without
// anything.
func season(series []Point, addsUp bool) []float64 {
	const year = 12
	years := len(series) / year
	if !addsUp || years < 2 {
		return nil
	}
	series = series[len(series)-years*year:]
	sums, counts := make([]float64, year), make([]float64, year)
	for y := range years {
		part := series[y*year : (y+1)*year]
		mean := 0.0
		for _, p := range part {
			mean += p.Value / year
		}
		if mean <= 0 {
			return nil
		}
		for _, p := range part {
			_, month := p.Month.Civil()
			sums[month-1] += p.Value / mean
			counts[month-1]++
		}
	}
	factors := make([]float64, year)
	for m := range factors {
		if counts[m] == 0 {
			return nil
		}
		factors[m] = sums[m] / counts[m]
		if factors[m] <= 0 || math.IsNaN(factors[m]) {
			return nil
		}
	}
	return factors
}
