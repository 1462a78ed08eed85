package store

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"xiaoguan/internal/calendar"
)

// What keeps sums of its own, beside the measures.
const (
	markCompliance = "compliance"
	markRecording  = "recording"
	markLook       = "look" // at all customers: of all days at once, under no month
)

// sumMark names sums of a month whose changes are counted. An empty month is what is so at present.
type sumMark struct{ kind, month string }

// markSums counts a change of sums, in the transaction that makes it. The marks are written in one order, so that two who write do not wait for each other.
func (tx *Tx) markSums(ctx context.Context, marks map[sumMark]bool) error {
	order := make([]sumMark, 0, len(marks))
	for m := range marks {
		order = append(order, m)
	}
	slices.SortFunc(order, func(a, b sumMark) int { return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.month, b.month)) })
	rows := make([][]any, len(order))
	for i, m := range order {
		rows[i] = []any{m.kind, m.month, int64(1)}
	}
	return tx.addUpRows(ctx, "sum_mark", []string{"kind", "month"}, []string{"mark"}, rows)
}

// markAll counts a change of all months: everything is dropped.
func (tx *Tx) markAll(ctx context.Context, condition string) error {
	_, err := tx.exec(ctx, "UPDATE sum_mark SET mark = mark + 1 WHERE "+condition)
	return err
}

// monthMarks are the marks of a kind, by month.
type monthMarks map[string]int64

// sumMarks reads all marks, once in a transaction that reads alone: they are some hundreds.
func (tx *Tx) sumMarks(ctx context.Context) (map[string]monthMarks, error) {
	if tx.marks != nil {
		return tx.marks, nil
	}
	marks := map[string]monthMarks{}
	err := each(ctx, tx, func(r rows) error {
		var at sumMark
		var n int64
		if err := r.Scan(&at.kind, &at.month, &n); err != nil {
			return err
		}
		if marks[at.kind] == nil {
			marks[at.kind] = monthMarks{}
		}
		marks[at.kind][at.month] = n
		return nil
	}, "SELECT kind, month, mark FROM sum_mark")
	if err == nil && tx.snapshot {
		tx.marks = marks
	}
	return marks, err
}

// of is the mark of a month as a text; of a month of which nothing was ever kept it is empty.
func (m monthMarks) of(month string) string {
	if n := m[month]; n > 0 {
		return strconv.FormatInt(n, 10)
	}
	return ""
}

// upTo is the mark of all months up to one, which changes with each of them, as marks only grow. first is the first of them, false for none.
func (m monthMarks) upTo(last calendar.Month) (mark string, first calendar.Month, found bool) {
	sum, text := int64(0), last.String()
	least := ""
	for month, n := range m {
		if month != "" && month <= text {
			sum += n
			if least == "" || month < least {
				least = month
			}
		}
	}
	if least == "" {
		return "", 0, false
	}
	first, err := calendar.ParseMonth(least)
	return strconv.FormatInt(sum, 10), first, err == nil
}
