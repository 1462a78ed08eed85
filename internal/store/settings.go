package store

import (
	"context"
	"encoding/json"
)

// Settings of a domain are one row of a table of their own: JSON with a revision, 1 at first.

// settingsIn reads them into s; set is false where nobody has set any.
func (tx *Tx) settingsIn(ctx context.Context, table string, s any) (revision int64, set bool, err error) {
	err = each(ctx, tx, func(r rows) error {
		var text string
		if err := r.Scan(&text, &revision); err != nil {
			return err
		}
		set = true
		return json.Unmarshal([]byte(text), s)
	}, "SELECT settings, revision FROM "+table+" WHERE id = 1")
	return revision, set, err
}

// saveSettings writes them; changed is the error where somebody else has done so meanwhile.
func (tx *Tx) saveSettings(ctx context.Context, table, changed string, s any, revision int64) error {
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	if revision == 1 {
		return tx.insertRow(ctx, table, []string{"id", "settings", "revision"}, []any{int64(1), string(text), revision})
	}
	return mustChange(ctx, tx, changed, "UPDATE "+table+" SET settings = $1, revision = $2 WHERE id = 1 AND revision = $2 - 1", string(text), revision)
}
