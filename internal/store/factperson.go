package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/naming"
)

// PutPerson implements fact.Writer.
func (w *factWriter) PutPerson(ctx context.Context, r fact.PersonRecord) (fact.Outcome, error) {
	team, err := w.resolve(ctx, fact.KindTeam, r.Team)
	if err != nil {
		return fact.Unchanged, err
	}
	if r.Left == calendar.NoDate {
		r.Left = calendar.Forever
	}
	before, known, err := w.find(ctx, fact.KindPerson, r.Key)
	if err != nil {
		return fact.Unchanged, err
	}
	content := strings.Join([]string{r.Name, r.Hired.String(), r.Left.String()}, "|")
	id, outcome, err := w.put(ctx, fact.KindPerson, personColumns, r.Key, content, r.Name, r.Hired.String(), r.Left.String(), naming.Text(r.Name, r.Key))
	if err != nil {
		return outcome, err
	}
	roles := slices.Sorted(slices.Values(r.Roles))
	next := span{from: r.ValidFrom, to: calendar.Forever, id: team, level: r.Level, roles: strings.Join(roles, ",")}
	if r.ValidFrom == calendar.NoDate {
		next.from = r.Hired
	}
	spans, err := w.currentSpans(ctx, "assignment", "person_id", id, "team_id, level, roles")
	if err != nil {
		return outcome, err
	}
	if known && outcome != fact.Unchanged {
		if err := w.beginSpans(ctx, id, spans, before.content, r.Hired); err != nil {
			return outcome, err
		}
	}
	changed := false
	err = replaceSpans(spans, next, r.ValidFrom == calendar.NoDate, func(s span, add bool) error {
		changed = true
		if !add {
			return w.supersede(ctx, "assignment", "person_id = $1 AND valid_from = $2", id, dayText(s.from))
		}
		w.touch(max(s.from, next.from)) // days before the change stay what they were
		return w.insert(ctx, "assignment", assignmentColumns, id, s.id, s.level, s.roles, dayText(s.from), s.to.String())
	})
	if outcome != fact.Unchanged {
		w.touchEmployment(before.content, known, r)
	}
	if changed && outcome == fact.Unchanged {
		outcome = fact.Corrected
	}
	return outcome, err
}

// employment reads the first day and the first day no longer employed from the content of a person.
func employment(content string) (hired, left calendar.Date, ok bool) {
	const day = len("2006-01-02")
	if len(content) < 2*day+1 {
		return 0, 0, false
	}
	hired, hiredErr := calendar.ParseDate(content[len(content)-2*day-1 : len(content)-day-1])
	left, leftErr := calendar.ParseDate(content[len(content)-day:])
	return hired, left, hiredErr == nil && leftErr == nil
}

// beginSpans lets the first assignment begin with a corrected first day, when it began with the old one: nobody works anywhere before
// being hired, nor is hired without being anywhere. An assignment that ended before the new first day stays as it was recorded. The
// spans are changed in place.
func (w *factWriter) beginSpans(ctx context.Context, person int64, spans []span, before string, hired calendar.Date) error {
	was, _, ok := employment(before)
	if !ok || was == hired || len(spans) == 0 || spans[0].from != was || spans[0].to <= hired {
		return nil
	}
	if err := w.supersede(ctx, "assignment", "person_id = $1 AND valid_from = $2", person, dayText(was)); err != nil {
		return err
	}
	spans[0].from = hired
	s := spans[0]
	return w.insert(ctx, "assignment", assignmentColumns, person, s.id, s.level, s.roles, dayText(s.from), s.to.String())
}

// touchEmployment notes the first day on which somebody is employed now and was not before, or the other way round. A new name alone
// touches no pay. before is the content of the person as it was.
func (w *factWriter) touchEmployment(before string, known bool, r fact.PersonRecord) {
	hired, left, ok := employment(before)
	if !known || !ok {
		w.touch(r.Hired)
		return
	}
	if hired != r.Hired {
		w.touch(min(hired, r.Hired))
	}
	if left != r.Left {
		w.touch(min(left, r.Left))
	}
}

// PutPersonKey implements fact.Writer. Plans may name people by their numbers, so a new one may touch every month of employment.
func (w *factWriter) PutPersonKey(ctx context.Context, r fact.PersonKeyRecord) (fact.Outcome, error) {
	id, err := w.resolve(ctx, fact.KindPerson, r.Key)
	if err != nil || r.Key == r.NewKey {
		return fact.Unchanged, err
	}
	_, taken, err := w.find(ctx, fact.KindPerson, r.NewKey)
	if err != nil {
		return fact.Unchanged, err
	}
	if taken {
		return fact.Unchanged, errs.Invalid("fact.invalid", []errs.Field{{Path: "key", Value: r.NewKey, Message: errs.Msg("org.key_taken", errs.Args{"Key": r.NewKey})}})
	}
	content := w.known[fact.KindPerson][r.Key].content
	hired, left, ok := employment(content)
	if !ok {
		return fact.Unchanged, fmt.Errorf("person %q is recorded without days", r.Key)
	}
	if err := w.supersede(ctx, "person", "id = $1", id); err != nil {
		return fact.Unchanged, err
	}
	w.known[fact.KindPerson][r.NewKey] = known{id, content}
	delete(w.known[fact.KindPerson], r.Key)
	w.touch(hired)
	name := content[:len(content)-len("|2006-01-02|2006-01-02")]
	return fact.Corrected, w.insert(ctx, "person", personColumns, id, r.NewKey, name, hired.String(), left.String(), naming.Text(name, r.NewKey))
}
