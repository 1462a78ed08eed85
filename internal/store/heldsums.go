package store

import (
	"context"
	"slices"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/metric"
)

// fewPeople are as many as are asked for by name: their sums are looked up, those of more people are read as a whole and held.
const fewPeople = 60

// heldSums returns sums of many people, from months and days that are in memory where nothing changed.
func (tx *Tx) heldSums(ctx context.Context, q metric.SumsQuery) (list []metric.PersonSum, err error) {
	marks, err := tx.sumMarks(ctx)
	if err != nil {
		return nil, err
	}
	measures := slices.Clone(q.Measures)
	slices.Sort(measures)
	for _, measure := range slices.Compact(measures) {
		u, err := tx.heldMeasure(ctx, measure, marks[string(measure)], q.From, q.To)
		if err != nil {
			return nil, err
		}
		list = u.list(list, q.Measures, q.Persons, q.Together)
	}
	return list, nil
}

// heldMeasure is the sums of a measure from a day to another, of all people.
func (tx *Tx) heldMeasure(ctx context.Context, measure metric.MeasureID, marks monthMarks, from, to calendar.Date) (*sumUnit, error) {
	if from == calendar.NoDate && to == calendar.NoDate {
		return tx.heldMonth(ctx, measure, marks, "")
	}
	whole := strings.HasPrefix(string(measure), "target_")
	sum, last := emptyUnit(measure), to.Month()
	begin := from.Month()
	if from == calendar.NoDate {
		end := last
		if !whole && to != last.Last() {
			end--
		}
		var err error
		if sum, err = tx.heldUpTo(ctx, measure, marks, end); err != nil {
			return nil, err
		}
		begin = end + 1
	}
	for m := begin; m <= last; m++ {
		var part *sumUnit
		var err error
		if first, end := max(from, m.First()), min(to, m.Last()); whole || first == m.First() && end == m.Last() {
			part, err = tx.heldMonth(ctx, measure, marks, m.String())
		} else {
			part, err = tx.heldDays(ctx, measure, marks, first, end)
		}
		if err != nil {
			return nil, err
		}
		sum = sum.plus(part)
	}
	return sum, nil
}

// measureUnit reads the sums of a measure by person.
func (tx *Tx) measureUnit(ctx context.Context, key unitKey, mark string, measure metric.MeasureID, text string, args ...any) (*sumUnit, error) {
	return tx.unit(ctx, key, mark, func(ctx context.Context) (*sumUnit, error) {
		u := emptyUnit(measure)
		if mark == "" { // nothing was ever kept of it
			return u, nil
		}
		return u, each(ctx, tx, func(r rows) error {
			var person int64
			var sum metric.Sum
			err := r.Scan(&person, &sum.Amount, &sum.Facts)
			u.add(person, sum)
			return err
		}, text, args...)
	})
}

func (tx *Tx) heldMonth(ctx context.Context, measure metric.MeasureID, marks monthMarks, month string) (*sumUnit, error) {
	return tx.measureUnit(ctx, unitKey{string(measure), month, ""}, marks.of(month), measure,
		"SELECT person_id, amount, facts FROM metric_month WHERE measure = $1 AND month = $2 AND person_id <> -1 ORDER BY person_id", string(measure), month)
}

// heldDays are some days of a month.
func (tx *Tx) heldDays(ctx context.Context, measure metric.MeasureID, marks monthMarks, from, to calendar.Date) (*sumUnit, error) {
	return tx.measureUnit(ctx, unitKey{string(measure), from.String(), to.String()}, marks.of(from.Month().String()), measure,
		"SELECT person_id, CAST(SUM(amount) AS BIGINT), CAST(SUM(facts) AS BIGINT) FROM metric_day WHERE measure = $1 AND day >= $2 AND day <= $3 AND person_id <> -1 GROUP BY person_id ORDER BY person_id",
		string(measure), from.String(), to.String())
}

// heldUpTo is a running total of whole months: that of the month before, and the month.
func (tx *Tx) heldUpTo(ctx context.Context, measure metric.MeasureID, marks monthMarks, last calendar.Month) (*sumUnit, error) {
	mark, first, found := marks.upTo(last)
	if !found {
		return emptyUnit(measure), nil
	}
	return tx.unit(ctx, unitKey{string(measure), "", last.String()}, mark, func(ctx context.Context) (*sumUnit, error) {
		sum, err := emptyUnit(measure), error(nil)
		if last > first {
			if sum, err = tx.heldUpTo(ctx, measure, marks, last-1); err != nil {
				return nil, err
			}
		}
		month, err := tx.heldMonth(ctx, measure, marks, last.String())
		if err != nil {
			return nil, err
		}
		return sum.plus(month), nil
	})
}
