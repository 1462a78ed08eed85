package plan

import "xiaoguan/internal/money"

// The wire types of rules of honours and promotion, as those of plans: the canonical form is a document that Decode reads back to the same.
type (
	honourWire struct {
		Header       string                 `json:"xiaoguan"`
		ID           string                 `json:"id"`
		Title        Text                   `json:"title"`
		Currency     money.Currency         `json:"currency"`
		Currencies   *conversionWire        `json:"currencies,omitempty"`
		Span         HonourSpan             `json:"span"`
		Effective    effectiveWire          `json:"effective"`
		Participants participantsWire       `json:"participants"`
		Each         HonourEach             `json:"each"`
		Measures     map[string]measureWire `json:"measures"`
		Require      []filterWire           `json:"require,omitempty"`
		Rank         honourRankWire         `json:"rank"`
		Winners      int                    `json:"winners"`
		Brings       *bringsWire            `json:"brings,omitempty"`
	}
	honourRankWire struct {
		By       string     `json:"by"`
		Order    Order      `json:"order"`
		TieBreak []string   `json:"tie_break,omitempty"`
		Ties     HonourTies `json:"ties"`
	}
	bringsWire struct {
		Cash     string `json:"cash,omitempty"`
		Points   int64  `json:"points,omitempty"`
		Priority int    `json:"promotion_priority,omitempty"`
	}
	promotionWire struct {
		Header     string                 `json:"xiaoguan"`
		ID         string                 `json:"id"`
		Name       Text                   `json:"name"`
		Currency   money.Currency         `json:"currency"`
		Currencies *conversionWire        `json:"currencies,omitempty"`
		Effective  effectiveWire          `json:"effective"`
		Measures   map[string]measureWire `json:"measures"`
		Steps      []promotionStepWire    `json:"steps"`
	}
	promotionStepWire struct {
		From      string       `json:"from"`
		To        string       `json:"to"`
		When      []filterWire `json:"when"`
		Preferred []filterWire `json:"preferred,omitempty"`
	}
)

func toHonourWire(h *Honour) honourWire {
	wire := honourWire{Header: HeaderHonour, ID: h.ID, Title: h.Title, Currency: h.Rule.Currency, Currencies: toConversionWire(h.Rule.Currencies), Span: h.Span, Effective: toEffectiveWire(h.Effective),
		Participants: participantsWire(h.Rule.Participants), Each: h.Each, Measures: h.Rule.measureWires(),
		Require: h.Rule.conditionWires(h.require()), Rank: honourRankWire{h.By, h.Order, h.TieBreaks, h.Ties}, Winners: h.Winners}
	if h.Brings != (HonourBrings{}) {
		wire.Brings = &bringsWire{Points: h.Brings.Points, Priority: h.Brings.PriorityMonths}
		if h.Brings.CashMinor != 0 {
			wire.Brings.Cash = h.Rule.amountText(h.Brings.CashMinor)
		}
	}
	return wire
}

// require are the minimums.
func (h *Honour) require() []Condition { return h.Rule.Components[0].When }

func toPromotionWire(p *Promotion) promotionWire {
	wire := promotionWire{Header: HeaderPromotion, ID: p.ID, Name: p.Name, Currency: p.Rule.Currency, Currencies: toConversionWire(p.Rule.Currencies), Effective: toEffectiveWire(p.Effective),
		Measures: p.Rule.measureWires()}
	for _, s := range p.Steps {
		wire.Steps = append(wire.Steps, promotionStepWire{s.From, s.To, p.Rule.conditionWires(s.When), p.Rule.conditionWires(s.Priority)})
	}
	return wire
}

func (p *Plan) measureWires() map[string]measureWire {
	wires := map[string]measureWire{}
	for _, m := range p.Measures {
		wires[m.ID] = p.toMeasureWire(m)
	}
	return wires
}

func (p *Plan) conditionWires(conditions []Condition) (wires []filterWire) {
	for _, c := range conditions {
		wires = append(wires, p.toConditionWire(c))
	}
	return wires
}
