package finding

import (
	"cmp"
	"slices"
)

// Report is what a run says.
type Report struct {
	AsOf     Day
	Findings []Finding // by kind, then place
	Missing  []Missing // by kind
	Looked   []Kind    // that could be looked for
	Tests    int       // how many places were tested in all
}

// Run looks for every kind of problem. It is deterministic: the order of rows does not matter. The error rate is controlled over all tests of
// the run (Discovery).
func Run(c *Company) Report {
	v := newView(c)
	report := Report{AsOf: c.AsOf}
	var families []family
	for _, a := range Analysers() {
		if lacks := a.lacks(c); len(lacks) > 0 {
			report.Missing = append(report.Missing, Missing{Kind: a.Kind, Parts: lacks, Reason: LacksParts})
			continue
		}
		l := &look{view: v, kind: a.Kind}
		a.look(l)
		report.Missing = append(report.Missing, l.missing...)
		if len(l.families) > 0 || !slices.ContainsFunc(l.missing, func(m Missing) bool { return m.Have == 0 }) {
			report.Looked = append(report.Looked, a.Kind)
		}
		families = append(families, l.families...)
		for _, f := range l.families {
			report.Tests += f.tests
		}
	}
	report.Missing = told(report.Missing)
	report.Findings = explainAway(discover(families, testedFamilies))
	slices.SortStableFunc(report.Findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(place(a.Kind), place(b.Kind)), a.Place.compare(b.Place), cmp.Compare(a.narrow(), b.narrow()))
	})
	return report
}

// told keeps one of what the tests of a kind miss for the same reason: that which has most.
func told(missing []Missing) (kept []Missing) {
	for _, m := range missing {
		at := slices.IndexFunc(kept, func(k Missing) bool { return k.Kind == m.Kind && k.Reason == m.Reason })
		switch {
		case at < 0:
			kept = append(kept, m)
		case m.Have > kept[at].Have:
			kept[at] = m
		}
	}
	return kept
}

func (a Analyser) lacks(c *Company) (parts []Part) {
	for _, p := range a.Needs {
		if !c.Has(p) {
			parts = append(parts, p)
		}
	}
	return parts
}

// place is where a kind stands in the list of analysers.
func place(k Kind) int {
	return slices.IndexFunc(Analysers(), func(a Analyser) bool { return a.Kind == k })
}

// narrow is the stage or rule of a finding's place.
func (f Finding) narrow() string {
	return f.Place.Within[LevelStage] + f.Place.Within[LevelRule] + f.Place.Within[LevelPerson]
}

// Is says which kind of problem it is by its analyser; false for a kind that nobody looks for.
func (k Kind) Is() (Analyser, bool) {
	at := place(k)
	if at < 0 {
		return Analyser{}, false
	}
	return Analysers()[at], true
}
