package poolrule

import (
	"cmp"
	"slices"
	"strings"

	"xiaoguan/internal/calendar"
)

// Seller is who wants to claim, look, or be given customers, as of today.
type Seller struct {
	ID            string
	Level         string
	Department    string
	Roles         []string
	Holds         int // customers, of all kinds
	HoldsWon      int // of them with a deal
	HoldsLocked   int // of them locked; one may be both
	HoldsBoth     int // of them with a deal and locked
	ClaimedToday  int
	ClaimedPeriod int // in the days of the policy's period, today included
	ViewedToday   int
	GivenToday    int
}

// Pooled is a customer in a pool.
type Pooled struct {
	ID          string
	Pool        string
	Entered     calendar.Date // when it came into the pool
	FormerOwner string
}

// Refusal is why something may not be done.
type Refusal string

// The refusals.
const (
	RefusedMember  Refusal = "not_member"
	RefusedAdmins  Refusal = "admins_only"
	RefusedDay     Refusal = "per_day"
	RefusedPeriod  Refusal = "per_period"
	RefusedAtOnce  Refusal = "at_once"
	RefusedHold    Refusal = "holding"
	RefusedFormer  Refusal = "former_owner"
	RefusedNew     Refusal = "new_record"
	RefusedViews   Refusal = "views"
	RefusedLocks   Refusal = "locks"
	RefusedUnknown Refusal = "unknown_pool"
)

// Refusals lists them, for catalogues and their tests.
func Refusals() []Refusal {
	return []Refusal{RefusedMember, RefusedAdmins, RefusedDay, RefusedPeriod, RefusedAtOnce, RefusedHold, RefusedFormer, RefusedNew, RefusedViews, RefusedLocks, RefusedUnknown}
}

// MessageKey is the key of the text that says it.
func (r Refusal) MessageKey() string { return "poolrule.refused." + string(r) }

// Refused is a refusal, of one customer or of the claim as a whole. Until is the first day on which it no longer holds by itself, and
// Most the number it was measured by.
type Refused struct {
	Customer string
	Refusal  Refusal
	Until    calendar.Date // calendar.NoDate where waiting doesn't help
	Most     int
}

// MayClaim says all that is against a claim of these customers; without refusals it may be done, as a whole.
func (p *Policy) MayClaim(s *Seller, customers []Pooled, on calendar.Date) (refused []Refused) {
	count := len(customers)
	limit := func(refusal Refusal, most, would int, until calendar.Date) {
		if most > 0 && would > most {
			refused = append(refused, Refused{Refusal: refusal, Most: most, Until: until})
		}
	}
	limit(RefusedAtOnce, p.Claim.AtOnce, count, calendar.NoDate)
	limit(RefusedDay, p.Claim.PerDay, s.ClaimedToday+count, on+1)
	limit(RefusedPeriod, p.Claim.PerPeriod, s.ClaimedPeriod+count, calendar.NoDate)
	limit(RefusedHold, p.Hold.Most(s.Level), p.holds(s)+count, calendar.NoDate)
	for i := range customers {
		c := &customers[i]
		against := func(refusal Refusal, until calendar.Date, days int) {
			refused = append(refused, Refused{Customer: c.ID, Refusal: refusal, Until: until, Most: days})
		}
		if refusal := p.enters(s, c.Pool); refusal != "" {
			against(refusal, calendar.NoDate, 0)
		}
		if until := c.Entered + calendar.Date(p.Claim.FormerOwnerDays); c.FormerOwner == s.ID && on < until {
			against(RefusedFormer, until, p.Claim.FormerOwnerDays)
		}
		if until := c.Entered + calendar.Date(p.Claim.NewRecordDays); on < until {
			against(RefusedNew, until, p.Claim.NewRecordDays)
		}
	}
	return refused
}

