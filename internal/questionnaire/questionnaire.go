// Package questionnaire asks the staff: anonymous questionnaires with an audience and a closing day, and what their answers come to.
//
// Who was invited is known, and whether they have answered; what they answered is not kept with them: sheets lie in a box of their group, shuffled at
// each sheet, without a name, a time or an order; what somebody wrote lies apart from what they ticked (ADR 0030). Results are shown when a questionnaire
// is closed, of groups of at least GroupLeast answers, and only where no difference of what is shown tells of fewer. Customers are asked by package survey.
//
// Limits: nobody takes an answer back, since nobody knows which it is. Who can read the running database at every moment can see a sheet come in.
package questionnaire

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/ruledoc"
)

// State is where a questionnaire stands.
type State string

// The states. What is open is over after its last day by itself.
const (
	StateDraft  State = "draft"
	StateOpen   State = "open"
	StateClosed State = "closed"
)

// States lists the states in their order.
var States = []State{StateDraft, StateOpen, StateClosed}

// Message names the state for people.
func (s State) Message() errs.Message { return errs.Msg("questionnaire.state."+string(s), nil) }

// Kind is how a question is answered.
type Kind string

// The kinds. Text alone may be left empty.
const (
	KindLikert   Kind = "likert"   // 1 does not hold at all … 5 holds fully
	KindSingle   Kind = "single"   // one of the options
	KindMultiple Kind = "multiple" // some of the options
	KindText     Kind = "text"
	KindENPS     Kind = "enps" // 0 … 10: would you recommend working here
)

// Kinds lists the kinds in the order in which they are offered.
var Kinds = []Kind{KindLikert, KindSingle, KindMultiple, KindText, KindENPS}

// Message names the kind for people.
func (k Kind) Message() errs.Message { return errs.Msg("questionnaire.kind."+string(k), nil) }

// Theme is what a question is about.
type Theme string

// The themes.
const (
	ThemeTargets    Theme = "targets"
	ThemeProcess    Theme = "process"
	ThemeTools      Theme = "tools"
	ThemeCustomers  Theme = "customers"
	ThemeIncentives Theme = "incentives"
	ThemeCoaching   Theme = "coaching"
	ThemeLeadership Theme = "leadership"
	ThemeWorkload   Theme = "workload"
	ThemeEngagement Theme = "engagement"
)

// Themes lists the themes in the order in which they are shown.
var Themes = []Theme{ThemeTargets, ThemeProcess, ThemeTools, ThemeCustomers, ThemeIncentives, ThemeCoaching, ThemeLeadership, ThemeWorkload, ThemeEngagement}

// Message names the theme for people.
func (t Theme) Message() errs.Message { return errs.Msg("questionnaire.theme."+string(t), nil) }

// Feed is what the diagnosis takes a question for.
type Feed string

// The feeds.
const (
	FeedNone       Feed = ""
	FeedEngagement Feed = "engagement" // how much somebody is at heart in it
	FeedPlan       Feed = "plan"       // whether somebody understands the plan that pays them
)

// Feeds lists them.
var Feeds = []Feed{FeedNone, FeedEngagement, FeedPlan}

// Option is a choice of a question.
type Option struct {
	ID   string       `json:"id"`
	Text ruledoc.Text `json:"text"`
}

// Question is one question. ID stays when the others move.
type Question struct {
	ID       string       `json:"id"`
	Kind     Kind         `json:"kind"`
	Theme    Theme        `json:"theme,omitempty"` // of a Likert question
	Reversed bool         `json:"reversed,omitempty"`
	Text     ruledoc.Text `json:"text"`
	Options  []Option     `json:"options,omitempty"`
	Feeds    Feed         `json:"feeds,omitempty"`
}

// Document is what is asked.
type Document struct {
	Title     ruledoc.Text `json:"title"`
	Intro     ruledoc.Text `json:"intro"`
	Questions []Question   `json:"questions"`
}

// Question returns the question with the id; nil when there is none.
func (d *Document) Question(id string) *Question {
	if at := slices.IndexFunc(d.Questions, func(q Question) bool { return q.ID == id }); at >= 0 {
		return &d.Questions[at]
	}
	return nil
}

// Of returns the questions of a kind.
func (d *Document) Of(kind Kind) (list []Question) {
	for _, q := range d.Questions {
		if q.Kind == kind {
			list = append(list, q)
		}
	}
	return list
}

// NextID is an id that no question has.
func (d *Document) NextID() string {
	most := 0
	for _, q := range d.Questions {
		if n, err := strconv.Atoi(strings.TrimPrefix(q.ID, "q")); err == nil {
			most = max(most, n)
		}
	}
	return "q" + strconv.Itoa(most+1)
}

