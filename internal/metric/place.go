package metric

import (
	"cmp"
	"slices"
	"sync"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/plan"
)

// sellingLevels are the levels of those who sell: managers and others do not count as heads that bring business.
var sellingLevels = []string{"newcomer", "regular", "core"}

// at is where a person stands on a day. False for nobody of the organisation.
func (e *Employment) at(day calendar.Date) (Position, bool) {
	if day < e.HiredOn || day >= e.LeftOn {
		return Position{}, false
	}
	for _, p := range e.Positions {
		if p.Days.Contains(day) {
			return p, true
		}
	}
	return Position{}, true
}

// of is where a person stood in a month, up to a day of it: at its end, or else where they were last.
func (e *Employment) of(upTo calendar.Date) (Position, bool) {
	first := upTo.Month().First()
	best, found := Position{}, false
	for _, p := range e.Positions {
		if p.Days.From <= upTo && p.Days.To > first && !p.Days.Empty() && (!found || p.Days.From > best.Days.From) {
			best, found = p, true
		}
	}
	return best, found
}

// placement is where everybody stood at a day.
type placement struct {
	team   map[int64]int64 // by person
	region map[int64]int64 // by person
	teams  map[int64]OrgUnit
	areas  map[int64]OrgUnit
	people []int64                         // all that stood anywhere, by id
	within map[PlaceKind]map[int64][]int64 // people of regions and teams, by id
}

func (o *Organisation) place(upTo calendar.Date) *placement {
	p := &placement{team: map[int64]int64{}, region: map[int64]int64{}, teams: map[int64]OrgUnit{}, areas: map[int64]OrgUnit{},
		within: map[PlaceKind]map[int64][]int64{PlaceTeam: {}, PlaceRegion: {}}}
	for _, u := range o.Teams {
		if u.Days.Contains(upTo) {
			p.teams[u.ID] = u
		}
	}
	for _, u := range o.Regions {
		if u.Days.Contains(upTo) {
			p.areas[u.ID] = u
		}
	}
	for i := range o.People {
		at, found := o.People[i].of(upTo)
		if !found {
			continue
		}
		id, region := o.People[i].PersonID, p.teams[at.TeamID].RegionID
		p.team[id], p.region[id] = at.TeamID, region
		p.people = append(p.people, id)
		p.within[PlaceTeam][at.TeamID] = append(p.within[PlaceTeam][at.TeamID], id)
		p.within[PlaceRegion][region] = append(p.within[PlaceRegion][region], id)
	}
	return p
}

// members are the people of a region or a team, by id. They are not to be changed.
func (p *placement) members(place Place) []int64 { return p.within[place.Kind][place.ID] }

// placements are where everybody stood on days of an organisation that did not change: months are asked for again and again.
type placements struct {
	mu     sync.Mutex
	org    *Organisation
	placed map[calendar.Date]*placement
}

// placementsMost is how many days are kept.
const placementsMost = 200

func (k *placements) at(o *Organisation, day calendar.Date) *placement {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.org != o || len(k.placed) >= placementsMost {
		k.org, k.placed = o, map[calendar.Date]*placement{}
	}
	if k.placed[day] == nil {
		k.placed[day] = o.place(day)
	}
	return k.placed[day]
}

// servesIn reports whether somebody of a sales level was there between two days; the level is that of the last day there.
func (e *Employment) servesIn(from, to calendar.Date) bool {
	if e.LeftOn <= from || e.HiredOn > to {
		return false
	}
	p, there := e.at(min(e.LeftOn-1, to))
	return there && plan.Sells(p.Level)
}

// staff counts people between two days among those who are wanted.
func (o *Organisation) staff(from, to calendar.Date, wanted func(int64) bool, add func(person int64, m MeasureID, at When)) {
	for i := range o.People {
		e := &o.People[i]
		if !wanted(e.PersonID) {
			continue
		}
		for _, end := range []struct {
			day  calendar.Date
			when When
		}{{from - 1, AtStart}, {to, AtEnd}} {
			p, there := e.at(end.day)
			if !there {
				continue
			}
			add(e.PersonID, People, end.when)
			if slices.Contains(sellingLevels, p.Level) {
				add(e.PersonID, Sellers, end.when)
			}
		}
		for m := from.Month(); m <= to.Month(); m++ {
			if e.servesIn(max(m.First(), from), min(m.Last(), to)) {
				add(e.PersonID, Served, During)
			}
		}
		if from <= e.HiredOn && e.HiredOn <= to {
			add(e.PersonID, Joined, During)
		}
		if from <= e.LeftOn && e.LeftOn <= to {
			add(e.PersonID, Left, During)
		}
	}
}

func (o *Organisation) name(person int64) string {
	at, found := slices.BinarySearchFunc(o.People, person, func(e Employment, id int64) int { return cmp.Compare(e.PersonID, id) })
	if !found {
		return ""
	}
	return o.People[at].Name
}
