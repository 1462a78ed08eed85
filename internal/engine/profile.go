package engine

import (
	"encoding/binary"
	"slices"
)

// drawProfiles finds out for every person which selections the run needs of them, by the plans that pay them and those of their
// leaders. Persons of the same plans share a profile.
func (b *book) drawProfiles() {
	b.profiles = make([]*profile, len(b.facts.Persons))
	known := map[string]*profile{}
	var key []byte
	give := func(person int32, plans []int32) {
		key = key[:0]
		for _, index := range plans {
			key = binary.BigEndian.AppendUint32(key, uint32(index))
		}
		if b.roster.member[person] {
			key = append(key, 'm')
		}
		p, ok := known[string(key)]
		if !ok {
			p = b.newProfile(plans, b.roster.member[person])
			known[string(key)] = p
		}
		b.profiles[person] = p
	}
	for i, person := range b.roster.payees {
		give(person, b.roster.plans[i])
	}
	for person, member := range b.roster.member {
		if member && b.profiles[person] == nil {
			give(int32(person), nil)
		}
	}
}

func (b *book) newProfile(plans []int32, member bool) *profile {
	p := &profile{place: absent(len(b.selections)), class: absent(len(b.lookups))}
	add := func(selection int32) {
		switch {
		case b.selections[selection].stream != None:
			p.streams = true
		case p.place[selection] == None:
			p.place[selection] = p.cells
			p.gathers = append(p.gathers, gather{selection: selection, cell: p.cells})
			p.cells++
		}
	}
	for _, index := range plans {
		planned := b.plans[index]
		for _, selection := range planned.selections {
			add(selection)
		}
		for i := range planned.components {
			c := &planned.components[i]
			if c.rate == nil || c.rate.index == None || p.class[c.rate.index] != None {
				continue
			}
			p.class[c.rate.index] = p.classes
			p.classes += int32(len(c.rate.rates))
			at := slices.IndexFunc(p.gathers, func(g gather) bool { return g.selection == c.selection })
			p.gathers[at].lookups = append(p.gathers[at].lookups, c.rate.index)
		}
	}
	if member {
		for _, planned := range b.plans {
			for _, selection := range planned.memberSelections {
				add(selection)
			}
		}
	}
	return p
}

func absent(n int) []int32 {
	list := make([]int32, n)
	for i := range list {
		list[i] = None
	}
	return list
}
