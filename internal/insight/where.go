package insight

import (
	"cmp"
	"slices"

	"xiaoguan/internal/stats"
)

// Element is one value of a dimension, with what was to be expected and what came.
type Element struct {
	Name             string
	Expected, Actual int64
}

// Dimension is one way to cut a total into elements.
type Dimension struct {
	Name     string
	Elements []Element
}

// Cause is an element that a change lies in.
type Cause struct {
	Element
	Change   int64   // Actual − Expected, of the change of all
	Surprise float64 // divergence of its shares of what was expected and of what came; ranks alone
}

// Place is where a change lies: elements of one dimension that make up most of it.
type Place struct {
	Dimension string
	Causes    []Cause // by falling surprise
	Change    int64   // of the causes together
	Whole     int64   // of everything
	Surprise  float64
}

// Skipped is a dimension that says nothing, and why.
type Skipped struct {
	Dimension string
	Why       string // SkippedNegative, SkippedOne, SkippedSpread, SkippedTotals
}

// Why dimensions say nothing.
const (
	SkippedNegative = "negative" // an element below 0: refunds were more than what came in
	SkippedOne      = "one"      // one element alone
	SkippedSpread   = "spread"   // the change is spread, no few elements make up most of it
	SkippedTotals   = "totals"   // its elements are not all of it
)

// Located is what Where finds. Flat says that there is no change to explain, or nothing to compare with.
type Located struct {
	Places  []Place // the dimension that tells most comes first
	Skipped []Skipped
	Flat    bool
}

// Where finds in which dimension, and where in it, the change of a total lies: Adtributor (Bhagwan et al., NSDI 2014) with explanatory power (A−F of the element
// over A−F of all) of at least 10 % for an element and over 67 % for a set, elements and dimensions in the order of surprise ½(p ln 2p/(p+q) + q ln 2q/(p+q)). Shares of
// the change are given as the two whole numbers that they are the quotient of. It finds changes in one dimension alone.
func Where(dimensions []Dimension) (out Located) {
	var usable []stats.Dimension
	changes := map[string]map[string]Element{}
	expected, actual, first := int64(0), int64(0), true
	for _, d := range dimensions {
		why, ofExpected, ofActual := judge(d)
		if why == "" && !first && (ofExpected != expected || ofActual != actual) {
			why = SkippedTotals
		}
		if why != "" {
			out.Skipped = append(out.Skipped, Skipped{d.Name, why})
			continue
		}
		expected, actual, first = ofExpected, ofActual, false
		one := stats.Dimension{Name: d.Name}
		changes[d.Name] = map[string]Element{}
		for _, e := range d.Elements {
			one.Elements = append(one.Elements, stats.Element{Name: e.Name, Forecast: float64(e.Expected), Actual: float64(e.Actual)})
			changes[d.Name][e.Name] = e
		}
		usable = append(usable, one)
	}
	if len(usable) == 0 {
		return out
	}
	found, err := stats.Adtributor(usable, stats.UsualAdtributorLimits())
	if err != nil { // no change, or nothing to compare with
		out.Flat = true
		return out
	}
	for _, e := range found {
		place := Place{Dimension: e.Dimension, Whole: actual - expected, Surprise: e.Surprise}
		for _, c := range e.Causes {
			element := changes[e.Dimension][c.Name]
			place.Causes = append(place.Causes, Cause{element, element.Actual - element.Expected, c.Surprise})
			place.Change += element.Actual - element.Expected
		}
		out.Places = append(out.Places, place)
	}
	for _, d := range usable {
		if !slices.ContainsFunc(found, func(e stats.Explanation) bool { return e.Dimension == d.Name }) {
			out.Skipped = append(out.Skipped, Skipped{d.Name, SkippedSpread})
		}
	}
	slices.SortStableFunc(out.Skipped, func(a, b Skipped) int { return cmp.Compare(a.Dimension, b.Dimension) })
	return out
}

func judge(d Dimension) (why string, expected, actual int64) {
	for _, e := range d.Elements {
		if e.Expected < 0 || e.Actual < 0 {
			return SkippedNegative, 0, 0
		}
		expected, actual = expected+e.Expected, actual+e.Actual
	}
	if len(d.Elements) < 2 {
		return SkippedOne, expected, actual
	}
	return "", expected, actual
}
