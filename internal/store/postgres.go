package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// postgresEngine is a pool of connections to PostgreSQL.
type postgresEngine struct{ pool *pgxpool.Pool }

func openPostgres(ctx context.Context, url string) (*postgresEngine, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("read database address: %w", err)
	}
	config.ConnConfig.RuntimeParams["timezone"] = "UTC"
	config.ConnConfig.RuntimeParams["application_name"] = "xiaoguan"
	// Planned for the values at hand: after five runs the server would keep one plan for all, and look for a rare amount row by row
	// (measured: 240 ms instead of 6). Planning takes a fraction of a millisecond.
	config.ConnConfig.RuntimeParams["plan_cache_mode"] = "force_custom_plan"
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("open database: %w", err)
	}
	return &postgresEngine{pool}, nil
}

// inTx runs at serializable unless told otherwise: the rules of a month (one run, one close, maker is not checker) are read and then
// written, and two operators at once must not both win. Losers get 40001 and are tried again by DB.inTx.
func (e *postgresEngine) inTx(ctx context.Context, level isolation, fn func(querier) error) error {
	options := pgx.TxOptions{IsoLevel: pgx.Serializable}
	if level == guarded {
		options.IsoLevel = pgx.ReadCommitted
	}
	return pgx.BeginTxFunc(ctx, e.pool, options, func(tx pgx.Tx) error { return fn(pgQuerier{tx}) })
}

func (e *postgresEngine) read(ctx context.Context, fn func(querier) error) error {
	options := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	return pgx.BeginTxFunc(ctx, e.pool, options, func(tx pgx.Tx) error { return fn(pgQuerier{tx}) })
}

// settle tells the planner how many rows there are now, and marks their pages as seen by all, so that indexes alone can answer. The server
// would do both by itself, minutes later; until then a statement's queries were measured to take 1.2 s instead of 40 ms.
func (e *postgresEngine) settle(ctx context.Context, tables []string) error {
	_, err := e.pool.Exec(ctx, "VACUUM (ANALYZE) "+strings.Join(tables, ", "))
	return err
}

func (e *postgresEngine) ping(ctx context.Context) error { return e.pool.Ping(ctx) }

func (e *postgresEngine) close() error {
	e.pool.Close()
	return nil
}

// pgQuerier runs SQL in a pgx transaction.
type pgQuerier struct{ tx pgx.Tx }

func (q pgQuerier) exec(ctx context.Context, text string, args ...any) (int64, error) {
	if err := checkArguments(args); err != nil {
		return 0, err
	}
	tag, err := q.tx.Exec(ctx, text, args...)
	return tag.RowsAffected(), err
}

func (q pgQuerier) query(ctx context.Context, text string, args ...any) (rows, error) {
	if err := checkArguments(args); err != nil {
		return nil, err
	}
	return q.tx.Query(ctx, text, args...)
}

// makeRoom does nothing: the server's cache is shared.
func (q pgQuerier) makeRoom(context.Context) error { return nil }

func (q pgQuerier) raw() any { return q.tx }

func (q pgQuerier) copyIn(ctx context.Context, table string, columns []string, next nextRow) (int64, error) {
	source := &copySource{next: next, row: make([]any, len(columns))}
	n, err := q.tx.CopyFrom(ctx, pgx.Identifier{table}, columns, source)
	if source.err != nil {
		err = source.err // the server would put it in its own words
	}
	return n, err
}

// mergedMax is how many rows one statement merges: the protocol counts its parameters in two bytes.
const mergedMax = 500

func (q pgQuerier) mergeIn(ctx context.Context, table string, columns []string, conflict string, next nextRow) (total int64, err error) {
	row := make([]any, len(columns))
	for more := true; more; {
		c := &filters{}
		var texts []string
		for len(texts) < mergedMax {
			if more, err = next(row); err != nil || !more {
				break
			}
			places := make([]string, len(row))
			for i, value := range row {
				places[i] = c.parameter(value)
			}
			texts = append(texts, "("+strings.Join(places, ", ")+")")
		}
		if err != nil || len(texts) == 0 {
			return total, err
		}
		n, err := q.exec(ctx, "INSERT INTO "+table+" ("+strings.Join(columns, ", ")+") VALUES "+strings.Join(texts, ", ")+conflict, c.args...)
		if total += n; err != nil {
			return total, err
		}
	}
	return total, nil
}

// copySource feeds COPY row by row; COPY keeps no row, so one slice serves all.
type copySource struct {
	next nextRow
	row  []any
	err  error
}

func (s *copySource) Next() bool {
	more, err := s.next(s.row)
	if more && err == nil {
		err = checkArguments(s.row)
	}
	s.err = err
	return more && err == nil
}

func (s *copySource) Values() ([]any, error) { return s.row, nil }

func (s *copySource) Err() error { return s.err }
