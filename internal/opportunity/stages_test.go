package opportunity_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/sop"
)

// line makes a standard of stages; the first of each is its id, the others are what it replaces.
func line(signing int, stages ...[]string) *sop.Standard {
	d := &sop.Standard{}
	for i, stage := range stages {
		d.Stages = append(d.Stages, sop.Stage{ID: stage[0], Name: sop.Text{Zh: "阶段" + stage[0]}, Signing: i == signing, Replaces: stage[1:]})
	}
	return d
}

func TestTheStagesThatShip(t *testing.T) {
	t.Parallel()
	set := opportunity.ShippedStages()
	if want := []opportunity.Stage{"development", "needs", "proposal", "contract", "after_sales"}; !slices.Equal(set.IDs(), want) || set.First() != "development" || set.Signing() != "contract" {
		t.Errorf("stages %v, first %s, signing %s", set.IDs(), set.First(), set.Signing())
	}
	for stage, want := range map[opportunity.Stage]int64{"development": 10, "needs": 30, "proposal": 50, "contract": 80, "after_sales": 100} {
		if got := set.Percent(stage); got != want {
			t.Errorf("%s: %d %%, want %d", stage, got, want)
		}
	}
	for state, want := range map[opportunity.State][]opportunity.Stage{opportunity.StateOpen: set.IDs()[:4], opportunity.StateWon: set.IDs()[3:], opportunity.StateLost: set.IDs()[:4]} {
		if got := set.Of(state); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", state, got, want)
		}
	}
	// Who writes neither chances nor the signature keeps what there was.
	bare := opportunity.NewStageSet(line(-1, []string{"a"}, []string{"b"}, []string{"c"}, []string{"d"}, []string{"e"}))
	if bare.Signing() != "d" || bare.Percent("a") != 10 || bare.Percent("b") != 30 || bare.Percent("c") != 50 || bare.Percent("d") != 80 || bare.Percent("e") != 100 {
		t.Errorf("by place: %+v", bare.All())
	}
}

func TestStagesOfEarlierVersions(t *testing.T) {
	t.Parallel()
	five := sop.Default()
	three := line(2, []string{"visit", "development", "needs"}, []string{"offer", "proposal"}, []string{"closing", "contract", "after_sales"})
	again := line(1, []string{"talk", "visit", "offer"}, []string{"deal", "closing"})
	for name, c := range map[string]struct {
		set  *opportunity.StageSet
		of   opportunity.Stage
		want opportunity.Stage
	}{
		"itself":                      {opportunity.NewStageSet(five), "needs", "needs"},
		"taken over":                  {opportunity.NewStageSet(five, three), "needs", "visit"},
		"by two versions":             {opportunity.NewStageSet(five, three, again), "needs", "talk"},
		"an earlier version is back":  {opportunity.NewStageSet(five, three, five), "offer", "proposal"},
		"and one that came of two":    {opportunity.NewStageSet(five, three, five), "visit", "needs"},
		"nothing took it over":        {opportunity.NewStageSet(five, line(1, []string{"x"}, []string{"y"})), "needs", ""},
		"never known":                 {opportunity.NewStageSet(five, three), "elsewhere", ""},
		"a version that never was on": {opportunity.NewStageSet(five, line(0, []string{"z1", "needs"}), three), "needs", "visit"},
	} {
		if got, ok := c.set.Successor(c.of); got != c.want || ok != (c.want != "") {
			t.Errorf("%s: %q %v, want %q", name, got, ok, c.want)
		}
	}
	set := opportunity.NewStageSet(five, three)
	if got := set.Label("needs", true) + set.Label("needs", false) + set.Label("elsewhere", true); got != "需求对接Needselsewhere" {
		t.Errorf("names: %s", got)
	}
	if got := set.StandsFor("visit"); !slices.Equal(got, []opportunity.Stage{"visit", "development", "needs"}) {
		t.Errorf("stands for %v", got)
	}
	// What a field is asked for from a stage on is asked for on what took that over.
	if got := set.Reached(opportunity.Opportunity{Stage: "offer", State: opportunity.StateOpen}); !slices.Equal(got, []string{"visit", "development", "needs", "offer", "proposal"}) {
		t.Errorf("reached %v", got)
	}
}

// drawLine draws a standard: some stages of a small world, of which each takes over some that it does not have itself.
func drawLine(t *rapid.T, name string) *sop.Standard {
	ids := rapid.SliceOfNDistinct(rapid.IntRange(0, 15), 1, 12, rapid.ID[int]).Draw(t, name)
	taken := map[int]bool{}
	stages := make([][]string, len(ids))
	for i, id := range ids {
		stages[i] = []string{fmt.Sprintf("s%d", id)}
		for _, old := range rapid.SliceOfDistinct(rapid.IntRange(0, 15), rapid.ID[int]).Draw(t, name+" replaces") {
			if !slices.Contains(ids, old) && !taken[old] {
				taken[old] = true
				stages[i] = append(stages[i], fmt.Sprintf("s%d", old))
			}
		}
	}
	return line(rapid.IntRange(-1, len(ids)-1).Draw(t, name+" signs"), stages...)
}

// TestNobodyIsLostWhenStagesChange: whatever versions come one after the other, every opportunity is to stand on a stage in force of its state, and
// stays there; and what a version takes over is where it says.
func TestNobodyIsLostWhenStagesChange(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var versions []*sop.Standard
		for i := range rapid.IntRange(1, 4).Draw(t, "versions") {
			versions = append(versions, drawLine(t, fmt.Sprintf("version %d", i)))
		}
		set := opportunity.NewStageSet(versions...)
		for _, d := range versions {
			for _, stage := range d.Stages {
				for _, state := range []opportunity.State{opportunity.StateOpen, opportunity.StateWon} {
					to := set.Landing(opportunity.Stage(stage.ID), state)
					if !set.Fits(to, state) {
						t.Fatalf("%s %s lands on %s, which is not of its state: %v, signing %s", stage.ID, state, to, set.IDs(), set.Signing())
					}
					if again := set.Landing(to, state); again != to {
						t.Fatalf("%s %s lands on %s and from there on %s", stage.ID, state, to, again)
					}
				}
			}
		}
		last := versions[len(versions)-1]
		for _, stage := range last.Stages {
			for _, old := range stage.Replaces {
				if to, ok := set.Successor(opportunity.Stage(old)); !ok || string(to) != stage.ID {
					t.Fatalf("%s was taken over by %s and goes to %q", old, stage.ID, to)
				}
			}
		}
		if len(set.Of(opportunity.StateOpen))+len(set.Of(opportunity.StateWon)) != len(set.IDs())+1 {
			t.Fatalf("open %v, won %v of %v", set.Of(opportunity.StateOpen), set.Of(opportunity.StateWon), set.IDs())
		}
	})
}
