package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"

	"xiaoguan/internal/store"
)

// rawExec changes the database behind the product's back, within a transaction.
func rawExec(ctx context.Context, tx *store.Tx, statement string) error {
	var err error
	switch raw := tx.Raw().(type) {
	case *sql.Tx:
		_, err = raw.ExecContext(ctx, statement)
	case pgx.Tx:
		_, err = raw.Exec(ctx, statement)
	}
	return err
}

// execRaw runs statements in a transaction of their own.
func execRaw(t *testing.T, db *store.DB, statements ...string) {
	t.Helper()
	err := db.InTx(t.Context(), func(tx *store.Tx) error {
		for _, statement := range statements {
			if err := rawExec(t.Context(), tx, statement); err != nil {
				return fmt.Errorf("%s: %w", statement, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
