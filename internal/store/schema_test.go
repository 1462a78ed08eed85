package store_test

import (
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/migrate"
	"xiaoguan/internal/store/storetest"
)

var update = flag.Bool("update", false, "rewrite the schema dumps")

// Ours are all tables but those of the libraries, which bring their own.
const (
	oursSQLite   = `name NOT LIKE 'river\_%' ESCAPE '\' AND name NOT LIKE 'goose\_%' ESCAPE '\' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'`
	oursPostgres = `relname NOT LIKE 'river\_%' AND relname NOT LIKE 'goose\_%'`
)

// dump writes the tables down in an order that rests on names alone: constraints and indexes have one each, and PostgreSQL would else sort them by the server's language.
func dump(t *testing.T, db *store.DB) string {
	t.Helper()
	if db.Engine() == "sqlite" {
		return strings.Join(texts(t, db, `SELECT sql || ';' FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name IN
			(SELECT name FROM sqlite_master WHERE type = 'table' AND `+oursSQLite+`) ORDER BY tbl_name, type DESC, name`), "\n") + "\n"
	}
	var b strings.Builder
	for _, table := range texts(t, db, "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND "+oursPostgres+" ORDER BY relname") {
		lines := texts(t, db, `SELECT a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
				|| CASE WHEN c.collname IS NULL THEN '' ELSE ' COLLATE "' || c.collname || '"' END
				|| CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
				|| coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '')
			FROM pg_attribute a LEFT JOIN pg_collation c ON c.oid = a.attcollation
			LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
			WHERE a.attrelid = $1::text::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`, table)
		lines = append(lines, texts(t, db, `SELECT 'CONSTRAINT ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
			WHERE conrelid = $1::text::regclass ORDER BY contype DESC, conname COLLATE "C"`, table)...)
		fmt.Fprintf(&b, "CREATE TABLE %s (\n    %s\n);\n", table, strings.Join(lines, ",\n    "))
		for _, index := range texts(t, db, `SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = $1::text::regclass AND NOT EXISTS
			(SELECT 1 FROM pg_constraint WHERE conindid = indexrelid) ORDER BY indexrelid::regclass::text COLLATE "C"`, table) {
			b.WriteString(index + ";\n")
		}
	}
	return b.String()
}

func TestSchemaDumpsAreCurrent(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		got := "-- The schema as the migrations make it, without the tables of the libraries. Written by go test ./internal/store -update.\n\n" + dump(t, db)
		golden := filepath.Join("migrate", "schema_"+db.Engine()+".sql")
		if *update {
			if err := os.WriteFile(golden+".new", []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Rename(golden+".new", golden); err != nil { // whoever reads it meanwhile reads the whole of one
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s is not what the migrations make (run with -update and read the change):\n%s", golden, diff)
		}
	})
}

// shape lists tables, columns, keys, references and indexes in words that both databases share. A key that counts by itself is an INTEGER of SQLite.
func shape(t *testing.T, db *store.DB) []string {
	t.Helper()
	if db.Engine() == "sqlite" {
		tables := "FROM sqlite_master AS t JOIN "
		where := " WHERE t.type = 'table' AND t." + oursSQLite
		where = strings.ReplaceAll(where, "AND name", "AND t.name")
		return append(append(
			texts(t, db, `SELECT t.name || '.' || c.cid || ' ' || c.name || ' ' || replace(replace(c.type, 'BLOB', 'BYTEA'), 'INTEGER', 'BIGINT')
				|| CASE WHEN c."notnull" OR c.pk > 0 THEN ' not null' ELSE '' END || CASE WHEN c.pk > 0 THEN ' key ' || c.pk ELSE '' END
				`+tables+`pragma_table_info(t.name) AS c`+where+` ORDER BY t.name, c.cid`),
			texts(t, db, `SELECT t.name || ' refers by ' || f."from" || ' to ' || f."table" `+tables+`pragma_foreign_key_list(t.name) AS f`+where+` ORDER BY 1`)...),
			texts(t, db, `SELECT t.name || CASE WHEN i."unique" THEN ' unique ' ELSE ' index ' END || CASE WHEN i.partial THEN 'partly ' ELSE '' END
				|| (SELECT group_concat(x.name, ',' ORDER BY x.seqno) FROM pragma_index_info(i.name) AS x) `+tables+`pragma_index_list(t.name) AS i`+where+`
				AND i.origin <> 'pk' ORDER BY 1`)...)
	}
	tables := " FROM pg_class AS t JOIN "
	where := " WHERE t.relkind = 'r' AND t.relnamespace = 'public'::regnamespace AND t." + strings.ReplaceAll(oursPostgres, "AND relname", "AND t.relname")
	return append(append(
		texts(t, db, `SELECT t.relname || '.' || (a.attnum - 1) || ' ' || a.attname || ' ' || upper(format_type(a.atttypid, a.atttypmod))
			|| CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
			|| coalesce(' key ' || array_position(k.conkey, a.attnum), '')`+tables+`pg_attribute AS a ON a.attrelid = t.oid AND a.attnum > 0
			LEFT JOIN pg_constraint AS k ON k.conrelid = t.oid AND k.contype = 'p'`+where+` ORDER BY t.relname COLLATE "C", a.attnum`),
		texts(t, db, `SELECT t.relname || ' refers by ' || a.attname || ' to ' || f.confrelid::regclass`+tables+`pg_constraint AS f ON f.conrelid = t.oid AND f.contype = 'f'
			JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = ANY(f.conkey)`+where+` ORDER BY 1`)...),
		texts(t, db, `SELECT t.relname || CASE WHEN i.indisunique THEN ' unique ' ELSE ' index ' END || CASE WHEN i.indpred IS NULL THEN '' ELSE 'partly ' END
			|| (SELECT string_agg(pg_get_indexdef(i.indexrelid, n, TRUE), ',' ORDER BY n) FROM generate_series(1, i.indnkeyatts::integer) AS n)`+
			tables+`pg_index AS i ON i.indrelid = t.oid AND NOT i.indisprimary`+where+` ORDER BY 1`)...)
}

