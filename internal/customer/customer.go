// Package customer is the customer ledger: who buys from us.
//
// In this part it holds the master record; contacts, tiers and the timeline come with the sales process.
package customer

import "xiaoguan/internal/fact"

// Customer is one buying company.
type Customer struct {
	ID         int64
	Key        string // the company's own id, unique
	Name       string
	Industry   string
	City       string
	CreditCode string // 统一社会信用代码, may be empty
	Tier       string // such as A; empty where nobody recorded it
	Region     string // where the customer is, in the company's own words
	Recorded   fact.BatchID
}
