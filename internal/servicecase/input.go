package servicecase

import (
	"slices"
	"time"
	"unicode/utf8"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
)

// textRunesMax is the longest text of a case or a comment.
const textRunesMax = 4000

// Entry is a case as it is entered.
type Entry struct {
	ID            int64 // 0: a new one
	Title         string
	Kind          Kind
	Severity      Severity
	Text          string
	Customer      string // key; of a new one
	ContactID     int64
	DealKey       string             // of the customer; empty for none
	OpportunityID int64              // of a new one; 0: that of the deal, if there is one
	Product       string             // key; empty: that of the deal
	Owner         string             // key, of a new one; empty: who looks after the customer, or oneself
	Fields        customfield.Inputs // of the company's own
	Seen          int64              // Revision of what is changed; 0 skips the check
}

// Validate returns an error of kind Invalid that names every wrong field.
func (in Entry) Validate() error {
	var c fact.Checker
	in.check(&c)
	return c.Err()
}

func (in Entry) check(c *fact.Checker) {
	c.Text("title", in.Title, true)
	if !slices.Contains(Kinds, in.Kind) {
		c.Add("kind", string(in.Kind), "form.error.choice", nil)
	}
	if !slices.Contains(Severities, in.Severity) {
		c.Add("severity", string(in.Severity), "form.error.choice", nil)
	}
	checkText(c, "text", in.Text)
	if in.ID == 0 {
		c.Key("customer", in.Customer)
	}
	for path, key := range map[string]string{"deal": in.DealKey, "product": in.Product, "owner": in.Owner} {
		if key != "" {
			c.Key(path, key)
		}
	}
}

func checkText(c *fact.Checker, path, text string) {
	c.Lines(path, text)
	if utf8.RuneCountInString(text) > textRunesMax {
		c.Add(path, "", "service.too_long", errs.Args{"Max": textRunesMax})
	}
}

// The orders of the list.
const (
	SortNew = "id"
	SortDue = "due_at" // what is due next; what has no deadline comes last
)

// Filter chooses cases.
type Filter struct {
	Search     string // part of its title or of the customer's name
	State      State  // empty: all
	Open       bool   // there is something left to do
	Kind       Kind
	Severity   Severity
	CustomerID int64
	PersonID   int64 // who looks after it
	Untaken    bool  // nobody does
	Overdue    bool
	Opened     fact.Days
	Own        customfield.Asked // by fields of the company's own
	Paging     fact.Paging
	ExactTotal bool
}

func (f Filter) checked(fields []customfield.Field, currency money.Currency) (Filter, error) {
	var c fact.Checker
	c.Search(f.Search)
	c.Ranges(f.Opened, fact.Amounts{})
	if f.State != "" && !f.State.Valid() {
		c.Add("state", string(f.State), "form.error.choice", nil)
	}
	if f.Kind != "" && !slices.Contains(Kinds, f.Kind) {
		c.Add("kind", string(f.Kind), "form.error.choice", nil)
	}
	if f.Severity != "" && !slices.Contains(Severities, f.Severity) {
		c.Add("severity", string(f.Severity), "form.error.choice", nil)
	}
	var sorts []string
	f.Own, sorts = f.Own.Resolved(fields, f.Paging.Sort, currency, &c)
	if err := c.Err(); err != nil {
		return f, err
	}
	var err error
	f.Paging, err = f.Paging.Checked(true, append([]string{SortNew, SortDue}, sorts...)...)
	return f, err
}

// Reach is how far somebody sees: cases whose owner or seller is in the scope, those in which the person was mentioned and, with Queue,
// those that wait to be taken.
type Reach struct {
	Scope    access.Scope
	Today    calendar.Date
	Now      time.Time
	PersonID int64
	Queue    bool
}
