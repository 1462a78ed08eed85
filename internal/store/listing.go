package store

import (
	"context"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
)

// openBatch is fact.Open as it stands in SQL: SQLite uses an index over current rows only where it reads the number.
const openBatch = "9223372036854775807"

// filters gathers what rows must fulfil, with the parameters.
type filters struct {
	texts []string
	args  []any
}

// parameter takes a value and returns how it is written in SQL.
func (c *filters) parameter(v any) string {
	c.args = append(c.args, v)
	return "$" + strconv.Itoa(len(c.args))
}

// add wants a condition to hold; each ? in it stands for the next value.
func (c *filters) add(text string, values ...any) {
	for _, v := range values {
		text = strings.Replace(text, "?", c.parameter(v), 1)
	}
	c.texts = append(c.texts, text)
}

// reach wants the condition, in which %s is that column holds a person in reach. A scope without limits wants nothing.
func (c *filters) reach(scope access.Scope, today calendar.Date, column, text string) {
	if scope.All {
		return
	}
	condition, args := personsInReach(scope, today, column, len(c.args)+1)
	c.args = append(c.args, args...)
	c.texts = append(c.texts, strings.Replace(text, "%s", condition, 1))
}

// where writes the conditions as a clause.
func (c *filters) where() string {
	if len(c.texts) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(c.texts, " AND ")
}

// order is what a list is sorted by and what tells equal rows apart, with whether each is a number.
type order struct {
	column, tie       string
	number, tieNumber bool
}

// page wants rows behind the cursor and returns the rest of the statement: the order and the limit, one row more than asked, which
// tells whether there is a next page.
func (c *filters) page(p fact.Paging, o order) (tail string, err error) {
	if err := c.after(p, o); err != nil {
		return "", err
	}
	return o.by(direction(p)) + " LIMIT " + c.parameter(int64(p.Limit+1)), nil
}

// after wants rows behind the cursor.
func (c *filters) after(p fact.Paging, o order) error {
	sign := ">"
	if p.Descending {
		sign = "<"
	}
	if p.Cursor != "" {
		place, err := p.Place()
		if err != nil {
			return err
		}
		value, err := placeValue(place.Value, o.number)
		if err != nil {
			return err
		}
		tie, err := placeValue(place.Tie, o.tieNumber)
		if err != nil {
			return err
		}
		if o.column == o.tie {
			c.add(o.column+" "+sign+" ?", value)
		} else {
			c.add("("+o.column+", "+o.tie+") "+sign+" (?, ?)", value, tie)
		}
	}
	return nil
}

// by writes the order.
func (o order) by(turn string) string {
	if o.column == o.tie {
		return " ORDER BY " + o.column + turn
	}
	return " ORDER BY " + o.column + turn + ", " + o.tie + turn
}

func direction(p fact.Paging) string {
	if p.Descending {
		return " DESC"
	}
	return ""
}

func placeValue(text string, number bool) (any, error) {
	if !number {
		return text, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return nil, errs.New(errs.KindInvalid, "fact.bad_cursor", nil).Because(err)
	}
	return n, nil
}

// cut takes the one row too many off a page and returns the cursor of the next.
func cut[T any](found []T, p fact.Paging, place func(T) (value, tie string)) (page []T, next string) {
	if len(found) <= p.Limit {
		return found, ""
	}
	value, tie := place(found[p.Limit-1])
	return found[:p.Limit], p.After(value, tie)
}

// markColumns read a fact.Mark of the rows of table x; markJoins go with them.
const (
	markColumns = `x.recorded_in, b.recorded_at, b.actor_id, b.kind, x.superseded_in, COALESCE(e.recorded_at, ''), COALESCE(e.actor_id, '')`
	markJoins   = ` JOIN batch b ON b.id = x.recorded_in LEFT JOIN batch e ON e.id = x.superseded_in `
)

func markDestinations(m *fact.Mark) []any {
	return []any{&m.Recorded, scanTime(&m.RecordedAt), &m.RecordedBy, &m.Kind, &m.Superseded, scanTime(&m.SupersededAt), &m.SupersededBy}
}

// newestFirst is the order of versions; what a batch superseded of itself was never known.
const newestFirst = ` AND x.superseded_in <> x.recorded_in ORDER BY x.recorded_in DESC`

// BatchAt returns the last batch recorded at or before the instant; 0 before the first.
func (tx *Tx) BatchAt(ctx context.Context, at time.Time) (fact.BatchID, error) {
	id, err := value[int64](ctx, tx, `SELECT COALESCE(MAX(id), 0) FROM batch WHERE recorded_at <= $1`, instant(at))
	return fact.BatchID(id), err
}

// FirstClosedMonth returns the earliest closed month from the month on; 0 when there is none.
func (tx *Tx) FirstClosedMonth(ctx context.Context, from calendar.Month) (calendar.Month, error) {
	text, err := value[string](ctx, tx, `SELECT COALESCE(MIN(month), '') FROM period WHERE state = 'closed' AND month >= $1`, from.String())
	if err != nil || text == "" {
		return 0, err
	}
	return calendar.ParseMonth(text)
}
