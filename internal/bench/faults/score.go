package faults

import "slices"

// Finding is one answer of a diagnosis.
type Finding struct {
	Kind  string `json:"kind"`
	Place Place  `json:"place"`
}

// Answer is what a diagnosis prints; it may print more.
type Answer struct {
	Findings []Finding `json:"findings"`
}

// Score is what an answer says of one company.
type Score struct {
	Truth   Truth     `json:"truth"`
	Faults  []Outcome `json:"outcomes"` // in the order of the truth
	Brought int       `json:"brought"`  // findings that a planted problem brings with it, or that name a part of its place
	Alarms  []Finding `json:"alarms"`   // findings of what nobody planted
	Other   int       `json:"other"`    // findings of kinds that are not in the list
}

// Outcome is what became of one planted problem: found is a finding of its kind whose place touches its own, located one with the very place.
type Outcome struct {
	Found   bool `json:"found"`
	Located bool `json:"located"`
}

// Brings says which further kinds a planted problem is seen as, besides its own: findings of these at a place that touches it are neither found nor false.
var Brings = map[string][]string{
	"batch_entry":             {"late_entry"},
	"churn_rising":            {"productivity_low"},
	"conversion_low":          {"productivity_low"},
	"cycle_long":              {"stage_slow", "pipeline_stale"},
	"stage_slow":              {"cycle_long"},
	"target_not_split":        {"target_sum_gap"},
	"collection_slow":         {"overdue_high"},
	"overdue_high":            {"collection_slow"},
	"discount_under_limit":    {"discount_high"},
	"discount_high":           {"discount_under_limit"},
	"gaming_cancel":           {"end_loading"},
	"hoarding":                {"neglected"},
	"key_person":              {"productivity_gap"},
	"productivity_gap":        {"key_person", "productivity_low"},
	"productivity_low":        {"productivity_gap"},
	"ramp_slow":               {"productivity_low"},
	"turnover_high":           {"productivity_low", "ramp_slow"},
	"records_gap":             {"activity_falling"},
	"owners_gone":             {"neglected", "a_without_core"},
	"receivable_concentrated": {"customer_concentrated", "overdue_high"},
	"customer_concentrated":   {"receivable_concentrated", "key_person"},
}

// house knows which team and region a place is in.
type house struct {
	teamOf   map[string]string // of a person
	regionOf map[string]string // of a team
}

func (c *company) house() house {
	h := house{map[string]string{}, map[string]string{}}
	for _, t := range c.teams {
		h.regionOf[t.key] = c.regions[t.region].key
		for _, i := range t.people {
			h.teamOf[c.people[i].key] = t.key
		}
	}
	return h
}

// plain leaves out of a place what another part of it says already: the region of a team, the team of a person. The person of a problem that is a
// team's and a person's together stays with the team.
func plain(kind string, p Place) Place {
	if p.Person != "" && kind != "key_person" {
		p.Team, p.Region = "", ""
	}
	if p.Team != "" || p.Person != "" {
		p.Region = ""
	}
	return p
}

// same reports whether a finding names the place of a planted problem. The team says where a person's problem is, too.
func (h house) same(kind string, planted, found Place) bool {
	if kind == "key_person" {
		planted.Team, found.Team = h.path(planted)[1], h.path(found)[1]
	}
	return plain(kind, planted) == plain(kind, found)
}

// touch reports whether one place is in the other; what only one of them names of product, source, stage and rule parts nothing.
func (h house) touch(a, b Place) bool {
	for _, pair := range [][2]string{{a.Product, b.Product}, {a.Source, b.Source}, {a.Stage, b.Stage}, {a.Rule, b.Rule}} {
		if pair[0] != "" && pair[1] != "" && pair[0] != pair[1] {
			return false
		}
	}
	return h.touchUnits(a, b)
}

// touchUnits is touch of companies, regions, teams and persons.
func (h house) touchUnits(a, b Place) bool {
	x, y := h.path(a), h.path(b)
	for i := range x {
		if x[i] != "" && y[i] != "" && x[i] != y[i] {
			return false
		}
	}
	return true
}

// path is region, team and person of a place, as far as it goes.
func (h house) path(p Place) [3]string {
	if p.Person != "" && p.Team == "" {
		p.Team = h.teamOf[p.Person]
	}
	if p.Team != "" && p.Region == "" {
		p.Region = h.regionOf[p.Team]
	}
	return [3]string{p.Region, p.Team, p.Person}
}

// judge compares what was found in a company with what was planted. A finding answers one planted problem at most; those that name the very place
// are given out first.
func (h house) judge(truth Truth, answer Answer) Score {
	score := Score{Truth: truth, Faults: make([]Outcome, len(truth.Faults))}
	used := make([]bool, len(answer.Findings))
	take := func(fits func(f Fault, found Finding) bool, done func(o *Outcome)) {
		for i, fault := range truth.Faults {
			if score.Faults[i].Found {
				continue
			}
			for n, found := range answer.Findings {
				if !used[n] && found.Kind == fault.Kind && fits(fault, found) {
					used[n] = true
					done(&score.Faults[i])
					break
				}
			}
		}
	}
	take(func(f Fault, found Finding) bool { return h.same(f.Kind, f.Place, found.Place) }, func(o *Outcome) { o.Found, o.Located = true, true })
	take(func(f Fault, found Finding) bool { return h.touch(f.Place, found.Place) }, func(o *Outcome) { o.Found = true })
	known := map[string]bool{}
	for _, k := range kinds() {
		known[k.id] = true
	}
	for n, found := range answer.Findings {
		switch {
		case used[n]:
		case !known[found.Kind]:
			score.Other++
		case h.brought(truth, found):
			score.Brought++
		default:
			score.Alarms = append(score.Alarms, found)
		}
	}
	return score
}

// brought reports whether a planted problem explains a finding.
func (h house) brought(truth Truth, found Finding) bool {
	return slices.ContainsFunc(truth.Faults, func(f Fault) bool {
		if f.Kind == found.Kind {
			return h.touch(f.Place, found.Place)
		}
		return slices.Contains(Brings[f.Kind], found.Kind) && h.touchUnits(f.Place, found.Place)
	})
}
