package ingest

import (
	"cmp"
	"context"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
)

// heldMentorship is a row of mentorships until all are read: nobody has two mentors on a day, whichever row says so.
type heldMentorship struct {
	Mentorship
	judge *judge // nil: the database has it
	entry int    // of report.Tables
}

func (r *reader) mentorships(ctx context.Context) error {
	var held []heldMentorship
	for _, t := range r.of(fact.KindMentorship) {
		entry, late := len(r.report.Tables), &judge{reader: r, table: t}
		check := func(j *judge, m *Mentorship) bool {
			ok := j.resolve(fieldMentor, m.Row, &m.Mentor, fact.KindPerson, &r.personIndex)
			if ok = j.resolve(fieldTrainee, m.Row, &m.Trainee, fact.KindPerson, &r.personIndex) && ok; ok {
				held = append(held, heldMentorship{*m, late, entry})
			}
			return ok
		}
		err := readTable(ctx, r, t, form[Mentorship]{decode: (*rowDecoder).mentorship}, check, func([]Mentorship, int64) error { return nil })
		if err != nil {
			return err
		}
	}
	if len(held) == 0 {
		return nil
	}
	good := r.apart(append(held, r.storedMentorships(held)...))
	if len(good) == 0 {
		return nil
	}
	return r.sink.Put(ctx, Batch{Kind: fact.KindMentorship, Expect: int64(len(good)), Mentorships: good})
}

// storedMentorships are those of the database that no row corrects: one that begins on the same day with the same trainee does.
func (r *reader) storedMentorships(held []heldMentorship) (stored []heldMentorship) {
	type beginning struct {
		trainee string
		from    calendar.Date
	}
	corrected := map[beginning]bool{}
	for _, h := range held {
		corrected[beginning{h.Trainee.Key.String(), h.Days.From}] = true
	}
	for _, m := range r.options.Mentorships {
		if !corrected[beginning{m.Trainee, m.Days.From}] {
			stored = append(stored, heldMentorship{Mentorship: Mentorship{Mentor: Ref{Key: TextKey(m.Mentor)}, Trainee: Ref{Key: TextKey(m.Trainee)}, Days: m.Days}})
		}
	}
	return stored
}

// apart returns the rows whose days meet those of no other with the same trainee, in the order of trainee and day, so that one that ends
// earlier than before is written before what follows it.
func (r *reader) apart(all []heldMentorship) (good []Mentorship) {
	slices.SortStableFunc(all, func(a, b heldMentorship) int {
		return cmp.Or(cmp.Compare(a.Trainee.Key.String(), b.Trainee.Key.String()), cmp.Compare(a.Days.From, b.Days.From), cmp.Compare(a.Row, b.Row))
	})
	last := -1 // the one before, of the same trainee
	out := make([]bool, len(all))
	for i := range all {
		h := &all[i]
		stored := h.judge == nil && (last < 0 || all[last].judge == nil) // those of the database are apart
		if !stored && last >= 0 && all[last].Trainee.Key.String() == h.Trainee.Key.String() && h.Days.From < all[last].Days.To {
			wrong, other := i, last
			if h.judge == nil {
				wrong, other = last, i
			}
			r.mentorsMeet(&all[wrong], &all[other])
			out[wrong] = true
			if wrong == i {
				continue
			}
		}
		last = i
	}
	for i := range all {
		if all[i].judge != nil && !out[i] {
			r.report.touch(all[i].Days.From.Month())
			good = append(good, all[i].Mentorship)
		}
	}
	return good
}

// mentorsMeet reports a row that gives a trainee a mentor who has another on that day.
func (r *reader) mentorsMeet(wrong, other *heldMentorship) {
	args := errs.Args{"Trainee": wrong.Trainee.Key.String(), "Mentor": other.Mentor.Key.String(), "From": other.Days.From.String()}
	wrong.judge.wrong(fieldFrom, wrong.Row, wrong.Days.From.String(), "ingest.mentorship_meets", args)
	r.report.note(wrong.judge.problems, r.options.MaxProblems)
	wrong.judge.problems = nil
	r.report.Tables[wrong.entry].Accepted--
	r.report.Tables[wrong.entry].Rejected++
}
