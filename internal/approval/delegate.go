package approval

import (
	"context"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
)

// delegationDaysMax is how long somebody may stand in for another at a time.
const delegationDaysMax = 180

// standsFor are those whom the user stands in for today: as far as the user still has no fewer rights, and both can sign in.
func (s *Service) standsFor(ctx context.Context, r Reader, userID string) (ids []string, err error) {
	all, err := r.Delegations(ctx, userID)
	if err != nil {
		return nil, err
	}
	today := r.Today()
	for _, d := range all {
		if d.DeputyID != userID || !d.Holds(today) || slices.Contains(ids, d.UserID) {
			continue
		}
		deputy, err := r.UserAccount(ctx, d.DeputyID)
		if err != nil {
			return nil, err
		}
		away, err := r.UserAccount(ctx, d.UserID)
		if err != nil {
			return nil, err
		}
		if !deputy.Disabled && !away.Disabled && covers(deputy.User, away.User) {
			ids = append(ids, d.UserID)
		}
	}
	return ids, nil
}

// withDeputies adds to users those who stand in for them today.
func (s *Service) withDeputies(ctx context.Context, r Reader, users []string) (ids []string, err error) {
	today := r.Today()
	ids = slices.Clone(users)
	for _, user := range users {
		all, err := r.Delegations(ctx, user)
		if err != nil {
			return nil, err
		}
		for _, d := range all {
			if d.UserID == user && d.Holds(today) && !slices.Contains(ids, d.DeputyID) {
				ids = append(ids, d.DeputyID)
			}
		}
	}
	return ids, nil
}

// Delegate asks for somebody to stand in for a user who is away.
type Delegate struct {
	UserID   string // empty: oneself
	DeputyID string // user by id or login
	From     calendar.Date
	Until    calendar.Date // in it
}

// Validate reports everything wrong with the input by itself.
func (in Delegate) Validate() error {
	var c fact.Checker
	c.Key("to", in.DeputyID)
	c.Day("from", in.From)
	c.Day("until", in.Until)
	if !c.Has("from") && !c.Has("until") {
		if in.Until < in.From {
			c.Add("until", in.Until.String(), "fact.range_reversed", nil)
		} else if in.Until-in.From >= delegationDaysMax {
			c.Add("until", in.Until.String(), "approval.delegation_long", errs.Args{"Max": delegationDaysMax})
		}
	}
	return c.Err()
}

// Delegate lets somebody stand in for oneself, or, with the permission approval.manage over the whole company, for somebody else. Errors: forbidden, also for a
// deputy with fewer rights; invalid; conflict with another deputy in the same days.
func (s *Service) Delegate(ctx context.Context, actor access.Actor, in Delegate) (d Delegation, err error) {
	defer errs.Wrap(&err, "approval.Delegate")
	if err := mayAct(actor); err != nil {
		return Delegation{}, err
	}
	if in.UserID == "" {
		in.UserID = actor.UserID
	}
	if in.UserID != actor.UserID {
		if err := actor.RequireAll(access.PermApprovalManage); err != nil {
			return Delegation{}, err
		}
	}
	if err := in.Validate(); err != nil {
		return Delegation{}, err
	}
	id := s.newID()
	err = s.store.InTx(ctx, func(tx Tx) error {
		deputy, err := another(ctx, tx, in.DeputyID)
		if err != nil {
			return err
		}
		var c fact.Checker
		if in.UserID == deputy.ID {
			c.Add("to", in.DeputyID, "approval.delegation_self", nil)
		}
		if in.Until < tx.Today() {
			c.Add("until", in.Until.String(), "approval.delegation_past", nil)
		}
		if err := c.Err(); err != nil {
			return err
		}
		if in.UserID != actor.UserID && deputy.ID == actor.UserID {
			return errs.New(errs.KindForbidden, "approval.assign_self", nil)
		}
		if err := coversUser(ctx, tx, deputy, in.UserID); err != nil {
			return err
		}
		others, err := tx.Delegations(ctx, in.UserID)
		if err != nil {
			return err
		}
		for _, o := range others {
			if o.UserID == in.UserID && o.EndedAt.IsZero() && o.From <= in.Until && in.From <= o.Until {
				return errs.New(errs.KindConflict, "approval.delegation_overlaps", nil)
			}
		}
		d = Delegation{ID: id, UserID: in.UserID, DeputyID: deputy.ID, From: in.From, Until: in.Until, MadeBy: actor.UserID, MadeAt: tx.Now()}
		if err := tx.InsertDelegation(ctx, d); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "approval.delegate", "user:"+d.UserID, nil, delegationState(d))
	})
	return d, err
}

