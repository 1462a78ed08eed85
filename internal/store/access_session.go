package store

import (
	"context"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
)

const sessionColumns = `id, user_id, second_factor, provider, client, agent, created_at, seen_at, expires_at`

func scanSession(r rows, s *access.Session) error {
	return r.Scan(&s.ID, &s.UserID, &s.SecondFactor, &s.Provider, &s.Client, &s.Agent, scanTime(&s.CreatedAt), scanTime(&s.SeenAt), scanTime(&s.ExpiresAt))
}

// SessionByToken returns the session of a token's digest. Errors: NotFound.
func (tx *Tx) SessionByToken(ctx context.Context, tokenHash string) (access.Session, error) {
	return one(ctx, tx, "access.session_unknown", scanSession, "SELECT "+sessionColumns+" FROM user_session WHERE token_hash = $1", tokenHash)
}

// SessionByID returns a session. Errors: NotFound.
func (tx *Tx) SessionByID(ctx context.Context, id string) (access.Session, error) {
	return one(ctx, tx, "access.session_unknown", scanSession, "SELECT "+sessionColumns+" FROM user_session WHERE id = $1", id)
}

// UserSessions returns all sessions of a user, last seen first.
func (tx *Tx) UserSessions(ctx context.Context, userID string) ([]access.Session, error) {
	return collect(ctx, tx, scanSession, "SELECT "+sessionColumns+" FROM user_session WHERE user_id = $1 ORDER BY seen_at DESC, id DESC", userID)
}

