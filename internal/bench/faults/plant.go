package faults

import (
	"fmt"
	"math"
	"slices"
)

// plantAll plants as many problems as were asked for, each of another group, and says which. Fewer are planted when no more can be seen in a company
// of this size.
func (c *company) plantAll(want int, sellers int, only []string) {
	c.sums()
	d := newDice(c.seed, ofFaults)
	all := kinds()
	order := d.order(len(all))
	if len(only) > 0 {
		order = slices.DeleteFunc(order, func(i int) bool { return !slices.Contains(only, all[i].id) })
	}
	// People's leaving comes first: everything else depends on who is there.
	slices.SortStableFunc(order, func(a, b int) int { return early(all[a]) - early(all[b]) })
	leaving := d.chance(float64(want) / 25)
	taken := map[string]bool{}
	var late []func()
	for _, i := range order {
		k := &all[i]
		if len(c.faults) >= want || taken[k.group] || k.group == "leaving" && !leaving && len(only) == 0 {
			continue
		}
		at, fault, ok := c.place(k, Strengths[d.between(0, 2)], newDice(c.seed, ofFaults, uint64(i)+1))
		if !ok {
			continue
		}
		taken[k.group] = true
		c.faults = append(c.faults, fault)
		switch k.group {
		case "leaving":
			k.plant(c, at, fault.Moved)
			c.staff(sellers)
		case "giant", "pay": // these look at what the others made of the company
			late = append(late, func() { k.plant(c, at, fault.Moved) })
		default:
			k.plant(c, at, fault.Moved)
		}
	}
	if c.uneven > 0 {
		c.partSkills()
	}
	for _, plant := range late {
		plant()
	}
}

func early(k kind) int {
	if k.group == "leaving" {
		return 0
	}
	return 1
}

// partSkills makes regular sellers as unequal as was planted.
func (c *company) partSkills() {
	for i := range c.people {
		p := &c.people[i]
		d := newDice(c.seed, ofPerson, p.id)
		if p.level == regular {
			p.skill *= d.spread(c.uneven) * math.Exp(-c.uneven*c.uneven/2)
		}
	}
}

// place looks for a place at which a problem of this strength, or a weaker one, can stand.
func (c *company) place(k *kind, strength Strength, d dice) (site, Fault, bool) {
	var sites []site
	for _, n := range d.order(len(k.levels)) {
		of := c.sites(k.levels[n])
		for _, at := range d.order(len(of)) {
			sites = append(sites, of[at])
		}
	}
	for at := slices.Index(Strengths, strength); at >= 0; at-- {
		for _, s := range sites {
			least, noise, most := k.measure(c, s)
			by := k.moved(Strengths[at], least, noise)
			if by > most || by < least+2*noise {
				continue
			}
			s.place.Stage, s.place.Rule = k.stage, s.place.Rule+k.rule
			if k.id == "key_person" {
				s.place.Person = c.people[c.starOf(s.teams[0])].key
			}
			return s, Fault{Kind: k.id, Place: s.place, Strength: Strengths[at], Moved: round(by), Least: round(least), Noise: round(noise)}, true
		}
	}
	return site{}, Fault{}, false
}

func round(x float64) float64 { return math.Round(x*10_000) / 10_000 }

// sites are the places of a level that can be told from those around them: a region of three or more, with two teams or more; a team in a region of
// three or more.
func (c *company) sites(of level) (all []site) {
	every := make([]int, len(c.teams))
	for t := range every {
		every[t] = t
	}
	seats := c.sellersIn(every)
	add := func(place Place, teams []int, thing int) {
		at := site{place: place, level: of, teams: teams, thing: thing, seats: c.sellersIn(teams)}
		at.others = seats - at.seats
		all = append(all, at)
	}
	switch of {
	case atCompany:
		add(Place{}, every, 0)
	case atRegion:
		for i, r := range c.regions {
			if len(c.regions) >= 3 && len(r.teams) >= 2 {
				add(Place{Region: r.key}, r.teams, i)
			}
		}
	case atTeam:
		for t := range c.teams {
			if len(c.regions[c.teams[t].region].teams) >= 3 {
				add(Place{Team: c.teams[t].key}, []int{t}, t)
			}
		}
	case atProduct:
		for i, p := range c.products {
			add(Place{Product: p.key}, every, i)
		}
	case atSource:
		for i, s := range c.sources[:len(c.sources)-1] {
			add(Place{Source: s.word}, every, i)
		}
	case atPlan:
		for i, p := range c.plans {
			add(Place{Rule: p.key}, every, i)
		}
	case atPerson:
		for i := range c.people {
			if p := &c.people[i]; p.level == regular && p.left == none && p.hired < c.start() {
				add(Place{Person: p.key}, nil, i)
			}
		}
	}
	return all
}

// String says what was planted, where and how strong.
func (f Fault) String() string {
	return fmt.Sprintf("%s %v %s", f.Kind, f.Place, f.Strength)
}
