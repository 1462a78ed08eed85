package tier

import (
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
)

// Explanation says why a customer is in its tier, and what would change it, as messages.
type Explanation struct {
	Because []errs.Message
	Change  []errs.Message // empty where nothing of value or potential would lift it
}

// Explain says why a customer is in its tier; ok is false for a customer that was not judged.
func (j *Judgement) Explain(customer string) (e Explanation, ok bool) {
	i, found := j.index(customer)
	if !found {
		return e, false
	}
	c, r := &j.customers[i], &j.Results[i]
	return j.ranking.policy.Explain(c, r, j.ranking.Lift(c, r), j.On), true
}

// Explain says why the policy judged a customer so on a day, from what was known and came out then: it needs no other customer.
func (p *Policy) Explain(c *Customer, r *Result, lift Lift, on calendar.Date) (e Explanation) {
	say := func(key string, args errs.Args) { e.Because = append(e.Because, errs.Msg("tier.because."+key, args)) }
	p.sayValue(c, r, say)
	say("relation."+string(r.Axis), nil)
	for _, warning := range r.Warnings {
		say("warning."+string(warning), errs.Args{"Days": r.SilentDays, "Limit": p.patienceDays(c), "Date": c.ContractEnd.String()})
	}
	if p.Potential != nil && (r.Ground == GroundPotential || r.Ground == GroundMinimum) {
		say("potential", errs.Args{"Potential": r.Potential.String(), "From": p.Potential.From.String()})
	}
	say("due", errs.Args{"Tier": string(r.Due)})
	p.sayStanding(c, r, say)
	p.sayChange(c, r, lift, on, &e)
	return e
}

func (p *Policy) sayValue(c *Customer, r *Result, say func(string, errs.Args)) {
	v := &p.Value
	if !r.Judged {
		say("minimum", errs.Args{"Orders": c.Orders, "OrdersLeast": p.Minimum.Orders, "DaysLeast": p.Minimum.Days})
	} else {
		a, b := v.A, v.B
		if v.Method == CumulativeShare { // the score must be above what the limit leaves
			a, b = Whole-a, Whole-b
		}
		args := errs.Args{"Months": v.Months, "Margin": c.Margin, "Spend": c.Spend, "Score": r.Score.String(), "A": a.String(), "B": b.String()}
		say("value."+string(v.Method), args)
	}
	if r.NegativeMargin {
		say("negative", errs.Args{"Margin": c.Margin})
	}
	if r.Ground == GroundNew {
		say("new_not_a", errs.Args{"Days": p.Relation.NewDays})
	}
}

// sayStanding says why the tier that counts is not the one that is due.
func (p *Policy) sayStanding(c *Customer, r *Result, say func(string, errs.Args)) {
	switch change := r.Proposal; {
	case change != nil && change.Approval:
		say("approval", errs.Args{"From": string(change.From), "To": string(change.To)})
	case change != nil && change.Jump:
		say("jump", errs.Args{"From": string(change.From), "To": string(change.To), "Points": p.Patience.Points.String()})
	case change != nil:
		say("patience_over", errs.Args{"From": string(change.From), "To": string(change.To), "Periods": p.Patience.Periods})
	case r.Standing.Pending != 0:
		say("patience", errs.Args{"Tier": string(r.Standing.Tier), "Count": max(r.Standing.Pending, -r.Standing.Pending), "Periods": p.Patience.Periods})
	}
	switch {
	case r.Overridden:
		say("override", errs.Args{"Tier": string(c.Override.Tier), "Until": c.Override.Until.String(), "Reason": c.Override.Reason})
	case r.OverrideEnded:
		say("override_ended", errs.Args{"Until": c.Override.Until.String()})
	}
}

// sayChange says what more of value or potential would give the next better tier.
func (p *Policy) sayChange(c *Customer, r *Result, lift Lift, on calendar.Date, e *Explanation) {
	say := func(key string, args errs.Args) { e.Change = append(e.Change, errs.Msg("tier.change."+key, args)) }
	if r.NegativeMargin {
		say("negative", errs.Args{"Missing": -c.Margin})
		return
	}
	if r.Due == A {
		return
	}
	better := Tiers()[r.Due.rank()-1]
	if better == A && p.new(c, on) && !p.Relation.NewInA {
		say("new", errs.Args{"Date": (c.FirstOrder + calendar.Date(p.Relation.NewDays)).String()})
	}
	if !r.Judged {
		say("minimum", errs.Args{"OrdersLeast": p.Minimum.Orders, "DaysLeast": p.Minimum.Days})
	} else if lift.Known && lift.Minor > 0 {
		say("value", errs.Args{"Missing": lift.Minor, "Tier": string(better)})
	}
	if r.Due == C && p.Potential != nil {
		say("potential", errs.Args{"From": p.Potential.From.String(), "Missing": (p.Potential.From - r.Potential).String()})
	}
}
