package store

import (
	"context"
	"encoding/json"
	"strconv"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/tierbook"
)

// pointShare is a point of a hundred as a share in parts per million.
const pointShare = 10_000

// FileSums implements metric.Reader: what a review of customers found is kept with it, by who follows them.
func (tx *Tx) FileSums(ctx context.Context, day calendar.Date) (of calendar.Date, list []metric.PersonSum, err error) {
	of = calendar.NoDate
	var text string
	if err := each(ctx, tx, func(r rows) error { return r.Scan(scanDate(&of), &text) },
		"SELECT as_of, summary FROM tier_review WHERE state = 'complete' AND as_of <= $1 ORDER BY as_of DESC, id DESC LIMIT 1", day.String()); err != nil || of == calendar.NoDate {
		return of, nil, err
	}
	var sum tierbook.ReviewSummary
	if err := json.Unmarshal([]byte(text), &sum); err != nil {
		return of, nil, err
	}
	for key, s := range sum.Sellers {
		owner, err := strconv.ParseInt(key, 10, 64)
		if err != nil {
			return of, nil, err
		}
		customers := int64(s.Tiers.Sum())
		put := func(m metric.MeasureID, n int64) {
			list = append(list, metric.PersonSum{Measure: m, PersonID: owner, Sum: metric.Sum{Amount: n, Facts: customers}})
		}
		put(metric.FilePoints, s.Complete/pointShare)
		put(metric.FilePointsAll, s.Weight*100)
		if owner != metric.Nobody {
			put(metric.Matched, int64(s.Both))
			put(metric.Followed, customers)
		}
	}
	return of, list, nil
}
