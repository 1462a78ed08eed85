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
	say := func(key string, args errs.Args) { e.Because = append(e.Because, errs.Msg("tier.because."+key, args)) }
	j.sayValue(c, r, say)
	say("relation."+string(r.Axis), nil)
	for _, warning := range r.Warnings {
		say("warning."+string(warning), errs.Args{"Days": r.SilentDays, "Limit": j.policy.patienceDays(c), "Date": c.ContractEnd.String()})
	}
	if j.policy.Potential != nil && (r.Ground == GroundPotential || r.Ground == GroundMinimum) {
		say("potential", errs.Args{"Potential": r.Potential.String(), "From": j.policy.Potential.From.String()})
	}
	say("due", errs.Args{"Tier": string(r.Due)})
	j.sayStanding(c, r, say)
	j.sayChange(c, r, &e)
	return e, true
}

func (j *Judgement) sayValue(c *Customer, r *Result, say func(string, errs.Args)) {
	v := &j.policy.Value
	if !r.Judged {
		say("minimum", errs.Args{"Orders": c.Orders, "OrdersLeast": j.policy.Minimum.Orders, "DaysLeast": j.policy.Minimum.Days})
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
		say("new_not_a", errs.Args{"Days": j.policy.Relation.NewDays})
	}
}

// sayStanding says why the tier that counts is not the one that is due.
func (j *Judgement) sayStanding(c *Customer, r *Result, say func(string, errs.Args)) {
	switch p := r.Proposal; {
	case p != nil && p.Approval:
		say("approval", errs.Args{"From": string(p.From), "To": string(p.To)})
	case p != nil && p.Jump:
		say("jump", errs.Args{"From": string(p.From), "To": string(p.To), "Points": j.policy.Patience.Points.String()})
	case p != nil:
		say("patience_over", errs.Args{"From": string(p.From), "To": string(p.To), "Periods": j.policy.Patience.Periods})
	case r.Standing.Pending != 0:
		say("patience", errs.Args{"Tier": string(r.Standing.Tier), "Count": max(r.Standing.Pending, -r.Standing.Pending), "Periods": j.policy.Patience.Periods})
	}
	switch {
	case r.Overridden:
		say("override", errs.Args{"Tier": string(c.Override.Tier), "Until": c.Override.Until.String(), "Reason": c.Override.Reason})
	case r.OverrideEnded:
		say("override_ended", errs.Args{"Until": c.Override.Until.String()})
	}
}

// sayChange says what more of value or potential would give the next better tier.
func (j *Judgement) sayChange(c *Customer, r *Result, e *Explanation) {
	say := func(key string, args errs.Args) { e.Change = append(e.Change, errs.Msg("tier.change."+key, args)) }
	if r.NegativeMargin {
		say("negative", errs.Args{"Missing": -c.Margin})
		return
	}
	if r.Due == A {
		return
	}
	better := Tiers()[r.Due.rank()-1]
	if better == A && j.policy.new(c, j.On) && !j.policy.Relation.NewInA {
		say("new", errs.Args{"Date": (c.FirstOrder + calendar.Date(j.policy.Relation.NewDays)).String()})
	}
	if !r.Judged {
		say("minimum", errs.Args{"OrdersLeast": j.policy.Minimum.Orders, "DaysLeast": j.policy.Minimum.Days})
	} else if missing, ok := j.population.missing(c, j.policy.Value.least(better)); ok && missing > 0 {
		say("value", errs.Args{"Missing": missing, "Tier": string(better)})
	}
	if r.Due == C && j.policy.Potential != nil {
		say("potential", errs.Args{"From": j.policy.Potential.From.String(), "Missing": (j.policy.Potential.From - r.Potential).String()})
	}
}
