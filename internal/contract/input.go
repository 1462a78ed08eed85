package contract

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/quote"
)

// The greatest sizes of inputs.
const (
	InstalmentsMax = 60
	textRunesMax   = 4000
)

// Entry is a contract as it is entered.
type Entry struct {
	ID            int64 // 0: a new one
	Number        string
	OpportunityID int64  // of a new one; 0 without
	QuoteID       int64  // of a new one: an accepted quote, whose opportunity it then has; 0 without
	Customer      string // key, of a new one without an opportunity
	Owner         string // a person's key; empty is the opportunity's owner, or oneself
	Title         string
	Currency      money.Currency
	Lines         []quote.EntryLine
	OurParty      string
	TheirParty    string
	StartsOn      calendar.Date
	EndsOn        calendar.Date
	Note          string
	Fields        customfield.Inputs // of the company's own
	Seen          int64              // Revision of what is changed; 0 skips the check
}

func (in Entry) check(c *fact.Checker) {
	c.Key("number", in.Number)
	c.Text("title", in.Title, true)
	c.Text("our_party", in.OurParty, true)
	c.Text("their_party", in.TheirParty, true)
	if in.Owner != "" {
		c.Key("owner", in.Owner)
	}
	if in.StartsOn != calendar.NoDate {
		c.Day("starts_on", in.StartsOn)
	}
	checkEnd(c, "ends_on", in.EndsOn, in.StartsOn)
	checkLines(c, "note", in.Note)
}

// checkEnd wants a last day that does not come before the first, or none.
func checkEnd(c *fact.Checker, path string, end, start calendar.Date) {
	if end == calendar.NoDate {
		return
	}
	c.Day(path, end)
	if start != calendar.NoDate && end < start && !c.Has(path) {
		c.Add(path, end.String(), "fact.range_reversed", nil)
	}
}

func checkLines(c *fact.Checker, path, text string) {
	c.Lines(path, text)
	if utf8.RuneCountInString(text) > textRunesMax {
		c.Add(path, "", "opportunity.too_long", errs.Args{"Max": textRunesMax})
	}
}

// checkPast wants a day that has come.
func checkPast(c *fact.Checker, path string, day, today calendar.Date) {
	c.Day(path, day)
	if day > today && !c.Has(path) {
		c.Add(path, day.String(), "deal.future_day", nil)
	}
}

// Sign is the signature of an approved contract.
type Sign struct {
	ID       int64
	SignedOn calendar.Date
	Excuse   string // why the opportunity is won although a rule of the process asks for a reason
	Seen     int64
}

// Submitting asks for approval of a draft.
type Submitting struct {
	ID     int64
	Excuse string // why it is submitted although a rule of the process asks for a reason
	Seen   int64
}

// End is a contract that ended before its time.
type End struct {
	ID     int64
	On     calendar.Date
	Reason string
	Seen   int64
}

// Amend is an amendment as it is entered. Without lines they stay; EndsOn is the last day afterwards.
type Amend struct {
	ID          int64
	EffectiveOn calendar.Date
	Reason      string
	Lines       []quote.EntryLine
	EndsOn      calendar.Date
	Seen        int64
}

// Record asks for the deal of a signed contract; its product is what pay looks up.
type Record struct {
	ID      int64
	Product string // key; empty is the product of the first line that has one
	Seen    int64
}

// PlanEntry is a part of a payment plan as it is entered.
type PlanEntry struct {
	Name        string
	DueOn       calendar.Date
	AmountMinor int64
	InvoiceKey  string // of an invoice of the deal; empty without
}

// Plan is a payment plan as it is entered: the whole of it.
type Plan struct {
	ID          int64 // of the contract
	Instalments []PlanEntry
	Excuse      string // why it is made although a rule of the process asks for a reason
	Seen        int64
}

