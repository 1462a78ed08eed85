package maturity

import "slices"

// Verdict is how a criterion stands at a level.
type Verdict string

// The verdicts.
const (
	Holds   Verdict = "holds"
	Lacks   Verdict = "lacks"
	Unknown Verdict = "unknown" // there are no data, or nobody said
)

// Check is a criterion at a level with what it rests on.
type Check struct {
	Criterion string     `json:"criterion"`
	Level     Level      `json:"level"`
	Verdict   Verdict    `json:"verdict"`
	Bound     int64      `json:"bound,omitempty"`
	Measure   *Measure   `json:"measure,omitempty"`   // of a measured one that is measured
	Statement *Statement `json:"statement,omitempty"` // of an asked one that was answered
	Stale     bool       `json:"stale,omitempty"`     // the answer is too old to count
}

// Judged is a dimension with its level.
type Judged struct {
	Dimension Dimension `json:"dimension"`
	Weight    int64     `json:"weight"`
	Level     Level     `json:"level"` // None: it cannot be judged
	// Open says that it is at least this level: of the next one nothing is known to lack, but something cannot be judged.
	Open bool `json:"open,omitempty"`
	// Held of Wanted criteria of the next level hold; both 0 at the top.
	Held   int64 `json:"held"`
	Wanted int64 `json:"wanted"`
	// Score is the level with the share of the next one, in hundredths; 0 for None.
	Score  int64   `json:"score"`
	Checks []Check `json:"checks"`
}

// Lacking are the criteria of the next level that do not hold, or cannot be judged.
func (j *Judged) Lacking() (list []Check) {
	next := max(j.Level, AdHoc) + 1
	for _, c := range j.Checks {
		if c.Level == next && c.Verdict != Holds {
			list = append(list, c)
		}
	}
	return list
}

// Result is what an organisation comes to.
type Result struct {
	Dimensions []Judged `json:"dimensions"`
	// Overall is the weighted mean of the scores of the dimensions that can be judged, in hundredths; Known when they have at least half of all weight.
	Overall int64 `json:"overall"`
	Known   bool  `json:"known"`
	// Judged of Weights is the weight that the mean is of.
	Judged  int64 `json:"judged"`
	Weights int64 `json:"weights"`
	// Weakest is the dimension with the lowest score; empty when none can be judged.
	Weakest Dimension `json:"weakest,omitempty"`
}

// Of returns a dimension; nil when there is none.
func (r *Result) Of(d Dimension) *Judged {
	at := slices.IndexFunc(r.Dimensions, func(j Judged) bool { return j.Dimension == d })
	if at < 0 {
		return nil
	}
	return &r.Dimensions[at]
}

// Judge judges an organisation by a valid model.
func Judge(m *Model, known Known) (r Result) {
	sum := int64(0)
	for i := range m.Sides {
		j := side(m, &m.Sides[i], known)
		if r.Weights += j.Weight; j.Level != None {
			r.Judged, sum = r.Judged+j.Weight, sum+j.Weight*j.Score
			if weakest := r.Of(r.Weakest); weakest == nil || j.Score < weakest.Score || j.Score == weakest.Score && j.Weight > weakest.Weight {
				r.Weakest = j.Dimension
			}
		}
		r.Dimensions = append(r.Dimensions, j)
	}
	if r.Known = r.Judged > 0 && 2*r.Judged >= r.Weights; r.Known {
		r.Overall = (2*sum + r.Judged) / (2 * r.Judged)
	}
	return r
}

func side(m *Model, s *Side, known Known) Judged {
	j := Judged{Dimension: s.Dimension, Weight: s.Weight, Level: AdHoc}
	stands := map[Level][3]int64{} // held, lacking, unknown
	for level := Emerging; level <= Optimised; level++ {
		var n [3]int64
		for i := range s.Criteria {
			if c := &s.Criteria[i]; c.Wanted(level) {
				check := stand(m, c, level, known)
				n[slices.Index([]Verdict{Holds, Lacks, Unknown}, check.Verdict)]++
				j.Checks = append(j.Checks, check)
			}
		}
		stands[level] = n
	}
	for j.Level < Optimised && stands[j.Level+1][1]+stands[j.Level+1][2] == 0 {
		j.Level++
	}
	if j.Level == Optimised {
		j.Score = 100 * int64(Optimised)
		return j
	}
	next := stands[j.Level+1]
	j.Held, j.Wanted = next[0], next[0]+next[1]+next[2]
	if next[1] == 0 {
		if j.Level == AdHoc {
			j.Level = None
			return j
		}
		j.Open = true
	}
	j.Score = 100*int64(j.Level) + 100*j.Held/j.Wanted
	return j
}

func stand(m *Model, c *Criterion, level Level, known Known) Check {
	check := Check{Criterion: c.ID, Level: level, Verdict: Unknown}
	if c.Asked() {
		at := slices.IndexFunc(known.Statements, func(s Statement) bool { return s.Criterion == c.ID })
		if at < 0 {
			return check
		}
		said := known.Statements[at]
		check.Statement, check.Stale = &said, int(known.Today-said.On) > m.ValidDays
		switch {
		case check.Stale:
		case said.Holds:
			check.Verdict = Holds
		default:
			check.Verdict = Lacks
		}
		return check
	}
	check.Bound, _ = c.Bound(level)
	at := slices.IndexFunc(known.Measures, func(m Measure) bool { return m.Gauge == c.Gauge })
	if at < 0 {
		return check
	}
	read := known.Measures[at]
	check.Measure = &read
	switch {
	case !read.Known:
	case c.Down && read.Value <= check.Bound, !c.Down && read.Value >= check.Bound:
		check.Verdict = Holds
	default:
		check.Verdict = Lacks
	}
	return check
}

// Change is a dimension in two results.
type Change struct {
	Dimension   Dimension
	Before, Now int64 // scores in hundredths; 0: it could not be judged, or was not there
}

// Compare sets a result beside an earlier one, dimension by dimension of the later.
func Compare(before, now *Result) (list []Change) {
	for i := range now.Dimensions {
		j := &now.Dimensions[i]
		c := Change{Dimension: j.Dimension, Now: j.Score}
		if then := before.Of(j.Dimension); then != nil {
			c.Before = then.Score
		}
		list = append(list, c)
	}
	return list
}
