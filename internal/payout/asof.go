package payout

import (
	"context"
	"slices"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/planbook"
)

// knowledgeReader reads what was known when.
type knowledgeReader interface {
	// BatchBy returns the last batch that was recorded by the end of a day where the company is, and that moment. For NoDate and for days
	// to come it is the last batch there is.
	BatchBy(ctx context.Context, day calendar.Date) (fact.BatchID, time.Time, error)
}

// AsKnown computes a person's statements of a month from the facts recorded and the plan versions approved by the end of a day; NoDate is
// now. What is earned is computed, and not what is paid of it; what earlier months paid is read as it stands. Errors: forbidden; not found;
// conflict when no plan was in force.
func (s *Service) AsKnown(ctx context.Context, actor access.Actor, month calendar.Month, personID int64, on calendar.Date) (views []View, err error) {
	defer errs.Wrap(&err, "payout.AsKnown(%s, %d, %s)", month, personID, on)
	err = s.store.Read(ctx, func(r Reader) error {
		if _, err := MaySee(ctx, r, actor, personID); err != nil {
			return err
		}
		batch, until, err := r.BatchBy(ctx, on)
		if err != nil {
			return err
		}
		rules, err := planbook.ForMonthKnown(ctx, r, month, until)
		if err != nil {
			return err
		}
		earlier, err := EarlierLinesFor(ctx, r, rules, month, personID)
		if err != nil {
			return err
		}
		loaded, err := loadFor(ctx, r, rules, personID, month, batch, s.currency())
		if err != nil {
			return err
		}
		views, err = earned(loaded, rules, month, personID, earlier)
		return err
	})
	return views, err
}

// earned computes what a person earns, without settling it.
func earned(loaded *Loaded, rules planbook.InForce, month calendar.Month, personID int64, earlier []EarlierLine) (views []View, err error) {
	index := slices.Index(loaded.PersonIDs, personID)
	if index < 0 {
		return nil, errs.New(errs.KindNotFound, "payout.no_person", nil)
	}
	result, err := engine.Run(engine.Input{Period: month, Plans: rules.Plans, Crediting: rules.Crediting, Facts: loaded.Facts, Only: []int32{int32(index)},
		Earlier: EarlierPay(earlier, loaded, rules)})
	if err != nil {
		return nil, err
	}
	for _, g := range Groups(result.Payouts) {
		statement, err := result.Statement(g.Person, g.Plan)
		if err != nil {
			return nil, err
		}
		views = append(views, View{Preview: true, Statement: statement, Head: Head{
			Month: month, PersonID: personID, PersonKey: statement.Payee, Name: statement.PayeeName, PlanID: rules.PlanVersions[g.Plan].DocumentID,
			VersionID: rules.PlanVersions[g.Plan].ID, Level: statement.Level, TotalMinor: statement.TotalFen, PaidMinor: statement.TotalFen,
		}})
	}
	return views, nil
}

// ComponentPair is what a component, or the credits of one payment, came to in two readings of a statement.
type ComponentPair struct {
	ID                      string
	FirstMinor, SecondMinor int64
	First, Second           bool // there at all
}

// Compared are two readings of a statement, side by side.
type Compared struct {
	Components []ComponentPair // in the order of the first, then what only the second has
	Credits    []CreditPair    // that differ
}

// CreditPair is a payment, or another credit, that counts otherwise in the two readings.
type CreditPair struct {
	Event, Payment, Deal    string
	On                      calendar.Date
	FirstMinor, SecondMinor int64 // the payee's part; 0 where it is not there
}

// Compare puts two readings of a statement side by side. Either may be nil.
func Compare(first, second *engine.Statement) (c Compared) {
	place := map[string]int{}
	pair := func(id string) *ComponentPair {
		i, ok := place[id]
		if !ok {
			i = len(c.Components)
			place[id] = i
			c.Components = append(c.Components, ComponentPair{ID: id})
		}
		return &c.Components[i]
	}
	type key struct {
		event, payment, deal string
		on                   calendar.Date
	}
	credits := map[key]int{}
	credit := func(l engine.CreditLine) *CreditPair {
		k := key{l.Event, l.Payment, l.Deal, l.On}
		i, ok := credits[k]
		if !ok {
			i = len(c.Credits)
			credits[k] = i
			c.Credits = append(c.Credits, CreditPair{Event: l.Event, Payment: l.Payment, Deal: l.Deal, On: l.On})
		}
		return &c.Credits[i]
	}
	if first != nil {
		for _, t := range first.Components {
			p := pair(t.ID)
			p.FirstMinor, p.First = t.AmountFen, true
		}
		for _, l := range first.Credits {
			credit(l).FirstMinor += l.PartFen
		}
	}
	if second != nil {
		for _, t := range second.Components {
			p := pair(t.ID)
			p.SecondMinor, p.Second = t.AmountFen, true
		}
		for _, l := range second.Credits {
			credit(l).SecondMinor += l.PartFen
		}
	}
	c.Credits = slices.DeleteFunc(c.Credits, func(p CreditPair) bool { return p.FirstMinor == p.SecondMinor })
	return c
}
