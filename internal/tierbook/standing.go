package tierbook

import (
	"context"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/profile"
	"xiaoguan/internal/tier"
)

func (f Filter) checked() (Filter, error) {
	var c fact.Checker
	c.Search(f.Search)
	if f.Tier != "" && !slices.Contains(tier.Tiers(), f.Tier) {
		c.Add("tier", string(f.Tier), "form.error.choice", nil)
	}
	if f.Relation != "" && !slices.Contains(Relations, f.Relation) {
		c.Add("relation", string(f.Relation), "form.error.choice", nil)
	}
	if f.Group != "" && !slices.Contains(tier.Groups(), f.Group) {
		c.Add("group", string(f.Group), "form.error.choice", nil)
	}
	if err := c.Err(); err != nil {
		return f, err
	}
	var err error
	f.Paging, err = f.Paging.Checked(true, SortScore, SortDue)
	return f, err
}

// Relations are all relations in the order in which they are shown.
var Relations = []tier.Axis{tier.New, tier.Existing, tier.ChurnWarned, tier.Prospect}

// RelationKey is the message that names a relation.
func RelationKey(a tier.Axis) string { return "tier.because.relation." + string(a) }

// Page is a part of the list; Count is of the whole filter, the least there are when More.
type Page struct {
	Rows  []Standing
	Next  string
	Count int64
	More  bool
	Today calendar.Date
}

func (s *Service) owned(actor access.Actor, p access.Permission) Owned {
	return Owned{Scope: actor.ScopeOf(p), Today: s.today()}
}

// Customers returns where customers stand, of those whom persons in reach follow. Errors: forbidden, invalid.
func (s *Service) Customers(ctx context.Context, actor access.Actor, f Filter) (page Page, err error) {
	defer errs.Wrap(&err, "tierbook.Customers")
	if err := actor.Require(access.PermSalesRead); err != nil {
		return page, err
	}
	if f, err = f.checked(); err != nil {
		return page, err
	}
	owned := s.owned(actor, access.PermSalesRead)
	err = s.store.Read(ctx, func(r Reader) error {
		page.Today = owned.Today
		if f.Goal, err = goalOf(ctx, r, f); err != nil {
			return err
		}
		if page.Count, page.More, err = r.StandingCount(ctx, owned, f); err != nil {
			return err
		}
		page.Rows, page.Next, err = r.Standings(ctx, owned, f)
		return err
	})
	return page, err
}

// goalOf is the goal below which a file is incomplete, where the filter asks for it.
func goalOf(ctx context.Context, r Reader, f Filter) (tier.Share, error) {
	if !f.Incomplete {
		return 0, nil
	}
	_, p, err := inForce(ctx, r, r.Today())
	if err != nil || p.Completeness == nil {
		return 0, err
	}
	return p.Completeness.Goal, nil
}

// Each calls fn on every standing of the filter, at most fact.ExportMax; more says that there are others. Errors: those of Customers and fn.
func (s *Service) Each(ctx context.Context, actor access.Actor, f Filter, fn func(Standing) error) (more bool, err error) {
	defer errs.Wrap(&err, "tierbook.Each")
	if err := actor.Require(access.PermSalesRead); err != nil {
		return false, err
	}
	f.Paging.Limit = fact.LimitMax
	if f, err = f.checked(); err != nil {
		return false, err
	}
	owned := s.owned(actor, access.PermSalesRead)
	err = s.store.Read(ctx, func(r Reader) error {
		if f.Goal, err = goalOf(ctx, r, f); err != nil {
			return err
		}
		more, err = fact.EachPage(f.Paging, func(p fact.Paging) ([]Standing, string, error) {
			f.Paging = p
			return r.Standings(ctx, owned, f)
		}, fn)
		return err
	})
	return more, err
}