// Audience is who is asked: those of the regions and teams together, everybody where none is named; of these the layers, all where none is named.
type Audience struct {
	RegionIDs []int64  `json:"regions,omitempty"`
	TeamIDs   []int64  `json:"teams,omitempty"`
	Layers    []string `json:"layers,omitempty"`
}

// Takes reports whether somebody is asked.
func (a Audience) Takes(e Employee) bool {
	if len(a.Layers) > 0 && !slices.Contains(a.Layers, e.Layer) {
		return false
	}
	return len(a.RegionIDs) == 0 && len(a.TeamIDs) == 0 || slices.Contains(a.RegionIDs, e.RegionID) && e.RegionID != 0 || slices.Contains(a.TeamIDs, e.TeamID) && e.TeamID != 0
}

// Questionnaire is one round of asking.
type Questionnaire struct {
	ID        int64
	Document  Document
	Audience  Audience
	State     State
	OpenedOn  calendar.Date
	ClosesOn  calendar.Date // the last day to answer
	ClosedOn  calendar.Date
	BeforeID  int64  // the round before, 0 for none
	Cells     []Cell // the groups, fixed when it was opened
	CreatedBy string
	CreatedAt time.Time
	Revision  int64
}

// Subject is how the audit log and messages name a questionnaire.
func (q *Questionnaire) Subject() string { return "questionnaire:" + strconv.FormatInt(q.ID, 10) }

// On is the state on a day: what is open is over after its last day.
func (q *Questionnaire) On(day calendar.Date) State {
	if q.State == StateOpen && day > q.ClosesOn {
		return StateClosed
	}
	return q.State
}

// The limits.
const (
	textMost      = 300
	introMost     = 2000
	questionsMost = 80
	optionsMost   = 20
	replyMost     = 1000
	openDaysMost  = 90
)

// Check tidies a question and says what is wrong with it; paths begin with what is given.
func (q *Question) Check(c *fact.Checker, path string) {
	c.Prose(path+"text_zh", &q.Text.Zh, textMost, true)
	c.Prose(path+"text_en", &q.Text.En, textMost, false)
	if !slices.Contains(Kinds, q.Kind) {
		c.Add(path+"kind", string(q.Kind), "form.error.choice", nil)
	}
	if !slices.Contains(Feeds, q.Feeds) || q.Feeds != FeedNone && q.Kind != KindLikert {
		c.Add(path+"feeds", string(q.Feeds), "questionnaire.feeds_likert", nil)
	}
	if q.Kind == KindLikert {
		if !slices.Contains(Themes, q.Theme) {
			c.Add(path+"theme", string(q.Theme), "form.error.choice", nil)
		}
	} else {
		q.Theme, q.Reversed = "", false
	}
	if q.Kind != KindSingle && q.Kind != KindMultiple {
		q.Options = nil
		return
	}
	if len(q.Options) < 2 || len(q.Options) > optionsMost {
		c.Add(path+"options", "", "questionnaire.options_count", errs.Args{"Most": optionsMost})
	}
	ids := map[string]bool{}
	for i := range q.Options {
		o := &q.Options[i]
		c.Prose(path+"options", &o.Text.Zh, textMost, true)
		c.Prose(path+"options", &o.Text.En, textMost, false)
		if o.ID == "" || ids[o.ID] || strings.ContainsAny(o.ID, " \t\n") || len(o.ID) > 40 {
			o.ID = freeID(q.Options)
		}
		ids[o.ID] = true
	}
}

func freeID(options []Option) string {
	for n := 1; ; n++ {
		id := "o" + strconv.Itoa(n)
		if !slices.ContainsFunc(options, func(o Option) bool { return o.ID == id }) {
			return id
		}
	}
}

// check tidies a document and says what is wrong. A draft may have no questions yet.
func (d *Document) check(c *fact.Checker, ready bool) {
	c.Prose("title_zh", &d.Title.Zh, 100, true)
	c.Prose("title_en", &d.Title.En, 100, false)
	c.Prose("intro_zh", &d.Intro.Zh, introMost, false)
	c.Prose("intro_en", &d.Intro.En, introMost, false)
	if len(d.Questions) > questionsMost {
		c.Add("questions", "", "questionnaire.questions_many", errs.Args{"Most": questionsMost})
	}
	ids, scores := map[string]bool{}, 0
	for i := range d.Questions {
		q := &d.Questions[i]
		q.Check(c, "questions["+strconv.Itoa(i+1)+"].")
		if q.ID == "" || ids[q.ID] || strings.ContainsAny(q.ID, " \t\n") || len(q.ID) > 40 {
			q.ID = d.NextID()
		}
		ids[q.ID] = true
		if q.Kind == KindENPS {
			scores++
		}
	}
	if scores > 1 {
		c.Add("questions", "", "questionnaire.one_enps", nil)
	}
	if ready && len(d.Questions) == 0 {
		c.Add("questions", "", "questionnaire.no_questions", nil)
	}
}
