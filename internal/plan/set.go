package plan

import (
	"slices"

	"xiaoguan/internal/errs"
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
	return sortFindings(s.findings)
}

type set struct {
	plans, crediting []*Document
	findings         []Finding
}

func (s *set) add(d *Document, severity Severity, code Code, path string, args errs.Args) {
	r := &reader{source: d.Source, positions: d.positions, findings: s.findings}
	r.add(severity, code, r.position(path), path, "", args)
	s.findings = r.findings
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
		switch {
		case m.Credits != nil:
			s.checkEvent(d, m.Credits.Event, "measures."+m.ID+".credits")
		case m.Quota != nil:
			s.checkEvent(d, m.Quota.Of, "measures."+m.ID+".quota")
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