func delegationState(d Delegation) any {
	return map[string]any{"deputy": d.DeputyID, "from": d.From.String(), "until": d.Until.String()}
}

// EndDelegation ends one's own early, or, with the permission approval.manage over the whole company, somebody else's. Errors: forbidden; not found; conflict.
func (s *Service) EndDelegation(ctx context.Context, actor access.Actor, id string) (err error) {
	defer errs.Wrap(&err, "approval.EndDelegation(%s)", id)
	if err := mayAct(actor); err != nil {
		return err
	}
	return s.store.InTx(ctx, func(tx Tx) error {
		d, err := tx.Delegation(ctx, id)
		if err != nil {
			return err
		}
		if d.UserID != actor.UserID && !actor.CanAll(access.PermApprovalManage) {
			return errs.New(errs.KindNotFound, "approval.delegation_missing", nil)
		}
		if err := tx.EndDelegation(ctx, id, tx.Now()); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "approval.end_delegation", "user:"+d.UserID, delegationState(d), nil)
	})
}

// Delegations returns the actor's own: who stands in for them, and for whom they do, newest first; with the names of all. Errors: unauthenticated.
func (s *Service) Delegations(ctx context.Context, actor access.Actor) (all []Delegation, names map[string]string, err error) {
	defer errs.Wrap(&err, "approval.Delegations")
	if actor.UserID == "" {
		return nil, nil, errs.New(errs.KindUnauthenticated, "access.sign_in_first", nil)
	}
	err = s.store.Read(ctx, func(r Reader) error {
		if all, err = r.Delegations(ctx, actor.UserID); err != nil {
			return err
		}
		var users []string
		for _, d := range all {
			users = append(users, d.UserID, d.DeputyID)
		}
		names, err = r.UserNames(ctx, users)
		return err
	})
	return all, names, err
}

// deputiesShown is how many of one's deputies are offered.
const deputiesShown = 3

// Deputies are who stands in for the actor, or last did: those of today first, then the newest; as far as they can sign in and have no fewer rights.
// Whoever hands something over is offered them. Errors: unauthenticated.
func (s *Service) Deputies(ctx context.Context, actor access.Actor) (all []Colleague, err error) {
	defer errs.Wrap(&err, "approval.Deputies")
	if actor.UserID == "" {
		return nil, errs.New(errs.KindUnauthenticated, "access.sign_in_first", nil)
	}
	err = s.store.Read(ctx, func(r Reader) error {
		all, err = deputiesOf(ctx, r, actor.UserID)
		return err
	})
	return all, err
}

func deputiesOf(ctx context.Context, r Reader, userID string) (all []Colleague, err error) {
	own, err := r.Delegations(ctx, userID)
	if err != nil {
		return nil, err
	}
	own = slices.DeleteFunc(own, func(d Delegation) bool { return d.UserID != userID })
	if len(own) == 0 {
		return nil, nil
	}
	from, err := r.UserAccount(ctx, userID)
	if err != nil {
		return nil, err
	}
	today := r.Today()
	slices.SortStableFunc(own, func(a, b Delegation) int { // they come the newest first
		if a.Holds(today) == b.Holds(today) {
			return 0
		}
		if a.Holds(today) {
			return -1
		}
		return 1
	})
	for _, d := range own {
		if len(all) == deputiesShown || slices.ContainsFunc(all, func(c Colleague) bool { return c.UserID == d.DeputyID }) {
			continue
		}
		deputy, err := r.UserAccount(ctx, d.DeputyID)
		if err != nil {
			return nil, err
		}
		if !deputy.Disabled && covers(deputy.User, from.User) {
			all = append(all, Colleague{UserID: deputy.ID, Login: deputy.Login, Name: deputy.Name})
		}
	}
	return all, nil
}

// colleaguesMax is how many users are offered while somebody types.
const colleaguesMax = 20

// Colleagues offers users by name and login, for who hands over, adds a signer or looks for a deputy. Errors: unauthenticated; invalid.
func (s *Service) Colleagues(ctx context.Context, actor access.Actor, search string) (all []Colleague, err error) {
	defer errs.Wrap(&err, "approval.Colleagues")
	if actor.UserID == "" {
		return nil, errs.New(errs.KindUnauthenticated, "access.sign_in_first", nil)
	}
	var c fact.Checker
	if c.Search(search); c.Err() != nil {
		return nil, c.Err()
	}
	err = s.store.Read(ctx, func(r Reader) error {
		all, err = r.Colleagues(ctx, search, colleaguesMax)
		return err
	})
	return all, err
}
