package programme

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/metric"
)

// Phase is how far an initiative is.
type Phase string

// The phases: months 1–3, 3–4, 4–6 and 7–12 of a programme.
const (
	PhaseDiagnose Phase = "diagnose"
	PhasePilot    Phase = "design_pilot"
	PhaseRollOut  Phase = "roll_out"
	PhaseOptimise Phase = "optimise"
)

// Phases lists them in their order.
var Phases = []Phase{PhaseDiagnose, PhasePilot, PhaseRollOut, PhaseOptimise}

// Message names the phase for people.
func (p Phase) Message() errs.Message { return errs.Msg("programme.phase."+string(p), nil) }

// Next is the phase behind one. False for the last.
func (p Phase) Next() (Phase, bool) {
	at := slices.Index(Phases, p)
	if at < 0 || at+1 >= len(Phases) {
		return "", false
	}
	return Phases[at+1], true
}

// Outcome is what became of an initiative.
type Outcome string

// The outcomes. The empty one stands for an initiative under way.
const (
	OutcomeKeep   Outcome = "keep"
	OutcomeChange Outcome = "change"
	OutcomeStop   Outcome = "stop"
)

// Outcomes lists them in the order in which they are shown.
var Outcomes = []Outcome{OutcomeKeep, OutcomeChange, OutcomeStop}

// Message names the outcome for people.
func (o Outcome) Message() errs.Message { return errs.Msg("programme.outcome."+string(o), nil) }

// Said is a text of the company, or one that is shipped and named by its key in both languages.
type Said struct {
	Key  string `json:"key,omitempty"`
	Text string `json:"text,omitempty"`
}

// Message is the shipped text; without a key there is none.
func (s Said) Message(area string) errs.Message {
	if s.Key == "" {
		return errs.Message{}
	}
	return errs.Msg("programme."+area+"."+s.Key, nil)
}

// Item is one line of a gate's list.
type Item struct {
	Said
	Done Signature `json:"done,omitzero"`
}

// Ticked reports whether the item is done.
func (i Item) Ticked() bool { return i.Done.given() }

// Gate is what must hold before the next phase is entered, and who signed that it does.
type Gate struct {
	Phase  Phase     `json:"phase"`
	Items  []Item    `json:"items"`
	Note   string    `json:"note,omitempty"`
	Signed Signature `json:"signed,omitzero"`
}

// IsSigned reports whether somebody signed.
func (g Gate) IsSigned() bool { return g.Signed.given() }

// Open is how many items are not ticked.
func (g Gate) Open() (n int) {
	for _, item := range g.Items {
		if !item.Ticked() {
			n++
		}
	}
	return n
}

// MilestoneState is what became of a milestone.
type MilestoneState string

// The states of milestones.
const (
	MilestonePlanned MilestoneState = "planned"
	MilestoneDone    MilestoneState = "done"
	MilestoneDropped MilestoneState = "dropped"
)

// MilestoneStates lists them in the order in which they are shown.
var MilestoneStates = []MilestoneState{MilestonePlanned, MilestoneDone, MilestoneDropped}

// Message names the state for people.
func (s MilestoneState) Message() errs.Message {
	return errs.Msg("programme.milestone."+string(s), nil)
}

// Milestone is something that is to be reached by a day.
type Milestone struct {
	Title  string         `json:"title"`
	DueOn  calendar.Date  `json:"due_on"`
	State  MilestoneState `json:"state"`
	DoneOn calendar.Date  `json:"done_on"`
}

// Party is a department in the list of who does what.
type Party string

// The departments.
const (
	PartySales      Party = "sales"
	PartyHR         Party = "hr"
	PartyFinance    Party = "finance"
	PartyOperations Party = "operations"
)

// Parties lists them in the order in which they are shown.
var Parties = []Party{PartySales, PartyHR, PartyFinance, PartyOperations}

// Message names the department for people.
func (p Party) Message() errs.Message { return errs.Msg("programme.party."+string(p), nil) }

// The parts that a department may have in a task: does it, answers for it, is asked, is told.
const (
	PartResponsible = "R"
	PartAccountable = "A"
	PartConsulted   = "C"
	PartInformed    = "I"
)

