// Package prioritybook keeps the table of priorities 《优化优先级表》: the measures that could be taken, what each would reach, bring and take and why somebody
// thinks so, what there is to spend, and which of them are done first.
//
// The arithmetic is that of package priority. A table that was settled is kept as it was; items go on changing. An item becomes an initiative once.
//
// Limits: nothing is estimated here: a problem proposes reach and impact, people say them.
package prioritybook

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/priority"
)

// State is what became of an item.
type State string

// The states.
const (
	StateCandidate State = "candidate"
	StateParked    State = "parked"  // left out of the table for the time being
	StateStarted   State = "started" // it is an initiative
)

// States lists them in the order in which they are shown.
var States = []State{StateCandidate, StateParked, StateStarted}

// Message names the state for people.
func (s State) Message() errs.Message { return errs.Msg("prioritybook.state."+string(s), nil) }

// Reasons say why somebody thinks so.
type Reasons struct {
	Reach      string `json:"reach,omitempty"`
	Impact     string `json:"impact,omitempty"`
	Confidence string `json:"confidence,omitempty"`
	Effort     string `json:"effort,omitempty"`
}

// Item is a measure that could be taken.
type Item struct {
	priority.Item
	Title        string
	Detail       string
	ProblemIDs   []int64 // of the list of problems
	Reasons      Reasons
	State        State
	InitiativeID int64 // 0: none
	CreatedBy    string
	CreatedName  string
	CreatedAt    time.Time
	Revision     int64
}

// Subject is how the audit log names an item.
func (i *Item) Subject() string { return "priority_item:" + strconv.FormatInt(i.ID, 10) }

// Entry is an item as it is written down; ID 0 is a new one.
type Entry struct {
	ID         int64
	Title      string
	Detail     string
	ProblemIDs []int64
	Reach      int64
	Impact     int64 // hundredths
	Confidence int64 // percent
	Effort     int64 // tenths of person-days
	CostMinor  int64
	DelayWeeks int64
	Needs      []int64
	Must       bool
	Reasons    Reasons
	Seen       int64 // revision of what is changed; 0 skips the check
}

// Table is the measures as they were weighed.
type Table struct {
	On     calendar.Date   `json:"on"`
	Frame  priority.Frame  `json:"frame"`
	Rows   []Row           `json:"rows"` // by RICE
	Middle priority.Middle `json:"middle"`
	Choice priority.Choice `json:"choice"`
}

// Row is a measure in the table.
type Row struct {
	ID         int64             `json:"id"`
	Number     int               `json:"number"` // by RICE, from 1
	Title      string            `json:"title"`
	ProblemIDs []int64           `json:"problem_ids,omitempty"`
	Reach      int64             `json:"reach"`
	Impact     int64             `json:"impact"`
	Confidence int64             `json:"confidence"`
	Effort     int64             `json:"effort"`
	CostMinor  int64             `json:"cost_minor"`
	DelayWeeks int64             `json:"delay_weeks"`
	Needs      []int64           `json:"needs,omitempty"`
	Must       bool              `json:"must,omitempty"`
	Reasons    Reasons           `json:"reasons"`
	Horizon    priority.Horizon  `json:"horizon"`
	Quadrant   priority.Quadrant `json:"quadrant"`
	Chosen     bool              `json:"chosen"`
	Left       *priority.Left    `json:"left,omitempty"` // why not
}

// Item is the row's measure for package priority.
func (r *Row) Item() priority.Item {
	return priority.Item{ID: r.ID, Reach: r.Reach, Impact: r.Impact, Confidence: r.Confidence, Effort: r.Effort, CostMinor: r.CostMinor, DelayWeeks: r.DelayWeeks, Needs: r.Needs, Must: r.Must}
}

// Title is what an item of the table is called; empty for none.
func (t *Table) Title(id int64) string {
	for i := range t.Rows {
		if t.Rows[i].ID == id {
			return t.Rows[i].Title
		}
	}
	return ""
}

// Of are the rows of a horizon, by RICE.
func (t *Table) Of(h priority.Horizon) (rows []Row) {
	for i := range t.Rows {
		if t.Rows[i].Horizon == h {
			rows = append(rows, t.Rows[i])
		}
	}
	return rows
}

// Settled is a table as it was settled.
type Settled struct {
	ID        int64
	On        calendar.Date
	Note      string
	Table     Table
	ByID      string
	ByName    string
	CreatedAt time.Time
}