// holds is how many of a seller's customers count against the cap.
func (p *Policy) holds(s *Seller) int {
	count := s.Holds
	if !p.Hold.Won {
		count -= s.HoldsWon
	}
	if !p.Hold.Locked {
		count -= s.HoldsLocked
	}
	if !p.Hold.Won && !p.Hold.Locked {
		count += s.HoldsBoth
	}
	return count
}

// enters says why a seller has no access to a pool; empty when it has.
func (p *Policy) enters(s *Seller, id string) Refusal {
	pool := p.pool(id)
	if pool == nil {
		return RefusedUnknown
	}
	admin := slices.ContainsFunc(s.Roles, func(role string) bool { return slices.Contains(pool.Admins, role) })
	switch {
	case admin:
		return ""
	case pool.AdminsOnly:
		return RefusedAdmins
	case len(pool.Members) > 0 && !slices.Contains(pool.Members, s.Department):
		return RefusedMember
	}
	return ""
}

// MayView says what is against looking at one more customer of a pool; empty when nothing is.
func (p *Policy) MayView(s *Seller, pool string) Refusal {
	if refusal := p.enters(s, pool); refusal != "" {
		return refusal
	}
	if p.Claim.ViewsPerDay > 0 && s.ViewedToday >= p.Claim.ViewsPerDay {
		return RefusedViews
	}
	return ""
}

// MayLock says what is against locking one more customer; empty when nothing is.
func (p *Policy) MayLock(s *Seller) Refusal {
	if !p.Exempt.Locked || s.HoldsLocked >= p.Exempt.LocksMost {
		return RefusedLocks
	}
	return ""
}

// Shown says what of a pool's customers a seller sees before a claim: whether telephone numbers are masked, and which fields are hidden.
func (pool *Pool) Shown(claimed bool) (masked bool, hidden []string) {
	masked = pool.MaskPhones == MaskAlways || pool.MaskPhones == MaskBeforeClaim && !claimed
	if !claimed {
		hidden = pool.Hidden
	}
	return masked, hidden
}

// Given is one customer and who gets it.
type Given struct {
	Customer string
	Seller   string
}

// Give gives customers of pools out, as the policy's way is: by the day they came in and their id, each to who holds the fewest of
// those who may have it, and of equals to the first by id. Nobody gets beyond the cap, the daily number, or a customer barred for the
// former owner. What nobody may have is left.
func (p *Policy) Give(customers []Pooled, sellers []Seller, on calendar.Date) (given []Given, left []string) {
	queue, people := slices.Clone(customers), slices.Clone(sellers)
	slices.SortFunc(queue, func(a, b Pooled) int { return cmp.Or(cmp.Compare(a.Entered, b.Entered), strings.Compare(a.ID, b.ID)) })
	slices.SortFunc(people, func(a, b Seller) int { return strings.Compare(a.ID, b.ID) })
	for i := range queue {
		var best *Seller
		for k := range people {
			if s := &people[k]; p.mayHave(s, &queue[i], on) && (best == nil || p.holds(s) < p.holds(best)) {
				best = s
			}
		}
		if best == nil {
			left = append(left, queue[i].ID)
			continue
		}
		best.Holds++
		best.GivenToday++
		given = append(given, Given{queue[i].ID, best.ID})
	}
	return given, left
}

func (p *Policy) mayHave(s *Seller, c *Pooled, on calendar.Date) bool {
	if p.Assign.Way == WayClaim || p.Assign.Way == WayPerson && s.ID != p.Assign.Person {
		return false
	}
	pool := p.pool(c.Pool)
	member := pool != nil && (len(pool.Members) == 0 || slices.Contains(pool.Members, s.Department))
	most := p.Hold.Most(s.Level)
	switch {
	case !member, p.Assign.PerDay > 0 && s.GivenToday >= p.Assign.PerDay, most > 0 && p.holds(s) >= most:
		return false
	case c.FormerOwner == s.ID && on < c.Entered+calendar.Date(p.Claim.FormerOwnerDays):
		return false
	}
	return true
}
