package opportunity

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/process"
)

// TogetherMax is how many opportunities are changed with one act.
const TogetherMax = 200

// Together is a change of several open opportunities. What is empty stays what it is.
type Together struct {
	IDs        []int64
	Seen       map[int64]int64 // revisions of what is changed; one without is not checked
	Stage      Stage
	Owner      string        // a person's key
	ExpectedOn calendar.Date // NoDate stays
}

func (in Together) check(set *StageSet) error {
	var c fact.Checker
	switch {
	case len(in.IDs) == 0:
		c.Add("ids", "", "opportunity.choose_some", nil)
	case len(in.IDs) > TogetherMax:
		c.Add("ids", "", "opportunity.too_many_together", errs.Args{"Max": TogetherMax})
	}
	if in.Stage == "" && in.Owner == "" && in.ExpectedOn == calendar.NoDate {
		c.Add("stage", "", "opportunity.change_what", nil)
	}
	if in.Stage != "" && !set.Valid(in.Stage) {
		c.Add("stage", string(in.Stage), "form.error.choice", nil)
	}
	if in.Owner != "" {
		c.Key("owner", in.Owner)
	}
	if in.ExpectedOn != calendar.NoDate {
		c.Day("expected_on", in.ExpectedOn)
	}
	return c.Err()
}

// Changed is what became of one of several opportunities: Failure says why it stays what it was.
type Changed struct {
	Opportunity
	Failure error
}

// ChangeTogether changes several opportunities, each by itself: one that somebody else changed meanwhile, that has ended or is out of reach
// stays what it is, and the others are changed. Errors: forbidden; invalid.
func (s *Service) ChangeTogether(ctx context.Context, actor access.Actor, in Together) (all []Changed, err error) {
	defer errs.Wrap(&err, "opportunity.ChangeTogether(%d)", len(in.IDs))
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return nil, err
	}
	set, err := s.Stages(ctx)
	if err != nil {
		return nil, err
	}
	if err := in.check(set); err != nil {
		return nil, err
	}
	for _, id := range in.IDs {
		one := Changed{Opportunity: Opportunity{ID: id}}
		err := s.store.InTx(ctx, func(tx Tx) error {
			old, err := s.open(ctx, tx, actor, id, in.Seen[id])
			one.Opportunity = old
			one.ID = id
			if err != nil {
				return err
			}
			return s.changeOne(ctx, tx, actor, set, in, old, &one.Opportunity)
		})
		switch errs.KindOf(err) {
		case errs.KindNotFound, errs.KindConflict, errs.KindInvalid:
			one.Failure = err
		default:
			if err != nil {
				return all, err
			}
		}
		all = append(all, one)
	}
	return all, nil
}

func (s *Service) changeOne(ctx context.Context, tx Tx, actor access.Actor, set *StageSet, in Together, old Opportunity, o *Opportunity) error {
	if old.State != StateOpen {
		return errs.New(errs.KindConflict, "opportunity.has_ended", nil)
	}
	if set.Behind(in.Stage) {
		return errs.New(errs.KindConflict, "opportunity.win_first", nil)
	}
	var c fact.Checker
	if err := s.fillOwner(ctx, tx, &c, s.reach(actor, access.PermWorkWrite), o, in.Owner); err != nil {
		return err
	}
	if err := c.Err(); err != nil {
		return err
	}
	var events []process.Event
	if o.OwnerID != old.OwnerID {
		if err := tx.PassContacts(ctx, o.ID, old.OwnerID, o.OwnerID); err != nil {
			return err
		}
		events = append(events, process.Event{CaseID: o.ID, Activity: process.ActivityOwner, PersonID: o.OwnerID, Data: process.Data(map[string]any{"from": old.OwnerID, "to": o.OwnerID})})
	}
	if in.ExpectedOn != calendar.NoDate {
		o.ExpectedOn = in.ExpectedOn
	}
	if in.Stage != "" && in.Stage != old.Stage {
		o.Stage, o.StageSince = in.Stage, tx.Now()
		events = append(events, entered(old, *o))
	}
	return s.keep(ctx, tx, actor, doing{action: "opportunity.change"}, old, o, events...)
}

// Same reports whether what people change of two states of an opportunity is the same.
func (o Opportunity) Same(as Opportunity) bool { return same(o, as) }
