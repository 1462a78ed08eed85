package targetplan

import (
	"slices"
	"strconv"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fairness"
	"xiaoguan/internal/job"
)

// KindFair is the job that gathers what the tests of fairness look at; its arguments are FairArgs.
const KindFair job.Kind = "targetplan.fair"

// FairArgs name the last month that is looked at.
type FairArgs struct {
	Until calendar.Month `json:"until"`
}

// fairMonths is how many months a report looks back: two years, so that each quarter has the like one of the year before.
const fairMonths = 24

// rhythmMonths is how many of them say how people work within a month.
const rhythmMonths = 12

// quarterMonths is how long a quarter is.
const quarterMonths = 3

// FairReport is what was gathered about one quarter.
type FairReport struct {
	Until   calendar.Month // the last month of the quarter
	JobID   string
	At      time.Time // when it was gathered; the zero time: not yet
	ByName  string
	Input   []byte // JSON of FairInput; lists leave it out
	Pending bool   // being gathered
}

// Subject is how the audit log and jobs name a report.
func (r *FairReport) Subject() string { return "target_fairness:" + r.Until.String() }

// FairInput is everything that a report's tests rest on.
type FairInput struct {
	Until      calendar.Month   `json:"until"`
	People     []FairPerson     `json:"people"`
	Potentials map[string]int64 `json:"potentials_minor,omitempty"` // by region, of the quarter's fiscal year
}

// FairPerson is somebody with months, the oldest first.
type FairPerson struct {
	ID         int64            `json:"id"`
	Name       string           `json:"name"`
	Level      string           `json:"level"`
	Team       string           `json:"team"` // unit
	TeamName   string           `json:"team_name"`
	Region     string           `json:"region"`
	RegionName string           `json:"region_name"`
	Months     []fairness.Month `json:"months"`
}

// DaySold is what came in for a person on a day.
type DaySold struct {
	PersonID    int64
	On          calendar.Date
	BasisPoints int64
	Minor       int64
}

// Worked is how many records of work a person has in a minute.
type Worked struct {
	PersonID int64
	At       time.Time
	Count    int64
}

// QuotaOf is a person's quota of a month.
type QuotaOf struct {
	PersonID int64
	Month    calendar.Month
	Minor    int64
}

// fewest is the smallest group of which anything is shown.
const fewest = 5

// FairShown are the tests of a report over those of its people whom the reader sees.
type FairShown struct {
	Report   FairReport
	Reports  []FairReport // all there are, the newest first
	Latest   calendar.Month
	Unit     string
	UnitName string
	Units    []Place // teams and regions that the reader sees whole, to choose from
	People   int
	Hidden   bool // there are fewer people than may be shown
	Tests    []fairness.Test
	Bins     []Bin
	Patterns []PatternShown
	MayRun   bool
}

// Bin is how many people's attainment lies from one number on to another, in percent; the last has no end.
type Bin struct{ From, To, People int }

// PatternShown is a pattern of one person whom the reader sees.
type PatternShown struct {
	fairness.Pattern
	PersonID int64
	Name     string
	Team     string
}

var binEdges = []int{0, 60, 80, 100, 120, 150}

func binsOf(results []fairness.Result) (bins []Bin) {
	for i, from := range binEdges {
		bin := Bin{From: from}
		if i+1 < len(binEdges) {
			bin.To = binEdges[i+1]
		}
		bins = append(bins, bin)
	}
	for _, r := range results {
		if r.TargetMinor <= 0 {
			continue
		}
		at := len(bins) - 1
		for at > 0 && mulDiv(max(r.ActualMinor, 0), 100, r.TargetMinor) < int64(bins[at].From) {
			at--
		}
		bins[at].People++
	}
	return bins
}

// sums adds up months from one on.
func sums(months []fairness.Month, from, count int) (asked, sold int64, whole bool) {
	if from < 0 || from+count > len(months) {
		return 0, 0, false
	}
	whole = true
	for _, m := range months[from : from+count] {
		asked, sold = asked+m.TargetMinor, sold+m.SoldMinor
		whole = whole && m.TargetMinor > 0
	}
	return asked, sold, whole
}

