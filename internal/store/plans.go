package store

import (
	"context"

	"xiaoguan/internal/planbook"
)

// Plans returns the store of package planbook.
func (db *DB) Plans() planbook.Store { return planStore{db} }

type planStore struct{ db *DB }

func (s planStore) InTx(ctx context.Context, fn func(planbook.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

func (s planStore) Read(ctx context.Context, fn func(planbook.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

const planColumns = `id, document_id, kind, number, state, text, hash, name_zh, name_en, layer, effective_from, effective_to, author_id,
	created_at, approver_id, approved_at, note`

func scanPlanVersion(r rows, v *planbook.Version) error {
	return r.Scan(&v.ID, &v.DocumentID, &v.Kind, &v.Number, &v.State, &v.Text, &v.Hash, &v.Name.Zh, &v.Name.En, &v.Layer,
		scanDate(&v.Effective.From), scanDate(&v.Effective.To), &v.AuthorID, scanTime(&v.CreatedAt), &v.ApproverID, scanTime(&v.ApprovedAt), &v.Note)
}

func planValues(v planbook.Version) []any {
	return []any{v.ID, v.DocumentID, string(v.Kind), int64(v.Number), string(v.State), v.Text, v.Hash, v.Name.Zh, v.Name.En, string(v.Layer),
		v.Effective.From.String(), v.Effective.To.String(), v.AuthorID, instant(v.CreatedAt), v.ApproverID, instant(v.ApprovedAt), v.Note}
}

// PlanVersion implements planbook.Reader.
func (tx *Tx) PlanVersion(ctx context.Context, id string) (planbook.Version, error) {
	return one(ctx, tx, "planbook.not_found", scanPlanVersion, "SELECT "+planColumns+" FROM plan_version WHERE id = $1", id)
}

// PlanVersions implements planbook.Reader.
func (tx *Tx) PlanVersions(ctx context.Context, documentID string) ([]planbook.Version, error) {
	return collect(ctx, tx, scanPlanVersion, "SELECT "+planColumns+` FROM plan_version
		WHERE $1 = '' OR document_id = $1 ORDER BY document_id, number DESC`, documentID)
}

// InsertPlanVersion implements planbook.Tx.
func (tx *Tx) InsertPlanVersion(ctx context.Context, v planbook.Version) error {
	_, err := tx.exec(ctx, "INSERT INTO plan_version ("+planColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`, planValues(v)...)
	return err
}

// UpdatePlanVersion implements planbook.Tx.
func (tx *Tx) UpdatePlanVersion(ctx context.Context, v planbook.Version) error {
	return mustChange(ctx, tx, "planbook.not_found", `UPDATE plan_version SET document_id = $2, kind = $3, number = $4, state = $5, text = $6,
		hash = $7, name_zh = $8, name_en = $9, layer = $10, effective_from = $11, effective_to = $12, author_id = $13, created_at = $14,
		approver_id = $15, approved_at = $16, note = $17 WHERE id = $1`, planValues(v)...)
}
