package store

import (
	"context"
	"fmt"
	"strconv"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
)

var (
	detailColumns     = []string{"deal_id", "units", "cost_minor", "referrer_id", "cancelled_on", "cancel_reason"}
	givenColumns      = []string{"person_id", "month", "measure", "value", "unit"}
	mentorshipColumns = []string{"trainee_id", "mentor_id", "valid_from", "valid_to"}
)

// furtherKnown is what is current of the facts that only some plans read. A batch that brings none of them asks for none.
type furtherKnown struct {
	details map[int64]fact.DealDetail // by deal; the referrer is an id
	given   map[string]string         // by person, month and measure: value and unit
	mentors map[int64][]mentorRun     // by trainee
	classes map[int64]customerClass   // by customer; an import leaves out those without

	classesRead bool
}

// customerClass is the part of a customer that plans look up.
type customerClass struct{ tier, region string }

// classOf returns the tier and region of a known customer.
func (w *factWriter) classOf(ctx context.Context, id int64) (customerClass, error) {
	limit, args := " AND (tier <> '' OR region <> '')", []any{}
	if class, seen := w.further.classes[id]; seen || w.further.classesRead && !w.single {
		return class, nil
	}
	if w.single {
		limit, args = " AND id = $1", []any{id}
	}
	w.further.classesRead = true
	err := each(ctx, w.tx, func(r rows) error {
		var id int64
		var c customerClass
		if err := r.Scan(&id, &c.tier, &c.region); err != nil {
			return err
		}
		if _, newer := w.further.classes[id]; !newer {
			w.setClass(id, c)
		}
		return nil
	}, `SELECT id, tier, region FROM customer`+isOpen+limit, args...)
	return w.further.classes[id], err
}

// setClass notes the tier and region that a customer has from now on.
func (w *factWriter) setClass(id int64, class customerClass) {
	if w.further.classes == nil {
		w.further.classes = map[int64]customerClass{}
	}
	w.further.classes[id] = class
}

// andDetail writes what a record says of a deal beyond the deal itself, whose outcome is given.
func (w *factWriter) andDetail(ctx context.Context, deal int64, r fact.DealRecord, outcome fact.Outcome, err error) (fact.Outcome, error) {
	if err != nil || r.Detail == nil {
		return outcome, err
	}
	referrer, err := w.resolve(ctx, fact.KindPerson, r.Detail.Referrer)
	if err != nil {
		return outcome, err
	}
	before, known, err := w.detailOf(ctx, deal)
	if err != nil {
		return outcome, err
	}
	said := *r.Detail
	said.Referrer = strconv.FormatInt(referrer, 10)
	next := said.Over(before)
	if next == before {
		return outcome, nil
	}
	w.touch(before.CancelledOn)
	w.touch(next.CancelledOn)
	if outcome != fact.Added && (next.Units != before.Units || next.CostMinor != before.CostMinor || next.Referrer != before.Referrer) {
		w.touch(r.SignedOn)
		if err := w.touchPaid(ctx, deal); err != nil {
			return outcome, err
		}
	}
	if outcome == fact.Unchanged {
		outcome = fact.Corrected
	}
	if known {
		if err := w.supersede(ctx, "deal_detail", "deal_id = $1", deal); err != nil {
			return outcome, err
		}
	}
	w.further.details[deal] = next
	if referrer, err = strconv.ParseInt(next.Referrer, 10, 64); err != nil {
		return outcome, err
	}
	return outcome, w.insert(ctx, "deal_detail", detailColumns, deal, next.Units, next.CostMinor, referrer, next.CancelledOn.String(), next.CancelReason)
}

