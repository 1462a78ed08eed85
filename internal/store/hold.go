package store

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"strconv"

	"github.com/jackc/pgx/v5"

	"xiaoguan/internal/errs"
)

// Hold is a lock that lasts as long as this process holds it: it goes with the process, however that ends.
type Hold struct {
	release func()
	alive   func(ctx context.Context) error
}

// Release gives the lock back.
func (h *Hold) Release() { h.release() }

// Alive returns an error when the lock may have been lost: the connection that carried it is gone.
func (h *Hold) Alive(ctx context.Context) error { return h.alive(ctx) }

// HoldNode marks a node as alive, so that others can tell (see Tx.NodeIsGone) when it has died. On SQLite it also makes sure that
// one process alone works on the file's jobs. It returns an error of kind Conflict when the name, or the file, is held already.
func (db *DB) HoldNode(ctx context.Context, node string) (_ *Hold, err error) {
	defer errs.Wrap(&err, "store.HoldNode(%s)", node)
	if e, ok := db.backend.(*sqliteEngine); ok {
		return holdFile(ctx, e.path+".node", 0)
	}
	// A connection of its own: a session lock must not travel through the pool.
	connection, err := pgx.ConnectConfig(ctx, db.Postgres().Config().ConnConfig)
	if err != nil {
		return nil, db.classify(err)
	}
	var held bool
	err = connection.QueryRow(ctx, "SELECT pg_try_advisory_lock(hashtextextended($1, 0))", nodeLock(node)).Scan(&held)
	if err == nil && !held {
		err = errs.New(errs.KindConflict, "store.node_in_use", nil)
	}
	if err != nil {
		return nil, errors.Join(db.classify(err), connection.Close(context.WithoutCancel(ctx)))
	}
	return &Hold{
		release: func() { _ = connection.Close(context.WithoutCancel(ctx)) },
		alive:   connection.Ping,
	}, nil
}

func nodeLock(node string) string { return "xiaoguan node " + node }

// NodeIsGone reports whether no process holds the node, and if so keeps others from finding out until the transaction ends. Call it
// on PostgreSQL only: on SQLite, whoever holds a node knows that all others are gone.
func (tx *Tx) NodeIsGone(ctx context.Context, node string) (bool, error) {
	return value[bool](ctx, tx, "SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))", nodeLock(node))
}

// holdFile locks a file by means of SQLite, which knows how to do that on every system, waiting for at most that long.
func holdFile(ctx context.Context, path string, waitMilliseconds int) (*Hold, error) {
	query := url.Values{"_txlock": {"exclusive"}, "_pragma": {"busy_timeout(" + strconv.Itoa(waitMilliseconds) + ")"}}
	db, err := sql.Open("sqlite", sqliteAddress(path, query))
	if err != nil {
		return nil, err
	}
	// Not the caller's context: the transaction is the lock and must not end with the request that took it.
	tx, err := db.BeginTx(context.WithoutCancel(ctx), nil)
	if err != nil {
		if sqliteIsBusy(err) {
			err = errs.New(errs.KindConflict, "store.node_in_use", nil).Because(err)
		}
		return nil, errors.Join(err, db.Close())
	}
	return &Hold{
		release: func() { _ = tx.Rollback(); _ = db.Close() },
		alive:   func(context.Context) error { return nil },
	}, nil
}
