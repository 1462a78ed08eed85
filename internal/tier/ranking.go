package tier

import (
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
)

// Ranking judges customers one after the other against all of them, for who cannot hold them all at once: Add each, Seal, then Judge each as
// it was added, in any order. It keeps three numbers of a customer, and gives what Judge gives.
type Ranking struct {
	policy     *Policy
	on         calendar.Date
	population *population
	sum        int64
	count      int
}

// NewRanking returns a ranking without customers as of a day.
func NewRanking(p *Policy, on calendar.Date) *Ranking {
	return &Ranking{policy: p, on: on, population: &population{policy: p}}
}

// Add counts a customer in. Facts that contradict themselves, and more customers or more value than can be counted, are a KindInvalid error.
// That no customer is added twice is for who calls.
func (r *Ranking) Add(c *Customer) error {
	if r.count++; r.count > CustomersMax {
		return errs.Invalid("tier.facts_invalid", []errs.Field{{Path: "customers", Message: errs.Msg("tier.too_many_customers", errs.Args{"Most": CustomersMax})}})
	}
	if err := validate(r.policy, []Customer{*c}); err != nil {
		return err
	}
	if r.sum += max(0, r.policy.Value.weighted(c.Margin, c.Spend)); r.sum > valueSumMax {
		return errs.Invalid("tier.facts_invalid", []errs.Field{{Path: "customers", Message: errs.Msg("tier.sum_range", nil)}})
	}
	r.population.add(c, r.on)
	return nil
}

// Seal ends the adding.
func (r *Ranking) Seal() { r.population.seal() }

// Judge sorts one of the customers into a tier. Each call for a customer counts as one period of Patience.
func (r *Ranking) Judge(c *Customer) Result {
	p := r.policy
	result := Result{Customer: c.ID, NegativeMargin: c.Margin < 0, OverrideEnded: c.Override != nil && r.on >= c.Override.Until}
	if c.Orders > 0 {
		result.SilentDays = max(0, int(r.on-c.LastOrder))
	}
	if result.Judged = p.enough(c, r.on); result.Judged {
		result.Score = r.population.score(c, 0)
	}
	result.Axis, result.Warnings = p.relation(c, result.SilentDays, r.on)
	result.Potential = p.potential(c)
	result.Due, result.Ground = p.due(c, &result, r.on)
	result.Standing, result.Proposal = p.stand(c.Standing, &result)
	result.Tier = result.Standing.Tier
	if c.Override.holds(r.on) {
		result.Tier, result.Overridden = c.Override.Tier, true
	}
	return result
}

// Lift is how many minor units of margin, being spend as well, a customer lacks to the next better tier; not known where its value is not
// judged, it is in A already, or no amount would do.
type Lift struct {
	Minor int64
	Known bool
}

// Lift says what a customer that was judged lacks to the next better tier while all others stay as they are.
func (r *Ranking) Lift(c *Customer, result *Result) (lift Lift) {
	if !result.Judged || result.Due == A || result.NegativeMargin {
		return Lift{}
	}
	lift.Minor, lift.Known = r.population.missing(c, r.policy.Value.least(Tiers()[result.Due.rank()-1]))
	return lift
}

// PatienceDays is the silence from which on a customer is warned of.
func (p *Policy) PatienceDays(c *Customer) int { return p.patienceDays(c) }
