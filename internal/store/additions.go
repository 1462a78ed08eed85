package store

import (
	"context"
	"encoding/json"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/payout"
)

var runAdditionColumns = []string{"run_id", "position", "kind", "source", "person_id", "plan_id", "version_id", "component", "origin", "amount_minor",
	"was_minor", "now_minor", "causes", "reason", "evidence", "made_by", "approved_by", "was_carried", "now_carried", "parts"}

func scanAddition(r rows, a *payout.Addition) error {
	var causes, parts string
	if err := r.Scan(&a.Kind, &a.Source, &a.PersonID, &a.PlanID, &a.VersionID, &a.Component, scanMonth(&a.Origin), &a.AmountMinor, &a.WasMinor, &a.NowMinor,
		&causes, &a.Reason, &a.Evidence, &a.MadeBy, &a.ApprovedBy, &a.WasCarriedMinor, &a.NowCarriedMinor, &parts); err != nil {
		return err
	}
	if err := scanParts(parts, &a.Parts); err != nil {
		return err
	}
	return json.Unmarshal([]byte(causes), &a.Causes)
}

const runAdditionSelect = `SELECT kind, source, person_id, plan_id, version_id, component, origin, amount_minor, was_minor, now_minor, causes, reason,
	evidence, made_by, approved_by, was_carried, now_carried, parts FROM run_addition WHERE run_id = $1`

// InsertRunAdditions implements period.Tx.
func (tx *Tx) InsertRunAdditions(ctx context.Context, runID string, additions []payout.Addition) error {
	b := tx.bulk("run_addition", runAdditionColumns...)
	for i, a := range additions {
		causes, err := json.Marshal(a.Causes)
		if err != nil {
			return err
		}
		parts, err := json.Marshal(a.Parts)
		if err != nil {
			return err
		}
		if err := b.add(ctx, runID, int64(i), string(a.Kind), a.Source, a.PersonID, a.PlanID, a.VersionID, a.Component, a.Origin.String(), a.AmountMinor,
			a.WasMinor, a.NowMinor, string(causes), a.Reason, a.Evidence, a.MadeBy, a.ApprovedBy,
			a.WasCarriedMinor, a.NowCarriedMinor, string(parts)); err != nil {
			return err
		}
	}
	return b.flush(ctx)
}

// RunAdditions implements period.Reader.
func (tx *Tx) RunAdditions(ctx context.Context, runID string) ([]payout.Addition, error) {
	return collect(ctx, tx, scanAddition, runAdditionSelect+" ORDER BY position", runID)
}

// RunAdditionsOf implements payout.Reader.
func (tx *Tx) RunAdditionsOf(ctx context.Context, runID string, personID int64) ([]payout.Addition, error) {
	return collect(ctx, tx, scanAddition, runAdditionSelect+" AND person_id = $2 ORDER BY position", runID, personID)
}

// Additions implements period.Reader and payout.Reader: the differences posted into the month, and its approved adjustments. A difference
// of zero is one, too: another excess is carried, or other deals earned the same.
func (tx *Tx) Additions(ctx context.Context, month calendar.Month) ([]payout.Addition, error) {
	return tx.additions(ctx, month, "")
}

// AdditionsKnown implements payout.Reader. A difference that was withdrawn later was known until then.
func (tx *Tx) AdditionsKnown(ctx context.Context, month calendar.Month, until time.Time) ([]payout.Addition, error) {
	return tx.additions(ctx, month, instant(until))
}

// additions reads what waits for a month as of an instant, or as it stands when it is empty.
func (tx *Tx) additions(ctx context.Context, month calendar.Month, until string) ([]payout.Addition, error) {
	found, err := collect(ctx, tx, scanAddition, `SELECT 'prior', d.retro_id, d.person_id, d.plan_id, d.version_id, d.component, d.month, d.now_minor - d.was_minor,
			d.was_minor, d.now_minor, d.causes, '', '', r.posted_by, '', d.was_carried, d.now_carried, d.parts
		FROM retro r JOIN retro_delta d ON d.retro_id = r.id
		WHERE r.paid_in = $1 AND (r.state = 'posted' AND ($2 = '' OR r.posted_at <= $2) OR r.state = 'withdrawn' AND r.posted_at <> '' AND r.posted_at <= $2 AND r.withdrawn_at > $2)
		UNION ALL
		SELECT 'adjustment', id, person_id, plan_id, version_id, component, month, amount_minor, 0, 0, 'null', reason, evidence, made_by, decided_by, 0, 0, ''
		FROM adjustment WHERE paid_in = $1 AND state = 'approved' AND ($2 = '' OR decided_at <= $2)`, month.String(), until)
	payout.SortAdditions(found)
	return found, err
}

// scanParts reads the parts of a difference by deal; empty is what was stored before there were any.
func scanParts(text string, parts *[]payout.DealPart) error {
	if text == "" {
		return nil
	}
	return json.Unmarshal([]byte(text), parts)
}
