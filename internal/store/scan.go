package store

import (
	"context"
	"encoding"
	"fmt"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
)

// timeLayout is how instants are kept: fixed width, UTC, so that they sort as text and are equal on both databases.
const timeLayout = "2006-01-02T15:04:05.000000Z"

// instant writes a time for a column; the zero time is the empty text.
func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(timeLayout)
}

// checkArguments refuses what the two drivers would store differently, or SQLite silently as something else: a time in Go's own
// format, a date as its day number. Write instant(t) or d.String() instead. Floats are refused too: they have no column.
func checkArguments(args []any) error {
	for i, arg := range args {
		switch arg.(type) {
		case nil, string, int64, int, bool, []byte:
			continue
		case time.Time, float32, float64, encoding.TextMarshaler:
			return fmt.Errorf("argument $%d: a %T has no column of its own, write it as text", i+1, arg)
		}
	}
	return nil
}

// scanTime reads an instant column into *t.
func scanTime(t *time.Time) *timeColumn { return (*timeColumn)(t) }

type timeColumn time.Time

// Scan implements sql.Scanner.
func (c *timeColumn) Scan(value any) error {
	text, ok := value.(string)
	switch {
	case !ok:
		return fmt.Errorf("instant column holds %T", value)
	case text == "":
		*c = timeColumn{}
		return nil
	}
	t, err := time.Parse(timeLayout, text)
	*c = timeColumn(t)
	return err
}

// scanKeptTime reads an instant column whose bytes are vouched for by a hash: a text that instant would not have written gives the zero
// time, so that verification can name the record instead of failing to read it.
func scanKeptTime(t *time.Time) *keptTime { return (*keptTime)(t) }

type keptTime time.Time

// Scan implements sql.Scanner.
func (c *keptTime) Scan(value any) error {
	text, _ := value.(string)
	t, err := time.Parse(timeLayout, text)
	if err != nil || instant(t) != text {
		t = time.Time{}
	}
	*c = keptTime(t)
	return nil
}

// scanKeptMonth is to months what scanKeptTime is to instants.
func scanKeptMonth(m *calendar.Month) *keptMonth { return (*keptMonth)(m) }

type keptMonth calendar.Month

// Scan implements sql.Scanner.
func (c *keptMonth) Scan(value any) error {
	text, _ := value.(string)
	m, err := calendar.ParseMonth(text)
	if err != nil {
		m = 0
	}
	*c = keptMonth(m)
	return nil
}

// scanDate reads a date column into *d; "9999-12-31" is Forever and the empty text NoDate.
func scanDate(d *calendar.Date) *dateColumn { return (*dateColumn)(d) }

type dateColumn calendar.Date

// Scan implements sql.Scanner.
func (c *dateColumn) Scan(value any) error {
	text, ok := value.(string)
	switch {
	case !ok:
		return fmt.Errorf("date column holds %T", value)
	case text == "":
		*c = dateColumn(calendar.NoDate)
		return nil
	case text == calendar.Forever.String():
		*c = dateColumn(calendar.Forever)
		return nil
	}
	d, err := calendar.ParseDate(text)
	*c = dateColumn(d)
	return err
}

// scanMonth reads a month column into *m.
func scanMonth(m *calendar.Month) *monthColumn { return (*monthColumn)(m) }

type monthColumn calendar.Month

// Scan implements sql.Scanner.
func (c *monthColumn) Scan(value any) error {
	text, ok := value.(string)
	if !ok {
		return fmt.Errorf("month column holds %T", value)
	}
	m, err := calendar.ParseMonth(text)
	*c = monthColumn(m)
	return err
}

// collect runs a query and scans every row.
func collect[T any](ctx context.Context, q querier, scan func(rows, *T) error, text string, args ...any) ([]T, error) {
	var all []T
	err := each(ctx, q, func(r rows) error {
		var one T
		if err := scan(r, &one); err != nil {
			return err
		}
		all = append(all, one)
		return nil
	}, text, args...)
	return all, err
}

// each runs a query and calls fn on every row.
func each(ctx context.Context, q querier, fn func(rows) error, text string, args ...any) error {
	r, err := q.query(ctx, text, args...)
	if err != nil {
		return err
	}
	defer r.Close()
	for r.Next() {
		if err := fn(r); err != nil {
			return err
		}
	}
	return r.Err()
}

// one runs a query for a single row. It returns an error of kind NotFound with the message key when there is none.
func one[T any](ctx context.Context, q querier, notFound string, scan func(rows, *T) error, text string, args ...any) (T, error) {
	found, err := collect(ctx, q, scan, text, args...)
	if err != nil || len(found) == 0 {
		var zero T
		if err == nil {
			err = errs.New(errs.KindNotFound, notFound, nil)
		}
		return zero, err
	}
	return found[0], nil
}

// value runs a query for one value; the zero value when there is no row.
func value[T any](ctx context.Context, q querier, text string, args ...any) (T, error) {
	found, err := collect(ctx, q, func(r rows, v *T) error { return r.Scan(v) }, text, args...)
	if err != nil || len(found) == 0 {
		var zero T
		return zero, err
	}
	return found[0], nil
}

// mustChange runs a statement that has to change exactly one row, and returns an error of kind Conflict with the message key
// otherwise: somebody else was faster.
func mustChange(ctx context.Context, q querier, conflict, text string, args ...any) error {
	n, err := q.exec(ctx, text, args...)
	if err == nil && n != 1 {
		return errs.New(errs.KindConflict, conflict, nil)
	}
	return err
}
