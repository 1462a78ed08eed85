package problem

import (
	"math"
	"slices"
	"strconv"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/finding"
)

// Signs are what a rating is proposed from.
type Signs struct {
	Kind  finding.Kind
	Area  finding.Area
	Level finding.Level
	// Size is how many times the least of its kind the problem is, Before the same when it was found before; 0 when it was not.
	Size, Before float64
	MoneyMinor   int64
	Worth        bool
	YearMinor    int64 // collected by the company in twelve months; 0: not known
}

// The kinds that say by themselves that something grows.
var growing = []finding.Kind{"churn_rising", "activity_falling"}

// slowAreas are those in which nothing is lost by next week.
var slowAreas = []finding.Area{finding.AreaData, finding.AreaTeam}

// fastAreas are those in which money or customers go while one waits.
var fastAreas = []finding.Area{finding.AreaTarget, finding.AreaCollection}

// Propose grades a problem from what was measured, and says why: gravity from how many times the least of its kind it is, how wide its place, and what part of a year's
// money it concerns; urgency from whether money or customers go while one waits; tendency from how it changed since it was found before.
func Propose(s Signs) (r Rating, why []errs.Message) {
	r.Gravity = 2
	for _, from := range []float64{1.5, 2, 3} {
		if s.Size >= from {
			r.Gravity++
		}
	}
	why = append(why, errs.Msg("problem.why.size", errs.Args{"Times": strconv.FormatFloat(s.Size, 'f', 1, 64)}))
	switch s.Level {
	case finding.LevelCompany:
		r.Gravity++
		why = append(why, errs.Msg("problem.why.company", nil))
	case finding.LevelPerson:
		r.Gravity--
		why = append(why, errs.Msg("problem.why.person", nil))
	}
	if s.Worth && s.YearMinor > 0 && s.MoneyMinor > 0 {
		share := float64(s.MoneyMinor) / float64(s.YearMinor)
		switch {
		case share >= 0.10:
			r.Gravity = 5
		case share >= 0.05:
			r.Gravity = max(r.Gravity, 4)
		}
		why = append(why, errs.Msg("problem.why.money", errs.Args{"Share": strconv.FormatFloat(100*share, 'f', 1, 64)}))
	}
	r.Gravity = min(max(r.Gravity, 1), 5)
	switch r.Urgency = 3; {
	case s.Worth && s.MoneyMinor > 0 || slices.Contains(fastAreas, s.Area) || slices.Contains(growing, s.Kind):
		r.Urgency = 4
		why = append(why, errs.Msg("problem.why.waiting_costs", nil))
	case slices.Contains(slowAreas, s.Area):
		r.Urgency = 2
		why = append(why, errs.Msg("problem.why.can_wait", nil))
	default:
		why = append(why, errs.Msg("problem.why.soon", nil))
	}
	var reason errs.Message
	r.Tendency, reason = tendency(s)
	return r, append(why, reason)
}

// tendency is 3 for what stays as it is, and for what nobody has seen before.
func tendency(s Signs) (int, errs.Message) {
	if s.Before <= 0 {
		if slices.Contains(growing, s.Kind) {
			return 4, errs.Msg("problem.why.growing", nil)
		}
		return 3, errs.Msg("problem.why.first", nil)
	}
	change := s.Size/s.Before - 1
	args := errs.Args{"Change": strconv.FormatFloat(100*math.Abs(change), 'f', 0, 64)}
	switch {
	case change >= 0.25:
		return 5, errs.Msg("problem.why.grew", args)
	case change >= 0.05:
		return 4, errs.Msg("problem.why.grew", args)
	case change > -0.05:
		return 3, errs.Msg("problem.why.same", nil)
	case change > -0.25:
		return 2, errs.Msg("problem.why.fell", args)
	}
	return 1, errs.Msg("problem.why.fell", args)
}