// detailOf returns what more is known of a deal, with the referrer's id for the key. An import reads the deals that have a detail, once.
func (w *factWriter) detailOf(ctx context.Context, deal int64) (fact.DealDetail, bool, error) {
	d, seen := w.further.details[deal]
	if seen || !w.single && w.further.details != nil {
		if !seen {
			d = fact.NoDetail()
			d.Referrer = "0"
		}
		return d, seen, nil
	}
	if w.further.details == nil {
		w.further.details = map[int64]fact.DealDetail{}
	}
	limit, args := "", []any{}
	if w.single {
		limit, args = " AND deal_id = $1", []any{deal}
	}
	err := each(ctx, w.tx, func(r rows) error {
		var deal, referrer int64
		var d fact.DealDetail
		if err := r.Scan(&deal, &d.Units, &d.CostMinor, &referrer, scanDate(&d.CancelledOn), &d.CancelReason); err != nil {
			return err
		}
		d.Referrer = strconv.FormatInt(referrer, 10)
		w.further.details[deal] = d
		return nil
	}, `SELECT deal_id, units, cost_minor, referrer_id, cancelled_on, cancel_reason FROM deal_detail`+isOpen+limit, args...)
	d, seen = w.further.details[deal]
	if !seen {
		d = fact.NoDetail()
		d.Referrer = "0"
	}
	return d, seen, err
}

// PutGivenValue implements fact.Writer.
func (w *factWriter) PutGivenValue(ctx context.Context, r fact.GivenValueRecord) (fact.Outcome, error) {
	person, err := w.resolve(ctx, fact.KindPerson, r.Person)
	if err != nil {
		return fact.Unchanged, err
	}
	key := givenKey(person, r.Month.String(), r.Measure)
	if err := w.loadGiven(ctx, person, r); err != nil {
		return fact.Unchanged, err
	}
	text := ""
	if r.Value != nil {
		text = r.Value.String()
	}
	before, known := w.further.given[key]
	content := text + "|" + string(r.Unit)
	if known && before == content || r.Value == nil && (!known || before[0] == '|') {
		return fact.Unchanged, nil
	}
	outcome := fact.Added
	if known {
		outcome = fact.Corrected
		if err := w.supersede(ctx, "given_value", "person_id = $1 AND month = $2 AND measure = $3", person, r.Month.String(), r.Measure); err != nil {
			return outcome, err
		}
	}
	w.further.given[key] = content
	w.touch(r.Month.First())
	return outcome, w.insert(ctx, "given_value", givenColumns, person, r.Month.String(), r.Measure, text, string(r.Unit))
}

func givenKey(person int64, month, measure string) string {
	return fmt.Sprintf("%d|%s|%s", person, month, measure)
}

// loadGiven reads the current given values; for an entry by hand the one in question.
func (w *factWriter) loadGiven(ctx context.Context, person int64, of fact.GivenValueRecord) error {
	if w.further.given != nil && !w.single {
		return nil
	}
	if w.further.given == nil {
		w.further.given = map[string]string{}
	}
	limit, args := "", []any{}
	if w.single {
		if _, seen := w.further.given[givenKey(person, of.Month.String(), of.Measure)]; seen {
			return nil
		}
		limit, args = " AND person_id = $1 AND month = $2 AND measure = $3", []any{person, of.Month.String(), of.Measure}
	}
	return each(ctx, w.tx, func(r rows) error {
		var person int64
		var month, measure, value, unit string
		if err := r.Scan(&person, &month, &measure, &value, &unit); err != nil {
			return err
		}
		w.further.given[givenKey(person, month, measure)] = value + "|" + unit
		return nil
	}, `SELECT person_id, month, measure, value, unit FROM given_value`+isOpen+limit, args...)
}

// mentorRun is one mentorship of a trainee.
type mentorRun struct {
	mentor int64
	days   calendar.Interval
}

