package finding

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// ground is a board of regions with teams with people, every person with the same number of cases and a difference drawn at will.
func ground(regions, teams, people int, difference func(region, team, person int) float64) board {
	b := board{high: true, natural: 0.02, least: 0.1, cases: 10, levels: orgLevels}
	person, team, region := tier{level: LevelPerson}, tier{level: LevelTeam}, tier{level: LevelRegion, count: regions}
	for r := range regions {
		for t := range teams {
			for p := range people {
				const cases = 100.0
				b.leaves = append(b.leaves, leaf{weight: cases, difference: cases * difference(r, t, p), variance: cases * 0.1})
				person.of = append(person.of, int32(len(person.of)))
				team.of = append(team.of, int32(team.count))
				region.of = append(region.of, int32(r))
			}
			team.count++
		}
	}
	person.count = len(person.of)
	b.tiers = []tier{person, team, region}
	return b
}

func TestScanNamesTheWidestPlaceThatExplains(t *testing.T) {
	t.Parallel()
	type where struct {
		level Level
		group int
	}
	tests := []struct {
		name string
		off  func(region, team, person int) float64
		want []where
	}{
		{"nothing", func(_, _, _ int) float64 { return 0 }, nil},
		{"a region as a whole", func(r, _, _ int) float64 { return pick2(r == 1, 0.3) }, []where{{LevelRegion, 1}}},
		{"one team", func(r, k, _ int) float64 { return pick2(r == 1 && k == 2, 0.3) }, []where{{LevelTeam, 6}}},
		{"two teams of two regions", func(r, k, _ int) float64 { return pick2(k == 0 && r < 2, 0.3) }, []where{{LevelTeam, 0}, {LevelTeam, 4}}},
		{"a region, and a team elsewhere", func(r, k, _ int) float64 { return pick2(r == 0 || r == 2 && k == 3, 0.4) }, []where{{LevelRegion, 0}, {LevelTeam, 11}}},
		{"one person is no team", func(r, k, p int) float64 { return pick2(r == 1 && k == 2 && p == 0, 0.3) }, nil},
		{"the good direction", func(r, _, _ int) float64 { return pick2(r == 1, -0.3) }, nil},
		{"less than matters", func(r, _, _ int) float64 { return pick2(r == 1, 0.05) }, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := ground(3, 4, 8, test.off)
			var got []where
			for _, p := range scan(b) {
				got = append(got, where{b.tiers[p.tier].level, p.group})
			}
			slices.SortFunc(got, func(a, b where) int { return rank(a.level)*100 + a.group - rank(b.level)*100 - b.group })
			if !slices.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func pick2(yes bool, x float64) float64 {
	if yes {
		return x
	}
	return 0
}

func drawnGround(t *rapid.T) board {
	noise := rapid.Float64Range(-0.1, 0.1)
	bad := rapid.IntRange(0, 11).Draw(t, "bad team")
	size := rapid.Float64Range(0, 0.5).Draw(t, "size")
	return ground(3, 4, 3, func(r, k, _ int) float64 { return noise.Draw(t, "noise") + pick2(r*4+k == bad, size) })
}

func TestOrderOfLeavesDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := drawnGround(t)
		order := rapid.Permutation(slices.Collect(func(yield func(int) bool) {
			for i := range b.leaves {
				if !yield(i) {
					return
				}
			}
		})).Draw(t, "order")
		other := b
		other.leaves = nil
		other.tiers = nil
		for _, tr := range b.tiers {
			other.tiers = append(other.tiers, tier{level: tr.level, count: tr.count})
		}
		for _, at := range order {
			other.leaves = append(other.leaves, b.leaves[at])
			for k := range b.tiers {
				other.tiers[k].of = append(other.tiers[k].of, b.tiers[k].of[at])
			}
		}
		samePicks(t, scan(b), scan(other), 1)
	})
}

func TestUnitsDoNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := drawnGround(t)
		scale := rapid.Float64Range(0.01, 100).Draw(t, "scale")
		other := b
		other.natural, other.least = b.natural*scale, b.least*scale
		other.leaves = slices.Clone(b.leaves)
		for i := range other.leaves {
			other.leaves[i].difference *= scale
			other.leaves[i].variance *= scale * scale
		}
		samePicks(t, scan(b), scan(other), scale)
	})
}

func samePicks(t *rapid.T, a, b []pick, scale float64) {
	if len(a) != len(b) {
		t.Fatalf("%d places, and %d", len(a), len(b))
	}
	for i := range a {
		if a[i].tier != b[i].tier || a[i].group != b[i].group || math.Abs(a[i].effect*scale-b[i].effect) > 1e-9*scale {
			t.Fatalf("%+v and %+v", a[i], b[i])
		}
	}
}

func TestDiscoveriesAreControlled(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var families []family
		n := rapid.IntRange(0, 12).Draw(t, "families")
		for range n {
			tests := rapid.IntRange(1, 50).Draw(t, "tests")
			f := family{tests: tests}
			for range rapid.IntRange(0, 3).Draw(t, "found") {
				f.found = append(f.found, Finding{Chance: math.Pow(10, -rapid.Float64Range(0, 12).Draw(t, "power"))})
			}
			families = append(families, f)
		}
		kept := discover(families, 100)
		// the naive reference: Benjamini and Hochberg's step-up over all p·F·n
		var values []float64
		for _, f := range families {
			for _, x := range f.found {
				values = append(values, x.Chance*float64(f.tests)*100)
			}
		}
		slices.Sort(values)
		want := 0
		for i, v := range values {
			if v/float64(i+1) <= Discovery {
				want = i + 1
			}
		}
		if len(kept) != want {
			t.Fatalf("%d kept, want %d of %v", len(kept), want, values)
		}
	})
}
