package store

import (
	"context"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/fact"
)

var nothingMore = engine.DealMore{Units: fact.Unknown, CostFen: fact.Unknown, Referrer: engine.None, CancelledOn: calendar.Forever}

// loadDetails reads what more is known of deals, their other currencies among it. A company that has none of it has no column for it.
func (l *factLoader) loadDetails(ctx context.Context) error {
	err := each(ctx, l.tx, func(r rows) error {
		var deal, referrer int64
		var more engine.DealMore
		if err := r.Scan(&deal, &more.Units, &more.CostFen, &referrer, scanDate(&more.CancelledOn)); err != nil {
			return err
		}
		more.Referrer = indexOf(l.persons, referrer)
		index, ok := l.deals[deal]
		if !ok || more == nothingMore {
			return nil
		}
		l.openDetails()
		l.facts.DealsMore[index] = more
		return nil
	}, `SELECT deal_id, units, cost_minor, referrer_id, cancelled_on FROM deal_detail WHERE`+currentAt+l.limit.and("deal", "deal_id"), l.recorded)
	l.markDeals()
	return err
}

// loadInvoices reads invoices up to the month's last day; for one payee those of own deals, since no other's count.
func (l *factLoader) loadInvoices(ctx context.Context) error {
	own := ""
	if l.limit != nil {
		own = " AND deal_id IN (" + l.limit.own + ")"
	}
	return l.loadMoney(ctx, "invoice", "invoiced_on", []string{own}, &l.facts.Invoices)
}

func (l *factLoader) loadGiven(ctx context.Context) error {
	return each(ctx, l.tx, func(r rows) error {
		var person int64
		var value string
		var g engine.Given
		if err := r.Scan(&person, scanMonth(&g.Month), &g.Measure, &value); err != nil {
			return err
		}
		var err error
		if g.Value, err = decimal.Parse(value); err != nil {
			return err
		}
		if g.Person = indexOf(l.persons, person); g.Person != engine.None {
			l.facts.Given = append(l.facts.Given, g)
		}
		return nil
	}, `SELECT person_id, month, measure, value FROM given_value WHERE`+currentAt+l.limit.and("payee", "person_id")+
		` AND value <> '' AND month <= $2 ORDER BY person_id, month, measure`, l.recorded, l.month.String())
}

// loadMentors reads who trains whom. They are few, and a mentorship counts for both.
func (l *factLoader) loadMentors(ctx context.Context) error {
	return each(ctx, l.tx, func(r rows) error {
		var mentor, trainee int64
		var m engine.Mentorship
		if err := r.Scan(&mentor, &trainee, scanDate(&m.Days.From), scanDate(&m.Days.To)); err != nil {
			return err
		}
		m.Mentor, m.Trainee = indexOf(l.persons, mentor), indexOf(l.persons, trainee)
		if m.Mentor != engine.None && m.Trainee != engine.None {
			l.facts.Mentors = append(l.facts.Mentors, m)
		}
		return nil
	}, `SELECT mentor_id, trainee_id, valid_from, valid_to FROM mentorship WHERE`+currentAt+`AND valid_from < valid_to
		ORDER BY trainee_id, valid_from`, l.recorded)
}