// PutMentorship implements fact.Writer.
func (w *factWriter) PutMentorship(ctx context.Context, r fact.MentorshipRecord) (fact.Outcome, error) {
	mentor, err := w.resolve(ctx, fact.KindPerson, r.Mentor)
	if err != nil {
		return fact.Unchanged, err
	}
	trainee, err := w.resolve(ctx, fact.KindPerson, r.Trainee)
	if err != nil {
		return fact.Unchanged, err
	}
	if err := w.loadMentors(ctx, trainee); err != nil {
		return fact.Unchanged, err
	}
	next, outcome, at := mentorRun{mentor, r.Days}, fact.Added, -1
	for i, run := range w.further.mentors[trainee] {
		switch {
		case run.days.From == r.Days.From:
			outcome, at = fact.Corrected, i
		case !run.days.Empty() && !r.Days.Empty() && run.days.Overlaps(r.Days):
			return fact.Unchanged, w.mentorTaken(ctx, run, r.Days.From)
		}
	}
	if at < 0 && r.Days.Empty() {
		return fact.Unchanged, nil
	}
	if at >= 0 {
		before := w.further.mentors[trainee][at]
		if before == next || before.days.Empty() && r.Days.Empty() {
			return fact.Unchanged, nil
		}
		w.touch(changedFrom(before, next))
		if err := w.supersede(ctx, "mentorship", "trainee_id = $1 AND valid_from = $2", trainee, r.Days.From.String()); err != nil {
			return outcome, err
		}
		w.further.mentors[trainee][at] = next
	} else {
		w.touch(r.Days.From)
		w.further.mentors[trainee] = append(w.further.mentors[trainee], next)
	}
	return outcome, w.insert(ctx, "mentorship", mentorshipColumns, trainee, mentor, r.Days.From.String(), r.Days.To.String())
}

// changedFrom is the first day on which two mentorships that begin together differ.
func changedFrom(a, b mentorRun) calendar.Date {
	if a.mentor != b.mentor {
		return a.days.From
	}
	return min(a.days.To, b.days.To)
}

func (w *factWriter) mentorTaken(ctx context.Context, run mentorRun, from calendar.Date) error {
	key, err := w.tx.PersonKey(ctx, run.mentor)
	if err != nil {
		return err
	}
	args := errs.Args{"Mentor": key, "From": run.days.From.String()}
	return errs.Invalid("fact.invalid", []errs.Field{{Path: "from", Value: from.String(), Message: errs.Msg("fact.mentor_taken", args)}})
}

// loadMentors reads the current mentorships; for an entry by hand those of the trainee.
func (w *factWriter) loadMentors(ctx context.Context, trainee int64) error {
	if _, seen := w.further.mentors[trainee]; seen || w.further.mentors != nil && !w.single {
		return nil
	}
	if w.further.mentors == nil {
		w.further.mentors = map[int64][]mentorRun{}
	}
	limit, args := "", []any{}
	if w.single {
		limit, args = " AND trainee_id = $1", []any{trainee}
	}
	return each(ctx, w.tx, func(r rows) error {
		var trainee int64
		var run mentorRun
		if err := r.Scan(&trainee, &run.mentor, scanDate(&run.days.From), scanDate(&run.days.To)); err != nil {
			return err
		}
		w.further.mentors[trainee] = append(w.further.mentors[trainee], run)
		return nil
	}, `SELECT trainee_id, mentor_id, valid_from, valid_to FROM mentorship`+isOpen+limit+` ORDER BY trainee_id, valid_from`, args...)
}

// FactMentorships implements intake.Reader.
func (tx *Tx) FactMentorships(ctx context.Context) ([]fact.MentorshipRecord, error) {
	return collect(ctx, tx, func(r rows, m *fact.MentorshipRecord) error {
		return r.Scan(&m.Mentor, &m.Trainee, scanDate(&m.Days.From), scanDate(&m.Days.To))
	}, `SELECT m.key, t.key, x.valid_from, x.valid_to FROM mentorship x JOIN person m ON m.id = x.mentor_id AND m.superseded_in = `+openBatch+`
		JOIN person t ON t.id = x.trainee_id AND t.superseded_in = `+openBatch+`
		WHERE x.superseded_in = `+openBatch+` AND x.valid_from < x.valid_to ORDER BY t.key, x.valid_from`)
}
