package assign

// network is a graph of whole capacities and costs, none below nothing. Arcs come in pairs: the arc and its way back.
type network struct {
	arcs      []arc
	from      [][]int // arcs by node
	potential []int64
	distance  []int64
	level     []int
	next      []int // the first arc of a node that is still to be tried
}

type arc struct {
	to    int
	room  int // what still fits
	whole int
	cost  int64
}

func (n *network) node() int {
	n.from = append(n.from, nil)
	return len(n.from) - 1
}

// arc adds one and returns its number.
func (n *network) arc(from, to, room int, cost int64) int {
	number := len(n.arcs)
	n.arcs = append(n.arcs, arc{to, room, room, cost}, arc{from, 0, 0, -cost})
	n.from[from] = append(n.from[from], number)
	n.from[to] = append(n.from[to], number+1)
	return number
}

// flow is what goes through an arc.
func (n *network) flow(number int) int { return n.arcs[number].whole - n.arcs[number].room }

// cost is what the flow costs.
func (n *network) cost() (sum int64) {
	for i := 0; i < len(n.arcs); i += 2 {
		sum += int64(n.flow(i)) * n.arcs[i].cost
	}
	return sum
}

// far is no way, and all as much as wants to go.
const (
	far = 1<<63 - 1
	all = 1 << 62
)

// run sends as much as possible from source to sink, as cheaply as possible: in rounds, each of all that goes at the least cost there
// still is (primal-dual). There are no more rounds than different costs of a way.
func (n *network) run(source, sink int) {
	n.potential, n.distance = make([]int64, len(n.from)), make([]int64, len(n.from))
	n.level, n.next = make([]int, len(n.from)), make([]int, len(n.from))
	for n.measure(source, sink) {
		for n.layer(source, sink) {
			clear(n.next)
			for n.push(source, sink, all) > 0 {
			}
		}
	}
}

// reduced is the cost of an arc against what is known to be the least; nothing on the cheapest ways.
func (n *network) reduced(from, number int) int64 {
	a := &n.arcs[number]
	return a.cost + n.potential[from] - n.potential[a.to]
}

type stop struct {
	node     int
	distance int64
}

// stops is a heap: the nearest stands first, and each stands before the two that begin at twice its place.
type stops []stop

func (s *stops) add(one stop) {
	*s = append(*s, one)
	list := *s
	for at := len(list) - 1; at > 0; {
		above := (at - 1) / 2
		if list[above].distance <= list[at].distance {
			return
		}
		list[above], list[at] = list[at], list[above]
		at = above
	}
}

func (s *stops) nearest() stop {
	list := *s
	first := list[0]
	list[0] = list[len(list)-1]
	list = list[:len(list)-1]
	for at := 0; ; {
		below := 2*at + 1
		if below >= len(list) {
			break
		}
		if below+1 < len(list) && list[below+1].distance < list[below].distance {
			below++
		}
		if list[at].distance <= list[below].distance {
			break
		}
		list[at], list[below] = list[below], list[at]
		at = below
	}
	*s = list
	return first
}

// measure finds how far each node is (Dijkstra) and reports whether there is a way to the sink.
func (n *network) measure(source, sink int) bool {
	for i := range n.distance {
		n.distance[i] = far
	}
	n.distance[source] = 0
	queue := stops{{source, 0}}
	for len(queue) > 0 {
		at := queue.nearest()
		if at.distance > n.distance[at.node] {
			continue
		}
		if at.node == sink {
			break // what is farther needs no exact distance
		}
		for _, number := range n.from[at.node] {
			a := &n.arcs[number]
			if a.room == 0 {
				continue
			}
			if d := at.distance + n.reduced(at.node, number); d < n.distance[a.to] {
				n.distance[a.to] = d
				queue.add(stop{a.to, d})
			}
		}
	}
	if n.distance[sink] == far {
		return false
	}
	for i := range n.potential {
		n.potential[i] += min(n.distance[i], n.distance[sink])
	}
	return true
}

// layer numbers the nodes by how many of the cheapest arcs lead there.
func (n *network) layer(source, sink int) bool {
	for i := range n.level {
		n.level[i] = -1
	}
	n.level[source] = 0
	queue := []int{source}
	for len(queue) > 0 && n.level[sink] < 0 {
		at := queue[0]
		queue = queue[1:]
		for _, number := range n.from[at] {
			a := &n.arcs[number]
			if a.room > 0 && n.level[a.to] < 0 && n.reduced(at, number) == 0 {
				n.level[a.to] = n.level[at] + 1
				queue = append(queue, a.to)
			}
		}
	}
	return n.level[sink] >= 0
}

// push sends what it can along one of the cheapest and shortest ways.
func (n *network) push(at, sink, most int) int {
	if at == sink {
		return most
	}
	for ; n.next[at] < len(n.from[at]); n.next[at]++ {
		number := n.from[at][n.next[at]]
		a := &n.arcs[number]
		if a.room == 0 || n.level[a.to] != n.level[at]+1 || n.reduced(at, number) != 0 {
			continue
		}
		if sent := n.push(a.to, sink, min(most, a.room)); sent > 0 {
			n.arcs[number].room -= sent
			n.arcs[number^1].room += sent
			return sent
		}
	}
	return 0
}
