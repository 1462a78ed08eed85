package store

import (
	"context"
	"fmt"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
)

// span is one run of days of an assignment or a leadership: id is the team, or the person who leads.
type span struct {
	from, to calendar.Date
	id       int64
	level    string
	roles    string
}

func (s span) sameContent(o span) bool {
	return s.id == o.id && s.level == o.level && s.roles == o.roles
}

// dayText writes the first day of a span; NoDate is the dawn of time.
func dayText(d calendar.Date) string {
	if d == calendar.NoDate {
		return dawn
	}
	return d.String()
}

func dateFrom(d calendar.Date) calendar.Date {
	if d == calendar.NoDate {
		first, _ := calendar.ParseDate(dawn)
		return first
	}
	return d
}

// currentSpans reads the current spans of one owner, ascending. Rows still buffered are written first.
func (w *factWriter) currentSpans(ctx context.Context, table, owner string, id int64, content string) ([]span, error) {
	if w.isNew(table, id) {
		return nil, nil
	}
	if err := w.bulks[table].flush(ctx); err != nil {
		return nil, err
	}
	return collect(ctx, w.tx, func(r rows, s *span) error {
		return r.Scan(scanDate(&s.from), scanDate(&s.to), &s.id, &s.level, &s.roles)
	}, fmt.Sprintf(`SELECT valid_from, valid_to, %s FROM %s WHERE %s = $1 AND superseded_in = $2 ORDER BY valid_from`, content, table, owner),
		id, int64(fact.Open))
}

// isNew reports whether an owner was first seen in this batch and has no span yet, so that nothing needs to be read: a first import
// of many people would otherwise ask the database once for each.
func (w *factWriter) isNew(table string, id int64) bool {
	if w.spanned == nil {
		w.spanned = map[string]bool{}
	}
	mark := fmt.Sprintf("%s/%d", table, id)
	seen := w.spanned[mark]
	w.spanned[mark] = true
	kind := fact.KindPerson
	if table == "team_leader" {
		kind = fact.KindTeam
	}
	first, counted := w.first[kind]
	return !seen && counted && id >= first
}

// replaceSpans makes next hold from its first day on and calls apply for every current row that ends (add false) and every row that
// begins (add true). Without a day (statement), next corrects the last span in place; a first span then begins with next.from.
func replaceSpans(spans []span, next span, statement bool, apply func(s span, add bool) error) error {
	if statement && len(spans) > 0 {
		last := spans[len(spans)-1]
		if last.sameContent(next) {
			return nil
		}
		next.from, next.to = last.from, last.to
		if err := apply(last, false); err != nil {
			return err
		}
		return apply(next, true)
	}
	for _, s := range spans {
		switch {
		case s.to <= next.from:
			continue
		case s.from <= next.from && s.sameContent(next):
			return nil // already so on that day
		case s.from >= next.from:
			// A later change stands: next holds only until it begins, unless it is the same day, which next corrects.
			if s.from > next.from {
				next.to = s.from
				return apply(next, true)
			}
			next.to = s.to
			if err := apply(s, false); err != nil {
				return err
			}
			return apply(next, true)
		default:
			next.to = s.to
			if err := apply(s, false); err != nil {
				return err
			}
			if err := apply(span{s.from, next.from, s.id, s.level, s.roles}, true); err != nil {
				return err
			}
			return apply(next, true)
		}
	}
	return apply(next, true)
}
