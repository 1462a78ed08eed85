// Package distribution sends the monthly report out: on which day it is computed by itself, of which places, whether it is published at once or waits for
// who edits it, and who is told of it, inside of the product and by mail.
//
// A month has one run, whichever node is first. Who is told gets the report of the widest place that they may see, once for each version. What is computed
// and what stands in it is package report's; what somebody may see is asked with their own rights, before every letter again.
//
// Limits: letters go to addresses that were written down here, since users have none of their own; what it says of a report is its name, never a number.
package distribution

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/mail"
	"xiaoguan/internal/metric"
)

// Settings say when reports are computed by themselves, and who is told. They hold from the moment on at which they were set: a day that has passed by
// then is not caught up with.
type Settings struct {
	Active   bool          `json:"active"`
	WorkDays bool          `json:"work_days"` // Day counts working days
	Day      int64         `json:"day"`       // of the month after the report's
	Hour     int64         `json:"hour"`
	Company  bool          `json:"company"` // of which places
	Regions  bool          `json:"regions"`
	Teams    bool          `json:"teams"`
	Publish  bool          `json:"publish"` // at once; otherwise they wait for who edits them
	Roles    []access.Role `json:"roles"`   // whose holders are told
	People   []Recipient   `json:"people"`  // who are told besides, and who get a letter
	Attach   bool          `json:"attach"`  // letters take the PDF along
	SetAt    time.Time     `json:"set_at"`
	Revision int64         `json:"-"` // 0: nobody has set any
}

// Recipient is a user who is told. With an address, by a letter too.
type Recipient struct {
	UserID  string `json:"user_id"`
	Address string `json:"address,omitempty"`
}

// Usual are the settings of a company that has set none: on the second working day at eight, of the company and its regions, told to directors.
func Usual() Settings {
	return Settings{WorkDays: true, Day: 2, Hour: 8, Company: true, Regions: true, Roles: []access.Role{access.RoleDirector, access.RoleOperations}, Attach: true}
}

// Roles are those whose holders may be told: who sees sales data.
func Roles() []access.Role { return access.RolesWith(access.PermSalesRead) }

// The greatest day of each kind, and how many people may be told by name.
const (
	workDayMost, dayMost = 10, 28
	hourMost             = 23
	peopleMost           = 200
)

// check finds what is wrong. known are the users there are.
func (s *Settings) check(known map[string]Reader) error {
	var c fact.Checker
	most := int64(dayMost)
	if s.WorkDays {
		most = workDayMost
	}
	if s.Day < 1 || s.Day > most {
		c.Add("day", strconv.FormatInt(s.Day, 10), "distribution.day_wrong", errs.Args{"Most": most})
	}
	if s.Hour < 0 || s.Hour > hourMost {
		c.Add("hour", strconv.FormatInt(s.Hour, 10), "distribution.hour_wrong", nil)
	}
	if s.Active && !s.Company && !s.Regions && !s.Teams {
		c.Add("company", "", "distribution.no_place", nil)
	}
	for _, role := range s.Roles {
		if !slices.Contains(Roles(), role) {
			c.Add("roles", string(role), "form.error.choice", nil)
		}
	}
	if len(s.People) > peopleMost {
		c.Add("people", strconv.Itoa(len(s.People)), "distribution.people_many", errs.Args{"Most": int64(peopleMost)})
	}
	seen := map[string]bool{}
	for _, p := range s.People {
		switch _, there := known[p.UserID]; {
		case !there:
			c.Add("user", p.UserID, "form.error.choice", nil)
		case seen[p.UserID]:
			c.Add("user", "", "distribution.user_twice", nil)
		}
		seen[p.UserID] = true
		if p.Address != "" && !mail.AddressFits(p.Address) {
			c.Add("address", p.Address, "mail.address_bad", nil)
		}
	}
	return c.Err()
}

// Moment is when the report of a month is computed by itself.
func (s *Settings) Moment(month calendar.Month, work calendar.WorkCalendar, zone *time.Location) time.Time {
	first := (month + 1).First()
	day := first + calendar.Date(s.Day-1)
	if s.WorkDays {
		day = work.AddWorkDays(first-1, int(s.Day))
	}
	y, m, d := day.Civil()
	return time.Date(y, m, d, int(s.Hour), 0, 0, 0, zone)
}

