package capability_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"xiaoguan/internal/capability"
	"xiaoguan/internal/org"
)

func TestASpreadAgreesWithItsDefinition(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Int64Range(-100, 1_000_000), 0, 40).Draw(t, "values")
		s := capability.SpreadOf(values)
		n := int64(len(values))
		if s.People != n || 5*s.TopCount < n || n > 0 && 5*(s.TopCount-1) >= n {
			t.Fatalf("%+v", s)
		}
		sorted := slices.Clone(values)
		slices.SortFunc(sorted, func(a, b int64) int { return int(b - a) })
		sum, top := int64(0), int64(0)
		for i, v := range sorted {
			sum += v
			if int64(i) < s.TopCount {
				top += v
			}
		}
		if s.Sum != sum || s.TopSum != top {
			t.Fatalf("%+v, want %d of %d", s, top, sum)
		}
		if n == 0 {
			return
		}
		// Nearest rank: at least nine tenths are at most p90, and fewer are below it.
		for _, q := range []struct{ percent, value int64 }{{90, s.P90}, {10, s.P10}} {
			below, upTo := int64(0), int64(0)
			for _, v := range values {
				if v < q.value {
					below++
				}
				if v <= q.value {
					upTo++
				}
			}
			if 100*upTo < q.percent*n || 100*below >= q.percent*n {
				t.Fatalf("p%d is %d: %d below, %d up to it, of %d", q.percent, q.value, below, upTo, n)
			}
		}
	})
}

func TestLacksCountThoseBelow(t *testing.T) {
	t.Parallel()
	skills := []capability.Skill{{ID: 1, Active: true, Required: map[org.Level]int64{org.LevelCore: 4, org.LevelNewcomer: 2}}, {ID: 2, Required: map[org.Level]int64{org.LevelCore: 3}}}
	mark := func(level int64) map[int64]capability.Mark {
		return map[int64]capability.Mark{1: {SkillID: 1, Level: level}}
	}
	people := []capability.Person{{ID: 1, Layer: org.LevelCore, Marks: mark(3)}, {ID: 2, Layer: org.LevelCore, Marks: mark(5)}, {ID: 3, Layer: org.LevelCore}, {ID: 4, Layer: org.LevelManager, Marks: mark(1)}}
	want := []capability.Lack{{SkillID: 1, Layer: org.LevelCore, Required: 4, People: 3, Marked: 2, Below: 1}}
	if got := capability.Lacks(skills, people); !slices.Equal(got, want) {
		t.Errorf("%+v", got)
	}
	if gap := people[0].Gap(&skills[0]); gap != 1 {
		t.Errorf("a gap of %d", gap)
	}
}
