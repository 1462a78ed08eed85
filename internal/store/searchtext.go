package store

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"xiaoguan/internal/fact"
	"xiaoguan/internal/naming"
)

// textTable is a table with texts of naming.Text, and what beside the name goes into them, as whoever writes its rows has it.
type textTable struct {
	name, more string
	working    bool // its rows are changed where they stand
}

var textTables = []textTable{{"person", "x.key, ''", false}, {"customer", "x.key, x.credit_code", false}, {"contact", "'', ''", true}}

// recorded is the batch of a row; working records have none.
func (t textTable) recorded() string {
	if t.working {
		return "0"
	}
	return "x.recorded_in"
}

const (
	// textPortion is how many texts one transaction makes: an interrupted upgrade goes on after the last.
	textPortion = 5_000
	// textStatement is how many one statement writes.
	textStatement = 100
)

// makeTexts makes the search texts of rows that have none, or some of another making: of all rows after an upgrade, of none otherwise. It
// runs under the lock of the upgrade.
func (db *DB) makeTexts(ctx context.Context) error {
	for _, table := range textTables {
		for done := false; !done; {
			err := db.InTx(ctx, func(tx *Tx) (err error) {
				done, err = tx.makeSomeTexts(ctx, table)
				return err
			})
			if err != nil {
				return fmt.Errorf("make search texts of %s: %w", table.name, err)
			}
		}
	}
	return nil
}

type madeText struct {
	id, recorded int64
	text         string
}

// makeSomeTexts makes the next portion and reports whether it was the last.
func (tx *Tx) makeSomeTexts(ctx context.Context, table textTable) (done bool, err error) {
	after := int64(0)
	begun := false
	err = each(ctx, tx, func(r rows) error {
		begun = true
		return r.Scan(&after)
	}, `SELECT done_to FROM search_state WHERE kind = $1 AND version = $2`, table.name, int64(naming.TextVersion))
	if err != nil || after == int64(fact.Open) {
		return true, err
	}
	texts, err := collect(ctx, tx, func(r rows, m *madeText) error {
		var name, key, code string
		err := r.Scan(&m.id, &m.recorded, &name, &key, &code)
		m.text = naming.Text(name, key, code)
		return err
	}, `SELECT x.id, `+table.recorded()+`, x.name, `+table.more+` FROM `+table.name+` x WHERE x.id > $1 AND x.id <= $1 + $2 ORDER BY x.id`, after, int64(textPortion))
	if err != nil {
		return false, err
	}
	if !begun {
		tx.db.log.InfoContext(ctx, "search texts are made", slog.String("of", table.name))
	}
	for len(texts) > 0 {
		some := texts[:min(textStatement, len(texts))]
		texts = texts[len(some):]
		if err := tx.writeTexts(ctx, table, some); err != nil {
			return false, err
		}
	}
	highest, err := value[int64](ctx, tx, `SELECT COALESCE(MAX(id), 0) FROM `+table.name)
	if err != nil {
		return false, err
	}
	if after += textPortion; after >= highest {
		after, done = int64(fact.Open), true
	}
	_, err = tx.exec(ctx, `INSERT INTO search_state (kind, version, done_to) VALUES ($1, $2, $3)
		ON CONFLICT (kind) DO UPDATE SET version = excluded.version, done_to = excluded.done_to`, table.name, int64(naming.TextVersion), after)
	return done, err
}

// writeTexts writes with one statement, which reads the rows by their ids. Joined with a list of values, SQLite would read all rows for it.
func (tx *Tx) writeTexts(ctx context.Context, table textTable, some []madeText) error {
	c := &filters{}
	ids, texts := make([]int64, len(some)), make([]string, len(some))
	for i, m := range some {
		which := ""
		if !table.working {
			which = fmt.Sprintf(" AND recorded_in = %d", m.recorded)
		}
		ids[i], texts[i] = m.id, fmt.Sprintf("WHEN id = %d%s THEN %s", m.id, which, c.parameter(m.text))
	}
	_, err := tx.exec(ctx, `UPDATE `+table.name+` SET search_text = CASE `+strings.Join(texts, " ")+` ELSE search_text END WHERE id IN (`+listed(ids)+`)`, c.args...)
	return err
}
