package monthtest

import (
	"context"
	"database/sql"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"

	"xiaoguan/internal/store"
)

// Exec changes the database behind the product's back, by the driver's own transaction.
func Exec(ctx context.Context, tx *store.Tx, statement string, args ...any) (changed int64, err error) {
	switch raw := tx.Raw().(type) {
	case *sql.Tx:
		result, err := raw.ExecContext(ctx, statement, args...)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", statement, err)
		}
		return result.RowsAffected()
	case pgx.Tx:
		tag, err := raw.Exec(ctx, statement, args...)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", statement, err)
		}
		return tag.RowsAffected(), nil
	default:
		return 0, fmt.Errorf("unknown driver %T", raw)
	}
}

// Query calls row on every row of a query, with a function that scans it.
func Query(ctx context.Context, tx *store.Tx, row func(scan func(...any) error) error, query string, args ...any) error {
	switch raw := tx.Raw().(type) {
	case *sql.Tx:
		rows, err := raw.QueryContext(ctx, query, args...)
		if err != nil {
			return fmt.Errorf("%s: %w", query, err)
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			if err := row(rows.Scan); err != nil {
				return err
			}
		}
		return rows.Err()
	case pgx.Tx:
		rows, err := raw.Query(ctx, query, args...)
		if err != nil {
			return fmt.Errorf("%s: %w", query, err)
		}
		defer rows.Close()
		for rows.Next() {
			if err := row(rows.Scan); err != nil {
				return err
			}
		}
		return rows.Err()
	default:
		return fmt.Errorf("unknown driver %T", raw)
	}
}

// QueryInts returns the first column of a query, as of now.
func QueryInts(t *testing.T, db *store.DB, query string) []int64 {
	t.Helper()
	return column[int64](t, db, query)
}

// QueryTexts returns the first column of a query, as of now.
func QueryTexts(t *testing.T, db *store.DB, query string) []string {
	t.Helper()
	return column[string](t, db, query)
}

func column[T any](t *testing.T, db *store.DB, query string) (all []T) {
	t.Helper()
	err := db.Read(t.Context(), func(tx *store.Tx) error {
		return Query(t.Context(), tx, func(scan func(...any) error) error {
			var v T
			err := scan(&v)
			all = append(all, v)
			return err
		}, query)
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
