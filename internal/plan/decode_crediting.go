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
	f := r.mapping(top, "xiaoguan", "id", "effective", "events", "rules")
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
		for _, item := range r.list(v, RowsMax) {
			rule := r.creditRule(item, c.Events)
			if rule.ID != "" && seen[rule.ID] {
				r.report(item, CodeDuplicateID, errs.Args{"ID": rule.ID})
			}
			seen[rule.ID] = true
			c.Rules = append(c.Rules, rule)
		}
	}
	r.checkCrediting(c)
	return c
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
	f := r.mapping(e.value, "name", "fact", "date", "amount")
	event := Event{ID: e.key}
	if v, ok := f.required("fact"); ok {
		event.Fact = choice(r, v, FactPayment, FactDeal)
	}
	if v, ok := f.required("date"); ok {
		switch event.Fact {
		case FactPayment:
			choice(r, v, "paid_on")
		case FactDeal:
			choice(r, v, "signed_on")
		}
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
	if fact == FactDeal {
		return Text{Zh: "签约额", En: "signed amounts"}
	}
	return Text{Zh: "回款额", En: "money collected"}
}

func (r *reader) creditRule(v value, events []Event) CreditRule {
	f := r.mapping(v, "id", "event", "to", "share", "remainder", "tie")
	var rule CreditRule
	if id, ok := f.required("id"); ok {
		rule.ID = r.id(id)
	}
	if event, ok := f.required("event"); ok {
		rule.Events = r.ruleEvents(event, events)
	}
	if to, ok := f.required("to"); ok {
		choice(r, to, "deal.sellers")
	}
	if share, ok := f.required("share"); ok {
		rule.Share = choice(r, share, ShareBySplit, ShareFullEach)
	}
	if rule.Share == ShareFullEach {
		f.meaningless("remainder", "tie")
		return rule
	}
	if rule.Share == ShareBySplit {
		if remainder, ok := f.required("remainder"); ok {
			choice(r, remainder, "largest")
		}
		if tie, ok := f.required("tie"); ok {
			choice(r, tie, "first")
		}
	}
	return rule
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

// checkCrediting refuses an event that two rules credit, and warns of one that none does.
func (r *reader) checkCrediting(c *Crediting) {
	by := map[string]string{}
	for i, rule := range c.Rules {
		for _, id := range rule.Events {
			if other, taken := by[id]; taken {
				path := fmt.Sprintf("rules[%d].event", i)
				r.add(SeverityError, CodeEventTwice, r.position(path), path, id, errs.Args{"Event": id, "Other": other})
			}
			by[id] = rule.ID
		}
	}
	for _, e := range c.Events {
		if _, credited := by[e.ID]; !credited && len(c.Rules) > 0 {
			path := "events." + e.ID
			r.add(SeverityWarning, CodeEventUncredited, r.position(path), path, e.ID, errs.Args{"Event": e.ID})
		}
	}
}
