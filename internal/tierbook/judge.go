package tierbook

import (
	"reflect"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/servicecase"
	"xiaoguan/internal/tier"
)

// judge turns what is known of customers into standings, once everybody was outlined.
type judge struct {
	*reader
	review  Review
	study   *study
	ranking *tier.Ranking
	rfm     *tier.RFMScale
	share   tier.Share // of revenue that is margin where nobody recorded the cost
	levels  map[int64]string
	hours   servicecase.Hours
	until   time.Time // up to when answers are looked for: the end of the day of judgement, or now
	steps   Steps
}

// standingOf is the tier of the standing so far.
func standingOf(k *Known) tier.Tier {
	if k.Standing == nil {
		return ""
	}
	return k.Standing.Result.Standing.Tier
}

// facts are what the engine judges: orders, ratings, what was set by hand, and the standing that the review counts from.
func (j *judge) facts(k *Known, o *outlined) tier.Customer {
	c := o.customer(j.share)
	c.Interval = j.study.interval(o, standingOf(k))
	c.ContractEnd = k.Profile.ContractEnd
	c.Ratings = k.Profile.Ratings
	if s := k.Standing; s != nil {
		c.Override = s.Facts.Override
		if c.Standing = s.Result.Standing; j.counts(k) && s.ReviewID == j.review.ID {
			c.Standing = s.Before
		}
	}
	return c
}

// counts reports whether the review moves the standing of a customer: a look does not, nor does repeating a review whose proposal was decided.
func (j *judge) counts(k *Known) bool {
	return j.review.Kind == KindReview && (k.Standing == nil || k.Standing.DecidedIn != j.review.ID)
}

// stand judges a customer. changed is false when nothing is to be stored.
func (j *judge) stand(k *Known) (s Standing, changed bool) {
	o := j.outlineOf(k)
	c := j.facts(k, &o)
	r := j.ranking.Judge(&c)
	s = Standing{CustomerID: k.ID, Before: c.Standing, ReviewID: j.review.ID, AsOf: j.on, PolicyHash: j.policy.Hash(), AliveMillion: Unknown, Expected: Unknown, ExpectedMinor: Unknown}
	if old := k.Standing; old != nil {
		s.OverrideBy, s.DecidedIn, s.Revision = old.OverrideBy, old.DecidedIn, old.Revision
		if !j.counts(k) {
			s.Before, s.ReviewID = old.Before, old.ReviewID
			j.keep(old, &r)
		}
	} else if j.review.Kind == KindLook {
		s.Before, s.ReviewID = tier.Standing{}, 0
	}
	if r.OverrideEnded { // what was set by hand is over, and told in the history
		c.Override, s.OverrideBy, r.OverrideEnded = nil, "", false
	}
	s.Result, s.Facts, s.Lift = r, c, j.ranking.Lift(&c, &r)
	s.Facts.Standing, s.Facts.Ratings = tier.Standing{}, nil
	if o.orders > 0 {
		s.RFM = j.rfm.Score(&tier.Buyer{LastOrder: o.last, Orders: int(o.orders), Amount: o.spend})
	}
	if old := k.Standing; old != nil && j.review.Kind == KindLook {
		s.AliveMillion, s.Expected, s.ExpectedMinor = old.AliveMillion, old.Expected, old.ExpectedMinor
	} else {
		look := j.study.outlook(&o)
		s.AliveMillion, s.Expected, s.ExpectedMinor = look.alive, look.expected, look.minor
	}
	j.look(k, &s)
	return s, k.Standing == nil || !same(*k.Standing, s)
}

// keep leaves the standing what it is, and with it the tier that counts but for what is set by hand.
func (j *judge) keep(old *Standing, r *tier.Result) {
	if old.Result.Standing.Tier == "" {
		return
	}
	r.Standing, r.Proposal = old.Result.Standing, old.Result.Proposal
	if !r.Overridden {
		r.Tier = r.Standing.Tier
	}
}

// look fills in how the customer is looked after, and how complete its file is.
func (j *judge) look(k *Known, s *Standing) {
	s.Complete = j.policy.Complete(file(k, s.Result.Tier, j.steps), j.on).Share
	s.OwnerID, s.ContactDue = owner(k), calendar.NoDate
	kept := j.care(k, s.Result.Tier)
	s.OwnerLevel, s.LastContact = kept.OwnerLevel, kept.LastContact
	if s.OwnerID != 0 {
		s.ContactDue = j.policy.MatchOne(&kept, j.on).ContactDue
		if s.LastContact == calendar.NoDate && k.Standing != nil && k.Standing.ContactDue != calendar.NoDate {
			s.ContactDue = min(s.ContactDue, k.Standing.ContactDue) // it was due before, and still is
		}
	}
}

// same reports whether two standings say the same but for the day.
func same(a, b Standing) bool {
	for _, s := range []*Standing{&a, &b} {
		s.CustomerKey, s.CustomerName, s.OwnerName, s.AsOf, s.Revision = "", "", "", 0, 0
		s.Result.SilentDays, s.Result.Customer, s.Facts.ID, s.RFM.Customer = 0, "", "", ""
		if len(s.Result.Warnings) == 0 {
			s.Result.Warnings = nil
		}
	}
	return reflect.DeepEqual(a, b)
}

// tally counts a standing into the summary.
func (j *judge) tally(k *Known, s *Standing, sum *ReviewSummary) {
	sum.Customers++
	if s.Before.Tier == "" {
		sum.First[place(s.Result.Standing.Tier)]++
	} else {
		sum.Moves[place(s.Before.Tier)][place(s.Result.Standing.Tier)]++
	}
	if s.RFM.Group != "" {
		sum.Groups[s.RFM.Group]++
	}
	complete := j.policy.Complete(file(k, s.Result.Tier, j.steps), j.on)
	for _, missing := range complete.Missing {
		sum.Lacking[missing.Field]++
	}
	seller := sum.Sellers[idText(s.OwnerID)]
	t := place(s.Result.Tier)
	seller.Tiers[t]++
	switch s.Result.Axis {
	case tier.ChurnWarned:
		seller.Warned[t]++
	case tier.New:
		seller.New++
	case tier.Prospect:
		seller.Prospect++
	}
	if s.OwnerID != 0 {
		kept := j.care(k, s.Result.Tier)
		m := j.policy.MatchOne(&kept, j.on)
		if m.ResponseAsked {
			seller.Asked++
			if m.Response {
				seller.Answered++
			}
		}
		for _, suits := range []struct {
			yes   bool
			count *int
		}{{m.Level, &seller.Level}, {m.Contact, &seller.Contact}, {m.All(), &seller.Both}} {
			if suits.yes {
				*suits.count++
			}
		}
	}
	weight := int64(j.policy.ServiceOf(s.Result.Tier).Weight)
	seller.Weight += weight
	seller.Complete += weight * int64(complete.Share)
	seller.Known += int64(complete.Share)
	sum.Sellers[idText(s.OwnerID)] = seller
}
