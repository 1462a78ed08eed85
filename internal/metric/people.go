package metric

import "xiaoguan/internal/access"

// ownerHR answers for the numbers of people: headcount, turnover, plans of pay, results per head.
const ownerHR = "hr"

// mayRead says whether somebody sees numbers at all: who sees sales sees all of them, who sees the organisation those of people.
func mayRead(actor access.Actor) error {
	if actor.Can(access.PermOrgRead) {
		return nil
	}
	return actor.Require(access.PermSalesRead)
}

// opens reports whether a metric is for somebody.
func opens(actor access.Actor, d Definition) bool {
	return actor.Can(access.PermSalesRead) || d.Owner == ownerHR
}

// reach is of whom somebody sees numbers.
func reach(actor access.Actor) access.Scope {
	if actor.Can(access.PermSalesRead) {
		return actor.ScopeOf(access.PermSalesRead)
	}
	return actor.ScopeOf(access.PermOrgRead)
}