// Reader is a user who could be told.
type Reader struct {
	UserID, Login, Name string
	Language            string
	Roles               []access.Role
}

// Lang is the language that somebody is written to in.
func (r Reader) Lang() i18n.Lang {
	if r.Language == string(i18n.En) {
		return i18n.En
	}
	return i18n.ZhCN
}

// Place is of whom a report is; of a team with the region that it is in.
type Place struct {
	metric.Place
	RegionID int64
}

// Covers reports whether everything in another place is in this one, which is another.
func (p Place) Covers(other Place) bool {
	if p.Kind == other.Kind {
		return false
	}
	switch p.Kind {
	case metric.PlaceCompany:
		return true
	case metric.PlaceRegion:
		return other.Kind == metric.PlaceTeam && other.RegionID == p.ID
	}
	return false
}

// Issue is a version of a report that was published.
type Issue struct {
	ReportID int64
	Version  int64
	Month    calendar.Month
	Place    Place
}

// RunState is where the run of a month stands.
type RunState string

// The states of a run.
const (
	RunWorking RunState = "working" // its reports are being computed
	RunDone    RunState = "done"
	RunFailed  RunState = "failed"
)

// RunStates lists them.
var RunStates = []RunState{RunWorking, RunDone, RunFailed}

// Message names the state for people.
func (s RunState) Message() errs.Message { return errs.Msg("distribution.run."+string(s), nil) }

// Run is the computing of a month's reports by themselves.
type Run struct {
	Month     calendar.Month
	JobID     string
	State     RunState
	Computed  []string // places, as metric.Place names them
	Failed    int64    // places whose report could not be computed
	StartedAt time.Time
	EndedAt   time.Time
	Revision  int64
}

// Subject is how the audit log names the run.
func (r Run) Subject() string { return "distribution:" + r.Month.String() }

// State is where the telling of a person stands.
type State string

// The states of a delivery.
const (
	StateTold    State = "told"    // inside of the product; no letter is to go
	StateWaiting State = "waiting" // a letter is to go
	StateSending State = "sending" // it is being handed over
	StateSent    State = "sent"
	StateFailed  State = "failed"
)

// States lists them.
var States = []State{StateTold, StateWaiting, StateSending, StateSent, StateFailed}

// Message names the state for people.
func (s State) Message() errs.Message { return errs.Msg("distribution.state."+string(s), nil) }

// The reasons why no letter went besides those of package mail.
const (
	ReasonNoMail  = "no_mail"  // there is no mail connection
	ReasonRemoved = "removed"  // who was to get it was taken out, or may not see the report any more
	ReasonTooLate = "too_late" // it could not go for days
)

// Delivery is one person told of one version of a report.
type Delivery struct {
	ID       int64
	Issue    Issue
	UserID   string
	UserName string
	Letter   bool // by a letter too
	State    State
	Reason   string // of failing, or why no letter goes
	Code     int64  // what the mail server said
	Attempts int64
	NextAt   time.Time
	At       time.Time
	SentAt   time.Time
}

// Subject is how the audit log names the delivery.
func (d Delivery) Subject() string { return "report_delivery:" + strconv.FormatInt(d.ID, 10) }

// ReasonMessage says why a letter did not go; nothing where there is no reason.
func (d Delivery) ReasonMessage() (errs.Message, bool) {
	switch d.Reason {
	case "":
		return errs.Message{}, false
	case ReasonNoMail, ReasonRemoved, ReasonTooLate:
		return errs.Msg("distribution.reason."+d.Reason, nil), true
	}
	return mail.Class(d.Reason).Message(), true
}

// placeKey names a place among those of a run.
func placeKey(p metric.Place) string {
	if p.ID == 0 {
		return string(p.Kind)
	}
	return strings.Join([]string{string(p.Kind), strconv.FormatInt(p.ID, 10)}, ":")
}
