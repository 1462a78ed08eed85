package store

import (
	"context"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/honour"
	"xiaoguan/internal/payout"
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

const debtSelect = `SELECT g.key, g.person_id, g.component, g.name_zh, g.name_en, g.amount_minor, g.currency, g.source, g.granted_at, g.month, CAST(SUM(s.amount_minor) AS BIGINT)
	FROM reward_grant g JOIN reward_grant_step s ON s.key = g.key `

const debtGroup = ` GROUP BY g.key, g.person_id, g.component, g.name_zh, g.name_en, g.amount_minor, g.currency, g.source, g.granted_at, g.month`

func scanDebt(r rows, d *reward.Debt) error {
	g := &d.Grant
	return r.Scan(&g.Key, &g.PersonID, &g.Component, &g.Name.Zh, &g.Name.En, &g.AmountMinor, &g.Currency, &g.Source, scanTime(&g.GrantedAt), scanKeptMonth(&g.Month), &d.OpenMinor)
}

// OpenDebts implements period.Reader.
func (tx *Tx) OpenDebts(ctx context.Context, personID int64) ([]reward.Debt, error) {
	return collect(ctx, tx, scanDebt, debtSelect+"WHERE $1 = 0 OR g.person_id = $1"+debtGroup+" HAVING SUM(s.amount_minor) > 0 ORDER BY g.granted_at, g.key", personID)
}

// StepsOf implements period.Reader: OpenMinor is the amount of the month's step.
func (tx *Tx) StepsOf(ctx context.Context, month calendar.Month) ([]reward.Debt, error) {
	return collect(ctx, tx, scanDebt, debtSelect+"WHERE s.month = $1"+debtGroup+" ORDER BY g.key", month.String())
}

// InsertGrantSteps implements period.Tx.
func (tx *Tx) InsertGrantSteps(ctx context.Context, steps []reward.GrantStep) error {
	b := tx.bulk("reward_grant_step", "key", "month", "amount_minor")
	for _, s := range steps {
		if err := b.add(ctx, s.Key, s.Month.String(), s.AmountMinor); err != nil {
			return err
		}
	}
	return b.flush(ctx)
}

// EachGrant implements period.Reader.
func (tx *Tx) EachGrant(ctx context.Context, fn func(reward.Grant) error) error {
	return each(ctx, tx, func(r rows) error {
		var g reward.Grant
		if err := scanGrant(r, &g); err != nil {
			return err
		}
		return fn(g)
	}, "SELECT "+grantColumns+" FROM reward_grant ORDER BY key")
}

// AwardBases implements period.Reader.
func (tx *Tx) AwardBases(ctx context.Context) (bases []reward.Basis, err error) {
	awards, err := tx.Awards(ctx, honour.AwardFilter{})
	for _, a := range awards {
		bases = append(bases, reward.Basis{AwardID: a.ID, Number: a.Number, Stored: a.Digest, Computed: a.ComputeDigest(), PersonID: a.PersonID, Component: a.DocumentID,
			CashMinor: a.CashMinor, Points: a.Points, Revoked: a.Revocation != nil})
	}
	return bases, err
}

// HonourCash implements payout.Reader: what was granted in the month, and what the month's steps took or put off.
func (tx *Tx) HonourCash(ctx context.Context, month calendar.Month) (map[int64]int64, error) {
	cash := map[int64]int64{}
	err := each(ctx, tx, func(r rows) error {
		var person, amount int64
		err := r.Scan(&person, &amount)
		cash[person] += amount
		return err
	}, `SELECT person_id, amount_minor FROM reward_grant WHERE month = $1
		UNION ALL SELECT g.person_id, s.amount_minor FROM reward_grant_step s JOIN reward_grant g ON g.key = s.key WHERE s.month = $1`, month.String())
	return cash, err
}

// HonourWaiting implements payout.Reader.
func (tx *Tx) HonourWaiting(ctx context.Context) (map[int64]bool, error) {
	waiting := map[int64]bool{}
	debts, err := tx.OpenDebts(ctx, 0)
	for _, d := range debts {
		waiting[d.Grant.PersonID] = true
	}
	if err != nil {
		return nil, err
	}
	err = each(ctx, tx, func(r rows) error {
		var person int64
		err := r.Scan(&person)
		waiting[person] = true
		return err
	}, "SELECT person_id FROM reward_grant WHERE month = ''")
	return waiting, err
}

// HonoursOf implements payout.Reader.
func (tx *Tx) HonoursOf(ctx context.Context, personID int64) (events []payout.Honour, err error) {
	grants, err := collect(ctx, tx, scanGrant, "SELECT "+grantColumns+" FROM reward_grant WHERE person_id = $1 ORDER BY granted_at, key", personID)
	if err != nil {
		return nil, err
	}
	steps, err := collect(ctx, tx, func(r rows, s *reward.GrantStep) error { return r.Scan(&s.Key, scanMonth(&s.Month), &s.AmountMinor) },
		"SELECT s.key, s.month, s.amount_minor FROM reward_grant_step s JOIN reward_grant g ON g.key = s.key JOIN period p ON p.month = s.month WHERE g.person_id = $1 ORDER BY p.closed_at, s.month", personID)
	if err != nil {
		return nil, err
	}
	for _, g := range grants {
		open := int64(0)
		event := payout.Honour{Key: g.Key, Component: g.Component, Name: g.Name, AmountMinor: g.AmountMinor, Currency: g.Currency, Month: g.Month, PaidMinor: g.AmountMinor}
		own := []payout.Honour{event}
		for _, s := range steps {
			if s.Key != g.Key {
				continue
			}
			if open += s.AmountMinor; s.Month == g.Month {
				own[0].PaidMinor += s.AmountMinor
			} else {
				event.Month, event.PaidMinor = s.Month, s.AmountMinor
				own = append(own, event)
			}
			own[len(own)-1].OpenMinor = open
		}
		events = append(events, own...)
	}
	return events, nil
}

// HonoursWaiting implements payout.Reader: what period does when it closes the month, for one person.
func (tx *Tx) HonoursWaiting(ctx context.Context, month calendar.Month, personID int64, until time.Time, payMinor int64) (events []payout.Honour, err error) {
	grants, err := collect(ctx, tx, scanGrant, "SELECT "+grantColumns+" FROM reward_grant WHERE person_id = $1 AND month = '' AND granted_at <= $2 ORDER BY granted_at, key", personID, instant(until))
	if err != nil {
		return nil, err
	}
	debts, err := tx.OpenDebts(ctx, personID)
	if err != nil {
		return nil, err
	}
	steps := map[string]int64{}
	for _, s := range reward.TakeBack(month, map[int64]int64{personID: payMinor}, grants, debts) {
		steps[s.Key] = s.AmountMinor
	}
	add := func(g reward.Grant, paid, open int64) {
		events = append(events, payout.Honour{Key: g.Key, Component: g.Component, Name: g.Name, AmountMinor: g.AmountMinor, Currency: g.Currency, PaidMinor: paid, OpenMinor: open})
	}
	for _, d := range debts {
		if step := steps[d.Key]; step != 0 { // a month that takes nothing of it is not among those that paid
			add(d.Grant, step, d.OpenMinor+step)
		}
	}
	for _, g := range grants {
		add(g, g.AmountMinor+steps[g.Key], steps[g.Key])
	}
	return events, nil
}
