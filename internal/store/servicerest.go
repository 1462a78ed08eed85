package store

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/mention"
	"xiaoguan/internal/servicecase"
)

// This file is what service cases rest on: comments, people, what was sold, the time limits.

var serviceCommentColumns = []string{"id", "case_id", "person_id", "user_id", "user_name", "public", "text", "at"}

func serviceCommentValues(c servicecase.Comment) []any {
	return []any{c.ID, c.CaseID, c.PersonID, c.UserID, c.UserName, c.Public, c.Text, instant(c.At)}
}

// InsertServiceComment implements servicecase.Tx.
func (tx *Tx) InsertServiceComment(ctx context.Context, c servicecase.Comment) error {
	return tx.insertRow(ctx, "service_comment", serviceCommentColumns, serviceCommentValues(c))
}

// ServiceComments implements servicecase.Reader.
func (tx *Tx) ServiceComments(ctx context.Context, caseID int64, limit int) ([]servicecase.Comment, error) {
	return collect(ctx, tx, func(r rows, c *servicecase.Comment) error {
		return r.Scan(&c.ID, &c.CaseID, &c.PersonID, &c.UserID, &c.UserName, &c.Public, &c.Text, scanTime(&c.At), &c.PersonName)
	}, `SELECT c.id, c.case_id, c.person_id, c.user_id, c.user_name, c.public, c.text, c.at, COALESCE(p.name, '') FROM service_comment c
		LEFT JOIN person p ON p.id = c.person_id AND p.superseded_in = `+openBatch+` WHERE c.case_id = $1 ORDER BY c.id DESC LIMIT $2`, caseID, int64(limit))
}

// AddServiceMembers implements servicecase.Tx.
func (tx *Tx) AddServiceMembers(ctx context.Context, caseID int64, personIDs []int64) error {
	for _, id := range personIDs {
		if _, err := tx.exec(ctx, "INSERT INTO service_member (case_id, person_id) VALUES ($1, $2) ON CONFLICT (case_id, person_id) DO NOTHING", caseID, id); err != nil {
			return err
		}
	}
	return nil
}

// PersonsCalled implements mention.Reader. Who has left is not called any more.
func (tx *Tx) PersonsCalled(ctx context.Context, texts []string) ([]mention.Person, error) {
	args := append(valuesOf(texts), tx.Today().String())
	in := numbered(len(texts))
	return collect(ctx, tx, func(r rows, p *mention.Person) error { return r.Scan(&p.ID, &p.Key, &p.Name) },
		"SELECT p.id, p.key, p.name FROM person p WHERE p.superseded_in = "+openBatch+" AND (p.name IN ("+in+") OR p.key IN ("+in+")) AND (p.left_on = '' OR p.left_on > "+
			"$"+strconv.Itoa(len(args))+") ORDER BY p.id LIMIT 200", args...)
}

// ServicePeople implements servicecase.Reader.
func (tx *Tx) ServicePeople(ctx context.Context) ([]servicecase.Person, error) {
	return collect(ctx, tx, func(r rows, p *servicecase.Person) error { return r.Scan(&p.ID, &p.Key, &p.Name) },
		`SELECT DISTINCT p.id, p.key, p.name FROM user_grant g JOIN app_user u ON u.id = g.user_id AND u.disabled = FALSE JOIN person p ON p.id = u.person_id AND p.superseded_in = `+openBatch+`
		WHERE g.role = 'service' ORDER BY p.name, p.id LIMIT 500`)
}

// ServiceOwner implements servicecase.Reader.
func (tx *Tx) ServiceOwner(ctx context.Context, customerID int64) (servicecase.Person, error) {
	found, err := collect(ctx, tx, func(r rows, p *servicecase.Person) error { return r.Scan(&p.ID, &p.Key, &p.Name) },
		"SELECT p.id, p.key, p.name FROM service_owner o JOIN person p ON p.id = o.person_id AND p.superseded_in = "+openBatch+" WHERE o.customer_id = $1", customerID)
	if err != nil || len(found) == 0 {
		return servicecase.Person{}, err
	}
	return found[0], nil
}

// SetServiceOwner implements servicecase.Tx.
func (tx *Tx) SetServiceOwner(ctx context.Context, customerID, personID int64, at time.Time, by string) error {
	if personID == 0 {
		_, err := tx.exec(ctx, "DELETE FROM service_owner WHERE customer_id = $1", customerID)
		return err
	}
	_, err := tx.exec(ctx, `INSERT INTO service_owner (customer_id, person_id, since, set_by) VALUES ($1, $2, $3, $4)
		ON CONFLICT (customer_id) DO UPDATE SET person_id = excluded.person_id, since = excluded.since, set_by = excluded.set_by`, customerID, personID, instant(at), by)
	return err
}

