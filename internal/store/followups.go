package store

import (
	"context"
	"strings"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/followup"
)

// FollowUpStore returns the store of package followup.
func (db *DB) FollowUpStore() followup.Store { return followUpStore{db} }

type followUpStore struct{ db *DB }

// InTx implements followup.Store.
func (s followUpStore) InTx(ctx context.Context, fn func(followup.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

// Read implements followup.Store.
func (s followUpStore) Read(ctx context.Context, fn func(followup.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

var followUpColumns = []string{"id", "opportunity_id", "person_id", "kind", "text", "occurred_at", "recorded_at", "next_on", "created_by", "customer_id"}

func followUpValues(f followup.FollowUp) []any {
	return []any{f.ID, f.OpportunityID, f.PersonID, string(f.Kind), f.Text, instant(f.OccurredAt), instant(f.RecordedAt), optionalDay(f.NextOn), f.CreatedBy, f.CustomerID}
}

// InsertFollowUp implements followup.Tx.
func (tx *Tx) InsertFollowUp(ctx context.Context, f followup.FollowUp) error {
	return tx.insertRow(ctx, "follow_up", followUpColumns, followUpValues(f))
}

// FollowUps implements followup.Reader.
func (tx *Tx) FollowUps(ctx context.Context, opportunityID, before int64, limit int) ([]followup.FollowUp, error) {
	c := &filters{}
	c.add("f.opportunity_id = ?", opportunityID)
	if before != 0 {
		c.add("f.id < ?", before)
	}
	return collect(ctx, tx, scanFollowUp, followUpSelect+c.where()+" ORDER BY f.id DESC LIMIT "+c.parameter(int64(limit)), c.args...)
}

// FollowUpsWith implements followup.Reader.
func (tx *Tx) FollowUpsWith(ctx context.Context, reach deal.Reach, customerID int64, limit int) ([]followup.FollowUp, error) {
	c := &filters{}
	mine := "SELECT f.id FROM follow_up f WHERE f.customer_id = " + c.parameter(customerID) + " AND f.customer_id <> 0"
	of := &filters{args: c.args}
	of.add("o.customer_id = ?", customerID)
	of.reach(reach.Scope, reach.Today, tx.db.dialect.unindexed("o.owner_id"), "%s")
	theirs := "SELECT f.id FROM opportunity o JOIN follow_up f ON f.opportunity_id = o.id" + of.where()
	return collect(ctx, tx, scanFollowUp, followUpSelect+" WHERE f.id IN ("+mine+" UNION ALL "+theirs+") ORDER BY f.occurred_at DESC, f.id DESC LIMIT "+of.parameter(int64(limit)), of.args...)
}

// eachSpoken gives the days of follow-ups with customers about no opportunity: of each, or the last ones by customer.
func (tx *Tx) eachSpoken(ctx context.Context, ids, moment, tail string, take func(customerID int64, on calendar.Date)) error {
	return each(ctx, tx, func(r rows) error {
		var id int64
		var at time.Time
		if err := r.Scan(&id, scanTime(&at)); err != nil {
			return err
		}
		take(id, tx.dayOf(at))
		return nil
	}, "SELECT customer_id, "+moment+" FROM follow_up WHERE customer_id IN ("+ids+") AND customer_id <> 0"+tail)
}

// MarkContacted implements tierbook.KeepingTx.
func (tx *Tx) MarkContacted(ctx context.Context, customerID int64, last, due calendar.Date) error {
	_, err := tx.exec(ctx, "UPDATE tier_standing SET last_contact = $2, contact_due = $3 WHERE customer_id = $1", customerID, optionalDay(last), optionalDay(due))
	return err
}

var followUpSelect = "SELECT f." + strings.Join(followUpColumns, ", f.") + `, COALESCE(p.name, ''), COALESCE((SELECT o.name FROM opportunity o WHERE o.id = f.opportunity_id), ''), l.follow_up_id IS NOT NULL, COALESCE(l.north, 0), COALESCE(l.east, 0),
	(SELECT COUNT(*) FROM attachment a WHERE a.subject = 'follow_up:' || CAST(f.id AS TEXT) AND a.removed_at = '')
	FROM follow_up f LEFT JOIN person p ON p.id = f.person_id AND p.superseded_in = ` + openBatch + " LEFT JOIN follow_up_place l ON l.follow_up_id = f.id"

func scanFollowUp(r rows, f *followup.FollowUp) error {
	var placed bool
	var place followup.Place
	err := r.Scan(&f.ID, &f.OpportunityID, &f.PersonID, &f.Kind, &f.Text, scanTime(&f.OccurredAt), scanTime(&f.RecordedAt), scanDate(&f.NextOn), &f.CreatedBy, &f.CustomerID, &f.PersonName, &f.Opportunity, &placed, &place.North, &place.East, &f.Files)
	if placed {
		f.Place = &place
	}
	return err
}

// FollowUp implements followup.Reader.
func (tx *Tx) FollowUp(ctx context.Context, id int64) (followup.FollowUp, error) {
	return one(ctx, tx, "followup.missing", scanFollowUp, followUpSelect+" WHERE f.id = $1", id)
}

// InsertFollowUpPlace implements followup.Tx.
func (tx *Tx) InsertFollowUpPlace(ctx context.Context, followUpID int64, p followup.Place, at time.Time) error {
	return tx.insertRow(ctx, "follow_up_place", []string{"follow_up_id", "north", "east", "given_at"}, []any{followUpID, p.North, p.East, instant(at)})
}

// ForgetPlaces implements followup.Tx.
func (tx *Tx) ForgetPlaces(ctx context.Context, before time.Time) (int64, error) {
	return tx.exec(ctx, "DELETE FROM follow_up_place WHERE given_at < $1", instant(before))
}

// MarkFollowed implements followup.Tx.
func (tx *Tx) MarkFollowed(ctx context.Context, opportunityID int64, at time.Time, next calendar.Date) error {
	_, err := tx.exec(ctx, "UPDATE opportunity SET followed_at = CASE WHEN followed_at < $2 THEN $2 ELSE followed_at END, next_on = $3 WHERE id = $1",
		opportunityID, instant(at), optionalDay(next))
	return err
}

var taskColumns = []string{"id", "kind", "title", "opportunity_id", "person_id", "due_on", "state", "ended_at", "created_by", "created_at", "revision", "customer_id"}

func taskValues(t followup.Task) []any {
	return []any{t.ID, string(t.Kind), t.Title, t.OpportunityID, t.PersonID, t.DueOn.String(), string(t.State), instant(t.EndedAt), t.CreatedBy, instant(t.CreatedAt), t.Revision, t.CustomerID}
}

// InsertTask implements followup.Tx.
func (tx *Tx) InsertTask(ctx context.Context, t followup.Task) error {
	return tx.insertRow(ctx, "task", taskColumns, taskValues(t))
}

// FollowContacts implements followup.Tx.
func (tx *Tx) FollowContacts(ctx context.Context, opportunityID int64) error {
	_, err := tx.exec(ctx, `UPDATE opportunity SET next_on = COALESCE((SELECT MIN(t.due_on) FROM task t WHERE t.opportunity_id = $1 AND t.state = 'open' AND t.kind = 'contact'), '')
		WHERE id = $1`, opportunityID)
	return err
}

// SaveTask implements followup.Tx.
func (tx *Tx) SaveTask(ctx context.Context, t followup.Task) error {
	return mustChange(ctx, tx, "followup.task_changed", "UPDATE task SET due_on = $2, state = $3, ended_at = $4, revision = $5 WHERE id = $1 AND revision = $5 - 1",
		t.ID, t.DueOn.String(), string(t.State), instant(t.EndedAt), t.Revision)
}

// taskCustomer is whose a task t is, with the opportunity o that it may be about: of the customer alone, or that of the opportunity.
const taskCustomer = "CASE WHEN t.customer_id <> 0 THEN t.customer_id ELSE o.customer_id END"

var taskSelect = "SELECT t." + strings.Join(taskColumns, ", t.") + `, COALESCE(o.name, ''), COALESCE(o.amount_minor, 0), COALESCE(o.currency, 'CNY'), COALESCE(k.name, ''), COALESCE(p.name, '')
	FROM task t LEFT JOIN opportunity o ON o.id = t.opportunity_id LEFT JOIN customer k ON k.id = ` + taskCustomer + ` AND k.superseded_in = ` + openBatch + `
	LEFT JOIN person p ON p.id = t.person_id AND p.superseded_in = ` + openBatch

func scanTask(r rows, t *followup.Task) error {
	return r.Scan(&t.ID, &t.Kind, &t.Title, &t.OpportunityID, &t.PersonID, scanDate(&t.DueOn), &t.State, scanTime(&t.EndedAt), &t.CreatedBy, scanTime(&t.CreatedAt), &t.Revision, &t.CustomerID,
		&t.OpportunityName, &t.AmountMinor, &t.Currency, &t.CustomerName, &t.PersonName)
}

func taskConditions(q followup.TaskQuery) *filters {
	c := &filters{}
	c.add("t.state = 'open'")
	if q.PersonID != 0 {
		c.add("t.person_id = ?", q.PersonID)
	}
	if q.OpportunityID != 0 {
		c.add("t.opportunity_id = ?", q.OpportunityID)
	}
	if q.CustomerID != 0 {
		c.add("t.customer_id = ? AND t.customer_id <> 0", q.CustomerID)
	}
	if q.Kind != "" {
		c.add("t.kind = ?", string(q.Kind))
	}
	c.days("t.due_on", q.Due)
	return c
}

// Tasks implements followup.Reader.
func (tx *Tx) Tasks(ctx context.Context, q followup.TaskQuery) ([]followup.Task, error) {
	c := taskConditions(q)
	return collect(ctx, tx, scanTask, taskSelect+c.where()+" ORDER BY t.due_on, t.id LIMIT "+c.parameter(int64(q.Limit)), c.args...)
}

// TaskCount implements followup.Reader.
func (tx *Tx) TaskCount(ctx context.Context, q followup.TaskQuery) (int64, error) {
	c := taskConditions(q)
	return value[int64](ctx, tx, "SELECT COUNT(*) FROM task t"+c.where(), c.args...)
}

// Task implements followup.Reader.
func (tx *Tx) Task(ctx context.Context, reach deal.Reach, id int64) (followup.Task, error) {
	c := &filters{}
	c.add("t.id = ?", id)
	c.reach(reach.Scope, reach.Today, "t.person_id", "%s")
	return one(ctx, tx, "followup.task_missing", scanTask, taskSelect+c.where(), c.args...)
}
