package lawguard

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
)

// Settings are the company's choices: which rules hold and how, the minimum wages of its cities, and where its teams work. The zero value
// has all rules on with their defaults, and knows no city.
type Settings struct {
	Rules      map[Rule]RuleSetting `json:"rules,omitempty"` // of those that are not as they come
	Wages      []Wage               `json:"wages,omitempty"` // by city and day
	City       string               `json:"city,omitempty"`  // of whoever works nowhere else
	TeamCities map[string]string    `json:"team_cities,omitempty"`
}

// RuleSetting changes a rule. Why says why it is off.
type RuleSetting struct {
	Off      bool     `json:"off,omitempty"`
	Why      string   `json:"why,omitempty"`
	Severity Severity `json:"severity,omitempty"` // empty: as it comes
	Number   int      `json:"number,omitempty"`   // 0: as it comes
}

// Wage is the minimum wage of a city from a day on, as its source says. HourlyMinor is 0 when nobody entered it.
type Wage struct {
	City         string        `json:"city"`
	From         calendar.Date `json:"from"`
	MonthlyMinor int64         `json:"monthly_minor"`
	HourlyMinor  int64         `json:"hourly_minor,omitempty"`
	Source       string        `json:"source"`
}

// Version is one state of the settings; number 0 is that nobody has kept any.
type Version struct {
	Number    int
	Settings  Settings
	CreatedBy string
	CreatedAt time.Time
}

// Limits of what may be entered.
const (
	wagesMost    = 2000
	wageMost     = 1_000_000_00
	reasonMost   = 500
	teamsMost    = 2000
	cityRuneMost = 40
)

// held is a rule as it holds in a company.
type held struct {
	Definition
	Off    bool
	Why    string
	Number int
}

// InForce is a rule as the settings have it.
func (s Settings) InForce(d Definition) (off bool, severity Severity, number int) {
	own := s.Rules[d.Rule]
	return own.Off, cmp.Or(own.Severity, d.Severity), cmp.Or(own.Number, d.Default)
}

func (s Settings) held(rule Rule) held {
	d, _ := DefinitionOf(rule)
	h := held{Definition: d, Why: s.Rules[rule].Why}
	h.Off, h.Severity, h.Number = s.InForce(d)
	return h
}

// Validate finds everything wrong with how a rule is set.
func (r RuleSetting) Validate(d Definition) error {
	var c fact.Checker
	if r.Off && strings.TrimSpace(r.Why) == "" {
		c.Add("why", "", "lawguard.why_off", nil)
	}
	c.Lines("why", r.Why)
	if utf8.RuneCountInString(r.Why) > reasonMost {
		c.Add("why", "", "lawguard.text_long", errs.Args{"Max": reasonMost})
	}
	if r.Severity != "" && r.Severity != SeverityWarning && r.Severity != SeverityNote {
		c.Add("severity", string(r.Severity), "form.error.choice", nil)
	}
	if r.Number != 0 && (d.Unit == UnitNone || r.Number < d.Min || r.Number > d.Most) {
		c.Add("number", "", "lawguard.number_range", errs.Args{"Min": d.Min, "Max": d.Most})
	}
	return c.Err()
}

// check adds what is wrong with a minimum wage.
func (w Wage) check(c *fact.Checker) {
	checkCity(c, "city", w.City, true)
	c.Day("from", w.From)
	if w.MonthlyMinor <= 0 || w.MonthlyMinor > wageMost {
		c.Add("monthly", "", "fact.amount_positive", nil)
	}
	if w.HourlyMinor < 0 || w.HourlyMinor > wageMost {
		c.Add("hourly", "", "fact.amount_positive", nil)
	}
	c.Text("source", w.Source, true)
}

// Validate returns an error of kind Invalid that names every wrong field: a figure without a source is none.
func (w Wage) Validate() error {
	var c fact.Checker
	w.check(&c)
	return c.Err()
}

func checkCity(c *fact.Checker, path, city string, required bool) {
	c.Text(path, city, required)
	if utf8.RuneCountInString(city) > cityRuneMost && !c.Has(path) {
		c.Add(path, "", "lawguard.text_long", errs.Args{"Max": cityRuneMost})
	}
}

// WageOn is the minimum wage of a city on a day; false when nobody entered one.
func (s Settings) WageOn(city string, day calendar.Date) (found Wage, ok bool) {
	for _, w := range s.Wages {
		if w.City == city && w.From <= day && (!ok || w.From > found.From) {
			found, ok = w, true
		}
	}
	return found, ok
}

// wagePlace is what there is one minimum wage of.
type wagePlace struct {
	city string
	from calendar.Date
}

// wagesByPlace are minimum wages by city and day; of several the last.
func wagesByPlace(wages []Wage) map[wagePlace]Wage {
	by := make(map[wagePlace]Wage, len(wages))
	for _, w := range wages {
		by[wagePlace{w.City, w.From}] = w
	}
	return by
}

// withWages is the settings with minimum wages added; one of the same city and day takes the place of the one before.
func (s Settings) withWages(more []Wage) Settings {
	by := wagesByPlace(s.Wages)
	maps.Copy(by, wagesByPlace(more))
	all := slices.SortedFunc(maps.Values(by), func(a, b Wage) int { return cmp.Or(cmp.Compare(a.City, b.City), cmp.Compare(a.From, b.From)) })
	s.Wages = all
	return s
}

// withRule is the settings with a rule set; one that is as it comes is left out.
func (s Settings) withRule(rule Rule, set RuleSetting) Settings {
	rules := map[Rule]RuleSetting{}
	maps.Copy(rules, s.Rules)
	if set == (RuleSetting{}) {
		delete(rules, rule)
	} else {
		rules[rule] = set
	}
	s.Rules = rules
	return s
}

// Cities says where people work: the company's city and those of teams that are elsewhere, by the team's key.
type Cities struct {
	City       string            `json:"city"`
	TeamCities map[string]string `json:"team_cities"`
}

// Validate returns an error of kind Invalid that names every wrong field.
func (in Cities) Validate() error {
	var c fact.Checker
	checkCity(&c, "city", in.City, false)
	if len(in.TeamCities) > teamsMost {
		c.Add("team_cities", "", "lawguard.too_many", errs.Args{"Max": teamsMost})
	}
	for key, city := range in.TeamCities {
		c.Key("team."+key, key)
		checkCity(&c, "team."+key, city, false)
	}
	return c.Err()
}

// cityOf is where somebody works: by their own terms, else their team's city, else the company's; empty when nobody said.
func (s Settings) cityOf(own, teamKey string) string {
	return cmp.Or(own, s.TeamCities[teamKey], s.City)
}
