package store

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"xiaoguan/internal/standard"
)

// recordingSums are the columns that recordings are summed up in.
var recordingSums = []string{"events", "within_hour", "within_day", "within_three_days", "later"}

// recordingKey writes the key of an hour's row. No part of it was typed by somebody.
func recordingKey(k standard.RecordingKey) string {
	return "('" + monthOf(k) + "', " + strconv.FormatInt(k.PersonID, 10) + ", '" + k.Hour + "')"
}

func monthOf(k standard.RecordingKey) string { return k.Hour[:len("2006-01")] }

// AddRecordings implements standard.Tx. Beside the rows of hours, which tell what was written down in one go, there is a row for each month,
// which is what rates read.
func (tx *Tx) AddRecordings(ctx context.Context, by map[standard.RecordingKey]standard.Recordings) error {
	keys := make([]standard.RecordingKey, 0, len(by))
	for k := range by {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b standard.RecordingKey) int {
		return cmp.Or(strings.Compare(monthOf(a), monthOf(b)), cmp.Compare(a.PersonID, b.PersonID), strings.Compare(a.Hour, b.Hour))
	})
	late, err := tx.lateBefore(ctx, keys, by)
	if err != nil {
		return err
	}
	marks := map[sumMark]bool{}
	var hours, months [][]any
	var sum standard.RecordingTally
	for i, k := range keys {
		c := by[k]
		hours = append(hours, []any{monthOf(k), k.PersonID, k.Hour, c.Events, c.WithinHour, c.WithinDay, c.WithinThreeDays, c.Later})
		sum.Add(c)
		sum.Batched += batched(late[k]+c.Late()) - batched(late[k])
		if i+1 == len(keys) || keys[i+1].PersonID != k.PersonID || monthOf(keys[i+1]) != monthOf(k) {
			marks[sumMark{markRecording, monthOf(k)}] = true
			months = append(months, []any{monthOf(k), k.PersonID, sum.Events, sum.WithinHour, sum.WithinDay, sum.WithinThreeDays, sum.Later, sum.Batched})
			sum = standard.RecordingTally{}
		}
	}
	if err := tx.addUpRows(ctx, "recording_tally", []string{"month", "person_id", "hour"}, recordingSums, hours); err != nil {
		return err
	}
	if err := tx.addUpRows(ctx, "recording_month", []string{"month", "person_id"}, append(slices.Clone(recordingSums), "batched"), months); err != nil {
		return err
	}
	return tx.markSums(ctx, marks)
}

// lateBefore is what hours to which something late is added had of it before.
func (tx *Tx) lateBefore(ctx context.Context, keys []standard.RecordingKey, by map[standard.RecordingKey]standard.Recordings) (map[standard.RecordingKey]int64, error) {
	var texts []string
	for _, k := range keys {
		if c := by[k]; c.Late() > 0 {
			texts = append(texts, recordingKey(k))
		}
	}
	known := map[standard.RecordingKey]int64{}
	for some := range slices.Chunk(texts, dropAtATime) {
		if err := each(ctx, tx, func(r rows) error {
			var k standard.RecordingKey
			var late int64
			err := r.Scan(&k.PersonID, &k.Hour, &late)
			known[k] = late
			return err
		}, "SELECT person_id, hour, within_three_days + later FROM recording_tally WHERE (month, person_id, hour) IN (VALUES "+strings.Join(some, ", ")+")"); err != nil {
			return nil, err
		}
	}
	return known, nil
}

// batched is how many of an hour's late recordings were written down in one go.
func batched(late int64) int64 {
	if late < standard.BatchLeast {
		return 0
	}
	return late
}

// Recordings implements standard.RateReader.
func (tx *Tx) Recordings(ctx context.Context, q standard.TallyQuery) ([]standard.RecordingTally, error) {
	c, nobody := tallyFilter(q)
	if nobody {
		return nil, nil
	}
	return collect(ctx, tx, func(r rows, t *standard.RecordingTally) error {
		return r.Scan(&t.PersonID, &t.Events, &t.WithinHour, &t.WithinDay, &t.WithinThreeDays, &t.Later, &t.Batched)
	}, `SELECT person_id, CAST(SUM(events) AS BIGINT), CAST(SUM(within_hour) AS BIGINT), CAST(SUM(within_day) AS BIGINT), CAST(SUM(within_three_days) AS BIGINT), CAST(SUM(later) AS BIGINT), CAST(SUM(batched) AS BIGINT)
		FROM recording_month`+c.where()+" GROUP BY person_id ORDER BY person_id", c.args...)
}
