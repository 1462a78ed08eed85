// Package simulation asks what other plans would have paid: it replays months under drafts or versions of plans, beside the plans that were in
// force, as a job, and keeps what came out.
//
// What is computed is package simulate's. A result shows what everybody would have earned, so that who runs and who reads a simulation must see
// everybody's pay; to run one, one must also write or approve plans. Results are kept as they were computed: they do not follow later facts.
package simulation

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/job"
	"xiaoguan/internal/simulate"
)

// KindRun is the kind of job that carries a simulation out.
const KindRun job.Kind = "simulation.run"

// State is where a simulation stands.
type State string

// The states of a simulation.
const (
	StateRunning   State = "running"
	StateComplete  State = "complete"
	StateFailed    State = "failed"
	StateCancelled State = "cancelled"
)

// MonthsMost is how many months are replayed at most.
const MonthsMost = 36

// nameMost is the greatest length of a name, in characters.
const nameMost = 100

// Candidate is a change of the plans that were in force: versions that take the place of their documents' in every month, or are added, and
// documents that are left out.
type Candidate struct {
	Versions []string `json:"versions"`          // ids
	Without  []string `json:"without,omitempty"` // document ids
}

func (c Candidate) empty() bool { return len(c.Versions) == 0 && len(c.Without) == 0 }

// Request asks for a simulation. B may be empty.
type Request struct {
	Name        string         `json:"name"`
	First       calendar.Month `json:"first"`
	Last        calendar.Month `json:"last"`
	A           Candidate      `json:"a"`
	B           Candidate      `json:"b"`
	Draws       int            `json:"draws"` // of the next year; 0 draws none
	Seed        uint64         `json:"seed"`
	BudgetMinor int64          `json:"budget_minor,omitempty"` // of the next year; 0 is none
}

// Months lists the months to be replayed.
func (r Request) Months() (months []calendar.Month) {
	for m := r.First; m <= r.Last; m++ {
		months = append(months, m)
	}
	return months
}

// Candidates are those that were asked for.
func (r Request) Candidates() []Candidate {
	if r.B.empty() {
		return []Candidate{r.A}
	}
	return []Candidate{r.A, r.B}
}

// Validate finds everything that is wrong with a request. running is the present month, which may be the last.
func (r Request) Validate(running calendar.Month) error {
	var fields []errs.Field
	wrong := func(path, value, key string, args errs.Args) {
		fields = append(fields, errs.Field{Path: path, Value: value, Message: errs.Msg(key, args)})
	}
	if strings.TrimSpace(r.Name) == "" || utf8.RuneCountInString(r.Name) > nameMost {
		wrong("name", r.Name, "simulation.name_length", errs.Args{"Most": nameMost})
	}
	switch n := int(r.Last-r.First) + 1; {
	case n < 1 || n > MonthsMost:
		wrong("first", r.First.String(), "simulation.months_range", errs.Args{"Most": MonthsMost})
	case r.Last > running:
		wrong("last", r.Last.String(), "simulation.months_future", nil)
	}
	if r.A.empty() {
		wrong("a", "", "simulation.nothing_changed", nil)
	}
	if !r.B.empty() && slices.Equal(r.A.Versions, r.B.Versions) && slices.Equal(r.A.Without, r.B.Without) {
		wrong("b", "", "simulation.same", nil)
	}
	if r.Draws < 0 || r.Draws > simulate.DrawsMost {
		wrong("draws", strconv.Itoa(r.Draws), "simulation.draws_range", errs.Args{"Most": simulate.DrawsMost})
	}
	if r.BudgetMinor < 0 {
		wrong("budget", strconv.FormatInt(r.BudgetMinor, 10), "simulation.budget_range", nil)
	}
	return errs.Invalid("error.invalid", fields)
}

// Simulation is one replay, asked for or done. Recorded pins the facts.
type Simulation struct {
	ID         string // UUID
	Request    Request
	State      State
	JobID      string
	CreatedBy  string
	CreatedAt  time.Time
	FinishedAt time.Time
	Recorded   fact.BatchID
	Failure    errs.Message
	Digest     string // SHA-256 of the result, in hex
}

// Person is one person over all months. Earned is by variant, the plans in force first.
type Person struct {
	ID     int64   `json:"id"`
	Key    string  `json:"key"`
	Name   string  `json:"name"`
	Level  string  `json:"level"`
	Months int     `json:"months"`
	Earned []int64 `json:"earned"`
}

// Change is what a variant would have changed for the person.
func (p Person) Change(variant int) int64 { return p.Earned[variant] - p.Earned[0] }

// Result is what a simulation came to. Variants are the plans in force, A, and B where there is one.
type Result struct {
	Currency  string              `json:"currency"`
	Summary   simulate.Summary    `json:"summary"`
	Forecasts []simulate.Forecast `json:"forecasts"`
	Columns   []simulate.Column   `json:"columns"`
	Persons   []Person            `json:"persons"`
	Lines     []Line              `json:"-"` // read by Lines alone: there are many
}

// Line is what one component gave one person in one month, by variant. Month, Person and Column are places in Summary.Months, Persons and Columns.
type Line struct {
	Month, Person, Column int32
	Earned                []int64
}

// mayRead asks what results show, the pay of the whole company, and lets in who approves plans for it: they look at what they approve by.
func mayRead(actor access.Actor) error {
	return actor.RequireAll(access.PermPayAll, access.PermPlanApprove)
}

// mayRun asks besides for a say in plans.
func mayRun(actor access.Actor) error {
	if err := actor.RequireAll(access.PermPayAll); err != nil {
		return err
	}
	if actor.Can(access.PermPlanApprove) {
		return nil
	}
	return actor.Require(access.PermPlanWrite)
}
