package store

import (
	"context"
	"encoding/json"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/payout"
)

const runColumns = `id, month, state, recorded, plans, engine_version, started_by, started_at, finished_at, job_id, statements, payees,
	total_minor, digest, failure, salt`

func scanRun(r rows, run *payout.Run) error {
	var plans, failure string
	err := r.Scan(&run.ID, scanMonth(&run.Month), &run.State, &run.Recorded, &plans, &run.EngineVersion, &run.StartedBy, scanTime(&run.StartedAt),
		scanTime(&run.FinishedAt), &run.JobID, &run.Statements, &run.Payees, &run.TotalMinor, &run.Digest, &failure, &run.Salt)
	if err != nil {
		return err
	}
	run.Plans = strings.Split(plans, ",")
	if failure != "" {
		return json.Unmarshal([]byte(failure), &run.Failure)
	}
	return nil
}

func runValues(run payout.Run) ([]any, error) {
	failure := ""
	if run.Failure.Key != "" {
		text, err := json.Marshal(run.Failure)
		if err != nil {
			return nil, err
		}
		failure = string(text)
	}
	return []any{run.ID, run.Month.String(), string(run.State), int64(run.Recorded), strings.Join(run.Plans, ","), run.EngineVersion, run.StartedBy,
		instant(run.StartedAt), instant(run.FinishedAt), run.JobID, run.Statements, run.Payees, run.TotalMinor, run.Digest, failure, run.Salt}, nil
}

// Run implements period.Reader.
func (tx *Tx) Run(ctx context.Context, id string) (payout.Run, error) {
	return one(ctx, tx, errUnknownRun, scanRun, "SELECT "+runColumns+" FROM run WHERE id = $1", id)
}

// Runs implements period.Reader.
func (tx *Tx) Runs(ctx context.Context, month calendar.Month) ([]payout.Run, error) {
	return collect(ctx, tx, scanRun, "SELECT "+runColumns+" FROM run WHERE month = $1 ORDER BY started_at DESC, id DESC", month.String())
}

