package stats

import "math"

// ownIntervals is how many order intervals of its own a customer needs to be judged by them alone (methods C5).
const ownIntervals = 5

// Silence is how long a customer may be silent before it is a warning, and what that rests on. All in the unit of the intervals.
type Silence struct {
	Limit     float64
	Own       float64 // the customer's own quantile; 0 without intervals
	Group     float64 // the group's; 0 when not known
	Weight    float64 // of the own one, 0 to 1
	Intervals int
}

// SilenceLimit is the quantile (0.9 is the rule) of the customer's own times between orders, drawn towards that of the group (its tier,
// say) while there are fewer than five: own·n/5 + group·(1−n/5). Group is Quantile of all intervals of the group; 0 says that it is not
// known, and then the customer's own stands alone. Refused: intervals that are not positive; a share outside 0 to 1; nothing to go by.
func SilenceLimit(intervals []float64, group, quantile float64) (Silence, error) {
	if err := share("quantile", quantile); err != nil {
		return Silence{}, err
	}
	if !finite(group) || group < 0 {
		return Silence{}, refuseNumber("group", group)
	}
	for _, v := range intervals {
		if !finite(v) || v <= 0 {
			return Silence{}, refuseNumber("interval", v)
		}
	}
	s := Silence{Group: group, Intervals: len(intervals)}
	if len(intervals) == 0 {
		if group == 0 {
			return Silence{}, refuseFew(0, 1)
		}
		s.Limit = group
		return s, nil
	}
	own, err := Quantile(intervals, quantile)
	if err != nil {
		return Silence{}, err
	}
	s.Own, s.Weight = own, math.Min(1, float64(len(intervals))/ownIntervals)
	if group == 0 {
		s.Weight = 1
	}
	s.Limit = s.Weight*own + (1-s.Weight)*group
	return s, nil
}

// Months of a year.
const Months = 12

// Season is the share of each month in a year, January first; they sum to 1 up to rounding.
type Season struct {
	Shares [Months]float64
	Weight float64 // of what is the own, 0 to 1
	Years  int     // of the own that had something
}

// SeasonShares are the months' shares of a year, drawn towards those of the group: w·own + (1−w)·group, w = n/(n+pull), n the years with
// something in them (methods T4). A year's own shares are its months over its total, so that growth from year to year does not count;
// years weigh alike. Only whole years may be handed in. Group may be in any unit, amounts or shares. Refused: amounts that are negative or no
// number; a pull that is negative; a group without anything in it, except when pull is 0 and there is a year.
func SeasonShares(years [][Months]float64, group [Months]float64, pull float64) (Season, error) {
	if !finite(pull) || pull < 0 {
		return Season{}, refuseNumber("pull", pull)
	}
	var own [Months]float64
	season := Season{}
	for _, year := range years {
		shares, some, err := monthShares(year)
		if err != nil {
			return Season{}, err
		}
		if !some {
			continue
		}
		season.Years++
		for month := range own {
			own[month] += shares[month]
		}
	}
	ofGroup, some, err := monthShares(group)
	if err != nil {
		return Season{}, err
	}
	n := float64(season.Years)
	if n > 0 {
		season.Weight = n / (n + pull)
	}
	if !some && season.Weight < 1 {
		return Season{}, refuseFew(0, 1)
	}
	for month := range own {
		if n > 0 {
			season.Shares[month] = season.Weight * own[month] / n
		}
		season.Shares[month] += (1 - season.Weight) * ofGroup[month]
	}
	return season, nil
}

// monthShares divides months by their total; some is false when that is 0.
func monthShares(year [Months]float64) (shares [Months]float64, some bool, err error) {
	total := 0.0
	for _, v := range year {
		if !finite(v) || v < 0 {
			return shares, false, refuseNumber("amount", v)
		}
		total += v
	}
	if total == 0 {
		return shares, false, nil
	}
	for month, v := range year {
		shares[month] = v / total
	}
	return shares, true, nil
}
