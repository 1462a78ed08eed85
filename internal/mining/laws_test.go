package mining_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/mining"
)

// drawTree draws a small tree; letters may come more than once unless each is to be used once.
func drawTree(t *rapid.T, depth int, once *int) mining.Tree {
	kind := rapid.IntRange(0, 6).Draw(t, "kind")
	if depth == 0 || kind == 0 {
		if rapid.IntRange(0, 5).Draw(t, "silent") == 0 {
			return mining.Nothing()
		}
		if once != nil {
			*once++
			return mining.Do(string(rune('a' + *once - 1)))
		}
		return mining.Do(string(rapid.SampledFrom([]rune("abcd")).Draw(t, "activity")))
	}
	children := func() (list []mining.Tree) {
		for range rapid.IntRange(1, 3).Draw(t, "children") {
			list = append(list, drawTree(t, depth-1, once))
		}
		return list
	}
	switch kind {
	case 1, 2:
		return mining.InOrder(children()...)
	case 3, 4:
		return mining.OneOf(children()...)
	case 5:
		return mining.Together(children()...)
	}
	return mining.Again(drawTree(t, depth-1, once), drawTree(t, depth-1, once))
}

// drawSmallTree draws a tree whose traces can all be listed.
func drawSmallTree(t *rapid.T, once bool) mining.Tree {
	const tracesMax = 3000
	return rapid.Custom(func(t *rapid.T) mining.Tree {
		if once {
			return drawTree(t, 2, new(int))
		}
		return drawTree(t, 2, nil)
	}).Filter(func(tree mining.Tree) bool { return len(language(tree)) <= tracesMax }).Draw(t, "tree")
}

// language lists the traces of a tree with loops gone back through at most three times, straight from what the operators mean; nil when there are too many.
func language(tree mining.Tree) map[string]bool {
	only := func(s string) map[string]bool { return map[string]bool{s: true} }
	join := func(a, b map[string]bool) map[string]bool {
		out := map[string]bool{}
		for x := range a {
			for y := range b {
				out[x+y] = true
			}
		}
		return out
	}
	switch tree.Operator {
	case mining.Leaf:
		return only(tree.Name)
	case mining.Silent:
		return only("")
	case mining.Sequence:
		all := only("")
		for _, child := range tree.Children {
			if all = join(all, language(child)); len(all) > 3000 {
				return all
			}
		}
		return all
	case mining.Choice:
		all := map[string]bool{}
		for _, child := range tree.Children {
			for s := range language(child) {
				all[s] = true
			}
		}
		return all
	case mining.Parallel:
		all := only("")
		for _, child := range tree.Children {
			next := map[string]bool{}
			for x := range all {
				for y := range language(child) {
					shuffle("", x, y, next)
				}
			}
			if all = next; len(all) > 3000 {
				return all
			}
		}
		return all
	}
	body, between := language(tree.Children[0]), language(tree.Children[1])
	all := map[string]bool{}
	way := body
	for range 4 {
		for s := range way {
			all[s] = true
		}
		if len(all) > 3000 {
			break
		}
		way = join(join(way, between), body)
	}
	return all
}

func shuffle(done, x, y string, out map[string]bool) {
	if x == "" || y == "" {
		out[done+x+y] = true
		return
	}
	shuffle(done+x[:1], x[1:], y, out)
	shuffle(done+y[:1], x, y[1:], out)
}

// distance is the least number of letters to put in and take out, by the longest common subsequence.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for i := range a {
		left := 0
		for j := range b {
			above := row[j+1]
			if a[i] == b[j] {
				row[j+1] = left + 1
			} else {
				row[j+1] = max(above, row[j])
			}
			left = above
		}
	}
	return len(a) + len(b) - 2*row[len(b)]
}

// TestAlignmentsAreNearestTraces: the cost of an alignment is the distance to the nearest trace of the model, which another program finds by
// trying all. Traces have three letters at most, so that more than three rounds back through a loop explain nothing.
func TestAlignmentsAreNearestTraces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tree := drawSmallTree(t, false)
		all := language(tree)
		net, err := mining.NewNet(tree)
		if err != nil {
			t.Fatal(err)
		}
		aligner, err := mining.NewAligner(net)
		if err != nil {
			t.Fatal(err)
		}
		trace := rapid.StringOfN(rapid.RuneFrom([]rune("abcdx")), 0, 3, -1).Draw(t, "trace")
		best, shortest := 1<<30, 1<<30
		for s := range all {
			best, shortest = min(best, distance(trace, s)), min(shortest, len(s))
		}
		got, err := aligner.Align(traceOf(net, trace))
		if err != nil || got.Cost != best || got.Longest != len(trace)+shortest {
			t.Fatalf("%q on %s: cost %d of %d, want %d of %d (%v)", trace, tree, got.Cost, got.Longest, best, len(trace)+shortest, err)
		}
		checkMoves(t, net, trace, all, got)
		prefix, err := aligner.AlignPrefix(traceOf(net, trace))
		if err != nil || prefix.Cost > got.Cost || prefix.Longest != len(trace) {
			t.Fatalf("%q on %s: prefix costs %d, all of it %d", trace, tree, prefix.Cost, got.Cost)
		}
	})
}

