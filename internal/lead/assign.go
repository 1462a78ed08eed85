package lead

import (
	"cmp"
	"context"
	"slices"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
)

// Assignment gives leads to one person, or to several in turn: whoever was given one the longest time ago is next.
type Assignment struct {
	Leads []int64
	To    []string        // keys of persons
	Seen  map[int64]int64 // revisions of what is given out; a lead without one is not checked
}

// Assigned says what became of an assignment.
type Assigned struct {
	Given []Lead // as they are now, in the order asked for
	Left  int64  // those that had that owner already
}

// Assign gives leads to people in reach: all of them, or none. The clock of the first contact begins anew with each new owner. Errors:
// forbidden; not found, when one of the leads is out of reach; invalid; conflict when one is not open or was changed after it was seen.
func (s *Service) Assign(ctx context.Context, actor access.Actor, in Assignment) (done Assigned, err error) {
	defer errs.Wrap(&err, "lead.Assign(%d)", len(in.Leads))
	if err := actor.Require(access.PermLeadAssign); err != nil {
		return done, err
	}
	if err := in.check(); err != nil {
		return done, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		done = Assigned{}
		turn, err := s.turn(ctx, tx, actor, in.To)
		if err != nil {
			return err
		}
		next := 0
		for _, id := range in.Leads {
			old, err := s.open(ctx, tx, actor, id, in.Seen[id])
			if err != nil {
				return err
			}
			if !old.Status.Open() {
				return errs.New(errs.KindConflict, "lead.not_open", nil)
			}
			to := turn[next%len(turn)]
			next++
			if to == old.OwnerID {
				done.Left++
				continue
			}
			l := old
			l.OwnerID, l.AssignedAt = to, tx.Now()
			if err := s.keep(ctx, tx, actor, "lead.assign", old, &l, given(old.OwnerID, to)); err != nil {
				return err
			}
			done.Given = append(done.Given, l)
		}
		return nil
	})
	return done, err
}

func (in Assignment) check() error {
	var c fact.Checker
	switch {
	case len(in.Leads) == 0:
		c.Add("leads", "", "lead.choose_some", nil)
	case len(in.Leads) > TogetherMax:
		c.Add("leads", "", "lead.too_many", errs.Args{"Max": TogetherMax})
	}
	sorted := slices.Sorted(slices.Values(in.Leads))
	if len(slices.Compact(sorted)) != len(in.Leads) {
		c.Add("leads", "", "lead.twice", nil)
	}
	if len(in.To) == 0 {
		c.Add("to", "", "form.error.required", nil)
	}
	if len(in.To) > rotationMax {
		c.Add("to", "", "lead.too_many_people", errs.Args{"Max": rotationMax})
	}
	return c.Err()
}

// turn finds the persons and puts them in the order in which they are to get leads.
func (s *Service) turn(ctx context.Context, tx Tx, actor access.Actor, keys []string) (persons []int64, err error) {
	var c fact.Checker
	for _, key := range keys {
		var one fact.Checker
		id, err := s.receiver(ctx, tx, actor, &one, key)
		switch {
		case err != nil:
			return nil, err
		case id == 0:
			c.Add("to", key, "fact.unknown_person", errs.Args{"Key": key})
		case !slices.Contains(persons, id):
			persons = append(persons, id)
		}
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	last, err := tx.LastGiven(ctx, persons)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(persons, func(a, b int64) int {
		return cmp.Or(last[a].Compare(last[b]), cmp.Compare(a, b)) // who never got one has the zero time and comes first
	})
	return persons, nil
}

// AnswerTime is how long the first contact took from the assignment; ok is false before it was made.
func (l Lead) AnswerTime() (taken time.Duration, ok bool) {
	if l.FirstAt.IsZero() || l.AssignedAt.IsZero() {
		return 0, false
	}
	return max(l.FirstAt.Sub(l.AssignedAt), 0), true
}
