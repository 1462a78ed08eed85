package plan

import (
	"slices"

	"xiaoguan/internal/errs"
)

// checkSettlement judges the settlement and marks the measures that it reads.
func (p *planReader) checkSettlement(used map[string]bool) {
	s := p.plan.Settle
	kept := p.plan.Statements.Refund == RefundKeptUntilClaw
	if s == nil || s.Clawback == nil {
		if kept {
			p.warn("statements.refund", CodeRefundNever, nil)
		}
		if s == nil {
			return
		}
	}
	p.checkByDeal(s)
	if s.Clawback != nil {
		if p.plan.Statements.Refund == RefundNegativeCredit {
			p.error("settle.clawback", CodeClawbackTwice, "", nil)
		}
		if s.Negative == nil {
			p.warn("settle.clawback", CodeNegativePay, nil)
		}
		p.checkClawbackSteps(s.Clawback)
	}
	if s.Hold != nil {
		for _, condition := range s.Hold.When {
			used[condition.Measure] = true
		}
		if s.Hold.Months > 0 && s.Hold.ExpiresAfterMonths > 0 && s.Hold.ExpiresAfterMonths <= s.Hold.Months {
			p.error("settle.hold.expires_after_months", CodeHoldExpires, "", errs.Args{"Months": s.Hold.Months})
		}
	}
	if d := s.Draw; d != nil && d.Recoverable && d.Style == DrawTopUp && d.RecoverFloorFen < d.AmountFen {
		p.note("settle.draw.recovery.floor", CodeRecoverBelowDraw, nil)
	}
}

// checkByDeal reports components that cannot be kept by deal, and rules that need it.
func (p *planReader) checkByDeal(s *Settlement) {
	for _, id := range s.ByDeal {
		i := slices.IndexFunc(p.plan.Components, func(c Component) bool { return c.ID == id })
		pays := p.plan.Components[i].Pays
		base := p.plan.Measure(pays.Of)
		if pays.Rate == nil || (base != nil && base.Credits == nil) {
			p.error("settle.by_deal", CodeNoDeals, id, errs.Args{"ID": called(p.plan.Components[i])})
		}
	}
	needs := func(path string, components []string) {
		for _, id := range components {
			if !slices.Contains(s.ByDeal, id) {
				i := slices.IndexFunc(p.plan.Components, func(c Component) bool { return c.ID == id })
				p.error(path, CodeNotByDeal, id, errs.Args{"ID": called(p.plan.Components[i])})
			}
		}
	}
	if s.Clawback != nil {
		needs("settle.clawback.components", s.Clawback.Components)
	}
	if s.Hold != nil && s.Hold.Collected != nil {
		needs("settle.hold.components", s.Hold.Components)
	}
}

// checkClawbackSteps notes ages at which a clawback by steps takes nothing, and steps that are never reached.
func (p *planReader) checkClawbackSteps(c *Clawback) {
	if len(c.Steps) == 0 {
		return
	}
	if last := c.Steps[len(c.Steps)-1].Months; last < c.WithinMonths {
		p.warn("settle.clawback.within_months", CodeStepsShort, errs.Args{"Months": last, "Within": c.WithinMonths})
	}
	if n := len(c.Steps); n > 1 && c.Steps[n-2].Months >= c.WithinMonths {
		p.warn("settle.clawback.share.steps", CodeStepsIdle, errs.Args{"Within": c.WithinMonths})
	}
}
