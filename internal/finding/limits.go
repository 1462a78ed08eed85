package finding

import "math"

// limitOf is from what on something is a problem, of a kind that measures in a way of its own: the one place of these numbers, beside docs/diagnosis-kinds.md.
// Kinds that compare places say it in their ask.
type limitOf struct {
	base  float64 // what is as it should be; values are told by their distance from it
	least float64 // of the distance: from here on it matters
	told  float64 // from here on it is told: a little less, so that what matters is seen
}

var limits = map[Kind]limitOf{
	"churn_rising":            {0, 1.6, 1.6 * seenOfLeast},
	"gaming_threshold":        {0, 3, 2.6},
	"hoarding":                {0, 15, 14},
	"incentive_over_budget":   {1, 0.15, 0.12},
	"key_person":              {0, 0.5, 0.5},
	"plan_not_target":         {0, 0.4, 0.39},
	"productivity_gap":        {0, 6, 6},
	"receivable_concentrated": {0, 0.35, 0.35},
	"customer_concentrated":   {0, 0.25, 0.24},
	"records_gap":             {0, 2, 2},
	"target_ratchet":          {0, 0.3, 0.3 * seenOfLeast},
	"target_sum_gap":          {1, 0.05, 0.045},
	"target_unrealistic":      {1, 0.25, 0.23},
	"pay_not_following":       {1, 0.7, 0.67},
	"ramp_slow":               {1, 0.5, 0.45},
}

// limit is that of the kind that is looked for.
func (l *look) limit() limitOf { return limits[l.kind] }

// size is how many times the least a value is.
func (o limitOf) size(value float64) float64 { return math.Abs(value-o.base) / o.least }
