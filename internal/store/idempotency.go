package store

import (
	"context"
	"time"

	"xiaoguan/internal/errs"
)

// answersKept is how long an answer is given again.
const answersKept = 24 * time.Hour

// Answers keeps the answers to requests that must not be done twice. It implements what package api asks for.
type Answers struct{ db *DB }

// Answers returns the kept answers.
func (db *DB) Answers() Answers { return Answers{db} }

// ClaimAnswer takes a user's key for the request with the hash, in a transaction of its own, so that of two requests at once one is
// told to wait. Status 0 means that the caller is the first and has to carry the request out; any other status is that of the answer
// kept. What is older than a day is gone. Errors: Conflict when the key stands for another request, or for one under way.
func (a Answers) ClaimAnswer(ctx context.Context, userID, key, requestHash string) (status int, answer string, err error) {
	defer errs.Wrap(&err, "store.ClaimAnswer(%s)", userID)
	err = a.db.InTx(ctx, func(tx *Tx) error {
		now := tx.Now()
		if _, err := tx.exec(ctx, "DELETE FROM idempotency WHERE user_id = $1 AND created_at <= $2", userID, instant(now.Add(-answersKept))); err != nil {
			return err
		}
		claimed, err := tx.exec(ctx, `INSERT INTO idempotency (user_id, key, request_hash, status, response, created_at)
			VALUES ($1, $2, $3, 0, '', $4) ON CONFLICT (user_id, key) DO NOTHING`, userID, key, requestHash, instant(now))
		if err != nil {
			return err
		}
		if claimed == 1 {
			status, answer = 0, ""
			return nil
		}
		var hash string
		err = each(ctx, tx, func(r rows) error { return r.Scan(&hash, &status, &answer) },
			"SELECT request_hash, status, response FROM idempotency WHERE user_id = $1 AND key = $2", userID, key)
		switch {
		case err != nil:
			return err
		case hash != requestHash:
			return errs.New(errs.KindConflict, "idempotency.other_request", nil)
		case status == 0:
			return errs.New(errs.KindConflict, "idempotency.under_way", nil)
		}
		return nil
	})
	return status, answer, err
}

// KeepAnswer keeps the answer to the request that claimed the key.
func (a Answers) KeepAnswer(ctx context.Context, userID, key string, status int, answer string) (err error) {
	defer errs.Wrap(&err, "store.KeepAnswer(%s)", userID)
	return a.db.InTx(ctx, func(tx *Tx) error {
		return mustChange(ctx, tx, "idempotency.under_way", `UPDATE idempotency SET status = $3, response = $4
			WHERE user_id = $1 AND key = $2 AND status = 0`, userID, key, status, answer)
	})
}

// ForgetAnswer gives a claimed key free, so that the request may be sent again.
func (a Answers) ForgetAnswer(ctx context.Context, userID, key string) (err error) {
	defer errs.Wrap(&err, "store.ForgetAnswer(%s)", userID)
	return a.db.InTx(ctx, func(tx *Tx) error {
		_, err := tx.exec(ctx, "DELETE FROM idempotency WHERE user_id = $1 AND key = $2 AND status = 0", userID, key)
		return err
	})
}
