package assign

import "slices"

// market is the network of customers and sellers. Customers of one tier, territory and owner are one class; each class leads to its owner,
// and through its group (tier and territory) to everybody who may have it.
type market struct {
	customers []Customer
	sellers   []Seller
	costs     Costs
	network   network
	source    int
	sink      int
	sellerAt  map[string]int // place in sellers
	classes   []*class
	groups    []*group
	seats     map[seat]int // nodes of a seller's customers of a tier
	nodes     []int        // of sellers
}

// seat is the part of a seller's room that is for one tier.
type seat struct {
	seller int
	tier   string
}

// way leads customers to a seller.
type way struct {
	seller int
	cost   int64
	arc    int // where the group has no tree
}

// class is customers that are alike.
type class struct {
	group     *group
	owner     int  // place in sellers; -1 when nobody of them has it
	leaves    bool // the owner must not keep them
	customers []int
	node      int
	keep      int    // the arc to its owner; -1 for none
	leave     int    // the arc to its group; -1 where it goes past its owner
	past      []past // the ways past its owner
}

// group is classes that differ by owner alone.
type group struct {
	tier, territory string
	near            bool
	node            int
	ways            []way
	split           bool    // somebody of it goes past an owner
	tree            *branch // of the ways, when it is split
}

func newMarket(customers []Customer, sellers []Seller, costs Costs) *market {
	m := &market{costs: costs, sellerAt: map[string]int{}, seats: map[seat]int{}}
	m.customers, m.sellers = byID(customers, sellers)
	m.source, m.sink = m.network.node(), m.network.node()
	for i := range m.sellers {
		m.sellerAt[m.sellers[i].ID] = i
		m.nodes = append(m.nodes, m.network.node())
	}
	type likeness struct {
		tier, territory string
		near, leaves    bool
		owner           int
	}
	groups, classes := map[likeness]*group{}, map[likeness]*class{}
	for i := range m.customers {
		c := &m.customers[i]
		owner, known := m.sellerAt[c.Owner]
		if !known {
			owner = -1
		}
		of := likeness{c.Tier, c.Territory, c.Near, false, 0}
		g := groups[of]
		if g == nil {
			g = &group{tier: c.Tier, territory: c.Territory, near: c.Near, node: m.network.node()}
			groups[of] = g
			m.groups = append(m.groups, g)
		}
		of.owner, of.leaves = owner, c.Leaves && owner >= 0
		g.split = g.split || of.leaves
		k := classes[of]
		if k == nil {
			k = &class{group: g, owner: owner, leaves: of.leaves, node: m.network.node(), keep: -1, leave: -1}
			classes[of] = k
			m.classes = append(m.classes, k)
		}
		k.customers = append(k.customers, i)
	}
	return m
}

// mayKeep reports whether a seller's level is one that may keep a tier.
func (s *Seller) mayKeep(tier string) bool { return slices.Contains(s.Tiers, tier) }

// near reports whether a customer of the territory is the seller's to serve.
func (s *Seller) near(territory string) bool {
	return territory == "" || len(s.Territories) == 0 || slices.Contains(s.Territories, territory)
}

// distance is what it costs to give a customer of the group to a seller; false where that must not be.
func (m *market) distance(g *group, seller int) (int64, bool) {
	s := &m.sellers[seller]
	switch {
	case !s.mayKeep(g.tier):
		return 0, false
	case s.near(g.territory):
		return 0, true
	case m.costs.Away == AwayNever || g.near:
		return 0, false
	}
	return m.costs.Away, true
}

func (m *market) connect() {
	everybody := len(m.customers)
	for i := range m.sellers {
		m.open(i)
	}
	for _, g := range m.groups {
		for i := range m.sellers {
			if cost, may := m.distance(g, i); may {
				g.ways = append(g.ways, way{seller: i, cost: cost})
			}
		}
		if g.split && len(g.ways) > 0 {
			g.tree = m.grow(g, 0, len(g.ways), g.node)
			continue
		}
		for i := range g.ways {
			w := &g.ways[i]
			w.arc = m.network.arc(g.node, m.seatOf(w.seller, g.tier), everybody, w.cost)
		}
	}
	for _, k := range m.classes {
		count := len(k.customers)
		m.network.arc(m.source, k.node, count, 0)
		if k.leaves && k.group.tree != nil {
			m.goPast(k)
			continue
		}
		var move int64
		if k.owner >= 0 && !k.leaves {
			if cost, may := m.distance(k.group, k.owner); may {
				k.keep = m.network.arc(k.node, m.seatOf(k.owner, k.group.tier), count, cost)
				move = m.costs.Move
			}
		}
		k.leave = m.network.arc(k.node, k.group.node, count, move)
	}
}

// open lets as many customers through a seller as there is room for, in steps: the more of the seller's whole time is taken before a step, the
// dearer it is.
func (m *market) open(seller int) {
	s := &m.sellers[seller]
	room := min(s.Room, len(m.customers))
	whole, used := s.Whole, s.Used
	if whole == 0 {
		whole, used = max(s.Room, 1), 0
	}
	steps := min(slicesMax, room)
	for k := range steps {
		from, until := k*room/steps, (k+1)*room/steps
		m.network.arc(m.nodes[seller], m.sink, until-from, m.costs.Full*int64(min(used+from, whole))/int64(whole))
	}
}

