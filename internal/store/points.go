package store

import (
	"context"

	"xiaoguan/internal/honour"
	"xiaoguan/internal/reward"
)

// PointEntries implements honour.Reader.
func (tx *Tx) PointEntries(ctx context.Context, personID int64) ([]reward.Entry, error) {
	return collect(ctx, tx, scanLedger, "SELECT "+ledgerColumns+" FROM ledger_entry WHERE person_id = $1 AND currency = $2 ORDER BY seq", personID, string(reward.Points))
}

const itemColumns = "id, name_zh, name_en, cost, stock, offered, revision"

func scanItem(r rows, i *honour.Item) error {
	var offered int64
	err := r.Scan(&i.ID, &i.Name.Zh, &i.Name.En, &i.Cost, &i.Stock, &offered, &i.Revision)
	i.Offered = offered == 1
	return err
}

func itemValues(i honour.Item) []any {
	offered := int64(0)
	if i.Offered {
		offered = 1
	}
	return []any{i.ID, i.Name.Zh, i.Name.En, i.Cost, i.Stock, offered, i.Revision}
}

// Items implements honour.Reader: the cheapest first.
func (tx *Tx) Items(ctx context.Context) ([]honour.Item, error) {
	return collect(ctx, tx, scanItem, "SELECT "+itemColumns+" FROM shop_item ORDER BY cost, id")
}

// Item implements honour.Reader.
func (tx *Tx) Item(ctx context.Context, id string) (honour.Item, error) {
	return one(ctx, tx, "honour.item_missing", scanItem, "SELECT "+itemColumns+" FROM shop_item WHERE id = $1", id)
}

// InsertItem implements honour.Tx.
func (tx *Tx) InsertItem(ctx context.Context, i honour.Item) error {
	_, err := tx.exec(ctx, "INSERT INTO shop_item ("+itemColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7)", itemValues(i)...)
	return err
}

// UpdateItem implements honour.Tx.
func (tx *Tx) UpdateItem(ctx context.Context, i honour.Item) error {
	return mustChange(ctx, tx, "honour.changed_meanwhile", `UPDATE shop_item SET name_zh = $2, name_en = $3, cost = $4, stock = $5, offered = $6, revision = revision + 1
		WHERE id = $1 AND revision = $7`, itemValues(i)...)
}

const redemptionColumns = "id, item_id, name_zh, name_en, person_id, cost, state, asked_by, asked_at, decided_by, decided_at, delivered_by, delivered_at, reason"

func scanRedemption(r rows, d *honour.Redemption) error {
	return r.Scan(&d.ID, &d.ItemID, &d.Name.Zh, &d.Name.En, &d.PersonID, &d.Cost, &d.State, &d.AskedBy, scanTime(&d.AskedAt), &d.DecidedBy, scanTime(&d.DecidedAt), &d.DeliveredBy,
		scanTime(&d.DeliveredAt), &d.Reason)
}

// Redemptions implements honour.Reader.
func (tx *Tx) Redemptions(ctx context.Context, personID int64) ([]honour.Redemption, error) {
	return collect(ctx, tx, scanRedemption, "SELECT "+redemptionColumns+" FROM shop_redemption WHERE $1 = 0 OR person_id = $1 ORDER BY asked_at DESC, id DESC", personID)
}

// Redemption implements honour.Reader.
func (tx *Tx) Redemption(ctx context.Context, id string) (honour.Redemption, error) {
	return one(ctx, tx, "honour.redemption_missing", scanRedemption, "SELECT "+redemptionColumns+" FROM shop_redemption WHERE id = $1", id)
}

// InsertRedemption implements honour.Tx.
func (tx *Tx) InsertRedemption(ctx context.Context, d honour.Redemption) error {
	_, err := tx.exec(ctx, "INSERT INTO shop_redemption ("+redemptionColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)", d.ID, d.ItemID, d.Name.Zh, d.Name.En,
		d.PersonID, d.Cost, string(d.State), d.AskedBy, instant(d.AskedAt), d.DecidedBy, instant(d.DecidedAt), d.DeliveredBy, instant(d.DeliveredAt), d.Reason)
	return err
}

// UpdateRedemption implements honour.Tx.
func (tx *Tx) UpdateRedemption(ctx context.Context, d honour.Redemption, was honour.RedemptionState) error {
	return mustChange(ctx, tx, "honour.not_in_state", `UPDATE shop_redemption SET state = $2, decided_by = $3, decided_at = $4, delivered_by = $5, delivered_at = $6, reason = $7
		WHERE id = $1 AND state = $8`, d.ID, string(d.State), d.DecidedBy, instant(d.DecidedAt), d.DeliveredBy, instant(d.DeliveredAt), d.Reason, string(was))
}