func TestBothDatabasesHaveTheSameTables(t *testing.T) {
	t.Parallel()
	sqlite, postgres := shape(t, storetest.SQLite(t)), shape(t, storetest.Postgres(t))
	if diff := cmp.Diff(sqlite, postgres); diff != "" || len(sqlite) < 20 {
		t.Errorf("- sqlite, + postgres:\n%s", diff)
	}
}

func TestTextOfPostgreSQLIsComparedByCodePoint(t *testing.T) {
	t.Parallel()
	wrong := texts(t, storetest.Postgres(t), `SELECT t.relname || '.' || a.attname FROM pg_class AS t JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum > 0
		JOIN pg_collation AS c ON c.oid = a.attcollation WHERE t.relkind = 'r' AND t.relnamespace = 'public'::regnamespace AND c.collname <> 'C'
		AND t.`+strings.ReplaceAll(oursPostgres, "AND relname", "AND t.relname")+` ORDER BY 1`)
	if len(wrong) > 0 {
		t.Errorf(`these columns lack COLLATE "C", so they sort by the server's language: %v`, wrong)
	}
}

// empty returns ways to open one empty database several times, by engine.
func empty(t *testing.T) map[string]func(t *testing.T) *store.DB {
	open := func(config store.Config) func(*testing.T) *store.DB {
		return func(t *testing.T) *store.DB {
			t.Helper()
			db, err := store.Open(t.Context(), config)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = db.Close() })
			return db
		}
	}
	return map[string]func(t *testing.T) *store.DB{
		"sqlite":   open(store.Config{Dir: t.TempDir()}),
		"postgres": open(store.Config{URL: storetest.EmptyPostgresURL(t)}),
	}
}

func TestNodesThatUpgradeAtOnceAreSafe(t *testing.T) {
	t.Parallel()
	for engine, open := range empty(t) {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			const nodes = 3
			done := make(chan error, nodes)
			for range nodes {
				db := open(t)
				go func() { done <- db.Upgrade(t.Context()) }()
			}
			for range nodes {
				if err := <-done; err != nil {
					t.Error(err)
				}
			}
		})
	}
}

func plain(t *testing.T, db *store.DB) (*sql.DB, goose.Dialect) {
	if db.Engine() == "sqlite" {
		return db.SQLite(), goose.DialectSQLite3
	}
	plain := stdlib.OpenDBFromPool(db.Postgres())
	t.Cleanup(func() { _ = plain.Close() })
	return plain, goose.DialectPostgres
}

