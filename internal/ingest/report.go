package ingest

import (
	"cmp"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
)

// Report says what a reading found. Nothing in it depends on how fast the reading went.
type Report struct {
	Tables       []TableReport `json:"tables"`
	Problems     []errs.Field  `json:"problems"` // in the order of reading, at most Options.MaxProblems
	ProblemCount int64         `json:"problem_count"`
	Unmatched    []string      `json:"unmatched"` // files and sheets that no table of the mapping claims
	// EarliestMonth is the first month whose pay the records can touch; Dated says that there is one.
	EarliestMonth calendar.Month `json:"earliest_month,omitzero"`
	Dated         bool           `json:"dated"`
}

// TableReport counts the rows of one sheet. Accepted rows reached the sink; several rows of one person make one record.
type TableReport struct {
	Kind          fact.Kind `json:"kind"`
	Source        string    `json:"source"`
	Rows          int64     `json:"rows"`
	Accepted      int64     `json:"accepted"`
	Rejected      int64     `json:"rejected"`
	UnusedColumns []string  `json:"unused_columns"`
}

// Err returns the problems as an error of errs.KindInvalid, or nil when there are none.
func (r *Report) Err() error { return errs.Invalid("ingest.invalid", r.Problems) }

// Accepted counts the accepted rows of a kind.
func (r *Report) Accepted(kind fact.Kind) (rows int64) {
	for _, table := range r.Tables {
		if table.Kind == kind {
			rows += table.Accepted
		}
	}
	return rows
}

// touch widens EarliestMonth.
func (r *Report) touch(month calendar.Month) {
	if !r.Dated || month < r.EarliestMonth {
		r.EarliestMonth, r.Dated = month, true
	}
}

// note adds problems of one table, in order of rows, up to the limit.
func (r *Report) note(fields []errs.Field, limit int) {
	slices.SortStableFunc(fields, func(a, b errs.Field) int { return cmp.Compare(a.Row, b.Row) })
	r.ProblemCount += int64(len(fields))
	r.Problems = append(r.Problems, fields[:min(len(fields), max(0, limit-len(r.Problems)))]...)
}
