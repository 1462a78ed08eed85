package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/signon"
)

// SignOnStore returns the store of package signon.
func (db *DB) SignOnStore() signon.Store { return signOnStore{db} }

type signOnStore struct{ db *DB }

// InTx implements signon.Store.
func (s signOnStore) InTx(ctx context.Context, fn func(signon.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

// Read implements signon.Store.
func (s signOnStore) Read(ctx context.Context, fn func(signon.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

const providerColumns = `p.key, p.settings, p.secret, p.spare_id, p.revision, (SELECT COUNT(*) FROM user_identity i WHERE i.provider = p.key)`

func scanProvider(r rows, p *signon.Provider) error {
	var settings string
	if err := r.Scan(&p.Key, &settings, &p.Secret, &p.SpareID, &p.Revision, &p.Linked); err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(settings), &p.Settings); err != nil {
		return fmt.Errorf("settings of sign-on provider %s: %w", p.Key, err)
	}
	return nil
}

// SignOnProviders implements signon.Reader.
func (tx *Tx) SignOnProviders(ctx context.Context) (_ []signon.Provider, err error) {
	defer errs.Wrap(&err, "store.SignOnProviders")
	return collect(ctx, tx, scanProvider, "SELECT "+providerColumns+" FROM sign_on_provider p ORDER BY p.key")
}

// SignOnProvider implements signon.Reader.
func (tx *Tx) SignOnProvider(ctx context.Context, key string) (signon.Provider, error) {
	return one(ctx, tx, "signon.provider_missing", scanProvider, "SELECT "+providerColumns+" FROM sign_on_provider p WHERE p.key = $1", key)
}

// InsertSignOnProvider implements signon.Tx.
func (tx *Tx) InsertSignOnProvider(ctx context.Context, p signon.Provider) (err error) {
	defer errs.Wrap(&err, "store.InsertSignOnProvider(%s)", p.Key)
	settings, err := json.Marshal(p.Settings)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `INSERT INTO sign_on_provider (key, name, settings, secret, active, exclusive, spare_id, revision) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		p.Key, p.Name, string(settings), p.Secret, p.Active, p.Exclusive, p.SpareID, p.Revision)
	return err
}

// UpdateSignOnProvider implements signon.Tx.
func (tx *Tx) UpdateSignOnProvider(ctx context.Context, p signon.Provider) (err error) {
	defer errs.Wrap(&err, "store.UpdateSignOnProvider(%s)", p.Key)
	settings, err := json.Marshal(p.Settings)
	if err != nil {
		return err
	}
	return mustChange(ctx, tx, "signon.changed_meanwhile", `UPDATE sign_on_provider SET name = $2, settings = $3, secret = $4, active = $5, exclusive = $6, spare_id = $7, revision = $8
		WHERE key = $1 AND revision = $8 - 1`, p.Key, p.Name, string(settings), p.Secret, p.Active, p.Exclusive, p.SpareID, p.Revision)
}

// DeleteSignOnProvider implements signon.Tx.
func (tx *Tx) DeleteSignOnProvider(ctx context.Context, key string) (err error) {
	defer errs.Wrap(&err, "store.DeleteSignOnProvider(%s)", key)
	if _, err := tx.exec(ctx, `DELETE FROM user_identity WHERE provider = $1`, key); err != nil {
		return err
	}
	return mustChange(ctx, tx, "signon.changed_meanwhile", `DELETE FROM sign_on_provider WHERE key = $1`, key)
}

const identityColumns = `provider, subject, user_id, name, how, linked_at, used_at`

func scanIdentity(r rows, i *signon.Identity) error {
	return r.Scan(&i.Provider, &i.Subject, &i.UserID, &i.Name, &i.How, scanTime(&i.LinkedAt), scanTime(&i.UsedAt))
}

// Identity implements signon.Reader.
func (tx *Tx) Identity(ctx context.Context, provider, subject string) (signon.Identity, error) {
	return one(ctx, tx, "signon.not_linked", scanIdentity, "SELECT "+identityColumns+" FROM user_identity WHERE provider = $1 AND subject = $2", provider, subject)
}

// Identities implements signon.Reader.
func (tx *Tx) Identities(ctx context.Context, userID string) ([]signon.Identity, error) {
	return collect(ctx, tx, scanIdentity, "SELECT "+identityColumns+" FROM user_identity WHERE user_id = $1 ORDER BY provider", userID)
}

// InsertIdentity implements signon.Tx.
func (tx *Tx) InsertIdentity(ctx context.Context, i signon.Identity) (err error) {
	defer errs.Wrap(&err, "store.InsertIdentity(%s)", i.Provider)
	_, err = tx.exec(ctx, "INSERT INTO user_identity ("+identityColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7)",
		i.Provider, i.Subject, i.UserID, i.Name, string(i.How), instant(i.LinkedAt), instant(i.UsedAt))
	return err
}

// TouchIdentity implements signon.Tx.
func (tx *Tx) TouchIdentity(ctx context.Context, i signon.Identity) error {
	return mustChange(ctx, tx, "signon.not_linked", `UPDATE user_identity SET name = $3, used_at = $4 WHERE provider = $1 AND subject = $2`, i.Provider, i.Subject, i.Name, instant(i.UsedAt))
}

// DeleteIdentity implements signon.Tx.
func (tx *Tx) DeleteIdentity(ctx context.Context, provider, subject string) error {
	return mustChange(ctx, tx, "signon.not_linked", `DELETE FROM user_identity WHERE provider = $1 AND subject = $2`, provider, subject)
}

// UseSignOn implements signon.Tx.
func (tx *Tx) UseSignOn(ctx context.Context, state string, until time.Time) (bool, error) {
	n, err := tx.exec(ctx, `INSERT INTO sign_on_used (state, expires_at) VALUES ($1, $2) ON CONFLICT (state) DO NOTHING`, state, instant(until))
	return n == 1, err
}

// EndProviderSessions implements signon.Tx.
func (tx *Tx) EndProviderSessions(ctx context.Context, provider, userID, except string) (int64, error) {
	if userID == "" {
		return tx.exec(ctx, `DELETE FROM user_session WHERE provider = $1 AND id <> $2`, provider, except)
	}
	return tx.exec(ctx, `DELETE FROM user_session WHERE provider = $1 AND id <> $2 AND user_id = $3`, provider, except, userID)
}

// EndPasswordSessions implements signon.Tx.
func (tx *Tx) EndPasswordSessions(ctx context.Context, provider, spareID, except string) (int64, error) {
	return tx.exec(ctx, `DELETE FROM user_session WHERE provider = '' AND id <> $1 AND user_id <> $2 AND user_id IN (SELECT user_id FROM user_identity WHERE provider = $3)`, except, spareID, provider)
}

// PasswordsOff implements access.Reader.
func (tx *Tx) PasswordsOff(ctx context.Context, userID string) (string, error) {
	return value[string](ctx, tx, `SELECT p.name FROM user_identity i JOIN sign_on_provider p ON p.key = i.provider
		WHERE i.user_id = $1 AND p.active = TRUE AND p.exclusive = TRUE AND p.spare_id <> $1 ORDER BY p.key LIMIT 1`, userID)
}

// SpareOf implements access.Reader.
func (tx *Tx) SpareOf(ctx context.Context, userID string) (string, error) {
	return value[string](ctx, tx, `SELECT name FROM sign_on_provider WHERE spare_id = $1 AND exclusive = TRUE ORDER BY key LIMIT 1`, userID)
}
