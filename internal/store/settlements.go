package store

import (
	"context"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/payout"
)

var settlementColumns = []string{"run_id", "person_id", "plan_id", "position", "earned_minor", "paid_minor", "opening_digest", "digest", "body"}

const settlementSelect = `SELECT s.person_id, s.plan_id, s.earned_minor, s.paid_minor, s.opening_digest, s.digest, s.body FROM settlement s`

func scanSettlement(r rows, s *payout.SettlementRow) error {
	return r.Scan(&s.PersonID, &s.PlanID, &s.EarnedMinor, &s.PaidMinor, &s.OpeningDigest, &s.Digest, &s.Body)
}

// InsertSettlements implements period.Tx.
func (tx *Tx) InsertSettlements(ctx context.Context, runID string, settled []payout.SettlementRow) error {
	b := tx.bulk("settlement", settlementColumns...)
	for i, s := range settled {
		if err := b.add(ctx, runID, s.PersonID, s.PlanID, int64(i), s.EarnedMinor, s.PaidMinor, s.OpeningDigest, s.Digest, s.Body); err != nil {
			return err
		}
	}
	return b.flush(ctx)
}

// Settlements implements period.Reader.
func (tx *Tx) Settlements(ctx context.Context, runID string) ([]payout.SettlementRow, error) {
	return collect(ctx, tx, scanSettlement, settlementSelect+" WHERE s.run_id = $1 ORDER BY s.position", runID)
}

// SettlementsOf implements payout.Reader.
func (tx *Tx) SettlementsOf(ctx context.Context, runID string, personID int64) ([]payout.SettlementRow, error) {
	return collect(ctx, tx, scanSettlement, settlementSelect+" WHERE s.run_id = $1 AND s.person_id = $2 ORDER BY s.position", runID, personID)
}

// Openings implements period.Reader and payout.Reader: of each account, the closing items of its newest closed month before the given one.
// A person of 0 asks for everybody's.
func (tx *Tx) Openings(ctx context.Context, month calendar.Month, personID int64) (payout.Openings, error) {
	return tx.openings(ctx, month, personID, "")
}

// OpeningsKnown implements payout.Reader.
func (tx *Tx) OpeningsKnown(ctx context.Context, month calendar.Month, personID int64, until time.Time) (payout.Openings, error) {
	return tx.openings(ctx, month, personID, instant(until))
}

// openings reads opening items as of an instant, or as they stand when it is empty.
func (tx *Tx) openings(ctx context.Context, month calendar.Month, personID int64, until string) (payout.Openings, error) {
	found, err := collect(ctx, tx, scanSettlement, settlementSelect+`
		JOIN period p ON p.current_run = s.run_id AND p.state = 'closed' AND p.month < $1 AND ($3 = '' OR p.closed_at <= $3)
		WHERE ($2 = 0 OR s.person_id = $2) AND NOT EXISTS (SELECT 1 FROM settlement n
			JOIN period q ON q.current_run = n.run_id AND q.state = 'closed' AND q.month < $1 AND q.month > p.month AND ($3 = '' OR q.closed_at <= $3)
			WHERE n.person_id = s.person_id AND n.plan_id = s.plan_id)`, month.String(), personID, until)
	if err != nil {
		return nil, err
	}
	openings := payout.Openings{}
	for _, row := range found {
		settled, err := payout.OpenSettlement(row)
		if err != nil {
			return nil, err
		}
		if len(settled.Closing) > 0 {
			openings[payout.Account{PersonID: row.PersonID, PlanID: row.PlanID}] = settled.Closing
		}
	}
	return openings, nil
}