// Parts lists them; the empty one is none.
var Parts = []string{"", PartResponsible, PartAccountable, PartConsulted, PartInformed}

// Duty is a task and the part that each department has in it.
type Duty struct {
	Said
	Parts map[Party]string `json:"parts"`
}

// Spending is money that an initiative has cost.
type Spending struct {
	On        calendar.Date `json:"on"`
	AmountFen int64         `json:"amount_fen"`
	Note      string        `json:"note"`
	By        Signature     `json:"by"`
}

// Changed is the version of a rule that followed from an initiative; without a label, a kind of which the decision on it asks a next version.
type Changed struct {
	Kind  RuleKind `json:"kind"`
	Label string   `json:"label"`
	Link  string   `json:"link,omitempty"` // a page of the installation
}

// Initiative is something that is done to get better.
type Initiative struct {
	ID         int64
	Title      string
	Aim        string
	Problems   []int64 // ids of the problem list
	Goals      []int64
	Horizon    Horizon
	OwnerID    int64 // a person; 0 for nobody yet
	BudgetFen  int64
	EffortDays int
	Spent      []Spending
	Milestones []Milestone
	Duties     []Duty
	Trial      Trial
	Phase      Phase
	Gates      []Gate // one of each phase
	Changed    []Changed
	Outcome    Outcome // empty: under way
	DecisionID int64   // what was decided on its effect; 0 for nothing yet
	ClosedAt   time.Time
	CreatedBy  Signature
	Revision   int64
}

// Trial is who tries something, since when, and what it is measured by.
type Trial struct {
	Metric     metric.ID      `json:"metric,omitempty"`
	Pilot      []int64        `json:"pilot,omitempty"`      // teams
	Comparison []int64        `json:"comparison,omitempty"` // teams
	From       calendar.Month `json:"from,omitempty"`       // the first month of it
	Before     int            `json:"before,omitempty"`     // how many months before are looked at
}

// Subject is how the audit log and messages name an initiative.
func (i *Initiative) Subject() string { return "initiative:" + strconv.FormatInt(i.ID, 10) }

// Asked are the kinds of rules of which the decision on it asks a next version.
func (i *Initiative) Asked() (kinds []RuleKind) {
	for _, c := range i.Changed {
		if c.Label == "" && !slices.Contains(kinds, c.Kind) {
			kinds = append(kinds, c.Kind)
		}
	}
	return kinds
}

// Open reports whether the initiative is under way.
func (i *Initiative) Open() bool { return i.Outcome == "" }

// SpentFen is what it has cost.
func (i *Initiative) SpentFen() (sum int64) {
	for _, s := range i.Spent {
		sum += s.AmountFen
	}
	return sum
}

// Gate is the gate of a phase.
func (i *Initiative) Gate(p Phase) *Gate {
	if at := slices.IndexFunc(i.Gates, func(g Gate) bool { return g.Phase == p }); at >= 0 {
		return &i.Gates[at]
	}
	return nil
}

// gateItems are the shipped lists of the gates.
var gateItems = map[Phase][]string{
	PhaseDiagnose: {"problems_confirmed", "baseline_frozen", "owner_named"},
	PhasePilot:    {"teams_chosen", "rule_drafted", "people_told", "pilot_months"},
	PhaseRollOut:  {"effect_looked_at", "rule_approved", "people_trained"},
	PhaseOptimise: {"effect_again", "lesson_written"},
}

// shippedDuty is a task with the parts in the order of Parties.
type shippedDuty struct {
	key   string
	parts [4]string
}

// dutyParts are the shipped tasks.
var dutyParts = []shippedDuty{
	{"diagnosis", [4]string{"C", "C", "I", "A"}},
	{"standard", [4]string{"R", "I", "I", "A"}},
	{"target", [4]string{"R", "C", "C", "A"}},
	{"incentive", [4]string{"C", "R", "A", "C"}},
	{"training", [4]string{"C", "A", "I", "R"}},
	{"payout", [4]string{"I", "C", "A", "R"}},
	{"review", [4]string{"A", "C", "C", "R"}},
}