// TestADatabaseOfAnEarlierVersionBecomesAsAFreshOne begins with the first versions, the latest, and every tenth between: with nothing in it, a database of any other
// goes through the same states.
func TestADatabaseOfAnEarlierVersionBecomesAsAFreshOne(t *testing.T) {
	t.Parallel()
	fresh := map[string]string{"sqlite": dump(t, storetest.SQLite(t)), "postgres": dump(t, storetest.Postgres(t))}
	steps, err := os.ReadDir(filepath.Join("migrate", "sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	for version := range len(steps) {
		if version > 1 && version%10 != 0 && version < len(steps)-2 {
			continue
		}
		for engine, open := range empty(t) {
			t.Run(fmt.Sprint(engine, " after ", version), func(t *testing.T) {
				t.Parallel()
				db := open(t)
				connection, dialect := plain(t, db)
				provider, err := goose.NewProvider(dialect, connection, migrate.Files(engine), goose.WithDisableGlobalRegistry(true))
				if err != nil {
					t.Fatal(err)
				}
				for range version {
					if _, err := provider.UpByOne(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
				if err := db.Upgrade(t.Context()); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(fresh[engine], dump(t, db)); diff != "" {
					t.Errorf("- fresh, + upgraded:\n%s", diff)
				}
			})
		}
	}
}

func TestADatabaseThatIsNewerThanTheProgramIsRefused(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"our schema":  "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, TRUE)",
		"the queue's": "INSERT INTO river_migration (line, version) VALUES ('main', 9999)",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			storetest.Run(t, func(t *testing.T, db *store.DB) {
				connection, _ := plain(t, db)
				if _, err := connection.ExecContext(t.Context(), text); err != nil {
					t.Fatal(err)
				}
				err := db.Upgrade(t.Context())
				e, ok := errors.AsType[*errs.Error](err)
				if !ok || e.Kind != errs.KindConflict || e.Message.Key != "migrate.database_newer" {
					t.Errorf("upgrade of a newer database: %v", err)
				}
			})
		})
	}
}

// upgraded opens an empty database as a program of an earlier version left it, changes it by the statements, and brings it to this version.
func upgraded(t *testing.T, open func(*testing.T) *store.DB, engine string, version int64, statements ...string) *store.DB {
	t.Helper()
	db := open(t)
	connection, dialect := plain(t, db)
	provider, err := goose.NewProvider(dialect, connection, migrate.Files(engine), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := provider.UpTo(t.Context(), version); err != nil {
		t.Fatal(err)
	}
	for _, text := range statements {
		if _, err := connection.ExecContext(t.Context(), text); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	if err := db.Upgrade(t.Context()); err != nil {
		t.Fatal(err)
	}
	return db
}

func TestAnUpgradeWatchesDevicesLaterAndTellsNothingOfTheNetwork(t *testing.T) {
	t.Parallel()
	user := func(id, last string) string {
		return `INSERT INTO app_user (id, login, name, person_id, password_hash, must_change, totp_secret, totp_last, recovery_codes, language, theme, updown, disabled, created_at, last_sign_in_at)
			VALUES ('` + id + `', '` + id + `', 'x', 0, '', FALSE, '', 0, '', '', '', '', FALSE, '2026-01-01T00:00:00.000000Z', '` + last + `')`
	}
	delivery := func(id, failure string) string {
		return "INSERT INTO delivery (id, channel, webhook_id, kind, subject, payload, state, attempts, failure, next_at, created_at, ended_at) VALUES ('" + id +
			"', 'webhook', 'h', 'published', 'x:1', '{}', 'failed', 1, '" + failure + "', '', '', '')"
	}
	const when = "2026-11-01T08:00:00.000000Z"
	for engine, open := range empty(t) {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			db := upgraded(t, open, engine, 23, user("veteran", when), user("known", when), user("fresh", ""), "INSERT INTO known_device (user_id, device, first_at) VALUES ('known', 'd', '"+when+"')",
				delivery("1", ""), delivery("2", "answered 502"), delivery("3", "no answer: dial tcp: lookup erp.internal on 10.0.0.53:53: no such host"), delivery("4", "the connection is off"))
			today := time.Now().UTC()
			got := texts(t, db, "SELECT id || ' ' || devices_watched_from FROM app_user ORDER BY id")
			if len(got) != 3 || got[0] != "fresh " || got[1] != "known " {
				t.Fatalf("%q", got)
			}
			from, err := time.Parse("veteran 2006-01-02T15:04:05.000000Z", got[2])
			if days := from.Sub(today).Hours() / 24; err != nil || days < 13.9 || days > 14.1 {
				t.Errorf("%q, %v", got[2], err)
			}
			if got := strings.Join(texts(t, db, "SELECT failure FROM delivery ORDER BY id"), ", "); got != ", status 502, unreachable, off" {
				t.Errorf("failures are kept as %q", got)
			}
		})
	}
}
