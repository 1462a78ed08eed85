package finding

import "math"

// times is how many times the least that is told a value is: by its distance from what is usual where places are compared, with one more for what is counted
// from the company's own limit on, and by its part of the limit where there is nothing else.
func (a ask) times(level Level, value, usual float64) float64 {
	switch {
	case a.least > 0 && level == LevelCompany:
		return 1 + math.Abs(value-usual)/a.least
	case a.least > 0:
		return math.Abs(value-usual) / a.least
	case a.limit > 0 && !a.low:
		return value / a.limit
	case a.limit > 0:
		return math.Min(a.limit/math.Max(value, 0.1*a.limit), 10)
	}
	return 0
}

// Size is how many times the least of its kind (docs/diagnosis-kinds.md) a finding is: 1 is just enough to be told, never less.
func (f Finding) Size() float64 {
	size := f.Times
	if own, known := limits[f.Kind]; known && size == 0 {
		size = own.size(f.Value)
	}
	if math.IsNaN(size) || size < 1 {
		return 1
	}
	return math.Min(size, 100)
}
