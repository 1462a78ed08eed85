// Package sop is the sales process standard as a document: stages, forms, activities and rules, read strictly, checked, with
// canonical bytes, a hash, a JSON Schema and prose in Chinese and English.
//
// It says what the standard is and judges no case: that is package conform, which needs neither text nor languages. A *Standard
// that Decode returned without errors is complete and refers to nothing that it does not hold. Versions and effective dates are
// not in the document; who publishes it keeps them.
package sop

// Header opens a document of this kind.
const Header = "sop/1"

// Standard is one complete, checked process standard. The tags are the keys of the document and their order is that of the
// canonical bytes; changing it changes every hash.
type Standard struct {
	Header    string   `json:"xiaoguan"`
	ID        string   `json:"id"`
	Name      Text     `json:"name"`
	Hours     Hours    `json:"hours"`
	Roles     []Role   `json:"roles"`
	Case      []Field  `json:"case,omitempty"` // what is known of a case as a whole; conditions write case.‹id›
	Stages    []Stage  `json:"stages"`
	Closing   []string `json:"closing,omitempty"` // activities that end a case: what is still owed then without a deadline is violated
	Rules     []Rule   `json:"rules"`
	canonical []byte
	hash      string
}

// Role is who may be asked to do something, such as the department manager.
type Role struct {
	ID   string `json:"id"`
	Name Text   `json:"name"`
}

// Stage is a part of the process, and what opportunities stand on. After names the stages it follows; the first stage follows none. What is not
// written of Chance and Signing stays so in the canonical bytes: see SigningStage and ChanceAt for what holds then.
type Stage struct {
	ID         string     `json:"id"`
	Name       Text       `json:"name"`
	Role       string     `json:"role"` // responsible
	After      []string   `json:"after,omitempty"`
	Chance     *int       `json:"chance,omitempty"`   // of winning, in percent
	Signing    bool       `json:"signing,omitempty"`  // deals are signed on it
	Replaces   []string   `json:"replaces,omitempty"` // stages of earlier versions that it takes over
	Inputs     []Text     `json:"inputs,omitempty"`
	Outputs    []Text     `json:"outputs,omitempty"`
	Activities []Activity `json:"activities"`
}

// Activity is something that happens in a case and leaves an event; Form is what is written down with it.
type Activity struct {
	ID   string  `json:"id"`
	Name Text    `json:"name"`
	Form []Field `json:"form,omitempty"`
}

// Field is one entry of a form.
type Field struct {
	ID       string   `json:"id"`
	Name     Text     `json:"name"`
	Type     Type     `json:"type"`
	Required bool     `json:"required,omitempty"`
	Values   []string `json:"values,omitempty"` // of a choice
}

// Type says how the values of a field are written and compared.
type Type string

// The types. Amounts are whole minor units, percentages parts per million, dates day numbers, yes is 1: comparing is integer arithmetic.
const (
	TypeText    Type = "text"
	TypeChoice  Type = "choice"
	TypeNumber  Type = "number"
	TypeAmount  Type = "amount"
	TypePercent Type = "percent"
	TypeDate    Type = "date"
	TypeYesNo   Type = "yes_no"
)

// Template is the form of a rule, named as in Declare (Pesic, Schonenberg, van der Aalst 2007), except Each.
type Template string

// The templates over one activity A (Of), and over two, A (Of) and B (With).
const (
	Existence       Template = "existence"            // A happens
	Absence         Template = "absence"              // A does not happen
	ExactlyOnce     Template = "exactly_once"         // A happens once
	Init            Template = "init"                 // the first event is A
	Last            Template = "last"                 // the last event of a closed case is A
	Each            Template = "each"                 // every A is as asked: role, fields, data, recorded in time
	Precedence      Template = "precedence"           // before B, A
	Response        Template = "response"             // after A, B
	Succession      Template = "succession"           // both
	RespondedExist  Template = "responded_existence"  // with A, B before or after it
	AltPrecedence   Template = "alternate_precedence" // before B, A, with no other B between
	AltResponse     Template = "alternate_response"   // after A, B, with no other A between
	AltSuccession   Template = "alternate_succession"
	ChainPrecedence Template = "chain_precedence" // directly before B, A
	ChainResponse   Template = "chain_response"   // directly after A, B
	ChainSuccession Template = "chain_succession"
	CoExistence     Template = "co_existence"     // A and B, or neither
	NotCoExistence  Template = "not_co_existence" // not both
	Choice          Template = "choice"           // A or B
)

// Templates lists every template.
func Templates() []Template {
	return []Template{Existence, Absence, ExactlyOnce, Init, Last, Each, Precedence, Response, Succession, RespondedExist, AltPrecedence,
		AltResponse, AltSuccession, ChainPrecedence, ChainResponse, ChainSuccession, CoExistence, NotCoExistence, Choice}
}

// Binary reports whether the template is about two activities.
func (t Template) Binary() bool {
	switch t {
	case Existence, Absence, ExactlyOnce, Init, Last, Each:
		return false
	}
	return true
}

