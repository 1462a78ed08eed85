package engine

import (
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
)

// Payout is one line of pay: what one component of one plan gives one payee. Lines of zero are kept; each says why in its trace.
type Payout struct {
	Person    int32
	Plan      int32 // index of Input.Plans
	Component int32 // index of the plan's Components
	AmountFen int64
	// The excess over a cap that is carried into the next period, where the plan carries it; the EarlierPay of that period has it.
	CarriedFen int64
}

// Statement explains one payee's pay under one plan, down to payments. Its JSON form is what is sealed and shown: field order is
// fixed, numbers are integers or exact texts, no map is used.
type Statement struct {
	Engine     string           `json:"engine"`
	Period     calendar.Month   `json:"period"`
	Currency   money.Currency   `json:"currency"`
	Payee      string           `json:"payee"` // external key
	PayeeName  string           `json:"payee_name,omitempty"`
	Level      string           `json:"level"` // at period end
	Team       string           `json:"team,omitempty"`
	Plan       string           `json:"plan"`
	PlanHash   string           `json:"plan_hash"`
	Crediting  string           `json:"crediting_hash"`
	Measures   []MeasureValue   `json:"measures"`
	Components []ComponentTrace `json:"components"`
	TotalFen   int64            `json:"total_fen"`
	Credits    []CreditLine     `json:"credits"` // in the order of consumption: date, then key
	Members    []MemberLine     `json:"members,omitempty"`
}

// MeasureValue is what a measure came to. Exact is the value in canonical form: whole minor units for money, "n/d" in lowest terms
// for a ratio, digits for a count, YYYY-MM-DD for a date; empty when there is none (Reason says why).
type MeasureValue struct {
	ID     string       `json:"id"`
	Kind   string       `json:"kind"`
	Exact  string       `json:"exact"`
	Reason errs.Message `json:"reason,omitzero"`
}

// ComponentTrace says how one component came to its amount.
type ComponentTrace struct {
	ID         string            `json:"id"`
	AmountFen  int64             `json:"amount_fen"`
	Exact      string            `json:"exact"` // before rounding and limits, "n/d" or digits, in minor units
	RoundedFen int64             `json:"rounded_fen"`
	Capped     bool              `json:"capped,omitempty"`
	Floored    bool              `json:"floored,omitempty"`
	Reason     errs.Message      `json:"reason,omitzero"` // why it is zero
	Conditions []ConditionResult `json:"conditions,omitempty"`
	Base       *BaseTrace        `json:"base,omitempty"`
	Bands      []BandTrace       `json:"bands,omitempty"`
	Rates      []RateTrace       `json:"rates,omitempty"`
	Count      string            `json:"count,omitempty"`    // value of Per
	UnitFen    int64             `json:"unit_fen,omitempty"` // amount of one Per, or the fixed amount
	Further    *Further          `json:"further,omitempty"`
}

// ConditionResult is one condition of a gate with what was found. Missing is how much more was needed, in the measure's unit, exact.
type ConditionResult struct {
	Measure    string `json:"measure"`
	Comparison string `json:"comparison"`
	Wanted     string `json:"wanted"`
	Found      string `json:"found"`
	Met        bool   `json:"met"`
	Missing    string `json:"missing,omitempty"`
}

// BaseTrace is what rates were applied to.
type BaseTrace struct {
	Measure string `json:"measure"`
	SumFen  int64  `json:"sum_fen"`
	Credits int    `json:"credits"` // how many credits matched; of a team sum, how many members
}

// BandTrace is one band of a table: its exact edges in the unit of the measure that chooses (for marginal tables of a ratio, in
// minor units too), what lay in it and what it earned. Reached marks the band of a whole-amount table.
type BandTrace struct {
	From      string `json:"from,omitempty"`
	To        string `json:"to,omitempty"`
	FromFen   string `json:"from_fen,omitempty"` // exact threshold in minor units, may be a fraction
	ToFen     string `json:"to_fen,omitempty"`
	Times     string `json:"times"`
	BaseExact string `json:"base"`
	EarnExact string `json:"earned"`
	Reached   bool   `json:"reached,omitempty"`
}

// RateTrace is what one rate was applied to: the sum of the credits with that key and rate.
type RateTrace struct {
	Key     string `json:"key,omitempty"`
	Rate    string `json:"rate"`
	BaseFen int64  `json:"base_fen"`
	Credits int    `json:"credits"`
	// What the deductible left of the base, exact; empty without one.
	LeftExact string `json:"left,omitempty"`
	// BaseFen before it was rounded for show, where it is no whole number: amounts that are converted after the rate.
	BaseExact string `json:"base_exact,omitempty"`
}

// CreditLine is one credit of the payee in the period: the part of one payment (or deal) that is theirs. In tells for each
// component of the plan, in order, whether it counted this credit. Earned is its exact pay there, for marginal tables split by band.
type CreditLine struct {
	Event     string        `json:"event"`
	Payment   string        `json:"payment,omitempty"`
	Deal      string        `json:"deal"`
	Customer  string        `json:"customer"`
	Product   string        `json:"product"`
	Category  string        `json:"category,omitempty"`
	On        calendar.Date `json:"on"`
	AmountFen int64         `json:"amount_fen"` // the whole payment
	Share     int32         `json:"share_basis_points"`
	PartFen   int64         `json:"part_fen"`         // the payee's part, or what the line counts of it
	Rule      string        `json:"rule,omitempty"`   // the crediting rule, where it is not the deal's sellers by shares or in full
	Counts    string        `json:"counts,omitempty"` // margin or units, where it is not the amount
	Foreign   *ForeignLine  `json:"foreign,omitempty"`
	In        []CreditEarn  `json:"in,omitempty"`
}

// AmountCurrency is the currency of AmountFen, in a run's own.
func (c *CreditLine) AmountCurrency(run money.Currency) money.Currency {
	if c.Foreign != nil {
		return c.Foreign.Currency
	}
	return run
}

// ForeignLine is what a credit of a fact in another currency was before conversion; AmountFen of its line is in minor units of Currency, too.
// Without a rate nothing that looks at amounts counted it, and PartFen is not converted.
type ForeignLine struct {
	Currency  money.Currency `json:"currency"`
	PartMinor int64          `json:"part_minor"` // the payee's part, or its margin; 0 where the line counts units
	Rate      string         `json:"rate,omitempty"`
	RateOn    string         `json:"rate_on,omitempty"` // the day of the rate
	RateKind  string         `json:"rate_kind,omitempty"`
}

// CreditEarn is what a credit moved in one component.
type CreditEarn struct {
	Component int     `json:"component"` // index into Components
	Rate      string  `json:"rate"`
	Bands     []Slice `json:"bands,omitempty"`
	Exact     string  `json:"exact,omitempty"` // exact pay of this credit before rounding
	Key       string  `json:"key,omitempty"`   // of the cell of a grid of rates
	Kept      string  `json:"kept,omitempty"`  // what a rounding or cap by credit made of Exact, where it changed it
}

// Slice is the part of a credit that fell into one band, exact.
type Slice struct {
	Band  int    `json:"band"`
	Exact string `json:"exact"`
}

// MemberLine is one member of the payee's team, with the member's own value of each measure the plan asks of members.
type MemberLine struct {
	Person   string         `json:"person"`
	Name     string         `json:"name,omitempty"`
	Level    string         `json:"level"`
	Measures []MeasureValue `json:"measures"`
	Counted  []string       `json:"counted,omitempty"` // ids of count measures that counted the member
}
