package tierbook

import (
	"context"
	"slices"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/servicecase"
	"xiaoguan/internal/tier"
)

// askedDays is how far back it is looked how soon a customer was answered.
const askedDays = 90

// Question is a service case: when it was opened, and when it was first answered, if it was by the day of judgement.
type Question struct {
	At       time.Time
	Answered time.Time // zero without an answer
}

// AskedSince is the first day of what counts as asked lately, as of a day.
func AskedSince(on calendar.Date) calendar.Date { return on - askedDays + 1 }

// hoursOf are the working hours of after-sales, which answers are counted in.
func (s *Service) hoursOf(ctx context.Context, r Reader) (servicecase.Hours, error) {
	rules, err := r.ServiceRules(ctx)
	if rules.Revision == 0 {
		rules = servicecase.Usual()
	}
	return servicecase.Hours{Days: calendar.China(), Opens: rules.Opens, Closes: rules.Closes, Zone: s.now().Location()}, err
}

// answered is how many working minutes a customer waited for the first answer, the upper median of what it asked lately; -1 where it asked nothing. What is not
// answered counts from when it waits for longer than is allowed: until then it may still be in time.
func answered(asked []Question, hours servicecase.Hours, until time.Time, allowed int) int {
	var minutes []int64
	for _, a := range asked {
		switch {
		case !a.Answered.IsZero() && !a.Answered.After(until):
			minutes = append(minutes, hours.Between(a.At, a.Answered))
		case hours.Between(a.At, until) > int64(allowed):
			minutes = append(minutes, hours.Between(a.At, until))
		}
	}
	if len(minutes) == 0 {
		return -1
	}
	slices.Sort(minutes)
	return int(minutes[len(minutes)/2])
}

// care is how a customer is looked after.
func (j *judge) care(k *Known, counts tier.Tier) tier.Care {
	c := tier.Care{Customer: idText(k.ID), Tier: counts, LastContact: lastContact(k), Since: calendar.NoDate, ResponseMinutes: -1}
	if k.Holding != nil {
		c.Since = k.Holding.Since
	}
	if id := owner(k); id != 0 {
		c.Owner, c.OwnerLevel = idText(id), j.levels[id]
	}
	if len(k.Asked) > 0 && counts != "" {
		c.ResponseMinutes = answered(k.Asked, j.hours, j.until, j.policy.ServiceOf(counts).ResponseMinutes)
	}
	return c
}
