package store

import (
	"context"
	"database/sql"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/store/migrate"
)

// riverVersion is the version of the job queue's own tables. It is raised together with the library.
const riverVersion = 8

// Upgrade brings the schema, and that of the job queue, to the version of this binary.
func (db *DB) Upgrade(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "store.Upgrade")
	switch e := db.backend.(type) {
	case *sqliteEngine:
		lock, err := holdFile(ctx, e.path+".upgrade", busyTimeoutMilliseconds)
		if err != nil {
			return err
		}
		defer lock.Release()
		if _, err := migrate.Up(ctx, e.writer, "sqlite"); err != nil {
			return err
		}
		if err := db.makeTexts(ctx); err != nil {
			return err
		}
		return upgradeQueue(ctx, riversqlite.New(e.writer))
	case *postgresEngine:
		// One lock over both libraries' steps; goose's own covers only part of what goose does first.
		connection, err := pgx.ConnectConfig(ctx, e.pool.Config().ConnConfig)
		if err != nil {
			return db.classify(err)
		}
		defer func() { _ = connection.Close(context.WithoutCancel(ctx)) }()
		if _, err := connection.Exec(ctx, "SELECT pg_advisory_lock(hashtextextended('xiaoguan upgrade', 0))"); err != nil {
			return db.classify(err)
		}
		plain := stdlib.OpenDBFromPool(e.pool)
		defer plain.Close()
		if _, err := migrate.Up(ctx, plain, "postgres"); err != nil {
			return err
		}
		if err := db.makeTexts(ctx); err != nil {
			return err
		}
		return upgradeQueue(ctx, riverpgxv5.New(e.pool))
	}
	return nil
}

// upgradeQueue is for one caller at a time on SQLite (the file lock above) and repeatable on PostgreSQL, where an advisory lock keeps
// nodes apart.
func upgradeQueue[T any](ctx context.Context, driver riverdriver.Driver[T]) error {
	migrator, err := rivermigrate.New(driver, nil)
	if err != nil {
		return err
	}
	if err := refuseNewerQueue(ctx, driver.GetExecutor()); err != nil {
		return err
	}
	_, err = migrator.Migrate(ctx, rivermigrate.DirectionUp, &rivermigrate.MigrateOpts{TargetVersion: riverVersion})
	return err
}

// refuseNewerQueue asks below the migrator, which takes a version that it does not know for a broken database.
func refuseNewerQueue(ctx context.Context, executor riverdriver.Executor) error {
	exists, err := executor.TableExists(ctx, &riverdriver.TableExistsParams{Table: "river_migration"})
	if err != nil || !exists {
		return err
	}
	applied, err := executor.MigrationGetByLine(ctx, &riverdriver.MigrationGetByLineParams{Line: riverdriver.MigrationLineMain})
	for _, m := range applied {
		if m.Version > riverVersion {
			return errs.New(errs.KindConflict, "migrate.database_newer", errs.Args{"Database": m.Version, "Program": riverVersion})
		}
	}
	return err
}

// SQLite returns the writing connection for the job queue, or nil on PostgreSQL.
func (db *DB) SQLite() *sql.DB {
	if e, ok := db.backend.(*sqliteEngine); ok {
		return e.writer
	}
	return nil
}

// Postgres returns the pool for the job queue, or nil on SQLite.
func (db *DB) Postgres() *pgxpool.Pool {
	if e, ok := db.backend.(*postgresEngine); ok {
		return e.pool
	}
	return nil
}
