// Package interview keeps what people said when they were asked face to face: guides by role, notes, passages of notes under the themes of a code book, and
// which of them became problems.
//
// Who was interviewed is written down by name only if they agreed; otherwise by role. Notes are for those who run interviews, and for who reads the whole company.
//
// Limits: a passage is a part of the notes word for word; notes of which passages were taken keep them.
package interview

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

// Role is as what somebody was asked.
type Role string

// The roles.
const (
	RoleNewcomer Role = "newcomer"
	RoleCore     Role = "core"
	RoleLead     Role = "lead"
	RoleDirector Role = "director"
	RoleService  Role = "service"
	RoleFinance  Role = "finance"
	RoleHR       Role = "hr"
)

// Roles lists them in the order in which they are shown.
var Roles = []Role{RoleNewcomer, RoleCore, RoleLead, RoleDirector, RoleService, RoleFinance, RoleHR}

// Message names the role for people.
func (r Role) Message() errs.Message { return errs.Msg("interview.role."+string(r), nil) }

// Guide is what somebody in a role is asked.
type Guide struct {
	Role      Role           `json:"-"`
	Questions []ruledoc.Text `json:"questions"`
	Own       bool           `json:"-"` // the company has changed it
	Revision  int64          `json:"-"` // 0: as shipped
}

// Code is a theme of the code book.
type Code struct {
	ID   string       `json:"id"`
	Name ruledoc.Text `json:"name"`
}

// CodeBook is the themes that passages are put under.
type CodeBook struct {
	Codes    []Code `json:"codes"`
	Revision int64  `json:"-"` // 0: as shipped
}

// Code returns a theme; false when there is none.
func (b *CodeBook) Code(id string) (Code, bool) {
	at := slices.IndexFunc(b.Codes, func(c Code) bool { return c.ID == id })
	if at < 0 {
		return Code{}, false
	}
	return b.Codes[at], true
}

// Interview is one talk.
type Interview struct {
	ID              int64
	Role            Role
	PersonID        int64 // 0: they want no name
	PersonName      string
	HeldOn          calendar.Date
	Notes           string
	InterviewerID   string
	InterviewerName string
	CreatedAt       time.Time
	Revision        int64
}

// Subject is how the audit log names an interview.
func (i *Interview) Subject() string { return "interview:" + strconv.FormatInt(i.ID, 10) }

// Passage is a part of the notes under themes.
type Passage struct {
	ID          int64
	InterviewID int64
	Quoted      string
	Themes      []string
	ProblemID   int64 // the problem that was made of it, 0 for none
	CreatedAt   time.Time
}

// Entry is an interview as it is written down.
type Entry struct {
	ID       int64 // 0: a new one
	Role     Role
	PersonID int64 // with Consent
	Consent  bool  // they agreed to be named
	HeldOn   calendar.Date
	Notes    string
	Seen     int64 // 0 skips the check
}

// The limits.
const (
	notesMost     = 20_000
	quoteMost     = 2000
	questionMost  = 300
	questionsMost = 40
	codesMost     = 40
)

func (in *Entry) check(today calendar.Date) error {
	var c fact.Checker
	if !slices.Contains(Roles, in.Role) {
		c.Add("role", string(in.Role), "form.error.choice", nil)
	}
	c.Prose("notes", &in.Notes, notesMost, true)
	c.Day("held_on", in.HeldOn)
	if in.HeldOn > today && !c.Has("held_on") {
		c.Add("held_on", in.HeldOn.String(), "interview.day_ahead", nil)
	}
	if in.PersonID != 0 && !in.Consent {
		c.Add("consent", "", "interview.consent_needed", nil)
	}
	return c.Err()
}

func (g *Guide) check() error {
	var c fact.Checker
	if !slices.Contains(Roles, g.Role) {
		c.Add("role", string(g.Role), "form.error.choice", nil)
	}
	if len(g.Questions) == 0 || len(g.Questions) > questionsMost {
		c.Add("questions", "", "interview.questions_count", errs.Args{"Most": questionsMost})
	}
	for i := range g.Questions {
		c.Prose("questions", &g.Questions[i].Zh, questionMost, true)
		c.Prose("questions", &g.Questions[i].En, questionMost, false)
	}
	return c.Err()
}

func (b *CodeBook) check() error {
	var c fact.Checker
	if len(b.Codes) == 0 || len(b.Codes) > codesMost {
		c.Add("codes", "", "interview.codes_count", errs.Args{"Most": codesMost})
	}
	ids := map[string]bool{}
	for i := range b.Codes {
		code := &b.Codes[i]
		if len(code.ID) > 40 || strings.ContainsFunc(code.ID, func(r rune) bool { return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789_-", r) }) {
			c.Add("codes", code.ID, "interview.code_id", nil)
		}
		c.Prose("codes", &code.Name.Zh, 40, true)
		c.Prose("codes", &code.Name.En, 60, false)
		for n := 1; code.ID == "" || ids[code.ID]; n++ {
			if id := "own" + strconv.Itoa(n); !slices.ContainsFunc(b.Codes, func(o Code) bool { return o.ID == id }) {
				code.ID = id
			}
		}
		ids[code.ID] = true
	}
	return c.Err()
}
