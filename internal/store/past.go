package store

import (
	"context"
	"maps"
	"slices"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/reward"
)

// closedBefore limits months p to those that were closed before a month, $1, and by an instant, $2, unless that is empty.
const closedBefore = ` p.state = 'closed' AND p.month < $1 AND ($2 = '' OR p.closed_at <= $2) `

// personsPortion is for how many people one query asks.
const personsPortion = 400

// EarnedBefore implements payout.PastReader.
func (tx *Tx) EarnedBefore(ctx context.Context, month calendar.Month, keys []payout.EarningKey, until time.Time) (map[payout.EarningKey]int64, error) {
	earned, accounts := map[payout.EarningKey]int64{}, map[calendar.Month]map[payout.Account]bool{}
	for _, key := range keys {
		if accounts[key.Origin] == nil {
			accounts[key.Origin] = map[payout.Account]bool{}
		}
		accounts[key.Origin][key.Account] = true
	}
	known := ""
	if !until.IsZero() {
		known = instant(until)
	}
	for origin, of := range accounts {
		if err := tx.earnedIn(ctx, month, origin, known, of, earned); err != nil {
			return nil, err
		}
		if err := tx.differencesOf(ctx, month, origin, known, of, earned); err != nil {
			return nil, err
		}
	}
	return earned, nil
}

// earnedIn adds what the settlements of a month of origin split by deal.
func (tx *Tx) earnedIn(ctx context.Context, month, origin calendar.Month, known string, of map[payout.Account]bool, earned map[payout.EarningKey]int64) error {
	var persons []int64
	for account := range of {
		if !slices.Contains(persons, account.PersonID) {
			persons = append(persons, account.PersonID)
		}
	}
	slices.Sort(persons)
	for some := range slices.Chunk(persons, personsPortion) {
		rows, err := collect(ctx, tx, scanSettlement, settlementSelect+" JOIN period p ON p.current_run = s.run_id AND"+closedBefore+"AND p.month = $3 WHERE s.person_id IN ("+listed(some)+")",
			month.String(), known, origin.String())
		if err != nil {
			return err
		}
		for _, row := range rows {
			account := payout.Account{PersonID: row.PersonID, PlanID: row.PlanID}
			if !of[account] {
				continue
			}
			settled, err := payout.OpenSettlement(row)
			if err != nil {
				return err
			}
			for component, byDeal := range settled.EarnedByDeal() {
				for deal, amount := range byDeal {
					earned[payout.EarningKey{Account: account, Component: component, Deal: deal, Origin: origin}] += amount
				}
			}
		}
	}
	return nil
}

// differencesOf adds the parts by deal of the differences for a month of origin that closed months paid.
func (tx *Tx) differencesOf(ctx context.Context, month, origin calendar.Month, known string, of map[payout.Account]bool, earned map[payout.EarningKey]int64) error {
	return each(ctx, tx, func(r rows) error {
		key := payout.EarningKey{Origin: origin}
		var text string
		var parts []payout.DealPart
		if err := r.Scan(&key.PersonID, &key.PlanID, &key.Component, &text); err != nil || !of[key.Account] {
			return err
		}
		if err := scanParts(text, &parts); err != nil {
			return err
		}
		for _, part := range parts {
			key.Deal = part.Deal
			earned[key] += part.AmountMinor
		}
		return nil
	}, `SELECT d.person_id, d.plan_id, d.component, d.parts FROM retro r JOIN period p ON p.month = r.paid_in AND`+closedBefore+`
		JOIN retro_delta d ON d.retro_id = r.id AND d.month = $3 WHERE r.state = 'posted'`, month.String(), known, origin.String())
}

// TakenBefore implements payout.PastReader: of the entries of the ledger.
func (tx *Tx) TakenBefore(ctx context.Context, month, origin calendar.Month, personID int64, until time.Time) (map[payout.EarningKey]int64, error) {
	known, whose, args := "", "", []any{month.String(), "", reward.SettledKeys(origin), reward.SettledKeys(month)}
	if !until.IsZero() {
		known = instant(until)
	}
	if args[1] = known; personID != 0 {
		whose = " AND e.person_id = $5"
		args = append(args, personID)
	}
	taken := map[payout.EarningKey]int64{}
	err := each(ctx, tx, func(r rows) error {
		var text string
		var amount int64
		if err := r.Scan(&text, &amount); err != nil {
			return err
		}
		if key, ok := reward.TakenOf(text); ok {
			taken[key] -= amount
		}
		return nil
	}, "SELECT e.key, e.amount_minor FROM ledger_entry e JOIN period p ON p.month = e.month AND"+closedBefore+`
		WHERE e.key >= $3 AND e.key < $4 AND e.key LIKE 'settle/%/clawed_back/%'`+whose, args...)
	maps.DeleteFunc(taken, func(key payout.EarningKey, amount int64) bool { return amount == 0 || key.Origin < origin })
	return taken, err
}
