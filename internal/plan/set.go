package plan

import (
	"slices"
	"strings"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/ruledoc"
)

// Check judges documents that are to hold together: one crediting document and the plans that rest on it. It returns what no single
// document can show; the documents' own findings are not repeated.
func Check(documents []*Document) []Finding {
	s := &set{}
	for _, d := range documents {
		if d.Crediting != nil {
			s.crediting = append(s.crediting, d)
		} else if d.Plan != nil {
			s.plans = append(s.plans, d)
		}
	}
	s.checkCrediting()
	for i, d := range s.plans {
		s.checkEvents(d)
		for _, other := range s.plans[:i] {
			s.checkPair(d, other)
		}
	}
	return ruledoc.Sort(s.findings)
}

type set struct {
	plans, crediting []*Document
	findings         []Finding
}

func (s *set) add(d *Document, severity Severity, code Code, path string, args errs.Args) {
	r := again(d)
	r.Findings = s.findings
	r.Add(severity, code, r.Places.Of(path), path, "", args)
	s.findings = r.Findings
}

// checkCrediting asks for a crediting document, and for one only at any time.
func (s *set) checkCrediting() {
	if len(s.crediting) == 0 {
		for _, d := range s.plans {
			s.add(d, SeverityError, CodeCreditingMissing, "", nil)
		}
	}
	for i, d := range s.crediting {
		for _, other := range s.crediting[:i] {
			if d.Crediting.Effective.Overlaps(other.Crediting.Effective) {
				s.add(d, SeverityError, CodeCreditingSeveral, "effective", errs.Args{"Other": other.Source})
			}
		}
	}
}

// checkEvents reports events that a plan counts and no crediting document gives.
func (s *set) checkEvents(d *Document) {
	if len(s.crediting) == 0 {
		return
	}
	for _, m := range d.Plan.Measures {
		path := "measures." + m.ID
		switch {
		case m.Credits != nil:
			s.checkEvent(d, m.Credits.Event, path+".credits")
			s.checkRules(d, m.Credits.Event, m.Credits.By, path)
			s.checkUnits(d, m.Credits, path)
		case m.Retained != nil:
			s.checkEvent(d, m.Retained.Event, path+".retained")
			s.checkRules(d, m.Retained.Event, m.Retained.By, path)
		case m.Quota != nil:
			s.checkEvent(d, m.Quota.Of, path+".quota")
		}
	}
	s.checkEvent(d, d.Plan.Statements.EarnedOn, "statements.earned_on")
}

func (s *set) checkEvent(d *Document, event, path string) {
	known := slices.ContainsFunc(s.crediting, func(c *Document) bool {
		return slices.ContainsFunc(c.Crediting.Events, func(e Event) bool { return e.ID == event })
	})
	if !known {
		s.add(d, SeverityError, CodeUnknownEvent, path, errs.Args{"ID": event})
	}
}

// checkRules reports rules that the crediting in force with the plan does not have, and asks for them where several credit the event.
func (s *set) checkRules(d *Document, event string, by []string, path string) {
	for _, c := range s.crediting {
		if !c.Crediting.Effective.Overlaps(d.Plan.Effective) {
			continue
		}
		var rules []string
		for _, rule := range c.Crediting.Rules {
			if slices.Contains(rule.Events, event) && rule.To != ToHouse {
				rules = append(rules, rule.ID)
			}
		}
		for _, id := range by {
			if !slices.Contains(rules, id) {
				s.add(d, SeverityError, CodeUnknownRule, path+".by", errs.Args{"ID": id, "Event": event, "Known": strings.Join(rules, ", ")})
			}
		}
		if len(by) == 0 && len(rules) > 1 {
			s.add(d, SeverityError, CodeRulesOpen, path, errs.Args{"Event": event, "Known": strings.Join(rules, ", ")})
		}
	}
}

// checkUnits reports units of an event that is not made of deals.
func (s *set) checkUnits(d *Document, m *CreditsMeasure, path string) {
	if m.Value != CreditsSumUnits {
		return
	}
	for _, c := range s.crediting {
		for _, e := range c.Crediting.Events {
			if e.ID == m.Event && e.Fact != FactDeal {
				s.add(d, SeverityError, CodeUnitsEvent, path+".sum", errs.Args{"Event": m.Event})
			}
		}
	}
}

func (s *set) checkPair(d, other *Document) {
	a, b := d.Plan, other.Plan
	if a.Currency != b.Currency {
		s.add(d, SeverityError, CodeCurrencyMixed, "currency", errs.Args{"Other": other.Source, "Currency": string(b.Currency)})
	}
	if !a.Effective.Overlaps(b.Effective) {
		return
	}
	if a.ID == b.ID {
		s.add(d, SeverityError, CodeSameID, "id", errs.Args{"ID": a.ID, "Other": other.Source})
		return
	}
	if a.Layer == b.Layer && a.Layer != LayerOther && a.Participants.mayShare(b.Participants) {
		s.add(d, SeverityWarning, CodeLayerTwice, "layer", errs.Args{"Layer": string(a.Layer), "Other": b.ID})
	}
}

// mayShare reports whether one person could meet both. Levels, teams, regions and persons exclude each other; roles don't.
func (p Participants) mayShare(o Participants) bool {
	pairs := [][2][]string{{p.Levels, o.Levels}, {p.Teams, o.Teams}, {p.Regions, o.Regions}, {p.Persons, o.Persons}}
	for _, pair := range pairs {
		if len(pair[0]) > 0 && len(pair[1]) > 0 && !slices.ContainsFunc(pair[0], func(x string) bool { return slices.Contains(pair[1], x) }) {
			return false
		}
	}
	return true
}
