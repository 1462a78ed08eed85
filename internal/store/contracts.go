package store

import (
	"context"
	"strconv"
	"strings"

	"xiaoguan/internal/contract"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/fact"
)

// Contracts returns the store of package contract.
func (db *DB) Contracts() contract.Store { return contractStore{db} }

type contractStore struct{ db *DB }

// InTx implements contract.Store.
func (s contractStore) InTx(ctx context.Context, fn func(contract.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

// Read implements contract.Store.
func (s contractStore) Read(ctx context.Context, fn func(contract.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

var contractColumns = []string{"id", "number", "opportunity_id", "quote_id", "customer_id", "owner_id", "title", "state", "lines", "currency", "amount_minor", "tax_minor", "our_party", "their_party",
	"starts_on", "ends_on", "signed_on", "ended_on", "ended_for", "note", "plan_revision", "request_id", "created_by", "created_at", "fields", "revision"}

func contractValues(c contract.Contract) []any {
	return []any{c.ID, c.Number, c.OpportunityID, c.QuoteID, c.CustomerID, c.OwnerID, c.Title, string(c.State), lineText(c.Lines), string(c.Currency), c.AmountMinor, c.TaxMinor, c.OurParty, c.TheirParty,
		optionalDay(c.StartsOn), optionalDay(c.EndsOn), optionalDay(c.SignedOn), optionalDay(c.EndedOn), c.EndedFor, c.Note, c.PlanRevision, c.RequestID, c.CreatedBy, instant(c.CreatedAt), string(c.Fields), c.Revision}
}

var contractSelect = "SELECT c." + strings.Join(contractColumns, ", c.") + ", COALESCE(o.name, ''), COALESCE(k.key, ''), COALESCE(k.name, ''), COALESCE(p.key, ''), COALESCE(p.name, '') FROM "

// contractNames are joined behind the rows of a page, as c.
const contractNames = ` c LEFT JOIN opportunity o ON o.id = c.opportunity_id LEFT JOIN customer k ON k.id = c.customer_id AND k.superseded_in = ` + openBatch + `
	LEFT JOIN person p ON p.id = c.owner_id AND p.superseded_in = ` + openBatch

func scanContract(r rows, c *contract.Contract) error {
	var lines string
	if err := r.Scan(&c.ID, &c.Number, &c.OpportunityID, &c.QuoteID, &c.CustomerID, &c.OwnerID, &c.Title, &c.State, &lines, &c.Currency, &c.AmountMinor, &c.TaxMinor, &c.OurParty, &c.TheirParty,
		scanDate(&c.StartsOn), scanDate(&c.EndsOn), scanDate(&c.SignedOn), scanDate(&c.EndedOn), &c.EndedFor, &c.Note, &c.PlanRevision, &c.RequestID, &c.CreatedBy, scanTime(&c.CreatedAt), &c.Fields, &c.Revision,
		&c.OpportunityName, &c.CustomerKey, &c.CustomerName, &c.OwnerKey, &c.OwnerName); err != nil {
		return err
	}
	return scanLines(lines, &c.Lines)
}

func (tx *Tx) contractSelection(ctx context.Context, reach deal.Reach, f contract.Filter) (*selection, error) {
	s := &selection{table: "contract c", of: "c.id", own: true, columns: "c.amount_minor, c.currency"}
	switch f.State {
	case "":
	case contract.StateExpired:
		s.index("c.state = ?", string(contract.StateSigned))
		s.index("c.ends_on > ''")
		s.index("c.ends_on < ?", reach.Today.String())
	case contract.StateSigned:
		s.index("c.state = ?", string(contract.StateSigned))
		s.test("(c.ends_on = '' OR c.ends_on >= ?)", reach.Today.String())
	default:
		s.index("c.state = ?", string(f.State))
	}
	if err := tx.people(ctx, s, "c.owner_id", reach, f.PersonID, f.TeamID); err != nil {
		return nil, err
	}
	if f.OpportunityID != 0 {
		s.linked("c.opportunity_id", f.OpportunityID)
	}
	if f.CustomerID != 0 {
		s.linked("c.customer_id", f.CustomerID)
	}
	if f.SignedSince != 0 {
		s.index("c.signed_on >= ?", f.SignedSince.String())
	}
	if f.WithoutDeal {
		s.test(tx.db.dialect.unindexed("c.state")+" = ?", string(contract.StateSigned)) // nearly all are: they are walked in the order of the list
		s.test("NOT EXISTS (SELECT 1 FROM deal d WHERE d.key = c.number AND d.superseded_in = " + openBatch + ")")
	}
	if f.Ends != fact.AnyDay() {
		s.test(tx.db.dialect.unindexed("c.ends_on") + " > ''")
	}
	if err := tx.fewDays(ctx, s, "c.ends_on", "w.ends_on > ''", f.Ends, f.Paging.Sort == contract.SortEnds); err != nil {
		return nil, err
	}
	if err := tx.amounts(ctx, s, "id", f.Amounts, false); err != nil {
		return nil, err
	}
	if f.Search != "" {
		s.parts = append(s.parts, tx.namedPart(newNeedle(f.Search), &tx.db.finders.contracts, "c"))
	}
	s.parts = append(s.parts, customParts("c.id", f.Own.Where)...)
	return s, tx.narrow(ctx, s)
}

var contractOrders = map[string]order{
	contract.SortNew: {column: "c.id", tie: "c.id", number: true, tieNumber: true}, contract.SortEnds: {column: "c.ends_on", tie: "c.id", tieNumber: true},
	contract.SortSigned: {column: "c.signed_on", tie: "c.id", tieNumber: true}, contract.SortAmount: {column: "c.amount_minor", tie: "c.id", number: true, tieNumber: true},
}

// Contracts implements contract.Reader.
func (tx *Tx) Contracts(ctx context.Context, reach deal.Reach, f contract.Filter) ([]contract.Contract, string, error) {
	s, err := tx.contractSelection(ctx, reach, f)
	if err != nil {
		return nil, "", err
	}
	c, rows, tail, outer, err := tx.pagedBy(ctx, s, f.Paging, contractOrders[f.Paging.Sort], "SELECT c.* FROM contract c", f.Own.Order)
	if err != nil {
		return nil, "", err
	}
	found, err := collect(ctx, tx, scanContract, contractSelect+"("+rows+c.where()+tail+")"+contractNames+outer.by(direction(f.Paging)), c.args...)
	if err != nil {
		return nil, "", err
	}
	page, next := cut(found, f.Paging, func(c contract.Contract) (value, tie string) {
		if f.Own.Order.Given() {
			return customPlace(f.Own.Order, c.Fields, c.ID)
		}
		tie = strconv.FormatInt(c.ID, 10)
		switch f.Paging.Sort {
		case contract.SortEnds:
			return optionalDay(c.EndsOn), tie
		case contract.SortSigned:
			return optionalDay(c.SignedOn), tie
		case contract.SortAmount:
			return strconv.FormatInt(c.AmountMinor, 10), tie
		}
		return tie, tie
	})
	return page, next, nil
}

// ContractTotal implements contract.Reader.
func (tx *Tx) ContractTotal(ctx context.Context, reach deal.Reach, f contract.Filter) (fact.Total, error) {
	s, err := tx.contractSelection(ctx, reach, f)
	if err != nil {
		return fact.Total{}, err
	}
	return tx.freshTotal(ctx, s, f.ExactTotal)
}

// Contract implements contract.Reader.
func (tx *Tx) Contract(ctx context.Context, reach deal.Reach, id int64) (contract.Contract, error) {
	c := &filters{}
	c.add("c.id = ?", id)
	c.reach(reach.Scope, reach.Today, "c.owner_id", "%s")
	return one(ctx, tx, "contract.missing", scanContract, contractSelect+"contract"+contractNames+c.where(), c.args...)
}

// ContractKnown implements contract.Reader.
func (tx *Tx) ContractKnown(ctx context.Context, number string) (int64, error) {
	return value[int64](ctx, tx, "SELECT id FROM contract WHERE number = $1", number)
}

// InsertContract implements contract.Tx.
func (tx *Tx) InsertContract(ctx context.Context, c contract.Contract) error {
	return tx.insertRow(ctx, "contract", contractColumns, contractValues(c))
}

// SaveContract implements contract.Tx. What belongs to the contract goes where its owner is.
func (tx *Tx) SaveContract(ctx context.Context, c contract.Contract) error {
	if err := tx.renamed(ctx, &tx.db.finders.contracts, c.ID, c.Number, c.Title); err != nil {
		return err
	}
	if err := tx.saveRow(ctx, "contract", "contract.changed_meanwhile", contractColumns, contractValues(c)); err != nil {
		return err
	}
	return tx.passContract(ctx, "id = $1", c.ID, c.OwnerID)
}

// passContract hands what belongs to contracts to an owner.
func (tx *Tx) passContract(ctx context.Context, which string, id, ownerID int64) error {
	for _, table := range []string{"instalment", "collection_report"} {
		if _, err := tx.exec(ctx, "UPDATE "+table+" SET owner_id = $2 WHERE owner_id <> $2 AND contract_id IN (SELECT id FROM contract WHERE "+which+")", id, ownerID); err != nil {
			return err
		}
	}
	return nil
}

const amendmentColumns = "contract_id, number, state, effective_on, reason, lines, amount_minor, tax_minor, ends_on, before_minor, before_ends_on, request_id, created_by, created_name, created_at, decided_at"

func scanAmendment(r rows, a *contract.Amendment) error {
	var lines string
	if err := r.Scan(&a.ContractID, &a.Number, &a.State, scanDate(&a.EffectiveOn), &a.Reason, &lines, &a.AmountMinor, &a.TaxMinor, scanDate(&a.EndsOn), &a.BeforeMinor, scanDate(&a.BeforeEndsOn), &a.RequestID,
		&a.CreatedBy, &a.CreatedName, scanTime(&a.CreatedAt), scanTime(&a.DecidedAt)); err != nil {
		return err
	}
	return scanLines(lines, &a.Lines)
}

// Amendments implements contract.Reader.
func (tx *Tx) Amendments(ctx context.Context, contractID int64) ([]contract.Amendment, error) {
	return collect(ctx, tx, scanAmendment, "SELECT "+amendmentColumns+" FROM contract_amendment WHERE contract_id = $1 ORDER BY number DESC", contractID)
}

// InsertAmendment implements contract.Tx.
func (tx *Tx) InsertAmendment(ctx context.Context, a contract.Amendment) error {
	return tx.insertRow(ctx, "contract_amendment", strings.Split(amendmentColumns, ", "), []any{a.ContractID, a.Number, string(a.State), optionalDay(a.EffectiveOn), a.Reason, lineText(a.Lines), a.AmountMinor, a.TaxMinor,
		optionalDay(a.EndsOn), a.BeforeMinor, optionalDay(a.BeforeEndsOn), a.RequestID, a.CreatedBy, a.CreatedName, instant(a.CreatedAt), instant(a.DecidedAt)})
}

// DecideAmendment implements contract.Tx.
func (tx *Tx) DecideAmendment(ctx context.Context, a contract.Amendment) error {
	return mustChange(ctx, tx, "contract.changed_meanwhile", "UPDATE contract_amendment SET state = $3, request_id = $4, decided_at = $5 WHERE contract_id = $1 AND number = $2 AND state = 'waiting'",
		a.ContractID, a.Number, string(a.State), a.RequestID, instant(a.DecidedAt))
}