// check returns the instalments by day. They must add up to the contract.
func (in Plan) check(of Contract) (plan []Instalment, err error) {
	var c fact.Checker
	if len(in.Instalments) == 0 {
		c.Add("instalments.0.amount", "", "contract.no_instalments", nil)
	}
	if len(in.Instalments) > InstalmentsMax {
		c.Add("instalments", "", "contract.too_many_instalments", errs.Args{"Max": InstalmentsMax})
		return nil, c.Err()
	}
	sum := int64(0)
	for i, e := range in.Instalments {
		path := "instalments." + strconv.Itoa(i) + "."
		c.Text(path+"name", e.Name, false)
		c.Day(path+"due_on", e.DueOn)
		c.Positive(path+"amount", e.AmountMinor)
		c.Text(path+"invoice", e.InvoiceKey, false)
		if e.AmountMinor > 0 {
			var overflow error
			if sum, overflow = money.Add(sum, e.AmountMinor); overflow != nil {
				c.Add(path+"amount", "", "fact.amount_positive", nil)
			}
		}
		plan = append(plan, Instalment{ContractID: of.ID, OwnerID: of.OwnerID, Name: strings.TrimSpace(e.Name), DueOn: e.DueOn, AmountMinor: e.AmountMinor, Currency: of.Currency, InvoiceKey: strings.TrimSpace(e.InvoiceKey)})
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	if sum != of.AmountMinor {
		c.Add("instalments", "", "contract.plan_off", errs.Args{"Sum": money.Format(sum, of.Currency), "Amount": money.Format(of.AmountMinor, of.Currency)})
		return nil, c.Err()
	}
	slices.SortStableFunc(plan, func(a, b Instalment) int { return int(a.DueOn - b.DueOn) })
	until := int64(0)
	for i := range plan {
		until += plan[i].AmountMinor
		plan[i].Number, plan[i].UntilMinor = int64(i+1), until
	}
	return plan, nil
}

// ReportEntry is a report as it is entered.
type ReportEntry struct {
	ContractID  int64
	Kind        ReportKind
	PaidOn      calendar.Date
	AmountMinor int64
	Payer       string
	Way         string
	Note        string
	Excuse      string // why it is reported although a rule of the process asks for a reason
}

func (in ReportEntry) check(today calendar.Date) error {
	var c fact.Checker
	if in.Kind != ReportCollection && in.Kind != ReportRefund {
		c.Add("kind", string(in.Kind), "form.error.choice", nil)
	}
	checkPast(&c, "paid_on", in.PaidOn, today)
	c.Positive("amount", in.AmountMinor)
	c.Text("payer", in.Payer, false)
	if !slices.Contains(Ways, in.Way) {
		c.Add("way", in.Way, "form.error.choice", nil)
	}
	checkLines(&c, "note", in.Note)
	return c.Err()
}

// Confirm is finance's word that the money has come, or gone back; what the bank says wins over what was reported.
type Confirm struct {
	ID          int64
	Key         string // of the payment, such as the number of the bank's transaction
	PaidOn      calendar.Date
	AmountMinor int64
	Excuse      string // why it is confirmed although a rule of the process asks for a reason
	Seen        int64
}

// The orders of the lists.
const (
	SortNew    = "id"
	SortAmount = "amount"
	SortEnds   = "ends_on"
	SortSigned = "signed_on"
	SortDue    = "due_on"
)

// Filter chooses contracts.
type Filter struct {
	Search        string // its number, or part of its title or of the customer's name
	State         State  // also StateExpired
	OpportunityID int64
	CustomerID    int64
	PersonID      int64
	TeamID        int64
	Ends          fact.Days
	Amounts       fact.Amounts
	WithoutDeal   bool              // signed, and the deal is not recorded yet
	SignedSince   calendar.Date     // signed on that day or later; 0: whenever
	Own           customfield.Asked // by fields of the company's own
	Paging        fact.Paging
	ExactTotal    bool
}

func (f Filter) checked(fields []customfield.Field, currency money.Currency) (Filter, error) {
	var c fact.Checker
	c.Search(f.Search)
	c.Ranges(f.Ends, f.Amounts)
	if f.State != "" && !slices.Contains(States, f.State) {
		c.Add("state", string(f.State), "form.error.choice", nil)
	}
	var sorts []string
	f.Own, sorts = f.Own.Resolved(fields, f.Paging.Sort, currency, &c)
	if err := c.Err(); err != nil {
		return f, err
	}
	var err error
	f.Paging, err = f.Paging.Checked(true, append([]string{SortNew, SortEnds, SortSigned, SortAmount}, sorts...)...)
	return f, err
}

// DueFilter chooses instalments of signed contracts.
type DueFilter struct {
	Open       bool // something is still to come
	Overdue    bool // and was due before today
	PersonID   int64
	TeamID     int64
	RegionID   int64
	Due        fact.Days
	Paging     fact.Paging
	ExactTotal bool
}

func (f DueFilter) checked() (DueFilter, error) {
	var c fact.Checker
	c.Ranges(f.Due, fact.Amounts{})
	if err := c.Err(); err != nil {
		return f, err
	}
	var err error
	f.Paging, err = f.Paging.Checked(false, SortDue)
	return f, err
}

// ReportFilter chooses reports.
type ReportFilter struct {
	State      ReportState
	ContractID int64
	PersonID   int64
	TeamID     int64
	Paging     fact.Paging
	ExactTotal bool
}

func (f ReportFilter) checked() (ReportFilter, error) {
	var c fact.Checker
	if f.State != "" && !slices.Contains(ReportStates, f.State) {
		c.Add("state", string(f.State), "form.error.choice", nil)
	}
	if err := c.Err(); err != nil {
		return f, err
	}
	var err error
	f.Paging, err = f.Paging.Checked(true, SortNew)
	return f, err
}
