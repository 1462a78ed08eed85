package assign

import "slices"

// branch is a part of a group's sellers, so that customers who go past one of them need a few arcs and not one to each of the others.
type branch struct {
	from, to    int // places in ways
	node        int
	into        int // the arc from above; none at the top
	seat        int // the arc to the seat, of a branch of one seller
	left, right *branch
}

// past is an arc of a class to a branch without its owner.
type past struct{ arc, node int }

// grow makes the branch of ways at a node.
func (m *market) grow(g *group, from, to, node int) *branch {
	b := &branch{from: from, to: to, node: node}
	everybody := len(m.customers)
	if to-from == 1 {
		w := &g.ways[from]
		b.seat = m.network.arc(node, m.seatOf(w.seller, g.tier), everybody, w.cost)
		return b
	}
	middle := (from + to) / 2
	child := func(from, to int) *branch {
		below := m.network.node()
		into := m.network.arc(node, below, everybody, 0)
		c := m.grow(g, from, to, below)
		c.into = into
		return c
	}
	b.left, b.right = child(from, middle), child(middle, to)
	return b
}

// goPast leads a class to all sellers of its group but its owner.
func (m *market) goPast(k *class) {
	at := slices.IndexFunc(k.group.ways, func(w way) bool { return w.seller == k.owner })
	count := len(k.customers)
	b := k.group.tree
	if at < 0 {
		k.leave = m.network.arc(k.node, b.node, count, 0)
		return
	}
	for b.left != nil {
		mine, other := b.left, b.right
		if at >= mine.to {
			mine, other = other, mine
		}
		k.past = append(k.past, past{m.network.arc(k.node, other.node, count, 0), other.node})
		b = mine
	}
}

// spread hands the customers at a branch to its sellers: those who stand first go to the first.
func (m *market) spread(g *group, b *branch, queue []int, waiting map[int][]int, place func(at, seller int)) {
	if b.left == nil {
		for _, at := range queue {
			place(at, g.ways[b.from].seller)
		}
		return
	}
	for _, child := range []*branch{b.left, b.right} {
		count := m.network.flow(child.into)
		below := append(slices.Clone(waiting[child.node]), queue[:count]...)
		slices.Sort(below)
		m.spread(g, child, below, waiting, place)
		queue = queue[count:]
	}
}