// weigh makes the table of candidates. What they need and is an initiative already is there.
func weigh(items []Item, frame priority.Frame, today calendar.Date) (t Table) {
	t = Table{On: today, Frame: frame, Rows: []Row{}}
	var weighed []priority.Item
	by := map[int64]*Item{}
	for i := range items {
		if items[i].State == StateCandidate {
			by[items[i].ID] = &items[i]
		}
	}
	for i := range items {
		if one := items[i].Item; by[one.ID] != nil {
			one.Needs = slices.DeleteFunc(slices.Clone(one.Needs), func(id int64) bool { return by[id] == nil })
			weighed = append(weighed, one)
		}
	}
	priority.Rank(weighed)
	t.Middle, t.Choice = priority.MiddleOf(weighed), priority.Choose(weighed, frame)
	horizons := priority.HorizonsOf(weighed, frame.Bounds)
	for i := range weighed {
		one, item := &weighed[i], by[weighed[i].ID]
		row := Row{ID: one.ID, Number: i + 1, Title: item.Title, ProblemIDs: item.ProblemIDs, Reach: one.Reach, Impact: one.Impact, Confidence: one.Confidence, Effort: one.Effort, CostMinor: one.CostMinor, DelayWeeks: one.DelayWeeks, Needs: one.Needs, Must: one.Must,
			Reasons: item.Reasons, Horizon: horizons[one.ID], Quadrant: t.Middle.Of(one), Chosen: slices.Contains(t.Choice.Chosen, one.ID)}
		if at := slices.IndexFunc(t.Choice.Left, func(l priority.Left) bool { return l.ID == one.ID }); at >= 0 {
			left := t.Choice.Left[at]
			row.Left = &left
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// The limits of what is written.
const (
	titleMost    = 100
	textMost     = 2000
	reasonMost   = 300
	problemsMost = 20
)

// item is the measure of an entry.
func (in *Entry) item() priority.Item {
	return priority.Item{ID: in.ID, Reach: in.Reach, Impact: in.Impact, Confidence: in.Confidence, Effort: in.Effort, CostMinor: in.CostMinor, DelayWeeks: in.DelayWeeks, Needs: in.Needs, Must: in.Must}
}

// check finds what is wrong with an entry beside the others; needs are sorted.
func (in *Entry) check(others []Item) error {
	var c fact.Checker
	in.Title = strings.TrimSpace(in.Title)
	c.Text("title", in.Title, true)
	if utf8.RuneCountInString(in.Title) > titleMost && !c.Has("title") {
		c.Add("title", "", "form.error.long", errs.Args{"Max": titleMost})
	}
	c.Prose("detail", &in.Detail, textMost, false)
	for name, text := range map[string]*string{"reach_why": &in.Reasons.Reach, "impact_why": &in.Reasons.Impact, "confidence_why": &in.Reasons.Confidence, "effort_why": &in.Reasons.Effort} {
		c.Prose(name, text, reasonMost, false)
	}
	one := in.item()
	for _, f := range one.Fields() {
		c.Add(f.Path, "", f.Message.Key, nil)
	}
	in.ProblemIDs, in.Needs = sorted(in.ProblemIDs), sorted(in.Needs)
	if len(in.ProblemIDs) > problemsMost || slices.ContainsFunc(in.ProblemIDs, func(id int64) bool { return id <= 0 }) {
		c.Add("problems", "", "form.error.choice", nil)
	}
	for _, id := range in.Needs {
		at := slices.IndexFunc(others, func(o Item) bool { return o.ID == id })
		if id == in.ID || at < 0 || others[at].State == StateParked {
			c.Add("needs", "", "priority.error.need", nil)
			break
		}
	}
	if !c.Has("needs") && in.ID != 0 && circles(one, others) {
		c.Add("needs", "", "priority.error.circle", nil)
	}
	return c.Err()
}

func sorted(ids []int64) []int64 {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	return slices.Compact(ids)
}

// circles reports whether something that an item needs comes to need the item.
func circles(one priority.Item, others []Item) bool {
	seen, next := map[int64]bool{}, slices.Clone(one.Needs)
	for len(next) > 0 {
		id := next[0]
		next = next[1:]
		if id == one.ID {
			return true
		}
		if at := slices.IndexFunc(others, func(o Item) bool { return o.ID == id }); at >= 0 && !seen[id] {
			seen[id] = true
			next = append(next, others[at].Needs...)
		}
	}
	return false
}
