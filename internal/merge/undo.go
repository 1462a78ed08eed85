package merge

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/notice"
)

// Undo parts two customers again: what was moved goes back, and values that nobody changed since. What could not be put back is in Stayed.
// Errors: forbidden; not found; conflict when it was undone already, is too long ago, or the survivor itself was merged since.
func (s *Service) Undo(ctx context.Context, actor access.Actor, id int64) (m Merge, err error) {
	defer errs.Wrap(&err, "merge.Undo(%d)", id)
	if err := actor.Require(access.PermCustomerMerge); err != nil {
		return m, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		if m, err = s.open(ctx, tx, actor, id); err != nil {
			return err
		}
		if err := s.mayUndo(ctx, tx, m); err != nil {
			return err
		}
		told, err := affected(ctx, tx, m)
		if err != nil {
			return err
		}
		u := undoing{tx: tx, actor: actor, m: &m}
		for _, step := range []func(context.Context) error{u.records, u.record, u.file, u.owner, u.service} {
			if err := step(ctx); err != nil {
				return err
			}
		}
		m.UndoneAt, m.UndoneBy = tx.Now(), actor.Name
		if err := tx.SaveMerge(ctx, m); err != nil {
			return err
		}
		if err := audit.Append(ctx, tx, actor, "customer.part", m.Subject(), nil, map[string]any{"survivor": m.SurvivorID, "merged": m.MergedID, "stayed": m.Stayed}); err != nil {
			return err
		}
		survivor, err := tx.Customer(ctx, m.SurvivorID)
		if err != nil {
			return err
		}
		merged, err := tx.Customer(ctx, m.MergedID)
		if err != nil {
			return err
		}
		return tell(ctx, tx, actor, notice.KindCustomersParted, m, survivor, merged, append(told, m.Change.Gave.OwnerID))
	})
	return m, err
}

func (s *Service) mayUndo(ctx context.Context, tx Tx, m Merge) error {
	switch {
	case m.Undone():
		return errs.New(errs.KindConflict, "merge.undone_already", nil)
	case !m.Undoable(s.today()):
		return errs.New(errs.KindConflict, "merge.too_late", errs.Args{"Days": UndoDays})
	}
	now, err := tx.LivesAs(ctx, m.SurvivorID)
	if err == nil && now != m.SurvivorID {
		err = errs.New(errs.KindConflict, "merge.later_first", nil)
	}
	return err
}

// undoing is the undoing of a merge under way.
type undoing struct {
	tx    Tx
	actor access.Actor
	m     *Merge
}

// records gives back what was moved, and the tier.
func (u *undoing) records(ctx context.Context) (err error) {
	if err := u.tx.RemoveAlias(ctx, u.m.MergedID, u.m.ID); err != nil {
		return err
	}
	if u.m.Stayed, err = u.tx.ReturnRecords(ctx, u.m.ID, u.m.SurvivorID, u.m.MergedID); err != nil {
		return err
	}
	return u.tx.UnparkStanding(ctx, u.m.MergedID, u.m.Change.Standing)
}

// record puts fields of the record back: a further fact.
func (u *undoing) record(ctx context.Context) error {
	if len(u.m.Change.Facts) == 0 {
		return nil
	}
	now, err := u.tx.Customer(ctx, u.m.SurvivorID)
	if err != nil {
		return err
	}
	after, stayed := restored(now, u.m.Change.Facts)
	u.m.Stayed.Fields = append(u.m.Stayed.Fields, stayed...)
	if after == now {
		return nil
	}
	return correct(ctx, u.tx, u.actor, now, after)
}

// file puts fields of the profile back.
func (u *undoing) file(ctx context.Context) error {
	own := u.m.Change.Profile.Fields.With(u.m.Change.Left.Fields) != u.m.Change.Profile.Fields
	if len(u.m.Change.Took)+len(u.m.Change.Ratings) == 0 && !own {
		return nil
	}
	now, err := u.tx.Profile(ctx, u.m.SurvivorID)
	if err != nil {
		return err
	}
	after, stayed := parted(now, u.m.Change)
	u.m.Stayed.Fields = append(u.m.Stayed.Fields, stayed...)
	if len(stayed) == len(u.m.Change.Took)+len(u.m.Change.Ratings) && after.Fields == now.Fields {
		return nil
	}
	return saveProfile(ctx, u.tx, u.actor, now, after)
}

// owner says again whose both are, as far as nobody was given the survivor since.
func (u *undoing) owner(ctx context.Context) error {
	c := u.m.Change
	if c.Owner {
		now, err := u.tx.Holding(ctx, u.m.SurvivorID)
		if err != nil {
			return err
		}
		switch {
		case now.OwnerID != c.Gave.OwnerID || now.Pool != c.Gave.Pool || now.Since != c.Gave.Since:
			u.m.Stayed.Owner = true
		case !c.Holding.of(u.m.SurvivorID).Known():
			if err := u.tx.RemoveHolding(ctx, u.m.SurvivorID); err != nil {
				return err
			}
		default:
			after := c.Holding.of(u.m.SurvivorID)
			after.Revision = now.Revision + 1
			if err := saveHolding(ctx, u.tx, u.actor, now, after); err != nil {
				return err
			}
		}
	}
	if gave := c.Gave.of(u.m.MergedID); gave.Known() {
		return u.tx.PutHolding(ctx, gave)
	}
	return nil
}

// service says again who looks after both.
func (u *undoing) service(ctx context.Context) error {
	c := u.m.Change
	if c.Service == 0 {
		return nil
	}
	if c.Served == 0 {
		_, _, now, err := u.tx.MergeCounts(ctx, u.m.SurvivorID)
		if err != nil {
			return err
		}
		if now == c.Service {
			if err := u.tx.SetServiceOwner(ctx, u.m.SurvivorID, 0, u.tx.Now(), u.actor.UserID); err != nil {
				return err
			}
		}
	}
	return u.tx.SetServiceOwner(ctx, u.m.MergedID, c.Service, u.tx.Now(), u.actor.UserID)
}
