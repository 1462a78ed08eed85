package targetplan

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/quota"
)

// Basis is what counts as sold.
type Basis string

// The bases.
const (
	BasisCollected Basis = "collected"
	BasisSigned    Basis = "signed"
)

// Bases lists them.
var Bases = []Basis{BasisCollected, BasisSigned}

// Message names the basis for people.
func (b Basis) Message() errs.Message { return errs.Msg("targetplan.basis."+string(b), nil) }

// Rules are what is asked of a split. Percentages are whole; a bound, a ratio or an over-assignment of 0 is none.
type Rules struct {
	YearMinor int64 `json:"year_minor"`
	Basis     Basis `json:"basis"` // of history; quotas are of collected money

	History   int `json:"history"` // weights, which sum to 100
	Potential int `json:"potential"`
	Pipeline  int `json:"pipeline"`
	Even      int `json:"even"`

	Ability bool  `json:"ability"`
	Ramp    []int `json:"ramp"` // of the first months in the job, percent of full speed

	Down       int `json:"down"`
	Up         int `json:"up"`
	OverRegion int `json:"over_region"` // how much more than its own the company hands on, the regions, the teams
	OverTeam   int `json:"over_team"`
	OverPerson int `json:"over_person"`
	Core       int `json:"core"` // percent of what a newcomer carries that a core seller carries at least

	Base     int `json:"base"` // chances, percent
	Stretch  int `json:"stretch"`
	Enough   int `json:"enough"`
	InCommon int `json:"in_common"`

	Hands map[string]Hand `json:"hands,omitempty"` // by unit
}

// Hand is what somebody set for one unit.
type Hand struct {
	FixedMinor int64          `json:"fixed_minor,omitempty"` // the target; 0: solved
	LowMinor   int64          `json:"low_minor,omitempty"`
	HighMinor  int64          `json:"high_minor,omitempty"`
	AwayFrom   calendar.Month `json:"away_from,omitempty"` // the months in which it is not there
	AwayTo     calendar.Month `json:"away_to,omitempty"`
	Note       string         `json:"note"`
}

// Empty reports whether nothing is set.
func (h Hand) Empty() bool {
	return h.FixedMinor == 0 && h.LowMinor == 0 && h.HighMinor == 0 && h.AwayFrom == 0 && h.AwayTo == 0
}

// UsualRules are what a form begins with.
func UsualRules() Rules {
	return Rules{Basis: BasisCollected, History: 50, Potential: 30, Pipeline: 10, Even: 10, Ability: true, Ramp: []int{30, 50, 70, 85}, Core: 130, Base: 85, Stretch: 20, Enough: 80, InCommon: 10}
}

// Limits of rules.
const (
	yearMost  = int64(1) << 50
	rampMost  = 12
	handsMost = 2000
	noteMost  = 300
)

// Validate says what is wrong with them, all at once.
func (r *Rules) Validate(first calendar.Month) error {
	var c fact.Checker
	within := func(path string, n, from, most int) {
		if n < from || n > most {
			c.Add(path, strconv.Itoa(n), "targetplan.within", errs.Args{"From": from, "Most": most})
		}
	}
	if r.YearMinor <= 0 || r.YearMinor > yearMost {
		c.Add("year", strconv.FormatInt(r.YearMinor, 10), "targetplan.year_amount", nil)
	}
	if !slices.Contains(Bases, r.Basis) {
		c.Add("basis", string(r.Basis), "form.error.choice", nil)
	}
	for _, part := range []struct {
		path          string
		n, from, most int
	}{{"history", r.History, 0, 100}, {"potential", r.Potential, 0, 100}, {"pipeline", r.Pipeline, 0, 100}, {"even", r.Even, 0, 100}, {"down", r.Down, 0, 100}, {"up", r.Up, 0, 900},
		{"over_region", r.OverRegion, 0, 50}, {"over_team", r.OverTeam, 0, 50}, {"over_person", r.OverPerson, 0, 50}, {"base", r.Base, 50, 99}, {"stretch", r.Stretch, 1, 50}, {"enough", r.Enough, 1, 100}, {"in_common", r.InCommon, 0, 90}} {
		within(part.path, part.n, part.from, part.most)
	}
	if r.Core != 0 {
		within("core", r.Core, 100, 900)
	}
	if sum := r.History + r.Potential + r.Pipeline + r.Even; sum != 100 {
		c.Add("history", strconv.Itoa(sum), "targetplan.weights_sum", errs.Args{"Sum": sum})
	}
	if len(r.Ramp) > rampMost {
		c.Add("ramp", strconv.Itoa(len(r.Ramp)), "targetplan.ramp_long", errs.Args{"Most": rampMost})
	}
	for _, percent := range r.Ramp {
		within("ramp", percent, 0, 100)
	}
	r.checkHands(&c, first)
	return c.Err()
}

func (r *Rules) checkHands(c *fact.Checker, first calendar.Month) {
	if len(r.Hands) > handsMost {
		c.Add("hands", strconv.Itoa(len(r.Hands)), "targetplan.hands_many", errs.Args{"Most": handsMost})
	}
	for _, unit := range slices.Sorted(maps.Keys(r.Hands)) {
		h := r.Hands[unit]
		for path, minor := range map[string]int64{"fixed": h.FixedMinor, "low": h.LowMinor, "high": h.HighMinor} {
			if minor < 0 || minor > yearMost {
				c.Add(path, strconv.FormatInt(minor, 10), "quota.amount_range", nil)
			}
		}
		if h.HighMinor > 0 && h.HighMinor < h.LowMinor {
			c.Add("high", "", "quota.bounds_cross", nil)
		}
		if away := h.AwayTo - h.AwayFrom; (h.AwayFrom == 0) != (h.AwayTo == 0) || away < 0 || h.AwayFrom != 0 && (h.AwayFrom < first || h.AwayTo > first+quota.Months-1) {
			c.Add("away_from", h.AwayFrom.String(), "targetplan.away_wrong", nil)
		}
		if note := strings.TrimSpace(h.Note); note == "" || len([]rune(note)) > noteMost {
			c.Add("note", note, "targetplan.reason_needed", errs.Args{"Most": noteMost})
		}
	}
}

const percent = quota.Million / 100

// wish is what package quota is asked about chances.
func (r *Rules) wish() quota.Wish {
	return quota.Wish{Base: int64(r.Base) * percent, Stretch: int64(r.Stretch) * percent, Enough: int64(r.Enough) * percent, Correlation: int64(r.InCommon) * percent}
}
