package store

import (
	"context"
	"encoding/json"

	"xiaoguan/internal/process"
)

// NextNumber takes the next number of a sequence. Whoever takes one waits for the transactions before to end, so that numbers become
// visible in their order.
func (tx *Tx) NextNumber(ctx context.Context, sequence string) (int64, error) {
	return tx.nextNumbers(ctx, sequence, 1)
}

// nextNumbers takes so many numbers and returns the first.
func (tx *Tx) nextNumbers(ctx context.Context, sequence string, count int) (int64, error) {
	return value[int64](ctx, tx, "UPDATE sequence SET next = next + $2 WHERE name = $1 RETURNING next - $2", sequence, int64(count))
}

var eventColumns = []string{"seq", "case_id", "activity", "occurred_at", "recorded_at", "person_id", "actor_id", "source", "data"}

func eventValues(e process.Event) []any {
	return []any{e.Seq, e.CaseID, string(e.Activity), instant(e.OccurredAt), instant(e.RecordedAt), e.PersonID, e.ActorID, e.Source, string(e.Data)}
}

// AppendEvents implements process.Tx.
func (tx *Tx) AppendEvents(ctx context.Context, events []process.Event) error {
	if len(events) == 0 {
		return nil
	}
	first, err := tx.nextNumbers(ctx, "process_event", len(events))
	if err != nil {
		return err
	}
	b := tx.bulk("process_event", eventColumns...)
	for i, e := range events {
		e.Seq = first + int64(i)
		if err := b.add(ctx, eventValues(e)...); err != nil {
			return err
		}
	}
	return b.flush(ctx)
}

// AppendWorkChange implements process.Tx.
func (tx *Tx) AppendWorkChange(ctx context.Context, c process.Change) error {
	return tx.insertRow(ctx, "work_change", changeColumns, changeValues(c))
}

var changeColumns = []string{"subject", "revision", "at", "actor_id", "actor_name", "action", "before", "after"}

func changeValues(c process.Change) []any {
	return []any{c.Subject, c.Revision, instant(c.At), c.ActorID, c.ActorName, c.Action, string(c.Before), string(c.After)}
}

const eventSelect = "SELECT seq, case_id, activity, occurred_at, recorded_at, person_id, actor_id, source, data FROM process_event WHERE "

func scanEvent(r rows, e *process.Event) error {
	var data string
	err := r.Scan(&e.Seq, &e.CaseID, &e.Activity, scanTime(&e.OccurredAt), scanTime(&e.RecordedAt), &e.PersonID, &e.ActorID, &e.Source, &data)
	e.Data = rawJSON(data)
	return err
}

func rawJSON(text string) json.RawMessage {
	if text == "" {
		return nil
	}
	return json.RawMessage(text)
}

// CaseEvents implements process.Reader.
func (tx *Tx) CaseEvents(ctx context.Context, caseID int64) ([]process.Event, error) {
	return collect(ctx, tx, scanEvent, eventSelect+"case_id = $1 ORDER BY seq", caseID)
}

// EventsAfter implements process.Reader.
func (tx *Tx) EventsAfter(ctx context.Context, seq int64, limit int) ([]process.Event, error) {
	return collect(ctx, tx, scanEventFast, eventSelect+"seq > $1 ORDER BY seq LIMIT $2", seq, int64(limit))
}

const changeSelect = "SELECT subject, revision, at, actor_id, actor_name, action, before, after FROM work_change WHERE subject = $1"

func scanChange(r rows, c *process.Change) error {
	var before, after string
	err := r.Scan(&c.Subject, &c.Revision, scanTime(&c.At), &c.ActorID, &c.ActorName, &c.Action, &before, &after)
	c.Before, c.After = rawJSON(before), rawJSON(after)
	return err
}

// WorkChanges implements process.Reader.
func (tx *Tx) WorkChanges(ctx context.Context, subject string, limit int) ([]process.Change, error) {
	return collect(ctx, tx, scanChange, changeSelect+" ORDER BY revision DESC LIMIT $2", subject, int64(limit))
}

// WorkChangesSince implements process.Reader.
func (tx *Tx) WorkChangesSince(ctx context.Context, subject string, revision int64) ([]process.Change, error) {
	return collect(ctx, tx, scanChange, changeSelect+" AND revision > $2 ORDER BY revision LIMIT 200", subject, revision)
}
