package questionnaire

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// drawCompany draws people in teams of regions.
func drawCompany(t *rapid.T) (people []Employee) {
	for region := range rapid.IntRange(1, 4).Draw(t, "regions") {
		for team := range rapid.IntRange(1, 4).Draw(t, "teams") {
			for range rapid.IntRange(0, 9).Draw(t, "people") {
				e := Employee{PersonID: int64(len(people) + 1), RegionID: int64(region), TeamID: int64(region*10 + team), Layer: rapid.SampledFrom(careers).Draw(t, "layer")}
				if region > 0 {
					e.TeamName, e.RegionName = fmt.Sprint("队", e.TeamID), fmt.Sprint("区", region)
				} else {
					e.TeamID = 0
				}
				people = append(people, e)
			}
		}
	}
	return people
}

func TestEverybodyIsInOneCellOfEnoughPeople(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		people := drawCompany(t)
		cells := partition(people, GroupLeast)
		if len(people) < GroupLeast {
			if cells != nil {
				t.Fatalf("%d people in cells", len(people))
			}
			return
		}
		in := map[int64]int{}
		for _, c := range cells {
			if c.Invited < GroupLeast || c.Invited != len(c.persons) {
				t.Fatalf("%+v is too small", c)
			}
			for _, p := range c.persons {
				in[p]++
			}
		}
		for _, e := range people {
			if in[e.PersonID] != 1 {
				t.Fatalf("person %d is in %d cells", e.PersonID, in[e.PersonID])
			}
		}
	})
}

// reckoned lists how many answers are in each set that sums and differences of the shown sets make, by trying all signs.
func reckoned(nodes []Node, shown map[string]bool, cells []Cell, counts map[string]int) (sets []int) {
	var rows [][]int
	for _, n := range nodes {
		if !shown[n.Key] {
			continue
		}
		row := make([]int, len(cells))
		for i, c := range cells {
			if slices.Contains(n.Cells, c.Key) {
				row[i] = 1
			}
		}
		rows = append(rows, row)
	}
	var try func(at int, sum []int)
	try = func(at int, sum []int) {
		if at == len(rows) {
			n := 0
			for i, x := range sum {
				if x != 0 && x != 1 {
					return // no set
				}
				n += x * counts[cells[i].Key]
			}
			sets = append(sets, n)
			return
		}
		for _, sign := range []int{-1, 0, 1} {
			next := slices.Clone(sum)
			for i := range next {
				next[i] += sign * rows[at][i]
			}
			try(at+1, next)
		}
	}
	try(0, make([]int, len(cells)))
	return sets
}

func TestNoDifferenceOfShownGroupsTellsOfFew(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var cells []Cell
		counts := map[string]int{}
		for i := range rapid.IntRange(1, 5).Draw(t, "cells") {
			c := Cell{Key: "c" + strconv.Itoa(i+1), TeamIDs: []int64{int64(i)}, RegionID: int64(rapid.IntRange(0, 2).Draw(t, "region"))}
			cells, counts[c.Key] = append(cells, c), rapid.IntRange(0, 12).Draw(t, "answers")
		}
		nodes := nodesOf(cells)
		shown := tellable(nodes, counts, GroupLeast)
		for _, n := range reckoned(nodes, shown, cells, counts) {
			if n > 0 && n < GroupLeast {
				t.Fatalf("%v of %v tells of %d", shown, counts, n)
			}
		}
		total := 0
		for _, n := range counts {
			total += n
		}
		if shown[NodeAll] != (total >= GroupLeast) {
			t.Fatalf("everybody, %d answers: %v", total, shown[NodeAll])
		}
	})
}

