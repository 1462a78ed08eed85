package questionnaire

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// GroupLeast is the smallest group whose answers are told, and TextLeast that whose words are.
const (
	GroupLeast = 5
	TextLeast  = 10
)

// Employee is somebody who may be asked, as of a day.
type Employee struct {
	PersonID   int64
	Name       string
	TeamID     int64 // 0: none
	TeamName   string
	RegionID   int64
	RegionName string
	Layer      string
	Account    bool // can sign in
}

// Cell is the smallest group whose answers are kept apart: a team, or teams that are too small put together. At least GroupLeast people are invited in each.
type Cell struct {
	Key        string  `json:"key"`
	TeamIDs    []int64 `json:"teams"` // 0 stands for those without a team
	TeamNames  string  `json:"names"`
	RegionID   int64   `json:"region"`
	RegionName string  `json:"region_name"`
	Invited    int     `json:"invited"`
	persons    []int64
}

// partition puts everybody into cells of at least least people: a team by itself; small ones with the small ones of their region, or with the smallest team
// there; a small region with others, or with the smallest cell of all. Nil for fewer people than that.
func partition(people []Employee, least int) []Cell {
	if len(people) < least {
		return nil
	}
	byTeam := map[[2]int64]*Cell{}
	var teams []*Cell
	for _, e := range people {
		k := [2]int64{e.RegionID, e.TeamID}
		c := byTeam[k]
		if c == nil {
			c = &Cell{TeamIDs: []int64{e.TeamID}, TeamNames: e.TeamName, RegionID: e.RegionID, RegionName: e.RegionName}
			byTeam[k] = c
			teams = append(teams, c)
		}
		c.persons = append(c.persons, e.PersonID)
	}
	slices.SortFunc(teams, func(a, b *Cell) int {
		return cmp.Or(cmp.Compare(a.RegionID, b.RegionID), cmp.Compare(a.TeamIDs[0], b.TeamIDs[0]))
	})
	var cells []*Cell
	var homeless *Cell
	for from := 0; from < len(teams); {
		to := from
		for to < len(teams) && teams[to].RegionID == teams[from].RegionID {
			to++
		}
		kept, rest := gather(teams[from:to], least)
		if rest != nil && teams[from].RegionID != 0 && len(kept) == 0 {
			rest.RegionID, rest.RegionName = 0, ""
		}
		cells, homeless = append(cells, kept...), joinCells(homeless, rest)
		from = to
	}
	switch {
	case homeless == nil:
	case len(homeless.persons) >= least:
		cells = append(cells, homeless)
	default:
		joinCells(smallest(cells), homeless)
	}
	out := make([]Cell, len(cells))
	for i, c := range cells {
		c.Key, c.Invited = "c"+strconv.Itoa(i+1), len(c.persons)
		out[i] = *c
	}
	return out
}

// gather makes cells of the teams of a region; what is left is too small and has nobody to go to.
func gather(teams []*Cell, least int) (kept []*Cell, rest *Cell) {
	for _, t := range teams {
		if len(t.persons) >= least {
			kept = append(kept, t)
		} else {
			rest = joinCells(rest, t)
		}
	}
	switch {
	case rest == nil:
	case len(rest.persons) >= least:
		return append(kept, rest), nil
	case len(kept) > 0:
		joinCells(smallest(kept), rest)
		return kept, nil
	}
	return kept, rest
}

// joinCells puts the second into the first.
func joinCells(a, b *Cell) *Cell {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	a.persons, a.TeamIDs = append(a.persons, b.persons...), append(a.TeamIDs, b.TeamIDs...)
	a.TeamNames = strings.Trim(a.TeamNames+"、"+b.TeamNames, "、")
	return a
}

func smallest(cells []*Cell) *Cell {
	return slices.MinFunc(cells, func(a, b *Cell) int { return cmp.Compare(len(a.persons), len(b.persons)) })
}

// NodeAll is the key of everybody.
const NodeAll = "all"

// Node is a group whose answers may be told: everybody, a region, a cell. Nodes are ordered from the whole to its parts.
type Node struct {
	Key    string
	Parent string // empty for everybody
	Name   string // empty for everybody, and for those without a team
	Cells  []string
	Teams  []int64
	Region int64
}

// nodesOf makes the tree of groups. A region of one cell is that cell, and one of all cells is everybody.
func nodesOf(cells []Cell) []Node {
	whole := Node{Key: NodeAll}
	var regions, leaves []Node
	for _, c := range cells {
		whole.Cells, whole.Teams = append(whole.Cells, c.Key), append(whole.Teams, c.TeamIDs...)
		key := "r" + strconv.FormatInt(c.RegionID, 10)
		at := slices.IndexFunc(regions, func(n Node) bool { return n.Key == key })
		if at < 0 && c.RegionID != 0 {
			regions, at = append(regions, Node{Key: key, Parent: NodeAll, Name: c.RegionName, Region: c.RegionID}), len(regions)
		}
		leaf := Node{Key: c.Key, Parent: NodeAll, Name: c.TeamNames, Cells: []string{c.Key}, Teams: c.TeamIDs, Region: c.RegionID}
		if at >= 0 {
			leaf.Parent = key
			regions[at].Cells, regions[at].Teams = append(regions[at].Cells, c.Key), append(regions[at].Teams, c.TeamIDs...)
		}
		leaves = append(leaves, leaf)
	}
	nodes := []Node{whole}
	for _, r := range regions {
		if len(r.Cells) > 1 && len(r.Cells) < len(cells) {
			nodes = append(nodes, r)
		}
	}
	for _, l := range leaves {
		if !slices.ContainsFunc(nodes, func(n Node) bool { return n.Key == l.Parent }) {
			l.Parent = NodeAll
		}
		if len(cells) > 1 {
			nodes = append(nodes, l)
		}
	}
	return nodes
}

// tellable says of which nodes answers may be told: of those with at least least, and so that what is shown of a node, less what is shown within it, is of
// nobody or of at least least. Counts are of answers by cell.
func tellable(nodes []Node, counts map[string]int, least int) map[string]bool {
	total, shown := map[string]int{}, map[string]bool{}
	for _, n := range nodes {
		for _, c := range n.Cells {
			total[n.Key] += counts[c]
		}
		shown[n.Key] = total[n.Key] >= least
	}
	if len(nodes) == 0 || !shown[nodes[0].Key] {
		return map[string]bool{}
	}
	for {
		victim := ""
		for _, n := range nodes {
			if !shown[n.Key] {
				continue
			}
			parts := within(nodes, shown, n.Key)
			rest := total[n.Key]
			for _, p := range parts {
				rest -= total[p]
			}
			if rest > 0 && rest < least {
				victim = slices.MinFunc(parts, func(a, b string) int { return cmp.Compare(total[a], total[b]) })
				break
			}
		}
		if victim == "" {
			return shown
		}
		shown[victim] = false
	}
}

// within are the greatest nodes inside of one that are shown.
func within(nodes []Node, shown map[string]bool, key string) (parts []string) {
	for _, n := range nodes {
		if n.Parent != key {
			continue
		}
		if shown[n.Key] {
			parts = append(parts, n.Key)
		} else {
			parts = append(parts, within(nodes, shown, n.Key)...)
		}
	}
	return parts
}

// atoms are the finest parts of everybody that can be reckoned from what is shown: for each cell the name of its part.
func atoms(nodes []Node, shown map[string]bool) map[string]string {
	of := map[string]string{}
	for _, n := range nodes { // parts come after their wholes
		if shown[n.Key] {
			for _, c := range n.Cells {
				of[c] = n.Key
			}
		}
	}
	return of
}
