package store

import (
	"context"
	"strconv"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/opportunity"
)

// Opportunities returns the store of package opportunity.
func (db *DB) Opportunities() opportunity.Store { return opportunityStore{db} }

type opportunityStore struct{ db *DB }

// InTx implements opportunity.Store.
func (s opportunityStore) InTx(ctx context.Context, fn func(opportunity.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

// Read implements opportunity.Store.
func (s opportunityStore) Read(ctx context.Context, fn func(opportunity.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

var opportunityColumns = []string{"id", "name", "customer_id", "owner_id", "stage", "state", "amount_minor", "currency", "expected_on", "product_ids", "source", "note",
	"lost_for", "ended_for", "ended_on", "deal_key", "lead_id", "stage_since", "followed_at", "next_on", "created_by", "created_at", "revision", "fields"}

func opportunityValues(o opportunity.Opportunity) []any {
	return []any{o.ID, o.Name, o.CustomerID, o.OwnerID, string(o.Stage), string(o.State), o.AmountMinor, string(o.Currency), optionalDay(o.ExpectedOn), joinIDs(o.ProductIDs),
		o.Source, o.Note, o.LostFor, o.EndedFor, optionalDay(o.EndedOn), o.DealKey, o.LeadID, instant(o.StageSince), instant(o.FollowedAt), optionalDay(o.NextOn),
		o.CreatedBy, instant(o.CreatedAt), o.Revision, string(o.Fields)}
}

// optionalDay writes a day that may not be known.
func optionalDay(d calendar.Date) string {
	if d == calendar.NoDate {
		return ""
	}
	return d.String()
}

func joinIDs(ids []int64) string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = strconv.FormatInt(id, 10)
	}
	return strings.Join(texts, " ")
}

func splitIDs(text string) (ids []int64, err error) {
	for field := range strings.FieldsSeq(text) {
		id, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

var opportunitySelect = "SELECT o." + strings.Join(opportunityColumns, ", o.") + ", COALESCE(k.key, ''), COALESCE(k.name, ''), COALESCE(p.key, ''), COALESCE(p.name, '') FROM "

// opportunityNames are joined behind the rows of a page, as o.
const opportunityNames = ` o LEFT JOIN customer k ON k.id = o.customer_id AND k.superseded_in = ` + openBatch + `
	LEFT JOIN person p ON p.id = o.owner_id AND p.superseded_in = ` + openBatch

func scanOpportunity(r rows, o *opportunity.Opportunity) (err error) {
	var products string
	if err := r.Scan(&o.ID, &o.Name, &o.CustomerID, &o.OwnerID, &o.Stage, &o.State, &o.AmountMinor, &o.Currency, scanDate(&o.ExpectedOn), &products, &o.Source, &o.Note,
		&o.LostFor, &o.EndedFor, scanDate(&o.EndedOn), &o.DealKey, &o.LeadID, scanTime(&o.StageSince), scanTime(&o.FollowedAt), scanDate(&o.NextOn),
		&o.CreatedBy, scanTime(&o.CreatedAt), &o.Revision, &o.Fields, &o.CustomerKey, &o.CustomerName, &o.OwnerKey, &o.OwnerName); err != nil {
		return err
	}
	o.ProductIDs, err = splitIDs(products)
	return err
}

// ownedIn limits a selection to what persons in reach own.
func (tx *Tx) ownedIn(ctx context.Context, s *selection, column string, reach deal.Reach) error {
	persons, all, err := tx.personsOf(ctx, reach.Scope, reach.Today)
	if err != nil || all {
		return err
	}
	return tx.ownedBy(ctx, s, column, persons)
}

// owners is ownedBy for a table of which nobody has very many rows.
func (s *selection) owners(column string, persons []int64) {
	if len(persons) == 0 {
		s.nobody = true
		return
	}
	s.few = true
	s.index(column + " IN (" + listed(persons) + ")")
}

// ownedMax is how many rows are read by their owners and put in order for a page; of more, rows are walked in their order and their owners
// asked.
const ownedMax = 5_000

// ownedBy wants one of the persons as the owner in a column of the selection's table.
func (tx *Tx) ownedBy(ctx context.Context, s *selection, column string, persons []int64) error {
	if len(persons) == 0 {
		s.nobody = true
		return nil
	}
	among := " IN (" + listed(persons) + ")"
	many, err := tx.ownMany(ctx, s.table, column+among)
	switch {
	case err != nil:
		return err
	case many:
		s.test(within(tx.db.dialect.unindexed(column), persons))
	default:
		s.few = true
		s.index(column + among)
		s.gathered = true
	}
	return nil
}

// ownMany says whether more than ownedMax rows of a table fulfil a condition. In a snapshot it is remembered: a board asks for each of its columns.
func (tx *Tx) ownMany(ctx context.Context, table, condition string) (bool, error) {
	key := "owned " + table + " " + condition
	counted, known := tx.found[key]
	if !known || !tx.snapshot {
		owned, err := value[int64](ctx, tx, "SELECT COUNT(*) FROM (SELECT 1 FROM "+table+" WHERE "+condition+" LIMIT "+strconv.Itoa(ownedMax+1)+") z")
		if err != nil {
			return false, err
		}
		counted = []int64{owned}
		tx.remember(key, counted)
	}
	return counted[0] > ownedMax, nil
}

func (tx *Tx) opportunitySelection(ctx context.Context, reach deal.Reach, f opportunity.Filter) (*selection, error) {
	s := &selection{table: "opportunity o", of: "o.id", own: true, columns: "o.amount_minor, o.currency"}
	if f.State != "" {
		s.index("o.state = ?", string(f.State))
	}
	if f.Stage != "" {
		s.index("o.stage = ?", string(f.Stage))
	}
	if err := tx.ownedIn(ctx, s, "o.owner_id", reach); err != nil {
		return nil, err
	}
	if f.PersonID != 0 {
		if err := tx.ownedBy(ctx, s, "o.owner_id", []int64{f.PersonID}); err != nil {
			return nil, err
		}
	}
	if f.TeamID != 0 {
		members, err := tx.teamMembers(ctx, f.TeamID, reach.Today)
		if err != nil {
			return nil, err
		}
		if err := tx.ownedBy(ctx, s, "o.owner_id", members); err != nil {
			return nil, err
		}
	}
	if f.CustomerID != 0 {
		s.linked("o.customer_id", f.CustomerID)
	}
	if f.Source != "" {
		s.test("o.source = ?", f.Source)
	}
	if f.WithoutDeal {
		s.index("o.state = 'won'")
		s.test("o.deal_key = ''")
	}
	s.days("o.expected_on", f.Expected)
	if err := tx.amounts(ctx, s, "id", f.Amounts, false); err != nil {
		return nil, err
	}
	if f.Search != "" {
		n := newNeedle(f.Search)
		named := tx.namedPart(n, &tx.db.finders.opportunities, "o")
		if f.Order.Given() {
			named.sieve = nil // rows are walked by another index then
		}
		s.parts = append(s.parts, named)
	}
	s.parts = append(s.parts, customParts("o.id", f.Asked)...)
	return s, tx.narrow(ctx, s)
}

var opportunityOrders = map[string]order{
	opportunity.SortNew: {column: "o.id", tie: "o.id", number: true, tieNumber: true}, opportunity.SortExpected: {column: "o.expected_on", tie: "o.id", tieNumber: true},
	opportunity.SortAmount: {column: "o.amount_minor", tie: "o.id", number: true, tieNumber: true},
}

// Opportunities implements opportunity.Reader.
func (tx *Tx) Opportunities(ctx context.Context, reach deal.Reach, f opportunity.Filter) ([]opportunity.Opportunity, string, error) {
	s, err := tx.opportunitySelection(ctx, reach, f)
	if err != nil {
		return nil, "", err
	}
	by, rows := opportunityOrders[f.Paging.Sort], "SELECT o.* FROM opportunity o"
	outer := by
	var c *filters
	var tail string
	if f.Order.Given() {
		c, rows, outer = s.where(), customRows(s), customPlaces(f.Order, "o")
		tail, err = c.page(f.Paging, c.customOrder(f.Order, "o.id"))
	} else {
		c, tail, err = tx.paged(ctx, s, f.Paging, by)
	}
	if err != nil {
		return nil, "", err
	}
	found, err := collect(ctx, tx, scanOpportunity, opportunitySelect+"("+rows+c.where()+tail+")"+opportunityNames+outer.by(direction(f.Paging)), c.args...)
	if err != nil {
		return nil, "", err
	}
	page, next := cut(found, f.Paging, func(o opportunity.Opportunity) (value, tie string) {
		if f.Order.Given() {
			return customPlace(f.Order, o.Fields, o.ID)
		}
		tie = strconv.FormatInt(o.ID, 10)
		switch f.Paging.Sort {
		case opportunity.SortExpected:
			return optionalDay(o.ExpectedOn), tie
		case opportunity.SortAmount:
			return strconv.FormatInt(o.AmountMinor, 10), tie
		}
		return tie, tie
	})
	return page, next, nil
}

// OpportunityTotal implements opportunity.Reader.
func (tx *Tx) OpportunityTotal(ctx context.Context, reach deal.Reach, f opportunity.Filter) (fact.Total, error) {
	s, err := tx.opportunitySelection(ctx, reach, f)
	if err != nil {
		return fact.Total{}, err
	}
	return tx.freshTotal(ctx, s, f.ExactTotal)
}

// Opportunity implements opportunity.Reader.
func (tx *Tx) Opportunity(ctx context.Context, reach deal.Reach, id int64) (opportunity.Opportunity, error) {
	c := &filters{}
	c.add("o.id = ?", id)
	c.reach(reach.Scope, reach.Today, "o.owner_id", "%s")
	return one(ctx, tx, "opportunity.missing", scanOpportunity, opportunitySelect+"opportunity"+opportunityNames+c.where(), c.args...)
}

// CountOnStage implements opportunity.Reader.
func (tx *Tx) CountOnStage(ctx context.Context, stage opportunity.Stage, state opportunity.State, limit int) (int64, error) {
	const matching = "opportunity WHERE state = $1 AND stage = $2"
	if limit == 0 {
		return value[int64](ctx, tx, "SELECT COUNT(*) FROM "+matching, string(state), string(stage))
	}
	return value[int64](ctx, tx, "SELECT COUNT(*) FROM (SELECT 1 FROM "+matching+" LIMIT "+strconv.Itoa(limit)+") z", string(state), string(stage))
}

// OnStage implements opportunity.Tx.
func (tx *Tx) OnStage(ctx context.Context, stage opportunity.Stage, state opportunity.State, limit int) ([]opportunity.Opportunity, error) {
	const by = " ORDER BY o.expected_on, o.id"
	return collect(ctx, tx, scanOpportunity, opportunitySelect+"(SELECT o.* FROM opportunity o WHERE o.state = $1 AND o.stage = $2"+by+" LIMIT "+strconv.Itoa(limit)+")"+opportunityNames+by, string(state), string(stage))
}

// InsertOpportunity implements opportunity.Tx.
func (tx *Tx) InsertOpportunity(ctx context.Context, o opportunity.Opportunity) error {
	return tx.insertRow(ctx, "opportunity", opportunityColumns, opportunityValues(o))
}

// insertRow writes one row.
func (tx *Tx) insertRow(ctx context.Context, table string, columns []string, values []any) error {
	_, err := tx.exec(ctx, "INSERT INTO "+table+" ("+strings.Join(columns, ", ")+") VALUES ("+numbered(len(values))+")", values...)
	return err
}

// SaveOpportunity implements opportunity.Tx. Follow-ups are not its business: see MarkFollowed.
func (tx *Tx) SaveOpportunity(ctx context.Context, o opportunity.Opportunity) error {
	if err := tx.renamed(ctx, &tx.db.finders.opportunities, o.ID, o.Name); err != nil {
		return err
	}
	if err := tx.passOffers(ctx, o.ID, o.OwnerID); err != nil {
		return err
	}
	return mustChange(ctx, tx, "opportunity.changed_meanwhile", `UPDATE opportunity SET name = $2, customer_id = $3, owner_id = $4, stage = $5, state = $6, amount_minor = $7,
		currency = $8, expected_on = $9, product_ids = $10, source = $11, note = $12, lost_for = $13, ended_for = $14, ended_on = $15, deal_key = $16, stage_since = $17,
		revision = $18, fields = $19 WHERE id = $1 AND revision = $18 - 1`, o.ID, o.Name, o.CustomerID, o.OwnerID, string(o.Stage), string(o.State), o.AmountMinor, string(o.Currency),
		optionalDay(o.ExpectedOn), joinIDs(o.ProductIDs), o.Source, o.Note, o.LostFor, o.EndedFor, optionalDay(o.EndedOn), o.DealKey, instant(o.StageSince), o.Revision, string(o.Fields))
}

// PassContacts implements opportunity.Tx.
func (tx *Tx) PassContacts(ctx context.Context, id, from, to int64) error {
	_, err := tx.exec(ctx, "UPDATE task SET person_id = $3, revision = revision + 1 WHERE opportunity_id = $1 AND state = 'open' AND kind = 'contact' AND person_id = $2", id, from, to)
	return err
}

// DropContacts implements opportunity.Tx.
func (tx *Tx) DropContacts(ctx context.Context, id int64) error {
	if _, err := tx.exec(ctx, "UPDATE opportunity SET next_on = '' WHERE id = $1", id); err != nil {
		return err
	}
	_, err := tx.exec(ctx, "UPDATE task SET state = 'dropped', ended_at = $2, revision = revision + 1 WHERE opportunity_id = $1 AND state = 'open' AND kind = 'contact'", id, instant(tx.Now()))
	return err
}
