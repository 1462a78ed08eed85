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
	"xiaoguan/internal/settle"
)

// knowledgeReader reads what was known when.
type knowledgeReader interface {
	// BatchBy returns the last batch that was recorded by the end of a day where the company is, and that moment. For NoDate and for days
	// to come it is the last batch there is.
	BatchBy(ctx context.Context, day calendar.Date) (fact.BatchID, time.Time, error)
	// OpeningsKnown returns the opening items of a month of a person as they were at a moment: of the months that were closed by then.
	OpeningsKnown(ctx context.Context, month calendar.Month, personID int64, until time.Time) (Openings, error)
	// AdditionsKnown returns what waited for a month, or had reached it, at a moment, in order.
	AdditionsKnown(ctx context.Context, month calendar.Month, until time.Time) ([]Addition, error)
}

// AsKnown computes a person's statements of a month from the facts recorded, the plan versions approved, the months closed and the
// differences and adjustments decided by the end of a day; NoDate is now. What is earned is settled by the opening items as they were then.
// What earlier months paid is read as it stands. Errors: forbidden; not found; conflict when no plan was in force.
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
		openings, err := r.OpeningsKnown(ctx, month, personID, until)
		if err != nil {
			return err
		}
		additions, err := r.AdditionsKnown(ctx, month, until)
		if err != nil {
			return err
		}
		additions = slices.DeleteFunc(additions, func(a Addition) bool { return a.PersonID != personID })
		pasts, err := PastsFor(ctx, r, month, rules.Plans, openings, additions, until)
		if err != nil {
			return err
		}
		views, err = s.remembered(ctx, r, basis{month, personID, batch, rules, openings, pasts, earlier, additions})
		return err
	})
	return views, err
}

// StepPair is what the steps of one kind came to in two readings of a settlement.
type StepPair struct {
	Kind                    settle.PostingKind
	FirstMinor, SecondMinor int64
}

// CompareSettled puts two readings of a settlement side by side, in the order of the steps; nothing where neither was settled. Either may be
// nil: then what is earned is paid.
func CompareSettled(first, second View) (pairs []StepPair) {
	if first.Settled == nil && second.Settled == nil {
		return nil
	}
	sums := map[settle.PostingKind]*StepPair{}
	at := func(kind settle.PostingKind) *StepPair {
		if sums[kind] == nil {
			sums[kind] = &StepPair{Kind: kind}
		}
		return sums[kind]
	}
	for i, v := range []View{first, second} {
		add := func(kind settle.PostingKind, minor int64) {
			if p := at(kind); i == 0 {
				p.FirstMinor += minor
			} else {
				p.SecondMinor += minor
			}
		}
		if v.Settled == nil {
			add(settle.PostingEarned, v.TotalMinor+v.AddedMinor)
			add(settle.PostingPaid, v.PaidMinor)
			continue
		}
		for _, p := range v.Settled.Postings {
			add(p.Kind, p.AmountFen)
		}
	}
	for _, kind := range settle.PostingKinds() {
		if p := sums[kind]; p != nil {
			pairs = append(pairs, *p)
		}
	}
	return pairs
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
