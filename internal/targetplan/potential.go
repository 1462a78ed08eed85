package targetplan

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/quota"
)

// UnitKind is what a unit is.
type UnitKind string

// The kinds that have markets.
const (
	KindRegion UnitKind = "region"
	KindTeam   UnitKind = "team"
	KindPerson UnitKind = "person"
)

// UnitKinds lists them from the top down.
var UnitKinds = []UnitKind{KindRegion, KindTeam, KindPerson}

// Message names the kind for people.
func (k UnitKind) Message() errs.Message { return errs.Msg("targetplan.kind."+string(k), nil) }

// KindOf says what a unit is; empty for the company and for what is no unit.
func KindOf(unit string) UnitKind {
	for prefix, kind := range map[string]UnitKind{unitRegion: KindRegion, unitTeam: KindTeam, unitPerson: KindPerson} {
		if strings.HasPrefix(unit, prefix) {
			return kind
		}
	}
	return ""
}

// Kind says what the unit is.
func (p *Potential) Kind() UnitKind { return KindOf(p.Unit) }

// Potentials returns regions, their teams and the people of these who are asked for something in a fiscal year, each behind the unit above, with what their
// markets could give in that year; Minor is 0 where nobody has said. Errors: forbidden.
func (s *Service) Potentials(ctx context.Context, actor access.Actor, fiscalYear int) (list []Potential, err error) {
	defer errs.Wrap(&err, "targetplan.Potentials(%d)", fiscalYear)
	if err := actor.RequireAll(access.PermSalesRead); err != nil {
		return nil, err
	}
	err = s.Store.Read(ctx, func(r Reader) error {
		if list, err = s.markets(ctx, r, fiscalYear); err != nil {
			return err
		}
		known, err := r.TargetPotentials(ctx, fiscalYear)
		at := map[string]Potential{}
		for _, p := range known {
			at[p.Unit] = p
		}
		for i := range list {
			if p, is := at[list[i].Unit]; is {
				list[i].Minor, list[i].Source, list[i].ByName, list[i].At = p.Minor, p.Source, p.ByName, p.At
			}
		}
		return err
	})
	return list, err
}

// markets are the units of today that may have a potential in a year, each behind the unit above.
func (s *Service) markets(ctx context.Context, r Reader, fiscalYear int) (list []Potential, err error) {
	regions, err := r.TargetRegions(ctx)
	if err != nil {
		return nil, err
	}
	var first, last calendar.Date
	if from := s.Fiscal().FirstMonth(fiscalYear); fiscalYear >= yearLeast && fiscalYear <= yearLast {
		first, last = from.First(), (from + quota.Months - 1).Last()
	}
	members, err := r.TargetMembers(ctx, s.today(), first, last)
	if err != nil {
		return nil, err
	}
	below := map[string][]Potential{UnitCompany: regions}
	for i := range regions {
		regions[i].Parent = UnitCompany
	}
	seen := map[string]bool{}
	for _, m := range members {
		region, team := RegionUnit(m.RegionID), TeamUnit(m.TeamID)
		if m.RegionID == 0 && !seen[region] {
			below[UnitCompany] = append(below[UnitCompany], Potential{Unit: region, Parent: UnitCompany})
		}
		if !seen[team] {
			below[region] = append(below[region], Potential{Unit: team, Parent: region, Key: m.TeamKey, Name: m.TeamName})
		}
		seen[region], seen[team] = true, true
		below[team] = append(below[team], Potential{Unit: PersonUnit(m.ID), Parent: team, Key: m.Key, Name: m.Name})
	}
	var add func(unit string)
	add = func(unit string) {
		if KindOf(unit) == KindRegion { // teams by key; regions come so, people by id
			slices.SortStableFunc(below[unit], func(a, b Potential) int { return strings.Compare(a.Key, b.Key) })
		}
		for _, p := range below[unit] {
			p.FiscalYear = fiscalYear
			list = append(list, p)
			add(p.Unit)
		}
	}
	add(UnitCompany)
	return list, nil
}

