package plan

import "xiaoguan/internal/decimal"

// The wire types of docs/adr/0011. A form that is absent is absent from the canonical form.
type (
	furtherWire struct {
		Given     string      `json:"given,omitempty"`
		Missing   Missing     `json:"missing,omitempty"`
		Retained  string      `json:"retained,omitempty"`
		Before    any         `json:"before,omitempty"`
		Now       any         `json:"now,omitempty"`
		Scorecard []scoreWire `json:"scorecard,omitempty"`
		Formula   string      `json:"formula,omitempty"`
		Kind      ValueKind   `json:"kind,omitempty"`
		Component string      `json:"component,omitempty"`
		Rank      string      `json:"rank,omitempty"`
		Among     Group       `json:"among,omitempty"`
		Order     Order       `json:"order,omitempty"`
		Ties      string      `json:"ties,omitempty"`
	}
	scoreWire struct {
		Measure string `json:"measure"`
		Goal    string `json:"goal"`
		Weight  string `json:"weight"`
		Least   string `json:"least"`
		Most    string `json:"most"`
	}
	spanWire struct {
		Window Window `json:"window,omitempty"`
		Months int    `json:"months,omitempty"`
		Back   int    `json:"back,omitempty"`
	}
)

// windowWire is a word where a word will do. It is nil when there is none, so that omitempty leaves it out.
func windowWire(window Window, s *Span) any {
	switch {
	case s != nil:
		return s.wire()
	case window == "":
		return nil
	}
	return window
}

func (s Span) wire() any {
	if s.Months == 0 && s.Back == 0 {
		return s.Window
	}
	return spanWire(s)
}

func decimalTexts(list []decimal.Decimal) (texts []string) {
	for _, d := range list {
		texts = append(texts, d.String())
	}
	return texts
}

func (p *Plan) putCredits(wire *measureWire, c *CreditsMeasure) {
	wire.Credits, wire.By, wire.Window = c.Event, c.By, windowWire(c.Window, c.Span)
	for word, value := range creditsSums {
		if c.Value == value {
			wire.Sum = word
		}
	}
	for word, value := range creditsCounts {
		if c.Value == value {
			wire.Count = word
		}
	}
	switch c.Value {
	case CreditsFirstDate:
		wire.First = "date"
	case CreditsLastDate:
		wire.Last = "date"
	}
	for _, f := range c.Where {
		wire.Where = append(wire.Where, p.toFilterWire(f))
	}
}

func (p *Plan) putFurther(wire *measureWire, m FurtherForms) {
	switch {
	case m.Given != nil:
		wire.Given, wire.Kind, wire.Missing = m.Given.Of, m.Given.Kind, m.Given.Missing
		wire.Window = windowWire(m.Given.Window, m.Given.Span)
	case m.Retained != nil:
		wire.Retained, wire.By, wire.Before, wire.Now = m.Retained.Event, m.Retained.By, m.Retained.Before.wire(), m.Retained.Now.wire()
	case m.Formula != nil:
		wire.Formula, wire.Kind = m.Formula.Text, m.Formula.Kind
	case m.Rank != nil:
		wire.Rank, wire.Among, wire.Order, wire.Ties = m.Rank.By, m.Rank.Among, m.Rank.Order, string(m.Rank.Ties)
	}
	wire.Component = m.Component
	for _, item := range m.Scorecard {
		score := scoreWire{
			Measure: item.Measure, Goal: p.constantText(item.Goal, p.kind(item.Measure)), Weight: item.Weight.String(), Least: item.Least.String(),
			Most: noLimit,
		}
		if item.Most != nil {
			score.Most = item.Most.String()
		}
		wire.Scorecard = append(wire.Scorecard, score)
	}
}
