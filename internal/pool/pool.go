// Package pool is who has which customer: a seller, or one of the public pools, from which sellers claim; by rules that are written,
// approved by somebody else, tried on the past, and applied every night.
//
// Who has a customer is a working record: one current row, every change of it a step, and the steps of one act can be taken back together
// for some days. It decides who works on a customer and sees it, never who is paid for it: deals, their shares and what is credited are
// facts, which nothing here touches. With a customer go the open opportunities and tasks of who had it, to who gets it; into a pool they do
// not go, but wait for who claims the customer. The rules themselves are read and judged by package poolrule.
package pool

import (
	"slices"
	"strconv"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/poolrule"
)

// Holding is who has a customer. It is also what its history shows: the fields with names.
type Holding struct {
	CustomerID int64         `json:"-"`
	OwnerID    int64         `json:"owner_id"` // 0: it is in a pool
	Pool       string        `json:"pool"`     // empty: somebody has it
	Since      calendar.Date `json:"since"`
	FormerID   int64         `json:"former_id"` // who had it last; 0 for nobody
	Locked     bool          `json:"locked"`
	Revision   int64         `json:"-"`
}

// Known reports whether there is a record of who has the customer.
func (h Holding) Known() bool { return h.Revision > 0 }

// Subject is how histories and the audit log name it.
func (h Holding) Subject() string { return Subject(h.CustomerID) }

// Subject is how histories and the audit log name who has a customer.
func Subject(customerID int64) string { return "holding:" + strconv.FormatInt(customerID, 10) }

// Way is how a customer came to who has it now.
type Way string

// The ways.
const (
	WayStart    Way = "start"    // it was theirs when holdings were first recorded
	WayRecycle  Way = "recycle"  // the rules sent it to a pool
	WayRelease  Way = "release"  // its owner, or who leads them, let it go
	WayClaim    Way = "claim"    // somebody took it from a pool
	WayGive     Way = "give"     // who looks after the pool gave it out
	WayHandOver Way = "handover" // it was handed on because somebody leaves
	WayReassign Way = "reassign" // a proposal was accepted
	WayUndo     Way = "undo"     // something was taken back
	WayImport   Way = "import"   // it came into a pool with an import
)

// Ways lists all ways, for catalogues and their tests.
var Ways = []Way{WayStart, WayRecycle, WayRelease, WayClaim, WayGive, WayHandOver, WayReassign, WayUndo, WayImport}

// Message names the way for people.
func (w Way) Message() errs.Message { return errs.Msg("pool.way."+string(w), nil) }

// Passed is what went along with a customer.
type Passed struct {
	Opportunities []int64 `json:"opportunities,omitempty"`
	Tasks         []int64 `json:"tasks,omitempty"`
	Contracts     []int64 `json:"contracts,omitempty"` // with their payment plans
	// Of work that went without its customer: from whom to whom.
	WorkOnly bool  `json:"work_only,omitempty"`
	From     int64 `json:"from,omitempty"`
	To       int64 `json:"to,omitempty"`
}

// Step is one change of who has a customer.
type Step struct {
	ID         int64
	ActID      int64
	CustomerID int64
	Revision   int64 // of the holding after it
	At         time.Time
	On         calendar.Date
	Way        Way
	From       Holding // the holding before it
	ToOwner    int64
	ToPool     string
	Cause      string // the rule's id when the rules did it, otherwise the reason somebody gave
	Passed     Passed
	ActorName  string
	UndoneIn   int64 // 0: it stands

	FromName, ToName, CustomerName string // of persons and customer, for showing
}

// Act is what was done at once.
type Act struct {
	ID            int64
	Way           Way
	At            time.Time
	On            calendar.Date
	ActorID       string
	ActorName     string
	Cause         string
	Customers     int64
	Opportunities int64
	Tasks         int64
	UndoneIn      int64 // 0: it stands
	Undoes        int64 // the act that this one took back; 0 for none
}

// Subject is how the audit log names the act.
func (a Act) Subject() string { return "holding_act:" + strconv.FormatInt(a.ID, 10) }

// UndoDays is for how many days an act can be taken back.
const UndoDays = 7

// UndoUntil is the last day on which the act can be taken back.
func (a Act) UndoUntil() calendar.Date { return a.On + UndoDays }

