package faults

import (
	"fmt"
	"slices"
	"testing"
)

func made(t *testing.T, o Options) (files, Truth) {
	t.Helper()
	dir := t.TempDir()
	truth, err := Generate(t.Context(), dir, o)
	if err != nil {
		t.Fatal(err)
	}
	return read(t, dir), truth
}

func TestHealthyCompaniesHaveNone(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			f, truth := made(t, Options{Seed: seed + 100, Sellers: 120})
			if len(truth.Faults) > 0 {
				t.Fatal(truth.Faults)
			}
			for _, found := range standsOut(f, func(string, Place) bool { return false }) {
				t.Error(found)
			}
			for _, p := range append(f.unitsOf(), Place{}) {
				for kind, see := range specials() {
					ofTeams := slices.Contains([]string{"key_person", "records_gap", "target_sum_gap"}, kind)
					elsewhere := slices.Contains([]string{"plan_not_target", "lead_quality_low", "complaints_high", "hoarding"}, kind)
					if elsewhere || p.Team != "" && !ofTeams || p.Team == "" && kind == "key_person" {
						continue
					}
					if by := see(f, p); by >= 1 {
						t.Errorf("%s %v: %.2f of the least", kind, p, by)
					}
				}
			}
			for kind, places := range map[string][]Place{"plan_not_target": f.each("plan_lines", "plan"), "complaints_high": f.each("products", "key"), "lead_quality_low": f.each("leads", "source")} {
				for _, p := range places {
					if by := specials()[kind](f, p); by >= 1 {
						t.Errorf("%s %v: %.2f of the least", kind, p, by)
					}
				}
			}
		})
	}
}

// TestAPlantedProblemIsThereAndNothingElse: the place stands out by what was said, and of the other kinds no place does, but for those that the
// problem is seen as, too.
func TestAPlantedProblemIsThereAndNothingElse(t *testing.T) {
	t.Parallel()
	for i, id := range Kinds() {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			f, truth := made(t, Options{Seed: uint64(i) + 500, Sellers: 96, Faults: 1, Kinds: []string{id}})
			if len(truth.Faults) != 1 {
				t.Fatal("nothing planted")
			}
			fault := truth.Faults[0]
			if see := specials()[fault.Kind]; see != nil {
				if by := see(f, fault.Place); by < 1 {
					t.Errorf("%v is %.2f of the least", fault, by)
				}
			}
			for _, l := range looks() {
				if l.kind != fault.Kind || l.stage != fault.Place.Stage || l.rule != fault.Place.Rule || fault.Place.Product+fault.Place.Source != "" || fault.Place == (Place{Stage: l.stage, Rule: l.rule}) {
					continue
				}
				leasts, errors := l.far(f, l.see(f), fault.Place)
				if leasts < 1 || errors < 3 {
					t.Errorf("stands out by %.2f of the least, %.1f errors; meant %.2f", leasts, errors, fault.Moved/fault.Least)
				}
			}
			h := drawn(Options{Seed: uint64(i) + 500, Sellers: 96, Faults: 1, Kinds: []string{id}}).house()
			for _, found := range standsOut(f, func(kind string, p Place) bool {
				return (kind == fault.Kind || slices.Contains(Brings[fault.Kind], kind)) && h.touchUnits(fault.Place, p)
			}) {
				t.Error("besides: ", found)
			}
		})
	}
}

// each are the places that a column of a sheet names.
func (f files) each(sheet, column string) (all []Place) {
	seen := map[string]bool{}
	for _, row := range f[sheet] {
		if name := row[column]; !seen[name] {
			seen[name] = true
			all = append(all, map[string]Place{"plan": {Rule: name}, "key": {Product: name}, "source": {Source: name}}[column])
		}
	}
	return all
}
