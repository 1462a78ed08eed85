package store

import (
	"context"
	"strings"
	"time"

	"xiaoguan/internal/notice"
)

const hookColumns = "id, name, format, url, lang, bot_secret, kinds, active, generation, created_by, created_at, revision, failures, next_at"

func scanHook(r rows, h *notice.Hook) error {
	var kinds string
	err := r.Scan(&h.ID, &h.Name, &h.Format, &h.URL, &h.Lang, &h.BotSecret, &kinds, &h.Active, &h.Generation, &h.CreatedBy, scanTime(&h.CreatedAt), &h.Revision, &h.Failures, scanTime(&h.NextAt))
	h.Kinds = strings.Fields(kinds)
	return err
}

// Hooks implements notice.Tx.
func (tx *Tx) Hooks(ctx context.Context) ([]notice.Hook, error) {
	return collect(ctx, tx, scanHook, "SELECT "+hookColumns+" FROM webhook ORDER BY name, id")
}

// Hook implements notice.Reader.
func (tx *Tx) Hook(ctx context.Context, id string) (notice.Hook, error) {
	return one(ctx, tx, "notice.hook_missing", scanHook, "SELECT "+hookColumns+" FROM webhook WHERE id = $1", id)
}

// InsertHook implements notice.WriteTx.
func (tx *Tx) InsertHook(ctx context.Context, h notice.Hook) error {
	_, err := tx.exec(ctx, "INSERT INTO webhook ("+hookColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
		h.ID, h.Name, string(h.Format), h.URL, string(h.Lang), h.BotSecret, strings.Join(h.Kinds, " "), h.Active, h.Generation, h.CreatedBy, instant(h.CreatedAt), h.Revision, h.Failures, instant(h.NextAt))
	return err
}

// UpdateHook implements notice.WriteTx.
func (tx *Tx) UpdateHook(ctx context.Context, h notice.Hook) error {
	return mustChange(ctx, tx, "notice.changed_meanwhile", `UPDATE webhook SET name = $2, url = $3, kinds = $4, active = $5, generation = $6, revision = $7,
		format = $8, lang = $9, bot_secret = $10, failures = $11, next_at = $12 WHERE id = $1 AND revision = $7 - 1`, h.ID, h.Name, h.URL, strings.Join(h.Kinds, " "), h.Active, h.Generation, h.Revision,
		string(h.Format), string(h.Lang), h.BotSecret, h.Failures, instant(h.NextAt))
}

// DeleteHook implements notice.WriteTx.
func (tx *Tx) DeleteHook(ctx context.Context, id string) error {
	return mustChange(ctx, tx, "notice.hook_missing", "DELETE FROM webhook WHERE id = $1", id)
}

const deliveryColumns = "id, channel, webhook_id, kind, subject, payload, state, attempts, failure, next_at, created_at, ended_at"

func scanDelivery(r rows, d *notice.Delivery) error {
	var content string
	err := r.Scan(&d.ID, &d.Channel, &d.HookID, &d.Kind, &d.Subject, &content, &d.State, &d.Attempts, &d.Failure, scanTime(&d.NextAt), scanTime(&d.CreatedAt), scanTime(&d.EndedAt))
	d.Payload = []byte(content)
	return err
}

// InsertDelivery implements notice.Tx.
func (tx *Tx) InsertDelivery(ctx context.Context, d notice.Delivery) error {
	_, err := tx.exec(ctx, "INSERT INTO delivery ("+deliveryColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)", NewID(tx.Now()), string(d.Channel), d.HookID,
		d.Kind, d.Subject, string(d.Payload), string(d.State), d.Attempts, d.Failure, instant(d.NextAt), instant(d.CreatedAt), instant(d.EndedAt))
	return err
}

// Deliveries implements notice.Reader. Ids grow with time.
func (tx *Tx) Deliveries(ctx context.Context, f notice.DeliveryFilter) ([]notice.Delivery, error) {
	var where conditions
	where.equal("state", string(f.State))
	where.equal("channel", string(f.Channel))
	where.equal("webhook_id", f.HookID)
	if f.After != "" {
		where.all = append(where.all, "id < "+where.place(f.After))
	}
	return collect(ctx, tx, scanDelivery, "SELECT "+deliveryColumns+" FROM delivery"+where.text()+" ORDER BY id DESC LIMIT "+where.place(int64(f.Limit)), where.args...)
}

