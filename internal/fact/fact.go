// Package fact is how the product remembers: batches of recorded facts, the two time axes, and reading as of both.
//
// A fact row is never overwritten. It carries its valid time (a date of its own, or the days from valid_from until valid_to) and its
// recorded time as two batch numbers: it was recorded in one batch and, when a later fact corrects it, superseded in another. A
// batch is one committed write: an import, a manual entry, an undo. Batches commit in the order of their numbers, so "as recorded
// in batch n" is one exact state for ever.
package fact

import (
	"time"

	"xiaoguan/internal/calendar"
)

// BatchID numbers batches from 1 in the order of commit. 0 is before the first.
type BatchID int64

// Open is the superseding batch of a row that nothing has superseded.
const Open BatchID = 1<<63 - 1

// BatchKind says what sort of write a batch is.
type BatchKind string

// The kinds of batch.
const (
	BatchImport BatchKind = "import"
	BatchManual BatchKind = "manual"
	BatchUndo   BatchKind = "undo"
	BatchSetup  BatchKind = "setup"
)

// Batch is one committed write of facts. EarliestMonth is the first calendar month whose pay its facts can touch; the period service
// reads it to know what a late fact changes.
type Batch struct {
	ID            BatchID
	Kind          BatchKind
	RecordedAt    time.Time
	ActorID       string
	Document      string // import id, or the record for a manual entry
	Rows          int64
	EarliestMonth calendar.Month
}

// AsOf is a point on both axes: what was valid on a day, as recorded up to and including a batch.
type AsOf struct {
	Valid    calendar.Date
	Recorded BatchID
}

// Kind names a kind of record.
type Kind string

// The kinds, in the order in which references point backwards: importing them in this order resolves every reference.
const (
	KindRegion       Kind = "region"
	KindTeam         Kind = "team"
	KindPerson       Kind = "person"
	KindLeader       Kind = "leader" // who leads a team: teams are needed by persons and persons by leaders
	KindCustomer     Kind = "customer"
	KindProduct      Kind = "product"
	KindDeal         Kind = "deal"
	KindPayment      Kind = "payment"
	KindQuota        Kind = "quota"
	KindExchangeRate Kind = "exchange_rate"
	KindInvoice      Kind = "invoice"
	KindGivenValue   Kind = "given_value" // measured elsewhere: a compliance, a score
	KindMentorship   Kind = "mentorship"

	// Working records are no facts: they have one current row. Imports bring them in after the facts.
	KindLead        Kind = "lead"
	KindContact     Kind = "contact"
	KindOpportunity Kind = "opportunity"
	KindFollowUp    Kind = "follow_up"
	KindContract    Kind = "contract"
	KindInstalment  Kind = "instalment" // of a contract's payment plan
	KindServiceCase Kind = "service_case"
)

// Kinds lists the kinds in dependency order.
var Kinds = []Kind{KindRegion, KindTeam, KindPerson, KindLeader, KindCustomer, KindProduct, KindDeal, KindPayment, KindQuota, KindExchangeRate,
	KindInvoice, KindGivenValue, KindMentorship, KindLead, KindContact, KindOpportunity, KindFollowUp, KindContract, KindInstalment, KindServiceCase}
