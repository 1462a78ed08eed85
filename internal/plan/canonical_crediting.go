package plan

import "xiaoguan/internal/money"

type (
	creditingWire struct {
		Header     string               `json:"xiaoguan"`
		ID         string               `json:"id"`
		Effective  effectiveWire        `json:"effective"`
		Precedence Precedence           `json:"precedence,omitempty"`
		NoMatch    NoMatch              `json:"no_match,omitempty"`
		Events     map[string]eventWire `json:"events"`
		Rules      []ruleWire           `json:"rules"`
	}
	eventWire struct {
		Name   Text     `json:"name"`
		Fact   FactKind `json:"fact"`
		Date   string   `json:"date"`
		Amount string   `json:"amount"`
		Tax    *taxWire `json:"tax,omitempty"`
	}
	taxWire struct {
		Rate string  `json:"rate"`
		Form TaxForm `json:"form"`
	}
	ruleWire struct {
		ID        string       `json:"id"`
		Events    []string     `json:"event"`
		Where     []filterWire `json:"where,omitempty"`
		Group     string       `json:"group,omitempty"`
		To        any          `json:"to"`
		Share     any          `json:"share,omitempty"`
		Remainder string       `json:"remainder,omitempty"`
		Tie       string       `json:"tie,omitempty"`
		Deducts   *bool        `json:"deducts,omitempty"`
		Levels    []string     `json:"levels,omitempty"`
		Base      ShareBase    `json:"base,omitempty"`
	}
	roleWire struct {
		Role   string `json:"role,omitempty"`
		Within Within `json:"within,omitempty"`
		Person string `json:"person,omitempty"`
	}
	percentWire struct {
		Percent string    `json:"percent"`
		Of      ShareBase `json:"of"`
	}
)

func toCreditingWire(c *Crediting) creditingWire {
	wire := creditingWire{
		Header: HeaderCrediting, ID: c.ID, Effective: toEffectiveWire(c.Effective), Precedence: c.Precedence, NoMatch: c.NoMatch,
		Events: map[string]eventWire{},
	}
	for _, e := range c.Events {
		event := eventWire{Name: e.Name, Fact: e.Fact, Date: e.Fact.date(), Amount: "amount"}
		if e.Tax != nil {
			event.Tax = &taxWire{Rate: e.Tax.Rate.String(), Form: e.Tax.Form}
		}
		wire.Events[e.ID] = event
	}
	for _, rule := range c.Rules {
		wire.Rules = append(wire.Rules, toRuleWire(rule))
	}
	return wire
}

func toRuleWire(rule CreditRule) ruleWire {
	wire := ruleWire{
		ID: rule.ID, Events: rule.Events, Group: rule.Group, To: rule.To, Levels: decimalTexts(rule.Levels), Base: rule.Base,
	}
	for _, f := range rule.Where {
		filter := filterWire{Field: f.Field}
		if len(f.In) > 0 {
			filter.list(&f)
		} else {
			filter.put(f.Comparison, money.Format(f.Value.Rat().Num().Int64(), creditingCurrency))
		}
		wire.Where = append(wire.Where, filter)
	}
	switch rule.To {
	case ToRole:
		wire.To = roleWire{Role: rule.Role, Within: rule.Within}
	case ToPerson:
		wire.To = roleWire{Person: rule.Person}
	}
	switch {
	case rule.Percent != nil:
		wire.Share, wire.Deducts = percentWire{Percent: rule.Percent.String(), Of: rule.Of}, &rule.Deducts
	case rule.Share != "":
		wire.Share = rule.Share
	}
	if rule.Share == ShareBySplit {
		wire.Remainder, wire.Tie = "largest", "first"
	}
	return wire
}
