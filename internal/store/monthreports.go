package store

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/report"
	"xiaoguan/internal/review"
)

// ReportStore returns the store of package report.
func (db *DB) ReportStore() report.Store { return monthReportStore{db} }

type monthReportStore struct{ db *DB }

// InTx implements report.Store.
func (s monthReportStore) InTx(ctx context.Context, fn func(report.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

// Read implements report.Store.
func (s monthReportStore) Read(ctx context.Context, fn func(report.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

var monthReportColumns = []string{"id", "month", "place_kind", "place_id", "place_name", "created_at", "newest", "published", "revision"}

func monthReportValues(r *report.Report) []any {
	return []any{r.ID, r.Month.String(), string(r.Place.Kind), r.Place.ID, r.Place.Name, instant(r.CreatedAt), int64(r.Newest), int64(r.Published), r.Revision}
}

func scanMonthReport(r rows, v *report.Report) error {
	return r.Scan(&v.ID, scanMonth(&v.Month), &v.Place.Kind, &v.Place.ID, &v.Place.Name, scanTime(&v.CreatedAt), &v.Newest, &v.Published, &v.Revision)
}

var monthReportSelect = "SELECT " + strings.Join(monthReportColumns, ", ") + " FROM month_report"

// MonthReport implements report.Reader.
func (tx *Tx) MonthReport(ctx context.Context, id int64) (report.Report, error) {
	return one(ctx, tx, "report.missing", scanMonthReport, monthReportSelect+" WHERE id = $1", id)
}

// MonthReportOf implements report.Reader.
func (tx *Tx) MonthReportOf(ctx context.Context, month calendar.Month, place metric.Place) (report.Report, error) {
	return one(ctx, tx, "report.missing", scanMonthReport, monthReportSelect+" WHERE month = $1 AND place_kind = $2 AND place_id = $3", month.String(), string(place.Kind), place.ID)
}

// MonthReports implements report.Reader.
func (tx *Tx) MonthReports(ctx context.Context, f report.Filter) ([]report.Report, error) {
	where := ""
	if !f.All {
		ids := map[review.UnitKind][]int64{}
		for _, u := range f.Units {
			ids[u.Kind] = append(ids[u.Kind], u.ID)
		}
		where = " WHERE (place_kind = 'region' AND place_id IN (" + listed(ids[review.UnitRegion]) + ") OR place_kind = 'team' AND place_id IN (" + listed(ids[review.UnitTeam]) + "))"
	}
	return collect(ctx, tx, scanMonthReport, monthReportSelect+where+" ORDER BY month DESC, place_kind, place_id LIMIT "+strconv.Itoa(f.Limit))
}

// InsertMonthReport implements report.Tx.
func (tx *Tx) InsertMonthReport(ctx context.Context, r report.Report) error {
	return tx.insertRow(ctx, "month_report", monthReportColumns, monthReportValues(&r))
}

// SaveMonthReport implements report.Tx.
func (tx *Tx) SaveMonthReport(ctx context.Context, r report.Report) error {
	return tx.saveRow(ctx, "month_report", "report.changed_meanwhile", monthReportColumns, monthReportValues(&r))
}

var reportVersionColumns = []string{"report_id", "number", "state", "hash", "newest_fact", "computed_at", "computed_by", "computed_name", "published_at", "published_by", "published_name", "differs", "revision"}

func scanReportVersion(r rows, v *report.Version) error {
	var differs string
	if err := r.Scan(&v.ReportID, &v.Number, &v.State, &v.Hash, scanTime(&v.NewestFact), scanTime(&v.ComputedAt), &v.ComputedBy, &v.ComputedName, scanTime(&v.PublishedAt), &v.PublishedBy, &v.PublishedName, &differs, &v.Revision); err != nil {
		return err
	}
	return json.Unmarshal([]byte(differs), &v.Differs)
}

var reportVersionSelect = "SELECT v." + strings.Join(reportVersionColumns, ", v.") + " FROM month_report_version v"

// ReportVersions implements report.Reader.
func (tx *Tx) ReportVersions(ctx context.Context, id int64) ([]report.Version, error) {
	return collect(ctx, tx, scanReportVersion, reportVersionSelect+" WHERE v.report_id = $1 ORDER BY v.number DESC", id)
}

func (tx *Tx) versionsBy(ctx context.Context, column string, ids []int64) (map[int64]report.Version, error) {
	list, err := collect(ctx, tx, scanReportVersion, reportVersionSelect+" JOIN month_report r ON r.id = v.report_id AND r."+column+" = v.number WHERE v.report_id IN ("+listed(ids)+")")
	out := make(map[int64]report.Version, len(list))
	for _, v := range list {
		out[v.ReportID] = v
	}
	return out, err
}

// ReportNewestVersions implements report.Reader.
func (tx *Tx) ReportNewestVersions(ctx context.Context, ids []int64) (map[int64]report.Version, error) {
	return tx.versionsBy(ctx, "newest", ids)
}

// ReportPublished implements report.Reader.
func (tx *Tx) ReportPublished(ctx context.Context, ids []int64) (map[int64]report.Version, error) {
	return tx.versionsBy(ctx, "published", ids)
}

// ReportDocument implements report.Reader.
func (tx *Tx) ReportDocument(ctx context.Context, id int64, version int) (string, error) {
	return one(ctx, tx, "report.missing", func(r rows, text *string) error { return r.Scan(text) }, "SELECT document FROM month_report_version WHERE report_id = $1 AND number = $2", id, int64(version))
}

// PutReportVersion implements report.Tx.
func (tx *Tx) PutReportVersion(ctx context.Context, v report.Version, document string) error {
	if _, err := tx.exec(ctx, "DELETE FROM month_report_version WHERE report_id = $1 AND number = $2 AND state = 'draft'", v.ReportID, int64(v.Number)); err != nil {
		return err
	}
	there, err := tx.ReportVersions(ctx, v.ReportID)
	if err != nil {
		return err
	}
	for _, known := range there {
		if known.Number == v.Number {
			return errs.New(errs.KindConflict, "report.changed_meanwhile", nil)
		}
	}
	differs, err := json.Marshal(v.Differs)
	if err != nil {
		return err
	}
	return tx.insertRow(ctx, "month_report_version", append(reportVersionColumns, "document"), []any{v.ReportID, int64(v.Number), string(v.State), v.Hash, instant(v.NewestFact), instant(v.ComputedAt), v.ComputedBy, v.ComputedName,
		instant(v.PublishedAt), v.PublishedBy, v.PublishedName, string(differs), v.Revision, document})
}

// FreezeReportVersion implements report.Tx.
func (tx *Tx) FreezeReportVersion(ctx context.Context, v report.Version) error {
	differs, err := json.Marshal(v.Differs)
	if err != nil {
		return err
	}
	return mustChange(ctx, tx, "report.changed_meanwhile", "UPDATE month_report_version SET state = $3, published_at = $4, published_by = $5, published_name = $6, differs = $7 WHERE report_id = $1 AND number = $2 AND state = 'draft' AND revision = $8",
		v.ReportID, int64(v.Number), string(v.State), instant(v.PublishedAt), v.PublishedBy, v.PublishedName, string(differs), v.Revision)
}

var reportNoteColumns = []string{"report_id", "version", "section", "text", "by_id", "by_name", "at", "revision"}

// ReportNotes implements report.Reader.
func (tx *Tx) ReportNotes(ctx context.Context, id int64, version int) ([]report.Note, error) {
	return collect(ctx, tx, func(r rows, n *report.Note) error {
		return r.Scan(&n.ReportID, &n.Version, &n.Section, &n.Text, &n.ByID, &n.ByName, scanTime(&n.At), &n.Revision)
	}, "SELECT "+strings.Join(reportNoteColumns, ", ")+" FROM month_report_note WHERE report_id = $1 AND version = $2 ORDER BY section", id, int64(version))
}

// PutReportNote implements report.Tx.
func (tx *Tx) PutReportNote(ctx context.Context, n report.Note) error {
	if err := tx.DropReportNote(ctx, n.ReportID, n.Version, n.Section); err != nil {
		return err
	}
	return tx.insertRow(ctx, "month_report_note", reportNoteColumns, []any{n.ReportID, int64(n.Version), string(n.Section), n.Text, n.ByID, n.ByName, instant(n.At), n.Revision})
}

// DropReportNote implements report.Tx.
func (tx *Tx) DropReportNote(ctx context.Context, id int64, version int, section report.SectionID) error {
	_, err := tx.exec(ctx, "DELETE FROM month_report_note WHERE report_id = $1 AND version = $2 AND section = $3", id, int64(version), string(section))
	return err
}
