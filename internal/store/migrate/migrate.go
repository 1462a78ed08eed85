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
	dialect := goose.DialectSQLite3
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if engine == "postgres" {
		dialect = goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return 0, err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	provider, err := goose.NewProvider(dialect, db, Files(engine), options...)
	if err != nil {
		return 0, err
	}
	current, target, err := provider.GetVersions(ctx)
	if err != nil {
		return 0, err
	}
	if current > target {
		return current, errs.New(errs.KindConflict, "migrate.database_newer", errs.Args{"Database": current, "Program": target})
	}
	if _, err := provider.Up(ctx); err != nil {
		return current, fmt.Errorf("apply migrations: %w", err)
	}
	return target, nil
}
