package quota

import "sort"

// passesMax is how often the ratios are gone through: each pass of one may break another.
const passesMax = 8

// presenceMin is the least part of a year that tells what somebody would carry in a whole one.
const presenceMin = Million / 100

// levels makes the ratios hold among people who have the like territory, without changing what these have together: whoever of the lesser level
// carries too much is lowered and whoever of the greater carries too little is raised, to one common height. Bounds and what was set by
// hand stay; a ratio that cannot hold for them is told.
func levels(ratios []Ratio, parent string, all []sibling) (findings []Finding) {
	for range passesMax {
		moved := false
		for _, ratio := range ratios {
			for _, group := range like(ratio, all) {
				moved = group.meet() || moved
			}
		}
		if !moved {
			break
		}
	}
	for _, ratio := range ratios {
		for _, group := range like(ratio, all) {
			if few, many := group.worst(); few != nil {
				findings = append(findings, Finding{Problem: ProblemRatio, Unit: parent, Units: []string{few.unit.ID, many.unit.ID}})
			}
		}
	}
	return findings
}

// alike are the people of two levels with the like territory.
type alike struct {
	least      int64
	more, less []*sibling
}

// like finds the groups in which a ratio asks for something, by territory.
func like(ratio Ratio, all []sibling) (groups []*alike) {
	byTerritory := map[string]*alike{}
	var names []string
	for i := range all {
		u := all[i].unit
		if len(u.Children) > 0 || all[i].presence < presenceMin || u.Level != ratio.More && u.Level != ratio.Less {
			continue
		}
		g := byTerritory[u.Territory]
		if g == nil {
			g = &alike{least: ratio.Least}
			byTerritory[u.Territory] = g
			names = append(names, u.Territory)
		}
		if u.Level == ratio.More {
			g.more = append(g.more, &all[i])
		} else {
			g.less = append(g.less, &all[i])
		}
	}
	sort.Strings(names)
	for _, name := range names {
		if g := byTerritory[name]; len(g.more) > 0 && len(g.less) > 0 {
			groups = append(groups, g)
		}
	}
	return groups
}

// fullYear is what a person would carry if always there, rounded down or up.
func (s *sibling) fullYear(up bool) int64 {
	full := mulDiv(s.minor, Million, s.presence)
	if up && mulDiv(full, s.presence, Million) < s.minor {
		full++
	}
	return full
}

// floor is the least that somebody of the greater level carries at a height.
func (s *sibling) floor(height int64) int64 {
	part := mulDiv(height, s.presence, Million)
	if mulDiv(part, Million, s.presence) < height {
		part++
	}
	return part
}

// raised and lowered are what people carry when the greater level is at least, the lesser at most, at a height.
func (s *sibling) raised(height int64) int64 { return max(s.minor, min(s.floor(height), s.high)) }

func (g *alike) lowered(s *sibling, height int64) int64 {
	ceiling := mulDiv(mulDiv(height, Million, g.least), s.presence, Million)
	return min(s.minor, max(ceiling, s.low))
}

// worst is a pair that breaks the ratio: the one of the greater level who carries least, and the one of the lesser who carries most.
func (g *alike) worst() (few, many *sibling) {
	for _, s := range g.more {
		if few == nil || s.fullYear(false) < few.fullYear(false) {
			few = s
		}
	}
	for _, s := range g.less {
		if many == nil || s.fullYear(true) > many.fullYear(true) {
			many = s
		}
	}
	// A fen lost in rounding either way breaks nothing.
	if mulDiv(max(many.fullYear(true)-2, 0), g.least, Million) <= few.fullYear(false)+2 {
		return nil, nil
	}
	return few, many
}

func (g *alike) sum(height int64) (sum int64) {
	for _, s := range g.more {
		sum += s.raised(height)
	}
	for _, s := range g.less {
		sum += g.lowered(s, height)
	}
	return sum
}

// meet moves to the common height, and reports whether anything moved.
func (g *alike) meet() bool {
	if few, _ := g.worst(); few == nil {
		return false
	}
	var now, top int64
	for _, s := range g.people() {
		now += s.minor
		top = max(top, s.fullYear(true))
	}
	top = mulDiv(top+1, g.least, Million) + 1
	height := int64(sort.Search(int(top), func(h int) bool { return g.sum(int64(h)) >= now }))
	surplus := g.sum(height) - now // some fen: a height lifts several people at once
	before := g.amounts()
	for _, s := range g.more {
		s.minor = s.raised(height)
	}
	for _, s := range g.less {
		s.minor = g.lowered(s, height)
	}
	for surplus > 0 {
		taken := g.trim(surplus)
		if taken == 0 {
			break
		}
		surplus -= taken
	}
	moved := false
	for i, s := range g.people() {
		if s.minor != before[i] {
			s.hold, moved = HoldRatio, true
		}
	}
	return moved
}

func (g *alike) people() []*sibling { return append(append([]*sibling{}, g.more...), g.less...) }

func (g *alike) amounts() (minor []int64) {
	for _, s := range g.people() {
		minor = append(minor, s.minor)
	}
	return minor
}

// trim takes one fen each from people of the lesser level who stand above their lower bound, then of the greater.
func (g *alike) trim(surplus int64) (taken int64) {
	for _, s := range append(append([]*sibling{}, g.less...), g.more...) {
		if taken < surplus && s.minor > s.low {
			s.minor--
			taken++
		}
	}
	return taken
}
