package quote

import (
	"math/big"
	"slices"
	"unicode/utf8"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
)

// The greatest sizes of inputs.
const (
	LinesMax       = 100
	textRunesMax   = 4000
	amountMinorMax = 1_000_000_000_000_000
)

// EntryLine is a line as it is entered.
type EntryLine struct {
	Product     string // key; empty for free text
	Text        string // what it is; empty takes the product's name
	Quantity    decimal.Decimal
	Unit        string
	ListMinor   int64 // 0 takes the price list's; a product of the price list has that and no other
	DiscountPPM int64
	PriceMinor  int64 // agreed for one, instead of a discount; NoPrice without
	TaxPPM      int64
}

// Entry is a quote as it is entered.
type Entry struct {
	ID            int64 // 0: a new one
	OpportunityID int64 // of a new one
	Title         string
	Currency      money.Currency
	Lines         []EntryLine
	ValidUntil    calendar.Date
	Terms         string
	Note          string
	Seen          int64 // Revision of what is changed; 0 skips the check
}

func (in Entry) check(c *fact.Checker, today calendar.Date) {
	c.Text("title", in.Title, true)
	c.Day("valid_until", in.ValidUntil)
	if in.ValidUntil < today && !c.Has("valid_until") {
		c.Add("valid_until", in.ValidUntil.String(), "quote.valid_before_today", nil)
	}
	checkLines(c, "terms", in.Terms)
	checkLines(c, "note", in.Note)
}

func checkLines(c *fact.Checker, path, text string) {
	c.Lines(path, text)
	if utf8.RuneCountInString(text) > textRunesMax {
		c.Add(path, "", "opportunity.too_long", errs.Args{"Max": textRunesMax})
	}
}

// quantityMax is the greatest quantity; quantityDigits how many decimals it may have: as many as quantityScale has zeros.
const (
	quantityMax    = 1_000_000_000
	quantityDigits = 6
	quantityScale  = 1_000_000
)

func (l EntryLine) check(c *fact.Checker, path string) {
	c.Text(path+"product", l.Product, false)
	c.Text(path+"text", l.Text, l.Product == "")
	c.Text(path+"unit", l.Unit, false)
	exact := l.Quantity.Rat()
	whole := new(big.Rat).Mul(exact, big.NewRat(quantityScale, 1))
	if l.Quantity.Sign() <= 0 || exact.Cmp(big.NewRat(quantityMax, 1)) > 0 || !whole.IsInt() {
		c.Add(path+"quantity", l.Quantity.String(), "quote.bad_quantity", errs.Args{"Digits": quantityDigits})
	}
	if l.ListMinor < 0 || l.ListMinor > amountMinorMax {
		c.Add(path+"list", "", "quote.bad_price", nil)
	}
	if l.DiscountPPM < 0 || l.DiscountPPM > Whole {
		c.Add(path+"discount", "", "quote.bad_percent", nil)
	}
	if l.PriceMinor != NoPrice && (l.PriceMinor < 0 || l.PriceMinor > amountMinorMax) {
		c.Add(path+"price", "", "quote.bad_price", nil)
	}
	if l.PriceMinor != NoPrice && l.DiscountPPM != 0 {
		c.Add(path+"price", "", "quote.price_or_discount", nil)
	}
	if l.TaxPPM < 0 || l.TaxPPM > Whole {
		c.Add(path+"tax", "", "quote.bad_percent", nil)
	}
}

// Send is how a quote went to the customer.
type Send struct {
	ID   int64
	On   calendar.Date
	To   string // who received it
	Way  string // one of Ways
	Seen int64

	Excuse string // why it is sent although a rule of the process asks for a reason
}

// Submitting asks for approval of a draft.
type Submitting struct {
	ID     int64
	Excuse string // why it is submitted although a rule of the process asks for a reason
	Seen   int64
}

func (in Send) check(today calendar.Date) error {
	var c fact.Checker
	checkDay(&c, "on", in.On, today)
	c.Text("to", in.To, true)
	if !slices.Contains(Ways, in.Way) {
		c.Add("way", in.Way, "form.error.choice", nil)
	}
	return c.Err()
}

// checkDay wants a day that has come.
func checkDay(c *fact.Checker, path string, day, today calendar.Date) {
	c.Day(path, day)
	if day > today && !c.Has(path) {
		c.Add(path, day.String(), "deal.future_day", nil)
	}
}

// Answer is what the customer said.
type Answer struct {
	ID       int64
	Accepted bool
	On       calendar.Date
	Reason   string // needed when it was declined
	Seen     int64

	Excuse string // why it is noted although a rule of the process asks for a reason
}

func (in Answer) check(today calendar.Date) error {
	var c fact.Checker
	checkDay(&c, "on", in.On, today)
	checkLines(&c, "reason", in.Reason)
	if !in.Accepted && in.Reason == "" && !c.Has("reason") {
		c.Add("reason", "", "form.error.required", nil)
	}
	return c.Err()
}

// The orders of the list.
const (
	SortNew    = "id"
	SortAmount = "amount"
	SortValid  = "valid_until"
)

// Filter chooses quotes: the last version of each, or all of them.
type Filter struct {
	Search        string // part of its title or of the customer's name, or its number
	State         State  // also StateExpired
	OpportunityID int64
	CustomerID    int64
	PersonID      int64 // who owns the opportunity
	TeamID        int64
	Valid         fact.Days
	Amounts       fact.Amounts
	AllVersions   bool
	Paging        fact.Paging
	ExactTotal    bool
}

func (f Filter) checked() (Filter, error) {
	var c fact.Checker
	c.Search(f.Search)
	c.Ranges(f.Valid, f.Amounts)
	if f.State != "" && !slices.Contains(States, f.State) {
		c.Add("state", string(f.State), "form.error.choice", nil)
	}
	if err := c.Err(); err != nil {
		return f, err
	}
	var err error
	f.Paging, err = f.Paging.Checked(true, SortNew, SortValid, SortAmount)
	return f, err
}
