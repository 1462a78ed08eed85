package reward

import (
	"strconv"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/money"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/settle"
)

// HeldAccount is what a person has earned and is not yet paid: held, or put off by instalments.
func HeldAccount(personID int64) Account { return Account("held:" + strconv.FormatInt(personID, 10)) }

// DrawAccount is what a person owes of draws.
func DrawAccount(personID int64) Account { return Account("draw:" + strconv.FormatInt(personID, 10)) }

// CarriedAccount is what a person owes of negative pay carried forward.
func CarriedAccount(personID int64) Account {
	return Account("carried:" + strconv.FormatInt(personID, 10))
}

// Settled is an account's settled month, of which the ledger keeps every step.
type Settled struct {
	Month    calendar.Month
	PersonID int64
	PlanID   string
	Currency money.Currency
	Source   string // digest of the settlement
	Result   *settle.Result
}

// escapeSlash keeps the parts of a key apart, whatever a deal is called.
var (
	escapeSlash   = strings.NewReplacer("%", "%25", "/", "%2F")
	unescapeSlash = strings.NewReplacer("%25", "%", "%2F", "/")
)

// SettlementEntries makes the entries of a settled month beyond those of what is earned, which are posted for every plan. After them the
// person's payable account has grown by what is paid. Steps of one event, component, deal and month of origin are one entry; a sum of
// zero is none.
func SettlementEntries(s Settled) []Entry {
	var entries []Entry
	place := map[string]int{}
	for _, p := range s.Result.Postings {
		debit, credit, ok := s.accounts(p)
		if !ok {
			continue
		}
		component := p.Component
		if component == "" {
			component = string(p.Kind)
		}
		key := strings.Join([]string{"settle", s.Month.String(), s.PlanID, string(p.Kind), component, escapeSlash.Replace(p.Deal), p.Origin.String(),
			strings.Split(string(debit), ":")[0], strconv.FormatInt(s.PersonID, 10)}, "/")
		if i, seen := place[key]; seen {
			entries[i].AmountMinor += p.AmountFen
			continue
		}
		place[key] = len(entries)
		entries = append(entries, Entry{Key: key, Month: s.Month, PersonID: s.PersonID, PlanID: s.PlanID, Component: component, Debit: debit, Credit: credit,
			AmountMinor: p.AmountFen, Currency: s.Currency, Source: s.Source})
	}
	kept := entries[:0]
	for _, e := range entries {
		if e.AmountMinor != 0 {
			kept = append(kept, e)
		}
	}
	return kept
}

// SettledKeys is what the keys of a month's settlement begin with: keys of earlier months stand before it, and those of later ones behind.
func SettledKeys(month calendar.Month) string { return "settle/" + month.String() + "/" }

// TakenOf reads from the key of an entry whose earning by deal a clawback took back; false for entries of other steps and of no deal.
func TakenOf(key string) (earning payout.EarningKey, ok bool) {
	parts := strings.Split(key, "/") // settle, month, plan, kind, component, deal, origin, account, person
	if len(parts) != 9 || parts[0] != "settle" || parts[3] != string(settle.PostingClawedBack) || parts[5] == "" {
		return earning, false
	}
	origin, err := calendar.ParseMonth(parts[6])
	if err != nil {
		return earning, false
	}
	person, err := strconv.ParseInt(parts[8], 10, 64)
	return payout.EarningKey{Account: payout.Account{PersonID: person, PlanID: parts[2]}, Component: parts[4], Deal: unescapeSlash.Replace(parts[5]), Origin: origin}, err == nil
}

// accounts says between which accounts a step moves its amount. What is earned and the sum that is paid are no steps of their own.
func (s Settled) accounts(p settle.Posting) (debit, credit Account, ok bool) {
	expense := ExpenseAccount(s.PlanID, p.Component)
	if p.Component == "" {
		expense = ExpenseAccount(s.PlanID, string(p.Kind))
	}
	payable := PayableAccount(s.PersonID)
	switch p.Kind {
	case settle.PostingClawedBack, settle.PostingGuaranteed:
		return expense, payable, true
	case settle.PostingHeld, settle.PostingReleased, settle.PostingInstalment:
		return HeldAccount(s.PersonID), payable, true
	case settle.PostingOffset:
		if p.AmountFen > 0 { // what is held makes up for what is taken back
			return HeldAccount(s.PersonID), payable, true
		}
		return CarriedAccount(s.PersonID), payable, true
	case settle.PostingCarried:
		return CarriedAccount(s.PersonID), payable, true
	case settle.PostingDrawn, settle.PostingRecovered:
		return DrawAccount(s.PersonID), payable, true
	case settle.PostingForfeited, settle.PostingExpired:
		return HeldAccount(s.PersonID), expense, true
	case settle.PostingForgiven:
		if p.Component == "" {
			return DrawAccount(s.PersonID), expense, true
		}
		return CarriedAccount(s.PersonID), expense, true
	}
	return "", "", false
}

// Events that are no step of a settlement.
const (
	EventPrior      = "prior"
	EventAdjustment = "adjustment"
	EventGrant      = "grant"      // what a title brings, or what is taken back of it
	EventGrantStep  = "grant_step" // of that, what is put off to later months, or taken from one
	EventPaid       = "paid_out"   // payroll has paid
	EventReturned   = "returned"   // what payroll had paid came back
)

// Event is the step of a settlement that an entry posts, or what brought it into its month from outside; empty for entries of what a
// component earned.
func (e Entry) Event() string {
	switch parts := strings.Split(e.Key, "/"); {
	case parts[0] == "settle" && len(parts) > 3:
		return parts[3]
	case parts[0] == "retro":
		return EventPrior
	case parts[0] == "adjustment":
		return EventAdjustment
	case parts[0] == "grant":
		return EventGrant
	case parts[0] == "grant-step":
		return EventGrantStep
	case parts[0] == "paid":
		return EventPaid
	case parts[0] == "returned":
		return EventReturned
	}
	return ""
}