// InsertSession writes a new session.
func (tx *Tx) InsertSession(ctx context.Context, s access.Session, tokenHash string) (err error) {
	defer errs.Wrap(&err, "store.InsertSession(%s)", s.ID)
	_, err = tx.exec(ctx, `
		INSERT INTO user_session (token_hash, id, user_id, second_factor, provider, client, agent, created_at, seen_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		tokenHash, s.ID, s.UserID, s.SecondFactor, s.Provider, s.Client, s.Agent, instant(s.CreatedAt), instant(s.SeenAt), instant(s.ExpiresAt))
	return err
}

// ReplaceSessionToken gives a session another token.
func (tx *Tx) ReplaceSessionToken(ctx context.Context, id, tokenHash string, secondFactor bool) (err error) {
	defer errs.Wrap(&err, "store.ReplaceSessionToken(%s)", id)
	return mustChange(ctx, tx, "access.session_unknown", `UPDATE user_session SET token_hash = $2, second_factor = $3 WHERE id = $1`,
		id, tokenHash, secondFactor)
}

// TouchSession notes when a session was last seen; a session that is gone stays gone.
func (tx *Tx) TouchSession(ctx context.Context, id string, at time.Time) error {
	_, err := tx.exec(ctx, `UPDATE user_session SET seen_at = $2 WHERE id = $1 AND seen_at < $2`, id, instant(at))
	return err
}

// DeleteSession ends a session. It returns a Conflict when somebody else was faster.
func (tx *Tx) DeleteSession(ctx context.Context, id string) (err error) {
	defer errs.Wrap(&err, "store.DeleteSession(%s)", id)
	return mustChange(ctx, tx, "access.session_unknown", `DELETE FROM user_session WHERE id = $1`, id)
}

// DeleteUserSessions ends the sessions of a user but one, and returns how many.
func (tx *Tx) DeleteUserSessions(ctx context.Context, userID, exceptID string) (int64, error) {
	return tx.exec(ctx, `DELETE FROM user_session WHERE user_id = $1 AND id <> $2`, userID, exceptID)
}

// SignInFailures returns the counter of a subject, zero when there is none.
func (tx *Tx) SignInFailures(ctx context.Context, subject string) (access.Failures, error) {
	failures, err := one(ctx, tx, "", func(r rows, f *access.Failures) error {
		return r.Scan(&f.Subject, &f.Count, scanTime(&f.LastAt), scanTime(&f.BlockedUntil))
	}, `SELECT subject, failures, last_at, blocked_until FROM sign_in_failure WHERE subject = $1`, subject)
	if errs.Is(err, errs.KindNotFound) {
		err = nil
	}
	return failures, err
}

// SaveSignInFailures writes the counter of a subject.
func (tx *Tx) SaveSignInFailures(ctx context.Context, f access.Failures) error {
	_, err := tx.exec(ctx, `
		INSERT INTO sign_in_failure (subject, failures, last_at, blocked_until) VALUES ($1, $2, $3, $4)
		ON CONFLICT (subject) DO UPDATE SET failures = excluded.failures, last_at = excluded.last_at, blocked_until = excluded.blocked_until`,
		f.Subject, f.Count, instant(f.LastAt), instant(f.BlockedUntil))
	return err
}

// ForgetSignInFailures removes the counter of a subject, if there is one.
func (tx *Tx) ForgetSignInFailures(ctx context.Context, subject string) error {
	_, err := tx.exec(ctx, `DELETE FROM sign_in_failure WHERE subject = $1`, subject)
	return err
}

const keyColumns = `id, prefix, name, user_id, read_only, created_at, expires_at, last_used_at, revoked_at`

func scanAPIKey(r rows, k *access.APIKey) error {
	return r.Scan(&k.ID, &k.Prefix, &k.Name, &k.UserID, &k.ReadOnly, scanTime(&k.CreatedAt), scanTime(&k.ExpiresAt),
		scanTime(&k.LastUsedAt), scanTime(&k.RevokedAt))
}

// APIKeyByHash returns the key of a digest. Errors: NotFound.
func (tx *Tx) APIKeyByHash(ctx context.Context, keyHash string) (access.APIKey, error) {
	return one(ctx, tx, "access.key_missing", scanAPIKey, "SELECT "+keyColumns+" FROM api_key WHERE key_hash = $1", keyHash)
}

// APIKeyByID returns a key. Errors: NotFound.
func (tx *Tx) APIKeyByID(ctx context.Context, id string) (access.APIKey, error) {
	return one(ctx, tx, "access.key_missing", scanAPIKey, "SELECT "+keyColumns+" FROM api_key WHERE id = $1", id)
}

// APIKeys returns the keys of a user, or of everybody for an empty id, newest first.
func (tx *Tx) APIKeys(ctx context.Context, userID string) ([]access.APIKey, error) {
	if userID == "" {
		return collect(ctx, tx, scanAPIKey, "SELECT "+keyColumns+" FROM api_key ORDER BY created_at DESC, id DESC")
	}
	return collect(ctx, tx, scanAPIKey, "SELECT "+keyColumns+" FROM api_key WHERE user_id = $1 ORDER BY created_at DESC, id DESC", userID)
}

// InsertAPIKey writes a new key.
func (tx *Tx) InsertAPIKey(ctx context.Context, k access.APIKey, keyHash string) (err error) {
	defer errs.Wrap(&err, "store.InsertAPIKey(%s)", k.ID)
	_, err = tx.exec(ctx, `
		INSERT INTO api_key (id, key_hash, prefix, name, user_id, read_only, created_at, expires_at, last_used_at, revoked_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		k.ID, keyHash, k.Prefix, k.Name, k.UserID, k.ReadOnly, instant(k.CreatedAt), instant(k.ExpiresAt), instant(k.LastUsedAt), instant(k.RevokedAt))
	return err
}

// TouchAPIKey notes when a key was last used.
func (tx *Tx) TouchAPIKey(ctx context.Context, id string, at time.Time) error {
	_, err := tx.exec(ctx, `UPDATE api_key SET last_used_at = $2 WHERE id = $1 AND last_used_at < $2`, id, instant(at))
	return err
}

// RevokeAPIKey stops a key that works.
func (tx *Tx) RevokeAPIKey(ctx context.Context, id string, at time.Time) (err error) {
	defer errs.Wrap(&err, "store.RevokeAPIKey(%s)", id)
	return mustChange(ctx, tx, "access.key_revoked", `UPDATE api_key SET revoked_at = $2 WHERE id = $1 AND revoked_at = ''`, id, instant(at))
}

const viewColumns = `id, user_id, list, name, query, shared, created_at`

func scanSavedView(r rows, v *access.SavedView) error {
	return r.Scan(&v.ID, &v.UserID, &v.List, &v.Name, &v.Query, &v.Shared, scanTime(&v.CreatedAt))
}

// SavedViewByID returns a view. Errors: NotFound.
func (tx *Tx) SavedViewByID(ctx context.Context, id string) (access.SavedView, error) {
	return one(ctx, tx, "access.view_missing", scanSavedView, "SELECT "+viewColumns+" FROM saved_view WHERE id = $1", id)
}

// SavedViews returns the user's views of a list and then those that others share, each by name.
func (tx *Tx) SavedViews(ctx context.Context, userID, list string) ([]access.SavedView, error) {
	return collect(ctx, tx, scanSavedView, "SELECT "+viewColumns+` FROM saved_view WHERE list = $1 AND (user_id = $2 OR shared = TRUE)
		ORDER BY CASE WHEN user_id = $2 THEN 0 ELSE 1 END, name, id`, list, userID)
}

// InsertSavedView writes a new view.
func (tx *Tx) InsertSavedView(ctx context.Context, v access.SavedView) (err error) {
	defer errs.Wrap(&err, "store.InsertSavedView(%s)", v.ID)
	_, err = tx.exec(ctx, `INSERT INTO saved_view (id, user_id, list, name, query, shared, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		v.ID, v.UserID, v.List, v.Name, v.Query, v.Shared, instant(v.CreatedAt))
	return err
}

// UpdateSavedView writes name, query and sharing of a view.
func (tx *Tx) UpdateSavedView(ctx context.Context, v access.SavedView) (err error) {
	defer errs.Wrap(&err, "store.UpdateSavedView(%s)", v.ID)
	return mustChange(ctx, tx, "access.view_missing", `UPDATE saved_view SET name = $2, query = $3, shared = $4 WHERE id = $1`,
		v.ID, v.Name, v.Query, v.Shared)
}

// DeleteSavedView removes a view.
func (tx *Tx) DeleteSavedView(ctx context.Context, id string) (err error) {
	defer errs.Wrap(&err, "store.DeleteSavedView(%s)", id)
	return mustChange(ctx, tx, "access.view_missing", `DELETE FROM saved_view WHERE id = $1`, id)
}

// SweepAccess deletes sessions that have expired or were last seen before a time, sign-ons that came back and would be too old by now, and counters whose last attempt was before another
// and that block nobody now. It returns how many rows went.
func (tx *Tx) SweepAccess(ctx context.Context, now, seenBefore, failedBefore time.Time) (deleted int64, err error) {
	defer errs.Wrap(&err, "store.SweepAccess")
	sessions, err := tx.exec(ctx, `DELETE FROM user_session WHERE expires_at <= $1 OR seen_at <= $2`, instant(now), instant(seenBefore))
	if err != nil {
		return 0, err
	}
	used, err := tx.exec(ctx, `DELETE FROM sign_on_used WHERE expires_at <= $1`, instant(now))
	if err != nil {
		return 0, err
	}
	failures, err := tx.exec(ctx, `DELETE FROM sign_in_failure WHERE last_at <= $1 AND blocked_until <= $2`, instant(failedBefore), instant(now))
	return sessions + used + failures, err
}
