package mining_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/mining"
	"xiaoguan/internal/sop"
)

func drawLog(t *rapid.T) (log [][]mining.Step) {
	for range rapid.IntRange(0, 12).Draw(t, "cases") {
		var steps []mining.Step
		at := int64(rapid.IntRange(0, 100).Draw(t, "from"))
		for range rapid.IntRange(0, 6).Draw(t, "steps") {
			at += int64(rapid.IntRange(0, 50).Draw(t, "wait"))
			steps = append(steps, mining.Step{At: at, Activity: rapid.IntRange(0, 4).Draw(t, "activity")})
		}
		log = append(log, steps)
	}
	return log
}

// TestTheMapCountsWhatHappened counts again, the slow way.
func TestTheMapCountsWhatHappened(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		log := drawLog(t)
		m := mining.NewMiner(5)
		pairs, events, texts := map[string][]int64{}, map[int]int{}, map[string]int{}
		for i, steps := range log {
			m.Add(int64(i), steps)
			text := ""
			for k, s := range steps {
				events[s.Activity]++
				text += fmt.Sprint(s.Activity)
				if k > 0 {
					pair := fmt.Sprint(steps[k-1].Activity, ">", s.Activity)
					pairs[pair] = append(pairs[pair], s.At-steps[k-1].At)
				}
			}
			if text != "" {
				texts[text]++
			}
		}
		got := m.Map()
		for _, e := range got.Edges {
			durations := pairs[fmt.Sprint(e.From, ">", e.To)]
			slices.Sort(durations)
			if n := len(durations); n != e.Count || durations[(n+1)/2-1] != e.Times.Median || durations[(9*n+9)/10-1] != e.Times.P90 {
				t.Fatalf("%+v of %v", e, durations)
			}
			delete(pairs, fmt.Sprint(e.From, ">", e.To))
		}
		for _, n := range got.Nodes {
			if events[n.Activity] != n.Events {
				t.Fatalf("%+v, want %d events", n, events[n.Activity])
			}
			delete(events, n.Activity)
		}
		for _, v := range m.Variants() {
			text := strings.Trim(strings.ReplaceAll(fmt.Sprint(v.Activities), " ", ""), "[]")
			if texts[text] != v.Count {
				t.Fatalf("%s: %d, want %d", text, v.Count, texts[text])
			}
			delete(texts, text)
		}
		if len(pairs)+len(events)+len(texts) > 0 {
			t.Fatalf("not counted: %v %v %v", pairs, events, texts)
		}
	})
}

// TestPicturesHangTogether: every activity has its place, no two the same; nothing frequent is left out; whatever is entered or left in the log
// is so on the picture; edges that pass the same rows have lanes of their own.
func TestPicturesHangTogether(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := mining.NewMiner(5)
		for i, steps := range drawLog(t) {
			m.Add(int64(i), steps)
		}
		whole := m.Map()
		cover := mining.Share{Part: int64(rapid.IntRange(0, 100).Draw(t, "cover")), Whole: 100}
		p := whole.Draw(cover)
		taken := map[[2]int]bool{}
		row := map[int]int{}
		for _, place := range p.Places {
			if at := [2]int{place.Row, place.Column}; taken[at] || place.Column >= place.Wide || place.Row >= p.Rows {
				t.Fatalf("place %+v", place)
			} else {
				taken[at] = true
			}
			row[place.Activity] = place.Row
		}
		if len(p.Places) != len(whole.Nodes) || len(p.Edges)+p.Left != len(whole.Edges) {
			t.Fatalf("%d of %d places, %d edges and %d left of %d", len(p.Places), len(whole.Nodes), len(p.Edges), p.Left, len(whole.Edges))
		}
		if p.LeftOf.Part*100 > p.LeftOf.Whole*(100-cover.Part) {
			t.Fatalf("left %+v with a cover of %+v", p.LeftOf, cover)
		}
		into, out := map[int]bool{}, map[int]bool{}
		for _, e := range p.Edges {
			into[e.To], out[e.From] = into[e.To] || e.From != e.To, out[e.From] || e.From != e.To
		}
		for _, e := range whole.Edges {
			if e.From != e.To && (!into[e.To] || !out[e.From]) {
				t.Fatalf("%d or %d hangs in the air", e.From, e.To)
			}
		}
		for i, a := range p.Edges {
			for _, b := range p.Edges[:i] {
				if a.Way == b.Way && (a.Way == mining.WaySkip || a.Way == mining.WayBack) && a.Lane == b.Lane &&
					max(min(row[a.From], row[a.To]), min(row[b.From], row[b.To])) < min(max(row[a.From], row[a.To]), max(row[b.From], row[b.To])) {
					t.Fatalf("%+v and %+v lie on each other", a, b)
				}
			}
		}
	})
}

