package demo

import (
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/org"
)

// habits are how far people keep to the process: some by nature, some teams more than others, newcomers less, at the end of a quarter less, and
// everybody better since the standard has been in use. They have dice of their own.
type habits struct {
	dice    dice
	today   calendar.Date
	persons map[int64]int64 // permille more or less, by person
	fridays map[int64]bool  // who writes down on Friday what the week brought
}

// inUseMonths is for how many months the company has worked by the standard.
const inUseMonths = 13

// The permille by which habits differ.
const (
	beforeStandard = -330
	firstMonth     = -110
	eachMonth      = 10
	quarterEnd     = -35
	newcomerLess   = -60
	keepsLeast     = 80
	keepsMost      = 985
)

// teamHabits are the permille by which teams differ, by place.
var teamHabits = []int64{25, -10, 35, -70, 10, -25, 40, -120, 5}

// newHabits makes up everybody's.
func newHabits(seed uint64, c *company, ids map[string]int64) *habits {
	h := &habits{dice: newDice(seed, 80), today: c.today, persons: map[int64]int64{}, fridays: map[int64]bool{}}
	for _, p := range c.people {
		if p.role != "" {
			continue
		}
		habit := h.dice.between(-40, 45)
		switch at := h.dice.between(1, 100); {
		case at <= 8:
			habit = h.dice.between(-280, -170)
		case at <= 30:
			habit = h.dice.between(-130, -50)
		}
		last := p.now()
		if last.team != none {
			habit += teamHabits[last.team%len(teamHabits)]
		}
		if last.level == org.LevelNewcomer {
			habit += newcomerLess
		}
		h.persons[ids[p.key]] = habit
		h.fridays[ids[p.key]] = !p.stays && h.dice.chance(110)
	}
	return h
}

// keeps throws whether somebody keeps a rule on a day that so many of a thousand would keep.
func (h *habits) keeps(person int64, on calendar.Date, usual int64) bool {
	ago := int64(h.today.Month() - on.Month())
	usual += h.persons[person]
	if ago >= inUseMonths {
		usual += beforeStandard
	} else {
		usual += firstMonth + eachMonth*(inUseMonths-ago)
	}
	if _, month := on.Month().Civil(); month%3 == 0 {
		usual += quarterEnd
	}
	return h.dice.chance(min(max(usual, keepsLeast), keepsMost))
}

// inUse reports whether the company worked by the standard on a day.
func (h *habits) inUse(on calendar.Date) bool { return h.today.Month()-on.Month() < inUseMonths }
