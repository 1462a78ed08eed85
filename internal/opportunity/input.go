package opportunity

import (
	"slices"
	"strings"
	"unicode/utf8"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
)

// The greatest sizes of inputs.
const (
	noteRunesMax   = 2000
	productsMax    = 20
	amountMinorMax = 1_000_000_000_000_000
)

// Entry is an opportunity as it is entered.
type Entry struct {
	ID          int64  // 0: a new one
	Name        string // what is to be sold, in a line
	Customer    string // key
	Owner       string // a person's key; empty is oneself, or who owns it already
	Stage       Stage  // of a new one; empty is the first
	AmountMinor int64
	Currency    money.Currency
	ExpectedOn  calendar.Date
	Products    []string // keys
	Source      string
	Note        string
	LeadID      int64
	Fields      customfield.Inputs // of the company's own
	Excuse      string             // why it is done although a rule of the process asks for a reason
	Seen        int64              // Revision of what is changed; 0 skips the check
}

// Validate returns an error of kind Invalid that names every wrong field, but for the stage, which Save judges by what is in force then.
func (in Entry) Validate() error {
	var c fact.Checker
	in.check(&c)
	return c.Err()
}

func (in Entry) check(c *fact.Checker) {
	c.Text("name", in.Name, true)
	c.Key("customer", in.Customer)
	if in.Owner != "" {
		c.Key("owner", in.Owner)
	}
	if in.AmountMinor < 0 || in.AmountMinor > amountMinorMax {
		c.Add("amount", "", "opportunity.bad_amount", nil)
	}
	if !in.Currency.Valid() {
		c.Add("currency", string(in.Currency), "deal.bad_currency", nil)
	}
	c.Day("expected_on", in.ExpectedOn)
	if len(in.Products) > productsMax {
		c.Add("products", "", "opportunity.too_many_products", errs.Args{"Max": productsMax})
	}
	if in.Source != "" && !slices.Contains(Sources, in.Source) {
		c.Add("source", in.Source, "form.error.choice", nil)
	}
	checkLines(c, "note", in.Note)
}

func checkLines(c *fact.Checker, path, text string) {
	c.Lines(path, text)
	if utf8.RuneCountInString(text) > noteRunesMax {
		c.Add(path, "", "opportunity.too_long", errs.Args{"Max": noteRunesMax})
	}
}

// Win ends an opportunity with a signature.
type Win struct {
	ID       int64
	SignedOn calendar.Date
	Reason   string // what decided, in people's words; may be empty
	// DealKey names a deal of the customer that is recorded already. Without it, and without Deal, the deal follows later: see LinkDeal.
	DealKey string
	// Deal records the deal with it, for who may record facts. Its customer is the opportunity's.
	Deal *deal.Signing
	// AmountMinor and EndsOn are of the contract, where there is one; 0 is what was expected, and no end.
	AmountMinor int64
	EndsOn      calendar.Date
	Excuse      string // why it is done although a rule of the process asks for a reason
	Seen        int64
}

// Moving puts an opportunity on another stage.
type Moving struct {
	ID     int64
	Stage  Stage
	Fields customfield.Inputs // what is filled in with it
	Excuse string             // why it is done although a rule of the process asks for a reason
	Seen   int64
}

// Lose ends an opportunity without one.
type Lose struct {
	ID     int64
	For    string // one of Losses
	Reason string
	Excuse string // why it is done although a rule of the process asks for a reason
	Seen   int64
}

func (in Lose) check() error {
	var c fact.Checker
	if !slices.Contains(Losses, in.For) {
		c.Add("for", in.For, "form.error.choice", nil)
	}
	checkLines(&c, "reason", in.Reason)
	if in.For == "other" && strings.TrimSpace(in.Reason) == "" {
		c.Add("reason", "", "opportunity.say_why", nil)
	}
	return c.Err()
}

// The orders of the list.
const (
	SortExpected = "expected_on"
	SortAmount   = "amount"
	SortNew      = "id"
)

// Filter chooses opportunities.
type Filter struct {
	Search      string // part of its name or of the customer's
	State       State  // empty: all
	Stage       Stage
	CustomerID  int64
	PersonID    int64 // who owns it
	TeamID      int64 // whoever is in the team today owns it
	Source      string
	Expected    fact.Days
	Amounts     fact.Amounts
	WithoutDeal bool                    // won, and its deal is not recorded yet
	Fields      []customfield.Condition // of the company's own fields
	Asked       []customfield.Where     // what they mean; the service sets it
	Order       customfield.Order       // the field that the list's order names; the service sets it
	Paging      fact.Paging
	ExactTotal  bool
}

func (f Filter) checked(fields []customfield.Field, set *StageSet, currency money.Currency) (Filter, error) {
	var c fact.Checker
	c.Search(f.Search)
	c.Ranges(f.Expected, f.Amounts)
	if f.State != "" && !slices.Contains(States, f.State) {
		c.Add("state", string(f.State), "form.error.choice", nil)
	}
	if f.Stage != "" && !set.Known(f.Stage) {
		c.Add("stage", string(f.Stage), "form.error.choice", nil)
	}
	if f.Source != "" && !slices.Contains(Sources, f.Source) {
		c.Add("source", f.Source, "form.error.choice", nil)
	}
	var sorts []string
	f.Order, sorts = customfield.OrderOf(fields, f.Paging.Sort)
	if f.Asked = customfield.Resolve(fields, f.Fields, currency, &c); f.Order.Given() {
		f.Asked = append(f.Asked, f.Order.Has())
	}
	if err := c.Err(); err != nil {
		return f, err
	}
	var err error
	f.Paging, err = f.Paging.Checked(true, append([]string{SortNew, SortExpected, SortAmount}, sorts...)...)
	return f, err
}
