package tier

import (
	"slices"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
)

// Axis is the relation with a customer.
type Axis string

// The relations. ChurnWarned goes before New.
const (
	Prospect    Axis = "prospect" // never ordered
	New         Axis = "new"
	Existing    Axis = "existing"
	ChurnWarned Axis = "churn_warned"
)

// Warning is why a customer is churn-warned.
type Warning string

// The warnings.
const (
	WarningSilent        Warning = "silent"         // longer than its usual interval allows
	WarningContractEnds  Warning = "contract_ends"  // soon
	WarningContractEnded Warning = "contract_ended" // and none followed
)

// Ground is the rule that gave the due tier.
type Ground string

// The grounds.
const (
	GroundValue     Ground = "value"
	GroundNew       Ground = "new"       // worth A, but new
	GroundPotential Ground = "potential" // lifted to B
	GroundNegative  Ground = "negative"  // margin below zero
	GroundMinimum   Ground = "minimum"   // too little data to judge value
)

// Result is what the policy says of one customer.
type Result struct {
	Customer       string
	Tier           Tier // what counts from now on; a change that needs approval doesn't yet
	Due            Tier // what the facts of today alone give
	Ground         Ground
	Score          Share // of value; 0 where it is not judged
	Judged         bool  // whether there are enough data for a score
	Potential      Share
	Axis           Axis
	Warnings       []Warning
	SilentDays     int
	NegativeMargin bool
	Standing       Standing // to be kept for the next judgement
	Proposal       *Proposal
	Overridden     bool // Tier is that of an override; Standing and Proposal are not
	OverrideEnded  bool // an override was given and holds no more
}

// Proposal is a change of the standing tier. With Approval it waits for somebody, and the standing tier stays until who calls hands in
// a Standing with the new tier.
type Proposal struct {
	From     Tier
	To       Tier
	Approval bool
	Jump     bool // due at once by the distance of the score, not by patience
}

// Judgement is the result of judging all customers on a day, ordered by customer.
type Judgement struct {
	On        calendar.Date
	Results   []Result
	ranking   *Ranking
	customers []Customer // in the order of Results
}

// Judge sorts customers into tiers as of a day. Customers whose facts contradict themselves are a KindInvalid error with a field each.
// Each call counts as one period of Patience; to look at a day without counting it, keep the old standings.
func Judge(p *Policy, customers []Customer, on calendar.Date) (j *Judgement, err error) {
	defer errs.Wrap(&err, "tier.Judge(%s)", p.ID)
	if err := validate(p, customers); err != nil {
		return nil, err
	}
	j = &Judgement{On: on, ranking: NewRanking(p, on), customers: slices.Clone(customers)}
	for i := range j.customers {
		j.ranking.population.add(&j.customers[i], on)
	}
	j.ranking.Seal()
	slices.SortFunc(j.customers, func(a, b Customer) int { return strings.Compare(a.ID, b.ID) })
	j.Results = make([]Result, len(j.customers))
	for i := range j.customers {
		j.Results[i] = j.ranking.Judge(&j.customers[i])
	}
	return j, nil
}

// Result finds a customer's result; nil where there is none.
func (j *Judgement) Result(customer string) *Result {
	if i, found := j.index(customer); found {
		return &j.Results[i]
	}
	return nil
}

func (j *Judgement) index(customer string) (int, bool) {
	return slices.BinarySearchFunc(j.Results, customer, func(r Result, id string) int { return strings.Compare(r.Customer, id) })
}

// new reports whether a customer ordered first a short while ago.
func (p *Policy) new(c *Customer, on calendar.Date) bool {
	return c.Orders > 0 && int(on-c.FirstOrder) < p.Relation.NewDays
}

