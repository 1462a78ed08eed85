package store

import (
	"context"
	"strconv"
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
func (tx *Tx) AttachmentContent(ctx context.Context, digest string) (attachment.Content, error) {
	found, err := collect(ctx, tx, func(r rows, c *attachment.Content) error { return r.Scan(&c.Digest, &c.Bytes, &c.Key) }, "SELECT digest, content, object_key FROM attachment_content WHERE digest = $1", digest)
	if err == nil && len(found) == 0 {
		err = errs.New(errs.KindNotFound, "attachment.missing", nil)
	}
	if err != nil {
		return attachment.Content{}, err
	}
	return found[0], nil
}

// InsertAttachment implements attachment.Tx.
func (tx *Tx) InsertAttachment(ctx context.Context, f attachment.File, content attachment.Content) (fresh bool, err error) {
	n, err := tx.exec(ctx, "INSERT INTO attachment_content (digest, content, object_key) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", f.Digest, notNil(content.Bytes), content.Key)
	if err != nil {
		return false, err
	}
	_, err = tx.exec(ctx, "INSERT INTO attachment (id, subject, name, media_type, bytes, digest, added_by, added_at, removed_by, removed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', '')",
		f.ID, f.Subject, f.Name, f.MediaType, f.Bytes, f.Digest, f.AddedBy, instant(f.AddedAt))
	return n > 0, err
}

// notNil is what a column takes that may be empty and not missing.
func notNil(content []byte) []byte {
	if content == nil {
		return []byte{}
	}
	return content
}

// RemoveAttachment implements attachment.Tx.
func (tx *Tx) RemoveAttachment(ctx context.Context, f attachment.File, by string, at time.Time) error {
	if err := mustChange(ctx, tx, "attachment.missing", "UPDATE attachment SET removed_by = $2, removed_at = $3 WHERE id = $1 AND removed_at = ''", f.ID, by, instant(at)); err != nil {
		return err
	}
	const unused = " WHERE digest = $1 AND NOT EXISTS (SELECT 1 FROM attachment a WHERE a.digest = $1 AND a.removed_at = '')"
	if _, err := tx.exec(ctx, "INSERT INTO attachment_leftover (object_key, since) SELECT object_key, $2 FROM attachment_content"+unused+" AND object_key <> ''", f.Digest, instant(at)); err != nil {
		return err
	}
	_, err := tx.exec(ctx, "DELETE FROM attachment_content"+unused, f.Digest)
	return err
}

// NoteObject implements attachment.Tx.
func (tx *Tx) NoteObject(ctx context.Context, key string, at time.Time) error {
	return tx.insertRow(ctx, "attachment_leftover", []string{"object_key", "since"}, []any{key, instant(at)})
}

// doomed stands for the time of objects that were given up: nobody can need them any more.
const doomed = "-"

// NeedObject implements attachment.Tx.
func (tx *Tx) NeedObject(ctx context.Context, key string) error {
	return mustChange(ctx, tx, "attachment.slow", "DELETE FROM attachment_leftover WHERE object_key = $1 AND since <> '"+doomed+"'", key)
}

// DoomObjects implements attachment.Tx.
func (tx *Tx) DoomObjects(ctx context.Context, before time.Time, limit int) ([]string, error) {
	keys, err := collect(ctx, tx, func(r rows, key *string) error { return r.Scan(key) }, "SELECT object_key FROM attachment_leftover WHERE since <= $1 ORDER BY since, object_key LIMIT "+strconv.Itoa(limit), instant(before))
	for _, key := range keys {
		if err == nil {
			_, err = tx.exec(ctx, "UPDATE attachment_leftover SET since = '"+doomed+"' WHERE object_key = $1", key)
		}
	}
	return keys, err
}

// ForgetObject implements attachment.Tx.
func (tx *Tx) ForgetObject(ctx context.Context, key string) error {
	_, err := tx.exec(ctx, "DELETE FROM attachment_leftover WHERE object_key = $1", key)
	return err
}

// Contents implements attachment.Reader.
func (tx *Tx) Contents(ctx context.Context, after string, limit int) ([]attachment.Content, error) {
	return collect(ctx, tx, func(r rows, c *attachment.Content) error { return r.Scan(&c.Digest, &c.Key) }, "SELECT digest, object_key FROM attachment_content WHERE digest > $1 ORDER BY digest LIMIT "+strconv.Itoa(limit), after)
}

// MoveContent implements attachment.Tx.
func (tx *Tx) MoveContent(ctx context.Context, from, to attachment.Content) error {
	return mustChange(ctx, tx, "attachment.missing", "UPDATE attachment_content SET content = $3, object_key = $4 WHERE digest = $1 AND object_key = $2", from.Digest, from.Key, notNil(to.Bytes), to.Key)
}

// ContentUse implements attachment.Reader.
func (tx *Tx) ContentUse(ctx context.Context) (u attachment.Use, err error) {
	if err := each(ctx, tx, func(r rows) error {
		return r.Scan(&u.Database, &u.DatabaseBytes, &u.Objects, &u.ObjectsBytes)
	}, `SELECT COALESCE(SUM(CASE WHEN z.object_key = '' THEN 1 ELSE 0 END), 0), CAST(COALESCE(SUM(CASE WHEN z.object_key = '' THEN z.bytes ELSE 0 END), 0) AS BIGINT),
			COALESCE(SUM(CASE WHEN z.object_key <> '' THEN 1 ELSE 0 END), 0), CAST(COALESCE(SUM(CASE WHEN z.object_key <> '' THEN z.bytes ELSE 0 END), 0) AS BIGINT)
		FROM (SELECT c.object_key, (SELECT MAX(a.bytes) FROM attachment a WHERE a.digest = c.digest AND a.removed_at = '') AS bytes FROM attachment_content c) z`); err != nil {
		return u, err
	}
	u.Leftovers, err = value[int64](ctx, tx, "SELECT COUNT(*) FROM attachment_leftover")
	return u, err
}