func TestOneSmallTeamHidesAnother(t *testing.T) {
	t.Parallel()
	cells := []Cell{{Key: "c1", RegionID: 1}, {Key: "c2", RegionID: 1}, {Key: "c3", RegionID: 1}}
	shown := tellable(nodesOf(cells), map[string]int{"c1": 8, "c2": 6, "c3": 2}, GroupLeast)
	if !shown[NodeAll] || !shown["c1"] || shown["c2"] || shown["c3"] {
		t.Errorf("%v", shown)
	}
}

// lightestByTrying parts a connected graph in every way.
func lightestByTrying(w [][]int) int {
	best := math.MaxInt
	for side := 1; side < 1<<(len(w)-1); side++ {
		weight := 0
		for i := range w {
			for j := range i {
				if side>>i&1 != side>>j&1 {
					weight += w[i][j]
				}
			}
		}
		best = min(best, weight)
	}
	return best
}

func TestTheLightestCutIsTheLeastOfAll(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 7).Draw(t, "points")
		w := make([][]int, n)
		for i := range w {
			w[i] = make([]int, n)
		}
		for i := range n {
			for j := range i {
				x := rapid.IntRange(0, 6).Draw(t, "weight")
				if j == i-1 {
					x++ // connected
				}
				w[i][j], w[j][i] = x, x
			}
		}
		if got, want := lightestCut(w), lightestByTrying(w); got != want {
			t.Fatalf("%v: %d, want %d", w, got, want)
		}
	})
}

func TestLayersTellOfNobodyTogetherWithTeams(t *testing.T) {
	t.Parallel()
	// The office is six managers and one more: layers less teams would tell of the one.
	table := map[string]map[string]int{"office": {"manager": 6, "other": 1}, "sales": {"core": 7, "regular": 9, "other": 9}}
	for _, groups := range [][][]string{tellableLayers(table, careers, GroupLeast)} {
		for _, g := range groups {
			if slices.Equal(g, []string{"manager"}) {
				t.Errorf("managers are told apart: %v", groups)
			}
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		table := map[string]map[string]int{}
		for i := range rapid.IntRange(1, 4).Draw(t, "parts") {
			row := map[string]int{}
			for _, layer := range careers {
				row[layer] = rapid.IntRange(0, 4).Draw(t, layer)
			}
			table["c"+strconv.Itoa(i)] = row
		}
		groups := tellableLayers(table, careers, GroupLeast)
		var all []string
		for _, g := range groups {
			n := 0
			for _, layer := range g {
				all = append(all, layer)
				for _, row := range table {
					n += row[layer]
				}
			}
			if n < GroupLeast {
				t.Fatalf("%v of %v", groups, table)
			}
		}
		if slices.Sort(all); len(slices.Compact(slices.Clone(all))) != len(all) {
			t.Fatalf("twice: %v", groups)
		}
	})
}

func drawSheets(t *rapid.T, d *Document) (sheets []Sheet) {
	for range rapid.IntRange(0, 60).Draw(t, "sheets") {
		s := Sheet{Scores: map[string]int{}, Picks: map[string][]string{}}
		for _, q := range d.Questions {
			least, most := q.Range()
			switch q.Kind {
			case KindLikert, KindENPS:
				s.Scores[q.ID] = rapid.IntRange(least, most).Draw(t, q.ID)
			case KindMultiple:
				s.Picks[q.ID] = []string{q.Options[rapid.IntRange(0, len(q.Options)-1).Draw(t, q.ID)].ID}
			}
		}
		sheets = append(sheets, s)
	}
	return sheets
}

