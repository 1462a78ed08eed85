package plan

import (
	"xiaoguan/internal/money"
)

type (
	settleWire struct {
		ByDeal      []string         `json:"by_deal,omitempty"`
		Clawback    *clawbackWire    `json:"clawback,omitempty"`
		Negative    *negativeWire    `json:"negative,omitempty"`
		Instalments *instalmentsWire `json:"instalments,omitempty"`
		Hold        *holdWire        `json:"hold,omitempty"`
		Guarantee   *guaranteeWire   `json:"guarantee,omitempty"`
		Draw        *drawWire        `json:"draw,omitempty"`
	}
	clawbackWire struct {
		Components []string `json:"components"`
		On         []string `json:"on"`
		Within     int      `json:"within_months"`
		Share      any      `json:"share"`
		Basis      string   `json:"basis"`
	}
	stepsWire struct {
		Steps []stepWire `json:"steps"`
	}
	stepWire struct {
		Months  int    `json:"months"`
		Percent string `json:"percent"`
	}
	negativeWire struct {
		Offset        NegativeOffset `json:"offset"`
		ForgivenAfter int            `json:"forgiven_after_months,omitempty"`
	}
	instalmentsWire struct {
		Components []string         `json:"components"`
		Parts      []instalmentWire `json:"parts"`
		IfLeft     IfLeft           `json:"if_left"`
	}
	instalmentWire struct {
		AfterMonths int    `json:"after_months"`
		Percent     string `json:"percent"`
	}
	holdWire struct {
		Components   []string  `json:"components"`
		Until        untilWire `json:"until"`
		Release      string    `json:"release,omitempty"`
		IfLeft       IfLeft    `json:"if_left"`
		ExpiresAfter int       `json:"expires_after_months,omitempty"`
	}
	untilWire struct {
		Collected string       `json:"collected,omitempty"`
		Months    int          `json:"months,omitempty"`
		When      []filterWire `json:"when,omitempty"`
	}
	guaranteeWire struct {
		Amount string `json:"amount"`
		Months int    `json:"months"`
	}
	drawWire struct {
		Style       DrawStyle     `json:"style"`
		Amount      string        `json:"amount"`
		FromMonth   int           `json:"from_month"`
		Months      int           `json:"months"`
		Recoverable *bool         `json:"recoverable,omitempty"`
		Recovery    *recoveryWire `json:"recovery,omitempty"`
		IfLeft      string        `json:"if_left,omitempty"`
	}
	recoveryWire struct {
		FromMonth int    `json:"from_month"`
		Percent   string `json:"percent"`
		Floor     string `json:"floor"`
	}
)

func (p *Plan) toSettleWire(s *Settlement) *settleWire {
	if s == nil {
		return nil
	}
	wire := &settleWire{ByDeal: s.ByDeal, Hold: p.toHoldWire(s.Hold), Draw: p.toDrawWire(s.Draw)}
	if c := s.Clawback; c != nil {
		wire.Clawback = &clawbackWire{Components: c.Components, On: c.On, Within: c.WithinMonths, Share: c.Share, Basis: c.Basis}
		if c.Share == ClawbackSteps {
			steps := stepsWire{}
			for _, step := range c.Steps {
				steps.Steps = append(steps.Steps, stepWire{step.Months, step.Percent.String()})
			}
			wire.Clawback.Share = steps
		}
	}
	if n := s.Negative; n != nil {
		wire.Negative = &negativeWire{n.Offset, n.ForgivenAfterMonths}
	}
	if rule := s.Instalments; rule != nil {
		wire.Instalments = &instalmentsWire{Components: rule.Components, IfLeft: rule.IfLeft}
		for _, part := range rule.Parts {
			wire.Instalments.Parts = append(wire.Instalments.Parts, instalmentWire{part.AfterMonths, part.Percent.String()})
		}
	}
	if g := s.Guarantee; g != nil {
		wire.Guarantee = &guaranteeWire{money.Format(g.AmountFen, p.Currency), g.Months}
	}
	return wire
}

func (p *Plan) toHoldWire(h *Hold) *holdWire {
	if h == nil {
		return nil
	}
	wire := &holdWire{Components: h.Components, IfLeft: h.IfLeft, ExpiresAfter: h.ExpiresAfterMonths, Until: untilWire{Months: h.Months}}
	if h.Collected != nil {
		wire.Until.Collected, wire.Release = h.Collected.String(), "whole"
		if h.ShareOfCash {
			wire.Release = "by_share_of_cash"
		}
	}
	for _, condition := range h.When {
		wire.Until.When = append(wire.Until.When, p.toConditionWire(condition))
	}
	return wire
}

func (p *Plan) toDrawWire(d *Draw) *drawWire {
	if d == nil {
		return nil
	}
	wire := &drawWire{Style: d.Style, Amount: money.Format(d.AmountFen, p.Currency), FromMonth: d.FromMonth, Months: d.Months}
	if d.Style != DrawNetted {
		recoverable := d.Recoverable
		wire.Recoverable = &recoverable
	}
	if d.Recoverable {
		wire.Recovery = &recoveryWire{d.RecoverFromMonth, d.RecoverPercent.String(), money.Format(d.RecoverFloorFen, p.Currency)}
		wire.IfLeft = "due"
		if d.ForgivenAtLeaving {
			wire.IfLeft = "forgiven"
		}
	}
	return wire
}
