package store

import (
	"context"
	"strconv"

	"xiaoguan/internal/dossier"
)

// DossierStore returns the store of package dossier.
func (db *DB) DossierStore() dossier.Store { return dossierStore{db} }

type dossierStore struct{ db *DB }

// InTx implements dossier.Store.
func (s dossierStore) InTx(ctx context.Context, fn func(dossier.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

// Read implements dossier.Store.
func (s dossierStore) Read(ctx context.Context, fn func(dossier.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

const documentCopyHead = "id, kind, fiscal_year, quarter, note, hash, by_id, by_name, kept_at"

func documentCopyFields(c *dossier.Copy) []any {
	return []any{&c.ID, &c.Kind, &c.Quarter.Year, &c.Quarter.Quarter, &c.Note, &c.Hash, &c.ByID, &c.ByName, scanTime(&c.At)}
}

// DocumentCopy implements dossier.Reader.
func (tx *Tx) DocumentCopy(ctx context.Context, id int64) (dossier.Copy, error) {
	return one(ctx, tx, "dossier.missing", func(r rows, c *dossier.Copy) error {
		return r.Scan(append(documentCopyFields(c), &c.Zh, &c.En)...)
	}, "SELECT "+documentCopyHead+", zh, en FROM document_copy WHERE id = $1", id)
}

// DocumentCopies implements dossier.Reader.
func (tx *Tx) DocumentCopies(ctx context.Context, limit int) ([]dossier.Copy, error) {
	return collect(ctx, tx, func(r rows, c *dossier.Copy) error { return r.Scan(documentCopyFields(c)...) },
		"SELECT "+documentCopyHead+" FROM document_copy ORDER BY id DESC LIMIT "+strconv.Itoa(limit))
}

// InsertDocumentCopy implements dossier.Tx.
func (tx *Tx) InsertDocumentCopy(ctx context.Context, c dossier.Copy) error {
	return tx.insertRow(ctx, "document_copy", []string{"id", "kind", "fiscal_year", "quarter", "note", "hash", "zh", "en", "by_id", "by_name", "kept_at"},
		[]any{c.ID, string(c.Kind), int64(c.Quarter.Year), int64(c.Quarter.Quarter), c.Note, c.Hash, c.Zh, c.En, c.ByID, c.ByName, instant(c.At)})
}
