package store

import (
	"context"
	"encoding/json"
	"fmt"

	"xiaoguan/internal/standard"
)

var workedColumns = []string{"id", "case_id", "good", "title", "lesson", "steps", "rules", "chosen_by", "chosen_at", "dropped_at"}

// WorkedCases implements standard.WorkedReader.
func (tx *Tx) WorkedCases(ctx context.Context) ([]standard.WorkedCase, error) {
	return collect(ctx, tx, func(r rows, c *standard.WorkedCase) error {
		var steps, rules string
		if err := r.Scan(&c.ID, &c.CaseID, &c.Good, &c.Title, &c.Lesson, &steps, &rules, &c.ChosenBy, scanTime(&c.ChosenAt)); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(steps), &c.Steps); err != nil {
			return fmt.Errorf("read the steps of case %s: %w", c.ID, err)
		}
		if err := json.Unmarshal([]byte(rules), &c.Rules); err != nil {
			return fmt.Errorf("read the rules of case %s: %w", c.ID, err)
		}
		return nil
	}, "SELECT id, case_id, good, title, lesson, steps, rules, chosen_by, chosen_at FROM handbook_case WHERE dropped_at = '' ORDER BY chosen_at, id")
}

// InsertWorkedCase implements standard.WorkedTx.
func (tx *Tx) InsertWorkedCase(ctx context.Context, c standard.WorkedCase) error {
	steps, err := json.Marshal(c.Steps)
	if err != nil {
		return fmt.Errorf("write the steps of a case: %w", err)
	}
	rules, err := json.Marshal(c.Rules)
	if err != nil {
		return fmt.Errorf("write the rules of a case: %w", err)
	}
	return tx.insertRow(ctx, "handbook_case", workedColumns, []any{c.ID, c.CaseID, c.Good, c.Title, c.Lesson, string(steps), string(rules), c.ChosenBy, instant(c.ChosenAt), instant(c.DroppedAt)})
}

// DropWorkedCase implements standard.WorkedTx.
func (tx *Tx) DropWorkedCase(ctx context.Context, c standard.WorkedCase) error {
	return mustChange(ctx, tx, "standard.case_missing", "UPDATE handbook_case SET dropped_at = $2 WHERE id = $1 AND dropped_at = ''", c.ID, instant(c.DroppedAt))
}