// ContactOf implements servicecase.Tx.
func (tx *Tx) ContactOf(ctx context.Context, id int64) (int64, error) {
	return value[int64](ctx, tx, "SELECT customer_id FROM contact WHERE id = $1", id)
}

// firstShare is who has the greatest share of deal d.
const firstShare = "COALESCE((SELECT s.person_id FROM deal_share s WHERE s.deal_id = d.id AND s.superseded_in = " + openBatch + " ORDER BY s.basis_points DESC, s.position LIMIT 1), 0)"

// SoldDeal implements servicecase.Tx.
func (tx *Tx) SoldDeal(ctx context.Context, key string) (servicecase.Sold, error) {
	return oneOrZero(ctx, tx, func(r rows, s *servicecase.Sold) error {
		return r.Scan(&s.CustomerID, &s.ProductID, &s.SellerID, &s.OpportunityID)
	}, "SELECT "+livesAs("d.customer_id")+", d.product_id, "+firstShare+", COALESCE((SELECT MIN(o.id) FROM opportunity o WHERE o.deal_key = d.key AND o.deal_key <> ''), 0) FROM deal d WHERE d.key = $1 AND d.superseded_in = "+openBatch, key)
}

// SoldOpportunity implements servicecase.Tx.
func (tx *Tx) SoldOpportunity(ctx context.Context, id int64) (sold servicecase.Sold, dealKey string, err error) {
	sold, err = oneOrZero(ctx, tx, func(r rows, s *servicecase.Sold) error {
		var products string
		if err := r.Scan(&s.CustomerID, &s.SellerID, &s.OpportunityID, &dealKey, &products); err != nil {
			return err
		}
		ids, err := splitIDs(products)
		if len(ids) > 0 {
			s.ProductID = ids[0]
		}
		return err
	}, "SELECT customer_id, owner_id, id, deal_key, product_ids FROM opportunity WHERE id = $1", id)
	return sold, dealKey, err
}

// LastSeller implements servicecase.Tx.
func (tx *Tx) LastSeller(ctx context.Context, customerID int64) (int64, error) {
	id, err := value[int64](ctx, tx, "SELECT "+firstShare+" FROM deal d WHERE "+boughtBy("d.customer_id", "$1")+" AND d.superseded_in = "+openBatch+" ORDER BY d.signed_on DESC, d.id DESC LIMIT 1", customerID)
	if err != nil || id != 0 {
		return id, err
	}
	return value[int64](ctx, tx, "SELECT owner_id FROM opportunity WHERE customer_id = $1 ORDER BY id DESC LIMIT 1", customerID)
}

// oneOrZero returns the one row there is, or the zero value.
func oneOrZero[T any](ctx context.Context, q querier, scan func(rows, *T) error, text string, args ...any) (T, error) {
	found, err := collect(ctx, q, scan, text, args...)
	if err != nil || len(found) == 0 {
		var zero T
		return zero, err
	}
	return found[0], nil
}

// LeadersOf implements servicecase.Tx.
func (tx *Tx) LeadersOf(ctx context.Context, personID int64, today calendar.Date) ([]int64, error) {
	return collect(ctx, tx, func(r rows, id *int64) error { return r.Scan(id) }, `SELECT DISTINCT l.person_id FROM assignment a JOIN team_leader l ON l.team_id = a.team_id AND l.superseded_in = `+openBatch+`
		AND l.valid_from <= $2 AND $2 < l.valid_to WHERE a.person_id = $1 AND a.superseded_in = `+openBatch+` AND a.valid_from <= $2 AND $2 < a.valid_to AND l.person_id <> $1 ORDER BY l.person_id`, personID, today.String())
}

// ServiceRules implements servicecase.Reader.
func (tx *Tx) ServiceRules(ctx context.Context) (servicecase.Rules, error) {
	return oneOrZero(ctx, tx, func(r rows, rules *servicecase.Rules) error {
		var text string
		var revision int64
		if err := r.Scan(&text, &revision); err != nil {
			return err
		}
		err := json.Unmarshal([]byte(text), rules)
		rules.Revision = revision
		return err
	}, "SELECT rules, revision FROM service_rules WHERE id = 1")
}

// SaveServiceRules implements servicecase.Tx.
func (tx *Tx) SaveServiceRules(ctx context.Context, r servicecase.Rules) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if r.Revision == 1 {
		return tx.insertRow(ctx, "service_rules", []string{"id", "rules", "revision"}, []any{int64(1), string(text), r.Revision})
	}
	return mustChange(ctx, tx, "service.rules_changed", "UPDATE service_rules SET rules = $1, revision = $2 WHERE id = 1 AND revision = $2 - 1", string(text), r.Revision)
}
