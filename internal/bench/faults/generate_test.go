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
