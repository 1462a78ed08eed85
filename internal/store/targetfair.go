package store

import (
	"context"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/money"
	"xiaoguan/internal/target"
	"xiaoguan/internal/targetplan"
)

// QuotasIn implements targetplan.Reader.
func (tx *Tx) QuotasIn(ctx context.Context, from, to calendar.Month) ([]targetplan.QuotaOf, error) {
	return collect(ctx, tx, func(r rows, q *targetplan.QuotaOf) error { return r.Scan(&q.PersonID, scanMonth(&q.Month), &q.Minor) },
		"SELECT person_id, month, amount_minor FROM quota WHERE superseded_in = "+openBatch+" AND quantity = $1 AND month >= $2 AND month <= $3 ORDER BY person_id, month", target.OfCollected, from.String(), to.String())
}

// CollectedByDay implements targetplan.Reader.
func (tx *Tx) CollectedByDay(ctx context.Context, month calendar.Month, currency money.Currency) ([]targetplan.DaySold, error) {
	return collect(ctx, tx, func(r rows, s *targetplan.DaySold) error {
		return r.Scan(&s.PersonID, scanDate(&s.On), &s.BasisPoints, &s.Minor)
	}, "SELECT s.person_id, f.paid_on, s.basis_points, CAST(SUM(f.amount_minor) AS BIGINT) FROM payment f JOIN deal_share s ON s.deal_id = f.deal_id AND s.superseded_in = "+openBatch+
		" WHERE f.superseded_in = "+openBatch+" AND f.paid_on >= $1 AND f.paid_on <= $2 AND f.currency = $3 GROUP BY s.person_id, f.paid_on, s.basis_points", month.First().String(), month.Last().String(), string(currency))
}

// minuteText is how much of an instant's text says the minute.
const minuteText = len("2026-11-28T01:02")

// WorkedIn implements targetplan.Reader.
func (tx *Tx) WorkedIn(ctx context.Context, from, to time.Time) ([]targetplan.Worked, error) {
	return collect(ctx, tx, func(r rows, w *targetplan.Worked) (err error) {
		var minute string
		if err := r.Scan(&w.PersonID, &minute, &w.Count); err != nil {
			return err
		}
		w.At, err = time.Parse("2006-01-02T15:04", minute)
		return err
	}, "SELECT person_id, SUBSTR(occurred_at, 1, $3), COUNT(*) FROM follow_up WHERE occurred_at >= $1 AND occurred_at < $2 GROUP BY person_id, SUBSTR(occurred_at, 1, $3)", instant(from), instant(to), int64(minuteText))
}

// fairPending is whether the job of a report has not ended.
const fairPending = "EXISTS (SELECT 1 FROM job j WHERE j.id = f.job_id AND j.state NOT IN ('succeeded', 'failed', 'cancelled'))"

func scanFairReport(r rows, f *targetplan.FairReport) error {
	var input string
	if err := r.Scan(scanMonth(&f.Until), &f.JobID, scanTime(&f.At), &f.ByName, &input, &f.Pending); err != nil {
		return err
	}
	f.Input = []byte(input)
	return nil
}

// FairReports implements targetplan.Reader.
func (tx *Tx) FairReports(ctx context.Context) ([]targetplan.FairReport, error) {
	return collect(ctx, tx, scanFairReport, "SELECT until_month, job_id, at, by_name, '', "+fairPending+" FROM target_fairness f ORDER BY until_month DESC")
}

// FairReport implements targetplan.Reader.
func (tx *Tx) FairReport(ctx context.Context, until calendar.Month) (targetplan.FairReport, error) {
	return one(ctx, tx, "targetplan.missing", scanFairReport, "SELECT until_month, job_id, at, by_name, input, "+fairPending+" FROM target_fairness f WHERE until_month = $1", until.String())
}

// StartFairReport implements targetplan.Tx.
func (tx *Tx) StartFairReport(ctx context.Context, r targetplan.FairReport) error {
	_, err := tx.exec(ctx, "INSERT INTO target_fairness (until_month, job_id, at, by_name, input) VALUES ($1, $2, '', $3, '') ON CONFLICT (until_month) DO UPDATE SET job_id = excluded.job_id, by_name = excluded.by_name", r.Until.String(), r.JobID, r.ByName)
	return err
}

// FillFairReport implements targetplan.Tx.
func (tx *Tx) FillFairReport(ctx context.Context, until calendar.Month, input []byte, at time.Time) error {
	return mustChange(ctx, tx, "targetplan.changed_meanwhile", "UPDATE target_fairness SET input = $2, at = $3 WHERE until_month = $1", until.String(), string(input), instant(at))
}
