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
	if size == 0 {
		size = f.sizeByKind()
	}
	if math.IsNaN(size) || size < 1 {
		return 1
	}
	return math.Min(size, 100)
}

// sizeByKind is Size of the kinds that measure in a way of their own.
func (f Finding) sizeByKind() float64 {
	switch f.Kind {
	case "churn_rising":
		return f.Value / 1.6
	case "gaming_threshold":
		return f.Value / 3
	case "hoarding":
		return f.Value / 15
	case "incentive_over_budget":
		return (f.Value - 1) / 0.15
	case "key_person":
		return f.Value / 0.5
	case "plan_not_target":
		return f.Value / 0.4
	case "productivity_gap":
		return f.Value / 6
	case "receivable_concentrated":
		return f.Value / 0.35
	case "customer_concentrated":
		return f.Value / 0.25
	case "records_gap":
		return f.Value / 2
	case "target_ratchet":
		return f.Value / 0.3
	case "target_sum_gap":
		return math.Abs(f.Value-1) / 0.05
	case "target_unrealistic":
		return (1 - f.Value) / 0.25
	case "pay_not_following":
		return (1 - f.Value) / 0.7
	case "ramp_slow":
		return (1 - f.Value) / 0.5
	}
	return 1
}