func (p *Policy) relation(c *Customer, silent int, on calendar.Date) (Axis, []Warning) {
	var warnings []Warning
	if c.Orders > 0 && silent >= p.patienceDays(c) {
		warnings = append(warnings, WarningSilent)
	}
	if c.ContractEnd != calendar.NoDate && c.ContractEnd != calendar.Forever {
		switch days := int(c.ContractEnd - on); {
		case days < 0:
			warnings = append(warnings, WarningContractEnded)
		case days <= p.Relation.ContractEndDays:
			warnings = append(warnings, WarningContractEnds)
		}
	}
	switch {
	case len(warnings) > 0:
		return ChurnWarned, warnings
	case c.Orders == 0:
		return Prospect, nil
	case p.new(c, on):
		return New, nil
	}
	return Existing, nil
}

// patienceDays is the silence from which on a customer is warned of, rounded up to whole days.
func (p *Policy) patienceDays(c *Customer) int {
	if c.Interval == 0 {
		return p.Relation.SilenceDays
	}
	return int((int64(c.Interval)*int64(p.Relation.SilenceTimes) + int64(Whole) - 1) / int64(Whole))
}

// potential is the weighted mean of the ratings, of 100 %, rounded down.
func (p *Policy) potential(c *Customer) Share {
	if p.Potential == nil {
		return 0
	}
	sum, weights := int64(0), int64(0)
	for _, rating := range p.Potential.Fields {
		sum += int64(rating.Weight) * int64(c.Ratings[rating.ID])
		weights += int64(rating.Weight)
	}
	return Share(sum * int64(Whole) / (100 * weights))
}

// due is the tier of today's facts alone.
func (p *Policy) due(c *Customer, r *Result, on calendar.Date) (Tier, Ground) {
	if r.NegativeMargin {
		return C, GroundNegative
	}
	tier, ground := C, GroundMinimum
	if r.Judged {
		tier, ground = p.Value.tier(r.Score), GroundValue
		if tier == A && p.new(c, on) && !p.Relation.NewInA {
			return B, GroundNew
		}
	}
	if tier == C && p.Potential != nil && r.Potential >= p.Potential.From {
		return B, GroundPotential
	}
	return tier, ground
}

func (v *Value) tier(score Share) Tier {
	switch {
	case score >= v.least(A):
		return A
	case score >= v.least(B):
		return B
	}
	return C
}

// stand goes from the last standing to the next: what is due today must be due for long enough, or by enough.
func (p *Policy) stand(last Standing, r *Result) (Standing, *Proposal) {
	if last.Tier == "" {
		return Standing{Tier: r.Due}, nil
	}
	step := last.Tier.rank() - r.Due.rank() // positive when it would lift
	if step == 0 {
		return Standing{Tier: last.Tier}, nil
	}
	pending := last.Pending
	if step > 0 {
		pending = max(pending, 0) + 1
	} else {
		pending = min(pending, 0) - 1
	}
	pending = max(-p.Patience.Periods, min(p.Patience.Periods, pending)) // no further: it says that the change is due
	jump := p.jumps(last.Tier, r)
	if !jump && max(pending, -pending) < p.Patience.Periods {
		return Standing{Tier: last.Tier, Pending: pending}, nil
	}
	proposal := &Proposal{From: last.Tier, To: r.Due, Approval: slices.Contains(p.Approval, Change{last.Tier, r.Due}),
		Jump: jump && max(pending, -pending) < p.Patience.Periods}
	if proposal.Approval {
		return Standing{Tier: last.Tier, Pending: pending}, proposal
	}
	return Standing{Tier: r.Due}, proposal
}

// jumps reports whether the score has left the last tier by so many points that nothing is waited for. Grounds other than value are no
// matter of points.
func (p *Policy) jumps(last Tier, r *Result) bool {
	if r.Ground != GroundValue || p.Patience.Points == 0 {
		return false
	}
	if r.Due.rank() < last.rank() { // the limit that was passed first is that of the next better tier
		return r.Score-p.Value.least(Tiers()[last.rank()-1]) >= p.Patience.Points
	}
	return p.Value.least(last)-r.Score >= p.Patience.Points
}
