package targetplan

import (
	"context"
	"encoding/json"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/quota"
)

// WhatIf is what somebody tries: other weights, another ability of the person, another potential of the person or of the person's region. Nothing of it is kept.
type WhatIf struct {
	History, Potential, Pipeline, Even int // weights, which sum to 100
	Ability                            int // percent; 0: as it is
	RegionMinor                        int64
	RegionKnown                        bool  // RegionMinor is tried; otherwise the potential stays
	OwnMinor                           int64 // potential of the person's own market; 0: not known
	OwnKnown                           bool  // OwnMinor is tried
}

// Tried is what a trial would make of a person's number.
type Tried struct {
	BeforeMinor int64
	AfterMinor  int64
	Detail      Detail
}

func (w *WhatIf) check() error {
	var c fact.Checker
	if w.Ability < 0 || w.Ability > 500 {
		c.Add("ability", strconv.Itoa(w.Ability), "targetplan.within", errs.Args{"From": 0, "Most": 500})
	}
	if w.RegionMinor < 0 || w.RegionMinor > yearMost {
		c.Add("potential_amount", strconv.FormatInt(w.RegionMinor, 10), "quota.amount_range", nil)
	}
	if w.OwnMinor < 0 || w.OwnMinor > yearMost {
		c.Add("own_potential", strconv.FormatInt(w.OwnMinor, 10), "quota.amount_range", nil)
	}
	return c.Err()
}

// Try solves a plan again with what somebody wants to know, and says what the person's number would be: all others move along, so that the company's target stays. Errors: those of
// Person; invalid; conflict while nothing is solved.
func (s *Service) Try(ctx context.Context, actor access.Actor, planID, personID int64, w WhatIf) (tried Tried, err error) {
	defer errs.Wrap(&err, "targetplan.Try(%d, %d)", planID, personID)
	if err := w.check(); err != nil {
		return tried, err
	}
	if _, err := s.Person(ctx, actor, planID, personID); err != nil {
		return tried, err
	}
	var p Plan
	var in Input
	err = s.Store.Read(ctx, func(r Reader) error {
		if p, err = r.TargetPlan(ctx, planID); err != nil {
			return err
		}
		text, err := r.TargetInput(ctx, planID)
		if err != nil {
			return err
		}
		if len(text) == 0 {
			return errs.New(errs.KindConflict, "targetplan.nothing_gathered", nil)
		}
		return json.Unmarshal(text, &in)
	})
	if err != nil {
		return tried, err
	}
	return try(&in, p.Rules, personID, w)
}

// try compares a person's number as it was solved with that of a trial.
func try(in *Input, rules Rules, personID int64, w WhatIf) (tried Tried, err error) {
	unit := PersonUnit(personID)
	find := func(rows []Row) *Row {
		for i := range rows {
			if rows[i].Unit == unit {
				return &rows[i]
			}
		}
		return nil
	}
	before, _, err := Solve(in, &rules)
	if err != nil {
		return tried, err
	}
	rules.History, rules.Potential, rules.Pipeline, rules.Even = w.History, w.Potential, w.Pipeline, w.Even
	if w.RegionKnown {
		in.tryPotential(personID, w.RegionMinor)
	}
	if w.OwnKnown {
		in.tryOwn(personID, w.OwnMinor)
	}
	var abilities map[string]int64
	if w.Ability > 0 {
		abilities, rules.Ability = map[string]int64{unit: int64(w.Ability) * percent}, true
	}
	after, _, err := solveWith(in, &rules, abilities)
	if err != nil {
		return tried, err
	}
	was, is := find(before), find(after)
	if was == nil || is == nil {
		return tried, errs.New(errs.KindNotFound, "targetplan.missing", nil)
	}
	return Tried{BeforeMinor: was.Minor, AfterMinor: is.Minor, Detail: is.Detail}, nil
}

// tryPotential gives the region of a person another potential; nothing is not known.
func (in *Input) tryPotential(personID, minor int64) {
	if minor == 0 {
		minor = quota.Unknown
	}
	parents := map[string]string{}
	for _, p := range in.Places {
		parents[p.Unit] = p.Parent
	}
	for _, p := range in.People {
		if p.ID != personID {
			continue
		}
		for i := range in.Places {
			if in.Places[i].Unit == parents[p.Team] {
				in.Places[i].Potential = minor
			}
		}
	}
}

// tryOwn gives a person another potential; nothing is not known.
func (in *Input) tryOwn(personID, minor int64) {
	for i := range in.People {
		if in.People[i].ID == personID {
			in.People[i].Potential = minor
		}
	}
}

// VersionOf is a person's number in one version of the year.
type VersionOf struct {
	Plan  Plan // without what is of the whole company
	Minor int64
}

// Versions returns a person's number in all versions of the plan's year that the actor sees, the newest first. Errors: those of Person.
func (s *Service) Versions(ctx context.Context, actor access.Actor, planID, personID int64) (list []VersionOf, err error) {
	defer errs.Wrap(&err, "targetplan.Versions(%d, %d)", planID, personID)
	v, err := s.Person(ctx, actor, planID, personID)
	if err != nil {
		return nil, err
	}
	plans, err := s.List(ctx, actor)
	if err != nil {
		return nil, err
	}
	err = s.Store.Read(ctx, func(r Reader) error {
		list = nil
		for _, p := range plans {
			if p.FiscalYear != v.Plan.FiscalYear {
				continue
			}
			row, err := personRow(ctx, r, p.ID, personID)
			if errs.Is(err, errs.KindNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			p.hide()
			list = append(list, VersionOf{Plan: p, Minor: row.Minor})
		}
		return nil
	})
	return list, err
}
