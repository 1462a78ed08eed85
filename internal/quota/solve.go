package quota

import (
	"slices"
	"strings"

	"xiaoguan/internal/errs"
)

// Solve splits the year's target. Errors: invalid, for a request that is not one, with all faults by path; a request that cannot be met is
// answered with the findings that say why.
func Solve(r Request) (_ Split, err error) {
	defer errs.Wrap(&err, "quota.Solve")
	if err := check(&r); err != nil {
		return Split{}, err
	}
	s := solver{request: &r}
	root := newSibling(&r.Root, r.Season, always())
	root.minor = r.YearMinor
	root.free = r.YearMinor
	s.place("", 0, &root)
	return s.split, nil
}

type solver struct {
	request *Request
	split   Split
}

// place writes down a unit's target, splits it among its children and gives it their months.
func (s *solver) place(parent string, depth int, u *sibling) Year {
	at := len(s.split.Targets)
	s.split.Targets = append(s.split.Targets, Target{
		ID: u.unit.ID, Parent: parent, Depth: depth, Minor: u.minor, Portions: u.portions, Factor: u.factor, FreeMinor: u.free, Hold: u.hold,
	})
	if len(u.unit.Children) == 0 {
		months := u.months()
		s.split.Targets[at].Months = months
		return months
	}
	var below Year
	children := s.children(u, depth)
	for i := range children {
		months := s.place(u.unit.ID, depth+1, &children[i])
		for m := range below {
			below[m] += months[m]
		}
	}
	own := u.months()
	if below.Sum() > 0 {
		own = Year(share(u.minor, below[:]))
	}
	s.split.Targets[at].Months = own
	s.split.Targets[at].OverMinor = below.Sum() - u.minor
	return own
}

// children splits a unit's target among its children.
func (s *solver) children(u *sibling, depth int) []sibling {
	r := s.request
	units := slices.Clone(u.unit.Children)
	slices.SortFunc(units, func(a, b Unit) int { return strings.Compare(a.ID, b.ID) })
	all := make([]sibling, len(units))
	for i := range units {
		all[i] = newSibling(&units[i], u.season, u.present)
		if all[i].factor == 0 {
			s.find(Finding{Problem: ProblemAway, Unit: units[i].ID})
		}
	}
	total := u.minor
	if depth < len(r.Over) {
		total += mulDiv(total, r.Over[depth], Million)
	}
	s.find(weigh(r, u.unit.ID, all, total)...)
	weights := make([]int64, len(all))
	for i := range all {
		weights[i] = all[i].weight
		all[i].bound(r.Bounds)
	}
	for i, free := range share(total, weights) {
		all[i].free = free
	}
	s.find(fill(u.unit.ID, all, total)...)
	s.find(levels(r.Ratios, u.unit.ID, all)...)
	return all
}

func (s *solver) find(f ...Finding) { s.split.Findings = append(s.split.Findings, f...) }

// months splits a year's target by season, presence and ramp; by season alone for who is never there and has one all the same.
func (u *sibling) months() Year {
	weights, ramp := u.season, u.ramp()
	for m := range weights {
		weights[m] = mulDiv(mulDiv(weights[m], u.present[m], Million), ramp[m], Million)
	}
	if weights.Sum() == 0 {
		weights = u.season
	}
	return Year(share(u.minor, weights[:]))
}
