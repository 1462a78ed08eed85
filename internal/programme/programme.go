// Package programme is the loop of improvement: goals with a frozen baseline, initiatives that go through phases with signed gates, risks with early signs,
// the effect of what was tried, and the lessons of it.
//
// A goal is a number of the metric book (or of a source named here) with its value as it was frozen, where it is to be in 3, 6 or 12 months, and what it was
// each month since. Relative growth and points are told apart and stored. An initiative has an owner, a budget, milestones, who does what among sales, HR and
// finance, teams that try it and teams to compare with; it enters its next phase only when the gate of the one before is signed. Its effect is worked out by
// package effect, and is kept as it was found, with what was decided on it.
//
// Limits: nothing here changes a standard, a target, a plan or a policy: an initiative names the version that followed from it. Readings of months are kept as
// they were read, and are read again while their month runs.
package programme

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
)

// Horizon is how soon something is to work: break through 短期破局, build the system 中期建体系, hold the advantage 长期固优势.
type Horizon string

// The horizons.
const (
	HorizonShort Horizon = "short"
	HorizonMid   Horizon = "mid"
	HorizonLong  Horizon = "long"
)

// Horizons lists them in the order in which they are shown.
var Horizons = []Horizon{HorizonShort, HorizonMid, HorizonLong}

// Message names the horizon for people.
func (h Horizon) Message() errs.Message { return errs.Msg("programme.horizon."+string(h), nil) }

// Seed is what an initiative begins with: what it is called, which problems it answers, what it may cost.
type Seed struct {
	Title      string
	Problems   []int64 // ids of the problem list
	BudgetFen  int64
	EffortDays int
	Horizon    Horizon // empty: mid
}

// The limits of what is written.
const (
	titleMost = 100
	textMost  = 2000
	lineMost  = 200
	listMost  = 50
	fenMost   = 1_000_000_000_000
	daysMost  = 10_000
)

// tidyLine trims a text of one line and checks its length.
func tidyLine(c *fact.Checker, path string, text *string, most int, needed bool) {
	*text = strings.TrimSpace(*text)
	switch {
	case needed && *text == "":
		c.Add(path, "", "form.error.required", nil)
	case utf8.RuneCountInString(*text) > most:
		c.Add(path, "", "form.error.long", errs.Args{"Max": most})
	default:
		c.Text(path, *text, needed)
	}
}

// checkMoney wants an amount between nothing and what can be reckoned with.
func checkMoney(c *fact.Checker, path string, fen int64) {
	if fen < 0 || fen > fenMost {
		c.Add(path, strconv.FormatInt(fen, 10), "programme.money_wrong", errs.Args{"Most": int64(fenMost)})
	}
}

// checkIDs wants few ids, each once.
func checkIDs(c *fact.Checker, path string, ids *[]int64) {
	slices.Sort(*ids)
	*ids = slices.Compact(*ids)
	if len(*ids) > listMost {
		c.Add(path, "", "programme.many", errs.Args{"Most": listMost})
	}
	if slices.ContainsFunc(*ids, func(id int64) bool { return id <= 0 }) {
		c.Add(path, "", "form.error.choice", nil)
	}
}

func (in *Seed) check() error {
	var c fact.Checker
	in.look(&c)
	return c.Err()
}

func (in *Seed) look(c *fact.Checker) {
	tidyLine(c, "title", &in.Title, titleMost, true)
	in.Problems = slices.Clone(in.Problems)
	checkIDs(c, "problems", &in.Problems)
	checkMoney(c, "budget", in.BudgetFen)
	if in.EffortDays < 0 || in.EffortDays > daysMost {
		c.Add("effort_days", strconv.Itoa(in.EffortDays), "programme.days_wrong", errs.Args{"Most": daysMost})
	}
	if in.Horizon == "" {
		in.Horizon = HorizonMid
	}
	if !slices.Contains(Horizons, in.Horizon) {
		c.Add("horizon", string(in.Horizon), "form.error.choice", nil)
	}
}

// Signature is who did something and when.
type Signature struct {
	ByID   string    `json:"by_id"`
	ByName string    `json:"by_name"`
	At     time.Time `json:"at"`
}

// given reports whether somebody signed.
func (s Signature) given() bool { return !s.At.IsZero() }

// Day is the day of a signature where the company is.
func (s Signature) Day(zone *time.Location) calendar.Date { return calendar.DateOf(s.At.In(zone)) }

// noted checks a note that must be given.
func noted(path, note string) (string, error) {
	var c fact.Checker
	c.Prose(path, &note, textMost, true)
	return note, c.Err()
}