// Forward reports whether the template asks for something after A.
func (t Template) Forward() bool {
	switch t {
	case Response, Succession, AltResponse, AltSuccession, ChainResponse, ChainSuccession:
		return true
	}
	return false
}

// Backward reports whether the template asks for A before B.
func (t Template) Backward() bool {
	switch t {
	case Precedence, Succession, AltPrecedence, AltSuccession, ChainPrecedence, ChainSuccession:
		return true
	}
	return false
}

// timed reports whether a deadline means something: an answer is awaited, or the moment of recording is looked at.
func (t Template) timed() bool {
	return t.Forward() || t == Existence || t == Each || t == RespondedExist || t == CoExistence || t == Choice
}

// Level is how hard a rule is enforced.
type Level string

// The levels, from soft to hard.
const (
	LevelLog    Level = "log"
	LevelWarn   Level = "warn"
	LevelReason Level = "reason"
	LevelBlock  Level = "block"
)

// Rule is one standard. It asks something of an event, the asked one: the B of a response, the A of a precedence, the A of a rule
// over one activity. By, Different, Complete and Data narrow which events count as asked for; When narrows the events that ask.
type Rule struct {
	ID        string      `json:"id"`
	Name      Text        `json:"name"`
	Stage     string      `json:"stage"`
	Template  Template    `json:"rule"`
	Of        string      `json:"of"`
	With      string      `json:"with,omitempty"`
	Within    *Deadline   `json:"within,omitempty"`
	Before    string      `json:"before,omitempty"` // a date in the asking event: due Within before it instead of after the event
	Clock     Clock       `json:"clock,omitempty"`  // which moment of the answer must be in time; empty without a deadline
	By        []string    `json:"by,omitempty"`     // roles, any of which will do
	Different bool        `json:"different_person,omitempty"`
	Complete  []string    `json:"complete,omitempty"` // fields of the asked event that must be filled; "required" stands for all required ones
	Data      []Condition `json:"data,omitempty"`     // all must hold in the asked event
	When      []Condition `json:"when,omitempty"`     // all must hold in the asking event (or the case) for the rule to apply
	Until     []string    `json:"until,omitempty"`    // activities after which nothing is owed any more
	Weight    int         `json:"weight"`
	Level     Level       `json:"level"`
	Exempt    []Exempt    `json:"exempt,omitempty"`
}

// Clock names a moment of an event.
type Clock string

// Occurred is when it happened, Recorded when it was written down.
const (
	ClockOccurred Clock = "occurred"
	ClockRecorded Clock = "recorded"
)

// Exempt frees a case from a rule where all conditions on the case hold.
type Exempt struct {
	Reason Text        `json:"reason"`
	When   []Condition `json:"when"`
}

// Asked is the activity of whose events the rule asks something; empty where that depends on the side.
func (r *Rule) Asked() string {
	switch {
	case r.Template.Forward() || r.Template == RespondedExist:
		return r.With
	case !r.Template.Binary() || r.Template.Backward():
		return r.Of
	}
	return ""
}

// Asking is the activity whose events make the rule apply; empty for rules that apply to every case.
func (r *Rule) Asking() string {
	switch r.Template {
	case Existence, ExactlyOnce, Init, Last, Choice, CoExistence, NotCoExistence, Succession, AltSuccession, ChainSuccession:
		return "" // conditions on the case alone
	case Precedence, AltPrecedence, ChainPrecedence:
		return r.With
	}
	return r.Of
}

// Activity finds an activity by id; nil when there is none.
func (s *Standard) Activity(id string) *Activity {
	for i := range s.Stages {
		for j := range s.Stages[i].Activities {
			if s.Stages[i].Activities[j].ID == id {
				return &s.Stages[i].Activities[j]
			}
		}
	}
	return nil
}

// Field finds a field of the activity's form by id; nil when there is none.
func (a *Activity) Field(id string) *Field { return field(a.Form, id) }

// Rule finds a rule by id; nil when there is none.
func (s *Standard) Rule(id string) *Rule {
	for i := range s.Rules {
		if s.Rules[i].ID == id {
			return &s.Rules[i]
		}
	}
	return nil
}

// StageName is what a stage is called; one that is not there goes by its id.
func (s *Standard) StageName(id string) Text {
	if stage := s.stage(id); stage != nil {
		return stage.Name
	}
	return Text{Zh: id, En: id}
}

func (s *Standard) stage(id string) *Stage {
	for i := range s.Stages {
		if s.Stages[i].ID == id {
			return &s.Stages[i]
		}
	}
	return nil
}

func (s *Standard) role(id string) *Role {
	for i := range s.Roles {
		if s.Roles[i].ID == id {
			return &s.Roles[i]
		}
	}
	return nil
}

func field(fields []Field, id string) *Field {
	for i := range fields {
		if fields[i].ID == id {
			return &fields[i]
		}
	}
	return nil
}
