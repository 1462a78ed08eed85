package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
)

// AppendAudit writes the entry as the next of the chain. It holds the counter's row until the transaction ends, so that chains of
// two writers cannot fork.
func (tx *Tx) AppendAudit(ctx context.Context, entry audit.Entry) (err error) {
	defer errs.Wrap(&err, "store.AppendAudit(%s)", entry.Action)
	entry.Seq, err = value[int64](ctx, tx, `UPDATE sequence SET next = next + 1 WHERE name = 'audit' RETURNING next - 1`)
	if err != nil {
		return err
	}
	if entry.Seq < 1 {
		return fmt.Errorf("the audit counter is missing")
	}
	// A missing predecessor means that somebody removed it. The write goes on: refusing it would stop the company, and Verify names
	// the gap.
	entry.PrevHash, err = value[string](ctx, tx, `SELECT hash FROM audit_entry WHERE seq = $1`, entry.Seq-1)
	if err != nil {
		return err
	}
	entry.At = tx.Now()
	entry.Hash = entry.ComputeHash()
	_, err = tx.exec(ctx, `
		INSERT INTO audit_entry (seq, at, actor_id, actor_name, client, action, subject, before_state, after_state, prev_hash, hash)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		entry.Seq, instant(entry.At), entry.ActorID, entry.ActorName, entry.Client, entry.Action, entry.Subject,
		string(entry.Before), string(entry.After), entry.PrevHash, entry.Hash)
	return err
}

// Audit returns the log for audit.Service.
func (db *DB) Audit() audit.Store { return auditStore{db} }

// Audit returns the log as this transaction sees it.
func (tx *Tx) Audit() audit.Store { return auditStore{tx} }

// auditStore reads the log in transactions of its own, or in the one it was made for.
type auditStore struct {
	source interface {
		Read(ctx context.Context, fn func(*Tx) error) error
	}
}

// Read runs fn in this transaction, so that code for a snapshot also works within a write.
func (tx *Tx) Read(_ context.Context, fn func(*Tx) error) error { return fn(tx) }

const auditColumns = `seq, at, actor_id, actor_name, client, action, subject, before_state, after_state, prev_hash, hash`

// scanAudit leaves At zero when the column isn't exactly what instant would write: the hash covers the time and not its spelling,
// and a changed byte must not pass as another spelling.
func scanAudit(r rows, e *audit.Entry) error {
	var at, before, after string
	err := r.Scan(&e.Seq, &at, &e.ActorID, &e.ActorName, &e.Client, &e.Action, &e.Subject, &before, &after, &e.PrevHash, &e.Hash)
	if t, parseErr := time.Parse(timeLayout, at); parseErr == nil && instant(t) == at {
		e.At = t
	}
	if before != "" {
		e.Before = json.RawMessage(before)
	}
	if after != "" {
		e.After = json.RawMessage(after)
	}
	return err
}

// ListAudit implements audit.Store.
func (s auditStore) ListAudit(ctx context.Context, query audit.Query) (entries []audit.Entry, err error) {
	defer errs.Wrap(&err, "store.ListAudit")
	conditions := []string{"TRUE"}
	var args []any
	where := func(condition string, arg any) {
		args = append(args, arg)
		conditions = append(conditions, condition+" $"+strconv.Itoa(len(args)))
	}
	prefix := func(column, start string) {
		where(column+" >=", start)
		where(column+" <", start+"\U0010FFFF") // above every text that begins so
	}
	switch {
	case query.ForKind():
		prefix("subject", query.Subject)
	case query.Subject != "":
		where("subject =", query.Subject)
	}
	if query.ActorID != "" {
		where("actor_id =", query.ActorID)
	}
	if query.ActionPrefix != "" {
		prefix("action", query.ActionPrefix)
	}
	if !query.From.IsZero() {
		where("at >=", instant(query.From))
	}
	if !query.To.IsZero() {
		where("at <", instant(query.To))
	}
	if query.Before > 0 {
		where("seq <", query.Before)
	}
	where("", query.Limit) // only for its number; the last parameter
	last := len(conditions) - 1
	text := "SELECT " + auditColumns + " FROM audit_entry WHERE " + strings.Join(conditions[:last], " AND ") +
		" ORDER BY seq DESC LIMIT" + conditions[last]
	err = s.source.Read(ctx, func(tx *Tx) error {
		entries, err = collect(ctx, tx, scanAudit, text, args...)
		return err
	})
	return entries, err
}

// ScanAudit implements audit.Store.
func (s auditStore) ScanAudit(ctx context.Context, fn func(audit.Entry) error) (next int64, err error) {
	defer errs.Wrap(&err, "store.ScanAudit")
	err = s.source.Read(ctx, func(tx *Tx) error {
		next, err = value[int64](ctx, tx, `SELECT next FROM sequence WHERE name = 'audit'`)
		if err != nil {
			return err
		}
		return each(ctx, tx, func(r rows) error {
			var entry audit.Entry
			if err := scanAudit(r, &entry); err != nil {
				return err
			}
			return fn(entry)
		}, "SELECT "+auditColumns+" FROM audit_entry ORDER BY seq")
	})
	return next, err
}
