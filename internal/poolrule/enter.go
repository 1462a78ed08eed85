package poolrule

import "slices"

// PoolOf finds a pool by id; nil when there is none.
func (p *Policy) PoolOf(id string) *Pool { return p.pool(id) }

// MayEnter says why a seller has no access to a pool; empty when they have.
func (p *Policy) MayEnter(s *Seller, pool string) Refusal { return p.enters(s, pool) }

// IsAdmin reports whether a seller looks after a pool.
func (p *Policy) IsAdmin(s *Seller, pool string) bool {
	found := p.pool(pool)
	return found != nil && slices.ContainsFunc(s.Roles, func(role string) bool { return slices.Contains(found.Admins, role) })
}

// Holds is how many of a seller's customers count against the most they may hold, and that; 0 is no limit.
func (p *Policy) Holds(s *Seller) (count, most int) { return p.holds(s), p.Hold.Most(s.Level) }

// GivingTo is the policy with everything given to one person, for who gives customers out by hand.
func (p *Policy) GivingTo(person string) *Policy {
	q := *p
	q.Assign.Way, q.Assign.Person = WayPerson, person
	return &q
}

// GivingInTurn is the policy with customers given in turn.
func (p *Policy) GivingInTurn() *Policy {
	q := *p
	q.Assign.Way, q.Assign.Person = WayRotate, ""
	return &q
}
