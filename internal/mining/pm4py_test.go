package mining_test

import (
	"math"
	"testing"

	"xiaoguan/internal/mining"
)

// The worked example of pm4py's notebook on conformance checking (notebooks/4_conformance_checking.ipynb with data/running_example_broken.csv,
// repository process-intelligence-solutions/pm4py, read at 2025-02-04): six cases of a request for compensation against the tree that the
// inductive miner finds in the unbroken log. r register, t check ticket, c examine casually, o examine thoroughly, d decide, i reinitiate, p pay,
// j reject; x and y are activities that the model has not.
const runningExample = "->( 'r', *( ->( +( 't', X( 'c', 'o' ) ), 'd' ), 'i' ), X( 'p', 'j' ) )"

var brokenCases = []struct {
	trace   string
	cost    int // moves in the log or the model alone; pm4py's cost in units of 10,000, silent moves aside
	longest int // pm4py's bwc, likewise
	fitness float64
}{
	{"otdj", 1, 9, 0.8888888888888888},
	{"rtcp", 1, 9, 0.8888888888888888},
	{"rtdip", 2, 10, 0.8},
	{"rtodj", 0, 10, 1},
	{"rctdxtcdctdj", 3, 17, 0.8235294117647058},
	{"rtyp", 3, 9, 0.6666666666666667},
}

// TestPm4pyAlignments holds costs and fitness of every case, and of the log, to what pm4py prints. Its fitness of the log, 0.84373105504, counts a ten
// thousandth for each silent move on both sides; without these it is 54/64.
func TestPm4pyAlignments(t *testing.T) {
	tree, err := mining.ParseTree(runningExample)
	if err != nil {
		t.Fatal(err)
	}
	net, aligner := aligned(t, tree)
	var sum mining.LogFitness
	for _, c := range brokenCases {
		got, err := aligner.Align(traceOf(net, c.trace))
		if err != nil {
			t.Fatal(err)
		}
		if got.Cost != c.cost || got.Longest != c.longest || math.Abs(1-float64(got.Cost)/float64(got.Longest)-c.fitness) > 1e-12 {
			t.Errorf("%s: cost %d of %d, want %d of %d", c.trace, got.Cost, got.Longest, c.cost, c.longest)
		}
		sum.Add(got, 1)
	}
	if average := 844_662; sum.AveragePPM() != int64(average) || sum.Log() != (mining.Share{Part: 54, Whole: 64}) || sum.Fitting != 1 || sum.Cases != 6 {
		t.Errorf("average %d, log %+v, %d of %d fit; want %d, 54/64, 1 of 6", sum.AveragePPM(), sum.Log(), sum.Fitting, sum.Cases, average)
	}
}

// TestPm4pyTokenReplay holds token replay to what pm4py prints for the same cases: one of six fits, 0.80777 by case, 0.81561 by tokens.
func TestPm4pyTokenReplay(t *testing.T) {
	tree, err := mining.ParseTree(runningExample)
	if err != nil {
		t.Fatal(err)
	}
	net, err := mining.NewNet(tree)
	if err != nil {
		t.Fatal(err)
	}
	var sum mining.Replay
	var byCase float64
	fitting := 0
	for _, c := range brokenCases {
		got, err := net.Replay(traceOf(net, c.trace))
		if err != nil {
			t.Fatal(err)
		}
		if got.Fits() {
			fitting++
		}
		sum = sum.Add(got, 1)
		share := got.Fitness()
		byCase += float64(share.Part) / float64(share.Whole) / float64(len(brokenCases))
	}
	whole := sum.Fitness()
	if byLog := float64(whole.Part) / float64(whole.Whole); fitting != 1 || math.Abs(byCase-0.8077731092436974) > 1e-12 || math.Abs(byLog-0.8156108597285068) > 1e-12 {
		t.Errorf("%d fit, by case %v, by log %v (%+v)", fitting, byCase, byLog, sum)
	}
}
