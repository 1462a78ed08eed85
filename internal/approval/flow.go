package approval

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
)

// How long the parts of a flow may be.
const (
	routesMax     = 20
	stepsMax      = 10
	approversMax  = 10
	conditionsMax = 10
	levelsMax     = 5
	limitDaysMax  = 90
	turnsMax      = 30 // of a request, with added signers
)

// Operator compares a field with a value.
type Operator string

// The operators: those of numbers, then those of words.
const (
	OpAtLeast Operator = "at_least"
	OpAbove   Operator = "above"
	OpAtMost  Operator = "at_most"
	OpBelow   Operator = "below"
	OpIs      Operator = "is"
	OpIsNot   Operator = "is_not"
)

// NumberOperators and WordOperators list the operators in the order of forms.
var (
	NumberOperators = []Operator{OpAtLeast, OpAbove, OpAtMost, OpBelow}
	WordOperators   = []Operator{OpIs, OpIsNot}
)

// Condition asks for one field of the data.
type Condition struct {
	Field    string   `json:"field"`
	Operator Operator `json:"operator"`
	Number   int64    `json:"number,omitempty"`
	Word     string   `json:"word,omitempty"`
}

// holds reports whether the data meet the condition. A number that is not given is 0, a word that is not given is empty.
func (c Condition) holds(d Data) bool {
	number := d.Numbers[c.Field]
	switch c.Operator {
	case OpAtLeast:
		return number >= c.Number
	case OpAbove:
		return number > c.Number
	case OpAtMost:
		return number <= c.Number
	case OpBelow:
		return number < c.Number
	case OpIs:
		return d.Words[c.Field] == c.Word
	case OpIsNot:
		return d.Words[c.Field] != c.Word
	}
	return false
}

func allHold(conditions []Condition, d Data) bool {
	return !slices.ContainsFunc(conditions, func(c Condition) bool { return !c.holds(d) })
}

// ApproverKind says how somebody who signs is found.
type ApproverKind string

// The ways.
const (
	ByManager  ApproverKind = "manager"  // Levels up from the submitter: team leader, director of the region, director of the company
	ByDirector ApproverKind = "director" // of the submitter's region; where nobody of it is free, of the whole company
	ByRole     ApproverKind = "role"     // who has the role with a reach over the submitter
	ByUser     ApproverKind = "user"
)

// ApproverKinds lists the ways in the order of forms.
var ApproverKinds = []ApproverKind{ByManager, ByDirector, ByRole, ByUser}

// Approver is who signs.
type Approver struct {
	Kind   ApproverKind `json:"kind"`
	Levels int64        `json:"levels,omitempty"`
	Role   access.Role  `json:"role,omitempty"`
	UserID string       `json:"user_id,omitempty"`
}

// ApproverRoles are the roles that may be asked for a signature: those that see beyond their own work.
var ApproverRoles = []access.Role{access.RoleLead, access.RoleDirector, access.RoleOperations, access.RoleFinance, access.RoleHR, access.RoleAdmin}

// Mode says how many of the approvers of a step must sign.
type Mode string

// The modes: one of them all together, or one for each of them, every time somebody else.
const (
	ModeAny Mode = "any"
	ModeAll Mode = "all"
)

// Step is one signature, or several at the same time. It is left out where its conditions do not hold.
type Step struct {
	Name      string      `json:"name,omitempty"`
	When      []Condition `json:"when,omitempty"`
	Mode      Mode        `json:"mode"`
	Who       []Approver  `json:"who"`
	LimitDays int64       `json:"limit_days,omitempty"` // working days, then the next manager up is asked, too; 0: no limit
	Again     bool        `json:"again,omitempty"`      // who signed another step of the request may sign this one, too
}

// Route is the way of requests for which its conditions hold. Without steps they are approved at once.
type Route struct {
	Name   string      `json:"name,omitempty"`
	When   []Condition `json:"when,omitempty"`
	Steps  []Step      `json:"steps"`
	Copies []Approver  `json:"copies,omitempty"` // who is told when it is approved
}

// Flow is the rules of one kind: the first route whose conditions hold is taken; the last one has none.
type Flow struct {
	Routes []Route `json:"routes"`
}

// FlowVersion is a published flow. It never changes; requests keep the one that they were submitted under.
type FlowVersion struct {
	Kind        string
	Version     int64 // 1, 2, 3 …; 0 is the one that ships
	Flow        Flow
	Reason      string
	ProposedBy  string // empty of those that one person published, before a second one was needed
	PublishedBy string
	PublishedAt time.Time
}