// Overdue returns the actor's own customers whose next contact is due, the longest first, at most limit of them. Errors: forbidden.
func (s *Service) Overdue(ctx context.Context, actor access.Actor, limit int) (page Page, err error) {
	defer errs.Wrap(&err, "tierbook.Overdue")
	if err := actor.Require(access.PermSalesRead); err != nil || actor.PersonID == 0 {
		return page, err
	}
	f := Filter{PersonID: actor.PersonID, Overdue: true, Paging: fact.Paging{Sort: SortDue, Limit: limit}}
	err = s.store.Read(ctx, func(r Reader) error {
		page.Today = s.today()
		owned := Owned{Scope: access.Scope{PersonID: actor.PersonID}, Today: page.Today}
		if page.Count, page.More, err = r.StandingCount(ctx, owned, f); err != nil {
			return err
		}
		page.Rows, page.Next, err = r.Standings(ctx, owned, f)
		return err
	})
	return page, err
}

// Detail is everything about where a customer stands. Standing is nil before the first judgement.
type Detail struct {
	Standing *Standing
	Why      tier.Explanation
	Policy   *tier.Policy
	Profile  profile.Profile
	Complete tier.Complete // as of now
	Changes  []Change
	Proposal *Proposal // that waits
	Review   *Asked    // the request about it
	Asked    *Asked    // what somebody asks for
	MayAsk   bool      // the actor may ask for another tier
	OverBy   string    // user id of who set the tier by hand
	Today    calendar.Date
	// MayDecide says that the actor may set the tier by hand and decide proposals: who reaches the one that follows the customer, and is not that one.
	MayDecide bool
}

// changesShown is how many changes of a customer's tier are shown.
const changesShown = 50

// Customer returns where a customer in reach stands and why. Errors: forbidden; not found, also out of reach.
func (s *Service) Customer(ctx context.Context, actor access.Actor, id int64) (d Detail, err error) {
	defer errs.Wrap(&err, "tierbook.Customer(%d)", id)
	if err := actor.Require(access.PermSalesRead); err != nil {
		return d, err
	}
	d.Today = s.today()
	steps, err := s.steps(ctx)
	if err != nil {
		return d, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		if in, err := r.CustomerInReach(ctx, customer.Reach{Scope: actor.ScopeOf(access.PermSalesRead), Today: d.Today}, id); err != nil {
			return err
		} else if !in {
			return errs.New(errs.KindNotFound, "customer.missing", nil)
		}
		k, err := r.KnownCustomer(ctx, id, d.Today)
		if err != nil {
			return err
		}
		if _, d.Policy, err = inForce(ctx, r, d.Today); err != nil {
			return err
		}
		d.Profile = k.Profile
		d.Complete = d.Policy.Complete(file(&k, standingOf(&k), steps), d.Today)
		if k.Standing == nil {
			return nil
		}
		return s.explain(ctx, r, actor, &k, steps, &d)
	})
	return d, err
}

// explain fills in a detail of a customer that was judged.
func (s *Service) explain(ctx context.Context, r Reader, actor access.Actor, k *Known, steps Steps, d *Detail) (err error) {
	standing, err := r.CustomerStanding(ctx, k.ID)
	if err != nil {
		return err
	}
	d.Standing = &standing
	if standing.Facts.Orders > 0 {
		standing.Result.SilentDays = max(0, int(d.Today-standing.Facts.LastOrder))
	}
	d.Complete = d.Policy.Complete(file(k, standing.Result.Tier, steps), d.Today)
	c := standing.Facts
	c.Ratings = k.Profile.Ratings
	d.Why = d.Policy.Explain(&c, &standing.Result, standing.Lift, standing.AsOf)
	if d.Changes, err = r.TierChanges(ctx, k.ID, changesShown); err != nil {
		return err
	}
	p, err := r.WaitingProposal(ctx, k.ID)
	switch {
	case err == nil:
		d.Proposal = &p
	case !errs.Is(err, errs.KindNotFound):
		return err
	}
	if d.Review, err = s.asked(ctx, r, actor, ApprovalReview, k.ID); err != nil {
		return err
	}
	if d.Asked, err = s.asked(ctx, r, actor, approvalAsk, k.ID); err != nil {
		return err
	}
	if d.MayAsk, err = s.mayAsk(ctx, r, actor, standing); err != nil {
		return err
	}
	d.MayDecide, err = s.mayDecide(ctx, r, actor, standing.OwnerID)
	return err
}