func (m *market) seatOf(seller int, tier string) int {
	key := seat{seller, tier}
	node, known := m.seats[key]
	if !known {
		node = m.network.node()
		m.seats[key] = node
		room := len(m.customers)
		if most, limited := m.sellers[seller].RoomOf[tier]; limited {
			room = min(room, most)
		}
		m.network.arc(node, m.nodes[seller], room, 0)
	}
	return node
}

// read makes a proposal of the flow: in each class those that stay come first, by id, and so on.
func (m *market) read() Proposal {
	var p Proposal
	loads := make([]Load, len(m.sellers))
	for i := range m.sellers {
		loads[i] = Load{Seller: m.sellers[i].ID, Room: m.sellers[i].Room}
	}
	waiting := map[int][]int{} // by node
	owners := map[int]*class{} // of those who leave a seller that could have kept them
	for _, k := range m.classes {
		kept := 0
		if k.keep >= 0 {
			kept = m.network.flow(k.keep)
		}
		for _, at := range k.customers[:kept] {
			p.place(m, loads, at, k.owner, true)
		}
		rest := k.customers[kept:]
		send := func(node, arc int) {
			count := m.network.flow(arc)
			for _, at := range rest[:count] {
				owners[at] = k
			}
			waiting[node] = append(waiting[node], rest[:count]...)
			rest = rest[count:]
		}
		if k.leave >= 0 {
			send(k.group.node, k.leave)
		}
		for _, one := range k.past {
			send(one.node, one.arc)
		}
		for _, at := range rest {
			p.leave(m, at, k)
		}
	}
	place := func(at, seller int) { p.place(m, loads, at, seller, owners[at].owner == seller) }
	for _, g := range m.groups {
		queue := waiting[g.node]
		slices.Sort(queue)
		if g.tree != nil {
			m.spread(g, g.tree, queue, waiting, place)
			continue
		}
		for _, w := range g.ways {
			count := m.network.flow(w.arc)
			for _, at := range queue[:count] {
				place(at, w.seller)
			}
			queue = queue[count:]
		}
	}
	p.Loads, p.Cost = loads, m.network.cost()
	m.explain(&p, loads)
	slices.SortFunc(p.Placed, func(a, b Placed) int { return compare(a.Customer, b.Customer) })
	slices.SortFunc(p.Left, func(a, b Left) int { return compare(a.Customer, b.Customer) })
	return p
}

func compare(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func (p *Proposal) place(m *market, loads []Load, at, seller int, kept bool) {
	c, s := &m.customers[at], &m.sellers[seller]
	placed := Placed{Customer: c.ID, Seller: s.ID, Kept: kept, Away: !s.near(c.Territory)}
	if placed.Away {
		placed.Cost += m.costs.Away
	}
	if owner, known := m.sellerAt[c.Owner]; known && !kept && !c.Leaves {
		if _, may := m.distance(&group{tier: c.Tier, territory: c.Territory, near: c.Near}, owner); may {
			placed.Cost += m.costs.Move
			placed.OwnFull = true
		}
	}
	loads[seller].Count++
	if kept {
		loads[seller].Kept++
	} else {
		loads[seller].Fresh++
	}
	p.Placed = append(p.Placed, placed)
}

func (p *Proposal) leave(m *market, at int, k *class) {
	other := func(seller int) bool { return !k.leaves || seller != k.owner }
	left := Left{Customer: m.customers[at].ID, Constraint: ConstraintLevel}
	for _, w := range k.group.ways {
		if other(w.seller) {
			left.Sellers++
		}
	}
	able := false
	for i := range m.sellers {
		able = able || other(i) && m.sellers[i].mayKeep(k.group.tier)
	}
	switch {
	case left.Sellers > 0:
		left.Constraint = ConstraintRoom
	case able:
		left.Constraint = ConstraintTerritory
	}
	p.Left = append(p.Left, left)
}

// explain counts, for customers that went elsewhere, who would have been nearer and has no place left.
func (m *market) explain(p *Proposal, loads []Load) {
	used := map[seat]int{}
	tiers := map[string]*Customer{}
	for i := range m.customers {
		tiers[m.customers[i].ID] = &m.customers[i]
	}
	for i := range p.Placed {
		used[seat{m.sellerAt[p.Placed[i].Seller], tiers[p.Placed[i].Customer].Tier}]++
	}
	full := func(seller int, tier string) bool {
		most, limited := m.sellers[seller].RoomOf[tier]
		return loads[seller].Count >= m.sellers[seller].Room || limited && used[seat{seller, tier}] >= most
	}
	nearer := map[[2]string]int{}
	for i := range p.Placed {
		placed := &p.Placed[i]
		c := tiers[placed.Customer]
		if owner, known := m.sellerAt[c.Owner]; placed.OwnFull && known {
			placed.OwnFull = full(owner, c.Tier)
		}
		if !placed.Away {
			continue
		}
		key := [2]string{c.Tier, c.Territory}
		count, known := nearer[key]
		if !known {
			for s := range m.sellers {
				if m.sellers[s].mayKeep(c.Tier) && m.sellers[s].near(c.Territory) && full(s, c.Tier) {
					count++
				}
			}
			nearer[key] = count
		}
		placed.Nearer = count
	}
}