// SetPotentials keeps what the markets of units could give in a year, with where the numbers come from; 0 is not known. Units that are not named keep theirs, and
// so do plans that were gathered before. Errors: forbidden; invalid; not found for a unit that is not of the year.
func (s *Service) SetPotentials(ctx context.Context, actor access.Actor, fiscalYear int, list []Potential) (err error) {
	defer errs.Wrap(&err, "targetplan.SetPotentials(%d)", fiscalYear)
	if err := s.mayWrite(actor); err != nil {
		return err
	}
	var c fact.Checker
	if fiscalYear < yearLeast || fiscalYear > yearLast {
		c.Add("year", strconv.Itoa(fiscalYear), "form.error.choice", nil)
	}
	for _, p := range list {
		if p.Minor < 0 || p.Minor > yearMost {
			c.Add("unit_"+p.Unit, strconv.FormatInt(p.Minor, 10), "quota.amount_range", nil)
		}
		c.Text("source", p.Source, false)
	}
	if err := c.Err(); err != nil {
		return err
	}
	return s.Store.InTx(ctx, func(tx Tx) error {
		units, err := s.markets(ctx, tx, fiscalYear)
		if err != nil {
			return err
		}
		known := map[string]bool{}
		for _, u := range units {
			known[u.Unit] = true
		}
		for _, p := range list {
			if !known[p.Unit] {
				return errs.New(errs.KindNotFound, "targetplan.missing", nil)
			}
			if p.Minor == 0 {
				err = tx.DropTargetPotential(ctx, fiscalYear, p.Unit)
			} else {
				p.FiscalYear, p.ByName, p.At = fiscalYear, actor.Name, tx.Now()
				err = tx.PutTargetPotential(ctx, p)
			}
			if err != nil {
				return err
			}
		}
		return audit.Append(ctx, tx, actor, "targetplan.potential", "target_potential:"+strconv.Itoa(fiscalYear), nil, list)
	})
}

// Apart says that the potentials of the units below one do not come to its own.
type Apart struct {
	Unit       string `json:"unit"`
	Name       string `json:"name"`
	Minor      int64  `json:"potential_minor"`
	BelowMinor int64  `json:"below_minor"` // of those that are known
	Known      int    `json:"known"`
	Units      int    `json:"units"` // how many are below
}

// PotentialsApart finds units whose own potential is not that of the units below together: all of them are known and come to something else, or the known ones
// alone come to more. Nothing is wrong with the split then, which compares siblings alone; somebody has to say which number is right.
func PotentialsApart(list []Potential) (apart []Apart) {
	at := map[string]*Apart{}
	for _, p := range list {
		if p.Kind() == KindPerson {
			continue
		}
		at[p.Unit] = &Apart{Unit: p.Unit, Name: p.Name, Minor: p.Minor}
	}
	for _, p := range list {
		above := at[p.Parent]
		if above == nil {
			continue
		}
		above.Units++
		if p.Minor > 0 {
			above.Known++
			above.BelowMinor += p.Minor
		}
	}
	for _, p := range list {
		a := at[p.Unit]
		if a == nil || a.Minor == 0 || a.Known == 0 {
			continue
		}
		if a.BelowMinor > a.Minor || a.Known == a.Units && a.BelowMinor != a.Minor {
			apart = append(apart, *a)
		}
	}
	return apart
}

// apart does so with what a plan rests on.
func (in *Input) apart() []Apart {
	var list []Potential
	for _, p := range in.Places {
		list = append(list, Potential{Unit: p.Unit, Parent: p.Parent, Name: p.Name, Minor: max(p.Potential, 0)})
	}
	for _, p := range in.People {
		list = append(list, Potential{Unit: PersonUnit(p.ID), Parent: p.Team, Minor: p.Potential})
	}
	return PotentialsApart(list)
}
