package api

import "time"

// ContractEntry is a contract as it is entered.
type ContractEntry struct {
	Number     string           `json:"number" maxLength:"100" doc:"The company's own; also the key of its deal."`
	Title      string           `json:"title" maxLength:"300"`
	Owner      string           `json:"owner,omitempty" maxLength:"100" doc:"Employee number. Left out, the opportunity's owner, or you."`
	Currency   string           `json:"currency" example:"CNY"`
	OurParty   string           `json:"our_party" maxLength:"300"`
	TheirParty string           `json:"their_party" maxLength:"300"`
	StartsOn   string           `json:"starts_on,omitempty" format:"date"`
	EndsOn     string           `json:"ends_on,omitempty" format:"date" doc:"The last day; left out, without an end."`
	Lines      []OfferEntryLine `json:"lines" nullable:"false" minItems:"1" maxItems:"100"`
	Note       string           `json:"note,omitempty" maxLength:"16000"`
	Fields     ownValues        `json:"fields,omitempty" doc:"Values of the company's own fields by key; null empties one, and what is left out stays."`
}

// ContractHead is a contract in a list.
type ContractHead struct {
	ID            int64      `json:"id"`
	Number        string     `json:"number"`
	Title         string     `json:"title"`
	OpportunityID int64      `json:"opportunity_id,omitempty"`
	QuoteID       int64      `json:"quote_id,omitempty"`
	CustomerID    int64      `json:"customer_id"`
	CustomerName  string     `json:"customer_name"`
	OwnerID       int64      `json:"owner_id" doc:"A person."`
	OwnerName     string     `json:"owner_name"`
	State         string     `json:"state" enum:"draft,waiting,approved,signed,expired,ended,dropped"`
	Currency      string     `json:"currency" example:"CNY"`
	AmountMinor   int64      `json:"amount_minor" doc:"As amended, tax included."`
	TaxMinor      int64      `json:"tax_minor"`
	OurParty      string     `json:"our_party"`
	TheirParty    string     `json:"their_party"`
	StartsOn      string     `json:"starts_on,omitempty" format:"date"`
	EndsOn        string     `json:"ends_on,omitempty" format:"date"`
	SignedOn      string     `json:"signed_on,omitempty" format:"date"`
	EndedOn       string     `json:"ended_on,omitempty" format:"date"`
	EndedFor      string     `json:"ended_for,omitempty"`
	Fields        ownValues  `json:"fields,omitempty" doc:"Values of the company's own fields by key."`
	RequestID     string     `json:"request_id,omitempty" doc:"Of the approval."`
	CreatedAt     *time.Time `json:"created_at,omitempty"`
	Revision      int64      `json:"revision"`
}

// contractDetail is a contract with what belongs to it.
type contractDetail struct {
	ContractHead
	Note        string               `json:"note,omitempty"`
	Lines       []OfferLine          `json:"lines" nullable:"false"`
	Instalments []ContractInstalment `json:"instalments" nullable:"false" doc:"By day."`
	Amendments  []amendment          `json:"amendments" nullable:"false" doc:"The newest first."`
	Collections []collection         `json:"collections" nullable:"false" doc:"What was reported, the newest first, at most 200."`
	DealKey     string               `json:"deal_key,omitempty" doc:"Of the deal, once it is recorded; it is the contract's number."`
	PaidMinor   int64                `json:"paid_minor" doc:"What the deal's payments add up to."`
	Changes     []workChange         `json:"changes" nullable:"false" doc:"The newest first, at most 100."`
}

// ContractInstalment is a part of a contract's amount with its day.
type ContractInstalment struct {
	Number         int64  `json:"number"`
	Name           string `json:"name,omitempty"`
	DueOn          string `json:"due_on" format:"date"`
	AmountMinor    int64  `json:"amount_minor"`
	CollectedMinor int64  `json:"collected_minor" doc:"What the deal's payments cover of it, in the order in which instalments are due."`
	LeftMinor      int64  `json:"left_minor"`
	DaysLate       int64  `json:"days_late" doc:"0 while nothing is late."`
	Currency       string `json:"currency" example:"CNY"`
	InvoiceKey     string `json:"invoice_key,omitempty"`
}

type dueInstalment struct {
	ContractInstalment
	ContractID     int64  `json:"contract_id"`
	ContractNumber string `json:"contract_number"`
	CustomerID     int64  `json:"customer_id"`
	CustomerName   string `json:"customer_name"`
	OwnerID        int64  `json:"owner_id"`
	OwnerName      string `json:"owner_name"`
}

type amendment struct {
	Number       int64      `json:"number"`
	State        string     `json:"state" enum:"waiting,approved,refused"`
	EffectiveOn  string     `json:"effective_on" format:"date"`
	Reason       string     `json:"reason"`
	AmountMinor  int64      `json:"amount_minor" doc:"Of the contract afterwards."`
	BeforeMinor  int64      `json:"before_minor"`
	EndsOn       string     `json:"ends_on,omitempty" format:"date" doc:"Of the contract afterwards."`
	BeforeEndsOn string     `json:"before_ends_on,omitempty" format:"date"`
	RequestID    string     `json:"request_id,omitempty"`
	CreatedAt    *time.Time `json:"created_at,omitempty"`
	DecidedAt    *time.Time `json:"decided_at,omitempty"`
}

type collection struct {
	ID             int64      `json:"id"`
	ContractID     int64      `json:"contract_id"`
	ContractNumber string     `json:"contract_number"`
	CustomerName   string     `json:"customer_name"`
	Kind           string     `json:"kind" enum:"collection,refund"`
	State          string     `json:"state" enum:"reported,confirmed,refused,withdrawn"`
	PaidOn         string     `json:"paid_on" format:"date"`
	AmountMinor    int64      `json:"amount_minor" doc:"Above zero for both kinds."`
	Currency       string     `json:"currency" example:"CNY"`
	Payer          string     `json:"payer,omitempty"`
	Way            string     `json:"way" enum:"transfer,acceptance,cash,online,offset,other"`
	Note           string     `json:"note,omitempty"`
	PaymentKey     string     `json:"payment_key,omitempty" doc:"Once it is confirmed."`
	Reply          string     `json:"reply,omitempty" doc:"Why it was refused."`
	ReportedName   string     `json:"reported_name"`
	ReportedAt     *time.Time `json:"reported_at,omitempty"`
	DecidedName    string     `json:"decided_name,omitempty"`
	DecidedAt      *time.Time `json:"decided_at,omitempty"`
	Revision       int64      `json:"revision"`
}

type contractOutput struct {
	ETag string `header:"ETag"`
	Body contractDetail
}

// PlanPart is an instalment as it is entered.
type PlanPart struct {
	Name        string `json:"name,omitempty" maxLength:"300"`
	DueOn       string `json:"due_on" format:"date"`
	AmountMinor int64  `json:"amount_minor" minimum:"1"`
	InvoiceKey  string `json:"invoice_key,omitempty" maxLength:"100"`
}