// checkMoves wants the moves to tell the trace on one side and a trace of the model on the other, at the cost said.
func checkMoves(t *rapid.T, net *mining.Net, trace string, all map[string]bool, got mining.Alignment) {
	var logged, modelled strings.Builder
	cost, at := 0, 0
	for _, m := range got.Moves {
		if m.Kind != mining.MoveModel {
			logged.WriteByte(trace[at])
			at++
		}
		if m.Kind != mining.MoveLog {
			modelled.WriteString(net.Activities[m.Activity])
		}
		if m.Kind != mining.MoveBoth {
			cost++
		}
	}
	if logged.String() != trace || !all[modelled.String()] || cost != got.Cost {
		t.Fatalf("moves tell %q and %q at %d; the trace is %q at %d", logged.String(), modelled.String(), cost, trace, got.Cost)
	}
}

// TestReplayOfWhatTheModelDoes: what a model does replays without a token too many or too few, also when an activity comes in several places,
// and so it aligns.
func TestReplayOfWhatTheModelDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tree := drawSmallTree(t, rapid.Bool().Draw(t, "once"))
		all := language(tree)
		traces := make([]string, 0, len(all))
		for s := range all {
			traces = append(traces, s)
		}
		slices.Sort(traces)
		trace := rapid.SampledFrom(traces).Draw(t, "trace")
		net, err := mining.NewNet(tree)
		if err != nil {
			t.Fatal(err)
		}
		played, err := net.Replay(traceOf(net, trace))
		if err != nil || !played.Fits() || played.Fitness().PPM() != 1_000_000 {
			t.Fatalf("%q of %s: %+v %v", trace, tree, played, err)
		}
		aligner, err := mining.NewAligner(net)
		if err != nil {
			t.Fatal(err)
		}
		best, err := aligner.Align(traceOf(net, trace))
		if err != nil || best.Cost != 0 {
			t.Fatalf("%q of %s costs %d, %v", trace, tree, best.Cost, err)
		}
	})
}

// TestReplayStaysWithinBounds: whatever is replayed, unless forced tokens pile up so that it is refused, tokens balance and the fitness lies
// between 0 and 1.
func TestReplayStaysWithinBounds(t *testing.T) {
	type replayed struct {
		tree   mining.Tree
		trace  string
		played mining.Replay
		err    error
	}
	draw := rapid.Custom(func(t *rapid.T) (r replayed) {
		r.tree, r.trace = drawTree(t, 3, nil), rapid.StringOfN(rapid.RuneFrom([]rune("abcdx")), 0, 8, -1).Draw(t, "trace")
		net, err := mining.NewNet(r.tree)
		if err != nil {
			t.Fatal(err)
		}
		r.played, r.err = net.Replay(traceOf(net, r.trace))
		return r
	}).Filter(func(r replayed) bool { return !errs.Is(r.err, errs.KindInvalid) })
	rapid.Check(t, func(t *rapid.T) {
		r := draw.Draw(t, "replay")
		tree, trace, played := r.tree, r.trace, r.played
		if r.err != nil {
			t.Fatal(r.err)
		}
		if played.Produced+played.Missing != played.Consumed+played.Remaining {
			t.Fatalf("%q on %s does not balance: %+v", trace, tree, played)
		}
		if share := played.Fitness().PPM(); share < 0 || share > 1_000_000 {
			t.Fatalf("%q on %s: %+v", trace, tree, played)
		}
	})
}

// TestTreesAreReadAsWritten: reading what was written gives the same tree.
func TestTreesAreReadAsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tree := drawTree(t, 3, nil)
		again, err := mining.ParseTree(tree.String())
		if err != nil || again.String() != tree.String() {
			t.Fatalf("%s read as %s: %v", tree, again, err)
		}
	})
}

func FuzzParseTree(f *testing.F) {
	for _, seed := range []string{"->( 'a', X( 'b', tau ), +( 'c', 'd' ), *( 'e', tau ) )", "'it\\'s'", "tau", "->(", "*( 'a' )", "X( 'a',, 'b' )", "'签约'"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		tree, err := mining.ParseTree(text)
		if err != nil {
			return
		}
		again, err := mining.ParseTree(tree.String())
		if err != nil || again.String() != tree.String() {
			t.Fatalf("%q became %s, then %s: %v", text, tree, again, err)
		}
	})
}
