package store

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/job"
)

// Jobs returns the store of package job.
func (db *DB) Jobs() job.Store { return jobStore{db} }

type jobStore struct{ db *DB }

func (s jobStore) InTx(ctx context.Context, fn func(job.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

func (s jobStore) Read(ctx context.Context, fn func(job.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

// SetDelivery gives the way to hand a job to the queue within a transaction, to be started after the delay. It is called once,
// before the first transaction, by package worker. Without one, jobs wait in the table for a process that has one.
func (db *DB) SetDelivery(deliver func(ctx context.Context, tx *Tx, id string, delay time.Duration) error) {
	db.deliver = deliver
}

const jobColumns = `id, kind, args, unique_key, subject, created_by, state, stage, done, total, result, failure, attempts,
	cancel_asked, created_at, started_at, finished_at, failures, not_before, node`

func scanJob(r rows, j *job.Job) error {
	var args, result, failure string
	err := r.Scan(&j.ID, &j.Kind, &args, &j.Unique, &j.Subject, &j.CreatedBy, &j.State, &j.Progress.Stage, &j.Progress.Done,
		&j.Progress.Total, &result, &failure, &j.Attempts, &j.CancelAsked, scanTime(&j.CreatedAt), scanTime(&j.StartedAt),
		scanTime(&j.FinishedAt), &j.Failures, scanTime(&j.NotBefore), &j.Node)
	if err != nil {
		return err
	}
	j.Args, j.Result = document(args), document(result)
	if failure != "" {
		return json.Unmarshal([]byte(failure), &j.Failure)
	}
	return nil
}

func document(text string) json.RawMessage {
	if text == "" {
		return nil
	}
	return json.RawMessage(text)
}

// Job implements job.Reader.
func (tx *Tx) Job(ctx context.Context, id string) (job.Job, error) {
	return one(ctx, tx, "job.not_found", scanJob, "SELECT "+jobColumns+" FROM job WHERE id = $1", id)
}

// Jobs implements job.Reader. The order is that of creation, and of ids within one instant.
func (tx *Tx) Jobs(ctx context.Context, filter job.Filter) ([]job.Job, error) {
	var where conditions
	where.equal("kind", string(filter.Kind))
	where.equal("subject", filter.Subject)
	where.equal("created_by", filter.CreatedBy)
	if len(filter.States) > 0 {
		var places []string
		for _, state := range filter.States {
			places = append(places, where.place(string(state)))
		}
		where.all = append(where.all, "state IN ("+strings.Join(places, ", ")+")")
	}
	if filter.After != "" {
		place := where.place(filter.After)
		where.all = append(where.all, "(created_at, id) < ((SELECT created_at FROM job WHERE id = "+place+"), "+place+")")
	}
	text := "SELECT " + jobColumns + " FROM job" + where.text() + " ORDER BY created_at DESC, id DESC LIMIT " + where.place(int64(filter.Limit))
	return collect(ctx, tx, scanJob, text, where.args...)
}

// conditions puts a WHERE together from what a filter sets.
type conditions struct {
	all  []string
	args []any
}

// place adds an argument and returns its $N.
func (c *conditions) place(arg any) string {
	c.args = append(c.args, arg)
	return "$" + strconv.Itoa(len(c.args))
}

// equal demands the value, unless it is empty.
func (c *conditions) equal(column, value string) {
	if value != "" {
		c.all = append(c.all, column+" = "+c.place(value))
	}
}

func (c *conditions) text() string {
	if len(c.all) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(c.all, " AND ")
}

// Enqueue adds a job that runs after the commit, and never when the transaction rolls back. An empty ID is given one. It
// returns an error of kind Conflict when an unfinished job has the same Unique.
func (tx *Tx) Enqueue(ctx context.Context, spec job.Spec) (err error) {
	defer errs.Wrap(&err, "store.Enqueue(%s)", spec.Kind)
	if spec.ID == "" {
		spec.ID = NewID(tx.Now())
	}
	if len(spec.Args) == 0 {
		spec.Args = json.RawMessage("{}")
	}
	// Not left to the unique index: on PostgreSQL its violation would end the caller's transaction.
	if spec.Unique != "" {
		other, err := value[string](ctx, tx, "SELECT id FROM job WHERE unique_key = $1 AND state IN ('queued', 'running')", spec.Unique)
		if err != nil {
			return err
		}
		if other != "" {
			return errs.New(errs.KindConflict, "job.already_under_way", errs.Args{"Job": other})
		}
	}
	_, err = tx.exec(ctx, `INSERT INTO job (id, kind, args, unique_key, subject, created_by, state, stage, done, total, result, failure,
			attempts, cancel_asked, created_at, started_at, finished_at, failures, not_before, node, delivery)
		VALUES ($1, $2, $3, $4, $5, $6, 'queued', '', 0, 0, '', '', 0, FALSE, $7, '', '', 0, '', '', 0)`,
		spec.ID, string(spec.Kind), string(spec.Args), spec.Unique, spec.Subject, spec.CreatedBy, instant(tx.Now()))
	if err != nil {
		return err
	}
	return tx.deliverJob(ctx, spec.ID, 0)
}

func (tx *Tx) deliverJob(ctx context.Context, id string, delay time.Duration) error {
	if tx.db.deliver == nil {
		return nil
	}
	return tx.db.deliver(ctx, tx, id, delay)
}

// AskJobCancel implements job.Tx.
func (tx *Tx) AskJobCancel(ctx context.Context, id string) error {
	n, err := tx.exec(ctx, `UPDATE job SET cancel_asked = TRUE, state = CASE WHEN state = 'queued' THEN 'cancelled' ELSE state END,
			finished_at = CASE WHEN state = 'queued' THEN $2 ELSE finished_at END
		WHERE id = $1 AND (state IN ('queued', 'running') OR (state = 'cancelled' AND NOT cancel_asked))`, id, instant(tx.Now()))
	if err == nil && n == 0 {
		return errs.New(errs.KindConflict, "job.finished", nil)
	}
	return err
}

// HoldJob makes a transaction part of one start of a job: it holds the job's row to the commit, and returns an error of kind
// Conflict when the job has been given to another node meanwhile. Work that must not be done twice begins its transactions so.
func (tx *Tx) HoldJob(ctx context.Context, id string, attempt int) error {
	held, err := value[string](ctx, tx, "SELECT id FROM job WHERE id = $1 AND attempts = $2 AND state = 'running'"+tx.db.dialect.lockRow, id, attempt)
	if err == nil && held == "" {
		return errs.New(errs.KindConflict, "job.taken_over", nil)
	}
	return err
}
