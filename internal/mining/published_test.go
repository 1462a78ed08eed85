package mining_test

import (
	"math/big"
	"testing"

	"xiaoguan/internal/mining"
)

type moved = struct {
	Name    string
	In, Out []int
}

// fullLog is the log of 1391 requests for compensation in van der Aalst, Process Mining, 2nd edition 2016, table 6.1: how often each trace
// was seen. Of activities only the letters are written.
var fullLog = map[string]int{
	"acdeh": 455, "abdeg": 191, "adceh": 177, "abdeh": 144, "acdeg": 111, "adceg": 82, "adbeh": 56, "acdefdbeh": 47, "adbeg": 38, "acdefbdeh": 33, "acdefbdeg": 14,
	"acdefdbeg": 11, "adcefcdeh": 9, "adcefdbeh": 8, "adcefbdeg": 5, "acdefbdefdbeg": 3, "adcefdbeg": 2, "adcefbdefbdeg": 2, "adcefdbefbdeh": 1, "adbefbdefdbeg": 1, "adcefdbefcdefdbeg": 1,
}

func traceOf(n *mining.Net, letters string) (trace []int) {
	for _, letter := range letters {
		number, known := n.Number(string(letter))
		if !known {
			number = mining.Unknown
		}
		trace = append(trace, number)
	}
	return trace
}

// The models N1 to N3 of the log, from the book's chapter on conformance checking, as nets: 0 is the first place, 1 the last.
var (
	netN1 = mining.NetOf(7, moved{"a", []int{0}, []int{2, 3}}, moved{"b", []int{2}, []int{4}}, moved{"c", []int{2}, []int{4}}, moved{"d", []int{3}, []int{5}},
		moved{"e", []int{4, 5}, []int{6}}, moved{"f", []int{6}, []int{2, 3}}, moved{"g", []int{6}, []int{1}}, moved{"h", []int{6}, []int{1}})
	netN2 = mining.NetOf(6, moved{"a", []int{0}, []int{2}}, moved{"b", []int{2}, []int{3}}, moved{"c", []int{2}, []int{3}}, moved{"d", []int{3}, []int{4}},
		moved{"e", []int{4}, []int{5}}, moved{"f", []int{5}, []int{2}}, moved{"g", []int{5}, []int{1}}, moved{"h", []int{5}, []int{1}})
	netN3 = mining.NetOf(7, moved{"a", []int{0}, []int{2, 3}}, moved{"c", []int{2}, []int{4}}, moved{"d", []int{3}, []int{5}}, moved{"e", []int{4, 5}, []int{6}}, moved{"h", []int{6}, []int{1}})
)

// TestPublishedTokenReplay holds the counts of tokens to the worked examples of the book, section 8.2.
func TestPublishedTokenReplay(t *testing.T) {
	for _, c := range []struct {
		net     *mining.Net
		trace   string
		want    mining.Replay
		percent string
	}{
		{netN1, "acdeh", mining.Replay{Produced: 7, Consumed: 7}, "1.0000"},
		{netN2, "adceh", mining.Replay{Produced: 6, Consumed: 6, Missing: 1, Remaining: 1}, "0.8333"},
		{netN3, "abdeg", mining.Replay{Produced: 5, Consumed: 5, Missing: 2, Remaining: 2, Unknown: 2}, "0.6000"},
	} {
		got, err := c.net.Replay(traceOf(c.net, c.trace))
		if err != nil {
			t.Fatal(err)
		}
		fitness := got.Fitness()
		if got != c.want || big.NewRat(fitness.Part, fitness.Whole).FloatString(4) != c.percent {
			t.Errorf("%s: %+v, fitness %d/%d, want %+v, %s", c.trace, got, fitness.Part, fitness.Whole, c.want, c.percent)
		}
	}
}

