// Package handover hands on what somebody leaves behind: customers, open opportunities, tasks. And it proposes who should have which customer, so
// that levels, territories and work suit (package assign).
//
// A hand-over is looked at first, with who would get what and what that means for pay, and is then done in one transaction as one act of package
// pool, which can be taken back. Contracts that have not ended go with their customers, and with them their payment plans: who gets one collects. What pay
// follows is read from the plans and the crediting document in force and said in words; nothing of it changes.
package handover

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"xiaoguan/internal/assign"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/pool"
)

// Way is how receivers are found.
type Way string

// The ways.
const (
	WayOne      Way = "one"      // all to one person
	WayTurn     Way = "turn"     // in turn, each to who would have the fewest
	WayProposal Way = "proposal" // by level, territory and work
)

// Ways lists all ways in the order in which they are offered.
var Ways = []Way{WayProposal, WayTurn, WayOne}

// Message names the way for people.
func (w Way) Message() errs.Message { return errs.Msg("handover.way."+string(w), nil) }

// Customer is one that is handed on.
type Customer struct {
	pool.Facts
	Region        string
	Opportunities int64 // open ones of the owner
	Deals         int64
}

// Leaver is somebody who leaves, or has left, with what is still theirs.
type Leaver struct {
	pool.Person
	Left          calendar.Date
	Customers     int64
	Opportunities int64
	Tasks         int64
	Instalments   int64 // of payment plans, that have not come in
}

// Ask asks for a hand-over.
type Ask struct {
	PersonID  int64
	Way       Way
	Receivers []string // employee numbers; none with a proposal: who sells in the same team
}

// Move is a customer and who would get it.
type Move struct {
	Customer Customer
	To       pool.Person
	Away     bool // out of its territory
	Nearer   int  // how many of its territory may keep it and have no place left
}

// Left is a customer that nobody would get.
type Left struct {
	Customer Customer
	Why      errs.Message
}

// Load is what a receiver has now and would have.
type Load struct {
	Person  pool.Person
	Holds   int // all of them
	Gets    int
	Counted int // of those held, which the rules of pools count
	Most    int // by these rules, against what is counted; 0 for no limit
}

// Contract is one that somebody looks after: nothing of it has ended.
type Contract struct {
	ID          int64
	Number      string
	Title       string
	CustomerID  int64
	Customer    string
	Instalments []Instalment // that have not come in, by day
	To          pool.Person  // who would get it
}

// Instalment is what is still to be collected of one.
type Instalment struct {
	Number    int64
	Name      string
	DueOn     calendar.Date
	LeftMinor int64
	Currency  money.Currency
}

// Consequence says what a hand-over means for pay. Strict ones are warnings.
type Consequence struct {
	Message errs.Message
	Plan    plan.Text // whose name is in it; empty for none
	Strict  bool
}

// Preview is what a hand-over would do.
type Preview struct {
	Ask           Ask
	Leaver        Leaver
	Moves         []Move
	Left          []Left
	Loads         []Load
	Consequences  []Consequence
	Opportunities []opportunity.Opportunity // open ones with customers that somebody else has, or nobody
	LooseTasks    []int64                   // open tasks about none of those
	LooseTo       pool.Person               // who gets the rest
	Contracts     []Contract                // that go with their customers, and with them who collects
	Digest        string                    // of who gets what: handing it in says that this is meant
}

// digest names what would be done.
func (p *Preview) digest() string {
	var b strings.Builder
	for _, m := range p.Moves {
		fmt.Fprintf(&b, "%d>%d@%d;", m.Customer.CustomerID, m.To.ID, m.Customer.Revision)
	}
	for _, o := range p.Opportunities {
		fmt.Fprintf(&b, "o%d@%d;", o.ID, o.Revision)
	}
	fmt.Fprintf(&b, "t%v>%d", p.LooseTasks, p.LooseTo.ID)
	for _, c := range p.Contracts {
		fmt.Fprintf(&b, "c%d>%d", c.ID, c.To.ID)
	}
	sum := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(sum[:16])
}

// consequences says, from what is in force, who is paid for later payments. layer is the leaver's.
func consequences(name string, layer string, crediting *plan.Crediting, plans []*plan.Plan) (list []Consequence) {
	if crediting != nil {
		var payments []string
		for _, e := range crediting.Events {
			if e.Fact == plan.FactPayment {
				payments = append(payments, e.ID)
			}
		}
		seen := map[plan.CreditTarget]bool{}
		for _, rule := range crediting.Rules {
			pays := slices.ContainsFunc(rule.Events, func(id string) bool { return slices.Contains(payments, id) })
			if pays && !seen[rule.To] {
				seen[rule.To] = true
				list = append(list, Consequence{Message: errs.Msg("handover.credit."+strings.ReplaceAll(string(rule.To), ".", "_"), errs.Args{"Name": name})})
			}
		}
	}
	for _, p := range plans {
		if string(p.Layer) != layer {
			continue
		}
		key := "handover.later_unpaid"
		if p.Statements.LeaverLaterCollections == plan.LaterCollectionsPaid {
			key = "handover.later_paid"
		}
		list = append(list, Consequence{Message: errs.Msg(key, errs.Args{"Name": name}), Plan: p.Name, Strict: key == "handover.later_unpaid"})
	}
	return append(list, Consequence{Message: errs.Msg("handover.new_deals", nil)})
}

// leftWhy says why nobody gets a customer.
func leftWhy(l assign.Left) errs.Message {
	return errs.Msg(l.Constraint.MessageKey(), errs.Args{"Sellers": l.Sellers})
}
