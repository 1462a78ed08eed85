package store

import (
	"context"
	"time"

	"xiaoguan/internal/attachment"
	"xiaoguan/internal/errs"
)

// AttachmentStore returns the store of package attachment.
func (db *DB) AttachmentStore() attachment.Store { return attachmentStore{db} }

type attachmentStore struct{ db *DB }

func (s attachmentStore) InTx(ctx context.Context, fn func(attachment.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

func (s attachmentStore) Read(ctx context.Context, fn func(attachment.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

const attachmentSelect = "SELECT id, subject, name, media_type, bytes, digest, added_by, added_at FROM attachment WHERE removed_at = '' AND "

func scanAttachment(r rows, f *attachment.File) error {
	return r.Scan(&f.ID, &f.Subject, &f.Name, &f.MediaType, &f.Bytes, &f.Digest, &f.AddedBy, scanTime(&f.AddedAt))
}

// Attachments implements attachment.Reader.
func (tx *Tx) Attachments(ctx context.Context, subject string) ([]attachment.File, error) {
	return collect(ctx, tx, scanAttachment, attachmentSelect+"subject = $1 ORDER BY id", subject)
}

// Attachment implements attachment.Reader.
func (tx *Tx) Attachment(ctx context.Context, id string) (attachment.File, error) {
	return one(ctx, tx, "attachment.missing", scanAttachment, attachmentSelect+"id = $1", id)
}

// AttachmentContent implements attachment.Reader.
func (tx *Tx) AttachmentContent(ctx context.Context, digest string) ([]byte, error) {
	found, err := collect(ctx, tx, func(r rows, content *[]byte) error { return r.Scan(content) }, "SELECT content FROM attachment_content WHERE digest = $1", digest)
	if err == nil && len(found) == 0 {
		err = errs.New(errs.KindNotFound, "attachment.missing", nil)
	}
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

// InsertAttachment implements attachment.Tx.
func (tx *Tx) InsertAttachment(ctx context.Context, f attachment.File, content []byte) error {
	if _, err := tx.exec(ctx, "INSERT INTO attachment_content (digest, content) VALUES ($1, $2) ON CONFLICT DO NOTHING", f.Digest, content); err != nil {
		return err
	}
	_, err := tx.exec(ctx, "INSERT INTO attachment (id, subject, name, media_type, bytes, digest, added_by, added_at, removed_by, removed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', '')",
		f.ID, f.Subject, f.Name, f.MediaType, f.Bytes, f.Digest, f.AddedBy, instant(f.AddedAt))
	return err
}

// RemoveAttachment implements attachment.Tx.
func (tx *Tx) RemoveAttachment(ctx context.Context, f attachment.File, by string, at time.Time) error {
	if err := mustChange(ctx, tx, "attachment.missing", "UPDATE attachment SET removed_by = $2, removed_at = $3 WHERE id = $1 AND removed_at = ''", f.ID, by, instant(at)); err != nil {
		return err
	}
	_, err := tx.exec(ctx, "DELETE FROM attachment_content WHERE digest = $1 AND NOT EXISTS (SELECT 1 FROM attachment a WHERE a.digest = $1 AND a.removed_at = '')", f.Digest)
	return err
}