// Undoable reports whether the act can be taken back on a day. What an import brought goes when the import is taken back.
func (a Act) Undoable(on calendar.Date) bool {
	return a.UndoneIn == 0 && a.Undoes == 0 && a.Way != WayStart && a.Way != WayImport && on <= a.UndoUntil()
}

// Facts is what is known of an owned customer for the rules.
type Facts struct {
	Holding
	Name            string
	Tier            string
	Contact         calendar.Date // the last one; NoDate for none
	Opportunity     calendar.Date // when the last one was opened
	Deal            calendar.Date // the last one that stands
	ContractEnd     calendar.Date // of the contract that ends last, signed or noted in the customer's file
	OpenOpportunity bool
}

// Rule makes it what the rules look at.
func (f *Facts) Rule() poolrule.Customer {
	return poolrule.Customer{ID: strconv.FormatInt(f.CustomerID, 10), Tier: f.Tier, OwnedSince: f.Since, Contact: f.Contact, Opportunity: f.Opportunity, Deal: f.Deal,
		ContractEnd: f.ContractEnd, OpenOpportunity: f.OpenOpportunity, Locked: f.Locked}
}

// Row is a customer of a pool in a list, without what is hidden before a claim.
type Row struct {
	Holding
	Name       string
	City       string
	Industry   string
	Tier       string
	CreditCode string
	FormerName string
	Way        Way    // how it came into the pool
	Cause      string // by which rule, or why
	Deals      int64
}

// Person is who may have customers, as of today.
type Person struct {
	ID       int64
	Key      string
	Name     string
	Level    string
	TeamID   int64
	Team     string // its key
	TeamName string
	RegionID int64
	Region   string // its name
	Employed bool
}

// Counts is what somebody holds and has taken.
type Counts struct {
	Holds, Won, Locked, Both                             int
	ClaimedToday, ClaimedPeriod, ViewedToday, GivenToday int
}

// seller is a person to the rules.
func seller(p Person, roles []string, c Counts) poolrule.Seller {
	return poolrule.Seller{ID: strconv.FormatInt(p.ID, 10), Level: p.Level, Department: p.Team, Roles: roles, Holds: c.Holds, HoldsWon: c.Won, HoldsLocked: c.Locked, HoldsBoth: c.Both,
		ClaimedToday: c.ClaimedToday, ClaimedPeriod: c.ClaimedPeriod, ViewedToday: c.ViewedToday, GivenToday: c.GivenToday}
}

func pooled(h Holding) poolrule.Pooled {
	former := ""
	if h.FormerID != 0 {
		former = strconv.FormatInt(h.FormerID, 10)
	}
	return poolrule.Pooled{ID: strconv.FormatInt(h.CustomerID, 10), Pool: h.Pool, Entered: h.Since, FormerOwner: former}
}

// PoolFor is the pool into which a customer of a department goes: the first that is the department's, otherwise the first that is everybody's,
// otherwise the first.
func PoolFor(p *poolrule.Policy, department string) string {
	everybody := ""
	for i := range p.Pools {
		pool := &p.Pools[i]
		if slices.Contains(pool.Members, department) {
			return pool.ID
		}
		if len(pool.Members) == 0 && everybody == "" {
			everybody = pool.ID
		}
	}
	if everybody != "" || len(p.Pools) == 0 {
		return everybody
	}
	return p.Pools[0].ID
}

// refusals turns what the rules have against something into an error that says all of it. names are those of customers by id.
func refusals(refused []poolrule.Refused, names map[string]string) error {
	var fields []errs.Field
	for _, r := range refused {
		args := errs.Args{"Most": r.Most, "Customer": names[r.Customer]}
		if r.Until != calendar.NoDate {
			args["Until"] = r.Until.String()
		}
		key := r.Refusal.MessageKey()
		if r.Until != calendar.NoDate {
			key = "pool.refused_until"
			args["Why"] = errs.Msg(r.Refusal.MessageKey(), errs.Args{"Most": r.Most})
		}
		fields = append(fields, errs.Field{Path: "customers", Value: names[r.Customer], Message: errs.Msg(key, args)})
	}
	return errs.Invalid("pool.refused", fields)
}
