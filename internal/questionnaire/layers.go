package questionnaire

import (
	"cmp"
	"slices"
)

// tellableLayers puts layers together until each has at least least answers and nothing about fewer people can be reckoned from layers and the parts of the
// tree together; nil when that takes all of them. Table counts answers by part and layer.
//
// People are the weights of a graph whose points are parts and layers. Whatever can be reckoned from sums of points is a weighting of its edges that is a sum of
// one value for each end; the edges with a weight other than nothing hold a cut of the graph. When no cut is lighter than least, no such weighting is about fewer.
func tellableLayers(table map[string]map[string]int, order []string, least int) [][]string {
	var groups [][]string
	for _, layer := range order {
		for _, row := range table {
			if row[layer] > 0 {
				groups = append(groups, []string{layer})
				break
			}
		}
	}
	parts := make([]string, 0, len(table))
	for part := range table {
		parts = append(parts, part)
	}
	slices.Sort(parts)
	for len(groups) > 1 {
		weights := make([][]int, len(parts)+len(groups))
		for i := range weights {
			weights[i] = make([]int, len(parts)+len(groups))
		}
		for i, part := range parts {
			for j, group := range groups {
				for _, layer := range group {
					weights[i][len(parts)+j] += table[part][layer]
					weights[len(parts)+j][i] += table[part][layer]
				}
			}
		}
		if lightestCut(weights) >= least {
			return groups
		}
		groups = joinSmallest(groups, table)
	}
	return nil
}

// joinSmallest puts the smallest group together with the smaller one of its neighbours.
func joinSmallest(groups [][]string, table map[string]map[string]int) [][]string {
	size := func(i int) (n int) {
		for _, row := range table {
			for _, layer := range groups[i] {
				n += row[layer]
			}
		}
		return n
	}
	least := 0
	for i := range groups {
		if size(i) < size(least) {
			least = i
		}
	}
	other := least - 1
	if least == 0 || least+1 < len(groups) && cmp.Less(size(least+1), size(least-1)) {
		other = least + 1
	}
	low, high := min(least, other), max(least, other)
	joined := slices.Concat(groups[low], groups[high])
	return slices.Concat(groups[:low], [][]string{joined}, groups[high+1:])
}

// lightestCut is the least weight of edges that must go to part a graph, of each of its connected pieces: the lightest of them. Points without edges do not
// count; a graph of pieces that are one edge each is parted by it. Source: Stoer, Wagner, A Simple Min-Cut Algorithm, JACM 44, 1997.
func lightestCut(weights [][]int) int {
	best := int(^uint(0) >> 1)
	seen := make([]bool, len(weights))
	for start := range weights {
		if seen[start] {
			continue
		}
		piece := []int{start}
		seen[start] = true
		for i := 0; i < len(piece); i++ {
			for to, w := range weights[piece[i]] {
				if w > 0 && !seen[to] {
					seen[to] = true
					piece = append(piece, to)
				}
			}
		}
		if len(piece) > 1 {
			best = min(best, cutOf(weights, piece))
		}
	}
	return best
}

// cutOf is the lightest cut of a connected piece.
func cutOf(all [][]int, piece []int) int {
	w := make([][]int, len(piece))
	alive := make([]int, len(piece))
	for i, a := range piece {
		alive[i] = i
		w[i] = make([]int, len(piece))
		for j, b := range piece {
			w[i][j] = all[a][b]
		}
	}
	best := int(^uint(0) >> 1)
	for len(alive) > 1 {
		pull := make([]int, len(piece))
		left := slices.Clone(alive)
		before, last := -1, -1
		for len(left) > 0 {
			at := 0
			for i := range left {
				if pull[left[i]] > pull[left[at]] {
					at = i
				}
			}
			before, last = last, left[at]
			left = slices.Delete(left, at, at+1)
			for _, v := range left {
				pull[v] += w[last][v]
			}
		}
		best = min(best, pull[last])
		for _, v := range alive {
			w[before][v] += w[last][v]
			w[v][before] = w[before][v]
		}
		w[before][before] = 0
		alive = slices.DeleteFunc(alive, func(v int) bool { return v == last })
	}
	return best
}
