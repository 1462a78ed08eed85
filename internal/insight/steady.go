package insight

import (
	"math"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/stats"
)

// Steady forecasts a level, such as a rate, so many months (1 at least) after the last of a series: it stays what it was last. A rate has no working days, and what
// it does over two or three years is its own way rather than a season. The interval comes of what such forecasts were off by in the series itself: the 10 % and 90 %
// quantiles (type 7) of each value less that of so many months before are added; where it always moved one way, so does the interval. MeanOff is the mean of what
// forecasts were off by, in the unit of the series. Source: the naive forecast and its empirical residuals, Hyndman and Athanasopoulos, Forecasting: Principles and
// Practice, 3rd edition, 5.2 and 5.5. Refused: fewer than six months; what is no number.
func Steady(series []float64, ahead int) (f Forecast, err error) {
	for _, v := range series {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return f, errs.New(errs.KindInvalid, "insight.month", nil)
		}
	}
	if len(series) < leastMonths || ahead < 1 {
		return f, errs.New(errs.KindInvalid, "insight.few", errs.Args{"Least": leastMonths})
	}
	f.Value = series[len(series)-1]
	var moves []float64
	for at := ahead; at < len(series); at++ {
		move := series[at] - series[at-ahead]
		if len(moves) >= leastTests {
			low, high, err := span(moves)
			if err != nil {
				return f, err
			}
			if f.Of++; low <= move && move <= high {
				f.Hit++
			}
		}
		moves = append(moves, move)
	}
	f.Tested = len(moves)
	for _, move := range moves {
		f.MeanOff += math.Abs(move) / float64(f.Tested)
	}
	if f.Tested < leastTests {
		return f, nil
	}
	low, high, err := span(moves)
	f.Low, f.High, f.Interval = f.Value+low, f.Value+high, err == nil
	return f, err
}

// span is where eight of ten moves lie, with no move in it.
func span(moves []float64) (low, high float64, err error) {
	ends, err := stats.Quantiles(append([]float64(nil), moves...), intervalSide, 1-intervalSide)
	if err != nil {
		return 0, 0, err
	}
	return min(ends[0], 0), max(ends[1], 0), nil
}
