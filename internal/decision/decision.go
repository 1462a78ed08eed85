// Package decision is the log of what was decided in running the sales: what, by whom, on what evidence, what was expected of it by when, and what came of it.
//
// Evidence is a snapshot: values with what they are, where, of when, and over what; what changes later does not change it. It comes from a meeting of package
// review, from a number elsewhere that hands it over, or by hand. The data-driven rate is how many of the decisions logged in a month rest on evidence.
//
// Limits: a decision is never deleted, and what was decided is not rewritten; another decision is.
package decision

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

// State is what came of a decision.
type State string

// The states.
const (
	StateOpen    State = "open"
	StateKept    State = "kept"    // it worked, and stays
	StateChanged State = "changed" // it goes on otherwise
	StateStopped State = "stopped"
)

// States lists them in the order in which they are shown.
var States = []State{StateOpen, StateKept, StateChanged, StateStopped}

// Message names the state for people.
func (s State) Message() errs.Message { return errs.Msg("decision.state."+string(s), nil) }

// Evidence is one value as it was at a moment.
type Evidence struct {
	Label       string    `json:"label"`
	Value       string    `json:"value"`                 // as it was shown
	Metric      string    `json:"metric,omitempty"`      // id of its definition
	Version     string    `json:"version,omitempty"`     // of the definition
	Place       string    `json:"place,omitempty"`       // whose it is
	Period      string    `json:"period,omitempty"`      // of when
	Numerator   *int64    `json:"numerator,omitempty"`   // things, or minor units of money: PartUnit
	Denominator *int64    `json:"denominator,omitempty"` // nil where the value is no ratio
	Unit        string    `json:"unit,omitempty"`        // of the value
	PartUnit    string    `json:"part_unit,omitempty"`   // of numerator and denominator: PartMoney, PartCount; empty for what was kept before it was known
	At          time.Time `json:"at"`                    // when it was taken
	Link        string    `json:"link,omitempty"`        // a page of the installation, or a web address
}

// What numerators and denominators are counted in.
const (
	PartMoney = "fen"
	PartCount = "count"
)

// Money reports whether the numerator is an amount.
func (e *Evidence) Money() bool {
	switch e.Unit {
	case "fen", "money", "each":
		return true
	}
	return e.PartUnit == PartMoney || e.PartUnit == "" && e.Metric == metricPace
}

// MoneyBelow reports whether the denominator is one.
func (e *Evidence) MoneyBelow() bool { return e.Unit != "each" && e.Money() }

// Decision is one entry of the log.
type Decision struct {
	ID         int64
	Title      string
	Detail     string
	On         calendar.Date
	PersonID   int64 // who decided; 0 for who is no person of the company
	ByID       string
	ByName     string
	ReviewID   int64 // 0: none
	Evidence   []Evidence
	Expected   string
	DueOn      calendar.Date
	State      State
	Outcome    string
	Then       []Evidence // values at the end
	ClosedAt   time.Time
	ClosedName string
	CreatedAt  time.Time
	Revision   int64
}

// Subject is how the audit log and messages name a decision.
func (d *Decision) Subject() string { return "decision:" + strconv.FormatInt(d.ID, 10) }

// Entry is a decision as it is logged.
type Entry struct {
	Title    string
	Detail   string
	On       calendar.Date
	ReviewID int64 // its numbers are taken as evidence
	PersonID int64 // with ReviewID: those of somebody in it; 0: of all together
	Evidence []Evidence
	Expected string
	DueOn    calendar.Date
}

// Result is what came of a decision.
type Result struct {
	ID      int64
	State   State
	Outcome string
	Then    []Evidence
	Seen    int64 // 0 skips the check
}

// The limits.
const (
	titleMost    = 100
	textMost     = 2000
	evidenceMost = 20
	valueMost    = 200
)

func (in *Entry) check(today calendar.Date) error {
	var c fact.Checker
	c.Prose("title", &in.Title, titleMost, true)
	if !c.Has("title") {
		c.Text("title", in.Title, true)
	}
	c.Prose("detail", &in.Detail, textMost, false)
	c.Prose("expected", &in.Expected, textMost, true)
	c.Day("on", in.On)
	c.Day("due_on", in.DueOn)
	if in.On > today && !c.Has("on") {
		c.Add("on", in.On.String(), "decision.day_ahead", nil)
	}
	if in.DueOn < in.On && !c.Has("due_on") {
		c.Add("due_on", in.DueOn.String(), "decision.due_before", nil)
	}
	checkEvidence(&c, in.Evidence)
	return c.Err()
}

// checkEvidence wants each value to say what it is, and links to lead to a page or a web address.
func checkEvidence(c *fact.Checker, list []Evidence) {
	if len(list) > evidenceMost {
		c.Add("evidence", "", "decision.evidence_many", errs.Args{"Most": evidenceMost})
		return
	}
	for i := range list {
		e := &list[i]
		path := "evidence"
		for _, text := range []*string{&e.Label, &e.Value, &e.Metric, &e.Version, &e.Place, &e.Period, &e.Unit, &e.PartUnit, &e.Link} {
			*text = strings.TrimSpace(*text)
			if utf8.RuneCountInString(*text) > valueMost || strings.ContainsFunc(*text, func(r rune) bool { return r < ' ' }) {
				c.Add(path, "", "form.error.long", errs.Args{"Max": valueMost})
				return
			}
		}
		local := strings.HasPrefix(e.Link, "/") && !strings.HasPrefix(e.Link, "//") && !strings.Contains(e.Link, "\\")
		switch {
		case e.Label == "" || e.Value == "" && e.Link == "":
			c.Add(path, e.Label, "decision.evidence_wrong", nil)
			return
		case e.Link != "" && !local && !strings.HasPrefix(e.Link, "https://") && !strings.HasPrefix(e.Link, "http://"):
			c.Add(path, e.Link, "decision.link_wrong", nil)
			return
		}
	}
}

func (in *Result) check() error {
	var c fact.Checker
	c.Prose("outcome", &in.Outcome, textMost, true)
	if in.State == StateOpen || !slices.Contains(States, in.State) {
		c.Add("state", string(in.State), "form.error.choice", nil)
	}
	checkEvidence(&c, in.Then)
	return c.Err()
}
