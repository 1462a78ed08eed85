// Package settle decides, of what somebody earned under a plan, what is paid now, what is put off or held, what is advanced, and what is
// taken back: month by month, from earned components, opening items and facts of deals to postings and closing items.
//
// It is pure and exact: integers and big.Rat, rounded only where docs/adr/0011 says so by name. It knows no earlier month but by the
// opening items, and nothing of who computes what is earned (package engine does) or of accounts (package reward has them).
package settle

import (
	"math/big"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
)

// Case is one payee's month under one plan. Order matters in none of its lists.
type Case struct {
	Payee         string
	Hired         calendar.Date
	Left          calendar.Date // first day no longer employed; calendar.Forever if none
	Period        calendar.Month
	TakesPart     bool // in the plan in this month: guarantee and draw are for those who do
	Earned        []Earned
	Added         []Added
	Opening       []Item
	Past          []Past // of earnings to which Added adds
	Deals         []Deal // every deal that Earned and Opening name, once
	ConditionsMet bool   // the conditions of the plan's hold, where it has some
}

// Earned is what a component came to, after its rounding and limits, and what exactly it earned with each deal before them, in minor units.
type Earned struct {
	Component string
	AmountFen int64
	Parts     []Part // a deal may occur several times
}

// Added is an amount that reaches the month from outside it: the difference that late facts make to a closed month, or an adjustment. It
// is settled as if it had been earned in its month of origin with its deal.
type Added struct {
	ID        string // tells additions apart
	Component string
	Deal      string         // none where it belongs to none
	Origin    calendar.Month // 0: the period
	AmountFen int64
	Reason    errs.Message // why, in a message of area settle
}

// Part is an exact earning with one deal.
type Part struct {
	Deal  string
	Exact *big.Rat
}

// Deal is what is known of a deal at the period's end.
type Deal struct {
	Key          string
	AmountFen    int64
	CollectedFen int64         // up to the period's end, refunds deducted
	Refunds      []Refund      // by month, ascending, up to the period
	CancelledOn  calendar.Date // calendar.Forever when it stands
}

// Refund is what a month gave back of a deal's collections.
type Refund struct {
	Month        calendar.Month
	RefundedFen  int64 // as a positive amount
	CollectedFen int64 // up to the month's end, refunds deducted
}

// ItemKind names what is open between a company and a payee at a month's end.
type ItemKind string

// The kinds. Held and instalments are owed to the payee and positive; negatives, draws and dues are owed by the payee and negative. An
// earning is a memory for a later clawback: its amount is 0.
const (
	ItemHeld       ItemKind = "held"
	ItemInstalment ItemKind = "instalment"
	ItemNegative   ItemKind = "negative"
	ItemDraw       ItemKind = "draw"
	ItemDue        ItemKind = "due" // a draw that somebody who left still owes
	ItemEarning    ItemKind = "earning"
)

// ItemKinds lists the kinds in the order in which items stand.
func ItemKinds() []ItemKind {
	return []ItemKind{ItemHeld, ItemInstalment, ItemNegative, ItemDraw, ItemDue, ItemEarning}
}

// Item is one open amount. Kind, component, deal, origin and due name it; items that agree in them are one.
type Item struct {
	Kind      ItemKind       `json:"kind"`
	Component string         `json:"component,omitempty"` // none for draws
	Deal      string         `json:"deal,omitempty"`
	Origin    calendar.Month `json:"origin"`       // month of earning, or of the draw
	Due       calendar.Month `json:"due,omitzero"` // of instalments
	AmountFen int64          `json:"amount_fen"`   // signed: what the payee is owed is positive
	BasisFen  int64          `json:"basis_fen"`    // held: all that was held, what was released included; earning: what is left of it
	PaidFen   int64          `json:"paid_fen"`     // earning: what was paid of it and not taken back

	// Of earnings alone. Those that closed before this was kept have none of it: what was left of them then counts as what was earned, and
	// refunds count since.
	EarnedFen int64          `json:"earned_fen,omitempty"` // all of it, differences of late facts included
	TakenFen  int64          `json:"taken_fen,omitempty"`  // what was taken back of it
	Since     calendar.Month `json:"since,omitzero"`       // the first month whose refunds count; 0 means that of its origin
	Answers   []Answer       `json:"answers,omitempty"`    // by month, ascending
}

// Answer is what an earning answers for in a month that refunded its deal or in which the deal was called off, with the facts that it was
// computed from: as long as they are what they were, it stands.
type Answer struct {
	Month        calendar.Month `json:"month"`
	RefundedFen  int64          `json:"refunded_fen"`
	CollectedFen int64          `json:"collected_fen"` // 0 where nothing was refunded
	Cancelled    bool           `json:"cancelled,omitempty"`
	AnsweredFen  int64          `json:"answered_fen"` // what is not left of the earning any more
	TakenFen     int64          `json:"taken_fen"`    // what is to be taken back for it
}

// LateMonths is how many months beyond the window of a clawback an earning is remembered, for refunds and cancellations within the window
// that are recorded late.
const LateMonths = 12

// PostingKind names what happened to an amount.
type PostingKind string

// The kinds. The amount of a posting is its effect on what is paid in the month, but for forfeited, expired and forgiven, whose amount
// is that of the item that is no more, and paid, which is the sum.
const (
	PostingEarned     PostingKind = "earned"
	PostingClawedBack PostingKind = "clawed_back"
	PostingOffset     PostingKind = "offset"  // an item set off against pay, or against what is taken back
	PostingCarried    PostingKind = "carried" // a negative amount that becomes an item
	PostingInstalment PostingKind = "instalment"
	PostingHeld       PostingKind = "held"
	PostingReleased   PostingKind = "released"
	PostingExpired    PostingKind = "expired"
	PostingForfeited  PostingKind = "forfeited"
	PostingGuaranteed PostingKind = "guaranteed"
	PostingDrawn      PostingKind = "drawn"
	PostingRecovered  PostingKind = "recovered"
	PostingForgiven   PostingKind = "forgiven"
	PostingPaid       PostingKind = "paid"
)

// PostingKinds lists the kinds in the order of the stages.
func PostingKinds() []PostingKind {
	return []PostingKind{
		PostingEarned, PostingClawedBack, PostingOffset, PostingCarried, PostingInstalment, PostingHeld, PostingReleased, PostingExpired,
		PostingForfeited, PostingGuaranteed, PostingDrawn, PostingRecovered, PostingForgiven, PostingPaid,
	}
}

// Posting is one step from what is earned to what is paid, with its reason in a message of area settle.
type Posting struct {
	Kind      PostingKind    `json:"kind"`
	Component string         `json:"component,omitempty"`
	Deal      string         `json:"deal,omitempty"`
	Origin    calendar.Month `json:"origin"` // month of earning, of the draw, or the period itself
	AmountFen int64          `json:"amount_fen"`
	Reason    errs.Message   `json:"reason,omitzero"`
}

// Result is a settled month. Its JSON form is what is shown and sealed: lists in a fixed order, numbers whole.
type Result struct {
	Payee    string         `json:"payee"`
	Plan     string         `json:"plan"`
	Period   calendar.Month `json:"period"`
	PaidFen  int64          `json:"paid_fen"`
	Postings []Posting      `json:"postings"` // in the order of the stages
	Closing  []Item         `json:"closing"`  // the next month's opening items
}
