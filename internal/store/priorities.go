package store

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"xiaoguan/internal/priority"
	"xiaoguan/internal/prioritybook"
)

// PriorityStore returns the store of package prioritybook.
func (db *DB) PriorityStore() prioritybook.Store { return priorityStore{db} }

type priorityStore struct{ db *DB }

// InTx implements prioritybook.Store.
func (s priorityStore) InTx(ctx context.Context, fn func(prioritybook.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

// Read implements prioritybook.Store.
func (s priorityStore) Read(ctx context.Context, fn func(prioritybook.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

var priorityColumns = []string{"id", "title", "detail", "problem_ids", "reach", "impact", "confidence", "effort", "cost_minor", "delay_weeks", "reasons", "needs", "must", "state", "initiative_id", "created_by", "created_name", "created_at", "revision"}

func priorityValues(i *prioritybook.Item) ([]any, error) {
	problems, problemsErr := json.Marshal(i.ProblemIDs)
	reasons, reasonsErr := json.Marshal(i.Reasons)
	needs, needsErr := json.Marshal(i.Needs)
	return []any{i.ID, i.Title, i.Detail, string(problems), i.Reach, i.Impact, i.Confidence, i.Effort, i.CostMinor, i.DelayWeeks, string(reasons), string(needs), i.Must, string(i.State), i.InitiativeID, i.CreatedBy, i.CreatedName, instant(i.CreatedAt), i.Revision}, errors.Join(problemsErr, reasonsErr, needsErr)
}

func scanPriority(r rows, i *prioritybook.Item) error {
	var problems, reasons, needs string
	if err := r.Scan(&i.ID, &i.Title, &i.Detail, &problems, &i.Reach, &i.Impact, &i.Confidence, &i.Effort, &i.CostMinor, &i.DelayWeeks, &reasons, &needs, &i.Must, &i.State, &i.InitiativeID, &i.CreatedBy, &i.CreatedName, scanTime(&i.CreatedAt), &i.Revision); err != nil {
		return err
	}
	return errors.Join(json.Unmarshal([]byte(problems), &i.ProblemIDs), json.Unmarshal([]byte(reasons), &i.Reasons), json.Unmarshal([]byte(needs), &i.Needs))
}

var prioritySelect = "SELECT " + strings.Join(priorityColumns, ", ") + " FROM priority_item"

// PriorityItem implements prioritybook.Reader.
func (tx *Tx) PriorityItem(ctx context.Context, id int64) (prioritybook.Item, error) {
	return one(ctx, tx, "prioritybook.missing", scanPriority, prioritySelect+" WHERE id = $1", id)
}

// PriorityItems implements prioritybook.Reader.
func (tx *Tx) PriorityItems(ctx context.Context) ([]prioritybook.Item, error) {
	return collect(ctx, tx, scanPriority, prioritySelect+" ORDER BY id")
}

// InsertPriorityItem implements prioritybook.Tx.
func (tx *Tx) InsertPriorityItem(ctx context.Context, i prioritybook.Item) error {
	values, err := priorityValues(&i)
	if err != nil {
		return err
	}
	return tx.insertRow(ctx, "priority_item", priorityColumns, values)
}

// SavePriorityItem implements prioritybook.Tx.
func (tx *Tx) SavePriorityItem(ctx context.Context, i prioritybook.Item) error {
	values, err := priorityValues(&i)
	if err != nil {
		return err
	}
	return tx.saveRow(ctx, "priority_item", "prioritybook.changed_meanwhile", priorityColumns, values)
}

// PriorityFrame implements prioritybook.Reader.
func (tx *Tx) PriorityFrame(ctx context.Context) (frame priority.Frame, revision int64, set bool, err error) {
	err = each(ctx, tx, func(r rows) error {
		var text string
		set = true
		if err := r.Scan(&text, &revision); err != nil {
			return err
		}
		return json.Unmarshal([]byte(text), &frame)
	}, "SELECT frame, revision FROM priority_frame WHERE id = 1")
	return frame, revision, set, err
}

// PutPriorityFrame implements prioritybook.Tx.
func (tx *Tx) PutPriorityFrame(ctx context.Context, frame priority.Frame, revision int64) error {
	text, err := json.Marshal(frame)
	if err != nil {
		return err
	}
	if revision == 1 {
		return tx.insertRow(ctx, "priority_frame", []string{"id", "frame", "revision"}, []any{int64(1), string(text), revision})
	}
	return mustChange(ctx, tx, "prioritybook.changed_meanwhile", "UPDATE priority_frame SET frame = $1, revision = $2 WHERE id = 1 AND revision = $2 - 1", string(text), revision)
}

const priorityTableSelect = "SELECT id, settled_on, note, content, by_id, by_name, created_at FROM priority_table"

func scanPriorityTable(r rows, s *prioritybook.Settled) error {
	var content string
	if err := r.Scan(&s.ID, scanDate(&s.On), &s.Note, &content, &s.ByID, &s.ByName, scanTime(&s.CreatedAt)); err != nil {
		return err
	}
	return json.Unmarshal([]byte(content), &s.Table)
}

// PriorityTable implements prioritybook.Reader.
func (tx *Tx) PriorityTable(ctx context.Context, id int64) (prioritybook.Settled, error) {
	return one(ctx, tx, "prioritybook.no_table", scanPriorityTable, priorityTableSelect+" WHERE id = $1", id)
}

// PriorityTables implements prioritybook.Reader.
func (tx *Tx) PriorityTables(ctx context.Context, limit int) ([]prioritybook.Settled, error) {
	return collect(ctx, tx, scanPriorityTable, priorityTableSelect+" ORDER BY id DESC LIMIT "+strconv.Itoa(limit))
}

// InsertPriorityTable implements prioritybook.Tx.
func (tx *Tx) InsertPriorityTable(ctx context.Context, s prioritybook.Settled) error {
	content, err := json.Marshal(s.Table)
	if err != nil {
		return err
	}
	return tx.insertRow(ctx, "priority_table", []string{"id", "settled_on", "note", "content", "by_id", "by_name", "created_at"}, []any{s.ID, s.On.String(), s.Note, string(content), s.ByID, s.ByName, instant(s.CreatedAt)})
}