func shippedGates() (gates []Gate) {
	for _, p := range Phases {
		g := Gate{Phase: p}
		for _, key := range gateItems[p] {
			g.Items = append(g.Items, Item{Said: Said{Key: key}})
		}
		gates = append(gates, g)
	}
	return gates
}

func shippedDuties() (duties []Duty) {
	for _, d := range dutyParts {
		parts := map[Party]string{}
		for i, p := range Parties {
			parts[p] = d.parts[i]
		}
		duties = append(duties, Duty{Said{Key: d.key}, parts})
	}
	return duties
}

// Outline is what an initiative is about, as somebody writes it.
type Outline struct {
	Title      string
	Aim        string
	Problems   []int64
	Goals      []int64
	Horizon    Horizon
	OwnerID    int64
	BudgetFen  int64
	EffortDays int
	Milestones []Milestone
	Duties     []Duty
	Changed    []Changed
}

func (in *Outline) check() error {
	var c fact.Checker
	seed := Seed{Title: in.Title, Problems: in.Problems, BudgetFen: in.BudgetFen, EffortDays: in.EffortDays, Horizon: in.Horizon}
	seed.look(&c)
	in.Title, in.Problems, in.Horizon = seed.Title, seed.Problems, seed.Horizon
	c.Prose("aim", &in.Aim, textMost, false)
	in.Goals = slices.Clone(in.Goals)
	checkIDs(&c, "goals", &in.Goals)
	in.checkMilestones(&c)
	in.checkDuties(&c)
	in.checkChanged(&c)
	return c.Err()
}

func (in *Outline) checkMilestones(c *fact.Checker) {
	in.Milestones = slices.Clone(in.Milestones)
	if len(in.Milestones) > listMost {
		c.Add("milestones", "", "programme.many", errs.Args{"Most": listMost})
		return
	}
	for i := range in.Milestones {
		m := &in.Milestones[i]
		tidyLine(c, "milestones", &m.Title, lineMost, true)
		c.Day("milestones", m.DueOn)
		if m.State == "" {
			m.State = MilestonePlanned
		}
		if !slices.Contains(MilestoneStates, m.State) {
			c.Add("milestones", string(m.State), "form.error.choice", nil)
		}
		if m.State != MilestoneDone {
			m.DoneOn = calendar.NoDate
		}
	}
	slices.SortStableFunc(in.Milestones, func(a, b Milestone) int { return int(a.DueOn) - int(b.DueOn) })
}

// checkDuties wants one department that answers for each task.
func (in *Outline) checkDuties(c *fact.Checker) {
	if len(in.Duties) > listMost {
		c.Add("duties", "", "programme.many", errs.Args{"Most": listMost})
		return
	}
	in.Duties = slices.Clone(in.Duties)
	for i := range in.Duties {
		d := &in.Duties[i]
		if d.Key == "" {
			tidyLine(c, "duties", &d.Text, lineMost, true)
		} else if !slices.ContainsFunc(dutyParts, func(known shippedDuty) bool { return known.key == d.Key }) {
			c.Add("duties", d.Key, "form.error.choice", nil)
		}
		answers := 0
		for _, p := range Parties {
			if d.Parts[p] == PartAccountable {
				answers++
			}
			if !slices.Contains(Parts, d.Parts[p]) {
				c.Add("duties", d.Parts[p], "form.error.choice", nil)
			}
		}
		if answers != 1 {
			c.Add("duties", d.Text, "programme.one_answers", nil)
		}
	}
}

func (in *Outline) checkChanged(c *fact.Checker) {
	in.Changed = slices.Clone(in.Changed)
	if len(in.Changed) > listMost {
		c.Add("changed", "", "programme.many", errs.Args{"Most": listMost})
	}
	for i := range in.Changed {
		changed := &in.Changed[i]
		tidyLine(c, "changed", &changed.Label, lineMost, true)
		tidyLine(c, "changed", &changed.Link, lineMost, false)
		if !slices.Contains(RuleKinds, changed.Kind) {
			c.Add("changed", string(changed.Kind), "form.error.choice", nil)
		}
		if l := changed.Link; l != "" && (!strings.HasPrefix(l, "/") || strings.HasPrefix(l, "//") || strings.Contains(l, "\\")) {
			c.Add("changed", l, "programme.link_wrong", nil)
		}
	}
}
