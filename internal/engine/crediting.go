package engine

import (
	"slices"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/plan"
)

// eventProgram is one stream of credits that plans count: those that a rule makes of an event, counting an amount, a margin or units.
// The usual stream, every seller by shares or in full, has a fast path of its own; the others are made by a creditor.
type eventProgram struct {
	id       string
	fact     plan.FactKind
	full     bool // the whole amount to each seller
	rule     *plan.CreditRule
	place    int               // of the rule in the sequence
	value    plan.CreditsValue // CreditsSumAmount, CreditsSumMargin or CreditsSumUnits
	creditor int32             // index of program.creditors; None on the fast path
	by       converting        // of facts in other currencies
	sellers  bool              // only facts in other currencies keep it from the fast path
}

// eventsMax is how many streams one run may count: a selection marks them in 64 bits.
const eventsMax = 64

// counted is what a value counts of each credit: its amount unless it says otherwise.
func counted(v plan.CreditsValue) plan.CreditsValue {
	if v == plan.CreditsSumMargin || v == plan.CreditsSumUnits {
		return v
	}
	return plan.CreditsSumAmount
}

// streamsOf finds or adds the streams of an event: one for each of the rules, or for all when none is named.
func (c *compiler) streamsOf(where string, source *plan.CreditsMeasure) (streams []int16) {
	i := slices.IndexFunc(c.crediting.Events, func(e plan.Event) bool { return e.ID == source.Event })
	if i < 0 {
		c.fail(where, source.Event, problemUnknown, errs.Args{"ID": source.Event})
		return []int16{0}
	}
	event := &c.crediting.Events[i]
	for r := range c.crediting.Rules {
		rule := &c.crediting.Rules[r]
		if !slices.Contains(rule.Events, event.ID) || rule.To == plan.ToHouse || (source.By != nil && !slices.Contains(source.By, rule.ID)) {
			continue
		}
		streams = append(streams, c.stream(event, r, counted(source.Value)))
	}
	if slices.ContainsFunc(c.crediting.Rules, func(rule plan.CreditRule) bool { return rule.To == "" }) {
		c.fail(where, "to", problemUnsupported, errs.Args{"What": "rule"})
	}
	if len(streams) == 0 || (source.Value == plan.CreditsSumUnits && event.Fact != plan.FactDeal) {
		c.fail(where, source.Event, problemUnknown, errs.Args{"ID": source.Event})
		return []int16{0}
	}
	if len(c.events) > eventsMax {
		c.fail(where, source.Event, problemTooMany, errs.Args{"What": "events"})
	}
	return streams
}

func (c *compiler) stream(event *plan.Event, place int, value plan.CreditsValue) int16 {
	rule := &c.crediting.Rules[place]
	by := converting{}
	if c.foreignIn[event.Fact] {
		by = convertingBy(c.plan.plan.Currencies)
	}
	for i := range c.events {
		if e := &c.events[i]; e.id == event.ID && e.rule == rule && e.value == value && e.by == by {
			return int16(i)
		}
	}
	e := eventProgram{id: event.ID, fact: event.Fact, full: rule.Share == plan.ShareFullEach, rule: rule, place: place, value: value, creditor: None, by: by}
	usual := c.usual(event, rule) && value == plan.CreditsSumAmount
	if e.sellers = usual && c.foreignIn[event.Fact]; !usual || e.sellers {
		e.creditor = c.creditor(event, value, by)
	}
	c.events = append(c.events, e)
	return int16(len(c.events) - 1)
}

// usual reports whether the one rule of an event credits the sellers of every deal, by shares or in full.
func (c *compiler) usual(event *plan.Event, rule *plan.CreditRule) bool {
	alone := 0
	for i := range c.crediting.Rules {
		if slices.Contains(c.crediting.Rules[i].Events, event.ID) {
			alone++
		}
	}
	return alone == 1 && rule.To == plan.ToSellers && len(rule.Where) == 0 && event.Tax == nil && event.Fact != plan.FactInvoice &&
		c.crediting.NoMatch != plan.NoMatchRefuse
}

func (c *compiler) creditor(event *plan.Event, value plan.CreditsValue, by converting) int32 {
	for i := range c.creditors {
		if c.creditors[i].event == event && c.creditors[i].value == value && c.creditors[i].by == by {
			return int32(i)
		}
	}
	p := creditorProgram{event: event, value: value, by: by}
	for i := range c.crediting.Rules {
		if rule := &c.crediting.Rules[i]; slices.Contains(rule.Events, event.ID) {
			p.rules = append(p.rules, rule)
		}
	}
	c.creditors = append(c.creditors, p)
	return int32(len(c.creditors) - 1)
}

// settleCreditors tells every creditor which streams its rules feed.
func (p *program) settleCreditors() {
	for i := range p.creditors {
		c := &p.creditors[i]
		c.feeds = make([]int16, len(c.rules))
		for r, rule := range c.rules {
			c.feeds[r] = int16(slices.IndexFunc(p.events, func(e eventProgram) bool {
				return e.creditor == int32(i) && e.rule == rule
			}))
		}
	}
}