// TestTheCourseOfTheDefaultStandard holds the five stages to what a manager expects of them.
func TestTheCourseOfTheDefaultStandard(t *testing.T) {
	standard := sop.Default()
	if got := mining.StagesOf(standard); !reflect.DeepEqual(got, [][]string{{"development"}, {"needs"}, {"proposal"}, {"contract"}, {"after_sales"}}) {
		t.Fatal(got)
	}
	tree := mining.ModelOf(standard, mining.Course{Signed: "signed", In: "contract", Lost: "lost", Reopened: "reopened"})
	net, aligner := aligned(t, tree)
	for _, c := range []struct {
		trace string
		open  bool
		cost  int
	}{
		{"development needs proposal contract signed after_sales", false, 0},
		{"development lost", false, 0},
		{"development needs proposal contract lost", false, 0},
		{"development needs lost reopened proposal contract signed after_sales", false, 0},
		{"development needs lost reopened lost", false, 0},
		{"development needs proposal", true, 0},
		{"development proposal", true, 1},                                                    // needs skipped
		{"development needs proposal needs proposal contract signed after_sales", false, 2},  // gone back once
		{"development contract signed after_sales", false, 2},                                // two stages skipped
		{"development needs proposal signed contract after_sales", false, 2},                 // signed before it
		{"development needs proposal contract signed", false, 1},                             // never handed over
		{"needs proposal contract signed after_sales", false, 1},                             // not from the beginning
		{"development needs proposal contract signed after_sales phone_call lost", false, 2}, // what no model knows, and lost after all
	} {
		var trace []int
		for name := range strings.FieldsSeq(c.trace) {
			number, known := net.Number(name)
			if !known {
				number = mining.Unknown
			}
			trace = append(trace, number)
		}
		align := aligner.Align
		if c.open {
			align = aligner.AlignPrefix
		}
		if got, err := align(trace); err != nil || got.Cost != c.cost {
			t.Errorf("%s: %d deviations, want %d (%v)", c.trace, got.Cost, c.cost, err)
		}
		if played, err := net.Replay(trace); err != nil || !c.open && played.Fits() != (c.cost == 0) {
			t.Errorf("%s: replayed %+v with %d deviations (%v)", c.trace, played, c.cost, err)
		}
	}
}

func TestWhatIsNoTree(t *testing.T) {
	for _, c := range []struct{ text, key string }{
		{"", "mining.tree_expected"}, {"a", "mining.tree_expected"}, {"->( 'a'", "mining.tree_expected"}, {"''", "mining.tree_name"}, {"'a", "mining.tree_name"},
		{"'a' 'b'", "mining.tree_rest"}, {"*( 'a' )", "mining.tree_loop"}, {"-> 'a'", "mining.tree_expected"},
		{strings.Repeat("X( ", 60) + "'a'" + strings.Repeat(" )", 60), "mining.tree_too_deep"},
		{"X( " + strings.Repeat("'a', ", 300) + "'a' )", "mining.tree_too_large"},
	} {
		_, err := mining.ParseTree(c.text)
		var failure *errs.Error
		if failure, _ = err.(*errs.Error); failure == nil || failure.Message.Key != c.key {
			t.Errorf("%.20q: %v, want %s", c.text, err, c.key)
		}
	}
}

// benchLog is like a pipeline: five stages, some lost on the way, some gone back, some followed up.
func benchLog(cases int) (log [][]mining.Step) {
	seed := uint64(1)
	dice := func(n int) int {
		seed = seed*6364136223846793005 + 1442695040888963407
		return int(seed>>33) % n
	}
	for range cases {
		var steps []mining.Step
		at := int64(dice(1_000_000))
		for stage := 0; stage < 5; stage++ {
			steps = append(steps, mining.Step{At: at, Activity: stage})
			for range dice(4) {
				at += int64(dice(100_000))
				steps = append(steps, mining.Step{At: at, Activity: 5 + dice(3)})
			}
			at += int64(dice(500_000))
			if dice(8) == 0 {
				steps = append(steps, mining.Step{At: at, Activity: 8})
				break
			}
			if stage > 1 && dice(10) == 0 {
				stage -= 2
			}
		}
		log = append(log, steps)
	}
	return log
}

func BenchmarkMine100000(b *testing.B) {
	log := benchLog(100_000)
	for b.Loop() {
		m := mining.NewMiner(9)
		for i, steps := range log {
			m.Add(int64(i), steps)
		}
		if p := m.Map().Draw(mining.Share{Part: 95, Whole: 100}); len(p.Places) != 9 || len(m.Variants()) == 0 {
			b.Fatal("nothing found")
		}
	}
}

func BenchmarkAlign1000Variants(b *testing.B) {
	m := mining.NewMiner(9)
	for i, steps := range benchLog(100_000) {
		m.Add(int64(i), slices.DeleteFunc(steps, func(s mining.Step) bool { return s.Activity > 4 && s.Activity < 8 }))
	}
	names := []string{"development", "needs", "proposal", "contract", "after_sales", "", "", "", "lost"}
	net, aligner := aligned(b, mining.ModelOf(sop.Default(), mining.Course{Signed: "signed", In: "contract", Lost: "lost", Reopened: "reopened"}))
	variants := m.Variants()
	for b.Loop() {
		for i := range 1000 {
			var trace []int
			for _, a := range variants[i%len(variants)].Activities {
				number, _ := net.Number(names[a])
				trace = append(trace, number)
			}
			if _, err := aligner.Align(trace); err != nil {
				b.Fatal(err)
			}
		}
	}
}
