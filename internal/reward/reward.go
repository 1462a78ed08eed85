// Package reward is the one ledger of rewards: append-only double entry, each entry with a key of its own so that nothing is posted
// twice, chained by hashes so that nothing is changed unseen.
//
// It holds what closed months earned and how it was settled: paid, held, advanced, carried, taken back. The accounts of an entry always sum to zero in each currency.
package reward

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/money"
)

// Account is a ledger account by name: "expense:<component>" is what the company spends on a component, "payable:<person id>" what it
// owes a person now; "held", "draw" and "carried" are what is owed either way later (settlement.go).
type Account string

// ExpenseAccount is what the company spends on a component of a plan.
func ExpenseAccount(plan, component string) Account {
	return Account("expense:" + plan + "/" + component)
}

// PayableAccount is what the company owes a person.
func PayableAccount(personID int64) Account {
	return Account("payable:" + strconv.FormatInt(personID, 10))
}

// Entry is one event in the ledger with its two postings: Amount is added to Debit and taken from Credit.
type Entry struct {
	Seq         int64  // 1, 2, 3 … without a gap; given by the store
	Key         string // unique for ever: event, component, payee
	Month       calendar.Month
	PersonID    int64
	PlanID      string
	Component   string
	Debit       Account
	Credit      Account
	AmountMinor int64 // never zero; negative takes back
	Currency    money.Currency
	Source      string // statement digest
	PostedAt    time.Time
	PrevHash    string
	Hash        string
}

// CloseKey is the key of the entry that a month's close posts for a component of a payee.
func CloseKey(month calendar.Month, planID, component string, personID int64) string {
	return fmt.Sprintf("close/%s/%s/%s/%d", month, planID, component, personID)
}

// ComputeHash returns the hex SHA-256 over the entry's fields in fixed order, each as length, colon, bytes: Seq, Key, Month, PersonID,
// PlanID, Component, Debit, Credit, AmountMinor, Currency, Source, PostedAt, PrevHash. The order is part of the format.
func (e Entry) ComputeHash() string {
	var b []byte
	add := func(s string) {
		b = strconv.AppendInt(b, int64(len(s)), 10)
		b = append(b, ':')
		b = append(b, s...)
	}
	add(strconv.FormatInt(e.Seq, 10))
	add(e.Key)
	add(e.Month.String())
	add(strconv.FormatInt(e.PersonID, 10))
	add(e.PlanID)
	add(e.Component)
	add(string(e.Debit))
	add(string(e.Credit))
	add(strconv.FormatInt(e.AmountMinor, 10))
	add(string(e.Currency))
	add(e.Source)
	add(e.PostedAt.UTC().Format("2006-01-02T15:04:05.000000Z"))
	add(e.PrevHash)
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
