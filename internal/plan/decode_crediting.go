package plan

import (
	"cmp"
	"fmt"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
)

// crediting reads a crediting document and checks that each event is credited by exactly one rule.
func (r *reader) crediting(top value) *Crediting {
	f := r.mapping(top, "xiaoguan", "id", "effective", "precedence", "no_match", "events", "rules")
	c := &Crediting{Effective: calendar.Interval{From: calendar.NoDate, To: calendar.Forever}}
	if v, ok := f.required("id"); ok {
		c.ID = r.id(v)
	}
	if v, ok := f.required("effective"); ok {
		c.Effective = r.effective(v)
	}
	if v, ok := f.required("events"); ok {
		c.Events = r.events(v)
	}
	if v, ok := f.required("rules"); ok {
		seen := map[string]bool{}
		for _, item := range r.list(v, CreditRulesMax) {
			rule := r.creditRule(item, c.Events)
			if rule.ID != "" && seen[rule.ID] {
				r.report(item, CodeDuplicateID, errs.Args{"ID": rule.ID})
			}
			seen[rule.ID] = true
			c.Rules = append(c.Rules, rule)
		}
	}
	r.precedence(f, c)
	r.checkCrediting(c)
	return c
}

// precedence must be said where rules compete, and says nothing where none do.
func (r *reader) precedence(f fields, c *Crediting) {
	if slices.ContainsFunc(c.Rules, func(rule CreditRule) bool { return rule.Group != "" }) {
		if v, ok := f.required("precedence"); ok {
			c.Precedence = choice(r, v, PrecedenceFirst, PrecedenceSpecific)
		}
	} else {
		f.meaningless("precedence")
	}
	if v, ok := f.optional("no_match"); ok {
		if c.NoMatch = choice(r, v, NoMatchIgnore, NoMatchRefuse); c.NoMatch == NoMatchIgnore {
			c.NoMatch = "" // the form without it
		}
	}
}

func (r *reader) events(v value) []Event {
	list, ok := r.entries(v)
	switch {
	case !ok:
		return nil
	case len(list) == 0:
		r.report(v, CodeListEmpty, nil)
	case len(list) > MeasuresMax:
		r.report(v, CodeTooMany, errs.Args{"Count": len(list), "Most": MeasuresMax})
		return nil
	}
	var events []Event
	for _, e := range list {
		if !validID(e.key) {
			r.report(e.at, CodeID, nil)
			continue
		}
		events = append(events, r.event(e))
	}
	slices.SortFunc(events, func(a, b Event) int { return cmp.Compare(a.ID, b.ID) })
	return events
}

func (r *reader) event(e entry) Event {
	f := r.mapping(e.value, "name", "fact", "date", "amount", "tax")
	event := Event{ID: e.key}
	if v, ok := f.required("fact"); ok {
		event.Fact = choice(r, v, FactPayment, FactDeal, FactInvoice)
	}
	if v, ok := f.required("date"); ok && event.Fact != "" {
		choice(r, v, event.Fact.date())
	}
	if v, ok := f.optional("tax"); ok {
		event.Tax = r.tax(v)
	}
	if v, ok := f.required("amount"); ok {
		choice(r, v, "amount")
	}
	if v, ok := f.optional("name"); ok {
		event.Name = r.name(v)
	}
	usual := usualEventName(event.Fact)
	event.Name = Text{Zh: cmp.Or(event.Name.Zh, usual.Zh), En: cmp.Or(event.Name.En, usual.En)}
	return event
}

// usualEventName is the field's word for an event without a name of its own.
func usualEventName(fact FactKind) Text {
	switch fact {
	case FactDeal:
		return Text{Zh: "签约额", En: "signed amounts"}
	case FactInvoice:
		return Text{Zh: "开票额", En: "money invoiced"}
	}
	return Text{Zh: "回款额", En: "money collected"}
}

// ruleEvents reads one event or a list of them.
func (r *reader) ruleEvents(v value, events []Event) []string {
	items := []value{v}
	if len(v.node.Content) > 0 {
		items = r.list(v, RowsMax)
	}
	var ids []string
	for _, item := range items {
		id := r.id(item)
		switch {
		case id == "":
		case !slices.ContainsFunc(events, func(e Event) bool { return e.ID == id }):
			r.report(item, CodeUnknownEvent, errs.Args{"ID": id})
		case slices.Contains(ids, id):
			r.report(item, CodeListDuplicate, errs.Args{"Value": id})
		default:
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// checkCrediting reports sellers credited twice for one event, rules that tie, and events that nobody is credited with.
func (r *reader) checkCrediting(c *Crediting) {
	by := map[string]string{}
	credited := map[string]bool{}
	for i, rule := range c.Rules {
		r.checkTies(c, i)
		for _, id := range rule.Events {
			credited[id] = true
			if rule.To != ToSellers || rule.Group != "" || len(rule.Where) > 0 {
				continue
			}
			if other, taken := by[id]; taken {
				path := fmt.Sprintf("rules[%d].event", i)
				r.add(SeverityError, CodeEventTwice, r.position(path), path, id, errs.Args{"Event": id, "Other": other})
			}
			by[id] = rule.ID
		}
	}
	for _, e := range c.Events {
		if !credited[e.ID] && len(c.Rules) > 0 {
			path := "events." + e.ID
			r.add(SeverityWarning, CodeEventUncredited, r.position(path), path, e.ID, errs.Args{"Event": e.ID})
		}
	}
}

// checkTies warns of two rules of a group between which the number of filters does not decide.
func (r *reader) checkTies(c *Crediting, i int) {
	rule := c.Rules[i]
	if rule.Group == "" || c.Precedence != PrecedenceSpecific {
		return
	}
	for _, other := range c.Rules[:i] {
		shared := slices.ContainsFunc(rule.Events, func(id string) bool { return slices.Contains(other.Events, id) })
		if other.Group == rule.Group && len(other.Where) == len(rule.Where) && shared {
			path := fmt.Sprintf("rules[%d]", i)
			r.add(SeverityWarning, CodeRuleTie, r.position(path), path, rule.ID, errs.Args{"ID": rule.ID, "Other": other.ID})
		}
	}
}
