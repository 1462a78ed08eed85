package store

import (
	"context"
	"fmt"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/schedule"
)

// Schedule returns the store of package schedule.
func (db *DB) Schedule() schedule.Store { return scheduleStore{db} }

type scheduleStore struct{ db *DB }

// InTx implements schedule.Store.
func (s scheduleStore) InTx(ctx context.Context, fn func(schedule.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

// Read implements schedule.Store.
func (s scheduleStore) Read(ctx context.Context, fn func(schedule.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

// The names behind the opportunity o, the customer id and the person id of a row.
const scheduleNames = " LEFT JOIN customer k ON k.id = %s AND k.superseded_in = " + openBatch + " LEFT JOIN person p ON p.id = %s AND p.superseded_in = " + openBatch

// scheduleSelects give, of each kind: record, opportunity, rule, due day or instant, person, title, amount and currency, names. $1 and $2 are the
// first and the last day, or the moments in which they begin and end; %s are the persons.
var scheduleSelects = map[schedule.Kind]string{
	schedule.KindContact: "SELECT t.id, t.opportunity_id, '', t.due_on, t.person_id, COALESCE(o.name, ''), 0, '', COALESCE(k.name, ''), COALESCE(p.name, '') FROM task t LEFT JOIN opportunity o ON o.id = t.opportunity_id" +
		fmt.Sprintf(scheduleNames, taskCustomer, "t.person_id") + " WHERE t.state = 'open' AND t.kind = 'contact' AND t.due_on BETWEEN $1 AND $2 AND t.person_id IN (%s) ORDER BY t.due_on, t.id",
	schedule.KindTask: "SELECT t.id, t.opportunity_id, '', t.due_on, t.person_id, t.title, 0, '', COALESCE(k.name, ''), COALESCE(p.name, '') FROM task t LEFT JOIN opportunity o ON o.id = t.opportunity_id" +
		fmt.Sprintf(scheduleNames, taskCustomer, "t.person_id") + " WHERE t.state = 'open' AND t.kind <> 'contact' AND t.due_on BETWEEN $1 AND $2 AND t.person_id IN (%s) ORDER BY t.due_on, t.id",
	schedule.KindReturnVisit: "SELECT v.id, v.opportunity_id, '', v.due_on, v.person_id, '', 0, '', COALESCE(k.name, ''), COALESCE(p.name, '') FROM return_visit v" +
		fmt.Sprintf(scheduleNames, "v.customer_id", "v.person_id") + " WHERE v.state = 'due' AND v.due_on BETWEEN $1 AND $2 AND v.person_id IN (%s) ORDER BY v.due_on, v.id",
	schedule.KindInstalment: "SELECT i.contract_id, c.opportunity_id, '', i.due_on, i.owner_id, i.name, i.left_minor, i.currency, COALESCE(k.name, ''), COALESCE(p.name, '') FROM instalment i JOIN contract c ON c.id = i.contract_id" +
		fmt.Sprintf(scheduleNames, "c.customer_id", "i.owner_id") + " WHERE i.left_minor > 0 AND c.state IN ('signed', 'expired') AND i.due_on BETWEEN $1 AND $2 AND i.owner_id IN (%s) ORDER BY i.due_on, i.id",
	schedule.KindDeadline: "SELECT f.case_id, f.case_id, f.rule_id, f.due, f.person_id, COALESCE(o.name, ''), 0, '', COALESCE(k.name, ''), COALESCE(p.name, '') FROM rule_due f LEFT JOIN opportunity o ON o.id = f.case_id" +
		fmt.Sprintf(scheduleNames, "o.customer_id", "f.person_id") + " WHERE f.due >= $1 AND f.due < $2 AND f.person_id IN (%s) ORDER BY f.due, f.case_id, f.rule_id",
	schedule.KindService: "SELECT s.id, s.opportunity_id, '', s.due_at, s.owner_id, s.title, 0, '', COALESCE(k.name, ''), COALESCE(p.name, '') FROM service_case s" +
		fmt.Sprintf(scheduleNames, "s.customer_id", "s.owner_id") + " WHERE s.due_at >= $1 AND s.due_at < $2 AND s.owner_id IN (%s) ORDER BY s.due_at, s.id",
}

// ScheduleEntries implements schedule.Reader.
func (tx *Tx) ScheduleEntries(ctx context.Context, kind schedule.Kind, q schedule.Query) ([]schedule.Entry, error) {
	if len(q.PersonIDs) == 0 {
		return nil, nil
	}
	timed := kind == schedule.KindDeadline || kind == schedule.KindService
	from, to := q.Days.From.String(), q.Days.To.String()
	if timed {
		from, to = beginning(q.Days.From), beginning(q.Days.To+1)
	}
	return collect(ctx, tx, func(r rows, e *schedule.Entry) error {
		e.Kind = kind
		due := any(scanDate(&e.Day))
		if timed {
			due = scanTime(&e.At)
		}
		err := r.Scan(&e.RecordID, &e.CaseID, &e.RuleID, due, &e.PersonID, &e.Title, &e.AmountMinor, &e.Currency, &e.CustomerName, &e.PersonName)
		if timed {
			e.Day = calendar.DateOf(e.At.In(calendar.ChinaTime))
		}
		return err
	}, fmt.Sprintf(scheduleSelects[kind], listed(q.PersonIDs))+" LIMIT $3", from, to, int64(q.Limit))
}

// beginning is the moment in which a day begins in China.
func beginning(d calendar.Date) string {
	year, month, day := d.Civil()
	return instant(time.Date(year, month, day, 0, 0, 0, 0, calendar.ChinaTime))
}

func scanFeed(r rows, f *schedule.Feed) error { return r.Scan(&f.UserID, &f.Hash, scanTime(&f.MadeAt)) }

// FeedOf implements schedule.FeedReader.
func (tx *Tx) FeedOf(ctx context.Context, userID string) (schedule.Feed, error) {
	return one(ctx, tx, "schedule.feed_missing", scanFeed, "SELECT user_id, token_hash, made_at FROM calendar_feed WHERE user_id = $1", userID)
}

// FeedByHash implements schedule.FeedReader.
func (tx *Tx) FeedByHash(ctx context.Context, hash string) (schedule.Feed, error) {
	return one(ctx, tx, "schedule.feed_missing", scanFeed, "SELECT user_id, token_hash, made_at FROM calendar_feed WHERE token_hash = $1", hash)
}

// PutFeed implements schedule.Tx.
func (tx *Tx) PutFeed(ctx context.Context, f schedule.Feed) error {
	_, err := tx.exec(ctx, "INSERT INTO calendar_feed (user_id, token_hash, made_at) VALUES ($1, $2, $3) ON CONFLICT (user_id) DO UPDATE SET token_hash = EXCLUDED.token_hash, made_at = EXCLUDED.made_at", f.UserID, f.Hash, instant(f.MadeAt))
	return err
}

// DropFeed implements schedule.Tx.
func (tx *Tx) DropFeed(ctx context.Context, userID string) error {
	n, err := tx.exec(ctx, "DELETE FROM calendar_feed WHERE user_id = $1", userID)
	if err == nil && n == 0 {
		err = errs.New(errs.KindNotFound, "schedule.feed_missing", nil)
	}
	return err
}
