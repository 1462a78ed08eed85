package plan

import (
	"cmp"
	"fmt"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/ruledoc"
)

// crediting reads a crediting document and checks that each event is credited by exactly one rule.
func (r *reader) crediting(top value) *Crediting {
	f := r.Mapping(top, "xiaoguan", "id", "effective", "precedence", "no_match", "events", "rules")
	c := &Crediting{Effective: calendar.Interval{From: calendar.NoDate, To: calendar.Forever}}
	if v, ok := f.Required("id"); ok {
		c.ID = r.ID(v)
	}
	if v, ok := f.Required("effective"); ok {
		c.Effective = r.Effective(v)
	}
	if v, ok := f.Required("events"); ok {
		c.Events = r.events(v)
	}
	if v, ok := f.Required("rules"); ok {
		seen := map[string]bool{}
		for _, item := range r.List(v, CreditRulesMax) {
			rule := r.creditRule(item, c.Events)
			if rule.ID != "" && seen[rule.ID] {
				r.Report(item, ruledoc.CodeIDDuplicate, errs.Args{"ID": rule.ID})
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
		if v, ok := f.Required("precedence"); ok {
			c.Precedence = ruledoc.Choice(r.Reader, v, PrecedenceFirst, PrecedenceSpecific)
		}
	} else {
		f.Meaningless("precedence")
	}
	if v, ok := f.Optional("no_match"); ok {
		if c.NoMatch = ruledoc.Choice(r.Reader, v, NoMatchIgnore, NoMatchRefuse); c.NoMatch == NoMatchIgnore {
			c.NoMatch = "" // the form without it
		}
	}
}

func (r *reader) events(v value) []Event {
	list, ok := r.Entries(v)
	switch {
	case !ok:
		return nil
	case len(list) == 0:
		r.Report(v, ruledoc.CodeListEmpty, nil)
	case len(list) > MeasuresMax:
		r.Report(v, ruledoc.CodeTooMany, errs.Args{"Count": len(list), "Most": MeasuresMax})
		return nil
	}
	var events []Event
	for _, e := range list {
		if !ruledoc.ValidID(e.Key) {
			r.Report(e.At, ruledoc.CodeID, nil)
			continue
		}
		events = append(events, r.event(e))
	}
	slices.SortFunc(events, func(a, b Event) int { return cmp.Compare(a.ID, b.ID) })
	return events
}

func (r *reader) event(e entry) Event {
	f := r.Mapping(e.Value, "name", "fact", "date", "amount", "tax")
	event := Event{ID: e.Key}
	if v, ok := f.Required("fact"); ok {
		event.Fact = ruledoc.Choice(r.Reader, v, FactPayment, FactDeal, FactInvoice)
	}
	if v, ok := f.Required("date"); ok && event.Fact != "" {
		ruledoc.Choice(r.Reader, v, event.Fact.date())
	}
	if v, ok := f.Optional("tax"); ok {
		event.Tax = r.tax(v)
	}
	if v, ok := f.Required("amount"); ok {
		ruledoc.Choice(r.Reader, v, "amount")
	}
	if v, ok := f.Optional("name"); ok {
		event.Name = r.Name(v)
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
	if len(v.Node.Content) > 0 {
		items = r.List(v, RowsMax)
	}
	var ids []string
	for _, item := range items {
		id := r.ID(item)
		switch {
		case id == "":
		case !slices.ContainsFunc(events, func(e Event) bool { return e.ID == id }):
			r.Report(item, CodeUnknownEvent, errs.Args{"ID": id})
		case slices.Contains(ids, id):
			r.Report(item, ruledoc.CodeListDuplicate, errs.Args{"Value": id})
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
				r.Add(SeverityError, CodeEventTwice, r.Places.Of(path), path, id, errs.Args{"Event": id, "Other": other})
			}
			by[id] = rule.ID
		}
	}
	for _, e := range c.Events {
		if !credited[e.ID] && len(c.Rules) > 0 {
			path := "events." + e.ID
			r.Add(SeverityWarning, CodeEventUncredited, r.Places.Of(path), path, e.ID, errs.Args{"Event": e.ID})
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
			r.Add(SeverityWarning, CodeRuleTie, r.Places.Of(path), path, rule.ID, errs.Args{"ID": rule.ID, "Other": other.ID})
		}
	}
}