// route returns the first route whose conditions hold.
func (f Flow) route(d Data) (Route, bool) {
	for _, r := range f.Routes {
		if allHold(r.When, d) {
			return r, true
		}
	}
	return Route{}, false
}

// steps are those of the route whose conditions hold.
func (r Route) steps(d Data) (steps []Step) {
	for _, s := range r.Steps {
		if allHold(s.When, d) {
			steps = append(steps, s)
		}
	}
	return steps
}

// approvers are those of all its steps and copies.
func (r Route) approvers() (all []Approver) {
	for _, s := range r.Steps {
		all = append(all, s.Who...)
	}
	return append(all, r.Copies...)
}

// check reports everything wrong with the flow of a kind.
func (f Flow) check(kind Kind) error {
	var c fact.Checker
	if len(f.Routes) == 0 || len(f.Routes) > routesMax {
		c.Add("routes", "", "approval.flow_routes", errs.Args{"Max": routesMax})
		return c.Err()
	}
	for i, r := range f.Routes {
		at := fmt.Sprintf("routes.%d", i)
		c.Text(at+".name", r.Name, false)
		kind.checkConditions(&c, at+".when", r.When)
		if last := i == len(f.Routes)-1; last && len(r.When) > 0 {
			c.Add(at+".when", "", "approval.flow_last_open", nil)
		} else if !last && len(r.When) == 0 {
			c.Add(at+".when", "", "approval.flow_unreachable", nil)
		}
		if len(r.Steps) > stepsMax {
			c.Add(at+".steps", "", "approval.flow_steps", errs.Args{"Max": stepsMax})
		}
		for j, s := range r.Steps {
			kind.checkStep(&c, fmt.Sprintf("%s.steps.%d", at, j), s)
		}
		if len(r.Copies) > approversMax {
			c.Add(at+".copies", "", "approval.flow_who", errs.Args{"Max": approversMax})
		}
		for j, a := range r.Copies {
			a.check(&c, fmt.Sprintf("%s.copies.%d", at, j))
		}
	}
	return c.Err()
}

func (k Kind) checkStep(c *fact.Checker, at string, s Step) {
	c.Text(at+".name", s.Name, false)
	k.checkConditions(c, at+".when", s.When)
	if s.Mode != ModeAny && s.Mode != ModeAll {
		c.Add(at+".mode", string(s.Mode), "form.error.choice", nil)
	}
	if len(s.Who) == 0 || len(s.Who) > approversMax {
		c.Add(at+".who", "", "approval.flow_who", errs.Args{"Max": approversMax})
	}
	for i, a := range s.Who {
		a.check(c, fmt.Sprintf("%s.who.%d", at, i))
	}
	if s.LimitDays < 0 || s.LimitDays > limitDaysMax {
		c.Add(at+".limit_days", "", "approval.flow_limit", errs.Args{"Max": limitDaysMax})
	}
}

func (a Approver) check(c *fact.Checker, at string) {
	ok := true
	switch a.Kind {
	case ByManager:
		ok = a.Levels >= 1 && a.Levels <= levelsMax
	case ByDirector:
	case ByRole:
		ok = slices.Contains(ApproverRoles, a.Role)
	case ByUser:
		ok = a.UserID != "" && strings.TrimSpace(a.UserID) == a.UserID
	default:
		ok = false
	}
	if !ok {
		c.Add(at, string(a.Kind), "approval.flow_approver", nil)
	}
}

func (k Kind) checkConditions(c *fact.Checker, at string, conditions []Condition) {
	if len(conditions) > conditionsMax {
		c.Add(at, "", "approval.flow_conditions", errs.Args{"Max": conditionsMax})
	}
	for i, condition := range conditions {
		field, known := k.field(condition.Field)
		allowed := NumberOperators
		if field.Form == FormText {
			allowed = WordOperators
		}
		switch here := fmt.Sprintf("%s.%d", at, i); {
		case !known:
			c.Add(here, condition.Field, "approval.flow_field", nil)
		case !slices.Contains(allowed, condition.Operator):
			c.Add(here, string(condition.Operator), "form.error.choice", nil)
		case field.Form == FormText && !slices.ContainsFunc(field.Choices, func(o Choice) bool { return o.Value == condition.Word }):
			c.Add(here, condition.Word, "form.error.choice", nil)
		}
	}
}
