package store

import (
	"context"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/reward"
)

const grantColumns = "key, person_id, component, name_zh, name_en, amount_minor, currency, source, granted_at, month"

func scanGrant(r rows, g *reward.Grant) error {
	return r.Scan(&g.Key, &g.PersonID, &g.Component, &g.Name.Zh, &g.Name.En, &g.AmountMinor, &g.Currency, &g.Source, scanTime(&g.GrantedAt), scanKeptMonth(&g.Month))
}

// InsertGrant implements honour.Tx.
func (tx *Tx) InsertGrant(ctx context.Context, g reward.Grant) error {
	_, err := tx.exec(ctx, "INSERT INTO reward_grant ("+grantColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '')", g.Key, g.PersonID, g.Component, g.Name.Zh, g.Name.En,
		g.AmountMinor, string(g.Currency), g.Source, instant(g.GrantedAt))
	return err
}

// WaitingGrants implements period.Tx.
func (tx *Tx) WaitingGrants(ctx context.Context, until time.Time) ([]reward.Grant, error) {
	return collect(ctx, tx, scanGrant, "SELECT "+grantColumns+" FROM reward_grant WHERE month = '' AND granted_at <= $1 ORDER BY key", instant(until))
}

// GrantsOf implements period.Reader.
func (tx *Tx) GrantsOf(ctx context.Context, month calendar.Month) ([]reward.Grant, error) {
	return collect(ctx, tx, scanGrant, "SELECT "+grantColumns+" FROM reward_grant WHERE month = $1 ORDER BY key", month.String())
}

// PayGrants implements period.Tx.
func (tx *Tx) PayGrants(ctx context.Context, month calendar.Month, until time.Time) error {
	_, err := tx.exec(ctx, "UPDATE reward_grant SET month = $1 WHERE month = '' AND granted_at <= $2", month.String(), instant(until))
	return err
}
