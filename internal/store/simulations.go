package store

import (
	"context"
	"encoding/json"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/simulation"
)

// Simulations returns the store of package simulation.
func (db *DB) Simulations() simulation.Store { return simulationStore{db} }

type simulationStore struct{ db *DB }

func (s simulationStore) InTx(ctx context.Context, fn func(simulation.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

func (s simulationStore) Read(ctx context.Context, fn func(simulation.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

const simulationColumns = `id, request, state, job_id, created_by, created_at, finished_at, recorded, failure, digest`

func scanSimulation(r rows, s *simulation.Simulation) error {
	var request, failure string
	if err := r.Scan(&s.ID, &request, &s.State, &s.JobID, &s.CreatedBy, scanTime(&s.CreatedAt), scanTime(&s.FinishedAt), &s.Recorded, &failure, &s.Digest); err != nil {
		return err
	}
	if failure != "" {
		if err := json.Unmarshal([]byte(failure), &s.Failure); err != nil {
			return err
		}
	}
	return json.Unmarshal([]byte(request), &s.Request)
}

// Simulation implements simulation.Reader.
func (tx *Tx) Simulation(ctx context.Context, id string) (simulation.Simulation, error) {
	return one(ctx, tx, "simulation.not_found", scanSimulation, "SELECT "+simulationColumns+" FROM simulation WHERE id = $1", id)
}

// Simulations implements simulation.Reader.
func (tx *Tx) Simulations(ctx context.Context, limit int, after string) ([]simulation.Simulation, error) {
	return collect(ctx, tx, scanSimulation, "SELECT "+simulationColumns+` FROM simulation
		WHERE $1 = '' OR (created_at, id) < (SELECT o.created_at, o.id FROM simulation o WHERE o.id = $1)
		ORDER BY created_at DESC, id DESC LIMIT $2`, after, int64(limit))
}

// SimulationResult implements simulation.Reader.
func (tx *Tx) SimulationResult(ctx context.Context, id string) (result, lines []byte, err error) {
	type packed struct{ result, lines []byte }
	found, err := one(ctx, tx, "simulation.not_found", func(r rows, p *packed) error { return r.Scan(&p.result, &p.lines) },
		"SELECT result, lines FROM simulation WHERE id = $1 AND state = 'complete'", id)
	return found.result, found.lines, err
}

// InsertSimulation implements simulation.Tx.
func (tx *Tx) InsertSimulation(ctx context.Context, s simulation.Simulation) error {
	request, err := json.Marshal(s.Request)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, "INSERT INTO simulation ("+simulationColumns+") VALUES ($1, $2, $3, $4, $5, $6, '', $7, '', '')",
		s.ID, string(request), string(s.State), s.JobID, s.CreatedBy, instant(s.CreatedAt), int64(s.Recorded))
	return err
}

// FinishSimulation implements simulation.Tx.
func (tx *Tx) FinishSimulation(ctx context.Context, s simulation.Simulation, result, lines []byte) error {
	failure := ""
	if s.Failure.Key != "" {
		text, err := json.Marshal(s.Failure)
		if err != nil {
			return err
		}
		failure = string(text)
	}
	if s.State == simulation.StateRunning {
		return errs.New(errs.KindInternal, "simulation.ended", nil)
	}
	return mustChange(ctx, tx, "simulation.ended", `UPDATE simulation SET state = $2, finished_at = $3, failure = $4, digest = $5, result = $6, lines = $7
		WHERE id = $1 AND state = 'running'`, s.ID, string(s.State), instant(s.FinishedAt), failure, s.Digest, result, lines)
}
