package store

import (
	"context"
	"strconv"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/revisit"
)

// ReturnVisitStore returns the store of package revisit.
func (db *DB) ReturnVisitStore() revisit.Store { return returnVisitStore{db} }

type returnVisitStore struct{ db *DB }

// InTx implements revisit.Store.
func (s returnVisitStore) InTx(ctx context.Context, fn func(revisit.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

// Read implements revisit.Store.
func (s returnVisitStore) Read(ctx context.Context, fn func(revisit.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

var visitRuleColumns = []string{"id", "name", "days", "tier", "active", "since", "created_by", "created_at", "revision"}

func visitRuleValues(r revisit.Rule) []any {
	return []any{r.ID, r.Name, r.Days, r.Tier, r.Active, r.Since.String(), r.CreatedBy, instant(r.CreatedAt), r.Revision}
}

var visitRuleSelect = "SELECT " + strings.Join(visitRuleColumns, ", ") + " FROM return_visit_rule"

func scanVisitRule(r rows, v *revisit.Rule) error {
	return r.Scan(&v.ID, &v.Name, &v.Days, &v.Tier, &v.Active, scanDate(&v.Since), &v.CreatedBy, scanTime(&v.CreatedAt), &v.Revision)
}

// ReturnVisitRules implements revisit.Reader.
func (tx *Tx) ReturnVisitRules(ctx context.Context) ([]revisit.Rule, error) {
	return collect(ctx, tx, scanVisitRule, visitRuleSelect+" ORDER BY name, id LIMIT 200")
}

// ReturnVisitRule implements revisit.Reader.
func (tx *Tx) ReturnVisitRule(ctx context.Context, id int64) (revisit.Rule, error) {
	return one(ctx, tx, "revisit.no_such_rule", scanVisitRule, visitRuleSelect+" WHERE id = $1", id)
}

// InsertReturnVisitRule implements revisit.Tx.
func (tx *Tx) InsertReturnVisitRule(ctx context.Context, r revisit.Rule) error {
	return tx.insertRow(ctx, "return_visit_rule", visitRuleColumns, visitRuleValues(r))
}

// SaveReturnVisitRule implements revisit.Tx.
func (tx *Tx) SaveReturnVisitRule(ctx context.Context, r revisit.Rule) error {
	return mustChange(ctx, tx, "revisit.changed_meanwhile", "UPDATE return_visit_rule SET name = $2, days = $3, tier = $4, active = $5, since = $6, revision = $7 WHERE id = $1 AND revision = $7 - 1",
		r.ID, r.Name, r.Days, r.Tier, r.Active, r.Since.String(), r.Revision)
}

var visitColumns = []string{"id", "rule_id", "customer_id", "contact_id", "opportunity_id", "deal_key", "person_id", "due_on", "attempt", "state", "outcome", "score", "text", "done_at", "created_by", "created_at", "revision"}

func visitValues(v revisit.Visit) []any {
	return []any{v.ID, v.RuleID, v.CustomerID, v.ContactID, v.OpportunityID, v.DealKey, v.PersonID, v.DueOn.String(), v.Attempt, string(v.State), string(v.Outcome), v.Score, v.Text, instant(v.DoneAt), v.CreatedBy, instant(v.CreatedAt), v.Revision}
}

var visitSelect = "SELECT v." + strings.Join(visitColumns, ", v.") + ", COALESCE(k.key, ''), COALESCE(k.name, ''), COALESCE(a.name, ''), COALESCE(p.name, ''), COALESCE(u.name, '') FROM "

// visitNames are joined behind the rows of a page, as v.
const visitNames = ` v LEFT JOIN customer k ON k.id = v.customer_id AND k.superseded_in = ` + openBatch + ` LEFT JOIN contact a ON a.id = v.contact_id
	LEFT JOIN person p ON p.id = v.person_id AND p.superseded_in = ` + openBatch + ` LEFT JOIN return_visit_rule u ON u.id = v.rule_id`

func scanVisit(r rows, v *revisit.Visit) error {
	return r.Scan(&v.ID, &v.RuleID, &v.CustomerID, &v.ContactID, &v.OpportunityID, &v.DealKey, &v.PersonID, scanDate(&v.DueOn), &v.Attempt, &v.State, &v.Outcome, &v.Score, &v.Text, scanTime(&v.DoneAt), &v.CreatedBy,
		scanTime(&v.CreatedAt), &v.Revision, &v.CustomerKey, &v.CustomerName, &v.ContactName, &v.PersonName, &v.RuleName)
}

func (tx *Tx) visitSelection(ctx context.Context, reach revisit.Reach, f revisit.Filter) (*selection, error) {
	s := &selection{table: "return_visit v", of: "v.id", own: true, columns: "0 AS amount_minor, '' AS currency"}
	persons, all, err := tx.personsOf(ctx, reach.Scope, reach.Today)
	if err != nil {
		return nil, err
	}
	if !all {
		s.owners("v.person_id", persons)
	}
	if f.PersonID != 0 {
		s.owners("v.person_id", []int64{f.PersonID})
	}
	if f.State != "" {
		s.index("v.state = ?", string(f.State))
	}
	if f.CustomerID != 0 {
		s.linked("v.customer_id", f.CustomerID)
	}
	s.days("v.due_on", f.Due)
	return s, tx.narrow(ctx, s)
}

// ReturnVisits implements revisit.Reader.
func (tx *Tx) ReturnVisits(ctx context.Context, reach revisit.Reach, f revisit.Filter) ([]revisit.Visit, string, error) {
	s, err := tx.visitSelection(ctx, reach, f)
	if err != nil {
		return nil, "", err
	}
	c, by := s.where(), order{column: "v.due_on", tie: "v.id", tieNumber: true}
	tail, err := c.page(f.Paging, by)
	if err != nil {
		return nil, "", err
	}
	found, err := collect(ctx, tx, scanVisit, visitSelect+"(SELECT v.* FROM return_visit v"+c.where()+tail+")"+visitNames+by.by(direction(f.Paging)), c.args...)
	if err != nil {
		return nil, "", err
	}
	page, next := cut(found, f.Paging, func(v revisit.Visit) (value, tie string) { return v.DueOn.String(), strconv.FormatInt(v.ID, 10) })
	return page, next, nil
}

// ReturnVisitTotal implements revisit.Reader.
func (tx *Tx) ReturnVisitTotal(ctx context.Context, reach revisit.Reach, f revisit.Filter) (fact.Total, error) {
	s, err := tx.visitSelection(ctx, reach, f)
	if err != nil {
		return fact.Total{}, err
	}
	return tx.freshTotal(ctx, s, false)
}

// ReturnVisit implements revisit.Reader.
func (tx *Tx) ReturnVisit(ctx context.Context, reach revisit.Reach, id int64) (revisit.Visit, error) {
	c := &filters{}
	c.add("v.id = ?", id)
	c.reach(reach.Scope, reach.Today, "v.person_id", "%s")
	return one(ctx, tx, "revisit.missing", scanVisit, visitSelect+"return_visit"+visitNames+c.where(), c.args...)
}

// InsertReturnVisit implements revisit.Tx.
func (tx *Tx) InsertReturnVisit(ctx context.Context, v revisit.Visit) error {
	return tx.insertRow(ctx, "return_visit", visitColumns, visitValues(v))
}

// SaveReturnVisit implements revisit.Tx.
func (tx *Tx) SaveReturnVisit(ctx context.Context, v revisit.Visit) error {
	return mustChange(ctx, tx, "revisit.changed_meanwhile", "UPDATE return_visit SET due_on = $2, state = $3, outcome = $4, score = $5, text = $6, done_at = $7, revision = $8 WHERE id = $1 AND revision = $8 - 1",
		v.ID, v.DueOn.String(), string(v.State), string(v.Outcome), v.Score, v.Text, instant(v.DoneAt), v.Revision)
}

// stands says that deal d was not cancelled.
const stands = " AND NOT EXISTS (SELECT 1 FROM deal_detail x WHERE x.deal_id = d.id AND x.superseded_in = " + openBatch + " AND x.cancelled_on < '9999-12-31')"

// DealsToVisit implements revisit.Tx.
func (tx *Tx) DealsToVisit(ctx context.Context, rule revisit.Rule, signed fact.Days, limit int) ([]string, error) {
	c := &filters{}
	c.add("d.superseded_in = " + openBatch + stands)
	c.days("d.signed_on", signed)
	if rule.Tier != "" {
		c.add("EXISTS (SELECT 1 FROM customer k WHERE k.id = d.customer_id AND k.superseded_in = "+openBatch+" AND k.tier = ?)", rule.Tier)
	}
	c.add("NOT EXISTS (SELECT 1 FROM return_visit v WHERE v.rule_id = ? AND v.rule_id > 0 AND v.attempt = 1 AND v.deal_key = d.key)", rule.ID)
	return collect(ctx, tx, func(r rows, key *string) error { return r.Scan(key) }, "SELECT d.key FROM deal d"+c.where()+" ORDER BY d.signed_on, d.id LIMIT "+strconv.Itoa(limit), c.args...)
}

// SignedOn implements revisit.Tx.
func (tx *Tx) SignedOn(ctx context.Context, dealKey string) (calendar.Date, error) {
	return oneOrZero(ctx, tx, func(r rows, d *calendar.Date) error { return r.Scan(scanDate(d)) }, "SELECT signed_on FROM deal WHERE key = $1 AND superseded_in = "+openBatch, dealKey)
}
