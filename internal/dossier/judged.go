package dossier

import (
	"slices"
	"strconv"

	"xiaoguan/internal/finding"
	"xiaoguan/internal/problem"
)

// unjudged are the kinds that could not be judged, each once.
func (d *diagnosisWriter) unjudged() (kinds []finding.Kind) {
	for _, m := range d.f.Run.Outcome.Missing {
		if !slices.Contains(kinds, m.Kind) && !slices.Contains(d.f.Run.Outcome.Looked, m.Kind) {
			kinds = append(kinds, m.Kind)
		}
	}
	return kinds
}

// lack is parts that are missing together, with the kinds that they would let judge.
type lack struct {
	parts []finding.Part
	kinds []finding.Kind
}

// lacks groups what is missing by the sheets that are not there; what lacks otherwise comes apart.
func (d *diagnosisWriter) lacks() (groups []lack, other []finding.Missing) {
	for _, m := range d.f.Run.Outcome.Missing {
		if m.Reason != finding.LacksParts {
			other = append(other, m)
			continue
		}
		at := slices.IndexFunc(groups, func(g lack) bool { return slices.Equal(g.parts, m.Parts) })
		if at < 0 {
			at = len(groups)
			groups = append(groups, lack{parts: m.Parts})
		}
		groups[at].kinds = append(groups[at].kinds, m.Kind)
	}
	slices.SortStableFunc(groups, func(a, b lack) int { return len(b.kinds) - len(a.kinds) })
	return groups, other
}

func (d *diagnosisWriter) partNames(parts []finding.Part) string {
	names := make([]string, len(parts))
	for i, part := range parts {
		names[i] = d.partName(part)
	}
	return d.p.Join(names)
}

func (d *diagnosisWriter) missing() {
	d.chapter("missing")
	groups, other := d.lacks()
	if len(groups)+len(other) == 0 {
		d.say("diagnosis.nothing_missing")
		return
	}
	d.say("diagnosis.missing_text", "Count", len(d.unjudged()))
	if len(groups) > 0 {
		var rows [][]string
		for _, g := range groups {
			names := make([]string, len(g.kinds))
			for i, kind := range g.kinds {
				names[i] = kind.Name(d.p)
			}
			rows = append(rows, []string{d.partNames(g.parts), strconv.Itoa(len(g.kinds)), d.p.Join(names)})
		}
		d.table("diagnosis.nothing_missing", []int{3, 1, 7}, []string{"lacking", "kinds", "unjudged"}, rows)
	}
	if len(other) > 0 {
		d.say("diagnosis.missing_other")
		for _, m := range other {
			d.add(d.bullet(m.Say(d.p, d.partName)))
		}
	}
}

// method says how it was judged, and everything that was looked for.
func (d *diagnosisWriter) method() {
	d.chapter("method")
	for _, key := range []string{"scan", "chance", "limits", "severity", "not_why"} {
		d.item("method." + key)
	}
	var rows [][]string
	for _, area := range problem.Areas {
		var names []string
		for _, a := range finding.Analysers() {
			if a.Area != area || !slices.Contains(d.f.Run.Outcome.Looked, a.Kind) {
				continue
			}
			name := a.Kind.Name(d.p)
			if n := d.count(a.Kind); n > 0 {
				name = d.t("named_count", "Name", name, "Count", n)
			}
			names = append(names, name)
		}
		if len(names) > 0 {
			rows = append(rows, []string{d.areaName(area), strconv.Itoa(len(names)), d.p.Join(names)})
		}
	}
	d.say("method.looked")
	d.table("diagnosis.none_looked", []int{2, 1, 8}, []string{"area", "kinds", "looked_for"}, rows)
}

func (d *diagnosisWriter) count(kind finding.Kind) (n int) {
	for i := range d.found {
		if d.found[i].Kind == kind {
			n++
		}
	}
	return n
}