// TestPublishedFitnessOfTheLog holds the fitness of whole logs to the figures of the book, section 8.2.
func TestPublishedFitnessOfTheLog(t *testing.T) {
	for _, c := range []struct {
		name string
		net  *mining.Net
		want string
	}{{"N1", netN1, "1.0000"}, {"N2", netN2, "0.9504"}, {"N3", netN3, "0.8797"}} {
		var sum mining.Replay
		for letters, count := range fullLog {
			one, err := c.net.Replay(traceOf(c.net, letters))
			if err != nil {
				t.Fatal(err)
			}
			sum = sum.Add(one, count)
		}
		fitness := sum.Fitness()
		if got := big.NewRat(fitness.Part, fitness.Whole).FloatString(4); got != c.want {
			t.Errorf("%s: %s, want %s (%+v)", c.name, got, c.want, sum)
		}
	}
}

// TestAlignmentsByHand are small alignments whose costs one sees.
func TestAlignmentsByHand(t *testing.T) {
	for _, c := range []struct {
		tree, trace   string
		cost, longest int
	}{
		{"->( 'a', 'b', 'c' )", "abc", 0, 6},
		{"->( 'a', 'b', 'c' )", "ac", 1, 5},
		{"->( 'a', 'b', 'c' )", "acb", 2, 6},
		{"->( 'a', 'b', 'c' )", "", 3, 3},
		{"->( 'a', X( 'b', tau ), 'c' )", "ac", 0, 4},
		{"+( 'a', 'b', 'c' )", "cab", 0, 6},
		{"->( 'a', *( 'b', 'c' ), 'd' )", "abcbcbd", 0, 10},
		{"->( 'a', *( 'b', 'c' ), 'd' )", "abbd", 1, 7},
		{"->( 'a', 'b' )", "xaby", 2, 6},
		{"X( ->( 'a', 'b', 'c', 'd' ), 'x' )", "abd", 1, 4},
		{"tau", "", 0, 0},
	} {
		tree, err := mining.ParseTree(c.tree)
		if err != nil {
			t.Fatal(err)
		}
		net, aligner := aligned(t, tree)
		got, err := aligner.Align(traceOf(net, c.trace))
		if err != nil || got.Cost != c.cost || got.Longest != c.longest {
			t.Errorf("%s on %s: cost %d of %d, %v; want %d of %d", c.trace, c.tree, got.Cost, got.Longest, err, c.cost, c.longest)
		}
	}
}

// TestFitnessOfALog: two of three cases fit. By trace (1 + 1 + 4/5) / 3, by the log 1 − 1/17.
func TestFitnessOfALog(t *testing.T) {
	tree, _ := mining.ParseTree("->( 'a', 'b', 'c' )")
	net, aligner := aligned(t, tree)
	var sum mining.LogFitness
	for _, c := range []struct {
		trace string
		cases int
	}{{"abc", 2}, {"ac", 1}} {
		one, err := aligner.Align(traceOf(net, c.trace))
		if err != nil {
			t.Fatal(err)
		}
		sum.Add(one, c.cases)
	}
	if sum.AveragePPM() != 933_333 || sum.Log() != (mining.Share{Part: 16, Whole: 17}) || sum.Fitting != 2 || sum.Cases != 3 {
		t.Errorf("average %d, log %+v, %d of %d fit", sum.AveragePPM(), sum.Log(), sum.Fitting, sum.Cases)
	}
}

func aligned(t testing.TB, tree mining.Tree) (*mining.Net, *mining.Aligner) {
	t.Helper()
	net, err := mining.NewNet(tree)
	if err != nil {
		t.Fatal(err)
	}
	aligner, err := mining.NewAligner(net)
	if err != nil {
		t.Fatal(err)
	}
	return net, aligner
}

// TestTheTraceIsExplainedRatherThanDenied: of equally cheap alignments the one in which less of what happened is called wrong.
func TestTheTraceIsExplainedRatherThanDenied(t *testing.T) {
	tree, _ := mining.ParseTree("->( 'a', 'b', 'c', 'd' )")
	net, aligner := aligned(t, tree)
	for _, trace := range []string{"ac", "abd"} {
		got, err := aligner.AlignPrefix(traceOf(net, trace))
		if err != nil || got.Cost != 1 {
			t.Fatalf("%s: %+v %v", trace, got, err)
		}
		for _, m := range got.Moves {
			if m.Kind == mining.MoveLog {
				t.Errorf("%s: %+v", trace, got.Moves)
			}
		}
	}
}
