// Package migrate brings a database to the version of the schema that this binary needs.
//
// Migrations go forward only, are embedded, and carry the same numbers and names for both databases. A database that is newer than
// the binary is refused. Two nodes that start at once are safe: the second waits and finds nothing to do.
package migrate

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"xiaoguan/internal/errs"
)

//go:embed sqlite/*.sql postgres/*.sql
var files embed.FS

// Files returns the migrations of an engine, "sqlite" or "postgres".
func Files(engine string) fs.FS {
	sub, err := fs.Sub(files, engine)
	if err != nil {
		panic(err) // the two folders are embedded above
	}
	return sub
}

// Up applies what is missing, through a plain connection of the engine, and returns the version reached. It returns an error of kind
// Conflict when the database is newer than this binary.
func Up(ctx context.Context, db *sql.DB, engine string) (version int64, err error) {
	defer errs.Wrap(&err, "migrate.Up(%s)", engine)
	provider, target, err := open(ctx, db, engine)
	if err != nil {
		return 0, err
	}
	if _, err := provider.Up(ctx); err != nil {
		return 0, fmt.Errorf("apply migrations: %w", err)
	}
	return target, nil
}

// UpTo applies what is missing up to a version, as it was once. It returns an error of kind Conflict when this binary does not know that version.
func UpTo(ctx context.Context, db *sql.DB, engine string, version int64) (err error) {
	defer errs.Wrap(&err, "migrate.UpTo(%s)", engine)
	provider, target, err := open(ctx, db, engine)
	if err != nil {
		return err
	}
	if version > target {
		return errs.New(errs.KindConflict, "migrate.database_newer", errs.Args{"Database": version, "Program": target})
	}
	if _, err := provider.UpTo(ctx, version); err != nil {
		return fmt.Errorf("apply migrations: %w", err)
	}
	return nil
}

// open returns what applies migrations, and the last version that this binary knows.
func open(ctx context.Context, db *sql.DB, engine string) (provider *goose.Provider, target int64, err error) {
	dialect := goose.DialectSQLite3
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if engine == "postgres" {
		dialect = goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return nil, 0, err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	if provider, err = goose.NewProvider(dialect, db, Files(engine), options...); err != nil {
		return nil, 0, err
	}
	current, target, err := provider.GetVersions(ctx)
	if err != nil {
		return nil, 0, err
	}
	if current > target {
		return nil, 0, errs.New(errs.KindConflict, "migrate.database_newer", errs.Args{"Database": current, "Program": target})
	}
	return provider, target, nil
}
