package store

import (
	"context"
	"encoding/json"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/company"
)

// keptDay is a day of a year's list as it is stored.
type keptDay struct {
	Date    calendar.Date `json:"date"`
	Working bool          `json:"working"`
	Name    string        `json:"name,omitempty"`
}

var workYearColumns = []string{"year", "complete", "days", "reason", "by_name", "at", "revision"}

// WorkYears implements company.Reader.
func (tx *Tx) WorkYears(ctx context.Context) ([]company.WorkYear, error) {
	return collect(ctx, tx, func(r rows, y *company.WorkYear) error {
		var text string
		if err := r.Scan(&y.Year, &y.Whole, &text, &y.Reason, &y.ByName, scanTime(&y.At), &y.Revision); err != nil {
			return err
		}
		var kept []keptDay
		if err := json.Unmarshal([]byte(text), &kept); err != nil {
			return err
		}
		for _, d := range kept {
			y.Days = append(y.Days, calendar.WorkException(d))
		}
		return nil
	}, "SELECT year, complete, days, reason, by_name, at, revision FROM work_year ORDER BY year")
}

// WorkRevision implements company.Reader.
func (tx *Tx) WorkRevision(ctx context.Context) (int64, error) {
	return value[int64](ctx, tx, "SELECT CAST(COALESCE(SUM(revision), 0) AS BIGINT) FROM work_year")
}

// SaveWorkYear implements company.Tx.
func (tx *Tx) SaveWorkYear(ctx context.Context, y company.WorkYear) error {
	kept := make([]keptDay, 0, len(y.Days))
	for _, d := range y.Days {
		kept = append(kept, keptDay(d))
	}
	text, err := json.Marshal(kept)
	if err != nil {
		return err
	}
	if y.Revision == 1 {
		return tx.insertRow(ctx, "work_year", workYearColumns, []any{y.Year, y.Whole, string(text), y.Reason, y.ByName, instant(y.At), y.Revision})
	}
	return mustChange(ctx, tx, "workdays.changed_meanwhile", "UPDATE work_year SET complete = $1, days = $2, reason = $3, by_name = $4, at = $5, revision = $6 WHERE year = $7 AND revision = $6 - 1",
		y.Whole, string(text), y.Reason, y.ByName, instant(y.At), y.Revision, y.Year)
}
