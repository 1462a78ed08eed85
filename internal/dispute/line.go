package dispute

import (
	"xiaoguan/internal/engine"
	"xiaoguan/internal/settle"
)

// Choice is a line that can be disputed, with what it shows.
type Choice struct {
	Line
	Zero        bool
	AmountMinor int64
}

// LinesOf lists the lines of a statement and of what it was settled to, which may be nil: components, the credits and payments under
// them, and the steps from what is earned to what is paid. The sum of a settlement is no line: its steps are.
func LinesOf(s *engine.Statement, settled *settle.Result) (lines []Choice) {
	for i, c := range s.Components {
		lines = append(lines, Choice{Line{Kind: LineComponent, Component: c.ID}, c.AmountFen == 0, c.AmountFen})
		for _, credit := range s.Credits {
			if !countedIn(credit, i) {
				continue
			}
			line := CreditLine(c.ID, credit)
			lines = append(lines, Choice{line, credit.PartFen == 0, credit.PartFen})
			if credit.Payment != "" {
				lines = append(lines, Choice{line.OfPayment(), credit.AmountFen == 0, credit.AmountFen})
			}
		}
	}
	if settled == nil {
		return lines
	}
	for _, p := range settled.Postings {
		if p.Kind != settle.PostingPaid {
			lines = append(lines, Choice{Line{Kind: LineStep, Component: p.Component, Deal: p.Deal, Step: string(p.Kind), Origin: p.Origin}, p.AmountFen == 0, p.AmountFen})
		}
	}
	return lines
}

// CreditLine names a credit under a component.
func CreditLine(component string, c engine.CreditLine) Line {
	return Line{Kind: LineCredit, Component: component, Event: c.Event, Deal: c.Deal, Payment: c.Payment}
}

// OfPayment names the payment behind a credit.
func (l Line) OfPayment() Line {
	l.Kind, l.Event = LinePayment, ""
	return l
}

func countedIn(c engine.CreditLine, component int) bool {
	for _, earn := range c.In {
		if earn.Component == component {
			return true
		}
	}
	return false
}

// find returns the line with the key.
func find(lines []Choice, line Line) (Choice, bool) {
	key := line.Key()
	for _, c := range lines {
		if c.Key() == key {
			return c, true
		}
	}
	return Choice{}, false
}
