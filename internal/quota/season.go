package quota

// Seen is what was sold in one month that is over, with its working days and its place in the calendar, 1 to 12.
type Seen struct {
	Minor    int64
	Days     int64
	Calendar int
}

// Seasons say how strong each month of the calendar is, for each of its working days: parts per million of an ordinary day.
type Seasons [Months]int64

// seasonPrior is with how many years' weight an ordinary month stands beside what was seen.
const seasonPrior = 1

// SeasonsOf learns how strong the months are. A month's strength is what was sold on each of its working days against all days, drawn towards an
// ordinary month while few years are known. January and February share one strength: the Spring Festival moves between them, and takes with it
// the working days that a month is weighed by. Source: methods T4.
func SeasonsOf(past []Seen) (s Seasons) {
	var minor, days, years [Months]int64
	var all, allDays int64
	for _, m := range past {
		if m.Days <= 0 || m.Calendar < 1 || m.Calendar > Months {
			continue
		}
		at := m.Calendar - 1
		minor[at] += m.Minor
		days[at] += m.Days
		years[at]++
		all += m.Minor
		allDays += m.Days
	}
	minor[0], days[0], years[0] = minor[0]+minor[1], days[0]+days[1], max(years[0], years[1])
	minor[1], days[1], years[1] = minor[0], days[0], years[0]
	for at := range s {
		s[at] = Million
		if all <= 0 || days[at] == 0 {
			continue
		}
		ordinary := mulDiv(all, days[at], allDays)
		if ordinary == 0 {
			continue
		}
		seen := min(mulDiv(max(minor[at], 0), Million, ordinary), factorMax)
		s[at] = (years[at]*seen + seasonPrior*Million) / (years[at] + seasonPrior)
	}
	return s
}

// Weight is what a month with so many working days weighs in a season.
func (s Seasons) Weight(calendar int, days int64) int64 { return s[calendar-1] * days }