// resultOf is somebody's quarter.
func resultOf(p *FairPerson) fairness.Result {
	at := len(p.Months) - quarterMonths
	asked, sold, _ := sums(p.Months, at, quarterMonths)
	_, before, _ := sums(p.Months, at-rhythmMonths, quarterMonths)
	return fairness.Result{ID: PersonUnit(p.ID), Level: p.Level, TargetMinor: asked, ActualMinor: sold, BeforeMinor: before}
}

// stepsOf are somebody's quarters with the like one of the next year; quarters with a month without a target are left out.
func stepsOf(p *FairPerson) (steps []fairness.Step) {
	for at := len(p.Months) % quarterMonths; at+rhythmMonths < len(p.Months); at += quarterMonths {
		asked, sold, whole := sums(p.Months, at, quarterMonths)
		next, _, wholeNext := sums(p.Months, at+rhythmMonths, quarterMonths)
		if whole && wholeNext {
			steps = append(steps, fairness.Step{ID: PersonUnit(p.ID), NowMinor: asked, SoldMinor: sold, NextMinor: next})
		}
	}
	return steps
}

// Tests are what fairness says of people; regions count only for who sees them whole. The same input gives the same answers.
func (in *FairInput) Tests(people []*FairPerson, whole bool) (tests []fairness.Test, bins []Bin, patterns []fairness.Pattern, err error) {
	var results []fairness.Result
	var steps []fairness.Step
	var months []fairness.Month
	regions := map[string]*fairness.Asked{}
	var order []string
	for _, p := range people {
		results, steps = append(results, resultOf(p)), append(steps, stepsOf(p)...)
		for _, m := range p.Months[max(0, len(p.Months)-rhythmMonths):] {
			m.Person = PersonUnit(p.ID)
			months = append(months, m)
		}
		if regions[p.Region] == nil {
			regions[p.Region] = &fairness.Asked{ID: p.Region, AgainstMinor: in.Potentials[p.Region]}
			order = append(order, p.Region)
		}
		asked, _, _ := sums(p.Months, len(p.Months)-rhythmMonths, rhythmMonths)
		regions[p.Region].TargetMinor += asked
	}
	tests = []fairness.Test{fairness.Attained(results), fairness.Near(results), fairness.Skew(results), fairness.Modes(results), fairness.Size(results), fairness.Growth(results), fairness.Staff(results)}
	if whole {
		var markets []fairness.Asked
		for _, region := range order {
			markets = append(markets, *regions[region])
		}
		tests = append(tests, fairness.Market(markets))
	}
	tests = append(tests, fairness.Ratchet(steps), fairness.Late(months), fairness.Just(months), fairness.Pushed(months), fairness.Resting(months), fairness.GivingUp(months))
	patterns, err = fairness.Patterns(months)
	return tests, binsOf(results), patterns, err
}

// units are the teams and regions of people, in the order of their names.
func unitsOf(people []*FairPerson) (units []Place) {
	seen := map[string]bool{}
	for _, p := range people {
		for _, place := range []Place{{Unit: p.Region, Name: p.RegionName}, {Unit: p.Team, Parent: p.Region, Name: p.TeamName}} {
			if !seen[place.Unit] {
				seen[place.Unit] = true
				units = append(units, place)
			}
		}
	}
	slices.SortStableFunc(units, func(a, b Place) int {
		if (a.Parent == "") != (b.Parent == "") {
			if a.Parent == "" {
				return -1
			}
			return 1
		}
		return 0
	})
	return units
}

// quarterUntil is the last month of the latest fiscal quarter that is over on a day.
func quarterUntil(fiscal calendar.Fiscal, on calendar.Date) calendar.Month {
	last := on.Month() - 1
	first := fiscal.FirstMonth(fiscal.YearOf(last))
	return last - (last-first+1)%quarterMonths
}

// checkQuarter refuses a month that ends no fiscal quarter that is over.
func checkQuarter(fiscal calendar.Fiscal, on calendar.Date, until calendar.Month) error {
	latest := quarterUntil(fiscal, on)
	if until > latest || (latest-until)%quarterMonths != 0 || latest-until > fairMonths {
		return errs.Invalid("error.invalid", []errs.Field{{Path: "until", Value: until.String(), Message: errs.Msg("fairness.no_quarter", errs.Args{"Latest": latest.String()})}})
	}
	return nil
}

func unitOfID(prefix string, id int64) string { return prefix + strconv.FormatInt(id, 10) }
