package finding

import (
	"cmp"
	"math"
	"slices"
)

// Kind is what sort of problem a finding is, by its id in docs/diagnosis-kinds.md.
type Kind string

// Area is the part of sales management that a kind of problem belongs to.
type Area string

// The areas.
const (
	AreaTarget     Area = "target"
	AreaProcess    Area = "process"
	AreaPipeline   Area = "pipeline"
	AreaCollection Area = "collection"
	AreaCustomer   Area = "customer"
	AreaTeam       Area = "team"
	AreaIncentive  Area = "incentive"
	AreaData       Area = "data"
)

// Unit is what an effect is counted in.
type Unit string

// The units.
const (
	UnitShare  Unit = "share" // 0.12 is 12 %; a difference of shares is in points
	UnitRatio  Unit = "ratio" // 1.3 is 30 % more
	UnitDays   Unit = "days"
	UnitHours  Unit = "hours"
	UnitCount  Unit = "count"
	UnitScore  Unit = "score"
	UnitPlaces Unit = "places" // p90 over p10 and the like
)

// Evidence is a row that shows the problem: which record, of whom, and what it says.
type Evidence struct {
	Part   Part
	Record string // key
	Person string // key; may be empty
	Value  float64
	Usual  float64
	Day    Day // NoDay for none
}

// Finding is a problem with its place, size, certainty and rows.
type Finding struct {
	Kind  Kind
	Place Place
	// Value was seen at the place, Usual is what was to be expected of it, or asked for; both in Unit, over Cases.
	Value, Usual float64
	Unit         Unit
	Cases        int64
	Hits         int64 // of the cases, where the value is a share; -1 where it is not
	// Times is how many times the least of its kind it is; 0 where Size says that by kind.
	Times float64
	// MoneyMinor is what the problem is worth in the months looked at, in minor units; 0 with Worth false where that cannot be said.
	MoneyMinor int64
	Worth      bool
	// Chance is the p-value, Adjusted what false-discovery control makes of it; both are 0 for what needs no chance because it is counted
	// against a rule (Certain).
	Chance, Adjusted float64
	Certain          bool
	Evidence         []Evidence
}

// Missing says that a kind of problem could not be looked for, and what would be needed.
type Missing struct {
	Kind   Kind
	Parts  []Part // that are not there
	Reason string // message key; LacksParts when parts are missing
	Have   int64
	Need   int64
}

// LacksParts is the reason of what cannot be looked for because whole parts are missing.
const LacksParts = "finding.missing.part"

// Analyser looks for one kind of problem.
type Analyser struct {
	Kind  Kind
	Area  Area
	Needs []Part // all of them
	// Method says how the kind is told from chance, with its source, for people who want to check: English, as comments are.
	Method string
	// Least says how much data is needed.
	Least string
	look  func(*look)
}

// look is what an analyser is handed: the company, and where to put what it finds.
type look struct {
	*view
	kind     Kind
	families []family
	missing  []Missing
}

// family is the tests of one kind at one level: so many, of which these could be findings.
type family struct {
	tests int
	found []Finding
}

// certain adds a finding that is counted against a rule.
func (l *look) certain(f Finding) {
	f.Kind, f.Certain = l.kind, true
	l.families = append(l.families, family{tests: 0, found: []Finding{f}})
}

// tested adds a finding of a test, one of so many alike.
func (l *look) tested(tests int, f Finding) {
	f.Kind = l.kind
	l.families = append(l.families, family{tests: max(tests, 1), found: []Finding{f}})
}

// few says that there are too few data.
func (l *look) few(reason string, have, need int) {
	l.missing = append(l.missing, Missing{Kind: l.kind, Reason: reason, Have: int64(have), Need: int64(need)})
}

// Discovery is the share of false ones among what is told that is put up with, in the long run.
const Discovery = 0.1

// discover keeps what is certain, and of what was tested that which survives Benjamini and Hochberg's rule over all tests of the
// run, weighed so that every family (a kind at a level) has the same part of the error, however many places it has: the weighted rule of
// Genovese, Roeder and Wasserman (Biometrika 93, 2006). With p the chance, F families and n tests in one of them, a finding of rank r has q = p·F·n/r.
func discover(families []family, all int) []Finding {
	var kept, tested []Finding
	for _, f := range families {
		for _, finding := range f.found {
			if finding.Certain {
				kept = append(kept, finding)
				continue
			}
			finding.Adjusted = finding.Chance * float64(f.tests) * float64(all)
			tested = append(tested, finding)
		}
	}
	slices.SortStableFunc(tested, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Adjusted, b.Adjusted), cmp.Compare(a.Kind, b.Kind), a.Place.compare(b.Place))
	})
	least := math.Inf(1)
	for i := len(tested) - 1; i >= 0; i-- {
		least = math.Min(least, tested[i].Adjusted/float64(i+1))
		tested[i].Adjusted = math.Min(least, 1)
	}
	for _, f := range tested {
		if f.Adjusted <= Discovery {
			kept = append(kept, f)
		}
	}
	return kept
}
