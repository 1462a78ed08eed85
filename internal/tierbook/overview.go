package tierbook

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/job"
	"xiaoguan/internal/tier"
)

// Seller is what was found of the customers that somebody follows.
type Seller struct {
	PersonID int64 // 0: nobody follows them
	Owner
	SellerState
	Load tier.Workload // what the rhythm of contact asks in 30 days
}

// Team is what was found of a team's customers.
type Team struct {
	ID      int64
	Name    string
	Sellers int
	SellerState
	Load tier.Workload
}

// Overview is what the last look at the customers in reach found.
type Overview struct {
	Last     *Review // the last that is complete, a look or a review; nil before the first
	Counted  *Review // the last review that counts and is complete
	Running  *Review
	Job      *job.Job // of Running
	Failed   *Review  // when the very last one failed
	Current  PolicyVersion
	Policy   *tier.Policy
	Waiting  int64 // proposals of customers in reach
	All      bool  // whether all customers are in reach, so that numbers of the whole company may be shown
	Total    SellerState
	Load     tier.Workload
	Sellers  []Seller // in reach, the most work first
	Teams    []Team   // of these, by name
	MayStart bool
}

// reviewsLooked is how many of the last reviews are looked through for one that is complete.
const reviewsLooked = 20

// Overview returns what was found of the customers whom persons in reach follow. Errors: forbidden.
func (s *Service) Overview(ctx context.Context, actor access.Actor) (o Overview, err error) {
	defer errs.Wrap(&err, "tierbook.Overview")
	if err := actor.Require(access.PermSalesRead); err != nil {
		return o, err
	}
	owned := s.owned(actor, access.PermSalesRead)
	o.All, o.MayStart = owned.Scope.All, actor.CanAll(access.PermTierWrite)
	err = s.store.Read(ctx, func(r Reader) error {
		if o.Current, o.Policy, err = inForce(ctx, r, owned.Today); err != nil {
			return err
		}
		if err := o.find(ctx, r); err != nil {
			return err
		}
		if actor.Can(access.PermTierApprove) {
			if o.Waiting, err = r.TierProposalCount(ctx, s.owned(actor, access.PermTierApprove)); err != nil {
				return err
			}
		}
		if o.Last == nil {
			return nil
		}
		return o.fill(ctx, r, owned)
	})
	return o, err
}

// find looks for the reviews that matter.
func (o *Overview) find(ctx context.Context, r Reader) error {
	reviews, err := r.TierReviews(ctx, "", reviewsLooked)
	if err != nil {
		return err
	}
	for i := range reviews {
		review := &reviews[i]
		switch {
		case review.State == ReviewRunning && i == 0:
			runs, err := underWay(ctx, r, *review)
			if err != nil {
				return err
			}
			if !runs {
				continue
			}
			j, err := r.Job(ctx, review.JobID)
			if err != nil {
				return err
			}
			o.Running, o.Job = review, &j
		case review.State == ReviewFailed && i == 0:
			o.Failed = review
		}
	}
	if o.Last, err = complete(ctx, r, reviews); err != nil {
		return err
	}
	counted, err := r.TierReviews(ctx, KindReview, 2)
	if err != nil {
		return err
	}
	o.Counted, err = complete(ctx, r, counted)
	return err
}

// complete reads the first that is complete, with its summary; nil where none is.
func complete(ctx context.Context, r Reader, reviews []Review) (*Review, error) {
	at := slices.IndexFunc(reviews, func(review Review) bool { return review.State == ReviewComplete })
	if at < 0 {
		return nil, nil
	}
	found, err := r.TierReview(ctx, reviews[at].ID)
	return &found, err
}

