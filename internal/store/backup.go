package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/stdlib"

	"xiaoguan/internal/backup"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/store/migrate"
)

// This file writes a whole installation down and fills one from that (package backup), table by table.

// Backups returns the database as something that can be written down.
func (db *DB) Backups() backup.Source { return backupSource{db} }

type backupSource struct{ db *DB }

func (s backupSource) Read(ctx context.Context, fn func(backup.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

// BackupStore returns the store of package backup's service.
func (db *DB) BackupStore() backup.Store { return backupStore{db} }

type backupStore struct{ db *DB }

// InTx implements backup.Store.
func (s backupStore) InTx(ctx context.Context, fn func(backup.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

// SchemaVersion implements backup.Reader.
func (tx *Tx) SchemaVersion(ctx context.Context) (int64, error) {
	return value[int64](ctx, tx, "SELECT MAX(version_id) FROM goose_db_version")
}

// BackupCompany implements backup.Reader.
func (tx *Tx) BackupCompany(ctx context.Context) (string, error) {
	return value[string](ctx, tx, "SELECT name FROM company")
}

// columnTypes are the types that columns have in either database.
var columnTypes = map[string]backup.ColumnType{"text": backup.Text, "bigint": backup.Integer, "integer": backup.Integer, "boolean": backup.Boolean, "bytea": backup.Bytes, "blob": backup.Bytes}

// BackupTables implements backup.Reader. Tables of libraries are left out.
func (tx *Tx) BackupTables(ctx context.Context) (tables []backup.Table, err error) {
	err = each(ctx, tx, func(r rows) error {
		var table, column, kind string
		if err := r.Scan(&table, &column, &kind); err != nil {
			return err
		}
		if strings.HasPrefix(table, "river_") || strings.HasPrefix(table, "sqlite_") || table == "goose_db_version" {
			return nil
		}
		of, known := columnTypes[strings.ToLower(kind)]
		if !known {
			return fmt.Errorf("column %s.%s has the unknown type %s", table, column, kind)
		}
		if len(tables) == 0 || tables[len(tables)-1].Name != table {
			tables = append(tables, backup.Table{Name: table})
		}
		last := &tables[len(tables)-1]
		last.Columns = append(last.Columns, backup.Column{Name: column, Type: of})
		return nil
	}, tx.db.dialect.columns)
	return tables, err
}

// EachBackupRow implements backup.Reader.
func (tx *Tx) EachBackupRow(ctx context.Context, table backup.Table, fn func(values []any) error) error {
	values, places := make([]any, len(table.Columns)), make([]any, len(table.Columns))
	for i := range values {
		places[i] = &values[i]
	}
	return each(ctx, tx, func(r rows) error {
		if err := r.Scan(places...); err != nil {
			return err
		}
		for i, c := range table.Columns {
			if number, whole := values[i].(int64); whole && c.Type == backup.Boolean {
				values[i] = number != 0
			}
		}
		return fn(values)
	}, "SELECT "+strings.Join(columnNames(table), ", ")+" FROM "+table.Name)
}

func columnNames(table backup.Table) []string {
	names := make([]string, len(table.Columns))
	for i, c := range table.Columns {
		names[i] = c.Name
	}
	return names
}

// Refill implements backup.Target.
func (db *DB) Refill(ctx context.Context, schema int64, tables []backup.Table, content func(table string) (backup.Next, error)) (err error) {
	defer errs.Wrap(&err, "store.Refill")
	if err := db.migrateEmpty(ctx, schema); err != nil {
		return err
	}
	err = db.InTx(ctx, func(tx *Tx) error {
		if err := tx.refuseOthers(ctx, schema, tables); err != nil {
			return err
		}
		if err := tx.makeRoom(ctx); err != nil {
			return err
		}
		return tx.refill(ctx, tables, content)
	})
	if err != nil {
		return err
	}
	return db.Upgrade(ctx)
}

// migrateEmpty makes the schema where there is none.
func (db *DB) migrateEmpty(ctx context.Context, schema int64) error {
	empty := false
	err := db.Read(ctx, func(tx *Tx) error {
		n, err := value[int64](ctx, tx, "SELECT COUNT(*) FROM ("+db.dialect.columns+") z")
		empty = n == 0
		return err
	})
	if err != nil || !empty {
		return err
	}
	plain := db.SQLite()
	if pool := db.Postgres(); pool != nil {
		plain = stdlib.OpenDBFromPool(pool)
		defer plain.Close()
	}
	return migrate.UpTo(ctx, plain, db.Engine(), schema)
}

// refuseOthers refuses a database in which something is, and tables that are not those of the schema.
func (tx *Tx) refuseOthers(ctx context.Context, schema int64, tables []backup.Table) error {
	version, err := tx.SchemaVersion(ctx)
	if err != nil {
		return err
	}
	used, err := value[int64](ctx, tx, "SELECT (SELECT COUNT(*) FROM app_user) + (SELECT COUNT(*) FROM audit_entry)")
	if err != nil {
		return err
	}
	if used > 0 || version != schema {
		return errs.New(errs.KindConflict, "backup.not_empty", nil)
	}
	here, err := tx.BackupTables(ctx)
	if err != nil {
		return err
	}
	for i, t := range tables {
		if i >= len(here) || here[i].Name != t.Name || !slices.Equal(here[i].Columns, t.Columns) {
			return errs.New(errs.KindInvalid, "backup.other_tables", errs.Args{"Table": t.Name})
		}
	}
	if len(here) != len(tables) {
		return errs.New(errs.KindInvalid, "backup.other_tables", errs.Args{"Table": here[len(tables)].Name})
	}
	return nil
}

// refill empties the tables, which a migration may have put something into, and fills them. What a trigger does was done when the rows were written first.
func (tx *Tx) refill(ctx context.Context, tables []backup.Table, content func(table string) (backup.Next, error)) error {
	restore, err := tx.withoutRules(ctx, tables)
	if err != nil {
		return err
	}
	order, err := tx.orderOfFilling(ctx, tables)
	if err != nil {
		return err
	}
	for _, t := range slices.Backward(order) {
		if _, err := tx.exec(ctx, "DELETE FROM "+t.Name); err != nil {
			return err
		}
	}
	for _, t := range order {
		next, err := content(t.Name)
		if err != nil {
			return err
		}
		rows, err := tx.copyIn(ctx, t.Name, columnNames(t), nextRow(next))
		if err != nil {
			return err
		}
		if err := tx.wrote(ctx, t.Name, rows); err != nil {
			return err
		}
	}
	return restore()
}

// withoutRules lets rows come in any order without anything that follows from them; restore has it follow again.
func (tx *Tx) withoutRules(ctx context.Context, tables []backup.Table) (restore func() error, err error) {
	do := func(statements []string) error {
		for _, s := range statements {
			if _, err := tx.exec(ctx, s); err != nil {
				return err
			}
		}
		return nil
	}
	var off, on []string
	if tx.db.Postgres() == nil {
		off = append(off, "PRAGMA defer_foreign_keys = ON") // until the commit
		err = each(ctx, tx, func(r rows) error {
			var name, text string
			err := r.Scan(&name, &text)
			off, on = append(off, "DROP TRIGGER "+name), append(on, text)
			return err
		}, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
		if err != nil {
			return nil, err
		}
		return func() error { return do(on) }, do(off)
	}
	for _, t := range tables {
		off, on = append(off, "ALTER TABLE "+t.Name+" DISABLE TRIGGER USER"), append(on, "ALTER TABLE "+t.Name+" ENABLE TRIGGER USER")
	}
	err = each(ctx, tx, func(r rows) error {
		var table, column string
		err := r.Scan(&table, &column)
		on = append(on, "SELECT setval(pg_get_serial_sequence('"+table+"', '"+column+"'), COALESCE((SELECT MAX("+column+") FROM "+table+"), 0) + 1, FALSE)")
		return err
	}, "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema() AND is_identity = 'YES' AND table_name NOT LIKE 'river%' AND table_name NOT LIKE 'goose%'")
	if err != nil {
		return nil, err
	}
	return func() error { return do(on) }, do(off)
}

// orderOfFilling puts tables that others refer to before these. SQLite looks at references at the commit.
func (tx *Tx) orderOfFilling(ctx context.Context, tables []backup.Table) ([]backup.Table, error) {
	if tx.db.Postgres() == nil {
		return tables, nil
	}
	refers := map[string][]string{}
	err := each(ctx, tx, func(r rows) error {
		var from, to string
		err := r.Scan(&from, &to)
		refers[from] = append(refers[from], to)
		return err
	}, "SELECT c.relname::text, d.relname::text FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class d ON d.oid = k.confrelid WHERE k.contype = 'f' AND k.connamespace = current_schema()::regnamespace AND c.oid <> d.oid")
	if err != nil {
		return nil, err
	}
	byName, order, seen := map[string]backup.Table{}, []backup.Table{}, map[string]bool{}
	for _, t := range tables {
		byName[t.Name] = t
	}
	var put func(name string)
	put = func(name string) {
		t, known := byName[name]
		if seen[name] || !known {
			return
		}
		seen[name] = true
		for _, to := range refers[name] {
			put(to)
		}
		order = append(order, t)
	}
	for _, t := range tables {
		put(t.Name)
	}
	return order, nil
}
