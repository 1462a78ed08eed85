package lead

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/contact"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/followup"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
)

// The greatest sizes of inputs.
const (
	noteRunesMax = 2000
	// TogetherMax is how many leads are given out at once.
	TogetherMax = 500
	rotationMax = 50
)

// Entry is a lead as it is entered.
type Entry struct {
	ID       int64 // 0: a new one
	Company  string
	Name     string
	Title    string
	Phone    string
	WeChat   string
	Email    string
	City     string
	Industry string
	Source   string
	Campaign string
	Note     string
	Fields   customfield.Inputs // of the company's own
	Owner    string             // of a new one: a person's key; empty is oneself, or nobody for who gives leads out
	Seen     int64              // Revision of what is changed; 0 skips the check
}

// tidied is the entry without what people type around a telephone number.
func (in Entry) tidied() Entry {
	in.Phone, in.Note = contact.TidyPhone(in.Phone), fact.TidyLines(in.Note)
	return in
}

// Validate returns an error of kind Invalid that names every wrong field.
func (in Entry) Validate() error {
	var c fact.Checker
	in.tidied().check(&c)
	return c.Err()
}

func (in Entry) check(c *fact.Checker) {
	c.Text("company", in.Company, false)
	c.Text("name", in.Name, false)
	if strings.TrimSpace(in.Company+in.Name) == "" {
		c.Add("company", "", "lead.who", nil)
	}
	for _, f := range []struct{ path, value string }{{"title", in.Title}, {"wechat", in.WeChat}, {"email", in.Email}, {"city", in.City}, {"industry", in.Industry}, {"campaign", in.Campaign}} {
		c.Text(f.path, f.value, false)
	}
	if in.Phone != "" && !contact.PhoneFits(in.Phone) {
		c.Add("phone", "", "contact.bad_phone", nil)
	}
	if in.Email != "" && !contact.EmailFits(in.Email) && !c.Has("email") {
		c.Add("email", in.Email, "contact.bad_email", nil)
	}
	if in.Source != "" && !slices.Contains(opportunity.Sources, in.Source) {
		c.Add("source", in.Source, "form.error.choice", nil)
	}
	if in.Owner != "" {
		c.Key("owner", in.Owner)
	}
	checkLines(c, "note", in.Note)
}

func checkLines(c *fact.Checker, path, text string) {
	c.Lines(path, text)
	if utf8.RuneCountInString(text) > noteRunesMax {
		c.Add(path, "", "opportunity.too_long", errs.Args{"Max": noteRunesMax})
	}
}

// Contacted is a follow-up of a lead as it is entered.
type Contacted struct {
	LeadID     int64
	Kind       followup.Kind
	Text       string
	OccurredAt time.Time     // zero is now
	NextOn     calendar.Date // NoDate when nothing is arranged
}

// Invalid says why nothing will come of a lead.
type Invalid struct {
	ID   int64
	For  string // one of Reasons
	Why  string
	Seen int64
}

func (in Invalid) check() error {
	var c fact.Checker
	if !slices.Contains(Reasons, in.For) {
		c.Add("for", in.For, "form.error.choice", nil)
	}
	checkLines(&c, "why", in.Why)
	if in.For == "other" && strings.TrimSpace(in.Why) == "" {
		c.Add("why", "", "opportunity.say_why", nil)
	}
	return c.Err()
}

// Conversion makes a customer, a contact and an opportunity of a lead.
type Conversion struct {
	ID       int64
	Customer string // key of a customer that is there; empty registers a new one from the fields below
	// The new customer. Key empty: a number is given.
	Key, Name, Industry, City, CreditCode string
	// Despite registers the customer although one of the same name is there.
	Despite bool
	// The opportunity. Stage empty: the first.
	Opportunity string
	Stage       opportunity.Stage
	AmountMinor int64
	Currency    money.Currency
	ExpectedOn  calendar.Date
	Products    []string
	Fields      customfield.Inputs // of the opportunity, the company's own
	Seen        int64
}

// The orders of the list.
const (
	SortNew      = "id"
	SortAssigned = "assigned_at"
)

// Response is how far the first contact of a lead is.
type Response string

// Waiting leads have not been answered; those late not within ResponseTime.
const (
	ResponseWaiting Response = "waiting"
	ResponseLate    Response = "late"
)

// Responses are what a list can be asked for.
var Responses = []Response{ResponseWaiting, ResponseLate}

// Filter chooses leads.
type Filter struct {
	Search     string // part of a name, a telephone number or the campaign
	Status     Status
	Open       bool // whatever is not converted or invalid
	Source     string
	Campaign   string
	PersonID   int64 // who owns it
	TeamID     int64 // whoever is in the team today owns it
	Unassigned bool
	Response   Response
	Created    fact.Days
	Paging     fact.Paging
	ExactTotal bool
	// LateBefore is what ResponseLate means now; the service sets it.
	LateBefore time.Time
	Fields     []customfield.Condition // of the company's own fields
	Asked      []customfield.Where     // what they mean; the service sets it
	Order      customfield.Order       // the field that the list's order names; the service sets it
}

func (f Filter) checked(now time.Time, fields []customfield.Field, currency money.Currency) (Filter, error) {
	var c fact.Checker
	c.Search(f.Search)
	c.Ranges(f.Created, fact.Amounts{})
	c.Text("campaign", f.Campaign, false)
	if f.Status != "" && !slices.Contains(Statuses, f.Status) {
		c.Add("status", string(f.Status), "form.error.choice", nil)
	}
	if f.Source != "" && !slices.Contains(opportunity.Sources, f.Source) {
		c.Add("source", f.Source, "form.error.choice", nil)
	}
	if f.Response != "" && !slices.Contains(Responses, f.Response) {
		c.Add("response", string(f.Response), "form.error.choice", nil)
	}
	var sorts []string
	f.Order, sorts = customfield.OrderOf(fields, f.Paging.Sort)
	if f.Asked = customfield.Resolve(fields, f.Fields, currency, &c); f.Order.Given() {
		f.Asked = append(f.Asked, f.Order.Has())
	}
	if err := c.Err(); err != nil {
		return f, err
	}
	f.LateBefore = now.Add(-ResponseTime)
	var err error
	f.Paging, err = f.Paging.Checked(true, append([]string{SortNew, SortAssigned}, sorts...)...)
	return f, err
}
