package store

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/distribution"
)

// Distribution returns the store of package distribution.
func (db *DB) Distribution() distribution.Store { return distributionStore{db} }

type distributionStore struct{ db *DB }

// InTx implements distribution.Store.
func (s distributionStore) InTx(ctx context.Context, fn func(distribution.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

// Read implements distribution.Store.
func (s distributionStore) Read(ctx context.Context, fn func(distribution.Reads) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

// DistributionSettings implements distribution.Reads.
func (tx *Tx) DistributionSettings(ctx context.Context) (s distribution.Settings, set bool, err error) {
	s.Revision, set, err = tx.settingsIn(ctx, "distribution_settings", &s)
	return s, set, err
}

// SaveDistributionSettings implements distribution.Tx.
func (tx *Tx) SaveDistributionSettings(ctx context.Context, s distribution.Settings) error {
	return tx.saveSettings(ctx, "distribution_settings", "distribution.changed_meanwhile", s, s.Revision)
}

// DistributionReaders implements distribution.Reads.
func (tx *Tx) DistributionReaders(ctx context.Context) ([]distribution.Reader, error) {
	type granted struct {
		distribution.Reader
		role access.Role
	}
	all, err := collect(ctx, tx, func(r rows, g *granted) error {
		return r.Scan(&g.UserID, &g.Login, &g.Name, &g.Language, &g.role)
	}, "SELECT u.id, u.login, u.name, u.language, g.role FROM app_user u JOIN user_grant g ON g.user_id = u.id WHERE u.disabled = FALSE ORDER BY u.name, u.login, g.position")
	if err != nil {
		return nil, err
	}
	var list []distribution.Reader
	reads := map[access.Role]bool{}
	for _, role := range distribution.Roles() {
		reads[role] = true
	}
	for _, g := range all {
		if !reads[g.role] {
			continue
		}
		if n := len(list); n > 0 && list[n-1].UserID == g.UserID {
			list[n-1].Roles = append(list[n-1].Roles, g.role)
			continue
		}
		g.Roles = []access.Role{g.role}
		list = append(list, g.Reader)
	}
	return list, nil
}

// DistributionPlaces implements distribution.Reads.
func (tx *Tx) DistributionPlaces(ctx context.Context, on calendar.Date) ([]distribution.Place, error) {
	scan := func(r rows, p *distribution.Place) error {
		return r.Scan(&p.Kind, &p.ID, &p.Name, &p.RegionID)
	}
	valid := func(alias string) string { return strings.ReplaceAll(validAs(alias), "$2", "$1") }
	return collect(ctx, tx, scan, "SELECT kind, id, name, region_id FROM (SELECT 0 AS place, 'region' AS kind, g.id, g.name, g.id AS region_id FROM region g WHERE TRUE"+valid("g")+
		" UNION ALL SELECT 1, 'team', t.id, t.name, COALESCE(t.region_id, 0) FROM team t WHERE TRUE"+valid("t")+") x ORDER BY place, id", on.String())
}

var distributionRunColumns = []string{"month", "job_id", "state", "computed", "failed", "started_at", "ended_at", "revision"}

func scanDistributionRun(r rows, run *distribution.Run) error {
	var computed string
	if err := r.Scan(scanMonth(&run.Month), &run.JobID, &run.State, &computed, &run.Failed, scanTime(&run.StartedAt), scanTime(&run.EndedAt), &run.Revision); err != nil {
		return err
	}
	return json.Unmarshal([]byte(computed), &run.Computed)
}

func distributionRunValues(run distribution.Run) ([]any, error) {
	computed, err := json.Marshal(run.Computed)
	return []any{run.Month.String(), run.JobID, string(run.State), string(computed), run.Failed, instant(run.StartedAt), instant(run.EndedAt), run.Revision}, err
}

var distributionRunSelect = "SELECT " + strings.Join(distributionRunColumns, ", ") + " FROM distribution_run"

// DistributionRun implements distribution.Reads.
func (tx *Tx) DistributionRun(ctx context.Context, month calendar.Month) (distribution.Run, error) {
	return one(ctx, tx, "distribution.no_run", scanDistributionRun, distributionRunSelect+" WHERE month = $1", month.String())
}

// DistributionRuns implements distribution.Reads.
func (tx *Tx) DistributionRuns(ctx context.Context, limit int) ([]distribution.Run, error) {
	return collect(ctx, tx, scanDistributionRun, distributionRunSelect+" ORDER BY month DESC LIMIT "+strconv.Itoa(limit))
}

// InsertDistributionRun implements distribution.Tx.
func (tx *Tx) InsertDistributionRun(ctx context.Context, run distribution.Run) error {
	values, err := distributionRunValues(run)
	if err != nil {
		return err
	}
	return tx.insertRow(ctx, "distribution_run", distributionRunColumns, values)
}

// SaveDistributionRun implements distribution.Tx.
func (tx *Tx) SaveDistributionRun(ctx context.Context, run distribution.Run) error {
	values, err := distributionRunValues(run)
	if err != nil {
		return err
	}
	return mustChange(ctx, tx, "distribution.changed_meanwhile", "UPDATE distribution_run SET state = $2, computed = $3, failed = $4, ended_at = $5, revision = $6 WHERE month = $1 AND revision = $6 - 1",
		values[0], values[2], values[3], values[4], values[6], values[7])
}

// DistributionIssued implements distribution.Reads.
func (tx *Tx) DistributionIssued(ctx context.Context, i distribution.Issue) (bool, error) {
	n, err := value[int64](ctx, tx, "SELECT COUNT(*) FROM distribution_issue WHERE report_id = $1 AND version = $2", i.ReportID, i.Version)
	return n > 0, err
}

// InsertDistributionIssue implements distribution.Tx.
func (tx *Tx) InsertDistributionIssue(ctx context.Context, i distribution.Issue) error {
	return tx.insertRow(ctx, "distribution_issue", []string{"report_id", "version", "told_at"}, []any{i.ReportID, i.Version, instant(tx.Now())})
}

var reportDeliveryColumns = []string{"id", "report_id", "version", "month", "place_kind", "place_id", "place_name", "region_id", "user_id", "letter", "state", "reason", "code", "attempts", "next_at", "created_at", "sent_at"}

func scanReportDelivery(r rows, d *distribution.Delivery) error {
	return r.Scan(&d.ID, &d.Issue.ReportID, &d.Issue.Version, scanMonth(&d.Issue.Month), &d.Issue.Place.Kind, &d.Issue.Place.ID, &d.Issue.Place.Name, &d.Issue.Place.RegionID, &d.UserID, &d.Letter, &d.State, &d.Reason, &d.Code, &d.Attempts,
		scanTime(&d.NextAt), scanTime(&d.At), scanTime(&d.SentAt), &d.UserName)
}

var reportDeliverySelect = "SELECT d." + strings.Join(reportDeliveryColumns, ", d.") + ", COALESCE(u.name, '') FROM report_delivery d LEFT JOIN app_user u ON u.id = d.user_id"

// ReportDeliveries implements distribution.Reads.
func (tx *Tx) ReportDeliveries(ctx context.Context, limit int) ([]distribution.Delivery, error) {
	return collect(ctx, tx, scanReportDelivery, reportDeliverySelect+" ORDER BY d.id DESC LIMIT "+strconv.Itoa(limit))
}

// ReportDelivery implements distribution.Reads.
func (tx *Tx) ReportDelivery(ctx context.Context, id int64) (distribution.Delivery, error) {
	return one(ctx, tx, "distribution.no_delivery", scanReportDelivery, reportDeliverySelect+" WHERE d.id = $1", id)
}

// ReportDeliveryDue implements distribution.Reads.
func (tx *Tx) ReportDeliveryDue(ctx context.Context, now time.Time) (d distribution.Delivery, found bool, err error) {
	list, err := collect(ctx, tx, scanReportDelivery, reportDeliverySelect+" WHERE d.next_at <> '' AND d.next_at <= $1 ORDER BY d.next_at, d.id LIMIT 1", instant(now))
	if err != nil || len(list) == 0 {
		return d, false, err
	}
	return list[0], true, nil
}

// InsertReportDelivery implements distribution.Tx.
func (tx *Tx) InsertReportDelivery(ctx context.Context, d distribution.Delivery) error {
	i := d.Issue
	return tx.insertRow(ctx, "report_delivery", reportDeliveryColumns, []any{d.ID, i.ReportID, i.Version, i.Month.String(), string(i.Place.Kind), i.Place.ID, i.Place.Name, i.Place.RegionID, d.UserID, d.Letter, string(d.State), d.Reason, d.Code, d.Attempts, instant(d.NextAt), instant(d.At), instant(d.SentAt)})
}

// SaveReportDelivery implements distribution.Tx: what became of it.
func (tx *Tx) SaveReportDelivery(ctx context.Context, d distribution.Delivery) error {
	return mustChange(ctx, tx, "distribution.changed_meanwhile", "UPDATE report_delivery SET state = $2, reason = $3, code = $4, attempts = $5, next_at = $6, sent_at = $7 WHERE id = $1",
		d.ID, string(d.State), d.Reason, d.Code, d.Attempts, instant(d.NextAt), instant(d.SentAt))
}
