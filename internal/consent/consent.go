// Package consent keeps on record that those who are paid by a plan knew it: how a version was announced and its payees were heard, who
// accepted exactly which text, and for whom no plan holds.
//
// A rule about pay binds in China only when it was discussed with those it concerns and made known to them (Labour Contract Law, article
// 4), and the employer must be able to prove both. So nothing here is ever changed: a second announcement stands beside the first, and an
// acceptance names the hash of the text that was shown.
//
// Limits: that somebody has not accepted changes no pay; it is said on the board, and what follows is for people to decide.
package consent

import (
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
)

// NoticeDaysWanted is how many days an announcement should come before a version takes effect; fewer are pointed out and not refused.
const NoticeDaysWanted = 7

// Announcement is how a version was made known and its payees were heard. A version may have several.
type Announcement struct {
	VersionID   string
	Number      int    // 1, 2, 3 … per version
	Hash        string // of the version
	AnnouncedOn calendar.Date
	Text        string // in words: where it was shown, who was heard, what they said, what became of it
	ByID        string // user
	RecordedAt  time.Time
}

// NoticeDays is how many days the announcement came before the version took effect; negative when after.
func (a Announcement) NoticeDays(effective calendar.Interval) int {
	return int(effective.From - a.AnnouncedOn)
}

// Acceptance is a payee's word: I have read this text, and these are the rules of my pay. On paper, it is the word of who has the signed
// sheet before them.
type Acceptance struct {
	VersionID  string
	PersonID   int64
	Hash       string // of the text that was shown
	UserID     string // the payee's; on paper that of who recorded it
	Paper      bool
	AcceptedAt time.Time
}

// Announce is what is put on record of an announcement.
type Announce struct {
	VersionID   string
	AnnouncedOn calendar.Date
	Text        string
}

// textBytesMax is the greatest size of an announcement's text.
const textBytesMax = 4000

// Validate returns an error of kind Invalid that names every wrong field. An announcement is of a day that has come.
func (in Announce) Validate(today calendar.Date) error {
	var c fact.Checker
	c.Day("announced_on", in.AnnouncedOn)
	if in.AnnouncedOn > today && !c.Has("announced_on") {
		c.Add("announced_on", in.AnnouncedOn.String(), "consent.future_day", nil)
	}
	switch {
	case in.Text == "":
		c.Add("text", "", "form.error.required", nil)
	case len(in.Text) > textBytesMax:
		c.Add("text", "", "fact.too_long", errs.Args{"Max": textBytesMax})
	}
	return c.Err()
}

// Own is a version that pays the one who asks, or will.
type Own struct {
	Version      planbook.Version
	Plan         *plan.Plan
	Coming       bool // takes effect after this month
	Announcement *Announcement
	Accepted     *Acceptance
}

// Show chooses the rows of a board.
type Show string

// The choices.
const (
	ShowAll        Show = ""
	ShowUncovered  Show = "uncovered"  // no plan pays them
	ShowUnaccepted Show = "unaccepted" // a plan pays them that they have not accepted
)

// Valid reports whether there is such a choice.
func (s Show) Valid() bool { return s == ShowAll || s == ShowUncovered || s == ShowUnaccepted }

// BoardFilter chooses a board. After is the cursor: the key of the last person seen.
type BoardFilter struct {
	Month calendar.Month
	Show  Show
	After string
	Limit int // 1 to LimitMax; 0 means 50
}

// LimitMax is the greatest number of rows on a page.
const LimitMax = 500

// Board says who is paid by which plan in a month, and who has accepted it. The sums are of everybody in reach, whatever the rows.
type Board struct {
	Month  calendar.Month
	Layers []Layer // in the order of plan.Layers, then others by name
	Total  Layer
	Rows   []Row
	Count  int    // rows of the filter
	Next   string // cursor; empty on the last page
}

// Layer is a level of sellers with how many there are, how many a plan pays, and how many of these have accepted all that pays them.
type Layer struct {
	Level                     string
	People, Covered, Accepted int
}

// Row is one person, employed on the last day of the month or of their own.
type Row struct {
	PersonID    int64
	Key, Name   string
	Team, Level string
	Held        []Held
}

// Held is a version that pays the person, with when they accepted it; zero: not yet.
type Held struct {
	VersionID  string
	Hash       string
	Name       plan.Text
	Number     int
	Paper      bool
	AcceptedAt time.Time
}

// covered and accepted say what a row counts as.
func (r Row) covered() bool { return len(r.Held) > 0 }

func (r Row) accepted() bool {
	for _, h := range r.Held {
		if h.AcceptedAt.IsZero() {
			return false
		}
	}
	return r.covered()
}

func (r Row) shownFor(s Show) bool {
	switch s {
	case ShowUncovered:
		return !r.covered()
	case ShowUnaccepted:
		return r.covered() && !r.accepted()
	}
	return true
}