func TestFiguresAreCountsAndDoNotHangOnTheOrder(t *testing.T) {
	t.Parallel()
	d := Shipped()
	rapid.Check(t, func(t *rapid.T) {
		sheets := drawSheets(t, &d)
		f := Reckon(&d, sheets)
		turned := slices.Clone(sheets)
		slices.Reverse(turned)
		again := Reckon(&d, turned)
		if f.Score.Answers() != len(sheets) || f.Score.Promoters+f.Score.Passives+f.Score.Detractors != len(sheets) {
			t.Fatalf("eNPS of %d: %+v", len(sheets), f.Score)
		}
		for i, theme := range f.Themes {
			sum, n := 0, 0
			for _, s := range sheets {
				for _, q := range d.Questions {
					if q.Kind == KindLikert && q.Theme == theme.Theme {
						score := s.Scores[q.ID]
						if q.Reversed {
							score = 6 - score
						}
						sum, n = sum+score, n+1
					}
				}
			}
			if theme.Answers() != n || n > 0 && math.Abs(theme.Mean()-float64(sum)/float64(n)) > 1e-9 {
				t.Fatalf("%s: %v of %d, want %d/%d", theme.Theme, theme.Mean(), theme.Answers(), sum, n)
			}
			if again.Themes[i].Counts != theme.Counts || math.Abs(again.Themes[i].Alpha-theme.Alpha) > 1e-9 {
				t.Fatalf("%s hangs on the order", theme.Theme)
			}
		}
		if (len(f.Drivers) > 0) != (len(sheets) >= DriverLeast) && f.DriversWhy.Key == "" {
			t.Fatalf("%d sheets: %d drivers without a reason", len(sheets), len(f.Drivers))
		}
	})
}

func TestCountsOfALayerComeToWhatItsSheetsDo(t *testing.T) {
	t.Parallel()
	d := Shipped()
	rapid.Check(t, func(t *rapid.T) {
		sheets := drawSheets(t, &d)
		var one, other Box
		for i, s := range sheets {
			if i%2 == 0 {
				one.count(s)
			} else {
				other.count(s)
			}
		}
		l, f := reckonLayer(&d, []string{"core"}, []Box{one, other}), Reckon(&d, sheets)
		if l.Answers != len(sheets) || len(sheets) > 0 && *l.Score != *f.Score {
			t.Fatalf("%+v, want %+v", l.Score, f.Score)
		}
		for _, theme := range f.Themes {
			if l.Themes[theme.Theme] != theme.Counts {
				t.Fatalf("%s: %v, want %v", theme.Theme, l.Themes[theme.Theme], theme.Counts)
			}
		}
	})
}

func TestQuadrantsAreAgainstTheMiddle(t *testing.T) {
	t.Parallel()
	d := Document{Questions: []Question{{ID: "a", Kind: KindLikert, Theme: ThemeTargets}, {ID: "b", Kind: KindLikert, Theme: ThemeTools}, {ID: "n", Kind: KindENPS}}}
	var sheets []Sheet
	for i := range 40 { // targets go with eNPS and are low, tools do not and are high
		sheets = append(sheets, Sheet{Scores: map[string]int{"a": 1 + i%3, "b": 4 + i/20%2, "n": 3 * (1 + i%3)}})
	}
	f := Reckon(&d, sheets)
	if len(f.Drivers) != 2 || f.Drivers[0].Theme != ThemeTargets || f.Drivers[0].Quadrant != QuadrantMend || f.Drivers[1].Quadrant != QuadrantLeave || f.Drivers[0].Correlation < 0.99 {
		t.Errorf("%+v %v", f.Drivers, f.DriversWhy)
	}
	if few := Reckon(&d, sheets[:29]); len(few.Drivers) != 0 || few.DriversWhy.Key != "questionnaire.drivers_few" {
		t.Errorf("%+v", few)
	}
}

func TestABoxKeepsNoOrder(t *testing.T) {
	t.Parallel()
	places := map[int]bool{}
	for seed := range 40 {
		pick := rand.New(rand.NewPCG(uint64(seed), 1)).IntN
		var b Box
		for i := range 6 {
			b.put(Sheet{Scores: map[string]int{"q": i}}, pick)
		}
		places[slices.IndexFunc(b.Sheets, func(s Sheet) bool { return s.Scores["q"] == 5 })] = true
	}
	if len(places) < 4 {
		t.Errorf("the last sheet lies at %v", places)
	}
}
