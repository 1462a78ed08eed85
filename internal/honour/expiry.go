package honour

import (
	"context"
	"errors"
	"strconv"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/reward"
)

// PointsRules say how long points last: so many months after the day on which they were earned. The oldest are used first. They hold for all points,
// also for those earned before: what has expired by a shorter life is posted by the next day's work.
type PointsRules struct {
	LifeMonths int64
	Revision   int64 // 0: nobody has set any
}

// The shortest and the longest life of points.
const (
	pointsLifeLeast = 1
	pointsLifeMost  = 120
)

// PointsStatus is how expiry stands.
type PointsStatus struct {
	Rules  PointsRules
	Due    int64 // points that have expired and are not posted yet
	People int64 // who have such
}

// PointsRules returns the rules. Everybody signed in may read them. Errors: unauthenticated.
func (s *Service) PointsRules(ctx context.Context, actor access.Actor) (rules PointsRules, err error) {
	defer errs.Wrap(&err, "honour.PointsRules")
	if err := signedIn(actor); err != nil {
		return PointsRules{}, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		rules, err = r.PointsRules(ctx)
		return err
	})
	return rules, err
}

// PointsStatus says what has expired and is not posted yet, of the whole company. Errors: forbidden.
func (s *Service) PointsStatus(ctx context.Context, actor access.Actor) (status PointsStatus, err error) {
	defer errs.Wrap(&err, "honour.PointsStatus")
	if err := actor.RequireAll(access.PermHonourRun); err != nil {
		return PointsStatus{}, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		status = PointsStatus{}
		status.Rules, err = s.eachDue(ctx, r, func(_, points int64) { status.Due, status.People = status.Due+points, status.People+1 })
		return err
	})
	return status, err
}

// eachDue calls fn for everybody of whose points some are due.
func (s *Service) eachDue(ctx context.Context, r Reader, fn func(personID, points int64)) (rules PointsRules, err error) {
	if rules, err = r.PointsRules(ctx); err != nil {
		return rules, err
	}
	people, err := r.PointHolders(ctx)
	if err != nil {
		return rules, err
	}
	for _, id := range people {
		entries, err := r.PointEntries(ctx, id)
		if err != nil {
			return rules, err
		}
		if due := accountOf(id, entries, s.now(), rules.LifeMonths).Expired; due > 0 {
			fn(id, due)
		}
	}
	return rules, nil
}

// SetPointsRules changes how long points last. Errors: forbidden; invalid; conflict when somebody was faster.
func (s *Service) SetPointsRules(ctx context.Context, actor access.Actor, in PointsRules) (after PointsRules, err error) {
	defer errs.Wrap(&err, "honour.SetPointsRules")
	if err := actor.RequireAll(access.PermHonourApprove); err != nil {
		return PointsRules{}, err
	}
	if in.LifeMonths < pointsLifeLeast || in.LifeMonths > pointsLifeMost {
		return PointsRules{}, errs.Invalid("error.invalid", []errs.Field{{Path: "life_months", Value: strconv.FormatInt(in.LifeMonths, 10),
			Message: errs.Msg("honour.bad_life", errs.Args{"Least": pointsLifeLeast, "Most": pointsLifeMost})}})
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		before, err := tx.PointsRules(ctx)
		if err != nil {
			return err
		}
		if before.Revision != in.Revision {
			return errs.New(errs.KindConflict, "honour.changed_meanwhile", nil)
		}
		after = PointsRules{in.LifeMonths, before.Revision + 1}
		if err := tx.SavePointsRules(ctx, after); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "points.rules", "points_rules:1", map[string]any{"life_months": before.LifeMonths}, map[string]any{"life_months": after.LifeMonths})
	})
	return after, err
}

// ExpireAll posts what is due of everybody's points, each person by a transaction of its own: the daily work. It may run on several nodes and as often
// as one likes: the entries' keys let each person's points expire once a day. Errors: forbidden.
func (s *Service) ExpireAll(ctx context.Context, actor access.Actor) (points int64, err error) {
	defer errs.Wrap(&err, "honour.ExpireAll")
	if err := actor.RequireAll(access.PermHonourRun); err != nil {
		return 0, err
	}
	var people []int64
	if err := s.store.Read(ctx, func(r Reader) error {
		people = nil
		_, err := s.eachDue(ctx, r, func(id, _ int64) { people = append(people, id) })
		return err
	}); err != nil {
		return 0, err
	}
	var failed error
	for _, id := range people {
		n, err := s.Expire(ctx, actor, id)
		if err != nil && !errs.Is(err, errs.KindConflict) { // nothing due, or another node was faster
			failed = errors.Join(failed, err)
		}
		points += n
	}
	return points, failed
}

// Expire posts what is due of a person's points. Points that are due cannot be spent before either. Errors: forbidden; not found out of reach; conflict when
// nothing is due.
func (s *Service) Expire(ctx context.Context, actor access.Actor, personID int64) (points int64, err error) {
	defer errs.Wrap(&err, "honour.Expire(%d)", personID)
	if err := actor.Require(access.PermHonourRun); err != nil {
		return 0, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		if err := mustReach(ctx, tx, actor, personID, access.PermHonourRun); err != nil {
			return err
		}
		points, err = s.expire(ctx, tx, actor, personID)
		return err
	})
	if err != nil {
		points = 0
	}
	return points, err
}

func (s *Service) expire(ctx context.Context, tx Tx, actor access.Actor, personID int64) (int64, error) {
	rules, err := tx.PointsRules(ctx)
	if err != nil {
		return 0, err
	}
	entries, err := tx.PointEntries(ctx, personID)
	if err != nil {
		return 0, err
	}
	points := accountOf(personID, entries, s.now(), rules.LifeMonths).Expired
	if points == 0 {
		return 0, errs.New(errs.KindConflict, "honour.nothing_due", nil)
	}
	id := strconv.FormatInt(personID, 10)
	entry := reward.PointsGone("points/expired/"+id+"/"+s.Today().String(), s.Today().Month(), personID, reward.PointsExpired, "expired", points, "")
	if _, err := tx.AppendLedger(ctx, []reward.Entry{entry}); err != nil {
		return 0, err
	}
	return points, audit.Append(ctx, tx, actor, "points.expire", "person:"+id, nil, map[string]any{"points": points})
}

// accountOf adds up entries, oldest first. The oldest points are used first. now is the time where the company is: days are those of its zone.
func accountOf(personID int64, entries []reward.Entry, now time.Time, lifeMonths int64) Account {
	a := Account{PersonID: personID, Entries: entries}
	own := reward.PointsAccount(personID)
	var old int64
	gone := int64(0)
	border := calendar.DateOf(now).AddMonths(-int(lifeMonths))
	for _, e := range entries {
		switch {
		case e.Credit == own && e.AmountMinor > 0:
			a.Balance += e.AmountMinor
			if calendar.DateOf(e.PostedAt.In(now.Location())) < border {
				old += e.AmountMinor
			}
		case e.Credit == own:
			a.Balance += e.AmountMinor
			gone -= e.AmountMinor
		case e.Debit == own:
			a.Balance -= e.AmountMinor
			gone += e.AmountMinor
		}
	}
	a.Expired = min(max(old-gone, 0), max(a.Balance, 0))
	return a
}