// InsertRun implements period.Tx.
func (tx *Tx) InsertRun(ctx context.Context, run payout.Run) error {
	values, err := runValues(run)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, "INSERT INTO run ("+runColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`, values...)
	return err
}

// UpdateRun implements period.Tx. A run that has ended does not change any more.
func (tx *Tx) UpdateRun(ctx context.Context, run payout.Run) error {
	values, err := runValues(run)
	if err != nil {
		return err
	}
	return mustChange(ctx, tx, "payout.run_ended", `UPDATE run SET month = $2, state = $3, recorded = $4, plans = $5, engine_version = $6,
		started_by = $7, started_at = $8, finished_at = $9, job_id = $10, statements = $11, payees = $12, total_minor = $13, digest = $14,
		failure = $15, salt = $16 WHERE id = $1 AND state = 'running'`, values...)
}

var (
	statementColumns = []string{"run_id", "person_id", "plan_id", "version_id", "position", "level", "team_id", "total_minor", "digest", "body"}
	lineColumns      = []string{"run_id", "person_id", "plan_id", "component", "amount_minor", "carried_minor"}
	exceptionColumns = []string{"run_id", "position", "kind", "person_id", "plan_id", "component", "amount_minor", "before_minor"}
)

// InsertStatements implements period.Tx.
func (tx *Tx) InsertStatements(ctx context.Context, runID string, first int64, built []payout.Built) error {
	statements, lines := tx.bulk("statement", statementColumns...), tx.bulk("payout_line", lineColumns...)
	for i, b := range built {
		row := b.Row
		if err := statements.add(ctx, runID, row.PersonID, row.PlanID, row.VersionID, first+int64(i), row.Level, row.TeamID, row.TotalMinor, row.Digest, row.Body); err != nil {
			return err
		}
		for _, l := range b.Lines {
			if err := lines.add(ctx, runID, l.PersonID, l.PlanID, l.Component, l.AmountMinor, l.CarriedMinor); err != nil {
				return err
			}
		}
	}
	if err := statements.flush(ctx); err != nil {
		return err
	}
	return lines.flush(ctx)
}

// InsertExceptions implements period.Tx.
func (tx *Tx) InsertExceptions(ctx context.Context, runID string, exceptions []payout.Exception) error {
	b := tx.bulk("run_exception", exceptionColumns...)
	for i, e := range exceptions {
		if err := b.add(ctx, runID, int64(i), string(e.Kind), e.PersonID, e.PlanID, e.Component, e.AmountMinor, e.BeforeMinor); err != nil {
			return err
		}
	}
	return b.flush(ctx)
}

// RunExceptions implements period.Reader.
func (tx *Tx) RunExceptions(ctx context.Context, runID string) ([]payout.Exception, error) {
	return collect(ctx, tx, func(r rows, e *payout.Exception) error {
		return r.Scan(&e.Kind, &e.PersonID, &e.PlanID, &e.Component, &e.AmountMinor, &e.BeforeMinor)
	}, `SELECT kind, person_id, plan_id, component, amount_minor, before_minor FROM run_exception WHERE run_id = $1 ORDER BY position`, runID)
}

// PayoutLines implements period.Reader.
func (tx *Tx) PayoutLines(ctx context.Context, runID string) ([]payout.Line, error) {
	return collect(ctx, tx, func(r rows, l *payout.Line) error {
		return r.Scan(&l.PersonID, &l.PlanID, &l.Component, &l.AmountMinor, &l.CarriedMinor)
	}, `SELECT person_id, plan_id, component, amount_minor, carried_minor FROM payout_line WHERE run_id = $1 ORDER BY person_id, plan_id, component`, runID)
}

// EarlierLines implements period.Reader and payout.Reader: what closed months paid, with the differences that were posted for them into
// the month or one before it.
func (tx *Tx) EarlierLines(ctx context.Context, month calendar.Month, months int, personID int64) ([]payout.EarlierLine, error) {
	lines, err := collect(ctx, tx, func(r rows, l *payout.EarlierLine) error {
		return r.Scan(scanMonth(&l.Month), &l.PersonID, &l.PlanID, &l.Component, &l.AmountMinor, &l.CarriedMinor)
	}, `SELECT p.month, l.person_id, l.plan_id, l.component, l.amount_minor, l.carried_minor FROM period p
		JOIN payout_line l ON l.run_id = p.current_run
		WHERE p.state = 'closed' AND p.month < $1 AND p.month >= $2 AND ($3 = 0 OR l.person_id = $3)
		ORDER BY p.month, l.person_id, l.plan_id, l.component`, month.String(), (month - calendar.Month(months)).String(), personID)
	if err != nil {
		return nil, err
	}
	deltas, err := tx.postedDeltas(ctx, `r.paid_in <= $1 AND d.month < $1 AND d.month >= $2 AND ($3 = 0 OR d.person_id = $3)`,
		month.String(), (month - calendar.Month(months)).String(), personID)
	return withDeltas(lines, deltas), err
}

const statementSelect = `SELECT person_id, plan_id, version_id, level, team_id, total_minor, digest, body FROM statement WHERE run_id = $1`

func scanStatement(r rows, s *payout.StatementRow) error {
	return r.Scan(&s.PersonID, &s.PlanID, &s.VersionID, &s.Level, &s.TeamID, &s.TotalMinor, &s.Digest, &s.Body)
}

// EachStatement implements period.Reader.
func (tx *Tx) EachStatement(ctx context.Context, runID string, fn func(payout.StatementRow) error) error {
	return each(ctx, tx, func(r rows) error {
		var s payout.StatementRow
		if err := scanStatement(r, &s); err != nil {
			return err
		}
		return fn(s)
	}, statementSelect+" ORDER BY position", runID)
}

// Statement implements payout.Reader.
func (tx *Tx) Statement(ctx context.Context, runID string, personID int64, planID string) (payout.StatementRow, error) {
	return one(ctx, tx, "payout.no_statement", scanStatement, statementSelect+" AND person_id = $2 AND plan_id = $3", runID, personID, planID)
}