// DueHooks implements notice.Reader.
func (tx *Tx) DueHooks(ctx context.Context) ([]string, error) {
	return collect(ctx, tx, scanText, `SELECT h.id FROM webhook h WHERE h.active AND h.next_at <= $1
		AND EXISTS (SELECT 1 FROM delivery d WHERE d.webhook_id = h.id AND d.state = 'queued') ORDER BY h.next_at, h.id`, instant(tx.Now()))
}

// ClaimDelivery implements notice.WriteTx.
func (tx *Tx) ClaimDelivery(ctx context.Context, hookID string, until time.Time) (h notice.Hook, d notice.Delivery, found bool, err error) {
	next, err := collect(ctx, tx, scanText, "SELECT id FROM delivery WHERE webhook_id = $1 AND state = 'queued' ORDER BY CASE WHEN kind = 'try' THEN 0 ELSE 1 END, id LIMIT 1", hookID)
	if err != nil || len(next) == 0 {
		return h, d, false, err
	}
	hooks, err := collect(ctx, tx, scanHook, "UPDATE webhook SET next_at = $3 WHERE id = $1 AND active AND next_at <= $2 RETURNING "+hookColumns, hookID, instant(tx.Now()), instant(until))
	if err != nil || len(hooks) == 0 {
		return h, d, false, err
	}
	claimed, err := collect(ctx, tx, scanDelivery, "UPDATE delivery SET attempts = attempts + 1, next_at = $2 WHERE id = $1 AND state = 'queued' RETURNING "+deliveryColumns, next[0], instant(until))
	if err != nil || len(claimed) == 0 {
		return h, d, false, err
	}
	return hooks[0], claimed[0], true, nil
}

// SaveAttempt implements notice.WriteTx.
func (tx *Tx) SaveAttempt(ctx context.Context, d notice.Delivery, after notice.Attempt) error {
	last, err := tx.exec(ctx, "UPDATE delivery SET state = $3, failure = $4, next_at = $5, ended_at = $6 WHERE id = $1 AND attempts = $2 AND state = 'queued'",
		d.ID, d.Attempts, string(d.State), d.Failure, instant(d.NextAt), instant(d.EndedAt))
	if err != nil || last == 0 {
		return err
	}
	_, err = tx.exec(ctx, "UPDATE webhook SET failures = $3, next_at = $4 WHERE id = $1 AND revision = $2", after.Hook.ID, after.Hook.Revision, after.Failures, instant(after.NextAt))
	return err
}

// WakeHook implements notice.WriteTx.
func (tx *Tx) WakeHook(ctx context.Context, id string) error {
	_, err := tx.exec(ctx, "UPDATE webhook SET next_at = '' WHERE id = $1", id)
	return err
}

// ExpireHook implements notice.WriteTx.
func (tx *Tx) ExpireHook(ctx context.Context, id, failure string) error {
	_, err := tx.exec(ctx, "UPDATE delivery SET state = 'expired', failure = $2, ended_at = $3 WHERE webhook_id = $1 AND state = 'queued'", id, failure, instant(tx.Now()))
	return err
}

// ExpireDeliveries implements notice.WriteTx.
func (tx *Tx) ExpireDeliveries(ctx context.Context, channel notice.Channel, before time.Time) (int64, error) {
	return tx.exec(ctx, "UPDATE delivery SET state = 'expired', ended_at = $3 WHERE channel = $1 AND state = 'queued' AND created_at < $2",
		string(channel), instant(before), instant(tx.Now()))
}

// SweepDeliveries implements notice.WriteTx.
func (tx *Tx) SweepDeliveries(ctx context.Context, before time.Time) (int64, error) {
	return tx.exec(ctx, "DELETE FROM delivery WHERE ended_at <> '' AND ended_at < $1", instant(before))
}