// fill takes the sellers in reach out of the summary.
func (o *Overview) fill(ctx context.Context, r Reader, owned Owned) error {
	owners, err := r.OwnerNames(ctx, owned.Today)
	if err != nil {
		return err
	}
	reach := map[int64]bool{}
	if !owned.Scope.All {
		persons, err := r.PersonsInReach(ctx, owned.Scope, owned.Today)
		if err != nil {
			return err
		}
		for _, id := range persons {
			reach[id] = true
		}
	}
	teams := map[int64]*Team{}
	for text, state := range o.Last.Summary.Sellers {
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil || !owned.Scope.All && !reach[id] {
			continue
		}
		seller := Seller{PersonID: id, Owner: owners[id], SellerState: state, Load: tier.Workload{Owner: text, Count: state.Tiers}}
		o.Total.add(state)
		if id == 0 {
			o.Sellers = append(o.Sellers, seller)
			continue
		}
		o.Policy.Work(&seller.Load)
		o.Sellers = append(o.Sellers, seller)
		team := teams[seller.TeamID]
		if team == nil {
			team = &Team{ID: seller.TeamID, Name: seller.TeamName}
			teams[seller.TeamID] = team
		}
		team.Sellers++
		team.add(state)
		addLoad(&team.Load, seller.Load)
		addLoad(&o.Load, seller.Load)
	}
	for _, team := range teams {
		o.Teams = append(o.Teams, *team)
	}
	slices.SortFunc(o.Teams, func(a, b Team) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	slices.SortFunc(o.Sellers, func(a, b Seller) int {
		return cmp.Or(cmp.Compare(b.Load.Minutes, a.Load.Minutes), cmp.Compare(a.PersonID, b.PersonID))
	})
	return nil
}

func addLoad(sum *tier.Workload, load tier.Workload) {
	for i := range sum.Count {
		sum.Count[i] += load.Count[i]
	}
	sum.Contacts += load.Contacts
	sum.Minutes += load.Minutes
}

// Followed is the state without the customers that nobody follows: only of the others it can be asked whether their owner suits.
func (o *Overview) Followed() (state SellerState) {
	for _, s := range o.Sellers {
		if s.PersonID != 0 {
			state.add(s.SellerState)
		}
	}
	return state
}

// Proposals is a part of the changes that wait.
type Proposals struct {
	Rows  []Proposal
	Next  int64 // the id behind which others are; 0: none
	Count int64
	Own   int64          // the actor's person, whose customers somebody else decides on
	Asked map[int64]bool // customers on whose proposals the actor is asked now; nil where no flow decides
}

// MayDecide reports whether the reader may decide on a proposal now: with a flow, whoever it asks.
func (p *Proposals) MayDecide(of Proposal) bool {
	return (of.OwnerID == 0 || of.OwnerID != p.Own) && (of.RequestID == "" || p.Asked == nil || p.Asked[of.CustomerID])
}

// proposalsShown is how many proposals stand on a page.
const proposalsShown = 100

// Proposals returns changes that wait for the actor, behind an id. Errors: forbidden.
func (s *Service) Proposals(ctx context.Context, actor access.Actor, after int64) (p Proposals, err error) {
	defer errs.Wrap(&err, "tierbook.Proposals")
	if err := actor.Require(access.PermTierApprove); err != nil {
		return p, err
	}
	owned := s.owned(actor, access.PermTierApprove)
	p.Own = actor.PersonID
	err = s.store.Read(ctx, func(r Reader) error {
		if p.Count, err = r.TierProposalCount(ctx, owned); err != nil {
			return err
		}
		p.Rows, err = r.TierProposals(ctx, owned, after, proposalsShown+1)
		if len(p.Rows) > proposalsShown {
			p.Rows = p.Rows[:proposalsShown]
			p.Next = p.Rows[proposalsShown-1].ID
		}
		if err != nil || s.approvals == nil {
			return err
		}
		asked, err := s.approvals.AskedOf(ctx, r, actor, ApprovalReview)
		p.Asked = make(map[int64]bool, len(asked))
		for subject := range asked {
			if id, err := strconv.ParseInt(subject, 10, 64); err == nil {
				p.Asked[id] = true
			}
		}
		return err
	})
	return p, err
}

// reviewsMost is how many reviews are listed.
const reviewsMost = 24

// Reviews returns the reviews that counted, the newest first. Errors: forbidden; they tell of all customers.
func (s *Service) Reviews(ctx context.Context, actor access.Actor, limit int) (reviews []Review, err error) {
	defer errs.Wrap(&err, "tierbook.Reviews")
	if err := actor.RequireAll(access.PermSalesRead); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		if reviews, err = r.TierReviews(ctx, KindReview, min(max(limit, 1), reviewsMost)); err != nil {
			return err
		}
		for i := range reviews {
			if reviews[i], err = r.TierReview(ctx, reviews[i].ID); err != nil {
				return err
			}
		}
		return nil
	})
	return reviews, err
}
