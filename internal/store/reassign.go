package store

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/pool"
	"xiaoguan/internal/reassign"
)

// Reassignments returns the store of package reassign.
func (db *DB) Reassignments() reassign.Store { return reassignStore{db} }

type reassignStore struct{ db *DB }

// InTx implements reassign.Store.
func (s reassignStore) InTx(ctx context.Context, fn func(reassign.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

// Read implements reassign.Store.
func (s reassignStore) Read(ctx context.Context, fn func(reassign.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

// HeldCustomers implements reassign.Reader.
func (tx *Tx) HeldCustomers(ctx context.Context, personID int64, from string, after int64, limit int, late []string) ([]reassign.Held, error) {
	c := &filters{}
	c.add("h.customer_id > ?", after)
	if from == "" {
		c.add("h.owner_id = ?", personID)
	} else {
		c.add("h.pool = ?", from)
		c.add("h.pool <> ''")
	}
	list, err := collect(ctx, tx, func(r rows, h *reassign.Held) error {
		h.Contact, h.Opportunity, h.Deal, h.ContractEnd = calendar.NoDate, calendar.NoDate, calendar.NoDate, calendar.NoDate
		return r.Scan(append(holdingDestinations(&h.Holding), &h.Name, &h.Tier, &h.Region)...)
	}, "SELECT "+holdingSelect+", c.name, "+tierNow+", c.region FROM holding h JOIN customer c ON c.id = h.customer_id AND c.superseded_in = "+openBatch+c.where()+
		" ORDER BY h.customer_id LIMIT "+c.parameter(int64(limit)), c.args...)
	if err != nil || len(list) == 0 {
		return list, err
	}
	facts, at, ids := make([]pool.Facts, len(list)), map[int64]int{}, make([]int64, len(list))
	for i := range list {
		facts[i], at[list[i].CustomerID], ids[i] = list[i].Facts, i, list[i].CustomerID
	}
	if err := tx.addFacts(ctx, facts); err != nil {
		return nil, err
	}
	for i := range list {
		list[i].Facts = facts[i]
	}
	return list, each(ctx, tx, func(r rows) error {
		var id int64
		var stage string
		var open int
		if err := r.Scan(&id, &stage, &open); err != nil {
			return err
		}
		h := &list[at[id]]
		if h.Open += open; slices.Contains(late, stage) {
			h.Late += open
		}
		return nil
	}, "SELECT customer_id, stage, COUNT(*) FROM opportunity WHERE customer_id IN ("+listed(ids)+") AND state = 'open' GROUP BY customer_id, stage")
}

var reassignRunColumns = []string{"id", "state", "ask", "person_ids", "created_by", "created_name", "created_at", "finished_at", "job_id", "failure", "input_hash", "result", "result_hash", "revision"}

func reassignRunValues(r reassign.Run) ([]any, error) {
	ask, askErr := json.Marshal(r.Ask)
	persons, personsErr := json.Marshal(r.PersonIDs)
	result, resultErr := json.Marshal(r.Result)
	failure, failureErr := "", error(nil)
	if r.Failure.Key != "" {
		var text []byte
		text, failureErr = json.Marshal(r.Failure)
		failure = string(text)
	}
	return []any{r.ID, string(r.State), string(ask), string(persons), r.CreatedBy, r.CreatedName, instant(r.CreatedAt), instant(r.FinishedAt), r.JobID, failure, r.InputHash, string(result), r.ResultHash, r.Revision},
		errors.Join(askErr, personsErr, resultErr, failureErr)
}

func scanReassignRun(r rows, run *reassign.Run) error {
	var ask, persons, failure, result string
	if err := r.Scan(&run.ID, &run.State, &ask, &persons, &run.CreatedBy, &run.CreatedName, scanTime(&run.CreatedAt), scanTime(&run.FinishedAt), &run.JobID, &failure, &run.InputHash, &result, &run.ResultHash, &run.Revision); err != nil {
		return err
	}
	if failure != "" {
		if err := json.Unmarshal([]byte(failure), &run.Failure); err != nil {
			return err
		}
	}
	return errors.Join(json.Unmarshal([]byte(ask), &run.Ask), json.Unmarshal([]byte(persons), &run.PersonIDs), json.Unmarshal([]byte(result), &run.Result))
}

var reassignRunSelect = "SELECT " + strings.Join(reassignRunColumns, ", ") + " FROM reassign_run"

// ReassignRuns implements reassign.Reader.
func (tx *Tx) ReassignRuns(ctx context.Context, before int64, limit int) ([]reassign.Run, error) {
	c := &filters{}
	if before != 0 {
		c.add("id < ?", before)
	}
	return collect(ctx, tx, scanReassignRun, reassignRunSelect+c.where()+" ORDER BY id DESC LIMIT "+c.parameter(int64(limit)), c.args...)
}

// ReassignRun implements reassign.Reader.
func (tx *Tx) ReassignRun(ctx context.Context, id int64) (reassign.Run, error) {
	return one(ctx, tx, "reassign.missing", scanReassignRun, reassignRunSelect+" WHERE id = $1", id)
}

// ReassignInput implements reassign.Reader.
func (tx *Tx) ReassignInput(ctx context.Context, id int64) ([]byte, error) {
	text, err := one(ctx, tx, "reassign.missing", func(r rows, s *string) error { return r.Scan(s) }, "SELECT input FROM reassign_run WHERE id = $1", id)
	return []byte(text), err
}

// InsertReassignRun implements reassign.Tx.
func (tx *Tx) InsertReassignRun(ctx context.Context, r reassign.Run) error {
	values, err := reassignRunValues(r)
	if err != nil {
		return err
	}
	return tx.insertRow(ctx, "reassign_run", append([]string{"input"}, reassignRunColumns...), append([]any{string(r.Input)}, values...))
}

// SaveReassignRun implements reassign.Tx.
func (tx *Tx) SaveReassignRun(ctx context.Context, r reassign.Run) error {
	values, err := reassignRunValues(r)
	if err != nil {
		return err
	}
	if err := tx.saveRow(ctx, "reassign_run", "reassign.changed_meanwhile", reassignRunColumns, values); err != nil {
		return err
	}
	_, err = tx.exec(ctx, "UPDATE reassign_run SET input = $2 WHERE id = $1", r.ID, string(r.Input))
	return err
}

// PutReassignRows implements reassign.Tx.
func (tx *Tx) PutReassignRows(ctx context.Context, list []reassign.Row) error {
	b := tx.bulk("reassign_row", "run_id", "customer_id", "place", "state", "decision_id", "from_id", "to_id", "detail")
	for i := range list {
		row := &list[i]
		detail, err := json.Marshal(row.Move)
		if err != nil {
			return err
		}
		if err := b.add(ctx, row.RunID, row.CustomerID, row.Place, string(row.State), row.DecisionID, row.FromID, row.ToID, string(detail)); err != nil {
			return err
		}
	}
	return b.flush(ctx)
}

const reassignRowSelect = `SELECT x.run_id, x.place, x.state, x.decision_id, x.detail, COALESCE(c.name, ''), COALESCE(f.name, ''), COALESCE(t.name, '') FROM reassign_row x
	LEFT JOIN customer c ON c.id = x.customer_id AND c.superseded_in = ` + openBatch + `
	LEFT JOIN person f ON f.id = x.from_id AND f.superseded_in = ` + openBatch + `
	LEFT JOIN person t ON t.id = x.to_id AND t.superseded_in = ` + openBatch

func scanReassignRow(r rows, row *reassign.Row) error {
	var detail string
	if err := r.Scan(&row.RunID, &row.Place, &row.State, &row.DecisionID, &detail, &row.CustomerName, &row.FromName, &row.ToName); err != nil {
		return err
	}
	return json.Unmarshal([]byte(detail), &row.Move)
}

// ReassignRows implements reassign.Reader.
func (tx *Tx) ReassignRows(ctx context.Context, f reassign.RowFilter) ([]reassign.Row, error) {
	c := &filters{}
	c.add("x.run_id = ?", f.RunID)
	c.add("x.place > ?", f.After)
	switch f.State {
	case "":
		c.add("x.state <> ?", string(reassign.MoveStays))
	default:
		c.add("x.state = ?", string(f.State))
	}
	for _, wanted := range []struct {
		column string
		id     int64
	}{{"x.from_id", f.FromID}, {"x.to_id", f.ToID}, {"x.decision_id", f.DecisionID}} {
		if wanted.id != 0 {
			c.add(wanted.column+" = ?", wanted.id)
		}
	}
	return collect(ctx, tx, scanReassignRow, reassignRowSelect+c.where()+" ORDER BY x.place LIMIT "+c.parameter(int64(f.Limit)), c.args...)
}

// ReassignRow implements reassign.Reader.
func (tx *Tx) ReassignRow(ctx context.Context, runID, customerID int64) (reassign.Row, error) {
	return one(ctx, tx, "customer.missing", scanReassignRow, reassignRowSelect+" WHERE x.run_id = $1 AND x.customer_id = $2", runID, customerID)
}

// ReassignCounts implements reassign.Reader.
func (tx *Tx) ReassignCounts(ctx context.Context, runID int64) (map[reassign.MoveState]int64, error) {
	counts := map[reassign.MoveState]int64{}
	return counts, each(ctx, tx, func(r rows) error {
		var state reassign.MoveState
		var count int64
		err := r.Scan(&state, &count)
		counts[state] = count
		return err
	}, "SELECT state, COUNT(*) FROM reassign_row WHERE run_id = $1 GROUP BY state", runID)
}

// MarkReassignRows implements reassign.Tx.
func (tx *Tx) MarkReassignRows(ctx context.Context, runID int64, customers []int64, from, to reassign.MoveState, decisionID int64) error {
	if len(customers) == 0 {
		return nil
	}
	n, err := tx.exec(ctx, "UPDATE reassign_row SET state = $1, decision_id = $2 WHERE run_id = $3 AND state = $4 AND customer_id IN ("+listed(customers)+")", string(to), decisionID, runID, string(from))
	if err == nil && n != int64(len(customers)) {
		err = errs.New(errs.KindConflict, "reassign.taken_up", nil)
	}
	return err
}

var reassignDecisionColumns = []string{"id", "run_id", "state", "with_work", "reason", "customers", "act_id", "request_id", "created_by", "created_name", "created_at", "revision"}

func reassignDecisionValues(d reassign.Decision) []any {
	return []any{d.ID, d.RunID, string(d.State), d.WithWork, d.Reason, d.Customers, d.ActID, d.RequestID, d.CreatedBy, d.CreatedName, instant(d.CreatedAt), d.Revision}
}

var reassignDecisionSelect = "SELECT d." + strings.Join(reassignDecisionColumns, ", d.") + ", COALESCE(a.undone_in, 0) <> 0 FROM reassign_decision d LEFT JOIN holding_act a ON a.id = d.act_id WHERE "

func scanReassignDecision(r rows, d *reassign.Decision) error {
	return r.Scan(&d.ID, &d.RunID, &d.State, &d.WithWork, &d.Reason, &d.Customers, &d.ActID, &d.RequestID, &d.CreatedBy, &d.CreatedName, scanTime(&d.CreatedAt), &d.Revision, &d.ActUndone)
}

// ReassignDecisions implements reassign.Reader.
func (tx *Tx) ReassignDecisions(ctx context.Context, runID int64) ([]reassign.Decision, error) {
	return collect(ctx, tx, scanReassignDecision, reassignDecisionSelect+"d.run_id = $1 ORDER BY d.id DESC LIMIT "+strconv.Itoa(decisionsMost), runID)
}

// decisionsMost is how many acceptances of one proposal are listed.
const decisionsMost = 200

// ReassignDecision implements reassign.Reader.
func (tx *Tx) ReassignDecision(ctx context.Context, id int64) (reassign.Decision, error) {
	return one(ctx, tx, "reassign.missing", scanReassignDecision, reassignDecisionSelect+"d.id = $1", id)
}

// InsertReassignDecision implements reassign.Tx.
func (tx *Tx) InsertReassignDecision(ctx context.Context, d reassign.Decision) error {
	return tx.insertRow(ctx, "reassign_decision", reassignDecisionColumns, reassignDecisionValues(d))
}

// SaveReassignDecision implements reassign.Tx.
func (tx *Tx) SaveReassignDecision(ctx context.Context, d reassign.Decision) error {
	return tx.saveRow(ctx, "reassign_decision", "reassign.changed_meanwhile", reassignDecisionColumns, reassignDecisionValues(d))
}
